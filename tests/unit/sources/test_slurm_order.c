#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "corpora.h"
#include "slurm_world.h"
#include "sources/slurm.h"

#define FIXTURES "tests/unit/sources/slurm_captures/orders/"

static struct err err;
static struct source_order_form form;

static struct source_order order_of(enum source_order_what what, const char *target)
{
    return (struct source_order){.what = what, .kind = KIND_JOB, .target = text_of(target), .value = 90};
}

static bool formed(const char *api, const struct source_order *o, bool look)
{
    struct slurm_world *w = world_new_api(api);
    err = (struct err){0};
    buf_release(&form.body);
    form = (struct source_order_form){.body = buf_make(1 << 20)};
    bool ok = source_slurm.order(w->source, o, look, &form, &err);
    world_free(w);
    return ok;
}

static void test_requests(void **state)
{
    static const struct {
        enum source_order_what what;
        bool look;
        const char *method, *body;
    } cases[] = {
        {SOURCE_ORDER_READ, false, "GET", ""},
        {SOURCE_ORDER_HOLD, false, "POST", "{\"hold\":true}"},
        {SOURCE_ORDER_HOLD, true, "GET", ""},
        {SOURCE_ORDER_RELEASE, false, "POST", "{\"hold\":false}"},
        {SOURCE_ORDER_PRIORITY, false, "POST", "{\"priority\":90}"},
        {SOURCE_ORDER_LIMIT, false, "POST", "{\"time_limit\":2}"}, /* 90 s are two minutes */
        {SOURCE_ORDER_CANCEL, false, "DELETE", ""},
        {SOURCE_ORDER_CANCEL, true, "GET", ""},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct source_order o = order_of(cases[i].what, "fra/17~2");
        assert_true(formed("v0.0.41", &o, cases[i].look));
        assert_string_equal(form.method, cases[i].method);
        assert_string_equal(form.path, "/slurm/v0.0.41/job/17");
        assert_string_equal(buf_str(&form.body), cases[i].body);
        assert_true(form.timeout_ms > 20000); /* a hung slurmctld */
    }
}

static void test_which_jobs(void **state)
{
    static const struct {
        const char *target, *path; /* NULL: it is refused */
        enum err_kind kind;
    } cases[] = {
        {"fra/17", "/slurm/v0.0.38/job/17", ERR_NONE},
        {"fra/19_2", "/slurm/v0.0.38/job/19_2", ERR_NONE},
        {"fra/21+1~3", "/slurm/v0.0.38/job/21+1", ERR_NONE},
        {"fra/4294967294000000000001", "/slurm/v0.0.38/job/4294967294000000000001", ERR_NONE},
        {"fra/19_[3-20%2]", NULL, ERR_REFUSED},
        {"ams/17", NULL, ERR_INPUT},
        {"fra/", NULL, ERR_INPUT},
        {"fra/17/../../node/x", NULL, ERR_INPUT},
        {"fra/17?signal=9", NULL, ERR_INPUT},
        {"fra/17_", NULL, ERR_INPUT},
        {"fra/99999999999999999999999999999999999999999999999999", NULL, ERR_INPUT},
        {"fra/~1", NULL, ERR_INPUT},
        {"17", NULL, ERR_INPUT},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct source_order o = order_of(SOURCE_ORDER_HOLD, cases[i].target);
        if (formed("v0.0.38", &o, false) != (cases[i].path != NULL))
            fail_msg("%s: %s", cases[i].target, err.text);
        assert_int_equal(err.kind, cases[i].kind);
        if (cases[i].path)
            assert_string_equal(form.path, cases[i].path);
    }
}

static void test_scripts_are_asked_by_number(void **state)
{
    struct source_order o = order_of(SOURCE_ORDER_SCRIPT, "fra/17~2");
    (void)state;
    assert_true(formed("v0.0.38", &o, false));
    assert_string_equal(buf_str(&form.body), "17");
    assert_null(form.method); /* no request */
    o.target = text_of("fra/19_2");
    assert_false(formed("v0.0.38", &o, false));
    o.target = text_of("fra/17;id");
    assert_false(formed("v0.0.38", &o, false));
}

static void test_values(void **state)
{
    struct source_order o = order_of(SOURCE_ORDER_PRIORITY, "fra/17");
    (void)state;
    o.value = 0; /* slurmctld holds a job of priority 0 */
    assert_false(formed("v0.0.38", &o, false));
    o.value = INT64_MAX;
    assert_false(formed("v0.0.38", &o, false));
    o.what = SOURCE_ORDER_LIMIT;
    assert_false(formed("v0.0.38", &o, false));
    o.value = -60;
    assert_false(formed("v0.0.38", &o, false));
    o.value = 60;
    assert_false(formed("auto", &o, false)); /* which version it speaks is not known yet */
    assert_int_equal(err.kind, ERR_TRANSIENT);
}

/* --- answers */

struct answered {
    struct source_ordered said;
    enum source_order_end end;
};

static struct answered answer(const struct source_order *o, bool look, int status, const char *body, size_t n)
{
    struct slurm_world *w = world_new();
    struct answered a = {.said = source_ordered_make()};
    err = (struct err){0};
    a.end = source_slurm.order_ended(w->source, o, look, false, status, body, n, &a.said, &err);
    world_free(w);
    return a;
}

static enum source_order_end end_of(enum source_order_what what, bool look, int status, const char *body)
{
    struct source_order o = order_of(what, "fra/17");
    struct answered a = answer(&o, look, status, body, strlen(body));
    source_ordered_release(&a.said);
    return a.end;
}

static void test_changes(void **state)
{
    static const struct {
        enum source_order_what what;
        int status;
        const char *capture;
        enum source_order_end end;
        const char *words; /* in the error */
    } cases[] = {
        {SOURCE_ORDER_HOLD, 200, "update_ok", SOURCE_ORDER_DONE, ""},
        {SOURCE_ORDER_RELEASE, 200, "update_ok", SOURCE_ORDER_DONE, ""},
        {SOURCE_ORDER_CANCEL, 200, "update_ok", SOURCE_ORDER_DONE, ""},
        {SOURCE_ORDER_PRIORITY, 200, "update_priority_zero", SOURCE_ORDER_REFUSED, "Priority must be >0"},
        {SOURCE_ORDER_LIMIT, 200, "update_unknown_key", SOURCE_ORDER_REFUSED, "Unknown key"},
        {SOURCE_ORDER_HOLD, 500, "update_denied", SOURCE_ORDER_REFUSED, "Access/permission denied (2002)"},
        {SOURCE_ORDER_HOLD, 500, "update_unknown_job", SOURCE_ORDER_REFUSED, "Invalid job id specified"},
        {SOURCE_ORDER_CANCEL, 500, "update_unknown_job", SOURCE_ORDER_DONE, ""},
        {SOURCE_ORDER_HOLD, 500, "auth_bad_token", SOURCE_ORDER_UNKNOWN, "(-1)"},
        {SOURCE_ORDER_CANCEL, 500, "auth_bad_token", SOURCE_ORDER_UNKNOWN, "(-1)"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char path[256];
        snprintf(path, sizeof path, FIXTURES "%s.json", cases[i].capture);
        struct corpora_file f = corpora_read(path);
        struct source_order o = order_of(cases[i].what, "fra/17");
        struct answered a = answer(&o, false, cases[i].status, f.bytes, f.size);
        if (a.end != cases[i].end || !strstr(err.text, cases[i].words))
            fail_msg("case %zu: %d '%s'", i, a.end, err.text);
        assert_int_equal(err.kind, a.end == SOURCE_ORDER_DONE      ? ERR_NONE
                                   : a.end == SOURCE_ORDER_REFUSED ? ERR_REFUSED
                                                                   : ERR_TRANSIENT);
        source_ordered_release(&a.said);
        free(f.bytes);
    }
}

/* What no capture has. */
static void test_other_answers(void **state)
{
    static const struct {
        int status;
        const char *body;
        enum source_order_end end;
    } cases[] = {
        {200, "{}", SOURCE_ORDER_UNKNOWN}, /* who knows whose answer that is */
        {200, "", SOURCE_ORDER_UNKNOWN},
        {200, "<html>", SOURCE_ORDER_UNKNOWN},
        {200, "{\"errors\":[]} ", SOURCE_ORDER_DONE},
        {200, "{\"errors\":[{}]}", SOURCE_ORDER_REFUSED},
        {401, "Authentication failure", SOURCE_ORDER_REFUSED},
        {404, "Unable find requested URL", SOURCE_ORDER_REFUSED},
        {408, "", SOURCE_ORDER_UNKNOWN},
        {429, "", SOURCE_ORDER_UNKNOWN},
        {502, "<html>", SOURCE_ORDER_UNKNOWN},
        {503, "", SOURCE_ORDER_UNKNOWN},
        {500, "{\"errors\":[{\"error_number\":5004,\"error\":\"timed out\"}]}", SOURCE_ORDER_UNKNOWN},
        {302, "", SOURCE_ORDER_UNKNOWN},
    };
    struct source_order task = order_of(SOURCE_ORDER_HOLD, "fra/19_3");
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        enum source_order_end end = end_of(SOURCE_ORDER_HOLD, false, cases[i].status, cases[i].body);
        if (end != cases[i].end)
            fail_msg("case %zu: %d %s", i, end, err.text);
        assert_int_equal(err.kind == ERR_NONE, end == SOURCE_ORDER_DONE);
    }
    assert_int_equal(end_of(SOURCE_ORDER_CANCEL, false, 500, "{\"errors\":[{\"error_number\":2021}]}"),
                     SOURCE_ORDER_DONE); /* it is over */
    /* 22.05 says so of an update that was done, too. */
    const char *odd = "{\"errors\":[{\"description\":\"job array update from [localhost]:1 failed\"}]}";
    struct answered a = answer(&task, false, 200, odd, strlen(odd));
    assert_int_equal(a.end, SOURCE_ORDER_UNKNOWN);
    source_ordered_release(&a.said);
}

/* --- looks */

static const char *job(const char *state, const char *reason, int priority, const char *more)
{
    static char text[1024];
    snprintf(text, sizeof text,
             "{\"errors\":[],\"jobs\":[{\"job_id\":17,\"job_state\":\"%s\",\"state_reason\":\"%s\",\"priority\":%d,"
             "\"user_name\":\"ana\",\"submit_time\":1795320000,\"time_limit\":2%s}]}",
             state, reason, priority, more);
    return text;
}

static void test_looks(void **state)
{
    static const struct {
        enum source_order_what what;
        const char *state, *reason;
        int priority;
        enum source_order_end end;
    } cases[] = {
        {SOURCE_ORDER_HOLD, "PENDING", "JobHeldAdmin", 0, SOURCE_ORDER_DONE},
        {SOURCE_ORDER_HOLD, "PENDING", "Dependency", 0, SOURCE_ORDER_DONE},
        {SOURCE_ORDER_HOLD, "PENDING", "JobHeldUser", 0, SOURCE_ORDER_ABSENT}, /* its owner could release it */
        {SOURCE_ORDER_HOLD, "PENDING", "Priority", 5, SOURCE_ORDER_ABSENT},
        {SOURCE_ORDER_HOLD, "RUNNING", "None", 0, SOURCE_ORDER_ABSENT},
        {SOURCE_ORDER_RELEASE, "PENDING", "Priority", 5, SOURCE_ORDER_DONE},
        {SOURCE_ORDER_RELEASE, "RUNNING", "None", 5, SOURCE_ORDER_DONE},
        {SOURCE_ORDER_RELEASE, "COMPLETED", "None", 0, SOURCE_ORDER_DONE},
        {SOURCE_ORDER_RELEASE, "PENDING", "JobHeldAdmin", 0, SOURCE_ORDER_ABSENT},
        {SOURCE_ORDER_CANCEL, "CANCELLED", "None", 0, SOURCE_ORDER_DONE},
        {SOURCE_ORDER_CANCEL, "COMPLETED", "None", 0, SOURCE_ORDER_ABSENT}, /* it ran */
        {SOURCE_ORDER_CANCEL, "PENDING", "None", 0, SOURCE_ORDER_ABSENT},
        {SOURCE_ORDER_CANCEL, "COMPLETING", "None", 0, SOURCE_ORDER_TAKEN},
        {SOURCE_ORDER_PRIORITY, "PENDING", "None", 90, SOURCE_ORDER_DONE},
        {SOURCE_ORDER_PRIORITY, "PENDING", "None", 91, SOURCE_ORDER_ABSENT},
        {SOURCE_ORDER_LIMIT, "PENDING", "None", 1, SOURCE_ORDER_DONE}, /* 2 minutes for 90 s */
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        enum source_order_end end =
            end_of(cases[i].what, true, 200, job(cases[i].state, cases[i].reason, cases[i].priority, ""));
        if (end != cases[i].end)
            fail_msg("case %zu: %d %s", i, end, err.text);
        assert_int_equal(err.kind, ERR_NONE);
    }
    struct source_order o = order_of(SOURCE_ORDER_LIMIT, "fra/17");
    o.value = 180;
    const char *text = job("PENDING", "None", 1, "");
    struct answered a = answer(&o, true, 200, text, strlen(text));
    assert_int_equal(a.end, SOURCE_ORDER_ABSENT);
    source_ordered_release(&a.said);
}

static void test_looks_that_find_no_job(void **state)
{
    static const char gone[] = "{\"errors\":[{\"error_number\":2017}],\"jobs\":[]}";
    (void)state;
    assert_int_equal(end_of(SOURCE_ORDER_CANCEL, true, 500, gone), SOURCE_ORDER_DONE);
    assert_int_equal(end_of(SOURCE_ORDER_HOLD, true, 500, gone), SOURCE_ORDER_ABSENT);
    assert_int_equal(end_of(SOURCE_ORDER_READ, false, 500, gone), SOURCE_ORDER_ABSENT);
    assert_int_equal(err.kind, ERR_NONE);
    /* Neither an error of another number, nor an answer about another job, nor an empty one says anything. */
    static const char *const nothing[] = {
        "{\"errors\":[{\"error_number\":-1,\"description\":\"Unable to find JobId=17\"}],\"jobs\":[]}",
        "{\"errors\":[],\"jobs\":[]}", "{\"errors\":[],\"jobs\":[{\"job_id\":18,\"job_state\":\"CANCELLED\"}]}",
        "{\"errors\":[{\"error\":\"x\"}],\"jobs\":[{\"job_id\":17,\"job_state\":\"CANCELLED\"}]}"};
    for (size_t i = 0; i < 4; i++) {
        assert_int_equal(end_of(SOURCE_ORDER_CANCEL, true, i == 0 ? 500 : 200, nothing[i]), SOURCE_ORDER_UNKNOWN);
        assert_int_equal(end_of(SOURCE_ORDER_READ, false, i == 0 ? 500 : 200, nothing[i]), SOURCE_ORDER_UNKNOWN);
        assert_int_equal(err.kind, ERR_TRANSIENT);
    }
}

static void test_what_is_read(void **state)
{
    struct source_order o = order_of(SOURCE_ORDER_READ, "fra/17~2");
    const char *text =
        job("PENDING", "JobHeldAdmin", 0, ",\"comment\":\"hubtop:data_gb=120\",\"name\":\"a\\u001b[1m\"");
    struct answered a = answer(&o, false, 200, text, strlen(text));
    (void)state;
    assert_int_equal(a.end, SOURCE_ORDER_DONE);
    assert_int_equal(a.said.jobs.count, 1);
    const struct row *row = a.said.jobs.all;
    assert_true(text_is(row->id, "fra/17"));
    assert_true(text_is(row->cells[JOB_NAME].as.text, "a\x1b[1m"));
    assert_true(text_is(row->cells[JOB_STATE].as.text, "held"));
    assert_true(row->cells[JOB_DATA_GB].as.real == 120);
    assert_int_equal(row->cells[JOB_SUBMITTED_AT].as.i, INT64_C(1795320000000));
    source_ordered_release(&a.said);
}

/* --- copies */

static const struct secret *some_token(void)
{
    static struct secret *token;
    struct buf text = buf_make(64);
    buf_puts(&text, "token\n", NULL);
    if (!token)
        token = secret_from_output(&text, &err);
    buf_release(&text);
    return token;
}

static bool submission(const char *owner, bool token, bool look)
{
    const struct source_settings settings = {.name = "s",
                                             .scheduler = "fra",
                                             .user = "slurm",
                                             .token = token ? some_token() : NULL,
                                             .query = world_setting,
                                             .query_ctx = "v0.0.38"};
    struct source_order o = order_of(SOURCE_ORDER_SUBMIT, "ams/17");
    struct source *s = source_slurm.open(&settings, &err);
    o.owner = text_of(owner);
    o.key = text_of("O-7");
    o.copy = text_of("{}");
    o.to = text_of("fra/gpu");
    err = (struct err){0};
    buf_release(&form.body);
    form = (struct source_order_form){.body = buf_make(1 << 20)};
    bool ok = source_slurm.order(s, &o, look, &form, &err);
    source_slurm.close(s);
    return ok;
}

static void test_submissions_are_the_owners(void **state)
{
    static const char *const bad[] = {"", "995", "a b", "a\r\nX: y", "\xff", "a:b"};
    (void)state;
    assert_true(submission("ana", true, false));
    assert_string_equal(form.method, "POST");
    assert_string_equal(form.path, "/slurm/v0.0.38/job/submit");
    assert_string_equal(form.headers[0].name, "X-SLURM-USER-NAME");
    assert_string_equal(form.headers[0].value, "ana");
    assert_string_equal(form.headers[1].name, "");
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        assert_false(submission(bad[i], true, false));
        assert_int_equal(err.kind, ERR_REFUSED);
    }
    assert_false(submission("ana", false, false)); /* nobody's token acts for nobody */
    assert_true(submission("ana", true, true));
    assert_string_equal(form.path, "/slurm/v0.0.38/jobs");
    assert_string_equal(form.element_path, "jobs");
    assert_string_equal(form.headers[0].name, ""); /* the operator sees all */
    assert_int_equal(form.timeout_ms, 60000);
}

static void test_what_became_of_a_submission(void **state)
{
    static const struct {
        int status;
        const char *capture;
        enum source_order_end end;
        const char *remote;
    } cases[] = {
        {200, "submit_ok", SOURCE_ORDER_DONE, "fra/1017"},
        {200, "submit_held", SOURCE_ORDER_DONE, "fra/1018"}, /* with the error 2042 */
        {400, "submit_no_environment", SOURCE_ORDER_REFUSED, ""},
        {500, "submit_bad_partition", SOURCE_ORDER_REFUSED, ""},
        {500, "auth_bad_token", SOURCE_ORDER_UNKNOWN, ""},
        {200, "update_ok", SOURCE_ORDER_UNKNOWN, ""}, /* it says of no job */
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char path[256];
        snprintf(path, sizeof path, FIXTURES "%s.json", cases[i].capture);
        struct corpora_file f = corpora_read(path);
        struct source_order o = order_of(SOURCE_ORDER_SUBMIT, "ams/17");
        struct answered a = answer(&o, false, cases[i].status, f.bytes, f.size);
        if (a.end != cases[i].end || strcmp(buf_str(&a.said.remote), cases[i].remote) != 0)
            fail_msg("case %zu: %d '%s' %s", i, a.end, buf_str(&a.said.remote), err.text);
        source_ordered_release(&a.said);
        free(f.bytes);
    }
}

static bool found(struct slurm_world *w, struct source_ordered *said, const char *element)
{
    struct source_order o = order_of(SOURCE_ORDER_SUBMIT, "ams/17");
    struct json *e = json_parse(element, strlen(element), JSON_LENIENT, &err);
    o.key = text_of("O-7");
    bool is = source_slurm.order_found(w->source, &o, e, said);
    json_free(e);
    return is;
}

static void test_copies_are_found_by_their_key(void **state)
{
    struct slurm_world *w = world_new();
    struct source_ordered said = source_ordered_make();
    struct source_order o = order_of(SOURCE_ORDER_SUBMIT, "ams/17");
    (void)state;
    assert_false(found(w, &said, "{\"job_id\":1,\"job_state\":\"PENDING\",\"comment\":\"hubtop:O-77\"}"));
    assert_false(found(w, &said, "{\"job_id\":2,\"job_state\":\"PENDING\",\"comment\":\"O-7\"}"));
    assert_false(found(w, &said, "{\"job_id\":3,\"job_state\":\"CANCELLED\",\"comment\":\"hubtop:O-7\"}"));
    assert_false(found(w, &said, "{\"job_id\":4,\"job_state\":\"COMPLETED\",\"comment\":\"hubtop:O-7\"}"));
    assert_int_equal(source_slurm.order_ended(w->source, &o, true, false, 200, "", 0, &said, &err),
                     SOURCE_ORDER_ABSENT);
    assert_true(found(w, &said, "{\"job_id\":5,\"job_state\":\"PENDING\",\"comment\":\"x\xff hubtop:O-7\"}"));
    assert_true(found(w, &said, "{\"job_id\":6,\"job_state\":[\"RUNNING\"],\"comment\":\"hubtop:O-7\"}"));
    assert_int_equal(said.jobs.count, 2);
    assert_true(text_is(said.jobs.all[1].id, "fra/6"));
    assert_string_equal(buf_str(&said.remote), "fra/5");
    assert_int_equal(source_slurm.order_ended(w->source, &o, true, true, 200, "", 0, &said, &err), SOURCE_ORDER_DONE);
    assert_int_equal(source_slurm.order_ended(w->source, &o, true, false, 500, "", 0, &said, &err),
                     SOURCE_ORDER_UNKNOWN);
    source_ordered_release(&said);
    world_free(w);
}

/* An answer with an error has no jobs because it failed, not because there are none. */
static void test_lists_that_are_none(void **state)
{
    static const struct {
        const char *rest;
        bool well;
    } cases[] = {
        {"{\"errors\":[],\"jobs\":[]}", true},
        {"{\"errors\":[{\"error_number\":-1}],\"jobs\":[]}", false},
        {"{\"errors\":[]}", false},
        {"{\"errors\":[],\"jobs\":null}", false},
        {"[]", false},
    };
    struct slurm_world *w = world_new();
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct json *rest = json_parse(cases[i].rest, strlen(cases[i].rest), JSON_LENIENT, &err);
        assert_int_equal(source_slurm.order_well(w->source, rest, &err), cases[i].well);
        json_free(rest);
    }
    world_free(w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_requests),
        cmocka_unit_test(test_which_jobs),
        cmocka_unit_test(test_scripts_are_asked_by_number),
        cmocka_unit_test(test_values),
        cmocka_unit_test(test_changes),
        cmocka_unit_test(test_other_answers),
        cmocka_unit_test(test_looks),
        cmocka_unit_test(test_looks_that_find_no_job),
        cmocka_unit_test(test_what_is_read),
        cmocka_unit_test(test_submissions_are_the_owners),
        cmocka_unit_test(test_what_became_of_a_submission),
        cmocka_unit_test(test_copies_are_found_by_their_key),
        cmocka_unit_test(test_lists_that_are_none),
    };
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    buf_release(&form.body);
    return failed;
}
