#include <stdio.h>

#include "sim/facts.h"
#include "sim/find.h"
#include "sim/jobs.h"
#include "sim/luggage.h"

static const char *const reasons[WAITS_COUNT] = {
    [WAITS_PRIORITY] = "Priority", [WAITS_RESOURCES] = "Resources", [WAITS_USER_LIMIT] = "QOSMaxJobsPerUserLimit",
    [WAITS_HELD] = "JobHeldUser",  [WAITS_DATA] = "BeginTime",
};

static const struct facts_level levels[WORLD_LEVELS] = {{"low", 1000}, {"normal", 5000}, {"high", 20000}};

const struct facts_level *facts_level(size_t level)
{
    return &levels[level];
}

/* squeue's words; a job that its node lost is told apart from one that failed. */
static const char *raw_state(const struct job *j)
{
    static const char *const words[] = {
        [JOB_WAITING] = "PENDING",     [JOB_HELD] = "PENDING",        [JOB_RUNNING] = "RUNNING",
        [JOB_SUSPENDED] = "SUSPENDED", [JOB_DONE] = "COMPLETED",      [JOB_FINISHING] = "COMPLETING",
        [JOB_FAILED] = "FAILED",       [JOB_TIMEOUT] = "TIMEOUT",     [JOB_CANCELLED] = "CANCELLED",
        [JOB_UNKNOWN] = "UNKNOWN",     [JOB_PREEMPTED] = "PREEMPTED",
    };

    return j->state == JOB_FAILED && j->node_fail ? "NODE_FAIL" : words[j->state];
}

/* As Slurm has it: the first in the line waits for resources, those behind it for their turn. */
static const char *reason_of(const struct scheduler *c, const struct job *j)
{
    const struct queue *q = &c->queues[j->queue];
    int top = WORLD_LEVELS - 1;

    if (q->drained && j->state == JOB_WAITING)
        return "PartitionInactive";
    while (top > 0 && q->waiting[top].head == WORLD_NONE)
        top--;
    if (j->reason == WAITS_RESOURCES && q->waiting[top].head != (uint32_t)(j - c->jobs))
        return reasons[WAITS_PRIORITY];
    return reasons[j->reason];
}

static void put_state(struct facts *f, const struct scheduler *c, const struct job *j)
{
    bool over = !jobs_pending(j) && !jobs_running(j);

    facts_text(f, JOB_STATE, state_job_word(jobs_state(j)));
    facts_text(f, JOB_STATE_RAW, raw_state(j));
    if (jobs_pending(j))
        facts_text(f, JOB_REASON, reason_of(c, j));
    facts_time(f, JOB_SUBMITTED_AT, j->submitted_ms);
    facts_time(f, JOB_ELIGIBLE_AT, j->eligible_ms);
    if (j->node != WORLD_NONE)
        facts_time(f, JOB_STARTED_AT, j->started_ms);
    if (over) {
        facts_time(f, JOB_ENDED_AT, j->ended_ms);
        f->row.cells[JOB_EXIT_CODE] = value_int(j->exit_code);
    }
    f->row.cells[JOB_RESTARTS] = value_int(j->restarts);
}

static void put_size(struct facts *f, const struct scheduler *c, const struct job *j)
{
    int64_t units = (int64_t)j->units * j->nodes, cpus = units * c->unit_cpus;
    bool accels = c->said->accels_per_node > 0;

    f->row.cells[JOB_TASKS] = value_int(jobs_pending(j) ? jobs_tasks(j) : 1);
    f->row.cells[JOB_NODES] = value_int(j->nodes);
    f->row.cells[JOB_CPUS] = value_int(cpus);
    f->row.cells[JOB_ACCELS] = value_int(units * c->unit_accels);
    f->row.cells[JOB_MEMORY_MB] = value_int(cpus * (accels ? 8192 : 4096));
    if (accels)
        facts_text(f, JOB_ACCEL_KIND, c->said->accel_kind);
}

/* A job that is over keeps the list of its nodes only where it had one: their chain belongs to others now. */
static void put_nodes(struct facts *f, const struct scheduler *c, const struct job *j)
{
    uint32_t nodes[WORLD_GANG_MAX], at = j->node;
    size_t n = 0;

    if (at == WORLD_NONE || (j->nodes > 1 && !jobs_running(j)))
        return;
    for (; n < j->nodes && n < WORLD_GANG_MAX && at != WORLD_NONE; at = c->nodes[at].gang_next)
        nodes[n++] = at;
    facts_node_list(c, nodes, jobs_running(j) ? n : 1, f->nodes, sizeof f->nodes);
    facts_text(f, JOB_NODE_LIST, f->nodes);
}

static void put_person(struct facts *f, const struct job *j)
{
    size_t account = j->user / (CATALOGUE_USERS / CATALOGUE_ACCOUNTS);

    facts_text(f, JOB_USER, catalogue_users[j->user]);
    facts_text(f, JOB_ACCOUNT, catalogue_accounts[account]);
    if (f->sim->tenants[account] != NULL)
        facts_text(f, JOB_TENANT, f->sim->tenants[account]->id);
}

static void put_files(struct facts *f, const struct job *j)
{
    const struct work *w = &catalogue_works[j->work];

    facts_text(f, JOB_COMMAND, w->command);
    snprintf(f->work_dir, sizeof f->work_dir, "/home/%s/%s", catalogue_users[j->user], w->names[0]);
    if (j->task_last != 0 && jobs_running(j))
        snprintf(f->out, sizeof f->out, "%s/slurm-%u_%u.out", f->work_dir, j->number, j->task);
    else
        snprintf(f->out, sizeof f->out, "%s/slurm-%u.out", f->work_dir, j->number);
    facts_text(f, JOB_WORK_DIR, f->work_dir);
    facts_text(f, JOB_STDOUT, f->out);
    facts_text(f, JOB_STDERR, f->out);
}

/* Every second job has a serial in its name; services and Chinese names have none. */
static const char *name_of(const struct work *w, const struct job *j, char *out, size_t size)
{
    const char *name = w->names[j->name];

    if (w->class == CLASS_SERVE || w->class == CLASS_SHORT || j->serial % 2 || (unsigned char)name[0] >= 0x80)
        return name;
    snprintf(out, size, "%s-%03u", name, j->serial);
    return out;
}

static int64_t priority_of(const struct job *j)
{
    if (jobs_state(j) == JOB_HELD)
        return 0;
    return j->priority > 0 ? (int64_t)j->priority : levels[j->level].priority;
}

/* How it may be treated: what comes first, how far it may go, and with what. */
static void put_freedom(struct facts *f, const struct scheduler *c, const struct job *j)
{
    const struct work *w = &catalogue_works[j->work];
    int64_t checkpoint = luggage_checkpoint_ms(c, j);

    f->row.cells[JOB_PRIORITY] = value_int(priority_of(j));
    f->row.cells[JOB_MOVABLE] = value_bool(w->movable || (c->near_count > 0 && catalogue_is_near(w)));
    if (w->latency_ms_max > 0)
        f->row.cells[JOB_LATENCY_MS_MAX] = value_real((double)w->latency_ms_max);
    facts_real(f, JOB_DATA_GB, luggage_gb(j));
    if (checkpoint != LUGGAGE_NONE)
        facts_time(f, JOB_CHECKPOINT_AT, checkpoint);
}

bool facts_work_job(struct facts *f, const struct scheduler *c, size_t index)
{
    const struct job *j;
    const struct work *w;
    char id[64];

    if (index >= c->job_count)
        return false;
    j = &c->jobs[index];
    f->row.kind = KIND_NONE;
    if (!jobs_shown(j, c->now_ms))
        return true;
    w = &catalogue_works[j->work];
    facts_begin(f, KIND_JOB, c, find_job_name(j, id, sizeof id));
    facts_text(f, JOB_SCHEDULER, c->said->id);
    facts_text(f, JOB_CLUSTER, c->cluster != NULL ? c->cluster->id : c->said->id);
    facts_text(f, JOB_QUEUE, c->queues[j->queue].name);
    facts_text(f, JOB_NAME, name_of(w, j, f->name, sizeof f->name));
    facts_text(f, JOB_QOS, levels[j->qos].qos);
    f->row.cells[JOB_TIME_LIMIT_S] = value_int(j->limit_ms / 1000);
    put_freedom(f, c, j);
    put_person(f, j);
    put_state(f, c, j);
    put_size(f, c, j);
    put_nodes(f, c, j);
    put_files(f, j);
    return true;
}
