#include "actions/action.h"
#include "base/tr.h"

static const struct action_step steps[] = {{.word = "suspend", .what = SOURCE_ORDER_SUSPEND}};

const struct action action_suspend = {
    .name = "suspend",
    .summary = N_("suspends a site: its schedulers take no new work"),
    .targets = {KIND_SITE},
    .value = ACTION_VALUE_NONE,
    .severe = true,
    .undo = "connect",
    .undo_words = N_("connect it"),
    .check = action_check_any,
    .steps = steps,
    .step_count = sizeof steps / sizeof *steps,
    .way = sizeof steps / sizeof *steps,
};
