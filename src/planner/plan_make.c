#include "planner/plan_make.h"

#include <inttypes.h>
#include <math.h>
#include <string.h>

#include "base/tr.h"
#include "domain/rows.h"
#include "planner/plan_make_private.h"
#include "planner/plan_transfers.h"

#define STEPS_A_SECOND INT64_C(200000000) /* of about 2 ns; beside others a processor is half as fast */

enum {
    SECONDS_DEFAULT = 2,
    PRUNE_ROUNDS = 3,
    WORTH_S = 300,
    AGAIN_ROUNDS = 6,
    AGAIN_PART = 12,      /* of all steps, at least */
    FORECAST_STEPS = 1000 /* a job */
};

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

int32_t plan_make_home(const struct make *m, uint32_t k)
{
    return option_of(m, group_of(m, k), m->undone.starts_s[m->jobs[k]] >= 0 ? MAKE_START : MAKE_STAY);
}

static int64_t steps_of(const struct make *m)
{
    double seconds = m->c.ask->seconds > 0 ? fmin(m->c.ask->seconds, 3600) : SECONDS_DEFAULT;

    return (int64_t)(seconds * (double)STEPS_A_SECOND);
}

/* The best answer from m->answer on. What was known of the first levels' bounds is of all answers, and stays. */
static bool answer_from(struct make *m, int64_t total, struct err *err)
{
    struct plan_solver *s = plan_solve_new(&m->model, m->answer, m->c.ask->seed, err);

    if (s == NULL)
        return false;
    while (plan_solve_step(s, total, total) && plan_solve_result(s).steps < total)
        ;
    struct plan_solution found = plan_solve_result(s);
    m->steps += found.steps;
    m->solved_any = found.found;
    for (uint32_t k = 0; found.found && k < m->job_count; k++)
        m->answer[k] = found.option[k];
    memcpy(m->solved, found.levels, sizeof m->solved);
    plan_solve_free(s);
    return true;
}

static bool solve(struct make *m, struct err *err)
{
    m->answer = arena_alloc(&m->work, (m->job_count + 1) * sizeof *m->answer);
    for (uint32_t k = 0; k < m->job_count; k++)
        m->answer[k] = plan_make_home(m, k);
    if (m->job_count == 0 || m->moves_max <= 0)
        return true;
    /* The rest is for what follows when the forecast does not bear it out. */
    bool ok = answer_from(m, steps_of(m) / 2, err);
    memcpy(m->among_all, m->solved, sizeof m->among_all);
    return ok;
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

bool plan_make_sooner(const struct make *m, uint32_t job)
{
    int32_t home = m->undone.starts_s[job], there = m->after.starts_s[job];

    return there >= 0 && (home < 0 || home > there + WORTH_S);
}

/* Of each pool the jobs that start because others left, or do so much sooner, and have not left themselves. */
static int64_t *freed_of(struct make *m)
{
    int64_t *freed = arena_alloc(&m->work, (m->c.f->pools.count + 1) * sizeof *freed);

    for (uint32_t i = 0; i < m->c.f->jobs.count; i++) {
        uint32_t pool = FACTS(m->c.f, job, jobs, i)->pool;
        if (pool != FACT_NONE && m->goes[i] == FACT_NONE && plan_make_sooner(m, i))
            freed[pool]++;
    }
    return freed;
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
    return plan_make_sooner(m, job) || freed[pool] > 0;
}

static bool prune(struct make *m)
{
    int64_t *freed = freed_of(m);
    bool any = false;

    for (uint32_t k = 0; k < m->job_count; k++) {
        if (MAKE_OPTION(m, m->answer[k])->what != MAKE_GO || is_worth(m, k, freed))
            continue;
        m->answer[k] = plan_make_home(m, k);
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
            !plan_facts_waits(FACTS(m->c.f, job, jobs, job)) || plan_make_sooner(m, job))
            continue;
        m->answer[k] = plan_make_home(m, k);
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
            m->answer[k] = plan_make_home(m, k);
    apply(m);
    m->after = forecast(m, m->goes);
}

/* What the forecast bears out of the answer stays. */
static void bear_out(struct make *m)
{
    m->steps += (int64_t)m->job_count * FORECAST_STEPS;
    plan_make_place(m);
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
}

/* Of each option to go that lost jobs, as many as are left may go. False if none lost any. */
static bool limit(struct make *m, const int32_t *solved)
{
    bool any = false;

    for (uint32_t k = 0; k < m->job_count; k++)
        if (m->answer[k] != solved[k] && MAKE_OPTION(m, solved[k])->what == MAKE_GO) {
            m->most[solved[k]] = 0;
            any = true;
        }
    for (uint32_t k = 0; any && k < m->job_count; k++)
        if (MAKE_OPTION(m, m->answer[k])->what == MAKE_GO && m->most[m->answer[k]] >= 0)
            m->most[m->answer[k]]++;
    return any;
}

/* Solves without what was not borne out, once more: what it would have used may serve others. */
static bool solve_again(struct make *m)
{
    int64_t left = steps_of(m) - m->steps, part = steps_of(m) / AGAIN_PART;

    plan_make_again(m);
    for (uint32_t k = 0; k < m->job_count; k++)
        m->answer[k] = plan_make_home(m, k);
    m->limited = true;
    return answer_from(m, left > 2 * part ? left / 2 : part, NULL);
}

struct stand {
    int32_t *answer;
    bool whole; /* nothing was taken back */
    struct forecast after;
    struct plan_solve_level solved[PLAN_LEVELS_MAX];
};

static void keep(const struct make *m, struct stand *s, bool whole)
{
    memcpy(s->answer, m->answer, m->job_count * sizeof *s->answer);
    memcpy(s->solved, m->solved, sizeof s->solved);
    s->after = m->after;
    s->whole = whole;
}

static int64_t sum_of(const struct make *m, int level, const int32_t *answer)
{
    const int64_t *value = m->levels[level].all;
    int64_t sum = 0;

    for (uint32_t k = 0; k < m->job_count; k++)
        sum += value[answer[k]];
    return sum;
}

/* What the forecast starts of it, as the objective counts it. */
static int64_t borne_out(const struct make *m, const struct forecast *after)
{
    int64_t sum = 0;

    for (uint32_t g = 0; g < m->group_count; g++)
        for (uint32_t k = m->groups[g].first; k < m->groups[g].first + m->groups[g].count; k++)
            sum += after->starts_s[m->jobs[k]] >= 0 ? m->groups[g].weight : 0;
    return sum;
}

/* By what must leave, then what starts; that its bounds hold, since nothing was taken back, is worth a hundredth of it. */
static bool is_better(const struct make *m, const struct stand *s, bool whole)
{
    if (m->level_drain >= 0) {
        int64_t was = sum_of(m, m->level_drain, s->answer), now = sum_of(m, m->level_drain, m->answer);
        if (was != now)
            return now < was;
    }
    int64_t was = borne_out(m, &s->after), now = borne_out(m, &m->after), part = whole == s->whole ? 0 : was / 100;
    return now >= was - (whole ? part : -part);
}

static void restore(struct make *m, const struct stand *s)
{
    memcpy(m->answer, s->answer, m->job_count * sizeof *s->answer);
    memcpy(m->solved, s->solved, sizeof s->solved);
    m->after = s->after;
    m->whole = s->whole;
    apply(m);
}

/* Takes out what the forecast does not bear out; whether that was nothing. */
static bool holds_out(struct make *m, int32_t *solved)
{
    memcpy(solved, m->answer, m->job_count * sizeof *solved);
    bear_out(m);
    return !limit(m, solved);
}

/* Where each round brings others that are not borne out, the last one chooses among those that are. */
static void confine(struct make *m, const struct stand *s)
{
    for (size_t i = 0; i < m->options.count; i++)
        m->most[i] = MAKE_OPTION(m, i)->what == MAKE_GO ? 0 : m->most[i];
    for (uint32_t k = 0; k < m->job_count; k++)
        if (MAKE_OPTION(m, s->answer[k])->what == MAKE_GO)
            m->most[s->answer[k]]++;
}

static void settle(struct make *m)
{
    int32_t *solved = arena_alloc(&m->work, (m->job_count + 1) * sizeof *solved);
    struct stand best = {.answer = arena_alloc(&m->work, (m->job_count + 1) * sizeof *best.answer)};
    bool whole = holds_out(m, solved);

    keep(m, &best, whole);
    bool last = !m->solved_any;
    for (int round = 0; !best.whole && !last; round++) {
        last = round == AGAIN_ROUNDS || m->steps > steps_of(m) * (AGAIN_PART - 2) / AGAIN_PART;
        if (last)
            confine(m, &best);
        if (!solve_again(m))
            break;
        whole = holds_out(m, solved);
        if (is_better(m, &best, whole))
            keep(m, &best, whole);
    }
    restore(m, &best);
    range(m);
}

/* --- objectives --- */

static int64_t value_of(const struct make *m, int level)
{
    return sum_of(m, level, m->answer);
}

struct unit {
    const char *name;
    double part; /* of the level's value, its sign too */
};

/* Whether what is known of a level is known among answers like this one: from which nothing was taken back since. */
static bool is_known(const struct make *m, int level)
{
    return (level <= m->level_start || m->whole) && m->solved[level].bounded;
}

/* Of the first objectives the bound is one of all answers, also of those with moves that were taken back. */
static double bound_of(const struct make *m, int level)
{
    if (level <= m->level_start)
        return m->among_all[level].bounded ? (double)m->among_all[level].bound : NAN;
    return is_known(m, level) ? (double)m->solved[level].bound : NAN;
}

static struct safe_text weak(const struct make *m, struct arena *arena, int level, double gap_pct)
{
    const struct {
        bool is;
        const char *why;
    } all[] = {
        {isnan(gap_pct) && level > m->level_start && !is_known(m, level) && m->solved[level].bounded,
         tr("moves that the forecast did not bear out were taken back after solving")},
        {isnan(gap_pct) && !m->solved[level].bounded, tr("the work that was granted did not suffice for a bound")},
        {level > m->level_start && m->limited, tr("it holds among the moves that the forecast bears out")},
        {gap_pct > 1 && level > m->level_start,
         tr("it holds among all answers that reach what was reached of the objectives before")},
        {gap_pct > 1, tr("moves that the forecast did not bear out were taken back after solving")}};

    for (size_t i = 0; i < sizeof all / sizeof *all; i++)
        if (all[i].is)
            return plan_facts_say(arena, "%s", all[i].why);
    return text_of("");
}

static void add_objective(struct make *m, struct plan *out, int level, struct unit u)
{
    struct plan_objective *o = &out->objectives[out->objective_count++];
    int32_t binding = m->solved[level].binding;
    double value = (double)value_of(m, level) * u.part + 0., bound = bound_of(m, level) * u.part;

    *o = (struct plan_objective){.name = text_of(u.name), .value = value, .bound = bound, .gap_pct = NAN};
    o->binding =
        binding >= 0 && (size_t)binding < m->rows.count ? plan_make_row_words(m, binding, &out->arena) : text_of("");
    if (!isnan(bound))
        o->gap_pct = value == bound ? 0 : value != 0 ? 100 * fabs(bound - value) / fabs(value) : NAN;
    o->weak = weak(m, &out->arena, level, o->gap_pct);
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
        return plan_facts_say(arena,
                              schedulers == 1 ? tr("nothing can be moved: %zu scheduler is known")
                                              : tr("nothing can be moved: %zu schedulers are known"),
                              schedulers);
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
        return plan_facts_say(arena,
                              stale == 1
                                  ? tr("no permitted move makes more jobs start; %zu of %zu schedulers is stale")
                                  : tr("no permitted move makes more jobs start; %zu of %zu schedulers are stale"),
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
    plan_make_drain(m, out);
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
