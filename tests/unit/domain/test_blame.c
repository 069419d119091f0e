#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "domain/blame.h"

enum { MOST = 64 };
struct world {
    struct row links[MOST];
    size_t n;
};

static struct row *add(struct world *w, const char *from, const char *to, const char *severity)
{
    struct row *link = &w->links[w->n++];

    *link = (struct row){.kind = KIND_LINK};
    link->cells[LINK_FROM] = value_text(text_of(from));
    link->cells[LINK_TO] = value_text(text_of(to));
    link->cells[LINK_SEVERITY] = value_text(text_of(severity));
    return link;
}

/* The first `bad` of `n` links of an end with others that are nobody's; each other one goes the other way. */
static void add_others(struct world *w, const char *end, size_t n, size_t bad)
{
    for (size_t i = 0; i < n; i++) {
        const char *severity = i >= bad ? "ok" : i % 2 == 0 ? "crit" : "warn";
        add(w, i % 2 == 0 ? end : "x", i % 2 == 0 ? "x" : end, severity);
    }
}

static void is(const struct world *w, enum blame_what what, const char *want)
{
    struct blame b = blame_of(w->links, w->n, text_of("SHG"), text_of("SZ"));
    struct buf out = buf_make(1024);

    blame_sentence(&b, text_of("SHG"), text_of("SZ"), &out);
    assert_string_equal(buf_str(&out), want);
    assert_int_equal(b.what, what);
    buf_release(&out);
}

/* Both directions bad, and what the others say. */
static struct world bad_with(size_t from, size_t from_bad, size_t to, size_t to_bad)
{
    struct world w = {.n = 0};

    add(&w, "x", "y", "crit"); /* of others: says nothing */
    add_others(&w, "SHG", from, from_bad);
    add(&w, "SHG", "SZ", "crit");
    add(&w, "SZ", "SHG", "warn");
    add_others(&w, "SZ", to, to_bad);
    return w;
}

static void the_path_or_a_site(void **state)
{
    static const struct {
        size_t from, from_bad, to, to_bad;
        enum blame_what what;
        const char *want;
    } cases[] = {
        {8, 0, 3, 0, BLAME_PATH, "the path: SHG's other 8 links and SZ's other 3 links are well"},
        {1, 0, 3, 1, BLAME_PATH, "the path: SHG's other link and 2 of SZ's 3 other links are well"},
        {8, 4, 3, 0, BLAME_PATH, "the path: 4 of SHG's 8 other links and SZ's other 3 links are well"},
        {8, 6, 3, 0, BLAME_FROM, "the site SHG: 6 of its 8 other links are bad as well"},
        {8, 6, 3, 1, BLAME_FROM, "the site SHG: 6 of its 8 other links are bad as well"},
        {8, 6, 0, 0, BLAME_FROM, "the site SHG: 6 of its 8 other links are bad as well"},
        {8, 4, 3, 2, BLAME_TO, "the site SZ: 2 of its 3 other links are bad as well"},
        {8, 0, 1, 1, BLAME_TO, "the site SZ: its other link is bad as well"},
        {8, 6, 3, 3, BLAME_BOTH, "both sites: 6 of SHG's 8 other links and 3 of SZ's 3 are bad as well"},
        {8, 0, 0, 0, BLAME_UNKNOWN, "cannot be told: SZ has no other link"},
        {0, 0, 3, 0, BLAME_UNKNOWN, "cannot be told: SHG has no other link"},
        {0, 0, 0, 0, BLAME_UNKNOWN, "cannot be told: SHG has no other link"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct world w = bad_with(cases[i].from, cases[i].from_bad, cases[i].to, cases[i].to_bad);
        is(&w, cases[i].what, cases[i].want);
    }
}

static void one_direction_alone(void **state)
{
    struct world w = bad_with(2, 0, 2, 0);

    (void)state;
    w.links[4].cells[LINK_SEVERITY] = value_text(text_of("ok"));
    is(&w, BLAME_PATH,
       "the path: SHG's other 2 links and SZ's other 2 links are well; only SHG>SZ, the way back is well");
    w.links[4].cells[LINK_SEVERITY] = value_text(text_of("unknown")); /* nobody knows the way back */
    is(&w, BLAME_PATH, "the path: SHG's other 2 links and SZ's other 2 links are well");
    w.links[4].cells[LINK_SEVERITY] = value_text(text_of("crit"));
    w.links[3].cells[LINK_SEVERITY] = value_text(text_of("notice"));
    is(&w, BLAME_PATH,
       "the path: SHG's other 2 links and SZ's other 2 links are well; only SZ>SHG, the way back is well");
}

static void nothing_is_wrong(void **state)
{
    struct world w = {.n = 0};

    (void)state;
    add_others(&w, "SHG", 8, 8); /* whatever is wrong elsewhere */
    add(&w, "SZ", "SHG", "ok");
    is(&w, BLAME_NOTHING, "nothing: SZ>SHG is well");
    add(&w, "SHG", "SZ", "notice");
    is(&w, BLAME_NOTHING, "nothing: SHG>SZ is well, and so is the way back");
}

static void nothing_is_known(void **state)
{
    struct world w = {.n = 0};

    (void)state;
    is(&w, BLAME_UNKNOWN, "cannot be told: no link between SHG and SZ");
    add_others(&w, "SHG", 8, 8);
    is(&w, BLAME_UNKNOWN, "cannot be told: no link between SHG and SZ");
    struct row *link = add(&w, "SHG", "SZ", "unknown");
    is(&w, BLAME_UNKNOWN, "cannot be told: nothing is measured between SHG and SZ");
    link->cells[LINK_SEVERITY] = value_text(text_of("crit"));
    link->stale = true;
    is(&w, BLAME_UNKNOWN, "cannot be told: nothing is measured between SHG and SZ");
}

static void what_is_stale_or_impossible_is_not_counted(void **state)
{
    struct world w = bad_with(3, 0, 0, 0);

    (void)state;
    for (int i = 0; i < 3; i++)
        add(&w, "SZ", "x", "crit")->stale = true;
    struct row *link = add(&w, "SZ", "x", "notice");
    link->cells[LINK_ONE_WAY_MS] = value_real(0.5);
    link->cells[LINK_ONE_WAY_BASIS] = value_text(text_of("measured"));
    link->cells[LINK_PHYSICAL_MIN_MS] = value_real(1.2);
    is(&w, BLAME_UNKNOWN, "cannot be told: no other link of SZ is measured");
}

static void above_its_baseline_is_bad_before_it_warns(void **state)
{
    struct world w = bad_with(2, 0, 2, 0);

    (void)state;
    for (int i = 1; i <= 2; i++) {
        w.links[i].cells[LINK_ONE_WAY_MS] = value_real(5);
        w.links[i].cells[LINK_ONE_WAY_BASIS] = value_text(text_of("half_rtt"));
        w.links[i].cells[LINK_BASELINE_MS] = value_real(i == 1 ? 3 : 4.4);
    }
    is(&w, BLAME_PATH, "the path: 1 of SHG's 2 other links and SZ's other 2 links are well");
    w.links[2].cells[LINK_BASELINE_MS] = value_real(3);
    is(&w, BLAME_FROM, "the site SHG: 2 of its 2 other links are bad as well");
}

static void names_cannot_obey_the_terminal(void **state)
{
    struct world w = bad_with(2, 0, 2, 0);
    struct blame b = blame_of(w.links, w.n, text_of("SHG"), text_of("SZ"));
    struct buf out = buf_make(1024);

    (void)state;
    blame_sentence(&b, text_of("韶关"), text_of("\x1b[2J"), &out);
    assert_null(strchr(buf_str(&out), '\x1b'));
    assert_non_null(strstr(buf_str(&out), "韶关's other 2 links"));
    buf_release(&out);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_path_or_a_site),
        cmocka_unit_test(one_direction_alone),
        cmocka_unit_test(nothing_is_wrong),
        cmocka_unit_test(nothing_is_known),
        cmocka_unit_test(what_is_stale_or_impossible_is_not_counted),
        cmocka_unit_test(above_its_baseline_is_bad_before_it_warns),
        cmocka_unit_test(names_cannot_obey_the_terminal),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
