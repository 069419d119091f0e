#include "unit/views/fake.h"

extern const struct view view_setup;

static const char *const languages[] = {"en", "zh", NULL}, *const none[] = {NULL}, *const delays[] = {"20", "50", NULL};

struct world {
    struct view_setting rows[8];
    struct view_frame frame;
};

static void fill(struct world *w, int width, int height)
{
    *w = (struct world){.rows = {
                            {.name = "lang", .help = "the language", .words = languages, .value = "en"},
                            {.name = "theme", .help = "the colours", .words = none, .value = "night"},
                            {.name = "esc_delay", .help = "how long", .words = delays, .value = "75", .changed = true},
                        }};
    w->rows[0].origin = text_of("environment LANG");
    w->rows[1].origin = text_of("/etc/xdg/hubtop/hubtop.conf:12");
    w->rows[2].origin = text_of("this session");
    w->frame = fake_frame(NULL, width, height);
    w->frame.settings = w->rows;
}

static struct canvas draw(struct world *w, struct view_state *s)
{
    struct canvas c;

    assert_true(canvas_init(&c, w->frame.area.width, w->frame.area.height, GLYPHS_UNICODE));
    view_setup.draw(&w->frame, s, &c);
    fake_assert_sane(&c);
    return c;
}

static void press(struct world *w, struct view_state *s, const char *key, const char *asks)
{
    struct intent i = view_setup.act(&w->frame, s, key_action(view_setup.keys, key_parse(key)));

    assert_int_equal(i.kind, asks ? INTENT_COMMAND : INTENT_NONE);
    if (asks) {
        assert_string_equal(i.text, "set");
        assert_string_equal(i.filter, asks);
    }
}

static void move(struct world *w, struct view_state *s, const char *key)
{
    assert_int_equal(view_setup.act(&w->frame, s, key_action(view_setup.keys, key_parse(key))).kind, INTENT_REDRAW);
}

static void values_and_where_they_come_from(void **state)
{
    struct world w;
    struct view_state s = {.sort_field = -2};
    struct canvas c;

    (void)state;
    fill(&w, 80, 20);
    move(&w, &s, "G");
    c = draw(&w, &s);
    fake_expect(&c, "setup80");
    canvas_release(&c);
}

/* Keys say what `:set` would: there is no other way to a setting. */
static void keys_step_through_the_values(void **state)
{
    struct world w;
    struct view_state s = {.sort_field = -2};

    (void)state;
    fill(&w, 80, 20);
    press(&w, &s, "l", "lang=zh");
    press(&w, &s, "h", "lang=zh");
    press(&w, &s, "Delete", "lang&");
    move(&w, &s, "j");
    press(&w, &s, "l", NULL); /* it has no values to step through */
    move(&w, &s, "j");
    move(&w, &s, "j"); /* the last one stays */
    press(&w, &s, "Enter", "esc_delay=20");
    press(&w, &s, "h", "esc_delay=50");
    move(&w, &s, "g");
    press(&w, &s, "Right", "lang=zh");
}

static void nothing_and_hostile_texts(void **state)
{
    static const int sizes[][2] = {{80, 20}, {160, 41}, {30, 6}, {12, 3}, {1, 1}};
    struct view_state s = {.sort_field = -2};
    struct world w;
    struct canvas c;

    (void)state;
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        fill(&w, sizes[i][0], sizes[i][1]);
        w.rows[1].origin = text_of("\033[2J/etc/\xff\xe2\x80\xae"
                                   "conf");
        snprintf(w.rows[1].value, sizeof w.rows[1].value, "\033]0;x\a中\xe4");
        c = draw(&w, &s);
        canvas_release(&c);
    }
    fill(&w, 80, 20);
    w.frame.settings = NULL;
    c = draw(&w, &s);
    canvas_release(&c);
    move(&w, &s, "l");
    move(&w, &s, "G");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(values_and_where_they_come_from),
        cmocka_unit_test(keys_step_through_the_values),
        cmocka_unit_test(nothing_and_hostile_texts),
    };

    return cmocka_run_group_tests(tests, fake_setup, NULL);
}
