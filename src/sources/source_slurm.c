#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/log.h"
#include "base/mem.h"
#include "base/pattern.h"
#include "domain/state.h"
#include "sources/slurm.h"
#include "sources/slurm_source.h"
#include "sources/source.h"

/* Slurm's slurmrestd. Answers of 22.05 carry no time of their own but for diag's req_time; that is slurmctld's clock,
 * and
 * `?update_time=T` is compared with that clock: a body comes when something changed at T or later, else 304. */

enum {
    TIMEOUT_MS = 60000,
    /* slurmctld stamps a change with a time that it may have read seconds earlier, before it got its locks. */
    MARGIN_S = 5,
    /* A clock that was set back would hide changes: seen here, all is asked anew. */
    STEP_MS = 2000,
    /* Every so many polls all is asked without a condition, whatever was overlooked. */
    WHOLE_EVERY = 12,
    /* Accounts change when people change them, and fair shares every PriorityCalcPeriod (5 min). */
    LEDGER_MS = 300000,
    /* Where no slurmdbd is, there may be one later. */
    LEDGER_AGAIN_MS = 1800000,
    LICENSES_SINCE = 38,
    SHARES_SINCE = 40,
    /* Since this version an answer with nothing new has status 200 and an empty list of jobs. */
    EMPTY_SINCE = 39,
    ERROR_ACCESS_DENIED = 2002,
    /* slurmctld saves its jobs at most 5 s after a change (SAVE_MAX_WAIT), and what it answered before is lost when it is killed:
     * seen with 22.05, where seven of eight submissions of a second were, and their ids were given again. */
    SAVES_MS = 7000,
};

/* What is asked about one kind of object. */
struct topic {
    const char *what, *place; /* its path's last part */
    const char *element_path;
    const char *const *keep;
    slurm_object *object;
    enum kind covers, covers_too;
    /* 22.05 answers nodes?update_time= with 500 whenever nodes changed and partitions did not (it loads both with the
     * same condition): nodes are asked whole. */
    bool conditional;
    bool database; /* slurmdbd's: under /slurmdb, with every LEDGER_MS */
};

static const struct topic topics[TAG_COUNT] = {
    [PING] = {"ping", "ping", .covers = KIND_SCHEDULER},
    [DIAG] = {.what = "diag", .place = "diag"},
    [JOBS] = {"jobs", "jobs", "jobs", slurm_job_keep, slurm_job, KIND_JOB, KIND_SCHEDULER, .conditional = true},
    [PARTITIONS] = {"partitions", "partitions", "partitions", slurm_queue_keep, slurm_queue, KIND_QUEUE,
                    .conditional = true},
    [NODES] = {"nodes", "nodes", "nodes", slurm_node_keep, slurm_node, .covers = KIND_NODE},
    [RESERVATIONS] = {"reservations", "reservations", "reservations", slurm_reservation_keep, slurm_reservation,
                      KIND_RESERVATION, .conditional = true},
    [LICENSES] = {"licenses", "licenses", "licenses", slurm_license_keep, slurm_license, .covers = KIND_LICENSE},
    [DATABASE] = {"slurmdbd", "tres", .database = true},
    [QOS] = {"qos", "qos", "qos", slurm_qos_keep, slurm_qos, KIND_QOS, .database = true},
    [USERS] = {"users", "users", "users", slurm_ledger_users_keep, .database = true},
    [ACCOUNTS] = {"accounts", "accounts", "accounts", slurm_ledger_accounts_keep, .database = true},
    [SHARES] = {"shares", "shares", "shares.shares", slurm_ledger_shares_keep, .database = true},
    [ASSOCIATIONS] = {"associations", "associations", "associations", slurm_ledger_associations_keep,
                      .covers = KIND_ACCOUNT, .covers_too = KIND_USER, .database = true},
};

static const enum slurm_ledger_part parts[TAG_COUNT] = {[USERS] = SLURM_LEDGER_USERS,
                                                        [ACCOUNTS] = SLURM_LEDGER_ACCOUNTS,
                                                        [SHARES] = SLURM_LEDGER_SHARES,
                                                        [ASSOCIATIONS] = SLURM_LEDGER_ASSOCIATIONS};

static void slurm_close(struct source *s)
{
    if (!s)
        return;
    arena_release(&s->arena);
    slurm_ledger_release(&s->ledger);
    pattern_free(s->racks);
    free(s->name);
    free(s->scheduler);
    free(s->url);
    free(s->user);
    free(s);
}

static struct source *slurm_open(const struct source_settings *given, struct err *err)
{
    const char *api = source_setting(given, "api");
    struct slurm_api chosen;
    if (!api)
        api = slurm_settings[0].preset;
    if (!slurm_api_set(&chosen, api)) {
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
    s->api = chosen;
    for (int i = 0; i < PEER_COMMANDS; i++)
        s->commands[i] = given->config && config_list_count(given->config, peer_command_table[i].setting) > 0;
    if (slurm_rack_open(source_setting(given, "rack_pattern"), s->name, &s->racks, err) &&
        slurm_note_open(source_setting(given, "job_notes"), s->name, &s->notes, err))
        return s;
    slurm_close(s);
    return NULL;
}

/* --- requests
 * --------------------------------------------------------------------------------------------------------------- */

static struct source_request request_of(const char *what, int tag)
{
    return (struct source_request){
        .what = what, .method = "GET", .mode = JSON_LENIENT, .timeout_ms = TIMEOUT_MS, .tag = tag};
}

static void request_make(const struct source *s, enum tag tag, bool whole, struct source_request *out)
{
    const struct topic *t = &topics[tag];
    int64_t since = t->conditional && !whole ? s->progress[tag].since_s : 0;
    *out = request_of(t->what, (int)tag);
    out->element_path = t->element_path;
    out->keep = t->keep;
    out->covers[0] = t->covers;
    out->covers[1] = t->covers_too;
    out->essential = tag == PING;
    out->every_ms = t->database ? LEDGER_MS : 0;
    /* Its version is filled in when it is asked. */
    if (since > 0)
        snprintf(out->path, sizeof out->path, "?update_time=%lld", (long long)since);
}

/* The versions that may be offered, the newest first; then the list of those that are, asked when none was found. */
static size_t tries_make(struct source_request *out)
{
    char version[SLURM_API_MAX];
    for (size_t i = 0; i < SLURM_API_VERSIONS; i++) {
        out[i] = request_of("api", TRY + (int)i);
        out[i].essential = out[i].aside = true;
        snprintf(out[i].path, sizeof out[i].path, "/slurm/%s/ping", slurm_api_try(i, version));
    }
    out[SLURM_API_VERSIONS] = request_of("api", DESCRIPTION);
    out[SLURM_API_VERSIONS].essential = true;
    snprintf(out[SLURM_API_VERSIONS].path, sizeof out->path, "/openapi/v3");
    return SLURM_API_VERSIONS + 1;
}

/* The ping first: a dead slurmctld costs one wait of 9 s, not six (a diag would take 18 s). Then diag, whose clock the
 * conditions of the next poll are made of; then the jobs, since before 23.11 they alone tell the ClusterName. */
static size_t slurm_requests(struct source *s, struct instant now, struct source_request out[SOURCE_REQUESTS_MAX])
{
    bool whole = s->polls++ % WHOLE_EVERY == 0;
    size_t n = slurm_api_begin(&s->api) ? tries_make(out) : 0;
    s->reached = s->stepped = false;
    s->server_s = 0;
    s->poll_ms = now.boot_ms;
    s->jobs_begun = false;
    for (size_t i = 0; i < TAG_COUNT; i++) {
        s->progress[i].made = s->progress[i].nonsense = 0;
        if (!topics[i].database || now.boot_ms >= s->database_again_ms)
            request_make(s, (enum tag)i, whole, &out[n++]);
    }
    return n;
}

static bool is_simple(const char *name)
{
    return *name && name[strspn(name, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-")] == '\0';
}

static void path_make(const struct source *s, struct source_request *r)
{
    const char *under = topics[r->tag].database && r->tag != SHARES ? "slurmdb" : "slurm";
    char condition[64] = "";
    if (topics[r->tag].conditional)
        snprintf(condition, sizeof condition, "%s", strchr(r->path, '?') ? strchr(r->path, '?') : "");
    else if (r->tag == ASSOCIATIONS && is_simple(s->cluster))
        snprintf(condition, sizeof condition, "?cluster=%.50s", strlen(s->cluster) <= 50 ? s->cluster : "");
    snprintf(r->path, sizeof r->path, "/%s/%s/%s%s", under, s->api.version, topics[r->tag].place, condition);
}

/* A version that was set by hand and that is unknown here is asked for all. */
static bool is_offered(const struct source *s, int tag)
{
    int number = slurm_api_number(s->api.version);
    if (tag == LICENSES)
        return !s->no_licenses && (number == 0 || number >= LICENSES_SINCE);
    return tag != SHARES || number == 0 || number >= SHARES_SINCE;
}

static bool is_ledger(int tag)
{
    return tag == USERS || tag == ACCOUNTS || tag == SHARES || tag == ASSOCIATIONS;
}

static bool slurm_prepare(struct source *s, struct source_request *r)
{
    if (r->tag >= TAG_COUNT)
        return s->api.looking && !s->api.found;
    if (!*s->api.version || !is_offered(s, r->tag))
        return false;
    if (topics[r->tag].database && r->tag != DATABASE && s->database != DATABASE_ANSWERS)
        return false;
    if (r->tag == QOS)
        r->element_path = slurm_api_number(s->api.version) == 38 ? "QOS" : "qos";
    if (is_ledger(r->tag))
        slurm_ledger_begin(&s->ledger, parts[r->tag]);
    path_make(s, r);
    return true;
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

static void jobs_begin(struct source *s)
{
    if (s->jobs_begun)
        return;
    s->jobs_begun = true;
    s->federation[0] = '\0';
    slurm_hidden_begin(&s->hidden);
}

static void see_job(struct source *s, enum slurm_found found, const struct json *e, const struct row *row)
{
    static const struct value one = {.type = VALUE_INT, .as.i = 1};
    jobs_begin(s);
    if (found == SLURM_SKIP) {
        /* diag counts the revoked sibling of a federated job as one that waits. */
        struct value user = slurm_cell_text(json_get(e, "user_name"));
        slurm_hidden_see(&s->hidden, &user, &one, true);
    } else if (found == SLURM_ROW) {
        enum job_state state = state_job(value_text_or(&row->cells[JOB_STATE], ""));
        bool counts = state == JOB_WAITING || state == JOB_HELD || state == JOB_RUNNING || state == JOB_SUSPENDED ||
                      state == JOB_FINISHING || state == JOB_UNKNOWN;
        slurm_hidden_see(&s->hidden, &row->cells[JOB_USER], &row->cells[JOB_TASKS], counts);
    }
    slurm_federation_see(s, e);
}

static bool ledger_decode(struct source *s, const struct source_request *r, const struct json *element, struct err *err)
{
    struct err full = {0};
    enum slurm_found found = slurm_ledger_take(&s->ledger, parts[r->tag], element, s->cluster, &full);
    s->progress[r->tag].made += found != SLURM_NONSENSE;
    s->progress[r->tag].nonsense += found == SLURM_NONSENSE;
    if (full.kind == ERR_NONE)
        return true;
    *err = full;
    return false;
}

static bool slurm_decode(struct source *s, const struct source_request *r, const struct json *element,
                         source_sink *sink, void *ctx, struct err *err)
{
    struct row row;
    if (r->tag >= TAG_COUNT || !topics[r->tag].element_path)
        return true;
    if (!topics[r->tag].object)
        return ledger_decode(s, r, element, err);
    struct progress *p = &s->progress[r->tag];
    if (r->tag == JOBS && !*s->cluster) {
        struct value cluster = slurm_cell_text(json_get(element, "cluster"));
        keep_text(value_text_or(&cluster, ""), s->cluster, sizeof s->cluster);
    }
    arena_reset(&s->arena);
    enum slurm_found found = topics[r->tag].object(element, text_of(s->scheduler), &s->arena, &row);
    p->made += found == SLURM_ROW;
    p->nonsense += found == SLURM_NONSENSE;
    if (r->tag == JOBS)
        see_job(s, found, element, &row);
    if (r->tag == NODES && found == SLURM_ROW)
        slurm_rack_put(s->racks, &row);
    if (r->tag == JOBS && found == SLURM_ROW)
        slurm_note_put(&s->notes, element, &row);
    if (r->tag == JOBS && found == SLURM_ROW)
        slurm_federation_judge(s, element, &row);
    return found != SLURM_ROW || sink(ctx, &row, err);
}

static bool put_scheduler(const struct source *s, source_sink *sink, void *ctx, struct err *err)
{
    struct row row = {.kind = KIND_SCHEDULER, .id = text_of(s->scheduler)};
    row.cells[SCHEDULER_CLUSTER] = value_text(text_of(s->scheduler));
    row.cells[SCHEDULER_DRIVER] = value_text(text_of("slurm"));
    row.cells[SCHEDULER_STATE] = value_text(text_of(s->up ? "up" : "down"));
    row.cells[SCHEDULER_API] = value_text(text_of(s->api.version));
    row.cells[SCHEDULER_HIDDEN] = slurm_hidden_cell(&s->hidden);
    if (*s->cluster)
        row.cells[SCHEDULER_NAME] = value_text(text_of(s->cluster));
    if (*s->version)
        row.cells[SCHEDULER_VERSION] = value_text(text_of(s->version));
    if (strchr(s->federation, '+'))
        row.cells[SCHEDULER_FEDERATION] = value_text(text_of(s->federation));
    return sink(ctx, &row, err);
}

/* "UP" in v0.0.38 (as `ping`) and later (as `pinged`), `responding` since 24.11. */
static bool is_up(const struct json *ping)
{
    struct value word = slurm_cell_text(json_get(ping, "ping"));
    bool responds = false;
    if (!value_known(&word))
        word = slurm_cell_text(json_get(ping, "pinged"));
    return text_is(value_text_or(&word, ""), "UP") || (json_bool(json_get(ping, "responding"), &responds) && responds);
}

/* Up when one of its controllers is. */
static bool ping_finish(struct source *s, const struct json *rest, source_sink *sink, void *ctx, struct err *err)
{
    const struct json *pings = json_get(rest, "pings");
    if (json_type(pings) != JSON_ARRAY)
        return err_set(err, ERR_CORRUPT, "the ping answer of '%s' has no 'pings'", s->name);
    s->up = false;
    for (const struct json *j = json_first(pings); j; j = json_next(j))
        s->up = s->up || is_up(j);
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
    s->hidden.counted = false;
    s->hidden.server_s = 0;
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
    slurm_hidden_count(&s->hidden, json_get(rest, "statistics"), t);
}

/* This topic is known as of this poll's diag. Without a diag the older condition stands: it is right, only wider. */
static void advance(struct source *s, int tag, bool whole)
{
    if (s->stepped && !whole)
        s->progress[tag].since_s = 0;
    else if (s->server_s > MARGIN_S)
        s->progress[tag].since_s = s->server_s - MARGIN_S;
}

static const struct json *list_of(const struct source_request *r, const struct json *rest)
{
    return r->tag == SHARES ? slurm_at(rest, "shares/shares") : json_get(rest, r->element_path);
}

/* An answer all of whose elements are nonsense is another API's; it must not close what is known. */
static bool list_finish(struct source *s, const struct source_request *r, const struct json *rest, struct err *err)
{
    const struct progress *p = &s->progress[r->tag];
    const struct topic *t = &topics[r->tag];
    if (json_type(list_of(r, rest)) != JSON_ARRAY)
        return err_set(err, ERR_CORRUPT, "the answer of '%s' has no list '%s'", s->name, r->element_path);
    if (p->nonsense > 0 && p->made == 0)
        return err_set(err, ERR_CORRUPT, "none of the %llu %s of '%s' has an identity", (unsigned long long)p->nonsense,
                       t->what, s->name);
    if (p->nonsense > 0)
        log_line(LOG_WARN, "%s: %llu %s without an identity were skipped", s->name, (unsigned long long)p->nonsense,
                 t->what);
    advance(s, r->tag, true);
    return true;
}

/* What is hidden is said once in the log, and again after it was not. */
static void jobs_known(struct source *s)
{
    slurm_hidden_end(&s->hidden, s->user);
    s->remark[0] = '\0';
    bool hides = slurm_hidden_words(&s->hidden, s->remark) != NULL;
    if (hides && !s->hidden_told)
        log_line(LOG_WARN, "%s: %s", s->name, s->remark);
    s->hidden_told = hides;
}

/* What is known stays as it is: a topic is told anew by the next answer. */
static void unchanged(struct source *s, int tag)
{
    advance(s, tag, false);
    if (tag == JOBS)
        jobs_known(s);
}

/* slurmdbd is one of several things behind slurmrestd, and a cluster may do without. */
static void database_seen(struct source *s, bool answers)
{
    bool failed = !answers && (s->database == DATABASE_ANSWERS || s->database == DATABASE_FAILS);
    if (failed && s->database == DATABASE_ANSWERS)
        log_line(LOG_WARN, "%s: slurmdbd does not answer: accounts and QOS stay as they were", s->name);
    s->database = answers ? DATABASE_ANSWERS : failed ? DATABASE_FAILS : DATABASE_NONE;
    s->database_again_ms = s->poll_ms + (s->database == DATABASE_NONE ? LEDGER_AGAIN_MS : LEDGER_MS);
}

static void see_release(struct source *s, const struct json *rest)
{
    char before[SLURM_VERSION_MAX];
    snprintf(before, sizeof before, "%s", s->version);
    keep_text(slurm_answer_release(rest), s->version, sizeof s->version);
    keep_text(slurm_answer_cluster(rest), s->cluster, sizeof s->cluster);
    if (*before && strcmp(before, s->version) != 0)
        slurm_api_doubt(&s->api);
}

static bool topic_finish(struct source *s, const struct source_request *r, const struct json *rest, source_sink *sink,
                         void *ctx, struct err *err)
{
    if (!list_finish(s, r, rest, err))
        return false;
    if (is_ledger(r->tag))
        slurm_ledger_end(&s->ledger, parts[r->tag]);
    if (r->tag == ASSOCIATIONS)
        return slurm_ledger_emit(&s->ledger, text_of(s->scheduler), sink, ctx, err);
    if (r->tag == NODES)
        s->hidden.nodes = false;
    if (r->tag != JOBS)
        return true;
    jobs_begin(s);
    jobs_known(s);
    return put_scheduler(s, sink, ctx, err);
}

static bool slurm_finish(struct source *s, const struct source_request *r, const struct json *rest, struct instant now,
                         source_sink *sink, void *ctx, struct err *err)
{
    if (r->tag >= TRY) {
        slurm_api_take(&s->api, (size_t)(r->tag - TRY));
        return true;
    }
    if (r->tag == DESCRIPTION)
        return slurm_api_none(rest, s->name, err);
    bool good = slurm_answer_good(rest, s->name, err);
    if (r->tag == DATABASE) {
        database_seen(s, good);
        return true;
    }
    if (!good)
        return false;
    see_release(s, rest);
    if (r->tag == PING)
        return ping_finish(s, rest, sink, ctx, err);
    if (r->tag == DIAG) {
        diag_finish(s, rest, now);
        return true;
    }
    return topic_finish(s, r, rest, sink, ctx, err);
}

/* Since v0.0.39 an unchanged list of jobs is an empty one with a warning and without the time of its last change. */
static bool slurm_unchanged(struct source *s, const struct source_request *r, const struct json *rest)
{
    int64_t last;
    int number = slurm_api_number(s->api.version);
    if (r->tag != JOBS || !strstr(r->path, "update_time=") || s->progress[JOBS].made + s->progress[JOBS].nonsense > 0 ||
        (number > 0 && number < EMPTY_SINCE) || json_first(json_get(rest, "errors")))
        return false;
    bool dated = slurm_number(json_get(rest, "last_update"), &last) == SLURM_NUMBER_KNOWN && last > 0;
    if (dated || !json_first(json_get(rest, "warnings")))
        return false;
    unchanged(s, r->tag);
    return true;
}

/* --- other statuses
 * ---------------------------------------------------------------------------------------------------------- */

static bool is_type(const char *content_type, const char *type)
{
    return content_type && strncasecmp(content_type, type, strlen(type)) == 0;
}

/* A version that is not offered is a 404 of slurmrestd; an error of its own proves that the version is there. What
 * something before it says proves nothing. */
static bool try_failed(struct source *s, const struct source_request *r, const struct slurm_answer *answer,
                       struct err *err)
{
    if (answer->status == 404 && !is_type(answer->content_type, "text/html"))
        return true;
    if (answer->status >= 500 && slurm_api_speaks(answer->body, answer->body_len))
        slurm_api_take(&s->api, (size_t)(r->tag - TRY));
    return slurm_answer_failed(answer, err);
}

/* What may be missing without anything being wrong. */
static bool is_expected(struct source *s, const struct source_request *r, const struct slurm_answer *answer)
{
    bool database = topics[r->tag].database && (answer->status == 404 || answer->status >= 500);
    bool missing = answer->status == 404 && !is_type(answer->content_type, "text/html");
    bool denied = answer->status >= 500 && slurm_answer_error(answer->body, answer->body_len) == ERROR_ACCESS_DENIED;
    if (!s->reached)
        return false;
    if (r->tag == LICENSES && missing)
        s->no_licenses = true;
    if (r->tag == NODES && denied)
        s->hidden.nodes = true;
    /* diag serves our conditions alone: who may not see it asks for all each time. */
    return r->tag == DIAG || database || (r->tag == LICENSES && missing) || (r->tag == NODES && denied);
}

static bool slurm_failed(struct source *s, const struct source_request *r, int status, const char *content_type,
                         const char *body, size_t n, struct err *err)
{
    const struct slurm_answer answer = {.source = s->name,
                                        .api = s->api.version,
                                        .url = s->url,
                                        .status = status,
                                        .content_type = content_type,
                                        .body = body,
                                        .body_len = n,
                                        .reached = s->reached};
    if (r->tag >= TRY)
        return try_failed(s, r, &answer, err);
    if (r->tag == DESCRIPTION)
        return slurm_api_none(NULL, s->name, err);
    if (r->tag == DATABASE)
        database_seen(s, false);
    if (status == 304) {
        unchanged(s, r->tag);
        return true;
    }
    if (is_expected(s, r, &answer))
        return true;
    if (r->tag == PING && status == 404)
        slurm_api_doubt(&s->api);
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

static const char *slurm_peer_remark(struct source *s)
{
    return *s->remark ? s->remark : NULL;
}

static void slurm_remark(struct source *s, const struct source_request *r, struct buf *out)
{
    static const char *const databases[] = {[DATABASE_UNKNOWN] = "",
                                            [DATABASE_ANSWERS] = "",
                                            [DATABASE_NONE] = "no slurmdbd",
                                            [DATABASE_FAILS] = "slurmdbd does not answer"};
    char words[SLURM_HIDDEN_WORDS];
    const char *hidden = *s->remark ? s->remark : slurm_hidden_guess(&s->hidden, s->user, words);
    if (r->tag == PING)
        buf_printf(out, NULL, "API %s%s", s->api.version, s->api.automatic ? ", the newest known that is offered" : "");
    else if (r->tag == JOBS && hidden)
        buf_puts(out, hidden, NULL);
    else if (r->tag == DATABASE)
        buf_puts(out, databases[s->database], NULL);
}

static void slurm_order_lacks(struct source *s, enum source_order_what what, struct buf *out)
{
    char words[SLURM_LACKS_MAX];
    if (what == SOURCE_ORDER_DRAIN)
        buf_puts(out, slurm_intake_lacks(), NULL);
    if (what == SOURCE_ORDER_SUBMIT && *s->api.version)
        buf_puts(out, slurm_order_sbatch_lacks(s->api.version, slurm_api_number(s->api.version), words), NULL);
}

const struct source_driver source_slurm = {
    .name = "slurm",
    .summary = "jobs, nodes, partitions and reservations of a Slurm cluster through its slurmrestd",
    .network = true,
    .jobs_stay = true,
    .saves_ms = SAVES_MS,
    .settings = slurm_settings,
    .open = slurm_open,
    .close = slurm_close,
    .requests = slurm_requests,
    .headers = slurm_headers,
    .decode = slurm_decode,
    .finish = slurm_finish,
    .failed = slurm_failed,
    .prepare = slurm_prepare,
    .unchanged = slurm_unchanged,
    .remark = slurm_remark,
    .peer_remark = slurm_peer_remark,
    .peer_name = slurm_peer_name,
    .peer_version = slurm_peer_version,
    .orders = SLURM_ORDER_BITS,
    .order = slurm_order,
    .order_can = slurm_order_can,
    .order_found = slurm_order_found,
    .order_well = slurm_order_well,
    .order_ended = slurm_order_ended,
    .moves = slurm_federation_moves,
    .order_lacks = slurm_order_lacks,
};
