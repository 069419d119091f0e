#ifndef HUBTOP_DOMAIN_STATE_H
#define HUBTOP_DOMAIN_STATE_H

/* The state words of formats.md, whatever the peer calls them. Rows carry the words; code that must tell them apart
 * asks here. */

enum job_state {
    JOB_WAITING,
    JOB_HELD,
    JOB_RUNNING,
    JOB_SUSPENDED,
    JOB_FINISHING,
    JOB_DONE,
    JOB_FAILED,
    JOB_CANCELLED,
    JOB_TIMEOUT,
    JOB_PREEMPTED,
    JOB_UNKNOWN
};
enum node_state { NODE_UP, NODE_IDLE, NODE_DRAINING, NODE_DRAINED, NODE_DOWN, NODE_UNKNOWN };
enum source_state { SOURCE_LIVE, SOURCE_STALE, SOURCE_OFFLINE, SOURCE_DENIED, SOURCE_DISABLED };

#include <stdbool.h>

#include "base/text.h"

/* The word of a state, in the program's own memory. */
const char *state_job_word(enum job_state s);
const char *state_node_word(enum node_state s);
const char *state_source_word(enum source_state s);

/* The state of a word; JOB_UNKNOWN, NODE_UNKNOWN, SOURCE_OFFLINE for one that is not in the list. */
enum job_state state_job(struct safe_text word);
enum node_state state_node(struct safe_text word);
enum source_state state_source(struct safe_text word);

/* Whether a node is out for maintenance, in its scheduler's own words: "IDLE+DRAIN+MAINTENANCE". */
bool state_node_is_planned(struct safe_text raw);

#endif
