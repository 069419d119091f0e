#include "sources/hub_private.h"

struct hub_view hub_view_of(const struct source *s)
{
    for (size_t i = 0; i < HUB_LISTS; i++)
        s->view[i] = s->lists[i].seen;
    return (struct hub_view){.id = s->id,
                             .software = s->software,
                             .clock_known = s->clock_known,
                             .skew_ms = s->skew_ms,
                             .now_ms = s->now_ms,
                             .lists = s->view,
                             .list_count = HUB_LISTS,
                             .report = &s->report};
}

const char *hub_departure_name(enum hub_departure what)
{
    static const char *const names[HUB_DEPARTURES] = {
        [HUB_TYPE] = "another type",
        [HUB_RANGE] = "out of range",
        [HUB_WORD] = "a word that its list lacks",
        [HUB_TIME] = "no date-time",
        [HUB_STRANGE_KEY] = "a key that the document lacks",
        [HUB_NO_ID] = "no id",
    };
    return (size_t)what < HUB_DEPARTURES ? names[what] : "";
}
