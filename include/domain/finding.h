#ifndef HUBTOP_DOMAIN_FINDING_H
#define HUBTOP_DOMAIN_FINDING_H

#include "domain/symptom.h"

/* What needs somebody now: the alerts that nothing else explains, joined with what they are about. Behind the verdict, the list
 * "Needs you now", `status` and `check`. */

enum finding_what {
    FINDING_SOURCE,
    FINDING_SCHED,
    FINDING_NODES,
    FINDING_QUEUE,
    FINDING_LINK,
    FINDING_HEAT,
    FINDING_FEED,
    FINDING_QUOTA,
    FINDING_PUE,
    FINDING_RACK,
    FINDING_ISLAND,
    FINDING_SITE,
    FINDING_ALERT /* no rule of ours: others told it, or the book is full */
};

/* Rows are of the facts, and live as long as they. An alert that is less severe than what it explains, that others told, or that
 * keeps a promise which that breaks, speaks
 * with the voice of the worst that it explains: row, what, symptom and age are that one's. */
struct finding {
    enum severity
        severity; /* SEVERITY_NOTICE, SEVERITY_WARN or SEVERITY_CRIT: the worst of an alert and what it explains */
    enum finding_what what;
    const struct row *row;   /* the object; where that is not known, the alert */
    const struct row *alert; /* NULL: a source that went silent, of which no collector tells */
    const struct row *voice; /* whose words these are: the alert, or one that it explains */
    struct symptom symptom;  /* what it says now; of FINDING_ALERT nothing */
    int64_t jobs; /* that it hits; where nobody counted yet, that it may hit as far as was told last; -1: unknown */
    int64_t users, tenants; /* -1: unknown */
    bool counted;           /* jobs, users and tenants were counted */
    int64_t age_ms;         /* since when; of a source, since its last answer; -1: unknown */
    size_t children;        /* alerts that it explains */
    bool acked, returned, flapping;
    bool told_last; /* nobody knows how it stands now: the words are those that the store has */
};

struct finding_list {
    struct finding *
        all; /* who is acknowledged last; then by severity, what holds now, jobs, tenants, age (unknown last), then by id */
    size_t count;
    unsigned crit, warn;            /* of those that nobody has acknowledged */
    unsigned acked;                 /* of any severity */
    unsigned silenced, maintenance; /* roots that are left out: silenced, or their object is in maintenance */
};

/* Pure; the caller owns the list and keeps the rows while it is used. A finding for each alert that is not over, silenced, in
 * maintenance, or explained by another one that is open; and for each source that does not answer (domain/symptom.h) of which no
 * alert tells: whoever tells may be gone himself. The moment counts in whole seconds: who asks twice within one gets the same
 * answer. */
struct finding_list finding_list_of(const struct verdict_facts *facts);
void finding_release(struct finding_list *l);

const char *finding_word(enum finding_what what); /* "source", "sched", "nodes" …; not translated */

/* Appends the object's id, or its ends by name ("韶关→深圳"), in at most `columns` (-1: no limit); safe to show. */
void finding_where(const struct finding *f, int columns, struct buf *out);
/* Appends what is wrong, the value against its limit, without the object's name, its jobs and its age; safe to show. */
void finding_text(const struct finding *f, struct buf *out);
/* Appends a sentence of at most 78 columns: what, which way it goes, for how long, who is hit, and (where it fits) what else is
 * wrong; safe to show. */
void finding_sentence(const struct finding *f, struct buf *out);

#endif
