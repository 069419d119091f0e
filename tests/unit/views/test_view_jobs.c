#include "base/tr.h"
#include "unit/views/fake.h"

#include "views/marks.h"
#include "views/page.h"

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

/* The jobs, and the schedulers. */
struct world {
    struct fake jobs, schedulers;
    struct view_rows rows[2];
};

static void tell(struct world *w)
{
    w->rows[0] = fake_rows(&w->jobs);
    w->rows[1] = fake_rows(&w->schedulers);
}

/* A job of which everything is told, as Slurm does. */
static struct row *tell_all(struct row *row)
{
    static const struct {
        int field;
        const char *text;
    } texts[] = {
        {JOB_CLUSTER, "fra"},
        {JOB_ACCOUNT, "llm-lab"},
        {JOB_TENANT, "t-017"},
        {JOB_QOS, "normal"},
        {JOB_STATE_RAW, "PENDING"},
        {JOB_ACCEL_KIND, "a800"},
        {JOB_DEPENDENCY, "afterok:90101(unfulfilled)"},
        {JOB_RESERVATION, "dr-2026"},
        {JOB_COMMAND, "/opt/run \033[31m--all"},
        {JOB_WORK_DIR, "/home/li.wei/llm"},
        {JOB_STDOUT, "/home/li.wei/llm/out-%j.txt"},
        {JOB_STDERR, "/home/li.wei/llm/err-%j.txt"},
        {JOB_HET, "90110+2"},
    };

    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        fake_text(row, texts[i].field, texts[i].text);
    row->cells[JOB_SIBLINGS] = value_list(text_of("ams\x1fkobe"));
    row->cells[JOB_LICENSES] = value_list(text_of("abaqus:4"));
    row->cells[JOB_LATENCY_MS_MAX] = value_real(5);
    row->cells[JOB_MOVABLE] = value_bool(false);
    fake_int(row, JOB_TASKS, 20);
    fake_int(row, JOB_NODES, 2);
    fake_int(row, JOB_MEMORY_MB, 491520);
    fake_int(row, JOB_RESTARTS, 3);
    fake_int(row, JOB_EXIT_CODE, 137);
    fake_ago(row, JOB_DEADLINE_AT, 970);
    fake_ago(row, JOB_ELIGIBLE_AT, 1200);
    fake_ago(row, JOB_STARTS_ESTIMATE_AT, -3000);
    return row;
}

static void fill(struct fake *f)
{
    struct row *row = tell_all(add_job(f, "fra/90117", "waiting", 1270));

    fake_text(row, JOB_NAME, "llm-serve-eu7");
    fake_text(row, JOB_REASON, "Resources");
    fake_int(row, JOB_ACCELS, 8);
    fake_int(row, JOB_CPUS, 64);
    fake_int(row, JOB_PRIORITY, 4294901760);
    fake_int(row, JOB_TIME_LIMIT_S, 86400);

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

static void hide(struct world *w)
{
    struct row *row = fake_add(&w->schedulers, KIND_SCHEDULER, "fra");

    row->cells[SCHEDULER_HIDDEN] = value_list(text_of("jobs"));
}

static void assert_screen(struct world *w, enum glyph_set glyphs, int width, int height, bool detail, const char *name)
{
    struct view_state s = fresh_state();
    struct view_frame frame = fake_frame(w->rows, width, height);
    struct canvas c;

    s.detail = detail;
    assert_true(canvas_init(&c, width, height, glyphs));
    view_jobs.draw(&frame, &s, &c);
    fake_assert_sane(&c);
    fake_expect(&c, name);
    assert_int_equal(c.cursor_x, height > 4 ? 1 : 0);
    canvas_release(&c);
}

static void screens_as_expected(void **state)
{
    struct world w = {0};

    (void)state;
    fill(&w.jobs);
    tell(&w);
    w.rows[0].all = 4455;
    assert_screen(&w, GLYPHS_UNICODE, 80, 20, false, "jobs80");
    assert_screen(&w, GLYPHS_UNICODE, 80, 20, true, "jobs80_detail");
    assert_screen(&w, GLYPHS_UNICODE, 160, 41, true, "jobs160_detail");
    assert_screen(&w, GLYPHS_UNICODE, 160, 41, false, "jobs160_detail"); /* nobody has closed it */
    assert_screen(&w, GLYPHS_ASCII, 80, 20, true, "jobs80_ascii");
    assert_screen(&w, GLYPHS_UNICODE, 60, 11, false, "jobs60");
    assert_screen(&w, GLYPHS_UNICODE, 20, 3, false, "jobs20");
}

static bool has(struct world *w, struct view_state *s, int width, int height, const char *text)
{
    struct canvas c = fake_draw(&view_jobs, w->rows, s, width, height);
    struct buf out = buf_make(1 << 16);
    canvas_print(&c, &out, NULL);
    bool found = strstr(buf_str(&out), text) != NULL;
    buf_release(&out);
    canvas_release(&c);
    return found;
}

static void d_closes_what_a_wide_screen_opens(void **state)
{
    static const struct {
        int width, height;
        bool opens;
    } sizes[] = {{160, 41, true}, {159, 41, false}, {160, 35, false}, {200, 60, true}};
    const char *mark = "─ job ";
    struct world w = {0};

    (void)state;
    fill(&w.jobs);
    tell(&w);
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        struct view_state s = fresh_state();
        struct view_frame f = fake_frame(w.rows, sizes[i].width, sizes[i].height);
        assert_int_equal(has(&w, &s, sizes[i].width, sizes[i].height, mark), sizes[i].opens);
        for (int presses = 1; presses < 4; presses++) {
            view_jobs.act(&f, &s, PAGE_DETAIL);
            assert_int_equal(has(&w, &s, sizes[i].width, sizes[i].height, mark), sizes[i].opens != presses % 2);
        }
        /* closed, it stays closed at another size */
        s.shut = true;
        s.detail = false;
        assert_false(has(&w, &s, 220, 60, mark));
    }
}

static void in_chinese(void **state)
{
    struct world w = {0};

    (void)state;
    fill(&w.jobs);
    hide(&w);
    tell(&w);
    tr_init("zh", NULL);
    assert_screen(&w, GLYPHS_UNICODE, 80, 20, true, "jobs80_zh");
    assert_screen(&w, GLYPHS_UNICODE, 160, 41, true, "jobs160_zh");
    tr_init("en", NULL);
}

static void what_is_hidden_is_said(void **state)
{
    struct world w = {0};
    struct view_state s = fresh_state();
    struct canvas c;

    (void)state;
    fill(&w.jobs);
    hide(&w);
    tell(&w);
    s.detail = true;
    c = fake_draw(&view_jobs, w.rows, &s, 160, 41);
    assert_true(fake_shows(&c, "other users' jobs are hidden (PrivateData) by fra"));
    assert_true(fake_shows(&c, "other users' jobs of its scheduler (PrivateData)"));
    canvas_release(&c);
    w.schedulers.rows[0].cells[SCHEDULER_HIDDEN] = value_list(text_of("nodes"));
    c = fake_draw(&view_jobs, w.rows, &s, 160, 41);
    assert_false(fake_shows(&c, "PrivateData"));
    canvas_release(&c);
}

/* Whatever is known of a job stands on a wide screen, and on a small one what stands nowhere else. */
static void the_detail_leaves_nothing_out(void **state)
{
    static const char *const small[] = {"/opt/run",   "/home/li.wei/llm", "out-%j.txt", "err-%j.txt",
                                        "137 (sig",   "afterok:90101",    "dr-2026",    "nothing free that fits",
                                        "time limit", "restarts",         "90110+2",    "deadline"};
    struct world w = {0};
    struct view_state s = fresh_state();
    struct canvas c;

    (void)state;
    fill(&w.jobs);
    for (size_t k = 0; k < kind_info(KIND_JOB)->field_count; k++)
        if (!value_known(&w.jobs.rows[0].cells[k]) && kind_info(KIND_JOB)->fields[k].type == VALUE_TEXT)
            fake_text(&w.jobs.rows[0], (int)k, "somebody said so");
    tell(&w);
    s.detail = true;
    c = fake_draw(&view_jobs, w.rows, &s, 160, 41);
    assert_false(fake_shows(&c, "no room here"));
    for (size_t k = 0; k < kind_info(KIND_JOB)->field_count; k++)
        if (value_known(&w.jobs.rows[0].cells[k]) && kind_info(KIND_JOB)->fields[k].type == VALUE_TEXT) {
            char text[64];
            text_show_in(value_text_or(&w.jobs.rows[0].cells[k], ""), text, sizeof text);
            text[8] = '\0';
            assert_true(fake_shows(&c, text));
        }
    canvas_release(&c);
    c = fake_draw(&view_jobs, w.rows, &s, 80, 20);
    for (size_t i = 0; i < sizeof small / sizeof *small; i++)
        if (!fake_shows(&c, small[i]))
            fail_msg("a small screen lacks '%s'", small[i]);
    canvas_release(&c);
}

static void hostile_names_stay_in_their_fields(void **state)
{
    static const int sizes[][2] = {{80, 20}, {160, 41}, {60, 11}, {20, 5}, {1, 1}, {200, 2}, {3, 40}};
    struct world w = {0};

    (void)state;
    fake_fill_hostile(&w.jobs, KIND_JOB);
    fake_fill_hostile(&w.schedulers, KIND_SCHEDULER);
    w.schedulers.rows[2].cells[SCHEDULER_HIDDEN] = value_list(text_of("jobs"));
    tell(&w);
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++)
        for (int detail = 0; detail < 2; detail++) {
            struct view_state s = fresh_state();
            struct canvas c;

            s.detail = detail != 0;
            s.scroll_x = detail * 3;
            c = fake_draw(&view_jobs, w.rows, &s, sizes[i][0], sizes[i][1]);
            fake_assert_sane(&c);
            if (sizes[i][0] == 80 && sizes[i][1] == 20)
                for (int y = 0; y < (detail ? 20 : 19);
                     y++) /* the frame's right side stands, but beside what is hidden */
                    assert_true(strcmp(c.cells[y * 80 + 79].utf8, " ") != 0 || strcmp(c.cells[y * 80].utf8, " ") == 0);
            canvas_release(&c);
        }
}

static void keys_move_scroll_and_open_the_detail(void **state)
{
    struct world w = {0};
    struct view_state s = fresh_state();
    struct view_frame frame;
    struct canvas c;

    (void)state;
    fill(&w.jobs);
    tell(&w);
    frame = fake_frame(w.rows, 80, 20);
    c = fake_draw(&view_jobs, w.rows, &s, 80, 20);
    canvas_release(&c);
    assert_int_equal(view_jobs.act(&frame, &s, key_action(view_jobs.keys, 'j')).kind, INTENT_REDRAW);
    assert_int_equal(view_jobs.act(&frame, &s, key_action(view_jobs.keys, KEY_CODE_ENTER)).kind, INTENT_REDRAW);
    c = fake_draw(&view_jobs, w.rows, &s, 80, 20);
    assert_true(fake_shows(&c, "job ams/90117"));
    assert_int_equal(c.cursor_y, 3);
    canvas_release(&c);
    for (int i = 0; i < 30; i++)
        view_jobs.act(&frame, &s, key_action(view_jobs.keys, KEY_CODE_RIGHT));
    c = fake_draw(&view_jobs, w.rows, &s, 80, 20);
    assert_true(fake_shows(&c, "RESTARTS")); /* the last column has come into view */
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
        struct world w = {0};
        struct view_state s = fresh_state();
        struct canvas c;

        tell(&w);
        w.rows[0].known = cases[i].known;
        w.rows[0].partial = cases[i].partial;
        w.rows[0].all = cases[i].all;
        c = fake_draw(&view_jobs, w.rows, &s, 80, 20);
        assert_true(fake_shows(&c, cases[i].says));
        canvas_release(&c);
    }
}

static void a_plan_is_for_the_queue_of_the_marked_jobs(void **state)
{
    struct world w = {0};
    struct view_state s = fresh_state();
    struct view_frame frame;
    struct intent i;
    struct canvas c;

    (void)state;
    add_job(&w.jobs, "fra/1", "waiting", 10);
    add_job(&w.jobs, "fra/2", "waiting", 20);
    fake_text(add_job(&w.jobs, "fra/3", "waiting", 30), JOB_QUEUE, "cpu");
    tell(&w);
    frame = fake_frame(w.rows, 80, 20);
    c = fake_draw(&view_jobs, w.rows, &s, 80, 20);
    canvas_release(&c);
    for (int n = 0; n < 3; n++) {
        i = view_jobs.act(&frame, &s, key_action(view_jobs.keys, 'b'));
        assert_int_equal(i.kind, n < 2 ? INTENT_PLAN_LINE : INTENT_SAY);
        if (n < 2)
            assert_string_equal(i.text, "plan create --only-queue=fra/gpu");
        view_jobs.act(&frame, &s, key_action(view_jobs.keys, KEY_CODE_SPACE));
    }
    i = view_jobs.act(&frame, &s, key_action(view_jobs.keys, 'b'));
    assert_int_equal(i.kind, INTENT_SAY);
    marks_free(s.marks);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(screens_as_expected),
        cmocka_unit_test(d_closes_what_a_wide_screen_opens),
        cmocka_unit_test(in_chinese),
        cmocka_unit_test(what_is_hidden_is_said),
        cmocka_unit_test(the_detail_leaves_nothing_out),
        cmocka_unit_test(hostile_names_stay_in_their_fields),
        cmocka_unit_test(keys_move_scroll_and_open_the_detail),
        cmocka_unit_test(an_empty_list_says_why),
        cmocka_unit_test(a_plan_is_for_the_queue_of_the_marked_jobs),
    };

    return cmocka_run_group_tests(tests, fake_setup, NULL);
}
