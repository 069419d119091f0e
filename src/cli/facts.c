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
    static const enum kind kinds[FACTS_KINDS] = {KIND_SOURCE, KIND_SCHEDULER, KIND_CLUSTER, KIND_QUEUE};
    struct instant now = clock_now(&s->clock);
    for (size_t i = 0; i < FACTS_KINDS; i++) {
        f->sets[i] = query_rows_new(q, kinds[i], s->at_ms);
        if (!wait_for_rows(f->sets[i], now, err))
            return false;
    }
    f->all.now_ms = s->at_ms ? s->at_ms : now.utc_ms;
    f->all.n_sources = read_all(f->sets[0], &s->arena, &f->all.sources);
    f->all.n_schedulers = read_all(f->sets[1], &s->arena, &f->all.schedulers);
    f->all.n_clusters = read_all(f->sets[2], &s->arena, &f->all.clusters);
    f->all.n_queues = read_all(f->sets[3], &s->arena, &f->all.queues);
    return true;
}

void facts_release(struct facts *f)
{
    for (size_t i = 0; i < FACTS_KINDS; i++)
        query_rows_free(f->sets[i]);
    *f = (struct facts){0};
}
