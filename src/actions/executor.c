#include "actions/executor.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "base/mem.h"
#include "base/tr.h"
#include "executor_private.h"

enum { EXIT_NOT_FOUND = 67, EXIT_LATER = 75, REFUSED_IN_ROW = 3, RESTING_MAX = 15 };

static const char *const run_words[] = {
    [EXECUTOR_RUNNING] = "running",   [EXECUTOR_PAUSED] = "paused",     [EXECUTOR_STOPPED] = "stopped",
    [EXECUTOR_PROPOSED] = "proposed", [EXECUTOR_DONE] = "done",         [EXECUTOR_PARTLY] = "partly",
    [EXECUTOR_FAILED] = "failed",     [EXECUTOR_REJECTED] = "rejected", [EXECUTOR_EXPIRED] = "expired",
};

const char *executor_run_word(enum executor_run_state s)
{
    return run_words[s];
}

enum executor_run_state executor_run_state_of(struct safe_text word)
{
    for (size_t k = 0; k < sizeof run_words / sizeof *run_words; k++) {
        if (text_is(word, run_words[k]))
            return (enum executor_run_state)k;
    }
    return EXECUTOR_PAUSED;
}

static bool run_over(const struct executor_run *r)
{
    return r->state >= EXECUTOR_DONE;
}

static struct executor_run *run_by_nr(const struct executor *x, int64_t nr)
{
    struct executor_run *r = x->runs;
    while (r && r->nr != nr)
        r = r->next;
    return r;
}

/* One that could not be read is not among them. */
static struct executor_item *item_by(const struct executor_run *r, int64_t item)
{
    if (item > 0 && (size_t)item <= r->count && r->items[item - 1]->o.item == item)
        return r->items[item - 1];
    for (size_t k = 0; k < r->count; k++) {
        if (r->items[k]->o.item == item)
            return r->items[k];
    }
    return NULL;
}

static void wake(const struct executor *x)
{
    x->options.wake(x->options.ctx);
}

static void tell(const struct executor *x, const struct executor_run *r)
{
    x->options.changed(x->options.ctx, r->nr, 0);
}

/* --- waves --- */

/* SCHEDULER of SCHEDULER/QUEUE. */
static struct safe_text scheduler_of(struct safe_text to)
{
    struct safe_text rest = to, head = to;
    text_split(&rest, '/', &head);
    return head;
}

static bool same_pair(const struct order *a, const struct order *b)
{
    return text_equal(a->source, b->source) && text_equal(a->from, b->from) &&
           text_equal(scheduler_of(a->to), scheduler_of(b->to));
}

/* One action is under way for a pair of schedulers, whosever it is. Some more may rest, where a job is in two places meanwhile. */
static bool pair_free(const struct executor *x, const struct executor_item *for_it, int most_resting)
{
    int resting = 0;
    for (const struct executor_item *i = x->flying; i; i = i->flies_next) {
        if (i == for_it || !same_pair(&i->o, &for_it->o))
            continue;
        if (!i->resting)
            return false;
        resting += i->a->to;
    }
    return resting <= most_resting;
}

/* Whoever waits for a pair may go, of whatever order: first who has begun. */
static void pair_freed(struct executor *x)
{
    for (struct executor_item *i = x->flying; i; i = i->flies_next) {
        if (i->waits)
            i->due_ms = clock_boot_ms();
    }
    for (struct executor_run *r = x->runs; r; r = r->next)
        r->due = r->due || r->state == EXECUTOR_RUNNING;
    wake(x);
}

void executor_item_rests(struct executor_item *i, int64_t until_ms)
{
    i->resting = true;
    i->due_ms = until_ms;
    pair_freed(i->x);
}

bool executor_item_wakes(struct executor_item *i)
{
    i->waits = i->resting && !pair_free(i->x, i, INT_MAX);
    i->resting = i->waits;
    return !i->waits;
}

static bool open_in(const struct executor_run *r, int64_t wave)
{
    for (size_t k = 0; k < r->count; k++) {
        if (r->items[k]->o.wave <= wave && (!order_state_ended(r->items[k]->o.state) || r->items[k]->unwritten))
            return true;
    }
    return false;
}

static bool open_at_all(const struct executor_run *r)
{
    return open_in(r, INT64_MAX);
}

/* As it is on record: a restart forgets nothing of it but who was in doubt, and those that it left in doubt itself are not the peers'. What was
 * refused when it was made had no part in it. */
static struct executor_wave wave_now(const struct executor_run *r)
{
    struct executor_wave w = {.nr = r->nr, .wave = r->wave, .plan = r->plan, .noted = r->noted, .seen = r->wave_seen};
    for (size_t k = 0; k < r->count; k++) {
        const struct executor_item *i = r->items[k];
        if (i->o.wave != r->wave || !(i->o.done || i->o.sent_ms > 0 || i->begun))
            continue;
        w.count++;
        w.bad += !i->o.done || i->doubted;
    }
    return w;
}

/* Nothing guards what nothing follows. */
static bool may_go_on(struct executor_run *r)
{
    const struct executor_wave last = wave_now(r);
    struct executor *x = r->x;
    struct err err = {0};
    if (r->wave == 0 || !x->options.guard)
        return true;
    enum executor_guard said = x->options.guard(x->options.ctx, &last, &err);
    if (said == EXECUTOR_GUARD_PAUSE)
        executor_pause(r, err.text);
    return said == EXECUTOR_GUARD_GO;
}

static bool next_wave(struct executor_run *r)
{
    if (open_in(r, r->wave) || !open_at_all(r))
        return true;
    if (!may_go_on(r))
        return false;
    while (!open_in(r, r->wave))
        r->wave++;
    r->wave_seen = false;
    return true;
}

/* A clock may be faster than time: it is looked at each second. */
static bool is_early(struct executor_run *r, const struct executor_item *i)
{
    bool early = i->o.begin_ms > clock_now(r->x->options.clock).utc_ms;
    if (early && r->later_ms == 0)
        r->later_ms = clock_boot_ms() + EXECUTOR_WAIT_MS;
    return early;
}

static void begin_what_may(struct executor_run *r)
{
    for (size_t k = 0; k < r->count && r->state == EXECUTOR_RUNNING; k++) {
        struct executor_item *i = r->items[k];
        if (i->begun || order_state_ended(i->o.state) || i->o.wave > r->wave || is_early(r, i) ||
            !pair_free(i->x, i, RESTING_MAX))
            continue;
        executor_item_begin(i);
        executor_step_go(i);
    }
}

void executor_item_begin(struct executor_item *i)
{
    if (i->begun)
        return;
    i->begun = true;
    i->flies_next = i->x->flying;
    i->x->flying = i;
}

void executor_item_lands(struct executor_item *i)
{
    struct executor_item **at = &i->x->flying;
    while (*at && *at != i)
        at = &(*at)->flies_next;
    if (!*at)
        return;
    *at = i->flies_next;
    i->resting = i->waits = false;
    pair_freed(i->x);
}

void executor_item_waits(struct executor_item *i)
{
    executor_item_lands(i);
    i->begun = i->looking = i->looked = false;
    i->o.step = i->due_ms = i->wait_ms = 0;
    wake(i->x);
}

/* --- how an order stands --- */

/* What could not be written is written when that is possible: after a restart it stands as it stood. */
void executor_run_stands(struct executor_run *r)
{
    struct err err = {0};
    if (executor_write_state(r, &err))
        r->unwritten_ms = 0;
    else {
        log_err(LOG_ERROR, &err);
        r->unwritten_ms = clock_boot_ms() + EXECUTOR_WAIT_MS;
        wake(r->x);
    }
    tell(r->x, r);
}

void executor_pause(struct executor_run *r, const char *why)
{
    if (r->state != EXECUTOR_RUNNING)
        return;
    r->state = EXECUTOR_PAUSED;
    r->why = rows_text(&r->arena, text_of(why));
    executor_run_stands(r);
}

static void end_if_over(struct executor_run *r)
{
    size_t done = 0;
    if (open_at_all(r))
        return;
    for (size_t k = 0; k < r->count; k++)
        done += r->items[k]->o.done;
    r->state = done == r->count ? EXECUTOR_DONE : done > 0 ? EXECUTOR_PARTLY : EXECUTOR_FAILED;
    executor_run_stands(r);
}

static bool was_stopped(const struct executor_run *r)
{
    return r->state == EXECUTOR_STOPPED;
}

static bool may_end(const struct executor_run *r)
{
    return !run_over(r) && !was_stopped(r) && r->state != EXECUTOR_PROPOSED;
}

void executor_item_ended(struct executor_item *i)
{
    struct executor_run *r = i->run;
    executor_item_lands(i);
    r->refused_in_row = i->o.done ? 0 : r->refused_in_row + 1;
    r->wave_seen = false;
    if (r->refused_in_row >= REFUSED_IN_ROW && !text_empty(r->plan)) {
        struct buf why = buf_make(ERR_TEXT_MAX);
        buf_printf(&why, NULL, tr("%d were refused in a row; the last: "), REFUSED_IN_ROW);
        text_show(i->o.result, -1, &why);
        r->refused_in_row = 0;
        executor_pause(r, buf_str(&why));
        buf_release(&why);
    }
    r->due = true;
    wake(i->x);
}

static void go_on(struct executor_run *r)
{
    r->due = false;
    r->later_ms = 0;
    if (r->state == EXECUTOR_RUNNING && next_wave(r))
        begin_what_may(r);
    if (may_end(r))
        end_if_over(r);
}

/* --- making one --- */

/* An order of another version of this program may have stood at a step that has another number now. */
static bool find_step(const struct action *a, struct order *o)
{
    int k = 0;
    if (text_empty(o->step_word))
        return o->step >= 0 && o->step <= a->step_count;
    while (k < a->step_count && !text_is(o->step_word, a->steps[k].word))
        k++;
    o->step = k;
    return k < a->step_count;
}

bool executor_item_add(struct executor_run *r, struct executor *x, struct order *o, struct err *err)
{
    const struct action *a = action_by_name(o->action);
    if (!a || !find_step(a, o)) {
        order_release(o);
        return err_set(err, ERR_CORRUPT, "there is no such kind of action, or no such step of it");
    }
    if (r->count == r->cap) {
        r->cap = r->cap ? 2 * r->cap : 8;
        r->items = mem_grow(r->items, r->cap, sizeof(struct executor_item *));
    }
    struct executor_item *i = mem_new(1, sizeof *i);
    *i = (struct executor_item){.x = x, .run = r, .o = *o, .a = a};
    *o = (struct order){0};
    r->items[r->count++] = i;
    return true;
}

void executor_run_free(struct executor_run *r)
{
    for (size_t k = 0; k < r->count; k++) {
        order_release(&r->items[k]->o);
        buf_release(&r->items[k]->copy);
        buf_release(&r->items[k]->script);
        free(r->items[k]);
    }
    free(r->items);
    arena_release(&r->arena);
    free(r);
}

enum journal_step executor_add(struct executor *x, struct journal_entry *e, const struct executor_ask *ask,
                               struct order *orders, size_t n, int64_t *nr, struct err *err)
{
    struct executor_draft *d = executor_draft_new(x, e, ask);
    *nr = 0;
    if (executor_draft_take(d, e, orders, n, err))
        return executor_draft_commit(d, e, nr, err);
    executor_draft_free(d);
    return JOURNAL_FAILED;
}

/* --- what people do to it --- */

static bool no_such(struct err *err, int64_t nr)
{
    char id[ORDER_ID_MAX];
    err_set(err, ERR_INPUT, "there is no order '%s'", order_nr_id(nr, id));
    err_hint(err, "'hubtop get actions' lists those there are");
    return err_exit(err, EXIT_NOT_FOUND);
}

struct executor_run *executor_run_find(const struct executor *x, int64_t nr, struct err *err)
{
    struct executor_run *r = run_by_nr(x, nr);
    if (!r)
        no_such(err, nr);
    return r;
}

static bool not_so(struct err *err, const struct executor_run *r, const char *hint)
{
    char id[ORDER_ID_MAX];
    err_set(err, ERR_INPUT, "'%s' is %s", order_nr_id(r->nr, id), executor_run_word(r->state));
    err_hint(err, "%s", hint);
    return err_exit(err, EXIT_LATER);
}

static enum executor_run_state state_after(enum executor_verb verb)
{
    return verb == EXECUTOR_PAUSE ? EXECUTOR_PAUSED : verb == EXECUTOR_STOP ? EXECUTOR_STOPPED : EXECUTOR_RUNNING;
}

static bool do_run(struct executor_run *r, struct journal_entry *e, enum executor_verb verb, struct err *err)
{
    enum executor_run_state was = r->state, to = state_after(verb);
    struct executor_item *ended[EXECUTOR_STOP_SLICE];
    struct safe_text why = r->why;
    size_t n = 0;
    if (run_over(r) || was == EXECUTOR_STOPPED)
        return not_so(err, r, "nothing of it will follow");
    if (was == to)
        return not_so(err, r, "it is so already");
    if (to == EXECUTOR_STOPPED) {
        r->unsent_at = 0;
        n = executor_stop_some(r, e->at_ms, ended);
    }
    r->state = to;
    r->why = to == EXECUTOR_RUNNING ? text_of("") : rows_text(&r->arena, e->who);
    r->wave_seen = r->wave_seen || to == EXECUTOR_RUNNING;
    if (executor_write_run(r, e, ended, n, err) == JOURNAL_FAILED) {
        r->state = to == EXECUTOR_STOPPED ? to : was; /* what was stopped stays so, recorded now or later */
        r->why = why;
        r->unwritten_ms = to == EXECUTOR_STOPPED ? clock_boot_ms() + EXECUTOR_WAIT_MS : r->unwritten_ms;
        wake(r->x);
        return false;
    }
    tell(r->x, r);
    r->due = true;
    wake(r->x);
    return true;
}

static bool item_may(const struct executor_item *i, enum executor_verb verb, struct err *err)
{
    char id[ORDER_ID_MAX];
    bool ended = order_state_ended(i->o.state) && !i->unwritten;
    const struct order *rival = verb == EXECUTOR_RETRY ? executor_rival(i->x, i->o.target) : NULL;
    if (verb == EXECUTOR_RETRY ? !ended || i->o.done : ended || i->unwritten || i->busy) {
        err_set(err, ERR_INPUT, "'%s' is %s", order_id(&i->o, id), order_state_word(i->o.state));
        err_hint(err, verb == EXECUTOR_RETRY
                          ? "only what was refused can be tried again"
                          : "only what has not ended can be left, and not while a request is under way");
        return err_exit(err, EXIT_LATER);
    }
    if (!rival)
        return true;
    err_set(err, ERR_INPUT, "its target is being changed by order %s", order_id(rival, id));
    err_hint(err, "wait until that order has ended, or stop it");
    return err_exit(err, EXIT_LATER);
}

/* From its beginning. */
static void try_anew(struct executor_item *i)
{
    i->o.state = ORDER_CONFIRMED;
    i->o.step = i->o.ended_ms = i->o.sent_ms = 0;
    i->o.back = i->o.was_unknown = i->o.orig_held = false;
    i->o.made = i->o.result = text_of("");
    i->begun = i->looking = i->looked = i->unsettled = i->doubted = false;
    i->wait_ms = i->settle_until_ms = i->due_ms = i->changed_ms = 0;
    i->resends = 0;
    i->surplus[0] = '\0';
    if (run_over(i->run) || was_stopped(i->run))
        i->run->state = EXECUTOR_RUNNING;
}

static void leave(struct executor_item *i, int64_t at_ms)
{
    i->o.state = i->o.sent_ms > 0 ? ORDER_RESOLVED : ORDER_REFUSED;
    i->o.result = rows_text(&i->o.arena, text_of(tr("left by an operator")));
    i->o.ended_ms = at_ms;
    i->due_ms = 0;
}

/* One that was refused is tried anew; one that is stuck, or has not begun, is left. What cannot be recorded is not so. */
static bool do_item(struct executor_item *i, struct journal_entry *e, enum executor_verb verb, struct err *err)
{
    struct executor_item *const items[] = {i};
    if (!item_may(i, verb, err))
        return false;
    const struct executor_item was = *i;
    const enum executor_run_state run_was = i->run->state;
    if (verb == EXECUTOR_RETRY)
        try_anew(i);
    else
        leave(i, e->at_ms);
    if (executor_write_run(i->run, e, items, 1, err) == JOURNAL_FAILED) {
        const struct arena arena = i->o.arena; /* it may have grown */
        *i = was;
        i->o.arena = arena;
        i->run->state = run_was;
        return false;
    }
    if (verb == EXECUTOR_SKIP)
        executor_item_lands(i);
    i->run->due = true;
    i->x->options.changed(i->x->options.ctx, i->o.nr, i->o.item);
    tell(i->x, i->run);
    wake(i->x);
    return true;
}

bool executor_do(struct executor *x, struct journal_entry *e, enum executor_verb verb, int64_t nr, int64_t item,
                 struct err *err)
{
    struct executor_run *r = run_by_nr(x, nr);
    struct executor_item *i = r && item > 0 ? item_by(r, item) : NULL;
    if (!r || item < 0 || (item > 0 && !i))
        return no_such(err, nr);
    if (!executor_proposed_is_not(r, err))
        return false;
    if (i)
        return do_item(i, e, verb, err);
    if (verb == EXECUTOR_RETRY || verb == EXECUTOR_SKIP)
        return not_so(err, r, "name the action: O-NNNN/N");
    return do_run(r, e, verb, err);
}

/* --- time --- */

void executor_tick(struct executor *x)
{
    int64_t now = clock_boot_ms();
    for (struct executor_run *r = x->runs; r; r = r->next) {
        for (size_t k = 0; k < r->count; k++) {
            struct executor_item *i = r->items[k];
            if (i->due_ms <= 0 || i->due_ms > now || i->busy)
                continue;
            if (i->unwritten)
                executor_step_end(i, i->o.state, i->o.done, NULL);
            else
                executor_step_go(i);
        }
        if (executor_stop_due(r))
            executor_stop_on(r);
        if (r->unwritten_ms > 0 && r->unwritten_ms <= now)
            executor_run_stands(r);
        if (r->due || (r->later_ms > 0 && r->later_ms <= now))
            go_on(r);
    }
}

void executor_guarded(struct executor *x, int64_t nr)
{
    struct executor_run *r = run_by_nr(x, nr);
    if (!r)
        return;
    r->due = true;
    wake(x);
}

int64_t executor_due_ms(const struct executor *x)
{
    int64_t due = -1;
    for (const struct executor_run *r = x->runs; r; r = r->next) {
        if (r->due || executor_stop_due(r))
            return 0;
        const int64_t moments[] = {r->unwritten_ms, r->later_ms};
        for (size_t k = 0; k < sizeof moments / sizeof *moments; k++)
            due = moments[k] > 0 && (due < 0 || moments[k] < due) ? moments[k] : due;
        for (size_t k = 0; k < r->count; k++) {
            int64_t at = r->items[k]->due_ms;
            if (at > 0 && !r->items[k]->busy && (due < 0 || at < due))
                due = at;
        }
    }
    return due;
}

bool executor_busy(const struct executor *x)
{
    struct executor_run_view v;
    for (const struct executor_run *r = x->runs; r; r = r->next) {
        if (r->state == EXECUTOR_RUNNING || executor_stop_goes_on(r) || (executor_run(x, r->nr, &v) && v.open > 0))
            return true;
    }
    return false;
}

/* --- how it stands --- */

static struct executor_run_view view_of(const struct executor_run *r)
{
    struct executor_run_view v = {.nr = r->nr,
                                  .seq = r->seq,
                                  .at_ms = r->at_ms,
                                  .uid = r->uid,
                                  .state = r->state,
                                  .plan = r->plan,
                                  .hash = r->hash,
                                  .action = r->action,
                                  .who = r->who,
                                  .why = r->why,
                                  .ref = r->ref,
                                  .reason = r->reason,
                                  .undo_of = r->undo_of,
                                  .noted = r->noted,
                                  .count = r->count};
    for (size_t k = 0; k < r->count; k++) {
        bool ended = order_state_ended(r->items[k]->o.state);
        v.done += ended && r->items[k]->o.done;
        v.refused += ended && !r->items[k]->o.done;
        v.open += !ended && r->items[k]->begun;
    }
    return v;
}

bool executor_run(const struct executor *x, int64_t nr, struct executor_run_view *out)
{
    const struct executor_run *r = run_by_nr(x, nr);
    if (r)
        *out = view_of(r);
    return r != NULL;
}

void executor_each_run(const struct executor *x, bool (*each)(void *ctx, const struct executor_run_view *run),
                       void *ctx)
{
    bool go = true;
    for (const struct executor_run *r = x->runs; r && go; r = r->next) {
        struct executor_run_view v = view_of(r);
        go = each(ctx, &v);
    }
}

void executor_each(const struct executor *x, int64_t nr,
                   bool (*each)(void *ctx, const struct order *o, const struct action *a), void *ctx)
{
    for (const struct executor_run *r = x->runs; r; r = r->next) {
        for (size_t k = 0; (nr == 0 || r->nr == nr) && k < r->count; k++) {
            if (!each(ctx, &r->items[k]->o, r->items[k]->a))
                return;
        }
    }
}

bool executor_row(const struct executor *x, int64_t nr, int64_t item, struct arena *arena, struct row *row)
{
    const struct executor_run *r = run_by_nr(x, nr);
    const struct executor_item *i = r ? item_by(r, item) : NULL;
    if (!i)
        return false;
    order_row(&i->o, executor_step_word(i), action_undo(i->a, &i->o), arena, row);
    if (r->state == EXECUTOR_PROPOSED)
        executor_proposed_row(r, arena, row);
    return true;
}

/* --- begin and end --- */

static void resume(struct executor_run *r)
{
    r->unsent_at = r->count;
    for (size_t k = 0; k < r->count; k++) {
        struct executor_item *i = r->items[k];
        if (i->o.sent_ms > 0 && i->o.wave > r->wave)
            r->wave = i->o.wave;
        if (!order_state_ended(i->o.state) && i->o.sent_ms > 0)
            executor_step_resume(i);
        else if (!order_state_ended(i->o.state) && k < r->unsent_at)
            r->unsent_at = k;
    }
    r->due = r->count > 0 && !run_over(r);
}

struct executor *executor_new(const struct executor_options *options)
{
    struct executor *x = mem_new(1, sizeof *x);
    struct err why = {0};
    x->options = *options;
    if (store_orders_possible(options->store, &why) && !orders_unstage(options->store, -1, &why))
        log_err(LOG_WARN, &why);
    if (store_orders_possible(options->store, &why) && !executor_write_read(x, &why))
        log_err(LOG_ERROR, &why);
    for (struct executor_run *r = x->runs; r; r = r->next) {
        if (!run_over(r))
            resume(r);
    }
    return x;
}

void executor_free(struct executor *x)
{
    if (!x)
        return;
    while (x->runs) {
        struct executor_run *r = x->runs;
        x->runs = r->next;
        executor_run_free(r);
    }
    free(x);
}
