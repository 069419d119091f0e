#include "unit/store/fixture.h"

#include <signal.h>
#include <sys/resource.h>

#include "collector/apply.h"
#include "io/loop.h"

struct world {
    struct fixture f;
    struct loop *loop;
    struct apply *apply;
    int done, stop_at, failed;
    int64_t last_rev;
    bool chain;
};

static void on_done(void *ctx, const struct store_result *result, const struct err *err);

static void put(struct world *w, const char *prefix, int count)
{
    char id[64];
    struct store_batch *b = fixture_batch(&w->f, "fra", KIND_NODE, false);
    for (int i = 0; i < count; i++) {
        snprintf(id, sizeof id, "%s%06d", prefix, i);
        const struct row row = {.kind = KIND_NODE, .id = text_of(id)};
        fixture_add(b, &row);
    }
    apply_put(w->apply, b, KIND_NODE, w->f.now, on_done, w);
}

static void on_done(void *ctx, const struct store_result *result, const struct err *err)
{
    struct world *w = ctx;
    w->failed += err != NULL;
    assert_true(err || result->rev > w->last_rev); /* in the order in which they came */
    w->last_rev = err ? w->last_rev : result->rev;
    if (w->chain) {
        w->chain = false;
        put(w, "chained", 1);
    }
    if (++w->done == w->stop_at)
        loop_stop(w->loop);
}

static void open_world(struct world *w)
{
    memset(w, 0, sizeof *w);
    fixture_init(&w->f, NULL);
    w->loop = loop_new(NULL);
    w->apply = apply_new(w->loop);
}

static void close_world(struct world *w)
{
    apply_free(w->apply);
    loop_free(w->loop);
    fixture_release(&w->f);
}

static size_t stored(struct world *w)
{
    struct query *q = query_open(w->f.dir, NULL);
    struct query_rows *rows = query_rows_new(q, KIND_NODE, QUERY_NOW);
    fixture_load(&w->f, rows);
    size_t n = query_rows_count(rows);
    query_rows_free(rows);
    query_close(q);
    return n;
}

static void test_one_after_the_other(void **state)
{
    (void)state;
    struct world w;
    open_world(&w);
    for (int i = 0; i < 20; i++) {
        char prefix[16];
        snprintf(prefix, sizeof prefix, "b%d-", i);
        put(&w, prefix, 500);
    }
    assert_int_equal(apply_waiting(w.apply), 20);
    assert_int_equal(w.done, 0); /* never from within */
    assert_int_equal(apply_take_kinds(w.apply), 0);
    w.stop_at = 20;
    assert_true(loop_run(w.loop, NULL));
    assert_int_equal(apply_waiting(w.apply), 0);
    assert_int_equal(w.failed, 0);
    assert_int_equal(stored(&w), 10000);
    assert_int_equal(apply_take_kinds(w.apply), 1u << KIND_NODE);
    assert_int_equal(apply_take_kinds(w.apply), 0);
    close_world(&w);
}

static void test_putting_from_a_call(void **state)
{
    (void)state;
    struct world w;
    open_world(&w);
    w.chain = true;
    w.stop_at = 2;
    put(&w, "n", 1);
    assert_true(loop_run(w.loop, NULL));
    assert_int_equal(stored(&w), 2);
    put(&w, "later", 1);
    w.stop_at = 3;
    assert_true(loop_run(w.loop, NULL));
    assert_int_equal(stored(&w), 3);
    close_world(&w);
}

static bool stop_when_applied(void *ctx)
{
    struct world *w = ctx;
    if (apply_waiting(w->apply) > 0)
        return true;
    loop_stop(w->loop);
    return false;
}

static void test_the_forgotten_are_applied(void **state)
{
    (void)state;
    struct world w;
    open_world(&w);
    put(&w, "n", 10);
    apply_forget(w.apply, &w);
    loop_task(w.loop, stop_when_applied, &w);
    assert_true(loop_run(w.loop, NULL));
    assert_int_equal(w.done, 0);
    assert_int_equal(stored(&w), 10);
    close_world(&w);
}

static bool stop_now(void *ctx)
{
    loop_stop(ctx);
    return false;
}

/* In the middle of a batch: nothing of it is seen, and nobody is called. */
static void test_freeing_drops_what_waits(void **state)
{
    (void)state;
    struct world w;
    open_world(&w);
    put(&w, "n", 15000);
    put(&w, "m", 10);
    loop_task(w.loop, stop_now, w.loop);
    assert_true(loop_run(w.loop, NULL));
    int done = w.done;
    apply_free(w.apply);
    w.apply = NULL;
    assert_int_equal(w.done, done);
    assert_int_equal(stored(&w), done == 0 ? 0 : 15000);
    close_world(&w);
}

static void set_writable(bool yes)
{
    struct rlimit l;
    signal(SIGXFSZ, SIG_IGN);
    assert_int_equal(getrlimit(RLIMIT_FSIZE, &l), 0);
    l.rlim_cur = yes ? l.rlim_max : 0;
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &l), 0);
}

static void put_and_wait(struct world *w, const char *prefix, int count)
{
    put(w, prefix, count);
    w->stop_at = w->done + 1;
    assert_true(loop_run(w->loop, NULL));
}

/* From the first that failed to the first that did not. */
static void test_what_cannot_be_recorded_is_told(void **state)
{
    (void)state;
    struct world w;
    open_world(&w);
    put_and_wait(&w, "n", 10);
    assert_int_equal(apply_failing_ms(w.apply), 0);
    set_writable(false);
    put_and_wait(&w, "m", 10);
    int64_t failing_ms = apply_failing_ms(w.apply);
    assert_true(failing_ms > 0);
    put_and_wait(&w, "o", 10);
    set_writable(true);
    assert_int_equal(w.failed, 2);
    assert_true(apply_failing_ms(w.apply) >= failing_ms);
    put_and_wait(&w, "p", 10);
    assert_int_equal(apply_failing_ms(w.apply), 0);
    assert_int_equal(stored(&w), 20);
    close_world(&w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_one_after_the_other),       cmocka_unit_test(test_putting_from_a_call),
        cmocka_unit_test(test_the_forgotten_are_applied), cmocka_unit_test(test_what_cannot_be_recorded_is_told),
        cmocka_unit_test(test_freeing_drops_what_waits),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
