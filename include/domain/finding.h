#ifndef HUBTOP_DOMAIN_FINDING_H
#define HUBTOP_DOMAIN_FINDING_H

#include "domain/verdict.h"

/* What the facts prove to be wrong: the rules behind the verdict and the list "Needs you now". */

enum finding_what {
    FINDING_SOURCE,
    FINDING_SCHED,
    FINDING_NODES,
    FINDING_QUEUE,
    FINDING_LINK,
    FINDING_HEAT,
    FINDING_FEED,
    FINDING_QUOTA,
    FINDING_PUE
};

struct finding {
    enum severity severity; /* SEVERITY_NOTICE, SEVERITY_WARN or SEVERITY_CRIT */
    enum finding_what what; /* the rule that found it: an object may have broken several */
    const struct row *row;  /* the object: of the facts, and as long as they */
    int64_t jobs;           /* that it may hit, as far as was told last; -1: unknown */
    int64_t age_ms;         /* since the source's last answer, or since a link is as bad as that; -1: unknown, or about
                               something else */
    /* Of a link: the Chinese names of its ends, where the interface speaks Chinese and both are known; else empty. */
    struct safe_text from, to;
    double limit; /* of a quota in percent, of a PUE */
};

struct finding_list {
    struct finding *all; /* the worst first: by severity, jobs, age (unknown last), then by id */
    size_t count;
    unsigned crit, warn;
};

/* Pure; the caller owns the list and keeps the rows while it is used. Rules, with the limits of domain/thresholds:
 * - a source that is not live (or calls itself so but was silent for longer than is fresh) warns; it is critical when
 *   it denies access, or when it and all others that tell of a cluster's schedulers are silent for 5 minutes;
 * - a scheduler that is down is critical; over 2 % of its nodes unavailable warn;
 * - a queue whose p95 wait is over its promise warns;
 * - a link that was judged critical or a warning (domain/link.h) is what it was judged.
 * - a hall that is hot, or of which a rack's feed carries too much (domain/hall.h), is what it was judged;
 * - a month in which 90 % of the energy quota are used, or whose PUE is above the cluster's limit, is a notice.
 * Rows that are stale, or of a source that is not live, say nothing about now. The moment counts in whole seconds: who
 * asks twice within one gets the same answer. */
struct finding_list finding_list_of(const struct verdict_facts *facts);
void finding_release(struct finding_list *l);

const char *finding_word(enum finding_what what); /* "source", "sched", "nodes" …; not translated */

/* Appends the object's id, or its ends by name ("韶关→深圳"), in at most `columns` (-1: no limit); safe to show. */
void finding_where(const struct finding *f, int columns, struct buf *out);
/* Appends what is wrong, the value against its limit, without the object's name, its jobs and its age; safe to show. */
void finding_text(const struct finding *f, struct buf *out);
/* Appends a sentence of at most 78 columns with all of them; safe to show. */
void finding_sentence(const struct finding *f, struct buf *out);

/* Whether a queue's p95 wait is over its promise; false where either is unknown. */
bool finding_queue_is_late(const struct row *queue);

#endif
