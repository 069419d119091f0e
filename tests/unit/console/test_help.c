#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "console/help.h"
#include "console/line.h"
#include "zh.h"

static uint64_t told = ~UINT64_C(0); /* kinds that sources tell of */

static struct buf page(const struct view *view, int width, int height, int top, int *lines)
{
    struct canvas c;
    struct buf out = buf_make(4 << 20);
    assert_true(canvas_init(&c, width, height, GLYPHS_UNICODE));
    *lines = help_draw(view, NULL, NULL, told, &c, (struct area){0, 2, width, height - 4}, top);
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
            if (c->kind != INTENT_OPEN_VIEW || !c->view || view_by_name(c->view))
                assert_non_null(strstr(buf_str(&out), c->help));
        for (size_t v = 0; view_table[v]; v++)
            assert_non_null(strstr(buf_str(&out), view_table[v]->help));
        assert_true(lines < 296);
        buf_release(&out);
    }
}

/* Of the configuration. */
static void test_bound_keys_and_aliases(void **state)
{
    static const struct console_bind binds[] = {{'V', "V", "held", "what is held"}, {0}};
    static const struct console_alias aliases[] = {{"held", ":jobs /state=held"}, {0}};
    struct canvas c;
    struct buf out = buf_make(4 << 20);

    (void)state;
    assert_true(canvas_init(&c, 160, 300, GLYPHS_UNICODE));
    help_draw(view_table[0], binds, aliases, told, &c, (struct area){0, 2, 160, 296}, 0);
    assert_true(canvas_print(&c, &out, NULL));
    assert_non_null(strstr(buf_str(&out), "what is held"));
    assert_non_null(strstr(buf_str(&out), ":held"));
    assert_non_null(strstr(buf_str(&out), ":jobs /state=held"));
    canvas_release(&c);
    buf_release(&out);
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

static bool is_han(const char *text)
{
    for (; *text; text++) {
        if ((unsigned char)*text >= 0xe4 && (unsigned char)*text <= 0xe9)
            return true;
    }
    return false;
}

static void has_chinese(const char *context, const char *text)
{
    const char *zh = context ? tr_of(context, text) : tr(text);
    if (!is_han(zh) && strcmp(zh, "PUE") != 0)
        fail_msg("no Chinese for %s '%s'", context ? context : "", text);
}

static void keys_have_chinese(const struct key_row *k)
{
    for (; k->keys; k++) {
        has_chinese(NULL, k->help);
        if (k->label)
            has_chinese("key", k->label);
    }
}

/* What stands in tables that no tool extracts has a translation too: titles, keys, commands, kinds and their fields. */
static void test_tables_have_chinese(void **state)
{
    (void)state;
    zh_begin();
    keys_have_chinese(console_keys());
    for (size_t i = 0; view_table[i]; i++) {
        keys_have_chinese(view_table[i]->keys);
        has_chinese(NULL, view_table[i]->title);
        has_chinese(NULL, view_table[i]->help);
        if (view_table[i]->told_by)
            has_chinese("key", view_table[i]->name);
    }
    for (const struct line_command *c = line_table; c->names; c++)
        has_chinese(NULL, c->help);
    for (int kind = KIND_NONE + 1; kind < KIND_COUNT; kind++) {
        const struct kind_info *info = kind_info((enum kind)kind);
        has_chinese(NULL, info->singular);
        for (size_t f = 0; f < info->field_count; f++)
            has_chinese("field", info->fields[f].name);
    }
    zh_end();
}

/* Words that formats.md stores are shown in Chinese. */
static void test_words_of_states_have_chinese(void **state)
{
    static const char *const words[] = {
        "up",         "down",        "degraded",   "planned",       "unknown",   "idle",      "draining", "drained",
        "live",       "stale",       "offline",    "denied",        "disabled",  "waiting",   "held",     "running",
        "suspended",  "done",        "failed",     "cancelled",     "timeout",   "preempted", "crit",     "finishing",
        "warn",       "notice",      "ok",         "building",      "operating", "closing",   "closed",   "applied",
        "testing",    "connected",   "inactive",   "open",          "express",   "national",  "half_rtt", "published",
        "metro",      "measured",    "general",    "international", "super",     "east",      "middle",   "west",
        "provincial", "intelligent", "unassigned",
    };
    (void)state;
    zh_begin();
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        has_chinese("state", words[i]);
    zh_end();
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
        cmocka_unit_test(test_bound_keys_and_aliases),
        cmocka_unit_test(test_scrolled_pages_are_the_whole),
        cmocka_unit_test(test_views_that_nobody_tells_of),
        cmocka_unit_test(test_tables_have_chinese),
        cmocka_unit_test(test_words_of_states_have_chinese),
        cmocka_unit_test(test_small_areas),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
