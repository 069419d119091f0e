#ifndef HUBTOP_COLLECTOR_COLLECTOR_H
#define HUBTOP_COLLECTOR_COLLECTOR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/clock.h"
#include "base/err.h"
#include "domain/fleet.h"
#include "domain/movable.h"
#include "domain/plan_limits.h"
#include "domain/roles.h"
#include "domain/thresholds.h"
#include "io/http.h"
#include "io/launcher.h"
#include "sources/peer_command.h"
#include "sources/source.h"
#include "store/store.h"

/* The collector: one for each state directory, elected by a lock. It polls all sources of its context and no others, is
 * the only writer of both databases and serves the control socket. */

/* One source as the configuration or a --source URL gives it. All texts outlive the run. */
struct collector_source {
    const char *name; /* its id; NULL: the peer's own name, pinned in the cache once known */
    const char *pin;  /* of a source without a name: what the pinned name is kept under (its URL without secrets) */
    const char *provisional; /* shown until the name is known: "127.0.0.1:6820" */
    const struct source_driver *driver;
    const char *url;       /* for people: without secrets */
    const char *scheduler; /* NULL: the source's name */
    const char *user;
    const char *token_file;              /* or NULL */
    const char *token_command;           /* its name in the launcher's table, or NULL */
    const char *commands[PEER_COMMANDS]; /* of peer_command_table[], likewise */
    const char *service; /* a service of the launcher's table to start before polling (slurm+local:), or NULL */
    bool read_only;      /* it is given no orders */
    int64_t interval_ms;
    struct http_peer_options peer; /* url NULL: the driver is local */
    const struct config *config;
    const char *(*query)(const void *query_ctx, const char *key);
    const void *query_ctx;
};

/* One thing that was asked and what came of it: for `collect --once` and the log. */
struct collector_report {
    const char *source, *what;
    int64_t rows, bytes, took_ms;
    const struct err *err;              /* NULL: fine */
    char remark[256];                   /* what the driver says of an answer that ended well; "" without */
    size_t sources_done, sources_total; /* polls that ended, of all */
};

struct collector_options {
    const char *state_dir; /* exists and is accepted (dir_check) */
    const char *context;
    bool shared; /* modes of control.md */
    const struct collector_source *sources;
    size_t source_count;
    const struct fleet *fleet;           /* what no source tells, or NULL; outlives the run */
    const struct thresholds *thresholds; /* NULL: the presets; outlives the run */
    const struct plan_limits *limits;    /* likewise */
    const struct movable *movable;       /* NULL: no job that cannot say so itself; outlives the run */
    const struct roles *roles;           /* NULL: whoever can connect has all but break_glass; outlives the run */
    struct clock clock;
    double hurry;              /* the pace of a simulated clock while a plan is carried out; 0: its own */
    struct launcher *launcher; /* or NULL: no commands */
    struct store_options store;
    bool once;       /* poll every source once, then end */
    bool until_idle; /* started by a console: leave 60 s after the last client */
    bool ephemeral;  /* the demo's: remove the state directory at the end */
    bool write_allowed;
    int64_t idle_ms;                                                  /* 0: 60 s */
    void (*report)(void *ctx, const struct collector_report *report); /* or NULL */
    void *ctx;
};

/* Runs until a signal, `quit`, or the end that the options ask for. ERR_TRANSIENT with status 75 when another collector
 * holds the lock. With `once`: false when any source failed (the first failure is in err). */
bool collector_run(const struct collector_options *options, struct err *err);

#endif
