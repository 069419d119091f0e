#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "prometheus_world.h"

/* Configuration: queries as sections of the source's section. */

#define LINKS "kind = \"links\" from = \"a\" to = \"b\" value = \"rtt_ms\""

static void test_a_default_is_switched_off(void **state)
{
    (void)state;
    struct world *w = world_new("query \"delay\" { enabled = false }\nquery \"power\" { expr = '' }\n"
                                "query \"mine\" { enabled = false expr = 'x' kind = \"nonsense\" }");
    assert_null(world_request(w, "delay"));
    assert_null(world_request(w, "power"));
    assert_null(world_request(w, "mine"));
    assert_non_null(world_request(w, "loss"));
    assert_non_null(world_request(w, "links"));
    world_free(w);
}

/* Nothing asks for a kind: nothing of it is covered. */
static void test_a_kind_without_a_query(void **state)
{
    (void)state;
    struct world *w = world_new("query \"delay\" { enabled = false }\nquery \"loss\" { enabled = false }");
    assert_null(world_request(w, "links"));
    assert_non_null(world_request(w, "racks"));
    world_free(w);
}

static void test_a_default_is_replaced_whole(void **state)
{
    (void)state;
    struct world *w = world_new("query \"delay\" { expr = 'my_ms{a=\"b\"}' " LINKS " }");
    assert_string_equal(world_request(w, "delay")->path, "/api/v1/query?query=my_ms%7Ba%3D%22b%22%7D");
    assert_true(world_vector(w, "delay", "{\"metric\":{\"a\":\"x\",\"b\":\"y\"},\"value\":[1,\"12.5\"]}"));
    assert_true(world_vector(w, "loss", ""));
    assert_true(world_rows(w, "links", 10));
    assert_float_equal(world_real(w, "x>y", LINK_RTT_MS), 12.5, 0); /* not by the default's scale */
    world_free(w);
}

static void test_all_kinds(void **state)
{
    (void)state;
    struct world *w =
        world_new("query \"h\" { expr = 'h' kind = \"halls\" site = \"s\" hall = \"h\" value = \"inlet_c_max\" }\n"
                  "query \"c\" { expr = 'c' kind = \"clusters\" cluster = \"s\" value = \"power_kw\" scale = 0.001 }\n"
                  "query \"m\" { expr = 'm' kind = \"links\" from = \"s\" to = \"h\" value = \"one_way_ms\" }\n"
                  "query \"delay\" { enabled = false } query \"loss\" { enabled = false }");
    static const char series[] = "{\"metric\":{\"s\":\"x\",\"h\":\"1/2\"},\"value\":[1,\"26\"]}";
    assert_true(world_vector(w, "h", series) && world_vector(w, "c", series) && world_vector(w, "m", series));
    assert_true(world_rows(w, "halls", 10));
    assert_float_equal(world_real(w, "x/1%2F2", HALL_INLET_C_MAX), 26, 0);
    assert_true(text_is(w->rows[0].cells[HALL_CLUSTER].as.text, "x"));
    assert_true(text_is(w->rows[0].cells[HALL_NAME].as.text, "1/2"));
    assert_int_equal(w->rows[0].kind, KIND_HALL);
    assert_true(world_rows(w, "clusters", 10));
    assert_float_equal(world_real(w, "x", CLUSTER_POWER_KW), 0.026, 1e-12);
    assert_int_equal(w->rows[0].kind, KIND_CLUSTER);
    assert_true(world_rows(w, "links", 10));
    assert_float_equal(world_real(w, "x>1/2", LINK_ONE_WAY_MS), 26, 0);
    assert_false(value_known(&w->rows[0].cells[LINK_RTT_MS]));
    world_free(w);
}

static void test_errors_say_where_and_what(void **state)
{
    (void)state;
    static const struct {
        const char *body, *text, *hint;
    } rows[] = {
        {"query \"x\" { " LINKS " }", "the query 'x' has no expr", "single quotes"},
        {"query \"x\" { expr = '' " LINKS " }", "the query 'x' has no expr", ""},
        {"query \"x\" { expr = 'a' }", "the query 'x' has no kind", "links, racks, halls, clusters"},
        {"query \"x\" { expr = 'a' kind = \"rakcs\" }", "cannot tell of 'rakcs'", "'racks'"},
        {"query \"x\" { expr = 'a' kind = \"jobs\" }", "cannot tell of 'jobs'", "links, racks"},
        {"query \"x\" { expr = 'a' kind = \"links\" from = \"a\" to = \"b\" }", "has no value", "rtt_ms"},
        {"query \"x\" { expr = 'a' kind = \"links\" from = \"a\" to = \"b\" value = \"rttms\" }",
         "links have no field 'rttms'", "'rtt_ms'"},
        {"query \"x\" { expr = 'a' kind = \"links\" from = \"a\" to = \"b\" value = \"tier\" }",
         "'tier' of links is no number", "rtt_ms"},
        {"query \"x\" { expr = 'a' kind = \"links\" from = \"a\" to = \"b\" value = \"since\" }",
         "'since' of links is no number", ""},
        {"query \"x\" { expr = 'a' kind = \"links\" from = \"a\" value = \"rtt_ms\" }", "has no 'to'",
         "to = \"LABEL\""},
        {"query \"x\" { expr = 'a' kind = \"racks\" site = \"\" rack = \"r\" value = \"jobs\" }", "'site' is the name",
         ""},
        {"query \"x\" { expr = 'a' rack = \"r\" " LINKS " }", "links have no 'rack'", ""},
        {"query \"x\" { expr = 'a' scale = 0 " LINKS " }", "a scale of 0", ""},
        {"query \"x\" { expr = 'a' scale = ms " LINKS " }", "'scale' must be a number", ""},
        {"query \"x\" { expression = 'a' }", "no such option 'expression'", ""},
        {"query \"\" { expr = 'a' " LINKS " }", "a query's name", ""},
        {"query \"a\\e[1m\" { expr = 'a' " LINKS " }", "a query's name", ""},
        {"query \"012345678901234567890123456789012\" { expr = 'a' " LINKS " }", "a query's name", ""},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct world *w = world_open(rows[i].body, NULL, NULL);
        assert_null(w->source);
        if (!strstr(w->err.text, rows[i].text) || !strstr(w->err.hint, rows[i].hint))
            fail_msg("%zu: '%s' (%s)", i, w->err.text, w->err.hint);
        assert_int_equal(strncmp(w->err.text, "t.conf:2: ", 10), 0);
        assert_int_equal(err_status(&w->err), 78);
        world_free(w);
    }
    struct world *w = world_open("\nquery \"x\" { enabled = false }\nquery \"x\" { enabled = false }", NULL, NULL);
    assert_null(w->source);
    assert_int_equal(strncmp(w->err.text, "t.conf:4: ", 10), 0); /* no two of one name */
    world_free(w);
}

static void test_limits(void **state)
{
    (void)state;
    char body[16384] = "";
    for (int i = 0; i < 24; i++)
        snprintf(body + strlen(body), sizeof body - strlen(body), "query \"q%d\" { expr = 'x' " LINKS " }\n", i);
    struct world *w = world_open(body, NULL, NULL); /* and nine defaults */
    assert_null(w->source);
    assert_non_null(strstr(w->err.text, "t.conf:25: the source 'metrics' has more than 32 queries"));
    world_free(w);
    static const size_t sizes[] = {1320, 1330}; /* three bytes each in a URL */
    for (size_t i = 0; i < 2; i++) {
        char expr[2048] = "";
        memset(expr, '(', sizes[i]);
        snprintf(body, sizeof body, "query \"x\" { expr = '%s' " LINKS " }", expr);
        w = world_open(body, NULL, NULL);
        assert_int_equal(w->source != NULL, i == 0);
        if (w->source) {
            source_prometheus.resume(w->source, 0);
            world_poll_at(w, WORLD_NOW_MS);
            assert_non_null(strstr(world_request(w, "x past")->path, "%28&start="));
            assert_int_equal(strlen(world_request(w, "x")->path), strlen("/api/v1/query?query=") + 3 * sizes[i]);
        } else
            assert_non_null(strstr(w->err.text, "too long"));
        world_free(w);
    }
}

static void test_what_cannot_be_a_source(void **state)
{
    (void)state;
    struct err err = {0};
    const struct source_settings local = {.name = "m", .url = "local:"};
    assert_null(source_prometheus.open(&local, &err));
    assert_int_equal(err_status(&err), 78);
    source_prometheus.close(NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_default_is_switched_off),   cmocka_unit_test(test_a_kind_without_a_query),
        cmocka_unit_test(test_a_default_is_replaced_whole), cmocka_unit_test(test_all_kinds),
        cmocka_unit_test(test_errors_say_where_and_what),   cmocka_unit_test(test_limits),
        cmocka_unit_test(test_what_cannot_be_a_source),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
