#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "slurm_world.h"

#define OFFERED "{\"meta\":{\"Slurm\":{\"release\":\"22.05.8\"}},\"errors\":[],\"pings\":[{\"ping\":\"UP\"}]}"
#define UNKNOWN "Unable find requested URL. Please view /openapi/v3 for API reference."
#define DEAD    "{\"meta\":{},\"errors\":[{\"error_number\":-1,\"error\":\"Unspecified error\"}]}"
#define NOT_ITS "{\"message\":\"no Route matched with those values\"}"
#define NEW_RELEASE                                                                                                    \
    "{\"meta\":{\"slurm\":{\"release\":\"25.11.0\",\"cluster\":\"hpc\"}},\"errors\":[],\"pings\":[{\"responding\":"    \
    "true}]}"

/* The tries of a poll, answered as a server that offers versions up to `newest` does; how many were asked. */
static int tries(struct slurm_world *w, int newest)
{
    int asked = 0;
    for (size_t i = 0; i < w->request_count; i++) {
        struct source_request *r = &w->requests[i];
        int number = 0;
        if (sscanf(r->path, "/slurm/v0.0.%d/ping", &number) != 1 || strcmp(r->what, "api") != 0 ||
            !source_slurm.prepare(w->source, r))
            continue;
        asked++;
        assert_true(r->essential && r->aside);
        assert_int_equal(r->covers[0], KIND_NONE);
        struct json *rest = json_parse(OFFERED, strlen(OFFERED), JSON_LENIENT, NULL);
        bool ok = number <= newest
                      ? source_slurm.finish(w->source, r, rest, (struct instant){0}, world_sink, w, &w->err)
                      : source_slurm.failed(w->source, r, 404, "text/plain", UNKNOWN, strlen(UNKNOWN), &w->err);
        assert_true(ok);
        json_free(rest);
    }
    return asked;
}

static const char *path_of(struct slurm_world *w, const char *what)
{
    return world_asks(w, what) ? world_request(w, what)->path : "(not asked)";
}

static void test_the_newest_that_is_offered(void **state)
{
    char cell[WORLD_CELL_MAX];
    (void)state;
    for (int newest = 38; newest <= 50; newest++) {
        struct slurm_world *w = world_new_api("auto");
        char path[64];
        assert_false(world_asks(w, "ping"));
        assert_int_equal(tries(w, newest), newest > 44 ? 1 : 45 - newest);
        snprintf(path, sizeof path, "/slurm/v0.0.%d/jobs", newest > 44 ? 44 : newest);
        assert_string_equal(path_of(w, "jobs"), path);
        assert_true(world_answer(w, "ping", OFFERED));
        snprintf(path, sizeof path, "v0.0.%d", newest > 44 ? 44 : newest);
        assert_string_equal(world_cell(&world_row(w, "fra")->cells[SCHEDULER_API], cell), path);
        world_poll(w, 10000); /* it is known: no more tries */
        assert_int_equal(tries(w, newest), 0);
        assert_string_equal(w->requests[0].what, "ping");
        world_free(w);
    }
}

static bool try_fails(struct slurm_world *w, int status, const char *type, const char *body)
{
    w->err = (struct err){0};
    assert_string_equal(w->requests[0].path, "/slurm/v0.0.44/ping");
    assert_true(source_slurm.prepare(w->source, &w->requests[0]));
    return !source_slurm.failed(w->source, &w->requests[0], status, type, body, strlen(body), &w->err);
}

/* An outage proves no version and refutes none: the next poll tries again. */
static void test_an_outage_chooses_nothing(void **state)
{
    static const struct {
        int status;
        const char *type, *body;
    } outages[] = {{502, "text/html", "<html>"},
                   {404, "text/html", "<html>"},
                   {503, "application/json", NOT_ITS},
                   {500, "application/json", "{}"},
                   {401, "text/plain", "Authentication"},
                   {500, "text/plain", ""},
                   {504, NULL, "upstream timed out"},
                   {429, "text/plain", ""},
                   {302, "text/plain", ""}};
    (void)state;
    for (size_t i = 0; i < sizeof outages / sizeof *outages; i++) {
        struct slurm_world *w = world_new_api("auto");
        assert_true(try_fails(w, outages[i].status, outages[i].type, outages[i].body));
        assert_false(world_asks(w, "ping"));
        world_poll(w, 10000);
        assert_string_equal(w->requests[0].path, "/slurm/v0.0.44/ping");
        assert_true(source_slurm.prepare(w->source, &w->requests[0]));
        world_free(w);
    }
}

/* slurmrestd's own error to a path proves that the path is there; slurmctld is down. */
static void test_a_dead_slurmctld_still_proves_a_version(void **state)
{
    struct slurm_world *w = world_new_api("auto");
    (void)state;
    assert_true(try_fails(w, 500, "application/json", DEAD));
    assert_int_equal(w->err.kind, ERR_TRANSIENT);
    world_poll(w, 10000);
    assert_string_equal(path_of(w, "ping"), "/slurm/v0.0.44/ping");
    assert_int_equal(tries(w, 44), 0);
    world_free(w);
}

static void test_nothing_known_is_offered(void **state)
{
    static const struct {
        const char *description, *words;
    } offers[] = {
        {"{\"paths\":{\"/slurm/v0.0.45/jobs/\":{},\"/slurm/v0.0.45/ping/\":{}}}", "offers v0.0.45 only"},
        {"{\"paths\":{\"/slurm/v0.0.46/jobs\":{},\"/slurm/v0.0.45/ping/\":{},\"/slurmdb/v0.0.44/jobs\":{}}}",
         "offers v0.0.45, v0.0.46 only; known here are v0.0.38 to v0.0.44"},
        {"{\"paths\":{\"/slurm/v0.0.36/jobs\":{},\"/slurm/v0.0.37/jobs\":{}}}", "offers v0.0.36, v0.0.37 only"},
        {"{\"paths\":{\"/slurmdb/v0.0.44/jobs\":{},\"/slurm/vvv\":{},\"\":{}}}", "no version of /slurm"},
        {"{}", "no version of /slurm"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof offers / sizeof *offers; i++) {
        struct slurm_world *w = world_new_api("auto");
        assert_int_equal(tries(w, 0), 7);
        assert_string_equal(w->requests[7].path, "/openapi/v3");
        assert_true(source_slurm.prepare(w->source, &w->requests[7]) && w->requests[7].essential);
        struct json *rest = json_parse(offers[i].description, strlen(offers[i].description), JSON_LENIENT, NULL);
        assert_false(
            source_slurm.finish(w->source, &w->requests[7], rest, (struct instant){0}, world_sink, w, &w->err));
        json_free(rest);
        if (!strstr(w->err.text, offers[i].words) || !strstr(w->err.hint, "-d v0.0.44"))
            fail_msg("%s (%s)", w->err.text, w->err.hint);
        w->err = (struct err){0};
        assert_false(source_slurm.failed(w->source, &w->requests[7], 404, "text/plain", "", 0, &w->err));
        assert_non_null(strstr(w->err.text, "none of v0.0.38 to v0.0.44"));
        assert_false(world_asks(w, "ping"));
        world_free(w);
    }
}

static void test_one_that_was_set_is_taken_as_it_is(void **state)
{
    struct slurm_world *w = world_new_api("v0.0.45");
    (void)state;
    assert_string_equal(w->requests[0].what, "ping");
    assert_string_equal(path_of(w, "ping"), "/slurm/v0.0.45/ping");
    w->err = (struct err){0};
    assert_false(source_slurm.failed(w->source, &w->requests[0], 404, "text/plain", UNKNOWN, strlen(UNKNOWN), &w->err));
    assert_non_null(strstr(w->err.text, "no slurmrestd API v0.0.45"));
    assert_true(world_answer(w, "ping", OFFERED) && world_answer(w, "ping", NEW_RELEASE));
    world_poll(w, 10000);
    assert_string_equal(w->requests[0].what, "ping");
    world_free(w);
}

static void test_chosen_anew_when_the_peer_changed(void **state)
{
    struct slurm_world *w = world_new_api("auto");
    (void)state;
    assert_int_equal(tries(w, 38), 7);
    assert_true(world_answer(w, "ping", OFFERED));
    world_poll(w, 10000);
    assert_true(world_answer(w, "ping", NEW_RELEASE)); /* an update while it ran */
    assert_string_equal(source_slurm.peer_name(w->source), "hpc");
    world_poll(w, 20000);
    assert_int_equal(tries(w, 44), 1);
    assert_string_equal(path_of(w, "jobs"), "/slurm/v0.0.44/jobs");
    world_poll(w, 30000);
    assert_int_equal(tries(w, 44), 0);
    /* A version that is gone. */
    w->err = (struct err){0};
    assert_true(world_asks(w, "ping"));
    assert_false(
        source_slurm.failed(w->source, world_request(w, "ping"), 404, "text/plain", UNKNOWN, strlen(UNKNOWN), &w->err));
    world_poll(w, 40000);
    assert_int_equal(tries(w, 43), 2);
    assert_string_equal(path_of(w, "ping"), "/slurm/v0.0.43/ping");
    world_free(w);
}

/* --- an answer with 200 that means 304
 * -------------------------------------------------------------------------------------- */

#define NO_CHANGE                                                                                                      \
    "{\"jobs\":[],\"last_backfill\":{\"set\":false,\"infinite\":false,\"number\":0},\"last_update\":{\"set\":false,"   \
    "\"infinite\":false,\"number\":0},\"meta\":{},\"errors\":[],\"warnings\":[{\"description\":\"No job changes "      \
    "since "                                                                                                           \
    "update_time[4995]\",\"source\":\"_op_handler_jobs\"}]}"

static void ask_conditionally(struct slurm_world *w)
{
    assert_true(world_answer(w, "ping", OFFERED));
    assert_true(
        world_answer(w, "diag", "{\"errors\":[],\"statistics\":{\"req_time\":{\"set\":true,\"number\":5000}}}"));
    assert_true(world_answer(w, "jobs", "{\"errors\":[],\"jobs\":[{\"job_id\":1}],\"last_update\":4000}"));
    assert_false(w->same);
    world_poll(w, 10000);
    assert_non_null(strstr(world_request(w, "jobs")->path, "jobs?update_time=4995"));
}

static void test_an_empty_list_that_means_no_change(void **state)
{
    struct slurm_world *w = world_new_api("v0.0.41");
    (void)state;
    ask_conditionally(w);
    assert_true(world_answer(w, "jobs", NO_CHANGE));
    assert_true(w->same);
    assert_int_equal(w->count, 0);
    world_free(w);
}

static void test_an_empty_list_that_means_no_jobs(void **state)
{
    static const char *const empty[] = {
        "{\"errors\":[],\"jobs\":[],\"last_update\":{\"set\":true,\"infinite\":false,\"number\":4999},\"warnings\":[]}",
        "{\"errors\":[],\"jobs\":[],\"last_update\":{\"set\":true,\"number\":4999},\"warnings\":[{}]}",
        "{\"errors\":[],\"jobs\":[]}",
    };
    (void)state;
    for (size_t i = 0; i < sizeof empty / sizeof *empty; i++) {
        struct slurm_world *w = world_new_api("v0.0.41");
        ask_conditionally(w);
        assert_true(world_answer(w, "jobs", empty[i]));
        assert_false(w->same);
        world_free(w);
    }
    /* Asked for all there is no such answer. */
    struct slurm_world *w = world_new_api("v0.0.41");
    assert_true(world_answer(w, "jobs", NO_CHANGE));
    assert_false(w->same);
    world_free(w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_the_newest_that_is_offered),
        cmocka_unit_test(test_an_outage_chooses_nothing),
        cmocka_unit_test(test_a_dead_slurmctld_still_proves_a_version),
        cmocka_unit_test(test_nothing_known_is_offered),
        cmocka_unit_test(test_one_that_was_set_is_taken_as_it_is),
        cmocka_unit_test(test_chosen_anew_when_the_peer_changed),
        cmocka_unit_test(test_an_empty_list_that_means_no_change),
        cmocka_unit_test(test_an_empty_list_that_means_no_jobs),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
