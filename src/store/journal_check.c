#include "store/journal_words.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "chain.h"
#include "journal_swap.h"
#include "store_private.h"

/* FIRST_BYTES are looked at whatever the time: the journals of most are no longer. */
enum { SHIFT_MAX = 4, RING = SHIFT_MAX + 2, LOOK_EACH = 16, ANCHORS = 2, EXIT_LATER = 75 };
enum { FIRST_BYTES = 2 << 20 };

struct journal_check {
    struct store *s;
    int64_t at, bytes;               /* the last number that was read */
    int64_t shift;                   /* what an entry's number was when it was written, less what it is */
    uint8_t ring[RING][HASH_SHA256]; /* hashes as they stand; the newest first */
    uint8_t computed[HASH_SHA256];   /* what the newest should be */
    bool bad;                        /* the newest does not fit */
    struct journal_swap swap;        /* those that don't */
    struct journal_anchor anchors[ANCHORS];
    size_t n_anchors;
    struct journal_verdict verdict;
};

static void tell(struct journal_check *c, enum journal_fault fault, int64_t seq, int64_t to)
{
    struct journal_verdict *v = &c->verdict;
    v->faults++;
    if (v->n < JOURNAL_FINDINGS_MAX)
        v->findings[v->n++] = (struct journal_finding){fault, seq, to};
}

/* --- one entry after the other --- */

static bool fits(const uint8_t before[HASH_SHA256], const struct journal_entry *e, int64_t seq,
                 const uint8_t hash[HASH_SHA256])
{
    struct journal_entry as = *e;
    uint8_t h[HASH_SHA256];
    as.seq = seq;
    chain_link(before, &as, h);
    return memcmp(h, hash, sizeof h) == 0;
}

/* Entries were put before this one, and all from here on have got greater numbers. */
static bool was_pushed(struct journal_check *c, const struct journal_entry *e, const uint8_t hash[HASH_SHA256])
{
    for (int d = 1; d <= SHIFT_MAX && d < e->seq; d++) {
        if (!fits(c->ring[d], e, e->seq + c->shift - d, hash) || journal_swap_is(c->s->actions, e->seq - d, e->seq))
            continue;
        c->shift -= d;
        journal_swap_drop(&c->swap, e->seq - d, e->seq - 1);
        tell(c, JOURNAL_INSERTED, e->seq - d, e->seq - 1);
        return true;
    }
    return false;
}

/* Entries before the one before this were taken away, and all from there on have got smaller numbers. */
static bool was_pulled(struct journal_check *c, const struct journal_entry *e, const uint8_t hash[HASH_SHA256])
{
    for (int d = 1; c->bad && d <= SHIFT_MAX; d++) {
        if (!fits(c->ring[0], e, e->seq + c->shift + d, hash))
            continue;
        c->shift += d;
        journal_swap_drop(&c->swap, e->seq - 1, e->seq - 1);
        tell(c, JOURNAL_MISSING, e->seq - 1, e->seq - 2 + d);
        return true;
    }
    return false;
}

static void look_at_link(struct journal_check *c, const struct journal_entry *e, const uint8_t hash[HASH_SHA256])
{
    uint8_t was[HASH_SHA256];
    struct journal_entry as = *e;
    memcpy(was, c->computed, sizeof was);
    as.seq = e->seq + c->shift;
    chain_link(c->ring[0], &as, c->computed);
    bool bad = memcmp(c->computed, hash, HASH_SHA256) != 0;
    /* The hash of the one before was edited, this one is as it was. */
    if (bad && c->bad && fits(was, e, as.seq, hash))
        bad = false;
    if (bad && (was_pushed(c, e, hash) || was_pulled(c, e, hash)))
        bad = false;
    if (bad)
        journal_swap_add(&c->swap, e->seq);
    c->bad = bad;
}

static void look_at_anchors(struct journal_check *c, int64_t seq, const uint8_t hash[HASH_SHA256])
{
    for (size_t i = 0; i < c->n_anchors; i++)
        if (c->anchors[i].seq == seq && memcmp(c->anchors[i].hash, hash, HASH_SHA256) != 0)
            tell(c, JOURNAL_REWRITTEN, seq, seq);
}

static void look_at(struct journal_check *c, const struct journal_entry *e, const uint8_t *hash)
{
    if (!hash) {
        tell(c, JOURNAL_INSERTED, e->seq, e->seq);
        return;
    }
    if (e->seq != c->at + 1) {
        tell(c, e->seq > c->at ? JOURNAL_MISSING : JOURNAL_INSERTED, c->at + 1, e->seq - 1);
        c->bad = false;
    } else
        look_at_link(c, e, hash);
    look_at_anchors(c, e->seq, hash);
    memmove(c->ring[1], c->ring[0], (RING - 1) * HASH_SHA256);
    memcpy(c->ring[0], hash, HASH_SHA256);
}

static bool look_at_row(struct journal_check *c, sqlite3_stmt *stmt)
{
    uint8_t hash[HASH_SHA256];
    const struct journal_entry e = chain_read(stmt);
    bool hashed = chain_read_hash(stmt, hash);
    look_at(c, &e, hashed ? hash : NULL);
    c->at = e.seq;
    c->bytes += (int64_t)text_len(e.body);
    c->verdict.last.entries++;
    c->verdict.last.seq = e.seq;
    memcpy(c->verdict.last.hash, hashed ? hash : c->ring[0], HASH_SHA256);
    return c->verdict.last.entries % LOOK_EACH == 0;
}

/* --- the end --- */

/* SQLite itself remembers the greatest number that it gave. */
static int64_t last_given(struct store *s)
{
    sqlite3_stmt *stmt = NULL;
    int64_t n = 0;
    if (sqlite3_prepare_v2(s->actions, "SELECT seq FROM sqlite_sequence WHERE name = 'entry'", -1, &stmt, NULL) ==
            SQLITE_OK &&
        sqlite3_step(stmt) == SQLITE_ROW)
        n = sqlite3_column_int64(stmt, 0);
    sqlite3_finalize(stmt);
    return n;
}

static void look_at_end(struct journal_check *c)
{
    int64_t there = last_given(c->s);
    for (size_t i = 0; i < c->n_anchors; i++)
        there = c->anchors[i].seq > there ? c->anchors[i].seq : there;
    if (there > c->verdict.last.seq)
        tell(c, JOURNAL_CUT, c->verdict.last.seq + 1, there);
}

static void swap_tell(void *ctx, enum journal_fault fault, int64_t seq, int64_t to)
{
    tell(ctx, fault, seq, to);
}

static int by_place(const void *a, const void *b)
{
    int64_t x = ((const struct journal_finding *)a)->seq, y = ((const struct journal_finding *)b)->seq;
    return x < y ? -1 : x > y;
}

enum store_step journal_check_step(struct journal_check *c, int64_t budget_us, struct err *err)
{
    sqlite3_stmt *stmt = NULL;
    int64_t begin_us = clock_mono_us();
    int rc = sqlite3_prepare_v2(c->s->actions, "SELECT " CHAIN_COLUMNS " FROM entry WHERE seq > ?1 ORDER BY seq", -1,
                                &stmt, NULL);
    bool over = false;
    if (rc == SQLITE_OK)
        sqlite3_bind_int64(stmt, 1, c->verdict.last.entries ? c->at : INT64_MIN);
    while (!over && rc != SQLITE_DONE && (rc = sqlite3_step(stmt)) == SQLITE_ROW)
        over = look_at_row(c, stmt) && c->bytes >= FIRST_BYTES && clock_mono_us() - begin_us >= budget_us;
    sqlite3_finalize(stmt);
    if (over)
        return STORE_MORE;
    if (rc != SQLITE_DONE) {
        err_set(err, ERR_TRANSIENT, "cannot read 'actions.db': %s", sqlite3_errmsg(c->s->actions));
        return STORE_FAILED;
    }
    journal_swap_tell(&c->swap, c->s->actions, swap_tell, c);
    look_at_end(c);
    qsort(c->verdict.findings, c->verdict.n, sizeof c->verdict.findings[0], by_place);
    return STORE_DONE;
}

const struct journal_verdict *journal_check_verdict(const struct journal_check *c)
{
    return &c->verdict;
}

struct journal_check *journal_check_new(struct store *s, const struct journal_anchor *given, struct err *err)
{
    bool there;
    if (!s->actions) {
        *err = s->orders_why;
        return NULL;
    }
    struct journal_check *c = mem_new(1, sizeof *c);
    c->s = s;
    if (!journal_anchor_read(s->dir, &c->anchors[0], &there, NULL))
        tell(c, JOURNAL_NO_ANCHOR, 0, 0);
    else if (there)
        c->verdict.beside = c->anchors[c->n_anchors++];
    if (given)
        c->anchors[c->n_anchors++] = *given;
    return c;
}

void journal_check_free(struct journal_check *c)
{
    free(c);
}

/* --- the collector's own --- */

static void judge(struct store *s, const struct journal_verdict *v)
{
    char words[JOURNAL_WORDS];
    if (v->faults == 0) {
        s->head = v->last;
        s->orders_why = (struct err){0};
        return;
    }
    err_set(&s->orders_why, ERR_CORRUPT, "the journal 'actions.db' does not verify: %s%s",
            journal_words_of(&v->findings[0], false, words), v->faults > 1 ? ", and that is not all" : "");
    err_hint(&s->orders_why, JOURNAL_LOOK);
}

enum store_step journal_verify(struct store *s, int64_t budget_us)
{
    struct err err = {0};
    if (!s->check)
        return STORE_DONE;
    enum store_step step = journal_check_step(s->check, budget_us, &err);
    if (step == STORE_MORE) {
        err_set(&s->orders_why, ERR_TRANSIENT, "the journal is still being verified (%lld entries so far)",
                (long long)journal_check_verdict(s->check)->last.entries);
        err_hint(&s->orders_why, "try again in a moment");
        err_exit(&s->orders_why, EXIT_LATER);
        return step;
    }
    if (step == STORE_DONE)
        judge(s, journal_check_verdict(s->check));
    else
        s->orders_why = err;
    journal_check_free(s->check);
    s->check = NULL;
    return STORE_DONE;
}

bool journal_head(const struct store *s, struct journal_anchor *head)
{
    *head = s->head;
    return store_orders_possible(s, NULL);
}
