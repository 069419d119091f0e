#include "unit/views/fake.h"
#include "views/list.h"

extern const struct view view_changes;

enum { NEEDS = 5 };

static void add(struct fake *f, const char *id, int64_t ago_s, const char *kind, const char *where, const char *what)
{
    struct row *row = fake_add(f, KIND_CHANGE, id);

    fake_ago(row, CHANGE_AT, ago_s);
    fake_text(row, CHANGE_KIND, kind);
    fake_text(row, CHANGE_WHERE, where);
    fake_text(row, CHANGE_WHAT, what);
    fake_stale(row, 3600000);
}

/* One list for each need: changes, alerts, links, clusters, places. */
static void rows_of(struct fake fakes[NEEDS], struct view_rows rows[NEEDS])
{
    for (int i = 0; i < NEEDS; i++)
        rows[i] = fake_rows(&fakes[i]);
}

static void the_change_before_an_alert_is_marked(void **state)
{
    struct fake f[NEEDS] = {0};
    struct view_rows rows[NEEDS];
    struct view_state s = {.sort_field = -2};
    struct view_frame frame;
    struct intent opened;
    struct canvas c;

    (void)state;
    add(&f[0], "link/SHG>SZ@2", 60, "link", "SHG>SZ", "fibre cut: 4 of 13 paths dark");
    add(&f[0], "node/shg-ai/an0001@1", 600, "node", "shg-ai/an0001", "drained: bad dimm");
    fake_text(&f[0].rows[1], CHANGE_BY, "li.wei");
    fake_text(fake_add(&f[1], KIND_ALERT, "A-1"), ALERT_CHANGE, "link/SHG>SZ@2");
    rows_of(f, rows);
    c = fake_draw(&view_changes, rows, &s, 100, 10);
    fake_assert_sane(&c);
    assert_true(fake_shows(&c, "<< SHG>SZ"));
    assert_false(fake_shows(&c, "<< shg-ai"));
    assert_true(fake_shows(&c, "li.wei: drained: bad dimm"));
    canvas_release(&c);
    frame = fake_frame(rows, 100, 10);
    view_changes.act(&frame, &s, LIST_DOWN);
    opened = view_changes.act(&frame, &s, key_action(view_changes.keys, KEY_CODE_ENTER));
    assert_int_equal(opened.kind, INTENT_OPEN_VIEW);
    assert_string_equal(opened.text, "nodes");
}

/* Who did it stands before what was done; on 80 columns a column that says it again would cut that off. */
static void a_narrow_screen_says_what_before_who(void **state)
{
    struct fake f[NEEDS] = {0};
    struct view_rows rows[NEEDS];
    struct view_state s = {.sort_field = -2};
    struct canvas c;

    (void)state;
    add(&f[0], "node/shg-ai/an0001@1", 600, "node", "shg-ai/an0001", "drained: bad dimm in slot 3");
    fake_text(&f[0].rows[0], CHANGE_BY, "li.wei");
    rows_of(f, rows);
    c = fake_draw(&view_changes, rows, &s, 80, 10);
    assert_true(fake_shows(&c, "li.wei: drained: bad dimm in slot 3 "));
    assert_false(fake_shows(&c, "WHO"));
    canvas_release(&c);
    c = fake_draw(&view_changes, rows, &s, 100, 10);
    assert_true(fake_shows(&c, "WHO"));
    canvas_release(&c);
}

static void nothing_is_said_to_be_so(void **state)
{
    struct fake f[NEEDS] = {0};
    struct view_rows rows[NEEDS];
    struct view_state s = {.sort_field = -2};
    struct canvas c;

    (void)state;
    rows_of(f, rows);
    c = fake_draw(&view_changes, rows, &s, 80, 10);
    fake_assert_sane(&c);
    assert_true(fake_shows(&c, "nothing has changed"));
    canvas_release(&c);
}

static void hostile_names_stay_in_their_fields(void **state)
{
    static const int sizes[][2] = {{80, 20}, {160, 41}, {20, 5}, {1, 1}};
    struct fake f[NEEDS] = {0};
    struct view_rows rows[NEEDS];

    (void)state;
    fake_fill_hostile(&f[0], KIND_CHANGE);
    fake_fill_hostile(&f[1], KIND_ALERT);
    rows_of(f, rows);
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        struct view_state s = {.sort_field = -2, .detail = i % 2 == 0};
        struct canvas c = fake_draw(&view_changes, rows, &s, sizes[i][0], sizes[i][1]);

        fake_assert_sane(&c);
        canvas_release(&c);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_change_before_an_alert_is_marked),
        cmocka_unit_test(a_narrow_screen_says_what_before_who),
        cmocka_unit_test(nothing_is_said_to_be_so),
        cmocka_unit_test(hostile_names_stay_in_their_fields),
    };

    return cmocka_run_group_tests(tests, fake_setup, NULL);
}
