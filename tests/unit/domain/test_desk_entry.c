#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "domain/desk.h"

#define NOW INT64_C(1795230000000) /* 2026-11-21T03:00:00Z */

static struct json *tree;
static struct desk_entry e;
static struct err err;

static bool reads(const char *request)
{
    json_free(tree);
    err = (struct err){0};
    tree = json_parse(request, strlen(request), JSON_STRICT, &err);
    assert_non_null(tree);
    return desk_entry_read(tree, NOW, &e, &err);
}

static int end(void **state)
{
    (void)state;
    json_free(tree);
    tree = NULL;
    return 0;
}

static void test_good(void **state)
{
    (void)state;
    assert_true(reads("{\"id\":7,\"op\":\"ack\",\"alert\":\"A-1\",\"note\":\"我在看\"}"));
    assert_int_equal(e.op, DESK_ACK);
    assert_int_equal(e.until_ms, NOW + DESK_ACK_MS);
    assert_true(text_is(e.note, "我在看"));
    assert_true(reads("{\"op\":\"silence\",\"kind\":\"link\",\"where\":\"SHG>SZ\",\"ends_at\":\"2026-11-21T05:00:00Z\","
                      "\"reason\":\"splice\"}"));
    assert_true(text_is(e.kind, "links"));
    assert_int_equal(e.starts_ms, NOW);
    assert_true(reads(
        "{\"op\":\"maintenance_add\",\"what\":\"freeze\",\"ends_at\":\"2026-11-25T05:00:00Z\",\"reason\":\"r\"}"));
}

static void test_refused(void **state)
{
    static const struct {
        const char *request, *says;
    } cases[] = {
        {"{\"op\":\"ack\"}", "which alert is not said"},
        {"{\"op\":\"ack\",\"alert\":7}", "'alert' is no text"},
        {"{\"op\":\"ack\",\"alert\":\"A\",\"until\":\"soon\"}", "'until' is no time"},
        {"{\"op\":\"ack\",\"alert\":\"A\",\"until\":\"2026-11-21T02:59:59Z\"}", "in the past"},
        {"{\"op\":\"ack\",\"alert\":\"A\",\"until\":\"2026-12-21T00:00:00Z\"}", "longer than 7 days"},
        {"{\"op\":\"ack\",\"alert\":\"A\",\"note\":\"a\\u001b[2J\"}", "cannot be shown (after the first 1)"},
        {"{\"op\":\"ack\",\"alert\":\"A\",\"note\":\"a\\nb\"}", "cannot be shown"},
        {"{\"op\":\"note\",\"alert\":\"A\"}", "the note is not said"},
        {"{\"op\":\"silence\",\"reason\":\"r\",\"ends_at\":\"2026-11-21T05:00:00Z\"}", "what to hide is not said"},
        {"{\"op\":\"silence\",\"alert\":\"A\",\"ends_at\":\"2026-11-21T05:00:00Z\"}", "the reason is not said"},
        {"{\"op\":\"silence\",\"alert\":\"A\",\"reason\":\"r\"}", "the end is not said"},
        {"{\"op\":\"silence\",\"alert\":\"A\",\"reason\":\"r\",\"ends_at\":\"2026-12-22T05:00:00Z\"}",
         "longer than 30 days"},
        {"{\"op\":\"silence\",\"alert\":\"A\",\"kind\":\"links\",\"reason\":\"r\",\"ends_at\":\"2026-11-21T05:00:"
         "00Z\"}",
         "both given"},
        {"{\"op\":\"silence\",\"kind\":\"lonks\",\"reason\":\"r\",\"ends_at\":\"2026-11-21T05:00:00Z\"}",
         "no kind 'lonks'"},
        {"{\"op\":\"unsilence\"}", "which silence is not said"},
        {"{\"op\":\"step\",\"alert\":\"A\"}", "which step is not said"},
        {"{\"op\":\"maintenance_add\",\"ends_at\":\"2026-11-21T05:00:00Z\",\"reason\":\"r\"}",
         "the object is not said"},
        {"{\"op\":\"maintenance_add\",\"kind\":\"links\",\"where\":\"a>b\",\"reason\":\"r\",\"starts_at\":\"2026-11-"
         "21T06:00:00Z\","
         "\"ends_at\":\"2026-11-21T05:00:00Z\"}",
         "not after its begin"},
        {"{\"op\":\"maintenance_end\"}", "which window is not said"},
        {"{\"op\":\"outcome\"}", "no request 'outcome'"},
        {"{\"op\":\"dance\"}", "no request 'dance'"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        if (reads(cases[i].request) || !strstr(err.text, cases[i].says))
            fail_msg("%s: '%s'", cases[i].request, err.text);
        assert_int_equal(err.kind, ERR_INPUT);
    }
}

/* 500 characters are 500, in whatever script. */
static void test_note_length(void **state)
{
    char request[4096], note[2048] = "";
    (void)state;
    for (int i = 0; i < 500; i++)
        memcpy(note + 3 * i, "注", 4);
    snprintf(request, sizeof request, "{\"op\":\"note\",\"alert\":\"A\",\"note\":\"%s\"}", note);
    assert_true(reads(request));
    snprintf(request, sizeof request, "{\"op\":\"note\",\"alert\":\"A\",\"note\":\"%s.\"}", note);
    assert_false(reads(request));
    assert_non_null(strstr(err.text, "501 characters"));
}

static void test_fingerprint(void **state)
{
    static const char *const same[] = {"{\"id\":1,\"op\":\"ack\",\"request_id\":\"x\",\"alert\":\"A\"}",
                                       "{\"alert\":\"A\",\"op\":\"ack\",\"id\":2}"};
    char one[DESK_FINGERPRINT_SIZE], two[DESK_FINGERPRINT_SIZE], other[DESK_FINGERPRINT_SIZE];
    (void)state;
    reads(same[0]);
    assert_true(desk_entry_fingerprint(tree, one, &err));
    reads(same[1]);
    assert_true(desk_entry_fingerprint(tree, two, &err));
    assert_string_equal(one, two);
    reads("{\"op\":\"ack\",\"alert\":\"A\",\"note\":\"n\"}");
    assert_true(desk_entry_fingerprint(tree, other, &err));
    assert_string_not_equal(one, other);
}

/* The body is canonical: sorted keys, and the same entry again from it. */
static void test_round(void **state)
{
    struct buf out = buf_make(DESK_ENTRY_MAX), again = buf_make(DESK_ENTRY_MAX), labels = buf_make(DESK_LABELS_MAX);
    struct desk_entry loaded = {.severity = SEVERITY_UNKNOWN};
    (void)state;
    assert_true(
        reads("{\"op\":\"silence\",\"alert\":\"A-1\",\"ends_at\":\"2026-11-21T05:00:00Z\",\"reason\":\"\\u7ef4\"}"));
    e.labels = text_of("a=b\x1f"
                       "c=d");
    e.id = text_of("S-1");
    e.severity = SEVERITY_CRIT;
    e.outcome = DESK_INTENT;
    assert_true(desk_entry_write(&e, &out, &err));
    assert_string_equal(
        buf_str(&out),
        "{\"alert\":\"A-1\",\"ends_at\":\"2026-11-21T05:00:00Z\",\"labels\":[\"a=b\",\"c=d\"],\"outcome\":\"intent\","
        "\"reason\":\"维\",\"ref\":\"S-1\",\"severity\":\"crit\",\"starts_at\":\"2026-11-21T03:00:00Z\"}");
    struct json *body = json_parse(out.data, out.len, JSON_STRICT, &err);
    assert_true(desk_entry_load(body, &labels, &loaded, &err));
    assert_true(desk_entry_write(&loaded, &again, &err));
    assert_string_equal(buf_str(&again), buf_str(&out));
    json_free(body);
    body = json_parse("[1]", 3, JSON_STRICT, &err);
    assert_false(desk_entry_load(body, &labels, &loaded, &err));
    assert_int_equal(err.kind, ERR_CORRUPT);
    json_free(body);
    buf_release(&out);
    buf_release(&again);
    buf_release(&labels);
}

static void test_subject(void **state)
{
    struct row alert = {.kind = KIND_ALERT, .id = text_of("f1"), .source = text_of("am")};
    struct buf out = buf_make(256);
    (void)state;
    assert_true(desk_subject(&alert, &out, &err));
    assert_string_equal(buf_str(&out), "alert/am/f1");
    buf_clear(&out);
    alert.cells[ALERT_KIND] = value_text(text_of("links"));
    alert.cells[ALERT_WHERE] = value_text(text_of("SHG>SZ"));
    assert_true(desk_subject(&alert, &out, &err));
    assert_string_equal(buf_str(&out), "links/SHG>SZ");
    buf_release(&out);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_good),        cmocka_unit_test(test_refused), cmocka_unit_test(test_note_length),
        cmocka_unit_test(test_fingerprint), cmocka_unit_test(test_round),   cmocka_unit_test(test_subject),
    };
    return cmocka_run_group_tests(tests, NULL, end);
}
