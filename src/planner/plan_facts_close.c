#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "domain/hostlist.h"
#include "planner/plan_facts.h"

/* From lists as they came to lists in the order of ids, whose members know each other by place. */

/* --- order --- */

#define BY_ID(type)                                                                                                    \
    static int by_##type(const void *a, const void *b)                                                                 \
    {                                                                                                                  \
        const struct fact_##type *x = a, *y = b;                                                                       \
        return text_cmp(x->id, y->id);                                                                                 \
    }
BY_ID(cluster)
BY_ID(site)
BY_ID(scheduler)
BY_ID(queue)
BY_ID(job)
BY_ID(link)
BY_ID(tenant)
BY_ID(transfer)

static void sort(struct facts_list *l, size_t size, int (*compare)(const void *, const void *))
{
    if (l->count > 1)
        qsort(l->all, l->count, size, compare);
}

/* qsort() hands no context on; one thread works here. */
static const struct plan_facts *sorted;

static int by_node(const void *a, const void *b)
{
    const struct fact_node *x = a, *y = b;
    int order = text_cmp(plan_facts_text(sorted, x->scheduler_name), plan_facts_text(sorted, y->scheduler_name));

    return order != 0 ? order : text_cmp(x->name, y->name);
}

static int by_reservation(const void *a, const void *b)
{
    const struct fact_reservation *x = a, *y = b;
    int order = text_cmp(plan_facts_text(sorted, x->scheduler_name), plan_facts_text(sorted, y->scheduler_name));

    return order != 0 ? order : text_cmp(x->name, y->name);
}

static int by_name(const void *a, const void *b)
{
    const uint32_t *x = a, *y = b;

    return text_cmp(plan_facts_text(sorted, *x), plan_facts_text(sorted, *y));
}

static void sort_all(struct plan_facts *f)
{
    sorted = f;
    sort(&f->clusters, sizeof(struct fact_cluster), by_cluster);
    sort(&f->sites, sizeof(struct fact_site), by_site);
    sort(&f->schedulers, sizeof(struct fact_scheduler), by_scheduler);
    sort(&f->queues, sizeof(struct fact_queue), by_queue);
    sort(&f->jobs, sizeof(struct fact_job), by_job);
    sort(&f->over, sizeof(struct fact_job), by_job);
    sort(&f->links, sizeof(struct fact_link), by_link);
    sort(&f->tenants, sizeof(struct fact_tenant), by_tenant);
    sort(&f->transfers, sizeof(struct fact_transfer), by_transfer);
    sort(&f->nodes, sizeof(struct fact_node), by_node);
    sort(&f->reservations, sizeof(struct fact_reservation), by_reservation);
}

/* --- names --- */

static void refer(struct plan_facts *f)
{
    f->ref_count = intern_size(&f->names);
    f->refs = mem_grow(f->refs, f->ref_count + 1, sizeof *f->refs);
    memset(f->refs, 0xff, (f->ref_count + 1) * sizeof *f->refs);
    for (uint32_t i = 0; i < f->clusters.count; i++)
        if (FACTS(f, cluster, clusters, i)->name != FACT_NONE)
            f->refs[FACTS(f, cluster, clusters, i)->name].cluster = i;
    for (uint32_t i = 0; i < f->sites.count; i++)
        if (FACTS(f, site, sites, i)->name != FACT_NONE)
            f->refs[FACTS(f, site, sites, i)->name].site = i;
    for (uint32_t i = 0; i < f->schedulers.count; i++)
        if (FACTS(f, scheduler, schedulers, i)->name != FACT_NONE)
            f->refs[FACTS(f, scheduler, schedulers, i)->name].scheduler = i;
    for (uint32_t i = 0; i < f->tenants.count; i++)
        if (FACTS(f, tenant, tenants, i)->name != FACT_NONE)
            f->refs[FACTS(f, tenant, tenants, i)->name].tenant = i;
}

static struct fact_ref ref(const struct plan_facts *f, uint32_t name)
{
    static const struct fact_ref none = {FACT_NONE, FACT_NONE, FACT_NONE, FACT_NONE, FACT_NONE};

    return name == FACT_NONE || name >= f->ref_count ? none : f->refs[name];
}

static void add_end(struct plan_facts *f, uint32_t name)
{
    if (name == FACT_NONE || f->refs[name].end != FACT_NONE)
        return;
    f->refs[name].end = 0;
    f->ends[f->end_count++] = name;
}

static void number_ends(struct plan_facts *f)
{
    f->end_count = 0;
    f->ends = mem_grow(f->ends, f->ref_count + 1, sizeof *f->ends);
    for (size_t i = 0; i < f->clusters.count; i++)
        add_end(f, FACTS(f, cluster, clusters, i)->name);
    for (size_t i = 0; i < f->schedulers.count; i++)
        add_end(f, FACTS(f, scheduler, schedulers, i)->cluster_name);
    for (size_t i = 0; i < f->tenants.count; i++)
        add_end(f, FACTS(f, tenant, tenants, i)->at);
    for (size_t i = 0; i < f->links.count; i++) {
        add_end(f, FACTS(f, link, links, i)->from);
        add_end(f, FACTS(f, link, links, i)->to);
    }
    if (f->end_count > 1)
        qsort(f->ends, f->end_count, sizeof *f->ends, by_name);
    for (uint32_t i = 0; i < f->end_count; i++)
        f->refs[f->ends[i]].end = i;
}

static void place_schedulers(struct plan_facts *f)
{
    for (size_t i = 0; i < f->schedulers.count; i++) {
        struct fact_scheduler *s = FACTS(f, scheduler, schedulers, i);
        s->cluster = ref(f, s->cluster_name).cluster;
        s->site = ref(f, s->site_name).site;
        s->first_queue = s->queue_count = s->first_node = s->node_count = 0;
        s->accels_running = s->cpus_running = s->reserved_nodes = 0;
    }
    for (size_t i = 0; i < f->months.count; i++) {
        const struct fact_cluster *month = FACTS(f, cluster, months, i);
        uint32_t at = ref(f, month->name).cluster;
        struct fact_cluster *c = at == FACT_NONE ? NULL : FACTS(f, cluster, clusters, at);
        if (c == NULL || text_cmp(month->period, c->period) <= 0)
            continue;
        c->period = month->period;
        c->kwh = month->kwh;
        c->quota_kwh = month->quota_kwh;
    }
}

/* --- queues --- */

static uint32_t queue_of(const struct plan_facts *f, uint32_t scheduler, uint32_t name)
{
    const struct fact_scheduler *s = FACTS(f, scheduler, schedulers, scheduler);

    for (uint32_t i = 0; i < s->queue_count; i++)
        if (FACTS(f, queue, queues, s->first_queue + i)->name == name)
            return s->first_queue + i;
    return FACT_NONE;
}

/* A scheduler without queues that are told has one: what its jobs are in. Queues are told before they are sorted by their ids,
 * which begin with their scheduler's, so that those of one stand together. */
static int by_scheduler_of_queue(const void *a, const void *b)
{
    const struct fact_queue *x = a, *y = b;
    int order = (x->scheduler > y->scheduler) - (x->scheduler < y->scheduler);

    return order != 0 ? order : text_cmp(x->id, y->id);
}

static void place_queues(struct plan_facts *f)
{
    for (size_t i = 0; i < f->queues.count; i++) {
        struct fact_queue *q = FACTS(f, queue, queues, i);
        q->scheduler = ref(f, q->scheduler_name).scheduler;
        q->pool = q->part = FACT_NONE;
    }
    sort(&f->queues, sizeof(struct fact_queue), by_scheduler_of_queue);
    for (uint32_t i = 0; i < f->queues.count; i++) {
        uint32_t at = FACTS(f, queue, queues, i)->scheduler;
        struct fact_scheduler *s = at == FACT_NONE ? NULL : FACTS(f, scheduler, schedulers, at);
        if (s == NULL)
            continue;
        s->first_queue = s->queue_count == 0 ? i : s->first_queue;
        s->queue_count++;
    }
}

/* --- pools --- */

static uint32_t root(uint32_t *up, uint32_t i)
{
    while (up[i] != i)
        i = up[i] = up[up[i]];
    return i;
}

/* The lesser place becomes the root: a pool is named by its first queue. */
static void unite(uint32_t *up, uint32_t a, uint32_t b)
{
    a = root(up, a);
    b = root(up, b);
    up[a > b ? a : b] = a < b ? a : b;
}

/* The first queue that a node serves; its scheduler's first where it does not say. All that it serves share its pool. */
static uint32_t node_queue(const struct plan_facts *f, const struct fact_node *n, uint32_t *up)
{
    const struct fact_scheduler *s = FACTS(f, scheduler, schedulers, n->scheduler);
    struct safe_text rest = n->partitions, member;
    uint32_t first = FACT_NONE;

    while (value_list_next(&rest, &member)) {
        uint32_t q = queue_of(f, n->scheduler, plan_facts_name(f, member));
        if (q == FACT_NONE)
            continue;
        first = first == FACT_NONE ? q : first;
        unite(up, first, q);
    }
    if (first != FACT_NONE || s->queue_count == 0)
        return first;
    for (uint32_t i = 1; i < s->queue_count; i++)
        unite(up, s->first_queue, s->first_queue + i);
    return s->first_queue;
}

static uint32_t new_pool(struct plan_facts *f, uint32_t scheduler, uint32_t queue)
{
    struct fact_pool *p = plan_facts_push(&f->pools, sizeof *p);

    p->scheduler = scheduler;
    p->first_queue = queue;
    p->accel_kind = FACT_NONE;
    p->departures = p->arrivals = NAN;
    p->memory_free_mb = -1;
    return (uint32_t)f->pools.count - 1;
}

static void add_node(struct fact_pool *p, uint32_t node, const struct fact_node *n)
{
    p->nodes = mem_grow(p->nodes, p->node_count + 1, sizeof *p->nodes);
    p->nodes[p->node_count++] = node;
    if (n->accels > 0) {
        p->mixed |= p->accel_kind != FACT_NONE && p->accel_kind != n->accel_kind;
        p->accel_kind = p->by_accels ? p->accel_kind : n->accel_kind;
        p->by_accels = true;
    }
    p->known = true;
}

/* Without a row for each node all are alike, and what is free lies on as few as can be. */
static void invent_nodes(struct plan_facts *f, uint32_t scheduler)
{
    const struct fact_scheduler s = *FACTS(f, scheduler, schedulers, scheduler);
    int64_t n = s.nodes_total > 0 && s.nodes_total < 65536 ? s.nodes_total : 1;
    int64_t accels = s.accels_total > 0 ? s.accels_total / n : 0, cpus = s.cpus_total > 0 ? s.cpus_total / n : 0;
    int64_t accels_left = s.accels_free, cpus_left = s.cpus_free;
    bool known = (s.accels_total > 0 && s.accels_free >= 0) || (s.accels_total <= 0 && s.cpus_free >= 0);

    if (s.node_count > 0 || !known || accels > FACT_UNITS_MAX || cpus > FACT_UNITS_MAX)
        return;
    for (int64_t i = 0; i < n; i++) {
        struct fact_node *node = plan_facts_push(&f->nodes, sizeof *node);
        int64_t a = accels_left > accels ? accels : accels_left > 0 ? accels_left : 0;
        int64_t c = cpus_left > cpus ? cpus : cpus_left > 0 ? cpus_left : 0;
        *node = (struct fact_node){.scheduler_name = s.name,
                                   .rack = FACT_NONE,
                                   .accel_kind = FACT_NONE,
                                   .scheduler = scheduler,
                                   .supernode = FACT_NONE,
                                   .accels = (int32_t)accels,
                                   .accels_free = (int32_t)a,
                                   .cpus = (int32_t)cpus,
                                   .cpus_free = (int32_t)c,
                                   .memory_mb = -1,
                                   .up = true,
                                   .stale = s.stale};
        accels_left -= a;
        cpus_left -= c;
    }
}

static void place_nodes(struct plan_facts *f)
{
    for (size_t i = 0; i < f->nodes.count; i++) {
        struct fact_node *n = FACTS(f, node, nodes, i);
        n->scheduler = ref(f, n->scheduler_name).scheduler;
        n->pool = FACT_NONE;
        if (n->scheduler == FACT_NONE)
            continue;
        struct fact_scheduler *s = FACTS(f, scheduler, schedulers, n->scheduler);
        s->first_node = s->node_count == 0 ? (uint32_t)i : s->first_node;
        s->node_count++;
    }
    for (uint32_t i = 0; i < f->schedulers.count; i++)
        invent_nodes(f, i);
}

static void form_pools(struct plan_facts *f)
{
    uint32_t *up = mem_new(f->queues.count + 1, sizeof *up);
    uint32_t *first = mem_new(f->nodes.count + 1, sizeof *first);
    uint32_t *whole = mem_new(f->schedulers.count + 1, sizeof *whole); /* the pool of a scheduler without queues */

    memset(whole, 0xff, (f->schedulers.count + 1) * sizeof *whole);
    for (uint32_t i = 0; i < f->queues.count; i++)
        up[i] = i;
    for (size_t i = 0; i < f->nodes.count; i++) {
        struct fact_node *n = FACTS(f, node, nodes, i);
        first[i] = n->scheduler == FACT_NONE ? FACT_NONE : node_queue(f, n, up);
    }
    for (uint32_t i = 0; i < f->queues.count; i++) {
        struct fact_queue *q = FACTS(f, queue, queues, i);
        if (q->scheduler != FACT_NONE)
            q->pool = root(up, i) == i ? new_pool(f, q->scheduler, i) : FACTS(f, queue, queues, root(up, i))->pool;
    }
    for (uint32_t i = 0; i < f->nodes.count; i++) {
        struct fact_node *n = FACTS(f, node, nodes, i);
        if (n->scheduler == FACT_NONE)
            continue;
        if (first[i] == FACT_NONE && whole[n->scheduler] == FACT_NONE)
            whole[n->scheduler] = new_pool(f, n->scheduler, FACT_NONE);
        n->pool = first[i] == FACT_NONE ? whole[n->scheduler] : FACTS(f, queue, queues, first[i])->pool;
        add_node(FACTS(f, pool, pools, n->pool), i, n);
    }
    free(up);
    free(first);
    free(whole);
}

static void measure_pools(struct plan_facts *f)
{
    for (size_t i = 0; i < f->pools.count; i++) {
        struct fact_pool *p = FACTS(f, pool, pools, i);
        for (size_t k = 0; k < p->node_count; k++) {
            const struct fact_node *n = FACTS(f, node, nodes, p->nodes[k]);
            int32_t size = p->by_accels ? n->accels : n->cpus;
            p->size = size > p->size ? size : p->size;
        }
    }
    for (size_t i = 0; i < f->queues.count; i++) {
        const struct fact_queue *q = FACTS(f, queue, queues, i);
        struct fact_pool *p = q->pool == FACT_NONE ? NULL : FACTS(f, pool, pools, q->pool);
        if (p != NULL && q->departures >= 0)
            p->departures = (isnan(p->departures) ? 0 : p->departures) + q->departures;
        if (p != NULL && q->arrivals >= 0)
            p->arrivals = (isnan(p->arrivals) ? 0 : p->arrivals) + q->arrivals;
    }
}

/* --- reservations --- */

struct listed {
    struct plan_facts *f;
    uint32_t scheduler;
    bool reserve; /* else: where a job is placed */
};

static uint32_t find_node(const struct plan_facts *f, uint32_t scheduler, struct safe_text name)
{
    const struct fact_scheduler *s = FACTS(f, scheduler, schedulers, scheduler);
    size_t low = s->first_node, high = s->first_node + s->node_count;

    while (low < high) {
        size_t at = low + (high - low) / 2;
        int order = text_cmp(FACTS(f, node, nodes, at)->name, name);
        if (order == 0)
            return (uint32_t)at;
        if (order < 0)
            low = at + 1;
        else
            high = at;
    }
    return FACT_NONE;
}

static bool take_listed(void *ctx, struct safe_text name)
{
    struct listed *l = ctx;
    struct plan_facts *f = l->f;
    uint32_t node = find_node(f, l->scheduler, name);

    if (node == FACT_NONE)
        return true;
    if (l->reserve) {
        FACTS(f, node, nodes, node)->reserved = true;
        return true;
    }
    if (f->placed_count == f->placed_cap) {
        f->placed_cap = 2 * f->placed_cap + 256;
        f->placed = mem_grow(f->placed, f->placed_cap, sizeof *f->placed);
    }
    f->placed[f->placed_count++] = node;
    return true;
}

/* What is reserved is nobody else's, whatever for: also what begins later is kept from newcomers. */
static void reserve(struct plan_facts *f)
{
    for (size_t i = 0; i < f->reservations.count; i++) {
        const struct fact_reservation *r = FACTS(f, reservation, reservations, i);
        struct listed l = {f, ref(f, r->scheduler_name).scheduler, true};
        if (l.scheduler == FACT_NONE || text_is(r->state, "over"))
            continue;
        if (FACTS(f, scheduler, schedulers, l.scheduler)->node_count > 0) {
            hostlist_each(r->nodes, take_listed, &l);
            continue;
        }
        double nodes = r->in_nodes && r->amount > 0 ? r->amount : 0;
        for (size_t k = 0; k < f->nodes.count && nodes > 0; k++) {
            struct fact_node *n = FACTS(f, node, nodes, k);
            if (n->scheduler != l.scheduler || n->reserved)
                continue;
            n->reserved = true;
            nodes--;
        }
    }
    for (size_t i = 0; i < f->nodes.count; i++) {
        const struct fact_node *n = FACTS(f, node, nodes, i);
        if (n->scheduler != FACT_NONE)
            FACTS(f, scheduler, schedulers, n->scheduler)->reserved_nodes += n->reserved;
    }
}

/* --- jobs --- */

static void place_job(struct plan_facts *f, struct fact_job *j)
{
    struct listed l = {f, j->scheduler, false};

    j->queue = queue_of(f, j->scheduler, j->queue_name);
    if (j->queue != FACT_NONE)
        j->pool = FACTS(f, queue, queues, j->queue)->pool;
    j->first_placed = (uint32_t)f->placed_count;
    if (plan_facts_runs(j) && !text_empty(j->nodes_text))
        hostlist_each(j->nodes_text, take_listed, &l);
    j->placed_count = (uint32_t)f->placed_count - j->first_placed;
    if (j->pool == FACT_NONE && j->placed_count > 0)
        j->pool = FACTS(f, node, nodes, f->placed[j->first_placed])->pool;
}

/* In a scheduler that tells of no queues there may be one pool. */
static void lone_pool(const struct plan_facts *f, struct fact_job *j)
{
    for (uint32_t i = 0; i < f->pools.count && j->pool == FACT_NONE; i++)
        if (FACTS(f, pool, pools, i)->scheduler == j->scheduler)
            j->pool = i;
}

static int by_turn(const void *a, const void *b)
{
    const struct fact_job *x = FACTS(sorted, job, jobs, *(const uint32_t *)a);
    const struct fact_job *y = FACTS(sorted, job, jobs, *(const uint32_t *)b);

    if (x->priority != y->priority)
        return x->priority > y->priority ? -1 : 1;
    if (x->eligible_ms != y->eligible_ms)
        return x->eligible_ms < y->eligible_ms ? -1 : 1;
    return x < y ? -1 : 1;
}

static void count_job(struct plan_facts *f, const struct fact_job *j)
{
    struct fact_scheduler *s = FACTS(f, scheduler, schedulers, j->scheduler);
    struct fact_pool *p = j->pool == FACT_NONE ? NULL : FACTS(f, pool, pools, j->pool);

    if (plan_facts_runs(j)) {
        s->accels_running += j->accels;
        s->cpus_running += j->cpus;
    }
    if (p == NULL)
        return;
    p->waiting_count += plan_facts_waits(j);
    p->running_count += plan_facts_runs(j);
}

static void list_jobs(struct plan_facts *f)
{
    for (size_t i = 0; i < f->pools.count; i++) {
        struct fact_pool *p = FACTS(f, pool, pools, i);
        p->waiting = mem_new(p->waiting_count + 1, sizeof *p->waiting);
        p->running = mem_new(p->running_count + 1, sizeof *p->running);
        p->waiting_count = p->running_count = 0;
    }
    for (uint32_t i = 0; i < f->jobs.count; i++) {
        const struct fact_job *j = FACTS(f, job, jobs, i);
        struct fact_pool *p = j->pool == FACT_NONE ? NULL : FACTS(f, pool, pools, j->pool);
        if (p != NULL && plan_facts_waits(j))
            p->waiting[p->waiting_count++] = i;
        else if (p != NULL && plan_facts_runs(j))
            p->running[p->running_count++] = i;
    }
    for (size_t i = 0; i < f->pools.count; i++) {
        struct fact_pool *p = FACTS(f, pool, pools, i);
        if (p->waiting_count > 1)
            qsort(p->waiting, p->waiting_count, sizeof *p->waiting, by_turn);
    }
}

static void place_jobs(struct plan_facts *f)
{
    f->placed_count = 0;
    for (size_t i = 0; i < f->jobs.count; i++) {
        struct fact_job *j = FACTS(f, job, jobs, i);
        j->scheduler = ref(f, j->scheduler_name).scheduler;
        j->queue = j->pool = FACT_NONE;
        if (j->scheduler == FACT_NONE)
            continue;
        place_job(f, j);
        lone_pool(f, j);
        count_job(f, j);
    }
    for (size_t i = 0; i < f->over.count; i++) {
        struct fact_job *j = FACTS(f, job, over, i);
        j->scheduler = ref(f, j->scheduler_name).scheduler;
        j->queue = j->scheduler == FACT_NONE ? FACT_NONE : queue_of(f, j->scheduler, j->queue_name);
        j->pool = FACT_NONE;
    }
    list_jobs(f);
}

/* Free memory is what the nodes have less what jobs were given; a node or job that says nothing makes it unknown. */
static void sum_memory(struct plan_facts *f)
{
    for (size_t i = 0; i < f->pools.count; i++) {
        struct fact_pool *p = FACTS(f, pool, pools, i);
        int64_t free_mb = 0;
        bool known = p->node_count > 0;
        for (size_t k = 0; k < p->node_count; k++) {
            const struct fact_node *n = FACTS(f, node, nodes, p->nodes[k]);
            known &= n->memory_mb >= 0;
            free_mb += n->up && !n->reserved ? n->memory_mb : 0;
        }
        for (size_t k = 0; k < p->running_count; k++) {
            const struct fact_job *j = FACTS(f, job, jobs, p->running[k]);
            known &= j->memory_mb >= 0;
            free_mb -= j->memory_mb;
        }
        p->memory_free_mb = !known ? -1 : free_mb > 0 ? free_mb : 0;
    }
}

/* What was invented before is forgotten, so that closing twice is closing once. */
static void reopen(struct plan_facts *f)
{
    size_t told = 0;

    for (size_t i = 0; i < f->pools.count; i++) {
        struct fact_pool *p = FACTS(f, pool, pools, i);
        free(p->nodes);
        free(p->waiting);
        free(p->running);
    }
    f->pools.count = 0;
    for (size_t i = 0; i < f->nodes.count; i++)
        if (!text_empty(FACTS(f, node, nodes, i)->name))
            *FACTS(f, node, nodes, told++) = *FACTS(f, node, nodes, i);
    f->nodes.count = told;
}

void plan_facts_close(struct plan_facts *f)
{
    if (f->closed)
        return;
    reopen(f);
    sort_all(f);
    refer(f);
    number_ends(f);
    place_schedulers(f);
    place_queues(f);
    place_nodes(f);
    form_pools(f);
    plan_facts_parts(f);
    measure_pools(f);
    reserve(f);
    place_jobs(f);
    sum_memory(f);
    f->closed = true;
}
