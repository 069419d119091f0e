#include "unit/collector/ops_answers.h"

#include "base/mem.h"
#include "collector/plan_ops.h"
#include "domain/plan_json.h"
#include "store/plans.h"
#include "unit/domain/plan_bench.h"

enum { STRANGER_UID = 1, MANY_JOBS = 10000, PIECE = 100000 };

/* Plans over a store that holds the rows of a good one, and what clients were answered. */
struct world_ops {
    struct ops_answers a;
    struct fixture f;
    struct apply *apply;
    struct clock clock;
    struct plan_ops *ops;
    struct plan_limits limits;
    struct bench bench;
    int told;
    char made[32], hash[80], failed[400];
    uid_t uid;
    bool write, frozen;
    int runs; /* of plans that were let through, the last of them: */
    char ran[32], approved_by[64];
};

static void on_told(void *ctx, const struct serve_call *call, struct safe_text made, const struct serve_told *told)
{
    struct world_ops *w = ctx;
    assert_int_equal(call->id, 7);
    w->told++;
    text_show_in(made, w->made, sizeof w->made);
    text_show_in(told->hash, w->hash, sizeof w->hash);
    text_show_in(told->failed, w->failed, sizeof w->failed);
    ops_answered(&w->a);
}

static bool on_run(void *ctx, const struct order_ops_carry *carry, const struct journal_entry *e, struct err *err)
{
    struct world_ops *w = ctx;
    (void)e;
    (void)err;
    w->runs++;
    text_show_in(carry->plan->id, w->ran, sizeof w->ran);
    text_show_in(carry->approved_by, w->approved_by, sizeof w->approved_by);
    w->told++;
    ops_answered(&w->a);
    return true;
}

static bool on_allowed(void *ctx, const struct plan *p, struct err *err)
{
    (void)p;
    return !((struct world_ops *)ctx)->frozen || err_set(err, ERR_REFUSED, "changes are frozen");
}

static void ops_open(struct world_ops *w)
{
    const struct plan_ops_options options = {
        .loop = w->a.loop,
        .store = w->f.store,
        .apply = w->apply,
        .clock = &w->clock,
        .limits = w->limits,
        .ctx = w,
        .told = on_told,
        .refuse = ops_on_refuse,
        .allowed = on_allowed,
        .run = on_run,
    };
    w->ops = plan_ops_new(&options);
}

static void put_rows(struct world_ops *w)
{
    for (const enum kind *k = plan_check_kinds(); *k != KIND_NONE; k++) {
        struct store_batch *b = fixture_batch(&w->f, "src", *k, true);
        for (int i = 0; i < w->bench.w->n; i++) {
            if (w->bench.w->rows[i].kind == *k)
                fixture_add(b, &w->bench.w->rows[i]);
        }
        fixture_apply(&w->f, b, 100000);
    }
}

static int setup(void **state)
{
    struct world_ops *w = mem_new(1, sizeof *w);
    struct err err = {0};
    fixture_init(&w->f, NULL);
    w->f.now.utc_ms = world_now_ms;
    w->clock = (struct clock){.simulated = true, .start_utc_ms = world_now_ms, .start_boot_ms = w->f.now.boot_ms};
    w->limits = plan_limits_preset();
    w->limits.accels_alone_pct = 100;
    w->uid = getuid();
    w->a.loop = loop_new(&err);
    w->apply = apply_new(w->a.loop);
    bench_begin(&w->bench);
    put_rows(w);
    ops_open(w);
    fixture_read(&w->f);
    *state = w;
    return 0;
}

static int teardown(void **state)
{
    struct world_ops *w = *state;
    plan_ops_free(w->ops);
    apply_free(w->apply);
    fixture_release(&w->f);
    loop_free(w->a.loop);
    free(w->bench.w);
    free(w);
    return 0;
}

static void ask(struct world_ops *w, const char *frame, size_t n)
{
    struct err err = {0};
    struct json *m = json_parse(frame, n, JSON_STRICT, &err);
    const struct serve_call call = {.visitor = 1, .id = 7, .uid = w->uid, .write = w->write};
    int before = w->told + w->a.refused;
    fixture_fail(&err);
    w->a.err = (struct err){0};
    w->made[0] = '\0';
    assert_true(plan_ops_ask(w->ops, &call, m));
    json_free(m);
    if (w->told + w->a.refused == before)
        ops_run(&w->a);
}

struct asked {
    const char *op, *request, *replaces, *hash, *ref;
    int nr; /* of a piece; -1: it is none */
    const char *confirm;
};

static void ask_with(struct world_ops *w, const struct asked *a, const char *plan, size_t n)
{
    struct buf frame = buf_make(2 * PLAN_JSON_MAX);
    struct json_writer j = json_writer_make(&frame);
    const struct {
        const char *key, *value;
    } members[] = {{"op", a->op},
                   {"request_id", a->request},
                   {"replaces", a->replaces},
                   {"hash", a->hash},
                   {"ref", a->ref},
                   {"reason", a->ref ? "not now" : NULL},
                   {"confirm", a->confirm}};
    json_open_object(&j);
    for (size_t i = 0; i < sizeof members / sizeof *members; i++) {
        if (!members[i].value)
            continue;
        json_put_key(&j, members[i].key);
        json_put_str(&j, members[i].value);
    }
    if (a->nr >= 0) {
        json_put_key(&j, "nr");
        json_put_int(&j, a->nr);
    }
    if (plan) {
        json_put_key(&j, "plan");
        json_put_text(&j, text_from(plan, n));
    }
    json_close_object(&j);
    ask(w, buf_str(&frame), frame.len);
    buf_release(&frame);
}

static void propose(struct world_ops *w, const char *request, const char *replaces, const char *hash)
{
    struct buf body = buf_make(PLAN_JSON_MAX);
    struct err err = {0};
    const struct asked a = {"plan_propose", request, replaces, hash, NULL, -1, NULL};
    plan_json_write(&w->bench.plan, &body, &err);
    fixture_fail(&err);
    ask_with(w, &a, buf_str(&body), body.len);
    buf_release(&body);
}

static void reject(struct world_ops *w, const char *request, const char *ref)
{
    const struct asked a = {"plan_reject", request, NULL, NULL, ref, -1, NULL};
    ask_with(w, &a, NULL, 0);
}

static void expect_told(struct world_ops *w, const char *made)
{
    if (w->a.err.kind != ERR_NONE)
        fail_msg("%s", w->a.err.text);
    assert_string_equal(w->made, made);
}

static void expect_refused(struct world_ops *w, int status, const char *says)
{
    if (err_status(&w->a.err) != status || !strstr(w->a.err.text, says))
        fail_msg("'%s' (%d), not '%s' (%d)", w->a.err.text, err_status(&w->a.err), says, status);
}

/* How many rows of a kind the cache has; `id` (may be NULL) becomes `row`, valid until the next call. */
static size_t count_rows(struct world_ops *w, enum kind kind, const char *id, struct row *row)
{
    static struct query_rows *r;
    query_rows_free(r);
    r = query_rows_new(w->f.query, kind, QUERY_NOW);
    fixture_load(&w->f, r);
    size_t n = query_rows_count(r);
    for (size_t i = 0; i < n && id; i++) {
        if (query_rows_at(r, i, row) && text_is(row->id, id))
            id = NULL;
    }
    if (id)
        fail_msg("there is no row '%s'", id);
    if (!row) {
        query_rows_free(r);
        r = NULL;
    }
    return n;
}

static void expect_cell(struct world_ops *w, const char *id, int field, const char *text)
{
    struct row row;
    char shown[200];
    count_rows(w, KIND_PLAN, id, &row);
    assert_string_equal(text_show_in(value_text_or(&row.cells[field], "-"), shown, sizeof shown), text);
    count_rows(w, KIND_PLAN, NULL, NULL);
}

static void apply(struct world_ops *w, const char *request, const char *hash, const char *confirm)
{
    const struct asked a = {"plan_apply", request, NULL, hash, "P-0001", -1, confirm};
    ask_with(w, &a, NULL, 0);
}

static void approve(struct world_ops *w, const char *request, const char *hash)
{
    const struct asked a = {"plan_approve", request, NULL, hash, "P-0001", -1, NULL};
    ask_with(w, &a, NULL, 0);
}

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
    const struct serve_call calls[] = {{.visitor = 1, .id = 7, .uid = w->uid}, {.visitor = 2, .id = 7, .uid = w->uid}};
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

/* Above the limits of one person: who proposed it is not two people, an approval counts once, and a restart does not lose it. */
static void two_people(void **state)
{
    struct world_ops *w = *state;
    char hash[80];
    w->limits.jobs_alone = 1;
    plan_ops_free(w->ops);
    ops_open(w);
    w->write = true;
    propose(w, "r-1", NULL, NULL);
    snprintf(hash, sizeof hash, "%s", w->hash);
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
    struct asked a = {"plan_piece", request, NULL, NULL, NULL, 0, NULL};
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
    struct asked a = {"plan_piece", "r-1", NULL, NULL, NULL, 0, NULL};
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
    struct asked a = {"plan_piece", NULL, NULL, NULL, NULL, 0, NULL};
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
    const struct serve_call call = {.visitor = 1, .id = 7};
    assert_false(plan_ops_ask(w->ops, &call, m));
    json_free(m);
    propose(w, "", NULL, NULL);
    expect_refused(w, 64, "request_id");
}

#define T(test) cmocka_unit_test_setup_teardown(test, setup, teardown)

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
        T(two_people),
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
