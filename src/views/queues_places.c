#include <math.h>

#include "domain/link.h"
#include "domain/wait.h"
#include "views/queues.h"

enum { ROWS_MOST = 4096, NEAR_MOST = 256 };

/* How far other clusters are. */
struct near {
    struct safe_text cluster;
    double ms;
};

struct look {
    const struct view_frame *frame;
    const struct row *queue;
    struct safe_text scheduler, kind, cluster;
    bool accels;
    struct wait_counts counts;
    struct near near[NEAR_MOST];
    size_t near_count;
    struct queues_places out;
};

static struct safe_text cell(const struct row *row, int field)
{
    return value_text_or(&row->cells[field], "");
}

/* --- delays --- */

static void take_delay(struct look *l, struct safe_text other, double ms)
{
    size_t i = 0;

    while (i < l->near_count && !text_equal(l->near[i].cluster, other))
        i++;
    if (i == NEAR_MOST)
        return;
    if (i == l->near_count)
        l->near[l->near_count++] = (struct near){other, ms};
    else
        l->near[i].ms = fmax(l->near[i].ms, ms);
}

/* Of both directions the slower one: data goes there and comes back. */
static void look_at_links(struct look *l)
{
    const struct view_rows *links = &l->frame->rows[QUEUES_LINKS];

    for (size_t i = 0; i < links->count && i < ROWS_MOST && !text_empty(l->cluster); i++) {
        struct row link = {0};
        bool from, to;

        if (!links->at(links->ctx, i, &link) || link.stale)
            continue;
        from = text_equal(cell(&link, LINK_FROM), l->cluster);
        to = text_equal(cell(&link, LINK_TO), l->cluster);
        if (from != to && !isnan(link_delay_ms(&link)))
            take_delay(l, cell(&link, from ? LINK_TO : LINK_FROM), link_delay_ms(&link));
    }
}

static double delay_to(const struct look *l, struct safe_text cluster)
{
    if (!text_empty(l->cluster) && text_equal(l->cluster, cluster))
        return 0;
    for (size_t i = 0; i < l->near_count; i++)
        if (text_equal(l->near[i].cluster, cluster))
            return l->near[i].ms;
    return NAN;
}

static int64_t kept(const struct look *l, double ms)
{
    int64_t n = l->counts.ring[WAIT_RING_ANY];

    if (isnan(ms))
        return -1;
    for (int i = WAIT_RING_1; i <= WAIT_RING_20; i++)
        if (wait_ring_ms((enum wait_ring)i) >= ms && __builtin_add_overflow(n, l->counts.ring[i], &n))
            return INT64_MAX;
    return n;
}

/* --- places --- */

static bool is_better(const struct queues_place *a, const struct queues_place *b)
{
    return a->keeps != b->keeps ? a->keeps > b->keeps : a->free > b->free;
}

static bool promises_as(const struct row *a, const struct row *b)
{
    return value_known(&a->cells[QUEUE_SLO_S]) && value_equal(&a->cells[QUEUE_SLO_S], &b->cells[QUEUE_SLO_S]);
}

/* Of the queues of one scheduler, which share what is free, the one that promises the same wait, else the one whose jobs
 * wait for the shortest time. */
static bool suits_better(const struct look *l, const struct row *a, const struct row *b)
{
    bool as_a = promises_as(a, l->queue), as_b = promises_as(b, l->queue);

    if (as_a != as_b)
        return as_a;
    return value_real_or(&a->cells[QUEUE_WAIT_P95_S], 0) < value_real_or(&b->cells[QUEUE_WAIT_P95_S], 0);
}

static bool replaces(const struct look *l, struct queues_places *out, const struct queues_place *p)
{
    for (size_t i = 0; i < out->count; i++) {
        struct row *was = &out->all[i].queue;

        if (!text_equal(cell(was, QUEUE_SCHEDULER), cell(&p->queue, QUEUE_SCHEDULER)))
            continue;
        if (suits_better(l, &p->queue, was))
            *was = p->queue;
        return true;
    }
    return false;
}

static void take_place(const struct look *l, struct queues_places *out, const struct queues_place *p)
{
    size_t at = out->count;

    if (replaces(l, out, p))
        return;
    for (; at > 0 && is_better(p, &out->all[at - 1]); at--)
        if (at < QUEUES_PLACES_MAX)
            out->all[at] = out->all[at - 1];
    if (at < QUEUES_PLACES_MAX)
        out->all[at] = *p;
    out->count += out->count < QUEUES_PLACES_MAX;
}

static void look_at_queue(struct look *l, const struct row *other)
{
    struct queues_place p = {.queue = *other};
    struct row scheduler = {0};
    const struct value *free = &scheduler.cells[l->accels ? SCHEDULER_ACCELS_FREE : SCHEDULER_CPUS_FREE];

    if (other->stale || text_equal(cell(other, QUEUE_SCHEDULER), l->scheduler) ||
        !text_equal(cell(other, QUEUE_KIND), l->kind) ||
        queues_state_of(other, l->frame->now.utc_ms) == QUEUES_CLOSED ||
        !queues_scheduler(l->frame, other, &scheduler) || scheduler.stale ||
        cell_is(&scheduler, SCHEDULER_STATE, "down"))
        return;
    l->out.compared |= value_known(free);
    p.free = value_int_or(free, 0);
    p.ms = delay_to(l, cell(other, QUEUE_CLUSTER));
    p.keeps = kept(l, p.ms);
    if (p.free <= 0)
        return;
    if (p.keeps > 0)
        take_place(l, &l->out, &p);
    else if (p.keeps < 0)
        l->out.unknown++;
    else
        l->out.too_far++;
}

struct queues_places queues_places_of(const struct view_frame *f, const struct row *queue)
{
    const struct view_rows *all = &f->rows[QUEUES_ALL];
    struct look l = {.frame = f,
                     .queue = queue,
                     .scheduler = cell(queue, QUEUE_SCHEDULER),
                     .kind = cell(queue, QUEUE_KIND),
                     .cluster = cell(queue, QUEUE_CLUSTER),
                     .accels = queues_has_accels(queue),
                     .counts = wait_read(queue)};

    if (text_empty(l.kind))
        return l.out;
    look_at_links(&l);
    for (size_t i = 0; i < all->count && i < ROWS_MOST; i++) {
        struct row other = {0};

        if (all->at(all->ctx, i, &other))
            look_at_queue(&l, &other);
    }
    return l.out;
}
