#include "domain/impact.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

/* Rows are made of texts "id field=value field=value"; numbers are integers. */
static struct row rows[64];
static size_t row_count;

static struct row *make(enum kind kind, const char *id)
{
    struct row *row = &rows[row_count++];

    assert_true(row_count < sizeof rows / sizeof *rows);
    *row = (struct row){.kind = kind, .id = text_of(id), .source = text_of("fra")};
    return row;
}

static void text(struct row *row, int field, const char *value)
{
    row->cells[field] = value_text(text_of(value));
}

static struct row job(const char *id, const char *state, const char *user, const char *account)
{
    struct row row = {.kind = KIND_JOB, .id = text_of(id), .source = text_of("fra")};

    text(&row, JOB_STATE, state);
    text(&row, JOB_SCHEDULER, "fra");
    text(&row, JOB_CLUSTER, "SHG");
    text(&row, JOB_QUEUE, "gpu");
    text(&row, JOB_USER, user);
    text(&row, JOB_ACCOUNT, account);
    row.cells[JOB_ACCELS] = value_int(8);
    return row;
}

static struct impact_facts facts;

static void begin(void)
{
    row_count = 0;
    facts = (struct impact_facts){.now_ms = 1000};
}

/* The rows since the last call are all of that kind. */
static void tell(enum kind kind)
{
    size_t from = row_count;

    while (from > 0 && rows[from - 1].kind == kind)
        from--;
    facts.rows[kind] = &rows[from];
    facts.count[kind] = row_count - from;
}

static void what_is_over_is_not_hit(void **state)
{
    struct row cluster = {.kind = KIND_CLUSTER, .id = text_of("SHG")};
    struct row jobs[] = {job("fra/1", "running", "ana", "lab"),   job("fra/2", "done", "ana", "lab"),
                         job("fra/3", "waiting", "boris", "lab"), job("fra/4", "failed", "chen", "x"),
                         job("fra/5", "held", "ana", "other"),    job("fra/6", "unknown", "ana", "other")};
    size_t count;

    (void)state;
    begin();
    jobs[2].cells[JOB_TASKS] = value_int(20);
    struct impact *i = impact_new(&cluster, &facts);
    for (size_t k = 0; k < sizeof jobs / sizeof *jobs; k++)
        impact_job(i, &jobs[k]);
    const struct impact_sum *s = impact_sum(i);
    assert_int_equal(s->running, 1);
    assert_int_equal(s->waiting, 21);
    assert_int_equal(s->jobs, 22);
    assert_int_equal(s->accels, 8 + 20 * 8 + 8);
    assert_int_equal(s->users, 2);
    assert_int_equal(s->accounts, 2);
    assert_int_equal(s->tenants, 0);
    assert_null(s->blind);
    const struct impact_group *g = impact_groups(i, &count);
    assert_int_equal(count, 2);
    assert_true(text_is(g[0].account, "lab"));
    assert_int_equal(g[0].users, 2);
    assert_int_equal(g[1].waiting, 1);
    impact_free(i);
}

static void one_account_name_of_two_tenants(void **state)
{
    struct row cluster = {.kind = KIND_CLUSTER, .id = text_of("SHG")};
    struct row a = job("fra/1", "running", "ana", "default"), b = job("fra/2", "running", "ana", "default");
    size_t count;

    (void)state;
    begin();
    text(&a, JOB_TENANT, "t-1");
    text(&b, JOB_TENANT, "t-2");
    struct impact *i = impact_new(&cluster, &facts);
    impact_job(i, &a);
    impact_job(i, &b);
    assert_int_equal(impact_sum(i)->accounts, 1);
    assert_int_equal(impact_sum(i)->tenants, 2);
    assert_int_equal(impact_sum(i)->users, 1);
    (void)impact_groups(i, &count);
    assert_int_equal(count, 2);
    impact_free(i);
}

static void a_rack_hits_who_runs_in_it(void **state)
{
    struct row rack = {.kind = KIND_RACK, .id = text_of("SHG-1/r01")};
    struct row here = job("fra/1", "running", "ana", "lab"), there = job("fra/2", "running", "ana", "lab"),
               waits = job("fra/3", "waiting", "ana", "lab"), silent = job("fra/4", "running", "boris", "lab");

    (void)state;
    begin();
    for (int k = 1; k <= 2; k++) {
        struct row *node = make(KIND_NODE, k == 1 ? "fra/n01" : "fra/n02");
        text(node, NODE_SCHEDULER, "fra");
        text(node, NODE_NAME, k == 1 ? "n01" : "n02");
        text(node, NODE_RACK, k == 1 ? "SHG-1/r01" : "SHG-1/r02");
    }
    tell(KIND_NODE);
    text(&here, JOB_NODE_LIST, "n[01-02]");
    text(&there, JOB_NODE_LIST, "n02");
    struct impact *i = impact_new(&rack, &facts);
    impact_job(i, &here);
    impact_job(i, &there);
    impact_job(i, &waits);
    assert_int_equal(impact_sum(i)->jobs, 1);
    assert_false(impact_sum(i)->unclear);
    impact_job(i, &silent);
    assert_int_equal(impact_sum(i)->jobs, 1);
    assert_true(impact_sum(i)->unclear);
    impact_free(i);
}

static void a_rack_of_which_nobody_knows_the_nodes(void **state)
{
    struct row rack = {.kind = KIND_RACK, .id = text_of("SHG-1/r09")};

    (void)state;
    begin();
    struct impact *i = impact_new(&rack, &facts);
    assert_non_null(impact_sum(i)->blind);
    impact_free(i);
}

/* Slurm knows accounts, the fleet file whose they are. */
static void an_account_tells_the_tenant(void **state)
{
    struct row cluster = {.kind = KIND_CLUSTER, .id = text_of("SHG")};
    struct row a = job("fra/1", "running", "ana", "lab"), b = job("fra/2", "running", "ana", "other");

    (void)state;
    begin();
    make(KIND_TENANT, "t-1")->cells[TENANT_ACCOUNTS] = value_list(text_of("speech\x1flab"));
    tell(KIND_TENANT);
    struct impact *i = impact_new(&cluster, &facts);
    impact_job(i, &a);
    impact_job(i, &b);
    assert_int_equal(impact_sum(i)->tenants, 1);
    text(&b, JOB_TENANT, "t-9"); /* what the job says counts first */
    text(&b, JOB_ACCOUNT, "lab");
    impact_job(i, &b);
    assert_int_equal(impact_sum(i)->tenants, 2);
    impact_free(i);
}

static void a_link_hits_those_at_its_other_end(void **state)
{
    struct row link = {.kind = KIND_LINK, .id = text_of("SHG>SZ")};
    struct row near = job("fra/1", "running", "ana", "lab"), far = job("fra/2", "running", "ana", "lab"),
               nobody = job("fra/3", "waiting", "ana", "lab"), elsewhere = job("ams/1", "running", "ana", "lab");

    (void)state;
    begin();
    text(&link, LINK_FROM, "SHG");
    text(&link, LINK_TO, "SZ");
    text(make(KIND_TENANT, "t-1"), TENANT_AT, "SZ");
    text(make(KIND_TENANT, "t-2"), TENANT_AT, "GZ");
    tell(KIND_TENANT);
    text(&near, JOB_TENANT, "t-1");
    text(&far, JOB_TENANT, "t-2");
    text(&elsewhere, JOB_CLUSTER, "CKG");
    text(&elsewhere, JOB_TENANT, "t-1");
    struct impact *i = impact_new(&link, &facts);
    impact_job(i, &near);
    impact_job(i, &far);
    impact_job(i, &nobody);
    impact_job(i, &elsewhere);
    assert_int_equal(impact_sum(i)->jobs, 1);
    assert_int_equal(impact_sum(i)->unplaced, 1);
    assert_null(impact_sum(i)->blind);
    impact_free(i);
}

static void the_first_deadline(void **state)
{
    struct row queue = {.kind = KIND_QUEUE, .id = text_of("fra/gpu")}, *told;
    struct row waits = job("fra/1", "waiting", "ana", "lab"), runs = job("fra/2", "running", "ana", "lab");

    (void)state;
    begin();
    told = make(KIND_QUEUE, "fra/gpu");
    text(told, QUEUE_SCHEDULER, "fra");
    text(told, QUEUE_NAME, "gpu");
    told->cells[QUEUE_SLO_S] = value_int(60);
    tell(KIND_QUEUE);
    queue = *told;
    waits.cells[JOB_SUBMITTED_AT] = runs.cells[JOB_SUBMITTED_AT] = value_time(5000);
    struct impact *i = impact_new(&queue, &facts);
    impact_job(i, &runs); /* it runs: its queue promised no more */
    assert_int_equal(impact_sum(i)->deadline_ms, 0);
    impact_job(i, &waits);
    assert_int_equal(impact_sum(i)->deadline_ms, 65000);
    assert_true(text_is(impact_sum(i)->deadline_job, "fra/1"));
    runs.id = text_of("fra/3");
    runs.cells[JOB_DEADLINE_AT] = value_time(30000);
    impact_job(i, &runs);
    assert_int_equal(impact_sum(i)->deadline_ms, 30000);
    assert_true(text_is(impact_sum(i)->deadline_job, "fra/3"));
    impact_free(i);
}

static void contacts_once_and_not_too_many(void **state)
{
    struct row cluster = {.kind = KIND_CLUSTER, .id = text_of("SHG")};
    static char ids[20][24], names[20][24], mails[20][24];
    size_t count, n = 0;
    struct safe_text contact;

    (void)state;
    begin();
    text(make(KIND_TENANT, "t-1"), TENANT_CONTACT, "duty@t-1");
    tell(KIND_TENANT);
    for (int k = 0; k < 20; k++) {
        snprintf(ids[k], sizeof ids[k], "fra/u%d", k);
        snprintf(names[k], sizeof names[k], "u%d", k);
        snprintf(mails[k], sizeof mails[k], "m%d@x", k / 2);
        text(make(KIND_USER, ids[k]), USER_CONTACT, mails[k]);
    }
    tell(KIND_USER);
    struct impact *i = impact_new(&cluster, &facts);
    for (int k = 0; k < 20; k++) {
        struct row j = job("fra/1", "running", names[k], "lab");
        text(&j, JOB_TENANT, "t-1");
        impact_job(i, &j);
    }
    struct safe_text rest = impact_groups(i, &count)[0].contacts;
    assert_int_equal(count, 1);
    for (; value_list_next(&rest, &contact); n++)
        assert_true(n > 0 || text_is(contact, "duty@t-1"));
    assert_int_equal(n, 8);
    impact_free(i);
}

static void numbers_without_end_stay_numbers(void **state)
{
    struct row cluster = {.kind = KIND_CLUSTER, .id = text_of("SHG")};
    struct row j = job("fra/1", "waiting", "ana", "lab");

    (void)state;
    begin();
    j.cells[JOB_TASKS] = value_int(INT64_MAX);
    j.cells[JOB_ACCELS] = value_int(INT64_MAX);
    struct impact *i = impact_new(&cluster, &facts);
    impact_job(i, &j);
    impact_job(i, &j);
    assert_true(impact_sum(i)->jobs == INT64_MAX);
    assert_true(impact_sum(i)->accels == INT64_MAX);
    impact_free(i);
    impact_free(NULL);
}

static void what_can_be_asked(void **state)
{
    (void)state;
    assert_true(impact_has(KIND_LINK) && impact_has(KIND_HALL) && impact_has(KIND_JOB));
    assert_false(impact_has(KIND_NONE) || impact_has(KIND_OFFER) || impact_has((enum kind)99));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_over_is_not_hit),
        cmocka_unit_test(one_account_name_of_two_tenants),
        cmocka_unit_test(a_rack_hits_who_runs_in_it),
        cmocka_unit_test(a_rack_of_which_nobody_knows_the_nodes),
        cmocka_unit_test(an_account_tells_the_tenant),
        cmocka_unit_test(a_link_hits_those_at_its_other_end),
        cmocka_unit_test(the_first_deadline),
        cmocka_unit_test(contacts_once_and_not_too_many),
        cmocka_unit_test(numbers_without_end_stay_numbers),
        cmocka_unit_test(what_can_be_asked),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
