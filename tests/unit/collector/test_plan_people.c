#include "unit/collector/plan_world.h"

/* Two people, and one in an emergency. */

static char hash[80];

/* A plan of three jobs that is too large for one person, proposed. */
static void propose_large(struct world_ops *w)
{
    w->limits.jobs_alone = 1;
    plan_ops_free(w->ops);
    ops_open(w);
    w->write = true;
    propose(w, "r-1", NULL, NULL);
    snprintf(hash, sizeof hash, "%s", w->hash);
}

static void restart(struct world_ops *w)
{
    plan_ops_free(w->ops);
    ops_open(w);
}

static void come_by_key(struct world_ops *w, const char *key)
{
    snprintf(w->asker.key, sizeof w->asker.key, "%s", key);
}

/* Above the limits of one person: who proposed it is not two people, an approval counts once, and a restart does not lose it. */
static void two_people(void **state)
{
    struct world_ops *w = *state;
    propose_large(w);
    apply(w, "r-2", hash, "P-0001");
    expect_refused(w, 77, "too large for one person");
    approve(w, "r-3", hash);
    expect_refused(w, 77, "somebody else approves it");
    w->uid = STRANGER_UID;
    approve(w, "r-4", "another");
    expect_refused(w, 77, "not the one that was seen");
    approve(w, "r-5", hash);
    expect_cell(w, "P-0001", PLAN_STATE, "approved");
    apply(w, "r-6", hash, "P-0001");
    expect_refused(w, 77, "too large for one person");
    w->uid = getuid();
    plan_ops_free(w->ops);
    ops_open(w);
    apply(w, "r-7", hash, "P-0001");
    if (w->runs != 1)
        fail_msg("%s", w->a.err.text);
    assert_string_not_equal(w->approved_by, "");
    apply(w, "r-8", hash, "P-0001");
    expect_refused(w, 77, "counts no more");
    assert_int_equal(w->runs, 1);
}

/* A bastion where all have one uid: the SSH key tells, and where one is not known nobody is two. */
static void two_behind_one_uid(void **state)
{
    struct world_ops *w = *state;
    come_by_key(w, "SHA256:wang");
    propose_large(w);
    come_by_key(w, "");
    approve(w, "r-2", hash);
    expect_refused(w, 77, "nothing tells you from");
    come_by_key(w, "SHA256:wang");
    approve(w, "r-3", hash);
    expect_refused(w, 77, "has proposed the plan; somebody else approves it");
    come_by_key(w, "SHA256:li");
    restart(w); /* who proposed it is on record, with the key */
    approve(w, "r-4", hash);
    expect_cell(w, "P-0001", PLAN_STATE, "approved");
    restart(w); /* and so is who approved it */
    apply(w, "r-5", hash, "P-0001");
    expect_refused(w, 77, "too large for one person");
    come_by_key(w, "SHA256:wang");
    apply(w, "r-6", hash, "P-0001");
    assert_int_equal(w->runs, 1);
}

/* Somebody who became another by sudo is no second person: the kernel keeps who logged in. */
static void sudo_makes_nobody_two(void **state)
{
    struct world_ops *w = *state;
    w->asker.login_known = true;
    w->asker.login_uid = 4711;
    propose_large(w);
    w->uid = STRANGER_UID;
    approve(w, "r-2", hash);
    expect_refused(w, 77, "somebody else approves it");
    w->asker.login_uid = 4712;
    approve(w, "r-3", hash);
    expect_cell(w, "P-0001", PLAN_STATE, "approved");
}

static void an_approval_lasts_a_quarter_of_an_hour(void **state)
{
    struct world_ops *w = *state;
    w->limits.expires_s = 3600;
    propose_large(w);
    w->uid = STRANGER_UID;
    approve(w, "r-2", hash);
    w->uid = getuid();
    w->clock.start_utc_ms += 15 * 60 * 1000;
    apply(w, "r-3", hash, "P-0001");
    expect_refused(w, 77, "counts no more");
    w->clock.start_utc_ms -= 1;
    apply(w, "r-4", hash, "P-0001");
    assert_int_equal(w->runs, 1);
}

/* What each role may do; the refusal names the role. */
static void roles_decide(void **state)
{
    struct world_ops *w = *state;
    propose_large(w);
    w->roles = ROLES_VIEWER;
    propose(w, "r-2", NULL, NULL);
    expect_refused(w, 77, "it takes the role operator");
    apply(w, "r-3", hash, "P-0001");
    expect_refused(w, 77, "it takes the role operator");
    w->uid = STRANGER_UID;
    w->roles = ROLES_VIEWER | ROLES_OPERATOR;
    approve(w, "r-4", hash);
    expect_refused(w, 77, "it takes the role approver");
    assert_non_null(strstr(w->a.err.hint, "roles { approver ="));
    w->roles = ROLES_VIEWER | ROLES_APPROVER;
    approve(w, "r-5", hash);
    expect_cell(w, "P-0001", PLAN_STATE, "approved");
    apply(w, "r-6", hash, "P-0001");
    expect_refused(w, 77, "it takes the role operator");
    assert_int_equal(w->runs, 0);
}

/* --- break-glass --- */

static void break_glass(struct world_ops *w, const char *request, const char *reason)
{
    w->glass = true;
    w->reason = reason;
    apply(w, request, hash, "P-0001");
    w->glass = false;
    w->reason = NULL;
}

static void sign(struct world_ops *w, const char *request)
{
    const struct wish a = {"plan_sign", request, NULL, NULL, "P-0001", -1, NULL};
    ask_with(w, &a, NULL, 0);
}

static void alone_in_an_emergency(void **state)
{
    struct world_ops *w = *state;
    propose_large(w);
    w->roles = ROLES_ALL & ~(unsigned)ROLES_BREAK_GLASS;
    break_glass(w, "r-2", "the fire brigade is here");
    expect_refused(w, 77, "it takes the role break_glass");
    w->roles = ROLES_ALL;
    break_glass(w, "r-3", "");
    expect_refused(w, 64, "takes a reason");
    assert_int_equal(w->glasses.news, 0);
    break_glass(w, "r-4", "the fire brigade is here");
    if (w->runs != 1)
        fail_msg("%s", w->a.err.text);
    assert_string_equal(w->approved_by, "break-glass");
    assert_int_equal(w->glasses.news, 1); /* at once */
    assert_string_equal(w->glasses.last.reason, "the fire brigade is here");
    restart(w);
    assert_int_equal(w->glasses.open, 1); /* until somebody else signs it off */
    sign(w, "r-5");
    expect_refused(w, 77, "somebody else than");
    w->uid = STRANGER_UID;
    w->roles = ROLES_VIEWER | ROLES_OPERATOR;
    sign(w, "r-6");
    expect_refused(w, 77, "it takes the role approver");
    w->roles = ROLES_ALL;
    sign(w, "r-7");
    expect_told(w, "P-0001");
    assert_int_equal(w->glasses.open, 0);
    sign(w, "r-8");
    expect_refused(w, 67, "waits to be signed off");
    restart(w);
    assert_int_equal(w->glasses.open, 0);
}

static void not_where_one_person_is_enough(void **state)
{
    struct world_ops *w = *state;
    w->write = true;
    propose(w, "r-1", NULL, NULL);
    snprintf(hash, sizeof hash, "%s", w->hash);
    break_glass(w, "r-2", "the fire brigade is here");
    expect_refused(w, 64, "one person is enough");
    assert_int_equal(w->glasses.news, 0);
}

/* Three jobs, where two people may move five. */
static void alone_is_half_as_much(void **state)
{
    struct world_ops *w = *state;
    w->limits.jobs_max = 5;
    propose_large(w);
    break_glass(w, "r-2", "the fire brigade is here");
    expect_refused(w, 75, "count_now");
    assert_int_equal(w->runs + w->glasses.news, 0);
    w->limits.jobs_max = 6;
    restart(w);
    break_glass(w, "r-3", "the fire brigade is here");
    assert_int_equal(w->runs, 1);
}

static void alone_ends_after_half_an_hour(void **state)
{
    struct world_ops *w = *state;
    propose_large(w);
    break_glass(w, "r-2", "the fire brigade is here");
    plan_run_state(w->ops, text_of("P-0001"), "running", text_of(""));
    w->clock.start_utc_ms += PLAN_GLASS_MS - 1;
    plan_ops_tick(w->ops);
    assert_int_equal(w->stops, 0);
    w->clock.start_utc_ms += 1;
    plan_ops_tick(w->ops);
    plan_ops_tick(w->ops);
    assert_int_equal(w->stops, 1);
    assert_int_equal(w->glasses.open, 1);
}

/* An order that was given alone is told, stopped and signed off as a plan is. */
static void an_order_alone_too(void **state)
{
    struct world_ops *w = *state;
    struct err err = {0};
    struct journal_entry e = {.at_ms = clock_now(&w->clock).utc_ms,
                              .uid = getuid(),
                              .who = text_of("zhao"),
                              .op = text_of("order_break_glass"),
                              .body = text_of("{\"order\":\"O-0007\",\"reason\":\"the cooling fails\"}")};
    const struct person zhao = {.uid = getuid()};
    const struct wish a = {"order_sign", "r-2", NULL, NULL, "O-0007", -1, NULL};
    w->write = true;
    assert_int_equal(journal_append(w->f.store, &e, &err), JOURNAL_DONE);
    plan_glass_order(w->ops, text_of("O-0007"), &e, &zhao, text_of("the cooling fails"));
    assert_int_equal(w->glasses.news, 1);
    assert_string_equal(w->glasses.last.plan, "O-0007");
    restart(w);
    assert_int_equal(w->glasses.open, 1);
    assert_string_equal(w->glasses.last.reason, "the cooling fails");
    w->clock.start_utc_ms += PLAN_GLASS_MS - 1;
    plan_ops_tick(w->ops);
    assert_int_equal(w->stops, 0);
    w->clock.start_utc_ms += 1;
    plan_ops_tick(w->ops);
    plan_ops_tick(w->ops);
    assert_int_equal(w->stops, 1);
    w->uid = STRANGER_UID;
    ask_with(w, &a, NULL, 0);
    expect_told(w, "O-0007");
    restart(w);
    assert_int_equal(w->glasses.open, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        T(two_people),
        T(two_behind_one_uid),
        T(sudo_makes_nobody_two),
        T(an_approval_lasts_a_quarter_of_an_hour),
        T(roles_decide),
        T(alone_in_an_emergency),
        T(not_where_one_person_is_enough),
        T(alone_is_half_as_much),
        T(alone_ends_after_half_an_hour),
        T(an_order_alone_too),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
