#include "views/map_link.h"

#include <math.h>
#include <stdio.h>

#include "base/tr.h"

static const struct map_look looks[MAP_STATES] = {
    [MAP_OK] = {{RASTER_LINE, ROLE_OK, 2, 2, '\0'}, GLYPH_OK, "ok"},
    [MAP_PLANNED] = {{RASTER_LINE, ROLE_DIM, 1, 5, '\0'}, GLYPH_COUNT, "planned"},
    [MAP_UNKNOWN] = {{RASTER_LINE, ROLE_UNKNOWN, 1, 3, '\0'}, GLYPH_UNKNOWN, "unknown"},
    [MAP_STALE] = {{RASTER_LINE, ROLE_STALE, 1, 3, '\0'}, GLYPH_STALE, "stale"},
    [MAP_NOTICE] = {{RASTER_LINE, ROLE_UNKNOWN, 3, 3, '\0'}, GLYPH_UNKNOWN, "notice"},
    [MAP_WARN] = {{RASTER_LINE, ROLE_WARN, 5, 2, '\0'}, GLYPH_WARN, "warn"},
    [MAP_CRIT] = {{RASTER_LINE, ROLE_CRIT, 1, 0, '\0'}, GLYPH_CRIT, "crit"},
};

static const struct {
    const char *word;
    enum map_state state;
} severities[] = {{"ok", MAP_OK}, {"notice", MAP_NOTICE}, {"warn", MAP_WARN}, {"crit", MAP_CRIT}};

enum map_state map_link_state(const struct row *link)
{
    if (link->stale)
        return MAP_STALE;
    if (cell_is(link, LINK_STATE, "planned"))
        return MAP_PLANNED;
    for (size_t i = 0; i < sizeof severities / sizeof *severities; i++)
        if (cell_is(link, LINK_SEVERITY, severities[i].word))
            return severities[i].state;
    return MAP_UNKNOWN;
}

const struct map_look *map_link_look(enum map_state state)
{
    return &looks[state];
}

bool map_link_is_bad(enum map_state state)
{
    return state >= MAP_NOTICE;
}

/* --- values --- */

static const char *ring(double ms, char out[CELL_MAX])
{
    if (!(fabs(ms) < 1e4))
        return "-";
    snprintf(out, CELL_MAX, "%g", ms);
    return out;
}

const char *map_link_promised(const struct row *link, char out[CELL_MAX])
{
    return ring(value_real_or(&link->cells[LINK_RING_CONTRACT_MS], NAN), out);
}

const char *map_link_ring(const struct row *link, char out[CELL_MAX])
{
    const struct value *measured = &link->cells[LINK_RING_MEASURED_MS];

    if (!value_known(measured) && value_real_or(&link->cells[LINK_ONE_WAY_MS], 0) > 20)
        return tr_of("ring", "out");
    return ring(value_real_or(measured, NAN), out);
}

const char *map_link_lit(const struct row *link, char out[CELL_MAX])
{
    char lit[CELL_MAX / 2 - 2], all[CELL_MAX / 2 - 2], n[CELL_MAX];

    if (!value_known(&link->cells[LINK_PATHS]) && !value_known(&link->cells[LINK_PATHS_LIT]))
        return "-";
    snprintf(lit, sizeof lit, "%s", cell_short(&link->cells[LINK_PATHS_LIT], n));
    snprintf(all, sizeof all, "%s", cell_short(&link->cells[LINK_PATHS], n));
    snprintf(out, CELL_MAX, "%s/%s", lit, all);
    return out;
}
