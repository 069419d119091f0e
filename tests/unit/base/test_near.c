#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "base/near.h"

static const char *word_at(const void *ctx, size_t i)
{
    return ((const char *const *)ctx)[i];
}

static const char *const words[] = {"get", "set", "status", "collect", "id", NULL};

static const char *const nothing[] = {NULL};

static void test_slips_of_the_fingers(void **state)
{
    (void)state;
    assert_string_equal(near_word("get", word_at, words), "get");
    assert_string_equal(near_word("gte", word_at, words), "get");
    assert_string_equal(near_word("xet", word_at, words), "get"); /* as near to both: the first */
    assert_string_equal(near_word("statsu", word_at, words), "status");
    assert_string_equal(near_word("colect", word_at, words), "collect");
    assert_string_equal(near_word("collects", word_at, words), "collect");
    assert_string_equal(near_word("xollekt", word_at, words), "collect"); /* two letters */
    assert_string_equal(near_word("sttauts", word_at, words), "status");  /* two swaps */
    assert_string_equal(near_word("di", word_at, words), "id");
}

static void test_what_is_far(void **state)
{
    (void)state;
    char endless[5000];
    assert_null(near_word("console", word_at, words));
    assert_null(near_word("", word_at, words));
    assert_null(near_word("x", word_at, words)); /* no letter of it is in any of them */
    assert_string_equal(near_word("xd", word_at, words), "id");
    assert_null(near_word("geese", word_at, words)); /* three edits from "get" */
    assert_null(near_word("gxx", word_at, words));   /* two of three letters are not near */
    assert_null(near_word("get", word_at, nothing));
    memset(endless, 'g', sizeof endless - 1);
    endless[sizeof endless - 1] = '\0';
    assert_null(near_word(endless, word_at, words));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_slips_of_the_fingers),
        cmocka_unit_test(test_what_is_far),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
