#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "domain/contact.h"

/* Whom to call, in which order, and how much of a number is shown. */

static const char *phone_of(const char *phone, bool full)
{
    static char text[256];
    struct buf out = buf_make(sizeof text);
    contact_phone(text_of(phone), full, &out);
    memcpy(text, buf_str(&out), out.len + 1);
    buf_release(&out);
    return text;
}

static void test_numbers(void **state)
{
    (void)state;
    assert_string_equal(phone_of("+86 139 0000 0021", false), "+86 139 **** 0021");
    assert_string_equal(phone_of("+86 139 0000 0021", true), "+86 139 0000 0021");
    assert_string_equal(phone_of("13900000021", false), "139 **** 0021");
    assert_string_equal(phone_of("0751-888 1234", false), "075 **** 1234");
    assert_string_equal(phone_of("+8613900000021", false), "+861 **** 0021");
    assert_string_equal(phone_of("10000", false), "10000");
    assert_string_equal(phone_of("8881-2345", false), "888 **** 2345");
    assert_string_equal(phone_of("", false), "-");
    assert_null(strchr(phone_of("139\x1b[2J00000021", true), '\x1b'));
    assert_null(strchr(phone_of("139\x1b[2J00000021", false), '\x1b'));
}

static void test_the_call_tree(void **state)
{
    (void)state;
    const struct safe_text link[] = {text_of("rule=link"), text_of("cluster=SHG")}, heat[] = {text_of("rule=heat")};
    const struct safe_text gui = text_of("GUI");
    const struct scope scope = {.lists = {[1] = {CONCERN_CLUSTER, &gui, 1}}};
    const struct contact all[] = {
        {.role = text_of("lead"), .level = 2},
        {.role = text_of("net"), .level = 1, .conditions = link, .condition_count = 2},
        {.role = text_of("cool"), .level = 1, .conditions = heat, .condition_count = 1},
        {.role = text_of("net2"), .level = 1, .conditions = link, .condition_count = 1},
        {.role = text_of("gui"), .level = 3, .scope = &scope},
    };
    const struct contact *tree[5];
    struct concern c = {.is = {[CONCERN_RULE] = text_of("link"), [CONCERN_CLUSTER] = text_of("ZJK")}};
    assert_int_equal(contact_tree(all, 5, &c, tree, 5), 3);
    assert_ptr_equal(tree[0], &all[1]); /* one of its conditions holds */
    assert_ptr_equal(tree[1], &all[3]);
    assert_ptr_equal(tree[2], &all[0]);
    assert_int_equal(contact_tree(all, 5, &c, tree, 2), 2);
    c = (struct concern){.is = {[CONCERN_RULE] = text_of("heat")}};
    assert_int_equal(contact_tree(all, 5, &c, tree, 5), 3);
    assert_ptr_equal(tree[0], &all[2]);
    assert_ptr_equal(tree[2], &all[4]); /* of which cluster is not known: it may be theirs */
}

/* --- the roster --- */

static struct contact_duty duty[CONTACT_ROSTER_MAX];
static size_t count;

static bool reads(const char *text, struct err *err)
{
    *err = (struct err){0};
    return contact_roster_read(text, strlen(text), duty, &count, err);
}

static void test_a_roster(void **state)
{
    (void)state;
    struct err err;
    const struct contact_duty *out[4];
    assert_true(reads("# who\nnet 王强  +86 139 0000 0021\n\n  net he.j 13800000022\ncool li.wei 10086\n", &err));
    assert_int_equal(count, 3);
    assert_true(text_is(duty[0].name, "王强"));
    assert_true(text_is(duty[0].phone, "+86 139 0000 0021"));
    assert_int_equal(contact_on_duty(duty, count, text_of("net"), out, 4), 2);
    assert_true(text_is(out[1]->name, "he.j"));
    assert_int_equal(contact_on_duty(duty, count, text_of("power"), out, 4), 0);
}

static void test_a_roster_that_makes_no_sense(void **state)
{
    (void)state;
    struct err err;
    static char many[CONTACT_ROSTER_BYTES_MAX + 2];
    assert_false(reads("net wang.q 10000\nnet he.j\n", &err));
    assert_string_equal(err.text, "line 2 of the roster has fewer than three words");
    assert_false(reads("net wang.q tomorrow\n", &err));
    assert_string_equal(err.text, "line 1 of the roster has no phone number behind the name");
    assert_false(reads("net wang.q 139\x1b[2J\n", &err));
    assert_false(reads("net w\xff 10000\n", &err));
    assert_string_equal(err.text, "line 1 of the roster is not UTF-8");
    assert_false(reads("", &err));
    assert_string_equal(err.text, "the roster names nobody");
    memset(many, '\n', sizeof many - 1);
    assert_false(reads(many, &err));
    assert_string_equal(err.text, "the roster has more than 65536 bytes");
    for (size_t i = 0; i < CONTACT_ROSTER_MAX + 1; i++)
        memcpy(many + i * 8, "a b 100\n", 8);
    many[(CONTACT_ROSTER_MAX + 1) * 8] = '\0';
    assert_false(reads(many, &err));
    assert_string_equal(err.text, "the roster has more than 500 lines");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_numbers),
        cmocka_unit_test(test_the_call_tree),
        cmocka_unit_test(test_a_roster),
        cmocka_unit_test(test_a_roster_that_makes_no_sense),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
