#include "cli/plan_ask.h"

#include <stdlib.h>
#include <string.h>

#include "cli/request.h"

enum { EXIT_USAGE = 64 };

static bool usage(struct err *err, const char *option, const char *hint)
{
    err_set(err, ERR_INPUT, "cannot use that value of '--%s'", option);
    err_hint(err, "%s", hint);
    return err_exit(err, EXIT_USAGE);
}

/* NAME=NUMBER: cuts one off `*rest`. */
static bool named_number(struct safe_text *rest, struct safe_text *name, double *number)
{
    struct safe_text item;
    char text[64], *end;
    if (!text_split(rest, ',', &item) || !text_split(&item, '=', name) || text_empty(*name) || text_empty(item) ||
        text_len(item) >= sizeof text)
        return false;
    *number = strtod(text_show_in(item, text, sizeof text), &end);
    return *end == '\0' && *number >= 0 && *number < 1e9;
}

static bool prices(const char *given, struct arena *arena, struct plan_ask *ask, struct err *err)
{
    struct safe_text rest = text_of(given);
    struct plan_price *all = arena_alloc(arena, (strlen(given) + 1) * sizeof *all);
    while (!text_empty(rest)) {
        struct plan_price *one = &all[ask->prices++];
        if (!named_number(&rest, &one->cluster, &one->price_cny_kwh))
            return usage(err, "price", "CLUSTER=CNY of a kWh, such as QY=0.31,SHG=0.62");
    }
    ask->price = all;
    return true;
}

static bool weights(const char *given, struct plan_ask *ask, struct err *err)
{
    struct safe_text rest = text_of(given), name;
    double number;
    while (!text_empty(rest)) {
        bool ok = named_number(&rest, &name, &number);
        if (ok && text_is(name, "cost"))
            ask->weight_cost = number;
        else if (ok && text_is(name, "carbon"))
            ask->weight_carbon = number;
        else
            return usage(err, "weights", "cost=1,carbon=0.1");
    }
    return true;
}

static bool pair(const char *given, struct plan_ask *ask, struct err *err)
{
    ask->to = text_of(given);
    return (text_split(&ask->to, '>', &ask->from) && !text_empty(ask->from) && !text_empty(ask->to)) ||
           usage(err, "pair", "FROM>TO, two schedulers, in quotes");
}

static struct safe_text text_or_none(const char *given)
{
    return text_of(given ? given : "");
}

bool plan_ask_read(const struct options *o, int64_t now_ms, struct arena *arena, struct plan_ask *ask, struct err *err)
{
    struct safe_text *excluded = arena_alloc(arena, (o->exclude_count + 1) * sizeof *excluded);
    *ask = (struct plan_ask){.drain = text_or_none(o->drain),
                             .lost = text_or_none(o->lost),
                             .only_queue = text_or_none(o->only_queue),
                             .weight_cost = 1,
                             .max_moves = o->max_moves,
                             .horizon_s = o->horizon > 0 ? (int64_t)o->horizon : 0,
                             .seed = o->seed >= 0 ? (uint64_t)o->seed : 0,
                             .seconds = o->seconds > 0 ? o->seconds : 0,
                             .excluded = excluded,
                             .exclusions = o->exclude_count};
    for (size_t i = 0; i < o->exclude_count; i++)
        excluded[i] = text_of(o->excludes[i]);
    if (o->by && !o->drain)
        return usage(err, "by", "it belongs to --drain");
    return (!o->by || request_time(o->by, now_ms, &ask->by_ms, err)) &&
           (!o->price || prices(o->price, arena, ask, err)) && (!o->weights || weights(o->weights, ask, err)) &&
           (!o->pair || pair(o->pair, ask, err));
}
