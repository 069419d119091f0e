#ifndef HUBTOP_DOMAIN_INTENT_H
#define HUBTOP_DOMAIN_INTENT_H

#include "domain/kind.h"

/* What an operator wants, as a value: views make it from keys, the console carries it out. */
enum intent_kind {
    INTENT_NONE,
    INTENT_REDRAW,    /* only the view's own state changed */
    INTENT_OPEN_VIEW, /* `text` is the view's name, `filter` its filter, `at` the id that its cursor is put on; "": as
                         they were */
    INTENT_BACK,
    INTENT_FILTER, /* begin to type a filter */
    INTENT_SORT,   /* `text` is the order */
    INTENT_POLL_NOW,
    INTENT_HELP,
    INTENT_QUIT,
};

enum { INTENT_TEXT_MAX = 256 };

struct intent {
    enum intent_kind kind;
    char text[INTENT_TEXT_MAX];
    char filter[INTENT_TEXT_MAX];
    char at[INTENT_TEXT_MAX];
};

#endif
