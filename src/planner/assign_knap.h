#ifndef HUBTOP_PLANNER_ASSIGN_KNAP_H
#define HUBTOP_PLANNER_ASSIGN_KNAP_H

#include <stdbool.h>
#include <stdint.h>

/* One 0/1 knapsack: items of a profit above 0 and an amount up to the capacity. The array is the caller's; solving reorders it
 * and says which items are in. */
struct assign_knap_item {
    int64_t profit, yield; /* profit of a unit of the amount, scaled */
    int32_t amount, id, group;
    bool in;
};

struct assign_knap {
    int64_t *value;    /* of each capacity, for the core */
    uint64_t *decided; /* a bit for each item of the core and capacity */
};

enum { ASSIGN_KNAP_CELLS_MAX = 1 << 18, ASSIGN_KNAP_CAPACITY_MAX = 1 << 15 };

void assign_knap_init(struct assign_knap *k);
void assign_knap_release(struct assign_knap *k);

/* Marks the items of a best filling and returns its profit; where the core that is left after comparing bounds (Dantzig
 * 1957; Balas, Zemel 1980) is too large for dynamic programming, marks a good filling and returns an upper bound.
 * Adds its work to `work`. */
int64_t assign_knap_solve(struct assign_knap *k, struct assign_knap_item *item, int32_t n, int64_t capacity,
                          int64_t *work);

#endif
