#include "views/map_list.h"

#include <math.h>

#include "base/tr.h"
#include "ui/chart.h"
#include "views/curve.h"

enum { CURVE_STEPS = 60, NARROW = 40 };
_Static_assert((int)CURVE_STEPS <= (int)VIEW_CURVE_STEPS, "a curve of the state holds it");

void map_list_make(struct map_list *l, const struct map_world *world, const struct view_rows *told, int from,
                   const struct view_state *s)
{
    l->world = world;
    l->told = told;
    l->from = from;
    l->count = map_world_list(world, from, s->sort_field == TABLE_NO_SORT, l->at);
}

/* --- as rows --- */

static bool at(void *ctx, size_t i, struct row *row)
{
    const struct map_list *l = ctx;

    if (i >= (size_t)l->count)
        return false;
    *row = l->world->links[l->at[i]].row;
    return true;
}

static int64_t find_link(const struct map_list *l, struct safe_text id, struct safe_text source)
{
    for (int i = 0; i < l->count; i++) {
        const struct row *row = &l->world->links[l->at[i]].row;

        if (text_equal(row->id, id) && (text_empty(source) || text_equal(row->source, source)))
            return i;
    }
    return -1;
}

static int64_t find(void *ctx, struct safe_text id, struct safe_text source)
{
    return find_link(ctx, id, source);
}

struct view_rows map_list_rows(struct map_list *l)
{
    size_t all = l->told->count == 0 ? l->told->all : (size_t)l->count;

    return (struct view_rows){.count = (size_t)l->count,
                              .all = all,
                              .partial = l->told->partial,
                              .known = l->told->known,
                              .ctx = l,
                              .at = at,
                              .find = find};
}

int map_list_current(const struct map_list *l, const struct view_place *place)
{
    int64_t i = place->position;

    if (place->id_len > 0)
        i = find_link(l, text_from(place->id, place->id_len), text_from(place->source, place->source_len));
    return i >= 0 && i < l->count ? l->at[i] : -1;
}

/* --- drawing --- */

/* The means of so many steps as fewer, so that a narrow curve tells of the same hour. */
static size_t shrink(const double *means, size_t n, double *out, size_t slots)
{
    slots = slots < n ? slots : n;
    for (size_t i = 0; i < slots; i++) {
        double sum = 0;
        int known = 0;

        for (size_t k = i * n / slots; k < (i + 1) * n / slots; k++)
            if (isfinite(means[k])) {
                sum += means[k];
                known++;
            }
        out[i] = known > 0 ? sum / known : NAN;
    }
    return slots;
}

/* The curve's top: the promise, where it is near enough for the curve to be seen below it, or a half above the highest
 * value: one that hardly moves must not look as if it were at some limit. */
static double scale_of(const struct row *link, const double *means, size_t n)
{
    double highest = 0, promise = value_real_or(&link->cells[LINK_RING_CONTRACT_MS], 0);

    for (size_t i = 0; i < n; i++)
        if (means[i] > highest)
            highest = means[i];
    if (highest > promise && promise > 0)
        return highest;
    return promise > 0 && promise < 3 * highest ? promise : 1.5 * highest;
}

void map_list_curve(const struct view_rows *told, const struct view_frame *f, struct view_state *s,
                    const struct row *link, struct canvas *c, int x, int y, int width)
{
    double means[CURVE_STEPS], shown[CURVE_STEPS];
    size_t slots = chart_slots(c, width);

    if (slots == 0 || !curve_read(s, told, link->id, LINK_ONE_WAY_MS, MAP_CURVE_MS, f->now.utc_ms, means, CURVE_STEPS))
        return;
    slots = shrink(means, CURVE_STEPS, shown, slots);
    chart_spark(c, x, y, width, link->stale ? ROLE_STALE : ROLE_CHART, shown, slots, scale_of(link, shown, slots));
}

enum column { COL_FROM, COL_TO, COL_MS, COL_PROMISED, COL_RING, COL_LIT, COL_STATE, COL_CURVE };

static const struct table_column narrow_columns[] = {
    [COL_FROM] = {"", 0, 0, 0, 0, -1, false},
    [COL_TO] = {N_("TO"), 6, 18, 1, 0, LINK_TO, false},
    [COL_MS] = {N_("MS"), 5, 0, 0, 0, LINK_ONE_WAY_MS, true},
    [COL_PROMISED] = {N_("OF"), 2, 0, 0, 0, LINK_RING_CONTRACT_MS, true},
    [COL_RING] = {N_("IN"), 3, 0, 0, 0, LINK_RING_MEASURED_MS, true},
    [COL_LIT] = {N_("LIT"), 5, 0, 0, 1, LINK_PATHS_LIT, true},
    [COL_STATE] = {N_("STATE"), 8, 0, 0, 2, LINK_STATE, false},
    [COL_CURVE] = {N_("60m"), 6, 30, 1, 3, -1, false},
    {0},
};

static const struct table_column own_columns[] = {
    [COL_FROM] = {"", 0, 0, 0, 0, -1, false},
    [COL_TO] = {N_("TO"), 4, 18, 1, 0, LINK_TO, false},
    [COL_MS] = {N_("ONE-WAY"), 7, 0, 0, 0, LINK_ONE_WAY_MS, true},
    [COL_PROMISED] = {N_("PROMISED"), 8, 0, 0, 0, LINK_RING_CONTRACT_MS, true},
    [COL_RING] = {N_("RING"), 4, 0, 0, 2, LINK_RING_MEASURED_MS, true},
    [COL_LIT] = {N_("LIT"), 5, 0, 0, 1, LINK_PATHS_LIT, true},
    [COL_STATE] = {N_("STATE"), 8, 0, 0, 3, LINK_STATE, false},
    [COL_CURVE] = {N_("60m"), 6, 30, 1, 4, -1, false},
    {0},
};

static const struct table_column all_columns[] = {
    [COL_FROM] = {N_("FROM"), 8, 18, 1, 0, LINK_FROM, false},
    [COL_TO] = {N_("TO"), 8, 18, 1, 0, LINK_TO, false},
    [COL_MS] = {N_("ONE-WAY"), 7, 0, 0, 0, LINK_ONE_WAY_MS, true},
    [COL_PROMISED] = {N_("OF"), 3, 0, 0, 0, LINK_RING_CONTRACT_MS, true},
    [COL_RING] = {N_("RING"), 4, 0, 0, 2, LINK_RING_MEASURED_MS, true},
    [COL_LIT] = {N_("LIT"), 5, 0, 0, 1, LINK_PATHS_LIT, true},
    [COL_STATE] = {N_("STATE"), 8, 0, 0, 3, LINK_STATE, false},
    [COL_CURVE] = {N_("60m"), 6, 30, 1, 4, -1, false},
    {0},
};

static struct safe_text name_of(const struct map_world *w, int site)
{
    return site >= 0 ? w->sites[site].name : text_of("-");
}

static void paint(const struct list_frame *f, const struct table *t, struct canvas *c, int i, const struct row *row,
                  enum role role)
{
    const struct map_list *l = f->rows->ctx;
    const struct map_link *link = &l->world->links[l->at[f->place->top + i]];
    const struct map_look *look = map_link_look(link->state);
    enum role judged = link->state == MAP_OK ? role : look->pen.role;
    char n[CELL_MAX];

    if (look->glyph != GLYPH_COUNT)
        canvas_glyph(c, t->area.x + 1, t->area.y + 1 + i, look->pen.role, look->glyph);
    table_text(t, c, i, COL_FROM, role, name_of(l->world, link->from));
    table_text(t, c, i, COL_TO, role, name_of(l->world, link->to));
    table_puts(t, c, i, COL_MS, judged, cell_ms(&row->cells[LINK_ONE_WAY_MS], n));
    table_puts(t, c, i, COL_PROMISED, role, map_link_promised(row, n));
    table_puts(t, c, i, COL_RING, role, map_link_ring(row, n));
    table_puts(t, c, i, COL_LIT, role, map_link_lit(row, n));
    table_puts(t, c, i, COL_STATE, judged, cell_word(row, LINK_STATE, n));
    if (t->width[COL_CURVE] > 0)
        map_list_curve(l->told, f->frame, f->state, row, c, t->x[COL_CURVE], t->area.y + 1 + i, t->width[COL_CURVE]);
}

void map_list_draw(struct map_list *l, const struct view_frame *f, struct view_state *s, struct view_place *place,
                   bool focused, struct canvas *c, struct area in)
{
    const struct table_column *own = in.width < NARROW && !f->speech ? narrow_columns : own_columns;
    const struct list list = {
        .columns = l->from < 0 ? all_columns : own, .paint = paint, .nothing = N_("no link begins here")};
    struct view_rows rows = map_list_rows(l);
    struct list_frame lf = {.frame = f,
                            .rows = &rows,
                            .place = place,
                            .state = s,
                            .sorted = s->sort_field,
                            .descending = s->sort_descending,
                            .focused = focused};

    list_draw(&list, &lf, c, in);
}
