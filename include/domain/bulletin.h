#ifndef HUBTOP_DOMAIN_BULLETIN_H
#define HUBTOP_DOMAIN_BULLETIN_H

#include "domain/symptom.h"

/* A bulletin for those outside: first, update, final (首报 续报 终报), in the interface's language. Nothing but what the store
 * knows; what it does not know is said to be unknown (待核实). It names nobody but who has the alert. Pure. */

enum bulletin_stage { BULLETIN_FIRST, BULLETIN_UPDATE, BULLETIN_FINAL, BULLETIN_STAGES };

/* Code points of a bulletin. */
enum { BULLETIN_MAX = 300 };

struct bulletin_facts {
    const struct row *alert;
    const struct row *object;      /* what it is about, or NULL */
    const struct symptom *symptom; /* what our own rule says of it now (symptom_of_alert()); NULL: others told it */
    const struct row *clusters, *places; /* for names */
    size_t cluster_count, place_count;
    int64_t now_ms;
    int64_t next_ms;  /* when the next bulletin is promised; 0: nobody said */
    int64_t zone_ms;  /* local time less UTC */
    const char *zone; /* its short name */
};

/* The stage's word on command lines ("first" …); BULLETIN_STAGES for another. */
enum bulletin_stage bulletin_stage_of(const char *word);

/* Whether the stage suits what the alert's state is: a first or an update tells of what goes on, a final of what is over.
 * ERR_INPUT (64), with the stage that suits. */
bool bulletin_check(enum bulletin_stage stage, const struct row *alert, struct err *err);

/* Appends the text, one line of at most BULLETIN_MAX code points, safe to show. What is least needed is left out where there is no
 * room. */
void bulletin_text(enum bulletin_stage stage, const struct bulletin_facts *facts, struct buf *out);

/* Code points of UTF-8; of what is not, its bytes. */
size_t bulletin_length(const char *text);

#endif
