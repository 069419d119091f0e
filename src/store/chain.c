#include "chain.h"

#include <string.h>

#include "store_sql.h"

static const char begin[] = "hubtop entry 1\n";

static void put_number(struct buf *b, int64_t n)
{
    uint8_t bytes[8];
    for (int i = 0; i < 8; i++)
        bytes[i] = (uint8_t)((uint64_t)n >> (56 - 8 * i));
    buf_put(b, bytes, sizeof bytes, NULL);
}

void chain_link(const uint8_t before[HASH_SHA256], const struct journal_entry *e, uint8_t out[HASH_SHA256])
{
    const int64_t numbers[] = {e->seq, e->at_ms, e->uid, e->asker.login_known,
                               e->asker.login_known ? e->asker.login_uid : 0};
    const struct safe_text texts[] = {
        e->who, e->asker.claimed_login, e->asker.claimed_ssh, e->op, e->request_id, e->fingerprint, e->body};
    size_t size = sizeof begin - 1 + HASH_SHA256 + sizeof numbers + 8 * sizeof texts / sizeof *texts;
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        size += text_len(texts[i]);
    struct buf frame = buf_make(size);
    buf_put(&frame, begin, sizeof begin - 1, NULL);
    buf_put(&frame, before, HASH_SHA256, NULL);
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++)
        put_number(&frame, numbers[i]);
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        put_number(&frame, (int64_t)text_len(texts[i]));
        text_copy(&frame, texts[i]);
    }
    hash_sha256(frame.data, frame.len, out);
    buf_release(&frame);
}

struct journal_entry chain_read(sqlite3_stmt *stmt)
{
    return (struct journal_entry){
        .seq = sqlite3_column_int64(stmt, 0),
        .at_ms = sqlite3_column_int64(stmt, 1),
        .uid = sqlite3_column_int64(stmt, 2),
        .who = store_sql_text(stmt, 3),
        .op = store_sql_text(stmt, 4),
        .request_id = store_sql_text(stmt, 5),
        .fingerprint = store_sql_text(stmt, 6),
        .body = store_sql_text(stmt, 7),
        .asker = {.login_known = sqlite3_column_type(stmt, 8) != SQLITE_NULL,
                  .login_uid = sqlite3_column_int64(stmt, 8),
                  .claimed_login = store_sql_text(stmt, 9),
                  .claimed_ssh = store_sql_text(stmt, 10)},
    };
}

bool chain_read_hash(sqlite3_stmt *stmt, uint8_t hash[HASH_SHA256])
{
    size_t n;
    const void *bytes = store_sql_blob(stmt, 11, &n);
    if (n != HASH_SHA256)
        return false;
    memcpy(hash, bytes, n);
    return true;
}

static bool fill_all(sqlite3_stmt *read, sqlite3_stmt *write)
{
    uint8_t hash[HASH_SHA256] = {0};
    int rc;
    while ((rc = sqlite3_step(read)) == SQLITE_ROW) {
        struct journal_entry e = chain_read(read);
        chain_link(hash, &e, hash);
        sqlite3_bind_int64(write, 1, e.seq);
        store_sql_bind(write, 2, hash, sizeof hash);
        if (sqlite3_step(write) != SQLITE_DONE)
            return false;
        sqlite3_reset(write);
    }
    return rc == SQLITE_DONE;
}

bool chain_fill(sqlite3 *db)
{
    sqlite3_stmt *read = NULL, *write = NULL;
    bool ok =
        sqlite3_prepare_v2(db, "SELECT " CHAIN_COLUMNS " FROM entry ORDER BY seq", -1, &read, NULL) == SQLITE_OK &&
        sqlite3_prepare_v2(db, "UPDATE entry SET hash = ?2 WHERE seq = ?1", -1, &write, NULL) == SQLITE_OK &&
        fill_all(read, write);
    sqlite3_finalize(read);
    sqlite3_finalize(write);
    return ok;
}
