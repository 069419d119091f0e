#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "driver_world.h"

extern const struct source_driver source_slurm;

#define DRAIN  "drain_command = { \"scontrol\", \"update\", \"partitionname=%c\", \"state=drain\" }"
#define RESUME "resume_command = { \"scontrol\", \"update\", \"partitionname=%c\", \"state=up\" }"

static struct driver_world *world(const char *commands)
{
    char body[400];
    snprintf(body, sizeof body, "api = \"v0.0.38\" %s", commands);
    return driver_world_new(&source_slurm, body);
}

static struct source_order order_of(enum source_order_what what, enum kind kind, const char *target)
{
    return (struct source_order){.what = what, .kind = kind, .target = text_of(target)};
}

/* Whether it can be given is the same before it is recorded and when it is given. */
static void test_what_can_be_given(void **state)
{
    static const struct {
        const char *commands;
        enum source_order_what what;
        enum kind kind;
        const char *target, *words, *hint; /* "": it can */
    } cases[] = {
        {DRAIN, SOURCE_ORDER_DRAIN, KIND_QUEUE, "it/gpu_a-1.x", "", ""},
        {DRAIN, SOURCE_ORDER_RESUME, KIND_QUEUE, "it/gpu", "resume_command is not configured for 'it'",
         "in its section: " RESUME},
        {RESUME, SOURCE_ORDER_DRAIN, KIND_QUEUE, "it/gpu", "drain_command is not configured for 'it'",
         "in its section: " DRAIN},
        {RESUME, SOURCE_ORDER_RESUME, KIND_QUEUE, "it/gpu", "", ""},
        {DRAIN, SOURCE_ORDER_DRAIN, KIND_SCHEDULER, "it", "the source 'it' takes no order 'drain' for schedulers",
         "slurmctld has no such state of its own: name its queues; 'hubtop get queues' lists them"},
        {DRAIN, SOURCE_ORDER_DRAIN, KIND_NODE, "it/n1", "the source 'it' takes no order 'drain' for nodes",
         "of Slurm, queues alone; scontrol drains a node"},
        {DRAIN, SOURCE_ORDER_DRAIN, KIND_QUEUE, "it/gpu state=up", "no command is given the name of 'it/gpu state=up'",
         NULL},
        {DRAIN, SOURCE_ORDER_DRAIN, KIND_QUEUE, "it/gpu,cpu", "no command is given the name of 'it/gpu,cpu'", NULL},
        {DRAIN, SOURCE_ORDER_DRAIN, KIND_QUEUE, "it/", "no command is given the name of 'it/'", NULL},
        {DRAIN, SOURCE_ORDER_DRAIN, KIND_QUEUE, "other/gpu", "no command is given the name of 'other/gpu'", NULL},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct driver_world *w = world(cases[i].commands);
        struct source_order o = order_of(cases[i].what, cases[i].kind, cases[i].target);
        struct source_order_form form = {.body = buf_make(1000)};
        struct err err = {0}, given = {0};
        assert_int_equal(source_slurm.order_can(w->source, &o, &err), !*cases[i].words);
        assert_int_equal(source_slurm.order(w->source, &o, false, &form, &given), !*cases[i].words);
        assert_string_equal(err.text, cases[i].words);
        assert_string_equal(given.text, cases[i].words);
        if (cases[i].hint)
            assert_string_equal(err.hint, cases[i].hint);
        buf_release(&form.body);
        driver_world_free(w);
    }
}

static void test_requests(void **state)
{
    struct driver_world *w = world(DRAIN);
    struct source_order o = order_of(SOURCE_ORDER_DRAIN, KIND_QUEUE, "it/gpu");
    struct source_order_form form = {.body = buf_make(1000)};
    (void)state;
    assert_true(source_slurm.order(w->source, &o, false, &form, NULL));
    assert_null(form.method); /* a command, and what stands in its place */
    assert_string_equal(buf_str(&form.body), "gpu");
    buf_clear(&form.body);
    assert_true(source_slurm.order(w->source, &o, true, &form, NULL));
    assert_string_equal(form.method, "GET");
    assert_string_equal(form.path, "/slurm/v0.0.38/partition/gpu");
    assert_int_equal(form.body.len, 0);
    assert_true(form.timeout_ms > 20000); /* a hung slurmctld */
    buf_release(&form.body);
    driver_world_free(w);
}

static enum source_order_end ended(enum source_order_what what, bool look, int status, const char *body,
                                   struct err *err)
{
    struct driver_world *w = world(DRAIN " " RESUME);
    struct source_order o = order_of(what, KIND_QUEUE, "it/gpu");
    struct source_ordered said = source_ordered_make();
    *err = (struct err){0};
    enum source_order_end end =
        source_slurm.order_ended(w->source, &o, look, false, status, body, strlen(body), &said, err);
    source_ordered_release(&said);
    driver_world_free(w);
    return end;
}

#define FLAT(state)   "{\"errors\":[],\"partitions\":[{\"name\":\"gpu\",\"state\":\"" state "\"}]}"
#define NESTED(state) "{\"errors\":[],\"partitions\":[{\"name\":\"gpu\",\"partition\":{\"state\":[\"" state "\"]}}]}"

/* What lies in another state than ours is left in it, whatever was ordered. */
static void test_what_became_of_it(void **state)
{
    static const struct {
        int status;
        const char *body;
        enum source_order_end drain, resume;
        const char *words;
    } cases[] = {
        {200, FLAT("DRAIN"), SOURCE_ORDER_DONE, SOURCE_ORDER_ABSENT, ""},
        {200, NESTED("DRAIN"), SOURCE_ORDER_DONE, SOURCE_ORDER_ABSENT, ""},
        {200, FLAT("UP"), SOURCE_ORDER_ABSENT, SOURCE_ORDER_DONE, ""},
        {200, NESTED("UP"), SOURCE_ORDER_ABSENT, SOURCE_ORDER_DONE, ""},
        {200, FLAT("DOWN"), SOURCE_ORDER_REFUSED, SOURCE_ORDER_REFUSED,
         "'it/gpu' is down: it starts nothing, and whoever set that alone ends it"},
        {200, NESTED("INACTIVE"), SOURCE_ORDER_REFUSED, SOURCE_ORDER_REFUSED,
         "'it/gpu' is inactive: it takes and starts nothing, and whoever set that alone ends it"},
        {200, FLAT("ODD"), SOURCE_ORDER_UNKNOWN, SOURCE_ORDER_UNKNOWN,
         "slurmrestd of 'it' tells a partition's state 'odd', which is not known"},
        {200, "{\"errors\":[],\"partitions\":[]}", SOURCE_ORDER_REFUSED, SOURCE_ORDER_REFUSED,
         "'it/gpu' is not there any more"},
        {500, "{\"errors\":[{\"error\":\"Invalid partition name specified\",\"errno\":2000}],\"partitions\":[]}",
         SOURCE_ORDER_REFUSED, SOURCE_ORDER_REFUSED, "'it/gpu' is not there any more"},
        {200, "{\"errors\":[],\"partitions\":[{\"name\":\"cpu\",\"state\":\"DRAIN\"}]}", SOURCE_ORDER_UNKNOWN,
         SOURCE_ORDER_UNKNOWN, NULL},
        {500, "{\"errors\":[{\"error\":\"Unspecified error\",\"errno\":-1}],\"partitions\":[]}", SOURCE_ORDER_UNKNOWN,
         SOURCE_ORDER_UNKNOWN, NULL},
        {404, "not found", SOURCE_ORDER_UNKNOWN, SOURCE_ORDER_UNKNOWN, NULL},
    };
    struct err err;
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        enum source_order_end drain = ended(SOURCE_ORDER_DRAIN, true, cases[i].status, cases[i].body, &err);
        if (drain != cases[i].drain || (cases[i].words && strcmp(err.text, cases[i].words) != 0))
            fail_msg("case %zu: %d '%s'", i, drain, err.text);
        assert_int_equal(ended(SOURCE_ORDER_RESUME, true, cases[i].status, cases[i].body, &err), cases[i].resume);
    }
    /* Of a command that ended well. */
    assert_int_equal(ended(SOURCE_ORDER_DRAIN, false, 0, "", &err), SOURCE_ORDER_DONE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_what_can_be_given),
        cmocka_unit_test(test_requests),
        cmocka_unit_test(test_what_became_of_it),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
