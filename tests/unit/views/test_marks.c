#include "unit/views/fake.h"

#include "views/list.h"
#include "views/marks.h"

extern const struct view view_jobs, view_queues;

/* Rows that are made when they are read: more than any array here. */
static bool many_at(void *ctx, size_t i, struct row *row)
{
    static char id[32];

    (void)ctx;
    snprintf(id, sizeof id, "fra/%zu", i);
    *row = (struct row){.kind = KIND_JOB, .id = text_of(id), .source = text_of("fra")};
    row->cells[JOB_STATE] = value_text(text_of(i < 11000 ? "running" : "done"));
    return true;
}

static int64_t many_find(void *ctx, struct safe_text id, struct safe_text source)
{
    char text[32];
    int n = -1;

    (void)ctx;
    (void)source;
    text_show_in(id, text, sizeof text);
    return sscanf(text, "fra/%d", &n) == 1 ? n : -1;
}

static struct view_rows many(size_t count)
{
    return (struct view_rows){.count = count, .all = count, .known = true, .at = many_at, .find = many_find};
}

static struct row row_of(const char *id, const char *source)
{
    return (struct row){.kind = KIND_JOB, .id = text_of(id), .source = text_of(source)};
}

static void a_mark_is_of_an_id_and_its_source(void **state)
{
    struct marks *m = NULL;
    struct row a = row_of("7", "fra"), b = row_of("7", "ams"), glued = row_of("7f", "ra");
    struct row node = {.kind = KIND_NODE, .id = text_of("n1"), .source = text_of("slurm")}, same = node;

    (void)state;
    assert_int_equal(marks_count(m), 0);
    assert_false(marks_has(m, &a));
    marks_remove(m, &a);
    assert_int_equal(marks_add(&m, &a), MARKS_ADDED);
    assert_int_equal(marks_add(&m, &a), MARKS_ADDED);
    assert_int_equal(marks_count(m), 1);
    assert_true(marks_has(m, &a));
    assert_false(marks_has(m, &b));
    assert_false(marks_has(m, &glued));
    /* whoever tells of a joined row at the moment */
    same.source = text_of("prometheus");
    marks_add(&m, &node);
    assert_int_equal(marks_has(m, &same), kind_info(KIND_NODE)->told_by != 0);
    marks_remove(m, &a);
    assert_false(marks_has(m, &a));
    assert_true(marks_has(m, &node));
    marks_clear(m);
    assert_int_equal(marks_count(m), 0);
    assert_false(marks_has(m, &node));
    marks_free(m);
}

static bool is_even(void *ctx, struct safe_text id, struct safe_text source)
{
    char text[32];
    int n = 0;

    (void)ctx;
    (void)source;
    text_show_in(id, text, sizeof text);
    sscanf(text, "fra/%d", &n);
    return n % 2 == 0;
}

static void what_is_gone_loses_its_mark(void **state)
{
    struct marks *m = NULL;
    struct safe_text id, source;
    struct row row;

    (void)state;
    for (size_t i = 0; i < 100; i++) {
        many_at(NULL, i, &row);
        marks_add(&m, &row);
    }
    many_at(NULL, 51, &row);
    marks_add(&m, &row); /* the last one now: it goes, and the one before it takes over */
    assert_int_equal(marks_keep(m, is_even, NULL), 50);
    assert_int_equal(marks_count(m), 50);
    assert_true(marks_last(m, &id, &source));
    assert_true(text_is(id, "fra/50"));
    for (size_t i = 0; i < 100; i++) {
        many_at(NULL, i, &row);
        assert_int_equal(marks_has(m, &row), i % 2 == 0);
    }
    marks_at(m, 1, &id, &source);
    assert_true(text_is(id, "fra/2"));
    assert_true(text_is(source, "fra"));
    marks_free(m);
}

static void there_is_a_bound_and_it_is_said(void **state)
{
    struct view_state s = {.sort_field = JOB_STATE};
    struct view_rows rows = many(20000);
    struct intent i;

    (void)state;
    list_sync(&s.place[0], &rows, 10);
    i = list_mark(&s, &rows, LIST_MARK_SAME, JOB_STATE);
    assert_int_equal(marks_count(s.marks), MARKS_MAX);
    assert_int_equal(i.kind, INTENT_SAY);
    assert_non_null(strstr(i.text, "10,000"));
    for (size_t at = 0; at < MARKS_MAX; at++) {
        struct row row;
        many_at(NULL, at, &row);
        assert_true(marks_has(s.marks, &row));
    }
    marks_free(s.marks);
}

static void an_id_that_no_cursor_keeps_is_not_marked(void **state)
{
    struct fake f = {0};
    struct view_rows rows;
    struct view_state s = {0};

    (void)state;
    fake_fill_hostile(&f, KIND_JOB);
    rows = fake_rows(&f);
    list_sync(&s.place[0], &rows, 3);
    for (int i = 0; i + 1 < FAKE_HOSTILE; i++)
        assert_int_equal(list_mark(&s, &rows, LIST_MARK, -1).kind, INTENT_REDRAW);
    assert_int_equal(list_mark(&s, &rows, LIST_MARK, -1).kind, INTENT_SAY);
    assert_int_equal(marks_count(s.marks), FAKE_HOSTILE - 1);
    marks_free(s.marks);
}

/* --- keys, in a view --- */

static void add_job(struct fake *f, const char *id, const char *state)
{
    fake_text(fake_add(f, KIND_JOB, id), JOB_STATE, state);
}

static struct fake jobs, schedulers;
static struct view_rows view_rows[2];

static void fill(void)
{
    static const char *const ids[] = {"fra/1", "fra/2", "fra/3", "fra/4", "fra/5", "fra/6", "fra/7"};

    jobs = schedulers = (struct fake){0};
    for (size_t i = 0; i < sizeof ids / sizeof *ids; i++)
        add_job(&jobs, ids[i], i < 2 ? "done" : i < 5 ? "running" : "waiting");
    view_rows[0] = fake_rows(&jobs);
    view_rows[1] = fake_rows(&schedulers);
}

static struct intent press(struct view_state *s, uint32_t key)
{
    struct view_frame frame = fake_frame(view_rows, 80, 14);
    struct canvas c = fake_draw(&view_jobs, view_rows, s, 80, 14);

    canvas_release(&c);
    return view_jobs.act(&frame, s, key_action(view_jobs.keys, key));
}

static bool marked(const struct view_state *s, const char *id)
{
    struct row row = row_of(id, "fra");

    return marks_has(s->marks, &row);
}

static void space_marks_and_goes_down(void **state)
{
    struct view_state s = {.sort_field = -2};

    (void)state;
    fill();
    press(&s, KEY_CODE_SPACE);
    press(&s, ' ');
    assert_int_equal(s.place[0].position, 2);
    assert_true(marked(&s, "fra/1") && marked(&s, "fra/2"));
    press(&s, 'k');
    press(&s, ' '); /* takes it away again */
    assert_false(marked(&s, "fra/2"));
    assert_int_equal(marks_count(s.marks), 1);
    press(&s, 'U');
    assert_int_equal(marks_count(s.marks), 0);
    marks_free(s.marks);
}

static void v_marks_up_to_the_cursor_either_way(void **state)
{
    struct view_state s = {.sort_field = -2};

    (void)state;
    fill();
    assert_int_equal(press(&s, 'V').kind, INTENT_SAY); /* none is marked yet */
    for (int i = 0; i < 4; i++)
        press(&s, 'j');
    press(&s, ' ');
    press(&s, 'k');
    press(&s, 'k');
    press(&s, 'k'); /* on fra/3 */
    press(&s, 'V');
    assert_int_equal(marks_count(s.marks), 3);
    assert_true(marked(&s, "fra/3") && marked(&s, "fra/4") && marked(&s, "fra/5"));
    press(&s, 'j'); /* the last marked one is that under the cursor: from there on */
    press(&s, 'G');
    press(&s, 'V');
    assert_int_equal(marks_count(s.marks), 5);
    marks_free(s.marks);
}

static void a_star_marks_the_same_in_the_column_in_order(void **state)
{
    struct view_state s = {.sort_field = JOB_STATE};

    (void)state;
    fill();
    for (int i = 0; i < 3; i++)
        press(&s, 'j');
    press(&s, '*');
    assert_int_equal(marks_count(s.marks), 3);
    assert_true(marked(&s, "fra/3") && marked(&s, "fra/4") && marked(&s, "fra/5"));
    s.sort_field = -1;
    press(&s, 'g');
    press(&s, '*'); /* an id is one row's */
    assert_int_equal(marks_count(s.marks), 4);
    marks_free(s.marks);
}

/* An order of the view's own is no column's: what "the same" would be is not told. */
static void a_star_needs_a_column_in_order(void **state)
{
    struct view_state s = {.sort_field = -2};
    struct fake queues = {0}, none = {0};
    struct view_rows rows[5] = {fake_rows(&queues), fake_rows(&queues), fake_rows(&none), fake_rows(&none),
                                fake_rows(&none)};
    struct view_frame frame = fake_frame(rows, 80, 20);

    (void)state;
    fake_add(&queues, KIND_QUEUE, "fra/gpu");
    rows[0] = rows[1] = fake_rows(&queues);
    assert_int_equal(view_queues.act(&frame, &s, key_action(view_queues.keys, '*')).kind, INTENT_SAY);
    assert_int_equal(marks_count(s.marks), 0);
    s.sort_field = QUEUE_WAITING;
    assert_int_equal(view_queues.act(&frame, &s, key_action(view_queues.keys, '*')).kind, INTENT_REDRAW);
    assert_int_equal(marks_count(s.marks), 1);
    marks_free(s.marks);
}

static void marks_are_seen_without_a_colour(void **state)
{
    static const struct {
        enum glyph_set glyphs;
        const char *name;
    } screens[] = {{GLYPHS_UNICODE, "jobs80_marked"}, {GLYPHS_ASCII, "jobs80_marked_ascii"}};
    struct view_state s = {.sort_field = -2};

    (void)state;
    fill();
    press(&s, ' ');
    press(&s, 'j');
    press(&s, ' ');
    press(&s, ' ');
    press(&s, 'k'); /* the cursor stands on a marked one */
    for (size_t i = 0; i < sizeof screens / sizeof *screens; i++) {
        struct view_frame frame = fake_frame(view_rows, 80, 12);
        struct canvas c;

        assert_true(canvas_init(&c, 80, 12, screens[i].glyphs));
        view_jobs.draw(&frame, &s, &c);
        fake_assert_sane(&c);
        fake_expect(&c, screens[i].name);
        canvas_release(&c);
    }
    marks_free(s.marks);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_mark_is_of_an_id_and_its_source),
        cmocka_unit_test(what_is_gone_loses_its_mark),
        cmocka_unit_test(there_is_a_bound_and_it_is_said),
        cmocka_unit_test(an_id_that_no_cursor_keeps_is_not_marked),
        cmocka_unit_test(space_marks_and_goes_down),
        cmocka_unit_test(v_marks_up_to_the_cursor_either_way),
        cmocka_unit_test(a_star_marks_the_same_in_the_column_in_order),
        cmocka_unit_test(a_star_needs_a_column_in_order),
        cmocka_unit_test(marks_are_seen_without_a_colour),
    };

    return cmocka_run_group_tests(tests, fake_setup, NULL);
}
