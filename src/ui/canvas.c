#include "ui/canvas.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

static const struct cell blank_cell = {" ", ROLE_TEXT, 0, 1};

static const char *const glyph_unicode[GLYPH_COUNT] = {
    [GLYPH_OK] = "✓",    [GLYPH_WARN] = "!",   [GLYPH_CRIT] = "✖",    [GLYPH_UNKNOWN] = "?",
    [GLYPH_STALE] = "~", [GLYPH_CURSOR] = ">", [GLYPH_ARROW] = "→",   [GLYPH_MARKED] = "*",
    [GLYPH_H] = "─",     [GLYPH_V] = "│",      [GLYPH_TL] = "┌",      [GLYPH_TR] = "┐",
    [GLYPH_BL] = "└",    [GLYPH_BR] = "┘",     [GLYPH_SORT_UP] = "↑", [GLYPH_SORT_DOWN] = "↓",
};

/* Nothing here is "ambiguous" in Unicode's East Asian Width, so that no terminal draws it two columns wide. */
static const char *const glyph_safe[GLYPH_COUNT] = {
    [GLYPH_OK] = "✓",    [GLYPH_WARN] = "!",   [GLYPH_CRIT] = "✖",    [GLYPH_UNKNOWN] = "?",
    [GLYPH_STALE] = "~", [GLYPH_CURSOR] = ">", [GLYPH_ARROW] = ">",   [GLYPH_MARKED] = "*",
    [GLYPH_H] = "-",     [GLYPH_V] = "|",      [GLYPH_TL] = "+",      [GLYPH_TR] = "+",
    [GLYPH_BL] = "+",    [GLYPH_BR] = "+",     [GLYPH_SORT_UP] = "^", [GLYPH_SORT_DOWN] = "v",
};

static const char *const glyph_ascii[GLYPH_COUNT] = {
    [GLYPH_OK] = "o",    [GLYPH_WARN] = "!",   [GLYPH_CRIT] = "X",    [GLYPH_UNKNOWN] = "?",
    [GLYPH_STALE] = "~", [GLYPH_CURSOR] = ">", [GLYPH_ARROW] = ">",   [GLYPH_MARKED] = "*",
    [GLYPH_H] = "-",     [GLYPH_V] = "|",      [GLYPH_TL] = "+",      [GLYPH_TR] = "+",
    [GLYPH_BL] = "+",    [GLYPH_BR] = "+",     [GLYPH_SORT_UP] = "^", [GLYPH_SORT_DOWN] = "v",
};

static const char *const *const glyph_sets[] = {
    [GLYPHS_UNICODE] = glyph_unicode, [GLYPHS_SAFE] = glyph_safe, [GLYPHS_ASCII] = glyph_ascii};

bool canvas_init(struct canvas *c, int width, int height, enum glyph_set glyphs)
{
    *c = (struct canvas){.glyphs = glyphs, .cursor_x = -1, .cursor_y = -1};
    if (width < 1 || height < 1 || width > CANVAS_SIDE_MAX || height > CANVAS_SIDE_MAX)
        return false;
    c->width = width;
    c->height = height;
    c->cells = mem_new((size_t)width * (size_t)height, sizeof *c->cells);
    canvas_clear(c);
    return true;
}

void canvas_release(struct canvas *c)
{
    if (c == NULL)
        return;
    free(c->cells);
    c->cells = NULL;
    c->width = c->height = 0;
}

static struct cell *cell_at(struct canvas *c, int x, int y)
{
    return &c->cells[(size_t)y * (size_t)c->width + (size_t)x];
}

void canvas_clear(struct canvas *c)
{
    for (int x = 0; x < c->width; x++)
        c->cells[x] = blank_cell;
    for (int y = 1; y < c->height; y++)
        memcpy(cell_at(c, 0, y), c->cells, (size_t)c->width * sizeof *c->cells);
    c->cursor_x = c->cursor_y = -1;
    c->cursor_shown = false;
}

struct area canvas_area(const struct canvas *c)
{
    return (struct area){0, 0, c->width, c->height};
}

static int within(int wanted, int most)
{
    return wanted < 0 ? 0 : wanted < most ? wanted : most;
}

struct area canvas_cut_top(struct area *from, int height)
{
    struct area top = *from;
    top.height = within(height, from->height);
    from->y += top.height;
    from->height -= top.height;
    return top;
}

struct area canvas_cut_right(struct area *from, int width)
{
    struct area right = *from;
    right.width = within(width, from->width);
    from->width -= right.width;
    right.x += from->width;
    return right;
}

static struct area clip(const struct canvas *c, struct area a)
{
    long left = a.x > 0 ? a.x : 0, top = a.y > 0 ? a.y : 0;
    long right = (long)a.x + a.width, bottom = (long)a.y + a.height;

    if (right > c->width)
        right = c->width;
    if (bottom > c->height)
        bottom = c->height;
    if (left >= right || top >= bottom)
        return (struct area){0, 0, 0, 0};
    return (struct area){(int)left, (int)top, (int)(right - left), (int)(bottom - top)};
}

/* What is about to be overwritten may be half of a wide character: the other half goes too. */
static void blank(struct canvas *c, int x, int y)
{
    struct cell *cell = cell_at(c, x, y);

    if (cell->width == 0 && x > 0)
        *cell_at(c, x - 1, y) = blank_cell;
    if (cell->width == 2 && x + 1 < c->width)
        *cell_at(c, x + 1, y) = blank_cell;
    *cell = blank_cell;
}

/* The caller has made sure that all of its columns are in the canvas. */
static void put(struct canvas *c, int x, int y, const char *utf8, int width, enum role role)
{
    struct cell *cell = cell_at(c, x, y);
    if (width != 1 || cell->width != 1)
        for (int i = 0; i < width; i++)
            blank(c, x + i, y);
    *cell = (struct cell){.utf8 = {utf8[0]}, .role = (unsigned char)role, .width = (unsigned char)width};
    if (utf8[0] != '\0' && utf8[1] != '\0')
        memcpy(cell->utf8, utf8, strnlen(utf8, sizeof cell->utf8 - 1));
    if (width == 2)
        *cell_at(c, x + 1, y) = (struct cell){.role = (unsigned char)role};
}

static void blanks(struct canvas *c, int x, int y, int n, enum role role)
{
    for (int i = 0; i < n; i++)
        put(c, x + i, y, " ", 1, role);
}

/* Draws into a field that lies within the canvas; where the text does not fit, it ends in '~'. */
static int draw_text(struct canvas *c, struct area field, enum role role, struct safe_text text)
{
    struct text_iter it = text_iter_make(text);
    struct text_cell cell;
    int used = 0, cut = 0; /* cut: the last column at which a '~' could stand */

    while (text_next(&it, &cell)) {
        if (used + cell.width > field.width) {
            put(c, field.x + cut, field.y, "~", 1, ROLE_MARK);
            blanks(c, field.x + cut + 1, field.y, field.width - cut - 1, role);
            return field.width;
        }
        put(c, field.x + used, field.y, cell.utf8, cell.width, cell.mark ? ROLE_MARK : role);
        used += cell.width;
        if (used < field.width)
            cut = used;
    }
    return used;
}

int canvas_text(struct canvas *c, int x, int y, int width, enum role role, struct safe_text text)
{
    struct area field = clip(c, (struct area){x, y, width, 1});
    int used;

    if (field.width == 0)
        return 0;
    used = draw_text(c, field, role, text);
    blanks(c, field.x + used, field.y, field.width - used, role);
    return used;
}

int canvas_puts(struct canvas *c, int x, int y, int width, enum role role, const char *s)
{
    struct area field = clip(c, (struct area){x, y, width, 1});

    return field.width == 0 ? 0 : draw_text(c, field, role, text_of(s));
}

int canvas_printf(struct canvas *c, int x, int y, int width, enum role role, const char *fmt, ...)
{
    char line[1024];
    va_list args;

    va_start(args, fmt);
    vsnprintf(line, sizeof line, fmt, args);
    va_end(args);
    return canvas_puts(c, x, y, width, role, line);
}

void canvas_right(struct canvas *c, int x, int y, int width, enum role role, const char *s)
{
    int used = text_width(text_of(s));

    if (used > width)
        used = width;
    canvas_puts(c, x + width - used, y, used, role, s);
}

const char *canvas_sign(const struct canvas *c, enum glyph g)
{
    if (g < GLYPH_SIGNS && c->signs[g][0] != '\0')
        return c->signs[g];
    return glyph_sets[c->glyphs][g];
}

void canvas_glyph(struct canvas *c, int x, int y, enum role role, enum glyph g)
{
    if (clip(c, (struct area){x, y, 1, 1}).width == 1)
        put(c, x, y, canvas_sign(c, g), 1, role);
}

void canvas_fill(struct canvas *c, struct area a, enum role role, char ch)
{
    struct area in = clip(c, a);
    const char s[2] = {ch >= ' ' && ch < 0x7F ? ch : ' ', '\0'};

    for (int y = in.y; y < in.y + in.height; y++)
        for (int x = in.x; x < in.x + in.width; x++)
            put(c, x, y, s, 1, role);
}

void canvas_select(struct canvas *c, int x, int y, int width)
{
    struct area in = clip(c, (struct area){x, y, width, 1});

    for (int i = 0; i < in.width; i++)
        cell_at(c, in.x + i, in.y)->select = 1;
}

static void box_edges(struct canvas *c, struct area a)
{
    int right = a.x + a.width - 1, bottom = a.y + a.height - 1;

    for (int x = a.x + 1; x < right; x++) {
        canvas_glyph(c, x, a.y, ROLE_BORDER, GLYPH_H);
        canvas_glyph(c, x, bottom, ROLE_BORDER, GLYPH_H);
    }
    for (int y = a.y + 1; y < bottom; y++) {
        canvas_glyph(c, a.x, y, ROLE_BORDER, GLYPH_V);
        canvas_glyph(c, right, y, ROLE_BORDER, GLYPH_V);
    }
    canvas_glyph(c, a.x, a.y, ROLE_BORDER, GLYPH_TL);
    canvas_glyph(c, right, a.y, ROLE_BORDER, GLYPH_TR);
    canvas_glyph(c, a.x, bottom, ROLE_BORDER, GLYPH_BL);
    canvas_glyph(c, right, bottom, ROLE_BORDER, GLYPH_BR);
}

/* "┌─ title ───── note ─┐"; the title has the room first, a note that does not fit whole is left out. */
static void box_words(struct canvas *c, struct area a, const char *title, const char *note)
{
    int room = a.width - 6, used = 0; /* corner, line, blank on each side */

    if (title != NULL && title[0] != '\0' && room > 0) {
        used = text_width(text_of(title));
        used = used < room ? used : room;
        canvas_puts(c, a.x + 2, a.y, 1, ROLE_BORDER, " ");
        canvas_puts(c, a.x + 3, a.y, used, ROLE_TITLE, title);
        canvas_puts(c, a.x + 3 + used, a.y, 1, ROLE_BORDER, " ");
        used += 3; /* and a line between title and note */
    }
    if (note == NULL || note[0] == '\0')
        return;
    int wide = text_width(text_of(note)), x = a.x + a.width - 3 - wide;
    if (wide > room - used)
        return;
    canvas_puts(c, x - 1, a.y, 1, ROLE_BORDER, " ");
    canvas_puts(c, x, a.y, wide, ROLE_DIM, note);
    canvas_puts(c, x + wide, a.y, 1, ROLE_BORDER, " ");
}

struct area canvas_box(struct canvas *c, struct area a, const char *title, const char *note)
{
    if (a.width < 2 || a.height < 2)
        return (struct area){a.x, a.y, 0, 0};
    box_edges(c, a);
    box_words(c, a, title, note);
    return (struct area){a.x + 1, a.y + 1, a.width - 2, a.height - 2};
}

static bool print_row(const struct canvas *c, int y, struct buf *out, struct err *err)
{
    const struct cell *row = &c->cells[(size_t)y * (size_t)c->width];
    int end = c->width;

    while (end > 0 && strcmp(row[end - 1].utf8, " ") == 0)
        end--;
    for (int x = 0; x < end; x++)
        if (!buf_puts(out, row[x].utf8, err))
            return false;
    return buf_putc(out, '\n', err);
}

bool canvas_print(const struct canvas *c, struct buf *out, struct err *err)
{
    for (int y = 0; y < c->height; y++)
        if (!print_row(c, y, out, err))
            return false;
    return true;
}
