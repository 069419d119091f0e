#include "actions/action.h"
#include "base/tr.h"

static const struct action_step steps[] = {
    {.word = "read", .what = SOURCE_ORDER_READ, .optional = true, .judge = action_judge_waits},
    {.word = "hold", .what = SOURCE_ORDER_HOLD},
    ACTION_STEP_KEPT(SOURCE_ORDER_HOLD),
};

const struct action action_hold = {
    .name = "hold",
    .summary = N_("keeps a waiting job from starting"),
    .targets = {KIND_JOB},
    .value = ACTION_VALUE_NONE,
    .severe = false,
    .undo = "release",
    .undo_words = N_("release it"),
    .check = action_check_waits,
    .steps = steps,
    .step_count = sizeof steps / sizeof *steps,
    .way = sizeof steps / sizeof *steps,
};
