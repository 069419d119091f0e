#ifndef HUBTOP_DOMAIN_DESK_H
#define HUBTOP_DOMAIN_DESK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/json.h"
#include "domain/row.h"
#include "domain/verdict.h"

/* The operators' desk: who has what in hand. It is nothing but the fold of the journal's entries, in their order: the same
 * entries give the same desk, whoever folds them. */

enum desk_op {
    DESK_NONE,
    DESK_ACK,
    DESK_UNACK,
    DESK_SILENCE,
    DESK_UNSILENCE,
    DESK_NOTE,
    DESK_UNNOTE, /* takes back the asker's last note on that subject */
    DESK_STEP,   /* a step of a runbook is done */
    DESK_UNSTEP,
    DESK_MAINTENANCE_ADD,
    DESK_MAINTENANCE_END,
    DESK_ESCALATE,
    DESK_OUTCOME, /* how an order to a peer went; nobody asks for it */
    DESK_OP_COUNT
};

/* What is known of an order that goes to a peer (a silence to an Alertmanager). */
enum desk_outcome {
    DESK_OWN,     /* it goes to no peer */
    DESK_INTENT,  /* journaled, nothing sent yet */
    DESK_SENT,    /* on its way: the peer must be asked before anything is sent again */
    DESK_DONE,    /* the peer took it */
    DESK_REFUSED, /* the peer said no */
    DESK_UNKNOWN  /* it is not known what the peer did: it must be asked */
};

enum {
    DESK_NOTE_MAX = 500,    /* characters of a note or a reason */
    DESK_NAME_MAX = 512,    /* bytes of an id, a place, a step */
    DESK_ENTRY_MAX = 65536, /* bytes of an entry's body as JSON */
    DESK_LABELS_MAX = 8192,
    DESK_NOTES_MAX = 200,     /* of a subject; as many steps */
    DESK_SILENCES_MAX = 5000, /* that are remembered; as many windows */
    DESK_ID_MAX = 16,
};
#define DESK_SOURCE         "hubtop"
#define DESK_SILENCE_MAX_MS (INT64_C(30) * 86400000)
#define DESK_ACK_MAX_MS     (INT64_C(7) * 86400000)
#define DESK_ACK_MS         (INT64_C(2) * 3600000) /* of an ack that says no end */
#define DESK_MAINTENANCE_MS (INT64_C(90) * 86400000)
#define DESK_REMEMBER_MS    (INT64_C(90) * 86400000) /* what is over for longer need not be folded */
#define DESK_ROW_MS         (INT64_C(7) * 86400000)  /* what is over for longer has no row */

/* One entry. Texts belong to whoever made it; empty ones and times of 0 were not given. */
struct desk_entry {
    int64_t seq, at_ms;   /* the journal's number; UTC */
    int64_t uid;          /* the kernel's word of the asker, -1 for the collector's own entries */
    struct safe_text who; /* its login */
    struct safe_text request_id;
    enum desk_op op;
    /* What it is about: an alert as it was named, the source that tells it, and the subject that an ack, a note or a step
     * stays with (desk_subject()). The collector fills source, subject, severity and labels. */
    struct safe_text alert, source, subject;
    enum severity severity;       /* the alert's at that moment; SEVERITY_UNKNOWN */
    struct safe_text labels;      /* a LIST "name=value": the alert's, of a silence that goes to its source */
    struct safe_text kind, where; /* an object of a silence or a window */
    struct safe_text
        id; /* "ref" of a frame: a silence "S-…" or a window "M-…"; the collector's to begin it, given to end it */
    struct safe_text what; /* "maintenance" or "freeze" */
    struct safe_text step; /* of a runbook: "RB-NET-07/3" */
    struct safe_text note, reason;
    struct safe_text remote; /* the silence's id at its source */
    int64_t until_ms, starts_ms, ends_ms;
    int64_t of_seq; /* DESK_OUTCOME: the entry whose order went so */
    enum desk_outcome outcome;
};

/* The op of a control frame's word ("ack"), DESK_NONE for another; and the word. */
enum desk_op desk_op(struct safe_text word);
const char *desk_op_word(enum desk_op op);

/* Reads a request of the control socket as asked at `now_ms` (UTC): ERR_INPUT (65) says which member is wrong, how, and
 * what to do. Texts are the request's. */
bool desk_entry_read(const struct json *request, int64_t now_ms, struct desk_entry *out, struct err *err);

/* SHA-256 of what the request says (without id, op and request_id): the same request has the same. False with err for members
 * of a wrong type. */
enum { DESK_FINGERPRINT_SIZE = 65 };
bool desk_entry_fingerprint(const struct json *request, char out[DESK_FINGERPRINT_SIZE], struct err *err);

/* The entry as canonical JSON, appended (keys sorted, integers, UTF-8; without seq, at, uid, who, op and request_id, which the
 * journal keeps beside it). Fails when it does not fit. */
bool desk_entry_write(const struct desk_entry *e, struct buf *out, struct err *err);
/* And back: sets what the body holds and leaves the rest as it was. Texts are the body's, labels are joined in `labels` (made
 * for DESK_LABELS_MAX), which is emptied first. ERR_CORRUPT when it makes no sense. */
bool desk_entry_load(const struct json *body, struct buf *labels, struct desk_entry *out, struct err *err);

/* The subject of an alert, appended: "KIND/WHERE" where its object is known, else "alert/SOURCE/ID". */
bool desk_subject(const struct row *alert, struct buf *out, struct err *err);

struct desk;
/* An empty desk; the caller frees it. */
struct desk *desk_new(void);
void desk_free(struct desk *d);

/* Whether the entry makes sense now (at e->at_ms): there is something to take back, the id is known …; err says what is
 * wrong and what to do (ERR_INPUT, 67 for what is not there). */
bool desk_check(const struct desk *d, const struct desk_entry *e, struct err *err);
/* Folds an entry, which is copied. One that makes no sense changes nothing: false with err. */
bool desk_apply(struct desk *d, const struct desk_entry *e, struct err *err);
/* A number that changes with each entry that changed something. */
unsigned desk_version(const struct desk *d);
/* The id of a new silence ('S') or window ('M'), from the request's id: the same for the same request and desk. */
void desk_new_id(const struct desk *d, char letter, struct safe_text request_id, char out[DESK_ID_MAX]);

struct desk_ack {
    struct safe_text subject, alert, who, note;
    int64_t uid, at_ms, until_ms;
    enum severity severity; /* what it was acked at: a worse one ends it (the book decides) */
    int64_t ended_ms;       /* taken back; 0: not */
    struct safe_text ended_by;
};
/* The ack that holds for the subject at `now_ms`, or NULL. Valid until the next entry, as all that follow. */
const struct desk_ack *desk_ack_of(const struct desk *d, struct safe_text subject, int64_t now_ms);
/* The subject's last ack, whether it holds, is over or was taken back; NULL: there never was one. */
const struct desk_ack *desk_ack_last(const struct desk *d, struct safe_text subject);

struct desk_note {
    struct safe_text subject, who, text;
    int64_t uid, at_ms;
};
/* Notes of a subject, the oldest first; `*n` of them, each a pointer. */
size_t desk_notes_of(const struct desk *d, struct safe_text subject, const struct desk_note *out[], size_t max);

struct desk_step {
    struct safe_text subject, step, who;
    int64_t at_ms;
};
/* Ticked steps of a subject, in the order of their ticks, as desk_notes_of(). */
size_t desk_steps_of(const struct desk *d, struct safe_text subject, const struct desk_step *out[], size_t max);

/* When the subject was escalated last; 0: never. `who` may be NULL. */
int64_t desk_escalated_ms(const struct desk *d, struct safe_text subject, struct safe_text *who);
/* Whether the escalation of that entry came to nothing (a DESK_OUTCOME said so), and why. */
bool desk_escalation_failed(const struct desk *d, int64_t seq, struct safe_text *why);

/* A silence. One of a peer's own, which somebody asked us to end, is here too: its id is the peer's. */
struct desk_silence {
    struct safe_text id, who, reason;
    struct safe_text alert, source; /* that alert alone */
    struct safe_text kind, where;   /* or all of an object, or (where empty) of a kind */
    struct safe_text labels, remote, peer_words;
    int64_t uid, seq, at_ms, starts_ms, ends_ms;
    int64_t ended_ms; /* taken back; 0: not */
    struct safe_text ended_by;
    enum desk_outcome outcome; /* DESK_OWN: ours alone */
    int64_t end_seq;           /* the entry that asks a peer to end it; 0: none */
    enum desk_outcome end_outcome;
};
/* The silence of ours that hides that alert at `now_ms` (the one that ends last), or NULL. Those that a peer keeps hide nothing
 * here: the peer tells it. */
const struct desk_silence *desk_silence_of(const struct desk *d, const struct row *alert, int64_t now_ms);
/* Whether it hides what it is about at `now_ms`, here. */
bool desk_silence_is_active(const struct desk_silence *s, int64_t now_ms);
/* Whether that silence would hide the alert, whatever the time. */
bool desk_silence_hides(const struct desk_silence *s, const struct row *alert);
/* Which of `n` alert rows a request to silence would hide: their indexes into `hidden` (of n), how many. Without the
 * collector: for previews. */
size_t desk_preview(const struct desk_entry *silence, const struct row *alerts, size_t n, size_t *hidden);
const struct desk_silence *desk_silence_by_id(const struct desk *d, struct safe_text id);
/* The silence that the entry of that number made, or asks a peer to end; NULL without one. */
const struct desk_silence *desk_silence_by_order(const struct desk *d, int64_t seq);
/* Whether it is still to be found out what the peer did. */
bool desk_outcome_is_open(enum desk_outcome outcome);
/* Calls `each` with all that are not forgotten, the oldest first, until it says false. */
void desk_silences(const struct desk *d, bool (*each)(void *ctx, const struct desk_silence *s), void *ctx);

struct desk_window {
    struct safe_text id, who, reason;
    bool freeze;                  /* a change freeze: hides nothing */
    struct safe_text kind, where; /* empty: everything */
    int64_t uid, at_ms, starts_ms, ends_ms;
    int64_t ended_ms; /* ended early; 0: not */
    struct safe_text ended_by;
};
enum desk_window_state { DESK_PLANNED, DESK_ACTIVE, DESK_OVER };
enum desk_window_state desk_window_state(const struct desk_window *w, int64_t now_ms);
const char *desk_window_word(enum desk_window_state state); /* "planned", "active", "over" */
/* The maintenance window that covers that object at `now_ms` (the one that ends last), or NULL. */
const struct desk_window *desk_window_of(const struct desk *d, enum kind kind, struct safe_text where, int64_t now_ms);
/* The change freeze that covers that object (KIND_NONE: anything) at `now_ms`, or NULL. */
const struct desk_window *desk_freeze_of(const struct desk *d, enum kind kind, struct safe_text where, int64_t now_ms);
/* Calls `each` with all that are not forgotten, the oldest first, until it says false. */
void desk_windows(const struct desk *d, bool (*each)(void *ctx, const struct desk_window *w), void *ctx);

/* When the next silence or window begins or ends after `now_ms`; 0: none. Rows are to be made anew then. */
int64_t desk_next_ms(const struct desk *d, int64_t now_ms);

/* Rows of KIND_SILENCE and KIND_MAINTENANCE as of `now_ms`; `hides`: how many alerts (book_hides()), -1: unknown; texts are the
 * desk's, and `text`'s where they are made (room for DESK_ENTRY_MAX). False: it has none, being over for more than DESK_ROW_MS, or
 * told by the peer that keeps it. */
bool desk_silence_row(const struct desk_silence *s, int64_t hides, int64_t now_ms, struct buf *text, struct row *row);
bool desk_window_row(const struct desk_window *w, int64_t now_ms, struct row *row);

#endif
