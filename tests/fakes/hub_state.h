#ifndef HUBTOP_TESTS_HUB_STATE_H
#define HUBTOP_TESTS_HUB_STATE_H

/* What the fake hub's parts share: its state, and the answer that is being made. */

#include <microhttpd.h>
#include <pthread.h>
#include <time.h>
#include <unistd.h>

#include "fakes/hub_doc.h"
#include "fakes/hub_fleet.h"

enum { HUBS_MAX = 2000, FAULTS_MAX = 256, BODY_MAX = 64 << 20, POST_MAX = 1 << 20, STACK = 256 << 10, CHAIN_MS = 5000 };

struct fault {
    int hub;
    char what[32], name[32];
    long times; /* -1: always */
    long skip;  /* so many first are spared */
};

struct action {
    char *id, *key, *body, *state, *result, *made;
    int hub;
};

static struct {
    struct hub_doc doc;
    struct fake_sim sim;
    struct fake_hub *hubs[HUBS_MAX + 1];
    int hub_count, hang;
    int64_t tick_ms, page_max, delay_ms, skew_ms, jobs, schedulers;
    bool simulated, deltas;
    const char *token;
    FILE *journal_file;
    struct fault faults[FAULTS_MAX];
    size_t fault_count;
    struct action *actions;
    size_t action_count;
    struct buf journal;
    long lose_pct; /* of the orders: one of the lost replies, by chance */
    uint64_t lose_seed;
    int64_t requests, unchanged, bytes, deltas_told, pages_told;
    pthread_mutex_t lock;
} fake = {.tick_ms = 2000, .page_max = 1000, .deltas = true, .simulated = true, .lock = PTHREAD_MUTEX_INITIALIZER};

enum delivery { WHOLE, TRUNCATED, SLOW, ENDLESS, HANG, CLOSED, BROKEN_LINE, RESET };

struct reply {
    int status;
    const char *type;
    char etag[64], location[96];
    bool retry;
    enum delivery how;
    struct buf body;
};

static inline int64_t now_ms(void)
{
    const struct clock real = {0};
    return clock_now(&real).utc_ms + fake.skew_ms;
}

static inline void rest_ms(int64_t ms)
{
    const struct timespec t = {.tv_sec = ms / 1000, .tv_nsec = ms % 1000 * 1000000};
    nanosleep(&t, NULL);
}

/* --- answers --- */

static inline void problem(struct reply *r, int status, const char *title, const char *detail)
{
    buf_clear(&r->body);
    struct json_writer w = json_writer_make(&r->body);
    r->status = status;
    r->type = "application/problem+json";
    r->retry = status == 429 || status == 503;
    r->etag[0] = '\0';
    json_open_object(&w);
    json_put_key(&w, "title");
    json_put_str(&w, title);
    json_put_key(&w, "status");
    json_put_int(&w, status);
    json_put_key(&w, "detail");
    json_put_str(&w, detail);
    json_close_object(&w);
}

static inline const char *query(struct MHD_Connection *c, const char *key)
{
    return MHD_lookup_connection_value(c, MHD_GET_ARGUMENT_KIND, key);
}

#endif
