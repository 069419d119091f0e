#ifndef HUBTOP_SRC_COLLECTOR_PLAN_OPS_PRIVATE_H
#define HUBTOP_SRC_COLLECTOR_PLAN_OPS_PRIVATE_H

#include "collector/asked.h"
#include "collector/plan_ops.h"
#include "collector/plan_record.h"
#include "collector/plan_take.h"
#include "domain/plan.h"
#include "store/plans.h"

enum { PLAN_OPS_COMING = 8, PLAN_OPS_ID_MAX = 24 };
enum { PLAN_OPS_DATA = 65, PLAN_OPS_NOT_FOUND = 67, PLAN_OPS_LATER = 75, PLAN_OPS_NOT_ALLOWED = 77 };

struct plan_ops_kept {
    struct plan *plan;
    int64_t nr, seq;
    struct person by; /* who proposed it */
    /* who approved it, for it as it is, and until when that counts (UTC); 0: nobody */
    struct person approver;
    char approved_by[ASKED_WHO_MAX];
    int64_t approved_until_ms;
};

struct plan_ops_answer;
struct plan_ops_coming;
struct plan_ops_starting;

struct plan_ops {
    struct plan_ops_options options;
    struct plan_ops_kept all[PLANS_KEPT + PLAN_OPS_COMING]; /* the oldest first */
    size_t count;
    int64_t touched_ms;
    struct plan_ops_answer *answers;
    struct plan_ops_coming *coming;
    struct plan_ops_starting *starting;
    struct plan_glass *glass; /* what was done alone and nobody else signed off, the newest first */
    int64_t glass_told_ms;    /* boot clock */
    struct plan_recorder *recorder;
};

/* The plan of that id; NULL with err (67): there is none. */
struct plan_ops_kept *plan_ops_find(struct plan_ops *o, struct safe_text id, struct err *err);
/* Gives a plan another state, with that entry of the journal. */
bool plan_ops_state(struct plan_ops *o, struct plan_ops_kept *k, struct journal_entry *e, const char *state,
                    struct err *err);
/* Writes the row of a plan, and answers when it is in the cache (`call` NULL: nobody). */
void plan_ops_tell(struct plan_ops *o, const struct plan_ops_kept *k, const struct serve_call *call);
/* The body of an entry about a plan; it is `out`'s. False with err: it is too long. */
struct plan_ops_said {
    struct safe_text plan, hash, reason, change;
    const struct person *who; /* its SSH key goes on record too; NULL: nobody */
};
bool plan_ops_body(struct journal_entry *e, struct buf *out, const struct plan_ops_said *said, struct err *err);

/* --- plan_approve.c: two people */

bool plan_approve(struct plan_ops *o, struct asked *r, struct err *err);
/* Whether somebody other than who proposed it and who carries it out has approved it; else false with err (77). */
bool plan_approve_stands(const struct plan_ops *o, const struct plan_ops_kept *k, const struct person *runner,
                         struct err *err);
/* What is in the journal of people, after a start: who proposed, who approved, what was done alone. */
void plan_approve_resume(struct plan_ops *o);

/* --- plan_glass.c: break-glass */

/* The limits of one person in an emergency: half of what two people may. */
struct plan_limits plan_glass_limits(const struct plan_limits *limits);
/* Whether the asker may break the glass, and says why; else false with err (64, 77). */
bool plan_glass_may(const struct asked *r, struct err *err);
/* Journals that the plan is carried out alone, before it is, and tells of it. */
bool plan_glass_break(struct plan_ops *o, struct plan_ops_kept *k, const struct journal_entry *e,
                      const struct person *who, struct safe_text reason, struct err *err);
bool plan_glass_sign(struct plan_ops *o, struct asked *r, struct err *err);
/* An entry of the journal, after a start; `body` NULL: none that can be read. */
void plan_glass_fold(struct plan_ops *o, const struct journal_entry *e, const struct json *body);
/* Says what is open, as it is. */
void plan_glass_tell(struct plan_ops *o);
/* Stops what is over its time, and repeats what is open. */
void plan_glass_tick(struct plan_ops *o);
void plan_glass_free(struct plan_ops *o);

/* --- plan_run.c: plans are carried out */

/* The plan of a request, if it waits to be carried out and is, to the byte, the one that the asker saw; NULL with err. */
struct plan_ops_kept *plan_run_meant(struct plan_ops *o, struct asked *r, struct err *err);
bool plan_run_apply(struct plan_ops *o, struct asked *r, struct err *err);
bool plan_run_control(struct plan_ops *o, struct asked *r, struct err *err);
bool plan_run_undo(struct plan_ops *o, struct asked *r, struct err *err);
void plan_run_free(struct plan_ops *o);

#endif
