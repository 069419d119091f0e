#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/tr.h"
#include "domain/link.h"
#include "domain/rows.h"
#include "planner/plan_make_private.h"

enum { FREES_MAX = 500, DATA_LONG_S = 600, SEEN_MAX = 4096 };

/* A job that moves. */
struct mover {
    uint32_t from, queue, to, queue_to, job, k;
    bool running;
    double limit_ms; /* -1: none */
};

#define ORDER(x, y)                                                                                                    \
    do {                                                                                                               \
        if ((x) != (y))                                                                                                \
            return (x) < (y) ? -1 : 1;                                                                                 \
    } while (0)

static int like(const struct mover *a, const struct mover *b)
{
    ORDER(a->from, b->from);
    ORDER(a->queue, b->queue);
    ORDER(a->to, b->to);
    ORDER(a->queue_to, b->queue_to);
    ORDER(a->running, b->running);
    ORDER(a->limit_ms, b->limit_ms);
    return 0;
}

static int by_move(const void *a, const void *b)
{
    const struct mover *x = a, *y = b;
    int order = like(x, y);

    return order != 0 ? order : (x->job > y->job) - (x->job < y->job);
}

static size_t list_movers(const struct make *m, struct mover *all)
{
    size_t n = 0;

    for (uint32_t k = 0; k < m->job_count; k++) {
        const struct make_option *o = MAKE_OPTION(m, m->answer[k]);
        const struct fact_job *j = FACTS(m->c.f, job, jobs, m->jobs[k]);
        if (o->what != MAKE_GO)
            continue;
        double limit_ms = plan_rule_try(&m->c, j, o->to).limit_ms;
        all[n++] = (struct mover){.from = j->scheduler,
                                  .queue = j->queue,
                                  .to = o->to,
                                  .queue_to = o->queue_to,
                                  .job = m->jobs[k],
                                  .k = k,
                                  .running = plan_facts_runs(j),
                                  .limit_ms = isnan(limit_ms) ? -1 : limit_ms};
    }
    if (n > 1)
        qsort(all, n, sizeof *all, by_move);
    return n;
}

/* --- one move --- */

struct build {
    struct make *m;
    struct plan *out;
    struct arena *arena;
    const struct mover *all;
    size_t n;
    struct plan_move *mv;
    struct safe_text freed; /* the queues of those that start because of it */
};

static struct safe_text text(const struct build *b, uint32_t name)
{
    return rows_text(b->arena, plan_facts_text(b->m->c.f, name));
}

static struct safe_text scheduler_id(const struct build *b, uint32_t at)
{
    return rows_text(b->arena, FACTS(b->m->c.f, scheduler, schedulers, at)->id);
}

static double worse(double a, double b)
{
    return isnan(a) ? b : isnan(b) ? a : fmax(a, b);
}

static void put_jobs(struct build *b)
{
    struct plan_job *jobs = arena_alloc(b->arena, (b->n + 1) * sizeof *jobs);
    bool unknown_data = false;

    for (size_t i = 0; i < b->n; i++) {
        const struct fact_job *j = FACTS(b->m->c.f, job, jobs, b->all[i].job);
        jobs[i] = (struct plan_job){.id = rows_text(b->arena, j->id),
                                    .since_ms = j->since_ms,
                                    .user = text(b, j->user),
                                    .tenant = text(b, j->tenant),
                                    .accels = j->accels,
                                    .cpus = j->cpus,
                                    .nodes = j->nodes,
                                    .data_gb = j->data_gb,
                                    .running = b->all[i].running};
        b->mv->accels += j->accels;
        b->mv->cpus += j->cpus;
        b->mv->running += b->all[i].running;
        unknown_data |= isnan(j->data_gb);
        b->mv->data_gb += isnan(j->data_gb) ? 0 : j->data_gb;
    }
    if (unknown_data && b->mv->data_gb == 0)
        b->mv->data_gb = NAN;
    b->mv->jobs = jobs;
    b->mv->job_count = b->n;
}

static void put_costs(struct build *b)
{
    b->mv->cost_cny = b->mv->co2_kg = 0;
    for (size_t i = 0; i < b->n; i++) {
        const struct mover *it = &b->all[i];
        const struct fact_job *j = FACTS(b->m->c.f, job, jobs, it->job);
        struct rule_try t = plan_rule_try(&b->m->c, j, it->to);
        b->mv->cost_cny += plan_rule_case_cny(&b->m->c, j, it->to) - plan_rule_case_cny(&b->m->c, j, it->from) +
                           t.data_gb * RULE_DATA_CNY_GB;
        b->mv->co2_kg += plan_rule_case_co2(&b->m->c, j, it->to) - plan_rule_case_co2(&b->m->c, j, it->from);
        b->mv->delay_before_ms = worse(b->mv->delay_before_ms, t.home_ms);
        b->mv->delay_after_ms = worse(b->mv->delay_after_ms, t.delay_ms);
        if (!isnan(t.limit_ms))
            b->mv->delay_max_ms = isnan(b->mv->delay_max_ms) ? t.limit_ms : fmin(b->mv->delay_max_ms, t.limit_ms);
    }
}

static int64_t sooner(int64_t a, int64_t s)
{
    return s < 0 ? a : a < 0 || s < a ? s : a;
}

static void put_times(struct build *b)
{
    int64_t home = -1, low = -1, high = -1, ready = 0;
    bool never = false, home_never = false;

    for (size_t i = 0; i < b->n; i++) {
        uint32_t job = b->all[i].job;
        int32_t latest = b->m->after_range.high.starts_s[job], there = b->m->after.starts_s[job];
        int64_t last = latest > there ? latest : there;
        low = sooner(sooner(low, there), b->m->after_range.low.starts_s[job]);
        never |= latest < 0 || there < 0;
        high = last > high ? last : high;
        home_never |= b->m->undone.starts_s[job] < 0;
        home = b->m->undone.starts_s[job] > home ? b->m->undone.starts_s[job] : home;
        ready = b->m->ready_s[job] > ready ? b->m->ready_s[job] : ready;
    }
    b->mv->takes_s = ready > 0 ? ready : 1;
    b->mv->starts_low_s = low;
    b->mv->starts_high_s = never ? -1 : high;
    b->mv->home_s = home_never || b->mv->running > 0 ? -1 : home;
}

static void put_link(struct build *b)
{
    const struct fact_job *j = FACTS(b->m->c.f, job, jobs, b->all[0].job);
    struct rule_try t = plan_rule_try(&b->m->c, j, b->all[0].to);
    char ids[512] = "", one[FACT_SHOWN];
    size_t at = 0;

    for (int i = t.path.count - 1; i >= 0 && at + 1 < sizeof ids; i--) {
        int n = snprintf(ids + at, sizeof ids - at, "%s%s", at > 0 ? " " : "",
                         plan_facts_show(FACTS(b->m->c.f, link, links, t.path.links[i])->id, one));
        at += n > 0 ? (size_t)n : 0;
    }
    b->mv->link = b->mv->data_gb > 0 ? plan_facts_say(b->arena, "%s", ids) : text_of("");
}

static void put_risk(struct build *b)
{
    bool tight = b->mv->delay_after_ms > LINK_NEAR_SHARE * b->mv->delay_max_ms;
    bool medium = tight || b->mv->takes_s > DATA_LONG_S || b->mv->starts_high_s < 0;

    b->mv->risk = text_of(b->mv->running > 0 ? "high" : medium ? "medium" : "low");
}

static void put_why(struct build *b)
{
    char from[FACT_SHOWN], to[FACT_SHOWN], freed[512];
    const char *a = plan_facts_show(b->m->c.draining ? b->m->c.ask->drain : b->mv->from, from),
               *z = plan_facts_show(b->mv->to, to);
    int64_t minutes = (b->mv->home_s + 59) / 60;

    if (b->m->c.draining || b->m->c.leaves[b->all[0].from])
        b->mv->why = plan_facts_say(b->arena, tr("%s must be empty; %s has room"), a, z);
    else if (b->mv->running > 0)
        b->mv->why = plan_facts_say(
            b->arena,
            b->mv->free_count == 1
                ? tr("they go on from their checkpoints at %s; %zu job at %s starts on what they free (%s)")
                : tr("they go on from their checkpoints at %s; %zu jobs at %s start on what they free (%s)"),
            z, b->mv->free_count, a, text_show_in(b->freed, freed, sizeof freed));
    else if (b->mv->free_count > 0)
        b->mv->why = plan_facts_say(
            b->arena,
            b->mv->free_count == 1
                ? tr("they may wait elsewhere: %zu job at %s starts on what they would have taken (%s), and they at %s")
                : tr("they may wait elsewhere: %zu jobs at %s start on what they would have taken (%s), and they at "
                     "%s"),
            b->mv->free_count, a, text_show_in(b->freed, freed, sizeof freed), z);
    else if (b->mv->home_s < 0)
        b->mv->why = plan_facts_say(b->arena, tr("no start is in sight at %s; %s has free capacity now"), a, z);
    else
        b->mv->why = plan_facts_say(b->arena, tr("at %s they start in up to %" PRId64 " min; %s has free capacity now"),
                                    a, minutes, z);
}

/* --- what was considered --- */

static struct plan_considered consider(struct build *b, const struct fact_job *j, uint32_t to, bool chosen)
{
    struct rule_try t = plan_rule_try(&b->m->c, j, to);
    const struct plan_rule *bar = plan_rule_first(&t);
    struct plan_considered c = {.scheduler = scheduler_id(b, to), .delay_ms = t.delay_ms, .data_gb = t.data_gb};
    char ms[LINK_NUMBER_MAX];

    c.cost_cny = plan_rule_case_cny(&b->m->c, j, to) - plan_rule_case_cny(&b->m->c, j, j->scheduler) +
                 t.data_gb * RULE_DATA_CNY_GB;
    c.starts_s = chosen        ? b->mv->starts_low_s
                 : bar == NULL ? (int64_t)ceil(t.data_gb * 8 / b->m->c.limits->job_gbps)
                               : -1;
    c.verdict = text_of(chosen ? "chosen" : bar != NULL ? bar->word : "possible");
    if (bar != NULL && !chosen)
        c.words = bar->say(&t, b->arena);
    else if (isnan(c.cost_cny))
        c.words = plan_facts_say(b->arena, "%s", tr("its price is not known: it counts as dearer than all others"));
    else if (isnan(t.delay_ms))
        c.words = plan_facts_say(b->arena, tr("%+.2f CNY a job"), c.cost_cny);
    else
        c.words =
            plan_facts_say(b->arena, tr("%s ms one-way, %+.2f CNY a job"), link_number(t.delay_ms, ms), c.cost_cny);
    return c;
}

static void put_considered(struct build *b)
{
    const struct plan_facts *f = b->m->c.f;
    const struct fact_job *j = FACTS(f, job, jobs, b->all[0].job);
    struct plan_considered *all = arena_alloc(b->arena, (f->schedulers.count + 1) * sizeof *all);
    size_t n = 0;

    for (uint32_t to = 0; to < f->schedulers.count; to++)
        if (to != j->scheduler)
            all[n++] = consider(b, j, to, to == b->all[0].to);
    b->mv->considered = all;
    b->mv->considered_count = n;
}

/* --- what starts instead --- */

static int by_start(const void *a, const void *b)
{
    const uint32_t *x = a, *y = b;

    return (*x > *y) - (*x < *y);
}

/* The move that a job starts because of, of those that left its pool: first one of running jobs, which is made for nothing else,
 * while none is named for it; then the first whose room is not used up; at last the first. */
static size_t freed_by(const struct plan *out, const uint32_t *pools, uint32_t pool, const int64_t *left,
                       const struct facts_list *frees)
{
    size_t best = SIZE_MAX;

    for (size_t k = 0; k < out->move_count; k++) {
        if (pools[k] != pool)
            continue;
        if (out->moves[k].running > 0 && frees[k].count == 0)
            return k;
        if (best == SIZE_MAX || left[best] <= 0)
            best = k;
    }
    return best;
}

/* "online 3, batch 2": how many of which queue; they stand together in their order. */
static struct safe_text queues_of(const struct make *m, const uint32_t *jobs, size_t n, struct arena *arena)
{
    const struct plan_facts *f = m->c.f;
    char words[512] = "", id[FACT_SHOWN];
    size_t at = 0;

    for (uint32_t q = 0; q < f->queues.count && at + 1 < sizeof words; q++) {
        size_t of = 0;
        for (size_t i = 0; i < n; i++)
            of += FACTS(f, job, jobs, jobs[i])->queue == q;
        int k = of == 0 ? 0
                        : snprintf(words + at, sizeof words - at, "%s%s %zu", at > 0 ? ", " : "",
                                   plan_facts_show(plan_facts_text(f, FACTS(f, queue, queues, q)->name), id), of);
        at += k > 0 ? (size_t)k : 0;
    }
    return plan_facts_say(arena, "%s", words);
}

/* Jobs that start, or start much sooner, in a pool because others left, spread over the moves that left it, as far as what these freed reaches; the
 * last move takes the remainder. */
static void name_freed(struct make *m, struct plan *out, const uint32_t *pools, struct safe_text *of)
{
    const struct plan_facts *f = m->c.f;
    int64_t *left = mem_new(out->move_count + 1, sizeof *left);
    struct facts_list *frees = mem_new(out->move_count + 1, sizeof *frees);

    for (size_t i = 0; i < out->move_count; i++)
        left[i] = out->moves[i].accels > 0 ? out->moves[i].accels * MAKE_CARD : out->moves[i].cpus;
    for (uint32_t i = 0; i < f->jobs.count; i++) {
        const struct fact_job *j = FACTS(f, job, jobs, i);
        if (j->pool == FACT_NONE || !plan_facts_waits(j) || m->goes[i] != FACT_NONE || !plan_make_sooner(m, i))
            continue;
        size_t best = freed_by(out, pools, j->pool, left, frees);
        if (best == SIZE_MAX)
            continue;
        left[best] -= plan_make_units(j);
        *(uint32_t *)plan_facts_push(&frees[best], sizeof(uint32_t)) = i;
    }
    for (size_t k = 0; k < out->move_count; k++) {
        size_t n = frees[k].count < FREES_MAX ? frees[k].count : FREES_MAX;
        struct safe_text *ids = arena_alloc(&out->arena, (n + 1) * sizeof *ids);
        if (frees[k].count > 1)
            qsort(frees[k].all, frees[k].count, sizeof(uint32_t), by_start);
        for (size_t i = 0; i < n; i++)
            ids[i] = rows_text(&out->arena, FACTS(f, job, jobs, ((uint32_t *)frees[k].all)[i])->id);
        of[k] = queues_of(m, frees[k].all, n, &m->work);
        out->moves[k].frees = ids;
        out->moves[k].free_count = n;
        free(frees[k].all);
    }
    free(frees);
    free(left);
}

static void begin_move(struct build *b)
{
    *b->mv = (struct plan_move){.from = scheduler_id(b, b->all[0].from),
                                .to = scheduler_id(b, b->all[0].to),
                                .queue = b->all[0].queue == FACT_NONE
                                             ? text_of("")
                                             : text(b, FACTS(b->m->c.f, queue, queues, b->all[0].queue)->name),
                                .queue_to = text(b, FACTS(b->m->c.f, queue, queues, b->all[0].queue_to)->name),
                                .delay_before_ms = NAN,
                                .delay_after_ms = NAN,
                                .delay_max_ms = NAN};
    put_jobs(b);
    put_costs(b);
    put_times(b);
    put_link(b);
    put_risk(b);
}

void plan_make_moves(struct make *m, struct plan *out)
{
    struct mover *all = arena_alloc(&m->work, (m->job_count + 1) * sizeof *all);
    size_t n = list_movers(m, all), *first, k = 0;
    struct safe_text *freed;
    uint32_t *pools;

    for (size_t i = 0; i < n; i++)
        out->move_count += i == 0 || like(&all[i - 1], &all[i]) != 0;
    out->moves = arena_alloc(&out->arena, (out->move_count + 1) * sizeof *out->moves);
    first = arena_alloc(&m->work, (out->move_count + 1) * sizeof *first);
    pools = arena_alloc(&m->work, (out->move_count + 1) * sizeof *pools);
    for (size_t i = 0; i < n; i++)
        if (i == 0 || like(&all[i - 1], &all[i]) != 0)
            first[k++] = i;
    first[k] = n;
    for (size_t i = 0; i < out->move_count; i++) {
        struct build b = {m, out, &out->arena, &all[first[i]], first[i + 1] - first[i], &out->moves[i], text_of("")};
        pools[i] = FACTS(m->c.f, job, jobs, all[first[i]].job)->pool;
        begin_move(&b);
    }
    freed = arena_alloc(&m->work, (out->move_count + 1) * sizeof *freed);
    name_freed(m, out, pools, freed);
    for (size_t i = 0; i < out->move_count; i++) {
        struct build b = {m, out, &out->arena, &all[first[i]], first[i + 1] - first[i], &out->moves[i], freed[i]};
        put_considered(&b);
        put_why(&b);
    }
}

/* --- what can't be helped --- */

/* Groups that still wait, by queue and by the rule that came nearest to allowing them elsewhere. */
struct left {
    uint32_t queue, group;
    const struct plan_rule *bar;
    int64_t jobs;
    bool leaves, ends; /* ends: by their time limits before a drain's deadline */
};

static int by_queue(const void *a, const void *b)
{
    const struct left *x = a, *y = b;

    ORDER(x->queue, y->queue);
    ORDER(x->bar, y->bar);
    ORDER(x->leaves, y->leaves);
    ORDER(x->ends, y->ends);
    ORDER(x->group, y->group);
    return 0;
}

bool plan_make_ends(const struct make *m, uint32_t job)
{
    const struct fact_job *j = FACTS(m->c.f, job, jobs, job);

    return plan_facts_runs(j) && j->started_ms > 0 && j->limit_s > 0 &&
           j->started_ms + j->limit_s * 1000 <= m->c.now_ms + m->c.by_s * 1000;
}

static int64_t stays(const struct make *m, const struct make_group *g, bool ends)
{
    int64_t n = 0;

    for (uint32_t k = g->first; k < g->first + g->count; k++) {
        bool goes = MAKE_OPTION(m, m->answer[k])->what == MAKE_GO;
        n += !goes && (g->leaves || m->after.starts_s[m->jobs[k]] < 0) &&
             (g->leaves && plan_make_ends(m, m->jobs[k])) == ends;
    }
    return n;
}

/* The target where the rule decided that comes nearest: for a ring the one with the shortest delay. */
static bool find_nearest(struct make *m, const struct plan_rule *bar, const struct fact_job *j, struct rule_try *out,
                         bool *alone)
{
    const struct plan_rule *ring = plan_rule_named("ring");
    bool any = false;

    *alone = bar == ring;
    for (uint32_t to = 0; to < m->c.f->schedulers.count; to++) {
        if (to == j->scheduler)
            continue;
        struct rule_try t = plan_rule_try(&m->c, j, to);
        bool outside = t.queue_to != FACT_NONE && ring->forbids(&t);
        *alone &= outside || t.queue_to == FACT_NONE;
        if (!(bar == ring ? outside : plan_rule_first(&t) == bar) || (any && !(t.delay_ms < out->delay_ms)))
            continue;
        *out = t;
        any = true;
    }
    return any;
}

static struct safe_text words_of(struct make *m, const struct left *l, struct arena *arena)
{
    const struct fact_job j = plan_make_like(m, &m->groups[l->group]);
    struct rule_try best;
    char id[FACT_SHOWN], words[512];
    bool alone;

    if (l->ends)
        return plan_facts_say(arena, tr("they end by then, by their time limits at the latest: within %" PRId64 " min"),
                              m->c.by_s / 60);
    if (l->bar == NULL)
        return plan_facts_say(arena, "%s",
                              m->moves_max > 0 ? tr("what is free elsewhere is given to others, or kept as head-room")
                                               : tr("no move is allowed"));
    if (!find_nearest(m, l->bar, &j, &best, &alone))
        return plan_facts_say(arena, "%s", tr("nothing else is allowed"));
    if (l->bar < plan_rule_named("leaves"))
        return l->bar->say(&best, arena);
    text_show_in(l->bar->say(&best, arena), words, sizeof words);
    return plan_facts_say(arena, alone ? tr("no other is inside its ring; nearest is %s: %s") : tr("nearest is %s: %s"),
                          plan_facts_show(FACTS(m->c.f, scheduler, schedulers, best.to)->id, id), words);
}

/* What was not asked for is not to be helped. */
static size_t list_left(const struct make *m, struct left *all)
{
    size_t n = 0;

    for (uint32_t g = 0; g < m->group_count; g++) {
        const struct make_group *it = &m->groups[g];
        const struct fact_job *j = FACTS(m->c.f, job, jobs, it->job);
        if ((plan_facts_runs(j) || m->c.draining) && !it->leaves)
            continue;
        if (it->bar == plan_rule_named("not_asked"))
            continue;
        for (int ends = 0; ends < 2; ends++) {
            int64_t jobs = stays(m, it, ends == 1);
            if (jobs > 0)
                all[n++] = (struct left){j->queue, g, ends ? NULL : it->bar, jobs, it->leaves, ends == 1};
        }
    }
    if (n > 1)
        qsort(all, n, sizeof *all, by_queue);
    return n;
}

static bool like_left(const struct left *a, const struct left *b)
{
    return a->queue == b->queue && a->bar == b->bar && a->leaves == b->leaves && a->ends == b->ends;
}

void plan_make_left(struct make *m, struct plan *out)
{
    struct left *all = arena_alloc(&m->work, (2 * (size_t)m->group_count + 1) * sizeof *all);
    size_t n = list_left(m, all);

    out->left = arena_alloc(&out->arena, (n + 1) * sizeof *out->left);
    for (size_t i = 0; i < n; i++) {
        if (i > 0 && like_left(&all[i - 1], &all[i])) {
            out->left[out->left_count - 1].jobs += all[i].jobs;
            continue;
        }
        struct safe_text queue =
            all[i].queue == FACT_NONE ? text_of("") : FACTS(m->c.f, queue, queues, all[i].queue)->id;
        out->left[out->left_count++] = (struct plan_left){.queue = rows_text(&out->arena, queue),
                                                          .reason = text_of(all[i].ends          ? "ends"
                                                                            : all[i].bar == NULL ? "capacity"
                                                                                                 : all[i].bar->word),
                                                          .words = words_of(m, &all[i], &out->arena),
                                                          .jobs = all[i].jobs};
    }
}

/* --- what the plan relies on --- */

static void see(struct plan *out, enum kind kind, struct safe_text id, int64_t since_ms)
{
    for (size_t i = 0; i < out->seen_count; i++)
        if (out->seen[i].kind == kind && text_equal(out->seen[i].id, id))
            return;
    if (out->seen_count < SEEN_MAX)
        out->seen[out->seen_count++] = (struct plan_seen){kind, rows_text(&out->arena, id), since_ms};
}

static void see_scheduler(const struct make *m, struct plan *out, uint32_t at)
{
    const struct fact_scheduler *s = FACTS(m->c.f, scheduler, schedulers, at);

    see(out, KIND_SCHEDULER, s->id, s->since_ms);
    if (s->cluster != FACT_NONE)
        see(out, KIND_CLUSTER, FACTS(m->c.f, cluster, clusters, s->cluster)->id,
            FACTS(m->c.f, cluster, clusters, s->cluster)->since_ms);
    if (s->site != FACT_NONE)
        see(out, KIND_SITE, FACTS(m->c.f, site, sites, s->site)->id, FACTS(m->c.f, site, sites, s->site)->since_ms);
}

static void see_queue(const struct make *m, struct plan *out, uint32_t at)
{
    if (at != FACT_NONE && FACTS(m->c.f, queue, queues, at)->told)
        see(out, KIND_QUEUE, FACTS(m->c.f, queue, queues, at)->id, FACTS(m->c.f, queue, queues, at)->since_ms);
}

/* What is held, and the links that this is for. */
static void see_holds(const struct make *m, struct plan *out)
{
    const struct plan_facts *f = m->c.f;

    for (size_t k = 0; k < out->hold_count; k++) {
        for (size_t i = 0; i < f->transfers.count; i++)
            if (text_equal(FACTS(f, transfer, transfers, i)->id, out->holds[k].transfer))
                see(out, KIND_TRANSFER, out->holds[k].transfer, FACTS(f, transfer, transfers, i)->since_ms);
        for (size_t i = 0; i < f->links.count; i++)
            if (text_equal(FACTS(f, link, links, i)->id, out->holds[k].link))
                see(out, KIND_LINK, out->holds[k].link, FACTS(f, link, links, i)->since_ms);
    }
}

void plan_make_seen(struct make *m, struct plan *out)
{
    struct mover *all = arena_alloc(&m->work, (m->job_count + 1) * sizeof *all);
    size_t n = list_movers(m, all);

    out->seen = arena_alloc(&out->arena, (n + out->hold_count > 0 ? SEEN_MAX : 1) * sizeof *out->seen);
    for (size_t i = 0; i < n; i++) {
        const struct fact_job *j = FACTS(m->c.f, job, jobs, all[i].job);
        if (i > 0 && like(&all[i - 1], &all[i]) == 0)
            continue;
        struct rule_try t = plan_rule_try(&m->c, j, all[i].to);
        see_scheduler(m, out, all[i].from);
        see_scheduler(m, out, all[i].to);
        see_queue(m, out, all[i].queue);
        see_queue(m, out, all[i].queue_to);
        for (int k = 0; k < t.path.count && t.data_gb > 0; k++)
            see(out, KIND_LINK, FACTS(m->c.f, link, links, t.path.links[k])->id,
                FACTS(m->c.f, link, links, t.path.links[k])->since_ms);
    }
    see_holds(m, out);
}

/* --- rows in words --- */

struct safe_text plan_make_row_words(const struct make *m, int32_t row, struct arena *arena)
{
    const struct plan_facts *f = m->c.f;
    char id[FACT_SHOWN];

    if (row < 0 || (size_t)row >= m->rows.count) /* a level's own row */
        return text_of("");
    const struct make_row *r = MAKE_ROW(m, row);
    uint32_t scheduler = r->kind <= MAKE_ROW_MEMORY ? FACTS(f, pool, pools, r->of)->scheduler : r->of;
    switch (r->kind) {
    case MAKE_ROW_HOME:
    case MAKE_ROW_NEW:
        return plan_facts_say(arena,
                              r->kind == MAKE_ROW_HOME ? tr("%s: what is free or ends in time, in pieces of %" PRId32)
                                                       : tr("%s: free capacity less head-room, in pieces of %" PRId32),
                              plan_facts_show(FACTS(f, scheduler, schedulers, scheduler)->id, id), r->each);
    case MAKE_ROW_HOME_CPUS:
        return plan_facts_say(arena, tr("%s: CPUs that are free or end in time"),
                              plan_facts_show(FACTS(f, scheduler, schedulers, scheduler)->id, id));
    case MAKE_ROW_CPUS:
        return plan_facts_say(arena, tr("%s: CPUs less head-room"),
                              plan_facts_show(FACTS(f, scheduler, schedulers, scheduler)->id, id));
    case MAKE_ROW_SUPERNODES:
        return plan_facts_say(arena, tr("%s: super-nodes with %" PRId32 " free"),
                              plan_facts_show(FACTS(f, scheduler, schedulers, scheduler)->id, id), r->each);
    case MAKE_ROW_SLOTS:
        return plan_facts_say(arena, tr("%s: free pieces of %" PRId32 " accelerators with their CPUs"),
                              plan_facts_show(FACTS(f, scheduler, schedulers, scheduler)->id, id), r->each);
    case MAKE_ROW_MEMORY:
        return plan_facts_say(arena, tr("%s: memory less head-room"),
                              plan_facts_show(FACTS(f, scheduler, schedulers, scheduler)->id, id));
    case MAKE_ROW_LINK:
        return plan_facts_say(arena, tr("%s: what it carries up to %.0f %%"),
                              plan_facts_show(FACTS(f, link, links, r->of)->id, id), m->c.limits->link_used_pct);
    case MAKE_ROW_STORAGE:
        return plan_facts_say(arena, tr("%s: storage"), plan_facts_show(FACTS(f, cluster, clusters, r->of)->id, id));
    case MAKE_ROW_POWER:
        return plan_facts_say(arena, tr("%s: power"), plan_facts_show(FACTS(f, cluster, clusters, r->of)->id, id));
    case MAKE_ROW_QUOTA:
        return plan_facts_say(arena, tr("%s: energy quota"),
                              plan_facts_show(FACTS(f, cluster, clusters, r->of)->id, id));
    case MAKE_ROW_BORNE_OUT:
        return plan_facts_say(arena, "%s", tr("moves that the forecast does not bear out"));
    case MAKE_ROW_USERS:
        return plan_facts_say(arena, tr("%s: what its users may run at once"),
                              plan_facts_show(FACTS(f, queue, queues, r->of)->id, id));
    case MAKE_ROW_RUNNING:
        return plan_facts_say(arena, tr("%s: running work that may move in ten minutes"),
                              plan_facts_show(FACTS(f, scheduler, schedulers, scheduler)->id, id));
    case MAKE_ROW_JOBS:
    default:
        return plan_facts_say(arena, m->moves_max == 1 ? tr("%" PRId64 " job at most") : tr("%" PRId64 " jobs at most"),
                              m->moves_max);
    }
}
