#include "collector/order_ops.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/hash.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/tr.h"
#include "collector/asked.h"
#include "collector/order_ops_private.h"

enum { FINGERPRINT_MAX = 1 << 20, REASON_MAX = 1024, WORDS_MAX = 512 };

/* --- requests --- */

/* What was asked for: the same request says the same. */
static void fingerprint(struct asked *r)
{
    static const char *const keys[] = {"op", "action", "to", "reason", "ref", "hash"};
    struct buf all = buf_make(FINGERPRINT_MAX);
    struct safe_text t;
    int64_t value = -1;
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++) {
        text_copy(&all, asked_member(r->message, keys[i]));
        buf_putc(&all, '\n', NULL);
    }
    json_int(json_get(r->message, "value"), &value);
    buf_printf(&all, NULL, "%" PRId64 "\n", value);
    for (const struct json *j = json_first(json_get(r->message, "targets")); j; j = json_next(j)) {
        if (json_text(j, &t))
            text_copy(&all, t);
        buf_putc(&all, '\n', NULL);
    }
    hash_sha256_hex(buf_str(&all), all.len, r->fingerprint);
    r->entry.fingerprint = text_of(r->fingerprint);
    buf_release(&all);
}

static bool read_request(struct order_ops *o, struct asked *r, unsigned role, struct err *err)
{
    if (!asked_may(r->call, role, err) || !asked_read(r, o->options.store, order_ops_now(o).utc_ms, err))
        return false;
    if (text_len(asked_member(r->message, "reason")) > REASON_MAX ||
        text_len(asked_member(r->message, "ref")) > REASON_MAX)
        return err_usage(err, "the reason is too long", "say it in a sentence");
    fingerprint(r);
    return true;
}

/* --- orders --- */

void order_ops_list_release(struct order_ops_list *l)
{
    for (size_t i = 0; i < l->count; i++)
        order_release(&l->all[i]);
    free(l->all);
    *l = (struct order_ops_list){0};
}

static void put_texts(struct json_writer *w, const char *const *keys, const struct safe_text *texts, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        json_put_key(w, keys[i]);
        json_put_text(w, texts[i]);
    }
}

/* Of what takes two people: its id, who asked, and why one is not enough. */
static void put_pair(struct json_writer *w, const struct order_ops_said *said)
{
    static const char *const keys[] = {"order", "why", "ssh_cert", "ssh_key"};
    const struct safe_text texts[] = {text_of(said->id), said->ask->why, text_of(said->who ? said->who->cert : ""),
                                      text_of(said->who ? said->who->key : "")};
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++) {
        if (!text_empty(texts[i]))
            put_texts(w, &keys[i], &texts[i], 1);
    }
}

/* What was decided, as the journal tells it. */
bool order_ops_body(const struct order_ops_said *said, struct buf *body, struct err *err)
{
    const struct executor_ask *ask = said->ask;
    struct json_writer w = json_writer_make(body);
    static const char *const keys[] = {"action", "hash", "plan", "reason", "ref", "undo_of"};
    const struct safe_text texts[] = {ask->action, ask->hash, ask->plan, ask->reason, ask->ref, ask->undo_of};
    json_open_object(&w);
    put_texts(&w, keys, texts, sizeof keys / sizeof *keys);
    if (said->id)
        put_pair(&w, said);
    json_put_key(&w, "targets");
    json_open_array(&w);
    for (size_t i = 0; i < said->count; i++)
        json_put_text(&w, said->targets[i]);
    json_close_array(&w);
    json_put_key(&w, "to");
    json_put_text(&w, said->to);
    json_put_key(&w, "value");
    json_put_int(&w, said->value);
    json_close_object(&w);
    if (w.err.kind != ERR_NONE)
        *err = w.err;
    return w.err.kind == ERR_NONE;
}

/* --- what is being changed --- */

static bool take_rival(void *ctx, const struct order *o, const struct action *a)
{
    struct order_ops_rivals *r = ctx;
    (void)a;
    if (order_state_ended(o->state) || o->state == ORDER_PREVIEWED)
        return true;
    if (r->count == r->cap) {
        r->cap = r->cap ? 2 * r->cap : 64;
        r->all = mem_grow(r->all, r->cap, sizeof *r->all);
    }
    r->all[r->count++] =
        (struct order_ops_rival){rows_text(&r->arena, o->target), rows_text(&r->arena, o->by), o->nr, o->item};
    return true;
}

static int by_target(const void *a, const void *b)
{
    return text_cmp(((const struct order_ops_rival *)a)->target, ((const struct order_ops_rival *)b)->target);
}

struct order_ops_rivals order_ops_rivals_of(const struct order_ops *o)
{
    struct order_ops_rivals r = {0};
    executor_each(o->executor, 0, take_rival, &r);
    if (r.count > 1)
        qsort(r.all, r.count, sizeof *r.all, by_target);
    return r;
}

void order_ops_rivals_release(struct order_ops_rivals *r)
{
    arena_release(&r->arena);
    free(r->all);
}

bool order_ops_is_free(const struct order_ops_rivals *r, struct safe_text target, struct err *err)
{
    const struct order_ops_rival key = {.target = target};
    const struct order_ops_rival *found = r->count > 0 ? bsearch(&key, r->all, r->count, sizeof key, by_target) : NULL;
    char id[ORDER_ID_MAX], shown[160], by[ASKED_WHO_MAX];
    if (!found)
        return true;
    const struct order of = {.nr = found->nr, .item = found->item};
    err_set(err, ERR_REFUSED, "'%s' is being changed already: by %s, order %s",
            text_show_in(target, shown, sizeof shown), text_show_in(found->by, by, sizeof by), order_id(&of, id));
    err_hint(err, "wait until that order has ended, or stop it");
    return err_exit(err, ORDER_OPS_LATER);
}

static struct order *list_add(struct order_ops_list *l)
{
    if (l->count % 64 == 0)
        l->all = mem_grow(l->all, l->count + 64, sizeof *l->all);
    struct order *order = &l->all[l->count++];
    *order = order_make();
    return order;
}

static bool read_targets(struct order_ops *o, const struct order_ops_rivals *rivals, const struct asked *r,
                         struct order_ops_list *l, struct err *err)
{
    const struct json *targets = json_get(r->message, "targets");
    struct safe_text t, action = asked_member(r->message, "action");
    if (json_count(targets) == 0 || json_count(targets) > ORDER_OPS_TARGETS)
        return err_usage(err, "an order names 1 to 1000 targets", "give their ids");
    for (const struct json *j = json_first(targets); j; j = json_next(j)) {
        struct order *order = list_add(l);
        if (!json_text(j, &t))
            return err_usage(err, "a target is no text", "give their ids");
        order->action = rows_text(&order->arena, action);
        order->target = rows_text(&order->arena, t);
        order->to = rows_text(&order->arena, asked_member(r->message, "to"));
        order->reason = rows_text(&order->arena, asked_member(r->message, "reason"));
        order->ref = rows_text(&order->arena, asked_member(r->message, "ref"));
        json_int(json_get(r->message, "value"), &order->value);
        json_int(json_get(r->message, "ends_ms"), &order->ends_ms);
        if (!order_ops_is_free(rivals, order->target, err) || !order_ops_make(o, order, err))
            return false;
        for (size_t k = 0; k + 1 < l->count; k++) {
            if (text_equal(l->all[k].target, l->all[l->count - 1].target))
                return err_usage(err, "a target is named twice", "name each once");
        }
    }
    return true;
}

bool order_ops_read(struct order_ops *o, const struct asked *r, struct order_ops_list *l, struct err *err)
{
    if (!action_by_name(asked_member(r->message, "action")))
        return err_usage(err, "there is no such order", "'hubtop help order' lists those there are");
    struct order_ops_rivals rivals = order_ops_rivals_of(o);
    bool ok = read_targets(o, &rivals, r, l, err);
    order_ops_rivals_release(&rivals);
    return ok;
}

bool order_ops_begin(struct order_ops *o, struct asked *r, struct order_ops_said *said, struct order_ops_list *l,
                     struct err *err)
{
    struct buf body = buf_make(FINGERPRINT_MAX);
    struct safe_text *targets = mem_new(l->count + 1, sizeof *targets);
    char id[ORDER_ID_MAX];
    int64_t nr = 0;
    for (size_t i = 0; i < l->count; i++)
        targets[i] = l->all[i].target;
    said->targets = targets;
    said->count = l->count;
    said->to = l->all[0].to;
    said->value = l->all[0].value;
    bool ok = order_ops_body(said, &body, err);
    r->entry.body = text_from(buf_str(&body), body.len);
    ok = ok && executor_add(o->executor, &r->entry, said->ask, l->all, l->count, &nr, err) != JOURNAL_FAILED;
    free(targets);
    buf_release(&body);
    if (!ok)
        return false;
    for (size_t i = 1; i <= l->count; i++)
        order_ops_changed(o, nr, (int64_t)i);
    order_ops_answer(o, r->call, text_of(nr > 0 ? order_nr_id(nr, id) : ""));
    return true;
}

/* It would be taken; what it will leave wanting is said before. */
void order_ops_possible(struct order_ops *o, const struct asked *r, const struct order_ops_list *l)
{
    struct buf words = buf_make(WORDS_MAX);
    const struct order *first = &l->all[0];
    if (o->options.lacks)
        o->options.lacks(o->options.ctx, first->source, action_what(action_by_name(first->action), first), &words);
    if (!text_empty(first->to_name))
        buf_puts(&words, tr("its federation moves it: the same job waits there alone"), NULL);
    o->options.done(o->options.ctx, r->call, text_from(buf_str(&words), words.len));
    buf_release(&words);
}

struct executor_ask order_ops_ask_of(const struct asked *r)
{
    return (struct executor_ask){.action = asked_member(r->message, "action"),
                                 .reason = asked_member(r->message, "reason"),
                                 .ref = asked_member(r->message, "ref"),
                                 .undo_of = asked_member(r->message, "undo_of")};
}

bool order_ops_is_dry(const struct asked *r)
{
    bool dry = false;
    json_bool(json_get(r->message, "dry_run"), &dry);
    return dry;
}

static bool order(struct order_ops *o, struct asked *r, struct err *err)
{
    struct order_ops_list l = {0};
    const struct executor_ask ask = order_ops_ask_of(r);
    struct order_ops_said said = {.ask = &ask};
    bool ok =
        order_ops_read(o, r, &l, err) && order_ops_radius(o, &o->options.limits, l.all, l.count, err) == ORDER_OPS_ONE;
    if (ok && order_ops_is_dry(r))
        order_ops_possible(o, r, &l);
    else if (ok)
        ok = order_ops_begin(o, r, &said, &l, err);
    order_ops_list_release(&l);
    return ok;
}

/* --- what people do to an order --- */

static bool do_verb(struct order_ops *o, struct asked *r, enum executor_verb verb, struct err *err)
{
    struct safe_text ref = asked_member(r->message, "ref");
    struct buf body = buf_make(4096);
    char shown[64];
    int64_t nr, item;
    bool ok = order_id_parse(ref, &nr, &item);
    if (!ok) {
        err_set(err, ERR_INPUT, "'%s' is no order", text_show_in(ref, shown, sizeof shown));
        err_hint(err, "orders are called O-0012, their actions O-0012/3");
        return err_exit(err, ORDER_OPS_NOT_FOUND);
    }
    struct json_writer w = json_writer_make(&body);
    json_open_object(&w);
    json_put_key(&w, "ref");
    json_put_text(&w, ref);
    json_close_object(&w);
    r->entry.body = text_from(buf_str(&body), body.len);
    ok = executor_do(o->executor, &r->entry, verb, nr, item, err);
    if (ok)
        order_ops_answer(o, r->call, ref);
    buf_release(&body);
    return ok;
}

static bool do_pause(struct order_ops *o, struct asked *r, struct err *err)
{
    return do_verb(o, r, EXECUTOR_PAUSE, err);
}

static bool do_resume(struct order_ops *o, struct asked *r, struct err *err)
{
    return do_verb(o, r, EXECUTOR_RESUME, err);
}

static bool do_stop(struct order_ops *o, struct asked *r, struct err *err)
{
    return do_verb(o, r, EXECUTOR_STOP, err);
}

static bool do_retry(struct order_ops *o, struct asked *r, struct err *err)
{
    return do_verb(o, r, EXECUTOR_RETRY, err);
}

static bool do_skip(struct order_ops *o, struct asked *r, struct err *err)
{
    return do_verb(o, r, EXECUTOR_SKIP, err);
}

/* --- the frame --- */

struct again {
    int64_t seq, nr;
};

static bool look_at_run(void *ctx, const struct executor_run_view *run)
{
    struct again *a = ctx;
    if (run->seq == a->seq)
        a->nr = run->nr;
    return a->nr == 0;
}

/* True when it was answered, one way or the other. */
static bool asked_before(struct order_ops *o, struct asked *r, struct err *err)
{
    struct again a = {0};
    char id[ORDER_ID_MAX];
    enum journal_step step = journal_find(o->options.store, &r->entry, r->entry.at_ms, &a.seq, err);
    if (step == JOURNAL_AGAIN) {
        executor_each_run(o->executor, look_at_run, &a);
        order_ops_answer(o, r->call, a.nr > 0 ? text_of(order_nr_id(a.nr, id)) : asked_member(r->message, "ref"));
    } else if (step == JOURNAL_FAILED)
        o->options.refuse(o->options.ctx, r->call, err);
    return step != JOURNAL_DONE;
}

bool order_ops_ask(struct order_ops *o, const struct serve_call *call, const struct json *message)
{
    static const struct {
        const char *op;
        unsigned role;
        bool (*run)(struct order_ops *o, struct asked *r, struct err *err);
    } ops[] = {{"order", ROLES_OPERATOR, order},
               {"order_propose", ROLES_OPERATOR, order_ops_pair_propose},
               {"order_break_glass", ROLES_OPERATOR, order_ops_pair_glass},
               {"order_approve", ROLES_APPROVER, order_ops_pair_approve},
               {"order_reject", ROLES_OPERATOR, order_ops_pair_reject},
               {"order_pause", ROLES_OPERATOR, do_pause},
               {"order_resume", ROLES_OPERATOR, do_resume},
               {"order_stop", ROLES_OPERATOR, do_stop},
               {"order_retry", ROLES_OPERATOR, do_retry},
               {"order_skip", ROLES_OPERATOR, do_skip}};
    struct asked r = {.call = call, .message = message};
    struct err err = {0};
    for (size_t i = 0; i < sizeof ops / sizeof *ops; i++) {
        if (!text_is(asked_member(message, "op"), ops[i].op))
            continue;
        if (!read_request(o, &r, ops[i].role, &err))
            o->options.refuse(o->options.ctx, call, &err);
        else if (!asked_before(o, &r, &err) && !ops[i].run(o, &r, &err))
            o->options.refuse(o->options.ctx, call, &err);
        return true;
    }
    return false;
}

/* --- the executor's hands --- */

static bool give(void *ctx, struct safe_text source, const struct source_order *order, bool look, executor_ended *ended,
                 void *ended_ctx, struct err *err)
{
    struct order_ops *o = ctx;
    return o->options.give(o->options.ctx, source, order, look, ended, ended_ctx, err);
}

static bool takes(void *ctx, struct safe_text source, enum source_order_what what, struct err *err)
{
    struct order_ops *o = ctx;
    struct err why = {0};
    return o->options.takes(o->options.ctx, source, what, err ? err : &why);
}

static int64_t saves_ms(void *ctx, struct safe_text source)
{
    struct order_ops *o = ctx;
    return o->options.saves_ms ? o->options.saves_ms(o->options.ctx, source) : 0;
}

static void lacks(void *ctx, struct safe_text source, enum source_order_what what, struct buf *out)
{
    struct order_ops *o = ctx;
    if (o->options.lacks)
        o->options.lacks(o->options.ctx, source, what, out);
}

static bool ready(void *ctx, const struct order *order, struct err *err)
{
    return order_ops_ready(ctx, order, err);
}

static enum executor_guard guard(void *ctx, const struct executor_wave *last, struct err *err)
{
    return order_guard_ask(ctx, last, err);
}

static bool find_order(void *ctx, const struct order *o, const struct action *a)
{
    struct order *want = ctx;
    (void)a;
    if (o->item != want->item)
        return true;
    want->source = o->source;
    want->source_to = o->source_to;
    want->state = o->state;
    return false;
}

/* Its peers tell another thing now: they are asked at once. */
static void poll_peers(struct order_ops *o, int64_t nr, int64_t item)
{
    struct order want = {.item = item};
    executor_each(o->executor, nr, find_order, &want);
    if (!order_state_ended(want.state))
        return;
    o->options.poll(o->options.ctx, want.source);
    if (!text_empty(want.source_to) && !text_equal(want.source, want.source_to))
        o->options.poll(o->options.ctx, want.source_to);
}

static void changed(void *ctx, int64_t nr, int64_t item)
{
    struct order_ops *o = ctx;
    if (!o->executor) /* it is being made */
        return;
    if (item > 0) {
        order_ops_changed(o, nr, item);
        poll_peers(o, nr, item);
    } else
        order_ops_told(o, nr);
}

void order_ops_told(struct order_ops *o, int64_t nr)
{
    struct executor_run_view run;
    if (o->options.plan_state && executor_run(o->executor, nr, &run) && !text_empty(run.plan))
        o->options.plan_state(o->options.ctx, &run);
}

static void arm(struct order_ops *o);

static void on_timer(void *ctx)
{
    struct order_ops *o = ctx;
    o->timer = 0;
    executor_tick(o->executor);
    arm(o);
}

static void arm(struct order_ops *o)
{
    int64_t due = o->executor ? executor_due_ms(o->executor) : -1;
    int64_t wait = due - clock_boot_ms();
    loop_timer_cancel(o->options.loop, o->timer);
    o->timer = due < 0 ? 0 : loop_timer(o->options.loop, wait > 0 ? wait : 0, on_timer, o);
}

static void wake(void *ctx)
{
    arm(ctx);
}

/* --- begin and end --- */

struct order_ops *order_ops_new(const struct order_ops_options *options)
{
    struct order_ops *o = mem_new(1, sizeof *o);
    o->options = *options;
    o->executor = executor_new(&(struct executor_options){.store = options->store,
                                                          .clock = options->clock,
                                                          .ctx = o,
                                                          .give = give,
                                                          .takes = takes,
                                                          .saves_ms = saves_ms,
                                                          .lacks = lacks,
                                                          .ready = ready,
                                                          .guard = guard,
                                                          .changed = changed,
                                                          .wake = wake});
    order_ops_rows_all(o);
    arm(o);
    return o;
}

void order_ops_free(struct order_ops *o)
{
    if (!o)
        return;
    loop_timer_cancel(o->options.loop, o->timer);
    order_ops_making_free(o);
    order_guard_free(o);
    order_ops_rows_free(o);
    executor_free(o->executor);
    free(o);
}

static bool look_for_plan(void *ctx, const struct executor_run_view *run)
{
    bool *runs = ctx;
    *runs = run->state == EXECUTOR_RUNNING && (!text_empty(run->plan) || !text_empty(run->undo_of));
    return !*runs;
}

bool order_ops_plan_runs(const struct order_ops *o)
{
    bool runs = false;
    if (o)
        executor_each_run(o->executor, look_for_plan, &runs);
    return runs;
}

bool order_ops_busy(const struct order_ops *o)
{
    return o->makings || executor_busy(o->executor);
}
