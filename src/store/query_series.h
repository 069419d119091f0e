#ifndef HUBTOP_SRC_QUERY_SERIES_H
#define HUBTOP_SRC_QUERY_SERIES_H

#include "query_private.h"

/* The series of one cell: one for each source that tells it. */
struct query_series_list {
    struct {
        int64_t nr, source;
    } of[16];
    size_t n;
};
void query_series_find(struct query *q, enum kind kind, struct safe_text id, int field, struct query_series_list *list);
/* The newest value of one of them at or before T. Inside a transaction. */
bool query_series_at(struct query *q, enum kind kind, const struct query_series_list *list, size_t i, int64_t at_ms,
                     int64_t *sampled_ms, double *value);

#endif
