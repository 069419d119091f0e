#include "collector/plan_ops.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/hash.h"
#include "base/log.h"
#include "base/mem.h"
#include "collector/plan_ops_private.h"
#include "domain/desk.h"
#include "domain/plan_json.h"
#include "domain/plan_review.h"
#include "domain/plan_rows.h"

enum { OBSERVED_MS = 60000, TOUCH_MS = 30000, FAILED_MAX = 1024 };
enum { SLICE_US = 5000, COMING_MS = 30000, FINGERPRINT_MAX = 16 << 10 };

/* Somebody waits until the rows are in the cache. */
struct plan_ops_answer {
    struct plan_ops *ops;
    struct plan_ops_answer *next;
    struct serve_call call;
    bool wanted;
    char id[PLAN_OPS_ID_MAX];
};

/* A plan that is being proposed: its pieces come, or it is looked through. */
struct plan_ops_coming {
    struct plan_ops *ops;
    struct plan_ops_coming *next;
    struct plan_take *take;
    struct serve_call call;
    struct arena arena;
    struct journal_entry entry;      /* its texts are the arena's */
    struct safe_text replaces, hash; /* hash: what who proposed it confirmed; empty: does not say */
    int64_t oldest;                  /* plan that is kept beside it */
    int64_t pieces, boot_ms;         /* when the last came */
    int64_t task;                    /* 0: not all are there */
    bool recorded;                   /* its rows are left to be written */
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

static struct plan_ops_kept *by_id(struct plan_ops *o, struct safe_text id)
{
    for (size_t i = 0; i < o->count; i++) {
        if (text_equal(o->all[i].plan->id, id))
            return &o->all[i];
    }
    return NULL;
}

static struct plan_ops_kept *by_seq(struct plan_ops *o, int64_t seq)
{
    for (size_t i = 0; i < o->count; i++) {
        if (o->all[i].seq == seq)
            return &o->all[i];
    }
    return NULL;
}

static struct plan *keep(struct plan_ops *o, struct plan *p, const struct plans_item *item)
{
    char id[PLAN_OPS_ID_MAX];
    snprintf(id, sizeof id, "P-%04" PRId64, item->nr);
    p->id = rows_text(&p->arena, text_of(id));
    p->created_by = rows_text(&p->arena, item->who);
    p->state = rows_text(&p->arena, item->state);
    p->hash = rows_text(&p->arena, item->hash);
    o->all[o->count++] = (struct plan_ops_kept){.plan = p, .nr = item->nr, .seq = item->seq};
    return p;
}

/* Puts the rows of plans that actions.db let go of into `gone`, unless that is NULL. */
static void let_go(struct plan_ops *o, int64_t oldest, struct rows *gone)
{
    size_t n = 0;
    for (; n < o->count && (o->all[n].nr < oldest || o->count - n > PLANS_KEPT); n++) {
        if (gone)
            plan_rows(o->all[n].plan, gone);
        plan_record_forget(o->recorder, o->all[n].plan);
        plan_free(o->all[n].plan);
    }
    o->count -= n;
    memmove(o->all, o->all + n, o->count * sizeof o->all[0]);
}

static bool load(void *ctx, const struct plans_item *item, struct err *err)
{
    struct plan_ops *o = ctx;
    struct plan *p = mem_new(1, sizeof *p);
    struct err why = {0};
    struct buf body = buf_make(text_len(item->body) + 1);
    (void)err;
    text_copy(&body, item->body);
    if (o->count > PLANS_KEPT)
        let_go(o, o->all[1].nr, NULL);
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

static void answer_now(struct plan_ops *o, const struct plan_ops_answer *a)
{
    char failed[FAILED_MAX];
    struct buf list = buf_make(sizeof failed);
    struct plan_ops_kept *k = by_id(o, text_of(a->id));
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
    struct plan_ops_answer *a = ctx, **at = &a->ops->answers;
    if (a->ops->options.applied)
        a->ops->options.applied(a->ops->options.ctx, result, err);
    if (a->wanted)
        answer_now(a->ops, a);
    while (*at != a)
        at = &(*at)->next;
    *at = a->next;
    free(a);
}

static struct plan_ops_answer *answer_new(struct plan_ops *o, const struct serve_call *call, struct safe_text id)
{
    struct plan_ops_answer *a = mem_new(1, sizeof *a);
    *a = (struct plan_ops_answer){.ops = o, .next = o->answers, .wanted = call != NULL};
    if (call)
        a->call = *call;
    text_show_in(id, a->id, sizeof a->id);
    o->answers = a;
    return a;
}

/* What is written: rows of plans, and those that go; `whole`: there are no others. */
struct writing {
    struct rows rows, gone;
    bool whole;
};

static bool add_kind(const struct writing *w, enum kind kind, struct store_batch *batch, struct err *err)
{
    bool ok = true;
    for (size_t i = 0; ok && i < w->gone.count; i++)
        ok = w->gone.all[i].kind != kind || store_batch_remove(batch, w->gone.all[i].id, err);
    for (size_t i = 0; ok && i < w->rows.count; i++)
        ok = w->rows.all[i].kind != kind || store_batch_add(batch, &w->rows.all[i], err);
    return ok;
}

static bool put_kind(struct plan_ops *o, const struct writing *w, size_t at, struct plan_ops_answer *a, struct err *err)
{
    struct store_batch *batch = store_batch_new(o->options.store, DESK_SOURCE, written[at], w->whole, err);
    bool last = at + 1 == sizeof written / sizeof *written;
    if (!batch)
        return false;
    store_batch_pace(batch, OBSERVED_MS);
    if (!add_kind(w, written[at], batch, err)) {
        store_batch_free(batch);
        return false;
    }
    apply_put(o->options.apply, batch, written[at], clock_now(o->options.clock), last ? on_applied : NULL,
              last ? a : NULL);
    return true;
}

/* What is in actions.db is done, whatever becomes of the cache. */
static void write_rows(struct plan_ops *o, struct writing *w, const struct serve_call *call, struct safe_text id)
{
    struct plan_ops_answer *a = answer_new(o, call, id);
    struct err err = {0};
    bool ok = true;
    o->touched_ms = now_ms(o);
    for (size_t i = 0; ok && i < sizeof written / sizeof *written; i++)
        ok = put_kind(o, w, i, a, &err);
    rows_release(&w->rows);
    rows_release(&w->gone);
    if (!ok)
        on_applied(a, NULL, &err);
}

/* Of a plan in another state its own row is another. */
static void add_plan_row(struct writing *w, const struct plan *p)
{
    struct arena arena = {0};
    struct row row;
    plan_rows_plan(p, &arena, &row);
    rows_add(&w->rows, &row);
    arena_release(&arena);
}

/* --- requests --- */

/* The plan that is meant, or by `pieces` the one that is given: what makes it the same request. */
static void fingerprint(struct asked *r, const char *pieces)
{
    static const char *const keys[] = {"op", "replaces", "ref", "reason", "hash", "change"};
    bool glass = false;
    struct buf all = buf_make(FINGERPRINT_MAX);
    buf_puts(&all, pieces, NULL);
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++) {
        text_copy(&all, asked_member(r->message, keys[i]));
        buf_putc(&all, '\n', NULL);
    }
    if (json_bool(json_get(r->message, "break_glass"), &glass) && glass)
        buf_puts(&all, "break_glass\n", NULL);
    hash_sha256_hex(buf_str(&all), all.len, r->fingerprint);
    r->entry.fingerprint = text_of(r->fingerprint);
    buf_release(&all);
}

static bool read_request(struct plan_ops *o, struct asked *r, struct err *err)
{
    if (!asked_read(r, o->options.store, now_ms(o), err))
        return false;
    fingerprint(r, "");
    return true;
}

bool plan_ops_body(struct journal_entry *e, struct buf *out, const struct plan_ops_said *said, struct err *err)
{
    static const char *const keys[] = {"change", "hash", "plan", "reason", "ssh_cert", "ssh_key"};
    const struct safe_text texts[] = {said->change,
                                      said->hash,
                                      said->plan,
                                      said->reason,
                                      text_of(said->who ? said->who->cert : ""),
                                      text_of(said->who ? said->who->key : "")};
    struct json_writer w = json_writer_make(out);
    json_open_object(&w);
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++) {
        if (i > 3 && text_empty(texts[i]))
            continue;
        json_put_key(&w, keys[i]);
        json_put_text(&w, texts[i]);
    }
    json_close_object(&w);
    e->body = text_from(buf_str(out), out->len);
    return w.err.kind == ERR_NONE || err_set(err, ERR_INPUT, "the reason is too long");
}

/* --- proposing --- */

static void coming_free(struct plan_ops_coming *c)
{
    struct plan_ops_coming **at = &c->ops->coming;
    while (*at != c)
        at = &(*at)->next;
    *at = c->next;
    if (c->task)
        loop_task_cancel(c->ops->options.loop, c->task);
    plan_take_free(c->take);
    arena_release(&c->arena);
    free(c);
}

static struct plan_ops_coming *coming_find(struct plan_ops *o, const struct asked *r)
{
    struct plan_ops_coming *c = o->coming;
    while (c &&
           (c->task || c->call.visitor != r->call->visitor || !text_equal(c->entry.request_id, r->entry.request_id)))
        c = c->next;
    return c;
}

/* Whoever began and did not go on makes room. */
static bool has_room(struct plan_ops *o, struct err *err)
{
    size_t n = 0;
    for (struct plan_ops_coming *c = o->coming, *next; c; c = next) {
        next = c->next;
        if (!c->task && clock_boot_ms() - c->boot_ms > COMING_MS)
            coming_free(c);
        else
            n++;
    }
    if (n < PLAN_OPS_COMING)
        return true;
    err_set(err, ERR_TRANSIENT, "%d plans are being proposed already", PLAN_OPS_COMING);
    err_hint(err, "try again in a moment");
    return err_exit(err, PLAN_OPS_LATER);
}

static struct plan_ops_coming *coming_new(struct plan_ops *o, const struct asked *r, struct err *err)
{
    if (!has_room(o, err))
        return NULL;
    struct plan_ops_coming *c = mem_new(1, sizeof *c);
    *c = (struct plan_ops_coming){.ops = o, .next = o->coming, .call = *r->call, .entry = r->entry};
    c->entry.request_id = rows_text(&c->arena, r->entry.request_id);
    c->take = plan_take_new(o->options.store, o->options.clock, &o->options.limits);
    o->coming = c;
    return c;
}

/* The next piece of a plan that is too large for one frame. */
static bool take_piece(struct plan_ops *o, struct asked *r, struct err *err)
{
    static const struct serve_told nothing;
    struct plan_ops_coming *c = coming_find(o, r);
    int64_t nr = -1;
    json_int(json_get(r->message, "nr"), &nr);
    if (!c && nr == 0)
        c = coming_new(o, r, err);
    else if (!c || c->pieces != nr)
        return err_usage(err, "a piece of the plan is missing", "send all anew, from number 0 on");
    if (!c)
        return false;
    c->pieces++;
    c->boot_ms = clock_boot_ms();
    if (!plan_take_piece(c->take, asked_member(r->message, "plan"), err)) {
        coming_free(c);
        return false;
    }
    o->options.told(o->options.ctx, r->call, text_of(""), &nothing);
    return true;
}

static bool replaces_one(struct plan_ops *o, struct plan_ops_coming *c, struct err *err)
{
    struct plan *p = plan_take_plan(c->take);
    if (text_empty(c->replaces))
        return true;
    p->replaces = rows_text(&p->arena, c->replaces);
    if (by_id(o, c->replaces))
        return true;
    err_usage(err, "the plan that it replaces is not there", "'hubtop plan list' lists those there are");
    return err_exit(err, PLAN_OPS_NOT_FOUND);
}

/* Who computed it does not say until when it may be carried out, nor when it came. */
static void stamp(const struct plan_ops *o, struct plan *p)
{
    p->created_at_ms = now_ms(o);
    p->expires_at_ms = p->created_at_ms + o->options.limits.expires_s * 1000;
}

static void answer_again(struct plan_ops *o, const struct serve_call *call, int64_t seq, struct safe_text ref)
{
    struct plan_ops_kept *k = by_seq(o, seq);
    if (!k)
        k = by_id(o, ref);
    apply_after(o->options.apply, on_applied, answer_new(o, call, k ? k->plan->id : text_of("")));
}

static bool is_as_said(const struct plan_ops_coming *c, struct err *err)
{
    char said[80];
    if (text_empty(c->hash) || text_is(c->hash, plan_take_hash(c->take)))
        return true;
    err_set(err, ERR_INPUT, "the plan that came is another than its hash '%s' says",
            text_show_in(c->hash, said, sizeof said));
    err_hint(err, "propose it anew; if it happens again, use the same hubtop on both ends");
    return err_exit(err, PLAN_OPS_DATA);
}

static bool record(struct plan_ops *o, struct plan_ops_coming *c, struct err *err)
{
    struct safe_text hash = text_of(plan_take_hash(c->take));
    if (!is_as_said(c, err))
        return false;
    struct buf entry = buf_make(4096);
    struct plans_item item = {.at_ms = c->entry.at_ms,
                              .who = c->entry.who,
                              .state = text_of("proposed"),
                              .hash = hash,
                              .body = plan_take_body(c->take)};
    const struct person by = asked_person(&c->call);
    bool ok = plan_ops_body(&c->entry, &entry, &(struct plan_ops_said){.hash = hash, .who = &by}, err);
    enum journal_step step = ok ? plans_add(o->options.store, &c->entry, &item, err) : JOURNAL_FAILED;
    buf_release(&entry);
    if (step == JOURNAL_FAILED)
        return false;
    if (step == JOURNAL_AGAIN) {
        answer_again(o, &c->call, item.seq, text_of(""));
        return true;
    }
    keep(o, plan_take_over(c->take), &item);
    o->all[o->count - 1].by = by;
    c->entry.seq = item.seq;
    c->oldest = item.oldest;
    c->recorded = true;
    return true;
}

/* It may have gone meanwhile: then there is nothing to tell but that it was done. */
static void tell_rows(struct plan_ops *o, const struct plan_ops_coming *c)
{
    struct writing w = {0};
    struct plan_ops_kept *k = by_seq(o, c->entry.seq);
    struct safe_text id = k ? k->plan->id : text_of("");
    if (k) {
        plan_rows(k->plan, &w.rows);
        plan_record_rows(k->plan, &w.rows);
    }
    if (o->count > PLAN_RECORD_PLANS)
        plan_record_rows(o->all[o->count - 1 - PLAN_RECORD_PLANS].plan, &w.gone);
    let_go(o, c->oldest, &w.gone);
    write_rows(o, &w, &c->call, id);
}

static bool look_through(void *ctx)
{
    struct plan_ops_coming *c = ctx;
    struct plan_ops *o = c->ops;
    struct err err = {0};
    enum store_step step = c->recorded ? STORE_DONE : plan_take_step(c->take, SLICE_US, &err);
    if (step == STORE_MORE)
        return true;
    if (c->recorded)
        tell_rows(o, c);
    else if (step == STORE_FAILED || !record(o, c, &err))
        o->options.refuse(o->options.ctx, &c->call, &err);
    else if (c->recorded)
        return true; /* the file took its time already */
    c->task = 0;
    coming_free(c);
    return false;
}

/* A plan sends nothing, so that an operator may propose one in a session that is read-only too. What carries it out asks for leave to
 * write. The answer comes when it was looked through. */
static bool propose(struct plan_ops *o, struct asked *r, struct err *err)
{
    struct plan_ops_coming *c = coming_find(o, r);
    int64_t seq;
    if (!c)
        c = coming_new(o, r, err);
    if (!c)
        return false;
    c->call = *r->call;
    c->entry = r->entry;
    c->entry.who = rows_text(&c->arena, r->entry.who);
    c->entry.op = rows_text(&c->arena, r->entry.op);
    c->entry.request_id = rows_text(&c->arena, r->entry.request_id);
    c->entry.asker = asker_entry(&c->call.asker);
    c->replaces = rows_text(&c->arena, asked_member(r->message, "replaces"));
    c->hash = rows_text(&c->arena, asked_member(r->message, "hash"));
    bool ok = plan_take_piece(c->take, asked_member(r->message, "plan"), err);
    fingerprint(r, plan_take_fingerprint(c->take));
    c->entry.fingerprint = rows_text(&c->arena, text_of(r->fingerprint));
    enum journal_step step = ok ? journal_find(o->options.store, &c->entry, c->entry.at_ms, &seq, err) : JOURNAL_FAILED;
    if (step == JOURNAL_AGAIN)
        answer_again(o, r->call, seq, text_of(""));
    ok = step == JOURNAL_DONE && plan_take_close(c->take, err) && replaces_one(o, c, err);
    if (!ok) {
        coming_free(c);
        return step == JOURNAL_AGAIN;
    }
    stamp(o, plan_take_plan(c->take));
    c->task = loop_task(o->options.loop, look_through, c);
    return true;
}

/* --- rejecting: proposed -> stopped --- */

bool plan_ops_state(struct plan_ops *o, struct plan_ops_kept *k, struct journal_entry *e, const char *state,
                    struct err *err)
{
    if (plans_state(o->options.store, e, k->nr, text_of(state), err) != JOURNAL_DONE)
        return false;
    k->plan->state = text_of(state);
    return true;
}

void plan_ops_tell(struct plan_ops *o, const struct plan_ops_kept *k, const struct serve_call *call)
{
    struct writing w = {0};
    add_plan_row(&w, k->plan);
    write_rows(o, &w, call, k->plan->id);
}

struct plan_ops_kept *plan_ops_find(struct plan_ops *o, struct safe_text id, struct err *err)
{
    char shown[64];
    struct plan_ops_kept *k = by_id(o, id);
    if (k)
        return k;
    err_set(err, ERR_INPUT, "there is no plan '%s'", text_show_in(id, shown, sizeof shown));
    err_hint(err, "'hubtop plan list' lists those there are");
    err_exit(err, PLAN_OPS_NOT_FOUND);
    return NULL;
}

/* Whoever proposed a plan may take it back; that somebody else's is stopped is a change, which asks for leave to write. */
static bool may_reject(const struct plan *p, const struct asked *r, struct err *err)
{
    if (r->call->write || text_is(p->created_by, r->who))
        return true;
    err_set(err, ERR_REFUSED, "this session is read-only, and the plan is somebody else's");
    err_hint(err, "start it with --write; the configuration must say allow_write = true");
    return err_exit(err, PLAN_OPS_NOT_ALLOWED);
}

static bool reject(struct plan_ops *o, struct asked *r, struct err *err)
{
    char shown[64], state[32];
    struct plan_ops_kept *k = plan_ops_find(o, asked_member(r->message, "ref"), err);
    if (!k || !may_reject(k->plan, r, err))
        return false;
    if (!text_is(k->plan->state, "proposed") && !text_is(k->plan->state, "approved")) {
        err_set(err, ERR_INPUT, "the plan '%s' is %s: only one that is proposed can be rejected",
                text_show_in(k->plan->id, shown, sizeof shown), text_show_in(k->plan->state, state, sizeof state));
        return err_exit(err, PLAN_OPS_DATA);
    }
    struct buf entry = buf_make(16384);
    const struct plan_ops_said said = {
        .plan = k->plan->id, .hash = k->plan->hash, .reason = asked_member(r->message, "reason")};
    bool ok = plan_ops_body(&r->entry, &entry, &said, err) && plan_ops_state(o, k, &r->entry, "stopped", err);
    buf_release(&entry);
    if (ok)
        plan_ops_tell(o, k, r->call);
    return ok;
}

/* --- the frame --- */

/* True when it was answered, one way or the other. */
static bool asked_before(struct plan_ops *o, struct asked *r, struct err *err)
{
    int64_t seq;
    enum journal_step step = journal_find(o->options.store, &r->entry, r->entry.at_ms, &seq, err);
    if (step == JOURNAL_AGAIN)
        answer_again(o, r->call, seq, asked_member(r->message, "ref"));
    else if (step == JOURNAL_FAILED)
        o->options.refuse(o->options.ctx, r->call, err);
    return step != JOURNAL_DONE;
}

static bool may(const struct asked *r, unsigned role, bool write, struct err *err)
{
    char who[ASKED_WHO_MAX];
    if (write)
        return asked_may(r->call, role, err);
    asked_by(r->call->uid, who);
    return roles_have(r->call->roles, role, who, err);
}

bool plan_ops_ask(struct plan_ops *o, const struct serve_call *call, const struct json *message)
{
    static const struct {
        const char *op;
        unsigned role;
        bool write;     /* the session must be one that may */
        bool by_pieces; /* what makes it the same request is known when they are read */
        bool (*run)(struct plan_ops *o, struct asked *r, struct err *err);
    } ops[] = {{"plan_piece", ROLES_OPERATOR, false, true, take_piece},
               {"plan_propose", ROLES_OPERATOR, false, true, propose},
               {"plan_reject", ROLES_OPERATOR, false, false, reject},
               {"plan_approve", ROLES_APPROVER, true, false, plan_approve},
               {"plan_apply", ROLES_OPERATOR, true, false, plan_run_apply},
               {"plan_pause", ROLES_OPERATOR, true, false, plan_run_control},
               {"plan_resume", ROLES_OPERATOR, true, false, plan_run_control},
               {"plan_stop", ROLES_OPERATOR, true, false, plan_run_control},
               {"plan_retry", ROLES_OPERATOR, true, false, plan_run_control},
               {"plan_skip", ROLES_OPERATOR, true, false, plan_run_control},
               {"plan_undo", ROLES_OPERATOR, true, false, plan_run_undo},
               {"plan_sign", ROLES_APPROVER, true, false, plan_glass_sign},
               {"order_sign", ROLES_APPROVER, true, false, plan_glass_sign}};
    struct asked r = {.call = call, .message = message};
    struct err err = {0};
    for (size_t i = 0; i < sizeof ops / sizeof *ops; i++) {
        if (!text_is(asked_member(message, "op"), ops[i].op))
            continue;
        if (!may(&r, ops[i].role, ops[i].write, &err) || !read_request(o, &r, &err))
            o->options.refuse(o->options.ctx, call, &err);
        else if ((ops[i].by_pieces || !asked_before(o, &r, &err)) && !ops[i].run(o, &r, &err))
            o->options.refuse(o->options.ctx, call, &err);
        return true;
    }
    return false;
}

/* --- time --- */

static void expire(struct plan_ops *o, struct writing *w)
{
    for (size_t i = 0; i < o->count; i++) {
        struct plan_ops_kept *k = &o->all[i];
        struct err err = {0};
        struct journal_entry e = {.at_ms = now_ms(o),
                                  .uid = -1,
                                  .who = text_of(DESK_SOURCE),
                                  .op = text_of("plan_expired"),
                                  .body = text_of("{}")};
        bool waits = text_is(k->plan->state, "proposed") || text_is(k->plan->state, "approved");
        if (!waits || e.at_ms < k->plan->expires_at_ms)
            continue;
        k->plan->state = text_of("expired"); /* whatever actions.db says: it is asked again at the next start */
        if (!plan_ops_state(o, k, &e, "expired", &err))
            log_err(LOG_ERROR, &err);
        add_plan_row(w, k->plan);
    }
}

static void looked(void *ctx, struct plan *p)
{
    struct writing w = {0};
    plan_rows(p, &w.rows);
    plan_record_rows(p, &w.rows);
    write_rows(ctx, &w, NULL, text_of(""));
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
    struct writing w = {0};
    for (size_t i = 0; i < o->count; i++)
        plan_record_tick(o->recorder, o->all[i].plan, o->all[i].nr);
    expire(o, &w);
    plan_glass_tick(o);
    if (w.rows.count > 0)
        write_rows(o, &w, NULL, text_of(""));
    else if (now.utc_ms - o->touched_ms >= TOUCH_MS || now.utc_ms < o->touched_ms)
        touch(o, now);
}

struct plan_ops *plan_ops_new(const struct plan_ops_options *options)
{
    struct plan_ops *o = mem_new(1, sizeof *o);
    struct err err = {0};
    o->options = *options;
    o->recorder =
        plan_record_new(&(struct plan_record_options){options->loop, options->store, options->clock, o, looked});
    if (!plans_each(options->store, load, o, &err))
        log_err(LOG_ERROR, &err);
    struct writing all = {.whole = true}, expired = {0};
    let_go(o, 0, NULL);
    plan_approve_resume(o);
    expire(o, &expired);
    rows_release(&expired.rows);
    for (size_t i = 0; i < o->count; i++) {
        plan_rows(o->all[i].plan, &all.rows);
        if (o->count - i <= PLAN_RECORD_PLANS)
            plan_record_rows(o->all[i].plan, &all.rows);
    }
    write_rows(o, &all, NULL, text_of(""));
    plan_glass_tell(o);
    return o;
}

void plan_ops_free(struct plan_ops *o)
{
    if (!o)
        return;
    plan_run_free(o);
    plan_glass_free(o);
    while (o->coming)
        coming_free(o->coming);
    while (o->answers) {
        struct plan_ops_answer *a = o->answers;
        o->answers = a->next;
        apply_forget(o->options.apply, a);
        free(a);
    }
    plan_record_free(o->recorder);
    for (size_t i = 0; i < o->count; i++)
        plan_free(o->all[i].plan);
    free(o);
}
