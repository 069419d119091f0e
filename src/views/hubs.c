#include "views/hubs.h"

bool hubs_is_outside(const struct row *row)
{
    return row->kind == KIND_HUB && text_is(row->id, "unassigned");
}

struct hubs hubs_make(const struct view_rows *hubs, const struct view_rows *clusters)
{
    struct hubs h = {.told = hubs, .outside = hubs->count};
    struct row row = {0};

    for (size_t i = 0; i < hubs->count && h.outside == hubs->count; i++)
        if (hubs->at(hubs->ctx, i, &row) && hubs_is_outside(&row))
            h.outside = i;
    h.count = hubs->count - (h.outside < hubs->count);
    if (h.count == 0)
        h = (struct hubs){clusters, clusters->count, clusters->count};
    return h;
}

static bool at(void *ctx, size_t i, struct row *row)
{
    const struct hubs *h = ctx;

    return h->told->at(h->told->ctx, i < h->outside ? i : i < h->count ? i + 1 : h->outside, row);
}

static int64_t find(void *ctx, struct safe_text id, struct safe_text source)
{
    const struct hubs *h = ctx;
    int64_t i = h->told->find(h->told->ctx, id, source), outside = (int64_t)h->outside;

    return i < outside ? i : i > outside ? i - 1 : (int64_t)h->count;
}

struct view_rows hubs_rows(struct hubs *h)
{
    struct view_rows rows = *h->told;

    rows.ctx = h;
    rows.at = at;
    rows.find = find;
    rows.series = NULL; /* they take the context of `told` */
    return rows;
}
