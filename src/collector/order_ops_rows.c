#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "base/mem.h"
#include "collector/order_ops_private.h"
#include "domain/desk.h"

/* What screens show of orders: rows of actions in the cache. What is in actions.db is done, whatever becomes of them. */

enum { OBSERVED_MS = 60000, TOUCH_MS = 30000, GATHER_MS = 50, SLICE = 400 };

struct order_ops_answer {
    struct order_ops *ops;
    struct order_ops_answer *next;
    struct serve_call call;
    bool wanted, asked; /* asked: its rows are not on their way yet */
    char id[ORDER_ID_MAX];
};

static void on_applied(void *ctx, const struct store_result *result, const struct err *err)
{
    struct order_ops_answer *a = ctx, **at = &a->ops->answers;
    struct order_ops *o = a->ops;
    if (o->options.applied)
        o->options.applied(o->options.ctx, result, err);
    if (a->wanted)
        o->options.done(o->options.ctx, &a->call, text_of(a->id));
    while (*at != a)
        at = &(*at)->next;
    *at = a->next;
    free(a);
}

static struct order_ops_answer *answer_new(struct order_ops *o, const struct serve_call *call, struct safe_text id)
{
    struct order_ops_answer *a = mem_new(1, sizeof *a);
    *a = (struct order_ops_answer){.ops = o, .next = o->answers, .wanted = call != NULL};
    if (call)
        a->call = *call;
    text_show_in(id, a->id, sizeof a->id);
    o->answers = a;
    return a;
}

static bool add_row(const struct order_ops *o, struct store_batch *batch, int64_t nr, int64_t item, struct err *err)
{
    struct arena arena = {0};
    struct row row;
    bool ok = !executor_row(o->executor, nr, item, &arena, &row) || store_batch_add(batch, &row, err);
    arena_release(&arena);
    return ok;
}

struct whole {
    const struct order_ops *ops;
    struct store_batch *batch;
    struct err *err;
    bool ok;
};

static bool add_each(void *ctx, const struct order *order, const struct action *a)
{
    struct whole *w = ctx;
    (void)a;
    w->ok = add_row(w->ops, w->batch, order->nr, order->item, w->err);
    return w->ok;
}

static void put(struct order_ops *o, struct store_batch *batch, bool ok, struct order_ops_answer *a, struct err *err)
{
    o->touched_ms = order_ops_now(o).utc_ms;
    if (ok) {
        apply_put(o->options.apply, batch, KIND_ACTION, order_ops_now(o), on_applied, a);
        return;
    }
    store_batch_free(batch);
    log_err(LOG_ERROR, err);
    on_applied(a, NULL, err);
}

static struct store_batch *batch_new(struct order_ops *o, bool whole, struct err *err)
{
    struct store_batch *batch = store_batch_new(o->options.store, DESK_SOURCE, KIND_ACTION, whole, err);
    if (batch)
        store_batch_pace(batch, OBSERVED_MS);
    return batch;
}

/* What asked for it is answered when all that waits now is in the cache. */
static void answer_all(struct order_ops *o)
{
    for (struct order_ops_answer *a = o->answers; a; a = a->next) {
        if (a->asked)
            apply_after(o->options.apply, on_applied, a);
        a->asked = false;
    }
}

/* So many at a time that nobody else waits. */
static void flush(struct order_ops *o)
{
    struct err err = {0};
    size_t n = o->changed_count < SLICE ? o->changed_count : SLICE;
    struct order_ops_answer *a = answer_new(o, NULL, text_of(""));
    struct store_batch *batch = batch_new(o, false, &err);
    bool ok = batch != NULL;
    for (size_t i = 0; ok && i < n; i++)
        ok = add_row(o, batch, o->changed[i].nr, o->changed[i].item, &err);
    o->changed_count -= n;
    if (o->changed_count > 0)
        memmove(o->changed, o->changed + n, o->changed_count * sizeof *o->changed);
    put(o, batch, ok, a, &err);
}

static void gathered(void *ctx)
{
    struct order_ops *o = ctx;
    o->rows_timer = 0;
    flush(o);
    if (o->changed_count > 0)
        o->rows_timer = loop_timer(o->options.loop, 0, gathered, o);
    else
        answer_all(o);
}

static void add_changed(struct order_ops *o, int64_t nr, int64_t item)
{
    if (o->changed_count == o->changed_cap) {
        o->changed_cap = o->changed_cap ? 2 * o->changed_cap : 64;
        o->changed = mem_grow(o->changed, o->changed_cap, sizeof *o->changed);
    }
    o->changed[o->changed_count++] = (struct order_ops_pair){nr, item};
    if (!o->rows_timer)
        o->rows_timer = loop_timer(o->options.loop, GATHER_MS, gathered, o);
}

void order_ops_changed(struct order_ops *o, int64_t nr, int64_t item)
{
    for (size_t i = 0; i < o->changed_count; i++) {
        if (o->changed[i].nr == nr && o->changed[i].item == item)
            return;
    }
    add_changed(o, nr, item);
}

void order_ops_rows_new(struct order_ops *o, int64_t nr, size_t count)
{
    for (size_t i = 1; i <= count; i++)
        add_changed(o, nr, (int64_t)i);
}

void order_ops_answer(struct order_ops *o, const struct serve_call *call, struct safe_text made)
{
    answer_new(o, call, made)->asked = true;
    loop_timer_cancel(o->options.loop, o->rows_timer);
    gathered(o);
}

void order_ops_rows_all(struct order_ops *o)
{
    struct err err = {0};
    struct order_ops_answer *a = answer_new(o, NULL, text_of(""));
    struct whole w = {.ops = o, .batch = batch_new(o, true, &err), .err = &err};
    w.ok = w.batch != NULL;
    if (w.ok)
        executor_each(o->executor, 0, add_each, &w);
    put(o, w.batch, w.ok, a, &err);
}

void order_ops_tick(struct order_ops *o)
{
    struct instant now = order_ops_now(o);
    struct err err = {0};
    order_ops_pair_tick(o);
    if (now.utc_ms - o->touched_ms < TOUCH_MS && now.utc_ms >= o->touched_ms)
        return;
    o->touched_ms = now.utc_ms;
    apply_join(o->options.apply, o->options.store);
    if (!store_touch(o->options.store, DESK_SOURCE, KIND_ACTION, now, OBSERVED_MS, &err))
        log_err(LOG_ERROR, &err);
}

void order_ops_rows_free(struct order_ops *o)
{
    loop_timer_cancel(o->options.loop, o->rows_timer);
    while (o->answers) {
        struct order_ops_answer *a = o->answers;
        o->answers = a->next;
        apply_forget(o->options.apply, a);
        free(a);
    }
    free(o->changed);
}
