#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/secret.h"
#include "corpora.h"
#include "slurm_world.h"

#define PING                                                                                                           \
    "{\"meta\":{\"Slurm\":{\"release\":\"22.05.8\"}},\"errors\":[],\"pings\":[{\"ping\":\"UP\",\"mode\":\"primary\"}]" \
    "}"

/* --- what is asked
 * ----------------------------------------------------------------------------------------------------------- */

static void diag_at(struct slurm_world *w, int64_t server_s, int64_t boot_ms)
{
    char body[256];
    snprintf(body, sizeof body, "{\"errors\":[],\"statistics\":{\"req_time\":%" PRId64 "}}", server_s);
    assert_true(world_answer_at(w, "diag", body, strlen(body), boot_ms));
}

static void answer_all(struct slurm_world *w, int64_t server_s, int64_t boot_ms)
{
    assert_true(world_answer(w, "ping", PING));
    diag_at(w, server_s, boot_ms);
    assert_true(world_answer(w, "jobs", "{\"errors\":[],\"jobs\":[{\"job_id\":1,\"cluster\":\"fra\"}]}"));
    assert_true(world_answer(w, "partitions", "{\"errors\":[],\"partitions\":[]}"));
    assert_true(world_answer(w, "nodes", "{\"errors\":[],\"nodes\":[]}"));
    assert_true(world_answer(w, "reservations", "{\"errors\":[],\"reservations\":[]}"));
}

static void assert_path(const struct slurm_world *w, const char *what, const char *path)
{
    assert_string_equal(world_request(w, what)->path, path);
}

static bool fails(struct slurm_world *w, const char *what, int status, const char *type, const char *body)
{
    w->err = (struct err){0};
    return !source_slurm.failed(w->source, world_request(w, what), status, type, body, strlen(body), &w->err);
}

static void test_the_first_poll(void **state)
{
    struct slurm_world *w = world_new();
    (void)state;
    assert_int_equal(w->request_count, 13); /* slurmdbd's among them */
    assert_string_equal(w->requests[0].what, "ping");
    for (size_t i = 0; i < w->request_count; i++) {
        const struct source_request *r = &w->requests[i];
        assert_int_equal(r->essential, i == 0);
        assert_string_equal(r->method, "GET");
        assert_int_equal(r->mode, JSON_LENIENT);
        assert_int_equal(r->timeout_ms, 60000);
        assert_null(strchr(r->path, '?'));
        assert_false(r->local);
    }
    assert_path(w, "jobs", "/slurm/v0.0.38/jobs");
    assert_int_equal(world_request(w, "ping")->covers[0], KIND_SCHEDULER);
    assert_int_equal(world_request(w, "diag")->covers[0], KIND_NONE);
    assert_int_equal(world_request(w, "jobs")->covers[0], KIND_JOB);
    assert_int_equal(world_request(w, "jobs")->covers[1], KIND_SCHEDULER);
    assert_int_equal(world_request(w, "nodes")->covers[0], KIND_NODE);
    assert_int_equal(world_request(w, "partitions")->covers[0], KIND_QUEUE);
    assert_int_equal(world_request(w, "reservations")->covers[0], KIND_RESERVATION);
    world_free(w);
}

/* Conditions are slurmctld's own time of the poll before, less what a slow change may be stamped early. */
static void test_conditions(void **state)
{
    struct slurm_world *w = world_new();
    (void)state;
    answer_all(w, 5000, 1000);
    world_poll(w, 10000);
    assert_path(w, "jobs", "/slurm/v0.0.38/jobs?update_time=4995");
    assert_path(w, "partitions", "/slurm/v0.0.38/partitions?update_time=4995");
    assert_path(w, "reservations", "/slurm/v0.0.38/reservations?update_time=4995");
    /* Slurm answers 500 when nodes changed and partitions did not. */
    assert_path(w, "nodes", "/slurm/v0.0.38/nodes");
    world_free(w);
}

static void test_unchanged_moves_the_condition_and_a_failure_does_not(void **state)
{
    struct slurm_world *w = world_new();
    (void)state;
    answer_all(w, 5000, 1000);
    world_poll(w, 10000);
    diag_at(w, 5010, 11000);
    assert_false(fails(w, "jobs", 304, "", ""));
    assert_true(fails(w, "partitions", 500, "application/json", "{\"errors\":[{\"error\":\"x\",\"errno\":-1}]}"));
    assert_false(world_answer(w, "reservations", "{\"errors\":[{\"error\":\"x\"}],\"reservations\":[]}"));
    world_poll(w, 20000);
    assert_path(w, "jobs", "/slurm/v0.0.38/jobs?update_time=5005");
    assert_path(w, "partitions", "/slurm/v0.0.38/partitions?update_time=4995");
    assert_path(w, "reservations", "/slurm/v0.0.38/reservations?update_time=4995");
    world_free(w);
}

static void test_without_a_clock_of_the_server_all_is_asked(void **state)
{
    struct slurm_world *w = world_new();
    (void)state;
    assert_true(world_answer(w, "ping", PING));
    assert_false(fails(w, "diag", 500, "application/json", "{}"));
    assert_true(world_answer(w, "jobs", "{\"errors\":[],\"jobs\":[]}"));
    world_poll(w, 10000);
    assert_path(w, "jobs", "/slurm/v0.0.38/jobs");
    world_free(w);
}

static void test_a_server_clock_that_was_set_back(void **state)
{
    struct slurm_world *w = world_new();
    (void)state;
    answer_all(w, 5000, 1000);
    world_poll(w, 10000);
    diag_at(w, 4980, 11000);
    assert_false(fails(w, "jobs", 304, "", "")); /* it may hide a change */
    world_poll(w, 20000);
    assert_path(w, "jobs", "/slurm/v0.0.38/jobs");
    assert_path(w, "partitions", "/slurm/v0.0.38/partitions");
    diag_at(w, 4990, 21000);
    assert_true(world_answer(w, "jobs", "{\"errors\":[],\"jobs\":[]}"));
    world_poll(w, 30000);
    assert_path(w, "jobs", "/slurm/v0.0.38/jobs?update_time=4985");
    world_free(w);
}

static void test_now_and_then_all_is_asked(void **state)
{
    struct slurm_world *w = world_new();
    unsigned whole = 0;
    (void)state;
    for (int i = 1; i <= 24; i++) {
        answer_all(w, 5000 + i * 10, i * 10000);
        world_poll(w, i * 10000 + 5000);
        whole += strchr(world_request(w, "jobs")->path, '?') == NULL;
    }
    assert_int_equal(whole, 2);
    world_free(w);
}

/* --- who asks
 * --------------------------------------------------------------------------------------------------------------- */

static void test_headers(void **state)
{
    struct err err = {0};
    struct buf word = buf_make(64);
    buf_puts(&word, "t0ken", NULL);
    struct secret *token = secret_from_output(&word, &err);
    const struct source_settings full = {.name = "s", .url = "http://h", .user = "slurm", .token = token};
    const struct source_settings local = {.name = "s", .url = "local:"};
    const char *names[4], *values[4];
    const struct secret *secrets[4];
    (void)state;
    struct source *s = source_slurm.open(&full, &err);
    assert_int_equal(source_slurm.headers(s, names, values, secrets, 4), 2);
    assert_string_equal(names[0], "X-SLURM-USER-NAME");
    assert_string_equal(values[0], "slurm");
    assert_null(secrets[0]);
    assert_string_equal(names[1], "X-SLURM-USER-TOKEN");
    assert_null(values[1]);
    assert_ptr_equal(secrets[1], token);
    source_slurm.close(s);
    s = source_slurm.open(&local, &err);
    assert_int_equal(source_slurm.headers(s, names, values, secrets, 4), 0);
    source_slurm.close(s);
    secret_free(token);
    buf_release(&word);
}

static const char *api_of(const void *ctx, const char *key)
{
    return strcmp(key, "api") == 0 ? ctx : NULL;
}

static void test_another_version_of_the_api(void **state)
{
    struct err err = {0};
    struct source_request requests[SOURCE_REQUESTS_MAX] = {0};
    struct source_settings st = {.name = "s", .url = "http://h", .query = api_of, .query_ctx = "v0.0.40"};
    (void)state;
    struct source *s = source_slurm.open(&st, &err);
    source_slurm.requests(s, (struct instant){0}, requests);
    assert_true(source_slurm.prepare(s, &requests[0]));
    assert_string_equal(requests[0].path, "/slurm/v0.0.40/ping");
    source_slurm.close(s);
    st.query_ctx = "../../x?";
    assert_null(source_slurm.open(&st, &err));
    assert_int_equal(err_status(&err), 78);
    source_slurm.close(NULL);
}

static const char *pattern_of(const void *ctx, const char *key)
{
    return strcmp(key, "rack_pattern") == 0 ? ctx : NULL;
}

static void test_names_that_say_the_rack(void **state)
{
    static const char *const nodes = "{\"errors\":[],\"nodes\":[{\"name\":\"shg-r05n03\"},{\"name\":\"login1\"}]}";
    struct source_settings st = {.name = "s", .scheduler = "fra", .url = "http://h", .query = pattern_of};
    struct slurm_world *w = calloc(1, sizeof *w);
    char cell[WORLD_CELL_MAX];
    (void)state;
    st.query_ctx = "^(.*-r[0-9]+)n[0-9]+$";
    w->source = source_slurm.open(&st, &w->err);
    world_poll(w, 0);
    assert_true(world_answer(w, "nodes", nodes));
    assert_string_equal(world_cell(&world_row(w, "fra/shg-r05n03")->cells[NODE_RACK], cell), "shg-r05");
    assert_string_equal(world_cell(&world_row(w, "fra/login1")->cells[NODE_RACK], cell), "?");
    world_free(w);
    struct err err = {0};
    st.query_ctx = "(";
    assert_null(source_slurm.open(&st, &err));
    assert_int_equal(err_status(&err), 78);
    assert_non_null(strstr(err.text, "rack_pattern of source 's'"));
}

/* --- what is believed
 * ------------------------------------------------------------------------------------------------------------ */

static void test_the_scheduler(void **state)
{
    struct slurm_world *w = world_new();
    char cell[WORLD_CELL_MAX];
    (void)state;
    assert_null(source_slurm.peer_name(w->source));
    assert_null(source_slurm.peer_version(w->source));
    assert_true(world_answer(w, "ping", PING));
    assert_string_equal(source_slurm.peer_version(w->source), "22.05.8");
    const struct row *row = world_row(w, "fra");
    assert_string_equal(world_cell(&row->cells[SCHEDULER_STATE], cell), "up");
    assert_string_equal(world_cell(&row->cells[SCHEDULER_VERSION], cell), "22.05.8");
    assert_string_equal(world_cell(&row->cells[SCHEDULER_CLUSTER], cell), "fra");
    assert_string_equal(world_cell(&row->cells[SCHEDULER_NAME], cell), "?");
    assert_true(world_answer(w, "jobs", "{\"errors\":[],\"jobs\":[{\"job_id\":1,\"cluster\":\"frankfurt\"}]}"));
    assert_string_equal(source_slurm.peer_name(w->source), "frankfurt");
    assert_string_equal(world_cell(&world_row(w, "fra")->cells[SCHEDULER_NAME], cell), "frankfurt");
    assert_true(world_answer(w, "ping", "{\"errors\":[],\"pings\":[{\"ping\":\"DOWN\"},{\"ping\":\"UP\"}]}"));
    assert_string_equal(world_cell(&world_row(w, "fra")->cells[SCHEDULER_STATE], cell), "up");
    assert_true(world_answer(w, "ping", "{\"errors\":[],\"pings\":[{\"ping\":\"DOWN\"}]}"));
    assert_string_equal(world_cell(&world_row(w, "fra")->cells[SCHEDULER_STATE], cell), "down");
    world_free(w);
}

static void test_a_200_that_is_none(void **state)
{
    static const struct {
        const char *what, *body, *words;
        enum err_kind kind;
    } answers[] = {
        {"jobs", "{\"errors\":[{\"description\":\"d\",\"error_number\":7,\"error\":\"e\"}],\"jobs\":[]}", "d: e (7)",
         ERR_TRANSIENT},
        {"nodes", "{\"errors\":[{\"error\":\"e\",\"errno\":-1}],\"nodes\":[]}", "e (-1)", ERR_TRANSIENT},
        {"nodes", "{\"errors\":[{\"error_code\":9}],\"nodes\":[]}", "error (9)", ERR_TRANSIENT},
        {"ping", "{\"errors\":[{}],\"pings\":[]}", "an error without words", ERR_TRANSIENT},
        {"jobs", "{\"errors\":[]}", "no list 'jobs'", ERR_CORRUPT},
        {"jobs", "{\"jobs\":{}}", "not an array", ERR_CORRUPT},
        {"jobs", "[]", "no JSON object", ERR_CORRUPT},
        {"ping", "{}", "no 'pings'", ERR_CORRUPT},
        {"jobs", "{\"errors\":[],\"jobs\":[{},7,null,[]]}", "none of the 4 jobs", ERR_CORRUPT},
        {"nodes", "{\"errors\":[],\"nodes\":[{\"name\":\"\"}]}", "none of the 1 nodes", ERR_CORRUPT},
    };
    (void)state;
    for (size_t i = 0; i < sizeof answers / sizeof *answers; i++) {
        struct slurm_world *w = world_new();
        if (world_answer(w, answers[i].what, answers[i].body))
            fail_msg("%s was believed", answers[i].body);
        if (!strstr(w->err.text, answers[i].words) || w->err.kind != answers[i].kind)
            fail_msg("%s: %s", answers[i].body, w->err.text);
        world_free(w);
    }
}

static void test_empty_lists_are_answers(void **state)
{
    struct slurm_world *w = world_new();
    (void)state;
    assert_true(world_answer(w, "jobs", "{\"errors\":[],\"jobs\":[]}"));
    assert_true(world_answer(w, "reservations", "{\"errors\":[],\"reservations\":[]}"));
    assert_int_equal(w->count, 0);
    world_free(w);
}

/* --- other statuses
 * ------------------------------------------------------------------------------------------------------------- */

#define DEAD                                                                                                           \
    "{\"errors\":[{\"description\":\"slurmctld config is unable to "                                                   \
    "load\",\"error_number\":-1,\"error\":\"Unspecified error\"}]}"

static void test_what_a_status_means(void **state)
{
    static const struct {
        int status;
        const char *type, *body;
        enum err_kind kind;
        const char *text, *hint;
    } answers[] = {
        {401, "text/plain", "Authentication failure", ERR_REFUSED, "not allowed", "token_file"},
        {500, "application/json", DEAD, ERR_TRANSIENT, "slurmctld is down, or the token is wrong or expired",
         "scontrol token"},
        {500, "application/json", "", ERR_TRANSIENT, "answers 500", ""},
        {500, "application/json", "{\"errors\":[{\"error\":\"no\",\"error_number\":2017}]}", ERR_TRANSIENT,
         "'no (2017)'", ""},
        {404, "text/plain", "Unable find requested URL.\n", ERR_CORRUPT,
         "no slurmrestd API v0.0.38 at 'http://h:6820': 's' answers 404 'Unable find requested URL.'", "openapi"},
        {405, "text/plain", "x", ERR_CORRUPT, "405", "openapi"},
        {404, "text/html; charset=utf-8", "<html>", ERR_CORRUPT, "HTML", "curl"},
        {502, "text/html", "<html>", ERR_TRANSIENT, "HTML", "curl"},
        {302, "text/plain", "", ERR_CORRUPT, "302", "redirects"},
        {429, NULL, "", ERR_TRANSIENT, "429", ""},
        {400, "text/plain", "\033[31m\n\xff", ERR_CORRUPT, "400", ""},
    };
    (void)state;
    for (size_t i = 0; i < sizeof answers / sizeof *answers; i++) {
        struct slurm_world *w = world_new();
        assert_true(fails(w, "ping", answers[i].status, answers[i].type, answers[i].body));
        if (w->err.kind != answers[i].kind || !strstr(w->err.text, answers[i].text) ||
            !strstr(w->err.hint, answers[i].hint))
            fail_msg("%d: %s %s (%s)", answers[i].status, err_kind_name(w->err.kind), w->err.text, w->err.hint);
        assert_null(strchr(w->err.text, '\033'));
        world_free(w);
    }
}

/* A ping that was answered has proved the token. */
static void test_500_after_a_good_ping(void **state)
{
    struct slurm_world *w = world_new();
    (void)state;
    assert_true(world_answer(w, "ping", PING));
    assert_true(fails(w, "jobs", 500, "application/json", DEAD));
    assert_null(strstr(w->err.text, "token"));
    world_poll(w, 10000);
    assert_true(fails(w, "ping", 500, "application/json", DEAD));
    assert_non_null(strstr(w->err.text, "token"));
    world_free(w);
}

static void test_a_long_body_is_cut(void **state)
{
    struct slurm_world *w = world_new();
    char *body = malloc(64 << 10);
    (void)state;
    memset(body, 'x', 64 << 10);
    body[(64 << 10) - 1] = '\0';
    assert_true(fails(w, "jobs", 400, "text/plain", body));
    assert_true(strlen(w->err.text) < 300);
    free(body);
    world_free(w);
}

/* --- real answers
 * ------------------------------------------------------------------------------------------------------------ */

static void captured(const char *file, const char *what, int status, const char *text)
{
    struct slurm_world *w = world_new();
    char below[256];
    snprintf(below, sizeof below, "testbed/captures/slurm/%s", file);
    struct corpora_file f = corpora_read(corpora_path("testbed", below));
    f.bytes[f.size < (64 << 10) ? f.size : 0] = '\0';
    const char *body = strstr(f.bytes, "\r\n\r\n");
    if (!body)
        body = strstr(f.bytes, "\n\n");
    body += strspn(body, "\r\n");
    if (status == 200) {
        if (!world_answer(w, what, body))
            fail_msg("%s: %s", file, w->err.text);
    } else if (!fails(w, what, status, NULL, body) || !strstr(w->err.text, text))
        fail_msg("%s: %s", file, w->err.text);
    free(f.bytes);
    world_free(w);
}

static void test_captures(void **state)
{
    (void)state;
    captured("ping.http", "ping", 200, "");
    captured("diag.http", "diag", 200, "");
    captured("partitions.http", "partitions", 200, "");
    captured("nodes.http", "nodes", 200, "");
    captured("reservations.http", "reservations", 200, "");
    captured("auth_bad_token_500.http", "jobs", 500, "the token is wrong or expired");
    captured("auth_other_cluster_500.http", "ping", 500, "the token is wrong or expired");
    captured("auth_none_401.http", "ping", 401, "Authentication failure");
    captured("not_found_404.http", "ping", 404, "no slurmrestd API v0.0.38");
    captured("method_405.http", "ping", 405, "Requested REST method");
    captured("fed_job_get_500.http", "jobs", 500, "Unable to find JobId");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_the_first_poll),
        cmocka_unit_test(test_conditions),
        cmocka_unit_test(test_unchanged_moves_the_condition_and_a_failure_does_not),
        cmocka_unit_test(test_without_a_clock_of_the_server_all_is_asked),
        cmocka_unit_test(test_a_server_clock_that_was_set_back),
        cmocka_unit_test(test_now_and_then_all_is_asked),
        cmocka_unit_test(test_headers),
        cmocka_unit_test(test_another_version_of_the_api),
        cmocka_unit_test(test_names_that_say_the_rack),
        cmocka_unit_test(test_the_scheduler),
        cmocka_unit_test(test_a_200_that_is_none),
        cmocka_unit_test(test_empty_lists_are_answers),
        cmocka_unit_test(test_what_a_status_means),
        cmocka_unit_test(test_500_after_a_good_ping),
        cmocka_unit_test(test_a_long_body_is_cut),
        cmocka_unit_test(test_captures),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
