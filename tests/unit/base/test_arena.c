#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdalign.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/mem.h"

static void test_memory_is_zeroed_and_aligned(void **state)
{
    (void)state;
    struct arena a = {0};
    for (size_t n = 0; n < 3000; n += 7) {
        unsigned char *p = arena_alloc(&a, n);
        assert_int_equal((uintptr_t)p % alignof(max_align_t), 0);
        for (size_t i = 0; i < n; i++)
            assert_int_equal(p[i], 0);
        memset(p, 0xff, n);
    }
    arena_release(&a);
    assert_null(a.head);
    arena_release(NULL);
}

static void test_objects_do_not_overlap(void **state)
{
    (void)state;
    struct arena a = {0};
    enum { N = 5000 };
    static size_t *objects[N];
    for (size_t i = 0; i < N; i++) {
        objects[i] = arena_alloc(&a, sizeof(size_t) * (1 + i % 50));
        for (size_t k = 0; k <= i % 50; k++)
            objects[i][k] = i;
    }
    unsigned char *large = arena_alloc(&a, 3 << 20);
    memset(large, 0xee, 3 << 20);
    size_t *after = arena_alloc(&a, sizeof *after);
    assert_int_equal(*after, 0);
    for (size_t i = 0; i < N; i++)
        for (size_t k = 0; k <= i % 50; k++)
            assert_int_equal(objects[i][k], i);
    arena_release(&a);
}

static void test_reset_gives_zeroed_memory_again(void **state)
{
    (void)state;
    struct arena a = {0};
    arena_reset(&a);
    for (int round = 0; round < 3; round++) {
        for (int i = 0; i < 100; i++) {
            unsigned char *p = arena_alloc(&a, 1000);
            assert_int_equal(p[0] | p[999], 0);
            memset(p, 0xaa, 1000);
        }
        assert_true(a.used_bytes >= 100000);
        arena_reset(&a);
        assert_int_equal(a.used_bytes, 0);
    }
    /* The block that was kept is used from its beginning. */
    void *first = arena_alloc(&a, 8);
    arena_reset(&a);
    assert_ptr_equal(arena_alloc(&a, 8), first);
    arena_release(&a);
}

static void test_copies_are_terminated(void **state)
{
    (void)state;
    struct arena a = {0};
    assert_string_equal(arena_copy(&a, "abcdef", 3), "abc");
    assert_string_equal(arena_copy(&a, NULL, 0), "");
    arena_release(&a);
}

static void test_strings(void **state)
{
    (void)state;
    const char unterminated[3] = {'a', 'b', 'c'};
    char *s = mem_strndup(unterminated, 3);
    assert_string_equal(s, "abc");
    s = mem_grow(s, 100, 1);
    assert_string_equal(s, "abc");
    free(s);
}

/* The exit status of a child that asks for too much. */
static int status_of(void (*ask)(void))
{
    pid_t pid = fork();
    if (pid == 0) {
        close(STDERR_FILENO);
        ask();
        _exit(0);
    }
    int status = 0;
    assert_int_equal(waitpid(pid, &status, 0), pid);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

static void grow_beyond(void)
{
    mem_grow(NULL, SIZE_MAX / 2, 4);
}

static void arena_beyond(void)
{
    struct arena a = {0};
    arena_alloc(&a, SIZE_MAX - 4);
}

static void test_overflow_ends_the_process(void **state)
{
    (void)state;
    assert_int_equal(status_of(grow_beyond), 71);
    assert_int_equal(status_of(arena_beyond), 71);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_memory_is_zeroed_and_aligned),
        cmocka_unit_test(test_objects_do_not_overlap),
        cmocka_unit_test(test_reset_gives_zeroed_memory_again),
        cmocka_unit_test(test_copies_are_terminated),
        cmocka_unit_test(test_strings),
        cmocka_unit_test(test_overflow_ends_the_process),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
