#include <math.h>
#include <stdlib.h>

#include "base/mem.h"
#include "domain/join_private.h"

/* The same counts stand in schedulers, clusters and hubs under other numbers; -1: hubs have none. */
static const struct {
    int scheduler, cluster, hub;
} counts[JOIN_COUNTS] = {
    {SCHEDULER_JOBS_RUNNING, CLUSTER_JOBS_RUNNING, HUB_JOBS_RUNNING},
    {SCHEDULER_JOBS_WAITING, CLUSTER_JOBS_WAITING, HUB_JOBS_WAITING},
    {SCHEDULER_ACCELS_TOTAL, CLUSTER_ACCELS_TOTAL, HUB_ACCELS_TOTAL},
    {SCHEDULER_ACCELS_FREE, CLUSTER_ACCELS_FREE, HUB_ACCELS_FREE},
    {SCHEDULER_NODES_TOTAL, CLUSTER_NODES_TOTAL, -1},
    {SCHEDULER_NODES_DOWN, CLUSTER_NODES_DOWN, -1},
    {SCHEDULER_CPUS_TOTAL, CLUSTER_CPUS_TOTAL, -1},
    {SCHEDULER_CPUS_FREE, CLUSTER_CPUS_FREE, -1},
};

/* --- who is counted --- */

static bool wins(const struct join *j, int source, int over)
{
    return over < 0 || j->sources[source]->rank < j->sources[over]->rank;
}

void join_voices_add(const struct join *j, struct join_voices *v, int source, enum kind kind)
{
    if (source < 0)
        return;
    if (!v->any)
        *v = (struct join_voices){.any = true, .one = source, .lead = source, .stale = JOIN_NOBODY};
    if (v->one != source)
        v->one = JOIN_SEVERAL;
    if (wins(j, source, v->lead))
        v->lead = source;
    const struct join_part *part = j->sources[source]->parts[kind];
    if (part != NULL && part->arrived_ms > v->newest_ms)
        v->newest_ms = part->arrived_ms;
    if (!j->sources[source]->fresh && wins(j, source, v->stale))
        v->stale = source;
}

void join_voices_merge(const struct join *j, struct join_voices *v, const struct join_voices *more)
{
    bool several = more->any && more->one == JOIN_SEVERAL;

    if (!more->any)
        return;
    join_voices_add(j, v, more->lead, KIND_NONE);
    join_voices_add(j, v, more->stale, KIND_NONE);
    if (several)
        v->one = JOIN_SEVERAL;
    if (more->newest_ms > v->newest_ms)
        v->newest_ms = more->newest_ms;
}

/* --- rows of the lists --- */

/* The chosen values of the fields of one row, without the rest of it. */
struct pick {
    const struct join *j;
    const struct join_told *told;
    size_t n;
    enum kind kind;
};

static const struct value *pick(const struct pick *p, int field, int *who)
{
    return join_choose(p->j, p->told, p->n, p->kind, field, who);
}

static struct pick pick_at(const struct join *j, const struct join_list *l, enum kind kind, size_t at)
{
    return (struct pick){.j = j, .told = &l->all[at], .n = join_list_end(l, at) - at, .kind = kind};
}

static void add_real(double *sum, bool *any, struct join_voices *voices, const struct pick *p, int field)
{
    int who;
    const struct value *v = pick(p, field, &who);

    if (!value_known(v))
        return;
    *sum += value_real_or(v, 0);
    *any = true;
    join_voices_add(p->j, voices, who, p->kind);
}

/* --- clusters --- */

static void add_scheduler(const struct join *j, const struct pick *p, struct join_sum *sum)
{
    int who;

    sum->parts++;
    for (size_t k = 0; k < JOIN_COUNTS; k++) {
        derive_tally_add(&sum->counts[k], pick(p, counts[k].scheduler, &who));
        join_voices_add(j, &sum->voices, who, p->kind);
    }
    derive_tally_health_add(&sum->health, pick(p, SCHEDULER_STATE, &who));
    join_voices_add(j, &sum->voices, who, p->kind);
}

static void sum_clusters(struct join *j)
{
    const struct join_list *clusters = join_list(j, KIND_CLUSTER), *schedulers = join_list(j, KIND_SCHEDULER),
                           *racks = join_list(j, KIND_RACK);

    free(j->clusters);
    j->clusters = mem_new(clusters->count + 1, sizeof *j->clusters);
    for (size_t at = 0; at < schedulers->count; at = join_list_end(schedulers, at)) {
        struct pick p = pick_at(j, schedulers, KIND_SCHEDULER, at);
        const struct join_where *s = join_table_find(&j->names.schedulers, p.told->id, text_of(""));
        add_scheduler(j, &p, &j->clusters[join_list_find(clusters, s->cluster)]);
    }
    for (size_t at = 0; at < racks->count; at = join_list_end(racks, at)) {
        struct pick p = pick_at(j, racks, KIND_RACK, at);
        int who;
        size_t in = join_list_find(clusters, value_text_or(pick(&p, RACK_CLUSTER, &who), ""));
        if (in != IDS_NONE)
            add_real(&j->clusters[in].power_kw, &j->clusters[in].powered, &j->clusters[in].power_voices, &p,
                     RACK_POWER_KW);
    }
    j->clusters_made = true;
}

static void set(struct join_row *out, int field, struct value v, int who)
{
    if (!value_known(&v))
        return;
    out->row.cells[field] = v;
    out->who[field] = who;
}

static void fill(struct join_row *out, int field, struct value v, int who)
{
    if (!value_known(&out->row.cells[field]))
        set(out, field, v, who);
}

/* In tenths of a percent. */
static struct value share(const struct value *part, const struct value *whole)
{
    double all = value_real_or(whole, NAN), percent = value_real_or(part, NAN) / all * 100;

    return all > 0 ? value_real(round(percent * 10) / 10) : value_none();
}

void join_count_cluster(struct join *j, size_t at, struct join_row *out)
{
    const struct join_sum *sum;
    struct value *cells = out->row.cells;

    if (!j->clusters_made)
        sum_clusters(j);
    sum = &j->clusters[at];
    if (sum->parts > 0) {
        for (size_t k = 0; k < JOIN_COUNTS; k++)
            set(out, counts[k].cluster, derive_tally_value(&sum->counts[k]), sum->voices.one);
        fill(out, CLUSTER_STATE, derive_tally_health(&sum->health), sum->voices.one);
        join_voices_merge(j, &out->counted, &sum->voices);
    }
    if (!value_known(&cells[CLUSTER_POWER_KW]) && sum->powered) {
        set(out, CLUSTER_POWER_KW, value_real(sum->power_kw), sum->power_voices.one);
        join_voices_merge(j, &out->counted, &sum->power_voices);
    }
    if (text_empty(value_text_or(&cells[CLUSTER_HUB], "")))
        set(out, CLUSTER_HUB, value_text(text_of("unassigned")), JOIN_NOBODY);
    fill(out, CLUSTER_RACKS_OCCUPIED_PCT, share(&cells[CLUSTER_RACKS_USED], &cells[CLUSTER_RACKS_TOTAL]), JOIN_NOBODY);
}

/* --- hubs --- */

static void add_cluster(struct join *j, const struct join_row *c, struct join_sum *sum)
{
    const struct value *cells = c->row.cells, *lon = &cells[CLUSTER_LON], *lat = &cells[CLUSTER_LAT];

    sum->parts++;
    derive_tally_health_add(&sum->health, &cells[CLUSTER_STATE]);
    join_voices_add(j, &sum->voices, c->who[CLUSTER_STATE], KIND_CLUSTER);
    for (size_t k = 0; k < JOIN_COUNTS; k++) {
        if (counts[k].hub < 0)
            continue;
        derive_tally_add(&sum->counts[k], &cells[counts[k].cluster]);
        join_voices_add(j, &sum->voices, c->who[counts[k].cluster], KIND_CLUSTER);
    }
    join_voices_merge(j, &sum->voices, &c->counted);
    if (!value_known(lon) || !value_known(lat))
        return;
    sum->lon += value_real_or(lon, 0);
    sum->lat += value_real_or(lat, 0);
    sum->placed++;
}

static void sum_hubs(struct join *j)
{
    const struct join_list *hubs = join_list(j, KIND_HUB), *clusters = join_list(j, KIND_CLUSTER);

    free(j->hubs);
    j->hubs = mem_new(hubs->count + 1, sizeof *j->hubs);
    for (size_t at = 0, end; at < clusters->count; at = end) {
        struct join_row cluster;
        end = join_list_end(clusters, at);
        join_merge(j, KIND_CLUSTER, &clusters->all[at], end - at, &cluster);
        join_count_cluster(j, at, &cluster);
        add_cluster(j, &cluster, &j->hubs[join_list_find(hubs, value_text_or(&cluster.row.cells[CLUSTER_HUB], ""))]);
    }
    j->hubs_made = true;
}

void join_count_hub(struct join *j, size_t at, struct join_row *out)
{
    const struct join_sum *sum;

    if (!j->hubs_made)
        sum_hubs(j);
    sum = &j->hubs[at];
    set(out, HUB_CLUSTERS, value_int((int64_t)sum->parts), JOIN_NOBODY);
    for (size_t k = 0; k < JOIN_COUNTS && sum->parts > 0; k++)
        if (counts[k].hub >= 0)
            set(out, counts[k].hub, derive_tally_value(&sum->counts[k]), sum->voices.one);
    fill(out, HUB_STATE, derive_tally_health(&sum->health), sum->voices.one);
    join_voices_merge(j, &out->counted, &sum->voices);
    if (sum->placed > 0 && !text_is(out->row.id, "unassigned")) {
        fill(out, HUB_LON, value_real(sum->lon / (double)sum->placed), JOIN_NOBODY);
        fill(out, HUB_LAT, value_real(sum->lat / (double)sum->placed), JOIN_NOBODY);
    }
}

/* --- halls --- */

/* The worse of two; of two as bad the one that carries more. */
static void add_feeds(const struct pick *p, struct join_hall *hall)
{
    int who;
    double a_kw = value_real_or(pick(p, RACK_POWER_A_KW, &who), NAN);
    double b_kw = value_real_or(pick(p, RACK_POWER_B_KW, &who), NAN);
    double cap_kw = value_real_or(pick(p, RACK_POWER_CAP_KW, &who), NAN);
    struct hall_feed feed = hall_feed_of(a_kw, b_kw, cap_kw, p->j->limits);

    hall->feeds_lost += feed.lost;
    if (feed.severity < hall->feed.severity ||
        (feed.severity == hall->feed.severity && (feed.lost < hall->feed.lost || !(feed.pct > hall->feed.pct))))
        return;
    hall->feed = feed;
    hall->feed_rack = p->told->id;
}

static void add_rack(const struct join *j, const struct pick *p, struct join_hall *hall)
{
    int who, power_who;
    const struct value *power = pick(p, RACK_POWER_KW, &power_who), *inlet = pick(p, RACK_INLET_C, &who);

    join_voices_add(j, &hall->voices, (int)p->told->source, p->kind);
    add_feeds(p, hall);
    hall->racks += !value_known(power) || value_real_or(power, 0) > 0; /* installed and powered */
    add_real(&hall->power_kw, &hall->powered, &hall->voices, p, RACK_POWER_KW);
    add_real(&hall->cap_kw, &hall->capped, &hall->voices, p, RACK_POWER_CAP_KW);
    if (!value_known(inlet))
        return;
    if (!hall->warm || value_real_or(inlet, 0) > hall->inlet_c)
        hall->inlet_c = value_real_or(inlet, 0);
    hall->warm = true;
    join_voices_add(j, &hall->voices, who, p->kind);
}

static void sum_halls(struct join *j)
{
    const struct join_list *halls = join_list(j, KIND_HALL), *racks = join_list(j, KIND_RACK);

    free(j->halls);
    j->halls = mem_new(halls->count + 1, sizeof *j->halls);
    for (size_t at = 0; at < racks->count; at = join_list_end(racks, at)) {
        struct pick p = pick_at(j, racks, KIND_RACK, at);
        int who;
        size_t in = join_list_find(halls, value_text_or(pick(&p, RACK_HALL, &who), ""));
        if (in != IDS_NONE)
            add_rack(j, &p, &j->halls[in]);
    }
    j->halls_made = true;
}

static void set_feeds(const struct join_hall *hall, struct join_row *out)
{
    struct value *cells = out->row.cells;
    enum severity severity = hall->feed.severity;

    if (severity != SEVERITY_WARN && severity != SEVERITY_CRIT)
        return;
    cells[HALL_FEED_SEVERITY] = value_text(text_of(severity == SEVERITY_CRIT ? "crit" : "warn"));
    cells[HALL_FEED_RACK] = value_text(hall->feed_rack);
    cells[HALL_FEED_PCT] = value_real(round(hall->feed.pct * 10) / 10);
    cells[HALL_FEED_LIMIT_PCT] = value_real(hall->feed.limit_pct);
    cells[HALL_FEEDS_LOST] = value_int(hall->feeds_lost);
}

void join_count_hall(struct join *j, size_t at, struct join_row *out)
{
    const struct join_hall *hall;
    const struct value *cells = out->row.cells;
    bool counted;

    if (!j->halls_made)
        sum_halls(j);
    hall = &j->halls[at];
    if (!hall->voices.any)
        return;
    set_feeds(hall, out);
    counted = !value_known(&cells[HALL_RACKS_USED]) || (!value_known(&cells[HALL_POWER_KW]) && hall->powered);
    fill(out, HALL_RACKS_USED, value_int(hall->racks), hall->voices.one);
    if (hall->powered)
        fill(out, HALL_POWER_KW, value_real(hall->power_kw), hall->voices.one);
    if (hall->capped)
        fill(out, HALL_POWER_CAP_KW, value_real(hall->cap_kw), hall->voices.one);
    if (hall->warm)
        fill(out, HALL_INLET_C_MAX, value_real(hall->inlet_c), hall->voices.one);
    if (counted)
        join_voices_merge(j, &out->counted, &hall->voices);
}
