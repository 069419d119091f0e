#ifndef HUBTOP_DOMAIN_INTENT_H
#define HUBTOP_DOMAIN_INTENT_H

#include <stdint.h>

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
    INTENT_ASK,  /* asks the collector: `op` and the members of its frame in `ask` */
    INTENT_TEXT, /* the same, when a line was typed: the member `filter`; `text` says what it is about, by its id */
    INTENT_FORM, /* the same, when what the op still needs was filled in and confirmed: `text` as above (of a plan its id, which
                    may have to be typed), `say` is read before, `count` alerts would be hidden */
    INTENT_RUNBOOK,  /* opens the runbook of the alert under the cursor */
    INTENT_BULLETIN, /* shows the bulletins that suit the alert `text`: `say`, a line each, the first as `filter` says */
    INTENT_SCOPE,    /* turns "mine" on and off */
    INTENT_ACT,      /* what the view's key for the op `text` does, with `filter` as its words */
    INTENT_COMMAND, /* a word of the command line: `text` is its op, `filter` its argument, `count` 1 where it ends in '!' */
    INTENT_PLAN,      /* has a plan computed: `ask` holds the options of `plan create`, a line each, "--drain=SHG" */
    INTENT_PLAN_LINE, /* puts `text` on the command line, for the operator to complete and run */
    INTENT_ROOM,      /* has it computed how much of the job or queue `text` other schedulers take now */
    INTENT_SAY,       /* `text` on the message line: why nothing was done; already in the interface's language */
};

enum { INTENT_TEXT_MAX = 256, INTENT_OP_MAX = 24, INTENT_ASK_MAX = 4096, INTENT_SAY_MAX = 2048 };

struct intent {
    enum intent_kind kind;
    char text[INTENT_TEXT_MAX];
    char filter[INTENT_TEXT_MAX];
    char at[INTENT_TEXT_MAX];
    char op[INTENT_OP_MAX]; /* "ack" (domain/desk.h) */
    char ask
        [INTENT_ASK_MAX]; /* a JSON object of the other members ("{\"alert\":\"A-…\",\"note\":\"…\"}"); the console adds id, op,
                                 request_id and claimed_* */
    char say[INTENT_SAY_MAX]; /* lines, already safe to show */
    int64_t count;
};

#endif
