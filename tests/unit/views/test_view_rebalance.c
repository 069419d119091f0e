#include "unit/views/rebalance_kit.h"

#include "zh.h"

#include "views/marks.h"
#include "views/plan_keys.h"
#include "views/speech.h"

static void open_first(struct world *w)
{
    struct intent i;
    struct canvas c = drawn(w, 80, 20);

    canvas_release(&c);
    i = press(w, KEY_CODE_ENTER);
    assert_int_equal(i.kind, INTENT_OPEN_VIEW);
    assert_string_equal(w->s.text, "P-0187");
}

static void screens_as_expected(void **state)
{
    struct world w;

    (void)state;
    fill(&w);
    expect(&w, 80, 20, "rebalance_plans80");
    expect(&w, 160, 41, "rebalance_plans160");
    open_first(&w);
    expect(&w, 80, 20, "rebalance80");
    expect(&w, 160, 41, "rebalance160");
    zh_begin();
    expect(&w, 80, 20, "rebalance_zh80");
    expect(&w, 160, 41, "rebalance_zh160");
    zh_end();
    press(&w, 'l');
    expect(&w, 80, 20, "rebalance_effects80");
    press(&w, 'l');
    expect(&w, 80, 20, "rebalance_checks80");
    press(&w, 'l');
    expect(&w, 80, 20, "rebalance_levels80");
    press(&w, 'l');
    expect(&w, 80, 20, "rebalance_left80");
    end(&w);
}

/* Beside the moves of jobs it has words of its own, and is taken out by its name; the regions are a panel. */
static void a_transfer_is_held_beside_the_moves(void **state)
{
    struct world w;
    struct canvas c;
    struct intent i;

    (void)state;
    fill(&w);
    hold_a_transfer(&w);
    open_first(&w);
    press(&w, 'G');
    expect(&w, 80, 20, "rebalance_hold80");
    expect(&w, 160, 41, "rebalance_hold160");
    zh_begin();
    expect(&w, 80, 20, "rebalance_hold_zh80");
    expect(&w, 160, 41, "rebalance_hold_zh160");
    zh_end();
    press(&w, KEY_CODE_SPACE);
    i = press(&w, 'b');
    assert_string_equal(i.ask, "--exclude=SHG>SZ/bulk-1\n--replaces=P-0187");
    press(&w, 'h'); /* the panel before the first is the last */
    c = drawn(&w, 120, 24);
    assert_true(fake_shows(&c, "GBA>GS") && fake_shows(&c, "900/730/170") && fake_shows(&c, "0.61/0.50/0.11") &&
                fake_shows(&c, "qyg-ai: power"));
    canvas_release(&c);
    end(&w);
}

static void no_plan_says_what_to_press(void **state)
{
    struct world w;
    struct canvas c;

    (void)state;
    fill(&w);
    w.plans.count = 0;
    w.rows[PLANS] = w.rows[ALL_PLANS] = fake_rows(&w.plans);
    w.rows[PLANS].known = false;
    c = drawn(&w, 80, 20);
    assert_true(fake_shows(&c, "no plan; press b on a queue or link"));
    assert_true(fake_shows(&c, "no plan has run yet"));
    canvas_release(&c);
    struct intent i = press(&w, 'b');
    assert_int_equal(i.kind, INTENT_PLAN);
    assert_string_equal(i.ask, "");
    snprintf(w.s.text, sizeof w.s.text, "P-9999");
    c = drawn(&w, 80, 20);
    assert_true(fake_shows(&c, "no plan P-9999 is told of here"));
    canvas_release(&c);
}

/* What was taken out, what was already out, what is taken in again; the former options stay. */
static void a_plan_is_asked_for_without_what_was_taken_out(void **state)
{
    struct world w;
    struct intent i;
    struct canvas c;

    (void)state;
    fill(&w);
    fake_text(&w.plans.rows[0], PLAN_ASKED,
              "--drain=Hall 2 --max-moves=300 --by 18:00 --exclude=a b>c --replaces=P-0180");
    fake_text(&w.moves.rows[2], MOVE_STATE, "excluded");
    open_first(&w);
    c = drawn(&w, 80, 20);
    canvas_release(&c);
    assert_int_equal(press(&w, KEY_CODE_SPACE).kind, INTENT_REDRAW);
    c = drawn(&w, 80, 20);
    assert_true(fake_shows(&c, "1 changed: b computes again"));
    assert_true(fake_shows(&c, "[ ]   1 shg-ai"));
    canvas_release(&c);
    i = press(&w, 'b');
    assert_int_equal(i.kind, INTENT_PLAN);
    assert_string_equal(i.ask, "--drain=Hall 2\n--max-moves=300\n--by=18:00\n--exclude=shg-ai>tfu-ai/shg-ai/train\n"
                               "--exclude=gui-ai>ckg-ai/shg-ai/train\n--replaces=P-0187");
    press(&w, 'G');
    press(&w, KEY_CODE_SPACE);
    press(&w, 'g');
    press(&w, KEY_CODE_SPACE);
    i = press(&w, 'b');
    assert_string_equal(i.ask, "--drain=Hall 2\n--max-moves=300\n--by=18:00\n--replaces=P-0187");
    assert_int_equal(view_rebalance.inside(&w.s) != 0, true);
    struct view_frame frame = fake_frame(w.rows, 80, 20);
    view_rebalance.act(&frame, &w.s, view_rebalance.inside(&w.s));
    assert_string_equal(w.s.text, "");
    assert_int_equal(marks_count(w.s.marks), 0);
    end(&w);
}

/* Of a filtered list nobody knows what is out. */
static void a_filter_is_no_exclusion(void **state)
{
    struct world w;

    (void)state;
    fill(&w);
    open_first(&w);
    snprintf(w.s.filter, sizeof w.s.filter, "jobs>100");
    assert_int_equal(press(&w, 'b').kind, INTENT_SAY);
    end(&w);
}

static void moves_and_effects_are_those_of_the_open_plan(void **state)
{
    struct world w;
    char filter[VIEW_FILTER_MAX];

    (void)state;
    fill(&w);
    assert_false(view_rebalance.scope(&w.s, MOVES, filter));
    assert_int_equal(view_rebalance.listed(&w.s), PLANS);
    open_first(&w);
    assert_true(view_rebalance.scope(&w.s, MOVES, filter));
    assert_string_equal(filter, "plan=\"P-0187\"");
    assert_true(view_rebalance.scope(&w.s, EFFECTS, filter));
    assert_false(view_rebalance.scope(&w.s, QUEUES, filter));
    assert_int_equal(view_rebalance.listed(&w.s), MOVES);
    end(&w);
}

static void heard_as_sentences(void **state)
{
    struct world w;
    struct speech *sp = calloc(1, sizeof *sp);
    struct buf out = buf_make(SPEECH_BYTES);
    struct canvas c;

    (void)state;
    fill(&w);
    open_first(&w);
    sp->text = buf_make(SPEECH_BYTES);
    struct view_frame frame = fake_frame(w.rows, 80, 20);
    frame.speech = sp;
    assert_true(canvas_init(&c, 80, 20, GLYPHS_UNICODE));
    view_rebalance.draw(&frame, &w.s, &c);
    assert_true(speech_page(sp, &c, true, &out));
    assert_non_null(strstr(buf_str(&out), "tfu-ai"));
    assert_non_null(strstr(buf_str(&out), "DRY RUN nothing has been changed"));
    assert_non_null(strstr(buf_str(&out), "5 % are asked"));
    canvas_release(&c);
    buf_release(&out);
    buf_release(&sp->text);
    free(sp);
    end(&w);
}

static void hostile_rows_stay_in_their_fields(void **state)
{
    struct world w = {.s = {.sort_field = -2}};

    (void)state;
    fake_fill_hostile(&w.plans, KIND_PLAN);
    fake_fill_hostile(&w.moves, KIND_MOVE);
    fake_fill_hostile(&w.effects, KIND_EFFECT);
    w.plans.rows[0].id = text_of("P-1");
    w.rows[PLANS] = w.rows[ALL_PLANS] = fake_rows(&w.plans);
    w.rows[MOVES] = fake_rows(&w.moves);
    w.rows[EFFECTS] = fake_rows(&w.effects);
    for (int need = QUEUES; need < NEEDS; need++)
        w.rows[need] = fake_rows(&w.none);
    for (int open = 0; open < 2; open++)
        for (int width = 1; width <= 160; width += width == 1 ? 39 : 40)
            for (int height = 1; height < 46; height += 4) {
                static const uint32_t keys[] = {'j', ' ', 'l', 'd', 'k', 'b', 'h'};
                struct canvas c;
                snprintf(w.s.text, sizeof w.s.text, "%s", open ? "P-1" : "");
                c = drawn(&w, width, height);
                canvas_release(&c);
                for (size_t k = 0; k < sizeof keys / sizeof *keys; k++)
                    press(&w, keys[k] == ' ' ? KEY_CODE_SPACE : keys[k]);
            }
    end(&w);
}

static void a_line_for_a_plan_holds_its_object(void **state)
{
    struct intent i = plan_keys_line("--only-queue", text_of("shg-ai/train"));

    (void)state;
    assert_int_equal(i.kind, INTENT_PLAN_LINE);
    assert_string_equal(i.text, "plan create --only-queue=shg-ai/train");
    i = plan_keys_line("--drain", text_of("Hall 2"));
    assert_string_equal(i.text, "plan create --drain=\"Hall 2\"");
    i = plan_keys_line("--drain", text_of("a\n--lost=x"));
    assert_string_equal(i.text, "plan create ");
    i = plan_keys_ask();
    assert_false(plan_keys_add(&i, "--exclude", text_of("a\nb")));
    assert_false(plan_keys_add(&i, "--exclude", text_of("")));
    assert_string_equal(i.ask, "");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(screens_as_expected),
        cmocka_unit_test(a_transfer_is_held_beside_the_moves),
        cmocka_unit_test(no_plan_says_what_to_press),
        cmocka_unit_test(a_plan_is_asked_for_without_what_was_taken_out),
        cmocka_unit_test(a_filter_is_no_exclusion),
        cmocka_unit_test(moves_and_effects_are_those_of_the_open_plan),
        cmocka_unit_test(heard_as_sentences),
        cmocka_unit_test(hostile_rows_stay_in_their_fields),
        cmocka_unit_test(a_line_for_a_plan_holds_its_object),
    };

    return cmocka_run_group_tests(tests, fake_setup, NULL);
}
