#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "ui/raster.h"

/* A degree at the equator is 111.195 km: with that column, a cell is a degree wide and two degrees high. */
#define DEGREE_KM 111.195

static const struct raster_pen coast = {RASTER_COAST, ROLE_LAND, 1, 0, '.'};
static const struct raster_pen line = {RASTER_LINE, ROLE_CRIT, 1, 0, '\0'};

/* The middle of the picture is the point 0, 0. */
static struct raster make(int width, int height, enum glyph_set glyphs)
{
    struct raster r;

    assert_true(raster_init(&r, (struct area){0, 0, width, height}, glyphs, (struct raster_frame){0, 0, DEGREE_KM}));
    return r;
}

static struct canvas drawn(struct raster *r, enum glyph_set glyphs)
{
    struct canvas c;

    assert_true(canvas_init(&c, r->area.width, r->area.height, glyphs));
    raster_draw(r, &c);
    return c;
}

static void assert_drawn(struct raster *r, enum glyph_set glyphs, const char *expected)
{
    struct canvas c = drawn(r, glyphs);
    struct buf out = buf_make(1 << 16);

    assert_true(canvas_print(&c, &out, NULL));
    assert_string_equal(buf_str(&out), expected);
    buf_release(&out);
    canvas_release(&c);
    raster_release(r);
}

static enum role role_at(const struct canvas *c, int x, int y)
{
    return (enum role)c->cells[y * c->width + x].role;
}

/* --- projection --- */

static void a_point_lies_in_its_cell(void **state)
{
    struct raster r = make(20, 10, GLYPHS_UNICODE);
    int x = -1, y = -1;

    (void)state;
    assert_true(raster_cell_of(&r, 0.5, 1, &x, &y));
    assert_int_equal(x, 10);
    assert_int_equal(y, 4);
    assert_true(raster_cell_of(&r, -9.9, 9.9, &x, &y));
    assert_int_equal(x, 0);
    assert_int_equal(y, 0);
    assert_true(raster_cell_of(&r, 9.9, -9.9, &x, &y));
    assert_int_equal(x, 19);
    assert_int_equal(y, 9);
    assert_false(raster_cell_of(&r, 10.1, 0, &x, &y));
    assert_false(raster_cell_of(&r, 0, -10.1, &x, &y));
    assert_false(raster_cell_of(&r, NAN, 0, &x, &y));
    assert_false(raster_cell_of(&r, 1e300, 1e300, &x, &y));
    raster_release(&r);
}

/* At 60 degrees a degree of longitude is half as long. */
static void meridians_draw_near_in_the_north(void **state)
{
    struct raster_box seen;
    struct raster r;

    (void)state;
    assert_true(raster_init(&r, (struct area){0, 0, 20, 10}, GLYPHS_SAFE, (struct raster_frame){100, 60, DEGREE_KM}));
    seen = raster_seen(&r);
    assert_float_equal(seen.west, 80, 0.01);
    assert_float_equal(seen.east, 120, 0.01);
    assert_float_equal(seen.south, 50, 0.01);
    assert_float_equal(seen.north, 70, 0.01);
    raster_release(&r);
}

static void a_box_fits_with_its_margin(void **state)
{
    static const struct raster_box boxes[] = {{100, 20, 140, 25}, {110, 10, 112, 50}, {113, 23, 113, 23}};
    const struct area area = {3, 4, 50, 16};

    (void)state;
    for (size_t i = 0; i < sizeof boxes / sizeof *boxes; i++) {
        const struct raster_box *b = &boxes[i];
        struct raster_frame f = raster_fit(area, *b, 5, 2, 200);
        struct raster r;
        int x, y;

        assert_true(raster_init(&r, area, GLYPHS_UNICODE, f));
        assert_true(raster_cell_of(&r, b->west + 1e-6, b->north - 1e-6, &x, &y));
        assert_true(x >= 5 && y >= 2);
        assert_true(raster_cell_of(&r, b->east - 1e-6, b->south + 1e-6, &x, &y));
        assert_true(x < 45 && y < 14);
        assert_true(f.column_km * 40 >= 199.9);
        raster_release(&r);
    }
}

static void a_frame_that_is_no_part_of_the_world_is_refused(void **state)
{
    static const struct raster_frame frames[] = {{NAN, 0, 1}, {0, NAN, 1},  {0, 0, NAN}, {0, 0, 0},
                                                 {0, 0, -1},  {1e9, 0, 10}, {0, 91, 10}, {0, 0, INFINITY}};
    struct raster r;
    int x, y;

    (void)state;
    for (size_t i = 0; i < sizeof frames / sizeof *frames; i++) {
        assert_false(raster_init(&r, (struct area){0, 0, 10, 5}, GLYPHS_UNICODE, frames[i]));
        raster_line(&r, &line, -5, 0, 5, 0);
        raster_grid(&r, &line, 1);
        assert_false(raster_mark(&r, 0, 0, ROLE_TEXT, "x", true, NULL));
        assert_false(raster_label(&r, 0, 0, ROLE_TEXT, text_of("x"), 5, 2));
        assert_false(raster_cell_of(&r, 0, 0, &x, &y));
        raster_release(&r);
    }
    assert_false(raster_init(&r, (struct area){0, 0, 0, 5}, GLYPHS_UNICODE, (struct raster_frame){0, 0, 10}));
}

/* --- lines --- */

static void lines_in_each_glyph_set(void **state)
{
    struct raster r = make(10, 4, GLYPHS_UNICODE);

    (void)state;
    raster_line(&r, &line, -4.9, 3.9, 4.9, -3.9);
    raster_line(&r, &line, -4.9, 0.1, 4.9, 0.1);
    assert_drawn(&r, GLYPHS_UNICODE,
                 "⠑⠤⡀\n"
                 "⣀⣀⣈⣢⣄⣀⣀⣀⣀⣀\n"
                 "     ⠑⠢⡀\n"
                 "       ⠈⠒⢄\n");
    r = make(10, 4, GLYPHS_SAFE);
    raster_line(&r, &line, -4.9, 3.9, 4.9, -3.9);
    assert_drawn(&r, GLYPHS_SAFE,
                 "'.\n"
                 "  ''.\n"
                 "     '..\n"
                 "        '.\n");
}

static void ascii_lines_say_their_direction(void **state)
{
    struct raster r = make(9, 5, GLYPHS_ASCII);

    (void)state;
    raster_line(&r, &line, -4, 4, 4, 4);
    raster_line(&r, &line, -4, 2, -4, -4);
    raster_line(&r, &line, -2, 2, 1, -4);
    raster_line(&r, &line, 3.5, 2, 0.9, -3);
    assert_drawn(&r, GLYPHS_ASCII,
                 "---------\n"
                 "| \\     /\n"
                 "|  \\   /\n"
                 "|   \\ /\n"
                 "|    /\n");
}

static void a_coast_in_ascii_is_dots(void **state)
{
    static double points[] = {-4, 3, 0, 0, 4, 3, /* and */ -4, -4, 4, -4};
    static size_t ends[] = {3, 5};
    const struct raster_outline outline = {points, ends, 2};
    struct raster r = make(9, 5, GLYPHS_ASCII);

    (void)state;
    raster_coast(&r, &coast, &outline);
    raster_coast(&r, &coast, NULL);
    assert_drawn(&r, GLYPHS_ASCII,
                 "\n"
                 "..    ...\n"
                 "  ....\n"
                 "\n"
                 ".........\n");
}

static void dashes_go_on_from_part_to_part(void **state)
{
    static const struct raster_pen dashed = {RASTER_LINE, ROLE_OK, 2, 2, '\0'};
    double points[2 * 81];
    struct raster r = make(10, 1, GLYPHS_UNICODE);

    (void)state;
    raster_line(&r, &dashed, -5, 0.9, 5, 0.9);
    assert_drawn(&r, GLYPHS_UNICODE, "⠉ ⠉ ⠉ ⠉ ⠉\n");
    r = make(10, 1, GLYPHS_UNICODE); /* parts of a quarter of a dot each */
    for (int i = 0; i < 81; i++) {
        points[2 * i] = -5 + i / 8.0 + 1e-9;
        points[2 * i + 1] = 0.9;
    }
    raster_polyline(&r, &dashed, points, 81);
    assert_drawn(&r, GLYPHS_UNICODE, "⠉ ⠉ ⠉ ⠉ ⠉\n");
}

/* A pan must not make them crawl along a line whose begin is out of the picture. */
static void dashes_stay_where_a_line_is_cut(void **state)
{
    static const struct raster_pen dashed = {RASTER_LINE, ROLE_OK, 2, 2, '\0'};
    struct raster r = make(10, 1, GLYPHS_UNICODE);

    (void)state;
    raster_line(&r, &dashed, -6, 0.9, 5, 0.9);
    assert_drawn(&r, GLYPHS_UNICODE, " ⠉ ⠉ ⠉ ⠉ ⠉\n");
}

static void lines_are_cut_at_the_edge(void **state)
{
    struct raster r = make(6, 3, GLYPHS_ASCII);

    (void)state;
    raster_line(&r, &line, -1000, 0, 1000, 0);
    raster_line(&r, &line, 0.5, 1e7, 0.5, -1e7);
    raster_line(&r, &line, -50, 4, 50, 4);
    raster_line(&r, &line, NAN, 0, 1, 1);
    raster_line(&r, &line, 0, -INFINITY, 1, 1);
    raster_line(&r, &line, 1e300, 1e300, -1e300, -1e300);
    assert_drawn(&r, GLYPHS_ASCII,
                 "   |\n"
                 "---|--\n"
                 "   |\n");
}

static void a_circle_is_round(void **state)
{
    double points[2 * 73];
    struct raster r = make(21, 11, GLYPHS_UNICODE);

    (void)state;
    for (int i = 0; i < 73; i++) {
        points[2 * i] = 8 * cos(i * 3.14159265358979 / 36);
        points[2 * i + 1] = 8 * sin(i * 3.14159265358979 / 36);
    }
    raster_polyline(&r, &line, points, 73);
    assert_drawn(&r, GLYPHS_UNICODE,
                 "\n"
                 "       ⡠⠤⠤⠤⠤⠤⢄⡀\n"
                 "    ⡠⠊⠉       ⠈⠑⢄\n"
                 "   ⡜             ⢇\n"
                 "  ⢸               ⡇\n"
                 "  ⢸               ⡣\n"
                 "  ⢸               ⡇\n"
                 "   ⢱             ⡜\n"
                 "    ⠑⢄⡀       ⣀⡠⠊\n"
                 "      ⠈⠑⠒⠒⠔⠒⠒⠊\n"
                 "\n");
}

static void graticule_at_multiples(void **state)
{
    static const struct raster_pen grid = {RASTER_GRID, ROLE_GRID, 1, 0, '.'};
    struct raster r = make(11, 5, GLYPHS_ASCII);

    (void)state;
    raster_grid(&r, &grid, 5);
    raster_grid(&r, &grid, 1e-9); /* as dense as that it is nothing */
    raster_grid(&r, &grid, 0);
    assert_drawn(&r, GLYPHS_ASCII,
                 ".    .    .\n"
                 ".    .    .\n"
                 "...........\n"
                 ".    .    .\n"
                 ".    .    .\n");
}

/* --- layers --- */

static void the_highest_layer_has_the_cell(void **state)
{
    static const struct raster_pen grid = {RASTER_GRID, ROLE_GRID, 1, 0, '`'};
    static const struct raster_pen ring = {RASTER_RING, ROLE_RING_3, 1, 0, ':'};
    struct raster r = make(5, 3, GLYPHS_UNICODE);
    struct canvas c;

    (void)state;
    raster_line(&r, &line, -2.5, 0, 2.5, 0);
    raster_line(&r, &ring, 0.6, 3, 0.6, -3);
    raster_line(&r, &coast, -1.4, 3, -1.4, -3);
    raster_line(&r, &grid, -2.5, 2.9, 2.5, 2.9);
    c = drawn(&r, GLYPHS_UNICODE);
    assert_int_equal(role_at(&c, 1, 0), ROLE_LAND);
    assert_int_equal(role_at(&c, 1, 1), ROLE_CRIT);
    assert_int_equal(role_at(&c, 3, 0), ROLE_RING_3);
    assert_int_equal(role_at(&c, 3, 1), ROLE_CRIT);
    assert_int_equal(role_at(&c, 0, 0), ROLE_GRID);
    canvas_release(&c);
    assert_drawn(&r, GLYPHS_UNICODE, "⠉⡇⠉⡇⠉\n⠤⡧⠤⡧⠤\n ⡇ ⡇\n"); /* the grid alone leaves no dots below others */
}

static void what_is_drawn_later_has_the_role(void **state)
{
    static const struct raster_pen ok = {RASTER_LINE, ROLE_OK, 1, 0, '\0'};
    struct raster r = make(5, 1, GLYPHS_UNICODE);
    struct canvas c;

    (void)state;
    raster_line(&r, &ok, -2.5, 0, 2.5, 0);
    raster_line(&r, &line, 0, 0, 0, 0);
    c = drawn(&r, GLYPHS_UNICODE);
    assert_int_equal(role_at(&c, 2, 0), ROLE_CRIT);
    assert_int_equal(role_at(&c, 1, 0), ROLE_OK);
    canvas_release(&c);
    raster_release(&r);
}

/* --- labels --- */

static void words_stand_beside_their_sign(void **state)
{
    struct raster r = make(11, 3, GLYPHS_UNICODE);

    (void)state;
    assert_true(raster_mark(&r, 0, 0, ROLE_TEXT, "o", false, NULL));
    assert_true(raster_label(&r, 0, 0, ROLE_TEXT, text_of("SHG"), 8, 2));
    assert_true(raster_mark(&r, 5.4, 2.9, ROLE_TEXT, "o", false, NULL)); /* in the corner: no room at the right */
    assert_true(raster_label(&r, 5.4, 2.9, ROLE_TEXT, text_of("YRD"), 8, 2));
    assert_drawn(&r, GLYPHS_UNICODE, "       YRDo\n     oSHG\n\n");
}

static void no_label_hides_another(void **state)
{
    static const char *const names[] = {"AAA", "BBB", "CCC", "DDD", "EEE", "FFF"};
    struct raster r = make(16, 7, GLYPHS_UNICODE);
    struct canvas c;
    struct buf out = buf_make(4096);

    (void)state;
    for (int i = 0; i < 6; i++) {
        assert_true(raster_mark(&r, i % 3 - 1, i / 3 * 2 - 1, ROLE_TEXT, "o", false, NULL));
    }
    for (int i = 0; i < 6; i++)
        assert_true(raster_label(&r, i % 3 - 1, i / 3 * 2 - 1, ROLE_TEXT, text_of(names[i]), 8, 2));
    c = drawn(&r, GLYPHS_UNICODE);
    assert_true(canvas_print(&c, &out, NULL));
    for (int i = 0; i < 6; i++)
        assert_non_null(strstr(buf_str(&out), names[i]));
    assert_null(strstr(buf_str(&out), "AAAB")); /* nor do two read as one */
    buf_release(&out);
    canvas_release(&c);
    raster_release(&r);
}

static void a_label_without_room_is_not_drawn(void **state)
{
    struct raster r = make(4, 1, GLYPHS_UNICODE);

    (void)state;
    assert_true(raster_mark(&r, 0, 0, ROLE_TEXT, "o", false, NULL));
    assert_false(raster_mark(&r, 0, 0, ROLE_TEXT, "x", false, NULL));
    assert_true(raster_mark(&r, 0, 0, ROLE_TEXT, "x", true, NULL)); /* beside it */
    assert_false(raster_label(&r, 0, 0, ROLE_TEXT, text_of("SHG"), 8, 2));
    assert_false(raster_mark(&r, 5, 0, ROLE_TEXT, "o", true, NULL));
    assert_false(raster_label(&r, 0, 0, ROLE_TEXT, text_of(""), 8, 2));
    assert_drawn(&r, GLYPHS_UNICODE, "  ox\n");
}

/* Two points in one cell: what belongs to the second stands beside where its sign went. */
static void words_follow_a_sign_that_was_moved(void **state)
{
    struct raster r = make(11, 3, GLYPHS_UNICODE);
    struct raster_place at = {-1, -1};

    (void)state;
    assert_true(raster_mark(&r, 0, 0, ROLE_TEXT, "o", false, NULL));
    assert_true(raster_mark(&r, 0, 0, ROLE_CRIT, "x", true, &at));
    assert_true(raster_label(&r, 0, 0, ROLE_TEXT, text_of("SZ"), 8, 2));
    assert_true(raster_label_beside(&r, at, ROLE_CRIT, text_of("3.4"), 8, 2));
    assert_drawn(&r, GLYPHS_UNICODE, "\n   SZox3.4\n\n");
}

static void words_stay_near(void **state)
{
    struct raster r = make(4, 3, GLYPHS_UNICODE);

    (void)state;
    assert_true(raster_note(&r, (struct raster_place){0, 1}, ROLE_TEXT, text_of("####")));
    assert_false(raster_label(&r, 0, 0, ROLE_TEXT, text_of("AB"), 8, 0));
    assert_true(raster_label(&r, 0, 0, ROLE_TEXT, text_of("A"), 8, 1));
    assert_drawn(&r, GLYPHS_UNICODE, "   A\n####\n\n");
}

static void labels_spare_lines(void **state)
{
    struct raster r = make(11, 3, GLYPHS_UNICODE);

    (void)state;
    raster_line(&r, &line, 0, 0, 5, 0);
    assert_true(raster_mark(&r, 0, 0, ROLE_TEXT, "o", false, NULL));
    assert_true(raster_label(&r, 0, 0, ROLE_TEXT, text_of("SHG"), 8, 2));
    assert_drawn(&r, GLYPHS_UNICODE, "\n  SHGo⠤⠤⠤⠤⠤\n\n");
}

static void wide_words_are_cut_whole(void **state)
{
    struct raster r = make(12, 1, GLYPHS_UNICODE);

    (void)state;
    assert_true(raster_mark(&r, -5.5, 0, ROLE_TEXT, "o", false, NULL));
    assert_true(raster_label(&r, -5.5, 0, ROLE_TEXT, text_of("长三角一体化"), 8, 2));
    assert_drawn(&r, GLYPHS_UNICODE, "o长三角~\n");
}

static void a_note_stays_off_what_is_there(void **state)
{
    struct raster r = make(8, 1, GLYPHS_UNICODE);

    (void)state;
    assert_true(raster_note(&r, (struct raster_place){0, 0}, ROLE_DIM, text_of("40N")));
    assert_false(raster_note(&r, (struct raster_place){2, 0}, ROLE_DIM, text_of("110E")));
    assert_false(raster_note(&r, (struct raster_place){6, 0}, ROLE_DIM, text_of("110E")));
    assert_drawn(&r, GLYPHS_UNICODE, "40N\n");
}

static void a_sample_shows_the_pen(void **state)
{
    static const struct raster_pen dashed = {RASTER_LINE, ROLE_OK, 2, 2, '\0'};
    char out[RASTER_SAMPLE_MAX];

    (void)state;
    assert_string_equal(raster_sample(GLYPHS_UNICODE, &line, 3, out), "⠤⠤⠤");
    assert_string_equal(raster_sample(GLYPHS_UNICODE, &dashed, 3, out), "⠤ ⠤");
    assert_string_equal(raster_sample(GLYPHS_ASCII, &dashed, 3, out), "- -");
    assert_string_equal(raster_sample(GLYPHS_SAFE, &line, 99, out), "........");
}

/* --- outlines --- */

static void outlines_are_read(void **state)
{
    struct raster_outline o;
    struct err err = {0};

    (void)state;
    assert_true(raster_outline_parse("x", "# made\n\n 1 2 -3.25 4.5 5 -6\r\n\t7 8 9.125 10 # more\n", &o, &err));
    assert_int_equal(o.count, 2);
    assert_int_equal(o.ends[0], 3);
    assert_int_equal(o.ends[1], 5);
    assert_float_equal(o.points[2], -3.25, 1e-12);
    assert_float_equal(o.points[8], 9.125, 1e-12);
    raster_outline_release(&o);
    assert_true(raster_outline_parse("x", "", &o, &err));
    assert_int_equal(o.count, 0);
}

static void a_bad_outline_is_told_with_its_line(void **state)
{
    static const struct {
        const char *text, *says;
    } bad[] = {
        {"1 2 3 4\nx 2 3 4\n", "coast:2: this is not a number of degrees"},
        {"1 2 3\n", "coast:1: the last longitude is without its latitude"},
        {"\n\n1 2\n", "coast:3: one point makes no line"},
        {"1 91 2 3\n", "coast:1: a latitude is from -90 to 90"},
        {"1 2 -181 3\n", "coast:1: a longitude is from -180 to 180"},
        {"1,5 2 3 4\n", "coast:1: this is not a number of degrees"},
        {"1e2 2 3 4\n", "coast:1: this is not a number of degrees"},
        {"nan 2 3 4\n", "coast:1: this is not a number of degrees"},
        {"- 2 3 4\n", "coast:1: this is not a number of degrees"},
        {"99999999999999999999999999 2 3 4\n", "coast:1: a longitude is from -180 to 180"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        struct raster_outline o;
        struct err err = {0};

        assert_false(raster_outline_parse("coast", bad[i].text, &o, &err));
        assert_string_equal(err.text, bad[i].says);
        assert_int_equal(err_status(&err), 78);
        assert_null(o.points);
        assert_int_equal(o.count, 0);
    }
}

static void files_of_outlines(void **state)
{
    struct raster_outline o;
    struct err err = {0};
    size_t points, begin = 0, at_edge = 0;

    (void)state;
    assert_false(raster_outline_load("/nonexistent/coast", &o, &err));
    assert_int_equal(err_status(&err), 66);
    assert_false(raster_outline_load("/", &o, &err));

    /* The one that ships: within its clip, and no line runs along an edge of that. */
    assert_true(raster_outline_load("themes/coastline.txt", &o, NULL));
    assert_in_range(o.count, 100, 5000);
    points = o.ends[o.count - 1];
    for (size_t i = 0; i < points; i++) {
        assert_true(o.points[2 * i] >= 72 && o.points[2 * i] <= 136);
        assert_true(o.points[2 * i + 1] >= 15 && o.points[2 * i + 1] <= 55);
    }
    for (size_t k = 0; k < o.count; begin = o.ends[k++])
        for (size_t i = begin; i + 1 < o.ends[k]; i++) {
            const double *a = o.points + 2 * i, *b = a + 2;
            bool east = a[0] > 135.99 && b[0] > 135.99, west = a[0] < 72.01 && b[0] < 72.01;
            bool north = a[1] > 54.99 && b[1] > 54.99, south = a[1] < 15.01 && b[1] < 15.01;

            at_edge += east || west || north || south;
        }
    assert_int_equal(at_edge, 0);
    raster_outline_release(&o);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_point_lies_in_its_cell),
        cmocka_unit_test(meridians_draw_near_in_the_north),
        cmocka_unit_test(a_box_fits_with_its_margin),
        cmocka_unit_test(a_frame_that_is_no_part_of_the_world_is_refused),
        cmocka_unit_test(lines_in_each_glyph_set),
        cmocka_unit_test(ascii_lines_say_their_direction),
        cmocka_unit_test(a_coast_in_ascii_is_dots),
        cmocka_unit_test(dashes_go_on_from_part_to_part),
        cmocka_unit_test(dashes_stay_where_a_line_is_cut),
        cmocka_unit_test(lines_are_cut_at_the_edge),
        cmocka_unit_test(a_circle_is_round),
        cmocka_unit_test(graticule_at_multiples),
        cmocka_unit_test(the_highest_layer_has_the_cell),
        cmocka_unit_test(what_is_drawn_later_has_the_role),
        cmocka_unit_test(words_stand_beside_their_sign),
        cmocka_unit_test(no_label_hides_another),
        cmocka_unit_test(a_label_without_room_is_not_drawn),
        cmocka_unit_test(words_follow_a_sign_that_was_moved),
        cmocka_unit_test(words_stay_near),
        cmocka_unit_test(labels_spare_lines),
        cmocka_unit_test(wide_words_are_cut_whole),
        cmocka_unit_test(a_note_stays_off_what_is_there),
        cmocka_unit_test(a_sample_shows_the_pen),
        cmocka_unit_test(outlines_are_read),
        cmocka_unit_test(a_bad_outline_is_told_with_its_line),
        cmocka_unit_test(files_of_outlines),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
