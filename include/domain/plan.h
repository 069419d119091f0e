#ifndef HUBTOP_DOMAIN_PLAN_H
#define HUBTOP_DOMAIN_PLAN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/text.h"
#include "domain/kind.h"

/* A rebalancing plan: which jobs go where, computed from one snapshot, with what it would do and how good it is. Whoever
 * computes it proposes it; the collector checks it, gives it its id, keeps it and tells of it as rows of plans, moves and
 * effects. Numbers that nobody knows are NAN, or -1 where they count; texts and arrays belong to the plan's arena. */

/* What it was asked for: the options of `plan create`. */
struct plan_price {
    struct safe_text cluster;
    double price_cny_kwh;
};
struct plan_ask {
    struct safe_text drain;         /* a cluster, site, hall or scheduler that must be empty; empty: none */
    int64_t by_ms;                  /* until then, UTC; 0: within the horizon */
    struct safe_text lost;          /* a link or cluster that is thought away; empty: none */
    struct safe_text only_queue;    /* ID of a queue: jobs of others stay */
    struct safe_text from, to;      /* ends of a pair: only moves from the one to the other */
    const struct plan_price *price; /* instead of what is told */
    size_t prices;
    double weight_cost, weight_carbon; /* CNY of a CNY (1) and of a kg of CO2 (0) */
    int64_t max_moves;                 /* jobs moved at most; -1: what the limits say */
    int64_t horizon_s;                 /* how far ahead starts are counted; 0: 3600 */
    uint64_t seed;
    double seconds;                   /* of work for the solver; 0: 2 */
    const struct safe_text *excluded; /* FROM>TO, FROM>TO/QUEUE, a job's or a transfer's id: never moved, held so */
    size_t exclusions;
};

/* An object and the version of it that the plan saw. */
struct plan_seen {
    enum kind kind;
    struct safe_text id;
    int64_t since_ms; /* of its row */
};

struct plan_job {
    struct safe_text id;
    int64_t since_ms; /* of the row that was seen */
    struct safe_text user, tenant;
    int64_t accels, cpus, nodes;
    double data_gb;
    bool running;    /* it goes on from its checkpoint */
    int64_t begin_s; /* it is moved not before, after the plan began: running ones a few in ten minutes */
};

struct plan_considered {
    struct safe_text scheduler;
    struct safe_text verdict; /* "chosen", "possible", or the word of the rule that forbids it: "ring", "stale", … */
    struct safe_text words;   /* what decided, with its numbers */
    double delay_ms, cost_cny, data_gb;
    int64_t starts_s; /* -1: not in sight */
};

/* Like jobs of one queue that go to one scheduler; the fields of KIND_MOVE say what each is. */
struct plan_move {
    struct safe_text from, to, queue, queue_to, link;
    const struct plan_job *jobs;
    size_t job_count;
    int64_t running, accels, cpus;
    double data_gb, delay_before_ms, delay_after_ms, delay_max_ms, cost_cny, co2_kg;
    int64_t takes_s, starts_low_s, starts_high_s, home_s; /* -1: unknown, or not in sight */
    struct safe_text risk, why;
    const struct safe_text *frees; /* ids of jobs */
    size_t free_count;
    const struct plan_considered *considered;
    size_t considered_count;
    bool excluded;
};

/* A transfer that stands until then; the fields of KIND_MOVE say what each is. Loads are those of its link, after the holds before it. */
struct plan_hold {
    struct safe_text what; /* "hold", or "retime": it has not begun */
    struct safe_text transfer, dataset, link, from, to, tenant, why;
    int64_t until_ms, eta_before_ms, eta_after_ms, deadline_ms; /* UTC; 0: unknown, or there is none */
    double rate_gbps, rest_tb, used_before_pct, used_after_pct;
    bool excluded;
};

/* What takes no new work from the beginning of a plan on, so that what must be empty does not fill up behind it. */
struct plan_intake {
    enum kind kind; /* a scheduler, a queue or a node */
    struct safe_text id;
};

/* A job that stands where it must not, and is not moved. */
struct plan_stay {
    struct safe_text job, user, queue, reason, words,
        todo;        /* the word of the rule that forbids it, in words; what a person can do */
    int64_t ends_ms; /* UTC, by its time limit at the latest; 0: nobody knows, or it waits */
    bool running;
};
enum { PLAN_STAYS_MAX = 200 };

/* Work and data of a region that could go to another if that were the only pair, that go there by the plan, that could still go after it. */
struct plan_flow {
    struct safe_text from, to, words; /* hubs, or clusters outside them; the limit that ends it after the plan */
    int64_t jobs_now, jobs_planned, jobs_after, accels_now, accels_planned, accels_after;
    double mw_now, mw_planned, mw_after, tb_now, tb_planned, tb_after;
};

struct plan_effect {
    enum kind kind;
    struct safe_text what, measure, method;
    double now, undone, after, after_low, after_high, limit;
};

/* What is thought to be, and what then was, so long after the snapshot. NAN: beyond the horizon, or not known (yet). */
struct plan_mark {
    double undone, undone_low, undone_high, after, after_low, after_high, fact;
};
enum { PLAN_MARKS = 2 };
extern const int64_t plan_mark_s[PLAN_MARKS]; /* 15 and 60 minutes */

/* A forecast that is looked at again: of a queue or a scheduler, by one measure. `size`: what a miss is told in percent of: all jobs of
 * that queue (waiting, running; where they are fewer than PLAN_REVIEW_JOBS that many, for one job is 5 % of it), or all
 * units of that scheduler that are up, as of the snapshot. */
enum { PLAN_REVIEW_JOBS = 20 };
struct plan_review {
    enum kind kind;
    struct safe_text what, measure; /* "waiting", "started" (jobs); "used" (accelerators, or CPUs where it has none) */
    double now, size;
    struct plan_mark at[PLAN_MARKS];
};

struct plan_check {
    struct safe_text name;
    bool ok;
    struct safe_text words;
};

/* An objective, in the unit that its name says; `gap_pct` of the value. */
struct plan_objective {
    struct safe_text name; /* "starts", "cost_cny", "moves" */
    double value, bound, gap_pct;
    struct safe_text binding; /* what ends it, in words; empty: nothing */
    struct safe_text weak;    /* why the bound may be far off; empty: it is not */
};

/* What the plan can't help. */
struct plan_left {
    struct safe_text queue, reason, words;
    int64_t jobs;
};

struct plan_total {
    struct safe_text measure;
    double now, undone, after;
};

struct plan {
    struct arena arena;
    struct safe_text id; /* "P-0187"; empty until the collector gave it one */
    struct safe_text state, created_by, undo_of, replaces, remark, hash;
    int64_t created_at_ms, as_of_ms, snapshot, expires_at_ms, horizon_s;
    struct plan_ask ask;
    struct plan_seen *seen;
    size_t seen_count;
    struct plan_move *moves;
    size_t move_count;
    struct plan_hold *holds;
    size_t hold_count;
    struct plan_intake *intakes;
    size_t intake_count;
    struct plan_stay *stays; /* PLAN_STAYS_MAX at most: those that run longest first */
    size_t stay_count;
    struct plan_effect *effects;
    size_t effect_count;
    struct plan_check *checks;
    size_t check_count;
    struct plan_objective *objectives;
    size_t objective_count;
    struct plan_left *left;
    size_t left_count;
    struct plan_flow *flows;
    size_t flow_count;
    struct plan_total *totals;
    size_t total_count;
    struct plan_review *reviews;
    size_t review_count;
    struct safe_text
        against;    /* what its facts are compared with: "after", it was carried out; "undone"; empty: not looked yet */
    int64_t starts; /* jobs that start because of it */
};

/* Frees what the plan owns; accepts one that is zeroed. */
void plan_release(struct plan *p);

#endif
