#include "unit/store/fixture.h"

#include "collector/feed.h"
#include "io/loop.h"

enum { LINES_MAX = 5000 };

struct world {
    struct fixture f;
    struct clock clock;
    struct loop *loop;
    struct apply *apply;
    struct feed *feed;
};

static void begin(struct world *w)
{
    struct err err = {0};
    w->loop = loop_new(&err);
    w->apply = apply_new(w->loop);
    w->feed = feed_new(w->f.store, w->apply, &w->clock, &err);
    assert_non_null(w->feed);
}

static void end(struct world *w)
{
    feed_free(w->feed);
    apply_free(w->apply);
    loop_free(w->loop);
}

static void open_world(struct world *w)
{
    memset(w, 0, sizeof *w);
    fixture_init(&w->f, NULL);
    w->clock = clock_simulated(w->f.now.utc_ms, 0);
    begin(w);
}

static void close_world(struct world *w)
{
    end(w);
    fixture_release(&w->f);
}

static bool stop_when_applied(void *ctx)
{
    struct world *w = ctx;
    if (apply_waiting(w->apply) > 0)
        return true;
    loop_stop(w->loop);
    return false;
}

static void flush(struct world *w)
{
    feed_flush(w->feed);
    loop_task(w->loop, stop_when_applied, w);
    assert_true(loop_run(w->loop, NULL));
}

/* Nodes of a source, from `first` on, all in that state. */
static void nodes(struct world *w, const char *source, const char *prefix, int first, int count, const char *word)
{
    char id[64];
    struct store_batch *b = fixture_batch(&w->f, source, KIND_NODE, false);
    for (int i = first; i < first + count; i++) {
        snprintf(id, sizeof id, "%s%06d", prefix, i);
        struct row row = {.kind = KIND_NODE, .id = text_of(id)};
        row.cells[NODE_STATE] = value_text(text_of(word));
        fixture_add(b, &row);
    }
    fixture_apply(&w->f, b, 1000000);
}

static void tick(struct world *w)
{
    fixture_tick(&w->f, 1000);
    w->clock = clock_simulated(w->f.now.utc_ms, 0);
}

struct lines {
    size_t count;
    int64_t oldest_ms, newest_ms;
};

static struct lines lines(struct world *w)
{
    struct lines l = {0};
    struct row row;
    struct query *q = query_open(w->f.dir, NULL);
    struct query_rows *rows = query_rows_new(q, KIND_CHANGE, QUERY_NOW);
    fixture_load(&w->f, rows);
    l.count = query_rows_count(rows);
    for (size_t i = 0; i < l.count && query_rows_at(rows, i, &row); i++) {
        int64_t at_ms = value_int_or(&row.cells[CHANGE_AT], 0);
        l.oldest_ms = l.oldest_ms == 0 || at_ms < l.oldest_ms ? at_ms : l.oldest_ms;
        l.newest_ms = at_ms > l.newest_ms ? at_ms : l.newest_ms;
    }
    query_rows_free(rows);
    query_close(q);
    return l;
}

static void has_line(struct world *w, const char *what)
{
    struct row row;
    bool found = false;
    struct query *q = query_open(w->f.dir, NULL);
    struct query_rows *rows = query_rows_new(q, KIND_CHANGE, QUERY_NOW);
    fixture_load(&w->f, rows);
    for (size_t i = 0; i < query_rows_count(rows) && query_rows_at(rows, i, &row); i++)
        found = found || text_is(value_text_or(&row.cells[CHANGE_WHAT], ""), what);
    query_rows_free(rows);
    query_close(q);
    if (!found)
        fail_msg("no line says %s", what);
}

static void test_news_begin_after_the_first_poll(void **state)
{
    (void)state;
    struct world w;
    open_world(&w);
    nodes(&w, "fra", "n", 0, 10, "up");
    nodes(&w, "fra", "n", 0, 10, "down"); /* not armed yet */
    flush(&w);
    assert_int_equal(lines(&w).count, 0);
    feed_arm(w.feed, "fra");
    tick(&w);
    nodes(&w, "fra", "n", 0, 3, "up");
    nodes(&w, "ber", "n", 0, 3, "up");
    nodes(&w, "ber", "n", 0, 3, "down");
    assert_int_equal(lines(&w).count, 0);
    flush(&w);
    assert_int_equal(lines(&w).count, 3);
    flush(&w);
    assert_int_equal(lines(&w).count, 3);
    close_world(&w);
}

static void test_the_newest_5000_stay(void **state)
{
    (void)state;
    struct world w;
    open_world(&w);
    feed_arm(w.feed, "fra");
    nodes(&w, "fra", "n", 0, 1000, "up");
    for (int i = 0; i < 9; i++) {
        tick(&w);
        nodes(&w, "fra", "n", 0, 1000, i % 2 ? "up" : "down");
        flush(&w);
    }
    struct lines l = lines(&w);
    assert_int_equal(l.count, LINES_MAX);
    assert_int_equal(l.newest_ms, w.f.now.utc_ms);
    assert_int_equal(l.oldest_ms, w.f.now.utc_ms - 4000);
    close_world(&w);
}

/* A new collector knows which are the oldest, although ids have another order. */
static void test_the_oldest_go_after_a_restart(void **state)
{
    (void)state;
    struct world w;
    open_world(&w);
    feed_arm(w.feed, "fra");
    nodes(&w, "fra", "z-first-", 0, 1000, "up");
    nodes(&w, "fra", "a-last-", 0, 2000, "up");
    tick(&w);
    nodes(&w, "fra", "z-first-", 0, 1000, "down");
    flush(&w);
    int64_t first_ms = w.f.now.utc_ms;
    for (int i = 0; i < 2; i++) {
        tick(&w);
        nodes(&w, "fra", "a-last-", 0, 2000, i % 2 ? "up" : "down");
        flush(&w);
    }
    assert_int_equal(lines(&w).count, LINES_MAX);
    end(&w);
    begin(&w);
    feed_arm(w.feed, "fra");
    tick(&w);
    nodes(&w, "fra", "a-last-", 0, 1000, "down");
    flush(&w);
    struct lines l = lines(&w);
    assert_int_equal(l.count, LINES_MAX);
    assert_true(l.oldest_ms > first_ms);
    close_world(&w);
}

/* What was shown as a mark is still the name under which it lies in the store. */
static void test_lines_with_hostile_names_go_too(void **state)
{
    (void)state;
    struct world w;
    open_world(&w);
    feed_arm(w.feed, "fra");
    nodes(&w, "fra", "\x1b[2J\xff\xe2\x80\xae", 0, 1000, "up");
    for (int i = 0; i < 7; i++) {
        tick(&w);
        nodes(&w, "fra", "\x1b[2J\xff\xe2\x80\xae", 0, 1000, i % 2 ? "up" : "down");
        flush(&w);
    }
    assert_int_equal(lines(&w).count, LINES_MAX);
    close_world(&w);
}

/* A storm is cut, not kept in memory. */
static void test_a_storm(void **state)
{
    (void)state;
    struct world w;
    open_world(&w);
    feed_arm(w.feed, "fra");
    nodes(&w, "fra", "n", 0, 10000, "up");
    tick(&w);
    nodes(&w, "fra", "n", 0, 10000, "down");
    flush(&w);
    assert_int_equal(lines(&w).count, 2000);
    close_world(&w);
}

/* A thousand nodes of a scheduler at once are one line, with how many they are; a few are a line each. */
static void test_a_storm_of_a_scheduler_is_one_line(void **state)
{
    (void)state;
    struct world w;
    open_world(&w);
    feed_arm(w.feed, "fra");
    nodes(&w, "fra", "ai/n", 0, 10000, "up");
    nodes(&w, "fra", "hpc/n", 0, 3, "up");
    tick(&w);
    nodes(&w, "fra", "ai/n", 0, 10000, "down");
    nodes(&w, "fra", "hpc/n", 0, 3, "down");
    flush(&w);
    assert_int_equal(lines(&w).count, 1 + 3);
    has_line(&w, "down: 10000 nodes");
    close_world(&w);
}

static void hub_tells(struct world *w, const char *id, const char *where, const char *what)
{
    struct row row = {.kind = KIND_CHANGE, .id = text_of(id)};
    row.cells[CHANGE_AT] = value_time(w->f.now.utc_ms);
    row.cells[CHANGE_KIND] = value_text(text_of("node"));
    row.cells[CHANGE_WHERE] = value_text(text_of(where));
    row.cells[CHANGE_WHAT] = value_text(text_of(what));
    row.cells[CHANGE_BY] = value_text(text_of("anna"));
    struct store_batch *b = fixture_batch(&w->f, "fra", KIND_CHANGE, false);
    fixture_add(b, &row);
    fixture_apply(&w->f, b, 1000000);
}

/* A hub's own line stands for ours, whichever comes first. */
static void test_what_a_hub_tells_is_told_once(void **state)
{
    (void)state;
    struct world w;
    open_world(&w);
    feed_arm(w.feed, "fra");
    nodes(&w, "fra", "ai/n", 0, 3, "up");
    tick(&w);
    hub_tells(&w, "1", "ai/n000000", "node down");
    nodes(&w, "fra", "ai/n", 0, 2, "down");
    flush(&w);
    assert_int_equal(lines(&w).count, 2); /* the hub's of the first, ours of the second */
    tick(&w);
    hub_tells(&w, "2", "ai/n000001", "node down");
    flush(&w);
    assert_int_equal(lines(&w).count, 2);
    tick(&w);
    hub_tells(&w, "3", "ai/n000002", "limits set");
    flush(&w);
    assert_int_equal(lines(&w).count, 3);
    close_world(&w);
}

static void source_row(struct world *w, const char *const *ids, size_t n)
{
    struct store_batch *b = fixture_batch(&w->f, "hubtop", KIND_SOURCE, true);
    for (size_t i = 0; i < n; i++) {
        struct row row = {.kind = KIND_SOURCE, .id = text_of(ids[i])};
        row.cells[SOURCE_STATE] = value_text(text_of("live"));
        fixture_add(b, &row);
    }
    fixture_apply(&w->f, b, 1000000);
}

/* The first start configures everything, which is no news; a later one tells what it has more and less. */
static void test_what_is_configured_anew(void **state)
{
    (void)state;
    static const char *const ids[] = {"fra", "ber", "par"};
    struct world w;
    open_world(&w);
    source_row(&w, ids, 2);
    flush(&w);
    assert_int_equal(lines(&w).count, 0);
    end(&w);
    begin(&w);
    source_row(&w, ids, 2);
    flush(&w);
    assert_int_equal(lines(&w).count, 0);
    tick(&w);
    source_row(&w, ids + 1, 2);
    flush(&w);
    assert_int_equal(lines(&w).count, 2);
    has_line(&w, "source is configured");
    has_line(&w, "source is configured no more");
    close_world(&w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_news_begin_after_the_first_poll),
        cmocka_unit_test(test_the_newest_5000_stay),
        cmocka_unit_test(test_the_oldest_go_after_a_restart),
        cmocka_unit_test(test_lines_with_hostile_names_go_too),
        cmocka_unit_test(test_a_storm),
        cmocka_unit_test(test_a_storm_of_a_scheduler_is_one_line),
        cmocka_unit_test(test_what_a_hub_tells_is_told_once),
        cmocka_unit_test(test_what_is_configured_anew),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
