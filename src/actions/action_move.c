#include "actions/action.h"
#include "base/tr.h"
#include "domain/state.h"

/* A waiting job goes to another scheduler. Where one peer has both ends it does that itself. So does a federation of Slurm clusters: its
 * origin lets the job start at one of them alone, and whatever it answered, both ends are read until the job is there and no more here
 * (a member that is down gets it when it is back; a slurmctld that dies forgets what it had not saved). Between independent clusters a
 * held copy is made first, and nothing of the job is let go before the copy was read back; the copy is let go when the job is gone. So
 * wherever it stops, one of them lives. Each step that cannot be given up is followed by one that reads how it is: a refusal may
 * mean that there is nothing left to do. A scheduler that dies forgets what it had not saved, and gives the id of a copy that it forgot
 * to another job: the copy is saved before the job goes, and that before the copy is let go. */

enum { SUBMIT_SETTLE_MS = 25000 }; /* a slurmctld that hangs answers within 20 s */

enum {
    READ,
    MOVE,
    MEMBER,
    LEFT,
    ARRIVED,
    HOLD,
    CHECK,
    SCRIPT,
    SUBMIT,
    SURPLUS,
    HOLD_COPY,
    CHECK_COPY,
    CHECK_AGAIN,
    CANCEL,
    GONE,
    RELEASE,
    THERE,
    BACK_CANCEL,
    BACK_GONE,
    BACK_LOOK,
    BACK_RELEASE,
    BACK_FREE,
    STEPS
};

static const struct row *job_of(const struct action_case *c)
{
    return c->end == SOURCE_ORDER_DONE && c->said->jobs.count > 0 ? &c->said->jobs.all[0] : NULL;
}

static enum job_state state_of(const struct row *job)
{
    return job ? state_job(value_text_or(&job->cells[JOB_STATE], "")) : JOB_UNKNOWN;
}

static bool is_over(const struct row *job)
{
    enum job_state s = state_of(job);
    return s == JOB_CANCELLED || s == JOB_DONE || s == JOB_FAILED || s == JOB_TIMEOUT;
}

static void take_made(struct action_case *c)
{
    c->order->made = rows_text(&c->order->arena, text_from(buf_str(&c->said->remote), c->said->remote.len));
}

/* One that runs goes on from its checkpoint, where its peer has both ends. */
static bool goes_on(const struct row *job)
{
    return state_of(job) == JOB_RUNNING && value_known(&job->cells[JOB_CHECKPOINT_AT]);
}

/* Of a federation's job that is held its origin alone has a record, wherever it may start: nobody could see that it arrived. */
static bool check_joint(const struct order *o, const struct row *job, struct err *err)
{
    if (text_empty(o->to_name) || state_of(job) != JOB_HELD)
        return true;
    err_set(err, ERR_REFUSED, "the job is held, and lies at its federation's origin alone until it is released");
    return err_hint(err, "'hubtop order release' lets it wait; then it can move");
}

static bool check(const struct order *o, const struct row *job, struct err *err)
{
    return check_joint(o, job, err) && (goes_on(job) || action_check_waits(o, job, err));
}

static enum action_turn judge_first(struct action_case *c, struct err *err)
{
    const struct row *job = job_of(c);
    if (job && !check_joint(c->order, job, err))
        return ACTION_TURN_BACK;
    return job && c->order->native && goes_on(job) ? action_judge_lives(c, err) : action_judge_waits(c, err);
}

/* --- steps --- */

static bool not_inside(const struct order *o)
{
    return !o->native || !text_empty(o->to_name);
}

static bool not_joint(const struct order *o)
{
    return !o->native || text_empty(o->to_name);
}

static bool was_held(const struct order *o)
{
    return o->orig_held;
}

static bool nothing_made(const struct order *o)
{
    return text_empty(o->made);
}

static bool all_known(const struct order *o)
{
    return !o->was_unknown;
}

static enum action_turn judge_moved(struct action_case *c, struct err *err)
{
    (void)err;
    take_made(c);
    return ACTION_TURN_END;
}

static enum action_turn judge_sent(struct action_case *c, struct err *err)
{
    (void)err;
    take_made(c);
    return ACTION_TURN_ON;
}

static enum action_turn judge_left(struct action_case *c, struct err *err)
{
    const struct row *job = job_of(c);
    if (!job)
        return ACTION_TURN_ON;
    if (state_of(job) == JOB_WAITING || state_of(job) == JOB_HELD)
        return ACTION_TURN_AGAIN;
    err_set(err, ERR_REFUSED, "the job was not moved in time: it is %s", state_job_word(state_of(job)));
    return ACTION_TURN_BACK;
}

/* Submit time and restarts are its own; it may have started. */
static enum action_turn judge_arrived(struct action_case *c, struct err *err)
{
    const struct row *job = job_of(c);
    struct order like = order_make();
    char to[128];
    like.seen_user = c->order->seen_user;
    like.seen_name_hash = c->order->seen_name_hash;
    like.seen_queue = c->order->seen_queue;
    if (job && order_same(&like, job, err))
        return ACTION_TURN_END;
    if (!job)
        err_set(err, ERR_TRANSIENT, "its federation sends it to '%s', which does not have it yet",
                text_show_in(c->order->to, to, sizeof to));
    return ACTION_TURN_AGAIN;
}

/* It may have started between the first look and the hold: then it stays where it is. */
static enum action_turn judge_held(struct action_case *c, struct err *err)
{
    const struct row *job = job_of(c);
    if (!job)
        err_set(err, ERR_REFUSED, "the job is not there any more");
    else if (order_same(c->order, job, err)) {
        if (state_of(job) == JOB_HELD)
            return ACTION_TURN_ON;
        err_set(err, ERR_REFUSED, "the job is not held: it is %s", state_job_word(state_of(job)));
    }
    return ACTION_TURN_BACK;
}

static enum action_turn judge_submitted(struct action_case *c, struct err *err)
{
    (void)err;
    take_made(c);
    if (c->said->jobs.count > 1)
        c->surplus = c->said->jobs.all[1].id;
    return ACTION_TURN_ON;
}

static enum action_turn judge_surplus(struct action_case *c, struct err *err)
{
    (void)c;
    (void)err;
    return ACTION_TURN_AGAIN;
}

/* Queue, submit time and restarts are its own. */
static enum action_turn judge_copy(struct action_case *c, struct err *err)
{
    const struct row *copy = job_of(c);
    struct order like = order_make();
    like.seen_user = c->order->seen_user;
    like.seen_name_hash = c->order->seen_name_hash;
    if (copy && state_of(copy) == JOB_HELD && order_same(&like, copy, err))
        return ACTION_TURN_ON;
    if (err->kind == ERR_NONE)
        err_set(err, ERR_REFUSED, "it is %s, and not held", copy ? state_job_word(state_of(copy)) : "not there");
    err_prefix(err, "the copy is not as it should be");
    return ACTION_TURN_BACK;
}

/* Let go by somebody else it may have run after all: then its copy must not. */
static enum action_turn judge_gone(struct action_case *c, struct err *err)
{
    const struct row *job = job_of(c);
    if (job && is_over(job) && state_of(job) != JOB_CANCELLED) {
        err_set(err, ERR_REFUSED, "the job ran before it was moved: it is %s", state_job_word(state_of(job)));
        return ACTION_TURN_BACK;
    }
    return !job || is_over(job) ? ACTION_TURN_ON : ACTION_TURN_AGAIN;
}

/* One that is not there any more was let go, and is over. */
static enum action_turn judge_there(struct action_case *c, struct err *err)
{
    const struct row *copy = job_of(c);
    (void)err;
    return !copy || c->order->orig_held || state_of(copy) != JOB_HELD ? ACTION_TURN_END : ACTION_TURN_AGAIN;
}

static enum action_turn judge_copy_gone(struct action_case *c, struct err *err)
{
    (void)err;
    if (job_of(c) && !is_over(job_of(c)))
        return ACTION_TURN_AGAIN;
    c->order->made = text_of("");
    return ACTION_TURN_ON;
}

/* A copy of which nobody was told. */
static enum action_turn judge_no_copy(struct action_case *c, struct err *err)
{
    (void)err;
    if (c->end == SOURCE_ORDER_ABSENT)
        return ACTION_TURN_ON;
    take_made(c);
    return ACTION_TURN_AGAIN;
}

static enum action_turn judge_free(struct action_case *c, struct err *err)
{
    (void)err;
    return state_of(job_of(c)) == JOB_HELD ? ACTION_TURN_AGAIN : ACTION_TURN_END;
}

static const struct action_step steps[] = {
    [READ] = {.word = "read", .what = SOURCE_ORDER_READ, .optional = true, .judge = judge_first},
    [MOVE] = {.word = "move", .what = SOURCE_ORDER_MOVE, .skip = not_inside, .judge = judge_moved},
    [MEMBER] = {.word = "move_within",
                .what = SOURCE_ORDER_MOVE,
                .settle_ms = SUBMIT_SETTLE_MS,
                .once = true,
                .skip = not_joint,
                .judge = judge_sent},
    [LEFT] = {.word = "left",
              .what = SOURCE_ORDER_READ,
              .saved = true,
              .stubborn = true,
              .skip = not_joint,
              .judge = judge_left,
              .again = MEMBER},
    [ARRIVED] = {.word = "arrived",
                 .what = SOURCE_ORDER_READ,
                 .side = ACTION_SIDE_TO,
                 .object = ACTION_OBJECT_MADE,
                 .stubborn = true,
                 .skip = not_joint,
                 .judge = judge_arrived,
                 .again = LEFT},
    [HOLD] = {.word = "hold", .what = SOURCE_ORDER_HOLD},
    [CHECK] = {.word = "check", .what = SOURCE_ORDER_READ, .judge = judge_held, .back = BACK_LOOK},
    [SCRIPT] = {.word = "script", .what = SOURCE_ORDER_SCRIPT, .back = BACK_LOOK, .resume = CHECK},
    [SUBMIT] = {.word = "submit",
                .what = SOURCE_ORDER_SUBMIT,
                .side = ACTION_SIDE_TO,
                .look_first = true,
                .settle_ms = SUBMIT_SETTLE_MS,
                .judge = judge_submitted,
                .back = BACK_LOOK,
                .resume = CHECK},
    [SURPLUS] = {.word = "surplus",
                 .what = SOURCE_ORDER_CANCEL,
                 .side = ACTION_SIDE_TO,
                 .object = ACTION_OBJECT_SURPLUS,
                 .stubborn = true,
                 .judge = judge_surplus,
                 .again = SUBMIT,
                 .resume = CHECK},
    [HOLD_COPY] = {.word = "hold_copy",
                   .what = SOURCE_ORDER_HOLD,
                   .side = ACTION_SIDE_TO,
                   .object = ACTION_OBJECT_MADE,
                   .marked = true,
                   .look_first = true,
                   .back = BACK_CANCEL},
    [CHECK_COPY] = {.word = "check_copy",
                    .what = SOURCE_ORDER_READ,
                    .side = ACTION_SIDE_TO,
                    .object = ACTION_OBJECT_MADE,
                    .marked = true,
                    .saved = true,
                    .judge = judge_copy,
                    .back = BACK_CANCEL},
    [CHECK_AGAIN] = {.word = "check_again", .what = SOURCE_ORDER_READ, .judge = judge_held, .back = BACK_CANCEL},
    [CANCEL] = {.word = "cancel", .what = SOURCE_ORDER_CANCEL, .stubborn = true},
    [GONE] = {.word = "gone",
              .what = SOURCE_ORDER_READ,
              .saved = true,
              .stubborn = true,
              .judge = judge_gone,
              .back = BACK_CANCEL,
              .again = CANCEL},
    [RELEASE] = {.word = "release",
                 .what = SOURCE_ORDER_RELEASE,
                 .side = ACTION_SIDE_TO,
                 .object = ACTION_OBJECT_MADE,
                 .stubborn = true,
                 .skip = was_held},
    [THERE] = {.word = "there",
               .what = SOURCE_ORDER_READ,
               .side = ACTION_SIDE_TO,
               .object = ACTION_OBJECT_MADE,
               .saved = true,
               .stubborn = true,
               .judge = judge_there,
               .again = RELEASE},
    [BACK_CANCEL] = {.word = "cancel_copy",
                     .what = SOURCE_ORDER_CANCEL,
                     .side = ACTION_SIDE_TO,
                     .object = ACTION_OBJECT_MADE,
                     .marked = true,
                     .look_first = true,
                     .stubborn = true,
                     .skip = nothing_made},
    [BACK_GONE] = {.word = "copy_gone",
                   .what = SOURCE_ORDER_READ,
                   .side = ACTION_SIDE_TO,
                   .object = ACTION_OBJECT_MADE,
                   .marked = true,
                   .saved = true,
                   .stubborn = true,
                   .skip = nothing_made,
                   .judge = judge_copy_gone,
                   .again = BACK_CANCEL},
    [BACK_LOOK] = {.word = "look_for_copy",
                   .what = SOURCE_ORDER_SUBMIT,
                   .side = ACTION_SIDE_TO,
                   .look_only = true,
                   .stubborn = true,
                   .skip = all_known,
                   .judge = judge_no_copy,
                   .again = BACK_CANCEL},
    [BACK_RELEASE] = {.word = "release_source", .what = SOURCE_ORDER_RELEASE, .stubborn = true, .skip = was_held},
    [BACK_FREE] = {.word = "source_free",
                   .what = SOURCE_ORDER_READ,
                   .saved = true,
                   .stubborn = true,
                   .skip = was_held,
                   .judge = judge_free,
                   .again = BACK_RELEASE},
};

const struct action action_move = {
    .name = "move",
    .summary = N_("moves a job to another scheduler: one that waits, or that goes on from its checkpoint"),
    .targets = {KIND_JOB},
    .to = true,
    .severe = true,
    .undo = "move",
    .undo_words = N_("move it back, as long as it has not started"),
    .check = check,
    .steps = steps,
    .step_count = STEPS,
    .way = BACK_CANCEL,
};
