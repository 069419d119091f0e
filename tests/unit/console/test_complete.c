#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "console/complete.h"

static struct complete found;

static enum kind kind_of(const char *view)
{
    return strcmp(view, "nodes") == 0 ? KIND_NODE : strcmp(view, "jobs") == 0 ? KIND_JOB : KIND_NONE;
}

static const char *const themes[] = {"okabe-dark", "okabe-light", "mono", NULL}, *const aliases[] = {"mine", NULL},
                         *const groups[] = {"none", "cluster", NULL},
                         *const plans[] = {"create", "--drain=", "--by=", "P-0001", NULL},
                         *const planned[] = {"SHG", "SHG>SZ", NULL};
static const struct complete_facts facts = {
    .kind = KIND_JOB,
    .kind_of = kind_of,
    .aliases = aliases,
    .lists = {[LINE_THEME] = themes, [LINE_GROUP] = groups, [LINE_PLAN] = plans, [LINE_PLANNED] = planned}};

static void look(char sign, const char *text)
{
    complete_find(&facts, sign, text, strlen(text), &found);
}

static bool has(const char *word)
{
    for (size_t i = 0; i < found.count; i++)
        if (strcmp(found.words[i], word) == 0)
            return true;
    return false;
}

static void test_words_of_commands(void **state)
{
    (void)state;
    look(':', "no");
    assert_true(has("nodes") && has("node") && has("note"));
    assert_int_equal(found.end, ' ');
    look(':', "概");
    assert_int_equal(found.count, 1);
    assert_string_equal(found.words[0], "概览");
    look(':', "min");
    assert_true(has("mine"));
    look(':', "xyzzy");
    assert_int_equal(found.count, 0);
    look(':', "theme okabe-");
    assert_int_equal(found.count, 2);
    assert_int_equal(found.from, strlen("theme "));
    assert_int_equal(complete_common(&found), strlen("okabe-"));
    look(':', "group cl");
    assert_int_equal(found.count, 1);
    assert_string_equal(found.words[0], "cluster");
    look(':', "view no");
    assert_true(has("nodes") && !has("note"));
}

static void test_options_of_a_plan(void **state)
{
    (void)state;
    look(':', "plan ");
    assert_int_equal(found.count, 4);
    look(':', "plan create --by=18:00 --d");
    assert_int_equal(found.count, 1);
    assert_string_equal(found.words[0], "--drain=");
    assert_int_equal(found.end, '\0');
    look(':', "plan create --drain=SHG");
    assert_int_equal(found.count, 2);
    assert_int_equal(found.from, strlen("plan create --drain="));
    assert_int_equal(found.end, ' ');
}

static void test_fields_and_their_values(void **state)
{
    (void)state;
    look('/', "user=li sta");
    assert_true(has("state") && has("started_at"));
    assert_int_equal(found.end, '=');
    assert_int_equal(found.from, strlen("user=li "));
    look('/', "state=run");
    assert_int_equal(found.count, 1);
    assert_string_equal(found.words[0], "running");
    look('/', "!state=held,wai");
    assert_string_equal(found.words[0], "waiting");
    assert_int_equal(found.from, strlen("!state=held,"));
    look('/', "user=l");
    assert_int_equal(found.count, 0);
    look('/', "name=\"a sta");
    assert_int_equal(found.count, 0);
    look(':', "nodes /state=dra");
    assert_true(has("draining") && has("drained") && found.count == 2);
    look(':', "sort -wai");
    assert_string_equal(found.words[0], "waited_s");
    look(':', "cols user,acc");
    assert_true(has("account") && has("accels"));
    assert_int_equal(found.from, strlen("cols user,"));
}

static void test_what_they_have_in_common_is_whole_characters(void **state)
{
    (void)state;
    struct complete c = {.count = 2, .words = {"机柜", "机架"}};
    assert_int_equal(complete_common(&c), strlen("机"));
}

/* Whatever stands there, it stays within its room. */
static void test_long_lines(void **state)
{
    char text[255];

    (void)state;
    for (int i = 1; i < 256; i++) {
        memset(text, i, sizeof text - 1);
        text[sizeof text - 1] = '\0';
        look(':', text);
        look('/', text);
        assert_true(found.from <= strlen(text));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_words_of_commands),
        cmocka_unit_test(test_options_of_a_plan),
        cmocka_unit_test(test_fields_and_their_values),
        cmocka_unit_test(test_what_they_have_in_common_is_whole_characters),
        cmocka_unit_test(test_long_lines),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
