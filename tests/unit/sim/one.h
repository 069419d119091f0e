#ifndef HUBTOP_TESTS_SIM_ONE_H
#define HUBTOP_TESTS_SIM_ONE_H

#include "unit/sim/watch.h"

/* One thing of the world, by its id. */

static bool take_one(void *ctx, const struct row *row, struct err *err)
{
    (void)err;
    *(struct row *)ctx = *row;
    return true;
}

/* Its texts are of no use, but those that are constants of the simulator. */
static inline struct row one(struct sim *s, enum kind kind, const char *id)
{
    struct row row = {.kind = KIND_NONE};
    struct err err = {0};

    if (!sim_fact(s, kind, id, take_one, &row, &err))
        fail_msg("%s", err.text);
    return row;
}

static inline bool one_is(struct sim *s, enum kind kind, const char *id, int field, const char *word)
{
    struct row row = one(s, kind, id);

    return text_is(value_text_or(&row.cells[field], ""), word);
}

static inline void ordered(struct sim *s, enum sim_order_kind kind, const char *target)
{
    struct err err = {0};

    if (!sim_apply(s, &(struct sim_order){.kind = kind, .target = target, .reason = "r"}, &err))
        fail_msg("%s", err.text);
}

#endif
