#define _GNU_SOURCE
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <fcntl.h>
#include <signal.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"
#include "io/loop.h"

/* What happened, a letter each. */
static struct {
    struct loop *loop;
    char log[256];
    size_t len;
    int64_t timer;
    int count, limit;
    int pipe[2], other[2];
    int64_t began_ms;
} t;

static void note(char c)
{
    if (t.len + 1 < sizeof t.log)
        t.log[t.len++] = c;
}

static int setup(void **state)
{
    struct err err = {0};
    (void)state;
    memset(&t, 0, sizeof t);
    t.loop = loop_new(&err);
    t.began_ms = clock_boot_ms();
    return t.loop && pipe2(t.pipe, O_NONBLOCK | O_CLOEXEC) == 0 && pipe2(t.other, O_NONBLOCK | O_CLOEXEC) == 0 ? 0 : -1;
}

static int teardown(void **state)
{
    (void)state;
    loop_free(t.loop);
    close(t.pipe[0]), close(t.pipe[1]), close(t.other[0]), close(t.other[1]);
    return 0;
}

static void run(void)
{
    struct err err = {0};
    assert_true(loop_run(t.loop, &err));
}

static void stop(void *ctx)
{
    (void)ctx;
    loop_stop(t.loop);
}

static void run_for(int64_t delay_ms)
{
    loop_timer(t.loop, delay_ms, stop, NULL);
    run();
}

static void letter(void *ctx)
{
    const char *c = ctx;
    note(*c);
}

/* --- timers --- */

static void timers_run_in_order(void **state)
{
    static char a[] = "a", b[] = "b", c[] = "c", d[] = "d", e[] = "e";
    (void)state;
    assert_true(loop_timer(t.loop, 30, letter, d) > 0);
    loop_timer(t.loop, 0, letter, a);
    loop_timer(t.loop, -5, letter, b);
    loop_timer(t.loop, 10, letter, c);
    loop_timer(t.loop, INT64_MAX, letter, e);
    run_for(60);
    assert_string_equal(t.log, "abcd");
}

static void late(void *ctx)
{
    int64_t delay_ms = *(const int64_t *)ctx;
    assert_true(clock_boot_ms() - t.began_ms >= delay_ms);
    note('.');
}

static void no_timer_is_early(void **state)
{
    static int64_t delays[] = {1, 2, 5, 9, 12, 18, 19, 20, 31, 40};
    (void)state;
    for (size_t i = 0; i < sizeof delays / sizeof *delays; i++)
        loop_timer(t.loop, delays[i], late, &delays[i]);
    run_for(60);
    assert_int_equal(t.len, 10);
}

static void close_timers_wake_the_loop_once(void **state)
{
    static char a[] = "a";
    (void)state;
    for (int i = 0; i < 9; i++)
        loop_timer(t.loop, 100 + i, letter, a);
    uint64_t before = loop_wakeups(t.loop);
    loop_timer(t.loop, 109, stop, NULL);
    run();
    assert_int_equal(t.len, 9);
    assert_in_range(loop_wakeups(t.loop) - before, 1, 2);
}

static void cancels(void *ctx)
{
    (void)ctx;
    note('x');
    loop_timer_cancel(t.loop, t.timer);
}

static void a_cancelled_timer_does_not_run(void **state)
{
    static char a[] = "a", b[] = "b";
    (void)state;
    int64_t ran = loop_timer(t.loop, 0, letter, a);
    loop_timer(t.loop, 5, cancels, NULL);
    t.timer = loop_timer(t.loop, 5, letter, b); /* due with the one that cancels it */
    run_for(30);
    assert_string_equal(t.log, "ax");
    int64_t again = loop_timer(t.loop, 0, letter, b); /* in the place of one that has run */
    assert_int_not_equal(again, ran);
    loop_timer_cancel(t.loop, ran);
    loop_timer_cancel(t.loop, 0);
    loop_timer_cancel(t.loop, -1);
    loop_timer_cancel(t.loop, INT64_MAX);
    run_for(20);
    assert_string_equal(t.log, "axb");
}

static void rearms(void *ctx)
{
    (void)ctx;
    if (++t.count < 1000)
        loop_timer(t.loop, 0, rearms, NULL);
    else
        loop_stop(t.loop);
}

static void takes_byte(void *ctx, int fd, int events)
{
    char c;
    (void)ctx, (void)events;
    if (read(fd, &c, 1) == 1)
        t.limit = t.count; /* how many timers ran before it */
}

static void a_timer_that_rearms_starves_nobody(void **state)
{
    (void)state;
    t.limit = -1;
    loop_fd(t.loop, t.pipe[0], LOOP_READ, takes_byte, NULL, NULL);
    assert_int_equal(write(t.pipe[1], "1", 1), 1);
    loop_timer(t.loop, 0, rearms, NULL);
    run();
    assert_int_equal(t.count, 1000);
    assert_in_range(t.limit, 0, 10);
}

/* A timer is due within [from_ms, to_ms]: it was set at some moment between two readings of the clock. */
struct due {
    int64_t from_ms, to_ms, id;
};
static int64_t latest_from_ms;

static void in_order(void *ctx)
{
    const struct due *due = ctx;
    assert_true(due->to_ms >= latest_from_ms);
    latest_from_ms = due->from_ms > latest_from_ms ? due->from_ms : latest_from_ms;
    t.count++;
}

static void ten_thousand_timers(void **state)
{
    enum { TIMERS = 10000 };
    static struct due dues[TIMERS];
    uint64_t x = 1;
    (void)state;
    latest_from_ms = 0;
    for (int i = 0; i < TIMERS; i++) {
        x = x * 6364136223846793005u + 1442695040888963407u;
        int64_t delay_ms = (int64_t)(x >> 33) % 300;
        dues[i].from_ms = clock_boot_ms() + delay_ms;
        dues[i].id = loop_timer(t.loop, delay_ms, in_order, &dues[i]);
        dues[i].to_ms = clock_boot_ms() + 1 + delay_ms;
    }
    for (int i = 0; i < TIMERS; i += 4)
        loop_timer_cancel(t.loop, dues[i].id);
    run_for(400);
    assert_int_equal(t.count, TIMERS - TIMERS / 4);
}

static void an_idle_loop_sleeps(void **state)
{
    (void)state;
    loop_fd(t.loop, t.pipe[0], LOOP_READ, takes_byte, NULL, NULL);
    uint64_t before = loop_wakeups(t.loop);
    run_for(300);
    assert_in_range(loop_wakeups(t.loop) - before, 1, 3);
}

/* --- descriptors --- */

static void reads(void *ctx, int fd, int events)
{
    char c;
    note(*(const char *)ctx);
    if (events & LOOP_READ && read(fd, &c, 1) == 1)
        note(c);
    if (events & LOOP_HANGUP)
        loop_fd(t.loop, fd, 0, NULL, NULL, NULL);
    loop_stop(t.loop);
}

static void a_watch_is_replaced_and_removed(void **state)
{
    static char a[] = "a", b[] = "b";
    (void)state;
    assert_true(loop_fd(t.loop, t.pipe[0], LOOP_READ, reads, a, NULL));
    assert_int_equal(write(t.pipe[1], "1", 1), 1);
    run();
    assert_true(loop_fd(t.loop, t.pipe[0], LOOP_READ, reads, b, NULL));
    assert_int_equal(write(t.pipe[1], "2", 1), 1);
    run();
    assert_true(loop_fd(t.loop, t.pipe[0], 0, NULL, NULL, NULL));
    assert_true(loop_fd(t.loop, t.pipe[0], 0, NULL, NULL, NULL));
    assert_int_equal(write(t.pipe[1], "3", 1), 1);
    run_for(20);
    assert_string_equal(t.log, "a1b2");
}

static void a_hangup_is_told(void **state)
{
    static char h[] = "h";
    (void)state;
    loop_fd(t.loop, t.pipe[0], LOOP_READ, reads, h, NULL);
    close(t.pipe[1]);
    run();
    assert_string_equal(t.log, "h");
    t.pipe[1] = open("/dev/null", O_WRONLY | O_CLOEXEC);
}

static void writes(void *ctx, int fd, int events)
{
    (void)ctx, (void)fd;
    assert_int_equal(events, LOOP_WRITE);
    note('w');
    loop_stop(t.loop);
}

static void a_writer_is_called(void **state)
{
    (void)state;
    loop_fd(t.loop, t.pipe[1], LOOP_WRITE, writes, NULL, NULL);
    run();
    assert_string_equal(t.log, "w");
}

/* Ends the watch of the other, whose event of the same batch must not arrive. */
static void ends_the_other(void *ctx, int fd, int events)
{
    char c;
    int other = fd == t.pipe[0] ? t.other[0] : t.pipe[0];
    (void)ctx, (void)events;
    note('e');
    assert_int_equal(read(fd, &c, 1), 1);
    loop_fd(t.loop, other, 0, NULL, NULL, NULL);
}

static void a_removed_watch_gets_no_event_of_the_batch(void **state)
{
    (void)state;
    loop_fd(t.loop, t.pipe[0], LOOP_READ, ends_the_other, NULL, NULL);
    loop_fd(t.loop, t.other[0], LOOP_READ, ends_the_other, NULL, NULL);
    assert_int_equal(write(t.pipe[1], "1", 1), 1);
    assert_int_equal(write(t.other[1], "1", 1), 1);
    run_for(20);
    assert_string_equal(t.log, "e");
}

static void newcomer(void *ctx, int fd, int events)
{
    (void)ctx, (void)fd, (void)events;
    note('n');
}

/* Closes the other and opens another pipe, which gets its number. */
static void reuses_the_number(void *ctx, int fd, int events)
{
    int *other = fd == t.pipe[0] ? t.other : t.pipe, number = other[0], made[2];
    char c;
    (void)ctx, (void)events;
    note('r');
    assert_int_equal(read(fd, &c, 1), 1);
    loop_fd(t.loop, number, 0, NULL, NULL, NULL);
    close(other[0]);
    close(other[1]);
    assert_int_equal(pipe2(made, O_NONBLOCK | O_CLOEXEC), 0);
    assert_true(made[0] == number || made[1] == number);
    other[0] = made[0], other[1] = made[1];
    assert_true(loop_fd(t.loop, made[0], LOOP_READ, newcomer, NULL, NULL));
}

static void an_event_of_a_closed_descriptor_reaches_no_newcomer(void **state)
{
    (void)state;
    loop_fd(t.loop, t.pipe[0], LOOP_READ, reuses_the_number, NULL, NULL);
    loop_fd(t.loop, t.other[0], LOOP_READ, reuses_the_number, NULL, NULL);
    assert_int_equal(write(t.pipe[1], "1", 1), 1);
    assert_int_equal(write(t.other[1], "1", 1), 1);
    run_for(20);
    assert_string_equal(t.log, "r");
}

/* Another pipe comes under the number of the first, and is watched in the same way. */
static void number_comes_back(char *a)
{
    int number = t.pipe[0];
    close(t.pipe[0]);
    close(t.pipe[1]);
    assert_int_equal(pipe2(t.pipe, O_NONBLOCK | O_CLOEXEC), 0);
    assert_int_equal(t.pipe[0], number);
    assert_true(loop_fd(t.loop, number, LOOP_READ, reads, a, NULL));
    assert_int_equal(write(t.pipe[1], "1", 1), 1);
    run();
    assert_string_equal(t.log, "a1");
}

static void a_number_that_came_back_is_watched(void **state)
{
    static char a[] = "a";
    (void)state;
    loop_fd(t.loop, t.pipe[0], LOOP_READ, reads, a, NULL);
    number_comes_back(a); /* against the rules: the watch was not removed */
}

static void a_paused_watch_goes_on(void **state)
{
    static char a[] = "a", b[] = "b";
    (void)state;
    loop_fd_pause(t.loop, t.pipe[0]); /* of no watch */
    loop_fd(t.loop, t.pipe[0], LOOP_READ, reads, a, NULL);
    loop_fd_pause(t.loop, t.pipe[0]);
    assert_true(loop_fd(t.loop, t.pipe[0], LOOP_READ, reads, a, NULL));
    assert_int_equal(write(t.pipe[1], "1", 1), 1);
    run();
    assert_string_equal(t.log, "a1");
    loop_fd_pause(t.loop, t.pipe[0]);
    assert_true(loop_fd(t.loop, t.pipe[0], LOOP_READ, reads, b, NULL));
    assert_int_equal(write(t.pipe[1], "2", 1), 1);
    run();
    assert_string_equal(t.log, "a1b2");
}

static void what_comes_in_a_pause_waits(void **state)
{
    static char a[] = "a";
    (void)state;
    loop_fd(t.loop, t.pipe[0], LOOP_READ, reads, a, NULL);
    loop_fd_pause(t.loop, t.pipe[0]);
    assert_int_equal(write(t.pipe[1], "1", 1), 1);
    run_for(20);
    assert_string_equal(t.log, "");
    assert_in_range(loop_wakeups(t.loop), 1, 3); /* bytes that wait there do not keep the loop awake */
    assert_true(loop_fd(t.loop, t.pipe[0], LOOP_READ, reads, a, NULL));
    run();
    assert_string_equal(t.log, "a1");
}

static void a_paused_watch_can_be_removed(void **state)
{
    static char a[] = "a";
    (void)state;
    loop_fd(t.loop, t.pipe[0], LOOP_READ, reads, a, NULL);
    loop_fd_pause(t.loop, t.pipe[0]);
    loop_fd(t.loop, t.pipe[0], 0, NULL, NULL, NULL);
    number_comes_back(a);
}

static void what_is_not_open_cannot_be_watched(void **state)
{
    struct err err = {0};
    char name[] = "/tmp/hubtop-loop.XXXXXX";
    int file = mkstemp(name);
    (void)state;
    assert_false(loop_fd(t.loop, -1, LOOP_READ, takes_byte, NULL, &err));
    assert_int_equal(err.kind, ERR_INPUT);
    assert_false(loop_fd(t.loop, 900, LOOP_READ, takes_byte, NULL, &err));
    assert_non_null(strstr(err.text, "cannot watch descriptor 900: "));
    assert_false(loop_fd(t.loop, file, LOOP_READ, takes_byte, NULL, &err)); /* a file is always ready: epoll has none */
    close(file);
    unlink(name);
    run_for(10);
}

/* --- tasks --- */

static bool slice(void *ctx)
{
    const char *c = ctx;
    note(*c);
    return ++t.count < t.limit;
}

static bool three_slices(void *ctx)
{
    int *left = ctx;
    note((char)('0' + *left));
    return --*left > 0;
}

static void tasks_take_turns(void **state)
{
    int a = 3, b = 3, c = 1;
    (void)state;
    loop_task(t.loop, three_slices, &a);
    loop_task(t.loop, three_slices, &b);
    loop_task(t.loop, three_slices, &c);
    run_for(20);
    assert_string_equal(t.log, "3312211");
}

static void events_come_between_slices(void **state)
{
    static char s[] = "s";
    (void)state;
    t.limit = 1000000;
    loop_task(t.loop, slice, s);
    loop_fd(t.loop, t.pipe[0], LOOP_READ, takes_byte, NULL, NULL);
    assert_int_equal(write(t.pipe[1], "1", 1), 1);
    run_for(10); /* the timer too has its turn while there is work */
    assert_true(t.count > 0 && t.count < 1000000);
    assert_in_range(t.limit, 0, 3);
}

static bool cancels_itself(void *ctx)
{
    (void)ctx;
    note('c');
    loop_task_cancel(t.loop, t.timer);
    return true;
}

static bool ends_and_begins(void *ctx)
{
    static char n[] = "n";
    (void)ctx;
    note('e');
    loop_task_cancel(t.loop, t.timer); /* frees its place, which the next one takes */
    t.limit = 2;
    loop_task(t.loop, slice, n);
    return false;
}

static void a_task_may_end_in_any_way(void **state)
{
    (void)state;
    t.timer = loop_task(t.loop, cancels_itself, NULL);
    run_for(15);
    assert_string_equal(t.log, "c");
    t.timer = loop_task(t.loop, ends_and_begins, NULL);
    run_for(15);
    assert_string_equal(t.log, "cenn");
    loop_task_cancel(t.loop, t.timer);
    loop_task_cancel(t.loop, 0);
    uint64_t before = loop_wakeups(t.loop);
    run_for(50); /* nothing is left: the loop sleeps again */
    assert_in_range(loop_wakeups(t.loop) - before, 1, 3);
}

/* --- signals --- */

static void signalled(void *ctx, int number)
{
    (void)ctx;
    note(number == SIGTERM ? 'T' : number == SIGUSR1 ? 'U' : '?');
}

static void a_signal_is_an_event(void **state)
{
    struct err err = {0};
    (void)state;
    assert_true(loop_signal(t.loop, SIGTERM, signalled, NULL, &err));
    assert_true(loop_signal(t.loop, SIGUSR1, signalled, NULL, &err));
    kill(getpid(), SIGUSR1);
    run_for(10);
    kill(getpid(), SIGTERM);
    run_for(10);
    assert_string_equal(t.log, "UT");
    assert_false(loop_signal(t.loop, 0, signalled, NULL, &err));
    assert_int_equal(err.kind, ERR_INPUT);
    assert_false(loop_signal(t.loop, 1000, signalled, NULL, &err));
}

static void on_alarm(int number)
{
    (void)number;
}

static void interrupted_waits_go_on(void **state)
{
    struct sigaction a = {.sa_handler = on_alarm}, was;
    struct itimerval every = {.it_interval = {.tv_usec = 5000}, .it_value = {.tv_usec = 5000}}, off = {.it_value = {0}};
    static char x[] = "x";
    (void)state;
    sigaction(SIGALRM, &a, &was); /* without SA_RESTART: each is an EINTR */
    setitimer(ITIMER_REAL, &every, NULL);
    loop_timer(t.loop, 50, letter, x);
    run_for(80);
    setitimer(ITIMER_REAL, &off, NULL);
    sigaction(SIGALRM, &was, NULL);
    assert_string_equal(t.log, "x");
}

/* --- the rest --- */

static void stops_and_notes(void *ctx)
{
    (void)ctx;
    note('s');
    assert_false(loop_stopping(t.loop));
    loop_stop(t.loop);
    assert_true(loop_stopping(t.loop));
}

static void a_stopped_loop_runs_no_more_and_runs_again(void **state)
{
    static char l[] = "l";
    (void)state;
    loop_timer(t.loop, 0, stops_and_notes, NULL);
    loop_timer(t.loop, 0, letter, l);
    run();
    assert_string_equal(t.log, "s");
    run_for(10);
    assert_string_equal(t.log, "sl");
}

static void sleeps(void *ctx)
{
    (void)ctx;
    nanosleep(&(struct timespec){.tv_nsec = 30000000}, NULL);
}

static void the_longest_handler_is_known(void **state)
{
    (void)state;
    loop_timer(t.loop, 0, sleeps, NULL);
    run_for(5);
    assert_true(loop_longest_us(t.loop) >= 30000);
    loop_longest_reset(t.loop);
    assert_int_equal(loop_longest_us(t.loop), 0);
}

static void all_may_be_pending_at_the_end(void **state)
{
    static char x[] = "x";
    (void)state;
    t.limit = 10;
    for (int i = 0; i < 100; i++) {
        loop_timer(t.loop, i, letter, x);
        loop_task(t.loop, slice, x);
    }
    loop_fd(t.loop, t.pipe[0], LOOP_READ, takes_byte, NULL, NULL);
    assert_int_equal(write(t.pipe[1], "1", 1), 1);
    loop_free(t.loop);
    loop_free(NULL);
    t.loop = NULL;
    assert_int_equal(t.len, 0);
}

#define IN_LOOP(test) cmocka_unit_test_setup_teardown(test, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        IN_LOOP(timers_run_in_order),
        IN_LOOP(no_timer_is_early),
        IN_LOOP(close_timers_wake_the_loop_once),
        IN_LOOP(a_cancelled_timer_does_not_run),
        IN_LOOP(a_timer_that_rearms_starves_nobody),
        IN_LOOP(ten_thousand_timers),
        IN_LOOP(an_idle_loop_sleeps),
        IN_LOOP(a_watch_is_replaced_and_removed),
        IN_LOOP(a_hangup_is_told),
        IN_LOOP(a_writer_is_called),
        IN_LOOP(a_removed_watch_gets_no_event_of_the_batch),
        IN_LOOP(an_event_of_a_closed_descriptor_reaches_no_newcomer),
        IN_LOOP(a_number_that_came_back_is_watched),
        IN_LOOP(a_paused_watch_goes_on),
        IN_LOOP(what_comes_in_a_pause_waits),
        IN_LOOP(a_paused_watch_can_be_removed),
        IN_LOOP(what_is_not_open_cannot_be_watched),
        IN_LOOP(tasks_take_turns),
        IN_LOOP(events_come_between_slices),
        IN_LOOP(a_task_may_end_in_any_way),
        IN_LOOP(a_signal_is_an_event),
        IN_LOOP(interrupted_waits_go_on),
        IN_LOOP(a_stopped_loop_runs_no_more_and_runs_again),
        IN_LOOP(the_longest_handler_is_known),
        IN_LOOP(all_may_be_pending_at_the_end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
