#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "domain/geo.h"
#include "unit/sim/watch.h"

/* Links as a console would know them. */
enum { LINKS_MAX = 200, SECOND_MS = 1000 };
struct seen_link {
    char id[32], from[16], to[16], basis[16];
    double lit, capacity, one_way, rtt, jitter, loss, used, contract, published;
};
static struct seen_link net[LINKS_MAX];
static size_t net_count;

static bool see_link(void *ctx, const struct row *row, struct err *err)
{
    struct seen_link *l = &net[net_count++];

    (void)ctx;
    (void)err;
    assert_true(net_count < LINKS_MAX);
    copy_text(row->id, l->id, sizeof l->id);
    copy_cell(row, LINK_FROM, l->from, sizeof l->from);
    copy_cell(row, LINK_TO, l->to, sizeof l->to);
    copy_cell(row, LINK_ONE_WAY_BASIS, l->basis, sizeof l->basis);
    l->lit = value_real_or(&row->cells[LINK_PATHS_LIT], NAN);
    l->capacity = value_real_or(&row->cells[LINK_CAPACITY_GBPS], NAN);
    l->one_way = value_real_or(&row->cells[LINK_ONE_WAY_MS], NAN);
    l->rtt = value_real_or(&row->cells[LINK_RTT_MS], NAN);
    l->jitter = value_real_or(&row->cells[LINK_JITTER_MS], NAN);
    l->loss = value_real_or(&row->cells[LINK_LOSS_PCT], NAN);
    l->used = value_real_or(&row->cells[LINK_USED_PCT], NAN);
    l->contract = value_real_or(&row->cells[LINK_RING_CONTRACT_MS], NAN);
    l->published = value_real_or(&row->cells[LINK_PUBLISHED_ONE_WAY_MS], NAN);
    return true;
}

static const struct seen_link *link_of(const char *id)
{
    for (size_t i = 0; i < net_count; i++)
        if (strcmp(net[i].id, id) == 0)
            return &net[i];
    fail_msg("no link '%s'", id);
    return NULL;
}

static void look_at_links(struct sim *s, int64_t after_ms)
{
    net_count = 0;
    assert_true(sim_advance(s, start_ms + after_ms, 0));
    for (int64_t at = 0; at >= 0;)
        assert_true(sim_facts(s, KIND_LINK, &at, 3, see_link, NULL, NULL));
}

static double km_of(const struct fleet *f, const struct seen_link *l)
{
    struct fleet_found a = fleet_end(f, text_of(l->from)), b = fleet_end(f, text_of(l->to));

    return geo_km(a.lon, a.lat, b.lon, b.lat);
}

/* --- what there is --- */

static void every_direction_between_clusters_is_measured(void **state)
{
    struct sim *s = world_at(start_ms);

    (void)state;
    look_at_links(s, 0);
    assert_int_equal(net_count, 4 + 2);
    for (size_t i = 0; i < net_count; i++)
        for (size_t k = 0; k < i; k++)
            assert_string_not_equal(net[i].id, net[k].id);
    const struct seen_link *mesh = link_of("BBB>AAA"), *cable = link_of("BBB>PPP"), *nowhere = link_of("AAA>NNN");
    assert_string_equal(mesh->basis, "measured");
    assert_true(isnan(mesh->lit) && isnan(mesh->used) && isnan(mesh->contract) && isnan(mesh->capacity));
    assert_true(mesh->one_way > 3);
    assert_true(cable->lit == 13 && cable->capacity == 13 * 400 && cable->contract == 5);
    assert_true(nowhere->lit == 4 && isnan(nowhere->one_way) && isnan(nowhere->loss));
    assert_string_equal(nowhere->basis, "");
    sim_free(s);
}

/* A day: nothing is faster than light in fibre, there and back is the sum, and all is well by itself. */
static void delays_are_possible(void **state)
{
    struct sim *s = world(42, NULL, 0);
    double least[LINKS_MAX], most[LINKS_MAX];

    (void)state;
    for (int64_t at = 0; at <= 24 * (int64_t)HOUR_MS; at += 7 * MINUTE_MS + 1234) {
        look_at_links(s, at);
        for (size_t i = 0; i < net_count; i++) {
            const struct seen_link *l = &net[i];
            least[i] = at == 0 || l->one_way < least[i] ? l->one_way : least[i];
            most[i] = at == 0 || l->one_way > most[i] ? l->one_way : most[i];
            if (isnan(l->one_way))
                continue;
            assert_true(l->one_way >= (isnan(l->published) ? geo_min_ms(km_of(&fleet, l)) : l->published));
            assert_true(l->loss == 0 && l->jitter > 0 && l->jitter < 0.1);
            assert_true(isnan(l->used) || (l->used > 10 && l->used < 70));
        }
        assert_true(fabs(link_of("BBB>PPP")->rtt - link_of("BBB>PPP")->one_way - link_of("PPP>BBB")->one_way) < 1e-6);
        assert_true(link_of("AAA>BBB")->rtt == link_of("BBB>AAA")->rtt);
    }
    for (size_t i = 0; i < net_count; i++)
        if (!isnan(most[i])) {
            assert_true(most[i] > least[i]);       /* it lives … */
            assert_true(most[i] - least[i] < 0.2); /* … but quietly */
        }
    assert_true(least[2] >= 7.5 && most[2] < 7.6); /* as published */
    sim_free(s);
}

static void load_follows_the_day(void **state)
{
    struct sim *s = world_at(start_ms); /* 10 h in the morning in China */
    double day, night;

    (void)state;
    look_at_links(s, 10 * (int64_t)HOUR_MS);
    day = link_of("BBB>PPP")->used;
    look_at_links(s, 18 * (int64_t)HOUR_MS);
    night = link_of("BBB>PPP")->used;
    assert_true(day > night * 1.5);
    sim_free(s);
}

static bool take_used(void *ctx, const struct row *row, struct err *err)
{
    (void)err;
    assert_string_equal(text_bytes(row->id), "AAA>BBB");
    assert_true(value_real_or(&row->cells[PAIR_AGREED], 0) == 2000);
    *(double *)ctx = value_real_or(&row->cells[PAIR_USED], -1);
    return true;
}

static void pairs_use_what_their_link_carries(void **state)
{
    static const struct sim_event e[] = {{0, 0, "load", "BBB>PPP", 40}};
    struct sim *s = world(42, e, 1);
    double used = -1;
    int64_t at = 0;

    (void)state;
    sim_advance(s, start_ms + HOUR_MS, 0);
    assert_true(sim_facts(s, KIND_PAIR, &at, 10, take_used, &used, NULL));
    assert_true(at == -1 && fabs(used - 1000) < 1); /* 5/4 of the load of 2000 */
    sim_free(s);
}

/* --- what happens --- */

static void dark_paths_make_the_others_wait(void **state)
{
    static const struct sim_event e[] = {{0, 0, "load", "BBB>PPP", 67.15},
                                         {HOUR_MS, 40 * MINUTE_MS, "path_down", "PPP>BBB", 4}};
    struct sim *s = world(42, e, 2);
    struct seen_link before, back_before;

    (void)state;
    look_at_links(s, HOUR_MS - SECOND_MS);
    before = *link_of("BBB>PPP");
    back_before = *link_of("PPP>BBB");
    assert_true(before.lit == 13 && fabs(before.used - 67.15) < 0.5 && before.loss == 0);
    look_at_links(s, HOUR_MS);
    assert_true(link_of("BBB>PPP")->lit == 9 && link_of("PPP>BBB")->lit == 9); /* a cable has both directions */
    assert_true(link_of("BBB>PPP")->capacity == 9 * 400);
    look_at_links(s, HOUR_MS + 2 * MINUTE_MS);
    const struct seen_link *l = link_of("BBB>PPP"), *back = link_of("PPP>BBB");
    assert_true(fabs(l->used - 97) < 1);
    assert_true(fabs(l->one_way - before.one_way - 1.76) < 0.03);
    assert_true(l->jitter > before.jitter + 0.1 && l->loss > 0.1 && l->loss < 1);
    assert_true(back->one_way < back_before.one_way + 0.1); /* it carried less */
    look_at_links(s, HOUR_MS + 40 * MINUTE_MS - SECOND_MS);
    assert_true(link_of("BBB>PPP")->lit == 9 && link_of("BBB>PPP")->one_way > before.one_way + 1.7);
    look_at_links(s, HOUR_MS + 40 * MINUTE_MS);
    assert_true(link_of("BBB>PPP")->lit == 13);
    look_at_links(s, HOUR_MS + 42 * MINUTE_MS);
    assert_true(fabs(link_of("BBB>PPP")->one_way - before.one_way) < 0.03);
    assert_true(fabs(link_of("BBB>PPP")->used - 67.15) < 0.5 && link_of("BBB>PPP")->loss == 0);
    sim_free(s);
}

static void a_link_without_paths_carries_nothing(void **state)
{
    static const struct sim_event e[] = {{0, 10 * MINUTE_MS, "path_down", "BBB>PPP", 9},
                                         {MINUTE_MS, 2 * MINUTE_MS, "path_down", "BBB>PPP", 9}};
    struct sim *s = world(42, e, 2);

    (void)state;
    look_at_links(s, 2 * MINUTE_MS);
    const struct seen_link *l = link_of("BBB>PPP");
    assert_true(l->lit == 0 && l->capacity == 0 && l->loss == 100);
    assert_true(isnan(l->one_way) && isnan(l->rtt) && isnan(l->used) && isnan(l->jitter));
    look_at_links(s, 4 * MINUTE_MS);
    assert_true(link_of("BBB>PPP")->lit == 4);
    sim_free(s);
}

static void loads_come_and_go(void **state)
{
    static const struct sim_event e[] = {{0, HOUR_MS, "load", "BBB>PPP", 80}};
    struct sim *s = world(42, e, 1), *plain = world(42, NULL, 0);
    double usual;

    (void)state;
    look_at_links(plain, 90 * MINUTE_MS);
    usual = link_of("BBB>PPP")->used;
    look_at_links(s, 5 * MINUTE_MS);
    assert_true(link_of("BBB>PPP")->used < 79);
    look_at_links(s, 30 * MINUTE_MS);
    assert_true(fabs(link_of("BBB>PPP")->used - 80) < 0.5);
    look_at_links(s, 90 * MINUTE_MS);
    assert_true(link_of("BBB>PPP")->used == usual);
    sim_free(s);
    sim_free(plain);
}

/* --- the past --- */

struct told {
    int64_t now_ms, oldest_ms, last_ms;
    size_t one_way, used, now;
    double cut_ms; /* what it said of BBB>PPP while it was cut */
};

static bool take_past(void *ctx, enum kind kind, struct safe_text id, int field, int64_t at_ms, double value)
{
    struct told *t = ctx;
    char spelt[32];

    if (kind != KIND_LINK)
        return true;
    copy_text(id, spelt, sizeof spelt);
    assert_true(isfinite(value));
    t->one_way += field == LINK_ONE_WAY_MS;
    t->used += field == LINK_USED_PCT;
    t->oldest_ms = at_ms < t->oldest_ms ? at_ms : t->oldest_ms;
    if (field == LINK_ONE_WAY_MS && strcmp(spelt, "BBB>PPP") == 0 && at_ms == start_ms + 35 * MINUTE_MS)
        t->cut_ms = value;
    if (at_ms != t->now_ms)
        return true;
    t->now++;
    assert_true(value == (field == LINK_ONE_WAY_MS ? link_of(spelt)->one_way : link_of(spelt)->used));
    return true;
}

static void the_past_of_links_leads_to_the_present(void **state)
{
    static const struct sim_event e[] = {{0, 0, "load", "BBB>PPP", 67.15},
                                         {30 * MINUTE_MS, 20 * MINUTE_MS, "path_down", "BBB>PPP", 4}};
    struct sim *s = world(42, e, 2);
    struct told t = {.now_ms = start_ms + HOUR_MS, .oldest_ms = INT64_MAX};

    (void)state;
    look_at_links(s, HOUR_MS);
    assert_true(sim_history(s, take_past, &t));
    assert_int_equal(t.now, 5 + 3); /* delays of all but the one to nowhere, use of those with paths */
    assert_true(t.one_way > 3 * 140 + 2 * 90 && t.used > 2 * 140);
    assert_true(t.oldest_ms <= start_ms - 22 * (int64_t)HOUR_MS);
    assert_true(t.cut_ms > link_of("BBB>PPP")->one_way + 1.7);
    sim_free(s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_direction_between_clusters_is_measured),
        cmocka_unit_test(delays_are_possible),
        cmocka_unit_test(load_follows_the_day),
        cmocka_unit_test(pairs_use_what_their_link_carries),
        cmocka_unit_test(dark_paths_make_the_others_wait),
        cmocka_unit_test(a_link_without_paths_carries_nothing),
        cmocka_unit_test(loads_come_and_go),
        cmocka_unit_test(the_past_of_links_leads_to_the_present),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
