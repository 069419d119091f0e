#include "store/plans_record.h"

#include "store_private.h"

struct change {
    int64_t nr;
    struct safe_text body;
};

static bool put(void *ctx, struct store *s, int64_t seq)
{
    const struct change *c = ctx;
    sqlite3_stmt *stmt = NULL;
    (void)seq;
    if (sqlite3_prepare_v2(s->actions, "UPDATE plan SET body = ?2 WHERE nr = ?1", -1, &stmt, NULL) != SQLITE_OK)
        return false;
    sqlite3_bind_int64(stmt, 1, c->nr);
    store_sql_bind(stmt, 2, text_bytes(c->body), text_len(c->body));
    bool ok = sqlite3_step(stmt) == SQLITE_DONE;
    return sqlite3_finalize(stmt) == SQLITE_OK && ok && sqlite3_changes(s->actions) == 1;
}

enum journal_step plans_record_put(struct store *s, struct journal_entry *e, int64_t nr, struct safe_text body,
                                   struct err *err)
{
    struct change c = {nr, body};
    return journal_append_with(s, e, put, &c, err);
}
