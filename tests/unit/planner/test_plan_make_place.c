#include <setjmp.h> /* cmocka wants it */
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "unit/planner/plan_world.h"

/* What goes finds nodes: their CPUs, as many as a gang asks for. */

static uint64_t chance_state;
static int chance(int n)
{
    chance_state = chance_state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return (int)((chance_state >> 33) % (uint64_t)n);
}

static bool says(struct safe_text words, const char *what)
{
    return text_contains(words, text_of(what), false);
}

/* Its sentences count right: one job is no jobs. What goes from region to region could. */
static void what_is_told_holds(const struct plan *p)
{
    for (size_t i = 0; i < p->check_count; i++)
        assert_false(text_is(p->checks[i].words, "1 jobs of at most 1000") || says(p->checks[i].words, " 1 jobs"));
    for (size_t i = 0; i < p->move_count; i++)
        assert_false(says(p->moves[i].why, " 1 jobs"));
    for (size_t i = 0; i < p->flow_count; i++) {
        const struct plan_flow *f = &p->flows[i];
        assert_true(f->jobs_planned <= f->jobs_now && f->accels_planned <= f->accels_now);
        assert_true(f->tb_planned <= f->tb_now + 1e-9 && f->mw_planned <= f->mw_now + 1e-9);
    }
}

/* The planner's plans over random rows: none may break what the checker counts in its own way (world_plan() ends the test). */
static void random_plans_hold(void **state)
{
    int moves = 0;
    (void)state;
    for (uint64_t seed = 1; seed <= 150; seed++) {
        struct world *w = world_new();
        struct plan_ask ask = world_ask();
        struct plan p = {0};
        chance_state = seed;
        for (int i = 2; i < 30; i++) {
            char id[WORLD_ID];
            const char *at = chance(3) == 0 ? "b" : "a";
            snprintf(id, sizeof id, "%s/%d", at, i);
            struct row *j = world_job(w, id, at, chance(5) == 0 ? 0 : 1 << chance(4));
            j->cells[JOB_CPUS] = value_int(1 + chance(60)); /* of the 64 of a node */
            if (chance(8) == 0) {
                j->cells[JOB_NODES] = value_int(2);
                j->cells[JOB_ACCELS] = value_int(16);
            }
            j->cells[JOB_DATA_GB] = value_real(chance(4000));
            j->cells[JOB_MEMORY_MB] = value_int(1000 * (1 + chance(200)));
            if (chance(3) == 0)
                j->cells[JOB_LATENCY_MS_MAX] = value_real(3 + chance(10));
        }
        world_row(w, KIND_NODE, "b/n0")->cells[NODE_ACCELS_FREE] = value_int(chance(9));
        world_row(w, KIND_CLUSTER, "C")->cells[CLUSTER_POWER_KW] = value_real(1890 + chance(12));
        world_row(w, KIND_LINK, "A>B")->cells[LINK_USED_PCT] = value_real(60 + chance(30));
        assert_true(world_plan(w, &ask, &p, NULL));
        moves += (int)p.move_count;
        what_is_told_holds(&p);
        plan_release(&p);
    }
    assert_true(moves > 100);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(random_plans_hold)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
