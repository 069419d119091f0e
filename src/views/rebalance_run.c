#include "views/rebalance_run.h"

#include <stdlib.h>

#include "base/mem.h"

/* A job's id belongs to one move of a plan. */
struct member {
    struct safe_text id;
    size_t move;
};
struct members {
    struct member *all;
    size_t count, cap;
};

int64_t rebalance_tally_left(const struct rebalance_tally *t)
{
    return t->all - t->done - t->refused - t->unknown - t->open;
}

bool rebalance_run_is(const struct row *plan)
{
    static const char *const states[] = {"running", "paused", "stopped", "done", "partly", "failed", "undone"};

    for (size_t i = 0; i < sizeof states / sizeof *states; i++)
        if (cell_is(plan, PLAN_STATE, states[i]))
            return true;
    return false;
}

/* --- whose move an action is --- */

static void members_add(struct members *m, struct safe_text id, size_t move)
{
    if (m->count == m->cap) {
        m->cap = m->cap > 0 ? 2 * m->cap : 256;
        m->all = mem_grow(m->all, m->cap, sizeof *m->all);
    }
    m->all[m->count++] = (struct member){id, move};
}

static int by_id(const void *a, const void *b)
{
    const struct member *one = a, *other = b;

    return text_cmp(one->id, other->id);
}

static void members_make(struct members *m, const struct view_rows *moves)
{
    *m = (struct members){0};
    for (size_t i = 0; i < moves->count; i++) {
        struct row move = {0};
        struct safe_text rest, id;

        if (!moves->at(moves->ctx, i, &move))
            continue;
        if (value_known(&move.cells[MOVE_TRANSFER]))
            members_add(m, value_text_or(&move.cells[MOVE_TRANSFER], ""), i);
        for (rest = value_text_or(&move.cells[MOVE_JOB_IDS], ""); value_list_next(&rest, &id);)
            members_add(m, id, i);
    }
    if (m->count > 0)
        qsort(m->all, m->count, sizeof *m->all, by_id);
}

static struct rebalance_run_move *move_of(const struct rebalance_run *r, const struct members *m, struct safe_text id)
{
    struct member key = {id, 0}, *found = NULL;

    if (m->count > 0)
        found = bsearch(&key, m->all, m->count, sizeof *m->all, by_id);
    return found != NULL ? &r->moves[found->move] : NULL;
}

/* --- counting --- */

static bool is_open(const struct row *action)
{
    return cell_is(action, ACTION_STATE, "intent") || cell_is(action, ACTION_STATE, "sent");
}

static void count(struct rebalance_tally *t, const struct row *action)
{
    const struct value *done = &action->cells[ACTION_DONE];

    t->all++;
    if (value_known(done)) {
        t->done += value_int_or(done, 0) == 1;
        t->refused += value_int_or(done, 0) != 1;
    } else if (cell_is(action, ACTION_STATE, "unknown"))
        t->unknown++;
    else
        t->open += is_open(action);
}

static void span(struct rebalance_run *r, const struct row *action)
{
    int64_t asked_ms = value_int_or(&action->cells[ACTION_ASKED_AT], 0);
    int64_t ended_ms = value_int_or(&action->cells[ACTION_ENDED_AT], 0);
    int64_t wave = value_int_or(&action->cells[ACTION_WAVE], 0);

    r->began_ms = asked_ms > 0 && (r->began_ms == 0 || asked_ms < r->began_ms) ? asked_ms : r->began_ms;
    r->last_ms = ended_ms > r->last_ms ? ended_ms : r->last_ms;
    if (value_known(&action->cells[ACTION_SENT_AT]) && wave > r->wave)
        r->wave = wave;
    r->who = value_text_or(&action->cells[ACTION_REQUESTED_BY], "");
    r->approver = value_text_or(&action->cells[ACTION_APPROVED_BY], "");
    r->change = value_text_or(&action->cells[ACTION_REF], "");
}

static void add(struct rebalance_run *r, const struct members *m, const struct row *action)
{
    struct rebalance_run_move *move = move_of(r, m, value_text_or(&action->cells[ACTION_TARGET], ""));

    if (value_known(&action->cells[ACTION_UNDO_OF])) {
        count(&r->back, action);
        return;
    }
    count(&r->sum, action);
    span(r, action);
    if (move == NULL)
        return;
    count(&move->tally, action);
    if (is_open(action)) {
        move->now = value_text_or(&action->cells[ACTION_TARGET], "");
        move->step = value_text_or(&action->cells[ACTION_STEP], "");
    }
}

void rebalance_run_make(struct rebalance_run *r, const struct view_frame *f)
{
    const struct view_rows *moves = &f->rows[REBALANCE_MOVES], *actions = &f->rows[REBALANCE_ACTIONS];
    struct members m;

    *r = (struct rebalance_run){.move_count = moves->count};
    r->moves = mem_new(moves->count + 1, sizeof *r->moves);
    members_make(&m, moves);
    for (size_t i = 0; i < actions->count; i++) {
        struct row action = {0};

        if (actions->at(actions->ctx, i, &action))
            add(r, &m, &action);
    }
    free(m.all);
}

void rebalance_run_release(struct rebalance_run *r)
{
    free(r->moves);
    r->moves = NULL;
}

double rebalance_run_left_s(const struct rebalance_run *r, int64_t now_ms)
{
    enum { ENDED_LEAST = 3 };
    const struct rebalance_tally *t = &r->sum;
    double ended = (double)(t->done + t->refused), gone_s = (double)(now_ms - r->began_ms) / 1000;

    if (ended < ENDED_LEAST || r->began_ms == 0 || gone_s <= 0)
        return -1;
    return gone_s * (double)(t->all - t->done - t->refused) / ended;
}

/* --- which page is shown --- */

bool rebalance_runs(const struct view_frame *f, const struct view_state *s)
{
    struct row plan = {0};

    return !s->all && rebalance_plan(f, s, &plan) && rebalance_run_is(&plan);
}

enum rebalance_list rebalance_panel(const struct view_frame *f, const struct view_state *s)
{
    bool preview = s->panel > REBALANCE_LIST_PLANS && s->panel < REBALANCE_LIST_CONSIDERED;
    bool run = s->panel == REBALANCE_LIST_TROUBLE || s->panel == REBALANCE_LIST_LOG;

    if (s->text[0] == '\0')
        return s->panel == REBALANCE_LIST_WAITING && rebalance_orders_wait(f) ? REBALANCE_LIST_WAITING
                                                                              : REBALANCE_LIST_PLANS;
    return (rebalance_runs(f, s) ? run : preview) ? (enum rebalance_list)s->panel : REBALANCE_LIST_MOVES;
}
