#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "domain/row_held.h"
#include "unit/domain/random_row.h"

enum { ROWS = 3000, AT_ONCE = 50, ROOM = 1 << 12 };

struct one {
    char packed[ROOM], held[ROOM];
    size_t packed_len, held_len;
    enum kind kind;
};

static void hold(struct row_holder *h, struct one *o, const struct row *row)
{
    struct buf b = buf_make(ROOM);
    assert_true(row_pack(row, &b, NULL));
    assert_true(ROW_HELD_ROOM(b.len) <= ROOM);
    o->kind = row->kind;
    o->packed_len = b.len;
    memcpy(o->packed, b.data, b.len);
    o->held_len = row_hold(h, row->kind, o->packed, o->packed_len, o->held);
    assert_true(o->held_len <= o->packed_len + 2);
    buf_release(&b);
}

/* Every cell is what the packed row says, read whole and one by one. */
static void assert_same(const struct row_holder *h, const struct one *o)
{
    struct row want = {0}, got = {0};
    struct row_held held = {o->held, o->held_len, &h->words};
    assert_true(row_unpack(o->kind, o->packed, o->packed_len, &want, NULL));
    assert_true(row_held_unpack(o->kind, held, &got, NULL));
    for (int f = -1; f <= KIND_FIELDS_MAX; f++) {
        uint32_t word;
        struct value peeked = row_held_word(o->kind, held, f, &word);
        struct value expected = f < 0 || f >= KIND_FIELDS_MAX ? value_none() : want.cells[f];
        assert_true(value_equal(&peeked, &expected));
        if (f >= 0 && f < KIND_FIELDS_MAX)
            assert_true(value_equal(&got.cells[f], &expected));
        if (word != INTERN_NONE)
            assert_true(text_equal(intern_text(&h->words, word), value_text_or(&expected, "?")));
    }
    if (o->kind == KIND_JOB) {
        struct value a = row_waited_s(&want, 5000), b = row_held_waited(held, 5000);
        assert_true(value_equal(&a, &b));
    }
}

static void what_is_held_comes_back(void **state)
{
    (void)state;
    struct row_holder h = {0};
    struct one *all = calloc(AT_ONCE, sizeof *all);
    uint64_t seed = 9;

    for (int i = 0; i < ROWS; i++) {
        struct one *o = &all[i % AT_ONCE];
        struct row row = random_row(&seed, KIND_JOB);
        row_held_drop(&h, KIND_JOB, o->held, o->held_len);
        hold(&h, o, &row);
        assert_same(&h, o);
        assert_same(&h, &all[(size_t)random_next(&seed) % (size_t)(i < AT_ONCE ? i + 1 : AT_ONCE)]);
    }
    for (int i = 0; i < AT_ONCE; i++)
        row_held_drop(&h, KIND_JOB, all[i].held, all[i].held_len);
    for (size_t f = 0; f < KIND_FIELDS_MAX; f++)
        assert_int_equal(h.fields[f].plain, 0);
    for (size_t w = 0; w < intern_size(&h.words); w++)
        assert_true(text_empty(intern_text(&h.words, (uint32_t)w))); /* nobody counts any more */
    free(all);
    row_holder_release(&h);
}

/* Names that never come again do not fill the memory of words. */
static void what_seldom_comes_again_stays_in_its_row(void **state)
{
    (void)state;
    struct row_holder h = {0};
    static struct one one;
    char text[32];

    for (int i = 0; i < 50000; i++) {
        struct row row = {.kind = KIND_JOB};
        snprintf(text, sizeof text, "unique-%d", i);
        row.cells[JOB_NAME] = value_text(text_of(text));
        row.cells[JOB_USER] = value_text(text_of("anna"));
        hold(&h, &one, &row);
    }
    assert_true(h.fields[JOB_NAME].plain > 30000);
    assert_int_equal(h.fields[JOB_USER].plain, 0);
    assert_int_equal(h.fields[JOB_USER].distinct, 1);
    assert_same(&h, &one);
    assert_true(one.held_len < one.packed_len);
    row_holder_release(&h);
}

/* Bytes of an enemy are held as bytes that make no sense, and count nothing. */
static void nonsense_stays_nonsense(void **state)
{
    (void)state;
    struct row_holder h = {0};
    struct row row = {.kind = KIND_JOB};
    static struct one one;
    uint64_t seed = 21;

    row.cells[JOB_NAME] = value_text(text_of("train"));
    row.cells[JOB_USER] = value_text(text_of("anna"));
    row.cells[JOB_CPUS] = value_int(3);
    hold(&h, &one, &row);
    for (int i = 0; i < ROWS; i++) {
        char broken[ROOM], held[ROOM];
        size_t n = 1 + (size_t)random_next(&seed) % one.packed_len;
        memcpy(broken, one.packed, n);
        broken[random_next(&seed) % n] = (char)random_next(&seed);
        struct row a = {0}, b = {0};
        bool ok = row_unpack(KIND_JOB, broken, n, &a, NULL);
        size_t held_len = row_hold(&h, KIND_JOB, broken, n, held);
        struct row_held as_held = {held, held_len, &h.words};
        assert_int_equal(row_held_unpack(KIND_JOB, as_held, &b, NULL), ok);
        for (size_t f = 0; ok && f < KIND_FIELDS_MAX; f++)
            assert_true(value_equal(&a.cells[f], &b.cells[f]));
        row_held_drop(&h, KIND_JOB, held, held_len);
    }
    assert_same(&h, &one);
    row_held_drop(&h, KIND_JOB, one.held, one.held_len);
    for (size_t w = 0; w < intern_size(&h.words); w++)
        assert_true(text_empty(intern_text(&h.words, (uint32_t)w)));
    row_holder_release(&h);
}

static bool is_anna(const void *ctx, struct safe_text text)
{
    ++*(int *)(uintptr_t)ctx;
    return text_is(text, "anna");
}

/* A text with a number is asked once, however many rows have it. */
static void words_are_asked_once(void **state)
{
    (void)state;
    struct row_holder h = {0};
    struct row row = {.kind = KIND_JOB};
    static struct one one;
    unsigned char said[16] = {0};
    int asked = 0;
    struct row_asked ask = {said, is_anna, &asked};

    row.cells[JOB_NAME] = value_text(text_of("train"));
    row.cells[JOB_USER] = value_text(text_of("anna"));
    hold(&h, &one, &row);
    for (int i = 0; i < 10; i++)
        assert_true(row_held_any(KIND_JOB, &(struct row_held){one.held, one.held_len, &h.words}, &ask));
    assert_int_equal(asked, 2);
    assert_true(row_held_any(KIND_JOB, &(struct row_held){one.packed, one.packed_len, NULL}, &ask));
    row_holder_release(&h);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_held_comes_back),
        cmocka_unit_test(what_seldom_comes_again_stays_in_its_row),
        cmocka_unit_test(nonsense_stays_nonsense),
        cmocka_unit_test(words_are_asked_once),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
