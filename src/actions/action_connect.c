#include "actions/action.h"
#include "base/tr.h"

static const struct action_step steps[] = {{.word = "connect", .what = SOURCE_ORDER_CONNECT}};

const struct action action_connect = {
    .name = "connect",
    .summary = N_("connects a site: its schedulers take work"),
    .targets = {KIND_SITE},
    .value = ACTION_VALUE_NONE,
    .severe = true,
    .undo = "suspend",
    .undo_words = N_("suspend it"),
    .check = action_check_any,
    .steps = steps,
    .step_count = sizeof steps / sizeof *steps,
    .way = sizeof steps / sizeof *steps,
};
