#include "unit/views/racks_kit.h"

static void the_cursor_goes_along_rows_and_across_them(void **state)
{
    struct world w;

    (void)state;
    fill(&w);
    fake_text(add_rack(&w, "ZJK/H2-R8-03", "ZJK/H2", "up", 10, 20), RACK_ROW, "R8");
    fake_text(add_rack(&w, "ZJK/H2-R10-11", "ZJK/H2", "up", 10, 20), RACK_ROW, "R10");
    fake_text(add_rack(&w, "ZJK/H2-R10-12", "ZJK/H2", "up", 10, 20), RACK_ROW, "R10");
    ready(&w);
    press(&w, KEY_CODE_ENTER);
    press(&w, KEY_CODE_ENTER);
    assert_shows(&w, ">", true);
    assert_memory_equal(w.s.place[PLACE_RACKS].id, "ZJK/H2-R07-12", 13); /* the worst */
    press(&w, 'j');
    assert_memory_equal(w.s.place[PLACE_RACKS].id, "ZJK/H2-R8-03",
                        12); /* the only one of its row, which comes before R10 */
    press(&w, 'j');
    assert_memory_equal(w.s.place[PLACE_RACKS].id, "ZJK/H2-R10-11", 13); /* the nearest */
    press(&w, 'l');
    press(&w, 'l');
    assert_memory_equal(w.s.place[PLACE_RACKS].id, "ZJK/H2-R10-12", 13);
    press(&w, 'h');
    press(&w, 'h');
    assert_memory_equal(w.s.place[PLACE_RACKS].id, "ZJK/H2-R10-11", 13);
    press(&w, 'g');
    assert_memory_equal(w.s.place[PLACE_RACKS].id, "ZJK/H2-R07-13", 13); /* of no row */
    press(&w, 'v');
    assert_memory_equal(w.s.place[PLACE_ROWS].id, "-", 1);
    press(&w, 'G');
    press(&w, KEY_CODE_ENTER);
    assert_memory_equal(w.s.place[PLACE_ROWS].id, "R10", 3);
    assert_shows(&w, "Racks  Zhangjiakou / ZJK/H2 / R10 1-2 of 2", true);
    press(&w, KEY_CODE_BACKSPACE);
    assert_shows(&w, "Rows  Zhangjiakou / ZJK/H2 1-4 of 4", true);
    press(&w, KEY_CODE_BACKSPACE);
    assert_shows(&w, "Halls  Zhangjiakou", true);
}

static void two_racks_of_one_place_are_both_there(void **state)
{
    struct world w;

    (void)state;
    fill(&w);
    fake_int(add_rack(&w, "ZJK/H2-twin-12", "ZJK/H2", "up", 4, 20), RACK_POSITION, 12);
    fake_int(add_rack(&w, "ZJK/H2-high-01", "ZJK/H2", "up", 44, 20), RACK_POSITION, INT64_MAX);
    ready(&w);
    press(&w, KEY_CODE_ENTER);
    press(&w, KEY_CODE_ENTER);
    assert_shows(&w, "without a place: 3", true); /* and the one of which nothing is known */
    expect(&w, 80, 20, "racks80_grid_twins");
}

static void a_hall_without_rows_has_racks_alone(void **state)
{
    struct world w;

    (void)state;
    fill(&w);
    for (size_t i = 0; i < w.fakes[RACKS].count; i++)
        w.fakes[RACKS].rows[i].cells[RACK_ROW] = value_none();
    press(&w, KEY_CODE_ENTER);
    press(&w, KEY_CODE_ENTER);
    assert_shows(&w, "Racks  Zhangjiakou / ZJK/H2 1-6 of 6", true);
    assert_int_equal(press(&w, 'v').kind, INTENT_SAY);
    press(&w, KEY_CODE_BACKSPACE);
    assert_shows(&w, "Halls  Zhangjiakou", true);
}

/* What the console asks the store for, level by level. */
static void no_rack_is_read_above_its_hall(void **state)
{
    struct world w;
    char filter[VIEW_FILTER_MAX] = "";

    (void)state;
    fill(&w);
    assert_false(view_racks.scope(&w.s, RACKS, filter));
    press(&w, KEY_CODE_ENTER);
    assert_true(view_racks.scope(&w.s, RACKS, filter));
    assert_string_equal(filter, "hall=\"ZJK/H2\"");    /* the one under the cursor */
    assert_string_equal(press(&w, 'j').text, "racks"); /* asked for anew */
    assert_true(view_racks.scope(&w.s, RACKS, filter));
    assert_string_equal(filter, "hall=\"ZJK/H1\"");
    press(&w, 'g');
    assert_false(view_racks.scope(&w.s, RACKS, filter)); /* all halls: by Enter alone */
    press(&w, KEY_CODE_ENTER);
    assert_true(view_racks.scope(&w.s, RACKS, filter));
    assert_string_equal(filter, "cluster=\"ZJK\"");
    snprintf(w.s.filter, sizeof w.s.filter, "tenant=t-003");
    assert_true(view_racks.scope(&w.s, RACKS, filter));
}

static void esc_goes_up_level_by_level(void **state)
{
    struct world w;
    struct view_frame frame;
    int levels = 0;

    (void)state;
    fill(&w);
    assert_int_equal(view_racks.inside(&w.s), 0);
    press(&w, KEY_CODE_ENTER);
    press(&w, KEY_CODE_ENTER);
    press(&w, KEY_CODE_ENTER);
    assert_shows(&w, "from the front", true);
    frame = fake_frame(w.rows, WIDTH, HEIGHT);
    for (; view_racks.inside(&w.s) != 0 && levels < 10; levels++)
        view_racks.act(&frame, &w.s, view_racks.inside(&w.s));
    view_racks.forget(&w.s);
    assert_int_equal(levels, 3); /* rack, hall, cluster */
    assert_shows(&w, "Clusters 1-4 of 4", true);
}

static bool goes(struct world *w, const char *where)
{
    struct view_frame frame = fake_frame(w->rows, WIDTH, HEIGHT);

    bool there = view_racks.go(&frame, &w->s, text_of(where));
    view_racks.forget(&w->s);
    return there;
}

static void a_path_opens_its_place(void **state)
{
    static const struct {
        const char *path, *shows;
    } good[] = {
        {"ZJK", "Halls  Zhangjiakou"},
        {"zhangjiakou", "Halls  Zhangjiakou"},
        {"张家口/", "Halls  Zhangjiakou"},
        {"lab", "lab-1"},
        {"ZJK/H2", "Hall  Zhangjiakou / ZJK/H2"},
        {"张家口/h2", "Hall  Zhangjiakou / ZJK/H2"},
        {"ZJK/H2/r07", "Racks  Zhangjiakou / ZJK/H2 / R07"},
        {"ZJK/H2/R07/12", "Rack ZJK/H2-R07-12"},
        {"ZJK/H2/R07/ZJK/H2-R07-11", "Rack ZJK/H2-R07-11"},
        {"ZJK/H1/R01", ""},
    };
    static const char *const bad[] = {"",          "/",     "nowhere", "ZJK/H9", "ZJK/H2/R99", "ZJK/H2/R07/99",
                                      "ZJK/H2/R0", "ZJK/H", "H2"};
    struct world w;

    (void)state;
    fill(&w);
    for (size_t i = 0; i + 1 < sizeof good / sizeof *good; i++) {
        if (!goes(&w, good[i].path))
            fail_msg("'%s' is nowhere", good[i].path);
        assert_shows(&w, good[i].shows, true);
    }
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        if (goes(&w, bad[i]))
            fail_msg("'%s' is somewhere", bad[i]);
    w.rows[RACKS].count = 0; /* not read yet: believed, and asked for */
    assert_true(goes(&w, "ZJK/H2/R99/4"));
    assert_string_equal(w.s.text, "hall=\"ZJK/H2\"");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_cursor_goes_along_rows_and_across_them),
        cmocka_unit_test(two_racks_of_one_place_are_both_there),
        cmocka_unit_test(a_hall_without_rows_has_racks_alone),
        cmocka_unit_test(no_rack_is_read_above_its_hall),
        cmocka_unit_test(esc_goes_up_level_by_level),
        cmocka_unit_test(a_path_opens_its_place),
    };

    return cmocka_run_group_tests(tests, fake_setup, NULL);
}
