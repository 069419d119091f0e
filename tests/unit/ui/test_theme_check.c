#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "ui/theme_check.h"

static struct theme loaded(const char *name)
{
    char path[128];
    struct theme theme;
    struct err err = {0};

    snprintf(path, sizeof path, "themes/%s.theme", name);
    if (!theme_load(path, &theme, &err))
        fail_msg("%s", err.text);
    return theme;
}

static bool says(const struct theme_report *r, const char *words)
{
    for (size_t i = 0; i < r->count; i++)
        if (strstr(r->problems[i].text, words) != NULL)
            return true;
    return false;
}

static void every_theme_of_the_tree_is_good(void **state)
{
    static const char *const dirs[] = {"themes", NULL};
    struct theme_names names;

    (void)state;
    theme_list(dirs, &names);
    assert_true(names.count >= 5);
    for (size_t i = 0; i < names.count; i++) {
        struct theme theme = loaded(names.all[i]);
        struct theme_report report;

        theme_check(&theme, &report);
        assert_string_equal(theme.name, names.all[i]);
        assert_true(theme.title[0] != '\0' && theme.title_zh[0] != '\0');
        if (report.count > 0)
            fail_msg("themes/%s.theme:%d: %s", names.all[i], report.problems[0].line, report.problems[0].text);
    }
}

/* Level AAA. */
static void high_contrast_is_high(void **state)
{
    struct theme theme = loaded("high-contrast");
    struct theme_report report;

    (void)state;
    theme_check(&theme, &report);
    for (enum role role = 0; role < ROLE_COUNT; role++)
        if (report.roles[role].least >= THEME_CONTRAST_TEXT && role != ROLE_SELECT)
            assert_true(report.roles[role].ratio[THEME_RGB] >= 7 && report.roles[role].ratio[THEME_256] >= 7);
}

/* Nothing of it is fixed: what a person made of the palette stays. */
static void terminal16_has_no_colour_of_its_own(void **state)
{
    struct theme theme = loaded("terminal16");

    (void)state;
    for (enum role role = 0; role < ROLE_COUNT; role++) {
        const struct theme_role *r = &theme.roles[role];

        assert_true(r->fg_rgb < 0 && r->bg_rgb < 0 && r->fg256 < 16 && r->bg256 < 16);
        assert_int_equal(r->fg256, r->fg16);
        assert_int_equal(r->bg256, r->bg16);
    }
}

static void what_cannot_be_read_is_told(void **state)
{
    struct theme theme = loaded("okabe-dark");
    struct theme_role *warn = &theme.roles[ROLE_WARN];
    struct theme_report report;

    (void)state;
    warn->fg_rgb = 0x664400;
    theme_check(&theme, &report);
    assert_true(says(&report, "role 'warn': contrast 1.94 in 24-bit colours, at least 4.5 is asked for"));
    assert_int_equal(report.problems[0].line, warn->line);
    assert_true(says(&report, "role 'warn': contrast 1.42 in a selected row, at least 3.0 is asked for"));
    assert_false(says(&report, "in 256 colours"));
    warn->bg_rgb = 0xffffff;
    theme_check(&theme, &report);
    assert_false(says(&report, "in 24-bit colours"));

    theme = loaded("okabe-dark");
    theme.roles[ROLE_BORDER].fg256 = 236;
    theme.roles[ROLE_CHART].fg16 = 4;
    theme_check(&theme, &report);
    assert_true(says(&report, "role 'border': contrast 1.29 in 256 colours, at least 3.0 is asked for"));
    assert_true(says(&report, "role 'chart': contrast 1.81 in 16 colours, at least 3.0 is asked for"));
    assert_int_equal(report.count, 2);
}

static void states_that_some_eyes_take_for_one_are_told(void **state)
{
    struct theme theme = loaded("okabe-light");
    struct theme_role *crit = &theme.roles[ROLE_CRIT];
    struct theme_report report;

    (void)state;
    crit->attrs = theme.roles[ROLE_WARN].attrs;
    theme_check(&theme, &report);
    assert_true(says(&report, "roles 'warn' and 'crit' differ by 0.9 for deuteranopic eyes, at least 15.0"));
    assert_false(says(&report, "for all eyes"));
    theme = loaded("mono");
    theme.roles[ROLE_WARN].attrs = 0;
    theme.roles[ROLE_WARN].mono = 0;
    theme_check(&theme, &report);
    assert_true(says(&report, "roles 'ok' and 'warn' have neither colour nor attribute"));
    assert_true(says(&report, "roles 'ok' and 'warn' have the same attributes in mono"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_theme_of_the_tree_is_good),
        cmocka_unit_test(high_contrast_is_high),
        cmocka_unit_test(terminal16_has_no_colour_of_its_own),
        cmocka_unit_test(what_cannot_be_read_is_told),
        cmocka_unit_test(states_that_some_eyes_take_for_one_are_told),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
