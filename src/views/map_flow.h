#ifndef HUBTOP_SRC_VIEWS_MAP_FLOW_H
#define HUBTOP_SRC_VIEWS_MAP_FLOW_H

#include "views/map_world.h"

/* Where the work goes that plans move while they run, and which links they spare: gone when they are over. */

enum { MAP_FLOWS_MAX = 64 };

struct map_flow {
    int from, to;      /* sites; of held transfers the ends of their link */
    bool held;         /* these are transfers that stand */
    int64_t all, left; /* jobs or transfers: of the plans, and not yet ended */
    int64_t open;      /* of these under way now */
    double data_gb;    /* that follows them */
};

struct map_flows {
    struct map_flow all[MAP_FLOWS_MAX]; /* jobs first, the most first */
    size_t count;
    struct safe_text plan; /* one that runs, empty: none does; its text is the rows' */
    int64_t jobs, left;    /* of all that run */
};

struct map_flow_facts {
    const struct view_rows *plans, *moves, *actions, *schedulers;
};
struct map_flows map_flow_make(const struct map_flow_facts *facts, const struct map_world *world);

/* "7/10": of how many it is done. */
const char *map_flow_count(const struct map_flow *f, char out[CELL_MAX]);
/* "Flow P-0001  12/19 jobs" */
void map_flow_title(const struct map_flows *f, struct buf *out);
/* The lines that a box of them takes, 0 without any; the box itself. */
int map_flow_height(const struct map_flows *f);
void map_flow_draw(const struct map_flows *f, const struct map_world *world, struct canvas *c, struct area area);

#endif
