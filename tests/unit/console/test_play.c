#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "console/play.h"

static const struct play_step steps[] = {
    {0, "well", ""}, {6000, "cut", "1 W"}, {6000, "again", ""}, {9000, "late", "Esc"}};
enum { STEPS = sizeof steps / sizeof *steps, T0 = 100000 };

static void keys_by_their_names(void **state)
{
    struct err err = {0};
    uint32_t keys[PLAY_KEYS_MAX];
    (void)state;
    assert_int_equal(play_keys(&steps[0], keys, &err), 0);
    assert_int_equal(play_keys(&(struct play_step){0, "", "  1 Enter  C-d "}, keys, &err), 3);
    assert_int_equal(keys[0], '1');
    assert_int_equal(keys[2], 4);
    assert_int_equal(play_keys(&(struct play_step){0, "", "1 Entre"}, keys, &err), -1);
    assert_string_equal(err.text, "there is no key 'Entre'");
    err = (struct err){0};
    assert_int_equal(play_keys(&(struct play_step){0, "", "1 2 3 4 5 6 7 8 9"}, keys, &err), -1);
    assert_string_equal(err.text, "the key '9' is one too many");
}

static void each_step_once_and_in_its_time(void **state)
{
    struct play p = {.steps = steps, .count = STEPS};
    (void)state;
    assert_null(play_due(&p, T0)); /* it has not begun */
    play_begin(&p, T0);
    assert_ptr_equal(play_due(&p, T0), &steps[0]);
    assert_null(play_due(&p, T0 + 5999));
    assert_string_equal(play_caption(&p), "well");
    assert_ptr_equal(play_due(&p, T0 + 7000), &steps[1]);
    assert_ptr_equal(play_due(&p, T0 + 7000), &steps[2]);
    assert_null(play_due(&p, T0 + 7000));
    play_begin(&p, T0 + 8000); /* once */
    assert_ptr_equal(play_due(&p, T0 + 20000), &steps[3]);
    assert_string_equal(play_caption(&p), "late");
    assert_null(play_due(&p, T0 + 9000 + PLAY_LAST_MS));
    assert_true(p.running); /* a late one stands as long as it would have */
    assert_null(play_due(&p, T0 + 20000 + PLAY_LAST_MS));
    assert_false(p.running);
    assert_false(p.again);
    assert_null(play_caption(&p));
}

/* A plan takes as long as it takes: what follows comes as much later. */
static void it_stands_still_while_it_waits(void **state)
{
    struct play p = {.steps = steps, .count = STEPS};
    (void)state;
    play_begin(&p, T0);
    assert_non_null(play_due(&p, T0));
    play_wait(&p, true, T0 + 5000);
    play_wait(&p, true, T0 + 7000);
    assert_null(play_due(&p, T0 + 9000));
    play_wait(&p, false, T0 + 9000);
    assert_null(play_due(&p, T0 + 9999));
    assert_ptr_equal(play_due(&p, T0 + 10000), &steps[1]);
}

static void a_loop_begins_anew(void **state)
{
    struct play p = {.steps = steps, .count = 1, .loop = true};
    (void)state;
    play_begin(&p, T0);
    assert_non_null(play_due(&p, T0));
    assert_null(play_due(&p, T0 + PLAY_LAST_MS));
    assert_true(p.again);
}

static void any_key_ends_it(void **state)
{
    struct play p = {.steps = steps, .count = STEPS, .loop = true};
    (void)state;
    play_begin(&p, T0);
    assert_non_null(play_due(&p, T0));
    assert_false(play_key(&p));
    assert_null(play_due(&p, T0 + 100000));
    assert_false(p.again);
    assert_true(play_key(&p));
}

static const char *score(const struct play *p, struct buf *b)
{
    buf_clear(b);
    play_score(p, "cable", b);
    return buf_str(b);
}

static void a_drill_is_scored(void **state)
{
    struct play p = {0};
    struct buf b = buf_make(512);
    (void)state;
    play_look(&p, &(struct verdict){.severity = SEVERITY_OK}, T0);
    play_told(&p, T0 + 1000); /* of nothing */
    assert_string_equal(score(&p, &b), "drill cable: nothing broke while you watched; 0 keys, 0 orders refused");
    play_look(&p, &(struct verdict){.severity = SEVERITY_CRIT, .crit = 1}, T0 + 10000);
    assert_true(play_key(&p));
    play_refused(&p);
    assert_string_equal(score(&p, &b),
                        "drill cable: acknowledged not, first bulletin not, relief not; 1 keys, 1 orders refused");
    play_look(&p, &(struct verdict){.severity = SEVERITY_CRIT, .acked = 1}, T0 + 24000);
    play_told(&p, T0 + 31400);
    play_told(&p, T0 + 50000);
    play_look(&p, &(struct verdict){.severity = SEVERITY_WARN, .acked = 1}, T0 + 90000);
    play_look(&p, &(struct verdict){.severity = SEVERITY_CRIT, .crit = 1}, T0 + 95000);
    assert_string_equal(
        score(&p, &b),
        "drill cable: acknowledged after 14 s, first bulletin after 21 s, relief after 80 s; 1 keys, 1 orders refused");
    buf_release(&b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(keys_by_their_names),
        cmocka_unit_test(each_step_once_and_in_its_time),
        cmocka_unit_test(it_stands_still_while_it_waits),
        cmocka_unit_test(a_loop_begins_anew),
        cmocka_unit_test(any_key_ends_it),
        cmocka_unit_test(a_drill_is_scored),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
