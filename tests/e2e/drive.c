/* drive FILE.e2e ...: plays a program in a terminal. A file is a list of tests, each of lines "VERB ARGUMENTS"; `#` begins a
 * comment, $NAME is a variable of the environment, and words stand in "..." where they hold blanks. For each test a line
 * "ok NAME" or "not ok NAME" is printed, the latter with the line, the reason and the screen. Each wait has an end.
 *
 * The words are in the table `verbs` below. */
#define _GNU_SOURCE
#include <ctype.h>
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

enum {
    WORDS_MAX = 64,
    LINE_MAX_BYTES = 4096,
    EXIT_SECONDS = 10,
    SLICE_MS = 20,
    SETTLE_MS = 40,
    SETTLE_MOST_MS = 600,
    TERMINALS = 4,
    NAME_MAX_BYTES = 32,
    SAID_KEPT = 6
};

/* A program and what it draws on. */
struct terminal {
    char name[NAME_MAX_BYTES];
    int cols, rows;
    int master, slave; /* -1: closed */
    pid_t pid;         /* 0: none */
    int status;        /* of waitpid(), once ended */
    bool ended;
    struct termios before;
    struct screen *screen;
    char said[SAID_KEPT]
             [SCREEN_ROW_MAX]; /* what stood on its last row but one, where messages come and go; the newest first */
};

struct drive {
    const char *file, *test; /* test NULL: none has begun */
    int line;
    bool failed; /* the rest of this test is passed over */
    unsigned tests, tests_failed;
    struct terminal terminals[TERMINALS], *t; /* the one that lines are about */
};

static int64_t now_ms(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

static int exit_status(const struct drive *d)
{
    return WIFEXITED(d->t->status) ? WEXITSTATUS(d->t->status) : 128 + WTERMSIG(d->t->status);
}

static bool fail(struct drive *d, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

static bool fail(struct drive *d, const char *fmt, ...)
{
    va_list ap;
    printf("not ok %s\n    %s:%d: %s%s", d->test ? d->test : d->file, d->file, d->line, d->t->name,
           d->t->name[0] ? ": " : "");
    va_start(ap, fmt);
    vprintf(fmt, ap);
    va_end(ap);
    putchar('\n');
    if (d->t->ended)
        printf("    it ended with %d\n", exit_status(d));
    for (int i = SAID_KEPT - 1; d->t->screen && i > 0; i--)
        if (d->t->said[i][0])
            printf("    it had said: %s\n", d->t->said[i]);
    if (d->t->screen)
        screen_print(d->t->screen, "    |", stdout);
    fflush(stdout);
    d->failed = true;
    return false;
}

/* --- the program and its terminal --- */

static void write_all(int fd, const char *bytes, size_t n)
{
    while (n > 0 && fd >= 0) {
        ssize_t w = write(fd, bytes, n);
        if (w < 0 && errno != EINTR && errno != EAGAIN)
            return;
        bytes += w > 0 ? w : 0;
        n -= w > 0 ? (size_t)w : 0;
    }
}

static void answer(void *ctx, const char *bytes, size_t n)
{
    write_all(((struct terminal *)ctx)->master, bytes, n);
}

static void remember(struct terminal *t)
{
    char row[SCREEN_ROW_MAX];
    screen_row(t->screen, t->rows - 2, row);
    if (strcmp(row, t->said[0]) == 0)
        return;
    memmove(t->said[1], t->said[0], sizeof t->said - sizeof t->said[0]);
    memcpy(t->said[0], row, sizeof row);
}

static void take(struct terminal *t, int ms)
{
    static char bytes[65536];
    struct pollfd p = {.fd = t->master, .events = POLLIN};
    if (t->pid && !t->ended && waitpid(t->pid, &t->status, WNOHANG) == t->pid)
        t->ended = true;
    if (poll(&p, 1, ms) > 0 && p.revents & POLLIN) {
        ssize_t n = read(t->master, bytes, sizeof bytes);
        if (n > 0) {
            screen_feed(t->screen, bytes, (size_t)n);
            remember(t);
        }
    }
}

/* Takes what the program has written, for at most `ms`; returns at the first bytes. Nor do the others wait for us. */
static void pump(struct drive *d, int ms)
{
    for (size_t i = 0; i < TERMINALS; i++)
        if (&d->terminals[i] != d->t && d->terminals[i].screen)
            take(&d->terminals[i], 0);
    take(d->t, ms);
}

static void set_size(const struct drive *d)
{
    struct winsize size = {.ws_col = (unsigned short)d->t->cols, .ws_row = (unsigned short)d->t->rows};
    ioctl(d->t->master, TIOCSWINSZ, &size);
}

static void run_child(const struct drive *d, char **argv)
{
    setsid();
    ioctl(d->t->slave, TIOCSCTTY, 0);
    for (int fd = 0; fd < 3; fd++)
        dup2(d->t->slave, fd);
    close(d->t->slave);
    close(d->t->master);
    execvp(argv[0], argv);
    fprintf(stderr, "drive: cannot run '%s': %s\n", argv[0], strerror(errno));
    _exit(127);
}

/* Ends what is left of the last program; the terminal goes with it. */
static void put_away(struct drive *d)
{
    if (d->t->pid && !d->t->ended) {
        kill(d->t->pid, SIGCONT);
        kill(d->t->pid, SIGTERM);
        for (int64_t until = now_ms() + 5000; !d->t->ended && now_ms() < until;)
            pump(d, SLICE_MS);
        if (!d->t->ended) {
            kill(d->t->pid, SIGKILL);
            waitpid(d->t->pid, NULL, 0);
        }
    }
    if (d->t->master >= 0)
        close(d->t->master);
    if (d->t->slave >= 0)
        close(d->t->slave);
    screen_free(d->t->screen);
    d->t->screen = NULL;
    d->t->master = d->t->slave = -1;
    d->t->pid = 0;
    d->t->ended = false;
}

static bool verb_spawn(struct drive *d, char **words, int n)
{
    (void)n;
    put_away(d);
    if (openpty(&d->t->master, &d->t->slave, NULL, NULL, NULL) != 0)
        return fail(d, "cannot open a terminal: %s", strerror(errno));
    fcntl(d->t->master, F_SETFD, FD_CLOEXEC);
    fcntl(d->t->slave, F_SETFD, FD_CLOEXEC);
    set_size(d);
    tcgetattr(d->t->slave, &d->t->before);
    memset(d->t->said, 0, sizeof d->t->said);
    d->t->screen = screen_new(d->t->cols, d->t->rows, answer, d->t);
    d->t->pid = fork();
    if (d->t->pid == 0)
        run_child(d, words);
    return d->t->pid > 0 || fail(d, "cannot fork: %s", strerror(errno));
}

/* --- waiting --- */

static int64_t until(const char *seconds)
{
    return now_ms() + (int64_t)(strtod(seconds, NULL) * 1000);
}

static bool wait_text(struct drive *d, const char *seconds, const char *text, bool there)
{
    for (int64_t end = until(seconds);;) {
        if (screen_has(d->t->screen, text) == there)
            return true;
        if (d->t->ended && there) {
            pump(d, SLICE_MS); /* its last words */
            return screen_has(d->t->screen, text) || fail(d, "it ended without showing '%s'", text);
        }
        if (now_ms() > end)
            return fail(d, "'%s' %s within %s s", text, there ? "was not shown" : "did not go", seconds);
        pump(d, SLICE_MS);
    }
}

static bool verb_wait(struct drive *d, char **words, int n)
{
    (void)n;
    return wait_text(d, words[0], words[1], true);
}

static bool verb_wait_gone(struct drive *d, char **words, int n)
{
    (void)n;
    return wait_text(d, words[0], words[1], false);
}

static bool verb_pause(struct drive *d, char **words, int n)
{
    (void)n;
    for (int64_t end = until(words[0]); now_ms() < end;)
        pump(d, SLICE_MS);
    return true;
}

/* A frame may arrive in pieces: what is on the screen "now" is what is there when nothing more comes. */
static void settle(struct drive *d)
{
    struct pollfd p = {.fd = d->t->master, .events = POLLIN};
    for (int64_t end = now_ms() + SETTLE_MOST_MS; !d->t->ended && now_ms() < end && poll(&p, 1, SETTLE_MS) > 0;)
        pump(d, 0);
}

static bool verb_expect(struct drive *d, char **words, int n)
{
    (void)n;
    settle(d);
    return screen_has(d->t->screen, words[0]) || fail(d, "'%s' is not on the screen", words[0]);
}

static bool verb_expect_not(struct drive *d, char **words, int n)
{
    (void)n;
    settle(d);
    return !screen_has(d->t->screen, words[0]) || fail(d, "'%s' is on the screen", words[0]);
}

static bool verb_expect_coloured(struct drive *d, char **words, int n)
{
    bool wanted = strcmp(words[0], "yes") == 0;
    int cells = screen_coloured(d->t->screen);
    (void)n;
    return (cells > 0) == wanted || fail(d, "%d characters are coloured", cells);
}

static bool verb_expect_row(struct drive *d, char **words, int n)
{
    char row[SCREEN_ROW_MAX];
    (void)n;
    settle(d);
    screen_row(d->t->screen, (int)strtol(words[0], NULL, 10) - 1, row);
    return strstr(row, words[1]) || fail(d, "row %s does not hold '%s'", words[0], words[1]);
}

static bool verb_wait_row(struct drive *d, char **words, int n)
{
    char row[SCREEN_ROW_MAX];
    (void)n;
    for (int64_t end = until(words[0]); now_ms() < end && !d->t->ended; pump(d, SLICE_MS)) {
        screen_row(d->t->screen, (int)strtol(words[1], NULL, 10) - 1, row);
        if (strstr(row, words[2]))
            return true;
    }
    return verb_expect_row(d, words + 1, n - 1);
}

static bool wait_end(struct drive *d, const char *seconds)
{
    for (int64_t end = until(seconds); !d->t->ended; pump(d, SLICE_MS)) {
        if (now_ms() > end)
            return fail(d, "it has not ended within %s s", seconds);
    }
    for (int i = 0; i < 5; i++)
        pump(d, SLICE_MS);
    return true;
}

static bool verb_expect_exit(struct drive *d, char **words, int n)
{
    int wanted = (int)strtol(words[0], NULL, 10);
    if (!wait_end(d, n > 1 ? words[1] : "10"))
        return false;
    return strcmp(words[0], "any") == 0 || exit_status(d) == wanted || fail(d, "it did not end with %d", wanted);
}

/* The terminal is as it was: modes of the line, the first screen, the cursor, no mode of the emulator left on. */
static bool verb_expect_restored(struct drive *d, char **words, int n)
{
    struct termios now;
    char left[256];
    (void)words;
    (void)n;
    tcgetattr(d->t->slave, &now);
    if (now.c_iflag != d->t->before.c_iflag || now.c_oflag != d->t->before.c_oflag ||
        now.c_lflag != d->t->before.c_lflag || memcmp(now.c_cc, d->t->before.c_cc, sizeof now.c_cc) != 0)
        return fail(d, "the modes of the terminal are not what they were");
    return !screen_modes_left(d->t->screen, left, sizeof left) || fail(d, "the terminal is left with %s", left);
}

static bool verb_expect_raw(struct drive *d, char **words, int n)
{
    struct termios now;
    (void)words;
    (void)n;
    tcgetattr(d->t->slave, &now);
    return !(now.c_lflag & ICANON) || fail(d, "the terminal is not the program's");
}

/* --- doing --- */

static const struct {
    const char *name, *bytes;
} key_bytes[] = {
    {"Enter", "\r"},         {"Esc", "\033"},     {"Tab", "\t"},       {"S-Tab", "\033[Z"}, {"Space", " "},
    {"Backspace", "\177"},   {"Up", "\033OA"},    {"Down", "\033OB"},  {"Right", "\033OC"}, {"Left", "\033OD"},
    {"Home", "\033OH"},      {"End", "\033OF"},   {"PgUp", "\033[5~"}, {"PgDn", "\033[6~"}, {"F1", "\033OP"},
    {"F2", "\033OQ"},        {"F3", "\033OR"},    {"F4", "\033OS"},    {"F10", "\033[21~"}, {"Delete", "\033[3~"},
    {"Paste", "\033[200~"},                       /* begins one; Pasted ends it */
    {"Pasted", "\033[201~"}, {"F99", "\033[99~"}, /* a key that nobody has */
};

static void press(struct drive *d, const char *key)
{
    for (size_t i = 0; i < sizeof key_bytes / sizeof *key_bytes; i++) {
        if (strcmp(key, key_bytes[i].name) == 0) {
            write_all(d->t->master, key_bytes[i].bytes, strlen(key_bytes[i].bytes));
            return;
        }
    }
    if (strncmp(key, "C-", 2) == 0 && key[2])
        write_all(d->t->master, (char[]){(char)(key[2] & 0x1f)}, 1);
    else
        write_all(d->t->master, key, strlen(key));
}

static char after_esc[] = "0.2";

static bool verb_key(struct drive *d, char **words, int n)
{
    for (int i = 0; i < n; i++) {
        press(d, words[i]);
        pump(d, SLICE_MS);
        if (strcmp(words[i], "Esc") == 0) /* together with the next key it would be another */
            verb_pause(d, (char *[]){after_esc}, 1);
    }
    return true;
}

static bool verb_type(struct drive *d, char **words, int n)
{
    (void)n;
    write_all(d->t->master, words[0], strlen(words[0]));
    pump(d, SLICE_MS);
    return true;
}

/* As a terminal with SGR reports tells it: the button goes down, and up. */
static bool verb_mouse(struct drive *d, char **words, int n)
{
    static const struct {
        const char *name;
        int button;
    } buttons[] = {{"click", 0}, {"wheel-up", 64}, {"wheel-down", 65}, {"right", 2}};
    char bytes[96];
    (void)n;
    for (size_t i = 0; i < sizeof buttons / sizeof *buttons; i++) {
        if (strcmp(buttons[i].name, words[0]) != 0)
            continue;
        snprintf(bytes, sizeof bytes, "\033[<%d;%.8s;%.8sM\033[<%d;%.8s;%.8sm", buttons[i].button, words[1], words[2],
                 buttons[i].button, words[1], words[2]);
        write_all(d->t->master, bytes, strlen(bytes));
        pump(d, SLICE_MS);
        return true;
    }
    return fail(d, "there is no button '%s'", words[0]);
}

static bool read_size(const char *word, int *cols, int *rows)
{
    char *end;
    *cols = (int)strtol(word, &end, 10);
    *rows = *end == 'x' ? (int)strtol(end + 1, &end, 10) : 0;
    return *end == '\0' && *cols > 0 && *rows > 0 && *cols <= SCREEN_SIDE_MAX && *rows <= SCREEN_SIDE_MAX;
}

static bool verb_size(struct drive *d, char **words, int n)
{
    (void)n;
    if (!read_size(words[0], &d->t->cols, &d->t->rows))
        return fail(d, "a size is COLSxROWS, at most %d", SCREEN_SIDE_MAX);
    if (d->t->screen) {
        screen_resize(d->t->screen, d->t->cols, d->t->rows);
        set_size(d);
    }
    return true;
}

/* storm SEED COUNT: that many sizes from 1x1 to 200x60, as fast as the program takes them or faster. */
static bool verb_storm(struct drive *d, char **words, int n)
{
    unsigned chance = (unsigned)strtoul(words[0], NULL, 10);
    (void)n;
    for (long left = strtol(words[1], NULL, 10); left > 0; left--) {
        chance = chance * 1664525U + 1013904223U;
        d->t->cols = 1 + (int)(chance >> 8) % 200;
        d->t->rows = 1 + (int)(chance >> 20) % 60;
        screen_resize(d->t->screen, d->t->cols, d->t->rows);
        set_size(d);
        pump(d, (int)(chance >> 28));
        if (d->t->ended)
            return fail(d, "it ended at %dx%d", d->t->cols, d->t->rows);
    }
    return true;
}

static int signal_number(const char *name)
{
    static const struct {
        const char *name;
        int number;
    } table[] = {{"TERM", SIGTERM}, {"INT", SIGINT},   {"HUP", SIGHUP},   {"QUIT", SIGQUIT}, {"ABRT", SIGABRT},
                 {"SEGV", SIGSEGV}, {"STOP", SIGSTOP}, {"CONT", SIGCONT}, {"KILL", SIGKILL}, {"TSTP", SIGTSTP}};
    for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
        if (strcmp(name, table[i].name) == 0)
            return table[i].number;
    }
    return 0;
}

static bool verb_signal(struct drive *d, char **words, int n)
{
    (void)n;
    return kill(d->t->pid, signal_number(words[0])) == 0 || fail(d, "cannot send %s", words[0]);
}

/* sh COMMAND: what the shell makes of it must be true; DRIVE_PID is the program. */
static bool verb_sh(struct drive *d, char **words, int n)
{
    char pid[16];
    int status = -1;
    (void)n;
    snprintf(pid, sizeof pid, "%d", (int)d->t->pid);
    setenv("DRIVE_PID", pid, 1);
    fflush(stdout);
    pid_t child = fork();
    if (child == 0) {
        execlp("sh", "sh", "-c", words[0], (char *)NULL);
        _exit(127);
    }
    while (child > 0 && waitpid(child, &status, WNOHANG) == 0)
        pump(d, SLICE_MS);
    return status == 0 || fail(d, "'%s' says no (%d)", words[0], WEXITSTATUS(status));
}

static bool verb_hangup(struct drive *d, char **words, int n)
{
    (void)words;
    (void)n;
    close(d->t->slave);
    close(d->t->master);
    d->t->master = d->t->slave = -1;
    return true;
}

static bool verb_snapshot(struct drive *d, char **words, int n)
{
    FILE *f = fopen(words[0], "w");
    (void)n;
    if (!f)
        return fail(d, "cannot write '%s': %s", words[0], strerror(errno));
    screen_print(d->t->screen, "", f);
    return fclose(f) == 0;
}

static bool verb_env(struct drive *d, char **words, int n)
{
    (void)d;
    if (n > 1)
        setenv(words[0], words[1], 1);
    else
        unsetenv(words[0]);
    return true;
}

static void clear(struct drive *d)
{
    for (size_t i = 0; i < TERMINALS; i++)
        d->terminals[i] = (struct terminal){.cols = 80, .rows = 24, .master = -1, .slave = -1};
    d->t = d->terminals;
}

static void end_test(struct drive *d)
{
    for (d->t = d->terminals; d->t < d->terminals + TERMINALS; d->t++)
        put_away(d);
    clear(d);
    if (d->test && !d->failed)
        printf("ok %s\n", d->test);
    d->tests_failed += d->failed;
    fflush(stdout);
    free((void *)(uintptr_t)d->test);
    d->test = NULL;
    d->failed = false;
}

static bool verb_test(struct drive *d, char **words, int n)
{
    (void)n;
    end_test(d);
    d->test = strdup(words[0]);
    d->tests++;
    return true;
}

static bool verb_terminal(struct drive *d, char **words, int n)
{
    (void)n;
    for (size_t i = 0; i < TERMINALS; i++) {
        struct terminal *t = &d->terminals[i];
        if (t->name[0] != '\0' && strcmp(t->name, words[0]) != 0)
            continue;
        snprintf(t->name, sizeof t->name, "%s", words[0]);
        d->t = t;
        return true;
    }
    return fail(d, "there are more than %d terminals", TERMINALS);
}

enum { ALONE = 1, PROGRAM = 2 }; /* needs nothing; needs a program */

static const struct verb {
    const char *name;
    int least, needs;
    bool (*run)(struct drive *d, char **words, int n);
    const char *words; /* what follows */
} verbs[] = {
    {"test", 1, ALONE, verb_test, "NAME: begins a test, at 80x24"},
    {"terminal", 1, ALONE, verb_terminal, "NAME: the one that the next lines are about; a new one at 80x24"},
    {"env", 1, ALONE, verb_env, "NAME [VALUE]: sets or takes away a variable, until the end of the file"},
    {"size", 1, ALONE, verb_size, "COLSxROWS: of the terminal, also while the program runs"},
    {"spawn", 1, ALONE, verb_spawn, "PROGRAM ARGUMENTS"},
    {"sh", 1, ALONE, verb_sh, "COMMAND: must end with 0; $DRIVE_PID is the program"},
    {"pause", 1, ALONE, verb_pause, "SECONDS"},
    {"wait", 2, PROGRAM, verb_wait, "SECONDS TEXT: until it is on the screen"},
    {"wait-row", 3, PROGRAM, verb_wait_row, "SECONDS N TEXT: until row N, the first is 1, holds it"},
    {"wait-gone", 2, PROGRAM, verb_wait_gone, "SECONDS TEXT"},
    {"expect", 1, PROGRAM, verb_expect, "TEXT: it is on the screen now"},
    {"expect-not", 1, PROGRAM, verb_expect_not, "TEXT"},
    {"expect-coloured", 1, PROGRAM, verb_expect_coloured, "yes|no: whether a character has a colour now"},
    {"expect-row", 2, PROGRAM, verb_expect_row, "N TEXT: row N holds it now"},
    {"expect-exit", 1, PROGRAM, verb_expect_exit, "STATUS [SECONDS]: 128 and its number after a signal; or any"},
    {"expect-restored", 0, PROGRAM, verb_expect_restored, ": the terminal is as it was"},
    {"expect-raw", 0, PROGRAM, verb_expect_raw, ": the terminal is the program's"},
    {"key", 1, PROGRAM, verb_key, "KEY ...: Enter, Esc, Up, C-z, or what is typed"},
    {"type", 1, PROGRAM, verb_type, "TEXT: all at once"},
    {"mouse", 3, PROGRAM, verb_mouse, "click|wheel-up|wheel-down|right COLUMN ROW: from 1"},
    {"storm", 2, PROGRAM, verb_storm, "SEED COUNT: sizes by chance"},
    {"signal", 1, PROGRAM, verb_signal, "NAME: to the program"},
    {"hangup", 0, PROGRAM, verb_hangup, ": the terminal goes away"},
    {"snapshot", 1, PROGRAM, verb_snapshot, "FILE: the screen as text"},
};

/* --- lines --- */

static char *variable(char **at, char *out, const char *end)
{
    char name[64];
    size_t n = 0;
    for (++*at; (isalnum((unsigned char)**at) || **at == '_') && n + 1 < sizeof name; ++*at)
        name[n++] = **at;
    name[n] = '\0';
    if (n == 0 && out < end)
        *out++ = '$';
    for (const char *value = getenv(name); value && *value && out < end; value++)
        *out++ = *value;
    return out;
}

/* Cuts a line into words, into `space`; `$` names a variable, but not in the line of a shell. */
static int split(char *line, char **words, char *space, size_t size)
{
    int n = 0;
    const char *end = space + size - 1;
    bool variables = true;
    for (char *at = line; n < WORDS_MAX - 1;) {
        at += strspn(at, " \t\n");
        if (!*at || (*at == '#' && n == 0))
            break;
        char stop = '\0';
        words[n++] = space;
        while (*at && (stop || !strchr(" \t\n", *at)) && space < end) {
            if (*at == stop || (!stop && (*at == '"' || *at == '\''))) {
                stop = stop ? '\0' : *at;
                at++;
            } else if (*at == '$' && variables)
                space = variable(&at, space, end);
            else
                *space++ = *at++;
        }
        *space++ = '\0';
        variables = strcmp(words[0], "sh") != 0;
    }
    words[n] = NULL;
    return n;
}

static void play_line(struct drive *d, char *line)
{
    static char space[4 * LINE_MAX_BYTES];
    char *words[WORDS_MAX];
    int n = split(line, words, space, sizeof space);
    if (n == 0 || (d->failed && strcmp(words[0], "test") != 0))
        return;
    for (size_t i = 0; i < sizeof verbs / sizeof *verbs; i++) {
        if (strcmp(words[0], verbs[i].name) != 0)
            continue;
        if (n - 1 < verbs[i].least)
            fail(d, "'%s' is followed by %s", words[0], verbs[i].words);
        else if (verbs[i].needs == PROGRAM && !d->t->pid)
            fail(d, "'%s' before any 'spawn'", words[0]);
        else
            verbs[i].run(d, words + 1, n - 1);
        return;
    }
    fail(d, "there is no '%s'", words[0]);
}

static bool play(struct drive *d, const char *file)
{
    char line[LINE_MAX_BYTES];
    FILE *f = fopen(file, "r");
    if (!f) {
        fprintf(stderr, "drive: cannot read '%s': %s\n", file, strerror(errno));
        return false;
    }
    d->file = file;
    for (d->line = 1; fgets(line, sizeof line, f); d->line++)
        play_line(d, line);
    end_test(d);
    fclose(f);
    return true;
}

int main(int argc, char **argv)
{
    struct drive d = {0};
    bool ok = argc > 1;
    if (argc < 2) {
        for (size_t i = 0; i < sizeof verbs / sizeof *verbs; i++)
            fprintf(stderr, "%s %s\n", verbs[i].name, verbs[i].words);
        return 64;
    }
    clear(&d);
    for (int i = 1; i < argc; i++)
        ok = play(&d, argv[i]) && ok;
    return ok && d.tests > 0 && d.tests_failed == 0 ? 0 : 1;
}
