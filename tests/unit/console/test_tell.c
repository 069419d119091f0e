#include "unit/store/fixture.h"

#include <string.h>

#include "console/tell.h"

/* What is said of changes while nobody looks at a screen. */

static struct fixture f;
static struct feeds *feeds;
static struct tell *tell;
static struct view_state view_state;
static struct buf said;
static int64_t at_ms;

static void add(enum kind kind, const struct row *row)
{
    struct store_batch *b = fixture_batch(&f, "hubtop", kind, false);
    fixture_add(b, row);
    fixture_apply(&f, b, 1000000);
}

static void change(const char *id, const char *where, const char *what)
{
    struct row row = {.kind = KIND_CHANGE, .id = text_of(id)};
    row.cells[CHANGE_AT] = value_time(f.now.utc_ms);
    row.cells[CHANGE_KIND] = value_text(text_of("node"));
    row.cells[CHANGE_WHERE] = value_text(text_of(where));
    row.cells[CHANGE_WHAT] = value_text(text_of(what));
    add(KIND_CHANGE, &row);
}

static void alert(const char *id, const char *severity, const char *state)
{
    struct row row = {.kind = KIND_ALERT, .id = text_of(id)};
    row.cells[ALERT_SEVERITY] = value_text(text_of(severity));
    row.cells[ALERT_STATE] = value_text(text_of(state));
    row.cells[ALERT_NAME] = value_text(text_of("disk"));
    row.cells[ALERT_SUMMARY] = value_text(text_of("the disk is full"));
    add(KIND_ALERT, &row);
}

/* A moment later; what is told by then. */
static const char *hear(void)
{
    while (feeds_step(feeds, f.now, 1000))
        continue;
    while (tell_look(tell, f.query, feeds, f.now))
        continue;
    at_ms += TELL_EVERY_MS;
    buf_clear(&said);
    tell_take(tell, at_ms, &said);
    fixture_tick(&f, 1000);
    return buf_str(&said);
}

static int start(void **state)
{
    (void)state;
    setenv("TZ", "UTC", 1);
    fixture_init(&f, NULL);
    change("node/a@1", "fra/a", "drained: disk");
    alert("A-1", "crit", "firing");
    fixture_read(&f);
    view_state = (struct view_state){.sort_field = -2};
    feeds = feeds_new(f.query, 0);
    assert_true(feeds_show(feeds, view_by_name("jobs"), &view_state, NULL));
    tell = tell_new();
    said = buf_make(1 << 20);
    at_ms = 1000;
    return 0;
}

static int stop(void **state)
{
    (void)state;
    tell_free(tell);
    feeds_free(feeds);
    fixture_release(&f);
    buf_release(&said);
    return 0;
}

static void what_was_there_is_no_news(void **state)
{
    (void)state;
    assert_string_equal(hear(), "");
    assert_string_equal(hear(), "");
}

static void a_change_is_a_line_and_told_once(void **state)
{
    (void)state;
    hear();
    change("node/b@2", "fra/b", "drained: fan");
    const char *line = hear();
    assert_non_null(strstr(line, " fra/b: drained: fan\n"));
    assert_null(strstr(line, "fra/a"));
    assert_string_equal(hear(), "");
}

static void what_begins_or_becomes_worse_is_said_with_its_severity(void **state)
{
    (void)state;
    hear();
    alert("A-2", "warn", "firing");
    assert_non_null(strstr(hear(), "new warning A-2: "));
    assert_string_equal(hear(), "");
    alert("A-2", "crit", "firing");
    assert_non_null(strstr(hear(), "new critical A-2: "));
    alert("A-2", "warn", "firing"); /* better is no news */
    assert_string_equal(hear(), "");
}

/* The feed's own line for the beginning of an alert would say it twice. */
static void a_beginning_is_told_once(void **state)
{
    (void)state;
    hear();
    alert("A-3", "crit", "firing");
    change("alert/A-3@3", "fra/c", "alert: the disk is full");
    const char *line = hear();
    assert_non_null(strstr(line, "new critical A-3: "));
    assert_null(strstr(strstr(line, "A-3") + 1, "A-3"));
    change("alert/A-3@4", "fra/c", "alert is over: the disk is full");
    assert_non_null(strstr(hear(), " A-3, fra/c: alert is over: the disk is full\n"));
}

static void a_storm_is_counted(void **state)
{
    (void)state;
    char id[32];
    hear();
    for (int i = 0; i < 42; i++) {
        snprintf(id, sizeof id, "node/n%d@5", i);
        change(id, "fra/n", "down");
    }
    const char *line = hear();
    size_t lines = 0;
    for (const char *at = line; (at = strstr(at, "fra/n: down\n")); at++)
        lines++;
    assert_int_equal(lines, TELL_LINES);
    assert_non_null(strstr(line, "\nand 37 more changes; type changes\n"));
    assert_string_equal(hear(), "");
}

static void lines_are_held_back_a_moment(void **state)
{
    (void)state;
    tell_add(tell, "one");
    assert_true(tell_take(tell, 5000, &said));
    tell_add(tell, "two");
    assert_false(tell_take(tell, 5000 + TELL_EVERY_MS - 1, &said));
    assert_true(tell_take(tell, 5000 + TELL_EVERY_MS, &said));
    assert_string_equal(buf_str(&said), "one\ntwo\n");
}

static void another_cache_is_no_news(void **state)
{
    (void)state;
    hear();
    tell_forget(tell);
    assert_string_equal(hear(), "");
    change("node/d@6", "fra/d", "down");
    assert_non_null(strstr(hear(), "fra/d: down"));
}

int main(void)
{
#define TEST(t) cmocka_unit_test_setup_teardown(t, start, stop)
    const struct CMUnitTest tests[] = {
        TEST(what_was_there_is_no_news),
        TEST(a_change_is_a_line_and_told_once),
        TEST(what_begins_or_becomes_worse_is_said_with_its_severity),
        TEST(a_beginning_is_told_once),
        TEST(a_storm_is_counted),
        TEST(lines_are_held_back_a_moment),
        TEST(another_cache_is_no_news),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
