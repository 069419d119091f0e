#include "peer.h"

#include <fcntl.h>
#include <sys/socket.h>
#include <sys/un.h>

#include "base/dir.h"
#include "io/control.h"
#include "io/loop.h"

/* The whole collector, in a process of its own: as a console starts it. */

enum { PATIENCE_MS = 30000 };

static char dir[] = "/tmp/hubtop-test-collector-XXXXXX";

static const struct collector_source local_source = {
    .name = "sample", .driver = &local_driver, .url = "here", .interval_ms = 100};

static struct collector_options options_of(const struct collector_source *sources, size_t n)
{
    return (struct collector_options){.state_dir = dir, .context = "test", .sources = sources, .source_count = n};
}

static pid_t start(const struct collector_options *options)
{
    pid_t pid = fork();
    if (pid == 0) {
        struct err err = {0};
        bool ok = collector_run(options, &err);
        if (!ok)
            fprintf(stderr, "collector: %s\n", err.text);
        _exit(ok ? 0 : err_status(&err));
    }
    return pid;
}

static int end_of(pid_t pid)
{
    int status = 0;
    for (int ms = 0; ms < PATIENCE_MS && waitpid(pid, &status, WNOHANG) == 0; ms += 10)
        poll(NULL, 0, 10);
    assert_int_equal(waitpid(pid, NULL, WNOHANG), -1);
    assert_true(WIFEXITED(status));
    return WEXITSTATUS(status);
}

static bool has_socket(void)
{
    char path[DIR_PATH_MAX];
    return dir_join(path, dir, "control.sock") && access(path, F_OK) == 0;
}

/* The file stands from bind(2) on, and after a kill; somebody is there when a connection is taken. */
static bool is_answered(void)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    snprintf(address.sun_path, sizeof address.sun_path, "%s/control.sock", dir);
    int fd = socket(AF_UNIX, SOCK_STREAM, 0);
    bool answered = connect(fd, (const struct sockaddr *)&address, sizeof address) == 0;
    close(fd);
    return answered;
}

static void wait_for_socket(void)
{
    int ms = 0;
    for (; ms < PATIENCE_MS && !is_answered(); ms += 10)
        poll(NULL, 0, 10);
    assert_true(ms < PATIENCE_MS);
}

static size_t stored(enum kind kind)
{
    struct err err = {0};
    struct query *q = query_open(dir, &err);
    if (!q)
        fail_msg("%s", err.text);
    struct query_rows *rows = query_rows_new(q, kind, QUERY_NOW);
    while (query_rows_step(rows, (struct instant){0}, 1000000, &err) == QUERY_MORE)
        continue;
    size_t n = query_rows_count(rows);
    query_rows_free(rows);
    query_close(q);
    return n;
}

static void test_once_ends(void **state)
{
    (void)state;
    struct collector_options o = options_of(&local_source, 1);
    o.once = true;
    local_nodes = 3;
    assert_int_equal(end_of(start(&o)), 0);
    assert_int_equal(stored(KIND_NODE), 3);
    assert_int_equal(stored(KIND_SOURCE), 1);
    assert_false(has_socket());
    assert_false(dir_locked(dir));
}

static void test_once_fails_with_its_source(void **state)
{
    (void)state;
    const struct collector_source sources[] = {
        local_source,
        {.name = "dead",
         .driver = &peer_driver,
         .url = "http://127.0.0.1:1",
         .interval_ms = 100,
         .peer = {.url = "http://127.0.0.1:1"}},
    };
    struct collector_options o = options_of(sources, 2);
    o.once = true;
    local_nodes = 2;
    assert_int_equal(end_of(start(&o)), 69);
    assert_int_equal(stored(KIND_NODE), 2); /* the other one is there */
    assert_int_equal(stored(KIND_SOURCE), 2);
}

static void test_there_is_one(void **state)
{
    (void)state;
    struct collector_options o = options_of(&local_source, 1);
    pid_t first = start(&o);
    wait_for_socket();
    assert_int_equal(end_of(start(&o)), 75);
    o.once = true;
    assert_int_equal(end_of(start(&o)), 75);
    assert_true(has_socket()); /* who lost took nothing away */
    kill(first, SIGTERM);
    assert_int_equal(end_of(first), 0);
}

static void test_signals_end_it_cleanly(void **state)
{
    (void)state;
    static const int signals[] = {SIGTERM, SIGINT, SIGHUP, SIGQUIT};
    for (size_t i = 0; i < sizeof signals / sizeof *signals; i++) {
        struct collector_options o = options_of(&local_source, 1);
        pid_t pid = start(&o);
        wait_for_socket();
        kill(pid, signals[i]);
        assert_int_equal(end_of(pid), 0);
        assert_false(has_socket());
        assert_false(dir_locked(dir));
        stored(KIND_SOURCE);
    }
}

static void test_a_killed_one_leaves_a_cache_that_goes_on(void **state)
{
    (void)state;
    struct collector_options o = options_of(&local_source, 1);
    pid_t pid = start(&o);
    wait_for_socket();
    kill(pid, SIGKILL);
    waitpid(pid, NULL, 0);
    assert_false(dir_locked(dir));
    o.once = true;
    assert_int_equal(end_of(start(&o)), 0);
}

static void test_it_leaves_when_nobody_is_there(void **state)
{
    (void)state;
    struct collector_options o = options_of(&local_source, 1);
    o.until_idle = true;
    o.idle_ms = 200;
    assert_int_equal(end_of(start(&o)), 0);
}

static void nothing(void *ctx, const struct json *message)
{
    (void)ctx, (void)message;
}

static void lost(void *ctx, const struct err *why)
{
    (void)why;
    loop_stop(ctx);
}

static void stop(void *ctx)
{
    loop_stop(ctx);
}

/* It stays while a client is there, and leaves after the last. */
static void test_it_stays_for_a_client(void **state)
{
    (void)state;
    char path[DIR_PATH_MAX];
    struct collector_options o = options_of(&local_source, 1);
    struct loop *loop = loop_new(NULL);
    o.until_idle = true;
    o.idle_ms = 1500;
    pid_t pid = start(&o);
    wait_for_socket();
    dir_join(path, dir, "control.sock");
    const struct control_link_handler handler = {.frame = nothing, .lost = lost, .ctx = loop};
    struct control_link *l = control_connect(loop, path, &handler, NULL);
    assert_non_null(l);
    loop_timer(loop, 3000, stop, loop);
    assert_true(loop_run(loop, NULL));
    assert_int_equal(waitpid(pid, NULL, WNOHANG), 0);
    control_link_free(l);
    loop_free(loop);
    assert_int_equal(end_of(pid), 0);
}

struct listener {
    struct loop *loop;
    uint64_t kinds;
};

static void hear_kinds(void *ctx, const struct json *m)
{
    struct listener *l = ctx;
    struct safe_text t;
    for (const struct json *v = json_first(json_get(m, "kinds")); v; v = json_next(v)) {
        for (int k = KIND_NONE + 1; k < KIND_COUNT; k++)
            l->kinds |= json_text(v, &t) && text_is(t, kind_info((enum kind)k)->name) ? KIND_BIT(k) : 0;
    }
    if (l->kinds & KIND_BIT(KIND_NODE) && l->kinds & KIND_BIT(KIND_CLUSTER) && l->kinds & KIND_BIT(KIND_SOURCE))
        loop_stop(l->loop);
}

static void lost_early(void *ctx, const struct err *why)
{
    (void)ctx;
    fail_msg("the collector is gone: %s", why->text);
}

static void not_heard(void *ctx)
{
    fail_msg("of nodes, clusters and sources only %llx was told", (unsigned long long)((struct listener *)ctx)->kinds);
}

/* What a poll lists, what is counted from it, and what the collector tells of itself. */
static void test_clients_hear_what_is_written(void **state)
{
    (void)state;
    static const char hello[] = "{\"v\":1,\"hello\":\"console\"}";
    char path[DIR_PATH_MAX];
    struct collector_options o = options_of(&local_source, 1);
    struct listener heard = {.loop = loop_new(NULL)};
    pid_t pid = start(&o);
    wait_for_socket();
    dir_join(path, dir, "control.sock");
    const struct control_link_handler handler = {.frame = hear_kinds, .lost = lost_early, .ctx = &heard};
    struct control_link *l = control_connect(heard.loop, path, &handler, NULL);
    assert_true(control_link_send(l, hello, sizeof hello - 1, NULL));
    loop_timer(heard.loop, PATIENCE_MS, not_heard, &heard);
    assert_true(loop_run(heard.loop, NULL));
    control_link_free(l);
    loop_free(heard.loop);
    kill(pid, SIGTERM);
    assert_int_equal(end_of(pid), 0);
}

static void test_quit_ends_it(void **state)
{
    (void)state;
    static const char quit[] = "{\"id\":1,\"op\":\"quit\"}";
    char path[DIR_PATH_MAX];
    struct collector_options o = options_of(&local_source, 1);
    struct loop *loop = loop_new(NULL);
    pid_t pid = start(&o);
    wait_for_socket();
    dir_join(path, dir, "control.sock");
    const struct control_link_handler handler = {.frame = nothing, .lost = lost, .ctx = loop};
    struct control_link *l = control_connect(loop, path, &handler, NULL);
    assert_true(control_link_send(l, quit, sizeof quit - 1, NULL));
    assert_true(loop_run(loop, NULL));
    control_link_free(l);
    loop_free(loop);
    assert_int_equal(end_of(pid), 0);
}

static void test_the_demo_takes_its_folder_along(void **state)
{
    (void)state;
    char own[] = "/tmp/hubtop-test-ephemeral-XXXXXX";
    assert_non_null(mkdtemp(own));
    struct collector_options o = options_of(&local_source, 1);
    o.state_dir = own;
    o.ephemeral = o.until_idle = true;
    o.idle_ms = 100;
    assert_int_equal(end_of(start(&o)), 0);
    assert_int_equal(access(own, F_OK), -1);
}

/* A peer cannot pose as what we tell of ourselves. */
static void test_reserved_names(void **state)
{
    (void)state;
    static const char *const names[] = {"hubtop", "fleet"};
    struct peer peer;
    char body[128];
    peer_start(&peer);
    for (size_t i = 0; i < 2; i++) {
        struct row row;
        snprintf(body, sizeof body, "{\"name\":\"%s\",\"nodes\":[]}", names[i]);
        peer_says(&peer, 0, 200, "", body, 0);
        const struct collector_source source = {.provisional = "127.0.0.1",
                                                .pin = names[i],
                                                .driver = &peer_driver,
                                                .url = peer.url,
                                                .interval_ms = 100,
                                                .peer = {.url = peer.url}};
        struct collector_options o = options_of(&source, 1);
        o.once = true;
        assert_int_equal(end_of(start(&o)), 0);
        struct query *q = query_open(dir, NULL);
        struct query_rows *rows = query_rows_new(q, KIND_SOURCE, QUERY_NOW);
        while (query_rows_step(rows, (struct instant){0}, 1000000, NULL) == QUERY_MORE)
            continue;
        snprintf(body, sizeof body, "%s-2", names[i]);
        assert_true(query_rows_at(rows, 0, &row));
        assert_true(text_is(row.id, body));
        query_rows_free(rows);
        query_close(q);
    }
    peer_end(&peer);
}

static int make_dir(void **state)
{
    (void)state;
    return mkdtemp(dir) ? 0 : -1;
}

static int remove_dir(void **state)
{
    (void)state;
    dir_remove(dir);
    return access(dir, F_OK) == 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_once_ends),
        cmocka_unit_test(test_once_fails_with_its_source),
        cmocka_unit_test(test_there_is_one),
        cmocka_unit_test(test_signals_end_it_cleanly),
        cmocka_unit_test(test_a_killed_one_leaves_a_cache_that_goes_on),
        cmocka_unit_test(test_it_leaves_when_nobody_is_there),
        cmocka_unit_test(test_it_stays_for_a_client),
        cmocka_unit_test(test_clients_hear_what_is_written),
        cmocka_unit_test(test_quit_ends_it),
        cmocka_unit_test(test_the_demo_takes_its_folder_along),
        cmocka_unit_test(test_reserved_names),
    };
    return cmocka_run_group_tests(tests, make_dir, remove_dir);
}
