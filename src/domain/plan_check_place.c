#include <math.h>

#include "base/tr.h"
#include "domain/plan_check_private.h"

/* What is checked of where jobs go: that both ends are known, well, and of the right kind. */

#define NODES_DOWN_PCT_MAX 20.0 /* a scheduler with more of its nodes out is no target */

static const struct check_end *end_of(const struct checking *k, struct safe_text id)
{
    for (size_t i = 0; i < k->c->end_count; i++) {
        if (text_equal(k->c->ends[i].id, id))
            return &k->c->ends[i];
    }
    return NULL;
}

static bool each_move(struct checking *k, bool (*holds)(struct checking *k, const struct plan_move *m))
{
    for (size_t i = 0; i < k->c->plan->move_count; i++) {
        if (!k->c->plan->moves[i].excluded && !holds(k, &k->c->plan->moves[i]))
            return false;
    }
    return true;
}

static bool is_fresh(struct checking *k, const struct plan_move *m)
{
    const struct safe_text ends[] = {m->from, m->to};
    const struct row *q = plan_check_queue_row(k->c, m->to, m->queue_to);
    for (size_t i = 0; i < 2; i++) {
        const struct check_end *e = end_of(k, ends[i]);
        if (!e || !e->row)
            return plan_check_no(k, ends[i], "%s", tr("there is no such scheduler"));
        if (e->row->stale)
            return plan_check_no(k, ends[i], "%s", tr("what is known of it is stale"));
    }
    return !q || !q->stale || plan_check_no(k, q->id, "%s", tr("what is known of it is stale"));
}

bool plan_check_place_fresh(struct checking *k)
{
    return each_move(k, is_fresh);
}

static bool is_away(struct checking *k, const struct plan_move *m)
{
    return !text_equal(m->from, m->to) ||
           plan_check_no(k, m->to, "%s", tr("the jobs would be moved to where they are"));
}

bool plan_check_place_away(struct checking *k)
{
    return each_move(k, is_away);
}

/* --- health --- */

static bool is_well(struct checking *k, const struct plan_move *m)
{
    const struct check_end *e = end_of(k, m->to);
    const struct row *s = e ? e->row : NULL, *site = e ? e->site : NULL;
    double total = plan_check_number(s, SCHEDULER_NODES_TOTAL), down = plan_check_number(s, SCHEDULER_NODES_DOWN);
    struct safe_text member = plan_check_word(site, SITE_MEMBERSHIP), phase = plan_check_word(site, SITE_PHASE);
    char word[80];
    if (!s)
        return plan_check_no(k, m->to, "%s", tr("there is no such scheduler"));
    if (text_is(plan_check_word(s, SCHEDULER_STATE), "down") ||
        (e->cluster && text_is(plan_check_word(e->cluster, CLUSTER_STATE), "down")))
        return plan_check_no(k, m->to, "%s", tr("it is down"));
    if (total > 0 && 100 * down / total > NODES_DOWN_PCT_MAX)
        return plan_check_no(k, m->to, tr("%.0f %% of its nodes are out, over %.0f"), 100 * down / total,
                             NODES_DOWN_PCT_MAX);
    if (!text_empty(member) && !text_is(member, "connected"))
        return plan_check_no(k, site->id, tr("the site is %s"),
                             tr_of("state", text_show_in(member, word, sizeof word)));
    return text_empty(phase) || text_is(phase, "operating") ||
           plan_check_no(k, site->id, tr("the site is %s"), tr_of("state", text_show_in(phase, word, sizeof word)));
}

bool plan_check_place_health(struct checking *k)
{
    return each_move(k, is_well);
}

/* --- compatible schedulers: "ID=users,filesystems,software", all three where one of them is a Slurm --- */

static bool any_declares(const struct checking *k)
{
    for (size_t i = 0; i < k->c->schedulers.count; i++) {
        if (!text_empty(plan_check_word(&k->c->schedulers.all[i], SCHEDULER_COMPATIBLE)))
            return true;
    }
    return false;
}

static bool has_all(struct safe_text shared)
{
    static const char *const needed[] = {"users", "filesystems", "software"};
    for (size_t i = 0; i < sizeof needed / sizeof *needed; i++) {
        struct safe_text rest = shared, one;
        bool found = false;
        while (!found && text_split(&rest, ',', &one))
            found = text_is(one, needed[i]);
        if (!found)
            return false;
    }
    return true;
}

static bool declared(const struct row *from, const struct row *to, bool slurm)
{
    struct safe_text rest = plan_check_word(from, SCHEDULER_COMPATIBLE), member, id;
    while (value_list_next(&rest, &member)) {
        if (text_split(&member, '=', &id) && text_equal(id, to->id))
            return !slurm || has_all(member);
    }
    return false;
}

static bool is_compatible(struct checking *k, const struct plan_move *m)
{
    const struct check_end *from = end_of(k, m->from), *to = end_of(k, m->to);
    char a[80], b[80];
    if (!from || !to || !from->row || !to->row)
        return plan_check_no(k, m->to, "%s", tr("there is no such scheduler"));
    bool slurm = text_is(plan_check_word(from->row, SCHEDULER_DRIVER), "slurm") ||
                 text_is(plan_check_word(to->row, SCHEDULER_DRIVER), "slurm");
    if (declared(from->row, to->row, slurm) || (!slurm && !any_declares(k)))
        return true;
    return plan_check_no(k, text_of(""), tr("%s and %s are not declared compatible (users, file systems, software)"),
                         text_show_in(m->from, a, sizeof a), text_show_in(m->to, b, sizeof b));
}

bool plan_check_place_compatible(struct checking *k)
{
    return each_move(k, is_compatible);
}

/* --- kinds of compute, and of accelerators --- */

static bool is_open(const struct row *queue)
{
    static const char *const closed[] = {"down", "drain", "inactive", "closed"};
    for (size_t i = 0; i < sizeof closed / sizeof *closed; i++) {
        if (text_is(plan_check_word(queue, QUEUE_STATE), closed[i]))
            return false;
    }
    return true;
}

static bool queue_suits(struct checking *k, const struct plan_move *m)
{
    const struct row *home = plan_check_queue_row(k->c, m->from, m->queue);
    const struct row *q = plan_check_queue_row(k->c, m->to, m->queue_to);
    struct safe_text of = plan_check_word(home, QUEUE_KIND), to = plan_check_word(q, QUEUE_KIND);
    char a[80], b[80];
    if (!q)
        return plan_check_no(k, m->to, tr("it has no queue '%s'"), text_show_in(m->queue_to, a, sizeof a));
    if (!is_open(q))
        return plan_check_no(k, q->id, "%s", tr("the queue is closed"));
    return text_empty(of) || text_equal(of, to) ||
           plan_check_no(k, q->id, tr("it is for %s compute, the jobs are %s"),
                         tr_of("state", text_show_in(to, a, sizeof a)), tr_of("state", text_show_in(of, b, sizeof b)));
}

/* What a queue's nodes have; empty: none has accelerators, or nobody says which. */
static struct safe_text accels_of(const struct plan_checker *c, const struct check_end *e, struct safe_text queue)
{
    for (size_t i = e->first_node; i < e->first_node + e->node_count; i++) {
        if (c->nodes[i].accels > 0 && plan_check_serves(&c->nodes[i], queue))
            return c->nodes[i].accel_kind;
    }
    return text_of("");
}

static bool has_accels(const struct plan_checker *c, const struct check_end *e, struct safe_text queue,
                       struct safe_text kind)
{
    for (size_t i = e->first_node; i < e->first_node + e->node_count; i++) {
        const struct check_node *n = &c->nodes[i];
        if (n->accels > 0 && text_equal(n->accel_kind, kind) && plan_check_serves(n, queue))
            return true;
    }
    return false;
}

struct safe_text plan_check_place_accels(const struct plan_checker *c, const struct check_claim *a)
{
    struct safe_text own = plan_check_word(a->row, JOB_ACCEL_KIND);
    return text_empty(own) ? accels_of(c, &c->ends[a->from], a->move->queue) : own;
}

bool plan_check_place_kind(struct checking *k)
{
    const struct plan_move *last = NULL;
    struct safe_text last_kind = text_of("");
    if (!each_move(k, queue_suits))
        return false;
    for (size_t i = 0; i < k->c->claim_count; i++) {
        const struct check_claim *a = &k->c->claims[i];
        char has[80], asks[80];
        if (a->accels <= 0)
            continue;
        struct safe_text kind = plan_check_place_accels(k->c, a);
        if (a->move == last && text_equal(kind, last_kind))
            continue;
        last = a->move;
        last_kind = kind;
        if (!text_empty(kind) && has_accels(k->c, &k->c->ends[a->to], a->move->queue_to, kind))
            continue;
        text_show_in(accels_of(k->c, &k->c->ends[a->to], a->move->queue_to), has, sizeof has);
        text_show_in(kind, asks, sizeof asks);
        return plan_check_no(k, a->job->id, tr("the accelerators of %s are %s, the job's %s"),
                             text_show_in(a->move->to, (char[80]){0}, 80), has[0] ? has : "-", asks[0] ? asks : "?");
    }
    return true;
}

/* --- where data may be --- */

static bool share(struct safe_text a, struct safe_text b)
{
    struct safe_text one;
    while (value_list_next(&a, &one)) {
        if (plan_check_in_list(b, one))
            return true;
    }
    return false;
}

/* Whoever works in a trusted space, at a site with privacy computing, needs both where the work goes. */
bool plan_check_place_space(struct checking *k)
{
    for (size_t i = 0; i < k->c->claim_count; i++) {
        const struct check_claim *a = &k->c->claims[i];
        const struct row *tenant = plan_check_row(&k->c->tenants, plan_check_word(a->row, JOB_TENANT));
        const struct row *home = k->c->ends[a->from].site, *site = k->c->ends[a->to].site;
        struct safe_text spaces = plan_check_word(tenant, TENANT_SPACES);
        char name[80];
        if (text_empty(spaces))
            continue;
        text_show_in(site ? site->id : a->move->to, name, sizeof name);
        if (!share(spaces, plan_check_word(site, SITE_TRUSTED_SPACES)))
            return plan_check_no(k, a->job->id, tr("its tenant's trusted space does not reach %s"), name);
        if (home && value_int_or(&home->cells[SITE_PRIVACY_COMPUTING], -1) == 1 &&
            value_int_or(&site->cells[SITE_PRIVACY_COMPUTING], -1) != 1)
            return plan_check_no(k, a->job->id, tr("%s offers no privacy computing, where it is it is used"), name);
    }
    return true;
}
