#include "views/detail.h"

#include <string.h>

#include "base/tr.h"
#include "views/cell.h"

enum {
    LABEL_COLUMNS = 16,
    FIELD_COLUMNS = 38, /* at least, of the screen, for a field */
    LIST_LEAST = 6,
    DETAIL_LEAST = 6,
    DETAIL_MOST = 14,
};

int detail_height(struct area area)
{
    int height = area.height / 2;

    if (height > DETAIL_MOST)
        height = DETAIL_MOST;
    return height >= DETAIL_LEAST && area.height - height >= LIST_LEAST ? height : 0;
}

const char *detail_label(const char *name, char out[DETAIL_LABEL])
{
    static const char *const units[] = {"_s", "_mb", "_ms", "_kw", "_pct", "_c"};
    const char *known = tr_of("field", name);
    size_t n = strlen(name) < DETAIL_LABEL ? strlen(name) : DETAIL_LABEL - 1;

    if (known != name)
        return known;
    for (size_t i = 0; i < sizeof units / sizeof *units; i++) {
        size_t u = strlen(units[i]);

        if (n > u && strcmp(name + n - u, units[i]) == 0)
            n -= u;
    }
    for (size_t i = 0; i < n; i++)
        out[i] = name[i] == '_' ? ' ' : name[i];
    out[n] = '\0';
    return out;
}

void detail_put(struct detail_pane *p, const char *name, enum role role, const char *words)
{
    int width = p->in.width / p->columns, span = (LABEL_COLUMNS + text_width(text_of(words)) + 2 + width) / width;
    char label[DETAIL_LABEL];

    span = span > p->columns ? p->columns : span;
    if (p->x + span > p->columns) {
        p->x = 0;
        p->y++;
    }
    if (p->y >= p->in.height - 1) {
        p->left_out++;
        return;
    }
    int x = p->in.x + 1 + p->x * width, y = p->in.y + p->y, room = span * width - 1;
    canvas_puts(p->canvas, x, y, room < LABEL_COLUMNS - 1 ? room : LABEL_COLUMNS - 1, ROLE_DIM,
                detail_label(name, label));
    canvas_puts(p->canvas, x + LABEL_COLUMNS, y, span * width - LABEL_COLUMNS - 2, role, words);
    p->x += span;
}

void detail_put_seen(struct detail_pane *p, const struct row *row, struct buf *line)
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
    detail_put(p, tr("observed"), row->stale ? ROLE_STALE : ROLE_TEXT, buf_str(line));
    buf_clear(line);
    text_show(row->source, -1, line);
    detail_put(p, tr("source"), ROLE_TEXT, buf_str(line));
}

/* Who told what: bookkeeping that has lines of its own. */
static bool is_joined(const struct kind_info *info, size_t field)
{
    size_t told_by = (size_t)info->told_by;

    return told_by > 0 && field >= told_by && field < told_by + CELL_JOINED;
}

bool detail_tells(const struct kind_info *info, size_t field)
{
    return (info->fields[field].flags & FIELD_HIDDEN) == 0 && !is_joined(info, field);
}

/* What is not known, and what had no room, so that nobody takes a field that is not seen for one that is empty. */
void detail_end(struct detail_pane *p, const struct row *row, struct buf *line)
{
    const struct kind_info *info = kind_info(row->kind);
    int y = p->in.y + p->in.height - 1;
    const char *before = tr("not known:");

    buf_clear(line);
    if (p->left_out > 0)
        buf_printf(line, NULL, tr("%d more known, no room here; "), p->left_out);
    for (size_t i = 0; i < info->field_count; i++) {
        if (value_known(&row->cells[i]) || p->standing[i] || !detail_tells(info, i))
            continue;
        buf_printf(line, NULL, "%s %s", before, tr_of("field", info->fields[i].name));
        before = "";
    }
    canvas_puts(p->canvas, p->in.x + 1, y, p->in.width - 2, ROLE_DIM, buf_str(line));
}

/* --- who told it, where it was not the row's source; who says otherwise --- */

struct told {
    struct safe_text source, fields[KIND_FIELDS_MAX];
    size_t count;
};

/* Takes "FIELD=SOURCE" to the fields of that source; more sources than there are fields make no sense. */
static void take_told(struct told *told, size_t *n, struct safe_text member)
{
    struct safe_text field;
    size_t i = 0;

    if (!text_split(&member, '=', &field) || text_empty(member))
        return;
    while (i < *n && !text_equal(told[i].source, member))
        i++;
    if (i == KIND_FIELDS_MAX)
        return;
    *n += i == *n;
    told[i].source = member;
    if (told[i].count < KIND_FIELDS_MAX)
        told[i].fields[told[i].count++] = field;
}

static void put_name(struct safe_text field, struct buf *line)
{
    char name[64];

    buf_puts(line, tr_of("field", text_show_in(field, name, sizeof name)), NULL);
}

/* "fleet.conf: lon, lat; netbox: power cap kw" */
static void put_sources(struct detail_pane *p, const struct row *row, struct buf *line)
{
    struct told told[KIND_FIELDS_MAX] = {0};
    struct safe_text rest = value_text_or(&row->cells[kind_info(row->kind)->told_by + CELL_SOURCES], ""), member;
    size_t n = 0;

    while (value_list_next(&rest, &member))
        take_told(told, &n, member);
    buf_clear(line);
    for (size_t i = 0; i < n; i++) {
        buf_puts(line, i > 0 ? "; " : "", NULL);
        text_show(told[i].source, -1, line);
        for (size_t k = 0; k < told[i].count; k++) {
            buf_puts(line, k > 0 ? ", " : ": ", NULL);
            put_name(told[i].fields[k], line);
        }
    }
    if (n > 0)
        detail_put(p, tr("also told by"), ROLE_TEXT, buf_str(line));
}

static void put_differs(struct detail_pane *p, const struct row *row, struct buf *line)
{
    struct safe_text rest = value_text_or(&row->cells[kind_info(row->kind)->told_by + CELL_DIFFERS], ""), member;

    while (value_list_next(&rest, &member)) {
        struct safe_text source = {0}, field = {0};

        buf_clear(line);
        text_split(&member, ' ', &source);
        text_split(&member, ' ', &field);
        text_show(source, -1, line);
        buf_putc(line, ' ', NULL);
        put_name(field, line);
        buf_putc(line, ' ', NULL);
        text_show(member, -1, line);
        detail_put(p, tr("told otherwise"), ROLE_WARN, buf_str(line));
    }
}

/* --- the whole --- */

void detail_put_fields(struct detail_pane *p, const struct row *row, int64_t now_ms, struct buf *line)
{
    const struct kind_info *info = kind_info(row->kind);

    for (size_t i = 0; i < info->field_count; i++) {
        if (!value_known(&row->cells[i]) || !detail_tells(info, i))
            continue;
        buf_clear(line);
        cell_words(row, (int)i, now_ms, line);
        detail_put(p, info->fields[i].name, row->stale ? ROLE_STALE : ROLE_TEXT, buf_str(line));
    }
}

struct detail_pane detail_begin(const struct row *row, int columns, struct canvas *c, struct area area)
{
    struct detail_pane p = {.canvas = c, .columns = columns};
    struct buf title = buf_make(DETAIL_LINE_BYTES);

    buf_printf(&title, NULL, "%s ", tr(kind_info(row->kind)->singular));
    text_show(row->id, area.width > 24 ? area.width - 24 : 1, &title);
    p.in = canvas_box(c, area, buf_str(&title), tr("d closes"));
    buf_release(&title);
    return p;
}

void detail_draw(const struct row *row, int64_t now_ms, struct canvas *c, struct area area)
{
    int columns = area.width > 2 * FIELD_COLUMNS ? area.width / FIELD_COLUMNS : 1;
    struct detail_pane p = detail_begin(row, columns, c, area);
    struct buf line = buf_make(DETAIL_LINE_BYTES);

    if (p.in.height > 0 && p.in.width > 0) {
        detail_put_seen(&p, row, &line);
        if (kind_info(row->kind)->told_by > 0) {
            put_differs(&p, row, &line);
            put_sources(&p, row, &line);
        }
        detail_put_fields(&p, row, now_ms, &line);
        detail_end(&p, row, &line);
    }
    buf_release(&line);
}
