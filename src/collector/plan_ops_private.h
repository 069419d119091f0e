#ifndef HUBTOP_SRC_COLLECTOR_PLAN_OPS_PRIVATE_H
#define HUBTOP_SRC_COLLECTOR_PLAN_OPS_PRIVATE_H

#include "collector/plan_ops.h"
#include "collector/plan_record.h"
#include "collector/plan_take.h"
#include "domain/plan.h"
#include "store/plans.h"

enum { PLAN_OPS_COMING = 8, PLAN_OPS_ID_MAX = 24, PLAN_OPS_WHO_MAX = 128 };
enum { PLAN_OPS_DATA = 65, PLAN_OPS_NOT_FOUND = 67, PLAN_OPS_LATER = 75, PLAN_OPS_NOT_ALLOWED = 77 };

struct plan_ops_kept {
    struct plan *plan;
    int64_t nr, seq;
    /* who approved it, for it as it is, and until when that counts (UTC); 0: nobody */
    char approved_by[PLAN_OPS_WHO_MAX];
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
    struct plan_recorder *recorder;
};

struct plan_ops_request {
    const struct serve_call *call;
    const struct json *message;
    struct journal_entry entry;
    char who[PLAN_OPS_WHO_MAX], fingerprint[65];
};

/* A text of a frame, "" without. */
struct safe_text plan_ops_member(const struct json *m, const char *key);
/* The plan of that id; NULL with err (67): there is none. */
struct plan_ops_kept *plan_ops_find(struct plan_ops *o, struct safe_text id, struct err *err);
/* Gives a plan another state, with that entry of the journal. */
bool plan_ops_state(struct plan_ops *o, struct plan_ops_kept *k, struct journal_entry *e, const char *state,
                    struct err *err);
/* Writes the row of a plan, and answers when it is in the cache (`call` NULL: nobody). */
void plan_ops_tell(struct plan_ops *o, const struct plan_ops_kept *k, const struct serve_call *call);
/* The body of an entry about a plan; it is `out`'s. False with err: it is too long. */
bool plan_ops_body(struct journal_entry *e, struct buf *out, const struct plan *p, struct safe_text reason,
                   struct safe_text change, struct err *err);

/* --- plan_run.c: plans are approved and carried out */

bool plan_run_approve(struct plan_ops *o, struct plan_ops_request *r, struct err *err);
bool plan_run_apply(struct plan_ops *o, struct plan_ops_request *r, struct err *err);
bool plan_run_control(struct plan_ops *o, struct plan_ops_request *r, struct err *err);
bool plan_run_undo(struct plan_ops *o, struct plan_ops_request *r, struct err *err);
/* Approvals that are in the journal, after a start. */
void plan_run_resume(struct plan_ops *o);
void plan_run_free(struct plan_ops *o);

#endif
