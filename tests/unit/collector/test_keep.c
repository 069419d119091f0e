#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "collector/keep.h"

static void test_texts_are_copied_byte_by_byte(void **state)
{
    (void)state;
    struct keep k = {0};
    char id[] = "a\0b\x1b\xff", name[] = "name", list[] = "x\x1fy";
    struct row row = {.kind = KIND_CLUSTER, .id = text_from(id, 5), .source = text_of(name)};
    row.cells[CLUSTER_NAME] = value_text(text_of(name));
    row.cells[CLUSTER_KINDS] = value_list(text_of(list));
    row.cells[CLUSTER_NODES_TOTAL] = value_int(7);
    row.cells[CLUSTER_HUB] = value_text(text_of(""));
    keep_add(&k, &row);
    memset(id, 'X', sizeof id - 1);
    memset(name, 'X', sizeof name - 1);
    memset(list, 'X', sizeof list - 1);
    assert_true(text_equal(k.rows[0].id, text_from("a\0b\x1b\xff", 5)));
    assert_true(text_is(k.rows[0].source, "name"));
    assert_true(text_is(k.rows[0].cells[CLUSTER_NAME].as.text, "name"));
    assert_true(text_is(k.rows[0].cells[CLUSTER_KINDS].as.text, "x\x1fy"));
    assert_int_equal(k.rows[0].cells[CLUSTER_KINDS].type, VALUE_LIST);
    assert_int_equal(k.rows[0].cells[CLUSTER_NODES_TOTAL].as.i, 7);
    assert_true(value_known(&k.rows[0].cells[CLUSTER_HUB])); /* the empty text is known */
    assert_false(value_known(&k.rows[0].cells[CLUSTER_LON]));
    keep_release(&k);
}

static void test_many_and_again(void **state)
{
    (void)state;
    struct keep k = {0};
    char id[32];
    for (int round = 0; round < 3; round++) {
        keep_clear(&k);
        for (int i = 0; i < 1000; i++) {
            snprintf(id, sizeof id, "c%d-%d", round, i);
            const struct row row = {.kind = KIND_CLUSTER, .id = text_of(id)};
            keep_add(&k, &row);
        }
        assert_int_equal(k.count, 1000);
        snprintf(id, sizeof id, "c%d-999", round);
        assert_true(text_is(k.rows[999].id, id));
    }
    keep_release(&k);
    keep_release(&k);
    assert_int_equal(k.count, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_texts_are_copied_byte_by_byte),
        cmocka_unit_test(test_many_and_again),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
