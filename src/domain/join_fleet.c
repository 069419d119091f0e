#include <math.h>

#include "domain/join_private.h"

/* What the fleet file says, as rows. Ends and references are the file's own labels; join_list.c says what they mean. */

static void say(struct row *row, int field, const char *text)
{
    if (text != NULL)
        row->cells[field] = value_text(text_of(text));
}

static void measure(struct row *row, int field, double real)
{
    row->cells[field] = value_real(real); /* NAN is unknown */
}

static void count(struct row *row, int field, double number)
{
    if (!isnan(number))
        row->cells[field] = value_int((int64_t)number);
}

static void tell(struct join *j, const struct row *row)
{
    rows_add(&join_part(j, JOIN_FLEET_AT, row->kind)->now, row);
}

/* A hub's side is that of its clusters. */
static const char *side_of(const struct fleet *f, const char *hub)
{
    const char *side = NULL;

    for (size_t i = 0; i < f->n_clusters; i++) {
        const struct fleet_cluster *c = &f->clusters[i];
        if (c->hub == NULL || c->side == NULL || !text_is(text_of(c->hub), hub))
            continue;
        if (side != NULL && !text_is(text_of(side), c->side))
            return NULL;
        side = c->side;
    }
    return side;
}

static void tell_hubs(struct join *j, const struct fleet *f)
{
    for (size_t i = 0; i < f->n_hubs; i++) {
        struct row row = {.kind = KIND_HUB, .id = text_of(f->hubs[i].id)};
        say(&row, HUB_NAME, f->hubs[i].name);
        say(&row, HUB_NAME_ZH, f->hubs[i].name_zh);
        say(&row, HUB_SIDE, side_of(f, f->hubs[i].id));
        tell(j, &row);
    }
}

/* The annual mean PUE of the file is no observation: it stays out of the sampled cell. */
static void tell_clusters(struct join *j, const struct fleet *f)
{
    for (size_t i = 0; i < f->n_clusters; i++) {
        const struct fleet_cluster *c = &f->clusters[i];
        struct row row = {.kind = KIND_CLUSTER, .id = text_of(c->id)};
        say(&row, CLUSTER_HUB, c->hub);
        say(&row, CLUSTER_NAME, c->name);
        say(&row, CLUSTER_NAME_ZH, c->name_zh);
        if (c->kinds != NULL)
            row.cells[CLUSTER_KINDS] = value_list(text_of(c->kinds));
        say(&row, CLUSTER_SIDE, c->side);
        measure(&row, CLUSTER_LON, c->lon);
        measure(&row, CLUSTER_LAT, c->lat);
        measure(&row, CLUSTER_PRICE_CNY_KWH, c->price_cny_kwh);
        measure(&row, CLUSTER_PUE_LIMIT, c->pue_limit);
        measure(&row, CLUSTER_GREEN_PCT, c->green_pct);
        count(&row, CLUSTER_RACKS_TOTAL, c->racks_total);
        count(&row, CLUSTER_RACKS_USED, c->racks_used);
        measure(&row, CLUSTER_STORAGE_TB_TOTAL, c->storage_tb_total);
        if (c->pflops_precision != NULL)
            measure(&row, CLUSTER_PFLOPS, c->pflops);
        say(&row, CLUSTER_PFLOPS_PRECISION, c->pflops_precision);
        tell(j, &row);
    }
}

static void tell_sites(struct join *j, const struct fleet *f)
{
    for (size_t i = 0; i < f->n_sites; i++) {
        const struct fleet_site *s = &f->sites[i];
        struct row row = {.kind = KIND_SITE, .id = text_of(s->id)};
        say(&row, SITE_CLUSTER, s->cluster);
        say(&row, SITE_AREA, s->area);
        say(&row, SITE_NAME, s->name);
        say(&row, SITE_OPERATOR, s->operator_name);
        say(&row, SITE_PHASE, s->phase);
        say(&row, SITE_MEMBERSHIP, s->membership);
        if (s->security_level >= 0)
            row.cells[SITE_SECURITY_LEVEL] = value_int(s->security_level);
        if (s->trusted_spaces != NULL)
            row.cells[SITE_TRUSTED_SPACES] = value_list(text_of(s->trusted_spaces));
        if (s->privacy_computing >= 0)
            row.cells[SITE_PRIVACY_COMPUTING] = value_bool(s->privacy_computing);
        tell(j, &row);
    }
}

static void tell_schedulers(struct join *j, const struct fleet *f)
{
    for (size_t i = 0; i < f->n_schedulers; i++) {
        struct row row = {.kind = KIND_SCHEDULER, .id = text_of(f->schedulers[i].id)};
        struct fleet_found found = fleet_scheduler(f, row.id);
        say(&row, SCHEDULER_CLUSTER, found.cluster);
        say(&row, SCHEDULER_SITE, found.site);
        const char *compatible = fleet_compatible_list(f, f->schedulers[i].id);
        if (compatible != NULL)
            row.cells[SCHEDULER_COMPATIBLE] = value_list(text_of(compatible));
        tell(j, &row);
    }
}

static void tell_places(struct join *j, const struct fleet *f)
{
    for (size_t i = 0; i < f->n_places; i++) {
        const struct fleet_place *p = &f->places[i];
        struct row row = {.kind = KIND_PLACE, .id = text_of(p->id)};
        say(&row, PLACE_NAME, p->name);
        say(&row, PLACE_NAME_ZH, p->name_zh);
        measure(&row, PLACE_LON, p->lon);
        measure(&row, PLACE_LAT, p->lat);
        tell(j, &row);
    }
}

static void tell_links(struct join *j, const struct fleet *f)
{
    for (size_t i = 0; i < f->n_links; i++) {
        const struct fleet_link *l = &f->links[i];
        struct row row = {.kind = KIND_LINK, .id = text_of(l->id)};
        say(&row, LINK_FROM, l->from);
        say(&row, LINK_TO, l->to);
        say(&row, LINK_TIER, l->tier);
        count(&row, LINK_PATHS, l->paths);
        measure(&row, LINK_RING_CONTRACT_MS, l->ring_ms);
        measure(&row, LINK_PUBLISHED_ONE_WAY_MS, l->published_one_way_ms);
        if (l->deterministic >= 0)
            row.cells[LINK_DETERMINISTIC] = value_bool(l->deterministic);
        tell(j, &row);
    }
}

static void tell_pairs(struct join *j, const struct fleet *f)
{
    for (size_t i = 0; i < f->n_pairs; i++) {
        const struct fleet_pair *p = &f->pairs[i];
        struct row row = {.kind = KIND_PAIR, .id = text_of(p->id)};
        say(&row, PAIR_FROM, p->from);
        say(&row, PAIR_TO, p->to);
        say(&row, PAIR_UNIT, p->unit);
        say(&row, PAIR_LINK, p->link);
        measure(&row, PAIR_AGREED, p->agreed);
        if (p->until_ms > 0)
            row.cells[PAIR_UNTIL] = value_time(p->until_ms);
        tell(j, &row);
    }
}

static void tell_tenants(struct join *j, const struct fleet *f)
{
    for (size_t i = 0; i < f->n_tenants; i++) {
        struct row row;
        fleet_tenant_row(f, i, &row);
        tell(j, &row);
    }
}

void join_fleet_tell(struct join *j)
{
    tell_hubs(j, j->fleet);
    tell_clusters(j, j->fleet);
    tell_sites(j, j->fleet);
    tell_schedulers(j, j->fleet);
    tell_places(j, j->fleet);
    tell_links(j, j->fleet);
    tell_pairs(j, j->fleet);
    tell_tenants(j, j->fleet);
}
