#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/tr.h"
#include "domain/rows.h"
#include "planner/plan_make_private.h"

/* What a drain is beside its moves: what takes no new work from its beginning on, when running jobs leave, and what stays in spite
 * of all, until when, why, and what a person can do about it. */

enum { SLICE_S = 600 };

/* --- intakes --- */

static bool is_open(const struct fact_queue *q)
{
    static const char *const closed[] = {"down", "drain", "inactive", "closed"};

    for (size_t i = 0; i < sizeof closed / sizeof *closed; i++)
        if (text_is(q->state, closed[i]))
            return false;
    return true;
}

static void close_one(struct plan *out, enum kind kind, struct safe_text id)
{
    out->intakes[out->intake_count++] = (struct plan_intake){kind, rows_text(&out->arena, id)};
}

/* Queue by queue, so that undo opens none that was closed before. */
static void close_scheduler(const struct make *m, struct plan *out, uint32_t at)
{
    const struct fact_scheduler *s = FACTS(m->c.f, scheduler, schedulers, at);

    if (s->queue_count == 0)
        close_one(out, KIND_SCHEDULER, s->id);
    for (uint32_t i = s->first_queue; i < s->first_queue + s->queue_count; i++) {
        const struct fact_queue *q = FACTS(m->c.f, queue, queues, i);
        if (q->told && is_open(q))
            close_one(out, KIND_QUEUE, q->id);
    }
}

static void close_node(const struct make *m, struct plan *out, const struct fact_node *n)
{
    struct buf id = buf_make(4096);

    text_copy(&id, FACTS(m->c.f, scheduler, schedulers, n->scheduler)->id);
    buf_putc(&id, '/', NULL);
    text_copy(&id, n->name);
    close_one(out, KIND_NODE, text_from(buf_str(&id), id.len));
    buf_release(&id);
}

/* Else it leaves because all its nodes do, and these close. */
static bool is_named(const struct make *m, uint32_t at)
{
    const struct fact_scheduler *s = FACTS(m->c.f, scheduler, schedulers, at);
    uint32_t drain = plan_facts_name(m->c.f, m->c.ask->drain);

    return s->name == drain || s->cluster_name == drain || s->site_name == drain;
}

/* A cluster that is thought away is emptied in thought only. */
static bool lost(const struct make *m, uint32_t scheduler)
{
    uint32_t cluster = FACTS(m->c.f, scheduler, schedulers, scheduler)->cluster;

    return cluster != FACT_NONE && m->c.lost[cluster];
}

static void put_intakes(const struct make *m, struct plan *out)
{
    const struct plan_facts *f = m->c.f;

    out->intakes =
        arena_alloc(&out->arena, (f->queues.count + f->schedulers.count + f->nodes.count + 1) * sizeof *out->intakes);
    for (uint32_t i = 0; i < f->schedulers.count; i++)
        if (m->c.leaves[i] && is_named(m, i))
            close_scheduler(m, out, i);
    for (size_t i = 0; i < f->nodes.count; i++) {
        const struct fact_node *n = FACTS(f, node, nodes, i);
        if (m->c.node_leaves[i] && n->up && !n->stale && n->scheduler != FACT_NONE && !is_named(m, n->scheduler) &&
            !lost(m, n->scheduler))
            close_node(m, out, n);
    }
}

/* --- when running jobs leave --- */

struct pace {
    int64_t slice, used, jobs;
};

static struct plan_job *jobs_of(const struct plan_move *m)
{
    return (struct plan_job *)(uintptr_t)m->jobs;
}

/* As many in ten minutes as may be stopped at once; one always may. */
static void pace_job(struct pace *p, struct plan_job *j, int64_t most)
{
    int64_t units = j->accels > 0 ? j->accels : j->cpus;

    if (p->jobs > 0 && p->used + units > most)
        *p = (struct pace){.slice = p->slice + 1};
    p->jobs++;
    p->used += units;
    j->begin_s = p->slice * SLICE_S;
}

static void pace_scheduler(const struct make *m, struct plan *out, uint32_t at)
{
    const struct fact_scheduler *s = FACTS(m->c.f, scheduler, schedulers, at);
    int64_t running = s->accels_running > 0 ? s->accels_running : s->cpus_running;
    int64_t most = (int64_t)((double)running * m->c.limits->running_accels_pct / 100);
    struct pace p = {0};

    for (size_t i = 0; i < out->move_count; i++) {
        struct plan_job *jobs = jobs_of(&out->moves[i]);
        for (size_t k = 0; text_equal(out->moves[i].from, s->id) && k < out->moves[i].job_count; k++)
            if (jobs[k].running)
                pace_job(&p, &jobs[k], most);
    }
}

/* --- what stays --- */

static struct safe_text name(const struct plan_case *c, uint32_t at)
{
    return at == FACT_NONE ? text_of("") : plan_facts_text(c->f, at);
}

/* The rule that comes nearest to allowing it, of all targets; NULL: it may go somewhere. */
static const struct plan_rule *find_bar(const struct plan_case *c, const struct fact_job *j, struct rule_try *best)
{
    const struct plan_rule *bar = NULL;

    for (uint32_t to = 0; to < c->f->schedulers.count; to++) {
        if (to == j->scheduler)
            continue;
        struct rule_try t = plan_rule_try(c, j, to);
        const struct plan_rule *first = plan_rule_first(&t);
        if (first == NULL)
            return NULL;
        if (bar == NULL || first > bar) {
            bar = first;
            *best = t;
        }
    }
    return bar;
}

/* What a person can do about it, by the word of a rule. */
static const char *todo_of(const char *word)
{
    static const struct {
        const char *words, *todo;
    } all[] = {
        {" ends ", N_("wait: it ends by then")},
        {" not_movable ", N_("ask its owner: it is moved when a section movable names it, or it is cancelled")},
        {" checkpoint ", N_("have it write a checkpoint and compute again; or its owner cancels it")},
        {" possible ", N_("it goes when its turn in the plan comes; if it is in none, compute again")},
        {" held ", N_("release it or cancel it")},
        {" dependency array het reservation license tied ",
         N_("its owner submits it anew elsewhere, or it waits until this place takes work again")},
        {" job_cooldown pair_cooldown ", N_("compute again when the time between two moves has passed")},
        {" stale unknown ", N_("mend its source, then compute again")},
        {" capacity kept supernode link transfer power storage quota down nodes_down membership ",
         N_("compute again when there is room elsewhere, or give a later time")},
    };
    struct buf key = buf_make(64);
    const char *found = N_("nowhere else is allowed: its owner decides whether it is cancelled");

    buf_printf(&key, NULL, " %s ", word);
    for (size_t i = 0; i < sizeof all / sizeof *all; i++)
        found = strstr(all[i].words, buf_str(&key)) != NULL ? all[i].todo : found;
    buf_release(&key);
    return tr(found);
}

static struct safe_text in_arena(struct arena *arena, const char *words)
{
    return plan_facts_say(arena, "%s", words);
}

/* `planned`: what could leave was given places, and this was not. */
static struct plan_stay stay_of(const struct plan_case *c, const struct fact_job *j, bool planned, struct arena *arena)
{
    bool runs = plan_facts_runs(j);
    struct plan_stay s = {.job = rows_text(arena, j->id),
                          .user = rows_text(arena, name(c, j->user)),
                          .queue = rows_text(arena, name(c, j->queue_name)),
                          .running = runs};
    struct rule_try best;
    const struct plan_rule *bar;
    const char *word = "ends";

    s.ends_ms = runs && j->started_ms > 0 && j->limit_s > 0 ? j->started_ms + j->limit_s * 1000 : 0;
    if (s.ends_ms > 0 && s.ends_ms <= c->now_ms + c->by_s * 1000)
        s.words = in_arena(arena, tr("it ends before that time, by its time limit at the latest"));
    else if ((bar = find_bar(c, j, &best)) != NULL) {
        word = bar->word;
        s.words = bar->say(&best, arena);
    } else if (!planned) {
        word = "possible";
        s.words = in_arena(arena, tr("nothing forbids it elsewhere"));
    } else {
        word = "capacity";
        s.words = in_arena(arena, tr("what is free elsewhere is given to others, or kept as head-room"));
    }
    s.reason = in_arena(arena, word);
    s.todo = in_arena(arena, todo_of(word));
    return s;
}

/* What runs longest first: what nobody knows the end of, then the last to end; what waits comes last. */
static int by_end(const void *a, const void *b)
{
    const struct plan_stay *x = a, *y = b;

    if (x->running != y->running)
        return x->running ? -1 : 1;
    if ((x->ends_ms == 0) != (y->ends_ms == 0))
        return x->ends_ms == 0 ? -1 : 1;
    if (x->ends_ms != y->ends_ms)
        return x->ends_ms > y->ends_ms ? -1 : 1;
    return text_cmp(x->job, y->job);
}

/* `goes` (NULL: nothing does): of each job whether it leaves. */
static void put_stays(const struct plan_case *c, const uint32_t *goes, struct plan *out)
{
    const struct plan_facts *f = c->f;

    out->stays = arena_alloc(&out->arena, (f->jobs.count + 1) * sizeof *out->stays);
    for (size_t i = 0; i < f->jobs.count; i++)
        if (plan_rule_must_leave(c, FACTS(f, job, jobs, i)) && (goes == NULL || goes[i] == FACT_NONE))
            out->stays[out->stay_count++] = stay_of(c, FACTS(f, job, jobs, i), goes != NULL, &out->arena);
    if (out->stay_count > 1)
        qsort(out->stays, out->stay_count, sizeof *out->stays, by_end);
}

void plan_make_drain(struct make *m, struct plan *out)
{
    if (!m->c.draining)
        return;
    put_intakes(m, out);
    for (uint32_t i = 0; i < m->c.f->schedulers.count; i++)
        pace_scheduler(m, out, i);
    put_stays(&m->c, m->goes, out);
    out->stay_count = out->stay_count < PLAN_STAYS_MAX ? out->stay_count : PLAN_STAYS_MAX;
}

bool plan_make_drain_now(struct plan_facts *f, const struct plan_ask *ask, const struct plan_limits *limits,
                         int64_t now_ms, struct plan *out, struct err *err)
{
    struct arena work = {0};
    struct plan_ask own = *ask;
    struct plan_case c = {.f = f, .ask = &own, .limits = limits, .now_ms = now_ms, .arena = &work};
    bool over = ask->by_ms > 0 && ask->by_ms <= now_ms, ok;

    own.by_ms = over ? 0 : ask->by_ms;
    ok = plan_rule_case(&c, err);
    c.by_s = over ? 0 : c.by_s;
    if (ok)
        put_stays(&c, NULL, out);
    arena_release(&work);
    return ok;
}
