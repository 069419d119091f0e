#include "store_private.h"

#include "store_file.h"

bool store_tx_begin(struct store *s, struct err *err)
{
    if (s->tx_failed)
        return err_set(err, ERR_TRANSIENT, "cannot record: what was begun has failed");
    if (s->tx_open)
        return true;
    if (!store_sql_do(&s->db, SQL_BEGIN))
        return store_tx_fail(s, err, "begin a transaction");
    s->tx_open = true;
    s->tx_rev = s->rev;
    return true;
}

bool store_tx_commit(struct store *s, struct err *err)
{
    if (s->tx_user || s->applying)
        return true;
    if (!store_sample_flush(s, err))
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
    return true;
}

void store_tx_rollback(struct store *s)
{
    if (s->tx_open && !sqlite3_get_autocommit(s->db.db))
        store_sql_do(&s->db, SQL_ROLLBACK);
    s->tx_failed = s->tx_open && s->tx_user;
    s->tx_open = false;
    s->tx_rev = s->rev;
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

int64_t store_tx_number(struct store *s)
{
    return ++s->tx_rev;
}
