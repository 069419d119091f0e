#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/hash.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/tr.h"
#include "collector/order_ops_private.h"
#include "collector/plan_ops_private.h"
#include "domain/desk.h"

/* Orders that take two people: one proposes, somebody else approves what was proposed, to the byte, within a quarter of an hour and once; or
 * in an emergency one alone breaks the glass. All checks are made anew before anything is sent. */

enum { EXIT_DATA = 65, HASHED_MAX = 8 << 20, HASH_MAX = 65, BODY_MAX = 1 << 20, TOO_LATE_MAX = 160 };

/* --- to the byte --- */

static void put_hashed(struct json_writer *w, const struct order *o)
{
    const struct {
        const char *key;
        struct safe_text text;
    } texts[] = {{"action", o->action}, {"from", o->from},     {"queue", o->seen_queue},   {"name", o->seen_name_hash},
                 {"target", o->target}, {"to", o->to},         {"user", o->seen_user},     {"reason", o->reason},
                 {"ref", o->ref},       {"source", o->source}, {"source_to", o->source_to}};
    const struct {
        const char *key;
        int64_t number;
    } numbers[] = {{"value", o->value},
                   {"ends_ms", o->ends_ms},
                   {"submitted_ms", o->seen_submitted_ms},
                   {"restarts", o->seen_restarts},
                   {"native", o->native}};
    json_open_object(w);
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        json_put_key(w, texts[i].key);
        json_put_text(w, texts[i].text);
    }
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++) {
        json_put_key(w, numbers[i].key);
        json_put_int(w, numbers[i].number);
    }
    json_close_object(w);
}

/* Of all its actions, in their order. */
struct hashing {
    struct buf all;
    struct json_writer w;
};

static void hash_begin(struct hashing *h)
{
    h->all = buf_make(HASHED_MAX);
    h->w = json_writer_make(&h->all);
    json_open_array(&h->w);
}

static bool hash_end(struct hashing *h, char out[HASH_MAX], struct err *err)
{
    json_close_array(&h->w);
    bool ok = h->w.err.kind == ERR_NONE;
    if (ok)
        hash_sha256_hex(buf_str(&h->all), h->all.len, out);
    else
        *err = h->w.err;
    buf_release(&h->all);
    return ok;
}

static bool hash_list(const struct order_ops_list *l, char out[HASH_MAX], struct err *err)
{
    struct hashing h;
    hash_begin(&h);
    for (size_t i = 0; i < l->count; i++)
        put_hashed(&h.w, &l->all[i]);
    return hash_end(&h, out, err);
}

/* --- proposing, and breaking the glass --- */

/* False with err, unless it is for two people: then `why` says why. */
static bool is_for_two(struct order_ops *o, const struct plan_limits *limits, const struct order_ops_list *l,
                       const char *option, struct err *why, struct err *err)
{
    enum order_ops_reach reach = order_ops_radius(o, limits, l->all, l->count, why);
    char hint[TOO_LATE_MAX];
    if (reach == ORDER_OPS_TWO)
        return true;
    snprintf(hint, sizeof hint, "leave out %s", option);
    if (reach == ORDER_OPS_ONE)
        return err_usage(err, "one person is enough for this order", hint);
    *err = *why;
    return false;
}

/* The number that it is going to have: nothing comes between. */
static bool next_id(const struct order_ops *o, char id[ORDER_ID_MAX], struct err *err)
{
    int64_t nr = 0;
    return orders_next(o->options.store, &nr, err) && order_nr_id(nr, id);
}

static bool put_down(struct order_ops *o, struct asked *r, struct order_ops_list *l, const struct err *why,
                     struct err *err)
{
    char hash[HASH_MAX], id[ORDER_ID_MAX];
    const struct person me = asked_person(r->call);
    struct executor_ask ask = order_ops_ask_of(r);
    struct order_ops_said said = {.ask = &ask, .id = id, .who = &me};
    if (!hash_list(l, hash, err) || !next_id(o, id, err))
        return false;
    ask.hash = text_of(hash);
    ask.why = text_of(why->text);
    ask.proposed = true;
    return order_ops_begin(o, r, &said, l, err);
}

bool order_ops_pair_propose(struct order_ops *o, struct asked *r, struct err *err)
{
    struct order_ops_list l = {0};
    struct err why = {0};
    bool ok = order_ops_read(o, r, &l, err) && is_for_two(o, &o->options.limits, &l, "--propose", &why, err);
    if (ok && order_ops_is_dry(r))
        order_ops_possible(o, r, &l);
    else if (ok)
        ok = put_down(o, r, &l, &why, err);
    order_ops_list_release(&l);
    return ok;
}

static bool give_alone(struct order_ops *o, struct asked *r, struct order_ops_list *l, const struct err *why,
                       struct err *err)
{
    char id[ORDER_ID_MAX];
    const struct person me = asked_person(r->call);
    struct executor_ask ask = order_ops_ask_of(r);
    struct order_ops_said said = {.ask = &ask, .id = id, .who = &me};
    ask.why = text_of(why->text);
    for (size_t i = 0; i < l->count; i++)
        l->all[i].approved_by = text_of("break-glass");
    if (!next_id(o, id, err) || !order_ops_begin(o, r, &said, l, err))
        return false;
    if (o->options.glass)
        o->options.glass(o->options.ctx, text_of(id), &r->entry, &me, ask.reason);
    return true;
}

bool order_ops_pair_glass(struct order_ops *o, struct asked *r, struct err *err)
{
    const struct plan_limits half = plan_glass_limits(&o->options.limits);
    struct order_ops_list l = {0};
    struct err why = {0};
    bool ok =
        plan_glass_may(r, err) && order_ops_read(o, r, &l, err) && is_for_two(o, &half, &l, "--break-glass", &why, err);
    if (ok && order_ops_is_dry(r))
        order_ops_possible(o, r, &l);
    else if (ok)
        ok = give_alone(o, r, &l, &why, err);
    order_ops_list_release(&l);
    return ok;
}

/* --- what is meant --- */

static bool is_over(const struct order_ops *o, const struct executor_run_view *run)
{
    return order_ops_now(o).utc_ms >= run->at_ms + EXECUTOR_PROPOSED_MS;
}

static bool is_proposed(const struct order_ops *o, const struct executor_run_view *run, struct err *err)
{
    char id[ORDER_ID_MAX];
    bool expired = run->state == EXECUTOR_PROPOSED && is_over(o, run);
    if (run->state == EXECUTOR_PROPOSED && !expired)
        return true;
    err_set(err, ERR_INPUT, "the order '%s' is %s", order_nr_id(run->nr, id),
            executor_run_word(expired ? EXECUTOR_EXPIRED : run->state));
    err_hint(err, "only one that is proposed can be approved or rejected, once and within 15 minutes");
    return err_exit(err, EXIT_DATA);
}

static bool find(const struct order_ops *o, const struct asked *r, struct executor_run_view *run, struct err *err)
{
    struct safe_text ref = asked_member(r->message, "ref");
    int64_t nr = 0, item = 0;
    char shown[64];
    if (order_id_parse(ref, &nr, &item) && item == 0 && executor_run(o->executor, nr, run))
        return is_proposed(o, run, err);
    err_set(err, ERR_INPUT, "there is no order '%s'", text_show_in(ref, shown, sizeof shown));
    err_hint(err, "'hubtop get actions' lists those there are: state=previewed waits for somebody");
    return err_exit(err, ORDER_OPS_NOT_FOUND);
}

/* Whoever approves says which order, to the byte. */
static bool is_the_one(const struct executor_run_view *run, const struct asked *r, struct err *err)
{
    struct safe_text hash = asked_member(r->message, "hash");
    char id[ORDER_ID_MAX];
    if (text_equal(hash, run->hash) && !text_empty(hash))
        return true;
    if (text_empty(hash))
        return err_usage(err, "the order's hash is not said", "show the order first: what was seen is what runs");
    err_set(err, ERR_REFUSED, "the order '%s' is not the one that was seen: its hash is another",
            order_nr_id(run->nr, id));
    err_hint(err, "look at it again: hubtop get actions");
    return err_exit(err, ORDER_OPS_NOT_ALLOWED);
}

static bool hash_one(void *ctx, const struct order *o, const struct action *a)
{
    (void)a;
    put_hashed(&((struct hashing *)ctx)->w, o);
    return true;
}

/* What is kept is what was hashed, whoever was at the file. */
static bool is_whole(const struct order_ops *o, const struct executor_run_view *run, struct err *err)
{
    char hash[HASH_MAX];
    struct hashing h;
    hash_begin(&h);
    executor_each(o->executor, run->nr, hash_one, &h);
    return hash_end(&h, hash, err) && (text_is(run->hash, hash) ||
                                       err_set(err, ERR_CORRUPT, "what is kept of the order is not what was proposed"));
}

/* --- who proposed it, by the journal --- */

struct proposer {
    int64_t seq;
    struct person who;
    bool found;
};

static bool take_proposer(void *ctx, const struct journal_entry *e, struct err *err)
{
    struct proposer *p = ctx;
    struct buf text = buf_make(text_len(e->body) + 1);
    text_copy(&text, e->body);
    struct json *body = e->seq == p->seq ? json_parse(buf_str(&text), text.len, JSON_STRICT, err) : NULL;
    p->found = body != NULL;
    if (p->found)
        p->who = asked_person_of(e, body);
    json_free(body);
    buf_release(&text);
    return false;
}

static bool by_somebody_else(const struct order_ops *o, const struct executor_run_view *run, const struct person *me,
                             struct err *err)
{
    struct proposer p = {.seq = run->seq};
    struct err why = {0};
    journal_each(o->options.store, run->seq, take_proposer, &p, &why);
    if (p.found)
        return asked_is_another(me, &p.who, run->who, "order", err);
    return err_set(err, ERR_CORRUPT, "the journal does not tell who proposed the order: %s", why.text);
}

/* --- all checks anew --- */

struct again {
    struct order_ops *ops;
    struct order_ops_rivals rivals;
    struct order_ops_list now;
    size_t cap;
    struct err *err;
    bool ok;
};

static struct order *add_now(struct again *a)
{
    if (a->now.count == a->cap) {
        a->cap = a->cap ? 2 * a->cap : 64;
        a->now.all = mem_grow(a->now.all, a->cap, sizeof *a->now.all);
    }
    struct order *now = &a->now.all[a->now.count++];
    *now = order_make();
    return now;
}

static bool is_as_it_was(const struct order *was, const struct order *now, struct err *err)
{
    return (was->native == now->native && was->stops == now->stops) ||
           err_set(err, ERR_REFUSED, "it changed since it was seen: it is carried out in another way now");
}

static bool look_again(void *ctx, const struct order *was, const struct action *kind)
{
    struct again *a = ctx;
    struct order *now = add_now(a);
    char target[TOO_LATE_MAX];
    (void)kind;
    now->action = rows_text(&now->arena, was->action);
    now->target = rows_text(&now->arena, was->target);
    now->to = rows_text(&now->arena, was->to);
    now->value = was->value;
    now->ends_ms = was->ends_ms;
    a->ok = order_ops_is_free(&a->rivals, was->target, a->err) && order_ops_make(a->ops, now, a->err) &&
            order_ops_ready(a->ops, was, a->err) && is_as_it_was(was, now, a->err);
    if (!a->ok)
        err_prefix(a->err, "'%s'", text_show_in(was->target, target, sizeof target));
    return a->ok;
}

static bool holds_now(struct order_ops *o, const struct executor_run_view *run, struct err *err)
{
    struct again a = {.ops = o, .rivals = order_ops_rivals_of(o), .err = err, .ok = true};
    struct err why = {0};
    executor_each(o->executor, run->nr, look_again, &a);
    if (a.ok && order_ops_radius(o, &o->options.limits, a.now.all, a.now.count, &why) == ORDER_OPS_NOBODY) {
        *err = why;
        a.ok = false;
    }
    order_ops_list_release(&a.now);
    order_ops_rivals_release(&a.rivals);
    return a.ok;
}

/* --- deciding --- */

/* The entry of a decision, which is told by the order's id and hash. False with err: the reason is too long. */
static bool entry_of(const struct executor_run_view *run, const struct person *who, struct safe_text reason,
                     struct buf *body, struct journal_entry *e, struct err *err)
{
    char id[ORDER_ID_MAX];
    const struct executor_ask ask = {.action = run->action, .hash = run->hash, .reason = reason};
    const struct order_ops_said said = {.ask = &ask, .value = -1, .id = order_nr_id(run->nr, id), .who = who};
    bool ok = order_ops_body(&said, body, err);
    e->body = text_from(buf_str(body), body->len);
    return ok;
}

bool order_ops_pair_approve(struct order_ops *o, struct asked *r, struct err *err)
{
    struct executor_run_view run;
    const struct person me = asked_person(r->call);
    if (!find(o, r, &run, err) || !is_the_one(&run, r, err) || !by_somebody_else(o, &run, &me, err) ||
        !is_whole(o, &run, err) || !holds_now(o, &run, err))
        return false;
    struct buf body = buf_make(BODY_MAX);
    bool ok = entry_of(&run, &me, asked_member(r->message, "reason"), &body, &r->entry, err) &&
              executor_proposed_begin(o->executor, &r->entry, run.nr, r->entry.who, err);
    buf_release(&body);
    if (ok)
        order_ops_answer(o, r->call, asked_member(r->message, "ref"));
    return ok;
}

bool order_ops_pair_reject(struct order_ops *o, struct asked *r, struct err *err)
{
    struct executor_run_view run;
    const struct person me = asked_person(r->call);
    char words[TOO_LATE_MAX];
    if (!find(o, r, &run, err))
        return false;
    struct buf body = buf_make(BODY_MAX);
    snprintf(words, sizeof words, tr("rejected by '%s': nothing of it was sent"), r->who);
    bool ok = entry_of(&run, &me, asked_member(r->message, "reason"), &body, &r->entry, err) &&
              executor_proposed_end(o->executor, &r->entry, run.nr, EXECUTOR_REJECTED, words, err);
    buf_release(&body);
    if (ok)
        order_ops_answer(o, r->call, asked_member(r->message, "ref"));
    return ok;
}

/* --- time --- */

struct late {
    const struct order_ops *ops;
    struct executor_run_view run;
};

static bool look_for_late(void *ctx, const struct executor_run_view *run)
{
    struct late *l = ctx;
    if (run->state == EXECUTOR_PROPOSED && is_over(l->ops, run))
        l->run = *run;
    return l->run.nr == 0;
}

/* What cannot be written is tried again at the next tick; nobody can approve it meanwhile. */
static bool expire(struct order_ops *o, const struct executor_run_view *run)
{
    struct journal_entry e = {
        .at_ms = order_ops_now(o).utc_ms, .uid = -1, .who = text_of(DESK_SOURCE), .op = text_of("order_expired")};
    struct buf body = buf_make(BODY_MAX);
    struct err err = {0};
    bool ok = entry_of(run, NULL, text_of(""), &body, &e, &err) &&
              executor_proposed_end(o->executor, &e, run->nr, EXECUTOR_EXPIRED,
                                    tr("expired: nobody approved it within 15 minutes, nothing of it was sent"), &err);
    if (!ok)
        log_err(LOG_ERROR, &err);
    buf_release(&body);
    return ok;
}

void order_ops_pair_tick(struct order_ops *o)
{
    struct late l = {.ops = o};
    do {
        l.run = (struct executor_run_view){0};
        executor_each_run(o->executor, look_for_late, &l);
    } while (l.run.nr > 0 && expire(o, &l.run));
}
