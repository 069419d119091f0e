#include "actions/action.h"

#include "base/tr.h"
#include "domain/state.h"

enum { ID_MAX = 160 };

const struct action *action_by_name(struct safe_text name)
{
    for (const struct action *const *a = action_table; *a; a++) {
        if (text_is(name, (*a)->name))
            return *a;
    }
    return NULL;
}

bool action_step_reads(const struct action_step *s)
{
    return s->look_only || source_order_reads(s->what);
}

enum source_order_what action_what(const struct action *a, const struct order *o)
{
    if (!a->to)
        return a->steps[0].what;
    return o->native ? SOURCE_ORDER_MOVE : SOURCE_ORDER_SUBMIT;
}

const char *action_undo(const struct action *a, const struct order *o)
{
    return order_state_ended(o->state) && !o->done ? "" : tr(a->undo_words);
}

/* --- what several share --- */

static enum job_state state_of(const struct row *job)
{
    return state_job(value_text_or(&job->cells[JOB_STATE], ""));
}

static bool waits(enum job_state s)
{
    return s == JOB_WAITING || s == JOB_HELD;
}

static bool lives(enum job_state s)
{
    return waits(s) || s == JOB_RUNNING || s == JOB_SUSPENDED;
}

static bool is_not(const struct order *o, const char *what, const struct row *job, struct err *err)
{
    char id[ID_MAX];
    return err_set(err, ERR_REFUSED, "'%s' %s: it is %s", text_show_in(o->target, id, sizeof id), what,
                   state_job_word(state_of(job)));
}

bool action_check_waits(const struct order *o, const struct row *job, struct err *err)
{
    return waits(state_of(job)) || is_not(o, "does not wait", job, err);
}

bool action_check_held(const struct order *o, const struct row *job, struct err *err)
{
    return state_of(job) == JOB_HELD || is_not(o, "is not held", job, err);
}

bool action_check_lives(const struct order *o, const struct row *job, struct err *err)
{
    return lives(state_of(job)) || is_not(o, "is over", job, err);
}

bool action_check_any(const struct order *o, const struct row *target, struct err *err)
{
    (void)o;
    (void)target;
    (void)err;
    return true;
}

static bool is_there(const struct action_case *c, struct err *err)
{
    char id[ID_MAX];
    if (c->end == SOURCE_ORDER_DONE && c->said->jobs.count > 0)
        return true;
    return err_set(err, ERR_REFUSED, "there is no job '%s' any more", text_show_in(c->order->target, id, sizeof id));
}

enum action_turn action_judge_waits(struct action_case *c, struct err *err)
{
    if (!is_there(c, err) || !order_same(c->order, &c->said->jobs.all[0], err) ||
        !action_check_waits(c->order, &c->said->jobs.all[0], err))
        return ACTION_TURN_BACK;
    c->order->orig_held = state_of(&c->said->jobs.all[0]) == JOB_HELD;
    return ACTION_TURN_ON;
}

enum action_turn action_judge_lives(struct action_case *c, struct err *err)
{
    bool ok = is_there(c, err) && order_same(c->order, &c->said->jobs.all[0], err) &&
              action_check_lives(c->order, &c->said->jobs.all[0], err);
    return ok ? ACTION_TURN_ON : ACTION_TURN_BACK;
}

enum action_turn action_judge_kept(struct action_case *c, struct err *err)
{
    (void)err;
    return c->end == SOURCE_ORDER_DONE ? ACTION_TURN_ON : ACTION_TURN_AGAIN;
}
