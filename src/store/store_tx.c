#include "store_private.h"

#include "store_file.h"

enum { WAL_FRAMES = 16384 /* without store_maintain() */, WAL_SHARE = 4, PAGE_BYTES = 4096 };

bool store_tx_commit(struct store *s, struct err *err)
{
    return s->group || store_tx_commit_now(s, err);
}

bool store_tx_commit_now(struct store *s, struct err *err)
{
    if (s->tx_user || s->applying)
        return true;
    if (!store_sample_flush(s, err) || !store_observed_write(s, err))
        return false;
    sqlite3_stmt *stmt = store_sql_get(&s->db, SQL_REV_SET);
    if (stmt)
        sqlite3_bind_int64(stmt, 1, s->tx_rev);
    if (!store_sql_run(&s->db, stmt))
        return store_tx_fail(s, err, "record a commit");
    if (!store_sql_do(&s->db, SQL_COMMIT))
        return store_tx_fail(s, err, "commit");
    s->tx_open = false;
    s->rev = s->tx_rev;
    store_tx_checkpoint(s, WAL_FRAMES);
    return true;
}

void store_tx_checkpoint(struct store *s, int frames)
{
    int left = 0, done = 0;
    if (s->wal_frames < s->wal_done)
        s->wal_done = 0; /* it began anew */
    if (s->wal_frames - s->wal_done < frames || s->tx_open)
        return;
    if (sqlite3_wal_checkpoint_v2(s->db.db, NULL, SQLITE_CHECKPOINT_PASSIVE, &left, &done) != SQLITE_OK)
        return;
    s->wal_frames = left == done ? 0 : left;
    s->wal_done = left == done ? 0 : done;
}

/* A reader that never ends its transaction keeps the -wal from being used again. */
static bool wal_too_long(struct store *s, struct err *err)
{
    int64_t max_frames = s->options.cache_max_bytes / WAL_SHARE / PAGE_BYTES;
    max_frames = max_frames > 2 * WAL_FRAMES ? max_frames : 2 * WAL_FRAMES;
    if (s->wal_frames < max_frames)
        return false;
    store_tx_checkpoint(s, 0);
    if (s->wal_frames < max_frames)
        return false;
    err_set(err, ERR_TRANSIENT,
            "cannot record: a reader does not let go of 'cache.db', whose -wal has reached %lld MiB",
            (long long)s->wal_frames * PAGE_BYTES >> 20);
    err_hint(err, "end the process that holds it (fuser cache.db)");
    return true;
}

bool store_tx_begin(struct store *s, struct err *err)
{
    if (s->tx_failed)
        return err_set(err, ERR_TRANSIENT, "cannot record: what was begun has failed");
    if (s->tx_open)
        return true;
    if (wal_too_long(s, err))
        return false;
    if (!store_sql_do(&s->db, SQL_BEGIN))
        return store_tx_fail(s, err, "begin a transaction");
    s->tx_open = true;
    s->tx_rev = s->rev;
    return true;
}

void store_tx_rollback(struct store *s)
{
    if (s->tx_open && !sqlite3_get_autocommit(s->db.db))
        store_sql_do(&s->db, SQL_ROLLBACK);
    s->tx_failed = s->tx_open && s->tx_user;
    s->group_lost = s->group_lost || s->group;
    s->tx_open = false;
    s->n_due = 0;
    s->tx_rev = s->rev;
    s->applying = NULL; /* it finds its marks void and fails */
    store_part_forget(s);
    store_past_load(s, NULL);
    store_rollup_load(s, NULL);
}

bool store_tx_fail(struct store *s, struct err *err, const char *what)
{
    store_sql_error(&s->db, err, what);
    if (store_sql_damaged(&s->db))
        store_file_mark(s->dir);
    store_tx_rollback(s);
    return false;
}

void store_group_begin(struct store *s)
{
    s->group = true;
    s->group_lost = false;
}

bool store_group_lost(const struct store *s)
{
    return s->group_lost;
}

bool store_group_end(struct store *s, struct err *err)
{
    s->group = false;
    return !s->tx_open || store_tx_commit_now(s, err);
}

int64_t store_tx_number(struct store *s)
{
    return ++s->tx_rev;
}
