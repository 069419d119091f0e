#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "ui/chart.h"
#include "ui/chart_axis.h"

enum {
    AXES_WIDTH = 16, /* at least, for axes; else a spark */
    AXES_HEIGHT = 4,
    BASE_HEIGHT = 7, /* for a line below the curve */
    WORDS_WIDTH = 46,
    WORD_MAX = 64,
    UNIT_MAX = 12,
    PAIR = 2, /* columns of dots in a cell of braille */
    BRAILLE_LEVELS = 4,
    ASCII_LEVELS = 3,
};

/* Braille dots from the bottom up, left and right column (Unicode 15, chapter 21.1). */
static const unsigned char dots[PAIR][BRAILLE_LEVELS] = {{0x40, 0x04, 0x02, 0x01}, {0x80, 0x20, 0x10, 0x08}};
/* What stays of a filled column: every other dot, so that it is told apart without colour too. */
static const bool sparse[PAIR][BRAILLE_LEVELS] = {{true, false, true, false}, {false, true, false, true}};

static const char ascii_levels[2][ASCII_LEVELS + 1] = {".:#", ".:+"}; /* the second: learned afterwards */
static const char ascii_lines[] = {[CHART_SOLID] = '-', [CHART_DASHED] = '-', [CHART_DOTTED] = '.'};

/* Where everything stands. */
struct layout {
    struct canvas *c;
    const struct chart_plot *p;
    struct area body; /* of the curve */
    struct chart_axis_y y;
    int gutter; /* columns left of the body */
    int words;  /* columns right of it; 0: none */
    bool base;  /* a line below the curve */
    bool braille;
    int across, levels; /* dots in a cell */
};

/* What a column of dots shows. */
struct slot {
    double value; /* NAN: nothing */
    bool filled, over;
};

/* --- values --- */

static double largest(const struct chart_plot *p)
{
    double max = NAN;

    for (size_t i = 0; i < p->n; i++)
        if (isfinite(p->values[i]) && !(p->values[i] <= max))
            max = p->values[i];
    return max;
}

static const struct chart_limit *limit_at(const struct chart_plot *p, int i)
{
    return i < CHART_LIMITS_MAX && p->limits[i].word != NULL ? &p->limits[i] : NULL;
}

static bool is_over(const struct chart_plot *p, double value)
{
    const struct chart_limit *l;

    for (int i = 0; (l = limit_at(p, i)) != NULL; i++)
        if (l->breach && value > l->value)
            return true;
    return false;
}

/* The largest of the steps that slot `i` of `count` covers. */
static struct slot slot_at(const struct chart_plot *p, size_t i, size_t count)
{
    size_t from = i * p->n / count, to = ((i + 1) * p->n + count - 1) / count;
    struct slot s = {.value = NAN, .filled = true};

    if (to <= from || p->n <= count)
        to = from + 1;
    for (size_t k = from; k < to && k < p->n; k++) {
        if (!isfinite(p->values[k]))
            continue;
        if (!(p->values[k] <= s.value))
            s.value = p->values[k];
        s.filled = s.filled && p->filled != NULL && p->filled[k];
    }
    s.over = is_over(p, s.value);
    s.filled = s.filled && isfinite(s.value);
    return s;
}

static bool any_filled(const struct chart_plot *p)
{
    for (size_t i = 0; p->filled != NULL && i < p->n; i++)
        if (p->filled[i] && isfinite(p->values[i]))
            return true;
    return false;
}

/* The dot that holds a value, from the bottom; outside of the axis the nearest. */
static int dot_of(const struct layout *l, double value)
{
    double all = (double)l->body.height * l->levels, at = floor((value - l->y.low) / (l->y.high - l->y.low) * all);

    return at < 0 ? 0 : at >= all ? (int)all - 1 : (int)at;
}

static bool is_shown(const struct layout *l, const struct chart_limit *limit)
{
    return isfinite(limit->value) && limit->value >= l->y.low && limit->value <= l->y.high;
}

/* --- the curve --- */

/* The lines of limits through one cell: which of its levels, and in whose role. */
struct lines {
    unsigned char level[PAIR]; /* bits of levels, for each column of dots */
    enum role role;
    enum chart_line line;
    bool any;
};

static struct lines lines_at(const struct layout *l, int col, int row)
{
    struct lines found = {0};
    const struct chart_limit *limit;

    for (int i = 0; (limit = limit_at(l->p, i)) != NULL; i++) {
        int dot = is_shown(l, limit) ? dot_of(l, limit->value) : -1;

        if (dot < 0 || dot / l->levels != row || (limit->line != CHART_SOLID && col % 2 == 1))
            continue;
        found.level[0] |= (unsigned char)(1u << dot % l->levels);
        if (limit->line != CHART_DOTTED)
            found.level[1] |= (unsigned char)(1u << dot % l->levels);
        if (!found.any) {
            found.role = limit->role;
            found.line = limit->line;
        }
        found.any = true;
    }
    return found;
}

/* How many levels of the cell in `row` a value fills: all below the dot that holds it, and that one. */
static int levels_of(const struct layout *l, double value, int row)
{
    int n = isfinite(value) ? dot_of(l, value) + 1 - row * l->levels : 0;

    return n < 0 ? 0 : n > l->levels ? l->levels : n;
}

static bool goes_on_above(const struct layout *l, double value, int row, int level)
{
    return isfinite(value) && dot_of(l, value) > row * l->levels + level;
}

/* A line through the curve is a gap in it. */
static unsigned braille_of(const struct layout *l, const struct slot *s, const struct lines *lines, int row)
{
    unsigned bits = 0;

    for (int x = 0; x < PAIR; x++)
        for (int level = 0; level < l->levels; level++) {
            bool on = level < levels_of(l, s[x].value, row) && (!s[x].filled || sparse[x][level]);

            if (lines->level[x] & 1u << level)
                on = !goes_on_above(l, s[x].value, row, level);
            bits |= on ? dots[x][level] : 0u;
        }
    return bits;
}

static char ascii_of(const struct layout *l, const struct slot *s, const struct lines *lines, int row)
{
    int n = levels_of(l, s->value, row);

    if (lines->any && (n == 0 || goes_on_above(l, s->value, row, l->levels - 1)))
        return ascii_lines[lines->line];
    return n == 0 ? ' ' : ascii_levels[s->filled][n - 1];
}

static void draw_cell(const struct layout *l, int col, int row, const struct slot s[PAIR])
{
    struct lines lines = lines_at(l, col, row);
    bool data = levels_of(l, s[0].value, row) > 0 || (l->braille && levels_of(l, s[1].value, row) > 0);
    bool over = s[0].over || (l->braille && s[1].over), filled = s[0].filled || (l->braille && s[1].filled);
    enum role role = !data ? lines.role : over ? ROLE_CRIT : filled ? ROLE_DIM : l->p->role;
    unsigned bits = l->braille ? braille_of(l, s, &lines, row) : 0;
    char cell[4] = {0};

    if (!data && !lines.any)
        return;
    if (l->braille && bits != 0) {
        cell[0] = (char)0xE2;
        cell[1] = (char)(0xA0 | bits >> 6);
        cell[2] = (char)(0x80 | (bits & 0x3F));
    } else {
        cell[0] = l->braille ? ' ' : ascii_of(l, s, &lines, row);
    }
    canvas_puts(l->c, l->body.x + col, l->body.y + l->body.height - 1 - row, 1, role, cell);
}

static void draw_curve(const struct layout *l)
{
    size_t count = (size_t)(l->body.width * l->across);

    for (int col = 0; col < l->body.width; col++) {
        struct slot s[PAIR];

        for (int x = 0; x < l->across; x++)
            s[x] = slot_at(l->p, (size_t)(col * l->across + x), count);
        for (int row = 0; row < l->body.height; row++)
            draw_cell(l, col, row, s);
    }
}

/* --- the axes --- */

static int ticks_of(const struct layout *l)
{
    return (l->body.height - 1) / l->y.rows;
}

/* The highest tick bears the unit. */
static const char *tick_text(const struct layout *l, int i, char out[CHART_AXIS_TEXT + UNIT_MAX])
{
    char value[CHART_AXIS_TEXT];

    snprintf(out, CHART_AXIS_TEXT + UNIT_MAX, "%s%s%.*s", chart_axis_y_text(&l->y, i, value),
             i == ticks_of(l) ? " " : "", UNIT_MAX - 2, i == ticks_of(l) && l->p->unit != NULL ? l->p->unit : "");
    return out;
}

static void draw_values(const struct layout *l)
{
    char text[CHART_AXIS_TEXT + UNIT_MAX];
    int bottom = l->body.y + l->body.height - 1;

    for (int row = 0; row < l->body.height; row++)
        canvas_glyph(l->c, l->body.x - 1, bottom - row, ROLE_BORDER, GLYPH_V);
    for (int i = 0; i <= ticks_of(l); i++)
        canvas_right(l->c, l->body.x - l->gutter, bottom - i * l->y.rows, l->gutter - 2, ROLE_DIM,
                     tick_text(l, i, text));
}

static void draw_base(const struct layout *l)
{
    int y = l->body.y + l->body.height;

    canvas_glyph(l->c, l->body.x - 1, y, ROLE_BORDER, GLYPH_BL);
    for (int x = 0; x < l->body.width; x++)
        canvas_glyph(l->c, l->body.x + x, y, ROLE_BORDER, GLYPH_H);
}

static int column_of(const struct layout *l, int64_t at_ms)
{
    return (int)((double)(at_ms - l->p->from_ms) / (double)(l->p->to_ms - l->p->from_ms) * l->body.width);
}

static void draw_moments(const struct layout *l)
{
    const struct chart_plot *p = l->p;
    int y = l->body.y + l->body.height + l->base, end = text_width(text_of(p->end != NULL ? p->end : ""));
    int right = l->body.x + l->body.width;
    int64_t step = chart_axis_x_step(p->to_ms - p->from_ms, l->body.width);
    char text[CHART_AXIS_TEXT];

    end = end < l->body.width ? end : 0;
    if (end > 0)
        canvas_puts(l->c, right - end, y, end, ROLE_TEXT, p->end);
    if (step == 0)
        return;
    for (int64_t at = chart_axis_x_first(p->from_ms, p->zone_ms, step); at < p->to_ms; at += step) {
        int x = l->body.x + column_of(l, at);

        if (x + CHART_AXIS_LABEL + 2 > right - end)
            break;
        if (l->base)
            canvas_puts(l->c, x, y - 1, 1, ROLE_BORDER, "+");
        canvas_puts(l->c, x, y, CHART_AXIS_LABEL, ROLE_DIM, chart_axis_x_text(at, p->zone_ms, step, text));
    }
}

/* --- words --- */

/* Of the limit's word, its value, and a sign where it lies above the axis. */
static const char *limit_text(const struct layout *l, const struct chart_limit *limit, char out[WORD_MAX])
{
    bool above = limit->value > l->y.high;
    char value[CHART_AXIS_TEXT];

    snprintf(out, WORD_MAX, "%s %s%s%s", limit->word, chart_axis_value(limit->value, value), above ? " " : "",
             above ? canvas_sign(l->c, GLYPH_SORT_UP) : "");
    return out;
}

static int words_width(const struct layout *l, int width)
{
    const struct chart_limit *limit;
    char text[WORD_MAX];
    int widest = 0;

    for (int i = 0; (limit = limit_at(l->p, i)) != NULL && width >= WORDS_WIDTH; i++) {
        int n = isfinite(limit->value) ? 1 + text_width(text_of(limit_text(l, limit, text))) : 0;

        widest = n > widest ? n : widest;
    }
    return widest <= width / 3 ? widest : width / 3;
}

/* The known limits from the lowest up, and a row for the word of each: where it lies, or as near as the words of the
 * others let it stand, in the same order. */
struct words {
    const struct chart_limit *of[CHART_LIMITS_MAX];
    int row[CHART_LIMITS_MAX], n;
};

static void insert(struct words *w, const struct chart_limit *limit)
{
    int i = w->n++;

    for (; i > 0 && w->of[i - 1]->value > limit->value; i--)
        w->of[i] = w->of[i - 1];
    w->of[i] = limit;
}

static struct words words_of(const struct layout *l)
{
    const struct chart_limit *limit;
    struct words w = {.n = 0};

    for (int i = 0; (limit = limit_at(l->p, i)) != NULL; i++)
        if (isfinite(limit->value))
            insert(&w, limit);
    for (int i = 0; i < w.n; i++) {
        int row = dot_of(l, w.of[i]->value) / l->levels;

        w.row[i] = i > 0 && row <= w.row[i - 1] ? w.row[i - 1] + 1 : row;
    }
    for (int i = w.n - 1, most = l->body.height - 1; i >= 0; i--) {
        w.row[i] = w.row[i] > most ? most : w.row[i];
        most = w.row[i] - 1;
    }
    return w;
}

static void draw_words(const struct layout *l)
{
    struct words w = words_of(l);
    char text[WORD_MAX];

    for (int i = 0; i < w.n && l->words > 0; i++) {
        if (w.row[i] < 0)
            continue;
        canvas_puts(l->c, l->body.x + l->body.width + 1, l->body.y + l->body.height - 1 - w.row[i], l->words - 1,
                    w.of[i]->role, limit_text(l, w.of[i], text));
    }
}

/* "⡪ filled afterwards" at the right of the first line. */
static void draw_filled_word(const struct layout *l, struct area area)
{
    char text[WORD_MAX];

    snprintf(text, sizeof text, "%s %s", l->braille ? "⡪" : "+", l->p->filled_word);
    canvas_right(l->c, area.x + l->gutter, area.y, area.width - l->gutter, ROLE_DIM, text);
}

/* --- all of it --- */

static struct chart_axis_y axis_of(const struct chart_plot *p, int height)
{
    double max = largest(p), high = isnan(max) ? p->low : max;
    const struct chart_limit *l;

    for (int i = 0; (l = limit_at(p, i)) != NULL; i++)
        if (isfinite(l->value) && l->value > high && (isnan(max) || l->value <= CHART_NEAR * max))
            high = l->value;
    return chart_axis_y_make(p->low, high, height);
}

static struct layout layout_of(struct canvas *c, struct area area, const struct chart_plot *p)
{
    struct layout l = {.c = c, .p = p, .braille = c->glyphs == GLYPHS_UNICODE, .base = area.height >= BASE_HEIGHT};
    int legend = area.height >= BASE_HEIGHT && p->filled_word != NULL && any_filled(p);
    char text[CHART_AXIS_TEXT + UNIT_MAX];

    l.across = l.braille ? PAIR : 1;
    l.levels = l.braille ? BRAILLE_LEVELS : ASCII_LEVELS;
    l.body = (struct area){area.x, area.y + legend, area.width, area.height - legend - 1 - l.base};
    l.y = axis_of(p, l.body.height);
    for (int i = 0; i <= ticks_of(&l); i++) {
        int n = 2 + text_width(text_of(tick_text(&l, i, text)));

        l.gutter = n > l.gutter ? n : l.gutter;
    }
    l.words = words_width(&l, area.width);
    l.body.x += l.gutter;
    l.body.width -= l.gutter + l.words;
    return l;
}

void chart_plot(struct canvas *c, struct area area, const struct chart_plot *p)
{
    struct layout l;

    if (area.width < AXES_WIDTH || area.height < AXES_HEIGHT) {
        if (area.width > 0 && area.height > 0)
            chart_spark(c, area.x, area.y, area.width, p->role, p->values, p->n, 0);
        return;
    }
    l = layout_of(c, area, p);
    if (l.body.width < 1)
        return;
    draw_curve(&l);
    draw_values(&l);
    if (l.base)
        draw_base(&l);
    draw_moments(&l);
    draw_words(&l);
    if (l.body.y > area.y)
        draw_filled_word(&l, area);
}
