#include "domain/impact.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/mem.h"
#include "base/tr.h"
#include "domain/hostlist.h"
#include "domain/ids.h"
#include "domain/rows.h"
#include "domain/state.h"

enum { CONTACTS_MAX = 8, CONTACTS_BYTES = 2048 };

const enum kind impact_kinds[] = {KIND_HUB,  KIND_CLUSTER, KIND_SITE,     KIND_SCHEDULER, KIND_QUEUE,
                                  KIND_NODE, KIND_RACK,    KIND_HALL,     KIND_LINK,      KIND_RESERVATION,
                                  KIND_USER, KIND_TENANT,  KIND_TRANSFER, KIND_SOURCE,    KIND_NONE};

const enum kind impact_looked[] = {KIND_LINK,     KIND_RESERVATION, KIND_NODE,  KIND_RACK,  KIND_HALL,
                                   KIND_SITE,     KIND_CLUSTER,     KIND_QUEUE, KIND_HUB,   KIND_SCHEDULER,
                                   KIND_TRANSFER, KIND_SOURCE,      KIND_JOB,   KIND_ALERT, KIND_NONE};

/* Rows of the facts by name. */
struct index {
    struct ids ids;
    const struct row **rows;
    size_t cap;
};

/* A group while jobs come in. */
struct account {
    struct impact_group told;
    struct buf contacts;
    size_t contact_count;
};

typedef bool hits(struct impact *i, const struct row *job);

struct impact {
    const struct impact_facts *facts;
    const struct row *object;
    hits *hit;
    struct ids places; /* clusters, schedulers, queues or nodes ("SCHEDULER/NAME") that the object stands for */
    struct index tenants_told, accounts_told, users_told, queues_told;
    struct ids users, accounts, tenants, groups, members; /* what was counted; members are users of a group */
    struct account *all;
    size_t cap;
    struct impact_group *sorted;
    struct impact_sum sum;
    struct arena arena;
};

static struct safe_text cell(const struct row *row, int field)
{
    return value_text_or(&row->cells[field], "");
}

static struct safe_text none(void)
{
    return text_of("");
}

static void index_put(struct index *x, struct safe_text a, struct safe_text b, const struct row *row)
{
    size_t at = ids_put(&x->ids, a, b);

    if (at >= x->cap) {
        x->cap = x->cap > 0 ? 2 * x->cap : 64;
        x->rows = mem_grow(x->rows, x->cap, sizeof *x->rows);
    }
    x->rows[at] = row;
}

static const struct row *index_find(const struct index *x, struct safe_text a, struct safe_text b)
{
    size_t at = ids_find(&x->ids, a, b);

    return at == IDS_NONE ? NULL : x->rows[at];
}

/* --- which jobs --- */

static bool is_running(const struct row *job)
{
    enum job_state s = state_job(cell(job, JOB_STATE));

    return s == JOB_RUNNING || s == JOB_SUSPENDED || s == JOB_FINISHING;
}

static bool is_waiting(const struct row *job)
{
    enum job_state s = state_job(cell(job, JOB_STATE));

    return s == JOB_WAITING || s == JOB_HELD;
}

static bool of_cluster(struct impact *i, const struct row *job)
{
    return ids_find(&i->places, cell(job, JOB_CLUSTER), none()) != IDS_NONE;
}

static bool of_scheduler(struct impact *i, const struct row *job)
{
    return ids_find(&i->places, cell(job, JOB_SCHEDULER), none()) != IDS_NONE;
}

static bool of_queue(struct impact *i, const struct row *job)
{
    return ids_find(&i->places, cell(job, JOB_SCHEDULER), cell(job, JOB_QUEUE)) != IDS_NONE;
}

struct look {
    const struct impact *i;
    struct safe_text scheduler;
    bool found;
};

static bool look_at(void *ctx, struct safe_text node)
{
    struct look *l = ctx;

    l->found = ids_find(&l->i->places, l->scheduler, node) != IDS_NONE;
    return !l->found;
}

static bool of_nodes(struct impact *i, const struct row *job)
{
    struct look l = {i, cell(job, JOB_SCHEDULER), false};
    struct safe_text list = cell(job, JOB_NODE_LIST);

    if (!is_running(job))
        return false;
    if ((text_empty(list) || !hostlist_each(list, look_at, &l)) && !l.found)
        i->sum.unclear = true;
    return l.found;
}

static bool of_reservation(struct impact *i, const struct row *job)
{
    bool asks = text_equal(cell(job, JOB_RESERVATION), cell(i->object, RESERVATION_NAME)) &&
                text_equal(cell(job, JOB_SCHEDULER), cell(i->object, RESERVATION_SCHEDULER));

    return of_nodes(i, job) || asks;
}

/* What the job says, else whose account the fleet file calls it. */
static struct safe_text tenant_id(const struct impact *i, const struct row *job)
{
    struct safe_text said = cell(job, JOB_TENANT);
    const struct row *of = text_empty(said) ? index_find(&i->accounts_told, cell(job, JOB_ACCOUNT), none()) : NULL;

    return of != NULL ? of->id : said;
}

static const struct row *tenant_of(const struct impact *i, const struct row *job)
{
    return index_find(&i->tenants_told, tenant_id(i, job), none());
}

static struct safe_text place_of(const struct impact *i, const struct row *job)
{
    const struct row *tenant = tenant_of(i, job);

    return tenant == NULL ? none() : cell(tenant, TENANT_AT);
}

static bool of_link(struct impact *i, const struct row *job)
{
    struct safe_text cluster = cell(job, JOB_CLUSTER), from = cell(i->object, LINK_FROM), to = cell(i->object, LINK_TO);
    bool begins = text_equal(cluster, from), ends = text_equal(cluster, to);
    struct safe_text place = place_of(i, job);

    if (!begins && !ends)
        return false;
    if (text_empty(place) && (is_running(job) || is_waiting(job)))
        i->sum.unplaced++;
    return (begins && text_equal(place, to)) || (ends && text_equal(place, from));
}

static bool of_job(struct impact *i, const struct row *job)
{
    return text_equal(job->id, i->object->kind == KIND_TRANSFER ? cell(i->object, TRANSFER_JOB) : i->object->id);
}

/* --- what an object stands for --- */

static void stands_for_itself(struct impact *i)
{
    ids_put(&i->places, i->object->id, none());
}

static void for_clusters_of_hub(struct impact *i)
{
    for (size_t k = 0; k < i->facts->count[KIND_CLUSTER]; k++) {
        const struct row *c = &i->facts->rows[KIND_CLUSTER][k];
        if (text_equal(cell(c, CLUSTER_HUB), i->object->id))
            ids_put(&i->places, c->id, none());
    }
    if (i->places.count == 0)
        i->sum.blind = N_("nobody says which clusters belong to it");
}

static void for_schedulers(struct impact *i, bool (*belongs)(const struct row *scheduler, const struct row *object))
{
    for (size_t k = 0; k < i->facts->count[KIND_SCHEDULER]; k++) {
        const struct row *s = &i->facts->rows[KIND_SCHEDULER][k];
        if (belongs(s, i->object))
            ids_put(&i->places, s->id, none());
    }
}

static bool is_in_site(const struct row *scheduler, const struct row *site)
{
    return text_equal(cell(scheduler, SCHEDULER_SITE), site->id);
}

static bool is_told_by(const struct row *scheduler, const struct row *source)
{
    return text_equal(scheduler->source, source->id) || text_equal(cell(scheduler, SCHEDULER_TOLD_BY), source->id);
}

static void for_schedulers_of_site(struct impact *i)
{
    for_schedulers(i, is_in_site);
    if (i->places.count == 0)
        i->sum.blind = N_("nobody says which schedulers stand in it");
}

static void for_schedulers_of_source(struct impact *i)
{
    for_schedulers(i, is_told_by);
    if (i->places.count == 0)
        i->sum.blind = N_("it tells of no scheduler");
}

static void for_queue(struct impact *i)
{
    ids_put(&i->places, cell(i->object, QUEUE_SCHEDULER), cell(i->object, QUEUE_NAME));
}

static void node_put(struct impact *i, const struct row *node)
{
    ids_put(&i->places, cell(node, NODE_SCHEDULER), cell(node, NODE_NAME));
}

static void for_node(struct impact *i)
{
    node_put(i, i->object);
}

static void nodes_of_racks(struct impact *i, const struct ids *racks)
{
    for (size_t k = 0; k < i->facts->count[KIND_NODE]; k++) {
        const struct row *node = &i->facts->rows[KIND_NODE][k];
        if (ids_find(racks, cell(node, NODE_RACK), none()) != IDS_NONE)
            node_put(i, node);
    }
    if (i->places.count == 0)
        i->sum.blind = N_("nobody says which nodes stand in it");
}

static void for_nodes_of_rack(struct impact *i)
{
    struct ids racks = {0};

    ids_put(&racks, i->object->id, none());
    nodes_of_racks(i, &racks);
    ids_release(&racks);
}

static void for_nodes_of_hall(struct impact *i)
{
    struct ids racks = {0};

    for (size_t k = 0; k < i->facts->count[KIND_RACK]; k++) {
        const struct row *rack = &i->facts->rows[KIND_RACK][k];
        if (text_equal(cell(rack, RACK_HALL), i->object->id))
            ids_put(&racks, rack->id, none());
    }
    nodes_of_racks(i, &racks);
    ids_release(&racks);
}

static bool node_of_reservation(void *ctx, struct safe_text node)
{
    struct impact *i = ctx;

    ids_put(&i->places, cell(i->object, RESERVATION_SCHEDULER), node);
    return true;
}

static void for_nodes_of_reservation(struct impact *i)
{
    (void)hostlist_each(cell(i->object, RESERVATION_NODES), node_of_reservation, i);
}

static void for_link(struct impact *i)
{
    if (i->facts->count[KIND_TENANT] == 0)
        i->sum.blind = N_("the fleet file does not say where tenants are");
}

static const struct {
    hits *hit;
    void (*begin)(struct impact *i);
} rules[KIND_COUNT] = {
    [KIND_HUB] = {of_cluster, for_clusters_of_hub},
    [KIND_CLUSTER] = {of_cluster, stands_for_itself},
    [KIND_SITE] = {of_scheduler, for_schedulers_of_site},
    [KIND_SCHEDULER] = {of_scheduler, stands_for_itself},
    [KIND_SOURCE] = {of_scheduler, for_schedulers_of_source},
    [KIND_QUEUE] = {of_queue, for_queue},
    [KIND_NODE] = {of_nodes, for_node},
    [KIND_RACK] = {of_nodes, for_nodes_of_rack},
    [KIND_HALL] = {of_nodes, for_nodes_of_hall},
    [KIND_RESERVATION] = {of_reservation, for_nodes_of_reservation},
    [KIND_LINK] = {of_link, for_link},
    [KIND_TRANSFER] = {of_job, stands_for_itself},
    [KIND_JOB] = {of_job, stands_for_itself},
};

bool impact_has(enum kind kind)
{
    return (size_t)kind < KIND_COUNT && rules[kind].hit != NULL;
}

/* --- the beginning and the end --- */

static void index_tenant(struct impact *i, const struct row *tenant)
{
    struct safe_text rest = cell(tenant, TENANT_ACCOUNTS), account;

    index_put(&i->tenants_told, tenant->id, none(), tenant);
    while (value_list_next(&rest, &account))
        index_put(&i->accounts_told, account, none(), tenant);
}

static void index_facts(struct impact *i)
{
    const struct impact_facts *f = i->facts;

    for (size_t k = 0; k < f->count[KIND_TENANT]; k++)
        index_tenant(i, &f->rows[KIND_TENANT][k]);
    for (size_t k = 0; k < f->count[KIND_USER]; k++)
        index_put(&i->users_told, f->rows[KIND_USER][k].id, none(), &f->rows[KIND_USER][k]);
    for (size_t k = 0; k < f->count[KIND_QUEUE]; k++) {
        const struct row *q = &f->rows[KIND_QUEUE][k];
        index_put(&i->queues_told, cell(q, QUEUE_SCHEDULER), cell(q, QUEUE_NAME), q);
    }
}

struct impact *impact_new(const struct row *object, const struct impact_facts *facts)
{
    struct impact *i = mem_new(1, sizeof *i);

    i->facts = facts;
    i->object = object;
    i->hit = rules[object->kind].hit;
    index_facts(i);
    rules[object->kind].begin(i);
    return i;
}

void impact_free(struct impact *i)
{
    if (i == NULL)
        return;
    struct ids *const all[] = {
        &i->places, &i->tenants_told.ids, &i->users_told.ids, &i->queues_told.ids, &i->accounts_told.ids,
        &i->users,  &i->accounts,         &i->tenants,        &i->groups,          &i->members};
    for (size_t k = 0; k < sizeof all / sizeof *all; k++)
        ids_release(all[k]);
    for (size_t k = 0; k < i->cap; k++)
        buf_release(&i->all[k].contacts);
    free(i->tenants_told.rows);
    free(i->accounts_told.rows);
    free(i->users_told.rows);
    free(i->queues_told.rows);
    free(i->all);
    free(i->sorted);
    arena_release(&i->arena);
    free(i);
}

/* --- jobs --- */

static int64_t tasks_of(const struct row *job)
{
    int64_t tasks = value_int_or(&job->cells[JOB_TASKS], 1);

    return is_waiting(job) && tasks > 1 ? tasks : 1;
}

static int64_t plus(int64_t a, int64_t b)
{
    int64_t sum;

    return __builtin_add_overflow(a, b, &sum) ? INT64_MAX : sum;
}

static int64_t times(int64_t a, int64_t b)
{
    int64_t product;

    return __builtin_mul_overflow(a, b, &product) ? INT64_MAX : product;
}

/* 0: none. */
static int64_t deadline_of(const struct impact *i, const struct row *job)
{
    int64_t own_ms = value_int_or(&job->cells[JOB_DEADLINE_AT], 0);
    int64_t from_ms = value_int_or(&job->cells[JOB_ELIGIBLE_AT], value_int_or(&job->cells[JOB_SUBMITTED_AT], 0));
    const struct row *queue = index_find(&i->queues_told, cell(job, JOB_SCHEDULER), cell(job, JOB_QUEUE));

    if (own_ms > 0 || !is_waiting(job) || from_ms <= 0 || queue == NULL)
        return own_ms;
    double promised_s = value_real_or(&queue->cells[QUEUE_SLO_S], -1);
    return promised_s >= 0 && promised_s < 1e9 ? plus(from_ms, (int64_t)(promised_s * 1000)) : 0;
}

/* An account of one name is another one for another tenant. */
static struct account *account_of(struct impact *i, const struct row *job, size_t at)
{
    if (at == i->cap) {
        size_t cap = i->cap > 0 ? 2 * i->cap : 16;
        i->all = mem_grow(i->all, cap, sizeof *i->all);
        for (size_t k = i->cap; k < cap; k++)
            i->all[k] = (struct account){.contacts = buf_make(CONTACTS_BYTES)};
        i->cap = cap;
    }
    if (i->all[at].told.running + i->all[at].told.waiting == 0) {
        i->all[at].told.account = rows_text(&i->arena, cell(job, JOB_ACCOUNT));
        i->all[at].told.tenant = rows_text(&i->arena, tenant_id(i, job));
    }
    return &i->all[at];
}

static bool is_listed(struct safe_text list, struct safe_text one)
{
    struct safe_text member;

    while (value_list_next(&list, &member))
        if (text_equal(member, one))
            return true;
    return false;
}

static void contact_add(struct account *a, struct safe_text contact)
{
    struct safe_text listed = text_from(buf_str(&a->contacts), a->contacts.len);

    if (!text_empty(contact) && a->contact_count < CONTACTS_MAX && !is_listed(listed, contact))
        a->contact_count += value_list_add(&a->contacts, contact, NULL);
}

static void contacts_of(struct impact *i, struct account *a, const struct row *job)
{
    const struct row *tenant = tenant_of(i, job);
    const struct row *user = index_find(&i->users_told, cell(job, JOB_SCHEDULER), cell(job, JOB_USER));

    if (tenant != NULL)
        contact_add(a, cell(tenant, TENANT_CONTACT));
    if (user != NULL)
        contact_add(a, cell(user, USER_CONTACT));
}

static void count_new(struct ids *ids, struct safe_text name)
{
    if (!text_empty(name))
        ids_put(ids, name, none());
}

static void meet_user(struct impact *i, struct account *a, size_t group, const struct row *job)
{
    char number[24];
    size_t before = i->members.count;

    snprintf(number, sizeof number, "%zu", group);
    ids_put(&i->members, text_of(number), cell(job, JOB_USER));
    if (i->members.count == before)
        return;
    a->told.users += !text_empty(cell(job, JOB_USER));
    contacts_of(i, a, job);
}

static void meet_deadline(struct impact *i, struct account *a, const struct row *job)
{
    int64_t ms = deadline_of(i, job);

    if (ms > 0 && (a->told.deadline_ms == 0 || ms < a->told.deadline_ms))
        a->told.deadline_ms = ms;
    if (ms > 0 && (i->sum.deadline_ms == 0 || ms < i->sum.deadline_ms)) {
        i->sum.deadline_ms = ms;
        i->sum.deadline_job = rows_text(&i->arena, job->id);
    }
}

void impact_job(struct impact *i, const struct row *job)
{
    bool running = is_running(job);
    int64_t tasks = tasks_of(job), accels = times(tasks, value_int_or(&job->cells[JOB_ACCELS], 0));

    if ((!running && !is_waiting(job)) || !i->hit(i, job))
        return;
    size_t group = ids_put(&i->groups, cell(job, JOB_ACCOUNT), tenant_id(i, job));
    struct account *a = account_of(i, job, group);
    count_new(&i->users, cell(job, JOB_USER));
    count_new(&i->accounts, cell(job, JOB_ACCOUNT));
    count_new(&i->tenants, tenant_id(i, job));
    meet_user(i, a, group, job);
    meet_deadline(i, a, job);
    if (running)
        a->told.running = plus(a->told.running, 1);
    else
        a->told.waiting = plus(a->told.waiting, tasks);
    a->told.accels = plus(a->told.accels, accels);
}

/* --- what was counted --- */

const struct impact_sum *impact_sum(struct impact *i)
{
    i->sum.jobs = i->sum.running = i->sum.waiting = i->sum.accels = 0;
    for (size_t k = 0; k < i->groups.count; k++) {
        const struct impact_group *g = &i->all[k].told;
        i->sum.running = plus(i->sum.running, g->running);
        i->sum.waiting = plus(i->sum.waiting, g->waiting);
        i->sum.accels = plus(i->sum.accels, g->accels);
    }
    i->sum.jobs = plus(i->sum.running, i->sum.waiting);
    i->sum.users = i->users.count;
    i->sum.tenants = i->tenants.count;
    i->sum.accounts = i->accounts.count;
    return &i->sum;
}

static int by_jobs(const void *a, const void *b)
{
    const struct impact_group *x = a, *y = b;
    int64_t n = plus(x->running, x->waiting), m = plus(y->running, y->waiting);

    int by_account = text_cmp(x->account, y->account);

    if (n != m)
        return n > m ? -1 : 1;
    return by_account != 0 ? by_account : text_cmp(x->tenant, y->tenant);
}

const struct impact_group *impact_groups(struct impact *i, size_t *count)
{
    *count = i->groups.count;
    i->sorted = mem_grow(i->sorted, *count + 1, sizeof *i->sorted);
    for (size_t k = 0; k < *count; k++) {
        i->sorted[k] = i->all[k].told;
        i->sorted[k].contacts = text_from(buf_str(&i->all[k].contacts), i->all[k].contacts.len);
    }
    if (*count > 1)
        qsort(i->sorted, *count, sizeof *i->sorted, by_jobs);
    return i->sorted;
}
