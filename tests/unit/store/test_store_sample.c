#include "unit/store/sql.h"

/* Samples of one transaction come in any order, some twice: all are in the table, and of two for the same moment the first counts. */

enum { SERIES = 37, MOMENTS = 61, ROUNDS = 3 };

static void put(struct fixture *f, int series, int moment, double value)
{
    char id[16];
    snprintf(id, sizeof id, "n%02d", series);
    assert_true(
        store_sample_put(f->store, "fra", KIND_NODE, text_of(id), NODE_CPUS_FREE, f->now.utc_ms + moment, value, NULL));
}

static void in_any_order(void **state)
{
    struct fixture *f = *state;
    store_group_begin(f->store);
    for (int round = 0; round < ROUNDS; round++) {
        for (int i = 0; i < SERIES * MOMENTS; i++) {
            int shuffled = i * 1009 % (SERIES * MOMENTS); /* 1009 divides neither */
            put(f, shuffled % SERIES, shuffled / SERIES, round * 1e6 + shuffled);
        }
    }
    assert_int_equal(sql_number(f, "cache.db", "SELECT count(*) FROM sample"), 0);
    assert_true(store_group_end(f->store, NULL));
    assert_int_equal(sql_number(f, "cache.db", "SELECT count(*) FROM sample"), SERIES * MOMENTS);
    assert_int_equal(sql_number(f, "cache.db", "SELECT max(value) FROM sample"),
                     SERIES * MOMENTS - 1); /* of the first round */
    assert_int_equal(sql_number(f, "cache.db", "SELECT count(DISTINCT value) FROM sample"), SERIES * MOMENTS);
    /* each at its own moment, in its own series */
    assert_int_equal(sql_number(f, "cache.db",
                                "SELECT count(*) FROM sample s JOIN series r ON r.nr = s.series WHERE"
                                " CAST(substr(r.id, 2) AS INTEGER) = s.value % 37 AND"
                                " s.at_ms - (SELECT min(at_ms) FROM sample) = CAST(s.value AS INTEGER) / 37"),
                     SERIES * MOMENTS);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(in_any_order, fixture_setup, fixture_teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
