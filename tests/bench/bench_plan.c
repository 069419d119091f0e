#include <getopt.h>
#include <sys/resource.h>
#include <time.h>

#include "bench/anon.h"
#include "bench/plan_case.h"
#include "bench/table.h"
#include "planner/plan_solve.h"

/* The solver of plans on models like the real problem: 200 to 1,000,000 waiting jobs at loads of 75 and 95 %; jobs,
 * groups, processor seconds, steps, memory, and of each level value, bound and gap; an independent checker of each
 * answer. Goals: 5,000 jobs in 2 s, 1,000,000 in 10 s, a gap of at most 1 % on cost among equal first objectives.
 * bench_plan [--seed N] [--jobs N] [--load PCT] [--moves N] [--steps N] */

enum { STEPS_A_SECOND = 400000000 };

static struct {
    uint64_t seed;
    int64_t jobs, load, moves, steps;
} ask = {.seed = 1, .moves = 10000};

static double cpu_s(void)
{
    struct timespec t;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static double gap_pct(const struct plan_solve_level *level)
{
    double value = (double)level->value;
    return value == 0 ? level->bound < 0 ? INFINITY : 0 : 100 * (value - (double)level->bound) / fabs(value);
}

/* Solves a model in `seconds` of steps and prints what is known; the checker's verdict counts as a goal, and so do time and the second
 * level's gap. For any model: one of real facts too. */
static void measure(const char *name, const struct plan_model *m, const int32_t *start, double seconds)
{
    struct err err = {0};
    int64_t steps = ask.steps > 0 ? ask.steps : (int64_t)(seconds * STEPS_A_SECOND), value[PLAN_LEVELS_MAX];
    double before = (double)anon_kb() / 1024, most = 0, from = cpu_s();
    struct plan_solver *s = plan_solve_new(m, start, ask.seed, &err);
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
    const char *wrong = r.found ? plan_case_wrong(m, r.option, value) : "no answer";
    printf("  checker: %-50s ", wrong ? wrong : "every capacity kept, the values are right");
    verdict(true, wrong == NULL);
    printf("  at most %4.1f s %-44s ", seconds, "");
    verdict(true, took <= seconds);
    printf("  gap of the cost at most 1 %%%-34s ", "");
    verdict(m->level_count > 1, m->level_count > 1 && gap_pct(&r.levels[1]) <= 1);
    fflush(stdout);
    plan_solve_free(s);
}

static void run(int64_t jobs, int load, int64_t moves)
{
    struct plan_case c;
    char name[64];
    if ((ask.jobs > 0 && ask.jobs != jobs) || (ask.load > 0 && ask.load != load))
        return;
    snprintf(name, sizeof name, "%d %%, %s", load, moves >= 0 ? "limited moves" : "any moves");
    plan_case_make(&c, ask.seed, jobs, load, moves);
    measure(name, &c.m, c.start, jobs <= 5000 ? 2 : 10);
    plan_case_free(&c);
}

int main(int argc, char **argv)
{
    static const struct option options[] = {{"seed", 1, NULL, 's'},  {"jobs", 1, NULL, 'j'},  {"load", 1, NULL, 'l'},
                                            {"moves", 1, NULL, 'm'}, {"steps", 1, NULL, 't'}, {0}};
    static const int64_t sizes[] = {200, 1000, 5000, 100000, 1000000};
    for (int c; (c = getopt_long(argc, argv, "", options, NULL)) != -1;) {
        int64_t n = c != '?' ? strtoll(optarg, NULL, 10) : 0;
        if (c == '?')
            return 64;
        *(c == 's'   ? (int64_t *)&ask.seed
          : c == 'j' ? &ask.jobs
          : c == 'l' ? &ask.load
          : c == 'm' ? &ask.moves
                     : &ask.steps) = n;
    }
    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++)
        for (int load = 75; load <= 95; load += 20) {
            run(sizes[i], load, ask.moves);
            if (sizes[i] >= 100000)
                run(sizes[i], load, -1);
        }
    printf("%d goals missed\n", table_missed);
    return 0;
}
