#ifndef _XOPEN_SOURCE
#define _XOPEN_SOURCE 700 /* for wcwidth() */
#endif
#include <locale.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <wchar.h>

#include <cmocka.h>

#include "base/text.h"
#include "corpora.h"

/* Shows `t` and checks what holds for every text: printable valid UTF-8, no hidden character, the width is that of its
 * cells and of what a terminal makes of the bytes. */
static int shown_cleanly(struct safe_text t, int max_cells, struct buf *out)
{
    int columns = text_show(t, max_cells, out), sum = 0;
    uint32_t cp;

    for (size_t at = 0, n; at < out->len; at += n) {
        n = text_decode(out->data + at, out->len - at, &cp);
        assert_true(n > 0);
        assert_false(text_hidden(cp));
        sum += text_width_of(cp);
    }
    assert_int_equal(columns, sum);
    if (max_cells >= 0)
        assert_true(columns <= max_cells);
    return columns;
}

static void check_show(const char *bytes, int max_cells, const char *wanted)
{
    struct buf out = buf_make(1 << 16);

    shown_cleanly(text_of(bytes), max_cells, &out);
    assert_string_equal(buf_str(&out), wanted);
    buf_release(&out);
}

static void test_plain_text_is_shown_as_it_is(void **state)
{
    (void)state;
    check_show("", -1, "");
    check_show("train-llm_7b [2/8] ~", -1, "train-llm_7b [2/8] ~");
    check_show("训练模型七十亿参数", -1, "训练模型七十亿参数");
    check_show("Ünïcödé ½ 10 µs", -1, "Ünïcödé ½ 10 µs");
    check_show("한국어 ไทย हिन्दी", -1, "한국어 ไทย हिन्दी");
    check_show("全角　空白", -1, "全角　空白");
    check_show("emoji 🚀", -1, "emoji 🚀");
}

static void test_what_must_not_reach_a_terminal_is_marked(void **state)
{
    static const struct {
        const char *bytes, *shown;
    } rows[] = {
        {"\x1b[31mred\x1b[0m", "^[[31mred^[[0m"},
        {"\x1b]0;title\x07", "^[]0;title^G"},
        {"tab\there\r\n", "tab^Ihere^M^J"},
        {"del\x7f", "del^?"},
        {"c1\xc2\x9b"
         "31m",
         "c1<9B>31m"},
        {"prod\xe2\x80\x8b", "prod<200B>"},
        {"rtl\xe2\x80\xae"
         "gnp.exe",
         "rtl<202E>gnp.exe"},
        {"\xe2\x81\xa6iso\xe2\x81\xa9", "<2066>iso<2069>"},
        {"\xd8\x9c\xe2\x80\x8e\xe2\x80\x8f", "<061C><200E><200F>"},
        {"\xef\xbb\xbf"
         "bom",
         "<FEFF>bom"},
        {"soft\xc2\xadhyphen", "soft<AD>hyphen"},
        {"no\xc2\xa0"
         "break",
         "no<A0>break"},
        {"thin\xe2\x80\x89space", "thin<2009>space"},
        {"line\xe2\x80\xa8sep\xe2\x80\xa9", "line<2028>sep<2029>"},
        {"private\xee\x80\x80", "private<E000>"},
        {"tag\xf3\xa0\x81\xa1", "tag<E0061>"},
        {"blank\xe2\xa0\x80", "blank<2800>"},
        {"filler\xe3\x85\xa4", "filler<3164>"},
        {"non\xef\xbf\xbe", "non<FFFE>"},
        {"max\xf4\x8f\xbf\xbf", "max<10FFFF>"},
        {"👩\xe2\x80\x8d💻", "👩<200D>💻"},
        {"❤\xef\xb8\x8f", "❤<FE0F>"},
        {"👍🏽", "👍<1F3FD>"},
        {"🇨🇳", "<1F1E8><1F1F3>"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        check_show(rows[i].bytes, -1, rows[i].shown);
}

static void test_bad_utf8_is_marked_byte_by_byte(void **state)
{
    (void)state;
    check_show("bad\xff\xfeutf8", -1, "bad\\xff\\xfeutf8");
    check_show("cut\xe4\xb8", -1, "cut\\xe4\\xb8");
    check_show("\xc0\xaf overlong", -1, "\\xc0\\xaf overlong");
    check_show("\xe0\x80\xaf", -1, "\\xe0\\x80\\xaf");
    check_show("\xed\xa0\x80 surrogate", -1, "\\xed\\xa0\\x80 surrogate");
    check_show("\xf4\x90\x80\x80", -1, "\\xf4\\x90\\x80\\x80");
    check_show("\x80x", -1, "\\x80x");

    struct buf out = buf_make(100);
    shown_cleanly(text_from("a\0b", 3), -1, &out);
    assert_string_equal(buf_str(&out), "a^@b");
    buf_release(&out);
}

static void test_combining_marks_stay_in_their_cell(void **state)
{
    (void)state;
    check_show("e\xcc\x81t\xcc\xa3", -1, "e\xcc\x81t\xcc\xa3");
    check_show("\xcc\x81"
               "x",
               -1, "<0301>x");
    check_show("\x01\xcc\x81", -1, "^A<0301>");
    check_show("a\xcc\x81\xcc\x82\xcc\x83\xcc\x84\xcc\x85\xcc\x86", -1,
               "a\xcc\x81\xcc\x82\xcc\x83\xcc\x84<0305><0306>");
    check_show("\xe1\x84\x92\xe1\x85\xa1\xe1\x86\xab", -1, "\xe1\x84\x92\xe1\x85\xa1\xe1\x86\xab"); /* one syllable */
    check_show("a\xe1\x85\xa1", -1, "a<1161>"); /* a vowel jamo without its consonant */
}

static void test_cells_are_never_without_width(void **state)
{
    struct text_iter it = text_iter_make(text_of("e\xcc\x81中\xe2\x80\x8b"));
    static const struct {
        const char *utf8;
        int width;
        bool mark;
    } wanted[] = {{"e\xcc\x81", 1, false}, {"中", 2, false}, {"<", 1, true}, {"2", 1, true},
                  {"0", 1, true},          {"0", 1, true},   {"B", 1, true}, {">", 1, true}};
    struct text_cell cell;

    (void)state;
    for (size_t i = 0; i < sizeof wanted / sizeof *wanted; i++) {
        assert_true(text_next(&it, &cell));
        assert_string_equal(cell.utf8, wanted[i].utf8);
        assert_int_equal(cell.width, wanted[i].width);
        assert_int_equal(cell.mark, wanted[i].mark);
    }
    assert_false(text_next(&it, &cell));
    assert_false(text_next(&it, &cell));
}

static void test_a_cut_text_ends_in_a_tilde(void **state)
{
    (void)state;
    check_show("production", 10, "production");
    check_show("production", 9, "producti~");
    check_show("production", 1, "~");
    check_show("production", 0, "");
    check_show("中文字", 6, "中文字");
    check_show("中文字", 5, "中文~");
    check_show("中文字", 4, "中 ~");
    check_show("中文字", 2, " ~");
    check_show("中", 1, "~");
    check_show("a中", 3, "a中");
    check_show("ab\x1b", 3, "ab~");
    check_show("ae\xcc\x81x", 2, "a~");
}

static void test_width_is_what_is_shown(void **state)
{
    (void)state;
    assert_int_equal(text_width(text_of("")), 0);
    assert_int_equal(text_width(text_of("中文 ok")), 7);
    assert_int_equal(text_width(text_of("\x1b")), 2);
    assert_int_equal(text_width(text_of("\xe2\x80\x8b")), 6);
}

static void test_a_full_buffer_splits_no_character(void **state)
{
    (void)state;
    for (size_t room = 0; room < 8; room++) {
        struct buf out = buf_make(room);
        int columns = text_show(text_of("中文"), -1, &out);

        assert_true(text_is_utf8(text_of(buf_str(&out))));
        assert_int_equal(columns, room >= 6 ? 4 : room >= 3 ? 2 : 0);
        buf_release(&out);
    }
}

static void test_showing_into_an_array(void **state)
{
    char out[8];

    (void)state;
    assert_string_equal(text_show_in(text_of("1234567"), out, sizeof out), "1234567");
    assert_string_equal(text_show_in(text_of("12345678"), out, sizeof out), "123456~");
    assert_string_equal(text_show_in(text_of("中文字"), out, sizeof out), "中文~");
    assert_string_equal(text_show_in(text_of("12345中"), out, sizeof out), "12345~");
    assert_string_equal(text_show_in(text_of("x\x1b"), out, 3), "x~");
    assert_string_equal(text_show_in(text_of("x"), out, 1), "");
    assert_string_equal(text_show_in((struct safe_text){0}, out, sizeof out), "");
}

static void test_comparing_the_received_bytes(void **state)
{
    struct safe_text a = text_of("abc"), longer = text_of("abcd"), high = text_of("ab\xff");

    (void)state;
    assert_true(text_equal(a, text_from("abcd", 3)));
    assert_false(text_equal(a, longer));
    assert_false(text_is(text_of("prod"), "prod\xe2\x80\x8b"));
    assert_true(text_is((struct safe_text){0}, ""));
    assert_true(text_empty((struct safe_text){0}));
    assert_true(text_cmp(a, longer) < 0);
    assert_true(text_cmp(longer, a) > 0);
    assert_true(text_cmp(high, longer) > 0);
    assert_int_equal(text_cmp(a, a), 0);
}

static void test_finding_text_in_text(void **state)
{
    struct safe_text hay = text_of("Train-LLM-七十亿");

    (void)state;
    assert_true(text_contains(hay, text_of(""), false));
    assert_true(text_contains((struct safe_text){0}, text_of(""), true));
    assert_true(text_contains(hay, text_of("LLM"), false));
    assert_false(text_contains(hay, text_of("llm"), false));
    assert_true(text_contains(hay, text_of("llm-七"), true));
    assert_true(text_contains(hay, text_of("亿"), true));
    assert_true(text_contains(hay, hay, false));
    assert_false(text_contains(text_of("LLM"), hay, true));
    assert_false(text_contains((struct safe_text){0}, text_of("x"), false));
    assert_false(text_contains(text_of("aab"), text_of("abb"), false));
}

static void test_bytes_in_order_match_fuzzily(void **state)
{
    struct safe_text hay = text_of("Train-LLM-70b");

    (void)state;
    assert_true(text_fuzzy(hay, text_of(""), false));
    assert_true(text_fuzzy(hay, text_of("TL7"), false));
    assert_false(text_fuzzy(hay, text_of("tl7"), false));
    assert_true(text_fuzzy(hay, text_of("tl7B"), true));
    assert_false(text_fuzzy(hay, text_of("7L"), true));
    assert_false(text_fuzzy((struct safe_text){0}, text_of("x"), true));
}

static void test_splitting_at_a_separator(void **state)
{
    static const char *const parts[] = {"a", "", "bc"};
    struct safe_text rest = text_of("a,,bc,"), head;

    (void)state;
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
        assert_true(text_split(&rest, ',', &head));
        assert_true(text_is(head, parts[i]));
    }
    assert_false(text_split(&rest, ',', &head));
}

static void test_a_copy_lives_in_the_buffer(void **state)
{
    struct buf b = buf_make(8);
    struct safe_text copy = text_copy(&b, text_from("a\0b", 3));

    (void)state;
    assert_int_equal(text_len(copy), 3);
    assert_ptr_equal(text_bytes(copy), b.data);
    assert_true(text_empty(text_copy(&b, text_of("too long"))));
    buf_release(&b);
}

static void test_utf8_by_rfc_3629(void **state)
{
    static const struct {
        const char *bytes;
        uint32_t cp;
    } rows[] = {{"\xc2\x80", 0x80},
                {"\xdf\xbf", 0x7FF},
                {"\xe0\xa0\x80", 0x800},
                {"\xed\x9f\xbf", 0xD7FF},
                {"\xee\x80\x80", 0xE000},
                {"\xf0\x90\x80\x80", 0x10000},
                {"\xf4\x8f\xbf\xbf", 0x10FFFF}};
    uint32_t cp;

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        size_t n = strlen(rows[i].bytes);

        assert_int_equal(text_decode(rows[i].bytes, n, &cp), n);
        assert_int_equal(cp, rows[i].cp);
        assert_int_equal(text_decode(rows[i].bytes, n - 1, &cp), 0);
        assert_true(text_is_utf8(text_of(rows[i].bytes)));
        assert_false(text_is_utf8(text_from(rows[i].bytes, n - 1)));
    }
    assert_false(text_is_utf8(text_of("ok\xc1\xbf")));
    assert_false(text_is_utf8(text_of("\xed\xa0\x80")));
    assert_false(text_is_utf8(text_of("\xf5\x80\x80\x80")));
}

static void test_widths_agree_with_the_c_library(void **state)
{
    (void)state;
    assert_non_null(setlocale(LC_CTYPE, "C.UTF-8"));
    int shown = 0;
    for (uint32_t cp = 1; cp < 0x110000; cp++) {
        /* What is hidden never reaches ncurses as it is; a newer C library may know characters that the table does not.
         */
        if (text_hidden(cp))
            continue;
        if (text_width_of(cp) != wcwidth((wchar_t)cp))
            fail_msg("U+%04X is %d wide in the table and %d in the C library", (unsigned)cp, text_width_of(cp),
                     wcwidth((wchar_t)cp));
        shown++;
    }
    assert_true(shown > 140000);
    setlocale(LC_CTYPE, "C");
}

static void test_ambiguous_width_follows_the_terminal(void **state)
{
    (void)state;
    assert_int_equal(text_width(text_of("±α─…")), 4);
    text_set_ambiguous(2);
    assert_int_equal(text_width(text_of("±α─…")), 8);
    assert_int_equal(text_width(text_of("a中e\xcc\x81\xc2\xad")), 1 + 2 + 1 + 4);
    text_set_ambiguous(1);
    assert_int_equal(text_width(text_of("±α─…")), 4);
    assert_int_equal(text_width_of('\n'), -1);
    assert_int_equal(text_width_of(0), -1);
    assert_int_equal(text_width_of(0x110000), -1);
}

static void check_file(void *ctx, const struct corpora_file *f)
{
    struct buf out = buf_make((f->size + 1) * 8);

    (void)ctx;
    int whole = shown_cleanly(text_from(f->bytes, f->size), -1, &out);
    assert_int_equal(whole, text_width(text_from(f->bytes, f->size)));
    for (int max = 1; max < 40; max++) {
        buf_clear(&out);
        assert_int_equal(shown_cleanly(text_from(f->bytes, f->size), max, &out), whole < max ? whole : max);
    }
    buf_release(&out);
}

static void test_hostile_corpora_emit_no_control_byte(void **state)
{
    (void)state;
    assert_int_equal(corpora_each(corpora_path("corpora", "corpora/naughty-strings"), "blns.txt", check_file, NULL), 1);
    assert_true(corpora_each(corpora_path("corpora", "corpora/escape-sequences"), ".in", check_file, NULL) > 50);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_plain_text_is_shown_as_it_is),
        cmocka_unit_test(test_what_must_not_reach_a_terminal_is_marked),
        cmocka_unit_test(test_bad_utf8_is_marked_byte_by_byte),
        cmocka_unit_test(test_combining_marks_stay_in_their_cell),
        cmocka_unit_test(test_cells_are_never_without_width),
        cmocka_unit_test(test_a_cut_text_ends_in_a_tilde),
        cmocka_unit_test(test_width_is_what_is_shown),
        cmocka_unit_test(test_a_full_buffer_splits_no_character),
        cmocka_unit_test(test_showing_into_an_array),
        cmocka_unit_test(test_comparing_the_received_bytes),
        cmocka_unit_test(test_finding_text_in_text),
        cmocka_unit_test(test_bytes_in_order_match_fuzzily),
        cmocka_unit_test(test_splitting_at_a_separator),
        cmocka_unit_test(test_a_copy_lives_in_the_buffer),
        cmocka_unit_test(test_utf8_by_rfc_3629),
        cmocka_unit_test(test_widths_agree_with_the_c_library),
        cmocka_unit_test(test_ambiguous_width_follows_the_terminal),
        cmocka_unit_test(test_hostile_corpora_emit_no_control_byte),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
