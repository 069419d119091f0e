#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sources/hub_private.h"

/* Each kind's table decides how its items are read: what is written from the table comes back, and each member that is
 * missing, null, of another type, huge, renamed or doubled leaves the others as they were, and is never 0. */

enum { ITEM_MAX = 16 << 10, MEMBER_MAX = 256 };

/* A value of the field as JSON, as the document allows it. */
static void sample(enum kind kind, int field, char out[MEMBER_MAX])
{
    double min, max;
    const char *words = hub_field_words(kind, field);
    hub_field_range(kind, field, &min, &max);
    int number = min > 0 ? (int)min + 1 : 17;
    switch (kind_info(kind)->fields[field].type) {
    case VALUE_TEXT:
        snprintf(out, MEMBER_MAX, "\"%.*s\"", words ? (int)strcspn(words, " ") : 7, words ? words : "text é");
        return;
    case VALUE_LIST:
        snprintf(out, MEMBER_MAX, "[\"a\",\"b c\"]");
        return;
    case VALUE_TIME:
        snprintf(out, MEMBER_MAX, "\"2026-11-22T04:00:00.5Z\"");
        return;
    case VALUE_BOOL:
        snprintf(out, MEMBER_MAX, "true");
        return;
    case VALUE_INT:
    case VALUE_REAL:
    case VALUE_NONE:
        break;
    }
    snprintf(out, MEMBER_MAX, "%d", number);
}

/* The item of a kind with every member, but `with` (a whole member, or "" for none) in the place of field `at`. */
static void item_make(enum kind kind, int at, const char *with, char out[ITEM_MAX])
{
    char value[MEMBER_MAX];
    size_t n = (size_t)snprintf(out, ITEM_MAX, "{\"id\":\"x/1\",\"revision\":\"5\"");
    for (size_t f = 0; f < kind_info(kind)->field_count; f++) {
        if (!hub_field_told(kind, (int)f))
            continue;
        sample(kind, (int)f, value);
        if ((int)f != at)
            n += (size_t)snprintf(out + n, ITEM_MAX - n, ",\"%s\":%s", kind_info(kind)->fields[f].name, value);
        else if (*with)
            n += (size_t)snprintf(out + n, ITEM_MAX - n, ",%s", with);
    }
    snprintf(out + n, ITEM_MAX - n, "}");
}

struct read {
    struct arena arena;
    struct row row;
    struct hub_report report;
    bool made;
};

static void item_read(enum kind kind, const char *text, struct read *r)
{
    struct err err = {0};
    struct json *json = json_parse(text, strlen(text), JSON_STRICT, &err);
    assert_non_null(json);
    *r = (struct read){0};
    r->made = hub_row(kind, json, &r->arena, &r->row, &r->report);
    json_free(json);
}

static void test_every_field_comes_back(void **state)
{
    (void)state;
    for (size_t i = 0; i < HUB_LISTS; i++) {
        enum kind kind = hub_kinds()[i];
        char text[ITEM_MAX];
        struct read r;
        item_make(kind, -1, "", text);
        item_read(kind, text, &r);
        assert_true(r.made);
        assert_true(text_is(r.row.id, "x/1"));
        assert_int_equal(r.report.count, 0);
        for (size_t f = 0; f < kind_info(kind)->field_count; f++) {
            bool told = hub_field_told(kind, (int)f);
            assert_int_equal(value_known(&r.row.cells[f]), told);
            if (told)
                assert_int_equal(r.row.cells[f].type, kind_info(kind)->fields[f].type);
        }
        arena_release(&r.arena);
    }
}

static void test_values_are_exact(void **state)
{
    struct read r;
    (void)state;
    item_read(KIND_JOB,
              "{\"id\":\"f/1\",\"name\":\"a\",\"cpus\":9007199254740993,\"latency_ms_max\":2.5,\"movable\":false,"
              "\"submitted_at\":\"2026-11-22T04:00:00.250+08:00\",\"siblings\":[\"x\",\"y\"],\"exit_code\":-9}",
              &r);
    assert_int_equal(r.report.count, 0);
    assert_true(r.row.cells[JOB_CPUS].as.i == INT64_C(9007199254740993));
    assert_true(r.row.cells[JOB_LATENCY_MS_MAX].as.real == 2.5);
    assert_true(value_known(&r.row.cells[JOB_MOVABLE]) && r.row.cells[JOB_MOVABLE].as.i == 0);
    assert_true(r.row.cells[JOB_SUBMITTED_AT].as.i == INT64_C(1795291200250));
    assert_true(text_is(r.row.cells[JOB_SIBLINGS].as.text, "x\x1fy"));
    assert_true(r.row.cells[JOB_EXIT_CODE].as.i == -9);
    arena_release(&r.arena);
}

/* `with` stands in the place of field `at`: that one is unknown and everything else as it was. */
static void one_mutation(enum kind kind, int at, const char *with, bool noted)
{
    char text[ITEM_MAX], whole[ITEM_MAX];
    struct read was, is;
    item_make(kind, -1, "", whole);
    item_make(kind, at, with, text);
    item_read(kind, whole, &was);
    item_read(kind, text, &is);
    assert_true(is.made);
    for (size_t f = 0; f < kind_info(kind)->field_count; f++) {
        if ((int)f == at)
            assert_false(value_known(&is.row.cells[f]));
        else
            assert_true(value_equal(&was.row.cells[f], &is.row.cells[f]));
    }
    if (is.report.count != (noted ? 1 : 0))
        fail_msg("%s: %zu departures for '%s'", kind_info(kind)->name, is.report.count, with);
    arena_release(&was.arena);
    arena_release(&is.arena);
}

/* A value of another type than the field's. */
static const char *other(enum value_type type)
{
    static const char *const others[] = {[VALUE_TEXT] = "17",       [VALUE_LIST] = "\"a\"",      [VALUE_INT] = "\"17\"",
                                         [VALUE_REAL] = "\"17.5\"", [VALUE_TIME] = "1795320000", [VALUE_BOOL] = "1"};
    return others[type];
}

static void mutate(enum kind kind, int f)
{
    static const char *const wrong[] = {"{}", "{\"value\":17}", "[17]", "[[]]", "[null]"};
    const struct field *field = &kind_info(kind)->fields[f];
    char member[4 * MEMBER_MAX], value[MEMBER_MAX];
    sample(kind, f, value);
    one_mutation(kind, f, "", false);
    snprintf(member, sizeof member, "\"%s\":null", field->name);
    one_mutation(kind, f, member, false);
    snprintf(member, sizeof member, "\"%s\":%s", field->name, other(field->type));
    one_mutation(kind, f, member, true);
    snprintf(member, sizeof member, "\"%s_of_late\":%s", field->name, value);
    one_mutation(kind, f, member, true);
    snprintf(member, sizeof member, "\"%s\":%s,\"%s\":null", field->name, value, field->name);
    one_mutation(kind, f, member, false); /* doubled: the last wins */
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        snprintf(member, sizeof member, "\"%s\":%s", field->name, wrong[i]);
        one_mutation(kind, f, member, true);
    }
    if (field->type != VALUE_INT && field->type != VALUE_REAL)
        return;
    snprintf(member, sizeof member, "\"%s\":1e999", field->name);
    one_mutation(kind, f, member, true);
    if (strcmp(field->name, "exit_code") != 0 && strcmp(field->name, "priority") != 0) {
        snprintf(member, sizeof member, "\"%s\":-1000", field->name);
        one_mutation(kind, f, member, true);
    }
    if (field->type == VALUE_INT) {
        snprintf(member, sizeof member, "\"%s\":9223372036854775808", field->name);
        one_mutation(kind, f, member, true);
        snprintf(member, sizeof member, "\"%s\":1.5", field->name);
        one_mutation(kind, f, member, true);
    }
}

static void test_mutations(void **state)
{
    (void)state;
    for (size_t i = 0; i < HUB_LISTS; i++) {
        for (size_t f = 0; f < kind_info(hub_kinds()[i])->field_count; f++) {
            if (hub_field_told(hub_kinds()[i], (int)f))
                mutate(hub_kinds()[i], (int)f);
        }
    }
}

static void test_what_departs_is_named(void **state)
{
    static const struct {
        const char *item, *key;
        enum hub_departure what;
    } cases[] = {
        {"{\"id\":\"a\",\"cpus\":\"4\"}", "cpus", HUB_TYPE},
        {"{\"id\":\"a\",\"cpus\":-1}", "cpus", HUB_RANGE},
        {"{\"id\":\"a\",\"state\":\"flying\"}", "state", HUB_WORD},
        {"{\"id\":\"a\",\"state\":\"\"}", "state", HUB_WORD},
        {"{\"id\":\"a\",\"started_at\":\"yesterday\"}", "started_at", HUB_TIME},
        {"{\"id\":\"a\",\"why\":\"ours\"}", "why", HUB_STRANGE_KEY},
        {"{\"id\":\"a\",\"\\u001b[31m\":1}", "^[[31m", HUB_STRANGE_KEY},
        {"{\"name\":\"a\"}", "id", HUB_NO_ID},
        {"{\"id\":5}", "id", HUB_NO_ID},
        {"[]", "id", HUB_NO_ID},
        {"17", "id", HUB_NO_ID},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct read r;
        item_read(KIND_JOB, cases[i].item, &r);
        assert_int_equal(r.made, cases[i].what != HUB_NO_ID);
        assert_int_equal(r.report.count, 1);
        assert_string_equal(r.report.notes[0].key, cases[i].key);
        assert_int_equal(r.report.notes[0].what, cases[i].what);
        arena_release(&r.arena);
    }
}

static void test_the_report_has_a_limit(void **state)
{
    struct hub_report report = {0};
    char key[HUB_KEY_MAX];
    (void)state;
    for (int i = 0; i < HUB_NOTES_MAX + 10; i++) {
        snprintf(key, sizeof key, "key-%d", i);
        hub_report_note(&report, KIND_JOB, HUB_STRANGE_KEY, key);
        hub_report_note(&report, KIND_JOB, HUB_STRANGE_KEY, "key-0");
    }
    assert_int_equal(report.count, HUB_NOTES_MAX);
    assert_int_equal(report.more, 10);
    assert_int_equal(report.notes[0].count, HUB_NOTES_MAX + 11);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_field_comes_back),
        cmocka_unit_test(test_values_are_exact),
        cmocka_unit_test(test_mutations),
        cmocka_unit_test(test_what_departs_is_named),
        cmocka_unit_test(test_the_report_has_a_limit),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
