#include "unit/collector/plan_world.h"

/* --- tests --- */

static void proposed_and_checked(void **state)
{
    struct world_ops *w = *state;
    char hash[PLAN_HASH_SIZE];
    assert_true(plan_json_hash(&w->bench.plan, hash, NULL));
    propose(w, "r-1", NULL, hash);
    expect_told(w, "P-0001");
    assert_string_equal(w->hash, hash);
    assert_string_equal(w->failed, ""); /* the good plan holds against the present */
    expect_cell(w, "P-0001", PLAN_STATE, "proposed");
    expect_cell(w, "P-0001", PLAN_HASH, hash);
    assert_int_equal(count_rows(w, KIND_MOVE, NULL, NULL), JOBS);
}

/* What the present does not bear out is said by the collector, whatever the plan says of itself. */
static void the_present_decides(void **state)
{
    struct world_ops *w = *state;
    struct plan_check own = {text_of(PLAN_CHECK_ALONE), true, text_of("one person may")};
    world_row(w->bench.w, KIND_NODE, "b/n0")->cells[NODE_STATE] = world_word("down");
    put_rows(w);
    w->limits.jobs_alone = 1;
    plan_ops_free(w->ops);
    ops_open(w);
    w->bench.plan.checks = &own;
    w->bench.plan.check_count = 1;
    propose(w, "r-1", NULL, NULL);
    expect_told(w, "P-0001");
    assert_non_null(strstr(w->failed, "room_now"));
    assert_non_null(strstr(w->failed, PLAN_CHECK_ALONE));
    struct row row;
    count_rows(w, KIND_PLAN, "P-0001", &row);
    struct safe_text checks = value_text_or(&row.cells[PLAN_CHECKS], "");
    assert_true(text_contains(checks, text_of("one_person=no"), false));
    assert_false(text_contains(checks, text_of("one_person=ok"), false));
}

/* A source that has not answered for long: both ends must be fresh, by the clock that the collector was given. */
static void stale_rows_fail(void **state)
{
    struct world_ops *w = *state;
    w->clock.start_utc_ms += 61000;
    w->clock.start_boot_ms += 61000;
    propose(w, "r-1", NULL, NULL);
    expect_told(w, "P-0001");
    assert_non_null(strstr(w->failed, "ends_now"));
    assert_non_null(strstr(w->failed, "jobs_now"));
}

static void the_same_request_is_done_once(void **state)
{
    struct world_ops *w = *state;
    propose(w, "r-1", NULL, NULL);
    expect_told(w, "P-0001");
    propose(w, "r-1", NULL, NULL);
    expect_told(w, "P-0001");
    assert_int_equal(count_rows(w, KIND_PLAN, NULL, NULL), 1);
    w->bench.jobs[0].since_ms = 99; /* another plan under the same request_id */
    propose(w, "r-1", NULL, NULL);
    expect_refused(w, 65, "request");
    propose(w, "r-2", NULL, NULL);
    expect_told(w, "P-0002");
    reject(w, "r-3", "P-0001");
    expect_told(w, "P-0001");
    reject(w, "r-3", "P-0001");
    expect_told(w, "P-0001");
    expect_cell(w, "P-0001", PLAN_STATE, "stopped");
}

static void two_at_once_are_one(void **state)
{
    struct world_ops *w = *state;
    const struct serve_call calls[] = {{.visitor = 1, .id = 7, .uid = w->uid, .roles = ROLES_ALL},
                                       {.visitor = 2, .id = 7, .uid = w->uid, .roles = ROLES_ALL}};
    struct buf body = buf_make(PLAN_JSON_MAX), frame = buf_make(PLAN_JSON_MAX);
    struct json_writer j = json_writer_make(&frame);
    struct err err = {0};
    plan_json_write(&w->bench.plan, &body, &err);
    json_open_object(&j);
    json_put_key(&j, "op");
    json_put_str(&j, "plan_propose");
    json_put_key(&j, "request_id");
    json_put_str(&j, "r-1");
    json_put_key(&j, "plan");
    json_put_str(&j, buf_str(&body));
    json_close_object(&j);
    struct json *m = json_parse(buf_str(&frame), frame.len, JSON_STRICT, &err);
    assert_true(plan_ops_ask(w->ops, &calls[0], m) && plan_ops_ask(w->ops, &calls[1], m));
    json_free(m);
    while (w->told + w->a.refused < 2)
        ops_run(&w->a);
    expect_told(w, "P-0001");
    assert_int_equal(count_rows(w, KIND_PLAN, NULL, NULL), 1);
    buf_release(&body);
    buf_release(&frame);
}

static void another_hash_is_refused(void **state)
{
    struct world_ops *w = *state;
    char hash[PLAN_HASH_SIZE];
    assert_true(plan_json_hash(&w->bench.plan, hash, NULL));
    w->bench.moves[0].queue_to = text_of("elsewhere");
    propose(w, "r-1", NULL, hash);
    expect_refused(w, 65, "another than its hash");
    assert_int_equal(count_rows(w, KIND_PLAN, NULL, NULL), 0);
}

static void one_replaces_another(void **state)
{
    struct world_ops *w = *state;
    propose(w, "r-1", NULL, NULL);
    propose(w, "r-2", "P-0001", NULL);
    expect_told(w, "P-0002");
    expect_cell(w, "P-0002", PLAN_REPLACES, "P-0001");
    propose(w, "r-3", "P-0009", NULL);
    expect_refused(w, 67, "replaces");
}

static void what_was_seen_and_typed_is_what_runs(void **state)
{
    struct world_ops *w = *state;
    char hash[80];
    propose(w, "r-1", NULL, NULL);
    snprintf(hash, sizeof hash, "%s", w->hash);
    apply(w, "r-2", hash, "P-0001");
    expect_refused(w, 77, "read-only");
    w->write = true;
    apply(w, "r-3", "another", "P-0001");
    expect_refused(w, 77, "not the one that was seen");
    apply(w, "r-4", hash, NULL);
    expect_refused(w, 64, "not confirmed");
    apply(w, "r-5", hash, "P-0002");
    expect_refused(w, 64, "not confirmed");
    w->frozen = true;
    apply(w, "r-6", hash, "P-0001");
    expect_refused(w, 77, "frozen");
    assert_int_equal(w->runs, 0);
    w->frozen = false;
    apply(w, "r-7", hash, "P-0001");
    assert_int_equal(w->runs, 1);
    assert_string_equal(w->ran, "P-0001");
    assert_string_equal(w->approved_by, "");
}

static void what_does_not_hold_any_more_does_not_run(void **state)
{
    struct world_ops *w = *state;
    char hash[80];
    w->write = true;
    propose(w, "r-1", NULL, NULL);
    snprintf(hash, sizeof hash, "%s", w->hash);
    world_row(w->bench.w, KIND_NODE, "b/n0")->cells[NODE_STATE] = world_word("down");
    put_rows(w);
    apply(w, "r-2", hash, "P-0001");
    expect_refused(w, 75, "room_now");
    assert_int_equal(w->runs, 0);
}

/* One's own may be taken back by whoever may propose; somebody else's is stopped by who may write. */
static void rejecting(void **state)
{
    struct world_ops *w = *state;
    propose(w, "r-1", NULL, NULL);
    propose(w, "r-2", NULL, NULL);
    w->uid = STRANGER_UID;
    reject(w, "r-3", "P-0001");
    expect_refused(w, 77, "read-only");
    expect_cell(w, "P-0001", PLAN_STATE, "proposed");
    w->write = true;
    reject(w, "r-4", "P-0001");
    expect_told(w, "P-0001");
    expect_cell(w, "P-0001", PLAN_STATE, "stopped");
    reject(w, "r-5", "P-0001");
    expect_refused(w, 65, "only one that is proposed");
    reject(w, "r-6", "P-0077");
    expect_refused(w, 67, "no plan");
    w->uid = getuid();
    w->write = false;
    reject(w, "r-7", "P-0002");
    expect_told(w, "P-0002");
}

static void expired_after_its_time(void **state)
{
    struct world_ops *w = *state;
    propose(w, "r-1", NULL, NULL);
    w->clock.start_utc_ms += w->limits.expires_s * 1000 - 1;
    plan_ops_tick(w->ops);
    expect_cell(w, "P-0001", PLAN_STATE, "proposed");
    w->clock.start_utc_ms += 1;
    plan_ops_tick(w->ops);
    propose(w, "r-2", NULL, NULL); /* its rows come after those of the first */
    expect_cell(w, "P-0001", PLAN_STATE, "expired");
    expect_cell(w, "P-0002", PLAN_STATE, "proposed");
    assert_int_equal(count_rows(w, KIND_MOVE, NULL, NULL), 2 * JOBS);
    reject(w, "r-3", "P-0001");
    expect_refused(w, 65, "expired");
}

static void another_collector_knows_them(void **state)
{
    struct world_ops *w = *state;
    propose(w, "r-1", NULL, NULL);
    propose(w, "r-2", NULL, NULL);
    reject(w, "r-3", "P-0001");
    plan_ops_free(w->ops);
    ops_open(w);
    propose(w, "r-2", NULL, NULL); /* it was done in the former one's life */
    expect_told(w, "P-0002");
    expect_cell(w, "P-0001", PLAN_STATE, "stopped");
    assert_int_equal(count_rows(w, KIND_PLAN, NULL, NULL), 2);
}

/* --- plans that are larger than a frame --- */

/* A plan of many jobs, none of which there is. */
static void put_many(struct world_ops *w, struct plan_job *jobs, char (*ids)[16])
{
    for (int i = 0; i < MANY_JOBS; i++) {
        snprintf(ids[i], sizeof ids[i], "a/%d", 1000 + i);
        jobs[i] = (struct plan_job){
            .id = text_of(ids[i]), .user = text_of("u"), .tenant = text_of("t"), .accels = 1, .cpus = 8};
    }
    w->bench.moves[0].jobs = jobs;
    w->bench.moves[0].job_count = MANY_JOBS;
}

static void send_pieces(struct world_ops *w, const char *request, const struct buf *body, int skip)
{
    struct wish a = {"plan_piece", request, NULL, NULL, NULL, 0, NULL};
    size_t at = 0;
    for (; at + PIECE < body->len; at += PIECE, a.nr++) {
        if (a.nr != skip)
            ask_with(w, &a, buf_str(body) + at, PIECE);
        if (w->a.err.kind != ERR_NONE)
            return;
    }
    a.op = "plan_propose";
    a.nr = -1;
    ask_with(w, &a, buf_str(body) + at, body->len - at);
}

static void larger_than_a_frame(void **state)
{
    struct world_ops *w = *state;
    struct plan_job *jobs = mem_new(MANY_JOBS, sizeof *jobs);
    char(*ids)[16] = mem_new(MANY_JOBS, sizeof *ids);
    struct buf body = buf_make(PLAN_JSON_MAX);
    char hash[PLAN_HASH_SIZE];
    struct row row;
    put_many(w, jobs, ids);
    assert_true(plan_json_write(&w->bench.plan, &body, NULL) && plan_json_hash(&w->bench.plan, hash, NULL));
    assert_true(body.len > 1 << 20);
    send_pieces(w, "r-1", &body, -1);
    expect_told(w, "P-0001");
    assert_string_equal(w->hash, hash);
    count_rows(w, KIND_MOVE, "P-0001/1", &row);
    assert_int_equal(value_int_or(&row.cells[MOVE_JOBS], 0), MANY_JOBS);
    send_pieces(w, "r-1", &body, -1); /* the answer was lost */
    expect_told(w, "P-0001");
    assert_int_equal(count_rows(w, KIND_PLAN, NULL, NULL), 1);
    send_pieces(w, "r-2", &body, 2);
    expect_refused(w, 64, "piece");
    assert_int_equal(count_rows(w, KIND_PLAN, NULL, NULL), 1);
    buf_release(&body);
    free(jobs);
    free(ids);
}

static void too_large_is_said(void **state)
{
    struct world_ops *w = *state;
    struct buf blank = buf_make(PIECE);
    struct wish a = {"plan_piece", "r-1", NULL, NULL, NULL, 0, NULL};
    while (blank.len < PIECE - 1)
        buf_putc(&blank, ' ', NULL);
    for (; a.nr <= PLAN_JSON_MAX / PIECE + 2 && w->a.err.kind == ERR_NONE; a.nr++)
        ask_with(w, &a, buf_str(&blank), blank.len);
    expect_refused(w, 65, "too large");
    assert_non_null(strstr(w->a.err.hint, "--max-moves"));
    buf_release(&blank);
}

/* Who begins and does not go on keeps nobody else from it. */
static void half_a_plan_is_let_go(void **state)
{
    struct world_ops *w = *state;
    struct wish a = {"plan_piece", NULL, NULL, NULL, NULL, 0, NULL};
    char request[16];
    int i = 0;
    for (; i < 20 && w->a.err.kind == ERR_NONE; i++) {
        snprintf(request, sizeof request, "h-%d", i);
        a.request = request;
        ask_with(w, &a, "{", 1);
    }
    assert_int_equal(i, 9);
    expect_refused(w, 75, "being proposed");
}

/* The oldest go, with all of their rows. */
static void the_newest_are_kept(void **state)
{
    struct world_ops *w = *state;
    char request[16];
    for (int i = 0; i <= PLANS_KEPT; i++) {
        snprintf(request, sizeof request, "k-%d", i);
        propose(w, request, NULL, NULL);
    }
    expect_told(w, "P-0201");
    assert_int_equal(count_rows(w, KIND_PLAN, NULL, NULL), PLANS_KEPT);
    assert_int_equal(count_rows(w, KIND_MOVE, NULL, NULL), PLANS_KEPT * JOBS);
    reject(w, "k-x", "P-0001");
    expect_refused(w, 67, "no plan");
}

static void others_requests_are_not_taken(void **state)
{
    struct world_ops *w = *state;
    struct json *m = json_parse("{\"op\":\"ack\"}", 12, JSON_STRICT, NULL);
    const struct serve_call call = {.visitor = 1, .id = 7, .roles = ROLES_ALL};
    assert_false(plan_ops_ask(w->ops, &call, m));
    json_free(m);
    propose(w, "", NULL, NULL);
    expect_refused(w, 64, "request_id");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        T(proposed_and_checked),
        T(the_present_decides),
        T(stale_rows_fail),
        T(the_same_request_is_done_once),
        T(two_at_once_are_one),
        T(another_hash_is_refused),
        T(one_replaces_another),
        T(rejecting),
        T(what_was_seen_and_typed_is_what_runs),
        T(what_does_not_hold_any_more_does_not_run),
        T(expired_after_its_time),
        T(another_collector_knows_them),
        T(larger_than_a_frame),
        T(too_large_is_said),
        T(half_a_plan_is_let_go),
        T(the_newest_are_kept),
        T(others_requests_are_not_taken),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
