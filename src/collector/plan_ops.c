#include "collector/plan_ops.h"

#include <inttypes.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/hash.h"
#include "base/log.h"
#include "base/mem.h"
#include "collector/plan_record.h"
#include "domain/desk.h"
#include "domain/plan_check.h"
#include "domain/plan_json.h"
#include "domain/plan_review.h"
#include "domain/plan_rows.h"
#include "store/plans.h"

enum { OBSERVED_MS = 60000, TOUCH_MS = 30000, ID_MAX = 24, WHO_MAX = 128, REQUEST_ID_MAX = 64, FAILED_MAX = 1024 };
enum { EXIT_DATA = 65, EXIT_NOT_FOUND = 67 };

struct kept {
    struct plan *plan;
    int64_t nr, seq;
};

/* Somebody waits until the rows are in the cache. */
struct answer {
    struct plan_ops *ops;
    struct answer *next;
    struct serve_call call;
    bool wanted;
    char id[ID_MAX];
};

struct plan_ops {
    struct plan_ops_options options;
    struct kept all[PLANS_KEPT + 1]; /* the oldest first */
    size_t count;
    int64_t touched_ms;
    struct answer *answers;
};

static const enum kind written[] = {KIND_PLAN, KIND_MOVE, KIND_EFFECT, KIND_REVIEW};

static int64_t now_ms(const struct plan_ops *o)
{
    return clock_now(o->options.clock).utc_ms;
}

static void plan_free(struct plan *p)
{
    plan_release(p);
    free(p);
}

/* --- what is kept --- */

static struct kept *by_id(struct plan_ops *o, struct safe_text id)
{
    for (size_t i = 0; i < o->count; i++) {
        if (text_equal(o->all[i].plan->id, id))
            return &o->all[i];
    }
    return NULL;
}

static struct kept *by_seq(struct plan_ops *o, int64_t seq)
{
    for (size_t i = 0; i < o->count; i++) {
        if (o->all[i].seq == seq)
            return &o->all[i];
    }
    return NULL;
}

static void keep(struct plan_ops *o, struct plan *p, const struct plans_item *item)
{
    char id[ID_MAX];
    snprintf(id, sizeof id, "P-%04" PRId64, item->nr);
    p->id = rows_text(&p->arena, text_of(id));
    p->created_by = rows_text(&p->arena, item->who);
    p->state = rows_text(&p->arena, item->state);
    p->hash = rows_text(&p->arena, item->hash);
    o->all[o->count++] = (struct kept){p, item->nr, item->seq};
    if (o->count <= PLANS_KEPT)
        return;
    plan_free(o->all[0].plan);
    memmove(o->all, o->all + 1, --o->count * sizeof o->all[0]);
}

static bool load(void *ctx, const struct plans_item *item, struct err *err)
{
    struct plan_ops *o = ctx;
    struct plan *p = mem_new(1, sizeof *p);
    struct err why = {0};
    struct buf body = buf_make(text_len(item->body) + 1);
    (void)err;
    text_copy(&body, item->body);
    if (plan_json_read(buf_str(&body), body.len, p, &why))
        keep(o, p, item);
    else {
        err_prefix(&why, "plan %" PRId64 " of 'actions.db' is left out", item->nr);
        log_err(LOG_ERROR, &why);
        plan_free(p);
    }
    buf_release(&body);
    return true;
}

/* --- rows --- */

static void answer_now(struct plan_ops *o, const struct answer *a)
{
    char failed[FAILED_MAX];
    struct buf list = buf_make(sizeof failed);
    struct kept *k = by_id(o, text_of(a->id));
    for (size_t i = 0; k && i < k->plan->check_count; i++) {
        if (!k->plan->checks[i].ok)
            value_list_add(&list, k->plan->checks[i].name, NULL);
    }
    const struct serve_told told = {k ? k->plan->hash : text_of(""), text_from(buf_str(&list), list.len)};
    o->options.told(o->options.ctx, &a->call, text_of(a->id), &told);
    buf_release(&list);
}

static void on_applied(void *ctx, const struct store_result *result, const struct err *err)
{
    struct answer *a = ctx, **at = &a->ops->answers;
    if (a->ops->options.applied)
        a->ops->options.applied(a->ops->options.ctx, result, err);
    if (a->wanted)
        answer_now(a->ops, a);
    while (*at != a)
        at = &(*at)->next;
    *at = a->next;
    free(a);
}

static bool add_kind(const struct rows *rows, enum kind kind, struct store_batch *batch, struct err *err)
{
    bool ok = true;
    for (size_t i = 0; ok && i < rows->count; i++)
        ok = rows->all[i].kind != kind || store_batch_add(batch, &rows->all[i], err);
    return ok;
}

static bool put_kind(struct plan_ops *o, const struct rows *rows, size_t at, struct answer *a, struct err *err)
{
    struct store_batch *batch = store_batch_new(o->options.store, DESK_SOURCE, written[at], true, err);
    bool last = at + 1 == sizeof written / sizeof *written;
    if (!batch)
        return false;
    store_batch_pace(batch, OBSERVED_MS);
    if (!add_kind(rows, written[at], batch, err)) {
        store_batch_free(batch);
        return false;
    }
    apply_put(o->options.apply, batch, written[at], clock_now(o->options.clock), last ? on_applied : NULL,
              last ? a : NULL);
    return true;
}

/* What is in actions.db is done, whatever becomes of the cache. */
static void write_rows(struct plan_ops *o, const struct serve_call *call, struct safe_text id)
{
    struct answer *a = mem_new(1, sizeof *a);
    struct rows rows = {0};
    struct err err = {0};
    bool ok = true;
    *a = (struct answer){.ops = o, .next = o->answers, .wanted = call != NULL};
    if (call)
        a->call = *call;
    text_show_in(id, a->id, sizeof a->id);
    o->answers = a;
    o->touched_ms = now_ms(o);
    for (size_t i = 0; i < o->count; i++)
        plan_rows(o->all[i].plan, &rows);
    for (size_t i = o->count > PLAN_RECORD_PLANS ? o->count - PLAN_RECORD_PLANS : 0; i < o->count; i++)
        plan_record_rows(o->all[i].plan, &rows);
    for (size_t i = 0; ok && i < sizeof written / sizeof *written; i++)
        ok = put_kind(o, &rows, i, a, &err);
    rows_release(&rows);
    if (!ok)
        on_applied(a, NULL, &err);
}

/* --- requests --- */

struct request {
    const struct serve_call *call;
    const struct json *message;
    struct journal_entry entry;
    char who[WHO_MAX], fingerprint[65];
};

static struct safe_text member(const struct json *m, const char *key)
{
    struct safe_text t;
    return json_text(json_get(m, key), &t) ? t : text_of("");
}

/* The body of the plan, or the plan that is meant: what makes it the same request. */
static void fingerprint(struct request *r)
{
    static const char *const keys[] = {"op", "plan", "replaces", "ref", "reason"};
    struct buf all = buf_make(2 << 20);
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++) {
        text_copy(&all, member(r->message, keys[i]));
        buf_putc(&all, '\n', NULL);
    }
    hash_sha256_hex(buf_str(&all), all.len, r->fingerprint);
    buf_release(&all);
}

static bool read_request(struct plan_ops *o, struct request *r, struct err *err)
{
    const struct passwd *p = getpwuid(r->call->uid);
    struct safe_text request_id = member(r->message, "request_id");
    if (!store_orders_possible(o->options.store, err))
        return false;
    if (text_empty(request_id) || text_len(request_id) > REQUEST_ID_MAX)
        return err_usage(err, "the request has no request_id, or too long a one",
                         "give a UUID, the same one when the same request is sent again");
    if (p)
        snprintf(r->who, sizeof r->who, "%s", p->pw_name);
    else
        snprintf(r->who, sizeof r->who, "%ju", (uintmax_t)r->call->uid);
    fingerprint(r);
    r->entry = (struct journal_entry){.at_ms = now_ms(o),
                                      .uid = r->call->uid,
                                      .who = text_of(r->who),
                                      .op = member(r->message, "op"),
                                      .request_id = request_id,
                                      .fingerprint = text_of(r->fingerprint)};
    return true;
}

static bool journal_body(struct request *r, struct buf *out, struct safe_text plan, struct safe_text hash)
{
    struct json_writer w = json_writer_make(out);
    json_open_object(&w);
    json_put_key(&w, "hash");
    json_put_text(&w, hash);
    json_put_key(&w, "plan");
    json_put_text(&w, plan);
    json_put_key(&w, "reason");
    json_put_text(&w, member(r->message, "reason"));
    json_close_object(&w);
    r->entry.body = text_from(buf_str(out), out->len);
    return w.err.kind == ERR_NONE;
}

/* --- proposing --- */

struct taking {
    const struct plan_ops *ops;
    struct plan_checker *checker;
};

/* Rows of store_each() don't say how old they are. */
static bool take(void *ctx, const struct row *row, struct err *err)
{
    const struct taking *t = ctx;
    struct row now = *row;
    (void)err;
    if (row->kind != KIND_JOB)
        now.stale = store_stale(t->ops->options.store, row->source, now_ms(t->ops));
    plan_check_take(t->checker, &now);
    return true;
}

/* The collector's own checks follow those of who computed it. */
static bool check(struct plan_ops *o, struct plan *p, struct err *err)
{
    struct plan_checker *c = plan_check_new(p);
    struct plan_check mine[PLAN_CHECKS_MAX];
    struct taking t = {o, c};
    bool ok = true;
    for (const enum kind *k = plan_check_kinds(); ok && *k != KIND_NONE; k++)
        ok = store_each(o->options.store, *k, NULL, take, &t, err);
    if (ok) {
        size_t n = plan_check_run(c, &o->options.limits, now_ms(o), &p->arena, mine);
        struct plan_check *all = arena_alloc(&p->arena, (p->check_count + n + 1) * sizeof *all);
        if (p->check_count > 0)
            memcpy(all, p->checks, p->check_count * sizeof *all);
        memcpy(all + p->check_count, mine, n * sizeof *all);
        p->checks = all;
        p->check_count += n;
    }
    plan_check_free(c);
    return ok;
}

static bool read_plan(struct plan_ops *o, const struct request *r, struct plan *p, struct err *err)
{
    struct safe_text body = member(r->message, "plan"), replaces = member(r->message, "replaces");
    struct buf text = buf_make(PLAN_JSON_MAX);
    bool ok = true;
    if (text_len(body) >= PLAN_JSON_MAX) {
        err_set(err, ERR_INPUT, "the plan is too large: %zu KiB, at most %d are taken", text_len(body) >> 10,
                PLAN_JSON_MAX >> 10);
        err_hint(err, "ask for a smaller one: --max-moves, --only-queue or --pair");
        ok = err_exit(err, EXIT_DATA);
    }
    if (ok) {
        text_copy(&text, body);
        ok = plan_json_read(buf_str(&text), text.len, p, err);
    }
    buf_release(&text);
    if (ok && !text_empty(replaces)) {
        p->replaces = rows_text(&p->arena, replaces);
        ok = by_id(o, replaces) != NULL;
        if (!ok) {
            err_usage(err, "the plan that it replaces is not there", "'hubtop plan list' lists those there are");
            err_exit(err, EXIT_NOT_FOUND);
        }
    }
    return ok;
}

/* Who computed it does not say until when it may be carried out, nor when it came. */
static void stamp(const struct plan_ops *o, struct plan *p)
{
    p->created_at_ms = now_ms(o);
    p->expires_at_ms = p->created_at_ms + o->options.limits.expires_s * 1000;
}

static bool record(struct plan_ops *o, struct request *r, struct plan *p, struct err *err)
{
    char hash[PLAN_HASH_SIZE];
    struct buf body = buf_make(2 * PLAN_JSON_MAX), entry = buf_make(4096);
    bool ok =
        plan_json_hash(p, hash, err) && plan_json_write(p, &body, err) &&
        (journal_body(r, &entry, text_of(""), text_of(hash)) || err_set(err, ERR_INPUT, "the request is too long"));
    struct plans_item item = {.at_ms = r->entry.at_ms,
                              .who = text_of(r->who),
                              .state = text_of("proposed"),
                              .hash = text_of(hash),
                              .body = text_from(buf_str(&body), body.len)};
    ok = ok && plans_add(o->options.store, &r->entry, &item, err) == JOURNAL_DONE;
    if (ok)
        keep(o, p, &item);
    buf_release(&body);
    buf_release(&entry);
    return ok;
}

/* A plan sends nothing, so that whoever may read may propose one, in a session that is read-only too: the one place where that is
 * decided. What carries it out asks for leave to write. */
static bool propose(struct plan_ops *o, struct request *r, struct err *err)
{
    struct plan *p = mem_new(1, sizeof *p);
    if (read_plan(o, r, p, err)) {
        stamp(o, p);
        if (check(o, p, err) && record(o, r, p, err)) {
            write_rows(o, r->call, p->id);
            return true;
        }
    }
    plan_free(p);
    return false;
}

/* --- rejecting: proposed -> stopped --- */

static bool set_state(struct plan_ops *o, struct kept *k, struct journal_entry *e, const char *state, struct err *err)
{
    if (plans_state(o->options.store, e, k->nr, text_of(state), err) != JOURNAL_DONE)
        return false;
    k->plan->state = text_of(state);
    return true;
}

static bool reject(struct plan_ops *o, struct request *r, struct err *err)
{
    char shown[64], state[32];
    struct safe_text ref = member(r->message, "ref");
    struct kept *k = by_id(o, ref);
    if (!k) {
        err_set(err, ERR_INPUT, "there is no plan '%s'", text_show_in(ref, shown, sizeof shown));
        err_hint(err, "'hubtop plan list' lists those there are");
        return err_exit(err, EXIT_NOT_FOUND);
    }
    if (!text_is(k->plan->state, "proposed")) {
        err_set(err, ERR_INPUT, "the plan '%s' is %s: only one that is proposed can be rejected",
                text_show_in(ref, shown, sizeof shown), text_show_in(k->plan->state, state, sizeof state));
        return err_exit(err, EXIT_DATA);
    }
    struct buf entry = buf_make(16384);
    bool ok = journal_body(r, &entry, k->plan->id, k->plan->hash) || err_set(err, ERR_INPUT, "the reason is too long");
    ok = ok && set_state(o, k, &r->entry, "stopped", err);
    buf_release(&entry);
    if (ok)
        write_rows(o, r->call, k->plan->id);
    return ok;
}

/* --- the frame --- */

/* True when it was answered, one way or the other. */
static bool asked_before(struct plan_ops *o, struct request *r, struct err *err)
{
    int64_t seq;
    enum journal_step step = journal_find(o->options.store, &r->entry, r->entry.at_ms, &seq, err);
    if (step == JOURNAL_AGAIN) {
        struct kept *k = by_seq(o, seq);
        if (!k)
            k = by_id(o, member(r->message, "ref"));
        write_rows(o, r->call, k ? k->plan->id : text_of(""));
    } else if (step == JOURNAL_FAILED)
        o->options.refuse(o->options.ctx, r->call, err);
    return step != JOURNAL_DONE;
}

bool plan_ops_ask(struct plan_ops *o, const struct serve_call *call, const struct json *message)
{
    static const struct {
        const char *op;
        bool (*run)(struct plan_ops *o, struct request *r, struct err *err);
    } ops[] = {{"plan_propose", propose}, {"plan_reject", reject}};
    struct request r = {.call = call, .message = message};
    struct err err = {0};
    for (size_t i = 0; i < sizeof ops / sizeof *ops; i++) {
        if (!text_is(member(message, "op"), ops[i].op))
            continue;
        if (!read_request(o, &r, &err))
            o->options.refuse(o->options.ctx, call, &err);
        else if (!asked_before(o, &r, &err) && !ops[i].run(o, &r, &err))
            o->options.refuse(o->options.ctx, call, &err);
        return true;
    }
    return false;
}

/* --- time --- */

static bool expire(struct plan_ops *o)
{
    bool any = false;
    for (size_t i = 0; i < o->count; i++) {
        struct kept *k = &o->all[i];
        struct err err = {0};
        struct journal_entry e = {.at_ms = now_ms(o),
                                  .uid = -1,
                                  .who = text_of(DESK_SOURCE),
                                  .op = text_of("plan_expired"),
                                  .body = text_of("{}")};
        if (!text_is(k->plan->state, "proposed") || e.at_ms < k->plan->expires_at_ms)
            continue;
        e.request_id = text_of("");
        k->plan->state = text_of("expired"); /* whatever actions.db says: it is asked again at the next start */
        any = true;
        if (!set_state(o, k, &e, "expired", &err))
            log_err(LOG_ERROR, &err);
    }
    return any;
}

static bool review(struct plan_ops *o)
{
    bool any = false;
    for (size_t i = 0; i < o->count; i++)
        any |= plan_record_tick(o->options.store, o->all[i].plan, o->all[i].nr, now_ms(o));
    return any;
}

static void touch(struct plan_ops *o, struct instant now)
{
    struct err err = {0};
    o->touched_ms = now.utc_ms;
    apply_join(o->options.apply, o->options.store);
    for (size_t i = 0; i < sizeof written / sizeof *written; i++) {
        if (!store_touch(o->options.store, DESK_SOURCE, written[i], now, OBSERVED_MS, &err))
            log_err(LOG_ERROR, &err);
    }
}

void plan_ops_tick(struct plan_ops *o)
{
    struct instant now = clock_now(o->options.clock);
    bool changed = expire(o);
    changed |= review(o);
    if (changed)
        write_rows(o, NULL, text_of(""));
    else if (now.utc_ms - o->touched_ms >= TOUCH_MS || now.utc_ms < o->touched_ms)
        touch(o, now);
}

struct plan_ops *plan_ops_new(const struct plan_ops_options *options)
{
    struct plan_ops *o = mem_new(1, sizeof *o);
    struct err err = {0};
    o->options = *options;
    if (store_orders_possible(options->store, &err) && !plans_each(options->store, load, o, &err))
        log_err(LOG_ERROR, &err);
    expire(o);
    write_rows(o, NULL, text_of(""));
    return o;
}

void plan_ops_free(struct plan_ops *o)
{
    if (!o)
        return;
    while (o->answers) {
        struct answer *a = o->answers;
        o->answers = a->next;
        apply_forget(o->options.apply, a);
        free(a);
    }
    for (size_t i = 0; i < o->count; i++)
        plan_free(o->all[i].plan);
    free(o);
}
