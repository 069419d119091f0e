#include "unit/cli/setup_kit.h"

#include <pwd.h>

#include "cli/setup_people.h"

/* What a configuration says of people, and what is wrong with it, at which line. */

static void test_contacts_and_scopes(void **state)
{
    (void)state;
    assert_true(reads("scope \"net\" {\n clusters = { \"SHG\", \"GUI\" }\n users = { \"li.wei\" }\n}\n"
                      "contact \"noc\" {\n name = \"Wang Qiang\"\n name_zh = \"王强\"\n phone = \"+86 139 0000 0021\"\n"
                      " for = { \"rule=link cluster=SHG\", \"kind=racks\" }\n level = 2\n scope = \"net\"\n}\n"));
    const struct people *p = &s.people;
    assert_int_equal(p->contact_count, 1);
    assert_true(text_is(p->contacts[0].role, "noc"));
    assert_true(text_is(p->contacts[0].name_zh, "王强"));
    assert_int_equal(p->contacts[0].condition_count, 2);
    assert_int_equal(p->contacts[0].level, 2);
    assert_ptr_equal(p->contacts[0].scope, &p->scopes[0]);
    assert_int_equal(p->scopes[0].lists[1].count, 2);
    assert_false(p->roster);
    assert_null(p->mine);
}

static void test_which_scope_is_mine(void **state)
{
    (void)state;
    char text[512];
    const struct passwd *me = getpwuid(getuid());
    assert_non_null(me);
    snprintf(text, sizeof text,
             "scope \"a\" { rules = { \"link\" } users = { \"nobody-else\" } }\n"
             "scope \"b\" { rules = { \"heat\" } users = { \"%s\" } }\n",
             me->pw_name);
    assert_true(reads(text));
    assert_ptr_equal(s.people.mine, &s.people.scopes[1]);
    assert_true(reads_with(text, &(struct options){.scope = "a"}));
    assert_ptr_equal(s.people.mine, &s.people.scopes[0]);
    assert_false(reads_with(text, &(struct options){.scope = "c"}));
    assert_string_equal(err.text, "no scope is called 'c'");
    assert_int_equal(err_status(&err), 64);
}

static void test_what_is_wrong(void **state)
{
    (void)state;
    expect_wrong("\nscope \"x\" {\n users = { \"a\" }\n}\n", 3, "the scope 'x' names nothing");
    expect_wrong("contact \"x\" {\n phone = \"1\"\n}\n", 1, "contact 'x' has no name");
    expect_wrong("contact \"x\" {\n name = \"a\"\n scope = \"y\"\n}\n", 3, "no scope is called 'y'");
    expect_wrong("contact \"x\" {\n name = \"a\"\n\n for = { \"rule=link\", \"colour=red\" }\n}\n", 4,
                 "contact 'x': cannot ask for 'colour'");
    assert_false(reads("contact \"x\" {\n name = \"a\"\n level = 0\n}\n"));
    assert_non_null(strstr(err.text, ":3: "));
    assert_true(reads("roster_command = { \"on-duty\" }\ncontact \"x\" {\n}\n")); /* the roster names whoever it is */
}

static void test_commands(void **state)
{
    (void)state;
    struct launcher_command commands[4];
    assert_true(reads("escalate_command = { \"/bin/page\", \"--now; rm\" }\nbulletin_command = { \"post\" }\n"));
    assert_int_equal(setup_people_commands(&s, commands, 4), 2);
    assert_string_equal(commands[0].name, SETUP_PEOPLE_ESCALATE);
    assert_string_equal(commands[0].argv[1], "--now; rm");
    assert_null(commands[0].argv[2]);
    assert_string_equal(commands[1].argv[0], "post");
    assert_true(reads(""));
    assert_int_equal(setup_people_commands(&s, commands, 4), 0);
}

static void test_the_folder_of_runbooks(void **state)
{
    (void)state;
    char dir[DIR_PATH_MAX];
    assert_true(reads("runbooks = \"/srv/runbooks\"\n"));
    assert_true(setup_people_runbooks(&s, dir, &err));
    assert_string_equal(dir, "/srv/runbooks");
    assert_true(reads("runbooks = \"books\"\n"));
    assert_true(setup_people_runbooks(&s, dir, &err));
    assert_string_equal(dir, "/tmp/books");
    assert_true(reads(""));
    assert_true(setup_people_runbooks(&s, dir, &err));
    assert_string_equal(dir, "/tmp/runbooks");
    const struct setup none = {0};
    assert_false(setup_people_runbooks(&none, dir, &err));
    assert_int_equal(err_status(&err), 66);
    const struct collector_source sample = {.driver = source_by_name("sample"), .url = "sample:sample-data?seed=1"};
    const struct setup demo = {.sources = &sample, .source_count = 1};
    assert_true(setup_people_runbooks(&demo, dir, &err));
    assert_string_equal(dir, "sample-data/runbooks");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_contacts_and_scopes),    cmocka_unit_test(test_which_scope_is_mine),
        cmocka_unit_test(test_what_is_wrong),          cmocka_unit_test(test_commands),
        cmocka_unit_test(test_the_folder_of_runbooks),
    };
    return cmocka_run_group_tests(tests, setup_kit_begin, setup_kit_end);
}
