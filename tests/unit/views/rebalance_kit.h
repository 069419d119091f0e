#ifndef HUBTOP_TESTS_UNIT_VIEWS_REBALANCE_KIT_H
#define HUBTOP_TESTS_UNIT_VIEWS_REBALANCE_KIT_H

/* A plan with its moves and effects, as the view of plans is handed them. */

#include "unit/views/fake.h"

#include "views/marks.h"

extern const struct view view_rebalance;

enum { PLANS, MOVES, EFFECTS, ALL_PLANS, QUEUES, LINKS, CLUSTERS, SCHEDULERS, ACTIONS, TROUBLE, LOG, WAITING, NEEDS };

struct world {
    struct fake plans, moves, effects, schedulers, actions, trouble, log, none;
    struct view_rows rows[NEEDS];
    struct view_state s;
};

static inline void real(struct row *row, int field, double v)
{
    row->cells[field] = value_real(v);
}

static inline void list(struct row *row, int field, const char *joined)
{
    row->cells[field] = value_list(text_of(joined));
}

static inline struct row *add_plan(struct world *w, const char *id, const char *state, int64_t age_s)
{
    struct row *p = fake_add(&w->plans, KIND_PLAN, id);

    fake_text(p, PLAN_STATE, state);
    fake_text(p, PLAN_CREATED_BY, "wang.q");
    fake_ago(p, PLAN_CREATED_AT, age_s);
    fake_ago(p, PLAN_AS_OF, age_s + 2);
    fake_ago(p, PLAN_EXPIRES_AT, age_s - 900);
    fake_text(p, PLAN_ASKED, "");
    return p;
}

static inline void add_move(struct world *w, int64_t number, const char *from, const char *to, int64_t jobs,
                            int64_t accels, double before, double after, const char *risk, const char *why)
{
    static char ids[8][16];
    char *id = ids[number % 8];

    snprintf(id, sizeof ids[0], "P-0187/%d", (int)number);
    struct row *m = fake_add(&w->moves, KIND_MOVE, id);
    fake_text(m, MOVE_PLAN, "P-0187");
    fake_int(m, MOVE_NUMBER, number);
    fake_text(m, MOVE_STATE, "included");
    fake_text(m, MOVE_FROM, from);
    fake_text(m, MOVE_TO, to);
    fake_text(m, MOVE_QUEUE, "shg-ai/train");
    fake_int(m, MOVE_JOBS, jobs);
    fake_int(m, MOVE_ACCELS, accels);
    real(m, MOVE_DATA_GB, (double)jobs * 2.5);
    real(m, MOVE_DELAY_BEFORE_MS, before);
    real(m, MOVE_DELAY_AFTER_MS, after);
    fake_int(m, MOVE_TAKES_S, 120);
    fake_int(m, MOVE_STARTS_LOW_S, 60);
    fake_int(m, MOVE_STARTS_HIGH_S, 540);
    fake_int(m, MOVE_HOME_S, 5400);
    real(m, MOVE_COST_CNY, -310);
    fake_text(m, MOVE_RISK, risk);
    fake_text(m, MOVE_WHY, why);
    list(m, MOVE_FREES, "shg-ai/501\x1fshg-ai/502\x1fshg-ai/503");
    list(m, MOVE_JOB_IDS, "shg-ai/88\x1fshg-ai/89\x1fshg-ai/90\x1fshg-ai/91\x1fshg-ai/92");
    list(m, MOVE_CONSIDERED,
         "tfu-ai chosen; free now, 16.1 ms of 20\x1fwha-ai possible; 310 CNY dearer\x1fzjk-ai ring; 25.2 ms > 20 ms");
}

static inline void add_effect(struct world *w, const char *kind, const char *what, const char *measure, double now,
                              double undone, double after, double limit)
{
    static char ids[FAKE_ROWS][96];
    char *id = ids[w->effects.count];

    snprintf(id, sizeof ids[0], "P-0187/%s/%s/%s", kind, what, measure);
    struct row *e = fake_add(&w->effects, KIND_EFFECT, id);
    fake_text(e, EFFECT_PLAN, "P-0187");
    fake_text(e, EFFECT_KIND, kind);
    fake_text(e, EFFECT_WHAT, what);
    fake_text(e, EFFECT_MEASURE, measure);
    real(e, EFFECT_NOW, now);
    real(e, EFFECT_UNDONE, undone);
    real(e, EFFECT_AFTER, after);
    real(e, EFFECT_AFTER_LOW, after * 0.8);
    real(e, EFFECT_AFTER_HIGH, after * 1.3);
    real(e, EFFECT_LIMIT, limit);
    fake_text(e, EFFECT_METHOD, "arrivals and departures of the last hour");
}

static inline struct row *add_action(struct fake *f, const char *id, const char *order, const char *kind,
                                     const char *state, const char *target, const char *by)
{
    struct row *a = fake_add(f, KIND_ACTION, id);

    fake_text(a, ACTION_ORDER, order);
    fake_text(a, ACTION_KIND, kind);
    fake_text(a, ACTION_STATE, state);
    fake_text(a, ACTION_TARGET, target);
    fake_text(a, ACTION_REQUESTED_BY, by);
    return a;
}

static inline void fill_plan(struct row *p)
{
    fake_int(p, PLAN_MOVES, 3);
    fake_int(p, PLAN_JOBS, 260);
    fake_int(p, PLAN_ACCELS, 880);
    fake_int(p, PLAN_STARTS, 42);
    real(p, PLAN_GAP_PCT, 0.4);
    list(p, PLAN_LEVELS,
         "starts 42 43 2.3; head-room of accelerators at wha-ai\x1f"
         "cost_cny -1240.5 -1245.1 0.37; nothing\x1f"
         "moves 3 3 0;");
    list(p, PLAN_CHECKS,
         "ring=ok\x1f"
         "data=ok: nothing leaves its region\x1f"
         "one_person=no: 260 jobs: a second person approves\x1f"
         "head_room=no: tfu-ai keeps 1 % of its accelerators, 5 % are asked");
    list(p, PLAN_LEFT,
         "shg-ai/serve 12 ring; no other cluster is inside 3 ms\x1f"
         "tfu-ai/hpc held; their users hold them");
}

static inline void fill(struct world *w)
{
    *w = (struct world){.s = {.sort_field = -2}};
    fill_plan(add_plan(w, "P-0187", "proposed", 40));
    struct row *done = add_plan(w, "P-0186", "done", 5400);
    fake_int(done, PLAN_JOBS, 120);
    fake_text(done, PLAN_RECORD, "+15 min: off by 2.1%, 93% of 44 in range; +60 min: off by 5.0%, 90% of 44 in range");
    real(done, PLAN_MISS_15_PCT, 2.1);
    real(done, PLAN_MISS_60_PCT, 5.0);
    real(done, PLAN_INSIDE_15_PCT, 93);
    real(done, PLAN_INSIDE_60_PCT, 90);
    fake_text(done, PLAN_ASKED, "--only-queue=shg-ai/train --max-moves=200");
    add_move(w, 1, "shg-ai", "tfu-ai", 140, 410, 2.8, 16.1, "low", "12 inference jobs start where these waited");
    add_move(w, 2, "shg-ai", "wha-ai", 80, 320, 2.8, 12.4, "medium", "free now; its data is copied first");
    add_move(w, 3, "gui-ai", "ckg-ai", 40, 150, 31.2, 5.2, "high", "5.2 ms instead of 31.2");
    add_effect(w, "link", "SHG>SZ", "used_pct", 97, 98, 98, 0);
    add_effect(w, "cluster", "WHA", "power_kw", 5120, 5120, 5120, 6000);
    add_effect(w, "cluster", "TFU", "accels_used_pct", 79, 79, 99, 95);
    add_effect(w, "queue", "shg-ai/serve", "wait_p95_s", 1080, 1500, 240, 300);
    add_effect(w, "cluster", "SHG", "accels_used_pct", 97, 99, 71, NAN);
    w->effects.rows[0].cells[EFFECT_LIMIT] = value_none();
    w->rows[PLANS] = w->rows[ALL_PLANS] = fake_rows(&w->plans);
    w->rows[MOVES] = fake_rows(&w->moves);
    w->rows[EFFECTS] = fake_rows(&w->effects);
    for (int need = QUEUES; need < NEEDS; need++)
        w->rows[need] = fake_rows(&w->none);
}

/* A transfer that the plan holds, and what goes between regions. */
static inline void hold_a_transfer(struct world *w)
{
    struct row *m = fake_add(&w->moves, KIND_MOVE, "P-0187/4");

    fake_text(m, MOVE_PLAN, "P-0187");
    fake_int(m, MOVE_NUMBER, 4);
    fake_text(m, MOVE_STATE, "included");
    fake_text(m, MOVE_WHAT, "hold");
    fake_text(m, MOVE_TRANSFER, "SHG>SZ/bulk-1");
    fake_text(m, MOVE_FROM, "SHG");
    fake_text(m, MOVE_TO, "SZ");
    fake_text(m, MOVE_QUEUE, "backup");
    fake_text(m, MOVE_LINK, "SHG>SZ");
    fake_text(m, MOVE_RISK, "low");
    fake_text(m, MOVE_WHY, "SHG>SZ comes from 97 to 68 % without it");
    fake_ago(m, MOVE_UNTIL, -3600);
    fake_ago(m, MOVE_ETA_BEFORE, -7200);
    fake_ago(m, MOVE_ETA_AFTER, -10800);
    fake_ago(m, MOVE_DEADLINE_AT, -100000); /* more than a day ahead */
    real(m, MOVE_RATE_GBPS, 1052);
    real(m, MOVE_REST_TB, 3774);
    real(m, MOVE_USED_BEFORE_PCT, 97);
    real(m, MOVE_USED_AFTER_PCT, 68);
    fake_int(&w->plans.rows[0], PLAN_HOLDS, 1);
    list(&w->plans.rows[0], PLAN_ADVICE,
         "GBA>GS jobs=260/220/40 accels=900/730/170 mw=0.61/0.5/0.11 tb=12.5/9/3.5; qyg-ai: power\x1f"
         "GBA>CY jobs=40/0/40 accels=150/0/150 mw=0.1/0/0.1 tb=100.4/0/100.4; nothing");
    w->rows[MOVES] = fake_rows(&w->moves);
}

static inline struct intent press(struct world *w, uint32_t key)
{
    struct view_frame frame = fake_frame(w->rows, 80, 20);
    int action = key_action(view_rebalance.keys, key);

    assert_int_not_equal(action, 0);
    return view_rebalance.act(&frame, &w->s, action);
}

static inline struct canvas drawn(struct world *w, int width, int height)
{
    struct canvas c = fake_draw(&view_rebalance, w->rows, &w->s, width, height);

    fake_assert_sane(&c);
    return c;
}

static inline void expect(struct world *w, int width, int height, const char *name)
{
    struct canvas c = drawn(w, width, height);

    fake_expect(&c, name);
    canvas_release(&c);
}

static inline void end(struct world *w)
{
    marks_free(w->s.marks);
}

#endif
