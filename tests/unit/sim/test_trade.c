#include "unit/sim/watch.h"

/* What is moved, sold, used up and kept in racks: that it adds up. */

enum { ROWS_MAX = 3000 };
struct table {
    struct row rows[ROWS_MAX];
    size_t n;
    struct arena arena;
};
static struct table table;

static struct safe_text keep(struct safe_text t)
{
    return text_from(arena_copy(&table.arena, text_bytes(t), text_len(t)), text_len(t));
}

static bool take(void *ctx, const struct row *row, struct err *err)
{
    struct row *own = &table.rows[table.n++];

    (void)ctx;
    (void)err;
    assert_true(table.n < ROWS_MAX);
    *own = *row;
    own->id = keep(row->id);
    for (size_t i = 0; i < kind_info(row->kind)->field_count; i++) {
        enum value_type declared = kind_info(row->kind)->fields[i].type;
        if (value_known(&row->cells[i]))
            assert_int_equal(row->cells[i].type, declared);
        if (row->cells[i].type == VALUE_TEXT || row->cells[i].type == VALUE_LIST)
            own->cells[i].as.text = keep(row->cells[i].as.text);
    }
    for (size_t i = 0; i + 1 < table.n; i++)
        assert_false(text_equal(table.rows[i].id, own->id));
    return true;
}

static void read_kind(struct sim *s, enum kind kind)
{
    arena_reset(&table.arena);
    table.n = 0;
    for (int64_t at = 0; at >= 0;)
        assert_true(sim_facts(s, kind, &at, 100, take, NULL, NULL));
}

static double real(const struct row *row, int field)
{
    return value_real_or(&row->cells[field], NAN);
}

static bool is_text(const struct row *row, int field, const char *text)
{
    return text_is(value_text_or(&row->cells[field], ""), text);
}

/* --- transfers --- */

/* Of one link: what transfers move, and how many do. */
static double moved_gbps(const char *link, size_t *running)
{
    double sum = 0;

    *running = 0;
    for (size_t i = 0; i < table.n; i++)
        if (is_text(&table.rows[i], TRANSFER_LINK, link)) {
            sum += real(&table.rows[i], TRANSFER_RATE_GBPS);
            *running += is_text(&table.rows[i], TRANSFER_STATE, "running");
        }
    return sum;
}

static double carried_gbps(struct sim *s, const char *link)
{
    struct table kept = table;
    double gbps = NAN;

    table.arena = (struct arena){0};
    read_kind(s, KIND_LINK);
    for (size_t i = 0; i < table.n; i++)
        if (text_is(table.rows[i].id, link))
            gbps = real(&table.rows[i], LINK_CAPACITY_GBPS) * real(&table.rows[i], LINK_USED_PCT) / 100;
    arena_release(&table.arena);
    table = kept;
    return gbps;
}

static void transfers_are_part_of_what_links_carry(void **state)
{
    static const struct sim_event e[] = {{0, 0, "load", "BBB>PPP", 70}, {HOUR_MS, 0, "path_down", "BBB>PPP", 4}};
    struct sim *s = world(42, e, 2);

    (void)state;
    for (int64_t at = start_ms - 20 * (int64_t)HOUR_MS; at < start_ms + 4 * HOUR_MS; at += 47 * MINUTE_MS) {
        size_t running;
        sim_advance(s, at, 0);
        read_kind(s, KIND_TRANSFER);
        double moved = moved_gbps("BBB>PPP", &running), carried = carried_gbps(s, "BBB>PPP");
        assert_true(moved <= carried);
        if (at > start_ms + 10 * MINUTE_MS) {
            assert_true(running >= 3);
            assert_true(moved > 0.3 * carried); /* bulk is what the event is made of */
        }
    }
    sim_free(s);
}

static const struct row *row_of(const char *id)
{
    for (size_t i = 0; i < table.n; i++)
        if (text_is(table.rows[i].id, id))
            return &table.rows[i];
    return NULL;
}

/* What has arrived grows with the rate, and is all there when it was said to be. */
static void transfers_arrive_as_they_move(void **state)
{
    static const struct sim_event e[] = {{0, 0, "load", "BBB>PPP", 70}};
    struct sim *s = world(42, e, 1);
    double before = 0, half_gbit;
    int64_t eta = 0;

    (void)state;
    sim_advance(s, start_ms + 5 * MINUTE_MS, 0);
    read_kind(s, KIND_TRANSFER);
    half_gbit =
        real(row_of("BBB>PPP/bulk-1"), TRANSFER_DONE_PCT) * 80 * real(row_of("BBB>PPP/bulk-1"), TRANSFER_SIZE_TB);
    for (int64_t at = start_ms + 11 * MINUTE_MS; at < start_ms + HOUR_MS; at += MINUTE_MS) {
        sim_advance(s, at, 0);
        read_kind(s, KIND_TRANSFER);
        const struct row *r = row_of("BBB>PPP/bulk-1");
        assert_non_null(r);
        double grew = (real(r, TRANSFER_DONE_PCT) - before) / 100 * real(r, TRANSFER_SIZE_TB) * 8000;
        assert_true(before == 0 || fabs(grew - 60 * real(r, TRANSFER_RATE_GBPS)) <
                                       0.02 * 60 * real(r, TRANSFER_RATE_GBPS) + 0.01 * 80 * real(r, TRANSFER_SIZE_TB));
        if (before == 0) { /* ten minutes in which it grew from nothing, five in sum, and one at its full rate */
            double gbit = real(r, TRANSFER_DONE_PCT) / 100 * real(r, TRANSFER_SIZE_TB) * 8000;
            assert_true(fabs(gbit / (360 * real(r, TRANSFER_RATE_GBPS)) - 1) < 0.02);
            assert_true(fabs(half_gbit / (56.25 * real(r, TRANSFER_RATE_GBPS)) - 1) < 0.1);
        }
        before = real(r, TRANSFER_DONE_PCT);
        eta = value_int_or(&r->cells[TRANSFER_ETA], 0);
    }
    sim_advance(s, eta - 2000, 0);
    read_kind(s, KIND_TRANSFER);
    assert_true(is_text(row_of("BBB>PPP/bulk-1"), TRANSFER_STATE, "running"));
    assert_true(real(row_of("BBB>PPP/bulk-1"), TRANSFER_DONE_PCT) > 99.9);
    sim_advance(s, eta + 2000, 0);
    read_kind(s, KIND_TRANSFER);
    assert_true(is_text(row_of("BBB>PPP/bulk-1"), TRANSFER_STATE, "done"));
    assert_true(real(row_of("BBB>PPP/bulk-1"), TRANSFER_RATE_GBPS) == 0);
    sim_free(s);
}

static size_t past_transfers;
static bool take_past(void *ctx, enum kind kind, struct safe_text id, int field, int64_t at_ms, double value)
{
    (void)at_ms;
    (void)id;
    past_transfers += kind == KIND_TRANSFER;
    if (kind == KIND_TRANSFER && field == TRANSFER_DONE_PCT)
        assert_true(value >= 0 && value <= 100);
    if (kind == KIND_CLUSTER && field == CLUSTER_ACCELS_BUSY_PCT && at_ms == sim_now(ctx))
        for (size_t i = 0; i < table.n; i++)
            if (text_equal(table.rows[i].id, id))
                assert_true(value == real(&table.rows[i], CLUSTER_ACCELS_BUSY_PCT));
    return true;
}

static void the_past_leads_to_the_present(void **state)
{
    struct sim *s = world_at(start_ms);

    (void)state;
    read_kind(s, KIND_CLUSTER);
    past_transfers = 0;
    assert_true(sim_history(s, take_past, s));
    assert_true(past_transfers > 100);
    sim_free(s);
}

/* --- offers --- */

static void offers_follow_what_is_free(void **state)
{
    static const struct sim_event e[] = {{0, 0, "node_down", "a-ai", 40}};
    struct sim *s = world(42, e, 1);

    (void)state;
    sim_advance(s, start_ms - 1, 0);
    look(s);
    int64_t accels_free = 0;
    for (size_t i = 0; i < seen.n_nodes; i++)
        if (strcmp(seen.nodes[i].state, "up") == 0 || strcmp(seen.nodes[i].state, "idle") == 0)
            accels_free += seen.nodes[i].accels_free;
    read_kind(s, KIND_OFFER);
    assert_int_equal(table.n, 4);
    for (size_t i = 0; i < table.n; i++) {
        const struct row *r = &table.rows[i];
        bool cards = is_text(r, OFFER_KIND, "intelligent"), nodes = is_text(r, OFFER_KIND, "super");
        assert_true(is_text(r, OFFER_UNIT, cards ? "card-hour" : nodes ? "node-hour" : "core-hour"));
        assert_true(is_text(r, OFFER_PRECISION, cards ? "FP16" : nodes ? "FP64" : "FP32"));
    }
    assert_int_equal(real(row_of("a-ai/card-hour"), OFFER_AVAILABLE), accels_free);
    sim_advance(s, start_ms, 0);
    read_kind(s, KIND_OFFER);
    assert_int_equal(real(row_of("a-ai/card-hour"), OFFER_AVAILABLE), 0);
    sim_free(s);
}

/* --- energy --- */

/* Two clusters of which one has no halls that stand: nobody measures there. */
static void energy_is_power_over_time_with_pue(void **state)
{
    struct sim *s = world_at(start_ms);
    double mean_kw, sum = 0, month = 0, first = NAN;

    (void)state;
    read_kind(s, KIND_CLUSTER);
    mean_kw = real(row_of("AAA"), CLUSTER_POWER_KW);
    read_kind(s, KIND_ENERGY);
    for (size_t i = 0; i < table.n; i++) {
        const struct row *r = &table.rows[i];
        double kwh = real(r, ENERGY_KWH);
        if (!is_text(r, ENERGY_CLUSTER, "AAA"))
            continue;
        assert_true(is_text(r, ENERGY_QUALITY, "metered") && value_known(&r->cells[ENERGY_METER]));
        if (is_text(r, ENERGY_PERIOD, "2026-11")) {
            month = kwh;
            continue;
        }
        sum += kwh;
        first = kwh;
        assert_true(fabs(kwh / (mean_kw * 24 * 1.2) - 1) < 0.1);
        assert_true(fabs(real(r, ENERGY_CO2_KG) - kwh * 0.5306) < 1 || real(r, ENERGY_GREEN_PCT) > 0);
        assert_true(kwh < real(r, ENERGY_QUOTA_KWH) * 1.05);
    }
    /* It is the 21st, 10 o'clock: twenty days are closed, seven of them told one by one. */
    assert_true(fabs(month / (sum / 7 * 20) - 1) < 0.02);
    assert_non_null(row_of("AAA/2026-11-20"));
    assert_non_null(row_of("AAA/2026-11-14"));
    assert_null(row_of("AAA/2026-11-21"));
    /* A closed day never changes. */
    sim_advance(s, start_ms + 5 * HOUR_MS, 0);
    read_kind(s, KIND_ENERGY);
    assert_true(real(row_of("AAA/2026-11-14"), ENERGY_KWH) == first ||
                real(row_of("AAA/2026-11-20"), ENERGY_KWH) == first);
    sim_advance(s, start_ms + 15 * HOUR_MS, 0); /* beyond midnight, UTC+8 */
    read_kind(s, KIND_ENERGY);
    assert_non_null(row_of("AAA/2026-11-21"));
    assert_null(row_of("AAA/2026-11-14"));
    sim_free(s);
}

/* --- racks --- */

struct rack {
    char id[64];
    double kw, a_kw, b_kw, cap_kw;
    int64_t units;
};
static struct rack racks[60];
static size_t rack_count;

static void read_racks(struct sim *s)
{
    read_kind(s, KIND_RACK);
    rack_count = table.n;
    for (size_t i = 0; i < table.n; i++) {
        copy_text(table.rows[i].id, racks[i].id, sizeof racks[i].id);
        racks[i].kw = real(&table.rows[i], RACK_POWER_KW);
        racks[i].a_kw = real(&table.rows[i], RACK_POWER_A_KW);
        racks[i].b_kw = real(&table.rows[i], RACK_POWER_B_KW);
        racks[i].cap_kw = real(&table.rows[i], RACK_POWER_CAP_KW);
        racks[i].units = value_int_or(&table.rows[i].cells[RACK_UNITS_USED], 0);
    }
}

static void feeds_share_what_racks_draw(void **state)
{
    static const struct sim_event e[] = {{HOUR_MS, HOUR_MS, "feed_down", "A-1/H1-A2/B", 0}};
    struct sim *s = world(42, e, 1);

    (void)state;
    for (int hour = 0; hour < 3; hour++) {
        sim_advance(s, start_ms + hour * HOUR_MS + MINUTE_MS, 0);
        read_racks(s);
        read_kind(s, KIND_FEED);
        assert_int_equal(table.n, 2 * rack_count);
        for (size_t i = 0; i < rack_count; i++) {
            const struct rack *r = &racks[i];
            bool lost = hour == 1 && strcmp(r->id, "A-1/H1-A2") == 0;
            assert_true(fabs(r->a_kw + r->b_kw - r->kw) < 0.006);
            assert_true(lost ? r->b_kw == 0 : r->a_kw < 0.4 * r->cap_kw && r->b_kw < 0.4 * r->cap_kw);
            char a[80], b[80];
            snprintf(a, sizeof a, "%.60s/A", r->id);
            snprintf(b, sizeof b, "%.60s/B", r->id);
            assert_true(real(row_of(a), FEED_POWER_KW) == r->a_kw && real(row_of(b), FEED_POWER_KW) == r->b_kw);
            assert_true(is_text(row_of(b), FEED_STATUS, lost ? "failed" : "active"));
        }
    }
    sim_free(s);
}

static void devices_fill_the_units_that_are_used(void **state)
{
    struct sim *s = world_at(start_ms);

    (void)state;
    read_racks(s);
    read_kind(s, KIND_DEVICE);
    assert_int_equal(table.n, 40 + 40 + 20 + 48 + rack_count);
    for (size_t i = 0; i < rack_count; i++) {
        bool taken[43] = {false};
        int64_t units = 0;
        for (size_t k = 0; k < table.n; k++) {
            if (!is_text(&table.rows[k], DEVICE_RACK, racks[i].id))
                continue;
            int from = (int)real(&table.rows[k], DEVICE_POSITION_U), high = (int)real(&table.rows[k], DEVICE_HEIGHT_U);
            for (int u = from; u < from + high; u++) {
                assert_true(u >= 1 && u <= 42 && !taken[u]);
                taken[u] = true;
                units++;
            }
        }
        assert_int_equal(units, racks[i].units);
    }
    sim_free(s);
}

/* --- schedulers --- */

static void accounts_share_a_scheduler(void **state)
{
    static const char *const ids[] = {"a-ai", "a-gen", "b-gen", "b-hpc"};
    struct sim *s = world_at(start_ms);

    (void)state;
    read_kind(s, KIND_ACCOUNT);
    for (size_t c = 0; c < 4; c++) {
        double shares = 0, used = 0;
        for (size_t i = 0; i < table.n; i++)
            if (is_text(&table.rows[i], ACCOUNT_SCHEDULER, ids[c])) {
                shares += real(&table.rows[i], ACCOUNT_SHARE_PCT);
                used += real(&table.rows[i], ACCOUNT_USED_PCT);
                assert_true(real(&table.rows[i], ACCOUNT_FAIRSHARE) > 0 &&
                            real(&table.rows[i], ACCOUNT_FAIRSHARE) <= 1);
            }
        assert_true(fabs(shares - 100) < 0.5 && fabs(used - 100) < 0.5);
    }
    read_kind(s, KIND_QOS);
    assert_int_equal(table.n, 12);
    read_kind(s, KIND_LICENSE);
    assert_true(table.n > 0);
    for (size_t i = 0; i < table.n; i++)
        assert_int_equal(value_int_or(&table.rows[i].cells[LICENSE_USED], -1) +
                             value_int_or(&table.rows[i].cells[LICENSE_FREE], -1),
                         value_int_or(&table.rows[i].cells[LICENSE_TOTAL], -2));
    sim_free(s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(transfers_are_part_of_what_links_carry), cmocka_unit_test(transfers_arrive_as_they_move),
        cmocka_unit_test(the_past_leads_to_the_present),          cmocka_unit_test(offers_follow_what_is_free),
        cmocka_unit_test(energy_is_power_over_time_with_pue),     cmocka_unit_test(feeds_share_what_racks_draw),
        cmocka_unit_test(devices_fill_the_units_that_are_used),   cmocka_unit_test(accounts_share_a_scheduler),
    };
    int failed = cmocka_run_group_tests(tests, NULL, NULL);

    arena_release(&table.arena);
    return failed;
}
