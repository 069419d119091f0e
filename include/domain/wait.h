#ifndef HUBTOP_DOMAIN_WAIT_H
#define HUBTOP_DOMAIN_WAIT_H

#include "domain/row.h"

/* Why jobs wait, in a few words for all schedulers, and how near they must stay: what a queue's row counts of its pending
 * jobs. */

enum wait_why {
    WAIT_RESOURCES,
    WAIT_PRIORITY,
    WAIT_QUOTA,
    WAIT_TOO_MUCH,
    WAIT_DEPENDENCY,
    WAIT_NEVER,
    WAIT_HELD_USER,
    WAIT_HELD_ADMIN,
    WAIT_HELD,
    WAIT_NODES,
    WAIT_QUEUE,
    WAIT_RESERVATION,
    WAIT_BEGIN,
    WAIT_LICENSES,
    WAIT_ARRAY,
    WAIT_PREPARED,
    WAIT_FAILED,
    WAIT_OTHER,  /* its scheduler says something that is not known here */
    WAIT_UNSAID, /* nobody says */
    WAIT_WHYS
};

/* What a pending job's reason means (words of Slurm's job_state_reason); one that is held says so where it gives none. */
enum wait_why wait_why_of(const struct row *job);
/* In the interface's language: a few words for a column ("nothing free"), and for a sentence ("nothing free that fits"). */
const char *wait_short(enum wait_why why);
const char *wait_words(enum wait_why why);

/* The one-way delay that a job allows at most, as the largest ring that keeps it. */
enum wait_ring {
    WAIT_RING_1,
    WAIT_RING_3,
    WAIT_RING_5,
    WAIT_RING_20,
    WAIT_RING_ANY,   /* nobody says that it is bound to one */
    WAIT_RING_FIXED, /* it may not run elsewhere, or allows less than 1 ms */
    WAIT_RINGS
};
enum wait_ring wait_ring_of(const struct row *job);
/* The ring in ms; 0 for the last two. */
double wait_ring_ms(enum wait_ring ring);

/* Pending jobs by both; the sums of both are the same. */
struct wait_counts {
    int64_t why[WAIT_WHYS], ring[WAIT_RINGS];
};
/* Counts a pending job as `jobs`; sums stay at their end instead of overflowing. */
void wait_count(struct wait_counts *w, const struct row *job, int64_t jobs);

/* What is counted as the lists of a queue's row, "resources:260", the most first, and "5:14", without what is 0; buffers of
 * WAIT_LIST_MAX hold them. */
enum { WAIT_LIST_MAX = 1024 };
void wait_put_whys(const struct wait_counts *w, struct buf *out);
void wait_put_rings(const struct wait_counts *w, struct buf *out);
/* The lists of a queue's row as counts; what makes no sense is left out. */
struct wait_counts wait_read(const struct row *queue);
/* The reasons that are counted, the most first; how many. */
size_t wait_order(const struct wait_counts *w, enum wait_why out[WAIT_WHYS]);

#endif
