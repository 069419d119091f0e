#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <ctype.h>
#include <math.h>

#include "fakes/hub_doc.h"
#include "sources/hub.h"

/* The document beside the driver and the tables of the domain say the same, and the checker of the tests checks. */

static struct hub_doc doc;

static int load(void **state)
{
    (void)state;
    return hub_doc_load(&doc, "src/sources/hub_v1.json") ? 0 : -1;
}

static int unload(void **state)
{
    (void)state;
    hub_doc_release(&doc);
    return 0;
}

/* "jobs" is JobsList, "job" is Job. */
static const struct json *schema_of(const char *name, const char *more)
{
    char key[128];
    snprintf(key, sizeof key, "%s%s", name, more);
    key[0] = (char)toupper((unsigned char)key[0]);
    return hub_doc_schema(&doc, key);
}

static const char *type_of(enum value_type type)
{
    static const char *const types[] = {[VALUE_TEXT] = "string", [VALUE_LIST] = "array",  [VALUE_INT] = "integer",
                                        [VALUE_REAL] = "number", [VALUE_TIME] = "string", [VALUE_BOOL] = "boolean"};
    return types[type];
}

static void assert_words(const struct json *property, const char *words)
{
    char text[HUB_DOC_TEXT_MAX];
    struct safe_text rest = text_of(words ? words : ""), word;
    const struct json *e = json_first(json_get(property, "enum"));
    for (; text_split(&rest, ' ', &word); e = json_next(e))
        assert_true(text_is(word, hub_doc_text(e, text)));
    assert_int_equal(json_type(e), words ? JSON_NULL : JSON_ABSENT); /* unknown is allowed, and the last */
}

static void assert_limit(const struct json *property, const char *key, double limit)
{
    double told = NAN;
    bool any = json_real(json_get(property, key), &told);
    assert_int_equal(any, isfinite(limit));
    assert_true(!any || told == limit);
}

static void assert_property(const struct json *property, enum kind kind, int field)
{
    char text[HUB_DOC_TEXT_MAX];
    const struct field *f = &kind_info(kind)->fields[field];
    double min, max;
    if (!property)
        fail_msg("%s.%s is not in the document", kind_info(kind)->name, f->name);
    assert_string_equal(hub_doc_text(json_first(json_get(property, "type")), text), type_of(f->type));
    assert_string_equal(hub_doc_text(json_next(json_first(json_get(property, "type"))), text), "null");
    assert_string_equal(hub_doc_text(json_get(property, "format"), text), f->type == VALUE_TIME ? "date-time" : "");
    assert_string_equal(hub_doc_text(json_get(property, "description"), text), f->help);
    assert_words(property, hub_field_words(kind, field));
    hub_field_range(kind, field, &min, &max);
    if (f->type == VALUE_INT || f->type == VALUE_REAL) {
        assert_limit(property, "minimum", min);
        assert_limit(property, "maximum", max);
    }
}

static void test_properties_are_the_fields(void **state)
{
    (void)state;
    for (size_t i = 0; i < HUB_LISTS; i++) {
        enum kind kind = hub_kinds()[i];
        const struct json *properties = json_get(schema_of(kind_info(kind)->singular, ""), "properties");
        size_t told = 2; /* id and revision */
        for (size_t f = 0; f < kind_info(kind)->field_count; f++) {
            if (!hub_field_told(kind, (int)f))
                continue;
            told++;
            assert_property(json_get(properties, kind_info(kind)->fields[f].name), kind, (int)f);
        }
        assert_int_equal(json_count(properties), told);
    }
}

static void test_every_list_has_a_path(void **state)
{
    (void)state;
    for (size_t i = 0; i < HUB_LISTS; i++) {
        char path[64], text[HUB_DOC_TEXT_MAX];
        bool known;
        const char *name = kind_info(hub_kinds()[i])->name;
        snprintf(path, sizeof path, "/v1/%s", name);
        const struct json *get = hub_doc_operation(&doc, path, "get", &known);
        assert_non_null(get);
        assert_ptr_equal(hub_doc_answer(&doc, get, "200"), schema_of(name, "List"));
        assert_string_equal(
            hub_doc_text(
                json_first(json_get(json_get(json_get(schema_of(name, "List"), "properties"), "kind"), "enum")), text),
            name);
        static const char *const queries[] = {"limit", "cursor", "since"};
        for (size_t q = 0; q < 3; q++)
            assert_non_null(hub_doc_parameter(&doc, get, "query", queries[q]));
        assert_non_null(hub_doc_parameter(&doc, get, "header", "If-None-Match"));
        assert_int_equal(hub_doc_parameter(&doc, get, "query", "hall") != NULL, strcmp(name, "racks") == 0);
    }
}

static void test_paths_of_orders(void **state)
{
    bool known;
    (void)state;
    const struct json *post = hub_doc_operation(&doc, "/v1/actions", "post", &known);
    assert_non_null(hub_doc_parameter(&doc, post, "header", "Idempotency-Key"));
    assert_ptr_equal(hub_doc_answer(&doc, post, "202"), hub_doc_schema(&doc, "Action"));
    assert_ptr_equal(hub_doc_answer(&doc, post, "412"), hub_doc_schema(&doc, "Problem"));
    assert_ptr_equal(hub_doc_answer(&doc, post, "409"), hub_doc_schema(&doc, "Problem"));
    assert_non_null(hub_doc_operation(&doc, "/v1/actions/7", "get", &known));
    assert_null(hub_doc_operation(&doc, "/v1/actions/7/x", "get", &known));
    assert_false(known);
    assert_null(hub_doc_operation(&doc, "/v1/jobs", "post", &known));
    assert_true(known);
}

static void refs_lead_somewhere(const struct json *at)
{
    if (json_get(at, "$ref"))
        assert_non_null(hub_doc_deref(&doc, at));
    if (json_type(at) != JSON_OBJECT && json_type(at) != JSON_ARRAY)
        return;
    for (const struct json *m = json_first(at); m; m = json_next(m))
        refs_lead_somewhere(m);
}

static void test_references_lead_somewhere(void **state)
{
    (void)state;
    refs_lead_somewhere(doc.root);
}

/* --- the checker --- */

#define LIST(items, more)                                                                                              \
    "{\"kind\":\"jobs\",\"revision\":\"1\",\"as_of\":\"2026-11-22T04:00:00Z\",\"full\":true,\"items\":[" items         \
    "],\"next\":null" more "}"

static void test_the_checker_checks(void **state)
{
    static const struct {
        const char *body, *why; /* NULL: good */
    } cases[] = {
        {LIST("", ""), NULL},
        {LIST("{\"id\":\"a\",\"cpus\":4,\"name\":null}", ""), NULL},
        {LIST("", ",\"removed\":[\"x\"]"), NULL},
        {LIST("{\"id\":\"a\",\"cpus\":\"4\"}", ""), "$.items[0].cpus is of another type"},
        {LIST("{\"id\":\"a\",\"cpus\":1.5}", ""), "$.items[0].cpus is of another type"},
        {LIST("{\"id\":\"a\"},{\"id\":\"b\",\"cpus\":-4}", ""), "$.items[1].cpus is out of its range"},
        {LIST("{\"id\":\"a\",\"state\":\"flying\"}", ""), "$.items[0].state is none of its words"},
        {LIST("{\"id\":\"a\",\"started_at\":\"today\"}", ""), "$.items[0].started_at is no date-time"},
        {LIST("{\"id\":\"a\",\"siblings\":[1]}", ""), "$.items[0].siblings[0] is of another type"},
        {LIST("{\"id\":\"a\",\"colour\":1}", ""), "$.items[0].colour is no member"},
        {LIST("{\"name\":\"a\"}", ""), "$.items[0] lacks a required member"},
        {LIST("{\"id\":\"\"}", ""), "$.items[0].id is too short"},
        {LIST("{\"id\":7}", ""), "$.items[0].id is of another type"},
        {LIST("17", ""), "$.items[0] is of another type"},
        {LIST("", ",\"removed\":{}"), "$.removed is of another type"},
        {"{\"kind\":\"racks\",\"revision\":\"1\",\"as_of\":\"2026-11-22T04:00:00Z\",\"full\":true,\"items\":[],"
         "\"next\":null}",
         "$.kind is none of its words"},
        {"{\"kind\":\"jobs\"}", "$ lacks a required member"},
        {"[]", "$ is of another type"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct buf why = buf_make(HUB_DOC_WHY_MAX);
        struct json *body = json_parse(cases[i].body, strlen(cases[i].body), JSON_STRICT, NULL);
        assert_non_null(body);
        assert_int_equal(hub_doc_check(&doc, hub_doc_schema(&doc, "JobsList"), body, &why), cases[i].why == NULL);
        if (cases[i].why && !strstr(buf_str(&why), cases[i].why))
            fail_msg("'%s' is not among: %s", cases[i].why, buf_str(&why));
        json_free(body);
        buf_release(&why);
    }
}

static void test_parameters_are_checked(void **state)
{
    static const struct {
        const char *name, *text;
        bool good;
    } cases[] = {{"limit", "5", true},    {"limit", "0", false}, {"limit", "x", false},
                 {"limit", "5,6", false}, {"since", "7", true},  {"since", "", false}};
    bool known;
    (void)state;
    const struct json *get = hub_doc_operation(&doc, "/v1/jobs", "get", &known);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct buf why = buf_make(HUB_DOC_WHY_MAX);
        const struct json *p = hub_doc_parameter(&doc, get, "query", cases[i].name);
        assert_int_equal(hub_doc_parameter_good(&doc, p, cases[i].text, &why), cases[i].good);
        buf_release(&why);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_properties_are_the_fields), cmocka_unit_test(test_every_list_has_a_path),
        cmocka_unit_test(test_paths_of_orders),           cmocka_unit_test(test_references_lead_somewhere),
        cmocka_unit_test(test_the_checker_checks),        cmocka_unit_test(test_parameters_are_checked),
    };
    return cmocka_run_group_tests(tests, load, unload);
}
