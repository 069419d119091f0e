#ifndef HUBTOP_SRC_PLANNER_PLAN_MAKE_PRIVATE_H
#define HUBTOP_SRC_PLANNER_PLAN_MAKE_PRIVATE_H

#include "planner/plan_forecast.h"
#include "planner/plan_solve.h"

/* From a case to a model, from its answer to a plan. */

enum make_what { MAKE_START, MAKE_STAY, MAKE_GO };

struct make_option {
    enum make_what what;
    uint32_t to, queue_to; /* of MAKE_GO: scheduler, queue */
    double cny, co2_kg;    /* at the target; NAN: unknown */
};

/* Jobs that are alike for all rules and rows. */
struct make_group {
    uint32_t job;                /* one of them, for all */
    uint32_t first, count;       /* in make.jobs, which are the solver's jobs in its order */
    bool leaves;                 /* they must */
    bool starts;                 /* where they are, if nothing is done */
    int64_t weight;              /* of one that starts */
    const struct plan_rule *bar; /* what forbids each target to them; NULL: some are allowed, or there is none */
};

struct make_row {
    enum make_row_kind {
        MAKE_ROW_HOME,
        MAKE_ROW_HOME_CPUS,
        MAKE_ROW_NEW,
        MAKE_ROW_CPUS,
        MAKE_ROW_SUPERNODES,
        MAKE_ROW_SLOTS,
        MAKE_ROW_MEMORY,
        MAKE_ROW_LINK,
        MAKE_ROW_STORAGE,
        MAKE_ROW_POWER,
        MAKE_ROW_QUOTA,
        MAKE_ROW_JOBS,
        MAKE_ROW_RUNNING,
        MAKE_ROW_USERS,
        MAKE_ROW_BORNE_OUT
    } kind;
    uint32_t of;  /* pool, link, cluster, scheduler */
    int32_t each; /* pieces of at least so much; of MAKE_ROW_SUPERNODES super-nodes with so many units free */
};

/* Pieces of one node with so many accelerators and CPUs: so many are free in a pool. */
struct make_slot {
    int32_t accels, cpus;
    int64_t free;
};
struct make_slots {
    struct make_slot *all;
    uint32_t *first, count; /* first: of each pool, and one more */
};

enum { MAKE_GANGS = 8 }; /* sizes of work that needs one super-node */

struct make {
    struct plan_case c;
    struct arena work;
    uint32_t *jobs;
    uint8_t *marked; /* of the facts' jobs: excluded or moved of late, so that they stand in groups of their own */
    bool *inside;    /* of the facts' jobs: in the model */
    uint32_t job_count;
    struct make_group *groups;
    uint32_t group_count;
    /* struct make_option, make_row; then the arrays of the model. */
    struct facts_list options, rows, capacity, group_jobs, group_options, agents, option_uses, use_row, use_amount,
        costs;
    struct facts_list levels[PLAN_LEVELS_MAX];
    struct plan_model model;
    int level_drain, level_start, level_cost, level_moves; /* -1: there is none */
    struct forecast undone, after;
    struct forecast_range undone_range, after_range;
    int32_t *answer; /* an option of each job */
    uint32_t *goes;  /* of the facts' jobs: a queue, or FACT_NONE */
    int32_t *ready_s;
    struct plan_solve_level solved[PLAN_LEVELS_MAX];
    struct plan_solve_level among_all[PLAN_LEVELS_MAX]; /* before anything was taken back */
    bool solved_any, limited; /* limited: the last model has only moves that were borne out, or not refuted */
    bool whole;               /* the answer is as it was solved, nothing was taken back */
    int64_t steps;            /* that the solver did so far */
    int32_t *most;            /* of each option: how many may take it, as far as the forecast bears them out; -1: any */
    uint32_t *row_home, *row_new, *row_part; /* first row of each pool, of each part of one */
    uint32_t *row_link, *row_storage, *row_power, *row_quota,
        *row_running;             /* of each link, cluster, scheduler; FACT_NONE */
    uint32_t row_never;           /* nobody may use it */
    uint32_t row_jobs, row_users; /* row_users: first of those of undone.users */
    uint32_t row_slots;           /* first of those of `slots` */
    struct make_slots slots;
    uint32_t *row_gangs; /* of each pool, one row a size */
    struct make_gang {
        int32_t nodes, each;
    } gangs[MAKE_GANGS]; /* their sizes, ascending; what is more than the last counts as the last */
    int gang_count;
    int64_t moves_max;
};

#define MAKE_OPTION(m, i) (&((struct make_option *)(m)->options.all)[i])
#define MAKE_ROW(m, i)    (&((struct make_row *)(m)->rows.all)[i])

/* Cards, or hundredths of one for a core: what a job's start is worth before its priority and deadline. */
enum { MAKE_CARD = 100 };
int64_t plan_make_units(const struct fact_job *j);
/* Up to the next of 1, 1.5, 2, 3, 4, 6 …, so that like sizes are one and never less than they are; unknown stays so. */
double plan_make_rounded(double x);
/* What stands for all jobs of a group: its largest data, memory and limit. */
struct fact_job plan_make_like(const struct make *m, const struct make_group *g);

/* Groups of all jobs that wait and may start, or run and may go. */
void plan_make_groups(struct make *m);
/* The option of the solver's job `k` where it stays: it starts or not, as if nothing were done. */
int32_t plan_make_home(const struct make *m, uint32_t k);
/* Whether a job of the facts starts by the plan, and without it does not within the horizon, or minutes later. */
bool plan_make_sooner(const struct make *m, uint32_t job);
/* Takes back what goes and finds no node free for it, the largest first; whether there was any. */
bool plan_make_place(struct make *m);

/* The model over the groups, as of m->undone. */
void plan_make_model(struct make *m);
/* Sets m->most to 0 where the line at the end of an option is so long that nobody who stands behind it is looked at, and starts;
 * whether there is any (plan_make_line.c). */
bool plan_make_line(struct make *m);
/* The same with what m->most allows; options keep their places. */
void plan_make_again(struct make *m);
void plan_make_release(struct make *m);

/* The plan's moves, what is left, what was seen; then its effects, checks, totals. Texts are the plan's. */
void plan_make_moves(struct make *m, struct plan *out);
void plan_make_left(struct make *m, struct plan *out);
/* Whether a running job ends before a drain's deadline by its time limit. */
bool plan_make_ends(const struct make *m, uint32_t job);
void plan_make_seen(struct make *m, struct plan *out);
/* Of a drain what it closes, when running jobs leave, and what stays. */
void plan_make_drain(struct make *m, struct plan *out);
void plan_effect(struct make *m, struct plan *out);
void plan_effect_checks(struct make *m, struct plan *out);
/* Sizes of work that needs one super-node (plan_make_gangs.c): m->gangs; how many super-nodes of a pool bear such a one; how many of
 * the sizes, from the least on, a job counts in. A super-node takes one: with sizes in order that keeps each row, there is one
 * for each. */
void plan_make_gangs(struct make *m);
int64_t plan_make_gangs_free(const struct make *m, uint32_t pool, int size);
int plan_make_gangs_of(const struct make *m, uint32_t pool, const struct fact_job *j);
/* Where CPUs end it before accelerators do, the most asked for first (plan_make_slots.c); what a job takes of such a one. */
void plan_make_slots(struct make *m, struct make_slots *out);
int32_t plan_make_slots_takes(const struct make_slot *s, const struct fact_job *j);
/* What goes, and could go, from region to region (plan_advice.c). */
void plan_advice(struct make *m, struct plan *out);
void plan_effect_review(struct make *m, struct plan *out);

/* What a row is, in words. */
struct safe_text plan_make_row_words(const struct make *m, int32_t row, struct arena *arena);

#endif
