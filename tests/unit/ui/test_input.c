#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>
#include <unistd.h>

#include "ui/input.h"
#include "ui/key.h"

struct pipe {
    int ends[2];
    struct input in;
};

static struct pipe open_pipe(void)
{
    struct pipe p;

    assert_int_equal(pipe(p.ends), 0);
    input_init(&p.in, p.ends[0]);
    p.in.esc_delay_ms = 1;
    return p;
}

static void close_pipe(struct pipe *p)
{
    close(p->ends[0]);
    if (p->ends[1] >= 0)
        close(p->ends[1]);
}

static void send_bytes(const struct pipe *p, const char *bytes)
{
    assert_int_equal(write(p->ends[1], bytes, strlen(bytes)), strlen(bytes));
}

static void keys_come_one_by_one_and_then_none(void **state)
{
    struct pipe p = open_pipe();

    (void)state;
    assert_int_equal(input_key(&p.in), KEY_CODE_NONE);
    send_bytes(&p, "j\033[B\033x");
    assert_int_equal(input_key(&p.in), 'j');
    assert_int_equal(input_key(&p.in), KEY_CODE_DOWN);
    assert_int_equal(input_key(&p.in), KEY_CODE_ESC);
    assert_int_equal(input_key(&p.in), 'x');
    assert_int_equal(input_key(&p.in), KEY_CODE_NONE);
    send_bytes(&p, "\033");
    assert_int_equal(input_key(&p.in), KEY_CODE_ESC);
    close_pipe(&p);
}

static void a_sequence_may_come_in_pieces_of_a_paste(void **state)
{
    struct pipe p = open_pipe();

    (void)state;
    send_bytes(&p, "\033[200~abc\033[20");
    assert_int_equal(input_key(&p.in), KEY_CODE_NONE);
    send_bytes(&p, "1~k");
    assert_int_equal(input_key(&p.in), KEY_CODE_PASTE);
    assert_int_equal(input_key(&p.in), 'k');
    close_pipe(&p);
}

static void a_report_of_the_mouse_in_two_pieces_types_nothing(void **state)
{
    struct pipe p = open_pipe();

    (void)state;
    for (int pieces = 0; pieces < 2; pieces++) {
        send_bytes(&p, "j\033[<0;1");
        assert_int_equal(input_key(&p.in), 'j');
        assert_int_equal(input_key(&p.in), KEY_CODE_NONE); /* the Esc delay is over */
        send_bytes(&p, "0;8Mk");
        assert_int_equal(input_key(&p.in), 'k');
    }
    send_bytes(&p, "\033[<0;1");
    assert_int_equal(input_key(&p.in), KEY_CODE_NONE);
    send_bytes(&p, "q7"); /* the rest never came */
    assert_int_equal(input_key(&p.in), 'q');
    assert_int_equal(input_key(&p.in), '7');
    send_bytes(&p, "\033[<0;10;8M");
    assert_int_equal(input_key(&p.in), KEY_CODE_CLICK);
    close_pipe(&p);
}

static void the_end_is_told(void **state)
{
    struct pipe p = open_pipe();

    (void)state;
    send_bytes(&p, "j");
    close(p.ends[1]);
    p.ends[1] = -1;
    assert_int_equal(input_key(&p.in), 'j');
    assert_int_equal(input_key(&p.in), KEY_CODE_NONE);
    assert_true(p.in.gone);
    close_pipe(&p);
}

static void an_answer_about_the_cursor_leaves_keys_alone(void **state)
{
    struct pipe p = open_pipe();

    (void)state;
    send_bytes(&p, "j\033[2;5Rk");
    assert_int_equal(input_column(&p.in, 1000), 5);
    assert_int_equal(input_key(&p.in), 'j');
    assert_int_equal(input_key(&p.in), 'k');
    send_bytes(&p, "q");
    assert_int_equal(input_column(&p.in, 5), 0);
    assert_int_equal(input_key(&p.in), 'q');
    close_pipe(&p);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(keys_come_one_by_one_and_then_none),
        cmocka_unit_test(a_sequence_may_come_in_pieces_of_a_paste),
        cmocka_unit_test(a_report_of_the_mouse_in_two_pieces_types_nothing),
        cmocka_unit_test(the_end_is_told),
        cmocka_unit_test(an_answer_about_the_cursor_leaves_keys_alone),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
