#include "unit/store/fixture.h"

#include "collector/watch.h"
#include "io/loop.h"

/* What others tell goes through the alert book and comes back as rows of their own; who is hit is counted. */

struct world {
    struct fixture f;
    struct clock clock;
    struct loop *loop;
    struct apply *apply;
    struct watch *watch;
};

static void applied(void *ctx, const struct store_result *result, const struct err *err)
{
    (void)ctx, (void)result;
    assert_null(err);
}

static void looked(void *ctx)
{
    (void)ctx;
}

static void begin(struct world *w)
{
    struct err err = {0};
    w->loop = loop_new(&err);
    w->apply = apply_new(w->loop);
    const struct watch_options options = {.loop = w->loop,
                                          .store = w->f.store,
                                          .apply = w->apply,
                                          .clock = &w->clock,
                                          .state_dir = w->f.dir,
                                          .applied = applied,
                                          .looked = looked,
                                          .ctx = w};
    w->watch = watch_new(&options, &err);
    fixture_fail(&err);
}

static void end(struct world *w)
{
    watch_free(w->watch);
    apply_free(w->apply);
    loop_free(w->loop);
}

static void open_world(struct world *w)
{
    memset(w, 0, sizeof *w);
    fixture_init(&w->f, NULL);
    w->clock = clock_simulated(w->f.now.utc_ms, 0);
    fixture_read(&w->f);
    begin(w);
}

static void close_world(struct world *w)
{
    end(w);
    fixture_release(&w->f);
}

static bool stop_when_quiet(void *ctx)
{
    struct world *w = ctx;
    if (apply_waiting(w->apply) > 0 || watch_busy(w->watch))
        return true;
    loop_stop(w->loop);
    return false;
}

static void look(struct world *w)
{
    watch_run(w->watch);
    loop_task(w->loop, stop_when_quiet, w);
    assert_true(loop_run(w->loop, NULL));
}

static void tick(struct world *w, int64_t ms)
{
    fixture_tick(&w->f, ms);
    w->clock = clock_simulated(w->f.now.utc_ms, 0);
}

static void put_source(struct world *w, const char *name)
{
    struct row row = {.kind = KIND_SOURCE, .id = text_of(name)};
    row.cells[SOURCE_STATE] = value_text(text_of("live"));
    row.cells[SOURCE_INTERVAL_S] = value_int(10);
    row.cells[SOURCE_LAST_OK_AT] = value_time(w->f.now.utc_ms);
    struct store_batch *b = fixture_batch(&w->f, "hubtop", KIND_SOURCE, false);
    fixture_add(b, &row);
    fixture_apply(&w->f, b, 1000000);
}

static struct row alert(const char *id, const char *kind, const char *where)
{
    struct row row = {.kind = KIND_ALERT, .id = text_of(id), .source = text_of("prom")};
    row.cells[ALERT_NAME] = value_text(row.id);
    row.cells[ALERT_SEVERITY] = value_text(text_of("crit"));
    row.cells[ALERT_STATE] = value_text(text_of("firing"));
    if (kind) {
        row.cells[ALERT_KIND] = value_text(text_of(kind));
        row.cells[ALERT_WHERE] = value_text(text_of(where));
    }
    return row;
}

/* "id:state" of each, by id; those of `source` alone. */
static void alerts_are(struct world *w, const char *source, const char *want)
{
    struct query_rows *r = query_rows_new(w->f.query, KIND_ALERT, QUERY_NOW);
    struct buf b = buf_make(4096);
    struct row row;
    fixture_load(&w->f, r);
    for (size_t i = 0; i < query_rows_count(r); i++) {
        assert_true(query_rows_at(r, i, &row));
        if (!text_is(row.source, source))
            continue;
        buf_puts(&b, b.len ? " " : "", NULL);
        text_show(row.id, -1, &b);
        buf_putc(&b, ':', NULL);
        text_show(value_text_or(&row.cells[ALERT_STATE], "-"), -1, &b);
    }
    assert_string_equal(buf_str(&b), want);
    buf_release(&b);
    query_rows_free(r);
}

static void answer(struct world *w, const struct row *alerts, size_t n)
{
    watch_told_begin(w->watch, "prom", 0);
    for (size_t i = 0; i < n; i++)
        watch_told(w->watch, "prom", &alerts[i]);
    watch_told_end(w->watch, "prom");
}

static void tell(struct world *w, const struct row *alerts, size_t n)
{
    answer(w, alerts, n);
    watch_stored(w->watch);
    look(w);
}

static void whole_answers_of_others(void **state)
{
    struct world w;
    const struct row two[] = {alert("a", NULL, NULL), alert("b", NULL, NULL)};
    (void)state;
    open_world(&w);
    put_source(&w, "prom");
    tell(&w, two, 2);
    alerts_are(&w, "prom", "a:firing b:firing");
    watch_told_begin(w.watch, "prom", 0); /* cut: as if it had not begun */
    watch_told_drop(w.watch, "prom");
    look(&w);
    alerts_are(&w, "prom", "a:firing b:firing");
    tell(&w, two, 1);
    alerts_are(&w, "prom", "a:firing b:resolved");
    end(&w); /* a restart forgets nothing */
    begin(&w);
    look(&w);
    alerts_are(&w, "prom", "a:firing b:resolved");
    tell(&w, two, 0);
    alerts_are(&w, "prom", "a:resolved b:resolved");
    close_world(&w);
}

/* What explains an alert came with it: until that is in the store, the alert is no news. */
static void an_answer_waits_for_what_came_with_it(void **state)
{
    struct world w;
    const struct row one[] = {alert("a", NULL, NULL)};
    (void)state;
    open_world(&w);
    put_source(&w, "prom");
    answer(&w, one, 1);
    look(&w);
    alerts_are(&w, "prom", "");
    watch_stored(w.watch);
    answer(&w, one, 0); /* the next one has ended meanwhile, and waits */
    look(&w);
    alerts_are(&w, "prom", "");
    watch_stored(w.watch);
    look(&w);
    alerts_are(&w, "prom", "");
    tell(&w, one, 1);
    alerts_are(&w, "prom", "a:firing");
    close_world(&w);
}

static struct row the_alert(struct world *w, struct query_rows *r, const char *id)
{
    struct row row = {0};
    fixture_load(&w->f, r);
    int64_t at = query_rows_find(r, text_of(id), text_of(""));
    assert_true(at >= 0 && query_rows_at(r, (size_t)at, &row));
    return row;
}

static void put_change(struct world *w, const char *id, const char *kind, const char *where, int64_t ago_ms)
{
    struct row row = {.kind = KIND_CHANGE, .id = text_of(id)};
    row.cells[CHANGE_AT] = value_time(w->f.now.utc_ms - ago_ms);
    row.cells[CHANGE_KIND] = value_text(text_of(kind));
    row.cells[CHANGE_WHERE] = value_text(text_of(where));
    row.cells[CHANGE_WHAT] = value_text(text_of("down"));
    struct store_batch *b = fixture_batch(&w->f, "hubtop", KIND_CHANGE, false);
    fixture_add(b, &row);
    fixture_apply(&w->f, b, 1000000);
}

/* Changes come by a way of their own: the one that led to an alert may be stored after it, when nothing else happens any more. */
static void a_cause_that_is_told_late_is_found(void **state)
{
    struct world w;
    struct row one[] = {alert("a", "links", "A>B")};
    (void)state;
    open_world(&w);
    put_source(&w, "prom");
    one[0].cells[ALERT_SINCE] = value_time(w.f.now.utc_ms - 1000);
    tell(&w, one, 1);
    put_change(&w, "link/A>B@1", "link", "A>B", 2000);
    look(&w);
    struct query_rows *r = query_rows_new(w.f.query, KIND_ALERT, QUERY_NOW);
    struct row row = the_alert(&w, r, "a");
    assert_true(text_is(value_text_or(&row.cells[ALERT_CHANGE], ""), "link/A>B@1"));
    query_rows_free(r);
    close_world(&w);
}

static void put_jobs(struct world *w, int n)
{
    struct store_batch *b = fixture_batch(&w->f, "fra", KIND_JOB, true);
    char id[32], user[32];
    for (int i = 0; i < n; i++) {
        snprintf(id, sizeof id, "fra/%d", i);
        snprintf(user, sizeof user, "u%d", i % 5);
        struct row job = fixture_job(id, user, "running", 1);
        job.cells[JOB_SCHEDULER] = value_text(text_of("fra"));
        fixture_add(b, &job);
    }
    fixture_apply(&w->f, b, 10000000);
}

static void who_is_hit_is_counted(void **state)
{
    struct world w;
    const struct row some[] = {alert("a", "schedulers", "fra"), alert("b", "nodes", "nowhere"), alert("c", NULL, NULL)};
    (void)state;
    open_world(&w);
    put_source(&w, "prom");
    put_jobs(&w, 1000);
    tell(&w, some, 3);
    struct query_rows *r = query_rows_new(w.f.query, KIND_ALERT, QUERY_NOW);
    struct row row = the_alert(&w, r, "a");
    assert_int_equal(value_int_or(&row.cells[ALERT_IMPACT_JOBS], -1), 1000);
    assert_int_equal(value_int_or(&row.cells[ALERT_IMPACT_USERS], -1), 5);
    row = the_alert(&w, r, "b"); /* nobody knows that node, nobody counts */
    assert_false(value_known(&row.cells[ALERT_IMPACT_JOBS]));
    row = the_alert(&w, r, "c");
    assert_false(value_known(&row.cells[ALERT_IMPACT_JOBS]));
    query_rows_free(r);
    close_world(&w);
}

static void put_nodes(struct world *w, const char *word)
{
    struct store_batch *b = fixture_batch(&w->f, "fra", KIND_NODE, true);
    char id[32];
    for (int i = 0; i < 8; i++) {
        snprintf(id, sizeof id, "fra/n%d", i);
        struct row node = {.kind = KIND_NODE, .id = text_of(id)};
        node.cells[NODE_STATE] = value_text(text_of(i < 4 ? word : "up"));
        node.cells[NODE_RACK] = value_text(text_of(i < 4 ? "r1" : "r2"));
        node.cells[NODE_CPUS_FREE] = value_int(0);
        fixture_add(b, &node);
    }
    fixture_apply(&w->f, b, 1000000);
}

/* An alert may come before the jobs that it hits; the first round of polls ends with a settled look. */
static void who_is_hit_is_counted_anew_when_all_is_there(void **state)
{
    struct world w;
    const struct row some[] = {alert("a", "schedulers", "fra")};
    (void)state;
    open_world(&w);
    put_source(&w, "prom");
    tell(&w, some, 1);
    struct query_rows *r = query_rows_new(w.f.query, KIND_ALERT, QUERY_NOW);
    put_jobs(&w, 1000);
    watch_settle(w.watch);
    look(&w);
    struct row row = the_alert(&w, r, "a");
    assert_int_equal(value_int_or(&row.cells[ALERT_IMPACT_JOBS], -1), 1000);
    query_rows_free(r);
    close_world(&w);
}

/* Without one it is soon, though an ordinary count is repeated only after half a minute. */
static void a_blind_count_is_repeated_soon(void **state)
{
    struct world w;
    const struct row some[] = {alert("a", "nodes", "fra/n0")};
    (void)state;
    open_world(&w);
    put_source(&w, "prom");
    tell(&w, some, 1);
    put_nodes(&w, "up");
    int64_t until_ms = clock_boot_ms() + 10 * 1000;
    struct query_rows *r = query_rows_new(w.f.query, KIND_ALERT, QUERY_NOW);
    struct row row;
    do {
        look(&w);
        row = the_alert(&w, r, "a");
    } while (!value_known(&row.cells[ALERT_IMPACT_JOBS]) && clock_boot_ms() < until_ms);
    assert_int_equal(value_int_or(&row.cells[ALERT_IMPACT_JOBS], -1), 0);
    query_rows_free(r);
    close_world(&w);
}

/* Before the collector began or while it runs. */
static void lost_nodes_are_learned_from_the_store(void **state)
{
    struct world w;
    (void)state;
    open_world(&w);
    put_source(&w, "fra");
    put_nodes(&w, "up");
    look(&w);
    struct query_rows *r = query_rows_new(w.f.query, KIND_ALERT, QUERY_NOW);
    fixture_load(&w.f, r);
    assert_int_equal(query_rows_count(r), 0);
    put_nodes(&w, "down");
    look(&w);
    fixture_load(&w.f, r);
    assert_int_equal(query_rows_count(r), 1);
    end(&w);
    begin(&w);
    look(&w);
    fixture_load(&w.f, r);
    struct row row;
    assert_true(query_rows_at(r, 0, &row));
    assert_true(fixture_text_is(&row.cells[ALERT_RULE], "rack"));
    assert_true(fixture_text_is(&row.cells[ALERT_WHERE], "r1"));
    assert_true(fixture_text_is(&row.cells[ALERT_STATE], "firing"));
    query_rows_free(r);
    close_world(&w);
}

/* What the book decides makes no source younger than its last answer. */
static void a_touch_is_an_answer_and_a_restart_is_none(void **state)
{
    struct world w;
    const struct row one[] = {alert("a", NULL, NULL)};
    (void)state;
    open_world(&w);
    put_source(&w, "prom");
    tell(&w, one, 1);
    struct query_rows *r = query_rows_new(w.f.query, KIND_ALERT, QUERY_NOW);
    int64_t told_ms = the_alert(&w, r, "a").observed_ms;
    end(&w);
    tick(&w, 20000);
    begin(&w);
    look(&w);
    assert_int_equal(the_alert(&w, r, "a").observed_ms, told_ms);
    tell(&w, one, 1); /* the same again */
    assert_true(the_alert(&w, r, "a").observed_ms > told_ms);
    query_rows_free(r);
    close_world(&w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(whole_answers_of_others),
        cmocka_unit_test(an_answer_waits_for_what_came_with_it),
        cmocka_unit_test(a_cause_that_is_told_late_is_found),
        cmocka_unit_test(who_is_hit_is_counted),
        cmocka_unit_test(who_is_hit_is_counted_anew_when_all_is_there),
        cmocka_unit_test(a_blind_count_is_repeated_soon),
        cmocka_unit_test(lost_nodes_are_learned_from_the_store),
        cmocka_unit_test(a_touch_is_an_answer_and_a_restart_is_none),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
