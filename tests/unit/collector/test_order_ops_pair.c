#include "unit/collector/order_world.h"
#include "unit/store/sql.h"

/* Orders that take two people. What one may not give is put down, approved by somebody else as it is, once and in time; then it is sent, and
 * before nothing is. */

enum { STRANGER_UID = 1, QUARTER_MS = 15 * 60 * 1000 };

#define TWO    "\"action\":\"hold\",\"targets\":[\"a/1\",\"a/5\"],\"reason\":\"no power\""
#define CANCEL "\"action\":\"cancel\",\"targets\":[\"a/1\",\"a/5\"],\"reason\":\"the cooling fails\""

static void reopen(struct world_ops *w)
{
    order_ops_free(w->ops);
    ops_open(w);
}

static void only_one_alone(struct world_ops *w)
{
    w->limits.jobs_alone = 1;
    w->limits.accels_alone_pct = 100;
    reopen(w);
}

static void ask_op(struct world_ops *w, const char *op, const char *request, const char *rest)
{
    char frame[1024];
    snprintf(frame, sizeof frame, "{\"op\":\"%s\",\"request_id\":\"%s\",%s}", op, request, rest);
    ask(w, frame);
}

/* A cell of the first action of O-0001, as a text; "" where it is unknown. */
static const char *cell(struct world_ops *w, const char *id, int field, char out[400])
{
    struct buf room = buf_make(64 << 10);
    struct row row;
    settle(w);
    assert_true(store_find(w->f.store, KIND_ACTION, text_of(id), &room, &row));
    text_show_in(value_text_or(&row.cells[field], ""), out, 400);
    buf_release(&room);
    return out;
}

static void expect_cell(struct world_ops *w, const char *id, int field, const char *wanted)
{
    char is[400];
    assert_string_equal(cell(w, id, field, is), wanted);
}

static char hash[400];

static void propose(struct world_ops *w, const char *request, const char *what)
{
    ask_op(w, "order_propose", request, what);
    expect_done(w, "O-0001");
    cell(w, "O-0001/1", ACTION_HASH, hash);
}

static void approve(struct world_ops *w, const char *request, const char *said)
{
    char rest[600];
    snprintf(rest, sizeof rest, "\"ref\":\"O-0001\",\"hash\":\"%s\"", said);
    ask_op(w, "order_approve", request, rest);
}

static int entries(const struct world_ops *w, const char *op)
{
    char query[200];
    snprintf(query, sizeof query, "SELECT count(*) FROM entry WHERE op = CAST('%s' AS BLOB)", op);
    return (int)sql_number(&w->f, "actions.db", query);
}

static void nothing_was_given(struct world_ops *w)
{
    settle(w);
    assert_int_equal(w->given + w->looks, 0);
}

/* --- two people --- */

static void one_proposes_another_approves(void **state)
{
    struct world_ops *w = *state;
    char is[400];
    only_one_alone(w);
    order(w, "r-1", TWO);
    expect_refused(w, 77, "too much for one person: 2 jobs");
    assert_non_null(strstr(w->err.hint, "--propose"));
    propose(w, "r-2", TWO);
    expect_cell(w, "O-0001/1", ACTION_STATE, "previewed");
    assert_non_null(strstr(cell(w, "O-0001/2", ACTION_CHECKS, is), "one_person=no: too much for one person: 2 jobs"));
    assert_non_null(strstr(cell(w, "O-0001/2", ACTION_RESULT, is), "waits until somebody other than"));
    approve(w, "r-3", hash);
    expect_refused(w, 77, "who proposed the order; somebody else approves it");
    nothing_was_given(w);
    w->uid = STRANGER_UID;
    approve(w, "r-4", hash);
    expect_done(w, "O-0001");
    settle(w);
    assert_int_equal(w->given, 1);
    answer(w, SOURCE_ORDER_DONE);
    settle(w);
    answer(w, SOURCE_ORDER_DONE);
    settle(w);
    assert_int_equal(w->given, 2);
    expect_cell(w, "O-0001/2", ACTION_STATE, "done");
    assert_string_not_equal(cell(w, "O-0001/2", ACTION_APPROVED_BY, is), "");
    expect_cell(w, "O-0001/2", ACTION_HASH, ""); /* it waits for nobody any more */
    assert_int_equal(entries(w, "order_propose") + entries(w, "order_approve"), 2);
}

static void once(void **state)
{
    struct world_ops *w = *state;
    only_one_alone(w);
    propose(w, "r-1", TWO);
    w->uid = STRANGER_UID;
    approve(w, "r-2", hash);
    expect_done(w, "O-0001");
    approve(w, "r-2", hash); /* the answer was lost, and the client asks again */
    expect_done(w, "O-0001");
    approve(w, "r-3", hash);
    expect_refused(w, 65, "the order 'O-0001' is running");
    settle(w);
    assert_int_equal(w->given, 1);
    assert_int_equal(entries(w, "order_approve"), 1);
}

static void to_the_byte(void **state)
{
    struct world_ops *w = *state;
    only_one_alone(w);
    propose(w, "r-1", TWO);
    w->uid = STRANGER_UID;
    approve(w, "r-2", "");
    expect_refused(w, 64, "hash is not said");
    hash[17] = hash[17] == '0' ? '1' : '0';
    approve(w, "r-3", hash);
    expect_refused(w, 77, "not the one that was seen");
    nothing_was_given(w);
}

/* Whoever was at the file cannot have another order approved than the one that was proposed. */
static void what_was_kept_is_what_was_proposed(void **state)
{
    struct world_ops *w = *state;
    only_one_alone(w);
    propose(w, "r-1", TWO);
    sql_run(&w->f, "actions.db",
            "UPDATE action SET body = CAST(replace(CAST(body AS TEXT), 'a/5', 'a/6') AS BLOB) WHERE item = 2");
    reopen(w);
    w->uid = STRANGER_UID;
    approve(w, "r-2", hash);
    expect_refused(w, 76, "what is kept of the order is not what was proposed");
    nothing_was_given(w);
}

static void a_quarter_of_an_hour(void **state)
{
    struct world_ops *w = *state;
    char is[400];
    only_one_alone(w);
    propose(w, "r-1", TWO);
    w->clock.start_utc_ms += QUARTER_MS - 1;
    order_ops_tick(w->ops);
    expect_cell(w, "O-0001/1", ACTION_STATE, "previewed");
    w->clock.start_utc_ms += 1;
    w->uid = STRANGER_UID;
    approve(w, "r-2", hash); /* nobody has looked at the clock yet */
    expect_refused(w, 65, "the order 'O-0001' is expired");
    order_ops_tick(w->ops);
    expect_cell(w, "O-0001/1", ACTION_STATE, "refused");
    assert_non_null(strstr(cell(w, "O-0001/2", ACTION_RESULT, is), "nobody approved it"));
    assert_int_equal(entries(w, "order_expired"), 1);
    order_ops_tick(w->ops);
    assert_int_equal(entries(w, "order_expired"), 1);
    approve(w, "r-3", hash);
    expect_refused(w, 65, "expired");
    ask_op(w, "order_retry", "r-4", "\"ref\":\"O-0001/1\""); /* nor by another way */
    expect_refused(w, 65, "'O-0001' is expired");
    reopen(w);
    nothing_was_given(w);
}

static void rejected(void **state)
{
    struct world_ops *w = *state;
    char is[400];
    only_one_alone(w);
    propose(w, "r-1", TWO);
    ask_op(w, "order_reject", "r-2", "\"ref\":\"O-0001\",\"reason\":\"not today\"");
    expect_done(w, "O-0001");
    assert_non_null(strstr(cell(w, "O-0001/1", ACTION_RESULT, is), "rejected by"));
    w->uid = STRANGER_UID;
    approve(w, "r-3", hash);
    expect_refused(w, 65, "the order 'O-0001' is rejected");
    ask_op(w, "order_reject", "r-4", "\"ref\":\"O-0001\"");
    expect_refused(w, 65, "is rejected");
    ask_op(w, "order_retry", "r-5", "\"ref\":\"O-0001/2\"");
    expect_refused(w, 65, "'O-0001' is rejected");
    assert_int_equal(entries(w, "order_reject"), 1);
    nothing_was_given(w);
}

/* What is proposed is approved, rejected or left; nothing else is done to it, nor is it in anybody's way. */
static void it_only_lies_there(void **state)
{
    static const char *const ops[] = {"order_pause", "order_resume", "order_stop", "order_skip"};
    struct world_ops *w = *state;
    char request[32];
    only_one_alone(w);
    propose(w, "r-1", TWO);
    for (size_t i = 0; i < sizeof ops / sizeof *ops; i++) {
        snprintf(request, sizeof request, "r-2-%zu", i);
        ask_op(w, ops[i], request, i == 3 ? "\"ref\":\"O-0001/1\"" : "\"ref\":\"O-0001\"");
        expect_refused(w, 65, "waits for a second person");
    }
    assert_false(order_ops_busy(w->ops));
    order(w, "r-3", HOLD); /* the same job, alone: it counts by itself */
    expect_done(w, "O-0002");
    w->uid = STRANGER_UID;
    approve(w, "r-4", hash);
    expect_refused(w, 75, "'a/1' is being changed already");
    settle(w);
    assert_int_equal(w->given, 1);
}

static void not_where_one_person_is_enough(void **state)
{
    struct world_ops *w = *state;
    ask_op(w, "order_propose", "r-1", TWO);
    expect_refused(w, 64, "one person is enough");
    ask_op(w, "order_break_glass", "r-2", CANCEL);
    expect_refused(w, 64, "one person is enough");
    ask_op(w, "order_propose", "r-3", "\"action\":\"hold\",\"targets\":[\"a/2\",\"a/5\"]"); /* one runs */
    expect_refused(w, 77, "running");
    nothing_was_given(w);
}

static void roles_decide(void **state)
{
    struct world_ops *w = *state;
    only_one_alone(w);
    w->roles = ROLES_VIEWER | ROLES_APPROVER;
    ask_op(w, "order_propose", "r-1", TWO);
    expect_refused(w, 77, "it takes the role operator");
    w->roles = ROLES_VIEWER | ROLES_OPERATOR;
    w->write = false;
    ask_op(w, "order_propose", "r-2", TWO);
    expect_refused(w, 77, "read-only");
    w->write = true;
    propose(w, "r-3", TWO);
    w->uid = STRANGER_UID;
    approve(w, "r-4", hash);
    expect_refused(w, 77, "it takes the role approver");
    w->roles = ROLES_VIEWER | ROLES_APPROVER;
    approve(w, "r-5", hash);
    expect_done(w, "O-0001");
}

/* One account of a bastion; and sudo makes nobody two. */
static void people_are_told_apart(void **state)
{
    struct world_ops *w = *state;
    only_one_alone(w);
    snprintf(w->asker.key, sizeof w->asker.key, "SHA256:wang");
    propose(w, "r-1", TWO);
    w->asker.key[0] = '\0';
    approve(w, "r-2", hash);
    expect_refused(w, 77, "nothing tells you from");
    snprintf(w->asker.key, sizeof w->asker.key, "SHA256:wang");
    approve(w, "r-3", hash);
    expect_refused(w, 77, "has proposed the order");
    snprintf(w->asker.key, sizeof w->asker.key, "SHA256:li");
    reopen(w); /* who proposed it is on record, with the key */
    approve(w, "r-4", hash);
    expect_done(w, "O-0001");
}

/* --- what changed meanwhile --- */

static void tell_job(struct world_ops *w, const char *id, const char *queue)
{
    struct store_batch *jobs = fixture_batch(&w->f, "a", KIND_JOB, false);
    struct row job = fixture_job(id, "ann", "waiting", 4);
    job.cells[JOB_SCHEDULER] = value_text(text_of("a"));
    job.cells[JOB_QUEUE] = value_text(text_of(queue));
    job.cells[JOB_SUBMITTED_AT] = value_time(1005);
    fixture_add(jobs, &job);
    fixture_apply(&w->f, jobs, 100000);
}

static void what_changed_is_not_approved(void **state)
{
    struct world_ops *w = *state;
    only_one_alone(w);
    propose(w, "r-1", TWO);
    w->uid = STRANGER_UID;
    w->frozen = true;
    approve(w, "r-2", hash);
    assert_non_null(strstr(w->err.text, "changes are frozen"));
    w->frozen = false;
    w->takes = (struct err){.kind = ERR_REFUSED, .text = "the source is read_only"};
    approve(w, "r-3", hash);
    assert_non_null(strstr(w->err.text, "read_only"));
    w->takes = (struct err){0};
    tell_job(w, "a/5", "a/other"); /* the same job in another queue */
    approve(w, "r-4", hash);
    expect_refused(w, 77, "'a/5': it changed since it was seen: its queue is 'a/other'");
    w->later_ms = 5000;
    put_source(w, "a"); /* the same ids, submitted anew */
    approve(w, "r-5", hash);
    expect_refused(w, 67, "'a/1': there is no job 'a/1'");
    nothing_was_given(w);
    expect_cell(w, "O-0001/1", ACTION_STATE, "previewed"); /* what was refused leaves it as it lies */
}

static void stale_data_are_not_approved(void **state)
{
    struct world_ops *w = *state;
    only_one_alone(w);
    propose(w, "r-1", TWO);
    w->clock.start_boot_ms -= STALE_MS;
    w->clock.start_utc_ms += STALE_MS;
    w->clock.start_boot_ms += 2LL * STALE_MS;
    w->uid = STRANGER_UID;
    approve(w, "r-2", hash);
    expect_refused(w, 75, "not fresh");
    nothing_was_given(w);
}

/* --- a restart --- */

static void a_restart_keeps_it(void **state)
{
    struct world_ops *w = *state;
    only_one_alone(w);
    propose(w, "r-1", TWO);
    reopen(w);
    expect_cell(w, "O-0001/1", ACTION_HASH, hash);
    nothing_was_given(w);
    w->uid = STRANGER_UID;
    approve(w, "r-2", hash);
    expect_done(w, "O-0001");
    reopen(w); /* between the approval and the first request */
    settle(w);
    assert_int_equal(w->given, 1);
    approve(w, "r-3", hash);
    expect_refused(w, 65, "is running");
}

static void a_restart_lets_it_expire(void **state)
{
    struct world_ops *w = *state;
    only_one_alone(w);
    propose(w, "r-1", TWO);
    order_ops_free(w->ops);
    w->clock.start_utc_ms += QUARTER_MS;
    ops_open(w);
    order_ops_tick(w->ops);
    expect_cell(w, "O-0001/1", ACTION_STATE, "refused");
    nothing_was_given(w);
}

/* --- alone, in an emergency --- */

static void alone_in_an_emergency(void **state)
{
    struct world_ops *w = *state;
    only_one_alone(w);
    w->roles = ROLES_ALL & ~(unsigned)ROLES_BREAK_GLASS;
    ask_op(w, "order_break_glass", "r-1", CANCEL);
    expect_refused(w, 77, "it takes the role break_glass");
    w->roles = ROLES_ALL;
    ask_op(w, "order_break_glass", "r-2", "\"action\":\"cancel\",\"targets\":[\"a/1\",\"a/5\"]");
    expect_refused(w, 64, "takes a reason");
    assert_string_equal(w->glass, "");
    nothing_was_given(w);
    ask_op(w, "order_break_glass", "r-3", CANCEL);
    expect_done(w, "O-0001");
    assert_string_equal(w->glass, "O-0001"); /* at once */
    assert_string_equal(w->glass_reason, "the cooling fails");
    expect_cell(w, "O-0001/1", ACTION_APPROVED_BY, "break-glass");
    settle(w);
    assert_int_equal(w->given, 1);
    assert_int_equal(entries(w, "order_break_glass"), 1);
}

/* Two jobs, where two people may order three at once. */
static void alone_is_half_as_much(void **state)
{
    struct world_ops *w = *state;
    w->limits.jobs_max = 3;
    only_one_alone(w);
    ask_op(w, "order_break_glass", "r-1", CANCEL);
    expect_refused(w, 77, "too much at once: 2 jobs, at most 1");
    nothing_was_given(w);
    propose(w, "r-2", CANCEL);
}

/* Running work that is stopped is bounded, however many approve. */
static void nobody_stops_more_than_may_be(void **state)
{
    struct world_ops *w = *state;
    struct store_batch *jobs = fixture_batch(&w->f, "a", KIND_JOB, true);
    char id[32];
    for (int i = 1; i <= 5; i++) {
        snprintf(id, sizeof id, "a/%d", i);
        struct row job = fixture_job(id, "ann", "running", 4);
        job.cells[JOB_SCHEDULER] = value_text(text_of("a"));
        fixture_add(jobs, &job);
    }
    fixture_apply(&w->f, jobs, 100000);
    only_one_alone(w);
    ask_op(w, "order_propose", "r-1", CANCEL);
    expect_refused(w, 77, "too much at once: running jobs");
    nothing_was_given(w);
}

#define T(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        T(one_proposes_another_approves),
        T(once),
        T(to_the_byte),
        T(what_was_kept_is_what_was_proposed),
        T(a_quarter_of_an_hour),
        T(rejected),
        T(it_only_lies_there),
        T(not_where_one_person_is_enough),
        T(roles_decide),
        T(people_are_told_apart),
        T(what_changed_is_not_approved),
        T(stale_data_are_not_approved),
        T(a_restart_keeps_it),
        T(a_restart_lets_it_expire),
        T(alone_in_an_emergency),
        T(alone_is_half_as_much),
        T(nobody_stops_more_than_may_be),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
