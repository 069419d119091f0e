#include "domain/fleet_network.h"

#include <math.h>
#include <string.h>

#include "domain/fleet_net.h"
#include "domain/row.h"

enum { EXIT_CONFIG = 78, ACCELS_MAX = 100000000 };

const struct config_option fleet_network_options[] = {
    {.name = "name", .type = CONFIG_TEXT, .help = "its name in English"},
    {.name = "name_zh", .type = CONFIG_TEXT, .help = "its name in Chinese"},
    {.name = "operator", .type = CONFIG_TEXT, .help = "who operates it"},
    {.name = "meets", .type = CONFIG_TEXT, .help = "the cluster, site or place where it meets ours"},
    {.name = "state", .type = CONFIG_TEXT, .help = "up, degraded, down, planned or unknown"},
    {.name = "kinds", .type = CONFIG_LIST, .help = "kinds of compute: general, intelligent, super"},
    {.name = "pflops", .type = CONFIG_REAL, .help = "computing capacity in PFLOPS, at the precision beside it"},
    {.name = "pflops_precision", .type = CONFIG_TEXT, .help = "the precision of pflops: FP16, FP32 or FP64"},
    {.name = "accels_total", .type = CONFIG_INT, .max = ACCELS_MAX, .help = "accelerators that it has"},
    {.name = "capacity_gbps", .type = CONFIG_REAL, .help = "capacity of the connection, in Gbit/s"},
    {.name = "remark", .type = CONFIG_TEXT, .help = "what an operator should know of it"},
    {.name = NULL},
};

static bool complain(const char *path, const struct config *c, const char *kind, const char *why, const char *what,
                     struct err *err)
{
    err_set(err, ERR_INPUT, "%s:%d: %s \"%s\": %s%s", path, config_line(c), kind, config_title(c), why, what);
    return err_exit(err, EXIT_CONFIG);
}

static bool read_one(struct fleet *f, const char *path, const struct config *c, struct fleet_network *n,
                     struct err *err)
{
    *n = (struct fleet_network){
        .id = config_title(c),
        .name = config_text(c, "name"),
        .name_zh = config_text(c, "name_zh"),
        .operator_name = config_text(c, "operator"),
        .meets = config_text(c, "meets"),
        .state = config_text(c, "state"),
        .kinds = fleet_net_joined(f, c, "kinds"),
        .remark = config_text(c, "remark"),
        .pflops = config_real(c, "pflops", NAN),
        .pflops_precision = config_text(c, "pflops_precision"),
        .accels_total = config_given(c, "accels_total") ? (double)config_int(c, "accels_total", 0) : NAN,
        .capacity_gbps = config_real(c, "capacity_gbps", NAN),
    };
    if (n->capacity_gbps <= 0)
        return complain(path, c, "network", "a capacity is above 0", "", err);
    if (n->meets == NULL || fleet_end(f, text_of(n->meets)).what != FLEET_NOTHING)
        return true;
    complain(path, c, "network", "it meets nothing of the file: ", n->meets, err);
    return err_hint(err, "meets = \"SHG\": a cluster, site or place that the file has");
}

/* An account is one tenant's: who is hit by something would be anybody's guess otherwise. */
static bool accounts_differ(const struct fleet *f, const char *path, struct err *err)
{
    for (size_t i = 0; i < f->n_tenants; i++) {
        struct safe_text rest = text_of(f->tenants[i].accounts != NULL ? f->tenants[i].accounts : ""), account;
        while (value_list_next(&rest, &account)) {
            const struct fleet_tenant *first = fleet_tenant_of_account(f, account);
            if (first != &f->tenants[i])
                return complain(path, config_section(f->config, "tenant", i), "tenant",
                                "one of its accounts is also that of tenant ", first->id, err);
        }
    }
    return true;
}

bool fleet_network_read(struct fleet *f, const char *path, struct err *err)
{
    f->n_networks = config_section_count(f->config, "network");
    f->networks = arena_alloc(&f->arena, (f->n_networks + 1) * sizeof *f->networks);
    for (size_t i = 0; i < f->n_networks; i++)
        if (!read_one(f, path, config_section(f->config, "network", i), &f->networks[i], err))
            return false;
    return accounts_differ(f, path, err);
}

static void say(struct row *row, int field, const char *text)
{
    if (text != NULL)
        row->cells[field] = value_text(text_of(text));
}

void fleet_network_row(const struct fleet *f, size_t index, struct row *out)
{
    const struct fleet_network *n = &f->networks[index];

    *out = (struct row){.kind = KIND_NETWORK, .id = text_of(n->id)};
    say(out, NETWORK_NAME, n->name);
    say(out, NETWORK_NAME_ZH, n->name_zh);
    say(out, NETWORK_OPERATOR, n->operator_name);
    say(out, NETWORK_MEETS, n->meets);
    say(out, NETWORK_STATE, n->state);
    if (n->kinds != NULL)
        out->cells[NETWORK_KINDS] = value_list(text_of(n->kinds));
    out->cells[NETWORK_PFLOPS] = value_real(n->pflops);
    say(out, NETWORK_PFLOPS_PRECISION, n->pflops_precision);
    if (!isnan(n->accels_total))
        out->cells[NETWORK_ACCELS_TOTAL] = value_int((int64_t)n->accels_total);
    out->cells[NETWORK_CAPACITY_GBPS] = value_real(n->capacity_gbps);
    say(out, NETWORK_REMARK, n->remark);
}

void fleet_tenant_row(const struct fleet *f, size_t index, struct row *out)
{
    const struct fleet_tenant *t = &f->tenants[index];

    *out = (struct row){.kind = KIND_TENANT, .id = text_of(t->id)};
    say(out, TENANT_AT, t->at);
    say(out, TENANT_CONTACT, t->contact);
    out->cells[TENANT_RING_MS] = value_real(t->ring_ms);
    if (t->spaces != NULL)
        out->cells[TENANT_SPACES] = value_list(text_of(t->spaces));
    if (t->residency != NULL)
        out->cells[TENANT_RESIDENCY] = value_list(text_of(t->residency));
    if (t->accounts != NULL)
        out->cells[TENANT_ACCOUNTS] = value_list(text_of(t->accounts));
}
