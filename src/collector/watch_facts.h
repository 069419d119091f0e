#ifndef HUBTOP_COLLECTOR_WATCH_FACTS_H
#define HUBTOP_COLLECTOR_WATCH_FACTS_H

#include "domain/book.h"
#include "store/query.h"
#include "store/store.h"

/* What the alert book looks at, kept up with the cache in slices. Nodes that are lost are learned from the store's own
 * changes: only those are held. */
struct watch_facts;

/* Begins with the nodes that the store remembers as lost. The query is borrowed and outlives it. */
struct watch_facts *watch_facts_new(struct store *store, struct query *query, const struct clock *clock,
                                    struct err *err);
void watch_facts_free(struct watch_facts *f);

/* Follows the cache, at most about `budget_us` a call. */
enum query_step watch_facts_step(struct watch_facts *f, struct instant now, int64_t budget_us, struct err *err);

/* After QUERY_DONE, until the next step: the rows as they are now, and the lines of the change feed beside them. */
struct book_facts watch_facts_of(struct watch_facts *f, int64_t now_ms);

#endif
