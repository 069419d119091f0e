#include "collector/apply.h"

#include <stdlib.h>

#include "base/mem.h"

enum { APPLY_SLICE_US = 8000 };

struct item {
    struct item *next;
    struct store_batch *batch;
    enum kind kind;
    struct instant now;
    apply_done *done;
    void *ctx;
};

struct apply {
    struct loop *loop;
    struct item *first, **last;
    size_t waiting;
    unsigned written; /* bits 1u << kind */
    int64_t task;
    apply_broken *broken;
    void *broken_ctx;
};

struct apply *apply_new(struct loop *loop)
{
    struct apply *a = mem_new(1, sizeof *a);
    a->loop = loop;
    a->last = &a->first;
    return a;
}

static struct item *take_first(struct apply *a)
{
    struct item *it = a->first;
    a->first = it->next;
    if (!a->first)
        a->last = &a->first;
    a->waiting--;
    return it;
}

void apply_broken_set(struct apply *a, apply_broken *broken, void *ctx)
{
    a->broken = broken;
    a->broken_ctx = ctx;
}

static void finish(struct item *it, const struct store_result *result, const struct err *err)
{
    store_batch_free(it->batch);
    if (it->done)
        it->done(it->ctx, result, err);
    free(it);
}

static bool slice(void *ctx)
{
    struct apply *a = ctx;
    struct store_result result = {0};
    struct err err = {0};
    struct item *it = a->first;
    enum store_step step = store_batch_apply(it->batch, it->now, APPLY_SLICE_US, &result, &err);
    if (step == STORE_FAILED && err.kind == ERR_CORRUPT && a->broken)
        a->broken(a->broken_ctx, &err);
    if (step != STORE_FAILED)
        a->written |= 1u << it->kind;
    if (step != STORE_MORE)
        finish(take_first(a), &result, step == STORE_FAILED ? &err : NULL);
    if (!a->first)
        a->task = 0;
    return a->first != NULL;
}

void apply_put(struct apply *a, struct store_batch *batch, enum kind kind, struct instant now, apply_done *done,
               void *ctx)
{
    struct item *it = mem_new(1, sizeof *it);
    *it = (struct item){.batch = batch, .kind = kind, .now = now, .done = done, .ctx = ctx};
    *a->last = it;
    a->last = &it->next;
    a->waiting++;
    if (!a->task)
        a->task = loop_task(a->loop, slice, a);
}

void apply_forget(struct apply *a, const void *ctx)
{
    for (struct item *it = a->first; it; it = it->next) {
        if (it->ctx == ctx)
            it->done = NULL;
    }
}

size_t apply_waiting(const struct apply *a)
{
    return a->waiting;
}

unsigned apply_take_kinds(struct apply *a)
{
    unsigned written = a->written;
    a->written = 0;
    return written;
}

void apply_free(struct apply *a)
{
    if (!a)
        return;
    if (a->task)
        loop_task_cancel(a->loop, a->task);
    while (a->first) {
        struct item *it = take_first(a);
        it->done = NULL;
        finish(it, NULL, NULL);
    }
    free(a);
}
