#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "corpora.h"
#include "slurm_world.h"
#include "sources/slurm.h"

#define FIXTURES "tests/unit/sources/slurm_captures/"

struct expectation {
    const char *id;
    int field;
    const char *cell;
};

static void check_file(const char *what, const char *file, const struct expectation *e, size_t n, size_t rows)
{
    struct slurm_world *w = world_new();
    struct corpora_file f = corpora_read(file);
    char cell[WORLD_CELL_MAX];
    if (!world_answer_at(w, what, f.bytes, f.size, 0))
        fail_msg("%s: %s", file, w->err.text);
    assert_int_equal(w->count, rows);
    for (size_t i = 0; i < n; i++) {
        const struct row *row = world_row(w, e[i].id);
        if (!row)
            fail_msg("no %s", e[i].id);
        if (strcmp(world_cell(&row->cells[e[i].field], cell), e[i].cell) != 0)
            fail_msg("%s: %s is %s, not %s", e[i].id, kind_info(row->kind)->fields[e[i].field].name, cell, e[i].cell);
    }
    free(f.bytes);
    world_free(w);
}

/* What sinfo -N -o '%T %E %u %H %C %G' and scontrol show node said of them. */
static void test_nodes(void **state)
{
    static const struct expectation expected[] = {
        {"fra/n1", NODE_STATE, "draining"},
        {"fra/n1", NODE_STATE_RAW, "MIXED+DRAIN"},
        {"fra/n1", NODE_REASON, "bad [x] dimm: ECC 0x3"},
        {"fra/n1", NODE_REASON_BY, "root"},
        {"fra/n1", NODE_REASON_AT, "1795320387"},
        {"fra/n1", NODE_CPUS_TOTAL, "64"},
        {"fra/n1", NODE_CPUS_FREE, "32"},
        {"fra/n1", NODE_ACCELS_TOTAL, "8"},
        {"fra/n1", NODE_ACCELS_FREE, "0"},
        {"fra/n1", NODE_ACCEL_KIND, "h100"},
        {"fra/n1", NODE_PARTITIONS, "gpu,debug"},
        {"fra/n1", NODE_MEMORY_MB, "512000"},
        {"fra/n1", NODE_RACK, "?"},
        {"fra/n1", NODE_JOBS, "?"},
        {"fra/n2", NODE_STATE, "draining"},
        {"fra/n2", NODE_STATE_RAW, "MIXED+FAIL"},
        {"fra/n2", NODE_ACCELS_TOTAL, "0"},
        {"fra/n2", NODE_ACCELS_FREE, "0"},
        {"fra/n2", NODE_ACCEL_KIND, "?"},
        {"fra/n2", NODE_CPUS_FREE, "7"},
        {"fra/n3", NODE_STATE, "up"},
        {"fra/n3", NODE_REASON, "?"},
        {"fra/n3", NODE_REASON_BY, "?"},
        {"fra/n3", NODE_REASON_AT, "?"},
        {"fra/n4", NODE_STATE, "down"},
        {"fra/n5", NODE_STATE, "drained"},
        {"fra/n6", NODE_STATE, "idle"},
        {"fra/n6", NODE_CPUS_FREE, "128"},
        {"fra/n7", NODE_STATE, "down"},
        {"fra/n7", NODE_STATE_RAW, "DOWN+NOT_RESPONDING"},
    };
    (void)state;
    check_file("nodes", FIXTURES "nodes.json", expected, sizeof expected / sizeof *expected, 7);
}

static void test_queues(void **state)
{
    static const struct expectation expected[] = {
        {"fra/gpu", QUEUE_STATE, "up"},      {"fra/gpu", QUEUE_NODES_TOTAL, "6"}, {"fra/gpu", QUEUE_CPUS_TOTAL, "384"},
        {"fra/gpu", QUEUE_NAME, "gpu"},      {"fra/gpu", QUEUE_KIND, "?"},        {"fra/gpu", QUEUE_SLO_S, "?"},
        {"fra/debug", QUEUE_STATE, "drain"},
    };
    (void)state;
    check_file("partitions", FIXTURES "partitions.json", expected, sizeof expected / sizeof *expected, 3);
}

static void test_reservations(void **state)
{
    static const struct expectation expected[] = {
        {"fra/maint1", RESERVATION_PURPOSE, "maintenance"},  {"fra/maint1", RESERVATION_NODES, "ams-r01n[01-02]"},
        {"fra/maint1", RESERVATION_USERS, "root"},           {"fra/maint1", RESERVATION_ACCOUNTS, "?"},
        {"fra/maint1", RESERVATION_AMOUNT, "128"},           {"fra/maint1", RESERVATION_UNIT, "cores"},
        {"fra/maint1", RESERVATION_STARTS_AT, "1795323987"}, {"fra/maint1", RESERVATION_ENDS_AT, "1795331187"},
        {"fra/proj-x", RESERVATION_PURPOSE, "project"},      {"fra/proj-x", RESERVATION_USERS, "ana,boris"},
    };
    (void)state;
    check_file("reservations", FIXTURES "reservations.json", expected, sizeof expected / sizeof *expected, 2);
}

static void check_node(const char *members, int field, const char *wanted)
{
    struct slurm_world *w = world_new();
    char body[1024], cell[WORLD_CELL_MAX];
    snprintf(body, sizeof body, "{\"errors\":[],\"nodes\":[{\"name\":\"n\",%s}]}", members);
    if (!world_answer(w, "nodes", body))
        fail_msg("%s: %s", members, w->err.text);
    if (strcmp(world_cell(&w->rows[0].cells[field], cell), wanted) != 0)
        fail_msg("%s: %s, not %s", members, cell, wanted);
    world_free(w);
}

static void test_node_states(void **state)
{
    (void)state;
    check_node("\"state\":\"idle\",\"state_flags\":[\"COMPLETING\"]", NODE_STATE, "up");
    check_node("\"state\":\"idle\",\"state_flags\":[\"DRAIN\",\"COMPLETING\"]", NODE_STATE, "draining");
    check_node("\"state\":\"down\",\"state_flags\":[\"DRAIN\",\"NOT_RESPONDING\"]", NODE_STATE, "drained");
    check_node("\"state\":\"idle\",\"state_flags\":[\"NOT_RESPONDING\"]", NODE_STATE, "down");
    check_node("\"state\":\"idle\",\"state_flags\":[\"FAIL\"]", NODE_STATE, "down");
    check_node("\"state\":\"idle\",\"state_flags\":[\"MAINTENANCE\"]", NODE_STATE, "drained");
    check_node("\"state\":\"allocated\",\"state_flags\":[\"MAINTENANCE\"]", NODE_STATE, "up");
    check_node("\"state\":\"idle\",\"state_flags\":[\"POWERED_DOWN\"]", NODE_STATE, "idle");
    check_node("\"state\":\"idle\",\"state_flags\":[\"REBOOT_ISSUED\"]", NODE_STATE, "down");
    check_node("\"state\":\"idle\",\"state_flags\":[\"PLANNED\"]", NODE_STATE, "idle");
    check_node("\"state\":\"future\",\"state_flags\":[]", NODE_STATE, "unknown");
    check_node("\"state\":[\"IDLE\",\"DRAIN\"]", NODE_STATE, "drained");
    check_node("\"state\":[\"IDLE\",\"DRAIN\"]", NODE_STATE_RAW, "IDLE+DRAIN");
    check_node("\"state\":null", NODE_STATE, "unknown");
    check_node("\"state\":null", NODE_STATE_RAW, "?");
}

static void test_node_amounts(void **state)
{
    (void)state;
    check_node("\"cpus\":64,\"alloc_cpus\":60", NODE_CPUS_FREE, "4");
    check_node("\"cpus\":64", NODE_CPUS_FREE, "?");
    check_node("\"cpus\":64,\"alloc_cpus\":70", NODE_CPUS_FREE, "?");
    check_node("\"cpus\":null,\"idle_cpus\":null", NODE_CPUS_TOTAL, "?");
    check_node("\"gres\":\"gpu:a:4,gpu:b:2\",\"gres_used\":\"gpu:a:1(IDX:0),gpu:b:2(IDX:0-1)\"", NODE_ACCELS_FREE, "3");
    check_node("\"gres\":\"gpu:a:4,gpu:b:2\"", NODE_ACCELS_TOTAL, "6");
    check_node("\"gres\":\"gpu:8(S:0-1)\",\"gres_used\":\"gpu:(null):0(IDX:N/A)\"", NODE_ACCELS_TOTAL, "8");
    check_node("\"gres\":\"gpu:8\",\"gres_used\":\"N/A\"", NODE_ACCELS_FREE, "?");
    check_node("\"gres\":\"gpu:8\"", NODE_ACCELS_FREE, "?");
    check_node("\"gres\":\"(null)\"", NODE_ACCELS_TOTAL, "0");
    check_node("\"gres\":\"N/A\"", NODE_ACCELS_TOTAL, "?");
    check_node("\"gres\":null", NODE_ACCELS_TOTAL, "?");
    check_node("\"gres\":\"gpu:8\",\"gres_used\":\"gpu:9\"", NODE_ACCELS_FREE, "?");
    check_node("\"partitions\":[\"a\",null,\"b\"]", NODE_PARTITIONS, "a,b");
    check_node("\"partitions\":\"a,b\"", NODE_PARTITIONS, "a,b");
    check_node("\"partitions\":[]", NODE_PARTITIONS, "?");
    check_node("\"reason_changed_at\":{\"set\":true,\"number\":9}", NODE_REASON_AT, "9");
    check_node("\"reason_changed_at\":99999999999999", NODE_REASON_AT, "?");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_nodes),       cmocka_unit_test(test_queues),       cmocka_unit_test(test_reservations),
        cmocka_unit_test(test_node_states), cmocka_unit_test(test_node_amounts),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
