#include "actions/action.h"
#include "base/tr.h"

/* Whoever closed it may open it: what was closed before anything was sent is not ours, and an undo of ours would open it. */
static enum action_turn judge_ours(struct action_case *c, struct err *err)
{
    char id[160];
    if (c->order->sent_ms > 0)
        return ACTION_TURN_ON;
    err_set(err, ERR_REFUSED, "'%s' is drained already, and not by this order",
            text_show_in(c->order->target, id, sizeof id));
    return ACTION_TURN_BACK;
}

static const struct action_step steps[] = {
    {.word = "drain", .what = SOURCE_ORDER_DRAIN, .wary = true, .judge = judge_ours},
    ACTION_STEP_KEPT(SOURCE_ORDER_DRAIN),
};

const struct action action_drain = {
    .name = "drain",
    .summary = N_("takes no new work: a node, a queue or a scheduler; what runs goes on"),
    .targets = {KIND_NODE, KIND_QUEUE, KIND_SCHEDULER},
    .value = ACTION_VALUE_NONE,
    .severe = false,
    .undo = "resume",
    .undo_words = N_("resume it"),
    .check = action_check_any,
    .steps = steps,
    .step_count = sizeof steps / sizeof *steps,
    .way = sizeof steps / sizeof *steps,
};
