#include "actions/action.h"
#include "base/tr.h"

static const struct action_step steps[] = {{.word = "transfer-hold", .what = SOURCE_ORDER_TRANSFER_HOLD}};

const struct action action_transfer_hold = {
    .name = "transfer-hold",
    .summary = N_("keeps a transfer waiting until a time"),
    .targets = {KIND_TRANSFER},
    .value = ACTION_VALUE_END,
    .severe = false,
    .undo = "transfer-release",
    .undo_words = N_("let it go on"),
    .check = action_check_any,
    .steps = steps,
    .step_count = sizeof steps / sizeof *steps,
    .way = sizeof steps / sizeof *steps,
};
