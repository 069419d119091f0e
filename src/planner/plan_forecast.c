#include "planner/plan_forecast.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

enum {
    PASS_DEPTH = 64,
    RATE_MINUTES = 10,
    RATE_EVENTS = 4,
    SECONDS_MIN = 30,
    ARRIVALS_MAX = 20000,
    NO_LIMIT_S = 24 * 3600
};

/* Shares of their limits that jobs run: where departures do not tell, and between what is believed. */
#define SHARE_USUAL 0.6
#define SHARE_LEAST 0.05
#define SHARE_MOST  0.95

/* --- how long jobs run --- */

/* The radical inverse to base 2 (van der Corput): numbers in (0, 1) that are spread evenly, whatever is cut off. */
static double spread(uint32_t i)
{
    uint32_t bits = i + 1;
    double x = 0, part = 0.5;

    for (; bits != 0; bits >>= 1, part /= 2)
        x += bits & 1 ? part : 0;
    return x;
}

static double limit_of(const struct fact_job *j)
{
    return j->limit_s > 0 ? (double)j->limit_s : NO_LIMIT_S;
}

/* By the minute what leaves a place in a steady state: it is left once in the time that its jobs run (Little 1961, for each
 * length of jobs). */
static double steady(const struct plan_case *c, const struct fact_pool *p, uint32_t queue)
{
    double rate = 0;

    for (size_t k = 0; k < p->running_count; k++) {
        const struct fact_job *j = FACTS(c->f, job, jobs, p->running[k]);
        if (queue == FACT_NONE || j->queue == queue)
            rate += 60 / (SHARE_USUAL * limit_of(j));
    }
    return rate;
}

/* Few events in ten minutes say little: they are taken together with what a steady state would show, as the mean of a gamma
 * distribution that knows RATE_EVENTS of it. */
static double rate_of(double seen, double usual)
{
    if (!(seen >= 0))
        return NAN;
    return usual > 0 ? (seen * RATE_MINUTES + RATE_EVENTS) / (RATE_MINUTES + RATE_EVENTS / usual) : seen;
}

/* The share of their limits that jobs run, in the mean, as departures tell it. */
void plan_forecast_prepare(const struct plan_case *c)
{
    for (size_t i = 0; i < c->f->pools.count; i++) {
        struct fact_pool *p = FACTS(c->f, pool, pools, i);
        double usual = steady(c, p, FACT_NONE), rate = rate_of(p->departures, usual);
        p->run_share = rate > 0 && usual > 0 ? SHARE_USUAL * usual / rate : SHARE_USUAL;
        p->run_share = fmin(fmax(p->run_share, SHARE_LEAST), SHARE_MOST);
    }
}

/* How much of its limit a job runs, if it has run `ran` of it: even between two ends around the share. */
static double part_of(const struct fact_pool *p, double ran, double q)
{
    double low = fmax(0, 2 * p->run_share - 1), high = fmin(1, 2 * p->run_share);

    if (ran >= high)
        high = 1;
    low = fmax(low, fmin(ran, 1));
    return low + (high - low) * q;
}

/* By what times are divided: departures are a Poisson process, two standard deviations either way. */
static double hurry(const struct plan_case *c, const struct fact_pool *p, double pace)
{
    double n = p->departures > 0 ? p->departures / 60 * (double)c->horizon_s : 16;

    return fmax(0.2, 1 + pace * fmin(0.8, fmax(0.1, 2 / sqrt(fmax(n, 1)))));
}

void plan_forecast_ends(const struct plan_case *c, const struct fact_pool *p, double pace, int32_t *ends_s)
{
    for (size_t k = 0; k < p->running_count; k++) {
        const struct fact_job *j = FACTS(c->f, job, jobs, p->running[k]);
        double ran = j->started_ms > 0 ? fmax(0, (double)(c->now_ms - j->started_ms) / 1000 / limit_of(j)) : 0;
        double s = (part_of(p, ran, spread((uint32_t)k)) - fmin(ran, 1)) * limit_of(j) / hurry(c, p, pace);
        ends_s[k] = s > INT32_MAX / 4 ? INT32_MAX / 4 : (int32_t)fmax(s, SECONDS_MIN);
    }
}

/* --- the play of one pool --- */

struct item {
    uint32_t job; /* FACT_NONE: one that comes meanwhile */
    uint32_t queue;
    int32_t each, cpus_each, nodes, tasks, run_s, ready_s;
    int64_t priority, eligible_s; /* after now */
    uint32_t next;                /* that is looked at after it */
};

struct held {
    uint32_t first, count; /* in `nodes` */
    int32_t each, cpus;
};

struct leave {
    int32_t at_s;
    uint32_t held;
};

struct play {
    const struct forecast_ask *ask;
    struct plan_facts *f;
    const struct fact_pool *p;
    struct forecast *out;
    int32_t *free, *cpus; /* of each of its nodes; free -1: takes nothing */
    uint32_t *at_free;    /* first node with so much free */
    uint32_t *after, *before;
    int32_t size;
    struct facts_list items, holds, leaves, nodes;
    uint32_t first;     /* item */
    uint32_t *place_of; /* of the facts' nodes: their place in the pool */
};

#define ITEM(w, i) (&((struct item *)(w)->items.all)[i])
#define HELD(w, i) (&((struct held *)(w)->holds.all)[i])
#define NODE(w, i) (((uint32_t *)(w)->nodes.all)[i])

static void unlist(struct play *w, uint32_t n)
{
    if (w->free[n] < 0)
        return;
    if (w->before[n] != FACT_NONE)
        w->after[w->before[n]] = w->after[n];
    else
        w->at_free[w->free[n]] = w->after[n];
    if (w->after[n] != FACT_NONE)
        w->before[w->after[n]] = w->before[n];
}

static void list(struct play *w, uint32_t n, int32_t free)
{
    free = free > w->size ? w->size : free < 0 ? 0 : free;
    w->free[n] = free;
    w->before[n] = FACT_NONE;
    w->after[n] = w->at_free[free];
    if (w->after[n] != FACT_NONE)
        w->before[w->after[n]] = n;
    w->at_free[free] = n;
}

static void change(struct play *w, uint32_t n, int32_t units, int32_t cpus)
{
    w->cpus[n] += cpus;
    if (w->free[n] < 0)
        return;
    int32_t free = w->free[n] + units;
    unlist(w, n);
    list(w, n, free);
}

/* --- what leaves: a heap by time --- */

static struct leave *leave(const struct play *w, size_t i)
{
    return &((struct leave *)w->leaves.all)[i];
}

static bool sooner(const struct leave *a, const struct leave *b)
{
    return a->at_s != b->at_s ? a->at_s < b->at_s : a->held < b->held;
}

static void add_leave(struct play *w, int32_t at_s, uint32_t hold)
{
    size_t i = w->leaves.count;

    if (at_s > w->ask->c->horizon_s)
        return;
    plan_facts_push(&w->leaves, sizeof(struct leave));
    struct leave l = {at_s, hold};
    for (; i > 0 && sooner(&l, leave(w, (i - 1) / 2)); i = (i - 1) / 2)
        *leave(w, i) = *leave(w, (i - 1) / 2);
    *leave(w, i) = l;
}

static struct leave pop_leave(struct play *w)
{
    struct leave top = *leave(w, 0), last = *leave(w, --w->leaves.count);
    size_t i = 0, n = w->leaves.count;

    for (size_t child; (child = 2 * i + 1) < n; i = child) {
        child += child + 1 < n && sooner(leave(w, child + 1), leave(w, child));
        if (!sooner(leave(w, child), &last))
            break;
        *leave(w, i) = *leave(w, child);
    }
    if (n > 0)
        *leave(w, i) = last;
    return top;
}

/* --- placing --- */

static uint32_t new_hold(struct play *w, int32_t each, int32_t cpus)
{
    struct held *h = plan_facts_push(&w->holds, sizeof *h);

    *h = (struct held){(uint32_t)w->nodes.count, 0, each, cpus};
    return (uint32_t)w->holds.count - 1;
}

static void hold(struct play *w, uint32_t h, uint32_t node)
{
    *(uint32_t *)plan_facts_push(&w->nodes, sizeof(uint32_t)) = node;
    HELD(w, h)->count++;
}

static bool place(struct play *w, const struct item *it, int32_t now_s)
{
    uint32_t h = FACT_NONE;
    int32_t missing = it->nodes;

    for (int32_t free = it->each; free <= w->size && missing > 0; free++)
        for (uint32_t n = w->at_free[free]; n != FACT_NONE && missing > 0; n = w->after[n]) {
            if (w->p->by_accels && w->cpus[n] < it->cpus_each)
                continue;
            h = h == FACT_NONE ? new_hold(w, it->each, it->cpus_each) : h;
            hold(w, h, n);
            missing--;
        }
    if (missing > 0) {
        if (h != FACT_NONE) {
            w->nodes.count = HELD(w, h)->first;
            w->holds.count--;
        }
        return false;
    }
    for (uint32_t k = 0; k < HELD(w, h)->count; k++)
        change(w, NODE(w, HELD(w, h)->first + k), -it->each, -it->cpus_each);
    add_leave(w, now_s + it->run_s, h);
    return true;
}

static void note_start(struct play *w, const struct item *it, int32_t now_s)
{
    if (it->job == FACT_NONE || w->out->starts_s[it->job] >= 0)
        return;
    w->out->starts_s[it->job] = now_s;
    w->out->started += plan_facts_waits(FACTS(w->f, job, jobs, it->job));
}

/* One look at those who wait: a scheduler goes on while jobs start, and gives up after so many that do not. */
static void pass(struct play *w, int32_t now_s)
{
    uint32_t before = FACT_NONE, next;
    int left = PASS_DEPTH;
    int32_t most = w->size;

    while (most > 0 && w->at_free[most] == FACT_NONE)
        most--;
    for (uint32_t i = w->first; i != FACT_NONE && left > 0 && most > 0; i = next) {
        struct item *it = ITEM(w, i);
        next = it->next;
        if (it->ready_s > now_s) {
            before = i;
            continue;
        }
        while (it->tasks > 0 && place(w, it, now_s)) {
            note_start(w, it, now_s);
            it->tasks--;
        }
        if (it->tasks > 0) {
            before = i;
            left--;
            continue;
        }
        if (before == FACT_NONE)
            w->first = next;
        else
            ITEM(w, before)->next = next;
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

static struct item item_of(const struct play *w, uint32_t job, uint32_t order)
{
    const struct fact_job *j = FACTS(w->f, job, jobs, job);
    int32_t nodes = j->nodes > 0 ? j->nodes : 1;
    double run = limit_of(j) * part_of(w->p, 0, spread(order)) / hurry(w->ask->c, w->p, w->ask->pace);

    return (struct item){.job = job,
                         .queue = j->queue,
                         .each = plan_facts_each(w->p, j),
                         .cpus_each = j->cpus / nodes,
                         .nodes = nodes,
                         .tasks = j->tasks,
                         .run_s = run > INT32_MAX / 4 ? INT32_MAX / 4 : (int32_t)fmax(run, SECONDS_MIN),
                         .priority = j->priority,
                         .eligible_s = (j->eligible_ms - case_of(w)->now_ms) / 1000};
}

static void add_item(struct play *w, struct item it)
{
    struct item *to;

    if (w->p->by_accels && it.job != FACT_NONE && FACTS(w->f, job, jobs, it.job)->accels <= 0)
        it.each = 0; /* it needs CPUs alone */
    to = plan_facts_push(&w->items, sizeof *to);
    *to = it;
}

static void add_waiting(struct play *w)
{
    for (size_t k = 0; k < w->p->waiting_count; k++) {
        uint32_t job = w->p->waiting[k];
        struct item it = item_of(w, job, (uint32_t)k);
        if (goes_away(w, job) || !plan_rule_can_start(FACTS(w->f, job, jobs, job)))
            continue;
        it.ready_s = it.eligible_s > 0 ? (int32_t)fmin((double)it.eligible_s, INT32_MAX / 4) : 0;
        add_item(w, it);
    }
}

static void add_newcomers(struct play *w, const uint32_t *jobs, size_t count)
{
    for (size_t k = 0; k < count; k++) {
        struct item it = item_of(w, jobs[k], (uint32_t)k);
        it.queue = w->ask->goes[jobs[k]];
        it.ready_s = w->ask->ready_s[jobs[k]];
        it.eligible_s = it.ready_s;
        it.tasks = 1;
        add_item(w, it);
    }
}

/* Of what a queue's jobs are like: those that run, each as often as jobs of its length come (long ones are seen running more
 * often than they come), else those that wait. */
struct like {
    uint32_t *jobs;
    double *sum; /* of all up to this one */
    size_t count;
};

static void add_like(const struct play *w, struct like *l, uint32_t job, uint32_t queue, bool runs)
{
    const struct fact_job *j = FACTS(w->f, job, jobs, job);

    if (j->queue != queue)
        return;
    l->jobs[l->count] = job;
    l->sum[l->count] = (l->count > 0 ? l->sum[l->count - 1] : 0) + (runs ? 1 / limit_of(j) : 1);
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
    return l->jobs[low];
}

static void add_arrivals(struct play *w, uint32_t queue)
{
    const struct fact_queue *q = FACTS(w->f, queue, queues, queue);
    size_t most = w->p->waiting_count + w->p->running_count + 1;
    struct like l = {mem_new(most, sizeof *l.jobs), mem_new(most, sizeof *l.sum), 0};
    double n = rate_of(q->arrivals, steady(case_of(w), w->p, queue)) / 60 * (double)case_of(w)->horizon_s;

    for (size_t k = 0; k < w->p->running_count; k++)
        add_like(w, &l, w->p->running[k], queue, true);
    bool runs = l.count > 0;
    for (size_t k = 0; k < w->p->waiting_count && !runs; k++)
        add_like(w, &l, w->p->waiting[k], queue, false);
    n = n > ARRIVALS_MAX ? ARRIVALS_MAX : n;
    for (uint32_t i = 0; l.count > 0 && n >= 1 && i < (uint32_t)n; i++) {
        struct item it = item_of(w, pick(&l, spread(i)), i * 7 + 3);
        it.job = FACT_NONE;
        it.tasks = 1;
        it.ready_s = (int32_t)((i + 0.5) * (double)case_of(w)->horizon_s / n);
        it.eligible_s = it.ready_s;
        add_item(w, it);
    }
    free(l.jobs);
    free(l.sum);
}

static int by_turn(const void *a, const void *b)
{
    const struct item *x = a, *y = b;

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
    for (uint32_t i = 0; i < w->items.count; i++)
        ITEM(w, i)->next = i + 1 < w->items.count ? i + 1 : FACT_NONE;
    w->first = w->items.count > 0 ? 0 : FACT_NONE;
}

static void set_nodes(struct play *w)
{
    const struct fact_pool *p = w->p;
    size_t n = p->node_count + 1;

    w->size = p->size;
    w->free = mem_new(n, sizeof *w->free);
    w->cpus = mem_new(n, sizeof *w->cpus);
    w->after = mem_new(n, sizeof *w->after);
    w->before = mem_new(n, sizeof *w->before);
    w->at_free = mem_new((size_t)w->size + 1, sizeof *w->at_free);
    memset(w->at_free, 0xff, ((size_t)w->size + 1) * sizeof *w->at_free);
    for (uint32_t k = 0; k < p->node_count; k++) {
        const struct fact_node *node = FACTS(w->f, node, nodes, p->nodes[k]);
        w->place_of[p->nodes[k]] = k;
        w->cpus[k] = node->cpus_free;
        w->free[k] = -1;
        if (node->up && !node->reserved && !case_of(w)->node_leaves[p->nodes[k]])
            list(w, k, p->by_accels ? node->accels_free : node->cpus_free);
    }
}

/* A job whose nodes nobody tells frees the fullest that has room for what it frees. */
static uint32_t guess_node(const struct play *w, int32_t each)
{
    for (int32_t free = 0; free + each <= w->size; free++)
        if (w->at_free[free] != FACT_NONE)
            return w->at_free[free];
    return FACT_NONE;
}

static void add_running(struct play *w)
{
    const struct fact_pool *p = w->p;
    int32_t *ends = mem_new(p->running_count + 1, sizeof *ends);

    plan_forecast_ends(case_of(w), p, w->ask->pace, ends);
    for (size_t k = 0; k < p->running_count; k++) {
        const struct fact_job *j = FACTS(w->f, job, jobs, p->running[k]);
        int32_t each = p->by_accels && j->accels <= 0 ? 0 : plan_facts_each(p, j);
        int32_t at_s = goes_away(w, p->running[k]) ? SECONDS_MIN : ends[k];
        if (at_s > case_of(w)->horizon_s)
            continue;
        uint32_t h = new_hold(w, each, j->cpus / (j->nodes > 0 ? j->nodes : 1));
        for (uint32_t i = 0; i < j->placed_count; i++) {
            uint32_t node = w->f->placed[j->first_placed + i];
            if (FACTS(w->f, node, nodes, node)->pool == (uint32_t)(p - FACTS(w->f, pool, pools, 0)))
                hold(w, h, w->place_of[node]);
        }
        add_leave(w, at_s, h);
    }
    free(ends);
}

/* --- the play --- */

static void free_hold(struct play *w, uint32_t h)
{
    struct held *it = HELD(w, h);

    for (uint32_t k = 0; k < it->count; k++)
        change(w, NODE(w, it->first + k), it->each, it->cpus);
    if (it->count == 0) {
        uint32_t n = guess_node(w, it->each);
        if (n != FACT_NONE)
            change(w, n, it->each, it->cpus);
    }
}

static int by_second(const void *a, const void *b)
{
    const int32_t *x = a, *y = b;

    return (*x > *y) - (*x < *y);
}

/* Moments at which something comes: once each, in their order. */
static size_t arrivals(const struct play *w, int32_t *at_s)
{
    size_t n = 0, kept = 0;

    for (size_t i = 0; i < w->items.count; i++)
        if (ITEM(w, i)->ready_s > 0 && ITEM(w, i)->ready_s <= case_of(w)->horizon_s)
            at_s[n++] = ITEM(w, i)->ready_s;
    if (n > 1)
        qsort(at_s, n, sizeof *at_s, by_second);
    for (size_t i = 0; i < n; i++)
        if (kept == 0 || at_s[kept - 1] != at_s[i])
            at_s[kept++] = at_s[i];
    return kept;
}

static void run(struct play *w)
{
    int32_t *at_s = mem_new(w->items.count + 1, sizeof *at_s);
    size_t coming = arrivals(w, at_s), came = 0;

    pass(w, 0);
    while (came < coming || w->leaves.count > 0) {
        int32_t now_s = w->leaves.count > 0 ? leave(w, 0)->at_s : INT32_MAX;
        if (came < coming && at_s[came] <= now_s)
            now_s = at_s[came++];
        while (w->leaves.count > 0 && leave(w, 0)->at_s <= now_s)
            free_hold(w, pop_leave(w).held);
        pass(w, now_s);
    }
    free(at_s);
}

static int64_t used_at_end(const struct play *w)
{
    int64_t used = 0;

    for (uint32_t k = 0; k < w->p->node_count; k++) {
        const struct fact_node *n = FACTS(w->f, node, nodes, w->p->nodes[k]);
        int32_t size = w->p->by_accels ? n->accels : n->cpus, free = w->p->by_accels ? n->accels_free : n->cpus_free;
        used += size - (w->free[k] >= 0 ? w->free[k] : n->up ? free : size);
    }
    return used;
}

static void release(struct play *w)
{
    void *all[] = {w->free,      w->cpus,       w->after,     w->before,   w->at_free,
                   w->holds.all, w->leaves.all, w->nodes.all, w->items.all};

    for (size_t i = 0; i < sizeof all / sizeof *all; i++)
        free(all[i]);
}

/* What came meanwhile and still waits at the end, of each queue: appended to the waits. */
struct waits {
    struct facts_list *of; /* of each queue: int32_t seconds */
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
    set_nodes(&w);
    add_waiting(&w);
    add_newcomers(&w, coming->all, coming->count);
    for (uint32_t q = 0; q < w.f->queues.count; q++)
        if (FACTS(w.f, queue, queues, q)->pool == pool && FACTS(w.f, queue, queues, q)->arrivals > 0)
            add_arrivals(&w, q);
    order_items(&w);
    add_running(&w);
    if (w.p->known)
        run(&w);
    out->used[pool] = used_at_end(&w);
    for (uint32_t i = w.first; i != FACT_NONE; i = ITEM(&w, i)->next)
        if (ITEM(&w, i)->queue != FACT_NONE && ITEM(&w, i)->job == FACT_NONE)
            add_wait(&waits->of[ITEM(&w, i)->queue], ask->c->horizon_s - ITEM(&w, i)->eligible_s, 1);
    release(&w);
}

/* --- the whole --- */

static void count_waiting(const struct forecast_ask *ask, const struct forecast *out, struct waits *waits)
{
    const struct plan_facts *f = ask->c->f;

    for (uint32_t i = 0; i < f->jobs.count; i++) {
        const struct fact_job *j = FACTS(f, job, jobs, i);
        uint32_t queue = ask->goes != NULL && ask->goes[i] != FACT_NONE ? ask->goes[i] : j->queue;
        bool pending = plan_facts_waits(j) || j->state == JOB_HELD;
        if ((!pending && queue == j->queue) || out->starts_s[i] >= 0 || queue == FACT_NONE)
            continue;
        int64_t since = queue == j->queue ? (ask->c->now_ms - j->eligible_ms) / 1000 : -ask->ready_s[i];
        add_wait(&waits->of[queue], since + ask->c->horizon_s, queue == j->queue ? j->tasks : 1);
        out->queues[queue].late += j->deadline_ms > 0;
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

struct forecast plan_forecast(const struct forecast_ask *ask, struct arena *arena)
{
    const struct plan_facts *f = ask->c->f;
    struct forecast out = {.starts_s = arena_alloc(arena, (f->jobs.count + 1) * sizeof *out.starts_s),
                           .queues = arena_alloc(arena, (f->queues.count + 1) * sizeof *out.queues),
                           .used = arena_alloc(arena, (f->pools.count + 1) * sizeof *out.used)};
    struct facts_list *coming = newcomers(ask);
    struct waits waits = {mem_new(f->queues.count + 1, sizeof *waits.of)};
    uint32_t *place_of = mem_new(f->nodes.count + 1, sizeof *place_of);

    memset(out.starts_s, 0xff, (f->jobs.count + 1) * sizeof *out.starts_s);
    for (uint32_t i = 0; i < f->pools.count; i++)
        play_pool(ask, i, &out, place_of, &coming[i], &waits);
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
    free(place_of);
    return out;
}
