#include "views/worst.h"

#include <stdlib.h>

#include "domain/link.h"

struct key {
    struct worst_key how;
    size_t at;
};

static struct worst_key key_of_link(const struct row *row, int64_t now_ms)
{
    static const int ranks[] = {
        [SEVERITY_CRIT] = 0, [SEVERITY_WARN] = 1, [SEVERITY_NOTICE] = 2, [SEVERITY_UNKNOWN] = 3, [SEVERITY_OK] = 3};
    struct worst_key k = {.rank = ranks[link_severity(row)]};

    (void)now_ms;
    if (k.rank < ranks[SEVERITY_OK])
        k.since_ms = value_int_or(&row->cells[LINK_SINCE], INT64_MIN);
    return k;
}

static int compare(const void *a, const void *b)
{
    const struct key *x = a, *y = b;

    if (x->how.rank != y->how.rank)
        return x->how.rank < y->how.rank ? -1 : 1;
    if (x->how.since_ms != y->how.since_ms)
        return x->how.since_ms > y->how.since_ms ? -1 : 1;
    return x->at < y->at ? -1 : 1;
}

static bool at(void *ctx, size_t i, struct row *row)
{
    const struct worst *w = ctx;

    return w->of->at(w->of->ctx, w->at[i], row);
}

static int64_t find(void *ctx, struct safe_text id, struct safe_text source)
{
    const struct worst *w = ctx;
    int64_t found = w->of->find(w->of->ctx, id, source);

    return found < 0 ? -1 : (int64_t)w->back[found];
}

static bool series(void *ctx, struct safe_text id, int field, int64_t span_ms, double *means, size_t n)
{
    const struct worst *w = ctx;

    return w->of->series(w->of->ctx, id, field, span_ms, means, n);
}

static bool filled(void *ctx, struct safe_text id, int field, int64_t span_ms, bool *marks, size_t n)
{
    const struct worst *w = ctx;

    return w->of->filled(w->of->ctx, id, field, span_ms, marks, n);
}

static void order(struct worst *w, worst_key_of *key_of, int64_t now_ms)
{
    size_t n = w->of->count;
    struct key *keys = arena_alloc(&w->arena, (n + 1) * sizeof *keys);

    w->at = arena_alloc(&w->arena, (n + 1) * sizeof *w->at);
    w->back = arena_alloc(&w->arena, (n + 1) * sizeof *w->back);
    for (size_t i = 0; i < n; i++) {
        struct row row = {0};

        w->of->at(w->of->ctx, i, &row);
        keys[i] = (struct key){.how = key_of(&row, now_ms), .at = i};
    }
    qsort(keys, n, sizeof *keys, compare);
    for (size_t i = 0; i < n; i++) {
        w->at[i] = keys[i].at;
        w->back[keys[i].at] = i;
    }
}

void worst_make(struct worst *w, const struct view_rows *of)
{
    worst_make_by(w, of, key_of_link, 0);
}

void worst_make_by(struct worst *w, const struct view_rows *of, worst_key_of *key_of, int64_t now_ms)
{
    *w = (struct worst){.rows = *of, .of = of};
    if (of->count > WORST_ROWS_MAX)
        return;
    order(w, key_of, now_ms);
    w->rows.ctx = w;
    w->rows.at = at;
    w->rows.find = find;
    w->rows.series = of->series != NULL ? series : NULL;
    w->rows.filled = of->filled != NULL ? filled : NULL;
}

void worst_release(struct worst *w)
{
    arena_release(&w->arena);
    *w = (struct worst){0};
}
