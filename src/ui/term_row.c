#include "ui/term_row.h"

#define key_name curses_key_name /* not the one of ui/key.h */
#include <curses.h>
#undef key_name

#include <string.h>
#include <wchar.h>

#include "base/text.h"

enum {
    JUMP_CELLS = 6, /* what it costs to move the cursor, in bytes */
    CLUSTER_MAX = CCHARW_MAX + 1,
};

/* A part of a row on its way, character by character. */
struct part {
    cchar_t text[CANVAS_SIDE_MAX];
    struct term_style style[CANVAS_SIDE_MAX];
    bool blank[CANVAS_SIDE_MAX];
    cchar_t now[CANVAS_SIDE_MAX + 1]; /* what stands there, with the end that curses writes */
    bool looked;                      /* `now` is filled */
    bool single;                      /* the last character has nothing that combines with it */
    int x, y, n;
};

/* The wide characters of a cell; false when this terminal or this C library would not give it its columns. In the last
 * column a terminal may take what combines for the first character of the next line. */
static bool decode_cell(bool utf8, const struct cell *cell, bool last, wchar_t out[CLUSTER_MAX])
{
    size_t len = strnlen(cell->utf8, sizeof cell->utf8), at = 0, n = 0;
    uint32_t cp;

    while (at < len && n + 1 < CLUSTER_MAX) {
        size_t bytes = text_decode(cell->utf8 + at, len - at, &cp);

        if (bytes == 0 || (cp >= 0x80 && !utf8))
            return false;
        out[n++] = (wchar_t)cp;
        at += bytes;
    }
    out[n] = L'\0';
    return n > 0 && (out[0] < 0x7F || wcwidth(out[0]) == cell->width) && !(last && n > 1);
}

static bool differs(struct term_style a, struct term_style b)
{
    return a.pair != b.pair || a.attrs != b.attrs;
}

static void put(struct part *p, const wchar_t *text, struct term_style style)
{
    if (p->n > 0 && text[1] == L'\0' && p->single && !differs(style, p->style[p->n - 1])) {
        p->text[p->n] = p->text[p->n - 1]; /* setcchar() takes ten times as long */
        p->text[p->n].chars[0] = text[0];
    } else {
        setcchar(&p->text[p->n], text, style.attrs, style.pair, NULL);
        p->single = text[1] == L'\0';
    }
    p->style[p->n] = style;
    p->blank[p->n++] = text[0] == L' ' && text[1] == L'\0';
}

static void put_cell(const struct term_row *t, struct part *p, const struct cell *cell, bool last)
{
    struct term_style style = term_style_of(t->styles, cell);
    wchar_t text[CLUSTER_MAX] = {(unsigned char)cell->utf8[0]};

    if ((cell->utf8[1] == '\0' && cell->utf8[0] >= ' ') || decode_cell(t->utf8, cell, last, text))
        put(p, text, style);
    else
        for (int i = 0; i < cell->width; i++)
            put(p, L"?", style);
}

/* --- blanks --- */

static int ground_of(const struct term_styles *all, struct term_style s)
{
    return s.pair > 0 ? all->pairs[s.pair - 1].bg : -1; /* the terminal's own */
}

/* Whether a blank looks the same in two styles that are not the same. */
static bool blank_alike(const struct term_styles *all, struct term_style a, struct term_style b)
{
    return differs(a, b) && ((a.attrs | b.attrs) & (A_UNDERLINE | A_REVERSE)) == 0 &&
           ground_of(all, a) == ground_of(all, b);
}

/* Whether what stands at `from` now is blank and looks as the style does on a blank: ncurses leaves it alone then. */
static bool stand_blank(const struct term_styles *all, struct part *p, int from, int n, struct term_style style)
{
    wchar_t text[CLUSTER_MAX];
    struct term_style is = {.ready = true};

    if (!p->looked)
        mvin_wchnstr(p->y, p->x, p->now, p->n);
    p->looked = true;
    for (int i = from; i < from + n; i++) {
        getcchar(&p->now[i], text, &is.attrs, &is.pair, NULL);
        if (wcscmp(text, L" ") != 0 || (differs(is, style) && !blank_alike(all, is, style)))
            return false;
    }
    return true;
}

/* Blanks between two words take the style of the word before them: they look the same, and to change the style there and
 * back costs 22 bytes. Of a longer gap that is blank already everything stays, for ncurses jumps over that. */
static void join_words(const struct term_styles *all, struct part *p)
{
    struct term_style word = {0};

    for (int i = 0, gap = 0; i < p->n; i++) {
        if (p->blank[i] && word.ready && blank_alike(all, word, p->style[i])) {
            gap++;
            continue;
        }
        if (gap > JUMP_CELLS && stand_blank(all, p, i - gap, gap, word))
            memcpy(&p->text[i - gap], &p->now[i - gap], (size_t)gap * sizeof *p->text);
        else
            for (; gap > 0; gap--)
                setcchar(&p->text[i - gap], L" ", word.attrs, word.pair, NULL);
        gap = 0;
        word = p->style[i];
    }
}

/* --- the row --- */

static bool is_blank(const struct cell *cell)
{
    return cell->utf8[0] == ' ' && cell->utf8[1] == '\0';
}

/* The next stretch of [*from, end) that differs, as [*from, the result): a few cells between two changes belong to it. A
 * blank at either end takes the gap that it is in along, and the words beside it, for a gap has the style of the word
 * before it. The end when nothing differs any more, with *from there. */
static int stretch(const struct cell *cells, const struct cell *was, int *from, int end)
{
    int begin = *from, first = begin, last;

    while (first < end && memcmp(&cells[first], &was[first], sizeof *cells) == 0)
        first++;
    *from = first;
    if (first == end)
        return end;
    last = first + 1;
    for (int x = last; x < end && x < last + JUMP_CELLS; x++)
        if (memcmp(&cells[x], &was[x], sizeof *cells) != 0)
            last = x + 1;
    while (first > begin && (is_blank(&cells[first]) || cells[first].width == 0))
        first--;
    while (last < end && (is_blank(&cells[last - 1]) || cells[last].width == 0))
        last++;
    *from = first;
    return last;
}

/* Gives ncurses the cells [x, to). */
static void give(const struct term_row *t, const struct canvas *c, int y, int x, int to)
{
    static const struct cell blank = {" ", ROLE_TEXT, 0, 1};
    static struct part p; /* 50 KB: more than a stack should hold */
    const struct cell *cells = &c->cells[(size_t)y * (size_t)c->width];
    bool cornered = y == t->corner && c->width >= t->width;
    int end = cornered ? t->width - 1 : c->width;

    p.n = 0;
    p.x = x;
    p.y = y;
    p.looked = false;
    /* ncurses takes a wide character beside the corner for one that reaches into it. */
    for (; x < end && x < to && x + cells[x].width + (cornered && cells[x].width == 2) <= end; x += cells[x].width)
        put_cell(t, &p, &cells[x], x == t->width - 1);
    for (; x < to && x < end + cornered; x++)
        put_cell(t, &p, &blank, false);
    join_words(t->styles, &p);
    mvadd_wchnstr(y, p.x, p.text, p.n);
}

void term_row_draw(const struct term_row *t, const struct canvas *c, const struct cell *was, int y)
{
    const struct cell *cells = &c->cells[(size_t)y * (size_t)c->width];

    if (was == NULL)
        give(t, c, y, 0, c->width);
    for (int x = 0, to; was != NULL && x < c->width; x = to) {
        to = stretch(cells, was, &x, c->width);
        if (x < to)
            give(t, c, y, x, to);
    }
}
