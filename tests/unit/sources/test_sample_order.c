#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "domain/rows.h"
#include "sources/source.h"

/* Orders that the simulator takes, as the collector gives them. */

extern const struct source_driver source_sample;

static struct source *source;
static struct rows rows;
static struct source_ordered said;
static int64_t now_ms = INT64_C(1795233600000); /* 2026-11-21T04:00:00Z */

static const char *takes_s; /* NULL: orders take no time */

static const char *look_up(const void *ctx, const char *key)
{
    (void)ctx;
    if (strcmp(key, "takes") == 0)
        return takes_s;
    return strcmp(key, "scenario") == 0 ? "cable" : NULL;
}

static bool take(void *ctx, const struct row *row, struct err *err)
{
    (void)ctx;
    (void)err;
    rows_add(&rows, row);
    return true;
}

/* The next poll: all that the world tells. */
static void poll(void)
{
    static struct source_request requests[SOURCE_REQUESTS_MAX];
    struct instant now = {.utc_ms = now_ms += 5000};
    size_t n = source_sample.requests(source, now, requests);

    rows_clear(&rows);
    for (size_t i = 0; i < n; i++)
        for (bool more = true; more;)
            assert_true(source_sample.produce(source, &requests[i], now, 1000, &more, take, NULL, NULL));
}

static const struct row *row_of(enum kind kind, const char *id)
{
    for (size_t i = 0; i < rows.count; i++)
        if (rows.all[i].kind == kind && text_is(rows.all[i].id, id))
            return &rows.all[i];
    return NULL;
}

static bool cell_is(const struct row *row, int field, const char *word)
{
    char text[256];

    return row != NULL && value_known(&row->cells[field]) &&
           strcmp(row->cells[field].type == VALUE_INT
                      ? (snprintf(text, sizeof text, "%lld", (long long)value_int_or(&row->cells[field], -1)), text)
                      : text_show_in(value_text_or(&row->cells[field], ""), text, sizeof text),
                  word) == 0;
}

/* The first row with these words. */
static const char *some(enum kind kind, int field, const char *word, int field_2, const char *word_2)
{
    static char ids[8][160];
    static unsigned at;
    char *id = ids[at++ % 8];

    for (size_t i = 0; i < rows.count; i++)
        if (rows.all[i].kind == kind && cell_is(&rows.all[i], field, word) &&
            (word_2 == NULL || cell_is(&rows.all[i], field_2, word_2)))
            return text_show_in(rows.all[i].id, id, sizeof ids[0]);
    fail_msg("nothing of %s is '%s'", kind_info(kind)->name, word);
    return NULL;
}

static void open_world(void)
{
    struct source_settings s = {.name = "sample", .url = "sample-data", .interval_ms = 5000, .query = look_up};
    struct err err = {0};

    if (source != NULL)
        source_sample.close(source);
    source = source_sample.open(&s, &err);
    if (source == NULL)
        fail_msg("%s", err.text);
    source_ordered_release(&said);
    said = source_ordered_make();
}

static enum source_order_end give(const struct source_order *o, bool look, struct err *err)
{
    source_ordered_clear(&said);
    *err = (struct err){0};
    return source_sample.order_local(source, o, look, &said, err);
}

static void is_end(const struct source_order *o, bool look, enum source_order_end wanted)
{
    struct err err;
    enum source_order_end end = give(o, look, &err);

    if (end != wanted)
        fail_msg("%s %s of %s: %d instead of %d: %s", look ? "look at" : "order", source_order_word(o->what),
                 kind_info(o->kind)->name, (int)end, (int)wanted, err.text);
}

/* --- each order, and its undoing --- */

static const struct case_of {
    enum source_order_what what, undo; /* undo: READ: there is none */
    enum kind kind;
    int field;
    const char *from;
    int field_2;
    const char *from_2, *to, *back;
    int64_t value;
} cases[] = {
    {SOURCE_ORDER_HOLD, SOURCE_ORDER_RELEASE, KIND_JOB, JOB_STATE, "waiting", JOB_TASKS, "1", "held", "waiting", 0},
    {SOURCE_ORDER_CANCEL, SOURCE_ORDER_READ, KIND_JOB, JOB_STATE, "waiting", JOB_TASKS, "1", "cancelled", NULL, 0},
    {SOURCE_ORDER_PRIORITY, SOURCE_ORDER_READ, KIND_JOB, JOB_PRIORITY, "1000", JOB_STATE, "waiting", "777", NULL, 777},
    {SOURCE_ORDER_LIMIT, SOURCE_ORDER_READ, KIND_JOB, JOB_TIME_LIMIT_S, "86400", JOB_STATE, "waiting", "7200", NULL,
     7200},
    {SOURCE_ORDER_DRAIN, SOURCE_ORDER_RESUME, KIND_NODE, NODE_STATE, "idle", 0, NULL, "drained", "idle", 0},
    {SOURCE_ORDER_DRAIN, SOURCE_ORDER_RESUME, KIND_QUEUE, QUEUE_STATE, "up", 0, NULL, "drain", "up", 0},
    {SOURCE_ORDER_TRANSFER_HOLD, SOURCE_ORDER_TRANSFER_RELEASE, KIND_TRANSFER, TRANSFER_STATE, "running",
     TRANSFER_TEMPERATURE, "cold", "held", "running", 0},
    {SOURCE_ORDER_SUSPEND, SOURCE_ORDER_CONNECT, KIND_SITE, SITE_MEMBERSHIP, "connected", 0, NULL, "suspended",
     "connected", 0},
    {SOURCE_ORDER_ACTIVATE, SOURCE_ORDER_RETURN, KIND_RESERVATION, RESERVATION_STATE, "standby", 0, NULL, "active",
     "standby", 0},
};

static void orders_are_carried_out_and_told(void **state)
{
    (void)state;
    open_world();
    poll();
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const struct case_of *c = &cases[i];
        const char *id = some(c->kind, c->field, c->from, c->field_2, c->from_2);
        struct source_order o = {
            .what = c->what, .kind = c->kind, .target = text_of(id), .key = text_of("k"), .value = c->value};
        char key[32];

        assert_true(source_sample.orders & SOURCE_ORDER_BIT(c->what));
        snprintf(key, sizeof key, "key-%zu", i);
        o.key = text_of(key);
        is_end(&o, true, SOURCE_ORDER_ABSENT);
        is_end(&o, false, SOURCE_ORDER_DONE);
        is_end(&o, true, SOURCE_ORDER_DONE);
        poll();
        if (!cell_is(row_of(c->kind, id), c->field, c->to))
            fail_msg("after %s %s is not '%s'", source_order_word(c->what), id, c->to);
        o.key = text_of("another key"); /* it is as that one wants it, whoever made it so */
        is_end(&o, true, SOURCE_ORDER_DONE);
        if (c->undo == SOURCE_ORDER_READ)
            continue;
        assert_true(source_sample.orders & SOURCE_ORDER_BIT(c->undo));
        snprintf(key, sizeof key, "undo-%zu", i);
        o.what = c->undo;
        o.key = text_of(key);
        is_end(&o, true, SOURCE_ORDER_ABSENT);
        is_end(&o, false, SOURCE_ORDER_DONE);
        is_end(&o, true, SOURCE_ORDER_DONE);
        if (c->kind != KIND_JOB) {
            poll();
            assert_true(cell_is(row_of(c->kind, id), c->field, c->back));
        }
    }
}

/* --- keys --- */

static void a_key_acts_once(void **state)
{
    struct source_order o = {
        .what = SOURCE_ORDER_MOVE, .kind = KIND_JOB, .key = text_of("m-1"), .to = text_of("qyg-ai")};
    char remote[160];
    size_t arrived = 0;

    (void)state;
    open_world();
    poll();
    o.target = text_of(some(KIND_JOB, JOB_SCHEDULER, "shg-ai", JOB_STATE, "waiting"));
    is_end(&o, true, SOURCE_ORDER_ABSENT);
    is_end(&o, false, SOURCE_ORDER_DONE);
    snprintf(remote, sizeof remote, "%s", buf_str(&said.remote));
    assert_memory_equal(remote, "qyg-ai/", 7);
    for (int look = 0; look < 2; look++) {
        is_end(&o, look, SOURCE_ORDER_DONE);
        assert_string_equal(buf_str(&said.remote), remote);
    }
    poll();
    for (size_t i = 0; i < rows.count; i++)
        arrived += rows.all[i].kind == KIND_JOB && cell_is(&rows.all[i], JOB_SCHEDULER, "qyg-ai") &&
                   value_int_or(&rows.all[i].cells[JOB_SUBMITTED_AT], 0) == now_ms - 5000;
    assert_non_null(row_of(KIND_JOB, remote));
    assert_true(arrived == 1);
}

/* A hold, its release, and the hold's key once more: nothing. */
static void a_key_is_of_its_order_for_ever(void **state)
{
    struct source_order o = {.what = SOURCE_ORDER_HOLD, .kind = KIND_JOB, .key = text_of("h-1")};

    (void)state;
    open_world();
    poll();
    const char *id = some(KIND_JOB, JOB_STATE, "waiting", JOB_TASKS, "1");
    o.target = text_of(id);
    is_end(&o, false, SOURCE_ORDER_DONE);
    o.what = SOURCE_ORDER_RELEASE;
    o.key = text_of("h-2");
    is_end(&o, false, SOURCE_ORDER_DONE);
    o.what = SOURCE_ORDER_HOLD;
    o.key = text_of("h-1");
    is_end(&o, false, SOURCE_ORDER_DONE);
    poll();
    assert_false(cell_is(row_of(KIND_JOB, id), JOB_STATE, "held"));
}

static void what_is_refused_may_be_tried_again(void **state)
{
    struct source_order o = {.what = SOURCE_ORDER_RELEASE, .kind = KIND_JOB, .key = text_of("r-1")};
    struct err err;

    (void)state;
    open_world();
    poll();
    o.target = text_of(some(KIND_JOB, JOB_STATE, "running", JOB_TASKS, "1"));
    assert_int_equal(give(&o, false, &err), SOURCE_ORDER_REFUSED);
    assert_non_null(strstr(err.text, "is not held"));
    o.target = text_of("no-such/1");
    is_end(&o, false, SOURCE_ORDER_REFUSED);
    o.kind = KIND_HALL;
    is_end(&o, false, SOURCE_ORDER_REFUSED);
    o.what = SOURCE_ORDER_HOLD;
    o.kind = KIND_JOB;
    o.target = text_of(some(KIND_JOB, JOB_STATE, "waiting", JOB_TASKS, "1"));
    is_end(&o, false, SOURCE_ORDER_DONE);
}

static void a_job_is_read(void **state)
{
    struct source_order o = {.what = SOURCE_ORDER_READ, .kind = KIND_JOB};

    (void)state;
    open_world();
    o.target = text_of("shg-ai/1");
    is_end(&o, true, SOURCE_ORDER_UNKNOWN); /* before the first poll */
    is_end(&o, false, SOURCE_ORDER_REFUSED);
    poll();
    is_end(&o, false, SOURCE_ORDER_ABSENT);
    o.target = text_of(some(KIND_JOB, JOB_STATE, "running", JOB_TASKS, "1"));
    is_end(&o, false, SOURCE_ORDER_DONE);
    assert_int_equal(said.jobs.count, 1);
    assert_true(text_equal(said.jobs.all[0].id, o.target));
    assert_true(cell_is(&said.jobs.all[0], JOB_STATE, "running"));
}

static void a_scheduler_is_all_its_queues(void **state)
{
    struct source_order o = {.what = SOURCE_ORDER_DRAIN, .kind = KIND_SCHEDULER, .target = text_of("shg-ai")};

    (void)state;
    open_world();
    poll();
    const char *queue = some(KIND_QUEUE, QUEUE_SCHEDULER, "shg-ai", QUEUE_STATE, "up");
    struct source_order one = {.what = SOURCE_ORDER_DRAIN, .kind = KIND_QUEUE, .target = text_of(queue)};
    is_end(&one, false, SOURCE_ORDER_DONE);
    is_end(&o, true, SOURCE_ORDER_ABSENT);
    is_end(&o, false, SOURCE_ORDER_DONE);
    is_end(&o, true, SOURCE_ORDER_DONE);
    o.what = SOURCE_ORDER_RESUME;
    is_end(&o, true, SOURCE_ORDER_ABSENT);
    is_end(&o, false, SOURCE_ORDER_DONE);
    is_end(&o, true, SOURCE_ORDER_DONE);
}

/* It is done when it said so, a poll or two later. */
static void an_order_may_take_its_time(void **state)
{
    (void)state;
    takes_s = "8";
    open_world();
    takes_s = NULL;
    poll();
    const char *job = some(KIND_JOB, JOB_STATE, "waiting", JOB_TASKS, "1");
    struct source_order o = {
        .what = SOURCE_ORDER_HOLD, .kind = KIND_JOB, .target = text_of(job), .key = text_of("slow")};
    is_end(&o, false, SOURCE_ORDER_TAKEN);
    is_end(&o, true, SOURCE_ORDER_TAKEN);
    poll();
    is_end(&o, true, SOURCE_ORDER_TAKEN);
    poll();
    is_end(&o, true, SOURCE_ORDER_DONE);
    is_end(&o, false, SOURCE_ORDER_DONE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(orders_are_carried_out_and_told),
        cmocka_unit_test(a_key_acts_once),
        cmocka_unit_test(a_key_is_of_its_order_for_ever),
        cmocka_unit_test(what_is_refused_may_be_tried_again),
        cmocka_unit_test(a_job_is_read),
        cmocka_unit_test(a_scheduler_is_all_its_queues),
        cmocka_unit_test(an_order_may_take_its_time),
    };
    int failed = cmocka_run_group_tests(tests, NULL, NULL);

    source_sample.close(source);
    source_ordered_release(&said);
    rows_release(&rows);
    return failed;
}
