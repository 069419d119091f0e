#include "sim/floor.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/hash.h"
#include "base/mem.h"
#include "sim/find.h"
#include "sim/heat.h"
#include "sim/recovery.h"
#include "sim/script.h"

enum { HALL_RACKS_MAX = 12 * FLOOR_ROW_RACKS };

/* What a standard rack draws idle, and more when all is busy, as shares of what it may. */
static const double idle = 0.35, busy_more = 0.45, usual_fill = 0.85,
                    lost = 0.01; /* without power: emergency light and guards */

/* --- building --- */

static bool is_standing(const struct fleet_site *site)
{
    return site->phase != NULL && strcmp(site->phase, "operating") == 0;
}

static struct stand *stand_of(struct sim *s, const char *id, const struct fleet_site *site)
{
    for (size_t i = 0; i < s->stand_count; i++)
        if (strcmp(s->stands[i].id, id) == 0)
            return &s->stands[i];
    s->stands[s->stand_count] =
        (struct stand){.id = id, .site = site, .cluster = site != NULL ? fleet_cluster(s->fleet, site->cluster) : NULL};
    return &s->stands[s->stand_count++];
}

static void place(struct sim *s, struct scheduler *c)
{
    struct stand *stand = stand_of(s, c->site != NULL ? c->site->id : c->said->id, c->site);

    c->rack_nodes = c->said->accels_per_node > 0 ? 4 : 8;
    c->rack_first = stand->racks;
    c->rack_count = (c->node_count + c->rack_nodes - 1) / c->rack_nodes;
    c->stand = stand;
    stand->racks += c->rack_count;
}

static uint64_t key_of(const struct sim *s, const char *id, uint32_t number)
{
    return hash_fnv(id, strlen(id)) ^ s->seed ^ (uint64_t)number << 40;
}

/* Two or three halls, more where the simulated racks need them. */
static void build(struct sim *s, struct stand *stand)
{
    uint32_t need = (stand->racks + HALL_RACKS_MAX - 1) / HALL_RACKS_MAX;

    stand->halls = 2 + (hash_fnv(stand->id, strlen(stand->id)) >> 9) % 2;
    stand->halls = need > stand->halls ? need : stand->halls;
    stand->hall_racks = (stand->racks + stand->halls - 1) / stand->halls;
    stand->first_hall = s->hall_count;
    s->halls = mem_grow(s->halls, s->hall_count + stand->halls, sizeof *s->halls);
    for (uint32_t n = 1; n <= stand->halls; n++)
        s->halls[s->hall_count++] = (struct hall){stand, n, NAN, NAN, key_of(s, stand->id, n)};
}

/* Parts of a whole by weight that are whole numbers and sum to it. */
struct share {
    double whole, weights, before;
};

static double part_of(struct share *share, double weight)
{
    double from = floor(share->whole * (share->before / share->weights));

    share->before += weight;
    return floor(share->whole * (share->before / share->weights)) - from;
}

static double weight_of(const struct hall *h)
{
    return 0.7 + 0.6 * chance_fixed(h->key ^ 'w');
}

/* How full a hall is differs from its cluster a little, and never so much that more racks are in use than there are. */
static double fill_of(const struct hall *h, const struct fleet_cluster *cluster)
{
    double room = 1 - cluster->racks_used / cluster->racks_total, wide = room / 2 < 0.1 ? room / 2 : 0.1;

    return weight_of(h) * (1 - wide + 2 * wide * chance_fixed(h->key ^ 'f'));
}

static void furnish(struct sim *s, const struct fleet_cluster *cluster)
{
    struct share total = {.whole = cluster->racks_total}, used = {.whole = cluster->racks_used};

    for (size_t i = 0; i < s->hall_count; i++)
        if (s->halls[i].stand->cluster == cluster) {
            total.weights += weight_of(&s->halls[i]);
            used.weights += fill_of(&s->halls[i], cluster);
        }
    for (size_t i = 0; i < s->hall_count; i++) {
        struct hall *h = &s->halls[i];
        if (h->stand->cluster != cluster)
            continue;
        h->racks_total = part_of(&total, weight_of(h));
        h->racks_used = part_of(&used, fill_of(h, cluster));
    }
}

void floor_plant(struct sim *s)
{
    const struct fleet *f = s->fleet;

    s->stands = mem_new(f->n_sites + s->scheduler_count + 1, sizeof *s->stands);
    for (size_t i = 0; i < f->n_sites; i++)
        if (is_standing(&f->sites[i]))
            stand_of(s, f->sites[i].id, &f->sites[i]);
    for (size_t i = 0; i < s->scheduler_count; i++)
        place(s, &s->schedulers[i]);
    for (size_t i = 0; i < s->stand_count; i++)
        build(s, &s->stands[i]);
    for (size_t i = 0; i < f->n_clusters; i++)
        furnish(s, &f->clusters[i]);
}

void floor_release(struct sim *s)
{
    free(s->halls);
    free(s->stands);
}

/* --- names --- */

const char *floor_hall_id(const struct hall *h, char *out, size_t size)
{
    snprintf(out, size, "%s/H%u", h->stand->id, h->number);
    return out;
}

struct floor_spot floor_spot(const struct sim *s, const struct scheduler *c, uint32_t rack)
{
    uint32_t at = c->rack_first + rack, in_hall = at % c->stand->hall_racks;

    return (struct floor_spot){.hall = &s->halls[c->stand->first_hall + at / c->stand->hall_racks],
                               .row = (char)('A' + in_hall / FLOOR_ROW_RACKS),
                               .position = in_hall % FLOOR_ROW_RACKS + 1};
}

const char *floor_rack_id(const struct scheduler *c, uint32_t rack, char *out, size_t size)
{
    uint32_t at = c->rack_first + rack, in_hall = at % c->stand->hall_racks;

    snprintf(out, size, "%s/H%u-%c%u", c->stand->id, at / c->stand->hall_racks + 1,
             (char)('A' + in_hall / FLOOR_ROW_RACKS), in_hall % FLOOR_ROW_RACKS + 1);
    return out;
}

/* --- power and heat --- */

double floor_used_now(const struct scheduler *c, const void *none)
{
    (void)none;
    return c->units_used_up;
}

static double busy_share(const struct sim *s, const struct stand *stand, floor_used *used, const void *moment)
{
    double sum = 0, all = 0;

    for (size_t i = 0; i < s->scheduler_count; i++) {
        const struct scheduler *c = &s->schedulers[i];
        if (c->stand != stand)
            continue;
        sum += used(c, moment) * c->unit_cpus;
        all += (double)c->node_count * c->units * c->unit_cpus;
    }
    return all > 0 ? sum / all : 0;
}

double floor_power_kw(const struct sim *s, const struct hall *h, int64_t t_ms, floor_used *used, const void *moment)
{
    double share = idle + busy_more * busy_share(s, h->stand, used, moment);

    if (recovery_is_lost(s, h->stand->id, t_ms))
        share = lost;
    share *= 0.99 + 0.02 * chance_wander(h->key ^ 'k', t_ms, 300000);
    return round(h->racks_used * FLOOR_STANDARD_KW * share);
}

double floor_cluster_kw(const struct sim *s, const struct fleet_cluster *cluster, int64_t t_ms, floor_used *used,
                        const void *moment)
{
    double sum = NAN;

    for (size_t i = 0; i < s->hall_count; i++)
        if (s->halls[i].stand->cluster == cluster)
            sum = (isnan(sum) ? 0 : sum) + floor_power_kw(s, &s->halls[i], t_ms, used, moment);
    return sum;
}

/* The coolest inlet of a hall. */
static double coolest_c(const struct sim *s, const struct hall *h, int64_t t_ms, floor_used *used, const void *moment)
{
    return 20.6 + 0.8 * chance_fixed(h->key ^ 'c') + 3 * busy_share(s, h->stand, used, moment) +
           0.5 * chance_wander(h->key ^ 't', t_ms, 600000);
}

double floor_inlet_c(const struct sim *s, const struct hall *h, int64_t t_ms, floor_used *used, const void *moment)
{
    return round((coolest_c(s, h, t_ms, used, moment) + 1.5 + heat_of(s, h, t_ms)) * 10) / 10;
}

static uint64_t rack_key(const struct sim *s, const struct scheduler *c, uint32_t rack)
{
    return floor_spot(s, c, rack).hall->key ^ (uint64_t)(c->rack_first + rack) << 8;
}

double floor_rack_inlet_c(const struct sim *s, const struct scheduler *c, uint32_t rack, int64_t t_ms)
{
    const struct hall *h = floor_spot(s, c, rack).hall;
    uint64_t key = rack_key(s, c, rack);
    double heat_c = heat_of(s, h, t_ms) * heat_share(key),
           above = 1.4 * chance_fixed(key ^ 'r') + 0.1 * chance_wander(key ^ 'n', t_ms, 120000);

    return round((coolest_c(s, h, t_ms, floor_used_now, NULL) + above + heat_c) * 10) / 10;
}

/* Not all of what is offered finds room, and queues stand idle at night. */
static double usual_units(const struct scheduler *c, const void *none)
{
    double load = c->load < 1 ? c->load : 1;

    (void)none;
    return load * usual_fill * c->node_count * c->units;
}

double floor_usual_kw(const struct sim *s, const struct fleet_cluster *cluster)
{
    double sum = NAN;

    for (size_t i = 0; i < s->hall_count; i++) {
        const struct hall *h = &s->halls[i];
        if (h->stand->cluster == cluster)
            sum = (isnan(sum) ? 0 : sum) +
                  h->racks_used * FLOOR_STANDARD_KW * (idle + busy_more * busy_share(s, h->stand, usual_units, NULL));
    }
    return sum;
}

/* --- feeds, and how busy accelerators are --- */

struct floor_feeds floor_feeds(const struct sim *s, const struct scheduler *c, uint32_t rack, double kw, int64_t t_ms)
{
    double part = 0.496 + 0.008 * chance_fixed(rack_key(s, c, rack) ^ 'A');
    char id[FIND_ID_MAX];

    floor_rack_id(c, rack, id, sizeof id);
    if (script_feed_lost(s, id, 'A', t_ms))
        part = 0;
    if (script_feed_lost(s, id, 'B', t_ms))
        part = 1;
    double a_kw = round(kw * part * 100) / 100;
    return (struct floor_feeds){.a_kw = a_kw, .b_kw = round((kw - a_kw) * 100) / 100};
}

/* Jobs wait for data and for each other: what they have is not what they use. */
double floor_busy_pct(uint64_t key, double given, int64_t t_ms)
{
    return round(1000 * given * (0.55 + 0.2 * chance_fixed(key ^ 'b') + 0.1 * chance_wander(key ^ 'B', t_ms, 900000))) /
           10;
}

double floor_cluster_busy_pct(const struct sim *s, const struct fleet_cluster *cluster, int64_t t_ms, floor_used *used,
                              const void *moment)
{
    double busy = 0, all = 0;

    for (size_t i = 0; i < s->scheduler_count; i++) {
        const struct scheduler *c = &s->schedulers[i];
        double accels = (double)c->node_count * c->said->accels_per_node, has = used(c, moment) * c->unit_accels;
        if (c->cluster != cluster || accels <= 0)
            continue;
        busy += accels * floor_busy_pct(hash_fnv(c->said->id, strlen(c->said->id)) ^ s->seed, has / accels, t_ms);
        all += accels;
    }
    return all > 0 ? round(busy / all * 10) / 10 : NAN;
}
