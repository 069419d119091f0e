#include "actions/action.h"
#include "base/tr.h"

static const struct action_step steps[] = {{.word = "drain", .what = SOURCE_ORDER_DRAIN}};

const struct action action_drain = {
    .name = "drain",
    .summary = N_("takes no new work: a node, a queue or a scheduler; what runs goes on"),
    .targets = {KIND_NODE, KIND_QUEUE, KIND_SCHEDULER},
    .value = ACTION_VALUE_NONE,
    .severe = false,
    .undo = "resume",
    .undo_words = N_("resume it"),
    .check = action_check_any,
    .steps = steps,
    .step_count = sizeof steps / sizeof *steps,
    .way = sizeof steps / sizeof *steps,
};
