#include <time.h>

#include "gap.h"

/* solve_gap [--seconds S] [--seed N] FILE…: solves each generalized assignment problem (OR library's format, least cost) for at
 * most S seconds (1) and prints a line with its name, value, bound and seconds; "-" for what is not known. Exit status 1 if
 * a file is no such problem. */

static double now_s(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static void print_known(bool known, int64_t value)
{
    if (known)
        printf(" %lld", (long long)value);
    else
        printf(" -");
}

/* Slices of some 2 ms, so that the clock is read often enough. */
static bool solve(const char *path, double seconds, uint64_t seed)
{
    double begin_s = now_s();
    struct gap g;
    struct err err = {0};
    if (!gap_read(&g, path))
        return false;
    struct assign *s = assign_new(&g.problem, seed, &err);
    if (s == NULL) {
        fprintf(stderr, "%s: %s\n", path, err.text);
        gap_free(&g);
        return false;
    }
    while (now_s() - begin_s < seconds - 0.005 && assign_step(s, 1000000))
        ;
    struct assign_result r = assign_result(s);
    const char *slash = strrchr(path, '/');
    printf("%s", slash != NULL ? slash + 1 : path);
    print_known(r.found, r.value);
    print_known(r.bounded, r.bound);
    printf(" %.3f%s\n", now_s() - begin_s, r.state == ASSIGN_INFEASIBLE ? " infeasible" : "");
    fflush(stdout);
    assign_free(s);
    gap_free(&g);
    return true;
}

static int usage(void)
{
    fprintf(stderr, "usage: solve_gap [--seconds S] [--seed N] FILE...\n");
    return 64;
}

int main(int argc, char **argv)
{
    double seconds = 1;
    uint64_t seed = 1;
    int i = 1, status = 0;
    for (; i < argc && strncmp(argv[i], "--", 2) == 0; i += 2) {
        char *end = NULL;
        if (i + 1 < argc && strcmp(argv[i], "--seconds") == 0)
            seconds = strtod(argv[i + 1], &end);
        else if (i + 1 < argc && strcmp(argv[i], "--seed") == 0)
            seed = strtoull(argv[i + 1], &end, 10);
        if (end == NULL || end == argv[i + 1] || *end != '\0' || !(seconds > 0 && seconds < 1e6))
            return usage();
    }
    if (i >= argc)
        return usage();
    for (; i < argc; i++)
        if (!solve(argv[i], seconds, seed))
            status = 1;
    return status;
}
