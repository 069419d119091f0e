#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "domain/kind.h"
#include "domain/lights.h"

static const enum light_told fresh[LIGHTS] = {LIGHT_FRESH, LIGHT_FRESH, LIGHT_OLD, LIGHT_NOBODY, LIGHT_NOBODY};

static struct row row_of(enum kind kind, const char *id)
{
    return (struct row){.kind = kind, .id = text_of(id)};
}

/* What nobody tells of is not green, nor is what is old. */
static void test_nothing_is_wrong(void **state)
{
    struct finding_list none = {0};
    struct light l[LIGHTS];

    (void)state;
    lights_of(&none, fresh, l);
    assert_int_equal(l[LIGHT_NETWORK].severity, SEVERITY_OK);
    assert_int_equal(l[LIGHT_DATA].severity, SEVERITY_UNKNOWN);
    assert_string_equal(l[LIGHT_DATA].reason, "what is known of it is old");
    assert_int_equal(l[LIGHT_SECURITY].severity, SEVERITY_UNKNOWN);
    assert_string_equal(l[LIGHT_SECURITY].reason, "no source tells of it");
}

static void test_the_worst_turns_its_own_light(void **state)
{
    struct row hall = row_of(KIND_HALL, "ZJK-H2"), queue = row_of(KIND_QUEUE, "shg/gpu"),
               other = row_of(KIND_ALERT, "A-1");
    struct finding all[] = {
        {.severity = SEVERITY_WARN, .what = FINDING_ALERT, .row = &hall, .alert = &other, .voice = &other},
        {.severity = SEVERITY_CRIT,
         .what = FINDING_ALERT,
         .row = &hall,
         .alert = &other,
         .voice = &other,
         .acked = true},
        {.severity = SEVERITY_CRIT, .what = FINDING_ALERT, .row = &queue, .alert = &other, .voice = &other},
        {.severity = SEVERITY_WARN, .what = FINDING_ALERT, .row = &queue, .alert = &other, .voice = &other},
    };
    struct finding_list found = {.all = all, .count = 4};
    struct light l[LIGHTS];

    (void)state;
    other.cells[ALERT_WHERE] = value_text(text_of("shg/gpu"));
    lights_of(&found, fresh, l);
    assert_int_equal(l[LIGHT_NETWORK].severity, SEVERITY_WARN); /* somebody has the critical one in hand */
    assert_int_equal(l[LIGHT_SCHEDULING].severity, SEVERITY_CRIT);
    assert_non_null(strstr(l[LIGHT_SCHEDULING].reason, "shg/gpu"));
    assert_int_equal(l[LIGHT_DATA].severity, SEVERITY_UNKNOWN);
}

/* A notice is no worry; what is wrong is said even where the rest is old. */
static void test_notices_and_old_facts(void **state)
{
    struct row link = row_of(KIND_LINK, "SHG>SZ"), transfer = row_of(KIND_TRANSFER, "t1");
    struct finding all[] = {{.severity = SEVERITY_NOTICE, .what = FINDING_ALERT, .row = &link, .voice = &link},
                            {.severity = SEVERITY_WARN, .what = FINDING_ALERT, .row = &transfer, .voice = &transfer}};
    struct finding_list found = {.all = all, .count = 2};
    struct light l[LIGHTS];

    (void)state;
    lights_of(&found, fresh, l);
    assert_int_equal(l[LIGHT_NETWORK].severity, SEVERITY_OK);
    assert_int_equal(l[LIGHT_DATA].severity, SEVERITY_WARN);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_nothing_is_wrong),
        cmocka_unit_test(test_the_worst_turns_its_own_light),
        cmocka_unit_test(test_notices_and_old_facts),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
