#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

#include "console/news.h"

enum { ALERTS = 3 };

static struct row alerts[ALERTS];
static struct verdict_facts facts;

static int reset(void **state)
{
    static const char *const ids[ALERTS] = {"A-1", "A-2", "A-3"}, *const severities[ALERTS] = {"crit", "crit", "warn"};

    (void)state;
    for (size_t i = 0; i < ALERTS; i++) {
        alerts[i] = (struct row){.kind = KIND_ALERT, .id = text_of(ids[i]), .source = text_of("am")};
        alerts[i].cells[ALERT_SEVERITY] = value_text(text_of(severities[i]));
        alerts[i].cells[ALERT_STATE] = value_text(text_of("firing"));
        alerts[i].cells[ALERT_SUMMARY] = value_text(text_of(ids[i]));
    }
    facts = (struct verdict_facts){.alerts = alerts, .n_alerts = 1, .now_ms = INT64_C(1795288327000)};
    return 0;
}

static void what_was_there_is_no_news(void **state)
{
    struct news n = {0};

    (void)state;
    news_look(&n, &facts, 0);
    assert_null(news_text(&n, 0));
    news_look(&n, &facts, 1000);
    assert_null(news_text(&n, 1000));
}

static void what_becomes_critical_is_told_once(void **state)
{
    struct news n = {0};

    (void)state;
    news_look(&n, &facts, 0);
    facts.n_alerts = 2;
    news_look(&n, &facts, 1000);
    assert_non_null(strstr(news_text(&n, 1000), "A-2"));
    news_look(&n, &facts, 2000);
    assert_null(news_text(&n, 1000 + NEWS_SHOWN_MS));
    alerts[1].cells[ALERT_STATE] = value_text(text_of("acked"));
    news_look(&n, &facts, 3000);
    alerts[1].cells[ALERT_STATE] = value_text(text_of("firing"));
    news_look(&n, &facts, 4000);
    assert_null(news_text(&n, 1000 + NEWS_SHOWN_MS));
}

static void a_warning_is_none(void **state)
{
    struct news n = {0};

    (void)state;
    facts.n_alerts = 0;
    news_look(&n, &facts, 0);
    alerts[0] = alerts[2];
    facts.n_alerts = 1;
    news_look(&n, &facts, 1000);
    assert_null(news_text(&n, 1000));
    alerts[0].cells[ALERT_SEVERITY] = value_text(text_of("crit")); /* it got worse */
    news_look(&n, &facts, 2000);
    assert_non_null(news_text(&n, 2000));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(what_was_there_is_no_news, reset),
        cmocka_unit_test_setup(what_becomes_critical_is_told_once, reset),
        cmocka_unit_test_setup(a_warning_is_none, reset),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
