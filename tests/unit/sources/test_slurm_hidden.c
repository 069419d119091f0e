#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "slurm_world.h"

/* A poll every 10 s of a slurmctld that counts every 30 s. `user` NULL: no jobs. */
struct scene {
    struct slurm_world *w;
    int64_t s;
    char hidden[WORLD_CELL_MAX];
};

static void poll_jobs(struct scene *sc, const char *jobs)
{
    char body[4096];
    snprintf(body, sizeof body, "{\"errors\":[],\"jobs\":[%s]}", jobs);
    assert_true(world_answer(sc->w, "jobs", body));
    world_cell(&world_row(sc->w, "fra")->cells[SCHEDULER_HIDDEN], sc->hidden);
}

static void poll(struct scene *sc, int64_t pending, int64_t running, const char *jobs)
{
    char body[512];
    sc->s += 10;
    world_poll(sc->w, sc->s * 1000);
    assert_true(world_answer(sc->w, "ping", "{\"errors\":[],\"pings\":[{\"ping\":\"UP\"}]}"));
    snprintf(body, sizeof body,
             "{\"errors\":[],\"statistics\":{\"req_time\":%" PRId64 ",\"jobs_pending\":%" PRId64
             ",\"jobs_running\":%" PRId64 ",\"job_states_ts\":%" PRId64 "}}",
             100000 + sc->s, pending, running, 100000 + sc->s / 30 * 30);
    assert_true(world_answer_at(sc->w, "diag", body, strlen(body), sc->s * 1000));
    poll_jobs(sc, jobs);
}

#define OWN                                                                                                            \
    "{\"job_id\":1,\"user_name\":\"slurm\",\"job_state\":\"RUNNING\"},{\"job_id\":2,\"user_name\":\"slurm\","          \
    "\"job_state\":\"PENDING\"},{\"job_id\":3,\"user_name\":\"slurm\",\"job_state\":\"COMPLETED\"}"
#define OTHER ",{\"job_id\":4,\"user_name\":\"ann\",\"job_state\":\"COMPLETED\"}"

static void test_only_ones_own(void **state)
{
    struct scene sc = {.w = world_new()};
    (void)state;
    /* Said after three counts, and not before. */
    for (int i = 0; i < 8; i++) {
        poll(&sc, 50, 10, OWN);
        assert_string_equal(sc.hidden, "?");
        assert_null(source_slurm.peer_remark(sc.w->source));
    }
    for (int i = 0; i < 4; i++)
        poll(&sc, 50, 10, OWN);
    assert_string_equal(sc.hidden, "jobs");
    assert_string_equal(source_slurm.peer_remark(sc.w->source),
                        "only your own jobs are visible: 2 of the 60 that slurmctld counts (PrivateData)");
    /* One job of somebody else disproves it at once. */
    poll(&sc, 50, 10, OWN OTHER);
    assert_string_equal(sc.hidden, "?");
    assert_null(source_slurm.peer_remark(sc.w->source));
    world_free(sc.w);
}

static void never(int polls, const char *jobs, int64_t (*pending)(int64_t s), const char *api)
{
    struct scene sc = {.w = world_new_api(api)};
    for (int i = 0; i < polls; i++) {
        poll(&sc, pending(sc.s), 1, jobs);
        if (strcmp(sc.hidden, "?") != 0)
            fail_msg("%s: %s after %d polls", jobs, sc.hidden, i);
    }
    world_free(sc.w);
}

static int64_t many(int64_t s)
{
    (void)s;
    return 500;
}

static int64_t two(int64_t s)
{
    (void)s;
    return 3;
}

static void test_never_claimed_wrongly(void **state)
{
    (void)state;
    never(60, OWN OTHER, many, "v0.0.38");
    never(60, "{\"job_id\":4,\"user_name\":\"ann\",\"job_state\":\"PENDING\"}", many, "v0.0.38"); /* not ours */
    never(60, OWN, two, "v0.0.38"); /* 2 visible, 4 counted: within what comes and goes */
    never(60,
          "{\"job_id\":4,\"user_name\":\"slurm\",\"job_state\":\"PENDING\",\"array_job_id\":4,\"array_task_string\":"
          "\"1-2,...%7\"}",
          many, "v0.0.38"); /* how many tasks is unknown */
    never(60,
          "{\"job_id\":4,\"user_name\":\"slurm\",\"job_state\":\"PENDING\",\"array_job_id\":4,\"array_task_string\":"
          "\"1-500\"}",
          many, "v0.0.38");
    never(60, "{\"job_id\":4,\"user_name\":\"\",\"job_state\":\"PENDING\"}", many, "v0.0.38");
}

/* A queue that drains between the count and our look: what was visible before counts. */
static void test_a_queue_that_drains(void **state)
{
    struct scene sc = {.w = world_new()};
    char jobs[4096];
    (void)state;
    for (int left = 39; left >= 0; left--) {
        jobs[0] = '\0';
        for (int i = 0; i < left; i++) {
            size_t n = strlen(jobs);
            snprintf(jobs + n, sizeof jobs - n, "%s{\"job_id\":%d,\"user_name\":\"slurm\",\"job_state\":\"PENDING\"}",
                     i ? "," : "", i + 1);
        }
        poll(&sc, left + 3, 0, jobs);
        assert_string_equal(sc.hidden, "?");
    }
    world_free(sc.w);
}

static void test_nothing_visible_at_all(void **state)
{
    struct scene sc = {.w = world_new()};
    (void)state;
    for (int i = 0; i < 13; i++)
        poll(&sc, 50, 10, "");
    assert_string_equal(sc.hidden, "jobs");
    world_free(sc.w);
}

/* Unchanged jobs are as visible as before, and a revoked sibling is counted by diag too. */
static void test_unchanged_and_revoked(void **state)
{
    struct scene sc = {.w = world_new()};
    char jobs[2048] = "";
    (void)state;
    for (int i = 0; i < 20; i++) {
        size_t n = strlen(jobs);
        snprintf(jobs + n, sizeof jobs - n, "%s{\"job_id\":%d,\"user_name\":\"slurm\",\"job_state\":\"REVOKED\"}",
                 i ? "," : "", i + 1);
    }
    poll(&sc, 20, 0, jobs);
    for (int i = 0; i < 20; i++) {
        char body[256];
        sc.s += 10;
        world_poll(sc.w, sc.s * 1000);
        assert_true(world_answer(sc.w, "ping", "{\"errors\":[],\"pings\":[{\"ping\":\"UP\"}]}"));
        assert_true(strcmp(world_cell(&world_row(sc.w, "fra")->cells[SCHEDULER_HIDDEN], sc.hidden), "?") == 0);
        snprintf(body, sizeof body,
                 "{\"errors\":[],\"statistics\":{\"req_time\":%" PRId64
                 ",\"jobs_pending\":20,\"jobs_running\":0,\"job_states_ts\":%" PRId64 "}}",
                 100000 + sc.s, 100000 + sc.s / 30 * 30);
        assert_true(world_answer_at(sc.w, "diag", body, strlen(body), sc.s * 1000));
        assert_true(source_slurm.failed(sc.w->source, world_request(sc.w, "jobs"), 304, "", "", 0, &sc.w->err));
    }
    world_free(sc.w);
}

/* doctor looks once, and says no more than that. */
static void test_one_look(void **state)
{
    struct scene sc = {.w = world_new()};
    struct buf out = buf_make(256);
    (void)state;
    poll(&sc, 50, 10, OWN);
    assert_string_equal(sc.hidden, "?");
    source_slurm.remark(sc.w->source, world_request(sc.w, "jobs"), &out);
    assert_string_equal(buf_str(&out),
                        "2 of the 60 jobs that slurmctld counts are visible: PrivateData may hide the others");
    buf_clear(&out);
    poll(&sc, 50, 10, OWN OTHER);
    source_slurm.remark(sc.w->source, world_request(sc.w, "jobs"), &out);
    assert_string_equal(buf_str(&out), "");
    buf_release(&out);
    world_free(sc.w);
}

/* ESLURM_ACCESS_DENIED after a ping that was answered: no outage. */
static void test_nodes_that_are_refused(void **state)
{
    static const char denied[] =
        "{\"meta\":{},\"errors\":[{\"error_number\":2002,\"error\":\"Access/permission denied\"}]}";
    struct scene sc = {.w = world_new_api("v0.0.41")};
    char cell[WORLD_CELL_MAX];
    (void)state;
    assert_false(source_slurm.failed(sc.w->source, world_request(sc.w, "nodes"), 500, "application/json", denied,
                                     strlen(denied), &sc.w->err));
    assert_true(world_answer(sc.w, "ping", "{\"errors\":[],\"pings\":[{\"pinged\":\"UP\"}]}"));
    assert_true(source_slurm.failed(sc.w->source, world_request(sc.w, "nodes"), 500, "application/json", denied,
                                    strlen(denied), &sc.w->err));
    assert_true(world_answer(sc.w, "jobs", "{\"errors\":[],\"jobs\":[]}"));
    assert_string_equal(world_cell(&world_row(sc.w, "fra")->cells[SCHEDULER_HIDDEN], cell), "nodes");
    assert_string_equal(source_slurm.peer_remark(sc.w->source), "nodes are hidden from you (PrivateData)");
    assert_true(world_answer(sc.w, "nodes", "{\"errors\":[],\"nodes\":[]}"));
    assert_true(world_answer(sc.w, "jobs", "{\"errors\":[],\"jobs\":[]}"));
    assert_string_equal(world_cell(&world_row(sc.w, "fra")->cells[SCHEDULER_HIDDEN], cell), "?");
    world_free(sc.w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_only_ones_own),          cmocka_unit_test(test_never_claimed_wrongly),
        cmocka_unit_test(test_a_queue_that_drains),    cmocka_unit_test(test_nothing_visible_at_all),
        cmocka_unit_test(test_unchanged_and_revoked),  cmocka_unit_test(test_one_look),
        cmocka_unit_test(test_nodes_that_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
