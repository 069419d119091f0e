#include "query_private.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/hash.h"
#include "base/mem.h"

enum { BACK_MS = 15 * 60 * 1000, BACK_ROWS = 200000 };

void query_laid_release(struct query_laid *laid)
{
    free(laid->cells);
    free(laid->series);
    memset(laid, 0, sizeof *laid);
}

bool query_laid_kind(enum kind kind)
{
    const struct kind_info *info = kind_info(kind);
    for (size_t f = 0; f < info->field_count; f++)
        if (info->fields[f].flags & FIELD_SAMPLED)
            return true;
    return false;
}

/* An id needs to be hashed once for all its cells. */
static uint64_t hash_with(uint64_t of_id, int64_t source, int field)
{
    uint64_t h = of_id + ((uint64_t)source << 16 ^ (uint64_t)(int64_t)field) * UINT64_C(0x9e3779b97f4a7c15);
    return h ? h : 1;
}

static uint64_t hash_of(int64_t source, const char *id, size_t n, int field)
{
    return hash_with(hash_sip(id, n, hash_process_key()), source, field);
}

static struct query_laid_cell *cell(const struct query_laid *laid, uint64_t hash)
{
    size_t i = (size_t)hash & (laid->size - 1);
    while (laid->cells[i].hash && laid->cells[i].hash != hash)
        i = (i + 1) & (laid->size - 1);
    return &laid->cells[i];
}

bool query_laid_get(const struct query_laid *laid, int64_t source, struct safe_text id, int field, double *value)
{
    if (!laid->size)
        return false;
    const struct query_laid_cell *c = cell(laid, hash_of(source, text_bytes(id), text_len(id), field));
    if (!c->hash)
        return false;
    *value = c->value;
    return true;
}

void query_laid_row(const struct query_laid *laid, int64_t source, struct row *row)
{
    const struct kind_info *info = kind_info(row->kind);
    if (!laid->size)
        return;
    uint64_t of_id = hash_sip(text_bytes(row->id), text_len(row->id), hash_process_key());
    for (size_t f = 0; f < info->field_count; f++) {
        if (!(info->fields[f].flags & FIELD_SAMPLED))
            continue;
        const struct query_laid_cell *c = cell(laid, hash_with(of_id, source, (int)f));
        row->cells[f] = c->hash ? value_number(info->fields[f].type, c->value) : value_none();
    }
}

int64_t query_laid_last(struct query *q)
{
    sqlite3_stmt *stmt = store_sql_get(&q->db, SQL_SERIES_LAST);
    int64_t nr = stmt && sqlite3_step(stmt) == SQLITE_ROW ? sqlite3_column_int64(stmt, 0) : -1;
    sqlite3_reset(stmt);
    return nr;
}

static bool load_series(struct query_laid *laid, struct query *q, enum kind kind)
{
    int64_t last_nr = query_laid_last(q);
    if (last_nr == laid->met_nr)
        return true;
    sqlite3_stmt *stmt = last_nr < 0 ? NULL : store_sql_get(&q->db, laid->met_nr ? SQL_SERIES_NEW : SQL_SERIES_EACH);
    int rc = SQLITE_ERROR;
    if (!stmt)
        return false;
    sqlite3_bind_int(stmt, 1, kind);
    sqlite3_bind_int64(stmt, 2, laid->met_nr);
    sqlite3_bind_int64(stmt, 3, last_nr);
    while ((rc = sqlite3_step(stmt)) == SQLITE_ROW) {
        size_t n;
        const char *id = store_sql_blob(stmt, 2, &n);
        if (laid->n_series == laid->cap_series) {
            laid->cap_series = laid->cap_series ? laid->cap_series * 2 : 64;
            laid->series = mem_grow(laid->series, laid->cap_series, sizeof *laid->series);
        }
        laid->series[laid->n_series++] = (struct query_laid_series){
            .nr = sqlite3_column_int64(stmt, 0),
            .hash = hash_of(sqlite3_column_int64(stmt, 1), id, n, sqlite3_column_int(stmt, 3)),
            .source = (uint32_t)sqlite3_column_int64(stmt, 1),
            .moments = sqlite3_column_int(stmt, 3) == QUERY_LAID_OBSERVED,
        };
    }
    sqlite3_reset(stmt);
    laid->met_nr = rc == SQLITE_DONE ? last_nr : laid->n_series ? laid->series[laid->n_series - 1].nr : laid->met_nr;
    return rc == SQLITE_DONE;
}

static void clear(struct query_laid *laid)
{
    size_t size = 64;
    while (size < laid->n_series * 2)
        size *= 2;
    if (size != laid->size) {
        free(laid->cells);
        laid->cells = mem_new(size, sizeof *laid->cells);
        laid->size = size;
    } else {
        memset(laid->cells, 0, size * sizeof *laid->cells);
    }
    laid->n = 0;
}

static const struct query_laid_series *series_of(const struct query_laid *laid, int64_t nr)
{
    size_t lo = 0, hi = laid->n_series;
    while (lo < hi) {
        size_t mid = (lo + hi) / 2;
        if (laid->series[mid].nr < nr)
            lo = mid + 1;
        else
            hi = mid;
    }
    return lo < laid->n_series && laid->series[lo].nr == nr ? &laid->series[lo] : NULL;
}

/* Lays a value unless a newer one lies there (they come newest first). */
static void lay(struct query_laid *laid, const struct query_laid_series *series, int64_t at_ms, double value)
{
    struct query_laid_cell *c = series ? cell(laid, series->hash) : NULL;
    if (!c || c->hash || laid->n >= laid->n_series)
        return;
    *c = (struct query_laid_cell){series->hash, at_ms, value};
    laid->n++;
}

static bool lay_present(struct query_laid *laid, struct query *q, enum kind kind)
{
    sqlite3_stmt *stmt = store_sql_get(&q->db, SQL_NEWEST_KIND);
    int rc = SQLITE_ERROR;
    if (!stmt)
        return false;
    sqlite3_bind_int(stmt, 1, kind);
    while ((rc = sqlite3_step(stmt)) == SQLITE_ROW) {
        size_t n;
        const char *at = store_sql_blob(stmt, 0, &n), *end = at + n;
        int64_t nr, at_ms;
        double value;
        while (store_blob_next_sample(&at, end, &nr, &at_ms, &value))
            lay(laid, series_of(laid, nr), at_ms, value);
    }
    sqlite3_reset(stmt);
    return rc == SQLITE_DONE;
}

/* Samples as they came, from T backwards, until every series has one or they are too far. */
static bool lay_raw(struct query_laid *laid, struct query *q, int64_t at_ms)
{
    sqlite3_stmt *stmt = store_sql_get(&q->db, SQL_SAMPLE_BACK);
    int rc = SQLITE_DONE;
    if (!stmt)
        return false;
    sqlite3_bind_int64(stmt, 1, at_ms);
    sqlite3_bind_int64(stmt, 2, at_ms - BACK_MS);
    for (int i = 0; i < BACK_ROWS && laid->n < laid->n_series && (rc = sqlite3_step(stmt)) == SQLITE_ROW; i++)
        lay(laid, series_of(laid, sqlite3_column_int64(stmt, 1)), sqlite3_column_int64(stmt, 0),
            sqlite3_column_double(stmt, 2));
    sqlite3_reset(stmt);
    return rc == SQLITE_DONE || rc == SQLITE_ROW;
}

/* The last of n moments spread evenly over [lo, hi] that is not after T. */
static double last_moment(int64_t n, double lo, double hi, double at_ms)
{
    if (hi <= at_ms || n < 2)
        return hi <= at_ms ? hi : lo;
    double step = (hi - lo) / (double)(n - 1);
    return lo + floor((at_ms - lo) / step) * step;
}

/* The rollup of one series at T; for the moments of observation themselves their last one. */
static bool lay_rollup(struct query_laid *laid, struct query *q, enum store_sql which,
                       const struct query_laid_series *series, int64_t at_ms, bool moments)
{
    int64_t before_ms = at_ms;
    for (int tries = 0; tries < 2; tries++) {
        sqlite3_stmt *stmt = store_sql_get(&q->db, which);
        if (!stmt)
            return false;
        sqlite3_bind_int64(stmt, 1, series->nr);
        sqlite3_bind_int64(stmt, 2, before_ms);
        int rc = sqlite3_step(stmt);
        int64_t from_ms = rc == SQLITE_ROW ? sqlite3_column_int64(stmt, 0) : 0;
        int64_t n = rc == SQLITE_ROW ? sqlite3_column_int64(stmt, 1) : 0;
        double sum = sqlite3_column_double(stmt, 2), lo = sqlite3_column_double(stmt, 3),
               hi = sqlite3_column_double(stmt, 4);
        sqlite3_reset(stmt);
        if (rc != SQLITE_ROW || n <= 0)
            return rc == SQLITE_ROW || rc == SQLITE_DONE;
        if (!moments || lo <= (double)at_ms) {
            lay(laid, series, from_ms, moments ? last_moment(n, lo, hi, (double)at_ms) : sum / (double)n);
            return true;
        }
        before_ms = from_ms - 1;
    }
    return true;
}

static bool lay_old(struct query_laid *laid, struct query *q, int64_t at_ms)
{
    static const enum store_sql tables[] = {SQL_MINUTE_AT, SQL_QUARTER_AT};
    for (size_t i = 0; i < laid->n_series; i++)
        for (size_t t = 0; t < 2 && !cell(laid, laid->series[i].hash)->hash; t++)
            if (!lay_rollup(laid, q, tables[t], &laid->series[i], at_ms, laid->series[i].moments))
                return false;
    return true;
}

bool query_laid_load(struct query_laid *laid, struct query *q, enum kind kind, int64_t at_ms)
{
    if (!load_series(laid, q, kind))
        return false;
    clear(laid);
    if (at_ms == QUERY_NOW)
        return lay_present(laid, q, kind);
    return lay_raw(laid, q, at_ms) && lay_old(laid, q, at_ms);
}

/* --- those of some rows alone */

void query_laid_add(struct query_laid *laid, int64_t nr, int64_t source, struct safe_text id, int field)
{
    if (laid->n_series == laid->cap_series) {
        laid->cap_series = laid->cap_series ? laid->cap_series * 2 : 64;
        laid->series = mem_grow(laid->series, laid->cap_series, sizeof *laid->series);
    }
    laid->series[laid->n_series++] = (struct query_laid_series){
        .nr = nr,
        .source = (uint32_t)source,
        .hash = hash_of(source, text_bytes(id), text_len(id), field),
        .moments = field == QUERY_LAID_OBSERVED,
    };
}

static int by_number(const void *a, const void *b)
{
    const struct query_laid_series *x = a, *y = b;
    return (x->nr > y->nr) - (x->nr < y->nr);
}

static void put_in_order(struct query_laid *laid)
{
    size_t n = 0;
    qsort(laid->series, laid->n_series, sizeof *laid->series, by_number);
    for (size_t i = 0; i < laid->n_series; i++)
        if (n == 0 || laid->series[n - 1].nr != laid->series[i].nr)
            laid->series[n++] = laid->series[i];
    laid->n_series = n;
}

/* The piece of the newest samples that was read last, of one source: its first series, and the last that has a value in it. */
struct piece {
    int64_t source, first, last;
};

static void lay_all(struct query_laid *laid, sqlite3_stmt *stmt, struct piece *p)
{
    size_t n;
    const char *at = store_sql_blob(stmt, 0, &n), *end = at + n;
    int64_t nr, at_ms;
    double value;
    while (store_blob_next_sample(&at, end, &nr, &at_ms, &value)) {
        lay(laid, series_of(laid, nr), at_ms, value);
        p->last = nr > p->last ? nr : p->last;
    }
}

/* The piece that has a series, whole, unless it was read. */
static bool lay_piece(struct query_laid *laid, struct query *q, enum kind kind, const struct query_laid_series *series,
                      struct piece *p)
{
    sqlite3_stmt *stmt = store_sql_get(&q->db, SQL_NEWEST_AT);
    if (!stmt)
        return false;
    sqlite3_bind_int(stmt, 1, kind);
    sqlite3_bind_int64(stmt, 2, series->source);
    sqlite3_bind_int64(stmt, 3, series->nr);
    int rc = sqlite3_step(stmt);
    if (rc == SQLITE_ROW && (p->source != series->source || p->first != sqlite3_column_int64(stmt, 1))) {
        *p = (struct piece){series->source, sqlite3_column_int64(stmt, 1), series->nr};
        lay_all(laid, stmt, p);
    }
    sqlite3_reset(stmt);
    return rc == SQLITE_ROW || rc == SQLITE_DONE;
}

static bool lay_pieces(struct query_laid *laid, struct query *q, enum kind kind)
{
    enum { SOURCES = 16 };
    struct piece seen[SOURCES] = {{0, -1, 0}};
    for (size_t i = 0; i < laid->n_series; i++) {
        const struct query_laid_series *series = &laid->series[i];
        struct piece *p = &seen[series->source % SOURCES];
        bool read = p->source == series->source && series->nr <= p->last;
        if (!read && !lay_piece(laid, q, kind, series, p))
            return false;
    }
    return true;
}

bool query_laid_scoped(struct query_laid *laid, struct query *q, enum kind kind, int64_t at_ms)
{
    put_in_order(laid);
    clear(laid);
    if (at_ms == QUERY_NOW)
        return lay_pieces(laid, q, kind);
    return lay_raw(laid, q, at_ms) && lay_old(laid, q, at_ms);
}
