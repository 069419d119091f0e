#include "sim/script.h"

#include <string.h>

#include "sim/arrive.h"
#include "sim/find.h"
#include "sim/net.h"
#include "sim/trouble.h"

static double amount_of(const struct sim_event *e)
{
    return e->amount > 0 ? e->amount : 1;
}

/* The node that is named, or the scheduler's first ones in service, as many as the amount says. */
static void node_down(struct scheduler *c, const struct sim_event *e)
{
    uint32_t named = find_node(c, e->target);
    double left = named != WORLD_NONE ? 1 : amount_of(e);

    for (uint32_t i = named != WORLD_NONE ? named : 0; i < c->node_count && left >= 1; i++) {
        if (node_out(&c->nodes[i]) || (c->nodes[i].closed & CLOSED_RESERVED))
            continue;
        trouble_out(c, i, trouble_silent(), 0);
        left--;
        if (e->for_ms > 0)
            heap_add(&c->heap, (struct happening){.at_ms = c->now_ms + e->for_ms,
                                                  .what = HAPPENS_REPAIR,
                                                  .index = i,
                                                  .stamp = c->nodes[i].stamp});
    }
}

static void set_factor(struct scheduler *c, const struct sim_event *e, double factor)
{
    for (uint32_t k = 0; k < c->queue_count; k++) {
        const struct queue *q = find_queue(c, e->target);
        if (q != NULL && q != &c->queues[k])
            continue;
        c->queues[k].factor = factor;
        arrive_plan(c, &c->queues[k]);
    }
}

static void arrivals(struct scheduler *c, const struct sim_event *e)
{
    set_factor(c, e, amount_of(e));
}

static void arrivals_end(struct scheduler *c, const struct sim_event *e)
{
    set_factor(c, e, 1);
}

static bool hits_scheduler(const struct sim *s, const char *target)
{
    struct scheduler *c = find_scheduler(s, target);

    return c != NULL && (strchr(target, '/') == NULL || find_node(c, target) != WORLD_NONE || find_queue(c, target));
}

/* scheduler_stop needs no function: see script_horizon(); nor do those of links: see net_read(). */
static const struct event_kind {
    const char *name;
    void (*begin)(struct scheduler *c, const struct sim_event *e);
    void (*end)(struct scheduler *c, const struct sim_event *e);
    bool (*hits)(const struct sim *s, const char *target);
} kinds[] = {
    {"node_down", node_down, NULL, hits_scheduler},
    {"arrivals", arrivals, arrivals_end, hits_scheduler},
    {"scheduler_stop", NULL, NULL, hits_scheduler},
    {"path_down", NULL, NULL, net_has},
    {"load", NULL, NULL, net_has},
};
enum { KINDS = sizeof kinds / sizeof kinds[0] };

static const struct event_kind *kind_of(const struct sim_event *e)
{
    for (size_t i = 0; i < KINDS; i++)
        if (strcmp(kinds[i].name, e->event) == 0)
            return &kinds[i];
    return NULL;
}

static bool say_pct(struct err *err)
{
    err_set(err, ERR_INPUT, "cannot play event 'load': it says no percentage");
    return err_hint(err, "pct = 60: of the capacity of all its paths");
}

static bool check_event(const struct sim *s, const struct sim_event *e, struct err *err)
{
    const struct event_kind *kind = e->event != NULL ? kind_of(e) : NULL;

    if (kind == NULL) {
        err_set(err, ERR_INPUT, "cannot play event '%s': no such event", e->event != NULL ? e->event : "");
        return err_hint(err, "events are node_down, arrivals, scheduler_stop, path_down, load");
    }
    if (e->target != NULL && kind->hits(s, e->target))
        return strcmp(e->event, "load") != 0 || e->amount > 0 || say_pct(err);
    err_set(err, ERR_INPUT, "cannot play event '%s': nothing is called '%s'", e->event, e->target ? e->target : "");
    if (kind->hits == net_has)
        return err_hint(err, "a target is a link of fleet.conf that has paths: FROM>TO");
    return err_hint(err, "a target is SCHEDULER, SCHEDULER/NODE or SCHEDULER/QUEUE");
}

static bool plan_event(struct sim *s, uint32_t i, struct err *err)
{
    const struct sim_event *e = &s->events[i];
    struct happening h = {.at_ms = e->at_ms, .what = HAPPENS_EVENT, .index = i};

    if (!check_event(s, e, err))
        return false;
    if (kind_of(e)->begin != NULL)
        heap_add(&find_scheduler(s, e->target)->heap, h);
    h.at_ms += e->for_ms;
    h.what = HAPPENS_EVENT_END;
    if (kind_of(e)->end != NULL && e->for_ms > 0)
        heap_add(&find_scheduler(s, e->target)->heap, h);
    return true;
}

bool script_plan(struct sim *s, struct err *err)
{
    for (uint32_t i = 0; i < s->event_count; i++)
        if (!plan_event(s, i, err))
            return false;
    return true;
}

void script_happen(struct sim *s, struct scheduler *c, uint32_t i, bool begins)
{
    const struct event_kind *kind = kind_of(&s->events[i]);

    (begins ? kind->begin : kind->end)(c, &s->events[i]);
}

/* A scheduler that is stopped works on unseen: its facts stay, and when it is back they are those of the time that went
 * by. */
int64_t script_horizon(const struct sim *s, const struct scheduler *c, int64_t t_ms)
{
    for (size_t i = 0; i < s->event_count; i++) {
        const struct sim_event *e = &s->events[i];
        if (strcmp(e->event, "scheduler_stop") == 0 && strcmp(e->target, c->said->id) == 0 && t_ms >= e->at_ms &&
            (e->for_ms <= 0 || t_ms < e->at_ms + e->for_ms))
            return e->at_ms;
    }
    return t_ms;
}
