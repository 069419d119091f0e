#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/clock.h"
#include "io/loop.h"

/* What happened, in order, as letters. */
struct story {
    struct loop *loop;
    char text[64];
    size_t len;
    int pair[2];
    int64_t id;
    int count;
};

static void tell(struct story *s, char c)
{
    assert_true(s->len + 1 < sizeof s->text);
    s->text[s->len++] = c;
}

static int setup(void **state)
{
    static struct story s;
    s = (struct story){0};
    struct err err = {0};
    s.loop = loop_new(&err);
    assert_non_null(s.loop);
    assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0, s.pair), 0);
    *state = &s;
    return 0;
}

static int teardown(void **state)
{
    struct story *s = *state;
    loop_free(s->loop);
    for (int i = 0; i < 2; i++)
        if (s->pair[i] >= 0)
            close(s->pair[i]);
    return 0;
}

static void run(struct story *s)
{
    struct err err = {0};
    assert_true(loop_run(s->loop, &err));
}

static void tell_a(void *ctx)
{
    tell(ctx, 'a');
}

static void tell_b(void *ctx)
{
    tell(ctx, 'b');
}

static void stop(void *ctx)
{
    struct story *s = ctx;
    tell(s, '.');
    loop_stop(s->loop);
}

static void timers_run_in_the_order_of_their_times(void **state)
{
    struct story *s = *state;
    loop_timer(s->loop, 30, stop, s);
    loop_timer(s->loop, 2, tell_b, s);
    loop_timer(s->loop, 0, tell_a, s);
    loop_timer(s->loop, -5, tell_a, s);
    loop_timer(s->loop, INT64_MAX, tell_b, s);
    run(s);
    assert_string_equal(s->text, "aab.");
}

static void note_early(void *ctx)
{
    struct story *s = ctx;
    if (clock_mono_us() < s->id)
        tell(s, 'E');
    if (++s->count == 40)
        loop_stop(s->loop);
}

static void a_timer_is_never_early(void **state)
{
    struct story *s = *state;
    s->id = clock_mono_us() + 20000;
    for (int i = 0; i < 40; i++)
        loop_timer(s->loop, 20 + i % 7, note_early, s);
    run(s);
    assert_string_equal(s->text, "");
}

static void timers_close_to_each_other_wake_the_loop_once(void **state)
{
    struct story *s = *state;
    for (int i = 0; i < 8; i++)
        loop_timer(s->loop, 200 + i, tell_a, s);
    loop_timer(s->loop, 208, stop, s);
    uint64_t before = loop_wakeups(s->loop);
    run(s);
    assert_string_equal(s->text, "aaaaaaaa.");
    assert_true(loop_wakeups(s->loop) - before <= 2);
}

static void an_idle_loop_does_not_wake(void **state)
{
    struct story *s = *state;
    loop_timer(s->loop, 300, stop, s);
    uint64_t before = loop_wakeups(s->loop);
    run(s);
    assert_int_equal(loop_wakeups(s->loop) - before, 1);
}

static void a_cancelled_timer_does_not_run(void **state)
{
    struct story *s = *state;
    int64_t ids[50];
    for (int i = 0; i < 50; i++)
        ids[i] = loop_timer(s->loop, (i * 37) % 11, i % 5 ? tell_b : tell_a, s);
    for (int i = 0; i < 50; i++)
        if (i % 5)
            loop_timer_cancel(s->loop, ids[i]);
    loop_timer(s->loop, 30, stop, s);
    run(s);
    assert_string_equal(s->text, "aaaaaaaaaa.");
}

static void the_id_of_a_timer_that_ran_cancels_nothing(void **state)
{
    struct story *s = *state;
    int64_t old = loop_timer(s->loop, 0, stop, s);
    run(s);
    int64_t fresh = loop_timer(s->loop, 0, stop, s);
    assert_true(old != fresh);
    loop_timer_cancel(s->loop, old);
    loop_timer_cancel(s->loop, 0);
    loop_timer_cancel(s->loop, -1);
    loop_timer_cancel(s->loop, INT64_MAX);
    run(s);
    assert_string_equal(s->text, "..");
}

static void rearm(void *ctx)
{
    struct story *s = ctx;
    loop_timer(s->loop, 0, rearm, s);
}

static void readable(void *ctx, int fd, int events)
{
    struct story *s = ctx;
    char c = 0;
    if (events & LOOP_READ && read(fd, &c, 1) == 1)
        tell(s, c);
    if (events & LOOP_HANGUP)
        tell(s, 'H');
    if (c == '.' || events & LOOP_HANGUP)
        loop_stop(s->loop);
}

static void a_timer_that_sets_itself_does_not_starve_descriptors(void **state)
{
    struct story *s = *state;
    loop_timer(s->loop, 0, rearm, s);
    assert_true(loop_fd(s->loop, s->pair[0], LOOP_READ, readable, s, NULL));
    assert_int_equal(write(s->pair[1], "x.", 2), 2);
    run(s);
    assert_string_equal(s->text, "x.");
}

static void a_hangup_is_told(void **state)
{
    struct story *s = *state;
    assert_true(loop_fd(s->loop, s->pair[0], LOOP_READ | LOOP_HANGUP, readable, s, NULL));
    close(s->pair[1]);
    s->pair[1] = -1;
    run(s);
    assert_string_equal(s->text, "H");
}

static void writable(void *ctx, int fd, int events)
{
    struct story *s = ctx;
    assert_int_equal(events, LOOP_WRITE);
    tell(s, 'w');
    assert_true(loop_fd(s->loop, fd, 0, NULL, NULL, NULL));
    loop_timer(s->loop, 5, stop, s);
}

static void a_handler_may_remove_its_own_watch(void **state)
{
    struct story *s = *state;
    assert_true(loop_fd(s->loop, s->pair[0], LOOP_WRITE, writable, s, NULL));
    run(s);
    assert_string_equal(s->text, "w.");
}

/* Both ends are readable; whichever comes first removes the other and closes it, and its number is taken anew. */
static void remove_other(void *ctx, int fd, int events)
{
    struct story *s = ctx;
    (void)events;
    tell(s, 'r');
    int other = fd == s->pair[0] ? s->pair[1] : s->pair[0];
    loop_fd(s->loop, fd, 0, NULL, NULL, NULL);
    loop_fd(s->loop, other, 0, NULL, NULL, NULL);
    close(other);
    int again = dup(fd);
    assert_int_equal(again, other);
    struct err err = {0};
    assert_true(loop_fd(s->loop, again, LOOP_HANGUP, readable, s, &err));
    loop_timer(s->loop, 5, stop, s);
}

static void an_event_of_a_removed_watch_reaches_nobody(void **state)
{
    struct story *s = *state;
    int more[2];
    assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, more), 0);
    int mine[2] = {s->pair[1], more[1]};
    assert_int_equal(write(mine[0], "1", 1), 1);
    assert_int_equal(write(mine[1], "2", 1), 1);
    s->pair[1] = more[0];
    assert_true(loop_fd(s->loop, s->pair[0], LOOP_READ, remove_other, s, NULL));
    assert_true(loop_fd(s->loop, s->pair[1], LOOP_READ, remove_other, s, NULL));
    run(s);
    assert_string_equal(s->text, "r.");
    close(mine[0]);
    close(mine[1]);
}

static void a_file_cannot_be_watched(void **state)
{
    struct story *s = *state;
    struct err err = {0};
    FILE *f = tmpfile();
    assert_false(loop_fd(s->loop, fileno(f), LOOP_READ, readable, s, &err));
    assert_int_equal(err.kind, ERR_TRANSIENT);
    assert_false(loop_fd(s->loop, -1, LOOP_READ, readable, s, &err));
    fclose(f);
}

static bool slice_a(void *ctx)
{
    struct story *s = ctx;
    tell(s, 'a');
    return ++s->count < 6;
}

static bool slice_b(void *ctx)
{
    struct story *s = ctx;
    tell(s, 'b');
    if (++s->count < 6)
        return true;
    loop_stop(s->loop);
    return false;
}

static void tasks_take_turns(void **state)
{
    struct story *s = *state;
    loop_task(s->loop, slice_a, s);
    loop_task(s->loop, slice_b, s);
    run(s);
    assert_string_equal(s->text, "ababab");
}

static bool slice_writes(void *ctx)
{
    struct story *s = ctx;
    tell(s, 's');
    assert_int_equal(write(s->pair[1], s->count < 2 ? "e" : ".", 1), 1);
    s->count++;
    return true;
}

static void descriptors_are_answered_between_slices(void **state)
{
    struct story *s = *state;
    assert_true(loop_fd(s->loop, s->pair[0], LOOP_READ, readable, s, NULL));
    int64_t id = loop_task(s->loop, slice_writes, s);
    run(s);
    assert_string_equal(s->text, "seses.");
    loop_task_cancel(s->loop, id);
    loop_timer(s->loop, 5, stop, s);
    run(s);
    assert_string_equal(s->text, "seses..");
}

static bool slice_cancels_itself(void *ctx)
{
    struct story *s = ctx;
    tell(s, 'c');
    loop_task_cancel(s->loop, s->id);
    loop_timer(s->loop, 5, stop, s);
    return true;
}

static void a_task_may_cancel_itself(void **state)
{
    struct story *s = *state;
    s->id = loop_task(s->loop, slice_cancels_itself, s);
    run(s);
    assert_string_equal(s->text, "c.");
}

static void signalled(void *ctx, int number)
{
    struct story *s = ctx;
    tell(s, number == SIGUSR1 ? '1' : '2');
    if (s->len == 2)
        loop_stop(s->loop);
}

static void a_signal_is_an_event(void **state)
{
    struct story *s = *state;
    struct err err = {0};
    assert_true(loop_signal(s->loop, SIGUSR1, signalled, s, &err));
    assert_true(loop_signal(s->loop, SIGUSR2, signalled, s, &err));
    assert_int_equal(kill(getpid(), SIGUSR1), 0);
    assert_int_equal(kill(getpid(), SIGUSR2), 0);
    run(s);
    assert_string_equal(s->text, "12");
    assert_false(loop_signal(s->loop, 0, signalled, s, &err));
    assert_false(loop_signal(s->loop, 1000, signalled, s, &err));
}

static void a_stop_before_the_run_ends_it_at_once(void **state)
{
    struct story *s = *state;
    loop_timer(s->loop, 0, tell_a, s);
    loop_stop(s->loop);
    assert_true(loop_stopping(s->loop));
    run(s);
    assert_string_equal(s->text, "");
    loop_timer(s->loop, 1, stop, s);
    run(s);
    assert_string_equal(s->text, "a.");
}

static void nothing_is_freed_twice(void **state)
{
    (void)state;
    loop_free(NULL);
}

#define CASE(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(timers_run_in_the_order_of_their_times),
        CASE(a_timer_is_never_early),
        CASE(timers_close_to_each_other_wake_the_loop_once),
        CASE(an_idle_loop_does_not_wake),
        CASE(a_cancelled_timer_does_not_run),
        CASE(the_id_of_a_timer_that_ran_cancels_nothing),
        CASE(a_timer_that_sets_itself_does_not_starve_descriptors),
        CASE(a_hangup_is_told),
        CASE(a_handler_may_remove_its_own_watch),
        CASE(an_event_of_a_removed_watch_reaches_nobody),
        CASE(a_file_cannot_be_watched),
        CASE(tasks_take_turns),
        CASE(descriptors_are_answered_between_slices),
        CASE(a_task_may_cancel_itself),
        CASE(a_signal_is_an_event),
        CASE(a_stop_before_the_run_ends_it_at_once),
        cmocka_unit_test(nothing_is_freed_twice),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
