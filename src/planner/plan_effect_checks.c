#include <inttypes.h>
#include <math.h>
#include <string.h>

#include "base/tr.h"
#include "planner/plan_make_private.h"

/* Checks over the finished plan, from the facts and not from the model's rows. */

typedef bool check(struct make *m, const struct plan *out, struct arena *arena, struct safe_text *words);

static bool is_moved(const struct make *m, uint32_t k)
{
    return MAKE_OPTION(m, m->answer[k])->what == MAKE_GO;
}

/* Every rule again for every job, each with its own data. */
static bool check_rules(struct make *m, const struct plan *out, struct arena *arena, struct safe_text *words)
{
    size_t n = 0;

    for (uint32_t k = 0; k < m->job_count; k++) {
        if (!is_moved(m, k))
            continue;
        struct rule_try t =
            plan_rule_try(&m->c, FACTS(m->c.f, job, jobs, m->jobs[k]), MAKE_OPTION(m, m->answer[k])->to);
        const struct plan_rule *bar = plan_rule_first(&t);
        n++;
        if (bar == NULL)
            continue;
        *words = bar->say(&t, arena);
        return false;
    }
    (void)out;
    *words =
        plan_facts_say(arena, n == 1 ? tr("%zu rules hold for %zu job") : tr("%zu rules hold for each of %zu jobs"),
                       plan_rule_count, n);
    return true;
}

static bool check_ring(struct make *m, const struct plan *out, struct arena *arena, struct safe_text *words)
{
    double least = INFINITY;

    (void)m;
    for (size_t i = 0; i < out->move_count; i++) {
        double left = out->moves[i].delay_max_ms - out->moves[i].delay_after_ms;
        if (!isnan(left))
            least = fmin(least, left);
    }
    *words = isinf(least) ? plan_facts_say(arena, "%s", tr("no job that is moved is bound to a ring"))
                          : plan_facts_say(arena, tr("at least %.1f ms are left of each ring"), least);
    return least >= 0;
}

static bool over_room(const struct rule_room *r, int64_t units, int64_t cpus)
{
    return (units > 0 && (r->count == 0 || units > r->newcomers[0])) || cpus > r->cpus_newcomers;
}

/* Whether a part of the pool gets more than it has for newcomers. */
static bool over_part(const struct make *m, uint32_t pool)
{
    const struct fact_pool *p = FACTS(m->c.f, pool, pools, pool);
    bool over = false;

    for (uint32_t i = p->first_part; i < p->first_part + p->part_count; i++) {
        int64_t units = 0, cpus = 0;
        for (uint32_t k = 0; k < m->job_count; k++) {
            uint32_t queue = MAKE_OPTION(m, m->answer[k])->queue_to;
            const struct fact_job *j = FACTS(m->c.f, job, jobs, m->jobs[k]);
            uint32_t part = is_moved(m, k) ? FACTS(m->c.f, queue, queues, queue)->part : FACT_NONE;
            if (part == FACT_NONE || FACTS(m->c.f, part, parts, part)->pool != pool ||
                (FACTS(m->c.f, part, parts, part)->within & FACTS(m->c.f, part, parts, i)->bit) == 0)
                continue;
            units += plan_rule_room_takes(&m->c.part_room[i], p, j, 0);
            cpus += j->cpus;
        }
        over |= over_room(&m->c.part_room[i], units, cpus);
    }
    return over;
}

static bool check_room(struct make *m, const struct plan *out, struct arena *arena, struct safe_text *words)
{
    int64_t *units = arena_alloc(&m->work, (m->c.f->pools.count + 1) * sizeof *units);
    int64_t *cpus = arena_alloc(&m->work, (m->c.f->pools.count + 1) * sizeof *cpus);
    uint32_t over = FACT_NONE;
    char id[FACT_SHOWN];

    (void)out;
    for (uint32_t k = 0; k < m->job_count; k++) {
        const struct make_option *o = MAKE_OPTION(m, m->answer[k]);
        if (!is_moved(m, k))
            continue;
        uint32_t pool = FACTS(m->c.f, queue, queues, o->queue_to)->pool;
        const struct fact_job *j = FACTS(m->c.f, job, jobs, m->jobs[k]);
        units[pool] += plan_rule_room_takes(&m->c.room[pool], FACTS(m->c.f, pool, pools, pool), j, 0);
        cpus[pool] += j->cpus;
    }
    for (uint32_t i = 0; i < m->c.f->pools.count; i++)
        if (over_room(&m->c.room[i], units[i], cpus[i]) || over_part(m, i))
            over = i;
    if (over == FACT_NONE)
        *words = plan_facts_say(arena, tr("each target keeps %.0f %%, or room for its own largest job"),
                                m->c.limits->head_room_pct);
    else
        *words = plan_facts_say(
            arena, tr("%s would keep less than %.0f %%, or than room for its own largest job"),
            plan_facts_show(FACTS(m->c.f, scheduler, schedulers, FACTS(m->c.f, pool, pools, over)->scheduler)->id, id),
            m->c.limits->head_room_pct);
    return over == FACT_NONE;
}

static bool check_links(struct make *m, const struct plan *out, struct arena *arena, struct safe_text *words)
{
    double most = NAN;

    for (size_t i = 0; i < out->effect_count; i++)
        if (out->effects[i].kind == KIND_LINK && text_is(out->effects[i].measure, "used_pct") &&
            !(out->effects[i].after < out->effects[i].undone) && !(out->effects[i].after <= most))
            most = out->effects[i].after;
    if (isnan(most))
        *words = plan_facts_say(arena, "%s", tr("no data cross a link"));
    else
        *words = plan_facts_say(arena, tr("the fullest link comes to %.0f %% of at most %.0f"), most,
                                m->c.limits->link_used_pct);
    return !(most > m->c.limits->link_used_pct + 0.5);
}

/* Held for no longer than they may be. */
static bool check_holds(struct make *m, const struct plan *out, struct arena *arena, struct safe_text *words)
{
    size_t late = 0;

    (void)m;
    for (size_t i = 0; i < out->hold_count; i++)
        late += out->holds[i].deadline_ms > 0 && out->holds[i].eta_after_ms > out->holds[i].deadline_ms;
    *words = out->hold_count == 0 ? plan_facts_say(arena, "%s", tr("no transfer is held"))
                                  : plan_facts_say(arena, tr("%zu transfers are held, %zu of them miss a deadline"),
                                                   out->hold_count, late);
    return late == 0;
}

static bool check_running(struct make *m, const struct plan *out, struct arena *arena, struct safe_text *words)
{
    int64_t running = 0;

    for (size_t i = 0; i < out->move_count; i++)
        running += out->moves[i].running;
    *words = running == 0
                 ? plan_facts_say(arena, "%s", tr("no running job is moved"))
                 : plan_facts_say(arena,
                                  running == 1
                                      ? tr("%" PRId64 " running job, at most %.0f %% in ten minutes, never under one")
                                      : tr("%" PRId64 " running jobs, at most %.0f %% in ten minutes, never under one"),
                                  running, m->c.limits->running_accels_pct);
    return true;
}

static int64_t jobs_of(const struct plan *out)
{
    int64_t n = 0;

    for (size_t i = 0; i < out->move_count; i++)
        n += (int64_t)out->moves[i].job_count;
    return n;
}

static bool check_jobs(struct make *m, const struct plan *out, struct arena *arena, struct safe_text *words)
{
    int64_t jobs = jobs_of(out);

    *words = plan_facts_say(
        arena, jobs == 1 ? tr("%" PRId64 " job of at most %" PRId64) : tr("%" PRId64 " jobs of at most %" PRId64), jobs,
        m->moves_max);
    return jobs <= m->moves_max;
}

/* Accelerators that a source's plan moves, in percent of those that wait there: the most of all. */
static double accels_pct(const struct make *m)
{
    double most = 0;

    for (uint32_t s = 0; s < m->c.f->schedulers.count; s++) {
        double all = 0, goes = 0;
        for (uint32_t i = 0; i < m->c.f->jobs.count; i++) {
            const struct fact_job *j = FACTS(m->c.f, job, jobs, i);
            if (j->scheduler != s || !plan_facts_waits(j))
                continue;
            all += j->accels;
            goes += m->goes[i] != FACT_NONE ? j->accels : 0;
        }
        most = all > 0 ? fmax(most, 100 * goes / all) : most;
    }
    return most;
}

static int64_t tenant_jobs(struct make *m)
{
    int64_t *of = arena_alloc(&m->work, (m->c.f->tenants.count + 1) * sizeof *of), most = 0;

    for (uint32_t i = 0; i < m->c.f->jobs.count; i++) {
        const struct fact_job *j = FACTS(m->c.f, job, jobs, i);
        uint32_t at = j->tenant == FACT_NONE ? FACT_NONE : m->c.f->refs[j->tenant].tenant;
        if (at != FACT_NONE && m->goes[i] != FACT_NONE)
            most = ++of[at] > most ? of[at] : most;
    }
    return most;
}

/* Not a fault of the plan: who wants to run it needs somebody else. */
static bool check_alone(struct make *m, const struct plan *out, struct arena *arena, struct safe_text *words)
{
    const struct plan_limits *l = m->c.limits;
    int64_t jobs = jobs_of(out), tenant = tenant_jobs(m);
    double pct = accels_pct(m);
    bool alone = jobs <= l->jobs_alone && !(pct > l->accels_alone_pct) && tenant <= l->tenant_jobs_alone;

    if (jobs == 1) {
        *words = plan_facts_say(
            arena,
            alone ? tr("one person may approve it: a single job, %.0f %% of a source's waiting accelerators")
                  : tr("a second person approves it: a single job, %.0f %% of a source's waiting accelerators"),
            pct);
        return alone;
    }
    *words = plan_facts_say(arena,
                            alone ? tr("one person may approve it: %" PRId64
                                       " jobs, %.0f %% of a source's waiting accelerators, "
                                       "%" PRId64 " of one tenant")
                                  : tr("a second person approves it: %" PRId64 " jobs, %.0f %% of a source's waiting "
                                       "accelerators, %" PRId64 " of one tenant"),
                            jobs, pct, tenant);
    return alone;
}

static bool check_fair(struct make *m, const struct plan *out, struct arena *arena, struct safe_text *words)
{
    const struct plan_effect *worst = NULL;
    char id[FACT_SHOWN];

    for (size_t i = 0; i < out->effect_count; i++) {
        const struct plan_effect *e = &out->effects[i];
        if (e->kind == KIND_TENANT && e->undone > 0 &&
            (worst == NULL || e->after / e->undone < worst->after / worst->undone))
            worst = e;
    }
    if (worst == NULL) {
        *words = plan_facts_say(arena, "%s", tr("no tenant has a share"));
        return true;
    }
    *words = plan_facts_say(arena, tr("%s keeps the least of its share: %.0f %%, at least %.0f"),
                            plan_facts_show(worst->what, id), 100 * worst->after / worst->undone,
                            m->c.limits->tenant_floor_pct);
    return !(worst->after < worst->limit);
}

static bool check_data(struct make *m, const struct plan *out, struct arena *arena, struct safe_text *words)
{
    size_t unknown = 0;

    (void)m;
    for (size_t i = 0; i < out->move_count; i++)
        for (size_t k = 0; k < out->moves[i].job_count; k++)
            unknown += isnan(out->moves[i].jobs[k].data_gb);
    *words = unknown == 0
                 ? plan_facts_say(arena, "%s", tr("the data of all jobs that are moved are known"))
                 : plan_facts_say(arena,
                                  unknown == 1 ? tr("nobody tells the data of %zu job: its transfer is not counted")
                                               : tr("nobody tells the data of %zu jobs: their transfer is not counted"),
                                  unknown);
    return unknown == 0;
}

static bool check_price(struct make *m, const struct plan *out, struct arena *arena, struct safe_text *words)
{
    size_t unknown = 0;

    (void)m;
    for (size_t i = 0; i < out->move_count; i++)
        unknown += isnan(out->moves[i].cost_cny);
    *words = unknown == 0 ? plan_facts_say(arena, "%s", tr("the prices at both ends of all moves are known"))
                          : plan_facts_say(arena,
                                           unknown == 1 ? tr("of %zu move a price is not known")
                                                        : tr("of %zu moves a price is not known"),
                                           unknown);
    return unknown == 0;
}

static bool check_drain(struct make *m, const struct plan *out, struct arena *arena, struct safe_text *words)
{
    int64_t running = 0, waiting = 0, ends = 0;

    (void)out;
    for (uint32_t g = 0; g < m->group_count; g++)
        for (uint32_t k = m->groups[g].first; m->groups[g].leaves && k < m->groups[g].first + m->groups[g].count; k++) {
            if (is_moved(m, k))
                continue;
            bool runs = plan_facts_runs(FACTS(m->c.f, job, jobs, m->jobs[k]));
            ends += plan_make_ends(m, m->jobs[k]);
            running += runs && !plan_make_ends(m, m->jobs[k]);
            waiting += !runs;
        }
    *words = plan_facts_say(arena,
                            running == 1 ? tr("at the deadline %" PRId64 " job still runs there, waiting: %" PRId64
                                              "; ended before by their time limits: %" PRId64)
                                         : tr("at the deadline %" PRId64 " jobs still run there, waiting: %" PRId64
                                              "; ended before by their time limits: %" PRId64),
                            running, waiting, ends);
    return running + waiting == 0;
}

static const struct {
    const char *name;
    check *run;
} checks[] = {
    {"rules", check_rules},     {"ring", check_ring},    {"head_room", check_room},   {"links", check_links},
    {"running", check_running}, {"jobs", check_jobs},    {"one_person", check_alone}, {"fairness", check_fair},
    {"data", check_data},       {"prices", check_price}, {"transfers", check_holds},
};
enum { CHECKS = sizeof checks / sizeof *checks };

void plan_effect_checks(struct make *m, struct plan *out)
{
    out->checks = arena_alloc(&out->arena, (CHECKS + 1) * sizeof *out->checks);
    for (size_t i = 0; i < CHECKS; i++) {
        struct plan_check *c = &out->checks[out->check_count++];
        c->name = text_of(checks[i].name);
        c->ok = checks[i].run(m, out, &out->arena, &c->words);
    }
    if (m->level_drain >= 0) {
        struct plan_check *c = &out->checks[out->check_count++];
        c->name = text_of("empty");
        c->ok = check_drain(m, out, &out->arena, &c->words);
    }
}
