#include "unit/views/fake.h"

#include "domain/runbook.h"

extern const struct view view_runbook;

static const char text[] =
    "for: rule=link\n\n# Link over its promise\n\nUsers of {where} feel it.\n\n## Confirm\n\n"
    "- [ ] Ask the carrier about {where}, with both ends, the time of the first reading, and the number "
    "of paths that are dark.\n- [ ] Look at the site.\n\n```\nhubtop impact '{where}'\n```\n";

struct world {
    struct fake alerts;
    struct view_rows rows;
    struct runbook *page;
    struct view_runbook shown;
    struct view_frame frame;
};

static void fill(struct world *w, int width, int height)
{
    struct row *alert = fake_add(&w->alerts, KIND_ALERT, "A-7K3Q2");

    alert->source = text_of("hubtop");
    fake_text(alert, ALERT_WHERE, "SHG>SZ");
    alert->cells[ALERT_STEPS_DONE] = value_list(text_of("RB-NET-07/2 2026-11-21T19:05:33Z li.wei"));
    w->rows = fake_rows(&w->alerts);
    w->page = runbook_new(text, sizeof text - 1);
    w->shown = (struct view_runbook){
        .page = w->page, .name = "RB-NET-07", .alert = text_of("A-7K3Q2"), .source = text_of("hubtop")};
    w->frame = fake_frame(&w->rows, width, height);
    w->frame.runbook = &w->shown;
}

static void steps_with_their_ticks(void **state)
{
    struct world w = {0};
    struct view_state s = {.sort_field = -2};
    struct canvas c;

    (void)state;
    fill(&w, 80, 20);
    assert_true(canvas_init(&c, 80, 20, GLYPHS_UNICODE));
    view_runbook.draw(&w.frame, &s, &c);
    fake_assert_sane(&c);
    fake_expect(&c, "runbook80");
    canvas_release(&c);
    runbook_free(w.page);
}

static void space_ticks_and_takes_it_back(void **state)
{
    struct world w = {0};
    struct view_state s = {.sort_field = -2};
    int tick = key_action(view_runbook.keys, KEY_CODE_SPACE);
    struct intent i;

    (void)state;
    fill(&w, 80, 20);
    i = view_runbook.act(&w.frame, &s, tick);
    assert_int_equal(i.kind, INTENT_ASK);
    assert_string_equal(i.op, "step");
    assert_string_equal(i.ask, "{\"alert\":\"A-7K3Q2\",\"source\":\"hubtop\",\"step\":\"RB-NET-07/1\"}");
    view_runbook.act(&w.frame, &s, key_action(view_runbook.keys, 'j'));
    view_runbook.act(&w.frame, &s, key_action(view_runbook.keys, 'j')); /* there is no third */
    i = view_runbook.act(&w.frame, &s, tick);
    assert_string_equal(i.op, "unstep");
    assert_non_null(strstr(i.ask, "RB-NET-07/2"));
    w.alerts.count = 0; /* gone */
    w.rows = fake_rows(&w.alerts);
    assert_int_equal(view_runbook.act(&w.frame, &s, tick).kind, INTENT_SAY);
    runbook_free(w.page);
}

static void without_one_it_says_why(void **state)
{
    struct world w = {0};
    struct view_state s = {.sort_field = -2};
    struct canvas c;

    (void)state;
    fill(&w, 60, 8);
    w.shown.page = NULL;
    w.shown.why = "no runbook is for that alert";
    assert_true(canvas_init(&c, 60, 8, GLYPHS_UNICODE));
    view_runbook.draw(&w.frame, &s, &c);
    assert_true(fake_shows(&c, "no runbook is for that alert"));
    w.frame.runbook = NULL;
    canvas_clear(&c);
    view_runbook.draw(&w.frame, &s, &c);
    assert_true(fake_shows(&c, "o on an alert"));
    canvas_release(&c);
    runbook_free(w.page);
}

static void it_fits_any_screen(void **state)
{
    struct view_state s = {.sort_field = -2};

    (void)state;
    for (int width = 4; width < 100; width += 13) {
        struct world w = {0};
        struct canvas c;

        fill(&w, width, 1 + width / 5);
        assert_true(canvas_init(&c, width, 1 + width / 5, GLYPHS_UNICODE));
        view_runbook.draw(&w.frame, &s, &c);
        fake_assert_sane(&c);
        canvas_release(&c);
        runbook_free(w.page);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(steps_with_their_ticks),
        cmocka_unit_test(space_ticks_and_takes_it_back),
        cmocka_unit_test(without_one_it_says_why),
        cmocka_unit_test(it_fits_any_screen),
    };

    return cmocka_run_group_tests(tests, fake_setup, NULL);
}
