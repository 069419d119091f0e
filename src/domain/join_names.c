#include <stdlib.h>

#include "base/mem.h"
#include "domain/join_private.h"

/* --- tables --- */

struct join_where *join_table_put(struct join_table *t, struct safe_text a, struct safe_text b)
{
    size_t had = t->ids.count, at = ids_put(&t->ids, a, b);

    if (at >= t->cap) {
        t->cap = t->cap > 0 ? t->cap * 2 : 32;
        t->at = mem_grow(t->at, t->cap, sizeof *t->at);
    }
    if (at == had)
        t->at[at] = (struct join_where){.id = t->ids.all[at]};
    return &t->at[at];
}

const struct join_where *join_table_find(const struct join_table *t, struct safe_text a, struct safe_text b)
{
    size_t at = ids_find(&t->ids, a, b);

    return at != IDS_NONE ? &t->at[at] : NULL;
}

void join_table_clear(struct join_table *t)
{
    ids_clear(&t->ids);
}

void join_table_release(struct join_table *t)
{
    ids_release(&t->ids);
    free(t->at);
    *t = (struct join_table){0};
}

static const struct join_where *find(const struct join_table *t, struct safe_text label)
{
    return join_table_find(t, label, text_of(""));
}

static struct join_where *put(struct join_table *t, struct safe_text label)
{
    return join_table_put(t, label, text_of(""));
}

struct safe_text join_text(struct join *j, struct arena *arena, struct safe_text a, char sign, struct safe_text b)
{
    buf_clear(&j->label);
    text_copy(&j->label, a);
    buf_putc(&j->label, sign, NULL);
    text_copy(&j->label, b);
    return rows_text(arena, text_from(buf_str(&j->label), j->label.len));
}

/* --- what the file says --- */

static struct join_where from_file(const struct fleet_found *found, struct safe_text id)
{
    return (struct join_where){
        .known = found->what != FLEET_NOTHING && !text_empty(id),
        .place = found->what == FLEET_PLACE,
        .id = id,
        .cluster = text_of(found->cluster),
        .site = text_of(found->site),
    };
}

static struct join_where end_in_file(const struct join *j, struct safe_text label)
{
    struct fleet_found found;

    if (j->fleet == NULL)
        return (struct join_where){0};
    found = fleet_end(j->fleet, label);
    return from_file(&found, text_of(found.what == FLEET_PLACE ? found.id : found.cluster));
}

static struct join_where stand_in_file(const struct join *j, struct safe_text label)
{
    struct fleet_found found;

    if (j->fleet == NULL)
        return (struct join_where){0};
    found = fleet_stand(j->fleet, label);
    return from_file(&found, text_of(found.site != NULL ? found.site : found.id));
}

struct safe_text join_scheduler_id(const struct join *j, struct safe_text label)
{
    struct fleet_found found = {0};

    if (j->fleet != NULL)
        found = fleet_scheduler(j->fleet, label);
    return found.what == FLEET_SCHEDULER ? text_of(found.id) : label;
}

struct safe_text join_site_id(const struct join *j, struct safe_text label)
{
    struct fleet_found found = {0};

    if (j->fleet != NULL)
        found = fleet_stand(j->fleet, label);
    return found.what == FLEET_SITE ? text_of(found.id) : label;
}

struct safe_text join_cluster_id(const struct join *j, struct safe_text label)
{
    struct join_where end = end_in_file(j, label);

    return end.known && !end.place ? end.id : label;
}

/* --- what sources describe --- */

typedef void note(struct join *j, const struct row *row);

/* The rows of a kind, those of the preferred sources first. */
static void each(struct join *j, enum kind kind, note *take)
{
    const struct join_part *p = j->sources[JOIN_FLEET_AT]->parts[kind];

    for (size_t i = 0; p != NULL && i < p->now.count; i++)
        take(j, &p->now.all[i]);
    for (size_t k = 0; k + 1 < j->n_sources; k++) {
        p = j->preferred[k]->parts[kind];
        for (size_t i = 0; p != NULL && i < p->now.count; i++)
            take(j, &p->now.all[i]);
    }
}

static void fill(struct safe_text *t, struct safe_text with)
{
    if (text_empty(*t))
        *t = with;
}

static void take_site(struct join *j, const struct row *row)
{
    struct join_where *site = put(&j->names.sites, join_site_id(j, row->id));

    fill(&site->cluster, join_cluster_id(j, value_text_or(&row->cells[SITE_CLUSTER], "")));
}

static void take_scheduler(struct join *j, const struct row *row)
{
    struct safe_text id = join_scheduler_id(j, row->id), cluster = value_text_or(&row->cells[SCHEDULER_CLUSTER], ""),
                     site = value_text_or(&row->cells[SCHEDULER_SITE], "");
    struct join_where *s = put(&j->names.schedulers, id);

    if (!text_empty(site))
        fill(&s->site, join_site_id(j, site));
    /* Its own id stands there where nobody knows a cluster. */
    if (!text_empty(cluster) && !text_equal(cluster, id) && !text_equal(cluster, row->id))
        fill(&s->cluster, join_cluster_id(j, cluster));
}

/* The site's cluster, else the one that is called so, else itself. */
static void settle_schedulers(const struct join *j, struct join_names *n)
{
    for (size_t i = 0; i < n->schedulers.ids.count; i++) {
        struct join_where *s = &n->schedulers.at[i];
        struct fleet_found found = {0};
        if (j->fleet != NULL)
            found = fleet_scheduler(j->fleet, s->id);
        if (found.site != NULL)
            fill(&s->site, text_of(found.site));
        if (found.cluster != NULL)
            fill(&s->cluster, text_of(found.cluster));
        const struct join_where *site = find(&n->sites, s->site);
        if (site != NULL)
            fill(&s->cluster, site->cluster);
        fill(&s->cluster, s->id);
        put(&n->clusters, s->cluster);
    }
    for (size_t i = 0; i < n->sites.ids.count; i++)
        if (!text_empty(n->sites.at[i].cluster))
            put(&n->clusters, n->sites.at[i].cluster);
}

/* Who only measures a cluster by some label does not make one of it. */
static void take_cluster(struct join *j, const struct row *row)
{
    static const int describing[] = {CLUSTER_HUB, CLUSTER_NAME, CLUSTER_NAME_ZH, CLUSTER_LON};
    bool described = false;

    for (size_t i = 0; i < sizeof describing / sizeof *describing; i++)
        described = described || value_known(&row->cells[describing[i]]);
    if (described && !end_in_file(j, row->id).known)
        put(&j->names.clusters, row->id);
}

static void take_place(struct join *j, const struct row *row)
{
    if (!end_in_file(j, row->id).known)
        put(&j->names.places, row->id);
}

/* Ends that the file names but tells nothing of. */
static void take_ends(struct join_names *n, const struct fleet *f)
{
    for (size_t i = 0; i < f->n_links; i++) {
        put(&n->places, text_of(f->links[i].from));
        put(&n->places, text_of(f->links[i].to));
    }
    for (size_t i = 0; i < f->n_pairs; i++) {
        put(&n->places, text_of(f->pairs[i].from));
        put(&n->places, text_of(f->pairs[i].to));
    }
}

static void take_links(struct join_names *n, const struct fleet *f)
{
    for (size_t i = 0; i < f->n_links; i++) {
        struct safe_text rest = text_of(f->links[i].aliases), alias;
        put(&n->links, text_of(f->links[i].id))->number = i;
        while (value_list_next(&rest, &alias))
            put(&n->links, alias)->number = i;
    }
}

/* A hall by what its source calls it: by its id, and by where it would stand without a name of its own. */
static void take_hall(struct join *j, size_t source, const struct row *row)
{
    struct join_names *n = &j->names;
    struct row bare = *row;
    struct join_told told, plain;

    bare.cells[HALL_NAME] = value_none();
    if (!join_list_place(j, &n->arena, source, row, &told) || !join_list_place(j, &n->arena, source, &bare, &plain))
        return;
    const struct safe_text calls[] = {row->id, plain.id};
    for (size_t i = 0; i < 2; i++) {
        struct join_where *hall = join_table_put(&n->halls, text_of(j->sources[source]->key), calls[i]);
        hall->id = told.id;
        hall->cluster = value_text_or(&told.refs[join_list_ref(KIND_HALL, HALL_CLUSTER)], "");
        hall->site = value_text_or(&told.refs[join_list_ref(KIND_HALL, HALL_SITE)], "");
    }
}

static void take_halls(struct join *j)
{
    for (size_t s = 1; s < j->n_sources; s++) {
        const struct join_part *p = j->sources[s]->parts[KIND_HALL];
        for (size_t i = 0; p != NULL && i < p->now.count; i++)
            take_hall(j, s, &p->now.all[i]);
    }
}

/* A name that some source tells in one hall, and the same or another in another. */
static void take_rack(struct join *j, size_t source, const struct row *row)
{
    struct join_names *n = &j->names;
    struct join_told told;

    if (!join_list_place(j, &n->arena, source, row, &told))
        return;
    struct safe_text hall = value_text_or(&told.refs[join_list_ref(KIND_RACK, RACK_HALL)], "");
    if (text_empty(hall))
        return;
    struct join_where *rack = put(&n->racks, join_list_plain(j, &n->arena, &told));
    rack->several = rack->several || (rack->known && !text_equal(rack->id, hall));
    rack->known = true;
    rack->id = hall;
}

static void take_racks(struct join *j)
{
    for (size_t s = 1; s < j->n_sources; s++) {
        const struct join_part *p = j->sources[s]->parts[KIND_RACK];
        for (size_t i = 0; p != NULL && i < p->now.count; i++)
            take_rack(j, s, &p->now.all[i]);
    }
}

static void clear(struct join_names *n)
{
    struct join_table *const tables[] = {&n->sites, &n->schedulers, &n->clusters, &n->places, &n->links,
                                         &n->halls, &n->racks,      &n->ends,     &n->stands};

    for (size_t i = 0; i < sizeof tables / sizeof *tables; i++)
        join_table_clear(tables[i]);
    arena_reset(&n->arena);
}

void join_names_make(struct join *j)
{
    struct join_names *n = &j->names;

    clear(n);
    each(j, KIND_SITE, take_site);
    each(j, KIND_SCHEDULER, take_scheduler);
    settle_schedulers(j, n);
    each(j, KIND_CLUSTER, take_cluster);
    each(j, KIND_PLACE, take_place);
    if (j->fleet != NULL) {
        take_ends(n, j->fleet);
        take_links(n, j->fleet);
    }
    n->made = true;
    take_halls(j);
    take_racks(j);
}

void join_names_release(struct join_names *n)
{
    struct join_table *const tables[] = {&n->sites, &n->schedulers, &n->clusters, &n->places, &n->links,
                                         &n->halls, &n->racks,      &n->ends,     &n->stands};

    for (size_t i = 0; i < sizeof tables / sizeof *tables; i++)
        join_table_release(tables[i]);
    arena_release(&n->arena);
}

/* --- labels --- */

static struct join_where cluster_where(struct safe_text cluster)
{
    return (struct join_where){.known = true, .id = cluster, .cluster = cluster};
}

static struct join_where look_up_end(const struct join *j, struct safe_text label)
{
    const struct join_names *n = &j->names;
    struct join_where found = end_in_file(j, label);
    const struct join_where *at;

    if (found.known)
        return found;
    if ((at = find(&n->clusters, label)) != NULL)
        return cluster_where(at->id);
    if ((at = find(&n->schedulers, label)) != NULL)
        return cluster_where(at->cluster);
    if ((at = find(&n->places, label)) != NULL)
        return (struct join_where){.known = true, .place = true, .id = at->id};
    return (struct join_where){0};
}

/* A scheduler without a site stands for itself: two of one cluster may both have a rack r01. */
static struct join_where look_up_stand(const struct join *j, struct safe_text label)
{
    const struct join_names *n = &j->names;
    struct join_where found = stand_in_file(j, label);
    const struct join_where *at;

    if (found.known)
        return found;
    if ((at = find(&n->sites, label)) != NULL)
        return (struct join_where){.known = true, .id = at->id, .cluster = at->cluster, .site = at->id};
    if ((at = find(&n->schedulers, label)) != NULL)
        return (struct join_where){
            .known = true, .id = text_empty(at->site) ? at->id : at->site, .cluster = at->cluster, .site = at->site};
    if ((at = find(&n->clusters, label)) != NULL)
        return cluster_where(at->id);
    return (struct join_where){0};
}

typedef struct join_where look_up(const struct join *j, struct safe_text label);

/* Each label is looked up once: a file may have thousands of names and a source thousands of racks. */
static struct join_where known(struct join *j, struct join_table *memo, look_up *with, struct safe_text label)
{
    size_t had = memo->ids.count;
    struct join_where *at = put(memo, label);

    if (memo->ids.count > had)
        *at = with(j, at->id);
    return *at;
}

static struct join_where named_by(struct join *j, struct arena *arena, size_t source, struct safe_text label)
{
    struct safe_text own = join_text(j, arena, text_of(j->sources[source]->name), '/', label);
    struct join_where where = cluster_where(own);

    where.known = false;
    return where;
}

struct join_where join_end(struct join *j, struct arena *arena, size_t source, struct safe_text label)
{
    struct join_where where = known(j, &j->names.ends, look_up_end, label);

    return where.known ? where : named_by(j, arena, source, label);
}

struct join_where join_stand(struct join *j, struct arena *arena, size_t source, struct safe_text label)
{
    struct join_where where = known(j, &j->names.stands, look_up_stand, label);

    if (!where.known)
        return named_by(j, arena, source, label);
    /* A site that nobody places in a cluster is one by itself, whoever names it. */
    if (text_empty(where.cluster))
        where.cluster = text_empty(where.site) ? named_by(j, arena, source, label).id : where.site;
    return where;
}
