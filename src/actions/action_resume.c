#include "actions/action.h"
#include "base/tr.h"

static const struct action_step steps[] = {
    {.word = "resume", .what = SOURCE_ORDER_RESUME, .wary = true},
    ACTION_STEP_KEPT(SOURCE_ORDER_RESUME),
};

const struct action action_resume = {
    .name = "resume",
    .summary = N_("takes new work again: a node, a queue or a scheduler"),
    .targets = {KIND_NODE, KIND_QUEUE, KIND_SCHEDULER},
    .value = ACTION_VALUE_NONE,
    .severe = false,
    .undo = "drain",
    .undo_words = N_("drain it"),
    .check = action_check_any,
    .steps = steps,
    .step_count = sizeof steps / sizeof *steps,
    .way = sizeof steps / sizeof *steps,
};
