#include "domain/plan_look.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "domain/rows.h"
#include "domain/state.h"

enum { ID_MAX = 512 };

/* Of a queue or scheduler, by its id. */
struct place {
    struct safe_text id;
    bool told;
    double waiting, before;     /* jobs of a queue that wait; those of them that did so in the snapshot */
    double accels, accels_used; /* of a scheduler's nodes that are up */
    double cpus, cpus_used;
    double in, out;    /* jobs that waited and were moved: to this queue, from it */
    double in_waiting; /* of those that came, how many wait still */
};

/* A job that was to be moved. */
struct mover {
    const struct plan_job *job;
    const struct plan_move *move;
    bool there; /* where it was */
};

/* A job that came to a target since. */
struct comer {
    struct safe_text scheduler, queue, user;
    int64_t accels;
    bool waits, taken;
};

struct plan_look {
    struct arena arena;
    int64_t as_of_ms;
    struct place *places; /* in the order of their ids */
    size_t place_count;
    struct mover *movers; /* likewise */
    size_t mover_count;
    struct comer *comers;
    size_t comer_count, comer_cap;
    const struct plan *plan;
};

const enum kind *plan_look_kinds(void)
{
    static const enum kind kinds[] = {KIND_QUEUE, KIND_NODE, KIND_JOB, KIND_NONE};

    return kinds;
}

/* --- finding --- */

static int by_id(const void *a, const void *b)
{
    return text_cmp(((const struct place *)a)->id, ((const struct place *)b)->id);
}

static int by_job(const void *a, const void *b)
{
    return text_cmp(((const struct mover *)a)->job->id, ((const struct mover *)b)->job->id);
}

static struct place *place_of(const struct plan_look *l, struct safe_text id)
{
    const struct place key = {.id = id};

    return l->place_count > 0 ? bsearch(&key, l->places, l->place_count, sizeof key, by_id) : NULL;
}

/* "SCHEDULER/QUEUE": a queue's id. */
static struct place *queue_of(const struct plan_look *l, struct safe_text scheduler, struct safe_text queue)
{
    struct buf id = buf_make(ID_MAX);

    text_copy(&id, scheduler);
    buf_putc(&id, '/', NULL);
    text_copy(&id, queue);
    struct place *p = place_of(l, text_from(buf_str(&id), id.len));
    buf_release(&id);
    return p;
}

static struct mover *mover_of(const struct plan_look *l, struct safe_text id)
{
    const struct plan_job job = {.id = id};
    const struct mover key = {.job = &job};

    return l->mover_count > 0 ? bsearch(&key, l->movers, l->mover_count, sizeof key, by_job) : NULL;
}

/* --- beginning --- */

static void list_places(struct plan_look *l, const struct plan *p)
{
    size_t kept = 0;

    l->places = mem_new(p->review_count + 1, sizeof *l->places);
    for (size_t i = 0; i < p->review_count; i++)
        l->places[i].id = p->reviews[i].what;
    if (p->review_count > 1)
        qsort(l->places, p->review_count, sizeof *l->places, by_id);
    for (size_t i = 0; i < p->review_count; i++)
        if (kept == 0 || !text_equal(l->places[kept - 1].id, l->places[i].id))
            l->places[kept++] = l->places[i];
    l->place_count = kept;
}

static void list_movers(struct plan_look *l, const struct plan *p)
{
    size_t n = 0;

    for (size_t i = 0; i < p->move_count; i++)
        n += p->moves[i].excluded ? 0 : p->moves[i].job_count;
    l->movers = mem_new(n + 1, sizeof *l->movers);
    for (size_t i = 0; i < p->move_count; i++)
        for (size_t k = 0; !p->moves[i].excluded && k < p->moves[i].job_count; k++)
            l->movers[l->mover_count++] = (struct mover){&p->moves[i].jobs[k], &p->moves[i], false};
    if (n > 1)
        qsort(l->movers, n, sizeof *l->movers, by_job);
}

struct plan_look *plan_look_new(const struct plan *p)
{
    struct plan_look *l = mem_new(1, sizeof *l);

    l->plan = p;
    l->as_of_ms = p->as_of_ms;
    list_places(l, p);
    list_movers(l, p);
    return l;
}

void plan_look_free(struct plan_look *l)
{
    if (l == NULL)
        return;
    free(l->places);
    free(l->movers);
    free(l->comers);
    arena_release(&l->arena);
    free(l);
}

/* --- taking --- */

static struct safe_text text(const struct row *row, int field)
{
    return value_text_or(&row->cells[field], "");
}

static void take_queue(struct plan_look *l, const struct row *row)
{
    struct place *p = place_of(l, row->id);

    if (p != NULL)
        p->told |= !row->stale;
}

static void take_node(struct plan_look *l, const struct row *row)
{
    struct place *p = place_of(l, text(row, NODE_SCHEDULER));
    enum node_state state = state_node(text(row, NODE_STATE));
    double accels = (double)value_int_or(&row->cells[NODE_ACCELS_TOTAL], 0);
    double cpus = (double)value_int_or(&row->cells[NODE_CPUS_TOTAL], 0);

    if (p == NULL || (state != NODE_UP && state != NODE_IDLE))
        return;
    p->told |= !row->stale;
    p->accels += accels;
    p->accels_used += accels - (double)value_int_or(&row->cells[NODE_ACCELS_FREE], 0);
    p->cpus += cpus;
    p->cpus_used += cpus - (double)value_int_or(&row->cells[NODE_CPUS_FREE], 0);
}

static bool is_target(const struct plan_look *l, const struct row *row)
{
    for (size_t i = 0; i < l->plan->move_count; i++)
        if (text_equal(l->plan->moves[i].to, text(row, JOB_SCHEDULER)) &&
            text_equal(l->plan->moves[i].queue_to, text(row, JOB_QUEUE)))
            return true;
    return false;
}

static int64_t came_ms(const struct row *row)
{
    return value_int_or(&row->cells[JOB_SUBMITTED_AT], value_int_or(&row->cells[JOB_ELIGIBLE_AT], 0));
}

static void take_comer(struct plan_look *l, const struct row *row, bool waits)
{
    if (l->comer_count == l->comer_cap) {
        l->comer_cap = 2 * l->comer_cap + 64;
        l->comers = mem_grow(l->comers, l->comer_cap, sizeof *l->comers);
    }
    l->comers[l->comer_count++] = (struct comer){.scheduler = rows_text(&l->arena, text(row, JOB_SCHEDULER)),
                                                 .queue = rows_text(&l->arena, text(row, JOB_QUEUE)),
                                                 .user = rows_text(&l->arena, text(row, JOB_USER)),
                                                 .accels = value_int_or(&row->cells[JOB_ACCELS], 0),
                                                 .waits = waits};
}

static void take_job(struct plan_look *l, const struct row *row)
{
    enum job_state state = state_job(text(row, JOB_STATE));
    bool waits = state == JOB_WAITING || state == JOB_HELD;
    struct place *p = waits ? queue_of(l, text(row, JOB_SCHEDULER), text(row, JOB_QUEUE)) : NULL;
    struct mover *m = mover_of(l, row->id);
    int64_t tasks = value_int_or(&row->cells[JOB_TASKS], 1);

    tasks = tasks > 0 ? tasks : 1;
    if (p != NULL)
        p->waiting += (double)tasks;
    if (p != NULL && came_ms(row) <= l->as_of_ms)
        p->before += (double)tasks;
    if (m != NULL)
        m->there |= state != JOB_CANCELLED;
    if (came_ms(row) > l->as_of_ms && is_target(l, row))
        take_comer(l, row, waits);
}

void plan_look_take(struct plan_look *l, const struct row *row)
{
    if (row->kind == KIND_QUEUE)
        take_queue(l, row);
    else if (row->kind == KIND_NODE)
        take_node(l, row);
    else if (row->kind == KIND_JOB)
        take_job(l, row);
}

bool plan_look_told(const struct plan_look *l)
{
    for (size_t i = 0; i < l->place_count; i++)
        if (l->places[i].told)
            return true;
    return false;
}

/* --- what was done --- */

static struct comer *find_comer(struct plan_look *l, const struct mover *m)
{
    for (size_t i = 0; i < l->comer_count; i++) {
        struct comer *c = &l->comers[i];
        if (!c->taken && text_equal(c->user, m->job->user) && c->accels == m->job->accels &&
            text_equal(c->scheduler, m->move->to) && text_equal(c->queue, m->move->queue_to))
            return c;
    }
    return NULL;
}

/* How many of the jobs that were to be moved have been; notes of each queue what that is for it. */
static size_t count_moved(struct plan_look *l)
{
    size_t n = 0;

    for (size_t i = 0; i < l->mover_count; i++) {
        const struct mover *m = &l->movers[i];
        struct comer *c = m->there ? NULL : find_comer(l, m);
        struct place *from = queue_of(l, m->move->from, m->move->queue);
        struct place *to = queue_of(l, m->move->to, m->move->queue_to);
        if (c == NULL)
            continue;
        n++;
        c->taken = true;
        if (from != NULL && !m->job->running)
            from->out++;
        if (to != NULL)
            to->in++;
        if (to != NULL && c->waits)
            to->in_waiting++;
    }
    return n;
}

static double fact_of(const struct plan_look *l, const struct plan_review *r)
{
    const struct place *p = place_of(l, r->what);

    if (p == NULL || !p->told)
        return (double)NAN;
    if (text_is(r->measure, "waiting"))
        return p->waiting;
    if (text_is(r->measure, "started"))
        return fmax(0, r->now - p->out + p->in - p->before - p->in_waiting);
    return p->accels > 0 ? p->accels_used : p->cpus_used;
}

void plan_look_note(struct plan_look *l, struct plan *p, int mark)
{
    size_t moved = count_moved(l);

    if (text_empty(p->against))
        p->against = text_of(l->mover_count > 0 && 2 * moved >= l->mover_count ? "after" : "undone");
    for (size_t i = 0; i < p->review_count; i++)
        p->reviews[i].at[mark].fact = fact_of(l, &p->reviews[i]);
}
