#include "collector/apply.h"

#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

enum { APPLY_SLICE_US = 8000, APPLY_GROUP_MOST = 500 };

struct item {
    struct item *next;
    struct store_batch *batch; /* NULL: only its end is waited for */
    enum kind kind;
    struct instant now;
    apply_done *done;
    void *ctx;
    struct store_result result;
    bool failed;
    struct err err; /* the last: it is not zeroed whole */
};

struct list {
    struct item *first, *last;
    size_t count;
};

struct apply {
    struct loop *loop;
    struct list waiting, ended; /* ended: applied, but not committed, so that nobody is told */
    struct store *group;        /* whose transaction is open; NULL: none is */
    uint64_t written, grouped;  /* KIND_BIT()s */
    int64_t task;
    int64_t failing_since_ms; /* boot; 0: what is written last was recorded */
    bool lost;                /* some of the group was taken back */
    apply_broken *broken;
    void *broken_ctx;
};

static void list_put(struct list *l, struct item *it)
{
    it->next = NULL;
    *(l->last ? &l->last->next : &l->first) = it;
    l->last = it;
    l->count++;
}

static struct item *list_take(struct list *l)
{
    struct item *it = l->first;
    if (!it)
        return NULL;
    l->first = it->next;
    l->count--;
    if (!l->first)
        l->last = NULL;
    return it;
}

struct apply *apply_new(struct loop *loop)
{
    struct apply *a = mem_new(1, sizeof *a);
    a->loop = loop;
    return a;
}

void apply_broken_set(struct apply *a, apply_broken *broken, void *ctx)
{
    a->broken = broken;
    a->broken_ctx = ctx;
}

static void finish(struct item *it)
{
    store_batch_free(it->batch);
    if (it->done)
        it->done(it->ctx, &it->result, it->failed ? &it->err : NULL);
    free(it);
}

static void fail_ended(struct apply *a, const struct err *err)
{
    for (struct item *it = a->ended.first; it; it = it->next) {
        if (it->failed)
            continue;
        it->failed = true;
        it->err = *err;
    }
}

static void note_failure(struct apply *a, const struct item *it)
{
    if (it->err.kind == ERR_CORRUPT && a->broken)
        a->broken(a->broken_ctx, &it->err);
    if (!store_group_lost(a->group))
        return;
    struct err lost = it->err;
    a->lost = true;
    lost.kind = lost.kind == ERR_CORRUPT ? ERR_TRANSIENT : lost.kind; /* what is wrong is the other body's */
    fail_ended(a, &lost);
    store_group_begin(a->group);
}

static void group_open(struct apply *a, struct store *s)
{
    if (a->group)
        return;
    a->group = s;
    store_group_begin(s);
}

/* Applies the first for a while; false when it needs another turn. */
static bool work(struct apply *a, int64_t budget_us)
{
    struct item *it = a->waiting.first;
    if (!it->batch) {
        list_put(&a->ended, list_take(&a->waiting));
        return true;
    }
    group_open(a, store_batch_store(it->batch));
    enum store_step step = store_batch_apply(it->batch, it->now, budget_us, &it->result, &it->err);
    it->failed = step == STORE_FAILED;
    if (!it->failed) {
        a->written |= KIND_BIT(it->kind); /* a slice may have been committed */
        a->grouped |= KIND_BIT(it->kind);
    }
    if (step == STORE_MORE)
        return false;
    if (it->failed)
        note_failure(a, it);
    list_put(&a->ended, list_take(&a->waiting));
    return true;
}

static void note_group(struct apply *a, bool recorded)
{
    if (recorded)
        a->failing_since_ms = 0;
    else if (a->failing_since_ms == 0)
        a->failing_since_ms = clock_boot_ms();
    a->lost = false;
}

static void commit(struct apply *a)
{
    struct err err = {0};
    struct list ended = a->ended;
    bool recorded = !a->group || store_group_end(a->group, &err);
    if (!recorded)
        fail_ended(a, &err);
    if (a->group)
        note_group(a, recorded && !a->lost);
    a->group = NULL;
    a->written |= a->grouped;
    a->grouped = 0;
    a->ended = (struct list){0};
    for (struct item *it; (it = list_take(&ended));)
        finish(it);
}

static bool slice(void *ctx)
{
    struct apply *a = ctx;
    int64_t now_us = clock_mono_us(), until_us = now_us + APPLY_SLICE_US;
    bool ended = true;
    while (a->waiting.first && ended && now_us < until_us && a->ended.count < APPLY_GROUP_MOST) {
        ended = work(a, until_us - now_us);
        now_us = clock_mono_us();
    }
    if (ended && (!a->waiting.first || a->ended.count >= APPLY_GROUP_MOST))
        commit(a);
    if (!a->waiting.first && !a->group)
        a->task = 0;
    return a->task != 0;
}

static void wake(struct apply *a)
{
    if (!a->task)
        a->task = loop_task(a->loop, slice, a);
}

static struct item *item_new(apply_done *done, void *ctx)
{
    struct item *it = mem_grow(NULL, 1, sizeof *it);
    memset(it, 0, offsetof(struct item, err));
    err_clear(&it->err);
    it->done = done;
    it->ctx = ctx;
    return it;
}

void apply_put(struct apply *a, struct store_batch *batch, enum kind kind, struct instant now, apply_done *done,
               void *ctx)
{
    struct item *it = item_new(done, ctx);
    it->batch = batch;
    it->kind = kind;
    it->now = now;
    list_put(&a->waiting, it);
    wake(a);
}

void apply_after(struct apply *a, apply_done *done, void *ctx)
{
    list_put(&a->waiting, item_new(done, ctx));
    wake(a);
}

void apply_join(struct apply *a, struct store *s)
{
    group_open(a, s);
    wake(a);
}

static void forget(struct list *l, const void *ctx)
{
    for (struct item *it = l->first; it; it = it->next) {
        if (it->ctx == ctx)
            it->done = NULL;
    }
}

void apply_forget(struct apply *a, const void *ctx)
{
    forget(&a->waiting, ctx);
    forget(&a->ended, ctx);
}

size_t apply_waiting(const struct apply *a)
{
    return a->waiting.count + a->ended.count + (a->group != NULL);
}

int64_t apply_failing_ms(const struct apply *a)
{
    int64_t ms = a->failing_since_ms ? clock_boot_ms() - a->failing_since_ms : 0;
    return a->failing_since_ms && ms == 0 ? 1 : ms;
}

uint64_t apply_take_kinds(struct apply *a)
{
    uint64_t written = a->written;
    a->written = 0;
    return written;
}

static void drop(struct list *l)
{
    for (struct item *it; (it = list_take(l));) {
        it->done = NULL;
        finish(it);
    }
}

void apply_free(struct apply *a)
{
    if (!a)
        return;
    if (a->task)
        loop_task_cancel(a->loop, a->task);
    drop(&a->waiting); /* one that is half applied takes the group with it */
    if (a->group)
        store_group_end(a->group, NULL);
    drop(&a->ended);
    free(a);
}
