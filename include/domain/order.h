#ifndef HUBTOP_DOMAIN_ORDER_H
#define HUBTOP_DOMAIN_ORDER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"
#include "base/json.h"
#include "domain/row.h"

/* An order: what one person decided at once, as actions on single objects. How far an action is stands in it, so that what is
 * written of it in the journal is all that a restart needs. Pure. */

enum order_state {
    ORDER_PREVIEWED,
    ORDER_CONFIRMED, /* nothing was sent */
    ORDER_INTENT,    /* the next request is in the journal, and may have left */
    ORDER_SENT,      /* a request left, and was answered */
    ORDER_DONE,
    ORDER_REFUSED, /* nothing was changed, or all was taken back */
    ORDER_UNKNOWN, /* what came of a request is not known: the peer will be asked */
    ORDER_RESOLVED /* it was unknown, and is known now: `done` */
};
/* The word of formats.md, in the program's own memory; ORDER_UNKNOWN for a word that is none. */
const char *order_state_word(enum order_state s);
enum order_state order_state_of(struct safe_text word);
/* Whether nothing will follow. */
bool order_state_ended(enum order_state s);

enum { ORDER_ID_MAX = 32, ORDER_KEY_SIZE = 33, ORDER_BODY_MAX = 64 << 10 };

/* An action of an order. Texts are the arena's. */
struct order {
    struct arena arena;
    int64_t nr, item; /* O-NR/ITEM */
    struct safe_text action, key, plan, target, from, to, reason, ref, by, approved_by, undo_of;
    struct safe_text source, source_to; /* who is asked: of the target, of `to` */
    struct safe_text to_name; /* what the peers of a federation call `to`; "" where the job is not theirs to move */
    enum kind kind;           /* of the target */
    int64_t value;            /* -1: none */
    int64_t wave, at_ms, ends_ms;
    int64_t begin_ms; /* not before, UTC; 0: at once */
    /* the target as it was seen when it was confirmed; numbers -1 where they are unknown */
    struct safe_text seen_user, seen_queue, seen_name_hash, tenant;
    int64_t seen_submitted_ms, seen_restarts, accels, cpus;
    bool stops; /* the job runs, and will not there */
    /* how far it is */
    enum order_state state;
    int64_t step;               /* of its kind's table */
    struct safe_text step_word; /* what that calls it, when it was written: numbers change from version to version */
    bool sent;                  /* the step's request may have left */
    bool was_unknown;           /* at some time */
    bool orig_held;             /* the job was held before the first step */
    bool native;                /* the peer moves it itself */
    bool back;                  /* what was done is being taken back; `result` says why */
    bool done;                  /* it was carried out */
    int64_t sent_ms, ended_ms;
    struct safe_text made; /* the copy's SCHEDULER/ID, or what the peer calls what it made */
    struct safe_text result;
};

/* One of which nothing is known yet: numbers that can be unknown are -1. */
struct order order_make(void);
/* Frees what the order owns; accepts NULL and one that is zeroed. */
void order_release(struct order *o);

/* "O-0012/3" and "O-0012". */
const char *order_id(const struct order *o, char out[ORDER_ID_MAX]);
const char *order_nr_id(int64_t nr, char out[ORDER_ID_MAX]);
/* The number of "O-0012" or "O-0012/3" (`item` 0 without); false when it is no such id. */
bool order_id_parse(struct safe_text id, int64_t *nr, int64_t *item);

/* The key of an action: 32 hex digits of SHA-256 over what makes the order unique (its request, by a UUID) and the item. */
void order_key(struct safe_text unique, int64_t item, char out[ORDER_KEY_SIZE]);

/* What was seen of a job goes into the order: who, which queue, its name, when it was submitted. */
void order_see(struct order *o, const struct row *job);
/* False with err (REFUSED) and what differs when the job that `now` tells is not the one that was seen, or not as it was: another
 * user, name, queue, submit time or restart count. What is unknown on one side makes no difference. */
bool order_same(const struct order *o, const struct row *now, struct err *err);

/* All of it as canonical JSON (sorted keys), and back. False with err: the buffer is full; ERR_CORRUPT. */
bool order_write(const struct order *o, struct buf *out, struct err *err);
bool order_read(const struct json *j, struct order *o, struct err *err);

/* Its row of kind `actions`; `step` is the word of its step and `undo` how it is undone, "" without; texts are the order's or the
 * arena's. */
void order_row(const struct order *o, const char *step, const char *undo, struct arena *arena, struct row *row);

#endif
