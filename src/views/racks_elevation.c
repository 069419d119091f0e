#include "views/racks_elevation.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/tr.h"
#include "views/bar.h"

enum { UNITS_MOST = 100, DEVICES_MOST = 400, HEAD_LINES = 3, BAR_WIDTH = 10 };

/* Where a device stands, or what lies between devices. */
enum { WHAT_FREE, WHAT_BEHIND, WHAT_DEVICE };

struct slot {
    int what;
    bool known;    /* its units are */
    int high, low; /* units, counted from below; high < low: it takes none */
    bool overlaps, outside;
    struct row row; /* of a device */
};

struct slots {
    struct arena arena;
    struct slot *all; /* from above to below, those without a place last */
    size_t count, devices, left_out;
    int units; /* of the rack; 0: unknown */
    int taken[UNITS_MOST + 1], behind[UNITS_MOST + 1];
};

/* --- what stands where --- */

/* Half units count whole: both are taken. */
static void place_slot(struct slot *s, int units)
{
    double low = value_real_or(&s->row.cells[DEVICE_POSITION_U], NAN);
    double height = value_real_or(&s->row.cells[DEVICE_HEIGHT_U], NAN);

    s->known = fabs(low) < 1000 && height > 0 && height < 1000;
    if (!s->known)
        return;
    s->low = (int)floor(low);
    s->high = (int)ceil(low + height) - 1;
    s->outside = s->low < 1 || (units > 0 && s->high > units);
}

static bool is_behind(const struct row *device, bool rear)
{
    return cell_is(device, DEVICE_FACE, rear ? "front" : "rear");
}

static void count_units(struct slots *t)
{
    for (size_t i = 0; i < t->count; i++) {
        const struct slot *s = &t->all[i];

        for (int u = s->low < 1 ? 1 : s->low; s->known && u <= s->high && u <= UNITS_MOST; u++)
            ++*(s->what == WHAT_DEVICE ? &t->taken[u] : &t->behind[u]);
    }
    for (size_t i = 0; i < t->count; i++) {
        struct slot *s = &t->all[i];

        for (int u = s->low < 1 ? 1 : s->low; s->known && u <= s->high && u <= UNITS_MOST; u++)
            s->overlaps |= (s->what == WHAT_DEVICE ? t->taken[u] : t->behind[u]) > 1;
    }
}

/* Pieces that nothing takes; what only the other face has is not free. */
static void add_free(struct slots *t)
{
    for (int u = t->units; u >= 1; u--) {
        struct slot s = {.what = WHAT_FREE, .known = true, .high = u};

        if (t->taken[u] > 0 || t->behind[u] > 0)
            continue;
        while (u > 1 && t->taken[u - 1] == 0 && t->behind[u - 1] == 0)
            u--;
        s.low = u;
        t->all[t->count++] = s;
    }
}

static int from_above(const void *a, const void *b)
{
    const struct slot *x = a, *y = b;

    if (x->known != y->known)
        return x->known ? -1 : 1;
    if (x->high != y->high)
        return y->high - x->high;
    return x->what != y->what ? y->what - x->what : text_cmp(x->row.id, y->row.id);
}

static struct slots slots_make(const struct racks_elevation *e)
{
    struct slots t = {0};
    int64_t units = value_int_or(&e->rack->cells[RACK_UNITS_TOTAL], 0);

    t.units = units > 0 && units <= UNITS_MOST ? (int)units : 0;
    t.all = arena_alloc(&t.arena, (DEVICES_MOST + UNITS_MOST) * sizeof *t.all);
    for (size_t i = 0; i < e->devices->count; i++) {
        struct slot s = {.what = WHAT_DEVICE};

        if (!e->devices->at(e->devices->ctx, i, &s.row) ||
            !text_equal(value_text_or(&s.row.cells[DEVICE_RACK], ""), e->rack->id))
            continue;
        if (t.count == DEVICES_MOST) {
            t.left_out++;
            continue;
        }
        s.what = is_behind(&s.row, e->rear) ? WHAT_BEHIND : WHAT_DEVICE;
        place_slot(&s, t.units);
        t.all[t.count++] = s;
    }
    t.devices = t.count;
    count_units(&t);
    if (e->devices->known && !e->devices->partial && t.left_out == 0 && t.devices > 0)
        add_free(&t);
    qsort(t.all, t.count, sizeof *t.all, from_above);
    return t;
}

/* --- lines --- */

static int lines_of(const struct slot *s, bool each_unit)
{
    return each_unit && s->known && !s->outside ? s->high - s->low + 1 : 1;
}

static int all_lines(const struct slots *t, bool each_unit)
{
    int n = 0;

    for (size_t i = 0; i < t->count; i++)
        n += lines_of(&t->all[i], each_unit);
    return n;
}

/* The node of that name: how it is, and how many jobs it runs. */
static bool node_of(const struct racks_elevation *e, const struct row *device, struct row *node)
{
    struct safe_text name = value_text_or(&device->cells[DEVICE_NAME], "");

    for (size_t i = 0; i < e->nodes->count && !text_empty(name); i++)
        if (e->nodes->at(e->nodes->ctx, i, node) &&
            text_equal(value_text_or(&node->cells[NODE_RACK], ""), e->rack->id) &&
            text_equal(value_text_or(&node->cells[NODE_NAME], ""), name))
            return true;
    return false;
}

static void put_node(const struct row *node, struct buf *line)
{
    char n[CELL_MAX];

    buf_printf(line, NULL, "  %s", cell_word(node, NODE_STATE, n));
    if (value_known(&node->cells[NODE_JOBS]))
        buf_printf(line, NULL, tr("  jobs %s"), cell_short(&node->cells[NODE_JOBS], n));
}

static void put_device(const struct racks_elevation *e, const struct slot *s, const struct row *node, struct buf *line)
{
    char n[CELL_MAX];

    if (s->outside)
        buf_printf(line, NULL, tr("outside the rack: U %d to %d  "), s->low, s->high);
    if (s->overlaps)
        buf_printf(line, NULL, tr("overlaps  "));
    if (s->what == WHAT_BEHIND)
        buf_printf(line, NULL, e->rear ? tr("at the front  ") : tr("at the rear  "));
    text_show(text_empty(value_text_or(&s->row.cells[DEVICE_NAME], "")) ? s->row.id : cell_text(&s->row, DEVICE_NAME),
              24, line);
    if (fabs(value_real_or(&s->row.cells[DEVICE_HEIGHT_U], NAN)) < 1000)
        buf_printf(line, NULL, "  %sU", cell_short(&s->row.cells[DEVICE_HEIGHT_U], n));
    if (value_known(&s->row.cells[DEVICE_TENANT])) {
        buf_puts(line, "  ", NULL);
        text_show(cell_text(&s->row, DEVICE_TENANT), 14, line);
    }
    if (node != NULL)
        put_node(node, line);
    if (value_known(&s->row.cells[DEVICE_MODEL])) {
        buf_puts(line, "  ", NULL);
        text_show(cell_text(&s->row, DEVICE_MODEL), 30, line);
    }
}

/* `node`: what runs on it; NULL: nothing that is known. */
static enum role role_of(const struct slot *s, const struct row *node)
{
    if (node != NULL && !node->stale && cell_is(node, NODE_STATE, "down"))
        return ROLE_CRIT;
    if (s->overlaps || s->outside)
        return ROLE_WARN;
    if (s->what != WHAT_DEVICE)
        return ROLE_DIM;
    return !s->known ? ROLE_UNKNOWN : s->row.stale ? ROLE_STALE : ROLE_TEXT;
}

/* Line k of a slot: the first names it, the others show that it goes on. */
static void draw_line(const struct racks_elevation *e, const struct slot *s, int k, struct canvas *c, struct area line)
{
    struct buf words = buf_make(512);
    struct row found = {0};
    const struct row *node = s->what != WHAT_FREE && node_of(e, &s->row, &found) ? &found : NULL;

    if (s->known && !s->outside)
        canvas_printf(c, line.x, line.y, 3, ROLE_DIM, "%3d", s->high - k);
    else
        canvas_puts(c, line.x, line.y, 3, ROLE_WARN, s->outside ? "  !" : "  ?");
    if (k > 0 && s->what != WHAT_FREE)
        canvas_glyph(c, line.x + 4, line.y, role_of(s, node), GLYPH_V);
    else if (k == 0 && s->what == WHAT_FREE)
        buf_printf(&words, NULL, tr("(free %dU)"), s->high - s->low + 1);
    else if (k == 0)
        put_device(e, s, node, &words);
    if (k == 0)
        canvas_puts(c, line.x + 4, line.y, line.width - 4, role_of(s, node), buf_str(&words));
    buf_release(&words);
}

static void draw_slots(const struct racks_elevation *e, const struct slots *t, int *scroll, struct canvas *c,
                       struct area in)
{
    bool each_unit = all_lines(t, true) <= in.height;
    int most = all_lines(t, each_unit) - in.height, y = 0;

    *scroll = *scroll > most ? most : *scroll;
    *scroll = *scroll < 0 ? 0 : *scroll;
    for (size_t i = 0; i < t->count; i++)
        for (int k = 0; k < lines_of(&t->all[i], each_unit); k++, y++)
            if (y >= *scroll && y - *scroll < in.height)
                draw_line(e, &t->all[i], k, c, (struct area){in.x, in.y + y - *scroll, in.width, 1});
}

/* --- the head: power, air, space, whose it is --- */

static void draw_power(const struct row *rack, const struct thresholds *t, struct canvas *c, int x, int y, int width)
{
    double percent = racks_number(rack, RACKS_POWER);
    enum role role = racks_role(rack, RACKS_POWER, percent, t);
    char all[CELL_MAX], a[CELL_MAX], b[CELL_MAX];

    bar_draw(c, x, y, width < BAR_WIDTH ? width : BAR_WIDTH, role == ROLE_TEXT ? ROLE_CHART : role, percent / 100);
    canvas_printf(c, x + BAR_WIDTH + 1, y, width - BAR_WIDTH - 1, role, tr("power %s kW  feed A %s  B %s"),
                  racks_power(&rack->cells[RACK_POWER_KW], &rack->cells[RACK_POWER_CAP_KW], false, all),
                  racks_power(&rack->cells[RACK_POWER_A_KW], &rack->cells[RACK_POWER_CAP_KW], false, a),
                  racks_power(&rack->cells[RACK_POWER_B_KW], &rack->cells[RACK_POWER_CAP_KW], false, b));
}

static void draw_head(const struct row *rack, const struct thresholds *t, struct canvas *c, struct area in)
{
    double inlet = racks_number(rack, RACKS_INLET);
    char a[CELL_MAX], b[CELL_MAX], d[CELL_MAX];
    struct buf line = buf_make(256);

    draw_power(rack, t, c, in.x, in.y, in.width);
    canvas_printf(c, in.x, in.y + 1, in.width, racks_role(rack, RACKS_INLET, inlet, t),
                  tr("inlet %s  U %s  free in one piece %s  reserved %s"), racks_words(RACKS_INLET, inlet, a),
                  racks_share(&rack->cells[RACK_UNITS_USED], &rack->cells[RACK_UNITS_TOTAL], b),
                  cell_short(&rack->cells[RACK_UNITS_BLOCK], d),
                  cell_short(&rack->cells[RACK_UNITS_RESERVED], (char[CELL_MAX]){0}));
    buf_printf(&line, NULL, tr("%s  nodes down %s  jobs %s  tenant "), cell_word(rack, RACK_STATE, a),
               racks_share(&rack->cells[RACK_NODES_DOWN], &rack->cells[RACK_NODES_TOTAL], b),
               cell_short(&rack->cells[RACK_JOBS], d));
    if (value_known(&rack->cells[RACK_TENANT]))
        text_show(cell_text(rack, RACK_TENANT), 20, &line);
    else
        buf_puts(&line, "-", NULL);
    canvas_puts(c, in.x, in.y + 2, in.width, racks_sign(racks_judge(rack, inlet, t).severity).role, buf_str(&line));
    buf_release(&line);
}

void racks_elevation_draw(const struct racks_elevation *e, int *scroll, struct canvas *c, struct area in)
{
    struct slots t = slots_make(e);
    int head = in.height > HEAD_LINES + 2 ? HEAD_LINES : 0;
    struct area body = {in.x, in.y + head, in.width, in.height - head};

    if (head > 0)
        draw_head(e->rack, e->thresholds, c, (struct area){in.x + 1, in.y, in.width - 2, head});
    if (t.left_out > 0 && body.height > 1) {
        body.height--;
        canvas_printf(c, body.x + 1, body.y + body.height, body.width - 2, ROLE_WARN, tr("%d more devices not shown"),
                      (int)t.left_out);
    }
    if (t.devices > 0)
        draw_slots(e, &t, scroll, c, body);
    else
        canvas_puts(c, body.x + 2, body.y + body.height / 2, body.width - 2, ROLE_DIM,
                    e->devices->partial ? tr("its devices are being read") : tr("no devices are told of it"));
    arena_release(&t.arena);
}
