#include "ui/color.h"

#include <math.h>

enum { RED, GREEN, BLUE, PRIMARIES };

struct light {
    double of[PRIMARIES];
};

/* IEC 61966-2-1, with the bound that WCAG 2.1 prints. */
static struct light light_of(int rgb)
{
    struct light l;

    for (int i = 0; i < PRIMARIES; i++) {
        double c = (double)(rgb >> (16 - 8 * i) & 0xff) / 255;

        l.of[i] = c <= 0.03928 ? c / 12.92 : pow((c + 0.055) / 1.055, 2.4);
    }
    return l;
}

static double weighed(const double by[PRIMARIES], const struct light *l)
{
    return by[RED] * l->of[RED] + by[GREEN] * l->of[GREEN] + by[BLUE] * l->of[BLUE];
}

static double luminance(int rgb)
{
    static const double by[PRIMARIES] = {0.2126, 0.7152, 0.0722};
    struct light l = light_of(rgb);

    return weighed(by, &l);
}

double color_contrast(int a, int b)
{
    double x = luminance(a), y = luminance(b);

    return (fmax(x, y) + 0.05) / (fmin(x, y) + 0.05);
}

/* --- difference --- */

static const double visions[COLOR_VISIONS][PRIMARIES][PRIMARIES] = {
    [COLOR_NORMAL] = {{1, 0, 0}, {0, 1, 0}, {0, 0, 1}},
    [COLOR_PROTAN] = {{0.152286, 1.052583, -0.204868},
                      {0.114503, 0.786281, 0.099216},
                      {-0.003882, -0.048116, 1.051998}},
    [COLOR_DEUTAN] = {{0.367322, 0.860646, -0.227968}, {0.280085, 0.672501, 0.047413}, {-0.011820, 0.042940, 0.968881}},
    [COLOR_TRITAN] = {{1.255528, -0.076749, -0.178779},
                      {-0.078411, 0.930809, 0.147602},
                      {0.004733, 0.691367, 0.303900}},
};

static struct light seen(int rgb, enum color_vision vision)
{
    struct light l = light_of(rgb), out;

    for (int i = 0; i < PRIMARIES; i++)
        out.of[i] = fmin(1, fmax(0, weighed(visions[vision][i], &l)));
    return out;
}

/* CIE 15:2004, with its exact fractions. */
static double lab_root(double t)
{
    return t > 216.0 / 24389 ? cbrt(t) : (24389.0 / 27 * t + 16) / 116;
}

struct lab {
    double l, a, b;
};

static struct lab lab_of(const struct light *l)
{
    static const double xyz[3][PRIMARIES] = {{0.4124564, 0.3575761, 0.1804375},
                                             {0.2126729, 0.7151522, 0.0721750},
                                             {0.0193339, 0.1191920, 0.9503041}},
                        white_x = 0.95047, white_z = 1.08883; /* D65 */
    double x = lab_root(weighed(xyz[0], l) / white_x), y = lab_root(weighed(xyz[1], l)),
           z = lab_root(weighed(xyz[2], l) / white_z);

    return (struct lab){116 * y - 16, 500 * (x - y), 200 * (y - z)};
}

double color_difference(int a, int b, enum color_vision vision)
{
    struct light la = seen(a, vision), lb = seen(b, vision);
    struct lab x = lab_of(&la), y = lab_of(&lb);

    return sqrt((x.l - y.l) * (x.l - y.l) + (x.a - y.a) * (x.a - y.a) + (x.b - y.b) * (x.b - y.b));
}

/* --- palettes --- */

int color_of_256(int i)
{
    static const int own[16] = {0x000000, 0xcd0000, 0x00cd00, 0xcdcd00, 0x0000ee, 0xcd00cd, 0x00cdcd, 0xe5e5e5,
                                0x7f7f7f, 0xff0000, 0x00ff00, 0xffff00, 0x5c5cff, 0xff00ff, 0x00ffff, 0xffffff};
    static const int steps[6] = {0x00, 0x5f, 0x87, 0xaf, 0xd7, 0xff};

    if (i < 0 || i > 255)
        return -1;
    if (i < 16)
        return own[i];
    if (i >= 232)
        return (8 + 10 * (i - 232)) * 0x010101;
    return steps[(i - 16) / 36] << 16 | steps[(i - 16) / 6 % 6] << 8 | steps[(i - 16) % 6];
}
