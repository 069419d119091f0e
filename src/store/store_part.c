#include "store_private.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/hash.h"
#include "base/mem.h"

uint64_t store_part_hash(const struct store *s, const void *bytes, size_t n)
{
    return hash_sip(bytes, n, s->key);
}

/* --- sources by name */

static void name_link(struct store *s, size_t at)
{
    const struct store_source *source = &s->sources[at];
    size_t i = (size_t)store_part_hash(s, source->name, source->name_len) & (s->names_size - 1);
    while (s->names[i])
        i = (i + 1) & (s->names_size - 1);
    s->names[i] = (uint32_t)at + 1;
}

static struct store_source *name_find(struct store *s, const char *name, size_t n)
{
    if (!s->names_size)
        return NULL;
    for (size_t i = (size_t)store_part_hash(s, name, n) & (s->names_size - 1); s->names[i];
         i = (i + 1) & (s->names_size - 1)) {
        struct store_source *source = &s->sources[s->names[i] - 1];
        if (source->name_len == n && memcmp(source->name, name, n) == 0)
            return source;
    }
    return NULL;
}

static void names_grow(struct store *s)
{
    s->sources_cap = s->sources_cap ? s->sources_cap * 2 : 16;
    s->sources = mem_grow(s->sources, s->sources_cap, sizeof *s->sources);
    s->names_size = s->sources_cap * 2;
    free(s->names);
    s->names = mem_new(s->names_size, sizeof *s->names);
    for (size_t i = 0; i < s->n_sources; i++)
        name_link(s, i);
}

static struct store_source *append(struct store *s, const void *name, size_t n, int64_t nr, int64_t interval_ms)
{
    if (s->n_sources == s->sources_cap)
        names_grow(s);
    struct store_source *source = &s->sources[s->n_sources++];
    memset(source, 0, sizeof *source);
    source->name = mem_strndup(name, n);
    source->name_len = n;
    source->nr = nr;
    source->interval_ms = interval_ms;
    name_link(s, s->n_sources - 1);
    return source;
}

bool store_part_load_sources(struct store *s, struct err *err)
{
    sqlite3_stmt *stmt = store_sql_get(&s->db, SQL_SOURCE_EACH);
    int rc = SQLITE_DONE;
    while (stmt && (rc = sqlite3_step(stmt)) == SQLITE_ROW) {
        size_t n;
        const void *name = store_sql_blob(stmt, 1, &n);
        int64_t nr = sqlite3_column_int64(stmt, 0);
        if (nr < 1 || nr > STORE_KEY_SOURCES_MAX)
            break;
        append(s, name, n, nr, sqlite3_column_int64(stmt, 2));
    }
    if (stmt)
        sqlite3_reset(stmt);
    if (!stmt || rc != SQLITE_DONE)
        return err_set(err, ERR_CORRUPT, "cannot read the sources of 'cache.db'");
    return true;
}

static bool record(struct store *s, const char *name, size_t n, int64_t nr, int64_t interval_ms, struct err *err)
{
    if (!store_tx_begin(s, err))
        return false;
    sqlite3_stmt *stmt = store_sql_get(&s->db, SQL_SOURCE_ADD);
    if (stmt) {
        sqlite3_bind_int64(stmt, 1, nr);
        store_sql_bind(stmt, 2, name, n);
        sqlite3_bind_int64(stmt, 3, interval_ms);
    }
    if (!store_sql_run(&s->db, stmt))
        return store_tx_fail(s, err, "record a source");
    return store_tx_commit(s, err);
}

struct store_source *store_part_source(struct store *s, const char *name, size_t n, struct err *err)
{
    int64_t last = 0;
    struct store_source *source = name_find(s, name, n);
    if (source && source->doubtful && !record(s, name, n, source->nr, source->interval_ms, err))
        return NULL;
    if (source) {
        source->doubtful = false;
        return source;
    }
    for (size_t i = 0; i < s->n_sources; i++)
        last = s->sources[i].nr > last ? s->sources[i].nr : last;
    if (last >= STORE_KEY_SOURCES_MAX) {
        err_set(err, ERR_INPUT, "cannot take source '%.*s': %d are known", (int)n, name, STORE_KEY_SOURCES_MAX);
        return NULL;
    }
    return record(s, name, n, last + 1, 0, err) ? append(s, name, n, last + 1, 0) : NULL;
}

struct store_part *store_part_get(struct store *s, struct store_source *source, enum kind kind)
{
    (void)s;
    if (!source->parts[kind]) {
        struct store_part *p = mem_new(1, sizeof *p);
        p->source = source->nr;
        p->kind = kind;
        p->cursor = store_key_row(kind, source->nr, 0) - 1;
        source->parts[kind] = p;
    }
    return source->parts[kind];
}

/* A job's id as the source gives it: without the generation that the store added. */
static size_t bare_id(const char *id, size_t n, int64_t gen)
{
    if (gen < 2)
        return n;
    char tail[24];
    int len = snprintf(tail, sizeof tail, "~%lld", (long long)gen);
    return n > (size_t)len && memcmp(id + n - (size_t)len, tail, (size_t)len) == 0 ? n - (size_t)len : n;
}

static void take(struct store *s, struct store_part *p, sqlite3_stmt *stmt)
{
    size_t id_len, row_len;
    const char *id = store_sql_blob(stmt, 2, &id_len);
    const void *row = store_sql_blob(stmt, 3, &row_len);
    int64_t gen = sqlite3_column_int64(stmt, 4);
    p->cursor = sqlite3_column_int64(stmt, 0);
    struct store_index_entry e = {
        .id_hash = store_part_hash(s, id, bare_id(id, id_len, gen)),
        .row_hash = store_part_hash(s, row, row_len),
        .seq = store_key_seq(p->cursor),
        .gen = (uint32_t)gen,
    };
    p->seq_next = e.seq + 1;
    if (store_index_find(&p->index, e.id_hash) < 0)
        store_index_add(&p->index, &e);
}

static bool finish(struct store *s, struct store_part *p)
{
    sqlite3_stmt *stmt = store_sql_get(&s->db, SQL_GONE_ANY);
    if (!stmt)
        return false;
    sqlite3_bind_int64(stmt, 1, p->source);
    int rc = sqlite3_step(stmt);
    sqlite3_reset(stmt);
    p->gone_any = rc == SQLITE_ROW;
    p->ready = rc == SQLITE_ROW || rc == SQLITE_DONE;
    return p->ready;
}

bool store_part_load(struct store *s, struct store_part *p, int rows, struct err *err)
{
    if (p->ready)
        return true;
    sqlite3_stmt *stmt = store_sql_get(&s->db, SQL_PRESENT_EACH);
    int rc = SQLITE_ERROR;
    if (stmt) {
        sqlite3_bind_int64(stmt, 1, p->cursor);
        sqlite3_bind_int64(stmt, 2, store_key_row(p->kind, p->source, STORE_KEY_SEQ_MAX));
        while (rows-- > 0 && (rc = sqlite3_step(stmt)) == SQLITE_ROW)
            take(s, p, stmt);
        sqlite3_reset(stmt);
    }
    if (stmt && rc == SQLITE_ROW)
        return true;
    if (!stmt || rc != SQLITE_DONE || !finish(s, p))
        return store_tx_fail(s, err, "read the present");
    return true;
}

static void forget(struct store_part *p)
{
    store_index_release(&p->index);
    store_sample_release(&p->series);
    p->ready = false;
    p->seen = (struct store_blob_observed){0};
    p->epoch++;
    p->cursor = store_key_row(p->kind, p->source, 0) - 1;
}

static void each_part(struct store *s, void (*act)(struct store_part *p))
{
    for (size_t i = 0; i < s->n_sources; i++)
        for (int k = 0; k < KIND_COUNT; k++)
            if (s->sources[i].parts[k])
                act(s->sources[i].parts[k]);
}

void store_part_forget(struct store *s)
{
    s->dirty = NULL;
    store_observed_forget(s);
    each_part(s, forget);
    for (size_t i = 0; i < s->n_sources; i++)
        s->sources[i].doubtful = true;
}

void store_part_release(struct store *s)
{
    each_part(s, forget);
    store_observed_forget(s);
    for (size_t i = 0; i < s->n_sources; i++) {
        for (int k = 0; k < KIND_COUNT; k++)
            free(s->sources[i].parts[k]);
        free(s->sources[i].name);
    }
    free(s->sources);
    free(s->names);
    s->sources = NULL;
    s->names = NULL;
    s->n_sources = s->sources_cap = s->names_size = 0;
}
