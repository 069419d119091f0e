#include "store_private.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

/* Samples of a finished minute are read into sums by series (slices), then the sums are written in the order of the
 * series (slices), each to its minute and its quarter of an hour. How far that came stands in the notes, in the same
 * transaction: after a crash nothing is counted twice. */

enum { MINUTE_MS = 60000, QUARTER_MS = 900000, GRACE_MS = 2000, LOOK_EACH = 64 };
static const char progress_key[] = "rollup";

static int64_t floor_to(int64_t ms, int64_t step)
{
    return ms - ms % step;
}

static bool save(struct store *s, int64_t from_ms, int64_t series)
{
    int64_t progress[2] = {from_ms, series};
    sqlite3_stmt *stmt = store_sql_get(&s->db, SQL_NOTE_SET);
    if (stmt) {
        sqlite3_bind_text(stmt, 1, progress_key, -1, SQLITE_STATIC);
        store_sql_bind(stmt, 2, progress, sizeof progress);
    }
    return store_sql_run(&s->db, stmt);
}

bool store_rollup_load(struct store *s, struct err *err)
{
    struct store_minute *m = &s->minute;
    int64_t progress[2] = {0, 0};
    sqlite3_stmt *stmt = store_sql_get(&s->db, SQL_NOTE_GET);
    if (stmt)
        sqlite3_bind_text(stmt, 1, progress_key, -1, SQLITE_STATIC);
    int rc = stmt ? sqlite3_step(stmt) : SQLITE_ERROR;
    if (rc == SQLITE_ROW) {
        size_t n;
        const void *bytes = store_sql_blob(stmt, 0, &n);
        if (n == sizeof progress)
            memcpy(progress, bytes, n);
    }
    if (stmt)
        sqlite3_reset(stmt);
    m->from_ms = progress[0];
    m->done_series = progress[1];
    m->reading = m->writing = false;
    m->n = m->at = 0;
    return rc == SQLITE_ROW || rc == SQLITE_DONE || store_sql_error(&s->db, err, "read how far rollups are");
}

static bool add_sum(struct store *s, enum store_sql which, int64_t at_ms, const struct store_minute_sum *sum)
{
    sqlite3_stmt *stmt = store_sql_get(&s->db, which);
    if (!stmt)
        return false;
    sqlite3_bind_int64(stmt, 1, sum->series);
    sqlite3_bind_int64(stmt, 2, at_ms);
    sqlite3_bind_int64(stmt, 3, sum->n);
    sqlite3_bind_double(stmt, 4, sum->sum);
    sqlite3_bind_double(stmt, 5, sum->lo);
    sqlite3_bind_double(stmt, 6, sum->hi);
    return store_sql_run(&s->db, stmt);
}

static bool add_both(struct store *s, int64_t at_ms, const struct store_minute_sum *sum)
{
    return add_sum(s, SQL_MINUTE_ADD, floor_to(at_ms, MINUTE_MS), sum) &&
           add_sum(s, SQL_QUARTER_ADD, floor_to(at_ms, QUARTER_MS), sum);
}

bool store_rollup_is_late(struct store *s, int64_t at_ms)
{
    struct store_minute *m = &s->minute;
    if (m->reading && at_ms >= m->from_ms && at_ms < m->from_ms + MINUTE_MS) {
        m->reading = false; /* nothing of that minute is written yet: read it again */
        m->n = 0;
    }
    bool begun = m->writing || m->done_series;
    return at_ms < m->from_ms + (begun ? MINUTE_MS : 0);
}

bool store_rollup_late(struct store *s, int64_t series, int64_t at_ms, double value, struct err *err)
{
    struct store_minute_sum one = {series, 1, value, value, value};
    return add_both(s, at_ms, &one) || store_tx_fail(s, err, "record a sample");
}

/* --- reading a minute */

static struct store_minute_sum *sum_of(struct store_minute *m, int64_t series)
{
    /* samples of one moment come in the order of the series: the next one is nearly always the one wanted */
    if (m->at < m->n && m->sums[m->at].series == series)
        return &m->sums[m->at];
    size_t lo = 0, hi = m->n;
    while (lo < hi) {
        size_t mid = (lo + hi) / 2;
        if (m->sums[mid].series < series)
            lo = mid + 1;
        else
            hi = mid;
    }
    m->at = lo;
    if (lo < m->n && m->sums[lo].series == series)
        return &m->sums[lo];
    if (m->n == m->cap) {
        m->cap = m->cap ? m->cap * 2 : 256;
        m->sums = mem_grow(m->sums, m->cap, sizeof *m->sums);
    }
    memmove(&m->sums[lo + 1], &m->sums[lo], (m->n++ - lo) * sizeof *m->sums);
    m->sums[lo] = (struct store_minute_sum){.series = series};
    return &m->sums[lo];
}

static void take(struct store_minute *m, int64_t series, double value)
{
    struct store_minute_sum *sum = sum_of(m, series);
    if (!sum->n || value < sum->lo)
        sum->lo = value;
    if (!sum->n || value > sum->hi)
        sum->hi = value;
    sum->sum += value;
    sum->n++;
    m->at++;
}

static bool read_slice(struct store *s, int64_t until_us, bool *more)
{
    struct store_minute *m = &s->minute;
    sqlite3_stmt *stmt = store_sql_get(&s->db, SQL_SAMPLE_EACH);
    int rc = SQLITE_ERROR;
    if (!stmt)
        return false;
    sqlite3_bind_int64(stmt, 1, m->read_ms);
    sqlite3_bind_int64(stmt, 2, m->read_series);
    sqlite3_bind_int64(stmt, 3, m->from_ms + MINUTE_MS);
    for (unsigned i = 1; (rc = sqlite3_step(stmt)) == SQLITE_ROW; i++) {
        m->read_ms = sqlite3_column_int64(stmt, 0);
        m->read_series = sqlite3_column_int64(stmt, 1);
        if (m->read_series > m->done_series)
            take(m, m->read_series, sqlite3_column_double(stmt, 2));
        if (i % LOOK_EACH == 0 && clock_mono_us() >= until_us)
            break;
    }
    sqlite3_reset(stmt);
    *more = rc == SQLITE_ROW;
    if (rc == SQLITE_DONE) {
        m->reading = false;
        m->writing = true;
        m->at = 0;
    }
    return rc == SQLITE_ROW || rc == SQLITE_DONE;
}

/* --- writing it */

static bool write_slice(struct store *s, int64_t until_us, bool *more, struct err *err)
{
    struct store_minute *m = &s->minute;
    bool ok = true;
    if (!store_tx_begin(s, err))
        return false;
    for (unsigned i = 1; ok && m->at < m->n && (i % LOOK_EACH || clock_mono_us() < until_us); i++) {
        ok = add_both(s, m->from_ms, &m->sums[m->at]);
        m->done_series = m->sums[m->at++].series;
    }
    *more = m->at < m->n;
    if (!*more) {
        m->from_ms += MINUTE_MS;
        m->done_series = 0;
        m->writing = false;
        m->n = 0;
    }
    if (!ok || !save(s, m->from_ms, m->done_series))
        return store_tx_fail(s, err, "roll samples up");
    return store_tx_commit(s, err);
}

/* Where the next minute with samples begins; false when there is nothing to do yet. */
static bool next_minute(struct store *s, struct instant now)
{
    struct store_minute *m = &s->minute;
    sqlite3_stmt *stmt = store_sql_get(&s->db, SQL_SAMPLE_EACH);
    if (!stmt)
        return false;
    sqlite3_bind_int64(stmt, 1, m->from_ms - 1);
    sqlite3_bind_int64(stmt, 2, INT64_MAX);
    sqlite3_bind_int64(stmt, 3, floor_to(now.utc_ms - GRACE_MS, MINUTE_MS));
    bool found = sqlite3_step(stmt) == SQLITE_ROW;
    int64_t first_ms = found ? sqlite3_column_int64(stmt, 0) : 0;
    sqlite3_reset(stmt);
    if (!found)
        return false;
    if (!m->done_series)
        m->from_ms = floor_to(first_ms, MINUTE_MS);
    m->read_ms = m->from_ms - 1;
    m->read_series = INT64_MAX;
    m->reading = true;
    m->n = m->at = 0;
    return true;
}

bool store_rollup_step(struct store *s, struct instant now, int64_t until_us, bool *more, struct err *err)
{
    struct store_minute *m = &s->minute;
    bool again = true;
    if (s->n_due > 0 && !store_sample_due(s, err))
        return false;
    while (again && (m->reading || m->writing || next_minute(s, now))) {
        again = false;
        if (m->reading && !read_slice(s, until_us, &again))
            return store_tx_fail(s, err, "read samples");
        if (m->writing && !write_slice(s, until_us, &again, err))
            return false;
        if (clock_mono_us() >= until_us) {
            *more = true;
            return true;
        }
        again = true;
    }
    return true;
}
