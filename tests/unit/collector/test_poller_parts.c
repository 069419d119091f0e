#include "peer.h"

#include "collector/poller.h"

/* Answers of several parts are one, and requests come out of requests. The paths of the peer: /x0 the first part or
 * request, /x1 what follows, /x2 the other request of the poll's beginning. */

enum { INTERVAL_MS = 30, GUARD_MS = 120000 };

struct world {
    struct fixture f;
    struct clock clock;
    struct poller_world w;
    struct peer peer;
    struct collector_source source;
    struct poller *p;
    int ends, stop_at, reports;
};

/* What the driver does; a test sets it. */
static struct {
    int pages;   /* parts of the first answer; -1: without end */
    bool follow; /* another request follows the first */
    bool difference;
    int nexts, wells;
    char etag[64];
} plan;

static struct source_driver driver;

static bool page(struct source *s, const struct source_request *r, struct source_request *out)
{
    if (r->tag != 0 || (plan.pages >= 0 && s->requests + 1 >= plan.pages))
        return false;
    s->requests++;
    source_request_copy(out, r);
    snprintf(out->path, sizeof out->path, "/x1");
    return true;
}

static bool next(struct source *s, const struct source_request *r, const struct source_ended *ended,
                 struct source_request *out)
{
    plan.nexts++;
    plan.wells += ended->well;
    snprintf(plan.etag, sizeof plan.etag, "%s", ended->etag);
    s->requests = 0;
    if (!plan.follow || r->tag != 0)
        return false;
    *out = (struct source_request){.what = "follower",
                                   .method = "GET",
                                   .element_path = "nodes",
                                   .covers = {KIND_RESERVATION, KIND_NONE},
                                   .tag = 1};
    snprintf(out->path, sizeof out->path, "/x3");
    return true;
}

static size_t requests(struct source *s, struct instant now, struct source_request out[SOURCE_REQUESTS_MAX])
{
    size_t n = driver_requests(s, now, out);
    s->requests = 0;
    out[0].difference = plan.difference;
    if (n > 1) {
        out[1].tag = 2;
        out[1].covers[0] = KIND_NONE;
        snprintf(out[1].path, sizeof out[1].path, "/x2");
    }
    return n;
}

static bool no_skew(struct source *s, int64_t *skew_ms)
{
    *skew_ms = 7500;
    return s->requests >= 0;
}

static double no_chance(void)
{
    return 0;
}

static void too_late(void *ctx)
{
    (void)ctx;
    fail_msg("nothing came within %d s", GUARD_MS / 1000);
}

static void on_ended(void *ctx, const char *source)
{
    struct world *w = ctx;
    (void)source;
    if (++w->ends == w->stop_at)
        loop_stop(w->w.loop);
}

static void on_report(void *ctx, const struct collector_report *r)
{
    (void)r;
    ((struct world *)ctx)->reports++;
}

static bool name_taken(void *ctx, const char *name, const void *by)
{
    (void)ctx, (void)name, (void)by;
    return false;
}

static void open_world(struct world *w)
{
    struct err err = {0};
    memset(w, 0, sizeof *w);
    memset(&plan, 0, sizeof plan);
    driver_plan = (struct driver_plan){0};
    fixture_init(&w->f, NULL);
    peer_start(&w->peer);
    struct loop *loop = loop_new(&err);
    w->w = (struct poller_world){.loop = loop,
                                 .http = http_new(loop, &err),
                                 .store = w->f.store,
                                 .apply = apply_new(loop),
                                 .clock = &w->clock,
                                 .chance = no_chance,
                                 .report = on_report,
                                 .ended = on_ended,
                                 .name_taken = name_taken,
                                 .ctx = w};
    w->w.weave = peer_weave(loop, w->f.store, w->w.apply, &w->clock, w->f.dir);
    loop_timer(loop, GUARD_MS, too_late, NULL);
    driver = peer_driver;
    driver.requests = requests;
    driver.page = page;
    driver.next = next;
    w->source = (struct collector_source){.name = "fra",
                                          .provisional = "x",
                                          .driver = &driver,
                                          .url = w->peer.url,
                                          .interval_ms = INTERVAL_MS,
                                          .peer = {.url = w->peer.url}};
    w->p = poller_new(&w->w, &w->source, &err);
    assert_non_null(w->p);
    poller_start(w->p);
}

static void close_world(struct world *w)
{
    poller_free(w->p);
    http_free(w->w.http);
    weave_free(w->w.weave);
    apply_free(w->w.apply);
    loop_free(w->w.loop);
    peer_end(&w->peer);
    fixture_release(&w->f);
}

static void poll_once(struct world *w)
{
    w->stop_at = w->ends + 1;
    assert_true(loop_run(w->w.loop, NULL));
}

static size_t stored(struct world *w, enum kind kind)
{
    struct query *q = query_open(w->f.dir, NULL);
    struct query_rows *rows = query_rows_new(q, kind, QUERY_NOW);
    fixture_load(&w->f, rows);
    size_t n = query_rows_count(rows);
    query_rows_free(rows);
    query_close(q);
    return n;
}

static void assert_error(const struct world *w, const char *words)
{
    struct row row;
    poller_row(w->p, &row);
    assert_true(text_contains(value_text_or(&row.cells[SOURCE_LAST_ERROR], ""), text_of(words), false));
}

#define NODE(id) "{\"nodes\":[{\"id\":\"" id "\",\"state\":\"up\"}]}"

static void test_parts_are_one_answer(void **state)
{
    (void)state;
    struct world w;
    open_world(&w);
    plan.pages = 2;
    peer_says(&w.peer, 0, 200, "ETag: \"one\"\r\n", NODE("n1"), 0);
    peer_says(&w.peer, 1, 200, "ETag: \"two\"\r\n", NODE("n2"), 0);
    poll_once(&w);
    assert_int_equal(stored(&w, KIND_NODE), 2);
    assert_int_equal(w.reports, 1);
    assert_int_equal(plan.wells, 1);
    assert_string_equal(plan.etag, "\"one\""); /* of the first part */
    peer_says(&w.peer, 1, 200, "", "{\"nodes\":[]}", 0);
    poll_once(&w);
    assert_int_equal(stored(&w, KIND_NODE), 1); /* what no part tells is closed */
    close_world(&w);
}

static void test_a_part_that_fails_takes_all(void **state)
{
    (void)state;
    static const struct {
        int status;
        const char *body;
        size_t cut;
    } cases[] = {
        {500, "x", 0}, {200, NODE("n9"), 5}, {200, "{\"nodes\":[{\"id\":3}]}", 0}, {200, "[", 0}, {304, "", 0}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct world w;
        open_world(&w);
        plan.pages = 1;
        peer_says(&w.peer, 0, 200, "", NODE("old"), 0);
        poll_once(&w);
        plan.pages = 2;
        peer_says(&w.peer, 0, 200, "", NODE("new"), 0);
        peer_says(&w.peer, 1, cases[i].status, "", cases[i].body, cases[i].cut);
        poll_once(&w);
        struct query *q = query_open(w.f.dir, NULL);
        struct query_rows *rows = query_rows_new(q, KIND_NODE, QUERY_NOW);
        fixture_load(&w.f, rows);
        assert_int_equal(query_rows_count(rows), 1);
        assert_true(query_rows_find(rows, text_of("old"), text_of("")) >= 0);
        query_rows_free(rows);
        query_close(q);
        close_world(&w);
    }
}

static void test_parts_without_end(void **state)
{
    (void)state;
    struct world w;
    open_world(&w);
    plan.pages = -1;
    peer_says(&w.peer, 0, 200, "", NODE("n1"), 0);
    peer_says(&w.peer, 1, 200, "", NODE("n2"), 0);
    poll_once(&w);
    assert_error(&w, "asked more than 20000 times");
    assert_int_equal(stored(&w, KIND_NODE), 0);
    close_world(&w);
}

static void test_a_request_that_comes_out_of_another(void **state)
{
    (void)state;
    struct world w;
    open_world(&w);
    driver_plan.requests = 2;
    plan.follow = true;
    peer_says(&w.peer, 0, 200, "", NODE("n1"), 0);
    peer_says(&w.peer, 3, 200, "", "{\"nodes\":[{\"id\":\"r1\"}]}", 0);
    peer_says(&w.peer, 2, 200, "", "{\"nodes\":[]}", 0);
    poll_once(&w);
    assert_int_equal(stored(&w, KIND_NODE), 1);
    assert_int_equal(stored(&w, KIND_RESERVATION), 1);
    assert_int_equal(w.reports, 3);
    assert_int_equal(plan.wells, 3);
    peer_says(&w.peer, 0, 500, "", "x", 0); /* also after one that failed, which is told */
    plan.nexts = plan.wells = 0;
    poll_once(&w);
    assert_int_equal(plan.nexts, 3);
    assert_int_equal(plan.wells, 2);
    assert_error(&w, "first: status 500");
    close_world(&w);
}

static void test_an_essential_failure_is_followed_by_nothing(void **state)
{
    (void)state;
    struct world w;
    open_world(&w);
    driver_plan.essential_first = true;
    plan.follow = true;
    peer_says(&w.peer, 0, 500, "", "x", 0);
    poll_once(&w);
    assert_int_equal(plan.nexts, 0);
    assert_int_equal(w.reports, 1);
    close_world(&w);
}

static void test_a_difference_covers_nothing(void **state)
{
    (void)state;
    struct world w;
    open_world(&w);
    plan.pages = 1;
    peer_says(&w.peer, 0, 200, "", "{\"nodes\":[{\"id\":\"n1\",\"state\":\"up\"},{\"id\":\"n2\",\"state\":\"up\"}]}",
              0);
    poll_once(&w);
    plan.difference = true;
    peer_says(&w.peer, 0, 200, "", "{\"nodes\":[]}", 0);
    poll_once(&w);
    assert_int_equal(stored(&w, KIND_NODE), 2);
    close_world(&w);
}

static void test_its_own_clock_comes_before_its_date(void **state)
{
    (void)state;
    struct world w;
    struct row row;
    open_world(&w);
    driver.peer_skew = no_skew;
    plan.pages = 1;
    peer_says(&w.peer, 0, 200, "Date: Sun, 06 Nov 1994 08:49:37 GMT\r\n", NODE("n1"), 0);
    poll_once(&w);
    poller_row(w.p, &row);
    assert_true(value_real_or(&row.cells[SOURCE_SKEW_S], 0) == 7.5);
    close_world(&w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_parts_are_one_answer),
        cmocka_unit_test(test_a_part_that_fails_takes_all),
        cmocka_unit_test(test_parts_without_end),
        cmocka_unit_test(test_a_request_that_comes_out_of_another),
        cmocka_unit_test(test_an_essential_failure_is_followed_by_nothing),
        cmocka_unit_test(test_a_difference_covers_nothing),
        cmocka_unit_test(test_its_own_clock_comes_before_its_date),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
