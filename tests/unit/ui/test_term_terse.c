#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

#include "ui/term_terse.h"

struct named {
    const char *name, *value;
};

static const char *find(const struct named *all, const char *name)
{
    for (; all->name; all++)
        if (strcmp(all->name, name) == 0)
            return all->value;
    return NULL;
}

static const char *of_xterm(const char *name)
{
    static const struct named all[] = {
        {"cup", "\033[%i%p1%d;%p2%dH"}, {"cuf", "\033[%p1%dC"}, {"cub", "\033[%p1%dD"},   {"hpa", "\033[%i%p1%dG"},
        {"vpa", "\033[%i%p1%dd"},       {"rmul", "\033[24m"},   {"rmso", "\033[27m"},     {"rmacs", "\033(B"},
        {"setaf", "\033[3%p1%dm"},      {"op", "\033[39;49m"},  {"sgr0", "\033(B\033[m"}, {NULL, NULL}};

    return find(all, name);
}

static const char *of_vt100(const char *name)
{
    static const struct named all[] = {{"cup", "\033[%i%p1%d;%p2%dH$<5>"},
                                       {"cuf", "\033[%p1%dC$<2>"},
                                       {"cub", "\033[%p1%dD$<2>"},
                                       {"rmul", "\033[m$<2>"},
                                       {"rmacs", "\017"},
                                       {NULL, NULL}};

    return find(all, name);
}

static const char *of_others(const char *name)
{
    return strcmp(name, "cup") == 0 ? "\033=%p1%' '%+%c%p2%' '%+%c" : NULL;
}

typedef const char *capabilities(const char *name);

/* What comes of `bytes` on such a terminal of 80 columns, whose look is known. */
static void assert_says(capabilities *of, const char *bytes, const char *expected)
{
    struct term_terse t;
    char out[256] = "";
    size_t n;
    const char *said;

    term_terse_init(&t, of);
    term_terse_of(&t, 80, "\033(B\017\033[m", 7, &n);
    said = term_terse_of(&t, 80, bytes, strlen(bytes), &n);
    assert_true(n < sizeof out);
    memcpy(out, said, n);
    assert_string_equal(out, expected);
    term_terse_release(&t);
}

static void a_move_within_a_row_does_not_say_the_row(void **state)
{
    (void)state;
    assert_says(of_xterm, "\033[7;13H61\033[7;27Hx", "\033[7;13H61\033[27Gx");
    assert_says(of_xterm, "\033[7;90H", "\033[7;90H");
    assert_says(of_xterm, "\033[7;2Ha\033[7;9Hb", "\033[7;2Ha\033[9Gb");
    assert_says(of_xterm, "\033[7;60H61\033[7;65Hx", "\033[7;60H61\033[3Cx");
    assert_says(of_xterm, "\033[7;60H61\033[7;60Hx", "\033[7;60H61\b\bx");
    assert_says(of_xterm, "\033[7;60H61\033[8;62Hx", "\033[7;60H61\033[8dx");
    assert_says(of_vt100, "\033[7;60H61\033[7;65Hx", "\033[7;60H61\033[3Cx");
}

static void moves_that_nothing_follows_are_said_once(void **state)
{
    (void)state;
    assert_says(of_xterm, "\033[7;13H\033[9d\b\033[2Cx", "\033[9;14Hx");
    assert_says(of_xterm, "\033[7;13Hx\033[7;14Hy", "\033[7;13Hxy");
    assert_says(of_xterm, "\033[7;13H\r\033[2Bx", "\033[9Hx");
    assert_says(of_xterm, "x\033[7;13H", "x\033[7;13H");
}

/* A wide character may have the columns that another terminal gives it. */
static void behind_what_may_be_wide_no_distance_is_said(void **state)
{
    (void)state;
    assert_says(of_xterm, "\033[7;60H\xe4\xb8\xad\033[7;65Hx", "\033[7;60H\xe4\xb8\xad\033[65Gx");
    assert_says(of_vt100, "\033[7;60H\xe4\xb8\xad\033[7;65Hx", "\033[7;60H\xe4\xb8\xad\033[7;65Hx");
}

/* There it may wait in the last column, or stand in the next row. */
static void at_the_margin_the_cursor_is_nowhere(void **state)
{
    (void)state;
    assert_says(of_xterm, "\033[7;79Hab\033[7;70Hx", "\033[7;79Hab\033[7;70Hx");
    assert_says(of_xterm, "\033[7;78Hab\033[7;70Hx", "\033[7;78Hab\033[70Gx");
    assert_says(of_xterm, "\033[7;79H\xe4\xb8\xad\033[7;70Hx", "\033[7;79H\xe4\xb8\xad\033[7;70Hx");
}

static void what_is_not_known_moves_the_cursor_anywhere(void **state)
{
    (void)state;
    assert_says(of_xterm, "\033[7;60H\n\033[7;65Hx", "\033[7;60H\n\033[7;65Hx");
    assert_says(of_xterm, "\033[7;60H\0337\033[7;65Hx", "\033[7;60H\0337\033[7;65Hx");
    assert_says(of_xterm, "\033[7;60H\033[5;9r\033[7;65Hx", "\033[7;60H\033[5;9r\033[7;65Hx");
    assert_says(of_xterm, "\033[7;60H\033[?25l\033[7;65Hx", "\033[7;60H\033[?25l\033[7;65Hx");
    assert_says(of_xterm, "\b\033[Cx", "\b\033[Cx");
}

static void a_look_says_what_changes(void **state)
{
    (void)state;
    assert_says(of_xterm, "\033[38;5;250ma\033(B\033[0;4m\033[38;5;175mb", "\033[38;5;250ma\033[4;38;5;175mb");
    assert_says(of_xterm, "\033[1;31ma\033[39m\033(B\033[m\033[31mb\033(B\033[m", "\033[1;31ma\033[0;31mb\033[m");
    assert_says(of_xterm, "\033[4;7ma\033(B\033[m\033[4mb\033(B\033[m", "\033[4;7ma\033[27mb\033[m");
    assert_says(of_xterm, "\033[4;31ma\033(B\033[m\033[31mb\033(B\033[m", "\033[4;31ma\033[24mb\033[m");
    assert_says(of_vt100, "\033[4;7ma\033[m\017\033[4mb\033[m\017", "\033[4;7ma\033[0;4mb\033[m");
    assert_says(of_xterm, "\033[93;104ma\033[39;49mb", "\033[93;104ma\033[mb");
    assert_says(of_xterm, "\033[38;5;3ma\033[33mb\033[m", "\033[38;5;3ma\033[33mb\033[m");
}

static void blanks_say_no_look_that_they_do_not_show(void **state)
{
    (void)state;
    assert_says(of_xterm, "\033[31ma\033[32m  \033[31mb\033[m", "\033[31ma  b\033[m");
    assert_says(of_xterm, "\033[31ma\033[42m \033[49mb\033[m", "\033[31ma\033[42m \033[49mb\033[m");
    assert_says(of_xterm, "\033[31ma\033[4m \033[m", "\033[31ma\033[4m \033[m");
    assert_says(of_xterm, "\033[31ma\033[32m\033[5X\033[m", "\033[31ma\033[5X\033[m");
    assert_says(of_xterm, "\033[31ma\033[44m\033[K\033[m", "\033[31ma\033[44m\033[K\033[m");
}

static void what_is_not_known_passes_in_its_place(void **state)
{
    (void)state;
    assert_says(of_xterm, "\033[31m\033[58;2;1;2;3ma\033[31mb", "\033[31m\033[58;2;1;2;3ma\033[31mb");
    assert_says(of_xterm, "\033[31m\016q\033(B\033[32mb", "\033[31m\016q\033(B\033[32mb");
    assert_says(of_xterm, "\033[31m\033]2;title", "\033[31m\033]2;title");
    assert_says(of_xterm, "a\033[3", "a\033[3");
    assert_says(of_others, "\033=%%a\033[7;3Hb\033[7;5H", "\033=%%a\033[7;3Hb\033[7;5H");
}

static void after_another_has_written_nothing_is_known(void **state)
{
    static const char bytes[] = "\033[31ma\033[32m b\033(B\033[m\033[32m",
                      said[] = "\033[31ma\033[32m b\033(B\033[m\033[32m";
    struct term_terse t;
    size_t n;
    const char *out;

    (void)state;
    term_terse_init(&t, of_xterm);
    out = term_terse_of(&t, 80, bytes, sizeof bytes - 1, &n);
    assert_int_equal(n, sizeof said - 1);
    assert_memory_equal(out, said, n);
    term_terse_forget(&t);
    term_terse_of(&t, 80, "\033[32m", 5, &n);
    assert_int_equal(n, 5);
    term_terse_of(&t, 80, "\033[m\033[32m\033[32m", 13, &n);
    assert_int_equal(n, 8);
    term_terse_release(&t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_move_within_a_row_does_not_say_the_row),
        cmocka_unit_test(moves_that_nothing_follows_are_said_once),
        cmocka_unit_test(behind_what_may_be_wide_no_distance_is_said),
        cmocka_unit_test(at_the_margin_the_cursor_is_nowhere),
        cmocka_unit_test(what_is_not_known_moves_the_cursor_anywhere),
        cmocka_unit_test(a_look_says_what_changes),
        cmocka_unit_test(blanks_say_no_look_that_they_do_not_show),
        cmocka_unit_test(what_is_not_known_passes_in_its_place),
        cmocka_unit_test(after_another_has_written_nothing_is_known),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
