#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/intern.h"

enum { NAMES = 300, ROUNDS = 20000 };

static struct safe_text name(unsigned nr, char out[16])
{
    snprintf(out, 16, "name%u", nr);
    return text_of(out);
}

static void a_text_has_one_number(void **state)
{
    (void)state;
    struct intern in = {0};
    bool is_new;

    assert_int_equal(intern_find(&in, text_of("anna")), INTERN_NONE);
    uint32_t anna = intern_take(&in, text_of("anna"), &is_new);
    assert_true(is_new);
    uint32_t empty = intern_take(&in, text_of(""), &is_new);
    assert_true(is_new);
    assert_int_not_equal(anna, empty);
    assert_int_equal(intern_take(&in, text_of("anna"), &is_new), anna);
    assert_false(is_new);
    assert_int_equal(intern_find(&in, text_of("anna")), anna);
    assert_true(text_is(intern_text(&in, anna), "anna"));
    uint32_t binary = intern_take(&in, text_from("a\0b", 3), &is_new);
    assert_true(text_equal(intern_text(&in, binary), text_from("a\0b", 3)));
    assert_int_equal(intern_size(&in), 3);
    intern_release(&in);
    assert_int_equal(intern_find(&in, text_of("anna")), INTERN_NONE);
}

/* It stays as long as anybody counts it; then its number goes to another text, and the generation says so. */
static void a_number_is_used_again(void **state)
{
    (void)state;
    struct intern in = {0};
    bool is_new;
    uint32_t anna = intern_take(&in, text_of("anna"), &is_new);

    intern_keep(&in, anna);
    intern_drop(&in, anna);
    assert_int_equal(intern_find(&in, text_of("anna")), anna);
    intern_drop(&in, anna);
    assert_int_equal(intern_find(&in, text_of("anna")), INTERN_NONE);
    assert_true(text_empty(intern_text(&in, anna)));
    unsigned before = in.generation;
    assert_int_equal(intern_take(&in, text_of("boris"), &is_new), anna);
    assert_int_not_equal(in.generation, before);
    assert_true(text_is(intern_text(&in, anna), "boris"));
    assert_int_equal(intern_size(&in), 1);
    intern_release(&in);
}

/* Against counts that are kept in an array. */
static void many_come_and_go(void **state)
{
    (void)state;
    struct intern in = {0};
    unsigned counts[NAMES] = {0};
    uint32_t numbers[NAMES] = {0};
    uint64_t seed = 3;
    char text[16];
    bool is_new;

    for (int i = 0; i < ROUNDS; i++) {
        seed = seed * UINT64_C(6364136223846793005) + 1442695040888963407u;
        unsigned nr = (unsigned)(seed >> 33) % NAMES;
        if (seed >> 60 < 8) {
            uint32_t number = intern_take(&in, name(nr, text), &is_new);
            assert_int_equal(is_new, counts[nr] == 0);
            assert_true(is_new || number == numbers[nr]);
            numbers[nr] = number;
            counts[nr]++;
        } else if (counts[nr]) {
            intern_drop(&in, numbers[nr]);
            counts[nr]--;
        }
    }
    for (unsigned nr = 0; nr < NAMES; nr++) {
        assert_int_equal(intern_find(&in, name(nr, text)), counts[nr] ? numbers[nr] : (uint32_t)INTERN_NONE);
        if (counts[nr])
            assert_true(text_is(intern_text(&in, numbers[nr]), text));
    }
    assert_true(intern_size(&in) <= NAMES);
    intern_release(&in);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_text_has_one_number),
        cmocka_unit_test(a_number_is_used_again),
        cmocka_unit_test(many_come_and_go),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
