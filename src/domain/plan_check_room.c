#include <inttypes.h>
#include <math.h>
#include <stdlib.h>

#include "base/mem.h"
#include "base/tr.h"
#include "domain/plan_check_private.h"

/* What is checked of the capacity of the targets: in sum, less the head-room of promises 6, and piece by piece on nodes. */

/* What is free for newcomers to a queue, or to all queues that are bound to it by shared nodes. */
struct room {
    struct safe_text kind; /* of accelerators that are counted */
    double accels, accels_free, cpus, cpus_free, mb, running_mb;
    double own_accels, own_cpus, own_mb; /* its own largest waiting job's */
};

/* A queue of a target that jobs go to. */
struct target {
    size_t end;
    struct safe_text queue, kind;
    double accels, cpus, mb; /* asked for */
};

struct targets {
    struct target *all;
    size_t count;
};

static double more(double a, double b)
{
    return b > a ? b : a;
}

static bool usable(const struct check_node *n)
{
    return n->usable && !n->reserved;
}

static bool is_kind(const struct check_node *n, struct safe_text kind)
{
    return n->accels > 0 && text_equal(n->accel_kind, kind);
}

/* Queues that share a node with `queue` have their jobs on it. */
static void add_own_jobs(const struct check_end *e, const struct check_node *n, bool *seen, struct room *r)
{
    for (size_t i = 0; i < e->queue_count; i++) {
        const struct check_queue *q = &e->queues[i];
        if (seen[i] || (n && !plan_check_serves(n, q->name)))
            continue;
        seen[i] = true;
        r->own_accels = more(r->own_accels, q->largest_accels);
        r->own_cpus = more(r->own_cpus, q->largest_cpus);
        r->own_mb = more(r->own_mb, q->largest_mb);
        r->running_mb += q->running_mb;
    }
}

/* Queues bound to each other: one, those it shares a node with, those that share one with these. */
struct bound {
    struct safe_text *queues;
    size_t count;
    bool all; /* a node among theirs takes jobs of any queue */
};

static bool is_bound(const struct bound *b, struct safe_text queue)
{
    for (size_t i = 0; i < b->count; i++)
        if (text_equal(b->queues[i], queue))
            return true;
    return b->all;
}

static bool is_served(const struct check_node *n, const struct bound *b)
{
    for (size_t i = 0; i < b->count; i++)
        if (plan_check_serves(n, b->queues[i]))
            return true;
    return b->all;
}

static void bind_queue(struct bound *b, struct safe_text queue)
{
    if (is_bound(b, queue))
        return;
    b->queues = mem_grow(b->queues, b->count + 1, sizeof *b->queues);
    b->queues[b->count++] = queue;
}

static struct bound bind_all(const struct plan_checker *c, size_t end, struct safe_text queue)
{
    const struct check_end *e = &c->ends[end];
    struct bound b = {0};
    bind_queue(&b, queue);
    for (size_t q = 0; q < b.count && !b.all; q++)
        for (size_t i = e->first_node; i < e->first_node + e->node_count; i++) {
            struct safe_text rest = c->nodes[i].partitions, one;
            if (!plan_check_serves(&c->nodes[i], b.queues[q]))
                continue;
            b.all |= text_empty(rest);
            while (value_list_next(&rest, &one))
                bind_queue(&b, one);
        }
    return b;
}

/* Whether all nodes of a queue are another's too. */
static bool is_within(const struct plan_checker *c, size_t end, struct safe_text queue, struct safe_text of)
{
    const struct check_end *e = &c->ends[end];
    for (size_t i = e->first_node; i < e->first_node + e->node_count; i++)
        if (plan_check_serves(&c->nodes[i], queue) && !plan_check_serves(&c->nodes[i], of))
            return false;
    return e->node_count > 0 || text_equal(queue, of);
}

/* Where nobody tells of nodes the scheduler's own sums count, and what is reserved is some of its nodes. */
static void sum_scheduler(const struct check_end *e, struct room *r)
{
    double nodes = more(plan_check_number(e->row, SCHEDULER_NODES_TOTAL), 1);
    r->cpus = plan_check_number(e->row, SCHEDULER_CPUS_TOTAL);
    r->cpus_free = plan_check_number(e->row, SCHEDULER_CPUS_FREE) - e->reserved_nodes * r->cpus / nodes;
    r->accels = r->accels_free = (double)NAN;
    r->mb = (double)NAN;
}

static struct room room_of(const struct plan_checker *c, size_t end, const struct bound *b, struct safe_text kind)
{
    const struct check_end *e = &c->ends[end];
    struct room r = {.kind = kind};
    bool *seen = mem_new(e->queue_count + 1, sizeof *seen);
    double reserved = e->reserved_nodes, largest_accels = 0, largest_cpus = 0;
    for (size_t i = e->first_node; i < e->first_node + e->node_count; i++) {
        const struct check_node *n = &c->nodes[i];
        if (!is_served(n, b))
            continue;
        add_own_jobs(e, n, seen, &r);
        reserved -= n->reserved;
        if (!usable(n))
            continue;
        r.accels += is_kind(n, kind) ? (double)n->accels : 0;
        r.accels_free += is_kind(n, kind) ? (double)n->accels_free : 0;
        r.cpus += (double)n->cpus;
        r.cpus_free += (double)n->cpus_free;
        r.mb += n->memory_mb;
        largest_accels = more(largest_accels, is_kind(n, kind) ? (double)n->accels : 0);
        largest_cpus = more(largest_cpus, (double)n->cpus);
    }
    r.accels_free -= more(0, reserved) * largest_accels;
    r.cpus_free -= more(0, reserved) * largest_cpus;
    if (e->node_count == 0) {
        add_own_jobs(e, NULL, seen, &r);
        sum_scheduler(e, &r);
    }
    r.cpus_free -= e->reserved_cores;
    free(seen);
    return r;
}

/* --- what is asked for --- */

static struct target *target_of(struct targets *t, const struct check_claim *a, struct safe_text kind)
{
    for (size_t i = 0; i < t->count; i++) {
        struct target *one = &t->all[i];
        if (one->end == a->to && text_equal(one->queue, a->move->queue_to) && text_equal(one->kind, kind))
            return one;
    }
    t->all = mem_grow(t->all, t->count + 1, sizeof *t->all);
    t->all[t->count] = (struct target){.end = a->to, .queue = a->move->queue_to, .kind = kind};
    return &t->all[t->count++];
}

static struct targets list_targets(const struct plan_checker *c)
{
    struct targets t = {0};
    for (size_t i = 0; i < c->claim_count; i++) {
        const struct check_claim *a = &c->claims[i];
        struct safe_text kind = a->accels > 0 ? plan_check_place_accels(c, a) : text_of("");
        struct target *one = target_of(&t, a, kind);
        double mb = plan_check_number(a->row, JOB_MEMORY_MB);
        one->accels += (double)a->accels;
        one->cpus += (double)a->cpus;
        one->mb += mb > 0 ? mb : 0;
    }
    return t;
}

struct resource {
    const char *what;
    double asked, free, total, own;
};

static bool resource_holds(struct checking *k, const struct check_end *e, const struct resource *r)
{
    double keep = more(ceil(r->total * k->limits->head_room_pct / 100), r->own);
    if (r->asked <= 0 || (k->kept ? 0 : r->asked) <= r->free - keep + 1e-6)
        return true;
    if (isnan(r->free) || isnan(r->total))
        return plan_check_no(k, e->id, tr("%s: nobody tells what is free there"), r->what);
    if (k->kept)
        return plan_check_no(k, e->id, tr("%s: %.0f free, and %.0f must stay: others have taken it"), r->what,
                             more(r->free, 0), keep);
    return plan_check_no(k, e->id, tr("%s: %.0f asked for, %.0f free, of which %.0f stay: %.0f too many"), r->what,
                         r->asked, r->free, keep, r->asked - more(r->free - keep, 0));
}

/* Memory counts where each node and each running job tells of its own. */
static bool fits(struct checking *k, const struct check_end *e, const struct room *r, const struct target *asked)
{
    const struct resource all[] = {
        {tr("accelerators"), asked->accels, r->accels_free, r->accels, r->own_accels},
        {tr("CPUs"), asked->cpus, r->cpus_free, r->cpus, r->own_cpus},
        {tr("memory in MB"), asked->mb, r->mb - r->running_mb, r->mb - r->running_mb, r->own_mb}};
    return resource_holds(k, e, &all[0]) && resource_holds(k, e, &all[1]) &&
           (isnan(r->mb) || isnan(r->running_mb) || resource_holds(k, e, &all[2]));
}

static void add_asked(struct target *sum, const struct target *one)
{
    sum->accels += text_equal(sum->kind, one->kind) ? one->accels : 0;
    sum->cpus += one->cpus;
    sum->mb += one->mb;
}

/* Each queue with all that run on its nodes alone; and all that are bound to it together. */
static bool target_fits(struct checking *k, const struct targets *t, const struct target *one)
{
    struct target own = {.kind = one->kind}, all = own;
    struct safe_text name = one->queue;
    struct bound alone = {&name, 1, false}, bound = bind_all(k->c, one->end, one->queue);
    for (size_t i = 0; i < t->count; i++) {
        if (t->all[i].end != one->end)
            continue;
        if (is_bound(&bound, t->all[i].queue) || k->c->ends[one->end].node_count == 0)
            add_asked(&all, &t->all[i]);
        if (is_within(k->c, one->end, t->all[i].queue, one->queue))
            add_asked(&own, &t->all[i]);
    }
    const struct room mine = room_of(k->c, one->end, &alone, one->kind);
    const struct room shared = room_of(k->c, one->end, &bound, one->kind);
    free(bound.queues);
    return fits(k, &k->c->ends[one->end], &mine, &own) && fits(k, &k->c->ends[one->end], &shared, &all);
}

bool plan_check_room_free(struct checking *k)
{
    struct targets t = list_targets(k->c);
    bool ok = true;
    for (size_t i = 0; ok && i < t.count; i++)
        ok = target_fits(k, &t, &t.all[i]);
    free(t.all);
    return ok;
}

/* --- gangs: each piece undivided on a node of its own, the largest first, where it leaves the least --- */

static int64_t piece(int64_t all, int64_t nodes)
{
    return all / nodes + (all % nodes != 0);
}

static int by_size(const void *a, const void *b)
{
    const struct check_claim *x = *(const struct check_claim *const *)a, *y = *(const struct check_claim *const *)b;
    int64_t p = piece(x->accels, x->nodes), q = piece(y->accels, y->nodes);
    if (p != q)
        return p > q ? -1 : 1;
    if (x->nodes != y->nodes)
        return x->nodes > y->nodes ? -1 : 1;
    p = piece(x->cpus, x->nodes);
    q = piece(y->cpus, y->nodes);
    if (p != q)
        return p > q ? -1 : 1;
    return (x > y) - (x < y);
}

struct laying {
    struct check_node *nodes; /* of all ends, what is free on them */
    size_t number;            /* of the claim that is laid, from 1 */
};

static struct check_node *find_node(const struct plan_checker *c, const struct laying *l, const struct check_claim *a,
                                    struct safe_text kind)
{
    const struct check_end *e = &c->ends[a->to];
    int64_t accels = piece(a->accels, a->nodes), cpus = piece(a->cpus, a->nodes);
    struct check_node *best = NULL;
    for (size_t i = e->first_node; i < e->first_node + e->node_count; i++) {
        struct check_node *n = &l->nodes[i];
        if (n->cpus_free < cpus || n->accels_free < accels || n->laid == l->number || !usable(n) ||
            (accels > 0 && !is_kind(n, kind)))
            continue;
        bool tighter = !best || n->accels_free < best->accels_free ||
                       (n->accels_free == best->accels_free && n->cpus_free < best->cpus_free);
        if (!tighter || !plan_check_serves(n, a->move->queue_to))
            continue;
        best = n;
        if (accels > 0 && n->accels_free == accels)
            break;
    }
    return best;
}

/* Without rows of nodes all are alike: a piece must not be larger than one. */
static bool lay_blind(struct checking *k, const struct check_claim *a)
{
    const struct row *s = k->c->ends[a->to].row;
    double nodes = plan_check_number(s, SCHEDULER_NODES_TOTAL);
    double each = nodes > 0 ? plan_check_number(s, SCHEDULER_CPUS_TOTAL) / nodes : (double)NAN;
    double asks = (double)piece(a->cpus, a->nodes);
    return (a->nodes == 1 && isnan(each)) || (asks <= each && (double)a->nodes <= nodes) ||
           plan_check_no(k, a->job->id, tr("a piece of %.0f CPUs, its nodes have %.0f"), asks, each);
}

static bool lay(struct checking *k, struct laying *l, const struct check_claim *a)
{
    struct safe_text kind = a->accels > 0 ? plan_check_place_accels(k->c, a) : text_of("");
    int64_t accels = piece(a->accels, a->nodes), cpus = piece(a->cpus, a->nodes);
    char to[80];
    if (k->c->ends[a->to].node_count == 0)
        return lay_blind(k, a);
    for (int64_t i = 0; i < a->nodes; i++) {
        struct check_node *n = find_node(k->c, l, a, kind);
        if (!n)
            return plan_check_no(k, a->job->id,
                                 tr("%" PRId64 " of its %" PRId64 " pieces of %" PRId64 " accelerators and %" PRId64
                                    " CPUs find no node at %s"),
                                 a->nodes - i, a->nodes, accels, cpus, text_show_in(a->move->to, to, sizeof to));
        n->accels_free -= accels;
        n->cpus_free -= cpus;
        n->laid = l->number;
    }
    return true;
}

bool plan_check_room_gang(struct checking *k)
{
    const struct plan_checker *c = k->c;
    const struct check_claim **order = mem_new(c->claim_count + 1, sizeof *order);
    struct laying l = {.nodes = mem_new(c->node_count + 1, sizeof *l.nodes)};
    bool ok = true;
    for (size_t i = 0; i < c->node_count; i++)
        l.nodes[i] = c->nodes[i];
    for (size_t i = 0; i < c->claim_count; i++)
        order[i] = &c->claims[i];
    if (c->claim_count > 1)
        qsort(order, c->claim_count, sizeof *order, by_size);
    for (size_t i = 0; ok && i < c->claim_count; i++) {
        l.number = i + 1;
        ok = lay(k, &l, order[i]);
    }
    free(order);
    free(l.nodes);
    return ok;
}
