#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "domain/hall.h"
#include "unit/domain/symptom_kit.h"
#include "unit/domain/tell_kit.h"

enum { MINUTE_MS = 60 * 1000 };
static const int64_t t0 = INT64_C(1795226400000);

/* The hall as it is told of after a reading. */
static struct row note(struct hall_watch *w, int64_t at_ms, double inlet_c)
{
    struct row hall = {.kind = KIND_HALL, .id = text_of("A/H1"), .source = text_of("m")};

    hall.cells[HALL_INLET_C_MAX] = value_real(inlet_c);
    hall_watch_note(w, at_ms, &hall, NULL);
    return hall;
}

static void warm_for_five_minutes_warns(void **state)
{
    struct hall_watch w = {0};
    struct row hall;

    (void)state;
    hall = note(&w, t0, 27);
    assert_false(value_known(&hall.cells[HALL_INLET_WARM_SINCE]));
    for (int s = 10; s <= 310; s += 10) {
        hall = note(&w, t0 + s * 1000, 27.4);
        assert_int_equal(hall_heat(&hall, t0 + s * 1000, NULL), s < 310 ? SEVERITY_OK : SEVERITY_WARN);
    }
    assert_int_equal(value_int_or(&hall.cells[HALL_INLET_WARM_SINCE], 0), t0 + 10000);
    /* A dip of less than half a degree is no end of it. */
    hall = note(&w, t0 + 320000, 26.6);
    assert_int_equal(hall_heat(&hall, t0 + 320000, NULL), SEVERITY_WARN);
    hall = note(&w, t0 + 330000, 26.5);
    assert_int_equal(hall_heat(&hall, t0 + 330000, NULL), SEVERITY_OK);
    hall = note(&w, t0 + 340000, 27.1);
    assert_int_equal(hall_heat(&hall, t0 + 340000, NULL), SEVERITY_OK);
}

static void hot_or_rising_fast_is_critical(void **state)
{
    struct hall_watch w = {0};
    struct row hall;

    (void)state;
    for (int s = 0; s <= 300; s += 10) { /* 4.8 degrees in five minutes, and no more */
        hall = note(&w, t0 + s * 1000, 20 + s * 4.8 / 300);
        assert_int_equal(hall_heat(&hall, t0 + s * 1000, NULL), SEVERITY_OK);
    }
    hall = note(&w, t0 + 310000, 25.4);
    assert_true(value_real_or(&hall.cells[HALL_INLET_RISE_C], 0) >= 5);
    assert_int_equal(hall_heat(&hall, t0 + 310000, NULL), SEVERITY_CRIT);
    hall = note(&w, t0 + 310000 + 6 * MINUTE_MS, 25.4); /* it rose long ago */
    assert_int_equal(hall_heat(&hall, t0 + 310000 + 6 * MINUTE_MS, NULL), SEVERITY_OK);
    hall = note(&w, t0 + HALL_WINDOW_MS * 10, 32);
    hall = note(&w, t0 + HALL_WINDOW_MS * 12, 32);
    assert_int_equal(hall_heat(&hall, t0 + HALL_WINDOW_MS * 12, NULL), SEVERITY_WARN);
    hall = note(&w, t0 + HALL_WINDOW_MS * 12 + 1000, 32.1);
    assert_int_equal(hall_heat(&hall, t0 + HALL_WINDOW_MS * 12 + 1000, NULL), SEVERITY_CRIT);
}

/* Nobody says: nothing is known, and nothing ends. */
static void what_nobody_says_is_no_cold(void **state)
{
    struct hall_watch w = {0};
    struct row hall = note(&w, t0, 28), none = {.kind = KIND_HALL};

    (void)state;
    hall_watch_note(&w, t0 + 1000, &none, NULL);
    assert_false(value_known(&none.cells[HALL_INLET_RISE_C]) || value_known(&none.cells[HALL_INLET_WARM_SINCE]));
    assert_int_equal(hall_heat(&none, t0, NULL), SEVERITY_OK);
    hall = note(&w, t0 + HALL_WINDOW_MS, 28);
    assert_int_equal(hall_heat(&hall, t0 + HALL_WINDOW_MS, NULL), SEVERITY_WARN);
    hall = note(&w, t0 - HALL_WINDOW_MS, 28); /* a clock that went back */
    assert_int_equal(hall_heat(&hall, t0 - HALL_WINDOW_MS, NULL), SEVERITY_OK);
}

static const struct {
    double a_kw, b_kw, cap_kw;
    enum severity severity;
    bool lost;
    double limit;
} feeds[] = {
    {4, 4, 10, SEVERITY_OK, false, 40},       {4.1, 3.9, 10, SEVERITY_WARN, false, 40},
    {3, 5, 10, SEVERITY_WARN, false, 40},     {3, 5.1, 10, SEVERITY_CRIT, false, 50},
    {0, 3, 10, SEVERITY_CRIT, true, 40},      {6, 0, 10, SEVERITY_CRIT, true, 50},
    {0, 0, 10, SEVERITY_OK, false, 40},       {NAN, 8, 10, SEVERITY_OK, false, 80},
    {8.1, NAN, 10, SEVERITY_WARN, false, 80}, {9.1, NAN, 10, SEVERITY_CRIT, false, 90},
    {NAN, NAN, 10, SEVERITY_OK, false, 80},   {9, 9, NAN, SEVERITY_OK, false, 40},
    {9, 9, 0, SEVERITY_OK, false, 40},
};

static void either_feed_must_be_able_to_take_all(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof feeds / sizeof *feeds; i++) {
        struct hall_feed f = hall_feed_of(feeds[i].a_kw, feeds[i].b_kw, feeds[i].cap_kw, NULL);
        if (f.severity != feeds[i].severity || f.lost != feeds[i].lost || fabs(f.limit_pct - feeds[i].limit) > 1e-9)
            fail_msg("%g and %g of %g: %d, %d, %g", feeds[i].a_kw, feeds[i].b_kw, feeds[i].cap_kw, (int)f.severity,
                     f.lost, f.limit_pct);
    }
}

/* --- what is said of it --- */

static struct row hall_row(double inlet_c, int64_t warm_since_ms)
{
    struct row hall = {.kind = KIND_HALL, .id = text_of("A/H1"), .source = text_of("m"), .observed_ms = t0};

    hall.cells[HALL_INLET_C_MAX] = value_real(inlet_c);
    if (warm_since_ms != 0)
        hall.cells[HALL_INLET_WARM_SINCE] = value_time(warm_since_ms);
    return hall;
}

static struct row energy_row(const char *id, const char *period, double kwh, double pue)
{
    struct row e = {.kind = KIND_ENERGY, .id = text_of(id), .source = text_of("m"), .observed_ms = t0};

    e.cells[ENERGY_CLUSTER] = value_text(text_of("AAA"));
    e.cells[ENERGY_PERIOD] = value_text(text_of(period));
    e.cells[ENERGY_KWH] = value_real(kwh);
    e.cells[ENERGY_QUOTA_KWH] = value_real(1000);
    e.cells[ENERGY_PUE] = value_real(pue);
    return e;
}

static void check_text(const struct symptom *f, enum severity severity, const char *sentence)
{
    struct buf b = buf_make(400);

    symptom_sentence(f, &b);
    assert_int_equal(f->severity, severity);
    assert_string_equal(buf_str(&b), sentence);
    buf_release(&b);
}

static void halls_are_found_with_value_limit_and_time(void **state)
{
    struct row halls[4] = {hall_row(31.4, t0 - 7 * MINUTE_MS), hall_row(32.6, t0 - 9 * MINUTE_MS), hall_row(25, 0),
                           hall_row(25, 0)};
    struct verdict_facts facts = {.halls = halls, .n_halls = 4, .now_ms = t0};

    (void)state;
    halls[1].id = text_of("B/H2");
    halls[2].id = text_of("C/H1");
    halls[2].cells[HALL_INLET_RISE_C] = value_real(5.2);
    halls[3].id = text_of("D/H1");
    halls[3].cells[HALL_FEED_SEVERITY] = value_text(text_of("crit"));
    halls[3].cells[HALL_FEED_RACK] = value_text(text_of("D/H1-A1"));
    halls[3].cells[HALL_FEED_PCT] = value_real(62);
    halls[3].cells[HALL_FEED_LIMIT_PCT] = value_real(50);
    halls[3].cells[HALL_FEEDS_LOST] = value_int(1);
    struct symptom_list l = kit_symptoms(&facts);
    assert_int_equal(l.count, 4);
    assert_int_equal(kit_count(&l, SEVERITY_CRIT), 3);
    assert_int_equal(kit_count(&l, SEVERITY_WARN), 1);
    check_text(&l.all[0], SEVERITY_CRIT, "B/H2 inlet 32.6 °C > 32 for 9m");
    check_text(&l.all[1], SEVERITY_CRIT, "C/H1 inlet 25 °C, 5.2 more in 5 min");
    check_text(&l.all[2], SEVERITY_CRIT, "D/H1: D/H1-A1 lost a feed; one feed carries 62 % of the limit (may 50)");
    check_text(&l.all[3], SEVERITY_WARN, "A/H1 inlet 31.4 °C > 27 for 7m");
    kit_tell_again(&l);
    symptom_list_release(&l);
    halls[1].stale = true;
    l = kit_symptoms(&facts);
    assert_int_equal(l.count, 3);
    symptom_list_release(&l);
}

static void quotas_and_pue_are_notices_that_turn_nothing(void **state)
{
    struct row energy[] = {energy_row("AAA/2026-11", "2026-11", 900, 1.3),
                           energy_row("AAA/2026-11-20", "2026-11-20", 990, 1.5),
                           energy_row("AAA/2026-10", "2026-10", 899, 1.25)};
    struct row cluster = {.kind = KIND_CLUSTER, .id = text_of("AAA")};
    struct verdict_facts facts = {.energy = energy, .n_energy = 3, .clusters = &cluster, .n_clusters = 1, .now_ms = t0};

    (void)state;
    cluster.cells[CLUSTER_PUE_LIMIT] = value_real(1.25);
    struct symptom_list l = kit_symptoms(&facts);
    assert_int_equal(l.count, 2);
    assert_int_equal(kit_count(&l, SEVERITY_CRIT) + kit_count(&l, SEVERITY_WARN), 0);
    check_text(&l.all[0], SEVERITY_NOTICE, "AAA/2026-11: 90 % of the energy quota used");
    check_text(&l.all[1], SEVERITY_NOTICE, "AAA/2026-11: PUE 1.3 in the mean, limit 1.25");
    kit_tell_again(&l);
    symptom_list_release(&l);
    struct row alerts[4];
    facts.alerts = alerts;
    facts.n_alerts = kit_alerts(&facts, alerts, 4);
    struct verdict v = verdict_of(&facts);
    assert_int_equal(v.severity, SEVERITY_OK);
    assert_non_null(strstr(v.text, "all well"));
    /* Without a limit and without a quota nobody can say. */
    cluster.cells[CLUSTER_PUE_LIMIT] = value_none();
    energy[0].cells[ENERGY_QUOTA_KWH] = value_none();
    l = kit_symptoms(&facts);
    assert_int_equal(l.count, 0);
    symptom_list_release(&l);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(warm_for_five_minutes_warns),
        cmocka_unit_test(hot_or_rising_fast_is_critical),
        cmocka_unit_test(what_nobody_says_is_no_cold),
        cmocka_unit_test(either_feed_must_be_able_to_take_all),
        cmocka_unit_test(halls_are_found_with_value_limit_and_time),
        cmocka_unit_test(quotas_and_pue_are_notices_that_turn_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
