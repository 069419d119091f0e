#ifndef HUBTOP_SRC_VIEWS_RACKS_GRID_H
#define HUBTOP_SRC_VIEWS_RACKS_GRID_H

#include "views/racks.h"
#include "views/racks_rows.h"

/* A hall from above: a line for each of its rows, a cell for each of its racks. A cell's number is the metric's, its sign is the
 * rack's health, in every metric. */

struct racks_spot {
    struct safe_text id, source, tenant;
    size_t line;
    int column; /* from 0 */
    double number;
    enum role role;
    enum severity severity;
    bool stale;
};

struct racks_grid {
    struct arena arena;
    struct racks_spot *spots; /* by line, then by column */
    size_t count;
    struct racks_line {
        struct safe_text name;
        size_t first, count; /* of its spots */
        enum severity worst;
        struct racks_sum sum;
    } * lines;                /* as people count */
    size_t line_count, worst; /* the spot that is the worst */
    int columns;
    size_t loose; /* racks that tell no place of their own: they stand behind the others of their row */
    enum racks_metric metric;
};

/* Of racks that were read, the worst first, and the rows that they make; texts are theirs. */
struct racks_grid racks_grid_make(const struct racks_order *racks, const struct racks_rows *rows,
                                  enum racks_metric metric, const struct thresholds *t);
void racks_grid_release(struct racks_grid *g);

/* The spot under the cursor: `rack` finds its rack again, or takes what stands where it was; nobody has chosen: the first of the
 * row `row`, or the worst. Both places are put there. Not for a grid without spots. */
size_t racks_grid_sync(const struct racks_grid *g, struct view_place *row, struct view_place *rack);
/* Moves the cursor by a list's actions, also sideways. */
void racks_grid_move(const struct racks_grid *g, struct view_place *row, struct view_place *rack, int action);

/* How many lines it takes: head, rows, what the signs mean. */
int racks_grid_height(const struct racks_grid *g);
/* Draws it; `left` is the first column shown and is put so that the cursor is seen. */
void racks_grid_draw(const struct racks_grid *g, struct view_place *row, struct view_place *rack, int *left,
                     bool focused, const struct thresholds *t, struct canvas *c, struct area in);

#endif
