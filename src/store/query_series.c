#include "query_series.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

enum {
    MINUTE_MS = 60000,
    QUARTER_MS = 900000,
    RAW_WINDOW_MS = 30 * 60 * 1000,
    BACK_MS = 15 * 60 * 1000,
    STEPS_MAX = 1 << 16
};
#define SPAN_MS_MAX (INT64_C(100) * 365 * 86400 * 1000)

void query_series_find(struct query *q, enum kind kind, struct safe_text id, int field, struct query_series_list *list)
{
    sqlite3_stmt *stmt = store_sql_get(&q->db, SQL_SERIES_OF);
    list->n = 0;
    if (!stmt)
        return;
    sqlite3_bind_int(stmt, 1, kind);
    store_sql_bind(stmt, 2, text_bytes(id), text_len(id));
    sqlite3_bind_int(stmt, 3, field);
    while (list->n < sizeof list->of / sizeof list->of[0] && sqlite3_step(stmt) == SQLITE_ROW) {
        list->of[list->n].nr = sqlite3_column_int64(stmt, 0);
        list->of[list->n++].source = sqlite3_column_int64(stmt, 1);
    }
    sqlite3_reset(stmt);
}

static bool newest(struct query *q, enum kind kind, int64_t source, int64_t nr, int64_t *sampled_ms, double *value)
{
    sqlite3_stmt *stmt = store_sql_get(&q->db, SQL_NEWEST_EACH);
    bool found = false;
    if (!stmt)
        return false;
    sqlite3_bind_int(stmt, 1, kind);
    sqlite3_bind_int64(stmt, 2, source);
    if (sqlite3_step(stmt) == SQLITE_ROW) {
        size_t n;
        const char *at = store_sql_blob(stmt, 0, &n), *end = at + n;
        int64_t got;
        while (!found && store_blob_next_sample(&at, end, &got, sampled_ms, value))
            found = got == nr;
    }
    sqlite3_reset(stmt);
    return found;
}

/* Samples are kept by time: one series is found by walking backwards over all of them, so not far. */
static bool raw_at(struct query *q, int64_t nr, int64_t at_ms, int64_t *sampled_ms, double *value)
{
    sqlite3_stmt *stmt = store_sql_get(&q->db, SQL_SAMPLE_BACK);
    bool found = false;
    if (!stmt)
        return false;
    sqlite3_bind_int64(stmt, 1, at_ms);
    sqlite3_bind_int64(stmt, 2, at_ms - BACK_MS);
    while (!found && sqlite3_step(stmt) == SQLITE_ROW)
        if (sqlite3_column_int64(stmt, 1) == nr) {
            *sampled_ms = sqlite3_column_int64(stmt, 0);
            *value = sqlite3_column_double(stmt, 2);
            found = true;
        }
    sqlite3_reset(stmt);
    return found;
}

static bool rollup_at(struct query *q, enum store_sql which, int64_t nr, int64_t at_ms, int64_t *sampled_ms,
                      double *value)
{
    sqlite3_stmt *stmt = store_sql_get(&q->db, which);
    bool found = false;
    if (!stmt)
        return false;
    sqlite3_bind_int64(stmt, 1, nr);
    sqlite3_bind_int64(stmt, 2, at_ms);
    if (sqlite3_step(stmt) == SQLITE_ROW && sqlite3_column_int64(stmt, 1) > 0) {
        *sampled_ms = sqlite3_column_int64(stmt, 0);
        *value = sqlite3_column_double(stmt, 2) / (double)sqlite3_column_int64(stmt, 1);
        found = true;
    }
    sqlite3_reset(stmt);
    return found;
}

bool query_series_at(struct query *q, enum kind kind, const struct query_series_list *list, size_t i, int64_t at_ms,
                     int64_t *sampled_ms, double *value)
{
    int64_t nr = list->of[i].nr;
    if (at_ms == QUERY_NOW)
        return newest(q, kind, list->of[i].source, nr, sampled_ms, value);
    return raw_at(q, nr, at_ms, sampled_ms, value) || rollup_at(q, SQL_MINUTE_AT, nr, at_ms, sampled_ms, value) ||
           rollup_at(q, SQL_QUARTER_AT, nr, at_ms, sampled_ms, value);
}

/* --- means over steps */

struct steps {
    int64_t from_ms, to_ms;
    double *sums, *counts;
    size_t n;
};

static size_t step_of(const struct steps *s, int64_t ms)
{
    size_t i = (size_t)((ms - s->from_ms) * (int64_t)s->n / (s->to_ms - s->from_ms));
    return i < s->n ? i : s->n - 1;
}

/* A rollup's sum and count fall upon each step that its span touches and that nothing finer has filled. */
static void spread(struct steps *s, const bool *filled, int64_t at_ms, int64_t span_ms, double n, double sum)
{
    int64_t from = at_ms > s->from_ms ? at_ms : s->from_ms,
            to = at_ms + span_ms < s->to_ms ? at_ms + span_ms : s->to_ms;
    if (from >= to)
        return;
    for (size_t i = step_of(s, from), last = step_of(s, to - 1); i <= last; i++)
        if (!filled[i]) {
            s->sums[i] += sum;
            s->counts[i] += n;
        }
}

static void mark_filled(const struct steps *s, bool *filled)
{
    for (size_t i = 0; i < s->n; i++)
        filled[i] = s->counts[i] > 0;
}

static bool add_rollups(struct query *q, enum store_sql which, int64_t nr, int64_t span_ms, const bool *filled,
                        struct steps *s)
{
    sqlite3_stmt *stmt = store_sql_get(&q->db, which);
    int rc = SQLITE_ERROR;
    if (!stmt)
        return false;
    sqlite3_bind_int64(stmt, 1, nr);
    sqlite3_bind_int64(stmt, 2, s->from_ms - span_ms + 1);
    sqlite3_bind_int64(stmt, 3, s->to_ms);
    while ((rc = sqlite3_step(stmt)) == SQLITE_ROW)
        spread(s, filled, sqlite3_column_int64(stmt, 0), span_ms, sqlite3_column_double(stmt, 1),
               sqlite3_column_double(stmt, 2));
    sqlite3_reset(stmt);
    return rc == SQLITE_DONE;
}

static bool is_of(const struct query_series_list *list, int64_t nr)
{
    for (size_t i = 0; i < list->n; i++)
        if (list->of[i].nr == nr)
            return true;
    return false;
}

/* The last half hour at most comes from the samples themselves, which are kept by time for all series together; it
 * also has the minute that is not rolled up yet. */
static bool add_raw(struct query *q, const struct query_series_list *list, struct steps *s)
{
    sqlite3_stmt *stmt = store_sql_get(&q->db, SQL_SAMPLE_EACH);
    int rc = SQLITE_ERROR;
    int64_t from = s->to_ms - s->from_ms > RAW_WINDOW_MS ? s->to_ms - RAW_WINDOW_MS : s->from_ms;
    if (!stmt)
        return false;
    sqlite3_bind_int64(stmt, 1, from - 1);
    sqlite3_bind_int64(stmt, 2, INT64_MAX);
    sqlite3_bind_int64(stmt, 3, s->to_ms);
    while ((rc = sqlite3_step(stmt)) == SQLITE_ROW)
        if (is_of(list, sqlite3_column_int64(stmt, 1))) {
            size_t i = step_of(s, sqlite3_column_int64(stmt, 0));
            s->sums[i] += sqlite3_column_double(stmt, 2);
            s->counts[i] += 1;
        }
    sqlite3_reset(stmt);
    return rc == SQLITE_DONE;
}

static bool add_all(struct query *q, const struct query_series_list *list, bool *filled, struct steps *s)
{
    static const struct {
        enum store_sql which;
        int64_t span_ms;
    } coarser[] = {{SQL_MINUTE_EACH, MINUTE_MS}, {SQL_QUARTER_EACH, QUARTER_MS}};
    if (!add_raw(q, list, s))
        return false;
    for (size_t c = 0; c < sizeof coarser / sizeof coarser[0]; c++) {
        mark_filled(s, filled);
        for (size_t i = 0; i < list->n; i++)
            if (!add_rollups(q, coarser[c].which, list->of[i].nr, coarser[c].span_ms, filled, s))
                return false;
    }
    return true;
}

bool query_series(struct query *q, enum kind kind, struct safe_text id, int field, int64_t from_ms, int64_t to_ms,
                  double *means, size_t n, struct err *err)
{
    if (!n || n > STEPS_MAX || to_ms <= from_ms || to_ms - from_ms > SPAN_MS_MAX)
        return err_set(err, ERR_INPUT, "cannot read a series: its span makes no sense");
    struct query_series_list list;
    struct steps s = {from_ms, to_ms, means, mem_new(n, sizeof(double)), n};
    bool *filled = mem_new(n, sizeof *filled);
    memset(means, 0, n * sizeof *means);
    bool ok = query_begin(q, err);
    if (ok) {
        query_series_find(q, kind, id, field, &list);
        ok = add_all(q, &list, filled, &s) || query_fail(q, err, "read a series");
        query_end(q);
    }
    for (size_t i = 0; i < n; i++)
        means[i] = s.counts[i] > 0 ? s.sums[i] / s.counts[i] : NAN;
    free(s.counts);
    free(filled);
    return ok;
}
