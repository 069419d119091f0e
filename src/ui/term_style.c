#include "ui/term_style.h"

#define key_name curses_key_name /* not the one of ui/key.h */
#include <curses.h>
#undef key_name

#include <string.h>

_Static_assert(sizeof(attr_t) <= sizeof(unsigned), "what the header keeps of it");

void term_style_theme(struct term_styles *all, const struct theme *theme)
{
    all->theme = *theme;
    memset(all->styles, 0, sizeof all->styles);
    all->n_pairs = 0;
}

static attr_t attrs_of(unsigned attrs)
{
    return ((attrs & THEME_BOLD) != 0 ? A_BOLD : A_NORMAL) | ((attrs & THEME_DIM) != 0 ? A_DIM : A_NORMAL) |
           ((attrs & THEME_REVERSE) != 0 ? A_REVERSE : A_NORMAL) |
           ((attrs & THEME_UNDERLINE) != 0 ? A_UNDERLINE : A_NORMAL);
}

/* The pair of these two colours, or -1 when the terminal has none left (8 colours often come with 64 pairs). */
static int pair_of(struct term_styles *all, int fg, int bg)
{
    int max = COLOR_PAIRS < TERM_PAIRS_MAX ? COLOR_PAIRS : TERM_PAIRS_MAX;

    if (!all->default_colors) {
        fg = fg < 0 ? COLOR_WHITE : fg;
        bg = bg < 0 ? COLOR_BLACK : bg;
    } else if (fg < 0 && bg < 0) {
        return 0;
    }
    for (int i = 0; i < all->n_pairs; i++)
        if (all->pairs[i].fg == fg && all->pairs[i].bg == bg)
            return i + 1;
    if (all->n_pairs + 1 >= max || init_pair((short)(all->n_pairs + 1), (short)fg, (short)bg) != OK)
        return -1;
    all->pairs[all->n_pairs].fg = fg;
    all->pairs[all->n_pairs].bg = bg;
    return ++all->n_pairs;
}

struct colors {
    int fg, bg;
    attr_t attrs;
};

/* Eight colours have no bright ones: bold stands for them, and dim for the bright black. */
static struct colors to_depth(const struct term_styles *all, const struct theme_role *r)
{
    struct colors c = {r->fg16, r->bg16, attrs_of(r->attrs)};

    if (all->colors >= 256)
        return (struct colors){r->fg256, r->bg256, c.attrs};
    if (all->colors < 16 && c.fg >= 8) {
        c.attrs |= c.fg == 8 ? A_DIM : A_BOLD;
        c.fg = c.fg == 8 ? -1 : c.fg - 8;
    }
    if (all->colors < 16 && c.bg >= 8)
        c.bg -= 8;
    return c;
}

/* In reverse video a selected row shows what is reversed by itself the right way round. */
static struct term_style plain_style(const struct theme_role *r, const struct theme_role *select)
{
    struct term_style s = {.ready = true, .attrs = attrs_of(r->mono)};

    if (select != NULL)
        s.attrs = (s.attrs | (attrs_of(select->mono) & ~A_REVERSE)) ^ (attrs_of(select->mono) & A_REVERSE);
    return s;
}

static struct term_style make_style(struct term_styles *all, enum role role, bool selected)
{
    const struct theme_role *r = &all->theme.roles[role], *select = selected ? &all->theme.roles[ROLE_SELECT] : NULL;
    struct colors c = to_depth(all, r);
    int pair;

    if (all->colors == 0)
        return plain_style(r, select);
    if (selected) {
        struct colors over = to_depth(all, select);

        c.fg = c.fg < 0 ? over.fg : c.fg;
        c.bg = over.bg < 0 ? c.bg : over.bg;
        c.attrs = (c.attrs | (over.attrs & ~A_REVERSE)) ^ (over.attrs & A_REVERSE);
    }
    pair = pair_of(all, c.fg, c.bg);
    if (pair < 0)
        return plain_style(r, select);
    return (struct term_style){.ready = true, .attrs = c.attrs, .pair = (short)pair};
}

struct term_style term_style_of(struct term_styles *all, const struct cell *cell)
{
    struct term_style *s = &all->styles[cell->select != 0][cell->role < ROLE_COUNT ? cell->role : ROLE_TEXT];

    if (!s->ready)
        *s = make_style(all, cell->role < ROLE_COUNT ? cell->role : ROLE_TEXT, cell->select != 0);
    return *s;
}
