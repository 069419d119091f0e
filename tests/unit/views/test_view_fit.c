#include "unit/views/fake.h"

#include "zh.h"

#include "domain/thresholds.h"

extern const struct view view_fit;

struct world {
    struct fake fake;
    struct view_rows rows[1];
    struct view_state s;
};

static struct row *add(struct world *w, const char *id, int64_t block, double a_kw, double b_kw, double inlet_c)
{
    struct row *row = fake_add(&w->fake, KIND_RACK, id);

    fake_text(row, RACK_CLUSTER, "ZJK");
    fake_text(row, RACK_HALL, "ZJK/H2");
    fake_int(row, RACK_UNITS_TOTAL, 42);
    fake_int(row, RACK_UNITS_USED, 22);
    fake_int(row, RACK_UNITS_BLOCK, block);
    row->cells[RACK_POWER_CAP_KW] = value_real(40);
    row->cells[RACK_POWER_A_KW] = value_real(a_kw);
    row->cells[RACK_POWER_B_KW] = value_real(b_kw);
    row->cells[RACK_INLET_C] = value_real(inlet_c);
    return row;
}

static void fill(struct world *w)
{
    *w = (struct world){.s = {.sort_field = -2}};
    add(w, "ZJK/H2-R01", 20, 2, 2, 22);
    add(w, "ZJK/H2-R02", 4, 2, 2, 22);
    add(w, "ZJK/H2-R03", 8, 9, 9, 22.5);
    add(w, "ZJK/H2-R04", 8, 15, 15, 22.5);
    add(w, "ZJK/H2-R05", 8, 3, 3, 31);
    add(w, "ZJK/H2-R06", 8, NAN, NAN, 22);
    fake_text(add(w, "ZJK/H2-R07", 8, 2, NAN, 22), RACK_TENANT, "t-003");
    add(w, "ZJK/H2-R08", 8, 4, 0, 22);
    w->rows[0] = fake_rows(&w->fake);
}

static void ask(struct world *w, const char *what)
{
    struct view_frame frame = fake_frame(w->rows, 80, 20);

    assert_true(view_fit.go(&frame, &w->s, text_of(what)));
}

static struct canvas drawn(struct world *w, int width, int height)
{
    struct canvas c = fake_draw(&view_fit, w->rows, &w->s, width, height);

    fake_assert_sane(&c);
    return c;
}

static void expect(struct world *w, int width, int height, const char *name)
{
    struct canvas c = drawn(w, width, height);

    fake_expect(&c, name);
    canvas_release(&c);
}

static void room_comes_first_and_unknown_is_no_room(void **state)
{
    struct world w;
    struct canvas c;
    struct view_frame frame;

    (void)state;
    fill(&w);
    ask(&w, "8U 12kW");
    expect(&w, 80, 20, "fit80");
    expect(&w, 160, 41, "fit160");
    zh_begin();
    c = drawn(&w, 80, 20);
    zh_end();
    fake_expect(&c, "fit80_zh");
    canvas_release(&c);
    frame = fake_frame(w.rows, 80, 20);
    assert_true(canvas_init(&c, 80, 20, GLYPHS_ASCII));
    view_fit.draw(&frame, &w.s, &c);
    fake_expect(&c, "fit80_ascii");
    canvas_release(&c);
    view_fit.forget(&w.s);
}

static void enter_goes_to_the_rack(void **state)
{
    struct world w;
    struct canvas c;
    struct view_frame frame;
    struct intent i;

    (void)state;
    fill(&w);
    frame = fake_frame(w.rows, 80, 20);
    ask(&w, "8U 12kW");
    c = drawn(&w, 80, 20);
    canvas_release(&c);
    i = view_fit.act(&frame, &w.s, key_action(view_fit.keys, KEY_CODE_ENTER));
    assert_int_equal(i.kind, INTENT_OPEN_VIEW);
    assert_string_equal(i.text, "racks");
    assert_string_equal(i.filter, "id=\"ZJK/H2-R07\"");
    w.fake.rows[6].id = text_of("a\"b");
    w.s.place[0] = (struct view_place){0};
    c = drawn(&w, 80, 20);
    canvas_release(&c);
    i = view_fit.act(&frame, &w.s, key_action(view_fit.keys, KEY_CODE_ENTER));
    assert_string_equal(i.filter, "");
    i = view_fit.act(&frame, &w.s, key_action(view_fit.keys, 'F'));
    assert_int_equal(i.kind, INTENT_COMMAND);
    assert_string_equal(i.text, "fit");
    view_fit.forget(&w.s);
}

static void nonsense_and_nothing_are_told(void **state)
{
    static const char *const asks[] = {"8x", "", "8U 12kW"};
    static const char *const shown[] = {"'8x' is no room", "F asks what must fit", "no rack has room"};
    struct world w;

    (void)state;
    for (size_t i = 0; i < 3; i++) {
        fill(&w);
        w.fake.count = i == 2 ? 0 : w.fake.count;
        w.rows[0] = fake_rows(&w.fake);
        ask(&w, asks[i]);
        struct canvas c = drawn(&w, 80, 20);
        assert_true(fake_shows(&c, shown[i]));
        canvas_release(&c);
        view_fit.forget(&w.s);
    }
}

static size_t reads;

static bool counted(void *ctx, size_t i, struct row *row)
{
    reads++;
    return fake_at(ctx, i, row);
}

/* Rows are judged once a snapshot, not with every picture and key. */
static void racks_are_judged_when_they_change(void **state)
{
    struct world w;
    struct canvas c;
    size_t seen;

    (void)state;
    fill(&w);
    w.rows[0].at = counted;
    ask(&w, "8U 12kW");
    c = drawn(&w, 80, 20);
    canvas_release(&c);
    reads = 0;
    c = drawn(&w, 80, 20);
    canvas_release(&c);
    seen = reads; /* the lines that are drawn */
    assert_true(seen < w.fake.count);
    w.rows[0].rev++;
    reads = 0;
    c = drawn(&w, 80, 20);
    canvas_release(&c);
    assert_int_equal(reads, seen + w.fake.count);
    reads = 0;
    ask(&w, "9U 12kW"); /* another question */
    c = drawn(&w, 80, 20);
    canvas_release(&c);
    assert_true(reads >= w.fake.count);
    view_fit.forget(&w.s);
    assert_null(w.s.kept);
}

static void limits_are_the_configurations(void **state)
{
    struct world w;
    struct view_frame frame;
    struct thresholds t = thresholds_default();
    struct canvas c;

    (void)state;
    fill(&w);
    ask(&w, "8U 12kW");
    t.at[THRESHOLD_INLET_WARN_C] = 33; /* R05 has 31 degrees */
    frame = fake_frame(w.rows, 80, 20);
    frame.thresholds = &t;
    assert_true(canvas_init(&c, 80, 20, GLYPHS_UNICODE));
    view_fit.draw(&frame, &w.s, &c);
    assert_true(fake_shows(&c, "4 of 8 racks have room"));
    assert_true(fake_shows(&c, "ZJK/H2-R05"));
    canvas_release(&c);
    c = drawn(&w, 80, 20);
    assert_true(fake_shows(&c, "3 of 8 racks have room"));
    canvas_release(&c);
    view_fit.forget(&w.s);
}

static void hostile_names_stay_in_their_fields(void **state)
{
    static const int sizes[][2] = {{80, 20}, {160, 41}, {20, 5}, {2, 2}, {1, 1}};
    struct world w = {.s = {.sort_field = -2}};

    (void)state;
    fake_fill_hostile(&w.fake, KIND_RACK);
    w.rows[0] = fake_rows(&w.fake);
    ask(&w, "1U 0.1kW");
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        struct canvas c = drawn(&w, sizes[i][0], sizes[i][1]);

        canvas_release(&c);
    }
    view_fit.forget(&w.s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(room_comes_first_and_unknown_is_no_room), cmocka_unit_test(enter_goes_to_the_rack),
        cmocka_unit_test(nonsense_and_nothing_are_told),           cmocka_unit_test(racks_are_judged_when_they_change),
        cmocka_unit_test(limits_are_the_configurations),           cmocka_unit_test(hostile_names_stay_in_their_fields),
    };

    return cmocka_run_group_tests(tests, fake_setup, NULL);
}
