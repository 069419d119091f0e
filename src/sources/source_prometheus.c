#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "base/mem.h"
#include "sources/prometheus.h"

/* Whatever speaks Prometheus' query API: Prometheus, VictoriaMetrics, Thanos, Mimir. A poll asks every query; once all
 * of a kind are answered the kind's rows are made of what they told together, so that one that failed closes nothing. */

enum part { QUERY, ROWS, VERSION, PAST };

enum {
    TIMEOUT_MS = 30000,
    VERSION_MAX = 64,
    VERSION_TRIES = 3,
    /* How far the past is asked for, in how many points at most, and how often when it is not answered. */
    PAST_MAX_S = 24 * 3600,
    PAST_POINTS = 1440,
    PAST_LEAST_POLLS = 3,
    PAST_TRIES = 3,
    PARTS = 1000, /* a tag is part * PARTS + number */
    /* A default without any series in so many answers is asked that rarely. */
    QUIET_POLLS = 3,
    REST_MS = 600 * 1000,
    /* So many polls may a query fail while what it told stands; then its kind is told without it. */
    STAND_POLLS = 3,
};

/* One query and what became of it. */
struct ask {
    struct prometheus_query query;
    size_t kind, column;
    struct prometheus_seen seen, past_seen;
    char warned[PROMETHEUS_WARNING_MAX]; /* already in the log */
    bool resting;                        /* not asked in this poll */
    bool answered;                       /* well, in this poll */
    bool partial;                        /* but its peer says that it lacks something */
    bool known;                          /* it was answered well before */
    unsigned failures;                   /* polls in a row, before this one, in which it was not answered whole */
    unsigned quiet;                      /* good answers in a row without a series */
    int64_t rest_until_ms;               /* by the boot clock */
    uint64_t series;                     /* of its last good answer */
    int past_tries;                      /* left; 0: its past is not wanted */
};

struct source {
    char *name, *url;
    const struct secret *token;
    struct secret *basic;
    int64_t interval_ms;
    struct ask *asks;
    size_t count;
    struct prometheus_table tables[PROMETHEUS_KINDS], former[PROMETHEUS_KINDS]; /* of this poll; as told last */
    bool told[PROMETHEUS_KINDS];                                                /* in this poll */
    bool ever_told[PROMETHEUS_KINDS];
    bool blank;      /* our history has nothing of this peer */
    int64_t poll_ms; /* when it began, by the boot clock */
    size_t produced; /* of the table that is being told */
    bool polled, reached;
    int version_tries;
    char version[VERSION_MAX];
    /* The gap in our history: */
    bool gap;
    int64_t gap_from_ms;
    int64_t past_start_s, past_end_s, past_step_s;
    struct arena arena;
};

static const struct config_option query_settings[] = {
    {.name = "expr", .type = CONFIG_TEXT, .help = "PromQL, in single quotes"},
    {.name = "kind", .type = CONFIG_TEXT, .help = "what its series are: links, racks, halls or clusters"},
    {.name = "value", .type = CONFIG_TEXT, .help = "the field of that kind that its numbers are, such as rtt_ms"},
    {.name = "scale", .type = CONFIG_REAL, .preset = "1", .help = "what its numbers are multiplied with"},
    {.name = "enabled", .type = CONFIG_BOOL, .preset = "true", .help = "false: it is not asked"},
    {.name = "from", .type = CONFIG_TEXT, .help = "the label with a link's beginning"},
    {.name = "to", .type = CONFIG_TEXT, .help = "the label with a link's end"},
    {.name = "site", .type = CONFIG_TEXT, .help = "the label with the place of a rack or hall"},
    {.name = "rack", .type = CONFIG_TEXT, .help = "the label with a rack's name"},
    {.name = "hall", .type = CONFIG_TEXT, .help = "the label with the hall"},
    {.name = "row", .type = CONFIG_TEXT, .help = "the label with a rack's row"},
    {.name = "tenant", .type = CONFIG_TEXT, .help = "the label with a rack's tenant"},
    {.name = "cluster", .type = CONFIG_TEXT, .help = "the label with a cluster's id"},
    {0},
};

static const struct config_option settings[] = {
    {.name = "profiles",
     .type = CONFIG_LIST,
     .preset = "blackbox smokeping ipmi rack node pdu npu dcgm",
     .help = "exporters whose metrics are asked for by default queries; one that gives no series three times is then "
             "asked every 10 minutes"},
    {.name = "query",
     .type = CONFIG_SECTION,
     .children = query_settings,
     .titled = true,
     .help = "a PromQL query and what its series are; one of a default's name stands in its place"},
    {0},
};

/* --- an instance */

static void prometheus_close(struct source *s)
{
    if (!s)
        return;
    for (size_t i = 0; i < PROMETHEUS_KINDS; i++) {
        prometheus_table_release(&s->tables[i]);
        prometheus_table_release(&s->former[i]);
    }
    arena_release(&s->arena);
    secret_free(s->basic);
    free(s->asks);
    free(s->name);
    free(s->url);
    free(s);
}

static void ask_take(struct source *s, const struct prometheus_query *q)
{
    struct ask *a = &s->asks[s->count++];
    a->query = *q;
    a->kind = (size_t)(q->kind - prometheus_query_kinds);
    a->column = prometheus_table_column(&s->tables[a->kind], q->field);
    (void)prometheus_table_column(&s->former[a->kind], q->field);
}

static bool settings_take(struct source *s, const struct source_settings *given, struct err *err)
{
    struct prometheus_query queries[PROMETHEUS_QUERIES_MAX];
    size_t count;
    for (size_t i = 0; i < PROMETHEUS_KINDS; i++) {
        prometheus_table_init(&s->tables[i], &prometheus_query_kinds[i]);
        prometheus_table_init(&s->former[i], &prometheus_query_kinds[i]);
    }
    if (strcmp(s->url, "local:") == 0) {
        err_set(err, ERR_INPUT, "the source '%s' has no address: local: is Slurm's alone", s->name);
        return err_exit(err, 78);
    }
    if (!prometheus_query_read(given, &s->arena, queries, &count, err))
        return false;
    s->asks = mem_new(count > 0 ? count : 1, sizeof *s->asks);
    for (size_t i = 0; i < count; i++)
        ask_take(s, &queries[i]);
    if (given->user && *given->user && given->token)
        s->basic = secret_basic(given->user, given->token, err);
    return !given->token || !given->user || !*given->user || s->basic;
}

static struct source *prometheus_open(const struct source_settings *given, struct err *err)
{
    struct source *s = mem_new(1, sizeof *s);
    s->name = mem_strdup(given->name ? given->name : "prometheus");
    s->url = mem_strdup(given->url ? given->url : "");
    s->token = given->token;
    s->interval_ms = given->interval_ms > 1000 ? given->interval_ms : 1000;
    if (settings_take(s, given, err))
        return s;
    prometheus_close(s);
    return NULL;
}

static size_t prometheus_headers(struct source *s, const char *names[], const char *values[],
                                 const struct secret *secrets[], size_t max)
{
    return source_authorization(s->basic ? "Basic " : "Bearer ", s->basic ? s->basic : s->token, names, values, secrets,
                                max);
}

/* --- what is asked */

static enum part part_of(const struct source_request *r)
{
    return (enum part)(r->tag / PARTS);
}

static struct ask *ask_of(struct source *s, const struct source_request *r)
{
    return &s->asks[r->tag % PARTS];
}

static struct source_request *request_make(struct source_request *out, const char *what, enum part part, size_t number)
{
    static const char *const keep[] = {"metric", "value", "values", NULL};
    *out = (struct source_request){.what = what,
                                   .method = "GET",
                                   .element_path = "data.result",
                                   .keep = keep,
                                   .mode = JSON_LENIENT,
                                   .timeout_ms = TIMEOUT_MS,
                                   .past = part == PAST,
                                   .local = part == ROWS,
                                   .apart = part == QUERY || part == ROWS,
                                   .tag = (int)part * PARTS + (int)number};
    return out;
}

static bool is_asked(const struct source *s, size_t kind)
{
    for (size_t i = 0; i < s->count; i++) {
        if (s->asks[i].kind == kind && !s->asks[i].resting)
            return true;
    }
    return false;
}

/* A kind of which nothing is asked now has no rows: its last answers were empty. */
static size_t rows_requests(struct source *s, struct source_request *out)
{
    size_t n = 0;
    for (size_t i = 0; i < PROMETHEUS_KINDS; i++) {
        enum kind kind = prometheus_query_kinds[i].kind;
        if (is_asked(s, i))
            request_make(&out[n++], kind_info(kind)->name, ROWS, i)->covers[0] = kind;
    }
    return n;
}

static size_t version_request(struct source *s, struct source_request *out)
{
    if (*s->version || s->version_tries == VERSION_TRIES)
        return 0;
    s->version_tries++;
    request_make(out, "version", VERSION, 0)->element_path = NULL;
    snprintf(out->path, sizeof out->path, "/api/v1/status/buildinfo");
    return 1;
}

static bool sampled(const struct prometheus_query *q)
{
    return kind_info(q->kind->kind)->fields[q->field].flags & FIELD_SAMPLED;
}

/* The past that is wanted, once it is known what "now" is. */
static void gap_take(struct source *s, int64_t now_ms)
{
    int64_t oldest_ms = now_ms - INT64_C(1000) * PAST_MAX_S;
    int64_t from_ms = s->gap_from_ms > oldest_ms ? s->gap_from_ms : oldest_ms;
    int64_t gap_s = (now_ms - from_ms) / 1000, interval_s = s->interval_ms / 1000;
    s->gap = false;
    if (gap_s < PAST_LEAST_POLLS * interval_s)
        return;
    int64_t step_s = (gap_s + PAST_POINTS - 1) / PAST_POINTS;
    s->past_step_s = step_s > interval_s ? step_s : interval_s;
    s->past_end_s = now_ms / 1000;
    s->past_start_s = s->past_end_s - (gap_s - 1) / s->past_step_s * s->past_step_s; /* the last point is now */
    for (size_t i = 0; i < s->count; i++)
        s->asks[i].past_tries = sampled(&s->asks[i].query) ? PAST_TRIES : 0;
}

/* The past of one query. So many series that all points of them would be too many are asked for fewer. */
static void past_request(struct source *s, struct ask *a, struct source_request *out)
{
    int64_t gap_s = s->past_end_s - s->past_start_s, step_s = s->past_step_s;
    int64_t least_s = gap_s * (int64_t)a->series / PROMETHEUS_SAMPLES_MAX + 1;
    a->past_tries--;
    a->past_seen = (struct prometheus_seen){0};
    request_make(out, a->query.past_name, PAST, (size_t)(a - s->asks));
    prometheus_query_past_path(&a->query, s->past_start_s, s->past_end_s, step_s > least_s ? step_s : least_s,
                               out->path);
}

/* As many as there is room for; the others come with the next polls. */
static size_t past_requests(struct source *s, struct source_request *out, size_t room)
{
    size_t n = 0;
    for (size_t i = 0; i < s->count && n < room; i++) {
        struct ask *a = &s->asks[i];
        if (a->known && a->series == 0) /* whoever has no present needs no past */
            a->past_tries = 0;
        if (a->past_tries > 0)
            past_request(s, a, &out[n++]);
    }
    return n;
}

/* What was told last is kept: a poll that is not whole closes nothing of it. */
static void tables_turn(struct source *s)
{
    for (size_t i = 0; i < PROMETHEUS_KINDS; i++) {
        if (s->told[i]) {
            struct prometheus_table last = s->tables[i];
            s->tables[i] = s->former[i];
            s->former[i] = last;
        }
        s->told[i] = false;
        prometheus_table_clear(&s->tables[i]);
    }
}

static void ask_turn(const struct source *s, struct ask *a)
{
    if (s->polled && !a->resting)
        a->failures = a->answered && !a->partial ? 0 : a->failures + 1;
    a->resting = a->query.profile && a->quiet >= QUIET_POLLS && s->poll_ms < a->rest_until_ms;
    a->answered = a->partial = false;
    if (!a->resting)
        a->seen = (struct prometheus_seen){0};
}

/* Somebody is always asked: a source that is not asked does not live. */
static void wake_one(struct source *s)
{
    for (size_t i = 0; i < s->count; i++) {
        if (!s->asks[i].resting)
            return;
    }
    if (s->count > 0)
        s->asks[0].resting = false;
}

static void poll_turn(struct source *s, struct instant now)
{
    s->poll_ms = now.boot_ms;
    tables_turn(s);
    for (size_t i = 0; i < s->count; i++)
        ask_turn(s, &s->asks[i]);
    wake_one(s);
    s->polled = true;
    s->reached = false;
    s->produced = 0;
}

/* First what is present. The past is asked of a peer that answers, or has not been asked yet. */
static size_t prometheus_requests(struct source *s, struct instant now, struct source_request out[SOURCE_REQUESTS_MAX])
{
    bool answers = !s->polled || s->reached;
    size_t n = 0;
    poll_turn(s, now);
    for (size_t i = 0; i < s->count; i++) {
        struct ask *a = &s->asks[i];
        if (!a->resting)
            prometheus_query_path(&a->query, request_make(&out[n++], a->query.name, QUERY, i)->path);
    }
    n += rows_requests(s, out + n);
    n += version_request(s, out + n);
    if (s->gap && answers)
        gap_take(s, now.utc_ms);
    return answers ? n + past_requests(s, out + n, SOURCE_REQUESTS_MAX - n) : n;
}

/* A gap that is not filled yet only grows. */
static void prometheus_resume(struct source *s, int64_t last_ms)
{
    bool unfilled = s->gap;
    s->blank = last_ms == 0;
    for (size_t i = 0; i < s->count; i++)
        unfilled = unfilled || s->asks[i].past_tries > 0;
    if (!unfilled || last_ms < s->gap_from_ms)
        s->gap_from_ms = last_ms;
    s->gap = true;
}

/* --- answers */

static bool too_many(const struct source *s, const struct prometheus_query *q, const char *what, unsigned max,
                     struct err *err)
{
    err_set(err, ERR_CORRUPT, "the query '%s' of '%s' gives more than %u %s", q->name, s->name, max, what);
    return err_hint(err, "aggregate it: sum by (site, rack) (…), or take a part of it");
}

static const struct json *last_of(const struct json *list)
{
    const struct json *last = NULL;
    for (const struct json *j = json_first(list); j; j = json_next(j))
        last = j;
    return last;
}

/* A series of a vector has `value`, of a matrix `values`. What is no series is a scalar, of which finish() knows. */
static bool prometheus_decode(struct source *s, const struct source_request *r, const struct json *element,
                              source_sink *sink, void *ctx, struct err *err)
{
    struct ask *a = ask_of(s, r);
    struct prometheus_name name;
    bool twice = false;
    (void)sink, (void)ctx;
    if (part_of(r) != QUERY || json_type(element) != JSON_OBJECT)
        return true;
    if (a->seen.series == PROMETHEUS_SERIES_MAX)
        return too_many(s, &a->query, "series", PROMETHEUS_SERIES_MAX, err);
    if (!prometheus_series_name(&a->query, json_get(element, "metric"), &name, &a->seen))
        return true;
    const struct json *pair = json_get(element, "value");
    double value = prometheus_series_number(&a->query, pair ? pair : last_of(json_get(element, "values")), NULL);
    if (isnan(value)) {
        a->seen.unknown++;
        return true;
    }
    struct prometheus_table *t = &s->tables[a->kind];
    if (!prometheus_table_put(t, &name, a->column, (unsigned)(a - s->asks), value, &twice))
        return too_many(s, &a->query, kind_info(t->kind->kind)->name, PROMETHEUS_SERIES_MAX, err);
    a->seen.twice += twice;
    return true;
}

static bool prometheus_decode_past(struct source *s, const struct source_request *r, const struct json *element,
                                   source_past *sample, void *ctx, struct err *err)
{
    struct ask *a = ask_of(s, r);
    struct prometheus_name name;
    if (json_type(element) != JSON_OBJECT)
        return true;
    if (a->past_seen.series == PROMETHEUS_SERIES_MAX)
        return too_many(s, &a->query, "series", PROMETHEUS_SERIES_MAX, err);
    if (!prometheus_series_name(&a->query, json_get(element, "metric"), &name, &a->past_seen))
        return true;
    unsigned teller = prometheus_table_teller(&s->tables[a->kind], &name, a->column);
    if (teller > 0 && teller != (unsigned)(a - s->asks) + 1) /* another query tells that field of it now */
        return true;
    for (const struct json *j = json_first(json_get(element, "values")); j; j = json_next(j)) {
        int64_t at_ms = 0;
        double value = prometheus_series_number(&a->query, j, &at_ms);
        if (isnan(value))
            continue;
        if (a->past_seen.samples++ == PROMETHEUS_SAMPLES_MAX)
            return too_many(s, &a->query, "samples of the past", PROMETHEUS_SAMPLES_MAX, err);
        if (!sample(ctx, a->query.kind->kind, name.id, a->query.field, at_ms, value))
            return err_set(err, ERR_TRANSIENT, "cannot keep what the query '%s' tells of the past", a->query.name);
    }
    return true;
}

static void version_take(struct source *s, const struct json *rest)
{
    struct safe_text t = {0};
    (void)json_text(json_get(json_get(rest, "data"), "version"), &t);
    text_show_in(t, s->version, sizeof s->version);
}

/* A warning is logged when it is new. */
static void warn(const struct source *s, struct ask *a)
{
    if (a->seen.warning[0] && strcmp(a->seen.warning, a->warned) != 0)
        log_line(LOG_WARN, "%s: the query '%s' is answered with a warning: %s", s->name, a->query.name,
                 a->seen.warning);
    memcpy(a->warned, a->seen.warning, sizeof a->warned);
}

static void ask_answered(struct source *s, struct ask *a)
{
    a->answered = a->known = s->reached = true;
    a->partial = a->seen.partial;
    a->series = a->seen.series;
    a->quiet = a->series > 0 || a->partial ? 0 : a->quiet + 1;
    if (a->quiet >= QUIET_POLLS)
        a->rest_until_ms = s->poll_ms + REST_MS;
    warn(s, a);
}

static bool prometheus_finish(struct source *s, const struct source_request *r, const struct json *rest,
                              struct instant now, source_sink *sink, void *ctx, struct err *err)
{
    struct ask *a = ask_of(s, r);
    const struct prometheus_answer answer = {s->name, s->url, a->query.name};
    (void)now, (void)sink, (void)ctx;
    if (part_of(r) == VERSION) {
        version_take(s, rest);
        return true;
    }
    bool past = part_of(r) == PAST;
    if (past)
        a->past_tries = 0;
    if (!prometheus_answer_good(&answer, rest, past ? &a->past_seen : &a->seen, err))
        return false;
    if (!past)
        ask_answered(s, a);
    return true;
}

/* An answer that its peer itself calls partial is no failure, but what it lacks is not known. */
static bool prometheus_trouble(struct source *s, const struct source_request *r, struct err *err)
{
    const struct ask *a = ask_of(s, r);
    if (part_of(r) != QUERY || !a->partial)
        return false;
    return err_set(err, ERR_TRANSIENT, "the answer to the query '%s' of '%s' is partial: %s", a->query.name, s->name,
                   a->seen.warning),
           true;
}

/* Who tells no version is asked all the same. */
static bool prometheus_failed(struct source *s, const struct source_request *r, int status, const char *content_type,
                              const char *body, size_t n, struct err *err)
{
    struct ask *a = ask_of(s, r);
    const struct prometheus_answer answer = {s->name, s->url, a->query.name};
    if (part_of(r) == VERSION)
        return true;
    if (part_of(r) == PAST)
        a->past_tries = 0;
    return prometheus_answer_failed(&answer, status, content_type, body, n, err);
}

/* --- rows */

/* What became of a kind's queries in this poll. */
struct outcome {
    const struct ask *short_of; /* the first that was not answered whole */
    const struct ask *missing;  /* the first of these that may be soon */
    bool any, whole;
};

static struct outcome outcome_of(const struct source *s, size_t kind)
{
    struct outcome o = {.whole = true};
    for (size_t i = 0; i < s->count; i++) {
        const struct ask *a = &s->asks[i];
        if (a->kind != kind || a->resting)
            continue;
        bool whole = a->answered && !a->partial;
        o.any = o.any || a->answered;
        o.whole = o.whole && whole;
        if (!whole && !o.short_of)
            o.short_of = a;
        if (!whole && !o.missing && a->failures + 1 < STAND_POLLS && (!a->answered || !s->ever_told[kind]))
            o.missing = a;
    }
    return o;
}

/* A query that fails once leaves what is known as it is; one that goes on failing must not make everything else of its kind
 * old: then its field is unknown. What is absent then, or from an answer that its peer calls partial, is kept without a
 * number if this process has seen it; where only the cache has, a whole answer is waited for as long. */
static bool rows_begin(struct source *s, size_t kind, struct err *err)
{
    struct prometheus_table *t = &s->tables[kind];
    struct outcome o = outcome_of(s, kind);
    const struct ask *stop = !o.any ? o.short_of : s->blank && !s->ever_told[kind] ? NULL : o.missing;
    if (stop)
        return err_set(err, ERR_TRANSIENT, "what is known of %s stands: the query '%s' of '%s' was not answered%s",
                       kind_info(t->kind->kind)->name, stop->query.name, s->name, stop->answered ? " whole" : "");
    if (!o.whole && !prometheus_table_keep(t, &s->former[kind]))
        return err_set(err, ERR_CORRUPT, "'%s' tells of more than %d %s", s->name, (int)PROMETHEUS_SERIES_MAX,
                       kind_info(t->kind->kind)->name);
    return true;
}

static bool prometheus_produce(struct source *s, const struct source_request *r, struct instant now, size_t max_rows,
                               bool *more, source_sink *sink, void *ctx, struct err *err)
{
    size_t kind = (size_t)(r->tag % PARTS), from = s->produced;
    const struct prometheus_table *t = &s->tables[kind];
    (void)now;
    s->produced = 0;
    if (from == 0 && !rows_begin(s, kind, err))
        return false;
    size_t end = t->count - from > max_rows ? from + max_rows : t->count;
    for (size_t i = from; i < end; i++) {
        struct row row = prometheus_table_row(t, i);
        if (!sink(ctx, &row, err))
            return false;
    }
    *more = end < t->count;
    s->produced = *more ? end : 0;
    s->told[kind] = s->ever_told[kind] = !*more || s->told[kind];
    return true;
}

/* --- remarks */

static bool profile_is(const struct source *s, const char *profile, bool *asked, bool *gives)
{
    *asked = *gives = false;
    for (size_t i = 0; i < s->count; i++) {
        const struct ask *a = &s->asks[i];
        if (!a->query.profile || strcmp(a->query.profile, profile) != 0)
            continue;
        *asked = *asked || a->known;
        *gives = *gives || a->series > 0;
    }
    return *asked;
}

/* "profiles with series: blackbox, node; without: smokeping, pdu". */
static void profiles_remark(const struct source *s, struct buf *out)
{
    static const char *const begins[] = {"profiles with series: ", "without: "};
    for (int gives = 1; gives >= 0; gives--) {
        const char *before = begins[1 - gives];
        for (size_t i = 0; prometheus_profiles[i]; i++) {
            bool asked, does;
            if (!profile_is(s, prometheus_profiles[i], &asked, &does) || does != (gives == 1))
                continue;
            if (before == begins[1] && out->len > 0)
                buf_puts(out, "; ", NULL);
            (void)buf_printf(out, NULL, "%s%s", before, prometheus_profiles[i]);
            before = ", ";
        }
    }
}

/* The profiles are told of once, when every query was asked. */
static bool kind_is_last(const struct source *s, size_t kind)
{
    for (size_t i = kind + 1; i < PROMETHEUS_KINDS; i++) {
        if (is_asked(s, i))
            return false;
    }
    return true;
}

static void prometheus_remark(struct source *s, const struct source_request *r, struct buf *out)
{
    const struct ask *a = ask_of(s, r);
    if (part_of(r) == QUERY || part_of(r) == PAST)
        prometheus_series_remark(&a->query, r->past ? &a->past_seen : &a->seen, out);
    if (part_of(r) == ROWS && kind_is_last(s, (size_t)(r->tag % PARTS)))
        profiles_remark(s, out);
}

static const char *prometheus_peer_version(struct source *s)
{
    return *s->version ? s->version : NULL;
}

const struct source_driver source_prometheus = {
    .name = "prometheus",
    .summary = "links, racks, halls and clusters by queries of a Prometheus, VictoriaMetrics, Thanos or Mimir",
    .network = true,
    .settings = settings,
    .open = prometheus_open,
    .close = prometheus_close,
    .requests = prometheus_requests,
    .headers = prometheus_headers,
    .decode = prometheus_decode,
    .finish = prometheus_finish,
    .failed = prometheus_failed,
    .produce = prometheus_produce,
    .resume = prometheus_resume,
    .decode_past = prometheus_decode_past,
    .remark = prometheus_remark,
    .trouble = prometheus_trouble,
    .peer_version = prometheus_peer_version,
};
