#include "views/map_legend.h"

#include <stdio.h>
#include <string.h>

#include "base/tr.h"

enum { SAMPLE_COLUMNS = 3, BETWEEN = 2 };

const char *map_legend_sign(const struct canvas *c, bool origin)
{
    static const char *const signs[][2] = {{"◦", "◉"}, {"*", "@"}};

    return signs[c->glyphs == GLYPHS_ASCII][origin];
}

/* Where the next words go: they flow from line to line. */
struct flow {
    struct canvas *c;
    struct area area;
    int x, y;
};

static void flow_break(struct flow *f)
{
    if (f->x == 0 || f->area.height < 2)
        return;
    f->x = 0;
    f->y++;
}

static void flow_puts(struct flow *f, enum role role, const char *words)
{
    int width = text_width(text_of(words));

    if (f->x > 0 && f->x + width > f->area.width) {
        f->x = 0;
        f->y++;
    }
    if (f->y >= f->area.height)
        return;
    canvas_puts(f->c, f->area.x + f->x, f->area.y + f->y, f->area.width - f->x, role, words);
    f->x += width + BETWEEN;
}

/* "⠒⠒⠒ ✖ crit" */
static void put_state(struct flow *f, const struct map_look *look)
{
    char sample[RASTER_SAMPLE_MAX], words[RASTER_SAMPLE_MAX + 64];
    const char *sign = look->glyph == GLYPH_COUNT ? "" : canvas_sign(f->c, look->glyph);

    snprintf(words, sizeof words, "%s%s %s", raster_sample(f->c->glyphs, &look->pen, SAMPLE_COLUMNS, sample), sign,
             tr(look->word));
    flow_puts(f, look->pen.role, words);
}

static void put_sites(struct flow *f, bool origin)
{
    char words[64];

    snprintf(words, sizeof words, "%s %s", map_legend_sign(f->c, true), tr("origin"));
    if (origin)
        flow_puts(f, ROLE_TITLE, words);
    snprintf(words, sizeof words, "%s %s", map_legend_sign(f->c, false), tr("site"));
    flow_puts(f, ROLE_TEXT, words);
}

/* Dots of ASCII are cells, twice as high as wide. */
static void put_scale(struct flow *f, double dot_km)
{
    char words[64];

    if (!(dot_km > 0))
        return;
    snprintf(words, sizeof words, f->c->glyphs == GLYPHS_ASCII ? tr("1 column = %.*f km") : tr("1 dot = %.*f km"),
             dot_km < 9.95 ? 1 : 0, dot_km);
    flow_puts(f, ROLE_DIM, words);
}

void map_legend_draw(const struct map_legend *l, struct canvas *c, struct area area)
{
    struct flow f = {.c = c, .area = area};
    int unplaced = map_world_unplaced(l->world);
    char words[96];

    for (int state = MAP_STATES - 1; state >= 0; state--)
        if (l->states >> state & 1)
            put_state(&f, map_link_look((enum map_state)state));
    put_sites(&f, l->origin);
    flow_break(&f);
    put_scale(&f, l->dot_km);
    if (unplaced > 0) {
        snprintf(words, sizeof words, unplaced == 1 ? tr("%d link has no place") : tr("%d links have no place"),
                 unplaced);
        flow_puts(&f, ROLE_UNKNOWN, words);
    }
    flow_puts(&f, ROLE_DIM, tr("coastline only, schematic"));
}
