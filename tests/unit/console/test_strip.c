#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "console/strip.h"
#include "views/view.h"

enum { HEIGHT = 24, WIDTH_MOST = 200 };
#define NOW_MS (INT64_C(1795288327) * 1000)

static struct console_options options;
static struct verdict verdict;
static struct strip strip;

static void reset(void)
{
    options = (struct console_options){.context = "prod"};
    verdict = (struct verdict){.severity = SEVERITY_OK, .text = "all well: 3 schedulers, 120 nodes, 4500 jobs"};
    strip = (struct strip){
        .options = &options,
        .view = view_by_name("overview"),
        .verdict = &verdict,
        .fresh = {.sources = 3, .live = 3, .oldest_age_ms = 4000, .newest_age_ms = 1000},
        .now = {.utc_ms = NOW_MS},
        .linked = true,
        .message = "",
        .user = "li.wei",
        .kinds = ~UINT64_C(0),
    };
}

/* Line `y` of the screen at that width; the caller frees it. */
static char *line_at(int width, int y)
{
    struct canvas c;
    struct buf out = buf_make(1 << 20);
    assert_true(canvas_init(&c, width, HEIGHT, GLYPHS_UNICODE));
    strip_top(&strip, &c);
    strip_bottom(&strip, &c);
    assert_true(canvas_print(&c, &out, NULL));
    const char *line = buf_str(&out);
    for (int i = 0; i < y; i++)
        line = strchr(line, '\n') + 1;
    char *copy = strndup(line, strcspn(line, "\n"));
    canvas_release(&c);
    buf_release(&out);
    return copy;
}

static void assert_row_1(int width, const char *words)
{
    char *line = line_at(width, 0);
    if (!strstr(line, words))
        fail_msg("'%s' is not in '%s' (%d columns)", words, line, width);
    free(line);
}

/* --- one word for how far it can be trusted --- */

/* Whatever else could be said. */
static void as_frozen(void)
{
    strip.at_ms = NOW_MS - 1000;
    strip.frozen_ms = NOW_MS;
}

static void as_live(void)
{
}
static void as_stale(void)
{
    strip.fresh.live = 2;
    strip.fresh.stale = 1;
    strip.fresh.oldest_age_ms = 125000;
}
static void as_offline(void)
{
    strip.fresh.live = 0;
    strip.fresh.offline = 3;
}
static void as_denied(void)
{
    strip.fresh.live = 0;
    strip.fresh.denied = 1;
    strip.fresh.offline = 2;
}
static void as_no_collector(void)
{
    strip.linked = false;
    strip.unlinked_ms = 14000;
}
static void as_unrecorded(void)
{
    strip.unrecorded_ms = 90000;
}
static void as_cached(void)
{
    strip.linked = false;
}
static void as_connecting(void)
{
    strip.fresh = (struct feeds_freshness){.oldest_age_ms = -1, .newest_age_ms = -1};
}
static void as_offline_option(void)
{
    options.offline = true;
    strip.linked = false;
}
static void as_replay(void)
{
    strip.at_ms = NOW_MS - 840000;
}

static const struct {
    void (*make)(void);
    const char *words;
} states[] = {
    {as_live, "LIVE 4s"},
    {as_frozen, "FROZEN since"},
    {as_stale, "STALE 2m"},
    {as_offline, "OFFLINE"},
    {as_denied, "DENIED"},
    {as_no_collector, "NO COLLECTOR 14s"},
    {as_cached, "CACHED"},
    {as_connecting, "CONNECTING"},
    {as_offline_option, "OFFLINE, CACHED"},
    {as_replay, "REPLAY"},
    {as_unrecorded, "NOT RECORDED since"},
};
enum { STATES = sizeof states / sizeof *states };

/* At every width where it fits at all: the freshness never gives way. */
static void test_freshness(void **state)
{
    (void)state;
    for (size_t i = 0; i < STATES; i++) {
        for (int width = 40; width <= WIDTH_MOST; width++) {
            reset();
            states[i].make();
            verdict.crit = 12;
            verdict.warn = 345;
            assert_row_1(width, states[i].words);
        }
    }
}

static void test_replay_is_never_taken_for_the_present(void **state)
{
    (void)state;
    reset();
    as_replay();
    char *line = line_at(120, 0);
    assert_non_null(strstr(line, "not live"));
    assert_non_null(strstr(line, "-14m"));
    assert_null(strstr(line, "LIVE"));
    free(line);
}

static void test_nothing_overflows(void **state)
{
    (void)state;
    for (size_t i = 0; i < STATES; i++) {
        for (int width = 20; width <= WIDTH_MOST; width++) {
            reset();
            states[i].make();
            options.context = "a-context-with-a-very-long-name-of-63-bytes-as-the-limit-allows";
            strip.user = "a-user-with-a-very-long-name-that-nobody-would-want-to-type-twice";
            strip.message = "a message that is longer than any screen: "
                            "中文中文中文中文中文中文中文中文中文中文中文中文中文中文中文中文中文中文中文中文中文中文";
            memset(verdict.text, 'v', sizeof verdict.text - 1);
            verdict.crit = verdict.warn = 4000000000u;
            for (int y = 0; y < HEIGHT; y++) {
                char *line = line_at(width, y);
                assert_true(text_width(text_of(line)) <= width);
                free(line);
            }
        }
    }
}

/* What the badge covers is cut, not mixed with it. */
static void test_the_badge_stands_apart(void **state)
{
    (void)state;
    reset();
    options.context = "abcdefghijklmnopqrstuvwxyz";
    for (int width = 20; width < 60; width++)
        assert_row_1(width, " ✓ LIVE 4s");
}

static void test_wide_screens_say_all(void **state)
{
    (void)state;
    reset();
    verdict.crit = 2;
    verdict.warn = 1;
    options.write = true;
    char *line = line_at(160, 0);
    static const char *const words[] = {"HUBTOP", "prod", "RW", "LIVE 4s", "li.wei", "2026-11-21T19:12:07Z", "CST"};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        assert_non_null(strstr(line, words[i]));
    free(line);
    options.demo = true;
    assert_row_1(160, "DEMO (sample data) ");
    strip.speed = 60;
    assert_row_1(160, "DEMO (sample data) 60x");
    assert_row_1(80, "DEMO (sample data) 60x");
    assert_row_1(80, "CST"); /* the name gives way before the clock does */
    options.write = false;
    assert_row_1(160, " ro ");
}

static void test_row_2_is_the_verdict(void **state)
{
    (void)state;
    reset();
    char *line = line_at(80, 1);
    assert_non_null(strstr(line, "all well: 3 schedulers"));
    free(line);
}

/* Names of a context and messages come from outside. */
static void test_hostile_words(void **state)
{
    (void)state;
    reset();
    options.context = "p\x1b]0;x\x07\xe2\x80\xae";
    strip.message = "cannot read '\x1b[2J\xc2\x9b'";
    for (int y = 0; y < HEIGHT; y++) {
        char *line = line_at(120, y);
        struct text_iter it = text_iter_make(text_of(line));
        struct text_cell cell;
        while (text_next(&it, &cell))
            assert_false(cell.mark);
        free(line);
    }
    char title[256];
    strip_title(&strip, title, sizeof title);
    for (const char *c = title; *c; c++)
        assert_true(*c >= ' ' && *c < 0x7f);
}

/* What became critical takes the verdict's line, and says where it is shown. */
static void test_news(void **state)
{
    (void)state;
    reset();
    strip.news = "SHG>SZ 3.42 ms one-way (promised 3)";
    char *line = line_at(80, 1);
    assert_non_null(strstr(line, "NEW SHG>SZ 3.42 ms"));
    assert_non_null(strstr(line, "[7]"));
    assert_null(strstr(line, "all well"));
    free(line);
}

/* Keys that change something stand on the bar only where they may. */
static void test_write_keys(void **state)
{
    (void)state;
    reset();
    strip.view = view_by_name("alerts");
    for (int write = 0; write < 2; write++) {
        strip.write = write;
        char *line = line_at(160, HEIGHT - 1);
        assert_int_equal(strstr(line, "a ack") != NULL, write);
        assert_int_equal(strstr(line, "s silence") != NULL, write);
        assert_non_null(strstr(line, "Enter open"));
        free(line);
    }
}

static void test_title(void **state)
{
    (void)state;
    char title[256], tiny[8];
    reset();
    verdict.crit = 2;
    verdict.warn = 7;
    strip_title(&strip, title, sizeof title);
    assert_string_equal(title, "✖2 !7 hubtop prod");
    options.glyphs = GLYPHS_ASCII;
    strip_title(&strip, title, sizeof title);
    assert_string_equal(title, "X2 !7 hubtop prod");
    verdict.crit = verdict.warn = 0;
    strip_title(&strip, title, sizeof title);
    assert_string_equal(title, "hubtop prod");
    strip_title(&strip, tiny, sizeof tiny);
    assert_int_equal(strlen(tiny), sizeof tiny - 1);
}

static int set_zone(void **state)
{
    (void)state;
    setenv("TZ", "CST-8", 1);
    tzset();
    return 0;
}

static void test_no_key_for_what_nobody_tells_of(void **state)
{
    (void)state;
    reset();
    char *all = line_at(WIDTH_MOST, HEIGHT - 1);
    strip.kinds = 1u << KIND_JOB | 1u << KIND_CLUSTER;
    char *some = line_at(WIDTH_MOST, HEIGHT - 1);
    assert_non_null(strstr(all, "3 racks"));
    assert_non_null(strstr(all, "N nodes"));
    assert_null(strstr(some, "3 racks"));
    assert_null(strstr(some, "N nodes"));
    assert_non_null(strstr(some, "5 jobs"));
    assert_non_null(strstr(some, "1 overview"));
    assert_non_null(strstr(some, "? help"));
    free(all);
    free(some);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_freshness),
        cmocka_unit_test(test_replay_is_never_taken_for_the_present),
        cmocka_unit_test(test_nothing_overflows),
        cmocka_unit_test(test_the_badge_stands_apart),
        cmocka_unit_test(test_wide_screens_say_all),
        cmocka_unit_test(test_row_2_is_the_verdict),
        cmocka_unit_test(test_hostile_words),
        cmocka_unit_test(test_title),
        cmocka_unit_test(test_news),
        cmocka_unit_test(test_write_keys),
        cmocka_unit_test(test_no_key_for_what_nobody_tells_of),
    };
    return cmocka_run_group_tests(tests, set_zone, NULL);
}
