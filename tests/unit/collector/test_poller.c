#include "poller_world.h"

#include <fcntl.h>

static void test_a_good_poll(void **state)
{
    (void)state;
    struct world w;
    struct peer peer;
    open_world(&w);
    peer_start(&peer);
    peer_says(&peer, 0, 200, "Date: Sun, 06 Nov 1994 08:49:37 GMT\r\n", TWO_NODES, 0);
    const struct collector_source source = source_of(&peer, "fra");
    struct poller *p = add(&w, &source);
    assert_state(p, "offline");
    poller_start(p);
    polls(&w, 1);
    assert_state(p, "live");
    assert_null(poller_failure(p));
    assert_int_equal(stored(&w, KIND_NODE, "fra"), 2);
    struct row row = row_of(p);
    assert_int_equal(value_int_or(&row.cells[SOURCE_REQUESTS], -1), 1);
    assert_int_equal(value_int_or(&row.cells[SOURCE_ROWS], -1), 2);
    assert_int_equal(value_int_or(&row.cells[SOURCE_BYTES], -1), sizeof TWO_NODES - 1);
    assert_true(value_real_or(&row.cells[SOURCE_SKEW_S], 0) < -1e8);
    assert_false(value_known(&row.cells[SOURCE_LAST_ERROR]));
    peer_says(&peer, 0, 200, "", ONE_NODE, 0);
    polls(&w, 1); /* by itself, after the interval: what is absent is closed */
    assert_int_equal(stored(&w, KIND_NODE, "fra"), 1);
    peer_end(&peer);
    close_world(&w);
}

/* Whatever makes a body unbelievable: nothing of it is seen and the former rows stay. */
static void test_a_bad_body_is_dropped_whole(void **state)
{
    (void)state;
    static const struct {
        const char *body;
        size_t cut;
    } cases[] = {
        {"{\"nodes\":[{\"id\":\"n3\",\"state\":\"up\"},{\"id\":\"n4\",\"state\":\"up\"}]}", 20}, /* cut */
        {"{\"nodes\":[{\"id\":\"n3\",\"state\":\"up\"}]", 0},                                    /* not whole */
        {"{\"nodes\":[{\"id\":\"n3\"},{\"no\":1}]}", 0},                                         /* refused */
        {"{\"nodes\":[{\"id\":\"n3\"}],\"errors\":\"x\"}", 0},                                   /* 200 is no success */
        {"<html>", 0},
        {"", 0},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct world w;
        struct peer peer;
        open_world(&w);
        peer_start(&peer);
        peer_says(&peer, 0, 200, "", TWO_NODES, 0);
        const struct collector_source source = source_of(&peer, "fra");
        struct poller *p = add(&w, &source);
        poller_start(p);
        polls(&w, 1);
        peer_says(&peer, 0, 200, "", cases[i].body, cases[i].cut);
        polls(&w, 1);
        assert_non_null(poller_failure(p));
        assert_int_equal(stored(&w, KIND_NODE, "fra"), 2);
        assert_state(p, "live"); /* one miss is none */
        struct row row = row_of(p);
        assert_int_equal(value_int_or(&row.cells[SOURCE_BODIES_DROPPED], -1), 1);
        peer_says(&peer, 0, 200, "", ONE_NODE, 0);
        polls(&w, 1);
        assert_null(poller_failure(p));
        assert_int_equal(stored(&w, KIND_NODE, "fra"), 1);
        peer_end(&peer);
        close_world(&w);
    }
}

#define TWICE                                                                                                          \
    "{\"name\":\"fra\",\"nodes\":[{\"id\":\"n1\",\"id\":\"n7\",\"state\":\"up\"},{\"id\":\"n2\",\"state\":\"up\"}]}"

static void test_what_it_tells_and_when_it_is_asked_again(void **state)
{
    (void)state;
    struct world w;
    struct peer peer;
    open_world(&w);
    peer_start(&peer);
    peer_says(&peer, 0, 200, "", TWICE, 0);
    const struct collector_source source = source_of(&peer, "fra");
    struct poller *p = add(&w, &source);
    assert_int_equal(poller_take_news(p), POLLER_RENAMED);
    poller_start(p);
    polls(&w, 1);
    assert_int_equal(poller_take_news(p), POLLER_CHANGED);
    assert_int_equal(poller_take_news(p), POLLER_NOTHING);
    struct row row = row_of(p);
    assert_int_equal(value_int_or(&row.cells[SOURCE_DUPLICATE_KEYS], -1), 1);
    assert_true(text_is(value_text_or(&row.cells[SOURCE_TELLS], ""), "nodes=2"));
    assert_true(text_is(value_text_or(&row.cells[SOURCE_BACKOFF], ""), "none"));
    assert_true(value_int_or(&row.cells[SOURCE_NEXT_POLL_AT], 0) >= value_int_or(&row.cells[SOURCE_LAST_OK_AT], 0));
    peer_says(&peer, 0, 200, "", "<html>", 0);
    polls(&w, 1);
    row = row_of(p);
    assert_true(text_contains(value_text_or(&row.cells[SOURCE_TELLS], ""), text_of("nodes=2@20"), false));
    assert_true(text_is(value_text_or(&row.cells[SOURCE_BACKOFF], ""), "waiting"));
    assert_true(text_is(value_text_or(&row.cells[SOURCE_ERROR_KIND], ""), "corrupt"));
    assert_int_equal(value_int_or(&row.cells[SOURCE_FAILED_POLLS], -1), 1);
    peer_end(&peer);
    close_world(&w);
}

static void test_not_modified(void **state)
{
    (void)state;
    struct world w;
    struct peer peer;
    struct row row;
    open_world(&w);
    peer_start(&peer);
    driver_plan.etag = true;
    peer_says(&peer, 0, 200, "", TWO_NODES, 0);
    const struct collector_source source = source_of(&peer, "fra");
    struct poller *p = add(&w, &source);
    poller_start(p);
    polls(&w, 1);
    assert_non_null(strstr(peer.shared->request, "If-None-Match: \"1\""));
    int64_t before_ms = clock_now(&w.clock).utc_ms;
    peer_says(&peer, 0, 304, "", "", 0);
    polls(&w, 1);
    assert_state(p, "live");
    assert_null(poller_failure(p));
    fixture_read(&w.f);
    struct query_rows *rows = query_rows_new(w.f.query, KIND_NODE, QUERY_NOW);
    fixture_load(&w.f, rows);
    assert_int_equal(query_rows_count(rows), 2);
    assert_true(query_rows_at(rows, 0, &row));
    assert_true(row.observed_ms >= before_ms);
    query_rows_free(rows);
    peer_end(&peer);
    close_world(&w);
}

static void write_token(const char *path, const char *token)
{
    int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600);
    assert_int_equal(write(fd, token, strlen(token)), (ssize_t)strlen(token));
    close(fd);
}

static void test_denied_reads_the_token_again(void **state)
{
    (void)state;
    struct world w;
    struct peer peer;
    char path[128];
    open_world(&w);
    snprintf(path, sizeof path, "%s/token", w.f.dir);
    write_token(path, "old-token\n");
    peer_start(&peer);
    peer_says(&peer, 0, 401, "", "{}", 0);
    struct collector_source source = source_of(&peer, "fra");
    source.token_file = path;
    struct poller *p = add(&w, &source);
    poller_start(p);
    polls(&w, 1);
    assert_state(p, "denied");
    assert_non_null(strstr(peer.shared->request, "X-Token: old-token"));
    write_token(path, "new-token\n");
    peer_says(&peer, 0, 200, "", ONE_NODE, 0);
    polls(&w, 1);
    assert_non_null(strstr(peer.shared->request, "X-Token: new-token"));
    assert_state(p, "live");
    unlink(path);
    polls(&w, 1); /* what works is not read again */
    assert_state(p, "live");
    peer_end(&peer);
    close_world(&w);
}

static void test_a_token_command_runs_again_when_refused(void **state)
{
    (void)state;
    struct world w;
    struct peer peer;
    char script[256];
    open_world(&w);
    snprintf(script, sizeof script, "sleep 0.2; echo x >> %s/n; echo token-$(wc -l < %s/n)", w.f.dir, w.f.dir);
    const struct launcher_command command = {.name = "token:fra",
                                             .argv = (const char *const[]){"sh", "-c", script, NULL}};
    w.w.launcher = launcher_new(&command, 1, NULL);
    peer_start(&peer);
    peer_says(&peer, 0, 401, "", "{}", 0);
    struct collector_source source = source_of(&peer, "fra");
    source.token_command = "token:fra";
    struct poller *p = add(&w, &source);
    poller_start(p);
    polls(&w, 1);
    assert_state(p, "denied");
    assert_non_null(strstr(peer.shared->request, "X-Token: token-1\r"));
    peer_says(&peer, 0, 200, "", ONE_NODE, 0);
    polls(&w, 1);
    assert_non_null(strstr(peer.shared->request, "X-Token: token-2\r"));
    assert_state(p, "live");
    polls(&w, 1);
    assert_non_null(strstr(peer.shared->request, "X-Token: token-2\r"));
    assert_true(loop_longest_us(w.w.loop) < 150000); /* the command takes longer: nobody waited */
    snprintf(script, sizeof script, "%s/n", w.f.dir);
    unlink(script);
    peer_end(&peer);
    close_world(&w);
}

static void test_a_source_that_goes_while_its_token_is_fetched(void **state)
{
    (void)state;
    struct world w;
    struct peer peer;
    open_world(&w);
    const struct launcher_command command = {.name = "token:fra",
                                             .argv = (const char *const[]){"sh", "-c", "sleep 0.3; echo t", NULL}};
    w.w.launcher = launcher_new(&command, 1, NULL);
    peer_start(&peer);
    peer_says(&peer, 0, 200, "", ONE_NODE, 0);
    struct collector_source source = source_of(&peer, "fra"), other = source_of(&peer, "other");
    source.token_command = "token:fra";
    struct poller *p = add(&w, &source), *o = add(&w, &other);
    poller_start(p);
    poller_start(o);
    polls(&w, 1);
    poller_free(p);
    w.pollers[0] = o;
    w.count = 1;
    polls(&w, 10); /* beyond the command's end */
    assert_state(o, "live");
    peer_end(&peer);
    close_world(&w);
}

static void test_without_its_token_a_source_says_so_and_others_go_on(void **state)
{
    (void)state;
    struct world w;
    struct peer peer;
    char path[128];
    open_world(&w);
    snprintf(path, sizeof path, "%s/token", w.f.dir);
    peer_start(&peer);
    peer_says(&peer, 0, 200, "", ONE_NODE, 0);
    struct collector_source bad = source_of(&peer, "bad"), good = source_of(&peer, "good");
    bad.token_file = path;
    struct poller *p = add(&w, &bad), *o = add(&w, &good);
    poller_start(p);
    poller_start(o);
    polls(&w, 2);
    assert_state(p, "offline");
    assert_error(p, "cannot read the token file");
    assert_state(o, "live");
    write_token(path, "late\n");
    while (!poller_failure(o) && poller_failure(p))
        polls(&w, 1);
    assert_state(p, "live");
    unlink(path);
    peer_end(&peer);
    close_world(&w);
}

static void test_a_name_is_learnt_and_pinned(void **state)
{
    (void)state;
    struct world w;
    struct peer peer;
    open_world(&w);
    peer_start(&peer);
    peer_says(&peer, 0, 200, "", TWO_NODES, 0);
    struct collector_source source = source_of(&peer, NULL), other = source_of(&peer, NULL);
    char long_url[600];
    snprintf(long_url, sizeof long_url, "fake+http://127.0.0.1/%0500d", 1);
    source.pin = long_url; /* any length */
    other.pin = "fake+http://127.0.0.1/2";
    struct poller *p = add(&w, &source), *o = add(&w, &other);
    assert_string_equal(poller_name(p), "127.0.0.1:1");
    assert_string_equal(poller_name(o), "127.0.0.1:1-2");
    poller_start(p);
    polls(&w, 1);
    assert_string_equal(poller_name(p), "fra");
    poller_start(o);
    while (!poller_ended_once(o))
        polls(&w, 1);
    assert_string_equal(poller_name(o), "fra-2"); /* two peers with one name */
    assert_int_equal(stored(&w, KIND_NODE, "fra"), 2);
    assert_int_equal(stored(&w, KIND_NODE, "fra-2"), 2);
    assert_int_equal(stored(&w, KIND_NODE, "127.0.0.1:1"), 0);
    close_parts(&w);
    open_parts(&w); /* the next collector: the names are known before anybody was asked, in whatever order */
    o = add(&w, &other);
    p = add(&w, &source);
    assert_string_equal(poller_name(p), "fra");
    assert_string_equal(poller_name(o), "fra-2");
    peer_end(&peer);
    close_world(&w);
}

static void test_a_peer_without_a_name_keeps_the_provisional_one(void **state)
{
    (void)state;
    struct world w;
    struct peer peer;
    open_world(&w);
    peer_start(&peer);
    driver_plan.requests = 2;
    peer_says(&peer, 0, 200, "", "{\"nodes\":[{\"id\":\"n1\"}]}", 0);
    peer_says(&peer, 1, 200, "", "{\"nodes\":[]}", 0);
    struct collector_source source = source_of(&peer, NULL);
    struct poller *p = add(&w, &source);
    poller_start(p);
    polls(&w, 1);
    assert_string_equal(poller_name(p), "127.0.0.1:1");
    assert_int_equal(stored(&w, KIND_NODE, "127.0.0.1:1"), 1);
    peer_end(&peer);
    close_world(&w);
}

static void test_stale_after_missed_polls(void **state)
{
    (void)state;
    struct world w;
    struct peer peer;
    open_world(&w);
    peer_start(&peer);
    peer_says(&peer, 0, 200, "", ONE_NODE, 0);
    const struct collector_source source = source_of(&peer, "fra");
    struct poller *p = add(&w, &source);
    poller_start(p);
    polls(&w, 1);
    unsigned version = poller_version(p);
    poller_tick(p);
    assert_int_equal(poller_version(p), version);
    peer_end(&peer);
    polls(&w, 1); /* nobody listens */
    assert_state(p, "live");
    polls(&w, 1);
    assert_state(p, "stale");
    assert_true(poller_version(p) != version);
    assert_error(p, "first: ");
    close_world(&w);
}

static void test_time_alone_makes_it_stale(void **state)
{
    (void)state;
    struct world w;
    struct peer peer;
    open_world(&w);
    peer_start(&peer);
    peer_says(&peer, 0, 200, "", ONE_NODE, 0);
    const struct collector_source source = source_of(&peer, "fra");
    struct poller *p = add(&w, &source);
    poller_start(p);
    polls(&w, 1);
    poller_tick(p);
    assert_state(p, "live");
    poll(NULL, 0, 40 * INTERVAL_MS); /* the loop stands still, as in a suspended machine */
    poller_tick(p);
    assert_state(p, "stale");
    peer_end(&peer);
    close_world(&w);
}

static void test_a_failure_that_is_essential_ends_the_poll(void **state)
{
    (void)state;
    for (int essential = 0; essential < 2; essential++) {
        struct world w;
        struct peer peer;
        open_world(&w);
        peer_start(&peer);
        driver_plan.requests = 3;
        driver_plan.essential_first = essential;
        peer_says(&peer, 0, 500, "", "{}", 0);
        peer_says(&peer, 1, 200, "", ONE_NODE, 0);
        peer_says(&peer, 2, 200, "", ONE_NODE, 0);
        const struct collector_source source = source_of(&peer, "fra");
        struct poller *p = add(&w, &source);
        poller_start(p);
        polls(&w, 1);
        assert_non_null(poller_failure(p));
        assert_error(p, "first: status 500");
        assert_int_equal(peer.shared->count, essential ? 1 : 3);
        assert_int_equal(stored(&w, KIND_RESERVATION, "fra"), essential ? 0 : 1);
        peer_end(&peer);
        close_world(&w);
    }
}

/* A body that makes no sense says nothing of the others. */
static void test_after_a_refused_body_the_poll_goes_on(void **state)
{
    (void)state;
    struct world w;
    struct peer peer;
    open_world(&w);
    peer_start(&peer);
    driver_plan.requests = 2;
    peer_says(&peer, 0, 200, "", "{\"nodes\":[nonsense]}", 0);
    peer_says(&peer, 1, 200, "", ONE_NODE, 0);
    const struct collector_source source = source_of(&peer, "fra");
    struct poller *p = add(&w, &source);
    poller_start(p);
    polls(&w, 1);
    assert_error(p, "first: ");
    assert_int_equal(stored(&w, KIND_RESERVATION, "fra"), 1);
    peer_end(&peer);
    close_world(&w);
}

static void test_poll_now_does_not_outrun_the_peer(void **state)
{
    (void)state;
    struct world w;
    struct peer peer;
    open_world(&w);
    peer_start(&peer);
    driver_plan.requests = 2;
    peer_says(&peer, 0, 429, "Retry-After: 2\r\n", "{}", 0);
    peer_says(&peer, 1, 200, "", ONE_NODE, 0);
    const struct collector_source source = source_of(&peer, "fra");
    struct poller *p = add(&w, &source);
    poller_start(p);
    polls(&w, 1);
    int64_t ended_ms = clock_boot_ms();
    for (int i = 0; i < 100; i++)
        poller_poll_now(p);
    polls(&w, 1);
    assert_true(clock_boot_ms() - ended_ms >= 1900);
    assert_int_equal(peer.shared->count, 4);
    peer_end(&peer);
    close_world(&w);
}

static void test_once_is_once(void **state)
{
    (void)state;
    struct world w;
    struct peer peer;
    open_world(&w);
    w.w.once = true;
    peer_start(&peer);
    peer_says(&peer, 0, 200, "", ONE_NODE, 0);
    const struct collector_source source = source_of(&peer, "fra");
    struct poller *p = add(&w, &source);
    poller_start(p);
    polls(&w, 1);
    loop_timer(w.w.loop, 10 * INTERVAL_MS, stop_loop, w.w.loop);
    assert_true(loop_run(w.w.loop, NULL));
    assert_int_equal(peer.shared->count, 1);
    peer_end(&peer);
    close_world(&w);
}

static void test_a_local_driver(void **state)
{
    (void)state;
    struct world w;
    const struct collector_source source = {
        .name = "sample", .driver = &local_driver, .url = "here", .interval_ms = INTERVAL_MS};
    open_world(&w);
    local_nodes = 3;
    struct poller *p = add(&w, &source);
    poller_start(p);
    polls(&w, 1);
    assert_state(p, "live");
    assert_int_equal(stored(&w, KIND_NODE, "sample"), 3);
    local_nodes = -1;
    polls(&w, 1);
    assert_non_null(poller_failure(p));
    assert_int_equal(w.failures, 1);
    assert_int_equal(stored(&w, KIND_NODE, "sample"), 3);
    local_nodes = 1;
    polls(&w, 1);
    assert_int_equal(stored(&w, KIND_NODE, "sample"), 1);
    close_world(&w);
}

/* In the middle of whatever it does. */
static void test_freeing_at_any_moment(void **state)
{
    (void)state;
    struct peer peer;
    peer_start(&peer);
    for (int ms = 0; ms < 12; ms++) {
        struct world w;
        open_world(&w);
        peer_says(&peer, 0, 200, "", TWO_NODES, 0);
        const struct collector_source source = source_of(&peer, NULL);
        poller_start(add(&w, &source));
        loop_timer(w.w.loop, ms, stop_loop, w.w.loop);
        assert_true(loop_run(w.w.loop, NULL));
        close_world(&w);
    }
    peer_end(&peer);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_good_poll),
        cmocka_unit_test(test_a_bad_body_is_dropped_whole),
        cmocka_unit_test(test_what_it_tells_and_when_it_is_asked_again),
        cmocka_unit_test(test_not_modified),
        cmocka_unit_test(test_denied_reads_the_token_again),
        cmocka_unit_test(test_a_token_command_runs_again_when_refused),
        cmocka_unit_test(test_a_source_that_goes_while_its_token_is_fetched),
        cmocka_unit_test(test_without_its_token_a_source_says_so_and_others_go_on),
        cmocka_unit_test(test_a_name_is_learnt_and_pinned),
        cmocka_unit_test(test_a_peer_without_a_name_keeps_the_provisional_one),
        cmocka_unit_test(test_stale_after_missed_polls),
        cmocka_unit_test(test_time_alone_makes_it_stale),
        cmocka_unit_test(test_a_failure_that_is_essential_ends_the_poll),
        cmocka_unit_test(test_after_a_refused_body_the_poll_goes_on),
        cmocka_unit_test(test_poll_now_does_not_outrun_the_peer),
        cmocka_unit_test(test_once_is_once),
        cmocka_unit_test(test_a_local_driver),
        cmocka_unit_test(test_freeing_at_any_moment),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
