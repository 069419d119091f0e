#ifndef HUBTOP_TESTS_NETBOX_WORLD_H
#define HUBTOP_TESTS_NETBOX_WORLD_H

/* The NetBox driver with netbox_world_lists of a few objects. Include after cmocka.h. */

#include "driver_world.h"

extern const struct source_driver source_netbox;

static const char *const netbox_world_lists[] = {"sites",       "locations",         "device-types",
                                                 "racks",       "rack-reservations", "devices",
                                                 "power-ports", "power-panels",      "power-feeds"};
enum { NETBOX_WORLD_LISTS = sizeof netbox_world_lists / sizeof *netbox_world_lists };

#define SETTINGS "cluster_from = \"network_cluster\" rack_form = \"{row}-{position}\""

/* {"count": …, "results": […]} of lines of objects; the caller frees it. */
static inline char *netbox_world_list(const char *lines, const char *next)
{
    struct buf out = buf_make(1 << 20), all = buf_make(1 << 20);
    char *copy = strdup(lines), *rest = copy, *line;
    int count = 0;
    while ((line = strsep(&rest, "\n"))) {
        if (*line)
            buf_printf(&all, NULL, "%s%s", count++ ? "," : "", line);
    }
    buf_printf(&out, NULL, "{\"count\":%d,\"next\":%s,\"previous\":null,\"results\":[%s]}", count, next, buf_str(&all));
    buf_release(&all);
    free(copy);
    return out.data;
}

static inline bool netbox_world_tell(struct driver_world *w, const char *what, const char *lines)
{
    char *body = netbox_world_list(lines, "null");
    bool ok = driver_world_answer(w, what, body);
    free(body);
    return ok;
}

static inline bool netbox_world_rows(struct driver_world *w)
{
    return driver_world_produce(w, "hall rows", 2) && driver_world_produce(w, "rack rows", 2) &&
           driver_world_produce(w, "device rows", 2) && driver_world_produce(w, "feed rows", 2);
}

/* --- netbox_world_small ones */

#define SITE                                                                                                           \
    "{\"id\":1,\"slug\":\"s\",\"name\":\"S\",\"status\":{\"value\":\"active\",\"label\":\"A\"},\"region\":{\"id\":9,"  \
    "\"name\":\"South\"},\"z\":0}\n"                                                                                   \
    "{\"id\":2,\"slug\":\"t\",\"name\":\"T\",\"status\":{\"value\":\"retired\"}}"
#define LOCATION                                                                                                       \
    "{\"id\":1,\"name\":\"H\",\"site\":{\"z\":0,\"id\":1},\"parent\":null,\"z\":0}\n"                                  \
    "{\"id\":2,\"name\":\"I\",\"site\":{\"id\":2,\"y\":0},\"parent\":{\"id\":3},\"y\":0}"
#define TYPE                                                                                                           \
    "{\"id\":1,\"u_height\":2.0,\"exclude_from_utilization\":false,\"z\":0}\n{\"id\":2,\"u_height\":1.5,\"exclude_"    \
    "from_utilization\":false}\n{\"id\":3,\"u_height\":4,\"exclude_from_utilization\":true}"
#define RACK                                                                                                           \
    "{\"id\":1,\"name\":\"a\",\"site\":{\"id\":1},\"location\":{\"id\":1},\"tenant\":{\"name\":\"n\"},\"status\":{"    \
    "\"value\":\"active\"},\"u_height\":42,\"starting_unit\":1,\"custom_fields\":{\"row\":\"R\",\"position\":7,"       \
    "\"z\":0},\"z\":0}\n"                                                                                              \
    "{\"id\":2,\"name\":\"b\",\"site\":{\"id\":2},\"location\":null,\"u_height\":10,\"starting_unit\":5}"
#define RESERVATION "{\"rack\":{\"id\":1,\"y\":0},\"units\":[40,41],\"status\":{\"value\":\"active\",\"z\":0},\"z\":0}"
#define DEVICE                                                                                                         \
    "{\"id\":1,\"name\":\"d\",\"device_type\":{\"model\":\"M\",\"manufacturer\":{\"name\":\"V\",\"z\":0},\"id\":1},"   \
    "\"role\":{\"name\":\"compute\",\"z\":0},\"tenant\":{\"name\":\"n\"},\"serial\":\"SN\",\"site\":{\"id\":1},"       \
    "\"asset_tag\":\"AT\",\"rack\":{\"id\":1},\"position\":3.0,\"face\":{\"value\":\"front\",\"z\":0},\"status\":{"    \
    "\"value\":\"active\",\"z\":0},\"primary_ip\":{\"address\":\"10.0.0.1/24\",\"z\":0},\"z\":0}\n"                    \
    "{\"id\":2,\"name\":\"e\",\"site\":{\"id\":2},\"rack\":{\"id\":2},\"device_type\":{\"id\":2},\"position\":5.5}"
#define PORT  "{\"device\":{\"id\":1},\"allocated_draw\":null,\"maximum_draw\":800,\"z\":0}"
#define PANEL "{\"id\":1,\"name\":\"p\",\"site\":{\"id\":1},\"z\":0}\n{\"id\":2,\"name\":\"q\",\"site\":{\"id\":2}}"
#define FEED                                                                                                           \
    "{\"power_panel\":{\"id\":1},\"rack\":{\"id\":1},\"name\":\"f\",\"status\":{\"value\":\"active\"},\"type\":{"      \
    "\"value\":\"primary\"},\"phase\":{\"value\":\"three-phase\"},\"voltage\":380,\"amperage\":32,\"max_utilization\"" \
    ":80,\"z\":0}\n"                                                                                                   \
    "{\"power_panel\":{\"id\":2},\"rack\":null,\"name\":\"g\",\"status\":{\"value\":\"active\",\"y\":0},\"type\":{"    \
    "\"value\":\"primary\",\"y\":0},\"phase\":{\"value\":\"single-phase\"},\"voltage\":220,\"amperage\":16,\"max_"     \
    "utilization\":100}"

static const char *const netbox_world_small[NETBOX_WORLD_LISTS] = {SITE,   LOCATION, TYPE,  RACK, RESERVATION,
                                                                   DEVICE, PORT,     PANEL, FEED};

/* The netbox_world_small netbox_world_lists, of which `list` says `lines` instead. */
static inline struct driver_world *netbox_world_told(const char *list, const char *lines)
{
    struct driver_world *w = driver_world_new(&source_netbox, "");
    for (size_t i = 0; i < NETBOX_WORLD_LISTS; i++)
        (void)netbox_world_tell(w, netbox_world_lists[i],
                                list && strcmp(list, netbox_world_lists[i]) == 0 ? lines : netbox_world_small[i]);
    (void)netbox_world_rows(w);
    return w;
}

#endif
