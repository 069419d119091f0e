#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "domain/runbook.h"

/* A page of Markdown as steps, filled from an alert. */

static struct runbook *page;

static void parse(const char *text)
{
    runbook_free(page);
    page = runbook_new(text, strlen(text));
}

static int end(void **state)
{
    (void)state;
    runbook_free(page);
    page = NULL;
    return 0;
}

static void assert_problem(size_t i, int line, const char *says)
{
    assert_true(i < page->problem_count);
    assert_int_equal(page->problems[i].line, line);
    if (!strstr(page->problems[i].text, says))
        fail_msg("%s", page->problems[i].text);
}

static void assert_line(size_t i, enum runbook_what what, int step, const char *text)
{
    assert_true(i < page->count);
    assert_int_equal(page->lines[i].what, what);
    assert_int_equal(page->lines[i].step, step);
    assert_true(text_is(page->lines[i].text, text));
}

static void test_a_page(void **state)
{
    (void)state;
    parse("for: rule=link cluster=SHG\nfor: name=LinkDelay*\n\n# Link cut\nUsers feel it.\n\n## Confirm\n- [ ] Look.\n"
          "  More of it.\n  - a thing\n```\nping {where}\n```\n- [x] Call.\n\nNot of a step.\n\n\n");
    assert_int_equal(page->problem_count, 0);
    assert_true(text_is(page->title, "Link cut"));
    assert_int_equal(page->condition_count, 2);
    assert_int_equal(page->steps, 2);
    assert_line(0, RUNBOOK_TEXT, 0, "Users feel it.");
    assert_line(1, RUNBOOK_GAP, 0, "");
    assert_line(2, RUNBOOK_HEADING, 0, "Confirm");
    assert_line(3, RUNBOOK_STEP, 1, "Look.");
    assert_line(4, RUNBOOK_TEXT, 1, "More of it.");
    assert_line(5, RUNBOOK_ITEM, 1, "a thing");
    assert_line(6, RUNBOOK_CODE, 1, "ping {where}");
    assert_line(7, RUNBOOK_STEP, 2, "Call.");
    assert_line(9, RUNBOOK_TEXT, 0, "Not of a step.");
    assert_int_equal(page->count, 10);
    assert_int_equal(page->lines[3].line, 8);
}

static void test_carriage_returns_and_a_mark(void **state)
{
    (void)state;
    parse("\xef\xbb\xbf"
          "for: rule=heat\r\n# 机房过热\r\n- [ ] 看。\r\n");
    assert_int_equal(page->problem_count, 0);
    assert_true(text_is(page->title, "机房过热"));
    assert_line(0, RUNBOOK_STEP, 1, "看。");
}

static void test_which_alerts_it_suits(void **state)
{
    (void)state;
    struct concern c = {.is = {[CONCERN_RULE] = text_of("link"), [CONCERN_CLUSTER] = text_of("SHG")}};
    parse("for: rule=link\nfor: rule=link cluster=SHG\n# t\n- [ ] s\n");
    assert_int_equal(runbook_suits(page, &c), 2);
    c.is[CONCERN_CLUSTER] = text_of("GUI");
    assert_int_equal(runbook_suits(page, &c), 1);
    c.is[CONCERN_RULE] = text_of("heat");
    assert_int_equal(runbook_suits(page, &c), 0);
}

static void test_problems(void **state)
{
    (void)state;
    parse("for: colour=red\ntext {wher} {where} {}\n```\n{nope}\n");
    assert_int_equal(page->problem_count, 5);
    assert_problem(0, 1, "cannot ask for 'colour'");
    assert_problem(1, 2, "no such word '{wher}'");
    assert_problem(2, 1, "it has no title");
    assert_problem(3, 4, "it has no step");
    assert_problem(4, 4, "``` is not closed");
    parse("# t\n- [ ]\n- [ ] \xff\n");
    assert_problem(0, 2, "a step without words");
    assert_problem(1, 3, "not UTF-8");
    parse("");
    assert_problem(0, 1, "it has no title");
    assert_problem(1, 1, "it has no step");
}

static void test_limits(void **state)
{
    (void)state;
    struct buf text = buf_make(1 << 20);
    buf_puts(&text, "# t\n", NULL);
    for (int i = 0; i < RUNBOOK_STEPS_MAX + 2; i++)
        buf_puts(&text, "- [ ] s\n  below\n", NULL);
    parse(buf_str(&text));
    assert_int_equal(page->steps, RUNBOOK_STEPS_MAX);
    assert_int_equal(page->lines[page->count - 1].step, RUNBOOK_STEPS_MAX);
    assert_problem(0, 2 + 2 * RUNBOOK_STEPS_MAX, "more than 64 steps");
    buf_clear(&text);
    buf_puts(&text, "# t\n- [ ] ", NULL);
    for (int i = 0; i < RUNBOOK_LINE_MAX; i++)
        buf_puts(&text, "界", NULL);
    parse(buf_str(&text));
    assert_problem(0, 2, "more than 2048 bytes");
    assert_true(text_is_utf8(page->lines[0].text));
    while (text.len <= RUNBOOK_BYTES_MAX)
        buf_puts(&text, "\n\n\n\n", NULL);
    parse(buf_str(&text));
    assert_problem(0, 1, "more than 65536 bytes");
    buf_release(&text);
}

/* --- filling --- */

static struct row alert;

static const char *filled(const char *text, bool with)
{
    static char shown[4096];
    char all[1024];
    struct buf out = buf_make(sizeof shown);
    snprintf(all, sizeof all, "# t\n%s\n", text);
    parse(all);
    runbook_fill(&page->lines[0], with ? &alert : NULL, -1, &out);
    memcpy(shown, buf_str(&out), out.len + 1);
    buf_release(&out);
    return shown;
}

static void test_filling(void **state)
{
    (void)state;
    alert = (struct row){.kind = KIND_ALERT, .id = text_of("A-1042"), .source = text_of("hubtop")};
    alert.cells[ALERT_WHERE] = value_text(text_of("SHG>SZ"));
    alert.cells[ALERT_SUMMARY] = value_text(text_of("it's \x1b[2J `rm` $(x)"));
    assert_string_equal(filled("at {where} ({id}, {source}), {cluster}", true), "at SHG>SZ (A-1042, hubtop), unknown");
    assert_string_equal(filled("at {where} {", false), "at {where} {");
    assert_string_equal(filled("{ {what} }", true), "{ {what} }");
    assert_string_equal(filled("{summary}", true), "it's ^[[2J `rm` $(x)");
    assert_string_equal(filled("`say '{summary}'` {summary}", true),
                        "`say 'it?s ^??2J ?rm? ??x?'` it's ^[[2J `rm` $(x)");
}

static void test_steps_that_are_done(void **state)
{
    (void)state;
    struct safe_text mark;
    alert = (struct row){.kind = KIND_ALERT};
    assert_false(runbook_done(&alert, "RB-NET-07", 1, &mark));
    alert.cells[ALERT_STEPS_DONE] =
        value_list(text_of("RB-NET-07/12 2026-11-21T03:00:00Z ann\x1fRB-NET-07/3 2026-11-21T03:01:00Z bob"));
    assert_false(runbook_done(&alert, "RB-NET-07", 1, &mark));
    assert_true(runbook_done(&alert, "RB-NET-07", 3, &mark));
    assert_true(text_is(mark, "RB-NET-07/3 2026-11-21T03:01:00Z bob"));
    assert_false(runbook_done(&alert, "RB-NET-0", 7, &mark));
}

static void test_the_alerts_own_word(void **state)
{
    (void)state;
    static const struct {
        const char *field, *name;
    } table[] = {{"RB-NET-07", "RB-NET-07"},
                 {"net/RB-NET-07.md", "RB-NET-07"},
                 {"https://wiki/RB-NET-07", NULL},
                 {"../../etc/passwd", "passwd"},
                 {"..", NULL},
                 {".hidden", NULL},
                 {"a b", NULL},
                 {"dir/", "dir"},
                 {"x\ny", NULL},
                 {"", NULL}};
    char name[RUNBOOK_NAME_MAX];
    for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
        alert = (struct row){.kind = KIND_ALERT};
        alert.cells[ALERT_RUNBOOK] = value_text(text_of(table[i].field));
        assert_int_equal(runbook_named(&alert, name), table[i].name != NULL);
        if (table[i].name)
            assert_string_equal(name, table[i].name);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_page),
        cmocka_unit_test(test_carriage_returns_and_a_mark),
        cmocka_unit_test(test_which_alerts_it_suits),
        cmocka_unit_test(test_problems),
        cmocka_unit_test(test_limits),
        cmocka_unit_test(test_filling),
        cmocka_unit_test(test_steps_that_are_done),
        cmocka_unit_test(test_the_alerts_own_word),
    };
    return cmocka_run_group_tests(tests, NULL, end);
}
