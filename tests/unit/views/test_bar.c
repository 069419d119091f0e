#include "unit/views/fake.h"

#include "views/bar.h"

static void assert_bar(enum glyph_set glyphs, double share, const char *want)
{
    struct canvas c;
    struct buf out = buf_make(256);

    assert_true(canvas_init(&c, 6, 1, glyphs));
    bar_draw(&c, 1, 0, 4, ROLE_CHART, share);
    assert_true(canvas_print(&c, &out, NULL));
    assert_string_equal(buf_str(&out), want);
    buf_release(&out);
    canvas_release(&c);
}

static void shares(void **state)
{
    (void)state;
    assert_bar(GLYPHS_UNICODE, 0.5, " ██··\n");
    assert_bar(GLYPHS_UNICODE, 0.65, " ██▌·\n");
    assert_bar(GLYPHS_UNICODE, 0, " ····\n");
    assert_bar(GLYPHS_UNICODE, 0.001, " ▌···\n"); /* a little is not nothing */
    assert_bar(GLYPHS_UNICODE, 7, " ████\n");
    assert_bar(GLYPHS_ASCII, -1, " ....\n");
    assert_bar(GLYPHS_ASCII, 0.65, " ##-.\n");
    assert_bar(GLYPHS_UNICODE, NAN, "\n"); /* unknown is not empty */
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(shares)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}
