#include "views/spots.h"

#include <string.h>

#include "views/list.h"

void spots_clear(struct spots *h)
{
    h->list_count = h->key_count = h->row_count = 0;
}

void spots_list(struct spots *h, const struct list_frame *f, const struct table *t, bool headless)
{
    struct spots_list *l;
    int64_t left;
    int shown;

    if (h == NULL || h->list_count == SPOTS_LISTS_MAX)
        return;
    l = &h->lists[h->list_count++];
    left = (int64_t)f->rows->count - f->place->top;
    shown = left < table_rows(t) ? (int)left : table_rows(t);
    *l = (struct spots_list){.rows = {t->area.x, t->area.y + 1, t->area.width, shown > 0 ? shown : 0},
                             .head = headless || t->area.height < 1 ? -1 : t->area.y,
                             .place = f->place,
                             .kind = f->kind,
                             .focused = f->focused,
                             .descending = f->descending,
                             .sorted = f->sorted,
                             .top = f->place->top,
                             .count = f->rows->count,
                             .column_count = t->count,
                             .first_row = h->row_count};
    for (int i = 0; i < t->count; i++) {
        l->x[i] = t->x[i];
        l->width[i] = t->width[i];
        l->field[i] = t->columns[i].field;
    }
    for (int i = 0; h->rows != NULL && i < l->rows.height && h->row_count < SPOTS_ROWS_MAX; i++)
        h->rows[h->row_count++].drawn = false;
}

void spots_row(struct spots *h, int i, const struct row *row)
{
    size_t at;
    struct spots_row *r;

    if (h == NULL || h->rows == NULL || h->list_count == 0)
        return;
    at = h->lists[h->list_count - 1].first_row + (size_t)i;
    if (at >= h->row_count)
        return;
    r = &h->rows[at];
    r->id_len = list_keep(r->id, sizeof r->id, row->id);
    r->source_len = list_keep(r->source, sizeof r->source, row->source);
    r->drawn = true;
}

void spots_key(struct spots *h, struct area area, uint32_t code, bool writes)
{
    if (h != NULL && h->key_count < SPOTS_KEYS_MAX)
        h->keys[h->key_count++] = (struct spots_key){area, code, writes};
}

static bool within(struct area a, int x, int y)
{
    return x >= a.x && x < a.x + a.width && y >= a.y && y < a.y + a.height;
}

const struct spots_list *spots_at(const struct spots *h, int x, int y, int *row)
{
    /* What was drawn later stands above. */
    for (size_t i = h->list_count; i-- > 0;) {
        const struct spots_list *l = &h->lists[i];
        struct area head = {l->rows.x, l->head, l->rows.width, l->head >= 0};

        *row = within(l->rows, x, y) ? y - l->rows.y : -1;
        if (*row >= 0 || within(head, x, y))
            return l;
    }
    return NULL;
}

int spots_title(const struct spots_list *l, int x, int y)
{
    for (int i = 0; y == l->head && i < l->column_count; i++)
        if (x >= l->x[i] && x < l->x[i] + l->width[i])
            return i;
    return -1;
}

const struct spots_key *spots_key_at(const struct spots *h, int x, int y)
{
    for (size_t i = 0; i < h->key_count; i++)
        if (within(h->keys[i].area, x, y))
            return &h->keys[i];
    return NULL;
}

const struct spots_list *spots_focused(const struct spots *h)
{
    for (size_t i = 0; i < h->list_count; i++)
        if (h->lists[i].focused)
            return &h->lists[i];
    return NULL;
}

bool spots_put(const struct spots *h, const struct spots_list *l, int i, struct view_place *place)
{
    size_t at = l->first_row + (size_t)i;
    const struct spots_row *r = h->rows != NULL && at < h->row_count ? &h->rows[at] : NULL;

    if (r == NULL || !r->drawn)
        return false;
    memcpy(place->id, r->id, r->id_len);
    memcpy(place->source, r->source, r->source_len);
    place->id_len = r->id_len;
    place->source_len = r->source_len;
    place->position = l->top + i;
    return true;
}
