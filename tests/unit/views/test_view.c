/* Promises that hold for every view: any size, any key, any data. */

#include "unit/views/fake.h"
#include "views/marks.h"

extern const struct view view_jobs, view_links, view_matrix, view_nodes, view_overview, view_queues, view_racks,
    view_sources;
static const struct view *const views[] = {&view_jobs,     &view_links,  &view_matrix, &view_nodes,
                                           &view_overview, &view_queues, &view_racks,  &view_sources};
enum { VIEWS = sizeof views / sizeof *views, FRAMES = 1500 };

/* Knuth's MMIX generator: the same tests each time. */
static uint64_t seed = 42;
static int chance(int below)
{
    seed = seed * 6364136223846793005u + 1442695040888963407u;
    return (int)((seed >> 33) % (unsigned)below);
}

struct world {
    struct fake fakes[VIEW_NEEDS_MAX];
    struct view_rows rows[VIEW_NEEDS_MAX];
};

static void add_some(struct fake *f, enum kind kind)
{
    static char ids[FAKE_ROWS][24];

    for (int i = 0; i < FAKE_ROWS; i++)
        snprintf(ids[i], sizeof ids[i], "fra/%d", i);
    fake_fill_hostile(f, kind);
    for (int i = chance(FAKE_ROWS - FAKE_HOSTILE); i > 0; i--)
        fake_add(f, kind, ids[chance(FAKE_ROWS)]);
}

static void fill(struct world *w, const struct view *view)
{
    for (int i = 0; view->needs[i].kind != KIND_NONE; i++) {
        w->fakes[i].count = 0;
        if (chance(10) > 0)
            add_some(&w->fakes[i], view->needs[i].kind);
        w->rows[i] = fake_rows(&w->fakes[i]);
        w->rows[i].known = chance(5) > 0;
        w->rows[i].partial = chance(5) == 0;
    }
}

static int action_of(const struct view *view)
{
    int n = 0;

    while (view->keys[n].keys != NULL)
        n++;
    return view->keys[chance(n)].action;
}

static void any_size_any_key_any_data(void **state)
{
    struct world w = {0};

    (void)state;
    for (int v = 0; v < VIEWS; v++) {
        struct view_state s = {.sort_field = -2};

        for (int i = 0; i < FRAMES; i++) {
            int width = 1 + chance(i % 10 == 0 ? 500 : 170), height = 1 + chance(i % 10 == 0 ? 200 : 50);
            struct view_frame frame = fake_frame(w.rows, width, height);
            struct canvas c;

            if (i % 4 == 0)
                fill(&w, views[v]);
            c = fake_draw(views[v], w.rows, &s, width, height);
            if (i % 20 == 0)
                fake_assert_sane(&c);
            assert_true(c.cursor_x < width && c.cursor_y < height);
            canvas_release(&c);
            if (i % 2 == 0)
                views[v]->act(&frame, &s, action_of(views[v]));
        }
        if (views[v]->forget)
            views[v]->forget(&s);
        marks_free(s.marks);
    }
}

/* A view draws into its own rows of the screen: what stands around it stays. */
static void a_view_stays_in_its_area(void **state)
{
    struct world w = {0};

    (void)state;
    for (int v = 0; v < VIEWS; v++)
        for (int i = 0; i < 60; i++) {
            struct view_state s = {.sort_field = -2, .detail = i % 2 == 0};
            int width = 20 + chance(150), height = 6 + chance(40);
            struct view_frame frame = fake_frame(w.rows, width - 8, height - 4);
            struct canvas c;

            fill(&w, views[v]);
            frame.area.x = 5;
            frame.area.y = 2;
            assert_true(canvas_init(&c, width, height, GLYPHS_ASCII));
            canvas_fill(&c, canvas_area(&c), ROLE_TEXT, '%');
            views[v]->draw(&frame, &s, &c);
            for (int y = 0; y < height; y++)
                for (int x = 0; x < width; x++)
                    if (x < 5 || x >= width - 3 || y < 2 || y >= height - 2)
                        assert_string_equal(c.cells[y * width + x].utf8, "%");
            canvas_release(&c);
            if (views[v]->forget)
                views[v]->forget(&s);
        }
}

static void a_view_says_what_it_is(void **state)
{
    (void)state;
    for (int v = 0; v < VIEWS; v++) {
        assert_true(views[v]->name[0] != '\0' && views[v]->title[0] != '\0' && views[v]->help[0] != '\0');
        assert_ptr_equal(view_by_name(views[v]->name), views[v]);
        for (const struct key_row *k = views[v]->keys; k->keys != NULL; k++)
            assert_true(k->action > 0 && k->help != NULL);
    }
    assert_null(view_by_name("nowhere"));
}

/* Somebody whose sources tell of jobs and nodes sees no empty rack screen. */
static void a_view_is_there_when_a_source_tells_of_it(void **state)
{
    const unsigned jobs = 1u << KIND_JOB | 1u << KIND_CLUSTER | 1u << KIND_SOURCE, racks = 1u << KIND_RACK;

    (void)state;
    assert_true(view_is_available(&view_jobs, jobs));
    assert_false(view_is_available(&view_nodes, jobs));
    assert_false(view_is_available(&view_racks, jobs)); /* clusters stand aside */
    assert_true(view_is_available(&view_racks, racks));
    assert_true(view_is_available(&view_racks, 1u << KIND_HALL));
    assert_false(view_is_available(&view_jobs, racks));
    assert_true(view_is_available(&view_overview, 0) && view_is_available(&view_sources, 0));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(any_size_any_key_any_data),
        cmocka_unit_test(a_view_stays_in_its_area),
        cmocka_unit_test(a_view_says_what_it_is),
        cmocka_unit_test(a_view_is_there_when_a_source_tells_of_it),
    };

    return cmocka_run_group_tests(tests, fake_setup, NULL);
}
