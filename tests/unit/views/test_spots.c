#include "unit/views/fake.h"

#include "views/list.h"
#include "views/spots.h"

static const struct table_column columns[] = {
    {.title = "JOB", .min = 12, .field = -1},
    {.title = "STATE", .min = 8, .field = JOB_STATE},
    {.title = NULL},
};

static void paint(const struct list_frame *f, const struct table *t, struct canvas *c, int i, const struct row *row,
                  enum role role)
{
    (void)f;
    table_text(t, c, i, 0, role, row->id);
}

static const struct list list = {.columns = columns, .paint = paint, .nothing = "nothing"};

struct screen {
    struct canvas c;
    struct fake fake;
    struct view_rows rows;
    struct view_place place;
    struct spots spots;
    struct spots_row kept[SPOTS_ROWS_MAX];
};

static const char *const ids[] = {"fra/0", "fra/1", "fra/2", "fra/3", "fra/4", "fra/5", "fra/6", "fra/7"};

static struct screen *open_screen(void)
{
    struct screen *s = calloc(1, sizeof *s);

    assert_non_null(s);
    assert_true(canvas_init(&s->c, 40, 12, GLYPHS_UNICODE));
    for (size_t i = 0; i < sizeof ids / sizeof *ids; i++)
        fake_add(&s->fake, KIND_JOB, ids[i]);
    s->rows = fake_rows(&s->fake);
    s->spots.rows = s->kept;
    return s;
}

static void close_screen(struct screen *s)
{
    canvas_release(&s->c);
    free(s);
}

static void draw_at(struct screen *s, struct area in, bool focused)
{
    struct view_frame frame = {.spots = &s->spots};
    struct list_frame f = {.frame = &frame,
                           .rows = &s->rows,
                           .place = &s->place,
                           .sorted = JOB_STATE,
                           .descending = true,
                           .focused = focused};

    list_draw(&list, &f, &s->c, in);
}

static void a_row_is_found_where_it_was_drawn(void **state)
{
    struct screen *s = open_screen();
    const struct spots_list *l;
    int row;

    (void)state;
    s->place.position = 6; /* so that the list is rolled: 5 rows from the third on */
    draw_at(s, (struct area){2, 3, 30, 6}, true);
    l = spots_at(&s->spots, 10, 4, &row);
    assert_non_null(l);
    assert_ptr_equal(l, spots_focused(&s->spots));
    assert_int_equal(row, 0);
    assert_true(spots_put(&s->spots, l, row, &s->place));
    assert_int_equal(s->place.position, 2);
    assert_true(text_is(text_from(s->place.id, s->place.id_len), "fra/2"));
    assert_non_null(spots_at(&s->spots, 31, 8, &row));
    assert_int_equal(row, 4);
    assert_null(spots_at(&s->spots, 10, 9, &row)); /* below, above, beside */
    assert_null(spots_at(&s->spots, 10, 2, &row));
    assert_null(spots_at(&s->spots, 1, 5, &row));
    assert_null(spots_at(&s->spots, 32, 5, &row));
    close_screen(s);
}

/* What came on top after the draw moved every row; what was clicked is what stood there. */
static void a_click_means_what_was_drawn_not_what_came_since(void **state)
{
    struct screen *s = open_screen();
    struct row current;
    int row;

    (void)state;
    draw_at(s, (struct area){0, 0, 40, 9}, true);
    memmove(&s->fake.rows[1], &s->fake.rows[0], s->fake.count * sizeof *s->fake.rows);
    s->fake.rows[0].id = text_of("fra/new");
    s->fake.count++;
    s->rows = fake_rows(&s->fake);
    assert_true(spots_put(&s->spots, spots_at(&s->spots, 5, 4, &row), 3, &s->place));
    assert_true(list_current(&s->place, &s->rows, &current));
    assert_true(text_is(current.id, "fra/3"));
    close_screen(s);
}

static void a_title_is_its_columns(void **state)
{
    struct screen *s = open_screen();
    const struct spots_list *l;
    int row;

    (void)state;
    draw_at(s, (struct area){0, 2, 40, 6}, true);
    l = spots_at(&s->spots, 5, 2, &row);
    assert_non_null(l);
    assert_int_equal(row, -1);
    assert_int_equal(l->field[spots_title(l, 5, 2)], -1);
    assert_int_equal(l->field[spots_title(l, 17, 2)], JOB_STATE);
    assert_int_equal(spots_title(l, 15, 2), -1); /* between them */
    assert_int_equal(spots_title(l, 5, 3), -1);
    assert_true(l->sorted == JOB_STATE && l->descending);
    close_screen(s);
}

static void fewer_rows_than_lines_are_hit_only_where_they_stand(void **state)
{
    struct screen *s = open_screen();
    int row;

    (void)state;
    s->fake.count = 2;
    s->rows = fake_rows(&s->fake);
    draw_at(s, (struct area){0, 0, 40, 10}, true);
    assert_non_null(spots_at(&s->spots, 5, 2, &row));
    assert_null(spots_at(&s->spots, 5, 3, &row));
    spots_clear(&s->spots);
    assert_null(spots_at(&s->spots, 5, 2, &row));
    s->spots.rows = NULL; /* the mouse is off */
    draw_at(s, (struct area){0, 0, 40, 10}, false);
    assert_null(spots_focused(&s->spots));
    assert_false(spots_put(&s->spots, &s->spots.lists[0], 0, &s->place));
    close_screen(s);
}

static void more_lists_and_rows_than_there_is_room_for_harm_nothing(void **state)
{
    struct screen *s = open_screen();

    (void)state;
    for (int i = 0; i < SPOTS_LISTS_MAX + 3; i++)
        draw_at(s, (struct area){0, 0, 40, 9}, i == 0);
    assert_int_equal(s->spots.list_count, SPOTS_LISTS_MAX);
    for (int i = 0; i < SPOTS_KEYS_MAX + 3; i++)
        spots_key(&s->spots, (struct area){i, 11, 1, 1}, 'a', false);
    assert_int_equal(s->spots.key_count, SPOTS_KEYS_MAX);
    assert_int_equal(spots_key_at(&s->spots, 3, 11)->code, 'a');
    assert_null(spots_key_at(&s->spots, 3, 10));
    spots_list(NULL, NULL, NULL, false);
    close_screen(s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_row_is_found_where_it_was_drawn),
        cmocka_unit_test(a_click_means_what_was_drawn_not_what_came_since),
        cmocka_unit_test(a_title_is_its_columns),
        cmocka_unit_test(fewer_rows_than_lines_are_hit_only_where_they_stand),
        cmocka_unit_test(more_lists_and_rows_than_there_is_room_for_harm_nothing),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
