#include "planner/plan_forecast.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "planner/plan_forecast_inside.h"
#include "planner/plan_forecast_learn.h"

enum { WINDOW_S = 600, RATE_EVENTS = 4, ALIKE_LEAST = 8, SECONDS_MIN = 30, ARRIVALS_MAX = 20000, CLAIM_AFTER_S = 1200 };

/* How many of each thing are drawn of one chance: jobs, then what comes. */
enum { STREAM_ENDS = 1, STREAM_PACE, STREAM_RATE, STREAM_COMES };

static uint64_t chance_of(const struct forecast_ask *ask, uint64_t stream, uint32_t of)
{
    return ask->chance == 0 ? 0 : ask->chance * UINT64_C(0x9e3779b97f4a7c15) + (stream << 40) + of;
}

void plan_forecast_prepare(const struct plan_case *c)
{
    plan_forecast_learn(c);
}

/* How fast all of a queue ends is not known well either. */
static double hurry(const struct forecast_ask *ask, uint32_t queue)
{
    double sure = 0.2;

    if (ask->chance == 0 || queue == FACT_NONE)
        return 1;
    return exp(sure * plan_forecast_learn_normal(plan_forecast_learn_draw(chance_of(ask, STREAM_PACE, queue), 0)));
}

static int32_t run_s(const struct forecast_ask *ask, const struct fact_job *j, double ran_s, double q)
{
    return plan_forecast_learn_rest(ask->c->f, j, ran_s, q, hurry(ask, j->queue));
}

void plan_forecast_ends(const struct forecast_ask *ask, const struct fact_pool *p, int32_t *ends_s)
{
    for (size_t k = 0; k < p->running_count; k++) {
        const struct fact_job *j = FACTS(ask->c->f, job, jobs, p->running[k]);
        double ran_s = j->started_ms > 0 ? fmax(0, (double)(ask->c->now_ms - j->started_ms) / 1000) : 0;
        uint32_t i = ask->chance == 0 ? (uint32_t)k : p->running[k];
        ends_s[k] = run_s(ask, j, ran_s, plan_forecast_learn_draw(chance_of(ask, STREAM_ENDS, 0), i));
    }
}

/* --- one look at those who wait --- */

static bool over_quota(const struct play *w, const struct item *it)
{
    return it->quota != FACT_NONE && QUOTA(w, it->quota)->runs >= QUOTA(w, it->quota)->most;
}

static void note_start(struct play *w, const struct item *it, int32_t now_s)
{
    if (it->quota != FACT_NONE)
        QUOTA(w, it->quota)->runs++;
    if (it->job == FACT_NONE)
        return;
    w->left[it->job]--;
    for (int i = 0; i < PLAN_MARKS && it->queue != FACT_NONE; i++)
        w->out->queues[it->queue].started_at[i] += now_s <= plan_mark_s[i];
    if (w->out->starts_s[it->job] >= 0)
        return;
    w->out->starts_s[it->job] = now_s;
    w->out->started += plan_facts_waits(FACTS(w->f, job, jobs, it->job));
    if (it->quota != FACT_NONE)
        QUOTA(w, it->quota)->starts++;
}

/* True when all of it runs. */
static bool start(struct play *w, struct item *it, int32_t now_s)
{
    while (it->tasks > 0 && !over_quota(w, it) && plan_forecast_nodes_place(w, it, now_s)) {
        note_start(w, it, now_s);
        it->tasks--;
    }
    return it->tasks == 0;
}

/* On the nodes that were kept for them, or elsewhere. */
static void start_claimants(struct play *w, int32_t now_s)
{
    for (int i = 0; i < PLAY_CLAIMS; i++) {
        uint32_t item = w->claims[i].item;
        if (item == FACT_NONE)
            continue;
        if (plan_forecast_nodes_ready(w, &w->claims[i]))
            plan_forecast_nodes_unclaim(w, &w->claims[i]);
        if (start(w, ITEM(w, item), now_s) && w->claims[i].item == item)
            plan_forecast_nodes_unclaim(w, &w->claims[i]);
    }
}

static bool needs_claim(const struct play *w, const struct item *it, int32_t now_s)
{
    return !over_quota(w, it) && (it->nodes > 1 || it->each * 2 > w->size || now_s - it->eligible_s > CLAIM_AFTER_S);
}

static bool asks_no_less(const struct item *it, const struct item *than)
{
    return (than->part == 0 || than->part == it->part) && it->each >= than->each && it->cpus_each >= than->cpus_each &&
           it->nodes >= than->nodes;
}

/* As start(); where something found no room in this look, nothing that asks for as much does: all become only fewer meanwhile. */
static bool start_in_look(struct play *w, struct item *it, int32_t now_s, const struct item **failed)
{
    if (*failed != NULL && asks_no_less(it, *failed))
        return false;
    if (start(w, it, now_s))
        return true;
    if (!over_quota(w, it) && (*failed == NULL || asks_no_less(*failed, it)))
        *failed = it;
    return false;
}

/* A scheduler goes on while jobs start, keeps nodes for the first large ones that don't, and gives up after so many. */
static void pass(struct play *w, int32_t now_s)
{
    const struct item *failed = NULL;
    int left = FORECAST_DEPTH;
    bool may_claim = true;

    start_claimants(w, now_s);
    for (uint32_t i = plan_forecast_line_next(&w->line, 0); i != FACT_NONE && left > 0;
         i = plan_forecast_line_next(&w->line, i + 1)) {
        struct item *it = ITEM(w, i);
        if (it->tasks > 0 && !plan_forecast_nodes_claimed(w, i) && !start_in_look(w, it, now_s, &failed) && may_claim &&
            needs_claim(w, it, now_s))
            may_claim = plan_forecast_nodes_claim(w, i);
        if (it->tasks > 0)
            left--;
        else
            plan_forecast_line_leave(&w->line, i);
    }
}

/* --- the beginning --- */

static const struct plan_case *case_of(const struct play *w)
{
    return w->ask->c;
}

static bool goes_away(const struct play *w, uint32_t job)
{
    return w->ask->goes != NULL && w->ask->goes[job] != FACT_NONE;
}

static struct item item_of(const struct play *w, const struct fact_job *j)
{
    int32_t nodes = j->nodes > 0 ? j->nodes : 1;

    return (struct item){.job = FACT_NONE,
                         .queue = j->queue,
                         .part = plan_facts_part(w->f, j->queue),
                         .quota = plan_forecast_users_of(w, j->queue, j->user),
                         .each = w->p->by_accels && j->accels <= 0 ? 0 : plan_facts_each(w->p, j),
                         .cpus_each = j->cpus / nodes,
                         .nodes = nodes,
                         .tasks = j->tasks,
                         .run_s = -1,
                         .rank = j->queue == FACT_NONE ? 0 : FACTS(w->f, queue, queues, j->queue)->rank,
                         .priority = j->priority,
                         .eligible_s = (j->eligible_ms - case_of(w)->now_ms) / 1000};
}

static void add_item(struct play *w, struct item it)
{
    struct item *to = plan_facts_push(&w->items, sizeof *to);

    *to = it;
}

/* Of a queue a million jobs long few start. */
int32_t plan_forecast_runs(const struct play *w, const struct item *it)
{
    double q;

    if (it->run_s >= 0)
        return it->run_s;
    q = plan_forecast_learn_draw(chance_of(w->ask, STREAM_ENDS, 0), w->ask->chance == 0 ? it->draw : it->job);
    return run_s(w->ask, FACTS(w->f, job, jobs, it->job), 0, q);
}

static bool may_start(const struct play *w, const struct fact_job *j)
{
    uint32_t q = plan_forecast_users_of(w, j->queue, j->user);

    return plan_rule_can_start(j) || (j->why == WAIT_QUOTA && q != FACT_NONE && QUOTA(w, q)->most > 0);
}

/* Who can't start within the horizon is in nobody's way. */
static void add_waiting(struct play *w)
{
    for (size_t k = 0; k < w->p->waiting_count; k++) {
        uint32_t job = w->p->waiting[k];
        const struct fact_job *j = FACTS(w->f, job, jobs, job);
        if (goes_away(w, job))
            continue;
        int64_t ready_s = (j->eligible_ms - case_of(w)->now_ms) / 1000;
        if (ready_s > case_of(w)->horizon_s || !may_start(w, j)) {
            for (int i = 0; i < PLAN_MARKS && j->queue != FACT_NONE; i++)
                w->out->queues[j->queue].waiting_at[i] += j->tasks;
            continue;
        }
        struct item it = item_of(w, j);
        it.job = job;
        it.draw = (uint32_t)k;
        it.ready_s = ready_s > 0 ? (int32_t)ready_s : 0;
        add_item(w, it);
    }
}

static void add_newcomers(struct play *w, const uint32_t *jobs, size_t count)
{
    for (size_t k = 0; k < count; k++) {
        struct item it = item_of(w, FACTS(w->f, job, jobs, jobs[k]));
        it.job = jobs[k];
        it.draw = (uint32_t)k;
        it.queue = w->ask->goes[jobs[k]];
        it.part = plan_facts_part(w->f, it.queue);
        it.rank = FACTS(w->f, queue, queues, it.queue)->rank;
        it.quota = FACT_NONE;
        it.ready_s = w->ask->ready_s[jobs[k]];
        it.eligible_s = it.ready_s;
        it.tasks = 1;
        add_item(w, it);
    }
}

/* --- what comes --- */

/* Of what a queue's jobs are like: those that came of late; where they are few, also those that run, each as often as jobs of its
 * length come (long ones are seen running more often than they come); else those that wait. */
struct like {
    const struct fact_job **jobs;
    int32_t *tasks;
    double *sum; /* of all up to this one */
    size_t count;
};

static void add_like(struct like *l, const struct fact_job *j, int32_t tasks, double weight)
{
    l->jobs[l->count] = j;
    l->tasks[l->count] = tasks;
    l->sum[l->count] = (l->count > 0 ? l->sum[l->count - 1] : 0) + weight;
    l->count++;
}

static uint32_t pick(const struct like *l, double share)
{
    size_t low = 0, high = l->count - 1;
    double at = share * l->sum[high];

    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (l->sum[middle] <= at)
            low = middle + 1;
        else
            high = middle;
    }
    return (uint32_t)low;
}

/* How many like them come in a second; by how many that is told, if each counts by its tasks. */
struct come {
    double rate, tasks, told;
};

static struct come add_recent(const struct play *w, struct like *l, uint32_t queue)
{
    const struct fact_queue *q = FACTS(w->f, queue, queues, queue);
    struct come come = {0};
    double squares = 0;

    for (uint32_t i = 0; i < q->recent_count; i++) {
        const struct fact_recent *r = FACTS(w->f, recent, recent, q->first_recent + i);
        if (r->rate <= 0)
            continue;
        add_like(l, r->over ? FACTS(w->f, job, over, r->job) : FACTS(w->f, job, jobs, r->job), r->tasks, r->rate);
        double tasks = r->rate * r->tasks;
        come.rate += r->rate;
        come.tasks += tasks;
        squares += tasks * tasks;
    }
    come.told = squares > 0 ? come.tasks * come.tasks / squares : 0;
    return come;
}

static void add_others(const struct play *w, struct like *l, uint32_t queue, double weight)
{
    double sum = 0;

    for (int pass = 0; pass < 2; pass++)
        for (size_t k = 0; k < w->p->running_count; k++) {
            const struct fact_job *j = FACTS(w->f, job, jobs, w->p->running[k]);
            double each = j->limit_s > 0 ? 1 / (double)j->limit_s : 1. / 86400;
            if (j->queue != queue)
                continue;
            if (pass == 0)
                sum += each;
            else
                add_like(l, j, 1, weight * each / sum);
        }
    for (size_t k = 0; k < w->p->waiting_count && l->count == 0; k++)
        if (FACTS(w->f, job, jobs, w->p->waiting[k])->queue == queue)
            add_like(l, FACTS(w->f, job, jobs, w->p->waiting[k]), 1, 1);
}

/* Few say little: they are taken together with what ends, as in a steady state, as if that were RATE_EVENTS of them; what is drawn is
 * of the gamma distribution that so many tell of (Wilson and Hilferty 1931). In `each` of those that come there are so many
 * tasks. */
static double rate_of(const struct play *w, uint32_t queue, struct come c, double each)
{
    double usual = plan_forecast_learn_ends(case_of(w), w->p, queue), n = c.told + (usual > 0 ? RATE_EVENTS : 0);
    double rate = n > 0 ? (c.tasks * c.told + (usual > 0 ? usual * RATE_EVENTS : 0)) / n : 0;

    if (w->ask->chance != 0 && n > 0) {
        double z = plan_forecast_learn_normal(plan_forecast_learn_draw(chance_of(w->ask, STREAM_RATE, queue), 0));
        rate *= pow(fmax(0.05, 1 - 1 / (9 * n) + z / (3 * sqrt(n))), 3);
    }
    return rate / each;
}

static double each_of(const struct like *l)
{
    double sum = 0;

    for (size_t i = 0; i < l->count; i++)
        sum += (l->sum[i] - (i > 0 ? l->sum[i - 1] : 0)) * l->tasks[i];
    return sum / l->sum[l->count - 1];
}

static void add_comer(struct play *w, const struct like *l, uint32_t i, double at_s, uint64_t chance)
{
    uint32_t k = pick(l, plan_forecast_learn_draw(chance, 3 * i));
    struct item it = item_of(w, l->jobs[k]);

    it.run_s = run_s(w->ask, l->jobs[k], 0, plan_forecast_learn_draw(chance, chance == 0 ? i * 7 + 3 : 3 * i + 1));
    it.tasks = l->tasks[k];
    it.ready_s = (int32_t)at_s;
    it.eligible_s = it.ready_s;
    add_item(w, it);
}

static void add_arrivals(struct play *w, uint32_t queue)
{
    size_t most = w->p->waiting_count + w->p->running_count + FACTS(w->f, queue, queues, queue)->recent_count + 1;
    struct like l = {mem_new(most, sizeof *l.jobs), mem_new(most, sizeof *l.tasks), mem_new(most, sizeof *l.sum), 0};
    struct come come = add_recent(w, &l, queue);
    double horizon = (double)case_of(w)->horizon_s;
    uint64_t chance = chance_of(w->ask, STREAM_COMES, queue);
    uint32_t i = 0;

    if (come.told < ALIKE_LEAST)
        add_others(w, &l, queue, (ALIKE_LEAST - come.told) * (come.told > 0 ? come.rate / come.told : 1));
    double rate = l.count > 0 ? rate_of(w, queue, come, each_of(&l)) : 0, at_s = 0;
    while (rate > 0 && i < ARRIVALS_MAX) {
        double q = plan_forecast_learn_draw(chance, 3 * i + 2);
        at_s = chance == 0 ? (i + 0.5) / rate : at_s - log(1 - q) / rate;
        if (at_s > horizon)
            break;
        add_comer(w, &l, i++, at_s, chance);
    }
    free(l.jobs);
    free(l.tasks);
    free(l.sum);
}

static int by_turn(const void *a, const void *b)
{
    const struct item *x = a, *y = b;

    if (x->rank != y->rank)
        return x->rank < y->rank ? -1 : 1;
    if (x->priority != y->priority)
        return x->priority > y->priority ? -1 : 1;
    if (x->eligible_s != y->eligible_s)
        return x->eligible_s < y->eligible_s ? -1 : 1;
    if (x->job != y->job)
        return x->job < y->job ? -1 : 1;
    if (x->queue != y->queue)
        return x->queue < y->queue ? -1 : 1;
    return (x->each > y->each) - (x->each < y->each);
}

static void order_items(struct play *w)
{
    if (w->items.count > 1)
        qsort(w->items.all, w->items.count, sizeof(struct item), by_turn);
}

static void add_running(struct play *w)
{
    const struct fact_pool *p = w->p;
    int32_t *ends = mem_new(p->running_count + 1, sizeof *ends);

    plan_forecast_ends(w->ask, p, ends);
    for (size_t k = 0; k < p->running_count; k++) {
        const struct fact_job *j = FACTS(w->f, job, jobs, p->running[k]);
        int32_t each = p->by_accels && j->accels <= 0 ? 0 : plan_facts_each(p, j);
        uint32_t h = plan_forecast_nodes_hold(w, each, j->cpus / (j->nodes > 0 ? j->nodes : 1));
        for (uint32_t i = 0; i < j->placed_count; i++) {
            uint32_t node = w->f->placed[j->first_placed + i];
            if (FACTS(w->f, node, nodes, node)->pool == (uint32_t)(p - FACTS(w->f, pool, pools, 0)))
                plan_forecast_nodes_add(w, h, w->place_of[node]);
        }
        HELD(w, h)->quota = plan_forecast_users_of(w, j->queue, j->user);
        plan_forecast_nodes_leave(w, goes_away(w, p->running[k]) ? SECONDS_MIN : ends[k], h);
    }
    free(ends);
}

/* --- the play --- */

static int by_second(const void *a, const void *b)
{
    const int32_t *x = a, *y = b;

    return (*x > *y) - (*x < *y);
}

struct arrival {
    int32_t at_s;
    uint32_t item;
};

static int by_arrival(const void *a, const void *b)
{
    const struct arrival *x = a, *y = b;

    return x->at_s != y->at_s ? (x->at_s < y->at_s ? -1 : 1) : (x->item > y->item) - (x->item < y->item);
}

/* Who is there stands in line; who comes within the horizon, in the order of time, is in `out`. */
static size_t line_up(struct play *w, struct arrival *out)
{
    size_t n = 0;

    plan_forecast_line_init(&w->line, w->items.count);
    for (uint32_t i = 0; i < w->items.count; i++) {
        int32_t at_s = ITEM(w, i)->ready_s;
        if (at_s <= 0)
            plan_forecast_line_enter(&w->line, i);
        else if (at_s <= case_of(w)->horizon_s)
            out[n++] = (struct arrival){at_s, i};
    }
    if (n > 1)
        qsort(out, n, sizeof *out, by_arrival);
    return n;
}

static int64_t used(const struct play *w)
{
    int64_t used = 0;

    for (uint32_t k = 0; k < w->p->node_count; k++) {
        const struct fact_node *n = FACTS(w->f, node, nodes, w->p->nodes[k]);
        used += n->up ? (w->p->by_accels ? n->accels : n->cpus) - w->free[k] : 0;
    }
    return used;
}

/* How it is at the marks before `now_s` that are not noted yet. */
static void note_marks(struct play *w, int32_t now_s)
{
    for (; w->mark < PLAN_MARKS && plan_mark_s[w->mark] < now_s; w->mark++) {
        w->out->used_at[w->mark][w->p - FACTS(w->f, pool, pools, 0)] = used(w);
        for (uint32_t i = 0; i < w->items.count; i++)
            if (ITEM(w, i)->queue != FACT_NONE &&
                (ITEM(w, i)->job != FACT_NONE || ITEM(w, i)->ready_s <= plan_mark_s[w->mark]))
                w->out->queues[ITEM(w, i)->queue].waiting_at[w->mark] += ITEM(w, i)->tasks;
    }
}

static void run(struct play *w)
{
    struct arrival *coming = mem_new(w->items.count + 1, sizeof *coming);
    size_t count = line_up(w, coming), came = 0;

    pass(w, 0);
    while (came < count || w->leaves.count > 0) {
        int32_t now_s = plan_forecast_nodes_next(w);
        now_s = came < count && coming[came].at_s <= now_s ? coming[came].at_s : now_s;
        note_marks(w, now_s);
        for (; came < count && coming[came].at_s <= now_s; came++)
            plan_forecast_line_enter(&w->line, coming[came].item);
        while (plan_forecast_nodes_next(w) <= now_s)
            plan_forecast_nodes_free(w);
        pass(w, now_s);
    }
    free(coming);
}

/* What came meanwhile and still waits at the end, of each queue: appended to the waits. */
struct waits {
    struct facts_list *of; /* of each queue: int32_t seconds */
    struct facts_list users;
    int32_t *left; /* of the facts' jobs: tasks that have not started */
};

static void add_wait(struct facts_list *l, int64_t s, int32_t times)
{
    for (int32_t i = 0; i < times && i < 1000; i++)
        *(int32_t *)plan_facts_push(l, sizeof(int32_t)) = s > INT32_MAX / 4 ? INT32_MAX / 4 : s < 0 ? 0 : (int32_t)s;
}

static void play_pool(const struct forecast_ask *ask, uint32_t pool, struct forecast *out, uint32_t *place_of,
                      const struct facts_list *coming, struct waits *waits)
{
    struct play w = {.ask = ask, .f = ask->c->f, .p = FACTS(ask->c->f, pool, pools, pool), .out = out};

    w.place_of = place_of;
    w.left = waits->left;
    plan_forecast_nodes_init(&w);
    plan_forecast_users_set(&w);
    add_waiting(&w);
    add_newcomers(&w, coming->all, coming->count);
    for (uint32_t q = 0; q < w.f->queues.count; q++)
        if (FACTS(w.f, queue, queues, q)->pool == pool)
            add_arrivals(&w, q);
    order_items(&w);
    add_running(&w);
    if (w.p->known)
        run(&w);
    note_marks(&w, INT32_MAX);
    out->used[pool] = used(&w);
    for (uint32_t i = 0; i < w.items.count; i++)
        if (ITEM(&w, i)->queue != FACT_NONE && ITEM(&w, i)->job == FACT_NONE)
            add_wait(&waits->of[ITEM(&w, i)->queue], ask->c->horizon_s - ITEM(&w, i)->eligible_s, ITEM(&w, i)->tasks);
    plan_forecast_users_note(&w, &waits->users);
    plan_forecast_nodes_release(&w);
}

/* --- the whole --- */

static void count_waiting(const struct forecast_ask *ask, const struct forecast *out, struct waits *waits)
{
    const struct plan_facts *f = ask->c->f;

    for (uint32_t i = 0; i < f->jobs.count; i++) {
        const struct fact_job *j = FACTS(f, job, jobs, i);
        uint32_t queue = ask->goes != NULL && ask->goes[i] != FACT_NONE ? ask->goes[i] : j->queue;
        bool pending = plan_facts_waits(j) || j->state == JOB_HELD, stays = queue == j->queue;
        if ((!pending && stays) || waits->left[i] <= 0 || queue == FACT_NONE)
            continue;
        int64_t since = stays ? (ask->c->now_ms - j->eligible_ms) / 1000 : -ask->ready_s[i];
        add_wait(&waits->of[queue], since + ask->c->horizon_s, waits->left[i]);
        out->queues[queue].late += j->deadline_ms > 0 && out->starts_s[i] < 0;
        for (int k = 0; k < PLAN_MARKS && stays && j->state == JOB_HELD; k++)
            out->queues[queue].waiting_at[k] += waits->left[i];
    }
}

static double p95(struct facts_list *l)
{
    if (l->count == 0)
        return NAN;
    qsort(l->all, l->count, sizeof(int32_t), by_second);
    return ((int32_t *)l->all)[(size_t)ceil(0.95 * (double)l->count) - 1];
}

static struct facts_list *newcomers(const struct forecast_ask *ask)
{
    const struct plan_facts *f = ask->c->f;
    struct facts_list *coming = mem_new(f->pools.count + 1, sizeof *coming);

    for (uint32_t i = 0; ask->goes != NULL && i < f->jobs.count; i++) {
        uint32_t pool = ask->goes[i] == FACT_NONE ? FACT_NONE : FACTS(f, queue, queues, ask->goes[i])->pool;
        if (pool != FACT_NONE)
            *(uint32_t *)plan_facts_push(&coming[pool], sizeof(uint32_t)) = i;
    }
    return coming;
}

static void keep_users(struct forecast *out, struct facts_list *users, struct arena *arena)
{
    out->users = arena_alloc(arena, (users->count + 1) * sizeof *out->users);
    out->user_count = users->count;
    if (users->count > 0)
        memcpy(out->users, users->all, users->count * sizeof *out->users);
    free(users->all);
}

struct forecast plan_forecast(const struct forecast_ask *ask, struct arena *arena)
{
    const struct plan_facts *f = ask->c->f;
    struct forecast out = {.starts_s = arena_alloc(arena, (f->jobs.count + 1) * sizeof *out.starts_s),
                           .queues = arena_alloc(arena, (f->queues.count + 1) * sizeof *out.queues),
                           .used = arena_alloc(arena, (f->pools.count + 1) * sizeof *out.used)};
    struct facts_list *coming = newcomers(ask);
    struct waits waits = {.of = mem_new(f->queues.count + 1, sizeof *waits.of),
                          .left = mem_new(f->jobs.count + 1, sizeof *waits.left)};
    uint32_t *place_of = mem_new(f->nodes.count + 1, sizeof *place_of);

    memset(out.starts_s, 0xff, (f->jobs.count + 1) * sizeof *out.starts_s);
    for (int k = 0; k < PLAN_MARKS; k++)
        out.used_at[k] = arena_alloc(arena, (f->pools.count + 1) * sizeof *out.used_at[k]);
    for (uint32_t i = 0; i < f->jobs.count; i++)
        waits.left[i] = ask->goes != NULL && ask->goes[i] != FACT_NONE ? 1 : FACTS(f, job, jobs, i)->tasks;
    for (uint32_t i = 0; i < f->pools.count; i++)
        play_pool(ask, i, &out, place_of, &coming[i], &waits);
    keep_users(&out, &waits.users, arena);
    count_waiting(ask, &out, &waits);
    for (size_t i = 0; i < f->queues.count; i++) {
        out.queues[i].waiting = (int64_t)waits.of[i].count;
        out.queues[i].p95_s = p95(&waits.of[i]);
        free(waits.of[i].all);
    }
    for (size_t i = 0; i < f->pools.count; i++)
        free(coming[i].all);
    free(coming);
    free(waits.of);
    free(waits.left);
    free(place_of);
    return out;
}
