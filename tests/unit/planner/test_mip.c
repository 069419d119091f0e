#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "planner/mip.h"

/* Small integer programs beside a search through all answers that shares no code with the solver. */

enum { COLUMNS = 7, ROWS = 6, UPPER = 5, CASES = 20000 };

struct program {
    int64_t cost[COLUMNS], coefficient[COLUMNS * ROWS], most[ROWS];
    int32_t upper[COLUMNS], start[ROWS + 1], column[COLUMNS * ROWS];
    struct mip p;
};

static uint64_t state_of_chance;

static int64_t chance(int64_t n)
{
    state_of_chance = state_of_chance * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return (int64_t)((state_of_chance >> 33) % (uint64_t)n);
}

/* Coefficients of one size or of very different ones, with both signs or one; rows that hold a part of what there could be. */
static void make(struct program *s, uint64_t seed)
{
    static const int64_t ranges[] = {2, 9, 60, 100000, INT64_C(1) << 34};
    state_of_chance = seed * 977;
    memset(s, 0, sizeof *s);
    int32_t columns = (int32_t)chance(COLUMNS) + 1, rows = (int32_t)chance(ROWS + 1), n = 0;
    int64_t costs = ranges[chance(4)];
    for (int32_t j = 0; j < columns; j++) {
        s->cost[j] = chance(2 * costs + 1) - costs;
        s->upper[j] = (int32_t)chance(UPPER);
    }
    for (int32_t r = 0; r < rows; r++) {
        int64_t range = ranges[chance(5)], sum = 0;
        bool both = chance(3) == 0;
        for (int32_t j = 0; j < columns; j++) {
            if (chance(4) == 0)
                continue;
            int64_t a = chance(range) + 1;
            s->column[n] = j;
            s->coefficient[n++] = both && chance(2) ? -a : a;
            sum += a * s->upper[j];
        }
        s->most[r] = chance(8) == 0 && both ? -chance(range) : (int64_t)((double)sum * (double)chance(100) / 150);
        s->start[r + 1] = n;
    }
    s->p = (struct mip){columns, rows, s->cost, s->upper, s->start, s->column, s->coefficient, s->most};
}

static bool keeps(const struct mip *p, const int32_t *x)
{
    for (int32_t r = 0; r < p->rows; r++) {
        int64_t sum = 0;
        for (int32_t i = p->start[r]; i < p->start[r + 1]; i++)
            sum += p->coefficient[i] * x[p->column[i]];
        if (sum > p->most[r])
            return false;
    }
    return true;
}

static int64_t value_of(const struct mip *p, const int32_t *x)
{
    int64_t sum = 0;
    for (int32_t j = 0; j < p->columns; j++)
        sum += p->cost[j] * x[j];
    return sum;
}

/* The least value of all; INT64_MAX if there is no answer. */
static int64_t least_of(const struct mip *p)
{
    int32_t x[COLUMNS] = {0};
    int64_t least = INT64_MAX;
    for (int32_t j = 0; j < p->columns;) {
        if (keeps(p, x) && value_of(p, x) < least)
            least = value_of(p, x);
        for (j = 0; j < p->columns && ++x[j] > p->upper[j]; j++)
            x[j] = 0;
    }
    return least;
}

static void check(const struct program *s, int64_t least, int64_t cutoff, int64_t steps)
{
    int32_t x[COLUMNS] = {0};
    int64_t used = 0;
    struct mip_result r = mip_solve(&s->p, cutoff, steps, x, &used);
    int64_t truth = least < cutoff ? least : cutoff;
    assert_true(r.bound <= truth);
    if (r.found) {
        assert_true(keeps(&s->p, x));
        for (int32_t j = 0; j < s->p.columns; j++)
            assert_in_range(x[j], 0, s->p.upper[j]);
        assert_int_equal(value_of(&s->p, x), r.value);
        assert_true(r.value < cutoff);
    }
    if (r.finished) {
        assert_int_equal(r.bound, truth);
        assert_int_equal(r.found, least < cutoff);
    }
    if (steps >= 1000000)
        assert_true(r.finished);
}

static void brute_force_agrees(void **state)
{
    static struct program s;
    int answers = 0;
    (void)state;
    for (uint64_t seed = 1; seed <= CASES; seed++) {
        make(&s, seed);
        int64_t least = least_of(&s.p), any = INT64_C(1) << 50;
        answers += least < any;
        check(&s, least, any, 1000000000);
        check(&s, least, any, 2000);
        if (least < any) {
            check(&s, least, least, 1000000000);
            check(&s, least, least + 1 + chance(5), 1000000000);
        }
    }
    assert_in_range(answers, CASES / 2, CASES - CASES / 50);
}

static void what_is_too_large_is_left_alone(void **state)
{
    static int64_t cost[MIP_CELLS_MAX];
    static int32_t upper[MIP_CELLS_MAX];
    int32_t start[2] = {0, 0}, none = 0, x = 7;
    int64_t most = 0, used = 0;
    struct mip p = {MIP_CELLS_MAX, 1, cost, upper, start, &none, &most, &most};
    (void)state;
    struct mip_result r = mip_solve(&p, 5, 1000, &x, &used);
    assert_false(r.found || r.finished);
    assert_int_equal(r.bound, INT64_MIN);
    assert_int_equal(used, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(brute_force_agrees),
        cmocka_unit_test(what_is_too_large_is_left_alone),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
