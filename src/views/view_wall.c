#include <stdio.h>
#include <string.h>

#include "base/tr.h"
#include "domain/lights.h"
#include "views/digits.h"
#include "views/needs.h"
#include "views/view.h"

/* The screen on the wall: a clock, what is wrong in big digits, and the five lights with their reasons. No names of persons. */

enum need {
    NEED_SOURCES,
    NEED_SCHEDULERS,
    NEED_CLUSTERS,
    NEED_QUEUES,
    NEED_PLACES,
    NEED_LINKS,
    NEED_HALLS,
    NEED_ENERGY,
    NEED_ALERTS,
    NEED_TRANSFERS
};
static const struct view_need needs[] = {
    [NEED_SOURCES] = {.kind = KIND_SOURCE},
    [NEED_SCHEDULERS] = {.kind = KIND_SCHEDULER},
    [NEED_CLUSTERS] = {.kind = KIND_CLUSTER},
    [NEED_QUEUES] = {.kind = KIND_QUEUE},
    [NEED_PLACES] = {.kind = KIND_PLACE},
    [NEED_LINKS] = {.kind = KIND_LINK},
    [NEED_HALLS] = {.kind = KIND_HALL},
    [NEED_ENERGY] = {.kind = KIND_ENERGY},
    [NEED_ALERTS] = {.kind = KIND_ALERT},
    [NEED_TRANSFERS] = {.kind = KIND_TRANSFER},
    {0},
};

enum {
    BIG_WIDTH = 150,
    BIG_HEIGHT = 34,
    DRIFT = 3,
    MINUTE_MS = 60000,
    LAMP = 8,
    WIDE_LAMP = 20,
    NAME = 12,
    COUNT_MOST = 99
};

static const struct {
    enum role role;
    enum glyph glyph;
} signs[] = {
    [SEVERITY_OK] = {ROLE_OK, GLYPH_OK},
    [SEVERITY_NOTICE] = {ROLE_OK, GLYPH_OK},
    [SEVERITY_WARN] = {ROLE_WARN, GLYPH_WARN},
    [SEVERITY_CRIT] = {ROLE_CRIT, GLYPH_CRIT},
    [SEVERITY_UNKNOWN] = {ROLE_UNKNOWN, GLYPH_UNKNOWN},
};

/* --- the clock, and how much is wrong --- */

/* The number that counts most, with its sign and its word. */
static void draw_count(const struct finding_list *found, bool known, struct canvas *c, struct area a, int scale)
{
    unsigned n = found->crit > 0 ? found->crit : found->warn;
    enum severity s = !known            ? SEVERITY_UNKNOWN
                      : found->crit > 0 ? SEVERITY_CRIT
                      : found->warn > 0 ? SEVERITY_WARN
                                        : SEVERITY_OK;
    char text[8];

    snprintf(text, sizeof text, "%u", n > COUNT_MOST ? COUNT_MOST : n);
    int x = a.x + a.width - digits_width(text, scale) - 1;
    canvas_glyph(c, x - 3, a.y, signs[s].role, signs[s].glyph);
    if (known)
        digits_draw(c, x, a.y, scale, signs[s].role, text);
    canvas_right(c, a.x, a.y + digits_height(scale), a.width - 1, signs[s].role,
                 s == SEVERITY_CRIT      ? tr("critical")
                 : s == SEVERITY_WARN    ? tr("warnings")
                 : s == SEVERITY_UNKNOWN ? tr("no source has answered yet")
                                         : tr("all well"));
}

/* It ticks, and stands elsewhere every minute: a picture that stands still burns in, and nobody sees that it died. */
static void draw_clock(int64_t now_ms, struct canvas *c, struct area a, int scale)
{
    char text[CLOCK_TEXT_MAX];

    clock_local_hms(now_ms, text);
    digits_draw(c, a.x + 1 + (int)(now_ms / MINUTE_MS % DRIFT), a.y, scale, ROLE_TITLE, text);
}

/* --- the lights --- */

static enum light_told told_by(const struct view_rows *rows)
{
    struct row row;
    size_t most = rows->count < 64 ? rows->count : 64;

    for (size_t i = 0; i < most; i++)
        if (rows->at(rows->ctx, i, &row) && !row.stale)
            return LIGHT_FRESH;
    return !rows->known ? LIGHT_NOBODY : rows->count > 0 ? LIGHT_OLD : LIGHT_NOBODY;
}

static enum light_told better(enum light_told a, enum light_told b)
{
    return a > b ? a : b;
}

static void lights_now(const struct view_frame *f, const struct finding_list *found, struct light out[LIGHTS])
{
    enum light_told told[LIGHTS] = {
        [LIGHT_NETWORK] = better(told_by(&f->rows[NEED_LINKS]), told_by(&f->rows[NEED_HALLS])),
        [LIGHT_SCHEDULING] = better(told_by(&f->rows[NEED_SCHEDULERS]), told_by(&f->rows[NEED_QUEUES])),
        [LIGHT_DATA] = told_by(&f->rows[NEED_TRANSFERS]),
    };

    lights_of(found, told, out);
}

static void draw_light(const struct light *l, const char *name, struct canvas *c, struct area a)
{
    enum role role = signs[l->severity].role;
    int lamp = a.width >= BIG_WIDTH ? WIDE_LAMP : LAMP, x = a.x + 1, text = x + lamp + 2;

    for (int i = 0; i < lamp * a.height; i++)
        canvas_puts(c, x + i % lamp, a.y + i / lamp, 1, role, c->glyphs == GLYPHS_UNICODE ? "█" : "#");
    canvas_glyph(c, text, a.y, role, signs[l->severity].glyph);
    canvas_puts(c, text + 2, a.y, NAME, ROLE_TITLE, name);
    canvas_puts(c, text + 3 + NAME, a.y, a.x + a.width - text - 3 - NAME, role, l->reason);
}

static void draw_lights(const struct light *lights, struct canvas *c, struct area a)
{
    int each = a.height / LIGHTS;

    for (int i = 0; i < LIGHTS && each > 0; i++)
        draw_light(&lights[i], tr_of("light", lights_name((enum light_which)i)), c,
                   (struct area){a.x, a.y + i * each, a.width, each > 1 ? each - (each > 2) : 1});
}

/* --- the view --- */

static void draw(const struct view_frame *f, struct view_state *s, struct canvas *c)
{
    const struct needs_facts facts = {.sources = &f->rows[NEED_SOURCES],
                                      .schedulers = &f->rows[NEED_SCHEDULERS],
                                      .clusters = &f->rows[NEED_CLUSTERS],
                                      .queues = &f->rows[NEED_QUEUES],
                                      .links = &f->rows[NEED_LINKS],
                                      .places = &f->rows[NEED_PLACES],
                                      .halls = &f->rows[NEED_HALLS],
                                      .energy = &f->rows[NEED_ENERGY],
                                      .alerts = &f->rows[NEED_ALERTS],
                                      .now_ms = f->now.utc_ms};
    struct needs now = needs_make(&facts);
    struct light lights[LIGHTS];
    struct area a = f->area;
    int scale = a.width >= BIG_WIDTH && a.height >= BIG_HEIGHT ? 2 : 1, top = digits_height(scale) + 3;

    (void)s;
    lights_now(f, &now.found, lights);
    if (a.height > top + LIGHTS) {
        struct area head = {a.x, a.y + 1, a.width, top};
        draw_clock(f->now.utc_ms, c, head, scale);
        draw_count(&now.found, now.looked, c, head, scale);
        a.y += top;
        a.height -= top;
    }
    draw_lights(lights, c, a);
    needs_release(&now);
}

static struct intent act(const struct view_frame *f, struct view_state *s, int action)
{
    (void)f;
    (void)s;
    (void)action;
    return (struct intent){.kind = INTENT_NONE};
}

static const struct key_row keys[] = {{0}};

const struct view view_wall = {
    .name = "wall",
    .title = "Wall",
    .help = "for a screen on the wall (--wall): the clock, what is wrong, and the five lights with their reasons",
    .page = true,
    .needs = needs,
    .keys = keys,
    .draw = draw,
    .act = act,
};
