#include "unit/store/fixture.h"

#include <fcntl.h>

#include <sqlite3.h>

#include "base/hash.h"
#include "base/mem.h"
#include "store/chain.h"
#include "store/journal_words.h"

/* 1,000 edits, deletions, swaps, insertions and cut tails, of whoever may write the file and knows SQLite: each is found. */

enum { ENTRIES = 24, ROUNDS = 1000, SEED = 26 };

struct lab {
    struct fixture f;
    char *file; /* of actions.db, as it was written */
    size_t size;
    struct journal_anchor anchor;
    sqlite3 *db;
    uint64_t dice;
};

static unsigned roll(struct lab *l, unsigned n)
{
    l->dice = l->dice * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return (unsigned)(l->dice >> 33) % n;
}

static void path_of(const struct lab *l, char path[128])
{
    snprintf(path, 128, "%s/actions.db", l->f.dir);
}

static void append(struct lab *l, int i)
{
    struct err err = {0};
    char body[64], id[16];
    snprintf(body, sizeof body, "{\"alert\":\"A-%d\",\"note\":\"n%d\"}", 1000 + i, i);
    snprintf(id, sizeof id, "r%d", i);
    struct journal_entry e = {.at_ms = l->f.now.utc_ms + i,
                              .uid = i % 3 ? 1000 : -1,
                              .who = text_of("ann"),
                              .op = text_of("note"),
                              .request_id = text_of(i % 4 ? id : ""),
                              .fingerprint = text_of(body),
                              .body = text_of(body)};
    if (i % 2)
        e.asker = (struct journal_asker){true, 1001, text_of("ann"), text_of("203.0.113.9")};
    if (journal_append(l->f.store, &e, &err) != JOURNAL_DONE)
        fail_msg("%s", err.text);
}

static int setup(void **state)
{
    struct lab *l = mem_new(1, sizeof *l);
    char path[128];
    struct stat st;
    fixture_init(&l->f, NULL);
    for (int i = 0; i < ENTRIES; i++)
        append(l, i);
    assert_true(journal_head(l->f.store, &l->anchor));
    store_close(l->f.store);
    l->f.store = NULL;
    path_of(l, path);
    int fd = open(path, O_RDONLY);
    assert_int_equal(fstat(fd, &st), 0);
    l->size = (size_t)st.st_size;
    l->file = mem_new(l->size, 1);
    assert_int_equal(read(fd, l->file, l->size), l->size);
    close(fd);
    l->dice = SEED;
    *state = l;
    return 0;
}

static int teardown(void **state)
{
    struct lab *l = *state;
    char path[128];
    snprintf(path, sizeof path, "%s/%s", l->f.dir, JOURNAL_ANCHOR_FILE);
    unlink(path);
    fixture_release(&l->f);
    free(l->file);
    free(l);
    return 0;
}

/* --- whoever is at the file --- */

static void begin(struct lab *l)
{
    char path[128];
    path_of(l, path);
    int fd = open(path, O_WRONLY);
    assert_int_equal(write(fd, l->file, l->size), l->size);
    assert_int_equal(ftruncate(fd, (off_t)l->size), 0);
    close(fd);
    assert_int_equal(sqlite3_open(path, &l->db), SQLITE_OK);
    assert_int_equal(sqlite3_exec(l->db,
                                  "PRAGMA synchronous = OFF; PRAGMA journal_mode = MEMORY; DROP TRIGGER entry_kept;"
                                  " DROP TRIGGER entry_fixed",
                                  NULL, NULL, NULL),
                     SQLITE_OK);
}

static void sql(struct lab *l, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
static void sql(struct lab *l, const char *fmt, ...)
{
    char text[1024], *why = NULL;
    va_list ap;
    va_start(ap, fmt);
    vsnprintf(text, sizeof text, fmt, ap);
    va_end(ap);
    if (sqlite3_exec(l->db, text, NULL, NULL, &why) != SQLITE_OK)
        fail_msg("%s: %s", text, why);
}

static struct journal_verdict verdict(struct lab *l, const struct journal_anchor *given)
{
    struct err err = {0};
    sqlite3_close(l->db);
    l->db = NULL;
    struct store *s = journal_copy(l->f.dir, &err);
    if (!s)
        fail_msg("%s", err.text);
    struct journal_check *c = journal_check_new(s, given, &err);
    while (journal_check_step(c, 1000, &err) == STORE_MORE)
        continue;
    fixture_fail(&err);
    struct journal_verdict v = *journal_check_verdict(c);
    journal_check_free(c);
    store_close(s);
    return v;
}

static bool says(const struct journal_verdict *v, enum journal_fault fault, int64_t seq)
{
    for (size_t i = 0; i < v->n; i++)
        if (v->findings[i].fault == fault && v->findings[i].seq == seq)
            return true;
    return false;
}

/* Does something to the file, and says what should be found. */
typedef struct journal_finding attacker(struct lab *l);

static struct journal_finding edit(struct lab *l)
{
    static const char *const changes[] = {"at_ms = at_ms + 1",
                                          "uid = uid + 1",
                                          "who = who || x'20'",
                                          "op = x'61636b'",
                                          "request_id = coalesce(request_id, x'') || x'78'",
                                          "fingerprint = x''",
                                          "body = replace(body, 'n', 'm')",
                                          "login_uid = coalesce(login_uid + 1, 0)",
                                          "claimed_login = claimed_login || x'78'",
                                          "claimed_ssh = claimed_login, claimed_login = claimed_ssh || x'31'",
                                          "hash = randomblob(32)"};
    unsigned seq = 1 + roll(l, ENTRIES);
    sql(l, "UPDATE entry SET %s WHERE seq = %u", changes[roll(l, sizeof changes / sizeof *changes)], seq);
    return (struct journal_finding){JOURNAL_EDITED, seq, seq};
}

/* Some in the middle; the others may be given their numbers. */
static struct journal_finding take_away(struct lab *l)
{
    unsigned n = 1 + roll(l, 3), seq = 1 + roll(l, ENTRIES - 2 - n);
    sql(l, "DELETE FROM entry WHERE seq BETWEEN %u AND %u", seq, seq + n - 1);
    if (roll(l, 2))
        for (unsigned s = seq + n; s <= ENTRIES; s++)
            sql(l, "UPDATE entry SET seq = %u WHERE seq = %u", s - n, s);
    return (struct journal_finding){JOURNAL_MISSING, seq, seq + n - 1};
}

/* Whole rows, or all but the hashes. */
static struct journal_finding swap(struct lab *l)
{
    unsigned a = 1 + roll(l, ENTRIES - 1), b = a + 1 + roll(l, ENTRIES - a);
    sql(l,
        "UPDATE entry SET seq = 999 WHERE seq = %u; UPDATE entry SET seq = %u WHERE seq = %u;"
        "UPDATE entry SET seq = %u WHERE seq = 999",
        a, a, b, b);
    if (roll(l, 2))
        sql(l,
            "CREATE TEMP TABLE h AS SELECT seq, hash FROM entry WHERE seq IN (%u, %u);"
            "UPDATE entry SET hash = (SELECT hash FROM h WHERE h.seq = %u) WHERE seq = %u;"
            "UPDATE entry SET hash = (SELECT hash FROM h WHERE h.seq = %u) WHERE seq = %u",
            a, b, a, b, b, a);
    return (struct journal_finding){JOURNAL_SWAPPED, a, b};
}

/* By somebody who knows how the chain is made. */
static void chain_it(struct lab *l, unsigned seq)
{
    uint8_t before[HASH_SHA256] = {0}, hash[HASH_SHA256];
    sqlite3_stmt *stmt = NULL;
    assert_int_equal(sqlite3_prepare_v2(l->db, "SELECT " CHAIN_COLUMNS " FROM entry WHERE seq = ?1", -1, &stmt, NULL),
                     SQLITE_OK);
    sqlite3_bind_int64(stmt, 1, seq - 1);
    if (sqlite3_step(stmt) == SQLITE_ROW)
        assert_true(chain_read_hash(stmt, before));
    sqlite3_reset(stmt);
    sqlite3_bind_int64(stmt, 1, seq);
    assert_int_equal(sqlite3_step(stmt), SQLITE_ROW);
    struct journal_entry e = chain_read(stmt);
    chain_link(before, &e, hash);
    sqlite3_finalize(stmt);
    assert_int_equal(sqlite3_prepare_v2(l->db, "UPDATE entry SET hash = ?2 WHERE seq = ?1", -1, &stmt, NULL),
                     SQLITE_OK);
    sqlite3_bind_int64(stmt, 1, seq);
    sqlite3_bind_blob(stmt, 2, hash, sizeof hash, SQLITE_STATIC);
    assert_int_equal(sqlite3_step(stmt), SQLITE_DONE);
    sqlite3_finalize(stmt);
}

static struct journal_finding put_in(struct lab *l)
{
    unsigned seq = 1 + roll(l, ENTRIES), how = roll(l, 4);
    static const char *const hashes[] = {"NULL", "randomblob(32)", "hash", "hash"};
    for (unsigned s = ENTRIES; s >= seq; s--)
        sql(l, "UPDATE entry SET seq = %u WHERE seq = %u", s + 1, s);
    sql(l,
        "INSERT INTO entry(" CHAIN_COLUMNS ") SELECT %u, at_ms, uid, who, op, NULL, fingerprint, body, login_uid,"
        " claimed_login, claimed_ssh, %s FROM entry WHERE seq = %u",
        seq, hashes[how], seq + 1);
    if (how == 3)
        chain_it(l, seq);
    return (struct journal_finding){JOURNAL_INSERTED, seq, seq};
}

/* Also where SQLite's own memory of the last number is adapted. */
static struct journal_finding cut(struct lab *l)
{
    unsigned seq = 1 + roll(l, ENTRIES);
    sql(l, "DELETE FROM entry WHERE seq >= %u", seq);
    if (roll(l, 2))
        sql(l, "UPDATE sqlite_sequence SET seq = %u WHERE name = 'entry'", seq - 1);
    return (struct journal_finding){JOURNAL_CUT, seq, ENTRIES};
}

static void attack_often(struct lab *l, const char *what, attacker *attack)
{
    struct err err = {0};
    unsigned found = 0, named = 0;
    for (int i = 0; i < ROUNDS; i++) {
        bool beside = i >= ROUNDS / 2;
        if (i == ROUNDS / 2)
            assert_true(journal_anchor_write(l->f.dir, &l->anchor, &err));
        begin(l);
        struct journal_finding is = attack(l);
        struct journal_verdict v = verdict(l, beside ? NULL : &l->anchor);
        found += v.faults > 0;
        named += says(&v, is.fault, is.seq);
    }
    print_message("# %s: %u of %d found, %u of them by their name and place (seed %d)\n", what, found, ROUNDS, named,
                  SEED);
    assert_int_equal(found, ROUNDS);
    assert_true(named > ROUNDS * 9 / 10);
}

static void test_edits(void **state)
{
    attack_often(*state, "edits", edit);
}

static void test_deletions(void **state)
{
    attack_often(*state, "deletions", take_away);
}

static void test_swaps(void **state)
{
    attack_often(*state, "swaps", swap);
}

static void test_insertions(void **state)
{
    attack_often(*state, "insertions", put_in);
}

static void test_cut_tails(void **state)
{
    attack_often(*state, "cut tails", cut);
}

/* A chain that somebody made anew from an edit on is whole: only an anchor tells. */
static void test_rewritten(void **state)
{
    struct lab *l = *state;
    begin(l);
    sql(l, "UPDATE entry SET who = x'626f62' WHERE seq = 7");
    for (unsigned s = 7; s <= ENTRIES; s++)
        chain_it(l, s);
    struct journal_verdict v = verdict(l, NULL);
    assert_int_equal(v.faults, 0);
    begin(l);
    sql(l, "UPDATE entry SET who = x'626f62' WHERE seq = 7");
    for (unsigned s = 7; s <= ENTRIES; s++)
        chain_it(l, s);
    v = verdict(l, &l->anchor);
    assert_true(says(&v, JOURNAL_REWRITTEN, ENTRIES));
}

static void test_whole(void **state)
{
    struct lab *l = *state;
    begin(l);
    struct journal_verdict v = verdict(l, &l->anchor);
    assert_int_equal(v.faults, 0);
    assert_int_equal(v.last.entries, ENTRIES);
    assert_memory_equal(v.last.hash, l->anchor.hash, HASH_SHA256);
}

/* --- the collector --- */

static void test_orders_off(void **state)
{
    struct lab *l = *state;
    struct err why = {0};
    begin(l);
    sql(l, "UPDATE entry SET who = x'626f62' WHERE seq = 7");
    sqlite3_close(l->db);
    fixture_open(&l->f, NULL);
    assert_false(store_orders_possible(l->f.store, &why));
    assert_non_null(strstr(why.text, "entry 7 was edited"));
    assert_non_null(strstr(why.hint, "audit verify"));
    assert_non_null(strstr(l->f.note, "orders are off"));
    struct journal_entry e = {.at_ms = l->f.now.utc_ms, .op = text_of("note"), .body = text_of("{}")};
    assert_int_equal(journal_append(l->f.store, &e, &why), JOURNAL_FAILED);
    store_close(l->f.store);
    l->f.store = NULL;
    begin(l); /* as it was: on again */
    sqlite3_close(l->db);
    fixture_open(&l->f, NULL);
    assert_true(store_orders_possible(l->f.store, &why));
}

/* Somebody writes while the collector runs: the next entry would be chained to what nobody here wrote. */
static void test_changed_meanwhile(void **state)
{
    struct lab *l = *state;
    struct err err = {0};
    char path[128];
    begin(l);
    sqlite3_close(l->db);
    fixture_open(&l->f, NULL);
    path_of(l, path);
    assert_int_equal(sqlite3_open(path, &l->db), SQLITE_OK);
    sql(l, "DROP TRIGGER IF EXISTS entry_kept; DELETE FROM entry WHERE seq = %d", ENTRIES);
    sqlite3_close(l->db);
    struct journal_entry e = {.at_ms = l->f.now.utc_ms, .op = text_of("note"), .body = text_of("{}")};
    assert_int_equal(journal_append(l->f.store, &e, &err), JOURNAL_FAILED);
    assert_non_null(strstr(err.text, "somebody else"));
    assert_false(store_orders_possible(l->f.store, &err));
}

/* What the third schema wrote is chained when it is opened, whole. */
static void test_migrated(void **state)
{
    struct lab *l = *state;
    struct journal_anchor head = {0};
    begin(l);
    sql(l, "ALTER TABLE entry DROP COLUMN hash; ALTER TABLE entry DROP COLUMN login_uid;"
           "ALTER TABLE entry DROP COLUMN claimed_login; ALTER TABLE entry DROP COLUMN claimed_ssh;"
           "CREATE TRIGGER entry_fixed BEFORE UPDATE ON entry BEGIN SELECT RAISE(ABORT, 'no'); END;"
           "DROP TABLE run; DROP TABLE action;"
           "PRAGMA user_version = 3; DELETE FROM migration WHERE version > 3");
    sqlite3_close(l->db);
    fixture_open(&l->f, NULL);
    assert_true(journal_head(l->f.store, &head));
    assert_int_equal(head.entries, ENTRIES);
    append(l, ENTRIES);
    store_close(l->f.store);
    fixture_open(&l->f, NULL);
    assert_true(journal_head(l->f.store, &head));
    assert_int_equal(head.seq, ENTRIES + 1);
}

static void test_anchor(void **state)
{
    struct lab *l = *state;
    struct err err = {0};
    struct journal_anchor a;
    char text[JOURNAL_ANCHOR_TEXT], path[128];
    bool there = true;
    assert_true(journal_anchor_read(l->f.dir, &a, &there, &err));
    assert_false(there);
    assert_true(journal_anchor_write(l->f.dir, &l->anchor, &err));
    assert_true(journal_anchor_read(l->f.dir, &a, &there, &err));
    assert_true(there);
    assert_memory_equal(&a, &l->anchor, sizeof a);
    assert_true(journal_anchor_parse(journal_anchor_text(&a, text), &a, &err));
    assert_false(journal_anchor_parse("12", &a, &err));
    assert_false(journal_anchor_parse("12:ab", &a, &err));
    assert_false(journal_anchor_parse("x:ab", &a, &err));
    snprintf(path, sizeof path, "%s/%s", l->f.dir, JOURNAL_ANCHOR_FILE);
    int fd = open(path, O_WRONLY | O_TRUNC);
    close(fd);
    assert_false(journal_anchor_read(l->f.dir, &a, &there, &err));
    begin(l);
    struct journal_verdict v = verdict(l, NULL);
    assert_true(says(&v, JOURNAL_NO_ANCHOR, 0));
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
    const struct CMUnitTest tests[] = {
        TEST(test_whole),      TEST(test_edits),     TEST(test_deletions),         TEST(test_swaps),
        TEST(test_insertions), TEST(test_cut_tails), TEST(test_rewritten),         TEST(test_orders_off),
        TEST(test_migrated),   TEST(test_anchor),    TEST(test_changed_meanwhile),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
