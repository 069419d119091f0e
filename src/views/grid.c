#include "views/grid.h"

#include <stdlib.h>

/* An end as it was named: clusters go before others of the same id. */
struct named {
    struct safe_text id;
    bool other;
};

struct names {
    struct named *all;
    size_t count;
};

static int by_id(const void *a, const void *b)
{
    const struct named *x = a, *y = b;
    int order = text_cmp(x->id, y->id);

    return order != 0 ? order : x->other - y->other;
}

static int clusters_first(const void *a, const void *b)
{
    const struct named *x = a, *y = b;

    return x->other != y->other ? x->other - y->other : text_cmp(x->id, y->id);
}

static void name(struct names *n, struct safe_text id, bool other)
{
    if (!text_empty(id))
        n->all[n->count++] = (struct named){id, other};
}

static struct names names_of(struct arena *arena, const struct view_rows *links, const struct view_rows *clusters)
{
    size_t n_links = links->count < GRID_LINKS_MAX ? links->count : GRID_LINKS_MAX;
    size_t n_clusters = clusters->count < GRID_LINKS_MAX ? clusters->count : GRID_LINKS_MAX, kept = 0;
    struct names n = {.all = arena_alloc(arena, (2 * n_links + n_clusters + 1) * sizeof *n.all)};
    struct row row = {0};

    for (size_t i = 0; i < n_clusters; i++)
        if (clusters->at(clusters->ctx, i, &row))
            name(&n, row.id, false);
    for (size_t i = 0; i < n_links; i++) {
        if (!links->at(links->ctx, i, &row))
            continue;
        name(&n, value_text_or(&row.cells[LINK_FROM], ""), true);
        name(&n, value_text_or(&row.cells[LINK_TO], ""), true);
    }
    qsort(n.all, n.count, sizeof *n.all, by_id);
    for (size_t i = 0; i < n.count; i++)
        if (kept == 0 || !text_equal(n.all[kept - 1].id, n.all[i].id))
            n.all[kept++] = n.all[i];
    n.count = kept;
    qsort(n.all, n.count, sizeof *n.all, clusters_first);
    return n;
}

int64_t grid_end(const struct grid *g, struct safe_text id)
{
    for (size_t i = 0; i < g->count; i++)
        if (text_equal(g->ends[i], id))
            return (int64_t)i;
    return -1;
}

static void put_links(struct grid *g, const struct view_rows *links)
{
    struct row row = {0};

    g->link = arena_alloc(&g->arena, (g->count * g->count + 1) * sizeof *g->link);
    for (size_t i = 0; i < links->count && i < GRID_LINKS_MAX; i++) {
        int64_t from, to;

        if (!links->at(links->ctx, i, &row))
            continue;
        from = grid_end(g, value_text_or(&row.cells[LINK_FROM], ""));
        to = grid_end(g, value_text_or(&row.cells[LINK_TO], ""));
        if (from < 0 || to < 0 || from == to || g->link[from * (int64_t)g->count + to] != 0)
            continue;
        g->link[from * (int64_t)g->count + to] = i + 1;
        g->links++;
    }
}

void grid_make(struct grid *g, const struct view_rows *links, const struct view_rows *clusters)
{
    struct names n;

    *g = (struct grid){.rows = links};
    n = names_of(&g->arena, links, clusters);
    g->all = n.count;
    g->count = n.count < GRID_ENDS_MAX ? n.count : GRID_ENDS_MAX;
    g->ends = arena_alloc(&g->arena, (g->count + 1) * sizeof *g->ends);
    for (size_t i = 0; i < g->count; i++)
        g->ends[i] = n.all[i].id;
    put_links(g, links);
}

void grid_release(struct grid *g)
{
    arena_release(&g->arena);
    *g = (struct grid){0};
}

bool grid_at(const struct grid *g, size_t from, size_t to, struct row *link)
{
    size_t at = from < g->count && to < g->count ? g->link[from * g->count + to] : 0;

    return at > 0 && g->rows->at(g->rows->ctx, at - 1, link);
}

size_t grid_of(struct grid *g, size_t a, size_t b, struct row **links)
{
    size_t n = 0;

    *links = arena_alloc(&g->arena, (4 * g->count + 1) * sizeof **links);
    for (size_t end = 0; end < g->count; end++) {
        n += grid_at(g, a, end, &(*links)[n]);
        n += grid_at(g, end, a, &(*links)[n]);
        if (end == a || a == b)
            continue;
        n += grid_at(g, b, end, &(*links)[n]);
        n += grid_at(g, end, b, &(*links)[n]);
    }
    return n;
}
