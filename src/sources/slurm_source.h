#ifndef HUBTOP_SOURCES_SLURM_SOURCE_H
#define HUBTOP_SOURCES_SLURM_SOURCE_H

#include "sources/peer_command.h"
#include "sources/slurm.h"

/* The inside of the Slurm driver's instance: what it asks and decodes is source_slurm.c, what it orders slurm_order.c. */

enum tag {
    PING,
    DIAG,
    JOBS,
    PARTITIONS,
    NODES,
    RESERVATIONS,
    LICENSES,
    DATABASE, /* is there a slurmdbd? What follows is asked when it answers. */
    QOS,
    USERS,
    ACCOUNTS,
    SHARES,
    ASSOCIATIONS, /* with it the rows of accounts and users are made */
    TAG_COUNT,
    DESCRIPTION, /* of all that slurmrestd offers */
    TRY,         /* and more: one tag a version */
};

enum { SLURM_NAME_MAX = 128, SLURM_VERSION_MAX = 64 };

/* What is known of one topic. */
struct progress {
    int64_t since_s; /* nothing that changed before it is unknown to us; 0: ask for all */
    uint64_t made, nonsense;
};

/* Whether slurmdbd answers. */
enum database { DATABASE_UNKNOWN, DATABASE_ANSWERS, DATABASE_NONE, DATABASE_FAILS };

struct source {
    char *name, *scheduler, *url, *user;
    const struct secret *token;
    struct slurm_api api;
    struct pattern *racks; /* slurm_rack.c */
    struct slurm_note notes;
    char cluster[SLURM_NAME_MAX]; /* ClusterName; "" before a job or a later data parser told it */
    char version[SLURM_VERSION_MAX];
    char federation[SLURM_NAME_MAX]; /* its members' names: its own is not told */
    bool commands[PEER_COMMANDS];    /* which of peer_command_table[] the configuration has */
    bool up, reached;
    unsigned polls;
    int64_t server_s;  /* slurmctld's clock in this poll; 0: unknown */
    int64_t offset_ms; /* of it to our boot clock, when known */
    bool offset_known;
    bool stepped; /* its clock was set anew since the last poll */
    enum database database;
    int64_t poll_ms, database_again_ms; /* of the boot clock: this poll, and when slurmdbd is asked next */
    bool jobs_begun;                    /* an element of this poll's answer was seen */
    bool no_licenses;                   /* they are not offered */
    struct progress progress[TAG_COUNT];
    struct slurm_ledger ledger;
    struct slurm_hidden hidden;
    bool hidden_told; /* in the log */
    char remark[SLURM_HIDDEN_WORDS];
    struct arena arena; /* of one element */
};

#endif
