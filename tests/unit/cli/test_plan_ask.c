#include <setjmp.h> /* cmocka wants it */
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "cli/plan_ask.h"

/* From a command line to what a plan is asked for. */

static const int64_t now_ms = INT64_C(1795000000000);

static bool read_ask(const struct options *o, struct arena *arena, struct plan_ask *ask, struct err *err)
{
    *err = (struct err){0};
    return plan_ask_read(o, now_ms, arena, ask, err);
}

static void nothing_asked_is_the_presets(void **state)
{
    const struct options o = {.max_moves = -1, .horizon = -1, .seconds = -1, .seed = -1};
    struct arena arena = {0};
    struct plan_ask ask;
    struct err err;
    (void)state;
    assert_true(read_ask(&o, &arena, &ask, &err));
    assert_true(text_empty(ask.drain) && text_empty(ask.lost) && text_empty(ask.only_queue) && text_empty(ask.from));
    assert_int_equal(ask.max_moves, -1);
    assert_int_equal(ask.horizon_s + (int64_t)ask.seed + (int64_t)ask.prices + (int64_t)ask.exclusions, 0);
    assert_true(ask.weight_cost >= 1 && ask.weight_cost <= 1 && ask.weight_carbon <= 0 && ask.seconds <= 0);
    arena_release(&arena);
}

static void all_is_taken(void **state)
{
    const char *excludes[] = {"a>b", "a/7"};
    const struct options o = {.drain = "SHG",
                              .by = "2026-11-21T18:00:00Z",
                              .lost = "A>B",
                              .only_queue = "a/q",
                              .pair = "a>b",
                              .price = "QY=0.31,SHG=0.62",
                              .weights = "carbon=0.1,cost=2",
                              .max_moves = 7,
                              .horizon = 1800,
                              .seconds = 0.5,
                              .seed = 11,
                              .excludes = excludes,
                              .exclude_count = 2};
    struct arena arena = {0};
    struct plan_ask ask;
    struct err err;
    (void)state;
    assert_true(read_ask(&o, &arena, &ask, &err));
    assert_true(text_is(ask.drain, "SHG") && text_is(ask.lost, "A>B") && text_is(ask.only_queue, "a/q"));
    assert_true(text_is(ask.from, "a") && text_is(ask.to, "b"));
    assert_int_equal(ask.by_ms, INT64_C(1795284000000));
    assert_int_equal(ask.prices, 2);
    assert_true(text_is(ask.price[1].cluster, "SHG"));
    assert_true(ask.price[1].price_cny_kwh > 0.61 && ask.price[1].price_cny_kwh < 0.63);
    assert_true(ask.weight_cost > 1.9 && ask.weight_carbon > 0.09 && ask.weight_carbon < 0.11);
    assert_int_equal(ask.max_moves, 7);
    assert_int_equal(ask.horizon_s, 1800);
    assert_int_equal(ask.seed, 11);
    assert_int_equal(ask.exclusions, 2);
    assert_true(text_is(ask.excluded[1], "a/7"));
    arena_release(&arena);
}

/* What makes no sense is refused with the option's name and an example. */
static void nonsense_is_refused(void **state)
{
    static const struct {
        struct options o;
        const char *option, *hint;
    } cases[] = {
        {{.price = "QY"}, "--price", "QY=0.31"},
        {{.price = "QY=x"}, "--price", "QY=0.31"},
        {{.price = "QY=-1"}, "--price", "QY=0.31"},
        {{.price = "QY=nan"}, "--price", "QY=0.31"},
        {{.price = "QY=1e300"}, "--price", "QY=0.31"},
        {{.price = "=1"}, "--price", "QY=0.31"},
        {{.price = "QY=1,,SHG=2"}, "--price", "QY=0.31"},
        {{.weights = "money=1"}, "--weights", "cost=1"},
        {{.weights = "cost"}, "--weights", "cost=1"},
        {{.weights = "cost=1;carbon=2"}, "--weights", "cost=1"},
        {{.pair = "a"}, "--pair", "FROM>TO"},
        {{.pair = "a>"}, "--pair", "FROM>TO"},
        {{.pair = ">b"}, "--pair", "FROM>TO"},
        {{.by = "18:00"}, "--by", "--drain"},
        {{.drain = "SHG", .by = "soon"}, "soon", "18:00"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct arena arena = {0};
        struct plan_ask ask;
        struct err err;
        if (read_ask(&cases[i].o, &arena, &ask, &err))
            fail_msg("case %zu is taken", i);
        if (!strstr(err.text, cases[i].option) || !strstr(err.hint, cases[i].hint) || err_status(&err) != 64)
            fail_msg("case %zu: %s; %s (%d)", i, err.text, err.hint, err_status(&err));
        arena_release(&arena);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(nothing_asked_is_the_presets), cmocka_unit_test(all_is_taken),
                                       cmocka_unit_test(nonsense_is_refused)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
