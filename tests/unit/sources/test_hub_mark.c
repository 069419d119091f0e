#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "sources/hub_mark.h"

static void put(struct hub_mark *m, const char *id, const char *revision)
{
    hub_mark_put(m, text_of(id), text_of(revision));
}

static void is(const struct hub_mark *m, const char *id, const char *wanted)
{
    char got[HUB_MARK_MAX];
    bool known = hub_mark_get(m, text_of(id), got);
    if (known != (wanted != NULL) || (wanted && strcmp(got, wanted) != 0))
        fail_msg("%s is at '%s' instead of '%s'", id, known ? got : "nothing", wanted ? wanted : "nothing");
}

static void revisions_come_back_as_they_came(void **state)
{
    static const char *const revisions[] = {
        "0",         "7",  "007", "-7", "999999999999999999", "1000000000000000000", "18446744073709551616",
        "W/\"a b\"", "光", " 7",
    };
    struct hub_mark *m = hub_mark_new(1 << 20, false);
    char id[16], longest[HUB_MARK_MAX + 1];
    (void)state;
    for (size_t i = 0; i < sizeof revisions / sizeof *revisions; i++) {
        snprintf(id, sizeof id, "a/%zu", i);
        put(m, id, revisions[i]);
    }
    for (size_t i = 0; i < sizeof revisions / sizeof *revisions; i++) {
        snprintf(id, sizeof id, "a/%zu", i);
        is(m, id, revisions[i]);
    }
    memset(longest, 'x', HUB_MARK_MAX);
    longest[HUB_MARK_MAX] = '\0';
    put(m, "a/1", longest); /* too long: better none than a part */
    is(m, "a/1", NULL);
    put(m, "a/1", longest + 1);
    is(m, "a/1", longest + 1);
    put(m, "a/2", "");
    is(m, "a/2", NULL);
    is(m, "b", NULL);
    is(NULL, "b", NULL);
    hub_mark_free(m);
}

static void changes_are_laid_over(void **state)
{
    struct hub_mark *m = hub_mark_new(1 << 20, false), *changes = hub_mark_new(1 << 20, true);
    (void)state;
    put(m, "stays", "1");
    put(m, "changes", "1");
    put(m, "goes", "one");
    put(changes, "changes", "two");
    put(changes, "goes", "");
    put(changes, "comes", "2");
    hub_mark_merge(m, changes);
    is(m, "stays", "1");
    is(m, "changes", "two");
    is(m, "goes", NULL);
    is(m, "comes", "2");
    assert_int_equal(hub_mark_count(m), 3);
    hub_mark_free(changes);
    hub_mark_free(m);
}

/* What comes and goes for days, each with a revision that is a text. */
static void churn_costs_nothing(void **state)
{
    struct hub_mark *m = hub_mark_new(1 << 20, false);
    size_t bytes = 0;
    (void)state;
    for (int round = 0; round < 500; round++) {
        struct hub_mark *changes = hub_mark_new(1 << 20, true);
        char id[32], revision[32];
        for (int i = 0; i < 200; i++) {
            snprintf(id, sizeof id, "j/%d", round * 100 + i);
            snprintf(revision, sizeof revision, "r-%d-%d", round, i);
            put(changes, id, revision);
            snprintf(id, sizeof id, "j/%d", round * 100 - 100 + i);
            if (i < 100)
                put(changes, id, "");
        }
        hub_mark_merge(m, changes);
        hub_mark_free(changes);
        bytes = round == 20 ? hub_mark_bytes(m) : bytes;
        assert_int_equal(hub_mark_count(m), 200);
    }
    is(m, "j/49900", "r-499-0");
    is(m, "j/49899", NULL);
    assert_true(hub_mark_bytes(m) <= 2 * bytes);
    hub_mark_free(m);
}

static void a_million_jobs_are_small(void **state)
{
    struct hub_mark *m = hub_mark_new(64 << 20, false);
    char id[32], revision[32];
    (void)state;
    for (int i = 0; i < 1000000; i++) {
        snprintf(id, sizeof id, "shg-ai/%d", 2000000 + i);
        snprintf(revision, sizeof revision, "%d", 71000000 + i % 977);
        put(m, id, revision);
    }
    assert_int_equal(hub_mark_count(m), 1000000);
    is(m, "shg-ai/2500000", "71000753");
    print_message("10^6 revisions: %zu KiB\n", hub_mark_bytes(m) >> 10);
    assert_true(hub_mark_bytes(m) < 30 << 20);
    hub_mark_free(m);
}

/* A full one forgets what is new, and never tells what is past. */
static void a_full_one_tells_nothing_wrong(void **state)
{
    struct hub_mark *m = hub_mark_new(4096, false);
    char id[32];
    (void)state;
    put(m, "first", "1");
    for (int i = 0; i < 10000; i++) {
        snprintf(id, sizeof id, "j/%d", i);
        put(m, id, "some text");
    }
    assert_true(hub_mark_bytes(m) <= 3 * 4096);
    is(m, "first", "1");
    is(m, "j/9999", NULL);
    put(m, "first", "a text for which there is no room any more");
    is(m, "first", NULL);
    hub_mark_free(m);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(revisions_come_back_as_they_came),
        cmocka_unit_test(changes_are_laid_over),
        cmocka_unit_test(churn_costs_nothing),
        cmocka_unit_test(a_million_jobs_are_small),
        cmocka_unit_test(a_full_one_tells_nothing_wrong),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
