#include <stdio.h>
#include <string.h>

#include "domain/state.h"
#include "sources/slurm.h"
#include "sources/slurm_source.h"

/* Orders to slurmctld through slurmrestd. Its updates are of jobs alone: no version changes a partition (slurm_intake.c), and
 * 22.05 no node either. A job that is held and released again loses a priority that was set by hand. */

enum {
    ONE_MS = 30000, /* a hung slurmctld answers after 20 s */
    ALL_MS = 60000,
    ID_MAX = 48,
    NO_SUCH_PARTITION = 2000,
    NO_SUCH_JOB = 2017,
    ALREADY_DONE = 2021,
    /* What slurmctld itself says no with; below and above are failures on the way. */
    REFUSALS_FROM = 2000,
    REFUSALS_TO = 2199,
    /* What slurmrestd says before it asks slurmctld. */
    UNREAD_FROM = 9000,
    UNREAD_TO = 9999,
    PRIORITY_MAX = INT32_MAX,
    MINUTES_MAX = 1 << 26,
};

/* --- the request
 * ----------------------------------------------------------------------------------------------------- */

/* The target's id without its generation. */
static struct safe_text plain_target(const struct source_order *o)
{
    const char *p = text_bytes(o->target);
    size_t n = text_len(o->target), cut = n;
    while (cut > 0 && p[cut - 1] >= '0' && p[cut - 1] <= '9')
        cut--;
    return cut > 0 && cut < n && p[cut - 1] == '~' ? text_from(p, cut - 1) : o->target;
}

static bool not_ours(const struct source *s, const struct source_order *o, struct err *err)
{
    char shown[160];
    return err_set(err, ERR_INPUT, "'%s' is no job of '%s'", text_show_in(o->target, shown, sizeof shown),
                   s->scheduler);
}

/* "17", "19_2" (a task of an array), "21+1" (a part of a heterogeneous job). Slurm parts what waits of an array, "19_[3-20]",
 * into as many jobs when it is changed, and there would be nothing left to look at. */
static bool job_of(const struct source *s, const struct source_order *o, char out[ID_MAX], struct err *err)
{
    struct safe_text id = plain_target(o);
    size_t head = strlen(s->scheduler) + 1, n = text_len(id);
    char shown[160];
    if (n <= head || memcmp(text_bytes(id), s->scheduler, head - 1) != 0 || text_bytes(id)[head - 1] != '/')
        return not_ours(s, o, err);
    n -= head;
    memcpy(out, text_bytes(id) + head, n < ID_MAX ? n : 0);
    out[n < ID_MAX ? n : 0] = '\0';
    size_t digits = strspn(out, "0123456789"), more = strspn(out + digits + (out[digits] != '\0'), "0123456789");
    bool one = digits == n, part = (out[digits] == '_' || out[digits] == '+') && more > 0 && digits + 1 + more == n;
    if (digits > 0 && (one || part))
        return true;
    if (digits == 0 || strncmp(out + digits, "_[", 2) != 0)
        return not_ours(s, o, err);
    err_set(err, ERR_REFUSED, "'%s' is what waits of an array: many jobs",
            text_show_in(o->target, shown, sizeof shown));
    return err_hint(err, "its tasks can be given orders one by one");
}

static void put_flag(struct json_writer *w, const char *key, bool v)
{
    json_put_key(w, key);
    json_put_bool(w, v);
}

static void put_number(struct json_writer *w, const char *key, int64_t v)
{
    json_put_key(w, key);
    json_put_int(w, v);
}

/* Slurm counts minutes: a part of one becomes a whole one. */
static int64_t minutes_of(const struct source_order *o)
{
    return o->value / 60 + (o->value % 60 > 0);
}

static bool value_good(const struct source_order *o, struct err *err)
{
    if (o->what == SOURCE_ORDER_PRIORITY && (o->value < 1 || o->value > PRIORITY_MAX)) {
        err_set(err, ERR_INPUT, "the priority %lld makes no sense", (long long)o->value);
        return err_hint(err, "1 to %d; a job of priority 0 is held: hold it instead", PRIORITY_MAX);
    }
    if (o->what == SOURCE_ORDER_LIMIT && (o->value < 1 || minutes_of(o) > MINUTES_MAX))
        return err_set(err, ERR_INPUT, "a time limit of %lld s makes no sense", (long long)o->value);
    return true;
}

static bool put_update(const struct source_order *o, struct buf *out, struct err *err)
{
    struct json_writer w = json_writer_make(out);
    json_open_object(&w);
    if (o->what == SOURCE_ORDER_HOLD || o->what == SOURCE_ORDER_RELEASE)
        put_flag(&w, "hold", o->what == SOURCE_ORDER_HOLD);
    else if (o->what == SOURCE_ORDER_PRIORITY)
        put_number(&w, "priority", o->value);
    else
        put_number(&w, "time_limit", minutes_of(o));
    json_close_object(&w);
    if (w.err.kind != ERR_NONE && err)
        *err = w.err;
    return w.err.kind == ERR_NONE;
}

/* The operator's token acts as whoever is named beside it. */
static bool put_owner(const struct source *s, const struct source_order *o, struct source_order_form *form,
                      struct err *err)
{
    char shown[160];
    struct source_order_header *h = &form->headers[0];
    size_t n = text_len(o->owner);
    if (!s->token || !s->user)
        return err_set(err, ERR_REFUSED, "'%s' has no token that could act for the owner of a job", s->name);
    bool fits = n > 0 && n < sizeof h->value && text_is_utf8(o->owner);
    memcpy(h->value, text_bytes(o->owner), fits ? n : 0);
    h->value[fits ? n : 0] = '\0';
    bool number = h->value[0] >= '0' && h->value[0] <= '9'; /* a uid without a name: the other cluster has others */
    if (fits && !number && strcspn(h->value, " \t\r\n:/") == n) {
        snprintf(h->name, sizeof h->name, "X-SLURM-USER-NAME");
        return true;
    }
    err_set(err, ERR_REFUSED, "the owner '%s' cannot be named to '%s'", text_show_in(o->owner, shown, sizeof shown),
            s->name);
    return err_hint(err, "it must be the name of a user that both schedulers know");
}

static void all_jobs(const struct source *s, struct source_order_form *form)
{
    form->method = "GET";
    form->timeout_ms = ALL_MS;
    form->element_path = "jobs";
    snprintf(form->path, sizeof form->path, "/slurm/%s/jobs", s->api.version);
}

static bool submit(const struct source *s, const struct source_order *o, bool look, struct source_order_form *form,
                   struct err *err)
{
    const struct slurm_order_peer peer = {
        .scheduler = s->scheduler, .version = s->api.version, .number = slurm_api_number(s->api.version)};
    if (look) {
        all_jobs(s, form);
        return true;
    }
    form->method = "POST";
    form->timeout_ms = ONE_MS;
    snprintf(form->path, sizeof form->path, "/slurm/%s/job/submit", s->api.version);
    return put_owner(s, o, form, err) && slurm_order_submission(o, &peer, &form->body, err);
}

/* slurmrestd gives no scripts. */
static bool script(const struct source_order *o, const char *id, struct source_order_form *form, struct err *err)
{
    char shown[160];
    if (strspn(id, "0123456789") == strlen(id))
        return buf_puts(&form->body, id, err);
    return err_set(err, ERR_REFUSED, "'%s' is a part of a job: the script is the whole's",
                   text_show_in(o->target, shown, sizeof shown));
}

/* The number of the job, and what the federation calls the scheduler where it goes. */
static bool move(const struct source_order *o, const char *id, struct source_order_form *form, struct err *err)
{
    char name[SLURM_NAME_MAX], shown[160];
    size_t n = text_len(o->to_name);
    if (n == 0 || n >= sizeof name || strspn(id, "0123456789") != strlen(id))
        return err_set(err, ERR_REFUSED, "'%s' is no whole job of a federation",
                       text_show_in(o->target, shown, sizeof shown));
    text_show_in(o->to_name, name, sizeof name);
    return buf_printf(&form->body, err, "%s %s", id, name);
}

static bool is_intake(const struct source_order *o)
{
    return o->what == SOURCE_ORDER_DRAIN || o->what == SOURCE_ORDER_RESUME;
}

bool slurm_order_can(struct source *s, const struct source_order *o, struct err *err)
{
    return !is_intake(o) || slurm_intake_can(s, o, err);
}

bool slurm_order(struct source *s, const struct source_order *o, bool look, struct source_order_form *form,
                 struct err *err)
{
    char id[ID_MAX];
    bool reads = look || o->what == SOURCE_ORDER_READ;
    if (!*s->api.version)
        return err_set(err, ERR_TRANSIENT, "it is not known yet which API slurmrestd of '%s' speaks", s->name);
    if (o->what == SOURCE_ORDER_SUBMIT)
        return submit(s, o, look, form, err);
    if (is_intake(o))
        return slurm_intake(s, o, look, form, err);
    if (!job_of(s, o, id, err) || !value_good(o, err))
        return false;
    if (o->what == SOURCE_ORDER_SCRIPT)
        return script(o, id, form, err);
    if (o->what == SOURCE_ORDER_MOVE && !look)
        return move(o, id, form, err);
    if (reads && slurm_federation_has(id)) {
        all_jobs(s, form);
        return true;
    }
    form->timeout_ms = ONE_MS;
    form->method = reads ? "GET" : o->what == SOURCE_ORDER_CANCEL ? "DELETE" : "POST";
    snprintf(form->path, sizeof form->path, "/slurm/%s/job/%s", s->api.version, id);
    return strcmp(form->method, "POST") != 0 || put_update(o, &form->body, err);
}

/* --- the answer
 * ------------------------------------------------------------------------------------------------------ */

enum verdict {
    VERDICT_WELL,
    VERDICT_NO,   /* it did nothing */
    VERDICT_GONE, /* there is no such job, or partition */
    VERDICT_OPEN, /* who knows */
};

static bool is_task(const struct source_order *o)
{
    struct safe_text rest = o->target, part = {0};
    while (text_split(&rest, '/', &part))
        continue;
    return text_contains(part, text_of("_"), false);
}

/* "200 does not mean success", and 500 with -1 says nothing, whatever it reads. 22.05 answers each update of an array's task
 * with 200 and an error without a number, also when it was done. */
static enum verdict verdict_of(const struct source_order *o, int status, const struct json *answer)
{
    int64_t number = slurm_answer_number(answer);
    bool errors = json_first(json_get(answer, "errors")) != NULL;
    bool no = (number >= REFUSALS_FROM && number <= REFUSALS_TO) || (number >= UNREAD_FROM && number <= UNREAD_TO);
    if (number == NO_SUCH_JOB || (is_intake(o) && number == NO_SUCH_PARTITION))
        return VERDICT_GONE;
    if (status == 200 && json_type(json_get(answer, "errors")) == JSON_ARRAY && !errors)
        return VERDICT_WELL;
    if (no || (status == 200 && errors && !is_task(o)) ||
        (status >= 400 && status < 500 && status != 408 && status != 429))
        return VERDICT_NO;
    return VERDICT_OPEN;
}

struct reply {
    int status;
    const char *body;
    size_t n;
    struct json *tree;
    enum verdict verdict;
};

static struct reply reply_of(const struct source_order *o, int status, const char *body, size_t n)
{
    struct reply r = {.status = status, .body = body, .n = n, .tree = json_parse(body, n, JSON_LENIENT, NULL)};
    r.verdict = verdict_of(o, status, r.tree);
    return r;
}

/* The peer's words, as err of that kind. */
static void tell(const struct source *s, const struct reply *r, enum err_kind kind, struct err *err)
{
    const struct slurm_answer answer = {.source = s->name,
                                        .api = s->api.version,
                                        .url = s->url,
                                        .status = r->status,
                                        .body = r->body,
                                        .body_len = r->n,
                                        .reached = s->reached};
    if (r->status == 200 && slurm_answer_good(r->tree, s->name, err))
        err_set(err, kind, "slurmrestd of '%s' answers something else than was asked", s->name);
    else if (r->status != 200)
        slurm_answer_failed(&answer, err);
    err->kind = kind;
}

static enum source_order_end unknown(const struct source *s, const struct reply *r, struct err *err)
{
    tell(s, r, ERR_TRANSIENT, err);
    return SOURCE_ORDER_UNKNOWN;
}

/* Where other users' jobs are hidden, one that is not there may be there. */
static enum source_order_end absent(const struct source *s, struct err *err)
{
    if (!s->hidden.jobs)
        return SOURCE_ORDER_ABSENT;
    err_set(err, ERR_TRANSIENT, "'%s' hides jobs of others (PrivateData): what is not there may be there", s->name);
    err_hint(err, "give the source the token of an operator");
    return SOURCE_ORDER_UNKNOWN;
}

static enum source_order_end changed(const struct source *s, const struct source_order *o, const struct reply *r,
                                     struct err *err)
{
    bool over = r->verdict == VERDICT_GONE || slurm_answer_number(r->tree) == ALREADY_DONE;
    if (r->verdict == VERDICT_WELL || (o->what == SOURCE_ORDER_CANCEL && over))
        return SOURCE_ORDER_DONE;
    if (r->verdict == VERDICT_OPEN)
        return unknown(s, r, err);
    tell(s, r, ERR_REFUSED, err);
    return SOURCE_ORDER_REFUSED;
}

/* --- the job as it is now */

/* Its element among those that the answer tells, and its row. */
static const struct json *job_in(struct source *s, const struct source_order *o, const struct json *answer,
                                 struct row *row)
{
    struct safe_text wanted = plain_target(o);
    for (const struct json *e = json_first(json_get(answer, "jobs")); e; e = json_next(e)) {
        arena_reset(&s->arena);
        if (slurm_job(e, text_of(s->scheduler), &s->arena, row) == SLURM_ROW && text_equal(row->id, wanted))
            return e;
    }
    return NULL;
}

static bool is_held(const struct source *s, const struct row *job)
{
    struct safe_text reason = value_text_or(&job->cells[JOB_REASON], ""),
                     user = value_text_or(&job->cells[JOB_USER], "");
    bool by_user = text_is(reason, "JobHeldUser") && !(s->user && text_is(user, s->user));
    return value_int_or(&job->cells[JOB_PRIORITY], -1) == 0 && !by_user;
}

/* What an end of the job makes of the order to end it. */
static enum source_order_end end_of(enum job_state state)
{
    if (state == JOB_CANCELLED)
        return SOURCE_ORDER_DONE;
    return state == JOB_FINISHING ? SOURCE_ORDER_TAKEN : SOURCE_ORDER_ABSENT;
}

static bool is_as_ordered(const struct source *s, const struct source_order *o, const struct row *job)
{
    bool held = state_job(value_text_or(&job->cells[JOB_STATE], "")) == JOB_HELD;
    if (o->what == SOURCE_ORDER_HOLD)
        return held && is_held(s, job);
    if (o->what == SOURCE_ORDER_RELEASE)
        return !held;
    if (o->what == SOURCE_ORDER_PRIORITY)
        return value_int_or(&job->cells[JOB_PRIORITY], -1) == o->value;
    return value_int_or(&job->cells[JOB_TIME_LIMIT_S], -1) == minutes_of(o) * 60;
}

static enum source_order_end looked(const struct source *s, const struct source_order *o, const struct row *job)
{
    if (o->what == SOURCE_ORDER_CANCEL)
        return end_of(state_job(value_text_or(&job->cells[JOB_STATE], "")));
    return is_as_ordered(s, o, job) ? SOURCE_ORDER_DONE : SOURCE_ORDER_ABSENT;
}

static enum source_order_end not_there(const struct source *s, const struct source_order *o, bool look, struct err *err)
{
    char shown[160];
    if (look && o->what == SOURCE_ORDER_CANCEL)
        return SOURCE_ORDER_DONE;
    if (!look || !o->marked || s->hidden.jobs)
        return absent(s, err);
    err_set(err, ERR_REFUSED, "'%s' is not there any more", text_show_in(o->target, shown, sizeof shown));
    return SOURCE_ORDER_REFUSED;
}

static enum source_order_end read_job(struct source *s, const struct source_order *o, bool look, const struct reply *r,
                                      struct source_ordered *said, struct err *err)
{
    struct row row;
    if (r->verdict == VERDICT_GONE)
        return not_there(s, o, look, err);
    const struct json *e = r->verdict == VERDICT_WELL ? job_in(s, o, r->tree, &row) : NULL;
    if (!e)
        return unknown(s, r, err);
    if (o->marked && !slurm_order_has_key(value_text_or(&row.cells[JOB_COMMENT], ""), o->key))
        return not_there(s, o, look, err);
    slurm_note_put(&s->notes, e, &row);
    rows_add(&said->jobs, &row);
    buf_clear(&said->copy);
    if (!look && !slurm_order_copy(e, &s->arena, &said->copy, err))
        return SOURCE_ORDER_UNKNOWN;
    return look ? looked(s, o, &row) : SOURCE_ORDER_DONE;
}

/* --- a copy of it */

static bool has_ended(const struct row *job)
{
    enum job_state state = state_job(value_text_or(&job->cells[JOB_STATE], ""));
    return state == JOB_DONE || state == JOB_FAILED || state == JOB_CANCELLED || state == JOB_TIMEOUT ||
           state == JOB_PREEMPTED;
}

/* Of a federation no job is told alone: it is looked for among all. */
static bool listed(struct source *s, const struct source_order *o, const struct json *element,
                   struct source_ordered *said)
{
    struct row row;
    if (slurm_job(element, text_of(s->scheduler), &s->arena, &row) != SLURM_ROW ||
        !text_equal(row.id, plain_target(o)) ||
        (o->marked && !slurm_order_has_key(value_text_or(&row.cells[JOB_COMMENT], ""), o->key)))
        return false;
    slurm_note_put(&s->notes, element, &row);
    rows_add(&said->jobs, &row);
    buf_clear(&said->copy);
    return slurm_order_copy(element, &s->arena, &said->copy, NULL);
}

static enum source_order_end list_ended(struct source *s, const struct source_order *o, bool look, bool found,
                                        const struct reply *r, struct source_ordered *said, struct err *err)
{
    if (r->status != 200)
        return unknown(s, r, err);
    if (!found)
        return not_there(s, o, look, err);
    return look ? looked(s, o, &said->jobs.all[0]) : SOURCE_ORDER_DONE;
}

bool slurm_order_found(struct source *s, const struct source_order *o, const struct json *element,
                       struct source_ordered *said)
{
    struct row row;
    arena_reset(&s->arena);
    if (o->what == SOURCE_ORDER_MOVE)
        return slurm_federation_found(s, o, element, said);
    if (o->what != SOURCE_ORDER_SUBMIT)
        return listed(s, o, element, said);
    if (slurm_job(element, text_of(s->scheduler), &s->arena, &row) != SLURM_ROW || has_ended(&row) ||
        !slurm_order_has_key(value_text_or(&row.cells[JOB_COMMENT], ""), o->key))
        return false;
    rows_add(&said->jobs, &row);
    if (said->remote.len == 0)
        text_copy(&said->remote, row.id);
    return true;
}

bool slurm_order_well(struct source *s, const struct json *rest, struct err *err)
{
    if (!slurm_answer_good(rest, s->name, err))
        return false;
    return json_type(json_get(rest, "jobs")) == JSON_ARRAY ||
           err_set(err, ERR_TRANSIENT, "the answer of '%s' has no list 'jobs'", s->name);
}

/* A held job is answered with the error 2042 beside its id: what has an id is there. */
static enum source_order_end submitted(const struct source *s, const struct source_order *o, const struct reply *r,
                                       struct source_ordered *said, struct err *err)
{
    int64_t id;
    const struct json *told = json_get(r->tree, "job_id");
    if (r->status == 200 && slurm_number(told ? told : slurm_at(r->tree, "result/job_id"), &id) == SLURM_NUMBER_KNOWN &&
        id > 0) {
        buf_clear(&said->remote);
        buf_printf(&said->remote, NULL, "%s/%lld", s->scheduler, (long long)id);
        return SOURCE_ORDER_DONE;
    }
    return r->verdict == VERDICT_WELL || r->verdict == VERDICT_OPEN ? unknown(s, r, err) : changed(s, o, r, err);
}

static enum source_order_end submission_ended(const struct source *s, const struct source_order *o, bool look,
                                              bool found, const struct reply *r, struct source_ordered *said,
                                              struct err *err)
{
    if (!look)
        return submitted(s, o, r, said, err);
    if (r->status != 200)
        return unknown(s, r, err);
    return found ? SOURCE_ORDER_DONE : absent(s, err);
}

static enum source_order_end move_ended(const struct source *s, const struct source_order *o, bool look, bool found,
                                        const struct reply *r, struct source_ordered *said, struct err *err)
{
    if (look && r->status != 200)
        return unknown(s, r, err);
    if (look && !found && s->hidden.jobs)
        return absent(s, err);
    return slurm_federation_ended(s, o, look, found, said, err);
}

/* What its command printed says nothing. */
static enum source_order_end intake_ended(struct source *s, const struct source_order *o, bool look,
                                          const struct reply *r, struct err *err)
{
    if (!look)
        return SOURCE_ORDER_DONE;
    if (r->verdict != VERDICT_WELL && r->verdict != VERDICT_GONE)
        return unknown(s, r, err);
    return slurm_intake_ended(s, o, r->verdict == VERDICT_GONE ? NULL : r->tree, err);
}

enum source_order_end slurm_order_ended(struct source *s, const struct source_order *o, bool look, bool found,
                                        int status, const char *body, size_t n, struct source_ordered *said,
                                        struct err *err)
{
    struct reply r = reply_of(o, status, body, n);
    enum source_order_end end;
    char id[ID_MAX];
    bool reads = look || o->what == SOURCE_ORDER_READ;
    if (o->what == SOURCE_ORDER_SUBMIT)
        end = submission_ended(s, o, look, found, &r, said, err);
    else if (o->what == SOURCE_ORDER_MOVE)
        end = move_ended(s, o, look, found, &r, said, err);
    else if (is_intake(o))
        end = intake_ended(s, o, look, &r, err);
    else if (reads && job_of(s, o, id, NULL) && slurm_federation_has(id))
        end = list_ended(s, o, look, found, &r, said, err);
    else if (reads)
        end = read_job(s, o, look, &r, said, err);
    else
        end = changed(s, o, &r, err);
    json_free(r.tree);
    return end;
}
