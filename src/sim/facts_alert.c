#include <math.h>
#include <stdio.h>
#include <string.h>

#include "sim/facts.h"
#include "sim/find.h"
#include "sim/floor.h"
#include "sim/heat.h"
#include "sim/move.h"
#include "sim/net.h"

/* What the monitoring of a hub would say of the events of a scenario: many alerts of one cause, as they come in real life. They
 * begin PATIENCE_MS after the event and end with it. Nodes that fail alone are left to their scheduler. */

enum { STRIDE = 1024, PATIENCE_MS = 60 * 1000, FLOOD_MS = 10 * 60 * 1000, FLOOD_FACTOR = 2, FULL_PCT = 90 };

/* The k-th alert of an event; false past the last. A row's kind stays KIND_NONE where there is nothing to say. */
typedef bool alerts_of(struct facts *f, const struct sim_event *e, size_t k);

static void put(struct facts *f, const char *name, enum kind kind, const char *where, const char *severity,
                int64_t since_ms)
{
    facts_begin_plain(f, KIND_ALERT, f->out);
    facts_text(f, ALERT_NAME, name);
    facts_text(f, ALERT_SEVERITY, severity);
    facts_text(f, ALERT_STATE, "firing");
    facts_text(f, ALERT_KIND, kind_info(kind)->name);
    facts_text(f, ALERT_WHERE, where);
    facts_text(f, ALERT_SUMMARY, f->nodes);
    facts_time(f, ALERT_SINCE, since_ms);
}

static int64_t since(const struct sim_event *e)
{
    return e->at_ms + PATIENCE_MS;
}

static const struct line *line_at(const struct sim *s, const struct line *l, size_t side)
{
    return side == 0 ? l : &s->lines[l->back];
}

static size_t paths(double count)
{
    return isnan(count) || count < 0 ? 0 : (size_t)count;
}

/* --- a cut: dark paths, probes over the others, transfers, work that waits for users, users --- */

static void dark_path(struct facts *f, const struct sim_event *e, const struct line *l, size_t path)
{
    net_name(l, f->name, sizeof f->name);
    snprintf(f->out, sizeof f->out, "path/%s/%zu", f->name, path);
    snprintf(f->nodes, sizeof f->nodes, "path %zu of %s is dark: no light received", path, f->name);
    put(f, "PathDark", KIND_LINK, f->name, "crit", since(e));
}

/* Each lit path has a probe in each direction. */
static void probe(struct facts *f, const struct sim_event *e, const struct line *l, size_t path)
{
    struct net_reading r = net_read(f->sim, l, f->sim->now_ms);

    if (l->said == NULL || !(r.one_way_ms > l->said->ring_ms))
        return;
    net_name(l, f->name, sizeof f->name);
    snprintf(f->out, sizeof f->out, "probe/%s/%zu", f->name, path);
    snprintf(f->nodes, sizeof f->nodes, "probe %zu of %s: %.3g ms promised, not kept", path, f->name, l->said->ring_ms);
    put(f, "ProbeLate", KIND_LINK, f->name, "warn", since(e));
}

/* What the dark ones carried goes over the others. */
static void full_path(struct facts *f, const struct sim_event *e, const struct line *l, size_t path)
{
    if (!(net_read(f->sim, l, f->sim->now_ms).used_pct >= FULL_PCT))
        return;
    net_name(l, f->name, sizeof f->name);
    snprintf(f->out, sizeof f->out, "load/%s/%zu", f->name, path);
    snprintf(f->nodes, sizeof f->nodes, "path %zu of %s is above %d %% of its capacity", path, f->name, FULL_PCT);
    put(f, "PathFull", KIND_LINK, f->name, "warn", since(e));
}

static bool goes_over(const struct move *m, const struct sim *s, const struct line *l)
{
    return m->state == TRANSIT_RUNNING && (m->id.line == l || m->id.line == line_at(s, l, 1));
}

static bool late(const struct sim *s, const struct line *l)
{
    return net_read(s, l, s->now_ms).one_way_ms > l->said->ring_ms;
}

static void slow_transfer(struct facts *f, const struct sim_event *e, const struct line *l, size_t index)
{
    struct move m = move_at(f->sim, index, f->sim->now_ms);

    if (!goes_over(&m, f->sim, l))
        return;
    move_name(&m, f->name, sizeof f->name);
    snprintf(f->out, sizeof f->out, "transfer/%s", f->name);
    snprintf(f->nodes, sizeof f->nodes, "%s moves slower than agreed", m.dataset);
    put(f, "TransferSlow", KIND_TRANSFER, f->name, "warn", since(e));
}

/* Users at one end who were promised less than what is measured now. */
static void late_tenant(struct facts *f, const struct sim_event *e, const struct line *l, const struct fleet_tenant *t)
{
    double one_way_ms = net_read(f->sim, l, f->sim->now_ms).one_way_ms;

    if (t->at == NULL || (strcmp(t->at, l->to) != 0 && strcmp(t->at, l->from) != 0) || !(one_way_ms > t->ring_ms))
        return;
    snprintf(f->out, sizeof f->out, "tenant/%s", t->id);
    snprintf(f->nodes, sizeof f->nodes, "service of %s is slower than the %.3g ms promised", t->id, t->ring_ms);
    put(f, "ServiceLate", KIND_TENANT, t->id, "crit", since(e));
}

/* What answers the users at the other end: its first queue, of interactive work. */
static void late_service(struct facts *f, const struct sim_event *e, const struct line *l, const struct scheduler *c)
{
    if (c->cluster == NULL || c->queue_count == 0 || !late(f->sim, l) ||
        (strcmp(c->cluster->id, l->from) != 0 && strcmp(c->cluster->id, l->to) != 0))
        return;
    snprintf(f->name, sizeof f->name, "%s/%s", c->said->id, c->queues[0].name);
    snprintf(f->out, sizeof f->out, "service/%s", f->name);
    snprintf(f->nodes, sizeof f->nodes, "answers of %s arrive late at %s", f->name, l->to);
    put(f, "AnswersLate", KIND_QUEUE, f->name, "warn", since(e));
}

/* Of each path of each direction two: that it is dark, or late; that it is full. */
static void of_path(struct facts *f, const struct sim_event *e, const struct line *l, size_t k, size_t lit)
{
    size_t path = k / 2 + 1;

    if (path > lit && k % 2 == 0)
        dark_path(f, e, l, path);
    else if (path <= lit && k % 2 == 0)
        probe(f, e, l, path);
    else if (path <= lit)
        full_path(f, e, l, path);
}

static bool of_cut(struct facts *f, const struct sim_event *e, size_t k)
{
    const struct sim *s = f->sim;
    const struct line *l = net_line(s, e->target);
    size_t all = l != NULL && l->said != NULL ? paths(l->said->paths) : 0;
    size_t lit = all > 0 ? paths(net_read(s, l, s->now_ms).paths_lit) : 0,
           sides = all > 0 && line_at(s, l, 1) != l ? 2 : 1;

    if (all == 0)
        return false;
    if (k < sides * all * 2) {
        of_path(f, e, line_at(s, l, k / (all * 2)), k % (all * 2), lit);
        return true;
    }
    k -= sides * all * 2;
    if (k < move_count(s)) {
        slow_transfer(f, e, l, k);
        return true;
    }
    k -= move_count(s);
    if (k < s->fleet->n_tenants) {
        late_tenant(f, e, l, &s->fleet->tenants[k]);
        return true;
    }
    k -= s->fleet->n_tenants;
    if (k < s->scheduler_count)
        late_service(f, e, l, &s->schedulers[k]);
    return k < s->scheduler_count;
}

/* --- heat: the hall, and the racks that bear no more --- */

static bool is_hall(const struct hall *h, const char *id)
{
    char own[FIND_ID_MAX];

    return strcmp(floor_hall_id(h, own, sizeof own), id) == 0;
}

static const struct hall *hall_of(const struct sim *s, const char *id)
{
    for (size_t i = 0; i < s->hall_count; i++)
        if (is_hall(&s->halls[i], id))
            return &s->halls[i];
    return NULL;
}

/* The k-th rack of all that schedulers have. */
static const struct scheduler *rack_at(const struct sim *s, size_t k, uint32_t *rack)
{
    for (size_t i = 0; i < s->scheduler_count; i++) {
        if (k < s->schedulers[i].rack_count) {
            *rack = (uint32_t)k;
            return &s->schedulers[i];
        }
        k -= s->schedulers[i].rack_count;
    }
    return NULL;
}

static bool of_heat(struct facts *f, const struct sim_event *e, size_t k)
{
    const struct sim *s = f->sim;
    const struct hall *h = hall_of(s, e->target);
    uint32_t rack = 0;

    if (k == 0 && h != NULL) {
        snprintf(f->out, sizeof f->out, "cooling/%s", e->target);
        snprintf(f->nodes, sizeof f->nodes, "no cooling in %s", e->target);
        put(f, "CoolingFailed", KIND_HALL, e->target, "crit", since(e));
        return true;
    }
    const struct scheduler *c = h != NULL ? rack_at(s, k - 1, &rack) : NULL;
    if (c == NULL)
        return false;
    if (floor_spot(s, c, rack).hall != h || floor_rack_inlet_c(s, c, rack, s->now_ms) < HEAT_DRAIN_C)
        return true;
    floor_rack_id(c, rack, f->rack, sizeof f->rack);
    snprintf(f->out, sizeof f->out, "inlet/%s", f->rack);
    snprintf(f->nodes, sizeof f->nodes, "inlet of %s is above %d degrees", f->rack, HEAT_DRAIN_C);
    put(f, "InletHot", KIND_RACK, f->rack, "warn", since(e));
    return true;
}

/* --- a site without power, a flood of work --- */

static bool of_site(struct facts *f, const struct sim_event *e, size_t k)
{
    if (k >= f->sim->scheduler_count)
        return false;
    const struct scheduler *c = &f->sim->schedulers[k];
    if (strcmp(c->stand->id, e->target) != 0)
        return true;
    snprintf(f->out, sizeof f->out, "power/%s", c->said->id);
    snprintf(f->nodes, sizeof f->nodes, "%s has no power: %s does not answer", e->target, c->said->id);
    put(f, "SiteDark", KIND_SCHEDULER, c->said->id, "crit", since(e));
    return true;
}

static bool of_flood(struct facts *f, const struct sim_event *e, size_t k)
{
    struct scheduler *c = find_scheduler(f->sim, e->target);
    const struct queue *q = k == 0 && c != NULL ? find_queue(c, e->target) : NULL;

    if (q == NULL)
        return false;
    if (e->amount <= FLOOD_FACTOR || f->sim->now_ms < e->at_ms + FLOOD_MS)
        return true;
    snprintf(f->name, sizeof f->name, "%s/%s", c->said->id, q->name);
    snprintf(f->out, sizeof f->out, "flood/%s", f->name);
    snprintf(f->nodes, sizeof f->nodes, "%g times as much work as usual comes to %s", e->amount, f->name);
    put(f, "WorkFloods", KIND_QUEUE, f->name, "warn", e->at_ms + FLOOD_MS);
    return true;
}

/* --- all --- */

static const struct {
    const char *event;
    alerts_of *of;
} makers[] = {
    {"path_down", of_cut}, {"cooling_down", of_heat}, {"site_down", of_site}, {"arrivals", of_flood}, {NULL, NULL}};

static bool is_on(const struct sim *s, const struct sim_event *e)
{
    return s->now_ms >= since(e) && (e->for_ms <= 0 || s->now_ms < e->at_ms + e->for_ms);
}

bool facts_alert(struct facts *f, size_t index)
{
    const struct sim *s = f->sim;
    size_t n = index / STRIDE;

    if (n >= s->event_count)
        return false;
    const struct sim_event *e = &s->events[n];
    f->row.kind = KIND_NONE;
    for (size_t i = 0; is_on(s, e) && makers[i].event != NULL; i++)
        if (strcmp(e->event, makers[i].event) == 0)
            makers[i].of(f, e, index % STRIDE);
    return true;
}
