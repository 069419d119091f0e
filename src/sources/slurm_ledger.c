#include <stdlib.h>
#include <string.h>

#include "base/hash.h"
#include "base/mem.h"
#include "sources/slurm.h"

/* Accounts and users are told by four requests. Each whole answer replaces what its own request told before; rows are
 * made of what all told together, when the last of them was answered. */

/* Shares of an association that counts as its parent does (SLURMDB_FS_USE_PARENT). */
#define USE_PARENT INT64_C(0x7fffffff)

const char *const slurm_ledger_users_keep[] = {"administrator_level", "coordinators", "default", "name", NULL};
const char *const slurm_ledger_accounts_keep[] = {"coordinators", "description", "name", "organization", NULL};
const char *const slurm_ledger_shares_keep[] = {"cluster", "fairshare",        "name", "parent",
                                                "type",    "usage_normalized", NULL};
const char *const slurm_ledger_associations_keep[] = {"account",    "cluster", "max", "parent_account",
                                                      "shares_raw", "user",    NULL};

struct party {
    struct safe_text name;
    struct value parent, organization, description, people, limits, admin, account, used_pct, fairshare;
    struct value shares;
    int64_t below; /* shares of all that stand under it */
    int64_t users;
};

struct table {
    struct party **all;
    size_t count, cap;
    struct party **slots; /* by hash, a power of two of them */
    size_t n_slots;
};

struct slurm_ledger_body {
    struct arena arena;
    struct table accounts, users;
    struct safe_text cluster; /* of its associations */
    bool several;             /* clusters */
};

static void table_release(struct table *t)
{
    free(t->all);
    free(t->slots);
}

static void body_free(struct slurm_ledger_body *b)
{
    if (!b)
        return;
    table_release(&b->accounts);
    table_release(&b->users);
    arena_release(&b->arena);
    free(b);
}

void slurm_ledger_release(struct slurm_ledger *l)
{
    for (size_t i = 0; i < SLURM_LEDGER_PARTS; i++) {
        body_free(l->now[i]);
        body_free(l->next[i]);
        l->now[i] = l->next[i] = NULL;
    }
}

void slurm_ledger_begin(struct slurm_ledger *l, enum slurm_ledger_part part)
{
    body_free(l->next[part]);
    l->next[part] = mem_new(1, sizeof *l->next[part]);
}

void slurm_ledger_end(struct slurm_ledger *l, enum slurm_ledger_part part)
{
    if (!l->next[part])
        return;
    body_free(l->now[part]);
    l->now[part] = l->next[part];
    l->next[part] = NULL;
}

/* --- names
 * ------------------------------------------------------------------------------------------------------------------ */

static struct party **slot_of(const struct table *t, struct safe_text name)
{
    size_t at = (size_t)hash_sip(text_bytes(name), text_len(name), hash_process_key()) & (t->n_slots - 1);
    while (t->slots[at] && !text_equal(t->slots[at]->name, name))
        at = (at + 1) & (t->n_slots - 1);
    return &t->slots[at];
}

static struct party *find(const struct table *t, struct safe_text name)
{
    return t->n_slots ? *slot_of(t, name) : NULL;
}

static void table_grow(struct table *t)
{
    t->n_slots = t->n_slots ? 2 * t->n_slots : 64;
    free(t->slots);
    t->slots = mem_new(t->n_slots, sizeof *t->slots);
    for (size_t i = 0; i < t->count; i++)
        *slot_of(t, t->all[i]->name) = t->all[i];
}

/* The party of that name, made when it is new; NULL with err at the limit. */
static struct party *party_of(struct slurm_ledger_body *b, struct table *t, struct safe_text name, struct err *err)
{
    struct party *p = find(t, name);
    if (p)
        return p;
    if (t->count >= SLURM_LEDGER_MAX) {
        err_set(err, ERR_CORRUPT, "slurmdbd names more than %d accounts or users", SLURM_LEDGER_MAX);
        return NULL;
    }
    if (2 * (t->count + 1) > t->n_slots)
        table_grow(t);
    if (t->count == t->cap) {
        t->cap = t->cap ? 2 * t->cap : 32;
        t->all = mem_grow(t->all, t->cap, sizeof *t->all);
    }
    p = arena_alloc(&b->arena, sizeof *p);
    p->name = rows_text(&b->arena, name);
    t->all[t->count++] = p;
    *slot_of(t, name) = p;
    return p;
}

static void keep(struct slurm_ledger_body *b, struct value *cell, struct value v)
{
    if (value_known(&v))
        *cell = rows_value(&b->arena, &v);
}

/* --- what each request tells
 * ------------------------------------------------------------------------------------------------ */

/* sacctmgr's words. */
static const struct slurm_limit limits[] = {
    {"GrpJobs", "max/jobs/per/count"},
    {"GrpJobsAccrue", "max/jobs/per/accruing"},
    {"GrpSubmit", "max/jobs/per/submitted"},
    {"GrpTRES", "max/tres/total"},
    {"GrpTRESMins", "max/tres/group/minutes"},
    {"GrpTRESRunMins", "max/tres/group/active"},
    {"GrpWall_min", "max/per/account/wall_clock"},
    {"MaxJobs", "max/jobs/active"},
    {"MaxSubmit", "max/jobs/total"},
    {"MaxTRES", "max/tres/per/job"},
    {"MaxTRESPerNode", "max/tres/per/node"},
    {"MaxTRESMins", "max/tres/minutes/per/job"},
    {"MaxWall_min", "max/jobs/per/wall_clock"},
    {0},
};

/* [{"name": "ann", "direct": true}], or names alone. */
static struct value names_of(const struct json *list, struct arena *arena)
{
    struct buf joined = buf_make(SLURM_LIMITS_MAX);
    bool whole = true;
    for (const struct json *j = json_first(list); j; j = json_next(j)) {
        struct value name = slurm_cell_text(json_type(j) == JSON_OBJECT ? json_get(j, "name") : j);
        whole = whole && (!value_known(&name) || value_list_add(&joined, name.as.text, NULL));
    }
    struct value v = value_none();
    if (whole && joined.len > 0)
        v = value_list(text_from(arena_copy(arena, buf_str(&joined), joined.len), joined.len));
    buf_release(&joined);
    return v;
}

static void lower(struct value *v, struct arena *arena)
{
    if (!value_known(v))
        return;
    size_t n = text_len(v->as.text);
    char *p = arena_copy(arena, text_bytes(v->as.text), n);
    for (size_t i = 0; i < n; i++)
        p[i] = p[i] >= 'A' && p[i] <= 'Z' ? (char)(p[i] - 'A' + 'a') : p[i];
    *v = value_text(text_from(p, n));
}

static void take_first(void *ctx, struct safe_text word)
{
    struct value *first = ctx;
    if (!value_known(first))
        *first = value_text(word);
}

static enum slurm_found take_account(struct slurm_ledger_body *b, const struct json *e, const char *cluster,
                                     struct err *err)
{
    (void)cluster;
    struct value name = slurm_cell_text(json_get(e, "name"));
    if (!value_known(&name))
        return SLURM_NONSENSE;
    struct party *p = party_of(b, &b->accounts, name.as.text, err);
    if (!p)
        return SLURM_SKIP;
    keep(b, &p->organization, slurm_cell_text(json_get(e, "organization")));
    keep(b, &p->description, slurm_cell_text(json_get(e, "description")));
    p->people = names_of(json_get(e, "coordinators"), &b->arena);
    return SLURM_ROW;
}

static enum slurm_found take_user(struct slurm_ledger_body *b, const struct json *e, const char *cluster,
                                  struct err *err)
{
    (void)cluster;
    struct value name = slurm_cell_text(json_get(e, "name"));
    if (!value_known(&name))
        return SLURM_NONSENSE;
    struct party *p = party_of(b, &b->users, name.as.text, err);
    if (!p)
        return SLURM_SKIP;
    keep(b, &p->account, slurm_cell_text(slurm_at(e, "default/account")));
    p->people = names_of(json_get(e, "coordinators"), &b->arena);
    slurm_cell_words(json_get(e, "administrator_level"), take_first, &p->admin);
    lower(&p->admin, &b->arena);
    return SLURM_ROW;
}

static void add_below(struct slurm_ledger_body *b, struct safe_text account, const struct value *shares,
                      struct err *err)
{
    struct party *parent = value_known(shares) ? party_of(b, &b->accounts, account, err) : NULL;
    if (parent && shares->as.i < USE_PARENT && parent->below < INT64_C(1) << 60)
        parent->below += shares->as.i;
}

static void see_cluster(struct slurm_ledger_body *b, struct safe_text cluster)
{
    b->several = b->several || (!text_empty(b->cluster) && !text_equal(b->cluster, cluster));
    if (text_empty(b->cluster))
        b->cluster = rows_text(&b->arena, cluster);
}

static enum slurm_found take_association(struct slurm_ledger_body *b, const struct json *e, const char *cluster,
                                         struct err *err)
{
    struct value account = slurm_cell_text(json_get(e, "account")), user = slurm_cell_text(json_get(e, "user"));
    struct value where = slurm_cell_text(json_get(e, "cluster")), shares = slurm_cell_count(json_get(e, "shares_raw"));
    if (!value_known(&account))
        return SLURM_NONSENSE;
    if (*cluster && value_known(&where) && !text_is(where.as.text, cluster))
        return SLURM_SKIP;
    see_cluster(b, value_text_or(&where, ""));
    struct party *p = party_of(b, &b->accounts, account.as.text, err);
    if (!p)
        return SLURM_SKIP;
    if (value_known(&user)) {
        add_below(b, account.as.text, &shares, err);
        p->users++;
        return party_of(b, &b->users, user.as.text, err) ? SLURM_ROW : SLURM_SKIP;
    }
    p->shares = shares;
    keep(b, &p->parent, slurm_cell_text(json_get(e, "parent_account")));
    p->limits = slurm_limits(e, limits, &b->arena);
    if (value_known(&p->parent))
        add_below(b, p->parent.as.text, &shares, err);
    return SLURM_ROW;
}

static void see_type(void *ctx, struct safe_text word)
{
    bool *user = ctx;
    *user = *user || text_is(word, "USER");
}

/* A user has a factor in each account: users are kept as ACCOUNT/NAME here, and that of the default account counts. */
static struct party *share_party(struct slurm_ledger_body *b, const struct json *e, struct safe_text name, bool user,
                                 struct err *err)
{
    if (!user)
        return party_of(b, &b->accounts, name, err);
    struct value parent = slurm_cell_text(json_get(e, "parent"));
    struct arena key = {0};
    struct safe_text both = slurm_cell_id(value_text_or(&parent, ""), name, &key);
    struct party *p = party_of(b, &b->users, both, err);
    arena_release(&key);
    return p;
}

static enum slurm_found take_share(struct slurm_ledger_body *b, const struct json *e, const char *cluster,
                                   struct err *err)
{
    struct value name = slurm_cell_text(json_get(e, "name")), where = slurm_cell_text(json_get(e, "cluster"));
    bool user = false;
    double factor, used;
    if (!value_known(&name))
        return SLURM_NONSENSE;
    if (*cluster && value_known(&where) && !text_is(where.as.text, cluster))
        return SLURM_SKIP;
    slurm_cell_words(json_get(e, "type"), see_type, &user);
    struct party *p = share_party(b, e, name.as.text, user, err);
    if (!p)
        return SLURM_SKIP;
    if (slurm_real(slurm_at(e, "fairshare/factor"), &factor) && factor >= 0 && factor <= 1)
        p->fairshare = value_real(factor);
    if (slurm_real(json_get(e, "usage_normalized"), &used) && used >= 0 && used <= 1)
        p->used_pct = value_real(100 * used);
    return SLURM_ROW;
}

enum slurm_found slurm_ledger_take(struct slurm_ledger *l, enum slurm_ledger_part part, const struct json *e,
                                   const char *cluster, struct err *err)
{
    static enum slurm_found (*const take[SLURM_LEDGER_PARTS])(struct slurm_ledger_body *, const struct json *,
                                                              const char *, struct err *) = {
        [SLURM_LEDGER_USERS] = take_user,
        [SLURM_LEDGER_ACCOUNTS] = take_account,
        [SLURM_LEDGER_SHARES] = take_share,
        [SLURM_LEDGER_ASSOCIATIONS] = take_association,
    };
    return l->next[part] ? take[part](l->next[part], e, cluster, err) : SLURM_SKIP;
}

/* --- rows
 * ------------------------------------------------------------------------------------------------------------------- */

static const struct party *told(const struct slurm_ledger *l, enum slurm_ledger_part part, bool user,
                                struct safe_text name)
{
    const struct slurm_ledger_body *b = l->now[part];
    return b ? find(user ? &b->users : &b->accounts, name) : NULL;
}

/* Its shares among all that stand under its parent, times the parent's part; a factor for each step up, which must end.
 */
static struct value share_pct(const struct table *accounts, const struct party *p)
{
    double part = 100;
    for (int step = 0; step < SLURM_LEDGER_DEPTH; step++) {
        if (!value_known(&p->parent))
            return value_real(part);
        const struct party *parent = find(accounts, p->parent.as.text);
        if (!parent || parent->below <= 0 || !value_known(&p->shares) || p->shares.as.i >= USE_PARENT)
            return value_none();
        part *= (double)p->shares.as.i / (double)parent->below;
        p = parent;
    }
    return value_none();
}

static void account_row(const struct slurm_ledger *l, const struct slurm_ledger_body *known, const struct party *p,
                        struct row *row)
{
    const struct party *own = told(l, SLURM_LEDGER_ACCOUNTS, false, p->name);
    const struct party *share = told(l, SLURM_LEDGER_SHARES, false, p->name);
    row->cells[ACCOUNT_NAME] = value_text(p->name);
    if (own) {
        row->cells[ACCOUNT_ORGANIZATION] = own->organization;
        row->cells[ACCOUNT_DESCRIPTION] = own->description;
        row->cells[ACCOUNT_COORDINATORS] = own->people;
    }
    if (share) {
        row->cells[ACCOUNT_USED_PCT] = share->used_pct;
        row->cells[ACCOUNT_FAIRSHARE] = share->fairshare;
    }
    if (!known)
        return;
    row->cells[ACCOUNT_PARENT] = p->parent;
    row->cells[ACCOUNT_USERS] = value_int(p->users);
    if (value_known(&p->shares) && p->shares.as.i < USE_PARENT)
        row->cells[ACCOUNT_SHARES] = p->shares;
    row->cells[ACCOUNT_SHARE_PCT] = share_pct(&known->accounts, p);
    row->cells[ACCOUNT_LIMITS] = p->limits;
}

static struct value fairshare_of(const struct slurm_ledger *l, struct safe_text user, const struct value *account)
{
    struct arena key = {0};
    struct safe_text both = slurm_cell_id(value_text_or(account, ""), user, &key);
    const struct party *share = told(l, SLURM_LEDGER_SHARES, true, both);
    struct value v = share ? share->fairshare : value_none();
    arena_release(&key);
    return v;
}

static void user_row(const struct slurm_ledger *l, const struct party *p, struct row *row)
{
    const struct party *own = told(l, SLURM_LEDGER_USERS, true, p->name);
    row->cells[USER_NAME] = value_text(p->name);
    if (!own)
        return;
    row->cells[USER_ACCOUNT] = own->account;
    row->cells[USER_ADMIN] = own->admin;
    row->cells[USER_COORDINATES] = own->people;
    row->cells[USER_FAIRSHARE] = fairshare_of(l, p->name, &own->account);
}

struct emit {
    const struct slurm_ledger *ledger;
    const struct slurm_ledger_body *known; /* the associations, when it is certain that they are this cluster's */
    struct safe_text scheduler;
    source_sink *sink;
    void *ctx;
    struct err *err;
};

static bool emit_one(const struct emit *e, enum kind kind, const struct party *p)
{
    struct arena arena = {0};
    struct row row = {.kind = kind, .id = slurm_cell_id(e->scheduler, p->name, &arena)};
    if (kind == KIND_ACCOUNT) {
        row.cells[ACCOUNT_SCHEDULER] = row.cells[ACCOUNT_CLUSTER] = value_text(e->scheduler);
        account_row(e->ledger, e->known, p, &row);
    } else
        user_row(e->ledger, p, &row);
    bool ok = e->sink(e->ctx, &row, e->err);
    arena_release(&arena);
    return ok;
}

static bool emit_table(const struct emit *e, enum kind kind, const struct table *t)
{
    for (size_t i = 0; i < t->count; i++) {
        if (!emit_one(e, kind, t->all[i]))
            return false;
    }
    return true;
}

bool slurm_ledger_emit(const struct slurm_ledger *l, struct safe_text scheduler, source_sink *sink, void *ctx,
                       struct err *err)
{
    static const struct table nothing = {0};
    const struct slurm_ledger_body *associations = l->now[SLURM_LEDGER_ASSOCIATIONS];
    struct emit e = {.ledger = l,
                     .known = associations && !associations->several ? associations : NULL,
                     .scheduler = scheduler,
                     .sink = sink,
                     .ctx = ctx,
                     .err = err};
    const struct slurm_ledger_body *accounts = e.known ? e.known : l->now[SLURM_LEDGER_ACCOUNTS];
    const struct slurm_ledger_body *users = e.known ? e.known : l->now[SLURM_LEDGER_USERS];
    return emit_table(&e, KIND_ACCOUNT, accounts ? &accounts->accounts : &nothing) &&
           emit_table(&e, KIND_USER, users ? &users->users : &nothing);
}
