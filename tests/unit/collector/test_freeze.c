#include "unit/store/fixture.h"

#include "collector/freeze.h"

/* What a freeze covers: the object itself, all that lies in it, and nothing else. */

static void put(struct fixture *f, const struct row *row)
{
    struct store_batch *b = fixture_batch(f, "s", row->kind, true);
    fixture_add(b, row);
    fixture_apply(f, b, 100000);
}

static int setup(void **state)
{
    static struct fixture f;
    fixture_init(&f, NULL);
    struct row job = fixture_job("fra/1", "ann", "waiting", 4);
    job.cells[JOB_SCHEDULER] = value_text(text_of("fra"));
    put(&f, &job);
    struct store_batch *b = fixture_batch(&f, "s", KIND_SCHEDULER, true);
    static const char *const schedulers[][3] = {{"fra", "FRA-1", "FRA"}, {"sin", "SIN-1", "SIN"}};
    for (size_t i = 0; i < 2; i++) {
        struct row row = {.kind = KIND_SCHEDULER, .id = text_of(schedulers[i][0])};
        row.cells[SCHEDULER_SITE] = value_text(text_of(schedulers[i][1]));
        row.cells[SCHEDULER_CLUSTER] = value_text(text_of(schedulers[i][2]));
        fixture_add(b, &row);
    }
    fixture_apply(&f, b, 100000);
    struct row transfer = {.kind = KIND_TRANSFER, .id = text_of("t-1")};
    transfer.cells[TRANSFER_LINK] = value_text(text_of("FRA>SIN"));
    put(&f, &transfer);
    *state = &f;
    return 0;
}

static int teardown(void **state)
{
    fixture_release(*state);
    return 0;
}

static struct desk *frozen(const struct fixture *f, const char *kind, const char *where)
{
    struct desk *d = desk_new();
    struct err err = {0};
    const struct desk_entry e = {.op = DESK_MAINTENANCE_ADD,
                                 .seq = 1,
                                 .uid = 1000,
                                 .id = text_of("M-1"),
                                 .what = text_of("freeze"),
                                 .kind = text_of(kind),
                                 .where = text_of(where),
                                 .reason = text_of("audit"),
                                 .who = text_of("ann"),
                                 .at_ms = f->now.utc_ms - 1000,
                                 .starts_ms = f->now.utc_ms - 1000,
                                 .ends_ms = f->now.utc_ms + 3600000};
    if (!desk_apply(d, &e, &err))
        fail_msg("%s", err.text);
    return d;
}

static const struct {
    const char *kind, *where;
    bool order, hold; /* whether it stops an order about fra/1 to sin, and a plan that holds t-1 */
} cases[] = {
    {"", "", true, true},
    {"jobs", "fra/1", true, false},
    {"jobs", "fra/2", false, false},
    {"queues", "fra/main", true, false},
    {"queues", "fra/other", false, false},
    {"queues", "sin/batch", true, false},
    {"schedulers", "fra", true, false},
    {"schedulers", "sin", true, false},
    {"schedulers", "ams", false, false},
    {"schedulers", "", true, false},
    {"sites", "FRA-1", true, false},
    {"clusters", "SIN", true, false},
    {"clusters", "AMS", false, false},
    {"transfers", "t-1", false, true},
    {"links", "FRA>SIN", false, true},
    {"racks", "r1", false, false},
};

static void covers(void **state)
{
    struct fixture *f = *state;
    const struct order o = {.kind = KIND_JOB,
                            .target = text_of("fra/1"),
                            .from = text_of("fra"),
                            .seen_queue = text_of("main"),
                            .to = text_of("sin/batch")};
    struct plan_hold hold = {.transfer = text_of("t-1")};
    const struct plan p = {.holds = &hold, .hold_count = 1};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct err err = {0};
        struct desk *d = frozen(f, cases[i].kind, cases[i].where);
        if (freeze_allows_order(d, f->store, &o, f->now.utc_ms, &err) == cases[i].order ||
            (cases[i].order && (err_status(&err) != 77 || !strstr(err.text, "'M-1': audit"))))
            fail_msg("an order, and a freeze of %s '%s': %s", cases[i].kind, cases[i].where, err.text);
        if (freeze_allows_plan(d, f->store, &p, f->now.utc_ms, &err) == cases[i].hold)
            fail_msg("a plan, and a freeze of %s '%s'", cases[i].kind, cases[i].where);
        assert_true(freeze_allows_order(d, f->store, &o, f->now.utc_ms + 7200000, &err)); /* it is over */
        desk_free(d);
    }
}

static void leaves_what_is_excluded(void **state)
{
    struct fixture *f = *state;
    struct err err = {0};
    struct plan_move moves[] = {{.from = text_of("fra"), .to = text_of("sin")},
                                {.from = text_of("ams"), .to = text_of("sin"), .excluded = true}};
    const struct plan p = {.moves = moves, .move_count = 2};
    struct desk *ams = frozen(f, "schedulers", "ams"), *fra = frozen(f, "sites", "FRA-1");
    assert_true(freeze_allows_plan(ams, f->store, &p, f->now.utc_ms, &err));
    assert_false(freeze_allows_plan(fra, f->store, &p, f->now.utc_ms, &err));
    desk_free(ams);
    desk_free(fra);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(covers, setup, teardown),
        cmocka_unit_test_setup_teardown(leaves_what_is_excluded, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
