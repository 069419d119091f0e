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

static const char *const queues[] = {"q", "r", "s"};

static void add_queue(struct world *w, const char *scheduler, const char *queue)
{
    char id[WORLD_ID];
    snprintf(id, sizeof id, "%s/%s", scheduler, queue);
    struct row *q = world_add(w, KIND_QUEUE, id);
    *q = *world_row(w, KIND_QUEUE, "a/q");
    q->id = text_of(w->ids[w->n - 1]);
    q->cells[QUEUE_SCHEDULER] = world_word(scheduler);
    q->cells[QUEUE_NAME] = world_word(queue);
}

/* Three queues at each end; those at b share only some of its nodes. */
static struct world *parted_world(void)
{
    static const char *const lists[] = {"q", "r", "s", "q\x1fr", "r\x1fs", "q\x1fr\x1fs"};
    struct world *w = world_new();

    for (int i = 1; i < 3; i++) {
        add_queue(w, "a", queues[i]);
        add_queue(w, "b", queues[i]);
    }
    for (int i = 2; i < 8; i++)
        world_node(w, "b", i, chance(9));
    for (int i = 0; i < w->n; i++)
        if (w->rows[i].kind == KIND_NODE)
            w->rows[i].cells[NODE_PARTITIONS] = value_list(text_of(
                text_is(value_text_or(&w->rows[i].cells[NODE_SCHEDULER], ""), "b") ? lists[chance(6)] : lists[5]));
    for (int i = 2; i < 40; i++) {
        char id[WORLD_ID];
        const char *at = chance(4) == 0 ? "b" : "a";
        snprintf(id, sizeof id, "%s/%d", at, i);
        struct row *j = world_job(w, id, at, chance(5) == 0 ? 0 : 1 << chance(4));
        j->cells[JOB_CPUS] = value_int(1 + chance(40));
        j->cells[JOB_QUEUE] = world_word(queues[chance(3)]);
    }
    return w;
}

/* What each set of nodes has for newcomers is kept: neither counted twice nor lent by nodes that a queue has not. */
static void queues_that_share_some_nodes_hold(void **state)
{
    int moves = 0;
    (void)state;
    for (uint64_t seed = 1; seed <= 150; seed++) {
        chance_state = seed;
        struct plan_ask ask = world_ask();
        struct plan p = {0};
        assert_true(world_plan(parted_world(), &ask, &p, NULL));
        moves += (int)p.move_count;
        what_is_told_holds(&p);
        plan_release(&p);
    }
    assert_true(moves > 100);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(random_plans_hold),
                                       cmocka_unit_test(queues_that_share_some_nodes_hold)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
