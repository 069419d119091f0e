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
    sqlite3_stmt *stmt = store_sql_get(&q->db, SQL_NEWEST_AT);
    bool found = false;
    if (!stmt)
        return false;
    sqlite3_bind_int(stmt, 1, kind);
    sqlite3_bind_int64(stmt, 2, source);
    sqlite3_bind_int64(stmt, 3, nr);
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

/* Before it minutes are not kept any more, and a quarter of an hour is all that is known. */
static int64_t minutes_from(struct query *q, int64_t nr)
{
    sqlite3_stmt *stmt = store_sql_get(&q->db, SQL_MINUTE_FIRST);
    int64_t first_ms = INT64_MAX;
    if (!stmt)
        return first_ms;
    sqlite3_bind_int64(stmt, 1, nr);
    if (sqlite3_step(stmt) == SQLITE_ROW && sqlite3_column_type(stmt, 0) != SQLITE_NULL)
        first_ms = sqlite3_column_int64(stmt, 0);
    sqlite3_reset(stmt);
    return first_ms;
}

/* Whether a quarter of an hour tells more than its minutes do: a mean painted over minutes without any would hide that
 * nothing was observed there. One value alone is a history that was told at that pace. */
static bool quarter_counts(const struct steps *s, int64_t at_ms, int64_t n, int64_t fine_ms)
{
    return at_ms + QUARTER_MS <= fine_ms || (n == 1 && at_ms + QUARTER_MS <= s->to_ms);
}

static bool add_rollups(struct query *q, enum store_sql which, int64_t nr, int64_t span_ms, const bool *filled,
                        struct steps *s)
{
    int64_t fine_ms = span_ms == QUARTER_MS ? minutes_from(q, nr) : INT64_MAX;
    sqlite3_stmt *stmt = store_sql_get(&q->db, which);
    int rc = SQLITE_ERROR;
    if (!stmt)
        return false;
    sqlite3_bind_int64(stmt, 1, nr);
    sqlite3_bind_int64(stmt, 2, s->from_ms - span_ms + 1);
    sqlite3_bind_int64(stmt, 3, s->to_ms);
    while ((rc = sqlite3_step(stmt)) == SQLITE_ROW) {
        int64_t at_ms = sqlite3_column_int64(stmt, 0), n = sqlite3_column_int64(stmt, 1);
        if (fine_ms == INT64_MAX || quarter_counts(s, at_ms, n, fine_ms))
            spread(s, filled, at_ms, span_ms, (double)n, sqlite3_column_double(stmt, 2));
    }
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

/* The list's series of what was observed, or of what filled gaps. */
static struct query_series_list only(const struct query_series_list *list, bool filled, int64_t filled_source)
{
    struct query_series_list some = {.n = 0};
    for (size_t i = 0; i < list->n; i++)
        if ((list->of[i].source == filled_source) == filled)
            some.of[some.n++] = list->of[i];
    return some;
}

/* Means of some series over the steps, NAN where nothing is. */
static bool means_of(struct query *q, const struct query_series_list *list, struct steps *s)
{
    bool *done = mem_new(s->n, sizeof *done);
    memset(s->sums, 0, s->n * sizeof *s->sums);
    memset(s->counts, 0, s->n * sizeof *s->counts);
    bool ok = list->n == 0 || add_all(q, list, done, s);
    for (size_t i = 0; i < s->n; i++)
        s->sums[i] = s->counts[i] > 0 ? s->sums[i] / s->counts[i] : NAN;
    free(done);
    return ok;
}

static bool read_both(struct query *q, const struct query_series_list *list, struct steps *s, double *means,
                      bool *filled)
{
    int64_t filler = query_source_nr(q, text_of(QUERY_FILLED));
    struct query_series_list own = only(list, false, filler), late = only(list, true, filler);
    if (!means_of(q, &own, s))
        return false;
    memcpy(means, s->sums, s->n * sizeof *means);
    if (!means_of(q, &late, s))
        return false;
    for (size_t i = 0; i < s->n; i++) {
        bool fills = isnan(means[i]) && !isnan(s->sums[i]);
        means[i] = fills ? s->sums[i] : means[i];
        if (filled)
            filled[i] = fills;
    }
    return true;
}

bool query_series(struct query *q, enum kind kind, struct safe_text id, int field, int64_t from_ms, int64_t to_ms,
                  double *means, bool *filled, size_t n, struct err *err)
{
    if (!n || n > STEPS_MAX || to_ms <= from_ms || to_ms - from_ms > SPAN_MS_MAX)
        return err_set(err, ERR_INPUT, "cannot read a series: its span makes no sense");
    struct query_series_list list;
    struct steps s = {from_ms, to_ms, mem_new(n, sizeof(double)), mem_new(n, sizeof(double)), n};
    bool ok = query_begin(q, err);
    if (ok) {
        query_series_find(q, kind, id, field, &list);
        ok = (query_sources(q, err) && read_both(q, &list, &s, means, filled)) || query_fail(q, err, "read a series");
        query_end(q);
    }
    free(s.sums);
    free(s.counts);
    return ok;
}

/* --- what is usual --- */

enum { USUAL_MAX = 1 << 13, USUAL_QUARTERS_MIN = 8, USUAL_MINUTES_MIN = 20 };

static int by_value(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

/* Means of one kind of rollup, of all series of the cell; how many. */
static size_t rollup_means(struct query *q, enum store_sql which, const struct query_series_list *list, int64_t from_ms,
                           int64_t to_ms, double *out)
{
    size_t n = 0;
    for (size_t i = 0; i < list->n; i++) {
        sqlite3_stmt *stmt = store_sql_get(&q->db, which);
        if (!stmt)
            return 0;
        sqlite3_bind_int64(stmt, 1, list->of[i].nr);
        sqlite3_bind_int64(stmt, 2, from_ms);
        sqlite3_bind_int64(stmt, 3, to_ms);
        for (; n < USUAL_MAX && sqlite3_step(stmt) == SQLITE_ROW; n += sqlite3_column_int64(stmt, 1) > 0)
            out[n] = sqlite3_column_double(stmt, 2) / (double)sqlite3_column_int64(stmt, 1);
        sqlite3_reset(stmt);
    }
    return n;
}

bool query_usual(struct query *q, enum kind kind, struct safe_text id, int field, int64_t from_ms, int64_t to_ms,
                 double *usual)
{
    struct query_series_list list;
    if (!query_begin(q, NULL))
        return false;
    double *means = mem_new(USUAL_MAX + 1, sizeof *means);
    query_series_find(q, kind, id, field, &list);
    size_t n = rollup_means(q, SQL_QUARTER_EACH, &list, from_ms, to_ms, means), least = USUAL_QUARTERS_MIN;
    if (n < least) {
        n = rollup_means(q, SQL_MINUTE_EACH, &list, from_ms, to_ms, means);
        least = USUAL_MINUTES_MIN;
    }
    query_end(q);
    qsort(means, n, sizeof *means, by_value);
    if (n >= least)
        *usual = (means[(n - 1) / 2] + means[n / 2]) / 2;
    free(means);
    return n >= least;
}
