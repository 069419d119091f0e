#include "actions/action.h"
#include "base/tr.h"

static const struct action_step steps[] = {{.word = "transfer-release", .what = SOURCE_ORDER_TRANSFER_RELEASE}};

const struct action action_transfer_release = {
    .name = "transfer-release",
    .summary = N_("lets a held transfer go on"),
    .targets = {KIND_TRANSFER},
    .value = ACTION_VALUE_NONE,
    .severe = false,
    .undo = "transfer-hold",
    .undo_words = N_("hold it again"),
    .check = action_check_any,
    .steps = steps,
    .step_count = sizeof steps / sizeof *steps,
    .way = sizeof steps / sizeof *steps,
};
