/* The terminal as its other side sees it: each test runs a program in a pty of its own. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <errno.h>
#include <fcntl.h>
#include <locale.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

#include "ui/key.h"
#include "ui/term.h"

enum { OUTPUT_MAX = 1 << 16, ANSWER_MS = 60000, REFUSED = 9, ALL_WELL = 0 };

/* No program here writes this: the test says it on the line itself, behind all that the program wrote. */
static const char mark[] = "\005end of the step\005";

/* The test's end of a pty, and of two pipes: the program says 's' at each step and waits for a byte. */
struct pty {
    int master, slave, said, told;
    pid_t pid;
    struct termios before;
    char out[OUTPUT_MAX];
    size_t len;
};

/* The program's end of the pipes. */
struct steps {
    int say, hear;
};

typedef int program(const struct steps *s);

/* ncurses takes SIGWINCH without SA_RESTART: a resize while the program waits here interrupts its read. */
static void step(const struct steps *s)
{
    char byte = 's';
    ssize_t n;

    if (write(s->say, &byte, 1) != 1)
        _exit(99);
    do
        n = read(s->hear, &byte, 1);
    while (n < 0 && errno == EINTR);
    if (n != 1)
        _exit(99);
}

static void run_child(const char *slave, const char *term, program *main_of, const struct steps *s)
{
    int fd;

    setsid();
    fd = open(slave, O_RDWR);
    ioctl(fd, TIOCSCTTY, 0);
    for (int i = 0; i < 3; i++)
        dup2(fd, i);
    for (int number = 1; number < 32; number++)
        if (number != SIGKILL && number != SIGSTOP)
            sigaction(number, &(struct sigaction){.sa_handler = SIG_DFL}, NULL);
    setenv("TERM", term, 1);
    unsetenv("NO_COLOR");
    _exit(main_of(s));
}

static struct pty *start_sized(const char *term, program *main_of, struct winsize size)
{
    struct pty *p = calloc(1, sizeof *p);
    int said[2], told[2];

    assert_non_null(p);
    p->master = posix_openpt(O_RDWR | O_NOCTTY);
    assert_true(p->master >= 0 && grantpt(p->master) == 0 && unlockpt(p->master) == 0);
    p->slave = open(ptsname(p->master), O_RDWR | O_NOCTTY); /* keeps the pty's modes until they are compared */
    assert_true(p->slave >= 0 && pipe(said) == 0 && pipe(told) == 0);
    ioctl(p->master, TIOCSWINSZ, &size);
    tcgetattr(p->slave, &p->before);
    p->pid = fork();
    if (p->pid == 0) {
        const char *name = ptsname(p->master);

        close(p->slave);
        close(p->master); /* or it would keep its own line open */
        close(said[0]);
        close(told[1]);
        free(p);
        run_child(name, term, main_of, &(struct steps){said[1], told[0]});
    }
    close(said[1]);
    close(told[0]);
    p->said = said[0];
    p->told = told[1];
    return p;
}

static struct pty *start(const char *term, program *main_of)
{
    return start_sized(term, main_of, (struct winsize){.ws_row = 24, .ws_col = 80});
}

/* Reads what the program wrote as far as it has come; waits at most `wait_ms` for the first of it. */
static bool drain(struct pty *p, int wait_ms)
{
    struct pollfd in = {.fd = p->master, .events = POLLIN};
    size_t before = p->len;

    while (p->len + 1 < sizeof p->out && poll(&in, 1, p->len == before ? wait_ms : 0) > 0) {
        ssize_t n = read(p->master, p->out + p->len, sizeof p->out - 1 - p->len);

        if (n <= 0)
            break;
        p->len += (size_t)n;
    }
    p->out[p->len] = '\0';
    return p->len > before;
}

/* Reads the rest of what a program wrote that now waits or has ended. */
static void drain_all(struct pty *p)
{
    size_t n = strlen(mark);

    assert_int_equal(write(p->slave, mark, n), n);
    while (p->len < n || memcmp(p->out + p->len - n, mark, n) != 0)
        assert_true(drain(p, ANSWER_MS));
    p->len -= n;
    p->out[p->len] = '\0';
}

/* Waits until the program has come to its next step; what it wrote until then is in `out`. */
static void await(struct pty *p)
{
    struct pollfd in = {.fd = p->said, .events = POLLIN};
    char byte;

    p->len = 0;
    for (int ms = 0; poll(&in, 1, 10) == 0 && ms < ANSWER_MS; ms += 10)
        drain(p, 0);
    assert_int_equal(read(p->said, &byte, 1), 1);
    drain_all(p);
}

static void go_on(const struct pty *p)
{
    assert_int_equal(write(p->told, "g", 1), 1);
}

static void type(const struct pty *p, const char *keys)
{
    assert_int_equal(write(p->master, keys, strlen(keys)), strlen(keys));
}

static bool ended(struct pty *p, int *status)
{
    for (int ms = 0; ms < ANSWER_MS; ms += 20) {
        if (waitpid(p->pid, status, WNOHANG) == p->pid)
            return true;
        drain(p, 20);
        poll(NULL, 0, p->master < 0 ? 20 : 0);
    }
    kill(p->pid, SIGKILL);
    return waitpid(p->pid, status, 0) < 0;
}

static int finish(struct pty *p)
{
    int status = 0;

    p->len = 0;
    assert_true(ended(p, &status));
    drain_all(p);
    return status;
}

static void assert_mouse(const struct pty *p, bool off)
{
    assert_int_equal(strstr(p->out, "\033[?1000l") != NULL, off);
    assert_int_equal(strstr(p->out, "\033[?1006l") != NULL, off);
}

static void assert_restored(struct pty *p)
{
    struct termios after;

    assert_int_equal(tcgetattr(p->slave, &after), 0);
    assert_int_equal(after.c_lflag, p->before.c_lflag);
    assert_int_equal(after.c_iflag, p->before.c_iflag);
    assert_int_equal(after.c_oflag, p->before.c_oflag);
    assert_memory_equal(after.c_cc, p->before.c_cc, sizeof after.c_cc);
    assert_non_null(strstr(p->out, "\033[?2004l"));
    assert_non_null(strstr(p->out, "\033[?1004l"));
    assert_non_null(strstr(p->out, "\033[23;2t"));
    assert_non_null(strstr(p->out, "\033[?1049l"));
    assert_null(strstr(strstr(p->out, "\033[?1049l") + 1, "\033[?1049l")); /* titles are popped as often as pushed */
}

static void end(struct pty *p)
{
    close(p->master);
    close(p->slave);
    close(p->said);
    close(p->told);
    free(p);
}

/* --- programs --- */

static struct theme theme;

static struct term *open_term(void)
{
    struct term *t;

    setlocale(LC_ALL, "C.UTF-8");
    t = term_new(TERM_COLOR_AUTO, NULL);
    if (t == NULL)
        _exit(REFUSED);
    term_theme(t, &theme);
    return t;
}

static void draw(struct term *t, const char *words, const char *title)
{
    struct canvas c;
    int width, height;

    term_size(t, &width, &height);
    canvas_init(&c, width, height, GLYPHS_UNICODE);
    for (int y = 0; y < height; y++)
        canvas_text(&c, 0, y, width, (enum role)(y % ROLE_COUNT), text_of(words));
    canvas_select(&c, 0, 1, width);
    if (!term_draw(t, &c, title))
        _exit(98);
    canvas_release(&c);
}

static int draws_twice(const struct steps *s)
{
    struct term *t = open_term();

    draw(t, "京津冀 Beijing", "hubtop");
    step(s);
    draw(t, "京津冀 Beijing", "hubtop");
    step(s);
    draw(t, "京津冀 Beijin!", "hubtop");
    step(s);
    term_free(t);
    return ALL_WELL;
}

/* Two words with a plain blank between them, in each role. */
static int draws_words(const struct steps *s)
{
    struct term *t = open_term();
    struct canvas c;

    canvas_init(&c, 80, 24, GLYPHS_UNICODE);
    canvas_text(&c, 0, 2, 2, ROLE_DIM, text_of("ab"));
    canvas_text(&c, 3, 2, 2, ROLE_DIM, text_of("cd"));
    canvas_text(&c, 0, 3, 2, ROLE_STALE, text_of("ef"));
    canvas_text(&c, 12, 3, 2, ROLE_STALE, text_of("gh"));
    if (!term_draw(t, &c, "hubtop"))
        _exit(98);
    canvas_release(&c);
    step(s);
    term_free(t);
    return ALL_WELL;
}

static int draws_hostile_text(const struct steps *s)
{
    static const char bytes[] = "\033]0;pwned\a\033[2J\xc2\x9b\xff\xe2\x80\xae\x80";
    struct term *t = open_term();

    draw(t, bytes, bytes);
    step(s);
    term_free(t);
    return ALL_WELL;
}

static int crashes(const struct steps *s)
{
    struct term *t = open_term();

    draw(t, "x", "x");
    step(s);
    abort();
}

static int faults(const struct steps *s)
{
    struct term *t = open_term();

    term_mouse(t, true);
    draw(t, "x", "x");
    step(s);
    raise(SIGSEGV);
    return ALL_WELL;
}

static int exits(const struct steps *s)
{
    static struct term *volatile forgotten; /* no leak: what it still holds is known; volatile, or nothing keeps it */

    forgotten = open_term();
    draw(forgotten, "x", "x");
    step(s);
    exit(EXIT_FAILURE);
}

static int sleeps(const struct steps *s)
{
    struct term *t = open_term();

    draw(t, "x", "x");
    step(s);
    return pause();
}

static uint32_t wait_key(struct term *t)
{
    struct pollfd in = {.fd = term_fd(t), .events = POLLIN};
    uint32_t code;

    while ((code = term_key(t)) == KEY_CODE_NONE && !term_gone(t))
        poll(&in, 1, 50);
    return code;
}

static int reads_keys(const struct steps *s)
{
    struct term *t = open_term();
    int width, height, failed = 0;

    step(s);
    failed |= wait_key(t) != 'j' ? 1 : 0;
    failed |= wait_key(t) != KEY_CODE_DOWN ? 2 : 0;
    failed |= wait_key(t) != KEY_CODE_PASTE ? 4 : 0;
    failed |= wait_key(t) != 26 ? 8 : 0; /* C-z is a key, not a signal */
    failed |= wait_key(t) != KEY_CODE_ENTER ? 16 : 0;
    step(s);
    failed |= wait_key(t) != KEY_CODE_RESIZE ? 32 : 0;
    term_size(t, &width, &height);
    failed |= width != 100 || height != 30 ? 64 : 0;
    draw(t, "again", "x");
    term_free(t);
    return failed;
}

/* As the console does, whose loop takes SIGHUP: what ends it here is the line itself. */
static int waits_for_the_end(const struct steps *s)
{
    struct term *t;

    sigaction(SIGHUP, &(struct sigaction){.sa_handler = SIG_IGN}, NULL);
    t = open_term();
    step(s);
    while (wait_key(t) != KEY_CODE_NONE)
        continue;
    term_free(t);
    return ALL_WELL;
}

static int asks_for_utf8(const struct steps *s)
{
    struct term *t = open_term();
    bool yes;

    step(s);
    yes = term_is_utf8(t);
    draw(t, "中", "x");
    step(s);
    term_free(t);
    return yes ? 1 : 0;
}

/* The job of a shell: the terminal's foreground group, stopped and continued by its parent. */
static int is_suspended(const struct steps *s)
{
    pid_t job = fork();
    int status;

    if (job == 0) {
        struct term *t;

        setpgid(0, 0);
        sigaction(SIGTTOU, &(struct sigaction){.sa_handler = SIG_IGN}, NULL);
        tcsetpgrp(0, getpid());
        t = open_term();
        term_mouse(t, true);
        draw(t, "before", "x");
        term_suspend(t);
        draw(t, "after", "x");
        step(s);
        term_free(t);
        _exit(ALL_WELL);
    }
    if (waitpid(job, &status, WUNTRACED) != job || !WIFSTOPPED(status))
        return 1;
    step(s);
    kill(job, SIGCONT);
    if (waitpid(job, &status, 0) != job)
        return 2;
    return WIFEXITED(status) ? WEXITSTATUS(status) : 3;
}

/* --- tests --- */

static void a_frame_that_did_not_change_writes_nothing(void **state)
{
    struct pty *p = start("xterm-256color", draws_twice);
    int status;

    (void)state;
    await(p);
    assert_non_null(strstr(p->out, "京津冀 Beijing"));
    assert_non_null(strstr(p->out, "\033]2;hubtop\a"));
    assert_true(p->len < 4100);
    go_on(p);
    await(p);
    assert_int_equal(p->len, 0);
    go_on(p);
    await(p);
    assert_in_range(p->len, 24, 24 * 24); /* one cell in each of 24 rows, each of another role */
    go_on(p);
    status = finish(p);
    assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 0);
    assert_restored(p);
    end(p);
}

/* Lines that the terminal's margins leave out would take a newline, or deleted characters, otherwise than ncurses thinks. */
static void all_lines_are_within_the_margins(void **state)
{
    struct pty *p = start_sized("xterm-256color", draws_twice, (struct winsize){.ws_row = 60, .ws_col = 80});
    int top = 0, bottom = 0;
    char end_of = 0;

    (void)state;
    await(p);
    for (const char *at = p->out; (at = strstr(at, "\033[")) != NULL; at++) {
        int a, b;
        if (sscanf(at, "\033[%d;%d%c", &a, &b, &end_of) == 3 && end_of == 'r') {
            top = a;
            bottom = b;
        }
    }
    assert_int_equal(top, 1);
    assert_int_equal(bottom, 60);
    go_on(p);
    await(p);
    go_on(p);
    await(p);
    go_on(p);
    assert_int_equal(finish(p), 0);
    end(p);
}

static void a_blank_between_words_costs_one_byte(void **state)
{
    struct pty *p = start("xterm-256color", draws_words);
    int status;

    (void)state;
    await(p);
    assert_non_null(strstr(p->out, "ab cd"));
    assert_non_null(strstr(p->out, "ef\033[")); /* a long gap is jumped over */
    go_on(p);
    status = finish(p);
    assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 0);
    end(p);
}

static void nothing_received_reaches_the_terminal(void **state)
{
    struct pty *p = start("xterm-256color", draws_hostile_text);

    (void)state;
    await(p);
    assert_null(strstr(p->out, "\033]0;"));
    assert_null(strstr(p->out, "\033[2Jp"));
    assert_null(strstr(p->out, "\xc2\x9b"));
    assert_null(strstr(p->out, "\xff"));
    assert_null(strstr(p->out, "\xe2\x80\xae"));
    assert_non_null(strstr(p->out, "^[]0;pwned^G"));
    go_on(p);
    assert_int_equal(finish(p), 0);
    end(p);
}

static void assert_dies_well(program *main_of, int number)
{
    struct pty *p = start("xterm-256color", main_of);
    int status;

    await(p);
    go_on(p);
    if (main_of == sleeps)
        kill(p->pid, number);
    status = finish(p);
    assert_true(WIFSIGNALED(status) || main_of == faults); /* a sanitizer turns a fault into an exit */
    if (WIFSIGNALED(status))
        assert_int_equal(WTERMSIG(status), number);
    assert_restored(p);
    assert_mouse(p, main_of == faults);
    end(p);
}

static void every_death_gives_the_terminal_back(void **state)
{
    static const int ends[] = {SIGTERM, SIGINT, SIGHUP, SIGQUIT, SIGUSR1, SIGALRM, SIGXCPU, SIGPIPE};

    (void)state;
    assert_dies_well(crashes, SIGABRT);
    assert_dies_well(faults, SIGSEGV);
    for (size_t i = 0; i < sizeof ends / sizeof *ends; i++)
        assert_dies_well(sleeps, ends[i]);
}

static void an_exit_that_forgot_the_terminal_gives_it_back(void **state)
{
    struct pty *p = start("xterm-256color", exits);
    int status;

    (void)state;
    await(p);
    go_on(p);
    status = finish(p);
    assert_true(WIFEXITED(status) && WEXITSTATUS(status) != 0);
    assert_restored(p);
    end(p);
}

static void keys_pastes_and_sizes_come_through(void **state)
{
    struct pty *p = start("xterm-256color", reads_keys);
    struct winsize size = {.ws_row = 30, .ws_col = 100};

    (void)state;
    await(p);
    type(p, "j\033OB\033[200~qqqX\r\033[201~\x1a\r");
    go_on(p);
    await(p);
    ioctl(p->master, TIOCSWINSZ, &size);
    go_on(p);
    assert_int_equal(finish(p), 0);
    assert_non_null(strstr(p->out, "\033[1;30r"));
    end(p);
}

static void a_lost_line_is_told(void **state)
{
    struct pty *p = start("xterm-256color", waits_for_the_end);
    int status = 0;

    (void)state;
    await(p);
    go_on(p);
    close(p->slave);
    close(p->master);
    p->slave = p->master = -1;
    assert_true(ended(p, &status));
    assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 0);
    end(p);
}

static void unknown_terminals_are_taken_for_xterm_and_dumb_ones_refused(void **state)
{
    struct pty *p = start("no-such-terminal", draws_twice);
    int status;

    (void)state;
    await(p);
    assert_non_null(strstr(p->out, "京津冀"));
    assert_null(strstr(p->out, "\033]2;"));
    kill(p->pid, SIGKILL);
    finish(p);
    end(p);

    p = start("dumb", draws_twice);
    status = finish(p);
    assert_true(WIFEXITED(status) && WEXITSTATUS(status) == REFUSED);
    assert_int_equal(p->len, 0);
    end(p);
}

static void a_plain_terminal_gets_no_private_modes(void **state)
{
    struct pty *p = start("vt100", draws_twice);

    (void)state;
    await(p);
    assert_non_null(strstr(p->out, "Beijing"));
    assert_null(strstr(p->out, "\033]2;"));
    assert_null(strstr(p->out, "\033[36m"));
    assert_null(strstr(p->out, "\033[38;"));
    kill(p->pid, SIGKILL);
    finish(p);
    end(p);
}

static void the_terminal_itself_says_whether_it_is_utf8(void **state)
{
    static const struct {
        const char *answer;
        int yes;
    } cases[] = {{"\033[2;5R", 1}, {"\033[2;7R", 0}, {"", 1}};

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct pty *p = start("xterm-256color", asks_for_utf8);
        int status;

        await(p);
        type(p, cases[i].answer); /* before it asks: it waits for a short time only */
        go_on(p);
        await(p);
        assert_int_equal(strstr(p->out, "\033[K") != NULL, 1);
        assert_true((strstr(p->out, "??") != NULL) == (cases[i].yes == 0));
        go_on(p);
        status = finish(p);
        assert_true(WIFEXITED(status));
        assert_int_equal(WEXITSTATUS(status), cases[i].yes);
        end(p);
    }
}

static void a_stop_gives_the_terminal_back_and_takes_it_again(void **state)
{
    struct pty *p = start("xterm-256color", is_suspended);

    (void)state;
    await(p); /* stopped */
    assert_non_null(strstr(p->out, "before"));
    assert_restored(p);
    assert_mouse(p, true);
    go_on(p);
    await(p);
    assert_non_null(strstr(p->out, "\033[?1049h"));
    assert_non_null(strstr(p->out, "\033[?2004h"));
    assert_non_null(strstr(p->out, "after"));
    assert_non_null(strstr(p->out, "\033[?1000h\033[?1006h"));
    go_on(p);
    assert_int_equal(finish(p), 0);
    assert_restored(p);
    assert_mouse(p, true);
    end(p);
}

static int load_theme(void **state)
{
    (void)state;
    return !theme_load("themes/okabe-dark.theme", &theme, NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_frame_that_did_not_change_writes_nothing),
        cmocka_unit_test(all_lines_are_within_the_margins),
        cmocka_unit_test(a_blank_between_words_costs_one_byte),
        cmocka_unit_test(nothing_received_reaches_the_terminal),
        cmocka_unit_test(every_death_gives_the_terminal_back),
        cmocka_unit_test(an_exit_that_forgot_the_terminal_gives_it_back),
        cmocka_unit_test(keys_pastes_and_sizes_come_through),
        cmocka_unit_test(a_lost_line_is_told),
        cmocka_unit_test(unknown_terminals_are_taken_for_xterm_and_dumb_ones_refused),
        cmocka_unit_test(a_plain_terminal_gets_no_private_modes),
        cmocka_unit_test(the_terminal_itself_says_whether_it_is_utf8),
        cmocka_unit_test(a_stop_gives_the_terminal_back_and_takes_it_again),
    };

    return cmocka_run_group_tests(tests, load_theme, NULL);
}
