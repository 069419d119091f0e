#include <sys/prctl.h>
#include <sys/stat.h>

#include "base/dir.h"
#include "bench/jobs.h"
#include "bench/pty.h"
#include "bench/table.h"
#include "store/store.h"

/* The console beside htop, btop, less, fzf, cat and qsort at the same terminal size in the same run (performance goals 1, 2, 6 to 11,
 * 16). Programs take turns; medians of ROUNDS, keys pooled over the rounds. Ours reads a cache without a collector. */

enum { COLS = 200, ROWS = 50, ROUNDS = 3, KEYS = 40, IDLE_MS = 6000, MANY = 1000000, SOME = 100000, FEW = 1000 };
enum { PROCESSES = 300, LINE_BYTES_PER_S = 20000, SLICE_US = 10000 };

struct program {
    const char *name, *ready, *argv[8];
    const char *keys[4]; /* typed in turn */
};

static char dir[] = "/tmp/hubtop-bench-console-XXXXXX";
static char state_few[80], state_some[80], state_many[80], state_none[80], lines[80];
static struct instant now = {INT64_C(1790000000000), 1000000};

static void die(const char *what, const struct err *err)
{
    fprintf(stderr, "bench_console: %s: %s\n", what, err ? err->text : "");
    exit(1);
}

/* --- the table */

static void ratio(int row, const char *what, double ours, const char *yardstick, double theirs, double goal)
{
    double r = ours / theirs;
    printf("%2d  %-44s %10.2f  %-26s %10.2f %7.2f  <= %6.2f  ", row, what, ours, yardstick, theirs, r, goal);
    verdict(!isnan(r), r <= goal);
}

static void count(int row, const char *what, double ours, double goal)
{
    printf("%2d  %-44s %10.2f  %-26s %10s %7s  <= %6.0f  ", row, what, ours, "(a count)", "", "", goal);
    verdict(!isnan(ours), ours <= goal);
}

/* --- what they show */

/* Jobs of jobs.h, all of them in another version. */
static void fill(struct store *s, int jobs, int version)
{
    struct err err = {0};
    struct job_texts t;
    enum store_step step;
    struct store_batch *b = store_batch_new(s, "fra", KIND_JOB, true, &err);
    for (int i = 0; b && i < jobs; i++) {
        struct row row = job_row(i, version, &t);
        if (!store_batch_add(b, &row, &err))
            die("add", &err);
    }
    if (!b)
        die("batch", &err);
    do
        step = store_batch_apply(b, now, SLICE_US, NULL, &err);
    while (step == STORE_MORE);
    if (step == STORE_FAILED)
        die("apply", &err);
    store_batch_free(b);
}

static void make_state(char path[80], const char *name, int jobs)
{
    struct err err = {0};
    snprintf(path, 80, "%s/%s", dir, name);
    mkdir(path, 0700);
    struct store *s = store_open(path, NULL, now, NULL, 0, &err);
    if (!s)
        die("open", &err);
    if (jobs)
        fill(s, jobs, 0);
    store_close(s);
}

static void make_lines(void)
{
    struct job_texts t;
    snprintf(lines, sizeof lines, "%s/lines", dir);
    FILE *f = fopen(lines, "w");
    for (int i = 0; f && i < MANY; i++) {
        struct row row = job_row(i, 0, &t);
        fprintf(f, "%s %s %s %s %ld\n", t.id, t.name, t.user, t.queue, (long)row.cells[JOB_CPUS].as.i);
    }
    if (!f || fclose(f) != 0)
        die("lines", NULL);
}

/* A home of its own: btop at 1 s, and nothing that a former run has kept. */
static void make_home(void)
{
    char path[120];
    setenv("HOME", dir, 1);
    setenv("XDG_CONFIG_HOME", dir, 1);
    snprintf(path, sizeof path, "%s/btop", dir);
    mkdir(path, 0700);
    snprintf(path, sizeof path, "%s/btop/btop.conf", dir);
    FILE *f = fopen(path, "w");
    if (!f || fputs("update_ms = 1000\n", f) < 0 || fclose(f) != 0)
        die("btop.conf", NULL);
}

static void make_processes(void)
{
    for (int i = 0; i < PROCESSES; i++)
        if (fork() == 0) {
            prctl(PR_SET_PDEATHSIG, SIGKILL);
            pause();
            _exit(0);
        }
}

/* --- the programs */

static struct program ours(const char *state, const char *view)
{
    static char bin[300];
    const char *build = getenv("BUILD");
    snprintf(bin, sizeof bin, "%s/hubtop", build ? build : "build");
    return (struct program){.name = "hubtop",
                            .ready = state == state_none ? "Q quit" : "Jobs 1-",
                            .argv = {bin, "--offline", "-s", state, "--view", view},
                            .keys = {"j", "j", "k"}};
}

/* What no console of ncurses and SQLite is faster than. */
static struct program bare(void)
{
    static char bin[300], database[100];
    const char *build = getenv("BUILD");
    snprintf(bin, sizeof bin, "%s/tests/bench/bare_screen", build ? build : "build");
    snprintf(database, sizeof database, "%s/cache.db", state_few);
    return (struct program){.name = "bare_screen", .ready = "xxxx", .argv = {bin, database}};
}

static const struct program htop = {"htop", "Load average", {"htop", "-d", "10"}, {"\033OB", "\033OB", "\033OA"}};
static const struct program btop = {"btop", "proc", {"btop"}, {NULL}};
/* A page each time: the yardstick of 0.72 ms is a repaint of less's whole screen. */
static const struct program less = {"less", "train-resnet-20", {"less", lines}, {"\033[6~", "\033[6~", "\033[5~"}};
static const struct program cat = {"cat", "train-resnet-9", {"head", "-n", "40", lines}, {NULL}};

static bool is_there(const char *name)
{
    char path[400];
    const char *at = getenv("PATH");
    while (at && *at) {
        size_t n = strcspn(at, ":");
        snprintf(path, sizeof path, "%.*s/%s", (int)n, at, name);
        if (access(path, X_OK) == 0)
            return true;
        at += n + (at[n] == ':');
    }
    return false;
}

static struct pty *start(const struct program *p, int cols, int rows)
{
    char *argv[8] = {0};
    for (int i = 0; i < 7 && p->argv[i]; i++)
        argv[i] = strdup(p->argv[i]);
    struct pty *pty = pty_start(argv, cols, rows);
    for (int i = 0; i < 7; i++)
        free(argv[i]);
    return pty;
}

/* Started, its first picture drawn; NULL when it is missing, or shows nothing of what it should. */
static struct pty *opened(const struct program *p, int bytes_per_s, double *first_ms)
{
    if (strchr(p->argv[0], '/') == NULL && !is_there(p->argv[0]))
        return NULL;
    struct pty *pty = start(p, COLS, ROWS);
    pty->bytes_per_s = bytes_per_s;
    double ms = pty_first(pty, p->ready);
    if (first_ms)
        *first_ms = ms;
    if (ms >= 0)
        return pty;
    fprintf(stderr, "%s does not show '%s'\n", p->name, p->ready);
    screen_print(pty->screen, "    | ", stderr);
    pty_end(pty);
    return NULL;
}

static void first(const struct program *p, int bytes_per_s, struct samples *out)
{
    double ms;
    struct pty *pty = opened(p, bytes_per_s, &ms);
    if (!pty)
        return;
    sample(out, ms);
    pty_end(pty);
}

static void press(struct pty *pty, const struct program *p, int n, struct samples *out)
{
    for (int i = 0, k = 0; i < n; i++, k++) {
        if (!p->keys[k])
            k = 0;
        sample(out, pty_key(pty, p->keys[k]));
    }
}

/* Until the list is whole, and quiet. */
static void loaded(struct pty *pty)
{
    int64_t end_us = clock_mono_us() + 20000000;
    do
        pty_idle(pty, 300);
    while (screen_has(pty->screen, " loading") && clock_mono_us() < end_us);
    pty_idle(pty, 1200);
}

static void keys(const struct program *p, int bytes_per_s, struct samples *out)
{
    struct pty *pty = opened(p, bytes_per_s, NULL);
    if (!pty)
        return;
    pty_idle(pty, 300);
    if (!bytes_per_s)
        loaded(pty);
    press(pty, p, bytes_per_s ? KEYS / 4 : KEYS, out);
    pty_end(pty);
}

/* --- 1, 2: idle, bytes */

struct idle {
    struct samples cpu_percent, bytes_per_s, wakes_per_s;
};

static void idle(const struct program *p, struct idle *out)
{
    struct pty *pty = opened(p, 0, NULL);
    if (!pty)
        return;
    pty_idle(pty, 2000);
    struct usage before = pty_usage(pty);
    size_t bytes = pty->bytes;
    pty_idle(pty, IDLE_MS);
    bytes = pty->bytes - bytes;
    struct usage after = pty_usage(pty);
    sample(&out->cpu_percent, (after.cpu_ms - before.cpu_ms) / IDLE_MS * 100);
    sample(&out->wakes_per_s, (double)(after.wakes - before.wakes) * 1000 / IDLE_MS);
    sample(&out->bytes_per_s, (double)bytes * 1000 / IDLE_MS);
    pty_end(pty);
}

static void bench_idle(void)
{
    static struct idle our, their, bt;
    struct program jobs = ours(state_few, "jobs");
    for (int i = 0; i < ROUNDS; i++) {
        idle(&jobs, &our);
        idle(&htop, &their);
        idle(&btop, &bt);
    }
    ratio(1, "idle processor time, %", quantile(&our.cpu_percent, 0.5), "htop -d 10, 300 processes",
          quantile(&their.cpu_percent, 0.5), 0.15);
    count(1, "idle bytes a second", quantile(&our.bytes_per_s, 0.5), 60);
    printf("%2d  %-44s %10.2f  (goal 1.10: ", 1, "idle wake-ups a second", quantile(&our.wakes_per_s, 0.5));
    printf("%s)\n", quantile(&our.wakes_per_s, 0.5) <= 1.1 ? "met" : "MISSED");
    table_missed += !(quantile(&our.wakes_per_s, 0.5) <= 1.1);
    ratio(2, "bytes of a refresh, a second", quantile(&our.bytes_per_s, 0.5), "btop at 1 s",
          quantile(&bt.bytes_per_s, 0.5), 0.1);
}

static double first_bytes(const char *state, const char *view, const char *ready, int cols, int rows)
{
    struct program p = ours(state, view);
    struct pty *pty = start(&p, cols, rows);
    double ms = pty_first(pty, ready), bytes = (double)pty->bytes;
    pty_end(pty);
    return ms < 0 ? (double)NAN : bytes;
}

static int changed(struct screen *s, VTermScreenCell *was)
{
    int n = 0;
    for (int at = 0; at < s->rows * s->cols; at++) {
        VTermScreenCell cell;
        memset(&cell, 0, sizeof cell);
        vterm_screen_get_cell(s->shown, (VTermPos){.row = at / s->cols, .col = at % s->cols}, &cell);
        n += memcmp(cell.chars, was[at].chars, sizeof cell.chars) != 0 ||
             !vterm_color_is_equal(&cell.fg, &was[at].fg) || !vterm_color_is_equal(&cell.bg, &was[at].bg) ||
             cell.attrs.reverse != was[at].attrs.reverse || cell.attrs.bold != was[at].attrs.bold;
        was[at] = cell;
    }
    return n;
}

static double bytes_per_cell(const char *key)
{
    static VTermScreenCell was[COLS * ROWS];
    struct program p = ours(state_few, "jobs");
    struct pty *pty = opened(&p, 0, NULL);
    if (!pty)
        return NAN;
    changed(pty->screen, was);
    size_t bytes = pty->bytes, cells = 0;
    for (int i = 0; i < KEYS / 4; i++) {
        pty_key(pty, key);
        cells += (size_t)changed(pty->screen, was);
    }
    bytes = pty->bytes - bytes;
    pty_end(pty);
    return cells ? (double)bytes / (double)cells : (double)NAN;
}

static void bench_bytes(void)
{
    count(2, "bytes for each changed cell: a row on", bytes_per_cell("j"), 3);
    count(2, "bytes for each changed cell: a page on", bytes_per_cell("\033[6~"), 3);
    count(2, "bytes of the first screen, 160x45", first_bytes(state_few, "jobs", "Jobs 1-", 160, 45), 16384);
    count(2, "bytes of the first screen, 80x24", first_bytes(state_few, "jobs", "Jobs 1-", 80, 24), 4198);
}

/* --- 6, 7, 9, 16: pictures and keys */

static void bench_first(void)
{
    static struct samples few, none, many, plain, ht, least;
    struct program f = ours(state_few, "jobs"), n = ours(state_none, "jobs"), m = ours(state_many, "jobs"), b = bare();
    for (int i = 0; i < ROUNDS + 2; i++) {
        first(&f, 0, &few);
        first(&n, 0, &none);
        first(&m, 0, &many);
        first(&cat, 0, &plain);
        first(&b, 0, &least);
        first(&htop, 0, &ht);
    }
    double ms = quantile(&few, 0.5), floor_ms = quantile(&least, 0.5), plain_ms = quantile(&plain, 0.5);
    ratio(6, "first picture with data, ms", ms, "head -n 40 on a pty", plain_ms, 2);
    printf("%2d  %-44s %10.2f  %-26s %10.2f %7.2f  (the floor)\n", 6, "  of bare ncurses and SQLite", floor_ms,
           "head -n 40 on a pty", plain_ms, floor_ms / plain_ms);
    ratio(6, "first picture with data, ms", ms, "htop", quantile(&ht, 0.5), 0.25);
    ratio(6, "first picture, 1,000,000 jobs, ms", quantile(&many, 0.5), "no jobs", quantile(&none, 0.5), 1.3);
}

static void bench_keys(void)
{
    static struct samples few, many, ht, le;
    struct program f = ours(state_few, "jobs"), m = ours(state_many, "jobs");
    for (int i = 0; i < ROUNDS; i++) {
        keys(&f, 0, &few);
        keys(&htop, 0, &ht);
        keys(&m, 0, &many);
        keys(&less, 0, &le);
    }
    double p50 = quantile(&few, 0.5);
    ratio(7, "a row on, p50, ms", p50, "htop", quantile(&ht, 0.5), 1.0);
    ratio(7, "a row on, p50, ms", p50, "less, PgDn in 10^6 lines", quantile(&le, 0.5), 1.5);
    ratio(7, "a row on, p90, ms", quantile(&few, 0.9), "its own p50", p50, 2);
    ratio(7, "a row on, 1,000,000 jobs, p50, ms", quantile(&many, 0.5), "less, PgDn in 10^6 lines", quantile(&le, 0.5),
          1.5);
}

/* Keys in a list that is whole, or that a million rows come into at that moment. */
static void scroll(const struct program *p, bool whole, struct samples *out)
{
    struct pty *pty = opened(p, 0, NULL);
    if (!pty)
        return;
    if (whole)
        loaded(pty);
    press(pty, p, KEYS / 4, out);
    pty_end(pty);
}

static void bench_scroll(void)
{
    static const struct {
        const char *what;
        bool whole;
        const char *keys[4];
    } scrolls[] = {
        {"PgDn, p90, ms", true, {"\033[6~"}},
        {"G and g, p90, ms", true, {"G", "g"}},
        {"PgDn while rows are loaded, p90, ms", false, {"\033[6~"}},
    };
    for (size_t k = 0; k < sizeof scrolls / sizeof scrolls[0]; k++) {
        struct samples few = {0}, many = {0};
        struct program f = ours(state_few, "jobs"), m = ours(state_many, "jobs");
        memcpy(f.keys, scrolls[k].keys, sizeof f.keys);
        memcpy(m.keys, scrolls[k].keys, sizeof m.keys);
        for (int i = 0; i < ROUNDS; i++) {
            scroll(&f, scrolls[k].whole, &few);
            scroll(&m, scrolls[k].whole, &many);
        }
        ratio(9, scrolls[k].what, quantile(&many, 0.9), "1,000 jobs", quantile(&few, 0.9), 1.2);
    }
}

static void bench_line(void)
{
    struct samples our = {0}, their = {0}, our_first = {0}, their_first = {0};
    struct program f = ours(state_few, "jobs");
    for (int i = 0; i < ROUNDS; i++) {
        first(&f, LINE_BYTES_PER_S, &our_first);
        first(&htop, LINE_BYTES_PER_S, &their_first);
        keys(&f, LINE_BYTES_PER_S, &our);
        keys(&htop, LINE_BYTES_PER_S, &their);
    }
    ratio(16, "a row on, 20 KB/s, p50, ms", quantile(&our, 0.5), "htop", quantile(&their, 0.5), 1.5);
    ratio(16, "the first screen, 20 KB/s, ms", quantile(&our_first, 0.5), "htop", quantile(&their_first, 0.5), 1);
}

/* --- 8: while 100,000 changed jobs are stored, again and again. Each commit changes the whole screen, too: what is measured is when the
 * key's own effect is there. */

static pid_t storing(const char *state)
{
    pid_t pid = fork();
    if (pid != 0)
        return pid;
    struct err err = {0};
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    struct store *s = store_open(state, NULL, now, NULL, 0, &err);
    if (!s)
        die("store", &err);
    for (int version = 1;; version++) {
        now.utc_ms += 1000;
        fill(s, SOME, version);
    }
}

static void select_rows(const struct program *p, struct samples *out)
{
    enum {
        SWING = 10
    }; /* to and fro within the rows above the job's details: at their edge the list moves, not the cursor */
    struct pty *pty = opened(p, 0, NULL);
    if (!pty)
        return;
    loaded(pty);
    pty_key(pty, "jjjjj");
    for (int i = 0; i < KEYS; i++) {
        double ms = pty_select(pty, i / SWING % 2 ? "k" : "j");
        if (ms < 0)
            fprintf(stderr, "a row on: nothing moves\n");
        sample(out, ms);
        pty_idle(pty, PTY_QUIET_MS);
    }
    pty_end(pty);
}

static void bench_storing(void)
{
    static struct samples quiet, busy;
    struct program p = ours(state_some, "jobs");
    for (int i = 0; i < ROUNDS; i++) {
        select_rows(&p, &quiet);
        pid_t writer = storing(state_some);
        usleep(500000);
        select_rows(&p, &busy);
        kill(writer, SIGKILL);
        waitpid(writer, NULL, 0);
    }
    ratio(8, "a row on while 100,000 jobs are stored, p90", quantile(&busy, 0.9), "itself idle", quantile(&quiet, 0.9),
          2);
    count(8, "the same, the longest, ms", quantile(&busy, 1.0), 50);
}

/* --- 10, 11: a million jobs */

static double key_cpu(struct pty *pty, const char *keys_typed)
{
    double before = pty_usage(pty).cpu_ms;
    if (pty_key(pty, keys_typed) < 0)
        return NAN;
    pty_idle(pty, 1500);
    return pty_usage(pty).cpu_ms - before;
}

static double fzf_cpu(void)
{
    char command[160];
    snprintf(command, sizeof command, "fzf < %s", lines);
    const struct program fzf = {"fzf", "1000000/1000000", {"sh", "-c", command}, {NULL}};
    struct pty *pty = is_there("fzf") ? opened(&fzf, 0, NULL) : NULL;
    double ms = pty ? key_cpu(pty, "7") : (double)NAN;
    if (pty)
        pty_end(pty);
    return ms;
}

static int by_name(const void *a, const void *b)
{
    return strcmp(((const struct job_texts *)a)->name, ((const struct job_texts *)b)->name);
}

static double qsort_cpu(void)
{
    struct job_texts *all = malloc(MANY * sizeof *all);
    for (int i = 0; all && i < MANY; i++)
        job_row(i, 0, &all[i]);
    clock_t from = clock();
    if (all)
        qsort(all, MANY, sizeof *all, by_name);
    double ms = (double)(clock() - from) * 1000 / CLOCKS_PER_SEC;
    free(all);
    return all ? ms : (double)NAN;
}

static void bench_many(void)
{
    struct samples filter = {0}, sort = {0}, sort_number = {0}, fz = {0}, qs = {0};
    struct program m = ours(state_many, "jobs");
    for (int i = 0; i < ROUNDS; i++) {
        struct pty *pty = opened(&m, 0, NULL);
        if (!pty)
            return;
        loaded(pty);
        pty_key(pty, ":sort name");
        pty_idle(pty, 300);
        sample(&sort, key_cpu(pty, "\r"));
        pty_key(pty, ":sort -priority");
        pty_idle(pty, 300);
        sample(&sort_number, key_cpu(pty, "\r"));
        pty_key(pty, "/");
        pty_idle(pty, 300);
        sample(&filter, key_cpu(pty, "7"));
        if (!screen_has(pty->screen, "of 1000000") && !screen_has(pty->screen, "of 1,000,000"))
            fprintf(stderr, "the filter's key does not filter\n");
        pty_end(pty);
        sample(&fz, fzf_cpu());
        sample(&qs, qsort_cpu());
    }
    ratio(10, "a filter key, 1,000,000 jobs, ms of processor", quantile(&filter, 0.5), "fzf, 1,000,000 lines",
          quantile(&fz, 0.5), 0.05);
    ratio(10, "sort by name, ms of processor", quantile(&sort, 0.5), "qsort of 1,000,000 records", quantile(&qs, 0.5),
          0.4);
    ratio(10, "sort by priority, ms of processor", quantile(&sort_number, 0.5), "qsort of 1,000,000 records",
          quantile(&qs, 0.5), 0.4);
}

static double memory_kb(const char *state)
{
    struct program p = ours(state, "jobs");
    struct pty *pty = opened(&p, 0, NULL);
    if (!pty)
        return NAN;
    press(pty, &p, 3, &(struct samples){0});
    loaded(pty);
    pty_key(pty, ":sort name\r"); /* two orders at hand */
    pty_idle(pty, 1500);
    double kb = (double)pty_usage(pty).anon_kb;
    pty_end(pty);
    return kb;
}

static void bench_memory(void)
{
    double some = memory_kb(state_some), many = memory_kb(state_many);
    count(11, "memory a job, 10^5 to 10^6 jobs, bytes", (many - some) * 1024 / (MANY - SOME), 110);
    printf("11  %-44s %10.2f\n", "memory of the console, 10^6 jobs, MB", many / 1024);
}

/* Without names all of them. */
static bool is_wanted(const char *name, int argc, char **argv)
{
    bool wanted = argc == 1;
    for (int i = 1; i < argc; i++)
        wanted = wanted || strcmp(argv[i], name) == 0;
    return wanted;
}

int main(int argc, char **argv)
{
    static const struct {
        const char *name;
        void (*run)(void);
    } benches[] = {
        {"idle", bench_idle}, {"bytes", bench_bytes},     {"first", bench_first},
        {"keys", bench_keys}, {"storing", bench_storing}, {"scroll", bench_scroll},
        {"many", bench_many}, {"memory", bench_memory},   {"line", bench_line},
    };
    static const char *const yardsticks[] = {"htop", "btop", "less", "fzf"};
    if (!mkdtemp(dir))
        die("mkdtemp", NULL);
    make_home();
    make_lines();
    make_state(state_none, "none", 0);
    make_state(state_few, "few", FEW);
    make_state(state_some, "some", SOME);
    make_state(state_many, "many", MANY);
    make_processes();
    printf("%dx%d, medians of %d rounds\n", COLS, ROWS, ROUNDS);
    for (size_t i = 0; i < sizeof yardsticks / sizeof yardsticks[0]; i++)
        if (!is_there(yardsticks[i]))
            printf("%s IS NOT INSTALLED: nothing is compared with it\n", yardsticks[i]);
    puts("(1 with ten feeds and 8 with 1,000 endpoints swept: bench_feeds)");
    printf("%2s  %-44s %10s  %-26s %10s %7s  %9s\n", "#", "what", "ours", "yardstick", "theirs", "ratio", "goal");
    for (size_t i = 0; i < sizeof benches / sizeof benches[0]; i++) {
        if (is_wanted(benches[i].name, argc, argv))
            benches[i].run();
        fflush(stdout);
    }
    printf("%d missed\n", table_missed);
    dir_remove(dir);
    return 0;
}
