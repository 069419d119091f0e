#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "hub_world.h"

#define JOBS(rev, full, items, more)                                                                                   \
    "{\"kind\":\"jobs\",\"revision\":\"" rev "\",\"as_of\":\"2026-11-22T04:00:00Z\",\"full\":" full                    \
    ",\"items\":[" items "]," more "}"

static struct hub_world *with_jobs(const char *deltas)
{
    struct hub_world *w = hub_world_new();
    assert_true(
        hub_answer(w, strcmp(deltas, "true") == 0 ? HUB_ABLE("\"jobs\"", "true") : HUB_ABLE("\"jobs\"", "false")));
    return w;
}

/* --- what is asked --- */

static void test_the_hub_first_then_what_it_can(void **state)
{
    struct hub_world *w = hub_world_new();
    (void)state;
    assert_string_equal(w->r.path, "/v1/hub");
    assert_true(w->r.essential);
    assert_true(hub_answer(w, HUB_ABLE("\"jobs\",\"links\",\"things-of-later\"", "false")));
    assert_string_equal(source_hub.peer_name(w->source), "hub-x");
    assert_string_equal(source_hub.peer_version(w->source), "S 2, Hub API 1.0");
    assert_string_equal(w->r.path, "/v1/links?limit=50");
    assert_int_equal(w->r.covers[0], KIND_LINK);
    assert_null(w->r.etag);
    assert_false(hub_status(w, 500, "text/plain", "x")); /* one list that fails does not end the poll */
    assert_string_equal(w->r.path, "/v1/jobs?limit=50");
    assert_true(hub_answer(w, JOBS("7", "true", "{\"id\":\"a/1\"}", "\"next\":null")));
    assert_false(w->more);
    hub_world_free(w);
}

static void test_a_hub_that_is_none(void **state)
{
    static const struct {
        const char *body, *words;
    } cases[] = {
        {"{}", "no id"},
        {"{\"id\":7,\"api\":\"1\",\"capabilities\":{\"kinds\":[]}}", "no id"},
        {"{\"id\":\"x\",\"api\":\"1\"}", "no capabilities.kinds"},
        {"{\"id\":\"x\",\"api\":\"2.0\",\"capabilities\":{\"kinds\":[]}}", "version '2.0'"},
        {"{\"id\":\"x\",\"api\":1,\"capabilities\":{\"kinds\":[]}}", "version ''"},
        {"[1]", "no id"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct hub_world *w = hub_world_new();
        assert_false(hub_answer(w, cases[i].body));
        assert_non_null(strstr(w->err.text, cases[i].words));
        assert_int_equal(w->err.kind, ERR_CORRUPT);
        assert_null(source_hub.peer_name(w->source));
        hub_world_free(w);
    }
}

static void test_its_clock(void **state)
{
    struct hub_world *w = hub_world_new();
    int64_t skew_ms;
    (void)state;
    assert_false(source_hub.peer_skew(w->source, &skew_ms));
    assert_true(hub_answer(w, HUB_ABLE("", "false")));
    assert_true(source_hub.peer_skew(w->source, &skew_ms));
    assert_int_equal(skew_ms, INT64_C(1795320003000) - hub_now.utc_ms);
    hub_world_free(w);
}

/* --- pages --- */

static void test_pages_are_one_answer(void **state)
{
    struct hub_world *w = with_jobs("false");
    (void)state;
    assert_true(hub_answer(w, JOBS("7", "true", "{\"id\":\"a/1\"},{\"id\":\"a/2\"}", "\"next\":\"c/1&x\"")));
    assert_string_equal(w->r.path, "/v1/jobs?limit=50&cursor=c%2F1%26x");
    assert_true(hub_part(w, JOBS("7", "true", "{\"id\":\"a/3\"}", "\"next\":null")));
    assert_int_equal(w->rows.count, 3);
    assert_true(w->stored);
    assert_false(w->more);
    hub_world_free(w);
}

static void test_pages_that_lead_nowhere(void **state)
{
    static const struct {
        const char *second, *words;
    } cases[] = {
        {JOBS("7", "true", "", "\"next\":\"c1\""), "circle"},
        {JOBS("8", "true", "", "\"next\":null"), "changed between its pages"},
        {JOBS("7", "true", "", "\"next\":17"), "makes no sense"},
        {JOBS("7", "false", "", "\"next\":null"), "a difference"},
        {"{\"kind\":\"jobs\",\"as_of\":null,\"full\":true,\"items\":[],\"next\":null}", "no revision"},
        {"{\"kind\":\"racks\",\"revision\":\"7\",\"full\":true,\"items\":[],\"next\":null}",
         "something else than jobs"},
        {"{\"kind\":\"jobs\",\"revision\":\"7\",\"full\":true,\"next\":null}", "no list 'items'"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct hub_world *w = with_jobs("false");
        assert_true(hub_answer(w, JOBS("7", "true", "{\"id\":\"a/1\"}", "\"next\":\"c1\"")));
        assert_false(hub_part(w, cases[i].second));
        assert_non_null(strstr(w->err.text, cases[i].words));
        assert_false(w->stored); /* the first page goes with the second */
        hub_world_free(w);
    }
}

static void test_items_without_an_id(void **state)
{
    struct hub_world *w = with_jobs("false");
    (void)state;
    assert_false(hub_answer(w, JOBS("7", "true", "{\"name\":\"x\"},{\"id\":3},{\"id\":\"\"}", "\"next\":null")));
    assert_non_null(strstr(w->err.text, "none of the 3 jobs"));
    hub_poll(w);
    assert_true(hub_answer(w, HUB_ABLE("\"jobs\"", "false")));
    assert_true(hub_answer(w, JOBS("7", "true", "{\"name\":\"x\"},{\"id\":\"a/1\"}", "\"next\":null")));
    assert_int_equal(w->rows.count, 1);
    hub_world_free(w);
}

/* --- conditions and differences --- */

static void next_poll(struct hub_world *w, const char *deltas)
{
    hub_poll(w);
    assert_true(
        hub_answer(w, strcmp(deltas, "true") == 0 ? HUB_ABLE("\"jobs\"", "true") : HUB_ABLE("\"jobs\"", "false")));
}

static void test_a_validator_is_kept_only_of_what_is_stored(void **state)
{
    struct hub_world *w = with_jobs("false");
    (void)state;
    snprintf(w->etag, sizeof w->etag, "\"j-7\"");
    assert_true(hub_answer(w, JOBS("7", "true", "{\"id\":\"a/1\"}", "\"next\":null")));
    next_poll(w, "false");
    assert_string_equal(w->r.path, "/v1/jobs?limit=50");
    assert_string_equal(w->r.etag, "\"j-7\"");
    assert_true(hub_status(w, 304, "", ""));
    next_poll(w, "false");
    snprintf(w->etag, sizeof w->etag, "\"j-8\"");
    assert_false(hub_answer(w, JOBS("8", "true", "{\"name\":\"x\"}", "\"next\":null")));
    next_poll(w, "false");
    assert_string_equal(w->r.etag, "\"j-7\"");
    hub_world_free(w);
}

static void test_unchanged_without_a_condition_is_a_failure(void **state)
{
    struct hub_world *w = with_jobs("false");
    (void)state;
    assert_false(hub_status(w, 304, "", ""));
    assert_non_null(strstr(w->err.text, "304"));
    hub_world_free(w);
}

static void test_differences_are_laid_over(void **state)
{
    struct hub_world *w = with_jobs("true");
    (void)state;
    assert_true(hub_answer(w, JOBS("7", "true",
                                   "{\"id\":\"a/1\",\"name\":\"one\",\"cpus\":4},{\"id\":\"a/2\"},{\"id\":\"a/3\"}",
                                   "\"next\":null")));
    next_poll(w, "true");
    assert_string_equal(w->r.path, "/v1/jobs?limit=50&since=7");
    assert_true(w->r.difference);
    assert_true(hub_answer(w, JOBS("9", "false", "{\"id\":\"a/4\"}", "\"removed\":[],\"next\":\"n\"")));
    assert_true(w->r.difference);
    assert_true(
        hub_part(w, JOBS("9", "false", "{\"id\":\"a/2\",\"name\":\"two\"}", "\"removed\":[\"a/3\"],\"next\":null")));
    assert_int_equal(w->rows.count, 0); /* nothing of it goes by itself */
    assert_int_equal(w->r.covers[0], KIND_JOB);
    hub_produce(w);
    assert_int_equal(w->rows.count, 3);
    assert_null(hub_row_of(w, "a/3"));
    assert_true(text_is(hub_row_of(w, "a/2")->cells[JOB_NAME].as.text, "two"));
    assert_int_equal(value_int_or(&hub_row_of(w, "a/1")->cells[JOB_CPUS], 0), 4);
    assert_false(w->more);
    next_poll(w, "true");
    assert_string_equal(w->r.path, "/v1/jobs?limit=50&since=9");
    hub_world_free(w);
}

static void test_a_revision_that_is_gone_asks_for_all_at_once(void **state)
{
    struct hub_world *w = with_jobs("true");
    (void)state;
    assert_true(hub_answer(w, JOBS("7", "true", "{\"id\":\"a/1\"}", "\"next\":null")));
    next_poll(w, "true");
    assert_true(hub_status(w, 410, "application/problem+json", "{}"));
    assert_true(w->more);
    assert_string_equal(w->r.path, "/v1/jobs?limit=50");
    assert_false(w->r.difference);
    assert_false(hub_status(w, 410, "application/problem+json", "{}")); /* of the whole it is a failure */
    hub_world_free(w);
}

static void test_a_difference_that_fails_leaves_the_copy(void **state)
{
    struct hub_world *w = with_jobs("true");
    (void)state;
    assert_true(hub_answer(w, JOBS("7", "true", "{\"id\":\"a/1\"}", "\"next\":null")));
    next_poll(w, "true");
    assert_true(hub_answer(w, JOBS("8", "false", "{\"id\":\"a/2\"}", "\"next\":\"n\"")));
    assert_false(hub_status(w, 503, "", ""));
    next_poll(w, "true");
    assert_string_equal(w->r.path, "/v1/jobs?limit=50&since=7");
    assert_true(hub_answer(w, JOBS("8", "false", "{\"id\":\"a/3\"}", "\"next\":null")));
    hub_produce(w);
    assert_int_equal(w->rows.count, 2);
    assert_null(hub_row_of(w, "a/2"));
    hub_world_free(w);
}

static void test_a_whole_list_where_a_difference_was_asked(void **state)
{
    struct hub_world *w = with_jobs("true");
    (void)state;
    assert_true(hub_answer(w, JOBS("7", "true", "{\"id\":\"a/1\"}", "\"next\":null")));
    next_poll(w, "true");
    assert_false(hub_answer(w, JOBS("8", "true", "{\"id\":\"a/2\"}", "\"next\":null")));
    assert_non_null(strstr(w->err.text, "a whole list where a difference was asked for"));
    next_poll(w, "true");
    assert_string_equal(w->r.path, "/v1/jobs?limit=50");
    hub_world_free(w);
}

static void test_a_list_that_is_not_served_any_more(void **state)
{
    struct hub_world *w = with_jobs("false");
    (void)state;
    assert_true(hub_answer(w, JOBS("7", "true", "{\"id\":\"a/1\"}", "\"next\":null")));
    hub_poll(w);
    assert_true(hub_answer(w, HUB_ABLE("", "false")));
    assert_int_equal(w->r.covers[0], KIND_JOB);
    hub_produce(w); /* an empty whole: what was told goes */
    assert_int_equal(w->rows.count, 0);
    assert_false(w->more);
    hub_poll(w);
    assert_true(hub_answer(w, HUB_ABLE("", "false")));
    assert_false(w->more);
    hub_world_free(w);
}

/* --- errors --- */

static void test_errors_in_the_hubs_words(void **state)
{
    static const struct {
        int status;
        const char *type, *body;
        enum err_kind kind;
        const char *words;
    } cases[] = {
        {401, "application/problem+json", "{\"title\":\"no token\"}", ERR_REFUSED, "another token (401): no token"},
        {403, "text/html", "<h1>", ERR_REFUSED, "does not allow it to this token (403)"},
        {503, "application/problem+json; charset=utf-8", "{\"title\":\"closed\",\"detail\":\"until\\u001b[31m five\"}",
         ERR_TRANSIENT, "(503): closed: until^[[31m five"},
        {429, "", "", ERR_TRANSIENT, "asks for a pause (429)"},
        {404, "text/html", "<h1>", ERR_TRANSIENT, "has nothing there (404)"},
        {418, "application/problem+json", "not JSON", ERR_TRANSIENT, "nobody expected (418)"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct hub_world *w = hub_world_new();
        assert_false(hub_status(w, cases[i].status, cases[i].type, cases[i].body));
        assert_int_equal(w->err.kind, cases[i].kind);
        assert_non_null(strstr(w->err.text, cases[i].words));
        assert_true(w->err.hint[0] != '\0');
        hub_world_free(w);
    }
}

/* --- settings --- */

static void test_without_tls_only_aloud(void **state)
{
    static const struct {
        const char *url, *allowed;
        bool good;
    } cases[] = {
        {"https://hub.example", NULL, true},       {"http://hub.example", NULL, false},
        {"http://hub.example", "false", false},    {"http://hub.example", "true", true},
        {"http://hub.example", "yes", false},      {"http://127.0.0.1:80/x", NULL, true},
        {"http://localhost:80", NULL, true},       {"http://localhost.example", NULL, false},
        {"http://127.0.0.1.example", NULL, false}, {"http://[::1]:80", NULL, true},
        {"http://10.0.0.1", NULL, false},          {"unix:///run/hub", NULL, true},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const char *const pairs[] = {"allow_http", cases[i].allowed, NULL};
        struct err err;
        struct source *s = hub_world_open(cases[i].url, cases[i].allowed ? pairs : NULL, &err);
        assert_int_equal(s != NULL, cases[i].good);
        if (!s)
            assert_int_equal(err_status(&err), 78);
        source_hub.close(s);
    }
}

static void test_settings_that_make_no_sense(void **state)
{
    static const char *const cases[][2] = {{"page", "0"}, {"page", "x"}, {"page", ""}, {"page", "5x"}, {"deltas", "1"}};
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const char *const pairs[] = {cases[i][0], cases[i][1], NULL};
        struct err err;
        assert_null(hub_world_open("https://h", pairs, &err));
        assert_non_null(strstr(err.text, cases[i][0]));
    }
}

static void test_differences_can_be_left_out(void **state)
{
    const char *const pairs[] = {"deltas", "false", "page", "10", NULL};
    struct hub_world *w = calloc(1, sizeof *w);
    (void)state;
    w->source = hub_world_open("https://h", pairs, &w->err);
    hub_poll(w);
    assert_true(hub_answer(w, HUB_ABLE("\"jobs\"", "true")));
    assert_true(hub_answer(w, JOBS("7", "true", "{\"id\":\"a/1\"}", "\"next\":null")));
    next_poll(w, "true");
    assert_string_equal(w->r.path, "/v1/jobs?limit=10");
    hub_world_free(w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_the_hub_first_then_what_it_can),
        cmocka_unit_test(test_a_hub_that_is_none),
        cmocka_unit_test(test_its_clock),
        cmocka_unit_test(test_pages_are_one_answer),
        cmocka_unit_test(test_pages_that_lead_nowhere),
        cmocka_unit_test(test_items_without_an_id),
        cmocka_unit_test(test_a_validator_is_kept_only_of_what_is_stored),
        cmocka_unit_test(test_unchanged_without_a_condition_is_a_failure),
        cmocka_unit_test(test_differences_are_laid_over),
        cmocka_unit_test(test_a_revision_that_is_gone_asks_for_all_at_once),
        cmocka_unit_test(test_a_difference_that_fails_leaves_the_copy),
        cmocka_unit_test(test_a_whole_list_where_a_difference_was_asked),
        cmocka_unit_test(test_a_list_that_is_not_served_any_more),
        cmocka_unit_test(test_errors_in_the_hubs_words),
        cmocka_unit_test(test_without_tls_only_aloud),
        cmocka_unit_test(test_settings_that_make_no_sense),
        cmocka_unit_test(test_differences_can_be_left_out),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
