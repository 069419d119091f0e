#ifndef HUBTOP_SRC_QUERY_PRIVATE_H
#define HUBTOP_SRC_QUERY_PRIVATE_H

#include "store/query.h"

#include "store_blob.h"
#include "store_key.h"
#include "store_sql.h"

struct query {
    struct store_sql_db db;
    char **names; /* of the sources, by number */
    size_t *name_lens;
    int64_t *intervals;
    size_t n_names;
    uint32_t *nrs; /* of the names, by hash; 0: free */
    size_t nrs_size, n_known;
    unsigned version; /* of the file as the names were read */
    unsigned kinds;   /* of the commit beside it; 0: not asked yet */
    int64_t kinds_rev;
};

/* query.c: reads the sources that are new. Inside a transaction. */
bool query_sources(struct query *q, struct err *err);
struct safe_text query_source_name(const struct query *q, int64_t nr);
int64_t query_source_nr(const struct query *q, struct safe_text name); /* 0: none is called so */
/* A read transaction lasts one slice: an open one would keep the writer's checkpoints from finishing. */
bool query_begin(struct query *q, struct err *err);
void query_end(struct query *q);
/* Sets err and ends the transaction; returns false always. */
bool query_fail(struct query *q, struct err *err, const char *what);
int64_t query_read_rev(struct query *q);

/* --- query_set.c: the rows themselves */

struct query_row {
    int64_t since_ms, seq;
    uint32_t packed_len;
    uint16_t source, id_len;
    char bytes[]; /* the id, then the packed cells */
};

enum {
    QUERY_SET_TOUCHED = 1, /* put or closed since the orders were made */
    QUERY_SET_MOVED = 2,   /* its place in the order of ids is void: closed, or opened */
};

struct query_set {
    struct query_row **rows; /* by slot; NULL: free */
    uint8_t *flags;
    size_t used, cap, live;
    uint32_t *table; /* slot + 1, by (source, seq) */
    size_t table_size;
    uint32_t *free; /* slots to use again: only those that the orders have forgotten */
    size_t free_n, free_cap;
    uint32_t *touched;
    size_t touched_n, touched_cap;
};

void query_set_release(struct query_set *set);
/* Puts or closes a row as the record says; false without effect when it makes no sense. */
void query_set_apply(struct query_set *set, const struct store_blob_record *r);
/* Whether a row of that number is held. */
bool query_set_has(const struct query_set *set, int64_t source, int64_t seq);
/* The orders hold nothing of what was touched any more: forgets it, frees the slots. */
void query_set_settle(struct query_set *set);

/* --- query_laid.c: sampled cells, laid over rows */

struct query_laid {
    struct query_laid_cell {
        uint64_t hash; /* of source, id and field; 0: free */
        int64_t at_ms;
        double value;
    } * cells;
    size_t n, size;
    struct query_laid_series {
        int64_t nr;
        uint64_t hash;
        bool moments; /* when the part was observed, not a cell */
    } * series;       /* of the kind, by number */
    size_t n_series, cap_series;
};

enum { QUERY_LAID_OBSERVED = -1 }; /* the field of the series of observations; its id is "" */
void query_laid_release(struct query_laid *laid);
/* Reads the newest values at `at_ms` (QUERY_NOW: the present) of all series of the kind. Inside a transaction. */
bool query_laid_load(struct query_laid *laid, struct query *q, enum kind kind, int64_t at_ms);
bool query_laid_get(const struct query_laid *laid, int64_t source, struct safe_text id, int field, double *value);
/* Puts all sampled cells of a row of that source; those without a value are unknown. */
void query_laid_row(const struct query_laid *laid, int64_t source, struct row *row);
/* Whether the kind has sampled fields at all. */
bool query_laid_kind(enum kind kind);

/* --- query_sort.c: orders of slots, made in slices */

struct query_sort {
    uint32_t *a, *b; /* the runs lie in a; they are merged into b */
    size_t n, cap;
    size_t *runs; /* where each run begins; runs[n_runs] is n */
    size_t n_runs, cap_runs, run, out_runs;
    size_t i, j, k;
    bool merging;
};
typedef int query_sort_cmp(const void *ctx, uint32_t a, uint32_t b);

void query_sort_release(struct query_sort *s);
/* Makes room for n slots in s->a and forgets what was there. */
void query_sort_begin(struct query_sort *s, size_t n);
/* A natural merge sort, stable; true when s->a is in order. */
bool query_sort_step(struct query_sort *s, query_sort_cmp *cmp, const void *ctx, int64_t until_us);

struct query_key {
    uint64_t key;
    uint32_t slot;
};
/* A radix sort by the keys from the last byte to the first, stable; a step is a pass over all. */
struct query_radix {
    struct query_key *a, *from, *to;
    size_t n, count[8][256];
    int digit; /* the next one; -1: not counted yet */
};
/* `tmp` has room for n as well; the result is in `a`. */
void query_sort_radix_begin(struct query_radix *x, struct query_key *a, struct query_key *tmp, size_t n);
bool query_sort_radix_step(struct query_radix *x, int64_t until_us); /* true when it is sorted */

/* Compares ids as people count: runs of digits by their value, everything else by bytes. */
int query_sort_ids(struct safe_text a, struct safe_text b);

/* --- query_order.c */

struct query_rows;

struct query_order {
    uint32_t *ids; /* every live slot by (id, source) */
    size_t n_ids, cap_ids;
    uint32_t *shown; /* what passes the filter, in order */
    size_t n_shown, cap_shown;
    struct filter *filter;
    int field;
    bool descending;
    enum query_order_phase {
        QUERY_ORDER_IDLE,
        QUERY_ORDER_IDS,
        QUERY_ORDER_FILTER,
        QUERY_ORDER_REFINE,
    } phase;
    struct query_sort sort;
    struct query_key *keys, *spare; /* what passes the filter, being sorted */
    size_t n_keys, cap_keys, at;
    struct query_order_run {
        size_t from, n, filled;
        unsigned depth;
    } * runs; /* parts of `keys` whose order is not settled */
    size_t n_runs, cap_runs;
    struct query_radix radix; /* of the last run */
    bool sorting;
    bool ids_void; /* `ids` must be made anew */
};

struct query_rows {
    struct query *q;
    enum kind kind;
    int64_t at_ms;
    enum query_rows_phase {
        QUERY_ROWS_START,
        QUERY_ROWS_PRESENT,
        QUERY_ROWS_FRAME,
        QUERY_ROWS_CHANGES,
        QUERY_ROWS_READY,
    } phase;
    int64_t rev;    /* that the rows show */
    int64_t to_rev; /* of the past: the last one at T */
    int64_t segment, cursor;
    struct query_set set;
    struct query_laid laid;
    struct query_order order;
    size_t load_at; /* while loading: slots up to it went through the filter */
    struct query_rows_observed {
        int64_t observed_ms, age_ms;
        bool stale, partial;
    } * observed; /* by source */
    size_t n_observed;
    bool partial;
    int64_t laid_rev;
    int64_t t_ms;            /* T, or the present of the last step: how long jobs wait is counted to it */
    bool settled;            /* its order was made once */
    int64_t told_rev;        /* the commit at which an order by waits was made */
    struct query_scan *scan; /* where what is read goes, instead of into the set; NULL: none */
};

/* --- query_scan.c: of the past, changes come first, then the keyframe */

void query_scan_take(struct query_scan *s, const struct store_blob_record *r);

void query_order_release(struct query_order *o);
/* All must be made anew; what is shown stays until then. */
void query_order_restart(struct query_rows *r);
/* Takes what is closed out of what is shown, and makes both orders anew. */
void query_order_renew(struct query_rows *r);
/* True when the order is made. */
bool query_order_step(struct query_rows *r, int64_t until_us);
/* Brings touched rows into the orders. */
void query_order_follow(struct query_rows *r);
/* While rows are loaded: shows those that pass, in the order of arrival. */
void query_order_append(struct query_rows *r, int64_t until_us);
struct value query_order_cell(const struct query_rows *r, uint32_t slot, int field);

/* --- query_rows.c */

/* The source that a row is shown as told by: of a joined row the one that its cell told_by names. */
int64_t query_rows_teller(const struct query_rows *r, const struct query_row *row);

/* --- query_load.c */

/* True when everything is loaded; false with err set, or without when there is more. */
bool query_load_step(struct query_rows *r, int64_t until_us, struct err *err);
bool query_load_observed(struct query_rows *r, struct instant now, struct err *err);

#endif
