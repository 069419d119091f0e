#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "unit/planner/plan_world.h"

/* --- small worlds --- */

static bool says(struct safe_text t, const char *words)
{
    return text_contains(t, text_of(words), true);
}

static int64_t jobs_moved(const struct plan *p)
{
    int64_t n = 0;

    for (size_t i = 0; i < p->move_count; i++)
        n += (int64_t)p->moves[i].job_count;
    return n;
}

static void no_move_says(struct world *w, const struct plan_ask *ask, const char *words)
{
    struct plan p = {0};
    struct err err = {0};

    if (!world_plan(w, ask, &p, &err))
        fail_msg("%s", err.text);
    assert_int_equal(p.move_count, 0);
    assert_int_equal(p.starts, 0);
    if (!says(p.remark, words)) {
        char shown[256];
        fail_msg("%s, not %s", text_show_in(p.remark, shown, sizeof shown), words);
    }
    plan_release(&p);
}

static void a_waiting_job_goes_where_it_starts(void **state)
{
    struct plan_ask ask = world_ask();
    struct plan p = {0};

    (void)state;
    assert_true(world_plan(world_new(), &ask, &p, NULL));
    assert_int_equal(p.move_count, 1);
    const struct plan_move *m = &p.moves[0];
    assert_true(text_is(m->from, "a") && text_is(m->queue, "q") && text_is(m->queue_to, "q"));
    assert_int_equal(m->job_count, 1);
    assert_int_equal(m->accels, 4);
    assert_true(text_is(m->jobs[0].id, "a/1") && m->jobs[0].since_ms == 1);
    assert_int_equal(m->takes_s, 10 * 8 / 10); /* 10 GB at 10 Gbit/s */
    assert_int_equal(m->starts_low_s, 8);
    assert_int_equal(m->home_s, -1);
    assert_true(m->delay_max_ms == 20 && m->delay_before_ms == 0 && m->delay_after_ms >= 5);
    assert_int_equal(m->considered_count, 2);
    assert_int_equal(p.starts, 1);
    assert_true(p.seen_count >= 8);
    assert_true(p.objective_count == 3 && p.objectives[0].gap_pct == 0 && p.objectives[0].value > 0);
    for (size_t i = 0; i < p.check_count; i++)
        assert_true(p.checks[i].ok || text_is(p.checks[i].name, "one_person"));
    assert_int_equal(p.left_count, 0);
    plan_release(&p);
}

/* What waits first has one node's cards to come: who may leave does, and who may not starts instead. */
static void who_must_stay_starts_instead(void **state)
{
    struct plan_ask ask = world_ask();
    struct world *w = world_new();
    struct plan p = {0};

    (void)state;
    world_row(w, KIND_NODE, "a/n0")->cells[NODE_ACCELS_FREE] = value_int(4);
    world_row(w, KIND_NODE, "a/n0")->cells[NODE_CPUS_FREE] = value_int(64);
    world_row(w, KIND_JOB, "a/1")->cells[JOB_PRIORITY] = value_int(1001);
    world_job(w, "a/2", "a", 4)->cells[JOB_LATENCY_MS_MAX] = value_real(3);
    assert_true(world_plan(w, &ask, &p, NULL));
    assert_int_equal(p.move_count, 1);
    assert_true(text_is(p.moves[0].jobs[0].id, "a/1"));
    assert_int_equal(p.moves[0].free_count, 1);
    assert_true(text_is(p.moves[0].frees[0], "a/2"));
    assert_int_equal(p.starts, 1);
    plan_release(&p);
}

/* Work without accelerators takes CPUs alone, also on nodes that have accelerators: where no CPU is free it does not start. */
static void work_without_accelerators_goes_too(void **state)
{
    struct plan_ask ask = world_ask();
    struct world *w = world_new();
    struct plan p = {0};

    (void)state;
    world_row(w, KIND_NODE, "a/n0")->cells[NODE_CPUS_FREE] = value_int(0);
    struct row *job = world_row(w, KIND_JOB, "a/1");
    job->cells[JOB_ACCELS] = value_int(0);
    job->cells[JOB_ACCEL_KIND] = value_none();
    assert_true(world_plan(w, &ask, &p, NULL));
    assert_int_equal(jobs_moved(&p), 1);
    assert_true(text_is(p.moves[0].jobs[0].id, "a/1"));
    plan_release(&p);
}

static void what_cannot_be_helped_is_told(void **state)
{
    struct plan_ask ask = world_ask();
    struct world *w = world_new();
    struct plan p = {0};

    (void)state;
    world_row(w, KIND_JOB, "a/1")->cells[JOB_LATENCY_MS_MAX] = value_real(3);
    assert_true(world_plan(w, &ask, &p, NULL));
    assert_int_equal(p.move_count, 0);
    assert_int_equal(p.left_count, 1);
    assert_true(text_is(p.left[0].queue, "a/q") && text_is(p.left[0].reason, "ring") && p.left[0].jobs == 1);
    assert_true(says(p.left[0].words, "nearest is b") && says(p.left[0].words, "5"));
    plan_release(&p);
}

/* A job that starts where it is stays, however cheap it is elsewhere. */
static void nothing_moves_for_its_price(void **state)
{
    struct plan_ask ask = world_ask();
    struct world *w = world_new();

    (void)state;
    world_row(w, KIND_NODE, "a/n0")->cells[NODE_ACCELS_FREE] = value_int(8);
    world_row(w, KIND_NODE, "a/n0")->cells[NODE_CPUS_FREE] = value_int(64);
    world_row(w, KIND_CLUSTER, "B")->cells[CLUSTER_PRICE_CNY_KWH] = value_real(0.01);
    no_move_says(w, &ask, "start where it is");
}

static struct safe_text target(struct world *w, const struct plan_ask *ask, char *out, size_t size)
{
    struct plan p = {0};

    assert_true(world_plan(w, ask, &p, NULL));
    assert_int_equal(p.move_count, 1);
    text_show_in(p.moves[0].to, out, size);
    plan_release(&p);
    return text_of(out);
}

static void the_cheapest_target_is_taken(void **state)
{
    static const struct plan_price dear = {{"C", 1}, 2}, nan_price = {{"C", 1}, NAN};
    struct plan_ask ask = world_ask();
    struct world *w = world_new();
    char to[32];

    (void)state;
    world_row(w, KIND_CLUSTER, "C")->cells[CLUSTER_PRICE_CNY_KWH] = value_real(0.3);
    assert_true(text_is(target(w, &ask, to, sizeof to), "c"));
    w = world_new();
    world_row(w, KIND_CLUSTER, "C")->cells[CLUSTER_PRICE_CNY_KWH] = value_real(0.3);
    ask.prices = 1;
    ask.price = &dear;
    assert_true(text_is(target(w, &ask, to, sizeof to), "b"));
    ask.price = &nan_price; /* unknown is not 0, and not cheap */
    assert_true(text_is(target(world_new(), &ask, to, sizeof to), "b"));
    ask.prices = 0;
    ask.weight_cost = 0;
    ask.weight_carbon = 1;
    w = world_new();
    world_row(w, KIND_CLUSTER, "C")->cells[CLUSTER_GREEN_PCT] = value_real(90);
    assert_true(text_is(target(w, &ask, to, sizeof to), "c"));
}

/* --- running jobs --- */

static struct world *running_world(void)
{
    struct world *w = world_new();
    struct row *r = world_runner(w, "a/9", "a", "n0", 8);

    r->cells[JOB_MOVABLE] = value_bool(true);
    r->cells[JOB_CHECKPOINT_AT] = value_time(world_now_ms - 300000);
    world_runner(w, "a/8", "a", "n1", 8);
    world_row(w, KIND_JOB, "a/1")->cells[JOB_LATENCY_MS_MAX] = value_real(3);
    return w;
}

static void a_checkpointed_job_makes_room(void **state)
{
    struct plan_ask ask = world_ask();
    struct world *w = running_world();
    struct plan p = {0};

    (void)state;
    assert_true(world_plan(w, &ask, &p, NULL));
    assert_int_equal(p.move_count, 1);
    assert_int_equal(p.moves[0].running, 1);
    assert_true(text_is(p.moves[0].jobs[0].id, "a/9") && p.moves[0].jobs[0].running);
    assert_true(p.moves[0].free_count == 1 && text_is(p.moves[0].frees[0], "a/1"));
    assert_true(text_is(p.moves[0].risk, "high"));
    assert_int_equal(p.starts, 1);
    plan_release(&p);
    w = running_world();
    world_row(w, KIND_JOB, "a/9")->cells[JOB_CHECKPOINT_AT] = value_none();
    no_move_says(w, &ask, "no permitted move");
}

/* --- wishes --- */

static void a_drain_empties_what_it_can(void **state)
{
    struct plan_ask ask = world_ask();
    struct world *w = running_world();
    struct plan p = {0};
    bool told = false;

    (void)state;
    ask.drain = text_of("A");
    ask.by_ms = world_now_ms + 7200000;
    world_row(w, KIND_JOB, "a/1")->cells[JOB_LATENCY_MS_MAX] = value_none();
    world_job(w, "c/5", "c", 64); /* what need not leave is no matter of a drain */
    assert_true(world_plan(w, &ask, &p, NULL));
    assert_int_equal(p.horizon_s, 7200);
    assert_int_equal(jobs_moved(&p), 2); /* a/1, and a/9 from its checkpoint; a/8 has none */
    assert_int_equal(p.left_count, 1);
    assert_true(text_is(p.left[0].reason, "not_movable") && p.left[0].jobs == 1);
    for (size_t i = 0; i < p.check_count; i++)
        if (text_is(p.checks[i].name, "empty")) {
            told = true;
            assert_false(p.checks[i].ok);
            assert_true(
                says(p.checks[i].words, "1 job still runs there, waiting: 0; ended before by their time limits: 0"));
        }
    assert_true(told);
    plan_release(&p);
    w = running_world();
    p = (struct plan){0};
    world_row(w, KIND_JOB, "a/8")->cells[JOB_TIME_LIMIT_S] = value_int(7000); /* it ends before */
    assert_true(world_plan(w, &ask, &p, NULL));
    assert_true(p.left_count == 2 && text_is(p.left[1].reason, "ring") && text_is(p.left[0].reason, "ends"));
    plan_release(&p);
}

static void a_hall_is_emptied(void **state)
{
    struct plan_ask ask = world_ask();
    struct world *w = running_world();
    struct plan p = {0};
    struct row *r;

    (void)state;
    world_add(w, KIND_HALL, "A-1/H1");
    r = world_add(w, KIND_RACK, "A-1/R1");
    r->cells[RACK_HALL] = world_word("A-1/H1");
    world_row(w, KIND_NODE, "a/n0")->cells[NODE_RACK] = world_word("A-1/R1");
    ask.drain = text_of("A-1/H1");
    assert_true(world_plan(w, &ask, &p, NULL));
    assert_int_equal(jobs_moved(&p), 1);
    assert_true(text_is(p.moves[0].jobs[0].id, "a/9"));
    plan_release(&p);
}

static void wishes_without_sense_are_refused(void **state)
{
    struct plan_ask asks[8];
    struct plan p = {0};

    (void)state;
    for (size_t i = 0; i < 8; i++)
        asks[i] = world_ask();
    asks[0].drain = text_of("nowhere");
    asks[1].lost = text_of("A>Z");
    asks[2].only_queue = text_of("a/none");
    asks[3].from = text_of("z");
    asks[4].to = text_of("z");
    asks[5].weight_cost = NAN;
    asks[6].weight_carbon = -1;
    asks[7].by_ms = world_now_ms - 1;
    for (size_t i = 0; i < 8; i++) {
        struct err err = {0};
        assert_false(world_plan(world_new(), &asks[i], &p, &err));
        assert_int_equal(err.kind, ERR_INPUT);
        plan_release(&p);
        p = (struct plan){0};
    }
}

static void no_more_moves_than_asked_for(void **state)
{
    struct plan_ask ask = world_ask();
    struct plan p = {0};

    (void)state;
    for (int most = 0; most < 3; most++) {
        struct world *w = world_new();
        world_job(w, "a/2", "a", 4);
        world_job(w, "a/3", "a", 2);
        ask.max_moves = most;
        assert_true(world_plan(w, &ask, &p, NULL));
        assert_int_equal(jobs_moved(&p), most);
        if (most == 0)
            assert_true(says(p.remark, "no move is allowed"));
        plan_release(&p);
        p = (struct plan){0};
    }
}

/* --- worlds in which little can be had --- */

static void little_is_said_in_words(void **state)
{
    struct plan_ask ask = world_ask();
    struct world *w = calloc(1, sizeof *w);

    (void)state;
    no_move_says(w, &ask, "0 schedulers");
    w = calloc(1, sizeof *w);
    world_place(w, "A", "a", 2, 0);
    world_job(w, "a/1", "a", 4);
    no_move_says(w, &ask, "1 scheduler is");
    w = world_new();
    for (int i = 0; i < w->n; i++)
        if (w->rows[i].kind == KIND_SCHEDULER)
            w->rows[i].stale = true;
    no_move_says(w, &ask, "stale");
    w = world_new();
    world_row(w, KIND_SCHEDULER, "b")->stale = true;
    world_row(w, KIND_SCHEDULER, "c")->stale = true;
    no_move_says(w, &ask, "2 of 3 schedulers are stale");
    w = world_new();
    for (int i = 0; i < w->n; i++)
        if (w->rows[i].kind == KIND_NODE) {
            w->rows[i].cells[NODE_ACCELS_TOTAL] = value_int(0);
            w->rows[i].cells[NODE_CPUS_TOTAL] = value_int(0);
            w->rows[i].cells[NODE_ACCELS_FREE] = value_int(0);
            w->rows[i].cells[NODE_CPUS_FREE] = value_int(0);
        }
    no_move_says(w, &ask, "no permitted move");
}

/* Numbers that no sane source tells. */
static void enemies_numbers_do_no_harm(void **state)
{
    static const int64_t numbers[] = {INT64_MIN, -1, 0, INT64_MAX, INT64_C(1) << 40};
    struct plan_ask ask = world_ask();

    (void)state;
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++) {
        struct world *w = world_new();
        struct plan p = {0};
        for (int k = 0; k < w->n; k++)
            for (int c = 0; c < KIND_FIELDS_MAX; c++)
                if (w->rows[k].cells[c].type == VALUE_INT || w->rows[k].cells[c].type == VALUE_TIME)
                    w->rows[k].cells[c].as.i = numbers[i];
                else if (w->rows[k].cells[c].type == VALUE_REAL)
                    w->rows[k].cells[c].as.real = i == 2 ? NAN : i == 0 ? -INFINITY : (double)numbers[i];
        assert_true(world_plan(w, &ask, &p, NULL));
        assert_int_equal(p.move_count, 0);
        plan_release(&p);
    }
}

static void limits_without_sense_refuse(void **state)
{
    (void)state;
    for (int i = 0; i < 4; i++) {
        struct plan_limits limits = plan_limits_preset();
        struct plan_ask ask = world_ask();
        struct world *w = world_new();
        struct plan_facts *f = world_facts(w, 0);
        struct plan p = {0};
        limits.head_room_pct = i == 0 ? NAN : limits.head_room_pct;
        limits.jobs_max = i == 1 ? -5 : limits.jobs_max;
        limits.link_used_pct = i == 2 ? 250 : limits.link_used_pct;
        limits.checkpoint_age_s = i == 3 ? INT64_MAX : limits.checkpoint_age_s;
        assert_true(plan_make(f, &ask, &limits, world_now_ms, &p, NULL));
        assert_int_equal(p.move_count, 0);
        assert_true(says(p.remark, "makes no sense"));
        plan_release(&p);
        plan_facts_free(f);
        free(w);
    }
}

/* --- the order of rows --- */

static void print_text(struct buf *b, struct safe_text t)
{
    char shown[512];
    buf_printf(b, NULL, "%s|", text_show_in(t, shown, sizeof shown));
}

static void print(struct buf *b, const struct plan *p)
{
    for (size_t i = 0; i < p->move_count; i++) {
        const struct plan_move *m = &p->moves[i];
        print_text(b, m->from);
        print_text(b, m->to);
        print_text(b, m->why);
        buf_printf(b, NULL, "%.17g %.17g %lld\n", m->cost_cny, m->co2_kg, (long long)m->starts_high_s);
        for (size_t k = 0; k < m->job_count; k++)
            print_text(b, m->jobs[k].id);
        for (size_t k = 0; k < m->free_count; k++)
            print_text(b, m->frees[k]);
        for (size_t k = 0; k < m->considered_count; k++)
            print_text(b, m->considered[k].words);
    }
    for (size_t i = 0; i < p->effect_count; i++) {
        print_text(b, p->effects[i].what);
        buf_printf(b, NULL, "%.17g %.17g %.17g\n", p->effects[i].undone, p->effects[i].after, p->effects[i].after_high);
    }
    for (size_t i = 0; i < p->left_count; i++)
        print_text(b, p->left[i].words);
    for (size_t i = 0; i < p->objective_count; i++)
        buf_printf(b, NULL, "%.17g %.17g\n", p->objectives[i].value, p->objectives[i].bound);
    for (size_t i = 0; i < p->seen_count; i++)
        print_text(b, p->seen[i].id);
}

static uint64_t chance_state;
static int chance(int n)
{
    chance_state = chance_state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return (int)((chance_state >> 33) % (uint64_t)n);
}

static struct world *random_world(uint64_t seed)
{
    struct world *w = world_new();
    char id[WORLD_ID];

    chance_state = seed;
    for (int i = 2; i < 40; i++) {
        const char *at = chance(3) == 0 ? "b" : "a";
        snprintf(id, sizeof id, "%s/%d", at, i);
        struct row *j = world_job(w, id, at, 1 << chance(4));
        j->cells[JOB_PRIORITY] = value_int(1000 * (1 + chance(3)));
        j->cells[JOB_DATA_GB] = value_real(chance(50));
        if (chance(3) == 0)
            j->cells[JOB_LATENCY_MS_MAX] = value_real(3 + chance(5));
    }
    world_runner(w, "a/90", "a", "n0", 8)->cells[JOB_TIME_LIMIT_S] = value_int(3000);
    world_runner(w, "a/91", "a", "n1", 4)->cells[JOB_TIME_LIMIT_S] = value_int(3000);
    return w;
}

static void the_order_of_rows_is_not_seen(void **state)
{
    struct plan_limits limits = plan_limits_preset();
    struct plan_ask ask = world_ask();

    (void)state;
    for (uint64_t seed = 1; seed < 5; seed++) {
        struct buf first = buf_make(1 << 20), other = buf_make(1 << 20);
        for (int order = 0; order < WORLD_ORDERS; order++) {
            struct world *w = random_world(seed);
            struct plan_facts *f = world_facts(w, order);
            struct plan p = {0};
            struct buf *to = order == 0 ? &first : &other;
            buf_clear(to);
            free(w); /* the facts keep nothing of it */
            assert_true(plan_make(f, &ask, &limits, world_now_ms, &p, NULL));
            assert_true(p.move_count > 0);
            print(to, &p);
            if (order > 0)
                assert_string_equal(buf_str(&first), buf_str(&other));
            plan_release(&p);
            plan_facts_free(f);
        }
        buf_release(&first);
        buf_release(&other);
    }
}

/* --- the best of all --- */

enum { JOBS = 6 };

/* Of what a target with two idle nodes gives after 5 %: 15 cards; 7 pairs; 3 fours; 1 whole node. */
static bool fits(const int *cards, const int *place, int target)
{
    int one = 0, two = 0, four = 0, eight = 0;

    for (int i = 0; i < JOBS; i++)
        if (place[i] == target) {
            one += cards[i];
            two += cards[i] / 2;
            four += cards[i] / 4;
            eight += cards[i] / 8;
        }
    return one <= 15 && two <= 7 && four <= 3 && eight <= 1;
}

static int best_of(const int *cards, const bool *near, int *place, int at)
{
    int best = 0;

    if (at == JOBS) {
        for (int i = 0; i < JOBS; i++)
            best += place[i] > 0 ? cards[i] : 0;
        return fits(cards, place, 1) && fits(cards, place, 2) ? best : 0;
    }
    for (int to = 0; to < 3; to++) {
        if (to == 2 && near[at])
            continue;
        place[at] = to;
        int value = best_of(cards, near, place, at + 1);
        best = value > best ? value : best;
    }
    return best;
}

static void no_assignment_starts_more(void **state)
{
    struct plan_ask ask = world_ask();

    (void)state;
    for (uint64_t seed = 1; seed <= 60; seed++) {
        struct world *w = world_new();
        struct plan p = {0};
        int cards[JOBS], place[JOBS], moved = 0;
        bool near[JOBS];
        chance_state = seed;
        for (int i = 0; i < JOBS; i++) {
            char id[WORLD_ID];
            cards[i] = 1 << chance(4);
            near[i] = chance(3) == 0;
            snprintf(id, sizeof id, "a/%d", i + 1);
            struct row *j = i == 0 ? world_row(w, KIND_JOB, id) : world_job(w, id, "a", cards[i]);
            j->cells[JOB_ACCELS] = value_int(cards[i]);
            if (near[i])
                j->cells[JOB_LATENCY_MS_MAX] = value_real(5.5); /* B, and not C */
        }
        int best = best_of(cards, near, place, 0);
        assert_true(world_plan(w, &ask, &p, NULL));
        for (size_t i = 0; i < p.move_count; i++)
            moved += (int)p.moves[i].accels;
        if (moved != best)
            fail_msg("seed %d: %d cards start, %d could", (int)seed, moved, best);
        assert_true(p.objectives[0].bound >= p.objectives[0].value);
        plan_release(&p);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_waiting_job_goes_where_it_starts),
        cmocka_unit_test(who_must_stay_starts_instead),
        cmocka_unit_test(work_without_accelerators_goes_too),
        cmocka_unit_test(what_cannot_be_helped_is_told),
        cmocka_unit_test(nothing_moves_for_its_price),
        cmocka_unit_test(the_cheapest_target_is_taken),
        cmocka_unit_test(a_checkpointed_job_makes_room),
        cmocka_unit_test(a_drain_empties_what_it_can),
        cmocka_unit_test(a_hall_is_emptied),
        cmocka_unit_test(wishes_without_sense_are_refused),
        cmocka_unit_test(no_more_moves_than_asked_for),
        cmocka_unit_test(little_is_said_in_words),
        cmocka_unit_test(enemies_numbers_do_no_harm),
        cmocka_unit_test(limits_without_sense_refuse),
        cmocka_unit_test(the_order_of_rows_is_not_seen),
        cmocka_unit_test(no_assignment_starts_more),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
