#include <stdio.h>
#include <stdlib.h>

#include "base/tr.h"
#include "views/rebalance.h"

/* Between regions: FROM>TO NAME=NOW/PLANNED/AFTER …; what ends it. */

enum { COL_PAIR, COL_JOBS, COL_ACCELS, COL_MW, COL_TB, COL_ENDS, AMOUNTS = COL_ENDS - COL_JOBS, TIMES = 3, LONG = 100 };

static const struct table_column columns[] = {
    [COL_PAIR] = {N_("REGIONS"), 7, 14, 1, 0, TABLE_NO_SORT, false},
    [COL_JOBS] = {N_("JOBS"), 11, 14, 0, 3, TABLE_NO_SORT, true},
    [COL_ACCELS] = {N_("ACC"), 11, 14, 0, 2, TABLE_NO_SORT, true},
    [COL_MW] = {"MW", 14, 0, 0, 0, TABLE_NO_SORT, true},
    [COL_TB] = {"TB", 14, 0, 0, 1, TABLE_NO_SORT, true},
    [COL_ENDS] = {N_("WHAT ENDS IT"), 12, 60, 9, 4, TABLE_NO_SORT, false},
    {0},
};

/* "0.04", "3.1", "310": so much is enough for what goes. */
static void put_figure(struct safe_text t, struct buf *line)
{
    char text[CELL_MAX];
    double v = strtod(text_show_in(t, text, sizeof text), NULL);

    buf_printf(line, NULL, v >= LONG ? "%.0f" : v > 0 && v < 1 ? "%.2f" : "%.3g", v);
}

static void put_amount(const struct table *t, struct canvas *c, int i, int column, enum role role,
                       struct safe_text amount)
{
    struct buf line = buf_make(CELL_MAX);
    struct safe_text part;

    text_split(&amount, '=', &part);
    for (int k = 0; k < TIMES && text_split(&amount, '/', &part); k++) {
        buf_puts(&line, k > 0 ? "/" : "", NULL);
        put_figure(part, &line);
    }
    table_puts(t, c, i, column, role, buf_str(&line));
    buf_release(&line);
}

static void paint(const struct list_frame *f, const struct table *t, struct canvas *c, int i, const struct row *row,
                  enum role role)
{
    struct safe_text words = value_text_or(&row->cells[REBALANCE_MEMBER], ""), head, part;

    (void)f;
    text_split(&words, ';', &head);
    text_split(&head, ' ', &part);
    table_text(t, c, i, COL_PAIR, role, part);
    for (int k = 0; k < AMOUNTS && text_split(&head, ' ', &part); k++)
        put_amount(t, c, i, COL_JOBS + k, role, part);
    text_split(&words, ' ', &part);
    table_text(t, c, i, COL_ENDS, role, words);
}

static struct cell_sign sign(const struct list_frame *f, const struct row *row)
{
    (void)f;
    (void)row;
    return (struct cell_sign){ROLE_TEXT, GLYPH_COUNT};
}

const struct list rebalance_advice = {
    .columns = columns, .paint = paint, .nothing = N_("nothing could go to another region"), .sign = sign};
