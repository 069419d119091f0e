#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "console/help.h"
#include "console/line.h"

static unsigned told = ~0u; /* kinds that sources tell of */

static struct buf page(const struct view *view, int width, int height, int top, int *lines)
{
    struct canvas c;
    struct buf out = buf_make(4 << 20);
    assert_true(canvas_init(&c, width, height, GLYPHS_UNICODE));
    *lines = help_draw(view, told, &c, (struct area){0, 2, width, height - 4}, top);
    assert_true(canvas_print(&c, &out, NULL));
    canvas_release(&c);
    return out;
}

/* Whatever can be pressed or typed stands there, of every view. */
static void test_all_keys_and_commands(void **state)
{
    (void)state;
    for (size_t i = 0; view_table[i]; i++) {
        int lines;
        struct buf out = page(view_table[i], 160, 300, 0, &lines);
        for (const struct key_row *k = view_table[i]->keys; k->keys; k++)
            assert_non_null(strstr(buf_str(&out), k->help));
        for (const struct key_row *k = console_keys(); k->keys; k++)
            assert_non_null(strstr(buf_str(&out), k->help));
        for (const struct line_command *c = line_table; c->names; c++)
            assert_non_null(strstr(buf_str(&out), c->help));
        for (size_t v = 0; view_table[v]; v++)
            assert_non_null(strstr(buf_str(&out), view_table[v]->help));
        assert_true(lines < 296);
        buf_release(&out);
    }
}

static void test_scrolled_pages_are_the_whole(void **state)
{
    (void)state;
    int lines, again;
    struct buf whole = page(view_table[0], 100, 300, 0, &lines);
    const char *line = buf_str(&whole);
    for (int y = 0; y < 2; y++)
        line = strchr(line, '\n') + 1;
    for (int top = 0; top < lines; top++) {
        struct buf out = page(view_table[0], 100, 10, top, &again);
        const char *first = strchr(strchr(buf_str(&out), '\n') + 1, '\n') + 1;
        assert_int_equal(again, lines);
        assert_int_equal(strcspn(first, "\n"), strcspn(line, "\n"));
        assert_memory_equal(first, line, strcspn(line, "\n"));
        line = strchr(line, '\n') + 1;
        buf_release(&out);
    }
    buf_release(&whole);
}

/* What is not on the bar is explained here. */
static void test_views_that_nobody_tells_of(void **state)
{
    (void)state;
    int lines, lines_of_all;
    struct buf all = page(view_table[0], 160, 300, 0, &lines_of_all);
    assert_null(strstr(buf_str(&all), "no source tells of"));
    told = 1u << KIND_JOB | 1u << KIND_NODE | 1u << KIND_CLUSTER;
    struct buf some = page(view_table[0], 160, 300, 0, &lines);
    told = ~0u;
    const char *absent = strstr(buf_str(&some), "Views not there yet");
    assert_non_null(absent);
    assert_non_null(strstr(absent, ":racks"));
    assert_non_null(strstr(absent, "it takes a prometheus source"));
    assert_null(strstr(absent, ":jobs"));
    assert_true(lines > lines_of_all);
    buf_release(&all);
    buf_release(&some);
}

static void test_small_areas(void **state)
{
    (void)state;
    for (int width = 1; width < 60; width++) {
        for (int height = 1; height < 12; height++) {
            int lines;
            struct buf out = page(view_table[0], width, height, 3, &lines);
            assert_true(lines > 10);
            buf_release(&out);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_all_keys_and_commands),
        cmocka_unit_test(test_scrolled_pages_are_the_whole),
        cmocka_unit_test(test_views_that_nobody_tells_of),
        cmocka_unit_test(test_small_areas),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
