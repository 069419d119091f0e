#include "unit/store/fixture.h"

#include "console/feeds.h"

static struct fixture f;
static struct feeds *feeds;
static struct view_state view_state;

static void put_source(const char *id, const char *word, int64_t last_ok_ms)
{
    struct row row = {.kind = KIND_SOURCE, .id = text_of(id)};
    row.cells[SOURCE_STATE] = value_text(text_of(word));
    if (last_ok_ms > 0)
        row.cells[SOURCE_LAST_OK_AT] = value_time(last_ok_ms);
    struct store_batch *b = fixture_batch(&f, "hubtop", KIND_SOURCE, false);
    fixture_add(b, &row);
    fixture_apply(&f, b, 1000000);
}

static void put_job(const char *id, const char *user)
{
    const struct row row = fixture_job(id, user, "running", 1);
    struct store_batch *b = fixture_batch(&f, "fra", KIND_JOB, false);
    fixture_add(b, &row);
    fixture_apply(&f, b, 1000000);
}

static int open_store(void **state)
{
    (void)state;
    fixture_init(&f, NULL);
    put_job("fra/1", "li.wei");
    fixture_read(&f);
    view_state = (struct view_state){.sort_field = -2};
    feeds = feeds_new(f.query, 0);
    return 0;
}

static int close_store(void **state)
{
    (void)state;
    feeds_free(feeds);
    fixture_release(&f);
    return 0;
}

static bool show(const char *view, struct err *err)
{
    return feeds_show(feeds, view_by_name(view), &view_state, err);
}

static void settle(void)
{
    while (feeds_step(feeds, f.now, 1000))
        continue;
    assert_null(feeds_error(feeds));
}

/* How many rows the view's list has. */
static size_t listed(const char *view)
{
    const struct view_need *needs = view_by_name(view)->needs;
    size_t i = 0;
    while (!needs[i].filtered)
        i++;
    return feeds_rows(feeds)[i].count;
}

static void test_rows_follow_the_cache(void **state)
{
    (void)state;
    assert_true(show("jobs", NULL));
    settle();
    assert_int_equal(listed("jobs"), 1);
    put_job("fra/2", "wang.fang");
    settle();
    assert_int_equal(listed("jobs"), 2);
}

static void test_a_filter(void **state)
{
    (void)state;
    struct err err = {0};
    put_job("fra/2", "wang.fang");
    snprintf(view_state.filter, sizeof view_state.filter, "user=wang.fang");
    assert_true(show("jobs", &err));
    settle();
    assert_int_equal(listed("jobs"), 1);
    snprintf(view_state.filter, sizeof view_state.filter, "nofield=3");
    assert_false(show("jobs", &err));
    assert_int_equal(err.kind, ERR_INPUT);
    settle();
    assert_int_equal(listed("jobs"), 1); /* the former one stays */
    view_state.filter[0] = '\0';
    assert_true(show("jobs", &err));
    settle();
    assert_int_equal(listed("jobs"), 2);
}

static void test_every_view_is_answered(void **state)
{
    (void)state;
    for (int round = 0; round < 2; round++) {
        for (size_t i = 0; view_table[i]; i++) {
            assert_true(show(view_table[i]->name, NULL));
            settle();
            const struct view_rows *rows = feeds_rows(feeds);
            for (size_t n = 0; view_table[i]->needs[n].kind != KIND_NONE; n++)
                assert_false(rows[n].partial);
        }
    }
}

static void test_known_or_not_yet(void **state)
{
    (void)state;
    assert_true(show("nodes", NULL));
    settle();
    assert_false(feeds_rows(feeds)[0].known); /* nobody has answered: none is not zero */
    put_source("fra", "live", f.now.utc_ms);
    settle();
    assert_false(feeds_rows(feeds)[0].known); /* of other things, nodes are still unknown */
    assert_int_equal(feeds_kinds(feeds), 1u << KIND_JOB | 1u << KIND_SOURCE);
    fixture_apply(&f, fixture_batch(&f, "fra", KIND_NODE, false), 1000000);
    settle();
    assert_true(feeds_rows(feeds)[0].known); /* there are none */
    assert_true(feeds_kinds(feeds) & 1u << KIND_NODE);
}

static void put_rack(const char *id, const char *hall)
{
    struct row row = {.kind = KIND_RACK, .id = text_of(id)};
    row.cells[RACK_HALL] = value_text(text_of(hall));
    struct store_batch *b = fixture_batch(&f, "dcim", KIND_RACK, false);
    fixture_add(b, &row);
    fixture_apply(&f, b, 1000000);
}

/* What a view went down to narrows its list beside the operator's filter. */
static void test_a_scope(void **state)
{
    (void)state;
    put_rack("r1", "H1");
    put_rack("r2", "ZJK-1/H2");
    put_rack("r3", "ZJK-1/H2");
    assert_true(show("racks", NULL));
    settle();
    assert_int_equal(listed("racks"), 0); /* above the halls none is read */
    view_state.number[0] = 3;             /* the level of racks */
    assert_true(show("racks", NULL));
    settle();
    assert_int_equal(listed("racks"), 3);
    snprintf(view_state.text, sizeof view_state.text, "hall=\"ZJK-1/H2\"");
    assert_true(show("racks", NULL));
    settle();
    assert_int_equal(listed("racks"), 2);
    snprintf(view_state.filter, sizeof view_state.filter, "r3");
    assert_true(show("racks", NULL));
    settle();
    assert_int_equal(listed("racks"), 1);
}

static void test_freshness(void **state)
{
    (void)state;
    assert_true(show("jobs", NULL));
    settle();
    struct feeds_freshness fresh = feeds_freshness(feeds, f.now);
    assert_int_equal(fresh.sources, 0);
    assert_int_equal(fresh.oldest_age_ms, -1);
    put_source("a", "live", f.now.utc_ms - 2000);
    put_source("b", "stale", f.now.utc_ms - 90000);
    put_source("c", "denied", 0);
    put_source("d", "offline", f.now.utc_ms + 5000); /* a clock that went back */
    settle();
    fresh = feeds_freshness(feeds, f.now);
    assert_int_equal(fresh.sources, 4);
    assert_int_equal(fresh.live, 1);
    assert_int_equal(fresh.stale, 1);
    assert_int_equal(fresh.denied, 1);
    assert_int_equal(fresh.offline, 1);
    assert_int_equal(fresh.oldest_age_ms, 90000);
    assert_int_equal(fresh.newest_age_ms, 0);
}

static void test_the_verdict_follows(void **state)
{
    (void)state;
    assert_true(show("overview", NULL));
    put_source("fra", "live", f.now.utc_ms);
    settle();
    unsigned before = feeds_verdict(feeds, f.now)->crit + feeds_verdict(feeds, f.now)->warn;
    put_source("fra", "offline", f.now.utc_ms);
    settle();
    const struct verdict *v = feeds_verdict(feeds, f.now);
    assert_true(v->crit + v->warn > before);
    assert_non_null(strstr(v->text, "fra"));
}

static void put_link_and_alert(const char *state)
{
    struct row link = {.kind = KIND_LINK, .id = text_of("SHG>SZ")}, alert = {.kind = KIND_ALERT, .id = text_of("A-1")};
    link.cells[LINK_SEVERITY] = value_text(text_of("crit"));
    link.cells[LINK_WHY] = value_text(text_of("9 of 13 paths lit"));
    alert.cells[ALERT_RULE] = value_text(text_of("link"));
    alert.cells[ALERT_KIND] = value_text(text_of("links"));
    alert.cells[ALERT_WHERE] = value_text(link.id);
    alert.cells[ALERT_SEVERITY] = value_text(text_of("crit"));
    alert.cells[ALERT_STATE] = value_text(text_of(state));
    struct store_batch *b = fixture_batch(&f, "fra", KIND_LINK, false);
    fixture_add(b, &link);
    fixture_apply(&f, b, 1000000);
    b = fixture_batch(&f, "hubtop", KIND_ALERT, true);
    fixture_add(b, &alert);
    fixture_apply(&f, b, 1000000);
}

static void test_the_verdict_knows_alerts(void **state)
{
    (void)state;
    assert_true(show("overview", NULL));
    put_source("fra", "live", f.now.utc_ms);
    settle();
    feeds_verdict(feeds, f.now);
    put_link_and_alert("firing");
    settle();
    assert_string_equal(feeds_verdict(feeds, f.now)->text, "SHG>SZ 9 of 13 paths lit");
    put_link_and_alert("silenced");
    settle();
    assert_int_equal(feeds_verdict(feeds, f.now)->severity, SEVERITY_OK);
}

static void test_the_past_stands_still(void **state)
{
    (void)state;
    int64_t then_ms = f.now.utc_ms;
    fixture_tick(&f, 60000);
    put_job("fra/2", "wang.fang");
    feeds_free(feeds);
    feeds = feeds_new(f.query, then_ms + 1000);
    assert_true(show("jobs", NULL));
    settle();
    assert_int_equal(listed("jobs"), 1);
}

#define TEST(t) cmocka_unit_test_setup_teardown(t, open_store, close_store)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_rows_follow_the_cache),
        TEST(test_a_filter),
        TEST(test_a_scope),
        TEST(test_every_view_is_answered),
        TEST(test_known_or_not_yet),
        TEST(test_freshness),
        TEST(test_the_verdict_follows),
        TEST(test_the_verdict_knows_alerts),
        TEST(test_the_past_stands_still),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
