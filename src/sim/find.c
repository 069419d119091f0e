#include "sim/find.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Scheduler ids hold no '/': what follows the first one names a thing of it. */
static const char *name_in(const char *target)
{
    const char *slash = strchr(target, '/');

    return slash != NULL ? slash + 1 : "";
}

struct scheduler *find_scheduler(const struct sim *s, const char *target)
{
    size_t n = target != NULL ? strcspn(target, "/") : 0;

    for (size_t i = 0; i < s->scheduler_count && n > 0; i++) {
        const char *id = s->schedulers[i].said->id;
        if (strlen(id) == n && memcmp(id, target, n) == 0)
            return &s->schedulers[i];
    }
    return NULL;
}

static const char *const classes[CLASS_COUNT] = {
    [CLASS_SERVE] = "serve", [CLASS_TRAIN] = "train", [CLASS_BATCH] = "batch",
    [CLASS_SHORT] = "short", [CLASS_HPC] = "hpc",
};

struct queue *find_queue(struct scheduler *c, const char *target)
{
    for (uint32_t k = 0; k < c->queue_count; k++)
        if (strcmp(c->queues[k].name, name_in(target)) == 0)
            return &c->queues[k];
    for (uint32_t k = 0; k < c->queue_count; k++)
        if (strcmp(classes[c->queues[k].plan->class], name_in(target)) == 0)
            return &c->queues[k];
    return NULL;
}

static const char *const node_prefixes[COMPUTE_COUNT] = {"cn", "an", "hn"};

const char *find_node_name(const struct scheduler *c, uint32_t node, char *out, size_t size)
{
    snprintf(out, size, "%s%04u", node_prefixes[c->compute], node + 1);
    return out;
}

uint32_t find_node(const struct scheduler *c, const char *target)
{
    const char *name = name_in(target);
    char spelt[FIND_ID_MAX];
    unsigned long number;

    if (strncmp(name, node_prefixes[c->compute], 2) != 0)
        return WORLD_NONE;
    number = strtoul(name + 2, NULL, 10);
    if (number == 0 || number > c->node_count)
        return WORLD_NONE;
    find_node_name(c, (uint32_t)number - 1, spelt, sizeof spelt);
    return strcmp(spelt, name) == 0 ? (uint32_t)number - 1 : WORLD_NONE;
}

const char *find_job_name(const struct job *j, char *out, size_t size)
{
    bool waits = j->state == JOB_WAITING || j->state == JOB_HELD;

    if (j->task_last == 0)
        snprintf(out, size, "%u", j->number);
    else if (j->task == j->task_last && !waits)
        snprintf(out, size, "%u_%u", j->number, j->task);
    else if (j->task == j->task_last)
        snprintf(out, size, "%u_[%u]", j->number, j->task);
    else
        snprintf(out, size, "%u_[%u-%u]", j->number, j->task, j->task_last);
    return out;
}

uint32_t find_job(const struct scheduler *c, const char *target)
{
    const char *name = name_in(target);
    unsigned long number = strtoul(name, NULL, 10);
    char spelt[FIND_ID_MAX];

    for (uint32_t slot = 0; slot < c->job_count && number > 0; slot++)
        if (c->jobs[slot].number == number && strcmp(find_job_name(&c->jobs[slot], spelt, sizeof spelt), name) == 0)
            return slot;
    return WORLD_NONE;
}
