#include <locale.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/json.h"

static struct json *parsed(const char *text, enum json_mode mode)
{
    struct err err = {0};
    struct json *tree = json_parse(text, strlen(text), mode, &err);

    if (tree == NULL)
        fail_msg("%s: %s", text, err.text);
    return tree;
}

static void check_refused(const char *text, enum json_mode mode, const char *wanted)
{
    struct err err = {0};

    assert_null(json_parse(text, strlen(text), mode, &err));
    assert_int_equal(err.kind, ERR_CORRUPT);
    assert_string_equal(err.text, wanted);
}

static void test_walking_a_tree(void **state)
{
    struct json *tree = parsed("{\"a\": [1, null, {}], \"b\": {\"c\": true}, \"\": \"x\"}", JSON_STRICT);
    const struct json *a = json_get(tree, "a");

    (void)state;
    assert_int_equal(json_type(tree), JSON_OBJECT);
    assert_int_equal(json_count(tree), 3);
    assert_int_equal(json_type(a), JSON_ARRAY);
    assert_int_equal(json_type(json_first(a)), JSON_NUMBER);
    assert_int_equal(json_type(json_next(json_first(a))), JSON_NULL);
    assert_int_equal(json_type(json_next(json_next(json_first(a)))), JSON_OBJECT);
    assert_null(json_next(json_next(json_next(json_first(a)))));
    assert_string_equal(json_key(json_first(tree)), "a");
    assert_null(json_key(json_first(a)));
    bool c = false;
    assert_true(json_bool(json_get(json_get(tree, "b"), "c"), &c) && c);
    assert_int_equal(json_type(json_get(tree, "")), JSON_TEXT);
    json_free(tree);
}

static void test_what_is_absent_chains(void **state)
{
    struct json *tree = parsed("[1]", JSON_STRICT);
    int64_t i;
    double d;
    bool b;
    struct safe_text t;

    (void)state;
    const struct json *none = json_get(json_get(json_first(tree), "a"), "b");
    assert_int_equal(json_type(none), JSON_ABSENT);
    assert_null(json_first(none));
    assert_null(json_next(none));
    assert_null(json_key(none));
    assert_int_equal(json_count(none), 0);
    assert_false(json_int(none, &i) || json_real(none, &d) || json_bool(none, &b) || json_text(none, &t) ||
                 json_ident(none, &t));
    json_free(tree);
    json_free(NULL);
}

static void test_names_are_case_sensitive_and_the_last_wins(void **state)
{
    struct json *tree = parsed("{\"a\":1,\"A\":2,\"\\u0061\":3}", JSON_STRICT);
    int64_t i = 0;

    (void)state;
    assert_true(json_int(json_get(tree, "a"), &i));
    assert_int_equal(i, 3);
    assert_true(json_int(json_get(tree, "A"), &i));
    assert_int_equal(i, 2);
    json_free(tree);
}

static void test_integers_are_exact(void **state)
{
    static const struct {
        const char *text;
        bool fits;
        int64_t value;
    } rows[] = {
        {"0", true, 0},
        {"-0", true, 0},
        {"-1", true, -1},
        {"999999999999999", true, 999999999999999},
        {"9007199254740993", true, 9007199254740993},
        {"9223372036854775807", true, INT64_MAX},
        {"-9223372036854775808", true, INT64_MIN},
        {"9223372036854775808", false, 0},
        {"-9223372036854775809", false, 0},
        {"18446744073709551616", false, 0},
        {"99999999999999999999999", false, 0},
        {"3.0", true, 3},
        {"1e3", true, 1000},
        {"1.5e1", true, 15},
        {"120000e-4", true, 12},
        {"0.00e99999999999999999999", true, 0},
        {"1000000000000000000000e-3", true, 1000000000000000000},
        {"9.223372036854775807E+18", true, INT64_MAX},
        {"1.5", false, 0},
        {"1e-1", false, 0},
        {"1e19", false, 0},
        {"1e999999999999999999999", false, 0},
        {"1e-999999999999999999999", false, 0},
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct json *tree = parsed(rows[i].text, JSON_STRICT);
        int64_t value = 0;

        if (json_int(tree, &value) != rows[i].fits || value != rows[i].value)
            fail_msg("%s became %lld", rows[i].text, (long long)value);
        json_free(tree);
    }
}

static void test_reals_are_the_nearest(void **state)
{
    static const struct {
        const char *text;
        bool fits;
        double value;
    } rows[] = {
        {"0", true, 0},
        {"0.1", true, 0.1},
        {"-2.5e-3", true, -2.5e-3},
        {"123456789012345e22", true, 123456789012345e22},
        {"1e23", true, 1e23},
        {"9007199254740993e1", true, 90071992547409930.0},
        {"9007199254740993", true, 9007199254740992.0},
        {"0.1000000000000000055511151231257827", true, 0.1},
        {"2.2250738585072011e-308", true, 2.2250738585072011e-308},
        {"4.9e-324", true, 4.9e-324},
        {"1e-400", true, 0},
        {"1.7976931348623157e308", true, 1.7976931348623157e308},
        {"1e309", false, 0},
        {"-1e999", false, 0},
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct json *tree = parsed(rows[i].text, JSON_STRICT);
        double value = 0;

        if (json_real(tree, &value) != rows[i].fits || value != rows[i].value)
            fail_msg("%s became %.17g", rows[i].text, value);
        json_free(tree);
    }
}

static void check_ident(const char *text, const char *wanted)
{
    struct json *tree = parsed(text, JSON_STRICT);
    struct safe_text t;

    assert_true(json_ident(tree, &t));
    assert_true(text_is(t, wanted));
    json_free(tree);
}

static void test_identifiers_keep_their_digits(void **state)
{
    (void)state;
    check_ident("17", "17");
    check_ident("123456789012345678901234567890", "123456789012345678901234567890");
    check_ident("-0", "-0");
    check_ident("1.10", "1.10");
    check_ident("1E+2", "1E+2");
    check_ident("\"0017\"", "0017");
    check_ident("\"\"", "");
}

/* No string that a peer sends is taken for a number, whatever it begins with. */
static void test_a_string_is_never_a_number(void **state)
{
    static const char *const texts[] = {"\"17\"", "\"\\u000117\"", "\"\\u000217\"", "\"\\u0002\\u000117\"",
                                        "\"\\u0001\""};
    static const char *const wanted[] = {"17", "\00117", "\00217", "\002\00117", "\001"};

    (void)state;
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        struct json *tree = parsed(texts[i], JSON_STRICT);
        struct safe_text t;
        int64_t n;

        assert_int_equal(json_type(tree), JSON_TEXT);
        assert_false(json_int(tree, &n));
        assert_true(json_text(tree, &t));
        assert_true(text_is(t, wanted[i]));
        json_free(tree);
    }
}

static void check_text(const char *text, enum json_mode mode, const char *wanted)
{
    struct json *tree = parsed(text, mode);
    struct safe_text t;

    assert_true(json_text(tree, &t));
    assert_true(text_is(t, wanted));
    json_free(tree);
}

static void test_strings_are_decoded(void **state)
{
    (void)state;
    check_text("\"\\\"\\\\\\/\\b\\f\\n\\r\\t\"", JSON_STRICT, "\"\\/\b\f\n\r\t");
    check_text("\"\\u00e9\\u4e2d\\uD83D\\uDE80\"", JSON_STRICT, "é中🚀");
    check_text("\"\\u0022\\u005C\\u001b\\u007f\"", JSON_STRICT, "\"\\\x1b\x7f");
    check_text("\"a\\u0000b\"", JSON_STRICT,
               "a\xEF\xBF\xBD"
               "b");
    check_text("\"\\uD83Dx\"", JSON_LENIENT, "\xEF\xBF\xBDx");
    check_text("\"\\uD83D\\n\"", JSON_LENIENT, "\xEF\xBF\xBD\n");
    check_text("\"\\uD83D\\uD83D\\uDE80\"", JSON_LENIENT, "\xEF\xBF\xBD🚀");
    check_text("\"\\uDE80\\u0001\"", JSON_LENIENT, "\xEF\xBF\xBD\001");
    check_text("\"\\uD83D\\u0041\"", JSON_LENIENT,
               "\xEF\xBF\xBD"
               "A");
    check_text("\"bad\xff\xfe\xe4\xb8!\"", JSON_LENIENT, "bad\xff\xfe\xe4\xb8!");
}

static void test_names_are_decoded(void **state)
{
    struct json *tree = parsed("{\"q\\\"\\\\\\u0001\\u00e9\\u0000\": {\"\\n\": 1}}", JSON_STRICT);

    (void)state;
    assert_string_equal(json_key(json_first(tree)), "q\"\\\001é\xEF\xBF\xBD");
    assert_string_equal(json_key(json_first(json_first(tree))), "\n");
    json_free(tree);
}

static void test_errors_say_where_and_what(void **state)
{
    (void)state;
    check_refused("", JSON_STRICT, "not JSON: the text is empty");
    check_refused("<html>", JSON_LENIENT, "not JSON at byte 0: it begins with '<' (an HTML page?)");
    check_refused("\xEF\xBB\xBF{}", JSON_LENIENT, "not JSON at byte 0: it begins with a byte-order mark");
    check_refused("{\"a\": }", JSON_STRICT, "not JSON at byte 6: '}' where a value must stand");
    check_refused("{\"a\" 1}", JSON_STRICT, "not JSON at byte 5: '1' where ':' must stand");
    check_refused("[1 2]", JSON_STRICT, "not JSON at byte 3: '2' where ',' or ']' must stand");
    check_refused("{\"a\":1,}", JSON_STRICT, "not JSON at byte 7: '}' where a name must stand");
    check_refused("[01]", JSON_STRICT, "not JSON at byte 2: '1' where the number's end must stand");
    check_refused("[tru\x01]", JSON_STRICT, "not JSON at byte 4: byte 0x01 where true, false or null must stand");
    check_refused("{} x", JSON_STRICT, "not JSON at byte 3: 'x' where the end of the text must stand");
    check_refused("[\"a\nb\"]", JSON_STRICT, "not JSON at byte 3: a control character in a string");
    check_refused("[\"a\xff\"]", JSON_STRICT, "not JSON at byte 3: bytes that are not UTF-8 in a string");
    check_refused("[\"\\ud800\"]", JSON_STRICT, "not JSON at byte 8: half of a surrogate pair");
    check_refused("[\xff]", JSON_LENIENT, "not JSON at byte 1: byte 0xff where a value or ']' must stand");
    check_refused("{\"a\": [1", JSON_STRICT, "not JSON: the text ends inside a number, after byte 8");
    check_refused("{\"a\": [1,", JSON_STRICT, "not JSON: the text ends inside an array, after byte 9");
    check_refused("{\"a\": 1", JSON_STRICT, "not JSON: the text ends inside a number, after byte 7");
    check_refused("{\"a\":", JSON_STRICT, "not JSON: the text ends inside an object, after byte 5");
    check_refused("{\"a", JSON_STRICT, "not JSON: the text ends inside a string, after byte 3");
    check_refused("nul", JSON_STRICT, "not JSON: the text ends inside true, false or null, after byte 3");
    check_refused("-", JSON_STRICT, "not JSON: the text ends inside a number, after byte 1");
}

/* Wherever they stand: the scanner looks at eight bytes at once. */
static void test_each_control_byte_is_refused(void **state)
{
    (void)state;
    for (int c = 0; c < 0x20; c++) {
        for (size_t at = 1; at < 20; at++) {
            char text[] = "\"0123456789abcdefghij\"";

            text[at] = (char)c;
            assert_null(json_parse(text, sizeof text - 1, JSON_LENIENT, NULL));
        }
    }
    check_text("\"0123\x7f"
               "56789 !#[]^`~\"",
               JSON_STRICT,
               "0123\x7f"
               "56789 !#[]^`~");
}

/* --- writing --- */

static void test_writing_puts_the_commas(void **state)
{
    struct buf out = buf_make(1000);
    struct json_writer w = json_writer_make(&out);

    (void)state;
    json_open_object(&w);
    json_put_key(&w, "a");
    json_open_array(&w);
    json_put_int(&w, INT64_MIN);
    json_open_object(&w);
    json_close_object(&w);
    json_open_array(&w);
    json_close_array(&w);
    json_put_null(&w);
    json_close_array(&w);
    json_put_key(&w, "b\"");
    json_put_bool(&w, true);
    json_put_key(&w, "c");
    json_put_str(&w, "x");
    json_close_object(&w);
    assert_string_equal(buf_str(&out), "{\"a\":[-9223372036854775808,{},[],null],\"b\\\"\":true,\"c\":\"x\"}");
    assert_int_equal(w.err.kind, ERR_NONE);
    buf_release(&out);
}

static void check_written(const char *bytes, size_t n, const char *wanted, bool lossy)
{
    struct buf out = buf_make(1000);
    struct json_writer w = json_writer_make(&out);

    assert_int_equal(json_put_text(&w, text_from(bytes, n)), lossy);
    assert_string_equal(buf_str(&out), wanted);

    /* What was written reads back, byte by byte, where nothing was lost. */
    struct json *tree = parsed(buf_str(&out), JSON_STRICT);
    struct safe_text back;
    assert_true(json_text(tree, &back));
    if (!lossy && memchr(bytes, '\0', n) == NULL)
        assert_true(text_equal(back, text_from(bytes, n)));
    json_free(tree);
    buf_release(&out);
}

static void test_written_text_is_valid_and_safe(void **state)
{
    (void)state;
    check_written("", 0, "\"\"", false);
    check_written("a\"b\\c/", 6, "\"a\\\"b\\\\c/\"", false);
    check_written("\x1b[31m\n", 6, "\"\\u001b[31m\\u000a\"", false);
    check_written("\x7f\xc2\x9b", 3, "\"\\u007f\\u009b\"", false);
    check_written("rtl\xe2\x80\xae", 6, "\"rtl\\u202e\"", false);
    check_written("\xf3\xa0\x81\xa1", 4, "\"\\udb40\\udc61\"", false);
    check_written("中文🚀", 10, "\"中文🚀\"", false);
    check_written("a\0b", 3, "\"a\\u0000b\"", false);
    check_written("bad\xff\xfe", 5, "\"bad\xEF\xBF\xBD\xEF\xBF\xBD\"", true);
    check_written("\xe4\xb8", 2, "\"\xEF\xBF\xBD\xEF\xBF\xBD\"", true);
    check_written("\001"
                  "17",
                  3, "\"\\u000117\"", false);
}

static void check_real(double v, const char *wanted)
{
    struct buf out = buf_make(100);
    struct json_writer w = json_writer_make(&out);

    json_put_real(&w, v);
    assert_string_equal(buf_str(&out), wanted);
    buf_release(&out);
}

static void check_reals(void)
{
    check_real(0, "0");
    check_real(1.5, "1.5");
    check_real(0.1, "0.1");
    check_real(1.0 / 3, "0.3333333333333333");
    check_real(0.1 + 0.2, "0.30000000000000004");
    check_real(-1e300, "-1e+300");
    check_real(5e-324, "4.94065645841247e-324");
    check_real((double)NAN, "null");
    check_real((double)-INFINITY, "null");
}

static void test_reals_are_short_and_read_back(void **state)
{
    (void)state;
    check_reals();
}

static void test_a_locale_moves_no_point(void **state)
{
    static const char *const names[] = {"de_DE.UTF-8", "de_DE.utf8", "fr_FR.UTF-8", "ru_RU.UTF-8"};
    const char *set = NULL;
    double value;

    (void)state;
    for (size_t i = 0; i < sizeof names / sizeof *names && set == NULL; i++)
        set = setlocale(LC_NUMERIC, names[i]);
    if (set == NULL) {
        printf("no locale with a decimal comma is installed: the point was tested in the locale C alone\n");
        return;
    }
    check_reals();
    struct json *tree = parsed("0.1000000000000000055511151231257827", JSON_STRICT);
    assert_true(json_real(tree, &value));
    assert_true(value == 0.1);
    json_free(tree);
    setlocale(LC_NUMERIC, "C");
}

static void test_a_full_buffer_is_told_at_the_end(void **state)
{
    struct buf out = buf_make(8);
    struct json_writer w = json_writer_make(&out);

    (void)state;
    json_open_array(&w);
    json_put_str(&w, "0123456789");
    json_put_int(&w, 1);
    json_close_array(&w);
    assert_int_equal(w.err.kind, ERR_INPUT);
    buf_release(&out);
}

static void test_writing_too_deep_is_an_error(void **state)
{
    struct buf out = buf_make(1000);
    struct json_writer w = json_writer_make(&out);

    (void)state;
    for (int i = 0; i < 63; i++)
        json_open_array(&w);
    assert_int_equal(w.err.kind, ERR_NONE);
    json_open_array(&w);
    assert_int_equal(w.err.kind, ERR_INPUT);
    buf_release(&out);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_walking_a_tree),
        cmocka_unit_test(test_what_is_absent_chains),
        cmocka_unit_test(test_names_are_case_sensitive_and_the_last_wins),
        cmocka_unit_test(test_integers_are_exact),
        cmocka_unit_test(test_reals_are_the_nearest),
        cmocka_unit_test(test_identifiers_keep_their_digits),
        cmocka_unit_test(test_a_string_is_never_a_number),
        cmocka_unit_test(test_strings_are_decoded),
        cmocka_unit_test(test_names_are_decoded),
        cmocka_unit_test(test_errors_say_where_and_what),
        cmocka_unit_test(test_each_control_byte_is_refused),
        cmocka_unit_test(test_writing_puts_the_commas),
        cmocka_unit_test(test_written_text_is_valid_and_safe),
        cmocka_unit_test(test_reals_are_short_and_read_back),
        cmocka_unit_test(test_a_locale_moves_no_point),
        cmocka_unit_test(test_a_full_buffer_is_told_at_the_end),
        cmocka_unit_test(test_writing_too_deep_is_an_error),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
