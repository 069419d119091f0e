#ifndef HUBTOP_TESTS_BENCH_PTY_H
#define HUBTOP_TESTS_BENCH_PTY_H

/* A terminal program in a pty, measured from the outside: times of what it draws, bytes, changed cells, processor time, wake-ups and
 * memory of its tree of processes. */

#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <poll.h>
#include <pty.h>
#include <signal.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wunused-function" /* not all of it is needed here */
#include "e2e/screen.h"
#pragma GCC diagnostic pop

enum { PTY_QUIET_MS = 30, PTY_FIRST_QUIET_MS = 150, PTY_READ = 65536 };

struct pty {
    pid_t pid;
    int fd;
    struct screen *screen;
    int64_t begun_us, last_us; /* `last_us`: when output was read last */
    size_t bytes;
    int bytes_per_s; /* no faster than this; 0: as fast as it comes */
};

struct usage {
    double cpu_ms;
    long wakes;
    long anon_kb;
};

static void pty_answer(void *ctx, const char *bytes, size_t n)
{
    const struct pty *p = ctx;
    if (write(p->fd, bytes, n) < 0)
        return;
}

static struct pty *pty_start(char *const argv[], int cols, int rows)
{
    struct pty *p = calloc(1, sizeof *p);
    struct winsize size = {.ws_col = (unsigned short)cols, .ws_row = (unsigned short)rows};
    p->screen = screen_new(cols, rows, pty_answer, p);
    p->begun_us = p->last_us = clock_mono_us();
    p->pid = forkpty(&p->fd, NULL, NULL, &size);
    if (p->pid == 0) {
        setenv("TERM", "xterm-256color", 1);
        setenv("LC_ALL", "C.UTF-8", 1);
        execvp(argv[0], argv);
        _exit(127);
    }
    return p;
}

/* Takes what comes within `ms`; false when nothing came, or the program is gone. */
static bool pty_take(struct pty *p, int ms)
{
    static char bytes[PTY_READ];
    struct pollfd ready = {.fd = p->fd, .events = POLLIN};
    if (poll(&ready, 1, ms) <= 0)
        return false;
    size_t want = p->bytes_per_s ? (size_t)p->bytes_per_s / 50 : sizeof bytes;
    ssize_t n = read(p->fd, bytes, want);
    if (n <= 0)
        return false;
    p->last_us = clock_mono_us();
    p->bytes += (size_t)n;
    screen_feed(p->screen, bytes, (size_t)n);
    if (p->bytes_per_s)
        usleep((useconds_t)(n * 1000000 / p->bytes_per_s));
    return true;
}

/* Until nothing comes for `quiet_ms`, at most 20 s. */
static void pty_settle(struct pty *p, int quiet_ms)
{
    int64_t end_us = clock_mono_us() + 20000000;
    while (clock_mono_us() < end_us && pty_take(p, quiet_ms))
        continue;
}

/* Until `text` stands on the screen and the picture is whole: ms since the start, -1 when it never does. */
static double pty_first(struct pty *p, const char *text)
{
    int64_t end_us = p->begun_us + 60000000;
    while (clock_mono_us() < end_us && !screen_has(p->screen, text))
        if (!pty_take(p, 100) && waitpid(p->pid, NULL, WNOHANG) == p->pid)
            return -1;
    if (!screen_has(p->screen, text))
        return -1;
    pty_settle(p, PTY_FIRST_QUIET_MS);
    return (double)(p->last_us - p->begun_us) / 1000;
}

/* Types it; ms until the last byte of what it changed on the screen, -1 when nothing came within a second. */
static double pty_key(struct pty *p, const char *keys)
{
    while (pty_take(p, 0))
        continue;
    int64_t from_us = clock_mono_us();
    if (write(p->fd, keys, strlen(keys)) < 0 || !pty_take(p, 1000))
        return -1;
    pty_settle(p, PTY_QUIET_MS);
    return (double)(p->last_us - from_us) / 1000;
}

static bool pty_look_same(const VTermScreenCell *a, const VTermScreenCell *b)
{
    return a->attrs.reverse == b->attrs.reverse && vterm_color_is_equal(&a->bg, &b->bg);
}

/* The row of a list that is painted unlike all others: the selected one. -1: there is none, or several. */
static int pty_selected(const struct pty *p)
{
    enum { TOP = 4, COL = 4 };
    int n = p->screen->rows - 2 * TOP, odd = -1;
    VTermScreenCell *cells = calloc((size_t)n, sizeof *cells);
    for (int i = 0; i < n; i++)
        vterm_screen_get_cell(p->screen->shown, (VTermPos){.row = TOP + i, .col = COL}, &cells[i]);
    for (int i = 0; i < n; i++) {
        int like = 0;
        for (int k = 0; k < n; k++)
            like += pty_look_same(&cells[i], &cells[k]);
        odd = like > 1 ? odd : odd == -1 ? i : -2;
    }
    free(cells);
    return odd < 0 ? -1 : TOP + odd;
}

/* Types it; ms until the picture came on which another row is selected, -1 when none did within a second. Pictures of new data may
 * come before and after it. */
__attribute__((unused)) static double pty_select(struct pty *p, const char *keys)
{
    while (pty_take(p, 0))
        continue;
    int before = pty_selected(p);
    int64_t from_us = clock_mono_us();
    if (before < 0 || write(p->fd, keys, strlen(keys)) < 0)
        return -1;
    while (pty_selected(p) == before)
        if (clock_mono_us() - from_us > 1000000 || !pty_take(p, 1000))
            return -1;
    return (double)(p->last_us - from_us) / 1000;
}

static void pty_idle(struct pty *p, int ms)
{
    int64_t end_us = clock_mono_us() + (int64_t)ms * 1000, left;
    while ((left = end_us - clock_mono_us()) > 0)
        pty_take(p, (int)(left / 1000) + 1);
}

static long pty_field(const char *path, const char *name)
{
    char line[256];
    long value = 0;
    FILE *f = fopen(path, "r");
    while (f && fgets(line, sizeof line, f))
        if (strncmp(line, name, strlen(name)) == 0)
            value = strtol(line + strlen(name), NULL, 10);
    if (f)
        fclose(f);
    return value;
}

static bool pty_below(pid_t pid, pid_t root)
{
    char path[64];
    for (int depth = 0; pid > 1 && pid != root && depth < 8; depth++) {
        snprintf(path, sizeof path, "/proc/%d/status", (int)pid);
        pid = (pid_t)pty_field(path, "PPid:");
    }
    return pid == root;
}

static void pty_add(pid_t pid, struct usage *u)
{
    char path[300];
    clockid_t id;
    struct timespec t;
    if (clock_getcpuclockid(pid, &id) == 0 && clock_gettime(id, &t) == 0)
        u->cpu_ms += (double)t.tv_sec * 1e3 + (double)t.tv_nsec / 1e6;
    snprintf(path, sizeof path, "/proc/%d/status", (int)pid);
    u->anon_kb += pty_field(path, "RssAnon:");
    snprintf(path, sizeof path, "/proc/%d/task", (int)pid);
    DIR *tasks = opendir(path);
    for (struct dirent *e; tasks && (e = readdir(tasks));) {
        if (!isdigit((unsigned char)e->d_name[0]))
            continue;
        snprintf(path, sizeof path, "/proc/%d/task/%.20s/status", (int)pid, e->d_name);
        u->wakes += pty_field(path, "voluntary_ctxt_switches:");
    }
    if (tasks)
        closedir(tasks);
}

/* Of all processes below the program that live now. */
static struct usage pty_usage(const struct pty *p)
{
    struct usage u = {0};
    DIR *all = opendir("/proc");
    for (struct dirent *e; all && (e = readdir(all));) {
        pid_t pid = isdigit((unsigned char)e->d_name[0]) ? (pid_t)strtol(e->d_name, NULL, 10) : 0;
        if (pid > 0 && pty_below(pid, p->pid))
            pty_add(pid, &u);
    }
    if (all)
        closedir(all);
    return u;
}

static void pty_end(struct pty *p)
{
    close(p->fd); /* hangs up */
    kill(p->pid, SIGTERM);
    for (int i = 0; i < 40 && waitpid(p->pid, NULL, WNOHANG) == 0; i++) {
        usleep(50000);
        if (i == 30)
            kill(p->pid, SIGKILL);
    }
    screen_free(p->screen);
    free(p);
}

#endif
