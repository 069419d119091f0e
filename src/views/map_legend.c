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
             tr_of("state", look->word));
    flow_puts(f, look->pen.role, words);
}

static bool flow_fits(const struct flow *f, const char *words)
{
    return f->x + text_width(text_of(words)) <= f->area.width;
}

/* Origin and site, from the first of both that has no place yet, as long as the line has room; returns the next. */
static int put_sites(struct flow *f, int first)
{
    static const char *const words_of[] = {NC_("map", "site"), NC_("map", "origin")};
    char words[64];

    for (; first >= 0; first--) {
        snprintf(words, sizeof words, "%s %s", map_legend_sign(f->c, first == 1), tr_of("map", words_of[first]));
        if (!flow_fits(f, words))
            return first;
        flow_puts(f, first == 1 ? ROLE_TITLE : ROLE_TEXT, words);
    }
    return -1;
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
    int unplaced = map_world_unplaced(l->world), sites;
    char words[96];

    for (int state = MAP_STATES - 1; state >= 0; state--)
        if (l->states >> state & 1)
            put_state(&f, map_link_look((enum map_state)state));
    sites = put_sites(&f, l->origin);
    flow_break(&f);
    put_scale(&f, l->dot_km);
    flow_puts(&f, ROLE_DIM, tr("coast only, schematic"));
    if (unplaced > 0) {
        snprintf(words, sizeof words, unplaced == 1 ? tr("%d link has no place") : tr("%d links have no place"),
                 unplaced);
        flow_puts(&f, ROLE_UNKNOWN, words);
    }
    put_sites(&f, sites);
}
