#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "bench/model_case.h"
#include "planner/plan_solve.h"

/* Small models of several levels and rows, beside a search through all answers that shares no code with the solver. */

enum { GROUPS = 5, AGENTS = 4, JOBS = 8, ROWS = 7, OPTIONS = GROUPS * AGENTS, USES = OPTIONS * ROWS };

struct small {
    int32_t group_jobs[GROUPS + 1], group_options[GROUPS + 1], agent[OPTIONS], option_uses[OPTIONS + 1];
    int64_t value[PLAN_LEVELS_MAX][OPTIONS], capacity[ROWS];
    int32_t row[USES], amount[USES];
    int group[JOBS];
    struct plan_model m;
};

static uint64_t state_of_chance;

static int chance(int n)
{
    state_of_chance = state_of_chance * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return (int)((state_of_chance >> 33) % (uint64_t)n);
}

static void point(struct small *s, int groups, int agents, int rows, int levels)
{
    s->m = (struct plan_model){.problem = {.groups = groups,
                                           .agents = agents,
                                           .rows = rows,
                                           .group_jobs = s->group_jobs,
                                           .group_options = s->group_options,
                                           .agent = s->agent,
                                           .option_uses = s->option_uses,
                                           .row = s->row,
                                           .amount = s->amount,
                                           .capacity = s->capacity},
                               .level_count = levels};
    for (int k = 0; k < levels; k++)
        s->m.levels[k] = (struct plan_level){.name = "level", .value = s->value[k]};
}

/* Of each level its own range: few values, so that many answers are equal, or many, or ones that 32 bits do not hold. */
static int64_t make_value(int range, int64_t unit)
{
    return (chance(2 * range + 1) - range) * unit + (unit > 1 && chance(2) ? chance(5) : 0);
}

static void make_small(struct small *s, uint64_t seed)
{
    static const int ranges[] = {1, 2, 5, 40};
    state_of_chance = seed * 77777;
    memset(s, 0, sizeof *s);
    int groups = chance(GROUPS) + 1, agents = chance(AGENTS) + 1, rows = chance(ROWS) + 1;
    int levels = chance(PLAN_LEVELS_MAX) + 1, options = 0, uses = 0, room = chance(20) + 4;
    int range[PLAN_LEVELS_MAX];
    int64_t unit[PLAN_LEVELS_MAX];
    for (int k = 0; k < levels; k++) {
        range[k] = ranges[chance(4)];
        unit[k] = chance(8) ? 1 : INT64_C(1) << (20 + chance(13));
    }
    for (int g = 0; g < groups; g++) {
        int jobs = s->group_jobs[g] + chance(4);
        for (int j = s->group_jobs[g]; j < jobs && j < JOBS; j++)
            s->group[j] = g;
        s->group_jobs[g + 1] = jobs < JOBS ? jobs : JOBS;
        for (int a = 0; a < agents; a++) {
            if (chance(6) == 0)
                continue;
            s->agent[options] = a;
            for (int k = 0; k < levels; k++)
                s->value[k][options] = make_value(range[k], unit[k]);
            for (int r = 0; r < rows; r++)
                if (chance(3) == 0) {
                    s->row[uses] = r;
                    s->amount[uses++] = chance(6);
                }
            s->option_uses[++options] = uses;
        }
        s->group_options[g + 1] = options;
    }
    for (int r = 0; r < rows; r++)
        s->capacity[r] = chance(room) - (chance(30) == 0);
    point(s, groups, agents, rows, levels);
}

struct answers {
    const struct small *s;
    int64_t left[ROWS], now[PLAN_LEVELS_MAX], best[PLAN_LEVELS_MAX];
    int32_t option[JOBS], any[JOBS];
    bool found;
};

static void all_from(struct answers *a, int job)
{
    const struct small *s = a->s;
    int levels = s->m.level_count;
    if (job == s->group_jobs[s->m.problem.groups]) {
        int k = 0;
        while (k < levels && a->now[k] == a->best[k])
            k++;
        if (!a->found)
            memcpy(a->any, a->option, sizeof a->any);
        if (!a->found || (k < levels && a->now[k] < a->best[k]))
            memcpy(a->best, a->now, sizeof a->best);
        a->found = true;
        return;
    }
    int g = s->group[job];
    for (int o = s->group_options[g]; o < s->group_options[g + 1]; o++) {
        bool fits = true;
        for (int u = s->option_uses[o]; u < s->option_uses[o + 1]; u++)
            fits = fits && a->left[s->row[u]] >= s->amount[u];
        if (!fits)
            continue;
        a->option[job] = o;
        for (int u = s->option_uses[o]; u < s->option_uses[o + 1]; u++)
            a->left[s->row[u]] -= s->amount[u];
        for (int k = 0; k < levels; k++)
            a->now[k] += s->value[k][o];
        all_from(a, job + 1);
        for (int k = 0; k < levels; k++)
            a->now[k] -= s->value[k][o];
        for (int u = s->option_uses[o]; u < s->option_uses[o + 1]; u++)
            a->left[s->row[u]] += s->amount[u];
    }
}

/* Every capacity is kept, every job has an option of its group, the values are what is said, and none is below its bound
 * while the levels before are at their optimum. */
static void check_answer(const struct small *s, const struct plan_solution *r, const int64_t *best)
{
    int64_t load[ROWS] = {0};
    bool equal = true;
    for (int k = 0; k < s->m.level_count; k++) {
        int64_t value = 0;
        for (int j = 0; j < s->group_jobs[s->m.problem.groups]; j++)
            value += s->value[k][r->option[j]];
        assert_int_equal(value, r->levels[k].value);
        if (equal && r->levels[k].bounded)
            assert_true(r->levels[k].bound <= best[k]);
        if (equal)
            assert_true(value >= best[k]);
        equal = equal && value == best[k];
    }
    for (int j = 0; j < s->group_jobs[s->m.problem.groups]; j++) {
        int32_t o = r->option[j];
        assert_in_range(o, s->group_options[s->group[j]], s->group_options[s->group[j] + 1] - 1);
        for (int u = s->option_uses[o]; u < s->option_uses[o + 1]; u++) {
            load[s->row[u]] += s->amount[u];
            assert_true(load[s->row[u]] <= s->capacity[s->row[u]]);
        }
    }
}

static bool are_equal(const struct plan_solution *r, const int64_t *best, int levels)
{
    for (int k = 0; k < levels; k++)
        if (r->levels[k].value != best[k])
            return false;
    return true;
}

struct count {
    int solvable, best, solved, impossible, refuted;
};

static void compare(uint64_t seed, struct count *n)
{
    struct small s;
    make_small(&s, seed);
    struct answers a = {.s = &s};
    memcpy(a.left, s.capacity, sizeof a.left);
    all_from(&a, 0);
    struct err err = {0};
    bool known = a.found && seed % 2;
    struct plan_solver *p = plan_solve_new(&s.m, known ? a.any : NULL, seed, &err);
    assert_non_null(p);
    plan_solve_step(p, 1000000, 1000000);
    struct plan_solution r = plan_solve_result(p);
    n->solvable += a.found;
    n->impossible += !a.found;
    if (!a.found) {
        assert_false(r.found);
        assert_int_not_equal(r.state, PLAN_SOLVED);
        n->refuted += r.state == PLAN_IMPOSSIBLE;
    } else {
        assert_int_not_equal(r.state, PLAN_IMPOSSIBLE);
        assert_true(r.found || !known);
        if (r.found)
            check_answer(&s, &r, a.best);
        bool equal = r.found && are_equal(&r, a.best, s.m.level_count);
        n->best += equal;
        n->solved += r.state == PLAN_SOLVED;
        assert_true(equal || r.state != PLAN_SOLVED);
    }
    plan_solve_free(p);
}

static void test_brute_force_agrees(void **state)
{
    (void)state;
    struct count n = {0};
    for (uint64_t seed = 1; seed <= 4000; seed++)
        compare(seed, &n);
    print_message("%d solvable: %d at the optimum, %d solved; %d impossible: %d proven\n", n.solvable, n.best, n.solved,
                  n.impossible, n.refuted);
    assert_true(n.solvable > 1500 && n.impossible > 200);
    assert_true(n.best * 1000 >= n.solvable * 995);
    assert_true(n.solved * 10 > n.solvable * 9 && n.refuted * 10 > n.impossible * 9);
}

/* Slices of any size give the same bytes; parts of a larger model are searched on their own, so that it is one. */
static void slices_agree(const struct plan_model *m, const int32_t *start, int64_t total)
{
    int32_t jobs = assign_problem_jobs(&m->problem), *option = calloc((size_t)jobs + 1, sizeof *option);
    struct plan_solution first = {0};
    static const int64_t parts[] = {1, 7, 1000};
    for (int i = 0; i < 3; i++) {
        struct plan_solver *p = plan_solve_new(m, start, 9, NULL);
        while (plan_solve_step(p, total / parts[i] + 1, total))
            ;
        struct plan_solution r = plan_solve_result(p);
        if (i == 0) {
            first = r;
            if (r.found)
                memcpy(option, r.option, (size_t)jobs * sizeof *option);
        }
        assert_int_equal(r.state, first.state);
        assert_int_equal(r.found, first.found);
        assert_int_equal(r.steps, first.steps);
        for (int k = 0; k < m->level_count; k++) {
            assert_int_equal(r.levels[k].value, first.levels[k].value);
            assert_int_equal(r.levels[k].bound, first.levels[k].bound);
            assert_int_equal(r.levels[k].binding, first.levels[k].binding);
        }
        if (r.found)
            assert_memory_equal(r.option, option, (size_t)jobs * sizeof *option);
        plan_solve_free(p);
    }
    free(option);
}

static void test_slices_do_not_matter(void **state)
{
    (void)state;
    for (uint64_t seed = 100; seed < 130; seed++) {
        struct small s;
        make_small(&s, seed);
        slices_agree(&s.m, NULL, 300000);
    }
    struct model_case c;
    model_case_make(&c, 5, 3000, 75, -1);
    slices_agree(&c.m, c.start, 200000000);
    model_case_free(&c);
}

/* What every compiler and every machine must give; a change of the search changes it. */
static void test_every_build_gives_the_same(void **state)
{
    (void)state;
    struct model_case c;
    model_case_make(&c, 2, 2500, 95, 500);
    struct plan_solver *p = plan_solve_new(&c.m, c.start, 3, NULL);
    plan_solve_step(p, 150000000, 150000000);
    struct plan_solution r = plan_solve_result(p);
    uint32_t digest = 2166136261u;
    for (int32_t j = 0; j < assign_problem_jobs(&c.m.problem); j++)
        digest = (digest ^ (uint32_t)r.option[j]) * 16777619u;
    print_message("values %lld, %lld, %lld, bounds %lld, %lld, %lld, digest %x\n", (long long)r.levels[0].value,
                  (long long)r.levels[1].value, (long long)r.levels[2].value, (long long)r.levels[0].bound,
                  (long long)r.levels[1].bound, (long long)r.levels[2].bound, (unsigned)digest);
    assert_int_equal(digest, 0x34be8720);
    plan_solve_free(p);
    model_case_free(&c);
}

/* Models like the real problem: near the bound, every capacity kept. */
static void test_like_the_real_problem(void **state)
{
    (void)state;
    for (uint64_t seed = 1; seed <= 4; seed++) {
        struct model_case c;
        int64_t value[PLAN_LEVELS_MAX];
        model_case_make(&c, seed, seed % 2 ? 300 : 4000, 75, seed > 2 ? 200 : -1);
        struct plan_solver *p = plan_solve_new(&c.m, c.start, seed, NULL);
        plan_solve_step(p, 200000000, 200000000);
        struct plan_solution r = plan_solve_result(p);
        for (int k = 0; k < 3; k++) {
            value[k] = r.levels[k].value;
            assert_true(r.levels[k].bounded && r.levels[k].bound <= value[k]);
            assert_true(r.levels[k].binding < MODEL_ROWS);
        }
        const char *wrong = model_case_wrong(&c.m, r.option, value);
        if (wrong != NULL)
            fail_msg("%s", wrong);
        /* Within a twelfth, the small ones with their gangs too. */
        assert_true((value[0] - r.levels[0].bound) * 12 < -value[0]);
        plan_solve_free(p);
        model_case_free(&c);
    }
}

static struct small one_option(int64_t value, int32_t amount, int64_t capacity)
{
    return (struct small){.group_jobs = {0, 1},
                          .group_options = {0, 1},
                          .option_uses = {0, 1},
                          .value = {{value}, {-value}},
                          .amount = {amount},
                          .capacity = {capacity}};
}

static struct plan_solution solve(struct small *s, const int32_t *start)
{
    static int32_t kept[JOBS];
    point(s, 1, 1, 1, 2);
    struct plan_solver *p = plan_solve_new(&s->m, start, 1, NULL);
    assert_non_null(p);
    plan_solve_step(p, 100000, 100000);
    struct plan_solution r = plan_solve_result(p);
    if (r.found)
        memcpy(kept, r.option, (size_t)s->group_jobs[1] * sizeof kept[0]);
    r.option = kept;
    plan_solve_free(p);
    return r;
}

static void test_edges(void **state)
{
    (void)state;
    static const int64_t huge = ASSIGN_COST_MAX;
    struct small s = one_option(7, 3, 3);
    struct plan_solution r = solve(&s, NULL);
    assert_int_equal(r.state, PLAN_SOLVED);
    assert_int_equal(r.levels[0].value, 7);
    assert_int_equal(r.levels[1].bound, -7);
    s = one_option(7, 3, 0);
    assert_int_equal(solve(&s, NULL).state, PLAN_IMPOSSIBLE);
    s = one_option(7, 0, 0);
    assert_int_equal(solve(&s, NULL).state, PLAN_SOLVED);
    s = one_option(7, 0, -1);
    assert_int_equal(solve(&s, NULL).state, PLAN_IMPOSSIBLE);
    s = one_option(-huge, INT32_MAX, INT64_MAX);
    r = solve(&s, (int32_t[]){0});
    assert_int_equal(r.state, PLAN_SOLVED);
    assert_int_equal(r.levels[0].bound, -huge);
    s = one_option(huge, INT32_MAX, INT64_MIN);
    assert_int_equal(solve(&s, NULL).state, PLAN_IMPOSSIBLE);
    s = one_option(1, 1, 1);
    s.group_options[1] = 0;
    assert_int_equal(solve(&s, NULL).state, PLAN_IMPOSSIBLE);
    s = one_option(1, 1, 1);
    s.group_jobs[1] = 0;
    assert_int_equal(solve(&s, NULL).state, PLAN_SOLVED);

    struct plan_model empty = {.level_count = 3};
    struct plan_solver *p = plan_solve_new(&empty, NULL, 1, NULL);
    assert_non_null(p);
    assert_false(plan_solve_step(p, 1000, 1000));
    assert_int_equal(plan_solve_result(p).state, PLAN_SOLVED);
    plan_solve_free(p);
    plan_solve_free(NULL);
}

static void refused(struct small *s, int levels, const int32_t *start, const char *words)
{
    struct err err = {0};
    point(s, 1, 1, 1, levels > PLAN_LEVELS_MAX ? 2 : levels);
    s->m.level_count = levels;
    assert_null(plan_solve_new(&s->m, start, 1, &err));
    assert_int_equal(err.kind, ERR_INPUT);
    assert_non_null(strstr(err.text, words));
}

static void test_nonsense_is_refused(void **state)
{
    (void)state;
    struct small s = one_option(1, 2, 1);
    refused(&s, 2, (int32_t[]){0}, "begin with");
    s = one_option(1, 1, 1);
    refused(&s, 2, (int32_t[]){1}, "begin with");
    refused(&s, 2, (int32_t[]){-1}, "begin with");
    refused(&s, 0, NULL, "levels");
    refused(&s, PLAN_LEVELS_MAX + 1, NULL, "levels");
    s.value[1][0] = ASSIGN_COST_MAX + 1;
    refused(&s, 2, NULL, "level 1");
    s = one_option(1, -1, 1);
    refused(&s, 1, NULL, "less than nothing");
    s = one_option(1, 1, 1);
    s.value[1][0] = ASSIGN_COST_MAX;
    s.group_jobs[1] = 1 << 20;
    refused(&s, 2, NULL, "add up");
    s = one_option(1, 1, 1);
    point(&s, 1, 1, 1, 2);
    s.m.levels[1].value = NULL;
    struct err err = {0};
    assert_null(plan_solve_new(&s.m, NULL, 1, &err));
    assert_non_null(strstr(err.text, "no values"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_brute_force_agrees),
        cmocka_unit_test(test_slices_do_not_matter),
        cmocka_unit_test(test_every_build_gives_the_same),
        cmocka_unit_test(test_like_the_real_problem),
        cmocka_unit_test(test_edges),
        cmocka_unit_test(test_nonsense_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
