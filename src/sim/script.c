#include "sim/script.h"

#include <string.h>

#include "base/buf.h"
#include "sim/arrive.h"
#include "sim/find.h"
#include "sim/floor.h"
#include "sim/heat.h"
#include "sim/net.h"
#include "sim/recovery.h"
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

/* Of the queue that is named, or of all. */
static void set_endurance(struct scheduler *c, const struct sim_event *e, double times)
{
    const struct queue *named = find_queue(c, e->target);

    for (uint32_t k = 0; k < c->queue_count; k++)
        if (named == NULL || named == &c->queues[k])
            c->queues[k].endurance = times;
}

static void patience(struct scheduler *c, const struct sim_event *e)
{
    set_endurance(c, e, amount_of(e));
}

static void patience_end(struct scheduler *c, const struct sim_event *e)
{
    set_endurance(c, e, 1);
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

static bool needs_pct(const struct sim_event *e, struct err *err)
{
    if (e->amount > 0)
        return true;
    err_set(err, ERR_INPUT, "cannot play event '%s': it says no percentage", e->event);
    return err_hint(err, "pct = 60: of the capacity of all its paths");
}

static bool needs_celsius(const struct sim_event *e, struct err *err)
{
    if (e->amount > HEAT_USUAL_C && e->amount <= HEAT_MOST_C)
        return true;
    err_set(err, ERR_INPUT, "cannot play event '%s' for '%s': it says no temperature that the hall warms up to",
            e->event, e->target);
    return err_hint(err, "celsius = 34: above %d, at most %d", HEAT_USUAL_C, HEAT_MOST_C);
}

/* "SHG-1/H1-A1/B" */
static bool has_feed(const struct sim *s, const char *target)
{
    size_t n = strlen(target);
    char id[FIND_ID_MAX];

    if (n < 3 || target[n - 2] != '/' || (target[n - 1] != 'A' && target[n - 1] != 'B'))
        return false;
    for (size_t i = 0; i < s->scheduler_count; i++)
        for (uint32_t k = 0; k < s->schedulers[i].rack_count; k++) {
            floor_rack_id(&s->schedulers[i], k, id, sizeof id);
            if (strlen(id) == n - 2 && memcmp(id, target, n - 2) == 0)
                return true;
        }
    return false;
}

static const char of_scheduler[] = "a target is SCHEDULER, SCHEDULER/NODE, SCHEDULER/QUEUE or SCHEDULER/CLASS";
static const char of_link[] = "a target is a link of fleet.conf that has paths: FROM>TO";

/* scheduler_stop needs no function: see script_horizon(); nor do those of links, halls and feeds: see net_read(),
 * heat_of(), script_feed_lost(). */
static const struct event_kind {
    const char *name;
    void (*begin)(struct scheduler *c, const struct sim_event *e);
    void (*end)(struct scheduler *c, const struct sim_event *e);
    bool (*hits)(const struct sim *s, const char *target);
    bool (*fits)(const struct sim_event *e, struct err *err); /* NULL: whatever it says */
    const char *targets;
} kinds[] = {
    {"node_down", node_down, NULL, hits_scheduler, NULL, of_scheduler},
    {"arrivals", arrivals, arrivals_end, hits_scheduler, NULL, of_scheduler},
    {"patience", patience, patience_end, hits_scheduler, NULL, of_scheduler},
    {"scheduler_stop", NULL, NULL, hits_scheduler, NULL, of_scheduler},
    {"path_down", NULL, NULL, net_has, NULL, of_link},
    {"load", NULL, NULL, net_has, needs_pct, of_link},
    {"cooling_down", NULL, NULL, heat_has, needs_celsius, "a target is a hall that the simulator fills: SITE/H1"},
    {"feed_down", NULL, NULL, has_feed, NULL, "a target is a feed of a rack: SITE/H1-A1/A or SITE/H1-A1/B"},
    {"site_down", recovery_lose, NULL, recovery_has_site, NULL, "a target is a site with schedulers"},
    {"reserve", recovery_reserve, recovery_unreserve, recovery_may_reserve, NULL,
     "a target is SCHEDULER/NAME, the name beginning with dr- or space-; a scheduler has at most 4 reservations"},
    {"reservation_activate", recovery_activate, recovery_return, recovery_has, NULL,
     "a target is a disaster-recovery reservation: SCHEDULER/dr-NAME"},
};
enum { KINDS = sizeof kinds / sizeof kinds[0] };

static const struct event_kind *kind_of(const struct sim_event *e)
{
    for (size_t i = 0; i < KINDS; i++)
        if (strcmp(kinds[i].name, e->event) == 0)
            return &kinds[i];
    return NULL;
}

static bool say_no_kind(const struct sim_event *e, struct err *err)
{
    struct buf names = buf_make(ERR_HINT_MAX);

    for (size_t i = 0; i < KINDS; i++)
        buf_printf(&names, NULL, "%s%s", i == 0 ? "" : ", ", kinds[i].name);
    err_set(err, ERR_INPUT, "cannot play event '%s': no such event", e->event != NULL ? e->event : "");
    err_hint(err, "events are %s", buf_str(&names));
    buf_release(&names);
    return false;
}

static bool check_event(const struct sim *s, const struct sim_event *e, struct err *err)
{
    const struct event_kind *kind = e->event != NULL ? kind_of(e) : NULL;

    if (kind == NULL)
        return say_no_kind(e, err);
    if (e->target != NULL && kind->hits(s, e->target))
        return kind->fits == NULL || kind->fits(e, err);
    err_set(err, ERR_INPUT, "cannot play event '%s': nothing is called '%s'", e->event, e->target ? e->target : "");
    return err_hint(err, "%s", kind->targets);
}

static void plan_for(struct sim *s, struct scheduler *c, uint32_t i)
{
    const struct sim_event *e = &s->events[i];
    struct happening h = {.at_ms = e->at_ms, .what = HAPPENS_EVENT, .index = i};

    /* What a scenario reserves at its very beginning was reserved long before. */
    if (e->at_ms <= 0 && kind_of(e)->begin == recovery_reserve)
        h.at_ms = s->begin_ms;
    if (kind_of(e)->begin != NULL)
        heap_add(&c->heap, h);
    h.at_ms = e->at_ms + e->for_ms;
    h.what = HAPPENS_EVENT_END;
    if (kind_of(e)->end != NULL && e->for_ms > 0)
        heap_add(&c->heap, h);
}

/* A site's event happens to each of its schedulers. */
static bool plan_event(struct sim *s, uint32_t i, struct err *err)
{
    const struct sim_event *e = &s->events[i];
    bool of_site = false;

    if (!check_event(s, e, err))
        return false;
    for (size_t k = 0; k < s->scheduler_count; k++) {
        struct scheduler *c = &s->schedulers[k];
        if (kind_of(e)->hits != recovery_has_site || c->said->site == NULL || strcmp(c->said->site, e->target) != 0)
            continue;
        plan_for(s, c, i);
        of_site = true;
    }
    if (!of_site && kind_of(e)->begin != NULL)
        plan_for(s, find_scheduler(s, e->target), i);
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

bool script_feed_lost(const struct sim *s, const char *rack, char feed, int64_t t_ms)
{
    size_t n = strlen(rack);

    for (size_t i = 0; i < s->event_count; i++) {
        const struct sim_event *e = &s->events[i];
        if (strcmp(e->event, "feed_down") == 0 && strncmp(e->target, rack, n) == 0 && e->target[n] == '/' &&
            e->target[n + 1] == feed && t_ms >= e->at_ms && (e->for_ms <= 0 || t_ms < e->at_ms + e->for_ms))
            return true;
    }
    return false;
}
