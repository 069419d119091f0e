#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <string.h>

#include "sources/hub_private.h"

static struct row job(const char *id, const char *name, int64_t cpus)
{
    struct row row = {.kind = KIND_JOB, .id = text_of(id)};
    if (name)
        row.cells[JOB_NAME] = value_text(text_of(name));
    row.cells[JOB_CPUS] = value_int(cpus);
    row.cells[JOB_LATENCY_MS_MAX] = value_real(0.1);
    row.cells[JOB_SUBMITTED_AT] = value_time(-5);
    row.cells[JOB_MOVABLE] = value_bool(false);
    return row;
}

static bool find(const struct hub_table *t, const char *id, struct row *row)
{
    for (size_t at = 0; hub_table_next(t, KIND_JOB, &at, row);) {
        if (text_is(row->id, id))
            return true;
    }
    return false;
}

static void test_rows_come_back_as_they_went_in(void **state)
{
    struct hub_table *t = hub_table_new(1 << 20);
    struct row row = job("a/1", "", 7), back;
    (void)state;
    row.cells[JOB_SIBLINGS] = value_list(text_of("x\x1fy"));
    assert_true(hub_table_put(t, &row));
    assert_true(find(t, "a/1", &back));
    for (size_t f = 0; f < KIND_FIELDS_MAX; f++)
        assert_true(value_equal(&row.cells[f], &back.cells[f]));
    hub_table_free(t);
}

static void test_many_rows(void **state)
{
    struct hub_table *t = hub_table_new(16 << 20);
    char id[32];
    struct row row;
    (void)state;
    for (int i = 0; i < 20000; i++) {
        snprintf(id, sizeof id, "a/%d", i % 10000);
        row = job(id, "n", i);
        assert_true(hub_table_put(t, &row));
    }
    assert_int_equal(hub_table_count(t), 10000);
    assert_true(find(t, "a/9999", &row));
    assert_int_equal(row.cells[JOB_CPUS].as.i, 19999);
    hub_table_free(t);
}

static void test_graves_and_merging(void **state)
{
    struct hub_table *t = hub_table_new(1 << 20), *changes = hub_table_new(1 << 20);
    struct row rows[] = {job("a", "x", 1), job("b", "x", 1), job("c", "x", 1)}, back;
    (void)state;
    for (size_t i = 0; i < 3; i++)
        assert_true(hub_table_put(t, &rows[i]));
    rows[1] = job("b", NULL, 2);
    assert_true(hub_table_put(changes, &rows[1]));
    assert_true(hub_table_bury(changes, text_of("a")));
    assert_true(hub_table_bury(changes, text_of("never-seen")));
    assert_true(hub_table_merge(t, changes));
    assert_int_equal(hub_table_count(t), 2);
    assert_false(find(t, "a", &back));
    assert_true(find(t, "b", &back));
    assert_false(value_known(&back.cells[JOB_NAME]));
    rows[0] = job("a", "again", 5);
    assert_true(hub_table_put(t, &rows[0]));
    assert_int_equal(hub_table_count(t), 3);
    hub_table_free(t);
    hub_table_free(changes);
}

static void test_it_has_a_limit(void **state)
{
    struct hub_table *t = hub_table_new(4096);
    char id[32];
    int held = 0;
    (void)state;
    for (int i = 0; i < 1000; i++) {
        snprintf(id, sizeof id, "a/%d", i);
        struct row row = job(id, "name", i);
        held += hub_table_put(t, &row);
    }
    assert_in_range(held, 10, 60);
    assert_int_equal(hub_table_count(t), held);
    hub_table_free(t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_rows_come_back_as_they_went_in),
        cmocka_unit_test(test_many_rows),
        cmocka_unit_test(test_graves_and_merging),
        cmocka_unit_test(test_it_has_a_limit),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
