#include "domain/kind_private.h"

#define COUNT(a) (sizeof(a) / sizeof(a)[0])

/* What the planner computes and the collector keeps of it. */

const struct field kind_plan_fields[] = {
    [PLAN_STATE] = {"state", VALUE_TEXT, FIELD_STATE,
                    "draft, proposed, approved, running, paused, stopped, done, partly, failed, expired or undone"},
    [PLAN_CREATED_AT] = {"created_at", VALUE_TIME, 0, "when it was computed"},
    [PLAN_CREATED_BY] = {"created_by", VALUE_TEXT, 0, "who asked for it"},
    [PLAN_SNAPSHOT] = {"snapshot", VALUE_INT, 0, "the number of the commit that it was computed from"},
    [PLAN_AS_OF] = {"as_of", VALUE_TIME, 0, "the time of that snapshot"},
    [PLAN_ASKED] = {"asked", VALUE_TEXT, 0, "the options that it was asked for with, as `plan create` takes them"},
    [PLAN_MOVES] = {"moves", VALUE_INT, 0, "its moves, without those that are excluded"},
    [PLAN_JOBS] = {"jobs", VALUE_INT, 0, "jobs that these move"},
    [PLAN_ACCELS] = {"accels", VALUE_INT, 0, "accelerators that these jobs ask for or have"},
    [PLAN_TENANTS] = {"tenants", VALUE_INT, 0, "tenants whose jobs are moved"},
    [PLAN_DATA_GB] = {"data_gb", VALUE_REAL, 0, "data that must follow the jobs, in GB"},
    [PLAN_STARTS] = {"starts", VALUE_INT, 0, "jobs that start because of it, moved or not"},
    [PLAN_GAP_PCT] = {"gap_pct", VALUE_REAL, 0,
                      "how far it may be from the best possible, in percent of its own value"},
    [PLAN_LEVELS] = {"levels", VALUE_LIST, 0, "each objective: NAME VALUE BOUND GAP_PCT; what binds it"},
    [PLAN_CHECKS] = {"checks", VALUE_LIST, 0, "each check with its result: NAME=ok or NAME=no: words"},
    [PLAN_LEFT] = {"left", VALUE_LIST, 0, "what it can't help, with the reason"},
    [PLAN_BEFORE] = {"before", VALUE_LIST, 0, "MEASURE=VALUE of the whole network in the snapshot"},
    [PLAN_AFTER] = {"after", VALUE_LIST, 0, "the same at the end of the horizon if it runs"},
    [PLAN_UNDONE] = {"undone", VALUE_LIST, 0, "the same at the end of the horizon if nothing is done"},
    [PLAN_UNDO_OF] = {"undo_of", VALUE_TEXT, 0, "the plan that it takes back"},
    [PLAN_REPLACES] = {"replaces", VALUE_TEXT, 0, "the plan that it was edited from"},
    [PLAN_EXPIRES_AT] = {"expires_at", VALUE_TIME, 0, "until when it may be carried out"},
    [PLAN_HASH] = {"hash", VALUE_TEXT, 0, "SHA-256 of its canonical JSON: what is confirmed is what runs"},
    [PLAN_HORIZON_S] = {"horizon_s", VALUE_INT, 0, "how far its forecast reaches, in seconds"},
    [PLAN_RECORD] = {"record", VALUE_TEXT, 0, "forecast against fact 15 and 60 minutes after it ran, in words"},
    [PLAN_REMARK] = {"remark", VALUE_TEXT, 0, "what an operator should know of it, such as why there is no move"},
    [PLAN_HOLDS] = {"holds", VALUE_INT, 0, "transfers that it holds or lets begin later, without those excluded"},
    [PLAN_ADVICE] = {"advice", VALUE_LIST, 0,
                     "FROM>TO of regions, of jobs, accels, mw and tb each NOW/PLANNED/AFTER; which limit ends it"},
    [PLAN_AGAINST] =
        {"against", VALUE_TEXT, 0,
         "which forecast is compared: after (its jobs were found at the targets) or undone (they were not)"},
    [PLAN_MISS_15_PCT] =
        {"miss_15_pct", VALUE_REAL, 0,
         "how far its forecasts of queues and schedulers were off after 15 minutes, the mean in percent"},
    [PLAN_MISS_60_PCT] = {"miss_60_pct", VALUE_REAL, 0, "the same after 60 minutes"},
    [PLAN_INSIDE_15_PCT] = {"inside_15_pct", VALUE_REAL, 0,
                            "facts that lay in the range of their forecast after 15 minutes, in percent"},
    [PLAN_INSIDE_60_PCT] = {"inside_60_pct", VALUE_REAL, 0, "the same after 60 minutes"},
};
_Static_assert(COUNT(kind_plan_fields) == PLAN_INSIDE_60_PCT + 1, "one line a field of plans");

/* Jobs of one kind from one queue to one other scheduler, or a transfer that is held. Its id is PLAN/NUMBER. */
const struct field kind_move_fields[] = {
    [MOVE_PLAN] = {"plan", VALUE_TEXT, 0, "the plan that it belongs to"},
    [MOVE_NUMBER] = {"number", VALUE_INT, 0, "its number in the plan, from 1"},
    [MOVE_STATE] = {"state", VALUE_TEXT, FIELD_STATE, "included, excluded, queued, running, done, partly or failed"},
    [MOVE_FROM] = {"from", VALUE_TEXT, FIELD_REF_SCHEDULER, "the scheduler that has the jobs"},
    [MOVE_TO] = {"to", VALUE_TEXT, FIELD_REF_SCHEDULER, "the scheduler that gets them"},
    [MOVE_QUEUE] = {"queue", VALUE_TEXT, 0, "the queue that they are in"},
    [MOVE_QUEUE_TO] = {"queue_to", VALUE_TEXT, 0, "the queue that they come into"},
    [MOVE_JOBS] = {"jobs", VALUE_INT, 0, "how many jobs"},
    [MOVE_RUNNING] = {"running", VALUE_INT, 0, "those of them that run and go on from their checkpoint"},
    [MOVE_ACCELS] = {"accels", VALUE_INT, 0, "accelerators that they ask for or have"},
    [MOVE_CPUS] = {"cpus", VALUE_INT, 0, "CPUs likewise"},
    [MOVE_DATA_GB] = {"data_gb", VALUE_REAL, 0, "data that must follow them, in GB"},
    [MOVE_LINK] = {"link", VALUE_TEXT, 0, "the link that the data takes"},
    [MOVE_DELAY_BEFORE_MS] = {"delay_before_ms", VALUE_REAL, 0,
                              "one-way delay to their tenants now, the longest, in ms"},
    [MOVE_DELAY_AFTER_MS] = {"delay_after_ms", VALUE_REAL, 0, "the same at the target"},
    [MOVE_DELAY_MAX_MS] = {"delay_max_ms", VALUE_REAL, 0, "what they allow, the least, in ms"},
    [MOVE_COST_CNY] = {"cost_cny", VALUE_REAL, 0, "cost of their work at the target less that at home, in CNY"},
    [MOVE_CO2_KG] = {"co2_kg", VALUE_REAL, 0, "carbon dioxide likewise, in kg"},
    [MOVE_TAKES_S] = {"takes_s", VALUE_INT, 0, "how long it takes, data included, in seconds"},
    [MOVE_STARTS_LOW_S] = {"starts_low_s", VALUE_INT, 0, "the soonest start of its jobs at the target, in seconds"},
    [MOVE_STARTS_HIGH_S] = {"starts_high_s", VALUE_INT, 0, "the latest likewise"},
    [MOVE_HOME_S] = {"home_s", VALUE_INT, 0, "when they would start if they stayed, in seconds; unknown: not in sight"},
    [MOVE_RISK] = {"risk", VALUE_TEXT, 0, "low, medium or high"},
    [MOVE_WHY] = {"why", VALUE_TEXT, 0, "why it is made, in words"},
    [MOVE_FREES] = {"frees", VALUE_LIST, 0, "jobs at the source that start because of it"},
    [MOVE_JOB_IDS] = {"job_ids", VALUE_LIST, 0, "the jobs, by their ids"},
    [MOVE_CONSIDERED] = {"considered", VALUE_LIST, 0, "each scheduler that was considered: ID VERDICT; what decided"},
    [MOVE_WHAT] = {"what", VALUE_TEXT, FIELD_STATE, "jobs, hold (a transfer) or retime (it begins later)"},
    [MOVE_TRANSFER] = {"transfer", VALUE_TEXT, 0, "the transfer that is held or begins later"},
    [MOVE_UNTIL] = {"until", VALUE_TIME, 0, "until when it stands still"},
    [MOVE_RATE_GBPS] = {"rate_gbps", VALUE_REAL, 0, "what it takes of its link, in Gbit/s"},
    [MOVE_REST_TB] = {"rest_tb", VALUE_REAL, 0, "what of it is still to be moved, in TB"},
    [MOVE_USED_BEFORE_PCT] = {"used_before_pct", VALUE_REAL, 0, "the load of its link before it is held, in percent"},
    [MOVE_USED_AFTER_PCT] = {"used_after_pct", VALUE_REAL, 0, "the same once it is held"},
    [MOVE_ETA_BEFORE] = {"eta_before", VALUE_TIME, 0, "when all of it would be there if it went on"},
    [MOVE_ETA_AFTER] = {"eta_after", VALUE_TIME, 0, "when all of it will be there"},
    [MOVE_DEADLINE_AT] = {"deadline_at", VALUE_TIME, 0, "by when it must be there"},
};
_Static_assert(COUNT(kind_move_fields) == MOVE_DEADLINE_AT + 1, "one line a field of moves");

/* What a plan does to one object, by one measure. Its id is PLAN/KIND/OBJECT/MEASURE. */
const struct field kind_effect_fields[] = {
    [EFFECT_PLAN] = {"plan", VALUE_TEXT, 0, "the plan"},
    [EFFECT_KIND] = {"kind", VALUE_TEXT, 0, "cluster, scheduler, queue, tenant or link"},
    [EFFECT_WHAT] = {"what", VALUE_TEXT, 0, "the object, by its id"},
    [EFFECT_MEASURE] = {"measure", VALUE_TEXT, 0, "what is measured, with its unit: wait_p95_s, accels_busy_pct …"},
    [EFFECT_NOW] = {"now", VALUE_REAL, 0, "in the snapshot"},
    [EFFECT_UNDONE] = {"undone", VALUE_REAL, 0, "at the end of the horizon if nothing is done"},
    [EFFECT_AFTER] = {"after", VALUE_REAL, 0, "at the end of the horizon if the plan runs"},
    [EFFECT_AFTER_LOW] = {"after_low", VALUE_REAL, 0, "the least that is likely"},
    [EFFECT_AFTER_HIGH] = {"after_high", VALUE_REAL, 0, "the most that is likely"},
    [EFFECT_LIMIT] = {"limit", VALUE_REAL, 0, "the limit of that measure, where there is one"},
    [EFFECT_METHOD] = {"method", VALUE_TEXT, 0, "how the forecast is made"},
    [EFFECT_FACT_15] = {"fact_15", VALUE_REAL, 0, "what it was 15 minutes after the plan ran"},
    [EFFECT_FACT_60] = {"fact_60", VALUE_REAL, 0, "what it was 60 minutes after"},
};
_Static_assert(COUNT(kind_effect_fields) == EFFECT_FACT_60 + 1, "one line a field of effects");

/* A forecast of a plan for one queue or scheduler, and what then was. Its id is PLAN/KIND/OBJECT/MEASURE. */
const struct field kind_review_fields[] = {
    [REVIEW_PLAN] = {"plan", VALUE_TEXT, 0, "the plan"},
    [REVIEW_KIND] = {"kind", VALUE_TEXT, 0, "queue or scheduler"},
    [REVIEW_WHAT] = {"what", VALUE_TEXT, 0, "the object, by its id"},
    [REVIEW_MEASURE] =
        {"measure", VALUE_TEXT, 0,
         "waiting (jobs), started (of the jobs that waited in the snapshot) or used (accelerators, or CPUs)"},
    [REVIEW_NOW] = {"now", VALUE_REAL, 0, "in the snapshot"},
    [REVIEW_SIZE] = {"size", VALUE_REAL, 0,
                     "what a miss is in percent of: all jobs of the queue (at least 20), or units of the scheduler"},
    [REVIEW_FORECAST_15] = {"forecast_15", VALUE_REAL, 0, "what it was thought to be 15 minutes after the snapshot"},
    [REVIEW_LOW_15] = {"low_15", VALUE_REAL, 0, "the least that was likely: nine in ten lie between it and the most"},
    [REVIEW_HIGH_15] = {"high_15", VALUE_REAL, 0, "the most that was likely"},
    [REVIEW_FACT_15] = {"fact_15", VALUE_REAL, 0, "what it was"},
    [REVIEW_MISS_15_PCT] = {"miss_15_pct", VALUE_REAL, 0, "forecast less fact, in percent of size"},
    [REVIEW_FORECAST_60] = {"forecast_60", VALUE_REAL, 0, "what it was thought to be 60 minutes after the snapshot"},
    [REVIEW_LOW_60] = {"low_60", VALUE_REAL, 0, "the least that was likely"},
    [REVIEW_HIGH_60] = {"high_60", VALUE_REAL, 0, "the most that was likely"},
    [REVIEW_FACT_60] = {"fact_60", VALUE_REAL, 0, "what it was"},
    [REVIEW_MISS_60_PCT] = {"miss_60_pct", VALUE_REAL, 0, "forecast less fact, in percent of size"},
};
_Static_assert(COUNT(kind_review_fields) == REVIEW_MISS_60_PCT + 1, "one line a field of reviews");
