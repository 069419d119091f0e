#ifndef HUBTOP_SRC_DOMAIN_DERIVE_TALLY_H
#define HUBTOP_SRC_DOMAIN_DERIVE_TALLY_H

#include "base/arena.h"
#include "domain/ids.h"
#include "domain/row.h"
#include "domain/wait.h"

/* What derive and join count with. */

/* A sum over known cells: unknown when there were rows but none knew. Stays at the ends instead of overflowing. */
struct derive_sum {
    int64_t total;
    bool any, missed;
};
void derive_tally_add(struct derive_sum *sum, const struct value *v);
struct value derive_tally_value(const struct derive_sum *sum);
int64_t derive_tally_plus(int64_t a, int64_t b);

/* Moments, each of `n` jobs. */
struct derive_moment {
    int64_t at_ms, n;
};
struct derive_moments {
    struct derive_moment *all;
    size_t count, cap;
};
void derive_tally_moment(struct derive_moments *m, int64_t at_ms, int64_t n);
void derive_tally_sort(struct derive_moments *m); /* oldest first */
/* Jobs in [from_ms, to_ms]. */
int64_t derive_tally_between(const struct derive_moments *m, int64_t from_ms, int64_t to_ms);
/* The wait in seconds at `now_ms` of the job at that share (0.95) of all sorted moments, by nearest rank; unknown
 * without any. 1 is the oldest. */
struct value derive_tally_wait(const struct derive_moments *m, double share, int64_t now_ms);

/* What is counted for one queue, user or scheduler. Texts belong to the table's arena. */
struct derive_tally {
    struct safe_text id;
    size_t row; /* where the described row of that id stands */
    struct value scheduler, cluster, name, account, tenant;
    bool accounts_differ, tenants_differ;
    int64_t running, waiting;
    struct derive_sum accels_running, accels_asked, cpus_asked;
    struct derive_moments pending, submitted, started;
    struct wait_counts *waits;          /* of pending jobs of a queue; NULL: none */
    struct value inner_at, deadline_at; /* of waiting jobs of inner rings: the oldest, the first */
    int64_t nodes, nodes_down, nodes_planned;
    struct derive_sum cpus, cpus_free, accels, accels_free;
};

/* Tallies by id, in the order of their first row; their texts belong to `ids` or to the arena. `{0}` is empty. */
struct derive_table {
    struct derive_tally **all;
    size_t count, cap;
    struct ids ids;
};
/* The tally of "a/b", or of "a" when `b` is empty; made when it is new. */
struct derive_tally *derive_tally_of(struct derive_table *t, struct arena *arena, struct safe_text a,
                                     struct safe_text b);
/* The tally of that id, or NULL. */
const struct derive_tally *derive_tally_find(const struct derive_table *t, struct safe_text id);
void derive_tally_release(struct derive_table *t);

/* How the parts of a whole are: all up is up, none is down, some (or some that are degraded themselves) is degraded;
 * unknown when no part says. */
struct derive_health {
    size_t known, up, degraded;
};
void derive_tally_health_add(struct derive_health *h, const struct value *state);
struct value derive_tally_health(const struct derive_health *h);

#endif
