#include "domain/derive.h"
#include "domain/derive_tally.h"

/* What the clusters of one hub add up to. */
struct hub_sum {
    struct derive_sum running, waiting, accels, accels_free;
    struct derive_health health;
    int64_t clusters;
    double lon, lat;
    int64_t places;
};

static const struct value *hub_of(const struct row *cluster)
{
    return &cluster->cells[CLUSTER_HUB];
}

static bool is_assigned(const struct row *cluster)
{
    return value_known(hub_of(cluster)) && !text_is(value_text_or(hub_of(cluster), ""), "unassigned") &&
           !text_empty(value_text_or(hub_of(cluster), ""));
}

/* Two sources may tell of one cluster, and only one of them know its hub. */
static struct safe_text hub_of_cluster(const struct row *clusters, size_t n, const struct row *cluster)
{
    for (size_t i = 0; i < n; i++)
        if (is_assigned(&clusters[i]) && text_equal(clusters[i].id, cluster->id))
            return value_text_or(hub_of(&clusters[i]), "");
    return text_of("unassigned");
}

static bool is_first(const struct row *clusters, size_t i)
{
    for (size_t k = 0; k < i; k++)
        if (text_equal(clusters[k].id, clusters[i].id))
            return false;
    return true;
}

static void add_cluster(struct hub_sum *sum, const struct row *c, bool first)
{
    const struct value *lon = &c->cells[CLUSTER_LON], *lat = &c->cells[CLUSTER_LAT];

    sum->clusters += first;
    derive_tally_health_add(&sum->health, &c->cells[CLUSTER_STATE]);
    derive_tally_add(&sum->running, &c->cells[CLUSTER_JOBS_RUNNING]);
    derive_tally_add(&sum->waiting, &c->cells[CLUSTER_JOBS_WAITING]);
    derive_tally_add(&sum->accels, &c->cells[CLUSTER_ACCELS_TOTAL]);
    derive_tally_add(&sum->accels_free, &c->cells[CLUSTER_ACCELS_FREE]);
    if (value_known(lon) && value_known(lat)) {
        sum->lon += value_real_or(lon, 0);
        sum->lat += value_real_or(lat, 0);
        sum->places++;
    }
}

static void fill(struct row *row, int field, struct value v)
{
    if (!value_known(&row->cells[field]))
        row->cells[field] = v;
}

static void lay(struct row *row, int field, const struct derive_sum *sum)
{
    struct value v = derive_tally_value(sum);

    if (value_known(&v))
        row->cells[field] = v;
}

static bool emit_hub(const struct row *clusters, size_t n, struct row row, derive_sink *sink, void *ctx,
                     struct err *err)
{
    struct hub_sum sum = {0};

    for (size_t i = 0; i < n; i++)
        if (text_equal(hub_of_cluster(clusters, n, &clusters[i]), row.id))
            add_cluster(&sum, &clusters[i], is_first(clusters, i));
    row.cells[HUB_CLUSTERS] = value_int(sum.clusters);
    if (sum.clusters > 0) {
        lay(&row, HUB_JOBS_RUNNING, &sum.running);
        lay(&row, HUB_JOBS_WAITING, &sum.waiting);
        lay(&row, HUB_ACCELS_TOTAL, &sum.accels);
        lay(&row, HUB_ACCELS_FREE, &sum.accels_free);
    }
    fill(&row, HUB_STATE, derive_tally_health(&sum.health));
    if (sum.places > 0 && !text_is(row.id, "unassigned")) {
        fill(&row, HUB_LON, value_real(sum.lon / (double)sum.places));
        fill(&row, HUB_LAT, value_real(sum.lat / (double)sum.places));
    }
    return sink(ctx, &row, err);
}

static bool among(const struct row *hubs, size_t n, struct safe_text id)
{
    for (size_t i = 0; i < n; i++)
        if (text_equal(hubs[i].id, id))
            return true;
    return false;
}

bool derive_hubs(const struct row *clusters, size_t n_clusters, const struct row *hubs, size_t n_hubs,
                 derive_sink *sink, void *ctx, struct err *err)
{
    struct arena arena = {0};
    struct derive_table others = {0};
    bool ok = true;

    for (size_t i = 0; i < n_hubs && ok; i++)
        ok = emit_hub(clusters, n_clusters, hubs[i], sink, ctx, err);
    for (size_t i = 0; i < n_clusters; i++) {
        struct safe_text hub = hub_of_cluster(clusters, n_clusters, &clusters[i]);
        if (!among(hubs, n_hubs, hub))
            derive_tally_of(&others, &arena, hub, text_of(""));
    }
    for (size_t i = 0; i < others.count && ok; i++) {
        struct row row = {.kind = KIND_HUB, .id = others.all[i]->id};
        ok = emit_hub(clusters, n_clusters, row, sink, ctx, err);
    }
    derive_tally_release(&others);
    arena_release(&arena);
    return ok;
}
