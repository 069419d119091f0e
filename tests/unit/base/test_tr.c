#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <langinfo.h>
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/tr.h"
#include "zh.h"

static const char *start(const char *all, const char *lang_var, const char *language, const char *option)
{
    unsetenv("LC_MESSAGES");
    unsetenv("LC_CTYPE");
    setenv("LC_ALL", all, 1);
    setenv("LANG", lang_var, 1);
    setenv("LANGUAGE", language, 1);
    return tr_init(option, "/nonexistent");
}

static void test_language(void **state)
{
    (void)state;
    static const struct {
        const char *all, *lang, *language, *option;
        int zh;
    } rows[] = {
        {"", "", "", "auto", 0},
        {"C.UTF-8", "", "zh_CN", "auto", 1},
        {"C", "", "zh_CN", "auto", 1},
        {"", "zh_CN", "", "auto", 1},
        {"", "zh_CN.UTF-8", "en", "auto", 0},
        {"C", "zh_CN.UTF-8", "", "auto", 0},
        {"", "zh_CN.UTF-8", "", "en", 0},
        {"C", "C", "en", "zh", 1},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        start(rows[i].all, rows[i].lang, rows[i].language, rows[i].option);
        assert_int_equal(tr_is_zh(), rows[i].zh);
    }
}

static void test_without_a_catalogue_texts_stay(void **state)
{
    (void)state;
    start("C.UTF-8", "", "", "zh");
    assert_string_equal(tr("jobs"), "jobs");
    assert_string_equal(tr(""), "");
}

/* Without the "key", a word of two meanings would be another one. */
static void test_words_by_their_context(void **state)
{
    char longest[400];
    (void)state;
    memset(longest, 'x', sizeof longest - 1);
    longest[sizeof longest - 1] = '\0';
    zh_begin();
    assert_string_equal(tr_of("key", "up"), "上级");
    assert_string_equal(tr_of("state", "up"), "正常");
    assert_string_equal(tr_of("state", "no such word"), "no such word");
    assert_string_equal(tr_of("state", ""), "");
    assert_string_equal(tr_of("state", longest), longest);
    assert_string_equal(tr("Jobs"), "作业");
    zh_end();
    assert_string_equal(tr_of("key", "up"), "up");
}

static void test_a_locale_that_is_missing_is_said_and_replaced(void **state)
{
    (void)state;
    const char *said = start("xx_XX.UTF-8", "", "", "en");
    assert_non_null(said);
    assert_non_null(strstr(said, "xx_XX.UTF-8"));
    assert_string_equal(nl_langinfo(CODESET), "UTF-8");
    assert_null(start("C", "", "", "en"));
    assert_string_equal(nl_langinfo(CODESET), "UTF-8");
    assert_null(start("C.UTF-8", "", "", "en"));
}

/* Numbers keep their point, months in the system's log their English names. */
static void test_files_are_written_as_in_c(void **state)
{
    (void)state;
    start("C.UTF-8", "", "", "en");
    assert_string_equal(setlocale(LC_NUMERIC, NULL), "C");
    assert_string_equal(setlocale(LC_TIME, NULL), "C");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_language),
        cmocka_unit_test(test_without_a_catalogue_texts_stay),
        cmocka_unit_test(test_words_by_their_context),
        cmocka_unit_test(test_a_locale_that_is_missing_is_said_and_replaced),
        cmocka_unit_test(test_files_are_written_as_in_c),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
