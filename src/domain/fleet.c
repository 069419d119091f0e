#include "domain/fleet.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/config.h"
#include "base/mem.h"
#include "domain/fleet_compatible.h"
#include "domain/fleet_net.h"
#include "domain/fleet_network.h"
#include "domain/value.h"

enum { EXIT_CONFIG = 78, RACKS_MAX = 10000000, NODES_MAX = 100000, UNITS_MAX = 10000 };

#define END                                                                                                            \
    {                                                                                                                  \
        .name = NULL                                                                                                   \
    }

/* --- what the file may say --- */

static const struct config_option hub_options[] = {
    {.name = "name", .type = CONFIG_TEXT, .help = "its name in English"},
    {.name = "name_zh", .type = CONFIG_TEXT, .help = "its name in Chinese"},
    END,
};
static const struct config_option cluster_options[] = {
    {.name = "hub", .type = CONFIG_TEXT, .help = "the hub that it belongs to; absent outside the hubs"},
    {.name = "name", .type = CONFIG_TEXT, .help = "its name in English"},
    {.name = "name_zh", .type = CONFIG_TEXT, .help = "its name in Chinese"},
    {.name = "lon", .type = CONFIG_REAL, .help = "degrees east of Greenwich"},
    {.name = "lat", .type = CONFIG_REAL, .help = "degrees north of the equator"},
    {.name = "side", .type = CONFIG_TEXT, .help = "east, middle or west"},
    {.name = "kinds", .type = CONFIG_LIST, .help = "kinds of compute: general, intelligent, super"},
    {.name = "price_cny_kwh", .type = CONFIG_REAL, .help = "electricity price in CNY per kWh"},
    {.name = "pue", .type = CONFIG_REAL, .help = "annual mean PUE"},
    {.name = "pue_limit", .type = CONFIG_REAL, .help = "limit of the annual mean PUE"},
    {.name = "green_pct", .type = CONFIG_REAL, .help = "share of green electricity in percent"},
    {.name = "racks_total", .type = CONFIG_INT, .max = RACKS_MAX, .help = "standard racks (2.5 kW)"},
    {.name = "racks_used", .type = CONFIG_INT, .max = RACKS_MAX, .help = "standard racks in use"},
    {.name = "storage_tb_total", .type = CONFIG_REAL, .help = "storage capacity in TB"},
    {.name = "storage_tb_used", .type = CONFIG_REAL, .help = "simulator only: storage in use in TB"},
    {.name = "pflops", .type = CONFIG_REAL, .help = "computing capacity in PFLOPS, at the precision beside it"},
    {.name = "pflops_precision", .type = CONFIG_TEXT, .help = "the precision of pflops: FP16, FP32 or FP64"},
    {.name = "aliases", .type = CONFIG_LIST, .help = "other names that labels and sources give it"},
    END,
};
static const struct config_option site_options[] = {
    {.name = "cluster", .type = CONFIG_TEXT, .help = "the cluster that it lies in"},
    {.name = "area", .type = CONFIG_TEXT, .help = "the area of the cluster"},
    {.name = "name", .type = CONFIG_TEXT, .help = "its name"},
    {.name = "operator", .type = CONFIG_TEXT, .help = "who operates it"},
    {.name = "phase", .type = CONFIG_TEXT, .help = "planned, building, operating, closing or closed"},
    {.name = "membership", .type = CONFIG_TEXT, .help = "applied, testing, connected or suspended"},
    {.name = "security_level", .type = CONFIG_INT, .min = 1, .max = 5, .help = "its security protection level"},
    {.name = "trusted_spaces", .type = CONFIG_LIST, .help = "trusted data spaces that it belongs to"},
    {.name = "privacy_computing", .type = CONFIG_BOOL, .help = "whether it offers privacy computing"},
    {.name = "aliases", .type = CONFIG_LIST, .help = "other names that labels and sources give it"},
    END,
};
static const struct config_option scheduler_options[] = {
    {.name = "site", .type = CONFIG_TEXT, .help = "the site that it lies in"},
    {.name = "aliases", .type = CONFIG_LIST, .help = "other names that labels and sources give it"},
    {.name = "kind", .type = CONFIG_TEXT, .help = "simulator only: general, intelligent or super"},
    {.name = "nodes", .type = CONFIG_INT, .max = NODES_MAX, .help = "simulator only: compute nodes"},
    {.name = "cpus_per_node", .type = CONFIG_INT, .max = UNITS_MAX, .help = "simulator only: CPUs of a node"},
    {.name = "accels_per_node", .type = CONFIG_INT, .max = UNITS_MAX, .help = "simulator only: accelerators of a node"},
    {.name = "accel_kind", .type = CONFIG_TEXT, .help = "simulator only: the kind of its accelerators"},
    {.name = "nodes_per_supernode",
     .type = CONFIG_INT,
     .max = NODES_MAX,
     .help = "simulator only: nodes that are one super-node"},
    {.name = "load", .type = CONFIG_REAL, .help = "simulator only: offered load; 1 is as much as fits"},
    END,
};
static const struct config_option tenant_options[] = {
    {.name = "at", .type = CONFIG_TEXT, .help = "where its users are"},
    {.name = "ring_ms", .type = CONFIG_REAL, .help = "the one-way delay that it was promised, in ms"},
    {.name = "spaces", .type = CONFIG_LIST, .help = "trusted data spaces that it belongs to"},
    {.name = "residency", .type = CONFIG_LIST, .help = "hubs, clusters or sites that its data must not leave"},
    {.name = "accounts", .type = CONFIG_LIST, .help = "accounts of schedulers that are its own"},
    {.name = "contact", .type = CONFIG_TEXT, .help = "how to reach it when something hits its work"},
    END,
};
static const struct config_option schema[] = {
    {.name = "fleet_version",
     .type = CONFIG_INT,
     .preset = "1",
     .min = 0,
     .max = 1,
     .help = "the version of the format"},
    {.name = "hub", .type = CONFIG_SECTION, .titled = true, .children = hub_options},
    {.name = "cluster", .type = CONFIG_SECTION, .titled = true, .children = cluster_options},
    {.name = "site", .type = CONFIG_SECTION, .titled = true, .children = site_options},
    {.name = "scheduler", .type = CONFIG_SECTION, .titled = true, .children = scheduler_options},
    {.name = "place", .type = CONFIG_SECTION, .titled = true, .children = fleet_net_place_options},
    {.name = "link", .type = CONFIG_SECTION, .titled = true, .children = fleet_net_link_options},
    {.name = "pair", .type = CONFIG_SECTION, .titled = true, .children = fleet_net_pair_options},
    {.name = "tenant", .type = CONFIG_SECTION, .titled = true, .children = tenant_options},
    {.name = "network", .type = CONFIG_SECTION, .titled = true, .children = fleet_network_options},
    {.name = "compatible", .type = CONFIG_SECTION, .children = fleet_compatible_options},
    END,
};

/* --- checks --- */

struct load {
    const char *path;
    struct fleet *fleet;
    const struct config *root;
    struct err *err;
};

/* An option whose text must name a section of the file, or be one of a list of words. */
struct rule {
    const char *section, *option;
    const char *target;       /* a section, or NULL */
    const char *const *words; /* ended by NULL, or NULL */
    bool required;
};

static const char *const sides[] = {"east", "middle", "west", NULL};
static const char *const kinds[] = {"general", "intelligent", "super", NULL};
static const char *const phases[] = {"planned", "building", "operating", "closing", "closed", NULL};
static const char *const memberships[] = {"applied", "testing", "connected", "suspended", NULL};
static const char *const precisions[] = {"FP16", "FP32", "FP64", NULL};
static const char *const states[] = {"up", "degraded", "down", "planned", "unknown", NULL};
static const char *const tiers[] = {"express", "national", "provincial", "international", "metro", NULL};

static const struct rule rules[] = {
    {"cluster", "hub", "hub", NULL, false},
    {"cluster", "side", NULL, sides, false},
    {"cluster", "kinds", NULL, kinds, false},
    {"site", "cluster", "cluster", NULL, true},
    {"site", "phase", NULL, phases, false},
    {"site", "membership", NULL, memberships, false},
    {"scheduler", "site", "site", NULL, true},
    {"scheduler", "kind", NULL, kinds, false},
    {"link", "tier", NULL, tiers, false},
    {"pair", "link", "link", NULL, false},
    {"compatible", "schedulers", "scheduler", NULL, false},
    {"cluster", "pflops_precision", NULL, precisions, false},
    {"network", "pflops_precision", NULL, precisions, false},
    {"network", "kinds", NULL, kinds, false},
    {"network", "state", NULL, states, false},
};

static bool has_section(const struct config *root, const char *kind, const char *title)
{
    for (size_t i = 0; i < config_section_count(root, kind); i++)
        if (strcmp(config_title(config_section(root, kind, i)), title) == 0)
            return true;
    return false;
}

static bool has_word(const char *const *words, const char *word)
{
    for (; *words != NULL; words++)
        if (strcmp(*words, word) == 0)
            return true;
    return false;
}

/* FILE:LINE: cluster "SHG": no hub "GBX" */
static bool complain(const struct load *l, const struct rule *r, const struct config *section, const char *what,
                     const char *name, const char *text)
{
    const char *title = config_title(section), *quote = title != NULL ? "\"" : "";

    err_set(l->err, ERR_INPUT, "%s:%d: %s%s%s%s%s: %s%s%s%s%s", l->path, config_line(section), r->section,
            title != NULL ? " " : "", quote, title != NULL ? title : "", quote, what, name, text != NULL ? " \"" : "",
            text != NULL ? text : "", text != NULL ? "\"" : "");
    return err_exit(l->err, EXIT_CONFIG);
}

static bool check_text(const struct load *l, const struct rule *r, const struct config *section, const char *text)
{
    if (r->target != NULL && !has_section(l->root, r->target, text)) {
        complain(l, r, section, "no ", r->target, text);
        return err_hint(l->err, "add %s \"%s\" { … } to the file, or name one that is there", r->target, text);
    }
    if (r->words == NULL || has_word(r->words, text))
        return true;

    struct buf list = buf_make(ERR_HINT_MAX);
    for (const char *const *w = r->words; *w != NULL; w++)
        buf_printf(&list, NULL, "%s%s", w == r->words ? "" : ", ", *w);
    complain(l, r, section, "unknown ", r->option, text);
    err_hint(l->err, "%s is one of: %s", r->option, buf_str(&list));
    buf_release(&list);
    return false;
}

static bool is_list(const char *option)
{
    return strcmp(option, "kinds") == 0 || strcmp(option, "schedulers") == 0;
}

static bool check_section(const struct load *l, const struct rule *r, const struct config *section)
{
    if (is_list(r->option)) {
        for (size_t i = 0; i < config_list_count(section, r->option); i++)
            if (!check_text(l, r, section, config_list_at(section, r->option, i)))
                return false;
        return true;
    }
    const char *text = config_text(section, r->option);
    if (text != NULL)
        return check_text(l, r, section, text);
    return !r->required || complain(l, r, section, "must say its ", r->option, NULL);
}

/* A capacity without its precision says nothing, and the other way round. */
static bool check_pflops(const struct load *l, const char *kind)
{
    const struct rule rule = {.section = kind};

    for (size_t i = 0; i < config_section_count(l->root, kind); i++) {
        const struct config *c = config_section(l->root, kind, i);
        bool said = config_given(c, "pflops"), precise = config_given(c, "pflops_precision");
        if (said && !(config_real(c, "pflops", 0) > 0))
            return complain(l, &rule, c, "pflops is above 0", "", NULL);
        if (said == precise)
            continue;
        complain(l, &rule, c, said ? "pflops needs its precision" : "pflops_precision is that of pflops", "", NULL);
        return err_hint(l->err, "pflops = 1200  pflops_precision = \"FP16\": the two stand together");
    }
    return true;
}

static bool check(const struct load *l)
{
    for (size_t k = 0; k < sizeof rules / sizeof *rules; k++)
        for (size_t i = 0; i < config_section_count(l->root, rules[k].section); i++)
            if (!check_section(l, &rules[k], config_section(l->root, rules[k].section, i)))
                return false;
    return check_pflops(l, "cluster") && check_pflops(l, "network");
}

/* --- what was said --- */

static double count_of(const struct config *c, const char *name)
{
    return config_given(c, name) ? (double)config_int(c, name, 0) : NAN;
}

static void *take(struct load *l, const char *kind, size_t size, size_t *n)
{
    *n = config_section_count(l->root, kind);
    return arena_alloc(&l->fleet->arena, (*n > 0 ? *n : 1) * size);
}

static void read_hubs(struct load *l, struct fleet *f)
{
    f->hubs = take(l, "hub", sizeof *f->hubs, &f->n_hubs);
    for (size_t i = 0; i < f->n_hubs; i++) {
        const struct config *c = config_section(l->root, "hub", i);
        f->hubs[i] = (struct fleet_hub){config_title(c), config_text(c, "name"), config_text(c, "name_zh")};
    }
}

static void read_clusters(struct load *l, struct fleet *f)
{
    f->clusters = take(l, "cluster", sizeof *f->clusters, &f->n_clusters);
    for (size_t i = 0; i < f->n_clusters; i++) {
        const struct config *c = config_section(l->root, "cluster", i);
        f->clusters[i] = (struct fleet_cluster){
            .id = config_title(c),
            .hub = config_text(c, "hub"),
            .name = config_text(c, "name"),
            .name_zh = config_text(c, "name_zh"),
            .side = config_text(c, "side"),
            .kinds = fleet_net_joined(f, c, "kinds"),
            .aliases = fleet_net_joined(f, c, "aliases"),
            .lon = config_real(c, "lon", NAN),
            .lat = config_real(c, "lat", NAN),
            .price_cny_kwh = config_real(c, "price_cny_kwh", NAN),
            .pue = config_real(c, "pue", NAN),
            .pue_limit = config_real(c, "pue_limit", NAN),
            .green_pct = config_real(c, "green_pct", NAN),
            .racks_total = count_of(c, "racks_total"),
            .racks_used = count_of(c, "racks_used"),
            .storage_tb_total = config_real(c, "storage_tb_total", NAN),
            .storage_tb_used = config_real(c, "storage_tb_used", NAN),
            .pflops = config_real(c, "pflops", NAN),
            .pflops_precision = config_text(c, "pflops_precision"),
        };
    }
}

static void read_sites(struct load *l, struct fleet *f)
{
    f->sites = take(l, "site", sizeof *f->sites, &f->n_sites);
    for (size_t i = 0; i < f->n_sites; i++) {
        const struct config *c = config_section(l->root, "site", i);
        f->sites[i] = (struct fleet_site){
            .id = config_title(c),
            .cluster = config_text(c, "cluster"),
            .area = config_text(c, "area"),
            .name = config_text(c, "name"),
            .operator_name = config_text(c, "operator"),
            .phase = config_text(c, "phase"),
            .membership = config_text(c, "membership"),
            .aliases = fleet_net_joined(f, c, "aliases"),
            .security_level = (int)config_int(c, "security_level", -1),
            .privacy_computing = config_given(c, "privacy_computing") ? config_bool(c, "privacy_computing", false) : -1,
            .trusted_spaces = fleet_net_joined(f, c, "trusted_spaces"),
        };
    }
}

static void read_schedulers(struct load *l, struct fleet *f)
{
    f->schedulers = take(l, "scheduler", sizeof *f->schedulers, &f->n_schedulers);
    for (size_t i = 0; i < f->n_schedulers; i++) {
        const struct config *c = config_section(l->root, "scheduler", i);
        f->schedulers[i] = (struct fleet_scheduler){
            .id = config_title(c),
            .site = config_text(c, "site"),
            .aliases = fleet_net_joined(f, c, "aliases"),
            .kind = config_text(c, "kind"),
            .nodes = (int)config_int(c, "nodes", 0),
            .cpus_per_node = (int)config_int(c, "cpus_per_node", 0),
            .accels_per_node = (int)config_int(c, "accels_per_node", 0),
            .nodes_per_supernode = (int)config_int(c, "nodes_per_supernode", 0),
            .accel_kind = config_text(c, "accel_kind"),
            .load = config_real(c, "load", 0),
        };
    }
}

static void read_tenants(struct load *l, struct fleet *f)
{
    f->tenants = take(l, "tenant", sizeof *f->tenants, &f->n_tenants);
    for (size_t i = 0; i < f->n_tenants; i++) {
        const struct config *c = config_section(l->root, "tenant", i);
        f->tenants[i] = (struct fleet_tenant){
            .id = config_title(c),
            .at = config_text(c, "at"),
            .ring_ms = config_real(c, "ring_ms", NAN),
            .contact = config_text(c, "contact"),
            .accounts = fleet_net_joined(f, c, "accounts"),
            .spaces = fleet_net_joined(f, c, "spaces"),
            .residency = fleet_net_joined(f, c, "residency"),
        };
    }
}

struct fleet *fleet_load(const char *path, struct err *err)
{
    struct fleet *f = mem_new(1, sizeof *f);
    struct load l = {.path = path, .fleet = f, .err = err};

    f->config = config_load(path, schema, err);
    l.root = f->config;
    if (f->config == NULL || !check(&l)) {
        fleet_free(f);
        return NULL;
    }
    read_hubs(&l, f);
    read_clusters(&l, f);
    read_sites(&l, f);
    read_schedulers(&l, f);
    read_tenants(&l, f);
    if (fleet_net_read(f, path, err) && fleet_network_read(f, path, err) && fleet_compatible_read(f, path, err))
        return f;
    fleet_free(f);
    return NULL;
}

void fleet_free(struct fleet *fleet)
{
    if (fleet == NULL)
        return;
    config_free(fleet->config);
    arena_release(&fleet->arena);
    free(fleet);
}

const struct fleet_cluster *fleet_cluster(const struct fleet *f, const char *id)
{
    for (size_t i = 0; i < f->n_clusters; i++)
        if (strcmp(f->clusters[i].id, id) == 0)
            return &f->clusters[i];
    return NULL;
}

const struct fleet_site *fleet_site(const struct fleet *f, const char *id)
{
    for (size_t i = 0; i < f->n_sites; i++)
        if (strcmp(f->sites[i].id, id) == 0)
            return &f->sites[i];
    return NULL;
}

const struct fleet_tenant *fleet_tenant(const struct fleet *f, struct safe_text id)
{
    for (size_t i = 0; i < f->n_tenants; i++)
        if (text_is(id, f->tenants[i].id))
            return &f->tenants[i];
    return NULL;
}

const struct fleet_tenant *fleet_tenant_of_account(const struct fleet *f, struct safe_text account)
{
    for (size_t i = 0; i < f->n_tenants; i++) {
        struct safe_text rest = text_of(f->tenants[i].accounts != NULL ? f->tenants[i].accounts : ""), own;
        while (value_list_next(&rest, &own))
            if (text_equal(own, account))
                return &f->tenants[i];
    }
    return NULL;
}
