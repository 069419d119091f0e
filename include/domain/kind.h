#ifndef HUBTOP_DOMAIN_KIND_H
#define HUBTOP_DOMAIN_KIND_H

#include <stdbool.h>
#include <stddef.h>

#include "domain/value.h"

/* The nouns. A kind's fields are a table: the store, `get`, filters, sorting and JSON are made from it. The numbers are
 * stored: only append, here and in the field lists. */
enum kind {
    KIND_NONE,
    KIND_HUB,
    KIND_CLUSTER,
    KIND_SITE,
    KIND_SCHEDULER,
    KIND_NODE,
    KIND_QUEUE,
    KIND_JOB,
    KIND_USER,
    KIND_RESERVATION,
    KIND_CHANGE,
    KIND_SOURCE,
    KIND_LINK,
    KIND_PAIR,
    KIND_HALL,
    KIND_RACK,
    KIND_PLACE,
    KIND_COUNT,
};

enum field_flags {
    FIELD_SAMPLED = 1, /* changes always: kept as a sample in a series, not as a version of the row */
    FIELD_HIDDEN = 2,  /* not in `get`'s items: bookkeeping */
    FIELD_STATE = 4,   /* its text is a state word of formats.md */
    FIELD_REF_SCHEDULER = 8,
};

struct field {
    const char *name; /* the key of interfaces.md, with its unit */
    enum value_type type;
    unsigned flags;
    const char *help;
};

struct kind_info {
    const char *name;     /* "jobs": what `get` and configuration say */
    const char *singular; /* "job" */
    const struct field *fields;
    size_t field_count;
    /* Of kinds that are joined from what several sources tell (domain/join.h): three fields in this order, told_by,
     * sources, differs. 0: the kind is not joined. */
    int told_by;
};

enum { KIND_FIELDS_MAX = 48 };

enum hub_field {
    HUB_NAME,
    HUB_NAME_ZH,
    HUB_LON,
    HUB_LAT,
    HUB_SIDE,
    HUB_STATE,
    HUB_CLUSTERS,
    HUB_JOBS_RUNNING,
    HUB_JOBS_WAITING,
    HUB_ACCELS_TOTAL,
    HUB_ACCELS_FREE,
    HUB_TOLD_BY,
    HUB_SOURCES,
    HUB_DIFFERS
};
enum cluster_field {
    CLUSTER_HUB,
    CLUSTER_NAME,
    CLUSTER_NAME_ZH,
    CLUSTER_LON,
    CLUSTER_LAT,
    CLUSTER_KINDS,
    CLUSTER_PFLOPS,
    CLUSTER_PFLOPS_PRECISION,
    CLUSTER_STATE,
    CLUSTER_RACKS_TOTAL,
    CLUSTER_RACKS_USED,
    CLUSTER_RACKS_OCCUPIED_PCT,
    CLUSTER_POWER_KW,
    CLUSTER_POWER_CAP_KW,
    CLUSTER_PUE,
    CLUSTER_PUE_LIMIT,
    CLUSTER_PRICE_CNY_KWH,
    CLUSTER_GREEN_PCT,
    CLUSTER_NODES_TOTAL,
    CLUSTER_NODES_DOWN,
    CLUSTER_CPUS_TOTAL,
    CLUSTER_CPUS_FREE,
    CLUSTER_ACCELS_TOTAL,
    CLUSTER_ACCELS_FREE,
    CLUSTER_STORAGE_TB_TOTAL,
    CLUSTER_STORAGE_TB_FREE,
    CLUSTER_JOBS_RUNNING,
    CLUSTER_JOBS_WAITING,
    CLUSTER_TOLD_BY,
    CLUSTER_SOURCES,
    CLUSTER_DIFFERS
};
enum site_field {
    SITE_CLUSTER,
    SITE_AREA,
    SITE_NAME,
    SITE_OPERATOR,
    SITE_PHASE,
    SITE_MEMBERSHIP,
    SITE_SECURITY_LEVEL,
    SITE_TRUSTED_SPACES,
    SITE_PRIVACY_COMPUTING,
    SITE_RACKS_TOTAL,
    SITE_RACKS_USED,
    SITE_TOLD_BY,
    SITE_SOURCES,
    SITE_DIFFERS
};
enum scheduler_field {
    SCHEDULER_CLUSTER,
    SCHEDULER_SITE,
    SCHEDULER_DRIVER,
    SCHEDULER_NAME,
    SCHEDULER_VERSION,
    SCHEDULER_STATE,
    SCHEDULER_JOBS_RUNNING,
    SCHEDULER_JOBS_WAITING,
    SCHEDULER_NODES_TOTAL,
    SCHEDULER_NODES_DOWN,
    SCHEDULER_CPUS_TOTAL,
    SCHEDULER_CPUS_FREE,
    SCHEDULER_ACCELS_TOTAL,
    SCHEDULER_ACCELS_FREE,
    SCHEDULER_TOLD_BY,
    SCHEDULER_SOURCES,
    SCHEDULER_DIFFERS
};
enum node_field {
    NODE_SCHEDULER,
    NODE_CLUSTER,
    NODE_RACK,
    NODE_NAME,
    NODE_STATE,
    NODE_STATE_RAW,
    NODE_REASON,
    NODE_REASON_BY,
    NODE_REASON_AT,
    NODE_PARTITIONS,
    NODE_CPUS_TOTAL,
    NODE_CPUS_FREE,
    NODE_ACCEL_KIND,
    NODE_ACCELS_TOTAL,
    NODE_ACCELS_FREE,
    NODE_MEMORY_MB,
    NODE_BOOT_AT,
    NODE_JOBS
};
enum queue_field {
    QUEUE_SCHEDULER,
    QUEUE_CLUSTER,
    QUEUE_NAME,
    QUEUE_KIND,
    QUEUE_STATE,
    QUEUE_RUNNING,
    QUEUE_WAITING,
    QUEUE_WAIT_P50_S,
    QUEUE_WAIT_P95_S,
    QUEUE_SLO_S,
    QUEUE_ARRIVALS_PER_MIN,
    QUEUE_DEPARTURES_PER_MIN,
    QUEUE_OLDEST_S,
    QUEUE_ACCELS_ASKED,
    QUEUE_NODES_TOTAL,
    QUEUE_CPUS_TOTAL
};
enum job_field {
    JOB_SCHEDULER,
    JOB_CLUSTER,
    JOB_QUEUE,
    JOB_NAME,
    JOB_USER,
    JOB_ACCOUNT,
    JOB_QOS,
    JOB_TENANT,
    JOB_STATE,
    JOB_STATE_RAW,
    JOB_REASON,
    JOB_SUBMITTED_AT,
    JOB_STARTED_AT,
    JOB_ENDED_AT,
    JOB_STARTS_ESTIMATE_AT,
    JOB_WAITED_S,
    JOB_TASKS,
    JOB_NODES,
    JOB_NODE_LIST,
    JOB_CPUS,
    JOB_ACCELS,
    JOB_ACCEL_KIND,
    JOB_MEMORY_MB,
    JOB_PRIORITY,
    JOB_TIME_LIMIT_S,
    JOB_EXIT_CODE,
    JOB_DEPENDENCY,
    JOB_RESERVATION,
    JOB_COMMAND,
    JOB_WORK_DIR,
    JOB_STDOUT,
    JOB_STDERR,
    JOB_LATENCY_MS_MAX,
    JOB_MOVABLE,
    JOB_WHY,
    JOB_COULD_RUN_AT,
    JOB_RESTARTS,
    JOB_ELIGIBLE_AT
};
enum user_field {
    USER_NAME,
    USER_ACCOUNT,
    USER_TENANT,
    USER_SCHEDULERS,
    USER_JOBS_RUNNING,
    USER_JOBS_WAITING,
    USER_ACCELS,
    USER_CONTACT
};
enum reservation_field {
    RESERVATION_SCHEDULER,
    RESERVATION_CLUSTER,
    RESERVATION_NAME,
    RESERVATION_PURPOSE,
    RESERVATION_NODES,
    RESERVATION_USERS,
    RESERVATION_ACCOUNTS,
    RESERVATION_KIND,
    RESERVATION_AMOUNT,
    RESERVATION_UNIT,
    RESERVATION_STARTS_AT,
    RESERVATION_ENDS_AT
};
enum change_field { CHANGE_AT, CHANGE_KIND, CHANGE_WHERE, CHANGE_WHAT, CHANGE_BY };
enum source_field {
    SOURCE_DRIVER,
    SOURCE_URL,
    SOURCE_STATE,
    SOURCE_LAST_OK_AT,
    SOURCE_LAST_ERROR,
    SOURCE_INTERVAL_S,
    SOURCE_REQUESTS,
    SOURCE_BYTES,
    SOURCE_SKEW_S,
    SOURCE_ROWS,
    SOURCE_LAST_MS,
    SOURCE_BAD_BYTES,
    SOURCE_BODIES_DROPPED,
    SOURCE_ERRORS,
    SOURCE_LAST_ERROR_AT,
    SOURCE_VERSION
};

enum link_field {
    LINK_FROM,
    LINK_TO,
    LINK_TIER,
    LINK_STATE,
    LINK_PATHS,
    LINK_PATHS_LIT,
    LINK_CAPACITY_GBPS,
    LINK_RTT_MS,
    LINK_ONE_WAY_MS,
    LINK_ONE_WAY_BASIS,
    LINK_BASELINE_MS,
    LINK_PHYSICAL_MIN_MS,
    LINK_JITTER_MS,
    LINK_LOSS_PCT,
    LINK_USED_PCT,
    LINK_RING_CONTRACT_MS,
    LINK_RING_MEASURED_MS,
    LINK_DETERMINISTIC,
    LINK_PUBLISHED_ONE_WAY_MS,
    LINK_ONE_WAY_P95_MS,
    LINK_SEVERITY,
    LINK_WHY,
    LINK_SINCE,
    LINK_TOLD_BY,
    LINK_SOURCES,
    LINK_DIFFERS,
    LINK_REASONS,
    LINK_TREND
};
enum pair_field {
    PAIR_FROM,
    PAIR_TO,
    PAIR_AGREED,
    PAIR_USED,
    PAIR_UNIT,
    PAIR_LINK,
    PAIR_UNTIL,
    PAIR_TOLD_BY,
    PAIR_SOURCES,
    PAIR_DIFFERS
};
enum hall_field {
    HALL_CLUSTER,
    HALL_SITE,
    HALL_NAME,
    HALL_RACKS_TOTAL,
    HALL_RACKS_USED,
    HALL_POWER_KW,
    HALL_POWER_CAP_KW,
    HALL_INLET_C_MAX,
    HALL_TOLD_BY,
    HALL_SOURCES,
    HALL_DIFFERS
};
enum rack_field {
    RACK_CLUSTER,
    RACK_HALL,
    RACK_ROW,
    RACK_POSITION,
    RACK_UNITS_TOTAL,
    RACK_UNITS_USED,
    RACK_POWER_KW,
    RACK_POWER_CAP_KW,
    RACK_INLET_C,
    RACK_STATE,
    RACK_TENANT,
    RACK_JOBS,
    RACK_SITE,
    RACK_NAME,
    RACK_NODES_TOTAL,
    RACK_NODES_DOWN,
    RACK_CPUS_TOTAL,
    RACK_CPUS_FREE,
    RACK_TOLD_BY,
    RACK_SOURCES,
    RACK_DIFFERS
};

enum place_field { PLACE_NAME, PLACE_NAME_ZH, PLACE_LON, PLACE_LAT, PLACE_TOLD_BY, PLACE_SOURCES, PLACE_DIFFERS };

const struct kind_info *kind_info(enum kind kind);
/* The kind of that name ("jobs" or "job"), or KIND_NONE. */
enum kind kind_by_name(const char *name);
/* The index of a kind's field by its name, or -1. */
int kind_field(enum kind kind, const char *name);

#endif
