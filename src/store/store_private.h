#ifndef HUBTOP_SRC_STORE_PRIVATE_H
#define HUBTOP_SRC_STORE_PRIVATE_H

#include "store/journal_check.h"
#include "store/store.h"

#include "store_blob.h"
#include "store_index.h"
#include "store_key.h"
#include "store_sql.h"

enum {
    STORE_FIRST_ROWS = 20000,     /* a longer first load is committed in slices */
    STORE_SLICE_ROWS = 4000,      /* of so many rows: what a commit takes is not cut any further */
    STORE_OPS_MAX = 1 << 20,      /* bytes of one change; longer ones become several numbers of one transaction */
    STORE_CHUNK_BYTES = 64 << 10, /* of a keyframe */
};
#define STORE_STAGED_MAX (INT64_C(192) << 20) /* a body of a million jobs; promise 15 keeps all below 256 MiB */

/* The series of one (source, kind): (id, field) → number, and the newest value of each. */
struct store_series {
    uint64_t hash;
    int64_t nr, at_ms; /* at_ms 0: no value yet */
    double value;
};
struct store_part;
struct store_series_set {
    struct store_series *all;
    size_t n, cap;
    uint32_t *table;
    size_t table_size;
    bool loaded, dirty;
    bool whole;            /* a former version wrote the newest samples in one piece */
    uint8_t *dirty_pieces; /* by piece of the newest samples, 1: it must be written */
    size_t n_pieces;
    struct store_part *dirty_next; /* in store.dirty */
};

/* What the writer knows of one (source, kind). */
struct store_part {
    int64_t source;
    enum kind kind;
    struct store_index index;
    bool ready;     /* the index is whole */
    bool gone_any;  /* rows of that source have been closed before */
    int64_t cursor; /* the last row that was taken into the index */
    int64_t seq_next;
    unsigned epoch; /* grows when the index is forgotten: marks of batches mean nothing then */
    struct store_series_set series;
    struct store_blob_observed seen; /* once s->observed is loaded */
};

struct store_source {
    char *name;
    size_t name_len;
    int64_t nr, interval_ms;
    bool doubtful; /* its row may have gone with a rollback */
    struct store_part *parts[KIND_COUNT];
};

/* Observations are written in pieces: of so many sources, by number. */
enum { STORE_OBSERVED_PIECE = 256, STORE_OBSERVED_PIECES = STORE_KEY_SOURCES_MAX / STORE_OBSERVED_PIECE + 1 };

/* A kind's segments: the newest whole one, and the one whose keyframe is being written. */
struct store_past {
    int64_t open_nr; /* 0: none */
    int64_t frame_bytes, change_bytes;
    int64_t next_nr; /* 0: none */
    int64_t next_bytes, next_change_bytes;
    int64_t cursor, chunk;
};

/* The minute that is being rolled up. */
struct store_minute {
    int64_t from_ms;     /* samples before it are rolled up */
    int64_t done_series; /* of the minute from_ms: series up to it are written; 0: none */
    bool reading, writing;
    int64_t read_ms, read_series; /* the last sample taken */
    struct store_minute_sum {
        int64_t series, n;
        double sum, lo, hi;
    } * sums;
    size_t n, cap, at;
};

struct store_due {
    int64_t at_ms, series;
    double value;
};

struct store {
    struct store_sql_db db;
    struct store_options options;
    char *dir;
    int64_t rev;    /* of the last commit */
    int64_t tx_rev; /* of the transaction that is open */
    bool tx_open, tx_user, tx_failed;
    bool group, group_lost;       /* store_group_begin() */
    struct store_batch *applying; /* the batch whose transaction is open */
    struct store_source *sources;
    size_t n_sources, sources_cap;
    uint32_t *names; /* of sources, by hash: number + 1; 0: free */
    size_t names_size;
    struct store_part *dirty; /* parts whose newest values must be written */
    struct {
        bool loaded, due;
        uint8_t dirty[KIND_COUNT][STORE_OBSERVED_PIECES]; /* 1: something in it must be written */
    } observed;
    struct store_due *due; /* samples of the transaction that are not in the table yet, and as much room to sort them */
    size_t n_due, cap_due;
    struct store_past past[KIND_COUNT];
    struct store_minute minute;
    int64_t series_next;
    uint32_t tick;
    struct {
        store_watch *watch;
        void *ctx;
    } watches[STORE_WATCHES_MAX];
    size_t n_watches;
    int wal_frames, wal_done; /* in the -wal, and how many of them a reader let us copy */
    int64_t prune_ms;         /* when ages were looked at */
    int64_t prune_rollups_ms; /* … and those of rollups */
    bool prune_gone;          /* a segment of jobs went: what it remembered may go as well */
    int64_t prune_series;     /* the next series whose rollups are cut */

    sqlite3 *actions;            /* NULL: it cannot even be read */
    struct err orders_why;       /* ERR_NONE: orders are possible */
    struct journal_check *check; /* of the chain, while it goes on */
    struct journal_anchor head;  /* the journal's last entry, once the chain is verified */
    uint8_t key[16];
};

/* store_tx.c: transactions. A small write joins the one that is open, or is one of its own. */
bool store_tx_begin(struct store *s, struct err *err);
/* Ends what store_tx_begin() began, when it was not joined. */
bool store_tx_commit(struct store *s, struct err *err);
/* The same within a group too (store.h). */
bool store_tx_commit_now(struct store *s, struct err *err);
/* Rolls back and forgets what memory knows of the tables: it is read again when it is needed. */
void store_tx_rollback(struct store *s);
/* Sets err ("cannot record …"), rolls back; returns false always. */
bool store_tx_fail(struct store *s, struct err *err, const char *what);
int64_t store_tx_number(struct store *s); /* the next commit number */
/* Copies the -wal into the file when it has that many frames. Readers are not waited for. */
void store_tx_checkpoint(struct store *s, int frames);

/* store_part.c: sources and parts. */
bool store_part_load_sources(struct store *s, struct err *err);
struct store_source *store_part_source(struct store *s, const char *name, size_t n, struct err *err);
struct store_part *store_part_get(struct store *s, struct store_source *source, enum kind kind);
/* Takes up to `rows` rows of the present into the index; false with err set when they cannot be read. */
bool store_part_load(struct store *s, struct store_part *p, int rows, struct err *err);
void store_part_forget(struct store *s);
void store_part_release(struct store *s);
/* The hash of an id, and of a packed row with its id. */
uint64_t store_part_hash(const struct store *s, const void *bytes, size_t n);

/* store_sample.c: samples. */
enum store_sample_rank {
    STORE_SAMPLE_PAST,   /* not for the present */
    STORE_SAMPLE_IF_NEW, /* for the present unless a later one is there */
    STORE_SAMPLE_NEWEST,
};
/* An id with its hash, which the series of all its fields need. */
struct store_sample_id {
    const char *id;
    size_t len;
    uint64_t hash;
};
struct store_sample_id store_sample_id(const struct store *s, const char *id, size_t len);
bool store_sample_write(struct store *s, struct store_part *p, const struct store_sample_id *of, int field,
                        int64_t at_ms, double value, enum store_sample_rank rank, struct err *err);
/* After a whole answer: series of the part without a value of that moment are unknown now. */
void store_sample_drop(struct store *s, struct store_part *p, int64_t at_ms);
/* The same for one series; none may be there. */
bool store_sample_forget(struct store *s, struct store_part *p, const struct store_sample_id *of, int field,
                         struct err *err);
/* The newest value of one series; false when there is none. */
bool store_sample_newest(struct store *s, struct store_part *p, const struct store_sample_id *of, int field,
                         double *value);
/* Writes the lists of newest values that have changed, and what store_sample_due() does. */
bool store_sample_flush(struct store *s, struct err *err);
/* Writes the samples of the transaction that wait for it. One statement for several, in the order of the table, takes a
 * third of what one for each takes. */
bool store_sample_due(struct store *s, struct err *err);
enum { STORE_SAMPLES_AT_ONCE = 16 };
void store_sample_release(struct store_series_set *set);
enum { STORE_SAMPLE_OBSERVED = -1 }; /* the field of the series that tells when a part was observed; its id is "" */

/* store_observed.c: when parts were observed: the source answered about them. Kept in memory, and written with the transaction: for
 * STORE_OBSERVED_PIECE sources together, since each row of a table would take as long as a piece. */
bool store_observed_set(struct store *s, struct store_part *p, struct instant now, int64_t interval_ms, bool partial,
                        struct err *err);
/* When it last was; false: never. */
bool store_observed_get(struct store *s, struct store_source *source, enum kind kind, struct store_blob_observed *seen);
/* Writes what has changed. */
bool store_observed_write(struct store *s, struct err *err);
/* It is read again when it is needed. */
void store_observed_forget(struct store *s);
/* Moves what a former version kept, a row for each part, into the pieces. */
bool store_observed_fill(sqlite3 *db);

/* store_past.c: segments. */
bool store_past_load(struct store *s, struct err *err);
/* A change of `bytes` bytes is about to be written under `rev`: makes the kind's first segment when there is none. */
bool store_past_change(struct store *s, enum kind kind, int64_t rev, int64_t at_ms, size_t bytes, struct err *err);
/* A slice of a keyframe; `*more` when there is more to do. */
bool store_past_step(struct store *s, struct instant now, int64_t until_us, bool *more, struct err *err);

/* store_rollup.c and store_retain.c: slices of maintenance. */
bool store_rollup_step(struct store *s, struct instant now, int64_t until_us, bool *more, struct err *err);
/* Whether a sample of that time comes after its minute was rolled up. */
bool store_rollup_is_late(struct store *s, int64_t at_ms);
/* Adds a late sample to the rollups. */
bool store_rollup_late(struct store *s, int64_t series, int64_t at_ms, double value, struct err *err);
bool store_rollup_load(struct store *s, struct err *err);
bool store_retain_step(struct store *s, struct instant now, int64_t until_us, bool *more, struct err *err);

/* A batch: what is staged, and how far it is applied. */
struct store_batch {
    struct store *s;
    struct store_part *part;
    char *source;
    bool covers_all, sparse, unasked;
    int64_t every_ms; /* 0: the source's interval */
    unsigned epoch;
    uint32_t tick;
    struct store_stage_block {
        struct store_stage_block *next;
        size_t used, size;
        char bytes[];
    } * head, *tail;
    int64_t staged_bytes, rows;
    uint8_t *seen; /* one bit for each position of the index */
    size_t seen_size;
    struct buf packed;
    enum store_batch_phase {
        STORE_BATCH_STAGING,
        STORE_BATCH_INDEX,
        STORE_BATCH_RECORDS,
        STORE_BATCH_CLOSING,
        STORE_BATCH_DONE,
        STORE_BATCH_FAILED,
    } phase;
    struct instant now;
    struct store_stage_block *at_block;
    size_t at, close_at;
    bool in_slices;
    int64_t rev, slice_rows;
    struct buf ops;
    struct store_result result;
    struct err err;
};

/* A staged record: a row, its samples, or a tombstone. */
struct store_stage_record {
    enum store_stage_type { STORE_STAGE_ROW, STORE_STAGE_SAMPLES, STORE_STAGE_REMOVE } type;
    uint64_t id_hash, row_hash;
    uint32_t id_len, len;
    const char *id, *bytes;
};
struct store_stage_sample {
    int32_t field;
    double value; /* NAN: unknown now */
};

/* store_stage.c */
bool store_stage_put(struct store_batch *b, const struct store_stage_record *r, struct err *err);
bool store_stage_next(struct store_batch *b, struct store_stage_record *r); /* false at the end */
void store_stage_release(struct store_batch *b);
void store_stage_mark(struct store_batch *b, size_t position);
bool store_stage_marked(const struct store_batch *b, size_t position);

/* store_apply.c: works until `until_us`; STORE_MORE when that came first. After a failure b->err tells. */
enum store_step store_apply_run(struct store_batch *b, int64_t until_us);

/* What is to be done about a broken chain. */
#define JOURNAL_LOOK                                                                                                   \
    "orders stay off; 'hubtop audit verify' tells where. Keep actions.db and audit.anchor as evidence: when both are " \
    "moved away, a new journal begins"

/* Called between an entry's insertion and its commit, to write what belongs to it; false: the entry is taken back. */
typedef bool journal_beside(void *ctx, struct store *s, int64_t seq);
/* journal_append() with what is written in the same transaction (NULL: nothing). */
enum journal_step journal_append_with(struct store *s, struct journal_entry *e, journal_beside *beside, void *ctx,
                                      struct err *err);

#endif
