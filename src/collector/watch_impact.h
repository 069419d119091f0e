#ifndef HUBTOP_COLLECTOR_WATCH_IMPACT_H
#define HUBTOP_COLLECTOR_WATCH_IMPACT_H

#include "domain/impact.h"
#include "store/query.h"

/* Who is hit by the worst alerts: one look over all jobs for all of them together, in slices. */
struct watch_impact;

enum { WATCH_IMPACT_MAX = 32 };

/* An alert, and the object that it is about: of a kind that impact_has(). */
struct watch_target {
    struct safe_text source, id, where;
    enum kind kind;
};

/* The query is borrowed and outlives it. Texts are copied; beyond WATCH_IMPACT_MAX targets are left out. */
struct watch_impact *watch_impact_new(struct query *query, const struct watch_target *targets, size_t n,
                                      int64_t now_ms);
void watch_impact_free(struct watch_impact *i);

/* Goes on for about `budget_us`; after QUERY_DONE the sums can be asked for. */
enum query_step watch_impact_step(struct watch_impact *i, struct instant now, int64_t budget_us, struct err *err);

/* How long all steps took. */
int64_t watch_impact_took_us(const struct watch_impact *i);

/* Who is hit by each alert whose object is known. */
typedef void watch_impact_tell(void *ctx, const struct watch_target *target, const struct impact_sum *sum);
void watch_impact_each(struct watch_impact *i, watch_impact_tell *tell, void *ctx);

#endif
