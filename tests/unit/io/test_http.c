#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <sys/resource.h>

#include "unit/io/world.h"

static bool had(const struct peer *p, const char *text)
{
    return strstr(p->last, text) != NULL;
}

/* --- what an answer says --- */

static void an_answer_is_told_whole(void **state)
{
    struct world *w = *state;
    struct peer *p = peer_new(w->loop);
    struct ask a = ask_make(w);
    peer_says(p, "HTTP/1.1 200 OK\r\nContent-Type: application/json; charset=utf-8\r\nETag: \"v7\"\r\n"
                 "Date: Sun, 06 Nov 1994 08:49:37 GMT\r\nContent-Length: 8\r\n\r\n{\"a\": 1}");
    ask_run(&a, peer_of(w, p->url));
    assert_true(a.result.answered);
    assert_int_equal(a.result.status, 200);
    assert_int_equal(a.result.err.kind, ERR_NONE);
    assert_string_equal(a.body, "{\"a\": 1}");
    assert_int_equal(a.result.body_bytes, 8);
    assert_int_equal(a.heads, 1);
    assert_int_equal(a.head_status, 200);
    assert_string_equal(a.head_type, "application/json; charset=utf-8");
    assert_string_equal(a.content_type, a.head_type);
    assert_string_equal(a.etag, "\"v7\"");
    assert_string_equal(a.certificate, "");
    assert_int_equal(a.result.date_utc_ms, 784111777000);
    assert_int_equal(a.result.retry_after_ms, -1);
    assert_false(a.result.reused);
    assert_true(had(p, "GET /x HTTP/1.1\r\n"));
    assert_false(had(p, "Authorization"));
    peer_free(p);
}

static void an_answer_without_a_body_has_a_head(void **state)
{
    struct world *w = *state;
    struct peer *p = peer_new(w->loop);
    struct ask a = ask_make(w);
    peer_says(p, "HTTP/1.1 304 Not Modified\r\nETag: \"v7\"\r\n\r\n");
    ask_run(&a, peer_of(w, p->url));
    assert_true(a.result.answered);
    assert_int_equal(a.result.status, 304);
    assert_int_equal(a.heads, 1);
    assert_int_equal(a.head_status, 304);
    assert_int_equal(a.parts, 0);
    peer_free(p);
}

static void a_busy_peer_says_when_to_come_back(void **state)
{
    struct world *w = *state;
    struct peer *p = peer_new(w->loop);
    struct ask a = ask_make(w);
    peer_says(p, "HTTP/1.1 503 Busy\r\nRetry-After: 7\r\nContent-Length: 0\r\n\r\n");
    ask_run(&a, peer_of(w, p->url));
    assert_true(a.result.answered);
    assert_int_equal(a.result.status, 503);
    assert_int_equal(a.result.retry_after_ms, 7000);
    peer_free(p);
}

static void an_interim_answer_leaves_nothing(void **state)
{
    struct world *w = *state;
    struct peer *p = peer_new(w->loop);
    struct ask a = ask_make(w);
    peer_says(p, "HTTP/1.1 103 Early Hints\r\nETag: \"interim\"\r\nRetry-After: 9\r\n\r\n" OK_HEAD
                 "Content-Length: 2\r\n\r\n{}");
    ask_run(&a, peer_of(w, p->url));
    assert_int_equal(a.result.status, 200);
    assert_string_equal(a.etag, "");
    assert_int_equal(a.result.retry_after_ms, -1);
    assert_int_equal(a.heads, 1);
    assert_int_equal(a.head_status, 200);
    peer_free(p);
}

static void a_redirect_is_told_and_not_followed(void **state)
{
    struct world *w = *state;
    struct peer *p = peer_new(w->loop), *elsewhere = peer_new(w->loop);
    struct ask a = ask_make(w);
    char answer[256];
    snprintf(answer, sizeof answer, "HTTP/1.1 302 Found\r\nLocation: %s/x\r\nContent-Length: 0\r\n\r\n",
             elsewhere->url);
    peer_says(p, answer);
    peer_says(elsewhere, ok);
    ask_run(&a, peer_of(w, p->url));
    assert_true(a.result.answered);
    assert_int_equal(a.result.status, 302);
    assert_int_equal(elsewhere->accepted, 0);
    peer_free(p);
    peer_free(elsewhere);
}

/* --- what is sent --- */

static void a_body_is_sent_as_it_is(void **state)
{
    struct world *w = *state;
    struct peer *p = peer_new(w->loop);
    struct http_peer *peer = peer_of(w, p->url);
    static const char *const methods[] = {"POST", "PUT", "DELETE"};
    static const char body[] = "{\"a\":\0\"b\"}";
    peer_says(p, ok);
    for (size_t i = 0; i < 3; i++) {
        char line[32];
        struct ask a = ask_make(w);
        a.request.method = methods[i];
        a.request.body = body;
        a.request.body_len = sizeof body - 1;
        a.request.headers[0] = (struct http_header){.name = "Content-Type", .value = "application/json"};
        a.request.header_count = 1;
        ask_run(&a, peer);
        assert_int_equal(a.result.status, 200);
        snprintf(line, sizeof line, "%s /x HTTP/1.1\r\n", methods[i]);
        assert_memory_equal(p->last, line, strlen(line));
        assert_true(had(p, "\r\nContent-Type: application/json\r\n"));
        assert_true(had(p, "\r\nContent-Length: 10\r\n"));
        assert_memory_equal(p->last + p->last_len - 10, body, 10);
    }
    peer_free(p);
}

static void a_large_body_does_not_wait_to_be_asked_for(void **state)
{
    struct world *w = *state;
    struct peer *p = peer_new(w->loop);
    struct ask a = ask_make(w);
    static char body[200000];
    memset(body, 'b', sizeof body);
    peer_says(p, ok);
    a.request.method = "POST";
    a.request.body = body;
    a.request.body_len = sizeof body;
    ask_run(&a, peer_of(w, p->url));
    assert_int_equal(a.result.status, 200);
    assert_false(had(p, "Expect"));
    assert_memory_equal(p->last + p->last_len - sizeof body, body, sizeof body);
    peer_free(p);
}

static void a_post_of_nothing_says_so(void **state)
{
    struct world *w = *state;
    struct peer *p = peer_new(w->loop);
    struct ask a = ask_make(w);
    peer_says(p, ok);
    a.request.method = "POST";
    ask_run(&a, peer_of(w, p->url));
    assert_true(had(p, "POST /x HTTP/1.1\r\n"));
    assert_true(had(p, "\r\nContent-Length: 0\r\n"));
    peer_free(p);
}

static void the_base_of_a_url_is_kept(void **state)
{
    struct world *w = *state;
    struct peer *p = peer_new(w->loop);
    struct ask a = ask_make(w);
    char url[80];
    peer_says(p, ok);
    snprintf(url, sizeof url, "%s/base/", p->url);
    a.request.path = "/x?y=1";
    ask_run(&a, peer_of(w, url));
    assert_true(had(p, "GET /base/x?y=1 HTTP/1.1\r\n"));
    peer_free(p);
}

static void the_environment_changes_nothing(void **state)
{
    struct world *w = *state;
    struct peer *p = peer_new(w->loop), *proxy = peer_new(w->loop);
    struct ask a = ask_make(w);
    peer_says(p, ok);
    peer_says(proxy, ok);
    setenv("http_proxy", proxy->url, 1);
    setenv("all_proxy", proxy->url, 1);
    ask_run(&a, peer_of(w, p->url));
    unsetenv("http_proxy");
    unsetenv("all_proxy");
    assert_true(a.result.answered);
    assert_int_equal(p->requests, 1);
    assert_int_equal(proxy->accepted, 0);
    peer_free(p);
    peer_free(proxy);
}

static void a_proxy_that_was_asked_for_is_used(void **state)
{
    struct world *w = *state;
    struct peer *p = peer_new(w->loop), *proxy = peer_new(w->loop);
    struct ask a = ask_make(w);
    struct http_peer_options o = {.url = p->url, .proxy = proxy->url};
    peer_says(p, ok);
    peer_says(proxy, ok);
    setenv("no_proxy", "*", 1);
    ask_run(&a, http_peer_new(w->http, &o, NULL));
    unsetenv("no_proxy");
    assert_int_equal(proxy->requests, 1);
    assert_int_equal(p->accepted, 0);
    peer_free(p);
    peer_free(proxy);
}

static void no_netrc_is_read(void **state)
{
    struct world *w = *state;
    struct peer *p = peer_new(w->loop);
    struct ask a = ask_make(w);
    char home[] = "/tmp/hubtop-netrc.XXXXXX", name[64];
    const char *was = getenv("HOME");
    char before[512];
    snprintf(before, sizeof before, "%s", was ? was : "");
    assert_non_null(mkdtemp(home));
    snprintf(name, sizeof name, "%s/.netrc", home);
    FILE *f = fopen(name, "w");
    assert_non_null(f);
    fputs("machine 127.0.0.1 login somebody password hunter2\n", f);
    fclose(f);
    setenv("HOME", home, 1);
    peer_says(p, ok);
    ask_run(&a, peer_of(w, p->url));
    setenv("HOME", before, 1);
    unlink(name);
    rmdir(home);
    assert_int_equal(p->requests, 1);
    assert_false(had(p, "Authorization"));
    peer_free(p);
}

/* --- connections --- */

static void a_connection_is_kept(void **state)
{
    struct world *w = *state;
    struct peer *p = peer_new(w->loop);
    struct http_peer *peer = peer_of(w, p->url);
    peer_says(p, ok);
    for (int i = 0; i < 1000; i++) {
        struct ask a = ask_make(w);
        ask_run(&a, peer);
        assert_true(a.result.answered);
        assert_int_equal(a.result.reused, i > 0);
    }
    assert_int_equal(p->requests, 1000);
    assert_int_equal(p->accepted, 1);
    peer_free(p);
}

static void an_order_has_a_connection_of_its_own(void **state)
{
    struct world *w = *state;
    struct peer *p = peer_new(w->loop);
    struct http_peer *peer = peer_of(w, p->url);
    struct ask poll = ask_make(w), order = ask_make(w), again = ask_make(w);
    peer_says(p, ok);
    ask_run(&poll, peer);
    order.request.fresh_connection = true;
    ask_run(&order, peer);
    assert_false(order.result.reused);
    assert_int_equal(p->accepted, 2);
    again.request.fresh_connection = true;
    ask_run(&again, peer);
    assert_int_equal(p->accepted, 3);
    peer_free(p);
}

static void an_order_is_sent_once(void **state)
{
    struct world *w = *state;
    struct peer *p = peer_new(w->loop);
    struct http_peer *peer = peer_of(w, p->url);
    struct ask poll = ask_make(w), order = ask_make(w);
    peer_says(p, ok);
    ask_run(&poll, peer);
    peer_says(p, NULL); /* reads it, and dies */
    p->closes = true;
    order.request.method = "POST";
    order.request.body = "{}";
    order.request.body_len = 2;
    order.request.fresh_connection = true;
    ask_run(&order, peer);
    expect_error(&order, ERR_TRANSIENT, "'%s' closed the connection without an answer", p->url);
    assert_int_equal(p->requests, 2);
    peer_free(p);
}

static void fifty_peers_are_asked_at_once(void **state)
{
    enum { PEERS = 50, ROUNDS = 4 };
    struct world *w = *state;
    struct peer *p[PEERS];
    static struct ask a[PEERS];
    struct http_peer *peers[PEERS];
    for (int i = 0; i < PEERS; i++) {
        p[i] = peer_new(w->loop);
        peers[i] = peer_of(w, p[i]->url);
        peer_says(p[i], ok);
    }
    for (int round = 0; round < ROUNDS; round++) {
        for (int i = 0; i < PEERS; i++) {
            a[i] = ask_make(w);
            ask_start(&a[i], peers[i]);
        }
        world_run(w);
        for (int i = 0; i < PEERS; i++)
            assert_true(a[i].dones == 1 && a[i].result.answered);
    }
    for (int i = 0; i < PEERS; i++) {
        assert_int_equal(p[i]->requests, ROUNDS);
        peer_free(p[i]);
    }
}

/* Peers share what libcurl needs for a request; none sends what another one was sent. */
static void what_one_peer_is_sent_no_other_is(void **state)
{
    struct world *w = *state;
    struct peer *a = peer_new(w->loop), *b = peer_new(w->loop);
    struct http_peer *to_a = peer_of(w, a->url), *to_b = peer_of(w, b->url);
    peer_says(a, ok);
    peer_says(b, ok);
    for (int posts = 0; posts < 2; posts++) {
        struct ask first = ask_make(w), second = ask_make(w);
        first.request.headers[0] = (struct http_header){.name = "X-Told", .value = "to a alone"};
        first.request.header_count = 1;
        if (posts) {
            first.request.method = "POST";
            first.request.body = "{}";
            first.request.body_len = 2;
        }
        ask_run(&first, to_a);
        assert_true(had(a, "X-Told: to a alone"));
        ask_run(&second, to_b);
        assert_true(second.result.answered);
        assert_true(had(b, "GET /x HTTP/1.1\r\n"));
        assert_false(had(b, "X-Told") || had(b, "Content-Length"));
    }
    peer_free(a);
    peer_free(b);
}

static void a_unix_socket_is_a_peer(void **state)
{
    struct world *w = *state;
    char dir[] = "/tmp/hubtop-http.XXXXXX", path[64];
    assert_non_null(mkdtemp(dir));
    snprintf(path, sizeof path, "%s/s", dir);
    struct http_peer_options o = {.url = "http://localhost", .unix_path = path};
    struct http_peer *peer = http_peer_new(w->http, &o, NULL);
    struct ask absent = ask_make(w), a = ask_make(w);
    ask_run(&absent, peer);
    expect_error(&absent, ERR_TRANSIENT, "cannot connect to '%s': No such file or directory", path);
    struct peer *p = peer_new_unix(w->loop, path);
    peer_says(p, ok);
    ask_run(&a, peer);
    assert_int_equal(a.result.status, 200);
    peer_free(p);
    unlink(path);
    rmdir(dir);
}

/* --- ends that nobody is told --- */

static void a_cancelled_request_is_not_told(void **state)
{
    struct world *w = *state;
    struct peer *p = peer_new(w->loop);
    struct http_peer *peer = peer_of(w, p->url);
    struct ask at_once = ask_make(w), waiting = ask_make(w), next = ask_make(w);
    peer_says(p, OK_HEAD "Content-Length: 100\r\n\r\n{");
    ask_start(&at_once, peer);
    http_cancel(at_once.flight);
    ask_start(&waiting, peer);
    world_wait(w, 50);
    assert_int_equal(waiting.parts, 1);
    http_cancel(waiting.flight);
    http_cancel(NULL);
    w->awaited = 0;
    peer_says(p, ok);
    ask_run(&next, peer);
    assert_true(next.result.answered);
    assert_int_equal(at_once.dones + waiting.dones, 0);
    peer_free(p);
}

static void all_may_be_freed_in_flight(void **state)
{
    struct world *w = *state;
    struct peer *p = peer_new(w->loop);
    struct http_peer *peer = peer_of(w, p->url), *second = peer_of(w, p->url);
    struct ask a[6];
    peer_says(p, OK_HEAD "Content-Length: 100\r\n\r\n{");
    for (int i = 0; i < 6; i++) {
        a[i] = ask_make(w);
        ask_start(&a[i], i < 3 ? peer : second);
    }
    world_wait(w, 50);
    http_peer_free(peer);
    http_peer_free(NULL);
    world_wait(w, 20);
    assert_int_equal(w->awaited, 6);
    w->awaited = 0;
    http_free(w->http); /* with three of the second */
    w->http = NULL;
    world_wait(w, 20);
    peer_free(p);
}

/* --- handlers that start and end requests --- */

static void cancels_itself(struct ask *a)
{
    http_cancel(a->flight);
    a->flight = NULL;
    world_forget(a->world);
}

static void cancels_the_other(struct ask *a)
{
    if (a->other->flight)
        world_forget(a->world);
    http_cancel(a->other->flight);
    a->other->flight = NULL;
}

static void frees_its_peer(struct ask *a)
{
    bool flying = a->flight != NULL;
    http_peer_free(a->peer);
    a->flight = NULL;
    if (flying)
        world_forget(a->world);
}

static void starts_the_other(struct ask *a)
{
    ask_start(a->other, a->peer);
}

static void starts_and_cancels_the_other(struct ask *a)
{
    ask_start(a->other, a->peer);
    cancels_the_other(a);
}

enum { IN_HEAD, IN_PART, IN_DONE, MOMENTS };

/* `other_told`: how often the other is told of its end. */
static void act(struct world *w, const char *answer, int moment, void (*action)(struct ask *a), bool other_flies,
                int told, int other_told)
{
    struct peer *p = peer_new(w->loop), *silent = peer_new(w->loop);
    struct http_peer *peer = peer_of(w, p->url), *other_peer = peer_of(w, silent->url);
    struct ask a = ask_make(w), other = ask_make(w);
    peer_says(p, answer);
    a.other = &other;
    *(moment == IN_HEAD ? &a.in_head : moment == IN_PART ? &a.in_part : &a.in_done) = action;
    if (other_flies)
        ask_start(&other, other_peer);
    ask_start(&a, peer);
    world_run(w);
    world_wait(w, 20);
    assert_int_equal(a.dones, told);
    assert_int_equal(other.dones, other_told);
    if (told)
        assert_true(a.result.answered);
    if (other_told)
        assert_true(other.result.answered);
    assert_int_equal(w->awaited, 0);
    peer_free(p);
    peer_free(silent);
}

static void handlers_may_do_all(void **state)
{
    struct world *w = *state;
    for (int moment = IN_HEAD; moment < MOMENTS; moment++) {
        bool ended = moment == IN_DONE;
        if (!ended)
            act(w, ok, moment, cancels_itself, false, 0, 0);
        act(w, ok, moment, frees_its_peer, false, ended, 0);
        act(w, ok, moment, cancels_the_other, true, 1, 0);
        act(w, ok, moment, starts_the_other, false, 1, 1);
        act(w, ok, moment, starts_and_cancels_the_other, false, 1, 0);
    }
}

static void so_may_the_head_of_an_empty_answer(void **state)
{
    struct world *w = *state;
    static const char empty[] = "HTTP/1.1 204 None\r\n\r\n";
    act(w, empty, IN_HEAD, cancels_itself, false, 0, 0);
    act(w, empty, IN_HEAD, frees_its_peer, false, 0, 0);
    act(w, empty, IN_HEAD, cancels_the_other, true, 1, 0);
    act(w, empty, IN_HEAD, starts_the_other, false, 1, 1);
    act(w, empty, IN_HEAD, starts_and_cancels_the_other, false, 1, 0);
}

static void a_handler_that_cancels_may_also_refuse(void **state)
{
    struct world *w = *state;
    struct peer *p = peer_new(w->loop);
    struct ask a = ask_make(w);
    peer_says(p, ok);
    a.in_part = frees_its_peer;
    a.refuses = "";
    ask_start(&a, peer_of(w, p->url));
    world_run(w);
    world_wait(w, 20);
    assert_int_equal(a.dones, 0);
    peer_free(p);
}

/* --- names --- */

static int threads_most;

static bool count_threads(void *ctx)
{
    char line[256];
    (void)ctx;
    FILE *f = fopen("/proc/self/status", "r");
    while (f && fgets(line, sizeof line, f)) {
        int n = strncmp(line, "Threads:", 8) == 0 ? (int)strtol(line + 8, NULL, 10) : 0;
        threads_most = n > threads_most ? n : threads_most;
    }
    if (f)
        fclose(f);
    return true;
}

static void halts(struct ask *a)
{
    loop_stop(a->world->loop);
}

/* More than are begun at once. */
static void who_hangs_holds_up_nobody(void **state)
{
    enum { PEERS = 24, EACH = 45, BETWEEN = 49 };
    struct world *w = *state;
    static struct ask a[PEERS][EACH];
    struct peer *silent[PEERS], *p = peer_new(w->loop);
    struct ask answered = ask_make(w);
    for (int i = 0; i < PEERS; i++) {
        silent[i] = peer_new(w->loop);
        struct http_peer *peer = peer_of(w, silent[i]->url);
        for (int k = 0; k < BETWEEN; k++)
            peer_of(w, "http://127.0.0.1:1"); /* so few share connections that those of the silent ones are enough */
        for (int k = 0; k < EACH; k++) {
            a[i][k] = ask_make(w);
            ask_start(&a[i][k], peer);
        }
    }
    peer_says(p, ok);
    answered.in_done = halts;
    ask_start(&answered, peer_of(w, p->url));
    assert_true(loop_run(w->loop, NULL));
    assert_true(answered.result.answered);
    for (int i = 0; i < PEERS; i++) {
        for (int k = 0; k < EACH; k++) {
            assert_int_equal(a[i][k].dones, 0);
            http_cancel(a[i][k].flight);
        }
        peer_free(silent[i]);
    }
    w->awaited = 0;
    peer_free(p);
}

/* The resolver of this machine may answer, or not: nobody waits for it. */
static void few_names_are_resolved_at_once(void **state)
{
    enum { NAMES = 64, AT_ONCE = 16 };
    struct world *w = *state;
    static struct ask a[NAMES];
    struct peer *p = peer_new(w->loop);
    struct ask numeric = ask_make(w);
    int64_t task = loop_task(w->loop, count_threads, NULL);
    peer_says(p, ok);
    threads_most = 0;
    for (int i = 0; i < NAMES; i++) {
        char url[64];
        snprintf(url, sizeof url, "http://host-%d.invalid", i);
        a[i] = ask_make(w);
        ask_start(&a[i], peer_of(w, url));
    }
    numeric.in_done = halts;
    ask_start(&numeric, peer_of(w, p->url));
    assert_true(loop_run(w->loop, NULL)); /* it needs no name and waits for none */
    world_wait(w, 200);
    loop_task_cancel(w->loop, task);
    assert_true(numeric.result.answered);
    for (int i = 0; i < NAMES; i++) {
        int dones = a[i].dones;
        http_cancel(a[i].flight);
        assert_int_equal(a[i].dones, dones);
    }
    assert_in_range(threads_most, 1, 2 * AT_ONCE); /* one that ends is still seen when the next begins */
    w->awaited = 0;
    peer_free(p);
}

static void who_waits_for_a_name_has_an_end(void **state)
{
    enum { NAMES = 20 };
    struct world *w = *state;
    static struct ask a[NAMES];
    for (int i = 0; i < NAMES; i++) {
        char url[64];
        snprintf(url, sizeof url, "http://place-%d.invalid", i);
        a[i] = ask_make(w);
        a[i].request.total_timeout_ms = 100;
        ask_start(&a[i], peer_of(w, url));
    }
    world_run(w);
    for (int i = 0; i < NAMES; i++) {
        assert_int_equal(a[i].dones, 1);
        assert_int_equal(a[i].result.err.kind, ERR_TRANSIENT);
        assert_non_null(strstr(a[i].result.err.text, "resolved"));
    }
}

/* Both ends of every connection are here. */
static void raise_files(void)
{
    struct rlimit files;
    if (getrlimit(RLIMIT_NOFILE, &files) != 0)
        abort();
    files.rlim_cur = files.rlim_max < 8192 ? files.rlim_max : 8192;
    if (setrlimit(RLIMIT_NOFILE, &files) != 0)
        abort();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        IN_WORLD(an_answer_is_told_whole),
        IN_WORLD(an_answer_without_a_body_has_a_head),
        IN_WORLD(a_busy_peer_says_when_to_come_back),
        IN_WORLD(an_interim_answer_leaves_nothing),
        IN_WORLD(a_redirect_is_told_and_not_followed),
        IN_WORLD(a_body_is_sent_as_it_is),
        IN_WORLD(a_large_body_does_not_wait_to_be_asked_for),
        IN_WORLD(a_post_of_nothing_says_so),
        IN_WORLD(the_base_of_a_url_is_kept),
        IN_WORLD(the_environment_changes_nothing),
        IN_WORLD(a_proxy_that_was_asked_for_is_used),
        IN_WORLD(no_netrc_is_read),
        IN_WORLD(a_connection_is_kept),
        IN_WORLD(an_order_has_a_connection_of_its_own),
        IN_WORLD(an_order_is_sent_once),
        IN_WORLD(fifty_peers_are_asked_at_once),
        IN_WORLD(what_one_peer_is_sent_no_other_is),
        IN_WORLD(a_unix_socket_is_a_peer),
        IN_WORLD(a_cancelled_request_is_not_told),
        IN_WORLD(all_may_be_freed_in_flight),
        IN_WORLD(handlers_may_do_all),
        IN_WORLD(so_may_the_head_of_an_empty_answer),
        IN_WORLD(a_handler_that_cancels_may_also_refuse),
        IN_WORLD(who_hangs_holds_up_nobody),
        IN_WORLD(few_names_are_resolved_at_once),
        IN_WORLD(who_waits_for_a_name_has_an_end),
    };
    raise_files();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
