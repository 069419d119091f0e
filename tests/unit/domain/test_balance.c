#include "domain/balance.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <math.h>
#include <stdlib.h>

static struct row row_of(enum kind kind, const char *id)
{
    return (struct row){.kind = kind, .id = text_of(id), .source = text_of("s"), .observed_ms = 1};
}

static struct value word(const char *s)
{
    return value_text(text_of(s));
}

static void hub(struct balance_facts *f, const char *id, const char *side)
{
    struct row r = row_of(KIND_HUB, id);

    r.cells[HUB_SIDE] = word(side);
    balance_take(f, &r);
}

static struct row cluster_row(const char *id, const char *hub, const char *side)
{
    struct row r = row_of(KIND_CLUSTER, id);

    r.cells[CLUSTER_HUB] = word(hub);
    if (side != NULL)
        r.cells[CLUSTER_SIDE] = word(side);
    return r;
}

static void scheduler(struct balance_facts *f, const char *id, const char *cluster, int cpus, int cpus_free, int accels,
                      int accels_free)
{
    struct row r = row_of(KIND_SCHEDULER, id);

    r.cells[SCHEDULER_CLUSTER] = word(cluster);
    r.cells[SCHEDULER_STATE] = word("up");
    r.cells[SCHEDULER_CPUS_TOTAL] = value_int(cpus);
    r.cells[SCHEDULER_CPUS_FREE] = value_int(cpus_free);
    r.cells[SCHEDULER_ACCELS_TOTAL] = value_int(accels);
    if (accels_free >= 0)
        r.cells[SCHEDULER_ACCELS_FREE] = value_int(accels_free);
    balance_take(f, &r);
}

static struct row queue_row(const char *id, const char *scheduler, const char *cluster, const char *kind, int waiting,
                            const char *rings)
{
    struct row r = row_of(KIND_QUEUE, id);

    r.cells[QUEUE_SCHEDULER] = word(scheduler);
    r.cells[QUEUE_CLUSTER] = word(cluster);
    if (kind != NULL)
        r.cells[QUEUE_KIND] = word(kind);
    r.cells[QUEUE_STATE] = word("up");
    r.cells[QUEUE_WAITING] = value_int(waiting);
    if (rings != NULL)
        r.cells[QUEUE_RINGS] = value_list(text_of(rings));
    return r;
}

static void queue(struct balance_facts *f, const char *id, const char *scheduler, const char *cluster, const char *kind,
                  int waiting, const char *rings)
{
    struct row r = queue_row(id, scheduler, cluster, kind, waiting, rings);

    balance_take(f, &r);
}

static struct row link_row(const char *from, const char *to, double ms, double gbps, double used_pct)
{
    struct row r = row_of(KIND_LINK, to);

    r.cells[LINK_FROM] = word(from);
    r.cells[LINK_TO] = word(to);
    r.cells[LINK_STATE] = word("up");
    r.cells[LINK_ONE_WAY_MS] = value_real(ms);
    r.cells[LINK_ONE_WAY_BASIS] = word("measured");
    r.cells[LINK_CAPACITY_GBPS] = value_real(gbps);
    r.cells[LINK_USED_PCT] = value_real(used_pct);
    return r;
}

static void link(struct balance_facts *f, const char *from, const char *to, double ms, double gbps, double used_pct)
{
    struct row r = link_row(from, to, ms, gbps, used_pct);

    balance_take(f, &r);
}

static void transfer(struct balance_facts *f, const char *from, const char *to, const char *state, double tb,
                     double pct)
{
    struct row r = row_of(KIND_TRANSFER, "t");

    r.cells[TRANSFER_FROM] = word(from);
    r.cells[TRANSFER_TO] = word(to);
    r.cells[TRANSFER_STATE] = word(state);
    r.cells[TRANSFER_SIZE_TB] = value_real(tb);
    r.cells[TRANSFER_DONE_PCT] = value_real(pct);
    balance_take(f, &r);
}

/* Shaoguan in the east, Gui'an in the west by its hub, and one of which nobody tells where it is. */
static struct balance_facts *facts(void)
{
    struct balance_facts *f = balance_facts_new();
    struct row shg = cluster_row("SHG", "GBA", "east"), gui = cluster_row("GUI", "GZ", NULL),
               odd = cluster_row("fra", "unassigned", NULL);

    hub(f, "GZ", "west");
    shg.cells[CLUSTER_STORAGE_TB_TOTAL] = value_real(300);
    shg.cells[CLUSTER_STORAGE_TB_FREE] = value_real(72);
    shg.cells[CLUSTER_PRICE_CNY_KWH] = value_real(0.48);
    shg.cells[CLUSTER_PUE] = value_real(1.25);
    gui.cells[CLUSTER_PRICE_CNY_KWH] = value_real(0.36);
    gui.cells[CLUSTER_PUE] = value_real(1.30);
    gui.cells[CLUSTER_PFLOPS] = value_real(18);
    gui.cells[CLUSTER_PFLOPS_PRECISION] = word("FP64");
    balance_take(f, &shg);
    balance_take(f, &gui);
    balance_take(f, &odd);
    return f;
}

static void assert_is(const struct balance_sum *sum, double amount)
{
    if (isnan(amount))
        assert_true(isnan(sum->amount));
    else
        assert_float_equal(sum->amount, amount, 1e-9);
}

static void nothing_is_told(void **state)
{
    struct balance_facts *f = balance_facts_new();
    const struct balance *b = balance_of(f);

    (void)state;
    for (int r = 0; r < BALANCE_REGIONS; r++)
        for (int k = 0; k < BALANCE_KINDS; k++) {
            assert_is(&b->at[r][k].total, NAN);
            assert_is(&b->at[r][k].free, NAN);
            assert_is(&b->at[r][k].asked, NAN);
        }
    assert_int_equal(b->island_count + b->unjudged + b->kindless + b->sideless + b->cluster_count, 0);
    assert_null(balance_cluster(b, text_of("SHG")));
    balance_facts_free(f);
    balance_facts_free(NULL);
}

static void compute_by_region_and_kind(void **state)
{
    struct balance_facts *f = facts();
    const struct balance *b;
    struct row asks = queue_row("shg/ai", "shg", "SHG", "intelligent", 5, "any:5");

    (void)state;
    scheduler(f, "shg", "SHG", 1000, 100, 64, 10);
    scheduler(f, "shg2", "SHG", 1000, 100, 32, -1); /* what is free is not told */
    scheduler(f, "gui", "GUI", 512, 300, 0, 0);
    scheduler(f, "odd", "fra", 512, 300, 0, 0); /* whose queues no kind is told of */
    asks.cells[QUEUE_ACCELS_ASKED] = value_int(24);
    balance_take(f, &asks);
    queue(f, "shg2/ai", "shg2", "SHG", "intelligent", 0, NULL);
    queue(f, "gui/hpc", "gui", "GUI", "super", 3, "any:3"); /* how much is not told */
    queue(f, "odd/x", "odd", "fra", NULL, 4, NULL);
    b = balance_of(f);
    assert_is(&b->at[BALANCE_EAST][BALANCE_INTELLIGENT].total, 96);
    assert_is(&b->at[BALANCE_EAST][BALANCE_INTELLIGENT].free, 10);
    assert_true(b->at[BALANCE_EAST][BALANCE_INTELLIGENT].free.some);
    assert_false(b->at[BALANCE_EAST][BALANCE_INTELLIGENT].total.some);
    assert_is(&b->at[BALANCE_EAST][BALANCE_INTELLIGENT].asked, 24);
    assert_is(&b->at[BALANCE_EAST][BALANCE_GENERAL].total, NAN); /* CPUs of its nodes feed the accelerators */
    assert_is(&b->at[BALANCE_WEST][BALANCE_SUPER].free, 300);
    assert_is(&b->at[BALANCE_WEST][BALANCE_SUPER].asked, NAN);
    assert_is(&b->at[BALANCE_WEST][BALANCE_SUPER].pflops, 18);
    assert_int_equal(b->sideless, 1);
    assert_int_equal(b->kindless, 2);
    balance_facts_free(f);
}

static void storage_and_transport(void **state)
{
    struct balance_facts *f = facts();
    const struct balance *b;
    struct row planned = link_row("SHG", "GUI", 5, 1000, 0);

    (void)state;
    link(f, "SHG", "SZ", 1.7, 400, 25);
    link(f, "SZ", "SHG", 1.7, 400, 25); /* leaves no cluster */
    planned.cells[LINK_STATE] = word("planned");
    balance_take(f, &planned);
    transfer(f, "SHG", "GUI", "running", 100, 75);
    transfer(f, "SHG", "GUI", "done", 500, 0);
    transfer(f, "SZ", "SHG", "waiting", 10, 0);
    b = balance_of(f);
    assert_is(&b->at[BALANCE_EAST][BALANCE_TRANSPORT].total, 400);
    assert_is(&b->at[BALANCE_EAST][BALANCE_TRANSPORT].free, 300);
    assert_is(&b->at[BALANCE_EAST][BALANCE_TRANSPORT].asked, 25);
    assert_is(&b->at[BALANCE_WEST][BALANCE_TRANSPORT].total, NAN);
    assert_is(&b->at[BALANCE_WEST][BALANCE_TRANSPORT].asked, 0);
    assert_is(&b->at[BALANCE_EAST][BALANCE_STORAGE].free, 72);
    assert_is(&b->at[BALANCE_EAST][BALANCE_STORAGE].asked, 10);
    assert_is(&b->at[BALANCE_WEST][BALANCE_STORAGE].total, NAN);
    assert_is(&b->at[BALANCE_WEST][BALANCE_STORAGE].asked, 25);
    balance_facts_free(f);
}

static void energy(struct balance_facts *f, const char *period, double kwh, double quota, double pue)
{
    struct row r = row_of(KIND_ENERGY, period);

    r.cells[ENERGY_CLUSTER] = word("GUI");
    r.cells[ENERGY_PERIOD] = word(period);
    r.cells[ENERGY_KWH] = value_real(kwh);
    r.cells[ENERGY_QUOTA_KWH] = value_real(quota);
    r.cells[ENERGY_PUE] = value_real(pue);
    balance_take(f, &r);
}

/* The newest month counts, not a day; its mean PUE before the momentary one. */
static void what_energy_costs(void **state)
{
    struct balance_facts *f = facts();
    const struct balance *b;
    const struct balance_cluster *c;

    (void)state;
    energy(f, "2026-11", 96, 100, 1.20);
    energy(f, "2026-11-20", 5, 4, 1.5);
    energy(f, "2026-10", 50, 100, 1.1);
    b = balance_of(f);
    c = balance_cluster(b, text_of("GUI"));
    assert_non_null(c);
    assert_true(text_is(c->period, "2026-11"));
    assert_float_equal(c->quota_pct, 96, 1e-9);
    assert_true(c->pue_is_mean);
    assert_float_equal(c->energy_cny, 0.36 * 1.20, 1e-9);
    assert_float_equal(c->cost_index, 100 * 0.36 * 1.20 / (0.48 * 1.25), 1e-9);
    c = balance_cluster(b, text_of("SHG"));
    assert_false(c->pue_is_mean);
    assert_float_equal(c->cost_index, 100, 1e-9);
    assert_true(isnan(c->quota_pct));
    c = balance_cluster(b, text_of("fra"));
    assert_true(isnan(c->cost_index) && isnan(c->energy_cny) && isnan(c->pue));
    balance_facts_free(f);
}

static const struct balance *islands_of(struct balance_facts *f, const char *rings, double ms, int own_free)
{
    scheduler(f, "shg", "SHG", 64, own_free, 0, 0);
    scheduler(f, "gui", "GUI", 64, 40, 0, 0);
    queue(f, "shg/q", "shg", "SHG", "general", 7, rings);
    queue(f, "gui/q", "gui", "GUI", "general", 0, NULL);
    if (!isnan(ms)) {
        link(f, "SHG", "GUI", ms - 1, 400, 0);
        link(f, "GUI", "SHG", ms, 400, 0); /* the slower direction counts */
    }
    return balance_of(f);
}

static void islands(void **state)
{
    static const struct {
        const char *rings;
        double ms;
        int own_free;
        size_t islands, unjudged;
    } all[] = {
        {"5:7", 5.5, 0, 2, 0}, /* too far for its ring: what waits and what is free are both lost */
        {"5:7", 5, 0, 0, 0},   /* the ring is kept */
        {"5:6\x1f"
         "20:1",
         5.5, 0, 0, 0}, /* one job may go */
        {"any:7", 30, 0, 0, 0},
        {"fixed:7", 1, 0, 2, 0},
        {"5:7", 5.5, 3, 1, 0}, /* it has capacity of its own; Gui'an's is reached by nothing */
        {"5:7", NAN, 0, 0, 2}, /* nobody measures how far it is */
        {NULL, 1.5, 0, 0, 2},  /* nobody tells of its rings */
    };

    (void)state;
    for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
        struct balance_facts *f = facts();
        const struct balance *b = islands_of(f, all[i].rings, all[i].ms, all[i].own_free);

        assert_int_equal(b->island_count, all[i].islands);
        assert_int_equal(b->unjudged, all[i].unjudged);
        balance_facts_free(f);
    }
}

static void islands_say_what_is_lost(void **state)
{
    struct balance_facts *f = facts();
    const struct balance *b = islands_of(f, "1:7", 5.5, 0);

    (void)state;
    assert_int_equal(b->islands[0].row.kind, KIND_QUEUE);
    assert_true(text_is(b->islands[0].row.id, "shg/q"));
    assert_int_equal(b->islands[0].amount, 7);
    assert_int_equal(b->islands[0].region, BALANCE_EAST);
    assert_int_equal(b->islands[1].row.kind, KIND_SCHEDULER);
    assert_int_equal(b->islands[1].amount, 40);
    assert_int_equal(b->islands[1].region, BALANCE_WEST);
    balance_facts_free(f);
}

static void a_cut_makes_islands(void **state)
{
    struct balance_facts *f = facts();
    struct row cut = link_row("SHG", "GUI", 1, 400, 0);
    const struct balance *b;

    (void)state;
    cut.cells[LINK_STATE] = word("down");
    balance_take(f, &cut);
    b = islands_of(f, "any:7", NAN, 0);
    assert_int_equal(b->island_count, 2);
    assert_is(&b->at[BALANCE_EAST][BALANCE_TRANSPORT].free, 0);
    balance_facts_free(f);
}

/* Hostile amounts neither overflow nor count. */
static void amounts_that_cannot_be(void **state)
{
    struct balance_facts *f = facts();
    struct row q = queue_row("q", "", "", "general", 1, "any:1");
    const struct balance *b;

    (void)state;
    q.cells[QUEUE_WAITING] = value_int(INT64_MIN);
    q.cells[QUEUE_CPUS_ASKED] = value_int(INT64_MIN);
    balance_take(f, &q);
    q.cells[QUEUE_WAITING] = value_int(INT64_MAX);
    q.cells[QUEUE_CPUS_ASKED] = value_int(INT64_MAX);
    balance_take(f, &q);
    scheduler(f, "twin", "SHG", 10, 1, 0, 0);
    scheduler(f, "twin", "SHG", 90, 9, 0, 0); /* of two of one name the first one counts */
    scheduler(f, "other", "SHG", 10, 1, 0, 0);
    queue(f, "twin/q", "twin", "SHG", "general", 0, NULL);
    queue(f, "other/q", "other", "SHG", "general", 0, NULL);
    b = balance_of(f);
    assert_is(&b->at[BALANCE_EAST][BALANCE_GENERAL].total, 20);
    assert_is(&b->at[BALANCE_NOWHERE][BALANCE_GENERAL].asked, 0x1p63);
    assert_true(b->at[BALANCE_NOWHERE][BALANCE_GENERAL].asked.some);
    balance_facts_free(f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nothing_is_told),
        cmocka_unit_test(compute_by_region_and_kind),
        cmocka_unit_test(storage_and_transport),
        cmocka_unit_test(what_energy_costs),
        cmocka_unit_test(islands),
        cmocka_unit_test(islands_say_what_is_lost),
        cmocka_unit_test(a_cut_makes_islands),
        cmocka_unit_test(amounts_that_cannot_be),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
