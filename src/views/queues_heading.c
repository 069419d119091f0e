#include "views/queues_groups.h"

#include <stdio.h>
#include <string.h>

#include "base/tr.h"

static bool is_span(enum queues_sum sum)
{
    return sum == QUEUES_SUM_P95 || sum == QUEUES_SUM_OLDEST;
}

const char *queues_heading_sum(const struct row *heading, enum queues_sum sum, char out[CELL_MAX])
{
    const struct value *v = &heading->cells[QUEUES_HEADING_SUM + (int)sum];
    bool part = (value_int_or(&heading->cells[QUEUES_HEADING_PART], 0) >> (int)sum & 1) != 0;
    bool rate = sum == QUEUES_SUM_IN || sum == QUEUES_SUM_OUT;
    char n[CELL_MAX];

    snprintf(out, CELL_MAX, "%s%s",
             is_span(sum) ? cell_span(v, n)
             : rate       ? queues_rate(v, n)
                          : cell_short(v, n),
             part && value_known(v) ? "+" : "");
    return out;
}

struct cell_sign queues_heading_sign(const struct row *heading)
{
    return (struct cell_sign){(enum role)value_int_or(&heading->cells[QUEUES_HEADING_ROLE], ROLE_TEXT),
                              (enum glyph)value_int_or(&heading->cells[QUEUES_HEADING_GLYPH], GLYPH_COUNT)};
}

/* --- its name --- */

static struct safe_text name_zh(const struct view_rows *rows, int field, struct safe_text id)
{
    int64_t found = tr_is_zh() ? rows->find(rows->ctx, id, text_of("")) : -1;
    struct row row = {0};

    return found >= 0 && rows->at(rows->ctx, (size_t)found, &row) && value_known(&row.cells[field])
               ? cell_text(&row, field)
               : id;
}

static void put_name(const struct view_frame *f, const struct view_state *s, const struct row *heading, int width,
                     struct buf *out)
{
    const char *word = queues_groups_words[s->group];
    struct row queue = {.kind = KIND_QUEUE};
    struct safe_text name = heading->id;
    char n[CELL_MAX];

    queue.cells[QUEUE_KIND] = value_text(heading->id);
    if (text_is(heading->id, "-"))
        name = text_of(tr("unknown"));
    else if (strcmp(word, "kind") == 0)
        name = text_of(cell_word(&queue, QUEUE_KIND, n));
    else if (strcmp(word, "cluster") == 0)
        name = name_zh(&f->rows[QUEUES_CLUSTERS], CLUSTER_NAME_ZH, heading->id);
    else if (strcmp(word, "hub") == 0)
        name = name_zh(&f->rows[QUEUES_HUBS], HUB_NAME_ZH, heading->id);
    text_show(name, width > 1 ? width : 1, out);
}

/* --- its line --- */

/* Which sum a column shows; QUEUES_SUMS: none. */
static enum queues_sum sum_of(const struct table_column *column)
{
    static const int fields[QUEUES_SUMS] = {
        QUEUE_RUNNING,      QUEUE_WAITING,    QUEUE_ARRIVALS_PER_MIN, QUEUE_DEPARTURES_PER_MIN,
        QUEUE_ACCELS_ASKED, QUEUE_WAIT_P95_S, QUEUE_OLDEST_S};
    int sum = 0;

    while (sum < QUEUES_SUMS && fields[sum] != column->field)
        sum++;
    return (enum queues_sum)sum;
}

/* The name begins in the first column, and goes on to the first one that shows a sum. */
static int name_width(const struct table *t)
{
    int x = t->x[t->order[0]], end = t->area.x + t->area.width - 1;

    for (int k = 1; k < t->order_count; k++) {
        int col = t->order[k];

        if (t->width[col] > 0 && t->x[col] > x && t->x[col] - 1 < end && sum_of(&t->columns[col]) != QUEUES_SUMS)
            end = t->x[col] - 1;
    }
    return end - x;
}

void queues_heading_paint(const struct list_frame *f, const struct table *t, struct canvas *c, int i,
                          const struct row *heading)
{
    bool folded = value_int_or(&heading->cells[QUEUES_HEADING_FOLDED], 0) != 0;
    struct buf name = buf_make(VIEW_ID_MAX + CELL_MAX);
    char count[CELL_MAX], n[CELL_MAX];
    int width = name_width(t);

    for (int k = 1; k < t->order_count; k++) {
        enum queues_sum sum = sum_of(&t->columns[t->order[k]]);

        if (sum != QUEUES_SUMS)
            table_puts(t, c, i, t->order[k], ROLE_TITLE, queues_heading_sum(heading, sum, n));
    }
    if (t->order_count > 0 && t->width[t->order[0]] > 0) {
        cell_count(&heading->cells[QUEUES_HEADING_QUEUES], count);
        buf_printf(&name, NULL, "%s ", folded ? "+" : "-");
        put_name(f->frame, f->state, heading, width - (int)strlen(count) - 5, &name);
        buf_printf(&name, NULL, " (%s)", count);
        canvas_puts(c, t->x[t->order[0]], t->area.y + 1 + i, width, ROLE_TITLE, buf_str(&name));
    }
    buf_release(&name);
}

/* --- its box --- */

void queues_heading_draw(const struct view_frame *f, const struct view_state *s, const struct row *heading,
                         struct canvas *c, struct area area)
{
    static const struct {
        enum queues_sum sum;
        const char *text;
    } lines[] = {
        {QUEUES_SUM_RUNNING, N_("running jobs")},         {QUEUES_SUM_WAITING, N_("waiting jobs")},
        {QUEUES_SUM_OLDEST, N_("the oldest waits")},      {QUEUES_SUM_P95, N_("the longest p95 wait")},
        {QUEUES_SUM_ASKED, N_("accelerators asked for")},
    };
    struct buf title = buf_make(VIEW_ID_MAX + CELL_MAX);
    char n[CELL_MAX], count[CELL_MAX], late[CELL_MAX], text[2 * CELL_MAX + 64];
    struct area in;
    int y = 1;

    put_name(f, s, heading, area.width > 30 ? area.width - 30 : 1, &title);
    in = canvas_box(c, area, buf_str(&title),
                    value_int_or(&heading->cells[QUEUES_HEADING_FOLDED], 0) != 0 ? tr("Enter unfolds")
                                                                                 : tr("Enter folds"));
    snprintf(text, sizeof text, tr("queues: %s, late: %s"), cell_count(&heading->cells[QUEUES_HEADING_QUEUES], count),
             cell_count(&heading->cells[QUEUES_HEADING_LATE], late));
    if (in.height > 0)
        canvas_puts(c, in.x + 1, in.y, in.width - 1, ROLE_TEXT, text);
    for (size_t i = 0; i < sizeof lines / sizeof *lines && y < in.height; i++, y++) {
        snprintf(text, sizeof text, "%s: %s", tr(lines[i].text), queues_heading_sum(heading, lines[i].sum, n));
        canvas_puts(c, in.x + 1, in.y + y, in.width - 1, ROLE_TEXT, text);
    }
    if (value_int_or(&heading->cells[QUEUES_HEADING_PART], 0) != 0 && y < in.height)
        canvas_puts(c, in.x + 1, in.y + y, in.width - 1, ROLE_DIM, tr("+: not all of its queues tell of that"));
    buf_release(&title);
}
