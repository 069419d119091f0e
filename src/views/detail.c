#include "views/detail.h"

#include <string.h>

#include "base/tr.h"
#include "views/cell.h"

enum {
    LINE_MAX_BYTES = 16 * 1024,
    LABEL_COLUMNS = 18,
    WIDE = 110, /* two columns of fields from here on */
    LIST_LEAST = 6,
    DETAIL_LEAST = 6,
    DETAIL_MOST = 18,
};

struct pane {
    struct canvas *canvas;
    struct area in;
    int columns, at; /* fields so far, filled column by column */
};

int detail_height(struct area area)
{
    int height = area.height / 2;

    if (height > DETAIL_MOST)
        height = DETAIL_MOST;
    return height >= DETAIL_LEAST && area.height - height >= LIST_LEAST ? height : 0;
}

/* The last line is kept for what is not known. */
static int capacity(const struct pane *p)
{
    return p->in.height > 1 ? (p->in.height - 1) * p->columns : 0;
}

static void put(struct pane *p, const char *name, enum role role, const char *words)
{
    int rows = p->in.height - 1, width = p->in.width / p->columns;
    int x = p->in.x + 1 + (rows > 0 ? p->at / rows * width : 0), y = p->in.y + (rows > 0 ? p->at % rows : 0);
    char label[LABEL_COLUMNS + 1];
    size_t n = strlen(name) < LABEL_COLUMNS - 1 ? strlen(name) : LABEL_COLUMNS - 1;

    if (p->at >= capacity(p))
        return;
    for (size_t i = 0; i < n; i++)
        label[i] = name[i] == '_' ? ' ' : name[i];
    label[n] = '\0';
    canvas_puts(p->canvas, x, y, LABEL_COLUMNS - 1, ROLE_DIM, label);
    canvas_puts(p->canvas, x + LABEL_COLUMNS, y, width - LABEL_COLUMNS - 2, role, words);
    p->at++;
}

static void put_seen(struct pane *p, const struct row *row, struct buf *line)
{
    struct value age = value_real((double)row->age_ms / 1000);
    char text[CELL_MAX];

    buf_clear(line);
    if (row->observed_ms == 0)
        buf_puts(line, tr("never"), NULL);
    else
        buf_printf(line, NULL, tr("%s ago"), row->age_ms < 0 ? "?" : cell_span(&age, text));
    if (row->stale)
        buf_puts(line, tr("; stale: it may be different now"), NULL);
    put(p, tr("observed"), row->stale ? ROLE_STALE : ROLE_TEXT, buf_str(line));
    buf_clear(line);
    text_show(row->source, -1, line);
    put(p, tr("source"), ROLE_TEXT, buf_str(line));
}

/* What is not known, and what had no room, so that nobody takes a field that is not seen for one that is empty. */
static void put_rest(struct pane *p, const struct row *row, int left_out, struct buf *line)
{
    const struct kind_info *info = kind_info(row->kind);
    int y = p->in.y + p->in.height - 1;

    buf_clear(line);
    if (left_out > 0)
        buf_printf(line, NULL, tr("%d more known, no room here; "), left_out);
    buf_puts(line, tr("not known:"), NULL);
    for (size_t i = 0; i < info->field_count; i++)
        if (!value_known(&row->cells[i]) && (info->fields[i].flags & FIELD_HIDDEN) == 0)
            buf_printf(line, NULL, " %s", info->fields[i].name);
    canvas_puts(p->canvas, p->in.x + 1, y, p->in.width - 2, ROLE_DIM, buf_str(line));
}

static int put_fields(struct pane *p, const struct row *row, int64_t now_ms, struct buf *line)
{
    const struct kind_info *info = kind_info(row->kind);
    int left_out = 0;

    for (size_t i = 0; i < info->field_count; i++) {
        if (!value_known(&row->cells[i]))
            continue;
        left_out += p->at >= capacity(p);
        buf_clear(line);
        cell_words(row, (int)i, now_ms, line);
        put(p, info->fields[i].name, row->stale ? ROLE_STALE : ROLE_TEXT, buf_str(line));
    }
    return left_out;
}

void detail_draw(const struct row *row, int64_t now_ms, struct canvas *c, struct area area)
{
    struct buf line = buf_make(LINE_MAX_BYTES), title = buf_make(LINE_MAX_BYTES);
    struct pane p = {.canvas = c, .columns = area.width >= WIDE ? 2 : 1};

    buf_printf(&title, NULL, "%s ", tr(kind_info(row->kind)->singular));
    text_show(row->id, area.width > 24 ? area.width - 24 : 1, &title);
    p.in = canvas_box(c, area, buf_str(&title), tr("d closes"));
    if (p.in.height > 0) {
        put_seen(&p, row, &line);
        put_rest(&p, row, put_fields(&p, row, now_ms, &line), &line);
    }
    buf_release(&line);
    buf_release(&title);
}
