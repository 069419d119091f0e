#ifndef HUBTOP_ACTIONS_ACTION_H
#define HUBTOP_ACTIONS_ACTION_H

#include "domain/order.h"
#include "sources/source.h"

/* A kind of order: what it may be given to, the requests that it is made of, and how it is undone. One is one file action_NAME.c
 * with `const struct action action_NAME`; the build finds it. Pure: the executor (actions/executor.h) journals, sends and waits. */

enum action_side { ACTION_SIDE_FROM, ACTION_SIDE_TO };
enum action_object { ACTION_OBJECT_OWN, ACTION_OBJECT_MADE, ACTION_OBJECT_SURPLUS };

/* What follows a request that was answered. */
enum action_turn {
    ACTION_TURN_ON,
    ACTION_TURN_END,  /* it is carried out */
    ACTION_TURN_BACK, /* it cannot be: what was done is taken back; err says why */
    ACTION_TURN_AGAIN /* not yet: from the step's `again` on, after a while; err, if set, is in doubt where that lasts */
};

/* What the functions of a step see. */
struct action_case {
    struct order *order;
    enum source_order_end end; /* DONE, or of what reads also ABSENT */
    const struct source_ordered *said;
    struct safe_text surplus; /* set by a judge: a copy too many */
};

struct action_step {
    const char *word; /* in rows and in the journal */
    enum source_order_what what;
    enum action_side side;
    enum action_object object;
    bool optional;   /* it is left out where the peer does not take such a request */
    bool look_first; /* it is asked for before it is given */
    bool look_only;  /* it is never given: the peer is asked what is there of it */
    bool marked;     /* its object carries our key, or is another that got its id */
    bool saved;      /* it waits until the peer has saved what was changed before it */
    bool kept;       /* likewise, and it is left out where the peer keeps what it answers */
    bool stubborn;   /* a refusal does not end it: the next step, or `again`, asks how it is */
    bool wary; /* look_first and once where the peer may forget what it answered: it has states, which others set too */
    bool once; /* what failed, and was not done, is refused: it is not given again */
    int64_t
        settle_ms; /* after an answer that was lost, and a look that found nothing, before the look is made again and believed; 0:
                          it is believed at once */
    bool (*skip)(const struct order *o);
    enum action_turn (*judge)(struct action_case *c, struct err *err); /* NULL: ACTION_TURN_ON */
    int back;   /* the step where taking back begins; 0: nothing was done before it */
    int again;  /* of ACTION_TURN_AGAIN; of a stubborn one that was refused: where it goes on (0: the next) */
    int resume; /* after a restart it begins here, for what lies only in memory; 0: at itself */
};
enum { ACTION_SETTLE_MS = 1500, ACTION_STEPS_MAX = 24, ACTION_TARGETS = 3 };

enum action_value { ACTION_VALUE_NONE, ACTION_VALUE_COUNT, ACTION_VALUE_SPAN, ACTION_VALUE_END };

struct action {
    const char *name, *summary; /* "hold", one sentence */
    enum kind targets[ACTION_TARGETS];
    enum action_value value;
    bool to;                /* it needs where to */
    bool severe;            /* its confirmation is typed */
    const char *undo;       /* the action that undoes it, or NULL */
    const char *undo_words; /* how, or why not: a sentence for people */
    /* Whether it makes sense for the target as it is: false with err. */
    bool (*check)(const struct order *o, const struct row *target, struct err *err);
    const struct action_step *steps;
    int step_count;
    int way; /* how many of them lead there; the others take back */
};

extern const struct action *const action_table[]; /* generated; ended by NULL */
const struct action *action_by_name(struct safe_text name);
/* Whether the step changes nothing at the peer, and so may be asked again at will. */
bool action_step_reads(const struct action_step *s);

/* What an order comes down to at its peer; of a move, the copy unless peers do it themselves. */
enum source_order_what action_what(const struct action *a, const struct order *o);

/* Words of a target in a row of actions: "release", "only until it starts", … translated. */
const char *action_undo(const struct action *a, const struct order *o);

/* Judges and checks that several actions share. */

/* READ: it is the job that was seen, and it waits or is held; what it was goes into the order. */
enum action_turn action_judge_waits(struct action_case *c, struct err *err);
/* READ: it is the job that was seen, and has not ended. */
enum action_turn action_judge_lives(struct action_case *c, struct err *err);
/* The look at what was changed, when its peer has saved it: what the peer forgot is done again, from the step's `again` on. */
enum action_turn action_judge_kept(struct action_case *c, struct err *err);
/* The last step of an action that changes one thing of a job. */
#define ACTION_STEP_KEPT(change)                                                                                       \
    {                                                                                                                  \
        .word = "kept", .what = (change), .look_only = true, .kept = true, .judge = action_judge_kept                  \
    }
bool action_check_waits(const struct order *o, const struct row *job, struct err *err);
bool action_check_held(const struct order *o, const struct row *job, struct err *err);
/* For what the peer alone judges. */
bool action_check_any(const struct order *o, const struct row *target, struct err *err);
bool action_check_lives(const struct order *o, const struct row *job, struct err *err);

#endif
