#ifndef HUBTOP_DOMAIN_HALL_H
#define HUBTOP_DOMAIN_HALL_H

#include "domain/thresholds.h"
#include "domain/verdict.h"

/* What is wrong with a hall: its heat, and the feeds of its racks. Limits of domain/thresholds.h; NULL: the presets, which are
 * named here. */

enum { HALL_WINDOW_MS = 5 * 60 * 1000 };

/* The inlet temperature from poll to poll. `{0}` is one that saw nothing yet. */
enum { HALL_SLOTS = 21, HALL_SLOT_MS = 15 * 1000 };
struct hall_watch {
    int64_t warm_since_ms; /* above 27 degrees, until half a degree below; 0: it is not */
    int64_t slot;          /* the newest of the last five minutes, as time / HALL_SLOT_MS; 0: none */
    double least[HALL_SLOTS];
};
/* Notes a reading (NAN: nobody says) of `now_ms` and sets the hall's inlet_warm_since and inlet_rise_c. */
void hall_watch_note(struct hall_watch *w, int64_t now_ms, struct row *hall, const struct thresholds *t);

/* Critical above 32 degrees or when it rose by 5 within five minutes; a warning above 27 for five minutes. */
enum severity hall_heat(const struct row *hall, int64_t now_ms, const struct thresholds *t);

/* What one feed of a rack carries of the rack's power limit. With two feeds either must be able to take all: above 40 %
 * warns, above 50 % (or a feed that gives nothing while the other does) is critical; with one 80 and 90 %. */
struct hall_feed {
    enum severity severity; /* SEVERITY_OK, also where too little is known */
    bool lost;
    double pct, limit_pct;
};
struct hall_feed hall_feed_of(double a_kw, double b_kw, double cap_kw, const struct thresholds *t);
/* What the hall's row says of the worst of its racks. */
enum severity hall_feed(const struct row *hall);

#endif
