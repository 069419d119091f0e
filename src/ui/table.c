#include "ui/table.h"

#include <stdio.h>

#include "base/tr.h"

static int needed(const struct table *t)
{
    int sum = 0;

    for (int i = 0; i < t->count; i++)
        if (t->width[i] > 0)
            sum += t->width[i] + 1;
    return sum > 0 ? sum - 1 : 0;
}

/* Leaves out the columns of the highest rank, the rightmost first, until the rest fits. */
static void drop(struct table *t, int room, bool chosen)
{
    while (needed(t) > room) {
        int worst = -1, worst_rank = 0;

        for (int k = 0; k < t->order_count; k++) {
            int i = t->order[k], rank = chosen ? k : t->columns[i].rank;
            if (t->width[i] > 0 && rank > 0 && (worst < 0 || rank >= worst_rank)) {
                worst = i;
                worst_rank = rank;
            }
        }
        if (worst < 0)
            return;
        t->width[worst] = 0;
    }
}

static int wish(const struct table *t, int i)
{
    const struct table_column *col = &t->columns[i];

    return t->width[i] > 0 && col->weight > 0 && t->width[i] < col->max ? col->weight : 0;
}

/* One column of the screen after the other, to whoever is furthest below its share. */
static void share(struct table *t, int room)
{
    for (int rest = room - needed(t); rest > 0; rest--) {
        int best = -1, best_score = 0;

        for (int i = 0; i < t->count; i++) {
            int grown = t->width[i] - t->columns[i].min, score;

            if (wish(t, i) == 0)
                continue;
            score = (grown + 1) * 1000 / wish(t, i);
            if (best < 0 || score < best_score) {
                best = i;
                best_score = score;
            }
        }
        if (best < 0)
            return;
        t->width[best]++;
    }
}

static void place(struct table *t, int margin)
{
    int x = t->area.x + margin, end = t->area.x + t->area.width;

    for (int k = 0; k < t->order_count; k++) {
        int i = t->order[k];

        t->x[i] = x;
        if (t->width[i] == 0)
            continue;
        if (x + t->width[i] > end)
            t->width[i] = end > x ? end - x : 0;
        x += t->width[i] + 1;
    }
}

static void lay(struct table *t, int margin, int scroll, bool chosen)
{
    for (int k = 0; k < t->order_count; k++) {
        bool scrolled = k > 0 && k <= scroll;

        t->width[t->order[k]] = scrolled ? 0 : t->columns[t->order[k]].min;
    }
    drop(t, t->area.width - margin, chosen);
    share(t, t->area.width - margin);
    place(t, margin);
}

struct table table_make(const struct table_column *columns, struct area area, int margin, int scroll)
{
    struct table t = {.columns = columns, .area = area};

    for (; t.count < TABLE_COLUMNS_MAX && columns[t.count].title != NULL; t.count++)
        t.order[t.order_count++] = t.count;
    lay(&t, margin, scroll, false);
    return t;
}

struct table table_make_chosen(const struct table_column *columns, const int *order, int order_count, struct area area,
                               int margin, int scroll)
{
    struct table t = {.columns = columns, .area = area};

    while (t.count < TABLE_COLUMNS_MAX && columns[t.count].title != NULL)
        t.count++;
    for (int k = 0; k < order_count; k++)
        if (order[k] < t.count)
            t.order[t.order_count++] = order[k];
    lay(&t, margin, scroll, true);
    return t;
}

int table_rows(const struct table *t)
{
    return t->area.height > 1 ? t->area.height - 1 : 0;
}

static void put(const struct table *t, struct canvas *c, int y, int column, enum role role, const char *s)
{
    if (t->columns[column].right)
        canvas_right(c, t->x[column], y, t->width[column], role, s);
    else
        canvas_puts(c, t->x[column], y, t->width[column], role, s);
}

void table_head(const struct table *t, struct canvas *c, int sorted, bool descending)
{
    char title[64];

    if (t->area.height < 1)
        return;
    for (int i = 0; i < t->count; i++) {
        const struct table_column *col = &t->columns[i];
        bool mark = col->field == sorted && sorted != TABLE_NO_SORT;
        const char *sign = canvas_sign(c, descending ? GLYPH_SORT_DOWN : GLYPH_SORT_UP);

        if (t->width[i] == 0)
            continue;
        snprintf(title, sizeof title, "%s", tr(col->title));
        if (mark && text_width(text_of(title)) >= t->width[i])
            canvas_puts(c, t->x[i], t->area.y, t->width[i], ROLE_KEY, title);
        else
            put(t, c, t->area.y, i, mark ? ROLE_KEY : ROLE_DIM, title);
        if (mark && text_width(text_of(title)) < t->width[i])
            canvas_puts(c, col->right ? t->x[i] : t->x[i] + text_width(text_of(title)), t->area.y, 1, ROLE_KEY, sign);
    }
}

static bool shown(const struct table *t, int i, int column)
{
    return i >= 0 && i < table_rows(t) && column < t->count && t->width[column] > 0;
}

void table_puts(const struct table *t, struct canvas *c, int i, int column, enum role role, const char *s)
{
    if (shown(t, i, column))
        put(t, c, t->area.y + 1 + i, column, role, s);
}

void table_text(const struct table *t, struct canvas *c, int i, int column, enum role role, struct safe_text text)
{
    if (shown(t, i, column))
        canvas_text(c, t->x[column], t->area.y + 1 + i, t->width[column], role, text);
}
