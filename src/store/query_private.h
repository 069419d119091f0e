#ifndef HUBTOP_SRC_QUERY_PRIVATE_H
#define HUBTOP_SRC_QUERY_PRIVATE_H

#include "domain/row_held.h"
#include "store/query.h"

#include "query_room.h"
#include "store_blob.h"
#include "store_key.h"
#include "store_sql.h"
#include "store_within.h"

struct query {
    struct store_sql_db db;
    char **names; /* of the sources, by number */
    size_t *name_lens;
    int64_t *intervals;
    size_t n_names;
    uint32_t *nrs; /* of the names, by hash; 0: free */
    size_t nrs_size, n_known;
    unsigned version; /* of the file as the names were read */
    uint64_t kinds;   /* of the commit beside it; 0: not asked yet */
    int64_t kinds_rev;
    bool held; /* query_hold(): what begins and ends meanwhile is within one transaction */
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

/* A row as it lies there: 18 bytes, the id, the held cells. */
struct query_row {
    uint32_t since_low, seq_low, letters_low, letters_high; /* of the id: text_letters() */
    uint16_t since_high, source, id_len, held_low;
    uint8_t seq_high, held_high;
    char bytes[];
};

static inline int64_t query_row_seq(const struct query_row *row)
{
    return (int64_t)row->seq_high << 32 | row->seq_low;
}

static inline uint64_t query_row_letters(const struct query_row *row)
{
    return (uint64_t)row->letters_high << 32 | row->letters_low;
}

static inline size_t query_row_held_len(const struct query_row *row)
{
    return (size_t)row->held_high << 16 | row->held_low;
}

/* A row as the orders look at it: everything points into it. */
struct query_seen {
    int64_t since_ms, source, seq;
    struct safe_text id;
    struct row_held held;
};

enum {
    QUERY_SET_TOUCHED = 1, /* put or closed since the orders were made */
    QUERY_SET_MOVED = 2,   /* its place in the order of ids is void: closed, or opened */
};

struct query_set {
    enum kind kind;
    uint32_t *rows; /* by slot: its place in the room; 0: free */
    struct query_room room;
    struct row_holder holder;
    char *held; /* the row that is being put */
    size_t room_for_held;
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
/* Takes a row whose number is not held, into a set of which nothing is closed or found before query_set_link has ended. */
void query_set_append(struct query_set *set, const struct store_blob_record *r);
/* Makes what was appended known by number, in slices: `*at` begins at 0; true when it is done. */
bool query_set_link(struct query_set *set, size_t *at, int64_t until_us);
/* The row of a slot that is not free, as it lies in memory, and its cells. */
static inline struct query_row *query_set_row(const struct query_set *set, uint32_t slot)
{
    return query_room_at(&set->room, set->rows[slot]);
}
static inline struct row_held query_set_held(const struct query_set *set, const struct query_row *row)
{
    return (struct row_held){row->bytes + row->id_len, query_row_held_len(row), &set->holder.words};
}
/* The same as whoever looks at rows sees it. */
static inline struct query_seen query_set_seen(const struct query_set *set, uint32_t slot)
{
    const struct query_row *row = query_set_row(set, slot);
    return (struct query_seen){
        .since_ms = (int64_t)((uint64_t)(int16_t)row->since_high << 32 | row->since_low),
        .source = row->source,
        .seq = query_row_seq(row),
        .id = text_from(row->bytes, row->id_len),
        .held = query_set_held(set, row),
    };
}
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
        uint32_t source;
        bool moments; /* when the part was observed, not a cell */
    } * series;       /* of the kind, by number */
    size_t n_series, cap_series;
    int64_t met_nr; /* series up to this number were looked at */
};

enum { QUERY_LAID_OBSERVED = -1 }; /* the field of the series of observations; its id is "" */
void query_laid_release(struct query_laid *laid);
int64_t query_laid_last(struct query *q); /* the last series' number; -1: it cannot be read */
/* Reads the newest values at `at_ms` (QUERY_NOW: the present) of all series of the kind. Inside a transaction. */
bool query_laid_load(struct query_laid *laid, struct query *q, enum kind kind, int64_t at_ms);
bool query_laid_get(const struct query_laid *laid, int64_t source, struct safe_text id, int field, double *value);
/* Puts all sampled cells of a row of that source; those without a value are unknown. */
void query_laid_row(const struct query_laid *laid, int64_t source, struct row *row);
/* Whether the kind has sampled fields at all. */
bool query_laid_kind(enum kind kind);

/* Makes room for one of the series that values are laid of; query_laid_scoped() brings them into order. */
void query_laid_add(struct query_laid *laid, int64_t nr, int64_t source, struct safe_text id, int field);
/* Reads the newest values at `at_ms` of those series alone. Inside a transaction. */
bool query_laid_scoped(struct query_laid *laid, struct query *q, enum kind kind, int64_t at_ms);

/* --- query_within.c: rows of one hall or rack, where the filter asks for no others: they alone are read and held, of the samples
 * theirs alone */

struct query_within {
    char key[STORE_WITHIN_MAX]; /* as store_within_key() makes it */
    size_t len;                 /* 0: all rows are wanted */
    struct buf ids;             /* of the rows that were taken: those that changed more than once */
    size_t n_ids, done;         /* `done`: bytes of `ids` whose series are known */
    int64_t series_last;        /* the newest series when they were looked up */
};

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
/* A radix sort by the keys from the last byte to the first, stable. */
struct query_radix {
    struct query_key *a, *from, *to;
    size_t n, at, count[8][256]; /* `at`: how far the pass is */
    int digit;                   /* the next one; -1: not counted yet */
};
/* `tmp` has room for n as well; the result is in `a`. */
void query_sort_radix_begin(struct query_radix *x, struct query_key *a, struct query_key *tmp, size_t n);
bool query_sort_radix_step(struct query_radix *x, int64_t until_us); /* true when it is sorted */

/* Compares ids as people count: runs of digits by their value, everything else by bytes. */
int query_sort_ids(struct safe_text a, struct safe_text b);

/* --- query_order.c */

struct query_rows;

/* An array of slots. */
struct query_slots {
    uint32_t *at;
    size_t n, cap;
};

struct query_order {
    struct query_slots ids;    /* every live slot by (id, source) */
    struct query_slots sorted; /* every live slot by the field; unused where the order is that of ids */
    struct query_slots passed; /* what passes the filter, in order; while rows are loaded, in order of arrival */
    enum query_order_shown {
        QUERY_ORDER_PASSED,
        QUERY_ORDER_SORTED,
        QUERY_ORDER_BY_IDS,
    } shown; /* which of them is to be read */
    bool backwards;
    struct filter *filter;
    int field;
    bool descending;
    enum query_order_phase {
        QUERY_ORDER_IDLE,
        QUERY_ORDER_IDS,
        QUERY_ORDER_WORDS,
        QUERY_ORDER_KEYS,
        QUERY_ORDER_REFINE,
        QUERY_ORDER_PASS,
        QUERY_ORDER_GATHER,
    } phase;
    struct query_sort sort;
    struct query_key *keys, *spare; /* all rows, being sorted */
    size_t n_keys, cap_keys, at;
    uint32_t *ranks;  /* of the words, while keys are made; NULL: texts are compared piece by piece */
    uint8_t *passing; /* by slot, a bit each: passes the filter */
    size_t passing_bytes, passed_n;
    struct query_slots gathered; /* what becomes `passed` */
    struct query_order_run {
        size_t from, n, filled;
        unsigned depth;
    } * runs; /* parts of `keys` whose order is not settled */
    size_t n_runs, cap_runs;
    struct query_radix radix; /* of the last run */
    bool sorting;
    bool ids_void, sorted_void; /* must be made anew */
};

struct query_rows {
    struct query *q;
    enum kind kind;
    int64_t at_ms;
    enum query_rows_phase {
        QUERY_ROWS_START,
        QUERY_ROWS_PRESENT,
        QUERY_ROWS_LINK,
        QUERY_ROWS_FRAME,
        QUERY_ROWS_CHANGES,
        QUERY_ROWS_READY,
    } phase;
    int64_t rev;    /* that the rows show */
    int64_t to_rev; /* of the past: the last one at T */
    struct query_rows_ops {
        char *bytes; /* the changes of a commit that are not all applied; NULL: of none */
        size_t n, at;
        int64_t rev;
    } ops;
    int64_t segment, cursor;
    struct query_set set;
    struct query_laid laid;
    struct query_within within;
    struct query_order order;
    size_t load_at; /* while loading: slots up to it went through the filter */
    size_t link_at; /* in QUERY_ROWS_LINK: slots up to it are known by number */
    struct query_rows_observed {
        int64_t observed_ms, age_ms;
        bool stale, partial;
    } * observed; /* by source */
    size_t n_observed;
    bool partial;
    int64_t laid_rev;
    int64_t t_ms;            /* T, or the present of the last step: how long jobs wait is counted to it */
    bool anew;               /* all rows were forgotten: the orders hold none of what is read since */
    bool settled;            /* its order was made once */
    int64_t told_rev;        /* the commit at which an order by waits was made */
    struct query_scan *scan; /* where what is read goes, instead of into the set; NULL: none */
};

/* --- query_scan.c: of the past, changes come first, then the keyframe */

void query_scan_take(struct query_scan *s, const struct store_blob_record *r);

void query_order_release(struct query_order *o);
/* Slot `i` of what is shown, i < query_order_count(). */
uint32_t query_order_at(const struct query_order *o, size_t i);
size_t query_order_count(const struct query_order *o);
/* The place of a slot in what is shown, or -1. */
int64_t query_order_place(const struct query_rows *r, uint32_t slot);
/* Nothing is shown any more: rows are loaded, and shown as they arrive. */
void query_order_forget(struct query_order *o);
/* What passes the filter must be found anew, and before that with `sort` the order itself; what is shown stays until then. */
void query_order_restart(struct query_rows *r, bool sort);
/* Takes what is closed out of what is shown, and makes both orders anew. */
void query_order_renew(struct query_rows *r);
/* True when the order is made. */
bool query_order_step(struct query_rows *r, int64_t until_us);
/* --- query_keys.c */

/* Makes `sorted` out of `ids`; true when it is made. */
bool query_keys_step(struct query_rows *r, int64_t until_us);
/* The orders of slots: by id (query_order_cmp_ids), and as they are to be shown. No two rows are equal. */
query_sort_cmp query_order_cmp_ids, query_order_cmp;

/* --- query_order.c again */

/* Brings touched rows into the orders. */
void query_order_follow(struct query_rows *r);
/* While rows are loaded: shows those that pass, in the order of arrival. */
void query_order_append(struct query_rows *r, int64_t until_us);

/* --- query_rows.c */

/* The source that a row is shown as told by: of a joined row the one that its cell told_by names. */
int64_t query_rows_teller(const struct query_rows *r, const struct query_seen *row);
/* The row as everybody sees it; false when it cannot be unpacked. */
bool query_rows_show(const struct query_rows *r, const struct query_seen *seen, struct row *row);

/* query_within.c, of rows: what the filter leaves; true when that is another than before: all must be read anew. */
bool query_within_set(struct query_rows *r, const struct filter *f);
void query_within_release(struct query_within *w);
void query_within_forget(struct query_within *w);
/* The present's rows after r->cursor, those that are wanted: a statement with its parameters. */
sqlite3_stmt *query_within_each(struct query_rows *r);
/* The record, or that it is none of ours (any more). */
struct store_blob_record query_within_take(struct query_rows *r, const struct store_blob_record *record);
/* Rows changed so often that it is time to begin anew. */
bool query_within_full(const struct query_rows *r);
/* Reads the samples of the rows that are held, where they have changed. Inside a transaction. */
bool query_within_lay(struct query_rows *r);

/* --- query_load.c */

/* Everything is read anew. */
void query_load_forget(struct query_rows *r);

/* True when everything is loaded; false with err set, or without when there is more. */
bool query_load_step(struct query_rows *r, int64_t until_us, struct err *err);
bool query_load_observed(struct query_rows *r, struct instant now, struct err *err);

#endif
