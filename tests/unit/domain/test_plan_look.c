#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "domain/plan_json.h"
#include "domain/plan_look.h"
#include "domain/plan_review.h"
#include "domain/rows.h"

/* A plan that moves two jobs of a/q to b/r, and what is found 15 and 60 minutes later. */

static const int64_t as_of_ms = INT64_C(1795000000000);

enum { A_WAITING, A_STARTED, B_WAITING, B_STARTED, A_USED, REVIEWS };

static struct plan_mark thought(double undone, double after)
{
    return (struct plan_mark){.undone = undone,
                              .undone_low = undone - 2,
                              .undone_high = undone + 2,
                              .after = after,
                              .after_low = after - 2,
                              .after_high = after + 2,
                              .fact = (double)NAN};
}

static void example(struct plan *p)
{
    static const struct {
        enum kind kind;
        const char *what, *measure;
        double now, size, undone, after;
    } reviews[REVIEWS] = {{KIND_QUEUE, "a/q", "waiting", 10, 40, 12, 8},
                          {KIND_QUEUE, "a/q", "started", 10, 40, 3, 5},
                          {KIND_QUEUE, "b/r", "waiting", 0, 20, 0, 0},
                          {KIND_QUEUE, "b/r", "started", 0, 20, 0, 2},
                          {KIND_SCHEDULER, "a", "used", 16, 16, 16, 16}};
    struct plan_job *jobs;

    *p = (struct plan){.as_of_ms = as_of_ms, .id = text_of("P-0001")};
    p->reviews = arena_alloc(&p->arena, sizeof *p->reviews * REVIEWS);
    p->review_count = REVIEWS;
    for (size_t i = 0; i < REVIEWS; i++) {
        struct plan_mark m = thought(reviews[i].undone, reviews[i].after);
        p->reviews[i] = (struct plan_review){reviews[i].kind, text_of(reviews[i].what), text_of(reviews[i].measure),
                                             reviews[i].now,  reviews[i].size,          {m, m}};
    }
    jobs = arena_alloc(&p->arena, sizeof *jobs * 2);
    jobs[0] = (struct plan_job){.id = text_of("a/1"), .user = text_of("u"), .accels = 4};
    jobs[1] = (struct plan_job){.id = text_of("a/2"), .user = text_of("u"), .accels = 4};
    p->moves = arena_alloc(&p->arena, sizeof *p->moves);
    p->move_count = 1;
    p->moves[0] = (struct plan_move){.from = text_of("a"),
                                     .to = text_of("b"),
                                     .queue = text_of("q"),
                                     .queue_to = text_of("r"),
                                     .jobs = jobs,
                                     .job_count = 2};
}

struct found {
    struct plan *p;
    struct plan_look *look;
};

static void take(struct found *f, struct row row)
{
    plan_look_take(f->look, &row);
}

static void queue(struct found *f, const char *id, bool stale)
{
    take(f, (struct row){.kind = KIND_QUEUE, .id = text_of(id), .stale = stale});
}

static void job(struct found *f, const char *id, const char *state, int64_t after_ms, int64_t tasks)
{
    struct row r = {.kind = KIND_JOB, .id = text_of(id)};
    bool at_a = id[0] == 'a';

    r.cells[JOB_SCHEDULER] = value_text(text_of(at_a ? "a" : "b"));
    r.cells[JOB_QUEUE] = value_text(text_of(at_a ? "q" : "r"));
    r.cells[JOB_STATE] = value_text(text_of(state));
    r.cells[JOB_USER] = value_text(text_of("u"));
    r.cells[JOB_ACCELS] = value_int(4);
    r.cells[JOB_TASKS] = value_int(tasks);
    r.cells[JOB_SUBMITTED_AT] = value_time(as_of_ms + after_ms);
    take(f, r);
}

static void node(struct found *f, const char *state, int64_t free)
{
    struct row r = {.kind = KIND_NODE, .id = text_of("a/n0")};

    r.cells[NODE_SCHEDULER] = value_text(text_of("a"));
    r.cells[NODE_STATE] = value_text(text_of(state));
    r.cells[NODE_ACCELS_TOTAL] = value_int(8);
    r.cells[NODE_ACCELS_FREE] = value_int(free);
    take(f, r);
}

static struct found begin(struct plan *p)
{
    struct found f = {p, plan_look_new(p)};

    queue(&f, "a/q", false);
    queue(&f, "b/r", false);
    node(&f, "up", 3);
    node(&f, "up", 0);
    node(&f, "down", 0);
    return f;
}

static double fact(const struct found *f, int review, int mark)
{
    return f->p->reviews[review].at[mark].fact;
}

/* Both jobs still wait where they were: nothing was done. */
static void a_plan_that_nobody_carried_out(void **state)
{
    struct plan p;
    struct found f;

    (void)state;
    example(&p);
    f = begin(&p);
    job(&f, "a/1", "waiting", -1000, 1);
    job(&f, "a/2", "waiting", -1000, 1);
    job(&f, "a/3", "waiting", -1000, 5); /* of an array of tasks */
    job(&f, "a/4", "waiting", 60000, 1); /* came since */
    job(&f, "a/5", "running", -1000, 1);
    plan_look_note(f.look, &p, 0);
    assert_true(text_is(p.against, "undone"));
    assert_true(fact(&f, A_WAITING, 0) == 8);
    assert_true(fact(&f, A_STARTED, 0) == 3); /* of ten, seven wait still */
    assert_true(fact(&f, A_USED, 0) == 13);
    assert_true(isnan(fact(&f, A_WAITING, 1)));
    struct plan_reviewed v = plan_review_at(&p, &p.reviews[A_WAITING], 0);
    assert_true(v.forecast == 12 && v.miss_pct == 10 && !v.inside);
    plan_look_free(f.look);
    plan_release(&p);
}

/* Gone here, and two of the same user with as many cards came there: one waits still. */
static void a_plan_that_was_carried_out(void **state)
{
    struct plan p;
    struct found f;

    (void)state;
    example(&p);
    f = begin(&p);
    job(&f, "a/1", "cancelled", -1000, 1);
    job(&f, "a/3", "waiting", -1000, 5);
    job(&f, "b/8", "running", 60000, 1);
    job(&f, "b/9", "waiting", 61000, 1);
    plan_look_note(f.look, &p, 0);
    assert_true(text_is(p.against, "after"));
    assert_true(fact(&f, A_WAITING, 0) == 5);
    assert_true(fact(&f, A_STARTED, 0) == 3); /* ten less two that left less five */
    assert_true(fact(&f, B_WAITING, 0) == 1);
    assert_true(fact(&f, B_STARTED, 0) == 1);
    assert_true(plan_review_at(&p, &p.reviews[A_WAITING], 0).forecast == 8);
    plan_look_free(f.look);
    /* What was found once stays, whatever is there at the second look. */
    f = begin(&p);
    plan_look_note(f.look, &p, 1);
    assert_true(text_is(p.against, "after"));
    plan_look_free(f.look);
    plan_release(&p);
}

static void what_is_stale_is_unknown(void **state)
{
    struct plan p;
    struct found f;

    (void)state;
    example(&p);
    f = (struct found){&p, plan_look_new(&p)};
    queue(&f, "a/q", true);
    assert_false(plan_look_told(f.look));
    queue(&f, "b/r", false);
    assert_true(plan_look_told(f.look));
    plan_look_note(f.look, &p, 0);
    assert_true(isnan(fact(&f, A_WAITING, 0)) && isnan(fact(&f, A_USED, 0)));
    assert_true(fact(&f, B_WAITING, 0) == 0);
    plan_look_free(f.look);
    plan_release(&p);
}

/* The mean of the misses without their signs; what was thought to be nothing and was is not counted. */
static void the_record_of_a_plan(void **state)
{
    struct plan p, again = {.snapshot = 0};
    struct arena arena = {0};
    struct buf body = buf_make(PLAN_JSON_MAX);
    struct err err = {0};
    struct row row, review;
    struct plan_record record = {{0}, {0}, {0}};
    char words[PLAN_RECORD_WORDS];

    (void)state;
    example(&p);
    p.against = text_of("undone");
    p.reviews[A_WAITING].at[0].fact = 8; /* 12 of 40: 10 % too many, outside */
    p.reviews[A_STARTED].at[0].fact = 5; /* 3: 5 % too few, inside */
    p.reviews[B_WAITING].at[0].fact = 0;
    p.reviews[B_WAITING].at[0].undone_high = 0;
    assert_true(plan_review_sum(&p, 0).facts == 2);
    assert_true(plan_review_sum(&p, 0).miss_pct == 7.5 && plan_review_sum(&p, 0).inside_pct == 50);
    assert_true(plan_review_looked(&p, 0) && !plan_review_looked(&p, 1));

    assert_true(plan_json_write(&p, &body, &err)); /* it outlives a collector */
    assert_true(plan_json_read(buf_str(&body), body.len, &again, &err));
    assert_true(again.reviews[A_WAITING].at[0].fact == 8 && isnan(again.reviews[A_WAITING].at[1].fact));
    assert_true(text_is(again.against, "undone"));

    row = (struct row){.kind = KIND_PLAN};
    assert_string_equal(plan_review_words(&record, words),
                        "no plan has run yet: there is no record of how right the forecasts were");
    plan_review_tell(&again, &arena, &row);
    assert_true(text_is(value_text_or(&row.cells[PLAN_RECORD], ""), "+15 min: off by 7.5%, 50% of 2 in range"));
    plan_review_add(&record, &row);
    assert_string_equal(plan_review_words(&record, words), "record of 1: off by 7.5% (15 min); in range 50%");
    plan_review_row(&p, A_WAITING, &arena, &review);
    assert_true(text_is(review.id, "P-0001/queue/a/q/waiting"));
    assert_true(value_real_or(&review.cells[REVIEW_MISS_15_PCT], 0) == 10);
    assert_false(value_known(&review.cells[REVIEW_FACT_60]));
    buf_release(&body);
    arena_release(&arena);
    plan_release(&p);
    plan_release(&again);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_plan_that_nobody_carried_out),
        cmocka_unit_test(a_plan_that_was_carried_out),
        cmocka_unit_test(what_is_stale_is_unknown),
        cmocka_unit_test(the_record_of_a_plan),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
