#ifndef HUBTOP_STORE_HITS_H
#define HUBTOP_STORE_HITS_H

#include "domain/impact.h"
#include "store/query.h"

/* Who is hit by some objects: one look over all jobs for all of them together, in slices, none of the jobs kept. */
struct hits;

enum { HITS_MAX = 32 };

/* An object of a kind that impact_has(), and the alert that is about it (empty texts: none). */
struct hits_target {
    struct safe_text source, id, where;
    enum kind kind;
};

/* As of `at_ms` (QUERY_NOW: the present, whose moment is `now_ms`). The query is borrowed and outlives it. Texts are copied;
 * beyond HITS_MAX targets are left out. */
struct hits *hits_new(struct query *query, const struct hits_target *targets, size_t n, int64_t at_ms, int64_t now_ms);
/* Contacts of users are wanted too: call it before the first step. */
void hits_want_contacts(struct hits *i);
void hits_free(struct hits *i);

/* Goes on for about `budget_us`; after QUERY_DONE the sums can be asked for. */
enum query_step hits_step(struct hits *i, struct instant now, int64_t budget_us, struct err *err);

/* How long all steps took. */
int64_t hits_took_us(const struct hits *i);

/* Jobs that were looked at so far. */
int64_t hits_seen(const struct hits *i);
/* What was counted about target `k`, of which `object` is the row; NULL before the jobs are looked at, or where the object is not
 * known. Lives as long as the hits. */
struct impact *hits_impact(struct hits *i, size_t k, const struct row **object);

/* Who is hit by each alert whose object is known. */
typedef void hits_tell(void *ctx, const struct hits_target *target, const struct impact_sum *sum);
void hits_each(struct hits *i, hits_tell *tell, void *ctx);

#endif
