#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>

#include "bench/sim_rows.h"
#include "planner/plan_make.h"

/* A plan of scenario west against what then is: made from rows, its moves given as orders, the world moved on by 15 and 60 minutes and
 * looked at again.
 *
 * The measure: a miss is forecast less fact, in percent of all jobs of the queue (of twenty where it has fewer), or of all
 * accelerators or CPUs of the scheduler that are up. What is asked for:
 *  - of all queues together, and of all schedulers of a kind together, over the plans of several moments and seeds, forecast and fact
 *    agree within 5 %, after 15 and after 60 minutes, with the plan carried out and with nothing done;
 *  - so does the median queue and the median scheduler after 15 minutes;
 *  - chance alone moves one queue or scheduler by more in an hour: so each forecast carries the range of nine in ten, and at least
 *    eight in ten facts are in it. */

enum { WAITING, ACCELS, CPUS, MEASURES, MISSES_MAX = 4000 };

struct sums {
    double forecast, fact, size, misses[MISSES_MAX];
    size_t count, inside;
};

struct tried {
    struct sums of[PLAN_MARKS][MEASURES];
    size_t moved;
};

static void take(void *ctx, const struct row *row)
{
    plan_facts_take(ctx, row);
}

static void make(struct sim_rows *r, bool moves, struct plan *out)
{
    const struct plan_ask ask = {.max_moves = moves ? -1 : 0, .weight_cost = 1, .seconds = 0.3};
    const struct plan_limits limits = plan_limits_preset();
    struct plan_facts *f = plan_facts_new();
    struct err err = {0};

    *out = (struct plan){.snapshot = -1};
    sim_rows_all(r, &(struct sim_rows_wish){0}, plan_facts_kinds(), take, f);
    assert_true(plan_make(f, &ask, &limits, r->now_ms, out, &err));
    plan_facts_free(f);
}

static size_t carry_out(struct sim_rows *r, const struct plan *p)
{
    size_t n = 0;

    for (size_t i = 0; i < p->move_count; i++)
        for (size_t k = 0; k < p->moves[i].job_count; k++) {
            char id[160], to[160];
            struct sim_order o = {.kind = SIM_MOVE,
                                  .target = text_show_in(p->moves[i].jobs[k].id, id, sizeof id),
                                  .to = text_show_in(p->moves[i].to, to, sizeof to)};
            n += sim_apply(r->sim, &o, NULL);
        }
    return n;
}

static const struct plan_review *like(const struct plan *p, const struct plan_review *r)
{
    for (size_t i = 0; i < p->review_count; i++)
        if (text_equal(p->reviews[i].what, r->what) && text_equal(p->reviews[i].measure, r->measure))
            return &p->reviews[i];
    return NULL;
}

static int measure_of(const struct plan_review *r)
{
    char what[160];

    if (r->kind == KIND_QUEUE)
        return WAITING;
    return strstr(text_show_in(r->what, what, sizeof what), "-ai") != NULL ? ACCELS : CPUS;
}

static void compare(const struct plan *p, const struct plan *then, int mark, bool done, struct tried *t)
{
    for (size_t i = 0; i < p->review_count; i++) {
        const struct plan_review *r = &p->reviews[i], *now = like(then, r);
        const struct plan_mark *m = &r->at[mark];
        struct sums *s = &t->of[mark][measure_of(r)];
        if (text_is(r->measure, "started") || now == NULL)
            continue;
        double forecast = done ? m->after : m->undone;
        s->forecast += forecast;
        s->fact += now->now;
        s->size += r->size;
        s->inside += now->now >= (done ? m->after_low : m->undone_low) - 1e-9 &&
                     now->now <= (done ? m->after_high : m->undone_high) + 1e-9;
        assert_true(s->count < MISSES_MAX);
        s->misses[s->count++] = 100 * fabs(forecast - now->now) / r->size;
    }
}

static void try_one(const char *scenario, int64_t minutes, uint64_t seed, bool done, struct tried *t)
{
    const struct sim_rows_wish wish = {.scenario = scenario, .minutes = minutes, .seed = seed};
    struct sim_rows r;
    struct plan p, then;

    sim_rows_open(&r, &wish);
    make(&r, done, &p);
    if (done)
        t->moved += carry_out(&r, &p);
    int64_t now_ms = r.now_ms;
    for (int k = 0; k < PLAN_MARKS; k++) {
        r.now_ms = now_ms + plan_mark_s[k] * 1000;
        sim_advance(r.sim, r.now_ms, 0);
        make(&r, false, &then);
        compare(&p, &then, k, done, t);
        plan_release(&then);
    }
    plan_release(&p);
    sim_rows_close(&r);
}

static int by_size(const void *a, const void *b)
{
    const double *x = a, *y = b;

    return (*x > *y) - (*x < *y);
}

static double median(struct sums *s)
{
    qsort(s->misses, s->count, sizeof *s->misses, by_size);
    return s->misses[s->count / 2];
}

static double miss_pct(const struct sums *s)
{
    return 100 * (s->forecast - s->fact) / s->size;
}

static void print(struct tried *t)
{
    static const char *const names[] = {"waiting", "accels", "cpus"};

    for (int k = 0; k < PLAN_MARKS; k++)
        for (int i = 0; i < MEASURES; i++) {
            struct sums *s = &t->of[k][i];
            print_message("+%2d min %-8s all together %+5.1f %%, median %4.1f %%, inside %3.0f %% of %zu\n",
                          (int)(plan_mark_s[k] / 60), names[i], miss_pct(s), median(s),
                          100 * (double)s->inside / (double)s->count, s->count);
        }
}

static void agrees(bool done)
{
    static const int64_t minutes[] = {75, 100, 130};
    static const uint64_t seeds[] = {0, 3, 11, 17}; /* 0: the scenario's own */
    struct tried *t = calloc(1, sizeof *t);

    for (size_t i = 0; i < sizeof minutes / sizeof *minutes; i++)
        for (size_t k = 0; k < sizeof seeds / sizeof *seeds; k++)
            try_one("west", minutes[i], seeds[k], done, t);
    print_message("%zu jobs moved\n", t->moved);
    print(t);
    assert_true(!done || t->moved > 300);
    for (int k = 0; k < PLAN_MARKS; k++)
        for (int i = 0; i < MEASURES; i++) {
            struct sums *s = &t->of[k][i];
            assert_true(fabs(miss_pct(s)) < 5);
            assert_true(k > 0 || median(s) < 5);
            assert_true((double)s->inside >= 0.8 * (double)s->count);
        }
    free(t);
}

static void forecast_and_fact_agree_when_nothing_is_done(void **state)
{
    (void)state;
    agrees(false);
}

static void forecast_and_fact_agree_when_the_plan_is_carried_out(void **state)
{
    (void)state;
    agrees(true);
}

/* What nobody could know shows as a miss: the queue where twice as many come waits longer than any forecast said. */
static void arrivals_that_double_afterwards_show_as_a_miss(void **state)
{
    static const char *const names[] = {"west", "west-double"};
    double miss[2];

    (void)state;
    for (int i = 0; i < 2; i++) {
        const struct sim_rows_wish wish = {.scenario = names[i], .minutes = 99};
        struct sim_rows r;
        struct plan p, then;
        const struct plan_review *queue = NULL, *now;

        sim_rows_open(&r, &wish);
        make(&r, true, &p);
        carry_out(&r, &p);
        r.now_ms += plan_mark_s[1] * 1000;
        sim_advance(r.sim, r.now_ms, 0);
        make(&r, false, &then);
        for (size_t k = 0; k < p.review_count && queue == NULL; k++)
            if (text_is(p.reviews[k].what, "shg-ai/online") && text_is(p.reviews[k].measure, "waiting"))
                queue = &p.reviews[k];
        assert_non_null(queue);
        now = like(&then, queue);
        assert_non_null(now);
        miss[i] = 100 * (queue->at[1].after - now->now) / queue->size;
        print_message("%s: shg-ai/online waiting in an hour %.0f (%.0f to %.0f), was %.0f: %+.0f %%\n", names[i],
                      queue->at[1].after, queue->at[1].after_low, queue->at[1].after_high, now->now, miss[i]);
        plan_release(&p);
        plan_release(&then);
        sim_rows_close(&r);
    }
    assert_true(miss[1] < -15 && miss[1] < miss[0] - 10);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(forecast_and_fact_agree_when_nothing_is_done),
        cmocka_unit_test(forecast_and_fact_agree_when_the_plan_is_carried_out),
        cmocka_unit_test(arrivals_that_double_afterwards_show_as_a_miss),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
