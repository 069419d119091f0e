#include "store/orders.h"

#include "store_private.h"

enum { EXIT_CANNOT_WRITE = 74 };

struct change {
    const struct orders_run *run;
    struct orders_run *made; /* of one that is new */
    const struct orders_item *items;
    size_t n;
};

static bool put_items(struct store *s, const struct change *c)
{
    sqlite3_stmt *stmt = store_sql_prepare(
        s->actions, "INSERT INTO action(nr, item, state, body) VALUES(?1, ?2, ?3, ?4)"
                    " ON CONFLICT(nr, item) DO UPDATE SET state = excluded.state, body = excluded.body");
    bool ok = stmt != NULL;
    for (size_t i = 0; ok && i < c->n; i++) {
        sqlite3_reset(stmt);
        sqlite3_bind_int64(stmt, 1, c->items[i].nr);
        sqlite3_bind_int64(stmt, 2, c->items[i].item);
        store_sql_bind_text(stmt, 3, c->items[i].state);
        store_sql_bind_text(stmt, 4, c->items[i].body);
        ok = sqlite3_step(stmt) == SQLITE_DONE;
    }
    return sqlite3_finalize(stmt) == SQLITE_OK && ok;
}

#define OLD "ended AND nr <= (SELECT max(nr) FROM run) - ?1"

/* The actions first: others that belong to no order are staged. */
static bool let_go(struct store *s)
{
    static const char *const sql[] = {"DELETE FROM action WHERE nr IN (SELECT nr FROM run WHERE " OLD ")",
                                      "DELETE FROM run WHERE " OLD};
    bool ok = true;
    for (size_t i = 0; ok && i < sizeof sql / sizeof *sql; i++) {
        sqlite3_stmt *stmt = store_sql_prepare(s->actions, sql[i]);
        sqlite3_bind_int64(stmt, 1, ORDERS_KEPT);
        ok = stmt && store_sql_finish(stmt);
    }
    return ok;
}

static bool put_new(void *ctx, struct store *s, int64_t seq)
{
    const struct change *c = ctx;
    struct orders_run *run = c->made;
    sqlite3_stmt *stmt = store_sql_prepare(
        s->actions, "INSERT INTO run(nr, seq, at_ms, uid, who, state, body) VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7)");
    if (!stmt)
        return false;
    run->seq = seq;
    sqlite3_bind_int64(stmt, 1, run->nr);
    sqlite3_bind_int64(stmt, 2, seq);
    sqlite3_bind_int64(stmt, 3, run->at_ms);
    sqlite3_bind_int64(stmt, 4, run->uid);
    store_sql_bind_text(stmt, 5, run->who);
    store_sql_bind_text(stmt, 6, run->state);
    store_sql_bind_text(stmt, 7, run->body);
    return store_sql_finish(stmt) && put_items(s, c) && let_go(s);
}

enum journal_step orders_add(struct store *s, struct journal_entry *e, struct orders_run *run,
                             const struct orders_item *items, size_t n, struct err *err)
{
    struct change c = {.made = run, .items = items, .n = n};
    enum journal_step step = journal_append_with(s, e, put_new, &c, err);
    run->seq = e->seq;
    return step;
}

/* --- staging --- */

static bool not_staged(struct store *s, struct err *err)
{
    err_set(err, ERR_TRANSIENT, "cannot record in 'actions.db': %s", sqlite3_errmsg(s->actions));
    err_hint(err, "nothing was changed; 'hubtop doctor' may tell more");
    err_exit(err, EXIT_CANNOT_WRITE);
    if (!sqlite3_get_autocommit(s->actions))
        sqlite3_exec(s->actions, "ROLLBACK", NULL, NULL, NULL);
    return false;
}

bool orders_stage(struct store *s, const struct orders_item *items, size_t n, struct err *err)
{
    const struct change c = {.items = items, .n = n};
    if (!store_orders_possible(s, err))
        return false;
    bool ok = sqlite3_exec(s->actions, "BEGIN IMMEDIATE", NULL, NULL, NULL) == SQLITE_OK && put_items(s, &c) &&
              sqlite3_exec(s->actions, "COMMIT", NULL, NULL, NULL) == SQLITE_OK;
    return ok || not_staged(s, err);
}

bool orders_unstage(struct store *s, int64_t nr, struct err *err)
{
    if (!store_orders_possible(s, err))
        return false;
    sqlite3_stmt *stmt = store_sql_prepare(
        s->actions, "DELETE FROM action WHERE nr NOT IN (SELECT nr FROM run) AND (?1 < 0 OR nr = ?1)");
    sqlite3_bind_int64(stmt, 1, nr);
    return (stmt && store_sql_finish(stmt)) || not_staged(s, err);
}

static bool put_changed(void *ctx, struct store *s, int64_t seq)
{
    const struct change *c = ctx;
    (void)seq;
    if (c->run) {
        sqlite3_stmt *stmt =
            store_sql_prepare(s->actions, "UPDATE run SET state = ?2, body = ?3, ended = ?4 WHERE nr = ?1");
        if (!stmt)
            return false;
        sqlite3_bind_int64(stmt, 1, c->run->nr);
        store_sql_bind_text(stmt, 2, c->run->state);
        store_sql_bind_text(stmt, 3, c->run->body);
        sqlite3_bind_int64(stmt, 4, c->run->ended);
        if (!store_sql_finish(stmt) || sqlite3_changes(s->actions) != 1)
            return false;
    }
    return put_items(s, c);
}

enum journal_step orders_update(struct store *s, struct journal_entry *e, const struct orders_run *run,
                                const struct orders_item *items, size_t n, struct err *err)
{
    struct change c = {.run = run, .items = items, .n = n};
    return journal_append_with(s, e, put_changed, &c, err);
}

/* --- reading --- */

static bool failed(struct store *s, struct err *err)
{
    return err_set(err, ERR_TRANSIENT, "cannot read orders in 'actions.db': %s", sqlite3_errmsg(s->actions));
}

bool orders_next(struct store *s, int64_t *nr, struct err *err)
{
    if (!store_orders_possible(s, err))
        return false;
    sqlite3_stmt *stmt = store_sql_prepare(
        s->actions, "SELECT max((SELECT coalesce(max(seq), 0) FROM sqlite_sequence WHERE name = 'run'),"
                    " (SELECT coalesce(max(nr), 0) FROM action)) + 1");
    bool ok = stmt && sqlite3_step(stmt) == SQLITE_ROW;
    if (ok)
        *nr = sqlite3_column_int64(stmt, 0);
    sqlite3_finalize(stmt);
    return ok || failed(s, err);
}

bool orders_each_run(struct store *s, bool (*each)(void *ctx, const struct orders_run *run, struct err *err), void *ctx,
                     struct err *err)
{
    if (!store_orders_possible(s, err))
        return false;
    sqlite3_stmt *stmt =
        store_sql_prepare(s->actions, "SELECT nr, seq, at_ms, uid, who, state, body, ended FROM run ORDER BY nr");
    bool go_on = true;
    int rc = SQLITE_ERROR;
    while (stmt && go_on && (rc = sqlite3_step(stmt)) == SQLITE_ROW) {
        const struct orders_run run = {sqlite3_column_int64(stmt, 0), sqlite3_column_int64(stmt, 1),
                                       sqlite3_column_int64(stmt, 2), sqlite3_column_int64(stmt, 3),
                                       store_sql_text(stmt, 4),       store_sql_text(stmt, 5),
                                       store_sql_text(stmt, 6),       sqlite3_column_int(stmt, 7) != 0};
        go_on = each(ctx, &run, err);
    }
    sqlite3_finalize(stmt);
    return go_on && (rc == SQLITE_DONE || failed(s, err));
}

bool orders_each(struct store *s, bool (*each)(void *ctx, const struct orders_item *item, struct err *err), void *ctx,
                 struct err *err)
{
    if (!store_orders_possible(s, err))
        return false;
    sqlite3_stmt *stmt = store_sql_prepare(s->actions, "SELECT nr, item, state, body FROM action ORDER BY nr, item");
    bool go_on = true;
    int rc = SQLITE_ERROR;
    while (stmt && go_on && (rc = sqlite3_step(stmt)) == SQLITE_ROW) {
        const struct orders_item item = {sqlite3_column_int64(stmt, 0), sqlite3_column_int64(stmt, 1),
                                         store_sql_text(stmt, 2), store_sql_text(stmt, 3)};
        go_on = each(ctx, &item, err);
    }
    sqlite3_finalize(stmt);
    return go_on && (rc == SQLITE_DONE || failed(s, err));
}
