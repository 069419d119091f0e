#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"
#include "io/launcher.h"

/* Commands are shells here, which the program never uses: they stand for what an operator may configure. */

static char dir[] = "/tmp/hubtop-test-launcher-XXXXXX";
static char pid_file[64];

#define SHELL_WITH(name_, script_, ...)                                                                                \
    (struct launcher_command)                                                                                          \
    {                                                                                                                  \
        .name = (name_), .argv = (const char *const[]){"sh", "-c", (script_), NULL}, __VA_ARGS__                       \
    }
#define SHELL(name_, script_) SHELL_WITH(name_, script_, .daemon = false)

static struct launcher *start(const struct launcher_command *commands, size_t count)
{
    struct err err = {0};
    struct launcher *l = launcher_new(commands, count, &err);
    assert_non_null(l);
    return l;
}

static bool is_there(pid_t pid)
{
    return kill(pid, 0) == 0;
}

/* Processes that are nobody's children of ours end when the system has buried them. */
static void assert_gone(pid_t pid)
{
    for (int i = 0; i < 1000 && is_there(pid); i++)
        poll(NULL, 0, 10);
    assert_false(is_there(pid));
}

static pid_t read_pid(void)
{
    long pid = 0;
    for (int i = 0; i < 1000 && pid == 0; i++) {
        char text[32] = "";
        int fd = open(pid_file, O_RDONLY);
        if (fd >= 0 && read(fd, text, sizeof text - 1) > 0 && strchr(text, '\n'))
            pid = strtol(text, NULL, 10);
        if (fd >= 0)
            close(fd);
        if (pid == 0)
            poll(NULL, 0, 10);
    }
    assert_true(pid > 0);
    return (pid_t)pid;
}

/* --- waiting for the output --- */

static void test_output(void **state)
{
    (void)state;
    const struct launcher_command commands[] = {
        SHELL("first", "echo one; echo noise >&2"),
        {.name = "second", .argv = (const char *const[]){"printf", "%s", "$HOME; *", NULL}},
    };
    struct launcher *l = start(commands, 2);
    struct buf out = buf_make(1 << 20);
    assert_true(launcher_output(l, "first", &out, NULL));
    assert_string_equal(buf_str(&out), "one\n");
    buf_clear(&out);
    assert_true(launcher_output(l, "second", &out, NULL)); /* no shell has seen it */
    assert_string_equal(buf_str(&out), "$HOME; *");
    buf_release(&out);
    launcher_free(l);
}

/* What is given goes in whole, ends, and is of that question alone; a command need not read it. */
static void test_input(void **state)
{
    (void)state;
    const struct launcher_command commands[] = {SHELL("cat", "cat"), SHELL("deaf", "echo did not look")};
    struct launcher *l = start(commands, 2);
    struct buf out = buf_make(1 << 20), in = buf_make(1 << 20);
    struct err err = {0};
    buf_puts(&in, "{\"a\":\"$HOME\"}\n", NULL);
    assert_true(launcher_send(l, "cat", &in, &out, NULL));
    assert_string_equal(buf_str(&out), "{\"a\":\"$HOME\"}\n");
    buf_clear(&out);
    assert_true(launcher_output(l, "cat", &out, NULL));
    assert_int_equal(out.len, 0);
    while (in.len < LAUNCHER_INPUT_MAX)
        buf_putc(&in, 'x', NULL);
    assert_true(launcher_send(l, "deaf", &in, &out, NULL));
    assert_string_equal(buf_str(&out), "did not look\n");
    buf_clear(&out);
    assert_true(launcher_send(l, "cat", &in, &out, NULL));
    assert_int_equal(out.len, LAUNCHER_INPUT_MAX);
    buf_putc(&in, 'x', NULL);
    assert_false(launcher_send(l, "cat", &in, &out, &err));
    assert_string_equal(err.text, "cannot give the command 'cat' more than 16384 bytes");
    buf_release(&in);
    buf_release(&out);
    launcher_free(l);
}

static void test_failure_tells_status_and_first_line_of_stderr(void **state)
{
    (void)state;
    const struct launcher_command commands[] = {
        SHELL("token:fra", "echo s3cr3t; echo 'permission denied' >&2; echo more >&2; exit 3"),
        SHELL("killed", "kill -9 $$"),
    };
    struct launcher *l = start(commands, 2);
    struct buf out = buf_make(1 << 20);
    struct err err = {0};
    assert_false(launcher_output(l, "token:fra", &out, &err));
    assert_int_equal(err_status(&err), 78);
    assert_string_equal(err.text, "the command 'token:fra' failed (status 3): permission denied");
    assert_null(strstr(err.text, "s3cr3t"));
    assert_int_equal(out.len, 0);
    assert_false(launcher_output(l, "killed", &out, &err));
    assert_string_equal(err.text, "the command 'killed' failed (status 137)");
    buf_release(&out);
    launcher_free(l);
}

static void test_what_cannot_be_started(void **state)
{
    (void)state;
    const struct launcher_command commands[] = {
        {.name = "absent", .argv = (const char *const[]){"/nonexistent/vault", "read", NULL}}};
    struct launcher *l = start(commands, 1);
    struct buf out = buf_make(1 << 20);
    struct err err = {0};
    assert_false(launcher_output(l, "absent", &out, &err));
    assert_non_null(strstr(err.text, "status 127"));
    assert_non_null(strstr(err.text, "cannot start '/nonexistent/vault'"));
    assert_false(launcher_output(l, "rm", &out, &err));
    assert_non_null(strstr(err.text, "no command is called 'rm'"));
    assert_false(launcher_start(l, "rm", NULL, &err));
    buf_release(&out);
    launcher_free(l);
}

static void test_a_command_that_hangs_ends_with_its_children(void **state)
{
    (void)state;
    char script[256];
    snprintf(script, sizeof script, "(sleep 1000; :) & echo $! > %s; sleep 1000", pid_file);
    unlink(pid_file);
    const struct launcher_command commands[] = {SHELL_WITH("slow", script, .timeout_ms = 300),
                                                SHELL("fine", "echo ok")};
    struct launcher *l = start(commands, 2);
    struct buf out = buf_make(1 << 20);
    struct err err = {0};
    assert_false(launcher_output(l, "slow", &out, &err));
    assert_string_equal(err.text, "the command 'slow' gave no answer in time");
    assert_gone(read_pid());
    assert_true(launcher_output(l, "fine", &out, NULL));
    assert_string_equal(buf_str(&out), "ok\n");
    buf_release(&out);
    launcher_free(l);
}

/* --- this program's own commands --- */

struct told {
    struct loop *loop;
    char text[256], error[ERR_TEXT_MAX];
    int count;
};

static void on_told(void *ctx, struct buf *out, const struct err *err)
{
    struct told *t = ctx;
    t->count++;
    snprintf(t->text, sizeof t->text, "%s", out ? buf_str(out) : "(none)");
    snprintf(t->error, sizeof t->error, "%s", err ? err->text : "");
    loop_stop(t->loop);
}

#define OWN(name_, script_)                                                                                            \
    (struct launcher_command)                                                                                          \
    {                                                                                                                  \
        .name = (name_), .argv = (const char *const[]){"sh", "-c", (script_), "own", NULL}, .own = true                \
    }

static void ask_own(struct launcher *l, const char *name, const char *lines, struct told *t)
{
    struct buf input = buf_make(1024);
    struct err err = {0};
    *t = (struct told){.loop = loop_new(&err)};
    buf_puts(&input, lines, NULL);
    assert_true(launcher_send_start(l, t->loop, name, &input, on_told, t, &err));
    assert_true(loop_run(t->loop, &err));
    loop_free(t->loop);
    buf_release(&input);
}

static void test_an_own_command_takes_its_input_as_arguments(void **state)
{
    (void)state;
    const struct launcher_command commands[] = {
        OWN("words", "printf '%s|' \"$@\"; cat"),
        OWN("fails", "echo '{\"error\":1}'; echo noise >&2; exit 75"),
        OWN("mute", "echo 'first line' >&2; echo second >&2; exit 3"),
        SHELL("token", "echo s3cr3t; exit 1"),
    };
    struct launcher *l = start(commands, 4);
    struct told t;
    ask_own(l, "words", "--drain=a b\n--by=$HOME;*\n\n--json", &t);
    assert_string_equal(t.text, "--drain=a b|--by=$HOME;*|--json|");
    assert_string_equal(t.error, "");
    ask_own(l, "words", "", &t);
    assert_string_equal(t.text, "|");
    ask_own(l, "fails", "x", &t);
    assert_string_equal(t.text, "{\"error\":1}\n");
    assert_non_null(strstr(t.error, "status 75"));
    ask_own(l, "mute", "", &t);
    assert_string_equal(t.error, "the command 'mute' failed (status 3): first line");
    ask_own(l, "token", "", &t); /* not ours: what it printed stays unknown */
    assert_string_equal(t.text, "(none)");
    assert_null(strstr(t.error, "s3cr3t"));
    launcher_free(l);
}

static void test_what_is_cancelled_is_killed_and_tells_nothing(void **state)
{
    (void)state;
    char script[256];
    snprintf(script, sizeof script, "(sleep 1000; :) & echo $! > %s; sleep 1000", pid_file);
    unlink(pid_file);
    const struct launcher_command commands[] = {OWN("slow", script), OWN("fine", "echo ok")};
    struct launcher *l = start(commands, 2);
    struct told slow = {0}, fine;
    struct err err = {0};
    struct loop *loop = loop_new(&err);
    assert_true(launcher_send_start(l, loop, "slow", NULL, on_told, &slow, &err));
    pid_t pid = read_pid();
    launcher_output_cancel(l, &slow);
    assert_gone(pid);
    loop_free(loop);
    ask_own(l, "fine", "", &fine);
    assert_string_equal(fine.text, "ok\n");
    assert_int_equal(slow.count, 0);
    launcher_free(l);
}

/* Its pipes are at an end, it is not. */
static void test_a_command_that_closes_its_output_and_stays(void **state)
{
    (void)state;
    const struct launcher_command commands[] = {
        SHELL_WITH("mute", "echo t; exec >&- 2>&-; exec sleep 1000", .timeout_ms = 300)};
    struct launcher *l = start(commands, 1);
    struct buf out = buf_make(1 << 20);
    struct err err = {0};
    assert_false(launcher_output(l, "mute", &out, &err));
    assert_string_equal(err.text, "the command 'mute' gave no answer in time");
    buf_release(&out);
    launcher_free(l);
}

static void test_output_has_a_limit(void **state)
{
    (void)state;
    const struct launcher_command commands[] = {
        SHELL("most", "head -c 65536 /dev/zero | tr '\\0' x"),
        SHELL("more", "head -c 65537 /dev/zero | tr '\\0' x"),
        SHELL("endless", "yes"),
    };
    struct launcher *l = start(commands, 3);
    struct buf out = buf_make(1 << 20);
    struct err err = {0};
    assert_true(launcher_output(l, "most", &out, NULL));
    assert_int_equal(out.len, 65536);
    buf_clear(&out);
    assert_false(launcher_output(l, "more", &out, &err));
    assert_non_null(strstr(err.text, "printed more than 65536 bytes"));
    assert_false(launcher_output(l, "endless", &out, &err));
    assert_non_null(strstr(err.text, "printed more than 65536 bytes"));
    assert_int_equal(out.len, 0);
    buf_release(&out);
    launcher_free(l);
}

/* What a command inherits is a terminal's signals, no descriptor of ours, and no input. */
static void test_a_command_inherits_nothing(void **state)
{
    (void)state;
    const struct launcher_command commands[] = {
        SHELL("look", "for n in 3 4 5 6 7 8 9 64 65 66 200; do [ -e /proc/$$/fd/$n ] && echo $n; done; cat; echo end")};
    int extra = open("/dev/null", O_RDONLY);
    assert_int_equal(fcntl(extra, F_DUPFD, 200), 200); /* without FD_CLOEXEC */
    struct launcher *l = start(commands, 1);
    struct buf out = buf_make(1 << 20);
    assert_true(launcher_output(l, "look", &out, NULL));
    assert_string_equal(buf_str(&out), "end\n");
    buf_release(&out);
    launcher_free(l);
    close(extra);
    close(200);
}

/* --- through the loop --- */

struct answers {
    struct loop *loop;
    struct launcher *l;
    int wanted, came, good;
    char text[16][ERR_TEXT_MAX];
};

static void on_answer(void *ctx, struct buf *out, const struct err *err)
{
    struct answers *a = ctx;
    assert_true((out == NULL) == (err != NULL));
    if (a->came < 16)
        snprintf(a->text[a->came], sizeof a->text[0], "%s", out ? buf_str(out) : err->text);
    a->good += out != NULL;
    if (++a->came == a->wanted)
        loop_stop(a->loop);
}

static void too_late(void *ctx)
{
    (void)ctx;
    fail_msg("no answer within 30 s");
}

static struct answers run(struct launcher *l, const char *const *names, int count)
{
    struct answers a = {.loop = loop_new(NULL), .l = l, .wanted = count};
    loop_timer(a.loop, 30000, too_late, NULL);
    for (int i = 0; i < count; i++)
        assert_true(launcher_output_start(l, a.loop, names[i], on_answer, &a, NULL));
    assert_int_equal(a.came, 0);
    assert_true(loop_run(a.loop, NULL));
    assert_true(loop_longest_us(a.loop) < 1000000); /* far from a command's time, whatever the machine does */
    loop_free(a.loop);
    return a;
}

static void test_answers_come_as_events(void **state)
{
    (void)state;
    static const char *const names[] = {"slow", "quick", "bad", "endless"};
    const struct launcher_command commands[] = {
        SHELL("slow", "sleep 1; echo slow"),
        SHELL("quick", "echo quick"),
        SHELL("bad", "sleep 0.5; echo no >&2; exit 1"),
        SHELL_WITH("endless", "sleep 1000", .timeout_ms = 2000),
    };
    struct launcher *l = start(commands, 4);
    struct answers a = run(l, names, 4);
    assert_string_equal(a.text[0], "quick\n");
    assert_string_equal(a.text[1], "the command 'bad' failed (status 1): no");
    assert_string_equal(a.text[2], "slow\n");
    assert_string_equal(a.text[3], "the command 'endless' gave no answer in time");
    launcher_free(l);
}

static void test_input_through_the_loop(void **state)
{
    (void)state;
    const struct launcher_command commands[] = {SHELL("slow", "sleep 0.2; cat")};
    struct launcher *l = start(commands, 1);
    struct answers a = {.loop = loop_new(NULL), .wanted = 6};
    struct buf in = buf_make(100);
    for (int i = 0; i < 6; i++) { /* the last two wait for their turn */
        buf_clear(&in);
        buf_printf(&in, NULL, "question %d", i);
        assert_true(launcher_send_start(l, a.loop, "slow", &in, on_answer, &a, NULL));
    }
    buf_release(&in);
    assert_true(loop_run(a.loop, NULL));
    assert_int_equal(a.good, 6);
    assert_non_null(strstr(a.text[5], "question"));
    loop_free(a.loop);
    launcher_free(l);
}

/* More than run at a time, with answers that fill a socket; none is lost. */
static void test_many_questions(void **state)
{
    (void)state;
    enum { MANY = 50 };
    const char *names[MANY];
    const struct launcher_command commands[] = {SHELL("big", "head -c 65536 /dev/zero | tr '\\0' x")};
    struct launcher *l = start(commands, 1);
    for (int i = 0; i < MANY; i++)
        names[i] = "big";
    struct answers a = run(l, names, MANY);
    assert_int_equal(a.good, MANY);
    launcher_free(l);
}

/* The two ways do not mix, and the waiting one does not wait for the other's commands. */
static void test_waiting_beside_the_queue(void **state)
{
    (void)state;
    const struct launcher_command commands[] = {SHELL("slow", "sleep 1; echo slow"), SHELL("quick", "echo quick")};
    struct launcher *l = start(commands, 2);
    struct answers a = {.loop = loop_new(NULL), .l = l, .wanted = 6};
    struct buf out = buf_make(1 << 20);
    loop_timer(a.loop, 30000, too_late, NULL);
    for (int i = 0; i < 6; i++)
        assert_true(launcher_output_start(l, a.loop, "slow", on_answer, &a, NULL));
    assert_true(launcher_output(l, "quick", &out, NULL));
    assert_string_equal(buf_str(&out), "quick\n");
    assert_int_equal(a.came, 0);
    assert_true(loop_run(a.loop, NULL));
    assert_int_equal(a.good, 6);
    buf_release(&out);
    loop_free(a.loop);
    launcher_free(l);
}

static void test_who_is_forgotten_hears_nothing(void **state)
{
    (void)state;
    static const char *const names[] = {"quick"};
    const struct launcher_command commands[] = {SHELL("slow", "sleep 0.3; echo slow"), SHELL("quick", "echo quick")};
    struct launcher *l = start(commands, 2);
    struct answers gone = {.loop = loop_new(NULL)};
    for (int i = 0; i < 9; i++)
        assert_true(launcher_output_start(l, gone.loop, "slow", on_answer, &gone, NULL));
    launcher_output_forget(l, &gone);
    loop_free(gone.loop);
    struct answers a = run(l, names, 1); /* in another loop, after the answers that nobody wants */
    assert_int_equal(a.good, 1);
    assert_int_equal(gone.came, 0);
    launcher_free(l);
}

static void again(void *ctx, struct buf *out, const struct err *err)
{
    struct answers *a = ctx;
    (void)err;
    assert_non_null(out);
    if (++a->came == 3)
        loop_stop(a->loop);
    else
        assert_true(launcher_output_start(a->l, a->loop, "quick", again, a, NULL));
}

static void test_asking_from_an_answer(void **state)
{
    (void)state;
    const struct launcher_command commands[] = {SHELL("quick", "echo quick")};
    struct answers a = {.loop = loop_new(NULL), .l = start(commands, 1)};
    loop_timer(a.loop, 30000, too_late, NULL);
    assert_true(launcher_output_start(a.l, a.loop, "quick", again, &a, NULL));
    assert_true(loop_run(a.loop, NULL));
    assert_int_equal(a.came, 3);
    loop_free(a.loop);
    launcher_free(a.l);
}

/* --- daemons and services --- */

static void test_a_daemon_outlives_the_launcher(void **state)
{
    (void)state;
    const struct launcher_command commands[] = {SHELL_WITH("collector", "exec sleep 1000", .daemon = true)};
    struct launcher *l = start(commands, 1);
    pid_t pid = 0;
    assert_true(launcher_start(l, "collector", &pid, NULL));
    launcher_free(l);
    assert_true(is_there(pid));
    assert_int_not_equal(getsid(pid), getsid(0));
    kill(pid, SIGKILL);
    assert_gone(pid);
}

static void test_a_service_ends_with_the_launcher(void **state)
{
    (void)state;
    const struct launcher_command commands[] = {
        SHELL_WITH("service", "trap '' TERM; while :; do sleep 1000; done", .service = true)};
    struct launcher *l = start(commands, 1);
    pid_t pid = 0, same = 0;
    assert_true(launcher_start(l, "service", &pid, NULL));
    assert_true(launcher_start(l, "service", &same, NULL));
    assert_int_equal(pid, same); /* one is enough */
    assert_true(is_there(pid));
    launcher_free(l);
    assert_false(is_there(pid));
}

static void test_a_service_stops_and_starts_again(void **state)
{
    (void)state;
    const struct launcher_command commands[] = {SHELL_WITH("service", "exec sleep 1000", .service = true)};
    struct launcher *l = start(commands, 1);
    pid_t pid = 0, other = 0;
    assert_true(launcher_start(l, "service", &pid, NULL));
    assert_true(launcher_stop(l, "service", NULL));
    assert_false(is_there(pid));
    assert_true(launcher_start(l, "service", &other, NULL));
    assert_true(is_there(other));
    kill(other, SIGKILL); /* one that died is started again */
    for (int i = 0; i < 500 && other != 0; i++) {
        assert_true(launcher_start(l, "service", &pid, NULL));
        other = pid == other ? other : 0;
        poll(NULL, 0, 10);
    }
    assert_int_equal(other, 0);
    launcher_free(l);
}

/* The parent has no time to say goodbye. */
static void test_a_service_ends_when_the_parent_is_killed(void **state)
{
    (void)state;
    char script[256];
    snprintf(script, sizeof script, "echo $$ > %s; exec sleep 1000", pid_file);
    unlink(pid_file);
    const struct launcher_command commands[] = {SHELL_WITH("service", script, .service = true)};
    pid_t parent = fork();
    if (parent == 0) {
        struct launcher *l = launcher_new(commands, 1, NULL);
        launcher_start(l, "service", NULL, NULL);
        pause();
        _exit(1);
    }
    pid_t pid = read_pid();
    assert_true(is_there(pid));
    kill(parent, SIGKILL);
    waitpid(parent, NULL, 0);
    assert_gone(pid);
}

/* Even with descriptors 0 to 2 closed, when the sockets take their numbers. */
static void test_the_launcher_ends_without_standard_descriptors(void **state)
{
    (void)state;
    const struct launcher_command commands[] = {SHELL("quick", "echo quick")};
    int status = 0;
    pid_t parent = fork();
    if (parent == 0) {
        for (int fd = 0; fd < 3; fd++)
            close(fd);
        struct launcher *l = launcher_new(commands, 1, NULL);
        struct buf out = buf_make(1000);
        bool ok = launcher_output(l, "quick", &out, NULL) && out.len == 6;
        launcher_free(l);
        _exit(ok ? 0 : 1);
    }
    for (int i = 0; i < 3000 && waitpid(parent, &status, WNOHANG) == 0; i++)
        poll(NULL, 0, 10);
    assert_int_equal(status, 0);
    assert_int_equal(waitpid(parent, &status, WNOHANG), -1);
}

static void test_signals_of_the_terminal_do_not_end_it(void **state)
{
    (void)state;
    char script[256];
    snprintf(script, sizeof script, "echo $PPID > %s", pid_file);
    unlink(pid_file);
    const struct launcher_command commands[] = {SHELL("who", script), SHELL("quick", "echo quick")};
    struct launcher *l = start(commands, 2);
    struct buf out = buf_make(1000);
    assert_true(launcher_output(l, "who", &out, NULL));
    pid_t launcher = read_pid();
    kill(launcher, SIGINT);
    kill(launcher, SIGTERM);
    kill(launcher, SIGHUP);
    assert_true(launcher_output(l, "quick", &out, NULL));
    struct err err = {0};
    kill(launcher, SIGKILL);
    assert_false(launcher_output(l, "quick", &out, &err));
    assert_non_null(strstr(err.text, "gone"));
    struct answers a = {.loop = loop_new(NULL), .wanted = 1};
    assert_true(launcher_output_start(l, a.loop, "quick", on_answer, &a, NULL));
    assert_true(loop_run(a.loop, NULL));
    assert_string_equal(a.text[0], "the launcher is gone");
    loop_free(a.loop);
    buf_release(&out);
    launcher_free(l);
}

static int make_dir(void **state)
{
    (void)state;
    if (!mkdtemp(dir))
        return -1;
    snprintf(pid_file, sizeof pid_file, "%s/pid", dir);
    return 0;
}

static int remove_dir(void **state)
{
    (void)state;
    unlink(pid_file);
    return rmdir(dir);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_output),
        cmocka_unit_test(test_failure_tells_status_and_first_line_of_stderr),
        cmocka_unit_test(test_what_cannot_be_started),
        cmocka_unit_test(test_a_command_that_hangs_ends_with_its_children),
        cmocka_unit_test(test_an_own_command_takes_its_input_as_arguments),
        cmocka_unit_test(test_what_is_cancelled_is_killed_and_tells_nothing),
        cmocka_unit_test(test_a_command_that_closes_its_output_and_stays),
        cmocka_unit_test(test_output_has_a_limit),
        cmocka_unit_test(test_a_command_inherits_nothing),
        cmocka_unit_test(test_answers_come_as_events),
        cmocka_unit_test(test_input),
        cmocka_unit_test(test_input_through_the_loop),
        cmocka_unit_test(test_many_questions),
        cmocka_unit_test(test_waiting_beside_the_queue),
        cmocka_unit_test(test_who_is_forgotten_hears_nothing),
        cmocka_unit_test(test_asking_from_an_answer),
        cmocka_unit_test(test_a_daemon_outlives_the_launcher),
        cmocka_unit_test(test_a_service_ends_with_the_launcher),
        cmocka_unit_test(test_a_service_stops_and_starts_again),
        cmocka_unit_test(test_a_service_ends_when_the_parent_is_killed),
        cmocka_unit_test(test_the_launcher_ends_without_standard_descriptors),
        cmocka_unit_test(test_signals_of_the_terminal_do_not_end_it),
    };
    return cmocka_run_group_tests(tests, make_dir, remove_dir);
}
