#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "corpora.h"
#include "slurm_forms.h"
#include "slurm_world.h"

/* One thing in the words of every data parser is one row. */

static void same_rows(const char *what, const struct form *forms, size_t n, enum kind kind)
{
    struct slurm_world *first = world_new_api(forms[0].api);
    char a[WORLD_CELL_MAX], b[WORLD_CELL_MAX];
    if (!world_answer(first, what, forms[0].body))
        fail_msg("%s: %s", forms[0].api, first->err.text);
    for (size_t i = 1; i < n; i++) {
        struct slurm_world *w = world_new_api(forms[i].api);
        if (!world_asks(w, what) && strcmp(what, "qos") != 0)
            fail_msg("%s is not asked in %s", what, forms[i].api);
        if (!world_answer(w, what, forms[i].body))
            fail_msg("%s: %s", forms[i].api, w->err.text);
        for (size_t f = 0; f < kind_info(kind)->field_count; f++) {
            world_cell(&first->rows[0].cells[f], a);
            if (strcmp(a, world_cell(&w->rows[0].cells[f], b)) != 0)
                fail_msg("%s of %s: %s is %s, not %s", what, forms[i].api, kind_info(kind)->fields[f].name, b, a);
        }
        assert_true(text_equal(first->rows[0].id, w->rows[0].id));
        world_free(w);
    }
    world_free(first);
}

static void check(const char *what, const struct form *form, int field, const char *wanted)
{
    struct slurm_world *w = world_new_api(form->api);
    char cell[WORLD_CELL_MAX];
    assert_true(world_answer(w, what, form->body));
    if (strcmp(world_cell(&w->rows[0].cells[field], cell), wanted) != 0)
        fail_msg("%s: field %d is %s, not %s", what, field, cell, wanted);
    world_free(w);
}

#define SAME(list, kind) same_rows(#list, list, sizeof list / sizeof *list, kind)

static void test_a_job(void **state)
{
    (void)state;
    SAME(jobs, KIND_JOB);
    check("jobs", &jobs[0], JOB_EXIT_CODE, "1");
    check("jobs", &jobs[0], JOB_ACCELS, "4");
    check("jobs", &jobs[0], JOB_MEMORY_MB, "4096");
    check("jobs", &jobs[0], JOB_TIME_LIMIT_S, "3600");
    check("jobs", &jobs[0], JOB_LICENSES, "matlab:2,ansys:1");
    check("jobs", &jobs[0], JOB_SIBLINGS, "ams");
    check("jobs", &jobs[0], JOB_STARTED_AT, "2000");
    check("jobs", &jobs[0], JOB_HET, "?");
}

static void test_a_node_a_partition_a_reservation(void **state)
{
    (void)state;
    SAME(nodes, KIND_NODE);
    check("nodes", &nodes[3], NODE_STATE, "draining");
    check("nodes", &nodes[3], NODE_STATE_RAW, "MIXED+DRAIN");
    check("nodes", &nodes[3], NODE_CPUS_FREE, "24");
    check("nodes", &nodes[3], NODE_ACCELS_FREE, "3");
    check("nodes", &nodes[3], NODE_PARTITIONS, "gpu,debug");
    SAME(partitions, KIND_QUEUE);
    check("partitions", &partitions[2], QUEUE_STATE, "up");
    check("partitions", &partitions[2], QUEUE_NODES_TOTAL, "6");
    check("partitions", &partitions[2], QUEUE_CPUS_TOTAL, "384");
    SAME(reservations, KIND_RESERVATION);
    check("reservations", &reservations[1], RESERVATION_PURPOSE, "maintenance");
    check("reservations", &reservations[1], RESERVATION_FLAGS, "MAINT,SPEC_NODES");
    check("reservations", &reservations[1], RESERVATION_QUEUE, "gpu");
    check("reservations", &reservations[1], RESERVATION_USERS, "root,ann");
}

static void test_a_license_and_a_qos(void **state)
{
    (void)state;
    SAME(licenses, KIND_LICENSE);
    check("licenses", &licenses[1], LICENSE_FREE, "5");
    check("licenses", &licenses[1], LICENSE_RESERVED, "2");
    check("licenses", &licenses[1], LICENSE_REMOTE, "0");
    struct slurm_world *old = world_new_api("v0.0.38"), *now = world_new_api("v0.0.44");
    char a[WORLD_CELL_MAX], b[WORLD_CELL_MAX];
    assert_true(world_answer(old, "slurmdbd", "{\"errors\":[]}") && world_answer(now, "slurmdbd", "{\"errors\":[]}"));
    assert_true(world_asks(old, "qos") && world_asks(now, "qos"));
    assert_true(world_answer(old, "qos", qos[0].body) && world_answer(now, "qos", qos[1].body));
    for (size_t f = 0; f < kind_info(KIND_QOS)->field_count; f++)
        assert_string_equal(world_cell(&old->rows[0].cells[f], a), world_cell(&now->rows[0].cells[f], b));
    assert_string_equal(world_cell(&now->rows[0].cells[QOS_PRIORITY], a), "200");
    assert_string_equal(world_cell(&now->rows[0].cells[QOS_MAX_TIME_S], a), "172800");
    assert_string_equal(world_cell(&now->rows[0].cells[QOS_MAX_JOBS_PER_USER], a), "10");
    assert_string_equal(world_cell(&now->rows[0].cells[QOS_USAGE_FACTOR], a), "0.5");
    assert_string_equal(world_cell(&now->rows[0].cells[QOS_PREEMPTS], a), "low");
    assert_string_equal(world_cell(&now->rows[0].cells[QOS_LIMITS], a),
                        "GrpJobs=300,GrpTRES/gres/gpu=16,MaxSubmitPU=20,MaxTRESPU/cpu=128");
    world_free(old);
    world_free(now);
}

/* --- what real servers of later releases answered
 * ----------------------------------------------------------------------- */

struct corpus {
    const char *file, *what, *id;
    int field;
    const char *cell;
};

static const struct corpus corpus[] = {
    {"24.05/0.0.41/slurm-job-running", "jobs", "fra/649722", JOB_STATE, "running"},
    {"24.05/0.0.41/slurm-job-running", "jobs", "fra/649722", JOB_USER, "ksoto"},
    {"24.05/0.0.41/slurm-job-running", "jobs", "fra/649722", JOB_ACCELS, "0"},
    {"24.05/0.0.41/slurm-job-running", "jobs", "fra/649722", JOB_STARTED_AT, "1747754478"},
    {"24.05/0.0.41/slurm-job-running", "jobs", "fra/649722", JOB_ENDED_AT, "?"},
    {"24.05/0.0.41/slurm-job-running", "jobs", "fra/649722", JOB_TIME_LIMIT_S, "120"},
    {"24.05/0.0.41/slurm-job-running", "jobs", "fra/649722", JOB_MEMORY_MB, "512"},
    {"24.05/0.0.41/slurm-job-running", "jobs", "fra/649722", JOB_EXIT_CODE, "?"},
    {"24.05/0.0.41/slurm-job-running", "jobs", "fra/649722", JOB_REASON, "?"},
    {"24.05/0.0.41/slurm-job-failed", "jobs", "fra/649719", JOB_EXIT_CODE, "1"},
    {"24.05/0.0.41/slurm-job-completed", "jobs", "fra/649718", JOB_EXIT_CODE, "0"},
    {"24.05/0.0.41/slurm-job-timeout", "jobs", "fra/649717", JOB_STATE, "timeout"},
    {"24.05/0.0.41/slurm-job-timeout", "jobs", "fra/649717", JOB_EXIT_CODE, "143"},
    {"24.05/0.0.41/slurm-job-pending", "jobs", "fra/649730", JOB_STATE, "waiting"},
    {"24.05/0.0.41/slurm-job-pending", "jobs", "fra/649730", JOB_NODE_LIST, "?"},
    {"24.05/0.0.41/slurm-job-gpus-gres", "jobs", "fra/16", JOB_ACCELS, "4"},
    {"24.05/0.0.41/slurm-job-gpus-gres", "jobs", "fra/16", JOB_ACCEL_KIND, "h100"},
    {"24.05/0.0.41/slurm-job-gpus-multi-nodes", "jobs", "fra/11", JOB_ACCELS, "8"},
    {"24.05/0.0.41/slurm-job-gpus-pending", "jobs", "fra/2", JOB_ACCELS, "4"},
    {"24.05/0.0.41/slurm-job-gpus-per-node", "jobs", "fra/13", JOB_ACCELS, "2"},
    {"24.05/0.0.41/slurm-job-gpus-per-socket", "jobs", "fra/15", JOB_ACCELS, "2"},
    {"24.05/0.0.41/slurm-job-gpus-per-task", "jobs", "fra/14", JOB_ACCELS, "4"},
    {"24.05/0.0.41/slurm-job-gpus-type", "jobs", "fra/12", JOB_ACCEL_KIND, "h100"},
    {"24.05/0.0.41/slurm-node-allocated", "nodes", "fra/cn003", NODE_STATE, "up"},
    {"24.05/0.0.41/slurm-node-allocated", "nodes", "fra/cn003", NODE_CPUS_FREE, "0"},
    {"24.05/0.0.41/slurm-node-allocated", "nodes", "fra/cn003", NODE_ACCELS_TOTAL, "0"},
    {"24.05/0.0.41/slurm-node-down", "nodes", "fra/cn026", NODE_STATE, "down"},
    {"24.05/0.0.41/slurm-node-down", "nodes", "fra/cn026", NODE_REASON_BY, "root"},
    {"24.05/0.0.41/slurm-node-drain", "nodes", "fra/cn146", NODE_STATE, "drained"},
    {"24.05/0.0.41/slurm-node-draining", "nodes", "fra/cn1", NODE_STATE, "draining"},
    {"24.05/0.0.41/slurm-node-draining", "nodes", "fra/cn1", NODE_REASON_AT, "1762858462"},
    {"24.05/0.0.41/slurm-node-idle", "nodes", "fra/cn002", NODE_STATE, "idle"},
    {"24.05/0.0.41/slurm-node-idle", "nodes", "fra/cn002", NODE_REASON, "?"},
    {"24.05/0.0.41/slurm-node-mixed", "nodes", "fra/cn001", NODE_CPUS_FREE, "63"},
    {"24.05/0.0.41/slurm-node-with-gpus-model-allocated", "nodes", "fra/gpu1", NODE_ACCELS_FREE, "0"},
    {"24.05/0.0.41/slurm-node-with-gpus-model-idle", "nodes", "fra/gpu1", NODE_ACCELS_FREE, "4"},
    {"24.05/0.0.41/slurm-partitions", "partitions", "fra/batch", QUEUE_STATE, "up"},
    {"24.05/0.0.41/slurm-partitions", "partitions", "fra/batch", QUEUE_CPUS_TOTAL, "25856"},
    {"24.05/0.0.41/slurm-partitions", "partitions", "fra/batch", QUEUE_NODES_TOTAL, "512"},
    {"24.05/0.0.41/slurm-reservations", "reservations", "fra/training", RESERVATION_PURPOSE, "project"},
    {"24.05/0.0.41/slurm-reservations", "reservations", "fra/training", RESERVATION_ACCOUNTS, "optic"},
    {"24.05/0.0.41/slurm-reservations", "reservations", "fra/training", RESERVATION_STARTS_AT, "1748250553"},
    {"24.05/0.0.41/slurm-reservations", "reservations", "fra/training", RESERVATION_QUEUE, "batch"},
    {"24.05/0.0.41/slurm-ping", "ping", "fra", SCHEDULER_STATE, "up"},
    {"24.05/0.0.41/slurm-ping", "ping", "fra", SCHEDULER_VERSION, "24.05.3"},
    {"24.05/0.0.41/slurm-ping", "ping", "fra", SCHEDULER_NAME, "hpc"},
    {"24.05/0.0.41/slurm-qos", "qos", "fra/critical", QOS_PRIORITY, "200"},
    {"24.05/0.0.41/slurm-qos", "qos", "fra/critical", QOS_MAX_TIME_S, "172800"},
    {"24.05/0.0.41/slurm-qos", "qos", "fra/critical", QOS_MAX_JOBS_PER_USER, "10"},
    {"25.05/0.0.43/slurm-job-gpus-running", "jobs", "fra/4751", JOB_ACCELS, "4"},
    {"25.05/0.0.43/slurm-job-gpus-running", "jobs", "fra/4751", JOB_ACCOUNT, "biology"},
    {"25.05/0.0.43/slurm-job-gpus-running", "jobs", "fra/4751", JOB_LICENSES, "?"},
    {"25.05/0.0.43/slurm-job-gpus-multi-nodes", "jobs", "fra/4746", JOB_ACCELS, "8"},
    {"25.05/0.0.43/slurm-job-gpus-per-node", "jobs", "fra/4744", JOB_NODES, "2"},
    {"25.05/0.0.43/slurm-job-failed", "jobs", "fra/4732", JOB_EXIT_CODE, "1"},
    {"25.05/0.0.43/slurm-job-timeout", "jobs", "fra/4730", JOB_EXIT_CODE, "143"},
    {"25.05/0.0.43/slurm-job-pending", "jobs", "fra/4743", JOB_STATE, "waiting"},
    {"25.05/0.0.43/slurm-node-down", "nodes", "fra/cn1", NODE_STATE, "down"},
    {"25.05/0.0.43/slurm-node-drain", "nodes", "fra/cn2", NODE_STATE, "drained"},
    {"25.05/0.0.43/slurm-node-planned", "nodes", "fra/gpu1", NODE_STATE_RAW, "IDLE+COMPLETING+PLANNED"},
    {"25.05/0.0.43/slurm-node-with-gpus-model-mixed", "nodes", "fra/gpu1", NODE_ACCELS_FREE, "3"},
    {"25.05/0.0.43/slurm-node-with-gpus-model-mixed", "nodes", "fra/gpu1", NODE_CPUS_FREE, "31"},
    {"25.05/0.0.43/slurm-partitions", "partitions", "fra/normal", QUEUE_NODES_TOTAL, "4"},
    {"25.05/0.0.43/slurm-ping", "ping", "fra", SCHEDULER_VERSION, "25.05.4"},
    {"25.05/0.0.43/slurm-qos", "qos", "fra/study", QOS_FLAGS, "OVERRIDE_PARTITION_QOS"},
};

/* "24.05/0.0.41/x" is of v0.0.41. */
static struct slurm_world *answered(const char *file, const char *what)
{
    char below[256], api[32];
    snprintf(api, sizeof api, "v%.6s", strchr(file, '/') + 1);
    snprintf(below, sizeof below, "corpora/slurmrestd/%s.json", file);
    struct slurm_world *w = world_new_api(api);
    struct corpora_file f = corpora_read(corpora_path("corpora", below));
    if (strcmp(what, "qos") == 0)
        assert_true(world_answer(w, "slurmdbd", "{\"errors\":[]}") && world_asks(w, what));
    if (!world_answer_at(w, what, f.bytes, f.size, 0))
        fail_msg("%s: %s", file, w->err.text);
    free(f.bytes);
    return w;
}

static void test_the_corpus(void **state)
{
    char cell[WORLD_CELL_MAX];
    (void)state;
    for (size_t i = 0; i < sizeof corpus / sizeof *corpus; i++) {
        struct slurm_world *w = answered(corpus[i].file, corpus[i].what);
        const struct row *row = world_row(w, corpus[i].id);
        if (!row)
            fail_msg("%s: no %s", corpus[i].file, corpus[i].id);
        if (strcmp(world_cell(&row->cells[corpus[i].field], cell), corpus[i].cell) != 0)
            fail_msg("%s: %s is %s, not %s", corpus[i].file, kind_info(row->kind)->fields[corpus[i].field].name, cell,
                     corpus[i].cell);
        world_free(w);
    }
}

/* Every element of the long lists is a row whose state and amounts are known. */
static void test_the_lists_of_the_corpus(void **state)
{
    static const struct {
        const char *file, *what;
        size_t rows;
        int known[4];
    } lists[] = {
        {"24.05/0.0.41/slurm-jobs", "jobs", 14, {JOB_STATE, JOB_CPUS, JOB_ACCELS, JOB_SUBMITTED_AT}},
        {"25.05/0.0.43/slurm-jobs", "jobs", 19, {JOB_STATE, JOB_CPUS, JOB_ACCELS, JOB_SUBMITTED_AT}},
        {"24.05/0.0.41/slurm-nodes", "nodes", 100, {NODE_STATE, NODE_CPUS_FREE, NODE_ACCELS_TOTAL, NODE_PARTITIONS}},
        {"25.05/0.0.43/slurm-nodes", "nodes", 6, {NODE_STATE, NODE_CPUS_FREE, NODE_ACCELS_TOTAL, NODE_PARTITIONS}},
    };
    char cell[WORLD_CELL_MAX];
    (void)state;
    for (size_t i = 0; i < sizeof lists / sizeof *lists; i++) {
        struct slurm_world *w = answered(lists[i].file, lists[i].what);
        assert_int_equal(w->count, lists[i].rows + (strcmp(lists[i].what, "jobs") == 0));
        for (size_t r = 0; r < lists[i].rows; r++) {
            for (size_t k = 0; k < 4; k++) {
                world_cell(&w->rows[r].cells[lists[i].known[k]], cell);
                if (strcmp(cell, "?") == 0 || strcmp(cell, "unknown") == 0)
                    fail_msg("%s: row %zu, field %d is %s", lists[i].file, r, lists[i].known[k], cell);
            }
        }
        world_free(w);
    }
}

/* --- ids
 * ------------------------------------------------------------------------------------------------------------------- */

/* What no double can hold comes back as it came. */
static void test_huge_ids(void **state)
{
    static const char *const ids[] = {"9007199254740991",    "9007199254740992",    "9007199254740993",
                                      "9223372036854775807", "9223372036854775808", "18446744073709551615",
                                      "18446744073709551616"};
    char body[256], id[64];
    (void)state;
    for (size_t i = 0; i < sizeof ids / sizeof *ids; i++) {
        for (int quoted = 0; quoted < 2; quoted++) {
            struct slurm_world *w = world_new_api("v0.0.44");
            const char *q = quoted ? "\"" : "";
            snprintf(body, sizeof body, "{\"errors\":[],\"jobs\":[{\"job_id\":%s%s%s},{\"job_id\":3}]}", q, ids[i], q);
            assert_true(world_answer(w, "jobs", body));
            snprintf(id, sizeof id, "fra/%s", ids[i]);
            if (!text_is(w->rows[0].id, id))
                fail_msg("%s became %.*s", id, (int)text_len(w->rows[0].id), text_bytes(w->rows[0].id));
            assert_true(text_is(w->rows[1].id, "fra/3"));
            world_free(w);
        }
    }
}

static void test_parts_of_arrays_and_het_jobs(void **state)
{
    static const char *const bodies[] = {
        "{\"errors\":[],\"jobs\":[{\"job_id\":204,\"het_job_id\":203,\"het_job_offset\":1}]}",
        "{\"errors\":[],\"jobs\":[{\"job_id\":204,\"het_job_id\":{\"set\":true,\"infinite\":false,\"number\":203},"
        "\"het_job_offset\":{"
        "\"set\":true,\"infinite\":false,\"number\":1},\"array_job_id\":{\"set\":true,\"number\":0}}]}",
    };
    char cell[WORLD_CELL_MAX];
    (void)state;
    for (size_t i = 0; i < 2; i++) {
        struct slurm_world *w = world_new_api(i ? "v0.0.44" : "v0.0.38");
        assert_true(world_answer(w, "jobs", bodies[i]));
        assert_true(text_is(w->rows[0].id, "fra/203+1"));
        assert_string_equal(world_cell(&w->rows[0].cells[JOB_HET], cell), "203+1");
        world_free(w);
    }
}

static void test_a_federation_by_its_members(void **state)
{
    struct slurm_world *w = world_new_api("v0.0.44");
    char cell[WORLD_CELL_MAX];
    (void)state;
    assert_true(
        world_answer(w, "jobs",
                     "{\"errors\":[],\"jobs\":[{\"job_id\":1,\"federation_siblings_viable\":\"ams,fra\"},{\"job_id\":2,"
                     "\"federation_siblings_viable\":\"fra\"}]}"));
    assert_string_equal(world_cell(&world_row(w, "fra")->cells[SCHEDULER_FEDERATION], cell), "ams+fra");
    world_poll(w, 10000);
    assert_true(
        world_answer(w, "jobs", "{\"errors\":[],\"jobs\":[{\"job_id\":1,\"federation_siblings_viable\":\"\"}]}"));
    assert_string_equal(world_cell(&world_row(w, "fra")->cells[SCHEDULER_FEDERATION], cell), "?");
    world_free(w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_job),
        cmocka_unit_test(test_a_node_a_partition_a_reservation),
        cmocka_unit_test(test_a_license_and_a_qos),
        cmocka_unit_test(test_the_corpus),
        cmocka_unit_test(test_the_lists_of_the_corpus),
        cmocka_unit_test(test_huge_ids),
        cmocka_unit_test(test_parts_of_arrays_and_het_jobs),
        cmocka_unit_test(test_a_federation_by_its_members),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
