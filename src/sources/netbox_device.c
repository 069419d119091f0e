#include <stdio.h>
#include <string.h>

#include "domain/rows.h"
#include "sources/netbox.h"
#include "sources/told.h"

enum { DRAW_MAX_W = 1000000 };

bool netbox_device_type(struct netbox_table *t, const struct json *element)
{
    int64_t number;
    struct value height = told_real(json_get(element, "u_height"), 0, NETBOX_UNITS_MAX);
    bool uncounted = false;
    if (!netbox_cell_id(json_get(element, "id"), &number))
        return false;
    (void)json_bool(json_get(element, "exclude_from_utilization"), &uncounted);
    size_t at = netbox_map_put(&t->type_map, number);
    t->types = netbox_table_room(t->types, at, &t->type_cap, sizeof *t->types);
    t->types[at] = (struct netbox_type){value_real_or(&height, -1), uncounted};
    return true;
}

static struct netbox_type type_of(const struct netbox_table *t, const struct json *element)
{
    int64_t number;
    size_t at =
        netbox_cell_id(json_get(element, "device_type"), &number) ? netbox_map_find(&t->type_map, number) : NETBOX_NONE;
    return at != NETBOX_NONE ? t->types[at] : (struct netbox_type){.height = -1};
}

/* --- its row */

/* FNV-1a (Fowler, Noll, Vo). */
static int64_t hash_of(struct safe_text t)
{
    const char *p = text_bytes(t);
    uint64_t h = UINT64_C(14695981039346656037);
    for (size_t i = 0; i < text_len(t); i++)
        h = (h ^ (unsigned char)p[i]) * UINT64_C(1099511628211);
    return (int64_t)h;
}

/* SITE/NAME. Names are optional, and may come again with another tenant: these are SITE/#NUMBER. */
static struct safe_text id_of(struct netbox_table *t, const struct netbox_site *site, const struct row *row,
                              int64_t number, struct arena *arena)
{
    char digits[32];
    struct safe_text id = {0};
    if (value_known(&row->cells[DEVICE_NAME])) {
        size_t had = t->device_names.count;
        id = told_join(arena, site->id, '/', row->cells[DEVICE_NAME].as.text);
        netbox_map_put(&t->device_names, hash_of(id));
        if (t->device_names.count == had)
            id = (struct safe_text){0};
    }
    if (!text_empty(id))
        return id;
    snprintf(digits, sizeof digits, "#%lld", (long long)number);
    return told_join(arena, site->id, '/', text_of(digits));
}

static struct value model_of(const struct json *type, struct arena *arena)
{
    struct value maker = netbox_cell_of(json_get(type, "manufacturer"), "name"), model = netbox_cell_of(type, "model");
    if (value_known(&maker) && value_known(&model))
        return value_text(told_join(arena, maker.as.text, ' ', model.as.text));
    return model;
}

/* Without the length of its network's prefix. */
static struct value address_of(const struct json *element)
{
    struct value address = netbox_cell_of(json_get(element, "primary_ip"), "address");
    struct safe_text rest = value_text_or(&address, ""), host;
    return text_split(&rest, '/', &host) ? value_text(host) : address;
}

static struct value id_text(const struct json *value)
{
    struct safe_text t = told_id(value);
    return text_empty(t) ? value_none() : value_text(t);
}

/* Up to 3.5 the role is `device_role`, to 3.7 both are there. */
static void cells_take(const struct json *element, struct arena *arena, struct row *row)
{
    const struct json *role = json_get(element, "role");
    row->cells[DEVICE_NAME] = id_text(json_get(element, "name"));
    row->cells[DEVICE_ROLE] = netbox_cell_of(role ? role : json_get(element, "device_role"), "name");
    row->cells[DEVICE_MODEL] = model_of(json_get(element, "device_type"), arena);
    row->cells[DEVICE_STATUS] = netbox_cell_choice(json_get(element, "status"));
    row->cells[DEVICE_FACE] = netbox_cell_choice(json_get(element, "face"));
    row->cells[DEVICE_TENANT] = netbox_cell_of(json_get(element, "tenant"), "name");
    row->cells[DEVICE_SERIAL] = id_text(json_get(element, "serial"));
    row->cells[DEVICE_ASSET_TAG] = id_text(json_get(element, "asset_tag"));
    row->cells[DEVICE_ADDRESS] = address_of(element);
    row->cells[DEVICE_POSITION_U] = told_real(json_get(element, "position"), 0.5, INT16_MAX);
}

static void stand(struct netbox_table *t, const struct json *element, const struct netbox_type *type, size_t device,
                  struct row *row)
{
    struct netbox_rack *rack = netbox_rack_of(t, element);
    const struct value *position = &row->cells[DEVICE_POSITION_U];
    t->device_racks[device] = rack ? (size_t)(rack - t->racks) : NETBOX_NONE;
    if (!rack)
        return;
    row->cells[DEVICE_RACK] = value_text(rack->id);
    if (netbox_cell_unclear(json_get(element, "position"), position))
        rack->units_unclear = true;
    else if (value_known(position) && !type->uncounted)
        netbox_rack_fill(t, rack, position->as.real, type->height);
}

/* Who takes units of its rack, though nobody knows what it is. */
static bool nameless(struct netbox_table *t, const struct json *element)
{
    struct netbox_rack *rack = netbox_rack_of(t, element);
    if (rack)
        rack->units_unclear = rack->planned_unclear = true;
    return false;
}

bool netbox_device_take(struct netbox_table *t, const struct json *element, struct arena *arena, struct row *row)
{
    int64_t number;
    size_t site = netbox_place_at(t, element);
    struct netbox_type type = type_of(t, element);
    *row = (struct row){.kind = KIND_DEVICE};
    if (!netbox_cell_id(json_get(element, "id"), &number) || site == NETBOX_NONE)
        return nameless(t, element);
    size_t at = netbox_map_put(&t->device_map, number);
    t->device_racks = netbox_table_room(t->device_racks, at, &t->device_cap, sizeof *t->device_racks);
    cells_take(element, arena, row);
    row->id = id_of(t, &t->sites[site], row, number, arena);
    row->cells[DEVICE_SITE] = value_text(t->sites[site].id);
    if (!text_empty(t->sites[site].cluster))
        row->cells[DEVICE_CLUSTER] = value_text(t->sites[site].cluster);
    if (type.height >= 0)
        row->cells[DEVICE_HEIGHT_U] = value_real(type.height);
    stand(t, element, &type, at, row);
    return true;
}

/* --- its power: what it was given, else what it draws at most */

bool netbox_device_port(struct netbox_table *t, const struct json *element)
{
    int64_t number;
    if (!netbox_cell_id(json_get(element, "device"), &number))
        return false;
    size_t at = netbox_map_find(&t->device_map, number);
    if (at == NETBOX_NONE) /* we may not see it, or it came meanwhile */
        return true;
    const struct json *given = json_get(element, "allocated_draw"), *most = json_get(element, "maximum_draw");
    struct value draw = told_real(given, 0, DRAW_MAX_W);
    bool unclear = netbox_cell_unclear(given, &draw);
    if (!value_known(&draw) && !unclear) {
        draw = told_real(most, 0, DRAW_MAX_W);
        unclear = netbox_cell_unclear(most, &draw);
    }
    size_t rack = t->device_racks[at];
    if (rack == NETBOX_NONE)
        return true;
    t->racks[rack].planned_unclear = t->racks[rack].planned_unclear || unclear;
    t->racks[rack].planned = t->racks[rack].planned || value_known(&draw);
    t->racks[rack].planned_w += value_real_or(&draw, 0);
    return true;
}
