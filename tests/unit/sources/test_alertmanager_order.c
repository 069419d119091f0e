#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "sources/alertmanager.h"

static struct err err;

static struct source_order silence(void)
{
    return (struct source_order){.what = SOURCE_ORDER_SILENCE,
                                 .labels = text_of("alertname=X\x1fq=a=\"b\""),
                                 .by = text_of("ann"),
                                 .comment = text_of("光缆 (hubtop S-1)"),
                                 .starts_ms = INT64_C(1795230000000),
                                 .ends_ms = INT64_C(1795237200000)};
}

static struct source_order unsilence(void)
{
    return (struct source_order){.what = SOURCE_ORDER_UNSILENCE,
                                 .remote = text_of("37f9fbf0-0ee1-4de1-a2d3-c13c7921a574")};
}

static void test_request(void **state)
{
    struct source_order o = silence();
    static struct source_order_form form;
    (void)state;
    form.body = buf_make(4096);
    assert_true(alertmanager_order_form(&o, false, &form, &err));
    assert_string_equal(form.method, "POST");
    assert_string_equal(form.path, "/api/v2/silences");
    assert_string_equal(buf_str(&form.body),
                        "{\"matchers\":[{\"name\":\"alertname\",\"value\":\"X\",\"isRegex\":false,\"isEqual\":true},"
                        "{\"name\":\"q\",\"value\":\"a=\\\"b\\\"\",\"isRegex\":false,\"isEqual\":true}],\"startsAt\":"
                        "\"2026-11-21T03:00:00Z\","
                        "\"endsAt\":\"2026-11-21T05:00:00Z\",\"createdBy\":\"ann\",\"comment\":\"光缆 (hubtop S-1)\"}");
    assert_true(alertmanager_order_form(&o, true, &form, &err));
    assert_string_equal(form.method, "GET");
    assert_string_equal(form.element_path, "");
    o = unsilence();
    assert_true(alertmanager_order_form(&o, false, &form, &err));
    assert_string_equal(form.method, "DELETE");
    assert_string_equal(form.path, "/api/v2/silence/37f9fbf0-0ee1-4de1-a2d3-c13c7921a574");
    o.remote = text_of("../alerts?x=");
    assert_false(alertmanager_order_form(&o, false, &form, &err));
    o = silence();
    o.labels = text_of("a=\xff");
    assert_false(alertmanager_order_form(&o, false, &form, &err));
    buf_release(&form.body);
}

static bool found(const struct source_order *o, const char *element, struct buf *remote)
{
    struct json *j = json_parse(element, strlen(element), JSON_STRICT, &err);
    bool is = alertmanager_order_is(o, j, remote);
    json_free(j);
    return is;
}

static void test_found(void **state)
{
    struct source_order o = silence();
    struct buf remote = buf_make(128);
    (void)state;
    assert_true(found(&o, "{\"id\":\"i1\",\"createdBy\":\"ann\",\"comment\":\"光缆 (hubtop S-1)\"}", &remote));
    assert_string_equal(buf_str(&remote), "i1");
    assert_false(found(&o, "{\"id\":\"i1\",\"createdBy\":\"bob\",\"comment\":\"光缆 (hubtop S-1)\"}", &remote));
    assert_false(found(&o, "{\"id\":\"i1\",\"createdBy\":\"ann\",\"comment\":\"光缆 (hubtop S-2)\"}", &remote));
    o = unsilence();
    assert_true(
        found(&o, "{\"id\":\"37f9fbf0-0ee1-4de1-a2d3-c13c7921a574\",\"status\":{\"state\":\"active\"}}", &remote));
    assert_false(
        found(&o, "{\"id\":\"37f9fbf0-0ee1-4de1-a2d3-c13c7921a574\",\"status\":{\"state\":\"expired\"}}", &remote));
    buf_release(&remote);
}

static void test_ends(void **state)
{
    static const struct {
        enum source_order_what what;
        bool look, found;
        int status;
        const char *body;
        enum source_order_end end;
    } cases[] = {
        {SOURCE_ORDER_SILENCE, false, false, 200, "{\"silenceID\":\"i1\"}", SOURCE_ORDER_DONE},
        {SOURCE_ORDER_SILENCE, false, false, 200, "[]", SOURCE_ORDER_UNKNOWN}, /* who knows whose answer that is */
        {SOURCE_ORDER_SILENCE, false, false, 400, "\"bad matcher\"", SOURCE_ORDER_REFUSED},
        {SOURCE_ORDER_SILENCE, false, false, 403, "no", SOURCE_ORDER_REFUSED},
        {SOURCE_ORDER_SILENCE, false, false, 500, "\"oops\"", SOURCE_ORDER_UNKNOWN}, /* also after acting */
        {SOURCE_ORDER_SILENCE, false, false, 503, "", SOURCE_ORDER_UNKNOWN},
        {SOURCE_ORDER_SILENCE, true, true, 200, "", SOURCE_ORDER_DONE},
        {SOURCE_ORDER_SILENCE, true, false, 200, "", SOURCE_ORDER_ABSENT},
        {SOURCE_ORDER_SILENCE, true, false, 403, "", SOURCE_ORDER_UNKNOWN},
        {SOURCE_ORDER_UNSILENCE, false, false, 200, "", SOURCE_ORDER_DONE},
        {SOURCE_ORDER_UNSILENCE, false, false, 404, "", SOURCE_ORDER_DONE},
        {SOURCE_ORDER_UNSILENCE, false, false, 500, "", SOURCE_ORDER_UNKNOWN},
        {SOURCE_ORDER_UNSILENCE, true, true, 200, "", SOURCE_ORDER_ABSENT},
        {SOURCE_ORDER_UNSILENCE, true, false, 200, "", SOURCE_ORDER_DONE},
    };
    struct buf remote = buf_make(128);
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct source_order o = cases[i].what == SOURCE_ORDER_SILENCE ? silence() : unsilence();
        err = (struct err){0};
        enum source_order_end end = alertmanager_order_end("am", &o, cases[i].look, cases[i].found, cases[i].status,
                                                           cases[i].body, strlen(cases[i].body), &remote, &err);
        if (end != cases[i].end)
            fail_msg("case %zu: %d", i, end);
        assert_true((err.kind == ERR_NONE) == (end == SOURCE_ORDER_DONE || end == SOURCE_ORDER_ABSENT));
    }
    buf_release(&remote);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_request),
        cmocka_unit_test(test_found),
        cmocka_unit_test(test_ends),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
