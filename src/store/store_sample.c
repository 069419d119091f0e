#include "store_private.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

enum { DUE_MAX = 16384, PIECE = 1024 }; /* series of a piece of the newest samples */

void store_sample_release(struct store_series_set *set)
{
    free(set->all);
    free(set->table);
    free(set->dirty_pieces);
    memset(set, 0, sizeof *set);
}

static void link_series(struct store_series_set *set, size_t at)
{
    size_t i = (size_t)set->all[at].hash & (set->table_size - 1);
    while (set->table[i])
        i = (i + 1) & (set->table_size - 1);
    set->table[i] = (uint32_t)at + 1;
}

static struct store_series *find(struct store_series_set *set, uint64_t hash)
{
    if (!set->table_size)
        return NULL;
    for (size_t i = (size_t)hash & (set->table_size - 1); set->table[i]; i = (i + 1) & (set->table_size - 1))
        if (set->all[set->table[i] - 1].hash == hash)
            return &set->all[set->table[i] - 1];
    return NULL;
}

static struct store_series *add(struct store_series_set *set, uint64_t hash, int64_t nr)
{
    if (set->n == set->cap) {
        set->cap = set->cap ? set->cap * 2 : 8;
        set->all = mem_grow(set->all, set->cap, sizeof *set->all);
        set->table_size = set->cap * 2;
        free(set->table);
        set->table = mem_new(set->table_size, sizeof *set->table);
        for (size_t i = 0; i < set->n; i++)
            link_series(set, i);
    }
    set->all[set->n] = (struct store_series){.hash = hash, .nr = nr};
    link_series(set, set->n);
    return &set->all[set->n++];
}

struct store_sample_id store_sample_id(const struct store *s, const char *id, size_t len)
{
    return (struct store_sample_id){.id = id, .len = len, .hash = store_part_hash(s, id, len)};
}

static uint64_t series_hash(const struct store_sample_id *of, int field)
{
    return of->hash + (uint64_t)(int64_t)field * UINT64_C(0x9e3779b97f4a7c15);
}

/* Both lists are in the order of the numbers; what does not fit is skipped. Series before `*met` were met. */
static void take_newest(struct store_series_set *set, sqlite3_stmt *stmt, size_t *met)
{
    size_t n;
    const char *at = store_sql_blob(stmt, 0, &n), *end = at + n;
    int64_t nr, at_ms;
    double value;
    size_t i = *met;
    set->whole = set->whole || sqlite3_column_int64(stmt, 1) == 0;
    while (store_blob_next_sample(&at, end, &nr, &at_ms, &value)) {
        while (i < set->n && set->all[i].nr < nr)
            i++;
        if (i < set->n && set->all[i].nr == nr) {
            set->all[i].at_ms = at_ms;
            set->all[i].value = value;
        }
    }
    *met = i;
}

static bool load(struct store *s, struct store_part *p)
{
    struct store_series_set *set = &p->series;
    sqlite3_stmt *stmt = store_sql_get(&s->db, SQL_SERIES_PART);
    if (!stmt)
        return false;
    sqlite3_bind_int(stmt, 1, p->kind);
    sqlite3_bind_int64(stmt, 2, p->source);
    int rc;
    while ((rc = sqlite3_step(stmt)) == SQLITE_ROW) {
        size_t n;
        const char *id = store_sql_blob(stmt, 1, &n);
        struct store_sample_id of = store_sample_id(s, id, n);
        add(set, series_hash(&of, sqlite3_column_int(stmt, 2)), sqlite3_column_int64(stmt, 0));
    }
    sqlite3_reset(stmt);
    stmt = rc == SQLITE_DONE ? store_sql_get(&s->db, SQL_NEWEST_EACH) : NULL;
    if (!stmt)
        return false;
    sqlite3_bind_int(stmt, 1, p->kind);
    sqlite3_bind_int64(stmt, 2, p->source);
    for (size_t met = 0; (rc = sqlite3_step(stmt)) == SQLITE_ROW;)
        take_newest(set, stmt, &met);
    sqlite3_reset(stmt);
    set->loaded = rc == SQLITE_DONE;
    return set->loaded;
}

static bool last_series(struct store *s)
{
    sqlite3_stmt *stmt = store_sql_get(&s->db, SQL_SERIES_LAST);
    int rc = stmt ? sqlite3_step(stmt) : SQLITE_ERROR;
    if (rc == SQLITE_ROW)
        s->series_next = sqlite3_column_int64(stmt, 0) + 1;
    if (stmt)
        sqlite3_reset(stmt);
    return rc == SQLITE_ROW;
}

static struct store_series *intern(struct store *s, struct store_part *p, const struct store_sample_id *of, int field)
{
    uint64_t hash = series_hash(of, field);
    if (!p->series.loaded && !load(s, p))
        return NULL;
    struct store_series *series = find(&p->series, hash);
    if (series)
        return series;
    if (!s->series_next && !last_series(s))
        return NULL;
    sqlite3_stmt *stmt = store_sql_get(&s->db, SQL_SERIES_ADD);
    if (!stmt)
        return NULL;
    sqlite3_bind_int64(stmt, 1, s->series_next);
    sqlite3_bind_int(stmt, 2, p->kind);
    sqlite3_bind_int64(stmt, 3, p->source);
    store_sql_bind(stmt, 4, of->id, of->len);
    sqlite3_bind_int(stmt, 5, field);
    if (!store_sql_run(&s->db, stmt))
        return NULL;
    return add(&p->series, hash, s->series_next++);
}

static void set_dirty(struct store *s, struct store_part *p, const struct store_series *series)
{
    struct store_series_set *set = &p->series;
    size_t piece = (size_t)(series - set->all) / PIECE;
    if (piece >= set->n_pieces) {
        set->dirty_pieces = mem_grow(set->dirty_pieces, piece + 1, sizeof *set->dirty_pieces);
        memset(set->dirty_pieces + set->n_pieces, 0, piece + 1 - set->n_pieces);
        set->n_pieces = piece + 1;
    }
    set->dirty_pieces[piece] = 1;
    if (set->dirty)
        return;
    set->dirty = true;
    set->dirty_next = s->dirty;
    s->dirty = p;
}

static bool comes_after(const struct store_due *a, const struct store_due *b)
{
    return a->at_ms > b->at_ms || (a->at_ms == b->at_ms && a->series > b->series);
}

/* Into the order of the table; of two for the same moment the first stays first. Ten samples of each source come with a sweep:
 * qsort(), which calls for each comparison, took a twentieth of all its work. */
static void sort(struct store_due *due, struct store_due *spare, size_t n)
{
    size_t half = n / 2, i = 0, j = half;
    if (n < 2)
        return;
    sort(due, spare, half);
    sort(due + half, spare, n - half);
    if (!comes_after(&due[half - 1], &due[half]))
        return;
    memcpy(spare, due, half * sizeof *due);
    for (size_t at = 0; i < half; at++)
        due[at] = j < n && comes_after(&spare[i], &due[j]) ? due[j++] : spare[i++];
}

static bool insert(struct store *s, enum store_sql which, const struct store_due *due, int n)
{
    sqlite3_stmt *stmt = store_sql_get(&s->db, which);
    for (int i = 0; stmt && i < n; i++) {
        sqlite3_bind_int64(stmt, 3 * i + 1, due[i].at_ms);
        sqlite3_bind_int64(stmt, 3 * i + 2, due[i].series);
        sqlite3_bind_double(stmt, 3 * i + 3, due[i].value);
    }
    return store_sql_run(&s->db, stmt);
}

bool store_sample_due(struct store *s, struct err *err)
{
    bool ok = true;
    size_t i = 0;
    if (s->n_due > 1)
        sort(s->due, s->due + s->cap_due / 2, s->n_due);
    for (; ok && i + STORE_SAMPLES_AT_ONCE <= s->n_due; i += STORE_SAMPLES_AT_ONCE)
        ok = insert(s, SQL_SAMPLES_ADD, &s->due[i], STORE_SAMPLES_AT_ONCE);
    for (; ok && i < s->n_due; i++)
        ok = insert(s, SQL_SAMPLE_ADD, &s->due[i], 1);
    s->n_due = 0;
    return ok || store_tx_fail(s, err, "record samples");
}

static bool put_due(struct store *s, int64_t at_ms, int64_t series, double value, struct err *err)
{
    if (s->n_due == DUE_MAX && !store_sample_due(s, err))
        return false;
    if (2 * s->n_due >= s->cap_due) {
        s->cap_due = s->cap_due ? s->cap_due * 2 : 64;
        s->due = mem_grow(s->due, s->cap_due, sizeof *s->due);
    }
    s->due[s->n_due++] = (struct store_due){at_ms, series, value};
    return true;
}

/* Whether it was written depends on what is there: a sample that comes late counts once. */
static bool put_late(struct store *s, int64_t at_ms, int64_t series, double value, struct err *err)
{
    const struct store_due one = {.at_ms = at_ms, .series = series, .value = value};
    if (at_ms >= s->minute.from_ms - s->options.raw_keep_ms) {
        if (!insert(s, SQL_SAMPLE_ADD, &one, 1))
            return store_tx_fail(s, err, "record a sample");
        if (sqlite3_changes(s->db.db) == 0)
            return true;
    }
    return store_rollup_late(s, series, at_ms, value, err);
}

bool store_sample_write(struct store *s, struct store_part *p, const struct store_sample_id *of, int field,
                        int64_t at_ms, double value, enum store_sample_rank rank, struct err *err)
{
    struct store_series *series = intern(s, p, of, field);
    if (!series)
        return store_tx_fail(s, err, "record a sample");
    int64_t nr = series->nr;
    if (rank == STORE_SAMPLE_NEWEST || (rank == STORE_SAMPLE_IF_NEW && at_ms >= series->at_ms)) {
        series->at_ms = at_ms;
        series->value = value;
        set_dirty(s, p, series);
    }
    return store_rollup_is_late(s, at_ms) ? put_late(s, at_ms, nr, value, err) : put_due(s, at_ms, nr, value, err);
}

void store_sample_drop(struct store *s, struct store_part *p, int64_t at_ms)
{
    for (size_t i = 0; i < p->series.n; i++)
        if (p->series.all[i].at_ms && p->series.all[i].at_ms != at_ms) {
            p->series.all[i].at_ms = 0;
            set_dirty(s, p, &p->series.all[i]);
        }
}

bool store_sample_forget(struct store *s, struct store_part *p, const struct store_sample_id *of, int field,
                         struct err *err)
{
    if (!p->series.loaded && !load(s, p))
        return store_tx_fail(s, err, "forget a sample");
    struct store_series *series = find(&p->series, series_hash(of, field));
    if (series && series->at_ms) {
        series->at_ms = 0;
        set_dirty(s, p, series);
    }
    return true;
}

bool store_sample_newest(struct store *s, struct store_part *p, const struct store_sample_id *of, int field,
                         double *value)
{
    if (!p->series.loaded && !load(s, p))
        return false;
    const struct store_series *series = find(&p->series, series_hash(of, field));
    if (!series || !series->at_ms)
        return false;
    *value = series->value;
    return true;
}

static bool put_piece(struct store *s, struct store_part *p, size_t from)
{
    const struct store_series *all = p->series.all;
    size_t to = from + PIECE < p->series.n ? from + PIECE : p->series.n;
    struct buf vals = buf_make(PIECE * 32);
    bool ok = true;
    for (size_t i = from; ok && i < to; i++)
        if (all[i].at_ms)
            ok = store_blob_put_sample(&vals, all[i].nr, all[i].at_ms, all[i].value);
    sqlite3_stmt *stmt = store_sql_get(&s->db, SQL_NEWEST_PUT);
    if (stmt) {
        sqlite3_bind_int(stmt, 1, p->kind);
        sqlite3_bind_int64(stmt, 2, p->source);
        sqlite3_bind_int64(stmt, 3, all[from].nr);
        store_sql_bind(stmt, 4, vals.data, vals.len);
    }
    ok = ok && store_sql_run(&s->db, stmt);
    buf_release(&vals);
    return ok;
}

/* What a former version wrote in one piece. */
static bool drop_whole(struct store *s, struct store_part *p)
{
    sqlite3_stmt *stmt = store_sql_get(&s->db, SQL_NEWEST_DROP);
    if (stmt) {
        sqlite3_bind_int(stmt, 1, p->kind);
        sqlite3_bind_int64(stmt, 2, p->source);
        sqlite3_bind_int64(stmt, 3, 0);
    }
    return store_sql_run(&s->db, stmt);
}

static bool flush(struct store *s, struct store_part *p, struct err *err)
{
    struct store_series_set *set = &p->series;
    bool ok = !set->whole || drop_whole(s, p);
    for (size_t i = 0; ok && i * PIECE < set->n; i++)
        if (set->whole || (i < set->n_pieces && set->dirty_pieces[i]))
            ok = put_piece(s, p, i * PIECE);
    if (!ok)
        return store_tx_fail(s, err, "record the newest samples");
    memset(set->dirty_pieces, 0, set->n_pieces);
    set->whole = set->dirty = false;
    return true;
}

bool store_sample_flush(struct store *s, struct err *err)
{
    if (!store_sample_due(s, err))
        return false;
    while (s->dirty) {
        struct store_part *p = s->dirty;
        s->dirty = p->series.dirty_next;
        if (!flush(s, p, err))
            return false;
    }
    return true;
}

bool store_sample_put(struct store *s, const char *source, enum kind kind, struct safe_text id, int field,
                      int64_t at_ms, double value, struct err *err)
{
    if (text_len(id) > STORE_KEY_ID_MAX || at_ms <= 0 || !isfinite(value))
        return err_set(err, ERR_INPUT, "cannot record a sample: its id, time or value makes no sense");
    struct store_source *from = store_part_source(s, source, strlen(source), err);
    if (!from)
        return false;
    struct store_part *p = store_part_get(s, from, kind);
    struct store_sample_id of = store_sample_id(s, text_bytes(id), text_len(id));
    return store_tx_begin(s, err) && store_sample_write(s, p, &of, field, at_ms, value, STORE_SAMPLE_IF_NEW, err) &&
           store_tx_commit(s, err);
}
