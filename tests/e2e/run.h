#ifndef HUBTOP_TESTS_E2E_RUN_H
#define HUBTOP_TESTS_E2E_RUN_H

/* A program in a terminal, whose every byte and picture is looked at: it lives, it writes what a console has a use for, its screen is
 * whole and the cursor stands where the eye is. _GNU_SOURCE must be defined before. */

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pty.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>

#include "e2e/screen.h"
#include "e2e/stream.h"

enum {
    CALM_MS = 20000, /* the longest that it may be busy with a key: no measure, an end to waiting */
    ESC_MS = 90,     /* with a key sooner after it, Esc would be another */
};

struct run {
    char **argv;
    int cols, rows, master, slave;
    pid_t pid;
    int status;
    bool ended;
    struct stream stream;
    struct screen *screen;
    unsigned marked; /* pictures with a focused row, whose cursor was looked at */
    char doing[160]; /* what a failure is about */
    bool failed;
};

static int64_t now_ms(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

static bool fail(struct run *r, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

static bool fail(struct run *r, const char *fmt, ...)
{
    va_list ap;
    printf("not ok %s: ", r->doing);
    va_start(ap, fmt);
    vprintf(fmt, ap);
    va_end(ap);
    putchar('\n');
    if (r->ended)
        printf("    it ended with %d\n", WIFEXITED(r->status) ? WEXITSTATUS(r->status) : 128 + WTERMSIG(r->status));
    if (r->screen)
        screen_print(r->screen, "    |", stdout);
    r->failed = true;
    return false;
}

/* --- the program and its terminal --- */

/* Takes what the program has written, for at most `ms`; whether there was something. */
static bool take(struct run *r, int ms)
{
    static char bytes[65536];
    struct pollfd p = {.fd = r->master, .events = POLLIN};
    if (!r->ended && waitpid(r->pid, &r->status, WNOHANG) == r->pid)
        r->ended = true;
    if (poll(&p, 1, ms) <= 0 || !(p.revents & POLLIN))
        return false;
    ssize_t n = read(r->master, bytes, sizeof bytes);
    if (n > 0) {
        stream_feed(&r->stream, bytes, (size_t)n);
        screen_feed(r->screen, bytes, (size_t)n);
    }
    return n > 0;
}

static bool feed(struct run *r, const char *bytes, size_t n)
{
    for (int64_t end = now_ms() + CALM_MS; n > 0 && !r->ended;) {
        ssize_t w = write(r->master, bytes, n);
        if (w < 0 && errno != EINTR && errno != EAGAIN)
            return fail(r, "cannot write to the terminal: %s", strerror(errno));
        if (w > 0) {
            bytes += w;
            n -= (size_t)w;
        } else if (now_ms() > end)
            return fail(r, "it takes nothing in for %d s", CALM_MS / 1000);
        take(r, w > 0 ? 0 : 2);
    }
    return true;
}

static void answer(void *ctx, const char *bytes, size_t n)
{
    struct run *r = ctx;
    if (write(r->master, bytes, n) < 0)
        return; /* a terminal's own answers may get lost */
}

static void set_size(struct run *r, int cols, int rows)
{
    struct winsize size = {.ws_col = (unsigned short)cols, .ws_row = (unsigned short)rows};
    r->cols = cols;
    r->rows = rows;
    if (r->screen)
        screen_resize(r->screen, cols, rows);
    ioctl(r->master, TIOCSWINSZ, &size);
}

static bool start(struct run *r, int cols, int rows)
{
    if (openpty(&r->master, &r->slave, NULL, NULL, NULL) != 0)
        return fail(r, "cannot open a terminal: %s", strerror(errno));
    fcntl(r->master, F_SETFD, FD_CLOEXEC);
    fcntl(r->slave, F_SETFD, FD_CLOEXEC);
    fcntl(r->master, F_SETFL, O_NONBLOCK);
    r->ended = false;
    r->stream = (struct stream){0};
    set_size(r, cols, rows);
    r->screen = screen_new(cols, rows, answer, r);
    r->pid = fork();
    if (r->pid == 0) {
        setsid();
        ioctl(r->slave, TIOCSCTTY, 0);
        for (int fd = 0; fd < 3; fd++)
            dup2(r->slave, fd);
        execvp(r->argv[0], r->argv);
        _exit(127);
    }
    return r->pid > 0 || fail(r, "cannot fork: %s", strerror(errno));
}

static void put_away(struct run *r)
{
    if (!r->ended) {
        kill(r->pid, SIGKILL);
        waitpid(r->pid, &r->status, 0);
    }
    close(r->master);
    close(r->slave);
    screen_free(r->screen);
    r->screen = NULL;
}

/* R, S, T... as the system calls it. */
static char state(pid_t pid)
{
    char path[32], line[256] = "";
    snprintf(path, sizeof path, "/proc/%d/stat", (int)pid);
    FILE *f = fopen(path, "r");
    if (f && !fgets(line, sizeof line, f))
        line[0] = '\0';
    if (f)
        fclose(f);
    const char *after = strrchr(line, ')');
    return after && after[1] ? after[2] : '?';
}

/* Waits until it has taken in what was pressed, sleeps, and has nothing more to say. */
static bool calm(struct run *r)
{
    int64_t end = now_ms() + CALM_MS;
    for (int quiet = 0; quiet < 3 && !r->ended;) {
        int left = 0;
        ioctl(r->slave, FIONREAD, &left);
        quiet = !take(r, 2) && left == 0 && state(r->pid) == 'S' ? quiet + 1 : 0;
        if (now_ms() > end)
            return fail(r, "it is still busy after %d s (%c, %d bytes wait)", CALM_MS / 1000, state(r->pid), left);
    }
    return true;
}

static bool esc(struct run *r)
{
    if (!feed(r, "\033", 1) || !calm(r))
        return false;
    for (int64_t end = now_ms() + ESC_MS; now_ms() < end;)
        take(r, (int)(end - now_ms()));
    return calm(r);
}

static bool clean_cells(struct run *r)
{
    for (int at = 0; at < r->rows * r->cols; at++) {
        VTermScreenCell cell;
        if (!vterm_screen_get_cell(r->screen->shown, (VTermPos){.row = at / r->cols, .col = at % r->cols}, &cell))
            continue;
        for (int i = 0; i < VTERM_MAX_CHARS_PER_CELL && cell.chars[i]; i++)
            if (cell.chars[i] != (uint32_t)-1 &&
                (cell.chars[i] < 0x20 || (cell.chars[i] >= 0x7f && cell.chars[i] < 0xa0)))
                return fail(r, "U+%04X in row %d", cell.chars[i], at / r->cols + 1);
    }
    return true;
}

/* The program lives, and what is on the screen can be its own: from the first row to the last, nothing scrolled away. */
static bool sane(struct run *r)
{
    char row[SCREEN_ROW_MAX];
    struct winsize size;
    if (!calm(r))
        return false;
    if (r->ended)
        return fail(r, "it has ended");
    ioctl(r->master, TIOCGWINSZ, &size);
    if (size.ws_col != r->cols || size.ws_row != r->rows)
        return fail(r, "the terminal is %dx%d", size.ws_col, size.ws_row);
    if (r->stream.wrong[0])
        return fail(r, "it wrote %s", r->stream.wrong);
    screen_row(r->screen, 0, row);
    if (strncmp(row, " HUBTOP", 7) != 0)
        return fail(r, "row 1 is '%s'", row);
    screen_row(r->screen, r->rows - 1, row);
    return (row[0] || fail(r, "the last row is empty")) && clean_cells(r);
}

static bool cell_is(struct run *r, int col, int row, uint32_t cp)
{
    VTermScreenCell cell;
    return vterm_screen_get_cell(r->screen->shown, (VTermPos){.row = row, .col = col}, &cell) && cell.chars[0] == cp;
}

/* A screen reader and a magnifier follow the terminal's cursor, seen or not: with nothing open it stands on the first cell of the focused
 * row, which is marked with ">" beside its frame; where cells are chosen, on that cell. */
static bool cursor_right(struct run *r, bool cells)
{
    VTermPos at;
    int marks = 0;
    vterm_state_get_cursorpos(vterm_obtain_state(r->screen->vt), &at);
    for (int row = 0; row < r->rows; row++)
        for (int col = 1; col < r->cols; col++) {
            if (!cell_is(r, col, row, '>') || !cell_is(r, col - 1, row, 0x2502))
                continue;
            marks++;
            if (at.row == row && (cells ? at.col >= col : at.col == col)) {
                r->marked++;
                return true;
            }
        }
    return marks == 0 ||
           fail(r, "the cursor is in row %d, column %d: not where the focused row begins", at.row + 1, at.col + 1);
}

/* While a line is typed, it stands in it, and is seen. */
static inline bool cursor_in_line(struct run *r, uint32_t begins_with)
{
    VTermPos at;
    vterm_state_get_cursorpos(vterm_obtain_state(r->screen->vt), &at);
    if (!cell_is(r, 0, r->rows - 2, begins_with))
        return true;
    return (at.row == r->rows - 2 && at.col > 0 && r->screen->modes[25]) ||
           fail(r, "the cursor is in row %d, column %d, %s: not in the line", at.row + 1, at.col + 1,
                r->screen->modes[25] ? "seen" : "hidden");
}

/* --- keys --- */

static const struct {
    const char *name, *bytes;
} key_bytes[] = {
    {"Enter", "\r"},       {"Esc", "\033"},    {"Tab", "\t"},       {"S-Tab", "\033[Z"}, {"Space", " "},
    {"Backspace", "\177"}, {"Up", "\033OA"},   {"Down", "\033OB"},  {"Right", "\033OC"}, {"Left", "\033OD"},
    {"Home", "\033OH"},    {"End", "\033OF"},  {"PgUp", "\033[5~"}, {"PgDn", "\033[6~"}, {"Delete", "\033[3~"},
    {"F1", "\033OP"},      {"F2", "\033OQ"},   {"F3", "\033OR"},    {"F4", "\033OS"},    {"F5", "\033[15~"},
    {"F6", "\033[17~"},    {"F7", "\033[18~"}, {"F8", "\033[19~"},  {"F9", "\033[20~"},  {"F10", "\033[21~"},
};
enum { KEY_BYTES = sizeof key_bytes / sizeof *key_bytes };

/* What a terminal sends for a key of that name, else the name itself; C-x in `out`. */
static const char *run_key(const char *name, char out[2])
{
    for (size_t i = 0; i < KEY_BYTES; i++)
        if (strcmp(name, key_bytes[i].name) == 0)
            return key_bytes[i].bytes;
    if (strncmp(name, "C-", 2) != 0 || !name[2] || name[3])
        return name;
    out[0] = (char)(name[2] & 0x1f);
    out[1] = '\0';
    return out;
}

#endif
