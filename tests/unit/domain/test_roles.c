#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "domain/roles.h"

/* The system's tables, of this test. */
static bool find_user(const char *name, int64_t *uid)
{
    *uid = 1000;
    return strcmp(name, "li.wei") == 0;
}

static bool find_group(const char *name, int64_t *gid)
{
    *gid = 50;
    return strcmp(name, "leads") == 0;
}

static const struct roles_lookup lookup = {find_user, find_group};
#define KEY "key:SHA256:dyaKCK64pfKa4jfxbjrZI8TteXS89RvPaOUIOKhHR3Q"

static void words_are_rules(void **state)
{
    static const struct {
        const char *word;
        enum roles_by by;
        int64_t id;
    } good[] = {{"li.wei", ROLES_BY_UID, 1000}, {"4711", ROLES_BY_UID, 4711},  {"@leads", ROLES_BY_GID, 50},
                {"@77", ROLES_BY_GID, 77},      {":owner", ROLES_BY_OWNER, 0}, {"*", ROLES_BY_ANYBODY, 0},
                {KEY, ROLES_BY_KEY, 0}};
    static const struct {
        const char *word, *says;
    } bad[] = {{"li.wie", "no user 'li.wie'"},
               {"@lead", "no group 'lead'"},
               {"", "no user ''"},
               {"@", "no group ''"},
               {"-1", "no user '-1'"},
               {"4294967295", "no user"},
               {"key:x", "no fingerprint"},
               {"key:SHA256:x", "no fingerprint"}};
    (void)state;
    for (size_t i = 0; i < sizeof good / sizeof *good; i++) {
        struct roles_rule r;
        struct err err = {0};
        assert_true(roles_rule_read(good[i].word, &lookup, &r, &err));
        assert_int_equal(r.by, good[i].by);
        assert_int_equal(r.id, good[i].id);
    }
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        struct roles_rule r;
        struct err err = {0};
        assert_false(roles_rule_read(bad[i].word, &lookup, &r, &err));
        if (!strstr(err.text, bad[i].says) || !err.hint[0])
            fail_msg("'%s' is refused with '%s'", bad[i].word, err.text);
    }
}

static void who_has_which(void **state)
{
    static const int64_t groups[] = {100, 50};
    static const struct roles_rule anybody[] = {{.by = ROLES_BY_ANYBODY}}, leads[] = {{.by = ROLES_BY_GID, .id = 50}},
                                   some[] = {{.by = ROLES_BY_UID, .id = 1000}, {.by = ROLES_BY_OWNER}},
                                   keys[] = {{.by = ROLES_BY_KEY, .key = "SHA256:k"}};
    const struct roles r = {{{anybody, 1}, {some, 2}, {leads, 1}, {keys, 1}}};
    const struct roles closed = {{{NULL, 0}, {some, 2}, {NULL, 0}, {NULL, 0}}};
    (void)state;
    assert_int_equal(roles_of(&r, &(struct roles_asker){.uid = 5, .owner = 9}), ROLES_VIEWER);
    assert_int_equal(roles_of(&r, &(struct roles_asker){.uid = 1000, .owner = 9}), ROLES_VIEWER | ROLES_OPERATOR);
    assert_int_equal(roles_of(&r, &(struct roles_asker){.uid = 9, .owner = 9}), ROLES_VIEWER | ROLES_OPERATOR);
    assert_int_equal(roles_of(&r, &(struct roles_asker){.uid = 5, .owner = 9, .groups = groups, .group_count = 2}),
                     ROLES_VIEWER | ROLES_APPROVER);
    assert_int_equal(roles_of(&r, &(struct roles_asker){.uid = 5, .owner = 9, .key = "SHA256:k"}),
                     ROLES_VIEWER | ROLES_BREAK_GLASS);
    assert_int_equal(roles_of(&r, &(struct roles_asker){.uid = 5, .owner = 9, .key = ""}), ROLES_VIEWER);
    assert_int_equal(roles_of(&closed, &(struct roles_asker){.uid = 5, .owner = 9}), 0);
    assert_int_equal(roles_of(&closed, &(struct roles_asker){.uid = 9, .owner = 9}), ROLES_VIEWER | ROLES_OPERATOR);
}

static void words_of_roles(void **state)
{
    char words[ROLES_WORDS_MAX];
    struct err err = {0};
    (void)state;
    assert_string_equal(roles_words(ROLES_ALL, words), "viewer, operator, approver, break_glass");
    assert_string_equal(roles_words(0, words), "none");
    for (unsigned i = 0; i < ROLES_COUNT; i++)
        assert_int_equal(roles_by_word(roles_word(1u << i)), 1u << i);
    assert_int_equal(roles_by_word("root"), 0);
    assert_true(roles_have(ROLES_ALL, ROLES_APPROVER, "x", &err));
    assert_false(roles_have(ROLES_VIEWER, ROLES_APPROVER, "zhang", &err));
    assert_int_equal(err_status(&err), 77);
    assert_non_null(strstr(err.text, "approver"));
    assert_non_null(strstr(err.text, "viewer"));
    assert_non_null(strstr(err.hint, "roles { approver = { \"zhang\" } }"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(words_are_rules), cmocka_unit_test(who_has_which),
                                       cmocka_unit_test(words_of_roles)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
