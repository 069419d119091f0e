#include "journal_swap.h"

#include <string.h>

#include "chain.h"

void journal_swap_add(struct journal_swap *s, int64_t seq)
{
    if (s->n < JOURNAL_SWAP_MAX)
        s->seqs[s->n++] = seq;
    else
        s->more++;
}

void journal_swap_drop(struct journal_swap *s, int64_t from, int64_t to)
{
    size_t kept = 0;
    for (size_t i = 0; i < s->n; i++)
        if (s->seqs[i] < from || s->seqs[i] > to)
            s->seqs[kept++] = s->seqs[i];
    s->n = kept;
}

/* --- is it a pair? --- */

/* Hashes that stand in the file about the places of two entries: whatever stood where, its link goes from one of them to another. */
struct hashes {
    uint8_t all[6][HASH_SHA256];
    size_t n;
};

static void take_hash(sqlite3 *db, int64_t seq, struct hashes *h)
{
    sqlite3_stmt *stmt = NULL;
    if (seq == 0)
        memset(h->all[h->n++], 0, HASH_SHA256); /* before the first */
    else if (sqlite3_prepare_v2(db, "SELECT " CHAIN_COLUMNS " FROM entry WHERE seq = ?1", -1, &stmt, NULL) ==
                 SQLITE_OK &&
             sqlite3_bind_int64(stmt, 1, seq) == SQLITE_OK && sqlite3_step(stmt) == SQLITE_ROW &&
             chain_read_hash(stmt, h->all[h->n]))
        h->n++;
    sqlite3_finalize(stmt);
}

/* Whether what stands at `at` is what was written as entry `seq`. */
static bool stood_at(sqlite3 *db, int64_t at, int64_t seq, const struct hashes *h)
{
    sqlite3_stmt *stmt = NULL;
    bool found = false;
    if (sqlite3_prepare_v2(db, "SELECT " CHAIN_COLUMNS " FROM entry WHERE seq = ?1", -1, &stmt, NULL) == SQLITE_OK &&
        sqlite3_bind_int64(stmt, 1, at) == SQLITE_OK && sqlite3_step(stmt) == SQLITE_ROW) {
        struct journal_entry e = chain_read(stmt);
        e.seq = seq;
        for (size_t i = 0; !found && i < h->n; i++) {
            uint8_t hash[HASH_SHA256];
            chain_link(h->all[i], &e, hash);
            for (size_t k = 0; !found && k < h->n; k++)
                found = memcmp(hash, h->all[k], HASH_SHA256) == 0;
        }
    }
    sqlite3_finalize(stmt);
    return found;
}

static struct hashes about(sqlite3 *db, int64_t a, int64_t b)
{
    struct hashes h = {.n = 0};
    const int64_t seqs[] = {a - 1, a, b - 1, b};
    for (size_t i = 0; i < sizeof seqs / sizeof *seqs; i++)
        take_hash(db, seqs[i], &h);
    return h;
}

bool journal_swap_is(sqlite3 *db, int64_t a, int64_t b)
{
    struct hashes h = about(db, a, b);
    return stood_at(db, a, b, &h) && stood_at(db, b, a, &h);
}

/* What follows one of the two may not fit only because the hash before it is the other's. */
static void drop_followers(struct journal_swap *s, sqlite3 *db, int64_t a, int64_t b)
{
    const int64_t next[] = {a + 1, b + 1};
    for (size_t i = 0; i < 2; i++) {
        struct hashes with = about(db, a, b);
        take_hash(db, next[i], &with);
        if (next[i] != b && stood_at(db, next[i], next[i], &with))
            journal_swap_drop(s, next[i], next[i]);
    }
}

static bool tell_pair(struct journal_swap *s, sqlite3 *db,
                      void (*tell)(void *ctx, enum journal_fault fault, int64_t seq, int64_t to), void *ctx)
{
    for (size_t i = 0; i < s->n; i++)
        for (size_t k = i + 1; k < s->n; k++) {
            int64_t a = s->seqs[i], b = s->seqs[k];
            if (!journal_swap_is(db, a, b))
                continue;
            drop_followers(s, db, a, b);
            journal_swap_drop(s, a, a);
            journal_swap_drop(s, b, b);
            tell(ctx, JOURNAL_SWAPPED, a, b);
            return true;
        }
    return false;
}

void journal_swap_tell(struct journal_swap *s, sqlite3 *db,
                       void (*tell)(void *ctx, enum journal_fault fault, int64_t seq, int64_t to), void *ctx)
{
    while (tell_pair(s, db, tell, ctx))
        continue;
    for (size_t i = 0; i < s->n; i++)
        tell(ctx, JOURNAL_EDITED, s->seqs[i], s->seqs[i]);
    for (int64_t i = 0; i < s->more; i++)
        tell(ctx, JOURNAL_EDITED, 0, 0);
}
