#include <setjmp.h> /* cmocka wants it */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "unit/domain/plan_bench.h"

/* The collector's checks of transfers that a plan holds: the transfer and its link as they are now. */

static const int64_t now_ms = 1000000;

struct standing {
    struct row transfer, link;
    struct plan_hold hold;
    bool gone;
};

static struct standing standing(void)
{
    struct standing w = {.transfer = {.kind = KIND_TRANSFER, .id = text_of("x/1")},
                         .link = {.kind = KIND_LINK, .id = text_of("A>B")}};
    w.transfer.cells[TRANSFER_STATE] = value_text(text_of("running"));
    w.transfer.cells[TRANSFER_HOLDABLE] = value_bool(true);
    w.transfer.cells[TRANSFER_RATE_GBPS] = value_real(100);
    w.transfer.cells[TRANSFER_ETA] = value_time(now_ms + 60000);
    w.transfer.cells[TRANSFER_DEADLINE_AT] = value_time(now_ms + 200000);
    w.link.cells[LINK_STATE] = value_text(text_of("up"));
    w.link.cells[LINK_CAPACITY_GBPS] = value_real(400);
    w.link.cells[LINK_USED_PCT] = value_real(95);
    w.hold = (struct plan_hold){.what = text_of("hold"),
                                .transfer = text_of("x/1"),
                                .link = text_of("A>B"),
                                .rate_gbps = 100,
                                .until_ms = now_ms + 120000};
    return w;
}

/* Whether the check of that name holds. */
static bool holds(struct standing *w, const char *name, char words[200])
{
    struct plan_move move = {.from = text_of("a"), .to = text_of("b"), .link = text_of("A>B"), .data_gb = 5};
    struct plan p = {.holds = &w->hold, .hold_count = 1, .moves = &move, .move_count = 1};
    struct plan_limits limits = plan_limits_preset();
    struct plan_check all[PLAN_CHECKS_MAX];
    struct arena arena = {0};
    struct plan_checker *c = plan_check_new(&p);
    bool ok = false, met = false;

    if (!w->gone)
        plan_check_take(c, &w->transfer);
    plan_check_take(c, &w->link);
    size_t n = plan_check_run(c, &limits, now_ms, &arena, all);
    for (size_t i = 0; i < n; i++)
        if (text_is(all[i].name, name)) {
            met = true;
            ok = all[i].ok;
            text_show_in(all[i].words, words, 200);
        }
    assert_true(met);
    plan_check_free(c);
    arena_release(&arena);
    return ok;
}

static void test_a_hold_is_checked_by_what_is_now(void **state)
{
    char words[200];
    struct standing w = standing();

    (void)state;
    assert_true(holds(&w, "transfers_now", words));
    w.gone = true;
    assert_false(holds(&w, "transfers_now", words));
    assert_string_equal(words, "x/1: there is no such transfer any more");
    w.hold.excluded = true;
    assert_true(holds(&w, "transfers_now", words));
    w = standing();
    w.transfer.stale = true;
    assert_false(holds(&w, "transfers_now", words));
    w = standing();
    w.transfer.cells[TRANSFER_STATE] = value_text(text_of("done"));
    assert_false(holds(&w, "transfers_now", words));
    w = standing();
    w.transfer.cells[TRANSFER_HOLDABLE] = value_none();
    assert_false(holds(&w, "transfers_now", words));
    w = standing();
    w.transfer.cells[TRANSFER_JOB] = value_text(text_of("b/7"));
    assert_false(holds(&w, "transfers_now", words));
    w = standing();
    w.transfer.cells[TRANSFER_DEADLINE_AT] = value_time(now_ms + 170000); /* 60 s to go and 120 s that it stands */
    assert_false(holds(&w, "transfers_now", words));
    assert_string_equal(words, "x/1: it would miss its deadline");
}

/* Data of jobs may take what the plan's own holds leave: 85 % less 25 is under 80; less 2 is not. */
static void test_data_take_what_they_leave(void **state)
{
    struct plan_check checks[PLAN_CHECKS_MAX];
    struct bench b;
    struct plan_hold hold = standing().hold;

    (void)state;
    for (int round = 0; round < 3; round++) {
        struct arena arena = {0};
        bench_begin(&b);
        *cell(&b, KIND_LINK, "A>B", LINK_USED_PCT) = value_real(85);
        struct row *t = world_add(b.w, KIND_TRANSFER, round == 2 ? "x/2" : "x/1");
        t->cells[TRANSFER_STATE] = world_word("running");
        t->cells[TRANSFER_RATE_GBPS] = value_real(round == 1 ? 8 : 100);
        b.plan.holds = &hold;
        b.plan.hold_count = 1;
        size_t n = bench_run(&b, &arena, checks);
        for (size_t i = 0; i < n; i++)
            if (text_is(checks[i].name, "links_now"))
                assert_int_equal(checks[i].ok, round == 0);
        arena_release(&arena);
        free(b.w);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_a_hold_is_checked_by_what_is_now),
                                       cmocka_unit_test(test_data_take_what_they_leave)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
