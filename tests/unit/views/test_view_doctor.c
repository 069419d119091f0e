#include "domain/checkup.h"
#include "unit/views/fake.h"

extern const struct view view_doctor;

static struct checkup found;

static struct canvas draw(const struct view_doctor *d, struct view_state *s, int width, int height, enum glyph_set set)
{
    struct view_frame frame = fake_frame(NULL, width, height);
    struct canvas c;

    frame.doctor = d;
    assert_true(canvas_init(&c, width, height, set));
    view_doctor.draw(&frame, s, &c);
    fake_assert_sane(&c);
    return c;
}

static void fill(void)
{
    struct checkup_facts f = {.is_terminal = true,
                              .terminal = "TERM xterm-256color, 256 colours, 80x24, UTF-8",
                              .codeset = "ISO-8859-1",
                              .asked = true,
                              .utf8 = true,
                              .state_dir = "/var/lib/hubtop/prod",
                              .context = "prod",
                              .cache_bytes = 12300000};

    found.count = 0;
    checkup_screen(&f, &found);
    checkup_state(&f, &found);
}

static void facts_and_a_test_card(void **state)
{
    struct view_doctor d = {.found = &found};
    struct view_state s = {.sort_field = -2};
    struct canvas c;

    (void)state;
    fill();
    c = draw(&d, &s, 80, 20, GLYPHS_UNICODE);
    fake_expect(&c, "doctor80");
    canvas_release(&c);
    c = draw(&d, &s, 80, 20, GLYPHS_ASCII);
    fake_expect(&c, "doctor80_ascii");
    canvas_release(&c);
}

static void keys_as_they_were_sent(void **state)
{
    struct view_doctor d = {.found = &found,
                            .testing = true,
                            .key_count = 3,
                            .keys = {{"^[OQ  1b 4f 51", "F2", "what can be set"},
                                     {"^[[99~  1b 5b 39 39 7e", "", NULL},
                                     {"d  64", "d", NULL}}};
    struct view_state s = {.sort_field = -2};
    struct canvas c;

    (void)state;
    fill();
    c = draw(&d, &s, 80, 20, GLYPHS_UNICODE);
    fake_expect(&c, "doctor80_keys");
    canvas_release(&c);
}

static void nothing_and_hostile_texts(void **state)
{
    static const int sizes[][2] = {{80, 20}, {160, 41}, {30, 6}, {12, 3}, {1, 1}};
    struct view_state s = {.sort_field = -2, .number = {3}};
    struct row row = {.kind = KIND_SOURCE,
                      .id = text_of("\033[2J\xe2\x80\xae"
                                    "evil\xff")};
    struct view_doctor d = {.found = &found};
    struct canvas c;

    (void)state;
    row.cells[SOURCE_LAST_ERROR] = value_text(text_of("\033]0;title\a\r\n\xf0\x9f"));
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++)
        for (int testing = 0; testing < 2; testing++) {
            found.count = 0;
            for (int k = 0; k < CHECKUP_MAX + 5; k++)
                checkup_source(&row, &found);
            assert_int_equal(found.count, CHECKUP_MAX);
            d.testing = testing != 0;
            c = draw(&d, &s, sizes[i][0], sizes[i][1], GLYPHS_UNICODE);
            canvas_release(&c);
            c = draw(NULL, &s, sizes[i][0], sizes[i][1], GLYPHS_SAFE);
            canvas_release(&c);
        }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(facts_and_a_test_card),
        cmocka_unit_test(keys_as_they_were_sent),
        cmocka_unit_test(nothing_and_hostile_texts),
    };

    return cmocka_run_group_tests(tests, fake_setup, NULL);
}
