#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "sources/slurm.h"

/* What Slurm 22.05 was seen to write, and later forms; -1: unknown; "?": no kind. */
static const struct {
    const char *text;
    int64_t times, count;
    const char *kind;
} texts[] = {
    {"gpu:h100:8", 1, 8, "h100"},
    {"gpu:h100:8(IDX:0-7)", 1, 8, "h100"},
    {"gpu:8(IDX:0-1,4-9)", 1, 8, "?"},
    {"gpu:8(S:0-1)", 1, 8, "?"},
    {"gpu:a:4,gpu:b:2", 1, 6, "?"},
    {"gpu:a:4,gpu:a:2", 1, 6, "a"},
    {"gres:gpu:8", 2, 16, "?"},
    {"gres:gpu:h100:8", 2, 16, "h100"},
    {"gres:gpu:h100", 1, 1, "h100"},
    {"gres:gpu", 3, 3, "?"},
    {"gres/gpu:h100:8", 1, 8, "h100"},
    {"gpu:a100:no_consume:2", 1, 2, "a100"},
    {"gpu:no_consume:2", 1, 2, "?"},
    {"cpu=8,mem=32G,node=1,billing=8,gres/gpu=2", 1, 2, "?"},
    {"cpu=8,gres/gpu=2,gres/gpu:h100=2", 1, 2, "h100"},
    {"cpu=8,gres/gpu:a=2,gres/gpu:b=1", 1, 3, "?"},
    {"npu:910b:16", 1, 16, "910b"},
    {"dcu:4", 1, 4, "dcu"},
    {"gpu:0", 1, 0, "?"},
    {"shard:8,mps:100,craynetwork:1", 1, 0, "?"},
    {"", 1, 0, "?"},
    {"(null)", 1, 0, "?"},
    {"N/A", 1, 0, "?"},
    {"gpu:8x", 1, -1, "?"},
    {"gpu:99999999999999999999", 1, -1, "?"},
    {"gpu:16777217", 1, -1, "?"},
    {"gres/gpu=many", 1, -1, "?"},
    {"gpu:8", -1, -1, "?"},
    {"gpu:16777216", 2, -1, "?"},
    {":::,,,((", 1, 0, "?"},
    {"gpu:((((", 1, 1, "?"},
};

static void test_accelerators(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        struct slurm_tres_accels a = {0};
        slurm_tres_accels_add(&a, text_of(texts[i].text), texts[i].times);
        struct value count = slurm_tres_accels_count(&a), kind = slurm_tres_accels_kind(&a);
        if (value_int_or(&count, -1) != texts[i].count || !text_is(value_text_or(&kind, "?"), texts[i].kind))
            fail_msg("%s: %lld of kind %.*s", texts[i].text, (long long)value_int_or(&count, -1),
                     (int)text_len(value_text_or(&kind, "?")), text_bytes(value_text_or(&kind, "?")));
    }
}

/* One text for each node of a job. */
static void test_accelerators_of_several_texts(void **state)
{
    struct slurm_tres_accels a = {0};
    (void)state;
    slurm_tres_accels_add(&a, text_of("gpu:h100:8(IDX:0-7)"), 1);
    slurm_tres_accels_add(&a, text_of("gpu:h100:2(IDX:0-1),nic:1"), 1);
    struct value count = slurm_tres_accels_count(&a);
    assert_int_equal(value_int_or(&count, -1), 10);
}

static void test_memory_and_cpus(void **state)
{
    static const struct {
        const char *tres;
        int64_t mb;
    } memories[] = {{"cpu=8,mem=32G,node=1", 32768},
                    {"mem=2000M", 2000},
                    {"mem=1.50G", 1536},
                    {"mem=4T", 4194304},
                    {"mem=2048K", 2},
                    {"mem=700", 700},
                    {"mem=", -1},
                    {"cpu=8", -1},
                    {"mem=G", -1},
                    {"mem=1.x", -1},
                    {"xmem=5M", -1},
                    {"mem=999999999999E", -1}};
    int64_t v;
    (void)state;
    for (size_t i = 0; i < sizeof memories / sizeof *memories; i++) {
        v = -1;
        if (!slurm_tres_memory_mb(text_of(memories[i].tres), &v))
            v = -1;
        if (v != memories[i].mb)
            fail_msg("%s: %lld", memories[i].tres, (long long)v);
    }
    assert_true(slurm_tres_count(text_of("cpu=32,mem=128G,node=2"), "cpu", &v) && v == 32);
    assert_true(slurm_tres_count(text_of("cpu=32,mem=128G,node=2"), "node", &v) && v == 2);
    assert_false(slurm_tres_count(text_of("cpu=32"), "node", &v));
    assert_false(slurm_tres_count(text_of("cpu="), "cpu", &v));
}

/* The same number as every data parser writes it. */
static void test_numbers(void **state)
{
    enum { U = SLURM_NUMBER_UNKNOWN, K = SLURM_NUMBER_KNOWN, I = SLURM_NUMBER_INFINITE };
    static const struct {
        const char *json;
        int state;
        int64_t number;
    } numbers[] = {
        {"8", K, 8},
        {"0", K, 0},
        {"8.0", K, 8},
        {"\"8\"", K, 8},
        {"{\"set\":true,\"infinite\":false,\"number\":8}", K, 8},
        {"{\"number\":8}", K, 8},
        {"4294967296", K, INT64_C(4294967296)},
        {"{\"set\":false,\"infinite\":false,\"number\":0}", U, 0},
        {"{\"set\":true,\"infinite\":true,\"number\":0}", I, 0},
        {"null", U, 0},
        {"\"\"", U, 0},
        {"\"8x\"", U, 0},
        {"\"-8\"", U, 0},
        {"8.5", U, 0},
        {"1e300", U, 0},
        {"18446744073709551614", U, 0},
        {"4294967294", U, 0},
        {"4294967295", I, 0},
        {"-1", I, 0},
        {"\"UNLIMITED\"", I, 0},
        {"\"infinite\"", I, 0},
        {"true", U, 0},
        {"[8]", U, 0},
        {"{}", U, 0},
        {"{\"number\":{\"number\":8}}", U, 0},
    };
    (void)state;
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++) {
        struct err err = {0};
        int64_t v = 0;
        struct json *tree = json_parse(numbers[i].json, strlen(numbers[i].json), JSON_LENIENT, &err);
        int got = (int)slurm_number(tree, &v);
        if (got != numbers[i].state || v != numbers[i].number)
            fail_msg("%s: %d %lld %s", numbers[i].json, got, (long long)v, err.text);
        json_free(tree);
    }
    int64_t v = 0;
    assert_int_equal(slurm_number(NULL, &v), SLURM_NUMBER_UNKNOWN);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_accelerators),
        cmocka_unit_test(test_accelerators_of_several_texts),
        cmocka_unit_test(test_memory_and_cpus),
        cmocka_unit_test(test_numbers),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
