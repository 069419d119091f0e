#include <stdlib.h>

#include "base/mem.h"
#include "views/balance.h"

enum { KEPT_MS = 10000, PRIME = 1000003 };

struct kept {
    int64_t snapshot, tick;
    struct balance_facts *facts;
};

void balance_look_forget(struct view_state *s)
{
    struct kept *k = s->kept;

    if (k != NULL)
        balance_facts_free(k->facts);
    free(k);
    s->kept = NULL;
}

/* Two snapshots are two numbers. */
static int64_t snapshot_of(const struct view_frame *f)
{
    uint64_t sum = 0;

    for (int i = BALANCE_NEED_HUBS; i < BALANCE_NEED_PLACES; i++)
        sum = sum * PRIME + (uint64_t)f->rows[i].rev * 2 + (uint64_t)f->rows[i].partial + f->rows[i].count * PRIME;
    return (int64_t)sum;
}

static struct balance_facts *take(const struct view_frame *f)
{
    struct balance_facts *facts = balance_facts_new();

    for (int i = BALANCE_NEED_HUBS; i < BALANCE_NEED_PLACES; i++)
        for (size_t k = 0; k < f->rows[i].count; k++) {
            struct row row = {0};

            if (f->rows[i].at(f->rows[i].ctx, k, &row))
                balance_take(facts, &row);
        }
    return facts;
}

static const struct balance *sums_of(const struct view_frame *f, struct view_state *s)
{
    struct kept *k = s->kept;
    int64_t snapshot = snapshot_of(f), tick = f->now.utc_ms / KEPT_MS;

    if (k == NULL)
        k = s->kept = mem_new(1, sizeof *k);
    if (k->facts == NULL || k->snapshot != snapshot || k->tick != tick) {
        balance_facts_free(k->facts);
        *k = (struct kept){snapshot, tick, take(f)};
    }
    return balance_of(k->facts);
}

/* --- islands as rows --- */

static bool at(void *ctx, size_t i, struct row *row)
{
    const struct balance_look *l = ctx;

    if (i >= l->rows[BALANCE_LIST_ISLANDS].count)
        return false;
    *row = l->islands[i]->row;
    return true;
}

static int64_t find(void *ctx, struct safe_text id, struct safe_text source)
{
    const struct balance_look *l = ctx;

    for (size_t i = 0; i < l->rows[BALANCE_LIST_ISLANDS].count; i++)
        if (text_equal(l->islands[i]->row.id, id) &&
            (text_empty(source) || text_equal(l->islands[i]->row.source, source)))
            return (int64_t)i;
    return -1;
}

/* Where clusters are filtered, those of the others are left out. */
static bool passes(const struct balance_look *l, const struct balance_island *island)
{
    const struct view_rows *rows = &l->frame->rows[BALANCE_NEED_CLUSTERS];

    return rows->count == rows->all || rows->find(rows->ctx, island->cluster, text_of("")) >= 0;
}

static void list_islands(struct balance_look *l)
{
    const struct view_frame *f = l->frame;
    struct view_rows *rows = &l->rows[BALANCE_LIST_ISLANDS];

    l->islands = arena_alloc(&l->arena, (l->sums->island_count + 1) * sizeof *l->islands);
    *rows =
        (struct view_rows){.all = l->sums->island_count,
                           .partial = f->rows[BALANCE_NEED_SCHEDULERS].partial || f->rows[BALANCE_NEED_QUEUES].partial,
                           .known = f->rows[BALANCE_NEED_SCHEDULERS].known && f->rows[BALANCE_NEED_QUEUES].known,
                           .ctx = l,
                           .at = at,
                           .find = find};
    for (size_t i = 0; i < l->sums->island_count; i++)
        if (passes(l, &l->sums->islands[i]))
            l->islands[rows->count++] = &l->sums->islands[i];
}

void balance_look_make(struct balance_look *l, const struct view_frame *f, struct view_state *s)
{
    *l = (struct balance_look){.frame = f,
                               .sums = sums_of(f, s),
                               .ends = {&f->rows[BALANCE_NEED_ALL_CLUSTERS], &f->rows[BALANCE_NEED_PLACES]}};
    for (int i = 0; i < BALANCE_LIST_ISLANDS; i++)
        l->rows[i] = f->rows[i];
    list_islands(l);
}

void balance_look_release(struct balance_look *l)
{
    arena_release(&l->arena);
    *l = (struct balance_look){0};
}
