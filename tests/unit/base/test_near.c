#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "base/near.h"

static const char *word_at(size_t i)
{
    static const char *const words[] = {"get", "set", "status", "collect", NULL};
    return words[i];
}

static const char *nothing_at(size_t i)
{
    (void)i;
    return NULL;
}

static void test_slips_of_the_fingers(void **state)
{
    (void)state;
    assert_string_equal(near_word("get", word_at), "get");
    assert_string_equal(near_word("gte", word_at), "get");
    assert_string_equal(near_word("xet", word_at), "get"); /* as near to both: the first */
    assert_string_equal(near_word("statsu", word_at), "status");
    assert_string_equal(near_word("colect", word_at), "collect");
    assert_string_equal(near_word("collects", word_at), "collect");
}

static void test_what_is_far(void **state)
{
    (void)state;
    char endless[5000];
    assert_null(near_word("console", word_at));
    assert_null(near_word("", word_at));
    assert_null(near_word("get", nothing_at));
    memset(endless, 'g', sizeof endless - 1);
    endless[sizeof endless - 1] = '\0';
    assert_null(near_word(endless, word_at));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_slips_of_the_fingers),
        cmocka_unit_test(test_what_is_far),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
