#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/tr.h"
#include "planner/plan_forecast.h"

/* How much can be moved now to each target, and which limit ends it. */

/* What one target has left. */
struct left {
    int64_t room[RULE_THRESHOLDS], cpus, memory_mb, jobs;
    double link_gb, storage_gb, power_kw;
};

struct wish {
    const struct plan_case *c;
    const struct fact_job *one; /* of its kind as many as fit; NULL: of the queue's jobs, one after the other */
    uint32_t queue;
    struct arena *arena;
};

static int64_t lesser(int64_t a, int64_t b)
{
    return a < b ? a : b;
}

static struct left left_of(const struct plan_case *c, const struct rule_try *t)
{
    const struct rule_room *r = &c->room[t->pool_to];
    const struct fact_cluster *at = plan_rule_case_cluster(c, t->to);
    struct left l = {.cpus = r->cpus_newcomers,
                     .memory_mb = r->memory_newcomers,
                     .jobs = c->limits->jobs_max,
                     .link_gb = INFINITY,
                     .storage_gb = NAN,
                     .power_kw = NAN};

    memcpy(l.room, r->newcomers, sizeof l.room);
    uint32_t part = FACTS(c->f, queue, queues, t->queue_to)->part;
    for (int i = 0; i < r->count && part != FACT_NONE; i++)
        l.room[i] = lesser(l.room[i], c->part_room[part].newcomers[i]);
    l.cpus = part != FACT_NONE ? lesser(l.cpus, c->part_room[part].cpus_newcomers) : l.cpus;
    for (int i = 0; i < t->path.count; i++)
        l.link_gb = fmin(l.link_gb, plan_rule_case_budget_gb(c, FACTS(c->f, link, links, t->path.links[i])));
    if (at != NULL) {
        l.storage_gb = 1000 * (at->storage_free_tb - at->storage_tb * c->limits->head_room_pct / 100);
        l.power_kw = at->power_cap_kw * (1 - c->limits->head_room_pct / 100) - at->power_kw;
    }
    return l;
}

/* Takes a job off what is left; the word of the rule that it would break, or NULL. */
static const char *take(const struct plan_case *c, struct left *l, const struct rule_try *t)
{
    const struct rule_room *r = &c->room[t->pool_to];
    const struct fact_pool *p = FACTS(c->f, pool, pools, t->pool_to);
    const struct fact_job *j = t->job;

    for (int i = 0; i < r->count; i++)
        if (plan_rule_room_takes(r, p, j, i) > l->room[i])
            return "capacity";
    if (j->cpus > l->cpus || (l->memory_mb >= 0 && j->memory_mb > l->memory_mb))
        return "capacity";
    if (t->data_gb > l->link_gb)
        return "link";
    if (t->data_gb > l->storage_gb)
        return "storage";
    if (plan_rule_case_kw(j) > l->power_kw)
        return "power";
    if (l->jobs <= 0)
        return "jobs";
    for (int i = 0; i < r->count; i++)
        l->room[i] -= plan_rule_room_takes(r, p, j, i);
    l->cpus -= j->cpus;
    l->memory_mb -= l->memory_mb >= 0 && j->memory_mb > 0 ? j->memory_mb : 0;
    l->link_gb -= t->data_gb;
    l->storage_gb -= t->data_gb;
    l->power_kw -= plan_rule_case_kw(j);
    l->jobs--;
    return NULL;
}

static struct safe_text words_of(const struct wish *w, const char *word, const struct plan_room *r)
{
    static const struct {
        const char *word, *words;
    } all[] = {{"capacity", N_("then what is free, less head-room, is used up")},
               {"link", N_("then the link's budget for data is used up")},
               {"storage", N_("then its storage is used up")},
               {"power", N_("then its power is used up")},
               {"jobs", N_("then the limit of one plan is reached")},
               {"queue", N_("then all of the queue that may go has gone")}};

    for (size_t i = 0; i < sizeof all / sizeof *all; i++)
        if (strcmp(all[i].word, word) == 0)
            return plan_facts_say(w->arena, r->jobs == 1 ? tr("%" PRId64 " job; %s") : tr("%" PRId64 " jobs; %s"),
                                  r->jobs, tr(all[i].words));
    return text_of("");
}

/* Counts a job that goes; of the target's PUE, where nobody tells it, 1. */
static void go(const struct wish *w, const struct rule_try *t, struct plan_room *r)
{
    const struct fact_cluster *at = plan_rule_case_cluster(w->c, t->to);

    r->jobs++;
    r->accels += t->job->accels;
    r->mw += plan_rule_case_kw(t->job) * (at != NULL && at->pue > 0 ? at->pue : 1) / 1000;
    r->data_tb += t->data_gb / 1000;
}

static void count_kind(const struct wish *w, uint32_t to, struct plan_room *r)
{
    struct rule_try t = plan_rule_try(w->c, w->one, to);
    const struct plan_rule *bar = plan_rule_first(&t);
    const char *end = NULL;

    r->delay_ms = t.delay_ms;
    r->cost_cny = plan_rule_case_cny(w->c, w->one, to) - plan_rule_case_cny(w->c, w->one, w->one->scheduler) +
                  t.data_gb * RULE_DATA_CNY_GB;
    if (bar != NULL) {
        r->limit = text_of(bar->word);
        r->words = bar->say(&t, w->arena);
        return;
    }
    struct left l = left_of(w->c, &t);
    while ((end = take(w->c, &l, &t)) == NULL)
        go(w, &t, r);
    r->limit = text_of(end);
    r->words = words_of(w, end, r);
}

static const struct plan_rule *nearer(const struct plan_rule *a, const struct plan_rule *b)
{
    return a == NULL || b > a ? b : a;
}

/* Jobs that a rule forbids there are left out; the limit is what ended it, or the rule that most came near. */
static void count_queue(const struct wish *w, uint32_t to, struct plan_room *r)
{
    const struct fact_queue *q = FACTS(w->c->f, queue, queues, w->queue);
    const struct fact_pool *p = q->pool == FACT_NONE ? NULL : FACTS(w->c->f, pool, pools, q->pool);
    const struct plan_rule *bar = NULL;
    struct rule_try barred = {.c = w->c};
    const char *end = NULL;
    struct left l = {.jobs = -1};

    r->delay_ms = r->cost_cny = NAN;
    for (size_t k = 0; p != NULL && end == NULL && k < p->waiting_count; k++) {
        const struct fact_job *j = FACTS(w->c->f, job, jobs, p->waiting[k]);
        if (j->queue != w->queue)
            continue;
        struct rule_try t = plan_rule_try(w->c, j, to);
        const struct plan_rule *first = plan_rule_first(&t);
        if (first != NULL) {
            barred = nearer(bar, first) != bar ? t : barred;
            bar = nearer(bar, first);
            continue;
        }
        if (r->jobs == 0)
            l = left_of(w->c, &t);
        end = take(w->c, &l, &t);
        if (end != NULL)
            break;
        double cny = plan_rule_case_cny(w->c, j, to) - plan_rule_case_cny(w->c, j, j->scheduler);
        r->delay_ms = r->jobs == 0 ? t.delay_ms : fmax(r->delay_ms, t.delay_ms);
        r->cost_cny = (r->jobs == 0 ? 0 : r->cost_cny) + cny + t.data_gb * RULE_DATA_CNY_GB;
        go(w, &t, r);
    }
    if (end == NULL && r->jobs == 0 && bar != NULL) {
        r->limit = text_of(bar->word);
        r->words = bar->say(&barred, w->arena);
        return;
    }
    r->limit = text_of(end != NULL ? end : "queue");
    r->words = words_of(w, end != NULL ? end : "queue", r);
}

static bool find(struct wish *w, struct safe_text id, struct err *err)
{
    const struct plan_facts *f = w->c->f;
    char shown[FACT_SHOWN];

    w->queue = FACT_NONE;
    for (uint32_t i = 0; i < f->queues.count; i++)
        if (text_equal(FACTS(f, queue, queues, i)->id, id))
            w->queue = i;
    for (uint32_t i = 0; i < f->jobs.count && w->queue == FACT_NONE; i++)
        if (text_equal(FACTS(f, job, jobs, i)->id, id))
            w->one = FACTS(f, job, jobs, i);
    if (w->queue != FACT_NONE || (w->one != NULL && w->one->scheduler != FACT_NONE))
        return true;
    return err_set(err, ERR_INPUT, "there is no job or queue '%s' that waits or runs", plan_facts_show(id, shown));
}

static int by_jobs(const void *a, const void *b)
{
    const struct plan_room *x = a, *y = b;

    if (x->jobs != y->jobs)
        return x->jobs > y->jobs ? -1 : 1;
    return text_cmp(x->scheduler, y->scheduler);
}

bool plan_room(struct plan_facts *f, struct safe_text id, const struct plan_limits *limits, int64_t now_ms,
               struct plan_room *out, size_t max, size_t *count, struct err *err)
{
    const struct plan_ask ask = {.max_moves = -1, .weight_cost = 1};
    struct arena work = {0};
    struct plan_case c = {.f = f, .ask = &ask, .limits = limits, .now_ms = now_ms, .arena = &work};
    struct wish w = {.c = &c, .arena = &f->room};
    struct plan_room *all;
    size_t n = 0;

    *count = 0;
    if (!plan_rule_case(&c, err) || !find(&w, id, err)) {
        arena_release(&work);
        return false;
    }
    plan_forecast_prepare(&c);
    arena_reset(&f->room);
    all = arena_alloc(&work, (f->schedulers.count + 1) * sizeof *all);
    for (uint32_t to = 0; to < f->schedulers.count; to++) {
        uint32_t home = w.one != NULL ? w.one->scheduler : FACTS(f, queue, queues, w.queue)->scheduler;
        if (to == home)
            continue;
        all[n].scheduler = FACTS(f, scheduler, schedulers, to)->id;
        (w.one != NULL ? count_kind : count_queue)(&w, to, &all[n]);
        n++;
    }
    if (n > 1)
        qsort(all, n, sizeof *all, by_jobs);
    *count = n < max ? n : max;
    memcpy(out, all, *count * sizeof *out);
    arena_release(&work);
    return true;
}
