#include "actions/action.h"
#include "base/tr.h"

static const struct action_step steps[] = {
    {.word = "read", .what = SOURCE_ORDER_READ, .optional = true, .judge = action_judge_waits},
    {.word = "priority", .what = SOURCE_ORDER_PRIORITY},
    ACTION_STEP_KEPT(SOURCE_ORDER_PRIORITY),
};

const struct action action_priority = {
    .name = "priority",
    .summary = N_("gives a waiting job another priority"),
    .targets = {KIND_JOB},
    .value = ACTION_VALUE_COUNT,
    .severe = false,
    .undo = "priority",
    .undo_words = N_("give it the priority that it had"),
    .check = action_check_waits,
    .steps = steps,
    .step_count = sizeof steps / sizeof *steps,
    .way = sizeof steps / sizeof *steps,
};
