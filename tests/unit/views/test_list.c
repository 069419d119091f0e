#include "unit/views/fake.h"

#include "views/list.h"

static void add_jobs(struct fake *f, int first, int n)
{
    static char ids[FAKE_ROWS * 4][16];
    static int used;

    for (int i = first; i < first + n; i++) {
        snprintf(ids[used % (FAKE_ROWS * 4)], sizeof ids[0], "fra/%d", i);
        fake_add(f, KIND_JOB, ids[used++ % (FAKE_ROWS * 4)]);
    }
}

static void assert_on(const struct view_place *p, const struct view_rows *rows, const char *id)
{
    struct row row = {0};

    assert_true(list_current(p, rows, &row));
    if (!text_is(row.id, id))
        fail_msg("the cursor is on '%.*s', not on '%s'", (int)text_len(row.id), text_bytes(row.id), id);
}

static void the_cursor_stays_on_its_object_when_rows_come(void **state)
{
    struct fake before = {0}, after = {0};
    struct view_rows rows;
    struct view_place p = {0};

    (void)state;
    add_jobs(&before, 100, 20);
    rows = fake_rows(&before);
    list_sync(&p, &rows, 5);
    assert_on(&p, &rows, "fra/100");
    for (int i = 0; i < 7; i++)
        list_move(&p, &rows, LIST_DOWN);
    list_sync(&p, &rows, 5);
    assert_on(&p, &rows, "fra/107");
    assert_int_equal(p.top, 3);
    list_move(&p, &rows, LIST_UP);
    list_move(&p, &rows, LIST_UP); /* in the middle of what is shown */

    add_jobs(&after, 90, 30); /* ten more above */
    rows = fake_rows(&after);
    list_sync(&p, &rows, 5);
    assert_on(&p, &rows, "fra/105");
    assert_int_equal(p.position, 15);
    assert_int_equal(p.top, 13); /* the same line of the screen */
}

/* The first rows of a load come in no order: the cursor waits at the head until all are there, unless somebody moves it. */
static void while_rows_come_in_the_cursor_belongs_to_nobody(void **state)
{
    struct fake some = {0}, all = {0};
    struct view_rows rows;
    struct view_place p = {0};

    (void)state;
    add_jobs(&some, 140, 10);
    rows = fake_rows(&some);
    rows.partial = true;
    list_sync(&p, &rows, 5);
    assert_on(&p, &rows, "fra/140");
    add_jobs(&all, 100, 60);
    rows = fake_rows(&all);
    list_sync(&p, &rows, 5);
    assert_on(&p, &rows, "fra/100");

    struct view_place moved = {0};
    rows = fake_rows(&some);
    rows.partial = true;
    list_sync(&moved, &rows, 5);
    list_move(&moved, &rows, LIST_DOWN);
    rows = fake_rows(&all);
    list_sync(&moved, &rows, 5);
    assert_on(&moved, &rows, "fra/141");
}

static void a_list_at_its_head_shows_what_comes_on_top(void **state)
{
    struct fake before = {0}, after = {0};
    struct view_rows rows;
    struct view_place p = {0};

    (void)state;
    add_jobs(&before, 100, 20);
    rows = fake_rows(&before);
    list_sync(&p, &rows, 5);
    add_jobs(&after, 98, 20);
    rows = fake_rows(&after);
    list_sync(&p, &rows, 5);
    assert_on(&p, &rows, "fra/100");
    assert_int_equal(p.top, 0);
}

static void the_neighbour_takes_over_when_the_object_is_gone(void **state)
{
    struct fake before = {0}, after = {0};
    struct view_rows rows;
    struct view_place p = {0};
    struct row row;

    (void)state;
    add_jobs(&before, 100, 6);
    rows = fake_rows(&before);
    list_sync(&p, &rows, 5);
    list_move(&p, &rows, LIST_LAST);
    assert_on(&p, &rows, "fra/105");
    add_jobs(&after, 100, 3);
    rows = fake_rows(&after);
    assert_false(list_current(&p, &rows, &row)); /* before it is drawn again, nothing is meant */
    list_sync(&p, &rows, 5);
    assert_on(&p, &rows, "fra/102");
    after.count = 0;
    rows = fake_rows(&after);
    list_sync(&p, &rows, 5);
    assert_false(list_current(&p, &rows, &row));
    list_move(&p, &rows, LIST_LAST);
    assert_int_equal(p.position, 0);
}

static void every_move_stays_in_the_list(void **state)
{
    struct fake f = {0};
    struct view_rows rows;
    struct view_place p = {0};

    (void)state;
    add_jobs(&f, 0, 20);
    rows = fake_rows(&f);
    list_sync(&p, &rows, 6);
    list_move(&p, &rows, LIST_PAGE_DOWN);
    assert_int_equal(p.position, 6);
    list_move(&p, &rows, LIST_HALF_DOWN);
    assert_int_equal(p.position, 9);
    list_move(&p, &rows, LIST_LAST);
    list_sync(&p, &rows, 6);
    assert_int_equal(p.position, 19);
    assert_int_equal(p.top, 14);
    list_move(&p, &rows, LIST_DOWN);
    assert_int_equal(p.position, 19);
    list_move(&p, &rows, LIST_PAGE_UP);
    list_move(&p, &rows, LIST_HALF_UP);
    assert_int_equal(p.position, 10);
    list_move(&p, &rows, LIST_FIRST);
    list_move(&p, &rows, LIST_UP);
    assert_int_equal(p.position, 0);
    assert_false(list_move(&p, &rows, LIST_LEFT));
    assert_false(list_move(&p, &rows, 1));
}

static void an_id_too_long_to_remember_keeps_its_position(void **state)
{
    struct fake f = {0};
    struct view_rows rows;
    struct view_place p = {0};
    struct row row;

    (void)state;
    fake_fill_hostile(&f, KIND_JOB);
    rows = fake_rows(&f);
    list_sync(&p, &rows, 3);
    list_move(&p, &rows, LIST_LAST);
    list_sync(&p, &rows, 3);
    assert_int_equal(p.position, FAKE_HOSTILE - 1);
    assert_int_equal(p.id_len, 0);
    assert_true(list_current(&p, &rows, &row));
    assert_int_equal(text_len(row.id), 10240);
}

static void a_title_says_what_is_seen_of_what_there_is(void **state)
{
    struct fake f = {0};
    struct view_rows rows;
    struct view_place p = {0};
    char title[LIST_TITLE_MAX];

    (void)state;
    add_jobs(&f, 0, 20);
    rows = fake_rows(&f);
    rows.all = 4455;
    list_sync(&p, &rows, 6);
    assert_string_equal(list_title("Jobs", &rows, &p, title), "Jobs 1-6 of 20 of 4,455");
    rows.partial = true;
    assert_string_equal(list_title("Jobs", &rows, &p, title), "Jobs 1-6 of 20 of 4,455  loading 4,455");
    rows.count = 0;
    rows.partial = false;
    list_sync(&p, &rows, 6);
    assert_string_equal(list_title("Jobs", &rows, &p, title), "Jobs  0 of 4,455");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_cursor_stays_on_its_object_when_rows_come),
        cmocka_unit_test(a_list_at_its_head_shows_what_comes_on_top),
        cmocka_unit_test(while_rows_come_in_the_cursor_belongs_to_nobody),
        cmocka_unit_test(the_neighbour_takes_over_when_the_object_is_gone),
        cmocka_unit_test(every_move_stays_in_the_list),
        cmocka_unit_test(an_id_too_long_to_remember_keeps_its_position),
        cmocka_unit_test(a_title_says_what_is_seen_of_what_there_is),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
