#include <math.h>

#include "sim/facts.h"
#include "sim/net.h"

bool facts_net_place(struct facts *f, size_t index)
{
    const struct fleet_place *p;

    if (index >= f->sim->fleet->n_places)
        return false;
    p = &f->sim->fleet->places[index];
    facts_begin_plain(f, KIND_PLACE, p->id);
    facts_text(f, PLACE_NAME, p->name);
    facts_text(f, PLACE_NAME_ZH, p->name_zh);
    facts_real(f, PLACE_LON, p->lon);
    facts_real(f, PLACE_LAT, p->lat);
    return true;
}

/* What the fleet's file says of it. */
static void put_said(struct facts *f, const struct fleet_link *said, double paths_lit)
{
    facts_text(f, LINK_TIER, said->tier);
    facts_count(f, LINK_PATHS, said->paths);
    facts_count(f, LINK_PATHS_LIT, paths_lit);
    facts_real(f, LINK_CAPACITY_GBPS, paths_lit * said->path_gbps);
    facts_real(f, LINK_RING_CONTRACT_MS, said->ring_ms);
    facts_real(f, LINK_PUBLISHED_ONE_WAY_MS, said->published_one_way_ms);
    if (said->deterministic >= 0)
        f->row.cells[LINK_DETERMINISTIC] = value_bool(said->deterministic == 1);
}

bool facts_net_link(struct facts *f, size_t index)
{
    const struct sim *s = f->sim;
    const struct line *l;

    if (index >= s->line_count)
        return false;
    l = &s->lines[index];
    struct net_reading there = net_read(s, l, s->now_ms), back = net_read(s, &s->lines[l->back], s->now_ms);
    facts_begin_plain(f, KIND_LINK, net_name(l, f->id, sizeof f->id));
    facts_text(f, LINK_FROM, l->from);
    facts_text(f, LINK_TO, l->to);
    if (l->said != NULL)
        put_said(f, l->said, there.paths_lit);
    facts_real(f, LINK_ONE_WAY_MS, there.one_way_ms);
    if (!isnan(there.one_way_ms))
        facts_text(f, LINK_ONE_WAY_BASIS, "measured");
    facts_real(f, LINK_RTT_MS, there.one_way_ms + back.one_way_ms);
    facts_real(f, LINK_JITTER_MS, there.jitter_ms);
    facts_real(f, LINK_LOSS_PCT, there.loss_pct);
    facts_real(f, LINK_USED_PCT, there.used_pct);
    return true;
}

/* What is lent goes over the pair's line, and makes most of its load. */
bool facts_net_pair(struct facts *f, size_t index)
{
    const struct sim *s = f->sim;
    const struct fleet_pair *p;
    const struct line *l;

    if (index >= s->fleet->n_pairs)
        return false;
    p = &s->fleet->pairs[index];
    l = net_line(s, p->link != NULL ? p->link : p->id);
    facts_begin_plain(f, KIND_PAIR, p->id);
    facts_text(f, PAIR_FROM, p->from);
    facts_text(f, PAIR_TO, p->to);
    facts_text(f, PAIR_UNIT, p->unit);
    facts_text(f, PAIR_LINK, p->link);
    facts_real(f, PAIR_AGREED, p->agreed);
    if (l != NULL)
        facts_real(f, PAIR_USED, round(p->agreed * fmin(1, 1.25 * net_load(s, l, s->now_ms))));
    if (p->until_ms != 0)
        f->row.cells[PAIR_UNTIL] = value_time(p->until_ms);
    return true;
}
