#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "poller_world.h"

/* Orders through a fake driver: scripts come from a command, and a list is looked through whole. */

static bool fake_order(struct source *s, const struct source_order *o, bool look, struct source_order_form *form,
                       struct err *err)
{
    (void)s;
    (void)look;
    if (o->what == SOURCE_ORDER_SCRIPT)
        return buf_puts(&form->body, "17", err);
    if (o->what == SOURCE_ORDER_MOVE)
        return buf_puts(&form->body, "17 ams", err);
    if (o->what == SOURCE_ORDER_DRAIN)
        return buf_puts(&form->body, "17", err);
    form->method = "GET";
    snprintf(form->path, sizeof form->path, "/jobs");
    form->element_path = "jobs";
    return true;
}

static bool fake_can(struct source *s, const struct source_order *o, struct err *err)
{
    (void)s;
    return o->kind != KIND_NODE || err_set(err, ERR_INPUT, "no node");
}

static bool fake_found(struct source *s, const struct source_order *o, const struct json *element,
                       struct source_ordered *said)
{
    struct safe_text id = {0};
    (void)s;
    (void)o;
    (void)json_ident(element, &id);
    text_copy(&said->remote, id);
    return text_is(id, "2");
}

static bool fake_well(struct source *s, const struct json *rest, struct err *err)
{
    (void)s;
    return !json_first(json_get(rest, "errors")) || err_set(err, ERR_TRANSIENT, "an error beside the list");
}

static enum source_order_end fake_ended(struct source *s, const struct source_order *o, bool look, bool found,
                                        int status, const char *body, size_t n, struct source_ordered *said,
                                        struct err *err)
{
    (void)s;
    found = found || o->what == SOURCE_ORDER_MOVE;
    (void)look;
    (void)status;
    (void)body;
    (void)n;
    (void)said;
    (void)err;
    return found ? SOURCE_ORDER_DONE : SOURCE_ORDER_ABSENT;
}

struct heard {
    struct loop *loop;
    enum source_order_end end;
    char text[256], error[ERR_TEXT_MAX];
    int count;
};

static void heard(void *ctx, enum source_order_end end, const struct source_ordered *said, const struct err *err)
{
    struct heard *h = ctx;
    const struct buf *text = said->copy.len ? &said->copy : &said->remote;
    h->end = end;
    h->count++;
    snprintf(h->text, sizeof h->text, "%s", buf_str(text));
    snprintf(h->error, sizeof h->error, "%s", err ? err->text : "");
    loop_stop(h->loop);
}

struct orders {
    struct world w;
    struct peer peer;
    struct source_driver driver;
    struct collector_source source;
    struct poller *p;
};

/* A source that was polled once; its federation's command is the same. `script`: what a shell prints for it; NULL: no such command is configured. */
static void open_orders(struct orders *t, const char *script)
{
    const struct launcher_command command = {.name = "script:fra",
                                             .argv =
                                                 (const char *const[]){"sh", "-c", script, "%i", "%i", "c=%c", NULL},
                                             .number = true};
    open_world(&t->w);
    if (script)
        t->w.w.launcher = launcher_new(&command, 1, NULL);
    peer_start(&t->peer);
    peer_says(&t->peer, 0, 200, "", ONE_NODE, 0);
    t->driver = peer_driver;
    t->driver.orders = SOURCE_ORDER_BIT(SOURCE_ORDER_SCRIPT) | SOURCE_ORDER_BIT(SOURCE_ORDER_SUBMIT) |
                       SOURCE_ORDER_BIT(SOURCE_ORDER_MOVE);
    t->driver.orders |= SOURCE_ORDER_BIT(SOURCE_ORDER_DRAIN);
    t->driver.order = fake_order;
    t->driver.order_can = fake_can;
    t->driver.order_found = fake_found;
    t->driver.order_well = fake_well;
    t->driver.order_ended = fake_ended;
    t->source = source_of(&t->peer, "fra");
    t->source.driver = &t->driver;
    for (int i = 0; script && i < PEER_COMMANDS; i++)
        t->source.commands[i] = "script:fra";
    t->p = add(&t->w, &t->source);
    poller_start(t->p);
    polls(&t->w, 1);
}

static void close_orders(struct orders *t)
{
    peer_end(&t->peer);
    close_world(&t->w);
}

static struct heard ordered(struct orders *t, enum source_order_what what)
{
    const struct source_order o = {.what = what};
    struct heard h = {.loop = t->w.w.loop};
    struct err err = {0};
    if (!poller_order(t->p, &o, what == SOURCE_ORDER_SUBMIT, heard, &h, &err)) {
        snprintf(h.error, sizeof h.error, "%s", err.text);
        return h;
    }
    t->w.stop_at = -1;
    while (h.count == 0)
        assert_true(loop_run(t->w.w.loop, NULL));
    assert_int_equal(h.count, 1);
    return h;
}

static void test_scripts(void **state)
{
    static const struct {
        const char *script;
        enum source_order_end end;
        const char *text, *error;
    } cases[] = {
        {"printf '#!/bin/sh\\n%s' \"$1\"", SOURCE_ORDER_DONE, "#!/bin/sh\n17", ""},
        {"echo no such job >&2", SOURCE_ORDER_UNKNOWN, "", "the command 'script:fra' printed no script"},
        {"echo oops >&2; exit 3", SOURCE_ORDER_UNKNOWN, "", "the command 'script:fra' failed (status 3): oops"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct orders t;
        open_orders(&t, cases[i].script);
        struct heard h = ordered(&t, SOURCE_ORDER_SCRIPT);
        assert_int_equal(h.end, cases[i].end);
        assert_string_equal(h.text, cases[i].text);
        assert_string_equal(h.error, cases[i].error);
        close_orders(&t);
    }
}

/* What it prints says nothing; where it fails nobody knows what it did. */
static void test_the_command_of_a_federation(void **state)
{
    static const struct {
        const char *script, *error;
        enum source_order_end end;
    } cases[] = {
        {"test \"$1 $2\" = '17 c=ams'", "", SOURCE_ORDER_DONE},
        {"echo no longer pending >&2; exit 1", "the command 'script:fra' failed (status 1): no longer pending",
         SOURCE_ORDER_UNKNOWN},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct orders t;
        open_orders(&t, cases[i].script);
        struct heard h = ordered(&t, SOURCE_ORDER_MOVE);
        assert_int_equal(h.end, cases[i].end);
        assert_string_equal(h.error, cases[i].error);
        close_orders(&t);
    }
}

static void test_without_a_command_for_scripts(void **state)
{
    struct orders t;
    (void)state;
    open_orders(&t, NULL);
    struct heard h = ordered(&t, SOURCE_ORDER_SCRIPT);
    assert_int_equal(h.count, 0);
    assert_string_equal(h.error, "script_command is not configured for 'fra'");
    h = ordered(&t, SOURCE_ORDER_MOVE);
    assert_int_equal(h.count, 0);
    assert_string_equal(h.error, "federation_command is not configured for 'fra'");
    h = ordered(&t, SOURCE_ORDER_DRAIN);
    assert_int_equal(h.count, 0);
    assert_string_equal(h.error, "drain_command is not configured for 'fra'");
    close_orders(&t);
}

static void test_what_its_driver_cannot_give(void **state)
{
    struct orders t;
    struct source_order o = {.what = SOURCE_ORDER_DRAIN, .kind = KIND_NODE};
    struct err err = {0};
    (void)state;
    open_orders(&t, NULL);
    assert_false(poller_can_order(t.p, &o, &err));
    assert_string_equal(err.text, "no node");
    o.kind = KIND_QUEUE;
    assert_true(poller_can_order(t.p, &o, &err));
    o.what = SOURCE_ORDER_RESUME;
    assert_false(poller_can_order(t.p, &o, &err));
    close_orders(&t);
}

static void test_a_source_that_goes_hears_of_no_script(void **state)
{
    struct orders t;
    const struct source_order o = {.what = SOURCE_ORDER_SCRIPT};
    (void)state;
    open_orders(&t, "sleep 0.2; echo x");
    struct heard h = {.loop = t.w.w.loop};
    assert_true(poller_order(t.p, &o, false, heard, &h, NULL));
    close_orders(&t);
    assert_int_equal(h.count, 0);
}

static void test_a_list_is_looked_through_whole(void **state)
{
    struct orders t;
    (void)state;
    open_orders(&t, NULL);
    peer_says(&t.peer, 0, 200, "", "{\"errors\":[],\"jobs\":[1,2,3]}", 0);
    struct heard h = ordered(&t, SOURCE_ORDER_SUBMIT);
    assert_int_equal(h.end, SOURCE_ORDER_DONE);
    assert_string_equal(h.text, "123");
    peer_says(&t.peer, 0, 200, "", "{\"errors\":[],\"jobs\":[]}", 0);
    assert_int_equal(ordered(&t, SOURCE_ORDER_SUBMIT).end, SOURCE_ORDER_ABSENT);
    peer_says(&t.peer, 0, 200, "", "{\"errors\":[{}],\"jobs\":[]}", 0);
    h = ordered(&t, SOURCE_ORDER_SUBMIT);
    assert_int_equal(h.end, SOURCE_ORDER_UNKNOWN);
    assert_string_equal(h.error, "an error beside the list");
    close_orders(&t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_scripts),
        cmocka_unit_test(test_the_command_of_a_federation),
        cmocka_unit_test(test_without_a_command_for_scripts),
        cmocka_unit_test(test_what_its_driver_cannot_give),
        cmocka_unit_test(test_a_source_that_goes_hears_of_no_script),
        cmocka_unit_test(test_a_list_is_looked_through_whole),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
