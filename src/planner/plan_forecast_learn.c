#include "planner/plan_forecast_learn.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/hash.h"
#include "base/mem.h"

enum {
    SECONDS_MIN = 30,
    NO_LIMIT_S = 24 * 3600,
    WINDOW_S = 600,   /* of what ended and came: that long sources tell of jobs that are over */
    WINDOW_LEAST = 5, /* ended jobs that show that a source tells of them for less */
    LONG_S = 3600,    /* as long back what came is counted at most */
    LOOKS_MAX = 200,  /* jobs of a queue that are held against others: their order */
    VOTES_LEAST = 3,
    VOTES_CLEAR = 4,
    COUNTED_BITS = 12
};

/* Of a limit, where nobody knows better: jobs run evenly up to all of it; that is believed like so many jobs. */
#define PRIOR_JOBS 3.0
/* How many ends a queue must show before it is believed more than the network. */
#define QUEUE_JOBS 8.0
/* What came is counted as long as such a share of it is still told of. */
#define SIGHT_LEAST 0.3
/* Standard deviations that are no chance. */
#define CHANGE 3.0

/* --- chance --- */

/* Of chance 0 the radical inverse to base 2 (van der Corput): spread evenly, whatever is cut off. */
double plan_forecast_learn_draw(uint64_t chance, uint32_t i)
{
    uint32_t bits = i + 1;
    double x = 0, part = 0.5;

    if (chance != 0) {
        uint64_t of[2] = {chance, i};
        uint64_t z = hash_fnv(of, sizeof of);
        z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
        z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
        return ((double)((z ^ (z >> 31)) >> 12) + 0.5) * 0x1p-52;
    }
    for (; bits != 0; bits >>= 1, part /= 2)
        x += bits & 1 ? part : 0;
    return x;
}

/* The logistic distribution, scaled: within 0.02 of the normal one. */
double plan_forecast_learn_normal(double draw)
{
    return log(draw / (1 - draw)) / 1.702;
}

/* --- how long jobs run --- */

static double limit_of(const struct fact_job *j)
{
    return j->limit_s > 0 ? (double)j->limit_s : NO_LIMIT_S;
}

/* Half an hour, an hour, 2, 4, 8, more. */
static int class_of(const struct fact_job *j)
{
    double s = 1800;
    int i = 0;

    for (; i + 1 < FACT_LIMITS && limit_of(j) > s; s *= 2)
        i++;
    return i;
}

struct seen {
    double ends[FACT_LIMITS][FACT_PARTS], passed[FACT_LIMITS][FACT_PARTS]; /* passed: in parts */
};

/* From part `from` to part `to` of its limit it was seen to run. */
static void add_passed(double *passed, double from, double to)
{
    for (int b = 0; b < FACT_PARTS; b++) {
        double low = fmax(from * FACT_PARTS, b), high = fmin(to * FACT_PARTS, b + 1);
        passed[b] += high > low ? high - low : 0;
    }
}

static int part_at(double part)
{
    int b = (int)(part * FACT_PARTS);

    return b < 0 ? 0 : b < FACT_PARTS ? b : FACT_PARTS - 1;
}

/* For how long back a scheduler tells of what is over. */
static double window_of(const struct plan_case *c, uint32_t scheduler)
{
    double oldest = 0;
    size_t n = 0;

    for (size_t i = 0; i < c->f->over.count; i++) {
        const struct fact_job *j = FACTS(c->f, job, over, i);
        double ago = (double)(c->now_ms - j->ended_ms) / 1000;
        if (j->scheduler != scheduler || ago > WINDOW_S)
            continue;
        oldest = fmax(oldest, ago);
        n++;
    }
    return n >= WINDOW_LEAST ? fmax(oldest, SECONDS_MIN) : WINDOW_S;
}

struct stretch {
    double from, to; /* parts of the limit that it ran through in the window */
    bool ended;
};

static struct stretch stretch_of(const struct plan_case *c, const struct fact_job *j, double window_s)
{
    int64_t until = j->ended_ms > 0 ? j->ended_ms : c->now_ms;
    double ago = (double)(c->now_ms - until) / 1000, ran = (double)(until - j->started_ms) / 1000;
    struct stretch s = {.to = fmax(0, ran) / limit_of(j), .ended = j->ended_ms > 0};

    s.from = fmax(0, ran - fmax(0, window_s - ago)) / limit_of(j);
    return s;
}

static void see(const struct plan_case *c, const struct fact_job *j, const double *windows, struct seen *s)
{
    int class = class_of(j);

    if (j->started_ms <= 0 || j->scheduler == FACT_NONE)
        return;
    struct stretch t = stretch_of(c, j, windows[j->scheduler]);
    if (t.ended && (double)(c->now_ms - j->ended_ms) / 1000 > windows[j->scheduler])
        return;
    add_passed(s->passed[class], t.from, fmin(t.to, 1));
    if (t.ended)
        s->ends[class][part_at(t.to)]++;
}

static void learn_ends(const struct plan_case *c, const struct seen *s)
{
    double all_ends[FACT_PARTS] = {0}, all_passed[FACT_PARTS] = {0};

    for (int i = 0; i < FACT_LIMITS; i++)
        for (int b = 0; b < FACT_PARTS; b++) {
            all_ends[b] += s->ends[i][b];
            all_passed[b] += s->passed[i][b];
        }
    for (int b = 0; b < FACT_PARTS; b++) {
        double even = 1. / (FACT_PARTS - b);
        double all = (all_ends[b] + PRIOR_JOBS * even) / (all_passed[b] + PRIOR_JOBS);
        for (int i = 0; i < FACT_LIMITS; i++)
            c->f->hazard[i][b] = (s->ends[i][b] + PRIOR_JOBS * all) / (s->passed[i][b] + PRIOR_JOBS);
    }
}

/* How many were to end on such a stretch. */
static double expected(const struct plan_facts *f, int class, double from, double to)
{
    double passed[FACT_PARTS] = {0}, n = 0;

    add_passed(passed, from, to);
    for (int b = 0; b < FACT_PARTS; b++)
        n += passed[b] * f->hazard[class][b];
    return n;
}

struct pace {
    double ends, expected;
};

static void learn_pace(const struct plan_case *c, const double *windows)
{
    struct plan_facts *f = c->f;
    struct pace *all = mem_new(f->queues.count + 1, sizeof *all);
    const struct facts_list *lists[] = {&f->jobs, &f->over};

    for (size_t l = 0; l < 2; l++)
        for (size_t i = 0; i < lists[l]->count; i++) {
            const struct fact_job *j = &((const struct fact_job *)lists[l]->all)[i];
            if (j->started_ms <= 0 || j->queue == FACT_NONE || (l == 0 && !plan_facts_runs(j)))
                continue;
            struct stretch t = stretch_of(c, j, windows[j->scheduler]);
            if (t.ended && (double)(c->now_ms - j->ended_ms) / 1000 > windows[j->scheduler])
                continue;
            all[j->queue].expected += expected(f, class_of(j), t.from, fmin(t.to, 1));
            all[j->queue].ends += t.ended;
        }
    for (size_t i = 0; i < f->queues.count; i++) {
        struct fact_queue *q = FACTS(f, queue, queues, i);
        /* Where nobody tells of what is over, as many end as start. */
        double ends = f->over.count > 0 ? all[i].ends : q->departures >= 0 ? q->departures * WINDOW_S / 60 : 0;
        q->pace = (ends + QUEUE_JOBS) / (all[i].expected + QUEUE_JOBS);
        if (f->over.count == 0 && !(q->departures >= 0))
            q->pace = 1;
    }
    free(all);
}

static double pace_of(const struct plan_facts *f, const struct fact_job *j)
{
    return j->queue == FACT_NONE ? 1 : FACTS(f, queue, queues, j->queue)->pace;
}

int32_t plan_forecast_learn_rest(const struct plan_facts *f, const struct fact_job *j, double ran_s, double q,
                                 double hurry)
{
    double limit = limit_of(j), at = fmin(ran_s / limit, 1), want = -log(1 - q), s;
    const double *ends = f->hazard[class_of(j)];
    double pace = pace_of(f, j) * hurry;

    while (at < 1) {
        int b = part_at(at);
        double rate = ends[b] * pace * FACT_PARTS, end = (b + 1.) / FACT_PARTS;
        if (rate * (end - at) >= want) {
            at += want / rate;
            break;
        }
        want -= rate * (end - at);
        at = end;
    }
    s = fmin(at, 1) * limit - ran_s;
    return s > INT32_MAX / 4 ? INT32_MAX / 4 : (int32_t)fmax(s, SECONDS_MIN);
}

double plan_forecast_learn_ends(const struct plan_case *c, const struct fact_pool *p, uint32_t queue)
{
    double n = 0;

    for (size_t k = 0; k < p->running_count; k++) {
        const struct fact_job *j = FACTS(c->f, job, jobs, p->running[k]);
        double ran = j->started_ms > 0 ? fmax(0, (double)(c->now_ms - j->started_ms) / 1000) : 0;
        if (j->queue == queue)
            n += c->f->hazard[class_of(j)][part_at(ran / limit_of(j))] * FACT_PARTS / limit_of(j);
    }
    return n * (queue == FACT_NONE ? 1 : FACTS(c->f, queue, queues, queue)->pace);
}

/* The share of their limits that jobs which run now were to run, in the mean. */
static void learn_shares(const struct plan_case *c)
{
    for (size_t i = 0; i < c->f->pools.count; i++) {
        struct fact_pool *p = FACTS(c->f, pool, pools, i);
        double sum = 0, limits = 0;
        for (size_t k = 0; k < p->running_count; k++) {
            const struct fact_job *j = FACTS(c->f, job, jobs, p->running[k]);
            sum += plan_forecast_learn_rest(c->f, j, 0, plan_forecast_learn_draw(0, (uint32_t)k), 1);
            limits += limit_of(j);
        }
        p->run_share = limits > 0 ? fmin(sum / limits, 1) : 0.6;
    }
}

/* --- what comes --- */

static const struct plan_facts *sorted; /* for qsort(), which takes no context */

static int by_queue(const void *a, const void *b)
{
    const struct fact_recent *x = a, *y = b;
    const struct fact_job *j = x->over ? FACTS(sorted, job, over, x->job) : FACTS(sorted, job, jobs, x->job);
    const struct fact_job *k = y->over ? FACTS(sorted, job, over, y->job) : FACTS(sorted, job, jobs, y->job);

    if (j->queue != k->queue)
        return j->queue < k->queue ? -1 : 1;
    if (j->eligible_ms != k->eligible_ms)
        return j->eligible_ms < k->eligible_ms ? -1 : 1;
    if (j->cpus != k->cpus)
        return j->cpus < k->cpus ? -1 : 1;
    return text_cmp(j->id, k->id);
}

static const struct fact_job *recent_job(const struct plan_facts *f, const struct fact_recent *r)
{
    return r->over ? FACTS(f, job, over, r->job) : FACTS(f, job, jobs, r->job);
}

/* What one user submitted in one moment, alike, are tasks of an array: they come together. */
static bool together(const struct fact_job *a, const struct fact_job *b)
{
    return a->queue == b->queue && a->eligible_ms == b->eligible_ms && a->user == b->user && a->cpus == b->cpus &&
           a->accels == b->accels;
}

/* The share of jobs of such a limit and queue that go on when they have run `ran_s`. */
static double goes_on(const struct plan_facts *f, const struct fact_job *j, double ran_s)
{
    double part = ran_s / limit_of(j);

    return part <= 0 ? 1 : part >= 1 ? 0 : exp(-pace_of(f, j) * expected(f, class_of(j), 0, part));
}

/* For how long back what came is counted: as long as enough of it is still told of, had it started at once. */
static double counted_s(const struct plan_facts *f, const struct fact_job *j)
{
    double s = WINDOW_S;

    while (s < LONG_S && goes_on(f, j, s - WINDOW_S / 2.) >= SIGHT_LEAST)
        s += WINDOW_S / 2.;
    return s;
}

/* That of jobs seen before: a million of them have few limits. */
struct counted {
    int64_t limit_s;
    uint32_t queue;
    double s; /* 0: not of any yet */
};

static double counted_before(const struct plan_facts *f, const struct fact_job *j, struct counted *all)
{
    uint64_t of = (uint64_t)j->limit_s * UINT64_C(0x9e3779b97f4a7c15) + j->queue * UINT64_C(0xd1342543de82ef95);
    struct counted *c = &all[of >> (64 - COUNTED_BITS)];

    if (c->s <= 0 || c->limit_s != j->limit_s || c->queue != j->queue)
        *c = (struct counted){j->limit_s, j->queue, counted_s(f, j)};
    return c->s;
}

static void take_recent(const struct plan_case *c, uint32_t i, bool over, struct counted *counted)
{
    struct plan_facts *f = c->f;
    const struct fact_job *j = over ? FACTS(f, job, over, i) : FACTS(f, job, jobs, i);
    double ago = (double)(c->now_ms - j->eligible_ms) / 1000;

    if (j->queue == FACT_NONE || ago < 0 || ago > LONG_S)
        return;
    double counts = counted_before(f, j, counted);
    if (ago > counts)
        return;
    double ran = j->started_ms > 0 ? (double)(c->now_ms - j->started_ms) / 1000 - WINDOW_S : 0;
    *(struct fact_recent *)plan_facts_push(&f->recent, sizeof(struct fact_recent)) =
        (struct fact_recent){i, over, j->tasks, fmax(goes_on(f, j, ran), SIGHT_LEAST / 2), 1 / counts};
}

/* Tasks of an array become one; of one that came alone others like it are gone by now. */
static void join_recent(struct plan_facts *f)
{
    size_t kept = 0;

    for (size_t i = 0; i < f->recent.count; i++) {
        struct fact_recent *r = FACTS(f, recent, recent, i),
                           *last = kept > 0 ? FACTS(f, recent, recent, kept - 1) : NULL;
        if (last != NULL && together(recent_job(f, last), recent_job(f, r)))
            last->tasks += r->tasks;
        else
            *FACTS(f, recent, recent, kept++) = *r;
    }
    f->recent.count = kept;
    for (size_t i = 0; i < kept; i++) {
        struct fact_recent *r = FACTS(f, recent, recent, i);
        if (r->tasks > 1)
            r->tasks = (int32_t)lround(r->tasks / r->sight);
        else
            r->rate /= r->sight;
    }
}

/* Where the last minutes differ clearly from the time before, only they count. */
static void forget_before(const struct plan_case *c, struct fact_queue *q)
{
    double late = 0, all = 0, weight = 0;

    for (uint32_t i = 0; i < q->recent_count; i++) {
        const struct fact_recent *r = FACTS(c->f, recent, recent, q->first_recent + i);
        all += r->rate * WINDOW_S;
        weight += r->rate * r->rate * WINDOW_S * WINDOW_S;
        late += recent_job(c->f, r)->eligible_ms > c->now_ms - WINDOW_S * 1000;
    }
    if (fabs(late - all) <= CHANGE * sqrt(fmax(all, 1) + weight))
        return;
    for (uint32_t i = 0; i < q->recent_count; i++) {
        struct fact_recent *r = FACTS(c->f, recent, recent, q->first_recent + i);
        r->rate = recent_job(c->f, r)->eligible_ms > c->now_ms - WINDOW_S * 1000 ? 1. / WINDOW_S : 0;
    }
}

static void learn_arrivals(const struct plan_case *c)
{
    struct plan_facts *f = c->f;
    struct counted *counted = mem_new((size_t)1 << COUNTED_BITS, sizeof *counted);

    f->recent.count = 0;
    for (uint32_t i = 0; i < f->jobs.count; i++)
        take_recent(c, i, false, counted);
    for (uint32_t i = 0; i < f->over.count; i++)
        take_recent(c, i, true, counted);
    free(counted);
    sorted = f;
    if (f->recent.count > 1)
        qsort(f->recent.all, f->recent.count, sizeof(struct fact_recent), by_queue);
    join_recent(f);
    for (size_t i = 0; i < f->queues.count; i++)
        FACTS(f, queue, queues, i)->recent_count = 0;
    for (size_t i = f->recent.count; i-- > 0;) {
        struct fact_queue *q = FACTS(f, queue, queues, recent_job(f, FACTS(f, recent, recent, i))->queue);
        q->first_recent = (uint32_t)i;
        q->recent_count++;
    }
    for (size_t i = 0; i < f->queues.count; i++)
        forget_before(c, FACTS(f, queue, queues, i));
}

/* --- whose turn it is --- */

/* Whether job `a`, that has started of late, went before `b`, that waits and was first in line, and needs no more. */
static bool overtook(const struct fact_job *a, const struct fact_job *b)
{
    return a->started_ms > b->eligible_ms && a->eligible_ms > b->eligible_ms && a->priority <= b->priority &&
           b->nodes <= a->nodes && b->accels <= a->accels && b->cpus <= a->cpus;
}

static int votes(const struct plan_case *c, const struct fact_pool *p, uint32_t queue, uint32_t other)
{
    int n = 0, started = 0;

    for (size_t k = p->running_count; k-- > 0 && started < LOOKS_MAX;) {
        const struct fact_job *a = FACTS(c->f, job, jobs, p->running[k]);
        int looks = 0;
        if (a->queue != queue || a->started_ms < c->now_ms - WINDOW_S * 1000)
            continue;
        started++;
        for (size_t i = 0; i < p->waiting_count && looks < LOOKS_MAX; i++) {
            const struct fact_job *b = FACTS(c->f, job, jobs, p->waiting[i]);
            if (b->queue != other || !plan_rule_can_start(b))
                continue;
            looks++;
            if (overtook(a, b)) {
                n++;
                break;
            }
        }
    }
    return n;
}

/* Of queues that share nodes one may go first, whatever the others' priority: seen by who overtakes whom. */
static void learn_ranks(const struct plan_case *c)
{
    struct plan_facts *f = c->f;

    for (uint32_t i = 0; i < f->queues.count; i++) {
        struct fact_queue *q = FACTS(f, queue, queues, i);
        q->rank = 0;
        if (q->pool == FACT_NONE)
            continue;
        for (uint32_t k = 0; k < f->queues.count; k++) {
            if (k == i || FACTS(f, queue, queues, k)->pool != q->pool)
                continue;
            const struct fact_pool *p = FACTS(f, pool, pools, q->pool);
            int over = votes(c, p, i, k), under = votes(c, p, k, i);
            q->rank -= over >= VOTES_LEAST && over >= VOTES_CLEAR * under;
            q->rank += under >= VOTES_LEAST && under >= VOTES_CLEAR * over;
        }
    }
}

void plan_forecast_learn(const struct plan_case *c)
{
    struct plan_facts *f = c->f;
    double *windows = mem_new(f->schedulers.count + 1, sizeof *windows);
    struct seen *seen = mem_new(1, sizeof *seen);

    for (uint32_t i = 0; i < f->schedulers.count; i++)
        windows[i] = window_of(c, i);
    for (size_t i = 0; i < f->jobs.count; i++)
        if (plan_facts_runs(FACTS(f, job, jobs, i)))
            see(c, FACTS(f, job, jobs, i), windows, seen);
    if (f->over.count == 0)
        memset(seen, 0, sizeof *seen); /* that nothing is seen to end is no sign that nothing ends */
    for (size_t i = 0; i < f->over.count; i++)
        see(c, FACTS(f, job, over, i), windows, seen);
    learn_ends(c, seen);
    learn_pace(c, windows);
    learn_shares(c);
    learn_arrivals(c);
    learn_ranks(c);
    free(seen);
    free(windows);
}
