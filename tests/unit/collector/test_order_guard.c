#include "unit/collector/order_world.h"

/* What pauses a plan by itself between two waves, and that it goes on when the cause is gone. Five jobs of "a" move to "b": three in
 * the first wave, two in the second; one source has both. */

enum { JOBS = 5, WAVE = 3 };

struct guarded {
    struct world_ops *w;
    struct plan plan;
    struct plan_move move;
    struct plan_job jobs[JOBS];
    int moved;
};

static void put_rows(struct world_ops *w, enum kind kind, const struct row *rows, size_t n)
{
    struct store_batch *b = fixture_batch(&w->f, "a", kind, true);
    w->f.now = clock_now(&w->clock);
    for (size_t i = 0; i < n; i++)
        fixture_add(b, &rows[i]);
    fixture_apply(&w->f, b, 100000);
}

static void put_link(struct world_ops *w, double ms)
{
    struct row link = {.kind = KIND_LINK, .id = text_of("A>B")};
    link.cells[LINK_FROM] = value_text(text_of("A"));
    link.cells[LINK_TO] = value_text(text_of("B"));
    link.cells[LINK_ONE_WAY_MS] = value_real(ms);
    link.cells[LINK_ONE_WAY_BASIS] = value_text(text_of("measured"));
    put_rows(w, KIND_LINK, &link, 1);
}

static void put_schedulers(struct world_ops *w, int64_t cpus_free)
{
    struct row rows[] = {{.kind = KIND_SCHEDULER, .id = text_of("a")}, {.kind = KIND_SCHEDULER, .id = text_of("b")}};
    rows[0].cells[SCHEDULER_CLUSTER] = value_text(text_of("A"));
    rows[1].cells[SCHEDULER_CLUSTER] = value_text(text_of("B"));
    rows[1].cells[SCHEDULER_CPUS_TOTAL] = value_int(100);
    rows[1].cells[SCHEDULER_CPUS_FREE] = value_int(cpus_free);
    rows[1].cells[SCHEDULER_NODES_TOTAL] = value_int(10);
    put_rows(w, KIND_SCHEDULER, rows, 2);
}

static struct row job_row(const char *id, const char *scheduler, int64_t cpus, int64_t submitted_ms)
{
    struct row job = fixture_job(id, "ann", "waiting", cpus);
    job.cells[JOB_SCHEDULER] = value_text(text_of(scheduler));
    job.cells[JOB_SUBMITTED_AT] = value_time(submitted_ms);
    job.cells[JOB_MOVABLE] = value_bool(true);
    job.cells[JOB_QUEUE] = value_text(text_of("main"));
    return job;
}

/* Those of the plan that have not moved, those that have and are seen, and `own` CPUs of a job of the target's own. */
static void put_jobs(struct guarded *g, int seen, int64_t own)
{
    struct row rows[4 * JOBS];
    char ids[4 * JOBS][16];
    size_t n = 0;
    for (int i = 1; i <= JOBS; i++) {
        snprintf(ids[i - 1], sizeof ids[0], "a/%d", i);
        rows[n++] = job_row(ids[i - 1], "a", 4, 1000 + i);
    }
    for (int i = 1; i <= seen; i++) {
        snprintf(ids[JOBS + i - 1], sizeof ids[0], "b/%d", 100 + i);
        rows[n++] = job_row(ids[JOBS + i - 1], "b", 4, 2000);
    }
    if (own > 0)
        rows[n++] = job_row("b/77", "b", own, 2000);
    put_rows(g->w, KIND_JOB, rows, n);
}

static void plan_init(struct guarded *g)
{
    char id[16];
    for (int i = 1; i <= JOBS; i++) {
        snprintf(id, sizeof id, "a/%d", i);
        g->jobs[i - 1].id = rows_text(&g->plan.arena, text_of(id));
    }
    g->move = (struct plan_move){.from = text_of("a"), .to = text_of("b"), .jobs = g->jobs, .job_count = JOBS};
    g->plan.id = text_of("P-0001");
    g->plan.hash = text_of("h");
    g->plan.moves = &g->move;
    g->plan.move_count = 1;
}

static void start(struct guarded *g, struct world_ops *w)
{
    const struct serve_call call = {.visitor = 1, .id = 7, .uid = w->uid, .roles = ROLES_ALL, .write = true};
    const struct order_ops_carry carry = {
        .call = &call, .plan = &g->plan, .reason = text_of(""), .change = text_of(""), .approved_by = text_of("")};
    *g = (struct guarded){.w = w};
    w->moves = true;
    fixture_apply(&w->f, fixture_batch(&w->f, "b", KIND_SCHEDULER, true), 100000); /* "a" tells of both */
    fixture_apply(&w->f, fixture_batch(&w->f, "b", KIND_JOB, true), 100000);
    plan_init(g);
    put_schedulers(w, 50);
    put_jobs(g, 0, 0);
    put_link(w, 10);
    const struct journal_entry e = {.at_ms = clock_now(&w->clock).utc_ms,
                                    .uid = w->uid,
                                    .who = text_of("ann"),
                                    .op = text_of("plan_apply"),
                                    .request_id = text_of("r-1"),
                                    .fingerprint = text_of("f")};
    assert_true(order_ops_plan(w->ops, &carry, &e, &w->err));
    run_loop(w);
    expect_done(w, "P-0001");
}

/* The next job moves, or that is refused. */
static void answer_next(struct guarded *g, bool done)
{
    char made[16];
    struct source_ordered said = source_ordered_make();
    const struct err why = {.kind = ERR_REFUSED, .text = "no"};
    settle(g->w);
    if (!g->w->ended) {
        struct buf room = buf_make(64 << 10);
        struct row row = {.kind = KIND_ACTION};
        char result[200] = "", id[32];
        snprintf(id, sizeof id, "O-0001/%d", g->moved + 1);
        store_find(g->w->f.store, KIND_ACTION, text_of(id), &room, &row);
        fail_msg("nothing was given: %s", text_show_in(value_text_or(&row.cells[ACTION_RESULT], ""), result, 200));
    }
    poller_ordered *ended = g->w->ended;
    g->w->ended = NULL;
    snprintf(made, sizeof made, "b/%d", 100 + ++g->moved);
    buf_puts(&said.remote, made, NULL);
    ended(g->w->ended_ctx, done ? SOURCE_ORDER_DONE : SOURCE_ORDER_REFUSED, &said, &why);
    source_ordered_release(&said);
}

static void first_wave(struct guarded *g)
{
    for (int i = 0; i < WAVE; i++)
        answer_next(g, true);
}

static void expect_paused(struct guarded *g, const char *why)
{
    settle(g->w);
    if (strcmp(g->w->state, "paused") != 0 || !strstr(g->w->why, why))
        fail_msg("it is %s: '%s', not paused: '%s'", g->w->state, g->w->why, why);
    assert_null(g->w->ended); /* nothing of the second wave left */
    assert_int_equal(g->w->given, WAVE);
}

static void resume(struct guarded *g, const char *request)
{
    char frame[160];
    snprintf(frame, sizeof frame, "{\"op\":\"order_resume\",\"request_id\":\"%s\",\"ref\":\"O-0001\"}", request);
    ask(g->w, frame);
    expect_done(g->w, "O-0001");
}

static void expect_the_rest(struct guarded *g)
{
    for (int i = WAVE; i < JOBS; i++)
        answer_next(g, true);
    settle(g->w);
    if (strcmp(g->w->state, "running") == 0 || strcmp(g->w->state, "paused") == 0)
        fail_msg("it is %s: %s", g->w->state, g->w->why);
    plan_release(&g->plan);
}

/* --- */

/* The second wave waits until each job of the first is seen where it went. */
static void each_job_is_read_back(void **state)
{
    struct guarded g;
    start(&g, *state);
    first_wave(&g);
    put_jobs(&g, WAVE - 1, 0); /* one is not there yet */
    for (int i = 0; i < 4; i++)
        settle(g.w);
    assert_null(g.w->ended);
    assert_string_equal(g.w->state, "running");
    put_jobs(&g, WAVE, 0);
    settle(g.w);
    settle(g.w);
    expect_the_rest(&g);
    assert_string_equal(g.w->state, "done");
}

static void reopen(struct world_ops *w)
{
    order_ops_free(w->ops);
    ops_open(w);
}

static void what_is_not_seen_pauses(void **state)
{
    struct world_ops *w = *state;
    struct guarded g;
    w->limits.read_back_s = 0;
    reopen(w);
    start(&g, w);
    first_wave(&g);
    expect_paused(&g, "b/103 was moved, and is not seen at b");
    resume(&g, "s-1"); /* a person has looked */
    expect_the_rest(&g);
}

static void a_delay_that_grows_pauses(void **state)
{
    struct guarded g;
    start(&g, *state);
    put_jobs(&g, WAVE, 0);
    put_link(g.w, 15.1); /* 1.5 times is what may be */
    first_wave(&g);
    expect_paused(&g, "the delay of A>B grew since the plan began: 15.1 ms, before 10");
    resume(&g, "s-1"); /* the cause stands: it pauses again */
    expect_paused(&g, "the delay of A>B grew");
    put_link(g.w, 14.9);
    resume(&g, "s-2");
    expect_the_rest(&g);
    assert_string_equal(g.w->state, "done");
}

/* What was noted of the links is in the journal. */
static void a_restart_compares_with_the_beginning(void **state)
{
    struct guarded g;
    start(&g, *state);
    put_jobs(&g, WAVE, 0);
    first_wave(&g);
    put_link(g.w, 30);
    reopen(g.w);
    expect_paused(&g, "30 ms, before 10");
    put_link(g.w, 10);
    resume(&g, "s-1");
    expect_the_rest(&g);
}

static void a_target_that_fills_up_pauses(void **state)
{
    struct guarded g;
    start(&g, *state);
    put_jobs(&g, WAVE, 0);
    put_schedulers(g.w, 3); /* of 100, 5 must stay */
    first_wave(&g);
    expect_paused(&g, "b: CPUs: 3 free, and 5 must stay");
    resume(&g, "s-1");
    expect_paused(&g, "3 free");
    put_schedulers(g.w, 50);
    resume(&g, "s-2");
    expect_the_rest(&g);
    assert_string_equal(g.w->state, "done");
}

/* Its own largest waiting job counts; those that the plan brought do not. */
static void its_own_largest_job_keeps_its_place(void **state)
{
    struct guarded g;
    start(&g, *state);
    put_jobs(&g, WAVE, 40);
    put_schedulers(g.w, 39);
    first_wave(&g);
    expect_paused(&g, "39 free, and 40 must stay");
    put_jobs(&g, WAVE, 39);
    resume(&g, "s-1");
    expect_the_rest(&g);
}

static void failures_pause(void **state)
{
    struct guarded g;
    start(&g, *state);
    put_jobs(&g, WAVE, 0);
    answer_next(&g, true);
    answer_next(&g, false);
    answer_next(&g, false);
    expect_paused(&g, "2 of 3 actions of the last wave failed");
    resume(&g, "s-1"); /* who resumes has seen it */
    expect_the_rest(&g);
    assert_string_equal(g.w->state, "partly");
}

static void put_source_row(struct world_ops *w, const char *state)
{
    struct row source = {.kind = KIND_SOURCE, .id = text_of("a")};
    source.cells[SOURCE_STATE] = value_text(text_of(state));
    source.cells[SOURCE_LAST_ERROR] = value_text(text_of("cannot reach it"));
    put_rows(w, KIND_SOURCE, &source, 1);
}

static void a_source_that_fails_pauses(void **state)
{
    struct guarded g;
    start(&g, *state);
    put_jobs(&g, WAVE, 0);
    put_source_row(g.w, "stale");
    first_wave(&g);
    expect_paused(&g, "the source a of b fails: cannot reach it");
    put_source_row(g.w, "live");
    resume(&g, "s-1");
    expect_the_rest(&g);
}

/* Jobs that go back go where they waited, however full that is, and what has started meanwhile stays: that is no failure. */
static void what_goes_back_is_not_held_up(void **state)
{
    struct world_ops *w = *state;
    struct guarded g;
    start(&g, w);
    put_jobs(&g, WAVE, 0);
    for (int i = 0; i < WAVE; i++)
        answer_next(&g, true);
    for (int i = WAVE; i < JOBS; i++)
        answer_next(&g, true);
    settle(w);
    assert_string_equal(w->state, "done");
    put_jobs(&g, JOBS, 0);
    struct row a = {.kind = KIND_SCHEDULER, .id = text_of("a")}, b = {.kind = KIND_SCHEDULER, .id = text_of("b")};
    a.cells[SCHEDULER_CPUS_TOTAL] = value_int(100);
    a.cells[SCHEDULER_CPUS_FREE] = value_int(0);
    a.cells[SCHEDULER_NODES_TOTAL] = value_int(10);
    const struct row full[] = {a, b}, queue = {.kind = KIND_QUEUE, .id = text_of("a/main")};
    put_rows(w, KIND_QUEUE, &queue, 1);
    put_rows(w, KIND_SCHEDULER, full, 2);
    const struct serve_call call = {.visitor = 1, .id = 7, .uid = w->uid, .write = true};
    const struct order_ops_carry carry = {
        .call = &call, .plan = &g.plan, .reason = text_of(""), .change = text_of(""), .approved_by = text_of("")};
    const struct journal_entry e = {.at_ms = clock_now(&w->clock).utc_ms,
                                    .uid = w->uid,
                                    .who = text_of("ann"),
                                    .op = text_of("plan_undo"),
                                    .request_id = text_of("u-1"),
                                    .fingerprint = text_of("f")};
    assert_true(order_ops_plan_undo(w->ops, &carry, &e, &w->err));
    run_loop(w);
    g.moved = JOBS;
    answer_next(&g, false);
    answer_next(&g, false);
    put_jobs(&g, JOBS + 4, 0);
    answer_next(&g, true);
    answer_next(&g, true); /* the second wave goes */
    assert_string_equal(w->state, "running");
    plan_release(&g.plan);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
#define T(t) cmocka_unit_test_setup_teardown(t, setup, teardown)
        T(each_job_is_read_back),
        T(what_is_not_seen_pauses),
        T(a_delay_that_grows_pauses),
        T(a_restart_compares_with_the_beginning),
        T(a_target_that_fills_up_pauses),
        T(its_own_largest_job_keeps_its_place),
        T(failures_pause),
        T(a_source_that_fails_pauses),
        T(what_goes_back_is_not_held_up),
#undef T
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
