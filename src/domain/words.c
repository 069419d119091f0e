#include "domain/words.h"

#define COUNT(a) (sizeof(a) / sizeof(a)[0])

enum { WORDS_MAX = 12 };

static const struct {
    enum kind kind;
    int field;
    const char *words[WORDS_MAX];
} table[] = {
    {KIND_JOB,
     JOB_STATE,
     {"waiting", "held", "running", "suspended", "finishing", "done", "failed", "cancelled", "timeout", "preempted",
      "unknown"}},
    {KIND_NODE, NODE_STATE, {"up", "idle", "draining", "drained", "down", "unknown"}},
    {KIND_LINK, LINK_STATE, {"up", "degraded", "down", "planned", "unknown"}},
    {KIND_LINK, LINK_SEVERITY, {"crit", "warn", "notice", "ok", "unknown"}},
    {KIND_LINK, LINK_TIER, {"express", "national", "provincial", "international", "metro"}},
    {KIND_NETWORK, NETWORK_STATE, {"up", "degraded", "down", "planned", "unknown"}},
    {KIND_NETWORK, NETWORK_KINDS, {"general", "intelligent", "super"}},
    {KIND_HUB, HUB_SIDE, {"east", "middle", "west"}},
    {KIND_HUB, HUB_STATE, {"up", "down"}},
    {KIND_CLUSTER, CLUSTER_SIDE, {"east", "middle", "west"}},
    {KIND_CLUSTER, CLUSTER_KINDS, {"general", "intelligent", "super"}},
    {KIND_CLUSTER, CLUSTER_STATE, {"up", "down"}},
    {KIND_SCHEDULER, SCHEDULER_STATE, {"up", "down"}},
    {KIND_QUEUE, QUEUE_KIND, {"general", "intelligent", "super"}},
    {KIND_OFFER, OFFER_KIND, {"general", "intelligent", "super"}},
    {KIND_SITE, SITE_PHASE, {"planned", "building", "operating", "closing", "closed"}},
    {KIND_SITE, SITE_MEMBERSHIP, {"applied", "testing", "connected", "suspended"}},
    {KIND_RACK, RACK_STATE, {"up", "degraded", "down", "unknown"}},
    {KIND_RACK, RACK_STATUS, {"active", "planned", "reserved", "deprecated"}},
    {KIND_DEVICE, DEVICE_FACE, {"front", "rear"}},
    {KIND_FEED, FEED_STATUS, {"active", "planned", "failed", "offline"}},
    {KIND_FEED, FEED_ROLE, {"primary", "redundant"}},
    {KIND_TRANSFER, TRANSFER_STATE, {"waiting", "held", "running", "done", "failed", "cancelled"}},
    {KIND_RESERVATION, RESERVATION_STATE, {"planned", "standby", "active", "over"}},
    {KIND_MAINTENANCE, MAINTENANCE_STATE, {"planned", "active", "over"}},
    {KIND_SILENCE, SILENCE_STATE, {"pending", "active", "expired"}},
    {KIND_PLAN,
     PLAN_STATE,
     {"draft", "proposed", "approved", "running", "paused", "stopped", "done", "partly", "failed", "expired",
      "undone"}},
    {KIND_MOVE, MOVE_STATE, {"included", "excluded", "queued", "running", "done", "partly", "failed"}},
    {KIND_MOVE, MOVE_WHAT, {"jobs", "hold", "retime"}},
    {KIND_MOVE, MOVE_RISK, {"low", "medium", "high"}},
    {KIND_ENERGY, ENERGY_QUALITY, {"metered", "estimated"}},
    {KIND_ALERT, ALERT_SEVERITY, {"crit", "warn", "info"}},
    {KIND_ALERT, ALERT_STATE, {"firing", "acked", "silenced", "returned", "resolved"}},
    {KIND_SOURCE, SOURCE_STATE, {"live", "stale", "offline", "denied", "disabled"}},
};

const char *const *words_of(enum kind kind, int field)
{
    static const char *const truths[] = {"true", "false", NULL};

    for (size_t i = 0; i < COUNT(table); i++)
        if (table[i].kind == kind && table[i].field == field)
            return table[i].words;
    if (field >= 0 && kind_info(kind)->fields[field].type == VALUE_BOOL)
        return truths;
    return NULL;
}
