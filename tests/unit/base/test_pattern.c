#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "base/pattern.h"

static bool matches(const char *expr, bool fold, const char *subject)
{
    struct err err = {0};
    struct pattern *p = pattern_new(expr, fold, &err);
    if (!p)
        fail_msg("%s", err.text);
    bool found = pattern_match(p, text_of(subject));
    pattern_free(p);
    return found;
}

static void test_matching(void **state)
{
    (void)state;
    assert_true(matches("train-[0-9]+", false, "llm-train-17"));
    assert_false(matches("^train", false, "llm-train-17"));
    assert_false(matches("TRAIN", false, "llm-train-17"));
    assert_true(matches("TRAIN", true, "llm-train-17"));
    assert_true(matches("", false, ""));
    assert_true(matches("^$", false, ""));
    assert_true(matches("韶关", false, "在韶关的"));
    assert_true(matches("^韶.$", false, "韶关"));
    assert_true(matches("ÄRGER", true, "ärger"));
}

static void test_subjects_that_are_not_utf8(void **state)
{
    (void)state;
    assert_true(matches("a.b", false,
                        "xa\xff"
                        "b"));
    assert_true(matches("end$", false,
                        "\xe9\x9f"
                        "end"));
    assert_true(matches("韶", false, "\xff韶\xff"));
    struct pattern *p = pattern_new("b", false, NULL);
    assert_true(pattern_match(p, text_from("a\0b", 3)));
    assert_false(pattern_match(p, text_from(NULL, 0)));
    pattern_free(p);
}

static void finds(const char *expr, const char *subject, const char *want)
{
    struct pattern *p = pattern_new(expr, false, NULL);
    struct safe_text found = text_of("nothing");
    assert_int_equal(pattern_find(p, text_of(subject), &found), want != NULL);
    assert_true(text_is(found, want ? want : "nothing"));
    pattern_free(p);
}

static void test_what_was_found(void **state)
{
    (void)state;
    finds("^(.*-r[0-9]+)n[0-9]+$", "fra-r05n03", "fra-r05");
    finds("r[0-9]+", "fra-r05n03", "r05");
    finds("^(x)?fra", "fra-r05n03", "fra"); /* its group takes no part */
    finds("(a)|(r[0-9]+)", "r05", "r05");
    finds("^(.*)-n", "node17", NULL);
    finds("()", "node17", "");
}

static void test_bad_patterns(void **state)
{
    (void)state;
    static const struct {
        const char *expr;
        const char *where;
    } bad[] = {{"a(b", "at character 4"},  {"[z-a]", "at character"}, {"*", "at character 1"},
               {"(?C1)(", "at character"}, {"\xff(", "bad pattern"},  {"(*UTF)a", "bad pattern"},
               {"\\C", "bad pattern"}};
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        struct err err = {0};
        assert_null(pattern_new(bad[i].expr, false, &err));
        assert_int_equal(err.kind, ERR_INPUT);
        if (!strstr(err.text, bad[i].where))
            fail_msg("%s", err.text);
    }
    static char endless[5000];
    memset(endless, 'a', sizeof endless - 1);
    assert_null(pattern_new(endless, false, NULL));
    pattern_free(NULL);
}

/* Without limits each of these runs for years; that the test ends is what it asserts. */
static void test_explosions_end(void **state)
{
    (void)state;
    static char long_one[1 << 20];
    memset(long_one, 'a', sizeof long_one - 2);
    long_one[sizeof long_one - 2] = '!';
    assert_false(matches("^(a+)+$", false, "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa!"));
    assert_false(matches("(a+)+$", false, long_one));
    assert_false(matches("a*a*a*a*a*a*b", false, long_one));
    assert_false(matches("(?:(?:a|a)*)*b", false, long_one));
    assert_false(matches("(?R)?b(?R)", false, long_one));
}

/* Twenty letters cost the first alternative a million steps: the second, which would match, is never reached. */
static void test_the_limit_is_no_match(void **state)
{
    (void)state;
    assert_true(matches("^(?:(a+)+b|a+!)$", false, "aaaaa!"));
    assert_false(matches("^(?:(a+)+b|a+!)$", false, "aaaaaaaaaaaaaaaaaaaa!"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_matching),       cmocka_unit_test(test_subjects_that_are_not_utf8),
        cmocka_unit_test(test_what_was_found), cmocka_unit_test(test_bad_patterns),
        cmocka_unit_test(test_explosions_end), cmocka_unit_test(test_the_limit_is_no_match),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
