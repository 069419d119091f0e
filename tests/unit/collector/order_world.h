#ifndef HUBTOP_TESTS_COLLECTOR_ORDER_WORLD_H
#define HUBTOP_TESTS_COLLECTOR_ORDER_WORLD_H

#include "unit/store/fixture.h"

#include "base/mem.h"
#include "collector/order_ops.h"

/* Two sources, "a" and "b", each with its scheduler; what would be given to them is counted. */

enum { GUARD_MS = 20000, GIVEN_MAX = 64, STALE_MS = 61000, RIVALS = 20 };

struct world_ops {
    struct fixture f;
    struct loop *loop;
    struct apply *apply;
    struct clock clock;
    struct order_ops *ops;
    struct plan_limits limits;
    int done, refused, given, looks, polls;
    char made[64], target[64], source[64], name[64];
    enum source_order_what what;
    struct err err;
    poller_ordered *ended;
    void *ended_ctx;
    bool write;
    bool running, reads, moves;
    uid_t uid;
    unsigned roles;
    char state[32], why[400]; /* of the plan that runs */
    int64_t later_ms;         /* when jobs were submitted */
    struct err takes, can;    /* not, and why */
    struct asker asker;
    bool frozen;
    char glass[32], glass_reason[64]; /* the order that was given alone, and why */
    const char *joint;                /* what a federation calls where a job goes; NULL: there is none */
    struct err no_member;             /* or why it cannot */
};

static inline void answered(struct world_ops *w)
{
    if (w->running)
        loop_stop(w->loop);
}

static inline void on_done(void *ctx, const struct serve_call *call, struct safe_text made)
{
    struct world_ops *w = ctx;
    assert_int_equal(call->id, 7);
    w->done++;
    text_show_in(made, w->made, sizeof w->made);
    answered(w);
}

static inline void on_refuse(void *ctx, const struct serve_call *call, const struct err *err)
{
    struct world_ops *w = ctx;
    (void)call;
    w->refused++;
    w->err = *err;
    answered(w);
}

static inline bool give(void *ctx, struct safe_text source, const struct source_order *o, bool look,
                        poller_ordered *ended, void *ended_ctx, struct err *err)
{
    struct world_ops *w = ctx;
    (void)err;
    w->given += !look;
    w->looks += look;
    w->what = o->what;
    text_show_in(source, w->source, sizeof w->source);
    text_show_in(o->target, w->target, sizeof w->target);
    text_show_in(o->to_name, w->name, sizeof w->name);
    w->ended = ended;
    w->ended_ctx = ended_ctx;
    return true;
}

static inline bool takes(void *ctx, struct safe_text source, enum source_order_what what, struct err *err)
{
    struct world_ops *w = ctx;
    (void)source;
    if (w->takes.kind != ERR_NONE && err)
        *err = w->takes;
    return w->takes.kind == ERR_NONE && (w->reads || what != SOURCE_ORDER_READ) &&
           (w->moves || what != SOURCE_ORDER_MOVE);
}

static inline bool can(void *ctx, const struct order *o, enum source_order_what what, struct err *err)
{
    struct world_ops *w = ctx;
    assert_int_equal(what, action_by_name(o->action)->steps[action_by_name(o->action)->step_count - 1].what);
    *err = w->can.kind != ERR_NONE ? w->can : *err;
    return w->can.kind == ERR_NONE;
}

static inline bool moves(void *ctx, const struct order *o, struct buf *name, struct err *err)
{
    struct world_ops *w = ctx;
    assert_false(text_empty(o->source_to));
    *err = w->no_member;
    return w->joint && buf_puts(name, w->joint, NULL);
}

static inline void on_poll(void *ctx, struct safe_text source)
{
    struct world_ops *w = ctx;
    (void)source;
    w->polls++;
}

static inline bool on_allowed(void *ctx, const struct order *o, struct err *err)
{
    (void)o;
    return !((struct world_ops *)ctx)->frozen || err_set(err, ERR_TRANSIENT, "changes are frozen");
}

static inline void on_glass(void *ctx, struct safe_text id, const struct journal_entry *e, const struct person *who,
                            struct safe_text reason)
{
    struct world_ops *w = ctx;
    assert_true(e->seq > 0); /* it is in the journal */
    assert_int_equal(who->uid, w->uid);
    text_show_in(id, w->glass, sizeof w->glass);
    text_show_in(reason, w->glass_reason, sizeof w->glass_reason);
}

static inline void on_plan_state(void *ctx, const struct executor_run_view *run)
{
    struct world_ops *w = ctx;
    snprintf(w->state, sizeof w->state, "%s", executor_run_word(run->state));
    text_show_in(run->why, w->why, sizeof w->why);
}

static inline void put_source(struct world_ops *w, const char *name)
{
    char id[64], queue[64];
    struct store_batch *jobs = fixture_batch(&w->f, name, KIND_JOB, true);
    for (int i = 1; i <= RIVALS; i++) {
        snprintf(id, sizeof id, "%s/%d", name, i);
        snprintf(queue, sizeof queue, "%s/main", name);
        struct row job = fixture_job(id, "ann", i == 2 ? "running" : i == 3 ? "held" : "waiting", 4);
        job.cells[JOB_SCHEDULER] = value_text(text_of(name));
        job.cells[JOB_QUEUE] = value_text(text_of(queue));
        job.cells[JOB_SUBMITTED_AT] = value_time(1000 + i + w->later_ms);
        job.cells[JOB_MOVABLE] = value_bool(i != 4);
        fixture_add(jobs, &job);
    }
    fixture_apply(&w->f, jobs, 100000);
    struct store_batch *schedulers = fixture_batch(&w->f, name, KIND_SCHEDULER, true);
    struct row scheduler = {.kind = KIND_SCHEDULER, .id = text_of(name)};
    fixture_add(schedulers, &scheduler);
    fixture_apply(&w->f, schedulers, 100000);
}

static inline void ops_open(struct world_ops *w)
{
    const struct order_ops_options options = {
        .loop = w->loop,
        .store = w->f.store,
        .apply = w->apply,
        .clock = &w->clock,
        .limits = w->limits,
        .ctx = w,
        .done = on_done,
        .refuse = on_refuse,
        .give = give,
        .takes = takes,
        .can = can,
        .moves = moves,
        .poll = on_poll,
        .allowed = on_allowed,
        .glass = on_glass,
        .plan_state = on_plan_state,
    };
    w->ops = order_ops_new(&options);
}

static inline int setup(void **state)
{
    struct world_ops *w = mem_new(1, sizeof *w);
    struct err err = {0};
    fixture_init(&w->f, NULL);
    w->clock = (struct clock){
        .simulated = true, .start_utc_ms = w->f.now.utc_ms, .start_boot_ms = clock_now(&(struct clock){0}).boot_ms};
    w->f.now = clock_now(&w->clock);
    w->limits = plan_limits_preset();
    w->write = true;
    w->uid = getuid();
    w->roles = ROLES_ALL;
    w->loop = loop_new(&err);
    w->apply = apply_new(w->loop);
    put_source(w, "a");
    put_source(w, "b");
    ops_open(w);
    *state = w;
    return 0;
}

static inline int teardown(void **state)
{
    struct world_ops *w = *state;
    order_ops_free(w->ops);
    apply_free(w->apply);
    fixture_release(&w->f);
    loop_free(w->loop);
    free(w);
    return 0;
}

static inline void guard(void *ctx)
{
    (void)ctx;
    fail_msg("no answer within %d s", GUARD_MS / 1000);
}

static inline void run_loop(struct world_ops *w)
{
    struct err err = {0};
    int64_t timer = loop_timer(w->loop, GUARD_MS, guard, NULL);
    w->running = true;
    assert_true(loop_run(w->loop, &err));
    w->running = false;
    loop_timer_cancel(w->loop, timer);
}

static inline void ask(struct world_ops *w, const char *frame)
{
    struct err err = {0};
    struct json *m = json_parse(frame, strlen(frame), JSON_STRICT, &err);
    const struct serve_call call = {
        .visitor = 1, .id = 7, .uid = w->uid, .roles = w->roles, .write = w->write, .asker = w->asker};
    int before = w->done + w->refused;
    fixture_fail(&err);
    w->err = (struct err){0};
    w->made[0] = '\0';
    assert_true(order_ops_ask(w->ops, &call, m));
    json_free(m);
    if (w->done + w->refused == before)
        run_loop(w);
}

static inline void order(struct world_ops *w, const char *request, const char *what)
{
    char frame[1024];
    snprintf(frame, sizeof frame, "{\"op\":\"order\",\"request_id\":\"%s\",%s}", request, what);
    ask(w, frame);
}

static inline void expect_done(const struct world_ops *w, const char *made)
{
    if (w->err.kind != ERR_NONE)
        fail_msg("%s", w->err.text);
    assert_string_equal(w->made, made);
}

static inline void expect_refused(struct world_ops *w, int status, const char *says)
{
    if (err_status(&w->err) != status || !strstr(w->err.text, says))
        fail_msg("'%s' (%d), not '%s' (%d)", w->err.text, err_status(&w->err), says, status);
}

static inline void stop(void *ctx)
{
    struct world_ops *w = ctx;
    loop_stop(w->loop);
}

/* Until all that is due now was done. */
static inline void settle(struct world_ops *w)
{
    loop_timer(w->loop, 150, stop, w);
    run_loop(w);
}

static inline void answer(struct world_ops *w, enum source_order_end end)
{
    struct source_ordered said = source_ordered_make();
    const struct err why = {.kind = ERR_REFUSED, .text = "no"};
    w->ended(w->ended_ctx, end, &said, &why);
    source_ordered_release(&said);
}

#define HOLD "\"action\":\"hold\",\"targets\":[\"a/1\"]"

#endif
