#include <math.h>
#include <string.h>

#include "domain/rows.h"
#include "sources/netbox.h"
#include "sources/told.h"

/* --- its name */

static bool digit(char c)
{
    return c >= '0' && c <= '9';
}

/* "{row}" takes what is needed, "{position}" all digits, "*" anything. */
static bool form_fits(const char *form, const char *p, size_t n, struct safe_text *row, int64_t *position)
{
    if (strncmp(form, "{position}", 10) == 0) {
        size_t len = 0;
        int64_t v = 0;
        for (; len < n && len < 9 && digit(p[len]); len++)
            v = 10 * v + (p[len] - '0');
        *position = v;
        return len > 0 && form_fits(form + 10, p + len, n - len, row, position);
    }
    bool is_row = strncmp(form, "{row}", 5) == 0;
    if (is_row || *form == '*') {
        for (size_t len = is_row; len <= n; len++) {
            if (!form_fits(form + (is_row ? 5 : 1), p + len, n - len, row, position))
                continue;
            if (is_row)
                *row = text_from(p, len);
            return true;
        }
        return false;
    }
    if (*form == '\0')
        return n == 0;
    return n > 0 && *form == *p && form_fits(form + 1, p + 1, n - 1, row, position);
}

static size_t times(const char *text, const char *part)
{
    size_t n = 0;
    for (const char *at = strstr(text, part); at; at = strstr(at + 1, part))
        n++;
    return n;
}

bool netbox_rack_form_good(const char *form)
{
    size_t rows = times(form, "{row}"), positions = times(form, "{position}");
    return strlen(form) <= 64 && rows <= 1 && positions <= 1 && rows + positions > 0 && times(form, "*") <= 1;
}

bool netbox_rack_form(const char *form, struct safe_text name, struct safe_text *row, int64_t *position)
{
    *row = (struct safe_text){0};
    *position = -1;
    if (!text_empty(name) && form_fits(form, text_bytes(name), text_len(name), row, position))
        return true;
    *row = (struct safe_text){0};
    *position = -1;
    return false;
}

static void row_take(const struct netbox_names *names, const struct json *element, struct netbox_rack *rack,
                     struct arena *arena)
{
    struct safe_text row = {0};
    struct value own_row = netbox_cell_custom(element, names->row_field),
                 own_position = told_int(json_get(json_get(element, "custom_fields"), names->position_field), 1, 9999);
    rack->position = -1;
    if (names->rack_form)
        (void)netbox_rack_form(names->rack_form, rack->name, &row, &rack->position);
    rack->row = value_known(&own_row) ? rows_text(arena, own_row.as.text) : row;
    rack->position = value_int_or(&own_position, rack->position);
}

/* --- what it is */

/* SITE/NAME, or SITE/HALL/NAME in a hall: what NetBox knows as different has different ids. */
static struct safe_text id_of(struct netbox_table *t, const struct netbox_rack *rack)
{
    struct safe_text in = rack->location != NETBOX_NONE && !text_empty(t->locations[rack->location].id)
                              ? t->locations[rack->location].id
                              : t->sites[rack->site].id;
    return told_join(&t->arena, in, '/', rack->name);
}

bool netbox_rack_take(struct netbox_table *t, const struct netbox_names *names, const struct json *element)
{
    int64_t number, location;
    struct netbox_rack rack = {.site = netbox_place_at(t, element), .location = NETBOX_NONE};
    struct safe_text name = told_id(json_get(element, "name"));
    struct value height = told_int(json_get(element, "u_height"), 1, NETBOX_UNITS_MAX),
                 first = told_int(json_get(element, "starting_unit"), 1, INT16_MAX),
                 status = netbox_cell_choice(json_get(element, "status")),
                 tenant = netbox_cell_of(json_get(element, "tenant"), "name");
    if (!netbox_cell_id(json_get(element, "id"), &number) || text_empty(name) || rack.site == NETBOX_NONE)
        return false;
    if (netbox_cell_id(json_get(element, "location"), &location))
        rack.location = netbox_map_find(&t->location_map, location);
    rack.name = rows_text(&t->arena, name);
    rack.id = id_of(t, &rack);
    rack.status = rows_text(&t->arena, value_text_or(&status, ""));
    rack.tenant = rows_text(&t->arena, value_text_or(&tenant, ""));
    rack.height = value_int_or(&height, -1);
    rack.first = value_int_or(&first, 1);
    rack.units_unclear = rack.reserved_unclear = json_get(element, "starting_unit") && !value_known(&first);
    row_take(names, element, &rack, &t->arena);
    size_t at = netbox_map_put(&t->rack_map, number);
    t->racks = netbox_table_room(t->racks, at, &t->rack_cap, sizeof *t->racks);
    t->racks[at] = rack;
    if (rack.location != NETBOX_NONE)
        t->locations[rack.location].racks++;
    return true;
}

/* --- its units */

static int64_t height_of(const struct netbox_rack *rack)
{
    return rack->height > 0 ? rack->height : NETBOX_UNITS_MAX;
}

void netbox_rack_fill(struct netbox_table *t, struct netbox_rack *rack, double position, double height)
{
    if (height < 0) {
        rack->units_unclear = true;
        return;
    }
    int64_t from = llround((position - (double)rack->first) * 2), to = from + llround(height * 2);
    if (from < 0 || to > 2 * height_of(rack)) {
        t->out_of_rack++;
        rack->units_unclear = true;
        return;
    }
    for (int64_t half = from; half < to; half++)
        rack->used[half / 8] |= (unsigned char)(1u << half % 8);
}

/* A unit of which a half is taken is taken. */
static int64_t units_used(const struct netbox_rack *rack)
{
    int64_t n = 0;
    for (int64_t unit = 0; unit < height_of(rack); unit++)
        n += (rack->used[unit / 4] >> 2 * (unit % 4) & 3) != 0;
    return n;
}

static int64_t units_reserved(const struct netbox_rack *rack)
{
    int64_t n = 0;
    for (int64_t unit = 0; unit < height_of(rack); unit++)
        n += rack->reserved[unit / 8] >> unit % 8 & 1;
    return n;
}

/* The most units in one piece that are neither taken nor reserved. */
static int64_t units_block(const struct netbox_rack *rack)
{
    int64_t most = 0, run = 0;
    for (int64_t unit = 0; unit < rack->height; unit++) {
        bool taken = (rack->used[unit / 4] >> 2 * (unit % 4) & 3) != 0;
        run = taken || (rack->reserved[unit / 8] >> unit % 8 & 1) ? 0 : run + 1;
        most = run > most ? run : most;
    }
    return most;
}

struct netbox_rack *netbox_rack_of(const struct netbox_table *t, const struct json *object)
{
    int64_t number;
    size_t at = netbox_cell_id(json_get(object, "rack"), &number) ? netbox_map_find(&t->rack_map, number) : NETBOX_NONE;
    return at != NETBOX_NONE ? &t->racks[at] : NULL;
}

static void reserve(struct netbox_rack *rack, const struct json *value)
{
    int64_t unit;
    if (json_type(value) != JSON_NUMBER || !json_int(value, &unit) || unit < rack->first ||
        unit - rack->first >= height_of(rack))
        rack->reserved_unclear = true;
    else
        rack->reserved[(unit - rack->first) / 8] |= (unsigned char)(1u << (unit - rack->first) % 8);
}

/* One that is over (4.4 knows the status "stale") keeps nothing. */
bool netbox_rack_reservation(struct netbox_table *t, const struct json *element)
{
    struct value status = netbox_cell_choice(json_get(element, "status"));
    const struct json *units = json_get(element, "units");
    struct netbox_rack *rack = netbox_rack_of(t, element);
    int64_t number;
    if (!rack)
        return netbox_cell_id(json_get(element, "rack"), &number); /* we may not see it, or it came meanwhile */
    if (json_type(units) != JSON_ARRAY || (json_get(element, "status") && !value_known(&status)))
        rack->reserved_unclear = true;
    else if (!text_is(value_text_or(&status, ""), "stale")) {
        for (const struct json *j = json_first(units); j; j = json_next(j))
            reserve(rack, j);
    }
    return true;
}

/* --- its row */

static void put_text(struct row *row, int field, struct safe_text t)
{
    if (!text_empty(t))
        row->cells[field] = value_text(t);
}

struct row netbox_rack_row(const struct netbox_table *t, size_t at, bool reservations, bool power)
{
    const struct netbox_rack *rack = &t->racks[at];
    struct row row = {.kind = KIND_RACK, .id = rack->id};
    put_text(&row, RACK_NAME, rack->name);
    put_text(&row, RACK_SITE, t->sites[rack->site].id);
    put_text(&row, RACK_CLUSTER, t->sites[rack->site].cluster);
    if (rack->location != NETBOX_NONE)
        put_text(&row, RACK_HALL, t->locations[rack->location].id);
    put_text(&row, RACK_ROW, rack->row);
    put_text(&row, RACK_STATUS, rack->status);
    put_text(&row, RACK_TENANT, rack->tenant);
    if (rack->position >= 0)
        row.cells[RACK_POSITION] = value_int(rack->position);
    if (rack->height > 0)
        row.cells[RACK_UNITS_TOTAL] = value_int(rack->height);
    if (!rack->units_unclear)
        row.cells[RACK_UNITS_USED] = value_int(units_used(rack));
    if (reservations && !rack->reserved_unclear)
        row.cells[RACK_UNITS_RESERVED] = value_int(units_reserved(rack));
    if (reservations && rack->height > 0 && !rack->units_unclear && !rack->reserved_unclear)
        row.cells[RACK_UNITS_BLOCK] = value_int(units_block(rack));
    if (power && rack->planned && !rack->planned_unclear)
        row.cells[RACK_POWER_PLANNED_KW] = value_real(rack->planned_w / 1000);
    if (rack->fed && !rack->cap_unclear)
        row.cells[RACK_POWER_CAP_KW] = value_real((rack->fed_primary ? rack->cap_w : rack->redundant_w) / 1000);
    return row;
}
