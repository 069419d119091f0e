#include "sim/trouble.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "sim/jobs.h"
#include "sim/nodes.h"
#include "sim/pass.h"

enum { MINUTE_MS = 60 * 1000, OUT_PER_MILLE = 11, OUT_MEAN_MINUTES = 640 };
/* Mean about OUT_MEAN_MINUTES. */
static const float repair_minutes[4] = {30, 320, 1600, 4000};

static size_t pick_row(struct scheduler *c)
{
    size_t row;

    do
        row = chance_below(&c->chance, (uint32_t)catalogue_trouble_count);
    while (catalogue_troubles[row].accels && c->said->accels_per_node <= 0);
    return row;
}

static void plan_repair(struct scheduler *c, uint32_t node, double minutes)
{
    heap_add(&c->heap, (struct happening){.at_ms = c->now_ms + (int64_t)(minutes * MINUTE_MS),
                                          .what = HAPPENS_REPAIR,
                                          .index = node,
                                          .stamp = c->nodes[node].stamp});
}

static void plan_next(struct scheduler *c)
{
    heap_add(&c->heap, (struct happening){.at_ms = c->now_ms + chance_wait_ms(&c->chance, c->trouble_rate),
                                          .what = HAPPENS_TROUBLE});
}

void trouble_init(struct scheduler *c)
{
    c->trouble_rate = c->node_count * (OUT_PER_MILLE / 1000.) / ((double)OUT_MEAN_MINUTES * MINUTE_MS);
    for (uint32_t i = 0; i < c->node_count; i++) {
        if (!chance_hits(&c->chance, OUT_PER_MILLE))
            continue;
        double minutes = chance_quantiles(&c->chance, repair_minutes), ago = chance_unit(&c->chance);
        trouble_out(c, i, pick_row(c), chance_below(&c->chance, 8));
        c->nodes[i].out_ms -= (int64_t)(minutes * ago * MINUTE_MS);
        plan_repair(c, i, minutes * (1 - ago));
    }
    plan_next(c);
}

void trouble_happen(struct scheduler *c)
{
    uint32_t node = chance_below(&c->chance, c->node_count);
    size_t row = pick_row(c);
    unsigned number = chance_below(&c->chance, 8);
    double minutes = chance_quantiles(&c->chance, repair_minutes);

    plan_next(c);
    if (c->nodes[node].closed & (CLOSED_DOWN | CLOSED_DRAIN | CLOSED_RESERVED))
        return;
    trouble_out(c, node, row, number);
    plan_repair(c, node, minutes);
}

static void take_out(struct scheduler *c, uint32_t node, enum node_closed how)
{
    free(c->nodes[node].note);
    c->nodes[node].note = NULL;
    nodes_out(c, node, how, c->now_ms);
    if (how == CLOSED_DOWN)
        jobs_node_lost(c, node);
    pass_queue(c, &c->queues[c->nodes[node].queue]);
}

void trouble_out(struct scheduler *c, uint32_t node, size_t row, unsigned number)
{
    c->nodes[node].trouble = (uint8_t)row;
    c->nodes[node].trouble_no = (uint16_t)number;
    take_out(c, node, catalogue_troubles[row].down ? CLOSED_DOWN : CLOSED_DRAIN);
}

void trouble_note(struct scheduler *c, uint32_t node, enum node_closed how, const char *note, const char *by)
{
    take_out(c, node, how);
    c->nodes[node].note = mem_strdup(note);
    c->nodes[node].note_by = by;
}

void trouble_over(struct scheduler *c, uint32_t node)
{
    nodes_back(c, node, c->now_ms);
    pass_queue(c, &c->queues[c->nodes[node].queue]);
}

size_t trouble_silent(void)
{
    size_t row = 0;

    while (row + 1 < catalogue_trouble_count && strcmp(catalogue_troubles[row].reason, "Not responding") != 0)
        row++;
    return row;
}

void trouble_reserve(struct scheduler *c, const struct reservation *r, bool begins)
{
    for (uint32_t i = r->first; i < r->first + r->nodes; i++) {
        if (r->kept && begins)
            nodes_close(c, i, CLOSED_RESERVED);
        else if (r->kept)
            nodes_open(c, i, CLOSED_RESERVED);
        else if (begins && !node_out(&c->nodes[i]))
            trouble_note(c, i, CLOSED_DRAIN, "maintenance window: cooling", "he.yun");
        else if (!begins)
            trouble_over(c, i);
    }
}
