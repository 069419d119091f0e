#include "peer.h"

#include "collector/poller.h"

/* Requests about the past, and what is told of an answer. */

enum { INTERVAL_MS = 50, GUARD_MS = 30000 };

static struct past {
    int resumes, samples, remarks, failures, reports;
    int64_t last_ms, earliest_ms;
    bool refuse;
    char id[32], source[32], remark[256], failed[32];
} past;

static size_t past_requests(struct source *s, struct instant now, struct source_request out[SOURCE_REQUESTS_MAX])
{
    size_t n = driver_requests(s, now, out);
    out[n] = (struct source_request){.what = "past", .method = "GET", .element_path = "nodes", .past = true, .tag = 1};
    snprintf(out[n].path, sizeof out[n].path, "/x3");
    return n + 1;
}

static void past_resume(struct source *s, int64_t last_ms)
{
    (void)s;
    past.resumes++;
    past.last_ms = last_ms;
    if (last_ms > 0 && (past.earliest_ms == 0 || last_ms < past.earliest_ms))
        past.earliest_ms = last_ms;
}

static bool past_decode(struct source *s, const struct source_request *r, const struct json *element,
                        source_past *sample, void *ctx, struct err *err)
{
    struct safe_text id;
    (void)s;
    assert_true(r->past);
    assert_true(json_text(json_get(element, "id"), &id));
    return sample(ctx, KIND_NODE, id, NODE_CPUS_FREE, 1000, 7) || err_set(err, ERR_TRANSIENT, "nobody takes it");
}

static void past_remark(struct source *s, const struct source_request *r, struct buf *out)
{
    (void)s;
    past.remarks++;
    (void)buf_printf(out, NULL, "about %s: %0250d", r->what, 1);
    (void)buf_printf(out, NULL, "about %s", r->what);
}

static bool keep_sample(void *ctx, const char *source, enum kind kind, struct safe_text id, int field, int64_t at_ms,
                        double value)
{
    (void)ctx;
    assert_int_equal(kind, KIND_NODE);
    assert_int_equal(field, NODE_CPUS_FREE);
    assert_int_equal(at_ms, 1000);
    assert_float_equal(value, 7, 0);
    past.samples++;
    text_show_in(id, past.id, sizeof past.id);
    snprintf(past.source, sizeof past.source, "%s", source);
    return !past.refuse;
}

struct world {
    struct fixture f;
    struct clock clock;
    struct poller_world w;
    struct source_driver driver;
    struct peer peer;
    struct collector_source source;
    struct poller *p;
    int ends, stop_at;
};

static void too_late(void *ctx)
{
    (void)ctx;
    fail_msg("nothing came within %d s", GUARD_MS / 1000);
}

static double no_chance(void)
{
    return 0;
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
    (void)ctx;
    past.reports++;
    if (!r->err) {
        memcpy(past.remark, r->remark, sizeof past.remark);
        return;
    }
    assert_string_equal(r->remark, "");
    past.failures++;
    snprintf(past.failed, sizeof past.failed, "%s", r->what);
}

static bool no_name_taken(void *ctx, const char *name, const void *by)
{
    (void)ctx, (void)name, (void)by;
    return false;
}

/* One source with one request about the present and one about the past, not started. */
static void open_world(struct world *w)
{
    struct err err = {0};
    memset(w, 0, sizeof *w);
    memset(&past, 0, sizeof past);
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
                                 .name_taken = no_name_taken,
                                 .past = keep_sample,
                                 .ctx = w};
    w->w.weave = peer_weave(loop, w->f.store, w->w.apply, &w->clock, w->f.dir);
    w->driver = peer_driver;
    w->driver.requests = past_requests;
    w->driver.resume = past_resume;
    w->driver.decode_past = past_decode;
    w->driver.remark = past_remark;
    w->source = (struct collector_source){.name = "fra",
                                          .driver = &w->driver,
                                          .url = w->peer.url,
                                          .interval_ms = INTERVAL_MS,
                                          .peer = {.url = w->peer.url}};
    peer_says(&w->peer, 0, 200, "", "{\"name\":\"fra\",\"nodes\":[{\"id\":\"n1\"}]}", 0);
    peer_says(&w->peer, 3, 200, "", "{\"nodes\":[{\"id\":\"old\"},{\"id\":\"older\"}]}", 0);
    loop_timer(loop, GUARD_MS, too_late, NULL);
    w->p = poller_new(&w->w, &w->source, &err);
    assert_non_null(w->p);
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

static void polls(struct world *w, int n)
{
    w->stop_at = w->ends + n;
    assert_true(loop_run(w->w.loop, NULL));
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

static void test_samples_of_the_past(void **state)
{
    (void)state;
    struct world w;
    open_world(&w);
    poller_start(w.p);
    polls(&w, 1);
    assert_null(poller_failure(w.p));
    assert_int_equal(past.resumes, 1);
    assert_int_equal(past.last_ms, 0);
    assert_int_equal(past.samples, 2);
    assert_string_equal(past.id, "older");
    assert_string_equal(past.source, "fra");
    assert_int_equal(stored(&w), 1); /* no rows of the present, and none closed */
    close_world(&w);
}

static void test_without_anybody_who_keeps_them(void **state)
{
    (void)state;
    struct world w;
    open_world(&w);
    w.w.past = NULL;
    poller_start(w.p);
    polls(&w, 1);
    assert_null(poller_failure(w.p));
    assert_int_equal(past.samples + past.failures, 0);
    close_world(&w);
}

/* However the past cannot be had, the present is good. */
static void test_a_failure_of_the_past_is_none_of_the_poll(void **state)
{
    (void)state;
    for (int how = 0; how < 4; how++) {
        struct world w;
        struct row row;
        open_world(&w);
        past.refuse = how == 0;
        if (how == 1)
            peer_says(&w.peer, 3, 422, "", "{}", 0);
        else if (how == 2)
            peer_says(&w.peer, 3, 200, "", "{\"nodes\":[],\"errors\":\"x\"}", 0);
        else if (how == 3)
            peer_says(&w.peer, 3, 200, "", "{\"nodes\":[]}", 5);
        poller_start(w.p);
        polls(&w, 1);
        assert_null(poller_failure(w.p));
        poller_row(w.p, &row);
        assert_true(text_is(row.cells[SOURCE_STATE].as.text, "live"));
        assert_false(value_known(&row.cells[SOURCE_LAST_ERROR]));
        assert_int_equal(past.failures, 1);
        assert_string_equal(past.failed, "past");
        assert_int_equal(stored(&w), 1);
        close_world(&w);
    }
}

static void test_a_source_resumes_after_a_gap(void **state)
{
    (void)state;
    struct world w;
    open_world(&w);
    w.source.interval_ms = 2000; /* long, so that a slow machine makes no gap */
    int64_t before_ms = clock_now(&w.clock).utc_ms;
    poller_start(w.p);
    polls(&w, 1);
    poller_poll_now(w.p);
    polls(&w, 1);
    assert_int_equal(past.resumes, 1); /* there is none */
    int64_t after_ms = clock_now(&w.clock).utc_ms;
    w.source.interval_ms = INTERVAL_MS;
    poll(NULL, 0, 4 * INTERVAL_MS); /* the loop stands still, as in a suspended machine */
    poller_poll_now(w.p);
    polls(&w, 1);
    assert_int_equal(past.resumes, 2);
    assert_true(past.last_ms >= before_ms && past.last_ms <= after_ms);
    close_world(&w);
}

static void go_on(void *ctx)
{
    const struct peer *peer = ctx;
    kill(peer->pid, SIGCONT);
}

/* An answer that came late is good, and what went by before it is missing. */
static void test_a_source_resumes_after_a_late_answer(void **state)
{
    (void)state;
    struct world w;
    open_world(&w);
    poller_start(w.p);
    polls(&w, 1);
    int64_t stopped_ms = clock_now(&w.clock).utc_ms;
    past.earliest_ms = 0;
    kill(w.peer.pid, SIGSTOP);
    loop_timer(w.w.loop, 20 * INTERVAL_MS, go_on, &w.peer);
    polls(&w, 3);
    assert_null(poller_failure(w.p));
    assert_true(past.earliest_ms > 0 && past.earliest_ms <= stopped_ms);
    close_world(&w);
}

/* The next collector asks for what went by since the former one's last answer. */
static void test_a_source_resumes_after_a_restart(void **state)
{
    (void)state;
    struct world w;
    struct err err = {0};
    open_world(&w);
    poller_start(w.p);
    polls(&w, 1);
    int64_t stored_ms = store_observed_ms(w.f.store, "fra");
    assert_true(stored_ms > 0);
    poller_free(w.p);
    w.p = poller_new(&w.w, &w.source, &err);
    poller_start(w.p);
    polls(&w, 1);
    assert_int_equal(past.resumes, 2);
    assert_int_equal(past.last_ms, stored_ms);
    close_world(&w);
}

static void test_remarks_are_reported(void **state)
{
    (void)state;
    struct world w;
    open_world(&w);
    poller_start(w.p);
    polls(&w, 1);
    assert_int_equal(past.remarks, 2);
    assert_int_equal(past.reports, 2);
    assert_string_equal(past.remark, "about past"); /* what has no room is left out */
    close_world(&w);
    open_world(&w);
    w.w.report = NULL;
    poller_start(w.p);
    polls(&w, 1);
    assert_int_equal(past.remarks, 0); /* nobody asks */
    close_world(&w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_samples_of_the_past),
        cmocka_unit_test(test_without_anybody_who_keeps_them),
        cmocka_unit_test(test_a_failure_of_the_past_is_none_of_the_poll),
        cmocka_unit_test(test_a_source_resumes_after_a_gap),
        cmocka_unit_test(test_a_source_resumes_after_a_late_answer),
        cmocka_unit_test(test_a_source_resumes_after_a_restart),
        cmocka_unit_test(test_remarks_are_reported),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
