#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "prometheus_world.h"
#include "sources/prometheus.h"

#define ALL         "profiles = { \"blackbox\", \"smokeping\", \"ipmi\", \"rack\", \"node\", \"pdu\", \"npu\", \"dcgm\" }\n"
#define RACK(value) "{\"metric\":{\"site\":\"s\",\"rack\":\"r\"},\"value\":[1,\"" value "\"]}"

static const char *const profiles[] = {"blackbox", "smokeping", "ipmi", "rack", "node", "pdu", "npu", "dcgm"};

static size_t asked(const struct world *w)
{
    size_t n = 0;
    for (size_t i = 0; i < w->request_count; i++)
        n += strncmp(w->requests[i].path, "/api/v1/query?", 14) == 0;
    return n;
}

static size_t presets(void)
{
    size_t n = 0;
    while (prometheus_presets[n].name)
        n++;
    return n;
}

/* Every query of this poll has an answer: `what` these series (NULL: nobody), the others none. */
static void answer_all(struct world *w, const char *what, const char *series)
{
    for (size_t i = 0; i < w->request_count; i++) {
        const struct source_request *r = &w->requests[i];
        if (!r->local && !r->past && strcmp(r->what, "version") != 0)
            assert_true(world_vector(w, r->what, what && strcmp(r->what, what) == 0 ? series : ""));
    }
}

static void test_the_table_is_sound(void **state)
{
    (void)state;
    for (const struct prometheus_preset *p = prometheus_presets; p->name; p++) {
        enum kind kind = kind_by_name(p->kind);
        int field = kind_field(kind, p->value), level = 0;
        bool known = false;
        assert_true(field >= 0);
        for (size_t i = 0; i < sizeof profiles / sizeof *profiles; i++)
            known = known || strcmp(p->profile, profiles[i]) == 0;
        assert_true(known);
        for (const char *c = p->expr; *c; c++) {
            level += (*c == '(') - (*c == ')');
            assert_true(level >= 0);
        }
        assert_int_equal(level, 0);
        for (const struct prometheus_preset *q = prometheus_presets; q < p; q++)
            assert_string_not_equal(p->name, q->name);
    }
    for (size_t i = 0; i < sizeof profiles / sizeof *profiles; i++)
        assert_string_equal(prometheus_profiles[i], profiles[i]);
    assert_null(prometheus_profiles[PROMETHEUS_PROFILES_MAX]);
}

static void test_profiles_are_chosen(void **state)
{
    (void)state;
    struct world *w = world_new(ALL);
    assert_int_equal(asked(w), presets());
    world_free(w);
    w = world_new("profiles = { \"dcgm\", \"pdu\" }");
    assert_int_equal(asked(w), 5);
    assert_non_null(world_request(w, "pdu_power_a"));
    assert_non_null(world_request(w, "clusters"));
    assert_null(world_request(w, "links"));
    assert_null(world_request(w, "delay"));
    world_free(w);
    w = world_new(
        "profiles = {}\nquery \"own\" { expr = 'x' kind = \"links\" from = \"a\" to = \"b\" value = \"rtt_ms\" }");
    assert_int_equal(asked(w), 1);
    world_free(w);
    w = world_open("\nprofiles = { \"smokepin\" }", NULL, NULL);
    assert_null(w->source);
    assert_non_null(strstr(w->err.text, "t.conf:1: the source 'metrics' has no profile 'smokepin' to ask for"));
    assert_non_null(strstr(w->err.hint, "did you mean 'smokeping'?"));
    assert_int_equal(err_status(&w->err), 78);
    world_free(w);
}

/* The least of three ways to know a rack's power gives way to the next, whatever order they are answered in. */
static void test_one_way_to_know_a_power_stands(void **state)
{
    (void)state;
    static const char *const ways[] = {"ipmi_power", "power", "pdu_power"};
    for (int first = 0; first < 3; first++) {
        for (int last = first; last < 3; last++) {
            struct world *w = world_new(ALL);
            for (int i = last; i >= first; i--) {
                char series[128];
                snprintf(series, sizeof series, "{\"metric\":{\"site\":\"s\",\"rack\":\"r\"},\"value\":[1,\"%d\"]}",
                         1000 * (i + 1));
                assert_true(world_vector(w, ways[i], series));
            }
            for (size_t i = 0; i < w->request_count; i++) {
                const char *what = w->requests[i].what;
                bool told = false;
                for (int k = first; k <= last; k++)
                    told = told || strcmp(what, ways[k]) == 0;
                if (!told && !w->requests[i].local && strcmp(what, "version") != 0)
                    assert_true(world_vector(w, what, ""));
            }
            assert_true(world_rows(w, "racks", 10));
            assert_float_equal(world_real(w, "s/r", RACK_POWER_KW), last + 1, 1e-9);
            world_free(w);
        }
    }
}

/* Of the past, too, only what stands now is told: two ways of measuring make no curve. */
static void test_the_past_is_told_by_who_stands(void **state)
{
    (void)state;
    struct world *w = world_open(ALL, NULL, NULL);
    static const char past[] = "{\"status\":\"success\",\"data\":{\"resultType\":\"matrix\",\"result\":[{\"metric\":{"
                               "\"site\":\"s\",\"rack\":\"r\"},\"values\":[[1795313000,\"5\"]]}]}}";
    source_prometheus.resume(w->source, 0);
    world_poll_at(w, WORLD_NOW_MS);
    answer_all(w, "ipmi_power", RACK("1000"));
    assert_true(world_vector(w, "power", RACK("2000")));
    if (world_request(w, "ipmi_power past"))
        assert_true(world_answer(w, "ipmi_power past", past));
    assert_int_equal(w->sample_count, 0);
    assert_true(world_answer(w, "power past", past));
    assert_int_equal(w->sample_count, 1);
    assert_int_equal(w->samples[0].field, RACK_POWER_KW);
    world_free(w);
}

static void test_what_is_absent_is_asked_rarely(void **state)
{
    (void)state;
    struct world *w = world_new(ALL);
    int64_t now_ms = WORLD_NOW_MS;
    for (int poll = 0; poll < 3; poll++) {
        assert_int_equal(asked(w), presets());
        answer_all(w, "power", RACK("1000"));
        assert_true(world_rows(w, "racks", 10));
        world_poll_at(w, now_ms += 10000);
    }
    for (; now_ms < WORLD_NOW_MS + 20000 + 600000; now_ms += 10000) {
        assert_int_equal(asked(w), 1);
        assert_null(world_request(w, "links"));
        answer_all(w, "power", RACK("1000"));
        assert_true(world_rows(w, "racks", 10)); /* what is not asked is no failure */
        assert_int_equal(w->count, 1);
        world_poll_at(w, now_ms + 10000);
    }
    assert_int_equal(asked(w), presets());
    answer_all(w, "dcgm_racks", RACK("40")); /* it has come; the power is gone */
    assert_true(world_rows(w, "racks", 10));
    assert_float_equal(world_real(w, "s/r", RACK_ACCELS_BUSY_PCT), 40, 1e-9);
    world_poll_at(w, now_ms + 10000);
    assert_int_equal(asked(w), 2);
    assert_non_null(world_request(w, "power"));
    assert_non_null(world_request(w, "dcgm_racks"));
    world_free(w);
}

static void test_own_queries_never_rest(void **state)
{
    (void)state;
    struct world *w =
        world_new("profiles = { \"dcgm\" }\nquery \"own\" { expr = 'x' kind = \"links\" from = \"a\" to = "
                  "\"b\" value = \"rtt_ms\" }");
    for (int poll = 0; poll < 10; poll++) {
        answer_all(w, NULL, NULL);
        world_poll_at(w, WORLD_NOW_MS + 10000 * poll);
    }
    assert_int_equal(asked(w), 1);
    assert_non_null(world_request(w, "own"));
    world_free(w);
}

/* A peer without any of it is asked one thing, so that it is known whether it lives. */
static void test_a_peer_with_nothing_is_still_asked(void **state)
{
    (void)state;
    struct world *w = world_new(ALL);
    for (int poll = 0; poll < 10; poll++) {
        answer_all(w, NULL, NULL);
        world_poll_at(w, WORLD_NOW_MS + 10000 * poll);
    }
    assert_int_equal(asked(w), 1);
    assert_non_null(world_request(w, "links"));
    world_free(w);
}

static void test_an_answer_that_is_partial_or_missing_is_no_absence(void **state)
{
    (void)state;
    struct world *w = world_new("profiles = { \"dcgm\" }");
    for (int poll = 0; poll < 5; poll++) {
        assert_true(
            world_answer(w, "dcgm_racks",
                         "{\"status\":\"success\",\"isPartial\":true,\"data\":{\"resultType\":\"vector\",\"result\""
                         ":[]}}"));
        assert_true(world_fails(w, "dcgm_clusters", 503, "text/plain", "slow"));
        world_poll_at(w, WORLD_NOW_MS + 10000 * poll);
        assert_int_equal(asked(w), 2);
    }
    world_free(w);
}

static void test_the_remark_names_profiles(void **state)
{
    (void)state;
    struct world *w = world_new(ALL);
    answer_all(w, "power", RACK("1000"));
    world_remark(w, "racks", "");
    world_remark(w, "clusters", "profiles with series: rack; without: blackbox, smokeping, ipmi, node, pdu, npu, dcgm");
    assert_true(world_vector(w, "pdu_power", "{\"metric\":{},\"value\":[1,\"5\"]}"));
    world_remark(w, "pdu_power", "1 series, of them 1 without the label 'site'");
    world_free(w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_the_table_is_sound),
        cmocka_unit_test(test_profiles_are_chosen),
        cmocka_unit_test(test_one_way_to_know_a_power_stands),
        cmocka_unit_test(test_the_past_is_told_by_who_stands),
        cmocka_unit_test(test_what_is_absent_is_asked_rarely),
        cmocka_unit_test(test_own_queries_never_rest),
        cmocka_unit_test(test_a_peer_with_nothing_is_still_asked),
        cmocka_unit_test(test_an_answer_that_is_partial_or_missing_is_no_absence),
        cmocka_unit_test(test_the_remark_names_profiles),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
