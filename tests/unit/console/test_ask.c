#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/dir.h"
#include "console/ask.h"
#include "io/control.h"
#include "zh.h"

enum { GUARD_MS = 30000, FRAMES_MAX = 16, SAID_MAX = 16, TEXT = 512 };

struct frame {
    int64_t id;
    char op[32], request_id[64], alert[64], note[TEXT], ref[64];
};

/* A console's ask, and a collector that is nothing but what it heard and what it answers. */
struct world {
    struct loop *loop;
    struct control_server *server;
    struct control_client *client;
    struct link *link;
    struct ask *ask;
    struct console_options options;
    char dir[64], path[96];
    const char *answer; /* printf of an id; NULL: it says nothing */
    bool dies;          /* when it is asked */
    struct frame frames[FRAMES_MAX];
    int asked;
    char said[SAID_MAX][ERR_TEXT_MAX + ERR_HINT_MAX + 8];
    bool bad[SAID_MAX];
    int says;
    bool running;
};

/* --- the collector --- */

static bool on_joined(void *ctx, struct control_client *c, uid_t uid, pid_t pid)
{
    (void)uid;
    (void)pid;
    ((struct world *)ctx)->client = c;
    return true;
}

static void on_left(void *ctx, struct control_client *c, const struct err *why)
{
    struct world *w = ctx;
    (void)why;
    w->client = w->client == c ? NULL : w->client;
}

static void take(const struct json *message, const char *key, char *out, size_t size)
{
    struct safe_text text;
    out[0] = '\0';
    if (json_text(json_get(message, key), &text))
        text_show_in(text, out, size);
}

static void on_frame(void *ctx, struct control_client *c, const struct json *message)
{
    struct world *w = ctx;
    struct frame *f = &w->frames[w->asked];
    char answer[1024];
    if (json_get(message, "hello")) {
        control_set_ready(c, NULL);
        return;
    }
    assert_true(w->asked++ < FRAMES_MAX);
    assert_true(json_int(json_get(message, "id"), &f->id));
    take(message, "op", f->op, sizeof f->op);
    take(message, "request_id", f->request_id, sizeof f->request_id);
    take(message, "alert", f->alert, sizeof f->alert);
    take(message, "note", f->note, sizeof f->note);
    take(message, "ref", f->ref, sizeof f->ref);
    if (w->answer) {
        snprintf(answer, sizeof answer, "{\"id\":%lld,%s}", (long long)f->id, w->answer);
        control_send(c, answer, strlen(answer));
    }
    if (w->dies)
        control_close(c);
}

static void serve(struct world *w)
{
    const struct control_handler handler = {.joined = on_joined, .frame = on_frame, .left = on_left, .ctx = w};
    struct err err = {0};
    w->server = control_listen(w->loop, w->path, 0600, &handler, &err);
    assert_non_null(w->server);
}

/* --- the console --- */

static void on_say(void *ctx, bool bad, const char *message)
{
    struct world *w = ctx;
    assert_true(w->says < SAID_MAX);
    snprintf(w->said[w->says], sizeof w->said[0], "%s", message);
    w->bad[w->says++] = bad;
    if (w->running) /* a stop before it runs would end the next run */
        loop_stop(w->loop);
}

static void no_news(void *ctx)
{
    (void)ctx;
}

static void no_message(void *ctx, const char *message)
{
    (void)ctx;
    (void)message;
}

static int setup(void **state)
{
    struct world *w = calloc(1, sizeof *w);
    const struct link_handler handler = {.committed = no_news, .changed = no_message, .ctx = w};
    struct err err = {0};
    assert_non_null(w);
    snprintf(w->dir, sizeof w->dir, "/tmp/hubtop-test-ask-XXXXXX");
    assert_non_null(mkdtemp(w->dir));
    snprintf(w->path, sizeof w->path, "%s/control.sock", w->dir);
    w->loop = loop_new(&err);
    w->options = (struct console_options){.state_dir = w->dir, .context = "t", .write = true};
    w->answer = "\"ok\":true";
    serve(w);
    w->link = link_new(w->loop, &w->options, &handler);
    w->ask = ask_new(w->loop, w->link, &(struct ask_handler){.say = on_say, .ctx = w});
    *state = w;
    return 0;
}

static int teardown(void **state)
{
    struct world *w = *state;
    ask_free(w->ask);
    link_free(w->link);
    control_server_free(w->server);
    loop_free(w->loop);
    dir_remove(w->dir);
    free(w);
    return 0;
}

static void guard(void *ctx)
{
    (void)ctx;
    fail_msg("nothing was said within %d s", GUARD_MS / 1000);
}

/* Until the next sentence; the last one that was said. */
static const char *hear(struct world *w)
{
    struct err err = {0};
    int64_t timer = loop_timer(w->loop, GUARD_MS, guard, NULL);
    w->running = true;
    assert_true(loop_run(w->loop, &err));
    w->running = false;
    loop_timer_cancel(w->loop, timer);
    return w->said[w->says - 1];
}

static void stop(void *ctx)
{
    loop_stop(ctx);
}

static void wait_ms(struct world *w, int64_t ms)
{
    struct err err = {0};
    loop_timer(w->loop, ms, stop, w->loop);
    assert_true(loop_run(w->loop, &err));
}

static bool send(struct world *w, const char *op, const char *members)
{
    struct intent i = {.kind = INTENT_ASK};
    snprintf(i.op, sizeof i.op, "%s", op);
    snprintf(i.ask, sizeof i.ask, "%s", members);
    return ask_send(w->ask, &i);
}

#define ALERT "{\"alert\":\"A-7K3Q2\",\"source\":\"hubtop\"}"

/* --- what a user relies on --- */

static void what_was_typed_is_what_is_sent(void **state)
{
    struct world *w = *state;
    assert_true(send(w, "note", "{\"alert\":\"A-7K3Q2\",\"note\":\"\\\"2\\\\3\\\" 泵坏了 \\u00e9\"}"));
    assert_string_equal(hear(w), "noted (u takes it back)");
    assert_false(w->bad[0]);
    assert_true(send(w, "note", "{\"alert\":\"A-7K3Q2\",\"note\":\"\\\"2\\\\3\\\" 泵坏了 \\u00e9\"}"));
    hear(w);
    assert_string_equal(w->frames[0].op, "note");
    assert_string_equal(w->frames[0].alert, "A-7K3Q2");
    assert_string_equal(w->frames[0].note, "\"2\\3\" 泵坏了 é");
    assert_int_equal(strlen(w->frames[0].request_id), 36);
    assert_string_not_equal(w->frames[0].request_id, w->frames[1].request_id); /* two notes, not one sent twice */
    assert_int_not_equal(w->frames[0].id, w->frames[1].id);
}

static void the_last_that_was_done_is_taken_back_first(void **state)
{
    struct world *w = *state;
    send(w, "ack", ALERT);
    assert_string_equal(hear(w), "acknowledged (u takes it back)");
    w->answer = "\"ok\":true,\"made\":\"S-4H2QX\"";
    send(w, "silence", "{\"alert\":\"A-7K3Q2\",\"reason\":\"x\"}");
    assert_string_equal(hear(w), "silenced S-4H2QX (u takes it back)");
    w->answer = "\"ok\":true";
    send(w, "unack", ALERT); /* nothing takes that back */
    assert_string_equal(hear(w), "not acknowledged any more");
    assert_true(ask_undo(w->ask));
    assert_string_equal(hear(w), "the silence is over");
    assert_string_equal(w->frames[3].op, "unsilence");
    assert_string_equal(w->frames[3].ref, "S-4H2QX");
    assert_true(ask_undo(w->ask));
    assert_string_equal(hear(w), "not acknowledged any more");
    assert_string_equal(w->frames[4].op, "unack");
    assert_string_equal(w->frames[4].alert, "A-7K3Q2");
    assert_false(ask_undo(w->ask));
    assert_string_equal(w->said[w->says - 1], "there is nothing of yours to take back");
    assert_int_equal(w->asked, 5);
}

static void a_refusal_is_shown_with_what_to_do(void **state)
{
    struct world *w = *state;
    w->answer = "\"error\":{\"code\":67,\"message\":\"no alert 'A-7K3Q2'\",\"hint\":\"'hubtop get alerts' lists those "
                "there are\"}";
    assert_true(send(w, "ack", ALERT));
    assert_string_equal(hear(w), "no alert 'A-7K3Q2': 'hubtop get alerts' lists those there are");
    assert_true(w->bad[0]);
    assert_false(ask_undo(w->ask)); /* it was not done */
    w->answer = "\"error\":{}";
    send(w, "ack", ALERT);
    assert_string_equal(hear(w), "the collector refused the request");
}

/* An answer from outside draws nothing of its own. */
static void hostile_words_are_marks(void **state)
{
    struct world *w = *state;
    w->answer = "\"error\":{\"code\":77,\"message\":\"\\u001b]0;owned\\u0007\\u202e\"}";
    send(w, "ack", ALERT);
    assert_null(strchr(hear(w), '\033'));
    assert_null(strchr(w->said[0], '\a'));
    assert_null(strstr(w->said[0], "\xe2\x80\xae"));
    assert_non_null(strstr(w->said[0], "owned"));
}

/* What could not be taken back now can be later: the silence is still there. */
static void what_was_not_taken_back_can_be_tried_again(void **state)
{
    struct world *w = *state;
    w->answer = "\"ok\":true,\"made\":\"S-4H2QX\"";
    send(w, "silence", ALERT);
    hear(w);
    w->answer = "\"error\":{\"code\":75,\"message\":\"'am' has not confirmed it\"}";
    assert_true(ask_undo(w->ask));
    assert_string_equal(hear(w), "'am' has not confirmed it");
    w->answer = "\"ok\":true";
    assert_true(ask_undo(w->ask));
    assert_string_equal(hear(w), "the silence is over");
    assert_string_equal(w->frames[2].ref, "S-4H2QX");
    w->answer = "\"error\":{\"code\":65,\"message\":\"it is over already: 'S-4H2QX'\"}";
    send(w, "ack", ALERT);
    hear(w);
    assert_false(ask_undo(w->ask));
}

static void a_collector_that_dies_while_it_is_asked(void **state)
{
    struct world *w = *state;
    w->answer = NULL;
    w->dies = true;
    assert_true(send(w, "ack", ALERT));
    assert_string_equal(hear(w),
                        "the collector did not answer within 5 s: what you asked may have been done all the same");
    assert_true(w->bad[0]);
    assert_false(ask_undo(w->ask)); /* nobody knows whether there is something to take back */
    w->dies = false;                /* the console found another one meanwhile */
    w->answer = "\"ok\":true";
    assert_true(send(w, "ack", ALERT));
    assert_string_equal(hear(w), "acknowledged (u takes it back)");
}

/* An answer that comes when nobody waits any more says nothing, nor does one to no question. */
static void late_and_foreign_answers_are_not_heard(void **state)
{
    struct world *w = *state;
    char late[64];
    send(w, "ack", ALERT);
    hear(w);
    snprintf(late, sizeof late, "{\"id\":%lld,\"ok\":true}", (long long)w->frames[0].id);
    control_send(w->client, late, strlen(late));
    snprintf(late, sizeof late, "{\"id\":987654,\"ok\":true}");
    control_send(w->client, late, strlen(late));
    wait_ms(w, 100);
    assert_int_equal(w->says, 1);
}

static void without_a_collector_it_is_said_at_once(void **state)
{
    struct world *w = *state;
    control_server_free(w->server);
    w->server = NULL;
    wait_ms(w, 100);
    assert_false(send(w, "ack", ALERT));
    assert_string_equal(w->said[0], "there is no collector to ask");
    assert_true(w->bad[0]);
}

static void only_so_many_wait_at_once(void **state)
{
    struct world *w = *state;
    int sent = 0;
    w->answer = NULL;
    while (send(w, "ack", ALERT))
        assert_true(++sent < 100);
    assert_string_equal(w->said[0], "the collector has not answered to the former requests yet");
    assert_true(sent > 1);
    hear(w);
    w->answer = "\"ok\":true"; /* those that were given up make room */
    wait_ms(w, 200);
    assert_true(send(w, "ack", ALERT));
}

static void what_is_no_request_is_not_sent(void **state)
{
    struct world *w = *state;
    assert_false(send(w, "ack", "[]"));
    assert_false(send(w, "ack", "{\"alert\":[1]}"));
    assert_false(send(w, "ack", "{\"alert\""));
    assert_int_equal(w->says, 3);
    assert_true(w->bad[0] && w->bad[1] && w->bad[2]);
    wait_ms(w, 50);
    assert_int_equal(w->asked, 0);
}

static void in_chinese(void **state)
{
    struct world *w = *state;
    zh_begin();
    send(w, "ack", ALERT);
    assert_string_equal(hear(w), "已认领（u 撤销）");
    zh_end();
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
    const struct CMUnitTest tests[] = {
        TEST(what_was_typed_is_what_is_sent),
        TEST(the_last_that_was_done_is_taken_back_first),
        TEST(a_refusal_is_shown_with_what_to_do),
        TEST(hostile_words_are_marks),
        TEST(what_was_not_taken_back_can_be_tried_again),
        TEST(a_collector_that_dies_while_it_is_asked),
        TEST(late_and_foreign_answers_are_not_heard),
        TEST(without_a_collector_it_is_said_at_once),
        TEST(only_so_many_wait_at_once),
        TEST(what_is_no_request_is_not_sent),
        TEST(in_chinese),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
