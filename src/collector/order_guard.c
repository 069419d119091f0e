#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/mem.h"
#include "base/tr.h"
#include "collector/order_ops_private.h"
#include "domain/link.h"
#include "domain/plan_check.h"
#include "domain/state.h"

/* What pauses a plan by itself between two waves: too much of the last one failed, a job of it is not seen where it went, a target's
 * source is not fresh or fails, a link that the moves use grew slow since the plan began, or a target has less free than
 * it must keep. Whoever resumes has the checks made again; what failed, and what was not seen, is not asked about twice. */

enum {
    SLICE_US = 4000,
    AGAIN_MS = 250,
    OLD_MS = 5000,
    NOTED_MAX = 32 << 10,
    LINKS_MAX = 400,
    LINE_MAX = 400,
    SHOWN = 160
};
#define RISEN_LEAST_MS 0.5 /* of a delay: what is below is noise */

static const enum kind walked[] = {KIND_LINK, KIND_SCHEDULER, KIND_QUEUE, KIND_RESERVATION,
                                   KIND_NODE, KIND_JOB,       KIND_NONE};

struct order_guard_look {
    struct order_ops *ops;
    struct order_guard_look *next;
    bool back;                  /* a plan is taken back: what has started there is refused, and home may be full */
    int64_t nr, wave, since_ms; /* boot */
    int64_t timer, task;
    struct plan rest; /* what is left to move: a move of one job each */
    size_t cap;
    struct safe_text *ours; /* what it moved, by id where it is now */
    size_t our_count, our_cap;
    struct safe_text unseen, unseen_at; /* a job of the last wave */
    struct safe_text noted;
    struct plan_checker *checker;
    const enum kind *kind;
    struct store_walk walk;
    int64_t done_ms; /* boot; 0: it is not */
    struct err fired;
};

/* --- noting --- */

static struct safe_text word_of(struct order_ops *o, struct safe_text scheduler, int field, struct buf *room)
{
    struct row row;
    return store_find(o->options.store, KIND_SCHEDULER, scheduler, room, &row) ? value_text_or(&row.cells[field], "")
                                                                               : text_of("");
}

static void note_pair(struct order_guard_noting *n, struct safe_text from, struct safe_text to, struct safe_text link,
                      struct arena *arena)
{
    for (size_t i = 0; i < n->count; i++) {
        const struct safe_text *e = &n->ends[3 * i];
        if (text_equal(e[0], from) && text_equal(e[1], to) && text_equal(e[2], link))
            return;
    }
    if (n->count == LINKS_MAX)
        return;
    struct safe_text *e = &n->ends[3 * n->count++];
    e[0] = rows_text(arena, from);
    e[1] = rows_text(arena, to);
    e[2] = rows_text(arena, link);
}

void order_guard_note_begin(struct order_ops *o, const struct plan *p, struct arena *arena,
                            struct order_guard_noting *n)
{
    static const int fields[] = {SCHEDULER_CLUSTER, SCHEDULER_SITE};
    struct buf a = buf_make(64 << 10), b = buf_make(64 << 10);
    *n = (struct order_guard_noting){.walk = {.kind = KIND_LINK}, .out = buf_make(NOTED_MAX)};
    n->ends = arena_alloc(arena, (size_t)3 * LINKS_MAX * sizeof *n->ends);
    for (size_t i = 0; i < p->move_count; i++) {
        for (size_t k = 0; k < 2; k++)
            note_pair(n, word_of(o, p->moves[i].from, fields[k], &a), word_of(o, p->moves[i].to, fields[k], &b),
                      p->moves[i].link, arena);
    }
    buf_release(&a);
    buf_release(&b);
}

static bool is_used(const struct order_guard_noting *n, const struct row *link)
{
    struct safe_text from = value_text_or(&link->cells[LINK_FROM], ""), to = value_text_or(&link->cells[LINK_TO], "");
    for (size_t i = 0; i < n->count; i++) {
        const struct safe_text *e = &n->ends[3 * i];
        bool both =
            (text_equal(from, e[0]) && text_equal(to, e[1])) || (text_equal(from, e[1]) && text_equal(to, e[0]));
        struct safe_text rest = e[2], one; /* several, with blanks between them */
        if (both)
            return true;
        while (!text_empty(rest) && text_split(&rest, ' ', &one)) {
            if (text_equal(link->id, one))
                return true;
        }
    }
    return false;
}

/* "12.500 0 SHG>QY": its delay, whether its promise is broken already, its id. One that nobody measures is not watched. */
static bool note_link(void *ctx, const struct row *link, struct err *err)
{
    struct order_guard_noting *n = ctx;
    double ms = link_delay_ms(link);
    (void)err;
    if (!(ms >= 0) || !is_used(n, link) || n->out.len + text_len(link->id) + 64 > NOTED_MAX)
        return true;
    buf_printf(&n->out, NULL, "%.3f %d ", ms, link_breaks_promise(link));
    text_copy(&n->out, link->id);
    buf_putc(&n->out, '\n', NULL);
    return true;
}

enum store_step order_guard_note(struct order_ops *o, struct order_guard_noting *n, int64_t budget_us, struct err *err)
{
    return store_each_for(o->options.store, &n->walk, budget_us, note_link, n, err);
}

/* --- delays --- */

static bool noted_of(struct safe_text noted, struct safe_text id, double *ms, bool *broken)
{
    struct safe_text line, number, flag;
    char text[40];
    while (!text_empty(noted) && text_split(&noted, '\n', &line)) {
        if (!text_split(&line, ' ', &number) || !text_split(&line, ' ', &flag) || !text_equal(line, id))
            continue;
        *ms = strtod(text_show_in(number, text, sizeof text), NULL);
        *broken = text_is(flag, "1");
        return true;
    }
    return false;
}

static bool fire(struct order_guard_look *l, const struct err *why)
{
    if (l->fired.kind == ERR_NONE)
        l->fired = *why;
    return false;
}

static void check_link(struct order_guard_look *l, const struct row *link)
{
    double ms = link_delay_ms(link), was = 0, factor = l->ops->options.limits.delay_factor;
    char id[SHOWN], now[LINK_NUMBER_MAX], before[LINK_NUMBER_MAX];
    struct err err = {0};
    bool broken = false;
    if (!noted_of(l->noted, link->id, &was, &broken))
        return;
    text_show_in(link->id, id, sizeof id);
    link_number(ms, now);
    link_number(was, before);
    if (link->stale || !(ms >= 0))
        err_set(&err, ERR_TRANSIENT, tr("the delay of %s is not known any more"), id);
    else if (!broken && link_breaks_promise(link))
        err_set(&err, ERR_TRANSIENT, tr("the delay of %s breaks its promise since the plan began: %s ms, before %s"),
                id, now, before);
    else if (ms > was * factor && ms - was > RISEN_LEAST_MS)
        err_set(&err, ERR_TRANSIENT,
                tr("the delay of %s grew since the plan began: %s ms, before %s, at most %g times"), id, now, before,
                factor);
    if (err.kind != ERR_NONE)
        fire(l, &err);
}

/* --- what is left, and what was done --- */

static struct safe_text scheduler_of(struct safe_text to, struct safe_text *queue)
{
    struct safe_text head = to;
    *queue = to;
    text_split(queue, '/', &head);
    return head;
}

static void take_rest(struct order_guard_look *l, const struct order *o)
{
    struct plan *p = &l->rest;
    if (p->move_count == l->cap) {
        l->cap = l->cap ? 2 * l->cap : 64;
        p->moves = mem_grow(p->moves, l->cap, sizeof *p->moves);
    }
    struct plan_job *job = arena_alloc(&p->arena, sizeof *job);
    struct plan_move *m = &p->moves[p->move_count++];
    *job = (struct plan_job){.id = rows_text(&p->arena, o->target)};
    *m = (struct plan_move){.from = rows_text(&p->arena, o->from), .jobs = job, .job_count = 1};
    m->to = scheduler_of(rows_text(&p->arena, o->to), &m->queue_to);
    if (text_equal(m->queue_to, m->to))
        m->queue_to = text_of("");
}

static void take_ours(struct order_guard_look *l, const struct order *o)
{
    struct buf room = buf_make(64 << 10);
    struct row row;
    if (l->our_count == l->our_cap) {
        l->our_cap = l->our_cap ? 2 * l->our_cap : 64;
        l->ours = mem_grow(l->ours, l->our_cap, sizeof *l->ours);
    }
    bool seen = store_find_newest(l->ops->options.store, KIND_JOB, o->made, &room, &row);
    l->ours[l->our_count++] = rows_text(&l->rest.arena, seen ? row.id : o->made);
    if (o->wave == l->wave && !seen) {
        l->unseen = l->ours[l->our_count - 1];
        l->unseen_at = rows_text(&l->rest.arena, o->to);
    }
    buf_release(&room);
}

static bool take_order(void *ctx, const struct order *o, const struct action *a)
{
    struct order_guard_look *l = ctx;
    (void)a;
    if (!text_is(o->action, "move"))
        return true;
    if (!order_state_ended(o->state))
        take_rest(l, o);
    else if (o->done && !text_empty(o->made))
        take_ours(l, o);
    return true;
}

static int by_words(const void *a, const void *b)
{
    return text_cmp(*(const struct safe_text *)a, *(const struct safe_text *)b);
}

static void gather(struct order_guard_look *l)
{
    l->unseen = text_of("");
    plan_release(&l->rest);
    free(l->rest.moves);
    l->rest = (struct plan){0};
    l->cap = l->our_count = 0;
    executor_each(l->ops->executor, l->nr, take_order, l);
    if (l->our_count > 1)
        qsort(l->ours, l->our_count, sizeof *l->ours, by_words);
}

/* --- what can be said at once --- */

static bool few_failed(struct order_guard_look *l, const struct executor_wave *last)
{
    double most = l->ops->options.limits.wave_errors_pct;
    struct err err = {0};
    if (l->back || last->seen || last->bad < 2 || 100. * (double)last->bad <= most * (double)last->count)
        return true;
    err_set(&err, ERR_TRANSIENT, tr("%zu of %zu actions of the last wave failed or were unknown, at most %.0f %%"),
            last->bad, last->count, most);
    return fire(l, &err);
}

/* A source that fails tells its last state, until that is stale. */
static bool source_well(struct order_guard_look *l, struct safe_text scheduler, struct buf *room)
{
    struct store *s = l->ops->options.store;
    char id[SHOWN], source[SHOWN], why[SHOWN];
    struct row row, teller;
    struct err err = {0};
    text_show_in(scheduler, id, sizeof id);
    if (!store_find(s, KIND_SCHEDULER, scheduler, room, &row)) {
        err_set(&err, ERR_TRANSIENT, tr("%s is not there any more"), id);
        return fire(l, &err);
    }
    text_show_in(row_teller(&row), source, sizeof source);
    if (store_stale(s, row_teller(&row), KIND_SCHEDULER, order_ops_now(l->ops)))
        err_set(&err, ERR_TRANSIENT, tr("what is known of %s is not fresh: %s has not answered for too long"), id,
                source);
    else if (store_find(s, KIND_SOURCE, text_of(source), room, &teller) && value_known(&teller.cells[SOURCE_STATE]) &&
             !text_is(value_text_or(&teller.cells[SOURCE_STATE], ""), state_source_word(SOURCE_LIVE)))
        err_set(&err, ERR_TRANSIENT, tr("the source %s of %s fails: %s"), source, id,
                text_show_in(value_text_or(&teller.cells[SOURCE_LAST_ERROR], ""), why, sizeof why));
    return err.kind == ERR_NONE || fire(l, &err);
}

static bool sources_well(struct order_guard_look *l)
{
    struct buf room = buf_make(64 << 10);
    struct safe_text last = text_of("");
    bool ok = true;
    for (size_t i = 0; ok && i < l->rest.move_count; i++) {
        if (i == 0 || !text_equal(l->rest.moves[i].to, last))
            ok = source_well(l, l->rest.moves[i].to, &room);
        last = l->rest.moves[i].to;
    }
    buf_release(&room);
    return ok;
}

static bool waited_too_long(struct order_guard_look *l)
{
    struct err err = {0};
    char id[SHOWN], at[SHOWN];
    int64_t most_s = l->ops->options.limits.read_back_s;
    if (clock_boot_ms() - l->since_ms < most_s * 1000)
        return false;
    err_set(&err, ERR_TRANSIENT, tr("%s was moved, and is not seen at %s for %" PRId64 " s"),
            text_show_in(l->unseen, id, sizeof id), text_show_in(l->unseen_at, at, sizeof at), most_s);
    fire(l, &err);
    return true;
}

/* --- what takes longer --- */

static bool take_row(void *ctx, const struct row *row, struct err *err)
{
    struct order_guard_look *l = ctx;
    struct row now = *row;
    (void)err;
    now.stale = row->kind != KIND_JOB && row->kind != KIND_QUEUE &&
                store_stale(l->ops->options.store, row_teller(row), row->kind, order_ops_now(l->ops));
    if (row->kind == KIND_LINK)
        check_link(l, &now);
    else
        plan_check_take(l->checker, &now);
    return true;
}

static void check_room(struct order_guard_look *l)
{
    struct plan_check said;
    char words[ERR_TEXT_MAX];
    struct err err = {0};
    if (plan_check_kept(l->checker, &l->ops->options.limits, order_ops_now(l->ops).utc_ms, &l->rest.arena, &said))
        return;
    err_set(&err, ERR_TRANSIENT, "%s", text_show_in(said.words, words, sizeof words));
    fire(l, &err);
}

static void ended(struct order_guard_look *l)
{
    l->done_ms = clock_boot_ms();
    executor_guarded(l->ops->executor, l->nr);
}

static bool slice(void *ctx)
{
    struct order_guard_look *l = ctx;
    struct err err = {0};
    enum store_step step = store_each_for(l->ops->options.store, &l->walk, SLICE_US, take_row, l, &err);
    if (step == STORE_FAILED)
        fire(l, &err);
    else if (step == STORE_MORE)
        return true;
    else if (l->fired.kind == ERR_NONE && *++l->kind != KIND_NONE) {
        l->walk = (struct store_walk){.kind = *l->kind};
        return true;
    } else if (l->fired.kind == ERR_NONE && !l->back)
        check_room(l);
    l->task = 0;
    ended(l);
    return false;
}

static void walk(struct order_guard_look *l)
{
    l->checker = plan_check_new(&l->rest);
    plan_check_ours(l->checker, l->ours, l->our_count);
    l->kind = walked;
    l->walk = (struct store_walk){.kind = *l->kind};
    l->task = loop_task(l->ops->options.loop, slice, l);
}

/* --- asking --- */

static void look_free(struct order_guard_look *l)
{
    struct order_guard_look **at = &l->ops->looks;
    while (*at != l)
        at = &(*at)->next;
    *at = l->next;
    loop_timer_cancel(l->ops->options.loop, l->timer);
    if (l->task)
        loop_task_cancel(l->ops->options.loop, l->task);
    plan_check_free(l->checker);
    free(l->rest.moves);
    plan_release(&l->rest);
    free(l->ours);
    free(l);
}

static struct order_guard_look *look_of(struct order_ops *o, const struct executor_wave *last)
{
    struct executor_run_view run;
    struct order_guard_look *l = o->looks;
    while (l && l->nr != last->nr)
        l = l->next;
    bool old = l && l->done_ms > 0 && clock_boot_ms() - l->done_ms > OLD_MS; /* it paused or stood meanwhile */
    if (l && (old || l->wave != last->wave)) {
        look_free(l);
        l = NULL;
    }
    if (l)
        return l;
    l = mem_new(1, sizeof *l);
    *l = (struct order_guard_look){.ops = o,
                                   .next = o->looks,
                                   .nr = last->nr,
                                   .wave = last->wave,
                                   .since_ms = clock_boot_ms(),
                                   .noted = last->noted};
    o->looks = l;
    l->back = executor_run(o->executor, l->nr, &run) && !text_empty(run.undo_of);
    return l;
}

static void look_again(void *ctx)
{
    struct order_guard_look *l = ctx;
    l->timer = 0;
    executor_guarded(l->ops->executor, l->nr);
}

static enum executor_guard verdict(struct order_guard_look *l, struct err *err)
{
    enum executor_guard said = l->fired.kind == ERR_NONE ? EXECUTOR_GUARD_GO : EXECUTOR_GUARD_PAUSE;
    if (said == EXECUTOR_GUARD_PAUSE)
        *err = l->fired;
    look_free(l);
    return said;
}

enum executor_guard order_guard_ask(struct order_ops *o, const struct executor_wave *last, struct err *err)
{
    struct order_guard_look *l = text_empty(last->plan) ? NULL : look_of(o, last);
    if (!l)
        return EXECUTOR_GUARD_GO;
    if (l->done_ms > 0)
        return verdict(l, err);
    if (l->task || l->timer)
        return EXECUTOR_GUARD_WAIT;
    gather(l);
    if (!few_failed(l, last) || !sources_well(l))
        return verdict(l, err);
    if (!text_empty(l->unseen) && !last->seen) {
        if (waited_too_long(l))
            return verdict(l, err);
        l->timer = loop_timer(o->options.loop, AGAIN_MS, look_again, l);
        return EXECUTOR_GUARD_WAIT;
    }
    walk(l);
    return EXECUTOR_GUARD_WAIT;
}

void order_guard_free(struct order_ops *o)
{
    while (o->looks)
        look_free(o->looks);
}
