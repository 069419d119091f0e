#include "store/plans.h"

#include "store_private.h"

/* The newest stays, however large it is. */
static bool let_go(struct store *s)
{
    sqlite3_stmt *stmt = store_sql_prepare(
        s->actions, "DELETE FROM plan WHERE nr <= (SELECT max(nr) FROM (SELECT nr, row_number() OVER newest AS place,"
                    " sum(length(body)) OVER newest AS bytes FROM plan WINDOW newest AS (ORDER BY nr DESC))"
                    " WHERE place > 1 AND (place > ?1 OR bytes > ?2))");
    if (!stmt)
        return false;
    sqlite3_bind_int64(stmt, 1, PLANS_KEPT);
    sqlite3_bind_int64(stmt, 2, PLANS_KEPT_BYTES);
    return store_sql_finish(stmt);
}

static bool find_oldest(struct store *s, int64_t *nr)
{
    sqlite3_stmt *stmt = store_sql_prepare(s->actions, "SELECT min(nr) FROM plan");
    bool ok = stmt && sqlite3_step(stmt) == SQLITE_ROW;
    if (ok)
        *nr = sqlite3_column_int64(stmt, 0);
    sqlite3_finalize(stmt);
    return ok;
}

static bool put(void *ctx, struct store *s, int64_t seq)
{
    struct plans_item *item = ctx;
    sqlite3_stmt *stmt = store_sql_prepare(
        s->actions, "INSERT INTO plan(seq, at_ms, who, state, hash, body) VALUES(?1, ?2, ?3, ?4, ?5, ?6)");
    if (!stmt)
        return false;
    item->seq = seq;
    sqlite3_bind_int64(stmt, 1, seq);
    sqlite3_bind_int64(stmt, 2, item->at_ms);
    store_sql_bind_text(stmt, 3, item->who);
    store_sql_bind_text(stmt, 4, item->state);
    store_sql_bind_text(stmt, 5, item->hash);
    store_sql_bind_text(stmt, 6, item->body);
    if (!store_sql_finish(stmt))
        return false;
    item->nr = sqlite3_last_insert_rowid(s->actions);
    return let_go(s) && find_oldest(s, &item->oldest);
}

enum journal_step plans_add(struct store *s, struct journal_entry *e, struct plans_item *item, struct err *err)
{
    enum journal_step step = journal_append_with(s, e, put, item, err);
    item->seq = e->seq;
    return step;
}

struct turn {
    int64_t nr;
    struct safe_text state;
};

static bool set_state(void *ctx, struct store *s, int64_t seq)
{
    const struct turn *t = ctx;
    sqlite3_stmt *stmt = store_sql_prepare(s->actions, "UPDATE plan SET state = ?2 WHERE nr = ?1");
    (void)seq;
    if (!stmt)
        return false;
    sqlite3_bind_int64(stmt, 1, t->nr);
    store_sql_bind_text(stmt, 2, t->state);
    return store_sql_finish(stmt) && sqlite3_changes(s->actions) == 1;
}

enum journal_step plans_state(struct store *s, struct journal_entry *e, int64_t nr, struct safe_text state,
                              struct err *err)
{
    struct turn t = {nr, state};
    return journal_append_with(s, e, set_state, &t, err);
}

bool plans_each(struct store *s, bool (*each)(void *ctx, const struct plans_item *item, struct err *err), void *ctx,
                struct err *err)
{
    if (!s->actions)
        return store_orders_possible(s, err);
    sqlite3_stmt *stmt =
        store_sql_prepare(s->actions, "SELECT nr, seq, at_ms, who, state, hash, body FROM plan ORDER BY nr");
    bool go_on = true;
    int rc = SQLITE_ERROR;
    while (stmt && go_on && (rc = sqlite3_step(stmt)) == SQLITE_ROW) {
        const struct plans_item item = {sqlite3_column_int64(stmt, 0), sqlite3_column_int64(stmt, 1),
                                        sqlite3_column_int64(stmt, 2), store_sql_text(stmt, 3),
                                        store_sql_text(stmt, 4),       store_sql_text(stmt, 5),
                                        store_sql_text(stmt, 6),       0};
        go_on = each(ctx, &item, err);
    }
    sqlite3_finalize(stmt);
    if (!go_on)
        return false;
    return rc == SQLITE_DONE ||
           err_set(err, ERR_TRANSIENT, "cannot read plans in 'actions.db': %s", sqlite3_errmsg(s->actions));
}
