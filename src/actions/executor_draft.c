#include <stdlib.h>

#include "base/log.h"
#include "base/mem.h"
#include "executor_private.h"

/* An order comes to be: at once, or in parts that are nobody's until the last is written. */

/* Growing: what goes wrong goes wrong with few. */
static int64_t wave_of(size_t first, bool all_at_once, size_t at)
{
    static const size_t sizes[] = {3, 10, 20, 50};
    size_t wave = 0;
    if (all_at_once || at < first)
        return 1;
    at -= first;
    while (at >= sizes[wave < 3 ? wave : 3]) {
        at -= sizes[wave < 3 ? wave : 3];
        wave++;
    }
    return (int64_t)wave + 1 + (first > 0);
}

struct executor_draft {
    struct executor *x;
    struct executor_run *run;
    size_t first, staged;
    bool all_at_once;
    struct executor_item **left; /* to be written when it becomes an order */
    size_t left_count;
};

struct executor_draft *executor_draft_new(struct executor *x, const struct journal_entry *e,
                                          const struct executor_ask *ask)
{
    struct executor_draft *d = mem_new(1, sizeof *d);
    struct executor_run *r = mem_new(1, sizeof *r);
    *d = (struct executor_draft){.x = x, .run = r, .first = ask->first, .all_at_once = ask->all_at_once};
    *r = (struct executor_run){.x = x, .at_ms = e->at_ms, .uid = e->uid};
    r->state = ask->proposed ? EXECUTOR_PROPOSED : EXECUTOR_RUNNING;
    r->why = rows_text(&r->arena, ask->why);
    r->who = rows_text(&r->arena, e->who);
    r->plan = rows_text(&r->arena, ask->plan);
    r->hash = rows_text(&r->arena, ask->hash);
    r->action = rows_text(&r->arena, ask->action);
    r->reason = rows_text(&r->arena, ask->reason);
    r->ref = rows_text(&r->arena, ask->ref);
    r->undo_of = rows_text(&r->arena, ask->undo_of);
    r->noted = rows_text(&r->arena, ask->noted);
    return d;
}

void executor_draft_free(struct executor_draft *d)
{
    struct err err = {0};
    if (!d)
        return;
    if (d->staged > 0 && !orders_unstage(d->x->options.store, d->run->nr, &err))
        log_err(LOG_WARN, &err);
    executor_run_free(d->run);
    free(d->left);
    free(d);
}

bool executor_draft_take(struct executor_draft *d, const struct journal_entry *e, struct order *orders, size_t n,
                         struct err *err)
{
    struct executor_run *r = d->run;
    char key[ORDER_KEY_SIZE];
    bool ok = r->nr > 0 || orders_next(d->x->options.store, &r->nr, err);
    for (size_t k = 0; k < n; k++) {
        struct order *o = &orders[k];
        o->nr = r->nr;
        o->item = (int64_t)r->count + 1;
        o->wave = wave_of(d->first, d->all_at_once, r->count);
        o->at_ms = e->at_ms;
        if (o->state != ORDER_REFUSED)
            o->state = r->state == EXECUTOR_PROPOSED ? ORDER_PREVIEWED : ORDER_CONFIRMED;
        order_key(e->request_id, o->item, key);
        o->key = rows_text(&o->arena, text_of(key));
        o->by = rows_text(&o->arena, e->who);
        ok = executor_item_add(r, d->x, o, err) && ok;
    }
    return ok;
}

bool executor_draft_put(struct executor_draft *d, const struct journal_entry *e, struct order *orders, size_t n,
                        struct err *err)
{
    size_t from = d->run->count;
    bool ok = executor_draft_take(d, e, orders, n, err) &&
              executor_write_staged(d->run, d->run->items + from, d->run->count - from, err);
    d->staged += ok ? n : 0;
    return ok;
}

static void leave(struct executor_draft *d, struct executor_item *i)
{
    if (!d->left)
        d->left = mem_new(d->run->count + 1, sizeof(struct executor_item *));
    d->left[d->left_count++] = i;
}

void executor_draft_refuse(struct executor_draft *d, int64_t item, const char *why, int64_t at_ms)
{
    struct executor_item *i = d->run->items[item - 1];
    if (order_state_ended(i->o.state))
        return;
    i->o.state = ORDER_REFUSED;
    i->o.result = rows_text(&i->o.arena, text_of(why));
    i->o.ended_ms = at_ms;
    leave(d, i);
}

void executor_draft_each(const struct executor_draft *d,
                         bool (*each)(void *ctx, const struct order *o, const struct action *a), void *ctx)
{
    for (size_t k = 0; k < d->run->count; k++) {
        if (!each(ctx, &d->run->items[k]->o, d->run->items[k]->a))
            return;
    }
}

/* What was made when the same was asked for before. */
static int64_t made_by(const struct executor *x, int64_t seq)
{
    const struct executor_run *r = x->runs;
    while (r && r->seq != seq)
        r = r->next;
    return r ? r->nr : 0;
}

enum journal_step executor_draft_commit(struct executor_draft *d, struct journal_entry *e, int64_t *nr, struct err *err)
{
    struct executor *x = d->x;
    struct executor_run *r = d->run;
    for (size_t k = d->staged; k < r->count; k++)
        leave(d, r->items[k]);
    enum journal_step step = executor_write_run(r, e, d->left, d->left_count, err);
    *nr = step == JOURNAL_DONE ? r->nr : step == JOURNAL_AGAIN ? made_by(x, e->seq) : 0;
    if (step != JOURNAL_DONE) {
        executor_draft_free(d);
        return step;
    }
    free(d->left);
    free(d);
    r->next = x->runs;
    x->runs = r;
    r->due = true;
    x->options.wake(x->options.ctx);
    return step;
}
