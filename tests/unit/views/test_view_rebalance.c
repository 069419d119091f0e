#include "unit/views/fake.h"

#include "zh.h"

#include "views/marks.h"
#include "views/plan_keys.h"
#include "views/speech.h"

extern const struct view view_rebalance;

enum { PLANS, MOVES, EFFECTS, ALL_PLANS, QUEUES, NEEDS };

struct world {
    struct fake plans, moves, effects, none;
    struct view_rows rows[NEEDS];
    struct view_state s;
};

static void real(struct row *row, int field, double v)
{
    row->cells[field] = value_real(v);
}

static void list(struct row *row, int field, const char *joined)
{
    row->cells[field] = value_list(text_of(joined));
}

static struct row *add_plan(struct world *w, const char *id, const char *state, int64_t age_s)
{
    struct row *p = fake_add(&w->plans, KIND_PLAN, id);

    fake_text(p, PLAN_STATE, state);
    fake_text(p, PLAN_CREATED_BY, "wang.q");
    fake_ago(p, PLAN_CREATED_AT, age_s);
    fake_ago(p, PLAN_AS_OF, age_s + 2);
    fake_ago(p, PLAN_EXPIRES_AT, age_s - 900);
    fake_text(p, PLAN_ASKED, "");
    return p;
}

static void add_move(struct world *w, int64_t number, const char *from, const char *to, int64_t jobs, int64_t accels,
                     double before, double after, const char *risk, const char *why)
{
    static char ids[8][16];
    char *id = ids[number % 8];

    snprintf(id, sizeof ids[0], "P-0187/%d", (int)number);
    struct row *m = fake_add(&w->moves, KIND_MOVE, id);
    fake_text(m, MOVE_PLAN, "P-0187");
    fake_int(m, MOVE_NUMBER, number);
    fake_text(m, MOVE_STATE, "included");
    fake_text(m, MOVE_FROM, from);
    fake_text(m, MOVE_TO, to);
    fake_text(m, MOVE_QUEUE, "shg-ai/train");
    fake_int(m, MOVE_JOBS, jobs);
    fake_int(m, MOVE_ACCELS, accels);
    real(m, MOVE_DATA_GB, (double)jobs * 2.5);
    real(m, MOVE_DELAY_BEFORE_MS, before);
    real(m, MOVE_DELAY_AFTER_MS, after);
    fake_int(m, MOVE_TAKES_S, 120);
    fake_int(m, MOVE_STARTS_LOW_S, 60);
    fake_int(m, MOVE_STARTS_HIGH_S, 540);
    fake_int(m, MOVE_HOME_S, 5400);
    real(m, MOVE_COST_CNY, -310);
    fake_text(m, MOVE_RISK, risk);
    fake_text(m, MOVE_WHY, why);
    list(m, MOVE_FREES, "shg-ai/501\x1fshg-ai/502\x1fshg-ai/503");
    list(m, MOVE_JOB_IDS, "shg-ai/88\x1fshg-ai/89\x1fshg-ai/90\x1fshg-ai/91\x1fshg-ai/92");
    list(m, MOVE_CONSIDERED,
         "tfu-ai chosen; free now, 16.1 ms of 20\x1fwha-ai possible; 310 CNY dearer\x1fzjk-ai ring; 25.2 ms > 20 ms");
}

static void add_effect(struct world *w, const char *kind, const char *what, const char *measure, double now,
                       double undone, double after, double limit)
{
    static char ids[FAKE_ROWS][96];
    char *id = ids[w->effects.count];

    snprintf(id, sizeof ids[0], "P-0187/%s/%s/%s", kind, what, measure);
    struct row *e = fake_add(&w->effects, KIND_EFFECT, id);
    fake_text(e, EFFECT_PLAN, "P-0187");
    fake_text(e, EFFECT_KIND, kind);
    fake_text(e, EFFECT_WHAT, what);
    fake_text(e, EFFECT_MEASURE, measure);
    real(e, EFFECT_NOW, now);
    real(e, EFFECT_UNDONE, undone);
    real(e, EFFECT_AFTER, after);
    real(e, EFFECT_AFTER_LOW, after * 0.8);
    real(e, EFFECT_AFTER_HIGH, after * 1.3);
    real(e, EFFECT_LIMIT, limit);
    fake_text(e, EFFECT_METHOD, "arrivals and departures of the last hour");
}

static void fill_plan(struct row *p)
{
    fake_int(p, PLAN_MOVES, 3);
    fake_int(p, PLAN_JOBS, 260);
    fake_int(p, PLAN_ACCELS, 880);
    fake_int(p, PLAN_STARTS, 42);
    real(p, PLAN_GAP_PCT, 0.4);
    list(p, PLAN_LEVELS,
         "starts 42 43 2.3; head-room of accelerators at wha-ai\x1f"
         "cost_cny -1240.5 -1245.1 0.37; nothing\x1f"
         "moves 3 3 0;");
    list(p, PLAN_CHECKS,
         "ring=ok\x1f"
         "data=ok: nothing leaves its region\x1f"
         "one_person=no: 260 jobs: a second person approves\x1f"
         "head_room=no: tfu-ai keeps 1 % of its accelerators, 5 % are asked");
    list(p, PLAN_LEFT,
         "shg-ai/serve 12 ring; no other cluster is inside 3 ms\x1f"
         "tfu-ai/hpc held; their users hold them");
}

static void fill(struct world *w)
{
    *w = (struct world){.s = {.sort_field = -2}};
    fill_plan(add_plan(w, "P-0187", "proposed", 40));
    struct row *done = add_plan(w, "P-0186", "done", 5400);
    fake_int(done, PLAN_JOBS, 120);
    fake_text(done, PLAN_RECORD, "+15 min: off by 2.1%, 93% of 44 in range; +60 min: off by 5.0%, 90% of 44 in range");
    real(done, PLAN_MISS_15_PCT, 2.1);
    real(done, PLAN_MISS_60_PCT, 5.0);
    real(done, PLAN_INSIDE_15_PCT, 93);
    real(done, PLAN_INSIDE_60_PCT, 90);
    fake_text(done, PLAN_ASKED, "--only-queue=shg-ai/train --max-moves=200");
    add_move(w, 1, "shg-ai", "tfu-ai", 140, 410, 2.8, 16.1, "low", "12 inference jobs start where these waited");
    add_move(w, 2, "shg-ai", "wha-ai", 80, 320, 2.8, 12.4, "medium", "free now; its data is copied first");
    add_move(w, 3, "gui-ai", "ckg-ai", 40, 150, 31.2, 5.2, "high", "5.2 ms instead of 31.2");
    add_effect(w, "link", "SHG>SZ", "used_pct", 97, 98, 98, 0);
    add_effect(w, "cluster", "WHA", "power_kw", 5120, 5120, 5120, 6000);
    add_effect(w, "cluster", "TFU", "accels_used_pct", 79, 79, 99, 95);
    add_effect(w, "queue", "shg-ai/serve", "wait_p95_s", 1080, 1500, 240, 300);
    add_effect(w, "cluster", "SHG", "accels_used_pct", 97, 99, 71, NAN);
    w->effects.rows[0].cells[EFFECT_LIMIT] = value_none();
    w->rows[PLANS] = w->rows[ALL_PLANS] = fake_rows(&w->plans);
    w->rows[MOVES] = fake_rows(&w->moves);
    w->rows[EFFECTS] = fake_rows(&w->effects);
    w->rows[QUEUES] = fake_rows(&w->none);
}

/* A transfer that the plan holds, and what goes between regions. */
static void hold_a_transfer(struct world *w)
{
    struct row *m = fake_add(&w->moves, KIND_MOVE, "P-0187/4");

    fake_text(m, MOVE_PLAN, "P-0187");
    fake_int(m, MOVE_NUMBER, 4);
    fake_text(m, MOVE_STATE, "included");
    fake_text(m, MOVE_WHAT, "hold");
    fake_text(m, MOVE_TRANSFER, "SHG>SZ/bulk-1");
    fake_text(m, MOVE_FROM, "SHG");
    fake_text(m, MOVE_TO, "SZ");
    fake_text(m, MOVE_QUEUE, "backup");
    fake_text(m, MOVE_LINK, "SHG>SZ");
    fake_text(m, MOVE_RISK, "low");
    fake_text(m, MOVE_WHY, "SHG>SZ comes from 97 to 68 % without it");
    fake_ago(m, MOVE_UNTIL, -3600);
    fake_ago(m, MOVE_ETA_BEFORE, -7200);
    fake_ago(m, MOVE_ETA_AFTER, -10800);
    fake_ago(m, MOVE_DEADLINE_AT, -100000); /* more than a day ahead */
    real(m, MOVE_RATE_GBPS, 1052);
    real(m, MOVE_REST_TB, 3774);
    real(m, MOVE_USED_BEFORE_PCT, 97);
    real(m, MOVE_USED_AFTER_PCT, 68);
    fake_int(&w->plans.rows[0], PLAN_HOLDS, 1);
    list(&w->plans.rows[0], PLAN_ADVICE,
         "GBA>GS jobs=260/220/40 accels=900/730/170 mw=0.61/0.5/0.11 tb=12.5/9/3.5; qyg-ai: power\x1f"
         "GBA>CY jobs=40/0/40 accels=150/0/150 mw=0.1/0/0.1 tb=100.4/0/100.4; nothing");
    w->rows[MOVES] = fake_rows(&w->moves);
}

static struct intent press(struct world *w, uint32_t key)
{
    struct view_frame frame = fake_frame(w->rows, 80, 20);
    int action = key_action(view_rebalance.keys, key);

    assert_int_not_equal(action, 0);
    return view_rebalance.act(&frame, &w->s, action);
}

static struct canvas drawn(struct world *w, int width, int height)
{
    struct canvas c = fake_draw(&view_rebalance, w->rows, &w->s, width, height);

    fake_assert_sane(&c);
    return c;
}

static void expect(struct world *w, int width, int height, const char *name)
{
    struct canvas c = drawn(w, width, height);

    fake_expect(&c, name);
    canvas_release(&c);
}

static void end(struct world *w)
{
    marks_free(w->s.marks);
}

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
    w.rows[QUEUES] = fake_rows(&w.none);
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
