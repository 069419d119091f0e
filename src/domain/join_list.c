#include <stdlib.h>

#include "base/mem.h"
#include "domain/join_private.h"

/* --- what refers to something else --- */

/* Places in the refs, from 1. */
static const signed char refs[KIND_COUNT][KIND_FIELDS_MAX] = {
    [KIND_SITE] = {[SITE_CLUSTER] = 1},
    [KIND_SCHEDULER] = {[SCHEDULER_CLUSTER] = 1, [SCHEDULER_SITE] = 2},
    [KIND_LINK] = {[LINK_FROM] = 1, [LINK_TO] = 2},
    [KIND_PAIR] = {[PAIR_FROM] = 1, [PAIR_TO] = 2, [PAIR_LINK] = 3},
    [KIND_HALL] = {[HALL_CLUSTER] = 1, [HALL_SITE] = 2, [HALL_NAME] = 3},
    [KIND_RACK] = {[RACK_CLUSTER] = 1, [RACK_SITE] = 2, [RACK_HALL] = 3, [RACK_NAME] = 4},
    [KIND_TENANT] = {[TENANT_AT] = 1},
};

int join_list_ref(enum kind kind, int field)
{
    return refs[kind][field] - 1;
}

static void refer(struct join_told *t, enum kind kind, int field, struct safe_text to)
{
    t->refs[join_list_ref(kind, field)] = text_empty(to) ? value_none() : value_text(to);
}

static struct safe_text ref_text(const struct join_told *t, enum kind kind, int field)
{
    return value_text_or(&t->refs[join_list_ref(kind, field)], "");
}

static struct safe_text label_of(const struct row *row, int field)
{
    return value_text_or(&row->cells[field], "");
}

/* --- where a row stands among the joined rows --- */

typedef bool placer(struct join *j, struct arena *arena, size_t source, const struct row *row, struct join_told *out);

static bool place_as_is(struct join *j, struct arena *arena, size_t source, const struct row *row,
                        struct join_told *out)
{
    (void)j;
    (void)arena;
    (void)source;
    out->id = row->id;
    return true;
}

static bool place_cluster(struct join *j, struct arena *arena, size_t source, const struct row *row,
                          struct join_told *out)
{
    struct join_where where = join_end(j, arena, source, row->id);

    out->id = where.id;
    return !where.place;
}

static bool place_site(struct join *j, struct arena *arena, size_t source, const struct row *row, struct join_told *out)
{
    (void)arena;
    (void)source;
    out->id = join_site_id(j, row->id);
    refer(out, KIND_SITE, SITE_CLUSTER, join_cluster_id(j, label_of(row, SITE_CLUSTER)));
    return true;
}

static bool place_scheduler(struct join *j, struct arena *arena, size_t source, const struct row *row,
                            struct join_told *out)
{
    struct safe_text cluster = label_of(row, SCHEDULER_CLUSTER), site = label_of(row, SCHEDULER_SITE);

    (void)arena;
    out->id = join_scheduler_id(j, row->id);
    /* Its own id is what stands there where nobody knows a cluster. */
    if (source == JOIN_FLEET_AT || (!text_equal(cluster, row->id) && !text_equal(cluster, out->id)))
        refer(out, KIND_SCHEDULER, SCHEDULER_CLUSTER, join_cluster_id(j, cluster));
    if (!text_empty(site))
        refer(out, KIND_SCHEDULER, SCHEDULER_SITE, join_site_id(j, site));
    return true;
}

static bool place_place(struct join *j, struct arena *arena, size_t source, const struct row *row,
                        struct join_told *out)
{
    struct join_where where = join_end(j, arena, source, row->id);

    out->id = where.id;
    return where.place;
}

/* The two ends of a link or pair by their labels; false when one is not told. */
struct ends {
    struct safe_text from, to;
};

static bool ends_of_id(struct safe_text id, struct ends *out)
{
    struct safe_text rest = id;

    return text_split(&rest, '>', &out->from) && !text_empty(out->from) && !text_empty(rest) && (out->to = rest, true);
}

static bool ends_of_link(const struct join *j, const struct row *row, struct ends *out)
{
    const struct join_where *alias = join_table_find(&j->names.links, row->id, text_of(""));

    *out = (struct ends){label_of(row, LINK_FROM), label_of(row, LINK_TO)};
    if (alias != NULL) {
        const struct fleet_link *link = &j->fleet->links[alias->number];
        *out = (struct ends){text_of(link->from), text_of(link->to)};
    }
    return (!text_empty(out->from) && !text_empty(out->to)) || ends_of_id(row->id, out);
}

static struct ends joined_ends(struct join *j, struct arena *arena, size_t source, const struct ends *labels)
{
    return (struct ends){join_end(j, arena, source, labels->from).id, join_end(j, arena, source, labels->to).id};
}

static bool place_link(struct join *j, struct arena *arena, size_t source, const struct row *row, struct join_told *out)
{
    struct ends ends;

    if (!ends_of_link(j, row, &ends))
        return false;
    ends = joined_ends(j, arena, source, &ends);
    if (text_equal(ends.from, ends.to)) /* a site's own reading */
        return false;
    out->id = join_text(j, arena, ends.from, '>', ends.to);
    refer(out, KIND_LINK, LINK_FROM, ends.from);
    refer(out, KIND_LINK, LINK_TO, ends.to);
    return true;
}

static struct safe_text link_id(struct join *j, struct arena *arena, size_t source, struct safe_text label)
{
    struct row row = {.kind = KIND_LINK, .id = label};
    struct ends ends;

    if (!ends_of_link(j, &row, &ends))
        return label;
    ends = joined_ends(j, arena, source, &ends);
    return join_text(j, arena, ends.from, '>', ends.to);
}

static bool place_pair(struct join *j, struct arena *arena, size_t source, const struct row *row, struct join_told *out)
{
    struct ends ends = {label_of(row, PAIR_FROM), label_of(row, PAIR_TO)};

    if ((text_empty(ends.from) || text_empty(ends.to)) && !ends_of_id(row->id, &ends))
        return false;
    ends = joined_ends(j, arena, source, &ends);
    out->id = join_text(j, arena, ends.from, '>', ends.to);
    refer(out, KIND_PAIR, PAIR_FROM, ends.from);
    refer(out, KIND_PAIR, PAIR_TO, ends.to);
    if (value_known(&row->cells[PAIR_LINK]))
        refer(out, KIND_PAIR, PAIR_LINK, link_id(j, arena, source, label_of(row, PAIR_LINK)));
    return true;
}

/* "r01" of "fra/r01" where that is what `label` says. */
static struct safe_text tail_of(struct safe_text id, struct safe_text label)
{
    struct safe_text rest = id, head;

    return text_split(&rest, '/', &head) && !text_empty(rest) && text_equal(head, label) ? rest : id;
}

/* Where something stands: by the label of its site, else of its cluster, else by its source. */
struct spot {
    struct safe_text label;
    struct join_where where;
};

static struct spot spot_of(struct join *j, struct arena *arena, size_t source, struct safe_text site,
                           struct safe_text cluster)
{
    struct spot spot = {.label = !text_empty(site)      ? site
                                 : !text_empty(cluster) ? cluster
                                                        : text_of(j->sources[source]->name)};

    spot.where = join_stand(j, arena, source, spot.label);
    if (!spot.where.known && !text_empty(site) && !text_empty(cluster)) {
        spot.where.site = spot.where.id;
        spot.where.cluster = join_stand(j, arena, source, cluster).cluster;
    }
    return spot;
}

static bool place_hall(struct join *j, struct arena *arena, size_t source, const struct row *row, struct join_told *out)
{
    struct spot spot = spot_of(j, arena, source, label_of(row, HALL_SITE), label_of(row, HALL_CLUSTER));
    struct safe_text name = label_of(row, HALL_NAME);

    if (text_empty(name))
        name = tail_of(row->id, spot.label);
    out->id = join_text(j, arena, spot.where.id, '/', name);
    refer(out, KIND_HALL, HALL_CLUSTER, spot.where.cluster);
    refer(out, KIND_HALL, HALL_SITE, spot.where.site);
    refer(out, KIND_HALL, HALL_NAME, name);
    return true;
}

static const struct join_where *hall_of_source(const struct join *j, size_t source, struct safe_text label)
{
    return text_empty(label) ? NULL : join_table_find(&j->names.halls, text_of(j->sources[source]->key), label);
}

/* HALL/NAME where the name stands in several halls of one stand: two racks. What is told of such a name without a hall is told
 * of neither, and stays by itself. */
static struct safe_text rack_id(struct join *j, struct arena *arena, struct safe_text plain, struct safe_text hall,
                                struct safe_text name)
{
    const struct join_where *named = join_table_find(&j->names.racks, plain, text_of(""));

    return named != NULL && named->several && !text_empty(hall) ? join_text(j, arena, hall, '/', name) : plain;
}

static bool begins(struct safe_text t, struct safe_text with)
{
    struct safe_text rest = t, head;
    size_t slashes = 1;

    for (struct safe_text w = with, part; text_split(&w, '/', &part) && !text_empty(w);)
        slashes++;
    if (text_empty(with))
        return false;
    for (size_t i = 0; i < slashes; i++) {
        if (!text_split(&rest, '/', &head) || !text_split(&with, '/', &t) || !text_equal(head, t))
            return false;
    }
    return !text_empty(rest);
}

/* All but the last part of "STAND/HALL". */
static struct safe_text stand_of(struct join *j, struct arena *arena, struct safe_text hall)
{
    struct safe_text rest = hall, part, stand = text_of("");

    while (text_split(&rest, '/', &part) && !text_empty(rest))
        stand = text_empty(stand) ? part : join_text(j, arena, stand, '/', part);
    return stand;
}

struct safe_text join_list_plain(struct join *j, struct arena *arena, const struct join_told *rack)
{
    struct safe_text hall = ref_text(rack, KIND_RACK, RACK_HALL), name = ref_text(rack, KIND_RACK, RACK_NAME),
                     site = ref_text(rack, KIND_RACK, RACK_SITE), cluster = ref_text(rack, KIND_RACK, RACK_CLUSTER);

    if (text_empty(hall) || text_empty(name) || !text_equal(rack->id, join_text(j, arena, hall, '/', name)))
        return rack->id;
    if (begins(hall, site))
        return join_text(j, arena, site, '/', name);
    return join_text(j, arena, begins(hall, cluster) ? cluster : stand_of(j, arena, hall), '/', name);
}

static bool place_rack(struct join *j, struct arena *arena, size_t source, const struct row *row, struct join_told *out)
{
    struct safe_text site = label_of(row, RACK_SITE), cluster = label_of(row, RACK_CLUSTER),
                     hall = label_of(row, RACK_HALL), name = label_of(row, RACK_NAME);
    const struct join_where *in = hall_of_source(j, source, hall);
    struct spot spot = {0};

    if (text_empty(site) && text_empty(cluster) && in != NULL)
        spot.where = (struct join_where){
            .id = text_empty(in->site) ? in->cluster : in->site, .cluster = in->cluster, .site = in->site};
    else
        spot = spot_of(j, arena, source, site, cluster);
    if (text_empty(name))
        name = tail_of(row->id, spot.label);
    out->id = join_text(j, arena, spot.where.id, '/', name);
    refer(out, KIND_RACK, RACK_CLUSTER, spot.where.cluster);
    refer(out, KIND_RACK, RACK_SITE, spot.where.site);
    refer(out, KIND_RACK, RACK_NAME, name);
    if (text_empty(hall))
        return true;
    hall = in != NULL ? in->id : join_text(j, arena, spot.where.id, '/', tail_of(hall, spot.label));
    in = hall_of_source(j, source, hall);
    refer(out, KIND_RACK, RACK_HALL, in != NULL ? in->id : hall);
    out->id = rack_id(j, arena, out->id, ref_text(out, KIND_RACK, RACK_HALL), name);
    return true;
}

static bool place_tenant(struct join *j, struct arena *arena, size_t source, const struct row *row,
                         struct join_told *out)
{
    struct safe_text at = label_of(row, TENANT_AT);

    out->id = row->id;
    if (!text_empty(at))
        refer(out, KIND_TENANT, TENANT_AT, join_end(j, arena, source, at).id);
    return true;
}

static placer *const placers[KIND_COUNT] = {
    [KIND_HUB] = place_as_is,     [KIND_CLUSTER] = place_cluster,     [KIND_SITE] = place_site,
    [KIND_LINK] = place_link,     [KIND_SCHEDULER] = place_scheduler, [KIND_PAIR] = place_pair,
    [KIND_HALL] = place_hall,     [KIND_RACK] = place_rack,           [KIND_PLACE] = place_place,
    [KIND_TENANT] = place_tenant,
};

/* A joined row of the store says itself where it stands; whether its rack's name stands in several halls may have changed. */
static void place_remembered(struct join *j, struct arena *arena, const struct row *row, struct join_told *out)
{
    out->id = row->id;
    for (size_t f = 0; f < kind_info(row->kind)->field_count; f++)
        if (join_list_ref(row->kind, (int)f) >= 0)
            out->refs[join_list_ref(row->kind, (int)f)] = row->cells[f];
    if (row->kind == KIND_RACK)
        out->id = rack_id(j, arena, join_list_plain(j, arena, out), ref_text(out, KIND_RACK, RACK_HALL),
                          ref_text(out, KIND_RACK, RACK_NAME));
}

bool join_list_meaning(struct join *j, struct arena *arena, size_t source, const struct row *row, struct join_told *out)
{
    *out = (struct join_told){.source = source, .rank = j->sources[source]->rank, .row = row};
    return placers[row->kind](j, arena, source, row, out);
}

bool join_list_place(struct join *j, struct arena *arena, size_t source, const struct row *row, struct join_told *out)
{
    if (!j->sources[source]->parts[row->kind]->remembered)
        return join_list_meaning(j, arena, source, row, out);
    *out = (struct join_told){.source = source, .rank = j->sources[source]->rank, .row = row};
    place_remembered(j, arena, row, out);
    return true;
}

/* --- lists --- */

static void add(struct join_list *l, const struct join_told *t)
{
    if (l->count == l->cap) {
        l->cap = l->cap > 0 ? l->cap * 2 : 64;
        l->all = mem_grow(l->all, l->cap, sizeof *l->all);
    }
    l->all[l->count] = *t;
    l->all[l->count].order = l->count;
    l->count++;
}

static void add_rows(struct join *j, struct join_list *l, enum kind kind)
{
    for (size_t s = 0; s < j->n_sources; s++) {
        const struct join_part *p = j->sources[s]->parts[kind];
        for (size_t i = 0; p != NULL && i < p->now.count; i++) {
            struct join_told told;
            if (join_list_place(j, &l->arena, s, &p->now.all[i], &told))
                add(l, &told);
        }
    }
}

/* What other kinds name exists, whether or not a row tells of it: once for each source that names it. */
struct naming {
    struct join *j;
    struct join_list *list;
    struct ids seen;
    struct safe_text *last; /* what each source named last: mostly the same again */
};

typedef void namer(struct naming *n);

/* The telling that it exists, to be filled; NULL when there is one. */
static struct join_told *name_it(struct naming *n, struct safe_text id, size_t source)
{
    const struct join_source *s = n->j->sources[source];
    size_t had = n->seen.count;

    if (text_empty(id) || text_equal(id, n->last[source]))
        return NULL;
    n->last[source] = id;
    ids_put(&n->seen, text_of(s->key), id);
    if (n->seen.count == had)
        return NULL;
    add(n->list, &(struct join_told){.id = rows_text(&n->list->arena, id), .source = source, .rank = s->rank});
    return &n->list->all[n->list->count - 1];
}

/* What is referred to in a cell of a kind. */
struct reference {
    enum kind kind;
    int field;
};
static const struct reference ends[] = {
    {KIND_LINK, LINK_FROM}, {KIND_LINK, LINK_TO}, {KIND_PAIR, PAIR_FROM}, {KIND_PAIR, PAIR_TO}};
static const struct reference clusters[] = {
    {KIND_SITE, SITE_CLUSTER}, {KIND_HALL, HALL_CLUSTER}, {KIND_RACK, RACK_CLUSTER}};

#define COUNT(a) (sizeof(a) / sizeof(a)[0])

static void name_clusters(struct naming *n)
{
    const struct join_list *places = join_list(n->j, KIND_PLACE), *l = join_list(n->j, KIND_SCHEDULER);

    for (size_t i = 0; i < l->count; i++)
        name_it(n, join_table_find(&n->j->names.schedulers, l->all[i].id, text_of(""))->cluster, l->all[i].source);
    for (size_t k = 0; k < COUNT(clusters); k++) {
        l = join_list(n->j, clusters[k].kind);
        for (size_t i = 0; i < l->count; i++)
            name_it(n, ref_text(&l->all[i], clusters[k].kind, clusters[k].field), l->all[i].source);
    }
    for (size_t k = 0; k < COUNT(ends); k++) {
        l = join_list(n->j, ends[k].kind);
        for (size_t i = 0; i < l->count; i++) {
            struct safe_text id = ref_text(&l->all[i], ends[k].kind, ends[k].field);
            if (join_list_find(places, id) == IDS_NONE)
                name_it(n, id, l->all[i].source);
        }
    }
}

static void name_places(struct naming *n)
{
    for (size_t k = 0; k < COUNT(ends); k++) {
        const struct join_list *l = join_list(n->j, ends[k].kind);
        for (size_t i = 0; i < l->count; i++) {
            struct safe_text id = ref_text(&l->all[i], ends[k].kind, ends[k].field);
            if (join_end(n->j, &n->list->arena, l->all[i].source, id).place)
                name_it(n, id, l->all[i].source);
        }
    }
}

static void name_halls(struct naming *n)
{
    const struct join_list *racks = join_list(n->j, KIND_RACK);

    for (size_t i = 0; i < racks->count; i++) {
        const struct join_told *t = &racks->all[i];
        struct join_told *hall = name_it(n, ref_text(t, KIND_RACK, RACK_HALL), t->source);
        if (hall == NULL)
            continue;
        struct safe_text site = ref_text(t, KIND_RACK, RACK_SITE), cluster = ref_text(t, KIND_RACK, RACK_CLUSTER);
        refer(hall, KIND_HALL, HALL_CLUSTER, cluster);
        refer(hall, KIND_HALL, HALL_SITE, site);
        struct safe_text name = tail_of(tail_of(hall->id, site), cluster);
        if (text_equal(name, hall->id))
            name = tail_of(tail_of(label_of(t->row, RACK_HALL), site), cluster);
        refer(hall, KIND_HALL, HALL_NAME, name);
    }
}

static void name_hubs(struct naming *n)
{
    const struct join_list *l = join_list(n->j, KIND_CLUSTER);

    for (size_t at = 0, end; at < l->count; at = end) {
        int who;
        end = join_list_end(l, at);
        struct safe_text hub =
            value_text_or(join_choose(n->j, &l->all[at], end - at, KIND_CLUSTER, CLUSTER_HUB, &who), "");
        name_it(n, text_empty(hub) ? text_of("unassigned") : hub, who >= 0 ? (size_t)who : l->all[at].source);
    }
}

static int by_id(const void *a, const void *b)
{
    const struct join_told *x = a, *y = b;
    int order = text_cmp(x->id, y->id);

    if (order == 0)
        order = (x->rank > y->rank) - (x->rank < y->rank);
    if (order == 0)
        order = text_cmp(x->row != NULL ? x->row->id : x->id, y->row != NULL ? y->row->id : y->id);
    return order != 0 ? order : (x->order > y->order) - (x->order < y->order);
}

static void add_named(struct join *j, struct join_list *l, namer *name)
{
    struct naming n = {.j = j, .list = l, .last = mem_new(j->n_sources, sizeof *n.last)};

    name(&n);
    ids_release(&n.seen);
    free(n.last);
}

struct join_list *join_list(struct join *j, enum kind kind)
{
    static namer *const namings[KIND_COUNT] = {
        [KIND_CLUSTER] = name_clusters,
        [KIND_PLACE] = name_places,
        [KIND_HALL] = name_halls,
        [KIND_HUB] = name_hubs,
    };
    struct join_list *l = &j->lists[kind];

    if (l->made)
        return l;
    l->count = 0;
    arena_reset(&l->arena);
    add_rows(j, l, kind);
    if (namings[kind] != NULL)
        add_named(j, l, namings[kind]);
    if (l->count > 1)
        qsort(l->all, l->count, sizeof *l->all, by_id);
    l->made = true;
    l->own_made = false;
    return l;
}

void join_list_release(struct join_list *l)
{
    free(l->all);
    arena_release(&l->arena);
    join_table_release(&l->own);
    *l = (struct join_list){0};
}

size_t join_list_find(const struct join_list *l, struct safe_text id)
{
    size_t low = 0, high = l->count;

    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (text_cmp(l->all[middle].id, id) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return low < l->count && text_equal(l->all[low].id, id) ? low : IDS_NONE;
}

size_t join_list_end(const struct join_list *l, size_t at)
{
    size_t end = at + 1;

    while (end < l->count && text_equal(l->all[end].id, l->all[at].id))
        end++;
    return end;
}
