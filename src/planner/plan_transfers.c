#include "planner/plan_transfers.h"

#include <inttypes.h>
#include <math.h>
#include <stdlib.h>

#include "base/mem.h"
#include "base/tr.h"
#include "domain/rows.h"

enum { HOLD_LEAST_S = 900, SLACK_S = 300, MINUTE_S = 60, HOUR_S = 3600 };

/* A transfer that may be held. */
struct chance {
    const struct fact_transfer *of;
    double rate_gbps; /* it takes this of the link now; 0: it has not begun */
    int64_t until_ms;
    bool taken;
};

/* --- which may --- */

static bool is_taken_out(const struct plan_case *c, struct safe_text id)
{
    for (size_t i = 0; i < c->ask->exclusions; i++)
        if (text_equal(c->ask->excluded[i], id))
            return true;
    return false;
}

/* Until the horizon, or until it must go on to be there in time; 0: it may not stand at all. What comes late by the hold comes
 * later by just as long. */
static int64_t until_of(const struct plan_case *c, const struct fact_transfer *t)
{
    int64_t until = c->now_ms + c->horizon_s * 1000, latest = c->now_ms + t->deadline_ms - t->eta_ms - SLACK_S * 1000;

    if (t->deadline_ms > 0 && t->eta_ms <= 0)
        return 0;
    if (t->deadline_ms > 0 && latest < until)
        until = latest;
    return until >= c->now_ms + HOLD_LEAST_S * 1000 ? until : 0;
}

static bool may_be(const struct plan_case *c, const struct fact_transfer *t)
{
    return t->holdable && !t->stale && text_empty(t->job) && !is_taken_out(c, t->id) &&
           (!t->running || t->rate_gbps > 0) && until_of(c, t) > 0;
}

static int by_worth(const void *a, const void *b)
{
    const struct chance *x = a, *y = b;

    if (x->of->priority != y->of->priority)
        return x->of->priority < y->of->priority ? -1 : 1;
    if (x->rate_gbps != y->rate_gbps)
        return x->rate_gbps > y->rate_gbps ? -1 : 1;
    return text_cmp(x->of->id, y->of->id);
}

static size_t list_chances(const struct plan_case *c, const struct fact_link *l, struct chance *out)
{
    uint32_t link = plan_facts_name(c->f, l->id);
    size_t n = 0;

    for (size_t i = 0; i < c->f->transfers.count; i++) {
        const struct fact_transfer *t = FACTS(c->f, transfer, transfers, i);
        if (t->link == link && may_be(c, t))
            out[n++] = (struct chance){t, t->running ? t->rate_gbps : 0, until_of(c, t), false};
    }
    if (n > 1)
        qsort(out, n, sizeof *out, by_worth);
    return n;
}

/* --- which are --- */

/* What would have to leave the link: NAN where it may keep all, or nobody knows. */
static double excess_gbps(const struct plan_case *c, const struct fact_link *l)
{
    double limit = c->limits->link_used_pct, aim = limit * (1 - c->limits->head_room_pct / 100);
    double wanted = c->wanted_gbps == NULL ? 0 : c->wanted_gbps[l - FACTS(c->f, link, links, 0)];

    if (l->stale || l->down || plan_rule_case_lost(c, l) || isnan(l->used_pct) || !(l->gbps > 0))
        return NAN;
    if (l->used_pct > limit)
        return l->gbps * (l->used_pct - aim) / 100 + wanted;
    return wanted > 0 ? wanted : NAN;
}

/* A smaller one of the same priority that does as well; `at` itself where there is none. They are in the order of their rates. */
static size_t smaller(const struct chance *all, size_t n, size_t at, double needed)
{
    size_t best = at;

    for (size_t i = at + 1; i < n && all[i].of->priority == all[at].of->priority; i++)
        if (!all[i].taken && all[i].rate_gbps >= needed)
            best = i;
    return best;
}

/* The first that are needed; of them those that the others make needless go on, the most important first, or a smaller one stands
 * instead. What has not begun begins later wherever something is held. */
static bool take(struct chance *all, size_t n, double excess)
{
    double sum = 0;

    for (size_t i = 0; i < n && sum < excess; i++) {
        all[i].taken = all[i].rate_gbps > 0;
        sum += all[i].rate_gbps;
    }
    for (size_t i = n; i-- > 0;)
        if (all[i].taken && sum - all[i].rate_gbps >= excess) {
            sum -= all[i].rate_gbps;
            all[i].taken = false;
        }
    for (size_t i = n; i-- > 0;) {
        size_t instead = all[i].taken ? smaller(all, n, i, excess - (sum - all[i].rate_gbps)) : i;
        if (instead == i)
            continue;
        sum += all[instead].rate_gbps - all[i].rate_gbps;
        all[instead].taken = true;
        all[i].taken = false;
    }
    for (size_t i = 0; i < n; i++)
        all[i].taken |= sum > 0 && all[i].rate_gbps <= 0;
    return sum > 0;
}

static void hold(struct plan_case *c, const struct fact_link *l, const struct chance *x)
{
    double *held = &c->held_gbps[l - FACTS(c->f, link, links, 0)];
    const struct fact_transfer *t = x->of;
    double before = plan_rule_case_used(c, l);

    *held += x->rate_gbps;
    c->hold[c->hold_count++] = (struct plan_hold){
        .what = text_of(t->running ? "hold" : "retime"),
        .transfer = t->id,
        .dataset = t->dataset,
        .link = l->id,
        .from = plan_facts_text(c->f, t->from),
        .to = plan_facts_text(c->f, t->to),
        .tenant = plan_facts_text(c->f, t->tenant),
        .until_ms = x->until_ms,
        .eta_before_ms = t->eta_ms,
        .eta_after_ms = t->eta_ms > 0 ? t->eta_ms + x->until_ms - c->now_ms : 0,
        .deadline_ms = t->deadline_ms,
        .rate_gbps = x->rate_gbps,
        .rest_tb = t->rest_tb,
        .used_before_pct = before,
        .used_after_pct = plan_rule_case_used(c, l),
    };
}

void plan_transfers_choose(struct plan_case *c)
{
    const struct plan_facts *f = c->f;
    struct chance *all;

    if (f->transfers.count == 0 || c->draining || c->only_queue != FACT_NONE || c->pair_from != FACT_NONE ||
        c->pair_to != FACT_NONE || c->ask->max_moves == 0)
        return;
    c->hold = arena_alloc(c->arena, (f->transfers.count + 1) * sizeof *c->hold);
    c->held_gbps = arena_alloc(c->arena, (f->links.count + 1) * sizeof *c->held_gbps);
    all = mem_new(f->transfers.count + 1, sizeof *all);
    for (uint32_t i = 0; i < f->links.count; i++) {
        const struct fact_link *l = FACTS(f, link, links, i);
        double excess = excess_gbps(c, l);
        size_t n = isnan(excess) ? 0 : list_chances(c, l, all);
        if (n == 0 || !take(all, n, excess))
            continue;
        for (size_t k = 0; k < n; k++)
            if (all[k].taken)
                hold(c, l, &all[k]);
    }
    free(all);
}

/* --- which links data lack --- */

static bool has_chance(const struct plan_case *c, const struct fact_link *l)
{
    uint32_t link = plan_facts_name(c->f, l->id);

    for (size_t i = 0; i < c->f->transfers.count; i++) {
        const struct fact_transfer *t = FACTS(c->f, transfer, transfers, i);
        if (t->link == link && t->running && may_be(c, t))
            return true;
    }
    return false;
}

/* What the answer uses of each row, and what jobs that neither go nor start would use of it. */
struct demand {
    int64_t used, lacked;
};

static void add_option(const struct make *m, struct demand *all, int32_t option, int64_t jobs, bool lacked)
{
    const int32_t *uses = m->option_uses.all, *row = m->use_row.all, *amount = m->use_amount.all;

    for (int32_t u = uses[option]; u < uses[option + 1]; u++)
        *(lacked ? &all[row[u]].lacked : &all[row[u]].used) += jobs * amount[u];
}

static void add_demand(const struct make *m, struct demand *all)
{
    const int32_t *options = m->group_options.all;

    for (uint32_t g = 0; g < m->group_count; g++) {
        const struct make_group *it = &m->groups[g];
        int64_t stay = 0;
        for (uint32_t k = it->first; k < it->first + it->count; k++) {
            uint32_t job = m->jobs[k];
            if (MAKE_OPTION(m, m->answer[k])->what == MAKE_GO)
                add_option(m, all, m->answer[k], 1, false);
            else
                stay += plan_facts_waits(FACTS(m->c.f, job, jobs, job)) && m->after.starts_s[job] < 0;
        }
        for (int32_t o = options[g]; o < options[g + 1] && stay > 0; o++)
            if (MAKE_OPTION(m, o)->what == MAKE_GO)
                add_option(m, all, o, stay, true);
    }
}

const double *plan_transfers_wanted(struct make *m)
{
    const int64_t *capacity = m->capacity.all;
    struct demand *all;
    double *wanted;
    bool any = false;

    if (m->c.held_gbps == NULL || m->job_count == 0)
        return NULL;
    all = arena_alloc(&m->work, (m->rows.count + 1) * sizeof *all);
    wanted = arena_alloc(&m->work, (m->c.f->links.count + 1) * sizeof *wanted);
    add_demand(m, all);
    for (uint32_t i = 0; i < m->c.f->links.count; i++) {
        uint32_t row = m->row_link[i];
        int64_t lacked = row == FACT_NONE ? 0 : all[row].used + all[row].lacked - capacity[row];
        if (lacked <= 0 || all[row].lacked <= 0 || !has_chance(&m->c, FACTS(m->c.f, link, links, i)))
            continue;
        wanted[i] = (double)lacked * 8 / (double)m->c.horizon_s;
        any = true;
    }
    return any ? wanted : NULL;
}

/* --- what is told of them --- */

static struct safe_text in_time(const struct plan_case *c, const struct plan_hold *h, struct arena *arena)
{
    int64_t minutes = (h->until_ms - c->now_ms) / 1000 / MINUTE_S, left_s = (h->deadline_ms - h->eta_after_ms) / 1000;

    if (h->eta_after_ms <= 0)
        return plan_facts_say(arena, tr("it stands %" PRId64 " min; nobody tells when it would be there"), minutes);
    if (h->deadline_ms <= 0)
        return plan_facts_say(arena, tr("it is there %" PRId64 " min later, and has no deadline"), minutes);
    return plan_facts_say(arena,
                          tr("it is there %" PRId64 " min later, %" PRId64 " h %" PRId64 " min before its deadline"),
                          minutes, left_s / HOUR_S, left_s % HOUR_S / MINUTE_S);
}

static struct safe_text why_of(const struct plan_case *c, const struct plan_hold *h, struct arena *arena)
{
    char link[FACT_SHOWN], late[4 * FACT_SHOWN];

    text_show_in(in_time(c, h, arena), late, sizeof late);
    plan_facts_show(h->link, link);
    if (h->used_before_pct <= c->limits->link_used_pct && h->rate_gbps > 0)
        return plan_facts_say(arena, tr("data of jobs that move need what it takes of %s, %.0f to %.0f %%; %s"), link,
                              h->used_before_pct, h->used_after_pct, late);
    if (h->rate_gbps <= 0)
        return plan_facts_say(arena, tr("others are held for the load of %s, and it has not begun; %s"), link, late);
    return plan_facts_say(arena, tr("%s comes from %.0f to %.0f %% of at most %.0f without it; %s"), link,
                          h->used_before_pct, h->used_after_pct, c->limits->link_used_pct, late);
}

void plan_transfers_tell(const struct plan_case *c, struct plan *out)
{
    struct arena *a = &out->arena;

    out->holds = arena_alloc(a, (c->hold_count + 1) * sizeof *out->holds);
    for (size_t i = 0; i < c->hold_count; i++) {
        struct plan_hold *h = &out->holds[out->hold_count++];
        *h = c->hold[i];
        h->why = why_of(c, h, a);
        h->transfer = rows_text(a, h->transfer);
        h->dataset = rows_text(a, h->dataset);
        h->link = rows_text(a, h->link);
        h->from = rows_text(a, h->from);
        h->to = rows_text(a, h->to);
        h->tenant = rows_text(a, h->tenant);
    }
}
