#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "domain/link.h"

static const int64_t begin_ms = INT64_C(1795230000000);
enum { POLL_MS = 10000, MIN_MS = 60000 };

/* A link that is polled: set its cells, then poll(). */
struct world {
    struct link_watch *w;
    struct row link;
    int64_t ms;
    struct row told; /* as it was judged last */
    char words[512];
};

static int begin(void **state)
{
    struct world *x = calloc(1, sizeof *x);

    x->w = link_watch_new(NULL);
    x->ms = begin_ms;
    x->link.kind = KIND_LINK;
    *state = x;
    return 0;
}

static int end(void **state)
{
    struct world *x = *state;

    link_watch_free(x->w);
    free(x);
    return 0;
}

static void set(struct world *x, int field, double value)
{
    x->link.cells[field] = value_real(value);
}

static void restart(struct world *x)
{
    struct row stored = x->told;

    stored.observed_ms = x->ms;
    link_watch_free(x->w);
    x->w = link_watch_new(NULL);
    link_watch_remember(x->w, &stored);
}

static void show(const struct row *row, int field, struct buf *b)
{
    text_show(value_text_or(&row->cells[field], "-"), -1, b);
}

/* The reasons say in English what is stored in English: all of it, in that order. */
static void reasons_are_why(const struct row *told)
{
    struct row bare = {.kind = KIND_LINK};
    struct buf why = buf_make(512), reasons = buf_make(512);

    bare.cells[LINK_REASONS] = told->cells[LINK_REASONS];
    link_why(&bare, &reasons);
    text_show(value_text_or(&told->cells[LINK_WHY], ""), -1, &why);
    assert_string_equal(buf_str(&reasons), buf_str(&why));
    buf_release(&why);
    buf_release(&reasons);
}

/* "crit degraded: 3.42 ms …" as judged at x->ms of what arrived then. */
static const char *judge(struct world *x)
{
    struct buf b = buf_make(sizeof x->words - 1);

    x->told = x->link;
    link_complete(&x->told, NAN);
    link_watch_judge(x->w, &x->told, x->ms, x->ms);
    reasons_are_why(&x->told);
    show(&x->told, LINK_SEVERITY, &b);
    buf_putc(&b, ' ', NULL);
    show(&x->told, LINK_STATE, &b);
    buf_puts(&b, ": ", NULL);
    show(&x->told, LINK_WHY, &b);
    memcpy(x->words, buf_str(&b), b.len + 1);
    buf_release(&b);
    return x->words;
}

static const char *poll_after(struct world *x, int64_t ms)
{
    x->ms += ms;
    return judge(x);
}

/* A poll with that delay. */
static const char *poll(struct world *x, double delay)
{
    set(x, LINK_ONE_WAY_MS, delay);
    return poll_after(x, POLL_MS);
}

static const char *polls(struct world *x, double delay, int n)
{
    while (--n > 0)
        poll(x, delay);
    return poll(x, delay);
}

static int64_t since(const struct world *x)
{
    return value_int_or(&x->told.cells[LINK_SINCE], -1);
}

#define is(said, want) assert_string_equal(said, want)

/* --- its contract --- */

static void three_polls_over_its_contract(void **state)
{
    struct world *x = *state;

    set(x, LINK_RING_CONTRACT_MS, 3);
    is(polls(x, 1.66, 40), "ok up: -");
    is(poll(x, 3.42), "ok up: -"); /* one poll is nobody's business */
    is(poll(x, 3.40), "warn degraded: p95 3.4 ms one-way > 90 % of 3 ms promised");
    is(poll(x, 3.42), "crit degraded: 3.42 ms one-way > 3 ms promised");
    assert_int_equal(since(x), x->ms);
}

static void the_same_answer_counts_once(void **state)
{
    struct world *x = *state;

    set(x, LINK_RING_CONTRACT_MS, 3);
    poll(x, 3.42);
    for (int i = 0; i < 5; i++)
        is(judge(x), "ok up: -");
    poll(x, 3.42);
    is(judge(x), "warn degraded: p95 3.42 ms one-way > 90 % of 3 ms promised");
}

static void three_polls_running_are_not_three_of_four(void **state)
{
    struct world *x = *state;

    set(x, LINK_RING_CONTRACT_MS, 3);
    polls(x, 3.42, 2);
    poll(x, 2.9);
    polls(x, 3.42, 2);
    is(judge(x), "warn degraded: p95 3.42 ms one-way > 90 % of 3 ms promised");
    is(poll(x, 3.42), "crit degraded: 3.42 ms one-way > 3 ms promised");
}

static void it_clears_after_ten_minutes_well_below(void **state)
{
    struct world *x = *state;
    int64_t cut;

    set(x, LINK_RING_CONTRACT_MS, 3);
    polls(x, 3.42, 3);
    cut = since(x);
    is(polls(x, 2.8, 90), "crit degraded: 2.8 ms one-way, was over 3 ms promised"); /* not below 90 % */
    is(polls(x, 1.7, 60), "crit degraded: 1.7 ms one-way, was over 3 ms promised"); /* 9:50 */
    assert_int_equal(since(x), cut);
    is(poll(x, 1.7), "ok up: -");
    assert_int_equal(since(x), x->ms);
    is(polls(x, 3.42, 2), "warn degraded: p95 3.42 ms one-way > 90 % of 3 ms promised"); /* counts from the start */
}

/* What broke it is still there: nobody reads that it is over. */
static void it_does_not_clear_while_its_lit_paths_are_too_few(void **state)
{
    struct world *x = *state;

    set(x, LINK_RING_CONTRACT_MS, 3);
    x->link.cells[LINK_PATHS] = value_int(13);
    x->link.cells[LINK_PATHS_LIT] = value_int(9);
    polls(x, 3.42, 3);
    is(polls(x, 1.7, 90), "crit degraded: 1.7 ms one-way, was over 3 ms promised; 9 of 13 paths lit");
    x->link.cells[LINK_PATHS_LIT] = value_int(13);
    is(poll(x, 1.7), "ok up: -");
}

static void a_poll_above_lets_the_ten_minutes_begin_anew(void **state)
{
    struct world *x = *state;

    set(x, LINK_RING_CONTRACT_MS, 3);
    polls(x, 3.42, 3);
    polls(x, 1.7, 50);
    poll(x, 2.9);
    is(polls(x, 1.7, 50), "crit degraded: 1.7 ms one-way, was over 3 ms promised");
}

static void near_its_contract(void **state)
{
    struct world *x = *state;

    set(x, LINK_RING_CONTRACT_MS, 3);
    is(polls(x, 2.7, 30), "ok up: -"); /* 90 % is not over 90 % */
    is(polls(x, 2.71, 29), "warn degraded: p95 2.71 ms one-way > 90 % of 3 ms promised");
    is(polls(x, 1.7, 28), "warn degraded: p95 2.71 ms one-way > 90 % of 3 ms promised");
    is(poll(x, 1.7), "ok up: -"); /* one of 30 is above p95 */
}

static void so_close_that_digits_are_needed(void **state)
{
    struct world *x = *state;

    set(x, LINK_RING_CONTRACT_MS, 3);
    is(polls(x, 3.0004, 3), "crit degraded: 3.0004 ms one-way > 3 ms promised");
}

static void p95_is_the_nearest_rank_of_five_minutes(void **state)
{
    struct world *x = *state;

    for (int i = 1; i <= 40; i++)
        poll(x, i);
    /* 11 to 40 are left, 30 of them: the 29th is 39. */
    assert_true(fabs(value_real_or(&x->told.cells[LINK_ONE_WAY_P95_MS], -1) - (39)) < 1e-9);
}

static void more_polls_than_it_keeps(void **state)
{
    struct world *x = *state;

    set(x, LINK_RING_CONTRACT_MS, 5000);
    for (int i = 1; i <= 1000; i++) {
        set(x, LINK_ONE_WAY_MS, i);
        is(poll_after(x, 100), "ok up: -");
    }
    /* Of the newest 64, 937 to 1000, the 61st. */
    assert_true(fabs(value_real_or(&x->told.cells[LINK_ONE_WAY_P95_MS], -1) - (997)) < 1e-9);
}

static void another_promise_is_another_question(void **state)
{
    struct world *x = *state;

    set(x, LINK_RING_CONTRACT_MS, 3);
    polls(x, 3.42, 3);
    set(x, LINK_RING_CONTRACT_MS, 5);
    is(poll(x, 3.42), "ok up: -");
    x->link.cells[LINK_RING_CONTRACT_MS] = value_none();
    is(polls(x, 300, 20), "ok up: -");
}

static void half_a_round_trip_is_judged_and_never_named(void **state)
{
    struct world *x = *state;

    set(x, LINK_RING_CONTRACT_MS, 20);
    set(x, LINK_RTT_MS, 39);
    for (int i = 0; i < 3; i++)
        poll_after(x, POLL_MS);
    is(judge(x), "warn degraded: p95 19.5 ms one-way > 90 % of 20 ms promised");
    set(x, LINK_RTT_MS, 43);
    for (int i = 0; i < 3; i++)
        poll_after(x, POLL_MS);
    is(judge(x), "crit degraded: 21.5 ms one-way > 20 ms promised");
}

static void what_was_published_is_never_judged(void **state)
{
    struct world *x = *state;

    set(x, LINK_RING_CONTRACT_MS, 3);
    set(x, LINK_PUBLISHED_ONE_WAY_MS, 300);
    for (int i = 0; i < 5; i++)
        is(poll_after(x, POLL_MS), "unknown unknown: -");
    assert_int_equal(since(x), -1);
    assert_false(value_known(&x->told.cells[LINK_ONE_WAY_P95_MS]));
}

/* --- where it goes --- */

static const char *trend(struct world *x)
{
    struct buf b = buf_make(16);
    static char word[16];

    show(&x->told, LINK_TREND, &b);
    snprintf(word, sizeof word, "%s", buf_str(&b));
    buf_release(&b);
    return word;
}

static void five_minutes_tell_the_trend(void **state)
{
    struct world *x = *state;

    polls(x, 1.66, 3);
    is(trend(x), "-"); /* too few */
    polls(x, 1.70, 40);
    is(trend(x), "-"); /* jitter */
    polls(x, 3.42, 3);
    is(trend(x), "rising");
    polls(x, 3.42, 40);
    is(trend(x), "-"); /* it stays there */
    polls(x, 1.66, 5);
    is(trend(x), "falling");
    x->link.cells[LINK_STATE] = value_text(text_of("planned"));
    poll(x, 1.66);
    is(trend(x), "-");
}

/* --- gaps, clocks, restarts --- */

static void a_gap_begins_anew(void **state)
{
    struct world *x = *state;

    set(x, LINK_RING_CONTRACT_MS, 3);
    polls(x, 3.42, 2);
    is(poll_after(x, 5 * MIN_MS + 1), "ok up: -");
    poll(x, 3.42);
    is(poll(x, 3.42), "crit degraded: 3.42 ms one-way > 3 ms promised");
    is(poll_after(x, 60 * MIN_MS), "crit degraded: 3.42 ms one-way > 3 ms promised"); /* never seen below */
}

static void values_that_stop_are_unknown_after_five_minutes(void **state)
{
    struct world *x = *state;

    set(x, LINK_RING_CONTRACT_MS, 3);
    polls(x, 3.42, 3);
    x->link.cells[LINK_ONE_WAY_MS] = value_none();
    is(poll_after(x, POLL_MS), "crit degraded: 3.42 ms one-way > 3 ms promised");
    is(poll_after(x, 5 * MIN_MS), "unknown unknown: -");
}

static void a_clock_set_back_changes_nothing(void **state)
{
    struct world *x = *state;

    set(x, LINK_RING_CONTRACT_MS, 3);
    polls(x, 3.42, 2);
    x->ms -= 24 * 60 * MIN_MS;
    is(poll(x, 3.42), "crit degraded: 3.42 ms one-way > 3 ms promised");
    x->ms -= 3 * 60 * MIN_MS;
    is(polls(x, 1.7, 60), "crit degraded: 1.7 ms one-way, was over 3 ms promised");
    assert_true(since(x) <= x->ms); /* never in the future */
    x->ms -= 60 * MIN_MS;
    is(polls(x, 1.7, 2), "ok up: -");
}

static void a_restart_keeps_severity_and_since(void **state)
{
    struct world *x = *state;
    int64_t cut;

    set(x, LINK_RING_CONTRACT_MS, 3);
    polls(x, 3.42, 3);
    cut = since(x);
    restart(x);
    judge(x); /* nobody has answered yet: as stored */
    assert_int_equal(link_severity(&x->told), SEVERITY_CRIT);
    assert_int_equal(since(x), cut);
    is(poll(x, 3.5), "crit degraded: 3.5 ms one-way > 3 ms promised");
    assert_int_equal(since(x), cut);
    is(polls(x, 1.7, 60), "crit degraded: 1.7 ms one-way, was over 3 ms promised");
    is(poll(x, 1.7), "ok up: -");
}

static void after_a_restart_what_is_well_is_well(void **state)
{
    struct world *x = *state;

    set(x, LINK_RING_CONTRACT_MS, 3);
    set(x, LINK_LOSS_PCT, 2);
    is(poll(x, 1.7), "crit degraded: loss 2 % > 1 %");
    restart(x);
    set(x, LINK_LOSS_PCT, 0);
    is(poll(x, 1.7), "ok up: -"); /* it never was over its contract */
}

static void after_a_long_stop_over_must_be_seen_again(void **state)
{
    struct world *x = *state;

    set(x, LINK_RING_CONTRACT_MS, 3);
    polls(x, 3.42, 3);
    restart(x);
    is(poll_after(x, 6 * MIN_MS), "ok up: -");
}

static void a_restart_keeps_a_detour(void **state)
{
    struct world *x = *state;
    int64_t began;

    set(x, LINK_BASELINE_MS, 10.7);
    polls(x, 14.2, 31);
    began = since(x);
    restart(x);
    is(poll(x, 14.2), "warn degraded: usual 10.7 ms, now 14.2 ms");
    assert_int_equal(since(x), began);
}

/* --- the other limits --- */

static void a_detour_inside_the_ring(void **state)
{
    struct world *x = *state;

    set(x, LINK_RING_CONTRACT_MS, 20);
    set(x, LINK_BASELINE_MS, 10.7);
    is(polls(x, 14.2, 30), "ok up: -"); /* 4:50 */
    is(poll(x, 14.2), "warn degraded: usual 10.7 ms, now 14.2 ms");
    is(polls(x, 13.9, 60), "ok up: -"); /* 30 % are 13.91 */
}

static void a_short_link_may_vary_by_half_a_millisecond(void **state)
{
    struct world *x = *state;

    set(x, LINK_BASELINE_MS, 0.4);
    is(polls(x, 0.9, 40), "ok up: -");
    is(polls(x, 0.91, 40), "warn degraded: usual 0.4 ms, now 0.91 ms");
}

static void paths(struct world *x, int all, int lit)
{
    x->link.cells[LINK_PATHS] = value_int(all);
    x->link.cells[LINK_PATHS_LIT] = value_int(lit);
}

static void paths_that_are_lit(void **state)
{
    static const struct {
        int all, lit;
        const char *want;
    } cases[] = {
        {13, 13, "ok up: -"},
        {13, 12, "warn degraded: 12 of 13 paths lit"},
        {13, 10, "warn degraded: 10 of 13 paths lit"},
        {13, 9, "crit degraded: 9 of 13 paths lit"},
        {10, 7, "crit degraded: 7 of 10 paths lit"},
        {2, 1, "crit degraded: 1 of 2 paths lit"},
        {1, 1, "ok up: -"},
        {1, 0, "crit down: 0 of 1 paths lit"},
        {13, 0, "crit down: 0 of 13 paths lit"},
        {13, 14, "ok up: -"},
    };
    struct world *x = *state;

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        paths(x, cases[i].all, cases[i].lit);
        is(poll_after(x, POLL_MS), cases[i].want);
    }
    x->link.cells[LINK_PATHS] = value_none();
    x->link.cells[LINK_PATHS_LIT] = value_int(0);
    is(poll_after(x, POLL_MS), "crit down: no path lit");
    x->link.cells[LINK_PATHS] = value_int(13);
    x->link.cells[LINK_PATHS_LIT] = value_none(); /* unknown is not none */
    is(poll_after(x, POLL_MS), "unknown unknown: -");
}

static void loss(void **state)
{
    struct world *x = *state;
    static const struct {
        double pct;
        const char *want;
    } cases[] = {
        {0, "ok up: -"},
        {0.09, "ok up: -"},
        {0.1, "warn degraded: loss 0.1 % >= 0.1 %"},
        {0.99, "warn degraded: loss 0.99 % > 0.1 %"},
        {1, "crit degraded: loss 1 % >= 1 %"},
        {1.2, "crit degraded: loss 1.2 % > 1 %"},
        {100, "crit down: all packets lost"},
    };

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        set(x, LINK_LOSS_PCT, cases[i].pct);
        is(poll_after(x, POLL_MS), cases[i].want);
    }
}

static void use(void **state)
{
    struct world *x = *state;

    set(x, LINK_USED_PCT, 69.9);
    is(poll_after(x, POLL_MS), "ok up: -");
    set(x, LINK_USED_PCT, 97);
    for (int i = 0; i < 30; i++)
        is(poll_after(x, POLL_MS), "warn degraded: 97 % used > 70 %");
    is(poll_after(x, POLL_MS), "crit degraded: 97 % used > 90 %");
    set(x, LINK_USED_PCT, 80);
    is(poll_after(x, POLL_MS), "warn degraded: 80 % used > 70 %");
}

static void one_path_less(void **state)
{
    struct world *x = *state;

    set(x, LINK_USED_PCT, 60);
    x->link.cells[LINK_PATHS] = value_int(2);
    x->link.cells[LINK_PATHS_LIT] = value_int(2);
    is(poll_after(x, POLL_MS), "warn degraded: with one path less 120 % used > 100 %");
    set(x, LINK_USED_PCT, 50);
    is(poll_after(x, POLL_MS), "ok up: -");
    set(x, LINK_USED_PCT, 71); /* says enough */
    is(poll_after(x, POLL_MS), "warn degraded: 71 % used > 70 %");
    set(x, LINK_USED_PCT, 60);
    x->link.cells[LINK_PATHS] = x->link.cells[LINK_PATHS_LIT] = value_int(1);
    is(poll_after(x, POLL_MS), "ok up: -");
    x->link.cells[LINK_PATHS] = x->link.cells[LINK_PATHS_LIT] = value_int(4);
    is(poll_after(x, POLL_MS), "ok up: -");
    x->link.cells[LINK_PATHS] = x->link.cells[LINK_PATHS_LIT] = value_none();
    is(poll_after(x, POLL_MS), "ok up: -");
}

static void faster_than_light(void **state)
{
    struct world *x = *state;

    set(x, LINK_RING_CONTRACT_MS, 3);
    set(x, LINK_PHYSICAL_MIN_MS, 1.2);
    is(poll(x, 0.8), "notice up: 0.8 ms is below the physical minimum 1.2 ms: a bad clock or probe");
    assert_false(value_known(&x->told.cells[LINK_ONE_WAY_P95_MS]));
    polls(x, 3.42, 3);
    /* A bad value proves nothing: neither that it is well again, nor that it is not. */
    is(polls(x, 0.8, 20), "crit degraded: 3.42 ms one-way > 3 ms promised; "
                          "0.8 ms is below the physical minimum 1.2 ms: a bad clock or probe");
    is(polls(x, 1.6, 60), "crit degraded: 1.6 ms one-way, was over 3 ms promised");
    is(poll(x, 1.6), "ok up: -");
    is(poll(x, -2), "notice up: -2 ms is below the physical minimum 1.2 ms: a bad clock or probe");
}

static void a_promise_that_can_never_hold(void **state)
{
    struct world *x = *state;
    const char *never = "promised 1 ms, but fibre needs at least 1.8 ms: it can never hold";
    char want[128] = "unknown unknown: ";

    set(x, LINK_RING_CONTRACT_MS, 1);
    set(x, LINK_PHYSICAL_MIN_MS, 1.8);
    is(poll_after(x, POLL_MS), strcat(want, never)); /* nothing is measured */
    set(x, LINK_ONE_WAY_MS, 1.9);
    strcat(strcpy(want, "notice up: "), never);
    is(poll_after(x, POLL_MS), want);
    strcat(strcpy(want, "crit degraded: 1.9 ms one-way > 1 ms promised; "), never);
    is(polls(x, 1.9, 2), want);
}

static void the_worst_first(void **state)
{
    struct world *x = *state;

    set(x, LINK_RING_CONTRACT_MS, 3);
    set(x, LINK_BASELINE_MS, 1.66);
    set(x, LINK_USED_PCT, 97);
    set(x, LINK_LOSS_PCT, 0.2);
    paths(x, 13, 9);
    is(polls(x, 2.9, 31), "crit degraded: 9 of 13 paths lit; 97 % used > 90 %; "
                          "p95 2.9 ms one-way > 90 % of 3 ms promised; loss 0.2 % > 0.1 %; usual 1.66 ms, now 2.9 ms");
}

static void numbers_from_outside(void **state)
{
    static const double odd[] = {1e300, -1e300, 1e-300, 1e18, -1, 0};
    static const int fields[] = {LINK_PATHS,       LINK_PATHS_LIT,       LINK_ONE_WAY_MS,
                                 LINK_BASELINE_MS, LINK_LOSS_PCT,        LINK_RING_CONTRACT_MS,
                                 LINK_USED_PCT,    LINK_PHYSICAL_MIN_MS, LINK_CAPACITY_GBPS};
    struct world *x = *state;

    for (size_t i = 0; i < 6000; i++) {
        size_t n = i * 2654435761U;
        set(x, fields[n / 7 % 9], odd[n / 101 % 6]);
        poll_after(x, i % 50 == 0 ? -MIN_MS : POLL_MS);
        assert_true(text_len(value_text_or(&x->told.cells[LINK_WHY], "")) < 256);
    }
}

static void its_source_says_down(void **state)
{
    struct world *x = *state;

    x->link.cells[LINK_STATE] = value_text(text_of("down"));
    is(poll_after(x, POLL_MS), "crit down: down, says its source");
    x->link.cells[LINK_STATE] = value_text(text_of("up"));
    is(poll_after(x, POLL_MS), "unknown up: -"); /* a word, but nothing measured */
    x->link.cells[LINK_STATE] = value_text(text_of("planned"));
    set(x, LINK_LOSS_PCT, 50);
    is(poll_after(x, POLL_MS), "unknown planned: -");
    x->link.cells[LINK_STATE] = value_text(text_of("<b>"));
    is(poll_after(x, POLL_MS), "crit degraded: loss 50 % > 1 %");
}

#define test(f) cmocka_unit_test_setup_teardown(f, begin, end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        test(three_polls_over_its_contract),
        test(the_same_answer_counts_once),
        test(three_polls_running_are_not_three_of_four),
        test(it_clears_after_ten_minutes_well_below),
        test(it_does_not_clear_while_its_lit_paths_are_too_few),
        test(a_poll_above_lets_the_ten_minutes_begin_anew),
        test(near_its_contract),
        test(so_close_that_digits_are_needed),
        test(p95_is_the_nearest_rank_of_five_minutes),
        test(more_polls_than_it_keeps),
        test(another_promise_is_another_question),
        test(half_a_round_trip_is_judged_and_never_named),
        test(what_was_published_is_never_judged),
        test(five_minutes_tell_the_trend),
        test(a_gap_begins_anew),
        test(values_that_stop_are_unknown_after_five_minutes),
        test(a_clock_set_back_changes_nothing),
        test(a_restart_keeps_severity_and_since),
        test(after_a_restart_what_is_well_is_well),
        test(after_a_long_stop_over_must_be_seen_again),
        test(a_restart_keeps_a_detour),
        test(a_detour_inside_the_ring),
        test(a_short_link_may_vary_by_half_a_millisecond),
        test(paths_that_are_lit),
        test(loss),
        test(use),
        test(one_path_less),
        test(faster_than_light),
        test(a_promise_that_can_never_hold),
        test(the_worst_first),
        test(numbers_from_outside),
        test(its_source_says_down),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
