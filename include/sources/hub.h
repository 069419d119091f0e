#ifndef HUBTOP_SOURCES_HUB_H
#define HUBTOP_SOURCES_HUB_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "domain/kind.h"

/* What the driver of Hub API v1 (src/sources/hub_v1.json) noticed of a hub beside its facts: for `site test`. */

struct source;

/* How a value departs from the document. The value is unknown then, the rest of its row stands. */
enum hub_departure {
    HUB_TYPE,        /* it is of another type */
    HUB_RANGE,       /* negative, or beyond what its unit allows */
    HUB_WORD,        /* a word that its list does not have */
    HUB_TIME,        /* no date-time of RFC 3339 */
    HUB_STRANGE_KEY, /* a key that the document does not have */
    HUB_NO_ID,       /* an item without an id (or one that is too long): it is left out */
    HUB_DEPARTURES
};

enum { HUB_NOTES_MAX = 64, HUB_KEY_MAX = 48, HUB_LISTS = 20, HUB_TEXT_MAX = 128 };

struct hub_note {
    enum kind kind;
    enum hub_departure what;
    char key[HUB_KEY_MAX]; /* shown form: no controls */
    uint64_t count;
};

/* Of one instance, since it was opened. */
struct hub_report {
    struct hub_note notes[HUB_NOTES_MAX];
    size_t count;
    uint64_t more; /* departures for which there was no room */
};

/* One list that the hub offers, as its last whole answer told it. */
struct hub_seen {
    enum kind kind;
    bool offered, answered;
    char revision[HUB_TEXT_MAX];
    int64_t as_of_ms; /* UTC, the hub's own clock; 0: not told */
    uint64_t items;
};

/* What an instance knows of its hub; valid until it is closed or asked again. */
struct hub_view {
    const char *id, *software; /* "" before the first answer */
    bool clock_known;
    int64_t skew_ms, now_ms; /* its clock less ours, and its clock, at the last answer of /v1/hub */
    const struct hub_seen *lists;
    size_t list_count;
    const struct hub_report *report;
};

/* Only of an instance of the driver `hub`. */
struct hub_view hub_view_of(const struct source *s);

/* What a departure is called: "another type". */
const char *hub_departure_name(enum hub_departure what);

/* Whether the document has a property for that field: bookkeeping of the joins and what hubtop itself finds have none.
 */
bool hub_field_told(enum kind kind, int field);
/* The words that a field's value may have, joined by spaces, or NULL for any; its least and greatest number (infinite
 * where there is none). */
const char *hub_field_words(enum kind kind, int field);
void hub_field_range(enum kind kind, int field, double *min, double *max);
/* The kinds that have a list, in the order in which they are asked; HUB_LISTS of them. */
const enum kind *hub_kinds(void);

#endif
