#include <getopt.h>
#include <math.h>
#include <sys/resource.h>
#include <time.h>

#include "bench/anon.h"
#include "bench/model_case.h"
#include "bench/sim_rows.h"
#include "bench/table.h"
#include "domain/plan_check.h"
#include "planner/plan_make.h"
#include "planner/plan_solve.h"

/* Plans of the real problem: facts of the simulated fleet with 200 to 1,000,000 waiting jobs at loads of 75 and 95 %, of several
 * seeds; for each the wall-clock and processor seconds from the facts to the plan, memory, and of each objective value, bound and gap.
 * The plan's checker, which shares no code with the planner, is told the rows anew and checks every plan. Goals: 5,000 jobs in
 * 2 s, 1,000,000 in 10 s, a gap of at most 1 % on cost among equal first objectives.
 * bench_plan [--seed N] [--seeds N] [--jobs N] [--load PCT]
 * With --made: the solver alone, on models that are made by chance and harder than real ones; [--moves N] [--steps N]. */

enum {
    STEPS_A_SECOND = 400000000,
    MILLION = 1000000,
    WIDE = 1000 /* more waiting jobs than this: a fleet of four times the size */
};

static struct {
    int64_t seed, seeds, jobs, load, moves, steps;
    int made;
} ask = {.seed = 1, .moves = 10000};

static double clock_s(clockid_t clock)
{
    struct timespec t;
    clock_gettime(clock, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static double cpu_s(void)
{
    return clock_s(CLOCK_PROCESS_CPUTIME_ID);
}

/* --- the simulator's facts --- */

static void take_fact(void *ctx, const struct row *row)
{
    plan_facts_take(ctx, row);
}

static void take_check(void *ctx, const struct row *row)
{
    plan_check_take(ctx, row);
}

static const char *name_of(struct safe_text t, char *out, size_t size)
{
    return text_show_in(t, out, size);
}

/* The names of the checks that fail, but for the one that asks for a second person. */
static int failed_checks(struct sim_rows *r, const struct sim_rows_wish *w, const struct plan *p,
                         const struct plan_limits *limits)
{
    struct plan_checker *c = plan_check_new(p);
    struct plan_check checks[PLAN_CHECKS_MAX];
    struct arena arena = {0};
    int failed = 0;

    sim_rows_all(r, w, plan_facts_kinds(), take_check, c); /* nodes too: from them is counted what is free */
    size_t n = plan_check_run(c, limits, r->now_ms, &arena, checks);
    for (size_t i = 0; i < n; i++) {
        char name[64], words[400];
        if (checks[i].ok || text_is(checks[i].name, "one_person"))
            continue;
        printf("  check %s: %s\n", name_of(checks[i].name, name, sizeof name),
               name_of(checks[i].words, words, sizeof words));
        failed++;
    }
    arena_release(&arena);
    plan_check_free(c);
    return failed;
}

static double print_objectives(const struct plan *p)
{
    double cost = NAN;

    for (size_t i = 0; i < p->objective_count; i++) {
        const struct plan_objective *o = &p->objectives[i];
        char name[64];
        printf("  %-9s %14.2f, bound %14.2f, gap %7.3f %%\n", name_of(o->name, name, sizeof name), o->value, o->bound,
               o->gap_pct);
        cost = text_is(o->name, "cost_cny") ? o->gap_pct : cost;
    }
    return cost;
}

static void plan_real(int64_t jobs, int64_t load, int64_t seed)
{
    const struct sim_rows_wish w = {
        .seed = (uint64_t)seed, .scale = jobs > WIDE ? 4 : 1, .load = (double)load / 100, .waiting = (size_t)jobs};
    const struct plan_ask wish = {.max_moves = -1, .weight_cost = 1, .seed = (uint64_t)seed};
    struct plan_limits limits = plan_limits_preset();
    struct plan_facts *f = plan_facts_new();
    struct sim_rows r;
    struct plan p = {0};
    struct err err = {0};
    double seconds = jobs <= 5000 ? 2 : 10;

    sim_rows_open(&r, &w);
    sim_rows_all(&r, &w, plan_facts_kinds(), take_fact, f);
    double cpu = cpu_s(), wall = clock_s(CLOCK_MONOTONIC);
    bool ok = plan_make(f, &wish, &limits, r.now_ms, &p, &err);
    cpu = cpu_s() - cpu;
    wall = clock_s(CLOCK_MONOTONIC) - wall;
    struct rusage u;
    getrusage(RUSAGE_SELF, &u);
    printf(
        "%lld %%, %lld jobs wait, seed %lld: %.2f s (processor %.2f s), %.0f MiB at most, %zu moves, %lld starts%s%s\n",
        (long long)load, (long long)jobs, (long long)seed, wall, cpu, (double)u.ru_maxrss / 1024, p.move_count,
        (long long)p.starts, ok ? "" : ": ", ok ? "" : err.text);
    double gap = print_objectives(&p);
    printf("  at most %4.1f s %-44s ", seconds, "");
    verdict(true, ok && cpu <= seconds);
    printf("  gap of the cost at most 1 %%%-34s ", "");
    verdict(!isnan(gap), gap <= 1);
    int failed = failed_checks(&r, &w, &p, &limits);
    printf("  the checker finds nothing%-36s ", "");
    verdict(true, failed == 0);
    fflush(stdout);
    plan_release(&p);
    plan_facts_free(f);
    sim_rows_close(&r);
}

/* --- models made by chance --- */

static double gap_pct(const struct plan_solve_level *level)
{
    double value = (double)level->value;
    return value == 0 ? level->bound < 0 ? INFINITY : 0 : 100 * (value - (double)level->bound) / fabs(value);
}

/* Solves a model in `seconds` of steps and prints what is known; the checker's verdict counts as a goal, and so does time. */
static void measure(const char *name, const struct plan_model *m, const int32_t *start, double seconds)
{
    struct err err = {0};
    int64_t steps = ask.steps > 0 ? ask.steps : (int64_t)(seconds * STEPS_A_SECOND), value[PLAN_LEVELS_MAX];
    double before = (double)anon_kb() / 1024, most = 0, from = cpu_s();
    struct plan_solver *s = plan_solve_new(m, start, (uint64_t)ask.seed, &err);
    if (s == NULL) {
        printf("%s: %s\n", name, err.text);
        table_missed++;
        return;
    }
    for (bool more = true; more;) {
        more = plan_solve_step(s, steps / 50, steps);
        double now = (double)anon_kb() / 1024;
        most = now > most ? now : most;
    }
    struct plan_solution r = plan_solve_result(s);
    double took = cpu_s() - from;
    printf("%s: %d jobs, %d groups, %d options, %.2f s, %.0f M steps, %.0f MiB beside the model's %.0f%s\n", name,
           (int)assign_problem_jobs(&m->problem), (int)m->problem.groups, (int)assign_problem_options(&m->problem),
           took, (double)r.steps / 1e6, most - before, before, r.state == PLAN_SOLVED ? ", proven" : "");
    for (int k = 0; k < m->level_count; k++) {
        value[k] = r.levels[k].value;
        printf("  %-6s %14lld, bound %14lld, gap %7.3f %%, row %d\n", m->levels[k].name, (long long)value[k],
               r.levels[k].bounded ? (long long)r.levels[k].bound : -1, gap_pct(&r.levels[k]),
               (int)r.levels[k].binding);
    }
    const char *wrong = r.found ? model_case_wrong(m, r.option, value) : "no answer";
    printf("  checker: %-50s ", wrong ? wrong : "every capacity kept, the values are right");
    verdict(true, wrong == NULL);
    printf("  at most %4.1f s %-44s ", seconds, "");
    verdict(true, took <= seconds);
    fflush(stdout);
    plan_solve_free(s);
}

static void solve_made(int64_t jobs, int load, int64_t moves)
{
    struct model_case c;
    char name[64];

    snprintf(name, sizeof name, "%d %%, %s", load, moves >= 0 ? "limited moves" : "any moves");
    model_case_make(&c, (uint64_t)ask.seed, jobs, load, moves);
    measure(name, &c.m, c.start, jobs <= 5000 ? 2 : 10);
    model_case_free(&c);
}

static void run(int64_t jobs, int64_t load)
{
    int64_t seeds = ask.seeds > 0 ? ask.seeds : jobs <= 5000 ? 3 : 1;

    if ((ask.jobs > 0 && ask.jobs != jobs) || (ask.load > 0 && ask.load != load))
        return;
    for (int64_t i = 0; i < seeds && !ask.made; i++)
        plan_real(jobs, load, ask.seed + i);
    if (ask.made)
        solve_made(jobs, (int)load, ask.moves);
    if (ask.made && jobs >= 100000)
        solve_made(jobs, (int)load, -1);
}

int main(int argc, char **argv)
{
    static const struct option options[] = {
        {"seed", 1, NULL, 's'},  {"seeds", 1, NULL, 'n'}, {"jobs", 1, NULL, 'j'},       {"load", 1, NULL, 'l'},
        {"moves", 1, NULL, 'm'}, {"steps", 1, NULL, 't'}, {"made", 0, &ask.made, true}, {0}};
    static const int64_t sizes[] = {200, 1000, 5000, 100000, MILLION};

    for (int c; (c = getopt_long(argc, argv, "", options, NULL)) != -1;) {
        int64_t n = c != '?' && c != 0 ? strtoll(optarg, NULL, 10) : 0;
        if (c == '?')
            return 64;
        if (c == 0)
            continue;
        *(c == 's'   ? &ask.seed
          : c == 'n' ? &ask.seeds
          : c == 'j' ? &ask.jobs
          : c == 'l' ? &ask.load
          : c == 'm' ? &ask.moves
                     : &ask.steps) = n;
    }
    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++)
        for (int64_t load = 75; load <= 95; load += 20)
            run(sizes[i], load);
    printf("%d goals missed\n", table_missed);
    return 0;
}
