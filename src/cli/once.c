#include "cli/once.h"

bool once_poll(const struct setup *s, void (*report)(void *ctx, const struct collector_report *report), void *ctx,
               struct err *err)
{
    const struct collector_options options = {
        .state_dir = s->state_dir,
        .context = s->context,
        .sources = s->sources,
        .source_count = s->source_count,
        .fleet = s->fleet,
        .thresholds = &s->thresholds,
        .limits = &s->limits,
        .movable = &s->movable,
        .clock = s->clock,
        .launcher = s->launcher,
        .store = {.volatile_cache = true},
        .once = true,
        .report = report,
        .ctx = ctx,
    };
    return collector_run(&options, err);
}
