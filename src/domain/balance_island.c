#include <math.h>
#include <stdlib.h>

#include "domain/balance_private.h"
#include "domain/wait.h"

enum { PLACES_MAX = 1024 }; /* clusters with schedulers; of more the delays of all pairs are not laid out */

/* The one-way delays between all clusters that have schedulers, the slower direction of two: data goes there and comes back. */
struct delays {
    size_t *place; /* of an end; IDS_NONE */
    size_t count;
    double *ms; /* INFINITY: cut; NAN: nobody measures it */
};

static double slower(double a, double b)
{
    return isnan(a) ? b : isnan(b) ? a : fmax(a, b);
}

static struct delays delays_of(struct balance_facts *f)
{
    struct delays d = {.place = arena_alloc(&f->arena, (f->ids.count + 1) * sizeof *d.place)};

    for (size_t i = 0; i < f->ids.count; i++)
        d.place[i] = IDS_NONE;
    for (size_t i = 0; i < f->all_count; i++) {
        size_t at = f->all[i].cluster;
        if (at != IDS_NONE && d.place[at] == IDS_NONE && d.count < PLACES_MAX)
            d.place[at] = d.count++;
    }
    d.ms = arena_alloc(&f->arena, (d.count * d.count + 1) * sizeof *d.ms);
    for (size_t i = 0; i < d.count * d.count; i++)
        d.ms[i] = i % (d.count + 1) == 0 ? 0 : NAN;
    for (size_t i = 0; i < f->line_count; i++) {
        const struct balance_line *l = &f->lines[i];
        size_t from = l->from == IDS_NONE ? IDS_NONE : d.place[l->from];
        size_t to = l->to == IDS_NONE ? IDS_NONE : d.place[l->to];
        double ms = l->cut ? INFINITY : l->ms;

        if (from == IDS_NONE || to == IDS_NONE || from == to)
            continue;
        d.ms[from * d.count + to] = slower(d.ms[from * d.count + to], ms);
        d.ms[to * d.count + from] = slower(d.ms[to * d.count + from], ms);
    }
    return d;
}

static double delay(const struct delays *d, size_t a, size_t b)
{
    if (a == IDS_NONE || b == IDS_NONE || d->place[a] == IDS_NONE || d->place[b] == IDS_NONE)
        return NAN;
    return d->ms[d->place[a] * d->count + d->place[b]];
}

/* --- reach --- */

enum reach { REACH_NOT, REACH_MAYBE, REACH_YES };

/* Whether a job of the queue may run that far away. */
static enum reach bears(const struct wait_counts *w, double ms)
{
    int64_t said = 0;

    for (int i = 0; i < WAIT_RINGS; i++)
        said |= w->ring[i];
    if (said == 0)
        return ms == INFINITY ? REACH_NOT : REACH_MAYBE;
    if (isnan(ms))
        return said == w->ring[WAIT_RING_FIXED] ? REACH_NOT : REACH_MAYBE;
    if (w->ring[WAIT_RING_ANY] > 0 && isfinite(ms))
        return REACH_YES;
    for (int i = WAIT_RING_1; i <= WAIT_RING_20; i++)
        if (w->ring[i] > 0 && wait_ring_ms((enum wait_ring)i) >= ms)
            return REACH_YES;
    return REACH_NOT;
}

static bool is_open(const struct row *queue)
{
    static const char *const closed[] = {"down", "drain", "inactive", "closed"};
    bool open = true;

    for (size_t i = 0; i < sizeof closed / sizeof *closed; i++)
        open = open && !text_is(value_text_or(&queue->cells[QUEUE_STATE], ""), closed[i]);
    return open;
}

struct wish {
    const struct row *queue;
    size_t own; /* number of its scheduler; IDS_NONE */
    size_t cluster;
    enum balance_kind kind;
    struct wait_counts counts;
};

static enum reach reach_of(const struct delays *d, const struct wish *w, const struct balance_scheduler *s, size_t i)
{
    const struct value *free = balance_free(s->row, w->kind);
    enum reach r;

    if ((s->kinds & 1u << w->kind) == 0)
        return REACH_NOT;
    if (!s->row->stale && (text_is(value_text_or(&s->row->cells[SCHEDULER_STATE], ""), "down") ||
                           (value_known(free) && value_real_or(free, 0) <= 0)))
        return REACH_NOT;
    if (i == w->own)
        r = is_open(w->queue) ? REACH_YES : REACH_NOT;
    else
        r = bears(&w->counts, delay(d, w->cluster, s->cluster));
    return r == REACH_YES && (s->row->stale || !value_known(free)) ? REACH_MAYBE : r;
}

static enum reach look(struct balance_facts *f, const struct delays *d, const struct wish *w)
{
    enum reach best = REACH_NOT;

    for (size_t i = 0; i < f->all_count; i++) {
        struct balance_scheduler *s = &f->all[i];
        enum reach r = reach_of(d, w, s, i);

        s->reached |= r == REACH_YES;
        s->maybe |= r == REACH_MAYBE;
        best = r > best ? r : best;
    }
    return best;
}

/* --- islands --- */

static void put(struct balance_facts *f, struct balance_island island, size_t cluster)
{
    island.region = cluster == IDS_NONE ? BALANCE_NOWHERE : f->ends[cluster].region;
    island.cluster = cluster == IDS_NONE ? text_of("") : f->ids.all[cluster];
    f->out.islands[f->out.island_count++] = island;
}

/* What waits of a kind that is told; a stale queue says nothing of what waits now. */
static void look_at_queue(struct balance_facts *f, const struct delays *d, const struct row *queue, unsigned *wanted)
{
    struct wish w = {.queue = queue,
                     .own = ids_find(&f->names, value_text_or(&queue->cells[QUEUE_SCHEDULER], ""), text_of("")),
                     .cluster = balance_number(f, value_text_or(&queue->cells[QUEUE_CLUSTER], "")),
                     .kind = balance_kind_of(value_text_or(&queue->cells[QUEUE_KIND], ""))};
    int64_t waiting = value_int_or(&queue->cells[QUEUE_WAITING], 0);
    enum reach r;

    if (w.kind >= BALANCE_COMPUTE || waiting <= 0)
        return;
    *wanted |= 1u << w.kind;
    w.counts = wait_read(queue);
    r = look(f, d, &w);
    if (queue->stale && r != REACH_YES)
        r = REACH_MAYBE;
    f->out.unjudged += r == REACH_MAYBE;
    if (r == REACH_NOT)
        put(f, (struct balance_island){.row = *queue, .amount = waiting, .kind = w.kind}, w.cluster);
}

static enum balance_kind lone_kind(unsigned kinds)
{
    enum balance_kind k = BALANCE_GENERAL;

    while (k < BALANCE_COMPUTE && kinds != 1u << k)
        k++;
    return k;
}

/* Free capacity is lost only while something waits for its kind. */
static void look_at_scheduler(struct balance_facts *f, const struct balance_scheduler *s, unsigned wanted)
{
    enum balance_kind kind = lone_kind(s->kinds);
    int64_t free;

    if (kind == BALANCE_COMPUTE || (wanted & 1u << kind) == 0 || s->reached)
        return;
    free = value_int_or(balance_free(s->row, kind), 0);
    if (free <= 0 || s->row->stale || text_is(value_text_or(&s->row->cells[SCHEDULER_STATE], ""), "down"))
        return;
    if (s->maybe)
        f->out.unjudged++;
    else
        put(f, (struct balance_island){.row = *s->row, .amount = free, .kind = kind}, s->cluster);
}

static int compare(const void *a, const void *b)
{
    const struct balance_island *x = a, *y = b;

    if (x->row.kind != y->row.kind)
        return x->row.kind == KIND_QUEUE ? -1 : 1;
    if (x->amount != y->amount)
        return x->amount > y->amount ? -1 : 1;
    return text_cmp(x->row.id, y->row.id);
}

void balance_island_find(struct balance_facts *f)
{
    size_t most = f->queues.count + f->schedulers.count;
    struct delays d = delays_of(f);
    unsigned wanted = 0;

    f->out.islands = arena_alloc(&f->arena, (most + 1) * sizeof *f->out.islands);
    for (size_t i = 0; i < f->queues.count; i++)
        look_at_queue(f, &d, &f->queues.all[i], &wanted);
    for (size_t i = 0; i < f->all_count; i++)
        look_at_scheduler(f, &f->all[i], wanted);
    qsort(f->out.islands, f->out.island_count, sizeof *f->out.islands, compare);
}
