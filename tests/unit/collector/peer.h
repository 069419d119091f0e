#ifndef HUBTOP_TESTS_UNIT_COLLECTOR_PEER_H
#define HUBTOP_TESTS_UNIT_COLLECTOR_PEER_H

/* A peer on the loopback that answers each request with what the test put into its memory, and a driver for it:
 * {"name":"fra","nodes":[{"id":"n1","state":"up"}],"errors":"…"}. */

#include "unit/store/fixture.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/wait.h>

#include "collector/collector.h"
#include "collector/weave.h"
#include "domain/state.h"

enum { PEER_REPLIES = 6 };

struct peer {
    struct peer_shared {
        char reply[PEER_REPLIES][4096]; /* by the digit at the path's end: "/x0" */
        char request[4096];
        int count;
    } * shared;
    pid_t pid;
    int port;
    char url[64];
};

static inline void peer_serve_one(struct peer_shared *s, int fd)
{
    char request[4096];
    size_t n = 0;
    ssize_t got;
    while (n < sizeof request - 1 && (got = read(fd, request + n, sizeof request - 1 - n)) > 0) {
        n += (size_t)got;
        request[n] = '\0';
        if (!strstr(request, "\r\n\r\n"))
            continue;
        const char *path = strchr(request, ' '), *end = strchr(path + 1, ' ');
        int which = end[-1] >= '0' && end[-1] < '0' + PEER_REPLIES ? end[-1] - '0' : 0;
        memcpy(s->request, request, n + 1);
        s->count++;
        if (write(fd, s->reply[which], strlen(s->reply[which])) > 0)
            shutdown(fd, SHUT_WR);
        break;
    }
    close(fd);
}

static inline void peer_start(struct peer *p)
{
    struct sockaddr_in a = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t len = sizeof a;
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    assert_int_equal(bind(fd, (const struct sockaddr *)&a, sizeof a), 0);
    assert_int_equal(listen(fd, 16), 0);
    getsockname(fd, (struct sockaddr *)&a, &len);
    p->port = ntohs(a.sin_port);
    snprintf(p->url, sizeof p->url, "http://127.0.0.1:%d", p->port);
    p->shared = mmap(NULL, sizeof *p->shared, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    p->pid = fork();
    if (p->pid == 0) {
        for (int client; (client = accept(fd, NULL, NULL)) >= 0;)
            peer_serve_one(p->shared, client);
        _exit(0);
    }
    close(fd);
}

static inline void peer_end(struct peer *p)
{
    kill(p->pid, SIGKILL);
    waitpid(p->pid, NULL, 0);
    munmap(p->shared, sizeof *p->shared);
}

/* `extra`: header lines, each with its line end. `cut`: bytes of the body that never come. */
static inline void peer_says(struct peer *p, int which, int status, const char *extra, const char *body, size_t cut)
{
    size_t n = strlen(body);
    snprintf(
        p->shared->reply[which], sizeof p->shared->reply[0],
        "HTTP/1.1 %d X\r\nContent-Length: %zu\r\nContent-Type: application/json\r\n%sConnection: close\r\n\r\n%.*s",
        status, n, extra, (int)(n - cut), body);
}

/* --- the weave of a poller's world --- */

static inline bool peer_is_fresh(void *ctx, const char *source)
{
    (void)ctx, (void)source;
    return true;
}

static inline struct weave *peer_weave(struct loop *loop, struct store *store, struct apply *apply,
                                       const struct clock *clock, const char *dir)
{
    const struct weave_options options = {
        .loop = loop, .store = store, .apply = apply, .clock = clock, .state_dir = dir, .fresh = peer_is_fresh};
    return weave_new(&options, NULL);
}

/* --- the driver --- */

struct source {
    char name[64];
    const struct secret *token;
    int requests;
    const char *etag;
};

/* What all instances do; a test sets it. */
struct driver_plan {
    int requests;
    bool essential_first, etag, backfill, apart, lacks;
    int opened;
};
static struct driver_plan driver_plan;

static inline struct source *driver_open(const struct source_settings *settings, struct err *err)
{
    (void)err;
    struct source *s = calloc(1, sizeof *s);
    s->token = settings->token;
    driver_plan.opened++;
    return s;
}

static inline void driver_close(struct source *s)
{
    free(s);
}

static inline size_t driver_requests(struct source *s, struct instant now,
                                     struct source_request out[SOURCE_REQUESTS_MAX])
{
    static const char *const whats[] = {"first", "second", "third"};
    static const enum kind kinds[] = {KIND_NODE, KIND_RESERVATION, KIND_SITE};
    size_t n = driver_plan.requests ? (size_t)driver_plan.requests : 1;
    (void)now, (void)s;
    for (size_t i = 0; i < n; i++) {
        out[i] = (struct source_request){.what = whats[i],
                                         .method = "GET",
                                         .element_path = "nodes",
                                         .covers = {kinds[i], KIND_NONE},
                                         .essential = i == 0 && driver_plan.essential_first,
                                         .apart = driver_plan.apart,
                                         .etag = driver_plan.etag ? "\"1\"" : NULL,
                                         .tag = (int)i};
        snprintf(out[i].path, sizeof out[i].path, "/x%zu", i);
    }
    return n;
}

static inline size_t driver_headers(struct source *s, const char *names[], const char *values[],
                                    const struct secret *secrets[], size_t max)
{
    (void)max;
    if (!s->token)
        return 0;
    names[0] = "X-Token";
    values[0] = NULL;
    secrets[0] = s->token;
    return 1;
}

static inline bool driver_decode(struct source *s, const struct source_request *r, const struct json *element,
                                 source_sink *sink, void *ctx, struct err *err)
{
    static const enum kind kinds[] = {KIND_NODE, KIND_RESERVATION, KIND_SITE};
    struct row row = {.kind = kinds[r->tag]};
    struct safe_text text;
    (void)s;
    if (!json_text(json_get(element, "id"), &row.id))
        return err_set(err, ERR_CORRUPT, "a node without an id");
    if (row.kind == KIND_NODE && json_text(json_get(element, "state"), &text))
        row.cells[NODE_STATE] = value_text(text);
    return sink(ctx, &row, err);
}

static inline bool driver_finish(struct source *s, const struct source_request *r, const struct json *rest,
                                 struct instant now, source_sink *sink, void *ctx, struct err *err)
{
    struct safe_text text;
    (void)r, (void)now, (void)sink, (void)ctx;
    if (json_text(json_get(rest, "name"), &text))
        text_show_in(text, s->name, sizeof s->name);
    if (json_text(json_get(rest, "errors"), &text))
        return err_set(err, ERR_TRANSIENT, "the peer says that it failed");
    return true;
}

static inline bool driver_failed(struct source *s, const struct source_request *r, int status, const char *content_type,
                                 const char *body, size_t n, struct err *err)
{
    (void)s, (void)r, (void)content_type, (void)body, (void)n;
    if (status == 304)
        return true;
    return err_set(err, status == 401 ? ERR_REFUSED : ERR_TRANSIENT, "status %d", status);
}

static inline bool driver_trouble(struct source *s, const struct source_request *r, struct err *err)
{
    (void)s;
    if (!driver_plan.lacks || r->tag != 0)
        return false;
    err_set(err, ERR_TRANSIENT, "half of it is missing");
    return true;
}

static inline const char *driver_name(struct source *s)
{
    return s->name[0] ? s->name : NULL;
}

static const struct source_driver peer_driver = {.name = "fake",
                                                 .summary = "a fake",
                                                 .network = true,
                                                 .open = driver_open,
                                                 .close = driver_close,
                                                 .requests = driver_requests,
                                                 .headers = driver_headers,
                                                 .decode = driver_decode,
                                                 .finish = driver_finish,
                                                 .failed = driver_failed,
                                                 .trouble = driver_trouble,
                                                 .peer_name = driver_name};

/* --- a driver that makes its facts itself: as many nodes as `local_nodes`, in slices --- */

static int local_nodes = 3;
static int local_polls;

static inline size_t local_requests(struct source *s, struct instant now,
                                    struct source_request out[SOURCE_REQUESTS_MAX])
{
    (void)s, (void)now;
    local_polls++;
    out[0] = (struct source_request){.what = "nodes", .local = true, .covers = {KIND_NODE, KIND_NONE}};
    return 1;
}

static inline bool local_produce(struct source *s, const struct source_request *r, struct instant now, size_t max_rows,
                                 bool *more, source_sink *sink, void *ctx, struct err *err)
{
    char id[32];
    (void)r, (void)now, (void)max_rows;
    struct row row = {.kind = KIND_NODE};
    if (local_nodes < 0)
        return err_set(err, ERR_TRANSIENT, "nothing can be made");
    if (s->requests == local_nodes) {
        s->requests = 0;
        *more = false;
        return true;
    }
    snprintf(id, sizeof id, "n%d", s->requests++);
    row.id = text_of(id);
    row.cells[NODE_STATE] = value_text(text_of("up"));
    *more = true;
    return sink(ctx, &row, err);
}

static const struct source_driver local_driver = {.name = "local",
                                                  .summary = "a fake",
                                                  .open = driver_open,
                                                  .close = driver_close,
                                                  .requests = local_requests,
                                                  .produce = local_produce};

#endif
