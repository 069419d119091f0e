#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "driver_world.h"

extern const struct source_driver source_slurm;

#define COMMAND "federation_command = { \"scontrol\", \"update\", \"jobid=%i\", \"clusters=%c\" }"
#define JOB     "67108866"

static struct driver_world *world(const char *command)
{
    char body[300];
    snprintf(body, sizeof body, "api = \"v0.0.38\" %s", command);
    return driver_world_new(&source_slurm, body);
}

/* A job of the cluster "it". */
static const char *job(const char *id, const char *state, const char *origin, const char *active, const char *viable)
{
    static char text[600];
    snprintf(
        text, sizeof text,
        "{\"job_id\":%s,\"job_state\":\"%s\",\"cluster\":\"it\",\"priority\":%d,\"user_name\":\"ana\","
        "\"federation_origin\":\"%s\",\"federation_siblings_active\":\"%s\",\"federation_siblings_viable\":\"%s\"}",
        id, strcmp(state, "held") == 0 ? "PENDING" : state, strcmp(state, "held") != 0, origin, active, viable);
    return text;
}

static void tell(struct driver_world *w, const char *element)
{
    char text[800];
    snprintf(text, sizeof text, "{\"errors\":[],\"jobs\":[%s]}", element);
    driver_world_poll(w);
    if (!driver_world_answer(w, "jobs", text))
        fail_msg("%s", w->err.text);
}

static void test_which_row_of_a_job_moves(void **state)
{
    static const struct {
        const char *command, *state, *origin, *viable, *movable, *by;
    } cases[] = {
        {COMMAND, "PENDING", "it", "it,ams", "?", "?"}, /* the sections judge */
        {COMMAND, "PENDING", "ams", "it", "?", "?"},    /* it was sent here, and nowhere else */
        {COMMAND, "PENDING", "", "", "?", "?"},
        {COMMAND, "PENDING", "ams", "ams,it", "0", "it waits at its federation's origin, too, and is moved from there"},
        {COMMAND, "RUNNING", "ams", "ams,it", "?", "?"},
        {COMMAND, "held", "it", "it,ams", "0",
         "it is held, and lies at its federation's origin alone until it is released"},
        {"", "PENDING", "it", "it,ams", "0", "it is a job of a federation, and federation_command is not configured"},
        {"", "PENDING", "", "", "?", "?"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct driver_world *w = world(cases[i].command);
        tell(w, job(JOB, cases[i].state, cases[i].origin, "", cases[i].viable));
        assert_string_equal(driver_world_cell(w, KIND_JOB, "it/" JOB, "movable"), cases[i].movable);
        assert_string_equal(driver_world_cell(w, KIND_JOB, "it/" JOB, "movable_by"), cases[i].by);
        driver_world_free(w);
    }
}

static void test_its_members_are_those_that_jobs_name(void **state)
{
    struct driver_world *w = world(COMMAND);
    char text[2000];
    (void)state;
    snprintf(text, sizeof text, "%s", job("67108865", "PENDING", "sin", "", "it"));
    snprintf(text + strlen(text), sizeof text - strlen(text), ",%s", job(JOB, "PENDING", "it", "", "kul,it,ams"));
    tell(w, text);
    assert_string_equal(driver_world_cell(w, KIND_SCHEDULER, "it", "federation"), "ams+it+kul+sin");
    tell(w, job(JOB, "PENDING", "it", "", "it"));
    assert_string_equal(driver_world_cell(w, KIND_SCHEDULER, "it", "federation"), "?"); /* one alone is none */
    driver_world_free(w);
}

static void test_where_it_may_move(void **state)
{
    struct driver_world *w = world(COMMAND), *none = world(""), *to = world("");
    struct buf name = buf_make(100);
    struct err err = {0};
    (void)state;
    tell(w, job(JOB, "PENDING", "it", "", "it,ams"));
    assert_true(driver_world_answer(to, "jobs", "{\"errors\":[],\"jobs\":[{\"job_id\":7,\"cluster\":\"ams\"}]}"));
    assert_true(source_slurm.moves(w->source, text_of("it/" JOB "~2"), to->source, &name, &err));
    assert_string_equal(buf_str(&name), "ams");
    static const char *const others[] = {"it/17",         "it/67108866_2", "it/67108863",
                                         "it/4294967294", "ams/67108866",  "it/x"};
    for (size_t i = 0; i < sizeof others / sizeof *others; i++) {
        assert_false(source_slurm.moves(w->source, text_of(others[i]), to->source, &name, &err));
        assert_int_equal(err.kind, ERR_NONE); /* it is copied */
    }
    assert_false(source_slurm.moves(w->source, text_of("it/" JOB), NULL, &name, &err));
    assert_int_equal(err.kind, ERR_REFUSED);
    tell(w, job(JOB, "PENDING", "it", "", "it,sin"));
    assert_false(source_slurm.moves(w->source, text_of("it/" JOB), to->source, &name, &err));
    assert_non_null(strstr(err.text, "not known as a member"));
    assert_string_equal(err.hint, "its members are those that its jobs name: it+sin");
    assert_false(source_slurm.moves(none->source, text_of("it/" JOB), to->source, &name, &err));
    assert_non_null(strstr(err.text, "federation_command is not configured for 'it'"));
    buf_release(&name);
    driver_world_free(w);
    driver_world_free(none);
    driver_world_free(to);
}

static bool formed(struct driver_world *w, enum source_order_what what, const char *target, const char *name, bool look,
                   struct source_order_form *form)
{
    const struct source_order o = {
        .what = what, .kind = KIND_JOB, .target = text_of(target), .to = text_of("b"), .to_name = text_of(name)};
    struct err err = {0};
    buf_release(&form->body);
    *form = (struct source_order_form){.body = buf_make(1000)};
    return source_slurm.order(w->source, &o, look, form, &err);
}

static void test_requests(void **state)
{
    struct driver_world *w = world(COMMAND);
    struct source_order_form form = {0};
    (void)state;
    assert_true(formed(w, SOURCE_ORDER_MOVE, "it/" JOB, "ams", false, &form));
    assert_null(form.method);
    assert_string_equal(buf_str(&form.body), JOB " ams");
    assert_false(formed(w, SOURCE_ORDER_MOVE, "it/" JOB, "", false, &form));
    assert_false(formed(w, SOURCE_ORDER_MOVE, "it/" JOB "_3", "ams", false, &form));
    /* GET job/N tells none of a federation's. */
    assert_true(formed(w, SOURCE_ORDER_MOVE, "it/" JOB, "ams", true, &form));
    assert_string_equal(form.path, "/slurm/v0.0.38/jobs");
    assert_true(formed(w, SOURCE_ORDER_READ, "it/" JOB, "", false, &form));
    assert_string_equal(form.path, "/slurm/v0.0.38/jobs");
    assert_string_equal(form.element_path, "jobs");
    assert_true(formed(w, SOURCE_ORDER_HOLD, "it/" JOB "_4", "", true, &form));
    assert_string_equal(form.path, "/slurm/v0.0.38/jobs");
    assert_true(formed(w, SOURCE_ORDER_HOLD, "it/" JOB, "", false, &form));
    assert_string_equal(form.path, "/slurm/v0.0.38/job/" JOB);
    assert_true(formed(w, SOURCE_ORDER_READ, "it/17", "", false, &form));
    assert_string_equal(form.path, "/slurm/v0.0.38/job/17");
    buf_release(&form.body);
    driver_world_free(w);
}

/* What a list with that job alone, or with none, makes of the order. */
static enum source_order_end seen(struct driver_world *w, enum source_order_what what, bool look, const char *element,
                                  struct source_ordered *said, struct err *err)
{
    const struct source_order o = {.what = what,
                                   .kind = KIND_JOB,
                                   .target = text_of("it/" JOB),
                                   .to = text_of("b/gpu"),
                                   .to_name = text_of("ams")};
    struct json *e = element ? json_parse(element, strlen(element), JSON_STRICT, NULL) : NULL;
    source_ordered_clear(said);
    *err = (struct err){0};
    bool found = e && source_slurm.order_found(w->source, &o, e, said);
    enum source_order_end end = source_slurm.order_ended(w->source, &o, look, found, 200, "", 0, said, err);
    json_free(e);
    return end;
}

static void test_what_became_of_it(void **state)
{
    static const struct {
        const char *id, *state, *active;
        enum source_order_end end;
        const char *words;
    } cases[] = {
        {JOB, "PENDING", "it", SOURCE_ORDER_ABSENT, ""},
        {JOB, "held", "it", SOURCE_ORDER_ABSENT, ""},
        {JOB, "RUNNING", "it", SOURCE_ORDER_REFUSED, "the job was not moved in time: it is running"},
        {JOB, "CANCELLED", "", SOURCE_ORDER_REFUSED, "the job was not moved in time: it is cancelled"},
        {JOB, "REVOKED", "ams", SOURCE_ORDER_DONE, ""},
        {JOB, "REVOKED", "", SOURCE_ORDER_DONE, ""}, /* its sibling is not made yet */
        {JOB, "REVOKED", "sin", SOURCE_ORDER_REFUSED, "its federation has it at 'sin' now"},
        {"67108867", "PENDING", "it", SOURCE_ORDER_DONE, ""},
    };
    struct driver_world *w = world(COMMAND);
    struct source_ordered said = source_ordered_make();
    struct err err;
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        enum source_order_end end =
            seen(w, SOURCE_ORDER_MOVE, true, job(cases[i].id, cases[i].state, "it", cases[i].active, ""), &said, &err);
        if (end != cases[i].end || strcmp(err.text, cases[i].words) != 0)
            fail_msg("case %zu: %d '%s'", i, end, err.text);
        assert_string_equal(buf_str(&said.remote), end == SOURCE_ORDER_DONE ? "b/" JOB : "");
    }
    assert_int_equal(seen(w, SOURCE_ORDER_MOVE, true, NULL, &said, &err), SOURCE_ORDER_DONE);
    assert_int_equal(seen(w, SOURCE_ORDER_MOVE, false, NULL, &said, &err), SOURCE_ORDER_DONE);
    assert_string_equal(buf_str(&said.remote), "b/" JOB);
    source_ordered_release(&said);
    driver_world_free(w);
}

static void test_it_is_read_among_all(void **state)
{
    struct driver_world *w = world(COMMAND);
    struct source_ordered said = source_ordered_make();
    struct err err;
    (void)state;
    const char *held = job(JOB, "held", "it", "it", "it,ams");
    assert_int_equal(seen(w, SOURCE_ORDER_READ, false, held, &said, &err), SOURCE_ORDER_DONE);
    assert_int_equal(said.jobs.count, 1);
    assert_true(text_is(said.jobs.all[0].id, "it/" JOB));
    assert_int_equal(seen(w, SOURCE_ORDER_RELEASE, true, held, &said, &err), SOURCE_ORDER_ABSENT);
    /* A revoked record is none. */
    const char *revoked = job(JOB, "REVOKED", "it", "ams", "ams");
    assert_int_equal(seen(w, SOURCE_ORDER_READ, false, revoked, &said, &err), SOURCE_ORDER_ABSENT);
    assert_int_equal(seen(w, SOURCE_ORDER_READ, false, NULL, &said, &err), SOURCE_ORDER_ABSENT);
    source_ordered_release(&said);
    driver_world_free(w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_which_row_of_a_job_moves), cmocka_unit_test(test_its_members_are_those_that_jobs_name),
        cmocka_unit_test(test_where_it_may_move),        cmocka_unit_test(test_requests),
        cmocka_unit_test(test_what_became_of_it),        cmocka_unit_test(test_it_is_read_among_all),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
