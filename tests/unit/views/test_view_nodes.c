#include "unit/views/fake.h"

extern const struct view view_nodes;

static struct row *add_node(struct fake *f, const char *id, const char *name, const char *state)
{
    struct row *row = fake_add(f, KIND_NODE, id);

    fake_text(row, NODE_SCHEDULER, "fra");
    fake_text(row, NODE_NAME, name);
    fake_text(row, NODE_STATE, state);
    fake_int(row, NODE_CPUS_TOTAL, 128);
    fake_int(row, NODE_CPUS_FREE, 128);
    return row;
}

static void fill(struct fake *bad, struct fake *all)
{
    struct row *row = add_node(bad, "fra/gpu-0712-01", "gpu-0712-01", "drained");

    fake_text(row, NODE_STATE_RAW, "IDLE+DRAIN");
    fake_text(row, NODE_REASON, "ECC errors on card 3, vendor case 551");
    fake_text(row, NODE_REASON_BY, "zhao.m");
    fake_ago(row, NODE_REASON_AT, 5400);
    fake_int(row, NODE_ACCELS_TOTAL, 8);
    row = add_node(bad, "ams/cpu-3", "cpu-3", "down");
    fake_text(row, NODE_SCHEDULER, "ams");
    fake_text(row, NODE_REASON, "Not responding");
    fake_text(row, NODE_REASON_BY, "slurm");
    fake_ago(row, NODE_REASON_AT, 40);
    fake_int(row, NODE_JOBS, 3);
    row = add_node(bad, "kobe/n1", "n1", "unknown");
    fake_stale(row, 3 * 3600 * 1000);

    row = add_node(all, "fra/gpu-0712-02", "gpu-0712-02", "up");
    fake_int(row, NODE_CPUS_FREE, 0);
    row->cells[NODE_PARTITIONS] = value_list(text_from("gpu\x1f"
                                                       "all",
                                                       7));
    for (size_t i = 0; i < bad->count; i++)
        all->rows[all->count++] = bad->rows[i];
}

static void nodes_that_are_not_well_come_first_and_alone(void **state)
{
    struct fake bad = {0}, all = {0};
    struct view_state s = {.sort_field = -2};
    struct view_rows rows[2];
    struct view_frame frame;
    struct canvas c;

    (void)state;
    fill(&bad, &all);
    rows[0] = fake_rows(&bad);
    rows[1] = fake_rows(&all);
    c = fake_draw(&view_nodes, rows, &s, 80, 20);
    fake_assert_sane(&c);
    fake_expect(&c, "nodes80");
    canvas_release(&c);

    frame = fake_frame(rows, 160, 41);
    view_nodes.act(&frame, &s, key_action(view_nodes.keys, 'e'));
    view_nodes.act(&frame, &s, key_action(view_nodes.keys, 'd'));
    c = fake_draw(&view_nodes, rows, &s, 160, 41);
    fake_expect(&c, "nodes160_all");
    canvas_release(&c);
}

static void no_bad_node_is_said_so(void **state)
{
    struct fake bad = {0}, all = {0};
    struct view_state s = {.sort_field = -2};
    struct view_rows rows[2];
    struct canvas c;

    (void)state;
    fill(&bad, &all);
    bad.count = 0;
    rows[0] = fake_rows(&bad);
    rows[0].all = 9000; /* of which the view's own filter passes none */
    rows[1] = fake_rows(&all);
    c = fake_draw(&view_nodes, rows, &s, 80, 20);
    assert_true(fake_shows(&c, "every node is up"));
    canvas_release(&c);
    snprintf(s.filter, sizeof s.filter, "rack=7");
    c = fake_draw(&view_nodes, rows, &s, 80, 20);
    assert_true(fake_shows(&c, "nothing matches the filter"));
    assert_true(fake_shows(&c, "/rack=7"));
    canvas_release(&c);
}

/* Also on a small screen, where not all of its facts have room. */
static void the_detail_names_the_rack(void **state)
{
    struct fake bad = {0}, all = {0};
    struct view_state s = {.sort_field = -2, .detail = true};
    struct view_rows rows[2];
    struct canvas c;

    (void)state;
    fill(&bad, &all);
    fake_text(&bad.rows[0], NODE_RACK, "ZJK/H2-R07-12");
    rows[0] = fake_rows(&bad);
    rows[1] = fake_rows(&all);
    c = fake_draw(&view_nodes, rows, &s, 80, 20);
    assert_true(fake_shows(&c, "rack            ZJK/H2-R07-12"));
    canvas_release(&c);
    bad.rows[0].cells[NODE_RACK] = value_none();
    c = fake_draw(&view_nodes, rows, &s, 80, 20);
    assert_false(fake_shows(&c, "rack            "));
    canvas_release(&c);
}

static void hostile_names_stay_in_their_fields(void **state)
{
    static const int sizes[][2] = {{80, 20}, {160, 41}, {20, 5}, {1, 1}};
    struct fake f = {0};
    struct view_rows rows[2];

    (void)state;
    fake_fill_hostile(&f, KIND_NODE);
    rows[0] = rows[1] = fake_rows(&f);
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        struct view_state s = {.sort_field = -2, .detail = true};
        struct canvas c = fake_draw(&view_nodes, rows, &s, sizes[i][0], sizes[i][1]);

        fake_assert_sane(&c);
        canvas_release(&c);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nodes_that_are_not_well_come_first_and_alone),
        cmocka_unit_test(no_bad_node_is_said_so),
        cmocka_unit_test(the_detail_names_the_rack),
        cmocka_unit_test(hostile_names_stay_in_their_fields),
    };

    return cmocka_run_group_tests(tests, fake_setup, NULL);
}
