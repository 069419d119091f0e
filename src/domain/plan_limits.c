#include "domain/plan_limits.h"

enum { DAY_S = 24 * 3600 };

#define AT(field) offsetof(struct plan_limits, field)

const struct plan_limits_info plan_limits_table[] = {
    {"jobs_max", PLAN_LIMITS_COUNT, AT(jobs_max), 1, 1e6, "10000",
     "jobs of one plan at most, however many people approve it"},
    {"jobs_alone", PLAN_LIMITS_COUNT, AT(jobs_alone), 0, 1e6, "200",
     "jobs of one plan above which a second person approves"},
    {"accels_alone_pct", PLAN_LIMITS_REAL, AT(accels_alone_pct), 0, 100, "25",
     "of the source's waiting accelerators, in percent, above which a second person approves"},
    {"tenant_jobs_alone", PLAN_LIMITS_COUNT, AT(tenant_jobs_alone), 0, 1e6, "50",
     "jobs of one tenant above which a second person approves"},
    {"running_accels_pct", PLAN_LIMITS_REAL, AT(running_accels_pct), 0, 100, "2",
     "of a scheduler's running accelerators that may be stopped within 10 minutes, in percent; one job always may"},
    {"head_room_pct", PLAN_LIMITS_REAL, AT(head_room_pct), 0, 100, "5",
     "of each resource that a target keeps free, in percent; room for its own largest waiting job if that is more"},
    {"link_used_pct", PLAN_LIMITS_REAL, AT(link_used_pct), 0, 100, "80",
     "the load of a link, in percent, up to which data follow jobs over it"},
    {"job_cooldown", PLAN_LIMITS_SPAN, AT(job_cooldown_s), 0, 30 * DAY_S, "1h",
     "how long a job that was moved stays where it is"},
    {"pair_cooldown", PLAN_LIMITS_SPAN, AT(pair_cooldown_s), 0, 30 * DAY_S, "10m",
     "between two plans from one scheduler to the same other"},
    {"checkpoint_age", PLAN_LIMITS_SPAN, AT(checkpoint_age_s), 1, 30 * DAY_S, "1h",
     "how old a checkpoint may be that a running job moves with"},
    {"expires", PLAN_LIMITS_SPAN, AT(expires_s), 60, DAY_S, "15m", "how long a plan may be carried out"},
    {"tenant_floor_pct", PLAN_LIMITS_REAL, AT(tenant_floor_pct), 0, 100, "90",
     "of a tenant's dominant share before that a plan leaves it at least, in percent"},
    {"delay_factor", PLAN_LIMITS_REAL, AT(delay_factor), 1, 1000, "1.5",
     "a plan pauses when the delay of a link that it uses is so many times what it was when it began"},
    {"wave_errors_pct", PLAN_LIMITS_REAL, AT(wave_errors_pct), 0, 100, "30",
     "a plan pauses when more of a wave's actions failed or were unknown, in percent, and more than one"},
    {"read_back", PLAN_LIMITS_SPAN, AT(read_back_s), 1, DAY_S, "2m",
     "a plan pauses when a job is not seen where it was moved for so long"},
    {"job_gbps", PLAN_LIMITS_REAL, AT(job_gbps), 0.001, 100000, "10",
     "at what the data of one job follow it, in Gbps, each on its own"},
    {.name = NULL},
};

struct plan_limits plan_limits_preset(void)
{
    return (struct plan_limits){
        .jobs_max = 10000,
        .jobs_alone = 200,
        .accels_alone_pct = 25,
        .tenant_jobs_alone = 50,
        .running_accels_pct = 2,
        .head_room_pct = 5,
        .link_used_pct = 80,
        .job_cooldown_s = 3600,
        .pair_cooldown_s = 600,
        .checkpoint_age_s = 3600,
        .expires_s = 900,
        .tenant_floor_pct = 90,
        .delay_factor = 1.5,
        .wave_errors_pct = 30,
        .read_back_s = 120,
        .job_gbps = 10,
    };
}

double plan_limits_at(const struct plan_limits *l, const struct plan_limits_info *info)
{
    const char *at = (const char *)l + info->offset;

    return info->unit == PLAN_LIMITS_REAL ? *(const double *)(const void *)at
                                          : (double)*(const int64_t *)(const void *)at;
}

bool plan_limits_set(struct plan_limits *l, const struct plan_limits_info *info, double value)
{
    char *at = (char *)l + info->offset;

    if (!(value >= info->min && value <= info->max))
        return false;
    if (info->unit == PLAN_LIMITS_REAL)
        *(double *)(void *)at = value;
    else
        *(int64_t *)(void *)at = (int64_t)value;
    return true;
}

struct plan_limits plan_limits_demo(void)
{
    struct plan_limits l = plan_limits_preset();
    l.jobs_alone = l.tenant_jobs_alone = l.jobs_max;
    l.accels_alone_pct = 100;
    return l;
}
