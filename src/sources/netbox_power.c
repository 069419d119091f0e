#include <math.h>

#include "domain/rows.h"
#include "sources/netbox.h"
#include "sources/told.h"

enum { VOLTS_MAX = 32768, AMPERES_MAX = 32767 };

bool netbox_power_panel(struct netbox_table *t, const struct json *element)
{
    int64_t number;
    struct safe_text name = told_id(json_get(element, "name"));
    if (!netbox_cell_id(json_get(element, "id"), &number) || text_empty(name))
        return false;
    size_t at = netbox_map_put(&t->panel_map, number);
    t->panels = netbox_table_room(t->panels, at, &t->panel_cap, sizeof *t->panels);
    t->panels[at] = (struct netbox_panel){rows_text(&t->arena, name), netbox_place_at(t, element)};
    return true;
}

/* As PowerFeed.save() of NetBox reckons available_power (netbox/dcim/models/power.py): |V| * A * max_utilization / 100, times
 * 1.732 with three phases, in whole W. */
static double available_w(const struct row *row)
{
    const struct value *c = row->cells;
    double w = fabs(value_real_or(&c[FEED_VOLTAGE_V], NAN)) * value_real_or(&c[FEED_CURRENT_A], NAN) *
               value_real_or(&c[FEED_CAP_PCT], NAN) / 100;
    int64_t phases = value_int_or(&c[FEED_PHASES], 0);
    return phases == 3 ? round(w * 1.732) : phases == 1 ? round(w) : NAN;
}

static void cells_take(const struct json *element, struct row *row)
{
    struct value phase = netbox_cell_choice(json_get(element, "phase")), name = value_none();
    struct safe_text id = told_id(json_get(element, "name"));
    if (!text_empty(id))
        name = value_text(id);
    row->cells[FEED_NAME] = name;
    row->cells[FEED_STATUS] = netbox_cell_choice(json_get(element, "status"));
    row->cells[FEED_ROLE] = netbox_cell_choice(json_get(element, "type"));
    row->cells[FEED_VOLTAGE_V] = told_real(json_get(element, "voltage"), -VOLTS_MAX, VOLTS_MAX);
    row->cells[FEED_CURRENT_A] = told_real(json_get(element, "amperage"), 0, AMPERES_MAX);
    row->cells[FEED_CAP_PCT] = told_real(json_get(element, "max_utilization"), 0, 100);
    if (text_is(value_text_or(&phase, ""), "single-phase"))
        row->cells[FEED_PHASES] = value_int(1);
    if (text_is(value_text_or(&phase, ""), "three-phase"))
        row->cells[FEED_PHASES] = value_int(3);
    row->cells[FEED_POWER_CAP_KW] = value_real(available_w(row) / 1000);
}

/* A rack may draw what its primary feeds give: the redundant ones carry the same load when these fail. */
static void feed_rack(struct netbox_rack *rack, const struct row *row)
{
    double w = value_real_or(&row->cells[FEED_POWER_CAP_KW], NAN) * 1000;
    bool primary = text_is(value_text_or(&row->cells[FEED_ROLE], ""), "primary");
    bool redundant = text_is(value_text_or(&row->cells[FEED_ROLE], ""), "redundant");
    if (!value_known(&row->cells[FEED_STATUS]) || !value_known(&row->cells[FEED_ROLE]) || isnan(w))
        rack->cap_unclear = true;
    if (!text_is(value_text_or(&row->cells[FEED_STATUS], ""), "active") || isnan(w) || (!primary && !redundant))
        return;
    rack->fed = true;
    rack->fed_primary = rack->fed_primary || primary;
    *(primary ? &rack->cap_w : &rack->redundant_w) += w;
}

bool netbox_power_feed(struct netbox_table *t, const struct json *element, struct arena *arena, struct row *row)
{
    int64_t number;
    size_t panel = netbox_cell_id(json_get(element, "power_panel"), &number) ? netbox_map_find(&t->panel_map, number)
                                                                             : NETBOX_NONE;
    struct netbox_rack *rack = netbox_rack_of(t, element);
    *row = (struct row){.kind = KIND_FEED};
    cells_take(element, row);
    if (panel == NETBOX_NONE || t->panels[panel].site == NETBOX_NONE || !value_known(&row->cells[FEED_NAME])) {
        if (rack)
            rack->cap_unclear = true;
        return false;
    }
    const struct netbox_site *site = &t->sites[t->panels[panel].site];
    row->id =
        told_join(arena, told_join(arena, site->id, '/', t->panels[panel].name), '/', row->cells[FEED_NAME].as.text);
    row->cells[FEED_PANEL] = value_text(t->panels[panel].name);
    row->cells[FEED_SITE] = value_text(site->id);
    if (!text_empty(site->cluster))
        row->cells[FEED_CLUSTER] = value_text(site->cluster);
    if (!rack)
        return true;
    row->cells[FEED_RACK] = value_text(rack->id);
    feed_rack(rack, row);
    return true;
}
