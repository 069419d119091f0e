#include "planner/plan_make.h"

#include <inttypes.h>
#include <math.h>
#include <string.h>

#include "base/tr.h"
#include "domain/rows.h"
#include "planner/plan_make_private.h"
#include "planner/plan_transfers.h"

#define STEPS_A_SECOND INT64_C(500000000) /* of about 2 ns */

enum { SECONDS_DEFAULT = 2, PRUNE_ROUNDS = 3, WORTH_S = 300 };

/* --- limits and wishes --- */

/* Promise 6: what makes no sense refuses. */
static const char *bad_limit(const struct plan_limits *l)
{
    const struct {
        const char *name;
        double value;
    } all[] = {{"jobs_max", (double)l->jobs_max},
               {"running_accels_pct", l->running_accels_pct},
               {"head_room_pct", l->head_room_pct},
               {"link_used_pct", l->link_used_pct},
               {"job_cooldown_s", (double)l->job_cooldown_s},
               {"pair_cooldown_s", (double)l->pair_cooldown_s},
               {"checkpoint_age_s", (double)l->checkpoint_age_s},
               {"expires_s", (double)l->expires_s},
               {"tenant_floor_pct", l->tenant_floor_pct}};

    for (size_t i = 0; i < sizeof all / sizeof *all; i++)
        if (!(all[i].value >= 0) || all[i].value > 1e12 ||
            (text_contains(text_of(all[i].name), text_of("_pct"), false) && all[i].value > 100))
            return all[i].name;
    return NULL;
}

static struct plan_ask copy_ask(struct arena *arena, const struct plan_ask *ask)
{
    struct plan_ask a = *ask;
    struct plan_price *price = arena_alloc(arena, (ask->prices + 1) * sizeof *price);
    struct safe_text *excluded = arena_alloc(arena, (ask->exclusions + 1) * sizeof *excluded);

    a.drain = rows_text(arena, ask->drain);
    a.lost = rows_text(arena, ask->lost);
    a.only_queue = rows_text(arena, ask->only_queue);
    a.from = rows_text(arena, ask->from);
    a.to = rows_text(arena, ask->to);
    for (size_t i = 0; i < ask->prices; i++)
        price[i] = (struct plan_price){rows_text(arena, ask->price[i].cluster), ask->price[i].price_cny_kwh};
    for (size_t i = 0; i < ask->exclusions; i++)
        excluded[i] = rows_text(arena, ask->excluded[i]);
    a.price = price;
    a.excluded = excluded;
    return a;
}

/* --- the answer --- */

static uint32_t group_of(const struct make *m, uint32_t k)
{
    uint32_t low = 0, high = m->group_count;

    while (high - low > 1) {
        uint32_t at = low + (high - low) / 2;
        if (m->groups[at].first <= k)
            low = at;
        else
            high = at;
    }
    return low;
}

/* The option of group `g` that is `what`; its first, which is to stay, where it has none. */
static int32_t option_of(const struct make *m, uint32_t g, enum make_what what)
{
    const int32_t *offsets = m->group_options.all;

    for (int32_t o = offsets[g]; o < offsets[g + 1]; o++)
        if (MAKE_OPTION(m, o)->what == what)
            return o;
    return offsets[g];
}

/* Where a job is when nothing is done. */
static int32_t at_home(const struct make *m, uint32_t k)
{
    return option_of(m, group_of(m, k), m->undone.starts_s[m->jobs[k]] >= 0 ? MAKE_START : MAKE_STAY);
}

static bool solve(struct make *m, struct err *err)
{
    double seconds = m->c.ask->seconds > 0 ? fmin(m->c.ask->seconds, 3600) : SECONDS_DEFAULT;
    int64_t total = (int64_t)(seconds * (double)STEPS_A_SECOND);
    struct plan_solver *s;

    m->answer = arena_alloc(&m->work, (m->job_count + 1) * sizeof *m->answer);
    for (uint32_t k = 0; k < m->job_count; k++)
        m->answer[k] = at_home(m, k);
    if (m->job_count == 0 || m->moves_max <= 0)
        return true;
    s = plan_solve_new(&m->model, m->answer, m->c.ask->seed, err);
    if (s == NULL)
        return false;
    while (plan_solve_step(s, total, total) && plan_solve_result(s).steps < total)
        ;
    struct plan_solution found = plan_solve_result(s);
    m->solved_any = found.found;
    for (uint32_t k = 0; found.found && k < m->job_count; k++)
        m->answer[k] = found.option[k];
    memcpy(m->solved, found.levels, sizeof m->solved);
    plan_solve_free(s);
    return true;
}

static double data_of(const struct make *m, uint32_t job, uint32_t to)
{
    const struct fact_job *j = FACTS(m->c.f, job, jobs, job);
    bool away = FACTS(m->c.f, scheduler, schedulers, j->scheduler)->cluster_name !=
                FACTS(m->c.f, scheduler, schedulers, to)->cluster_name;

    return isnan(j->data_gb) || !away ? 0 : j->data_gb;
}

static void apply(struct make *m)
{
    for (uint32_t k = 0; k < m->job_count; k++) {
        const struct make_option *o = MAKE_OPTION(m, m->answer[k]);
        uint32_t job = m->jobs[k];
        m->goes[job] = o->what == MAKE_GO ? o->queue_to : FACT_NONE;
        m->ready_s[job] = o->what == MAKE_GO ? (int32_t)ceil(data_of(m, job, o->to) * 8 / m->c.limits->job_gbps) : 0;
    }
}

static struct forecast forecast(struct make *m, const uint32_t *goes)
{
    const struct forecast_ask ask = {&m->c, goes, m->ready_s, 0};

    return plan_forecast(&ask, &m->work);
}

/* Once it is known what is done. */
static void range(struct make *m)
{
    const struct forecast_ask undone = {&m->c, NULL, m->ready_s, 0}, after = {&m->c, m->goes, m->ready_s, 0};

    plan_forecast_range(&undone, &m->undone, &m->undone_range, &m->work);
    plan_forecast_range(&after, &m->after, &m->after_range, &m->work);
}

/* --- what is worth it --- */

/* Of each pool the jobs that start because others left, and have not left themselves. */
static int64_t *freed_of(struct make *m)
{
    int64_t *freed = arena_alloc(&m->work, (m->c.f->pools.count + 1) * sizeof *freed);

    for (uint32_t i = 0; i < m->c.f->jobs.count; i++) {
        uint32_t pool = FACTS(m->c.f, job, jobs, i)->pool;
        if (pool != FACT_NONE && m->goes[i] == FACT_NONE && m->after.starts_s[i] >= 0 && m->undone.starts_s[i] < 0)
            freed[pool]++;
    }
    return freed;
}

static bool starts_sooner(const struct make *m, uint32_t job)
{
    int32_t home = m->undone.starts_s[job], there = m->after.starts_s[job];

    return there >= 0 && (home < 0 || home > there + WORTH_S);
}

/* Whether its move does what it is made for: by the forecast, which sees the order in which schedulers look at jobs, and not only
 * their sums as the model does. */
static bool is_worth(const struct make *m, uint32_t k, const int64_t *freed)
{
    uint32_t job = m->jobs[k], pool = FACTS(m->c.f, job, jobs, job)->pool;

    if (m->groups[group_of(m, k)].leaves)
        return true;
    if (m->after.starts_s[job] < 0)
        return false;
    if (plan_facts_runs(FACTS(m->c.f, job, jobs, job)))
        return freed[pool] > 0;
    return starts_sooner(m, job) || freed[pool] > 0;
}

static bool prune(struct make *m)
{
    int64_t *freed = freed_of(m);
    bool any = false;

    for (uint32_t k = 0; k < m->job_count; k++) {
        if (MAKE_OPTION(m, m->answer[k])->what != MAKE_GO || is_worth(m, k, freed))
            continue;
        m->answer[k] = at_home(m, k);
        any = true;
    }
    return any;
}

static int64_t moved(const struct make *m)
{
    int64_t n = 0;

    for (uint32_t k = 0; k < m->job_count; k++)
        n += MAKE_OPTION(m, m->answer[k])->what == MAKE_GO;
    return n;
}

/* Jobs that would start as soon at home go only if that makes others start: they are taken back together, and go after all if
 * then fewer start. */
static void take_back(struct make *m)
{
    int32_t *before = arena_alloc(&m->work, (m->job_count + 1) * sizeof *before);
    struct forecast with = m->after;
    bool any = false;

    memcpy(before, m->answer, m->job_count * sizeof *before);
    for (uint32_t k = 0; k < m->job_count; k++) {
        uint32_t job = m->jobs[k];
        if (MAKE_OPTION(m, m->answer[k])->what != MAKE_GO || m->groups[group_of(m, k)].leaves ||
            !plan_facts_waits(FACTS(m->c.f, job, jobs, job)) || starts_sooner(m, job))
            continue;
        m->answer[k] = at_home(m, k);
        any = true;
    }
    if (!any)
        return;
    apply(m);
    m->after = forecast(m, m->goes);
    if (m->after.started >= with.started)
        return;
    memcpy(m->answer, before, m->job_count * sizeof *before);
    apply(m);
    m->after = with;
}

/* A plan after which no more start is none, unless something must leave. */
static void give_up(struct make *m)
{
    for (uint32_t k = 0; k < m->job_count; k++)
        if (!m->groups[group_of(m, k)].leaves)
            m->answer[k] = at_home(m, k);
    apply(m);
    m->after = forecast(m, m->goes);
}

static void settle(struct make *m)
{
    apply(m);
    m->after = forecast(m, m->goes);
    for (int round = 0; round < PRUNE_ROUNDS && moved(m) > 0 && prune(m); round++) {
        apply(m);
        m->after = forecast(m, m->goes);
    }
    if (moved(m) > 0)
        take_back(m);
    if (moved(m) > 0 && m->after.started <= m->undone.started)
        give_up(m);
    range(m);
}

/* --- objectives --- */

static int64_t value_of(const struct make *m, int level)
{
    const int64_t *value = m->levels[level].all;
    int64_t sum = 0;

    for (uint32_t k = 0; k < m->job_count; k++)
        sum += value[m->answer[k]];
    return sum;
}

struct unit {
    const char *name;
    double part; /* of the level's value, its sign too */
};

static void add_objective(struct make *m, struct plan *out, int level, struct unit u)
{
    struct plan_objective *o = &out->objectives[out->objective_count++];
    const struct plan_solve_level *l = &m->solved[level];
    double value = (double)value_of(m, level) * u.part, bound = l->bounded ? (double)l->bound * u.part : NAN;

    *o = (struct plan_objective){.name = text_of(u.name), .value = value, .bound = bound, .gap_pct = NAN};
    o->binding = l->binding >= 0 ? plan_make_row_words(m, l->binding, &out->arena) : text_of("");
    if (!isnan(bound))
        o->gap_pct = value == bound ? 0 : value != 0 ? 100 * fabs(bound - value) / fabs(value) : NAN;
    if (isnan(bound))
        o->weak = plan_facts_say(&out->arena, "%s", tr("the work that was granted did not suffice for a bound"));
    else if (level > 0 && o->gap_pct > 1)
        o->weak = plan_facts_say(&out->arena, "%s",
                                 tr("it holds among all answers that reach what was reached of the objectives before"));
    else if (o->gap_pct > 1)
        o->weak = plan_facts_say(&out->arena, "%s",
                                 tr("moves that the forecast did not bear out were taken back after solving"));
}

static void put_objectives(struct make *m, struct plan *out)
{
    const struct unit drain = {"stays", 1. / MAKE_CARD}, start = {"starts", -1. / MAKE_CARD}, cost = {"cost_cny", 0.01},
                      moves = {"moves", 1};

    out->objectives = arena_alloc(&out->arena, PLAN_LEVELS_MAX * sizeof *out->objectives);
    if (m->job_count == 0)
        return;
    if (m->level_drain >= 0)
        add_objective(m, out, m->level_drain, drain);
    add_objective(m, out, m->level_start, start);
    add_objective(m, out, m->level_cost, cost);
    add_objective(m, out, m->level_moves, moves);
}

/* --- why there is no move --- */

static size_t stale_ends(const struct make *m)
{
    size_t n = 0;

    for (size_t i = 0; i < m->c.f->schedulers.count; i++)
        n += FACTS(m->c.f, scheduler, schedulers, i)->stale;
    return n;
}

static int64_t waiting(const struct make *m)
{
    int64_t n = 0;

    for (size_t i = 0; i < m->c.f->jobs.count; i++)
        n += plan_facts_waits(FACTS(m->c.f, job, jobs, i));
    return n;
}

static struct safe_text remark(const struct make *m, struct arena *arena)
{
    const char *bad = bad_limit(m->c.limits);
    size_t schedulers = m->c.f->schedulers.count, stale = stale_ends(m);

    if (bad != NULL)
        return plan_facts_say(arena, tr("nothing is moved: the limit %s makes no sense"), bad);
    if (schedulers < 2)
        return plan_facts_say(arena, tr("nothing can be moved: %zu schedulers are known"), schedulers);
    if (m->moves_max <= 0)
        return plan_facts_say(arena, "%s", tr("nothing is moved: no move is allowed"));
    if (stale == schedulers)
        return plan_facts_say(arena, "%s", tr("nothing is moved: all that is known is stale"));
    if (waiting(m) == 0 && m->level_drain < 0)
        return plan_facts_say(arena, "%s", tr("nothing waits that could start elsewhere"));
    if (m->undone.started == waiting(m) && m->level_drain < 0)
        return plan_facts_say(arena, "%s", tr("all that waits is thought to start where it is"));
    if (m->level_drain >= 0)
        return plan_facts_say(
            arena, "%s", tr("nothing that must leave may go elsewhere: what stays stands under what it can't help"));
    if (stale > 0)
        return plan_facts_say(arena, tr("no permitted move makes more jobs start; %zu of %zu schedulers are stale"),
                              stale, schedulers);
    return plan_facts_say(arena, "%s", tr("no permitted move makes more jobs start"));
}

/* --- the whole --- */

static void forbid(struct make *m)
{
    if (bad_limit(m->c.limits) != NULL)
        m->moves_max = 0;
}

static void tell(struct make *m, struct plan *out, int64_t now_ms)
{
    out->id = out->created_by = out->undo_of = out->replaces = out->hash = out->against = out->remark = text_of("");
    out->state = text_of("proposed");
    out->created_at_ms = out->as_of_ms = now_ms;
    out->expires_at_ms = now_ms + (bad_limit(m->c.limits) == NULL ? m->c.limits->expires_s : 0) * 1000;
    out->horizon_s = m->c.horizon_s;
    out->starts = m->after.started - m->undone.started;
    plan_make_moves(m, out);
    plan_transfers_tell(&m->c, out);
    plan_make_left(m, out);
    plan_make_seen(m, out);
    put_objectives(m, out);
    plan_effect(m, out);
    plan_effect_checks(m, out);
    plan_advice(m, out);
    plan_effect_review(m, out);
    if (out->move_count == 0)
        out->remark = remark(m, &out->arena);
}

/* `wanted`: what data of jobs lack of links, NULL before that is known. */
static bool compute(struct make *m, struct plan_case c, const double *wanted, struct err *err)
{
    m->c = c;
    m->c.arena = &m->work;
    m->c.holds = bad_limit(c.limits) == NULL;
    m->c.wanted_gbps = wanted;
    if (!plan_rule_case(&m->c, err))
        return false;
    plan_forecast_prepare(&m->c);
    m->goes = arena_alloc(&m->work, (c.f->jobs.count + 1) * sizeof *m->goes);
    m->ready_s = arena_alloc(&m->work, (c.f->jobs.count + 1) * sizeof *m->ready_s);
    memset(m->goes, 0xff, (c.f->jobs.count + 1) * sizeof *m->goes);
    m->undone = forecast(m, NULL);
    plan_make_groups(m);
    plan_make_model(m);
    forbid(m);
    if (!solve(m, err))
        return false;
    settle(m);
    return true;
}

/* Where a link's budget ends what could go, and transfers there could make room, it is computed once more with these held; that
 * stands if more start. */
bool plan_make(struct plan_facts *f, const struct plan_ask *ask, const struct plan_limits *limits, int64_t now_ms,
               struct plan *out, struct err *err)
{
    struct make m = {.work = {0}}, relieved = {.work = {0}};
    const double *wanted;
    bool ok;

    out->ask = copy_ask(&out->arena, ask);
    const struct plan_case c = {.f = f, .ask = &out->ask, .limits = limits, .now_ms = now_ms};
    ok = compute(&m, c, NULL, err);
    wanted = ok ? plan_transfers_wanted(&m) : NULL;
    ok = ok && (wanted == NULL || compute(&relieved, c, wanted, err));
    if (ok)
        tell(wanted != NULL && relieved.after.started > m.after.started ? &relieved : &m, out, now_ms);
    plan_make_release(&m);
    plan_make_release(&relieved);
    return ok;
}
