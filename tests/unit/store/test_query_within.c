#include "unit/store/fixture.h"

#include <math.h>

/* Racks of one hall are read alone: they are those that a reader of all finds, with the same samples, whatever happens. */

/* More series than one piece of the newest samples has. */
enum { HALLS = 5, RACKS = 2000, ROUNDS = 10, BUDGET_US = 100000 };

struct rack {
    int hall; /* -1: it is gone */
    double power_kw;
};

static unsigned chance;

static int pick(int n)
{
    chance = chance * 1103515245u + 12345u;
    return (int)(chance >> 16) % n;
}

static void put(struct fixture *f, const struct rack *racks)
{
    struct store_batch *b = fixture_batch(f, "floor", KIND_RACK, true);

    for (int i = 0; i < RACKS; i++) {
        char id[32], hall[32];
        struct row row = {.kind = KIND_RACK};

        if (racks[i].hall < 0)
            continue;
        snprintf(id, sizeof id, "rack-%d", i);
        snprintf(hall, sizeof hall, "ZJK/h%d", racks[i].hall);
        row.id = text_of(id);
        row.cells[RACK_HALL] = racks[i].hall == 0 ? value_none() : value_text(text_of(hall));
        row.cells[RACK_POWER_KW] = value_real(racks[i].power_kw);
        row.cells[RACK_POWER_CAP_KW] = value_real(40);
        if (i % 3 == 0)
            row.cells[RACK_INLET_C] = value_real(racks[i].power_kw / 2);
        fixture_add(b, &row);
    }
    fixture_apply(f, b, BUDGET_US);
}

static struct query_rows *rows_of(struct fixture *f, const char *filter, int64_t at_ms)
{
    struct err err = {0};
    struct query_rows *r = query_rows_new(f->query, KIND_RACK, at_ms);

    query_rows_filter(r, filter_new(KIND_RACK, filter, &err));
    fixture_fail(&err);
    return r;
}

static void follow(struct fixture *f, struct query_rows *r)
{
    struct err err = {0};
    enum query_step step;

    while ((step = query_rows_step(r, f->now, BUDGET_US, &err)) == QUERY_MORE)
        ;
    fixture_fail(&err);
    assert_int_equal(step, QUERY_DONE);
}

static void assert_same_cell(const struct row *a, const struct row *b, int field)
{
    double x = value_real_or(&a->cells[field], -1), y = value_real_or(&b->cells[field], -1);

    assert_true(fabs(x - y) < 1e-9);
}

static void assert_same(const struct query_rows *some, const struct query_rows *all)
{
    assert_int_equal(query_rows_count(some), query_rows_count(all));
    for (size_t i = 0; i < query_rows_count(some); i++) {
        struct row a, b;

        assert_true(query_rows_at(some, i, &a) && query_rows_at(all, i, &b));
        assert_true(text_equal(a.id, b.id));
        assert_int_equal(query_rows_find(some, a.id, text_of("")), i);
        assert_same_cell(&a, &b, RACK_POWER_KW);
        assert_same_cell(&a, &b, RACK_INLET_C);
        assert_int_equal(a.stale, b.stale);
    }
}

static void assert_true_power(const struct query_rows *some, const struct rack *racks)
{
    for (size_t i = 0; i < query_rows_count(some); i++) {
        struct row row;
        char id[32];

        assert_true(query_rows_at(some, i, &row));
        assert_true(fabs(value_real_or(&row.cells[RACK_POWER_KW], -1) -
                         racks[atoi(text_show_in(row.id, id, sizeof id) + 5)].power_kw) < 1e-9);
    }
}

static void change(struct rack *racks)
{
    for (int n = 0; n < 40; n++) {
        struct rack *r = &racks[pick(RACKS)];

        r->hall = pick(8) == 0 ? -1 : pick(HALLS);
        r->power_kw = pick(400) / 10.0;
    }
}

static int setup(void **state)
{
    static struct fixture f;

    chance = 7;
    fixture_init(&f, NULL);
    *state = &f;
    return 0;
}

static int teardown(void **state)
{
    fixture_release(*state);
    return 0;
}

static void one_hall_is_what_all_would_show(void **state)
{
    struct fixture *f = *state;
    static struct rack racks[RACKS];
    struct query_rows *some, *all;

    for (int i = 0; i < RACKS; i++)
        racks[i] = (struct rack){pick(HALLS), pick(400) / 10.0};
    put(f, racks);
    fixture_read(f);
    some = rows_of(f, "hall=\"ZJK/h2\"", QUERY_NOW);
    all = rows_of(f, "hall=ZJK/h2,none", QUERY_NOW); /* two that would do: everything is read */
    for (int round = 0; round < ROUNDS; round++) {
        follow(f, some);
        follow(f, all);
        assert_true(query_rows_count(all) > 50);
        assert_int_equal(query_rows_all(some), query_rows_count(some)); /* no other is held */
        assert_same(some, all);
        assert_true_power(some, racks);
        if (round == ROUNDS / 2) { /* the writer of a next life goes on with them */
            store_close(f->store);
            fixture_open(f, NULL);
        }
        fixture_tick(f, 1000);
        change(racks);
        put(f, racks);
    }
    query_rows_free(some);
    query_rows_free(all);
}

static void another_filter_reads_anew(void **state)
{
    struct fixture *f = *state;
    static const char *const filters[] = {"hall=\"ZJK/h1\"", "hall=zjk/H1", "power>20 hall=ZJK/h3", "hall=ZJK/h9", "",
                                          "hall!=ZJK/h1",    "hall=",       "hall=ZJK/h4"};
    static struct rack racks[RACKS];
    struct query_rows *one;

    for (int i = 0; i < RACKS; i++)
        racks[i] = (struct rack){pick(HALLS), pick(400) / 10.0};
    put(f, racks);
    fixture_read(f);
    one = rows_of(f, "", QUERY_NOW);
    for (size_t i = 0; i < sizeof filters / sizeof *filters; i++) {
        struct err err = {0};
        char all_of[64];
        struct query_rows *all;

        snprintf(all_of, sizeof all_of, "%s !id=none", filters[i]);
        query_rows_filter(one, filter_new(KIND_RACK, filters[i], &err));
        follow(f, one);
        all = query_rows_new(f->query, KIND_RACK, QUERY_NOW);
        follow(f, all);
        size_t count = 0;
        struct filter *same = filter_new(KIND_RACK, filters[i], &err);
        for (size_t k = 0; k < query_rows_count(all); k++) {
            struct row row;

            assert_true(query_rows_at(all, k, &row));
            count += filter_match(same, &row);
        }
        filter_free(same);
        assert_int_equal(query_rows_count(one), count);
        query_rows_free(all);
    }
    query_rows_free(one);
}

static void one_hall_in_the_past(void **state)
{
    struct fixture *f = *state;
    static struct rack racks[RACKS];
    int64_t moments[10];

    for (int i = 0; i < RACKS; i++)
        racks[i] = (struct rack){pick(HALLS), pick(400) / 10.0};
    for (size_t i = 0; i < sizeof moments / sizeof *moments; i++) {
        put(f, racks);
        moments[i] = f->now.utc_ms;
        fixture_maintain(f);
        fixture_tick(f, 5000);
        change(racks);
    }
    fixture_read(f);
    for (size_t i = 0; i < sizeof moments / sizeof *moments; i++) {
        struct query_rows *some = rows_of(f, "hall=\"ZJK/h2\"", moments[i] + 100);
        struct query_rows *all = rows_of(f, "hall=ZJK/h2,none", moments[i] + 100);

        follow(f, some);
        follow(f, all);
        follow(f, some); /* what it knows of its sources comes with its samples */
        assert_true(query_rows_count(all) > 50);
        assert_same(some, all);
        query_rows_free(some);
        query_rows_free(all);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(one_hall_is_what_all_would_show, setup, teardown),
        cmocka_unit_test_setup_teardown(another_filter_reads_anew, setup, teardown),
        cmocka_unit_test_setup_teardown(one_hall_in_the_past, setup, teardown),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
