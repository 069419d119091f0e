#ifndef HUBTOP_TESTS_UNIT_COLLECTOR_PLAN_WORLD_H
#define HUBTOP_TESTS_UNIT_COLLECTOR_PLAN_WORLD_H

#include "unit/collector/ops_answers.h"

#include "base/mem.h"
#include "collector/plan_ops.h"
#include "domain/plan_json.h"
#include "store/plans.h"
#include "unit/domain/plan_bench.h"

enum { STRANGER_UID = 1, MANY_JOBS = 10000, PIECE = 100000 };

/* Plans over a store that holds the rows of a good one, and what clients were answered. */
struct world_ops {
    struct ops_answers a;
    struct fixture f;
    struct apply *apply;
    struct clock clock;
    struct plan_ops *ops;
    struct plan_limits limits;
    struct bench bench;
    int told;
    char made[32], hash[80], failed[400];
    uid_t uid;
    unsigned roles;
    struct asker asker;
    const char *reason; /* NULL: "not now", where a plan is meant */
    bool glass;         /* it is asked for break-glass */
    struct {            /* what was told of break-glass */
        int tells, news, open;
        struct plan_glass last;
    } glasses;
    int stops;
    bool write, frozen;
    int runs; /* of plans that were let through, the last of them: */
    char ran[32], approved_by[64];
};

static inline void on_told(void *ctx, const struct serve_call *call, struct safe_text made,
                           const struct serve_told *told)
{
    struct world_ops *w = ctx;
    assert_int_equal(call->id, 7);
    w->told++;
    text_show_in(made, w->made, sizeof w->made);
    text_show_in(told->hash, w->hash, sizeof w->hash);
    text_show_in(told->failed, w->failed, sizeof w->failed);
    ops_answered(&w->a);
}

static inline bool on_run(void *ctx, const struct order_ops_carry *carry, const struct journal_entry *e,
                          struct err *err)
{
    struct world_ops *w = ctx;
    (void)e;
    (void)err;
    w->runs++;
    text_show_in(carry->plan->id, w->ran, sizeof w->ran);
    text_show_in(carry->approved_by, w->approved_by, sizeof w->approved_by);
    w->told++;
    ops_answered(&w->a);
    return true;
}

static inline bool on_control(void *ctx, const struct serve_call *call, struct safe_text ref, enum executor_verb verb,
                              struct journal_entry *e, struct err *err)
{
    struct world_ops *w = ctx;
    (void)ref;
    (void)e;
    (void)err;
    assert_null(call); /* nobody asked: its time is over */
    assert_int_equal(verb, EXECUTOR_STOP);
    w->stops++;
    return true;
}

static inline void on_glass(void *ctx, const struct plan_glass *open, bool is_new)
{
    struct world_ops *w = ctx;
    w->glasses.tells++;
    w->glasses.news += is_new;
    w->glasses.open = 0;
    for (const struct plan_glass *g = open; g; g = g->next)
        w->glasses.open++;
    if (open)
        w->glasses.last = *open;
}

static inline bool on_allowed(void *ctx, const struct plan *p, struct err *err)
{
    (void)p;
    return !((struct world_ops *)ctx)->frozen || err_set(err, ERR_REFUSED, "changes are frozen");
}

static inline void ops_open(struct world_ops *w)
{
    const struct plan_ops_options options = {
        .loop = w->a.loop,
        .store = w->f.store,
        .apply = w->apply,
        .clock = &w->clock,
        .limits = w->limits,
        .ctx = w,
        .told = on_told,
        .refuse = ops_on_refuse,
        .allowed = on_allowed,
        .run = on_run,
        .control = on_control,
        .glass = on_glass,
    };
    w->ops = plan_ops_new(&options);
}

static inline void put_rows(struct world_ops *w)
{
    for (const enum kind *k = plan_check_kinds(); *k != KIND_NONE; k++) {
        struct store_batch *b = fixture_batch(&w->f, "src", *k, true);
        for (int i = 0; i < w->bench.w->n; i++) {
            if (w->bench.w->rows[i].kind == *k)
                fixture_add(b, &w->bench.w->rows[i]);
        }
        fixture_apply(&w->f, b, 100000);
    }
}

static inline int setup(void **state)
{
    struct world_ops *w = mem_new(1, sizeof *w);
    struct err err = {0};
    fixture_init(&w->f, NULL);
    w->f.now.utc_ms = world_now_ms;
    w->clock = (struct clock){.simulated = true, .start_utc_ms = world_now_ms, .start_boot_ms = w->f.now.boot_ms};
    w->limits = plan_limits_preset();
    w->limits.accels_alone_pct = 100;
    w->uid = getuid();
    w->roles = ROLES_ALL;
    w->a.loop = loop_new(&err);
    w->apply = apply_new(w->a.loop);
    bench_begin(&w->bench);
    put_rows(w);
    ops_open(w);
    fixture_read(&w->f);
    *state = w;
    return 0;
}

static inline int teardown(void **state)
{
    struct world_ops *w = *state;
    plan_ops_free(w->ops);
    apply_free(w->apply);
    fixture_release(&w->f);
    loop_free(w->a.loop);
    free(w->bench.w);
    free(w);
    return 0;
}

static inline void ask(struct world_ops *w, const char *frame, size_t n)
{
    struct err err = {0};
    struct json *m = json_parse(frame, n, JSON_STRICT, &err);
    const struct serve_call call = {
        .visitor = 1, .id = 7, .uid = w->uid, .roles = w->roles, .write = w->write, .asker = w->asker};
    int before = w->told + w->a.refused;
    fixture_fail(&err);
    w->a.err = (struct err){0};
    w->made[0] = '\0';
    assert_true(plan_ops_ask(w->ops, &call, m));
    json_free(m);
    if (w->told + w->a.refused == before)
        ops_run(&w->a);
}

struct wish {
    const char *op, *request, *replaces, *hash, *ref;
    int nr; /* of a piece; -1: it is none */
    const char *confirm;
};

static inline void ask_with(struct world_ops *w, const struct wish *a, const char *plan, size_t n)
{
    struct buf frame = buf_make(2 * PLAN_JSON_MAX);
    struct json_writer j = json_writer_make(&frame);
    const struct {
        const char *key, *value;
    } members[] = {{"op", a->op},
                   {"request_id", a->request},
                   {"replaces", a->replaces},
                   {"hash", a->hash},
                   {"ref", a->ref},
                   {"reason", w->reason ? w->reason
                              : a->ref  ? "not now"
                                        : NULL},
                   {"confirm", a->confirm}};
    json_open_object(&j);
    for (size_t i = 0; i < sizeof members / sizeof *members; i++) {
        if (!members[i].value)
            continue;
        json_put_key(&j, members[i].key);
        json_put_str(&j, members[i].value);
    }
    if (a->nr >= 0) {
        json_put_key(&j, "nr");
        json_put_int(&j, a->nr);
    }
    if (w->glass) {
        json_put_key(&j, "break_glass");
        json_put_bool(&j, true);
    }
    if (plan) {
        json_put_key(&j, "plan");
        json_put_text(&j, text_from(plan, n));
    }
    json_close_object(&j);
    ask(w, buf_str(&frame), frame.len);
    buf_release(&frame);
}

static inline void propose(struct world_ops *w, const char *request, const char *replaces, const char *hash)
{
    struct buf body = buf_make(PLAN_JSON_MAX);
    struct err err = {0};
    const struct wish a = {"plan_propose", request, replaces, hash, NULL, -1, NULL};
    plan_json_write(&w->bench.plan, &body, &err);
    fixture_fail(&err);
    ask_with(w, &a, buf_str(&body), body.len);
    buf_release(&body);
}

static inline void reject(struct world_ops *w, const char *request, const char *ref)
{
    const struct wish a = {"plan_reject", request, NULL, NULL, ref, -1, NULL};
    ask_with(w, &a, NULL, 0);
}

static inline void expect_told(struct world_ops *w, const char *made)
{
    if (w->a.err.kind != ERR_NONE)
        fail_msg("%s", w->a.err.text);
    assert_string_equal(w->made, made);
}

static inline void expect_refused(struct world_ops *w, int status, const char *says)
{
    if (err_status(&w->a.err) != status || !strstr(w->a.err.text, says))
        fail_msg("'%s' (%d), not '%s' (%d)", w->a.err.text, err_status(&w->a.err), says, status);
}

/* How many rows of a kind the cache has; `id` (may be NULL) becomes `row`, valid until the next call. */
static inline size_t count_rows(struct world_ops *w, enum kind kind, const char *id, struct row *row)
{
    static struct query_rows *r;
    query_rows_free(r);
    r = query_rows_new(w->f.query, kind, QUERY_NOW);
    fixture_load(&w->f, r);
    size_t n = query_rows_count(r);
    for (size_t i = 0; i < n && id; i++) {
        if (query_rows_at(r, i, row) && text_is(row->id, id))
            id = NULL;
    }
    if (id)
        fail_msg("there is no row '%s'", id);
    if (!row) {
        query_rows_free(r);
        r = NULL;
    }
    return n;
}

static inline void expect_cell(struct world_ops *w, const char *id, int field, const char *text)
{
    struct row row;
    char shown[200];
    count_rows(w, KIND_PLAN, id, &row);
    assert_string_equal(text_show_in(value_text_or(&row.cells[field], "-"), shown, sizeof shown), text);
    count_rows(w, KIND_PLAN, NULL, NULL);
}

static inline void apply(struct world_ops *w, const char *request, const char *hash, const char *confirm)
{
    const struct wish a = {"plan_apply", request, NULL, hash, "P-0001", -1, confirm};
    ask_with(w, &a, NULL, 0);
}

static inline void approve(struct world_ops *w, const char *request, const char *hash)
{
    const struct wish a = {"plan_approve", request, NULL, hash, "P-0001", -1, NULL};
    ask_with(w, &a, NULL, 0);
}

#define T(test) cmocka_unit_test_setup_teardown(test, setup, teardown)

#endif
