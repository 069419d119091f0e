#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "bench/sim_rows.h"

/* What the planner's scenario promises: moving the right jobs out of Shaoguan starts the inference that waits there. */

enum { MOVES_MAX = 500, ID_MAX = 96, LATER_MIN = 10 };

struct found {
    char ids[MOVES_MAX][ID_MAX];
    size_t count, inner_running, inner_waiting;
};

static bool is_inner(const struct row *job)
{
    return value_real_or(&job->cells[JOB_LATENCY_MS_MAX], 1000) <= 5;
}

static void find(void *ctx, const struct row *row)
{
    struct found *f = ctx;
    struct safe_text state = value_text_or(&row->cells[JOB_STATE], "");
    bool runs = text_is(state, "running"), waits = text_is(state, "waiting");

    if (row->kind != KIND_JOB || !text_is(value_text_or(&row->cells[JOB_SCHEDULER], ""), "shg-ai"))
        return;
    f->inner_running += is_inner(row) && runs;
    f->inner_waiting += is_inner(row) && waits;
    if (is_inner(row) || value_int_or(&row->cells[JOB_MOVABLE], 0) == 0 || f->count == MOVES_MAX)
        return;
    if ((runs && value_known(&row->cells[JOB_CHECKPOINT_AT])) ||
        (waits && value_known(&row->cells[JOB_LATENCY_MS_MAX])))
        text_show_in(row->id, f->ids[f->count++], ID_MAX);
}

static struct found look(struct sim_rows *r)
{
    static const enum kind jobs[] = {KIND_JOB, KIND_NONE};
    struct found f = {.count = 0};

    sim_rows_all(r, &(struct sim_rows_wish){0}, jobs, find, &f);
    return f;
}

static struct found after(bool move, size_t *moved)
{
    const struct sim_rows_wish west = {.scenario = "west", .minutes = 100};
    struct sim_rows r;

    sim_rows_open(&r, &west);
    struct found f = look(&r);
    assert_true(f.inner_waiting > 40 && f.count > 20);
    for (size_t i = 0; move && i < f.count; i++)
        *moved += sim_apply(r.sim, &(struct sim_order){.kind = SIM_MOVE, .target = f.ids[i], .to = "qyg-ai"}, NULL);
    sim_advance(r.sim, r.now_ms + LATER_MIN * 60000, 0);
    f = look(&r);
    sim_rows_close(&r);
    return f;
}

static void moving_what_may_go_starts_what_must_stay(void **state)
{
    size_t moved = 0;
    struct found without = after(false, &moved), with = after(true, &moved);

    (void)state;
    assert_true(moved > 20);
    print_message("moved %zu: %zu inner jobs run instead of %zu, %zu wait instead of %zu\n", moved, with.inner_running,
                  without.inner_running, with.inner_waiting, without.inner_waiting);
    assert_true(with.inner_running > without.inner_running + 10);
    assert_true(with.inner_waiting + 10 < without.inner_waiting);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(moving_what_may_go_starts_what_must_stay)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
