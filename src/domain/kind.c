#include "domain/kind_private.h"

#include <string.h>

#define COUNT(a) (sizeof(a) / sizeof(a)[0])

static const struct field hub_fields[] = {
    [HUB_NAME] = {"name", VALUE_TEXT, 0, "its name in English"},
    [HUB_NAME_ZH] = {"name_zh", VALUE_TEXT, 0, "its name in Chinese"},
    [HUB_LON] = {"lon", VALUE_REAL, 0, "degrees east of Greenwich"},
    [HUB_LAT] = {"lat", VALUE_REAL, 0, "degrees north of the equator"},
    [HUB_SIDE] = {"side", VALUE_TEXT, 0, "east, middle or west"},
    [HUB_STATE] = {"state", VALUE_TEXT, FIELD_STATE, "up or down, as its source says"},
    [HUB_CLUSTERS] = {"clusters", VALUE_INT, 0, "data-centre clusters that belong to it"},
    [HUB_JOBS_RUNNING] = {"jobs_running", VALUE_INT, FIELD_SAMPLED,
                          "running, suspended and finishing jobs of its clusters"},
    [HUB_JOBS_WAITING] = {"jobs_waiting", VALUE_INT, FIELD_SAMPLED, "waiting and held jobs of its clusters"},
    [HUB_ACCELS_TOTAL] = {"accels_total", VALUE_INT, 0, "accelerators of its clusters"},
    [HUB_ACCELS_FREE] = {"accels_free", VALUE_INT, FIELD_SAMPLED, "free accelerators on nodes that are up"},
    [HUB_TOLD_BY] = {"told_by", VALUE_TEXT, FIELD_HIDDEN, "the source whose age is the row's"},
    [HUB_SOURCES] = {"sources", VALUE_LIST, 0, "who told what, where it was not the row's source: FIELD=SOURCE"},
    [HUB_DIFFERS] = {"differs", VALUE_LIST, 0, "what another source says otherwise: SOURCE: FIELD VALUE"},
};
_Static_assert(COUNT(hub_fields) == HUB_DIFFERS + 1, "one line a field of hubs");

static const struct field cluster_fields[] = {
    [CLUSTER_HUB] = {"hub", VALUE_TEXT, 0, "the hub that it belongs to, or 'unassigned'"},
    [CLUSTER_NAME] = {"name", VALUE_TEXT, 0, "its name in English"},
    [CLUSTER_NAME_ZH] = {"name_zh", VALUE_TEXT, 0, "its name in Chinese"},
    [CLUSTER_LON] = {"lon", VALUE_REAL, 0, "degrees east of Greenwich"},
    [CLUSTER_LAT] = {"lat", VALUE_REAL, 0, "degrees north of the equator"},
    [CLUSTER_KINDS] = {"kinds", VALUE_LIST, 0, "kinds of compute: general, intelligent, super"},
    [CLUSTER_PFLOPS] = {"pflops", VALUE_REAL, 0, "compute capacity in PFLOPS at the precision beside it"},
    [CLUSTER_PFLOPS_PRECISION] = {"pflops_precision", VALUE_TEXT, 0, "the precision of pflops: FP16, FP32 or FP64"},
    [CLUSTER_STATE] = {"state", VALUE_TEXT, FIELD_STATE, "up or down, as its source says"},
    [CLUSTER_RACKS_TOTAL] = {"racks_total", VALUE_INT, 0, "standard racks (2.5 kW)"},
    [CLUSTER_RACKS_USED] = {"racks_used", VALUE_INT, 0, "standard racks that are installed and powered"},
    [CLUSTER_RACKS_OCCUPIED_PCT] = {"racks_occupied_pct", VALUE_REAL, 0, "share of standard racks in use, in percent"},
    [CLUSTER_POWER_KW] = {"power_kw", VALUE_REAL, FIELD_SAMPLED, "power that it draws now, in kW"},
    [CLUSTER_POWER_CAP_KW] = {"power_cap_kw", VALUE_REAL, 0, "power that it may draw, in kW"},
    [CLUSTER_PUE] = {"pue", VALUE_REAL, FIELD_SAMPLED, "power usage effectiveness as reported"},
    [CLUSTER_PUE_LIMIT] = {"pue_limit", VALUE_REAL, 0, "the limit of its annual mean PUE"},
    [CLUSTER_PRICE_CNY_KWH] = {"price_cny_kwh", VALUE_REAL, 0, "electricity price in CNY per kWh"},
    [CLUSTER_GREEN_PCT] = {"green_pct", VALUE_REAL, 0, "share of green electricity in percent"},
    [CLUSTER_NODES_TOTAL] = {"nodes_total", VALUE_INT, 0, "compute nodes"},
    [CLUSTER_NODES_DOWN] = {"nodes_down", VALUE_INT, FIELD_SAMPLED,
                            "nodes that take no work: down, drained or draining"},
    [CLUSTER_CPUS_TOTAL] = {"cpus_total", VALUE_INT, 0, "CPUs of all nodes"},
    [CLUSTER_CPUS_FREE] = {"cpus_free", VALUE_INT, FIELD_SAMPLED, "free CPUs on nodes that are up"},
    [CLUSTER_ACCELS_TOTAL] = {"accels_total", VALUE_INT, 0, "accelerators of all nodes"},
    [CLUSTER_ACCELS_FREE] = {"accels_free", VALUE_INT, FIELD_SAMPLED, "free accelerators on nodes that are up"},
    [CLUSTER_STORAGE_TB_TOTAL] = {"storage_tb_total", VALUE_REAL, 0, "storage capacity in TB"},
    [CLUSTER_STORAGE_TB_FREE] = {"storage_tb_free", VALUE_REAL, FIELD_SAMPLED, "free storage in TB"},
    [CLUSTER_JOBS_RUNNING] = {"jobs_running", VALUE_INT, FIELD_SAMPLED, "running, suspended and finishing jobs"},
    [CLUSTER_JOBS_WAITING] = {"jobs_waiting", VALUE_INT, FIELD_SAMPLED, "waiting and held jobs"},
    [CLUSTER_TOLD_BY] = {"told_by", VALUE_TEXT, FIELD_HIDDEN, "the source whose age is the row's"},
    [CLUSTER_SOURCES] = {"sources", VALUE_LIST, 0, "who told what, where it was not the row's source: FIELD=SOURCE"},
    [CLUSTER_DIFFERS] = {"differs", VALUE_LIST, 0, "what another source says otherwise: SOURCE: FIELD VALUE"},
    [CLUSTER_ACCELS_BUSY_PCT] = {"accels_busy_pct", VALUE_REAL, FIELD_SAMPLED,
                                 "how busy its accelerators really are, in percent"},
    [CLUSTER_SIDE] = {"side", VALUE_TEXT, 0, "east, middle or west"},
};
_Static_assert(COUNT(cluster_fields) == CLUSTER_SIDE + 1, "one line a field of clusters");

static const struct field site_fields[] = {
    [SITE_CLUSTER] = {"cluster", VALUE_TEXT, 0, "the cluster that it lies in"},
    [SITE_AREA] = {"area", VALUE_TEXT, 0, "the area of the cluster"},
    [SITE_NAME] = {"name", VALUE_TEXT, 0, "its name"},
    [SITE_OPERATOR] = {"operator", VALUE_TEXT, 0, "who operates it"},
    [SITE_PHASE] = {"phase", VALUE_TEXT, FIELD_STATE, "planned, building, operating, closing or closed"},
    [SITE_MEMBERSHIP] = {"membership", VALUE_TEXT, FIELD_STATE, "applied, testing, connected or suspended"},
    [SITE_SECURITY_LEVEL] = {"security_level", VALUE_INT, 0, "its security protection level, 1 to 5"},
    [SITE_TRUSTED_SPACES] = {"trusted_spaces", VALUE_LIST, 0, "trusted data spaces that it belongs to"},
    [SITE_PRIVACY_COMPUTING] = {"privacy_computing", VALUE_BOOL, 0, "whether it offers privacy computing"},
    [SITE_RACKS_TOTAL] = {"racks_total", VALUE_INT, 0, "standard racks (2.5 kW)"},
    [SITE_RACKS_USED] = {"racks_used", VALUE_INT, 0, "standard racks that are installed and powered"},
    [SITE_TOLD_BY] = {"told_by", VALUE_TEXT, FIELD_HIDDEN, "the source whose age is the row's"},
    [SITE_SOURCES] = {"sources", VALUE_LIST, 0, "who told what, where it was not the row's source: FIELD=SOURCE"},
    [SITE_DIFFERS] = {"differs", VALUE_LIST, 0, "what another source says otherwise: SOURCE: FIELD VALUE"},
};
_Static_assert(COUNT(site_fields) == SITE_DIFFERS + 1, "one line a field of sites");

static const struct field scheduler_fields[] = {
    [SCHEDULER_CLUSTER] = {"cluster", VALUE_TEXT, 0, "the cluster that it lies in; its own id without a fleet file"},
    [SCHEDULER_SITE] = {"site", VALUE_TEXT, 0, "the site that it lies in"},
    [SCHEDULER_DRIVER] = {"driver", VALUE_TEXT, 0, "the driver that reads it"},
    [SCHEDULER_NAME] = {"name", VALUE_TEXT, 0, "its own name for itself"},
    [SCHEDULER_VERSION] = {"version", VALUE_TEXT, 0, "its software's version"},
    [SCHEDULER_STATE] = {"state", VALUE_TEXT, FIELD_STATE, "up or down"},
    [SCHEDULER_JOBS_RUNNING] = {"jobs_running", VALUE_INT, FIELD_SAMPLED, "running, suspended and finishing jobs"},
    [SCHEDULER_JOBS_WAITING] = {"jobs_waiting", VALUE_INT, FIELD_SAMPLED, "waiting and held jobs"},
    [SCHEDULER_NODES_TOTAL] = {"nodes_total", VALUE_INT, 0, "compute nodes"},
    [SCHEDULER_NODES_DOWN] = {"nodes_down", VALUE_INT, FIELD_SAMPLED,
                              "nodes that take no work: down, drained or draining"},
    [SCHEDULER_CPUS_TOTAL] = {"cpus_total", VALUE_INT, 0, "CPUs of all nodes"},
    [SCHEDULER_CPUS_FREE] = {"cpus_free", VALUE_INT, FIELD_SAMPLED, "free CPUs on nodes that are up"},
    [SCHEDULER_ACCELS_TOTAL] = {"accels_total", VALUE_INT, 0, "accelerators of all nodes"},
    [SCHEDULER_ACCELS_FREE] = {"accels_free", VALUE_INT, FIELD_SAMPLED, "free accelerators on nodes that are up"},
    [SCHEDULER_TOLD_BY] = {"told_by", VALUE_TEXT, FIELD_HIDDEN, "the source whose age is the row's"},
    [SCHEDULER_SOURCES] = {"sources", VALUE_LIST, 0, "who told what, where it was not the row's source: FIELD=SOURCE"},
    [SCHEDULER_DIFFERS] = {"differs", VALUE_LIST, 0, "what another source says otherwise: SOURCE: FIELD VALUE"},
    [SCHEDULER_HIDDEN] = {"hidden", VALUE_LIST, 0,
                          "what it does not show to the user whose token is used: jobs, nodes …"},
    [SCHEDULER_FEDERATION] = {"federation", VALUE_TEXT, 0, "the federation that it belongs to"},
    [SCHEDULER_API] = {"api", VALUE_TEXT, 0, "the version of the interface that is spoken with it"},
    [SCHEDULER_NODES_PLANNED] = {"nodes_planned", VALUE_INT, FIELD_SAMPLED,
                                 "those of nodes_down that are out for maintenance"},
    [SCHEDULER_COMPATIBLE] =
        {"compatible", VALUE_LIST, FIELD_HIDDEN,
         "schedulers that its jobs may move to, with what they share: ID=users,filesystems,software"},
};
_Static_assert(COUNT(scheduler_fields) == SCHEDULER_COMPATIBLE + 1, "one line a field of schedulers");

static const struct field node_fields[] = {
    [NODE_SCHEDULER] = {"scheduler", VALUE_TEXT, FIELD_REF_SCHEDULER, "the scheduler that it belongs to"},
    [NODE_CLUSTER] = {"cluster", VALUE_TEXT, 0, "the cluster that it stands in"},
    [NODE_RACK] = {"rack", VALUE_TEXT, 0, "the rack that it stands in, by its id"},
    [NODE_NAME] = {"name", VALUE_TEXT, 0, "its name"},
    [NODE_STATE] = {"state", VALUE_TEXT, FIELD_STATE, "up, idle, draining, drained, down or unknown"},
    [NODE_STATE_RAW] = {"state_raw", VALUE_TEXT, 0, "the scheduler's own word for its state"},
    [NODE_REASON] = {"reason", VALUE_TEXT, 0, "why it is down or drained, as somebody wrote it"},
    [NODE_REASON_BY] = {"reason_by", VALUE_TEXT, 0, "who wrote the reason"},
    [NODE_REASON_AT] = {"reason_at", VALUE_TIME, 0, "when the reason was written"},
    [NODE_PARTITIONS] = {"partitions", VALUE_LIST, 0, "the queues (partitions) that it serves"},
    [NODE_CPUS_TOTAL] = {"cpus_total", VALUE_INT, 0, "its CPUs"},
    [NODE_CPUS_FREE] = {"cpus_free", VALUE_INT, 0, "CPUs that no job has"},
    [NODE_ACCEL_KIND] = {"accel_kind", VALUE_TEXT, 0, "the kind of its accelerators"},
    [NODE_ACCELS_TOTAL] = {"accels_total", VALUE_INT, 0, "its accelerators"},
    [NODE_ACCELS_FREE] = {"accels_free", VALUE_INT, 0, "accelerators that no job has"},
    [NODE_MEMORY_MB] = {"memory_mb", VALUE_INT, 0, "its memory in MB"},
    [NODE_BOOT_AT] = {"boot_at", VALUE_TIME, 0, "when it booted"},
    [NODE_JOBS] = {"jobs", VALUE_INT, 0, "jobs that run on it"},
    [NODE_SUPERNODE] = {"supernode", VALUE_TEXT, 0,
                        "the super-node that it is a part of: nodes whose accelerators are one unit"},
};
_Static_assert(COUNT(node_fields) == NODE_SUPERNODE + 1, "one line a field of nodes");

static const struct field queue_fields[] = {
    [QUEUE_SCHEDULER] = {"scheduler", VALUE_TEXT, FIELD_REF_SCHEDULER, "the scheduler that it belongs to"},
    [QUEUE_CLUSTER] = {"cluster", VALUE_TEXT, 0, "the cluster that it lies in"},
    [QUEUE_NAME] = {"name", VALUE_TEXT, 0, "its name"},
    [QUEUE_KIND] = {"kind", VALUE_TEXT, 0, "its kind of compute: general, intelligent or super"},
    [QUEUE_STATE] = {"state", VALUE_TEXT, FIELD_STATE, "whether it takes and starts work, as the scheduler says"},
    [QUEUE_RUNNING] = {"running", VALUE_INT, FIELD_SAMPLED, "running, suspended and finishing jobs"},
    [QUEUE_WAITING] = {"waiting", VALUE_INT, FIELD_SAMPLED, "all pending jobs: waiting and held"},
    [QUEUE_WAIT_P50_S] = {"wait_p50_s", VALUE_REAL, FIELD_SAMPLED, "median wait of the jobs that wait now, in seconds"},
    [QUEUE_WAIT_P95_S] = {"wait_p95_s", VALUE_REAL, FIELD_SAMPLED,
                          "95th percentile of the waits of the jobs that wait now, in seconds"},
    [QUEUE_SLO_S] = {"slo_s", VALUE_INT, 0, "the wait that it promises, in seconds"},
    [QUEUE_ARRIVALS_PER_MIN] = {"arrivals_per_min", VALUE_REAL, FIELD_SAMPLED,
                                "jobs submitted per minute in the last 10 minutes"},
    [QUEUE_DEPARTURES_PER_MIN] = {"departures_per_min", VALUE_REAL, FIELD_SAMPLED,
                                  "jobs started per minute in the last 10 minutes"},
    [QUEUE_OLDEST_S] = {"oldest_s", VALUE_REAL, FIELD_SAMPLED, "how long its oldest pending job waits, in seconds"},
    [QUEUE_ACCELS_ASKED] = {"accels_asked", VALUE_INT, FIELD_SAMPLED, "accelerators that its pending jobs ask for"},
    [QUEUE_NODES_TOTAL] = {"nodes_total", VALUE_INT, 0, "nodes that serve it"},
    [QUEUE_CPUS_TOTAL] = {"cpus_total", VALUE_INT, 0, "CPUs of these nodes"},
    [QUEUE_INNER_OLDEST_S] = {"inner_oldest_s", VALUE_INT, 0,
                              "wait of the oldest job that is bound to an inner ring (1, 3 or 5 ms)"},
    [QUEUE_DEADLINE_FIRST_AT] = {"deadline_first_at", VALUE_TIME, 0,
                                 "the first deadline of those jobs, as they say it"},
    [QUEUE_WAITS] = {"waits", VALUE_LIST, 0, "why its pending jobs wait, in a word, and how many: REASON:JOBS"},
    [QUEUE_RINGS] = {"rings", VALUE_LIST, 0, "its pending jobs by the one-way ms that they allow: RING:JOBS"},
    [QUEUE_CPUS_ASKED] = {"cpus_asked", VALUE_INT, FIELD_SAMPLED, "CPUs that its pending jobs ask for"},
};
_Static_assert(COUNT(queue_fields) == QUEUE_CPUS_ASKED + 1, "one line a field of queues");

static const struct field job_fields[] = {
    [JOB_SCHEDULER] = {"scheduler", VALUE_TEXT, FIELD_REF_SCHEDULER, "the scheduler that has it"},
    [JOB_CLUSTER] = {"cluster", VALUE_TEXT, 0, "the cluster of its scheduler"},
    [JOB_QUEUE] = {"queue", VALUE_TEXT, 0, "the queue (partition) that it is in"},
    [JOB_NAME] = {"name", VALUE_TEXT, 0, "its name"},
    [JOB_USER] = {"user", VALUE_TEXT, 0, "whose it is"},
    [JOB_ACCOUNT] = {"account", VALUE_TEXT, 0, "the account that pays for it"},
    [JOB_QOS] = {"qos", VALUE_TEXT, 0, "its quality of service"},
    [JOB_TENANT] = {"tenant", VALUE_TEXT, 0, "the tenant of its account"},
    [JOB_STATE] =
        {"state", VALUE_TEXT, FIELD_STATE,
         "waiting, held, running, suspended, finishing, done, failed, cancelled, timeout, preempted or unknown"},
    [JOB_STATE_RAW] = {"state_raw", VALUE_TEXT, 0, "the scheduler's own word for its state"},
    [JOB_REASON] = {"reason", VALUE_TEXT, 0, "why it waits, in the scheduler's words"},
    [JOB_SUBMITTED_AT] = {"submitted_at", VALUE_TIME, 0, "when it was submitted"},
    [JOB_STARTED_AT] = {"started_at", VALUE_TIME, 0, "when it started"},
    [JOB_ENDED_AT] = {"ended_at", VALUE_TIME, 0, "when it ended"},
    [JOB_STARTS_ESTIMATE_AT] = {"starts_estimate_at", VALUE_TIME, 0, "when the scheduler thinks that it will start"},
    [JOB_WAITED_S] = {"waited_s", VALUE_INT, 0, "how long it waits, or waited before it started, in seconds"},
    [JOB_TASKS] = {"tasks", VALUE_INT, 0, "tasks of a waiting array; 1 for other jobs"},
    [JOB_NODES] = {"nodes", VALUE_INT, 0, "nodes that it has or asks for"},
    [JOB_NODE_LIST] = {"node_list", VALUE_TEXT, 0, "the nodes that it has, as the scheduler writes them"},
    [JOB_CPUS] = {"cpus", VALUE_INT, 0, "CPUs that it has or asks for"},
    [JOB_ACCELS] = {"accels", VALUE_INT, 0, "accelerators that it has or asks for"},
    [JOB_ACCEL_KIND] = {"accel_kind", VALUE_TEXT, 0, "the kind of accelerator"},
    [JOB_MEMORY_MB] = {"memory_mb", VALUE_INT, 0, "memory that it has or asks for, in MB"},
    [JOB_PRIORITY] = {"priority", VALUE_INT, 0, "its priority; higher is sooner"},
    [JOB_TIME_LIMIT_S] = {"time_limit_s", VALUE_INT, 0, "how long it may run, in seconds"},
    [JOB_EXIT_CODE] = {"exit_code", VALUE_INT, 0, "its exit code"},
    [JOB_DEPENDENCY] = {"dependency", VALUE_TEXT, 0, "what it waits for, in the scheduler's words"},
    [JOB_RESERVATION] = {"reservation", VALUE_TEXT, 0, "the reservation that it runs in"},
    [JOB_COMMAND] = {"command", VALUE_TEXT, 0, "its command"},
    [JOB_WORK_DIR] = {"work_dir", VALUE_TEXT, 0, "its working directory"},
    [JOB_STDOUT] = {"stdout", VALUE_TEXT, 0, "the file of its output"},
    [JOB_STDERR] = {"stderr", VALUE_TEXT, 0, "the file of its errors"},
    [JOB_LATENCY_MS_MAX] = {"latency_ms_max", VALUE_REAL, 0, "the one-way delay that it allows at most, in ms"},
    [JOB_MOVABLE] = {"movable", VALUE_BOOL, 0, "whether it may run on another scheduler"},
    [JOB_WHY] = {"why", VALUE_TEXT, 0, "why it waits, as hubtop sees it"},
    [JOB_COULD_RUN_AT] = {"could_run_at", VALUE_LIST, 0, "schedulers where it could run at once"},
    [JOB_RESTARTS] = {"restarts", VALUE_INT, 0, "how often it was requeued"},
    [JOB_ELIGIBLE_AT] = {"eligible_at", VALUE_TIME, 0, "when it became free to start"},
    [JOB_HET] = {"het", VALUE_TEXT, 0, "the heterogeneous job that it is a part of: ID+OFFSET"},
    [JOB_SIBLINGS] = {"siblings", VALUE_LIST, 0, "the schedulers of its federation where it may also start"},
    [JOB_LICENSES] = {"licenses", VALUE_LIST, 0, "licences that it needs: NAME:COUNT"},
    [JOB_DEADLINE_AT] = {"deadline_at", VALUE_TIME, 0, "by when it must have ended, where somebody says so"},
    [JOB_DATA_GB] = {"data_gb", VALUE_REAL, 0, "data that must be where it runs, in GB"},
    [JOB_CHECKPOINT_AT] = {"checkpoint_at", VALUE_TIME, 0, "when it last proved that it can go on from a checkpoint"},
    [JOB_COMMENT] = {"comment", VALUE_TEXT, 0, "what its user wrote of it"},
    [JOB_MOVABLE_BY] = {"movable_by", VALUE_TEXT, 0, "what in hubtop's configuration says whether it may move"},
    [JOB_RESIDENCY] = {"residency", VALUE_LIST, 0,
                       "hubs, clusters or sites that its data must not leave; unknown: what its tenant's say"},
    [JOB_SUPERNODE] = {"supernode", VALUE_BOOL, 0, "whether all of it must lie in one super-node"},
};
_Static_assert(COUNT(job_fields) == JOB_SUPERNODE + 1, "one line a field of jobs");

static const struct field user_fields[] = {
    [USER_NAME] = {"name", VALUE_TEXT, 0, "the user's name"},
    [USER_ACCOUNT] = {"account", VALUE_TEXT, 0, "the account"},
    [USER_TENANT] = {"tenant", VALUE_TEXT, 0, "the tenant of the account"},
    [USER_SCHEDULERS] = {"schedulers", VALUE_LIST, 0, "the schedulers where the user has jobs"},
    [USER_JOBS_RUNNING] = {"jobs_running", VALUE_INT, FIELD_SAMPLED, "running, suspended and finishing jobs"},
    [USER_JOBS_WAITING] = {"jobs_waiting", VALUE_INT, FIELD_SAMPLED, "waiting and held jobs"},
    [USER_ACCELS] = {"accels", VALUE_INT, FIELD_SAMPLED, "accelerators that running jobs have"},
    [USER_CONTACT] = {"contact", VALUE_TEXT, 0, "how to reach the user"},
    [USER_FAIRSHARE] = {"fairshare", VALUE_REAL, FIELD_SAMPLED, "the fair-share factor, 0 (has used too much) to 1"},
    [USER_ADMIN] = {"admin", VALUE_TEXT, 0, "what the user may do to the scheduler: none, operator or administrator"},
    [USER_COORDINATES] = {"coordinates", VALUE_LIST, 0, "accounts that the user administers"},
};
_Static_assert(COUNT(user_fields) == USER_COORDINATES + 1, "one line a field of users");

static const struct field reservation_fields[] = {
    [RESERVATION_SCHEDULER] = {"scheduler", VALUE_TEXT, FIELD_REF_SCHEDULER, "the scheduler that has it"},
    [RESERVATION_CLUSTER] = {"cluster", VALUE_TEXT, 0, "the cluster of its scheduler"},
    [RESERVATION_NAME] = {"name", VALUE_TEXT, 0, "its name"},
    [RESERVATION_PURPOSE] = {"purpose", VALUE_TEXT, 0, "what it is for: maintenance, disaster recovery, a project"},
    [RESERVATION_NODES] = {"nodes", VALUE_TEXT, 0, "its nodes, as the scheduler writes them"},
    [RESERVATION_USERS] = {"users", VALUE_LIST, 0, "who may use it"},
    [RESERVATION_ACCOUNTS] = {"accounts", VALUE_LIST, 0, "accounts that may use it"},
    [RESERVATION_KIND] = {"kind", VALUE_TEXT, 0, "the kind of compute that it keeps"},
    [RESERVATION_AMOUNT] = {"amount", VALUE_REAL, 0, "how much it keeps, in the unit beside it"},
    [RESERVATION_UNIT] = {"unit", VALUE_TEXT, 0, "the unit of the amount"},
    [RESERVATION_STARTS_AT] = {"starts_at", VALUE_TIME, 0, "when it begins"},
    [RESERVATION_ENDS_AT] = {"ends_at", VALUE_TIME, 0, "when it ends"},
    [RESERVATION_STATE] = {"state", VALUE_TEXT, 0, "planned, standby (kept free), active or over"},
    [RESERVATION_FLAGS] = {"flags", VALUE_LIST, 0, "how it behaves, in its scheduler's words"},
    [RESERVATION_QUEUE] = {"queue", VALUE_TEXT, 0, "the queue that it lies in"},
    [RESERVATION_TENANT] = {"tenant", VALUE_TEXT, 0, "whom it is kept for"},
    [RESERVATION_ACTIVATED_AT] = {"activated_at", VALUE_TIME, 0, "when a disaster-recovery reservation was put to use"},
    [RESERVATION_RPO_S] = {"rpo_s", VALUE_INT, 0, "the age in seconds that recovered data may have"},
    [RESERVATION_RTO_S] = {"rto_s", VALUE_INT, 0, "the seconds within which work must go on"},
};
_Static_assert(COUNT(reservation_fields) == RESERVATION_RTO_S + 1, "one line a field of reservations");

/* What goes on with each poll is sampled; what counts troubles stands in the row, which is written when they come. */
static const struct field source_fields[] = {
    [SOURCE_DRIVER] = {"driver", VALUE_TEXT, 0, "the driver that reads it"},
    [SOURCE_URL] = {"url", VALUE_TEXT, 0, "where it is asked"},
    [SOURCE_STATE] = {"state", VALUE_TEXT, FIELD_STATE, "live, stale, offline, denied or disabled"},
    [SOURCE_LAST_OK_AT] = {"last_ok_at", VALUE_TIME, FIELD_SAMPLED, "when it last answered well"},
    [SOURCE_LAST_ERROR] = {"last_error", VALUE_TEXT, 0, "what went wrong last"},
    [SOURCE_INTERVAL_S] = {"interval_s", VALUE_INT, 0, "seconds between polls"},
    [SOURCE_REQUESTS] = {"requests", VALUE_INT, FIELD_SAMPLED, "requests since the collector started"},
    [SOURCE_BYTES] = {"bytes", VALUE_INT, FIELD_SAMPLED, "decoded bytes since the collector started"},
    [SOURCE_SKEW_S] = {"skew_s", VALUE_REAL, FIELD_SAMPLED, "its clock less ours, in seconds"},
    [SOURCE_ROWS] = {"rows", VALUE_INT, FIELD_SAMPLED, "rows of its last answers"},
    [SOURCE_LAST_MS] = {"last_ms", VALUE_INT, FIELD_SAMPLED, "how long its last poll took, in ms"},
    [SOURCE_BAD_BYTES] = {"bad_bytes", VALUE_INT, 0, "bytes that were not UTF-8 since the collector started"},
    [SOURCE_BODIES_DROPPED] = {"bodies_dropped", VALUE_INT, 0, "answers that were dropped since the collector started"},
    [SOURCE_ERRORS] = {"errors", VALUE_INT, 0, "failed requests since the collector started"},
    [SOURCE_LAST_ERROR_AT] = {"last_error_at", VALUE_TIME, 0, "when it last went wrong"},
    [SOURCE_VERSION] = {"version", VALUE_TEXT, 0, "its software and version"},
    [SOURCE_REMARK] = {"remark", VALUE_TEXT, 0, "what an operator should know of what it shows"},
    [SOURCE_ERROR_KIND] = {"error_kind", VALUE_TEXT, FIELD_STATE,
                           "what kind of error the last one was: input, transient, refused or corrupt"},
    [SOURCE_HINT] = {"hint", VALUE_TEXT, 0, "what its driver advises against the last error"},
    [SOURCE_UNCHANGED] = {"unchanged", VALUE_INT, FIELD_SAMPLED,
                          "requests answered with 'not modified' (304) since the collector started"},
    [SOURCE_DUPLICATE_KEYS] = {"duplicate_keys", VALUE_INT, 0,
                               "keys that an object of its answers had twice, where the last one counts"},
    [SOURCE_NEXT_POLL_AT] = {"next_poll_at", VALUE_TIME, FIELD_SAMPLED,
                             "when it is asked next; unknown while it is being asked"},
    [SOURCE_BACKOFF] =
        {"backoff", VALUE_TEXT, FIELD_STATE,
         "none, waiting (a poll failed), breaker (5 in a row: one probe at a time) or asked (Retry-After)"},
    [SOURCE_FAILED_POLLS] = {"failed_polls", VALUE_INT, 0, "polls that failed in a row"},
    [SOURCE_TELLS] = {"tells", VALUE_LIST, 0,
                      "what it tells of: KIND=ROWS, with @TIME where the last poll brought nothing about that kind"},
};
_Static_assert(COUNT(source_fields) == SOURCE_TELLS + 1, "one line a field of sources");

static const struct field link_fields[] = {
    [LINK_FROM] = {"from", VALUE_TEXT, 0, "where it begins: a cluster, a site or a place of the fleet file"},
    [LINK_TO] = {"to", VALUE_TEXT, 0, "where it ends"},
    [LINK_TIER] = {"tier", VALUE_TEXT, 0, "express, national, provincial, international or metro"},
    [LINK_STATE] = {"state", VALUE_TEXT, FIELD_STATE, "up, degraded, down, planned or unknown"},
    [LINK_PATHS] = {"paths", VALUE_INT, 0, "optical paths"},
    [LINK_PATHS_LIT] = {"paths_lit", VALUE_INT, 0, "optical paths that carry light"},
    [LINK_CAPACITY_GBPS] = {"capacity_gbps", VALUE_REAL, 0, "capacity of the paths that are lit, in Gbit/s"},
    [LINK_RTT_MS] = {"rtt_ms", VALUE_REAL, FIELD_SAMPLED, "round-trip time in ms"},
    [LINK_ONE_WAY_MS] = {"one_way_ms", VALUE_REAL, FIELD_SAMPLED, "one-way delay in ms"},
    [LINK_ONE_WAY_BASIS] = {"one_way_basis", VALUE_TEXT, 0,
                            "where the one-way delay comes from: measured, half_rtt or published"},
    [LINK_BASELINE_MS] = {"baseline_ms", VALUE_REAL, FIELD_SAMPLED,
                          "its usual one-way delay, learned from its own last 24 hours, in ms"},
    [LINK_PHYSICAL_MIN_MS] = {"physical_min_ms", VALUE_REAL, 0,
                              "the least one-way delay that fibre allows over that distance, in ms"},
    [LINK_JITTER_MS] = {"jitter_ms", VALUE_REAL, FIELD_SAMPLED, "variation of the one-way delay in ms"},
    [LINK_LOSS_PCT] = {"loss_pct", VALUE_REAL, FIELD_SAMPLED, "lost packets in percent"},
    [LINK_USED_PCT] = {"used_pct", VALUE_REAL, FIELD_SAMPLED, "used share of the lit capacity in percent"},
    [LINK_RING_CONTRACT_MS] = {"ring_contract_ms", VALUE_REAL, 0, "the one-way delay that was promised, in ms"},
    [LINK_RING_MEASURED_MS] = {"ring_measured_ms", VALUE_REAL, 0,
                               "the ring that the one-way delay falls into: 1, 3, 5 or 20 ms; unknown outside of them"},
    [LINK_DETERMINISTIC] = {"deterministic", VALUE_BOOL, 0, "whether its jitter is bounded"},
    [LINK_PUBLISHED_ONE_WAY_MS] = {"published_one_way_ms", VALUE_REAL, 0,
                                   "the one-way delay that was published, in ms"},
    [LINK_ONE_WAY_P95_MS] = {"one_way_p95_ms", VALUE_REAL, FIELD_SAMPLED,
                             "95th percentile of the one-way delays of the last 5 minutes, in ms"},
    [LINK_SEVERITY] = {"severity", VALUE_TEXT, 0, "crit, warn, notice or ok; unknown where nothing is measured"},
    [LINK_WHY] = {"why", VALUE_TEXT, 0, "what is wrong with it, the value against its limit"},
    [LINK_SINCE] = {"since", VALUE_TIME, 0, "since when it has that severity"},
    [LINK_TOLD_BY] = {"told_by", VALUE_TEXT, FIELD_HIDDEN, "the source whose age is the row's"},
    [LINK_SOURCES] = {"sources", VALUE_LIST, 0, "who told what, where it was not the row's source: FIELD=SOURCE"},
    [LINK_DIFFERS] = {"differs", VALUE_LIST, 0, "what another source says otherwise: SOURCE: FIELD VALUE"},
    [LINK_REASONS] = {"reasons", VALUE_LIST, FIELD_HIDDEN, "what `why` says, as codes with their numbers"},
    [LINK_TREND] = {"trend", VALUE_TEXT, FIELD_HIDDEN, "rising or falling: how its delay moved within five minutes"},
};
_Static_assert(COUNT(link_fields) == LINK_TREND + 1, "one line a field of links");

static const struct field pair_fields[] = {
    [PAIR_FROM] = {"from", VALUE_TEXT, 0, "the cluster that lends"},
    [PAIR_TO] = {"to", VALUE_TEXT, 0, "the cluster or city that is served"},
    [PAIR_AGREED] = {"agreed", VALUE_REAL, 0, "agreed capacity, in the unit beside it"},
    [PAIR_USED] = {"used", VALUE_REAL, FIELD_SAMPLED, "capacity in use, in the same unit"},
    [PAIR_UNIT] = {"unit", VALUE_TEXT, 0, "the unit of both, such as cards"},
    [PAIR_LINK] = {"link", VALUE_TEXT, 0, "the link between the two"},
    [PAIR_UNTIL] = {"until", VALUE_TIME, 0, "when the agreement ends"},
    [PAIR_TOLD_BY] = {"told_by", VALUE_TEXT, FIELD_HIDDEN, "the source whose age is the row's"},
    [PAIR_SOURCES] = {"sources", VALUE_LIST, 0, "who told what, where it was not the row's source: FIELD=SOURCE"},
    [PAIR_DIFFERS] = {"differs", VALUE_LIST, 0, "what another source says otherwise: SOURCE: FIELD VALUE"},
};
_Static_assert(COUNT(pair_fields) == PAIR_DIFFERS + 1, "one line a field of pairs");

static const struct field hall_fields[] = {
    [HALL_CLUSTER] = {"cluster", VALUE_TEXT, 0, "the cluster that it lies in"},
    [HALL_SITE] = {"site", VALUE_TEXT, 0, "the site that it lies in"},
    [HALL_NAME] = {"name", VALUE_TEXT, 0, "its name"},
    [HALL_RACKS_TOTAL] = {"racks_total", VALUE_INT, 0,
                          "racks that it has room for: standard racks (2.5 kW) where its source plans in them"},
    [HALL_RACKS_USED] = {"racks_used", VALUE_INT, 0, "racks that are installed and powered"},
    [HALL_POWER_KW] = {"power_kw", VALUE_REAL, FIELD_SAMPLED, "power that its racks draw now, in kW"},
    [HALL_POWER_CAP_KW] = {"power_cap_kw", VALUE_REAL, 0, "power that its racks may draw, in kW"},
    [HALL_INLET_C_MAX] = {"inlet_c_max", VALUE_REAL, FIELD_SAMPLED,
                          "the highest inlet temperature of its racks, in degrees Celsius"},
    [HALL_TOLD_BY] = {"told_by", VALUE_TEXT, FIELD_HIDDEN, "the source whose age is the row's"},
    [HALL_SOURCES] = {"sources", VALUE_LIST, 0, "who told what, where it was not the row's source: FIELD=SOURCE"},
    [HALL_DIFFERS] = {"differs", VALUE_LIST, 0, "what another source says otherwise: SOURCE: FIELD VALUE"},
    [HALL_INLET_WARM_SINCE] = {"inlet_warm_since", VALUE_TIME, 0, "since when its inlet is above 27 degrees Celsius"},
    [HALL_INLET_RISE_C] = {"inlet_rise_c", VALUE_REAL, FIELD_SAMPLED,
                           "how much its inlet rose within five minutes, in degrees Celsius"},
    [HALL_FEED_SEVERITY] = {"feed_severity", VALUE_TEXT, 0, "how bad its worst rack's feeds are: warn or crit"},
    [HALL_FEED_RACK] = {"feed_rack", VALUE_TEXT, 0, "the rack whose feeds those are, by its id"},
    [HALL_FEED_PCT] = {"feed_pct", VALUE_REAL, FIELD_SAMPLED,
                       "what one feed of that rack carries of the rack's power limit, in percent"},
    [HALL_FEED_LIMIT_PCT] = {"feed_limit_pct", VALUE_REAL, 0, "the limit that it is judged against, in percent"},
    [HALL_FEEDS_LOST] = {"feeds_lost", VALUE_INT, 0, "racks of which one feed of two gives nothing"},
};
_Static_assert(COUNT(hall_fields) == HALL_FEEDS_LOST + 1, "one line a field of halls");

static const struct field rack_fields[] = {
    [RACK_CLUSTER] = {"cluster", VALUE_TEXT, 0, "the cluster that it stands in"},
    [RACK_HALL] = {"hall", VALUE_TEXT, 0, "the hall that it stands in, by its id"},
    [RACK_ROW] = {"row", VALUE_TEXT, 0, "the row that it stands in"},
    [RACK_POSITION] = {"position", VALUE_INT, 0, "its place in the row, from 1"},
    [RACK_UNITS_TOTAL] = {"units_total", VALUE_INT, 0, "its height in units (U)"},
    [RACK_UNITS_USED] = {"units_used", VALUE_INT, 0, "units that are taken"},
    [RACK_POWER_KW] = {"power_kw", VALUE_REAL, FIELD_SAMPLED, "power that it draws now, in kW"},
    [RACK_POWER_CAP_KW] = {"power_cap_kw", VALUE_REAL, 0, "power that it may draw, in kW"},
    [RACK_INLET_C] = {"inlet_c", VALUE_REAL, FIELD_SAMPLED, "inlet temperature in degrees Celsius"},
    [RACK_STATE] = {"state", VALUE_TEXT, FIELD_STATE,
                    "up, degraded (some of its nodes take no work), down (none does) or unknown"},
    [RACK_TENANT] = {"tenant", VALUE_TEXT, 0, "the tenant that has it"},
    [RACK_JOBS] = {"jobs", VALUE_INT, FIELD_SAMPLED, "jobs that run in it"},
    [RACK_SITE] = {"site", VALUE_TEXT, 0, "the site that it stands in"},
    [RACK_NAME] = {"name", VALUE_TEXT, 0, "its name"},
    [RACK_NODES_TOTAL] = {"nodes_total", VALUE_INT, 0, "its compute nodes"},
    [RACK_NODES_DOWN] = {"nodes_down", VALUE_INT, FIELD_SAMPLED, "nodes that take no work: down, drained or draining"},
    [RACK_CPUS_TOTAL] = {"cpus_total", VALUE_INT, 0, "CPUs of its nodes"},
    [RACK_CPUS_FREE] = {"cpus_free", VALUE_INT, FIELD_SAMPLED, "CPUs that no job has"},
    [RACK_TOLD_BY] = {"told_by", VALUE_TEXT, FIELD_HIDDEN, "the source whose age is the row's"},
    [RACK_SOURCES] = {"sources", VALUE_LIST, 0, "who told what, where it was not the row's source: FIELD=SOURCE"},
    [RACK_DIFFERS] = {"differs", VALUE_LIST, 0, "what another source says otherwise: SOURCE: FIELD VALUE"},
    [RACK_STATUS] = {"status", VALUE_TEXT, 0, "active, planned, reserved or deprecated, as planned"},
    [RACK_UNITS_RESERVED] = {"units_reserved", VALUE_INT, 0, "units that are reserved"},
    [RACK_POWER_PLANNED_KW] = {"power_planned_kw", VALUE_REAL, 0, "power that its devices were planned with, in kW"},
    [RACK_POWER_A_KW] = {"power_a_kw", VALUE_REAL, FIELD_SAMPLED, "power of its first feed, in kW"},
    [RACK_POWER_B_KW] = {"power_b_kw", VALUE_REAL, FIELD_SAMPLED, "power of its second feed, in kW"},
    [RACK_ACCELS_BUSY_PCT] = {"accels_busy_pct", VALUE_REAL, FIELD_SAMPLED,
                              "how busy its accelerators really are, in percent"},
    [RACK_UNITS_BLOCK] = {"units_block", VALUE_INT, 0,
                          "the most units in one piece that are neither used nor reserved"},
};
_Static_assert(COUNT(rack_fields) == RACK_UNITS_BLOCK + 1, "one line a field of racks");

static const struct field place_fields[] = {
    [PLACE_NAME] = {"name", VALUE_TEXT, 0, "its name in English"},
    [PLACE_NAME_ZH] = {"name_zh", VALUE_TEXT, 0, "its name in Chinese"},
    [PLACE_LON] = {"lon", VALUE_REAL, 0, "degrees east of Greenwich"},
    [PLACE_LAT] = {"lat", VALUE_REAL, 0, "degrees north of the equator"},
    [PLACE_TOLD_BY] = {"told_by", VALUE_TEXT, FIELD_HIDDEN, "the source whose age is the row's"},
    [PLACE_SOURCES] = {"sources", VALUE_LIST, 0, "who told what, where it was not the row's source: FIELD=SOURCE"},
    [PLACE_DIFFERS] = {"differs", VALUE_LIST, 0, "what another source says otherwise: SOURCE: FIELD VALUE"},
};
_Static_assert(COUNT(place_fields) == PLACE_DIFFERS + 1, "one line a field of places");

static const struct field transfer_fields[] = {
    [TRANSFER_FROM] = {"from", VALUE_TEXT, 0, "where the data lie"},
    [TRANSFER_TO] = {"to", VALUE_TEXT, 0, "where they go"},
    [TRANSFER_DATASET] = {"dataset", VALUE_TEXT, 0, "the name of the data"},
    [TRANSFER_SIZE_TB] = {"size_tb", VALUE_REAL, 0, "their size in TB"},
    [TRANSFER_DONE_PCT] = {"done_pct", VALUE_REAL, FIELD_SAMPLED, "what has arrived, in percent"},
    [TRANSFER_ETA] = {"eta", VALUE_TIME, 0, "when all of it is expected to be there"},
    [TRANSFER_JOB] = {"job", VALUE_TEXT, 0, "the job that waits for the data"},
    [TRANSFER_STATE] = {"state", VALUE_TEXT, FIELD_STATE, "waiting, held, running, done, failed or cancelled"},
    [TRANSFER_RATE_GBPS] = {"rate_gbps", VALUE_REAL, FIELD_SAMPLED, "how fast they move now, in Gbit/s"},
    [TRANSFER_LINK] = {"link", VALUE_TEXT, 0, "the link that they move over"},
    [TRANSFER_TENANT] = {"tenant", VALUE_TEXT, 0, "whose data they are"},
    [TRANSFER_TEMPERATURE] = {"temperature", VALUE_TEXT, 0, "how often they are read: hot, warm or cold"},
    [TRANSFER_STARTED_AT] = {"started_at", VALUE_TIME, 0, "when it began"},
    [TRANSFER_DEADLINE_AT] = {"deadline_at", VALUE_TIME, 0, "by when all of it must be there, where somebody says so"},
    [TRANSFER_PRIORITY] = {"priority", VALUE_INT, 0, "its priority; higher goes first"},
    [TRANSFER_HOLDABLE] = {"holdable", VALUE_BOOL, 0, "whether it may be held, or begin later, for other traffic"},
};
_Static_assert(COUNT(transfer_fields) == TRANSFER_HOLDABLE + 1, "one line a field of transfers");

static const struct field offer_fields[] = {
    [OFFER_CLUSTER] = {"cluster", VALUE_TEXT, 0, "the cluster that offers it"},
    [OFFER_PRODUCT] = {"product", VALUE_TEXT, 0, "what is offered"},
    [OFFER_KIND] = {"kind", VALUE_TEXT, 0, "the kind of compute: general, intelligent or super"},
    [OFFER_UNIT] = {"unit", VALUE_TEXT, 0, "what the price is for, such as card-hour"},
    [OFFER_PRICE_CNY] = {"price_cny", VALUE_REAL, 0, "price of a unit in CNY, without voucher"},
    [OFFER_AVAILABLE] = {"available", VALUE_REAL, FIELD_SAMPLED, "how much can be had now, in units at a time"},
    [OFFER_VOUCHER_PCT] = {"voucher_pct", VALUE_REAL, 0,
                           "the share of the price that a compute voucher pays, in percent"},
    [OFFER_SITE] = {"site", VALUE_TEXT, 0, "the site that offers it"},
    [OFFER_PRECISION] = {"precision", VALUE_TEXT, 0, "the precision that it is meant for: FP16, FP32 or FP64"},
    [OFFER_UNTIL] = {"until", VALUE_TIME, 0, "when the offer ends"},
};
_Static_assert(COUNT(offer_fields) == OFFER_UNTIL + 1, "one line a field of offers");

static const struct field energy_fields[] = {
    [ENERGY_CLUSTER] = {"cluster", VALUE_TEXT, 0, "the cluster that used it"},
    [ENERGY_SITE] = {"site", VALUE_TEXT, 0, "the site that used it"},
    [ENERGY_PERIOD] = {"period", VALUE_TEXT, 0, "the day (2026-11-24) or month (2026-11) that is told of"},
    [ENERGY_KWH] = {"kwh", VALUE_REAL, 0, "energy that was used, in kWh"},
    [ENERGY_CO2_KG] = {"co2_kg", VALUE_REAL, 0, "carbon dioxide that it stands for, in kg"},
    [ENERGY_PUE] = {"pue", VALUE_REAL, 0, "power usage effectiveness over the period"},
    [ENERGY_METER] = {"meter", VALUE_TEXT, 0, "the meter that counted it"},
    [ENERGY_METHOD] = {"method", VALUE_TEXT, 0, "how the number came about"},
    [ENERGY_QUALITY] = {"quality", VALUE_TEXT, 0, "metered or estimated"},
    [ENERGY_QUOTA_KWH] = {"quota_kwh", VALUE_REAL, 0, "what may be used in the period, in kWh"},
    [ENERGY_GREEN_PCT] = {"green_pct", VALUE_REAL, 0, "share of green electricity in percent"},
};
_Static_assert(COUNT(energy_fields) == ENERGY_GREEN_PCT + 1, "one line a field of energy");

static const struct field account_fields[] = {
    [ACCOUNT_SCHEDULER] = {"scheduler", VALUE_TEXT, FIELD_REF_SCHEDULER, "the scheduler that has it"},
    [ACCOUNT_CLUSTER] = {"cluster", VALUE_TEXT, 0, "the cluster of its scheduler"},
    [ACCOUNT_NAME] = {"name", VALUE_TEXT, 0, "its name"},
    [ACCOUNT_PARENT] = {"parent", VALUE_TEXT, 0, "the account above it"},
    [ACCOUNT_ORGANIZATION] = {"organization", VALUE_TEXT, 0, "whose account it is"},
    [ACCOUNT_DESCRIPTION] = {"description", VALUE_TEXT, 0, "what it is for"},
    [ACCOUNT_TENANT] = {"tenant", VALUE_TEXT, 0, "the tenant that it belongs to"},
    [ACCOUNT_COORDINATORS] = {"coordinators", VALUE_LIST, 0, "who administers it"},
    [ACCOUNT_USERS] = {"users", VALUE_INT, 0, "users that it has"},
    [ACCOUNT_SHARES] = {"shares", VALUE_INT, 0, "its shares beside the accounts of the same parent"},
    [ACCOUNT_SHARE_PCT] = {"share_pct", VALUE_REAL, 0, "its part of the scheduler by shares, in percent"},
    [ACCOUNT_USED_PCT] = {"used_pct", VALUE_REAL, FIELD_SAMPLED, "its part of what was used lately, in percent"},
    [ACCOUNT_FAIRSHARE] = {"fairshare", VALUE_REAL, FIELD_SAMPLED, "its fair-share factor, 0 (has used too much) to 1"},
    [ACCOUNT_LIMITS] = {"limits", VALUE_LIST, 0, "what it may have at once: WHAT=AMOUNT"},
};
_Static_assert(COUNT(account_fields) == ACCOUNT_LIMITS + 1, "one line a field of accounts");

static const struct field qos_fields[] = {
    [QOS_SCHEDULER] = {"scheduler", VALUE_TEXT, FIELD_REF_SCHEDULER, "the scheduler that has it"},
    [QOS_CLUSTER] = {"cluster", VALUE_TEXT, 0, "the cluster of its scheduler"},
    [QOS_NAME] = {"name", VALUE_TEXT, 0, "its name"},
    [QOS_DESCRIPTION] = {"description", VALUE_TEXT, 0, "what it is for"},
    [QOS_PRIORITY] = {"priority", VALUE_INT, 0, "what it adds to the priority of a job"},
    [QOS_PREEMPTS] = {"preempts", VALUE_LIST, 0, "whose jobs it may push aside"},
    [QOS_PREEMPT_MODE] = {"preempt_mode", VALUE_TEXT, 0, "what becomes of a job that is pushed aside"},
    [QOS_GRACE_S] = {"grace_s", VALUE_INT, 0, "seconds that such a job is left"},
    [QOS_MAX_JOBS_PER_USER] = {"max_jobs_per_user", VALUE_INT, 0, "jobs that a user may have running"},
    [QOS_MAX_TIME_S] = {"max_time_s", VALUE_INT, 0, "seconds that a job may run"},
    [QOS_USAGE_FACTOR] = {"usage_factor", VALUE_REAL, 0, "what usage is multiplied with"},
    [QOS_LIMITS] = {"limits", VALUE_LIST, 0, "other limits: WHAT=AMOUNT"},
    [QOS_FLAGS] = {"flags", VALUE_LIST, 0, "how it treats its jobs, in its scheduler's words"},
};
_Static_assert(COUNT(qos_fields) == QOS_FLAGS + 1, "one line a field of qos");

static const struct field license_fields[] = {
    [LICENSE_SCHEDULER] = {"scheduler", VALUE_TEXT, FIELD_REF_SCHEDULER, "the scheduler that gives it out"},
    [LICENSE_CLUSTER] = {"cluster", VALUE_TEXT, 0, "the cluster of its scheduler"},
    [LICENSE_NAME] = {"name", VALUE_TEXT, 0, "its name"},
    [LICENSE_TOTAL] = {"total", VALUE_INT, 0, "how many there are"},
    [LICENSE_USED] = {"used", VALUE_INT, FIELD_SAMPLED, "how many are in use"},
    [LICENSE_FREE] = {"free", VALUE_INT, FIELD_SAMPLED, "how many can be had"},
    [LICENSE_RESERVED] = {"reserved", VALUE_INT, 0, "how many are kept by reservations"},
    [LICENSE_REMOTE] = {"remote", VALUE_BOOL, 0, "whether another system counts it"},
};
_Static_assert(COUNT(license_fields) == LICENSE_REMOTE + 1, "one line a field of licenses");

static const struct field device_fields[] = {
    [DEVICE_CLUSTER] = {"cluster", VALUE_TEXT, 0, "the cluster that it stands in"},
    [DEVICE_SITE] = {"site", VALUE_TEXT, 0, "the site that it stands in"},
    [DEVICE_RACK] = {"rack", VALUE_TEXT, 0, "the rack that it stands in, by its id"},
    [DEVICE_NAME] = {"name", VALUE_TEXT, 0, "its name"},
    [DEVICE_ROLE] = {"role", VALUE_TEXT, 0, "what it is for"},
    [DEVICE_MODEL] = {"model", VALUE_TEXT, 0, "manufacturer and model"},
    [DEVICE_STATUS] = {"status", VALUE_TEXT, 0,
                       "active, planned, staged, failed, offline … as planned, not as measured"},
    [DEVICE_POSITION_U] = {"position_u", VALUE_REAL, 0, "the lowest unit (U) that it takes, counted from below"},
    [DEVICE_HEIGHT_U] = {"height_u", VALUE_REAL, 0, "its height in units (U); 0 where it takes none"},
    [DEVICE_FACE] = {"face", VALUE_TEXT, 0, "front or rear"},
    [DEVICE_TENANT] = {"tenant", VALUE_TEXT, 0, "the tenant that has it"},
    [DEVICE_SERIAL] = {"serial", VALUE_TEXT, 0, "its serial number"},
    [DEVICE_ASSET_TAG] = {"asset_tag", VALUE_TEXT, 0, "its number in the inventory"},
    [DEVICE_ADDRESS] = {"address", VALUE_TEXT, 0, "its primary address"},
};
_Static_assert(COUNT(device_fields) == DEVICE_ADDRESS + 1, "one line a field of devices");

static const struct field feed_fields[] = {
    [FEED_CLUSTER] = {"cluster", VALUE_TEXT, 0, "the cluster of its rack"},
    [FEED_SITE] = {"site", VALUE_TEXT, 0, "the site of its rack"},
    [FEED_RACK] = {"rack", VALUE_TEXT, 0, "the rack that it feeds, by its id"},
    [FEED_NAME] = {"name", VALUE_TEXT, 0, "its name"},
    [FEED_PANEL] = {"panel", VALUE_TEXT, 0, "the panel that it comes from"},
    [FEED_STATUS] = {"status", VALUE_TEXT, 0, "active, planned, failed or offline, as planned"},
    [FEED_ROLE] = {"role", VALUE_TEXT, 0, "primary or redundant"},
    [FEED_VOLTAGE_V] = {"voltage_v", VALUE_REAL, 0, "its voltage"},
    [FEED_CURRENT_A] = {"current_a", VALUE_REAL, 0, "what its breaker carries, in A"},
    [FEED_PHASES] = {"phases", VALUE_INT, 0, "1 or 3"},
    [FEED_CAP_PCT] = {"cap_pct", VALUE_REAL, 0, "how far it may be used, in percent"},
    [FEED_POWER_CAP_KW] = {"power_cap_kw", VALUE_REAL, 0, "power that it may give, in kW"},
    [FEED_POWER_KW] = {"power_kw", VALUE_REAL, FIELD_SAMPLED, "power that it gives now, in kW"},
};
_Static_assert(COUNT(feed_fields) == FEED_POWER_KW + 1, "one line a field of feeds");

static const struct field network_fields[] = {
    [NETWORK_NAME] = {"name", VALUE_TEXT, 0, "its name in English"},
    [NETWORK_NAME_ZH] = {"name_zh", VALUE_TEXT, 0, "its name in Chinese"},
    [NETWORK_OPERATOR] = {"operator", VALUE_TEXT, 0, "who operates it"},
    [NETWORK_MEETS] = {"meets", VALUE_TEXT, 0, "the cluster or place where it meets ours"},
    [NETWORK_STATE] = {"state", VALUE_TEXT, FIELD_STATE, "up, degraded, down, planned or unknown"},
    [NETWORK_KINDS] = {"kinds", VALUE_LIST, 0, "kinds of compute: general, intelligent, super"},
    [NETWORK_PFLOPS] = {"pflops", VALUE_REAL, 0, "compute capacity in PFLOPS at the precision beside it"},
    [NETWORK_PFLOPS_PRECISION] = {"pflops_precision", VALUE_TEXT, 0, "the precision of pflops: FP16, FP32 or FP64"},
    [NETWORK_ACCELS_TOTAL] = {"accels_total", VALUE_INT, 0, "accelerators that it has"},
    [NETWORK_ACCELS_FREE] = {"accels_free", VALUE_INT, FIELD_SAMPLED, "accelerators that it says are free"},
    [NETWORK_CAPACITY_GBPS] = {"capacity_gbps", VALUE_REAL, 0, "capacity of the connection, in Gbit/s"},
    [NETWORK_REMARK] = {"remark", VALUE_TEXT, 0, "what an operator should know of it"},
};
_Static_assert(COUNT(network_fields) == NETWORK_REMARK + 1, "one line a field of networks");

static const struct field tenant_fields[] = {
    [TENANT_AT] = {"at", VALUE_TEXT, 0, "where its users are: a place or a cluster"},
    [TENANT_RING_MS] = {"ring_ms", VALUE_REAL, 0, "the one-way delay that it was promised, in ms"},
    [TENANT_SPACES] = {"spaces", VALUE_LIST, 0, "trusted data spaces that it belongs to"},
    [TENANT_ACCOUNTS] = {"accounts", VALUE_LIST, 0, "accounts of schedulers that are its own"},
    [TENANT_CONTACT] = {"contact", VALUE_TEXT, 0, "how to reach it"},
    [TENANT_TOLD_BY] = {"told_by", VALUE_TEXT, FIELD_HIDDEN, "the source whose age is the row's"},
    [TENANT_SOURCES] = {"sources", VALUE_LIST, 0, "who told what, where it was not the row's source: FIELD=SOURCE"},
    [TENANT_DIFFERS] = {"differs", VALUE_LIST, 0, "what another source says otherwise: SOURCE: FIELD VALUE"},
    [TENANT_RESIDENCY] = {"residency", VALUE_LIST, 0, "hubs, clusters or sites that its data must not leave"},
};
_Static_assert(COUNT(tenant_fields) == TENANT_RESIDENCY + 1, "one line a field of tenants");

#define TABLE(fields) fields, COUNT(fields)
static const struct kind_info kinds[] = {
    [KIND_NONE] = {"none", "none", NULL, 0, 0},
    [KIND_HUB] = {"hubs", "hub", TABLE(hub_fields), HUB_TOLD_BY},
    [KIND_CLUSTER] = {"clusters", "cluster", TABLE(cluster_fields), CLUSTER_TOLD_BY},
    [KIND_SITE] = {"sites", "site", TABLE(site_fields), SITE_TOLD_BY},
    [KIND_SCHEDULER] = {"schedulers", "scheduler", TABLE(scheduler_fields), SCHEDULER_TOLD_BY},
    [KIND_NODE] = {"nodes", "node", TABLE(node_fields), 0},
    [KIND_QUEUE] = {"queues", "queue", TABLE(queue_fields), 0},
    [KIND_JOB] = {"jobs", "job", TABLE(job_fields), 0},
    [KIND_USER] = {"users", "user", TABLE(user_fields), 0},
    [KIND_RESERVATION] = {"reservations", "reservation", TABLE(reservation_fields), 0},
    [KIND_CHANGE] = {"changes", "change", TABLE(kind_change_fields), 0},
    [KIND_SOURCE] = {"sources", "source", TABLE(source_fields), 0},
    [KIND_LINK] = {"links", "link", TABLE(link_fields), LINK_TOLD_BY},
    [KIND_PAIR] = {"pairs", "pair", TABLE(pair_fields), PAIR_TOLD_BY},
    [KIND_HALL] = {"halls", "hall", TABLE(hall_fields), HALL_TOLD_BY},
    [KIND_RACK] = {"racks", "rack", TABLE(rack_fields), RACK_TOLD_BY},
    [KIND_PLACE] = {"places", "place", TABLE(place_fields), PLACE_TOLD_BY},
    [KIND_TRANSFER] = {"transfers", "transfer", TABLE(transfer_fields), 0},
    [KIND_OFFER] = {"offers", "offer", TABLE(offer_fields), 0},
    [KIND_ENERGY] = {"energy", "energy", TABLE(energy_fields), 0},
    [KIND_ALERT] = {"alerts", "alert", TABLE(kind_alert_fields), 0},
    [KIND_SILENCE] = {"silences", "silence", TABLE(kind_silence_fields), 0},
    [KIND_ACCOUNT] = {"accounts", "account", TABLE(account_fields), 0},
    [KIND_QOS] = {"qos", "qos", TABLE(qos_fields), 0},
    [KIND_LICENSE] = {"licenses", "license", TABLE(license_fields), 0},
    [KIND_DEVICE] = {"devices", "device", TABLE(device_fields), 0},
    [KIND_FEED] = {"feeds", "feed", TABLE(feed_fields), 0},
    [KIND_NETWORK] = {"networks", "network", TABLE(network_fields), 0},
    [KIND_TENANT] = {"tenants", "tenant", TABLE(tenant_fields), TENANT_TOLD_BY},
    [KIND_MAINTENANCE] = {"maintenance", "maintenance", TABLE(kind_maintenance_fields), 0},
    [KIND_PLAN] = {"plans", "plan", TABLE(kind_plan_fields), 0},
    [KIND_MOVE] = {"moves", "move", TABLE(kind_move_fields), 0},
    [KIND_EFFECT] = {"effects", "effect", TABLE(kind_effect_fields), 0},
    [KIND_REVIEW] = {"reviews", "review", TABLE(kind_review_fields), 0},
    [KIND_ACTION] = {"actions", "action", TABLE(kind_action_fields), 0},
};
_Static_assert(COUNT(kinds) == KIND_COUNT, "one line a kind");
_Static_assert(KIND_COUNT <= 64, "KIND_BIT() has one for each");
_Static_assert(COUNT(job_fields) <= KIND_FIELDS_MAX, "a row has a cell for every field");

const struct kind_info *kind_info(enum kind kind)
{
    return &kinds[(size_t)kind < COUNT(kinds) ? kind : KIND_NONE];
}

enum kind kind_by_name(const char *name)
{
    for (size_t k = KIND_NONE + 1; k < COUNT(kinds); k++)
        if (strcmp(name, kinds[k].name) == 0 || strcmp(name, kinds[k].singular) == 0)
            return (enum kind)k;
    return KIND_NONE;
}

int kind_field(enum kind kind, const char *name)
{
    const struct kind_info *info = kind_info(kind);

    for (size_t f = 0; f < info->field_count; f++)
        if (strcmp(name, info->fields[f].name) == 0)
            return (int)f;
    return -1;
}
