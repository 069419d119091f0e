#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>

#include <cmocka.h>

#include "domain/link.h"

static double real_of(const struct row *link, int field)
{
    return value_real_or(&link->cells[field], NAN);
}

static void basis_is(const struct row *link, const char *basis)
{
    assert_true(text_is(value_text_or(&link->cells[LINK_ONE_WAY_BASIS], "none"), basis));
}

static void what_a_source_measured_stands(void **state)
{
    struct row link = {.kind = KIND_LINK};

    (void)state;
    link.cells[LINK_ONE_WAY_MS] = value_real(1.9);
    link.cells[LINK_RTT_MS] = value_real(5);
    link.cells[LINK_PUBLISHED_ONE_WAY_MS] = value_real(1.66);
    link_complete(&link, NAN);
    basis_is(&link, "measured");
    assert_true(fabs(real_of(&link, LINK_ONE_WAY_MS) - (1.9)) < 1e-9);
    assert_true(fabs(link_delay_ms(&link) - (1.9)) < 1e-9);
    assert_true(fabs(real_of(&link, LINK_RING_MEASURED_MS) - (3)) < 1e-9);
    assert_false(value_known(&link.cells[LINK_PHYSICAL_MIN_MS]));
}

static void a_round_trip_is_two_ways(void **state)
{
    struct row link = {.kind = KIND_LINK};

    (void)state;
    link.cells[LINK_RTT_MS] = value_real(43);
    link.cells[LINK_ONE_WAY_BASIS] = value_text(text_of("published")); /* of an earlier time */
    link_complete(&link, 200);
    basis_is(&link, "half_rtt");
    assert_true(fabs(link_delay_ms(&link) - (21.5)) < 1e-9);
    assert_true(fabs(real_of(&link, LINK_PHYSICAL_MIN_MS) - (200 * 1.40 * 4.90 / 1000)) < 1e-9);
    assert_false(value_known(&link.cells[LINK_RING_MEASURED_MS])); /* outside of all */
}

static void what_was_published_was_not_observed(void **state)
{
    struct row link = {.kind = KIND_LINK};

    (void)state;
    link.cells[LINK_PUBLISHED_ONE_WAY_MS] = value_real(1.66);
    link_complete(&link, 200);
    basis_is(&link, "published");
    assert_true(fabs(real_of(&link, LINK_ONE_WAY_MS) - (1.66)) < 1e-9);
    assert_true(isnan(link_delay_ms(&link)));
    assert_false(value_known(&link.cells[LINK_RING_MEASURED_MS]));
}

static void nothing_told_stays_unknown(void **state)
{
    struct row link = {.kind = KIND_LINK};

    (void)state;
    link.cells[LINK_ONE_WAY_BASIS] = value_text(text_of("half_rtt"));
    link_complete(&link, NAN);
    basis_is(&link, "none");
    assert_false(value_known(&link.cells[LINK_ONE_WAY_MS]));
    assert_true(isnan(link_delay_ms(&link)));
    assert_int_equal(link_severity(&link), SEVERITY_UNKNOWN);
}

static void faster_than_light_falls_into_no_ring(void **state)
{
    struct row link = {.kind = KIND_LINK};

    (void)state;
    link.cells[LINK_ONE_WAY_MS] = value_real(0.8);
    link.cells[LINK_PHYSICAL_MIN_MS] = value_real(1.2);
    link_complete(&link, 4000); /* the minimum that was told stands */
    assert_true(link_is_impossible(&link, 0.8));
    assert_false(link_is_impossible(&link, 1.1)); /* the minimum is not that sure */
    assert_false(link_is_impossible(&link, 1.3));
    assert_false(value_known(&link.cells[LINK_RING_MEASURED_MS]));
}

static void nothing_is_faster_than_nothing(void **state)
{
    struct row link = {.kind = KIND_LINK};

    (void)state;
    assert_true(link_is_impossible(&link, -0.1)); /* also where no distance is known */
    assert_false(link_is_impossible(&link, 0));
    assert_false(link_is_impossible(&link, NAN));
}

static void words_of_severity(void **state)
{
    static const struct {
        const char *word;
        enum severity severity;
    } words[] = {{"ok", SEVERITY_OK},     {"notice", SEVERITY_NOTICE},   {"warn", SEVERITY_WARN},
                 {"crit", SEVERITY_CRIT}, {"unknown", SEVERITY_UNKNOWN}, {"CRIT", SEVERITY_UNKNOWN}};
    struct row link = {.kind = KIND_LINK};

    (void)state;
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
        link.cells[LINK_SEVERITY] = value_text(text_of(words[i].word));
        assert_int_equal(link_severity(&link), words[i].severity);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_a_source_measured_stands),
        cmocka_unit_test(a_round_trip_is_two_ways),
        cmocka_unit_test(what_was_published_was_not_observed),
        cmocka_unit_test(nothing_told_stays_unknown),
        cmocka_unit_test(faster_than_light_falls_into_no_ring),
        cmocka_unit_test(nothing_is_faster_than_nothing),
        cmocka_unit_test(words_of_severity),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
