#include "store_private.h"

/* Retention: whole segments, job rows first, while the cache is above its limit; samples and rollups by age. All in
 * slices; freed pages are used again, the file does not shrink (a VACUUM would hold everything up). */

enum { DROP_ROWS = 32, DROP_SAMPLES = 512, DROP_SERIES = 256, LOOK_AGE_MS = 10000, PAGE_BYTES = 4096 };

/* Rollups are kept for days or years, and there are two for each series to ask about. */
enum { LOOK_ROLLUPS_MS = 600000 };

static int64_t used_bytes(struct store *s)
{
    sqlite3_stmt *stmt = store_sql_get(&s->db, SQL_PAGES);
    int64_t pages = stmt && sqlite3_step(stmt) == SQLITE_ROW ? sqlite3_column_int64(stmt, 0) : 0;
    if (stmt)
        sqlite3_reset(stmt);
    return pages * PAGE_BYTES;
}

/* Deletes up to `limit` rows of a range of keys; the number deleted, or -1. */
static int drop_range(struct store *s, enum store_sql which, int64_t from, int64_t to, int limit)
{
    sqlite3_stmt *stmt = store_sql_get(&s->db, which);
    if (!stmt)
        return -1;
    sqlite3_bind_int64(stmt, 1, from);
    sqlite3_bind_int64(stmt, 2, to);
    sqlite3_bind_int(stmt, 3, limit);
    return store_sql_run(&s->db, stmt) ? sqlite3_changes(s->db.db) : -1;
}

static bool run_with(struct store *s, enum store_sql which, int64_t a, int64_t b)
{
    sqlite3_stmt *stmt = store_sql_get(&s->db, which);
    if (!stmt)
        return false;
    sqlite3_bind_int64(stmt, 1, a);
    if (sqlite3_bind_parameter_count(stmt) > 1)
        sqlite3_bind_int64(stmt, 2, b);
    return store_sql_run(&s->db, stmt);
}

/* --- segments */

/* The doomed segment: its number, kind, and the first number that another segment of the kind needs. */
static bool doomed(struct store *s, int64_t *nr, int *kind, int64_t *keep_rev)
{
    sqlite3_stmt *stmt = store_sql_get(&s->db, SQL_SEGMENT_DOOMED);
    bool found = stmt && sqlite3_step(stmt) == SQLITE_ROW;
    if (found) {
        *nr = sqlite3_column_int64(stmt, 0);
        *kind = sqlite3_column_int(stmt, 1);
        *keep_rev = sqlite3_column_int64(stmt, 2);
    }
    if (stmt)
        sqlite3_reset(stmt);
    return found;
}

static bool oldest(struct store *s, int64_t *nr)
{
    sqlite3_stmt *stmt = store_sql_get(&s->db, SQL_SEGMENT_OLDEST);
    if (stmt)
        sqlite3_bind_int(stmt, 1, KIND_JOB);
    bool found = stmt && sqlite3_step(stmt) == SQLITE_ROW;
    if (found)
        *nr = sqlite3_column_int64(stmt, 0);
    if (stmt)
        sqlite3_reset(stmt);
    return found;
}

/* One slice of deleting a doomed segment. */
static bool drop_slice(struct store *s, int64_t nr, int kind, int64_t keep_rev)
{
    int n = drop_range(s, SQL_FRAME_DROP, store_key_chunk(nr, 0), store_key_chunk(nr + 1, 0), DROP_ROWS);
    if (n == 0)
        n = drop_range(s, SQL_CHANGE_DROP, store_key_change(kind, 0), store_key_change(kind, keep_rev), DROP_ROWS);
    if (n == 0 && !run_with(s, SQL_SEGMENT_DROP, nr, 0))
        return false;
    s->prune_gone = s->prune_gone || (n == 0 && kind == KIND_JOB);
    return n >= 0;
}

static bool segments(struct store *s, int64_t until_us, bool *more, struct err *err)
{
    int64_t nr, keep_rev;
    int kind;
    for (;;) {
        bool any = doomed(s, &nr, &kind, &keep_rev);
        if (!any && (used_bytes(s) <= s->options.cache_max_bytes || !oldest(s, &nr)))
            return true;
        if (!store_tx_begin(s, err))
            return false;
        if (!(any ? drop_slice(s, nr, kind, keep_rev) : run_with(s, SQL_SEGMENT_DOOM, nr, 0)))
            return store_tx_fail(s, err, "drop old rows");
        if (!store_tx_commit(s, err))
            return false;
        if (clock_mono_us() >= until_us) {
            *more = true;
            return true;
        }
    }
}

/* --- ages */

static bool old_samples(struct store *s, struct instant now, int64_t until_us, bool *more, struct err *err)
{
    int64_t keep_ms = s->options.raw_keep_ms;
    if (used_bytes(s) > s->options.cache_max_bytes)
        keep_ms /= 4; /* no segment was left to drop */
    int64_t before_ms = now.utc_ms - keep_ms;
    before_ms = before_ms < s->minute.from_ms ? before_ms : s->minute.from_ms; /* never what is not rolled up */
    for (;;) {
        if (!store_tx_begin(s, err))
            return false;
        if (!run_with(s, SQL_SAMPLE_DROP, before_ms, DROP_SAMPLES))
            return store_tx_fail(s, err, "drop old samples");
        int n = sqlite3_changes(s->db.db);
        if (!store_tx_commit(s, err))
            return false;
        if (n < DROP_SAMPLES)
            return true;
        if (clock_mono_us() >= until_us) {
            *more = true;
            return true;
        }
    }
}

static bool old_rollups(struct store *s, struct instant now, int64_t until_us, bool *more, struct err *err)
{
    while (s->prune_series < s->series_next) {
        if (!store_tx_begin(s, err))
            return false;
        for (int i = 0; i < DROP_SERIES && s->prune_series < s->series_next; i++, s->prune_series++)
            if (!run_with(s, SQL_MINUTE_DROP, s->prune_series, now.utc_ms - s->options.minute_keep_ms) ||
                !run_with(s, SQL_QUARTER_DROP, s->prune_series, now.utc_ms - s->options.quarter_keep_ms))
                return store_tx_fail(s, err, "drop old rollups");
        if (!store_tx_commit(s, err))
            return false;
        if (clock_mono_us() >= until_us) {
            *more = true;
            return true;
        }
    }
    return true;
}

/* A job that went is remembered as long as the past can show it: then no two jobs of one name are ever seen. */
static bool old_jobs(struct store *s, struct err *err)
{
    sqlite3_stmt *stmt = store_sql_get(&s->db, SQL_SEGMENT_FIRST);
    if (stmt)
        sqlite3_bind_int(stmt, 1, KIND_JOB);
    bool found = stmt && sqlite3_step(stmt) == SQLITE_ROW;
    int64_t since_ms = found ? sqlite3_column_int64(stmt, 1) : 0;
    if (stmt)
        sqlite3_reset(stmt);
    if (!since_ms || !store_tx_begin(s, err))
        return !since_ms;
    if (!run_with(s, SQL_GONE_DROP, since_ms, DROP_SAMPLES))
        return store_tx_fail(s, err, "forget old jobs");
    s->prune_gone = sqlite3_changes(s->db.db) == DROP_SAMPLES;
    return store_tx_commit(s, err);
}

/* Whether it is time to look again; the time is noted. A clock that was set back is no reason to wait. */
static bool is_due(int64_t *looked_ms, int64_t every_ms, struct instant now)
{
    bool due = *looked_ms == 0 || now.utc_ms - *looked_ms >= every_ms || now.utc_ms < *looked_ms;
    if (due)
        *looked_ms = now.utc_ms;
    return due;
}

bool store_retain_step(struct store *s, struct instant now, int64_t until_us, bool *more, struct err *err)
{
    if (!segments(s, until_us, more, err))
        return false;
    if (*more)
        return true;
    bool due = is_due(&s->prune_ms, LOOK_AGE_MS, now);
    if (!due && s->prune_series >= s->series_next)
        return true;
    if (due) {
        if (is_due(&s->prune_rollups_ms, LOOK_ROLLUPS_MS, now))
            s->prune_series = 1;
        if (s->prune_gone && !old_jobs(s, err))
            return false;
    }
    return old_samples(s, now, until_us, more, err) && (*more || old_rollups(s, now, until_us, more, err));
}
