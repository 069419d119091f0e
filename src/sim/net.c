#include "sim/net.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/hash.h"
#include "base/mem.h"
#include "domain/geo.h"
#include "sim/halt.h"

enum { MINUTE_MS = 60 * 1000, SHIFT_MS = 80 * 1000 };

/* --- what there is --- */

static uint64_t key_of(const struct sim *s, const char *a, const char *b)
{
    uint64_t parts[] = {s->seed, hash_fnv(a, strlen(a)), hash_fnv(b, strlen(b))};

    return hash_fnv(parts, sizeof parts);
}

static bool joins(const struct line *l, const char *from, const char *to)
{
    return strcmp(l->from, from) == 0 && strcmp(l->to, to) == 0;
}

static struct line *line_between(const struct sim *s, const char *from, const char *to)
{
    for (size_t i = 0; i < s->line_count; i++)
        if (joins(&s->lines[i], from, to))
            return &s->lines[i];
    return NULL;
}

static void add(struct sim *s, const struct fleet_link *said, const char *from, const char *to)
{
    uint64_t key = key_of(s, from, to);

    s->lines[s->line_count++] =
        (struct line){.said = said, .from = from, .to = to, .key = key, .peak = 0.44 + 0.18 * chance_fixed(key ^ 'p')};
}

/* Published one-way delays hold in both directions. Other fibre makes a detour, the same there and back. */
static double base_of(const struct sim *s, const struct line *l)
{
    const struct fleet_link *back = s->lines[l->back].said;
    struct fleet_found a = fleet_end(s->fleet, text_of(l->from)), b = fleet_end(s->fleet, text_of(l->to));
    bool ordered = strcmp(l->from, l->to) < 0;
    uint64_t pair = ordered ? key_of(s, l->from, l->to) : key_of(s, l->to, l->from);

    if (l->said != NULL && !isnan(l->said->published_one_way_ms))
        return l->said->published_one_way_ms;
    if (back != NULL && !isnan(back->published_one_way_ms))
        return back->published_one_way_ms;
    return geo_min_ms(geo_km(a.lon, a.lat, b.lon, b.lat)) * (1.02 + 0.13 * chance_fixed(pair ^ 'd'));
}

void net_plant(struct sim *s)
{
    const struct fleet *f = s->fleet;

    s->lines = mem_new(f->n_links + f->n_clusters * f->n_clusters + 1, sizeof *s->lines);
    for (size_t i = 0; i < f->n_links; i++)
        add(s, &f->links[i], f->links[i].from, f->links[i].to);
    for (size_t i = 0; i < f->n_clusters; i++)
        for (size_t k = 0; k < f->n_clusters; k++)
            if (i != k && line_between(s, f->clusters[i].id, f->clusters[k].id) == NULL)
                add(s, NULL, f->clusters[i].id, f->clusters[k].id);
    for (size_t i = 0; i < s->line_count; i++) {
        const struct line *back = line_between(s, s->lines[i].to, s->lines[i].from);
        s->lines[i].back = back != NULL ? (size_t)(back - s->lines) : i;
    }
    for (size_t i = 0; i < s->line_count; i++)
        s->lines[i].base_ms = base_of(s, &s->lines[i]);
}

void net_release(struct sim *s)
{
    free(s->lines);
}

const char *net_name(const struct line *l, char *out, size_t size)
{
    snprintf(out, size, "%s>%s", l->from, l->to);
    return out;
}

/* Whether the texts are "A>B" of that line. */
static bool is_called(const struct line *l, const char *id)
{
    size_t n = strlen(l->from);

    return strncmp(id, l->from, n) == 0 && id[n] == '>' && strcmp(id + n + 1, l->to) == 0;
}

const struct line *net_line(const struct sim *s, const char *id)
{
    for (size_t i = 0; i < s->line_count; i++)
        if (is_called(&s->lines[i], id))
            return &s->lines[i];
    return NULL;
}

bool net_has(const struct sim *s, const char *link)
{
    const struct line *l = net_line(s, link);

    return l != NULL && l->said != NULL && l->said->paths > 0;
}

/* --- what happens to it --- */

/* Some of its paths go dark: a cable has both directions. */
static bool is_path_down(const struct sim *s, const struct line *l, const struct sim_event *e)
{
    return strcmp(e->event, "path_down") == 0 && (is_called(l, e->target) || is_called(&s->lines[l->back], e->target));
}

static bool is_over(const struct sim_event *e, int64_t t_ms)
{
    return e->for_ms > 0 && t_ms >= e->at_ms + e->for_ms;
}

/* From 0 to 1 within SHIFT_MS, most of it early: the traffic of dark paths finds others. */
static double shifted(int64_t since_ms)
{
    double left = since_ms <= 0 ? 1 : since_ms >= SHIFT_MS ? 0 : 1 - (double)since_ms / SHIFT_MS;

    left *= left;
    left *= left;
    return 1 - left * left;
}

struct paths {
    double all, lit, carry; /* carry: over which its traffic is spread by now */
};

static struct paths paths_at(const struct sim *s, const struct line *l, int64_t t_ms)
{
    double all = l->said != NULL && l->said->paths > 0 ? l->said->paths : NAN;
    struct paths p = {all, all, all};

    for (size_t i = 0; i < s->event_count; i++) {
        const struct sim_event *e = &s->events[i];
        double count = e->amount > 0 ? e->amount : 1;
        if (!is_path_down(s, l, e) || t_ms < e->at_ms)
            continue;
        p.lit -= is_over(e, t_ms) ? 0 : count;
        p.carry -= count * (is_over(e, t_ms) ? shifted(e->for_ms) * (1 - shifted(t_ms - e->at_ms - e->for_ms))
                                             : shifted(t_ms - e->at_ms));
    }
    p.lit = p.lit < 0 ? 0 : p.lit;
    p.carry = p.carry < 1 ? 1 : p.carry;
    return p;
}

/* Percent of the day's peak, hour by hour; UTC+8 all over the country. */
static const uint8_t day[24] = {62, 56, 52, 50, 50, 54, 62, 72, 84,  92, 96, 95,
                                90, 92, 95, 96, 95, 92, 92, 96, 100, 98, 86, 72};

static double of_day(int64_t utc_ms)
{
    int64_t ms = ((utc_ms + 8 * (int64_t)WORLD_HOUR_MS) % WORLD_DAY_MS + WORLD_DAY_MS) % WORLD_DAY_MS;
    int64_t hour = ms / WORLD_HOUR_MS;
    double part = (double)(ms % WORLD_HOUR_MS) / WORLD_HOUR_MS;

    return (day[hour] * (1 - part) + day[(hour + 1) % 24] * part) / 100;
}

double net_ramp(int64_t since_ms)
{
    double x = since_ms <= 0 ? 0 : since_ms >= NET_RAMP_MS ? 1 : (double)since_ms / NET_RAMP_MS;

    return x * x * (3 - 2 * x);
}

double net_usual(const struct sim *s, const struct line *l, int64_t t_ms)
{
    return l->peak * of_day(s->day_zero_ms + t_ms);
}

double net_load(const struct sim *s, const struct line *l, int64_t t_ms)
{
    double load = l->peak * of_day(s->day_zero_ms + t_ms) * (0.97 + 0.06 * chance_wander(l->key ^ 'l', t_ms, 1200000));

    for (size_t i = 0; i < s->event_count; i++) {
        const struct sim_event *e = &s->events[i];
        if (strcmp(e->event, "load") != 0 || !is_called(l, e->target))
            continue;
        double part = net_ramp(t_ms - e->at_ms) * (is_over(e, t_ms) ? 1 - net_ramp(t_ms - e->at_ms - e->for_ms) : 1);
        load += (e->amount / 100 - load) * part;
    }
    if (s->halt_count > 0 && l->said != NULL)
        load += halt_gbps(s, l, t_ms) / (l->said->paths * l->said->path_gbps);
    return load > 0 ? load : 0;
}

/* --- what is measured --- */

/* Waiting in queues at a load of `u` of what carries it: nothing worth a word below 0.7, steep above 0.9. The factor
 * makes the delays of the scenario `cable`: 1.76 ms at 0.97. */
static double queue_ms(double u)
{
    double x = u < 1 ? u : 1, x3 = x * x * x, x6 = x3 * x3;

    return 0.1521 * x6 * x6 / (1.03 - x);
}

static double lost_pct(double u)
{
    double near = u < 0.94 ? 0 : u < 1 ? u - 0.94 : 0.06;

    return near * near * 250 + (u > 1 ? (u - 1) / u * 100 : 0);
}

static double rounded(double value, double parts)
{
    return round(value * parts) / parts;
}

static double one_way_ms(const struct line *l, bool bounded, double queue, int64_t t_ms)
{
    double wide = bounded ? 0.008 : 0.010 + 0.008 * l->base_ms;
    double noise = 0.7 * chance_wander(l->key ^ 'a', t_ms, 40000) + 0.3 * chance_wander(l->key ^ 'b', t_ms, 7000);

    return rounded(l->base_ms + queue + wide * noise, 1000);
}

struct net_reading net_read(const struct sim *s, const struct line *l, int64_t t_ms)
{
    struct paths p = paths_at(s, l, t_ms);
    bool bounded = l->said != NULL && l->said->deterministic == 1;
    double u = net_load(s, l, t_ms) * (isnan(p.all) ? 1 : p.all / p.carry), queue = queue_ms(u);
    double shown = u + 0.004 * (chance_wander(l->key ^ 'u', t_ms, 30000) - 0.5);
    struct net_reading r = {p.lit, NAN, NAN, NAN, 100};

    if (p.lit <= 0)
        return r;
    r.used_pct = isnan(p.all) ? NAN : rounded(100 * (shown < 1 ? shown : 1), 10);
    r.one_way_ms = one_way_ms(l, bounded, queue, t_ms);
    r.jitter_ms = (bounded ? 0.010 : 0.030) * (1 + chance_wander(l->key ^ 'j', t_ms, 20000));
    r.jitter_ms = isnan(r.one_way_ms) ? NAN : rounded(r.jitter_ms + (bounded ? 0.12 : 0.25) * queue, 1000);
    r.loss_pct = isnan(r.one_way_ms) ? NAN : rounded(lost_pct(u), 100);
    return r;
}
