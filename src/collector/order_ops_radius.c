#include <inttypes.h>
#include <math.h>
#include <stdlib.h>

#include "base/mem.h"
#include "base/tr.h"
#include "collector/order_ops_private.h"

/* The blast radius: what may be changed without a second person, counted in jobs, accelerators and tenants over what all operators
 * ordered within ten minutes. A job counts once, whatever is done to it; what goes back to where it was does not. */

enum { WINDOW_MS = 10 * 60 * 1000 };

struct radius {
    const struct order *asked; /* for, now: what exceeds a limit without them is none of their doing */
    size_t asked_count;
    const struct order **all; /* sorted by `order`, one a job when it is by target */
    size_t count, cap;
    int64_t since_ms;
};

static bool is_asked(const struct radius *r, const struct order *o)
{
    return o >= r->asked && o < r->asked + r->asked_count;
}

static void add(struct radius *r, const struct order *o)
{
    bool undone = order_state_ended(o->state) && !o->done;
    if (o->kind != KIND_JOB || undone || !text_empty(o->approved_by) || !text_empty(o->undo_of))
        return;
    if (r->count == r->cap) {
        r->cap = r->cap ? 2 * r->cap : 256;
        r->all = mem_grow(r->all, r->cap, sizeof *r->all);
    }
    r->all[r->count++] = o;
}

static bool add_recent(void *ctx, const struct order *o, const struct action *a)
{
    struct radius *r = ctx;
    (void)a;
    if (o->at_ms > r->since_ms || !order_state_ended(o->state))
        add(r, o);
    return true;
}

static int by_target(const void *a, const void *b)
{
    const struct order *const *x = a, *const *y = b;
    return text_cmp((*x)->target, (*y)->target);
}

static int by_tenant(const void *a, const void *b)
{
    const struct order *const *x = a, *const *y = b;
    return text_cmp((*x)->tenant, (*y)->tenant);
}

static int by_from(const void *a, const void *b)
{
    const struct order *const *x = a, *const *y = b;
    return text_cmp((*x)->from, (*y)->from);
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
        bool same = kept > 0 && text_equal(r->all[kept - 1]->target, r->all[i]->target);
        if (!same)
            r->all[kept++] = r->all[i];
        else if (r->all[i]->stops || takes_away(r->all[i]))
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
        struct safe_text t = r->all[i]->tenant;
        bool same = i > 0 && text_equal(t, r->all[i - 1]->tenant);
        run = same ? run + 1 : 1;
        asked = (same && asked) || is_asked(r, r->all[i]);
        bool last = i + 1 == r->count || !text_equal(t, r->all[i + 1]->tenant);
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
    bool asked;          /* one of them is asked for now */
};

static void take(struct taken *t, const struct order *o, bool asked)
{
    t->jobs++;
    t->asked = t->asked || asked;
    if (o->accels > 0)
        t->accels += (double)o->accels;
    else if (o->cpus > 0)
        t->cpus += (double)o->cpus;
}

static bool waiting_holds(const struct taken *t, const struct sums *s, double most_pct, struct err *err)
{
    double pct = share(t->accels, s->waiting);
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
static bool scheduler_holds(struct order_ops *o, const struct radius *r, size_t first, size_t count, struct err *err)
{
    const struct plan_limits *l = &o->options.limits;
    struct sums s = {.scheduler = r->all[first]->from};
    struct taken waiting = {0}, running = {0};
    for (size_t i = first; i < first + count; i++) {
        const struct order *each = r->all[i];
        if (each->stops)
            take(&running, each, is_asked(r, each) && text_empty(each->plan));
        else if (takes_away(each))
            take(&waiting, each, is_asked(r, each));
    }
    if (!waiting.asked && !running.asked)
        return true;
    return store_each(o->options.store, KIND_QUEUE, NULL, add_queue, &s, err) &&
           store_each(o->options.store, KIND_SCHEDULER, NULL, add_scheduler, &s, err) &&
           waiting_holds(&waiting, &s, l->accels_alone_pct, err) &&
           running_holds(&running, &s, l->running_accels_pct, err);
}

static bool schedulers_hold(struct order_ops *o, struct radius *r, struct err *err)
{
    bool ok = true;
    if (r->count > 1)
        qsort(r->all, r->count, sizeof *r->all, by_from);
    for (size_t i = 0, n; ok && i < r->count; i += n) {
        for (n = 1; i + n < r->count && text_equal(r->all[i]->from, r->all[i + n]->from);)
            n++;
        ok = scheduler_holds(o, r, i, n, err);
    }
    return ok;
}

/* --- all of it --- */

static bool counts_hold(const struct order_ops *o, struct radius *r, struct err *err)
{
    const struct plan_limits *l = &o->options.limits;
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

bool order_ops_radius(struct order_ops *o, const struct order *all, size_t count, struct err *err)
{
    struct radius r = {.asked = all, .asked_count = count, .since_ms = order_ops_now(o).utc_ms - WINDOW_MS};
    executor_each(o->executor, 0, add_recent, &r);
    for (size_t i = 0; i < count; i++)
        add(&r, &all[i]);
    once_each(&r);
    bool any = false;
    for (size_t i = 0; i < r.count; i++)
        any = any || is_asked(&r, r.all[i]);
    bool ok = !any || (counts_hold(o, &r, err) && schedulers_hold(o, &r, err));
    free(r.all);
    if (!ok && err->kind == ERR_REFUSED) {
        err_hint(err, "what all operators ordered within 10 minutes counts; have a plan made and approved, or name "
                      "fewer: the section 'limits' says how many");
        err_exit(err, ORDER_OPS_NOT_ALLOWED);
    }
    return ok;
}
