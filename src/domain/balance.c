#include "domain/balance_private.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/tr.h"
#include "domain/link.h"
#include "domain/state.h"
#include "domain/symptom_private.h"

static const char *const regions[BALANCE_REGIONS] = {
    [BALANCE_EAST] = "east", [BALANCE_MIDDLE] = "middle", [BALANCE_WEST] = "west", [BALANCE_NOWHERE] = ""};
static const struct {
    const char *word, *precision;
} kinds[BALANCE_KINDS] = {
    [BALANCE_GENERAL] = {"general", "FP32"},
    [BALANCE_INTELLIGENT] = {"intelligent", "FP16"},
    [BALANCE_SUPER] = {"super", "FP64"},
    [BALANCE_STORAGE] = {NC_("state", "storage"), NULL},
    [BALANCE_TRANSPORT] = {NC_("state", "transport"), NULL},
};

const char *balance_region_word(enum balance_region region)
{
    return regions[region];
}

const char *balance_kind_word(enum balance_kind kind)
{
    return kinds[kind].word;
}

enum balance_kind balance_kind_of(struct safe_text word)
{
    enum balance_kind k = BALANCE_GENERAL;

    while (k < BALANCE_KINDS && !text_is(word, kinds[k].word))
        k++;
    return k;
}

static enum balance_region region_of(struct safe_text word)
{
    enum balance_region r = BALANCE_EAST;

    while (r < BALANCE_NOWHERE && !text_is(word, regions[r]))
        r++;
    return r;
}

static struct safe_text cell(const struct row *row, int field)
{
    return value_text_or(&row->cells[field], "");
}

static double real(const struct row *row, int field)
{
    return value_real_or(&row->cells[field], NAN);
}

/* --- sums --- */

/* Amounts are not negative: what says otherwise tells nothing. */
static void add(struct balance_sum *sum, double amount, bool stale)
{
    bool known = amount >= 0 && isfinite(amount);

    sum->stale |= known && stale;
    sum->some |= !known;
    if (known)
        sum->amount = isnan(sum->amount) ? amount : sum->amount + amount;
}

static const struct balance_sum none = {.amount = NAN};

/* --- taking --- */

struct balance_facts *balance_facts_new(void)
{
    struct balance_facts *f = mem_new(1, sizeof *f);

    for (int r = 0; r < BALANCE_REGIONS; r++)
        for (int k = 0; k < BALANCE_KINDS; k++)
            f->out.at[r][k] = (struct balance_cell){none, none, none, none};
    return f;
}

void balance_facts_free(struct balance_facts *f)
{
    if (f == NULL)
        return;
    ids_release(&f->ids);
    ids_release(&f->names);
    rows_release(&f->hubs);
    rows_release(&f->clusters);
    rows_release(&f->schedulers);
    rows_release(&f->queues);
    arena_release(&f->arena);
    free(f->ends);
    free(f->lines);
    free(f);
}

size_t balance_number(struct balance_facts *f, struct safe_text id)
{
    size_t at = text_empty(id) ? IDS_NONE : ids_put(&f->ids, id, text_of(""));

    if (at == IDS_NONE || at < f->end_cap)
        return at;
    size_t cap = 2 * f->end_cap + 64;
    f->ends = mem_grow(f->ends, cap, sizeof *f->ends);
    for (; f->end_cap < cap; f->end_cap++)
        f->ends[f->end_cap] = (struct balance_end){.region = BALANCE_NOWHERE, .incoming = none, .outgoing = none};
    return at;
}

static void take_link(struct balance_facts *f, const struct row *link)
{
    if (f->line_count == f->line_cap) {
        f->line_cap = 2 * f->line_cap + 64;
        f->lines = mem_grow(f->lines, f->line_cap, sizeof *f->lines);
    }
    f->lines[f->line_count++] = (struct balance_line){
        .from = balance_number(f, cell(link, LINK_FROM)),
        .to = balance_number(f, cell(link, LINK_TO)),
        .ms = link->stale ? NAN : link_delay_ms(link),
        .cut = !link->stale && text_is(cell(link, LINK_STATE), "down"),
        .gbps = real(link, LINK_CAPACITY_GBPS),
        .used_pct = real(link, LINK_USED_PCT),
        .stale = link->stale,
        .planned = text_is(cell(link, LINK_STATE), "planned"),
    };
}

/* What is over moves no more, also what failed. */
static void take_transfer(struct balance_facts *f, const struct row *t)
{
    enum job_state s = state_job(cell(t, TRANSFER_STATE));
    double rest = real(t, TRANSFER_SIZE_TB) * (1 - real(t, TRANSFER_DONE_PCT) / 100);
    size_t from = balance_number(f, cell(t, TRANSFER_FROM)), to = balance_number(f, cell(t, TRANSFER_TO));

    if (s != JOB_WAITING && s != JOB_HELD && s != JOB_RUNNING)
        return;
    if (from != IDS_NONE)
        add(&f->ends[from].outgoing, rest, t->stale);
    if (to != IDS_NONE)
        add(&f->ends[to].incoming, rest, t->stale);
}

/* Months and years: the text of a later one is greater, and a year ("2026") is less than its months. */
static void take_energy(struct balance_facts *f, const struct row *energy)
{
    struct safe_text period = cell(energy, ENERGY_PERIOD);
    size_t n = text_len(period), at = balance_number(f, cell(energy, ENERGY_CLUSTER));
    struct row *kept = at == IDS_NONE ? NULL : &f->ends[at].energy;

    if (kept == NULL || (n != sizeof "2026" - 1 && n != sizeof "2026-11" - 1) || !text_empty(cell(energy, ENERGY_SITE)))
        return;
    if (kept->kind != KIND_NONE && value_cmp(&energy->cells[ENERGY_PERIOD], &kept->cells[ENERGY_PERIOD]) <= 0)
        return;
    *kept = *energy;
    kept->cells[ENERGY_PERIOD] = rows_value(&f->arena, &energy->cells[ENERGY_PERIOD]);
}

static void take_hub(struct balance_facts *f, const struct row *row)
{
    rows_add(&f->hubs, row);
}

static void take_cluster(struct balance_facts *f, const struct row *row)
{
    rows_add(&f->clusters, row);
}

static void take_scheduler(struct balance_facts *f, const struct row *row)
{
    rows_add(&f->schedulers, row);
}

static void take_queue(struct balance_facts *f, const struct row *row)
{
    rows_add(&f->queues, row);
}

void balance_take(struct balance_facts *f, const struct row *row)
{
    static const struct {
        enum kind kind;
        void (*take)(struct balance_facts *f, const struct row *row);
    } takes[] = {
        {KIND_HUB, take_hub},     {KIND_CLUSTER, take_cluster},   {KIND_SCHEDULER, take_scheduler},
        {KIND_QUEUE, take_queue}, {KIND_TRANSFER, take_transfer}, {KIND_ENERGY, take_energy},
        {KIND_LINK, take_link},
    };

    for (size_t i = 0; i < sizeof takes / sizeof *takes; i++)
        if (takes[i].kind == row->kind)
            takes[i].take(f, row);
}

/* --- places --- */

static enum balance_region region_of_cluster(const struct balance_facts *f, const struct row *cluster)
{
    enum balance_region r = region_of(cell(cluster, CLUSTER_SIDE));

    for (size_t i = 0; r == BALANCE_NOWHERE && i < f->hubs.count; i++)
        if (text_equal(f->hubs.all[i].id, cell(cluster, CLUSTER_HUB)))
            r = region_of(cell(&f->hubs.all[i], HUB_SIDE));
    return r;
}

static void place_clusters(struct balance_facts *f)
{
    for (size_t i = 0; i < f->clusters.count; i++) {
        const struct row *row = &f->clusters.all[i];
        size_t at = balance_number(f, row->id);

        if (at == IDS_NONE)
            continue;
        f->ends[at].cluster = row;
        f->ends[at].region = region_of_cluster(f, row);
        f->out.sideless += f->ends[at].region == BALANCE_NOWHERE;
    }
}

static void place_schedulers(struct balance_facts *f)
{
    f->all = arena_alloc(&f->arena, (f->schedulers.count + 1) * sizeof *f->all);
    for (size_t i = 0; i < f->schedulers.count; i++) {
        const struct row *row = &f->schedulers.all[i];
        bool accels = value_int_or(&row->cells[SCHEDULER_ACCELS_TOTAL], 0) > 0;

        if (ids_put(&f->names, row->id, text_of("")) != f->all_count) /* of two of one name the first one counts */
            continue;
        f->all[f->all_count++] = (struct balance_scheduler){.row = row,
                                                            .cluster = balance_number(f, cell(row, SCHEDULER_CLUSTER)),
                                                            .kinds = accels ? 1u << BALANCE_INTELLIGENT : 0};
    }
    for (size_t i = 0; i < f->queues.count; i++) {
        const struct row *queue = &f->queues.all[i];
        size_t at = ids_find(&f->names, cell(queue, QUEUE_SCHEDULER), text_of(""));
        enum balance_kind kind = balance_kind_of(cell(queue, QUEUE_KIND));

        if (at != IDS_NONE && kind < BALANCE_COMPUTE)
            f->all[at].kinds |= 1u << kind;
    }
}

static struct balance_cell *cells_at(struct balance_facts *f, size_t end)
{
    return f->out.at[end == IDS_NONE ? BALANCE_NOWHERE : f->ends[end].region];
}

/* --- compute --- */

const struct value *balance_free(const struct row *scheduler, enum balance_kind kind)
{
    return &scheduler->cells[kind == BALANCE_INTELLIGENT ? SCHEDULER_ACCELS_FREE : SCHEDULER_CPUS_FREE];
}

static void add_supply(struct balance_cell *to, const struct row *s, enum balance_kind kind)
{
    bool accels = kind == BALANCE_INTELLIGENT;

    add(&to[kind].total, real(s, accels ? SCHEDULER_ACCELS_TOTAL : SCHEDULER_CPUS_TOTAL), s->stale);
    add(&to[kind].free, value_real_or(balance_free(s, kind), NAN), s->stale);
}

/* CPUs beside accelerators feed these: they are a kind's of their own only where a queue says so. Of general and super
 * queues on one scheduler nobody knows whose its CPUs are. */
static void sum_schedulers(struct balance_facts *f)
{
    const unsigned general = 1u << BALANCE_GENERAL, super = 1u << BALANCE_SUPER;

    for (size_t i = 0; i < f->all_count; i++) {
        const struct balance_scheduler *s = &f->all[i];
        unsigned cpus = s->kinds & (general | super);

        if (s->kinds & 1u << BALANCE_INTELLIGENT)
            add_supply(cells_at(f, s->cluster), s->row, BALANCE_INTELLIGENT);
        if (cpus == general || cpus == super)
            add_supply(cells_at(f, s->cluster), s->row, cpus == general ? BALANCE_GENERAL : BALANCE_SUPER);
        else
            f->out.kindless += s->kinds == 0 || cpus != 0;
    }
}

static void sum_queues(struct balance_facts *f)
{
    for (size_t i = 0; i < f->queues.count; i++) {
        const struct row *q = &f->queues.all[i];
        enum balance_kind kind = balance_kind_of(cell(q, QUEUE_KIND));
        int field = kind == BALANCE_INTELLIGENT ? QUEUE_ACCELS_ASKED : QUEUE_CPUS_ASKED;
        bool idle = value_real_or(&q->cells[QUEUE_WAITING], NAN) == 0;

        if (kind < BALANCE_COMPUTE)
            add(&cells_at(f, balance_number(f, cell(q, QUEUE_CLUSTER)))[kind].asked, idle ? 0 : real(q, field),
                q->stale);
        else
            f->out.kindless += value_int_or(&q->cells[QUEUE_WAITING], 0) > 0;
    }
}

static void sum_pflops(struct balance_cell *to, const struct row *cluster)
{
    for (int k = 0; k < BALANCE_COMPUTE; k++)
        if (text_is(cell(cluster, CLUSTER_PFLOPS_PRECISION), kinds[k].precision))
            add(&to[k].pflops, real(cluster, CLUSTER_PFLOPS), cluster->stale);
}

/* --- storage, transport --- */

static void join(struct balance_sum *to, const struct balance_sum *part)
{
    if (!isnan(part->amount))
        add(to, part->amount, part->stale);
    to->some |= part->some;
}

/* Nothing is to be moved where transfers are told of, but none of a cluster's. */
static void sum_clusters(struct balance_facts *f, bool transfers)
{
    const struct balance_sum nothing = {.amount = 0};

    for (size_t i = 0; i < f->ids.count; i++) {
        const struct balance_end *e = &f->ends[i];
        struct balance_cell *to = f->out.at[e->region];

        if (e->cluster == NULL)
            continue;
        sum_pflops(to, e->cluster);
        add(&to[BALANCE_STORAGE].total, real(e->cluster, CLUSTER_STORAGE_TB_TOTAL), e->cluster->stale);
        add(&to[BALANCE_STORAGE].free, real(e->cluster, CLUSTER_STORAGE_TB_FREE), e->cluster->stale);
        if (!transfers)
            continue;
        join(&to[BALANCE_STORAGE].asked, isnan(e->incoming.amount) && !e->incoming.some ? &nothing : &e->incoming);
        join(&to[BALANCE_TRANSPORT].asked, isnan(e->outgoing.amount) && !e->outgoing.some ? &nothing : &e->outgoing);
    }
}

/* Lines that nobody tells a capacity of are probes, no links of their own. */
static void sum_lines(struct balance_facts *f)
{
    for (size_t i = 0; i < f->line_count; i++) {
        const struct balance_line *l = &f->lines[i];
        struct balance_cell *to;

        if (l->planned || isnan(l->gbps) || l->from == IDS_NONE || f->ends[l->from].cluster == NULL)
            continue;
        to = &f->out.at[f->ends[l->from].region][BALANCE_TRANSPORT];
        add(&to->total, l->gbps, l->stale);
        add(&to->free, l->cut ? 0 : l->gbps * fmax(0, 1 - l->used_pct / 100) + 0 * l->used_pct, l->stale);
    }
}

/* --- energy and money --- */

static struct balance_cluster cluster_of(const struct balance_end *e)
{
    const struct row *c = e->cluster, *energy = &e->energy;
    struct balance_cluster out = {.id = c->id, .region = e->region, .pue = NAN, .green_pct = NAN, .kwh = NAN};

    out.quota_kwh = out.quota_pct = out.cost_index = NAN;
    out.period = text_of("");
    if (energy->kind != KIND_NONE) {
        out.period = cell(energy, ENERGY_PERIOD);
        out.pue = real(energy, ENERGY_PUE);
        out.green_pct = real(energy, ENERGY_GREEN_PCT);
        out.kwh = real(energy, ENERGY_KWH);
        out.quota_kwh = real(energy, ENERGY_QUOTA_KWH);
        out.quota_pct = symptom_quota_pct(energy);
        out.quota_pct = isfinite(out.quota_pct) ? out.quota_pct : NAN;
    }
    out.pue_is_mean = !isnan(out.pue);
    if (isnan(out.pue))
        out.pue = real(c, CLUSTER_PUE);
    if (isnan(out.green_pct))
        out.green_pct = real(c, CLUSTER_GREEN_PCT);
    out.energy_cny = out.pue * real(c, CLUSTER_PRICE_CNY_KWH);
    out.energy_cny = out.energy_cny > 0 && isfinite(out.energy_cny) ? out.energy_cny : NAN;
    return out;
}

static void tell_clusters(struct balance_facts *f)
{
    double sum = 0;
    size_t n = 0;

    f->out.clusters = arena_alloc(&f->arena, (f->clusters.count + 1) * sizeof *f->out.clusters);
    for (size_t i = 0; i < f->ids.count; i++) {
        if (f->ends[i].cluster == NULL)
            continue;
        struct balance_cluster *c = &f->out.clusters[f->out.cluster_count++];
        *c = cluster_of(&f->ends[i]);
        if (c->region == BALANCE_EAST && !isnan(c->energy_cny)) {
            sum += c->energy_cny;
            n++;
        }
    }
    for (size_t i = 0; n > 0 && i < f->out.cluster_count; i++)
        f->out.clusters[i].cost_index = 100 * f->out.clusters[i].energy_cny / (sum / (double)n);
}

const struct balance_cluster *balance_cluster(const struct balance *b, struct safe_text id)
{
    for (size_t i = 0; i < b->cluster_count; i++)
        if (text_equal(b->clusters[i].id, id))
            return &b->clusters[i];
    return NULL;
}

/* --- the whole --- */

static bool any_transfer(const struct balance_facts *f)
{
    for (size_t i = 0; i < f->ids.count; i++)
        if (!isnan(f->ends[i].incoming.amount) || f->ends[i].incoming.some || !isnan(f->ends[i].outgoing.amount) ||
            f->ends[i].outgoing.some)
            return true;
    return false;
}

const struct balance *balance_of(struct balance_facts *f)
{
    if (f->closed)
        return &f->out;
    f->closed = true;
    place_clusters(f);
    place_schedulers(f);
    sum_schedulers(f);
    sum_queues(f);
    sum_clusters(f, any_transfer(f));
    sum_lines(f);
    tell_clusters(f);
    balance_island_find(f);
    return &f->out;
}
