#include "unit/store/fixture.h"

#include "collector/ingest.h"
#include "io/loop.h"

struct world {
    struct fixture f;
    struct loop *loop;
    struct apply *apply;
    struct weave *weave;
    struct watch *watch;
    struct clock clock;
    struct ingest in;
    int settled, failed;
};

static const enum kind covers_nodes[SOURCE_COVERS_MAX] = {KIND_NODE, KIND_NONE};
static const enum kind covers_hubs[SOURCE_COVERS_MAX] = {KIND_HUB, KIND_CLUSTER, KIND_NONE};

static void on_settled(void *ctx, const struct err *failure)
{
    struct world *w = ctx;
    w->settled++;
    w->failed += failure != NULL;
    loop_stop(w->loop);
}

static bool is_fresh(void *ctx, const char *source)
{
    (void)ctx, (void)source;
    return true;
}

static void alerts_applied(void *ctx, const struct store_result *result, const struct err *err)
{
    (void)ctx, (void)result;
    assert_null(err);
}

static void alerts_looked(void *ctx)
{
    (void)ctx;
}

static void open_world(struct world *w)
{
    memset(w, 0, sizeof *w);
    fixture_init(&w->f, NULL);
    w->loop = loop_new(NULL);
    w->apply = apply_new(w->loop);
    w->clock = clock_simulated(w->f.now.utc_ms, 0);
    const struct weave_options options = {.loop = w->loop,
                                          .store = w->f.store,
                                          .apply = w->apply,
                                          .clock = &w->clock,
                                          .state_dir = w->f.dir,
                                          .fresh = is_fresh};
    w->weave = weave_new(&options, NULL);
    weave_source(w->weave, "fra");
    const struct watch_options watch = {.loop = w->loop,
                                        .store = w->f.store,
                                        .apply = w->apply,
                                        .clock = &w->clock,
                                        .state_dir = w->f.dir,
                                        .applied = alerts_applied,
                                        .looked = alerts_looked,
                                        .ctx = w};
    w->watch = watch_new(&watch, NULL);
    ingest_init(&w->in, w->f.store, w->apply, w->weave, w->watch, "fra", 10000);
}

static void close_world(struct world *w)
{
    ingest_release(&w->in);
    watch_free(w->watch);
    weave_free(w->weave);
    apply_free(w->apply);
    loop_free(w->loop);
    fixture_release(&w->f);
}

static void fact(struct world *w, enum kind kind, const char *id)
{
    struct err err = {0};
    struct row row = {.kind = kind, .id = text_of(id), .source = text_of("a lie")};
    if (kind == KIND_NODE)
        row.cells[NODE_STATE] = value_text(text_of("up"));
    if (!ingest_fact(&w->in, &row, &err))
        fail_msg("%s", err.text);
}

static void end(struct world *w)
{
    int before = w->settled;
    ingest_end(&w->in, w->f.now, on_settled, w);
    assert_true(loop_run(w->loop, NULL)); /* at once when it has settled already */
    assert_int_equal(w->settled, before + 1);
}

static void derive(struct world *w)
{
    int before = w->settled;
    ingest_derive(&w->in, w->f.now, on_settled, w);
    assert_true(loop_run(w->loop, NULL)); /* at once when it has settled already */
    assert_int_equal(w->settled, before + 1);
}

static size_t stored(struct world *w, enum kind kind, const char *source)
{
    struct row row;
    size_t n = 0;
    struct query *q = query_open(w->f.dir, NULL);
    struct query_rows *rows = query_rows_new(q, kind, QUERY_NOW);
    fixture_load(&w->f, rows);
    for (size_t i = 0; i < query_rows_count(rows) && query_rows_at(rows, i, &row); i++)
        n += text_is(row.source, source);
    query_rows_free(rows);
    query_close(q);
    return n;
}

static void test_rows_are_their_sources_own(void **state)
{
    (void)state;
    struct world w;
    open_world(&w);
    assert_true(ingest_begin(&w.in, covers_nodes, NULL));
    fact(&w, KIND_NODE, "n1");
    fact(&w, KIND_NODE, "n2");
    assert_int_equal(stored(&w, KIND_NODE, "fra"), 0); /* before its end nothing is seen */
    end(&w);
    assert_int_equal(w.failed, 0);
    assert_int_equal(stored(&w, KIND_NODE, "fra"), 2);
    assert_int_equal(stored(&w, KIND_NODE, "a lie"), 0);
    assert_true(ingest_begin(&w.in, covers_nodes, NULL)); /* what is absent is closed */
    fact(&w, KIND_NODE, "n2");
    end(&w);
    assert_int_equal(stored(&w, KIND_NODE, "fra"), 1);
    close_world(&w);
}

static void test_a_dropped_body_leaves_what_was(void **state)
{
    (void)state;
    struct world w;
    open_world(&w);
    assert_true(ingest_begin(&w.in, covers_nodes, NULL));
    fact(&w, KIND_NODE, "n1");
    end(&w);
    assert_true(ingest_begin(&w.in, covers_nodes, NULL));
    fact(&w, KIND_NODE, "n2");
    ingest_drop(&w.in);
    ingest_drop(&w.in);
    assert_int_equal(stored(&w, KIND_NODE, "fra"), 1);
    assert_true(ingest_begin(&w.in, covers_nodes, NULL)); /* a begun one is dropped by the next */
    fact(&w, KIND_NODE, "n3");
    assert_true(ingest_begin(&w.in, covers_nodes, NULL));
    fact(&w, KIND_NODE, "n4");
    fact(&w, KIND_NODE, "n5");
    assert_int_equal(w.in.rows, 2);
    end(&w);
    assert_int_equal(stored(&w, KIND_NODE, "fra"), 2);
    close_world(&w);
}

/* An answer without rows is an answer: everything is gone. */
static void test_an_empty_body(void **state)
{
    (void)state;
    struct world w;
    open_world(&w);
    assert_true(ingest_begin(&w.in, covers_nodes, NULL));
    fact(&w, KIND_NODE, "n1");
    end(&w);
    assert_true(ingest_begin(&w.in, covers_nodes, NULL));
    end(&w);
    assert_int_equal(stored(&w, KIND_NODE, "fra"), 0);
    close_world(&w);
}

/* A kind that the body does not cover: its rows are told, none is closed. */
static void test_what_a_body_does_not_cover(void **state)
{
    (void)state;
    struct world w;
    open_world(&w);
    for (int i = 0; i < 2; i++) {
        assert_true(ingest_begin(&w.in, covers_nodes, NULL));
        fact(&w, KIND_RESERVATION, i == 0 ? "r1" : "r2");
        end(&w);
    }
    assert_int_equal(stored(&w, KIND_RESERVATION, "fra"), 2);
    close_world(&w);
}

static bool waits(void *ctx)
{
    struct world *w = ctx;
    if (apply_waiting(w->apply) > 0)
        return true;
    loop_stop(w->loop);
    return false;
}

static void test_what_several_may_tell_of_is_woven(void **state)
{
    (void)state;
    struct world w;
    open_world(&w);
    assert_true(ingest_begin(&w.in, covers_hubs, NULL));
    fact(&w, KIND_HUB, "CKG");
    fact(&w, KIND_CLUSTER, "CKG-1");
    end(&w);
    assert_int_equal(stored(&w, KIND_HUB, "fra"), 0);
    derive(&w);
    weave_run(w.weave);
    loop_task(w.loop, waits, &w);
    assert_true(loop_run(w.loop, NULL));
    assert_int_equal(stored(&w, KIND_HUB, "fra"), 2); /* its own, and that of a cluster whose hub nobody knows */
    assert_int_equal(stored(&w, KIND_CLUSTER, "fra"), 1);
    close_world(&w);
}

/* Of a source that has no jobs any more: what the store has of its queues and users goes with its first poll, and no later
 * poll writes of them. */
static void test_left_over_queues_are_closed_once(void **state)
{
    (void)state;
    struct world w;
    open_world(&w);
    struct store_batch *b = fixture_batch(&w.f, "fra", KIND_QUEUE, true);
    struct row queue = {.kind = KIND_QUEUE, .id = text_of("fra/batch")};
    fixture_add(b, &queue);
    fixture_apply(&w.f, b, 1000000);
    assert_int_equal(stored(&w, KIND_QUEUE, "fra"), 1);
    for (int poll = 0; poll < 3; poll++) {
        apply_take_kinds(w.apply);
        derive(&w);
        assert_int_equal(w.failed, 0);
        assert_int_equal(stored(&w, KIND_QUEUE, "fra"), 0);
        assert_int_equal((apply_take_kinds(w.apply) & 1u << KIND_QUEUE) != 0, poll == 0);
    }
    close_world(&w);
}

static void test_released_while_batches_are_on_their_way(void **state)
{
    (void)state;
    struct world w;
    open_world(&w);
    assert_true(ingest_begin(&w.in, covers_nodes, NULL));
    fact(&w, KIND_NODE, "n1");
    ingest_end(&w.in, w.f.now, on_settled, &w);
    ingest_release(&w.in);
    ingest_release(&w.in);
    close_world(&w);
    assert_int_equal(w.settled, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_rows_are_their_sources_own),
        cmocka_unit_test(test_a_dropped_body_leaves_what_was),
        cmocka_unit_test(test_an_empty_body),
        cmocka_unit_test(test_what_a_body_does_not_cover),
        cmocka_unit_test(test_what_several_may_tell_of_is_woven),
        cmocka_unit_test(test_left_over_queues_are_closed_once),
        cmocka_unit_test(test_released_while_batches_are_on_their_way),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
