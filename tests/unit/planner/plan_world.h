#ifndef HUBTOP_TESTS_UNIT_PLANNER_PLAN_WORLD_H
#define HUBTOP_TESTS_UNIT_PLANNER_PLAN_WORLD_H

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "domain/kind.h"
#include "planner/plan_make.h"
#include "unit/planner/plan_verify.h"

/* A small network that a test may bend before it is taken: clusters A, B and C with a scheduler each (a, b, c), a queue "q" of
 * nodes with 8 cards, links of 5 ms and 400 Gbit/s between all, a tenant "t" at A whose ring is 20 ms. */

enum { WORLD_ROWS = 400, WORLD_ID = 32, WORLD_ORDERS = 3 };
static const int64_t world_now_ms = INT64_C(1795000000000);

struct world {
    struct row rows[WORLD_ROWS];
    char ids[WORLD_ROWS][WORLD_ID];
    int n;
};

static struct value world_word(const char *s)
{
    return value_text(text_of(s));
}

static struct row *world_add(struct world *w, enum kind kind, const char *id)
{
    struct row *r = &w->rows[w->n];

    snprintf(w->ids[w->n], WORLD_ID, "%s", id);
    *r = (struct row){.kind = kind, .id = text_of(w->ids[w->n++]), .since_ms = 1, .observed_ms = world_now_ms};
    return r;
}

static struct row *world_row(struct world *w, enum kind kind, const char *id)
{
    for (int i = 0; i < w->n; i++)
        if (w->rows[i].kind == kind && text_is(w->rows[i].id, id))
            return &w->rows[i];
    return NULL;
}

static void world_node(struct world *w, const char *scheduler, int number, int free)
{
    char id[WORLD_ID];
    snprintf(id, sizeof id, "%s/n%d", scheduler, number);
    struct row *r = world_add(w, KIND_NODE, id);
    r->cells[NODE_SCHEDULER] = world_word(scheduler);
    r->cells[NODE_NAME] = value_text(text_of(strchr(w->ids[w->n - 1], '/') + 1));
    r->cells[NODE_STATE] = world_word(free == 8 ? "idle" : "up");
    r->cells[NODE_PARTITIONS] = value_list(text_of("q"));
    r->cells[NODE_ACCEL_KIND] = world_word("x1");
    r->cells[NODE_ACCELS_TOTAL] = value_int(8);
    r->cells[NODE_ACCELS_FREE] = value_int(free);
    r->cells[NODE_CPUS_TOTAL] = value_int(64);
    r->cells[NODE_CPUS_FREE] = value_int(8 * free);
    r->cells[NODE_MEMORY_MB] = value_int(512000);
}

/* A cluster with its site, scheduler, queue and `nodes` nodes, of which `idle` are free. */
static void world_place(struct world *w, const char *cluster, const char *scheduler, int nodes, int idle)
{
    char queue[WORLD_ID], site[WORLD_ID];
    snprintf(queue, sizeof queue, "%s/q", scheduler);
    snprintf(site, sizeof site, "%s-1", cluster);
    struct row *c = world_add(w, KIND_CLUSTER, cluster);
    c->cells[CLUSTER_STATE] = world_word("up");
    c->cells[CLUSTER_PRICE_CNY_KWH] = value_real(0.5);
    c->cells[CLUSTER_PUE] = value_real(1.2);
    c->cells[CLUSTER_GREEN_PCT] = value_real(50);
    c->cells[CLUSTER_POWER_KW] = value_real(1000);
    c->cells[CLUSTER_POWER_CAP_KW] = value_real(2000);
    c->cells[CLUSTER_STORAGE_TB_TOTAL] = value_real(1000);
    c->cells[CLUSTER_STORAGE_TB_FREE] = value_real(500);
    struct row *s = world_add(w, KIND_SITE, site);
    s->cells[SITE_CLUSTER] = world_word(cluster);
    s->cells[SITE_MEMBERSHIP] = world_word("connected");
    s->cells[SITE_PHASE] = world_word("operating");
    struct row *r = world_add(w, KIND_SCHEDULER, scheduler);
    r->cells[SCHEDULER_CLUSTER] = world_word(cluster);
    r->cells[SCHEDULER_SITE] = value_text(s->id);
    r->cells[SCHEDULER_DRIVER] = world_word("hub");
    r->cells[SCHEDULER_STATE] = world_word("up");
    r->cells[SCHEDULER_NODES_TOTAL] = value_int(nodes);
    r->cells[SCHEDULER_NODES_DOWN] = value_int(0);
    struct row *q = world_add(w, KIND_QUEUE, queue);
    q->cells[QUEUE_SCHEDULER] = world_word(scheduler);
    q->cells[QUEUE_NAME] = world_word("q");
    q->cells[QUEUE_KIND] = world_word("intelligent");
    q->cells[QUEUE_STATE] = world_word("up");
    for (int i = 0; i < nodes; i++)
        world_node(w, scheduler, i, i < idle ? 8 : 0);
}

static void world_link(struct world *w, const char *from, const char *to, double ms)
{
    char id[WORLD_ID];
    snprintf(id, sizeof id, "%s>%s", from, to);
    struct row *l = world_add(w, KIND_LINK, id);
    l->cells[LINK_FROM] = world_word(from);
    l->cells[LINK_TO] = world_word(to);
    l->cells[LINK_STATE] = world_word("up");
    l->cells[LINK_ONE_WAY_MS] = value_real(ms);
    l->cells[LINK_ONE_WAY_BASIS] = world_word("measured");
    l->cells[LINK_CAPACITY_GBPS] = value_real(400);
    l->cells[LINK_USED_PCT] = value_real(50);
}

static struct row *world_job(struct world *w, const char *id, const char *scheduler, int cards)
{
    struct row *j = world_add(w, KIND_JOB, id);

    j->cells[JOB_SCHEDULER] = world_word(scheduler);
    j->cells[JOB_QUEUE] = world_word("q");
    j->cells[JOB_TENANT] = world_word("t");
    j->cells[JOB_USER] = world_word("u");
    j->cells[JOB_STATE] = world_word("waiting");
    j->cells[JOB_REASON] = world_word("Resources");
    j->cells[JOB_NODES] = value_int(1);
    j->cells[JOB_ACCELS] = value_int(cards);
    j->cells[JOB_CPUS] = value_int(8);
    j->cells[JOB_ACCEL_KIND] = world_word("x1");
    j->cells[JOB_MEMORY_MB] = value_int(8192);
    j->cells[JOB_PRIORITY] = value_int(1000);
    j->cells[JOB_TIME_LIMIT_S] = value_int(7200);
    j->cells[JOB_ELIGIBLE_AT] = value_time(world_now_ms - 600000);
    j->cells[JOB_MOVABLE] = value_bool(true);
    j->cells[JOB_DATA_GB] = value_real(10);
    return j;
}

/* A job that holds a node's cards at a scheduler, for long. */
__attribute__((unused)) static struct row *world_runner(struct world *w, const char *id, const char *scheduler,
                                                        const char *node, int cards)
{
    struct row *j = world_job(w, id, scheduler, cards);

    j->cells[JOB_STATE] = world_word("running");
    j->cells[JOB_REASON] = value_none();
    j->cells[JOB_STARTED_AT] = value_time(world_now_ms - 60000);
    j->cells[JOB_TIME_LIMIT_S] = value_int(700000);
    j->cells[JOB_NODE_LIST] = world_word(node);
    j->cells[JOB_MOVABLE] = value_bool(false);
    return j;
}

/* Nothing is free at a; b and c have two idle nodes each. Job a/1 waits, and could go. */
__attribute__((unused)) static struct world *world_new(void)
{
    struct world *w = calloc(1, sizeof *w);

    world_place(w, "A", "a", 2, 0);
    world_place(w, "B", "b", 2, 2);
    world_place(w, "C", "c", 2, 2);
    world_link(w, "A", "B", 5);
    world_link(w, "B", "A", 5);
    world_link(w, "A", "C", 6);
    world_link(w, "C", "A", 6);
    world_link(w, "B", "C", 6);
    world_link(w, "C", "B", 6);
    struct row *t = world_add(w, KIND_TENANT, "t");
    t->cells[TENANT_AT] = world_word("A");
    t->cells[TENANT_RING_MS] = value_real(20);
    world_job(w, "a/1", "a", 4);
    return w;
}

/* The rows in one of three orders: as they are, backwards, from the middle. */
static struct plan_facts *world_facts(const struct world *w, int order)
{
    struct plan_facts *f = plan_facts_new();

    for (int i = 0; i < w->n; i++) {
        int at = order == 1 ? w->n - 1 - i : order == 2 ? (i + w->n / 2) % w->n : i;
        plan_facts_take(f, &w->rows[at]);
    }
    return f;
}

/* The plan of a world, which is freed; false with err. */
__attribute__((unused)) static bool world_plan(struct world *w, const struct plan_ask *ask, struct plan *out,
                                               struct err *err)
{
    struct plan_limits limits = plan_limits_preset();
    struct plan_facts *f = world_facts(w, 0);
    bool ok = plan_make(f, ask, &limits, world_now_ms, out, err);

    if (ok)
        plan_verify(w->rows, (size_t)w->n, out, &limits, world_now_ms);
    plan_facts_free(f);
    free(w);
    return ok;
}

__attribute__((unused)) static struct plan_ask world_ask(void)
{
    return (struct plan_ask){.max_moves = -1, .weight_cost = 1, .seconds = 0.02};
}

#endif
