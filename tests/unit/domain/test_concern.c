#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "domain/scope.h"

/* What alerts and objects are about, and whose they are. */

static struct row alert_of(const char *rule, const char *kind, const char *where, const char *cluster)
{
    struct row a = {.kind = KIND_ALERT, .id = text_of("A-1"), .source = text_of("hubtop")};
    a.cells[ALERT_RULE] = rule ? value_text(text_of(rule)) : value_none();
    a.cells[ALERT_KIND] = kind ? value_text(text_of(kind)) : value_none();
    a.cells[ALERT_WHERE] = where ? value_text(text_of(where)) : value_none();
    a.cells[ALERT_CLUSTER] = cluster ? value_text(text_of(cluster)) : value_none();
    return a;
}

static size_t meets(const struct row *row, const char *condition)
{
    struct concern c = concern_of(row);
    return concern_meets(&c, text_of(condition));
}

static void test_conditions(void **state)
{
    (void)state;
    struct row link = alert_of("link", "links", "SHG>SZ", "SHG");
    assert_int_equal(meets(&link, "rule=link"), 1);
    assert_int_equal(meets(&link, "  rule=link   cluster=SHG "), 2);
    assert_int_equal(meets(&link, "rule=link cluster=GUI"), 0);
    assert_int_equal(meets(&link, "cluster=SZ"), 1); /* its other end */
    assert_int_equal(meets(&link, "kind=link"), 1);
    assert_int_equal(meets(&link, "where=SHG>*"), 1);
    assert_int_equal(meets(&link, "where=*"), 1);
    assert_int_equal(meets(&link, "where=S*Z"), 0); /* only a last star is one */
    assert_int_equal(meets(&link, "account=astro"), 0);
    assert_int_equal(meets(&link, ""), 0);
    struct row queue = alert_of("queue", "queues", "shg-ai/gpu", NULL);
    assert_int_equal(meets(&queue, "scheduler=shg-ai"), 1);
    struct row unknown = alert_of(NULL, NULL, NULL, NULL);
    assert_int_equal(meets(&unknown, "rule=*"), 0);
}

static void test_conditions_that_make_no_sense(void **state)
{
    (void)state;
    struct err err = {0};
    assert_true(concern_check(text_of("rule=link cluster=SHG"), &err));
    assert_false(concern_check(text_of("colour=red"), &err));
    assert_string_equal(err.text, "cannot ask for 'colour'");
    assert_non_null(strstr(err.hint, "rule, name, kind"));
    assert_false(concern_check(text_of("rule="), &err));
    assert_string_equal(err.text, "'rule' has no value");
    assert_false(concern_check(text_of("  "), &err));
    assert_string_equal(err.text, "a condition is empty");
    assert_false(concern_check(text_of("rule=a rule=a rule=a rule=a rule=a rule=a rule=a rule=a rule=a"), &err));
    assert_int_equal(err_status(&err), 78);
}

static void test_objects(void **state)
{
    (void)state;
    struct row job = {.kind = KIND_JOB, .id = text_of("shg-ai/12"), .source = text_of("shg-ai")};
    job.cells[JOB_ACCOUNT] = value_text(text_of("astro"));
    job.cells[JOB_CLUSTER] = value_text(text_of("SHG"));
    struct concern c = concern_of(&job);
    assert_int_equal(concern_meets(&c, text_of("kind=jobs account=astro cluster=SHG scheduler=shg-ai")), 4);
    struct row clusters[] = {{.kind = KIND_CLUSTER, .id = text_of("SHG")}, {.kind = KIND_CLUSTER, .id = text_of("SZ")}};
    clusters[0].cells[CLUSTER_HUB] = value_text(text_of("GBA"));
    concern_hubs(&c, clusters, 2);
    assert_int_equal(concern_is(&c, CONCERN_HUB, text_of("GBA")), CONCERN_YES);
    assert_int_equal(concern_is(&c, CONCERN_HUB, text_of("BTH")), CONCERN_NO);
    assert_int_equal(concern_is(&c, CONCERN_TENANT, text_of("t-001")), CONCERN_UNKNOWN);
    /* The hub of a link's other end is not known: it may be that one. */
    struct row link = alert_of("link", "links", "SHG>SZ", "SHG");
    c = concern_of(&link);
    concern_hubs(&c, clusters, 2);
    assert_int_equal(concern_is(&c, CONCERN_HUB, text_of("BTH")), CONCERN_UNKNOWN);
}

/* --- scopes --- */

static const struct safe_text shg = {"SHG", 3}, link_rule = {"link", 4}, li_wei = {"li.wei", 6};
static const struct scope duty = {.name = {"net-duty", 8},
                                  .lists = {[1] = {CONCERN_CLUSTER, &shg, 1}, [5] = {CONCERN_RULE, &link_rule, 1}},
                                  .users = &li_wei,
                                  .user_count = 1};

static bool has(const char *rule, const char *where, const char *cluster)
{
    struct row a = alert_of(rule, "links", where, cluster);
    return scope_has_row(&duty, &a, NULL, 0);
}

static void test_a_scope(void **state)
{
    (void)state;
    assert_true(has("link", "SHG>SZ", "SHG"));
    assert_true(has("link", "GUI>SHG", "GUI"));
    assert_false(has("link", "GUI>SZ", "GUI"));
    assert_false(has("queue", "SHG>SZ", "SHG"));
    assert_true(has(NULL, "SHG>SZ", "SHG")); /* nobody says of which rule it is */
    assert_true(has(NULL, NULL, NULL));
    assert_false(has(NULL, NULL, "GUI"));
    struct row a = alert_of(NULL, "links", "SHG>SZ", "SHG");
    assert_int_equal(scope_of_row(&duty, &a, NULL, 0), CONCERN_UNKNOWN);
    a = alert_of("link", "links", "SHG>SZ", "SHG");
    assert_int_equal(scope_of_row(&duty, &a, NULL, 0), CONCERN_YES);
    a = alert_of(NULL, NULL, NULL, "GUI");
    assert_int_equal(scope_of_row(&duty, &a, NULL, 0), CONCERN_NO);
    a = alert_of("queue", "queues", "x/y", "GUI");
    assert_int_equal(scope_of_row(NULL, &a, NULL, 0), CONCERN_YES);
    assert_true(scope_has_row(NULL, &a, NULL, 0));
}

static void test_whose_it_is(void **state)
{
    (void)state;
    const struct scope all[] = {{.name = text_of("none")}, duty};
    assert_ptr_equal(scope_of_login(all, 2, text_of("li.wei")), &all[1]);
    assert_null(scope_of_login(all, 2, text_of("wang.q")));
    assert_ptr_equal(scope_named(all, 2, text_of("net-duty")), &all[1]);
    assert_null(scope_named(all, 2, text_of("")));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_conditions),  cmocka_unit_test(test_conditions_that_make_no_sense),
        cmocka_unit_test(test_objects),     cmocka_unit_test(test_a_scope),
        cmocka_unit_test(test_whose_it_is),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
