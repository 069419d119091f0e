#include "query_series.h"

bool query_sample(struct query *q, enum kind kind, struct safe_text id, int field, int64_t at_ms, double *value,
                  int64_t *sampled_ms)
{
    struct query_series_list list;
    bool found = false;
    int64_t best_ms = INT64_MIN;
    if (!query_begin(q, NULL))
        return false;
    query_series_find(q, kind, id, field, &list);
    for (size_t i = 0; i < list.n; i++) {
        int64_t got_ms;
        double got;
        if (query_series_at(q, kind, &list, i, at_ms, &got_ms, &got) && got_ms > best_ms) {
            best_ms = got_ms;
            *value = got;
            found = true;
        }
    }
    query_end(q);
    if (found && sampled_ms)
        *sampled_ms = best_ms;
    return found;
}
