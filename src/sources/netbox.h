#ifndef HUBTOP_SOURCES_NETBOX_H
#define HUBTOP_SOURCES_NETBOX_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/json.h"
#include "domain/row.h"
#include "sources/source.h"

/* How the lists of NetBox's REST API (3.5 to 4.x) become sites, halls, racks, devices and feeds as they are planned. Lists name
 * each other's objects by number and short name alone: what is needed of them stays in one table for a poll. Members are those
 * of NetBox's serializers (netbox/dcim/api). */

enum {
    NETBOX_OBJECTS_MAX = 500000, /* of one list */
    NETBOX_PAGE = 1000,          /* objects that are asked for at a time: NetBox's own default maximum */
    NETBOX_UNITS_MAX = 100,      /* RACK_U_HEIGHT_MAX of NetBox */
    NETBOX_DEPTH_MAX = 16,       /* locations in one another */
};

/* --- settings */

struct netbox_names {
    bool site_by_name;        /* a site's id is its name; else its slug */
    const char *cluster_from; /* "region", "group" or a custom field of sites; NULL: NetBox knows no clusters */
    const char *row_field;    /* custom fields of racks */
    const char *position_field;
    const char *rack_form; /* "{row}-{position}": where a rack's name says both; NULL: it does not */
};

/* --- objects by their numbers: netbox_map.c. `{0}` is empty. */

#define NETBOX_NONE SIZE_MAX

struct netbox_map {
    int64_t *keys;
    uint32_t *slots; /* a key's place + 1; 0: free */
    size_t count, cap, slot_count;
};

void netbox_map_release(struct netbox_map *m);
void netbox_map_clear(struct netbox_map *m);
/* The key's place, in the order of coming; of a new one that is `count` before. */
size_t netbox_map_put(struct netbox_map *m, int64_t key);
/* NETBOX_NONE when it was not put. */
size_t netbox_map_find(const struct netbox_map *m, int64_t key);

/* --- members: netbox_cell.c */

/* The number of an object ("id"), or of one that is referred to: {id: 7, …}, or 7; false without one. */
bool netbox_cell_id(const struct json *object, int64_t *out);
/* The value of a choice: {value: "active", label: "Active"}, or "active". */
struct value netbox_cell_choice(const struct json *choice);
/* Whether a member that is counted says something that cannot be read; NetBox writes null where it says nothing. */
bool netbox_cell_unclear(const struct json *member, const struct value *read);
/* A member of an object that is referred to, such as its name. */
struct value netbox_cell_of(const struct json *reference, const char *member);
/* A custom field; that of a choice set or another object by its label or name. */
struct value netbox_cell_custom(const struct json *object, const char *field);

/* --- the table of a poll: netbox_table.c */

struct netbox_site {
    struct safe_text id, cluster;
};
struct netbox_location {
    struct safe_text name, id,
        hall;    /* `hall` is its name or, where the site has another of that name, with those above it;
                                        `id` is SITE/HALL; both are made once all are known */
    size_t site; /* NETBOX_NONE: unknown */
    int64_t number, parent;
    bool has_parent;
    int64_t racks;
};
struct netbox_rack {
    struct safe_text id, name, tenant, status, row;
    size_t site, location;
    int64_t position, height, first;              /* height -1, position -1: unknown; `first` is its lowest unit */
    unsigned char used[NETBOX_UNITS_MAX / 4 + 1]; /* a bit each half unit */
    unsigned char reserved[NETBOX_UNITS_MAX / 8 + 1];
    /* Something that is counted could not be read: the sum is unknown, not less. */
    bool units_unclear, reserved_unclear, planned_unclear, cap_unclear;
    bool planned, fed, fed_primary;
    double planned_w, cap_w, redundant_w;
};
struct netbox_type {
    double height; /* in units; -1: unknown */
    bool uncounted;
};
struct netbox_panel {
    struct safe_text name;
    size_t site;
};

struct netbox_table {
    struct netbox_map site_map, location_map, rack_map, type_map, device_map, panel_map, device_names;
    struct netbox_site *sites;
    struct netbox_location *locations;
    struct netbox_rack *racks;
    struct netbox_type *types;
    size_t *device_racks; /* where a device stands, or NETBOX_NONE */
    struct netbox_panel *panels;
    size_t site_cap, location_cap, rack_cap, type_cap, device_cap, panel_cap;
    struct arena arena;
    uint64_t out_of_rack; /* devices that stand in units that their rack does not have */
};

void netbox_table_release(struct netbox_table *t);
void netbox_table_clear(struct netbox_table *t);
/* An array with room for its element `at`, one behind its last at most; `*cap` is what it has room for. */
void *netbox_table_room(void *array, size_t at, size_t *cap, size_t size);

/* Each takes an element of a list; false when it has no identity. Rows point into the element, the table and the arena. */

/* --- sites and locations: netbox_place.c */

bool netbox_place_site(struct netbox_table *t, const struct netbox_names *names, const struct json *element,
                       struct row *row);
bool netbox_place_location(struct netbox_table *t, const struct json *element);
/* All locations are known: their names and ids are made. */
void netbox_place_settle(struct netbox_table *t);
struct row netbox_place_hall(const struct netbox_table *t, size_t at);
/* The site of an object's `site`, or NETBOX_NONE. */
size_t netbox_place_at(const struct netbox_table *t, const struct json *object);

/* --- racks: netbox_rack.c */

bool netbox_rack_take(struct netbox_table *t, const struct netbox_names *names, const struct json *element);
/* The rack of an object's `rack`, or NULL. */
struct netbox_rack *netbox_rack_of(const struct netbox_table *t, const struct json *object);
/* One of its reservations. */
bool netbox_rack_reservation(struct netbox_table *t, const struct json *element);
/* A device takes `height` units (-1: unknown) from `position` up. */
void netbox_rack_fill(struct netbox_table *t, struct netbox_rack *rack, double position, double height);
/* What was told of a rack; what the lists of reservations or power ports would tell is unknown where these were not. */
struct row netbox_rack_row(const struct netbox_table *t, size_t at, bool reservations, bool power);
/* Whether a form of names makes sense: at most 64 bytes, with {row} and {position} at most once each and one '*'. */
bool netbox_rack_form_good(const char *form);
/* Row and position by the form of names; false when the name has another form. `row` points into the name. */
bool netbox_rack_form(const char *form, struct safe_text name, struct safe_text *row, int64_t *position);

/* --- devices: netbox_device.c */

bool netbox_device_type(struct netbox_table *t, const struct json *element);
bool netbox_device_take(struct netbox_table *t, const struct json *element, struct arena *arena, struct row *row);
/* A power port: what it draws is planned for the rack of its device. */
bool netbox_device_port(struct netbox_table *t, const struct json *element);

/* --- power: netbox_power.c */

bool netbox_power_panel(struct netbox_table *t, const struct json *element);
bool netbox_power_feed(struct netbox_table *t, const struct json *element, struct arena *arena, struct row *row);

/* --- answers: netbox_answer.c */

/* Who was asked for what, for messages. */
struct netbox_answer {
    const char *source, *url, *what;
};

/* Where a list goes on, by its `next`: of that URL only the numbers of its query are taken, so that it leads nowhere else.
 * `*limit` 0: it ends here. False when it makes no sense. */
bool netbox_answer_next(const struct netbox_answer *a, const struct json *next, int64_t offset, int64_t *next_offset,
                        int64_t *limit, struct err *err);
/* What another status than 200 means; false always. */
bool netbox_answer_failed(const struct netbox_answer *a, int status, const char *content_type, const char *body,
                          size_t n, struct err *err);

#endif
