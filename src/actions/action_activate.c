#include "actions/action.h"
#include "base/tr.h"

static const struct action_step steps[] = {{.word = "activate", .what = SOURCE_ORDER_ACTIVATE}};

const struct action action_activate = {
    .name = "activate",
    .summary = N_("activates a disaster-recovery reservation"),
    .targets = {KIND_RESERVATION},
    .value = ACTION_VALUE_NONE,
    .severe = true,
    .undo = "return",
    .undo_words = N_("return it"),
    .check = action_check_any,
    .steps = steps,
    .step_count = sizeof steps / sizeof *steps,
    .way = sizeof steps / sizeof *steps,
};
