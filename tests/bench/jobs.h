#ifndef HUBTOP_TESTS_BENCH_JOBS_H
#define HUBTOP_TESTS_BENCH_JOBS_H

/* The jobs that benchmarks of the console are about: as many as one likes, each version of one in another state. */

#include <stdio.h>

#include "domain/row.h"

struct job_texts {
    char id[32], name[40], user[16], queue[16];
};

/* The row's texts are `t`'s. */
static struct row job_row(int i, int version, struct job_texts *t)
{
    static const char *const states[] = {"waiting", "running", "done", "failed"};
    snprintf(t->id, sizeof t->id, "fra/%d", 100000 + i);
    snprintf(t->name, sizeof t->name, "train-resnet-%d", i % 977);
    snprintf(t->user, sizeof t->user, "user%03d", i % 311);
    snprintf(t->queue, sizeof t->queue, "gpu-%d", i % 7);
    struct row row = {.kind = KIND_JOB, .id = text_of(t->id), .source = text_of("fra")};
    row.cells[JOB_SCHEDULER] = value_text(text_of("fra"));
    row.cells[JOB_QUEUE] = value_text(text_of(t->queue));
    row.cells[JOB_NAME] = value_text(text_of(t->name));
    row.cells[JOB_USER] = value_text(text_of(t->user));
    row.cells[JOB_ACCOUNT] = value_text(text_of("physics"));
    row.cells[JOB_STATE] = value_text(text_of(states[(i + version) % 4]));
    row.cells[JOB_SUBMITTED_AT] = value_time(INT64_C(1789990000000) + i * INT64_C(10));
    row.cells[JOB_NODES] = value_int(4);
    row.cells[JOB_CPUS] = value_int(i * INT64_C(7919) % 512);
    row.cells[JOB_PRIORITY] = value_int(i * INT64_C(7919) % 10007);
    return row;
}

#endif
