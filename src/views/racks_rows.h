#ifndef HUBTOP_SRC_VIEWS_RACKS_ROWS_H
#define HUBTOP_SRC_VIEWS_RACKS_ROWS_H

#include "views/racks.h"

/* The rows that the racks of a hall stand in: nobody tells of them, they are what their racks say. */

/* A row of racks is kept as a rack whose id is the row's name: sums of power, units, nodes, CPUs and jobs, the warmest inlet,
 * the tenant where all have the same, the worst state as RACK_STATE. Two of its cells mean something else: */
enum {
    RACKS_ROWS_COUNT = RACK_POSITION,
    RACKS_ROWS_BAD = RACK_UNITS_RESERVED
}; /* its racks; those that are not well */

struct racks_rows {
    struct arena arena;
    struct row *all; /* as people count */
    size_t count;
    bool told; /* some rack says which row it stands in */
    int64_t now_ms;
};

/* Of racks that were read (none, where there were too many to read); texts are the racks'. */
struct racks_rows racks_rows_make(const struct racks_order *racks, int64_t now_ms);
void racks_rows_release(struct racks_rows *r);
/* For a list; `r` must stay where it is. */
struct view_rows racks_rows_list(struct racks_rows *r, const struct view_rows *told);
/* All rows together, without an id. */
struct row racks_rows_sum(const struct racks_rows *r);

/* The row that a rack stands in; "-" where nobody says. */
struct safe_text racks_rows_name(const struct row *rack);
/* Compares names as people count: runs of digits by their value, other characters by their bytes. */
int racks_rows_compare(struct safe_text a, struct safe_text b);

#endif
