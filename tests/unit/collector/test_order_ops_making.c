#include "unit/collector/order_world.h"

#include <time.h>

/* A plan's orders are made part by part: others are served between two parts, and what they took is theirs; nothing of the plan
 * leaves before all of it is in the journal. */

enum { MANY = 10000 };

struct plan_world {
    struct plan plan;
    struct plan_move move;
    struct plan_job *jobs;
};

static void plan_of(struct plan_world *p, size_t from, size_t n)
{
    char id[64];
    *p = (struct plan_world){.jobs = mem_new(n, sizeof *p->jobs)};
    for (size_t i = 0; i < n; i++) {
        snprintf(id, sizeof id, "a/%zu", from + i);
        p->jobs[i].id = rows_text(&p->plan.arena, text_of(id));
    }
    p->move = (struct plan_move){.from = text_of("a"), .to = text_of("b"), .jobs = p->jobs, .job_count = n};
    p->plan.id = text_of("P-0001");
    p->plan.hash = text_of("h");
    p->plan.moves = &p->move;
    p->plan.move_count = 1;
}

static void plan_free(struct plan_world *p)
{
    plan_release(&p->plan);
    free(p->jobs);
}

static bool begin(struct world_ops *w, const struct plan *p, const char *request)
{
    const struct serve_call call = {.visitor = 1, .id = 7, .uid = w->uid, .roles = ROLES_ALL, .write = true};
    const struct order_ops_carry carry = {
        .call = &call, .plan = p, .reason = text_of(""), .change = text_of(""), .approved_by = text_of("bob")};
    const struct journal_entry e = {.at_ms = clock_now(&w->clock).utc_ms,
                                    .uid = w->uid,
                                    .who = text_of("ann"),
                                    .op = text_of("plan_apply"),
                                    .request_id = text_of(request),
                                    .fingerprint = text_of("f")};
    w->err = (struct err){0};
    w->reads = true;
    return order_ops_plan(w->ops, &carry, &e, &w->err);
}

static void many_jobs(struct world_ops *w, size_t n)
{
    char id[64];
    struct store_batch *jobs = fixture_batch(&w->f, "a", KIND_JOB, true);
    for (size_t i = 1; i <= n; i++) {
        snprintf(id, sizeof id, "a/%zu", i);
        struct row job = fixture_job(id, "ann", "waiting", 4);
        job.cells[JOB_SCHEDULER] = value_text(text_of("a"));
        job.cells[JOB_SUBMITTED_AT] = value_time(1000 + (int64_t)i);
        job.cells[JOB_MOVABLE] = value_bool(true);
        fixture_add(jobs, &job);
    }
    fixture_apply(&w->f, jobs, 100000);
}

/* --- what lies between two parts --- */

struct between {
    struct world_ops *w;
    int64_t last_us, longest_us, all_us; /* of the processor: the disk is whoever else's */
    int turns, given;
    bool over;
};

static size_t entries(struct world_ops *w)
{
    struct err err = {0};
    int64_t seq = 0;
    const struct journal_entry e = {
        .uid = w->uid, .op = text_of("plan_apply"), .request_id = text_of("r-1"), .fingerprint = text_of("f")};
    return journal_find(w->f.store, &e, clock_now(&w->clock).utc_ms, &seq, &err) == JOURNAL_AGAIN;
}

static int64_t work_us(void)
{
    struct timespec t;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
    return (int64_t)t.tv_sec * 1000000 + t.tv_nsec / 1000;
}

static bool take_turn(void *ctx)
{
    struct between *b = ctx;
    int64_t now_us = work_us();
    b->longest_us = b->turns > 0 && now_us - b->last_us > b->longest_us ? now_us - b->last_us : b->longest_us;
    b->all_us += b->turns > 0 ? now_us - b->last_us : 0;
    b->last_us = now_us;
    b->turns += b->w->done == 0;
    b->given += entries(b->w) == 0 ? b->w->given : 0;
    b->over = b->w->done > 0;
    return !b->over;
}

static void ten_thousand_hold_nobody_up(void **state)
{
    struct world_ops *w = *state;
    struct plan_world p;
    struct between b = {.w = w};
    many_jobs(w, MANY);
    plan_of(&p, 1, MANY);
    assert_true(begin(w, &p.plan, "r-1"));
    assert_int_equal(entries(w), 0);
    loop_task(w->loop, take_turn, &b);
    run_loop(w);
    expect_done(w, "P-0001");
    assert_int_equal(entries(w), 1);
    assert_true(b.turns > MANY / 200); /* others had their turn, many times, and nothing left meanwhile */
    assert_int_equal(b.given, 0);
    print_message("# %d jobs: %lld ms of work, %d turns for others, at most %.1f ms apart\n", MANY,
                  (long long)b.all_us / 1000, b.turns, (double)b.longest_us / 1000);
    settle(w);
    assert_true(order_ops_busy(w->ops));
    plan_free(&p);
}

static size_t refused_of(struct world_ops *w, const char *id, char out[200])
{
    struct buf room = buf_make(64 << 10);
    struct row row;
    size_t n = 0;
    out[0] = '\0';
    if (store_find(w->f.store, KIND_ACTION, text_of(id), &room, &row)) {
        n = value_int_or(&row.cells[ACTION_DONE], 1) == 0;
        text_show_in(value_text_or(&row.cells[ACTION_RESULT], ""), out, 200);
    }
    buf_release(&room);
    return n;
}

/* Somebody gives one of the jobs another order before the plan is an order: that one has it. */
static void who_came_between_has_it(void **state)
{
    struct world_ops *w = *state;
    struct plan_world p;
    char result[200];
    plan_of(&p, 5, 6);
    assert_true(begin(w, &p.plan, "r-1"));
    struct json *m;
    struct err err = {0};
    const char frame[] = "{\"op\":\"order\",\"request_id\":\"r-2\",\"action\":\"hold\",\"targets\":[\"a/7\"]}";
    const struct serve_call call = {.visitor = 1, .id = 7, .uid = w->uid, .roles = ROLES_ALL, .write = true};
    m = json_parse(frame, strlen(frame), JSON_STRICT, &err);
    assert_true(order_ops_ask(w->ops, &call, m));
    json_free(m);
    while (w->done < 2)
        run_loop(w);
    settle(w);
    assert_int_equal(refused_of(w, "O-0002/3", result), 1);
    assert_non_null(strstr(result, "being changed already: by"));
    assert_int_equal(refused_of(w, "O-0002/2", result), 0);
    plan_free(&p);
}

/* A second plan on the same schedulers does not begin while the first is made. */
static void one_plan_at_a_time(void **state)
{
    struct world_ops *w = *state;
    struct plan_world p, q;
    plan_of(&p, 5, 3);
    plan_of(&q, 9, 3);
    q.plan.id = text_of("P-0002");
    assert_true(begin(w, &p.plan, "r-1"));
    assert_false(begin(w, &q.plan, "r-2"));
    expect_refused(w, 75, "P-0001");
    w->err = (struct err){0};
    run_loop(w);
    expect_done(w, "P-0001");
    assert_false(begin(w, &q.plan, "r-3"));
    expect_refused(w, 75, "being carried out");
    plan_free(&p);
    plan_free(&q);
}

static void put_queue(struct world_ops *w)
{
    struct store_batch *queues = fixture_batch(&w->f, "a", KIND_QUEUE, true);
    struct row queue = {.kind = KIND_QUEUE, .id = text_of("a/main")};
    queue.cells[QUEUE_SCHEDULER] = value_text(text_of("a"));
    fixture_add(queues, &queue);
    fixture_apply(&w->f, queues, 100000);
}

static bool undo(struct world_ops *w, const struct plan *p)
{
    const struct serve_call call = {.visitor = 1, .id = 7, .uid = w->uid, .roles = ROLES_ALL, .write = true};
    const struct order_ops_carry carry = {
        .call = &call, .plan = p, .reason = text_of(""), .change = text_of(""), .approved_by = text_of("")};
    const struct journal_entry e = {.at_ms = clock_now(&w->clock).utc_ms,
                                    .uid = w->uid,
                                    .who = text_of("ann"),
                                    .op = text_of("plan_undo"),
                                    .request_id = text_of("u-1"),
                                    .fingerprint = text_of("f")};
    return order_ops_plan_undo(w->ops, &carry, &e, &w->err);
}

/* What closes is given first, alone, before any job is touched; and undo opens it. */
static void what_closes_comes_first(void **state)
{
    struct world_ops *w = *state;
    struct plan_intake intake = {KIND_QUEUE, text_of("a/main")};
    struct plan_world p;
    put_queue(w);
    plan_of(&p, 5, 6);
    p.plan.intakes = &intake;
    p.plan.intake_count = 1;
    assert_true(begin(w, &p.plan, "r-1"));
    run_loop(w);
    expect_done(w, "P-0001");
    settle(w);
    assert_int_equal(w->given, 1);
    assert_string_equal(w->target, "a/main");
    ask(w, "{\"op\":\"order_stop\",\"request_id\":\"s-1\",\"ref\":\"O-0001\"}");
    answer(w, SOURCE_ORDER_DONE);
    settle(w);
    assert_int_equal(w->given, 1); /* stopped: no job was touched */
    assert_true(undo(w, &p.plan));
    run_loop(w);
    settle(w);
    assert_int_equal(w->given, 2);
    assert_string_equal(w->target, "a/main");
    assert_int_equal(w->what, SOURCE_ORDER_RESUME);
    plan_free(&p);
}

/* A running job waits for its time, and one that waits does not wait for it. */
static void running_jobs_come_last(void **state)
{
    struct world_ops *w = *state;
    struct plan_world p;
    plan_of(&p, 5, 2);
    p.jobs[0].running = true;
    p.jobs[0].begin_s = 600;
    assert_true(begin(w, &p.plan, "r-1"));
    run_loop(w);
    expect_done(w, "P-0001");
    settle(w);
    assert_string_equal(w->target, "a/6");
    plan_free(&p);
}

/* A collector that ends meanwhile leaves nothing behind. */
static void an_end_meanwhile_leaves_nothing(void **state)
{
    struct world_ops *w = *state;
    struct plan_world p;
    plan_of(&p, 5, 6);
    assert_true(begin(w, &p.plan, "r-1"));
    assert_true(order_ops_busy(w->ops));
    order_ops_free(w->ops);
    ops_open(w);
    settle(w);
    assert_int_equal(w->given + w->done + w->refused, 0);
    assert_false(order_ops_busy(w->ops));
    assert_true(begin(w, &p.plan, "r-1"));
    run_loop(w);
    expect_done(w, "P-0001");
    plan_free(&p);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
#define T(t) cmocka_unit_test_setup_teardown(t, setup, teardown)
        T(ten_thousand_hold_nobody_up), T(who_came_between_has_it), T(one_plan_at_a_time),
        T(what_closes_comes_first),     T(running_jobs_come_last),  T(an_end_meanwhile_leaves_nothing),
#undef T
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
