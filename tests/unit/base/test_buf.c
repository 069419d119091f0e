#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "base/buf.h"

static void test_zero_holds_nothing(void **state)
{
    (void)state;
    struct buf b = {0};
    struct err err = {0};
    assert_string_equal(buf_str(&b), "");
    assert_false(buf_putc(&b, 'x', &err));
    assert_int_equal(err.kind, ERR_INPUT);
    buf_shift(&b, 0);
    buf_clear(&b);
    buf_release(&b);
    buf_release(NULL);
}

static void test_appends(void **state)
{
    (void)state;
    struct buf b = buf_make(1000);
    assert_null(b.data);
    assert_true(buf_puts(&b, "ab", NULL));
    assert_true(buf_putc(&b, 'c', NULL));
    assert_true(buf_printf(&b, NULL, "%d-%s", 7, "d"));
    assert_true(buf_put(&b, "\0z", 2, NULL));
    assert_int_equal(b.len, 8);
    assert_memory_equal(b.data, "abc7-d\0z", 9);
    buf_shift(&b, 3);
    assert_string_equal(buf_str(&b), "7-d");
    assert_int_equal(b.len, 5);
    buf_clear(&b);
    assert_string_equal(buf_str(&b), "");
    assert_non_null(b.data);
    buf_release(&b);
    assert_null(b.data);
    assert_int_equal(b.max, 1000);
    assert_true(buf_puts(&b, "again", NULL));
    buf_release(&b);
}

static void test_shift_keeps_the_end(void **state)
{
    (void)state;
    struct buf b = buf_make(1000);
    assert_true(buf_puts(&b, "abcdefgh", NULL));
    buf_shift(&b, 3);
    assert_string_equal(buf_str(&b), "defgh");
    buf_shift(&b, 5);
    assert_string_equal(buf_str(&b), "");
    assert_int_equal(b.len, 0);
    buf_release(&b);
}

static void test_the_maximum_is_exact_and_nothing_is_cut(void **state)
{
    (void)state;
    struct buf b = buf_make(100);
    struct err err = {0};
    char text[101];
    memset(text, 'x', sizeof text);
    assert_true(buf_put(&b, text, 60, &err));
    assert_false(buf_put(&b, text, 41, &err));
    assert_int_equal(b.len, 60);
    assert_non_null(strstr(err.text, "larger than 100 bytes"));
    assert_false(buf_printf(&b, &err, "%041d", 1));
    assert_int_equal(b.len, 60);
    assert_int_equal(b.data[60], '\0');
    assert_true(buf_put(&b, text, 40, &err));
    assert_true(buf_put(&b, text, 0, &err));
    assert_false(buf_putc(&b, 'x', &err));
    assert_false(buf_reserve(&b, (size_t)-1, &err));
    assert_int_equal(b.data[100], '\0');
    assert_int_equal(b.cap, 100);
    buf_release(&b);
    b = buf_make(10); /* below the first size */
    assert_true(buf_putc(&b, 'x', &err));
    assert_int_equal(b.cap, 10);
    buf_release(&b);
}

static void test_no_maximum_and_no_memory(void **state)
{
    (void)state;
    struct buf b = buf_make((size_t)-1);
    struct err err = {0};
    assert_true(buf_puts(&b, "kept", &err));
    assert_false(buf_reserve(&b, (size_t)-1 - 10, &err));
    assert_int_equal(err.kind, ERR_INPUT);
    assert_string_equal(buf_str(&b), "kept");
    buf_release(&b);
}

static void test_many_small_pieces(void **state)
{
    (void)state;
    struct buf b = buf_make(1 << 20);
    for (int i = 0; i < 100000; i++)
        assert_true(buf_putc(&b, (char)('a' + i % 26), NULL));
    for (int i = 0; i < 100000; i++)
        assert_int_equal(b.data[i], 'a' + i % 26);
    buf_release(&b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_zero_holds_nothing),       cmocka_unit_test(test_appends),
        cmocka_unit_test(test_shift_keeps_the_end),      cmocka_unit_test(test_the_maximum_is_exact_and_nothing_is_cut),
        cmocka_unit_test(test_no_maximum_and_no_memory), cmocka_unit_test(test_many_small_pieces),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
