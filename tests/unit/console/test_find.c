#include "unit/console/console_world.h"

#include "views/marks.h"

/* Looking through a list, and marks over commits, in a console without a terminal. */

enum { JOBS = 3000 };

/* j/0 to j/2999 by id; every thousandth failed, the 1500th waits. */
static void put_jobs(int from, int to)
{
    struct store_batch *b = fixture_batch(&f, "fra", KIND_JOB, true);

    for (int i = from; i < to; i++) {
        char id[32];
        snprintf(id, sizeof id, "j/%d", i);
        const struct row row = fixture_job(id, i % 2 ? "li.wei" : "wang",
                                           i % 1000 == 7 ? "failed"
                                           : i == 1500   ? "waiting"
                                                         : "done",
                                           1);
        fixture_add(b, &row);
    }
    fixture_apply(&f, b, 1000000);
}

static int open_console(void **state)
{
    (void)state;
    fixture_init(&f, NULL);
    put_jobs(0, JOBS);
    world_open(&(struct console_options){.view = "jobs", .sort = "id", .offline = true});
    return 0;
}

/* Until it has an end. */
static void run(void)
{
    while (console.find.task && console_find_step(&console))
        continue;
}

static int64_t found(void)
{
    run();
    draw();
    return console_state(&console, console.view)->place[0].position;
}

static void test_forward_back_and_round(void **state)
{
    (void)state;
    draw();
    console_find_start(&console, "state=failed");
    assert_int_equal(found(), 7);
    assert_true(said("row 8 of 3000"));
    console_act_key(&console, 'n');
    assert_int_equal(found(), 1007);
    console_act_key(&console, 'n' & 0x1f);
    assert_int_equal(found(), 2007);
    console_act_key(&console, 'n');
    assert_int_equal(found(), 7);
    assert_true(said("from the top again: row 8"));
    console_act_key(&console, 'p' & 0x1f);
    assert_int_equal(found(), 2007);
    assert_true(said("from the end again"));
    console_act_key(&console, 'p' & 0x1f);
    assert_int_equal(found(), 1007);
    assert_false(said("again"));
}

static void test_the_order_is_that_which_is_shown(void **state)
{
    struct view_state *s = console_state(&console, console.view);

    (void)state;
    s->sort_descending = true;
    console_show(&console, console.view);
    settle();
    draw();
    console_find_start(&console, "user=wang state=done");
    assert_int_equal(found(), 1); /* j/2998: 2999 is li.wei's */
}

static void test_nothing_and_nothing_else(void **state)
{
    (void)state;
    draw();
    console_act_key(&console, 'j');
    console_find_start(&console, "state=held");
    assert_int_equal(found(), 1);
    assert_true(said("no row matches 'state=held'"));
    console_find_start(&console, "state=waiting");
    assert_int_equal(found(), 1500);
    console_act_key(&console, 'n');
    assert_int_equal(found(), 1500);
    assert_true(said("no other row matches"));
    console_find_start(&console, "colour=red");
    assert_int_equal(found(), 1500);
    assert_true(console.message_is_error);
    assert_true(said("colour"));
}

static void test_what_was_typed_is_kept(void **state)
{
    (void)state;
    draw();
    console_act_key(&console, 'n');
    assert_true(said("nothing was looked for yet"));
    console_act_key(&console, 'f');
    for (const char *at = "j/42"; *at; at++)
        console_act_key(&console, (unsigned char)*at);
    console_act_key(&console, KEY_CODE_ENTER);
    assert_int_equal(found(), 42);
    console_act_key(&console, 'f');
    assert_string_equal(console.prompt.text, "j/42");
    console_act_key(&console, KEY_CODE_ENTER);
    assert_int_equal(found(), 420);
}

static size_t marked(void)
{
    return marks_count(console_marks(&console));
}

static void test_marks_outlive_filters_but_not_their_rows(void **state)
{
    (void)state;
    draw();
    console_act_key(&console, KEY_CODE_SPACE);
    console_act_key(&console, KEY_CODE_SPACE);
    console_act_key(&console, KEY_CODE_SPACE);
    assert_int_equal(marked(), 3);
    console_set_filter(&console, "user=li.wei");
    settle();
    assert_int_equal(marked(), 3);
    assert_int_equal(console_marks_listed(&console), 1);
    put_jobs(1, JOBS); /* j/0 is gone, and the filter hides j/2 */
    settle();
    assert_int_equal(marked(), 2);
    console_act_key(&console, KEY_CODE_ESC);
    assert_int_equal(marked(), 0);
    assert_string_equal(console_state(&console, console.view)->filter, "user=li.wei");
    console_act_key(&console, KEY_CODE_ESC);
    assert_string_equal(console_state(&console, console.view)->filter, "");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_forward_back_and_round, open_console, world_close),
        cmocka_unit_test_setup_teardown(test_the_order_is_that_which_is_shown, open_console, world_close),
        cmocka_unit_test_setup_teardown(test_nothing_and_nothing_else, open_console, world_close),
        cmocka_unit_test_setup_teardown(test_what_was_typed_is_kept, open_console, world_close),
        cmocka_unit_test_setup_teardown(test_marks_outlive_filters_but_not_their_rows, open_console, world_close),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
