#include <stdio.h>
#include <string.h>

#include "base/json.h"
#include "base/tr.h"
#include "views/marks.h"
#include "views/plan_keys.h"
#include "views/rebalance_run.h"

/* What is done to a plan: each key opens a dialog that says first what would be done. */

enum { LINE_BYTES = 2048, CHECKS_SHOWN = 3, ENDS_SHOWN = 6, WORDS_SHOWN = 120, ID_SHOWN = 40 };

struct asked {
    const struct view_frame *frame;
    const struct view_state *state;
    struct row plan, action;
};

static struct intent say(const char *text)
{
    struct intent i = {.kind = INTENT_SAY};

    snprintf(i.text, sizeof i.text, "%s", text);
    return i;
}

static bool is_one_of(const struct row *plan, const char *const *states)
{
    for (; *states; states++)
        if (cell_is(plan, PLAN_STATE, *states))
            return true;
    return false;
}

static void say_line(struct intent *i, struct buf *line)
{
    size_t n = strlen(i->say);

    snprintf(i->say + n, sizeof i->say - n, "%s%s", n > 0 ? "\n" : "", buf_str(line));
    buf_clear(line);
}

/* --- what is read before it is carried out --- */

static void say_size(const struct asked *a, struct intent *i, struct buf *line)
{
    const struct value *cells = a->plan.cells;
    char n[4][CELL_MAX];

    buf_printf(line, NULL, tr("%s jobs, %s accelerators, %s tenants, in %s moves"), cell_count(&cells[PLAN_JOBS], n[0]),
               cell_count(&cells[PLAN_ACCELS], n[1]), cell_count(&cells[PLAN_TENANTS], n[2]),
               cell_count(&cells[PLAN_MOVES], n[3]));
    if (value_int_or(&cells[PLAN_HOLDS], 0) > 0)
        buf_printf(line, NULL, tr("; transfers held: %s"), cell_count(&cells[PLAN_HOLDS], n[0]));
    say_line(i, line);
}

static void say_age(const struct asked *a, struct intent *i, struct buf *line)
{
    const struct value *until = &a->plan.cells[PLAN_EXPIRES_AT];
    int64_t now_ms = a->frame->now.utc_ms;
    struct value left_s = value_real(((double)value_int_or(until, 0) - (double)now_ms) / 1000);
    char clock[CELL_MAX], age[CELL_MAX];

    buf_printf(line, NULL, tr("from the state of %s, %s ago"), cell_clock(&a->plan.cells[PLAN_AS_OF], now_ms, clock),
               cell_since(&a->plan.cells[PLAN_AS_OF], now_ms, age));
    if (value_known(until) && value_real_or(&left_s, 0) > 0)
        buf_printf(line, NULL, tr("; valid %s"), cell_span(&left_s, age));
    else if (value_known(until))
        buf_printf(line, NULL, "; %s", tr("no longer valid"));
    buf_printf(line, NULL, "; %s", tr("every check is made anew before anything is sent"));
    say_line(i, line);
}

static bool is_told(const struct safe_text *ends, size_t n, struct safe_text end)
{
    for (size_t i = 0; i < n; i++)
        if (text_equal(ends[i], end))
            return true;
    return false;
}

/* Adds a scheduler that a move goes from or to, once. */
static void add_end(const struct asked *a, struct safe_text id, struct safe_text *ends, size_t *n, struct buf *line)
{
    const struct view_rows *all = &a->frame->rows[REBALANCE_SCHEDULERS];
    int64_t at = all->find(all->ctx, id, text_of(""));
    struct row end = {0};
    struct value age_s;
    char age[CELL_MAX];

    if (*n == ENDS_SHOWN || text_empty(id) || is_told(ends, *n, id))
        return;
    buf_puts(line, *n > 0 ? ", " : "", NULL);
    ends[(*n)++] = id;
    text_show(id, ID_SHOWN, line);
    if (at < 0 || !all->at(all->ctx, (size_t)at, &end)) {
        buf_printf(line, NULL, " %s", tr("not known"));
        return;
    }
    age_s = end.age_ms >= 0 ? value_real((double)end.age_ms / 1000) : value_none();
    buf_printf(line, NULL, end.stale ? tr(" STALE %s") : " %s", cell_span(&age_s, age));
}

static void say_ends(const struct asked *a, struct intent *i, struct buf *line)
{
    const struct view_rows *moves = &a->frame->rows[REBALANCE_MOVES];
    struct safe_text ends[ENDS_SHOWN];
    size_t n = 0;

    buf_printf(line, NULL, "%s ", tr("age of what is known:"));
    for (size_t k = 0; k < moves->count && n < ENDS_SHOWN; k++) {
        struct row move = {0};

        if (!moves->at(moves->ctx, k, &move) || cell_is(&move, MOVE_STATE, "excluded") ||
            value_known(&move.cells[MOVE_TRANSFER]))
            continue;
        add_end(a, value_text_or(&move.cells[MOVE_FROM], ""), ends, &n, line);
        add_end(a, value_text_or(&move.cells[MOVE_TO], ""), ends, &n, line);
    }
    if (n > 0)
        say_line(i, line);
    buf_clear(line);
}

static struct safe_text check_name(struct safe_text member, struct safe_text *rest)
{
    struct safe_text name = text_of("");

    *rest = member;
    text_split(rest, '=', &name);
    return name;
}

/* Whether a second person must agree, then what is not met. */
static void say_checks(const struct asked *a, struct intent *i, struct buf *line)
{
    struct safe_text list = value_text_or(&a->plan.cells[PLAN_CHECKS], ""), member, rest;
    bool alone = true;
    int bad = 0;
    char word[REBALANCE_WORD_MAX];

    while (value_list_next(&list, &member)) {
        struct safe_text name = check_name(member, &rest);

        if (!text_begins(rest, text_of("no")))
            continue;
        if (text_is(name, "one_person")) {
            alone = false;
            continue;
        }
        if (bad++ == CHECKS_SHOWN)
            break;
        buf_printf(line, NULL, "%s%s", line->len > 0 ? "; " : tr("not met: "), rebalance_check_word(name, word));
    }
    if (line->len > 0)
        say_line(i, line);
    buf_puts(line,
             alone                                       ? tr("one person is enough for it")
             : cell_is(&a->plan, PLAN_STATE, "approved") ? tr("a second person has approved it")
                                                         : tr("a second person approves it first: :plan approve"),
             NULL);
    say_line(i, line);
}

static bool one_is_enough(const struct row *plan)
{
    struct safe_text list = value_text_or(&plan->cells[PLAN_CHECKS], ""), member, rest;

    while (value_list_next(&list, &member))
        if (text_is(check_name(member, &rest), "one_person") && text_begins(rest, text_of("no")))
            return false;
    return true;
}

static void say_glass(const struct asked *a, struct intent *i, struct buf *line)
{
    say_size(a, i, line);
    buf_puts(
        line,
        tr("Alone, in an emergency: half of what two people may, and after 30 minutes nothing more of it is sent."),
        NULL);
    say_line(i, line);
    buf_puts(line, tr("Everybody is told at once, with your reason, until somebody else signs it off (V)."), NULL);
    say_line(i, line);
    say_age(a, i, line);
    say_ends(a, i, line);
}

static void say_sign(const struct asked *a, struct intent *i, struct buf *line)
{
    say_size(a, i, line);
    buf_puts(line, tr("It was carried out by one person alone: you have seen it, and accept it. That is on record."),
             NULL);
    say_line(i, line);
}

static void say_apply(const struct asked *a, struct intent *i, struct buf *line)
{
    say_size(a, i, line);
    buf_puts(line, tr("It goes in growing waves, on its own: leaving this console stops nothing."), NULL);
    say_line(i, line);
    buf_puts(line, tr("Undo: what has not started by then is moved back; what runs where it went stays."), NULL);
    say_line(i, line);
    say_age(a, i, line);
    say_ends(a, i, line);
    say_checks(a, i, line);
}

static void say_undo(const struct asked *a, struct intent *i, struct buf *line)
{
    struct rebalance_run run;

    rebalance_run_make(&run, a->frame);
    buf_printf(
        line, NULL,
        tr("Done: %lld. Jobs that have not started go back to their queue, held transfers go on; the rest stays."),
        (long long)run.sum.done);
    say_line(i, line);
    buf_puts(line, tr("The same checks are made; it is an order of its own, and goes on record."), NULL);
    say_line(i, line);
    rebalance_run_release(&run);
}

static void say_stop(const struct asked *a, struct intent *i, struct buf *line)
{
    struct rebalance_run run;

    rebalance_run_make(&run, a->frame);
    buf_printf(line, NULL,
               tr("What was moved stays (%lld), what is under way ends (%lld), nothing more is sent (%lld)."),
               (long long)run.sum.done, (long long)run.sum.open, (long long)rebalance_tally_left(&run.sum));
    say_line(i, line);
    rebalance_run_release(&run);
}

static void say_pause(const struct asked *a, struct intent *i, struct buf *line)
{
    buf_puts(line,
             cell_is(&a->plan, PLAN_STATE, "paused") ? tr("The next wave begins, if the guards let it.")
                                                     : tr("What is under way ends, nothing begins until it goes on."),
             NULL);
    say_line(i, line);
}

static void say_action(const struct asked *a, struct intent *i, struct buf *line)
{
    text_show(cell_text(&a->action, ACTION_TARGET), ID_SHOWN, line);
    buf_puts(line, " > ", NULL);
    text_show(cell_text(&a->action, ACTION_TO), ID_SHOWN, line);
    buf_puts(line, ": ", NULL);
    text_show(cell_text(&a->action, ACTION_RESULT), WORDS_SHOWN, line);
    say_line(i, line);
}

/* --- which key may do what --- */

static const char *const waits[] = {"proposed", "approved", NULL}, *const proposed[] = {"proposed", NULL},
                         *const runs[] = {"running", "paused", NULL},
                         *const over[] = {"stopped", "done", "partly", "failed", NULL};

static const struct verb {
    int action;
    const char *op;
    const char *const *states; /* NULL: any */
    const char *otherwise;     /* why not in another one */
    bool hash, on_action;      /* it tells what was seen; it is about one action */
    void (*say)(const struct asked *a, struct intent *i, struct buf *line);
} verbs[] = {
    {PLAN_APPLY, "plan_apply", waits,
     N_("only a plan that is proposed or approved can be carried out: b computes anew"), true, false, say_apply},
    {PLAN_APPROVE, "plan_approve", proposed, N_("only a plan that is proposed can be approved"), true, false,
     say_apply},
    {PLAN_PAUSE, "plan_pause", runs, N_("the plan does not run"), false, false, say_pause},
    {PLAN_STOP, "plan_stop", runs, N_("the plan does not run"), false, false, say_stop},
    {PLAN_UNDO, "plan_undo", over, N_("only what has ended, or was stopped with X, is taken back"), false, false,
     say_undo},
    {PLAN_GLASS, "plan_break_glass", waits,
     N_("only a plan that is proposed or approved can be carried out: b computes anew"), true, false, say_glass},
    {PLAN_SIGN, "plan_sign", NULL, NULL, false, false, say_sign},
    {PLAN_RETRY, "plan_retry", NULL, NULL, false, true, say_action},
    {PLAN_SKIP, "plan_skip", NULL, NULL, false, true, say_action},
};

bool rebalance_act_ask(struct intent *i, struct safe_text ref, struct safe_text hash)
{
    struct buf out = buf_make(sizeof i->ask - 1);
    struct json_writer w = json_writer_make(&out);

    json_open_object(&w);
    json_put_key(&w, "ref");
    json_put_text(&w, ref);
    if (!text_empty(hash)) {
        json_put_key(&w, "hash");
        json_put_text(&w, hash);
    }
    if (strcmp(i->op, "plan_break_glass") == 0) {
        json_put_key(&w, "break_glass");
        json_put_bool(&w, true);
    }
    json_close_object(&w);
    bool ok = w.err.kind == ERR_NONE;
    snprintf(i->ask, sizeof i->ask, "%s", buf_str(&out));
    buf_release(&out);
    return ok;
}

static struct intent form(const struct verb *v, struct asked *a)
{
    struct intent i = {.kind = INTENT_FORM};
    struct buf line = buf_make(LINE_BYTES);
    struct safe_text ref = v->on_action ? a->action.id : a->plan.id;
    bool resume = v->action == PLAN_PAUSE && cell_is(&a->plan, PLAN_STATE, "paused");

    snprintf(i.op, sizeof i.op, "%s", resume ? "plan_resume" : v->op);
    text_show_in(ref, i.text, sizeof i.text);
    v->say(a, &i, &line);
    buf_release(&line);
    return rebalance_act_ask(&i, ref, v->hash ? value_text_or(&a->plan.cells[PLAN_HASH], "") : text_of(""))
               ? i
               : say(tr("its name is too long for a request"));
}

static const struct verb *verb_of(int action)
{
    size_t k = 0;

    while (k + 1 < sizeof verbs / sizeof *verbs && verbs[k].action != action)
        k++;
    return &verbs[k];
}

struct intent rebalance_act(const struct view_frame *f, const struct view_state *s, int action)
{
    const struct verb *v = verb_of(action);
    struct asked a = {.frame = f, .state = s};

    if (s->text[0] == '\0' && (action == PLAN_APPROVE || action == PLAN_STOP)) {
        struct intent i = rebalance_orders_act(f, s, action);

        if (i.kind != INTENT_NONE)
            return i;
    }
    if (s->text[0] == '\0')
        return say(tr("Enter opens the plan first: what is on the screen is what is meant"));
    if (!rebalance_plan(f, s, &a.plan) || f->rows[REBALANCE_MOVES].partial)
        return say(tr("the plan is still being read"));
    if (v->states && !is_one_of(&a.plan, v->states))
        return say(tr(v->otherwise));
    if (v->hash && (marks_count(s->marks) > 0 || s->filter[0] != '\0'))
        return say(
            tr("what is on the screen is not the whole plan as it was proposed: b computes the change, Esc leaves it"));
    if (v->hash && !value_known(&a.plan.cells[PLAN_HASH]))
        return say(tr("the plan is still being read"));
    if (action == PLAN_GLASS && one_is_enough(&a.plan))
        return say(tr("one person is enough for it: x carries it out"));
    if (v->on_action && !list_current(&s->place[REBALANCE_LIST_TROUBLE], &f->rows[REBALANCE_TROUBLE], &a.action))
        return say(tr("nothing was refused, and nothing is unknown"));
    return form(v, &a);
}
