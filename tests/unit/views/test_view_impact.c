#include "unit/views/fake.h"

#include "domain/impact.h"

extern const struct view view_impact;

struct world {
    struct fake ends[2], tenants;
    struct view_rows rows[2];
    struct row object;
    struct impact_facts facts;
    struct view_hit hit;
    struct view_frame frame;
};

static void add_job(struct world *w, const char *id, const char *account, const char *state)
{
    struct row job = {.kind = KIND_JOB, .id = text_of(id), .source = text_of("fra")};

    fake_text(&job, JOB_SCHEDULER, "fra");
    fake_text(&job, JOB_ACCOUNT, account);
    fake_text(&job, JOB_USER, "li.wei");
    fake_text(&job, JOB_STATE, state);
    fake_int(&job, JOB_ACCELS, 8);
    impact_job(w->hit.impact, &job);
}

static void fill(struct world *w, int width, int height)
{
    w->object = (struct row){.kind = KIND_SCHEDULER, .id = text_of("fra"), .source = text_of("fra")};
    w->facts = (struct impact_facts){.now_ms = FAKE_NOW_MS};
    w->facts.rows[KIND_SCHEDULER] = &w->object;
    w->facts.count[KIND_SCHEDULER] = 1;
    w->hit = (struct view_hit){.kind = KIND_SCHEDULER,
                               .id = text_of("fra"),
                               .impact = impact_new(&w->object, &w->facts),
                               .object = &w->object,
                               .as_of_ms = FAKE_NOW_MS};
    for (int i = 0; i < 2; i++)
        w->rows[i] = fake_rows(&w->ends[i]);
    add_job(w, "fra/1", "vision", "running");
    add_job(w, "fra/2", "vision", "waiting");
    add_job(w, "fra/3", "physics", "running");
    w->frame = fake_frame(w->rows, width, height);
    w->frame.hit = &w->hit;
}

static struct canvas drawn(struct world *w, struct view_state *s, int width, int height)
{
    struct canvas c;

    assert_true(canvas_init(&c, width, height, GLYPHS_UNICODE));
    view_impact.draw(&w->frame, s, &c);
    fake_assert_sane(&c);
    return c;
}

static void by_account_with_totals(void **state)
{
    struct world w = {0};
    struct view_state s = {.sort_field = -2};
    struct canvas c;

    (void)state;
    fill(&w, 80, 20);
    c = drawn(&w, &s, 80, 20);
    fake_expect(&c, "impact80");
    canvas_release(&c);
    view_impact.act(&w.frame, &s, key_action(view_impact.keys, 'j'));
    assert_true(text_is(text_from(s.place[0].id, s.place[0].id_len), "physics"));
    impact_free(w.hit.impact);
}

/* Where there is no room for all of its head, the frame stands all the same. */
static void little_room_keeps_its_frame(void **state)
{
    struct world w = {0};
    struct view_state s = {.sort_field = -2};

    (void)state;
    fill(&w, 20, 3);
    for (int height = 2; height < 6; height++) {
        w.frame.area.height = height;
        struct canvas c = drawn(&w, &s, 20, height + 1);
        assert_string_equal(c.cells[(height - 1) * 20].utf8, "└");
        assert_string_equal(c.cells[(height - 1) * 20 + 5].utf8, "─");
        assert_string_equal(c.cells[height * 20 + 5].utf8, " ");
        canvas_release(&c);
    }
    impact_free(w.hit.impact);
}

static void while_it_counts_it_says_how_far(void **state)
{
    struct world w = {0};
    struct view_state s = {.sort_field = -2};
    struct canvas c;

    (void)state;
    fill(&w, 80, 20);
    w.hit.counting = true;
    w.hit.seen = 420000;
    c = drawn(&w, &s, 80, 20);
    assert_true(fake_shows(&c, "counting: 420,000 jobs looked at"));
    canvas_release(&c);
    impact_free(w.hit.impact);
    w.hit.impact = NULL;
    c = drawn(&w, &s, 80, 20);
    assert_true(fake_shows(&c, "looking for what belongs to it"));
    canvas_release(&c);
    w.hit.error = "the cache cannot be read";
    c = drawn(&w, &s, 30, 6);
    assert_true(fake_shows(&c, "the cache cannot be read"));
    canvas_release(&c);
    w.frame.hit = NULL;
    c = drawn(&w, &s, 80, 20);
    assert_true(fake_shows(&c, "W on an alert"));
    canvas_release(&c);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(by_account_with_totals),
        cmocka_unit_test(little_room_keeps_its_frame),
        cmocka_unit_test(while_it_counts_it_says_how_far),
    };

    return cmocka_run_group_tests(tests, fake_setup, NULL);
}
