#include "unit/store/sql.h"

/* When sources answered: at once, after a restart, of another boot, of a former version, and out of bytes that mean nothing. */

enum { SOURCES = 600 /* of three pieces */ };

static void shut(struct fixture *f)
{
    store_close(f->store);
    f->store = NULL;
}

static void reopen(struct fixture *f)
{
    shut(f);
    fixture_open(f, NULL);
}

static void touch(struct fixture *f, int i, int64_t every_ms)
{
    char name[16];
    snprintf(name, sizeof name, "s%03d", i);
    assert_true(store_touch(f->store, name, KIND_JOB, f->now, every_ms, NULL));
}

static void assert_seen(struct fixture *f, int64_t first_ms)
{
    char name[16];
    for (int i = 0; i < SOURCES; i++) {
        snprintf(name, sizeof name, "s%03d", i);
        assert_int_equal(store_observed_ms(f->store, name), first_ms + i);
    }
}

/* What is observed within a group is known at once, and on the disk with the group. */
static void within_a_group(void **state)
{
    struct fixture *f = *state;
    int64_t from_ms = f->now.utc_ms;
    store_group_begin(f->store);
    for (int i = 0; i < SOURCES; i++) {
        touch(f, i, 1);
        touch(f, i, 100000);
        fixture_tick(f, 1);
    }
    assert_false(store_stale(f->store, text_of("s007"), KIND_JOB, f->now));
    assert_true(store_stale(f->store, text_of("s007"), KIND_LINK, f->now));
    assert_seen(f, from_ms);
    assert_true(store_group_end(f->store, NULL));
    reopen(f);
    assert_seen(f, from_ms);
    touch(f, 300, 50000); /* its piece is written anew, with all that was in it */
    f->now.utc_ms = from_ms + 300;
    touch(f, 300, 50000);
    reopen(f);
    assert_seen(f, from_ms);
    fixture_tick(f, 200000);
    assert_false(store_stale(f->store, text_of("s299"), KIND_JOB, f->now)); /* each 100 s */
    assert_true(store_stale(f->store, text_of("s300"), KIND_JOB, f->now));
}

/* Ages are the boot clock's only within one boot; before the boot it may have been too. */
static void of_another_boot(void **state)
{
    struct fixture *f = *state;
    touch(f, 0, 100000);
    f->now.boot_ms = -1000;
    touch(f, 1, 100000);
    reopen(f);
    f->now.utc_ms -= 3600000;
    f->now.boot_ms += 310000;
    assert_true(store_stale(f->store, text_of("s001"), KIND_JOB, f->now));
    f->now.boot_ms -= 20000;
    assert_false(store_stale(f->store, text_of("s001"), KIND_JOB, f->now));
    sql_run(f, "cache.db", "UPDATE observed SET boot_id = 'another'");
    reopen(f);
    assert_true(store_stale(f->store, text_of("s001"), KIND_JOB, f->now)); /* later than now: not known */
    touch(f, 0, 100000);
    reopen(f);
    assert_false(store_stale(f->store, text_of("s000"), KIND_JOB, f->now));
    assert_true(
        store_stale(f->store, text_of("s001"), KIND_JOB, f->now)); /* still, though the piece is of this boot now */
}

static void what_a_former_version_kept(void **state)
{
    struct fixture *f = *state;
    int64_t from_ms = f->now.utc_ms;
    for (int i = 0; i < SOURCES; i++)
        touch(f, i, 1);
    shut(f);
    sql_run(f, "cache.db",
            "DROP TABLE observed; PRAGMA user_version = 2;"
            "CREATE TABLE observed(source INTEGER, kind INTEGER, utc_ms INTEGER NOT NULL, boot_id TEXT NOT NULL,"
            " boot_ms INTEGER NOT NULL, interval_ms INTEGER NOT NULL, partial INTEGER NOT NULL,"
            " PRIMARY KEY(kind, source)) WITHOUT ROWID;"
            "INSERT INTO observed SELECT nr, 2, 1790000000000 - nr, 'another', 7, 100000, 0 FROM source;"
            "INSERT INTO observed SELECT nr, 7, 1790000000000 + nr - 1, 'another', 7, 100000, 0 FROM source");
    struct err err = {0};
    assert_null(query_open(f->dir, &err)); /* readers change nothing, and say who does */
    assert_non_null(strstr(err.text, "earlier hubtop"));
    assert_int_equal(err_status(&err), 66);
    fixture_open(f, NULL);
    assert_seen(f, from_ms);
    fixture_tick(f, 290000);
    assert_false(store_stale(f->store, text_of("s599"), (enum kind)2, f->now));
    assert_false(store_stale(f->store, text_of("s599"), (enum kind)7, f->now));
    fixture_tick(f, 20000);
    assert_true(store_stale(f->store, text_of("s599"), (enum kind)7, f->now));
}

/* As damage of any other table: what is written next fails, and the next collector sets the file aside. */
static void bytes_that_mean_nothing(void **state)
{
    struct fixture *f = *state;
    struct err err = {0};
    touch(f, 0, 1);
    reopen(f);
    sql_run(f, "cache.db", "UPDATE observed SET vals = x'01ffffffffffffffffffffffff'");
    assert_true(store_stale(f->store, text_of("s000"), KIND_JOB, f->now));
    assert_false(store_touch(f->store, "s000", KIND_JOB, f->now, 1, &err));
    assert_int_equal(err.kind, ERR_CORRUPT);
    reopen(f);
    assert_non_null(strstr(f->note, "set aside"));
    touch(f, 0, 1);
    assert_int_equal(store_observed_ms(f->store, "s000"), f->now.utc_ms);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(within_a_group, fixture_setup, fixture_teardown),
        cmocka_unit_test_setup_teardown(of_another_boot, fixture_setup, fixture_teardown),
        cmocka_unit_test_setup_teardown(what_a_former_version_kept, fixture_setup, fixture_teardown),
        cmocka_unit_test_setup_teardown(bytes_that_mean_nothing, fixture_setup, fixture_teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
