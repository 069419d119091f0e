#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "base/json.h"
#include "collector/escalate.h"

/* What an escalation's command is given, and what comes of it. */

struct world {
    struct loop *loop;
    int came;
    char said[20000];
    struct err err;
};

static struct launcher *start(const char *name, const char *script)
{
    struct err err = {0};
    const char *const argv[] = {"sh", "-c", script, NULL};
    const struct launcher_command command = {.name = name, .argv = argv};
    struct launcher *l = launcher_new(&command, 1, &err);
    assert_non_null(l);
    return l;
}

static void on_done(void *ctx, struct buf *out, const struct err *err)
{
    struct world *w = ctx;
    w->came++;
    if (out)
        snprintf(w->said, sizeof w->said, "%s", buf_str(out));
    else
        w->err = *err;
    loop_stop(w->loop);
}

static void too_late(void *ctx)
{
    (void)ctx;
    fail_msg("no answer within 20 s");
}

static struct world escalate(struct launcher *l, const struct row *alert)
{
    struct world w = {.loop = loop_new(NULL)};
    const struct escalate_facts facts = {.alert = alert, .by = text_of("li.wei"), .at_ms = INT64_C(1795230720000)};
    struct err err = {0};
    if (!escalate_start(l, w.loop, &facts, on_done, &w, &err))
        fail_msg("%s", err.text);
    loop_timer(w.loop, 20000, too_late, NULL);
    assert_true(loop_run(w.loop, NULL));
    assert_int_equal(w.came, 1);
    loop_free(w.loop);
    return w;
}

static struct row an_alert(void)
{
    struct row a = {.kind = KIND_ALERT, .id = text_of("A-1042"), .source = text_of("hubtop")};
    a.cells[ALERT_SUMMARY] = value_text(text_of("it's \x1b[2J \"$HOME\" 韶关\xff"));
    a.cells[ALERT_SINCE] = value_time(INT64_C(1795229880000));
    a.cells[ALERT_IMPACT_JOBS] = value_int(412);
    a.cells[ALERT_NOTES] = value_list(text_of("one\x1ftwo"));
    return a;
}

static void test_the_command_is_given_the_alert(void **state)
{
    (void)state;
    struct row a = an_alert();
    struct launcher *l = start(ESCALATE_COMMAND, "cat");
    struct world w = escalate(l, &a);
    struct json *j = json_parse(w.said, strlen(w.said), JSON_STRICT, NULL);
    const struct json *alert = json_get(j, "alert");
    struct safe_text t;
    int64_t n;
    assert_non_null(j);
    assert_true(json_text(json_get(j, "kind"), &t) && text_is(t, "escalation"));
    assert_true(json_text(json_get(j, "by"), &t) && text_is(t, "li.wei"));
    assert_true(json_text(json_get(j, "at"), &t) && text_is(t, "2026-11-21T03:12:00Z"));
    assert_true(json_text(json_get(alert, "id"), &t) && text_is(t, "A-1042"));
    assert_true(json_text(json_get(alert, "since"), &t) && text_is(t, "2026-11-21T02:58:00Z"));
    assert_true(json_int(json_get(alert, "impact_jobs"), &n) && n == 412);
    assert_int_equal(json_count(json_get(alert, "notes")), 2);
    assert_true(json_text(json_get(alert, "summary"), &t) && text_contains(t, text_of("\"$HOME\" 韶关"), false));
    assert_null(json_get(alert, "severity")); /* unknown is not there */
    json_free(j);
    launcher_free(l);
}

static void test_long_texts_are_cut(void **state)
{
    (void)state;
    static char text[200000];
    struct row a = an_alert();
    memset(text, 'x', sizeof text - 1);
    a.cells[ALERT_DESCRIPTION] = a.cells[ALERT_SUMMARY] = value_text(text_of(text));
    struct launcher *l = start(ESCALATE_COMMAND, "cat");
    struct world w = escalate(l, &a);
    assert_non_null(strstr(w.said, "xxx~\""));
    assert_true(strlen(w.said) < 2000);
    launcher_free(l);
}

static void test_a_command_that_fails(void **state)
{
    (void)state;
    struct row a = an_alert();
    struct launcher *l = start(ESCALATE_COMMAND, "echo 'the pager is off' >&2; exit 3");
    struct world w = escalate(l, &a);
    assert_string_equal(w.err.text, "the command 'escalate_command' failed (status 3): the pager is off");
    launcher_free(l);
}

static void test_no_command(void **state)
{
    (void)state;
    struct err err = {0};
    struct launcher *l = start("another", "cat");
    assert_false(escalate_ready(l, &err));
    assert_string_equal(err.text, "nobody can be told: there is no escalate_command");
    assert_int_equal(err_status(&err), 78);
    assert_true(err.hint[0] != '\0');
    assert_false(escalate_ready(NULL, NULL));
    launcher_free(l);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_the_command_is_given_the_alert),
        cmocka_unit_test(test_long_texts_are_cut),
        cmocka_unit_test(test_a_command_that_fails),
        cmocka_unit_test(test_no_command),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
