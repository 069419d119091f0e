#ifndef HUBTOP_DOMAIN_LINK_H
#define HUBTOP_DOMAIN_LINK_H

#include <stdint.h>

#include "domain/row.h"

/* What follows from what is told of a link: one direction between two ends. Pure; limits are those of
 * domain/thresholds of the design. */

/* Fills cells that are unknown: one_way_ms with its basis (measured when a source told it, half_rtt from rtt_ms,
 * published when nothing was measured), ring_measured_ms, physical_min_ms from the great-circle distance `km` of the
 * ends (NAN: unknown). */
void link_complete(struct row *link, double km);

/* What a judgement must remember of the former polls of one link. */
struct link_watch;
struct link_watch *link_watch_new(void);
void link_watch_free(struct link_watch *w);
/* After a restart: the severity and since when, as last stored. */
void link_watch_remember(struct link_watch *w, const struct row *link);

/* Judges a completed link and sets state, severity, why, since and one_way_p95_ms. `sampled_ms` is when its values
 * arrived: the same moment again is the same poll, and counts once. Texts live in `w` until its next call.
 *
 * - crit: over its contract in 3 polls running, until below 90 % of it for 10 minutes; loss of 1 % or more; at most
 *   70 % of its paths lit, or one left of several, or none; used 90 % for 5 minutes
 * - warn: p95 of 5 minutes over 90 % of the contract; above its baseline by max(0.5 ms, 30 %) for 5 minutes; loss of
 *   0.1 %; used 70 %; fewer paths lit than there are
 * - notice: a value below the physical minimum (a bad clock or probe), a promise below it (it can never hold)
 *
 * Published values are never judged. Without any measured value and without paths the severity is unknown. State: down
 * without a lit path or with all packets lost, degraded with crit or warn, up, unknown. */
void link_watch_judge(struct link_watch *w, struct row *link, int64_t sampled_ms, int64_t now_ms);

#endif
