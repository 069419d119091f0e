#ifndef HUBTOP_SRC_VIEWS_PLAN_KEYS_H
#define HUBTOP_SRC_VIEWS_PLAN_KEYS_H

#include "views/view.h"

/* The key that asks for a plan: the same in every view, and in a read-only console too, for a plan changes nothing. */

enum { PLAN_ASK = VIEW_WRITES - 400 };

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
