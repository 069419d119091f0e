#include "unit/cli/setup_kit.h"

#include "cli/setup_roles.h"

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
    return cmocka_run_group_tests(tests, setup_kit_begin, setup_kit_end);
}
