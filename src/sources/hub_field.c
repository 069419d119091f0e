#include <math.h>
#include <string.h>

#include "sources/hub.h"

#define COUNT(a) (sizeof(a) / sizeof(a)[0])

/* What the document says of fields beyond their type. */

const enum kind *hub_kinds(void)
{
    static const enum kind kinds[] = {KIND_HUB,   KIND_CLUSTER, KIND_SITE,  KIND_PLACE,       KIND_SCHEDULER,
                                      KIND_LINK,  KIND_PAIR,    KIND_HALL,  KIND_RACK,        KIND_NODE,
                                      KIND_JOB,   KIND_QUEUE,   KIND_USER,  KIND_RESERVATION, KIND_TRANSFER,
                                      KIND_OFFER, KIND_ENERGY,  KIND_ALERT, KIND_NETWORK,     KIND_CHANGE};
    _Static_assert(COUNT(kinds) == HUB_LISTS, "one row a list");
    return kinds;
}

/* What hubtop finds itself: no hub tells it. */
static const struct {
    enum kind kind;
    int field;
} ours[] = {
    {KIND_LINK, LINK_SEVERITY},
    {KIND_LINK, LINK_WHY},
    {KIND_LINK, LINK_SINCE},
    {KIND_LINK, LINK_BASELINE_MS},
    {KIND_LINK, LINK_PHYSICAL_MIN_MS},
    {KIND_LINK, LINK_RING_MEASURED_MS},
    {KIND_HALL, HALL_INLET_WARM_SINCE},
    {KIND_HALL, HALL_INLET_RISE_C},
    {KIND_HALL, HALL_FEED_SEVERITY},
    {KIND_HALL, HALL_FEED_RACK},
    {KIND_HALL, HALL_FEED_PCT},
    {KIND_HALL, HALL_FEED_LIMIT_PCT},
    {KIND_HALL, HALL_FEEDS_LOST},
    {KIND_JOB, JOB_WHY},
    {KIND_JOB, JOB_COULD_RUN_AT},
    {KIND_JOB, JOB_WAITED_S},
    {KIND_JOB, JOB_MOVABLE_BY},
    {KIND_QUEUE, QUEUE_WAITS},
    {KIND_QUEUE, QUEUE_RINGS},
    {KIND_ALERT, ALERT_RULE},
    {KIND_ALERT, ALERT_TREND},
    {KIND_ALERT, ALERT_IMPACT_ACCOUNTS},
    {KIND_ALERT, ALERT_ACKED_AT},
    {KIND_ALERT, ALERT_ACK_NOTE},
    {KIND_ALERT, ALERT_NOTES},
    {KIND_ALERT, ALERT_STEPS_DONE},
    {KIND_ALERT, ALERT_FLAPS},
    {KIND_ALERT, ALERT_RETURNED_AT},
    {KIND_ALERT, ALERT_RESOLVED_AT},
    {KIND_ALERT, ALERT_ESCALATED_AT},
    {KIND_ALERT, ALERT_MAINTENANCE},
    {KIND_ALERT, ALERT_CHANGE},
    {KIND_ALERT, ALERT_ACK_ENDED},
    {KIND_ALERT, ALERT_ACK_ENDED_AT},
    {KIND_ALERT, ALERT_ACK_ENDED_OF},
    {KIND_ALERT, ALERT_ACK_ENDED_BY},
    {KIND_ALERT, ALERT_ACK_ENDED_FROM},
    {KIND_ALERT, ALERT_ACK_ENDED_TO},
    {KIND_SCHEDULER, SCHEDULER_DRIVER},
    {KIND_SCHEDULER, SCHEDULER_API},
    {KIND_SCHEDULER, SCHEDULER_HIDDEN},
    {KIND_SCHEDULER, SCHEDULER_NODES_PLANNED},
};

bool hub_field_told(enum kind kind, int field)
{
    const struct kind_info *info = kind_info(kind);
    if (field < 0 || (size_t)field >= info->field_count || (info->fields[field].flags & FIELD_HIDDEN))
        return false;
    if (info->told_by && field >= info->told_by && field <= info->told_by + 2)
        return false;
    for (size_t i = 0; i < COUNT(ours); i++) {
        if (ours[i].kind == kind && ours[i].field == field)
            return false;
    }
    return true;
}

static const struct {
    enum kind kind;
    int field;
    const char *words;
} words[] = {
    {KIND_HUB, HUB_SIDE, "east middle west"},
    {KIND_CLUSTER, CLUSTER_SIDE, "east middle west"},
    {KIND_HUB, HUB_STATE, "up down unknown"},
    {KIND_CLUSTER, CLUSTER_STATE, "up down unknown"},
    {KIND_SCHEDULER, SCHEDULER_STATE, "up down unknown"},
    {KIND_SITE, SITE_PHASE, "planned building operating closing closed"},
    {KIND_SITE, SITE_MEMBERSHIP, "applied testing connected suspended"},
    {KIND_LINK, LINK_TIER, "express national provincial international metro"},
    {KIND_LINK, LINK_STATE, "up degraded down planned unknown"},
    {KIND_LINK, LINK_ONE_WAY_BASIS, "measured half_rtt published"},
    {KIND_RACK, RACK_STATE, "up degraded down unknown"},
    {KIND_NODE, NODE_STATE, "up idle draining drained down unknown"},
    {KIND_JOB, JOB_STATE, "waiting held running suspended finishing done failed cancelled timeout preempted unknown"},
    {KIND_TRANSFER, TRANSFER_STATE, "waiting held running done failed cancelled unknown"},
    {KIND_TRANSFER, TRANSFER_TEMPERATURE, "hot warm cold"},
    {KIND_RESERVATION, RESERVATION_STATE, "planned standby active over"},
    {KIND_ENERGY, ENERGY_QUALITY, "metered estimated"},
    {KIND_ALERT, ALERT_SEVERITY, "crit warn info"},
    {KIND_ALERT, ALERT_STATE, "firing acked silenced returned resolved"},
    {KIND_NETWORK, NETWORK_STATE, "up degraded down planned unknown"},
};

const char *hub_field_words(enum kind kind, int field)
{
    for (size_t i = 0; i < COUNT(words); i++) {
        if (words[i].kind == kind && words[i].field == field)
            return words[i].words;
    }
    return NULL;
}

void hub_field_range(enum kind kind, int field, double *min, double *max)
{
    static const struct {
        const char *name;
        double min, max;
    } named[] = {
        {"lon", -180, 180},
        {"lat", -90, 90},
        {"inlet_c", -60, 200},
        {"inlet_c_max", -60, 200},
        {"exit_code", -INFINITY, INFINITY},
        {"priority", -INFINITY, INFINITY},
        {"loss_pct", 0, 100},
        {"done_pct", 0, 100},
        {"green_pct", 0, 100},
        {"voucher_pct", 0, 100},
        {"pue", 1, 100},
        {"pue_limit", 1, 100},
    };
    const char *name = kind_info(kind)->fields[field].name;
    *min = 0;
    *max = INFINITY;
    for (size_t i = 0; i < COUNT(named); i++) {
        if (strcmp(named[i].name, name) == 0) {
            *min = named[i].min;
            *max = named[i].max;
        }
    }
}
