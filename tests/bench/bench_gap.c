#include <dirent.h>
#include <fcntl.h>
#include <inttypes.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "gap.h"

/* bench_gap [--seed N]: the solver of assignment problems on corpora/gap, and on instances that are made at once of the published
 * classes with that seed: value, best known, gap to it, own bound, its gap to the best known bound, seconds; after 1 and
 * after 5 s. Beside it CBC and GLPK with the same time, where they are installed. Goals: 0.5 % in 1 s, 0.3 % in 5 s, the bound
 * within 0.5 %. What is known of one that was made is what the solver knows after LONG_S with another seed. Own seconds
 * are the processor's; the others keep their limit by a clock of their own. */
enum { LONG_S = 20 };

struct known {
    int64_t bound, best;
};

static char dir[] = "/tmp/hubtop-bench-gap-XXXXXX";

static double seconds_of(clockid_t clock)
{
    struct timespec t;
    clock_gettime(clock, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static double now_s(void)
{
    return seconds_of(CLOCK_PROCESS_CPUTIME_ID);
}

/* The line of best-known.csv: instance,jobs,agents,best_bound,optimum,best_value. */
static bool find_known(const char *corpus, const char *name, struct known *known)
{
    char path[1024], line[256];
    snprintf(path, sizeof path, "%s/best-known.csv", corpus);
    FILE *f = fopen(path, "r");
    bool found = false;
    while (f != NULL && !found && fgets(line, sizeof line, f) != NULL) {
        size_t length = strlen(name);
        char *comma = line, *last = strrchr(line, ',');
        if (strncmp(line, name, length) != 0 || line[length] != ',')
            continue;
        for (int i = 0; i < 3 && comma != NULL; i++)
            comma = strchr(comma + 1, ',');
        found = comma != NULL && last != NULL;
        if (found)
            *known = (struct known){strtoll(comma + 1, NULL, 10), strtoll(last + 1, NULL, 10)};
    }
    if (f != NULL)
        fclose(f);
    return found;
}

static bool write_lp(const struct gap *g, const char *path)
{
    FILE *f = fopen(path, "w");
    if (f == NULL)
        return false;
    fprintf(f, "Minimize\n obj:");
    for (int i = 0; i < g->n * g->m; i++)
        fprintf(f, " + %lld x%d_%d\n", (long long)g->cost[i], i % g->m, i / g->m);
    fprintf(f, "Subject To\n");
    for (int i = 0; i < g->n; i++) {
        fprintf(f, " job%d:", i);
        for (int j = 0; j < g->m; j++)
            fprintf(f, " + x%d_%d", j, i);
        fprintf(f, " = 1\n");
    }
    for (int j = 0; j < g->m; j++) {
        fprintf(f, " agent%d:", j);
        for (int i = 0; i < g->n; i++)
            fprintf(f, " + %d x%d_%d\n", (int)g->amount[i * g->m + j], j, i);
        fprintf(f, " <= %lld\n", (long long)g->capacity[j]);
    }
    fprintf(f, "Binary\n");
    for (int i = 0; i < g->n * g->m; i++)
        fprintf(f, " x%d_%d\n", i % g->m, i / g->m);
    fprintf(f, "End\n");
    return fclose(f) == 0;
}

/* Runs a program with its output thrown away; false if it is not there. */
static bool run(const char *const *words)
{
    char *argv[16] = {NULL};
    int status = 0;
    for (int i = 0; i < 15 && words[i] != NULL; i++)
        argv[i] = strdup(words[i]);
    pid_t child = fork();
    if (child == 0) {
        int null = open("/dev/null", O_RDWR);
        dup2(null, 1);
        dup2(null, 2);
        execvp(argv[0], argv);
        _exit(127);
    }
    for (int i = 0; i < 15; i++)
        free(argv[i]);
    return child > 0 && waitpid(child, &status, 0) == child && !(WIFEXITED(status) && WEXITSTATUS(status) == 127);
}

/* The number after `words` in the file; false if there is none. */
static bool find_number(const char *path, const char *words, double *out)
{
    char line[512];
    FILE *f = fopen(path, "r");
    bool found = false;
    while (f != NULL && !found && fgets(line, sizeof line, f) != NULL) {
        const char *at = strstr(line, words);
        char *end = NULL;
        if (strstr(line, "UNDEFINED") != NULL || strstr(line, "nfeasible") != NULL)
            break;
        if (at != NULL)
            *out = strtod(at + strlen(words), &end);
        found = at != NULL && end != at + strlen(words);
    }
    if (f != NULL)
        fclose(f);
    return found;
}

static void print_other(const char *name, bool there, bool found, double value, int64_t best, double seconds)
{
    if (!there)
        printf("  %s NOT INSTALLED", name);
    else if (!found)
        printf("  %s no value %.1f s", name, seconds);
    else
        printf("  %s %.0f %.2f %% %.1f s", name, value, 100 * (value - (double)best) / (double)best, seconds);
}

static void run_others(const char *lp, const char *solution, int seconds, int64_t best)
{
    char limit[16];
    double value = 0, begin_s = seconds_of(CLOCK_MONOTONIC);
    snprintf(limit, sizeof limit, "%d", seconds);
    const char *cbc[] = {"cbc", lp, "sec", limit, "solve", "solu", solution, NULL};
    const char *glpk[] = {"glpsol", "--lp", lp, "--tmlim", limit, "-o", solution, NULL};
    unlink(solution);
    bool there = run(cbc), found = find_number(solution, "objective value", &value);
    print_other("CBC", there, found, value, best, seconds_of(CLOCK_MONOTONIC) - begin_s);
    unlink(solution);
    begin_s = seconds_of(CLOCK_MONOTONIC);
    there = run(glpk);
    found = find_number(solution, "obj =", &value);
    print_other("GLPK", there, found, value, best, seconds_of(CLOCK_MONOTONIC) - begin_s);
    unlink(solution);
}

static void solve(const char *name, const struct gap *g, const struct known *known, int seconds, const char *lp)
{
    char solution[64];
    double begin_s = now_s();
    struct assign *s = assign_new(&g->problem, 1, NULL);
    while (s != NULL && now_s() - begin_s < seconds - 0.005 && assign_step(s, 1000000))
        ;
    double took_s = now_s() - begin_s;
    struct assign_result r = s != NULL ? assign_result(s) : (struct assign_result){0};
    double gap = 100 * (double)(r.value - known->best) / (double)known->best;
    double bound_gap = 100 * (double)(known->bound - r.bound) / (double)known->bound;
    bool good = r.found && gap <= (seconds == 1 ? 0.5 : 0.3) && bound_gap <= 0.5 && r.bound <= known->best;
    printf("%-10s %d s: %7lld, best %7lld, gap %5.2f %%, bound %7lld, gap %5.2f %%, %.3f s%s", name, seconds,
           r.found ? (long long)r.value : -1, (long long)known->best, gap, (long long)r.bound, bound_gap, took_s,
           good ? "" : " MISSES THE GOAL");
    assign_free(s);
    fflush(stdout);
    snprintf(solution, sizeof solution, "%s/solution", dir);
    run_others(lp, solution, seconds, known->best);
    printf("\n");
    fflush(stdout);
}

static void solve_made(char class, int m, int n, uint64_t seed, const char *lp)
{
    struct gap g;
    char name[48];
    gap_make(&g, class, m, n, seed);
    snprintf(name, sizeof name, "%c%02d%d/%" PRIu64, class, m, n, seed);
    struct assign *s = assign_new(&g.problem, 2, NULL);
    double begin_s = now_s();
    while (now_s() - begin_s < LONG_S && assign_step(s, 1000000))
        ;
    struct assign_result r = assign_result(s);
    const struct known known = {r.bound, r.value};
    bool found = r.found && write_lp(&g, lp);
    assign_free(s);
    for (int seconds = 1; found && seconds <= 5; seconds += 4)
        solve(name, &g, &known, seconds, lp);
    if (!found)
        printf("%-10s has no answer\n", name);
    gap_free(&g);
}

/* 100,000 jobs on 10 agents: what is known after some seconds. */
static void solve_large(char class)
{
    struct gap g;
    gap_make(&g, class, 10, 100000, 77);
    struct assign *s = assign_new(&g.problem, 1, NULL);
    double begin_s = now_s();
    for (int seconds = 1; seconds <= 8; seconds *= 2) {
        while (now_s() - begin_s < seconds && assign_step(s, 1000000))
            ;
        struct assign_result r = assign_result(s);
        printf("class %c, 100000 jobs, 10 agents, %d s: ", class, seconds);
        if (r.found)
            printf("value %lld, bound %lld, gap %.3f %%\n", (long long)r.value, (long long)r.bound,
                   100 * (double)(r.value - r.bound) / (double)r.bound);
        else
            printf("no value yet, bound %lld\n", (long long)r.bound);
    }
    assign_free(s);
    gap_free(&g);
}

static const struct {
    int agents, jobs;
} sizes[] = {{5, 100}, {10, 100}, {10, 200}, {20, 200}};

int main(int argc, char **argv)
{
    uint64_t seed = argc == 3 && strcmp(argv[1], "--seed") == 0 ? strtoull(argv[2], NULL, 10) : 1;
    char corpus[512], path[1024], lp[64];
    const char *shared = getenv("HUBTOP_SHARED");
    struct dirent **names = NULL;
    snprintf(corpus, sizeof corpus, "%s/corpora/gap", shared != NULL ? shared : "../shared");
    int n = scandir(corpus, &names, NULL, alphasort);
    if (n < 0)
        printf("SKIP: %s is absent\n", corpus);
    if (mkdtemp(dir) == NULL)
        return 1;
    snprintf(lp, sizeof lp, "%s/problem.lp", dir);
    for (int i = 0; i < n; i++) {
        struct known known;
        struct gap g;
        snprintf(path, sizeof path, "%s/%s", corpus, names[i]->d_name);
        if (find_known(corpus, names[i]->d_name, &known) && gap_read(&g, path)) {
            if (write_lp(&g, lp))
                for (int seconds = 1; seconds <= 5; seconds += 4)
                    solve(names[i]->d_name, &g, &known, seconds, lp);
            gap_free(&g);
        }
        free(names[i]);
    }
    free(names);
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++)
        for (const char *class = "cde"; *class != '\0'; class ++)
            solve_made(*class, sizes[i].agents, sizes[i].jobs, seed, lp);
    unlink(lp);
    rmdir(dir);
    for (const char *class = "cde"; *class != '\0'; class ++)
        solve_large(*class);
    return 0;
}
