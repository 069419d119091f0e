#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ui/chart.h"

static void assert_spark(enum glyph_set glyphs, const double *values, size_t n, double max, const char *expected)
{
    struct canvas c;
    struct buf out = buf_make(256);

    assert_true(canvas_init(&c, 4, 1, glyphs));
    chart_spark(&c, 0, 0, 4, ROLE_CHART, values, n, max);
    assert_true(canvas_print(&c, &out, NULL));
    assert_string_equal(buf_str(&out), expected);
    buf_release(&out);
    canvas_release(&c);
}

static void unknown_is_blank_and_zero_is_not(void **state)
{
    static const double values[] = {NAN, NAN, 0, 0, 1, 2, 3, NAN};

    (void)state;
    assert_spark(GLYPHS_UNICODE, values, 8, 3, " ⣀⣴⡇\n");
    assert_spark(GLYPHS_ASCII, values + 1, 4, 2, " ..=\n");
    assert_spark(GLYPHS_SAFE, (const double[]){INFINITY, 0, 1, 2}, 4, 0, " .=#\n");
}

static void few_values_stand_at_the_right_and_the_last_of_many_count(void **state)
{
    static const double many[] = {9, 9, 9, 9, 9, 0, 0, 0, 5};

    (void)state;
    assert_spark(GLYPHS_ASCII, many + 8, 1, 5, "   #\n");
    assert_spark(GLYPHS_ASCII, many, 9, 5, "...#\n");
    assert_spark(GLYPHS_UNICODE, many + 8, 1, 5, "   ⢸\n");
    assert_spark(GLYPHS_ASCII, NULL, 0, 5, "\n");
}

/* --- with axes --- */

enum { STEPS = 60, GAP_FROM = 15, GAP_TO = 20, FILLED_TO = 30 };
static const int64_t now_ms = INT64_C(1795288327000); /* 2026-11-21T19:12:07Z */

/* An hour of a link: 2 ms, a gap, a part that was learned afterwards, and at last 4 ms. */
static struct chart_plot an_hour(double values[STEPS], bool filled[STEPS])
{
    for (int i = 0; i < STEPS; i++) {
        values[i] = i >= GAP_FROM && i < GAP_TO ? NAN : i < 48 ? 2 : i < 50 ? 2.8 : 4;
        filled[i] = i >= GAP_TO && i < FILLED_TO;
    }
    return (struct chart_plot){
        .values = values,
        .filled = filled,
        .n = STEPS,
        .filled_word = "filled afterwards",
        .from_ms = now_ms - 3600000,
        .to_ms = now_ms,
        .zone_ms = 8 * 3600000,
        .end = "now",
        .unit = "ms",
        .limits = {{3, "promised", ROLE_TITLE, CHART_SOLID, true}, {1.2, "minimum", ROLE_GRID, CHART_DOTTED, false}},
        .role = ROLE_CHART};
}

static struct canvas drawn(int width, int height, enum glyph_set glyphs, const struct chart_plot *p)
{
    struct canvas c;

    assert_true(canvas_init(&c, width, height, glyphs));
    chart_plot(&c, canvas_area(&c), p);
    return c;
}

static void assert_chart(int width, int height, enum glyph_set glyphs, const struct chart_plot *p, const char *expected)
{
    struct canvas c = drawn(width, height, glyphs, p);
    struct buf out = buf_make(1 << 16);

    assert_true(canvas_print(&c, &out, NULL));
    if (strcmp(buf_str(&out), expected) != 0)
        fail_msg("drawn was:\n%s", buf_str(&out));
    buf_release(&out);
    canvas_release(&c);
}

static void a_chart_reads_in_every_glyph_set(void **state)
{
    double values[STEPS];
    bool filled[STEPS];
    struct chart_plot p = an_hour(values, filled);

    (void)state;
    assert_chart(64, 10, GLYPHS_UNICODE, &p,
                 "                                             ⡪ filled afterwards\n"
                 "4 ms │                                      ⢀⣀⣀⣀⣀⣀⣀⣀\n"
                 "     │                                      ⢸⣿⣿⣿⣿⣿⣿⣿\n"
                 "     │⠒⠒⠒⠒⠒⠒⠒⠒⠒⠒⠒⠒⠒⠒⠒⠒⠒⠒⠒⠒⠒⠒⠒⠒⠒⠒⠒⠒⠒⠒⠒⠒⠒⠒⠒⠒⠒⣒⣪⣭⣭⣭⣭⣭⣭⣭ promised 3\n"
                 "   2 │⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⡀    ⡀⡀⡀⡀⡀⡀⡀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣿⣿⣿⣿⣿⣿⣿⣿⣿\n"
                 "     │⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⡇   ⠨⡪⡪⡪⡪⡪⡪⡪⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿\n"
                 "     │⣾⣿⣾⣿⣾⣿⣾⣿⣾⣿⣾⡇⠁ ⠁⠨⡪⡪⡪⡪⡪⡪⡪⣿⣾⣿⣾⣿⣾⣿⣾⣿⣾⣿⣾⣿⣾⣿⣾⣿⣾⣿⣾⣿⣾⣿ minimum 1.2\n"
                 "   0 │⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⡇   ⠨⡪⡪⡪⡪⡪⡪⡪⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿\n"
                 "     └──+──────────+───────────+──────────+─────────\n"
                 "        02:15      02:30       02:45      03:00  now\n");
    assert_chart(64, 10, GLYPHS_SAFE, &p,
                 "                                             + filled afterwards\n"
                 "4 ms |                                      ........\n"
                 "     |                                      ########\n"
                 "     |------------------------------------..-------- promised 3\n"
                 "   2 |............   .....................##########\n"
                 "     |############   ++++++++#######################\n"
                 "     |.#.#.#.#.#.#. .+.+.+.+.#.#.#.#.#.#.#.#.#.#.#.# minimum 1.2\n"
                 "   0 |############   ++++++++#######################\n"
                 "     +--+----------+-----------+----------+---------\n"
                 "        02:15      02:30       02:45      03:00  now\n");
    assert_chart(64, 10, GLYPHS_ASCII, &p,
                 "                                             + filled afterwards\n"
                 "4 ms |                                      ........\n"
                 "     |                                      ########\n"
                 "     |------------------------------------..-------- promised 3\n"
                 "   2 |............   .....................##########\n"
                 "     |############   ++++++++#######################\n"
                 "     |.#.#.#.#.#.#. .+.+.+.+.#.#.#.#.#.#.#.#.#.#.#.# minimum 1.2\n"
                 "   0 |############   ++++++++#######################\n"
                 "     +--+----------+-----------+----------+---------\n"
                 "        02:15      02:30       02:45      03:00  now\n");
}

static enum role role_at(const struct canvas *c, int x, int y)
{
    return (enum role)c->cells[y * c->width + x].role;
}

static bool is_blank(const struct canvas *c, int x, int y)
{
    return strcmp(c->cells[y * c->width + x].utf8, " ") == 0;
}

/* The columns of the curve: after "4 ms |", before the words of the limits. */
enum { WIDTH = 79, HEIGHT = 12, LEFT = 6, RIGHT = WIDTH - 13, BOTTOM = HEIGHT - 3 };
static int column(int step)
{
    return LEFT + step * (RIGHT - LEFT) / STEPS;
}

static void what_is_over_the_limit_learned_late_or_unknown_is_told_apart(void **state)
{
    double values[STEPS];
    bool filled[STEPS];
    struct chart_plot p = an_hour(values, filled);
    struct canvas c = drawn(WIDTH, HEIGHT, GLYPHS_UNICODE, &p);

    (void)state;
    assert_int_equal(role_at(&c, column(5), BOTTOM), ROLE_CHART);
    assert_true(is_blank(&c, column((GAP_FROM + GAP_TO) / 2), BOTTOM));
    assert_int_equal(role_at(&c, column((GAP_TO + FILLED_TO) / 2), BOTTOM), ROLE_DIM);
    assert_int_equal(role_at(&c, column(40), BOTTOM), ROLE_CHART);
    assert_int_equal(role_at(&c, column(58), BOTTOM), ROLE_CRIT);
    /* A limit that is no promise can be exceeded. */
    p.limits[0].breach = false;
    canvas_release(&c);
    c = drawn(WIDTH, HEIGHT, GLYPHS_UNICODE, &p);
    assert_int_equal(role_at(&c, column(58), BOTTOM), ROLE_CHART);
    canvas_release(&c);
}

static bool shows(const struct canvas *c, const char *words)
{
    struct buf out = buf_make(1 << 20);
    bool found;

    assert_true(canvas_print(c, &out, NULL));
    found = strstr(buf_str(&out), words) != NULL;
    buf_release(&out);
    return found;
}

static void assert_shows(const struct chart_plot *p, const char *words, bool expected)
{
    struct canvas c = drawn(WIDTH, HEIGHT, GLYPHS_UNICODE, p);

    assert_int_equal(shows(&c, words), expected);
    canvas_release(&c);
}

static void a_limit_far_away_is_named_and_does_not_squeeze_the_curve(void **state)
{
    double values[STEPS];
    bool filled[STEPS];
    struct chart_plot p = an_hour(values, filled);

    (void)state;
    assert_shows(&p, "promised 3", true);
    p.limits[0].value = 8; /* twice the largest */
    assert_shows(&p, "promised 8", true);
    assert_shows(&p, "promised 8 ↑", false);
    p.limits[0].value = 20;
    assert_shows(&p, "promised 20 ↑", true);
    assert_shows(&p, "20 ms", false);
    p.limits[0].value = NAN;
    assert_shows(&p, "promised", false);
    assert_shows(&p, "minimum 1.2", true);
}

static void words_of_limits_keep_their_order(void **state)
{
    struct chart_plot p = {.n = 0,
                           .limits = {{1.6, "usual", ROLE_DIM, CHART_DASHED, false},
                                      {1.5, "minimum", ROLE_DIM, CHART_DOTTED, false},
                                      {20, "promised", ROLE_DIM, CHART_SOLID, true},
                                      {19.9, "agreed", ROLE_DIM, CHART_SOLID, true}}};
    struct canvas c = drawn(64, 8, GLYPHS_ASCII, &p);
    struct buf out = buf_make(1 << 16);
    static const char *const order[] = {"promised 20", "agreed 19.9", "usual 1.6", "minimum 1.5"};
    const char *at;

    (void)state;
    assert_true(canvas_print(&c, &out, NULL));
    at = buf_str(&out);
    for (size_t i = 0; i < sizeof order / sizeof *order; i++)
        assert_non_null(at = strstr(at, order[i]));
    buf_release(&out);
    canvas_release(&c);
}

static void no_peak_is_lost_where_steps_share_a_dot(void **state)
{
    static double values[100000];
    struct chart_plot p = {.values = values, .n = 100000, .to_ms = 1, .role = ROLE_CHART};
    struct canvas c;
    int high = 0;

    (void)state;
    for (size_t i = 0; i < p.n; i++)
        values[i] = i == 54321 ? 10 : 1;
    c = drawn(60, 8, GLYPHS_ASCII, &p);
    for (int x = 0; x < c.width; x++)
        high += c.cells[2 * c.width + x].utf8[0] == '#';
    assert_int_equal(high, 1);
    canvas_release(&c);
}

/* Knuth's MMIX generator: the same tests each time. */
static int chance(int below)
{
    static uint64_t seed = 42;

    seed = seed * 6364136223846793005u + 1442695040888963407u;
    return (int)((seed >> 33) % (unsigned)below);
}

static double any_number(void)
{
    static const double odd[] = {NAN, INFINITY, -INFINITY, 0, -0.0, -3, 1e300, -1e300, 5e-324, 1.7976931348623157e308};

    return chance(3) > 0 ? chance(1000) / 100.0 : odd[chance((int)(sizeof odd / sizeof *odd))];
}

/* No size and no value makes it draw outside of its area, or fail. */
static void any_size_and_any_values(void **state)
{
    double values[300];
    bool filled[300];

    (void)state;
    for (int round = 0; round < 4000; round++) {
        struct chart_plot p = an_hour(values, filled);
        struct canvas c;

        p.n = (size_t)chance(300);
        for (size_t i = 0; i < p.n; i++) {
            values[i] = any_number();
            filled[i] = chance(2) > 0;
        }
        p.limits[0].value = any_number();
        p.limits[1].value = any_number();
        p.from_ms = chance(4) > 0 ? now_ms - chance(1 << 30) : chance(2) > 0 ? now_ms : 0;
        assert_true(canvas_init(&c, 1 + chance(200), 1 + chance(50), (enum glyph_set)chance(3)));
        canvas_fill(&c, canvas_area(&c), ROLE_TEXT, '%');
        chart_plot(&c, (struct area){1, 1, c.width - 2, c.height - 2}, &p);
        for (int i = 0; i < c.width * c.height; i++)
            if (i % c.width == 0 || i % c.width == c.width - 1 || i < c.width || i >= c.width * (c.height - 1))
                assert_string_equal(c.cells[i].utf8, "%");
        canvas_release(&c);
    }
}

static void without_room_for_axes_it_is_a_spark(void **state)
{
    static const double values[] = {0, 1, 2, 3};
    struct chart_plot p = {.values = values, .n = 4, .to_ms = 1, .role = ROLE_CHART};

    (void)state;
    assert_chart(4, 2, GLYPHS_ASCII, &p, ".-=#\n\n");
    assert_chart(40, 3, GLYPHS_ASCII, &p, "                                    .-=#\n\n\n");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(unknown_is_blank_and_zero_is_not),
        cmocka_unit_test(few_values_stand_at_the_right_and_the_last_of_many_count),
        cmocka_unit_test(a_chart_reads_in_every_glyph_set),
        cmocka_unit_test(what_is_over_the_limit_learned_late_or_unknown_is_told_apart),
        cmocka_unit_test(a_limit_far_away_is_named_and_does_not_squeeze_the_curve),
        cmocka_unit_test(words_of_limits_keep_their_order),
        cmocka_unit_test(no_peak_is_lost_where_steps_share_a_dot),
        cmocka_unit_test(any_size_and_any_values),
        cmocka_unit_test(without_room_for_axes_it_is_a_spark),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
