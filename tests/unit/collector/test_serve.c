#include "unit/store/fixture.h"

#include <poll.h>
#include <sys/wait.h>

#include "base/buf.h"
#include "base/clock.h"
#include "collector/serve.h"
#include "io/control.h"

enum { GUARD_MS = 30000, FRAMES_MAX = 64 };

static char dir[] = "/tmp/hubtop-test-serve-XXXXXX";
static char path[64];

/* A collector that is nothing but numbers, and what clients heard. */
struct world {
    struct loop *loop;
    struct serve *serve;
    struct control_link *link;
    int64_t rev;
    size_t pending;
    uint64_t kinds;
    int quits, idles;
    bool idle;
    char polled[128];
    int polls;
    struct json *heard[FRAMES_MAX];
    int64_t heard_ms[FRAMES_MAX];
    int count, stop_at;
    bool lost;
};

static int64_t rev(void *ctx)
{
    return ((struct world *)ctx)->rev;
}

static size_t pending(void *ctx)
{
    return ((struct world *)ctx)->pending;
}

static uint64_t take_kinds(void *ctx)
{
    struct world *w = ctx;
    uint64_t kinds = w->kinds;
    w->kinds = 0;
    return kinds;
}

static void poll_now(void *ctx, const char *source)
{
    struct world *w = ctx;
    w->polls++;
    snprintf(w->polled, sizeof w->polled, "%s", source);
}

static void quit(void *ctx)
{
    ((struct world *)ctx)->quits++;
}

static void idle(void *ctx, bool is_idle)
{
    struct world *w = ctx;
    w->idles++;
    w->idle = is_idle;
    if (is_idle)
        loop_stop(w->loop);
}

static void copy_texts(struct json_writer *out, const struct json *array)
{
    struct safe_text t;
    json_open_array(out);
    for (const struct json *v = json_first(array); v; v = json_next(v)) {
        assert_true(json_text(v, &t));
        json_put_text(out, t);
    }
    json_close_array(out);
}

/* A tree of one's own: written and read again. */
static void on_frame(void *ctx, const struct json *m)
{
    struct world *w = ctx;
    struct buf b = buf_make(4096);
    struct json_writer out = json_writer_make(&b);
    json_open_object(&out);
    for (const struct json *v = json_first(m); v; v = json_next(v)) {
        struct safe_text t;
        int64_t n = 0;
        bool truth = false;
        json_put_key(&out, json_key(v));
        if (json_type(v) == JSON_ARRAY)
            copy_texts(&out, v);
        else if (json_text(v, &t))
            json_put_text(&out, t);
        else if (json_int(v, &n))
            json_put_int(&out, n);
        else if (json_bool(v, &truth))
            json_put_bool(&out, truth);
        else if (json_int(json_get(v, "code"), &n))
            json_put_int(&out, n);
        else
            json_put_null(&out);
    }
    json_close_object(&out);
    assert_true(w->count < FRAMES_MAX);
    w->heard_ms[w->count] = clock_boot_ms();
    w->heard[w->count++] = json_parse(b.data, b.len, JSON_STRICT, NULL);
    buf_release(&b);
    if (w->count == w->stop_at)
        loop_stop(w->loop);
}

static void on_lost(void *ctx, const struct err *why)
{
    struct world *w = ctx;
    (void)why;
    w->lost = true;
    loop_stop(w->loop);
}

static void too_late(void *ctx)
{
    (void)ctx;
    fail_msg("nothing came within %d s", GUARD_MS / 1000);
}

static void idle_stop(void *ctx)
{
    loop_stop(ctx);
}

static struct control_link *connect_to(struct world *w)
{
    const struct control_link_handler handler = {.frame = on_frame, .lost = on_lost, .ctx = w};
    struct control_link *l = control_connect(w->loop, path, &handler, NULL);
    assert_non_null(l);
    return l;
}

static const struct roles *said; /* by the configuration; NULL: nothing */
static int64_t group;            /* that whoever asks is in */

static size_t groups(uid_t uid, int64_t *out, size_t max)
{
    assert_int_equal(uid, geteuid());
    assert_true(max > 0);
    out[0] = group;
    return 1;
}

static void open_patient(struct world *w, bool write_allowed, int64_t hello_ms)
{
    struct err err = {0};
    *w = (struct world){.loop = loop_new(NULL), .rev = 7};
    const struct serve_options options = {.path = path,
                                          .context = "prod",
                                          .write_allowed = write_allowed,
                                          .roles = said,
                                          .owner = geteuid() + 1,
                                          .groups = groups,
                                          .hello_ms = hello_ms,
                                          .ctx = w,
                                          .rev = rev,
                                          .pending = pending,
                                          .take_kinds = take_kinds,
                                          .poll_now = poll_now,
                                          .quit = quit,
                                          .idle = idle};
    w->serve = serve_new(w->loop, &options, &err);
    assert_non_null(w->serve);
    w->link = connect_to(w);
    loop_timer(w->loop, GUARD_MS, too_late, NULL);
}

static void open_world(struct world *w, bool write_allowed)
{
    open_patient(w, write_allowed, 0);
}

static void close_world(struct world *w)
{
    control_link_free(w->link);
    serve_free(w->serve);
    loop_free(w->loop);
    for (int i = 0; i < w->count; i++)
        json_free(w->heard[i]);
}

static const struct json *ask(struct world *w, const char *json)
{
    assert_true(control_link_send(w->link, json, strlen(json), NULL));
    w->stop_at = w->count + 1;
    assert_true(loop_run(w->loop, NULL));
    return w->heard[w->count - 1];
}

static int64_t number(const struct json *m, const char *key)
{
    int64_t n = INT64_MIN;
    json_int(json_get(m, key), &n);
    return n;
}

static bool truth(const struct json *m, const char *key)
{
    bool b = false;
    assert_true(json_bool(json_get(m, key), &b));
    return b;
}

static void assert_text(const struct json *m, const char *key, const char *wanted)
{
    struct safe_text t;
    assert_true(json_text(json_get(m, key), &t));
    assert_true(text_is(t, wanted));
}

static void test_hello(void **state)
{
    (void)state;
    struct world w;
    struct safe_text instance;
    open_world(&w, false);
    w.pending = 3;
    const struct json *m =
        ask(&w, "{\"v\":1,\"hello\":\"console\",\"program\":\"0.1\",\"write\":true,\"lang\":\"zh\"}");
    assert_int_equal(number(m, "v"), 1);
    assert_text(m, "context", "prod");
    assert_int_equal(number(m, "uid"), geteuid());
    assert_int_equal(number(m, "rev"), 7);
    assert_int_equal(number(m, "pending"), 3);
    assert_true(json_text(json_get(m, "instance"), &instance));
    assert_int_equal(text_len(instance), 36);
    assert_false(truth(m, "write")); /* the configuration does not allow it */
    close_world(&w);
    open_world(&w, true);
    assert_true(truth(ask(&w, "{\"v\":1,\"hello\":\"console\",\"write\":true}"), "write"));
    assert_false(truth(ask(&w, "{\"v\":1,\"hello\":\"console\",\"write\":false}"), "write"));
    assert_false(truth(ask(&w, "{\"v\":1,\"hello\":\"console\"}"), "write"));
    close_world(&w);
}

/* Two who look at the same plan hear of each other; who looks at another, at nothing, or is gone is not named. */
static void test_viewing(void **state)
{
    (void)state;
    struct world w;
    struct safe_text t;
    open_world(&w, false);
    struct control_link *mine = w.link, *theirs = connect_to(&w);
    assert_int_equal(json_count(json_get(ask(&w, "{\"id\":1,\"op\":\"viewing\",\"object\":\"P-1\"}"), "others")), 0);
    w.link = theirs;
    const struct json *m = ask(&w, "{\"id\":2,\"op\":\"viewing\",\"object\":\"P-1\"}");
    assert_int_equal(json_count(json_get(m, "others")), 1);
    assert_true(json_text(json_first(json_get(m, "others")), &t) && !text_empty(t));
    assert_int_equal(json_count(json_get(ask(&w, "{\"id\":3,\"op\":\"viewing\",\"object\":\"P-2\"}"), "others")), 0);
    assert_int_equal(json_count(json_get(ask(&w, "{\"id\":4,\"op\":\"viewing\"}"), "others")), 0);
    w.link = mine;
    assert_int_equal(json_count(json_get(ask(&w, "{\"id\":5,\"op\":\"viewing\",\"object\":\"P-1\"}"), "others")), 0);
    control_link_free(theirs);
    close_world(&w);
}

static bool has_role(const struct json *hello, const char *role)
{
    struct safe_text t;
    for (const struct json *j = json_first(json_get(hello, "roles")); j; j = json_next(j)) {
        if (json_text(j, &t) && text_is(t, role))
            return true;
    }
    return false;
}

/* Which roles somebody has is no claim: the collector looks. Who has none but to look may not write, whatever is asked for. */
static void test_roles(void **state)
{
    (void)state;
    static const struct roles_rule anybody[] = {{.by = ROLES_BY_ANYBODY}}, ops[] = {{.by = ROLES_BY_GID, .id = 50}},
                                   owner[] = {{.by = ROLES_BY_OWNER}};
    static const struct roles rules = {{{anybody, 1}, {ops, 1}, {owner, 1}, {NULL, 0}}},
                              shut = {{{NULL, 0}, {ops, 1}, {NULL, 0}, {NULL, 0}}};
    static const char hello[] = "{\"v\":1,\"hello\":\"console\",\"write\":true,\"roles\":[\"operator\"]}";
    struct world w;
    said = &rules;
    group = 51;
    open_world(&w, true);
    const struct json *m = ask(&w, hello);
    assert_true(has_role(m, "viewer"));
    assert_false(has_role(m, "operator"));
    assert_false(truth(m, "write"));
    assert_text(m, "ssh_unknown", "no SSH key is known of this session");
    close_world(&w);
    group = 50;
    open_world(&w, true);
    m = ask(&w, hello);
    assert_true(has_role(m, "operator"));
    assert_false(has_role(m, "approver"));
    assert_true(truth(m, "write"));
    close_world(&w);
    said = &shut; /* who has none at all is told nothing */
    group = 51;
    open_world(&w, true);
    assert_int_equal(number(ask(&w, hello), "error"), 77);
    assert_int_equal(number(ask(&w, "{\"id\":3,\"op\":\"poll_now\"}"), "error"), 77);
    assert_int_equal(w.polls, 0);
    close_world(&w);
    said = NULL;
}

static void test_another_version(void **state)
{
    (void)state;
    struct world w;
    open_world(&w, false);
    assert_int_equal(number(ask(&w, "{\"v\":2,\"hello\":\"console\"}"), "error"), 76);
    assert_int_equal(number(ask(&w, "{\"v\":\"1\",\"hello\":\"console\"}"), "error"), 76);
    assert_int_equal(number(ask(&w, "{\"hello\":\"console\"}"), "error"), 76);
    int before = w.count;
    serve_committed(w.serve, "fra"); /* who was not welcomed is not told */
    loop_timer(w.loop, 300, idle_stop, w.loop);
    assert_true(loop_run(w.loop, NULL));
    assert_int_equal(w.count, before);
    close_world(&w);
}

static void test_requests(void **state)
{
    (void)state;
    struct world w;
    open_world(&w, false);
    const struct json *m = ask(&w, "{\"id\":5,\"op\":\"poll_now\",\"source\":\"fra\"}");
    assert_int_equal(number(m, "id"), 5);
    assert_true(truth(m, "ok"));
    assert_int_equal(number(m, "rev"), 7);
    assert_string_equal(w.polled, "fra");
    ask(&w, "{\"id\":6,\"op\":\"poll_now\"}");
    assert_string_equal(w.polled, "");
    assert_int_equal(w.polls, 2);
    assert_true(truth(ask(&w, "{\"id\":7,\"op\":\"viewing\",\"view\":\"jobs\"}"), "ok"));
    close_world(&w);
}

static void test_what_it_does_not_know(void **state)
{
    (void)state;
    static const char *const questions[] = {"{\"id\":9,\"op\":\"launch_missiles\"}",
                                            "{\"id\":9,\"op\":7}",
                                            "{\"id\":9,\"op\":null}",
                                            "{\"id\":9}",
                                            "{\"id\":9,\"op\":\"\"}",
                                            "{\"id\":9,\"op\":\"QUIT\"}"};
    struct world w;
    open_world(&w, true);
    for (size_t i = 0; i < sizeof questions / sizeof *questions; i++) {
        const struct json *m = ask(&w, questions[i]);
        assert_int_equal(number(m, "id"), 9);
        assert_int_equal(number(m, "error"), 64);
    }
    assert_int_equal(number(ask(&w, "{\"id\":\"x\",\"op\":\"viewing\"}"), "id"), 0);
    assert_int_equal(w.quits, 0);
    close_world(&w);
}

static void test_quit(void **state)
{
    (void)state;
    struct world w;
    open_world(&w, false);
    assert_true(truth(ask(&w, "{\"id\":1,\"op\":\"quit\"}"), "ok"));
    assert_int_equal(w.quits, 1);
    close_world(&w);
}

/* Another user of a shared collector, in a process of its own. */
static void as_nobody(int result_fd)
{
    struct world w = {.loop = loop_new(NULL)};
    if (setgid(65534) != 0 || setuid(65534) != 0)
        _exit(2);
    w.link = connect_to(&w);
    int64_t code = number(ask(&w, "{\"id\":1,\"op\":\"quit\"}"), "error");
    _exit(write(result_fd, &code, sizeof code) == sizeof code ? 0 : 1);
}

static void child_ended(void *ctx, int fd, int events)
{
    (void)fd, (void)events;
    loop_stop(ctx);
}

static void test_quit_is_for_its_own_user(void **state)
{
    (void)state;
    struct world w;
    int result[2];
    int64_t code = 0;
    if (geteuid() != 0) {
        printf("SKIP: only root can be two users\n");
        skip();
    }
    open_world(&w, false);
    assert_int_equal(pipe(result), 0);
    chmod(path, 0666);
    pid_t pid = fork();
    if (pid == 0)
        as_nobody(result[1]);
    close(result[1]);
    assert_true(loop_fd(w.loop, result[0], LOOP_READ, child_ended, w.loop, NULL));
    assert_true(loop_run(w.loop, NULL));
    loop_fd(w.loop, result[0], 0, NULL, NULL, NULL);
    assert_int_equal(read(result[0], &code, sizeof code), sizeof code);
    assert_int_equal(code, 77);
    assert_int_equal(w.quits, 0);
    waitpid(pid, NULL, 0);
    close(result[0]);
    close_world(&w);
}

struct committer {
    struct world *w;
    int left;
    const char *source;
};

static void commit_often(void *ctx)
{
    struct committer *c = ctx;
    c->w->rev++;
    serve_committed(c->w->serve, c->source);
    if (--c->left > 0)
        loop_timer(c->w->loop, 1, commit_often, c);
}

static void test_commits_are_told_at_most_every_100_ms(void **state)
{
    (void)state;
    struct world w;
    struct committer c = {.w = &w, .left = 1000, .source = "fra"};
    open_world(&w, false);
    ask(&w, "{\"v\":1,\"hello\":\"console\"}");
    w.stop_at = w.count + 4;
    commit_often(&c);
    assert_true(loop_run(w.loop, NULL));
    for (int i = w.count - 4; i < w.count; i++) {
        assert_text(w.heard[i], "event", "committed");
        assert_text(w.heard[i], "source", "fra");
        assert_true(number(w.heard[i], "rev") > number(w.heard[i - 1], "rev"));
        if (i > w.count - 4)
            assert_true(w.heard_ms[i] - w.heard_ms[i - 1] >= 95);
    }
    close_world(&w);
}

static void test_commits_of_several_sources_name_none(void **state)
{
    (void)state;
    struct world w;
    open_world(&w, false);
    ask(&w, "{\"v\":1,\"hello\":\"console\"}");
    w.stop_at = w.count + 1;
    serve_committed(w.serve, "fra");
    serve_committed(w.serve, "ber");
    serve_committed(w.serve, "ber");
    w.pending = 2;
    assert_true(loop_run(w.loop, NULL));
    const struct json *m = w.heard[w.count - 1];
    assert_null(json_get(m, "source"));
    assert_int_equal(number(m, "pending"), 2);
    w.stop_at = w.count + 1;
    serve_committed(w.serve, "ber");
    assert_true(loop_run(w.loop, NULL));
    assert_text(w.heard[w.count - 1], "source", "ber");
    close_world(&w);
}

static void assert_kinds(const struct json *m, const char *first, const char *second)
{
    const struct json *kinds = json_get(m, "kinds"), *v = json_first(kinds);
    const char *const wanted[] = {first, second};
    struct safe_text t;
    assert_int_equal(json_type(kinds), JSON_ARRAY);
    assert_int_equal(json_count(kinds), !!first + !!second);
    for (size_t i = 0; i < json_count(kinds); i++, v = json_next(v)) {
        assert_true(json_text(v, &t));
        assert_true(text_is(t, wanted[i]));
    }
}

/* Those of all commits that are told together, each once told. */
static void test_commits_name_what_was_written(void **state)
{
    (void)state;
    struct world w;
    open_world(&w, false);
    ask(&w, "{\"v\":1,\"hello\":\"console\"}");
    w.stop_at = w.count + 1;
    w.kinds = 1u << KIND_JOB;
    serve_committed(w.serve, "fra");
    w.kinds |= 1u << KIND_SOURCE;
    serve_committed(w.serve, "fra");
    assert_true(loop_run(w.loop, NULL));
    assert_kinds(w.heard[w.count - 1], "jobs", "sources");
    w.stop_at = w.count + 1;
    serve_committed(w.serve, "fra");
    assert_true(loop_run(w.loop, NULL));
    assert_kinds(w.heard[w.count - 1], NULL, NULL);
    close_world(&w);
}

/* A waiting command hears of the end of what is pending although no commit came with it. */
static void test_a_tick_tells_what_changed(void **state)
{
    (void)state;
    struct world w;
    open_world(&w, false);
    ask(&w, "{\"v\":1,\"hello\":\"command\"}");
    w.pending = 1;
    w.stop_at = w.count + 1;
    serve_tick(w.serve);
    assert_true(loop_run(w.loop, NULL));
    assert_int_equal(number(w.heard[w.count - 1], "pending"), 1);
    w.pending = 0;
    w.stop_at = w.count + 1;
    serve_tick(w.serve);
    assert_true(loop_run(w.loop, NULL));
    assert_int_equal(number(w.heard[w.count - 1], "pending"), 0);
    int before = w.count;
    serve_tick(w.serve);
    loop_timer(w.loop, 300, idle_stop, w.loop);
    assert_true(loop_run(w.loop, NULL));
    assert_int_equal(w.count, before);
    close_world(&w);
}

static void test_idle(void **state)
{
    (void)state;
    struct world w;
    open_world(&w, false);
    ask(&w, "{\"v\":1,\"hello\":\"console\"}");
    struct control_link *second = connect_to(&w);
    ask(&w, "{\"id\":1,\"op\":\"viewing\"}");
    assert_int_equal(w.idles, 1);
    assert_false(w.idle);
    control_link_free(second);
    ask(&w, "{\"id\":1,\"op\":\"viewing\"}");
    assert_int_equal(w.idles, 1);
    control_link_free(w.link);
    w.link = NULL;
    assert_true(loop_run(w.loop, NULL));
    assert_true(w.idle);
    close_world(&w);
}

static void say(struct world *w, const char *json)
{
    assert_true(control_link_send(w->link, json, strlen(json), NULL));
}

/* Whatever else it asks: only a hello that was understood keeps its place. */
static void test_who_says_no_hello_is_dropped(void **state)
{
    (void)state;
    struct world w;
    open_patient(&w, false, 200);
    say(&w, "{\"id\":1,\"op\":\"viewing\"}");
    say(&w, "{\"v\":2,\"hello\":\"console\"}");
    while (!w.lost || !w.idle)
        assert_true(loop_run(w.loop, NULL));
    close_world(&w);
}

static void test_who_says_hello_stays(void **state)
{
    (void)state;
    struct world w;
    open_patient(&w, false, 1000);
    ask(&w, "{\"v\":1,\"hello\":\"console\"}");
    loop_timer(w.loop, 1500, idle_stop, w.loop);
    assert_true(loop_run(w.loop, NULL));
    assert_false(w.lost);
    assert_false(w.idle);
    assert_true(truth(ask(&w, "{\"id\":1,\"op\":\"viewing\"}"), "ok"));
    close_world(&w);
}

static int make_dir(void **state)
{
    (void)state;
    if (!mkdtemp(dir) || chmod(dir, 0711) != 0)
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
        cmocka_unit_test(test_hello),
        cmocka_unit_test(test_roles),
        cmocka_unit_test(test_viewing),
        cmocka_unit_test(test_another_version),
        cmocka_unit_test(test_requests),
        cmocka_unit_test(test_what_it_does_not_know),
        cmocka_unit_test(test_quit),
        cmocka_unit_test(test_quit_is_for_its_own_user),
        cmocka_unit_test(test_commits_are_told_at_most_every_100_ms),
        cmocka_unit_test(test_commits_of_several_sources_name_none),
        cmocka_unit_test(test_commits_name_what_was_written),
        cmocka_unit_test(test_a_tick_tells_what_changed),
        cmocka_unit_test(test_idle),
        cmocka_unit_test(test_who_says_no_hello_is_dropped),
        cmocka_unit_test(test_who_says_hello_stays),
    };
    return cmocka_run_group_tests(tests, make_dir, remove_dir);
}
