#include "domain/state.h"

#include <stddef.h>

#define COUNT(a) (sizeof(a) / sizeof(a)[0])

static const char *const job_words[] = {
    [JOB_WAITING] = "waiting",     [JOB_HELD] = "held",           [JOB_RUNNING] = "running",
    [JOB_SUSPENDED] = "suspended", [JOB_FINISHING] = "finishing", [JOB_DONE] = "done",
    [JOB_FAILED] = "failed",       [JOB_CANCELLED] = "cancelled", [JOB_TIMEOUT] = "timeout",
    [JOB_PREEMPTED] = "preempted", [JOB_UNKNOWN] = "unknown",
};
static const char *const node_words[] = {
    [NODE_UP] = "up",           [NODE_IDLE] = "idle", [NODE_DRAINING] = "draining",
    [NODE_DRAINED] = "drained", [NODE_DOWN] = "down", [NODE_UNKNOWN] = "unknown",
};
static const char *const source_words[] = {
    [SOURCE_LIVE] = "live",     [SOURCE_STALE] = "stale",       [SOURCE_OFFLINE] = "offline",
    [SOURCE_DENIED] = "denied", [SOURCE_DISABLED] = "disabled",
};

static size_t find(const char *const *words, size_t n, struct safe_text word, size_t otherwise)
{
    for (size_t i = 0; i < n; i++)
        if (text_is(word, words[i]))
            return i;
    return otherwise;
}

const char *state_job_word(enum job_state s)
{
    return (size_t)s < COUNT(job_words) ? job_words[s] : "unknown";
}

const char *state_node_word(enum node_state s)
{
    return (size_t)s < COUNT(node_words) ? node_words[s] : "unknown";
}

const char *state_source_word(enum source_state s)
{
    return (size_t)s < COUNT(source_words) ? source_words[s] : "offline";
}

enum job_state state_job(struct safe_text word)
{
    return (enum job_state)find(job_words, COUNT(job_words), word, JOB_UNKNOWN);
}

enum node_state state_node(struct safe_text word)
{
    return (enum node_state)find(node_words, COUNT(node_words), word, NODE_UNKNOWN);
}

enum source_state state_source(struct safe_text word)
{
    return (enum source_state)find(source_words, COUNT(source_words), word, SOURCE_OFFLINE);
}

bool state_node_is_planned(struct safe_text raw)
{
    struct safe_text word;

    while (!text_empty(raw) && text_split(&raw, '+', &word))
        if (text_is(word, "MAINTENANCE") || text_is(word, "MAINT"))
            return true;
    return false;
}
