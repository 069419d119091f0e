#include "query_private.h"

#include <stdio.h>

bool query_note(struct query *q, const char *key, struct buf *out)
{
    char full[256];
    buf_clear(out);
    snprintf(full, sizeof full, "note:%s", key);
    if (!query_begin(q, NULL))
        return false;
    sqlite3_stmt *stmt = store_sql_get(&q->db, SQL_NOTE_GET);
    bool found =
        stmt && sqlite3_bind_text(stmt, 1, full, -1, SQLITE_STATIC) == SQLITE_OK && sqlite3_step(stmt) == SQLITE_ROW;
    if (found) {
        size_t n;
        const void *value = store_sql_blob(stmt, 0, &n);
        found = buf_put(out, value, n, NULL);
    }
    if (stmt)
        sqlite3_reset(stmt);
    query_end(q);
    return found;
}
