#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "corpora.h"
#include "slurm_world.h"
#include "sources/slurm.h"

#define FIXTURES "tests/unit/sources/slurm_captures/"

/* Jobs as Slurm 22.05 answered them, and what squeue, sacct or scontrol said of them at the same time; "?" is unknown.
 */
static const struct {
    const char *id;
    int field;
    const char *cell;
} expected[] = {
    /* runs on two nodes with eight GPUs each */
    {"fra/7", JOB_STATE, "running"},
    {"fra/7", JOB_STATE_RAW, "RUNNING"},
    {"fra/7", JOB_USER, "dora"},
    {"fra/7", JOB_QUEUE, "gpu"},
    {"fra/7", JOB_ACCELS, "16"},
    {"fra/7", JOB_ACCEL_KIND, "h100"},
    {"fra/7", JOB_NODES, "2"},
    {"fra/7", JOB_NODE_LIST, "fra-r01n[01-02]"},
    {"fra/7", JOB_CPUS, "32"},
    {"fra/7", JOB_MEMORY_MB, "131072"},
    {"fra/7", JOB_STARTED_AT, "1795318994"},
    {"fra/7", JOB_ENDED_AT, "?"},
    {"fra/7", JOB_STARTS_ESTIMATE_AT, "?"},
    {"fra/7", JOB_TIME_LIMIT_S, "37500"},
    {"fra/7", JOB_EXIT_CODE, "?"},
    {"fra/7", JOB_REASON, "?"},
    {"fra/7", JOB_ACCOUNT, "?"},
    {"fra/7", JOB_TASKS, "1"},
    {"fra/7", JOB_RESTARTS, "0"},
    {"fra/7", JOB_WORK_DIR, "/"},
    {"fra/7", JOB_COMMAND, "?"},
    {"fra/15", JOB_STATE, "timeout"},
    {"fra/15", JOB_ENDED_AT, "1795320042"},
    {"fra/15", JOB_EXIT_CODE, "143"},
    {"fra/15", JOB_ACCELS, "0"},
    /* waits, with an estimate */
    {"fra/2", JOB_STATE, "waiting"},
    {"fra/2", JOB_STARTS_ESTIMATE_AT, "1795368840"},
    {"fra/2", JOB_STARTED_AT, "?"},
    {"fra/2", JOB_ENDED_AT, "?"},
    {"fra/2", JOB_ACCELS, "4"},
    {"fra/2", JOB_ACCEL_KIND, "?"},
    {"fra/2", JOB_NODE_LIST, "?"},
    {"fra/2", JOB_REASON, "Priority"},
    /* what waits of an array, held; a task; a part of a heterogeneous job */
    {"fra/201_[1-20%2]", JOB_STATE, "held"},
    {"fra/201_[1-20%2]", JOB_TASKS, "20"},
    {"fra/201_[1-20%2]", JOB_PRIORITY, "0"},
    {"fra/201_[1-20%2]", JOB_REASON, "JobHeldUser"},
    {"fra/201_[1-20%2]", JOB_STARTS_ESTIMATE_AT, "?"},
    {"fra/202_1", JOB_STATE, "running"},
    {"fra/202_1", JOB_TASKS, "1"},
    {"fra/202_1", JOB_MEMORY_MB, "2000"},
    {"fra/203+1", JOB_STATE, "running"},
    {"fra/203+1", JOB_MEMORY_MB, "2048"},
    /* asks for four GPUs in all, two a node */
    {"fra/207", JOB_ACCELS, "4"},
    {"fra/207", JOB_NODES, "2"},
    /* cancelled while it waited: slurmctld forgot its CPUs, and its start_time is none */
    {"fra/212", JOB_STATE, "cancelled"},
    {"fra/212", JOB_CPUS, "3"},
    {"fra/212", JOB_STARTED_AT, "?"},
    {"fra/212", JOB_ENDED_AT, "1795320383"},
    {"fra/212", JOB_ELIGIBLE_AT, "?"},
    {"fra/217", JOB_STATE, "failed"},
    {"fra/217", JOB_EXIT_CODE, "3"},
    {"fra/217", JOB_REASON, "NonZeroExitCode"},
    {"fra/218", JOB_EXIT_CODE, "137"},
    {"fra/220", JOB_STATE, "suspended"},
    {"fra/220", JOB_STARTED_AT, "1795320379"},
    {"fra/220", JOB_ENDED_AT, "?"},
    {"fra/222", JOB_STATE, "held"},
    {"fra/222", JOB_RESTARTS, "1"},
    {"fra/222", JOB_STARTED_AT, "?"},
};

static void answer_file(struct slurm_world *w, const char *what, const char *path)
{
    struct corpora_file f = corpora_read(path);
    const char *body = memchr(f.bytes, '{', f.size);
    if (!world_answer_at(w, what, body, f.size - (size_t)(body - f.bytes), 0))
        fail_msg("%s: %s", path, w->err.text);
    free(f.bytes);
}

static void test_cells(void **state)
{
    struct slurm_world *w = world_new();
    char cell[WORLD_CELL_MAX];
    (void)state;
    answer_file(w, "jobs", FIXTURES "jobs.json");
    /* The last of 13 elements is the revoked sibling of a federated job, and the last fact is the scheduler. */
    assert_int_equal(w->count, 13);
    assert_int_equal(w->rows[12].kind, KIND_SCHEDULER);
    for (size_t i = 0; i < sizeof expected / sizeof *expected; i++) {
        const struct row *row = world_row(w, expected[i].id);
        if (!row)
            fail_msg("no job %s", expected[i].id);
        if (strcmp(world_cell(&row->cells[expected[i].field], cell), expected[i].cell) != 0)
            fail_msg("%s: %s is %s, not %s", expected[i].id, kind_info(KIND_JOB)->fields[expected[i].field].name, cell,
                     expected[i].cell);
    }
    world_free(w);
}

/* --- words
 * -------------------------------------------------------------------------------------------------------------------
 */

static void job_answer(struct slurm_world *w, const char *members)
{
    char body[2048];
    snprintf(body, sizeof body, "{\"meta\":{},\"errors\":[],\"jobs\":[{\"job_id\":1,%s}]}", members);
    if (!world_answer(w, "jobs", body))
        fail_msg("%s: %s", members, w->err.text);
}

static void check_cell(const char *members, int field, const char *wanted)
{
    struct slurm_world *w = world_new();
    char cell[WORLD_CELL_MAX];
    job_answer(w, members);
    if (strcmp(world_cell(&w->rows[0].cells[field], cell), wanted) != 0)
        fail_msg("%s: %s, not %s", members, cell, wanted);
    world_free(w);
}

static void test_state_words(void **state)
{
    static const char *const words[][2] = {
        {"PENDING", "waiting"},     {"CONFIGURING", "running"},   {"COMPLETING", "finishing"},
        {"STAGE_OUT", "finishing"}, {"STOPPED", "suspended"},     {"NODE_FAIL", "failed"},
        {"BOOT_FAIL", "failed"},    {"OUT_OF_MEMORY", "failed"},  {"DEADLINE", "timeout"},
        {"PREEMPTED", "preempted"}, {"REQUEUED", "waiting"},      {"REQUEUE_HOLD", "held"},
        {"SPECIAL_EXIT", "held"},   {"RESIZING", "running"},      {"SIGNALING", "running"},
        {"COMPLETED", "done"},      {"SOMETHING_NEW", "unknown"}, {"pending", "unknown"},
    };
    char members[128];
    (void)state;
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        snprintf(members, sizeof members, "\"job_state\":\"%s\"", words[i][0]);
        check_cell(members, JOB_STATE, words[i][1]);
        check_cell(members, JOB_STATE_RAW, words[i][0]);
    }
    check_cell("\"job_state\":[\"COMPLETED\",\"COMPLETING\"]", JOB_STATE, "finishing");
    check_cell("\"job_state\":[\"RUNNING\"]", JOB_STATE, "running");
    check_cell("\"job_state\":7", JOB_STATE, "unknown");
    check_cell("\"job_state\":\"PENDING\",\"priority\":0", JOB_STATE, "held");
    check_cell("\"job_state\":\"PENDING\",\"priority\":null", JOB_STATE, "waiting");
    check_cell("\"job_state\":\"PENDING\",\"priority\":5,\"state_reason\":\"JobHeldAdmin\"", JOB_STATE, "held");
    check_cell("\"job_state\":\"RUNNING\",\"priority\":0", JOB_STATE, "running");
}

static void test_users_and_exit_codes(void **state)
{
    (void)state;
    check_cell("\"user_name\":\"\",\"user_id\":995", JOB_USER, "995");
    check_cell("\"user_name\":\"ann\",\"user_id\":995", JOB_USER, "ann");
    check_cell("\"user_name\":null", JOB_USER, "?");
    check_cell("\"job_state\":\"FAILED\",\"exit_code\":256", JOB_EXIT_CODE, "1");
    check_cell("\"job_state\":\"FAILED\",\"exit_code\":139", JOB_EXIT_CODE, "139");
    check_cell("\"job_state\":\"RUNNING\",\"exit_code\":0", JOB_EXIT_CODE, "?");
    check_cell("\"job_state\":\"FAILED\",\"exit_code\":{\"return_code\":{\"set\":true,\"number\":4}}", JOB_EXIT_CODE,
               "4");
    check_cell("\"time_limit\":{\"set\":true,\"infinite\":true,\"number\":0}", JOB_TIME_LIMIT_S, "?");
    check_cell("\"name\":\"\"", JOB_NAME, "");
    check_cell("\"name\":null", JOB_NAME, "?");
}

/* 0 is how slurmctld says that there is none. */
static void test_deadlines(void **state)
{
    (void)state;
    check_cell("\"deadline\":1795368840", JOB_DEADLINE_AT, "1795368840");
    check_cell("\"deadline\":0", JOB_DEADLINE_AT, "?");
    check_cell("\"deadline\":{\"set\":true,\"infinite\":false,\"number\":1795368840}", JOB_DEADLINE_AT, "1795368840");
    check_cell("\"deadline\":{\"set\":true,\"infinite\":false,\"number\":0}", JOB_DEADLINE_AT, "?");
}

static void test_accelerators(void **state)
{
    (void)state;
    check_cell("\"tres_per_job\":\"\",\"tres_per_node\":\"\",\"tres_per_socket\":\"\",\"tres_per_task\":\"\"",
               JOB_ACCELS, "0");
    check_cell("\"tres_per_node\":\"\",\"tres_req_str\":\"cpu=1\"", JOB_ACCELS, "?");
    check_cell("\"cpus\":1", JOB_ACCELS, "?");
    check_cell("\"tres_per_node\":\"gres:gpu:8\",\"node_count\":2", JOB_ACCELS, "16");
    check_cell("\"tres_per_node\":\"gres:gpu:8\",\"node_count\":null", JOB_ACCELS, "?");
    check_cell("\"tres_per_node\":\"\",\"tres_per_task\":\"gres:gpu:1\",\"tasks\":3", JOB_ACCELS, "3");
    check_cell("\"tres_per_node\":\"\",\"tres_per_socket\":\"gres:gpu:2\"", JOB_ACCELS, "?");
    check_cell("\"tres_alloc_str\":\"cpu=4,gres/gpu=2\",\"gres_detail\":[\"gpu:h100:3(IDX:0)\"]", JOB_ACCELS, "2");
}

static void test_tasks_of_an_array(void **state)
{
    static const struct {
        const char *expression;
        int64_t tasks;
    } arrays[] = {
        {"1-20%2", 20},
        {"5", 1},
        {"1,4,7,10", 4},
        {"1-199:2", 100},
        {"0-9:3%2", 4},
        {"1-2,5,7-9%7", 6},
        {"0-9999", 10000},
        {"0", 1},
        {"", -1},
        {"1-", -1},
        {"9-1", -1},
        {"1-5:0", -1},
        {"1-20%", -1},
        {"1-20%x", -1},
        {"1,,2", -1},
        {"1,", 1},
        {"x", -1},
        {"1-99999999999", -1},
        /* slurmctld cuts what is longer than 64 bytes */
        {"1-2,5,7,9,12,15,19,22,29,34,36-37,48,59,63,69,77,88,92,101,1...%7", -1},
    };
    (void)state;
    for (size_t i = 0; i < sizeof arrays / sizeof *arrays; i++) {
        struct value v = slurm_job_tasks(text_of(arrays[i].expression));
        if (value_int_or(&v, -1) != arrays[i].tasks)
            fail_msg("%s: %lld", arrays[i].expression, (long long)value_int_or(&v, -1));
    }
}

static void test_identity(void **state)
{
    static const char *const ids[][2] = {
        {"\"job_id\":\"17\"", "fra/17"},
        {"\"job_id\":67108865", "fra/67108865"},
        {"\"job_id\":9007199254740993", "fra/9007199254740993"},
        {"\"job_id\":9223372036854775808", "fra/9223372036854775808"},
        {"\"job_id\":18446744073709551616", "fra/18446744073709551616"},
        {"\"job_id\":19,\"array_job_id\":17,\"array_task_id\":0,\"array_task_string\":\"\"", "fra/17_0"},
        {"\"job_id\":19,\"array_job_id\":17,\"array_task_id\":null,\"array_task_string\":\"5\"", "fra/17_[5]"},
        {"\"job_id\":19,\"array_job_id\":{\"set\":true,\"number\":17},\"array_task_id\":{\"set\":false,\"number\":0}",
         "fra/19"},
        {"\"job_id\":19,\"het_job_id\":17,\"het_job_offset\":0", "fra/17+0"},
        {"\"job_id\":19,\"het_job_id\":0,\"het_job_offset\":0", "fra/19"},
    };
    static const char *const none[] = {"null",
                                       "0",
                                       "-5",
                                       "\"x\"",
                                       "\"\"",
                                       "1.5",
                                       "[]",
                                       "{}",
                                       "true",
                                       "1e3",
                                       "99999999999999999999999999999999999999999"};
    char body[512];
    (void)state;
    for (size_t i = 0; i < sizeof ids / sizeof *ids; i++) {
        struct slurm_world *w = world_new();
        snprintf(body, sizeof body, "{\"errors\":[],\"jobs\":[{%s}]}", ids[i][0]);
        assert_true(world_answer(w, "jobs", body));
        if (!text_is(w->rows[0].id, ids[i][1]))
            fail_msg("%s: %.*s", ids[i][0], (int)text_len(w->rows[0].id), text_bytes(w->rows[0].id));
        world_free(w);
    }
    for (size_t i = 0; i < sizeof none / sizeof *none; i++) {
        struct slurm_world *w = world_new();
        snprintf(body, sizeof body, "{\"errors\":[],\"jobs\":[{\"job_id\":%s},{\"job_id\":3}]}", none[i]);
        assert_true(world_answer(w, "jobs", body));
        assert_int_equal(w->count, 2); /* job 3 and the scheduler */
        assert_true(text_is(w->rows[0].id, "fra/3"));
        world_free(w);
    }
}

/* --- one member wrong at a time
 * ---------------------------------------------------------------------------------------------- */

static void write_json(struct json_writer *out, const struct json *v);

static void write_members(struct json_writer *out, const struct json *object, const char *key, const char *instead)
{
    json_open_object(out);
    for (const struct json *j = json_first(object); j; j = json_next(j)) {
        bool here = key && strcmp(json_key(j), key) == 0;
        if (here && !instead)
            continue;
        json_put_key(out, json_key(j));
        struct json *other = here ? json_parse(instead, strlen(instead), JSON_LENIENT, NULL) : NULL;
        write_json(out, here ? other : j);
        json_free(other);
    }
    json_close_object(out);
}

static void write_list(struct json_writer *out, const struct json *array)
{
    json_open_array(out);
    for (const struct json *j = json_first(array); j; j = json_next(j))
        write_json(out, j);
    json_close_array(out);
}

static void write_json(struct json_writer *out, const struct json *v)
{
    struct safe_text t = {0};
    int64_t i = 0;
    double real = 0;
    bool b = false;
    if (json_type(v) == JSON_OBJECT)
        write_members(out, v, NULL, NULL);
    else if (json_type(v) == JSON_ARRAY)
        write_list(out, v);
    else if (json_text(v, &t))
        json_put_text(out, t);
    else if (json_int(v, &i))
        json_put_int(out, i);
    else if (json_real(v, &real))
        json_put_real(out, real);
    else if (json_bool(v, &b))
        json_put_bool(out, b);
    else
        json_put_null(out);
}

/* The cells that a member may change. What is not here may change none. */
static const struct {
    const char *key;
    int fields[6]; /* -1 ends */
} reach[] = {
    {"account", {JOB_ACCOUNT, -1}},
    {"command", {JOB_COMMAND, -1}},
    {"cpus", {JOB_CPUS, -1}},
    {"current_working_directory", {JOB_WORK_DIR, -1}},
    {"deadline", {JOB_DEADLINE_AT, -1}},
    {"dependency", {JOB_DEPENDENCY, -1}},
    {"eligible_time", {JOB_ELIGIBLE_AT, -1}},
    {"end_time", {JOB_ENDED_AT, -1}},
    {"exit_code", {JOB_EXIT_CODE, -1}},
    {"gres_detail", {JOB_ACCELS, JOB_ACCEL_KIND, -1}},
    {"job_state", {JOB_STATE, JOB_STATE_RAW, JOB_STARTED_AT, JOB_STARTS_ESTIMATE_AT, JOB_ENDED_AT, JOB_EXIT_CODE}},
    {"name", {JOB_NAME, -1}},
    {"node_count", {JOB_NODES, JOB_ACCELS, -1}},
    {"nodes", {JOB_NODE_LIST, JOB_STARTED_AT, -1}},
    {"partition", {JOB_QUEUE, -1}},
    {"priority", {JOB_PRIORITY, JOB_STATE, JOB_STARTS_ESTIMATE_AT, -1}},
    {"qos", {JOB_QOS, -1}},
    {"restart_cnt", {JOB_RESTARTS, -1}},
    {"resv_name", {JOB_RESERVATION, -1}},
    {"standard_error", {JOB_STDERR, -1}},
    {"standard_output", {JOB_STDOUT, -1}},
    {"start_time", {JOB_STARTED_AT, JOB_STARTS_ESTIMATE_AT, -1}},
    {"state_reason", {JOB_REASON, JOB_STATE, JOB_STARTS_ESTIMATE_AT, -1}},
    {"submit_time", {JOB_SUBMITTED_AT, -1}},
    {"time_limit", {JOB_TIME_LIMIT_S, -1}},
    {"tres_alloc_str", {JOB_CPUS, JOB_MEMORY_MB, JOB_ACCELS, JOB_ACCEL_KIND, -1}},
    {"tres_per_job", {JOB_ACCELS, JOB_ACCEL_KIND, -1}},
    {"tres_per_node", {JOB_ACCELS, JOB_ACCEL_KIND, -1}},
    {"tres_per_socket", {JOB_ACCELS, -1}},
    {"tres_per_task", {JOB_ACCELS, JOB_ACCEL_KIND, -1}},
    {"tres_req_str", {JOB_CPUS, JOB_MEMORY_MB, JOB_ACCELS, JOB_ACCEL_KIND, -1}},
    {"user_name", {JOB_USER, -1}},
};

static bool may_change(const char *key, int field)
{
    for (size_t i = 0; i < sizeof reach / sizeof *reach; i++) {
        for (size_t k = 0; strcmp(reach[i].key, key) == 0 && k < 6 && reach[i].fields[k] >= 0; k++) {
            if (reach[i].fields[k] == field)
                return true;
        }
    }
    return false;
}

static bool is_amount(const struct value *v)
{
    return v->type == VALUE_INT || v->type == VALUE_TIME;
}

static void compare(const struct row *was, const struct row *now, const char *key, const char *instead)
{
    for (int f = 0; f < (int)kind_info(KIND_JOB)->field_count; f++) {
        const struct value *a = &was->cells[f], *b = &now->cells[f];
        bool same = value_equal(a, b), reached = may_change(key, f);
        if (same || (reached && !is_amount(b)))
            continue;
        /* An amount may come from another member, but never from nowhere. An empty wish for GPUs is known to be none.
         */
        bool none_asked = strncmp(key, "tres_per_", 9) == 0 && instead && strcmp(instead, "\"\"") == 0;
        bool made_up = !reached || (b->as.i == 0 && !none_asked);
        if (made_up)
            fail_msg("%s = %s changes %s", key, instead ? instead : "(absent)", kind_info(KIND_JOB)->fields[f].name);
    }
}

static void mutate(const struct json *element, const struct row *was, const char *key, const char *instead)
{
    struct slurm_world *w = world_new();
    struct buf body = buf_make(1 << 20);
    struct json_writer out = json_writer_make(&body);
    buf_puts(&body, "{\"errors\":[],\"jobs\":[", NULL);
    write_members(&out, element, key, instead);
    buf_puts(&body, "]}", NULL);
    if (!world_answer(w, "jobs", buf_str(&body)))
        fail_msg("%s = %s: %s", key, instead ? instead : "(absent)", w->err.text);
    compare(was, &w->rows[0], key, instead);
    buf_release(&body);
    world_free(w);
}

static bool keeps_identity(const char *key)
{
    return strcmp(key, "job_id") != 0 && strncmp(key, "array_", 6) != 0 && strncmp(key, "het_", 4) != 0;
}

static void test_one_wrong_member(void **state)
{
    static const char *const wrong[] = {NULL,
                                        "null",
                                        "true",
                                        "{}",
                                        "[]",
                                        "[null,{},7]",
                                        "1e300",
                                        "-7",
                                        "123456789012345678901234567890",
                                        "\"\"",
                                        "{\"set\":false,\"number\":0}"};
    struct slurm_world *w = world_new();
    struct corpora_file f = corpora_read(FIXTURES "jobs.json");
    struct json *whole = json_parse(f.bytes, f.size, JSON_LENIENT, NULL);
    const struct json *element = json_first(json_get(whole, "jobs"));
    (void)state;
    answer_file(w, "jobs", FIXTURES "jobs.json");
    for (size_t i = 0; i < 12; i++, element = json_next(element)) {
        for (size_t k = 0; slurm_job_keep[k]; k++) {
            for (size_t m = 0; keeps_identity(slurm_job_keep[k]) && m < sizeof wrong / sizeof *wrong; m++)
                mutate(element, &w->rows[i], slurm_job_keep[k], wrong[m]);
        }
    }
    json_free(whole);
    free(f.bytes);
    world_free(w);
}

/* --- real answers
 * ------------------------------------------------------------------------------------------------------------ */

static void test_a_real_list(void **state)
{
    struct slurm_world *w = world_new();
    (void)state;
    answer_file(w, "jobs", corpora_path("testbed", "testbed/captures/slurm/jobs_60.json"));
    assert_int_equal(w->count, 61);
    for (size_t i = 0; i < 60; i++) {
        struct safe_text state_word = value_text_or(&w->rows[i].cells[JOB_STATE], "");
        assert_false(text_is(state_word, "unknown") || text_empty(state_word));
        assert_true(value_known(&w->rows[i].cells[JOB_ACCELS]) && value_known(&w->rows[i].cells[JOB_CPUS]));
        for (size_t k = 0; k < i; k++)
            assert_false(text_equal(w->rows[i].id, w->rows[k].id));
    }
    world_free(w);
}

/* A sibling's answer: 39 copies that other clusters run have no id, and are no jobs here. */
static void test_a_federation(void **state)
{
    struct slurm_world *w = world_new();
    (void)state;
    answer_file(w, "jobs", corpora_path("testbed", "testbed/captures/slurm/fed_sibling_jobs.json"));
    for (size_t i = 0; i + 1 < w->count; i++)
        assert_false(text_is(value_text_or(&w->rows[i].cells[JOB_STATE], ""), "unknown"));
    assert_string_equal(source_slurm.peer_name(w->source), "ams");
    world_free(w);
}

static void odd(const char *file, const char *name, size_t n)
{
    struct slurm_world *w = world_new();
    char below[256];
    snprintf(below, sizeof below, "testbed/captures/slurm/job_odd_%s.http", file);
    answer_file(w, "jobs", corpora_path("testbed", below));
    struct safe_text got = value_text_or(&w->rows[0].cells[JOB_NAME], "(unknown)");
    if (!text_equal(got, text_from(name, n)))
        fail_msg("%s: %zu bytes '%.*s'", file, text_len(got), (int)text_len(got), text_bytes(got));
    world_free(w);
}

/* Names keep their bytes: an order, and a comparison with squeue, need them. */
static void test_odd_names(void **state)
{
    (void)state;
    odd("invalid_utf8_bytes", "bad\xff\xfeutf8", 9);
    odd("empty_name", "", 0);
    odd("rtl_override", "rtl\xe2\x80\xaegnp.exe", 13);
    odd("osc_title", "osc\x1b]0;title\a", 13);
    odd("utf8_cjk", "训练-模型-七十亿参数", strlen("训练-模型-七十亿参数"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_cells),
        cmocka_unit_test(test_state_words),
        cmocka_unit_test(test_users_and_exit_codes),
        cmocka_unit_test(test_deadlines),
        cmocka_unit_test(test_accelerators),
        cmocka_unit_test(test_tasks_of_an_array),
        cmocka_unit_test(test_identity),
        cmocka_unit_test(test_one_wrong_member),
        cmocka_unit_test(test_a_real_list),
        cmocka_unit_test(test_a_federation),
        cmocka_unit_test(test_odd_names),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
