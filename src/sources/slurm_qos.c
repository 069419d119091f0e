#include "sources/slurm.h"

const char *const slurm_qos_keep[] = {"description", "flags",    "limits",       "name",
                                      "preempt",     "priority", "usage_factor", NULL};

/* sacctmgr's words. What has a field of its own is not here. */
static const struct slurm_limit limits[] = {
    {"GrpJobs", "limits/max/active_jobs/count"},
    {"GrpJobsAccrue", "limits/max/active_jobs/accruing"},
    {"GrpSubmit", "limits/max/jobs/count"},
    {"GrpTRES", "limits/max/tres/total"},
    {"GrpTRESMins", "limits/max/tres/minutes/total"},
    {"GrpTRESRunMins", "limits/max/tres/minutes/per/qos"},
    {"GrpWall_min", "limits/max/wall_clock/per/qos"},
    {"MaxJobsPA", "limits/max/jobs/active_jobs/per/account"},
    {"MaxSubmitPA", "limits/max/jobs/per/account"},
    {"MaxSubmitPU", "limits/max/jobs/per/user"},
    {"MaxTRES", "limits/max/tres/per/job"},
    {"MaxTRESPerNode", "limits/max/tres/per/node"},
    {"MaxTRESPA", "limits/max/tres/per/account"},
    {"MaxTRESPU", "limits/max/tres/per/user"},
    {"MaxTRESMins", "limits/max/tres/minutes/per/job"},
    {"MinTRES", "limits/min/tres/per/job"},
    {0},
};

/* The mode's own word; none is the cluster's. */
static void take_word(void *ctx, struct safe_text word)
{
    struct value *mode = ctx;
    if (!value_known(mode))
        *mode = value_text(word);
}

enum slurm_found slurm_qos(const struct json *e, struct safe_text scheduler, struct arena *arena, struct row *row)
{
    struct value name = slurm_cell_text(json_get(e, "name"));
    double factor;
    if (!value_known(&name))
        return SLURM_NONSENSE;
    *row = (struct row){.kind = KIND_QOS, .id = slurm_cell_id(scheduler, name.as.text, arena)};
    row->cells[QOS_SCHEDULER] = value_text(scheduler);
    row->cells[QOS_CLUSTER] = value_text(scheduler);
    row->cells[QOS_NAME] = name;
    row->cells[QOS_DESCRIPTION] = slurm_cell_text(json_get(e, "description"));
    row->cells[QOS_PRIORITY] = slurm_cell_count(json_get(e, "priority"));
    row->cells[QOS_PREEMPTS] = slurm_cell_list(slurm_at(e, "preempt/list"), arena);
    slurm_cell_words(slurm_at(e, "preempt/mode"), take_word, &row->cells[QOS_PREEMPT_MODE]);
    row->cells[QOS_GRACE_S] = slurm_cell_count(slurm_at(e, "limits/grace_time"));
    row->cells[QOS_MAX_JOBS_PER_USER] = slurm_cell_count(slurm_at(e, "limits/max/jobs/active_jobs/per/user"));
    row->cells[QOS_MAX_TIME_S] = slurm_cell_minutes(slurm_at(e, "limits/max/wall_clock/per/job"));
    if (slurm_real(json_get(e, "usage_factor"), &factor) && factor >= 0)
        row->cells[QOS_USAGE_FACTOR] = value_real(factor);
    row->cells[QOS_LIMITS] = slurm_limits(e, limits, arena);
    row->cells[QOS_FLAGS] = slurm_cell_list(json_get(e, "flags"), arena);
    return SLURM_ROW;
}
