#include "views/list.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/tr.h"
#include "domain/filter.h"
#include "views/cell.h"
#include "views/marks.h"
#include "views/speech.h"
#include "views/spots.h"

/* --- the cursor --- */

size_t list_keep(char *out, size_t size, struct safe_text text)
{
    struct buf b = buf_make(size);
    size_t len = 0;

    if (!text_empty(text_copy(&b, text))) {
        memcpy(out, b.data, b.len);
        len = b.len;
    }
    buf_release(&b);
    return len;
}

static void remember(struct view_place *p, const struct view_rows *rows)
{
    struct row row = {0};

    if (!rows->at(rows->ctx, (size_t)p->position, &row))
        return;
    p->id_len = list_keep(p->id, sizeof p->id, row.id);
    p->source_len = list_keep(p->source, sizeof p->source, row.source);
}

/* Nearly always it stands where it stood, and a list that is being loaded or ordered is looked through row by row. */
static int64_t find(const struct view_place *p, const struct view_rows *rows)
{
    struct safe_text id = text_from(p->id, p->id_len), source = text_from(p->source, p->source_len);
    struct row row = {0};

    if (p->id_len == 0)
        return -1;
    if (p->position >= 0 && (size_t)p->position < rows->count && rows->at(rows->ctx, (size_t)p->position, &row) &&
        text_equal(row.id, id) && text_equal(row.source, source))
        return p->position;
    return rows->find(rows->ctx, id, source);
}

static int64_t clamp(int64_t n, int64_t low, int64_t high)
{
    return n > high ? (high < low ? low : high) : n < low ? low : n;
}

void list_sync(struct view_place *p, const struct view_rows *rows, int page)
{
    int64_t count = (int64_t)rows->count, was = p->position, found;

    p->page = page > 0 ? page : 0;
    if (count == 0) {
        p->position = p->top = 0;
        return;
    }
    found = find(p, rows);
    p->position = clamp(found >= 0 ? found : was, 0, count - 1);
    if (found >= 0 && p->top > 0)
        p->top += p->position - was;
    p->top = clamp(p->top, p->position - p->page + 1, p->position);
    p->top = clamp(p->top, 0, count - p->page);
    /* While rows still come in, the object may come too; and what stands first by chance is not what anybody chose. */
    if (found < 0 && !rows->partial)
        remember(p, rows);
}

bool list_move(struct view_place *p, const struct view_rows *rows, int action)
{
    int64_t page = p->page > 1 ? p->page : 1, last = (int64_t)rows->count - 1;
    const struct {
        int action;
        int64_t by;
    } moves[] = {
        {LIST_DOWN, 1},
        {LIST_UP, -1},
        {LIST_HALF_DOWN, (page + 1) / 2},
        {LIST_HALF_UP, -(page + 1) / 2},
        {LIST_PAGE_DOWN, page},
        {LIST_PAGE_UP, -page},
        {LIST_FIRST, -last - 1},
        {LIST_LAST, last + 1},
    };

    for (size_t i = 0; i < sizeof moves / sizeof *moves; i++) {
        if (moves[i].action != action)
            continue;
        list_sync(p, rows, p->page);
        if (last < 0)
            return true;
        p->position = clamp(p->position + moves[i].by, 0, last);
        remember(p, rows);
        return true;
    }
    return false;
}

bool list_current(const struct view_place *p, const struct view_rows *rows, struct row *row)
{
    int64_t at = p->id_len > 0 ? find(p, rows) : p->position;

    return at >= 0 && at < (int64_t)rows->count && rows->at(rows->ctx, (size_t)at, row);
}

/* --- drawing --- */

enum { MARGIN = 3, AGE_COLUMNS = 6 };

const char *list_why_empty(const struct view_rows *rows, const char *nothing)
{
    if (!rows->known)
        return tr("not known: no source has told");
    if (rows->partial)
        return tr("loading");
    return rows->all > 0 ? tr("nothing matches the filter; Esc clears it") : tr(nothing);
}

void list_empty(const struct view_rows *rows, const char *nothing, struct canvas *c, struct area in)
{
    canvas_puts(c, in.x + 2, in.y + in.height / 2, in.width - 2, ROLE_DIM, list_why_empty(rows, nothing));
}

/* --- columns by choice --- */

/* The list's own columns, and behind them one for each chosen field that it has none for. */
struct chosen {
    struct table_column columns[TABLE_COLUMNS_MAX + 1];
    int order[VIEW_COLUMNS_MAX], order_count;
};

static int own_columns(const struct list *list)
{
    int n = 0;

    while (n < TABLE_COLUMNS_MAX && list->columns[n].title != NULL)
        n++;
    return n;
}

static int column_of(const struct chosen *ch, int count, int field)
{
    for (int i = 0; i < count; i++)
        if (ch->columns[i].field == field)
            return i;
    return count;
}

static struct table_column made_column(enum kind kind, int field)
{
    const char *title = tr_of("field", field < 0 ? "id" : kind_info(kind)->fields[field].name);
    enum value_type type = field < 0 ? VALUE_TEXT : kind_info(kind)->fields[field].type;
    int width = text_width(text_of(title)) + 1;

    return (struct table_column){.title = title,
                                 .min = width > 8 ? width : 8,
                                 .max = type == VALUE_TEXT || type == VALUE_LIST || type == VALUE_TIME ? 40 : 0,
                                 .weight = 1,
                                 .field = field};
}

static void choose(struct chosen *ch, const struct list *list, const struct list_frame *f)
{
    int n = own_columns(list);

    memcpy(ch->columns, list->columns, (size_t)n * sizeof *ch->columns);
    for (int k = 0; k < f->state->column_count; k++) {
        int at = column_of(ch, n, f->state->columns[k]);

        if (at == TABLE_COLUMNS_MAX)
            break;
        if (at == n)
            ch->columns[n++] = made_column(f->kind, f->state->columns[k]);
        ch->order[ch->order_count++] = at;
    }
    ch->columns[n] = (struct table_column){0};
}

static bool is_chosen(const struct list_frame *f)
{
    return f->kind != KIND_NONE && f->state != NULL && f->state->column_count > 0;
}

static void paint_chosen(const struct list *list, const struct list_frame *f, const struct table *t, struct canvas *c,
                         int i, const struct row *row)
{
    struct buf text = buf_make(256);

    for (int at = own_columns(list); row->kind != KIND_NONE && is_chosen(f) && at < t->count; at++) {
        int field = t->columns[at].field;

        buf_clear(&text);
        if (field < 0)
            text_show(row->id, -1, &text);
        else
            cell_words(row, field, f->frame->now.utc_ms, &text);
        table_puts(t, c, i, at, row->stale ? ROLE_STALE : ROLE_TEXT, buf_str(&text));
    }
    buf_release(&text);
}

void list_paint(const struct list *list, const struct list_frame *f, const struct table *t, struct canvas *c, int i,
                const struct row *row, enum role role)
{
    list->paint(f, t, c, i, row, role);
    paint_chosen(list, f, t, c, i, row);
}

static bool is_marked(const struct list_frame *f, const struct row *row)
{
    return f->kind != KIND_NONE && f->state != NULL && marks_has(f->state->marks, row);
}

static void draw_row(const struct list *list, const struct list_frame *f, const struct table *t, struct canvas *c,
                     int i, const struct row *row)
{
    struct cell_sign sign = list->sign != NULL ? list->sign(f, row) : cell_sign(row);
    int y = t->area.y + 1 + i;
    bool here = f->place->top + i == f->place->position;
    char age[CELL_MAX], note[CELL_MAX + 2];

    list_paint(list, f, t, c, i, row, row->stale ? ROLE_STALE : ROLE_TEXT);
    if (sign.glyph != GLYPH_COUNT)
        canvas_glyph(c, t->area.x + 1, y, sign.role, sign.glyph);
    if (is_marked(f, row))
        canvas_glyph(c, t->area.x + 2, y, ROLE_TITLE, GLYPH_MARKED);
    else if (cell_differs(row) && t->area.width > 2)
        canvas_puts(c, t->area.x + 2, y, 1, ROLE_WARN, cell_differs_sign(c));
    if (row->stale) {
        struct value ms = value_real((double)row->age_ms / 1000);

        snprintf(note, sizeof note, " ~%s", row->age_ms < 0 ? "?" : cell_span(&ms, age));
        canvas_right(c, t->area.x + t->area.width - AGE_COLUMNS, y, AGE_COLUMNS, ROLE_STALE, note);
    }
    if (!here || !f->focused)
        return;
    canvas_glyph(c, t->area.x, y, ROLE_TITLE, GLYPH_CURSOR);
    canvas_select(c, t->area.x, y, t->area.width);
    c->cursor_x = t->area.x;
    c->cursor_y = y;
}

void list_draw(const struct list *list, const struct list_frame *f, struct canvas *c, struct area in)
{
    struct area with_head = {in.x, in.y - list->headless, in.width, in.height + list->headless};
    struct chosen ch = {.order_count = 0};
    struct table t;

    if (is_chosen(f)) {
        choose(&ch, list, f);
        t = table_make_chosen(ch.columns, ch.order, ch.order_count, with_head, MARGIN, f->scroll);
    } else
        t = table_make(list->columns, with_head, MARGIN, f->scroll);

    list_sync(f->place, f->rows, table_rows(&t));
    speech_list(list, f, &t, in);
    spots_list(f->frame->spots, f, &t, list->headless);
    if (!list->headless)
        table_head(&t, c, f->sorted, f->descending);
    if (f->rows->count == 0) {
        list_empty(f->rows, list->nothing, c, in);
        return;
    }
    for (int i = 0; i < table_rows(&t) && f->place->top + i < (int64_t)f->rows->count; i++) {
        struct row row = {0};

        if (!f->rows->at(f->rows->ctx, (size_t)(f->place->top + i), &row))
            continue;
        draw_row(list, f, &t, c, i, &row);
        spots_row(f->frame->spots, i, &row);
    }
}

/* --- words --- */

const char *list_title(const char *name, const struct view_rows *rows, const struct view_place *p,
                       char out[LIST_TITLE_MAX])
{
    char first[CELL_MAX], last[CELL_MAX], count[CELL_MAX], all[CELL_MAX];
    int64_t end = clamp(p->top + p->page, 0, (int64_t)rows->count);
    int n;

    if (rows->count == 0)
        n = snprintf(out, LIST_TITLE_MAX, tr("%s  0"), name);
    else
        n = snprintf(out, LIST_TITLE_MAX, tr("%s %s-%s of %s"), name, cell_number(p->top + 1, first),
                     cell_number(end, last), cell_number((int64_t)rows->count, count));
    if (rows->all != rows->count)
        n += snprintf(out + n, (size_t)(LIST_TITLE_MAX - n), tr(" of %s"), cell_number((int64_t)rows->all, all));
    if (rows->partial)
        snprintf(out + n, (size_t)(LIST_TITLE_MAX - n), tr("  loading %s"), cell_number((int64_t)rows->all, all));
    return out;
}

void list_sorted(enum kind kind, const struct view_state *s, const char *preset, int *field, bool *descending)
{
    *field = s->sort_field;
    *descending = s->sort_descending;
    if (s->sort_field == -2 && (preset == NULL || !filter_sort_parse(kind, preset, field, descending, NULL)))
        *field = -1;
}

const char *list_order(enum kind kind, const struct view_state *s, const char *preset, char out[LIST_TITLE_MAX])
{
    int field;
    bool descending;

    list_sorted(kind, s, preset, &field, &descending);
    snprintf(out, LIST_TITLE_MAX, tr("sort: %s %s"),
             tr_of("field", field < 0 ? "id" : kind_info(kind)->fields[field].name),
             descending ? tr("desc") : tr("asc"));
    return out;
}
