#ifndef HUBTOP_SIM_HALT_H
#define HUBTOP_SIM_HALT_H

#include "sim/world.h"

/* Transfers that stand because an order said so: what they are to move comes as much later. */

bool halt_is(const struct move_id *a, const struct move_id *b);

/* What the orders did to a transfer by `t_ms`: how long it stood, whether it stands, and until when (WORLD_NEVER). */
struct halted {
    int64_t stood_ms, until_ms;
    bool stands;
};
struct halted halt_of(const struct sim *s, const struct move_id *id, int64_t t_ms);
/* When it starts that was to start at `start_ms`. */
int64_t halt_start_ms(const struct sim *s, const struct move_id *id, int64_t start_ms, int64_t t_ms);

/* What it makes of a line's load at `t_ms`, in Gbit/s: below 0 while transfers stand, above while they come later than
 * planned. */
double halt_gbps(const struct sim *s, const struct line *l, int64_t t_ms);

/* ERR_REFUSED where there is no such transfer, or it is over, must not stand, or does not. */
bool halt_stand(struct sim *s, const struct sim_order *order, struct err *err);
bool halt_flow(struct sim *s, const struct sim_order *order, struct err *err);

#endif
