#ifndef HUBTOP_TESTS_SIM_ROWS_H
#define HUBTOP_TESTS_SIM_ROWS_H

/* The real problem for tests and benches of the planner: rows of all kinds as a console reads them, from the simulator, with about so
 * many waiting jobs at a load. */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/mem.h"
#include "domain/derive.h"
#include "domain/rows.h"
#include "sim/sim.h"
#include "sources/scenario.h"

/* What is wanted. `waiting` jobs (rows; 0: as many as there are) at `load` of what the fleet can bear: the sim fills queues only as
 * far as users bear it, so a world of that scale is made and its waiting jobs are told as often as needed, each with an id of
 * its own. */
struct sim_rows_wish {
    const char *scenario; /* of sample-data; NULL: none, with the seed */
    int64_t minutes;      /* after the scenario's start */
    uint64_t seed;        /* 0: the scenario's */
    double scale, load;   /* 0: 1, and the scenario's */
    size_t waiting;
};

struct sim_rows {
    struct fleet *fleet;
    struct scenario scenario;
    struct sim *sim;
    int64_t now_ms;
    size_t jobs, waiting; /* rows that were told */
};

/* Makes the world; exits with a message when it cannot be. */
static inline void sim_rows_open(struct sim_rows *r, const struct sim_rows_wish *w)
{
    static const int64_t zero = INT64_C(1795226400000); /* 2026-11-21T02:00:00Z */
    struct err err = {0};

    *r = (struct sim_rows){0};
    r->fleet = fleet_load("sample-data/fleet.conf", &err);
    bool ok =
        r->fleet != NULL && (w->scenario == NULL || scenario_load("sample-data", w->scenario, &r->scenario, &err));
    if (ok) {
        const struct scenario *s = &r->scenario;
        struct sim_options o = {.fleet = r->fleet,
                                .events = s->events,
                                .event_count = s->event_count,
                                .seed = w->seed != 0 ? w->seed : s->seed,
                                .start_utc_ms = zero,
                                .scale = w->scale > 0 ? w->scale : 1,
                                .load = w->load > 0 ? w->load : s->load,
                                .calm = true,
                                .near = true,
                                .shared = s->shared};
        if (w->scenario != NULL && s->opens_ms >= 0) {
            const int64_t day = 24 * 3600 * 1000, east = 8 * 3600 * 1000;
            o.day_ms = s->opens_ms - ((zero + SCENARIO_LEAD_MS + east) % day + day) % day;
        }
        r->sim = sim_new(&o, &err);
    }
    if (r->sim == NULL) {
        fprintf(stderr, "no world: %s\n", err.text);
        exit(1);
    }
    r->now_ms = zero + w->minutes * 60000;
    sim_advance(r->sim, r->now_ms, 0);
}

static inline void sim_rows_close(struct sim_rows *r)
{
    sim_free(r->sim);
    scenario_release(&r->scenario);
    fleet_free(r->fleet);
}

/* --- telling --- */

struct sim_rows_tell {
    struct sim_rows *rows;
    void (*take)(void *ctx, const struct row *row);
    void *ctx;
    struct derive *derive;
    size_t want, told; /* of waiting jobs */
    struct rows waiting;
};

/* Queues and schedulers are told with their counts, at the end. */
static inline bool sim_rows_tell_one(struct sim_rows_tell *t, const struct row *row, struct err *err)
{
    if ((row->kind == KIND_NODE || row->kind == KIND_JOB || row->kind == KIND_QUEUE || row->kind == KIND_SCHEDULER) &&
        !derive_row(t->derive, row, err))
        return false;
    if (row->kind != KIND_QUEUE && row->kind != KIND_SCHEDULER)
        t->take(t->ctx, row);
    return true;
}

static inline bool sim_rows_pass(void *ctx, const struct row *row, struct err *err)
{
    struct sim_rows_tell *t = ctx;
    struct row own = *row;

    own.source = text_of("sample");
    own.since_ms = t->rows->now_ms;
    own.observed_ms = t->rows->now_ms;
    if (row->kind == KIND_JOB) {
        bool waits = text_is(value_text_or(&row->cells[JOB_STATE], ""), "waiting");
        if (waits && t->want > 0 && t->told >= t->want)
            return true;
        if (waits && t->want > 0)
            rows_add(&t->waiting, &own);
        t->told += waits;
        t->rows->jobs++;
    }
    return sim_rows_tell_one(t, &own, err);
}

/* Those that wait again and again, each round under other ids. */
static inline bool sim_rows_repeat(struct sim_rows_tell *t, struct err *err)
{
    char id[256], shown[200];
    bool ok = true;

    for (size_t i = 0; ok && t->waiting.count > 0 && t->told < t->want; i++) {
        struct row own = t->waiting.all[i % t->waiting.count];
        snprintf(id, sizeof id, "%s~%zu", text_show_in(own.id, shown, sizeof shown), i / t->waiting.count + 1);
        own.id = text_of(id);
        t->told++;
        t->rows->jobs++;
        ok = sim_rows_tell_one(t, &own, err);
    }
    return ok;
}

static inline bool sim_rows_counted(void *ctx, const struct row *row, struct err *err)
{
    struct sim_rows_tell *t = ctx;
    struct row own = *row;

    (void)err;
    own.source = text_of("sample");
    own.since_ms = own.observed_ms = t->rows->now_ms;
    if (row->kind == KIND_QUEUE || row->kind == KIND_SCHEDULER)
        t->take(t->ctx, &own);
    return true;
}

/* Tells every row of the kinds (ended by KIND_NONE); queues and schedulers with what derive counts of the jobs that are told. */
static inline void sim_rows_all(struct sim_rows *r, const struct sim_rows_wish *w, const enum kind *kinds,
                                void (*take)(void *ctx, const struct row *row), void *ctx)
{
    struct sim_rows_tell t = {.rows = r, .take = take, .ctx = ctx, .want = w->waiting};
    struct err err = {0};

    t.derive = derive_new("sample");
    static const enum kind counted[] = {KIND_SCHEDULER, KIND_QUEUE, KIND_NODE, KIND_JOB};
    for (size_t i = 0; i < sizeof counted / sizeof *counted; i++)
        derive_begin(t.derive, counted[i]);
    for (const enum kind *k = kinds; *k != KIND_NONE; k++)
        for (int64_t at = 0; at >= 0;)
            if (!sim_facts(r->sim, *k, &at, 10000, sim_rows_pass, &t, &err))
                exit(1);
    if (!sim_rows_repeat(&t, &err))
        exit(1);
    for (size_t i = 0; i < sizeof counted / sizeof *counted; i++)
        derive_end(t.derive, counted[i], true);
    if (!derive_emit(t.derive, r->now_ms, sim_rows_counted, &t, &err)) {
        fprintf(stderr, "%s\n", err.text);
        exit(1);
    }
    derive_free(t.derive);
    rows_release(&t.waiting);
    r->waiting = t.told;
}

#endif
