#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "bench/gap.h"
#include "planner/assign.h"

/* Small problems with several resources, forbidden pairs and groups, beside a search through all assignments that shares no code
 * with the solver. */

enum { GROUPS = 8, AGENTS = 5, RESOURCES = 2, JOBS = 12, ROWS = AGENTS * RESOURCES + 1 };

struct small {
    int32_t group_jobs[GROUPS + 1], group_options[GROUPS + 1];
    int32_t agent[GROUPS * AGENTS], option_uses[GROUPS * AGENTS + 1];
    int64_t cost[GROUPS * AGENTS], capacity[ROWS];
    int32_t row[GROUPS * AGENTS * (RESOURCES + 1)], amount[GROUPS * AGENTS * (RESOURCES + 1)];
    struct assign_problem p;
};

static uint64_t state_of_chance;

static int chance(int n)
{
    state_of_chance = state_of_chance * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return (int)((state_of_chance >> 33) % (uint64_t)n);
}

static void point(struct small *s, int groups, int agents, int rows)
{
    s->p = (struct assign_problem){groups,  agents,         rows,   s->group_jobs, s->group_options, s->agent,
                                   s->cost, s->option_uses, s->row, s->amount,     s->capacity};
}

/* Each option uses up to two resources of its agent and now and then the row that all share. */
static void make_small(struct small *s, uint64_t seed)
{
    state_of_chance = seed;
    memset(s, 0, sizeof *s);
    int groups = chance(GROUPS) + 1, agents = chance(AGENTS) + 1, options = 0, uses = 0, resources = chance(2) + 1;
    int range = chance(4) ? 20 : 3;
    int64_t cost_unit = seed % 5 ? 1 : INT64_C(1) << 34;
    int32_t unit = seed % 3 ? 1 : 100000000;
    for (int g = 0; g < groups; g++) {
        int jobs = chance(5) ? 1 : chance(3);
        s->group_jobs[g + 1] = s->group_jobs[g] + (s->group_jobs[g] + jobs > JOBS - 4 ? 0 : jobs);
        for (int a = 0; a < agents; a++) {
            if (chance(8) == 0)
                continue;
            s->agent[options] = a;
            s->cost[options] =
                (chance(range * 2) - (chance(6) ? 0 : range)) * cost_unit - (cost_unit > 1 ? chance(9) : 0);
            for (int r = 0; r < resources; r++)
                if (chance(12)) {
                    s->row[uses] = a * RESOURCES + r;
                    s->amount[uses++] = chance(range) * unit;
                }
            if (chance(10) == 0) {
                s->row[uses] = AGENTS * RESOURCES;
                s->amount[uses++] = chance(range) * unit;
            }
            s->option_uses[++options] = uses;
        }
        s->group_options[g + 1] = options;
    }
    for (int r = 0; r < ROWS; r++)
        s->capacity[r] = (chance(range * (groups / agents + 2)) - (chance(40) ? 0 : 1)) * (int64_t)unit;
    point(s, groups, agents, ROWS);
}

/* The least cost of all assignments of the jobs from `job` on, INT64_MAX if there is none. */
static int64_t try_all(const struct small *s, const int *group, int jobs, int job, int64_t *left)
{
    int64_t least = INT64_MAX;
    if (job == jobs)
        return 0;
    for (int o = s->group_options[group[job]]; o < s->group_options[group[job] + 1]; o++) {
        bool fits = true;
        for (int u = s->option_uses[o]; u < s->option_uses[o + 1]; u++)
            fits = fits && left[s->row[u]] >= s->amount[u];
        if (!fits)
            continue;
        for (int u = s->option_uses[o]; u < s->option_uses[o + 1]; u++)
            left[s->row[u]] -= s->amount[u];
        int64_t rest = try_all(s, group, jobs, job + 1, left);
        for (int u = s->option_uses[o]; u < s->option_uses[o + 1]; u++)
            left[s->row[u]] += s->amount[u];
        if (rest != INT64_MAX && rest + s->cost[o] < least)
            least = rest + s->cost[o];
    }
    return least;
}

static int64_t optimum(const struct small *s)
{
    int group[JOBS], jobs = 0;
    int64_t left[ROWS];
    memcpy(left, s->capacity, sizeof left);
    for (int g = 0; g < s->p.groups; g++)
        for (int j = s->group_jobs[g]; j < s->group_jobs[g + 1]; j++)
            group[jobs++] = g;
    return try_all(s, group, jobs, 0, left);
}

/* The assignment keeps every capacity and costs what is said. */
static void check_plan(const struct small *s, const struct assign_result *r)
{
    int64_t cost = 0, load[ROWS] = {0};
    for (int g = 0; g < s->p.groups; g++)
        for (int j = s->group_jobs[g]; j < s->group_jobs[g + 1]; j++) {
            int32_t o = r->option[j];
            assert_in_range(o, s->group_options[g], s->group_options[g + 1] - 1);
            cost += s->cost[o];
            for (int u = s->option_uses[o]; u < s->option_uses[o + 1]; u++) {
                load[s->row[u]] += s->amount[u];
                assert_true(load[s->row[u]] <= s->capacity[s->row[u]]);
            }
        }
    assert_int_equal(cost, r->value);
}

static void test_brute_force_agrees(void **state)
{
    (void)state;
    int solvable = 0, best = 0, proven = 0, impossible = 0, refuted = 0;
    for (uint64_t seed = 1; seed <= 4000; seed++) {
        struct small s;
        make_small(&s, seed);
        int64_t least = optimum(&s);
        struct err err = {0};
        struct assign *a = assign_new(&s.p, seed, &err);
        assert_non_null(a);
        assign_step(a, 150000);
        struct assign_result r = assign_result(a);
        if (r.bounded && least != INT64_MAX)
            assert_true(r.bound <= least);
        if (least == INT64_MAX) {
            impossible++;
            refuted += r.state == ASSIGN_INFEASIBLE;
            assert_false(r.found);
            assert_int_not_equal(r.state, ASSIGN_OPTIMAL);
        } else {
            solvable++;
            assert_int_not_equal(r.state, ASSIGN_INFEASIBLE);
            if (r.found) {
                assert_true(r.value >= least);
                check_plan(&s, &r);
                best += r.value == least;
            }
            if (r.state == ASSIGN_OPTIMAL) {
                assert_int_equal(r.value, least);
                proven++;
            }
        }
        assign_free(a);
    }
    print_message("%d solvable: %d at the optimum, %d proven; %d impossible: %d proven\n", solvable, best, proven,
                  impossible, refuted);
    assert_true(solvable > 1500 && impossible > 300);
    assert_true(best * 1000 >= solvable * 995);
    assert_true(proven * 2 > solvable && refuted * 2 > impossible);
}

/* Slices of any size, and another run, give the same bytes. */
static void test_slices_do_not_matter(void **state)
{
    (void)state;
    for (uint64_t seed = 50; seed < 60; seed++) {
        struct small s;
        make_small(&s, seed);
        int32_t option[3][JOBS] = {{0}};
        struct assign_result r[3];
        static const int64_t slice[3] = {1, 10000, 120000};
        for (int i = 0; i < 3; i++) {
            struct assign *a = assign_new(&s.p, 7, NULL);
            for (int64_t done = 0; done < 120000; done += slice[i])
                assign_step(a, slice[i]);
            r[i] = assign_result(a);
            if (r[i].found)
                memcpy(option[i], r[i].option, (size_t)assign_problem_jobs(&s.p) * sizeof option[0][0]);
            assign_free(a);
        }
        for (int i = 1; i < 3; i++) {
            assert_memory_equal(option[i], option[0], sizeof option[0]);
            assert_int_equal(r[i].found, r[0].found);
            assert_int_equal(r[i].value, r[0].value);
            assert_int_equal(r[i].bound, r[0].bound);
            assert_int_equal(r[i].steps, r[0].steps);
            assert_int_equal(r[i].state, r[0].state);
        }
    }
}

/* What every compiler and every machine must give; a change of the search changes it. */
static void test_every_build_gives_the_same(void **state)
{
    (void)state;
    struct gap g;
    gap_make(&g, 'd', 10, 100, 3);
    struct assign *a = assign_new(&g.problem, 5, NULL);
    assign_step(a, 60000000);
    struct assign_result r = assign_result(a);
    uint32_t digest = 2166136261u;
    for (int i = 0; i < g.n; i++)
        digest = (digest ^ (uint32_t)r.option[i]) * 16777619u;
    print_message("value %lld, bound %lld, digest %x\n", (long long)r.value, (long long)r.bound, (unsigned)digest);
    assert_int_equal(r.value, 6313);
    assert_int_equal(r.bound, 6297);
    assert_int_equal(digest, 0x31e57045);
    assign_free(a);
    gap_free(&g);
}

/* The published formulas at the sizes: the value is within 2 % of the bound, which no value is below. */
static void test_classes(void **state)
{
    (void)state;
    for (int i = 0; i < 6; i++) {
        struct gap g;
        gap_make(&g, "cde"[i % 3], i < 3 ? 5 : 10, 100, (uint64_t)i + 11);
        struct assign *a = assign_new(&g.problem, 1, NULL);
        assign_step(a, 60000000);
        struct assign_result r = assign_result(a);
        assert_true(r.found && r.bounded);
        int64_t cost = 0, *load = calloc((size_t)g.m, sizeof *load);
        for (int j = 0; j < g.n; j++) {
            cost += g.cost[r.option[j]];
            load[r.option[j] - j * g.m] += g.amount[r.option[j]];
        }
        for (int k = 0; k < g.m; k++)
            assert_true(load[k] <= g.capacity[k]);
        free(load);
        assert_int_equal(cost, r.value);
        assert_true(r.value >= r.bound && (r.value - r.bound) * 50 <= r.bound);
        assign_free(a);
        gap_free(&g);
    }
}

static struct small one_option(int64_t cost, int32_t amount, int64_t capacity)
{
    struct small s = {.group_jobs = {0, 1},
                      .group_options = {0, 1},
                      .option_uses = {0, 1},
                      .cost = {cost},
                      .amount = {amount},
                      .capacity = {capacity}};
    return s;
}

static enum assign_state solve(struct small *s, struct assign_result *r, struct err *err)
{
    point(s, 1, 1, 1);
    struct assign *a = assign_new(&s->p, 1, err);
    assert_non_null(a);
    assign_step(a, 100000);
    *r = assign_result(a);
    r->option = NULL;
    assign_free(a);
    return r->state;
}

static void test_edges(void **state)
{
    (void)state;
    struct assign_result r;
    struct err err = {0};
    struct small s = one_option(7, 3, 3);
    assert_int_equal(solve(&s, &r, &err), ASSIGN_OPTIMAL);
    assert_int_equal(r.value, 7);
    assert_int_equal(r.bound, 7);
    s = one_option(7, 3, 2);
    assert_int_equal(solve(&s, &r, &err), ASSIGN_INFEASIBLE);
    s = one_option(7, 3, 0);
    assert_int_equal(solve(&s, &r, &err), ASSIGN_INFEASIBLE);
    s = one_option(7, 0, 0);
    assert_int_equal(solve(&s, &r, &err), ASSIGN_OPTIMAL);
    s = one_option(7, 0, -1);
    assert_int_equal(solve(&s, &r, &err), ASSIGN_INFEASIBLE);
    s = one_option(-ASSIGN_COST_MAX, INT32_MAX, INT64_MAX);
    assert_int_equal(solve(&s, &r, &err), ASSIGN_OPTIMAL);
    assert_int_equal(r.value, -ASSIGN_COST_MAX);
    s = one_option(ASSIGN_COST_MAX, INT32_MAX, INT64_MIN);
    assert_int_equal(solve(&s, &r, &err), ASSIGN_INFEASIBLE);
    s = one_option(1, 1, 1);
    s.group_options[1] = 0;
    assert_int_equal(solve(&s, &r, &err), ASSIGN_INFEASIBLE);

    struct assign_problem empty = {0};
    struct assign *a = assign_new(&empty, 1, &err);
    assert_non_null(a);
    assert_false(assign_step(a, 1000));
    r = assign_result(a);
    assert_int_equal(r.state, ASSIGN_OPTIMAL);
    assert_true(r.found && r.value == 0 && r.bound == 0);
    assign_free(a);
    assign_free(NULL);
}

static void refused(struct small *s, const char *words)
{
    struct err err = {0};
    point(s, 1, 1, 1);
    assert_null(assign_new(&s->p, 1, &err));
    assert_int_equal(err.kind, ERR_INPUT);
    assert_non_null(strstr(err.text, words));
}

static void test_nonsense_is_refused(void **state)
{
    (void)state;
    struct small s = one_option(ASSIGN_COST_MAX + 1, 1, 1);
    refused(&s, "cost");
    s = one_option(INT64_MIN, 1, 1);
    refused(&s, "cost");
    s = one_option(1, -1, 1);
    refused(&s, "less than nothing");
    s = one_option(1, 1, 1);
    s.row[0] = 1;
    refused(&s, "row");
    s = one_option(1, 1, 1);
    s.agent[0] = -1;
    refused(&s, "agent");
    s = one_option(1, 1, 1);
    s.group_jobs[1] = -1;
    refused(&s, "jobs");
    s = one_option(ASSIGN_COST_MAX, 1, 1);
    s.group_jobs[1] = 1 << 20;
    refused(&s, "add up");
    s = one_option(1, 1, 1);
    s.group_options[1] = 2;
    s.option_uses[2] = 2;
    refused(&s, "twice");
    s = one_option(1, 1, 1);
    s.option_uses[1] = 2;
    refused(&s, "twice");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_brute_force_agrees),
        cmocka_unit_test(test_slices_do_not_matter),
        cmocka_unit_test(test_every_build_gives_the_same),
        cmocka_unit_test(test_classes),
        cmocka_unit_test(test_edges),
        cmocka_unit_test(test_nonsense_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
