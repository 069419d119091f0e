#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/hash.h"
#include "sim/facts.h"

/* What a scheduler keeps: accounts, qualities of service, licences. */

enum { USERS_EACH = CATALOGUE_USERS / CATALOGUE_ACCOUNTS };

static const char *cluster_id(const struct scheduler *c)
{
    return c->cluster != NULL ? c->cluster->id : c->said->id;
}

/* --- accounts --- */

static bool works_there(const struct scheduler *c, size_t account)
{
    for (size_t i = 0; i < catalogue_work_count; i++) {
        const struct work *w = &catalogue_works[i];
        if (w->compute == c->compute && account >= w->account && account < (size_t)w->account + w->accounts)
            return true;
    }
    return false;
}

static unsigned shares_of(size_t account)
{
    return 10 * (1 + (unsigned)(hash_fnv(catalogue_accounts[account], strlen(catalogue_accounts[account])) >> 5) % 10);
}

static double all_shares(const struct scheduler *c)
{
    double sum = 0;

    for (size_t i = 0; i < CATALOGUE_ACCOUNTS; i++)
        sum += works_there(c, i) ? shares_of(i) : 0;
    return sum;
}

/* Jobs that run now, of one account (CATALOGUE_ACCOUNTS: of all). */
static double running_of(const struct scheduler *c, size_t account)
{
    double sum = 0;

    for (uint32_t k = 0; k < c->queue_count; k++)
        for (size_t u = 0; u < CATALOGUE_USERS; u++)
            if (account == CATALOGUE_ACCOUNTS || u / USERS_EACH == account)
                sum += c->queues[k].running_of[u];
    return sum;
}

/* Slurm's fair-share factor of the classic kind: 2 to the power of -usage/shares. */
static void put_use(struct facts *f, const struct scheduler *c, size_t account)
{
    double share = shares_of(account) / all_shares(c), all = running_of(c, CATALOGUE_ACCOUNTS);
    double used = all > 0 ? running_of(c, account) / all : 0;

    f->row.cells[ACCOUNT_SHARES] = value_int(shares_of(account));
    facts_real(f, ACCOUNT_SHARE_PCT, round(share * 1000) / 10);
    facts_real(f, ACCOUNT_USED_PCT, round(used * 1000) / 10);
    facts_real(f, ACCOUNT_FAIRSHARE, round(exp2(-used / share) * 1000) / 1000);
}

bool facts_stock_account(struct facts *f, const struct scheduler *c, size_t index)
{
    if (index >= CATALOGUE_ACCOUNTS)
        return false;
    const struct fleet_tenant *tenant = f->sim->tenants[index];
    f->row.kind = KIND_NONE;
    if (!works_there(c, index))
        return true;
    facts_begin(f, KIND_ACCOUNT, c, catalogue_accounts[index]);
    facts_text(f, ACCOUNT_SCHEDULER, c->said->id);
    facts_text(f, ACCOUNT_CLUSTER, cluster_id(c));
    facts_text(f, ACCOUNT_NAME, catalogue_accounts[index]);
    facts_text(f, ACCOUNT_PARENT, "root");
    facts_text(f, ACCOUNT_TENANT, tenant != NULL ? tenant->id : NULL);
    f->row.cells[ACCOUNT_COORDINATORS] = value_list(text_of(catalogue_users[index * USERS_EACH]));
    f->row.cells[ACCOUNT_USERS] = value_int(USERS_EACH);
    put_use(f, c, index);
    return true;
}

/* --- qualities of service --- */

bool facts_stock_qos(struct facts *f, const struct scheduler *c, size_t index)
{
    static const struct {
        const char *help, *preempts;
        int grace_s, hours;
        double factor;
    } more[WORLD_LEVELS] = {
        {"work that can wait, at half the price", NULL, 60, 72, 0.5},
        {"what there is without asking", NULL, 0, 72, 1},
        {"work with a deadline", "low", 0, 24, 2},
    };

    if (index >= WORLD_LEVELS)
        return false;
    facts_begin(f, KIND_QOS, c, facts_level(index)->qos);
    facts_text(f, QOS_SCHEDULER, c->said->id);
    facts_text(f, QOS_CLUSTER, cluster_id(c));
    facts_text(f, QOS_NAME, facts_level(index)->qos);
    facts_text(f, QOS_DESCRIPTION, more[index].help);
    f->row.cells[QOS_PRIORITY] = value_int(facts_level(index)->priority);
    if (more[index].preempts != NULL)
        f->row.cells[QOS_PREEMPTS] = value_list(text_of(more[index].preempts));
    facts_text(f, QOS_PREEMPT_MODE, index == 0 ? "requeue" : "off");
    f->row.cells[QOS_GRACE_S] = value_int(more[index].grace_s);
    f->row.cells[QOS_MAX_JOBS_PER_USER] = value_int(c->queues[0].user_limit);
    f->row.cells[QOS_MAX_TIME_S] = value_int((int64_t)more[index].hours * 3600);
    facts_real(f, QOS_USAGE_FACTOR, more[index].factor);
    return true;
}

/* --- licences --- */

bool facts_stock_license(struct facts *f, const struct scheduler *c, size_t index)
{
    static const struct {
        enum compute compute;
        const char *name;
        unsigned percent; /* of the jobs of the first queue that take one */
    } table[] = {
        {COMPUTE_SUPER, "cfd-solver", 35},
        {COMPUTE_SUPER, "crash-solver", 10},
        {COMPUTE_GENERAL, "renderer", 20},
        {COMPUTE_GENERAL, "transcoder", 15},
    };

    if (index >= sizeof table / sizeof *table)
        return false;
    f->row.kind = KIND_NONE;
    if (table[index].compute != c->compute)
        return true;
    int64_t total = c->node_count * (int64_t)table[index].percent / 25 + 4;
    int64_t asked = c->queues[0].running * (int64_t)table[index].percent / 100, used = asked < total ? asked : total;
    facts_begin(f, KIND_LICENSE, c, table[index].name);
    facts_text(f, LICENSE_SCHEDULER, c->said->id);
    facts_text(f, LICENSE_CLUSTER, cluster_id(c));
    facts_text(f, LICENSE_NAME, table[index].name);
    f->row.cells[LICENSE_TOTAL] = value_int(total);
    f->row.cells[LICENSE_USED] = value_int(used);
    f->row.cells[LICENSE_FREE] = value_int(total - used);
    f->row.cells[LICENSE_RESERVED] = value_int(0);
    f->row.cells[LICENSE_REMOTE] = value_bool(false);
    return true;
}
