#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "domain/phrase.h"

/* The sentence of another pattern with the arguments that are found in a text; "?" when the text is no such sentence. */
static const char *said(const char *pattern, const char *text, const char *other)
{
    static char out[256];
    struct buf b = buf_make(sizeof out - 1);
    struct phrase p;

    if (phrase_match(pattern, text, &p))
        phrase_put(other, &p, &b);
    else
        buf_puts(&b, "?", NULL);
    memcpy(out, buf_str(&b), b.len + 1);
    buf_release(&b);
    return out;
}

static void a_sentence_is_taken_apart_and_said_otherwise(void **state)
{
    (void)state;
    assert_string_equal(said("%s of %s paths lit", "9 of 13 paths lit", "在用 %s/%s"), "在用 9/13");
    assert_string_equal(said("%s of %s paths lit", "9 of 13 paths lit", "%2$s: %1$s"), "13: 9");
    assert_string_equal(said("no path lit", "no path lit", "全断"), "全断");
    assert_string_equal(said("%s %% used %s %s %%", "97 % used > 90 %", "[%s|%s|%s] %%"), "[97|>|90] %");
    assert_string_equal(said("down: %s", "down: fan: stopped", "<%s>"), "<fan: stopped>");
    assert_string_equal(said("%s (was %s)", "a (was b)", "%s<%s"), "a<b");
    assert_string_equal(said("%s!", "a!", "%s"), "a");
}

static void what_is_no_such_sentence_is_none(void **state)
{
    (void)state;
    assert_string_equal(said("%s of %s paths lit", "9 of 13 paths dark", ""), "?");
    assert_string_equal(said("%s of %s paths lit", "9 paths lit", ""), "?");
    assert_string_equal(said("%s of %s paths lit", "9 of 13 paths lit again", ""), "?");
    assert_string_equal(said("no path lit", "no path", ""), "?");
    assert_string_equal(said("no path lit", "no path lit at all", ""), "?");
    assert_string_equal(said("loss %s %%", "loss 3", ""), "?");
    assert_string_equal(said("", "a", ""), "?");
}

static void arguments_are_never_taken_for_patterns(void **state)
{
    (void)state;
    assert_string_equal(said("down: %s", "down: %s%n%2$s", "%s, %s, %9$s, %d %"), "%s%n%2$s, , , %d %");
}

static void more_arguments_than_there_is_room_for_are_none(void **state)
{
    (void)state;
    struct phrase p = {0};

    assert_string_equal(said("%s %s %s %s %s", "a b c d e", ""), "?");
    for (int i = 0; i < PHRASE_ARGS_MAX; i++)
        assert_true(phrase_add(&p, "x", 1));
    assert_false(phrase_add(&p, "x", 1));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_sentence_is_taken_apart_and_said_otherwise),
        cmocka_unit_test(what_is_no_such_sentence_is_none),
        cmocka_unit_test(arguments_are_never_taken_for_patterns),
        cmocka_unit_test(more_arguments_than_there_is_room_for_are_none),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
