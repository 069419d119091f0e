#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "unit/domain/symptom_kit.h"

/* What links need somebody for; the other rules are in test_symptom_rules.c. */

static const int64_t now = INT64_C(1795230000000);

struct world {
    struct row links[4], queue;
    struct verdict_facts facts;
};

static void begin(struct world *w)
{
    *w = (struct world){.facts = {.links = w->links, .queues = &w->queue, .now_ms = now}};
}

static struct row *add_link(struct world *w, const char *id, const char *severity, const char *why, int64_t since_s)
{
    struct row *row = &w->links[w->facts.n_links++];

    *row = (struct row){.kind = KIND_LINK, .id = text_of(id)};
    row->cells[LINK_SEVERITY] = value_text(text_of(severity));
    if (why != NULL)
        row->cells[LINK_WHY] = value_text(text_of(why));
    if (since_s >= 0)
        row->cells[LINK_SINCE] = value_time(now - since_s * 1000);
    return row;
}

static void set_delay(struct row *link, double ms, double contract)
{
    link->cells[LINK_ONE_WAY_MS] = value_real(ms);
    link->cells[LINK_ONE_WAY_BASIS] = value_text(text_of("measured"));
    link->cells[LINK_RING_CONTRACT_MS] = value_real(contract);
}

/* "crit age=840: text | sentence" a link, the queue as its word. */
static const char *told(const struct world *w, char *out, size_t size)
{
    struct symptom_list l = kit_symptoms(&w->facts);
    struct buf b = buf_make(size - 1);

    for (size_t i = 0; i < l.count; i++) {
        const struct symptom *f = &l.all[i];
        buf_printf(&b, NULL, "%s%s %s age=%lld: ", i > 0 ? "\n" : "", f->severity == SEVERITY_CRIT ? "crit" : "warn",
                   symptom_word(f->rule), (long long)(f->age_ms < 0 ? -1 : f->age_ms / 1000));
        assert_int_equal(f->jobs, f->rule == SYMPTOM_LINK ? -1 : 9000);
        symptom_text(f, &b);
        buf_puts(&b, " | ", NULL);
        symptom_sentence(f, &b);
    }
    memcpy(out, buf_str(&b), b.len + 1);
    buf_release(&b);
    symptom_list_release(&l);
    return out;
}

static void is(const struct world *w, const char *want)
{
    char have[4096];

    assert_string_equal(told(w, have, sizeof have), want);
}

static void a_link_that_breaks_its_promise(void **state)
{
    struct world w;

    (void)state;
    begin(&w);
    struct row *link = add_link(&w, "SHG>SZ", "crit", "3.42 ms one-way > 3 ms promised", 840);
    set_delay(link, 3.42, 3);
    is(&w, "crit link age=840: 3.42 ms one-way > 3 ms promised | "
           "SHG>SZ 3.42 ms one-way (promised 3) for 14m");
    link->cells[LINK_PATHS] = value_int(13);
    link->cells[LINK_PATHS_LIT] = value_int(9);
    link->cells[LINK_USED_PCT] = value_real(97);
    link->cells[LINK_WHY] = value_text(text_of("3.42 ms one-way > 3 ms promised; 9 of 13 paths lit"));
    is(&w, "crit link age=840: 3.42 ms one-way > 3 ms promised; 9 of 13 paths lit | "
           "SHG>SZ 3.42 ms one-way (promised 3) for 14m; 9 of 13 lit; 97 % used");
    link->cells[LINK_PATHS_LIT] = value_int(13); /* what is well is not told */
    link->cells[LINK_USED_PCT] = value_real(69);
    link->cells[LINK_SINCE] = value_none();
    is(&w, "crit link age=-1: 3.42 ms one-way > 3 ms promised; 9 of 13 paths lit | "
           "SHG>SZ 3.42 ms one-way (promised 3)");
}

static void a_promise_that_holds_again(void **state)
{
    struct world w;

    (void)state;
    begin(&w);
    struct row *link = add_link(&w, "SHG>SZ", "crit", "1.67 ms one-way, was over 3 ms promised", 840);
    set_delay(link, 1.67, 3);
    link->cells[LINK_REASONS] = value_list(text_of("was_over 1.67 3"));
    link->cells[LINK_PATHS] = value_int(13);
    link->cells[LINK_PATHS_LIT] = value_int(9);
    is(&w, "crit link age=840: 1.67 ms one-way, was over 3 ms promised | "
           "SHG>SZ relieved: 1.67 ms (promised 3); fibre not repaired; 9 of 13 lit");
    link->cells[LINK_PATHS_LIT] = value_int(13);
    is(&w, "crit link age=840: 1.67 ms one-way, was over 3 ms promised | SHG>SZ relieved: 1.67 ms (promised 3)");
}

static void what_else_is_wrong_with_a_link(void **state)
{
    struct world w;

    (void)state;
    begin(&w);
    struct row *link = add_link(&w, "a>b", "warn", "usual 10.7 ms, now 14.2 ms; loss 0.2 % > 0.1 %", 60);
    set_delay(link, 14.2, 20);
    is(&w, "warn link age=60: usual 10.7 ms, now 14.2 ms; loss 0.2 % > 0.1 % | "
           "a>b usual 10.7 ms, now 14.2 ms for 1m; loss 0.2 % > 0.1 %");
    link->cells[LINK_SEVERITY] = value_text(text_of("crit"));
    link->cells[LINK_WHY] = value_text(text_of("9 of 13 paths lit"));
    is(&w, "crit link age=60: 9 of 13 paths lit | a>b 9 of 13 paths lit for 1m");
    link->cells[LINK_WHY] = value_none();
    is(&w, "crit link age=60: nobody says why | a>b nobody says why for 1m");
}

/* A round trip says nothing about a promise of one way, nor does what was published. */
static void only_what_was_observed_stands_against_a_promise(void **state)
{
    struct world w;

    (void)state;
    begin(&w);
    struct row *link = add_link(&w, "a>b", "crit", "loss 2 % > 1 %", 60);
    set_delay(link, 3.42, 3);
    link->cells[LINK_ONE_WAY_BASIS] = value_text(text_of("published"));
    link->cells[LINK_RTT_MS] = value_real(6.84);
    is(&w, "crit link age=60: loss 2 % > 1 % | a>b loss 2 % > 1 % for 1m");
}

static void links_that_nobody_must_hear_of(void **state)
{
    static const char *const severities[] = {"ok", "notice", "unknown", "", "CRIT"};
    struct world w;

    (void)state;
    for (size_t i = 0; i < sizeof severities / sizeof *severities; i++) {
        begin(&w);
        add_link(&w, "a>b", severities[i], "0.8 ms is below the physical minimum 1.2 ms", 60);
        is(&w, "");
    }
}

static void a_link_over_its_contract_comes_before_what_warns(void **state)
{
    struct world w;

    (void)state;
    begin(&w);
    w.queue = (struct row){.kind = KIND_QUEUE, .id = text_of("q")};
    w.queue.cells[QUEUE_WAIT_P95_S] = value_int(1080);
    w.queue.cells[QUEUE_SLO_S] = value_int(300);
    w.queue.cells[QUEUE_WAITING] = value_int(9000);
    w.facts.n_queues = 1;
    add_link(&w, "near>it", "warn", "p95 2.8 ms one-way > 90 % of 3 ms promised", 6000);
    add_link(&w, "young>cut", "crit", "9 of 13 paths lit", 10);
    add_link(&w, "old>cut", "crit", "9 of 13 paths lit", 20);
    is(&w, "crit link age=20: 9 of 13 paths lit | old>cut 9 of 13 paths lit for 20s\n"
           "crit link age=10: 9 of 13 paths lit | young>cut 9 of 13 paths lit for 10s\n"
           "warn queue age=-1: p95 wait 18m > 5m promised | q: p95 wait 18m (promised 5m), 9,000 waiting\n"
           "warn link age=6000: p95 2.8 ms one-way > 90 % of 3 ms promised | "
           "near>it p95 2.8 ms one-way > 90 % of 3 ms promised for 1h");
}

static void a_sentence_has_78_columns(void **state)
{
    struct world w;
    char out[2048];

    (void)state;
    begin(&w);
    struct row *link = add_link(&w, "metrics/a-name-without-an-end>metrics/another-one", "crit", "", 840);
    set_delay(link, 1234.5678, 1234.5677);
    link->cells[LINK_PATHS] = value_int(INT64_MAX);
    link->cells[LINK_PATHS_LIT] = value_int(0);
    assert_non_null(strstr(told(&w, out, sizeof out), " one-way (promised "));
    assert_true(text_width(text_of(strstr(out, "| ") + 2)) <= 78);
}

static void numbers_of_an_enemy(void **state)
{
    static const int64_t ends[] = {INT64_MIN, -1, 0, 1, INT64_MAX};
    static const double reals[] = {-1e308, -1, 0, 1e18, 1e308};
    struct world w;
    char out[4096];

    (void)state;
    for (size_t i = 0; i < 5; i++)
        for (size_t k = 0; k < 5; k++) {
            begin(&w);
            struct row *link = add_link(&w, "a>b", "crit", NULL, -1);
            set_delay(link, reals[i], reals[k]);
            link->cells[LINK_SINCE] = value_time(ends[i]);
            link->cells[LINK_PATHS] = value_int(ends[i]);
            link->cells[LINK_PATHS_LIT] = value_int(ends[k]);
            link->cells[LINK_USED_PCT] = value_real(reals[i]);
            w.facts.now_ms = ends[(i + k) % 5];
            told(&w, out, sizeof out);
            assert_null(strstr(out, "nan"));
            assert_null(strstr(out, "inf"));
            assert_true(text_width(text_of(strstr(out, "| ") + 2)) <= 78);
        }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_link_that_breaks_its_promise),
        cmocka_unit_test(a_promise_that_holds_again),
        cmocka_unit_test(what_else_is_wrong_with_a_link),
        cmocka_unit_test(only_what_was_observed_stands_against_a_promise),
        cmocka_unit_test(links_that_nobody_must_hear_of),
        cmocka_unit_test(a_link_over_its_contract_comes_before_what_warns),
        cmocka_unit_test(a_sentence_has_78_columns),
        cmocka_unit_test(numbers_of_an_enemy),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
