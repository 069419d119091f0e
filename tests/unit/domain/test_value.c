#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>

#include <cmocka.h>

#include "domain/value.h"

static void unknown_is_not_zero(void **state)
{
    (void)state;
    struct value none = value_none(), zero = value_int(0), empty = value_text(text_of(""));

    assert_false(value_known(&none));
    assert_true(value_known(&zero));
    assert_true(value_known(&empty));
    assert_false(value_equal(&none, &zero));
    assert_false(value_equal(&none, &empty));
    assert_int_equal(value_int_or(&none, 7), 7);
    assert_true(value_real_or(&none, 0.5) > 0.4);
    assert_true(text_is(value_text_or(&none, "-"), "-"));
}

static void what_is_no_number_is_unknown(void **state)
{
    (void)state;
    struct value nan_value = value_real(NAN), inf = value_real(-INFINITY);

    assert_false(value_known(&nan_value));
    assert_false(value_known(&inf));
}

static void numbers_convert_texts_never(void **state)
{
    (void)state;
    struct value text = value_text(text_of("12")), real = value_real(-2.7), huge = value_real(1e300);
    struct value two63 = value_real(9223372036854775808.0), low = value_real(-9223372036854775808.0);

    assert_int_equal(value_int_or(&text, -1), -1);
    assert_int_equal(value_int_or(&real, 0), -2);
    assert_int_equal(value_int_or(&huge, 5), 5);
    assert_int_equal(value_int_or(&two63, 5), 5);
    assert_true(value_int_or(&low, 5) == INT64_MIN);
    assert_true(text_is(value_text_or(&text, ""), "12"));
    assert_true(text_is(value_text_or(&real, "none"), "none"));
}

/* Every pair of this list, which stands in order. */
static void one_order_over_all(void **state)
{
    (void)state;
    struct value v[] = {
        value_int(INT64_MIN),
        value_int(-3),
        value_real(-2.5),
        value_bool(false),
        value_real(0.5),
        value_int(1),
        value_real(9007199254740992.0),
        value_int(9007199254740993),
        value_int(INT64_MAX),
        value_real(9223372036854775808.0),
        value_text(text_of("")),
        value_text(text_of("B")),
        value_list(text_of("a")),
        value_text(text_of("aa")),
        value_none(),
    };
    int n = (int)(sizeof v / sizeof *v);

    for (int i = 0; i < n; i++)
        for (int j = 0; j < n; j++) {
            int order = value_cmp(&v[i], &v[j]);
            assert_int_equal((order > 0) - (order < 0), (i > j) - (i < j));
        }
}

static void equality(void **state)
{
    (void)state;
    struct value one = value_int(1), real = value_real(1), time = value_time(1), again = value_int(1);
    struct value a = value_text(text_of("a")), b = value_text(text_from("ab", 1)), c = value_text(text_of("A"));

    assert_true(value_equal(&one, &again));
    assert_false(value_equal(&one, &real));
    assert_false(value_equal(&one, &time));
    assert_true(value_equal(&a, &b));
    assert_false(value_equal(&a, &c));
}

static void lists_come_back_member_by_member(void **state)
{
    (void)state;
    struct buf b = buf_make(64);

    assert_true(value_list_add(&b, text_of("gpu"), NULL));
    assert_true(value_list_add(&b, text_of(""), NULL));
    assert_true(value_list_add(&b,
                               text_of("a\x1f"
                                       "b"),
                               NULL));
    assert_true(value_list_add(&b, text_of("last"), NULL));

    struct value list = value_list(text_from(b.data, b.len));
    struct safe_text rest = list.as.text, member;
    const char *const want[] = {"gpu", "a?b", "last"};
    for (size_t i = 0; i < 3; i++) {
        assert_true(value_list_next(&rest, &member));
        assert_true(text_is(member, want[i]));
    }
    assert_false(value_list_next(&rest, &member));
    buf_release(&b);
}

static void a_full_list_stays_as_it_was(void **state)
{
    (void)state;
    struct buf b = buf_make(5);
    struct err err = {0};

    assert_true(value_list_add(&b, text_of("abc"), &err));
    assert_false(value_list_add(&b, text_of("def"), &err));
    assert_int_equal(err.kind, ERR_INPUT);
    assert_string_equal(buf_str(&b), "abc");
    buf_release(&b);
}

static void an_empty_list_has_no_members(void **state)
{
    (void)state;
    struct safe_text rest = text_of(""), member;

    assert_false(value_list_next(&rest, &member));
    rest = text_of("\x1f\x1f");
    assert_false(value_list_next(&rest, &member));
}

static void numbers_in_groups_of_three(void **state)
{
    (void)state;
    char out[VALUE_GROUPED_MAX];

    assert_string_equal(value_grouped(0, out), "0");
    assert_string_equal(value_grouped(999, out), "999");
    assert_string_equal(value_grouped(1000, out), "1,000");
    assert_string_equal(value_grouped(-100, out), "-100");
    assert_string_equal(value_grouped(-4455, out), "-4,455");
    assert_string_equal(value_grouped(INT64_MIN, out), "-9,223,372,036,854,775,808");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(unknown_is_not_zero),
        cmocka_unit_test(what_is_no_number_is_unknown),
        cmocka_unit_test(numbers_convert_texts_never),
        cmocka_unit_test(one_order_over_all),
        cmocka_unit_test(equality),
        cmocka_unit_test(lists_come_back_member_by_member),
        cmocka_unit_test(a_full_list_stays_as_it_was),
        cmocka_unit_test(an_empty_list_has_no_members),
        cmocka_unit_test(numbers_in_groups_of_three),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
