#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "base/mem.h"
#include "sources/slurm.h"
#include "sources/source.h"

/* Slurm's slurmrestd. Answers of 22.05 carry no time of their own but for diag's req_time; that is slurmctld's clock,
 * and
 * `?update_time=T` is compared with that clock: a body comes when something changed at T or later, else 304. */

enum tag { PING, DIAG, JOBS, PARTITIONS, NODES, RESERVATIONS, TAG_COUNT };

enum {
    TIMEOUT_MS = 60000,
    NAME_MAX_BYTES = 128,
    VERSION_MAX = 64,
    API_MAX = 32,
    /* slurmctld stamps a change with a time that it may have read seconds earlier, before it got its locks. */
    MARGIN_S = 5,
    /* A clock that was set back would hide changes: seen here, all is asked anew. */
    STEP_MS = 2000,
    /* Every so many polls all is asked without a condition, whatever was overlooked. */
    WHOLE_EVERY = 12,
};

/* What is asked about one kind of object. */
struct topic {
    const char *what;
    const char *element_path;
    const char *const *keep;
    slurm_object *object;
    enum kind covers;
    /* 22.05 answers nodes?update_time= with 500 whenever nodes changed and partitions did not (it loads both with the
     * same condition): nodes are asked whole. */
    bool conditional;
};

static const struct topic topics[TAG_COUNT] = {
    [PING] = {"ping", NULL, NULL, NULL, KIND_SCHEDULER, false},
    [DIAG] = {"diag", NULL, NULL, NULL, KIND_NONE, false},
    [JOBS] = {"jobs", "jobs", slurm_job_keep, slurm_job, KIND_JOB, true},
    [PARTITIONS] = {"partitions", "partitions", slurm_queue_keep, slurm_queue, KIND_QUEUE, true},
    [NODES] = {"nodes", "nodes", slurm_node_keep, slurm_node, KIND_NODE, false},
    [RESERVATIONS] = {"reservations", "reservations", slurm_reservation_keep, slurm_reservation, KIND_RESERVATION,
                      true},
};

/* What is known of one topic. */
struct progress {
    int64_t since_s; /* nothing that changed before it is unknown to us; 0: ask for all */
    uint64_t made, nonsense;
};

struct source {
    char *name, *scheduler, *url, *user;
    const struct secret *token;
    char api[API_MAX];
    char cluster[NAME_MAX_BYTES]; /* ClusterName; "" before a job told it */
    char version[VERSION_MAX];
    bool up, reached;
    unsigned polls;
    int64_t server_s;  /* slurmctld's clock in this poll; 0: unknown */
    int64_t offset_ms; /* of it to our boot clock, when known */
    bool offset_known;
    bool stepped; /* its clock was set anew since the last poll */
    struct progress progress[TAG_COUNT];
    struct arena arena; /* of one element */
};

static const struct config_option settings[] = {
    {.name = "api",
     .type = CONFIG_TEXT,
     .preset = "v0.0.38",
     .help = "the data parser's version in slurmrestd's paths"},
    {0},
};

static bool api_sane(const char *api)
{
    return *api && strlen(api) < API_MAX &&
           strspn(api, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-") == strlen(api);
}

static struct source *slurm_open(const struct source_settings *given, struct err *err)
{
    const char *api = source_setting(given, "api");
    if (!api)
        api = settings[0].preset;
    if (!api_sane(api)) {
        err_set(err, ERR_INPUT, "api '%s' of source '%s' is no version such as v0.0.38", api, given->name);
        err_exit(err, 78);
        return NULL;
    }
    struct source *s = mem_new(1, sizeof *s);
    s->name = mem_strdup(given->name ? given->name : "slurm");
    s->scheduler = mem_strdup(given->scheduler && *given->scheduler ? given->scheduler : s->name);
    s->url = mem_strdup(given->url ? given->url : "");
    s->user = given->user && *given->user ? mem_strdup(given->user) : NULL;
    s->token = given->token;
    snprintf(s->api, sizeof s->api, "%s", api);
    return s;
}

static void slurm_close(struct source *s)
{
    if (!s)
        return;
    arena_release(&s->arena);
    free(s->name);
    free(s->scheduler);
    free(s->url);
    free(s->user);
    free(s);
}

static void request_make(const struct source *s, enum tag tag, bool whole, struct source_request *out)
{
    const struct topic *t = &topics[tag];
    int64_t since = t->conditional && !whole ? s->progress[tag].since_s : 0;
    *out = (struct source_request){.what = t->what,
                                   .method = "GET",
                                   .element_path = t->element_path,
                                   .keep = t->keep,
                                   .mode = JSON_LENIENT,
                                   .covers = {t->covers},
                                   .timeout_ms = TIMEOUT_MS,
                                   .essential = tag == PING,
                                   .tag = (int)tag};
    snprintf(out->path, sizeof out->path, "/slurm/%s/%s", s->api, t->what);
    size_t n = strlen(out->path);
    if (since > 0)
        snprintf(out->path + n, sizeof out->path - n, "?update_time=%lld", (long long)since);
}

/* The ping first: a dead slurmctld costs one wait of 9 s, not six (a diag would take 18 s). Then diag, whose clock the
 * conditions of the next poll are made of; then the jobs, since they alone tell the ClusterName. */
static size_t slurm_requests(struct source *s, struct instant now, struct source_request out[SOURCE_REQUESTS_MAX])
{
    bool whole = s->polls++ % WHOLE_EVERY == 0;
    (void)now;
    s->reached = s->stepped = false;
    s->server_s = 0;
    for (size_t i = 0; i < TAG_COUNT; i++) {
        s->progress[i].made = s->progress[i].nonsense = 0;
        request_make(s, (enum tag)i, whole, &out[i]);
    }
    return TAG_COUNT;
}

static size_t slurm_headers(struct source *s, const char *names[], const char *values[], const struct secret *secrets[],
                            size_t max)
{
    size_t n = 0;
    if (s->user && n < max) {
        names[n] = "X-SLURM-USER-NAME";
        values[n] = s->user;
        secrets[n++] = NULL;
    }
    if (s->token && n < max) {
        names[n] = "X-SLURM-USER-TOKEN";
        values[n] = NULL;
        secrets[n++] = s->token;
    }
    return n;
}

/* --- answers
 * ------------------------------------------------------------------------------------------------------------- */

/* Keeps what may be kept as a C string: bytes that are not UTF-8, or a name that is too long, are none. */
static void keep_text(struct safe_text t, char *out, size_t size)
{
    size_t n = text_len(t);
    if (n == 0 || n >= size || !text_is_utf8(t) || memchr(text_bytes(t), 0, n))
        return;
    memcpy(out, text_bytes(t), n);
    out[n] = '\0';
}

static bool slurm_decode(struct source *s, const struct source_request *r, const struct json *element,
                         source_sink *sink, void *ctx, struct err *err)
{
    struct progress *p = &s->progress[r->tag];
    struct row row;
    if (!topics[r->tag].object)
        return true;
    if (r->tag == JOBS && !*s->cluster) {
        struct value cluster = slurm_cell_text(json_get(element, "cluster"));
        keep_text(value_text_or(&cluster, ""), s->cluster, sizeof s->cluster);
    }
    arena_reset(&s->arena);
    enum slurm_found found = topics[r->tag].object(element, text_of(s->scheduler), &s->arena, &row);
    p->made += found == SLURM_ROW;
    p->nonsense += found == SLURM_NONSENSE;
    return found != SLURM_ROW || sink(ctx, &row, err);
}

static bool put_scheduler(const struct source *s, source_sink *sink, void *ctx, struct err *err)
{
    struct row row = {.kind = KIND_SCHEDULER, .id = text_of(s->scheduler)};
    row.cells[SCHEDULER_CLUSTER] = value_text(text_of(s->scheduler));
    row.cells[SCHEDULER_DRIVER] = value_text(text_of("slurm"));
    row.cells[SCHEDULER_STATE] = value_text(text_of(s->up ? "up" : "down"));
    if (*s->cluster)
        row.cells[SCHEDULER_NAME] = value_text(text_of(s->cluster));
    if (*s->version)
        row.cells[SCHEDULER_VERSION] = value_text(text_of(s->version));
    return sink(ctx, &row, err);
}

/* Up when one of its controllers is. */
static bool ping_finish(struct source *s, const struct json *rest, source_sink *sink, void *ctx, struct err *err)
{
    const struct json *pings = json_get(rest, "pings");
    if (json_type(pings) != JSON_ARRAY)
        return err_set(err, ERR_CORRUPT, "the ping answer of '%s' has no 'pings'", s->name);
    s->up = false;
    for (const struct json *j = json_first(pings); j; j = json_next(j)) {
        struct value word = slurm_cell_text(json_get(j, "ping"));
        s->up = s->up || text_is(value_text_or(&word, ""), "UP");
    }
    s->reached = true;
    return put_scheduler(s, sink, ctx, err);
}

static void forget_conditions(struct source *s)
{
    for (size_t i = 0; i < TAG_COUNT; i++)
        s->progress[i].since_s = 0;
}

static void diag_finish(struct source *s, const struct json *rest, struct instant now)
{
    int64_t t;
    if (slurm_number(json_get(json_get(rest, "statistics"), "req_time"), &t) != SLURM_NUMBER_KNOWN || t <= 0 ||
        t > INT64_C(1) << 40)
        return;
    int64_t offset = t * 1000 - now.boot_ms, drift = s->offset_known ? offset - s->offset_ms : 0;
    if (drift > STEP_MS || drift < -STEP_MS) {
        s->stepped = true;
        forget_conditions(s);
    }
    s->offset_ms = offset;
    s->offset_known = true;
    s->server_s = t;
}

/* This topic is known as of this poll's diag. Without a diag the older condition stands: it is right, only wider. */
static void advance(struct source *s, int tag, bool whole)
{
    if (s->stepped && !whole)
        s->progress[tag].since_s = 0;
    else if (s->server_s > MARGIN_S)
        s->progress[tag].since_s = s->server_s - MARGIN_S;
}

/* An answer all of whose elements are nonsense is another API's; it must not close what is known. */
static bool list_finish(struct source *s, const struct source_request *r, const struct json *rest, struct err *err)
{
    const struct progress *p = &s->progress[r->tag];
    const struct topic *t = &topics[r->tag];
    if (json_type(json_get(rest, t->element_path)) != JSON_ARRAY)
        return err_set(err, ERR_CORRUPT, "the answer of '%s' has no list '%s'", s->name, t->element_path);
    if (p->nonsense > 0 && p->made == 0)
        return err_set(err, ERR_CORRUPT, "none of the %llu %s of '%s' has an identity", (unsigned long long)p->nonsense,
                       t->what, s->name);
    if (p->nonsense > 0)
        log_line(LOG_WARN, "%s: %llu %s without an identity were skipped", s->name, (unsigned long long)p->nonsense,
                 t->what);
    advance(s, r->tag, true);
    return true;
}

static bool slurm_finish(struct source *s, const struct source_request *r, const struct json *rest, struct instant now,
                         source_sink *sink, void *ctx, struct err *err)
{
    if (!slurm_answer_good(rest, s->name, err))
        return false;
    keep_text(slurm_answer_release(rest), s->version, sizeof s->version);
    if (r->tag == PING)
        return ping_finish(s, rest, sink, ctx, err);
    if (r->tag == DIAG) {
        diag_finish(s, rest, now);
        return true;
    }
    if (!list_finish(s, r, rest, err))
        return false;
    return r->tag != JOBS || put_scheduler(s, sink, ctx, err);
}

static bool slurm_failed(struct source *s, const struct source_request *r, int status, const char *content_type,
                         const char *body, size_t n, struct err *err)
{
    const struct slurm_answer answer = {.source = s->name,
                                        .api = s->api,
                                        .url = s->url,
                                        .status = status,
                                        .content_type = content_type,
                                        .body = body,
                                        .body_len = n,
                                        .reached = s->reached};
    if (status == 304) {
        advance(s, r->tag, false);
        return true;
    }
    /* diag serves our conditions alone: who may not see it asks for all each time. */
    if (r->tag == DIAG && s->reached)
        return true;
    return slurm_answer_failed(&answer, err);
}

static const char *slurm_peer_name(struct source *s)
{
    return *s->cluster ? s->cluster : NULL;
}

static const char *slurm_peer_version(struct source *s)
{
    return *s->version ? s->version : NULL;
}

const struct source_driver source_slurm = {
    .name = "slurm",
    .summary = "jobs, nodes, partitions and reservations of a Slurm cluster through its slurmrestd",
    .network = true,
    .settings = settings,
    .open = slurm_open,
    .close = slurm_close,
    .requests = slurm_requests,
    .headers = slurm_headers,
    .decode = slurm_decode,
    .finish = slurm_finish,
    .failed = slurm_failed,
    .peer_name = slurm_peer_name,
    .peer_version = slurm_peer_version,
};
