#include "unit/views/rebalance_kit.h"

#include "zh.h"

#include "views/plan_keys.h"
#include "views/rebalance_run.h"

static void has_hash(struct world *w)
{
    fake_text(&w->plans.rows[0], PLAN_HASH, "5f2c");
    fake_int(&w->plans.rows[0], PLAN_TENANTS, 4);
    fake_stale(fake_add(&w->schedulers, KIND_SCHEDULER, "tfu-ai"), 95000);
    fake_add(&w->schedulers, KIND_SCHEDULER, "shg-ai");
    w->rows[SCHEDULERS] = fake_rows(&w->schedulers);
}

static struct row *add_move_action(struct world *w, struct fake *f, int number, const char *target, const char *to,
                                   const char *state)
{
    static char ids[3 * FAKE_ROWS][16];
    static size_t used;
    char *id = ids[used++ % (3 * FAKE_ROWS)];

    (void)w;
    snprintf(id, sizeof ids[0], "O-0012/%d", number);
    struct row *a = add_action(f, id, "O-0012", "move", state, target, "li.wei");

    fake_int(a, ACTION_NUMBER, number);
    fake_text(a, ACTION_PLAN, "P-0187");
    fake_text(a, ACTION_FROM, "shg-ai");
    fake_text(a, ACTION_TO, to);
    fake_text(a, ACTION_APPROVED_BY, "wang.q");
    fake_text(a, ACTION_REF, "INC-231");
    fake_ago(a, ACTION_ASKED_AT, 134);
    fake_int(a, ACTION_WAVE, number <= 3 ? 1 : 2);
    return a;
}

static struct row *ended(struct row *a, bool done, int64_t ago_s, const char *words)
{
    a->cells[ACTION_DONE] = value_bool(done);
    fake_ago(a, ACTION_SENT_AT, ago_s + 4);
    fake_ago(a, ACTION_ENDED_AT, ago_s);
    fake_text(a, done ? ACTION_MADE : ACTION_RESULT, words);
    return a;
}

/* Move 1 is done but for one that was refused, move 2 is under way, move 3 waits. */
static void run(struct world *w, const char *state)
{
    fill(w);
    has_hash(w);
    fake_text(&w->plans.rows[0], PLAN_STATE, state);
    list(&w->moves.rows[0], MOVE_JOB_IDS, "shg-ai/88\x1fshg-ai/89\x1fshg-ai/90\x1fshg-ai/91");
    list(&w->moves.rows[1], MOVE_JOB_IDS, "shg-ai/92\x1fshg-ai/93\x1fshg-ai/94");
    list(&w->moves.rows[2], MOVE_JOB_IDS, "gui-ai/12\x1fgui-ai/13");
    w->rows[MOVES] = fake_rows(&w->moves);
    for (int both = 0; both < 2; both++) {
        struct fake *all = both == 0 ? &w->actions : &w->log;
        ended(add_move_action(w, all, 4, "shg-ai/91", "tfu-ai/train", "refused"), false, 8,
              "Job is not pending: it runs since 03:11");
        ended(add_move_action(w, all, 3, "shg-ai/90", "tfu-ai/train", "done"), true, 31, "tfu-ai/7003");
        ended(add_move_action(w, all, 2, "shg-ai/89", "tfu-ai/train", "done"), true, 44, "tfu-ai/7002");
        ended(add_move_action(w, all, 1, "shg-ai/88", "tfu-ai/train", "done"), true, 52, "tfu-ai/7001");
    }
    for (int both = 0; both < 2; both++) {
        struct fake *all = both == 0 ? &w->actions : &w->trouble;
        struct row *a = add_move_action(w, all, 5, "shg-ai/92", "wha-ai/train", "unknown");
        fake_ago(a, ACTION_SENT_AT, 20);
        fake_text(a, ACTION_RESULT, "no answer within 20 s");
    }
    struct row *a = add_move_action(w, &w->actions, 6, "shg-ai/93", "wha-ai/train", "sent");
    fake_ago(a, ACTION_SENT_AT, 2);
    fake_text(a, ACTION_STEP, "check_copy");
    add_move_action(w, &w->actions, 7, "shg-ai/94", "wha-ai/train", "confirmed");
    add_move_action(w, &w->actions, 8, "gui-ai/12", "ckg-ai/train", "confirmed");
    add_move_action(w, &w->actions, 9, "gui-ai/13", "ckg-ai/train", "confirmed");
    ended(add_move_action(w, &w->trouble, 4, "shg-ai/91", "tfu-ai/train", "refused"), false, 8,
          "Job is not pending: it runs since 03:11");
    w->rows[ACTIONS] = fake_rows(&w->actions);
    w->rows[TROUBLE] = fake_rows(&w->trouble);
    w->rows[LOG] = fake_rows(&w->log);
    snprintf(w->s.text, sizeof w->s.text, "P-0187");
}

static void running_as_expected(void **state)
{
    struct world w;

    (void)state;
    run(&w, "running");
    expect(&w, 80, 20, "rebalance_run80");
    expect(&w, 160, 41, "rebalance_run160");
    zh_begin();
    expect(&w, 80, 20, "rebalance_run_zh80");
    expect(&w, 160, 41, "rebalance_run_zh160");
    zh_end();
    press(&w, 'l');
    expect(&w, 80, 20, "rebalance_run_refused80");
    press(&w, 'l');
    expect(&w, 80, 20, "rebalance_run_log80");
    press(&w, 'l');
    assert_int_equal(w.s.panel, REBALANCE_LIST_MOVES);
    end(&w);
}

/* What stops it is the first thing that is read. */
static void paused_says_why(void **state)
{
    struct world w;

    (void)state;
    run(&w, "paused");
    fake_text(&w.plans.rows[0], PLAN_REMARK, "SHG>WHA 4.1 ms > 3 ms promised");
    expect(&w, 80, 20, "rebalance_paused80");
    struct intent i = press(&w, 'p');
    assert_string_equal(i.op, "plan_resume");
    fake_text(&w.plans.rows[0], PLAN_STATE, "running");
    assert_string_equal(press(&w, 'p').op, "plan_pause");
    end(&w);
}

/* The preview of a plan that runs is a key away, and its panels are its own. */
static void the_preview_stays_a_key_away(void **state)
{
    struct world w;
    struct canvas c;

    (void)state;
    run(&w, "done");
    c = drawn(&w, 80, 20);
    assert_true(fake_shows(&c, "Log 1-4 of 4"));
    canvas_release(&c);
    press(&w, KEY_CODE_ENTER);
    c = drawn(&w, 80, 20);
    assert_true(fake_shows(&c, "Checks 2/4"));
    canvas_release(&c);
    press(&w, KEY_CODE_ENTER);
    c = drawn(&w, 80, 20);
    assert_true(fake_shows(&c, "Log 1-4 of 4"));
    canvas_release(&c);
    struct intent i = press(&w, 'd');
    assert_int_equal(i.kind, INTENT_OPEN_VIEW);
    assert_string_equal(w.s.text, "");
    end(&w);
}

static void carrying_out_says_what_it_touches(void **state)
{
    struct world w;
    struct intent i;

    (void)state;
    fill(&w);
    assert_int_equal(press(&w, 'x').kind, INTENT_SAY); /* none is open */
    snprintf(w.s.text, sizeof w.s.text, "P-0187");
    assert_int_equal(press(&w, 'x').kind, INTENT_SAY); /* no hash: it cannot be said what was seen */
    has_hash(&w);
    i = press(&w, 'x');
    assert_int_equal(i.kind, INTENT_FORM);
    assert_string_equal(i.op, "plan_apply");
    assert_string_equal(i.text, "P-0187");
    assert_string_equal(i.ask, "{\"ref\":\"P-0187\",\"hash\":\"5f2c\"}");
    assert_non_null(strstr(i.say, "260 jobs, 880 accelerators, 4 tenants, in 3 moves"));
    assert_non_null(strstr(i.say, "from the state of 03:11:25, 42s ago; valid 14m"));
    assert_non_null(strstr(i.say, "shg-ai 2s, tfu-ai STALE 1m"));
    assert_non_null(strstr(i.say, "wha-ai not known"));
    assert_non_null(strstr(i.say, "not met: head room"));
    assert_non_null(strstr(i.say, "a second person approves it first"));
    assert_non_null(strstr(i.say, "Undo:"));
    fake_text(&w.plans.rows[0], PLAN_STATE, "approved");
    assert_non_null(strstr(press(&w, 'x').say, "a second person has approved it"));
    end(&w);
}

/* Only where it takes two; the same request as carrying out, with its member. */
static void breaking_the_glass_says_what_it_is(void **state)
{
    struct world w;

    (void)state;
    fill(&w);
    has_hash(&w);
    snprintf(w.s.text, sizeof w.s.text, "P-0187");
    struct intent i = press(&w, 'B');
    assert_string_equal(i.op, "plan_break_glass");
    assert_string_equal(i.ask, "{\"ref\":\"P-0187\",\"hash\":\"5f2c\",\"break_glass\":true}");
    assert_non_null(strstr(i.say, "Alone, in an emergency: half of what two people may"));
    assert_non_null(strstr(i.say, "until somebody else signs it off"));
    list(&w.plans.rows[0], PLAN_CHECKS, "rules=ok");
    i = press(&w, 'B');
    assert_int_equal(i.kind, INTENT_SAY);
    assert_non_null(strstr(i.text, "one person is enough"));
    end(&w);
}

/* What is confirmed is what is on the screen, whole and as it was proposed. */
static void a_changed_preview_is_not_carried_out(void **state)
{
    struct world w;
    struct canvas c;

    (void)state;
    fill(&w);
    has_hash(&w);
    snprintf(w.s.text, sizeof w.s.text, "P-0187");
    c = drawn(&w, 80, 20);
    canvas_release(&c);
    press(&w, KEY_CODE_SPACE);
    assert_int_equal(press(&w, 'x').kind, INTENT_SAY);
    assert_int_equal(press(&w, 'A').kind, INTENT_SAY);
    end(&w);
    fill(&w);
    has_hash(&w);
    snprintf(w.s.text, sizeof w.s.text, "P-0187");
    snprintf(w.s.filter, sizeof w.s.filter, "jobs>100");
    assert_int_equal(press(&w, 'x').kind, INTENT_SAY);
    end(&w);
}

static void each_key_in_its_state(void **state)
{
    static const struct {
        const char *state;
        uint32_t key;
        const char *op; /* NULL: it is refused in words */
    } cases[] = {
        {"proposed", 'A', "plan_approve"},
        {"proposed", 'p', NULL},
        {"proposed", 'U', NULL},
        {"proposed", 'X', NULL},
        {"running", 'x', NULL},
        {"running", 'A', NULL},
        {"running", 'X', "plan_stop"},
        {"running", 'U', NULL},
        {"paused", 'X', "plan_stop"},
        {"stopped", 'U', "plan_undo"},
        {"stopped", 'p', NULL},
        {"partly", 'U', "plan_undo"},
        {"done", 'U', "plan_undo"},
        {"undone", 'U', NULL},
        {"expired", 'x', NULL},
        {"partly", 'r', "plan_retry"},
        {"running", 'K', "plan_skip"},
        {"proposed", 'B', "plan_break_glass"},
        {"approved", 'B', "plan_break_glass"},
        {"running", 'B', NULL},
        {"running", 'V', "plan_sign"},
        {"done", 'V', "plan_sign"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct world w;
        run(&w, cases[i].state);
        struct intent got = press(&w, cases[i].key);
        if (cases[i].op == NULL) {
            assert_int_equal(got.kind, INTENT_SAY);
            assert_int_not_equal(got.text[0], '\0');
        } else {
            assert_int_equal(got.kind, INTENT_FORM);
            assert_string_equal(got.op, cases[i].op);
            assert_int_not_equal(got.say[0], '\0');
        }
        end(&w);
    }
}

/* Of an action by its id, with what the peer said. */
static void again_is_about_the_row_under_the_cursor(void **state)
{
    struct world w;
    struct canvas c;
    struct intent i;

    (void)state;
    run(&w, "running");
    c = drawn(&w, 80, 20);
    canvas_release(&c);
    press(&w, 'l');
    press(&w, 'j');
    i = press(&w, 'r');
    assert_string_equal(i.text, "O-0012/4");
    assert_string_equal(i.ask, "{\"ref\":\"O-0012/4\"}");
    assert_non_null(strstr(i.say, "shg-ai/91 > tfu-ai/train: Job is not pending"));
    w.trouble.count = 0;
    w.rows[TROUBLE] = fake_rows(&w.trouble);
    assert_int_equal(press(&w, 'K').kind, INTENT_SAY);
    end(&w);
}

/* Keys that change something are those that the console refuses where it may not write. */
static void orders_are_beyond_what_reads(void **state)
{
    static const uint32_t keys[] = {'x', 'A', 'p', 'X', 'U', 'r', 'K', 'B', 'V'};

    (void)state;
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++)
        assert_true(key_action(view_rebalance.keys, keys[i]) >= VIEW_WRITES);
}

static void actions_are_those_of_the_open_plan(void **state)
{
    struct world w;
    char filter[VIEW_FILTER_MAX];

    (void)state;
    fill(&w);
    assert_false(view_rebalance.scope(&w.s, ACTIONS, filter));
    snprintf(w.s.text, sizeof w.s.text, "P-0187");
    for (int need = ACTIONS; need <= LOG; need++) {
        assert_true(view_rebalance.scope(&w.s, need, filter));
        assert_string_equal(filter, "plan=\"P-0187\"");
    }
    assert_false(view_rebalance.scope(&w.s, LINKS, filter));
    end(&w);
}

static void hostile_actions_stay_in_their_fields(void **state)
{
    struct world w = {.s = {.sort_field = -2}};

    (void)state;
    fake_fill_hostile(&w.plans, KIND_PLAN);
    fake_fill_hostile(&w.moves, KIND_MOVE);
    fake_fill_hostile(&w.effects, KIND_EFFECT);
    fake_fill_hostile(&w.actions, KIND_ACTION);
    w.plans.rows[0].id = text_of("P-1");
    fake_text(&w.plans.rows[0], PLAN_STATE, "running");
    for (int need = 0; need < NEEDS; need++)
        w.rows[need] = fake_rows(need >= ACTIONS ? &w.actions : &w.none);
    w.rows[PLANS] = w.rows[ALL_PLANS] = fake_rows(&w.plans);
    w.rows[MOVES] = fake_rows(&w.moves);
    w.rows[EFFECTS] = fake_rows(&w.effects);
    for (int width = 1; width <= 160; width += width == 1 ? 39 : 40)
        for (int height = 1; height < 46; height += 4) {
            static const uint32_t keys[] = {'j', 'l', 'r', 'K', 'X', 'k', 'p', 'U', 'x', KEY_CODE_ENTER};
            struct canvas c;
            snprintf(w.s.text, sizeof w.s.text, "P-1");
            for (size_t k = 0; k < sizeof keys / sizeof *keys; k++) {
                c = drawn(&w, width, height);
                canvas_release(&c);
                press(&w, keys[k]);
            }
        }
    end(&w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(running_as_expected),
        cmocka_unit_test(paused_says_why),
        cmocka_unit_test(the_preview_stays_a_key_away),
        cmocka_unit_test(carrying_out_says_what_it_touches),
        cmocka_unit_test(breaking_the_glass_says_what_it_is),
        cmocka_unit_test(a_changed_preview_is_not_carried_out),
        cmocka_unit_test(each_key_in_its_state),
        cmocka_unit_test(again_is_about_the_row_under_the_cursor),
        cmocka_unit_test(orders_are_beyond_what_reads),
        cmocka_unit_test(actions_are_those_of_the_open_plan),
        cmocka_unit_test(hostile_actions_stay_in_their_fields),
    };

    return cmocka_run_group_tests(tests, fake_setup, NULL);
}
