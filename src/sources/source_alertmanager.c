#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "base/mem.h"
#include "sources/alertmanager.h"
#include "sources/told.h"

/* Alertmanager's API v2, its own or Mimir's. A poll asks for silences, groups and alerts; the rows are made of what these told
 * together, so that one that was not answered closes nothing. */

enum part { STATUS, RECEIVERS, SILENCES, GROUPS, ALERTS, SILENCE_ROWS, ALERT_ROWS, PARTS };

enum {
    TIMEOUT_MS = 30000,
    VERSION_MAX = 64,
    /* Groups repeat their alerts, thousands in one element where a storm is one group: such an answer is too large to be read.
     * So many polls go without them then: the alerts are what matters. */
    GROUPS_REST = 30,
};

struct source {
    char *name, *url;
    const struct secret *token;
    struct secret *basic;
    struct alertmanager_words words;
    struct alertmanager_table table;
    struct alertmanager_seen seen;
    char severity[ALERTMANAGER_NAME_MAX]; /* unknown, already in the log */
    bool answered[PARTS], settled;
    int groups_rest;
    bool groups_asked;
    size_t produced;
    char version[VERSION_MAX], cluster[VERSION_MAX];
    size_t peers, receivers;
    bool receivers_known;
    struct arena arena, element; /* of the settings; of one element */
};

/* --- an instance */

static void alertmanager_close(struct source *s)
{
    if (!s)
        return;
    alertmanager_table_release(&s->table);
    arena_release(&s->arena);
    arena_release(&s->element);
    secret_free(s->basic);
    free(s->name);
    free(s->url);
    free(s);
}

static bool settings_take(struct source *s, const struct source_settings *given, struct err *err)
{
    if (strcmp(s->url, "local:") == 0) {
        err_set(err, ERR_INPUT, "the source '%s' has no address: local: is Slurm's alone", s->name);
        return err_exit(err, 78);
    }
    if (!alertmanager_words_read(given, &s->arena, &s->words, err))
        return false;
    if (given->user && *given->user && given->token)
        s->basic = secret_basic(given->user, given->token, err);
    return !given->token || !given->user || !*given->user || s->basic;
}

static struct source *alertmanager_open(const struct source_settings *given, struct err *err)
{
    struct source *s = mem_new(1, sizeof *s);
    s->name = mem_strdup(given->name ? given->name : "alertmanager");
    s->url = mem_strdup(given->url ? given->url : "");
    s->token = given->token;
    if (settings_take(s, given, err))
        return s;
    alertmanager_close(s);
    return NULL;
}

static size_t alertmanager_headers(struct source *s, const char *names[], const char *values[],
                                   const struct secret *secrets[], size_t max)
{
    return source_authorization(s->basic ? "Basic " : "Bearer ", s->basic ? s->basic : s->token, names, values, secrets,
                                max);
}

/* --- what is asked */

static void request_put(struct source_request *out, enum part part)
{
    static const char *const group_keep[] = {"alerts", "labels", NULL};
    static const struct source_request requests[PARTS] = {
        [STATUS] = {.what = "status", .path = "/api/v2/status"},
        [RECEIVERS] = {.what = "receivers", .path = "/api/v2/receivers", .element_path = ""},
        [SILENCES] = {.what = "silences", .path = "/api/v2/silences", .element_path = ""},
        [GROUPS] = {.what = "groups", .path = "/api/v2/alerts/groups", .element_path = "", .keep = group_keep},
        [ALERTS] = {.what = "alerts", .path = "/api/v2/alerts", .element_path = ""},
        [SILENCE_ROWS] = {.what = "silence rows", .local = true, .covers = {KIND_SILENCE}},
        [ALERT_ROWS] = {.what = "alert rows", .local = true, .covers = {KIND_ALERT}},
    };
    *out = requests[part];
    out->method = "GET";
    out->mode = JSON_LENIENT;
    out->timeout_ms = TIMEOUT_MS;
    out->tag = (int)part;
}

/* Groups that were asked for and told nothing, not even an error, could not be read. */
static bool groups_due(struct source *s)
{
    if (s->groups_asked && !s->answered[GROUPS])
        s->groups_rest = GROUPS_REST;
    else if (s->groups_rest > 0)
        s->groups_rest--;
    s->groups_asked = s->groups_rest == 0;
    return s->groups_asked;
}

static size_t alertmanager_requests(struct source *s, struct instant now,
                                    struct source_request out[SOURCE_REQUESTS_MAX])
{
    bool groups = groups_due(s);
    size_t n = 0;
    (void)now;
    alertmanager_table_clear(&s->table);
    s->seen = (struct alertmanager_seen){0};
    memset(s->answered, 0, sizeof s->answered);
    s->settled = false;
    s->produced = 0;
    s->receivers = s->receivers_known ? s->receivers : 0;
    for (int part = 0; part < PARTS; part++) {
        if ((part != GROUPS || groups) && (part != RECEIVERS || !s->receivers_known))
            request_put(&out[n++], (enum part)part);
    }
    return n;
}

/* --- answers */

static bool too_many(const struct source *s, const char *what, struct err *err)
{
    return err_set(err, ERR_CORRUPT, "the Alertmanager of '%s' tells of more than %d %s", s->name,
                   ALERTMANAGER_ALERTS_MAX, what);
}

static void group_take(struct source *s, const struct json *element)
{
    struct safe_text labels = alertmanager_alert_group(json_get(element, "labels"), &s->table.arena);
    const struct json *alerts = json_get(element, "alerts");
    for (const struct json *j = json_type(alerts) == JSON_ARRAY ? json_first(alerts) : NULL;
         j && !text_empty(labels) && s->table.group_count < 2 * ALERTMANAGER_ALERTS_MAX; j = json_next(j)) {
        struct safe_text id = told_id(json_get(j, "fingerprint"));
        if (!text_empty(id))
            alertmanager_table_group(&s->table, id, labels);
    }
}

static bool alertmanager_decode(struct source *s, const struct source_request *r, const struct json *element,
                                source_sink *sink, void *ctx, struct err *err)
{
    struct row row;
    (void)sink, (void)ctx;
    arena_reset(&s->element);
    if (r->tag == RECEIVERS)
        s->receivers += !text_empty(told_id(json_get(element, "name")));
    if (r->tag == GROUPS)
        group_take(s, element);
    if (r->tag == SILENCES && alertmanager_silence(element, &s->element, &row)) {
        if (s->table.silences.count == ALERTMANAGER_ALERTS_MAX)
            return too_many(s, "silences", err);
        rows_add(&s->table.silences, &row);
    }
    if (r->tag == ALERTS && alertmanager_alert(element, &s->words, &s->element, &s->seen, &row)) {
        if (s->table.alerts.count == ALERTMANAGER_ALERTS_MAX)
            return too_many(s, "alerts", err);
        rows_add(&s->table.alerts, &row);
    }
    return true;
}

static void status_take(struct source *s, const struct json *rest)
{
    const struct json *cluster = json_get(rest, "cluster"), *peers = json_get(cluster, "peers");
    struct value version = told_text(json_get(json_get(rest, "versionInfo"), "version")),
                 state = told_text(json_get(cluster, "status"));
    text_show_in(value_text_or(&version, ""), s->version, sizeof s->version);
    text_show_in(value_text_or(&state, ""), s->cluster, sizeof s->cluster);
    s->peers = json_type(peers) == JSON_ARRAY ? json_count(peers) : 0;
}

/* An answer all of whose elements are nonsense is another API's; it must not close what is known. */
static bool alerts_good(struct source *s, struct err *err)
{
    const struct alertmanager_seen *seen = &s->seen;
    if (seen->alerts > 0 && seen->nonsense == seen->alerts)
        return err_set(err, ERR_CORRUPT, "none of the %" PRIu64 " alerts of '%s' has a fingerprint", seen->alerts,
                       s->name);
    if (seen->nonsense > 0)
        log_line(LOG_WARN, "%s: %" PRIu64 " alerts without a fingerprint were skipped", s->name, seen->nonsense);
    if (seen->unknown > 0 && strcmp(seen->severity, s->severity) != 0)
        log_line(LOG_WARN, "%s: the severity '%s' is none of the words of 'severities': it counts as unknown", s->name,
                 seen->severity);
    memcpy(s->severity, seen->severity, sizeof s->severity);
    return true;
}

static bool alertmanager_finish(struct source *s, const struct source_request *r, const struct json *rest,
                                struct instant now, source_sink *sink, void *ctx, struct err *err)
{
    enum json_type wanted = r->tag == STATUS ? JSON_OBJECT : JSON_ARRAY;
    (void)now, (void)sink, (void)ctx;
    if (json_type(rest) != wanted)
        return err_set(err, ERR_CORRUPT, "what answers for the %s of '%s' is no Alertmanager API v2", r->what, s->name);
    if (r->tag == STATUS)
        status_take(s, rest);
    s->answered[r->tag] = true;
    s->receivers_known = s->receivers_known || r->tag == RECEIVERS;
    return r->tag != ALERTS || alerts_good(s, err);
}

/* Who may not see the status, the receivers or the groups is asked for the alerts all the same. */
static bool alertmanager_failed(struct source *s, const struct source_request *r, int status, const char *content_type,
                                const char *body, size_t n, struct err *err)
{
    bool extra = r->tag == STATUS || r->tag == RECEIVERS || r->tag == GROUPS;
    if (r->tag == GROUPS)
        s->groups_asked = false;
    if (extra && (status == 403 || status == 404))
        return true;
    return alertmanager_answer_failed(s->name, s->url, status, content_type, body, n, err);
}

/* --- rows */

static bool alertmanager_produce(struct source *s, const struct source_request *r, struct instant now, size_t max_rows,
                                 bool *more, source_sink *sink, void *ctx, struct err *err)
{
    bool alerts = r->tag == ALERT_ROWS;
    struct alertmanager_table *t = &s->table;
    size_t from = s->produced, count;
    (void)now;
    *more = false;
    s->produced = 0;
    if (!s->answered[alerts ? ALERTS : SILENCES])
        return err_set(err, ERR_TRANSIENT, "what is known of %s stands: '%s' did not tell of them",
                       alerts ? "alerts" : "silences", s->name);
    if (!s->settled)
        alertmanager_table_settle(t, s->answered[ALERTS]);
    s->settled = true;
    count = alerts ? t->by_id_count : t->silences.count;
    size_t end = count - from > max_rows ? from + max_rows : count;
    for (size_t i = from; i < end; i++) {
        if (!sink(ctx, alerts ? t->by_id[i] : &t->silences.all[i], err))
            return false;
    }
    *more = end < count;
    s->produced = *more ? end : 0;
    return true;
}

/* --- what is told of it */

static void part_put(struct buf *out, const char *before, uint64_t n, const char *what)
{
    if (n > 0)
        buf_printf(out, NULL, "%s%" PRIu64 " %s", before, n, what);
}

static void alerts_remark(const struct alertmanager_seen *seen, struct buf *out)
{
    buf_printf(out, NULL, "%" PRIu64 " alerts", seen->alerts);
    part_put(out, ", ", seen->silenced, "silenced");
    part_put(out, ", ", seen->inhibited, "inhibited");
    part_put(out, ", ", seen->watchdogs, "watchdogs");
    part_put(out, ", ", seen->unplaced, "without a label of 'labels' that says where");
    part_put(out, ", ", seen->nonsense, "without a fingerprint");
    part_put(out, ", ", seen->unknown, "of unknown severity");
    if (seen->severity[0])
        buf_printf(out, NULL, " ('%s')", seen->severity);
}

static void alertmanager_remark(struct source *s, const struct source_request *r, struct buf *out)
{
    if (r->tag == ALERTS)
        alerts_remark(&s->seen, out);
    else if (r->tag == SILENCES)
        buf_printf(out, NULL, "%zu silences", s->table.silences.count);
    else if (r->tag == RECEIVERS)
        buf_printf(out, NULL, "%zu receivers", s->receivers);
    else if (r->tag == STATUS && s->version[0])
        buf_printf(out, NULL, "Alertmanager %s, clustering %s, %zu peers", s->version,
                   s->cluster[0] ? s->cluster : "unknown", s->peers);
}

static const char *alertmanager_peer_version(struct source *s)
{
    return *s->version ? s->version : NULL;
}

/* --- orders */

static bool order_form(struct source *s, const struct source_order *o, bool look, struct source_order_form *form,
                       struct err *err)
{
    (void)s;
    return alertmanager_order_form(o, look, form, err);
}

static bool order_found(struct source *s, const struct source_order *o, const struct json *element,
                        struct source_ordered *said)
{
    (void)s;
    return alertmanager_order_is(o, element, &said->remote);
}

static enum source_order_end order_ended(struct source *s, const struct source_order *o, bool look, bool found,
                                         int status, const char *body, size_t n, struct source_ordered *said,
                                         struct err *err)
{
    return alertmanager_order_end(s->name, o, look, found, status, body, n, &said->remote, err);
}

const struct source_driver source_alertmanager = {
    .name = "alertmanager",
    .summary = "alerts and silences of an Alertmanager, or of a Mimir's",
    .network = true,
    .settings = alertmanager_words_settings,
    .open = alertmanager_open,
    .close = alertmanager_close,
    .requests = alertmanager_requests,
    .headers = alertmanager_headers,
    .decode = alertmanager_decode,
    .finish = alertmanager_finish,
    .failed = alertmanager_failed,
    .produce = alertmanager_produce,
    .remark = alertmanager_remark,
    .peer_version = alertmanager_peer_version,
    .orders = SOURCE_ORDER_BIT(SOURCE_ORDER_SILENCE) | SOURCE_ORDER_BIT(SOURCE_ORDER_UNSILENCE),
    .order = order_form,
    .order_found = order_found,
    .order_ended = order_ended,
};
