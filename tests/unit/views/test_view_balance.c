#include "base/tr.h"
#include "unit/views/fake.h"
#include "views/balance.h"

extern const struct view view_balance;

static const enum kind kinds[BALANCE_NEEDS] = {KIND_CLUSTER, KIND_OFFER,    KIND_PAIR,      KIND_RESERVATION,
                                               KIND_HUB,     KIND_CLUSTER,  KIND_SCHEDULER, KIND_QUEUE,
                                               KIND_LINK,    KIND_TRANSFER, KIND_ENERGY,    KIND_PLACE};

struct world {
    struct fake kinds[BALANCE_NEEDS];
    struct view_rows rows[BALANCE_NEEDS];
};

static void tell(struct world *w)
{
    for (int i = 0; i < BALANCE_NEEDS; i++)
        w->rows[i] = fake_rows(&w->kinds[i]);
}

static struct intent press(struct world *w, struct view_state *s, uint32_t key)
{
    struct view_frame frame = fake_frame(w->rows, 80, 20);

    return view_balance.act(&frame, s, key_action(view_balance.keys, key));
}

static bool shows(struct world *w, struct view_state *s, const char *words)
{
    struct canvas c = fake_draw(&view_balance, w->rows, s, 80, 20);
    bool found = fake_shows(&c, words);

    fake_assert_sane(&c);
    canvas_release(&c);
    return found;
}

static void what_nobody_tells_is_unknown(void **state)
{
    struct world w = {0};
    struct view_state s = {.sort_field = -2};

    (void)state;
    tell(&w);
    w.rows[BALANCE_NEED_CLUSTERS].known = false;
    assert_true(shows(&w, &s, "AI cards FP16           -     -     -"));
    assert_true(shows(&w, &s, "not known: no source has told"));
    for (int i = 0; i < BALANCE_NEEDS; i++)
        if (kinds[i] == KIND_CLUSTER)
            fake_add(&w.kinds[i], KIND_CLUSTER, "SHG");
    fake_add(&w.kinds[BALANCE_NEED_OFFERS], KIND_OFFER, "o");
    tell(&w);
    view_balance.forget(&s);
    assert_true(shows(&w, &s, "-/-     -     -       -    -"));
    assert_true(shows(&w, &s, "not in it: 1 of no known region, 0 of no known kind"));
    press(&w, &s, 'l');
    assert_true(shows(&w, &s, "o  ") || shows(&w, &s, "Offers 1-1 of 1"));
    assert_false(shows(&w, &s, "0.000"));
    view_balance.forget(&s);
}

static void sums_are_kept_for_a_snapshot(void **state)
{
    struct world w = {0};
    struct view_state s = {.sort_field = -2};
    struct row *row;
    void *kept;

    (void)state;
    row = fake_add(&w.kinds[BALANCE_NEED_ALL_CLUSTERS], KIND_CLUSTER, "SHG");
    fake_text(row, CLUSTER_SIDE, "east");
    row->cells[CLUSTER_STORAGE_TB_TOTAL] = value_real(777);
    tell(&w);
    assert_true(shows(&w, &s, " 777 "));
    kept = s.kept;
    row->cells[CLUSTER_STORAGE_TB_TOTAL] = value_real(888);
    assert_true(shows(&w, &s, " 777 ")); /* nobody said that there is another snapshot */
    w.rows[BALANCE_NEED_ALL_CLUSTERS].rev++;
    assert_true(shows(&w, &s, " 888 "));
    assert_ptr_equal(s.kept, kept);
    view_balance.forget(&s);
    assert_null(s.kept);
}

static void a_filter_is_for_one_list(void **state)
{
    struct world w = {0};
    struct view_state s = {.sort_field = 3, .filter = "hub=GBA"};

    (void)state;
    tell(&w);
    assert_int_equal(view_balance.listed(&s), BALANCE_NEED_CLUSTERS);
    assert_int_equal(press(&w, &s, 'l').kind, INTENT_OPEN_VIEW);
    assert_int_equal(view_balance.listed(&s), BALANCE_NEED_OFFERS);
    assert_string_equal(s.filter, "");
    assert_int_equal(s.sort_field, -2);
    press(&w, &s, 'h');
    press(&w, &s, 'h');
    assert_int_equal(s.panel, BALANCE_LIST_ISLANDS);
    press(&w, &s, KEY_CODE_ENTER);
    assert_true(s.detail);
    view_balance.forget(&s);
}

static void hostile_names_stay_in_their_fields(void **state)
{
    static const int sizes[][2] = {{80, 20}, {160, 41}, {60, 11}, {20, 5}, {1, 1}, {200, 2}, {3, 40}};
    struct world w = {0};

    (void)state;
    for (int k = 0; k < BALANCE_NEEDS; k++)
        fake_fill_hostile(&w.kinds[k], kinds[k]);
    tell(&w);
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++)
        for (int at = 0; at < BALANCE_LISTS * 2; at++) {
            struct view_state s = {.sort_field = -2, .panel = at / 2, .detail = at % 2 != 0};
            struct canvas c = fake_draw(&view_balance, w.rows, &s, sizes[i][0], sizes[i][1]);
            struct row row = {0};

            fake_assert_sane(&c);
            for (int y = 0; sizes[i][0] == 80 && y < 20; y++) /* the frame's right side stands */
                assert_string_not_equal(c.cells[y * 80 + 79].utf8, " ");
            canvas_release(&c);
            press(&w, &s, 'j');
            press(&w, &s, 'G');
            view_balance.object(&(struct view_frame[1]){fake_frame(w.rows, 80, 20)}[0], &s, &row);
            view_balance.forget(&s);
        }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_nobody_tells_is_unknown),
        cmocka_unit_test(sums_are_kept_for_a_snapshot),
        cmocka_unit_test(a_filter_is_for_one_list),
        cmocka_unit_test(hostile_names_stay_in_their_fields),
    };

    return cmocka_run_group_tests(tests, fake_setup, NULL);
}
