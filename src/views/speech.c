#include "views/speech.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/tr.h"
#include "views/detail.h"
#include "views/list.h"
#include "views/trend.h"

enum {
    COLUMN_X = 3,
    CANVAS_WIDTH = CANVAS_SIDE_MAX,
    GAP = 2,
    TREND_STEPS = 60,
    TREND_MS = 3600 * 1000,
    CELL_BYTES = 4096
};

/* --- what is drawn and what is said --- */

/* Frames, blocks, braille dots, geometric figures, the signs of an order: ranges that only draw. */
static bool is_drawn(const char *utf8)
{
    uint32_t cp = 0;

    text_decode(utf8, strlen(utf8), &cp);
    return (cp >= 0x2500 && cp <= 0x25ff) || (cp >= 0x2800 && cp <= 0x28ff) || cp == 0x2191 || cp == 0x2193;
}

/* The dots of a bar's empty part; one alone stands in a sentence. */
static bool is_dots(const struct canvas *c, int x, int y)
{
    static const char dot[] = "·";
    const struct cell *row = &c->cells[y * c->width];

    return strcmp(row[x].utf8, dot) == 0 &&
           ((x > 0 && (strcmp(row[x - 1].utf8, dot) == 0 || is_drawn(row[x - 1].utf8))) ||
            (x + 1 < c->width && strcmp(row[x + 1].utf8, dot) == 0));
}

static bool is_blank(const struct canvas *c, int x, int y)
{
    const struct cell *cell = x < c->width ? &c->cells[y * c->width + x] : NULL;

    return cell == NULL || (cell->width == 1 && (cell->utf8[0] == '\0' || strcmp(cell->utf8, " ") == 0));
}

/* What a sign stands for; NULL: it is none. Those that sentences have, too, are signs in their role and before a blank. */
static const char *word_of(const struct canvas *c, int x, int y)
{
    static const struct {
        enum glyph glyph;
        enum role role;
        bool apart;
        const char *word;
    } signs[] = {{GLYPH_OK, ROLE_OK, false, N_("ok")},
                 {GLYPH_CRIT, ROLE_CRIT, false, N_("critical")},
                 {GLYPH_WARN, ROLE_WARN, true, N_("warning")},
                 {GLYPH_UNKNOWN, ROLE_UNKNOWN, true, N_("unknown")},
                 {GLYPH_STALE, ROLE_STALE, true, N_("stale")}};
    const struct cell *cell = &c->cells[y * c->width + x];

    for (size_t i = 0; i < sizeof signs / sizeof *signs; i++)
        if (strcmp(canvas_sign(c, signs[i].glyph), cell->utf8) == 0 &&
            (!signs[i].apart || (cell->role == signs[i].role && is_blank(c, x + 1, y))))
            return tr(signs[i].word);
    return NULL;
}

/* What is apart by two columns or by something that is drawn is apart in words, too. */
static void put_cell(const char *words, int *gap, struct buf *out, size_t start)
{
    if (*gap > 0 && out->len > start)
        buf_puts(out, *gap >= GAP ? ", " : " ", NULL);
    *gap = 0;
    buf_puts(out, words, NULL);
}

void speech_line(const struct canvas *c, int x, int y, int width, struct buf *out)
{
    size_t start = out->len;
    int gap = 0, end = x + width < c->width ? x + width : c->width;

    for (int i = x > 0 ? x : 0; y >= 0 && y < c->height && i < end; i++) {
        const struct cell *cell = &c->cells[y * c->width + i];
        const char *word = word_of(c, i, y);
        bool cursor = out->len == start && strcmp(cell->utf8, canvas_sign(c, GLYPH_CURSOR)) == 0 &&
                      (cell->role == ROLE_TITLE || i <= 1);

        if (cell->width == 0)
            continue;
        if (is_blank(c, i, y) || cursor)
            gap++;
        else if (is_drawn(cell->utf8) || is_dots(c, i, y))
            gap += GAP;
        else
            put_cell(word != NULL ? word : cell->utf8, &gap, out, start);
    }
}

/* --- lists --- */

/* One column of the rows, painted where it has all the room that there is, so that nothing is cut. */
static void paint_column(const struct list *list, const struct list_frame *f, const struct table *shown, int column,
                         int64_t from, int count, struct canvas *c)
{
    struct table t = *shown;

    canvas_clear(c);
    t.area = (struct area){0, 0, c->width, count + 1};
    for (int i = 0; i < TABLE_COLUMNS_MAX; i++) {
        t.x[i] = COLUMN_X;
        t.width[i] = i == column ? c->width - COLUMN_X - 1 : 0;
    }
    for (int i = 0; i < count; i++) {
        struct row row = {0};

        if (f->rows->at(f->rows->ctx, (size_t)(from + i), &row))
            list_paint(list, f, &t, c, i, &row, ROLE_TEXT);
    }
}

static bool says_something(const char *text)
{
    for (; *text != '\0'; text++)
        if ((unsigned char)*text >= 0x80 || (*text >= '0' && *text <= '9') || (*text >= 'a' && *text <= 'z') ||
            (*text >= 'A' && *text <= 'Z'))
            return true;
    return false;
}

/* "PROMISED" is read letter by letter: longer words in capitals are written small. */
static const char *title_of(const char *title, char out[DETAIL_LABEL])
{
    const char *own = tr(title);
    bool small = strlen(own) < 4;

    for (const char *at = own; *at != '\0'; at++)
        small |= *at >= 'a' && *at <= 'z';
    snprintf(out, DETAIL_LABEL, "%s", own);
    for (char *at = out; !small && *at != '\0'; at++)
        *at += *at >= 'A' && *at <= 'Z' ? 'a' - 'A' : 0;
    return small ? own : out;
}

/* Whether a column shows a word that says itself what it is: a state. */
static bool is_state(const struct list_frame *f, const struct row *row, const struct table_column *col)
{
    const struct kind_info *info = f->kind != KIND_NONE && f->kind == row->kind ? kind_info(row->kind) : NULL;

    return info != NULL && col->field >= 0 && col->field < (int)info->field_count &&
           ((info->fields[col->field].flags & FIELD_STATE) != 0 ||
            (row->kind == KIND_ALERT && col->field == ALERT_SEVERITY));
}

/* Whether the row's sign says what none of its columns says. A link's and a queue's are judged beside their states. */
static bool needs_word(const struct list_frame *f, const struct table *t, const struct row *row)
{
    for (int i = 0; i < t->count; i++)
        if (t->width[i] > 0 && row->kind != KIND_LINK && row->kind != KIND_QUEUE && is_state(f, row, &t->columns[i]))
            return false;
    return row->kind != KIND_NONE;
}

static void put_sign(const struct list *list, const struct list_frame *f, const struct table *t, const struct row *row,
                     struct buf *out)
{
    static const char *const words[GLYPH_SIGNS] = {
        [GLYPH_WARN] = N_("warning"), [GLYPH_CRIT] = N_("critical"), [GLYPH_UNKNOWN] = N_("unknown")};
    struct cell_sign sign = list->sign != NULL ? list->sign(f, row) : cell_sign(row);
    struct value age = value_real((double)row->age_ms / 1000);
    char span[CELL_MAX];

    if (row->stale)
        buf_printf(out, NULL, tr("%s old"), row->age_ms < 0 ? "?" : cell_span(&age, span));
    else if (sign.glyph < GLYPH_SIGNS && words[sign.glyph] != NULL && needs_word(f, t, row))
        buf_puts(out, tr(words[sign.glyph]), NULL);
}

static void remember(struct speech *s, const struct list_frame *f, const struct row *row, int64_t position)
{
    struct speech_item *item = &s->items[s->item_count++];
    struct buf id = buf_make(sizeof item->id), source = buf_make(sizeof item->source);

    *item = (struct speech_item){.place = f->place, .position = position};
    if (!text_empty(text_copy(&id, row->id)))
        memcpy(item->id, id.data, item->id_len = id.len);
    if (!text_empty(text_copy(&source, row->source)))
        memcpy(item->source, source.data, item->source_len = source.len);
    buf_release(&id);
    buf_release(&source);
}

/* The rows' sentences while they grow, column by column. */
struct sentences {
    struct buf *lines;
    struct row *rows; /* their texts live until the next frame */
    int count;
};

static void add_cell(struct buf *line, const char *name, const char *words, bool own_line)
{
    if (!says_something(words))
        return;
    if (name[0] != '\0' && strstr(words, name) != NULL) /* "66 jobs" of "jobs" */
        name = "";
    if (own_line) {
        buf_printf(line, NULL, "%s%s%s\n", name, name[0] != '\0' ? ": " : "", words);
        return;
    }
    buf_printf(line, NULL, "%s%s%s%s", line->len > 0 ? ", " : "", name, name[0] != '\0' ? " " : "", words);
}

static void tell_columns(const struct list *list, const struct list_frame *f, const struct table *t, int64_t from,
                         struct sentences *to, bool own_line)
{
    struct canvas c = {0};
    struct buf words = buf_make(CELL_BYTES);
    bool first = true;

    if (!canvas_init(&c, CANVAS_WIDTH, to->count + 1, GLYPHS_UNICODE))
        return;
    for (int k = 0; k < t->order_count; k++) {
        int col = t->order[k];

        if (!own_line && t->width[col] == 0)
            continue;
        paint_column(list, f, t, col, from, to->count, &c);
        for (int i = 0; i < to->count; i++) {
            char label[DETAIL_LABEL];
            bool bare = first || is_state(f, &to->rows[i], &t->columns[col]);

            buf_clear(&words);
            speech_line(&c, COLUMN_X, i + 1, c.width, &words);
            add_cell(&to->lines[i], bare ? "" : title_of(t->columns[col].title, label), buf_str(&words), own_line);
        }
        first = false;
    }
    buf_release(&words);
    canvas_release(&c);
}

static struct sentences sentences_make(const struct list_frame *f, int64_t from, int count)
{
    struct sentences s = {.lines = mem_new((size_t)count + 1, sizeof *s.lines),
                          .rows = mem_new((size_t)count + 1, sizeof *s.rows)};

    for (int i = 0; i < count && f->rows->at(f->rows->ctx, (size_t)(from + i), &s.rows[i]); i++) {
        s.lines[i] = buf_make(4 * CELL_BYTES);
        s.count++;
    }
    return s;
}

static void sentences_release(struct sentences *s)
{
    for (int i = 0; i < s->count; i++)
        buf_release(&s->lines[i]);
    free(s->lines);
    free(s->rows);
}

/* All that its list and its kind know of one row. */
static void tell_wanted(struct speech *s, const struct list *list, const struct list_frame *f, const struct table *t)
{
    const struct speech_item *w = s->wanted;
    int64_t at = w->place != f->place ? -1
                 : w->id_len > 0
                     ? f->rows->find(f->rows->ctx, text_from(w->id, w->id_len), text_from(w->source, w->source_len))
                     : w->position;
    struct sentences one;

    if (at < 0 || at >= (int64_t)f->rows->count)
        return;
    one = sentences_make(f, at, 1);
    s->found = one.count > 0;
    s->row = (struct row){.kind = s->found ? one.rows[0].kind : KIND_NONE};
    if (s->row.kind != KIND_NONE) {
        speech_row(&one.rows[0], f->rows, f->frame->now.utc_ms, &s->text);
    } else if (s->found) {
        struct list_frame there = *f;
        struct view_place place = *f->place;

        place.top = at; /* paints look up what stands at this place of theirs */
        there.place = &place;
        tell_columns(list, &there, t, at, &one, true);
        buf_puts(&s->text, buf_str(&one.lines[0]), NULL);
    }
    sentences_release(&one);
}

static void tell_rows(struct speech *s, const struct list *list, const struct list_frame *f, const struct table *t)
{
    int64_t from = f->place->top, count = (int64_t)f->rows->count - from;
    int shown = count < table_rows(t) ? (int)count : table_rows(t);
    char first[CELL_MAX], last[CELL_MAX], count_words[CELL_MAX];
    struct sentences all;

    if (shown > SPEECH_ITEMS_MAX - (int)s->item_count)
        shown = SPEECH_ITEMS_MAX - (int)s->item_count;
    all = sentences_make(f, from, shown > 0 ? shown : 0);
    for (int i = 0; i < all.count; i++)
        put_sign(list, f, t, &all.rows[i], &all.lines[i]);
    tell_columns(list, f, t, from, &all, false);
    for (int i = 0; i < all.count; i++) {
        remember(s, f, &all.rows[i], from + i);
        buf_printf(&s->text, NULL, "%zu. %s\n", s->item_count, buf_str(&all.lines[i]));
    }
    if (from > 0 || all.count < (int64_t)f->rows->count)
        buf_printf(&s->text, NULL, tr("rows %s to %s of %s\n"), cell_number(from + 1, first),
                   cell_number(from + all.count, last), cell_number((int64_t)f->rows->count, count_words));
    sentences_release(&all);
}

void speech_list(const struct list *list, const struct list_frame *f, const struct table *t, struct area in)
{
    struct speech *s = f->frame->speech;
    struct speech_list *l;

    if (s == NULL || s->list_count == SPEECH_LISTS_MAX)
        return;
    if (s->wanted != NULL) {
        tell_wanted(s, list, f, t);
        return;
    }
    l = &s->lists[s->list_count++];
    *l = (struct speech_list){.in = in,
                              .place = f->place,
                              .from = s->text.len,
                              .count = f->rows->count,
                              .focused = f->focused,
                              .headless = list->headless};
    if (f->rows->count == 0)
        buf_printf(&s->text, NULL, "%s\n", list_why_empty(f->rows, list->nothing));
    else
        tell_rows(s, list, f, t);
    l->to = s->text.len;
}

void speech_words(struct speech *s, struct area in, const char *words)
{
    if (s == NULL || s->wanted != NULL || s->list_count == SPEECH_LISTS_MAX)
        return;
    s->lists[s->list_count] = (struct speech_list){.in = in, .from = s->text.len};
    buf_printf(&s->text, NULL, "%s\n", words);
    s->lists[s->list_count++].to = s->text.len;
}

/* --- one row --- */

static const char *unit_of(const char *name)
{
    static const struct {
        const char *end, *unit;
    } units[] = {{"_ms", "ms"}, {"_pct", "%"}, {"_kw", "kW"}, {"_c", "C"}, {"_s", "s"}};
    size_t n = strlen(name);

    for (size_t i = 0; i < sizeof units / sizeof *units; i++) {
        size_t end = strlen(units[i].end);
        if (n > end && strcmp(name + n - end, units[i].end) == 0)
            return units[i].unit;
    }
    return "";
}

static void put_trend(const struct row *row, const struct view_rows *rows, int field, struct buf *out)
{
    double means[TREND_STEPS];
    struct trend t;

    if (rows->series == NULL || !rows->series(rows->ctx, row->id, field, TREND_MS, means, TREND_STEPS))
        return;
    t = trend_of(means, TREND_STEPS, TREND_MS);
    if (t.way == TREND_UNKNOWN)
        return;
    buf_puts(out, "; ", NULL);
    trend_words(&t, unit_of(kind_info(row->kind)->fields[field].name), out);
}

static void put_seen(const struct row *row, struct buf *out)
{
    struct value age = value_real((double)row->age_ms / 1000);
    char span[CELL_MAX];

    buf_printf(out, NULL, "%s: ", tr("observed"));
    if (row->observed_ms == 0)
        buf_puts(out, tr("never"), NULL);
    else
        buf_printf(out, NULL, tr("%s ago"), row->age_ms < 0 ? "?" : cell_span(&age, span));
    if (row->stale)
        buf_puts(out, tr("; stale: it may be different now"), NULL);
    buf_printf(out, NULL, "\n%s: ", tr("source"));
    text_show(row->source, -1, out);
    buf_putc(out, '\n', NULL);
}

static void put_unknown(const struct row *row, struct buf *out)
{
    const struct kind_info *info = kind_info(row->kind);
    const char *before = tr("not known:");
    char label[DETAIL_LABEL];

    for (size_t i = 0; i < info->field_count; i++) {
        if (value_known(&row->cells[i]) || !detail_tells(info, i))
            continue;
        buf_printf(out, NULL, "%s %s", before, detail_label(info->fields[i].name, label));
        before = ",";
    }
    if (before[0] == ',')
        buf_putc(out, '\n', NULL);
}

void speech_row(const struct row *row, const struct view_rows *rows, int64_t now_ms, struct buf *out)
{
    const struct kind_info *info = kind_info(row->kind);
    char label[DETAIL_LABEL];

    buf_printf(out, NULL, "%s ", tr(info->singular));
    text_show(row->id, -1, out);
    buf_putc(out, '\n', NULL);
    for (size_t i = 0; i < info->field_count; i++) {
        if (!value_known(&row->cells[i]) || !detail_tells(info, i))
            continue;
        buf_printf(out, NULL, "%s: ", detail_label(info->fields[i].name, label));
        cell_words(row, (int)i, now_ms, out);
        if (rows != NULL && (info->fields[i].flags & FIELD_SAMPLED) != 0)
            put_trend(row, rows, (int)i, out);
        buf_putc(out, '\n', NULL);
    }
    put_seen(row, out);
    put_unknown(row, out);
}

/* --- the page --- */

static void put_line(const struct canvas *c, int x, int y, int width, struct buf *out)
{
    size_t was = out->len;

    speech_line(c, x, y, width, out);
    if (out->len > was)
        buf_putc(out, '\n', NULL);
}

/* Whether a list, with the line of its title, stands on this line of the canvas. */
static bool in_list(const struct speech *s, int y)
{
    for (size_t i = 0; i < s->list_count; i++)
        if (y >= s->lists[i].in.y - 1 && y < s->lists[i].in.y + s->lists[i].in.height)
            return true;
    return false;
}

void speech_one(const struct speech_list *l, const struct speech *s, const struct canvas *c, struct buf *out)
{
    put_line(c, l->in.x - 1, l->in.y - 1, l->in.width + 2, out);
    buf_put(out, s->text.data + l->from, l->to - l->from, NULL);
}

bool speech_page(const struct speech *s, const struct canvas *c, bool prose, struct buf *out)
{
    size_t start = out->len;

    for (int y = 0; prose && y < c->height; y++)
        if (!in_list(s, y))
            put_line(c, 0, y, c->width, out);
    for (size_t i = 0; i < s->list_count; i++)
        speech_one(&s->lists[i], s, c, out);
    return out->len > start;
}
