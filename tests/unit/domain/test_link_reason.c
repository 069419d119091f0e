#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "domain/link.h"
#include "zh.h"

#define SEP "\x1f"

/* What link_why() says of a link with these reasons and that why; either may be NULL. */
static const char *said(const char *reasons, const char *why)
{
    static char out[4096];
    struct row link = {.kind = KIND_LINK};
    struct buf b = buf_make(sizeof out - 1);

    if (reasons != NULL)
        link.cells[LINK_REASONS] = value_list(text_of(reasons));
    if (why != NULL)
        link.cells[LINK_WHY] = value_text(text_of(why));
    link_why(&link, &b);
    memcpy(out, buf_str(&b), b.len + 1);
    buf_release(&b);
    return out;
}

static const struct {
    const char *reason, *en, *zh;
} all[] = {
    {"down", "down, says its source", "来源报告中断"},
    {"over 3.42 3", "3.42 ms one-way > 3 ms promised", "单向 3.42 ms > 承诺 3 ms"},
    {"was_over 2.9 3", "2.9 ms one-way, was over 3 ms promised", "单向 2.9 ms, 曾超承诺 3 ms"},
    {"near 2.8 3", "p95 2.8 ms one-way > 90 % of 3 ms promised", "单向 p95 2.8 ms > 承诺 3 ms 的 90%"},
    {"dark", "no path lit", "光路全断"},
    {"lit 9 13", "9 of 13 paths lit", "在用 9/13"},
    {"lost", "all packets lost", "全部丢包"},
    {"loss 1.2 > 1", "loss 1.2 % > 1 %", "丢包 1.2% > 1%"},
    {"used 97 > 90", "97 % used > 90 %", "负载 97% > 90%"},
    {"usual 11.1 15.6", "usual 11.1 ms, now 15.6 ms", "基线 11.1 ms, 现 15.6 ms"},
    {"below 1 1.63", "1 ms is below the physical minimum 1.63 ms: a bad clock or probe",
     "1 ms 低于理论下限 1.63 ms: 时钟或探针有误"},
    {"never 1 1.63", "promised 1 ms, but fibre needs at least 1.63 ms: it can never hold",
     "承诺 1 ms, 光纤至少需 1.63 ms: 无法兑现"},
};

static void a_reason_is_said_in_both_languages(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
        assert_string_equal(said(all[i].reason, "what was stored"), all[i].en);
        assert_string_equal(said(NULL, all[i].en), all[i].en);
        zh_begin();
        assert_string_equal(said(all[i].reason, all[i].en), all[i].zh);
        assert_string_equal(said(NULL, all[i].en), all[i].zh); /* an older cache */
        zh_end();
    }
}

static void several_stand_in_their_order(void **state)
{
    (void)state;
    assert_string_equal(said("over 3.42 3" SEP "lit 9 13", NULL), "3.42 ms one-way > 3 ms promised; 9 of 13 paths lit");
    zh_begin();
    assert_string_equal(said("over 3.42 3" SEP "lit 9 13", NULL), "单向 3.42 ms > 承诺 3 ms; 在用 9/13");
    assert_string_equal(said(NULL, "9 of 13 paths lit; ants in the duct"), "在用 9/13; ants in the duct");
    zh_end();
}

static void what_nobody_knows_is_said_as_it_is_stored(void **state)
{
    (void)state;
    assert_string_equal(said(NULL, NULL), "");
    assert_string_equal(said("lit 9 13" SEP "ants 3", "9 of 13 paths lit; 3 ants"), "9 of 13 paths lit; 3 ants");
    assert_string_equal(said("over 1 2 3 4 5", "too many"), "too many");
    assert_string_equal(said("over", NULL), " ms one-way >  ms promised");
    assert_string_equal(said(NULL, "\x1b[2J%s%n"), "^[[2J%s%n");
    assert_string_equal(said("lit \x1b[2J 13", NULL), "^[[2J of 13 paths lit");
}

/* What a collector stores depends on no language. */
static void what_is_judged_is_stored_in_english(void **state)
{
    struct link_watch *w = link_watch_new(NULL);
    struct row link = {.kind = KIND_LINK, .id = text_of("A>B")};

    (void)state;
    link.cells[LINK_PATHS] = value_int(13);
    link.cells[LINK_PATHS_LIT] = value_int(9);
    zh_begin();
    link_watch_judge(w, &link, 1000, 1000);
    assert_true(text_is(value_text_or(&link.cells[LINK_WHY], ""), "9 of 13 paths lit"));
    assert_true(text_is(value_text_or(&link.cells[LINK_REASONS], ""), "lit 9 13"));
    zh_end();
    link_watch_free(w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_reason_is_said_in_both_languages),
        cmocka_unit_test(several_stand_in_their_order),
        cmocka_unit_test(what_nobody_knows_is_said_as_it_is_stored),
        cmocka_unit_test(what_is_judged_is_stored_in_english),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
