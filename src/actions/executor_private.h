#ifndef HUBTOP_SRC_ACTIONS_EXECUTOR_PRIVATE_H
#define HUBTOP_SRC_ACTIONS_EXECUTOR_PRIVATE_H

#include "actions/executor.h"

enum {
    EXECUTOR_SURPLUS_MAX = 160,
    EXECUTOR_RESENDS = 5,
    EXECUTOR_WAIT_MS = 1000,
    EXECUTOR_WAIT_MAX_MS = 300000,
    EXECUTOR_DOUBT_MS = 8000
};

struct executor_run;

struct executor_item {
    struct executor *x;
    struct executor_run *run;
    struct order o;
    const struct action *a;
    bool begun;     /* it is under way, or was */
    bool busy;      /* a request is under way */
    bool looking;   /* that, or the next, asks what became of the step */
    bool looked;    /* the step was looked for, and is not there */
    bool resting;   /* it waits for its peer to save, and others of its pair may go */
    bool waits;     /* it has rested, and waits for its pair */
    bool doubted;   /* its peer left a request unanswered, in this process's life */
    bool unsettled; /* a request may still come to act, though a look does not see it */
    bool unwritten; /* what it is has to be written once more */
    int64_t due_ms; /* boot; 0: nothing is due */
    struct executor_item *flies_next;
    int64_t wait_ms, settle_until_ms;
    int64_t changed_ms;  /* boot; when a change was last answered */
    int resends, agains; /* of a step; of all steps that end at last */
    struct buf copy, script;
    char surplus[EXECUTOR_SURPLUS_MAX];
};

struct executor_run {
    struct executor_run *next;
    struct arena arena;
    int64_t nr, seq, at_ms, uid;
    enum executor_run_state state;
    struct safe_text who, plan, hash, action, reason, ref, undo_of, why, noted;
    struct executor_item **items;
    size_t count, cap;
    int64_t wave; /* that may go */
    bool wave_seen;
    int64_t later_ms; /* boot: what must not begin yet is looked for again then; 0: there is nothing */
    int refused_in_row;
    bool due; /* something of it ended: what may begin is looked for */
    struct executor *x;
    size_t unsent_at;     /* of one that was stopped: from here on those that were never sent have not ended yet */
    int64_t unwritten_ms; /* boot; how it stands has to be written once more then; 0: no */
};

struct executor {
    struct executor_options options;
    struct executor_run *runs;    /* the newest first */
    struct executor_item *flying; /* begun, and not ended */
};

static inline const struct action_step *executor_step_of(const struct executor_item *i)
{
    return &i->a->steps[i->o.step];
}

/* --- executor_write.c: into the journal */

/* Writes what became of an action (and of its order: `run`), by an entry of the collector's own. False with err. */
bool executor_write_item(struct executor_item *i, bool run, struct err *err);
/* Writes an order, and those actions of it, with that entry. */
enum journal_step executor_write_run(struct executor_run *r, struct journal_entry *e,
                                     struct executor_item *const *items, size_t n, struct err *err);
/* Writes actions without an entry: of an order that is not there yet, or as its own entry said that they end. */
bool executor_write_staged(struct executor_run *r, struct executor_item *const *items, size_t n, struct err *err);
/* Writes how an order stands (where that could not be written before also all of its actions), by an entry of the collector's
 * own. */
bool executor_write_state(struct executor_run *r, struct err *err);
bool executor_write_read(struct executor *x, struct err *err);
const char *executor_step_word(const struct executor_item *i); /* "" at the end */

/* --- executor_draft.c: an order comes to be */

/* Takes over the orders, also where one makes no sense, and writes none of them. */
bool executor_draft_take(struct executor_draft *d, const struct journal_entry *e, struct order *orders, size_t n,
                         struct err *err);

/* --- executor_proposed.c: what waits for a second person */

/* False with err: the order is proposed, and a person can only approve or reject it; or nobody has approved it, and nobody will. */
bool executor_proposed_is_not(const struct executor_run *r, struct err *err);
/* Cells of a row of what is proposed: what is approved, until when, and what was looked at. */
void executor_proposed_row(const struct executor_run *r, struct arena *arena, struct row *row);

/* --- executor_stop.c: what is stopped */

enum { EXECUTOR_STOP_SLICE = 256 };

/* Ends some of those that were never sent, into `out`, for the caller to write; how many. */
size_t executor_stop_some(struct executor_run *r, int64_t at_ms, struct executor_item *out[EXECUTOR_STOP_SLICE]);
/* Whether it is stopped and some are left; whether they are due: on record before is that it was stopped. */
bool executor_stop_goes_on(const struct executor_run *r);
bool executor_stop_due(const struct executor_run *r);
/* Ends some more, and writes that. */
void executor_stop_on(struct executor_run *r);

/* --- executor_step.c: one action */

/* Goes on with an action whose next request may leave now. */
void executor_step_go(struct executor_item *i);
/* It ends; what it ends as is written and told. */
void executor_step_end(struct executor_item *i, enum order_state state, bool done, const char *words);
/* After a restart: an action that had begun goes on by asking. */
void executor_step_resume(struct executor_item *i);

/* --- executor.c: the order that it is a part of */

enum executor_run_state executor_run_state_of(struct safe_text word);
/* The order of that number, or NULL; it is an error (67). */
struct executor_run *executor_run_find(const struct executor *x, int64_t nr, struct err *err);
void executor_run_free(struct executor_run *r);
/* Appends an action, which takes over `o`; false with err when there is no such kind of action, or the step makes no sense. */
bool executor_item_add(struct executor_run *r, struct executor *x, struct order *o, struct err *err);
/* Writes and tells how the order stands; what cannot be written is written later. */
void executor_run_stands(struct executor_run *r);
/* The order pauses, and says why. */
void executor_pause(struct executor_run *r, const char *why);
/* An action begins; it is not under way any more, though it may not have ended. */
void executor_item_begin(struct executor_item *i);
void executor_item_lands(struct executor_item *i);
/* It waits until then for its peer, and its pair is free meanwhile. */
void executor_item_rests(struct executor_item *i, int64_t until_ms);
/* Whether it may go on, its pair its own again; false: it is called when the pair is free. */
bool executor_item_wakes(struct executor_item *i);
/* It only read so far, and has not begun again. */
void executor_item_waits(struct executor_item *i);
/* An action of it ended. */
void executor_item_ended(struct executor_item *i);

#endif
