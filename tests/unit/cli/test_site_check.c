#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <string.h>

#include "cli/site_check.h"

/* What a hub told, as site_ask() leaves it, and the lines that come of it. */

static const enum kind offered[] = {KIND_CLUSTER, KIND_SITE, KIND_SCHEDULER, KIND_LINK,
                                    KIND_QUEUE,   KIND_JOB,  KIND_ENERGY};
enum { OFFERED = sizeof offered / sizeof *offered };
static const int64_t now_ms = INT64_C(1795320000000);

struct world {
    struct site_asked a;
    struct hub_report departures;
    struct hub_seen lists[OFFERED];
    struct setup s;
    struct collector_source src;
    struct site_report report;
};

static void tell(struct world *w, enum kind kind, const char *id, int field, struct value v)
{
    struct row row = {.kind = kind, .id = text_of(id)};
    row.cells[field] = v;
    rows_add(&w->a.rows[kind], &row);
}

static void tell_link(struct world *w, const char *id, double one_way_ms, double ring_ms)
{
    struct row row = {.kind = KIND_LINK, .id = text_of(id)};
    row.cells[LINK_FROM] = value_text(text_of("A"));
    row.cells[LINK_TO] = value_text(text_of("B"));
    row.cells[LINK_ONE_WAY_MS] = one_way_ms < 0 ? value_none() : value_real(one_way_ms);
    row.cells[LINK_RING_CONTRACT_MS] = value_real(ring_ms);
    rows_add(&w->a.rows[KIND_LINK], &row);
}

static void tell_energy(struct world *w, const char *quality, bool meter)
{
    struct row row = {.kind = KIND_ENERGY, .id = text_of("A/2026-11")};
    row.cells[ENERGY_CLUSTER] = value_text(text_of("A"));
    row.cells[ENERGY_PERIOD] = value_text(text_of("2026-11"));
    row.cells[ENERGY_KWH] = value_real(5);
    row.cells[ENERGY_METHOD] = value_text(text_of("meter"));
    row.cells[ENERGY_QUALITY] = value_text(text_of(quality));
    if (meter)
        row.cells[ENERGY_METER] = value_text(text_of("M-1"));
    rows_add(&w->a.rows[KIND_ENERGY], &row);
}

/* A hub with nothing to find fault with but what a test adds; it tells no link, no energy and no site yet. */
static void good(struct world *w)
{
    *w = (struct world){.src = {.url = "https://hub", .interval_ms = 10000}};
    for (size_t i = 0; i < OFFERED; i++)
        w->lists[i] =
            (struct hub_seen){.kind = offered[i], .offered = true, .answered = true, .as_of_ms = now_ms - 1000};
    static int never_read;
    w->a.token = (void *)&never_read;
    w->a.open_status = 401;
    w->a.strange_status = 404;
    snprintf(w->a.strange_type, sizeof w->a.strange_type, "application/problem+json");
    w->a.bytes[0] = 1000;
    w->a.unchanged = 5;
    w->a.view = (struct hub_view){.id = "h",
                                  .software = "s",
                                  .clock_known = true,
                                  .now_ms = now_ms,
                                  .lists = w->lists,
                                  .list_count = OFFERED,
                                  .report = &w->departures};
}

static void release(struct world *w)
{
    w->a.token = NULL;
    site_ask_release(&w->a);
}

/* The last line of that check. */
static const struct site_line *line(struct world *w, const char *check)
{
    const struct site_line *found = NULL;
    w->a.view.report = &w->departures;
    w->a.view.lists = w->lists;
    site_check(&w->report, &w->a, &w->s, &w->src, NULL);
    for (size_t i = 0; i < w->report.count; i++) {
        if (strcmp(w->report.lines[i].check, check) == 0)
            found = &w->report.lines[i];
    }
    assert_non_null(found);
    return found;
}

static void test_the_clock(void **state)
{
    static const struct {
        int64_t skew_ms;
        enum site_result result;
    } cases[] = {{0, SITE_PASS},      {2000, SITE_PASS},  {-2000, SITE_PASS}, {2001, SITE_WARN},
                 {-10000, SITE_WARN}, {10001, SITE_FAIL}, {-10001, SITE_FAIL}};
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct world w;
        good(&w);
        w.a.view.skew_ms = cases[i].skew_ms;
        assert_int_equal(line(&w, "clock")->result, cases[i].result);
        assert_int_equal(line(&w, "clock")->next[0] != '\0', cases[i].result != SITE_PASS);
        w.a.view.clock_known = false;
        assert_int_equal(line(&w, "clock")->result, SITE_FAIL);
        release(&w);
    }
}

static void test_freshness(void **state)
{
    static const struct {
        int64_t age_ms; /* of one list; -1: it says nothing */
        int64_t interval_ms;
        enum site_result result;
    } cases[] = {{60000, 10000, SITE_PASS}, {60001, 10000, SITE_WARN}, {300001, 10000, SITE_FAIL},
                 {90000, 30000, SITE_PASS}, {90001, 30000, SITE_WARN}, {-1, 10000, SITE_WARN}};
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct world w;
        good(&w);
        w.src.interval_ms = cases[i].interval_ms;
        w.lists[2].as_of_ms = cases[i].age_ms < 0 ? 0 : now_ms - cases[i].age_ms;
        assert_int_equal(line(&w, "freshness")->result, cases[i].result);
        release(&w);
    }
    struct world w;
    good(&w);
    for (size_t i = 0; i < OFFERED; i++)
        w.lists[i].answered = false;
    assert_int_equal(line(&w, "freshness")->result, SITE_FAIL);
    release(&w);
}

static void test_rings(void **state)
{
    struct world w;
    (void)state;
    good(&w);
    assert_int_equal(line(&w, "ring")->result, SITE_WARN); /* nothing is shown */
    tell_link(&w, "A>B", 3, 3);
    assert_int_equal(line(&w, "ring")->result, SITE_PASS);
    tell_link(&w, "A>C", -1, 3);
    assert_int_equal(line(&w, "ring")->result, SITE_WARN);
    tell_link(&w, "A>D", 3.1, 3);
    assert_int_equal(line(&w, "ring")->result, SITE_FAIL);
    assert_string_equal(line(&w, "ring")->value, "1 within, 1 beyond, 1 not measured");
    /* metering, membership, the link beyond, and all links */
    assert_int_equal(w.report.results[SITE_FAIL], 4);
    release(&w);
}

static void test_metering(void **state)
{
    struct world w;
    (void)state;
    good(&w);
    assert_int_equal(line(&w, "metering")->result, SITE_FAIL);
    tell_energy(&w, "metered", true);
    assert_int_equal(line(&w, "metering")->result, SITE_PASS);
    tell_energy(&w, "estimated", true);
    assert_int_equal(line(&w, "metering")->result, SITE_WARN);
    tell_energy(&w, "metered", false);
    assert_int_equal(line(&w, "metering")->result, SITE_FAIL);
    release(&w);
}

static void test_membership(void **state)
{
    static const struct {
        const char *word;
        enum site_result result;
        const char *next;
    } cases[] = {{"applied", SITE_PASS, "testing:"},
                 {"testing", SITE_PASS, "connected:"},
                 {"connected", SITE_PASS, ""},
                 {"suspended", SITE_WARN, "connected:"}};
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct world w;
        good(&w);
        tell_link(&w, "A>B", 3, 3);
        tell_energy(&w, "metered", true);
        tell(&w, KIND_SITE, "A-1", SITE_MEMBERSHIP, value_text(text_of(cases[i].word)));
        const struct site_line *l = line(&w, "membership");
        assert_int_equal(l->result, cases[i].result);
        assert_int_equal(strncmp(l->next, cases[i].next, strlen(cases[i].next)), 0);
        assert_int_equal(w.report.results[SITE_FAIL], 0);
        w.a.view.clock_known = false; /* what fails keeps it where it is */
        assert_non_null(strstr(line(&w, "membership")->next, "what failed"));
        release(&w);
    }
    struct world w;
    good(&w);
    assert_int_equal(line(&w, "membership")->result, SITE_FAIL);
    tell(&w, KIND_SITE, "A-1", SITE_NAME, value_text(text_of("x")));
    assert_int_equal(line(&w, "membership")->result, SITE_WARN);
    assert_string_equal(line(&w, "membership")->value, "not told");
    release(&w);
}

static void test_lists(void **state)
{
    struct world w;
    (void)state;
    good(&w);
    assert_int_equal(line(&w, "api")->result, SITE_PASS);
    w.departures.notes[0] =
        (struct hub_note){.kind = KIND_ENERGY, .what = HUB_STRANGE_KEY, .key = "colour", .count = 2};
    w.departures.count = 1;
    assert_int_equal(line(&w, "api")->result, SITE_WARN);
    w.departures.notes[0].what = HUB_TYPE;
    assert_int_equal(line(&w, "api")->result, SITE_FAIL);
    assert_string_equal(line(&w, "api")->value, "colour: another type (2)");
    w.departures.count = 0;
    w.lists[OFFERED - 1].offered = false;
    assert_string_equal(line(&w, "api")->value, "not served");
    assert_string_equal(line(&w, "api")->subject, "energy");
    w.lists[OFFERED - 1].offered = true;
    w.a.failure_count = 1;
    snprintf(w.a.failures[0].what, sizeof w.a.failures[0].what, "energy");
    err_set(&w.a.failures[0].err, ERR_CORRUPT, "no list\x1b[31m");
    assert_string_equal(line(&w, "api")->value, "no list^[[31m");
    release(&w);
}

static void test_transport_token_errors_differences(void **state)
{
    struct world w;
    (void)state;
    good(&w);
    assert_int_equal(line(&w, "transport")->result, SITE_PASS);
    assert_int_equal(line(&w, "token")->result, SITE_PASS);
    assert_int_equal(line(&w, "errors")->result, SITE_PASS);
    assert_int_equal(line(&w, "differences")->result, SITE_PASS);
    w.src.url = "http://127.0.0.1";
    w.a.open_status = 200;
    snprintf(w.a.strange_type, sizeof w.a.strange_type, "text/html");
    w.a.unchanged = 0;
    w.a.bytes[1] = 1000;
    assert_int_equal(line(&w, "transport")->result, SITE_WARN);
    assert_int_equal(line(&w, "token")->result, SITE_FAIL);
    assert_int_equal(line(&w, "errors")->result, SITE_FAIL);
    assert_int_equal(line(&w, "differences")->result, SITE_WARN);
    w.a.token = NULL;
    assert_int_equal(line(&w, "token")->result, SITE_WARN);
    release(&w);
}

static void test_a_hub_that_does_not_answer(void **state)
{
    struct world w;
    (void)state;
    good(&w);
    err_set(&w.a.hub, ERR_TRANSIENT, "cannot connect");
    assert_string_equal(line(&w, "api")->value, "cannot connect");
    assert_int_equal(w.report.count, 1);
    assert_int_equal(w.report.results[SITE_FAIL], 1);
    release(&w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_the_clock),
        cmocka_unit_test(test_freshness),
        cmocka_unit_test(test_rings),
        cmocka_unit_test(test_metering),
        cmocka_unit_test(test_membership),
        cmocka_unit_test(test_lists),
        cmocka_unit_test(test_transport_token_errors_differences),
        cmocka_unit_test(test_a_hub_that_does_not_answer),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
