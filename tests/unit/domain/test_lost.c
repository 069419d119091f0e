#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "domain/lost.h"

static struct row node(const char *id, const char *state)
{
    struct row row = {.kind = KIND_NODE, .id = text_of(id), .source = text_of("fra"), .since_ms = 1000};

    row.cells[NODE_STATE] = value_text(text_of(state));
    row.cells[NODE_ACCELS_FREE] = value_int(0); /* zeros among the packed bytes */
    row.cells[NODE_JOBS] = value_int(0);
    row.cells[NODE_RACK] = value_text(text_of("r1"));
    return row;
}

static void see(struct lost *l, const char *id, const char *before, const char *after, int64_t at_ms)
{
    struct row was = node(id, before ? before : ""), now = node(id, after ? after : "");

    lost_see(l, before ? &was : NULL, after ? &now : NULL, at_ms);
}

static void is(struct lost *l, const char *want)
{
    const struct row *rows;
    const int64_t *lost_ms;
    struct buf b = buf_make(4096);
    size_t n = lost_list(l, &rows, &lost_ms);

    for (size_t i = 0; i < n; i++) {
        buf_puts(&b, i > 0 ? " " : "", NULL);
        text_show(rows[i].source, -1, &b);
        buf_putc(&b, '/', NULL);
        text_show(rows[i].id, -1, &b);
        buf_printf(&b, NULL, "@%lld", (long long)lost_ms[i]);
        assert_true(text_is(value_text_or(&rows[i].cells[NODE_RACK], ""), "r1"));
        assert_int_equal(rows[i].kind, KIND_NODE);
        assert_false(rows[i].stale);
    }
    assert_string_equal(buf_str(&b), want);
    buf_release(&b);
}

static void comes_and_goes(void **state)
{
    struct lost *l = lost_new();

    (void)state;
    is(l, "");
    see(l, "a", "up", "down", 5000);
    see(l, "b", NULL, "down", 6000);
    see(l, "c", "up", "drained", 7000);
    is(l, "fra/a@5000 fra/b@6000");
    see(l, "a", "down", "down", 9000); /* with another reason: lost since then as before */
    is(l, "fra/a@5000 fra/b@6000");
    see(l, "a", "down", "drained", 9000); /* somebody has it in hand */
    see(l, "b", "down", NULL, 9000);      /* it is not in the fleet any more */
    see(l, "d", "up", NULL, 9000);
    is(l, "");
    see(l, "a", "drained", "down", 11000);
    is(l, "fra/a@11000");
    lost_free(l);
}

static void what_was_lost_before(void **state)
{
    struct lost *l = lost_new();
    struct row a = node("a", "down"), b = node("b", "down"), c = node("c", "idle");

    (void)state;
    a.cells[NODE_REASON_AT] = value_time(400);
    lost_remember(l, &a);
    lost_remember(l, &b);
    lost_remember(l, &c);
    is(l, "fra/a@400 fra/b@1000");
    lost_free(l);
}

static void many(void **state)
{
    struct lost *l = lost_new();
    const struct row *rows;
    const int64_t *lost_ms;
    char id[32];

    (void)state;
    for (int i = 0; i < LOST_MAX + 10; i++) {
        snprintf(id, sizeof id, "n%d", i);
        see(l, id, "up", "down", i);
    }
    assert_int_equal(lost_list(l, &rows, &lost_ms), LOST_MAX);
    for (int i = 0; i < LOST_MAX + 10; i++) {
        snprintf(id, sizeof id, "n%d", i);
        see(l, id, "down", "up", i);
    }
    is(l, "");
    lost_free(l);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(comes_and_goes),
        cmocka_unit_test(what_was_lost_before),
        cmocka_unit_test(many),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
