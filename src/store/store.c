#include "store_private.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/hash.h"
#include "base/mem.h"
#include "domain/reading.h"
#include "store_file.h"
#include "store_migrate.h"

enum { CHECKPOINT_FRAMES = 1000, CACHE_KIB = 8192 /* of dirty pages as well: what a commit writes at once */ };

static const struct store_options defaults = {
    .cache_max_bytes = INT64_C(4096) << 20,
    .raw_keep_ms = INT64_C(6) * 3600 * 1000,
    .minute_keep_ms = INT64_C(3) * 86400 * 1000,
    .quarter_keep_ms = INT64_C(90) * 86400 * 1000,
    .segment_min_bytes = 256 << 10,
};

static struct store_options completed(const struct store_options *o)
{
    struct store_options all = o ? *o : defaults;
    if (all.cache_max_bytes <= 0)
        all.cache_max_bytes = defaults.cache_max_bytes;
    if (all.raw_keep_ms <= 0)
        all.raw_keep_ms = defaults.raw_keep_ms;
    if (all.minute_keep_ms <= 0)
        all.minute_keep_ms = defaults.minute_keep_ms;
    if (all.quarter_keep_ms <= 0)
        all.quarter_keep_ms = defaults.quarter_keep_ms;
    if (all.segment_min_bytes <= 0)
        all.segment_min_bytes = defaults.segment_min_bytes;
    return all;
}

static int count_frames(void *ctx, sqlite3 *db, const char *name, int frames)
{
    (void)db;
    (void)name;
    ((struct store *)ctx)->wal_frames = frames;
    return SQLITE_OK;
}

static bool pragmas(struct store *s, struct err *err)
{
    char sql[320];
    int on = 1;
    snprintf(sql, sizeof sql,
             "PRAGMA page_size = 4096; PRAGMA journal_mode = WAL; PRAGMA synchronous = %s; PRAGMA cache_size = -%d;"
             "PRAGMA wal_autocheckpoint = 0; PRAGMA journal_size_limit = 67108864; PRAGMA foreign_keys = OFF",
             s->options.volatile_cache ? "OFF" : "NORMAL", CACHE_KIB);
    if (sqlite3_exec(s->db.db, sql, NULL, NULL, NULL) != SQLITE_OK)
        return store_sql_error(&s->db, err, "prepare the cache");
    sqlite3_file_control(s->db.db, "main", SQLITE_FCNTL_PERSIST_WAL, &on);
    sqlite3_wal_hook(s->db.db, count_frames, s);
    return true;
}

/* Reads a row of each table's two ends: what is broken there shows before anything is believed. */
static bool probe(struct store *s, struct err *err)
{
    static const char *const tables[] = {"meta",  "note",   "source", "observed", "present", "gone",   "change",
                                         "frame", "series", "newest", "sample",   "segment", "minute", "quarter"};
    for (size_t i = 0; i < sizeof tables / sizeof tables[0]; i++)
        for (int end = 0; end < 2; end++) {
            static const char *const order[] = {"ASC", "DESC"};
            char sql[96];
            snprintf(sql, sizeof sql, "SELECT * FROM %s ORDER BY 1 %s LIMIT 1", tables[i], order[end]);
            if (strcmp(tables[i], "observed") == 0 || strcmp(tables[i], "newest") == 0)
                snprintf(sql, sizeof sql, "SELECT * FROM %s LIMIT 1", tables[i]);
            if (sqlite3_exec(s->db.db, sql, NULL, NULL, NULL) != SQLITE_OK)
                return store_sql_error(&s->db, err, "read the cache");
        }
    return true;
}

static bool load(struct store *s, struct err *err)
{
    sqlite3_stmt *stmt = store_sql_get(&s->db, SQL_REV_GET);
    int rc = stmt ? sqlite3_step(stmt) : SQLITE_ERROR;
    if (rc == SQLITE_ROW)
        s->rev = s->tx_rev = sqlite3_column_int64(stmt, 0);
    if (stmt)
        sqlite3_reset(stmt);
    if (rc != SQLITE_ROW || s->rev < 0 || s->rev > STORE_KEY_REV_MAX / 2)
        return err_set(err, ERR_CORRUPT, "'cache.db' has no commit number");
    return store_part_load_sources(s, err) && store_past_load(s, err) && store_rollup_load(s, err);
}

static void drop_connection(struct store *s)
{
    store_part_release(s);
    s->sources = NULL;
    s->n_sources = 0;
    store_sql_close(&s->db);
}

/* One attempt; ERR_CORRUPT says that the file should be set aside. */
static bool open_cache(struct store *s, struct err *err)
{
    enum store_file_state state = store_file_look(s->dir, "cache.db", true, err);
    if (state == STORE_FILE_REFUSED || state == STORE_FILE_DAMAGED)
        return false;
    if (state == STORE_FILE_THERE && store_file_marked(s->dir))
        return err_set(err, ERR_CORRUPT, "'cache.db' was found damaged while it was used");
    if (!store_file_create(s->dir, "cache.db", err))
        return false;
    s->db.db = store_file_open(s->dir, "cache.db", SQLITE_OPEN_READWRITE, err);
    if (!s->db.db)
        return false;
    enum store_migrate_state schema = store_migrate_look(s->db.db, &store_migrate_cache, err);
    if (schema != STORE_MIGRATE_OK && schema != STORE_MIGRATE_OLD)
        return false;
    return pragmas(s, err) && store_migrate_run(s->db.db, &store_migrate_cache, err) && probe(s, err) && load(s, err);
}

static bool open_or_renew(struct store *s, struct instant now, char *note, size_t note_size, struct err *err)
{
    char moved[128];
    struct err why = {0};
    if (open_cache(s, &why))
        return true;
    drop_connection(s);
    if (why.kind == ERR_CORRUPT) {
        if (!store_file_set_aside(s->dir, "cache.db", now, moved, sizeof moved, err))
            return false;
        snprintf(note, note_size, "%s; it was set aside as '%s' and is built anew from the sources", why.text, moved);
        memset(&why, 0, sizeof why);
        if (open_cache(s, &why))
            return true;
        drop_connection(s);
    }
    if (err)
        *err = why;
    return false;
}

/* --- actions.db: today only its schema; it decides whether orders are possible */

static bool check_actions(sqlite3 *db, struct err *err)
{
    sqlite3_stmt *stmt = NULL;
    bool ok = sqlite3_prepare_v2(db, "PRAGMA quick_check(1)", -1, &stmt, NULL) == SQLITE_OK &&
              sqlite3_step(stmt) == SQLITE_ROW;
    const unsigned char *said = ok ? sqlite3_column_text(stmt, 0) : NULL;
    ok = said && strcmp((const char *)said, "ok") == 0;
    if (!ok)
        err_set(err, ERR_CORRUPT, "'actions.db' is damaged: %s", said ? (const char *)said : sqlite3_errmsg(db));
    sqlite3_finalize(stmt);
    return ok;
}

static bool open_actions(struct store *s, struct err *err)
{
    enum store_file_state state = store_file_look(s->dir, "actions.db", true, err);
    if (state == STORE_FILE_REFUSED || state == STORE_FILE_DAMAGED || !store_file_create(s->dir, "actions.db", err))
        return false;
    s->actions = store_file_open(s->dir, "actions.db", SQLITE_OPEN_READWRITE, err);
    if (!s->actions)
        return false;
    enum store_migrate_state schema = store_migrate_look(s->actions, &store_migrate_actions, err);
    if (schema != STORE_MIGRATE_OK && schema != STORE_MIGRATE_OLD)
        return false;
    if (sqlite3_exec(s->actions, "PRAGMA journal_mode = DELETE; PRAGMA synchronous = EXTRA", NULL, NULL, NULL) !=
        SQLITE_OK)
        return err_set(err, ERR_TRANSIENT, "cannot prepare 'actions.db': %s", sqlite3_errmsg(s->actions));
    return store_migrate_run(s->actions, &store_migrate_actions, err) && check_actions(s->actions, err);
}

static void try_actions(struct store *s, char *note, size_t note_size)
{
    if (open_actions(s, &s->orders_why)) {
        s->check = journal_check_new(s, NULL, &s->orders_why);
        if (journal_verify(s, 0) == STORE_MORE || s->orders_why.kind == ERR_NONE)
            return;
    } else {
        sqlite3_close(s->actions);
        s->actions = NULL;
        err_hint(&s->orders_why, "orders stay off until an operator has looked at it; it is never replaced");
    }
    size_t n = strlen(note);
    snprintf(note + n, note_size - n, "%sorders are off: %s", n ? "; " : "", s->orders_why.text);
}

struct store *store_open(const char *dir, const struct store_options *options, struct instant now, char *note,
                         size_t note_size, struct err *err)
{
    char none[256];
    if (!note || !note_size) {
        note = none;
        note_size = sizeof none;
    }
    note[0] = '\0';
    if (!store_file_local(dir, err))
        return NULL;
    struct store *s = mem_new(1, sizeof *s);
    s->dir = mem_strdup(dir);
    s->options = completed(options);
    memcpy(s->key, hash_process_key(), sizeof s->key);
    if (!open_or_renew(s, now, note, note_size, err)) {
        store_close(s);
        return NULL;
    }
    try_actions(s, note, note_size);
    return s;
}

void store_close(struct store *s)
{
    if (!s)
        return;
    if (s->db.db) {
        if (s->tx_open)
            store_tx_rollback(s);
        sqlite3_wal_checkpoint_v2(s->db.db, NULL, SQLITE_CHECKPOINT_TRUNCATE, NULL, NULL);
    }
    store_part_release(s);
    store_sql_close(&s->db);
    journal_check_free(s->check);
    sqlite3_close(s->actions);
    free(s->minute.sums);
    free(s->due);
    free(s->dir);
    free(s);
}

int64_t store_rev(const struct store *s)
{
    return s->rev;
}

void store_watch_add(struct store *s, store_watch *watch, void *ctx)
{
    if (s->n_watches == STORE_WATCHES_MAX)
        return;
    s->watches[s->n_watches].watch = watch;
    s->watches[s->n_watches++].ctx = ctx;
}

void store_watch_drop(struct store *s, const void *ctx)
{
    size_t kept = 0;
    for (size_t i = 0; i < s->n_watches; i++)
        if (s->watches[i].ctx != ctx)
            s->watches[kept++] = s->watches[i];
    s->n_watches = kept;
}

bool store_orders_possible(const struct store *s, struct err *why)
{
    if (s->actions && s->orders_why.kind == ERR_NONE)
        return true;
    if (why)
        *why = s->orders_why;
    return false;
}

/* --- small writes */

bool store_touch(struct store *s, const char *source, enum kind kind, struct instant now, int64_t interval_ms,
                 struct err *err)
{
    struct store_source *from = store_part_source(s, source, strlen(source), err);
    if (!from)
        return false;
    struct store_part *p = store_part_get(s, from, kind);
    if (!store_tx_begin(s, err))
        return false;
    store_tx_number(s);
    return store_observed_set(s, p, now, interval_ms, false, err) && store_tx_commit(s, err);
}

static bool is_stale(struct store *s, struct store_source *source, enum kind kind, struct instant now)
{
    struct store_blob_observed seen;
    if (!store_observed_get(s, source, kind, &seen))
        return true;
    int64_t passed_ms = now.boot_ms - seen.boot_ms;
    /* Of another boot, and later than now: the wall clock was set back, and its age is not known. */
    int64_t age_ms = !seen.same_boot ? now.utc_ms - seen.utc_ms : passed_ms > 0 ? passed_ms : 0;
    int64_t every_ms = seen.every_ms > 0 ? seen.every_ms : source->interval_ms;
    return seen.utc_ms == 0 || !reading_is_fresh(age_ms, every_ms);
}

bool store_stale(struct store *s, struct safe_text source, enum kind kind, struct instant now)
{
    for (size_t i = 0; i < s->n_sources; i++) {
        if (text_is(source, s->sources[i].name))
            return is_stale(s, &s->sources[i], kind, now);
    }
    return true;
}

bool store_interval_set(struct store *s, const char *source, int64_t interval_ms, struct err *err)
{
    struct store_source *from = store_part_source(s, source, strlen(source), err);
    if (!from)
        return false;
    if (from->interval_ms == interval_ms)
        return true;
    if (!store_tx_begin(s, err))
        return false;
    sqlite3_stmt *stmt = store_sql_get(&s->db, SQL_SOURCE_INTERVAL);
    if (stmt) {
        sqlite3_bind_int64(stmt, 1, from->nr);
        sqlite3_bind_int64(stmt, 2, interval_ms);
    }
    if (!store_sql_run(&s->db, stmt))
        return store_tx_fail(s, err, "record an interval");
    from->interval_ms = interval_ms;
    return store_tx_commit(s, err);
}

bool store_begin(struct store *s, struct err *err)
{
    while (s->applying) /* a batch whose transaction is open comes to its end first */
        store_apply_run(s->applying, INT64_MAX);
    s->tx_failed = false;
    if (!store_tx_begin(s, err))
        return false;
    s->tx_user = true;
    return true;
}

bool store_end(struct store *s, struct err *err)
{
    bool failed = s->tx_failed;
    s->tx_user = s->tx_failed = false;
    if (failed)
        return err_set(err, ERR_TRANSIENT, "cannot record: a write before has failed");
    store_tx_number(s);
    return store_tx_commit(s, err);
}

bool store_note_set(struct store *s, const char *key, const char *value, struct err *err)
{
    char full[256];
    snprintf(full, sizeof full, "note:%s", key);
    if (strlen(key) > sizeof full - 8)
        return err_set(err, ERR_INPUT, "the key '%.40s…' is too long", key);
    if (!store_tx_begin(s, err))
        return false;
    sqlite3_stmt *stmt = store_sql_get(&s->db, SQL_NOTE_SET);
    if (stmt) {
        sqlite3_bind_text(stmt, 1, full, -1, SQLITE_STATIC);
        store_sql_bind(stmt, 2, value, strlen(value));
    }
    if (!store_sql_run(&s->db, stmt))
        return store_tx_fail(s, err, "record a note");
    return store_tx_commit(s, err);
}

bool store_note_get(struct store *s, const char *key, struct buf *out, struct err *err)
{
    char full[256];
    snprintf(full, sizeof full, "note:%s", key);
    buf_clear(out);
    sqlite3_stmt *stmt = store_sql_get(&s->db, SQL_NOTE_GET);
    if (stmt)
        sqlite3_bind_text(stmt, 1, full, -1, SQLITE_STATIC);
    int rc = stmt ? sqlite3_step(stmt) : SQLITE_ERROR;
    bool ok = rc == SQLITE_DONE;
    if (rc == SQLITE_ROW) {
        size_t n;
        const void *value = store_sql_blob(stmt, 0, &n);
        ok = buf_put(out, value, n, err);
    } else if (!ok) {
        store_sql_error(&s->db, err, "read a note");
    }
    if (stmt)
        sqlite3_reset(stmt);
    return ok;
}

/* --- the present, for a collector that starts */

static void lay_newest(struct store *s, struct store_part *p, const char *id, size_t id_len, struct row *row)
{
    const struct kind_info *info = kind_info(row->kind);
    const struct store_sample_id of = store_sample_id(s, id, id_len);
    for (size_t f = 0; f < info->field_count; f++) {
        double value;
        if ((info->fields[f].flags & FIELD_SAMPLED) && store_sample_newest(s, p, &of, (int)f, &value))
            row->cells[f] = value_number(info->fields[f].type, value);
    }
}

/* The row of the statement; false when it makes no sense. */
static bool present_row(struct store *s, enum kind kind, struct store_source *source, sqlite3_stmt *stmt,
                        struct row *row)
{
    size_t id_len, n;
    const char *id = store_sql_blob(stmt, 2, &id_len);
    const void *packed = store_sql_blob(stmt, 3, &n);
    if (!row_unpack(kind, packed, n, row, NULL))
        return false;
    row->kind = kind;
    row->id = text_from(id, id_len);
    row->source = text_from(source->name, source->name_len);
    row->since_ms = sqlite3_column_int64(stmt, 1);
    row->observed_ms = 0;
    row->age_ms = -1;
    row->stale = true;
    lay_newest(s, store_part_get(s, source, kind), id, id_len, row);
    return true;
}

/* Rows of one source above number `*nr`, which becomes the last one's; until `until_us`, and then `*more`. */
static bool each_of(struct store *s, enum kind kind, struct store_source *source, int64_t *nr, int64_t until_us,
                    bool *more, bool (*each)(void *ctx, const struct row *row, struct err *err), void *ctx,
                    struct err *err)
{
    enum { LOOK_EACH = 64 };
    sqlite3_stmt *stmt = store_sql_get(&s->db, SQL_PRESENT_EACH);
    int64_t first = store_key_row(kind, source->nr, 0) - 1;
    int rc = SQLITE_ERROR;
    *more = false;
    if (stmt) {
        sqlite3_bind_int64(stmt, 1, *nr > first ? *nr : first);
        sqlite3_bind_int64(stmt, 2, store_key_row(kind, source->nr, STORE_KEY_SEQ_MAX));
        for (int i = 1; (rc = sqlite3_step(stmt)) == SQLITE_ROW; i++) {
            struct row row;
            *nr = sqlite3_column_int64(stmt, 0);
            if (present_row(s, kind, source, stmt, &row) && !each(ctx, &row, err))
                break;
            *more = i % LOOK_EACH == 0 && clock_mono_us() > until_us;
            if (*more)
                break;
        }
        sqlite3_reset(stmt);
    }
    if (!stmt || (rc != SQLITE_DONE && rc != SQLITE_ROW))
        return store_sql_error(&s->db, err, "read the present");
    return rc == SQLITE_DONE || *more;
}

bool store_each(struct store *s, enum kind kind, const char *source,
                bool (*each)(void *ctx, const struct row *row, struct err *err), void *ctx, struct err *err)
{
    bool more;
    for (size_t i = 0; i < s->n_sources; i++) {
        int64_t nr = 0;
        if ((!source || strcmp(s->sources[i].name, source) == 0) &&
            !each_of(s, kind, &s->sources[i], &nr, INT64_MAX, &more, each, ctx, err))
            return false;
    }
    return true;
}

enum store_step store_each_for(struct store *s, struct store_walk *walk, int64_t budget_us,
                               bool (*each)(void *ctx, const struct row *row, struct err *err), void *ctx,
                               struct err *err)
{
    int64_t until_us = clock_mono_us() + budget_us;
    for (; walk->source < s->n_sources; walk->source++, walk->nr = 0) {
        bool more;
        if (!each_of(s, walk->kind, &s->sources[walk->source], &walk->nr, until_us, &more, each, ctx, err))
            return STORE_FAILED;
        if (more)
            return STORE_MORE;
    }
    return STORE_DONE;
}

/* --- maintenance */

bool store_catch_up(struct store *s, struct instant now, struct err *err)
{
    bool more = true, ok = store_begin(s, err);
    sqlite3_exec(s->db.db, "PRAGMA cache_spill = OFF", NULL, NULL, NULL);
    while (ok && more) {
        more = false;
        ok = store_rollup_step(s, now, INT64_MAX, &more, err);
    }
    ok = ok && store_end(s, err);
    sqlite3_exec(s->db.db, "PRAGMA cache_spill = ON", NULL, NULL, NULL);
    return ok;
}

enum store_step store_maintain(struct store *s, struct instant now, int64_t budget_us, struct err *err)
{
    int64_t until_us = clock_mono_us() + budget_us;
    if (s->applying || s->tx_user)
        return STORE_DONE; /* not between the slices of a transaction */
    bool (*const steps[])(struct store *, struct instant, int64_t, bool *,
                          struct err *) = {store_past_step, store_rollup_step, store_retain_step};
    for (size_t i = 0; i < sizeof steps / sizeof steps[0]; i++) {
        bool more = false;
        if (!steps[i](s, now, until_us, &more, err))
            return STORE_FAILED;
        if (more)
            return STORE_MORE;
    }
    store_tx_checkpoint(s, CHECKPOINT_FRAMES);
    return STORE_DONE;
}
