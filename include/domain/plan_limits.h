#ifndef HUBTOP_DOMAIN_PLAN_LIMITS_H
#define HUBTOP_DOMAIN_PLAN_LIMITS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* What a plan may do at most: the section `limits {}` of the configuration. `{0}` is not valid: plan_limits_preset(). */
struct plan_limits {
    int64_t jobs_max;          /* jobs of one plan, however many people approve: 10000 */
    int64_t jobs_alone;        /* above it a second person approves: 200 */
    double accels_alone_pct;   /* of the source's waiting accelerators, likewise: 25 */
    int64_t tenant_jobs_alone; /* of one tenant, likewise: 50 */
    double running_accels_pct; /* of a scheduler's running accelerators in 10 minutes, never under one job: 2 */
    double head_room_pct;      /* of each resource a target keeps, or its own largest waiting job if that is more: 5 */
    double link_used_pct;      /* a link's load that data for jobs may raise it to: 80 */
    int64_t job_cooldown_s;    /* a job that was moved stays for so long: 3600 */
    int64_t pair_cooldown_s;   /* between two plans from one scheduler to the same other: 600 */
    int64_t checkpoint_age_s;  /* a checkpoint proves something if it is not older: 3600 */
    int64_t expires_s;         /* a plan may be carried out for so long: 900 */
    double tenant_floor_pct;   /* of a tenant's dominant share before: a plan leaves it at least so much: 90 */
    double delay_factor;       /* a link whose delay grew by so much since a plan began pauses it: 1.5 */
    double wave_errors_pct;    /* so many of a wave's actions that fail, and more than one, likewise: 30 */
    int64_t read_back_s;       /* so long after a wave its jobs are looked for where they went, then likewise: 120 */
    double job_gbps;           /* at what the data of one job follow it, each on its own: 10 */
};

/* The limits of promises.md, 6, and the presets above. */
struct plan_limits plan_limits_preset(void);

/* The same for a visitor of the demo, who is alone: no second person is asked for. */
struct plan_limits plan_limits_demo(void);

/* What a limit counts: jobs, percent or Gbps as a number, or a span, which is kept in seconds. */
enum plan_limits_unit { PLAN_LIMITS_COUNT, PLAN_LIMITS_REAL, PLAN_LIMITS_SPAN };
struct plan_limits_info {
    const char *name; /* as the configuration says it */
    enum plan_limits_unit unit;
    size_t offset; /* of its field, an int64_t or (PLAN_LIMITS_REAL) a double */
    double min, max;
    const char *preset_text, *help;
};
/* Every field once; ended by a NULL name. */
extern const struct plan_limits_info plan_limits_table[];

double plan_limits_at(const struct plan_limits *l, const struct plan_limits_info *info);
/* Sets one, in seconds where it is a span; false, and nothing is set, when it is no number or out of its range. */
bool plan_limits_set(struct plan_limits *l, const struct plan_limits_info *info, double value);

#endif
