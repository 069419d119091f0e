#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "hub_world.h"

/* What a hub is asked to change, and what its answers mean. */

#define ABLE(actions, more)                                                                                            \
    "{\"id\":\"hub-x\",\"api\":\"1.0\",\"now\":\"2026-11-22T04:00:03Z\",\"capabilities\":{\"kinds\":[\"jobs\"],"       \
    "\"deltas\":true,\"actions\":[" actions "]" more "}}"
#define JOBS(rev, full, items, more)                                                                                   \
    "{\"kind\":\"jobs\",\"revision\":\"" rev "\",\"as_of\":\"2026-11-22T04:00:00Z\",\"full\":" full                    \
    ",\"items\":[" items "]," more "}"

static struct source_order_form form;
static struct source_ordered said;
static struct err err;

static struct hub_world *with(const char *able)
{
    struct hub_world *w = hub_world_new();
    assert_true(hub_answer(w, able));
    assert_true(hub_answer(w, JOBS("7", "true",
                                   "{\"id\":\"a/1\",\"revision\":\"11\"},{\"id\":\"a/2\"},"
                                   "{\"id\":\"a/3\",\"revision\":\"x\\\"3\"}",
                                   "\"next\":null")));
    return w;
}

static struct source_order order(enum source_order_what what)
{
    return (struct source_order){.what = what,
                                 .kind = KIND_JOB,
                                 .target = text_of("a/1"),
                                 .key = text_of("O-7.1"),
                                 .by = text_of("ann"),
                                 .reason = text_of("检修"),
                                 .plan = text_of("P-3")};
}

static bool ask(struct hub_world *w, const struct source_order *o, bool look)
{
    buf_release(&form.body);
    form = (struct source_order_form){.body = buf_make(1 << 20)};
    err = (struct err){0};
    return source_hub.order(w->source, o, look, &form, &err);
}

static enum source_order_end ended(struct hub_world *w, const struct source_order *o, bool look, int status,
                                   const char *body)
{
    source_ordered_release(&said);
    said = source_ordered_make();
    err = (struct err){0};
    return source_hub.order_ended(w->source, o, look, false, status, body, strlen(body), &said, &err);
}

/* --- what is sent --- */

static void an_order_names_what_was_seen(void **state)
{
    struct hub_world *w = with(ABLE("\"hold\",\"move\",\"limit\"", ",\"by_id\":[\"jobs\"]"));
    struct source_order o = order(SOURCE_ORDER_HOLD);
    (void)state;
    assert_true(ask(w, &o, false));
    assert_string_equal(form.method, "POST");
    assert_string_equal(form.path, "/v1/actions");
    assert_string_equal(form.headers[0].name, "Idempotency-Key");
    assert_string_equal(form.headers[0].value, "O-7.1");
    assert_null(form.element_path);
    assert_string_equal(buf_str(&form.body),
                        "{\"kind\":\"hold\",\"targets\":[{\"kind\":\"jobs\",\"id\":\"a/1\",\"revision\":\"11\"}],"
                        "\"reason\":\"检修\",\"plan\":\"P-3\",\"requested_by\":\"ann\"}");
    o = order(SOURCE_ORDER_MOVE);
    o.target = text_of("a/3");
    o.to = text_of("b/q");
    o.reason = o.plan = text_of("");
    assert_true(ask(w, &o, false));
    assert_string_equal(buf_str(&form.body),
                        "{\"kind\":\"move\",\"targets\":[{\"kind\":\"jobs\",\"id\":\"a/3\",\"revision\":\"x\\\"3\"}],"
                        "\"to\":\"b/q\",\"requested_by\":\"ann\"}");
    o = order(SOURCE_ORDER_LIMIT);
    o.value = 7200;
    o.reason = o.plan = o.by = text_of("");
    assert_true(ask(w, &o, false));
    assert_string_equal(buf_str(&form.body),
                        "{\"kind\":\"limit\",\"targets\":[{\"kind\":\"jobs\",\"id\":\"a/1\",\"revision\":\"11\"}],"
                        "\"value\":7200}");
    o.key = text_of("O 7&x=光");
    assert_true(ask(w, &o, true));
    assert_string_equal(form.method, "GET");
    assert_string_equal(form.path, "/v1/actions?key=O%207%26x%3D%E5%85%89");
    assert_int_equal(form.body.len, 0);
    assert_string_equal(form.headers[0].name, "");
    o = order(SOURCE_ORDER_READ);
    assert_true(ask(w, &o, false));
    assert_string_equal(form.method, "GET");
    assert_string_equal(form.path, "/v1/jobs?id=a%2F1");
    hub_world_free(w);
}

static void a_transfer_is_held_until(void **state)
{
    struct hub_world *w = hub_world_new();
    struct source_order o = {.what = SOURCE_ORDER_TRANSFER_HOLD,
                             .kind = KIND_TRANSFER,
                             .target = text_of("A>B/1"),
                             .key = text_of("k"),
                             .ends_ms = INT64_C(1795320000000)};
    (void)state;
    assert_true(hub_answer(w, "{\"id\":\"h\",\"api\":\"1\",\"capabilities\":{\"kinds\":[\"transfers\"],\"actions\":["
                              "\"transfer_hold\"]}}"));
    assert_true(hub_answer(w, "{\"kind\":\"transfers\",\"revision\":\"1\",\"full\":true,\"items\":[{\"id\":\"A>B/1\","
                              "\"revision\":\"4\"}],\"next\":null}"));
    assert_true(ask(w, &o, false));
    assert_string_equal(
        buf_str(&form.body),
        "{\"kind\":\"transfer_hold\",\"targets\":[{\"kind\":\"transfers\",\"id\":\"A>B/1\",\"revision\":"
        "\"4\"}],\"until\":\"2026-11-22T04:00:00Z\"}");
    hub_world_free(w);
}

static void what_cannot_be_sent_is_told(void **state)
{
    struct hub_world *w = with(ABLE("\"hold\",\"drain\"", ""));
    struct source_order o = order(SOURCE_ORDER_HOLD);
    (void)state;
    o.target = text_of("a/2"); /* has no revision */
    assert_false(ask(w, &o, false));
    assert_int_equal(err.kind, ERR_REFUSED);
    assert_non_null(strstr(err.text, "did not tell the revision of 'a/2' in its last answer"));
    o.target = text_of("a/9");
    assert_false(ask(w, &o, false));
    o = order(SOURCE_ORDER_CANCEL);
    assert_false(ask(w, &o, false));
    assert_non_null(strstr(err.text, "takes no order 'cancel'"));
    o = order(SOURCE_ORDER_DRAIN); /* a job is not drained */
    assert_false(ask(w, &o, false));
    o = order(SOURCE_ORDER_READ);
    assert_false(ask(w, &o, false));
    assert_non_null(strstr(err.text, "one job alone"));
    for (int look = 0; look < 2; look++) {
        o = order(SOURCE_ORDER_HOLD);
        o.key = text_of("");
        assert_false(ask(w, &o, look));
        o.key = text_of("k\r\nX: y");
        assert_false(ask(w, &o, look));
    }
    o = order(SOURCE_ORDER_HOLD);
    o.reason = text_of("\xff");
    assert_false(ask(w, &o, false));
    hub_world_free(w);
}

static void sent_revision(struct hub_world *w, const char *target, const char *revision)
{
    struct source_order o = order(SOURCE_ORDER_HOLD);
    char wanted[64];
    o.target = text_of(target);
    snprintf(wanted, sizeof wanted, "\"revision\":\"%s\"", revision);
    if (ask(w, &o, false) != (revision != NULL))
        fail_msg("%s: %s", target, err.text);
    if (revision && !strstr(buf_str(&form.body), wanted))
        fail_msg("not %s: %s", wanted, buf_str(&form.body));
}

/* What is sent is what the store has: of the last answer that ended well. */
static void revisions_are_those_of_the_last_good_answer(void **state)
{
    struct hub_world *w = with(ABLE("\"hold\"", ""));
    (void)state;
    hub_poll(w);
    assert_true(hub_answer(w, ABLE("\"hold\"", "")));
    assert_string_equal(w->r.path, "/v1/jobs?limit=1000&since=7");
    assert_true(
        hub_answer(w, JOBS("8", "false", "{\"id\":\"a/1\",\"revision\":\"12\"},{\"id\":\"a/4\",\"revision\":\"9\"}",
                           "\"removed\":[\"a/3\"],\"next\":null")));
    sent_revision(w, "a/1", "11"); /* the store has not got it yet */
    hub_produce(w);
    sent_revision(w, "a/1", "12");
    sent_revision(w, "a/3", NULL);
    sent_revision(w, "a/4", "9");
    hub_poll(w);
    assert_true(hub_answer(w, ABLE("\"hold\"", "")));
    assert_false(
        hub_answer(w, JOBS("9", "false", "{\"id\":\"a/1\",\"revision\":\"13\"}", "\"removed\":7,\"next\":null")));
    sent_revision(w, "a/1", "12");
    hub_poll(w);
    assert_true(hub_answer(w, ABLE("\"hold\"", "")));
    assert_true(hub_status(w, 410, "text/plain", ""));
    assert_true(hub_answer(w, JOBS("10", "true", "{\"id\":\"a/1\",\"revision\":\"14\"}", "\"next\":null")));
    sent_revision(w, "a/1", "14");
    sent_revision(w, "a/4", NULL);
    hub_poll(w); /* jobs are not offered any more */
    assert_true(hub_answer(w, "{\"id\":\"h\",\"api\":\"1\",\"capabilities\":{\"kinds\":[],\"actions\":[\"hold\"]}}"));
    hub_produce(w);
    sent_revision(w, "a/1", NULL);
    hub_world_free(w);
}

/* --- what is answered --- */

#define ACTION(state, more)                                                                                            \
    "{\"id\":\"5\",\"key\":\"O-7.1\",\"kind\":\"hold\",\"targets\":[],\"state\":\"" state "\"" more "}"
#define FOUND(items)           "{\"items\":[" items "],\"next\":null}"
#define PROBLEM(title, detail) "{\"title\":\"" title "\",\"status\":0,\"detail\":\"" detail "\"}"
#define JOB                    "{\"id\":\"a/1\",\"state\":\"held\",\"user\":\"ann\"}"

enum asked { GIVE, LOOK, READ };

static const struct answer {
    enum asked asked;
    int status;
    const char *body;
    enum source_order_end end;
    const char *words; /* of the error, or of what it said */
} answers[] = {
    {GIVE, 202, ACTION("accepted", ""), SOURCE_ORDER_TAKEN, NULL},
    {GIVE, 202, ACTION("running", ""), SOURCE_ORDER_TAKEN, NULL},
    {GIVE, 202, ACTION("done", ",\"made\":[\"b/77\"]"), SOURCE_ORDER_DONE, "b/77"},
    {GIVE, 200, ACTION("done", ",\"made\":[7]"), SOURCE_ORDER_DONE, ""},
    {GIVE, 202, ACTION("refused", ",\"result\":\"the queue is shut\""), SOURCE_ORDER_REFUSED,
     "refused it: the queue is shut"},
    {GIVE, 202, ACTION("failed", ",\"result\":\"\\u001b[2J\""), SOURCE_ORDER_REFUSED, "failed at it: ^[[2J"},
    {GIVE, 202, ACTION("flying", ""), SOURCE_ORDER_UNKNOWN, "a state that the Hub API does not have"},
    {GIVE, 202, "", SOURCE_ORDER_UNKNOWN, "no JSON"},
    {GIVE, 202, ACTION("done", ",\"made\":["), SOURCE_ORDER_UNKNOWN, "no JSON"},
    {GIVE, 202, ACTION("done", ",\"state\":\"refused\""), SOURCE_ORDER_UNKNOWN, "stands twice"},
    {GIVE, 202, ACTION("done", ",\"targets\":[{\"id\":1,\"id\":2}]"), SOURCE_ORDER_UNKNOWN, "stands twice"},
    {GIVE, 202, "{\"id\":\"5\",\"key\":\"O-7.2\",\"state\":\"done\"}", SOURCE_ORDER_UNKNOWN, "another order"},
    {GIVE, 204, "", SOURCE_ORDER_UNKNOWN, "nobody expected (204)"},
    {GIVE, 302, "", SOURCE_ORDER_UNKNOWN, "nobody expected (302)"},
    {GIVE, 400, PROBLEM("no such order", "x"), SOURCE_ORDER_REFUSED, "refuses it (400): no such order: x"},
    {GIVE, 401, "", SOURCE_ORDER_REFUSED, "another token (401)"},
    {GIVE, 403, "", SOURCE_ORDER_REFUSED, "(403)"},
    {GIVE, 404, PROBLEM("gone", "a/1"), SOURCE_ORDER_REFUSED, "no such target (404): gone: a/1"},
    {GIVE, 405, "", SOURCE_ORDER_REFUSED, "(405)"},
    {GIVE, 408, "", SOURCE_ORDER_UNKNOWN, "(408)"},
    {GIVE, 409, PROBLEM("it runs", ""), SOURCE_ORDER_REFUSED, "(409): it runs"},
    {GIVE, 412, PROBLEM("the target changed", "revision 12"), SOURCE_ORDER_REFUSED,
     "changed since it was seen (412): the target changed: revision 12"},
    {GIVE, 422, "<html>", SOURCE_ORDER_REFUSED, "(422)"},
    {GIVE, 425, "", SOURCE_ORDER_UNKNOWN, "(425)"},
    {GIVE, 429, "", SOURCE_ORDER_UNKNOWN, "(429)"},
    {GIVE, 500, PROBLEM("after it was done", ""), SOURCE_ORDER_UNKNOWN, "(500): after it was done"},
    {GIVE, 502, "<html>", SOURCE_ORDER_UNKNOWN, "(502)"},
    {GIVE, 503, "", SOURCE_ORDER_UNKNOWN, "(503)"},
    {GIVE, 504, "", SOURCE_ORDER_UNKNOWN, "(504)"},
    {LOOK, 200, FOUND(""), SOURCE_ORDER_ABSENT, NULL},
    {LOOK, 200, FOUND(ACTION("running", "")), SOURCE_ORDER_TAKEN, NULL},
    {LOOK, 200, FOUND(ACTION("done", ",\"made\":[\"b/77\"]")), SOURCE_ORDER_DONE, "b/77"},
    {LOOK, 200, FOUND(ACTION("refused", ",\"result\":\"no\"")), SOURCE_ORDER_REFUSED, "refused it: no"},
    {LOOK, 200, FOUND(ACTION("done", "") "," ACTION("done", "")), SOURCE_ORDER_UNKNOWN, "several orders"},
    {LOOK, 200, FOUND("{\"id\":\"4\",\"key\":\"other\",\"state\":\"done\"}"), SOURCE_ORDER_UNKNOWN, "another order"},
    {LOOK, 200, "{\"items\":[],\"items\":[" ACTION("done", "") "]}", SOURCE_ORDER_UNKNOWN, "stands twice"},
    {LOOK, 200, "{\"items\":null}", SOURCE_ORDER_UNKNOWN, "no list"},
    {LOOK, 200, "{}", SOURCE_ORDER_UNKNOWN, "no list"},
    {LOOK, 202, FOUND(""), SOURCE_ORDER_UNKNOWN, "(202)"},
    {LOOK, 404, PROBLEM("nothing", ""), SOURCE_ORDER_UNKNOWN, "does not tell what became of it (404): nothing"},
    {LOOK, 409, "", SOURCE_ORDER_UNKNOWN, "(409)"},
    {LOOK, 503, "", SOURCE_ORDER_UNKNOWN, "(503)"},
    {READ, 200, FOUND(JOB), SOURCE_ORDER_DONE, NULL},
    {READ, 200, FOUND(""), SOURCE_ORDER_ABSENT, NULL},
    {READ, 200, FOUND("{\"id\":\"a/2\"}"), SOURCE_ORDER_UNKNOWN, "other jobs"},
    {READ, 200, FOUND(JOB "," JOB), SOURCE_ORDER_UNKNOWN, "other jobs"},
    {READ, 200, FOUND("{\"id\":\"a/1\",\"state\":\"held\",\"state\":\"done\"}"), SOURCE_ORDER_UNKNOWN, "stands twice"},
    {READ, 404, "", SOURCE_ORDER_UNKNOWN, "(404)"},
};

static void every_answer_has_its_end(void **state)
{
    struct hub_world *w = with(ABLE("\"move\"", ",\"by_id\":[\"jobs\"]"));
    (void)state;
    for (size_t i = 0; i < sizeof answers / sizeof *answers; i++) {
        const struct answer *a = &answers[i];
        struct source_order o = order(a->asked == READ ? SOURCE_ORDER_READ : SOURCE_ORDER_MOVE);
        enum source_order_end end = ended(w, &o, a->asked == LOOK, a->status, a->body);
        if (end != a->end)
            fail_msg("%d %s: %d instead of %d: %s", a->status, a->body, (int)end, (int)a->end, err.text);
        bool told = end == SOURCE_ORDER_REFUSED || end == SOURCE_ORDER_UNKNOWN;
        assert_int_equal(err.kind, end == SOURCE_ORDER_UNKNOWN ? ERR_TRANSIENT : told ? ERR_REFUSED : ERR_NONE);
        if (a->words && (told ? !strstr(err.text, a->words) : strcmp(buf_str(&said.remote), a->words) != 0))
            fail_msg("'%s' is not in '%s'", a->words, told ? err.text : buf_str(&said.remote));
    }
    struct source_order o = order(SOURCE_ORDER_READ);
    assert_int_equal(ended(w, &o, false, 200, FOUND(JOB)), SOURCE_ORDER_DONE);
    assert_int_equal(said.jobs.count, 1);
    assert_true(text_is(value_text_or(&said.jobs.all[0].cells[JOB_STATE], ""), "held"));
    source_ordered_release(&said);
    buf_release(&form.body);
    hub_world_free(w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_order_names_what_was_seen), cmocka_unit_test(a_transfer_is_held_until),
        cmocka_unit_test(what_cannot_be_sent_is_told),  cmocka_unit_test(revisions_are_those_of_the_last_good_answer),
        cmocka_unit_test(every_answer_has_its_end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
