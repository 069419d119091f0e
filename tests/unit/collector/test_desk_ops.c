#include "unit/collector/ops_answers.h"

#include <pwd.h>

#include "base/mem.h"
#include "collector/desk_ops.h"

enum { ORDERS_MAX = 8 };

/* A desk over a store of its own, with a peer "am" that is told what to answer, and what clients were answered. */
struct world {
    struct ops_answers a;
    struct fixture f;
    struct apply *apply;
    struct clock clock;
    struct launcher *launcher;
    struct desk_ops *ops;
    int done, changed, polled;
    char made[64];
    enum desk_ops_peer peer;
    enum source_order_end ends[ORDERS_MAX]; /* what it answers, one after the other */
    bool looks[ORDERS_MAX];
    int orders;
    bool silent; /* it never answers */
    char comment[256], by[64];
    int64_t hides; /* how many alerts each silence hides */
    poller_ordered *ended;
    void *ended_ctx;
};

static void on_done(void *ctx, const struct serve_call *call, struct safe_text made)
{
    struct world *w = ctx;
    assert_int_equal(call->id, 7);
    w->done++;
    text_show_in(made, w->made, sizeof w->made);
    ops_answered(&w->a);
}

static void on_changed(void *ctx, const struct desk *desk)
{
    assert_non_null(desk);
    ((struct world *)ctx)->changed++;
}

static int64_t hides(void *ctx, const struct desk_silence *s, int64_t now_ms)
{
    return desk_silence_is_active(s, now_ms) ? ((struct world *)ctx)->hides : 0;
}

static enum desk_ops_peer peer_of(void *ctx, struct safe_text source, struct err *err)
{
    struct world *w = ctx;
    if (!text_is(source, "am"))
        return DESK_OPS_NO_PEER;
    if (w->peer == DESK_OPS_PEER_FORBIDDEN)
        err_set(err, ERR_REFUSED, "not allowed: read_only");
    return w->peer;
}

static void answers(void *ctx)
{
    struct world *w = ctx;
    const struct err err = {.kind = ERR_REFUSED, .text = "bad matcher"};
    struct source_ordered said = source_ordered_make();
    buf_puts(&said.remote, "37f9", NULL);
    w->ended(w->ended_ctx, w->ends[w->orders - 1], &said, &err);
    source_ordered_release(&said);
}

/* What is to be sent is in the journal by then. */
static bool order(void *ctx, struct safe_text source, const struct source_order *o, bool look, poller_ordered *ended,
                  void *ended_ctx, struct err *err)
{
    struct world *w = ctx;
    (void)err;
    assert_true(text_is(source, "am") && w->orders < ORDERS_MAX);
    text_show_in(o->comment, w->comment, sizeof w->comment);
    text_show_in(o->by, w->by, sizeof w->by);
    w->looks[w->orders++] = look;
    w->ended = ended;
    w->ended_ctx = ended_ctx;
    if (!w->silent)
        loop_timer(w->a.loop, 1, answers, w);
    return true;
}

static void poll_source(void *ctx, struct safe_text source)
{
    (void)source;
    ((struct world *)ctx)->polled++;
}

static void desk_open(struct world *w)
{
    const struct desk_ops_options options = {
        .loop = w->a.loop,
        .store = w->f.store,
        .apply = w->apply,
        .clock = &w->clock,
        .ctx = w,
        .done = on_done,
        .refuse = ops_on_refuse,
        .changed = on_changed,
        .hides = hides,
        .peer = peer_of,
        .order = order,
        .poll = poll_source,
        .launcher = w->launcher,
    };
    w->ops = desk_ops_new(&options);
}

static void put_alerts(struct world *w)
{
    struct store_batch *b = fixture_batch(&w->f, "am", KIND_ALERT, true);
    static const char *const ids[] = {"f1", "f2"};
    for (size_t i = 0; i < 2; i++) {
        struct row row = {.kind = KIND_ALERT, .id = text_of(ids[i])};
        row.cells[ALERT_STATE] = value_text(text_of(i ? "resolved" : "firing"));
        row.cells[ALERT_SEVERITY] = value_text(text_of("warn"));
        row.cells[ALERT_LABELS] = value_list(text_of("alertname=X\x1fsite=s"));
        fixture_add(b, &row);
    }
    fixture_apply(&w->f, b, 100000);
}

static int setup(void **state)
{
    struct world *w = mem_new(1, sizeof *w);
    struct err err = {0};
    fixture_init(&w->f, NULL);
    w->a.loop = loop_new(&err);
    w->apply = apply_new(w->a.loop);
    w->peer = DESK_OPS_PEER;
    put_alerts(w);
    desk_open(w);
    *state = w;
    return 0;
}

static int teardown(void **state)
{
    struct world *w = *state;
    desk_ops_free(w->ops);
    launcher_free(w->launcher);
    apply_free(w->apply);
    fixture_release(&w->f);
    loop_free(w->a.loop);
    free(w);
    return 0;
}

/* The collector dies and another one begins. */
static void again(struct world *w)
{
    desk_ops_free(w->ops);
    apply_free(w->apply);
    w->apply = apply_new(w->a.loop);
    store_close(w->f.store);
    fixture_open(&w->f, NULL);
    desk_open(w);
}

static void ask_as(struct world *w, const char *frame, bool write)
{
    struct err err = {0};
    struct json *m = json_parse(frame, strlen(frame), JSON_STRICT, &err);
    const struct serve_call call = {.visitor = 1, .id = 7, .uid = getuid(), .roles = ROLES_ALL, .write = write};
    int before = w->done + w->a.refused;
    w->a.err = (struct err){0};
    assert_true(desk_ops_ask(w->ops, &call, m));
    json_free(m);
    if (w->done + w->a.refused == before)
        ops_run(&w->a);
}

static void ask(struct world *w, const char *frame)
{
    ask_as(w, frame, true);
}

static void expect_done(struct world *w, const char *frame)
{
    int before = w->done;
    ask(w, frame);
    if (w->done != before + 1)
        fail_msg("%s", w->a.err.text);
}

static void expect_refused(struct world *w, const char *frame, int status, const char *says)
{
    int before = w->a.refused;
    ask(w, frame);
    assert_int_equal(w->a.refused, before + 1);
    if (!strstr(w->a.err.text, says) || err_status(&w->a.err) != status)
        fail_msg("%d %s", err_status(&w->a.err), w->a.err.text);
}

#define ACK(id) "{\"id\":7,\"op\":\"ack\",\"request_id\":\"" id "\",\"alert\":\"f1\",\"note\":\"mine\"}"
#define SILENCE(id)                                                                                                    \
    "{\"id\":7,\"op\":\"silence\",\"request_id\":\"" id                                                                \
    "\",\"alert\":\"f1\",\"starts_at\":\"2098-12-31T00:00:00Z\",\"ends_at\":\"2099-01-01T00:00:00Z\","                 \
    "\"reason\":\"splice\"}"

static void test_ack(void **state)
{
    struct world *w = *state;
    const struct passwd *me = getpwuid(getuid());
    int changed = w->changed;
    expect_done(w, ACK("r1"));
    assert_int_equal(w->changed, changed + 1);
    const struct desk_ack *a = desk_ack_of(desk_ops_desk(w->ops), text_of("alert/am/f1"), clock_now(&w->clock).utc_ms);
    assert_non_null(a);
    assert_true(text_is(a->who, me ? me->pw_name : ""));
    assert_int_equal(a->severity, SEVERITY_WARN);
    again(w);
    a = desk_ack_of(desk_ops_desk(w->ops), text_of("alert/am/f1"), clock_now(&w->clock).utc_ms);
    assert_non_null(a);
    assert_true(text_is(a->note, "mine"));
}

static void test_idempotent(void **state)
{
    struct world *w = *state;
    static const char note[] = "{\"id\":7,\"op\":\"note\",\"request_id\":\"r1\",\"alert\":\"am/f1\",\"note\":\"n\"}";
    const struct desk_note *notes[4];
    expect_done(w, note);
    expect_done(w, note);
    again(w);
    expect_done(w, note);
    assert_int_equal(desk_notes_of(desk_ops_desk(w->ops), text_of("alert/am/f1"), notes, 4), 1);
    expect_refused(w, ACK("r1"), 65, "another request was made");
    expect_done(w, "{\"id\":7,\"op\":\"maintenance_add\",\"request_id\":\"r2\",\"kind\":\"racks\",\"where\":\"r\","
                   "\"ends_at\":\"2099-01-01T00:00:00Z\",\"starts_at\":\"2098-12-31T00:00:00Z\",\"reason\":\"r\"}");
    char made[64];
    memcpy(made, w->made, sizeof made);
    assert_int_equal(strncmp(made, "M-", 2), 0);
    expect_done(w, "{\"id\":7,\"op\":\"maintenance_add\",\"request_id\":\"r2\",\"kind\":\"racks\",\"where\":\"r\","
                   "\"ends_at\":\"2099-01-01T00:00:00Z\",\"starts_at\":\"2098-12-31T00:00:00Z\",\"reason\":\"r\"}");
    assert_string_equal(made, w->made);
}

static void test_refused(void **state)
{
    struct world *w = *state;
    ask_as(w, ACK("r1"), false);
    assert_int_equal(err_status(&w->a.err), 77);
    assert_non_null(strstr(w->a.err.hint, "--write"));
    expect_refused(w, "{\"id\":7,\"op\":\"ack\",\"request_id\":\"r1\",\"alert\":\"nothing\"}", 67,
                   "no alert 'nothing'");
    expect_refused(w, "{\"id\":7,\"op\":\"ack\",\"request_id\":\"r1\",\"alert\":\"f2\"}", 65, "is over");
    expect_refused(w, "{\"id\":7,\"op\":\"unack\",\"request_id\":\"r1\",\"alert\":\"f1\"}", 67,
                   "nobody has acknowledged");
    expect_refused(w, "{\"id\":7,\"op\":\"ack\",\"alert\":\"f1\"}", 64, "request_id");
    const struct serve_call call = {.id = 7, .roles = ROLES_ALL, .write = true};
    struct json *m = json_parse("{\"op\":\"viewing\"}", 16, JSON_STRICT, NULL);
    assert_false(desk_ops_ask(w->ops, &call, m)); /* none of ours */
    json_free(m);
}

/* Another source tells of an alert with the same id. */
static void test_ambiguous(void **state)
{
    struct world *w = *state;
    struct store_batch *b = fixture_batch(&w->f, "hub", KIND_ALERT, true);
    struct row row = {.kind = KIND_ALERT, .id = text_of("f1")};
    fixture_add(b, &row);
    fixture_apply(&w->f, b, 100000);
    expect_refused(w, ACK("r1"), 65, "2 sources tell of an alert 'f1'");
    expect_done(w, "{\"id\":7,\"op\":\"ack\",\"request_id\":\"r1\",\"alert\":\"hub/f1\"}");
}

static void test_peer_done(void **state)
{
    struct world *w = *state;
    char comment[96];
    w->ends[0] = w->ends[1] = SOURCE_ORDER_DONE;
    expect_done(w, SILENCE("r1"));
    snprintf(comment, sizeof comment, "splice (hubtop %s)", w->made);
    assert_string_equal(w->comment, comment);
    assert_true(w->polled == 1 && !w->looks[0]);
    assert_int_equal(desk_silence_by_id(desk_ops_desk(w->ops), text_of("37f9"))->outcome, DESK_DONE);
    expect_done(w, SILENCE("r1")); /* the same again sends nothing */
    assert_int_equal(w->orders, 1);
    expect_done(w, "{\"id\":7,\"op\":\"unsilence\",\"request_id\":\"r2\",\"ref\":\"37f9\"}");
    assert_int_equal(w->orders, 2);
    again(w);
    assert_true(desk_silence_by_id(desk_ops_desk(w->ops), text_of("37f9"))->ended_ms > 0);
}

static void test_peer_refuses(void **state)
{
    struct world *w = *state;
    w->ends[0] = SOURCE_ORDER_REFUSED;
    expect_refused(w, SILENCE("r1"), 77, "bad matcher");
    expect_refused(w, SILENCE("r1"), 77, "bad matcher");
    assert_int_equal(w->orders, 1);
    w->peer = DESK_OPS_PEER_FORBIDDEN;
    expect_refused(w, SILENCE("r2"), 77, "read_only");
    assert_int_equal(w->orders, 1);
}

static void stop(void *ctx)
{
    loop_stop(ctx);
}

/* The collector dies with an order on its way: the next one looks first, and sends again only what is not there. */
static void test_unknown(void **state)
{
    struct world *w = *state;
    w->ends[0] = SOURCE_ORDER_UNKNOWN;
    expect_refused(w, SILENCE("r1"), 75, "has not confirmed it: bad matcher");
    w->ends[1] = SOURCE_ORDER_ABSENT;
    w->ends[2] = SOURCE_ORDER_DONE;
    again(w);
    loop_timer(w->a.loop, 3000, stop, w->a.loop);
    ops_run(&w->a);
    assert_int_equal(w->orders, 3);
    assert_true(w->looks[1] && !w->looks[2]);
    assert_int_equal(desk_silence_by_id(desk_ops_desk(w->ops), text_of("37f9"))->outcome, DESK_DONE);
    expect_done(w, SILENCE("r1"));
}

/* One that does not answer is answered for. */
static void test_silent(void **state)
{
    struct world *w = *state;
    w->silent = true;
    expect_refused(w, SILENCE("r1"), 75, "has not confirmed it");
}

static void test_rows(void **state)
{
    struct world *w = *state;
    struct query_rows *rows;
    struct row row;
    expect_done(w,
                "{\"id\":7,\"op\":\"silence\",\"request_id\":\"r1\",\"kind\":\"links\",\"where\":\"a>b\","
                "\"ends_at\":\"2099-01-01T00:00:00Z\",\"reason\":\"splice\",\"starts_at\":\"2098-12-31T00:00:00Z\"}");
    fixture_read(&w->f);
    rows = query_rows_new(w->f.query, KIND_SILENCE, 0);
    fixture_load(&w->f, rows);
    assert_int_equal(query_rows_count(rows), 1);
    assert_true(query_rows_at(rows, 0, &row));
    assert_true(fixture_text_is(&row.cells[SILENCE_COMMENT], "splice"));
    assert_true(text_is(row.source, "hubtop"));
    query_rows_free(rows);
}

static bool find_alerts(void *ctx, const struct row *row, struct err *err)
{
    (void)err;
    *(int64_t *)ctx = value_int_or(&row->cells[SILENCE_ALERTS], -1);
    return true;
}

static int64_t alerts_of_the_silence(struct world *w)
{
    struct err err = {0};
    int64_t n = -2;
    loop_timer(w->a.loop, 500, stop, w->a.loop);
    ops_run(&w->a);
    assert_true(store_each(w->f.store, KIND_SILENCE, "hubtop", find_alerts, &n, &err));
    return n;
}

/* How many alerts a silence hides now stands in its row, also when others come; -1: nobody knows. */
static void test_hides(void **state)
{
    struct world *w = *state;
    char frame[256], time[CLOCK_TEXT_MAX];
    w->hides = 2;
    clock_iso(clock_now(&w->clock).utc_ms + 3600000, time);
    snprintf(
        frame, sizeof frame,
        "{\"id\":7,\"op\":\"silence\",\"request_id\":\"r1\",\"kind\":\"links\",\"where\":\"a>b\",\"ends_at\":\"%s\","
        "\"reason\":\"splice\"}",
        time);
    expect_done(w, frame);
    assert_int_equal(alerts_of_the_silence(w), 2);
    w->hides = 5;
    assert_int_equal(alerts_of_the_silence(w), 2);
    desk_ops_looked(w->ops);
    assert_int_equal(alerts_of_the_silence(w), 5);
    w->hides = -1;
    desk_ops_looked(w->ops);
    assert_int_equal(alerts_of_the_silence(w), -1);
    snprintf(frame, sizeof frame, "{\"id\":7,\"op\":\"unsilence\",\"request_id\":\"r2\",\"ref\":\"%s\"}", w->made);
    expect_done(w, frame);
    assert_int_equal(alerts_of_the_silence(w), 0);
}

/* --- escalations --- */

#define ESCALATE(id) "{\"id\":7,\"op\":\"escalate\",\"request_id\":\"" id "\",\"alert\":\"f1\"}"

/* The desk anew, with that script as the command; NULL: without one. */
static void with_command(struct world *w, const char *script)
{
    const char *const argv[] = {"sh", "-c", script, NULL};
    const struct launcher_command command = {.name = ESCALATE_COMMAND, .argv = argv};
    launcher_free(w->launcher);
    w->launcher = script ? launcher_new(&command, 1, NULL) : NULL;
    again(w);
}

static int64_t escalated_ms(const struct world *w)
{
    return desk_escalated_ms(desk_ops_desk(w->ops), text_of("alert/am/f1"), NULL);
}

static void test_escalate(void **state)
{
    struct world *w = *state;
    expect_refused(w, ESCALATE("e1"), 78, "there is no escalate_command");
    assert_int_equal(escalated_ms(w), 0);
    with_command(w, "grep -q '\"id\":\"f1\"'");
    expect_done(w, ESCALATE("e2"));
    assert_true(escalated_ms(w) > 0);
    with_command(w, NULL);
    assert_true(escalated_ms(w) > 0); /* the journal has it */
}

/* Nobody was told: the alert must not say otherwise, not after a restart either, and not when the request is sent again. */
static void test_escalation_that_fails(void **state)
{
    struct world *w = *state;
    with_command(w, "cat >/dev/null; echo 'pager off' >&2; exit 3");
    expect_refused(w, ESCALATE("e1"), 77,
                   "nobody was told: the command 'escalate_command' failed (status 3): pager off");
    assert_int_equal(escalated_ms(w), 0);
    expect_refused(w, ESCALATE("e1"), 77, "nobody was told");
    with_command(w, "cat");
    assert_int_equal(escalated_ms(w), 0);
    expect_refused(w, ESCALATE("e1"), 77, "nobody was told");
    expect_done(w, ESCALATE("e2"));
    assert_true(escalated_ms(w) > 0);
}

static void test_escalation_that_takes_long(void **state)
{
    struct world *w = *state;
    with_command(w, "sleep 6; exit 1");
    expect_refused(w, ESCALATE("e1"), 75, "has not ended yet");
    assert_true(escalated_ms(w) > 0);
    desk_ops_free(w->ops); /* in the middle of it */
    desk_open(w);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
    const struct CMUnitTest tests[] = {
        TEST(test_ack),
        TEST(test_idempotent),
        TEST(test_refused),
        TEST(test_ambiguous),
        TEST(test_peer_done),
        TEST(test_peer_refuses),
        TEST(test_unknown),
        TEST(test_silent),
        TEST(test_rows),
        TEST(test_hides),
        TEST(test_escalate),
        TEST(test_escalation_that_fails),
        TEST(test_escalation_that_takes_long),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
