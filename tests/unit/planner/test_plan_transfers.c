#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "unit/planner/plan_world.h"

/* Transfers that a plan holds: the link A>B of 400 Gbit/s is at 95 %, and two of 100 and of 40 Gbit/s may wait there. */

enum { HOUR_MS = 3600000 };

static struct row *transfer(struct world *w, const char *id, double gbps, int priority)
{
    struct row *t = world_add(w, KIND_TRANSFER, id);

    t->cells[TRANSFER_FROM] = world_word("A");
    t->cells[TRANSFER_TO] = world_word("B");
    t->cells[TRANSFER_LINK] = world_word("A>B");
    t->cells[TRANSFER_DATASET] = world_word("archive");
    t->cells[TRANSFER_STATE] = world_word("running");
    t->cells[TRANSFER_SIZE_TB] = value_real(200);
    t->cells[TRANSFER_DONE_PCT] = value_real(50);
    t->cells[TRANSFER_RATE_GBPS] = value_real(gbps);
    t->cells[TRANSFER_PRIORITY] = value_int(priority);
    t->cells[TRANSFER_HOLDABLE] = value_bool(true);
    t->cells[TRANSFER_ETA] = value_time(world_now_ms + 2 * HOUR_MS);
    t->cells[TRANSFER_DEADLINE_AT] = value_time(world_now_ms + 8 * HOUR_MS);
    return t;
}

static struct world *full_link(void)
{
    struct world *w = world_new();

    world_row(w, KIND_LINK, "A>B")->cells[LINK_USED_PCT] = value_real(95);
    transfer(w, "x/big", 100, 10);
    transfer(w, "x/small", 40, 10);
    return w;
}

static struct plan plan_of(struct world *w, const struct plan_ask *ask)
{
    struct plan p = {0};
    struct err err = {0};

    if (!world_plan(w, ask, &p, &err))
        fail_msg("%s", err.text);
    return p;
}

static const struct plan_effect *effect(const struct plan *p, const char *link, const char *measure)
{
    for (size_t i = 0; i < p->effect_count; i++)
        if (text_is(p->effects[i].what, link) && text_is(p->effects[i].measure, measure))
            return &p->effects[i];
    return NULL;
}

/* To 76 %, the limit of 80 less 5 % of it: 76 Gbit/s have to go, which the big one alone does. */
static void the_fewest_stand(void **state)
{
    struct plan_ask ask = world_ask();
    struct plan p = plan_of(full_link(), &ask);

    (void)state;
    assert_int_equal(p.hold_count, 1);
    const struct plan_hold *h = &p.holds[0];
    assert_true(text_is(h->transfer, "x/big") && text_is(h->what, "hold") && text_is(h->link, "A>B"));
    assert_true(h->used_before_pct == 95 && h->used_after_pct == 70 && h->rest_tb == 100 && h->rate_gbps == 100);
    assert_int_equal(h->until_ms, world_now_ms + HOUR_MS);
    assert_int_equal(h->eta_after_ms, world_now_ms + 3 * (int64_t)HOUR_MS);
    assert_true(text_contains(h->why, text_of("from 95 to 70 % of at most 80"), true) &&
                text_contains(h->why, text_of("5 h 0 min before its deadline"), true));
    bool seen = false;
    for (size_t i = 0; i < p.seen_count; i++)
        seen |= p.seen[i].kind == KIND_TRANSFER && text_is(p.seen[i].id, "x/big");
    assert_true(seen);
    plan_release(&p);
}

/* Its effects: the load falls by what is held, TB go later, the delay comes into a range from its baseline on. */
static void effects_are_told(void **state)
{
    struct plan_ask ask = world_ask();
    struct world *w = full_link();

    (void)state;
    world_row(w, KIND_JOB, "a/1")->cells[JOB_DATA_GB] = value_real(0); /* no data of jobs over it */
    world_row(w, KIND_LINK, "A>B")->cells[LINK_ONE_WAY_MS] = value_real(7);
    world_row(w, KIND_LINK, "A>B")->cells[LINK_BASELINE_MS] = value_real(5);
    struct plan p = plan_of(w, &ask);
    const struct plan_effect *used = effect(&p, "A>B", "used_pct"), *late = effect(&p, "A>B", "held_tb"),
                             *delay = effect(&p, "A>B", "delay_ms");
    assert_true(used != NULL && late != NULL && delay != NULL);
    assert_true(used->now == 95 && used->undone == 95 && used->after == 70 && used->limit == 80);
    assert_true(fabs(late->after - 100. * 3600 / 8000) < 1e-9);
    assert_true(isnan(delay->after) && delay->after_low == 5 && delay->after_high > 5 && delay->after_high < 5.5);
    plan_release(&p);
}

/* A job's data may take what a hold leaves; where none may stand they go another way. */
static void data_take_what_they_leave(void **state)
{
    struct plan_ask ask = world_ask();
    static const struct safe_text out[] = {{"x/big", 5}, {"x/small", 7}};

    (void)state;
    struct plan p = plan_of(full_link(), &ask);
    assert_int_equal(p.move_count, 1);
    assert_true(text_is(p.moves[0].link, "A>B"));
    const struct plan_effect *used = effect(&p, "A>B", "used_pct");
    assert_true(used != NULL && used->after > 70 && used->after < 71);
    plan_release(&p);
    ask.excluded = out;
    ask.exclusions = 2;
    p = plan_of(full_link(), &ask);
    assert_int_equal(p.hold_count, 0);
    assert_true(p.move_count == 1 && !text_contains(p.moves[0].link, text_of("A>B"), true));
    plan_release(&p);
    ask.exclusions = 1; /* then the small one, which does not suffice, and does what it can */
    p = plan_of(full_link(), &ask);
    assert_true(p.hold_count == 1 && text_is(p.holds[0].transfer, "x/small") && p.holds[0].used_after_pct == 85);
    plan_release(&p);
}

static void lower(struct world *w)
{
    world_row(w, KIND_LINK, "A>B")->cells[LINK_USED_PCT] = value_real(80);
}
static void stale_link(struct world *w)
{
    world_row(w, KIND_LINK, "A>B")->stale = true;
}
static void nobody_says(struct world *w)
{
    world_row(w, KIND_TRANSFER, "x/big")->cells[TRANSFER_HOLDABLE] = value_none();
}
static void stale(struct world *w)
{
    world_row(w, KIND_TRANSFER, "x/big")->stale = true;
}
static void a_job_waits_for_it(struct world *w)
{
    world_row(w, KIND_TRANSFER, "x/big")->cells[TRANSFER_JOB] = world_word("b/7");
}
static void no_time(struct world *w)
{
    world_row(w, KIND_TRANSFER, "x/big")->cells[TRANSFER_DEADLINE_AT] = value_time(world_now_ms + 2 * HOUR_MS + 600000);
}
static void no_eta(struct world *w)
{
    world_row(w, KIND_TRANSFER, "x/big")->cells[TRANSFER_ETA] = value_none();
}
static void important(struct world *w)
{
    world_row(w, KIND_TRANSFER, "x/big")->cells[TRANSFER_PRIORITY] = value_int(90);
    transfer(w, "x/third", 50, 10);
}

/* What stands for a bent world. */
static void who_may_stand(void **state)
{
    static const struct {
        void (*bend)(struct world *w);
        const char *first;
        size_t count;
    } cases[] = {{lower, NULL, 0},
                 {stale_link, NULL, 0},
                 {nobody_says, "x/small", 1},
                 {stale, "x/small", 1},
                 {a_job_waits_for_it, "x/small", 1},
                 {no_time, "x/small", 1},
                 {no_eta, "x/small", 1},
                 {important, "x/third", 2}};
    struct plan_ask ask = world_ask();

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct world *w = full_link();
        cases[i].bend(w);
        struct plan p = plan_of(w, &ask);
        if (p.hold_count != cases[i].count || (cases[i].first != NULL && !text_is(p.holds[0].transfer, cases[i].first)))
            fail_msg("case %zu: %zu stand", i, p.hold_count);
        plan_release(&p);
    }
}

/* It goes on in time: as long as its deadline leaves, less five minutes, and not to the horizon. */
static void none_is_late(void **state)
{
    struct plan_ask ask = world_ask();
    struct world *w = full_link();

    (void)state;
    world_row(w, KIND_TRANSFER, "x/big")->cells[TRANSFER_DEADLINE_AT] =
        value_time(world_now_ms + 2 * HOUR_MS + HOUR_MS / 2);
    struct plan p = plan_of(w, &ask);
    assert_int_equal(p.hold_count, 1);
    assert_int_equal(p.holds[0].until_ms, world_now_ms + 25 * 60000);
    assert_true(p.holds[0].eta_after_ms < p.holds[0].deadline_ms);
    for (size_t i = 0; i < p.check_count; i++)
        assert_true(!text_is(p.checks[i].name, "transfers") || p.checks[i].ok);
    plan_release(&p);
}

static void what_has_not_begun_begins_later(void **state)
{
    struct plan_ask ask = world_ask();
    struct world *w = full_link();
    struct row *t = transfer(w, "x/next", 0, 10);

    (void)state;
    t->cells[TRANSFER_STATE] = world_word("waiting");
    struct plan p = plan_of(w, &ask);
    assert_int_equal(p.hold_count, 2);
    assert_true(text_is(p.holds[1].what, "retime") && text_is(p.holds[1].transfer, "x/next"));
    assert_true(p.holds[1].used_before_pct == 70 && p.holds[1].used_after_pct == 70);
    plan_release(&p);
}

/* The link is not over its limit, but what is left of it, 180 GB an hour, carries the data of one job and not of two; there is no
 * other way. With the small transfer held both go; where that may not be held, the big one stands instead. */
static struct world *narrow_link(void)
{
    struct world *w = full_link();

    world_row(w, KIND_LINK, "A>B")->cells[LINK_USED_PCT] = value_real(79.9);
    world_row(w, KIND_LINK, "A>C")->cells[LINK_STATE] = world_word("down");
    world_row(w, KIND_JOB, "a/1")->cells[JOB_DATA_GB] = value_real(100);
    world_job(w, "a/2", "a", 4)->cells[JOB_DATA_GB] = value_real(100);
    return w;
}

static void data_of_jobs_come_first(void **state)
{
    struct plan_ask ask = world_ask();
    struct plan p = plan_of(narrow_link(), &ask);

    (void)state;
    assert_int_equal(p.starts, 2);
    assert_true(p.hold_count == 1 && text_is(p.holds[0].transfer, "x/small"));
    assert_true(
        text_contains(p.holds[0].why, text_of("data of jobs that move need what it takes of A>B, 80 to 70 %"), true));
    plan_release(&p);
    struct world *w = narrow_link();
    world_row(w, KIND_TRANSFER, "x/small")->cells[TRANSFER_HOLDABLE] = value_bool(false);
    p = plan_of(w, &ask);
    assert_true(p.starts == 2 && p.hold_count == 1 && text_is(p.holds[0].transfer, "x/big"));
    plan_release(&p);
    w = narrow_link(); /* none is held for nothing: there is only one job */
    world_row(w, KIND_JOB, "a/2")->cells[JOB_STATE] = world_word("done");
    p = plan_of(w, &ask);
    assert_true(p.starts == 1 && p.hold_count == 0);
    plan_release(&p);
    w = narrow_link();
    world_row(w, KIND_TRANSFER, "x/small")->cells[TRANSFER_JOB] = world_word("b/7");
    world_row(w, KIND_TRANSFER, "x/big")->cells[TRANSFER_HOLDABLE] = value_none();
    p = plan_of(w, &ask);
    assert_true(p.starts == 1 && p.hold_count == 0);
    plan_release(&p);
}

/* What is asked about one queue, pair or place is not asked about transfers. */
static void only_where_it_was_asked(void **state)
{
    struct plan_ask ask = world_ask();

    (void)state;
    ask.only_queue = text_of("a/q");
    struct plan p = plan_of(full_link(), &ask);
    assert_int_equal(p.hold_count, 0);
    plan_release(&p);
    ask = world_ask();
    ask.drain = text_of("A");
    p = plan_of(full_link(), &ask);
    assert_int_equal(p.hold_count, 0);
    plan_release(&p);
    ask = world_ask();
    ask.max_moves = 0;
    p = plan_of(full_link(), &ask);
    assert_int_equal(p.hold_count, 0);
    plan_release(&p);
    ask = world_ask();
    ask.lost = text_of("A>B");
    p = plan_of(full_link(), &ask);
    assert_int_equal(p.hold_count, 0);
    plan_release(&p);
}

/* --- super-nodes in a plan, sums between regions --- */

/* Two gangs of a super-node each, and only one such is free: one goes, though both would fit into what is free in all. */
static void a_super_node_takes_one_gang(void **state)
{
    struct plan_ask ask = world_ask();
    struct world *w = world_new();
    static const char *const domains[] = {"s1", "s1", "s2", "s2", "s3", "s3", "s4", "s4"};
    char id[WORLD_ID];

    (void)state;
    for (int i = 2; i < 8; i++)
        world_node(w, "b", i, i % 2 == 0 ? 8 : 0); /* s1 is free, of the others a half */
    for (int i = 0; i < 8; i++) {
        snprintf(id, sizeof id, "b/n%d", i);
        world_row(w, KIND_NODE, id)->cells[NODE_SUPERNODE] = world_word(domains[i]);
    }
    world_row(w, KIND_JOB, "a/1")->cells[JOB_STATE] = world_word("done");
    for (int i = 2; i < 4; i++) {
        snprintf(id, sizeof id, "a/%d", i);
        struct row *j = world_job(w, id, "a", 16);
        j->cells[JOB_NODES] = value_int(2);
        j->cells[JOB_SUPERNODE] = value_bool(true);
    }
    struct plan p = plan_of(w, &ask);
    assert_int_equal(p.move_count, 1);
    assert_true(text_is(p.moves[0].to, "b"));
    assert_int_equal(p.moves[0].job_count, 1);
    plan_release(&p);
}

static void sums_between_regions(void **state)
{
    struct plan_ask ask = world_ask();
    struct world *w = world_new();
    const struct plan_flow *goes = NULL, *could = NULL;

    (void)state;
    world_row(w, KIND_CLUSTER, "A")->cells[CLUSTER_HUB] = world_word("EAST");
    world_row(w, KIND_CLUSTER, "B")->cells[CLUSTER_HUB] = world_word("WEST");
    world_row(w, KIND_CLUSTER, "C")->cells[CLUSTER_HUB] = world_word("unassigned");
    world_row(w, KIND_CLUSTER, "C")->cells[CLUSTER_PRICE_CNY_KWH] = value_real(5);
    world_job(w, "a/2", "a", 8);
    world_job(w, "a/3", "a", 8);
    world_job(w, "a/4", "a", 8);
    struct plan p = plan_of(w, &ask);
    for (size_t i = 0; i < p.flow_count; i++) {
        assert_true(text_is(p.flows[i].from, "EAST"));
        if (text_is(p.flows[i].to, "WEST"))
            goes = &p.flows[i];
        if (text_is(p.flows[i].to, "C")) /* outside the hubs it stands for itself */
            could = &p.flows[i];
    }
    assert_true(p.flow_count == 2 && goes != NULL && could != NULL);
    int64_t planned = goes->jobs_planned + could->jobs_planned;
    assert_true(planned > 0 && planned < 4);
    for (size_t i = 0; i < p.flow_count; i++) { /* 0.59 kW a card, PUE 1.2, 10 GB a job */
        const struct plan_flow *f = &p.flows[i];
        assert_true(f->accels_now <= 15 && f->accels_planned <= f->accels_now && f->jobs_after + planned <= 4);
        assert_true(fabs(f->mw_planned - (double)f->accels_planned * 0.59 * 1.2 / 1000) < 1e-9);
        assert_true(fabs(f->tb_planned - (double)f->jobs_planned * 0.01) < 1e-9);
        assert_true(text_contains(f->words, text_of("free capacity less head-room"), true));
    }
    plan_release(&p);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_fewest_stand),
        cmocka_unit_test(effects_are_told),
        cmocka_unit_test(data_take_what_they_leave),
        cmocka_unit_test(who_may_stand),
        cmocka_unit_test(none_is_late),
        cmocka_unit_test(what_has_not_begun_begins_later),
        cmocka_unit_test(data_of_jobs_come_first),
        cmocka_unit_test(only_where_it_was_asked),
        cmocka_unit_test(a_super_node_takes_one_gang),
        cmocka_unit_test(sums_between_regions),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
