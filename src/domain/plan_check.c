#include "domain/plan_check.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/tr.h"
#include "domain/rows.h"

/* A job of the plan, found by its id; `row` is its number among the rows, -1 without one. */
struct claim {
    const struct plan_move *move;
    const struct plan_job *job;
    int64_t row;
};

struct plan_checker {
    const struct plan *plan;
    struct claim *claims; /* in the order of ids */
    size_t claim_count;
    struct rows jobs, schedulers, links, transfers;
    struct rows waiting; /* one row a scheduler: its largest waiting jobs */
};

const enum kind *plan_check_kinds(void)
{
    static const enum kind kinds[] = {KIND_SCHEDULER, KIND_LINK, KIND_TRANSFER, KIND_JOB, KIND_NONE};
    return kinds;
}

static int by_id(const void *a, const void *b)
{
    return text_cmp(((const struct claim *)a)->job->id, ((const struct claim *)b)->job->id);
}

struct plan_checker *plan_check_new(const struct plan *p)
{
    struct plan_checker *c = mem_new(1, sizeof *c);
    size_t n = 0;
    c->plan = p;
    for (size_t i = 0; i < p->move_count; i++)
        n += p->moves[i].excluded ? 0 : p->moves[i].job_count;
    c->claims = mem_new(n + 1, sizeof *c->claims);
    for (size_t i = 0; i < p->move_count; i++) {
        for (size_t k = 0; !p->moves[i].excluded && k < p->moves[i].job_count; k++)
            c->claims[c->claim_count++] = (struct claim){&p->moves[i], &p->moves[i].jobs[k], -1};
    }
    qsort(c->claims, c->claim_count, sizeof *c->claims, by_id);
    return c;
}

void plan_check_free(struct plan_checker *c)
{
    if (!c)
        return;
    rows_release(&c->jobs);
    rows_release(&c->schedulers);
    rows_release(&c->links);
    rows_release(&c->transfers);
    rows_release(&c->waiting);
    free(c->claims);
    free(c);
}

static double number(const struct row *row, int field)
{
    return row ? value_real_or(&row->cells[field], (double)NAN) : (double)NAN;
}

static struct safe_text word(const struct row *row, int field)
{
    return value_text_or(&row->cells[field], "");
}

static struct row *named(const struct rows *rows, struct safe_text id)
{
    for (size_t i = 0; i < rows->count; i++) {
        if (text_equal(rows->all[i].id, id))
            return &rows->all[i];
    }
    return NULL;
}

static bool is_target(const struct plan_checker *c, struct safe_text scheduler)
{
    for (size_t i = 0; i < c->plan->move_count; i++) {
        if (!c->plan->moves[i].excluded && text_equal(c->plan->moves[i].to, scheduler))
            return true;
    }
    return false;
}

/* A target keeps room for its own largest waiting job. */
static void keep_largest(struct plan_checker *c, const struct row *job)
{
    static const int fields[] = {JOB_ACCELS, JOB_CPUS};
    struct safe_text scheduler = word(job, JOB_SCHEDULER);
    if (!text_is(word(job, JOB_STATE), "waiting") || !is_target(c, scheduler))
        return;
    struct row *kept = named(&c->waiting, scheduler);
    struct row one = {.kind = KIND_JOB, .id = scheduler};
    if (!kept)
        kept = rows_add(&c->waiting, &one);
    for (size_t i = 0; i < 2; i++) {
        if (value_real_or(&job->cells[fields[i]], 0) > value_real_or(&kept->cells[fields[i]], 0))
            kept->cells[fields[i]] = job->cells[fields[i]];
    }
}

static void take_job(struct plan_checker *c, const struct row *row)
{
    struct plan_job wanted = {.id = row->id};
    struct claim key = {.job = &wanted};
    const struct claim *hit = bsearch(&key, c->claims, c->claim_count, sizeof key, by_id);
    keep_largest(c, row);
    if (!hit)
        return;
    struct claim *at = c->claims + (hit - c->claims);
    while (at > c->claims && text_equal(at[-1].job->id, row->id))
        at--;
    rows_add(&c->jobs, row);
    for (; at < c->claims + c->claim_count && text_equal(at->job->id, row->id); at++)
        at->row = (int64_t)c->jobs.count - 1;
}

void plan_check_take(struct plan_checker *c, const struct row *row)
{
    if (row->kind == KIND_JOB)
        take_job(c, row);
    else if (row->kind == KIND_SCHEDULER)
        rows_add(&c->schedulers, row);
    else if (row->kind == KIND_LINK)
        rows_add(&c->links, row);
    else if (row->kind == KIND_TRANSFER)
        rows_add(&c->transfers, row);
}

/* --- the checks --- */

struct checking {
    struct plan_checker *c;
    const struct plan_limits *limits;
    int64_t now_ms;
    char words[400];
};

static bool no(struct checking *k, struct safe_text id, const char *why)
{
    char shown[120];
    snprintf(k->words, sizeof k->words, "%s: %s", text_show_in(id, shown, sizeof shown), why);
    return false;
}

static bool jobs_hold(struct checking *k)
{
    for (size_t i = 0; i < k->c->claim_count; i++) {
        const struct claim *a = &k->c->claims[i];
        const struct row *job = a->row >= 0 ? &k->c->jobs.all[a->row] : NULL;
        if (i > 0 && text_equal(a[-1].job->id, a->job->id))
            return no(k, a->job->id, tr("it is in the plan twice"));
        if (!job)
            return no(k, a->job->id, tr("there is no such job any more"));
        if (!text_equal(word(job, JOB_SCHEDULER), a->move->from))
            return no(k, a->job->id, tr("it is at another scheduler"));
        if (!text_is(word(job, JOB_STATE), a->job->running ? "running" : "waiting"))
            return no(k, a->job->id,
                      a->job->running ? tr("it does not run any more") : tr("it does not wait any more"));
        if (job->since_ms != a->job->since_ms)
            return no(k, a->job->id, tr("it has changed since the snapshot"));
        if (value_known(&job->cells[JOB_MOVABLE]) && value_int_or(&job->cells[JOB_MOVABLE], 0) == 0)
            return no(k, a->job->id, tr("it may not be moved"));
    }
    return true;
}

static const struct row *end_of(const struct checking *k, struct safe_text id)
{
    return named(&k->c->schedulers, id);
}

static bool ends_fresh(struct checking *k)
{
    for (size_t i = 0; i < k->c->plan->move_count; i++) {
        const struct plan_move *m = &k->c->plan->moves[i];
        const struct safe_text ends[] = {m->from, m->to};
        for (size_t e = 0; !m->excluded && e < 2; e++) {
            const struct row *s = end_of(k, ends[e]);
            if (!s)
                return no(k, ends[e], tr("there is no such scheduler"));
            if (s->stale)
                return no(k, ends[e], tr("what is known of it is stale"));
        }
    }
    return true;
}

static bool ring_holds(struct checking *k)
{
    for (size_t i = 0; i < k->c->claim_count; i++) {
        const struct claim *a = &k->c->claims[i];
        double most = a->row >= 0 ? number(&k->c->jobs.all[a->row], JOB_LATENCY_MS_MAX) : (double)NAN;
        if (!isnan(most) && !(a->move->delay_after_ms <= most))
            return no(k, a->job->id, tr("its tenants would be farther away than it allows"));
    }
    return true;
}

/* What a move asks for is what its jobs ask for, by their rows. */
static bool sums_agree(struct checking *k)
{
    for (size_t i = 0; i < k->c->plan->move_count; i++) {
        const struct plan_move *m = &k->c->plan->moves[i];
        double accels = 0, cpus = 0;
        for (size_t j = 0; !m->excluded && j < k->c->claim_count; j++) {
            const struct claim *a = &k->c->claims[j];
            const struct row *job = a->move == m && a->row >= 0 ? &k->c->jobs.all[a->row] : NULL;
            accels += job ? value_real_or(&job->cells[JOB_ACCELS], 0) : 0;
            cpus += job ? value_real_or(&job->cells[JOB_CPUS], 0) : 0;
        }
        if (!m->excluded && ((m->accels >= 0 && fabs(accels - (double)m->accels) > 0.5) ||
                             (m->cpus >= 0 && fabs(cpus - (double)m->cpus) > 0.5)))
            return no(k, m->to, tr("its jobs ask for another amount than the move says"));
    }
    return true;
}

static double asked_at(const struct checking *k, struct safe_text to, int field)
{
    double sum = 0;
    for (size_t j = 0; j < k->c->claim_count; j++) {
        const struct claim *a = &k->c->claims[j];
        if (text_equal(a->move->to, to) && a->row >= 0)
            sum += value_real_or(&k->c->jobs.all[a->row].cells[field], 0);
    }
    return sum;
}

static bool room_at(struct checking *k, struct safe_text to)
{
    static const struct {
        int job, free, total;
    } resources[] = {{JOB_ACCELS, SCHEDULER_ACCELS_FREE, SCHEDULER_ACCELS_TOTAL},
                     {JOB_CPUS, SCHEDULER_CPUS_FREE, SCHEDULER_CPUS_TOTAL}};
    const struct row *s = end_of(k, to), *own = named(&k->c->waiting, to);
    for (size_t r = 0; s && r < 2; r++) {
        double asked = asked_at(k, to, resources[r].job), largest = own ? number(own, resources[r].job) : 0;
        double keep = fmax(ceil(number(s, resources[r].total) * k->limits->head_room_pct / 100), fmax(largest, 0));
        char why[160];
        if (asked <= 0 || asked <= number(s, resources[r].free) - keep)
            continue;
        snprintf(why, sizeof why, tr("%.0f asked for, %.0f free, of which %.0f stay"), asked,
                 number(s, resources[r].free), keep);
        return no(k, to, why);
    }
    return true;
}

static bool room_there(struct checking *k)
{
    for (size_t i = 0; i < k->c->plan->move_count; i++) {
        const struct plan_move *m = &k->c->plan->moves[i];
        if (!m->excluded && !room_at(k, m->to))
            return false;
    }
    return true;
}

/* What the plan's own holds take off a link's load. */
static double relief_pct(const struct checking *k, struct safe_text link)
{
    double sum = 0;
    for (size_t i = 0; i < k->c->plan->hold_count; i++) {
        const struct plan_hold *h = &k->c->plan->holds[i];
        const struct row *t = named(&k->c->transfers, h->transfer), *at = named(&k->c->links, link);
        if (!h->excluded && t && at && text_equal(h->link, link) && text_is(word(t, TRANSFER_STATE), "running"))
            sum += 100 * fmin(number(t, TRANSFER_RATE_GBPS), h->rate_gbps) / number(at, LINK_CAPACITY_GBPS);
    }
    return sum;
}

static bool link_carries(struct checking *k, struct safe_text id)
{
    const struct row *link = named(&k->c->links, id);
    if (!link)
        return no(k, id, tr("there is no such link"));
    if (link->stale || text_is(word(link, LINK_STATE), "down"))
        return no(k, id, tr("it is down, or what is known of it is stale"));
    if (!(number(link, LINK_USED_PCT) - relief_pct(k, id) < k->limits->link_used_pct))
        return no(k, id, tr("it carries as much as it may"));
    return true;
}

/* The way may go over several links, told one after the other. */
static bool links_carry(struct checking *k)
{
    for (size_t i = 0; i < k->c->plan->move_count; i++) {
        const struct plan_move *m = &k->c->plan->moves[i];
        struct safe_text rest = m->link, id;
        while (!m->excluded && m->data_gb > 0 && text_split(&rest, ' ', &id)) {
            if (!text_empty(id) && !link_carries(k, id))
                return false;
        }
    }
    return true;
}

static bool few_enough(struct checking *k)
{
    int64_t most = k->limits->jobs_max, asked = k->c->plan->ask.max_moves;
    if (asked >= 0 && asked < most)
        most = asked;
    if ((int64_t)k->c->claim_count <= most)
        return true;
    snprintf(k->words, sizeof k->words, tr("%zu jobs, at most %" PRId64 " are allowed"), k->c->claim_count, most);
    return false;
}

static bool running_few(struct checking *k)
{
    for (size_t i = 0; i < k->c->schedulers.count; i++) {
        const struct row *s = &k->c->schedulers.all[i];
        double moved = 0, busy = number(s, SCHEDULER_ACCELS_TOTAL) - number(s, SCHEDULER_ACCELS_FREE);
        size_t jobs = 0;
        for (size_t j = 0; j < k->c->claim_count; j++) {
            const struct claim *a = &k->c->claims[j];
            bool its = a->job->running && text_equal(a->move->from, s->id) && a->row >= 0;
            moved += its ? value_real_or(&k->c->jobs.all[a->row].cells[JOB_ACCELS], 0) : 0;
            jobs += its;
        }
        if (jobs > 1 && !(moved <= busy * k->limits->running_accels_pct / 100))
            return no(k, s->id, tr("more of what runs there would be moved than 10 minutes allow"));
    }
    return true;
}

static bool in_time(struct checking *k)
{
    if (k->c->plan->expires_at_ms > k->now_ms)
        return true;
    snprintf(k->words, sizeof k->words, "%s", tr("the plan is too old to be carried out"));
    return false;
}

static bool away(struct checking *k)
{
    for (size_t i = 0; i < k->c->plan->move_count; i++) {
        const struct plan_move *m = &k->c->plan->moves[i];
        if (text_equal(m->from, m->to))
            return no(k, m->to, tr("the jobs would be moved to where they are"));
    }
    return true;
}

/* A transfer that is held still moves, or is still to begin, may be held, and is not made late by it. */
static bool transfers_hold(struct checking *k)
{
    for (size_t i = 0; i < k->c->plan->hold_count; i++) {
        const struct plan_hold *h = &k->c->plan->holds[i];
        const struct row *t = named(&k->c->transfers, h->transfer);
        int64_t due = t ? value_int_or(&t->cells[TRANSFER_DEADLINE_AT], 0) : 0;
        int64_t eta = t ? value_int_or(&t->cells[TRANSFER_ETA], 0) : 0, stands = h->until_ms - k->now_ms;
        if (h->excluded)
            continue;
        if (!t)
            return no(k, h->transfer, tr("there is no such transfer any more"));
        if (t->stale)
            return no(k, h->transfer, tr("what is known of it is stale"));
        if (!text_is(word(t, TRANSFER_STATE), text_is(h->what, "hold") ? "running" : "waiting"))
            return no(k, h->transfer, tr("it is not as it was in the snapshot"));
        if (value_int_or(&t->cells[TRANSFER_HOLDABLE], 0) == 0 || !text_empty(word(t, TRANSFER_JOB)))
            return no(k, h->transfer, tr("it may not be held"));
        if (due > 0 && stands > 0 && eta + stands > due)
            return no(k, h->transfer, tr("it would miss its deadline"));
    }
    return true;
}

static const struct {
    const char *name;
    bool (*holds)(struct checking *k);
} checks[] = {
    {"jobs_now", jobs_hold},    {"ends_now", ends_fresh},          {"away_now", away},
    {"ring_now", ring_holds},   {"sums_now", sums_agree},          {"room_now", room_there},
    {"links_now", links_carry}, {"count_now", few_enough},         {"running_now", running_few},
    {"time_now", in_time},      {"transfers_now", transfers_hold},
};
_Static_assert(sizeof checks / sizeof *checks <= PLAN_CHECKS_MAX, "room for all checks");

size_t plan_check_run(struct plan_checker *c, const struct plan_limits *limits, int64_t now_ms, struct arena *arena,
                      struct plan_check out[PLAN_CHECKS_MAX])
{
    struct checking k = {.c = c, .limits = limits, .now_ms = now_ms};
    for (size_t i = 0; i < sizeof checks / sizeof *checks; i++) {
        k.words[0] = '\0';
        bool ok = checks[i].holds(&k);
        out[i] = (struct plan_check){text_of(checks[i].name), ok, rows_text(arena, text_of(k.words))};
    }
    return sizeof checks / sizeof *checks;
}
