#include "store_private.h"

#include <string.h>

bool store_observed_set(struct store *s, struct store_part *p, struct instant now, int64_t interval_ms, bool partial,
                        struct err *err)
{
    const struct store_sample_id none = store_sample_id(s, "", 0);
    p->seen = (struct store_observed){.at = now, .every_ms = interval_ms, .same_boot = true, .partial = partial};
    if (!p->seen_due) {
        p->seen_due = true;
        p->due_next = s->observed;
        s->observed = p;
    }
    return store_sample_write(s, p, &none, STORE_SAMPLE_OBSERVED, now.utc_ms, (double)now.utc_ms, STORE_SAMPLE_PAST,
                              err);
}

bool store_observed_get(struct store *s, const struct store_source *source, enum kind kind, struct store_observed *seen)
{
    const struct store_part *p = source->parts[kind];
    if (p && p->seen_due) {
        *seen = p->seen;
        return true;
    }
    sqlite3_stmt *stmt = store_sql_get(&s->db, SQL_OBSERVED_OF);
    bool found = stmt && sqlite3_bind_int64(stmt, 1, source->nr) == SQLITE_OK &&
                 sqlite3_bind_int(stmt, 2, (int)kind) == SQLITE_OK && sqlite3_step(stmt) == SQLITE_ROW;
    if (found) {
        const char *boot = (const char *)sqlite3_column_text(stmt, 1);
        *seen = (struct store_observed){
            .at = {.utc_ms = sqlite3_column_int64(stmt, 0), .boot_ms = sqlite3_column_int64(stmt, 2)},
            .every_ms = sqlite3_column_int64(stmt, 3),
            .same_boot = boot && strcmp(boot, clock_boot_id()) == 0};
    }
    sqlite3_reset(stmt);
    return found;
}

static int64_t last_due_ms(const struct store_source *source)
{
    int64_t utc_ms = 0;
    for (int k = 0; k < KIND_COUNT; k++) {
        const struct store_part *p = source->parts[k];
        if (p && p->seen_due && p->seen.at.utc_ms > utc_ms)
            utc_ms = p->seen.at.utc_ms;
    }
    return utc_ms;
}

int64_t store_observed_ms(struct store *s, const char *source)
{
    int64_t utc_ms = 0;
    for (size_t i = 0; i < s->n_sources; i++) {
        if (strcmp(s->sources[i].name, source) != 0)
            continue;
        sqlite3_stmt *stmt = store_sql_get(&s->db, SQL_OBSERVED_LAST);
        if (stmt && sqlite3_bind_int64(stmt, 1, s->sources[i].nr) == SQLITE_OK && sqlite3_step(stmt) == SQLITE_ROW)
            utc_ms = sqlite3_column_int64(stmt, 0);
        sqlite3_reset(stmt);
        int64_t due_ms = last_due_ms(&s->sources[i]);
        utc_ms = due_ms > utc_ms ? due_ms : utc_ms;
    }
    return utc_ms;
}

static void bind(sqlite3_stmt *stmt, int at, const struct store_part *p)
{
    sqlite3_bind_int64(stmt, at, p->source);
    sqlite3_bind_int(stmt, at + 1, p->kind);
    sqlite3_bind_int64(stmt, at + 2, p->seen.at.utc_ms);
    sqlite3_bind_int64(stmt, at + 3, p->seen.at.boot_ms);
    sqlite3_bind_int64(stmt, at + 4, p->seen.every_ms);
    sqlite3_bind_int(stmt, at + 5, p->seen.partial);
}

static bool put(struct store *s, enum store_sql which, struct store_part *const *parts, int n)
{
    sqlite3_stmt *stmt = store_sql_get(&s->db, which);
    if (stmt)
        sqlite3_bind_text(stmt, 1, clock_boot_id(), -1, SQLITE_STATIC);
    for (int i = 0; stmt && i < n; i++)
        bind(stmt, 2 + 6 * i, parts[i]);
    return store_sql_run(&s->db, stmt);
}

bool store_observed_write(struct store *s, struct err *err)
{
    struct store_part *parts[STORE_OBSERVED_AT_ONCE];
    bool ok = true;
    while (ok && s->observed) {
        int n = 0;
        for (; s->observed && n < STORE_OBSERVED_AT_ONCE; s->observed = s->observed->due_next) {
            s->observed->seen_due = false;
            parts[n++] = s->observed;
        }
        if (n == STORE_OBSERVED_AT_ONCE)
            ok = put(s, SQL_OBSERVED_PUTS, parts, n);
        for (int i = 0; ok && n < STORE_OBSERVED_AT_ONCE && i < n; i++)
            ok = put(s, SQL_OBSERVED_PUT, &parts[i], 1);
    }
    return ok || store_tx_fail(s, err, "record when a source answered");
}
