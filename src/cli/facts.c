#include "cli/facts.h"

#include "cli/wait.h"

enum { FACTS_ROWS_MAX = 20000 };

/* All rows of a kind side by side, texts owned by the set. */
static size_t read_all(struct query_rows *set, struct arena *a, const struct row **out)
{
    size_t n = query_rows_count(set);
    n = n < FACTS_ROWS_MAX ? n : FACTS_ROWS_MAX;
    struct row *rows = arena_alloc(a, (n + 1) * sizeof *rows);
    for (size_t i = 0; i < n; i++) {
        if (!query_rows_at(set, i, &rows[i]))
            n = i;
    }
    *out = rows;
    return n;
}

bool facts_gather(struct facts *f, struct query *q, struct setup *s, struct err *err)
{
    struct instant now = clock_now(&s->clock);
    for (size_t i = 0; i < VERDICT_KINDS; i++) {
        f->sets[i] = query_rows_new(q, verdict_kinds[i], s->at_ms);
        if (!wait_for_rows(f->sets[i], now, err))
            return false;
    }
    f->all.limits = &s->thresholds;
    f->all.now_ms = s->at_ms ? s->at_ms : now.utc_ms;
    for (size_t i = 0; i < VERDICT_KINDS; i++) {
        const struct row *rows;
        size_t n = read_all(f->sets[i], &s->arena, &rows);
        verdict_tell(&f->all, verdict_kinds[i], rows, n);
    }
    return true;
}

void facts_release(struct facts *f)
{
    for (size_t i = 0; i < VERDICT_KINDS; i++)
        query_rows_free(f->sets[i]);
    *f = (struct facts){0};
}
