#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "planner/plan_make_private.h"

enum { POWER_PARTS = 10, CNY_PARTS = 100, SLICE_S = 600, AT_ONCE_S = 60 };

static void put_int(struct facts_list *l, int32_t x)
{
    *(int32_t *)plan_facts_push(l, sizeof(int32_t)) = x;
}

static void put_long(struct facts_list *l, int64_t x)
{
    *(int64_t *)plan_facts_push(l, sizeof(int64_t)) = x;
}

struct fact_job plan_make_like(const struct make *m, const struct make_group *g)
{
    struct fact_job j = *FACTS(m->c.f, job, jobs, g->job);

    j.data_gb = (float)plan_make_rounded(j.data_gb);
    j.memory_mb = j.memory_mb < 0 ? -1 : (j.memory_mb + 1023) / 1024 * 1024;
    j.limit_s = j.limit_s < 0 ? -1 : (int64_t)plan_make_rounded((double)j.limit_s);
    return j;
}

/* --- rows --- */

static uint32_t add_row(struct make *m, enum make_row_kind kind, uint32_t of, int32_t each, int64_t capacity)
{
    *(struct make_row *)plan_facts_push(&m->rows, sizeof(struct make_row)) = (struct make_row){kind, of, each};
    put_long(&m->capacity, capacity > 0 ? capacity : 0);
    return (uint32_t)m->rows.count - 1;
}

/* What a pool gives to its own work within the horizon: what the forecast starts if nothing is done, in its order and with what
 * comes meanwhile; where that is all that waits, also what else is free or ends; beside that what running jobs hold that a
 * plan may move. `at_once` is what is taken of the free capacity before a newcomer can be there. */
struct gives {
    int64_t started[RULE_THRESHOLDS + 1], at_once[RULE_THRESHOLDS + 1], freed[RULE_THRESHOLDS + 1];
    int64_t movable[RULE_THRESHOLDS + 1]; /* the last of each: CPUs */
    bool all;
};

static void add_takes(const struct make *m, uint32_t pool, const struct fact_job *j, int64_t to[RULE_THRESHOLDS + 1])
{
    const struct rule_room *r = &m->c.room[pool];

    for (int i = 0; i < r->count; i++)
        to[i] += plan_rule_room_takes(r, FACTS(m->c.f, pool, pools, pool), j, i);
    to[RULE_THRESHOLDS] += j->cpus;
}

static void sum_pool(const struct make *m, uint32_t pool, struct gives *g)
{
    const struct fact_pool *p = FACTS(m->c.f, pool, pools, pool);
    int32_t *ends = mem_new(p->running_count + 1, sizeof *ends);

    plan_forecast_ends(&(struct forecast_ask){.c = &m->c}, p, ends);
    g->all = true;
    for (size_t k = 0; k < p->waiting_count; k++) {
        const struct fact_job *j = FACTS(m->c.f, job, jobs, p->waiting[k]);
        int32_t starts = m->undone.starts_s[p->waiting[k]];
        g->all &= starts >= 0 || !plan_rule_can_start(j);
        if (starts >= 0)
            add_takes(m, pool, j, g->started);
        if (starts >= 0 && starts <= AT_ONCE_S)
            add_takes(m, pool, j, g->at_once);
    }
    for (size_t k = 0; k < p->running_count; k++)
        if (ends[k] <= m->c.horizon_s && !m->inside[p->running[k]])
            add_takes(m, pool, FACTS(m->c.f, job, jobs, p->running[k]), g->freed);
    free(ends);
}

static int64_t lesser(int64_t a, int64_t b)
{
    return a < b ? a : b;
}

/* Of what is free or ends (`now` of it is free); `i` as in struct gives. */
static int64_t home_room(const struct gives *g, int i, int64_t now)
{
    int64_t freed = g->all ? now + g->freed[i] : 0;

    return (g->started[i] > freed ? g->started[i] : freed) + g->movable[i];
}

/* CPUs have a row of their own: a job that asks for no accelerator uses none of the others where these are counted. */
static void add_pool_rows(struct make *m, uint32_t pool, const struct gives *g)
{
    const struct rule_room *r = &m->c.room[pool];

    m->row_home[pool] = (uint32_t)m->rows.count;
    for (int i = 0; i < r->count; i++)
        add_row(m, MAKE_ROW_HOME, pool, r->at[i], home_room(g, i, r->now[i]));
    add_row(m, MAKE_ROW_HOME_CPUS, pool, 0, home_room(g, RULE_THRESHOLDS, r->cpus));
    m->row_new[pool] = (uint32_t)m->rows.count;
    for (int i = 0; i < r->count; i++)
        add_row(m, MAKE_ROW_NEW, pool, r->at[i], lesser(r->newcomers[i], r->now[i] - g->at_once[i]));
    add_row(m, MAKE_ROW_CPUS, pool, 0, lesser(r->cpus_newcomers, r->cpus - g->at_once[RULE_THRESHOLDS]));
    add_row(m, MAKE_ROW_MEMORY, pool, 0, r->memory_newcomers < 0 ? INT64_C(1) << 40 : r->memory_newcomers / 1024);
}

/* What newcomers to a part of a pool may take, which also counts in the pool. */
static void add_parts(struct make *m)
{
    m->row_part = arena_alloc(&m->work, (m->c.f->parts.count + 1) * sizeof *m->row_part);
    for (uint32_t i = 0; i < m->c.f->parts.count; i++) {
        const struct rule_room *r = &m->c.part_room[i];
        uint32_t pool = FACTS(m->c.f, part, parts, i)->pool;
        m->row_part[i] = (uint32_t)m->rows.count;
        for (int k = 0; k < r->count; k++)
            add_row(m, MAKE_ROW_NEW, pool, r->at[k], r->newcomers[k]);
        add_row(m, MAKE_ROW_CPUS, pool, 0, r->cpus_newcomers);
    }
}

static void add_pools(struct make *m)
{
    struct gives *g = mem_new(m->c.f->pools.count + 1, sizeof *g);

    m->row_home = arena_alloc(&m->work, (m->c.f->pools.count + 1) * sizeof *m->row_home);
    m->row_new = arena_alloc(&m->work, (m->c.f->pools.count + 1) * sizeof *m->row_new);
    for (uint32_t i = 0; i < m->group_count; i++) {
        const struct fact_job *j = FACTS(m->c.f, job, jobs, m->groups[i].job);
        for (uint32_t k = 0; plan_facts_runs(j) && k < m->groups[i].count; k++)
            add_takes(m, j->pool, j, g[j->pool].movable);
    }
    for (uint32_t i = 0; i < m->c.f->pools.count; i++) {
        sum_pool(m, i, &g[i]);
        add_pool_rows(m, i, &g[i]);
    }
    add_parts(m);
    free(g);
}

static uint32_t *rows_of(struct make *m, size_t count)
{
    uint32_t *rows = arena_alloc(&m->work, (count + 1) * sizeof *rows);

    memset(rows, 0xff, (count + 1) * sizeof *rows);
    return rows;
}

static int64_t whole(double x)
{
    return x >= 0 ? x > 1e12 ? INT64_C(1) << 40 : (int64_t)x : 0;
}

static void add_network(struct make *m)
{
    const struct plan_facts *f = m->c.f;
    double keep = 1 - m->c.limits->head_room_pct / 100;

    m->row_link = rows_of(m, f->links.count);
    m->row_storage = rows_of(m, f->clusters.count);
    m->row_power = rows_of(m, f->clusters.count);
    m->row_quota = rows_of(m, f->clusters.count);
    for (uint32_t i = 0; i < f->links.count; i++) {
        double gb = plan_rule_case_budget_gb(&m->c, FACTS(f, link, links, i));
        if (!isnan(gb))
            m->row_link[i] = add_row(m, MAKE_ROW_LINK, i, 0, whole(gb));
    }
    for (uint32_t i = 0; i < f->clusters.count; i++) {
        const struct fact_cluster *at = FACTS(f, cluster, clusters, i);
        double gb = 1000 * (at->storage_free_tb - at->storage_tb * m->c.limits->head_room_pct / 100);
        double kw = at->power_cap_kw * keep - at->power_kw, kwh = at->quota_kwh - at->kwh;
        if (!isnan(gb))
            m->row_storage[i] = add_row(m, MAKE_ROW_STORAGE, i, 0, whole(gb));
        if (!isnan(kw))
            m->row_power[i] = add_row(m, MAKE_ROW_POWER, i, 0, whole(kw * POWER_PARTS));
        if (!isnan(kwh))
            m->row_quota[i] = add_row(m, MAKE_ROW_QUOTA, i, 0, whole(kwh * POWER_PARTS));
    }
}

static void add_gangs(struct make *m)
{
    plan_make_gangs(m);
    m->row_gangs = rows_of(m, m->c.f->pools.count);
    for (uint32_t i = 0; i < m->c.f->pools.count && m->gang_count > 0; i++) {
        m->row_gangs[i] = (uint32_t)m->rows.count;
        for (int k = 0; k < m->gang_count; k++)
            add_row(m, MAKE_ROW_SUPERNODES, i, m->gangs[k].nodes * m->gangs[k].each, plan_make_gangs_free(m, i, k));
    }
}

static void add_slots(struct make *m)
{
    plan_make_slots(m, &m->slots);
    m->row_slots = (uint32_t)m->rows.count;
    for (uint32_t i = 0; i < m->c.f->pools.count; i++)
        for (uint32_t k = m->slots.first[i]; k < m->slots.first[i + 1]; k++)
            add_row(m, MAKE_ROW_SLOTS, i, m->slots.all[k].accels, m->slots.all[k].free);
}

/* Running jobs: so many accelerators in ten minutes, as often as a drain has time, else once; never under one job: where no
 * job is as small as that, one job. */
static int32_t running_amount(const struct make *m, const struct fact_job *j)
{
    uint32_t row = m->row_running[j->scheduler];

    if (row == FACT_NONE || MAKE_ROW(m, row)->each == 1)
        return 1;
    return j->accels > 0 ? j->accels : j->cpus;
}

static void add_running(struct make *m)
{
    const struct plan_facts *f = m->c.f;
    int64_t slices = m->c.draining ? m->c.by_s / SLICE_S + 1 : 1;

    m->row_running = rows_of(m, f->schedulers.count);
    for (uint32_t i = 0; i < f->schedulers.count; i++) {
        const struct fact_scheduler *s = FACTS(f, scheduler, schedulers, i);
        int64_t running = s->accels_running > 0 ? s->accels_running : s->cpus_running, least = INT64_MAX;
        int64_t most = whole((double)running * m->c.limits->running_accels_pct / 100);
        for (uint32_t g = 0; g < m->group_count; g++) {
            const struct fact_job *j = FACTS(f, job, jobs, m->groups[g].job);
            int64_t amount = j->accels > 0 ? j->accels : j->cpus;
            if (j->scheduler == i && plan_facts_runs(j) && amount < least)
                least = amount;
        }
        if (least == INT64_MAX)
            continue;
        m->row_running[i] = least > most ? add_row(m, MAKE_ROW_RUNNING, i, 1, slices)
                                         : add_row(m, MAKE_ROW_RUNNING, i, 0, most * slices);
    }
}

/* Who waits because a user has as many jobs as may run, starts when one of these ends. */
static void add_users(struct make *m)
{
    m->row_users = (uint32_t)m->rows.count;
    for (uint32_t i = 0; i < m->undone.user_count; i++)
        add_row(m, MAKE_ROW_USERS, m->undone.users[i].queue, 0, m->undone.users[i].most);
}

static uint32_t row_of_user(const struct make *m, const struct fact_job *j)
{
    for (uint32_t i = 0; i < m->undone.user_count && j->why == WAIT_QUOTA; i++)
        if (m->undone.users[i].queue == j->queue && m->undone.users[i].user == j->user)
            return m->row_users + i;
    return FACT_NONE;
}

/* --- options --- */

static void use(struct make *m, uint32_t row, int64_t amount)
{
    if (row == FACT_NONE || amount <= 0)
        return;
    put_int(&m->use_row, (int32_t)row);
    put_int(&m->use_amount, amount > INT32_MAX ? INT32_MAX : (int32_t)amount);
}

static void use_pool(struct make *m, uint32_t pool, const struct fact_job *j, uint32_t first)
{
    const struct rule_room *r = &m->c.room[pool];

    for (int i = 0; i < r->count; i++)
        use(m, first + (uint32_t)i, plan_rule_room_takes(r, FACTS(m->c.f, pool, pools, pool), j, i));
}

static void use_home(struct make *m, const struct fact_job *j)
{
    use_pool(m, j->pool, j, m->row_home[j->pool]);
    use(m, m->row_home[j->pool] + (uint32_t)m->c.room[j->pool].count, j->cpus);
}

/* Of the part that the queue has, and of all that this lies in. */
static void use_parts(struct make *m, const struct rule_try *t)
{
    const struct fact_pool *p = FACTS(m->c.f, pool, pools, t->pool_to);
    uint32_t part = FACTS(m->c.f, queue, queues, t->queue_to)->part;

    for (uint32_t i = 0; i < p->part_count && part != FACT_NONE; i++) {
        uint32_t around = p->first_part + i;
        if ((FACTS(m->c.f, part, parts, part)->within & FACTS(m->c.f, part, parts, around)->bit) == 0)
            continue;
        use_pool(m, t->pool_to, t->job, m->row_part[around]);
        use(m, m->row_part[around] + (uint32_t)m->c.part_room[around].count, t->job->cpus);
    }
}

static void use_target(struct make *m, const struct rule_try *t)
{
    const struct rule_room *r = &m->c.room[t->pool_to];
    const struct fact_job *j = t->job;
    const struct fact_cluster *at = plan_rule_case_cluster(&m->c, t->to);
    uint32_t cluster = at == NULL ? FACT_NONE : (uint32_t)(at - FACTS(m->c.f, cluster, clusters, 0));

    use_pool(m, t->pool_to, j, m->row_new[t->pool_to]);
    use(m, m->row_new[t->pool_to] + (uint32_t)r->count, j->cpus);
    use(m, m->row_new[t->pool_to] + (uint32_t)r->count + 1, j->memory_mb < 0 ? 0 : j->memory_mb / 1024);
    use_parts(m, t);
    for (uint32_t i = m->slots.first[t->pool_to]; i < m->slots.first[t->pool_to + 1]; i++)
        use(m, m->row_slots + i, plan_make_slots_takes(&m->slots.all[i], j));
    for (int i = 0; i < t->path.count && t->data_gb > 0; i++)
        use(m, m->row_link[t->path.links[i]], (int64_t)ceil(t->data_gb));
    if (cluster != FACT_NONE) {
        double kw = plan_rule_case_kw(j), pue = isnan(at->pue) ? 1 : at->pue;
        use(m, m->row_storage[cluster], (int64_t)ceil(t->data_gb));
        use(m, m->row_power[cluster], (int64_t)ceil(kw * POWER_PARTS));
        use(m, m->row_quota[cluster], (int64_t)ceil(kw * pue * plan_rule_case_hours(&m->c, j) * POWER_PARTS));
    }
    for (int i = plan_make_gangs_of(m, t->pool_to, j); i-- > 0;)
        use(m, m->row_gangs[t->pool_to] + (uint32_t)i, 1);
    use(m, m->row_jobs, 1);
    if (plan_facts_runs(j))
        use(m, m->row_running[j->scheduler], running_amount(m, j));
}

static void end_option(struct make *m, struct make_option o, int32_t agent, const int64_t value[PLAN_LEVELS_MAX])
{
    *(struct make_option *)plan_facts_push(&m->options, sizeof o) = o;
    put_int(&m->agents, agent);
    put_int(&m->option_uses, (int32_t)m->use_row.count);
    put_long(&m->costs, 0);
    for (int l = 0; l < m->model.level_count; l++)
        put_long(&m->levels[l], value[l]);
}

/* What it costs there in weighted CNY; who has no known price counts as dearer than all that have one. */
static double weighted(const struct make *m, const struct fact_job *j, const struct make_option *o, double data_gb)
{
    double kwh = plan_rule_case_kw(j) * plan_rule_case_hours(&m->c, j);
    double dear = kwh * (isnan(m->c.dearest) ? 1 : m->c.dearest) * RULE_DEAR_SHARE;
    double cny = isnan(o->cny) ? dear : o->cny, co2 = isnan(o->co2_kg) ? kwh * RULE_CO2_KG_KWH * 2 : o->co2_kg;
    double again = plan_facts_runs(j) ? plan_rule_case_kw(j) * (double)(m->c.now_ms - j->checkpoint_ms) / 3.6e6 : 0;

    return m->c.ask->weight_cost *
               (cny + data_gb * RULE_DATA_CNY_GB + again * (isnan(m->c.dearest) ? 1 : m->c.dearest)) +
           m->c.ask->weight_carbon * co2;
}

/* The targets of a group that no rule forbids. */
struct targets {
    struct rule_try *tries;
    double *cost;
    uint32_t count;
};

/* Where the ring leaves no other place at all, that is what is told, whatever else forbids it. */
static void find_targets(struct make *m, struct make_group *g, const struct fact_job *j, struct targets *out)
{
    const struct plan_rule *ring = plan_rule_named("ring");
    uint32_t inside = 0, kin = 0;

    for (uint32_t to = 0; to < m->c.f->schedulers.count; to++) {
        if (to == j->scheduler)
            continue;
        struct rule_try t = plan_rule_try(&m->c, j, to);
        const struct plan_rule *bar = plan_rule_first(&t);
        kin += t.queue_to != FACT_NONE;
        inside += t.queue_to != FACT_NONE && !ring->forbids(&t);
        if (bar != NULL) {
            if (g->bar == NULL || bar > g->bar) /* the one that came nearest */
                g->bar = bar;
            continue;
        }
        struct make_option o = {MAKE_GO, to, t.queue_to, plan_rule_case_cny(&m->c, j, to),
                                plan_rule_case_co2(&m->c, j, to)};
        out->cost[out->count] = weighted(m, j, &o, t.data_gb);
        out->tries[out->count++] = t;
    }
    if (kin > 0 && inside == 0)
        g->bar = ring;
}

static int64_t cost_value(double more)
{
    double parts = more * CNY_PARTS;

    return !(parts > 0) ? 0 : parts > 1e9 ? 1000000000 : (int64_t)ceil(parts);
}

/* Of the next option. */
static void limit_option(struct make *m)
{
    int32_t most = m->most == NULL ? -1 : m->most[m->options.count];

    if (most >= 0)
        use(m, most == 0 ? m->row_never : add_row(m, MAKE_ROW_BORNE_OUT, FACT_NONE, 0, most), 1);
}

/* Who stays costs the plan nothing: what is counted is what moved jobs cost where they go, so that of moves that start as much the
 * cheapest are made, and none to save money alone. */
static void add_go(struct make *m, const struct make_group *g, const struct fact_job *j, const struct targets *all)
{
    for (uint32_t i = 0; i < all->count; i++) {
        const struct rule_try *t = &all->tries[i];
        struct make_option o = {MAKE_GO, t->to, t->queue_to, plan_rule_case_cny(&m->c, j, t->to),
                                plan_rule_case_co2(&m->c, j, t->to)};
        int64_t value[PLAN_LEVELS_MAX] = {0};
        value[m->level_start] = -g->weight;
        value[m->level_cost] = cost_value(all->cost[i]);
        value[m->level_moves] = 1;
        use_target(m, t);
        limit_option(m);
        end_option(m, o, (int32_t)t->to, value);
    }
}

static void add_stay(struct make *m, const struct make_group *g, const struct fact_job *j, enum make_what what)
{
    int64_t value[PLAN_LEVELS_MAX] = {0};
    bool runs = plan_facts_runs(j);
    int32_t agent = (int32_t)(m->c.f->schedulers.count + (what == MAKE_START ? 0 : m->c.f->schedulers.count)) +
                    (int32_t)j->scheduler;

    if (m->level_drain >= 0)
        value[m->level_drain] = g->leaves ? plan_make_units(j) : 0;
    value[m->level_start] = what == MAKE_START ? -g->weight : 0;
    if (!g->leaves && (what == MAKE_START || runs))
        use_home(m, j);
    if (what == MAKE_START) {
        use(m, row_of_user(m, j), 1);
        limit_option(m);
    }
    end_option(m, (struct make_option){what, FACT_NONE, FACT_NONE, 0, 0}, agent, value);
}

/* At home, by itself or when others leave. */
static bool may_start(const struct make *m, const struct make_group *g, const struct fact_job *j)
{
    return !plan_facts_runs(j) && !g->leaves && (g->starts || plan_rule_can_start(j) || row_of_user(m, j) != FACT_NONE);
}

static void add_group(struct make *m, struct make_group *g, struct targets *targets)
{
    struct fact_job j = plan_make_like(m, g);

    targets->count = 0;
    if (m->moves_max > 0)
        find_targets(m, g, &j, targets);
    if (!g->starts || g->leaves)
        add_stay(m, g, &j, MAKE_STAY);
    if (may_start(m, g, &j))
        add_stay(m, g, &j, MAKE_START);
    add_go(m, g, &j, targets);
    if (targets->count > 0)
        g->bar = NULL;
    put_int(&m->group_jobs, (int32_t)(g->first + g->count));
    put_int(&m->group_options, (int32_t)m->options.count);
}

static void name_levels(struct make *m)
{
    int n = 0;

    m->level_drain = -1;
    for (uint32_t i = 0; i < m->group_count && m->level_drain < 0; i++)
        m->level_drain = m->groups[i].leaves ? n++ : -1;
    m->level_start = n++;
    m->level_cost = n++;
    m->level_moves = n++;
    m->model.level_count = n;
}

static void point(struct make *m)
{
    static const char *const names[] = {"drain", "start", "cost", "moves"};
    int skip = m->level_drain < 0 ? 1 : 0;

    m->model.problem = (struct assign_problem){(int32_t)m->group_count,
                                               (int32_t)(3 * m->c.f->schedulers.count),
                                               (int32_t)m->rows.count,
                                               m->group_jobs.all,
                                               m->group_options.all,
                                               m->agents.all,
                                               m->costs.all,
                                               m->option_uses.all,
                                               m->use_row.all,
                                               m->use_amount.all,
                                               m->capacity.all};
    for (int l = 0; l < m->model.level_count; l++)
        m->model.levels[l] = (struct plan_level){names[l + skip], m->levels[l].all};
}

static void build(struct make *m)
{
    size_t schedulers = m->c.f->schedulers.count + 1;
    struct targets targets = {arena_alloc(&m->work, schedulers * sizeof *targets.tries),
                              arena_alloc(&m->work, schedulers * sizeof *targets.cost), 0};

    name_levels(m);
    add_pools(m);
    add_network(m);
    m->moves_max = m->c.limits->jobs_max;
    if (m->c.ask->max_moves >= 0 && m->c.ask->max_moves < m->moves_max)
        m->moves_max = m->c.ask->max_moves;
    m->row_jobs = add_row(m, MAKE_ROW_JOBS, FACT_NONE, 0, m->moves_max);
    m->row_never = add_row(m, MAKE_ROW_BORNE_OUT, FACT_NONE, 0, 0);
    add_running(m);
    add_users(m);
    add_gangs(m);
    add_slots(m);
    put_int(&m->group_jobs, 0);
    put_int(&m->group_options, 0);
    put_int(&m->option_uses, 0);
    for (uint32_t i = 0; i < m->group_count; i++)
        add_group(m, &m->groups[i], &targets);
    point(m);
}

void plan_make_model(struct make *m)
{
    build(m);
    m->most = arena_alloc(&m->work, (m->options.count + 1) * sizeof *m->most);
    memset(m->most, 0xff, (m->options.count + 1) * sizeof *m->most);
    if (plan_make_line(m))
        plan_make_again(m);
}

static void clear(struct make *m, void (*how)(struct facts_list *))
{
    struct facts_list *lists[] = {&m->options, &m->rows,        &m->capacity, &m->group_jobs, &m->group_options,
                                  &m->agents,  &m->option_uses, &m->use_row,  &m->use_amount, &m->costs};

    for (size_t i = 0; i < sizeof lists / sizeof *lists; i++)
        how(lists[i]);
    for (int l = 0; l < PLAN_LEVELS_MAX; l++)
        how(&m->levels[l]);
}

static void empty(struct facts_list *l)
{
    l->count = 0;
}

static void drop(struct facts_list *l)
{
    free(l->all);
}

void plan_make_again(struct make *m)
{
    clear(m, empty);
    build(m);
}

void plan_make_release(struct make *m)
{
    clear(m, drop);
    arena_release(&m->work);
}
