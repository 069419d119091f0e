#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "console/line.h"
#include "views/view.h"

static struct intent intent;
static struct err err;

static bool parse(const char *text)
{
    err = (struct err){0};
    return line_parse(text, &intent, &err);
}

static void test_commands(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        enum intent_kind kind;
        const char *argument, *filter;
    } cases[] = {
        {"q", INTENT_QUIT, "", ""},
        {"  quit  ", INTENT_QUIT, "", ""},
        {"h", INTENT_HELP, "", ""},
        {"filter state=running", INTENT_FILTER, "state=running", ""},
        {"filter", INTENT_FILTER, "", ""},
        {"sort -waited_s", INTENT_SORT, "-waited_s", ""},
        {"poll", INTENT_POLL_NOW, "", ""},
        {"jobs", INTENT_OPEN_VIEW, "jobs", ""},
        {"jobs /li.wei", INTENT_OPEN_VIEW, "jobs", "li.wei"},
        {"jobs/li.wei", INTENT_OPEN_VIEW, "jobs", "li.wei"},
        {"zy state=running x", INTENT_OPEN_VIEW, "jobs", "state=running x"},
        {"jd", INTENT_OPEN_VIEW, "nodes", ""},
        {"gl", INTENT_OPEN_VIEW, "overview", ""},
        {"links /SHG", INTENT_OPEN_VIEW, "links", "SHG"},
        {"ll", INTENT_OPEN_VIEW, "links", ""},
        {"matrix", INTENT_OPEN_VIEW, "matrix", ""},
        {"mx", INTENT_OPEN_VIEW, "matrix", ""},
        {"作业 /state=held", INTENT_OPEN_VIEW, "jobs", "state=held"},
        {"概览", INTENT_OPEN_VIEW, "overview", ""},
        {"ｊｏｂｓ　／ａ", INTENT_OPEN_VIEW, "jobs", "ａ"},
        {"view nodes", INTENT_OPEN_VIEW, "nodes", ""},
        {"view 告警 /crit", INTENT_OPEN_VIEW, "alerts", "crit"},
        {"map /SHG", INTENT_OPEN_VIEW, "map", "SHG"},
        {"q!", INTENT_QUIT, "", ""},
        {"lang zh", INTENT_COMMAND, "lang", "zh"},
        {"语言 zh", INTENT_COMMAND, "lang", "zh"},
        {"set", INTENT_COMMAND, "set", ""},
        {"export /tmp/x csv", INTENT_COMMAND, "export", "/tmp/x csv"},
        {"42", INTENT_COMMAND, "row", "42"},
        {"４２", INTENT_COMMAND, "row", "42"},
        {"row 42", INTENT_COMMAND, "row", "42"},
        {"", INTENT_NONE, "", ""},
        {"   ", INTENT_NONE, "", ""},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        assert_true(parse(cases[i].text));
        assert_int_equal(intent.kind, cases[i].kind);
        if (cases[i].kind == INTENT_OPEN_VIEW || cases[i].argument[0])
            assert_string_equal(intent.text, cases[i].argument);
        assert_string_equal(intent.filter, cases[i].filter);
    }
}

/* Each name of the table leads somewhere, and to a view that there is. */
static void test_the_table(void **state)
{
    (void)state;
    char word[64];
    for (const struct line_command *c = line_table; c->names; c++) {
        assert_non_null(c->help);
        if (c->argument == LINE_VIEW || (c->view && c->kind == INTENT_OPEN_VIEW && !view_by_name(c->view)))
            continue;
        for (const char *n = c->names; *n; n += strcspn(n, " ") + (n[strcspn(n, " ")] == ' ')) {
            size_t len = strcspn(n, " ");
            memcpy(word, n, len);
            word[len] = '\0';
            assert_true(parse(word));
            assert_int_equal(intent.kind, c->kind);
            if (c->kind == INTENT_OPEN_VIEW)
                assert_non_null(view_by_name(intent.text));
        }
    }
    for (size_t i = 0; view_table[i]; i++) {
        assert_true(parse(view_table[i]->name));
        assert_int_equal(intent.kind, INTENT_OPEN_VIEW);
        assert_string_equal(intent.text, view_table[i]->name);
    }
}

static void test_a_place_and_a_bang(void **state)
{
    (void)state;
    assert_true(parse("impact SHG>SZ"));
    assert_string_equal(intent.text, "impact");
    assert_string_equal(intent.at, "SHG>SZ");
    assert_string_equal(intent.filter, "");
    assert_true(line_view("sc A-T68WX", &intent, &err));
    assert_string_equal(intent.text, "runbook");
    assert_string_equal(intent.at, "A-T68WX");
    assert_true(parse("map SHG"));
    assert_string_equal(intent.text, "map");
    assert_string_equal(intent.at, "SHG");
    assert_string_equal(intent.filter, "");
    assert_true(parse("export! x.csv"));
    assert_int_equal(intent.count, 1);
    assert_string_equal(intent.filter, "x.csv");
    assert_true(parse("export x.csv"));
    assert_int_equal(intent.count, 0);
    assert_false(parse("view nodse"));
    assert_non_null(strstr(err.text, "'nodes'"));
}

static void test_unknown(void **state)
{
    (void)state;
    assert_false(parse("jbos"));
    assert_int_equal(err.kind, ERR_INPUT);
    assert_non_null(strstr(err.text, "':jbos'"));
    assert_non_null(strstr(err.text, "did you mean ':jobs'"));
    assert_false(parse("noeds"));
    assert_non_null(strstr(err.text, "':nodes'"));
    assert_false(parse("quti"));
    assert_non_null(strstr(err.text, "':quit'"));
    assert_false(parse("\xff\xff"));
    assert_false(parse("qx"));
    assert_false(parse("jobsjobsjobsjobsjobsjobsjobsjobsjobsjobsjobsjobs"));
}

static void test_a_long_argument_stays_whole_or_is_cut(void **state)
{
    (void)state;
    char text[5000] = "filter ";
    memset(text + 7, 'x', sizeof text - 8);
    text[sizeof text - 1] = '\0';
    assert_true(parse(text));
    assert_int_equal(strlen(intent.text), INTENT_TEXT_MAX - 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_commands),
        cmocka_unit_test(test_the_table),
        cmocka_unit_test(test_a_place_and_a_bang),
        cmocka_unit_test(test_unknown),
        cmocka_unit_test(test_a_long_argument_stays_whole_or_is_cut),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
