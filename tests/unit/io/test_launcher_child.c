#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "io/launcher.h"

/* What a command is given as an argument, and what it gives back that is long. */

#define SHELL_MAX(name_, script_, max_)                                                                                \
    (struct launcher_command)                                                                                          \
    {                                                                                                                  \
        .name = (name_), .argv = (const char *const[]){"sh", "-c", (script_), NULL}, .output_max = (max_)              \
    }

static struct launcher *start(const struct launcher_command *commands, size_t count)
{
    struct err err = {0};
    struct launcher *l = launcher_new(commands, count, &err);
    assert_non_null(l);
    return l;
}

static void test_a_command_takes_a_number_and_a_name_alone(void **state)
{
    static const char *const bad[] = {
        "",      "17 ",     "1;id",  "-1",         "17\n",   "0x1",  "123456789012345678901",
        "$(id)", "17  ams", "17 -x", "17 ams,sin", "17 a b", " ams", "17 a/b"};
    (void)state;
    const struct launcher_command commands[] = {
        {.name = "script:fra",
         .argv = (const char *const[]){"printf", "%s|", "%i", "-", "x=%i", "c=%c%", NULL},
         .number = true}};
    struct launcher *l = start(commands, 1);
    struct buf out = buf_make(1 << 20), input = buf_make(100);
    struct err err = {0};
    buf_puts(&input, "4294967294", NULL);
    assert_true(launcher_send(l, "script:fra", &input, &out, &err));
    assert_string_equal(buf_str(&out), "4294967294|-|x=4294967294|c=%|");
    buf_clear(&out);
    buf_puts(&input, " A-1_b.c", NULL);
    assert_true(launcher_send(l, "script:fra", &input, &out, &err));
    assert_string_equal(buf_str(&out), "4294967294|-|x=4294967294|c=A-1_b.c%|");
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        buf_clear(&input);
        buf_puts(&input, bad[i], NULL);
        assert_false(launcher_send(l, "script:fra", &input, &out, &err));
        assert_string_equal(err.text, "the command 'script:fra' takes a number of at most 20 digits, and a name");
    }
    assert_false(launcher_output(l, "script:fra", &out, &err));
    buf_release(&out);
    buf_release(&input);
    launcher_free(l);
}

struct long_told {
    struct loop *loop;
    size_t len;
    char last, error[ERR_TEXT_MAX];
};

static void on_long(void *ctx, struct buf *out, const struct err *err)
{
    struct long_told *t = ctx;
    t->len = out ? out->len : 0;
    t->last = t->len > 0 ? out->data[t->len - 1] : ' ';
    snprintf(t->error, sizeof t->error, "%s", err ? err->text : "");
    loop_stop(t->loop);
}

static struct long_told ask_long(struct launcher *l, const char *name)
{
    struct err err = {0};
    struct long_told t = {.loop = loop_new(&err)};
    assert_true(launcher_output_start(l, t.loop, name, on_long, &t, &err));
    assert_true(loop_run(t.loop, &err));
    loop_free(t.loop);
    return t;
}

static void test_long_outputs_come_whole(void **state)
{
    (void)state;
    const struct launcher_command commands[] = {
        SHELL_MAX("most", "head -c 4194303 /dev/zero | tr '\\0' x; printf y", 4 << 20),
        SHELL_MAX("more", "head -c 4194305 /dev/zero", 4 << 20),
        SHELL_MAX("plain", "head -c 65537 /dev/zero", 0),
    };
    struct launcher *l = start(commands, 3);
    struct buf out = buf_make(8 << 20);
    struct err err = {0};
    assert_true(launcher_output(l, "most", &out, &err));
    assert_int_equal(out.len, 4 << 20);
    assert_int_equal(out.data[out.len - 1], 'y');
    struct long_told t = ask_long(l, "most");
    assert_int_equal(t.len, 4 << 20);
    assert_int_equal(t.last, 'y');
    t = ask_long(l, "more");
    assert_string_equal(t.error, "the command 'more' printed more than 4194304 bytes");
    t = ask_long(l, "plain");
    assert_string_equal(t.error, "the command 'plain' printed more than 65536 bytes");
    buf_release(&out);
    launcher_free(l);
}

static void test_a_command_takes_a_name_alone(void **state)
{
    static const char *const bad[] = {"", "gpu state=up", "gpu,cpu", "-x", "a/b", "$(id)", "17 gpu", "gpu\n"};
    (void)state;
    const struct launcher_command commands[] = {
        {.name = "drain:fra", .argv = (const char *const[]){"printf", "%s|", "p=%c", "%i", NULL}, .word = true}};
    struct launcher *l = start(commands, 1);
    struct buf out = buf_make(1 << 20), input = buf_make(100);
    struct err err = {0};
    buf_puts(&input, "gpu_a-100.x", NULL);
    assert_true(launcher_send(l, "drain:fra", &input, &out, &err));
    assert_string_equal(buf_str(&out), "p=gpu_a-100.x||");
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        buf_clear(&input);
        buf_puts(&input, bad[i], NULL);
        assert_false(launcher_send(l, "drain:fra", &input, &out, &err));
        assert_string_equal(err.text,
                            "the command 'drain:fra' takes a name of at most 64 letters, digits, '_', '.' and '-'");
    }
    assert_false(launcher_output(l, "drain:fra", &out, &err));
    buf_release(&out);
    buf_release(&input);
    launcher_free(l);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_command_takes_a_number_and_a_name_alone),
        cmocka_unit_test(test_a_command_takes_a_name_alone),
        cmocka_unit_test(test_long_outputs_come_whole),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
