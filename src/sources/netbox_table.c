#include <stdlib.h>

#include "base/mem.h"
#include "sources/netbox.h"

void *netbox_table_room(void *array, size_t at, size_t *cap, size_t size)
{
    if (at < *cap)
        return array;
    *cap = *cap > 0 ? 2 * *cap : 64;
    return mem_grow(array, *cap, size);
}

void netbox_table_clear(struct netbox_table *t)
{
    struct netbox_map *const maps[] = {&t->site_map,   &t->location_map, &t->rack_map,    &t->type_map,
                                       &t->device_map, &t->panel_map,    &t->device_names};
    for (size_t i = 0; i < sizeof maps / sizeof *maps; i++)
        netbox_map_clear(maps[i]);
    arena_reset(&t->arena);
    t->out_of_rack = 0;
}

void netbox_table_release(struct netbox_table *t)
{
    struct netbox_map *const maps[] = {&t->site_map,   &t->location_map, &t->rack_map,    &t->type_map,
                                       &t->device_map, &t->panel_map,    &t->device_names};
    for (size_t i = 0; i < sizeof maps / sizeof *maps; i++)
        netbox_map_release(maps[i]);
    free(t->sites);
    free(t->locations);
    free(t->racks);
    free(t->types);
    free(t->device_racks);
    free(t->panels);
    arena_release(&t->arena);
    *t = (struct netbox_table){0};
}
