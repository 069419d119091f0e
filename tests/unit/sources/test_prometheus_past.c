#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "corpora.h"
#include "prometheus_world.h"

#define CAPTURES "tests/unit/sources/prometheus_captures/"
#define EMPTY    "{\"status\":\"success\",\"data\":{\"resultType\":\"matrix\",\"result\":[]}}"

/* The defaults whose numbers always change. */
static const char *const sampled[] = {"delay past", "loss past",      "power past",
                                      "inlet past", "cpus_free past", "nodes_down past"};
enum { SAMPLED = 6 };

static size_t past_count(const struct world *w)
{
    size_t n = 0;
    for (size_t i = 0; i < w->request_count; i++)
        n += w->requests[i].past;
    return n;
}

/* A source whose history ends at `last_ms`, and its first poll. */
static struct world *resumed(int64_t last_ms)
{
    struct world *w = world_open(NULL, NULL, NULL);
    source_prometheus.resume(w->source, last_ms);
    world_poll_at(w, WORLD_NOW_MS);
    return w;
}

static void times_are(const struct world *w, const char *what, int64_t start_s, int64_t end_s, int64_t step_s)
{
    char times[128];
    const char *path = world_request(w, what)->path;
    snprintf(times, sizeof times, "&start=%" PRId64 "&end=%" PRId64 "&step=%" PRId64, start_s, end_s, step_s);
    assert_int_equal(strncmp(path, "/api/v1/query_range?query=", 26), 0);
    assert_string_equal(strchr(path, '&'), times);
}

static void test_how_far_back(void **state)
{
    (void)state;
    static const int64_t end_s = WORLD_NOW_MS / 1000;
    static const struct {
        int64_t silent_s, covers_s, step_s;
    } rows[] = {
        {30, 20, 10},       /* three intervals */
        {95, 90, 10},       /* from the first moment that may be missing on, the last point is now */
        {3600, 3590, 10},   /* every interval */
        {14400, 14390, 10}, /* 1,440 points */
        {28800, 28780, 20}, /* no more than these */
        {86400, 86340, 60}, {864000, 86340, 60}, /* a day at most */
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct world *w = resumed(WORLD_NOW_MS - 1000 * rows[i].silent_s);
        assert_int_equal(past_count(w), SAMPLED);
        times_are(w, "delay past", end_s - rows[i].covers_s, end_s, rows[i].step_s);
        world_free(w);
    }
    struct world *w = resumed(0); /* an empty cache */
    times_are(w, "power past", end_s - 86340, end_s, 60);
    world_free(w);
    w = resumed(WORLD_NOW_MS - 29000);
    assert_int_equal(past_count(w), 0);
    world_free(w);
    w = world_new(NULL);
    assert_int_equal(past_count(w), 0);
    world_free(w);
}

static void test_what_is_asked_of_the_past(void **state)
{
    (void)state;
    struct world *w = resumed(0);
    size_t first = w->request_count - SAMPLED;
    for (size_t i = 0; i < SAMPLED; i++) {
        const struct source_request *r = &w->requests[first + i]; /* after what is present */
        assert_string_equal(r->what, sampled[i]);
        assert_true(r->past);
        assert_false(r->local || r->essential);
        assert_int_equal(r->covers[0], KIND_NONE);
    }
    world_free(w);
}

static void answer_present(struct world *w)
{
    assert_true(world_vector(w, "delay", "{\"metric\":{\"src\":\"a\",\"dst\":\"b\"},\"value\":[1,\"1\"]}"));
}

static void test_what_was_answered_is_not_asked_again(void **state)
{
    (void)state;
    struct world *w = resumed(0);
    answer_present(w);
    assert_true(world_answer(w, "delay past", EMPTY));
    assert_true(world_fails(w, "loss past", 400, "text/plain", "exceeded"));
    world_poll_at(w, WORLD_NOW_MS + 10000);
    assert_int_equal(past_count(w), SAMPLED - 2);
    assert_null(world_request(w, "delay past"));
    times_are(w, "power past", WORLD_NOW_MS / 1000 - 86340, WORLD_NOW_MS / 1000, 60); /* the gap that there was */
    answer_present(w);
    world_poll_at(w, WORLD_NOW_MS + 20000);
    answer_present(w);
    world_poll_at(w, WORLD_NOW_MS + 30000); /* whoever does not answer three times is let alone */
    assert_int_equal(past_count(w), 0);
    world_free(w);
}

static void test_a_peer_that_is_down_is_not_asked_for_more(void **state)
{
    (void)state;
    struct world *w = resumed(0);
    for (int i = 0; i < 5; i++) {
        source_prometheus.resume(w->source, 0);
        world_poll_at(w, WORLD_NOW_MS);
        assert_int_equal(past_count(w), 0);
    }
    answer_present(w); /* back: the gap is filled after it */
    world_poll_at(w, WORLD_NOW_MS);
    assert_int_equal(past_count(w), SAMPLED);
    world_free(w);
}

/* A gap that comes before the former one was filled does not hide it. */
static void test_gaps_grow_together(void **state)
{
    (void)state;
    struct world *w = resumed(WORLD_NOW_MS - 3600000);
    answer_present(w);
    source_prometheus.resume(w->source, WORLD_NOW_MS - 60000);
    world_poll_at(w, WORLD_NOW_MS);
    times_are(w, "delay past", WORLD_NOW_MS / 1000 - 3590, WORLD_NOW_MS / 1000, 10);
    for (size_t i = 0; i < SAMPLED; i++)
        assert_true(world_answer(w, sampled[i], EMPTY));
    answer_present(w);
    source_prometheus.resume(w->source, WORLD_NOW_MS - 60000);
    world_poll_at(w, WORLD_NOW_MS);
    times_are(w, "delay past", WORLD_NOW_MS / 1000 - 50, WORLD_NOW_MS / 1000, 10);
    world_free(w);
}

static void test_many_queries_are_spread_over_polls(void **state)
{
    (void)state;
    char body[8192] = "";
    for (int i = 0; i < 23; i++) {
        size_t n = strlen(body);
        snprintf(body + n, sizeof body - n,
                 "query \"q%d\" { expr = 'x' kind = \"links\" from = \"a\" to = \"b\" value = \"rtt_ms\" }\n", i);
    }
    struct world *w = world_open(body, NULL, NULL);
    assert_non_null(w->source);
    source_prometheus.resume(w->source, 0);
    size_t asked = 0;
    for (int poll = 0; poll < 6; poll++) {
        world_poll_at(w, WORLD_NOW_MS);
        assert_true(w->request_count <= SOURCE_REQUESTS_MAX);
        answer_present(w);
        for (size_t i = 0; i < w->request_count; i++) {
            asked += w->requests[i].past;
            if (w->requests[i].past)
                assert_true(world_answer(w, w->requests[i].what, EMPTY));
        }
    }
    assert_int_equal(asked, SAMPLED + 23);
    world_free(w);
}

static bool answer_file(struct world *w, const char *what, const char *peer, const char *name)
{
    char path[256];
    snprintf(path, sizeof path, CAPTURES "%s/%s.json", peer, name);
    struct corpora_file f = corpora_read(path);
    bool ok = world_answer_bytes(w, what, f.bytes, f.size);
    free(f.bytes);
    return ok;
}

static void test_samples_of_real_answers(void **state)
{
    (void)state;
    static const char *const peers[] = {"prometheus", "victoriametrics"};
    struct world *w[2];
    for (size_t i = 0; i < 2; i++) {
        w[i] = resumed(0);
        assert_true(answer_file(w[i], "delay past", peers[i], "query_range_latency"));
        world_remark(w[i], "delay past", "3 series, 18 samples, of them 1 own readings");
    }
    assert_int_equal(w[0]->sample_count, 18);
    assert_int_equal(w[1]->sample_count, 18);
    for (size_t i = 0; i < 18; i++) {
        const struct sample *p = &w[0]->samples[i], *v = &w[1]->samples[i];
        assert_true(text_equal(p->id, v->id));
        assert_int_equal(p->kind, KIND_LINK);
        assert_int_equal(p->field, LINK_RTT_MS);
        assert_true(p->at_ms == v->at_ms && p->value == v->value);
    }
    assert_true(text_is(w[0]->samples[0].id, "fra>ams"));
    assert_int_equal(w[0]->samples[0].at_ms, INT64_C(1795313777000));
    assert_float_equal(w[0]->samples[0].value, 24.632196, 1e-9);
    world_free(w[0]);
    world_free(w[1]);
}

static void test_what_of_the_past_is_left_out(void **state)
{
    (void)state;
    struct world *w = resumed(0);
    assert_true(world_answer(w, "delay past",
                             "{\"status\":\"success\",\"data\":{\"resultType\":\"matrix\",\"result\":["
                             "{\"metric\":{\"src\":\"a\",\"dst\":\"b\"},\"values\":[[1795313777.5,\"0.1\"],[1795313778,"
                             "\"NaN\"],[1795313779,\"+Inf\"],[-5,\"1\"],[1e300,\"1\"],[\"x\",\"1\"],[],7,[1795313780,"
                             "\"0.2\"]]},{\"metric\":{\"src\":\"a\"},\"values\":[[1795313777,\"1\"]]},5,"
                             "{\"metric\":{\"src\":\"a\",\"dst\":\"c\"},\"value\":[1795313777,\"1\"]}]}}"));
    assert_int_equal(w->sample_count, 2);
    assert_int_equal(w->samples[0].at_ms, INT64_C(1795313777500));
    assert_float_equal(w->samples[1].value, 200, 1e-9);
    world_remark(w, "delay past", "3 series, 2 samples, of them 1 without the label 'dst'");
    assert_false(world_answer(w, "loss past", "{\"status\":\"error\",\"error\":\"too much\"}"));
    assert_non_null(strstr(w->err.text, "too much"));
    world_free(w);
}

/* What cannot be kept ends the answer with an error, not with a silent loss. */
static void test_samples_that_nobody_takes(void **state)
{
    (void)state;
    struct world *w = resumed(0);
    w->sample_count = WORLD_SAMPLES_MAX;
    assert_false(answer_file(w, "delay past", "prometheus", "query_range_latency"));
    assert_non_null(strstr(w->err.text, "the query 'delay'"));
    world_free(w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_how_far_back),
        cmocka_unit_test(test_what_is_asked_of_the_past),
        cmocka_unit_test(test_what_was_answered_is_not_asked_again),
        cmocka_unit_test(test_a_peer_that_is_down_is_not_asked_for_more),
        cmocka_unit_test(test_gaps_grow_together),
        cmocka_unit_test(test_many_queries_are_spread_over_polls),
        cmocka_unit_test(test_samples_of_real_answers),
        cmocka_unit_test(test_what_of_the_past_is_left_out),
        cmocka_unit_test(test_samples_that_nobody_takes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
