#include "ui/chart.h"

#include <math.h>

/* Braille dots from the bottom up, left and right column (Unicode 15, chapter 21.1: dots 7 3 2 1 and 8 6 5 4). */
static const unsigned char dots[2][4] = {{0x40, 0x04, 0x02, 0x01}, {0x80, 0x20, 0x10, 0x08}};

enum { BRAILLE_LEVELS = 4, ASCII_LEVELS = 6 };
static const char ascii_levels[ASCII_LEVELS + 1] = ".:-=+#";

size_t chart_slots(const struct canvas *c, int width)
{
    size_t columns = width > 0 ? (size_t)width : 0;

    return c->glyphs == GLYPHS_UNICODE ? columns * 2 : columns;
}

static double largest(const double *values, size_t n)
{
    double max = 0;

    for (size_t i = 0; i < n; i++)
        if (isfinite(values[i]) && values[i] > max)
            max = values[i];
    return max;
}

/* 0 for an unknown value, else 1 to `levels`. */
static int level(double value, double max, int levels)
{
    if (!isfinite(value))
        return 0;
    if (value <= 0 || max <= 0)
        return 1;
    if (value >= max)
        return levels;
    return 1 + (int)(value / max * (levels - 1) + 0.5);
}

static void braille(char out[4], int left, int right)
{
    unsigned bits = 0;

    for (int i = 0; i < left; i++)
        bits |= dots[0][i];
    for (int i = 0; i < right; i++)
        bits |= dots[1][i];
    out[0] = (char)0xE2;
    out[1] = (char)(0xA0 | bits >> 6);
    out[2] = (char)(0x80 | (bits & 0x3F));
    out[3] = '\0';
}

void chart_spark(struct canvas *c, int x, int y, int width, enum role role, const double *values, size_t n, double max)
{
    size_t slots = chart_slots(c, width), each = slots / (width > 0 ? (size_t)width : 1);
    const double *last = values + n;

    if (max <= 0)
        max = largest(values, n);
    for (int col = 0; col < width; col++) {
        size_t from_end = slots - (size_t)col * each; /* of this column's first value */
        char cell[4] = " ";

        if (each == 2) {
            int left = from_end <= n ? level(*(last - from_end), max, BRAILLE_LEVELS) : 0;
            int right = from_end - 1 <= n ? level(*(last - (from_end - 1)), max, BRAILLE_LEVELS) : 0;
            if (left > 0 || right > 0)
                braille(cell, left, right);
        } else if (from_end <= n && level(*(last - from_end), max, ASCII_LEVELS) > 0) {
            cell[0] = ascii_levels[level(*(last - from_end), max, ASCII_LEVELS) - 1];
        }
        canvas_puts(c, x + col, y, 1, role, cell);
    }
}
