#include "collector/weave_past.h"

#include <stdlib.h>

#include "base/arena.h"
#include "base/log.h"
#include "base/mem.h"
#include "store/query.h"

enum { PAST_MAX = 2000000, PAST_SLICE = 400, PAST_LOOK_MS = 20 };

struct sample {
    struct safe_text id; /* of the arena */
    enum kind kind;
    int field;
    int64_t at_ms;
    double value;
};

struct weave_past {
    struct loop *loop;
    struct store *store;
    struct apply *apply;
    struct arena ids;
    struct sample *all;
    size_t count, cap, at;
    int64_t task, timer;
};

struct weave_past *weave_past_new(struct loop *loop, struct store *store, struct apply *apply)
{
    struct weave_past *p = mem_new(1, sizeof *p);
    p->loop = loop;
    p->store = store;
    p->apply = apply;
    return p;
}

void weave_past_free(struct weave_past *p)
{
    if (!p)
        return;
    if (p->task)
        loop_task_cancel(p->loop, p->task);
    loop_timer_cancel(p->loop, p->timer);
    arena_release(&p->ids);
    free(p->all);
    free(p);
}

bool weave_past_busy(const struct weave_past *p)
{
    return p->count > 0;
}

static void done(struct weave_past *p)
{
    arena_reset(&p->ids);
    p->count = p->at = 0;
}

static bool write_slice(struct weave_past *p, struct err *err)
{
    if (!store_begin(p->store, err))
        return false;
    bool ok = true;
    for (int n = 0; ok && n < PAST_SLICE && p->at < p->count; n++, p->at++) {
        const struct sample *s = &p->all[p->at];
        ok = store_sample_put(p->store, QUERY_FILLED, s->kind, s->id, s->field, s->at_ms, s->value, err);
    }
    return store_end(p->store, ok ? err : NULL) && ok;
}

static void go_on(void *ctx);

/* A batch has the transaction: its turn comes first. */
static bool slice(void *ctx)
{
    struct weave_past *p = ctx;
    struct err err = {0};
    if (apply_waiting(p->apply) > 0) {
        p->task = 0;
        p->timer = loop_timer(p->loop, PAST_LOOK_MS, go_on, p);
        return false;
    }
    bool ok = write_slice(p, &err);
    if (!ok)
        log_err(LOG_ERROR, &err);
    if (ok && p->at < p->count)
        return true;
    done(p);
    p->task = 0;
    return false;
}

static void go_on(void *ctx)
{
    struct weave_past *p = ctx;
    p->timer = 0;
    p->task = loop_task(p->loop, slice, p);
}

/* Samples come series by series: an id is copied once. */
static struct safe_text own_id(struct weave_past *p, struct safe_text id)
{
    if (p->count > 0 && text_equal(p->all[p->count - 1].id, id))
        return p->all[p->count - 1].id;
    struct buf copy = buf_make(text_len(id) + 1);
    text_copy(&copy, id);
    struct safe_text own = text_from(arena_copy(&p->ids, buf_str(&copy), copy.len), copy.len);
    buf_release(&copy);
    return own;
}

bool weave_past_put(struct weave_past *p, enum kind kind, struct safe_text id, int field, int64_t at_ms, double value)
{
    if (p->count >= PAST_MAX)
        return false;
    if (p->count == p->cap) {
        p->cap = p->cap ? 2 * p->cap : 1024;
        p->all = mem_grow(p->all, p->cap, sizeof *p->all);
    }
    struct sample s = {.id = own_id(p, id), .kind = kind, .field = field, .at_ms = at_ms, .value = value};
    p->all[p->count++] = s;
    if (!p->task && !p->timer)
        p->timer = loop_timer(p->loop, PAST_LOOK_MS, go_on, p);
    return true;
}
