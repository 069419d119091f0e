#ifndef HUBTOP_SIM_CATALOGUE_H
#define HUBTOP_SIM_CATALOGUE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* What the synthetic world is made of: kinds of work, queues, people, troubles. Tables alone; every name is invented.
 */

enum compute { COMPUTE_GENERAL, COMPUTE_INTELLIGENT, COMPUTE_SUPER, COMPUTE_COUNT };
enum work_class { CLASS_SERVE, CLASS_TRAIN, CLASS_BATCH, CLASS_SHORT, CLASS_HPC, CLASS_COUNT };

/* The account whose services a disaster-recovery reservation takes over, and who starts them. */
enum { CATALOGUE_RECOVERY_ACCOUNT = 10, CATALOGUE_RECOVERY_USER = 54 };

enum { CATALOGUE_NAMES_MAX = 4, CATALOGUE_SIZES_MAX = 4, CATALOGUE_USERS = 60, CATALOGUE_ACCOUNTS = 12 };

/* A kind of work. Sizes are in accelerators, CPUs or nodes, as its kind of compute counts. */
struct work {
    enum compute compute;
    enum work_class class;
    const char *names[CATALOGUE_NAMES_MAX];
    uint8_t share; /* of the jobs of its class */
    struct {
        uint16_t size;
        uint8_t share;
    } sizes[CATALOGUE_SIZES_MAX];
    float minutes[4];          /* 10, 50, 90 and 99 % quantiles of the run time */
    uint8_t account, accounts; /* who runs it: the first account, and how many */
    uint8_t array_pct;         /* comes as an array */
    bool movable;
    float latency_ms_max; /* 0: does not care */
    const char *command;
    float data_gb[2];       /* that must be where it runs: the least and the most; 0, 0: nobody says */
    uint8_t checkpoint_min; /* how often it writes a checkpoint; 0: never */
};
extern const struct work catalogue_works[];
extern const size_t catalogue_work_count;

/* A queue that schedulers of a kind have. */
struct queue_plan {
    enum compute compute;
    enum work_class class;
    const char *names[CATALOGUE_NAMES_MAX];
    uint8_t nodes_pct; /* of the scheduler's nodes */
    float load;        /* times the scheduler's */
    float patience;    /* waiting jobs for each running one above which users turn away */
    int slo_s;
    int min_nodes; /* a smaller scheduler has no such queue */
};
extern const struct queue_plan catalogue_queues[];
extern const size_t catalogue_queue_count;

extern const char *const catalogue_users[CATALOGUE_USERS];
extern const char *const catalogue_accounts[CATALOGUE_ACCOUNTS];

struct trouble { /* why a node is out of service */
    const char *reason;
    const char *by;
    bool numbered; /* the reason ends with a number */
    bool down;     /* else drained */
    bool accels;   /* only on nodes with accelerators */
};
extern const struct trouble catalogue_troubles[];
extern const size_t catalogue_trouble_count;

/* Arrivals by the hour of the day (UTC+8) in percent of the mean, by class. */
extern const uint8_t catalogue_day[CLASS_COUNT][24];

/* Whether it promises a delay that only a place near its users can keep. */
bool catalogue_is_near(const struct work *w);

/* Compute of one accelerator of that kind, PFLOPS at FP16, dense; 0: not known here. */
double catalogue_pflops(const char *accel_kind);

const char *catalogue_compute_word(enum compute c);
/* The kind of compute of that word; general without one. */
enum compute catalogue_compute(const char *word);

#endif
