#include <inttypes.h>
#include <math.h>
#include <stdlib.h>

#include "base/mem.h"
#include "base/tr.h"
#include "collector/order_ops_private.h"

/* The blast radius: what may be changed without a second person, counted in jobs, accelerators and tenants over what all operators
 * ordered within ten minutes and nobody else approved; and what nobody may, however many approve: running work that is stopped. A job
 * counts once, whatever is done to it; what goes back to where it was does not. */

enum { WINDOW_MS = 10 * 60 * 1000 };

/* What is being asked counts beside what was ordered; what exceeds a limit without it is none of its doing. */
struct part {
    const struct order *o;
    bool asked;
};

struct radius {
    struct part *all;
    size_t count, cap;
    int64_t since_ms;
    bool alone; /* what somebody else approved does not count */
};

static void add(struct radius *r, const struct order *o, bool asked)
{
    bool undone = order_state_ended(o->state) && !o->done;
    if (o->kind != KIND_JOB || undone || (r->alone && !text_empty(o->approved_by)) || !text_empty(o->undo_of))
        return;
    if (r->count == r->cap) {
        r->cap = r->cap ? 2 * r->cap : 256;
        r->all = mem_grow(r->all, r->cap, sizeof *r->all);
    }
    r->all[r->count++] = (struct part){o, asked};
}

static bool add_recent(void *ctx, const struct order *o, const struct action *a)
{
    struct radius *r = ctx;
    (void)a;
    if (o->state != ORDER_PREVIEWED && (o->at_ms > r->since_ms || !order_state_ended(o->state)))
        add(r, o, false);
    return true;
}

static int by_target(const void *a, const void *b)
{
    const struct part *x = a, *y = b;
    return text_cmp(x->o->target, y->o->target);
}

static int by_tenant(const void *a, const void *b)
{
    const struct part *x = a, *y = b;
    return text_cmp(x->o->tenant, y->o->tenant);
}

static int by_from(const void *a, const void *b)
{
    const struct part *x = a, *y = b;
    return text_cmp(x->o->from, y->o->from);
}

/* What is held or put first stays where it waits. */
static bool takes_away(const struct order *o)
{
    const struct action *a = action_by_name(o->action);
    return a && (a->to || a->severe);
}

/* One a job: of several the one that stops it, or takes it away. */
static void once_each(struct radius *r)
{
    size_t kept = 0;
    if (r->count > 1)
        qsort(r->all, r->count, sizeof *r->all, by_target);
    for (size_t i = 0; i < r->count; i++) {
        bool same = kept > 0 && text_equal(r->all[kept - 1].o->target, r->all[i].o->target);
        if (!same)
            r->all[kept++] = r->all[i];
        else if (r->all[i].o->stops || takes_away(r->all[i].o))
            r->all[kept - 1] = r->all[i];
    }
    r->count = kept;
}

/* The most of those whose jobs are asked for. */
static size_t of_one_tenant(struct radius *r, struct safe_text *tenant)
{
    size_t most = 0, run = 0;
    bool asked = false;
    if (r->count > 1)
        qsort(r->all, r->count, sizeof *r->all, by_tenant);
    for (size_t i = 0; i < r->count; i++) {
        struct safe_text t = r->all[i].o->tenant;
        bool same = i > 0 && text_equal(t, r->all[i - 1].o->tenant);
        run = same ? run + 1 : 1;
        asked = (same && asked) || r->all[i].asked;
        bool last = i + 1 == r->count || !text_equal(t, r->all[i + 1].o->tenant);
        if (last && asked && !text_empty(t) && run > most) {
            most = run;
            *tenant = t;
        }
    }
    return most;
}

/* --- accelerators --- */

struct sums {
    struct safe_text scheduler;
    double waiting; /* accelerators that its waiting jobs ask for */
    double busy, busy_cpus;
};

static double real(const struct row *row, int field)
{
    return (double)value_int_or(&row->cells[field], 0);
}

static bool add_queue(void *ctx, const struct row *row, struct err *err)
{
    struct sums *s = ctx;
    (void)err;
    if (text_equal(value_text_or(&row->cells[QUEUE_SCHEDULER], ""), s->scheduler))
        s->waiting += real(row, QUEUE_ACCELS_ASKED);
    return true;
}

static bool add_scheduler(void *ctx, const struct row *row, struct err *err)
{
    struct sums *s = ctx;
    (void)err;
    if (!text_equal(row->id, s->scheduler))
        return true;
    s->busy = real(row, SCHEDULER_ACCELS_TOTAL) - real(row, SCHEDULER_ACCELS_FREE);
    s->busy_cpus = real(row, SCHEDULER_CPUS_TOTAL) - real(row, SCHEDULER_CPUS_FREE);
    return true;
}

/* What is not known makes the whole of it. */
static double share(double part, double all)
{
    return part <= 0 ? 0 : all > 0 ? 100 * part / all : 100;
}

/* What some jobs of a scheduler have there. */
struct taken {
    size_t jobs;
    double accels, cpus; /* CPUs of those without accelerators */
    double gone;         /* accelerators of those that wait there no more, for they were taken away */
    bool asked;          /* one of them is being asked for */
};

static void take(struct taken *t, const struct order *o, bool asked)
{
    t->jobs++;
    t->asked = t->asked || asked;
    if (o->accels > 0)
        t->accels += (double)o->accels;
    else if (o->cpus > 0)
        t->cpus += (double)o->cpus;
    if (!asked && o->done && o->accels > 0)
        t->gone += (double)o->accels;
}

static bool waiting_holds(const struct taken *t, const struct sums *s, double most_pct, struct err *err)
{
    double pct = share(t->accels, s->waiting + t->gone);
    char name[128];
    return !t->asked || t->jobs <= 1 || pct <= most_pct ||
           err_set(err, ERR_REFUSED,
                   "too much for one person: %.0f %% of the waiting accelerators of '%s', at most %.0f %%", pct,
                   text_show_in(s->scheduler, name, sizeof name), most_pct);
}

static bool running_holds(const struct taken *t, const struct sums *s, double most_pct, struct err *err)
{
    double pct = fmax(share(t->accels, s->busy), share(t->cpus, s->busy_cpus));
    char name[128];
    return !t->asked || t->jobs <= 1 || pct <= most_pct ||
           err_set(err, ERR_REFUSED,
                   "too much at once: running jobs with %.1f %% of what runs on '%s' would be stopped within 10 "
                   "minutes, at most %.1f %%",
                   pct, text_show_in(s->scheduler, name, sizeof name), most_pct);
}

/* Those of one scheduler. What a plan stops was counted with the plan, which may take longer than ten minutes. */
static bool scheduler_holds(struct order_ops *o, const struct plan_limits *l, const struct radius *r, size_t first,
                            size_t count, struct err *err)
{
    struct sums s = {.scheduler = r->all[first].o->from};
    struct taken waiting = {0}, running = {0};
    for (size_t i = first; i < first + count; i++) {
        const struct part *each = &r->all[i];
        if (each->o->stops)
            take(&running, each->o, each->asked && text_empty(each->o->plan));
        else if (takes_away(each->o))
            take(&waiting, each->o, each->asked);
    }
    if (r->alone)
        return !waiting.asked || (store_each(o->options.store, KIND_QUEUE, NULL, add_queue, &s, err) &&
                                  waiting_holds(&waiting, &s, l->accels_alone_pct, err));
    return !running.asked || (store_each(o->options.store, KIND_SCHEDULER, NULL, add_scheduler, &s, err) &&
                              running_holds(&running, &s, l->running_accels_pct, err));
}

static bool schedulers_hold(struct order_ops *o, const struct plan_limits *l, struct radius *r, struct err *err)
{
    bool ok = true;
    if (r->count > 1)
        qsort(r->all, r->count, sizeof *r->all, by_from);
    for (size_t i = 0, n; ok && i < r->count; i += n) {
        for (n = 1; i + n < r->count && text_equal(r->all[i].o->from, r->all[i + n].o->from);)
            n++;
        ok = scheduler_holds(o, l, r, i, n, err);
    }
    return ok;
}

/* --- all of it --- */

static bool counts_hold(const struct plan_limits *l, struct radius *r, struct err *err)
{
    struct safe_text tenant = text_of("");
    size_t of_one = of_one_tenant(r, &tenant);
    char name[128];
    if ((int64_t)r->count > l->jobs_alone)
        return err_set(err, ERR_REFUSED, "too much for one person: %zu jobs within 10 minutes, at most %" PRId64,
                       r->count, l->jobs_alone);
    return (int64_t)of_one <= l->tenant_jobs_alone ||
           err_set(err, ERR_REFUSED, "too much for one person: %zu jobs of '%s' within 10 minutes, at most %" PRId64,
                   of_one, text_show_in(tenant, name, sizeof name), l->tenant_jobs_alone);
}

static bool size_holds(const struct plan_limits *l, size_t asked, struct err *err)
{
    return (int64_t)asked <= l->jobs_max ||
           err_set(err, ERR_REFUSED, "too much at once: %zu jobs, at most %" PRId64, asked, l->jobs_max);
}

/* Whether one person may, or (not `r->alone`) anybody. */
static bool holds(struct order_ops *o, const struct plan_limits *l, struct radius *r, struct err *err)
{
    size_t asked = 0;
    once_each(r);
    for (size_t i = 0; i < r->count; i++)
        asked += r->all[i].asked;
    bool ok = asked == 0 ||
              ((r->alone ? counts_hold(l, r, err) : size_holds(l, asked, err)) && schedulers_hold(o, l, r, err));
    free(r->all);
    return ok;
}

#define COUNTED "what all operators ordered within 10 minutes counts"

static enum order_ops_reach too_much(enum order_ops_reach reach, const char *hint, struct err *err)
{
    if (err->kind != ERR_REFUSED) /* it could not be counted */
        return ORDER_OPS_NOBODY;
    err_hint(err, "%s", hint);
    err_exit(err, ORDER_OPS_NOT_ALLOWED);
    return reach;
}

static struct radius recent(const struct order_ops *o, bool alone)
{
    struct radius r = {.since_ms = order_ops_now(o).utc_ms - WINDOW_MS, .alone = alone};
    executor_each(o->executor, 0, add_recent, &r);
    return r;
}

enum order_ops_reach order_ops_radius(struct order_ops *o, const struct plan_limits *limits, const struct order *all,
                                      size_t count, struct err *err)
{
    for (int alone = 0; alone <= 1; alone++) {
        struct radius r = recent(o, alone);
        for (size_t i = 0; i < count; i++)
            add(&r, &all[i], true);
        if (holds(o, limits, &r, err))
            continue;
        return alone ? too_much(ORDER_OPS_TWO,
                                "--propose puts it down for somebody else to approve, or name fewer; " COUNTED
                                ": the section 'limits' says how many",
                                err)
                     : too_much(ORDER_OPS_NOBODY,
                                "name fewer, or wait; " COUNTED ": the section 'limits' says how many", err);
    }
    return ORDER_OPS_ONE;
}

static bool add_asked(void *ctx, const struct order *o, const struct action *a)
{
    (void)a;
    add(ctx, o, true);
    return true;
}

bool order_ops_radius_draft(struct order_ops *o, const struct executor_draft *d, struct err *err)
{
    struct radius r = recent(o, true);
    executor_draft_each(d, add_asked, &r);
    return holds(o, &o->options.limits, &r, err) ||
           too_much(ORDER_OPS_TWO, "somebody else approves the plan: hubtop plan approve; " COUNTED, err) ==
               ORDER_OPS_ONE;
}
