#include "sim/heat.h"

#include <stdio.h>
#include <string.h>

#include "sim/find.h"
#include "sim/floor.h"
#include "sim/trouble.h"

enum { WARM_MS = 18 * 60 * 1000, COOL_MS = 20 * 60 * 1000 };
static const char *const operator_name = "facility";

static bool is_cooling(const struct sim_event *e)
{
    return strcmp(e->event, "cooling_down") == 0;
}

static bool is_called(const struct hall *h, const char *id)
{
    char own[FIND_ID_MAX];

    return strcmp(floor_hall_id(h, own, sizeof own), id) == 0;
}

bool heat_has(const struct sim *s, const char *hall)
{
    for (size_t i = 0; i < s->hall_count; i++)
        if (is_called(&s->halls[i], hall))
            return true;
    return false;
}

/* Smooth at both ends. */
static double part(int64_t since_ms, int64_t whole_ms)
{
    double x = since_ms <= 0 ? 0 : since_ms >= whole_ms ? 1 : (double)since_ms / (double)whole_ms;

    return x * x * (3 - 2 * x);
}

double heat_of(const struct sim *s, const struct hall *h, int64_t t_ms)
{
    double sum = 0;

    for (size_t i = 0; i < s->event_count; i++) {
        const struct sim_event *e = &s->events[i];
        if (!is_cooling(e) || t_ms <= e->at_ms || !is_called(h, e->target))
            continue;
        double cooled = e->for_ms > 0 ? part(t_ms - e->at_ms - e->for_ms, COOL_MS) : 0;
        sum += (e->amount - HEAT_USUAL_C) * part(t_ms - e->at_ms, WARM_MS) * (1 - cooled);
    }
    return sum;
}

double heat_share(uint64_t rack_key)
{
    return 0.93 + 0.07 * chance_fixed(rack_key ^ 'h');
}

/* --- racks --- */

static bool is_drained_by_heat(const struct node *n)
{
    return (n->closed & CLOSED_DRAIN) != 0 && n->note != NULL && n->note_by == operator_name;
}

static void drain(struct scheduler *c, uint32_t rack, double inlet_c)
{
    char note[80];

    snprintf(note, sizeof note, "inlet %.1f C > %d C", inlet_c, HEAT_DRAIN_C);
    for (uint32_t i = rack * c->rack_nodes; i < (rack + 1) * c->rack_nodes && i < c->node_count; i++)
        if (!node_out(&c->nodes[i]))
            trouble_note(c, i, CLOSED_DRAIN, note, operator_name);
}

static void give_back(struct scheduler *c, uint32_t rack)
{
    for (uint32_t i = rack * c->rack_nodes; i < (rack + 1) * c->rack_nodes && i < c->node_count; i++)
        if (is_drained_by_heat(&c->nodes[i]))
            trouble_over(c, i);
}

static void look_at(struct sim *s, struct scheduler *c, const char *hall)
{
    for (uint32_t rack = 0; rack < c->rack_count; rack++) {
        if (!is_called(floor_spot(s, c, rack).hall, hall))
            continue;
        double inlet_c = floor_rack_inlet_c(s, c, rack, s->now_ms);
        if (inlet_c > HEAT_DRAIN_C)
            drain(c, rack, inlet_c);
        else if (inlet_c < HEAT_RETURN_C)
            give_back(c, rack);
    }
}

void heat_tick(struct sim *s)
{
    for (size_t i = 0; i < s->event_count; i++) {
        const struct sim_event *e = &s->events[i];
        if (!is_cooling(e) || s->now_ms < e->at_ms)
            continue;
        for (size_t k = 0; k < s->scheduler_count; k++)
            if (s->schedulers[k].now_ms == s->now_ms)
                look_at(s, &s->schedulers[k], e->target);
    }
}
