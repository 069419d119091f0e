#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

#include "ui/key.h"

enum { MOVE = 1, SORT, DETAIL };

static const struct key_row table[] = {
    {"j Down", MOVE, NULL, "move down"}, {"S F6", SORT, "sort", "sort"}, {"d Space C-d", DETAIL, NULL, "detail"}, {0}};

static void every_key_has_a_name_that_leads_back(void **state)
{
    char name[KEY_NAME_MAX];

    (void)state;
    for (uint32_t code = KEY_CODE_NAMED + 1; code <= KEY_CODE_FOCUS_OUT; code++)
        assert_int_equal(key_parse(key_name(code, name)), code);
    for (uint32_t code = 1; code <= 26; code++)
        assert_int_equal(key_parse(key_name(code, name)), code);
    for (uint32_t code = '!'; code <= '~'; code++)
        assert_int_equal(key_parse(key_name(code, name)), code);
    assert_int_equal(key_parse(key_name(0x4E2D, name)), 0x4E2D);
    assert_string_equal(key_name(4, name), "C-d");
    assert_string_equal(key_name(KEY_CODE_PGDN, name), "PgDn");
}

static void what_is_no_key_has_no_name(void **state)
{
    char name[KEY_NAME_MAX];

    (void)state;
    assert_string_equal(key_name(0, name), "");
    assert_string_equal(key_name(0x9B, name), "");
    assert_string_equal(key_name(0xD800, name), "");
    assert_string_equal(key_name(0x200B, name), "");
    assert_string_equal(key_name(UINT32_MAX, name), "");
    assert_int_equal(key_parse(""), 0);
    assert_int_equal(key_parse("F11"), 0);
    assert_int_equal(key_parse("jj"), 0);
    assert_int_equal(key_parse("\xff"), 0);
}

static void a_table_is_looked_up_by_any_of_its_keys(void **state)
{
    (void)state;
    assert_int_equal(key_action(table, 'j'), MOVE);
    assert_int_equal(key_action(table, KEY_CODE_DOWN), MOVE);
    assert_int_equal(key_action(table, KEY_CODE_F6), SORT);
    assert_int_equal(key_action(table, 's'), 0);
    assert_int_equal(key_action(table, 4), DETAIL);
    assert_int_equal(key_action(table, ' '), DETAIL);
    assert_int_equal(key_action(table, 0), 0);
    assert_int_equal(key_action(NULL, 'j'), 0);
}

static void a_full_width_key_is_its_ascii_twin(void **state)
{
    (void)state;
    assert_int_equal(key_action(table, 0xFF4A), MOVE);
    assert_int_equal(key_action(table, 0xFF33), SORT);
    assert_int_equal(key_action(table, 0x3000), DETAIL);
    assert_int_equal(key_parse("ｊ"), 'j');
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_key_has_a_name_that_leads_back),
        cmocka_unit_test(what_is_no_key_has_no_name),
        cmocka_unit_test(a_table_is_looked_up_by_any_of_its_keys),
        cmocka_unit_test(a_full_width_key_is_its_ascii_twin),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
