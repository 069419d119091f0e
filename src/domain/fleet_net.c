#include "domain/fleet_net.h"

#include <math.h>
#include <string.h>

#include "base/clock.h"
#include "domain/value.h"

enum { EXIT_CONFIG = 78, UNITS_MAX = 10000 };

#define END                                                                                                            \
    {                                                                                                                  \
        .name = NULL                                                                                                   \
    }

const struct config_option fleet_net_link_options[] = {
    {.name = "tier", .type = CONFIG_TEXT, .help = "express, national, provincial, international or metro"},
    {.name = "paths", .type = CONFIG_INT, .max = UNITS_MAX, .help = "optical paths"},
    {.name = "path_gbps", .type = CONFIG_REAL, .help = "capacity of one path in Gbit/s"},
    {.name = "ring_ms", .type = CONFIG_REAL, .help = "the one-way delay that was promised, in ms"},
    {.name = "published_one_way_ms", .type = CONFIG_REAL, .help = "the one-way delay that was published, in ms"},
    {.name = "deterministic", .type = CONFIG_BOOL, .help = "whether its jitter is bounded"},
    {.name = "aliases", .type = CONFIG_LIST, .help = "other names that labels and sources give it"},
    END,
};
const struct config_option fleet_net_place_options[] = {
    {.name = "name", .type = CONFIG_TEXT, .help = "its name in English"},
    {.name = "name_zh", .type = CONFIG_TEXT, .help = "its name in Chinese"},
    {.name = "lon", .type = CONFIG_REAL, .help = "degrees east of Greenwich"},
    {.name = "lat", .type = CONFIG_REAL, .help = "degrees north of the equator"},
    {.name = "aliases", .type = CONFIG_LIST, .help = "other names that labels and sources give it"},
    END,
};
const struct config_option fleet_net_pair_options[] = {
    {.name = "agreed", .type = CONFIG_REAL, .help = "agreed capacity, in the unit beside it"},
    {.name = "unit", .type = CONFIG_TEXT, .help = "the unit of the capacity, such as cards"},
    {.name = "link", .type = CONFIG_TEXT, .help = "the link between the two"},
    {.name = "until", .type = CONFIG_TEXT, .help = "when the agreement ends"},
    END,
};
/* --- reading --- */

const char *fleet_net_joined(struct fleet *f, const struct config *c, const char *name)
{
    struct buf b = buf_make(1024);

    if (config_list_count(c, name) == 0)
        return NULL;
    for (size_t i = 0; i < config_list_count(c, name); i++)
        value_list_add(&b, text_of(config_list_at(c, name, i)), NULL);
    const char *text = arena_copy(&f->arena, buf_str(&b), b.len);
    buf_release(&b);
    return text;
}

static bool complain(const char *path, const struct config *c, const char *kind, const char *why, struct err *err)
{
    err_set(err, ERR_INPUT, "%s:%d: %s \"%s\": %s", path, config_line(c), kind, config_title(c), why);
    return err_exit(err, EXIT_CONFIG);
}

/* "SHG>SZ": the two ends, each named. */
static bool read_ends(struct fleet *f, const char *path, const struct config *c, const char *kind, const char **from,
                      const char **to, struct err *err)
{
    const char *title = config_title(c), *sign = strchr(title, '>');

    if (sign == NULL || sign == title || sign[1] == '\0' || strchr(sign + 1, '>') != NULL) {
        complain(path, c, kind, "its title does not say from where to where", err);
        return err_hint(err, "%s \"SHG>SZ\" { … }: one direction, the ends by their ids", kind);
    }
    *from = arena_copy(&f->arena, title, (size_t)(sign - title));
    *to = sign + 1;
    return true;
}

static double number_of(const struct config *c, const char *name)
{
    return config_given(c, name) ? (double)config_int(c, name, 0) : NAN;
}

static void *take(struct fleet *f, const char *kind, size_t size, size_t *n)
{
    *n = config_section_count(f->config, kind);
    return arena_alloc(&f->arena, (*n > 0 ? *n : 1) * size);
}

static void read_places(struct fleet *f)
{
    f->places = take(f, "place", sizeof *f->places, &f->n_places);
    for (size_t i = 0; i < f->n_places; i++) {
        const struct config *c = config_section(f->config, "place", i);
        f->places[i] = (struct fleet_place){
            .id = config_title(c),
            .name = config_text(c, "name"),
            .name_zh = config_text(c, "name_zh"),
            .aliases = fleet_net_joined(f, c, "aliases"),
            .lon = config_real(c, "lon", NAN),
            .lat = config_real(c, "lat", NAN),
        };
    }
}

static bool read_link(struct fleet *f, const char *path, const struct config *c, struct fleet_link *l, struct err *err)
{
    *l = (struct fleet_link){
        .id = config_title(c),
        .tier = config_text(c, "tier"),
        .aliases = fleet_net_joined(f, c, "aliases"),
        .paths = number_of(c, "paths"),
        .path_gbps = config_real(c, "path_gbps", NAN),
        .ring_ms = config_real(c, "ring_ms", NAN),
        .published_one_way_ms = config_real(c, "published_one_way_ms", NAN),
        .deterministic = config_given(c, "deterministic") ? config_bool(c, "deterministic", false) : -1,
    };
    if (!read_ends(f, path, c, "link", &l->from, &l->to, err))
        return false;
    if (l->ring_ms <= 0 || l->path_gbps <= 0 || l->published_one_way_ms <= 0)
        return complain(path, c, "link", "a delay or capacity is above 0", err);
    return true;
}

static bool read_pair(struct fleet *f, const char *path, const struct config *c, struct fleet_pair *p, struct err *err)
{
    const char *until = config_text(c, "until");

    *p = (struct fleet_pair){
        .id = config_title(c),
        .unit = config_text(c, "unit"),
        .link = config_text(c, "link"),
        .agreed = config_real(c, "agreed", NAN),
    };
    if (!read_ends(f, path, c, "pair", &p->from, &p->to, err))
        return false;
    if (until != NULL && !clock_parse_iso(until, &p->until_ms, err)) {
        err_prefix(err, "%s:%d: pair \"%s\"", path, config_line(c), p->id);
        return err_exit(err, EXIT_CONFIG);
    }
    return true;
}

static bool is_called(const struct config *c, const char *name)
{
    bool called = strcmp(config_title(c), name) == 0;

    for (size_t i = 0; !called && i < config_list_count(c, "aliases"); i++)
        called = strcmp(config_list_at(c, "aliases", i), name) == 0;
    return called;
}

/* Within one kind a name means one thing: that alias is nobody else's. */
static bool alias_is_own(const struct fleet *f, const char *path, const char *kind, size_t own, const char *alias,
                         struct err *err)
{
    const struct config *c = config_section(f->config, kind, own);

    for (size_t i = 0; i < config_section_count(f->config, kind); i++) {
        const struct config *other = config_section(f->config, kind, i);
        if (i == own || !is_called(other, alias))
            continue;
        err_set(err, ERR_INPUT, "%s:%d: %s \"%s\": its alias \"%s\" also means %s \"%s\"", path, config_line(c), kind,
                config_title(c), alias, kind, config_title(other));
        return err_exit(err, EXIT_CONFIG);
    }
    return true;
}

static bool aliases_differ(const struct fleet *f, const char *path, const char *kind, struct err *err)
{
    for (size_t i = 0; i < config_section_count(f->config, kind); i++) {
        const struct config *c = config_section(f->config, kind, i);
        for (size_t k = 0; k < config_list_count(c, "aliases"); k++)
            if (!alias_is_own(f, path, kind, i, config_list_at(c, "aliases", k), err))
                return false;
    }
    return true;
}

bool fleet_net_read(struct fleet *f, const char *path, struct err *err)
{
    static const char *const named[] = {"cluster", "site", "scheduler", "place", "link"};

    read_places(f);
    f->links = take(f, "link", sizeof *f->links, &f->n_links);
    for (size_t i = 0; i < f->n_links; i++)
        if (!read_link(f, path, config_section(f->config, "link", i), &f->links[i], err))
            return false;
    f->pairs = take(f, "pair", sizeof *f->pairs, &f->n_pairs);
    for (size_t i = 0; i < f->n_pairs; i++)
        if (!read_pair(f, path, config_section(f->config, "pair", i), &f->pairs[i], err))
            return false;
    for (size_t k = 0; k < sizeof named / sizeof *named; k++)
        if (!aliases_differ(f, path, named[k], err))
            return false;
    return true;
}

/* --- what names mean --- */

static bool means(const char *id, const char *aliases, struct safe_text label)
{
    struct safe_text rest = text_of(aliases != NULL ? aliases : ""), alias;

    if (text_is(label, id))
        return true;
    while (value_list_next(&rest, &alias))
        if (text_equal(alias, label))
            return true;
    return false;
}

static struct fleet_found at_cluster(const struct fleet *f, enum fleet_what what, const char *id, const char *site,
                                     const char *cluster)
{
    const struct fleet_cluster *c = cluster != NULL ? fleet_cluster(f, cluster) : NULL;

    return (struct fleet_found){
        .what = what,
        .id = id,
        .cluster = cluster,
        .site = site,
        .lon = c != NULL ? c->lon : NAN,
        .lat = c != NULL ? c->lat : NAN,
    };
}

static struct fleet_found find_cluster(const struct fleet *f, struct safe_text label)
{
    for (size_t i = 0; i < f->n_clusters; i++)
        if (means(f->clusters[i].id, f->clusters[i].aliases, label))
            return at_cluster(f, FLEET_CLUSTER, f->clusters[i].id, NULL, f->clusters[i].id);
    return (struct fleet_found){.lon = NAN, .lat = NAN};
}

static struct fleet_found find_site(const struct fleet *f, struct safe_text label)
{
    for (size_t i = 0; i < f->n_sites; i++)
        if (means(f->sites[i].id, f->sites[i].aliases, label))
            return at_cluster(f, FLEET_SITE, f->sites[i].id, f->sites[i].id, f->sites[i].cluster);
    return (struct fleet_found){.lon = NAN, .lat = NAN};
}

static struct fleet_found find_scheduler(const struct fleet *f, struct safe_text label)
{
    for (size_t i = 0; i < f->n_schedulers; i++) {
        const struct fleet_scheduler *s = &f->schedulers[i];
        const struct fleet_site *site = s->site != NULL ? fleet_site(f, s->site) : NULL;
        if (means(s->id, s->aliases, label))
            return at_cluster(f, FLEET_SCHEDULER, s->id, s->site, site != NULL ? site->cluster : NULL);
    }
    return (struct fleet_found){.lon = NAN, .lat = NAN};
}

static struct fleet_found find_place(const struct fleet *f, struct safe_text label)
{
    for (size_t i = 0; i < f->n_places; i++) {
        const struct fleet_place *p = &f->places[i];
        if (means(p->id, p->aliases, label))
            return (struct fleet_found){.what = FLEET_PLACE, .id = p->id, .lon = p->lon, .lat = p->lat};
    }
    return (struct fleet_found){.lon = NAN, .lat = NAN};
}

typedef struct fleet_found finder(const struct fleet *f, struct safe_text label);

static struct fleet_found first_of(finder *const *order, const struct fleet *f, struct safe_text label)
{
    struct fleet_found found = {.lon = NAN, .lat = NAN};

    for (; found.what == FLEET_NOTHING && *order != NULL; order++)
        found = (*order)(f, label);
    return found;
}

struct fleet_found fleet_end(const struct fleet *f, struct safe_text label)
{
    static finder *const order[] = {find_cluster, find_place, find_site, find_scheduler, NULL};

    return first_of(order, f, label);
}

struct fleet_found fleet_stand(const struct fleet *f, struct safe_text label)
{
    static finder *const order[] = {find_site, find_scheduler, find_cluster, NULL};

    return first_of(order, f, label);
}

struct fleet_found fleet_scheduler(const struct fleet *f, struct safe_text label)
{
    static finder *const order[] = {find_scheduler, find_site, find_cluster, NULL};

    return first_of(order, f, label);
}
