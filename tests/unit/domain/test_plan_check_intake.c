#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "unit/domain/plan_bench.h"

/* What a plan may close: what is there and known, and lies in what it must empty. */

static const struct trial {
    const char *drain;
    struct plan_intake closes;
    const char *says; /* NULL: it holds */
} trials[] = {
    {"A", {KIND_QUEUE, {"a/q", 3}}, NULL},
    {"A-1", {KIND_QUEUE, {"a/q", 3}}, NULL},
    {"a", {KIND_SCHEDULER, {"a", 1}}, NULL},
    {"A", {KIND_NODE, {"a/n0", 4}}, NULL},
    {"", {KIND_QUEUE, {"a/q", 3}}, "a/q: it would be closed, and nothing is to be emptied"},
    {"A", {KIND_QUEUE, {"b/q", 3}}, "b/q: it would be closed, and does not lie in what is emptied"},
    {"A", {KIND_SCHEDULER, {"b", 1}}, "b: it would be closed, and does not lie"},
    {"A", {KIND_QUEUE, {"a/none", 6}}, "a/none: there is no such queue"},
    {"A", {KIND_SCHEDULER, {"z", 1}}, "z: there is no such scheduler"},
    {"A", {KIND_NODE, {"a/n99", 5}}, "a/n99: there is no such node"},
};

static const struct plan_check *named(const struct plan_check *all, size_t n, const char *name)
{
    for (size_t i = 0; i < n; i++) {
        if (text_is(all[i].name, name))
            return &all[i];
    }
    fail_msg("there is no check %s", name);
    return NULL;
}

static void only_what_is_emptied_closes(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof trials / sizeof *trials; i++) {
        const struct trial *t = &trials[i];
        struct bench b;
        struct plan_check checks[PLAN_CHECKS_MAX];
        struct arena arena = {0};
        struct plan_intake one = t->closes;
        char words[400];
        bench_begin(&b);
        b.plan.ask.drain = text_of(t->drain);
        b.plan.intakes = &one;
        b.plan.intake_count = 1;
        size_t n = bench_run(&b, &arena, checks);
        const struct plan_check *c = named(checks, n, "intakes_now");
        text_show_in(c->words, words, sizeof words);
        if (c->ok != (t->says == NULL) || (t->says != NULL && strstr(words, t->says) == NULL))
            fail_msg("trial %zu: %s: '%s', not '%s'", i, c->ok ? "holds" : "fails", words, t->says ? t->says : "");
        arena_release(&arena);
        free(b.w);
    }
}

/* Who closes more than one person may move needs a second one. */
static void many_need_a_second_person(void **state)
{
    struct bench b;
    struct plan_check checks[PLAN_CHECKS_MAX];
    struct arena arena = {0};
    struct plan_intake all[] = {{KIND_QUEUE, {"a/q", 3}}, {KIND_NODE, {"a/n0", 4}}, {KIND_NODE, {"a/n1", 4}}};
    (void)state;
    bench_begin(&b);
    b.limits.accels_alone_pct = 100;
    b.limits.jobs_alone = 2;
    b.plan.ask.drain = text_of("A");
    b.plan.intakes = all;
    b.plan.intake_count = 3;
    size_t n = bench_run(&b, &arena, checks);
    const struct plan_check *c = named(checks, n, PLAN_CHECK_ALONE);
    assert_false(c->ok);
    assert_true(text_contains(c->words, text_of("it closes 3 queues and nodes"), false));
    arena_release(&arena);
    free(b.w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(only_what_is_emptied_closes),
        cmocka_unit_test(many_need_a_second_person),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
