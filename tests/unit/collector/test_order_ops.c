#include "unit/collector/order_world.h"
#include "unit/store/sql.h"

/* Orders from the frame to what would be given to sources. Nothing may be given that should not be. */

static void given_once(void **state)
{
    struct world_ops *w = *state;
    order(w, "r-1", HOLD);
    expect_done(w, "O-0001");
    settle(w);
    assert_int_equal(w->given, 1);
    assert_string_equal(w->target, "a/1");
    assert_string_equal(w->source, "a");
    order(w, "r-1", HOLD); /* the answer was lost, and the client asks again */
    expect_done(w, "O-0001");
    settle(w);
    assert_int_equal(w->given, 1);
    answer(w, SOURCE_ORDER_DONE);
    settle(w);
    order(w, "r-1", HOLD);
    expect_done(w, "O-0001");
    settle(w);
    assert_int_equal(w->given, 1);
    assert_int_equal(w->polls, 1);                                /* its source tells another thing now */
    order(w, "r-1", "\"action\":\"hold\",\"targets\":[\"a/5\"]"); /* another under the same id */
    expect_refused(w, 65, "request");
    assert_false(order_ops_busy(w->ops));
}

static void read_only(void **state)
{
    struct world_ops *w = *state;
    w->write = false;
    order(w, "r-1", HOLD);
    expect_refused(w, 77, "read-only");
    order(w, "r-2", HOLD ",\"dry_run\":true");
    expect_refused(w, 77, "read-only");
    ask(w, "{\"op\":\"order_stop\",\"request_id\":\"r-3\",\"ref\":\"O-0001\"}");
    expect_refused(w, 77, "read-only");
    settle(w);
    w->write = true;
    w->takes = (struct err){.kind = ERR_REFUSED, .text = "the source is read_only"};
    order(w, "r-4", HOLD);
    assert_non_null(strstr(w->err.text, "read_only"));
    settle(w);
    assert_int_equal(w->given + w->looks, 0);
}

static void what_makes_no_sense(void **state)
{
    static const struct {
        const char *what;
        int status;
        const char *says;
    } all[] = {
        {"\"action\":\"frobnicate\",\"targets\":[\"a/1\"]", 64, "no such order"},
        {"\"action\":\"hold\"", 64, "targets"},
        {"\"action\":\"hold\",\"targets\":[]", 64, "targets"},
        {"\"action\":\"hold\",\"targets\":[17]", 64, "no text"},
        {"\"action\":\"hold\",\"targets\":[\"a/1\",\"a/5\",\"a/1\"]", 64, "twice"},
        {"\"action\":\"hold\",\"targets\":[\"a/99\"]", 67, "a/99"},
        {"\"action\":\"hold\",\"targets\":[\"a/2\"]", 77, "running"},
        {"\"action\":\"release\",\"targets\":[\"a/1\"]", 77, "not held"},
        {"\"action\":\"priority\",\"targets\":[\"a/1\"]", 64, "value"},
        {"\"action\":\"priority\",\"targets\":[\"a/1\"],\"value\":-5", 64, "value"},
        {"\"action\":\"limit\",\"targets\":[\"a/1\"],\"value\":0", 64, "value"},
        {"\"action\":\"move\",\"targets\":[\"a/1\"],\"to\":\"a\"", 65, "already"},
        {"\"action\":\"move\",\"targets\":[\"a/1\"],\"to\":\"c\"", 67, "'c'"},
        {"\"action\":\"move\",\"targets\":[\"a/1\"],\"to\":\"b/nosuch\"", 67, "b/nosuch"},
        {"\"action\":\"move\",\"targets\":[\"a/1\"]", 67, "''"},
        {"\"action\":\"move\",\"targets\":[\"a/4\"],\"to\":\"b\"", 77, "movable"},
    };
    struct world_ops *w = *state;
    char request[32];
    for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
        snprintf(request, sizeof request, "r-%zu", i);
        order(w, request, all[i].what);
        if (w->err.kind == ERR_NONE || !strstr(w->err.text, all[i].says) || err_status(&w->err) != all[i].status)
            fail_msg("%s: '%s' (%d), not '%s' (%d)", all[i].what, w->err.text, err_status(&w->err), all[i].says,
                     all[i].status);
    }
    order(w, "", HOLD);
    expect_refused(w, 64, "request_id");
    w->limits.jobs_alone = 1;
    order_ops_free(w->ops);
    ops_open(w);
    order(w, "r-many", "\"action\":\"hold\",\"targets\":[\"a/1\",\"a/5\"]");
    expect_refused(w, 77, "too much for one person: 2 jobs");
    settle(w);
    assert_int_equal(w->given + w->looks, 0);
}

#define MOVE_TO(to) "\"action\":\"move\",\"targets\":[\"a/1\"],\"to\":\"" to "\""

/* By what it is called there; nothing is copied, and so nothing else is asked of the peers. */
static void a_federation_moves_its_own(void **state)
{
    struct world_ops *w = *state;
    struct store_batch *queues = fixture_batch(&w->f, "b", KIND_QUEUE, true);
    struct row queue = {.kind = KIND_QUEUE, .id = text_of("b/other")};
    fixture_add(queues, &queue);
    fixture_apply(&w->f, queues, 100000);
    w->joint = "B-1";
    order(w, "r-1", MOVE_TO("b") ",\"dry_run\":true");
    expect_done(w, "its federation moves it: the same job waits there alone");
    order(w, "r-2", MOVE_TO("b/other"));
    expect_refused(w, 77, "keeps the job's queue, 'a/main'");
    order(w, "r-3", MOVE_TO("b"));
    expect_done(w, "O-0001");
    settle(w);
    assert_int_equal(w->given, 1);
    assert_int_equal(w->what, SOURCE_ORDER_MOVE);
    assert_string_equal(w->name, "B-1");
}

static void what_its_federation_cannot_move_is_not_copied(void **state)
{
    struct world_ops *w = *state;
    err_set(&w->no_member, ERR_REFUSED, "'b' is no member");
    w->reads = w->moves = true;
    order(w, "r-1", MOVE_TO("b"));
    expect_refused(w, 77, "'b' is no member");
    w->no_member = (struct err){0};
    order(w, "r-2", "\"action\":\"move\",\"targets\":[\"a/4\"],\"to\":\"b\"");
    expect_refused(w, 77, "no section movable names it");
}

static void what_cannot_be_given_is_not_recorded(void **state)
{
    struct world_ops *w = *state;
    err_set(&w->can, ERR_REFUSED, "drain_command is not configured");
    order(w, "r-2", "\"action\":\"hold\",\"targets\":[\"a/5\"]");
    expect_refused(w, 77, "drain_command is not configured");
    order(w, "r-3", "\"action\":\"hold\",\"targets\":[\"a/5\"],\"dry_run\":true");
    expect_refused(w, 77, "drain_command is not configured");
    settle(w);
    assert_int_equal(w->given + w->looks, 0);
    w->can = (struct err){0};
    order(w, "r-4", "\"action\":\"hold\",\"targets\":[\"a/5\"]");
    expect_done(w, "O-0001"); /* nothing was made of the others */
}

static void dry_run_gives_nothing(void **state)
{
    struct world_ops *w = *state;
    order(w, "r-1", HOLD ",\"dry_run\":true");
    expect_done(w, "");
    settle(w);
    assert_int_equal(w->given + w->looks, 0);
    order(w, "r-2", "\"action\":\"hold\",\"targets\":[\"a/2\"],\"dry_run\":true");
    assert_int_equal(w->refused, 1);
    order(w, "r-3", HOLD); /* it left nothing behind */
    expect_done(w, "O-0001");
}

/* --- nothing is sent on stale data --- */

enum { STALE_CASES = 200, HOUR_MS = 3600000, FRESH_MS = 60000, WALLS = 5, OTHER_BOOT = 4 };

struct stale_case {
    int64_t over_ms, interval_ms, wall_ms; /* older than may be; of its source; by how much the wall clock jumps */
    bool own, other_boot;                  /* the job's end; what is known of it is of a boot before */
};

static struct stale_case stale_case(int i)
{
    static const int64_t over_ms[] = {1, 60000, HOUR_MS, 30LL * 24 * HOUR_MS};
    static const int64_t intervals_ms[] = {0, 5000, 20000, 60000, 600000};
    static const int64_t walls_ms[WALLS] = {0, -HOUR_MS, HOUR_MS, -10LL * 365 * 24 * HOUR_MS, -40LL * 24 * HOUR_MS};
    return (struct stale_case){.over_ms = over_ms[i % 4],
                               .interval_ms = intervals_ms[i / 4 % 5],
                               .wall_ms = walls_ms[i / 20 % WALLS],
                               .own = i / 100 == 0,
                               .other_boot = i / 20 % WALLS == OTHER_BOOT};
}

static int64_t limit_ms(const struct stale_case *c)
{
    return 3 * c->interval_ms > FRESH_MS ? 3 * c->interval_ms : FRESH_MS;
}

static void pass(struct world_ops *w, int64_t ms)
{
    w->clock.start_utc_ms += ms;
    w->clock.start_boot_ms += ms;
    w->f.now = clock_now(&w->clock);
}

/* The machine was started anew since all that was told. */
static void boot_anew(const struct world_ops *w)
{
    sql_run(&w->f, "cache.db", "UPDATE observed SET boot_id = 'another'");
}

/* Half as old as it may be it is good, whatever the wall clock did; then it grows too old, or nobody knows how old. */
static void one_stale_case(struct world_ops *w, int i)
{
    static const char *const orders[] = {"\"action\":\"move\",\"to\":\"b\"", "\"action\":\"hold\"",
                                         "\"action\":\"priority\",\"value\":5", "\"action\":\"cancel\""};
    const struct stale_case c = stale_case(i);
    const char *stale = c.own ? "a" : "b", *fresh = c.own ? "b" : "a";
    struct err err = {0};
    char request[32], what[128];
    assert_true(store_interval_set(w->f.store, stale, c.interval_ms, &err));
    w->f.now = clock_now(&w->clock);
    put_source(w, stale);
    w->clock.start_utc_ms += c.wall_ms;
    pass(w, limit_ms(&c) / 2);
    put_source(w, fresh);
    snprintf(request, sizeof request, "fresh-%d", i);
    order(w, request, "\"action\":\"move\",\"to\":\"b\",\"targets\":[\"a/1\"],\"dry_run\":true");
    expect_done(w, "");
    if (c.other_boot)
        boot_anew(w);
    pass(w, limit_ms(&c) / 2 + c.over_ms);
    put_source(w, fresh);
    snprintf(request, sizeof request, "stale-%d", i);
    snprintf(what, sizeof what, "%s,\"targets\":[\"a/1\"]", orders[c.own ? i % 4 : 0]);
    order(w, request, what);
    if (err_status(&w->err) != 75 || !strstr(w->err.text, "not fresh"))
        fail_msg("case %d: '%s' (%d)", i, w->err.text, err_status(&w->err));
    w->clock.start_utc_ms -= c.wall_ms;
}

/* 4 ages, 5 intervals, 5 things that a wall clock does, either end: none leaves. */
static void nothing_on_stale_data(void **state)
{
    struct world_ops *w = *state;
    w->reads = true;
    for (int i = 0; i < STALE_CASES; i++)
        one_stale_case(w, i);
    settle(w);
    assert_int_equal(w->given + w->looks, 0);
    assert_int_equal(w->refused, STALE_CASES);
    print_message("# %d stale cases: %d requests\n", STALE_CASES, w->given + w->looks);
}

static void what_turned_stale_is_not_sent(void **state)
{
    struct world_ops *w = *state;
    struct json *m;
    struct err err = {0};
    const char frame[] = "{\"op\":\"order\",\"request_id\":\"r-1\"," HOLD "}";
    const struct serve_call call = {.visitor = 1, .id = 7, .uid = w->uid, .roles = ROLES_ALL, .write = true};
    m = json_parse(frame, strlen(frame), JSON_STRICT, &err);
    assert_true(order_ops_ask(w->ops, &call, m));
    json_free(m);
    w->clock.start_utc_ms += STALE_MS; /* before the executor came to it */
    w->clock.start_boot_ms += STALE_MS;
    settle(w);
    assert_int_equal(w->given + w->looks, 0);
    assert_false(order_ops_busy(w->ops));
}

/* Eight give the same job to different schedulers: one has it, the others are told who. */
static void rivals_are_told_who_won(void **state)
{
    struct world_ops *w = *state;
    char request[32], what[128], made[96];
    for (int round = 5; round <= RIVALS; round++) {
        int done = w->done;
        for (int i = 0; i < 8; i++) {
            snprintf(request, sizeof request, "r-%d-%d", round, i);
            if (i % 2)
                snprintf(what, sizeof what, "\"action\":\"move\",\"targets\":[\"a/%d\"],\"to\":\"b\"", round);
            else
                snprintf(what, sizeof what, "\"action\":\"priority\",\"value\":%d,\"targets\":[\"a/%d\"]", i + 1,
                         round);
            order(w, request, what);
            if (i == 0) {
                expect_done(w, w->made);
                snprintf(made, sizeof made, "order %s/1", w->made);
            } else {
                expect_refused(w, 75, made);
                assert_non_null(strstr(w->err.text, "being changed already"));
            }
        }
        assert_int_equal(w->done, done + 1);
    }
}

/* The first has ended, and its source tells what became of the job. */
static void who_comes_too_late_is_told_who_won(void **state)
{
    struct world_ops *w = *state;
    order(w, "r-1", HOLD);
    expect_done(w, "O-0001");
    settle(w);
    answer(w, SOURCE_ORDER_DONE);
    settle(w);
    struct row job = fixture_job("a/1", "ann", "cancelled", 4);
    struct store_batch *jobs = fixture_batch(&w->f, "a", KIND_JOB, true);
    fixture_add(jobs, &job);
    fixture_apply(&w->f, jobs, 100000);
    order(w, "r-2", HOLD);
    expect_refused(w, 77, "changed it, by order O-0001/1: 'a/1' does not wait");
    order(w, "r-3", "\"action\":\"hold\",\"targets\":[\"a/5\"]"); /* nobody changed it: it is gone */
    expect_refused(w, 67, "there is no job 'a/5'");
    assert_null(strstr(w->err.text, "changed it"));
    fixture_apply(&w->f, fixture_batch(&w->f, "a", KIND_JOB, true), 100000);
    order(w, "r-4", HOLD);
    expect_refused(w, 67, "changed it, by order O-0001/1: there is no job 'a/1'");
}

static void what_people_do_to_it(void **state)
{
    struct world_ops *w = *state;
    ask(w, "{\"op\":\"order_stop\",\"request_id\":\"s-1\",\"ref\":\"O-0001\"}");
    expect_refused(w, 67, "no order");
    ask(w, "{\"op\":\"order_stop\",\"request_id\":\"s-2\",\"ref\":\"rubbish\"}");
    expect_refused(w, 67, "rubbish");
    order(w, "r-1", "\"action\":\"hold\",\"targets\":[\"a/1\",\"a/5\",\"a/6\"]");
    expect_done(w, "O-0001");
    settle(w);
    assert_int_equal(w->given, 1);
    ask(w, "{\"op\":\"order_stop\",\"request_id\":\"s-3\",\"ref\":\"O-0001\"}");
    expect_done(w, "O-0001");
    answer(w, SOURCE_ORDER_DONE); /* what was under way ends */
    settle(w);
    assert_int_equal(w->given, 1);
    ask(w, "{\"op\":\"order_resume\",\"request_id\":\"s-4\",\"ref\":\"O-0001\"}");
    expect_refused(w, 75, "stopped");
    ask(w, "{\"op\":\"order_stop\",\"request_id\":\"s-3\",\"ref\":\"O-0001\"}"); /* the same request */
    expect_done(w, "O-0001");
    assert_false(order_ops_busy(w->ops));
    order(w, "r-2", "\"action\":\"hold\",\"targets\":[\"a/5\"]"); /* what was stopped is free */
    expect_done(w, "O-0002");
}

/* A collector that starts goes on: by asking. */
static void goes_on_by_asking(void **state)
{
    struct world_ops *w = *state;
    order(w, "r-1", HOLD);
    settle(w);
    assert_int_equal(w->given, 1);
    order_ops_free(w->ops);
    ops_open(w);
    assert_true(order_ops_busy(w->ops));
    while (w->looks == 0)
        settle(w);
    assert_int_equal(w->given, 1);
    answer(w, SOURCE_ORDER_DONE);
    settle(w);
    assert_int_equal(w->given, 1);
    assert_false(order_ops_busy(w->ops));
    order(w, "r-1", HOLD);
    expect_done(w, "O-0001");
}

/* The id came back with another submit time: rows call it a/1~2 now, and so does whoever orders. */
static void a_job_of_another_generation(void **state)
{
    struct world_ops *w = *state;
    w->later_ms = 5000;
    put_source(w, "a");
    order(w, "r-1", HOLD);
    expect_refused(w, 67, "a/1");
    order(w, "r-2", "\"action\":\"hold\",\"targets\":[\"a/1~2\"]");
    expect_done(w, "O-0001");
    settle(w);
    assert_int_equal(w->given, 1);
    assert_string_equal(w->target, "a/1");
}

/* Source "a" anew: a/1 to a/6 wait with 10 accelerators each and are t-1's, a/7 to a/9 run on 8 CPUs, a/10 to a/12 wait and are t-2's.
 * 100 accelerators wait there but for those `gone`, 1,000 CPUs are busy. */
static void put_weights(struct world_ops *w, int gone)
{
    char id[64];
    w->f.now = clock_now(&w->clock);
    struct store_batch *jobs = fixture_batch(&w->f, "a", KIND_JOB, true);
    for (int i = 1; i <= 12; i++) {
        bool runs = i >= 7 && i <= 9;
        snprintf(id, sizeof id, "a/%d", i);
        struct row job = fixture_job(id, "ann", runs ? "running" : "waiting", 8);
        job.cells[JOB_SCHEDULER] = value_text(text_of("a"));
        job.cells[JOB_QUEUE] = value_text(text_of("a/main"));
        job.cells[JOB_SUBMITTED_AT] = value_time(1000 + i);
        job.cells[JOB_MOVABLE] = value_bool(true);
        job.cells[JOB_TENANT] = runs ? value_none() : value_text(text_of(i <= 6 ? "t-1" : "t-2"));
        job.cells[JOB_ACCELS] = i <= 6 ? value_int(10) : value_none();
        fixture_add(jobs, &job);
    }
    fixture_apply(&w->f, jobs, 100000);
    struct store_batch *queues = fixture_batch(&w->f, "a", KIND_QUEUE, true);
    struct row queue = {.kind = KIND_QUEUE, .id = text_of("a/main")};
    queue.cells[QUEUE_SCHEDULER] = value_text(text_of("a"));
    queue.cells[QUEUE_ACCELS_ASKED] = value_int(100 - gone);
    fixture_add(queues, &queue);
    fixture_apply(&w->f, queues, 100000);
    struct store_batch *schedulers = fixture_batch(&w->f, "a", KIND_SCHEDULER, true);
    struct row scheduler = {.kind = KIND_SCHEDULER, .id = text_of("a")};
    scheduler.cells[SCHEDULER_CPUS_TOTAL] = value_int(1000);
    scheduler.cells[SCHEDULER_CPUS_FREE] = value_int(0);
    fixture_add(schedulers, &scheduler);
    fixture_apply(&w->f, schedulers, 100000);
}

static const struct {
    int64_t jobs, tenant;
    double accels_pct;
    struct {
        const char *action, *target, *says; /* NULL: it is given */
        int minutes;                        /* after the one before */
    } asked[6];
} radii[] = {
    {200,
     2,
     100,
     {{"hold", "a/1", NULL, 0},
      {"hold", "a/2", NULL, 0},
      {"hold", "a/3", "3 jobs of 't-1' within 10 minutes, at most 2", 0},
      {"hold", "a/10", NULL, 0},
      {"hold", "a/3", "3 jobs of 't-1'", 9},
      {"hold", "a/3", NULL, 2}}},
    {200,
     50,
     25,
     {{"cancel", "a/1", NULL, 0},
      {"priority", "a/2", NULL, 0}, /* it stays */
      {"cancel", "a/3", NULL, 0},
      {"cancel", "a/4", "30 % of the waiting accelerators of 'a', at most 25 %", 0},
      {"hold", "a/4", NULL, 0}}},
    {2,
     50,
     100,
     {{"hold", "a/10", NULL, 0},
      {"priority", "a/10", NULL, 0}, /* the same job */
      {"hold", "a/11", NULL, 0},
      {"hold", "a/12", "3 jobs within 10 minutes, at most 2", 0}}},
    {200,
     50,
     100,
     {{"cancel", "a/7", NULL, 0},
      {"limit", "a/9", NULL, 0}, /* stops nothing */
      {"cancel", "a/8", NULL, 0},
      {"cancel", "a/9", "2.4 % of what runs on 'a' would be stopped", 0}}},
};

/* Each by another operator, and done at once. */
static void ask_within_radius(struct world_ops *w, size_t of, size_t at)
{
    char request[32], what[160];
    int given = w->given, gone = 0;
    for (size_t k = 0; k < at;
         k++) /* a/1 to a/6 are of t-1, and are cancelled with the accelerators that they wait for */
        gone += !strcmp(radii[of].asked[k].action, "cancel") && radii[of].asked[k].target[2] <= '6' ? 10 : 0;
    w->uid = (uid_t)(5000 + at);
    w->clock.start_utc_ms += radii[of].asked[at].minutes * INT64_C(60000);
    w->clock.start_boot_ms += radii[of].asked[at].minutes * INT64_C(60000);
    put_weights(w, gone);
    snprintf(request, sizeof request, "r-%zu-%zu", of, at);
    snprintf(what, sizeof what, "\"action\":\"%s\",\"targets\":[\"%s\"],\"value\":60", radii[of].asked[at].action,
             radii[of].asked[at].target);
    order(w, request, what);
    if (radii[of].asked[at].says)
        expect_refused(w, 77, radii[of].asked[at].says);
    else if (w->err.kind != ERR_NONE)
        fail_msg("%s %s: %s", radii[of].asked[at].action, radii[of].asked[at].target, w->err.text);
    else {
        while (w->given == given)
            settle(w);
        answer(w, SOURCE_ORDER_DONE);
    }
}

static void over_all_operators(void **state)
{
    struct world_ops *w = *state;
    for (size_t of = 0; of < sizeof radii / sizeof *radii; of++) {
        order_ops_free(w->ops);
        w->clock.start_utc_ms += 3600000;
        w->clock.start_boot_ms += 3600000;
        w->limits.jobs_alone = radii[of].jobs;
        w->limits.tenant_jobs_alone = radii[of].tenant;
        w->limits.accels_alone_pct = radii[of].accels_pct;
        ops_open(w);
        for (size_t at = 0; at < 6 && radii[of].asked[at].action; at++)
            ask_within_radius(w, of, at);
    }
}

static void other_frames(void **state)
{
    struct world_ops *w = *state;
    const struct serve_call call = {.id = 7, .roles = ROLES_ALL, .write = true};
    struct json *m = json_parse("{\"op\":\"ack\"}", 12, JSON_STRICT, NULL);
    assert_false(order_ops_ask(w->ops, &call, m));
    json_free(m);
    assert_int_equal(w->done + w->refused, 0);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
    const struct CMUnitTest tests[] = {
        TEST(given_once),
        TEST(read_only),
        TEST(what_makes_no_sense),
        TEST(a_federation_moves_its_own),
        TEST(what_cannot_be_given_is_not_recorded),
        TEST(what_its_federation_cannot_move_is_not_copied),
        TEST(dry_run_gives_nothing),
        TEST(nothing_on_stale_data),
        TEST(what_turned_stale_is_not_sent),
        TEST(rivals_are_told_who_won),
        TEST(who_comes_too_late_is_told_who_won),
        TEST(what_people_do_to_it),
        TEST(goes_on_by_asking),
        TEST(a_job_of_another_generation),
        TEST(over_all_operators),
        TEST(other_frames),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
