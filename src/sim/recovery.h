#ifndef HUBTOP_SIM_RECOVERY_H
#define HUBTOP_SIM_RECOVERY_H

#include "sim/world.h"

/* Sites that are lost, and the reservations that are kept for that. */

enum { RECOVERY_RPO_S = 5 * 60, RECOVERY_RTO_S = 30 * 60 };

/* Whether a site of the fleet is called so and has schedulers; whether it is lost at `t_ms`. */
bool recovery_has_site(const struct sim *s, const char *site);
bool recovery_is_lost(const struct sim *s, const char *site, int64_t t_ms);

/* What a reservation is for, by how its name begins ("dr-", "space-", "maint-"); NULL: nothing. */
const char *recovery_purpose(const char *name);
/* Whether SCHEDULER/NAME can be made a reservation; whether it is one, or will be by an event. */
bool recovery_may_reserve(const struct sim *s, const char *target);
bool recovery_has(const struct sim *s, const char *target);

/* What events do to a scheduler. */
void recovery_lose(struct scheduler *c, const struct sim_event *e);
void recovery_reserve(struct scheduler *c, const struct sim_event *e);
void recovery_unreserve(struct scheduler *c, const struct sim_event *e);
void recovery_activate(struct scheduler *c, const struct sim_event *e);
void recovery_return(struct scheduler *c, const struct sim_event *e);

/* What orders do: ERR_REFUSED where it is no such reservation, or is so already. */
bool recovery_order_activate(struct scheduler *c, const struct sim_order *order, struct err *err);
bool recovery_order_return(struct scheduler *c, const struct sim_order *order, struct err *err);

#endif
