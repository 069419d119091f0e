#include "planner/plan_rule.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/tr.h"
#include "domain/link.h"

static const struct fact_scheduler *scheduler(const struct rule_try *t, uint32_t at)
{
    return FACTS(t->c->f, scheduler, schedulers, at);
}

static const struct fact_site *site(const struct rule_try *t, uint32_t at)
{
    uint32_t s = at == FACT_NONE ? FACT_NONE : scheduler(t, at)->site;

    return s == FACT_NONE ? NULL : FACTS(t->c->f, site, sites, s);
}

static const struct fact_tenant *tenant(const struct rule_try *t)
{
    return plan_rule_tenant(t);
}

static const struct fact_pool *pool(const struct rule_try *t)
{
    return t->pool_to == FACT_NONE ? NULL : FACTS(t->c->f, pool, pools, t->pool_to);
}

static struct safe_text name(const struct rule_try *t, uint32_t name)
{
    return plan_facts_text(t->c->f, name);
}

/* Sentences that need no numbers of their own: "%s" is the target. */
static struct safe_text say_to(const struct rule_try *t, struct arena *arena, const char *words)
{
    char to[FACT_SHOWN];

    return plan_facts_say(arena, "%s: %s", plan_facts_show(scheduler(t, t->to)->id, to), words);
}

static struct safe_text say(struct arena *arena, const char *words)
{
    return plan_facts_say(arena, "%s", words);
}

bool plan_rule_can_start(const struct fact_job *j)
{
    static const bool never[WAIT_WHYS] = {[WAIT_QUOTA] = true,    [WAIT_TOO_MUCH] = true, [WAIT_DEPENDENCY] = true,
                                          [WAIT_NEVER] = true,    [WAIT_QUEUE] = true,    [WAIT_RESERVATION] = true,
                                          [WAIT_LICENSES] = true, [WAIT_ARRAY] = true,    [WAIT_FAILED] = true};

    return j->state == JOB_WAITING && !never[j->why];
}

bool plan_rule_must_leave(const struct plan_case *c, const struct fact_job *j)
{
    if (j->scheduler != FACT_NONE && c->leaves[j->scheduler])
        return true;
    for (uint32_t k = 0; k < j->placed_count; k++)
        if (c->node_leaves[c->f->placed[j->first_placed + k]])
            return true;
    return false;
}

/* --- the job --- */

static bool lies_in(const struct rule_try *t, uint32_t at, uint32_t name)
{
    const struct fact_scheduler *s = scheduler(t, at);

    return name == FACT_NONE || s->name == name || s->cluster_name == name || s->site_name == name;
}

/* A drain is an order of its own: what need not leave stays. */
static bool not_asked(const struct rule_try *t)
{
    return (t->c->draining && !plan_rule_must_leave(t->c, t->job)) ||
           (t->c->only_queue != FACT_NONE && t->job->queue != t->c->only_queue) ||
           !lies_in(t, t->job->scheduler, t->c->pair_from) || !lies_in(t, t->to, t->c->pair_to);
}

static struct safe_text say_not_asked(const struct rule_try *t, struct arena *arena)
{
    (void)t;
    return say(arena, tr("the plan was asked for without it"));
}

static bool is_excluded(const struct rule_try *t)
{
    char pair[3 * FACT_SHOWN], one[3 * FACT_SHOWN], a[FACT_SHOWN], b[FACT_SHOWN], q[FACT_SHOWN];

    for (size_t i = 0; i < t->c->ask->exclusions; i++) {
        struct safe_text what = t->c->ask->excluded[i];
        if (text_equal(what, t->job->id))
            return true;
        text_show_in(what, one, sizeof one);
        int n = snprintf(pair, sizeof pair, "%s>%s", plan_facts_show(scheduler(t, t->job->scheduler)->id, a),
                         plan_facts_show(scheduler(t, t->to)->id, b));
        if (strcmp(one, pair) == 0)
            return true;
        snprintf(pair + n, sizeof pair - (size_t)n, "/%s", plan_facts_show(name(t, t->job->queue_name), q));
        if (strcmp(one, pair) == 0)
            return true;
    }
    return false;
}

static struct safe_text say_excluded(const struct rule_try *t, struct arena *arena)
{
    (void)t;
    return say(arena, tr("it was taken out of the plan"));
}

static bool home_stale(const struct rule_try *t)
{
    return t->job->stale || scheduler(t, t->job->scheduler)->stale;
}

static struct safe_text say_home_stale(const struct rule_try *t, struct arena *arena)
{
    char id[FACT_SHOWN];

    return plan_facts_say(arena, tr("what %s tells is stale"),
                          plan_facts_show(scheduler(t, t->job->scheduler)->id, id));
}

static bool is_held(const struct rule_try *t)
{
    return t->job->state == JOB_HELD;
}

static struct safe_text say_held(const struct rule_try *t, struct arena *arena)
{
    return plan_facts_say(arena, "%s", wait_words((enum wait_why)t->job->why));
}

static bool is_tied(const struct rule_try *t)
{
    static const bool tied[WAIT_WHYS] = {[WAIT_TOO_MUCH] = true,    [WAIT_DEPENDENCY] = true, [WAIT_NEVER] = true,
                                         [WAIT_RESERVATION] = true, [WAIT_BEGIN] = true,      [WAIT_PREPARED] = true,
                                         [WAIT_FAILED] = true,      [WAIT_LICENSES] = true,   [WAIT_ARRAY] = true};

    return plan_facts_waits(t->job) && tied[t->job->why];
}

#define FIXED_RULE(word, bit, words)                                                                                   \
    static bool is_##word(const struct rule_try *t)                                                                    \
    {                                                                                                                  \
        return (t->job->fixed & (bit)) != 0;                                                                           \
    }                                                                                                                  \
    static struct safe_text say_##word(const struct rule_try *t, struct arena *arena)                                  \
    {                                                                                                                  \
        (void)t;                                                                                                       \
        return say(arena, tr(words));                                                                                  \
    }
FIXED_RULE(dependent, FIXED_DEPENDENCY, N_("it depends on another job, which is known at home alone"))
FIXED_RULE(array, FIXED_ARRAY, N_("it is an array: its tasks are not parted"))
FIXED_RULE(het, FIXED_HET, N_("it is a part of a heterogeneous job, which is not parted"))
FIXED_RULE(reserved, FIXED_RESERVATION, N_("it runs in a reservation of its scheduler"))
FIXED_RULE(licensed, FIXED_LICENSE, N_("it needs licences of its scheduler"))

static bool not_movable(const struct rule_try *t)
{
    return t->job->movable != 1;
}

static struct safe_text say_not_movable(const struct rule_try *t, struct arena *arena)
{
    return say(arena, t->job->movable == 0 ? tr("it may not run on another scheduler")
                                           : tr("nobody says that it may run on another scheduler"));
}

static bool no_checkpoint(const struct rule_try *t)
{
    int64_t at = t->job->checkpoint_ms;

    return plan_facts_runs(t->job) && (t->job->state != JOB_RUNNING || at <= 0 || at > t->c->now_ms ||
                                       at < t->c->now_ms - t->c->limits->checkpoint_age_s * 1000);
}

static struct safe_text say_no_checkpoint(const struct rule_try *t, struct arena *arena)
{
    int64_t at = t->job->checkpoint_ms;

    if (at <= 0 || at > t->c->now_ms)
        return say(arena, tr("it runs and has not proved a checkpoint"));
    return plan_facts_say(arena, tr("its checkpoint is %" PRId64 " min old, over %" PRId64),
                          (t->c->now_ms - at) / 60000, t->c->limits->checkpoint_age_s / 60);
}

static bool job_cools(const struct rule_try *t)
{
    for (size_t i = 0; i < t->c->f->moves.count; i++) {
        const struct fact_move *m = FACTS(t->c->f, move, moves, i);
        if (m->since_ms > t->c->now_ms - t->c->limits->job_cooldown_s * 1000 && plan_facts_has(m->jobs, t->job->id))
            return true;
    }
    return false;
}

static struct safe_text say_job_cools(const struct rule_try *t, struct arena *arena)
{
    return plan_facts_say(arena, tr("it was moved within %" PRId64 " min"), t->c->limits->job_cooldown_s / 60);
}

/* --- the target --- */

static bool to_leaves(const struct rule_try *t)
{
    return t->c->leaves[t->to];
}

static struct safe_text say_to_leaves(const struct rule_try *t, struct arena *arena)
{
    return say_to(t, arena, tr("it is to be empty, or thought away"));
}

/* What somebody says of its own state is only as good as it is new; what is about to change room counts most. */
static bool to_stale(const struct rule_try *t)
{
    return scheduler(t, t->to)->stale ||
           (t->queue_to != FACT_NONE && FACTS(t->c->f, queue, queues, t->queue_to)->stale);
}

static struct safe_text say_to_stale(const struct rule_try *t, struct arena *arena)
{
    char id[FACT_SHOWN];

    return plan_facts_say(arena, tr("what %s tells is stale"), plan_facts_show(scheduler(t, t->to)->id, id));
}

static bool to_down(const struct rule_try *t)
{
    const struct fact_cluster *at = plan_rule_case_cluster(t->c, t->to);

    return text_is(scheduler(t, t->to)->state, "down") || (at != NULL && at->down);
}

static struct safe_text say_to_down(const struct rule_try *t, struct arena *arena)
{
    return say_to(t, arena, tr("it is down"));
}

static double nodes_out_pct(const struct rule_try *t)
{
    const struct fact_scheduler *s = scheduler(t, t->to);

    return s->nodes_total > 0 && s->nodes_down >= 0 ? 100 * (double)s->nodes_down / (double)s->nodes_total : 0;
}

static bool to_sick(const struct rule_try *t)
{
    return nodes_out_pct(t) > RULE_NODES_DOWN_PCT;
}

static struct safe_text say_to_sick(const struct rule_try *t, struct arena *arena)
{
    return plan_facts_say(arena, tr("%.0f %% of its nodes are out, over %.0f"), nodes_out_pct(t), RULE_NODES_DOWN_PCT);
}

static bool not_member(const struct rule_try *t)
{
    const struct fact_site *s = site(t, t->to);

    return s != NULL && ((!text_empty(s->membership) && !text_is(s->membership, "connected")) ||
                         (!text_empty(s->phase) && !text_is(s->phase, "operating")));
}

static struct safe_text say_not_member(const struct rule_try *t, struct arena *arena)
{
    char id[FACT_SHOWN], phase[FACT_SHOWN], member[FACT_SHOWN];
    const struct fact_site *s = site(t, t->to);

    return plan_facts_say(arena, tr("its site %s is %s and %s"), plan_facts_show(s->id, id),
                          tr_of("state", plan_facts_show(s->phase, phase)),
                          tr_of("state", plan_facts_show(s->membership, member)));
}

static bool pair_cools(const struct rule_try *t)
{
    uint32_t from = scheduler(t, t->job->scheduler)->name, to = scheduler(t, t->to)->name;

    for (size_t i = 0; i < t->c->f->moves.count; i++) {
        const struct fact_move *m = FACTS(t->c->f, move, moves, i);
        if (m->from == from && m->to == to &&
            (m->under_way || m->since_ms > t->c->now_ms - t->c->limits->pair_cooldown_s * 1000))
            return true;
    }
    return false;
}

static struct safe_text say_pair_cools(const struct rule_try *t, struct arena *arena)
{
    return plan_facts_say(arena, tr("another plan moves from the one to the other, or did within %" PRId64 " min"),
                          t->c->limits->pair_cooldown_s / 60);
}

/* "ID=users,filesystems,software": of Slurm's jobs all three are needed. Where nobody declares anything, schedulers that are
 * no Slurm take each other's jobs as their hub says with the job. */
static bool not_compatible(const struct rule_try *t)
{
    const struct fact_scheduler *from = scheduler(t, t->job->scheduler), *to = scheduler(t, t->to);
    struct safe_text rest = from->compatible, member, head;
    bool told = false;

    while (value_list_next(&rest, &member)) {
        if (!text_split(&member, '=', &head) || !text_equal(head, to->id))
            continue;
        if (!from->slurm && !to->slurm)
            return false;
        return !text_contains(member, text_of("users"), false) ||
               !text_contains(member, text_of("filesystems"), false) ||
               !text_contains(member, text_of("software"), false);
    }
    for (size_t i = 0; i < t->c->f->schedulers.count; i++)
        told |= !text_empty(FACTS(t->c->f, scheduler, schedulers, i)->compatible);
    return told || from->slurm || to->slurm;
}

static struct safe_text say_not_compatible(const struct rule_try *t, struct arena *arena)
{
    char a[FACT_SHOWN], b[FACT_SHOWN];

    return plan_facts_say(arena, tr("%s and %s are not declared compatible (users, file systems, software)"),
                          plan_facts_show(scheduler(t, t->job->scheduler)->id, a),
                          plan_facts_show(scheduler(t, t->to)->id, b));
}

static bool no_queue(const struct rule_try *t)
{
    return t->queue_to == FACT_NONE;
}

static struct safe_text say_no_queue(const struct rule_try *t, struct arena *arena)
{
    char kind[FACT_SHOWN];
    const struct fact_job *j = t->job;
    uint32_t of = j->queue == FACT_NONE ? FACT_NONE : FACTS(t->c->f, queue, queues, j->queue)->kind;

    return plan_facts_say(arena, tr("it has no open queue for %s compute"),
                          of == FACT_NONE ? "?" : tr_of("state", plan_facts_show(name(t, of), kind)));
}

uint32_t plan_rule_accels(const struct rule_try *t)
{
    if (t->job->accel_kind != FACT_NONE || t->job->pool == FACT_NONE)
        return t->job->accel_kind;
    return FACTS(t->c->f, pool, pools, t->job->pool)->accel_kind;
}

static bool other_accels(const struct rule_try *t)
{
    const struct fact_pool *p = pool(t);

    return t->job->accels > 0 && p != NULL &&
           (!p->by_accels || p->mixed || p->accel_kind == FACT_NONE || p->accel_kind != plan_rule_accels(t));
}

static struct safe_text say_other_accels(const struct rule_try *t, struct arena *arena)
{
    char has[FACT_SHOWN], asks[FACT_SHOWN];
    const struct fact_pool *p = pool(t);

    return plan_facts_say(arena, tr("its accelerators are %s, the job's %s"),
                          !p->by_accels                ? "-"
                          : p->accel_kind == FACT_NONE ? "?"
                                                       : plan_facts_show(name(t, p->accel_kind), has),
                          plan_rule_accels(t) == FACT_NONE ? "?" : plan_facts_show(name(t, plan_rule_accels(t)), asks));
}

static int32_t cpus_each(const struct fact_job *j)
{
    return j->cpus / (j->nodes > 0 ? j->nodes : 1);
}

static bool too_large(const struct rule_try *t)
{
    const struct fact_pool *p = pool(t);
    size_t fit = 0;

    if (p == NULL || !p->known)
        return false;
    for (size_t i = 0; i < p->node_count && fit < (size_t)t->job->nodes; i++) {
        const struct fact_node *n = FACTS(t->c->f, node, nodes, p->nodes[i]);
        fit += (p->by_accels && t->job->accels > 0 ? n->accels : n->cpus) >= plan_facts_each(p, t->job) &&
               n->cpus >= cpus_each(t->job);
    }
    return fit < (size_t)t->job->nodes;
}

static struct safe_text say_too_large(const struct rule_try *t, struct arena *arena)
{
    const struct fact_pool *p = pool(t);
    int32_t each = plan_facts_each(p, t->job);

    if (p->by_accels && t->job->accels > 0 && each <= p->size)
        return plan_facts_say(
            arena,
            tr("it needs %" PRId32 " nodes with %" PRId32 " accelerators and %" PRId32 " CPUs each: too few have both"),
            t->job->nodes, each, cpus_each(t->job));
    return plan_facts_say(
        arena, tr("it needs %" PRId32 " nodes with %" PRId32 " each, undivided: its largest node has %" PRId32),
        t->job->nodes, plan_facts_each(p, t->job), p->size);
}

/* --- where data and people may be --- */

static bool other_space(const struct rule_try *t)
{
    const struct fact_tenant *who = tenant(t);
    const struct fact_site *s = site(t, t->to);

    return who != NULL && !text_empty(who->spaces) && (s == NULL || !plan_facts_share(who->spaces, s->spaces));
}

static struct safe_text say_other_space(const struct rule_try *t, struct arena *arena)
{
    char who[FACT_SHOWN], spaces[2 * FACT_SHOWN], theirs[2 * FACT_SHOWN];
    const struct fact_site *s = site(t, t->to);

    plan_facts_show_list(tenant(t)->spaces, spaces, sizeof spaces);
    plan_facts_show_list(s == NULL ? text_of("") : s->spaces, theirs, sizeof theirs);
    return plan_facts_say(arena, tr("%s works in the trusted space %s, the target's site in: %s"),
                          plan_facts_show(tenant(t)->id, who), spaces, theirs[0] != '\0' ? theirs : "-");
}

/* Whoever works in a trusted space, at a site with privacy computing, needs it where the work goes. */
static bool not_private(const struct rule_try *t)
{
    const struct fact_tenant *who = tenant(t);
    const struct fact_site *home = site(t, t->job->scheduler), *s = site(t, t->to);

    return who != NULL && !text_empty(who->spaces) && home != NULL && home->privacy == 1 &&
           (s == NULL || s->privacy != 1);
}

static struct safe_text say_not_private(const struct rule_try *t, struct arena *arena)
{
    return say_to(t, arena, tr("its site offers no privacy computing, the job's does"));
}

static bool out_of_ring(const struct rule_try *t)
{
    return !isnan(t->limit_ms) && !(t->delay_ms <= t->limit_ms);
}

static struct safe_text say_ring(const struct rule_try *t, struct arena *arena)
{
    char at[FACT_SHOWN], ms[LINK_NUMBER_MAX], most[LINK_NUMBER_MAX];
    const struct fact_tenant *who = tenant(t);
    const char *place = plan_facts_show(who != NULL ? name(t, who->at) : text_of(""), at);

    if (isnan(t->delay_ms))
        return plan_facts_say(arena, tr("the delay from %s is not measured, and it allows %s ms"),
                              at[0] != '\0' ? place : "?", link_number(t->limit_ms, most));
    struct link_numbers n = link_numbers(t->delay_ms, t->limit_ms);
    snprintf(ms, sizeof ms, "%s", n.value);
    return plan_facts_say(arena, tr("%s ms one-way from %s, it allows %s"), ms, place, n.limit);
}

/* --- what the target gives --- */

static bool quota_used(const struct rule_try *t)
{
    const struct fact_cluster *at = plan_rule_case_cluster(t->c, t->to);

    return at != NULL && at->quota_kwh >= 0 && at->kwh + plan_rule_case_kw(t->job) * at->pue > at->quota_kwh;
}

static struct safe_text say_quota(const struct rule_try *t, struct arena *arena)
{
    const struct fact_cluster *at = plan_rule_case_cluster(t->c, t->to);

    return plan_facts_say(arena, tr("its energy quota is used up: %.0f of %.0f kWh"), at->kwh, at->quota_kwh);
}

static bool no_power(const struct rule_try *t)
{
    const struct fact_cluster *at = plan_rule_case_cluster(t->c, t->to);

    return at != NULL &&
           plan_rule_case_kw(t->job) > at->power_cap_kw * (1 - t->c->limits->head_room_pct / 100) - at->power_kw;
}

static struct safe_text say_no_power(const struct rule_try *t, struct arena *arena)
{
    const struct fact_cluster *at = plan_rule_case_cluster(t->c, t->to);

    return plan_facts_say(arena, tr("it draws %.0f of %.0f kW: no head-room"), at->power_kw, at->power_cap_kw);
}

static bool no_storage(const struct rule_try *t)
{
    const struct fact_cluster *at = plan_rule_case_cluster(t->c, t->to);

    return at != NULL && t->data_gb / 1000 > at->storage_free_tb - at->storage_tb * t->c->limits->head_room_pct / 100;
}

static struct safe_text say_no_storage(const struct rule_try *t, struct arena *arena)
{
    const struct fact_cluster *at = plan_rule_case_cluster(t->c, t->to);

    return plan_facts_say(arena, tr("%.0f GB of data do not fit into %.1f TB that are free"), t->data_gb,
                          at->storage_free_tb);
}

static bool no_link(const struct rule_try *t)
{
    return t->data_gb > 0 && (t->path.count < 0 || !(t->path.gbps > 0));
}

static struct safe_text say_no_link(const struct rule_try *t, struct arena *arena)
{
    return plan_facts_say(arena, tr("no link with known room up to %.0f %% carries its %.0f GB there"),
                          t->c->limits->link_used_pct, t->data_gb);
}

static double transfer_s(const struct rule_try *t)
{
    return t->data_gb > 0 ? t->data_gb * 8 / fmin(t->path.gbps, t->c->limits->job_gbps) : 0;
}

static bool too_slow(const struct rule_try *t)
{
    return transfer_s(t) > (double)t->c->horizon_s;
}

static struct safe_text say_too_slow(const struct rule_try *t, struct arena *arena)
{
    return plan_facts_say(arena, tr("its %.0f GB take %.0f min, over the horizon of %.0f"), t->data_gb,
                          transfer_s(t) / 60, (double)t->c->horizon_s / 60);
}

static bool fits_in(const struct rule_try *t, const struct rule_room *r, bool with_kept)
{
    const struct fact_pool *p = pool(t);

    for (int i = 0; i < r->count; i++)
        if (plan_rule_room_takes(r, p, t->job, i) > r->newcomers[i] + (with_kept ? r->kept[i] : 0))
            return false;
    return t->job->cpus <= r->cpus_newcomers + (with_kept ? r->cpus_kept : 0) &&
           (r->memory_newcomers < 0 || t->job->memory_mb <= r->memory_newcomers || (with_kept && r->cpus_kept > 0));
}

/* Of the part of the pool that its queue has; NULL: it has all of it. */
static const struct rule_room *part_room(const struct rule_try *t)
{
    uint32_t part = FACTS(t->c->f, queue, queues, t->queue_to)->part;

    return part == FACT_NONE ? NULL : &t->c->part_room[part];
}

static bool fits(const struct rule_try *t, bool with_kept)
{
    const struct rule_room *part = part_room(t);

    return fits_in(t, &t->c->room[t->pool_to], with_kept) && (part == NULL || fits_in(t, part, with_kept));
}

static bool unknown_room(const struct rule_try *t)
{
    return t->pool_to == FACT_NONE || !pool(t)->known;
}

static struct safe_text say_unknown_room(const struct rule_try *t, struct arena *arena)
{
    return say_to(t, arena, tr("nobody tells what is free there"));
}

static bool kept_for_others(const struct rule_try *t)
{
    return !fits(t, false) && fits(t, true);
}

static struct safe_text say_kept(const struct rule_try *t, struct arena *arena)
{
    char id[FACT_SHOWN];
    struct safe_text found = text_of("-");

    for (size_t i = 0; i < t->c->f->reservations.count; i++)
        if (FACTS(t->c->f, reservation, reservations, i)->scheduler_name == scheduler(t, t->to)->name)
            found = FACTS(t->c->f, reservation, reservations, i)->name;
    return plan_facts_say(arena, tr("what is free there is kept by a reservation: %s"), plan_facts_show(found, id));
}

static bool no_room(const struct rule_try *t)
{
    return !fits(t, false);
}

static struct safe_text say_no_room(const struct rule_try *t, struct arena *arena)
{
    const struct rule_room *whole = &t->c->room[t->pool_to], *r = fits_in(t, whole, false) ? part_room(t) : whole;
    const struct fact_pool *p = pool(t);
    const char *unit = p->by_accels ? tr("accelerators") : tr("CPUs");

    if (r->count > 0 && r->now[0] > r->newcomers[0] && plan_rule_room_takes(r, p, t->job, 0) <= r->now[0])
        return plan_facts_say(arena,
                              r->own_job ? tr("%" PRId64 " %s free, %" PRId64 " kept for its own largest job")
                                         : tr("%" PRId64 " %s free, %" PRId64 " kept as head-room"),
                              r->now[0], unit, r->head_room);
    return plan_facts_say(arena, tr("%" PRId64 " %s free, the job needs %" PRId32 " x %" PRId32 " undivided"),
                          r->count > 0 ? r->now[0] : 0, unit, t->job->nodes, plan_facts_each(p, t->job));
}

/* --- the table: the first that forbids is told --- */

const struct plan_rule plan_rule_all[] = {
    {"not_asked", not_asked, say_not_asked},
    {"excluded", is_excluded, say_excluded},
    {"stale", home_stale, say_home_stale},
    {"held", is_held, say_held},
    {"dependency", is_dependent, say_dependent},
    {"array", is_array, say_array},
    {"het", is_het, say_het},
    {"reservation", is_reserved, say_reserved},
    {"license", is_licensed, say_licensed},
    {"tied", is_tied, say_held},
    {"not_movable", not_movable, say_not_movable},
    {"checkpoint", no_checkpoint, say_no_checkpoint},
    {"job_cooldown", job_cools, say_job_cools},
    {"leaves", to_leaves, say_to_leaves},
    {"stale", to_stale, say_to_stale},
    {"down", to_down, say_to_down},
    {"nodes_down", to_sick, say_to_sick},
    {"membership", not_member, say_not_member},
    {"pair_cooldown", pair_cools, say_pair_cools},
    {"kind", no_queue, say_no_queue},
    {"accel_kind", other_accels, say_other_accels},
    {"compatible", not_compatible, say_not_compatible},
    {"gang", too_large, say_too_large},
    {"supernode", plan_rule_place_no_supernode, plan_rule_place_say_no_supernode},
    {"space", other_space, say_other_space},
    {"privacy", not_private, say_not_private},
    {"residency", plan_rule_place_outside, plan_rule_place_say_outside},
    {"ring", out_of_ring, say_ring},
    {"quota", quota_used, say_quota},
    {"power", no_power, say_no_power},
    {"storage", no_storage, say_no_storage},
    {"link", no_link, say_no_link},
    {"transfer", too_slow, say_too_slow},
    {"unknown", unknown_room, say_unknown_room},
    {"supernode", plan_rule_place_supernodes_full, plan_rule_place_say_supernodes_full},
    {"kept", kept_for_others, say_kept},
    {"capacity", no_room, say_no_room},
};
const size_t plan_rule_count = sizeof plan_rule_all / sizeof *plan_rule_all;

const struct plan_rule *plan_rule_first(const struct rule_try *t)
{
    for (size_t i = 0; i < plan_rule_count; i++)
        if (plan_rule_all[i].forbids(t))
            return &plan_rule_all[i];
    return NULL;
}

const struct plan_rule *plan_rule_named(const char *word)
{
    for (size_t i = 0; i < plan_rule_count; i++)
        if (strcmp(plan_rule_all[i].word, word) == 0)
            return &plan_rule_all[i];
    return NULL;
}
