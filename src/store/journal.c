#include "store/journal.h"

#include <string.h>

#include "chain.h"
#include "store_private.h"

enum { JOURNAL_DAY_MS = 86400000, EXIT_CANNOT_WRITE = 74 };

/* --- what went wrong --- */

/* From now on nothing is asked of it. */
static void distrust(struct store *s, const struct err *why)
{
    s->orders_why = *why;
    sqlite3_close(s->actions);
    s->actions = NULL;
}

static bool failed(struct store *s, const char *what, struct err *err)
{
    struct err why = {0};
    int rc = sqlite3_errcode(s->actions) & 0xff;
    bool damaged = rc == SQLITE_CORRUPT || rc == SQLITE_NOTADB;
    err_set(&why, damaged ? ERR_CORRUPT : ERR_TRANSIENT, "cannot %s 'actions.db': %s", what,
            sqlite3_errmsg(s->actions));
    err_exit(&why, EXIT_CANNOT_WRITE);
    if (rc == SQLITE_FULL)
        err_hint(&why, "the disk is full: make room in the state directory's file system; nothing was changed");
    else
        err_hint(&why, "nothing was changed; the collector's log and 'hubtop doctor' may tell more");
    if (damaged)
        distrust(s, &why);
    if (err)
        *err = why;
    return false;
}

static bool trusted(struct store *s, struct err *err)
{
    return store_orders_possible(s, err);
}

/* --- looking for a request --- */

static enum journal_step compare(sqlite3_stmt *stmt, const struct journal_entry *e, int64_t *seq, struct err *err)
{
    char id[64];
    *seq = sqlite3_column_int64(stmt, 0);
    if (sqlite3_column_int64(stmt, 1) == e->uid && text_equal(store_sql_text(stmt, 2), e->op) &&
        text_equal(store_sql_text(stmt, 3), e->fingerprint))
        return JOURNAL_AGAIN;
    err_set(err, ERR_INPUT, "another request was made under the request id '%s'",
            text_show_in(e->request_id, id, sizeof id));
    err_hint(err, "give each request an id of its own");
    return JOURNAL_FAILED;
}

enum journal_step journal_find(struct store *s, const struct journal_entry *e, int64_t now_ms, int64_t *seq,
                               struct err *err)
{
    if (!trusted(s, err))
        return JOURNAL_FAILED;
    if (text_empty(e->request_id))
        return JOURNAL_DONE;
    sqlite3_stmt *stmt =
        store_sql_prepare(s->actions, "SELECT seq, uid, op, fingerprint FROM entry WHERE request_id = ?1 AND at_ms > ?2"
                                      " ORDER BY seq DESC LIMIT 1");
    store_sql_bind_text(stmt, 1, e->request_id);
    sqlite3_bind_int64(stmt, 2, now_ms - JOURNAL_DAY_MS);
    int rc = sqlite3_step(stmt);
    enum journal_step step = rc == SQLITE_ROW ? compare(stmt, e, seq, err) : JOURNAL_DONE;
    sqlite3_finalize(stmt);
    if (rc == SQLITE_ROW || rc == SQLITE_DONE)
        return step;
    failed(s, "read", err);
    return JOURNAL_FAILED;
}

/* --- appending --- */

/* Nobody but us writes the file: what is last there is what we wrote last, or somebody was at it. */
static bool last_is_ours(struct store *s)
{
    uint8_t hash[HASH_SHA256];
    sqlite3_stmt *stmt = store_sql_prepare(s->actions, "SELECT " CHAIN_COLUMNS " FROM entry ORDER BY seq DESC LIMIT 1");
    int rc = stmt ? sqlite3_step(stmt) : SQLITE_ERROR;
    bool ours = rc == SQLITE_DONE ? s->head.seq == 0
                                  : rc == SQLITE_ROW && sqlite3_column_int64(stmt, 0) == s->head.seq &&
                                        chain_read_hash(stmt, hash) && memcmp(hash, s->head.hash, sizeof hash) == 0;
    sqlite3_finalize(stmt);
    if (ours || (rc != SQLITE_DONE && rc != SQLITE_ROW))
        return ours;
    err_set(&s->orders_why, ERR_CORRUPT, "'actions.db' was changed by somebody else while the collector ran");
    err_hint(&s->orders_why, JOURNAL_LOOK);
    return false;
}

static void bind_asker(sqlite3_stmt *stmt, const struct journal_asker *asker)
{
    if (asker->login_known)
        sqlite3_bind_int64(stmt, 9, asker->login_uid);
    store_sql_bind_text(stmt, 10, asker->claimed_login);
    store_sql_bind_text(stmt, 11, asker->claimed_ssh);
}

static bool insert(struct store *s, struct journal_entry *e, struct journal_anchor *head)
{
    sqlite3_stmt *stmt =
        last_is_ours(s) ? store_sql_prepare(s->actions, "INSERT INTO entry(" CHAIN_COLUMNS ")"
                                                        " VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)")
                        : NULL;
    if (!stmt)
        return false;
    e->seq = head->seq = s->head.seq + 1;
    head->entries = s->head.entries + 1;
    chain_link(s->head.hash, e, head->hash);
    sqlite3_bind_int64(stmt, 1, e->seq);
    sqlite3_bind_int64(stmt, 2, e->at_ms);
    sqlite3_bind_int64(stmt, 3, e->uid);
    store_sql_bind_text(stmt, 4, e->who);
    store_sql_bind_text(stmt, 5, e->op);
    if (!text_empty(e->request_id))
        store_sql_bind_text(stmt, 6, e->request_id);
    store_sql_bind_text(stmt, 7, e->fingerprint);
    store_sql_bind_text(stmt, 8, e->body);
    bind_asker(stmt, &e->asker);
    store_sql_bind(stmt, 12, head->hash, sizeof head->hash);
    bool ok = sqlite3_step(stmt) == SQLITE_DONE;
    return sqlite3_finalize(stmt) == SQLITE_OK && ok;
}

/* 1: the last entry is the one of that hash; 0: it is not there; -1: it cannot be read. */
static int read_back(struct store *s, const struct journal_anchor *head)
{
    uint8_t hash[HASH_SHA256];
    sqlite3_stmt *stmt = store_sql_prepare(s->actions, "SELECT " CHAIN_COLUMNS " FROM entry WHERE seq = ?1");
    sqlite3_bind_int64(stmt, 1, head->seq);
    int rc = sqlite3_step(stmt);
    int is = rc == SQLITE_ROW    ? chain_read_hash(stmt, hash) && memcmp(hash, head->hash, sizeof hash) == 0
             : rc == SQLITE_DONE ? 0
                                 : -1;
    sqlite3_finalize(stmt);
    return is;
}

/* A commit that returned an error may be on the disk all the same. */
static bool settle(struct store *s, const struct journal_anchor *head, struct err *err)
{
    struct err why = {0};
    if (s->orders_why.kind != ERR_NONE)
        why = s->orders_why;
    else
        failed(s, "record in", &why);
    if (s->actions && !sqlite3_get_autocommit(s->actions))
        sqlite3_exec(s->actions, "ROLLBACK", NULL, NULL, NULL);
    int there = s->actions && head->seq > 0 ? read_back(s, head) : 0;
    if (there == 1)
        return true;
    if (there < 0 && s->actions) {
        err_prefix(&why, "it is not known whether the request was recorded");
        err_hint(&why, "orders stay off until the collector is started again");
        distrust(s, &why);
    }
    if (err)
        *err = why;
    return false;
}

enum journal_step journal_append(struct store *s, struct journal_entry *e, struct err *err)
{
    return journal_append_with(s, e, NULL, NULL, err);
}

enum journal_step journal_append_with(struct store *s, struct journal_entry *e, journal_beside *beside, void *ctx,
                                      struct err *err)
{
    int64_t seq;
    enum journal_step known = journal_find(s, e, e->at_ms, &seq, err);
    if (known == JOURNAL_AGAIN)
        e->seq = seq;
    if (known != JOURNAL_DONE)
        return known;
    if (sqlite3_exec(s->actions, "BEGIN IMMEDIATE", NULL, NULL, NULL) != SQLITE_OK) {
        failed(s, "record in", err);
        return JOURNAL_FAILED;
    }
    struct journal_anchor head = {0};
    bool ok = insert(s, e, &head) && (!beside || beside(ctx, s, e->seq)) &&
              sqlite3_exec(s->actions, "COMMIT", NULL, NULL, NULL) == SQLITE_OK;
    if (!ok && !settle(s, &head, err))
        return JOURNAL_FAILED;
    s->head = head;
    return JOURNAL_DONE;
}

/* --- reading --- */

static bool read_each(struct store *s, const char *sql, int64_t seq,
                      bool (*each)(void *ctx, const struct journal_entry *e, struct err *err), void *ctx,
                      struct err *err)
{
    if (!s->actions) {
        *err = s->orders_why;
        return false;
    }
    sqlite3_stmt *stmt = store_sql_prepare(s->actions, sql);
    sqlite3_bind_int64(stmt, 1, seq);
    int rc;
    bool go_on = true;
    while (go_on && (rc = sqlite3_step(stmt)) == SQLITE_ROW) {
        const struct journal_entry e = chain_read(stmt);
        go_on = each(ctx, &e, err);
    }
    sqlite3_finalize(stmt);
    if (!go_on)
        return false;
    return rc == SQLITE_DONE || failed(s, "read", err);
}

bool journal_each(struct store *s, int64_t from_seq,
                  bool (*each)(void *ctx, const struct journal_entry *e, struct err *err), void *ctx, struct err *err)
{
    return read_each(s, "SELECT " CHAIN_COLUMNS " FROM entry WHERE seq >= ?1 ORDER BY seq", from_seq, each, ctx, err);
}

bool journal_each_back(struct store *s, int64_t before_seq,
                       bool (*each)(void *ctx, const struct journal_entry *e, struct err *err), void *ctx,
                       struct err *err)
{
    return read_each(s, "SELECT " CHAIN_COLUMNS " FROM entry WHERE seq < ?1 ORDER BY seq DESC", before_seq, each, ctx,
                     err);
}
