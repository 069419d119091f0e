#ifndef HUBTOP_DOMAIN_SYMPTOM_H
#define HUBTOP_DOMAIN_SYMPTOM_H

#include <stddef.h>

#include "domain/thresholds.h"
#include "domain/verdict.h"

/* What the facts of one moment prove to be wrong, one rule at one object. Pure and without memory: for how long it must hold,
 * when it is over and what explains what is the book's (domain/book.h). */

enum symptom_rule {
    SYMPTOM_SOURCE,
    SYMPTOM_SCHED,
    SYMPTOM_NODES,
    SYMPTOM_QUEUE,
    SYMPTOM_LINK,
    SYMPTOM_HEAT,
    SYMPTOM_FEED,
    SYMPTOM_QUOTA,
    SYMPTOM_PUE,
    SYMPTOM_RACK,   /* many nodes of one rack were lost at once */
    SYMPTOM_ISLAND, /* a cluster all of whose measured links are down */
    SYMPTOM_SITE,   /* most links of one end are bad: it is the end, not the paths */
    SYMPTOM_RULES   /* how many there are; none of them */
};

/* Rows of one moment by kind; they live as long as what is made of them. Of KIND_NODE only those that are lost (state down) are
 * handed over, and lost_ms says since when (UTC; NULL: their reason_at, else their since_ms). */
struct symptom_facts {
    const struct row *rows[KIND_COUNT];
    size_t count[KIND_COUNT];
    const int64_t *lost_ms;
    int64_t now_ms;
};
/* The kinds that are read of the facts, ended by KIND_NONE. */
extern const enum kind symptom_kinds[];
/* The same rows as far as the verdict's facts have them. */
struct symptom_facts symptom_facts_of(const struct verdict_facts *facts);

struct symptom {
    enum symptom_rule rule;
    /* SEVERITY_OK: the rule does not hold; SEVERITY_UNKNOWN: it cannot be told, because the row is stale, its source is not
     * live, or a value that it needs is unknown. */
    enum severity severity;
    enum kind kind; /* of the object */
    struct safe_text where;
    struct safe_text source; /* whose word it is */
    const struct row *row;   /* the object's; NULL: a rack that nobody describes */
    int64_t jobs;            /* that it may hit, as far as was told last; -1: unknown */
    int64_t
        age_ms; /* since the source's last answer, or since a link is as bad as that; -1: unknown, or about something else */
    /* Of a link: the Chinese names of its ends, where the interface speaks Chinese and both are known; else empty. */
    struct safe_text from, to;
    double
        limit; /* that was broken: percent of nodes or of a quota, degrees, a PUE; of a queue: seconds past a deadline; NAN: none */
    int64_t count; /* nodes that a rack lost, bad (island: all) links of an end; -1: unknown */
    size_t others; /* of links: different ends at the other side of those */
    bool calm;     /* of an alert that is still open: its rule does not hold at this moment */
};

/* Hands on every rule at every object that it is about, whether it holds or not, by rule and then as the rows stand. Rules, with
 * limits of domain/thresholds.h:
 * - a source that is not live (or calls itself so but was silent for longer than is fresh) warns; it is critical when
 *   it denies access, or when it and all others that tell of a cluster's schedulers are silent for source_lost_for;
 * - a scheduler that is down is critical; over nodes_warn_pct of its nodes unavailable warn;
 * - a queue whose p95 wait is over its promise warns; one whose oldest job of an inner ring is past its deadline is critical;
 * - a link that was judged critical or a warning (domain/link.h) is what it was judged;
 * - a hall that is hot, or of which a rack's feed carries too much (domain/hall.h), is what it was judged;
 * - a month in which quota_pct of the energy quota are used, or whose PUE is above the cluster's limit, is a notice;
 * - a rack of which rack_nodes or more that are lost now were lost within rack_within is critical (only those that hold are
 *   handed on: no other rack is known here);
 * - a cluster of which all measured links are down is critical; one end of whose measured links most are bad, to two others or
 *   more (domain/blame.h), warns.
 * Rows that are stale, or of a source that is not live, say nothing about now. The moment counts in whole seconds: who
 * asks twice within one gets the same answer. */
typedef void symptom_take(void *ctx, const struct symptom *s);
void symptom_each(const struct symptom_facts *facts, const struct thresholds *t, symptom_take *take, void *ctx);

/* Those that hold, by rule, then by `where`, then by source. */
struct symptom_list {
    struct symptom *all;
    size_t count;
};
struct symptom_list symptom_list_of(const struct symptom_facts *facts, const struct thresholds *t);
void symptom_list_release(struct symptom_list *l);
/* The first of that rule at that object, or NULL. */
const struct symptom *symptom_find(const struct symptom_list *l, enum symptom_rule rule, struct safe_text where);

/* Which of our own rules an alert's row is of; SYMPTOM_RULES: none (somebody else told it). */
enum symptom_rule symptom_rule_of(const struct row *alert);
/* What an alert of ours says now, for readers, whose language the store does not speak: what `now` has of it, or (calm) that it
 * does not hold at the moment. `object` is the row of what it is about, or NULL. Racks are taken at the alert's word: readers do
 * not know single nodes. */
struct symptom symptom_of_alert(const struct symptom_list *now, const struct row *alert, const struct row *object);

const char *symptom_word(enum symptom_rule rule); /* "source", "sched", "nodes" …; not translated */
/* The rule of that word, or SYMPTOM_RULES. */
enum symptom_rule symptom_by_word(struct safe_text word);

/* Appends the object's id, or its ends by name ("韶关→深圳"), in at most `columns` (-1: no limit); safe to show. */
void symptom_where(const struct symptom *s, int columns, struct buf *out);
/* Appends what is wrong, the value against its limit, without the object's name, its jobs and its age; safe to show. */
void symptom_text(const struct symptom *s, struct buf *out);
/* Appends a sentence of at most 78 columns with all of them; safe to show. */
void symptom_sentence(const struct symptom *s, struct buf *out);
/* Appends what symptom_text() says, in English whatever the interface speaks: what the store keeps. */
void symptom_summary(const struct symptom *s, struct buf *out);
/* Appends such a stored text of that rule in the language of the interface; of no rule (others told it) as it is. Safe to show. */
void symptom_tell(enum symptom_rule rule, struct safe_text summary, struct buf *out);
/* The same where it is not known of which rule it is, as in the feed of changes; what is no sentence of ours stays. */
void symptom_tell_any(const char *summary, struct buf *out);

/* How many seconds the oldest job of an inner ring is past its deadline, negative before; NAN: nothing is known of one. */
double symptom_queue_overdue_s(const struct row *queue, int64_t now_ms);
/* Whether a queue's p95 wait is over its promise; false where either is unknown. */
bool symptom_queue_is_late(const struct row *queue);

#endif
