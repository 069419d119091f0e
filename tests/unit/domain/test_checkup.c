#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "domain/checkup.h"
#include "domain/kind.h"

static struct checkup out;

static const struct checkup_line *line(const char *what)
{
    for (size_t i = 0; i < out.count; i++)
        if (strcmp(out.lines[i].what, what) == 0)
            return &out.lines[i];
    return NULL;
}

static void test_what_is_well_has_no_hint(void **state)
{
    struct checkup_facts f = {.is_terminal = true,
                              .terminal = "TERM xterm",
                              .asked = true,
                              .utf8 = true,
                              .codeset = "UTF-8",
                              .state_dir = "/s",
                              .context = "c",
                              .cache_bytes = 1000000,
                              .collector = true};

    (void)state;
    out.count = 0;
    checkup_screen(&f, &out);
    checkup_state(&f, &out);
    assert_int_equal(out.count, 7);
    for (size_t i = 0; i < out.count; i++) {
        assert_false(out.lines[i].bad);
        assert_string_equal(out.lines[i].hint, "");
    }
    assert_string_equal(line("cache size")->state, "1.0 MB");
    assert_non_null(strstr(line("encoding")->state, "中文"));
    f.asked = f.utf8 = false;
    out.count = 0;
    checkup_screen(&f, &out); /* what nobody asked for is not said to be wrong */
    assert_false(line("encoding")->bad);
    f.asked = true;
    out.count = 0;
    checkup_screen(&f, &out);
    assert_true(line("encoding")->bad);
}

static void test_what_is_not_says_what_to_do(void **state)
{
    struct err term = {0}, cache = {0};
    struct checkup_facts f = {.is_terminal = true,
                              .codeset = "ANSI_X3.4-1968",
                              .terminal_err = &term,
                              .state_dir = "/s",
                              .context = "c",
                              .cache_err = &cache,
                              .cache_bytes = -1};

    (void)state;
    out.count = 0;
    err_set(&term, ERR_INPUT, "cannot draw on terminal 'x'");
    err_hint(&term, "set TERM");
    err_set(&cache, ERR_INPUT, "there is no cache");
    checkup_screen(&f, &out);
    checkup_state(&f, &out);
    assert_string_equal(line("terminal")->hint, "set TERM");
    assert_true(line("locale")->bad && line("collector")->bad);
    assert_true(line("cache")->bad);
    assert_string_equal(line("cache")->state, "there is no cache");
    assert_null(line("cache size"));
    assert_null(line("encoding"));
}

/* Without a terminal, without anything: nothing is made up. */
static void test_nothing_known(void **state)
{
    struct checkup_facts f = {.codeset = "UTF-8"};

    (void)state;
    out.count = 0;
    checkup_screen(&f, &out);
    checkup_state(&f, &out);
    assert_int_equal(out.count, 2);
    assert_non_null(strstr(line("terminal")->state, "(unset)"));
    assert_non_null(strstr(line("locale")->state, "(unset)"));
}

static void test_sources(void **state)
{
    struct row row = {.kind = KIND_SOURCE, .id = text_of("ams"), .observed_ms = 100000, .age_ms = 2000};

    (void)state;
    out.count = 0;
    checkup_source(&row, &out);
    assert_true(line("ams")->bad);
    assert_non_null(strstr(line("ams")->state, "never"));
    row.id = text_of("fra");
    row.cells[SOURCE_STATE] = value_text(text_of("live"));
    row.cells[SOURCE_LAST_OK_AT] = value_time(97000);
    row.cells[SOURCE_LAST_ERROR] = value_text(text_of("an old one"));
    checkup_source(&row, &out);
    assert_false(line("fra")->bad);
    assert_string_equal(line("fra")->hint, "");
    assert_non_null(strstr(line("fra")->state, "5s ago"));
}

/* Where nothing tells two people apart, that is said with what to do. */
static void test_people(void **state)
{
    struct checkup_facts f = {.roles = "viewer", .ssh_key = "", .ssh_unknown = "no SSH key is known of this session"};

    (void)state;
    out.count = 0;
    checkup_people(&f, &out);
    assert_true(line("roles")->bad);
    assert_true(line("two people")->bad);
    assert_non_null(strstr(line("two people")->state, "plans for two are off (no SSH key is known"));
    assert_non_null(strstr(line("two people")->hint, "ExposeAuthInfo yes"));
    f.changes = f.shared = true;
    out.count = 0;
    checkup_people(&f, &out);
    assert_false(line("roles")->bad || line("two people")->bad);
    assert_non_null(strstr(line("two people")->state, "by uid; those who share one are not"));
    f.shared = false;
    f.ssh_key = "SHA256:k";
    out.count = 0;
    checkup_people(&f, &out);
    assert_false(line("two people")->bad);
    assert_non_null(strstr(line("two people")->state, "SHA256:k"));
    f.roles = NULL;
    out.count = 0;
    checkup_people(&f, &out);
    assert_int_equal(out.count, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_what_is_well_has_no_hint),
        cmocka_unit_test(test_what_is_not_says_what_to_do),
        cmocka_unit_test(test_nothing_known),
        cmocka_unit_test(test_sources),
        cmocka_unit_test(test_people),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
