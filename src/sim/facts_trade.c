#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "base/hash.h"
#include "sim/facts.h"
#include "sim/floor.h"

/* What is sold, and what is used up. All prices, meters and quotas are invented. */

/* --- offers --- */

/* What a unit costs without its electricity, what it draws in kW (of a busy server, PUE left out), and its precision. */
static const struct trade {
    const char *unit, *product, *precision;
    double cny, kw;
} trades[COMPUTE_COUNT] = {
    [COMPUTE_GENERAL] = {"core-hour", "general compute", "FP32", 0.045, 0.005},
    [COMPUTE_INTELLIGENT] = {"card-hour", "intelligent compute", "FP16", 4.6, 0.59},
    [COMPUTE_SUPER] = {"node-hour", "supercomputing", "FP64", 3.2, 0.85},
};

/* Nodes whose units somebody could have now. */
static double free_units(const struct scheduler *c)
{
    double units = 0;

    for (uint32_t i = 0; i < c->node_count; i++)
        units += c->nodes[i].closed & (CLOSED_DRAIN | CLOSED_DOWN | CLOSED_RESERVED) ? 0 : c->nodes[i].units_free;
    return units;
}

static double available(const struct scheduler *c)
{
    double each = c->compute == COMPUTE_INTELLIGENT ? c->unit_accels
                  : c->compute == COMPUTE_GENERAL   ? c->unit_cpus
                                                    : 1. / c->units;

    return floor(free_units(c) * each);
}

/* In the west a voucher pays more of it: work is drawn there. */
static double voucher_pct(const struct fleet_cluster *cluster)
{
    if (cluster == NULL || cluster->side == NULL)
        return NAN;
    return strcmp(cluster->side, "west") == 0 ? 30 : strcmp(cluster->side, "middle") == 0 ? 20 : 10;
}

bool facts_trade_offer(struct facts *f, size_t index)
{
    if (index >= f->sim->scheduler_count)
        return false;
    const struct scheduler *c = &f->sim->schedulers[index];
    const struct trade *t = &trades[c->compute];
    double power = c->cluster != NULL ? t->kw * c->cluster->pue * c->cluster->price_cny_kwh : NAN;

    facts_begin(f, KIND_OFFER, c, t->unit);
    facts_text(f, OFFER_CLUSTER, c->cluster != NULL ? c->cluster->id : c->said->id);
    facts_text(f, OFFER_SITE, c->said->site);
    snprintf(f->text, sizeof f->text, c->said->accel_kind != NULL ? "%s, %s" : "%s", t->product, c->said->accel_kind);
    facts_text(f, OFFER_PRODUCT, f->text);
    facts_text(f, OFFER_KIND, catalogue_compute_word(c->compute));
    facts_text(f, OFFER_UNIT, t->unit);
    facts_text(f, OFFER_PRECISION, t->precision);
    facts_real(f, OFFER_PRICE_CNY, round((t->cny + power) * 1000) / 1000);
    facts_real(f, OFFER_AVAILABLE, available(c));
    facts_real(f, OFFER_VOUCHER_PCT, voucher_pct(c->cluster));
    return true;
}

/* --- energy --- */

enum { DAYS = 7, PERIODS = DAYS + 1, HOURS_A_DAY = 24 };

/* kg of CO2 a kWh: the mean of all electricity of the country in 2023, as the ministry of ecology and the bureau of
 * statistics published it. Green electricity that a cluster buys counts as none; the remainder as that mean. */
static const double co2_kg_a_kwh = 0.5306;

/* Noon of the day `ago` days before the present one, in the fleet's own time of day and as the calendar tells it. */
struct period {
    int64_t day; /* since 1970, UTC+8 */
    int days;
    char name[16];
};

static int64_t today(const struct sim *s)
{
    const int64_t east = 8 * (int64_t)WORLD_HOUR_MS;

    return (s->start_utc_ms + s->now_ms + east) / WORLD_DAY_MS;
}

static struct period period_of(const struct sim *s, size_t index)
{
    struct period p = {.day = today(s) - 1 - (int64_t)index, .days = 1};
    char iso[CLOCK_TEXT_MAX];

    if (index == DAYS)
        p.day = today(s) - 1;
    clock_iso(p.day * (int64_t)WORLD_DAY_MS + (index == DAYS ? WORLD_DAY_MS : 0), iso);
    if (index == DAYS) {
        p.days = (iso[8] - '0') * 10 + iso[9] - '0' - 1;
        p.day -= p.days - 1;
    }
    snprintf(p.name, sizeof p.name, "%.*s", index == DAYS ? 7 : 10, iso);
    return p;
}

/* A closed day never changes: it follows from the load that the fleet says, not from what ran then. */
static double day_kwh(const struct sim *s, const struct fleet_cluster *c, int64_t day)
{
    uint64_t key[] = {hash_fnv(c->id, strlen(c->id)), s->seed, (uint64_t)day};

    return floor_usual_kw(s, c) * HOURS_A_DAY * c->pue * (0.98 + 0.04 * chance_fixed(hash_fnv(key, sizeof key)));
}

static double sum_kwh(const struct sim *s, const struct fleet_cluster *c, const struct period *p)
{
    double sum = 0;

    for (int i = 0; i < p->days; i++)
        sum += round(day_kwh(s, c, p->day + i));
    return sum;
}

/* Quotas leave some air, in one cluster of five hardly any. */
static double quota_kwh(const struct sim *s, const struct fleet_cluster *c, double days)
{
    double air = hash_fnv(c->id, strlen(c->id)) % 5 == 0 ? 1.04 : 1.18;

    return round(floor_usual_kw(s, c) * HOURS_A_DAY * c->pue * air * days / 1000) * 1000;
}

static void put_meter(struct facts *f, const struct fleet_cluster *c)
{
    bool metered = c->hub != NULL;

    snprintf(f->text, sizeof f->text, metered ? "%s incoming lines, class 0.2S" : "%s: none", c->id);
    if (metered)
        facts_text(f, ENERGY_METER, f->text);
    facts_text(f, ENERGY_METHOD,
               metered ? "incoming lines read every 15 minutes" : "power of the racks over time, times PUE");
    facts_text(f, ENERGY_QUALITY, metered ? "metered" : "estimated");
}

bool facts_trade_energy(struct facts *f, size_t index)
{
    const struct sim *s = f->sim;

    if (index >= s->fleet->n_clusters * PERIODS)
        return false;
    const struct fleet_cluster *c = &s->fleet->clusters[index / PERIODS];
    bool month = index % PERIODS == DAYS;
    struct period p = period_of(s, index % PERIODS);
    double kwh = sum_kwh(s, c, &p);

    f->row.kind = KIND_NONE;
    if (isnan(kwh) || p.days <= 0)
        return true;
    snprintf(f->id, sizeof f->id, "%s/%s", c->id, p.name);
    snprintf(f->name, sizeof f->name, "%s", p.name);
    facts_begin_plain(f, KIND_ENERGY, f->id);
    facts_text(f, ENERGY_CLUSTER, c->id);
    facts_text(f, ENERGY_PERIOD, f->name);
    facts_real(f, ENERGY_KWH, kwh);
    facts_real(f, ENERGY_CO2_KG, round(kwh * (1 - c->green_pct / 100) * co2_kg_a_kwh));
    facts_real(f, ENERGY_PUE, c->pue);
    facts_real(f, ENERGY_GREEN_PCT, c->green_pct);
    facts_real(f, ENERGY_QUOTA_KWH, quota_kwh(s, c, month ? 30 : 1));
    put_meter(f, c);
    return true;
}

bool facts_trade_network(struct facts *f, size_t index)
{
    if (index >= f->sim->fleet->n_networks)
        return false;
    fleet_network_row(f->sim->fleet, index, &f->row);
    return true;
}

bool facts_trade_tenant(struct facts *f, size_t index)
{
    if (index >= f->sim->fleet->n_tenants)
        return false;
    fleet_tenant_row(f->sim->fleet, index, &f->row);
    return true;
}
