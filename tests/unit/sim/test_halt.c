#include "unit/sim/one.h"

/* Transfers that stand by an order: the load of their link falls, what they move comes as much later. */

static struct sim *loaded(void)
{
    static const struct sim_event load[] = {{0, 4 * HOUR_MS, "load", "BBB>PPP", 90}};
    struct sim *s = world(42, load, 1);

    assert_true(sim_advance(s, start_ms + HOUR_MS, 0));
    return s;
}

static const char bulk[] = "BBB>PPP/bulk-1";

static double real(struct sim *s, enum kind kind, const char *id, int field)
{
    struct row row = one(s, kind, id);

    return value_real_or(&row.cells[field], NAN);
}

static bool stand(struct sim *s, const char *id, int64_t until_ms, struct err *err)
{
    return sim_apply(s, &(struct sim_order){.kind = SIM_STAND, .target = id, .until_ms = until_ms}, err);
}

static int64_t eta(struct sim *s)
{
    struct row row = one(s, KIND_TRANSFER, bulk);

    return value_int_or(&row.cells[TRANSFER_ETA], -1);
}

static void a_held_transfer_stands_and_its_link_is_relieved(void **state)
{
    struct sim *s = loaded(), *plain = loaded();
    double rate = real(s, KIND_TRANSFER, bulk, TRANSFER_RATE_GBPS), done;

    (void)state;
    done = real(s, KIND_TRANSFER, bulk, TRANSFER_DONE_PCT);
    assert_true(rate > 100 && done > 0);
    assert_true(stand(s, bulk, 0, NULL));
    assert_true(one_is(s, KIND_TRANSFER, bulk, TRANSFER_STATE, "held"));
    assert_true(real(s, KIND_TRANSFER, bulk, TRANSFER_RATE_GBPS) == 0);
    assert_int_equal(eta(s), -1);
    sim_advance(s, start_ms + 2 * HOUR_MS, 0);
    sim_advance(plain, start_ms + 2 * HOUR_MS, 0);
    assert_true(real(s, KIND_TRANSFER, bulk, TRANSFER_DONE_PCT) == done);
    double fell = real(plain, KIND_LINK, "BBB>PPP", LINK_USED_PCT) - real(s, KIND_LINK, "BBB>PPP", LINK_USED_PCT);
    assert_true(fabs(fell - 100 * rate / (13 * 400)) < 0.2);
    assert_true(real(s, KIND_LINK, "BBB>PPP", LINK_ONE_WAY_MS) < real(plain, KIND_LINK, "BBB>PPP", LINK_ONE_WAY_MS));
    sim_free(s);
    sim_free(plain);
}

static void a_released_transfer_goes_on_where_it_stood(void **state)
{
    struct sim *s = loaded(), *plain = loaded();
    double done = real(s, KIND_TRANSFER, bulk, TRANSFER_DONE_PCT);
    int64_t planned = eta(s);

    (void)state;
    assert_true(stand(s, bulk, 0, NULL));
    sim_advance(s, start_ms + 2 * HOUR_MS, 0);
    ordered(s, SIM_FLOW, bulk);
    assert_true(one_is(s, KIND_TRANSFER, bulk, TRANSFER_STATE, "running"));
    assert_int_equal(eta(s), planned + HOUR_MS);
    assert_true(real(s, KIND_TRANSFER, bulk, TRANSFER_DONE_PCT) == done);
    sim_advance(s, start_ms + 3 * HOUR_MS, 0);
    sim_advance(plain, start_ms + 2 * HOUR_MS, 0);
    assert_true(fabs(real(s, KIND_TRANSFER, bulk, TRANSFER_DONE_PCT) -
                     real(plain, KIND_TRANSFER, bulk, TRANSFER_DONE_PCT)) < 0.011);
    sim_free(s);
    sim_free(plain);
}

static void a_hold_ends_by_itself(void **state)
{
    struct sim *s = loaded();
    int64_t planned = eta(s);

    (void)state;
    assert_true(stand(s, bulk, start_ms + 90 * MINUTE_MS, NULL));
    assert_int_equal(eta(s), planned + 30 * MINUTE_MS);
    sim_advance(s, start_ms + 89 * MINUTE_MS, 0);
    assert_true(one_is(s, KIND_TRANSFER, bulk, TRANSFER_STATE, "held"));
    assert_true(stand(s, bulk, start_ms + 100 * MINUTE_MS, NULL)); /* once more, for longer */
    sim_advance(s, start_ms + 99 * MINUTE_MS, 0);
    assert_true(one_is(s, KIND_TRANSFER, bulk, TRANSFER_STATE, "held"));
    sim_advance(s, start_ms + 100 * MINUTE_MS, 0);
    assert_true(one_is(s, KIND_TRANSFER, bulk, TRANSFER_STATE, "running"));
    assert_int_equal(eta(s), planned + 40 * MINUTE_MS);
    sim_free(s);
}

static bool find_ordinary(void *ctx, const struct row *row, struct err *err)
{
    char *id = ctx;

    (void)err;
    if (id[0] == '\0' && value_int_or(&row->cells[TRANSFER_HOLDABLE], 0) == 1 &&
        text_is(value_text_or(&row->cells[TRANSFER_STATE], ""), "running") &&
        text_is(value_text_or(&row->cells[TRANSFER_LINK], ""), "AAA>NNN"))
        copy_text(row->id, id, SIM_ID_MAX);
    return true;
}

/* Its slot gets the next transfer meanwhile: both are told, and the one that stood arrives. */
static void one_that_stood_long_is_not_forgotten(void **state)
{
    struct sim *s = world(42, NULL, 0);
    char id[SIM_ID_MAX] = "";
    int64_t now = start_ms;

    (void)state;
    for (; id[0] == '\0' && now < start_ms + 24 * (int64_t)HOUR_MS; now += HOUR_MS) {
        sim_advance(s, now, 0);
        for (int64_t at = 0; at >= 0;)
            assert_true(sim_facts(s, KIND_TRANSFER, &at, 50, find_ordinary, id, NULL));
    }
    assert_true(id[0] != '\0');
    now = sim_now(s);
    assert_true(stand(s, id, 0, NULL));
    sim_advance(s, now + 20 * (int64_t)HOUR_MS, 0);
    assert_true(one_is(s, KIND_TRANSFER, id, TRANSFER_STATE, "held"));
    ordered(s, SIM_FLOW, id);
    assert_true(one_is(s, KIND_TRANSFER, id, TRANSFER_STATE, "running"));
    assert_true(real(s, KIND_TRANSFER, id, TRANSFER_RATE_GBPS) > 0);
    for (int k = 0; k < 100 && !one_is(s, KIND_TRANSFER, id, TRANSFER_STATE, "done"); k++)
        sim_advance(s, sim_now(s) + 10 * MINUTE_MS, 0);
    assert_true(real(s, KIND_TRANSFER, id, TRANSFER_DONE_PCT) == 100);
    sim_free(s);
}

static void what_cannot_stand_is_told(void **state)
{
    struct sim *s = loaded();
    struct err err = {0};

    (void)state;
    refused(s, SIM_STAND, "BBB>PPP/bulk-9");
    refused(s, SIM_FLOW, bulk);
    assert_false(stand(s, bulk, start_ms, &err));
    assert_non_null(strstr(err.text, "is over"));
    sim_free(s);
}

/* Whatever steps the clock took; and the past is that of the orders. */
static void halts_are_part_of_the_world(void **state)
{
    uint64_t sums[2], pasts[2];

    (void)state;
    for (int k = 0; k < 2; k++) {
        struct sim *s = loaded();
        assert_true(stand(s, bulk, start_ms + 2 * HOUR_MS, NULL));
        for (int64_t at = start_ms + HOUR_MS; k == 1 && at < start_ms + 3 * HOUR_MS; at += 123456)
            sim_advance(s, at, 0);
        sim_advance(s, start_ms + 3 * HOUR_MS, 0);
        sums[k] = facts_hash(s);
        pasts[k] = history_hash(s);
        sim_free(s);
    }
    assert_true(sums[0] == sums[1] && pasts[0] == pasts[1]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_held_transfer_stands_and_its_link_is_relieved),
        cmocka_unit_test(a_released_transfer_goes_on_where_it_stood),
        cmocka_unit_test(a_hold_ends_by_itself),
        cmocka_unit_test(one_that_stood_long_is_not_forgotten),
        cmocka_unit_test(what_cannot_stand_is_told),
        cmocka_unit_test(halts_are_part_of_the_world),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
