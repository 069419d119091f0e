#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/tr.h"
#include "domain/plan_check_private.h"
#include "domain/state.h"

/* What is checked of the jobs, and of the plan as a whole. */

enum { SLICE_S = 600 /* so often may running jobs be stopped again */, EXCLUSION_MAX = 600 };

/* Data stand in the plan in millionths, and went through a float. */
static bool near(double a, double b)
{
    return isnan(a) ? isnan(b) : fabs(a - b) <= 1e-4 * fmax(1, fabs(a));
}

/* A newer version of the row that asks for the same by the same people is no other job: priorities and reasons change with each
 * poll. The name of what differs, or NULL. */
static const char *difference(const struct check_claim *a)
{
    const struct plan_job *j = a->job;
    if (!text_equal(plan_check_word(a->row, JOB_USER), j->user))
        return "user";
    if (!text_equal(plan_check_word(a->row, JOB_TENANT), j->tenant))
        return "tenant";
    if (!text_empty(a->move->queue) && !text_equal(plan_check_word(a->row, JOB_QUEUE), a->move->queue))
        return "queue";
    if (a->accels != j->accels)
        return "accels";
    if (a->cpus != j->cpus)
        return "cpus";
    if (a->nodes != j->nodes)
        return "nodes";
    return near(a->data_gb, j->data_gb) ? NULL : "data_gb";
}

static bool job_holds(struct checking *k, const struct check_claim *a)
{
    const char *differs;
    char at[120];
    if (!a->row)
        return plan_check_no(k, a->job->id, "%s", tr("there is no such job any more"));
    if (!text_equal(plan_check_word(a->row, JOB_SCHEDULER), a->move->from))
        return plan_check_no(k, a->job->id, tr("it is at %s"),
                             text_show_in(plan_check_word(a->row, JOB_SCHEDULER), at, sizeof at));
    if (a->row->stale)
        return plan_check_no(k, a->job->id, "%s", tr("what is known of it is stale"));
    if (!text_is(plan_check_word(a->row, JOB_STATE), a->job->running ? "running" : "waiting"))
        return plan_check_no(k, a->job->id, "%s",
                             a->job->running ? tr("it does not run any more") : tr("it does not wait any more"));
    if (a->accels > CHECK_UNITS_MAX || a->cpus > CHECK_UNITS_MAX || a->nodes > CHECK_UNITS_MAX || a->data_gb < 0)
        return plan_check_no(k, a->job->id, "%s", tr("what it asks for makes no sense"));
    differs = difference(a);
    return !differs ||
           plan_check_no(k, a->job->id, tr("it has changed since the snapshot: %s"), tr_of("field", differs));
}

bool plan_check_job_hold(struct checking *k)
{
    size_t newer = 0;
    for (size_t i = 0; i < k->c->claim_count; i++) {
        const struct check_claim *a = &k->c->claims[i];
        if (i > 0 && text_equal(a[-1].job->id, a->job->id))
            return plan_check_no(k, a->job->id, "%s", tr("it is in the plan twice"));
        if (!job_holds(k, a))
            return false;
        newer += a->row->since_ms != a->job->since_ms;
    }
    return newer == 0 ||
           plan_check_yes(k, tr("%zu of %zu have a newer version that asks for the same"), newer, k->c->claim_count);
}

/* --- whether it may be moved --- */

static const char *fixed_by(const struct check_claim *a)
{
    const struct row *job = a->row;
    bool running = a->job->running;
    static const struct {
        int field;
        bool once; /* it only held while the job waited */
        const char *words;
    } fields[] = {{JOB_DEPENDENCY, true, N_("it depends on another job, which is known at home alone")},
                  {JOB_HET, false, N_("it is a part of a heterogeneous job, which is not parted")},
                  {JOB_RESERVATION, false, N_("it runs in a reservation of its scheduler")},
                  {JOB_LICENSES, false, N_("it needs licences of its scheduler")}};
    for (size_t i = 0; i < sizeof fields / sizeof *fields; i++) {
        if (!(fields[i].once && running) && !text_empty(plan_check_word(job, fields[i].field)))
            return tr(fields[i].words);
    }
    if (value_int_or(&job->cells[JOB_TASKS], 1) > 1)
        return tr("it is an array: its tasks are not parted");
    return !running && a->tied ? tr("why it waits binds it to its scheduler") : NULL;
}

static bool proved(struct checking *k, const struct check_claim *a)
{
    int64_t at = value_int_or(&a->row->cells[JOB_CHECKPOINT_AT], 0), most = k->limits->checkpoint_age_s;
    if (!a->job->running)
        return true;
    if (at <= 0 || at > k->now_ms)
        return plan_check_no(k, a->job->id, "%s", tr("it runs and has not proved a checkpoint"));
    return at >= k->now_ms - most * 1000 ||
           plan_check_no(k, a->job->id, tr("its checkpoint is %" PRId64 " min old, over %" PRId64),
                         (k->now_ms - at) / 60000, most / 60);
}

bool plan_check_job_movable(struct checking *k)
{
    for (size_t i = 0; i < k->c->claim_count; i++) {
        const struct check_claim *a = &k->c->claims[i];
        if (!a->row)
            return plan_check_no(k, a->job->id, "%s", tr("there is no such job any more"));
        int64_t movable = value_int_or(&a->row->cells[JOB_MOVABLE], -1);
        const char *why = fixed_by(a);
        if (movable != 1)
            return plan_check_no(k, a->job->id, "%s",
                                 movable == 0 ? tr("it may not run on another scheduler")
                                              : tr("nobody says that it may run on another scheduler"));
        if (why)
            return plan_check_no(k, a->job->id, "%s", why);
        if (!proved(k, a))
            return false;
    }
    return true;
}

/* --- whether it was asked for --- */

static bool is_excluded(const struct plan_ask *ask, const struct check_claim *a)
{
    struct buf pair = buf_make(EXCLUSION_MAX);
    bool hit = false;
    for (size_t i = 0; i < ask->exclusions && !hit; i++) {
        struct safe_text what = ask->excluded[i];
        if (text_equal(what, a->job->id)) {
            hit = true;
            break;
        }
        buf_clear(&pair);
        text_copy(&pair, a->move->from);
        buf_putc(&pair, '>', NULL);
        text_copy(&pair, a->move->to);
        hit = text_is(what, buf_str(&pair));
        buf_putc(&pair, '/', NULL);
        text_copy(&pair, a->move->queue);
        hit = hit || text_is(what, buf_str(&pair));
    }
    buf_release(&pair);
    return hit;
}

static bool of_queue(const struct checking *k, const struct check_claim *a)
{
    struct safe_text only = k->c->plan->ask.only_queue;
    const struct row *q = plan_check_queue_row(k->c, a->move->from, a->move->queue);
    return text_empty(only) || (q && text_equal(q->id, only));
}

static bool asked(struct checking *k, const struct check_claim *a)
{
    const struct plan_ask *ask = &k->c->plan->ask;
    const struct check_end *from = &k->c->ends[a->from], *to = &k->c->ends[a->to];
    if (!of_queue(k, a))
        return plan_check_no(k, a->job->id, "%s", tr("the plan was asked for another queue's jobs alone"));
    if ((!text_empty(ask->from) && !plan_check_lies_in(from, ask->from)) ||
        (!text_empty(ask->to) && !plan_check_lies_in(to, ask->to)))
        return plan_check_no(k, a->job->id, "%s", tr("the plan was asked for another pair"));
    if (!text_empty(ask->drain) && plan_check_lies_in(to, ask->drain))
        return plan_check_no(k, a->move->to, "%s", tr("it is to be empty, or thought away"));
    if (!text_empty(ask->lost) && text_equal(plan_check_word(to->row, SCHEDULER_CLUSTER), ask->lost))
        return plan_check_no(k, a->move->to, "%s", tr("it is to be empty, or thought away"));
    return !is_excluded(ask, a) || plan_check_no(k, a->job->id, "%s", tr("it was taken out of the plan"));
}

bool plan_check_job_asked(struct checking *k)
{
    for (size_t i = 0; i < k->c->claim_count; i++) {
        if (!asked(k, &k->c->claims[i]))
            return false;
    }
    return true;
}

/* --- sums --- */

struct sum {
    double accels, cpus;
    size_t jobs;
};

static bool sum_agrees(struct checking *k, const struct plan_move *m, const struct sum *s)
{
    if (m->accels >= 0 && fabs(s->accels - (double)m->accels) > 0.5)
        return plan_check_no(k, m->to, tr("its jobs ask for %.0f accelerators, the move says %" PRId64), s->accels,
                             m->accels);
    return (m->cpus < 0 || fabs(s->cpus - (double)m->cpus) <= 0.5) ||
           plan_check_no(k, m->to, tr("its jobs ask for %.0f CPUs, the move says %" PRId64), s->cpus, m->cpus);
}

/* What a move asks for is what its jobs ask for, by their rows. */
bool plan_check_job_sums(struct checking *k)
{
    const struct plan *p = k->c->plan;
    struct sum *sums = mem_new(p->move_count + 1, sizeof *sums);
    bool ok = true;
    for (size_t i = 0; i < k->c->claim_count; i++) {
        struct sum *s = &sums[k->c->claims[i].move - p->moves];
        s->accels += (double)k->c->claims[i].accels;
        s->cpus += (double)k->c->claims[i].cpus;
    }
    for (size_t i = 0; ok && i < p->move_count; i++)
        ok = p->moves[i].excluded || sum_agrees(k, &p->moves[i], &sums[i]);
    free(sums);
    return ok;
}

/* --- how much at once (promises 6) --- */

bool plan_check_job_count(struct checking *k)
{
    int64_t most = k->limits->jobs_max, wanted = k->c->plan->ask.max_moves;
    if (wanted >= 0 && wanted < most)
        most = wanted;
    return (int64_t)k->c->claim_count <= most ||
           plan_check_no(k, text_of(""),
                         k->c->claim_count == 1 ? tr("%zu job, at most %" PRId64 " are allowed")
                                                : tr("%zu jobs, at most %" PRId64 " are allowed"),
                         k->c->claim_count, most);
}

static int by_tenant(const void *a, const void *b)
{
    return text_cmp(*(const struct safe_text *)a, *(const struct safe_text *)b);
}

/* Jobs of the tenant that has the most of them in the plan. */
static size_t of_one_tenant(const struct plan_checker *c)
{
    struct safe_text *all = mem_new(c->claim_count + 1, sizeof *all);
    size_t n = 0, most = 0, run = 0;
    for (size_t i = 0; i < c->claim_count; i++) {
        struct safe_text tenant = plan_check_word(c->claims[i].row, JOB_TENANT);
        if (!text_empty(tenant))
            all[n++] = tenant;
    }
    if (n > 1)
        qsort(all, n, sizeof *all, by_tenant);
    for (size_t i = 0; i < n; i++) {
        run = i > 0 && text_equal(all[i], all[i - 1]) ? run + 1 : 1;
        most = run > most ? run : most;
    }
    free(all);
    return most;
}

/* Of the accelerators that wait at a source those that the plan moves, in percent: the most of all sources. */
static double share_of_waiting(const struct plan_checker *c)
{
    double *goes = mem_new(c->end_count + 1, sizeof *goes), most = 0;
    for (size_t i = 0; i < c->claim_count; i++)
        goes[c->claims[i].from] += c->claims[i].job->running ? 0 : (double)c->claims[i].accels;
    for (size_t i = 0; i < c->end_count; i++) {
        double all = c->ends[i].waiting_accels;
        double pct = goes[i] <= 0 ? 0 : all > 0 ? 100 * goes[i] / all : 100;
        most = fmax(most, pct);
    }
    free(goes);
    return most;
}

bool plan_check_job_alone(struct checking *k)
{
    const struct plan_limits *l = k->limits;
    size_t jobs = k->c->claim_count, tenant = of_one_tenant(k->c);
    double pct = share_of_waiting(k->c);
    bool alone =
        (int64_t)jobs <= l->jobs_alone && pct <= l->accels_alone_pct && (int64_t)tenant <= l->tenant_jobs_alone;
    if ((int64_t)k->c->plan->intake_count > l->jobs_alone)
        return plan_check_no(k, text_of(""), tr("a second person approves it: it closes %zu queues and nodes"),
                             k->c->plan->intake_count);
    if (jobs == 1) {
        plan_check_yes(
            k,
            alone ? tr("one person may approve it: a single job, %.0f %% of a source's waiting accelerators")
                  : tr("a second person approves it: a single job, %.0f %% of a source's waiting accelerators"),
            pct);
        return alone;
    }
    plan_check_yes(
        k,
        alone ? tr("one person may approve it: %zu jobs, %.0f %% of a source's waiting accelerators, %zu of one "
                   "tenant")
              : tr("a second person approves it: %zu jobs, %.0f %% of a source's waiting accelerators, %zu of one "
                   "tenant"),
        jobs, pct, tenant);
    return alone;
}

/* Running jobs of an end that are moved in the same ten minutes. */
static struct sum slice_of(const struct plan_checker *c, size_t end, int64_t slice)
{
    struct sum s = {0};
    for (size_t i = 0; i < c->claim_count; i++) {
        const struct check_claim *a = &c->claims[i];
        if (!a->job->running || a->from != end || a->job->begin_s / SLICE_S != slice)
            continue;
        s.jobs++;
        s.accels += a->accels > 0 ? (double)a->accels : (double)a->cpus;
    }
    return s;
}

/* One running job always may. */
bool plan_check_job_running(struct checking *k)
{
    const struct plan_checker *c = k->c;
    for (size_t i = 0; i < c->claim_count; i++) {
        const struct check_claim *a = &c->claims[i];
        const struct check_end *e = &c->ends[a->from];
        if (!a->job->running)
            continue;
        const struct sum s = slice_of(c, a->from, a->job->begin_s / SLICE_S);
        double busy = e->running_accels > 0 ? e->running_accels : e->running_cpus;
        double most = floor(busy * k->limits->running_accels_pct / 100);
        if (s.jobs > 1 && !(s.accels <= most))
            return plan_check_no(k, e->id,
                                 tr("%.0f accelerators or CPUs of running jobs, at most %.0f of %.0f in 10 minutes"),
                                 s.accels, most, busy);
    }
    return true;
}

/* --- cool-down --- */

/* Jobs of the plan among those of a former move. */
static const struct check_claim *moved_before(const struct plan_checker *c, const struct row *move)
{
    struct safe_text rest = plan_check_word(move, MOVE_JOB_IDS), id;
    while (value_list_next(&rest, &id)) {
        size_t low = 0, high = c->claim_count;
        while (low < high) {
            size_t at = low + (high - low) / 2;
            int order = text_cmp(c->claims[at].job->id, id);
            if (order == 0)
                return &c->claims[at];
            if (order < 0)
                low = at + 1;
            else
                high = at;
        }
    }
    return NULL;
}

static bool pair_cool(struct checking *k, const struct row *before)
{
    bool under_way = text_is(plan_check_word(before, MOVE_STATE), "queued") ||
                     text_is(plan_check_word(before, MOVE_STATE), "running");
    int64_t ago_s = (k->now_ms - before->since_ms) / 1000;
    for (size_t i = 0; i < k->c->plan->move_count; i++) {
        const struct plan_move *m = &k->c->plan->moves[i];
        if (m->excluded || !text_equal(plan_check_word(before, MOVE_FROM), m->from) ||
            !text_equal(plan_check_word(before, MOVE_TO), m->to))
            continue;
        if (under_way)
            return plan_check_no(k, before->id, "%s", tr("another plan moves from the one to the other now"));
        if (ago_s < k->limits->pair_cooldown_s)
            return plan_check_no(k, before->id,
                                 tr("it moved from the one to the other %" PRId64 " s ago, %" PRId64 " s must pass"),
                                 ago_s, k->limits->pair_cooldown_s);
    }
    return true;
}

bool plan_check_job_cool(struct checking *k)
{
    for (size_t i = 0; i < k->c->moves.count; i++) {
        const struct row *before = &k->c->moves.all[i];
        int64_t ago_s = (k->now_ms - before->since_ms) / 1000;
        const struct check_claim *a = ago_s < k->limits->job_cooldown_s ? moved_before(k->c, before) : NULL;
        if (a)
            return plan_check_no(k, a->job->id, tr("it was moved %" PRId64 " s ago, %" PRId64 " s must pass"), ago_s,
                                 k->limits->job_cooldown_s);
        if (!pair_cool(k, before))
            return false;
    }
    return true;
}

bool plan_check_job_time(struct checking *k)
{
    int64_t over_s = (k->now_ms - k->c->plan->expires_at_ms) / 1000;
    return k->c->plan->expires_at_ms > k->now_ms ||
           plan_check_no(k, text_of(""), tr("it could be carried out until %" PRId64 " s ago"), over_s);
}
