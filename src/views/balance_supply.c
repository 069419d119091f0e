#include <math.h>
#include <stdio.h>

#include "base/tr.h"
#include "views/balance.h"

enum { LABEL_WIDTH = 18, LEAST = 6, SHORT_COLUMNS = 3, ALL_COLUMNS = 5, WIDE = 9, REGIONS = BALANCE_NOWHERE };

/* The unit belongs to the kind: what is transported is in Gbit/s, what waits for it in TB. */
static const char *const labels[BALANCE_KINDS] = {
    [BALANCE_GENERAL] = N_("general CPU FP32"), [BALANCE_INTELLIGENT] = N_("AI cards FP16"),
    [BALANCE_SUPER] = N_("HPC CPU FP64"),       [BALANCE_STORAGE] = N_("storage TB"),
    [BALANCE_TRANSPORT] = N_("transport Gb/s"),
};
static const char *const titles[ALL_COLUMNS] = {N_("TOTAL"), N_("FREE"), N_("ASKED"), N_("LEFT"), N_("PFLOPS")};
static const char *const names[REGIONS] = {
    [BALANCE_EAST] = N_("EAST"), [BALANCE_MIDDLE] = N_("MIDDLE"), [BALANCE_WEST] = N_("WEST")};

struct grid {
    struct canvas *canvas;
    struct area in;
    int group, width, columns;
};

static struct grid grid_of(struct canvas *c, struct area in)
{
    struct grid g = {.canvas = c, .in = in, .group = (in.width - LABEL_WIDTH) / REGIONS};

    g.columns = g.group / ALL_COLUMNS >= WIDE ? ALL_COLUMNS : SHORT_COLUMNS;
    g.width = g.group / g.columns;
    g.width = g.width > WIDE ? WIDE : g.width;
    return g;
}

static int x_of(const struct grid *g, int region, int column)
{
    return g->in.x + LABEL_WIDTH + region * g->group + (g->group - g->columns * g->width) + column * g->width;
}

static void put(const struct grid *g, int region, int column, int y, enum role role, const char *words)
{
    canvas_right(g->canvas, x_of(g, region, column) + 1, g->in.y + y, g->width - 1, role, words);
}

/* "1204", "1.2M"; with '+' behind, where some of it is not known. */
static const char *amount(const struct balance_sum *sum, const char *unit, char out[CELL_MAX])
{
    struct value v = value_real(sum->amount);
    char n[CELL_MAX];

    if (isnan(sum->amount))
        return "-";
    snprintf(out, CELL_MAX, "%.20s%s%s", cell_short(&v, n), unit, sum->some ? "+" : "");
    return out;
}

static enum role role_of(const struct balance_sum *sum, enum role role)
{
    return sum->stale ? ROLE_STALE : isnan(sum->amount) ? ROLE_DIM : role;
}

/* What is left when all that waits has started; what is asked of transport has another unit. */
static struct balance_sum left_of(const struct balance_cell *cell, enum balance_kind kind)
{
    return (struct balance_sum){.amount = kind == BALANCE_TRANSPORT ? NAN : cell->free.amount - cell->asked.amount,
                                .some = cell->free.some || cell->asked.some,
                                .stale = cell->free.stale || cell->asked.stale};
}

static void draw_cell(const struct grid *g, int region, enum balance_kind kind, const struct balance_cell *cell)
{
    struct balance_sum left = left_of(cell, kind);
    enum role lacks = left.amount < 0 ? ROLE_WARN : ROLE_TEXT;
    const struct balance_sum *sums[ALL_COLUMNS] = {&cell->total, &cell->free, &cell->asked, &left, &cell->pflops};
    char n[CELL_MAX];

    for (int i = 0; i < g->columns; i++)
        put(g, region, i, 2 + (int)kind, role_of(sums[i], i == 2 || i == 3 ? lacks : ROLE_TEXT),
            amount(sums[i], kind == BALANCE_TRANSPORT && i == 2 ? "T" : "", n));
}

static void draw_head(const struct grid *g)
{
    for (int r = 0; r < REGIONS; r++) {
        canvas_right(g->canvas, x_of(g, r, 0) + 1, g->in.y, g->columns * g->width - 1, ROLE_TITLE, tr(names[r]));
        for (int i = 0; i < g->columns; i++)
            put(g, r, i, 1, ROLE_DIM, tr(titles[i]));
    }
}

/* What is not in the table is said. */
static const char *note(const struct balance *b, char out[LIST_TITLE_MAX])
{
    if (b->sideless + b->kindless == 0)
        return tr("+: not all is known");
    snprintf(out, LIST_TITLE_MAX, tr("not in it: %zu of no known region, %zu of no known kind"), b->sideless,
             b->kindless);
    return out;
}

void balance_supply_draw(const struct balance_look *l, struct canvas *c, struct area area)
{
    char right[LIST_TITLE_MAX];
    struct grid g = grid_of(c, canvas_box(c, area, tr("Supply and demand"), note(l->sums, right)));

    if (g.width < LEAST || g.in.height < BALANCE_KINDS + 2) {
        canvas_puts(c, g.in.x + 1, g.in.y, g.in.width - 2, ROLE_DIM, tr("too narrow"));
        return;
    }
    draw_head(&g);
    for (int k = 0; k < BALANCE_KINDS; k++) {
        canvas_puts(c, g.in.x + 1, g.in.y + 2 + k, LABEL_WIDTH - 1, ROLE_TEXT, tr(labels[k]));
        for (int r = 0; r < REGIONS; r++)
            draw_cell(&g, r, (enum balance_kind)k, &l->sums->at[r][k]);
    }
}
