#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>

#include "base/secret.h"
#include "corpora.h"
#include "prometheus_world.h"

#define CAPTURES "tests/unit/sources/prometheus_captures/"

/* What is asked of the captures. */
#define CAPTURED                                                                                                       \
    "query \"delay\" { expr = 'd' kind = \"links\" from = \"src\" to = \"dst\" value = \"rtt_ms\" }\n"                 \
    "query \"power\" { expr = 'p' kind = \"racks\" site = \"site\" rack = \"rack\" value = \"power_kw\" scale = "      \
    "0.001 }\n"                                                                                                        \
    "query \"busy\" { expr = 'b' kind = \"racks\" site = \"site\" rack = \"rack\" value = \"inlet_c\" scale = 100 }\n" \
    "query \"site\" { expr = 's' kind = \"clusters\" cluster = \"site\" value = \"power_kw\" scale = 0.001 }\n"        \
    "query \"range\" { expr = 'r' kind = \"links\" from = \"src\" to = \"dst\" value = \"one_way_ms\" scale = 1000 "   \
    "}\n"

#define LINK(from, to, value)                                                                                          \
    "{\"metric\":{\"src\":\"" from "\",\"dst\":\"" to "\"},\"value\":[1795313818.005,\"" value "\"]}"
#define RACK(site, rack, value)                                                                                        \
    "{\"metric\":{\"site\":\"" site "\",\"rack\":\"" rack "\"},\"value\":[1795313818.005,\"" value "\"]}"

static bool answer_file(struct world *w, const char *what, const char *peer, const char *name)
{
    char path[256];
    snprintf(path, sizeof path, CAPTURES "%s/%s.json", peer, name);
    struct corpora_file f = corpora_read(path);
    bool ok = world_answer_bytes(w, what, f.bytes, f.size);
    free(f.bytes);
    return ok;
}

/* --- what is asked */

static void test_the_defaults_are_asked(void **state)
{
    (void)state;
    static const char *const whats[] = {"delay",     "loss",        "power",      "power_cap", "inlet", "cpus_total",
                                        "cpus_free", "nodes_total", "nodes_down", "links",     "racks", "version"};
    struct world *w = world_new(NULL);
    assert_int_equal(w->request_count, sizeof whats / sizeof *whats);
    for (size_t i = 0; i < w->request_count; i++) {
        const struct source_request *r = &w->requests[i];
        assert_string_equal(r->what, whats[i]);
        assert_false(r->essential);
        assert_false(r->past);
        assert_int_equal(r->local, i == 9 || i == 10);
        if (!r->local)
            assert_string_equal(r->method, "GET");
    }
    assert_string_equal(world_request(w, "power")->path,
                        "/api/v1/query?query=sum%20by%20%28site%2C%20rack%29%20%28rack_power_watts%29");
    assert_string_equal(world_request(w, "version")->path, "/api/v1/status/buildinfo");
    assert_int_equal(world_request(w, "delay")->covers[0], KIND_NONE);
    assert_int_equal(world_request(w, "links")->covers[0], KIND_LINK);
    assert_int_equal(world_request(w, "racks")->covers[0], KIND_RACK);
    world_free(w);
}

static void headers_are(const char *user, bool with_token, const char *value)
{
    const char *names[4], *values[4];
    const struct secret *secrets[4];
    struct buf word = buf_make(64);
    buf_puts(&word, "open sesame", NULL);
    struct secret *token = with_token ? secret_from_output(&word, NULL) : NULL;
    struct world *w = world_open(NULL, user, token);
    size_t n = source_prometheus.headers(w->source, names, values, secrets, 4);
    assert_int_equal(n, value != NULL);
    if (value) {
        struct buf out = buf_make(256);
        assert_string_equal(names[0], "Authorization");
        assert_true(secret_reveal(secrets[0], values[0], &out, NULL));
        assert_string_equal(buf_str(&out), value);
        secret_wipe(&out);
    }
    world_free(w);
    secret_free(token);
    buf_release(&word);
}

static void test_who_asks(void **state)
{
    (void)state;
    headers_are(NULL, false, NULL);
    headers_are("Aladdin", false, NULL);
    headers_are(NULL, true, "Bearer open sesame");
    headers_are("Aladdin", true, "Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ=="); /* the example of RFC 7617 */
    headers_are("Al", true, "Basic QWw6b3BlbiBzZXNhbWU=");
    headers_are("A", true, "Basic QTpvcGVuIHNlc2FtZQ==");
    headers_are("", true, "Bearer open sesame");
}

/* --- real answers */

static void ask_captures(struct world *w, const char *peer)
{
    assert_true(answer_file(w, "delay", peer, "query_latency_matrix"));
    assert_true(answer_file(w, "range", peer, "query_empty"));
    assert_true(answer_file(w, "power", peer, "query_rack_power"));
    assert_true(answer_file(w, "busy", peer, "query_rack_occupancy"));
}

#define OFF                                                                                                            \
    "query \"loss\" { enabled = false } query \"power_cap\" { expr = '' } query \"inlet\" { enabled = no }\n"          \
    "query \"cpus_total\" { expr = '' } query \"cpus_free\" { expr = '' }\n"                                           \
    "query \"nodes_total\" { expr = '' } query \"nodes_down\" { expr = '' }\n"

static void test_both_peers_give_one_table(void **state)
{
    (void)state;
    static const char *const links[] = {"ams>fra", "ams>sin", "fra>ams", "fra>sin", "sin>ams", "sin>fra"};
    static const char *const racks[] = {"ams/r01", "ams/r02", "fra/r01", "fra/r02", "sin/r01", "sin/r02"};
    struct world *p = world_new(OFF CAPTURED), *v = world_new(OFF CAPTURED);
    ask_captures(p, "prometheus");
    ask_captures(v, "victoriametrics");
    assert_true(world_rows(p, "links", 100) && world_rows(v, "links", 100));
    assert_int_equal(p->count, 6);
    assert_int_equal(v->count, 6);
    for (size_t i = 0; i < 6; i++) {
        /* They were asked one after the other: a probe came between them. */
        double rtt_ms = world_real(p, links[i], LINK_RTT_MS);
        assert_true(rtt_ms > 20 && fabs(rtt_ms - world_real(v, links[i], LINK_RTT_MS)) < 5);
    }
    assert_float_equal(world_real(p, "ams>sin", LINK_RTT_MS), 172.592036, 1e-9);
    assert_true(text_is(world_row(v, "ams>sin")->cells[LINK_FROM].as.text, "ams"));
    assert_true(text_is(world_row(v, "ams>sin")->cells[LINK_TO].as.text, "sin"));
    assert_false(value_known(&world_row(v, "ams>sin")->cells[LINK_ONE_WAY_MS]));
    assert_true(world_rows(p, "racks", 100) && world_rows(v, "racks", 100));
    assert_int_equal(p->count, 6);
    assert_int_equal(v->count, 6);
    for (size_t i = 0; i < 6; i++)
        assert_true(world_real(p, racks[i], RACK_INLET_C) == world_real(v, racks[i], RACK_INLET_C));
    assert_float_equal(world_real(p, "ams/r01", RACK_POWER_KW), 5.3453, 1e-9);
    assert_float_equal(world_real(v, "ams/r01", RACK_POWER_KW), 5.3158, 1e-9);
    assert_float_equal(world_real(v, "ams/r01", RACK_INLET_C), 84.375, 1e-9);
    assert_true(text_is(world_row(v, "ams/r01")->cells[RACK_CLUSTER].as.text, "ams"));
    assert_true(text_is(world_row(v, "ams/r01")->cells[RACK_NAME].as.text, "r01"));
    world_remark(p, "delay", "9 series, of them 3 own readings");
    world_remark(p, "power", "6 series");
    world_free(p);
    world_free(v);
}

static void test_answers_of_other_forms(void **state)
{
    (void)state;
    static const char *const peers[] = {"prometheus", "victoriametrics"};
    for (size_t i = 0; i < 2; i++) {
        struct world *w = world_new(NULL);
        /* A scalar, which VictoriaMetrics answers as a vector, names nothing. */
        assert_true(answer_file(w, "delay", peers[i], "query_scalar_inf"));
        world_remark(w, "delay", "1 series, of them 1 without the label 'src'");
        assert_true(answer_file(w, "loss", peers[i], "query_vector_nan"));
        assert_true(world_rows(w, "links", 100));
        assert_int_equal(w->count, 0);
        /* A text is a wrong query; VictoriaMetrics answers it with nothing. */
        assert_int_equal(answer_file(w, "power", peers[i], "query_string"), i == 1);
        if (i == 0)
            assert_int_equal(err_status(&w->err), 78);
        world_free(w);
    }
}

/* An instant query of a range (x[5m]) gives a matrix: its last samples are the present. */
static void test_a_matrix_now(void **state)
{
    (void)state;
    struct world *w = world_new(NULL);
    assert_true(world_answer(w, "delay",
                             "{\"status\":\"success\",\"data\":{\"resultType\":\"matrix\",\"result\":[{\"metric\":{"
                             "\"src\":\"a\",\"dst\":\"b\"},\"values\":[[1,\"0.1\"],[2,\"0.2\"]]}]}}"));
    assert_true(world_vector(w, "loss", ""));
    assert_true(world_rows(w, "links", 100));
    assert_float_equal(world_real(w, "a>b", LINK_RTT_MS), 200, 1e-9);
    world_free(w);
}

static void test_the_version(void **state)
{
    (void)state;
    struct world *w = world_new(NULL);
    assert_null(source_prometheus.peer_version(w->source));
    assert_true(answer_file(w, "version", "prometheus", "buildinfo"));
    assert_string_equal(source_prometheus.peer_version(w->source), "2.42.0+ds");
    world_poll_at(w, WORLD_NOW_MS);
    assert_null(world_request(w, "version"));
    world_free(w);
    w = world_new(NULL); /* VictoriaMetrics 1.79 knows none: it is no failure, and not asked for ever */
    assert_true(world_answer(w, "version", "{\"status\":\"success\",\"data\":{}}"));
    assert_null(source_prometheus.peer_version(w->source));
    assert_false(world_fails(w, "version", 404, "text/plain", "404 page not found\n"));
    for (int i = 0; i < 3; i++)
        world_poll_at(w, WORLD_NOW_MS);
    assert_null(world_request(w, "version"));
    world_free(w);
}

/* --- numbers */

static void test_what_is_no_number_is_unknown(void **state)
{
    (void)state;
    static const char *const wrong[] = {"NaN", "+Inf", "-Inf", "Inf", "", "x", "0x10", "1,5", "1e999", "12 ", "--1"};
    struct world *w = world_new(NULL);
    char series[8192] = LINK("a", "c", "0e+00");
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        size_t at = strlen(series);
        snprintf(series + at, sizeof series - at, "," LINK("a", "b", "%s"), wrong[i]);
    }
    size_t n = strlen(series);
    snprintf(series + n, sizeof series - n,
             ",{\"metric\":{\"src\":\"a\",\"dst\":\"b\"},\"value\":[1,2]},{\"metric\":{\"src\":\"a\",\"dst\":\"b\"},"
             "\"value\":\"1\"},{\"metric\":{\"src\":\"a\",\"dst\":\"b\"},\"histogram\":[1,{}]}");
    assert_true(world_vector(w, "delay", series));
    world_remark(w, "delay", "15 series, of them 14 without a number");
    assert_true(world_vector(w, "loss", LINK("a", "b", "0.25")));
    assert_true(world_rows(w, "links", 100));
    assert_int_equal(w->count, 2);
    assert_false(value_known(&world_row(w, "a>b")->cells[LINK_RTT_MS]));
    assert_float_equal(world_real(w, "a>b", LINK_LOSS_PCT), 25, 1e-9);
    assert_float_equal(world_real(w, "a>c", LINK_RTT_MS), 0, 0); /* a zero that was told is one */
    assert_false(value_known(&world_row(w, "a>c")->cells[LINK_LOSS_PCT]));
    world_free(w);
}

static void test_whole_numbers(void **state)
{
    (void)state;
    struct world *w = world_new(OFF "query \"delay\" { enabled = false } query \"power\" { enabled = false }"
                                    "query \"n\" { expr = 'n' kind = \"racks\" site = \"site\" rack = \"rack\" value = "
                                    "\"nodes_total\" }");
    assert_true(
        world_vector(w, "n", RACK("s", "a", "4") "," RACK("s", "b", "2.9999999999") "," RACK("s", "c", "1e+300")));
    assert_true(world_rows(w, "racks", 100));
    assert_int_equal(w->count, 2);
    assert_int_equal(world_row(w, "s/a")->cells[RACK_NODES_TOTAL].type, VALUE_INT);
    assert_int_equal(value_int_or(&world_row(w, "s/a")->cells[RACK_NODES_TOTAL], 0), 4);
    assert_int_equal(value_int_or(&world_row(w, "s/b")->cells[RACK_NODES_TOTAL], 0), 3);
    world_free(w);
}

/* Which of two series stands must not hang on their order, which peers are free to choose. */
static void test_two_series_for_one_thing(void **state)
{
    (void)state;
    static const char *const orders[] = {LINK("a", "b", "0.1") "," LINK("a", "b", "0.3"),
                                         LINK("a", "b", "0.3") "," LINK("a", "b", "0.1")};
    for (size_t i = 0; i < 2; i++) {
        struct world *w = world_new("query \"own\" { expr = 'x' kind = \"links\" from = \"src\" to = \"dst\" value = "
                                    "\"loss_pct\" }");
        assert_true(world_vector(w, "delay", orders[i]));
        world_remark(w, "delay", "2 series, of them 1 for what another one told");
        assert_true(world_vector(w, "loss", LINK("a", "b", "0.9")));
        assert_true(world_vector(w, "own", LINK("a", "b", "7")));
        world_remark(w, "own", "1 series");
        assert_true(world_rows(w, "links", 100));
        assert_float_equal(world_real(w, "a>b", LINK_RTT_MS), 300, 1e-9);
        assert_float_equal(world_real(w, "a>b", LINK_LOSS_PCT), 7, 1e-9); /* the later query's */
        world_free(w);
    }
}

/* --- labels */

static void test_missing_labels_are_counted(void **state)
{
    (void)state;
    struct world *w = world_new("query \"power\" { expr = 'p' kind = \"racks\" site = \"site\" rack = \"rack\" hall = "
                                "\"hall\" row = \"row\" tenant = \"who\" value = \"power_kw\" }");
    assert_true(world_vector(
        w, "power",
        "{\"metric\":{\"site\":\"a\",\"rack\":\"r1\",\"hall\":\"h\",\"row\":\"7\",\"who\":\"t\"},\"value\":[1,\"1\"]},"
        "{\"metric\":{\"site\":\"a\",\"rack\":\"r2\",\"hall\":\"h\"},\"value\":[1,\"2\"]},"
        "{\"metric\":{\"site\":\"a\",\"rack\":\"\",\"hall\":\"h\"},\"value\":[1,\"3\"]},"
        "{\"metric\":{\"rack\":\"r3\"},\"value\":[1,\"4\"]},"
        "{\"metric\":{\"site\":5,\"rack\":\"r3\"},\"value\":[1,\"4\"]},"
        "{\"metric\":[],\"value\":[1,\"5\"]},{\"value\":[1,\"6\"]}"));
    world_remark(w, "power",
                 "7 series, of them 4 without the label 'site', 1 without the label 'rack', 1 without the label 'row', "
                 "1 without the label 'who'");
    static const char *const others[] = {"power_cap", "inlet", "cpus_total", "cpus_free", "nodes_total", "nodes_down"};
    for (size_t i = 0; i < 6; i++)
        assert_true(world_vector(w, others[i], ""));
    assert_true(world_rows(w, "racks", 100));
    assert_int_equal(w->count, 2);
    const struct row *row = world_row(w, "a/r1/h");
    assert_true(text_is(row->cells[RACK_HALL].as.text, "h"));
    assert_true(text_is(row->cells[RACK_ROW].as.text, "7"));
    assert_true(text_is(row->cells[RACK_TENANT].as.text, "t"));
    assert_false(value_known(&world_row(w, "a/r2/h")->cells[RACK_ROW]));
    world_free(w);
}

static void test_hostile_labels(void **state)
{
    (void)state;
    struct world *w = world_new(NULL);
    assert_true(
        world_vector(w, "delay",
                     LINK("a>b", "c", "1") "," LINK("a", "b>c", "2") "," LINK("a%3Eb", "c", "3") "," LINK(
                         "\\u001b[31m", "\\n\\u202e", "4") "," LINK("x/y", "z", "5") "," LINK("\xff", "z", "6")));
    assert_true(world_vector(w, "loss", ""));
    assert_true(world_rows(w, "links", 100));
    assert_int_equal(w->count, 6);
    assert_float_equal(world_real(w, "a%3Eb>c", LINK_RTT_MS), 1000, 0);
    assert_float_equal(world_real(w, "a>b%3Ec", LINK_RTT_MS), 2000, 0);
    assert_float_equal(world_real(w, "a%253Eb>c", LINK_RTT_MS), 3000, 0);
    assert_float_equal(world_real(w, "\x1b[31m>\n\xe2\x80\xae", LINK_RTT_MS), 4000, 0);
    assert_float_equal(world_real(w, "x/y>z", LINK_RTT_MS), 5000, 0);
    assert_float_equal(world_real(w, "\xff>z", LINK_RTT_MS), 6000, 0);
    assert_true(text_is(world_row(w, "a%3Eb>c")->cells[LINK_FROM].as.text, "a>b")); /* cells as they came */
    world_free(w);
}

/* The answer with one link from a label of `n` bytes. */
static bool answer_long(struct world *w, size_t n)
{
    struct buf body = buf_make(4 << 20);
    buf_puts(&body, "{\"status\":\"success\",\"data\":{\"resultType\":\"vector\",\"result\":[{\"metric\":{\"src\":\"",
             NULL);
    for (size_t i = 0; i < n; i++)
        buf_putc(&body, '>', NULL);
    buf_puts(&body, "\",\"dst\":\"b\"},\"value\":[1,\"1\"]}]}}", NULL);
    bool ok = world_answer_bytes(w, "delay", body.data, body.len);
    buf_release(&body);
    return ok;
}

static void test_long_labels(void **state)
{
    (void)state;
    static const size_t sizes[] = {256, 257, 1 << 20};
    for (size_t i = 0; i < 3; i++) {
        struct world *w = world_new(NULL);
        assert_true(answer_long(w, sizes[i]));
        assert_true(world_vector(w, "loss", ""));
        assert_true(world_rows(w, "links", 100));
        assert_int_equal(w->count, i == 0);
        if (i == 0)
            assert_int_equal(text_len(w->rows[0].id), 3 * 256 + 2);
        else
            world_remark(w, "delay", "1 series, of them 1 with a label too long");
        world_free(w);
    }
}

/* Whether they are of as many links or of one. */
static void test_there_is_a_limit_of_series(void **state)
{
    (void)state;
    for (int links = 0; links < 2; links++) {
        struct world *w = world_new(NULL);
        struct buf body = buf_make(64 << 20);
        buf_puts(&body, "{\"status\":\"success\",\"data\":{\"result\":[", NULL);
        for (int i = 0; i <= 100000; i++)
            buf_printf(&body, NULL, "%s{\"metric\":{\"src\":\"%d\",\"dst\":\"b\"},\"value\":[1,\"1\"]}", i ? "," : "",
                       links ? i : 0);
        buf_puts(&body, "]}}", NULL);
        assert_false(world_answer_bytes(w, "delay", body.data, body.len));
        assert_non_null(strstr(w->err.text, "'delay'"));
        assert_non_null(strstr(w->err.text, "100000"));
        assert_int_equal(w->err.kind, ERR_CORRUPT); /* the others are asked all the same */
        buf_release(&body);
        world_free(w);
    }
}

/* --- what is told of it */

static void test_rows_come_in_slices(void **state)
{
    (void)state;
    struct world *w = world_new(NULL);
    char series[8192] = "";
    for (int i = 0; i < 70; i++) {
        size_t n = strlen(series);
        snprintf(series + n, sizeof series - n, "%s" LINK("a", "%d", "1"), i ? "," : "", i);
    }
    assert_true(world_vector(w, "delay", series));
    assert_true(world_vector(w, "loss", ""));
    for (size_t max = 1; max < 80; max += 23) {
        assert_true(world_rows(w, "links", max));
        assert_int_equal(w->count, 70);
    }
    world_poll_at(w, WORLD_NOW_MS); /* nothing is left of the former poll */
    assert_true(world_vector(w, "delay", LINK("a", "b", "1")));
    assert_true(world_vector(w, "loss", ""));
    assert_true(world_rows(w, "links", 100));
    assert_int_equal(w->count, 1);
    world_free(w);
}

/* Rows of which one query was not answered are not told: what is absent from them would be closed. */
static void test_a_failed_query_closes_nothing(void **state)
{
    (void)state;
    static const char *const racks[] = {"power",     "power_cap",   "inlet",     "cpus_total",
                                        "cpus_free", "nodes_total", "nodes_down"};
    struct world *w = world_new(NULL);
    assert_true(world_vector(w, "delay", LINK("x", "y", "1")));
    assert_true(world_vector(w, "loss", ""));
    assert_true(world_rows(w, "links", 100));
    world_poll_at(w, WORLD_NOW_MS);
    for (int poll = 0; poll < 3; poll++) {
        assert_true(world_vector(w, "delay", LINK("a", "b", "1")));
        if (poll == 0)
            assert_true(world_fails(w, "loss", 503, "text/plain", "query timed out"));
        else if (poll == 1)
            assert_false(world_answer(w, "loss", "{\"status\":\"success\",\"data\":{\"result\":[" LINK("a", "c", "1")));
        else
            assert_true(world_vector(w, "loss", ""));
        for (size_t i = 0; i < sizeof racks / sizeof *racks; i++)
            assert_true(world_vector(w, racks[i], i ? "" : RACK("s", "r", "1")));
        assert_int_equal(world_rows(w, "links", 100), poll == 2);
        assert_int_equal(w->count, poll == 2);
        if (poll < 2)
            assert_non_null(strstr(w->err.text, "the query 'loss' of 'metrics' was not answered"));
        assert_true(world_rows(w, "racks", 100));
        assert_int_equal(w->count, 1);
        world_poll_at(w, WORLD_NOW_MS);
    }
    world_free(w);
}

static bool has_trouble(struct world *w, const char *what)
{
    w->err = (struct err){0};
    return source_prometheus.trouble(w->source, world_request(w, what), &w->err);
}

static void test_warnings_are_kept(void **state)
{
    (void)state;
    struct world *w = world_new(NULL);
    assert_true(world_answer(w, "delay",
                             "{\"status\":\"success\",\"warnings\":[\"no store \\u001b[1m of fra\",\"x\"],\"data\":{"
                             "\"resultType\":\"vector\",\"result\":[]}}"));
    world_remark(w, "delay", "0 series; it warns: no store ^[[1m of fra");
    assert_true(
        world_answer(w, "loss",
                     "{\"status\":\"success\",\"isPartial\":true,\"data\":{\"resultType\":\"vector\",\"result\":["
                     "]}}"));
    world_remark(w, "loss", "0 series; it warns: some of its storage did not answer");
    assert_true(
        world_answer(w, "power",
                     "{\"status\":\"success\",\"warnings\":[\"PromQL warning: bucket label missing\"],\"data\":{"
                     "\"resultType\":\"vector\",\"result\":[]}}"));
    assert_false(has_trouble(w, "power")); /* about the query: it lacks nothing */
    assert_true(has_trouble(w, "delay"));
    assert_non_null(strstr(w->err.text, "the query 'delay' of 'metrics' is partial: no store ^[[1m of fra"));
    assert_true(has_trouble(w, "loss"));
    world_free(w);
}

/* What is absent from a partial answer is there, and its number is not known. */
static void test_what_a_partial_answer_lacks_is_not_closed(void **state)
{
    (void)state;
    static const char *const partial[] = {
        "{\"status\":\"success\",\"isPartial\":true,\"data\":{\"resultType\":\"vector\",\"result\":[" LINK(
            "a", "b", "3") "]},\"stats\":{\"seriesFetched\":\"1\"}}",
        "{\"status\":\"success\",\"data\":{\"resultType\":\"vector\",\"result\":[" LINK(
            "a", "b", "3") "]},\"warnings\":[\"No StoreAPIs matched\"]}"};
    for (size_t i = 0; i < 2; i++) {
        struct world *w = world_new(NULL);
        assert_true(world_vector(w, "delay", LINK("a", "b", "1") "," LINK("a", "c", "2")));
        assert_true(world_vector(w, "loss", LINK("a", "c", "0.5")));
        assert_true(world_rows(w, "links", 100));
        for (int poll = 0; poll < 5; poll++) {
            world_poll_at(w, WORLD_NOW_MS);
            assert_true(world_answer(w, "delay", partial[i]));
            if (world_request(w, "loss")) /* it may rest */
                assert_true(world_vector(w, "loss", ""));
            assert_true(world_rows(w, "links", 1));
            assert_int_equal(w->count, 2);
            assert_float_equal(world_real(w, "a>b", LINK_RTT_MS), 3000, 1e-9);
            assert_false(value_known(&world_row(w, "a>c")->cells[LINK_RTT_MS]));
            assert_false(value_known(&world_row(w, "a>c")->cells[LINK_LOSS_PCT]));
            assert_true(text_is(world_row(w, "a>c")->cells[LINK_TO].as.text, "c"));
        }
        world_poll_at(w, WORLD_NOW_MS); /* whole again: what is absent now is gone */
        assert_true(world_vector(w, "delay", LINK("a", "b", "3")));
        assert_true(world_rows(w, "links", 100));
        assert_int_equal(w->count, 1);
        world_free(w);
    }
}

/* A query that always fails must not make old what the others of its kind tell. */
static void test_a_query_that_always_fails_is_given_up(void **state)
{
    (void)state;
    struct world *w = world_new(NULL);
    assert_true(world_vector(w, "delay", LINK("a", "b", "1")));
    assert_true(world_vector(w, "loss", LINK("a", "b", "0.1") "," LINK("a", "c", "0.2")));
    assert_true(world_rows(w, "links", 100));
    for (int poll = 0; poll < 5; poll++) {
        world_poll_at(w, WORLD_NOW_MS);
        assert_true(world_vector(w, "delay", LINK("a", "b", "2")));
        assert_true(world_fails(w, "loss", 503, "text/plain", "too slow"));
        assert_int_equal(world_rows(w, "links", 100), poll >= 2);
        if (poll < 2)
            continue;
        assert_int_equal(w->count, 2);
        assert_float_equal(world_real(w, "a>b", LINK_RTT_MS), 2000, 1e-9);
        assert_false(value_known(&world_row(w, "a>b")->cells[LINK_LOSS_PCT]));
        assert_false(value_known(&world_row(w, "a>c")->cells[LINK_LOSS_PCT]));
    }
    world_poll_at(w, WORLD_NOW_MS);
    assert_true(world_fails(w, "delay", 503, "text/plain", "too slow"));
    assert_true(world_fails(w, "loss", 503, "text/plain", "too slow"));
    assert_false(world_rows(w, "links", 100)); /* nobody answers */
    world_free(w);
    w = world_open(NULL, NULL, NULL); /* where nothing is known yet nothing can stand */
    source_prometheus.resume(w->source, 0);
    world_poll_at(w, WORLD_NOW_MS);
    assert_true(world_vector(w, "delay", LINK("a", "b", "2")));
    assert_true(world_fails(w, "loss", 422, "application/json", "{\"error\":\"no such function\"}"));
    assert_true(world_rows(w, "links", 100));
    assert_int_equal(w->count, 1);
    world_free(w);
}

/* --- errors */

static void fails_with(struct world *w, enum err_kind kind, const char *words)
{
    if (!strstr(w->err.text, words))
        fail_msg("'%s' does not say '%s'", w->err.text, words);
    assert_int_equal(w->err.kind, kind);
}

static void test_a_query_that_makes_no_sense(void **state)
{
    (void)state;
    struct world *w = world_new(NULL);
    struct corpora_file p = corpora_read(CAPTURES "prometheus/query_bad.json");
    struct corpora_file v = corpora_read(CAPTURES "victoriametrics/query_bad.json");
    assert_true(world_fails_bytes(w, "delay", 400, "application/json", p.bytes, p.size));
    fails_with(w, ERR_INPUT, "the query 'delay' of 'metrics' is refused with 400");
    fails_with(w, ERR_INPUT, "1:9: parse error: unclosed left parenthesis");
    assert_int_equal(err_status(&w->err), 78);
    assert_true(world_fails_bytes(w, "loss", 422, "application/json", v.bytes, v.size));
    fails_with(w, ERR_INPUT, "the query 'loss' of 'metrics' is refused with 422");
    fails_with(w, ERR_INPUT, "unexpected token");
    assert_non_null(strstr(w->err.hint, "query \"loss\" { enabled = false }"));
    free(p.bytes);
    free(v.bytes);
    world_free(w);
}

static void test_other_statuses(void **state)
{
    (void)state;
    static const struct {
        int status;
        const char *type, *body;
        enum err_kind kind;
        const char *words;
    } rows[] = {
        {401, "text/plain", "Unauthorized\n", ERR_REFUSED, "'metrics' answers 401 'Unauthorized'"},
        {403, "text/html", "<html>", ERR_REFUSED, "answers 403"},
        {404, "text/plain", "404 page not found\n", ERR_CORRUPT, "no Prometheus API at 'http://h:9090'"},
        {400, "text/plain", "unsupported path requested", ERR_CORRUPT, "unsupported path requested"},
        {302, "text/html", "<html>", ERR_CORRUPT, "sends us elsewhere"},
        {503, "application/json", "{\"status\":\"error\",\"errorType\":\"timeout\",\"error\":\"too slow\"}",
         ERR_TRANSIENT, "the query 'delay' of 'metrics' is answered with 503 'too slow'"},
        {503, "text/html", "<html>", ERR_TRANSIENT, "an HTML page"},
        {429, NULL, "", ERR_TRANSIENT, "429"},
        {500, "application/json", "{\"error\":\"\\u001b[31m\"}", ERR_TRANSIENT, "^[[31m"},
    };
    struct world *w = world_new(NULL);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        assert_true(world_fails(w, "delay", rows[i].status, rows[i].type, rows[i].body));
        fails_with(w, rows[i].kind, rows[i].words);
    }
    world_free(w);
}

static void test_200_does_not_mean_success(void **state)
{
    (void)state;
    static const struct {
        const char *body;
        enum err_kind kind;
        const char *words;
    } rows[] = {
        {"{\"status\":\"error\",\"errorType\":\"execution\",\"error\":\"many-to-many\"}", ERR_TRANSIENT,
         "many-to-many"},
        {"{}", ERR_CORRUPT, "no Prometheus API"},
        {"[]", ERR_CORRUPT, "no Prometheus API"},
        {"{\"status\":\"success\"}", ERR_CORRUPT, "no result"},
        {"{\"status\":\"success\",\"data\":{\"resultType\":\"vector\",\"result\":null}}", ERR_CORRUPT, "no result"},
        {"{\"status\":\"success\",\"data\":{\"resultType\":\"vector\",\"result\":{}}}", ERR_CORRUPT, "not an array"},
        {"<html>", ERR_CORRUPT, ""},
    };
    struct world *w = world_new(NULL);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        assert_false(world_answer(w, "delay", rows[i].body));
        fails_with(w, rows[i].kind, rows[i].words);
    }
    assert_true(world_vector(w, "loss", ""));
    assert_false(world_rows(w, "links", 100));
    world_free(w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_the_defaults_are_asked),
        cmocka_unit_test(test_who_asks),
        cmocka_unit_test(test_both_peers_give_one_table),
        cmocka_unit_test(test_answers_of_other_forms),
        cmocka_unit_test(test_a_matrix_now),
        cmocka_unit_test(test_the_version),
        cmocka_unit_test(test_what_is_no_number_is_unknown),
        cmocka_unit_test(test_whole_numbers),
        cmocka_unit_test(test_two_series_for_one_thing),
        cmocka_unit_test(test_missing_labels_are_counted),
        cmocka_unit_test(test_hostile_labels),
        cmocka_unit_test(test_long_labels),
        cmocka_unit_test(test_there_is_a_limit_of_series),
        cmocka_unit_test(test_rows_come_in_slices),
        cmocka_unit_test(test_a_failed_query_closes_nothing),
        cmocka_unit_test(test_warnings_are_kept),
        cmocka_unit_test(test_what_a_partial_answer_lacks_is_not_closed),
        cmocka_unit_test(test_a_query_that_always_fails_is_given_up),
        cmocka_unit_test(test_a_query_that_makes_no_sense),
        cmocka_unit_test(test_other_statuses),
        cmocka_unit_test(test_200_does_not_mean_success),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
