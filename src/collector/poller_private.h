#ifndef HUBTOP_COLLECTOR_POLLER_PRIVATE_H
#define HUBTOP_COLLECTOR_POLLER_PRIVATE_H

#include "collector/poller.h"
#include "collector/tally.h"

/* A poller's inside: how it polls is poller.c, how it is called poller_name.c, what it tells poller_tell.c, what it asks
 * of the past poller_past.c, what orders it gives poller_order.c. */

enum {
    POLLER_ERROR_BODY_MAX = 64 << 10,
    POLLER_SLICE_ROWS = 500,
    POLLER_NAME_MAX = 128,
    POLLER_HEADERS = 6,
    POLLER_KEY_MAX = 80,
    POLLER_TELLS_MAX = 4096,
    POLLER_REST_MS = 1000, /* between polls, however often they are asked for */
    POLLER_SERVICE_LOOK_MS = 100,
    POLLER_SERVICE_LOOKS = 50,
    POLLER_ETAG_MAX = 256,
    POLLER_FOLLOWS_MAX = 20000, /* parts and requests that came out of others, in one poll */
};

/* What the source told last of a kind. */
struct poller_told {
    int64_t rows, at_ms; /* UTC; 0: never */
    uint32_t poll;       /* the number of the poll */
};

struct poller {
    const struct poller_world *world;
    const struct collector_source *config;
    char name[POLLER_NAME_MAX];
    int64_t usual_ms; /* between two polls, by its clock at that clock's own pace */
    bool named;       /* false until an unnamed source has told its own name */
    struct source *inst;
    struct secret *token;
    struct http_peer *peer;
    struct ingest ingest;
    struct backoff backoff;
    int64_t timer;
    enum source_state state;
    struct tally tally;
    unsigned version;
    enum poller_news news;
    struct poller_told told[KIND_COUNT];
    int64_t due_ms; /* of the timer, boot clock */
    bool ended_once, token_ready;
    bool resumed;     /* the instance was told what our history lacks */
    bool past_failed; /* and it is in the log */
    /* The last good answer about the present, in this process; before a gap that came while one was waited for. */
    int64_t answered_ms, answered_boot_ms, gap_ms;
    int service_looks; /* for the socket of a service that was started */
    struct err *error; /* of the last poll that failed; NULL: none did */
    struct buf tells;  /* the text of a row's list */

    /* The poll that is under way: */
    bool polling;
    uint32_t poll_number, poll_ended; /* of the present or last one, of the last that ended */
    int64_t poll_start_ms, poll_end_ms, poll_rows, retry_after_ms, last_ok_boot_ms;
    struct source_request *requests[SOURCE_REQUESTS_MAX]; /* each as long as its path */
    size_t request_count, at;
    size_t follows;              /* requests that came out of others */
    struct err failure;          /* its first */
    struct err lack;             /* the first answer that ended well but is not whole */
    bool told_any, failed_whole; /* a request that covers a kind ended well; one failed that is not apart */

    /* The request that is under way: */
    struct http_flight *flight;
    struct json_cut *cut;
    struct buf error_body;
    struct err head_err; /* why its body could not be taken */
    bool part;           /* it goes on with the answer to the request before it */
    char etag[POLLER_ETAG_MAX];
    struct poller_order *orders; /* that are under way */
    int64_t task, request_start_ms, request_bytes;
};

/* An instance of the driver under the poller's name, in the place of the one before. */
bool poller_instance_open(struct poller *p, struct err *err);
/* A source without a name of its own is called as it was called before, if it ever was. */
bool poller_name_first(struct poller *p, struct err *err);
/* After a request of an unnamed source: true when its name is known now, its own or, after the last request, the
 * provisional one. */
bool poller_name_learn(struct poller *p);

/* An answer ended well: notes what it told of. Several answers of a poll may tell of one kind. */
void poller_told(struct poller *p);

/* The time between two polls as its clock counts: a demo's may run faster than we poll. */
int64_t poller_interval_ms(const struct poller *p);
/* The clock has another pace: so long is an interval on it now. */
void poller_pace(struct poller *p);
/* How long its last good answer counts as the present. */
int64_t poller_patience_ms(const struct poller *p);

/* Tells whoever listens how a request ended; `err` NULL: well. */
void poller_report(const struct poller *p, const char *what, const struct err *err);
/* Tells of a failure, and keeps the first of a poll. What goes on failing beside others that do not (`apart`) is logged
 * once. */
void poller_note_failure(struct poller *p, const char *what, const struct err *err, bool apart);
/* Keeps what an answer that ended well lacks, by the driver's word; the first of a poll. */
void poller_note_lack(struct poller *p, const struct source_request *r);
/* What the source's row says that went wrong last. */
void poller_error_keep(struct poller *p, const struct err *err, int64_t utc_ms);

/* Tells the driver what our history lacks, before a poll that follows a gap. */
void poller_past_resume(struct poller *p);
/* A good answer about the present came. */
void poller_past_answered(struct poller *p);
/* An element of an answer about the past. */
bool poller_past_element(struct poller *p, const struct json *element, struct err *err);
/* Headers that every request of the source carries; how many. */
size_t poller_headers(const struct poller *p, struct http_header *headers);
/* Drops the orders that are under way: nobody is called. */
void poller_order_drop(struct poller *p);

/* What is not known of the past is no failure of the poll; one line of the log says so. */
void poller_past_failed(struct poller *p, const struct err *err);

#endif
