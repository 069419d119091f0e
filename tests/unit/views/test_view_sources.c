#include "unit/views/fake.h"

extern const struct view view_sources;

static void fill(struct fake *f)
{
    struct row *row = fake_add(f, KIND_SOURCE, "fra");

    fake_text(row, SOURCE_DRIVER, "slurm");
    fake_text(row, SOURCE_URL, "http://10.0.0.1:6820");
    fake_text(row, SOURCE_STATE, "live");
    fake_ago(row, SOURCE_LAST_OK_AT, 2);
    fake_int(row, SOURCE_INTERVAL_S, 10);
    fake_int(row, SOURCE_ROWS, 212);
    fake_int(row, SOURCE_BYTES, 1234567890);
    fake_int(row, SOURCE_LAST_MS, 42);
    fake_ago(row, SOURCE_NEXT_POLL_AT, -8);
    fake_text(row, SOURCE_BACKOFF, "none");
    row = fake_add(f, KIND_SOURCE, "ams");
    fake_text(row, SOURCE_DRIVER, "slurm");
    fake_text(row, SOURCE_STATE, "denied");
    fake_text(row, SOURCE_LAST_ERROR, "500: slurmrestd says 'Authentication failure' (a bad token)");
    fake_ago(row, SOURCE_LAST_ERROR_AT, 4);
    fake_text(row, SOURCE_ERROR_KIND, "refused");
    fake_text(row, SOURCE_HINT, "token_file or token_command of this source give its token");
    fake_text(row, SOURCE_VERSION, "Slurm 22.05.8");
    fake_text(row, SOURCE_REMARK, "only your own jobs are visible (PrivateData)");
    fake_text(row, SOURCE_URL, "https://ams.example:6820");
    fake_text(row, SOURCE_BACKOFF, "breaker");
    fake_int(row, SOURCE_FAILED_POLLS, 12);
    fake_int(row, SOURCE_INTERVAL_S, 10);
    fake_ago(row, SOURCE_LAST_OK_AT, 240);
    fake_ago(row, SOURCE_NEXT_POLL_AT, -17);
    row->cells[SOURCE_TELLS] = value_list(text_of("jobs=4455\x1fnodes=120@2026-11-21T02:12:07Z"));
    fake_int(row, SOURCE_REQUESTS, 731);
    fake_int(row, SOURCE_BYTES, 8800000);
    fake_int(row, SOURCE_UNCHANGED, 12);
    fake_int(row, SOURCE_BODIES_DROPPED, 2);
    fake_int(row, SOURCE_BAD_BYTES, 9);
    fake_int(row, SOURCE_DUPLICATE_KEYS, 1);
    row->cells[SOURCE_SKEW_S] = value_real(-61.5);
    fake_int(row, SOURCE_ERRORS, 12);
    row = fake_add(f, KIND_SOURCE, "kobe");
    fake_text(row, SOURCE_DRIVER, "slurm");
    fake_text(row, SOURCE_STATE, "stale");
    fake_ago(row, SOURCE_LAST_OK_AT, 260);
    fake_int(row, SOURCE_INTERVAL_S, 10);
    fake_text(row, SOURCE_LAST_ERROR, "cannot connect to 10.0.0.3 port 6820");
    fake_stale(row, 260000);
    fake_add(f, KIND_SOURCE, "new");
}

static void screens_as_expected(void **state)
{
    struct fake f = {0};
    struct view_state s = {.sort_field = -2};
    struct view_rows rows;
    struct view_frame frame;
    struct canvas c;

    (void)state;
    fill(&f);
    rows = fake_rows(&f);
    c = fake_draw(&view_sources, &rows, &s, 80, 20);
    fake_assert_sane(&c);
    fake_expect(&c, "sources80");
    canvas_release(&c);

    frame = fake_frame(&rows, 160, 41);
    view_sources.act(&frame, &s, key_action(view_sources.keys, 'd'));
    c = fake_draw(&view_sources, &rows, &s, 160, 41);
    fake_expect(&c, "sources160_detail");
    canvas_release(&c);

    c = fake_draw(&view_sources, &rows, &s, 80, 20);
    fake_expect(&c, "sources80_detail");
    canvas_release(&c);
}

static void hostile_names_stay_in_their_fields(void **state)
{
    static const int sizes[][2] = {{80, 20}, {160, 41}, {20, 5}, {1, 1}};
    struct fake f = {0};
    struct view_rows rows;

    (void)state;
    fake_fill_hostile(&f, KIND_SOURCE);
    rows = fake_rows(&f);
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        struct view_state s = {.sort_field = -2, .detail = i % 2 == 0};
        struct canvas c = fake_draw(&view_sources, &rows, &s, sizes[i][0], sizes[i][1]);

        fake_assert_sane(&c);
        canvas_release(&c);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(screens_as_expected),
        cmocka_unit_test(hostile_names_stay_in_their_fields),
    };

    return cmocka_run_group_tests(tests, fake_setup, NULL);
}
