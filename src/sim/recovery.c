#include "sim/recovery.h"

#include <string.h>

#include "sim/find.h"
#include "sim/jobs.h"
#include "sim/nodes.h"
#include "sim/trouble.h"

enum { STAGGER_MS = 2000, PORTAL_RUN_MS = 12 * WORLD_HOUR_MS, PORTAL_NAME = 3 };

/* --- sites --- */

bool recovery_has_site(const struct sim *s, const char *site)
{
    for (size_t i = 0; i < s->scheduler_count; i++)
        if (s->schedulers[i].said->site != NULL && strcmp(s->schedulers[i].said->site, site) == 0)
            return true;
    return false;
}

bool recovery_is_lost(const struct sim *s, const char *site, int64_t t_ms)
{
    for (size_t i = 0; i < s->event_count; i++) {
        const struct sim_event *e = &s->events[i];
        if (strcmp(e->event, "site_down") == 0 && strcmp(e->target, site) == 0 && t_ms >= e->at_ms &&
            (e->for_ms <= 0 || t_ms < e->at_ms + e->for_ms))
            return true;
    }
    return false;
}

/* Nodes come back one after the other. */
void recovery_lose(struct scheduler *c, const struct sim_event *e)
{
    for (uint32_t i = 0; i < c->node_count; i++) {
        if (c->nodes[i].closed & CLOSED_DOWN)
            continue;
        trouble_note(c, i, CLOSED_DOWN, "site lost: no power", "facility");
        if (e->for_ms > 0)
            heap_add(&c->heap, (struct happening){.at_ms = c->now_ms + e->for_ms + (int64_t)i * STAGGER_MS,
                                                  .what = HAPPENS_REPAIR,
                                                  .index = i,
                                                  .stamp = c->nodes[i].stamp});
    }
}

/* --- reservations --- */

static const struct {
    const char *prefix, *purpose;
} purposes[] = {
    {"dr-", "disaster recovery"},
    {"space-", "trusted data space"},
    {"maint-", "maintenance"},
};

const char *recovery_purpose(const char *name)
{
    for (size_t i = 0; i < sizeof purposes / sizeof *purposes; i++)
        if (strncmp(name, purposes[i].prefix, strlen(purposes[i].prefix)) == 0)
            return purposes[i].purpose;
    return NULL;
}

static const char *name_in(const char *target)
{
    const char *slash = strchr(target, '/');

    return slash != NULL ? slash + 1 : "";
}

static struct reservation *reservation_of(struct scheduler *c, const char *target)
{
    for (uint32_t i = 0; i < c->reservation_count; i++)
        if (strcmp(c->reservations[i].name, name_in(target)) == 0)
            return &c->reservations[i];
    return NULL;
}

/* Only what is kept empty: a maintenance window drains nodes, and has no event of its own. */
bool recovery_may_reserve(const struct sim *s, const char *target)
{
    const char *purpose = recovery_purpose(name_in(target));
    struct scheduler *c = find_scheduler(s, target);
    size_t more = 0;

    for (size_t i = 0; i < s->event_count; i++)
        more += strcmp(s->events[i].event, "reserve") == 0 && find_scheduler(s, s->events[i].target) == c;
    return c != NULL && purpose != NULL && strcmp(purpose, "maintenance") != 0 &&
           c->reservation_count + more <= WORLD_RESERVATIONS_MAX;
}

bool recovery_has(const struct sim *s, const char *target)
{
    struct scheduler *c = find_scheduler(s, target);
    const struct reservation *r = c != NULL ? reservation_of(c, target) : NULL;

    if (r != NULL)
        return r->recovery;
    for (size_t i = 0; c != NULL && i < s->event_count; i++)
        if (strcmp(s->events[i].event, "reserve") == 0 && strcmp(s->events[i].target, target) == 0)
            return strncmp(name_in(target), "dr-", 3) == 0;
    return false;
}

/* The last nodes of the first queue that nothing keeps yet. */
void recovery_reserve(struct scheduler *c, const struct sim_event *e)
{
    const struct queue *q = &c->queues[0];
    uint32_t nodes = e->amount > 1 ? (uint32_t)e->amount : 1, end = q->first + q->nodes;

    for (uint32_t i = 0; i < c->reservation_count; i++)
        if (c->reservations[i].first < end)
            end = c->reservations[i].first;
    nodes = nodes < end - q->first ? nodes : end - q->first;
    if (nodes == 0 || c->reservation_count == WORLD_RESERVATIONS_MAX)
        return;
    struct reservation *r = &c->reservations[c->reservation_count++];
    *r = (struct reservation){.name = name_in(e->target),
                              .recovery = strncmp(name_in(e->target), "dr-", 3) == 0,
                              .kept = true,
                              .first = end - nodes,
                              .nodes = nodes,
                              .from_ms = c->now_ms,
                              .to_ms = e->for_ms > 0 ? c->now_ms + e->for_ms : 365 * (int64_t)WORLD_DAY_MS};
    trouble_reserve(c, r, true);
}

void recovery_unreserve(struct scheduler *c, const struct sim_event *e)
{
    const struct reservation *r = reservation_of(c, e->target);

    if (r != NULL)
        trouble_reserve(c, r, false);
}

/* --- and their use --- */

/* Services, or what comes next to them on such nodes. */
static uint16_t portal_work(const struct scheduler *c)
{
    size_t found = 0;

    for (size_t i = catalogue_work_count; i-- > 0;)
        if (catalogue_works[i].compute == c->compute &&
            (catalogue_works[i].class == CLASS_SERVE || catalogue_works[found].compute != c->compute))
            found = i;
    return (uint16_t)found;
}

/* A node that is opened is the first that a job of its whole size gets. */
static void start_on(struct scheduler *c, uint32_t node)
{
    struct job j = {
        .number = c->next_number,
        .work = portal_work(c),
        .name = PORTAL_NAME,
        .queue = c->nodes[node].queue,
        .user = CATALOGUE_RECOVERY_USER,
        .qos = WORLD_LEVELS - 1,
        .level = WORLD_LEVELS - 1,
        .nodes = 1,
        .units = (uint16_t)c->units,
        .state = JOB_WAITING,
        .ending = JOB_DONE,
        .submitted_ms = c->now_ms,
        .eligible_ms = c->now_ms,
        .run_ms = PORTAL_RUN_MS,
        .limit_ms = 2 * (int64_t)PORTAL_RUN_MS,
    };

    if (node_out(&c->nodes[node]) || c->nodes[node].units_free < c->units)
        return;
    c->next_number++;
    nodes_open(c, node, CLOSED_RESERVED);
    jobs_place(c, jobs_submit(c, &j));
    nodes_close(c, node, CLOSED_RESERVED);
}

void recovery_activate(struct scheduler *c, const struct sim_event *e)
{
    struct reservation *r = reservation_of(c, e->target);

    if (r == NULL || r->active)
        return;
    r->active = true;
    r->activated_ms = c->now_ms;
    for (uint32_t i = r->first; i < r->first + r->nodes; i++)
        start_on(c, i);
}

static bool runs_in(const struct reservation *r, const struct job *j)
{
    return j->number != 0 && j->state == JOB_RUNNING && j->node >= r->first && j->node < r->first + r->nodes &&
           j->user == CATALOGUE_RECOVERY_USER;
}

void recovery_return(struct scheduler *c, const struct sim_event *e)
{
    struct reservation *r = reservation_of(c, e->target);

    if (r == NULL || !r->active)
        return;
    r->active = false;
    for (uint32_t i = 0; i < c->job_count; i++)
        if (runs_in(r, &c->jobs[i]))
            jobs_cancel(c, i);
}

/* --- by an order --- */

static bool standing(struct scheduler *c, const struct sim_order *order, bool active, struct err *err)
{
    const struct reservation *r = reservation_of(c, order->target);

    if (r == NULL || c->now_ms >= r->to_ms || c->now_ms < r->from_ms)
        return err_set(err, ERR_REFUSED, "invalid reservation name: no reservation '%s'", order->target);
    if (!r->recovery)
        return err_set(err, ERR_REFUSED, "reservation '%s' is not kept for disaster recovery", order->target);
    if (r->active != active)
        return err_set(err, ERR_REFUSED,
                       active ? "reservation '%s' is not in use" : "reservation '%s' is in use already", order->target);
    return true;
}

bool recovery_order_activate(struct scheduler *c, const struct sim_order *order, struct err *err)
{
    if (!standing(c, order, false, err))
        return false;
    recovery_activate(c, &(struct sim_event){.target = order->target});
    return true;
}

bool recovery_order_return(struct scheduler *c, const struct sim_order *order, struct err *err)
{
    if (!standing(c, order, true, err))
        return false;
    recovery_return(c, &(struct sim_event){.target = order->target});
    return true;
}
