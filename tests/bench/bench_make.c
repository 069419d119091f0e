#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "bench/table.h"
#include "domain/derive.h"
#include "domain/fleet.h"
#include "domain/link.h"
#include "domain/plan_check.h"
#include "planner/plan_make.h"
#include "sim/sim.h"
#include "sources/scenario.h"

/* A plan from the simulated fleet: `bench_make [SCENARIO] [MINUTES] [WORD]` prints it as an operator would want to read it, with
 * how long it took. Without a scenario: 100,000 waiting jobs (the goal is about a second for facts and model). */

static int64_t start_ms = INT64_C(1795000000000);

static double cpu_s(void)
{
    struct timespec t;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static void die(const struct err *err)
{
    fprintf(stderr, "bench_make: %s\n", err->text);
    exit(1);
}

/* Rows go to the planner, or the second time to the checker of what it made of them. */
struct ctx {
    struct plan_facts *f;
    struct plan_checker *check;
    struct derive *d;
};

static void take(const struct ctx *c, const struct row *row)
{
    if (c->check)
        plan_check_take(c->check, row);
    else
        plan_facts_take(c->f, row);
}

static bool give(void *ctx, const struct row *row, struct err *err)
{
    struct row r = *row;
    (void)err;
    r.observed_ms = 1;
    take(ctx, &r);
    return true;
}

static bool derived(void *ctx, const struct row *row, struct err *err)
{
    struct ctx *c = ctx;
    if (row->kind == KIND_JOB || row->kind == KIND_NODE)
        give(ctx, row, err);
    return derive_row(c->d, row, err);
}

static void fill(struct sim *s, struct ctx c)
{
    static const enum kind counted[] = {KIND_QUEUE, KIND_SCHEDULER, KIND_NODE, KIND_JOB};
    struct err err = {0};

    c.d = derive_new("sample");
    for (const enum kind *k = plan_facts_kinds(); *k != KIND_NONE; k++) {
        int64_t at = 0;
        if (*k == KIND_QUEUE || *k == KIND_SCHEDULER || *k == KIND_NODE || *k == KIND_JOB || *k >= KIND_MAINTENANCE)
            continue;
        while (at >= 0)
            if (!sim_facts(s, *k, &at, 10000, give, &c, &err))
                die(&err);
    }
    for (int i = 0; i < 4; i++) {
        int64_t at = 0;
        derive_begin(c.d, counted[i]);
        while (at >= 0)
            if (!sim_facts(s, counted[i], &at, 10000, derived, &c, &err))
                die(&err);
        derive_end(c.d, counted[i], true);
    }
    derive_emit(c.d, sim_now(s), give, &c, &err);
    derive_free(c.d);
}

static const char *show(struct safe_text t)
{
    static char out[8][512];
    static int at;
    at = (at + 1) % 8;
    return text_show_in(t, out[at], sizeof out[at]);
}

static void print_moves(const struct plan *p)
{
    for (size_t i = 0; i < p->move_count; i++) {
        const struct plan_move *m = &p->moves[i];
        printf("%2zu %s/%s > %s/%s  %zu jobs (%lld running) %lld cards %lld cores  %.1f > %.1f ms (max %.1f)  %.0f GB "
               "%s  %lld s, starts "
               "%lld-%lld s, home %lld  %+.1f CNY %+.1f kg  risk %s  frees %zu\n     %s\n",
               i + 1, show(m->from), show(m->queue), show(m->to), show(m->queue_to), m->job_count,
               (long long)m->running, (long long)m->accels, (long long)m->cpus, m->delay_before_ms, m->delay_after_ms,
               m->delay_max_ms, m->data_gb, show(m->link), (long long)m->takes_s, (long long)m->starts_low_s,
               (long long)m->starts_high_s, (long long)m->home_s, m->cost_cny, m->co2_kg, show(m->risk), m->free_count,
               show(m->why));
        for (size_t k = 0; i < 2 && k < m->considered_count; k++)
            printf("       %-10s %-12s %s\n", show(m->considered[k].scheduler), show(m->considered[k].verdict),
                   show(m->considered[k].words));
    }
}

static void print(const struct plan *p)
{
    printf("%zu moves, %lld jobs start because of it; %s\n", p->move_count, (long long)p->starts, show(p->remark));
    print_moves(p);
    for (size_t i = 0; i < p->objective_count; i++)
        printf("objective %-10s %.2f bound %.2f gap %.3f %%  binds: %s  %s\n", show(p->objectives[i].name),
               p->objectives[i].value, p->objectives[i].bound, p->objectives[i].gap_pct, show(p->objectives[i].binding),
               show(p->objectives[i].weak));
    for (size_t i = 0; i < p->check_count; i++)
        printf("check %-10s %-3s %s\n", show(p->checks[i].name), p->checks[i].ok ? "ok" : "NO",
               show(p->checks[i].words));
    for (size_t i = 0; i < p->total_count; i++)
        printf("total %-16s %.2f  %.2f > %.2f\n", show(p->totals[i].measure), p->totals[i].now, p->totals[i].undone,
               p->totals[i].after);
    for (size_t i = 0; i < p->left_count; i++)
        printf("left %-16s %4lld %-12s %s\n", show(p->left[i].queue), (long long)p->left[i].jobs,
               show(p->left[i].reason), show(p->left[i].words));
    for (size_t i = 0; i < p->effect_count; i++)
        printf("effect %s %-10s %-18s now %.1f undone %.1f after %.1f (%.1f-%.1f) limit %.1f\n",
               kind_info(p->effects[i].kind)->singular, show(p->effects[i].what), show(p->effects[i].measure),
               p->effects[i].now, p->effects[i].undone, p->effects[i].after, p->effects[i].after_low,
               p->effects[i].after_high, p->effects[i].limit);
    printf("seen %zu\n", p->seen_count);
}

#ifdef HAS_SIM_MOVE
static void forecast_and_fact(struct sim *s, const struct plan *p)
{
    for (size_t i = 0; i < p->move_count; i++)
        for (size_t k = 0; k < p->moves[i].job_count; k++) {
            char id[128], to[128];
            struct err err = {0};
            snprintf(id, sizeof id, "%s", show(p->moves[i].jobs[k].id));
            snprintf(to, sizeof to, "%s", show(p->moves[i].to));
            struct sim_order o = {.kind = SIM_MOVE, .target = id, .to = to};
            if (!sim_apply(s, &o, &err))
                printf("refused: %s\n", err.text);
        }
}
#endif

static void plan(struct plan_facts *f, const struct plan_ask *ask, int64_t now_ms, struct plan *out)
{
    struct plan_limits limits = plan_limits_preset();
    struct err err = {0};
    double t = cpu_s();

    if (!plan_make(f, ask, &limits, now_ms, out, &err))
        die(&err);
    printf("plan: %.2f s\n", cpu_s() - t);
}

/* Every plan is checked by what shares no code with its maker. */
static struct plan_checker *check_new(struct plan *p, int64_t now_ms)
{
    p->expires_at_ms = now_ms + 1; /* the collector's to say */
    return plan_check_new(p);
}

static void check_end(struct plan_checker *c, int64_t now_ms, double since_s)
{
    struct plan_limits limits = plan_limits_preset();
    struct plan_check checks[PLAN_CHECKS_MAX];
    struct arena arena = {0};
    double taken_s = cpu_s(), longest_s = 0;
    size_t n = 0;
    for (double t = taken_s; plan_check_one(c, n, &limits, now_ms, &arena, &checks[n]); t = cpu_s(), n++)
        longest_s = fmax(longest_s, cpu_s() - t);
    printf("checked: rows %.2f s, checks %.0f ms, the longest %.0f ms\n", taken_s - since_s, 1000 * (cpu_s() - taken_s),
           1000 * longest_s);
    for (size_t i = 0; i < n; i++)
        printf("checked %-14s %-3s %s\n", show(checks[i].name), checks[i].ok ? "ok" : "NO", show(checks[i].words));
    plan_check_free(c);
    arena_release(&arena);
}

static void compare(struct sim *s, const struct plan *p, int64_t now_ms)
{
    (void)s;
    (void)p;
    (void)now_ms;
#ifdef HAS_SIM_MOVE
    struct plan_facts *f = plan_facts_new();
    struct plan then = {0};
    const struct plan_ask none = {.max_moves = 0, .weight_cost = 1, .seconds = 0.01};
    if (getenv("APPLY"))
        forecast_and_fact(s, p);
    sim_advance(s, now_ms + p->horizon_s * 1000, 0);
    fill(s, (struct ctx){.f = f});
    plan(f, &none, sim_now(s), &then);
    for (size_t i = 0; i < p->effect_count; i++)
        for (size_t k = 0; k < then.effect_count; k++)
            if (text_equal(p->effects[i].what, then.effects[k].what) &&
                text_equal(p->effects[i].measure, then.effects[k].measure))
                printf("fact %-10s %-18s undone %.1f after %.1f (%.1f-%.1f) fact %.1f\n", show(p->effects[i].what),
                       show(p->effects[i].measure), p->effects[i].undone, p->effects[i].after, p->effects[i].after_low,
                       p->effects[i].after_high, then.effects[k].now);
    plan_release(&then);
    plan_facts_free(f);
#endif
}

static void from_scenario(const char *name, int minutes, const char *drain)
{
    struct err err = {0};
    struct scenario sc = {0};
    struct fleet *fleet = fleet_load("sample-data/fleet.conf", &err);

    if (fleet == NULL || !scenario_load("sample-data", name, &sc, &err))
        die(&err);
    if (sc.opens_ms >= 0) /* as a demo would begin: an hour before it opens, in the fleet's time of day */
        start_ms += sc.opens_ms - 9 * INT64_C(3600000) - start_ms % 86400000;
    struct sim_options o = {.fleet = fleet,
                            .events = sc.events,
                            .event_count = sc.event_count,
                            .seed = sc.seed,
                            .start_utc_ms = start_ms,
                            .scale = 1,
                            .load = sc.load,
                            .calm = sc.calm};
#ifdef HAS_SIM_MOVE
    o.near = sc.near;
#endif
    struct sim *s = sim_new(&o, &err);
    if (s == NULL)
        die(&err);
    int64_t now_ms = start_ms + (int64_t)minutes * 60000;
    struct plan_facts *f = plan_facts_new();
    struct plan p = {0};
    struct plan_ask ask = {.max_moves = -1, .weight_cost = 1, .drain = text_of(drain)};
    sim_advance(s, now_ms, 0);
    double t = cpu_s();
    fill(s, (struct ctx){.f = f});
    printf("facts: %.2f s\n", cpu_s() - t);
    plan(f, &ask, now_ms, &p);
    print(&p);
    t = cpu_s();
    struct plan_checker *c = check_new(&p, now_ms);
    fill(s, (struct ctx){.check = c});
    check_end(c, now_ms, t);
    compare(s, &p, now_ms);
    plan_release(&p);
    plan_facts_free(f);
    sim_free(s);
    scenario_release(&sc);
    fleet_free(fleet);
}

/* --- many jobs --- */

static struct value word(const char *s)
{
    return value_text(text_of(s));
}

static void put_node(const struct ctx *into, const char *scheduler, int number, bool idle)
{
    char name[16], id[40];
    snprintf(name, sizeof name, "n%d", number);
    snprintf(id, sizeof id, "%s/%s", scheduler, name);
    struct row n = {.kind = KIND_NODE, .id = text_of(id)};
    n.cells[NODE_SCHEDULER] = word(scheduler);
    n.cells[NODE_NAME] = word(name);
    n.cells[NODE_STATE] = word(idle ? "idle" : "up");
    n.cells[NODE_ACCEL_KIND] = word("x1");
    n.cells[NODE_ACCELS_TOTAL] = value_int(8);
    n.cells[NODE_ACCELS_FREE] = value_int(idle ? 8 : 0);
    n.cells[NODE_CPUS_TOTAL] = value_int(200);
    n.cells[NODE_CPUS_FREE] = value_int(idle ? 200 : 0);
    take(into, &n);
}

static void put_places(const struct ctx *into)
{
    static char id[10][2][16];
    for (int i = 0; i < 10; i++) {
        snprintf(id[i][0], sizeof id[i][0], "C%d", i);
        snprintf(id[i][1], sizeof id[i][1], "s%d", i);
        struct row c = {.kind = KIND_CLUSTER, .id = text_of(id[i][0])},
                   s = {.kind = KIND_SCHEDULER, .id = text_of(id[i][1])};
        c.cells[CLUSTER_PRICE_CNY_KWH] = value_real(0.3 + 0.04 * i);
        c.cells[CLUSTER_PUE] = value_real(1.2);
        s.cells[SCHEDULER_CLUSTER] = word(id[i][0]);
        s.cells[SCHEDULER_STATE] = word("up");
        s.cells[SCHEDULER_NODES_TOTAL] = value_int(2000);
        s.cells[SCHEDULER_ACCELS_TOTAL] = value_int(16000);
        s.cells[SCHEDULER_ACCELS_FREE] = value_int(i < 5 ? 0 : 8000);
        s.cells[SCHEDULER_CPUS_TOTAL] = value_int(400000);
        s.cells[SCHEDULER_CPUS_FREE] = value_int(i < 5 ? 0 : 200000);
        take(into, &c);
        take(into, &s);
        static char queue[10][16];
        snprintf(queue[i], sizeof queue[i], "s%d/q", i);
        struct row q = {.kind = KIND_QUEUE, .id = text_of(queue[i])};
        q.cells[QUEUE_SCHEDULER] = word(id[i][1]);
        q.cells[QUEUE_NAME] = word("q");
        q.cells[QUEUE_KIND] = word("intelligent");
        q.cells[QUEUE_DEPARTURES_PER_MIN] = value_real(20);
        q.cells[QUEUE_ARRIVALS_PER_MIN] = value_real(20);
        take(into, &q);
        for (int k = 0; k < 2000; k++)
            put_node(into, id[i][1], k, i >= 5 && k % 2 == 0);
        for (int k = 0; k < 10; k++) {
            char to[16], link[40];
            snprintf(to, sizeof to, "C%d", k);
            snprintf(link, sizeof link, "C%d>C%d", i, k);
            struct row l = {.kind = KIND_LINK, .id = text_of(link)};
            l.cells[LINK_FROM] = word(id[i][0]);
            l.cells[LINK_TO] = word(to);
            l.cells[LINK_ONE_WAY_MS] = value_real(2 + (i * 7 + k * 3) % 15);
            l.cells[LINK_ONE_WAY_BASIS] = word("measured");
            l.cells[LINK_CAPACITY_GBPS] = value_real(1600);
            l.cells[LINK_USED_PCT] = value_real(40);
            take(into, &l);
        }
    }
}

static void put_job(const struct ctx *into, int i)
{
    static const int sizes[] = {1, 1, 1, 2, 4, 8};
    char id[32], scheduler[16], tenant[16];
    snprintf(scheduler, sizeof scheduler, "s%d", i % 5);
    snprintf(id, sizeof id, "%s/%d", scheduler, i);
    snprintf(tenant, sizeof tenant, "t%d", i % 40);
    struct row j = {.kind = KIND_JOB, .id = text_of(id)};
    j.cells[JOB_SCHEDULER] = word(scheduler);
    j.cells[JOB_QUEUE] = word("q");
    j.cells[JOB_TENANT] = word(tenant);
    j.cells[JOB_STATE] = word("waiting");
    j.cells[JOB_REASON] = word("Priority");
    j.cells[JOB_ACCELS] = value_int(sizes[i % 6]);
    j.cells[JOB_ACCEL_KIND] = word("x1");
    j.cells[JOB_DATA_GB] = value_real(i % 7 * 5);
    j.cells[JOB_CPUS] = value_int(8);
    j.cells[JOB_PRIORITY] = value_int(i % 3 * 4000 + 1000);
    j.cells[JOB_TIME_LIMIT_S] = value_int(3600 + i % 5 * 3600);
    j.cells[JOB_ELIGIBLE_AT] = value_time(start_ms - (int64_t)i * 1000);
    j.cells[JOB_MOVABLE] = value_bool(true);
    take(into, &j);
}

static void put_many(const struct ctx *into, int jobs)
{
    put_places(into);
    for (int i = 0; i < jobs; i++)
        put_job(into, i);
}

static void from_many(int jobs)
{
    struct plan_facts *f = plan_facts_new();
    struct plan p = {0};
    const struct plan_ask ask = {.max_moves = -1, .weight_cost = 1};
    double t = cpu_s();

    put_many(&(struct ctx){.f = f}, jobs);
    printf("taken: %.2f s\n", cpu_s() - t);
    plan(f, &ask, start_ms, &p);
    printf("%d jobs: %.2f s in all, %zu moves, %lld starts, gap %.3f %%\n", jobs, cpu_s() - t, p.move_count,
           (long long)p.starts, p.objective_count > 0 ? p.objectives[0].gap_pct : NAN);
    t = cpu_s();
    struct plan_checker *c = check_new(&p, start_ms);
    put_many(&(struct ctx){.check = c}, jobs);
    check_end(c, start_ms, t);
    plan_release(&p);
    plan_facts_free(f);
}

int main(int argc, char **argv)
{
    (void)verdict;
    if (argc > 1 && strtol(argv[1], NULL, 10) > 0)
        from_many((int)strtol(argv[1], NULL, 10));
    else if (argc > 1)
        from_scenario(argv[1], argc > 2 ? (int)strtol(argv[2], NULL, 10) : 60, argc > 3 ? argv[3] : "");
    else
        from_many(100000);
    return 0;
}
