#include "cli/screen_orders.h"

#include "actions/action.h"

static enum console_order_takes takes_of(const struct action *a)
{
    static const enum console_order_takes of[] = {[ACTION_VALUE_NONE] = CONSOLE_ORDER_ALONE,
                                                  [ACTION_VALUE_COUNT] = CONSOLE_ORDER_COUNT,
                                                  [ACTION_VALUE_SPAN] = CONSOLE_ORDER_SPAN,
                                                  [ACTION_VALUE_END] = CONSOLE_ORDER_UNTIL};
    return a->to ? CONSOLE_ORDER_TO : of[a->value];
}

const struct console_order *screen_orders(struct arena *arena)
{
    size_t n = 0;
    while (action_table[n])
        n++;
    struct console_order *all = arena_alloc(arena, (n + 1) * sizeof *all);
    for (size_t i = 0; i < n; i++) {
        const struct action *a = action_table[i];
        all[i] = (struct console_order){
            .name = a->name, .summary = a->summary, .undo = a->undo_words, .takes = takes_of(a), .severe = a->severe};
        for (size_t k = 0; k < ACTION_TARGETS; k++)
            all[i].targets[k] = a->targets[k];
    }
    all[n] = (struct console_order){0};
    return all;
}
