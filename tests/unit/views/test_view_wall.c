#include "unit/views/fake.h"

extern const struct view view_wall;

enum { NEED_SOURCES, NEED_LINKS = 5, NEED_ALERTS = 8, NEEDS = 10 };

struct world {
    struct fake fakes[NEEDS];
    struct view_rows rows[NEEDS];
};

static void fill(struct world *w)
{
    for (int i = 0; i < NEEDS; i++) {
        w->rows[i] = fake_rows(&w->fakes[i]);
        w->rows[i].known = w->fakes[i].count > 0;
    }
}

static void a_source(struct world *w)
{
    struct row *row = fake_add(&w->fakes[NEED_SOURCES], KIND_SOURCE, "fra");

    fake_text(row, SOURCE_STATE, "live");
    fake_ago(row, SOURCE_LAST_OK_AT, 2);
    fake_int(row, SOURCE_INTERVAL_S, 10);
}

/* An alert of others that speaks of persons in every cell that has room for words. */
static void an_alert(struct world *w, const char *severity, bool acked)
{
    struct row *row = fake_add(&w->fakes[NEED_ALERTS], KIND_ALERT, "A-7K3Q2");

    fake_text(row, ALERT_NAME, "RackDoor");
    fake_text(row, ALERT_SEVERITY, severity);
    fake_text(row, ALERT_STATE, acked ? "acked" : "firing");
    fake_text(row, ALERT_SUMMARY, "door open, call li.wei 13800000000");
    fake_text(row, ALERT_WHERE, "ZJK-H2");
    fake_ago(row, ALERT_SINCE, 600);
    if (acked)
        fake_text(row, ALERT_ACKED_BY, "zhao.min");
}

static struct canvas draw(struct world *w, int width, int height, enum glyph_set set)
{
    struct view_state s = {.sort_field = -2};
    struct view_frame frame;
    struct canvas c;

    fill(w);
    frame = fake_frame(w->rows, width, height);
    assert_true(canvas_init(&c, width, height, set));
    view_wall.draw(&frame, &s, &c);
    fake_assert_sane(&c);
    return c;
}

static bool shows(const struct canvas *c, const char *what)
{
    struct buf out = buf_make(1 << 20);
    bool found;

    assert_true(canvas_print(c, &out, NULL));
    found = strstr(buf_str(&out), what) != NULL;
    buf_release(&out);
    return found;
}

static void what_is_critical_stands_in_big_digits(void **state)
{
    struct world w = {0};
    struct canvas c;

    (void)state;
    a_source(&w);
    an_alert(&w, "crit", false);
    c = draw(&w, 80, 22, GLYPHS_UNICODE);
    fake_expect(&c, "wall80");
    canvas_release(&c);
    c = draw(&w, 80, 22, GLYPHS_ASCII);
    fake_expect(&c, "wall80_ascii");
    canvas_release(&c);
}

static void nobody_is_named(void **state)
{
    static const char *const names[] = {"li.wei", "1380", "zhao.min"};
    static const int sizes[][2] = {{80, 22}, {160, 43}};

    (void)state;
    for (int i = 0; i < 4; i++) {
        struct world w = {0};
        struct canvas c;
        a_source(&w);
        an_alert(&w, i % 2 == 0 ? "crit" : "warn", i >= 2);
        c = draw(&w, sizes[i % 2][0], sizes[i % 2][1], GLYPHS_UNICODE);
        for (size_t n = 0; n < sizeof names / sizeof *names; n++)
            assert_false(shows(&c, names[n]));
        assert_true(shows(&c, "an alert of others"));
        canvas_release(&c);
    }
}

/* Before any source has answered nothing is green. */
static void what_is_not_known_is_not_well(void **state)
{
    struct world w = {0};
    struct canvas c = draw(&w, 80, 22, GLYPHS_UNICODE);

    (void)state;
    assert_true(shows(&c, "no source has answered yet"));
    assert_false(shows(&c, "all well"));
    assert_false(shows(&c, "nothing is wrong"));
    canvas_release(&c);
}

static void hostile_names_stay_in_their_fields(void **state)
{
    static const int sizes[][2] = {{80, 22}, {160, 43}, {40, 9}, {20, 4}, {1, 1}};
    static struct world w;

    (void)state;
    for (int i = 0; i < NEEDS; i++)
        fake_fill_hostile(&w.fakes[i], view_wall.needs[i].kind);
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        struct canvas c = draw(&w, sizes[i][0], sizes[i][1], GLYPHS_UNICODE);
        canvas_release(&c);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_critical_stands_in_big_digits),
        cmocka_unit_test(nobody_is_named),
        cmocka_unit_test(what_is_not_known_is_not_well),
        cmocka_unit_test(hostile_names_stay_in_their_fields),
    };

    return cmocka_run_group_tests(tests, fake_setup, NULL);
}
