#include "ui/theme_check.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

static const char *const depth_names[THEME_DEPTHS] = {"24-bit", "256", "16"};
static const char *const vision_names[COLOR_VISIONS] = {"all", "protanopic", "deuteranopic", "tritanopic"};

__attribute__((format(printf, 3, 4))) static void complain(struct theme_report *r, int line, const char *fmt, ...)
{
    va_list args;

    if (r->count == THEME_PROBLEMS_MAX)
        return;
    r->problems[r->count].line = line;
    va_start(args, fmt);
    vsnprintf(r->problems[r->count++].text, THEME_PROBLEM_TEXT, fmt, args);
    va_end(args);
}

/* --- colours of a role in a depth --- */

/* -1: the terminal's own, not known. */
static int front(const struct theme_role *r, enum theme_depth d)
{
    if (d == THEME_RGB && r->fg_rgb >= 0)
        return r->fg_rgb;
    return color_of_256(d == THEME_16 ? r->fg16 : r->fg256);
}

static int back(const struct theme_role *r, enum theme_depth d)
{
    if (d == THEME_RGB && r->bg_rgb >= 0)
        return r->bg_rgb;
    return color_of_256(d == THEME_16 ? r->bg16 : r->bg256);
}

/* A background of its own, or the least over those that the theme is made for. */
static double contrast(const struct theme *t, int fg, int bg)
{
    double least = NAN;

    if (fg < 0)
        return NAN;
    if (bg >= 0)
        return color_contrast(fg, bg);
    for (int i = 0; i < t->background_count; i++)
        least = fmin(least, color_contrast(fg, t->backgrounds[i]));
    return least;
}

static bool is_graphic(enum role role)
{
    static const enum role graphics[] = {ROLE_BORDER, ROLE_CHART,  ROLE_LAND,   ROLE_GRID,
                                         ROLE_RING_1, ROLE_RING_3, ROLE_RING_5, ROLE_RING_20};

    for (size_t i = 0; i < sizeof graphics / sizeof *graphics; i++)
        if (graphics[i] == role)
            return true;
    return false;
}

/* --- contrast --- */

/* The first 16 of 256 are the person's own palette, and what is only theirs is drawn so in 24-bit too. */
static bool is_palette(const struct theme_role *r, enum theme_depth d)
{
    bool exact = d == THEME_RGB && r->fg_rgb >= 0;

    return d == THEME_16 || (!exact && r->fg256 < 16);
}

static void check_role(const struct theme *t, enum role role, struct theme_report *out)
{
    const struct theme_role *r = &t->roles[role];

    out->roles[role].least = is_graphic(role) ? THEME_CONTRAST_OTHER : THEME_CONTRAST_TEXT;
    for (enum theme_depth d = 0; d < THEME_DEPTHS; d++) {
        double least = is_palette(r, d) ? THEME_CONTRAST_OTHER : out->roles[role].least;

        out->roles[role].ratio[d] = contrast(t, front(r, d), back(r, d));
        if (out->roles[role].ratio[d] < least)
            complain(out, r->line, "role '%s': contrast %.2f in %s colours, at least %.1f is asked for",
                     theme_role_name(role), out->roles[role].ratio[d], depth_names[d], least);
    }
}

/* A selected row keeps the colours of its roles on its own background. What has one of its own, and what is drawn
 * around rows, is not in rows. */
static void check_selected(const struct theme *t, enum role role, struct theme_report *out)
{
    const struct theme_role *r = &t->roles[role], *select = &t->roles[ROLE_SELECT];
    double *least = &out->roles[role].selected;

    *least = NAN;
    if (is_graphic(role) || role == ROLE_DANGER || role == ROLE_REPLAY)
        return;
    for (enum theme_depth d = 0; d < THEME_16; d++)
        if (back(select, d) >= 0 && front(r, d) >= 0)
            *least = fmin(*least, color_contrast(front(r, d), back(select, d)));
    if (*least < THEME_CONTRAST_OTHER)
        complain(out, r->line, "role '%s': contrast %.2f in a selected row, at least %.1f is asked for",
                 theme_role_name(role), *least, THEME_CONTRAST_OTHER);
}

/* --- states --- */

static double difference(const struct theme_role *a, const struct theme_role *b, enum color_vision v)
{
    double least = NAN;

    for (enum theme_depth d = 0; d < THEME_16; d++)
        if (front(a, d) >= 0 && front(b, d) >= 0)
            least = fmin(least, color_difference(front(a, d), front(b, d), v));
    return least;
}

static bool has_own_back(const struct theme_role *a, const struct theme_role *b)
{
    return back(a, THEME_256) != back(b, THEME_256);
}

static void check_pair(const struct theme *t, enum role x, enum role y, size_t i, struct theme_report *out)
{
    const struct theme_role *a = &t->roles[x], *b = &t->roles[y];
    bool no_color = front(a, THEME_256) < 0 && front(b, THEME_256) < 0;

    out->pairs[i].a = x;
    out->pairs[i].b = y;
    for (enum color_vision v = 0; v < COLOR_VISIONS; v++) {
        out->pairs[i].difference[v] = difference(a, b, v);
        if (out->pairs[i].difference[v] < THEME_DIFFERENCE_MIN && a->attrs == b->attrs && !has_own_back(a, b))
            complain(out, b->line,
                     "roles '%s' and '%s' differ by %.1f for %s eyes, at least %.1f or an attribute is asked for",
                     theme_role_name(x), theme_role_name(y), out->pairs[i].difference[v], vision_names[v],
                     THEME_DIFFERENCE_MIN);
    }
    if (no_color && a->attrs == b->attrs && !has_own_back(a, b))
        complain(out, b->line, "roles '%s' and '%s' have neither colour nor attribute", theme_role_name(x),
                 theme_role_name(y));
    if (a->mono == b->mono)
        complain(out, b->line, "roles '%s' and '%s' have the same attributes in mono", theme_role_name(x),
                 theme_role_name(y));
}

void theme_check(const struct theme *theme, struct theme_report *out)
{
    static const enum role states[] = {ROLE_OK, ROLE_WARN, ROLE_CRIT, ROLE_UNKNOWN, ROLE_STALE};
    size_t pair = 0;

    memset(out, 0, sizeof *out);
    for (enum role role = 0; role < ROLE_COUNT; role++) {
        check_role(theme, role, out);
        check_selected(theme, role, out);
    }
    for (size_t i = 0; i < sizeof states / sizeof *states; i++)
        for (size_t k = 0; k < i; k++)
            check_pair(theme, states[k], states[i], pair++, out);
}
