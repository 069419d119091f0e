#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "base/err.h"

static void test_set_is_false_and_clears_what_was(void **state)
{
    (void)state;
    struct err err = {0};
    assert_int_equal(err_status(&err), 0);
    assert_false(err_set(&err, ERR_INPUT, "cannot read '%s'", "x"));
    assert_false(err_hint(&err, "chmod %o", 0600U));
    assert_false(err_exit(&err, 78));
    assert_string_equal(err.text, "cannot read 'x'");
    assert_string_equal(err.hint, "chmod 600");
    assert_int_equal(err_status(&err), 78);
    err_set(&err, ERR_TRANSIENT, "later");
    assert_string_equal(err.hint, "");
    assert_int_equal(err_status(&err), 69);
}

static void test_status_by_kind(void **state)
{
    (void)state;
    static const struct {
        enum err_kind kind;
        int status;
        const char *name;
    } rows[] = {{ERR_NONE, 0, "none"},
                {ERR_INPUT, 65, "input"},
                {ERR_TRANSIENT, 69, "transient"},
                {ERR_REFUSED, 77, "refused"},
                {ERR_CORRUPT, 76, "corrupt"}};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct err err = {.kind = rows[i].kind};
        assert_int_equal(err_status(&err), rows[i].status);
        assert_string_equal(err_kind_name(rows[i].kind), rows[i].name);
    }
    assert_int_equal(err_status(NULL), 0);
}

static void test_null_is_accepted(void **state)
{
    (void)state;
    assert_false(err_set(NULL, ERR_INPUT, "x"));
    assert_false(err_hint(NULL, "x"));
    assert_false(err_exit(NULL, 1));
    assert_false(err_prefix(NULL, "x"));
}

static void test_prefix_keeps_the_rest(void **state)
{
    (void)state;
    struct err err = {0};
    err_set(&err, ERR_REFUSED, "no");
    err_hint(&err, "ask");
    err_exit(&err, 75);
    err_prefix(&err, "source '%s'", "fra");
    assert_string_equal(err.text, "source 'fra': no");
    assert_string_equal(err.hint, "ask");
    assert_int_equal(err_status(&err), 75);
    assert_int_equal(err.kind, ERR_REFUSED);
}

static void test_own_text_as_argument(void **state)
{
    (void)state;
    struct err err = {0};
    err_set(&err, ERR_INPUT, "inner");
    err_set(&err, ERR_INPUT, "outer: %s", err.text);
    assert_string_equal(err.text, "outer: inner");
}

/* Whatever the offset, a cut text never ends inside a character. */
static void test_cut_at_a_character(void **state)
{
    (void)state;
    static const char *const characters[] = {"é", "韶", "🙂"};
    for (size_t c = 0; c < 3; c++)
        for (size_t lead = 0; lead < 4; lead++) {
            char text[ERR_TEXT_MAX * 2] = "abc";
            text[lead] = '\0';
            for (size_t len = lead; len < ERR_TEXT_MAX + 20; len += strlen(characters[c]))
                memcpy(text + len, characters[c], strlen(characters[c]) + 1);
            struct err err = {0};
            err_set(&err, ERR_INPUT, "%s", text);
            size_t size = strlen(characters[c]);
            assert_int_equal((strlen(err.text) - lead) % size, 0);
            assert_true(strlen(err.text) + size > ERR_TEXT_MAX - 1);
            err_hint(&err, "%s", text);
            assert_int_equal((strlen(err.hint) - lead) % size, 0);
            err_prefix(&err, "p");
            assert_int_equal((strlen(err.text) - lead - 3) % size, 0);
        }
}

static void test_whole_characters_and_stray_bytes_stay(void **state)
{
    (void)state;
    struct err err = {0};
    char text[ERR_TEXT_MAX + 8];
    memset(text, 'a', sizeof text);
    memcpy(text + ERR_TEXT_MAX - 4, "韶", 3); /* ends exactly where the text does */
    text[sizeof text - 1] = '\0';
    err_set(&err, ERR_INPUT, "%s", text);
    assert_int_equal(strlen(err.text), ERR_TEXT_MAX - 1);
    memset(text, 0x80, sizeof text - 1); /* continuation bytes without a lead are not ours to mend */
    err_set(&err, ERR_INPUT, "%s", text);
    assert_int_equal(strlen(err.text), ERR_TEXT_MAX - 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_set_is_false_and_clears_what_was),
        cmocka_unit_test(test_status_by_kind),
        cmocka_unit_test(test_null_is_accepted),
        cmocka_unit_test(test_prefix_keeps_the_rest),
        cmocka_unit_test(test_own_text_as_argument),
        cmocka_unit_test(test_cut_at_a_character),
        cmocka_unit_test(test_whole_characters_and_stray_bytes_stay),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
