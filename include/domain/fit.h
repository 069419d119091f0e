#ifndef HUBTOP_DOMAIN_FIT_H
#define HUBTOP_DOMAIN_FIT_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "domain/row.h"
#include "domain/thresholds.h"

/* Whether a rack has room for a machine: units in one piece, power on each feed, and air that is cool enough. */

struct fit_wish {
    int64_t units;   /* in one piece; 1 to FIT_UNITS_MOST */
    double power_kw; /* above 0 */
};
enum { FIT_UNITS_MOST = 100, FIT_POWER_MOST_KW = 1000 };

/* "8U 12kW": both, in any order, each once, upper or lower case, a space before the unit allowed. ERR_INPUT says what is
 * wrong with it. */
bool fit_parse(struct safe_text text, struct fit_wish *wish, struct err *err);

/* Why there is no room, or why nobody can tell. A rack has the first that holds; what is known to fail goes before
 * what is unknown. */
enum fit_reason {
    FIT_ROOM,
    FIT_NOT_ACTIVE, /* planned, reserved or deprecated */
    FIT_DOWN,
    FIT_FEW_UNITS, /* no piece is high enough */
    FIT_FEED_LOST,
    FIT_LITTLE_POWER,
    FIT_WARM,
    FIT_STALE, /* from here on: unknown */
    FIT_UNITS_UNKNOWN,
    FIT_POWER_UNKNOWN,
    FIT_INLET_UNKNOWN,
    FIT_REASONS
};
bool fit_is_unknown(enum fit_reason reason);

struct fit_answer {
    enum fit_reason reason;
    int64_t block;        /* units in one piece; -1: unknown */
    double power_left_kw; /* NAN: unknown */
    double inlet_c;       /* likewise */
    bool two_feeds;       /* both feeds are told, and either can carry all */
};

/* What a rack may take without a warning of `t` (NULL: the presets): with two feeds either must be able to carry all, so
 * what is new draws half from each and each stays within feed_warn_pct of the rack's limit; with one feed, or none told,
 * all stays within feed_single_warn_pct. What devices were planned with counts where it is more than what they draw.
 * Without a told block of units, free units that are too few fail; others are unknown: they may not be in one piece. */
struct fit_answer fit_rack(const struct fit_wish *wish, const struct row *rack, const struct thresholds *t);

/* Orders answers, the best first (negative: a): room before unknown before none; then the smallest piece that is
 * high enough, so that large ones stay whole; then the most power left, then the coolest. */
int fit_compare(const struct fit_answer *a, const struct fit_answer *b);

#endif
