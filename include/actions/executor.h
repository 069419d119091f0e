#ifndef HUBTOP_ACTIONS_EXECUTOR_H
#define HUBTOP_ACTIONS_EXECUTOR_H

#include "actions/action.h"
#include "base/clock.h"
#include "store/orders.h"

/* Carries orders out: whatever it sends is in the journal before, what came of it is not guessed, and after a restart it goes on
 * by asking. It never waits: the wiring sends for it and calls it when something is due. */
struct executor;

typedef void executor_ended(void *ctx, enum source_order_end end, const struct source_ordered *said,
                            const struct err *err);

enum executor_run_state {
    EXECUTOR_RUNNING,
    EXECUTOR_PAUSED,   /* what is under way ends, nothing begins */
    EXECUTOR_STOPPED,  /* likewise, for good */
    EXECUTOR_PROPOSED, /* nothing begins until somebody else approves it */
    EXECUTOR_DONE,
    EXECUTOR_PARTLY,   /* some actions were refused */
    EXECUTOR_FAILED,   /* all were */
    EXECUTOR_REJECTED, /* it was proposed, and nothing of it was sent */
    EXECUTOR_EXPIRED   /* likewise: nobody approved it in time */
};
/* How long somebody may approve what was proposed. */
enum { EXECUTOR_PROPOSED_MS = 15 * 60 * 1000 };
const char *executor_run_word(enum executor_run_state s);

/* A wave that ended: each of its actions is over. */
struct executor_wave {
    int64_t nr, wave;
    struct safe_text plan, noted; /* as executor_ask said it */
    size_t count, bad; /* that had their part in the wave; of these refused, or left in doubt by their peer */
    bool seen;         /* a person let it go on since */
};
enum executor_guard {
    EXECUTOR_GUARD_GO,
    EXECUTOR_GUARD_WAIT, /* executor_guarded() says when it can tell */
    EXECUTOR_GUARD_PAUSE
};

struct executor_options {
    struct store *store;
    const struct clock *clock;
    void *ctx;
    /* Gives a source an order, or looks; `ended` is called later. False with err: nothing was sent. */
    bool (*give)(void *ctx, struct safe_text source, const struct source_order *o, bool look, executor_ended *ended,
                 void *ended_ctx, struct err *err);
    bool (*takes)(void *ctx, struct safe_text source, enum source_order_what what, struct err *err);
    /* How long a peer may take to save what it did: dying before, it forgets it. 0: it does so at once. May be NULL. */
    int64_t (*saves_ms)(void *ctx, struct safe_text source);
    /* What an order of that kind to that source leaves wanting though it is done, appended as a sentence. May be NULL. */
    void (*lacks)(void *ctx, struct safe_text source, enum source_order_what what, struct buf *out);
    /* Asked right before the first request of an action that changes something. False with err: REFUSED ends the action, any other
     * kind pauses the order. */
    bool (*ready)(void *ctx, const struct order *o, struct err *err);
    /* Asked between two waves, and again when a person resumes what it paused (PAUSE, with err). May be NULL. */
    enum executor_guard (*guard)(void *ctx, const struct executor_wave *last, struct err *err);
    /* An order, or the action of that number of it (0: only the order itself), is not as it was. */
    void (*changed)(void *ctx, int64_t nr, int64_t item);
    /* executor_due_ms() is another now. */
    void (*wake)(void *ctx);
};

/* Reads the orders of actions.db. What cannot be read is left out and logged. */
struct executor *executor_new(const struct executor_options *options);
void executor_free(struct executor *x); /* accepts NULL */

/* What was decided: texts are copied. */
struct executor_ask {
    struct safe_text plan, hash, action, reason, ref, undo_of;
    struct safe_text noted; /* what the guard must know of how it was when the order began */
    size_t first;           /* so many actions are the first wave, whatever its size else */
    bool all_at_once;       /* no waves: all actions are of the first */
    bool proposed;          /* it waits for executor_proposed_begin() */
    struct safe_text why;   /* of one that is: why one person is not enough for it */
};
/* Writes an order and its actions (their nr, item, key and wave are set here; taken over also on failure) and begins. As
 * journal_append(); with AGAIN `*nr` is that of the order made then, or 0. */
enum journal_step executor_add(struct executor *x, struct journal_entry *e, const struct executor_ask *ask,
                               struct order *orders, size_t n, int64_t *nr, struct err *err);

/* An order of many actions, written in parts: none of them begins, and a restart forgets them, until all are one order. The entry is
 * the one that makes it, and is the same each time. */
struct executor_draft;
struct executor_draft *executor_draft_new(struct executor *x, const struct journal_entry *e,
                                          const struct executor_ask *ask);
/* Writes the next actions, which are taken over (also on failure). */
bool executor_draft_put(struct executor_draft *d, const struct journal_entry *e, struct order *orders, size_t n,
                        struct err *err);
/* That action of it is refused, and says why: it never begins. */
void executor_draft_refuse(struct executor_draft *d, int64_t item, const char *why, int64_t at_ms);
/* Calls `each` with its actions so far, until it says false. */
void executor_draft_each(const struct executor_draft *d,
                         bool (*each)(void *ctx, const struct order *o, const struct action *a), void *ctx);
/* Makes it the order, which begins; as executor_add(). It is freed, whatever came of it. */
enum journal_step executor_draft_commit(struct executor_draft *d, struct journal_entry *e, int64_t *nr,
                                        struct err *err);
void executor_draft_free(struct executor_draft *d); /* forgets what was written; accepts NULL */

/* What a person may do to an order that runs. ERR_INPUT (67, 75) when there is none, or it is not so that it could be. */
enum executor_verb { EXECUTOR_PAUSE, EXECUTOR_RESUME, EXECUTOR_STOP, EXECUTOR_RETRY, EXECUTOR_SKIP };
/* `item` 0: the order; otherwise that action (RETRY one that was refused, SKIP one that has not begun or is unknown). */
bool executor_do(struct executor *x, struct journal_entry *e, enum executor_verb verb, int64_t nr, int64_t item,
                 struct err *err);

/* What was proposed begins, approved by `by`; or it never will (`state` REJECTED or EXPIRED, `words` for people). One entry with all of
 * it: nothing leaves before, and after a restart it begins where it stood. Whether it may is the caller's to say. False with err: it is no such
 * order, or not proposed (67, 65), or nothing could be written, and it stands as it did. */
bool executor_proposed_begin(struct executor *x, struct journal_entry *e, int64_t nr, struct safe_text by,
                             struct err *err);
bool executor_proposed_end(struct executor *x, struct journal_entry *e, int64_t nr, enum executor_run_state state,
                           const char *words, struct err *err);

/* The guard that said WAIT of that order can tell now. */
void executor_guarded(struct executor *x, int64_t nr);

/* Does what is due. */
void executor_tick(struct executor *x);
/* When something is due (CLOCK_BOOTTIME, ms); -1: nothing is. */
int64_t executor_due_ms(const struct executor *x);
/* Whether any request is under way or any action has begun and not ended. */
bool executor_busy(const struct executor *x);

/* How an order stands; texts live until the executor changes. */
struct executor_run_view {
    int64_t nr, seq, at_ms, uid;
    enum executor_run_state state;
    struct safe_text plan, hash, action, who, why, ref, reason, undo_of; /* why: it paused, stopped or was refused */
    struct safe_text noted;
    size_t count, done, refused, open; /* actions; open: begun and not ended */
};
bool executor_run(const struct executor *x, int64_t nr, struct executor_run_view *out);
/* All orders, or the actions of one (nr 0: of all), until `each` says false. */
void executor_each_run(const struct executor *x, bool (*each)(void *ctx, const struct executor_run_view *run),
                       void *ctx);
void executor_each(const struct executor *x, int64_t nr,
                   bool (*each)(void *ctx, const struct order *o, const struct action *a), void *ctx);
/* The action that has not ended of that object, or NULL; the executor's. What is only proposed is none. */
const struct order *executor_rival(const struct executor *x, struct safe_text target);
/* An order for that object is refused by `err`: when another changed it within the last ten minutes, `err` says who, and by which order. */
void executor_rival_tell(const struct executor *x, struct safe_text target, struct err *err);
/* The row of an action; texts live until the executor changes, or are the arena's. False: there is none. */
bool executor_row(const struct executor *x, int64_t nr, int64_t item, struct arena *arena, struct row *row);

#endif
