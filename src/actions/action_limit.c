#include "actions/action.h"
#include "base/tr.h"

static const struct action_step steps[] = {
    {.word = "read", .what = SOURCE_ORDER_READ, .optional = true, .judge = action_judge_lives},
    {.word = "limit", .what = SOURCE_ORDER_LIMIT},
    ACTION_STEP_KEPT(SOURCE_ORDER_LIMIT),
};

const struct action action_limit = {
    .name = "limit",
    .summary = N_("gives a job another time limit"),
    .targets = {KIND_JOB},
    .value = ACTION_VALUE_SPAN,
    .severe = false,
    .undo = "limit",
    .undo_words = N_("give it the limit that it had"),
    .check = action_check_lives,
    .steps = steps,
    .step_count = sizeof steps / sizeof *steps,
    .way = sizeof steps / sizeof *steps,
};
