#include "actions/action.h"
#include "base/tr.h"

static const struct action_step steps[] = {
    {.word = "read", .what = SOURCE_ORDER_READ, .optional = true, .judge = action_judge_waits},
    {.word = "release", .what = SOURCE_ORDER_RELEASE},
    ACTION_STEP_KEPT(SOURCE_ORDER_RELEASE),
};

const struct action action_release = {
    .name = "release",
    .summary = N_("lets a held job start"),
    .targets = {KIND_JOB},
    .value = ACTION_VALUE_NONE,
    .severe = false,
    .undo = "hold",
    .undo_words = N_("hold it, as long as it has not started"),
    .check = action_check_held,
    .steps = steps,
    .step_count = sizeof steps / sizeof *steps,
    .way = sizeof steps / sizeof *steps,
};
