#include <stdio.h>
#include <string.h>

#include "base/log.h"
#include "base/tr.h"
#include "executor_private.h"

/* One action, request by request. A request that changes something is in the journal as an intent before it is given; whatever of it
 * is not known is asked before anything is given again. */

static void on_ended(void *ctx, enum source_order_end end, const struct source_ordered *said, const struct err *err);

static int64_t utc_ms(const struct executor_item *i)
{
    return clock_now(i->x->options.clock).utc_ms;
}

static void say(struct executor_item *i, const char *words)
{
    i->o.result = rows_text(&i->o.arena, text_of(words));
}

static void tell(const struct executor_item *i)
{
    i->x->options.changed(i->x->options.ctx, i->o.nr, i->o.item);
}

static void later(struct executor_item *i, int64_t ms)
{
    i->due_ms = clock_boot_ms() + ms;
    i->x->options.wake(i->x->options.ctx);
}

/* Again after a while that grows. */
static void again_later(struct executor_item *i)
{
    i->wait_ms = i->wait_ms ? 2 * i->wait_ms : EXECUTOR_WAIT_MS;
    if (i->wait_ms > EXECUTOR_WAIT_MAX_MS)
        i->wait_ms = EXECUTOR_WAIT_MAX_MS;
    later(i, i->wait_ms);
}

/* --- what is given --- */

/* Its source does not know the ~N that the store gave to a job's generation. */
static struct safe_text own_id(const struct order *o)
{
    const char *p = text_bytes(o->target);
    size_t n = text_len(o->target), cut = n;
    while (o->kind == KIND_JOB && cut > 0 && p[cut - 1] >= '0' && p[cut - 1] <= '9')
        cut--;
    return cut > 0 && cut < n && p[cut - 1] == '~' ? text_from(p, cut - 1) : o->target;
}

static struct safe_text object_of(const struct executor_item *i, const struct action_step *s)
{
    const struct safe_text objects[] = {[ACTION_OBJECT_OWN] = own_id(&i->o),
                                        [ACTION_OBJECT_MADE] = i->o.made,
                                        [ACTION_OBJECT_SURPLUS] = text_of(i->surplus)};
    return objects[s->object];
}

static struct safe_text source_of(const struct executor_item *i, const struct action_step *s)
{
    return s->side == ACTION_SIDE_TO ? i->o.source_to : i->o.source;
}

static bool give(struct executor_item *i, struct err *err)
{
    const struct action_step *s = executor_step_of(i);
    const struct source_order order = {
        .what = s->what,
        .kind = i->o.kind,
        .target = object_of(i, s),
        .key = i->o.key,
        .to = i->o.to,
        .to_name = i->o.to_name,
        .owner = i->o.seen_user,
        .copy = text_from(buf_str(&i->copy), i->copy.len),
        .script = text_from(buf_str(&i->script), i->script.len),
        .by = i->o.by,
        .reason = i->o.reason,
        .plan = i->o.plan,
        .value = i->o.value,
        .marked = s->marked,
        .ends_ms = i->o.ends_ms,
    };
    bool look = i->looking || s->look_only;
    i->busy = i->x->options.give(i->x->options.ctx, source_of(i, s), &order, look, on_ended, i, err);
    return i->busy;
}

/* --- the end --- */

static void write_end(struct executor_item *i)
{
    struct err err = {0};
    i->unwritten = !executor_write_item(i, i->run->state == EXECUTOR_STOPPED, &err);
    if (i->unwritten) {
        log_err(LOG_ERROR, &err);
        later(i, EXECUTOR_WAIT_MS);
        return;
    }
    tell(i);
    executor_item_ended(i);
}

void executor_step_end(struct executor_item *i, enum order_state state, bool done, const char *words)
{
    i->o.state = i->o.was_unknown ? ORDER_RESOLVED : state;
    i->o.done = done;
    i->o.sent = false;
    i->o.ended_ms = utc_ms(i);
    i->due_ms = 0;
    if (words)
        say(i, words);
    write_end(i);
}

static void finish(struct executor_item *i)
{
    struct buf words = buf_make(ERR_TEXT_MAX);
    if (i->x->options.lacks && !(i->a->to && text_empty(i->o.made)))
        i->x->options.lacks(i->x->options.ctx, i->o.source, action_what(i->a, &i->o), &words);
    if (i->o.back)
        executor_step_end(i, ORDER_REFUSED, false, NULL);
    else
        executor_step_end(i, ORDER_DONE, true, i->o.was_unknown && words.len == 0 ? NULL : buf_str(&words));
    buf_release(&words);
}

/* What was done is taken back, where there is something. */
static void turn_back(struct executor_item *i, const struct err *why)
{
    const struct action_step *s = executor_step_of(i);
    struct err err = *why;
    executor_rival_tell(i->x, i->o.target, &err);
    if (!s->back) {
        executor_step_end(i, ORDER_REFUSED, false, err.text);
        return;
    }
    say(i, err.text);
    i->o.back = true;
    i->o.step = s->back;
    i->o.sent = false;
    i->looking = i->looked = false;
    executor_step_go(i);
}

/* --- going on --- */

/* What is only read over and over is read less and less. */
static void next_step(struct executor_item *i)
{
    i->wait_ms = action_step_reads(executor_step_of(i)) ? i->wait_ms : 0;
    i->o.step++;
    i->o.sent = false;
    i->looking = i->looked = false;
    i->resends = 0;
    executor_step_go(i);
}

/* How long its peer takes to save what it answered; 0: it answers what it has saved. */
static int64_t saves_ms(const struct executor_item *i, const struct action_step *s)
{
    const struct executor_options *x = &i->x->options;
    return x->saves_ms ? x->saves_ms(x->ctx, source_of(i, s)) : 0;
}

static bool is_wary(const struct executor_item *i, const struct action_step *s)
{
    return s->wary && saves_ms(i, s) > 0;
}

static bool left_out(const struct executor_item *i, const struct action_step *s)
{
    if ((s->skip && s->skip(&i->o)) || (s->kept && saves_ms(i, s) == 0))
        return true;
    if (s->object == ACTION_OBJECT_SURPLUS && !i->surplus[0])
        return true;
    return s->optional && !i->x->options.takes(i->x->options.ctx, source_of(i, s), s->what, NULL);
}

/* The intent is durable before the first byte leaves. */
static bool write_intent(struct executor_item *i)
{
    struct err err = {0};
    const enum order_state state = i->o.state;
    const int64_t sent_ms = i->o.sent_ms;
    i->o.state = ORDER_INTENT;
    i->o.sent = true;
    i->o.sent_ms = utc_ms(i);
    if (executor_write_item(i, false, &err))
        return true;
    i->o.sent = false;
    i->o.sent_ms = sent_ms;
    i->o.state = state;
    log_err(LOG_ERROR, &err);
    err_prefix(&err, "not recorded, so nothing is sent");
    say(i, err.text);
    tell(i);
    executor_pause(i->run, err.text);
    again_later(i);
    return false;
}

static bool may_change(struct executor_item *i)
{
    struct err err = {0};
    if (i->o.sent_ms > 0 || i->o.back || !i->x->options.ready || i->x->options.ready(i->x->options.ctx, &i->o, &err))
        return true;
    if (err.kind == ERR_REFUSED || text_empty(i->run->plan))
        turn_back(i, &err);
    else {
        executor_item_waits(i);
        executor_pause(i->run, err.text);
    }
    return false;
}

/* It only read so far, and the order paused or was stopped meanwhile: nothing of it is sent. */
static bool halted(struct executor_item *i)
{
    enum executor_run_state state = i->run->state;
    if (i->o.sent_ms > 0 || (state != EXECUTOR_PAUSED && state != EXECUTOR_STOPPED))
        return false;
    if (state == EXECUTOR_PAUSED)
        executor_item_waits(i);
    else
        executor_step_end(i, ORDER_REFUSED, false, tr("stopped before it was sent"));
    return true;
}

/* A peer that dies forgets what it has not saved, and gives what it forgot as new ids to others. */
static bool rests(struct executor_item *i)
{
    const struct action_step *s = executor_step_of(i);
    int64_t ms = s->saved || s->kept ? saves_ms(i, s) : 0;
    if (ms > 0 && i->changed_ms + ms > clock_boot_ms()) {
        executor_item_rests(i, i->changed_ms + ms);
        return true;
    }
    return !executor_item_wakes(i);
}

/* A peer that cannot be asked at all did not get it. */
static void not_given(struct executor_item *i, const struct err *err)
{
    const struct action_step *s = executor_step_of(i);
    if (!i->looking)
        i->o.sent = false;
    if ((err->kind == ERR_REFUSED || err->kind == ERR_INPUT) && !i->looking && !s->stubborn && !i->o.back) {
        turn_back(i, err);
        return;
    }
    again_later(i);
}

void executor_step_go(struct executor_item *i)
{
    const struct action_step *s = executor_step_of(i);
    struct err err = {0};
    int end = i->o.back ? i->a->step_count : i->a->way;
    i->due_ms = 0;
    if (halted(i))
        return;
    while (i->o.step < end && left_out(i, s = executor_step_of(i)))
        i->o.step++;
    if (i->o.step >= end) {
        finish(i);
        return;
    }
    if (rests(i))
        return;
    if ((s->look_first || is_wary(i, s)) && !i->looked && !i->looking) {
        i->looking = true;
        if (i->settle_until_ms > clock_boot_ms()) {
            i->due_ms = i->settle_until_ms;
            return;
        }
    }
    if (!i->looking && !action_step_reads(s) && (!may_change(i) || !write_intent(i)))
        return;
    if (give(i, &err)) {
        if (i->o.state == ORDER_INTENT && !i->looking)
            i->o.state = ORDER_SENT;
        tell(i);
    } else
        not_given(i, &err);
}

/* --- what came of it --- */

static void keep_said(struct executor_item *i, const struct source_ordered *said)
{
    struct buf *to = executor_step_of(i)->what == SOURCE_ORDER_SCRIPT ? &i->script : &i->copy;
    bool own = executor_step_of(i)->object == ACTION_OBJECT_OWN;
    if (!own || said->copy.len == 0)
        return;
    buf_release(to);
    *to = buf_make(said->copy.max);
    buf_put(to, said->copy.data, said->copy.len, NULL);
}

/* True when that is new. */
static bool is_unknown_now(struct executor_item *i, const struct err *why)
{
    struct err err = {0};
    bool was = i->o.state == ORDER_UNKNOWN;
    say(i, why->text);
    i->o.state = ORDER_UNKNOWN;
    i->o.was_unknown = i->doubted = true;
    if (!was && !executor_write_item(i, false, &err))
        log_err(LOG_ERROR, &err);
    return !was;
}

static void again(struct executor_item *i, const struct action_step *s, const struct err *why)
{
    struct err err = {0};
    if (!s->stubborn && ++i->agains > EXECUTOR_RESENDS) {
        err_set(&err, ERR_REFUSED, "the peer does it, and does not keep it");
        turn_back(i, &err);
        return;
    }
    i->o.step = s->again;
    i->o.sent = false;
    i->looking = i->looked = false;
    if (s->object == ACTION_OBJECT_SURPLUS)
        i->surplus[0] = '\0';
    if (why->kind != ERR_NONE && i->wait_ms >= EXECUTOR_DOUBT_MS)
        is_unknown_now(i, why);
    again_later(i);
}

static void judge(struct executor_item *i, enum source_order_end end, const struct source_ordered *said)
{
    const struct action_step *s = executor_step_of(i);
    struct action_case c = {.order = &i->o, .end = end, .said = said};
    struct err err = {0};
    enum action_turn turn = s->judge ? s->judge(&c, &err) : ACTION_TURN_ON;
    keep_said(i, said);
    if (s->what == SOURCE_ORDER_SUBMIT)
        text_show_in(c.surplus, i->surplus, sizeof i->surplus);
    if (turn == ACTION_TURN_END)
        finish(i);
    else if (turn == ACTION_TURN_BACK)
        turn_back(i, &err);
    else if (turn == ACTION_TURN_ON)
        next_step(i);
    else
        again(i, s, &err);
}

/* It may have been done: from now on the peer is asked. */
static void doubt(struct executor_item *i, const struct err *why)
{
    bool fresh = is_unknown_now(i, why) || !i->looking;
    i->looking = true;
    i->unsettled = executor_step_of(i)->settle_ms > 0;
    if (fresh)
        later(i, ACTION_SETTLE_MS);
    else
        again_later(i);
    tell(i);
}

/* A peer that hung does what lies before it when it wakes, and may have answered the look before: the look is believed when it was
 * made again after a while. */
static bool is_settled(struct executor_item *i)
{
    bool settled = !i->unsettled;
    i->unsettled = false;
    if (!settled)
        later(i, executor_step_of(i)->settle_ms);
    return settled;
}

/* It was asked, and was not done. */
static void absent(struct executor_item *i)
{
    const struct action_step *s = executor_step_of(i);
    if (!is_settled(i))
        return;
    i->looking = false;
    i->looked = true;
    if (i->o.sent && (s->once || is_wary(i, s)) && i->doubted) {
        struct err err = {0};
        char words[ERR_TEXT_MAX];
        err_set(&err, ERR_REFUSED, "%s", text_show_in(i->o.result, words, sizeof words));
        turn_back(i, &err);
        return;
    }
    if (i->o.sent && ++i->resends > EXECUTOR_RESENDS && !s->stubborn) {
        struct err err = {0};
        err_set(&err, ERR_REFUSED, "the peer does not do it, and does not say why");
        turn_back(i, &err);
        return;
    }
    executor_step_go(i);
}

static void refused(struct executor_item *i, const struct err *err)
{
    const struct action_step *s = executor_step_of(i);
    if (!s->stubborn) {
        turn_back(i, err);
        return;
    }
    say(i, err->text);
    if (!action_step_reads(s)) {
        i->o.step = s->again ? s->again : i->o.step + 1;
        i->o.sent = false;
        i->looking = i->looked = false;
    }
    again_later(i);
    tell(i);
}

static void unknown(struct executor_item *i, const struct err *err)
{
    const struct action_step *s = executor_step_of(i);
    if (!action_step_reads(s) && (!i->looking || i->o.sent)) {
        doubt(i, err);
        return;
    }
    /* How far it is, its peer alone knows now. */
    if (i->o.sent_ms > 0 && s->what != SOURCE_ORDER_SCRIPT)
        is_unknown_now(i, err);
    else
        say(i, err->text);
    again_later(i);
    tell(i);
}

static void on_ended(void *ctx, enum source_order_end end, const struct source_ordered *said, const struct err *err)
{
    struct executor_item *i = ctx;
    const struct action_step *s = executor_step_of(i);
    bool reads = action_step_reads(s), finds = s->what == SOURCE_ORDER_SUBMIT || s->settle_ms > 0;
    i->busy = false;
    i->changed_ms = reads ? i->changed_ms : clock_boot_ms();
    i->unsettled = i->unsettled && !(finds && end == SOURCE_ORDER_DONE);
    if (end == SOURCE_ORDER_ABSENT && reads && finds && !is_settled(i))
        return;
    bool lasts = reads && i->wait_ms >= EXECUTOR_DOUBT_MS; /* the doubt of what is read over and over */
    if (end != SOURCE_ORDER_UNKNOWN && i->o.state == ORDER_UNKNOWN && !i->unsettled && !lasts)
        i->o.state = ORDER_SENT;
    if (end == SOURCE_ORDER_DONE || (end == SOURCE_ORDER_ABSENT && reads))
        judge(i, end, said);
    else if (end == SOURCE_ORDER_ABSENT)
        absent(i);
    else if (end == SOURCE_ORDER_REFUSED)
        refused(i, err);
    else if (end == SOURCE_ORDER_TAKEN) {
        i->looking = true;
        later(i, 500);
    } else
        unknown(i, err);
}

void executor_step_resume(struct executor_item *i)
{
    const struct action_step *s = executor_step_of(i);
    bool changes = !action_step_reads(s);
    executor_item_begin(i);
    i->changed_ms = clock_boot_ms();
    if (i->o.sent && changes) {
        i->o.state = ORDER_UNKNOWN;
        i->o.was_unknown = true;
        i->unsettled = s->settle_ms > 0;
        i->looking = !s->resume;
        i->settle_until_ms = clock_boot_ms() + ACTION_SETTLE_MS;
    }
    if (s->resume) {
        i->o.step = s->resume;
        i->o.sent = false;
    }
    i->due_ms = i->settle_until_ms > 0 && !s->resume ? i->settle_until_ms : clock_boot_ms() + EXECUTOR_WAIT_MS;
}
