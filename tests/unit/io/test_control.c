#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/buf.h"
#include "io/control.h"

/* A server with one end in the test's own hands (a bare socket), and the real client's. */

enum { GUARD_MS = 30000, CLIENTS_MAX = 256 };

static char dir[] = "/tmp/hubtop-test-control-XXXXXX";
static char path[64];

struct world {
    struct loop *loop;
    struct control_server *server;
    int joined, left, frames, refuse;
    int stop_frames, stop_left, stop_joined; /* stops the loop when reached */
    int64_t last_n;
    uid_t uid;
    pid_t pid;
    struct err why;
    struct control_client *last;
    bool reply, close_in_frame, ready;
};

static bool on_joined(void *ctx, struct control_client *c, uid_t uid, pid_t pid)
{
    struct world *w = ctx;
    w->uid = uid;
    w->pid = pid;
    w->last = c;
    if (++w->joined == w->stop_joined)
        loop_stop(w->loop);
    control_set_user(c, w);
    if (w->ready)
        control_set_ready(c, w);
    return !w->refuse;
}

static void on_frame(void *ctx, struct control_client *c, const struct json *message)
{
    struct world *w = ctx;
    assert_ptr_equal(control_user(c), w);
    json_int(json_get(message, "n"), &w->last_n);
    if (w->reply)
        control_send(c, "{\"ok\":true}", 11);
    if (w->close_in_frame)
        control_close(c);
    if (++w->frames == w->stop_frames)
        loop_stop(w->loop);
}

static void on_left(void *ctx, struct control_client *c, const struct err *why)
{
    struct world *w = ctx;
    (void)c;
    w->why = *why;
    if (++w->left == w->stop_left)
        loop_stop(w->loop);
}

static void too_late(void *ctx)
{
    (void)ctx;
    fail_msg("nothing came within %d s", GUARD_MS / 1000);
}

static void open_world(struct world *w, mode_t mode)
{
    struct err err = {0};
    const struct control_handler handler = {.joined = on_joined, .frame = on_frame, .left = on_left, .ctx = w};
    *w = (struct world){.loop = loop_new(&err)};
    w->server = control_listen(w->loop, path, mode, &handler, &err);
    if (!w->server)
        fail_msg("%s", err.text);
    loop_timer(w->loop, GUARD_MS, too_late, NULL);
}

static void close_world(struct world *w)
{
    control_server_free(w->server);
    loop_free(w->loop);
}

static void run(struct world *w)
{
    assert_true(loop_run(w->loop, NULL));
}

static void stop(void *ctx)
{
    loop_stop(ctx);
}

/* A few turns, for what must not happen. */
static void run_ms(struct world *w, int ms)
{
    loop_timer(w->loop, ms, stop, w->loop);
    run(w);
}

static int bare_connect(void)
{
    struct sockaddr_un a = {.sun_family = AF_UNIX};
    snprintf(a.sun_path, sizeof a.sun_path, "%s", path);
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    assert_int_equal(connect(fd, (const struct sockaddr *)&a, sizeof a), 0);
    return fd;
}

static void head(unsigned char out[4], size_t n)
{
    for (int i = 0; i < 4; i++)
        out[i] = (unsigned char)(n >> (24 - 8 * i));
}

static void put_frame(int fd, const char *json)
{
    unsigned char h[4];
    head(h, strlen(json));
    assert_int_equal(write(fd, h, 4), 4);
    assert_int_equal(write(fd, json, strlen(json)), (ssize_t)strlen(json));
}

/* --- frames --- */

static void test_a_frame_comes_byte_by_byte(void **state)
{
    (void)state;
    struct world w;
    unsigned char bytes[64];
    static const char json[] = "{\"n\":7}";
    open_world(&w, 0600);
    int fd = bare_connect();
    head(bytes, sizeof json - 1);
    memcpy(bytes + 4, json, sizeof json - 1);
    for (size_t i = 0; i < 4 + sizeof json - 1; i++) {
        assert_int_equal(w.frames, 0);
        assert_int_equal(write(fd, bytes + i, 1), 1);
        w.stop_frames = i + 1 == 4 + sizeof json - 1;
        if (w.stop_frames)
            run(&w);
        else
            run_ms(&w, 1);
    }
    assert_int_equal(w.frames, 1);
    assert_int_equal(w.last_n, 7);
    assert_int_equal(w.uid, geteuid());
    assert_int_equal(w.pid, getpid());
    close(fd);
    close_world(&w);
}

static void test_many_frames_in_one_piece(void **state)
{
    (void)state;
    struct world w;
    open_world(&w, 0600);
    int fd = bare_connect();
    for (int i = 0; i < 100; i++)
        put_frame(fd, "{\"n\":1}");
    put_frame(fd, "{\"n\":2}");
    w.stop_frames = 101;
    run(&w);
    assert_int_equal(w.last_n, 2);
    close(fd);
    close_world(&w);
}

/* Every way to speak nonsense ends this connection, and no other. */
static void test_nonsense(void **state)
{
    (void)state;
    static const struct {
        const char *bytes;
        size_t n;
        const char *why;
    } cases[] = {
        {"\x00\x10\x00\x01", 4, "larger"},
        {"\xff\xff\xff\xff", 4, "larger"},
        {"\x00\x00\x00\x00", 4, ""},
        {"\x00\x00\x00\x02[]", 6, "no JSON object"},
        {"\x00\x00\x00\x04null", 8, "no JSON object"},
        {"\x00\x00\x00\x05{\"n\":", 9, ""},
        {"\x00\x00\x00\x06{\"n\":\x80", 10, ""},
        {"GET / HTTP/1.1\r\n\r\n", 18, "larger"},
    };
    struct world w;
    open_world(&w, 0600);
    int good = bare_connect();
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        int fd = bare_connect();
        char end;
        assert_int_equal(write(fd, cases[i].bytes, cases[i].n), (ssize_t)cases[i].n);
        w.stop_left = (int)i + 1;
        run(&w);
        assert_int_equal(w.why.kind, ERR_CORRUPT);
        assert_non_null(strstr(w.why.text, cases[i].why));
        assert_int_equal(read(fd, &end, 1), 0);
        close(fd);
    }
    assert_int_equal(w.frames, 0);
    put_frame(good, "{\"n\":5}");
    w.stop_frames = 1;
    run(&w);
    assert_int_equal(w.last_n, 5);
    close(good);
    close_world(&w);
}

static void test_the_largest_frame(void **state)
{
    (void)state;
    struct world w;
    struct buf b = buf_make(CONTROL_FRAME_MAX + 1);
    open_world(&w, 0600);
    const struct control_link_handler handler = {.ctx = NULL};
    struct control_link *l = control_connect(w.loop, path, &handler, NULL);
    buf_puts(&b, "{\"n\":3,\"x\":\"", NULL);
    while (b.len < CONTROL_FRAME_MAX - 2)
        buf_putc(&b, 'x', NULL);
    buf_puts(&b, "\"}", NULL);
    assert_int_equal(b.len, CONTROL_FRAME_MAX);
    assert_true(control_link_send(l, b.data, b.len, NULL));
    w.stop_frames = 1;
    run(&w);
    assert_int_equal(w.last_n, 3);
    struct err err = {0};
    buf_putc(&b, ' ', NULL);
    assert_false(control_link_send(l, b.data, b.len, &err));
    assert_non_null(strstr(err.text, "larger"));
    control_link_free(l);
    buf_release(&b);
    close_world(&w);
}

/* --- who does not read --- */

static void test_who_does_not_read_is_dropped_at_a_megabyte(void **state)
{
    (void)state;
    struct world w;
    static char json[65536];
    memset(json, ' ', sizeof json);
    json[0] = '{';
    json[sizeof json - 1] = '}';
    open_world(&w, 0600);
    w.ready = true;
    w.stop_joined = 1;
    int fd = bare_connect();
    run(&w);
    w.stop_left = 1;
    for (int i = 0; i < 16; i++)
        control_broadcast(w.server, json, sizeof json);
    run_ms(&w, 20);
    assert_int_equal(w.left, 0); /* what the socket holds and a megabyte are fine */
    for (int i = 0; i < 16; i++)
        control_broadcast(w.server, json, sizeof json);
    run(&w);
    assert_int_equal(w.left, 1);
    assert_int_equal(control_server_count(w.server), 0);
    close(fd);
    close_world(&w);
}

static void test_who_reads_nothing_for_5_s_is_dropped(void **state)
{
    (void)state;
    struct world w;
    static char json[65536];
    memset(json, ' ', sizeof json);
    json[0] = '{';
    json[sizeof json - 1] = '}';
    open_world(&w, 0600);
    w.ready = true;
    w.stop_joined = 1;
    int fd = bare_connect(), quiet = bare_connect();
    run(&w);
    run_ms(&w, 20);
    control_broadcast(w.server, "{}", 2); /* fits: who is only slow with nothing waiting stays */
    for (int i = 0; i < 12; i++)
        control_send(w.last, json, sizeof json);
    w.stop_left = 1;
    run(&w);
    assert_non_null(strstr(w.why.text, "read nothing"));
    assert_int_equal(control_server_count(w.server), 1);
    close(fd);
    close(quiet);
    close_world(&w);
}

static void read_some(void *ctx)
{
    const int *fd = ctx;
    static char bytes[1 << 20];
    while (recv(*fd, bytes, sizeof bytes, MSG_DONTWAIT) > 0)
        continue;
}

static void test_a_slow_reader_gets_all(void **state)
{
    (void)state;
    struct world w;
    static char json[65536];
    memset(json, ' ', sizeof json);
    json[0] = '{';
    json[sizeof json - 1] = '}';
    open_world(&w, 0600);
    w.ready = true;
    w.stop_joined = 1;
    int fd = bare_connect();
    run(&w);
    for (int round = 0; round < 20; round++) {
        for (int i = 0; i < 10; i++)
            control_broadcast(w.server, json, sizeof json);
        for (int i = 0; i < 20; i++) {
            read_some(&fd);
            run_ms(&w, 1);
        }
    }
    assert_int_equal(w.left, 0);
    close(fd);
    close_world(&w);
}

/* Requests without end, whose answers nobody reads: the loop is not held by them. */
static void test_a_flood_of_requests(void **state)
{
    (void)state;
    struct world w;
    open_world(&w, 0600);
    w.reply = true;
    int fd = bare_connect();
    fcntl(fd, F_SETFL, O_NONBLOCK);
    while (write(fd, "\x00\x00\x00\x02{}", 6) == 6)
        continue;
    run_ms(&w, 200);
    assert_true(w.frames > 100);
    assert_true(loop_longest_us(w.loop) < 1000000);
    close(fd);
    close_world(&w);
}

/* --- coming and going --- */

static void test_peers_die(void **state)
{
    (void)state;
    struct world w;
    open_world(&w, 0600);
    for (int i = 0; i < 20; i++) {
        int fd = bare_connect();
        if (i % 2)
            assert_int_equal(write(fd, "\x00\x00\x00\x09{\"", 6), 6); /* in the middle of a frame */
        close(fd);
        w.stop_left = i + 1;
        run(&w);
    }
    assert_int_equal(control_server_count(w.server), 0);
    assert_int_equal(w.frames, 0);
    close_world(&w);
}

static void test_a_last_frame_before_the_end_is_heard(void **state)
{
    (void)state;
    struct world w;
    open_world(&w, 0600);
    int fd = bare_connect();
    put_frame(fd, "{\"n\":9}");
    close(fd);
    w.stop_left = 1;
    run(&w);
    assert_int_equal(w.last_n, 9);
    close_world(&w);
}

static void test_refused_and_closed_by_the_handler(void **state)
{
    (void)state;
    struct world w;
    char end;
    open_world(&w, 0600);
    w.refuse = true;
    w.stop_left = 1;
    int fd = bare_connect();
    run(&w);
    assert_int_equal(read(fd, &end, 1), 0);
    close(fd);
    w.refuse = false;
    w.close_in_frame = true;
    w.stop_left = 2;
    fd = bare_connect();
    put_frame(fd, "{}");
    put_frame(fd, "{}");
    run(&w);
    assert_int_equal(w.frames, 1); /* the second one is not heard any more */
    close(fd);
    close_world(&w);
}

static void test_256_clients(void **state)
{
    (void)state;
    struct world w;
    int fds[CLIENTS_MAX];
    char end;
    open_world(&w, 0600);
    for (int i = 0; i < CLIENTS_MAX; i++) {
        fds[i] = bare_connect();
        w.stop_joined = i + 1;
        run(&w);
    }
    assert_int_equal(control_server_count(w.server), CLIENTS_MAX);
    int more = bare_connect();
    run_ms(&w, 20);
    assert_int_equal(w.joined, CLIENTS_MAX);
    assert_int_equal(read(more, &end, 1), 0);
    close(more);
    close(fds[7]);
    w.stop_left = 1;
    run(&w);
    w.stop_joined = CLIENTS_MAX + 1; /* a place is free again */
    fds[7] = bare_connect();
    run(&w);
    for (int i = 0; i < CLIENTS_MAX; i++)
        close(fds[i]);
    close_world(&w);
}

/* Without a descriptor for who waits at the door the loop sleeps, and lets him in later. */
static void test_out_of_descriptors(void **state)
{
    (void)state;
    struct world w;
    struct rlimit former, limit;
    open_world(&w, 0600);
    int fd = bare_connect();
    getrlimit(RLIMIT_NOFILE, &former);
    limit = former;
    limit.rlim_cur = (rlim_t)fd + 1;
    setrlimit(RLIMIT_NOFILE, &limit);
    run_ms(&w, 100);
    assert_int_equal(w.joined, 0);
    assert_true(loop_wakeups(w.loop) < 20);
    setrlimit(RLIMIT_NOFILE, &former);
    w.stop_joined = 1;
    run(&w);
    close(fd);
    close_world(&w);
}

static void test_freeing_the_server_tells_all(void **state)
{
    (void)state;
    struct world w;
    open_world(&w, 0600);
    w.stop_joined = 2;
    int a = bare_connect(), b = bare_connect();
    run(&w);
    w.stop_joined = 0;
    control_server_free(w.server);
    assert_int_equal(w.left, 2);
    assert_int_equal(access(path, F_OK), -1);
    loop_free(w.loop);
    close(a);
    close(b);
}

/* --- the socket's file --- */

static void test_mode_under_any_umask(void **state)
{
    (void)state;
    static const mode_t modes[] = {0600, 0660};
    static const mode_t masks[] = {0, 077, 0777};
    struct stat st;
    for (size_t i = 0; i < 6; i++) {
        struct world w;
        mode_t old = umask(masks[i / 2]);
        open_world(&w, modes[i % 2]);
        umask(old);
        assert_int_equal(stat(path, &st), 0);
        assert_int_equal(st.st_mode & 07777, modes[i % 2]);
        close_world(&w);
    }
}

static void test_an_old_socket_is_replaced(void **state)
{
    (void)state;
    struct world w;
    struct sockaddr_un a = {.sun_family = AF_UNIX};
    snprintf(a.sun_path, sizeof a.sun_path, "%s", path);
    int old = socket(AF_UNIX, SOCK_STREAM, 0);
    assert_int_equal(bind(old, (const struct sockaddr *)&a, sizeof a), 0);
    close(old);
    assert_int_equal(access(path, F_OK), 0);
    open_world(&w, 0600);
    w.stop_joined = 1;
    int fd = bare_connect();
    run(&w);
    close(fd);
    close_world(&w);
}

static void test_where_nobody_can_listen(void **state)
{
    (void)state;
    struct err err = {0};
    struct loop *loop = loop_new(NULL);
    const struct control_handler handler = {.joined = on_joined};
    assert_null(control_listen(loop, "/nonexistent/control.sock", 0600, &handler, &err));
    assert_int_equal(err_status(&err), 73);
    assert_non_null(strstr(err.text, "/nonexistent/control.sock"));
    loop_free(loop);
}

/* --- the console's end --- */

struct console {
    struct loop *loop;
    struct control_link *link;
    int frames, lost;
    bool free_in_frame;
    struct err why;
};

static void link_frame(void *ctx, const struct json *message)
{
    struct console *c = ctx;
    assert_int_equal(json_type(message), JSON_OBJECT);
    c->frames++;
    if (c->free_in_frame) {
        control_link_free(c->link);
        c->link = NULL;
        loop_stop(c->loop);
    }
}

static void link_lost(void *ctx, const struct err *why)
{
    struct console *c = ctx;
    c->lost++;
    c->why = *why;
    control_link_free(c->link);
    c->link = NULL;
    loop_stop(c->loop);
}

static void connect_it(struct console *c)
{
    const struct control_link_handler handler = {.frame = link_frame, .lost = link_lost, .ctx = c};
    c->link = control_connect(c->loop, path, &handler, NULL);
    assert_non_null(c->link);
    assert_int_equal(control_link_uid(c->link), geteuid());
}

static void test_the_link_is_freed_in_its_handler(void **state)
{
    (void)state;
    struct world w;
    open_world(&w, 0600);
    struct console c = {.loop = w.loop};
    c.free_in_frame = true;
    connect_it(&c);
    w.stop_joined = 1;
    run(&w);
    control_send(w.last, "{}", 2);
    control_send(w.last, "{}", 2);
    run(&w);
    assert_int_equal(c.frames, 1);
    assert_int_equal(c.lost, 0);
    close_world(&w);
}

static void test_the_collector_goes(void **state)
{
    (void)state;
    struct world w;
    open_world(&w, 0600);
    struct console c = {.loop = w.loop};
    connect_it(&c);
    w.stop_joined = 1;
    run(&w);
    control_send(w.last, "{}", 2);
    control_server_free(w.server);
    run(&w);
    assert_int_equal(c.frames, 1); /* the last word is heard */
    assert_int_equal(c.lost, 1);
    assert_int_equal(c.why.kind, ERR_TRANSIENT);
    loop_free(w.loop);
}

static void test_nobody_listens(void **state)
{
    (void)state;
    struct err err = {0};
    struct loop *loop = loop_new(NULL);
    const struct control_link_handler handler = {.ctx = NULL};
    assert_null(control_connect(loop, path, &handler, &err));
    assert_int_equal(err.kind, ERR_TRANSIENT);
    assert_int_equal(err_status(&err), 69);
    loop_free(loop);
}

/* Longer than sockaddr_un can say; the folder is deep, as below XDG_STATE_HOME of a long home. */
static void test_a_long_path(void **state)
{
    (void)state;
    char deep[1024], sock[1400];
    snprintf(deep, sizeof deep, "%s/%0100d", dir, 0);
    assert_int_equal(mkdir(deep, 0700), 0);
    snprintf(sock, sizeof sock, "%s/control.sock", deep);
    struct world w = {.loop = loop_new(NULL)};
    struct err err = {0};
    struct stat st;
    const struct control_handler handler = {.joined = on_joined, .frame = on_frame, .left = on_left, .ctx = &w};
    w.server = control_listen(w.loop, sock, 0600, &handler, &err);
    assert_non_null(w.server);
    assert_int_equal(stat(sock, &st), 0);
    assert_int_equal(st.st_mode & 0777, 0600);
    struct console c = {.loop = w.loop};
    const struct control_link_handler link = {.frame = link_frame, .lost = link_lost, .ctx = &c};
    c.link = control_connect(w.loop, sock, &link, &err);
    assert_non_null(c.link);
    assert_true(control_link_send(c.link, "{\"n\":4}", 7, NULL));
    w.stop_frames = 1;
    run(&w);
    assert_int_equal(w.last_n, 4);
    control_link_free(c.link);
    close_world(&w);
    assert_int_equal(access(sock, F_OK), -1);
    snprintf(sock, sizeof sock, "%s/%0200d", deep, 0);
    w.loop = loop_new(NULL);
    assert_null(control_listen(w.loop, sock, 0600, &handler, &err));
    assert_non_null(strstr(err.text, "too long"));
    loop_free(w.loop);
    rmdir(deep);
}

static int make_dir(void **state)
{
    (void)state;
    if (!mkdtemp(dir))
        return -1;
    snprintf(path, sizeof path, "%s/control.sock", dir);
    return 0;
}

static int remove_dir(void **state)
{
    (void)state;
    unlink(path);
    return rmdir(dir);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_frame_comes_byte_by_byte),
        cmocka_unit_test(test_many_frames_in_one_piece),
        cmocka_unit_test(test_nonsense),
        cmocka_unit_test(test_the_largest_frame),
        cmocka_unit_test(test_who_does_not_read_is_dropped_at_a_megabyte),
        cmocka_unit_test(test_who_reads_nothing_for_5_s_is_dropped),
        cmocka_unit_test(test_a_slow_reader_gets_all),
        cmocka_unit_test(test_a_flood_of_requests),
        cmocka_unit_test(test_peers_die),
        cmocka_unit_test(test_a_last_frame_before_the_end_is_heard),
        cmocka_unit_test(test_refused_and_closed_by_the_handler),
        cmocka_unit_test(test_256_clients),
        cmocka_unit_test(test_out_of_descriptors),
        cmocka_unit_test(test_freeing_the_server_tells_all),
        cmocka_unit_test(test_mode_under_any_umask),
        cmocka_unit_test(test_an_old_socket_is_replaced),
        cmocka_unit_test(test_where_nobody_can_listen),
        cmocka_unit_test(test_the_link_is_freed_in_its_handler),
        cmocka_unit_test(test_the_collector_goes),
        cmocka_unit_test(test_nobody_listens),
        cmocka_unit_test(test_a_long_path),
    };
    return cmocka_run_group_tests(tests, make_dir, remove_dir);
}
