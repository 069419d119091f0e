#include "unit/views/network.h"
#include "zh.h"

/* What a plan moves, on the map: as long as it runs. */

static void add_scheduler(struct network *n, const char *id, const char *cluster)
{
    fake_text(fake_add(&n->kinds[SCHEDULERS], KIND_SCHEDULER, id), SCHEDULER_CLUSTER, cluster);
}

static struct row *add_move(struct network *n, const char *id, const char *from, const char *to, int jobs)
{
    struct row *row = fake_add(&n->kinds[MOVES], KIND_MOVE, id);

    fake_text(row, MOVE_PLAN, "P-0001");
    fake_text(row, MOVE_STATE, "included");
    fake_text(row, MOVE_FROM, from);
    fake_text(row, MOVE_TO, to);
    fake_int(row, MOVE_JOBS, jobs);
    row->cells[MOVE_DATA_GB] = value_real(21.4 * jobs);
    return row;
}

/* An action that has not ended. */
static struct row *add_action(struct network *n, const char *id, const char *from, const char *to, const char *state)
{
    struct row *row = fake_add(&n->kinds[ACTIONS], KIND_ACTION, id);

    fake_text(row, ACTION_PLAN, "P-0001");
    fake_text(row, ACTION_KIND, "move");
    fake_text(row, ACTION_FROM, from);
    fake_text(row, ACTION_TO, to);
    fake_text(row, ACTION_STATE, state);
    return row;
}

static void make(struct network *n, const char *plan_state)
{
    network_make(n);
    break_link(n);
    fake_text(fake_add(&n->kinds[PLANS], KIND_PLAN, "P-0001"), PLAN_STATE, plan_state);
    add_scheduler(n, "shg-gen", "SHG");
    add_scheduler(n, "tfu-cloud", "TFU");
    add_scheduler(n, "zz-ai", "ZZ");
    add_scheduler(n, "hlg-gen", "HLG");
    add_move(n, "P-0001/1", "shg-gen", "tfu-cloud", 7);
    add_move(n, "P-0001/2", "shg-gen", "tfu-cloud", 3);
    add_move(n, "P-0001/3", "shg-gen", "hlg-gen", 4);
    add_move(n, "P-0001/4", "tfu-cloud", "zz-ai", 2);
    fake_text(add_move(n, "P-0001/5", "shg-gen", "zz-ai", 9), MOVE_STATE, "excluded");
    fake_text(add_move(n, "P-0001/6", "SHG", "SZ", 0), MOVE_TRANSFER, "SHG>SZ/bulk-1");
    add_action(n, "O-0001/1", "shg-gen", "tfu-cloud/batch", "sent");
    add_action(n, "O-0001/2", "shg-gen", "tfu-cloud", "confirmed");
    add_action(n, "O-0001/3", "tfu-cloud", "zz-ai", "confirmed");
}

static void expect(struct network *n, enum glyph_set glyphs, int width, int height, const char *name)
{
    struct canvas c = draw(n, glyphs, width, height);

    fake_assert_sane(&c);
    fake_expect(&c, name);
    canvas_release(&c);
}

static void screens_as_expected(void **state)
{
    struct network n;

    (void)state;
    make(&n, "running");
    expect(&n, GLYPHS_UNICODE, 80, 20, "map_flow80");
    expect(&n, GLYPHS_ASCII, 80, 20, "map_flow80_ascii");
    expect(&n, GLYPHS_UNICODE, 160, 41, "map_flow160");
    network_release(&n);
    zh_begin();
    make(&n, "paused");
    expect(&n, GLYPHS_UNICODE, 80, 20, "map_flow80_zh");
    network_release(&n);
    zh_end();
}

static bool shows(struct network *n, const char *words)
{
    struct canvas c = draw(n, GLYPHS_UNICODE, 80, 20);
    bool found = fake_shows(&c, words);

    canvas_release(&c);
    return found;
}

static void it_is_gone_when_the_plan_is_over(void **state)
{
    static const char *const over[] = {"proposed", "done", "stopped", "partly", "failed", "undone"};
    struct network n;

    (void)state;
    for (size_t i = 0; i < sizeof over / sizeof *over; i++) {
        make(&n, over[i]);
        assert_false(shows(&n, "Flow"));
        assert_false(shows(&n, "TFU 8/10"));
        assert_true(shows(&n, "Rings"));
        network_release(&n);
    }
}

static void what_is_taken_back_is_no_flow_of_the_plan(void **state)
{
    struct network n;

    (void)state;
    make(&n, "running");
    assert_true(shows(&n, "13/16 jobs"));
    assert_true(shows(&n, "TFU 8/10"));
    fake_int(add_action(&n, "O-0002/1", "tfu-cloud", "shg-gen", "sent"), ACTION_UNDO_OF, 1);
    assert_true(shows(&n, "13/16 jobs"));
    fake_int(&n.kinds[ACTIONS].rows[0], ACTION_DONE, 1);
    assert_true(shows(&n, "TFU 9/10"));
    network_release(&n);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(screens_as_expected),
        cmocka_unit_test(it_is_gone_when_the_plan_is_over),
        cmocka_unit_test(what_is_taken_back_is_no_flow_of_the_plan),
    };

    return cmocka_run_group_tests(tests, fake_setup, NULL);
}
