#include "unit/views/fake.h"

extern const struct view view_jobs;

static struct row *add_job(struct fake *f, const char *id, const char *state, int64_t submitted_s)
{
    struct row *row = fake_add(f, KIND_JOB, id);

    fake_text(row, JOB_SCHEDULER, "fra");
    fake_text(row, JOB_USER, "li.wei");
    fake_text(row, JOB_STATE, state);
    fake_text(row, JOB_QUEUE, "gpu");
    fake_ago(row, JOB_SUBMITTED_AT, submitted_s);
    return row;
}

static void fill(struct fake *f)
{
    struct row *row = add_job(f, "fra/90117", "waiting", 1270);

    fake_text(row, JOB_NAME, "llm-serve-eu7");
    fake_text(row, JOB_REASON, "Resources");
    fake_int(row, JOB_ACCELS, 8);
    fake_int(row, JOB_CPUS, 64);
    fake_int(row, JOB_PRIORITY, 4294901760);
    fake_int(row, JOB_TIME_LIMIT_S, 86400);
    fake_text(row, JOB_COMMAND, "/opt/run \033[31m--all");

    row = add_job(f, "ams/90117", "running", 7300);
    fake_text(row, JOB_NAME, "图像渲染-video");
    fake_ago(row, JOB_STARTED_AT, 7200);
    fake_int(row, JOB_CPUS, 131072);
    fake_int(row, JOB_ACCELS, 0);
    fake_int(row, JOB_NODES, 1024);

    row = add_job(f, "fra/90122_[1-20]", "held", 90);
    fake_text(row, JOB_REASON, "JobHeldUser");

    row = add_job(f, "kobe/7", "running", 400);
    fake_ago(row, JOB_STARTED_AT, 300);
    fake_stale(row, 260000);

    row = add_job(f, "kobe/6~2", "failed", 9000);
    fake_ago(row, JOB_STARTED_AT, 8000);
    fake_ago(row, JOB_ENDED_AT, 400);
    fake_add(f, KIND_JOB, "kobe/5"); /* nothing known but that it is there */
}

static struct view_state fresh_state(void)
{
    return (struct view_state){.sort_field = -2};
}

static void assert_screen(int width, int height, bool detail, const char *name)
{
    struct fake f = {0};
    struct view_state s = fresh_state();
    struct view_rows rows;
    struct canvas c;

    fill(&f);
    rows = fake_rows(&f);
    rows.all = 4455;
    s.detail = detail;
    c = fake_draw(&view_jobs, &rows, &s, width, height);
    fake_assert_sane(&c);
    fake_expect(&c, name);
    assert_int_equal(c.cursor_x, height > 4 ? 1 : 0);
    canvas_release(&c);
}

static void screens_as_expected(void **state)
{
    (void)state;
    assert_screen(80, 20, false, "jobs80");
    assert_screen(80, 20, true, "jobs80_detail");
    assert_screen(160, 41, true, "jobs160_detail");
    assert_screen(60, 11, false, "jobs60");
    assert_screen(20, 3, false, "jobs20");
}

static void hostile_names_stay_in_their_fields(void **state)
{
    static const int sizes[][2] = {{80, 20}, {160, 41}, {60, 11}, {20, 5}, {1, 1}, {200, 2}, {3, 40}};
    struct fake f = {0};
    struct view_rows rows;

    (void)state;
    fake_fill_hostile(&f, KIND_JOB);
    rows = fake_rows(&f);
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++)
        for (int detail = 0; detail < 2; detail++) {
            struct view_state s = fresh_state();
            struct canvas c;

            s.detail = detail != 0;
            s.scroll_x = detail * 3;
            c = fake_draw(&view_jobs, &rows, &s, sizes[i][0], sizes[i][1]);
            fake_assert_sane(&c);
            if (sizes[i][0] == 80 && sizes[i][1] == 20)
                for (int y = 0; y < 20; y++) /* the frame's right side stands */
                    assert_string_not_equal(c.cells[y * 80 + 79].utf8, " ");
            canvas_release(&c);
        }
}

static void keys_move_scroll_and_open_the_detail(void **state)
{
    struct fake f = {0};
    struct view_state s = fresh_state();
    struct view_rows rows;
    struct view_frame frame;
    struct canvas c;

    (void)state;
    fill(&f);
    rows = fake_rows(&f);
    frame = fake_frame(&rows, 80, 20);
    c = fake_draw(&view_jobs, &rows, &s, 80, 20);
    canvas_release(&c);
    assert_int_equal(view_jobs.act(&frame, &s, key_action(view_jobs.keys, 'j')).kind, INTENT_REDRAW);
    assert_int_equal(view_jobs.act(&frame, &s, key_action(view_jobs.keys, KEY_CODE_ENTER)).kind, INTENT_REDRAW);
    c = fake_draw(&view_jobs, &rows, &s, 80, 20);
    assert_true(fake_shows(&c, "job ams/90117"));
    assert_int_equal(c.cursor_y, 3);
    canvas_release(&c);
    for (int i = 0; i < 30; i++)
        view_jobs.act(&frame, &s, key_action(view_jobs.keys, KEY_CODE_RIGHT));
    c = fake_draw(&view_jobs, &rows, &s, 80, 20);
    assert_true(fake_shows(&c, "LIMIT")); /* the last column has come into view */
    assert_true(fake_shows(&c, "fra/90117"));
    canvas_release(&c);
}

static void an_empty_list_says_why(void **state)
{
    static const struct {
        bool known, partial;
        size_t all;
        const char *says;
    } cases[] = {
        {false, false, 0, "not known: no source has told"},
        {true, true, 0, "loading"},
        {true, false, 9, "nothing matches the filter"},
        {true, false, 0, "no jobs"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct fake f = {0};
        struct view_state s = fresh_state();
        struct view_rows rows = fake_rows(&f);
        struct canvas c;

        rows.known = cases[i].known;
        rows.partial = cases[i].partial;
        rows.all = cases[i].all;
        c = fake_draw(&view_jobs, &rows, &s, 80, 20);
        assert_true(fake_shows(&c, cases[i].says));
        canvas_release(&c);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(screens_as_expected),
        cmocka_unit_test(hostile_names_stay_in_their_fields),
        cmocka_unit_test(keys_move_scroll_and_open_the_detail),
        cmocka_unit_test(an_empty_list_says_why),
    };

    return cmocka_run_group_tests(tests, fake_setup, NULL);
}
