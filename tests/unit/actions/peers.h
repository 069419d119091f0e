#ifndef HUBTOP_TESTS_ACTIONS_PEERS_H
#define HUBTOP_TESTS_ACTIONS_PEERS_H

#include <signal.h>
#include <sys/resource.h>

#include "unit/store/fixture.h"

#include "actions/executor.h"
#include "base/mem.h"
#include "domain/state.h"

/* Two schedulers "a" and "b" that know no keys of their own, as Slurm: what is submitted twice is there twice. They save a change late,
 * and forget it when they die before. Between them and the executor lies a wire that fails on order, and a time that the test moves. */

enum { PEER_JOBS = 1024, PEER_ID = 32, PEER_WAITING = 64 };

struct peer_job {
    char id[PEER_ID], key[ORDER_KEY_SIZE], user[PEER_ID], name[PEER_ID];
    char home[PEER_ID]; /* before its federation moved it */
    enum job_state state, saved;
    int64_t submitted_ms;
    int64_t unsaved_ms; /* since then it is not as it was saved; 0: it is */
    bool never_saved;
};

/* What becomes of a request. */
enum fault {
    FAULT_NONE,
    FAULT_REFUSED,
    FAULT_LOST_BEFORE, /* it was never done, and nobody knows */
    FAULT_LOST_AFTER,  /* it was done, and nobody knows */
    FAULT_NOT_GIVEN,   /* it cannot be given now */
    FAULT_DIES_BEFORE, /* the collector dies while it is under way, and it was not done */
    FAULT_DIES_AFTER,
    FAULTS
};

struct peer_request {
    struct source_order o;
    char source[PEER_ID], target[2 * PEER_ID], key[ORDER_KEY_SIZE], owner[PEER_ID], to[PEER_ID];
    bool look;
    executor_ended *ended;
    void *ctx;
    enum fault fault;
};

struct peers {
    struct fixture f;
    struct clock clock;
    struct executor *x;
    struct peer_job jobs[PEER_JOBS];
    size_t job_count, made; /* made: ids are never given again */
    struct peer_request waiting[PEER_WAITING];
    size_t waiting_count;
    /* what is counted: requests since the last order, those that change something, and how often a job was touched */
    int requests, changing, effects, seen_in_flight;
    int fault_at; /* the request of this number fails so; -1: none */
    enum fault fault;
    enum source_order_what refuse_what; /* always; READ: none */
    bool forced;                        /* the next answer is that */
    enum source_order_end forced_end;
    uint64_t chance;         /* 0: no random faults */
    int chance_left;         /* so many of them */
    struct err ready, guard; /* what ready() and guard() say */
    int ready_asked;
    bool guard_waits;
    struct executor_wave last; /* what guard() was told */
    bool dies;
    bool far; /* what a federation moves does not arrive */
    int64_t saves_ms;
    /* The scheduler that begins so dies when so many requests were answered and so much time went by. */
    char crash;
    int crash_after, answered;
    int64_t crash_wait_ms, crash_ms;
    size_t changed;
};

static int64_t peers_boot_ms = 1000000;
int64_t __wrap_clock_boot_ms(void);
int64_t __wrap_clock_boot_ms(void)
{
    return peers_boot_ms;
}

/* --- jobs --- */

static inline struct peer_job *peers_job(struct peers *p, const char *id)
{
    for (size_t i = 0; i < p->job_count; i++) {
        if (strcmp(p->jobs[i].id, id) == 0)
            return &p->jobs[i];
    }
    return NULL;
}

static inline struct peer_job *peers_job_new(struct peers *p, const char *scheduler, bool held)
{
    struct peer_job *j = &p->jobs[p->job_count];
    assert_true(p->job_count < PEER_JOBS);
    *j = (struct peer_job){.state = held ? JOB_HELD : JOB_WAITING, .submitted_ms = 5000 + (int64_t)p->made};
    p->job_count++;
    snprintf(j->id, sizeof j->id, "%.8s/%zu", scheduler, ++p->made);
    snprintf(j->user, sizeof j->user, "ann");
    snprintf(j->name, sizeof j->name, "train-%zu", p->made);
    return j;
}

static inline bool peers_lives(const struct peer_job *j)
{
    return j->state == JOB_WAITING || j->state == JOB_HELD || j->state == JOB_RUNNING;
}

static inline struct row peers_row(const struct peer_job *j)
{
    struct row r = {.kind = KIND_JOB, .id = text_of(j->id)};
    r.cells[JOB_STATE] = value_text(text_of(state_job_word(j->state)));
    r.cells[JOB_USER] = value_text(text_of(j->user));
    r.cells[JOB_NAME] = value_text(text_of(j->name));
    r.cells[JOB_SUBMITTED_AT] = value_time(j->submitted_ms);
    return r;
}

/* --- what a scheduler that dies forgets --- */

static inline void peers_set(struct peers *p, struct peer_job *j, enum job_state to)
{
    bool saved = j->unsaved_ms == 0 || j->unsaved_ms + p->saves_ms <= peers_boot_ms;
    if (saved) {
        j->saved = j->state;
        j->never_saved = false;
        j->unsaved_ms = peers_boot_ms;
    }
    j->state = to;
}

/* Somebody else's job gets the id of one that was forgotten. */
static inline void peers_crash(struct peers *p)
{
    for (size_t i = 0; i < p->job_count; i++) {
        struct peer_job *j = &p->jobs[i];
        bool moved = j->home[0] == p->crash && j->unsaved_ms + p->saves_ms > peers_boot_ms;
        if (moved)
            memcpy(j->id, j->home, sizeof j->id);
        if (moved || j->id[0] != p->crash || j->unsaved_ms == 0 || j->unsaved_ms + p->saves_ms <= peers_boot_ms)
            continue;
        j->state = j->never_saved ? JOB_WAITING : j->saved;
        if (j->never_saved) {
            snprintf(j->user, sizeof j->user, "eve");
            j->key[0] = '\0';
        }
        j->unsaved_ms = 0;
    }
    p->crash = '\0';
}

static inline bool peers_forgets(struct peers *p, int64_t next_ms)
{
    bool now = p->crash && p->answered >= p->crash_after && next_ms >= p->crash_ms;
    if (!now)
        return false;
    peers_boot_ms = p->crash_ms > peers_boot_ms ? p->crash_ms : peers_boot_ms;
    peers_crash(p);
    return true;
}

/* --- what a request does --- */

static inline struct peer_job *peers_marked(struct peers *p, const struct peer_request *q)
{
    struct peer_job *j = peers_job(p, q->target);
    return j && q->o.marked && (q->look || q->o.what == SOURCE_ORDER_READ) && strcmp(j->key, q->key) != 0 ? NULL : j;
}

static inline enum source_order_end peers_read(struct peers *p, const struct peer_request *q, struct source_ordered *s)
{
    struct peer_job *j = peers_marked(p, q);
    if (!j)
        return SOURCE_ORDER_ABSENT;
    struct row r = peers_row(j);
    rows_add(&s->jobs, &r);
    buf_printf(&s->copy, NULL, "%s|%s", j->user, j->name);
    return SOURCE_ORDER_DONE;
}

static inline enum source_order_end peers_find(struct peers *p, const struct peer_request *q, struct source_ordered *s)
{
    for (size_t i = 0; i < p->job_count; i++) {
        struct peer_job *j = &p->jobs[i];
        if (strcmp(j->key, q->key) != 0 || !peers_lives(j))
            continue;
        struct row r = peers_row(j);
        if (s->jobs.count == 0)
            buf_puts(&s->remote, j->id, NULL);
        rows_add(&s->jobs, &r);
    }
    return s->jobs.count > 0 ? SOURCE_ORDER_DONE : SOURCE_ORDER_ABSENT;
}

static inline enum source_order_end peers_submit(struct peers *p, const struct peer_request *q,
                                                 struct source_ordered *s, struct err *err)
{
    char user[PEER_ID] = "", name[PEER_ID] = "", copy[3 * PEER_ID];
    text_show_in(q->o.copy, copy, sizeof copy);
    if (!text_is(q->o.script, "#!script") || sscanf(copy, "%31[^|]|%31s", user, name) != 2) {
        err_set(err, ERR_REFUSED, "nothing to submit");
        return SOURCE_ORDER_REFUSED;
    }
    struct peer_job *j = peers_job_new(p, q->source, true);
    snprintf(j->user, sizeof j->user, "%s", user);
    snprintf(j->name, sizeof j->name, "%s", name);
    snprintf(j->key, sizeof j->key, "%s", q->key);
    j->unsaved_ms = peers_boot_ms;
    j->never_saved = true;
    buf_puts(&s->remote, j->id, NULL);
    return SOURCE_ORDER_DONE;
}

static inline bool peers_state_of(enum source_order_what what, enum job_state *out)
{
    bool drains = what == SOURCE_ORDER_DRAIN, resumes = what == SOURCE_ORDER_RESUME;
    *out = what == SOURCE_ORDER_HOLD || drains       ? JOB_HELD
           : what == SOURCE_ORDER_RELEASE || resumes ? JOB_WAITING
                                                     : JOB_CANCELLED;
    return what == SOURCE_ORDER_HOLD || what == SOURCE_ORDER_RELEASE || what == SOURCE_ORDER_CANCEL || drains ||
           resumes;
}

/* A queue is a job here: held is drained, waiting is up, and all else is neither, as what is down. */
static inline bool peers_neither(const struct peer_request *q, const struct peer_job *j)
{
    return (q->o.what == SOURCE_ORDER_DRAIN || q->o.what == SOURCE_ORDER_RESUME) && j->state != JOB_HELD &&
           j->state != JOB_WAITING;
}

static inline enum source_order_end peers_change(struct peers *p, const struct peer_request *q, struct err *err)
{
    struct peer_job *j = peers_marked(p, q);
    enum job_state to;
    assert_true(peers_state_of(q->o.what, &to));
    if (!j && q->look && q->o.what == SOURCE_ORDER_CANCEL)
        return SOURCE_ORDER_DONE;
    if (j && q->look && peers_neither(q, j)) {
        err_set(err, ERR_REFUSED, "it is down");
        return SOURCE_ORDER_REFUSED;
    }
    if (j && q->look)
        return j->state == to ? SOURCE_ORDER_DONE : SOURCE_ORDER_ABSENT;
    if (j && peers_lives(j)) {
        p->effects += j->state != to;
        peers_set(p, j, to);
        return SOURCE_ORDER_DONE;
    }
    err_set(err, ERR_REFUSED, "there is no such job");
    return SOURCE_ORDER_REFUSED;
}

/* A federation moves it: the same number there. Its command fails where it says no, and where nobody heard it. */
static inline enum source_order_end peers_join(struct peers *p, const struct peer_request *q, struct source_ordered *s,
                                               struct err *err)
{
    struct peer_job *j = peers_job(p, q->target);
    bool waits = j && j->state == JOB_WAITING;
    char there[2 * PEER_ID];
    snprintf(there, sizeof there, "%.8s%.16s", q->to, strchr(q->target, '/'));
    if (waits && q->look)
        return SOURCE_ORDER_ABSENT;
    if (!waits && (j || !q->look)) {
        err_set(err, q->look ? ERR_REFUSED : ERR_TRANSIENT, "it is no longer pending");
        return q->look ? SOURCE_ORDER_REFUSED : SOURCE_ORDER_UNKNOWN;
    }
    if (j) {
        snprintf(j->home, sizeof j->home, "%s", j->id);
        snprintf(j->id, sizeof j->id, "%s%.24s", p->far ? "far " : "", there);
        j->unsaved_ms = peers_boot_ms;
        p->effects++;
    }
    buf_puts(&s->remote, there, NULL);
    return SOURCE_ORDER_DONE;
}

static inline enum source_order_end peers_carry(struct peers *p, const struct peer_request *q, struct source_ordered *s,
                                                struct err *err)
{
    if (q->o.what == SOURCE_ORDER_READ)
        return peers_read(p, q, s);
    if (q->o.what == SOURCE_ORDER_SCRIPT) {
        buf_puts(&s->copy, "#!script", NULL);
        return SOURCE_ORDER_DONE;
    }
    if (q->o.what == SOURCE_ORDER_SUBMIT)
        return q->look ? peers_find(p, q, s) : peers_submit(p, q, s, err);
    if (q->o.what == SOURCE_ORDER_MOVE)
        return peers_join(p, q, s, err);
    return peers_change(p, q, err);
}

/* --- the executor's hands --- */

static inline enum fault peers_fault(struct peers *p)
{
    int at = p->requests++;
    if (at == p->fault_at)
        return p->fault;
    if (p->chance == 0 || p->chance_left == 0)
        return FAULT_NONE;
    p->chance = p->chance * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    enum fault f = (p->chance >> 40) % 4 == 0 ? (enum fault)((p->chance >> 50) % FAULTS) : FAULT_NONE;
    p->chance_left -= f != FAULT_NONE;
    return f;
}

static inline bool peers_give(void *ctx, struct safe_text source, const struct source_order *o, bool look,
                              executor_ended *ended, void *ended_ctx, struct err *err)
{
    struct peers *p = ctx;
    struct peer_request *q = &p->waiting[p->waiting_count];
    enum fault fault = peers_fault(p);
    assert_true(p->waiting_count < PEER_WAITING);
    if (fault == FAULT_NOT_GIVEN)
        return err_set(err, ERR_TRANSIENT, "it has not been asked for anything yet");
    p->changing += !look && !source_order_reads(o->what);
    *q = (struct peer_request){.o = *o, .look = look, .ended = ended, .ctx = ended_ctx, .fault = fault};
    text_show_in(source, q->source, sizeof q->source);
    text_show_in(o->target, q->target, sizeof q->target);
    text_show_in(o->key, q->key, sizeof q->key);
    text_show_in(o->to, q->to, sizeof q->to);
    p->waiting_count++;
    if ((int)p->waiting_count > p->seen_in_flight)
        p->seen_in_flight = (int)p->waiting_count;
    return true;
}

static inline bool peers_takes(void *ctx, struct safe_text source, enum source_order_what what, struct err *err)
{
    (void)ctx;
    (void)source;
    (void)err;
    return what != SOURCE_ORDER_MOVE;
}

static inline int64_t peers_saves_ms(void *ctx, struct safe_text source)
{
    const struct peers *p = ctx;
    (void)source;
    return p->saves_ms;
}

static inline bool peers_say(const struct err *say, struct err *err)
{
    if (say->kind != ERR_NONE)
        *err = *say;
    return say->kind == ERR_NONE;
}

static inline bool peers_ready(void *ctx, const struct order *o, struct err *err)
{
    struct peers *p = ctx;
    (void)o;
    p->ready_asked++;
    return peers_say(&p->ready, err);
}

static inline enum executor_guard peers_guard(void *ctx, const struct executor_wave *last, struct err *err)
{
    struct peers *p = ctx;
    p->last = *last;
    if (p->guard_waits)
        return EXECUTOR_GUARD_WAIT;
    return peers_say(&p->guard, err) ? EXECUTOR_GUARD_GO : EXECUTOR_GUARD_PAUSE;
}

static inline void peers_changed(void *ctx, int64_t nr, int64_t item)
{
    struct peers *p = ctx;
    (void)nr;
    (void)item;
    p->changed++;
}

static inline void peers_wake(void *ctx)
{
    (void)ctx;
}

/* --- a world --- */

static inline void peers_start(struct peers *p)
{
    const struct executor_options options = {.store = p->f.store,
                                             .clock = &p->clock,
                                             .ctx = p,
                                             .give = peers_give,
                                             .takes = peers_takes,
                                             .saves_ms = peers_saves_ms,
                                             .ready = peers_ready,
                                             .guard = peers_guard,
                                             .changed = peers_changed,
                                             .wake = peers_wake};
    p->x = executor_new(&options);
}

/* The collector dies, and what it waited for comes to nobody. */
static inline void peers_restart(struct peers *p)
{
    executor_free(p->x);
    p->waiting_count = 0;
    peers_start(p);
}

static inline int peers_setup(void **state)
{
    struct peers *p = mem_new(1, sizeof *p);
    fixture_init(&p->f, NULL);
    p->fault_at = -1;
    peers_start(p);
    *state = p;
    return 0;
}

static inline int peers_teardown(void **state)
{
    struct peers *p = *state;
    executor_free(p->x);
    fixture_release(&p->f);
    free(p);
    return 0;
}

/* Answers the request that waits longest. */
static inline void peers_answer(struct peers *p)
{
    struct peer_request q = p->waiting[0];
    struct source_ordered said = source_ordered_make();
    struct err err = {0};
    enum source_order_end end = SOURCE_ORDER_UNKNOWN;
    enum fault f = q.fault;
    memmove(p->waiting, p->waiting + 1, --p->waiting_count * sizeof *p->waiting);
    if (f == FAULT_REFUSED || (!q.look && q.o.what == p->refuse_what && q.o.what != SOURCE_ORDER_READ)) {
        end = q.look ? SOURCE_ORDER_UNKNOWN : SOURCE_ORDER_REFUSED; /* a look that is refused tells nothing */
        err_set(&err, ERR_REFUSED, "the scheduler said no");
    } else if (p->forced) {
        end = p->forced_end;
        p->forced = false;
        err_set(&err, ERR_REFUSED, "it failed at it");
    } else if (f == FAULT_NONE || f == FAULT_LOST_AFTER || f == FAULT_DIES_AFTER)
        end = peers_carry(p, &q, &said, &err);
    if (f == FAULT_LOST_BEFORE || f == FAULT_LOST_AFTER) {
        end = SOURCE_ORDER_UNKNOWN;
        source_ordered_clear(&said);
        err_set(&err, ERR_TRANSIENT, "the answer was lost");
    }
    if (f == FAULT_DIES_BEFORE || f == FAULT_DIES_AFTER)
        peers_restart(p);
    else
        q.ended(q.ctx, end, &said, &err);
    if (++p->answered == p->crash_after)
        p->crash_ms = peers_boot_ms + p->crash_wait_ms;
    source_ordered_release(&said);
}

/* One thing that is due: an answer, or a moment. False when nothing will happen any more. */
static inline bool peers_step(struct peers *p)
{
    int64_t due = p->waiting_count > 0 ? peers_boot_ms : executor_due_ms(p->x);
    if (peers_forgets(p, due < 0 ? INT64_MAX : due))
        return true;
    if (p->waiting_count > 0) {
        peers_answer(p);
        return true;
    }
    if (due < 0)
        return false;
    if (due > peers_boot_ms)
        peers_boot_ms = due;
    executor_tick(p->x);
    return true;
}

/* Until nothing is due, or so many steps were done. */
static inline int peers_run(struct peers *p, int most)
{
    int n = 0;
    while (n < most && peers_step(p))
        n++;
    return n;
}

/* --- orders --- */

static inline struct order peers_order(const struct peer_job *j, const char *action, const char *to)
{
    struct order o = {.value = -1, .accels = -1, .kind = KIND_JOB};
    struct row row = peers_row(j);
    o.action = rows_text(&o.arena, text_of(action));
    o.target = rows_text(&o.arena, text_of(j->id));
    o.source = o.from = rows_text(&o.arena, text_from(j->id, strcspn(j->id, "/")));
    o.to = o.source_to = rows_text(&o.arena, text_of(to));
    order_see(&o, &row);
    return o;
}

/* `n` of them, each of a job that is made for it. The caller frees them. */
static inline struct order *peers_orders(struct peers *p, size_t n, const char *action, const char *to)
{
    struct order *all = mem_new(n, sizeof *all);
    for (size_t i = 0; i < n; i++)
        all[i] = peers_order(peers_job_new(p, "a", false), action, to);
    return all;
}

static inline size_t peers_held(const struct peers *p)
{
    size_t n = 0;
    for (size_t i = 0; i < p->job_count; i++)
        n += p->jobs[i].state == JOB_HELD;
    return n;
}

static inline struct journal_entry peers_entry(struct peers *p, const char *request)
{
    return (struct journal_entry){.at_ms = clock_now(&p->clock).utc_ms,
                                  .uid = 1000,
                                  .who = text_of("ann"),
                                  .op = text_of("order"),
                                  .request_id = text_of(request),
                                  .fingerprint = text_of("f"),
                                  .body = text_of("{}")};
}

/* The number of the order; 0 when it was not taken. */
static inline int64_t peers_add(struct peers *p, struct order *orders, size_t n, const char *plan)
{
    static int request;
    char id[32];
    struct err err = {0};
    int64_t nr = 0;
    snprintf(id, sizeof id, "request-%d", ++request);
    struct journal_entry e = peers_entry(p, id);
    const struct executor_ask ask = {.plan = text_of(plan), .action = orders[0].action};
    p->requests = p->changing = p->effects = p->seen_in_flight = p->answered = 0;
    if (executor_add(p->x, &e, &ask, orders, n, &nr, &err) == JOURNAL_DONE)
        return nr;
    return 0;
}

static inline bool peers_do(struct peers *p, enum executor_verb verb, int64_t nr, int64_t item, struct err *err)
{
    struct journal_entry e = peers_entry(p, "");
    e.op = text_of("order_verb");
    return executor_do(p->x, &e, verb, nr, item, err);
}

struct peers_seen {
    int64_t item;
    enum order_state state;
    bool done, found;
    char result[200], made[2 * PEER_ID], key[ORDER_KEY_SIZE];
};

static inline bool peers_look(void *ctx, const struct order *o, const struct action *a)
{
    struct peers_seen *s = ctx;
    (void)a;
    if (o->item != s->item)
        return true;
    s->found = true;
    s->state = o->state;
    s->done = o->done;
    text_show_in(o->result, s->result, sizeof s->result);
    text_show_in(o->made, s->made, sizeof s->made);
    text_show_in(o->key, s->key, sizeof s->key);
    return false;
}

static inline struct peers_seen peers_see(const struct peers *p, int64_t nr, int64_t item)
{
    struct peers_seen s = {.item = item};
    executor_each(p->x, nr, peers_look, &s);
    assert_true(s.found);
    return s;
}

static inline struct executor_run_view peers_view(const struct peers *p, int64_t nr)
{
    struct executor_run_view v = {0};
    assert_true(executor_run(p->x, nr, &v));
    return v;
}

/* A full disk for this process: no file grows. */
static inline void peers_writable(bool yes)
{
    struct rlimit l;
    signal(SIGXFSZ, SIG_IGN);
    assert_int_equal(getrlimit(RLIMIT_FSIZE, &l), 0);
    l.rlim_cur = yes ? l.rlim_max : 0;
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &l), 0);
}

#endif
