#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

#include "ui/key.h"
#include "ui/keyparse.h"

enum { KEYS_MAX = 64 };

struct keys {
    uint32_t code[KEYS_MAX];
    size_t n;
};

static void add(struct keys *k, uint32_t code)
{
    if (code != KEY_CODE_NONE && k->n < KEYS_MAX)
        k->code[k->n++] = code;
}

/* All keys of the bytes, and what is left when nothing follows. */
static struct keys keys_of(const char *bytes, size_t n)
{
    struct keyparse p = {0};
    struct keys k = {0};

    for (size_t i = 0; i < n; i++) {
        add(&k, keyparse_feed(&p, (unsigned char)bytes[i]));
        add(&k, keyparse_more(&p));
    }
    if (keyparse_pending(&p))
        add(&k, keyparse_flush(&p));
    return k;
}

static void assert_key(const char *bytes, uint32_t code)
{
    struct keys k = keys_of(bytes, strlen(bytes));

    assert_int_equal(k.n, 1);
    assert_int_equal(k.code[0], code);
}

static void assert_no_key(const char *bytes)
{
    assert_int_equal(keys_of(bytes, strlen(bytes)).n, 0);
}

static void keys_of_the_usual_terminals(void **state)
{
    (void)state;
    assert_key("\033[A", KEY_CODE_UP);
    assert_key("\033OB", KEY_CODE_DOWN);
    assert_key("\033[1;5C", KEY_CODE_RIGHT);
    assert_key("\033[5~", KEY_CODE_PGUP);
    assert_key("\033[6;2~", KEY_CODE_PGDN);
    assert_key("\033[1~", KEY_CODE_HOME);
    assert_key("\033[8~", KEY_CODE_END);
    assert_key("\033OP", KEY_CODE_F1);
    assert_key("\033[11~", KEY_CODE_F1);
    assert_key("\033[[E", KEY_CODE_F5);
    assert_key("\033[21~", KEY_CODE_F10);
    assert_key("\033[Z", KEY_CODE_BACKTAB);
    assert_key("\033[3~", KEY_CODE_DELETE);
    assert_key("\x7f", KEY_CODE_BACKSPACE);
    assert_key("\b", KEY_CODE_BACKSPACE);
    assert_key("\r", KEY_CODE_ENTER);
    assert_key("\t", KEY_CODE_TAB);
    assert_key(" ", KEY_CODE_SPACE);
    assert_key("\x04", 4);
    assert_key("中", 0x4E2D);
    assert_key("\033OM", KEY_CODE_ENTER);
    assert_key("\033Oq", '1');
    assert_key("\033[I", KEY_CODE_FOCUS_IN);
}

static void esc_acts_alone_and_makes_function_keys_of_digits(void **state)
{
    struct keys k;

    (void)state;
    assert_key("\033", KEY_CODE_ESC);
    assert_key("\0331", KEY_CODE_F1);
    assert_key("\0330", KEY_CODE_F10);
    k = keys_of("\033q", 2);
    assert_int_equal(k.n, 2);
    assert_int_equal(k.code[0], KEY_CODE_ESC);
    assert_int_equal(k.code[1], 'q');
    k = keys_of("\033\033", 2);
    assert_int_equal(k.n, 2);
}

static void replies_and_unknown_sequences_are_no_keys(void **state)
{
    (void)state;
    assert_no_key("\033[24;80R");
    assert_no_key("\033[?62;1;6c");
    assert_no_key("\033[>0;276;0c");
    assert_no_key("\033[<35;10;20M");
    assert_no_key("\033]11;rgb:0000/0000/0000\a");
    assert_no_key("\033]11;rgb:0000/0000/0000\033\\");
    assert_no_key("\033P1$r0m\033\\");
    assert_no_key("\033[27;5;120~");
    assert_no_key("\033[99999999999999999999999999999999999999~");
    assert_no_key("\033[201~");
    assert_no_key("\xff\xfe\x80");
    assert_no_key("\xc2\x9b");
}

static void the_mouse_is_a_key_with_a_place(void **state)
{
    static const char report[] = "\033[<0;10;8M";
    struct keyparse p = {0};
    uint32_t code = KEY_CODE_NONE;

    (void)state;
    for (size_t i = 0; report[i] != '\0'; i++) {
        assert_int_equal(code, KEY_CODE_NONE);
        code = keyparse_feed(&p, (unsigned char)report[i]);
    }
    assert_int_equal(code, KEY_CODE_CLICK);
    assert_int_equal(p.mouse_x, 9);
    assert_int_equal(p.mouse_y, 7);
    assert_key("\033[<64;1;1M", KEY_CODE_WHEEL_UP);
    assert_key("\033[<65;99999;99999M", KEY_CODE_WHEEL_DOWN);
}

/* Releases, moves, other buttons, those with Shift, and what is no report at all. */
static void other_reports_of_the_mouse_are_no_keys(void **state)
{
    static const char *const reports[] = {
        "\033[<0;10;8m",
        "\033[<1;10;8M",
        "\033[<2;10;8M",
        "\033[<4;10;8M",
        "\033[<32;10;8M",
        "\033[<66;1;1M",
        "\033[<0;0;8M",
        "\033[<0;10;0M",
        "\033[<0;10M",
        "\033[<0;10;8;1M",
        "\033[<M",
        "\033[<;;M",
        "\033[<0;10;8A",
        "\033[<0;10;8~",
        "\033[<-1;10;8M",
        "\033[<0;123456;8M",
        "\033[<0;000000000000000000001;8M",
        "\033[<0;1;8000000000000000000000000000M",
        "\033[<999999999999999999999999999999;1;1M",
        "\033[M !!",
        "\033[M\xff\xfe\xfd",
        "\033[M\033q\r",
    };

    (void)state;
    for (size_t i = 0; i < sizeof reports / sizeof *reports; i++)
        assert_no_key(reports[i]);
}

static void a_paste_is_swallowed_whole(void **state)
{
    static const char paste[] = "\033[200~Xqx\r\n\033[A\033[201 \033[20\033[201~j";
    struct keys k = keys_of(paste, sizeof paste - 1);

    (void)state;
    assert_int_equal(k.n, 2);
    assert_int_equal(k.code[0], KEY_CODE_PASTE);
    assert_int_equal(k.code[1], 'j');
}

static void a_character_that_is_broken_off_eats_nothing(void **state)
{
    struct keys k = keys_of("\xe4\xb8j", 3);

    (void)state;
    assert_int_equal(k.n, 1);
    assert_int_equal(k.code[0], 'j');
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(keys_of_the_usual_terminals),
        cmocka_unit_test(esc_acts_alone_and_makes_function_keys_of_digits),
        cmocka_unit_test(replies_and_unknown_sequences_are_no_keys),
        cmocka_unit_test(the_mouse_is_a_key_with_a_place),
        cmocka_unit_test(other_reports_of_the_mouse_are_no_keys),
        cmocka_unit_test(a_paste_is_swallowed_whole),
        cmocka_unit_test(a_character_that_is_broken_off_eats_nothing),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
