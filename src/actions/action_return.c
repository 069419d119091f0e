#include "actions/action.h"
#include "base/tr.h"

static const struct action_step steps[] = {{.word = "return", .what = SOURCE_ORDER_RETURN}};

const struct action action_return = {
    .name = "return",
    .summary = N_("returns a disaster-recovery reservation that was activated"),
    .targets = {KIND_RESERVATION},
    .value = ACTION_VALUE_NONE,
    .severe = true,
    .undo = "activate",
    .undo_words = N_("activate it again"),
    .check = action_check_any,
    .steps = steps,
    .step_count = sizeof steps / sizeof *steps,
    .way = sizeof steps / sizeof *steps,
};
