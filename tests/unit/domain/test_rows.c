#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "domain/ids.h"
#include "domain/rows.h"

static void a_row_outlives_who_made_it(void **state)
{
    (void)state;
    struct rows rows = {0};
    char id[] = "fra/r01", hall[] = "H1\x1b", kinds[] = "general\x1fsuper";
    struct row row = {.kind = KIND_RACK, .id = text_of(id), .source = text_of("metrics")};

    row.cells[RACK_HALL] = value_text(text_of(hall));
    row.cells[RACK_ROW] = value_list(text_of(kinds));
    row.cells[RACK_POSITION] = value_int(7);
    row.cells[RACK_TENANT] = value_text(text_of(""));
    for (size_t i = 0; i < 40; i++)
        rows_add(&rows, &row);
    memset(id, 'x', sizeof id - 1);
    memset(hall, 'x', sizeof hall - 1);
    memset(kinds, 'x', sizeof kinds - 1);

    assert_int_equal(rows.count, 40);
    for (size_t i = 0; i < 40; i++) {
        const struct row *copy = &rows.all[i];
        assert_true(copy->kind == KIND_RACK && text_is(copy->id, "fra/r01") && text_is(copy->source, "metrics"));
        assert_true(text_is(value_text_or(&copy->cells[RACK_HALL], ""), "H1\x1b"));
        assert_true(text_is(value_text_or(&copy->cells[RACK_ROW], ""), "general\x1fsuper"));
        assert_int_equal(copy->cells[RACK_ROW].type, VALUE_LIST);
        assert_int_equal(value_int_or(&copy->cells[RACK_POSITION], 0), 7);
        assert_true(value_known(&copy->cells[RACK_TENANT]));
        assert_false(value_known(&copy->cells[RACK_POWER_KW]));
    }
    rows_clear(&rows);
    assert_int_equal(rows.count, 0);
    rows_release(&rows);
}

static void texts_are_numbered_in_the_order_in_which_they_came(void **state)
{
    (void)state;
    struct ids ids = {0};
    char name[512];

    assert_true(ids_find(&ids, text_of("fra"), text_of("")) == IDS_NONE);
    for (size_t round = 0; round < 2; round++)
        for (int i = 0; i < 1000; i++) {
            snprintf(name, sizeof name, "r%0*d", i % 10 == 0 ? 400 : 3, i); /* some longer than the stack's room */
            assert_int_equal(ids_put(&ids, text_of("SHG-1"), text_of(name)), i);
        }
    assert_int_equal(ids.count, 1000);
    assert_true(text_is(ids.all[17], "SHG-1/r017"));
    assert_int_equal(ids_find(&ids, text_of("SHG-1/r017"), text_of("")), 17);
    assert_true(ids_find(&ids, text_of("SHG-1"), text_of("r17")) == IDS_NONE);
    assert_int_equal(ids_put(&ids, text_of(""), text_of("")), 1000);
    ids_clear(&ids);
    assert_true(ids_find(&ids, text_of("SHG-1/r017"), text_of("")) == IDS_NONE);
    assert_int_equal(ids_put(&ids, text_of("b"), text_of("")), 0);
    ids_release(&ids);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_row_outlives_who_made_it),
        cmocka_unit_test(texts_are_numbered_in_the_order_in_which_they_came),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
