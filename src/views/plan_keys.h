#ifndef HUBTOP_SRC_VIEWS_PLAN_KEYS_H
#define HUBTOP_SRC_VIEWS_PLAN_KEYS_H

#include "views/view.h"

/* The key that asks for a plan: the same in every view, and in a read-only console too, for a plan changes nothing. */

enum { PLAN_ASK = VIEW_WRITES - 400 };

/* What is done to the plan that is open: the view `rebalance` has keys for it, the command line words. */
enum plan_action {
    PLAN_APPLY = VIEW_WRITES + 100,
    PLAN_APPROVE,
    PLAN_PAUSE, /* goes on where it is paused */
    PLAN_STOP,
    PLAN_UNDO,
    PLAN_RETRY, /* of the action under the cursor of those that were refused or are unknown */
    PLAN_SKIP,
    PLAN_ACTIONS_END
};

#define PLAN_KEYS(what)                                                                                                \
    {                                                                                                                  \
        "b", PLAN_ASK, "plan", what                                                                                    \
    }

/* The wish for a plan with no option yet. */
struct intent plan_keys_ask(void);
/* Adds an option with its value ("--only-queue", …): false, and nothing is added, where it has no room or holds what no option can. */
bool plan_keys_add(struct intent *i, const char *option, struct safe_text value);
/* Puts the command line for a plan with that option before the operator: ":plan create --only-queue=…". */
struct intent plan_keys_line(const char *option, struct safe_text value);

#endif
