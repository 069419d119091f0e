#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli/setup_roles.h"

static char conf[] = "/tmp/hubtop-test-roles-XXXXXX";
static struct setup s;
static struct err err;

static int begin(void **state)
{
    (void)state;
    int fd = mkstemp(conf);
    return fd < 0 || close(fd) != 0 ? -1 : 0;
}

static int end(void **state)
{
    (void)state;
    setup_release(&s);
    return unlink(conf);
}

static bool reads(const char *text)
{
    const struct options o = {.config = conf};
    FILE *f = fopen(conf, "w");
    assert_non_null(f);
    fputs(text, f);
    fclose(f);
    setup_release(&s);
    err = (struct err){0};
    return setup_read(&s, &o, &err);
}

static unsigned has(int64_t uid, int64_t owner)
{
    return roles_of(&s.roles, &(struct roles_asker){.uid = uid, .owner = owner});
}

/* Whoever owns the folder, and root, may all but break the glass; others look. */
static void without_a_section(void **state)
{
    (void)state;
    assert_true(reads("version = 1\n"));
    assert_int_equal(has(1000, 1000), ROLES_ALL & ~ROLES_BREAK_GLASS);
    assert_int_equal(has(0, 1000), ROLES_ALL & ~ROLES_BREAK_GLASS);
    assert_int_equal(has(1001, 1000), ROLES_VIEWER);
}

static void what_is_said_holds_the_rest_stays(void **state)
{
    (void)state;
    assert_true(reads("roles {\n operator = { \"4711\", \"root\" }\n break_glass = { \"4712\" }\n}\n"));
    assert_int_equal(has(4711, 1000), ROLES_VIEWER | ROLES_OPERATOR);
    assert_int_equal(has(4712, 1000), ROLES_VIEWER | ROLES_BREAK_GLASS);
    assert_int_equal(has(1000, 1000), ROLES_VIEWER | ROLES_APPROVER);
    assert_true(reads("roles {\n viewer = {}\n}\n"));
    assert_int_equal(has(1001, 1000), 0);
}

static void expect_wrong(const char *text, int line, const char *says)
{
    char at[96];
    assert_false(reads(text));
    snprintf(at, sizeof at, "%s:%d: ", conf, line);
    if (!strstr(err.text, at) || !strstr(err.text, says))
        fail_msg("'%s' does not say '%s%s'", err.text, at, says);
    assert_int_equal(err_status(&err), 78);
    assert_true(err.hint[0] != '\0');
}

static void what_is_misspelt(void **state)
{
    (void)state;
    expect_wrong("version = 1\nroles {\n operator = { \"root\",\n  \"no-such-user\" }\n}\n", 3,
                 "operator: there is no user 'no-such-user'");
    expect_wrong("roles {\n approver = { \"@no-such-group\" }\n}\n", 2, "approver: there is no group 'no-such-group'");
    expect_wrong("roles {\n operater = { \"root\" }\n}\n", 2, "operater");
    expect_wrong("roles {\n operator = { \"key:abc\" }\n}\n", 2, "no fingerprint");
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(without_a_section),
                                       cmocka_unit_test(what_is_said_holds_the_rest_stays),
                                       cmocka_unit_test(what_is_misspelt)};
    return cmocka_run_group_tests(tests, begin, end);
}
