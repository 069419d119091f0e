#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/tr.h"
#include "domain/rows.h"
#include "planner/plan_make_private.h"

/* Where single jobs do not matter: how much work and data could go from region to region, how much the plan takes there, how much
 * could still go after it, and which limit ends it. A region is a hub, or a cluster outside the hubs. Each pair is counted as if
 * it were the only one, from the model's rows: pairs that share a target or a link share their room. */

struct advice {
    struct make *m;
    struct plan *out;
    uint32_t *region; /* of each scheduler, a place in `names`; FACT_NONE */
    uint32_t *names;  /* in the order of their texts */
    size_t count;
    int64_t *left, *used; /* of each row: before, after the plan */
    int64_t *cap;         /* of each row, of the pair in hand */
};

/* --- regions --- */

static uint32_t region_of(const struct plan_facts *f, uint32_t scheduler)
{
    const struct fact_scheduler *s = FACTS(f, scheduler, schedulers, scheduler);
    const struct fact_cluster *c = s->cluster == FACT_NONE ? NULL : FACTS(f, cluster, clusters, s->cluster);

    return c != NULL && c->hub != FACT_NONE ? c->hub : s->cluster_name;
}

/* qsort() hands no context on; one thread works here. */
static const struct plan_facts *sorted;

static int by_text(const void *a, const void *b)
{
    const uint32_t *x = a, *y = b;

    return text_cmp(plan_facts_text(sorted, *x), plan_facts_text(sorted, *y));
}

static void name_regions(struct advice *a)
{
    const struct plan_facts *f = a->m->c.f;
    size_t n = 0;

    for (uint32_t i = 0; i < f->schedulers.count; i++)
        if (region_of(f, i) != FACT_NONE)
            a->names[n++] = region_of(f, i);
    sorted = f;
    if (n > 1)
        qsort(a->names, n, sizeof *a->names, by_text);
    for (size_t i = 0; i < n; i++)
        if (a->count == 0 || a->names[a->count - 1] != a->names[i])
            a->names[a->count++] = a->names[i];
    for (uint32_t i = 0; i < f->schedulers.count; i++) {
        a->region[i] = FACT_NONE;
        for (uint32_t k = 0; k < a->count; k++)
            if (a->names[k] == region_of(f, i))
                a->region[i] = k;
    }
}

/* --- amounts --- */

struct sum {
    int64_t jobs, accels;
    double mw, tb;
};

static void add_job(const struct make *m, struct sum *s, uint32_t job, uint32_t to)
{
    const struct fact_job *j = FACTS(m->c.f, job, jobs, job);
    const struct fact_cluster *at = plan_rule_case_cluster(&m->c, to);
    bool away = FACTS(m->c.f, scheduler, schedulers, j->scheduler)->cluster_name !=
                FACTS(m->c.f, scheduler, schedulers, to)->cluster_name;

    s->jobs++;
    s->accels += j->accels;
    s->mw += plan_rule_case_kw(j) * (at != NULL && at->pue > 0 ? at->pue : 1) / 1000;
    s->tb += away && j->data_gb > 0 ? (double)j->data_gb / 1000 : 0;
}

/* How many jobs of an option the rows still bear, at most `most`; the row that ends it, -1: none does. */
static int64_t bears(const struct advice *a, int32_t option, int64_t most, int32_t *ends)
{
    const int32_t *uses = a->m->option_uses.all, *row = a->m->use_row.all, *amount = a->m->use_amount.all;
    int64_t n = most;

    for (int32_t u = uses[option]; u < uses[option + 1]; u++) {
        int64_t fit = amount[u] > 0 ? a->cap[row[u]] / amount[u] : n;
        if (fit < n) {
            n = fit > 0 ? fit : 0;
            *ends = row[u];
        }
    }
    return n;
}

static void take(const struct advice *a, int64_t *cap, int32_t option, int64_t n)
{
    const int32_t *uses = a->m->option_uses.all, *row = a->m->use_row.all, *amount = a->m->use_amount.all;

    for (int32_t u = uses[option]; u < uses[option + 1]; u++)
        cap[row[u]] -= n * amount[u];
}

/* --- one pair --- */

struct pair {
    uint32_t from, to;
    struct sum now, planned, after;
    int32_t ends; /* a row that ends it after the plan; -1: all that may go is gone */
};

static bool goes_by(const struct advice *a, const struct pair *p, uint32_t k)
{
    const struct make_option *o = MAKE_OPTION(a->m, a->m->answer[k]);

    return o->what == MAKE_GO && a->region[o->to] == p->to;
}

/* After the plan: who has not gone; else whom the plan does not send this way, which is counted before. */
static bool is_there(const struct advice *a, const struct pair *p, uint32_t k, bool after)
{
    return after ? a->m->goes[a->m->jobs[k]] == FACT_NONE : !goes_by(a, p, k);
}

/* Of a group as many jobs as may go and fit, to the options of that region one after the other. */
static void send_group(const struct advice *a, struct pair *p, const struct make_group *g, bool after)
{
    const int32_t *options = a->m->group_options.all;
    struct sum *s = after ? &p->after : &p->now;
    uint32_t at = (uint32_t)(g - a->m->groups), k = g->first;

    for (int32_t o = options[at]; o < options[at + 1]; o++) {
        const struct make_option *option = MAKE_OPTION(a->m, o);
        int32_t ends = -1;
        int64_t most = 0, n;
        if (option->what != MAKE_GO || a->region[option->to] != p->to)
            continue;
        for (uint32_t i = k; i < g->first + g->count; i++)
            most += is_there(a, p, i, after);
        n = bears(a, o, most, &ends);
        take(a, a->cap, o, n);
        p->ends = n < most ? ends : p->ends;
        for (; n > 0; k++)
            if (is_there(a, p, k, after)) {
                add_job(a->m, s, a->m->jobs[k], option->to);
                n--;
            }
    }
}

static bool is_from(const struct advice *a, const struct pair *p, uint32_t g)
{
    return a->region[FACTS(a->m->c.f, job, jobs, a->m->groups[g].job)->scheduler] == p->from;
}

/* What the plan sends this way could go, whatever else is in it. */
static void send_planned(const struct advice *a, struct pair *p)
{
    p->now = p->planned;
    for (uint32_t g = 0; g < a->m->group_count; g++)
        for (uint32_t k = a->m->groups[g].first; k < a->m->groups[g].first + a->m->groups[g].count && is_from(a, p, g);
             k++)
            if (goes_by(a, p, k))
                take(a, a->cap, a->m->answer[k], 1);
}

static void send(const struct advice *a, struct pair *p, bool after)
{
    memcpy(a->cap, after ? a->used : a->left, (a->m->rows.count + 1) * sizeof *a->cap);
    if (!after)
        send_planned(a, p);
    p->ends = -1;
    for (uint32_t g = 0; g < a->m->group_count; g++)
        if (is_from(a, p, g))
            send_group(a, p, &a->m->groups[g], after);
}

static void put_pair(const struct advice *a, struct pair *p)
{
    struct arena *arena = &a->out->arena;
    struct plan_flow *f;
    struct safe_text words;

    send(a, p, false);
    send(a, p, true);
    if (p->now.jobs == 0 && p->planned.jobs == 0 && p->after.jobs == 0)
        return;
    words = p->ends >= 0 ? plan_make_row_words(a->m, p->ends, arena) : text_of("");
    if (text_empty(words))
        words = plan_facts_say(arena, "%s", tr("nothing: all that may go there could"));
    f = &a->out->flows[a->out->flow_count++];
    *f = (struct plan_flow){
        .from = rows_text(arena, plan_facts_text(a->m->c.f, a->names[p->from])),
        .to = rows_text(arena, plan_facts_text(a->m->c.f, a->names[p->to])),
        .words = words,
        .jobs_now = p->now.jobs,
        .jobs_planned = p->planned.jobs,
        .jobs_after = p->after.jobs,
        .accels_now = p->now.accels,
        .accels_planned = p->planned.accels,
        .accels_after = p->after.accels,
        .mw_now = p->now.mw,
        .mw_planned = p->planned.mw,
        .mw_after = p->after.mw,
        .tb_now = p->now.tb,
        .tb_planned = p->planned.tb,
        .tb_after = p->after.tb,
    };
}

/* --- all of them --- */

static void count_planned(struct advice *a, struct pair *pairs)
{
    for (uint32_t g = 0; g < a->m->group_count; g++)
        for (uint32_t k = a->m->groups[g].first; k < a->m->groups[g].first + a->m->groups[g].count; k++) {
            int32_t o = a->m->answer[k];
            const struct make_option *option = MAKE_OPTION(a->m, o);
            uint32_t from = a->region[FACTS(a->m->c.f, job, jobs, a->m->jobs[k])->scheduler];
            if (option->what != MAKE_GO)
                continue;
            take(a, a->used, o, 1);
            if (from != FACT_NONE && a->region[option->to] != FACT_NONE)
                add_job(a->m, &pairs[from * a->count + a->region[option->to]].planned, a->m->jobs[k], option->to);
        }
}

/* What the plan takes comes first, then what could go. */
static int by_worth(const void *a, const void *b)
{
    const struct plan_flow *x = a, *y = b;
    int order = text_cmp(x->from, y->from);

    if (x->mw_planned > y->mw_planned || x->mw_planned < y->mw_planned)
        return x->mw_planned > y->mw_planned ? -1 : 1;
    if (x->mw_now > y->mw_now || x->mw_now < y->mw_now)
        return x->mw_now > y->mw_now ? -1 : 1;
    return order != 0 ? order : text_cmp(x->to, y->to);
}

void plan_advice(struct make *m, struct plan *out)
{
    const size_t rows = m->rows.count + 1, n = m->c.f->schedulers.count + 1;
    struct advice a = {m,
                       out,
                       arena_alloc(&m->work, n * sizeof *a.region),
                       arena_alloc(&m->work, n * sizeof *a.names),
                       0,
                       arena_alloc(&m->work, rows * sizeof *a.left),
                       arena_alloc(&m->work, rows * sizeof *a.used),
                       arena_alloc(&m->work, rows * sizeof *a.cap)};
    struct pair *pairs;

    name_regions(&a);
    if (m->rows.count > 0) {
        memcpy(a.left, m->capacity.all, m->rows.count * sizeof *a.left);
        memcpy(a.used, m->capacity.all, m->rows.count * sizeof *a.used);
    }
    pairs = arena_alloc(&m->work, (a.count * a.count + 1) * sizeof *pairs);
    out->flows = arena_alloc(&out->arena, (a.count * a.count + 1) * sizeof *out->flows);
    count_planned(&a, pairs);
    for (uint32_t from = 0; from < a.count; from++)
        for (uint32_t to = 0; to < a.count; to++) {
            struct pair *p = &pairs[from * a.count + to];
            p->from = from;
            p->to = to;
            if (from != to)
                put_pair(&a, p);
        }
    if (out->flow_count > 1)
        qsort(out->flows, out->flow_count, sizeof *out->flows, by_worth);
}
