#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/clock.h"

static void use_zone(const char *zone)
{
    setenv("TZ", zone, 1);
    tzset();
}

static int64_t iso(const char *text)
{
    int64_t ms = -1;
    assert_true(clock_parse_iso(text, &ms, NULL));
    return ms;
}

static void test_iso(void **state)
{
    (void)state;
    char out[CLOCK_TEXT_MAX];
    assert_string_equal(clock_iso(0, out), "1970-01-01T00:00:00Z");
    assert_string_equal(clock_iso(-1, out), "1969-12-31T23:59:59Z");
    assert_true(iso("2026-11-21T03:12:07Z") == INT64_C(1795230727000));
    assert_string_equal(clock_iso(INT64_C(1795230727999), out), "2026-11-21T03:12:07Z");
    assert_true(iso("2026-11-21T11:12:07+08:00") == iso("2026-11-21T03:12:07Z"));
    assert_true(iso("2026-11-20T22:12:07-0500") == iso("2026-11-21T03:12:07Z"));
    assert_true(iso("2026-11-21T05:12+02") == iso("2026-11-21T03:12:00Z"));
    assert_true(iso("2026-11-21T03:12:07.25Z") == iso("2026-11-21T03:12:07Z") + 250);
    assert_true(iso("2026-11-21T03:12:07.123456789Z") == iso("2026-11-21T03:12:07Z") + 123);
    assert_true(iso("2016-12-31T23:59:60Z") == iso("2017-01-01T00:00:00Z"));
    assert_true(iso("2024-02-29T00:00:00Z") + 86400000 == iso("2024-03-01T00:00:00Z"));
}

static void test_bad_iso(void **state)
{
    (void)state;
    static const char *const bad[] = {"",
                                      "2026",
                                      "2026-11-21",
                                      "2026-11-21T03:12:07",
                                      "2026-11-21T03:12:07Zx",
                                      "2026-02-29T00:00:00Z",
                                      "2026-13-01T00:00:00Z",
                                      "2026-00-01T00:00:00Z",
                                      "2026-01-00T00:00:00Z",
                                      "2026-01-01T24:00:00Z",
                                      "2026-01-01T00:60:00Z",
                                      "2026-01-01T00:00:61Z",
                                      "2026-01-01T00:00:00.Z",
                                      "2026-01-01T00:00:00+25:00",
                                      "2026-01-01T00:00:00+08:",
                                      "-026-01-01T00:00:00Z",
                                      "2026-1-01T00:00:00Z"};
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        int64_t ms = 0;
        struct err err = {0};
        if (clock_parse_iso(bad[i], &ms, &err))
            fail_msg("'%s' was taken", bad[i]);
        assert_int_equal(err.kind, ERR_INPUT);
        assert_non_null(strstr(err.hint, "2026-11-21T02:58:11Z"));
    }
}

static void test_local_time(void **state)
{
    (void)state;
    char out[CLOCK_TEXT_MAX];
    use_zone("CST-8");
    assert_string_equal(clock_local_hms(iso("2026-11-20T19:12:07Z"), out), "03:12:07");
    assert_int_equal(clock_zone_ms(iso("2026-11-20T19:12:07Z")), 8 * 3600 * 1000);
    assert_string_equal(clock_zone(0, out), "CST");
    use_zone("UTC0");
    assert_string_equal(clock_local_hms(iso("2026-11-20T19:12:07Z"), out), "19:12:07");
    assert_int_equal(clock_zone_ms(iso("2026-11-20T19:12:07Z")), 0);
    assert_string_equal(clock_zone(0, out), "UTC");
}

static void test_ages(void **state)
{
    (void)state;
    static const struct {
        int64_t ms;
        const char *text;
    } rows[] = {{-1, "-"},         {0, "0s"},        {999, "0s"},       {2000, "2s"},
                {59999, "59s"},    {60000, "1m"},    {3599999, "59m"},  {3600000, "1h"},
                {86399999, "23h"}, {86400000, "1d"}, {172800000, "2d"}, {INT64_MAX, "106751991167d"}};
    char out[CLOCK_TEXT_MAX];
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        assert_string_equal(clock_age(rows[i].ms, out), rows[i].text);
}

static void test_durations(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        int64_t ms;
    } good[] = {{"90", 90000},    {"90s", 90000},         {"15m", 900000}, {"2h30m", 9000000},
                {"1d", 86400000}, {"1d2h3m4s", 93784000}, {"0", 0},        {"36525d", INT64_C(36525) * 86400000}};
    int64_t ms = 0;
    for (size_t i = 0; i < sizeof good / sizeof good[0]; i++) {
        assert_true(clock_parse_duration(good[i].text, &ms, NULL));
        assert_true(ms == good[i].ms);
    }
    static const char *const bad[] = {"",       "m",   "1x",  "15m2h",      "1m1m",  "1.5h", "-15m",      "2h30",
                                      "36526d", " 1m", "1m ", "9999999999", "1h-2m", "+5m",  "999999999d"};
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        struct err err = {0};
        if (clock_parse_duration(bad[i], &ms, &err))
            fail_msg("'%s' was taken", bad[i]);
        assert_non_null(strstr(err.hint, "2h30m"));
    }
}

static int64_t at(const char *text, const char *now)
{
    int64_t ms = -1;
    struct err err = {0};
    if (!clock_parse_time(text, iso(now), &ms, &err))
        fail_msg("%s", err.text);
    return ms;
}

static void test_times_of_a_person(void **state)
{
    (void)state;
    use_zone("CST-8");
    const char *now = "2026-11-21T03:12:07Z"; /* 11:12:07 in China */
    assert_true(at("02:58", now) == iso("2026-11-20T18:58:00Z"));
    assert_true(at("02:58:11", now) == iso("2026-11-20T18:58:11Z"));
    assert_true(at("11:12:07", now) == iso("2026-11-21T03:12:07Z"));
    assert_true(at("11:12:08", now) == iso("2026-11-20T03:12:08Z"));
    assert_true(at("23:59", now) == iso("2026-11-20T15:59:00Z"));
    assert_true(at("-15m", now) == iso("2026-11-21T02:57:07Z"));
    assert_true(at("-2h30m", now) == iso("2026-11-21T00:42:07Z"));
    assert_true(at("2026-11-21T02:58:11Z", now) == iso("2026-11-21T02:58:11Z"));
    assert_true(at("00:00", "2026-02-28T16:30:00Z") == iso("2026-02-28T16:00:00Z"));
    int64_t ms = 0;
    struct err err = {0};
    static const char *const bad[] = {"", "25:00", "2:58", "02:60", "02:58:60", "now", "-", "-x", "@A-1", "02:58Z"};
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        if (clock_parse_time(bad[i], 0, &ms, &err))
            fail_msg("'%s' was taken", bad[i]);
    assert_non_null(strstr(err.hint, "-15m"));
}

/* Central Europe: 02:30 comes twice on 2026-10-25 and not at all on 2026-03-29. */
static void test_summer_time(void **state)
{
    (void)state;
    use_zone("CET-1CEST,M3.5.0,M10.5.0/3");
    assert_true(at("02:30", "2026-10-25T00:45:00Z") == iso("2026-10-25T00:30:00Z")); /* between the two */
    assert_true(at("02:30", "2026-10-25T12:00:00Z") == iso("2026-10-25T01:30:00Z")); /* the later of them */
    assert_true(at("02:30", "2026-03-29T12:00:00Z") == iso("2026-03-28T01:30:00Z"));
    assert_true(at("12:00", "2026-07-01T12:00:00Z") == iso("2026-07-01T10:00:00Z"));
    assert_true(at("12:00", "2026-01-01T12:00:00Z") == iso("2026-01-01T11:00:00Z"));
    use_zone("UTC0");
}

static void test_simulated_clock(void **state)
{
    (void)state;
    struct clock still = clock_simulated(1000, 0);
    struct instant a = clock_now(&still);
    assert_true(a.utc_ms == 1000);
    assert_true(a.boot_ms == still.start_boot_ms);
    /* A start in the past stands for time that has passed, without waiting for it. */
    struct clock fast = clock_simulated(1000000, 60);
    fast.start_boot_ms -= 10000;
    struct instant b = clock_now(&fast);
    assert_true(b.utc_ms >= 1000000 + 600000);
    assert_true(b.utc_ms - 1000000 == b.boot_ms - fast.start_boot_ms);
    fast.speed = 1e300;
    assert_true(clock_now(&fast).utc_ms > 0);
    fast.speed = -1;
    assert_true(clock_now(&fast).utc_ms == 1000000);
}

static void test_another_pace_lets_nothing_jump(void **state)
{
    (void)state;
    struct clock c = clock_simulated(1000000, 10);
    c.start_boot_ms -= 10000;
    struct instant before = clock_now(&c);
    clock_pace(&c, 60);
    struct instant after = clock_now(&c);
    assert_in_range(after.utc_ms - before.utc_ms, 0, 60 * 1000);
    assert_in_range(after.utc_ms, 1000000 + 100000, 1000000 + 100000 + 60 * 1000);
    assert_true(after.boot_ms - before.boot_ms == after.utc_ms - before.utc_ms);
    c.start_boot_ms -= 10000; /* ten seconds later */
    c.lead_ms += 10000;
    assert_true(clock_now(&c).utc_ms >= after.utc_ms + 600000);
    struct clock real = {0};
    clock_pace(&real, 60);
    assert_false(real.simulated);
    assert_true(real.speed <= 0);
}

static void test_real_clock(void **state)
{
    (void)state;
    const struct clock real = {0};
    int64_t before = clock_boot_ms();
    struct instant now = clock_now(&real);
    assert_true(now.boot_ms >= before && now.boot_ms <= clock_boot_ms());
    assert_true(now.utc_ms > iso("2024-01-01T00:00:00Z"));
    int64_t mono = clock_mono_us();
    assert_true(clock_mono_us() >= mono);
    assert_true(strlen(clock_boot_id()) == 36 || strcmp(clock_boot_id(), "unknown") == 0);
    assert_ptr_equal(clock_boot_id(), clock_boot_id());
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_iso),
        cmocka_unit_test(test_bad_iso),
        cmocka_unit_test(test_local_time),
        cmocka_unit_test(test_ages),
        cmocka_unit_test(test_durations),
        cmocka_unit_test(test_times_of_a_person),
        cmocka_unit_test(test_summer_time),
        cmocka_unit_test(test_simulated_clock),
        cmocka_unit_test(test_another_pace_lets_nothing_jump),
        cmocka_unit_test(test_real_clock),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
