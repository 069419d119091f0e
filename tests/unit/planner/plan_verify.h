#ifndef HUBTOP_TESTS_UNIT_PLANNER_PLAN_VERIFY_H
#define HUBTOP_TESTS_UNIT_PLANNER_PLAN_VERIFY_H

#include <stdio.h>
#include <stdlib.h>

#include "domain/plan_check.h"

/* Runs the checker, which shares no code with the planner, over a plan and the rows that it was made of. Ends the test with the
 * words of the first check that does not hold; that a second person must agree is no fault. */
__attribute__((unused)) static void plan_verify(const struct row *rows, size_t n, struct plan *p,
                                                const struct plan_limits *limits, int64_t now_ms)
{
    struct plan_check checks[PLAN_CHECKS_MAX];
    struct arena arena = {0};
    int64_t expires_ms = p->expires_at_ms;
    p->expires_at_ms = now_ms + 1; /* the collector's to say */
    struct plan_checker *c = plan_check_new(p);
    for (size_t i = 0; i < n; i++)
        plan_check_take(c, &rows[i]);
    size_t count = plan_check_run(c, limits, now_ms, &arena, checks);
    for (size_t i = 0; i < count; i++) {
        char name[64], words[400];
        if (checks[i].ok || text_is(checks[i].name, PLAN_CHECK_ALONE))
            continue;
        fprintf(stderr, "the checker refuses a plan of the planner: %s: %s\n",
                text_show_in(checks[i].name, name, sizeof name), text_show_in(checks[i].words, words, sizeof words));
        abort();
    }
    p->expires_at_ms = expires_ms;
    plan_check_free(c);
    arena_release(&arena);
}

#endif
