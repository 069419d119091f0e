#include "ui/raster.h"

#include <stdlib.h>

/* Where labels stand. A cell that a label or a sign has is RASTER_LABEL and keeps no dots. */

static struct raster_cell *cell_at(const struct raster *r, int x, int y)
{
    if (x < 0 || y < 0 || x >= r->area.width || y >= r->area.height)
        return NULL;
    return &r->cells[(size_t)y * (size_t)r->area.width + (size_t)x];
}

static bool is_taken(const struct raster *r, int x, int y)
{
    const struct raster_cell *cell = cell_at(r, x, y);

    return cell != NULL && cell->layer == RASTER_LABEL;
}

static bool is_free(const struct raster *r, int x, int y, int width)
{
    for (int i = 0; i < width; i++)
        if (cell_at(r, x + i, y) == NULL || is_taken(r, x + i, y))
            return false;
    return true;
}

static bool take(struct raster *r, int x, int y, int width, enum role role, struct safe_text text)
{
    if (r->label_count == RASTER_LABELS_MAX || width < 1 || !is_free(r, x, y, width))
        return false;
    for (int i = 0; i < width; i++)
        *cell_at(r, x + i, y) = (struct raster_cell){.layer = RASTER_LABEL};
    r->labels[r->label_count++] = (struct raster_label){x, y, width, role, text};
    return true;
}

/* --- signs --- */

bool raster_mark(struct raster *r, double lon, double lat, enum role role, const char *sign, bool near,
                 struct raster_place *at)
{
    static const signed char beside[][2] = {{0, 0},   {1, 0},   {-1, 0}, {0, -1}, {0, 1},  {1, -1},
                                            {-1, -1}, {1, 1},   {-1, 1}, {2, 0},  {-2, 0}, {2, -1},
                                            {2, 1},   {-2, -1}, {-2, 1}, {0, -2}, {0, 2}};
    int x, y;

    if (r->cells == NULL || !raster_cell_of(r, lon, lat, &x, &y))
        return false;
    for (size_t i = 0; i < (near ? sizeof beside / sizeof *beside : 1); i++)
        if (take(r, x + beside[i][0], y + beside[i][1], 1, role, text_of(sign))) {
            if (at != NULL)
                *at = (struct raster_place){x + beside[i][0], y + beside[i][1]};
            return true;
        }
    return false;
}

/* --- words --- */

/* Where words may stand around the cell of their point: rows below it; right of it (1), left of it (-1) or around it (0);
 * and what that costs beside what they hide, for words that are not in the row of their point are a riddle. */
static const struct place {
    signed char down, from, cost;
} places[] = {
    {0, 1, 0},  {0, -1, 1},  {-1, 1, 5}, {1, 1, 5},   {-1, 0, 7}, {1, 0, 7},    {-1, -1, 7},
    {1, -1, 7}, {-2, 1, 16}, {2, 1, 16}, {-2, 0, 16}, {2, 0, 16}, {-2, -1, 16}, {2, -1, 16},
};
enum { PLACES = sizeof places / sizeof *places };

static int begin_of(int x, int width, const struct place *p)
{
    return p->from > 0 ? x + 1 : p->from < 0 ? x - width : x - width / 2;
}

/* What hiding a cell costs: a line that somebody looks for more than a coast. */
static int cost_of(const struct raster *r, int x, int y, int width)
{
    static const int costs[] = {[RASTER_NOTHING] = 0, [RASTER_GRID] = 0, [RASTER_COAST] = 1,
                                [RASTER_RING] = 1,    [RASTER_LINE] = 3, [RASTER_LABEL] = 0};
    int cost = 0;

    for (int i = 0; i < width; i++)
        cost += costs[cell_at(r, x + i, y)->layer];
    return cost;
}

static bool is_sign(const struct raster *r, int x, int y)
{
    for (size_t i = 0; i < r->label_count; i++)
        if (r->labels[i].x == x && r->labels[i].y == y)
            return r->labels[i].width == 1;
    return false;
}

/* Words side by side would read as one; those of a sign may touch it. */
static bool is_apart(const struct raster *r, int x, int y, int width, int own_x, int own_y)
{
    bool beside = y == own_y && is_sign(r, own_x, own_y);

    return (!is_taken(r, x - 1, y) || (beside && x - 1 == own_x)) &&
           (!is_taken(r, x + width, y) || (beside && x + width == own_x));
}

bool raster_label_beside(struct raster *r, struct raster_place sign, enum role role, struct safe_text text, int most,
                         int far)
{
    int x = sign.x, y = sign.y, width = text_width(text), best = -1, least = 0;

    width = width < most ? width : most;
    if (r->cells == NULL || width < 1)
        return false;
    for (int i = 0; i < PLACES; i++) {
        int at = begin_of(x, width, &places[i]), row = y + places[i].down, cost;

        if (abs(places[i].down) > far || !is_free(r, at, row, width) || !is_apart(r, at, row, width, x, y))
            continue;
        cost = cost_of(r, at, row, width) + places[i].cost;
        if (best < 0 || cost < least) {
            best = i;
            least = cost;
        }
    }
    return best >= 0 && take(r, begin_of(x, width, &places[best]), y + places[best].down, width, role, text);
}

bool raster_label(struct raster *r, double lon, double lat, enum role role, struct safe_text text, int most, int far)
{
    struct raster_place at;

    return raster_cell_of(r, lon, lat, &at.x, &at.y) && raster_label_beside(r, at, role, text, most, far);
}

bool raster_note(struct raster *r, struct raster_place at, enum role role, struct safe_text text)
{
    return r->cells != NULL && take(r, at.x, at.y, text_width(text), role, text);
}
