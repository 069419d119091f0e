#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <math.h>

#include "ui/color.h"

static void near(double is, double wanted, double by)
{
    if (!(fabs(is - wanted) <= by))
        fail_msg("%.4f is not %.4f", is, wanted);
}

/* Figures that WCAG's and others' calculators print. */
static void contrast_is_that_of_wcag(void **state)
{
    (void)state;
    near(color_contrast(0x000000, 0xffffff), 21, 1e-9);
    near(color_contrast(0xffffff, 0x000000), 21, 1e-9);
    near(color_contrast(0x777777, 0xffffff), 4.48, 0.005);
    near(color_contrast(0x767676, 0xffffff), 4.54, 0.005);
    near(color_contrast(0xff0000, 0xffffff), 4.00, 0.005);
    near(color_contrast(0x123456, 0x123456), 1, 1e-9);
}

static void difference_is_that_of_lab(void **state)
{
    (void)state;
    near(color_difference(0x000000, 0xffffff, COLOR_NORMAL), 100, 0.01);
    near(color_difference(0xff0000, 0x00ff00, COLOR_NORMAL), 170.57, 0.05);
    near(color_difference(0xff0000, 0x0000ff, COLOR_NORMAL), 176.31, 0.05);
    near(color_difference(0x808080, 0x808080, COLOR_DEUTAN), 0, 1e-9);
}

/* Red and green of one lightness are one to eyes without cones for middle waves, blue and yellow are not. */
static void eyes_without_a_kind_of_cones_see_less(void **state)
{
    (void)state;
    assert_true(color_difference(0x8a5a00, 0xb02a00, COLOR_NORMAL) > 35);
    assert_true(color_difference(0x8a5a00, 0xb02a00, COLOR_DEUTAN) < 2);
    assert_true(color_difference(0x0000ff, 0xffff00, COLOR_DEUTAN) > 100);
    assert_true(color_difference(0x009e73, 0x56b4e9, COLOR_TRITAN) <
                color_difference(0x009e73, 0x56b4e9, COLOR_NORMAL));
    /* greys stay grey for everybody */
    for (enum color_vision v = 0; v < COLOR_VISIONS; v++)
        near(color_difference(0x000000, 0xffffff, v), 100, 0.01);
}

static void the_palette_of_256_is_xterms(void **state)
{
    (void)state;
    assert_int_equal(color_of_256(16), 0x000000);
    assert_int_equal(color_of_256(231), 0xffffff);
    assert_int_equal(color_of_256(214), 0xffaf00);
    assert_int_equal(color_of_256(232), 0x080808);
    assert_int_equal(color_of_256(255), 0xeeeeee);
    assert_int_equal(color_of_256(9), 0xff0000);
    assert_int_equal(color_of_256(-1), -1);
    assert_int_equal(color_of_256(256), -1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(contrast_is_that_of_wcag),
        cmocka_unit_test(difference_is_that_of_lab),
        cmocka_unit_test(eyes_without_a_kind_of_cones_see_less),
        cmocka_unit_test(the_palette_of_256_is_xterms),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
