#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>

#include <cmocka.h>

#include "domain/compare.h"

static struct row link_of(double delay, double baseline, double contract, double least)
{
    struct row link = {.kind = KIND_LINK};

    link.cells[LINK_ONE_WAY_MS] = value_real(delay);
    link.cells[LINK_ONE_WAY_BASIS] = value_text(text_of("measured"));
    link.cells[LINK_BASELINE_MS] = value_real(baseline);
    link.cells[LINK_RING_CONTRACT_MS] = value_real(contract);
    link.cells[LINK_PHYSICAL_MIN_MS] = value_real(least);
    link.cells[LINK_SEVERITY] = value_text(text_of("warn"));
    return link;
}

static void is(const struct row *link, enum compare_mode mode, double want, enum severity severity)
{
    double have = compare_link(link, mode);

    assert_true(isnan(want) ? isnan(have) : fabs(have - want) < 1e-9);
    assert_int_equal(compare_class(link, mode), severity);
}

static void each_mode(void **state)
{
    struct row link = link_of(3.3, 2, 3, 1.5);

    (void)state;
    is(&link, COMPARE_NOW, 3.3, SEVERITY_WARN); /* what the link itself is */
    is(&link, COMPARE_BASELINE, 1.3, SEVERITY_WARN);
    is(&link, COMPARE_BASELINE_RATIO, 1.65, SEVERITY_WARN);
    is(&link, COMPARE_CONTRACT, 1.1, SEVERITY_CRIT);
    is(&link, COMPARE_MINIMUM, 2.2, SEVERITY_OK);
}

static void limits(void **state)
{
    struct row link = link_of(2.6, 2, 2.6, 2.6);

    (void)state;
    is(&link, COMPARE_BASELINE, 0.6, SEVERITY_OK); /* 30 % more */
    is(&link, COMPARE_CONTRACT, 1, SEVERITY_WARN); /* all of it is not over it */
    link = link_of(2.7, 2.8, 3, 2.6);
    is(&link, COMPARE_BASELINE, -0.1, SEVERITY_OK);
    is(&link, COMPARE_CONTRACT, 0.9, SEVERITY_OK);
    link = link_of(0.85, 0.4, NAN, NAN);
    is(&link, COMPARE_BASELINE_RATIO, 2.125, SEVERITY_OK); /* less than 0.5 ms more */
}

static void faster_than_light_is_not_good(void **state)
{
    struct row link = link_of(0.6, 2, 3, 1.2);

    (void)state;
    is(&link, COMPARE_BASELINE, -1.4, SEVERITY_NOTICE);
    is(&link, COMPARE_CONTRACT, 0.2, SEVERITY_NOTICE);
    is(&link, COMPARE_MINIMUM, 0.5, SEVERITY_NOTICE);
}

static void unknown_is_nan(void **state)
{
    struct row unknown = link_of(NAN, 2, 3, 1.5), published = link_of(2, 2, 3, 1.5), bare = link_of(2, NAN, 0, -1);

    (void)state;
    published.cells[LINK_ONE_WAY_BASIS] = value_text(text_of("published"));
    for (int mode = 0; mode < COMPARE_MODES; mode++) {
        is(&unknown, (enum compare_mode)mode, NAN, SEVERITY_UNKNOWN);
        is(&published, (enum compare_mode)mode, NAN, SEVERITY_UNKNOWN);
        if (mode != COMPARE_NOW)
            is(&bare, (enum compare_mode)mode, NAN, SEVERITY_UNKNOWN);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_mode),
        cmocka_unit_test(limits),
        cmocka_unit_test(faster_than_light_is_not_good),
        cmocka_unit_test(unknown_is_nan),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
