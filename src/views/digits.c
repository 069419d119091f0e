#include "views/digits.h"

#include <string.h>

enum { DOTS_HIGH = 5, DOT_WIDE = 2 };

/* Rows from above, three bits each (a colon: one). */
static const struct digit {
    char sign;
    int dots;
    unsigned char rows[DOTS_HIGH];
} digits[] = {
    {'0', 3, {7, 5, 5, 5, 7}}, {'1', 3, {2, 6, 2, 2, 7}}, {'2', 3, {7, 1, 7, 4, 7}}, {'3', 3, {7, 1, 7, 1, 7}},
    {'4', 3, {5, 5, 7, 1, 1}}, {'5', 3, {7, 4, 7, 1, 7}}, {'6', 3, {7, 4, 7, 5, 7}}, {'7', 3, {7, 1, 1, 2, 2}},
    {'8', 3, {7, 5, 7, 5, 7}}, {'9', 3, {7, 5, 7, 1, 7}}, {':', 1, {0, 1, 0, 1, 0}},
};

static const struct digit *digit_of(char sign)
{
    for (size_t i = 0; i < sizeof digits / sizeof *digits; i++)
        if (digits[i].sign == sign)
            return &digits[i];
    return NULL;
}

int digits_width(const char *text, int scale)
{
    int width = 0;

    for (; *text; text++) {
        const struct digit *d = digit_of(*text);
        width += d ? (d->dots + 1) * DOT_WIDE * scale : 0;
    }
    return width > 0 ? width - DOT_WIDE * scale : 0;
}

int digits_height(int scale)
{
    return DOTS_HIGH * scale;
}

static void draw_dot(struct canvas *c, int x, int y, int scale, enum role role)
{
    const char *block = c->glyphs == GLYPHS_UNICODE ? "█" : "#";

    for (int i = 0; i < scale * DOT_WIDE * scale; i++)
        canvas_puts(c, x + i % (DOT_WIDE * scale), y + i / (DOT_WIDE * scale), 1, role, block);
}

static void draw_digit(struct canvas *c, int x, int y, int scale, enum role role, const struct digit *d)
{
    for (int row = 0; row < DOTS_HIGH; row++)
        for (int dot = 0; dot < d->dots; dot++)
            if (d->rows[row] >> (d->dots - 1 - dot) & 1)
                draw_dot(c, x + dot * DOT_WIDE * scale, y + row * scale, scale, role);
}

int digits_draw(struct canvas *c, int x, int y, int scale, enum role role, const char *text)
{
    int width = digits_width(text, scale), at = x;

    if (x < 0 || y < 0 || x + width > c->width || y + digits_height(scale) > c->height)
        return 0;
    for (; *text; text++) {
        const struct digit *d = digit_of(*text);
        if (d)
            draw_digit(c, at, y, scale, role, d);
        at += d ? (d->dots + 1) * DOT_WIDE * scale : 0;
    }
    return width;
}
