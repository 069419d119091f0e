#ifndef HUBTOP_TESTS_UNIT_DOMAIN_PLAN_BENCH_H
#define HUBTOP_TESTS_UNIT_DOMAIN_PLAN_BENCH_H

#include <stdarg.h>
#include <stddef.h>

#include "domain/plan_check.h"
#include "unit/planner/plan_world.h"

/* A good plan: of the jobs that wait at a, one goes to b and a gang of two nodes to c; one that runs goes on at b from its
 * checkpoint. Then each limit is broken in turn of the present or of the plan. */

enum { JOBS = 3, NOW_AFTER_MS = 10000 };

struct bench {
    struct world *w;
    struct plan plan;
    struct plan_move moves[JOBS];
    struct plan_job jobs[JOBS];
    struct plan_limits limits;
    int64_t now_ms;
};

static void put_move(struct bench *b, int at, const char *job, const char *to)
{
    const struct row *r = world_row(b->w, KIND_JOB, job);
    struct plan_move *m = &b->moves[at];
    b->jobs[at] = (struct plan_job){.id = r->id,
                                    .since_ms = r->since_ms,
                                    .user = text_of("u"),
                                    .tenant = text_of("t"),
                                    .accels = value_int_or(&r->cells[JOB_ACCELS], 0),
                                    .cpus = value_int_or(&r->cells[JOB_CPUS], 0),
                                    .nodes = value_int_or(&r->cells[JOB_NODES], 0),
                                    .data_gb = 10,
                                    .running = text_is(value_text_or(&r->cells[JOB_STATE], ""), "running")};
    *m = (struct plan_move){.from = text_of("a"),
                            .to = text_of(to),
                            .queue = text_of("q"),
                            .queue_to = text_of("q"),
                            .link = text_of(to[0] == 'b' ? "A>B" : "A>C"),
                            .jobs = &b->jobs[at],
                            .job_count = 1,
                            .accels = b->jobs[at].accels,
                            .cpus = b->jobs[at].cpus};
}

static void put_people(struct world *w)
{
    static const char *const sites[] = {"A-1", "B-1", "C-1"};
    for (int i = 0; i < 3; i++) {
        struct row *s = world_row(w, KIND_SITE, sites[i]);
        s->cells[SITE_TRUSTED_SPACES] = value_list(text_of("s1"));
        s->cells[SITE_PRIVACY_COMPUTING] = value_bool(true);
    }
    world_row(w, KIND_TENANT, "t")->cells[TENANT_SPACES] = value_list(text_of("s1"));
}

static void bench_begin(struct bench *b)
{
    *b = (struct bench){.w = world_new(), .limits = plan_limits_preset(), .now_ms = world_now_ms + NOW_AFTER_MS};
    struct world *w = b->w;
    put_people(w);
    world_job(w, "a/2", "a", 12)->cells[JOB_NODES] = value_int(2);
    world_job(w, "a/4", "a", 8)->cells[JOB_MOVABLE] = value_bool(false);
    struct row *r = world_runner(w, "a/9", "a", "n0", 4);
    r->cells[JOB_MOVABLE] = value_bool(true);
    r->cells[JOB_CHECKPOINT_AT] = value_time(world_now_ms - 600000);
    world_runner(w, "a/8", "a", "n1", 8);
    put_move(b, 0, "a/1", "b");
    put_move(b, 1, "a/2", "c");
    put_move(b, 2, "a/9", "b");
    b->plan = (struct plan){.ask = {.max_moves = -1},
                            .as_of_ms = world_now_ms,
                            .expires_at_ms = world_now_ms + 900000,
                            .moves = b->moves,
                            .move_count = JOBS};
}

static struct value *cell(struct bench *b, enum kind kind, const char *id, int field)
{
    struct row *r = world_row(b->w, kind, id);
    assert_non_null(r);
    return &r->cells[field];
}

/* A cell of a row, and what becomes of it. */
struct change {
    enum kind kind;
    const char *id;
    int field;
    enum value_type type;
    const char *word;
    double number;
};

__attribute__((unused)) static void change(struct bench *b, const struct change *c)
{
    bool word = c->type == VALUE_TEXT || c->type == VALUE_LIST;
    struct value v = word ? world_word(c->word) : value_number(c->type, c->number);
    v.type = c->type;
    *cell(b, c->kind, c->id, c->field) = v;
}

__attribute__((unused)) static size_t bench_run(struct bench *b, struct arena *arena,
                                                struct plan_check out[PLAN_CHECKS_MAX])
{
    struct plan_checker *c = plan_check_new(&b->plan);
    for (int i = 0; i < b->w->n; i++)
        plan_check_take(c, &b->w->rows[i]);
    size_t n = plan_check_run(c, &b->limits, b->now_ms, arena, out);
    plan_check_free(c);
    return n;
}

#endif
