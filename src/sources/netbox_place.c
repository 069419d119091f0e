#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "domain/rows.h"
#include "sources/netbox.h"
#include "sources/told.h"

/* --- sites */

/* NetBox's words for a site's state, and ours. */
static struct value phase_of(const struct json *element)
{
    static const char *const phases[][2] = {{"planned", "planned"},
                                            {"staging", "building"},
                                            {"active", "operating"},
                                            {"decommissioning", "closing"},
                                            {"retired", "closed"}};
    struct value status = netbox_cell_choice(json_get(element, "status"));
    for (size_t i = 0; i < sizeof phases / sizeof *phases; i++) {
        if (text_is(value_text_or(&status, ""), phases[i][0]))
            return value_text(text_of(phases[i][1]));
    }
    return value_none();
}

static struct value cluster_of(const struct netbox_names *names, const struct json *element)
{
    const char *from = names->cluster_from;
    if (!from)
        return value_none();
    if (strcmp(from, "region") == 0 || strcmp(from, "group") == 0)
        return netbox_cell_of(json_get(element, from), names->site_by_name ? "name" : "slug");
    return netbox_cell_custom(element, from);
}

bool netbox_place_site(struct netbox_table *t, const struct netbox_names *names, const struct json *element,
                       struct row *row)
{
    int64_t number;
    struct value cluster = cluster_of(names, element);
    struct safe_text id = told_id(json_get(element, names->site_by_name ? "name" : "slug"));
    if (!netbox_cell_id(json_get(element, "id"), &number) || text_empty(id))
        return false;
    size_t at = netbox_map_put(&t->site_map, number);
    t->sites = netbox_table_room(t->sites, at, &t->site_cap, sizeof *t->sites);
    t->sites[at] = (struct netbox_site){rows_text(&t->arena, id), rows_text(&t->arena, value_text_or(&cluster, ""))};
    *row = (struct row){.kind = KIND_SITE, .id = t->sites[at].id};
    row->cells[SITE_NAME] = told_text(json_get(element, "name"));
    row->cells[SITE_CLUSTER] = cluster;
    row->cells[SITE_AREA] = netbox_cell_of(json_get(element, "region"), "name");
    row->cells[SITE_PHASE] = phase_of(element);
    return true;
}

size_t netbox_place_at(const struct netbox_table *t, const struct json *object)
{
    int64_t number;
    return netbox_cell_id(json_get(object, "site"), &number) ? netbox_map_find(&t->site_map, number) : NETBOX_NONE;
}

/* --- locations */

bool netbox_place_location(struct netbox_table *t, const struct json *element)
{
    int64_t number, parent = 0;
    struct safe_text name = told_id(json_get(element, "name"));
    if (!netbox_cell_id(json_get(element, "id"), &number) || text_empty(name))
        return false;
    bool has_parent = netbox_cell_id(json_get(element, "parent"), &parent);
    size_t at = netbox_map_put(&t->location_map, number);
    t->locations = netbox_table_room(t->locations, at, &t->location_cap, sizeof *t->locations);
    t->locations[at] = (struct netbox_location){.name = rows_text(&t->arena, name),
                                                .site = netbox_place_at(t, element),
                                                .number = number,
                                                .parent = parent,
                                                .has_parent = has_parent};
    return true;
}

static int by_name(const void *a, const void *b)
{
    const struct netbox_location *const *x = a, *const *y = b;
    if ((*x)->site != (*y)->site)
        return (*x)->site < (*y)->site ? -1 : 1;
    return text_cmp((*x)->name, (*y)->name);
}

/* "Building A/Floor 2/Room 1" */
static struct safe_text path_of(struct netbox_table *t, const struct netbox_location *l)
{
    struct safe_text path = l->name;
    for (int depth = 0; l->has_parent && depth < NETBOX_DEPTH_MAX; depth++) {
        size_t at = netbox_map_find(&t->location_map, l->parent);
        if (at == NETBOX_NONE)
            break;
        l = &t->locations[at];
        path = told_join(&t->arena, l->name, '/', path);
    }
    return path;
}

static void name_one(struct netbox_table *t, struct netbox_location *l, bool alone)
{
    l->hall = alone ? l->name : path_of(t, l);
    if (l->site != NETBOX_NONE)
        l->id = told_join(&t->arena, t->sites[l->site].id, '/', l->hall);
}

void netbox_place_settle(struct netbox_table *t)
{
    size_t n = t->location_map.count;
    struct netbox_location **sorted = mem_new(n + 1, sizeof *sorted);
    for (size_t i = 0; i < n; i++)
        sorted[i] = &t->locations[i];
    if (n > 1)
        qsort(sorted, n, sizeof *sorted, by_name);
    for (size_t i = 0; i < n; i++) {
        bool alone = (i == 0 || by_name(&sorted[i - 1], &sorted[i]) != 0) &&
                     (i + 1 == n || by_name(&sorted[i], &sorted[i + 1]) != 0);
        name_one(t, sorted[i], alone);
    }
    free(sorted);
}

struct row netbox_place_hall(const struct netbox_table *t, size_t at)
{
    const struct netbox_location *l = &t->locations[at];
    const struct netbox_site *site = &t->sites[l->site];
    struct row row = {.kind = KIND_HALL, .id = l->id};
    row.cells[HALL_NAME] = value_text(l->hall);
    row.cells[HALL_SITE] = value_text(site->id);
    if (!text_empty(site->cluster))
        row.cells[HALL_CLUSTER] = value_text(site->cluster);
    row.cells[HALL_RACKS_TOTAL] = value_int(l->racks);
    return row;
}
