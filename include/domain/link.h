#ifndef HUBTOP_DOMAIN_LINK_H
#define HUBTOP_DOMAIN_LINK_H

#include <stdint.h>

#include "domain/thresholds.h"
#include "domain/verdict.h"

/* What follows from what is told of a link: one direction between two ends. Pure; limits are those of
 * domain/thresholds of the design. */

/* Fills cells that are unknown: one_way_ms with its basis (measured when a source told it, half_rtt from rtt_ms,
 * published when nothing was measured), physical_min_ms from the great-circle distance `km` of the ends (NAN: unknown),
 * ring_measured_ms where a possible delay was measured. */
void link_complete(struct row *link, double km);

/* The severity in the row's own word; SEVERITY_UNKNOWN without one. */
enum severity link_severity(const struct row *link);

/* The one-way delay that was observed, in ms (basis measured or half_rtt); NAN where none was: published values and
 * round-trip times are none. */
double link_delay_ms(const struct row *link);

/* Whether light cannot be that fast: `ms` lies below the link's physical minimum by more than the tenth by which that
 * may be wrong (cables of 1.33 to 1.40 great circles were published, and ends are where their city is). */
bool link_is_impossible(const struct row *link, double ms);

/* The delay above which it is not as usual: its baseline and max(0.5 ms, 30 %), by the limits of `t` (NULL: the presets); NAN
 * without a baseline above 0. */
double link_usual_max_ms(const struct row *link, const struct thresholds *t);

#define LINK_NEAR_SHARE    0.90 /* of a contract: what is over that is near it */
#define LINK_USED_PCT_WARN 70.0 /* of the lit capacity */

enum { LINK_NUMBER_MAX = 24 };
/* Milliseconds or percent for people: three digits or so, without zeros that say nothing: "3.42", "14.2", "3". */
const char *link_number(double x, char out[LINK_NUMBER_MAX]);

/* A value and its limit, with so many digits that the difference shows. */
struct link_numbers {
    char value[LINK_NUMBER_MAX], limit[LINK_NUMBER_MAX];
    const char *sign; /* ">", "<", or ">=" where both are the same */
};
struct link_numbers link_numbers(double value, double limit);

/* What a judgement must remember of the former polls of one link. */
struct link_watch;
/* `t` (NULL: the presets) outlives it. */
struct link_watch *link_watch_new(const struct thresholds *t);
void link_watch_free(struct link_watch *w);
/* After a restart: the severity and since when, as last stored. They stand until the first poll after that. */
void link_watch_remember(struct link_watch *w, const struct row *link);

/* Whether its promise was broken and does not hold again yet, as it was judged. */
bool link_breaks_promise(const struct row *link);
/* Whether such a one keeps its promise at the moment. */
bool link_is_relieved(const struct row *link);

/* Appends what is wrong with a link in the interface's language, the worst first, safe to show: its reasons, or its
 * `why`, which is stored in English, where it has none of those or one that is not known here. Nothing when nobody says. */
void link_why(const struct row *link, struct buf *out);

/* Judges a completed link and sets state, severity, why (in English), reasons, since and one_way_p95_ms. `sampled_ms` is when its values
 * arrived: the same moment again is the same poll, and counts once; 0: nobody has told anything yet. Texts live in `w`
 * until its next call.
 *
 * - crit: over its contract in 3 polls running, until below 90 % of it for 10 minutes (and as long as its lit paths alone are critical); loss of 1 % or more; at most
 *   70 % of its paths lit, or one left of several, or none; used 90 % for 5 minutes; down in its source's own word
 * - warn: p95 (nearest-rank) of 5 minutes over 90 % of the contract, and so more than one poll; above its baseline by
 *   max(0.5 ms, 30 %) for 5 minutes; loss of 0.1 %; used 70 %; fewer paths lit than there are
 * - notice: a value below the physical minimum (a bad clock or probe: it is not judged any further), a promise below it
 *   (it can never hold)
 *
 * "Running" and "for" begin anew after 5 minutes without a value. Published values are never judged. Without any
 * measured value and without paths the severity is unknown (a promise that can never hold is told even so). State: down
 * without a lit path, with all packets lost or as its source says, planned as its source says (and then not judged),
 * degraded with crit or warn, up, unknown (or what its source says). */
void link_watch_judge(struct link_watch *w, struct row *link, int64_t sampled_ms, int64_t now_ms);

#endif
