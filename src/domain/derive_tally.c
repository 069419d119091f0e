#include "domain/derive_tally.h"

#include <math.h>
#include <stdlib.h>

#include "base/mem.h"

/* --- sums --- */

int64_t derive_tally_plus(int64_t a, int64_t b)
{
    int64_t sum;

    if (!__builtin_add_overflow(a, b, &sum))
        return sum;
    return b < 0 ? INT64_MIN : INT64_MAX;
}

void derive_tally_add(struct derive_sum *sum, const struct value *v)
{
    if (!value_known(v)) {
        sum->missed = true;
        return;
    }
    sum->any = true;
    sum->total = derive_tally_plus(sum->total, value_int_or(v, 0));
}

struct value derive_tally_value(const struct derive_sum *sum)
{
    return sum->missed && !sum->any ? value_none() : value_int(sum->total);
}

/* --- moments --- */

void derive_tally_moment(struct derive_moments *m, int64_t at_ms, int64_t n)
{
    if (m->count == m->cap) {
        m->cap = m->cap > 0 ? m->cap * 2 : 8;
        m->all = mem_grow(m->all, m->cap, sizeof *m->all);
    }
    m->all[m->count++] = (struct derive_moment){.at_ms = at_ms, .n = n};
}

static int by_time(const void *a, const void *b)
{
    const struct derive_moment *x = a, *y = b;

    return (x->at_ms > y->at_ms) - (x->at_ms < y->at_ms);
}

void derive_tally_sort(struct derive_moments *m)
{
    if (m->count > 1)
        qsort(m->all, m->count, sizeof *m->all, by_time);
}

int64_t derive_tally_between(const struct derive_moments *m, int64_t from_ms, int64_t to_ms)
{
    int64_t n = 0;

    for (size_t i = 0; i < m->count; i++)
        if (m->all[i].at_ms >= from_ms && m->all[i].at_ms <= to_ms)
            n = derive_tally_plus(n, m->all[i].n);
    return n;
}

struct value derive_tally_wait(const struct derive_moments *m, double share, int64_t now_ms)
{
    int64_t jobs = 0, seen = 0, wait_ms;
    size_t i = m->count;

    for (size_t k = 0; k < m->count; k++)
        jobs = derive_tally_plus(jobs, m->all[k].n);
    /* The shortest wait is that of the last moment. Less a hair: 0.95 * 20 is a little more than 19 in binary. */
    int64_t rank = (int64_t)ceil(share * (double)jobs - 1e-9 * (double)jobs);
    if (jobs == 0)
        return value_none();
    do
        seen = derive_tally_plus(seen, m->all[--i].n);
    while (i > 0 && seen < rank);
    if (__builtin_sub_overflow(now_ms, m->all[i].at_ms, &wait_ms))
        return value_none();
    return value_int(wait_ms > 0 ? wait_ms / 1000 : 0);
}

/* --- tables --- */

struct derive_tally *derive_tally_of(struct derive_table *t, struct arena *arena, struct safe_text a,
                                     struct safe_text b)
{
    size_t at = ids_put(&t->ids, a, b);

    if (at < t->count)
        return t->all[at];
    if (t->count == t->cap) {
        t->cap = t->cap > 0 ? t->cap * 2 : 32;
        t->all = mem_grow(t->all, t->cap, sizeof *t->all);
    }
    struct derive_tally *made = arena_alloc(arena, sizeof *made);
    made->id = t->ids.all[at];
    t->all[t->count++] = made;
    return made;
}

const struct derive_tally *derive_tally_find(const struct derive_table *t, struct safe_text id)
{
    size_t at = ids_find(&t->ids, id, text_of(""));

    return at != IDS_NONE ? t->all[at] : NULL;
}

void derive_tally_release(struct derive_table *t)
{
    for (size_t i = 0; i < t->count; i++) {
        free(t->all[i]->pending.all);
        free(t->all[i]->submitted.all);
        free(t->all[i]->started.all);
    }
    free(t->all);
    ids_release(&t->ids);
    *t = (struct derive_table){0};
}

void derive_tally_health_add(struct derive_health *h, const struct value *state)
{
    struct safe_text word = value_text_or(state, "");

    if (!value_known(state))
        return;
    h->known++;
    h->up += text_is(word, "up");
    h->degraded += text_is(word, "degraded");
}

struct value derive_tally_health(const struct derive_health *h)
{
    if (h->known == 0)
        return value_none();
    return value_text(text_of(h->up == h->known ? "up" : h->up + h->degraded > 0 ? "degraded" : "down"));
}
