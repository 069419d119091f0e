#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "domain/derive.h"
#include "domain/wait.h"

enum { MAX_ROWS = 64 };
static const int64_t now = INT64_C(1795230000000);
static const int64_t minute = 60 * 1000;

/* Keeps what is emitted; texts of an emitted row live only during the call. */
struct kept {
    struct row rows[MAX_ROWS];
    size_t n;
    struct buf text[MAX_ROWS];
};

static bool keep(void *ctx, const struct row *row, struct err *err)
{
    struct kept *k = ctx;
    struct buf *b = &k->text[k->n];
    (void)err;

    assert_true(k->n < MAX_ROWS);
    *b = buf_make(1 << 16);
    assert_true(buf_reserve(b, 4096, NULL));
    struct row *copy = &k->rows[k->n++];
    *copy = *row;
    copy->id = text_copy(b, row->id);
    for (size_t f = 0; f < KIND_FIELDS_MAX; f++)
        if (copy->cells[f].type == VALUE_TEXT || copy->cells[f].type == VALUE_LIST)
            copy->cells[f].as.text = text_copy(b, row->cells[f].as.text);
    return true;
}

static void drop(struct kept *k)
{
    for (size_t i = 0; i < k->n; i++)
        buf_release(&k->text[i]);
    k->n = 0;
}

static const struct row *find(const struct kept *k, enum kind kind, const char *id)
{
    for (size_t i = 0; i < k->n; i++)
        if (k->rows[i].kind == kind && text_is(k->rows[i].id, id))
            return &k->rows[i];
    fail_msg("no row %s", id);
    return NULL;
}

/* A cell's number, -1 when it is unknown. */
static double number(const struct kept *k, enum kind kind, const char *id, int field)
{
    return value_real_or(&find(k, kind, id)->cells[field], -1);
}

static void is(const struct kept *k, enum kind kind, const char *id, int field, double want)
{
    double have = number(k, kind, id, field);

    if (fabs(have - want) > 1e-9)
        fail_msg("%s %s is %g, not %g", id, kind_info(kind)->fields[field].name, have, want);
}

static struct value text(const char *s)
{
    return s != NULL ? value_text(text_of(s)) : value_none();
}

static void job(struct derive *d, const char *state, const char *queue, const char *user, int64_t submitted_min,
                int64_t started_min, int64_t tasks, int64_t accels)
{
    struct row row = {.kind = KIND_JOB};

    row.cells[JOB_SCHEDULER] = text("fra");
    row.cells[JOB_STATE] = text(state);
    row.cells[JOB_QUEUE] = text(queue);
    row.cells[JOB_USER] = text(user);
    row.cells[JOB_ACCOUNT] = text("lab");
    if (submitted_min >= 0)
        row.cells[JOB_SUBMITTED_AT] = value_time(now - submitted_min * minute);
    if (started_min >= 0)
        row.cells[JOB_STARTED_AT] = value_time(now - started_min * minute);
    if (tasks > 0)
        row.cells[JOB_TASKS] = value_int(tasks);
    if (accels >= 0)
        row.cells[JOB_ACCELS] = value_int(accels);
    assert_true(derive_row(d, &row, NULL));
}

static void node(struct derive *d, const char *scheduler, const char *state, int64_t cpus, int64_t cpus_free,
                 int64_t accels, int64_t accels_free)
{
    struct row row = {.kind = KIND_NODE};

    row.cells[NODE_SCHEDULER] = text(scheduler);
    row.cells[NODE_STATE] = text(state);
    row.cells[NODE_CPUS_TOTAL] = value_int(cpus);
    row.cells[NODE_CPUS_FREE] = value_int(cpus_free);
    if (accels >= 0)
        row.cells[NODE_ACCELS_TOTAL] = value_int(accels);
    if (accels_free >= 0)
        row.cells[NODE_ACCELS_FREE] = value_int(accels_free);
    assert_true(derive_row(d, &row, NULL));
}

/* Queue gpu: 3 running, 1 + 1 (held) + an array of 3 waiting; queue cpu: 1 running. */
static void some_jobs(struct derive *d)
{
    derive_begin(d, KIND_JOB);
    job(d, "running", "gpu", "anna", 100, 50, 1, 8);
    job(d, "suspended", "gpu", "anna", 100, 9, 1, 4);
    job(d, "finishing", "gpu", "boris", 8, 3, 1, 2);
    job(d, "waiting", "gpu", "anna", 60, -1, 1, 16);
    job(d, "held", "gpu", "boris", 30, -1, 1, 1);
    job(d, "waiting", "gpu,cpu", "boris", 5, -1, 3, 2);
    job(d, "done", "gpu", "chen", 9, 9, 1, 8);
    job(d, "running", "cpu", "chen", 20, 20, 1, -1);
    derive_end(d, KIND_JOB, true);
}

static void queues_from_jobs(void **state)
{
    (void)state;
    struct kept k = {0};
    struct derive *d = derive_new("fra");

    some_jobs(d);
    assert_true(derive_emit(d, now, keep, &k, NULL));
    is(&k, KIND_QUEUE, "fra/gpu", QUEUE_RUNNING, 3);
    is(&k, KIND_QUEUE, "fra/gpu", QUEUE_WAITING, 5);
    /* Waits in minutes: 5 5 5 30 60. p50 is the third, p95 the fifth. */
    is(&k, KIND_QUEUE, "fra/gpu", QUEUE_WAIT_P50_S, 300);
    is(&k, KIND_QUEUE, "fra/gpu", QUEUE_WAIT_P95_S, 3600);
    is(&k, KIND_QUEUE, "fra/gpu", QUEUE_OLDEST_S, 3600);
    /* Submitted in the last 10 minutes: at 8, 9, and the array's three at 5. Started: at 9, 3, 9. */
    is(&k, KIND_QUEUE, "fra/gpu", QUEUE_ARRIVALS_PER_MIN, 0.5);
    is(&k, KIND_QUEUE, "fra/gpu", QUEUE_DEPARTURES_PER_MIN, 0.3);
    is(&k, KIND_QUEUE, "fra/gpu", QUEUE_ACCELS_ASKED, 16 + 1 + 3 * 2);
    assert_true(text_is(value_text_or(&find(&k, KIND_QUEUE, "fra/gpu")->cells[QUEUE_NAME], ""), "gpu"));
    assert_true(text_is(value_text_or(&find(&k, KIND_QUEUE, "fra/gpu")->cells[QUEUE_CLUSTER], ""), "fra"));

    is(&k, KIND_QUEUE, "fra/cpu", QUEUE_RUNNING, 1);
    is(&k, KIND_QUEUE, "fra/cpu", QUEUE_WAITING, 0);
    is(&k, KIND_QUEUE, "fra/cpu", QUEUE_WAIT_P50_S, -1); /* nobody waits: no wait, not 0 */
    is(&k, KIND_QUEUE, "fra/cpu", QUEUE_OLDEST_S, -1);
    is(&k, KIND_QUEUE, "fra/cpu", QUEUE_ACCELS_ASKED, 0);
    is(&k, KIND_SCHEDULER, "fra", SCHEDULER_JOBS_RUNNING, 4);
    is(&k, KIND_SCHEDULER, "fra", SCHEDULER_JOBS_WAITING, 5);
    is(&k, KIND_SCHEDULER, "fra", SCHEDULER_NODES_TOTAL, -1); /* no body told of nodes */
    drop(&k);

    /* Waits grow with time. */
    assert_true(derive_emit(d, now + minute, keep, &k, NULL));
    is(&k, KIND_QUEUE, "fra/gpu", QUEUE_OLDEST_S, 3660);
    drop(&k);
    derive_free(d);
}

static void users_from_jobs(void **state)
{
    (void)state;
    struct kept k = {0};
    struct derive *d = derive_new("fra");

    some_jobs(d);
    assert_true(derive_emit(d, now, keep, &k, NULL));
    is(&k, KIND_USER, "fra/anna", USER_JOBS_RUNNING, 2);
    is(&k, KIND_USER, "fra/anna", USER_JOBS_WAITING, 1);
    is(&k, KIND_USER, "fra/anna", USER_ACCELS, 12);
    is(&k, KIND_USER, "fra/boris", USER_JOBS_WAITING, 4);
    is(&k, KIND_USER, "fra/chen", USER_JOBS_RUNNING, 1);
    is(&k, KIND_USER, "fra/chen", USER_ACCELS, -1); /* its only running job does not say */
    assert_true(text_is(value_text_or(&find(&k, KIND_USER, "fra/anna")->cells[USER_ACCOUNT], ""), "lab"));
    drop(&k);
    derive_free(d);
}

static void totals_from_nodes(void **state)
{
    (void)state;
    struct kept k = {0};
    struct derive *d = derive_new("fra");

    derive_begin(d, KIND_NODE);
    node(d, "fra", "up", 64, 10, 8, 3);
    node(d, "fra", "idle", 64, 64, 8, 8);
    node(d, "fra", "down", 64, 64, 8, 8);
    node(d, "fra", "drained", 64, 64, 8, 8);
    node(d, "fra", "draining", 64, 1, 8, 1);
    node(d, "fra", "unknown", 64, 1, 8, 1);
    node(d, "ams", "up", 32, 2, -1, -1);
    derive_end(d, KIND_NODE, true);
    assert_true(derive_emit(d, now, keep, &k, NULL));
    is(&k, KIND_SCHEDULER, "fra", SCHEDULER_NODES_TOTAL, 6);
    is(&k, KIND_SCHEDULER, "fra", SCHEDULER_NODES_DOWN, 3);
    is(&k, KIND_SCHEDULER, "fra", SCHEDULER_CPUS_TOTAL, 384);
    is(&k, KIND_SCHEDULER, "fra", SCHEDULER_CPUS_FREE, 74);
    is(&k, KIND_SCHEDULER, "fra", SCHEDULER_ACCELS_TOTAL, 48);
    is(&k, KIND_SCHEDULER, "fra", SCHEDULER_ACCELS_FREE, 11);
    is(&k, KIND_SCHEDULER, "ams", SCHEDULER_CPUS_FREE, 2);
    is(&k, KIND_SCHEDULER, "ams", SCHEDULER_ACCELS_TOTAL, -1);
    is(&k, KIND_SCHEDULER, "ams", SCHEDULER_JOBS_RUNNING, -1);
    /* Without a fleet each scheduler is its own cluster. */
    assert_true(text_is(value_text_or(&find(&k, KIND_SCHEDULER, "ams")->cells[SCHEDULER_CLUSTER], ""), "ams"));
    drop(&k);
    derive_free(d);
}

static void a_body_that_was_cut_changes_nothing(void **state)
{
    (void)state;
    struct kept k = {0};
    struct derive *d = derive_new("fra");

    some_jobs(d);
    derive_begin(d, KIND_JOB);
    job(d, "running", "gpu", "anna", 1, 1, 1, 8);
    assert_true(derive_emit(d, now, keep, &k, NULL)); /* while it comes in */
    is(&k, KIND_QUEUE, "fra/gpu", QUEUE_RUNNING, 3);
    drop(&k);
    derive_end(d, KIND_JOB, false);
    assert_true(derive_emit(d, now, keep, &k, NULL));
    is(&k, KIND_QUEUE, "fra/gpu", QUEUE_RUNNING, 3);
    drop(&k);

    derive_begin(d, KIND_JOB);
    job(d, "running", "gpu", "anna", 1, 1, 1, 8);
    derive_end(d, KIND_JOB, true);
    assert_true(derive_emit(d, now, keep, &k, NULL));
    is(&k, KIND_QUEUE, "fra/gpu", QUEUE_RUNNING, 1);
    drop(&k);
    derive_free(d);
}

static void nothing_told_is_nothing_known(void **state)
{
    (void)state;
    struct kept k = {0};
    struct derive *d = derive_new("fra");

    assert_true(derive_emit(d, now, keep, &k, NULL));
    assert_int_equal(k.n, 0);
    derive_begin(d, KIND_JOB);
    derive_end(d, KIND_JOB, true);
    derive_free(d);
}

static void counts_lie_over_what_is_described(void **state)
{
    (void)state;
    struct kept k = {0};
    struct derive *d = derive_new("sample");
    struct row queue = {.kind = KIND_QUEUE, .id = text_of("fra/gpu")};
    struct row idle = {.kind = KIND_QUEUE, .id = text_of("fra/idle")};
    struct row scheduler = {.kind = KIND_SCHEDULER, .id = text_of("fra")};
    queue.cells[QUEUE_SLO_S] = value_int(300);
    queue.cells[QUEUE_SCHEDULER] = idle.cells[QUEUE_SCHEDULER] = text("fra");
    scheduler.cells[SCHEDULER_CLUSTER] = text("SHG");
    scheduler.cells[SCHEDULER_STATE] = text("up");

    derive_begin(d, KIND_QUEUE);
    assert_true(derive_row(d, &queue, NULL) && derive_row(d, &idle, NULL));
    derive_end(d, KIND_QUEUE, true);
    derive_begin(d, KIND_SCHEDULER);
    assert_true(derive_row(d, &scheduler, NULL));
    derive_end(d, KIND_SCHEDULER, true);
    assert_true(derive_emit(d, now, keep, &k, NULL));
    is(&k, KIND_QUEUE, "fra/gpu", QUEUE_WAITING, -1); /* jobs were not told yet */
    drop(&k);

    some_jobs(d);
    assert_true(derive_emit(d, now, keep, &k, NULL));
    is(&k, KIND_QUEUE, "fra/gpu", QUEUE_SLO_S, 300);
    is(&k, KIND_QUEUE, "fra/gpu", QUEUE_WAITING, 5);
    is(&k, KIND_QUEUE, "fra/idle", QUEUE_WAITING, 0);
    is(&k, KIND_SCHEDULER, "fra", SCHEDULER_JOBS_RUNNING, 4);
    assert_true(text_is(value_text_or(&find(&k, KIND_SCHEDULER, "fra")->cells[SCHEDULER_CLUSTER], ""), "SHG"));
    assert_true(text_is(value_text_or(&find(&k, KIND_SCHEDULER, "fra")->cells[SCHEDULER_STATE], ""), "up"));
    assert_true(text_is(value_text_or(&find(&k, KIND_QUEUE, "fra/cpu")->cells[QUEUE_CLUSTER], ""), "SHG"));
    for (size_t i = 0; i < k.n; i++) /* clusters are counted over sources: join */
        assert_true(k.rows[i].kind == KIND_QUEUE || k.rows[i].kind == KIND_USER || k.rows[i].kind == KIND_SCHEDULER);
    drop(&k);
    derive_free(d);
}

/* 20 jobs that wait 1 to 20 minutes: by nearest rank p50 is the 10th, p95 the 19th. */
static void quantiles_by_nearest_rank(void **state)
{
    (void)state;
    struct kept k = {0};
    struct derive *d = derive_new("fra");

    derive_begin(d, KIND_JOB);
    for (int64_t i = 0; i < 20; i++)
        job(d, "waiting", "q", "anna", 1 + i * 7 % 20, -1, 1, 0);
    job(d, "waiting", "q", "anna", -1, -1, 1, 0); /* nobody knows since when */
    derive_end(d, KIND_JOB, true);
    assert_true(derive_emit(d, now, keep, &k, NULL));
    is(&k, KIND_QUEUE, "fra/q", QUEUE_WAITING, 21);
    is(&k, KIND_QUEUE, "fra/q", QUEUE_WAIT_P50_S, 600);
    is(&k, KIND_QUEUE, "fra/q", QUEUE_WAIT_P95_S, 1140);
    is(&k, KIND_QUEUE, "fra/q", QUEUE_OLDEST_S, 1200);
    drop(&k);
    derive_free(d);
}

static void inner_job(struct derive *d, const char *state, double ring_ms, int64_t submitted_min, int64_t eligible_min,
                      int64_t deadline_min)
{
    struct row row = {.kind = KIND_JOB};

    row.cells[JOB_SCHEDULER] = text("fra");
    row.cells[JOB_STATE] = text(state);
    row.cells[JOB_QUEUE] = text("q");
    row.cells[JOB_LATENCY_MS_MAX] = value_real(ring_ms);
    row.cells[JOB_SUBMITTED_AT] = value_time(now - submitted_min * minute);
    if (eligible_min >= 0)
        row.cells[JOB_ELIGIBLE_AT] = value_time(now - eligible_min * minute);
    if (deadline_min != 0)
        row.cells[JOB_DEADLINE_AT] = value_time(now + deadline_min * minute);
    assert_true(derive_row(d, &row, NULL));
}

static void the_oldest_of_an_inner_ring(void **state)
{
    (void)state;
    struct kept k = {0};
    struct derive *d = derive_new("fra");

    derive_begin(d, KIND_JOB);
    inner_job(d, "waiting", 20, 300, -1, -60); /* another ring */
    inner_job(d, "running", 3, 200, -1, -50);
    inner_job(d, "held", 1, 100, -1, -40);
    derive_end(d, KIND_JOB, true);
    assert_true(derive_emit(d, now, keep, &k, NULL));
    is(&k, KIND_QUEUE, "fra/q", QUEUE_INNER_OLDEST_S, -1);
    assert_false(value_known(&find(&k, KIND_QUEUE, "fra/q")->cells[QUEUE_DEADLINE_FIRST_AT]));
    drop(&k);
    derive_begin(d, KIND_JOB);
    inner_job(d, "waiting", 5, 30, 10, 0); /* it might begin ten minutes ago */
    inner_job(d, "waiting", 3, 12, -1, 7);
    inner_job(d, "waiting", 1, 2, -1, -5);
    derive_end(d, KIND_JOB, true);
    assert_true(derive_emit(d, now, keep, &k, NULL));
    is(&k, KIND_QUEUE, "fra/q", QUEUE_INNER_OLDEST_S, 720);
    assert_true(value_int_or(&find(&k, KIND_QUEUE, "fra/q")->cells[QUEUE_DEADLINE_FIRST_AT], 0) == now - 5 * minute);
    drop(&k);
    derive_free(d);
}

static void pending(struct derive *d, const char *state, const char *reason, double ring_ms, int movable, int64_t tasks)
{
    struct row row = {.kind = KIND_JOB};

    row.cells[JOB_SCHEDULER] = text("fra");
    row.cells[JOB_STATE] = text(state);
    row.cells[JOB_QUEUE] = text("q");
    row.cells[JOB_REASON] = text(reason);
    row.cells[JOB_TASKS] = value_int(tasks);
    if (ring_ms > 0)
        row.cells[JOB_LATENCY_MS_MAX] = value_real(ring_ms);
    if (movable >= 0)
        row.cells[JOB_MOVABLE] = value_bool(movable != 0);
    assert_true(derive_row(d, &row, NULL));
}

static void why_its_jobs_wait(void **state)
{
    (void)state;
    struct kept k = {0};
    struct derive *d = derive_new("fra");
    struct wait_counts w;

    derive_begin(d, KIND_JOB);
    pending(d, "waiting", "Resources", 20, 1, 1);
    pending(d, "waiting", "Resources", 12, -1, 1); /* 5 is the largest ring that keeps it */
    pending(d, "waiting", "Priority", 0, -1, 40);
    pending(d, "held", "JobHeldUser", 3, 0, 1);
    pending(d, "running", "Resources", 20, 1, 1);
    derive_end(d, KIND_JOB, true);
    assert_true(derive_emit(d, now, keep, &k, NULL));
    w = wait_read(find(&k, KIND_QUEUE, "fra/q"));
    assert_int_equal(w.why[WAIT_PRIORITY], 40);
    assert_int_equal(w.why[WAIT_RESOURCES], 2);
    assert_int_equal(w.why[WAIT_HELD_USER], 1);
    assert_int_equal(w.ring[WAIT_RING_20], 1);
    assert_int_equal(w.ring[WAIT_RING_5], 1);
    assert_int_equal(w.ring[WAIT_RING_ANY], 40);
    assert_int_equal(w.ring[WAIT_RING_FIXED], 1);
    is(&k, KIND_QUEUE, "fra/q", QUEUE_WAITING, 43);
    drop(&k);
    derive_begin(d, KIND_JOB);
    pending(d, "running", "", 0, -1, 1);
    derive_end(d, KIND_JOB, true);
    assert_true(derive_emit(d, now, keep, &k, NULL));
    assert_true(text_empty(value_text_or(&find(&k, KIND_QUEUE, "fra/q")->cells[QUEUE_WAITS], "?")));
    drop(&k);
    derive_free(d);
}

static void numbers_of_an_enemy(void **state)
{
    (void)state;
    struct kept k = {0};
    struct derive *d = derive_new("fra");
    struct row row = {.kind = KIND_JOB};

    row.cells[JOB_STATE] = text("waiting");
    row.cells[JOB_QUEUE] = text("q");
    row.cells[JOB_USER] = text("");
    row.cells[JOB_TASKS] = row.cells[JOB_ACCELS] = value_int(INT64_MAX);
    row.cells[JOB_SUBMITTED_AT] = value_time(INT64_MIN);
    derive_begin(d, KIND_JOB);
    assert_true(derive_row(d, &row, NULL) && derive_row(d, &row, NULL));
    derive_end(d, KIND_JOB, true);
    assert_true(derive_emit(d, now, keep, &k, NULL));
    is(&k, KIND_QUEUE, "fra/q", QUEUE_WAITING, 9.2233720368547758e18);
    drop(&k);
    derive_free(d);
}

static bool refuse(void *ctx, const struct row *row, struct err *err)
{
    (void)row;
    return --*(int *)ctx > 0 || err_set(err, ERR_TRANSIENT, "full");
}

static void a_sink_that_refuses_ends_it(void **state)
{
    (void)state;
    struct derive *d = derive_new("fra");
    some_jobs(d);

    for (int left = 1; left < 7; left++) { /* 2 queues, 3 users, a scheduler */
        struct err err = {0};
        int calls = left;
        assert_false(derive_emit(d, now, refuse, &calls, &err));
        assert_int_equal(err.kind, ERR_TRANSIENT);
    }
    derive_free(d);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(queues_from_jobs),
        cmocka_unit_test(users_from_jobs),
        cmocka_unit_test(totals_from_nodes),
        cmocka_unit_test(a_body_that_was_cut_changes_nothing),
        cmocka_unit_test(nothing_told_is_nothing_known),
        cmocka_unit_test(counts_lie_over_what_is_described),
        cmocka_unit_test(quantiles_by_nearest_rank),
        cmocka_unit_test(the_oldest_of_an_inner_ring),
        cmocka_unit_test(why_its_jobs_wait),
        cmocka_unit_test(numbers_of_an_enemy),
        cmocka_unit_test(a_sink_that_refuses_ends_it),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
