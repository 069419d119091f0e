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

/* The copy of the first job of an answer, on the heap. */
static char *copy_of(const char *answer, size_t n)
{
    struct arena arena = {0};
    struct buf out = buf_make(1 << 20);
    struct json *tree = json_parse(answer, n, JSON_LENIENT, &err);
    assert_true(slurm_order_copy(json_first(json_get(tree, "jobs")), &arena, &out, &err));
    json_free(tree);
    arena_release(&arena);
    return out.data;
}

static char *copy_of_capture(const char *name)
{
    char path[256];
    snprintf(path, sizeof path, FIXTURES "%s.json", name);
    struct corpora_file f = corpora_read(path);
    char *copy = copy_of(f.bytes, f.size);
    free(f.bytes);
    return copy;
}

/* One job as v0.0.38 and as later data parsers tell it. */
static const char old_job[] =
    "{\"jobs\":[{\"job_id\":7,\"name\":\"a\\u001b[1m\",\"partition\":\"gpu,cpu\",\"account\":\"phys\",\"qos\":\"\","
    "\"user_name\":\"ana\",\"comment\":\"c hubtop:data_gb=3\",\"features\":\"a&b\",\"licenses\":\"m:2,n:1\","
    "\"current_working_directory\":\"/w\",\"standard_output\":\"/w/"
    "o-%j\",\"tasks\":4,\"cpus\":8,\"cpus_per_task\":null,"
    "\"cpu_frequency_minimum\":null,\"core_spec\":null,\"tasks_per_node\":0,\"memory_per_cpu\":500,\"memory_per_node\":"
    "null,"
    "\"minimum_cpus_per_node\":2,\"max_nodes\":2,\"node_count\":2,\"tres_req_str\":\"cpu=8,mem=4000M,node=1,billing="
    "8\","
    "\"tres_per_node\":\"gres:gpu:h100:2\",\"cpus_per_tres\":\"\",\"time_limit\":20,\"time_minimum\":5,\"deadline\":"
    "1796048567,"
    "\"submit_time\":1795789000,\"eligible_time\":1795875767,\"nice\":-7,\"priority\":77,\"shared\":\"user\","
    "\"flags\":[\"JOB_CPUS_SET\",\"SPREAD_JOB\",\"JOB_MEM_SET\"],\"requeue\":false,\"profile\":[\"Task\"],"
    "\"batch_flag\":true,\"contiguous\":false,\"reboot\":false,\"excluded_nodes\":\"n1\",\"het_job_id\":0,"
    "\"array_job_id\":0,\"array_task_string\":\"\",\"dependency\":\"\",\"federation_origin\":\"\",\"required_nodes\":"
    "\"\"}]}";
static const char new_job[] =
    "{\"jobs\":[{\"job_id\":7,\"name\":\"a\\u001b[1m\",\"partition\":\"gpu,cpu\",\"account\":\"phys\",\"qos\":\"\","
    "\"user_name\":\"ana\",\"comment\":\"c hubtop:data_gb=3\",\"features\":\"a&b\",\"licenses\":\"m:2,n:1\","
    "\"current_working_directory\":\"/w\",\"standard_output\":\"/w/o-%j\","
    "\"tasks\":{\"set\":true,\"infinite\":false,\"number\":4},\"cpus\":{\"set\":true,\"infinite\":false,\"number\":8},"
    "\"cpus_per_task\":{\"set\":true,\"infinite\":false,\"number\":2},"
    "\"cpu_frequency_minimum\":{\"set\":false,\"infinite\":false,\"number\":0},\"core_spec\":{\"set\":false,\"number\":"
    "0},"
    "\"memory_per_cpu\":{\"set\":true,\"infinite\":false,\"number\":500},"
    "\"memory_per_node\":{\"set\":false,\"infinite\":false,\"number\":0},"
    "\"minimum_cpus_per_node\":{\"set\":true,\"infinite\":false,\"number\":2},"
    "\"max_nodes\":{\"set\":true,\"infinite\":false,\"number\":2},\"node_count\":{\"set\":true,\"number\":2},"
    "\"tres_req_str\":\"cpu=8,mem=4000M,node=1,billing=8\",\"tres_per_node\":\"gres:gpu:h100:2\","
    "\"time_limit\":{\"set\":true,\"infinite\":false,\"number\":20},\"time_minimum\":{\"set\":true,\"number\":5},"
    "\"deadline\":{\"set\":true,\"infinite\":false,\"number\":1796048567},"
    "\"submit_time\":{\"set\":true,\"number\":1795789000},\"eligible_time\":{\"set\":true,\"number\":1795875767},"
    "\"nice\":-7,\"priority\":{\"set\":true,\"number\":77},\"shared\":[\"user\"],"
    "\"flags\":[\"EXACT_CPU_COUNT_REQUESTED\",\"SPREAD_JOB\"],\"requeue\":false,\"profile\":[\"Task\"],"
    "\"batch_flag\":true,\"contiguous\":false,\"reboot\":false,\"het_job_id\":{\"set\":true,\"number\":0},"
    "\"array_job_id\":{\"set\":true,\"number\":0},\"mail_type\":[],\"cron\":\"\",\"required_switches\":0}]}";
static const char copied[] =
    "{\"name\":\"a\\u001b[1m\",\"partition\":\"gpu,cpu\",\"account\":\"phys\",\"comment\":\"c hubtop:data_gb=3\","
    "\"features\":\"a&b\",\"licenses\":\"m:2,n:1\",\"current_working_directory\":\"/w\",\"standard_output\":\"/w/"
    "o-%j\","
    "\"tres_per_node\":\"gres:gpu:h100:2\",\"tasks\":4,\"memory_per_cpu\":500,\"minimum_cpus_per_node\":2,"
    "\"time_minimum\":5,\"deadline\":1796048567,\"max_nodes\":2,\"cpus_per_task\":2,\"min_nodes\":1,\"time_limit\":20,"
    "\"begin_time\":1795875767,\"nice\":-7,\"shared\":\"user\",\"SPREAD_JOB\":true,\"requeue\":false,\"profile\":"
    "\"Task\"}";

static void test_all_data_parsers_give_one_copy(void **state)
{
    char *a = copy_of(old_job, strlen(old_job)), *b = copy_of(new_job, strlen(new_job));
    (void)state;
    assert_string_equal(a, copied);
    assert_string_equal(b, copied);
    free(a);
    free(b);
}

static void test_what_cannot_be_copied_says_why(void **state)
{
    static const struct {
        const char *members, *words; /* "": nothing is refused */
    } cases[] = {
        {"\"array_job_id\":3,\"array_task_string\":\"1-3\"", "it belongs to an array"},
        {"\"het_job_id\":{\"set\":true,\"number\":3}", "it is part of a heterogeneous job"},
        {"\"federation_siblings_viable\":\"ams,fra\"", "it is a job of a federation"},
        {"\"federation_siblings_viable\":[\"ams\"]", "it is a job of a federation"},
        {"\"dependency\":\"afterok:3(unfulfilled)\"", "it depends on other jobs"},
        {"\"required_nodes\":\"n1\"", "it asks for nodes by name"},
        {"\"resv_name\":\"maint\"", "it asks for a reservation of its scheduler"},
        {"\"batch_flag\":false", "it has no batch script"},
        {"\"reboot\":true", "it asks for nodes that are booted first"},
        {"\"core_spec\":2", "it asks for specialized cores"},
        {"\"cpu_frequency_maximum\":{\"set\":true,\"number\":2000}", "it asks for a frequency of its CPUs"},
        {"\"cron\":{\"line\":1}", "it is started by scrontab"},
        {"\"shared\":[\"topo\"]", "it shares its nodes in a way that is not known here"},
        {"\"flags\":[\"JOB_CPUS_SET\"],\"tasks\":3,\"cpus\":8,\"cpus_per_task\":null",
         "the CPUs of its tasks cannot be told"},
        {"\"dependency\":\"x\",\"reboot\":true", "it depends on other jobs; it asks for nodes that are booted first"},
        {"\"excluded_nodes\":\"n1\",\"priority\":5,\"admin_comment\":\"x\"", ""},
        {"\"shared\":[],\"array_job_id\":{\"set\":false,\"number\":3},\"cron\":{}", ""},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char text[400];
        snprintf(text, sizeof text, "{\"jobs\":[{\"job_id\":7,%s}]}", cases[i].members);
        char *copy = copy_of(text, strlen(text));
        struct json *tree = json_parse(copy, strlen(copy), JSON_STRICT, &err);
        struct safe_text words = {0};
        (void)json_text(json_get(tree, "refuse"), &words);
        if (!text_is(words, cases[i].words))
            fail_msg("%s: %s", cases[i].members, copy);
        json_free(tree);
        free(copy);
    }
}

static void test_captures(void **state)
{
    char *array = copy_of_capture("job_array"), *dependency = copy_of_capture("job_dependency"),
         *odd = copy_of_capture("job_odd_invalid_utf8_bytes");
    (void)state;
    assert_non_null(strstr(array, "\"refuse\":\"it belongs to an array\""));
    assert_non_null(strstr(dependency, "\"refuse\":\"it depends on other jobs\""));
    assert_non_null(strstr(odd, "\"name\":{\"hex\":\""));
    assert_null(strstr(odd, "refuse"));
    free(array);
    free(dependency);
    free(odd);
}

static void test_memory_limits_and_nodes(void **state)
{
    static const struct {
        const char *members, *wanted;
    } cases[] = {
        {"\"memory_per_node\":null,\"memory_per_cpu\":null", "{}"},
        {"\"memory_per_node\":null,\"memory_per_cpu\":null,\"flags\":[\"JOB_MEM_SET\"]", "{\"memory_per_node\":0}"},
        {"\"memory_per_node\":1000,\"flags\":[\"JOB_MEM_SET\"]", "{\"memory_per_node\":1000}"},
        {"\"time_limit\":null", "{\"time_limit\":\"UNLIMITED\"}"},
        {"\"time_limit\":{\"set\":true,\"infinite\":true,\"number\":0}", "{\"time_limit\":\"UNLIMITED\"}"},
        {"\"time_limit\":{\"set\":false,\"infinite\":false,\"number\":0}", "{}"},
        {"\"tres_req_str\":\"node=3\"", "{\"min_nodes\":3}"},
        {"\"tres_req_str\":\"node=1\",\"max_nodes\":0", "{}"},
        {"\"submit_time\":9,\"eligible_time\":9", "{}"},
        {"\"nice\":null,\"requeue\":true,\"shared\":null,\"profile\":null", "{}"},
        {"\"nice\":-1", "{\"nice\":-1}"},
        {"\"shared\":[\"oversubscribe\"]", "{\"shared\":\"shared\"}"},
        {"\"mail_type\":[\"END\",\"FAIL\"]", "{\"mail_type\":\"END,FAIL\"}"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char text[400];
        snprintf(text, sizeof text, "{\"jobs\":[{\"job_id\":7,%s}]}", cases[i].members);
        char *copy = copy_of(text, strlen(text));
        if (strcmp(copy, cases[i].wanted) != 0)
            fail_msg("%s: %s", cases[i].members, copy);
        free(copy);
    }
}

/* --- its submission */

static struct buf body;

static bool submission(const char *api, const char *copy, const char *script, const char *to)
{
    const struct source_order o = {.what = SOURCE_ORDER_SUBMIT,
                                   .to = text_of(to),
                                   .owner = text_of("ana"),
                                   .key = text_of("O-7"),
                                   .copy = text_of(copy),
                                   .script = text_of(script)};
    const struct slurm_order_peer peer = {.scheduler = "ams", .version = api, .number = slurm_api_number(api)};
    err = (struct err){0};
    buf_release(&body);
    body = buf_make(1 << 20);
    return slurm_order_submission(&o, &peer, &body, &err);
}

static void test_submissions(void **state)
{
    (void)state;
    assert_true(submission("v0.0.38", copied, "#!/bin/sh\n", "ams/big"));
    assert_string_equal(
        buf_str(&body),
        "{\"job\":{\"hold\":true,\"environment\":{\"PATH\":\"/usr/local/bin:/usr/bin:/"
        "bin\",\"SLURM_GET_USER_ENV\":\"1\"},"
        "\"name\":\"a\\u001b[1m\",\"partition\":\"big\",\"account\":\"phys\",\"constraints\":\"a&b\","
        "\"licenses\":\"m:2,n:1\",\"current_working_directory\":\"/w\",\"standard_output\":\"/w/o-%j\","
        "\"gres\":\"gpu:h100:2\",\"tasks\":4,\"cpus_per_task\":2,\"memory_per_cpu\":500,\"minimum_cpus_per_node\":2,"
        "\"nodes\":\"1-2\",\"time_limit\":20,\"time_minimum\":5,\"deadline\":\"uts1796048567\","
        "\"begin_time\":\"uts1795875767\",\"nice\":-7,\"no_requeue\":true,\"exclusive\":\"user\",\"spread_job\":true,"
        "\"profile\":\"Task\",\"comment\":\"c hubtop:data_gb=3 hubtop:O-7\"},\"script\":\"#!/bin/sh\\u000a\"}");
    assert_true(submission("v0.0.41", copied, "#!/bin/sh\n", "ams"));
    assert_string_equal(
        buf_str(&body),
        "{\"job\":{\"hold\":true,\"environment\":[\"PATH=/usr/local/bin:/usr/bin:/bin\",\"SLURM_GET_USER_ENV=1\"],"
        "\"name\":\"a\\u001b[1m\",\"partition\":\"gpu,cpu\",\"account\":\"phys\",\"constraints\":\"a&b\","
        "\"licenses\":\"m:2,n:1\",\"current_working_directory\":\"/w\",\"standard_output\":\"/w/o-%j\","
        "\"tres_per_node\":\"gres/gpu:h100:2\",\"tasks\":4,\"cpus_per_task\":2,\"memory_per_cpu\":500,"
        "\"minimum_cpus_per_node\":2,\"minimum_nodes\":1,\"maximum_nodes\":2,\"time_limit\":20,\"time_minimum\":5,"
        "\"deadline\":1796048567,\"begin_time\":1795875767,\"nice\":-7,\"requeue\":false,\"shared\":[\"user\"],"
        "\"profile\":[\"Task\"],\"flags\":[\"SPREAD_JOB\"],\"comment\":\"c hubtop:data_gb=3 hubtop:O-7\","
        "\"script\":\"#!/bin/sh\\u000a\"}}");
}

static void test_members_in_the_words_of_each(void **state)
{
    static const struct {
        const char *copy, *old, *later; /* NULL: it cannot be told */
    } cases[] = {
        {"{\"tres_per_job\":\"gres:gpu:4\"}", "\"gpus\":\"4\"", "\"tres_per_job\":\"gres/gpu:4\""},
        {"{\"tres_per_job\":\"gres/gpu:h100:4\"}", "\"gpus\":\"h100:4\"", "\"tres_per_job\":\"gres/gpu:h100:4\""},
        {"{\"tres_per_job\":\"gres:shard:4\"}", NULL, "\"tres_per_job\":\"gres/shard:4\""},
        {"{\"tres_per_node\":\"gres:gpu:2,gres:shard:1\"}", "\"gres\":\"gpu:2,shard:1\"",
         "\"tres_per_node\":\"gres/gpu:2,gres/shard:1\""},
        {"{\"tres_per_task\":\"cpu:2\"}", NULL, "\"tres_per_task\":\"cpu:2\""},
        {"{\"cpus_per_tres\":\"gres:gpu:2\"}", "\"cpus_per_gpu\":\"2\"", "\"cpus_per_tres\":\"gres/gpu:2\""},
        {"{\"tres_bind\":\"gpu:closest\"}", "\"gpu_binding\":\"closest\"", "\"tres_bind\":\"gpu:closest\""},
        {"{\"tres_freq\":\"gpu:low\"}", "\"gpu_frequency\":\"low\"", "\"tres_freq\":\"gpu:low\""},
        {"{\"shared\":\"none\"}", "\"exclusive\":\"exclusive\"", "\"shared\":[\"none\"]"},
        {"{\"shared\":\"shared\"}", "\"oversubscribe\":true", "\"shared\":[\"oversubscribe\"]"},
        {"{\"time_limit\":\"UNLIMITED\"}", "\"time_limit\":\"UNLIMITED\"",
         "\"time_limit\":{\"set\":true,\"infinite\":true}"},
        {"{\"contiguous\":true}", NULL, "\"contiguous\":true"},
        {"{\"cores_per_socket\":4}", "\"cores_per_socket\":4", NULL},
        {"{\"GRES_ENFORCE_BIND\":true}", "\"gres_flags\":\"enforce-binding\"", "\"flags\":[\"GRES_BINDING_ENFORCED\"]"},
        {"{\"mail_type\":\"END,FAIL\"}", "\"mail_type\":\"END,FAIL\"", "\"mail_type\":[\"END\",\"FAIL\"]"},
        {"{\"min_nodes\":3}", "\"nodes\":3", "\"minimum_nodes\":3"},
        {"{\"name\":{\"hex\":\"61ff0a\"}}", "\"name\":\"a\xff\\u000a\"", "\"name\":\"a\xff\\u000a\""},
        {"{}", "\"comment\":\"hubtop:O-7\"", "\"comment\":\"hubtop:O-7\""},
        {"{\"comment\":\"x hubtop:O-3\"}", "\"comment\":\"x hubtop:O-7\"", "\"comment\":\"x hubtop:O-7\""},
        {"{\"comment\":\"hubtop:O-3\"}", "\"comment\":\"hubtop:O-7\"", "\"comment\":\"hubtop:O-7\""},
    };
    (void)state;
    for (size_t i = 0; i < 2 * (sizeof cases / sizeof *cases); i++) {
        const char *wanted = i % 2 ? cases[i / 2].later : cases[i / 2].old;
        bool ok = submission(i % 2 ? "v0.0.44" : "v0.0.38", cases[i / 2].copy, "", "ams");
        if (ok != (wanted != NULL) || (ok && !strstr(buf_str(&body), wanted)))
            fail_msg("%s: %s %s", cases[i / 2].copy, buf_str(&body), err.text);
        assert_true(ok || err.kind == ERR_REFUSED);
        assert_null(strstr(buf_str(&body), "script")); /* and so nothing is made of it */
    }
}

/* What no version tells of a job is taken from its script, whose #SBATCH lines slurmrestd does not read. */
static void test_the_lines_of_the_script(void **state)
{
    static const char script[] =
        "#!/bin/sh\n\n#SBATCH --mail-type=end,fail --mail-user \"a@b\" # --signal=1\n"
        "#SBATCH -m cyclic\n# SBATCH --signal=2\n#SBATCH --open-mode=append --signal B:USR1@90\r\n"
        "#SBATCH --distributions=x\n#SBATCHE --signal=3\nsleep 1\n#SBATCH --signal=4\n";
    (void)state;
    assert_true(submission("v0.0.38", "{\"name\":\"a\"}", script, "ams"));
    assert_non_null(strstr(buf_str(&body), "\"name\":\"a\",\"mail_user\":\"a@b\",\"mail_type\":\"end,fail\","
                                           "\"signal\":\"B:USR1@90\",\"distribution\":\"cyclic\",\"open_mode\":"
                                           "\"append\",\"comment\""));
    assert_true(submission("v0.0.41", "{\"name\":\"a\",\"mail_type\":\"BEGIN\"}", script, "ams"));
    assert_non_null(strstr(buf_str(&body), "\"mail_type\":[\"BEGIN\"],\"mail_user\":\"a@b\",\"kill_warning_signal\":"
                                           "\"USR1\",\"kill_warning_delay\":90,\"kill_warning_flags\":[\"BATCH_JOB\"],"
                                           "\"distribution\":\"cyclic\",\"open_mode\":[\"APPEND\"],\"comment\""));
    assert_true(
        submission("v0.0.41", "{}", "#!/bin/sh\n#SBATCH --mail-type=end,fail --open-mode=t --signal=10\n", "ams"));
    assert_non_null(strstr(buf_str(&body), "\"mail_type\":[\"END\",\"FAIL\"],\"kill_warning_signal\":\"10\","
                                           "\"kill_warning_delay\":60,\"open_mode\":[\"TRUNCATE\"],\"comment\""));
}

static void test_what_a_copy_lacks_is_said(void **state)
{
    char words[SLURM_LACKS_MAX];
    (void)state;
    assert_non_null(strstr(slurm_order_sbatch_lacks("v0.0.38", 38, words), "v0.0.38 does not tell mail, signal, "));
    assert_non_null(strstr(slurm_order_sbatch_lacks("v0.0.41", 41, words), "v0.0.41 does not tell signal, "));
}

static void test_what_is_not_submitted(void **state)
{
    (void)state;
    assert_false(submission("v0.0.38", "{\"refuse\":\"it depends on other jobs\"}", "#!/bin/sh\n", "ams"));
    assert_int_equal(err.kind, ERR_REFUSED);
    assert_string_equal(err.text, "the job cannot be copied: it depends on other jobs");
    assert_false(submission("v0.0.38", "[]", "#!/bin/sh\n", "ams"));
    assert_false(submission("v0.0.38", "{}",
                            "\x7f"
                            "ELF",
                            "ams"));
    assert_int_equal(err.kind, ERR_REFUSED);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_all_data_parsers_give_one_copy),
        cmocka_unit_test(test_what_cannot_be_copied_says_why),
        cmocka_unit_test(test_captures),
        cmocka_unit_test(test_memory_limits_and_nodes),
        cmocka_unit_test(test_submissions),
        cmocka_unit_test(test_members_in_the_words_of_each),
        cmocka_unit_test(test_the_lines_of_the_script),
        cmocka_unit_test(test_what_a_copy_lacks_is_said),
        cmocka_unit_test(test_what_is_not_submitted),
    };
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    buf_release(&body);
    return failed;
}
