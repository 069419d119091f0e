#include "actions/action.h"
#include "base/tr.h"

static const struct action_step steps[] = {
    {.word = "read", .what = SOURCE_ORDER_READ, .optional = true, .judge = action_judge_lives},
    {.word = "cancel", .what = SOURCE_ORDER_CANCEL},
    ACTION_STEP_KEPT(SOURCE_ORDER_CANCEL),
};

const struct action action_cancel = {
    .name = "cancel",
    .summary = N_("cancels a job"),
    .targets = {KIND_JOB},
    .value = ACTION_VALUE_NONE,
    .severe = true,
    .undo = NULL,
    .undo_words = N_("it cannot be undone: the job would have to be submitted again"),
    .check = action_check_lives,
    .steps = steps,
    .step_count = sizeof steps / sizeof *steps,
    .way = sizeof steps / sizeof *steps,
};
