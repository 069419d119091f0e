#include "domain/hostlist.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

struct heard {
    char text[512];
    size_t count, most;
};

static bool hear(void *ctx, struct safe_text name)
{
    struct heard *h = ctx;
    char shown[HOSTLIST_NAME_BYTES];

    h->count++;
    if (strlen(h->text) + text_len(name) + 2 < sizeof h->text)
        snprintf(h->text + strlen(h->text), sizeof h->text - strlen(h->text), "%s%s", h->text[0] ? " " : "",
                 text_show_in(name, shown, sizeof shown));
    return h->most == 0 || h->count < h->most;
}

static void expands(const char *list, const char *names)
{
    struct heard h = {.count = 0};

    if (!hostlist_each(text_of(list), hear, &h))
        fail_msg("'%s' makes no sense", list);
    assert_string_equal(h.text, names);
}

static void lists_of_slurm(void **state)
{
    (void)state;
    expands("", "");
    expands("big", "big");
    expands("a,b", "a b");
    expands("tux[0-3]", "tux0 tux1 tux2 tux3");
    expands("tux[08-11,7],big", "tux08 tux09 tux10 tux11 tux7 big");
    expands("r[1-2]n[09-10]", "r1n09 r1n10 r2n09 r2n10");
    expands("x[1]y", "x1y");
    expands("fra-r01n01,fra-r01n02", "fra-r01n01 fra-r01n02");
}

static void nonsense_is_told(void **state)
{
    static const char *const bad[] = {"a[",
                                      "a[]",
                                      "a[1-]",
                                      "a[-1]",
                                      "a[1,]",
                                      "a[b]",
                                      "a,,b",
                                      "a[1-2-3",
                                      "a[1",
                                      ",a",
                                      "a,",
                                      "a[1x]",
                                      "a[1-99999999999]",
                                      "a[0-70000]",
                                      "n[10-9]",
                                      "a[0-999999999]b[10-9]"};

    (void)state;
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        struct heard h = {.count = 0};
        if (hostlist_each(text_of(bad[i]), hear, &h))
            fail_msg("'%s' is taken for a list", bad[i]);
        assert_true(h.count <= HOSTLIST_NAMES_MAX);
    }
    assert_false(hostlist_each(text_from("a\0b", 3), hear, &(struct heard){.count = 0}));
    assert_false(hostlist_each(text_of("a[1-2][1-2][1-2][1-2][1-2]"), hear, &(struct heard){.count = 0}));
}

static void long_names_are_refused(void **state)
{
    char name[HOSTLIST_NAME_BYTES + 8];

    (void)state;
    memset(name, 'n', sizeof name);
    name[HOSTLIST_NAME_BYTES - 1] = '\0';
    assert_true(hostlist_each(text_of(name), hear, &(struct heard){.count = 0}));
    name[HOSTLIST_NAME_BYTES - 1] = 'n';
    name[HOSTLIST_NAME_BYTES] = '\0';
    assert_false(hostlist_each(text_of(name), hear, &(struct heard){.count = 0}));
}

static void who_has_enough_hears_no_more(void **state)
{
    struct heard h = {.most = 3};

    (void)state;
    assert_true(hostlist_each(text_of("a[1-9],b[1-9]"), hear, &h));
    assert_int_equal(h.count, 3);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(lists_of_slurm),
        cmocka_unit_test(nonsense_is_told),
        cmocka_unit_test(long_names_are_refused),
        cmocka_unit_test(who_has_enough_hears_no_more),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
