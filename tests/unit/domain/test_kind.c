#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "domain/kind.h"

/* The keys that scripts rely on, in the order of the stored numbers. */
static const struct {
    const char *kind, *keys;
} promised[] = {
    {"hubs", "name name_zh lon lat side state clusters jobs_running jobs_waiting accels_total accels_free"},
    {"clusters",
     "hub name name_zh lon lat kinds pflops pflops_precision state racks_total racks_used "
     "racks_occupied_pct power_kw power_cap_kw pue pue_limit price_cny_kwh green_pct nodes_total nodes_down "
     "cpus_total cpus_free accels_total accels_free storage_tb_total storage_tb_free jobs_running "
     "jobs_waiting"},
    {"sites", "cluster area name operator phase membership security_level trusted_spaces privacy_computing racks_total "
              "racks_used"},
    {"schedulers", "cluster site driver name version state jobs_running jobs_waiting"},
    {"nodes", "scheduler cluster rack name state state_raw reason reason_by reason_at partitions cpus_total cpus_free "
              "accel_kind accels_total accels_free memory_mb boot_at jobs"},
    {"queues", "scheduler cluster name kind state running waiting wait_p50_s wait_p95_s slo_s arrivals_per_min "
               "departures_per_min oldest_s accels_asked"},
    {"jobs", "scheduler cluster queue name user account qos tenant state state_raw reason submitted_at started_at "
             "ended_at starts_estimate_at waited_s tasks nodes node_list cpus accels accel_kind memory_mb priority "
             "time_limit_s exit_code dependency reservation command work_dir stdout stderr latency_ms_max movable why "
             "could_run_at"},
    {"users", "name account tenant schedulers jobs_running jobs_waiting accels contact"},
    {"reservations", "scheduler cluster name purpose nodes users accounts kind amount unit starts_at ends_at"},
    {"changes", "at kind where what by"},
    {"sources", "driver url state last_ok_at last_error interval_s requests bytes skew_s"},
};

static void every_promised_key_has_its_number(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof promised / sizeof *promised; i++) {
        enum kind kind = kind_by_name(promised[i].kind);
        char keys[1024];
        int number = 0;

        assert_int_not_equal(kind, KIND_NONE);
        snprintf(keys, sizeof keys, "%s", promised[i].keys);
        for (char *at = NULL, *key = strtok_r(keys, " ", &at); key != NULL; key = strtok_r(NULL, " ", &at))
            assert_int_equal(kind_field(kind, key), number++);
    }
}

static void every_field_is_told(void **state)
{
    (void)state;
    for (int k = KIND_NONE + 1; k < KIND_COUNT; k++) {
        const struct kind_info *info = kind_info((enum kind)k);

        assert_true(info->field_count > 0 && info->field_count <= KIND_FIELDS_MAX);
        for (size_t f = 0; f < info->field_count; f++) {
            assert_non_null(info->fields[f].name);
            assert_int_not_equal(info->fields[f].type, VALUE_NONE);
            assert_true(strlen(info->fields[f].help) > 5);
            assert_int_equal(kind_field((enum kind)k, info->fields[f].name), f);
        }
    }
}

/* A sample is a number. */
static void only_numbers_are_sampled(void **state)
{
    (void)state;
    for (int k = KIND_NONE + 1; k < KIND_COUNT; k++)
        for (size_t f = 0; f < kind_info((enum kind)k)->field_count; f++) {
            const struct field *field = &kind_info((enum kind)k)->fields[f];
            if (field->flags & FIELD_SAMPLED)
                assert_true(field->type == VALUE_INT || field->type == VALUE_REAL || field->type == VALUE_TIME);
        }
    assert_true(kind_info(KIND_QUEUE)->fields[QUEUE_WAITING].flags & FIELD_SAMPLED);
    assert_false(kind_info(KIND_JOB)->fields[JOB_STATE].flags & FIELD_SAMPLED);
    assert_false(kind_info(KIND_CLUSTER)->fields[CLUSTER_NODES_TOTAL].flags & FIELD_SAMPLED);
}

static void names_in_both_numbers(void **state)
{
    (void)state;
    assert_int_equal(kind_by_name("jobs"), KIND_JOB);
    assert_int_equal(kind_by_name("job"), KIND_JOB);
    assert_int_equal(kind_by_name("none"), KIND_NONE);
    assert_int_equal(kind_by_name(""), KIND_NONE);
    assert_int_equal(kind_by_name("flats"), KIND_NONE);
    assert_int_equal(kind_field(KIND_JOB, "nonsense"), -1);
    assert_int_equal(kind_field(KIND_NONE, "name"), -1);
    assert_int_equal(kind_info((enum kind)99)->field_count, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_promised_key_has_its_number),
        cmocka_unit_test(every_field_is_told),
        cmocka_unit_test(only_numbers_are_sampled),
        cmocka_unit_test(names_in_both_numbers),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
