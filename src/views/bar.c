#include "views/bar.h"

#include <math.h>

/* Full, half and empty columns. Blocks are "ambiguous" in Unicode's East Asian Width: the safe set has none. */
static const struct {
    const char *full, *half, *empty;
} marks[] = {
    [GLYPHS_UNICODE] = {"█", "▌", "·"},
    [GLYPHS_SAFE] = {"#", "-", "."},
    [GLYPHS_ASCII] = {"#", "-", "."},
};

void bar_draw(struct canvas *c, int x, int y, int width, enum role role, double share)
{
    int halves;

    if (!isfinite(share) || width < 1)
        return;
    share = share < 0 ? 0 : share > 1 ? 1 : share;
    halves = (int)(share * 2 * width + 0.5);
    if (halves == 0 && share > 0)
        halves = 1;
    for (int i = 0; i < width; i++) {
        bool full = halves >= 2 * i + 2, half = halves == 2 * i + 1;

        canvas_puts(c, x + i, y, 1, full || half ? role : ROLE_DIM,
                    full   ? marks[c->glyphs].full
                    : half ? marks[c->glyphs].half
                           : marks[c->glyphs].empty);
    }
}
