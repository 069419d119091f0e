#include <inttypes.h>
#include <stdio.h>

#include "domain/change_private.h"

/* What is agreed or set. The first that differs makes the line: one a version. */
static const struct limit {
    enum kind kind;
    int field;
    const char *words, *unit;
} limits[] = {
    {KIND_CLUSTER, CLUSTER_POWER_CAP_KW, "power cap", "kW"},
    {KIND_CLUSTER, CLUSTER_PUE_LIMIT, "PUE limit", ""},
    {KIND_HALL, HALL_POWER_CAP_KW, "power cap", "kW"},
    {KIND_RACK, RACK_POWER_CAP_KW, "power cap", "kW"},
    {KIND_FEED, FEED_POWER_CAP_KW, "power cap", "kW"},
    {KIND_LINK, LINK_RING_CONTRACT_MS, "promised delay", "ms"},
    {KIND_LINK, LINK_CAPACITY_GBPS, "capacity", "Gb/s"},
    {KIND_PAIR, PAIR_AGREED, "agreed capacity", ""},
    {KIND_QUEUE, QUEUE_SLO_S, "promised wait", "s"},
    {KIND_QOS, QOS_LIMITS, "limits", ""},
    {KIND_QOS, QOS_MAX_JOBS_PER_USER, "jobs a user", ""},
    {KIND_QOS, QOS_MAX_TIME_S, "time limit", "s"},
    {KIND_QOS, QOS_PRIORITY, "priority", ""},
    {KIND_ACCOUNT, ACCOUNT_LIMITS, "limits", ""},
    {KIND_ACCOUNT, ACCOUNT_SHARES, "shares", ""},
    {KIND_ENERGY, ENERGY_QUOTA_KWH, "energy quota", "kWh"},
    {KIND_LICENSE, LICENSE_TOTAL, "licences", ""},
};

/* Numbers as people write them; texts as they are. */
static struct safe_text put(const struct value *v, const char *unit, char out[CHANGE_MADE_MAX])
{
    const char *gap = unit[0] != '\0' ? " " : "";

    if (v->type == VALUE_INT)
        snprintf(out, CHANGE_MADE_MAX, "%" PRId64 "%s%s", value_int_or(v, 0), gap, unit);
    else if (v->type == VALUE_REAL)
        snprintf(out, CHANGE_MADE_MAX, "%.12g%s%s", value_real_or(v, 0), gap, unit);
    else
        return value_text_or(v, "");
    return text_of(out);
}

static struct safe_text key_of(struct safe_text member)
{
    struct safe_text key = member;

    text_split(&member, '=', &key);
    return key;
}

/* The member with that key; empty: none. */
static struct safe_text member_of(const struct value *list, struct safe_text key)
{
    struct safe_text rest = value_text_or(list, ""), member;

    while (value_list_next(&rest, &member))
        if (text_equal(key_of(member), key))
            return member;
    return text_of("");
}

/* Of "WHAT=AMOUNT, …" the first that `other` has not so; empty: none. */
static struct safe_text first_new(const struct value *list, const struct value *other)
{
    struct safe_text rest = value_text_or(list, ""), member;

    while (value_list_next(&rest, &member))
        if (!text_equal(member_of(other, key_of(member)), member))
            return member;
    return text_of("");
}

static void differ(const struct limit *l, const struct value *was, const struct value *now, struct change_event *e)
{
    if (now->type != VALUE_LIST) {
        e->more = put(now, l->unit, e->made);
        e->was = put(was, l->unit, e->made_was);
        return;
    }
    e->more = first_new(now, was);
    e->was = text_empty(e->more) ? first_new(was, now) : member_of(was, key_of(e->more));
}

bool change_limit(const struct row *was, const struct row *now, struct change_event *e)
{
    for (size_t i = 0; was != NULL && now != NULL && i < sizeof limits / sizeof *limits; i++) {
        const struct limit *l = &limits[i];
        if (now->kind != l->kind || !value_known(&was->cells[l->field]) || !value_known(&now->cells[l->field]))
            continue;
        differ(l, &was->cells[l->field], &now->cells[l->field], e);
        if (text_equal(e->more, e->was))
            continue;
        e->words = l->words;
        return true;
    }
    return false;
}
