#include "unit/views/racks_kit.h"

static void down_from_clusters_to_a_rack(void **state)
{
    struct world w;

    (void)state;
    fill(&w);
    expect(&w, 80, 20, "racks80_clusters"); /* Zhangjiakou first: the warmest hall */
    press(&w, KEY_CODE_ENTER);
    expect(&w, 80, 20, "racks80_halls"); /* on the worst hall, not on all of them */
    assert_string_equal(press(&w, KEY_CODE_ENTER).text, "racks");
    assert_string_equal(w.s.text, "hall=\"ZJK/H2\""); /* what the console then asks for */
    expect(&w, 80, 20, "racks80_grid");
    press(&w, 'v');
    expect(&w, 80, 20, "racks80_rows");
    press(&w, 'g'); /* all rows */
    press(&w, KEY_CODE_ENTER);
    expect(&w, 80, 20, "racks80_racks");
    press(&w, 'j');
    press(&w, 'j');
    press(&w, 'd');
    expect(&w, 80, 20, "racks80_detail");
}

/* On the command line: a deadline is added there, and nothing is asked for before Enter. */
static void what_is_under_the_cursor_is_emptied_by_a_plan(void **state)
{
    struct world w;
    struct intent i;

    (void)state;
    fill(&w);
    expect(&w, 80, 20, "racks80_clusters");
    i = press(&w, 'b');
    assert_int_equal(i.kind, INTENT_PLAN_LINE);
    assert_string_equal(i.text, "plan create --drain=ZJK");
    press(&w, KEY_CODE_ENTER);
    expect(&w, 80, 20, "racks80_halls");
    assert_string_equal(press(&w, 'b').text, "plan create --drain=ZJK/H2");
}

static void up_again_to_where_one_was(void **state)
{
    struct world w;

    (void)state;
    fill(&w);
    press(&w, KEY_CODE_ENTER);
    press(&w, 'G');
    press(&w, KEY_CODE_ENTER);
    press(&w, 'j');
    assert_string_equal(press(&w, KEY_CODE_BACKSPACE).text, "racks");
    assert_string_equal(w.s.text, "cluster=\"ZJK\"");
    assert_memory_equal(w.s.place[PLACE_HALLS].id, "ZJK/H1", 6);
    press(&w, KEY_CODE_BACKSPACE);
    assert_string_equal(w.s.text, "");
    assert_memory_equal(w.s.place[PLACE_CLUSTERS].id, "ZJK", 3);
    press(&w, KEY_CODE_ENTER);
    assert_memory_equal(w.s.place[PLACE_HALLS].id, "ZJK/H1", 6);
    press(&w, KEY_CODE_BACKSPACE);
    press(&w, 'j'); /* another cluster begins at its head */
    press(&w, KEY_CODE_ENTER);
    assert_int_equal(w.s.place[PLACE_HALLS].id_len, 0);
}

static void rows_that_come_leave_the_cursor_on_its_rack(void **state)
{
    struct world w;

    (void)state;
    fill(&w);
    list_racks(&w);
    press(&w, 'j');
    press(&w, 'j');
    assert_memory_equal(w.s.place[PLACE_RACKS].id, "ZJK/H2-R07-10", 13);
    add_rack(&w, "ZJK/H2-R07-02", "ZJK/H2", "down", 39, 40);
    ready(&w);
    press(&w, 'm');
    assert_memory_equal(w.s.place[PLACE_RACKS].id, "ZJK/H2-R07-10", 13);
    press(&w, KEY_CODE_BACKSPACE);
    press(&w, 'v');
    press(&w, 'm');
    assert_memory_equal(w.s.place[PLACE_RACKS].id, "ZJK/H2-R07-10", 13); /* the same in the grid */
}

static void racks_without_halls_follow_their_cluster(void **state)
{
    struct world w;

    (void)state;
    fill(&w);
    press(&w, 'j');
    press(&w, 'j');
    press(&w, KEY_CODE_ENTER);
    assert_string_equal(w.s.text, "cluster=\"lab\"");
    assert_shows(&w, "lab-1", true);
    assert_shows(&w, "ZJK/H2-R07-01", false);
    press(&w, KEY_CODE_BACKSPACE);
    assert_shows(&w, "Clusters 1-4 of 4", true);
}

static void the_metric_turns_order_and_bar(void **state)
{
    struct world w;

    (void)state;
    fill(&w);
    list_racks(&w);
    press(&w, 'm');
    expect(&w, 80, 20, "racks80_inlet");
    press(&w, 'm');
    press(&w, 'm');
    press(&w, 'm');
    press(&w, 'm');
    expect(&w, 80, 20, "racks80_tenant");
    press(&w, 'm');
    assert_shows(&w, "worst first, then power", true);
}

static void a_filter_finds_racks_of_all_clusters(void **state)
{
    struct world w;

    (void)state;
    fill(&w);
    snprintf(w.s.filter, sizeof w.s.filter, "tenant=t-003");
    assert_shows(&w, "/tenant=t-003", true);
    assert_shows(&w, "lab-1", true); /* the rows are what the console found */
    assert_shows(&w, "ZJK/H1-R01-01", true);
    assert_int_equal(press(&w, KEY_CODE_BACKSPACE).kind, INTENT_FILTER);
    w.s.filter[0] = '\0';
    assert_shows(&w, "Clusters 1-4 of 4", true);
}

static void an_order_of_the_operator_is_kept(void **state)
{
    struct world w;
    struct canvas c;

    (void)state;
    fill(&w);
    list_racks(&w);
    w.s.sort_field = -1;
    c = drawn(&w, WIDTH, HEIGHT);
    assert_true(fake_shows(&c, "sort: id asc"));
    assert_true(fake_shows(&c, "✓ ZJK/H2-R07-01"));
    assert_int_equal(c.cursor_y, 2);
    canvas_release(&c);
}

static void both_sizes_and_glyphs(void **state)
{
    struct world w;
    struct view_frame frame;
    struct canvas c;

    (void)state;
    fill(&w);
    expect(&w, 160, 41, "racks160");
    press(&w, KEY_CODE_ENTER);
    expect(&w, 160, 41, "racks160_halls");
    press(&w, KEY_CODE_ENTER);
    press(&w, 'd');
    expect(&w, 160, 41, "racks160_detail");
    frame = fake_frame(w.rows, 80, 20);
    w.s.detail = false;
    assert_true(canvas_init(&c, 80, 20, GLYPHS_ASCII));
    view_racks.draw(&frame, &w.s, &c);
    view_racks.forget(&w.s);
    fake_expect(&c, "racks80_ascii");
    for (int i = 0; i < c.width * c.height; i++)
        assert_true((unsigned char)c.cells[i].utf8[0] < 0x80);
    canvas_release(&c);
    expect(&w, 60, 11, "racks60");
}

static struct row *add_device(struct world *w, const char *name, double low, double height, const char *face)
{
    struct row *row = fake_add(&w->fakes[DEVICES], KIND_DEVICE, name);

    fake_text(row, DEVICE_RACK, "ZJK/H2-R07-12");
    fake_text(row, DEVICE_NAME, name);
    row->cells[DEVICE_POSITION_U] = value_real(low);
    row->cells[DEVICE_HEIGHT_U] = value_real(height);
    if (face[0] != '\0')
        fake_text(row, DEVICE_FACE, face);
    return row;
}

/* R07-12 is opened, with what stands in it. */
static void open_rack(struct world *w)
{
    struct row *node;

    fill(w);
    fake_text(add_device(w, "gpu-0712-01", 1, 8, "front"), DEVICE_TENANT, "t-017");
    add_device(w, "gpu-0712-02", 9, 8, "front");
    add_device(w, "sw-07-12a", 41, 2, "rear");
    add_device(w, "pdu", NAN, 0, "");
    fake_text(add_device(w, "elsewhere", 20, 2, "front"), DEVICE_RACK, "ZJK/H2-R07-11");
    node = fake_add(&w->fakes[NODES], KIND_NODE, "slurm/gpu-0712-01");
    fake_text(node, NODE_RACK, "ZJK/H2-R07-12");
    fake_text(node, NODE_NAME, "gpu-0712-01");
    fake_text(node, NODE_STATE, "drained");
    fake_int(node, NODE_JOBS, 2);
    ready(w);
    press(w, KEY_CODE_ENTER);
    press(w, KEY_CODE_ENTER);
    assert_shows(w, "ZJK/H2-R07-12", true); /* the draw puts the cursor on the first */
    assert_memory_equal(w->s.place[PLACE_RACKS].id, "ZJK/H2-R07-12", 13);
    assert_string_equal(press(w, KEY_CODE_ENTER).text, "racks");
}

static void a_rack_is_opened_unit_by_unit(void **state)
{
    struct world w;
    char filter[VIEW_FILTER_MAX] = "";

    (void)state;
    fill(&w);
    assert_false(view_racks.scope(&w.s, DEVICES, filter)); /* nothing is read of devices before */
    open_rack(&w);
    assert_true(view_racks.scope(&w.s, DEVICES, filter));
    assert_string_equal(filter, "rack=\"ZJK/H2-R07-12\"");
    expect(&w, 80, 20, "racks80_elevation");
    expect(&w, 160, 52, "racks160_elevation");
    assert_shows(&w, "elsewhere", false);
    assert_shows(&w, "(free 24U)", true); /* 17 to 40: the rear has 41 and 42 */
    press(&w, 'e');
    expect(&w, 80, 20, "racks80_elevation_rear");
    press(&w, KEY_CODE_BACKSPACE);
    assert_shows(&w, "Hall  Zhangjiakou", true);
    assert_memory_equal(w.s.place[PLACE_RACKS].id, "ZJK/H2-R07-12", 13);
    assert_false(view_racks.scope(&w.s, DEVICES, filter));
}

static void units_that_cannot_be_are_said(void **state)
{
    struct world w;

    (void)state;
    open_rack(&w);
    add_device(&w, "twice", 8, 2, "front");
    add_device(&w, "above", 42, 4, "front");
    add_device(&w, "below", -1, 2, "front");
    add_device(&w, "endless", 1e300, 1e300, "front");
    ready(&w);
    expect(&w, 80, 20, "racks80_elevation_wrong");
    assert_shows(&w, "overlaps  twice", true);
    assert_shows(&w, "outside the rack: U 42 to 45  above", true);
    assert_shows(&w, "outside the rack: U -1 to 0  below", true);
}

static void devices_that_nobody_tells_leave_no_free_units(void **state)
{
    struct world w;

    (void)state;
    open_rack(&w);
    w.fakes[DEVICES] = (struct fake){0};
    ready(&w);
    assert_shows(&w, "no devices are told of it", true);
    assert_shows(&w, "(free", false);
    fake_fill_hostile(&w.fakes[DEVICES], KIND_DEVICE);
    ready(&w);
    for (size_t i = 0; i < w.rows[DEVICES].count; i++)
        fake_text(&w.fakes[DEVICES].rows[i], DEVICE_RACK, "ZJK/H2-R07-12");
    for (int width = 1; width < 100; width += 9)
        for (int height = 1; height < 30; height += 4) {
            struct canvas c = drawn(&w, width, height);

            canvas_release(&c);
        }
}

static void a_rack_in_chinese_and_ascii(void **state)
{
    struct world w;
    struct view_frame frame;
    struct canvas c;

    (void)state;
    open_rack(&w);
    zh_begin();
    c = drawn(&w, WIDTH, HEIGHT);
    zh_end();
    fake_expect(&c, "racks80_elevation_zh");
    canvas_release(&c);
    frame = fake_frame(w.rows, 80, 20);
    assert_true(canvas_init(&c, 80, 20, GLYPHS_ASCII));
    view_racks.draw(&frame, &w.s, &c);
    view_racks.forget(&w.s);
    for (int i = 0; i < c.width * c.height; i++)
        assert_true((unsigned char)c.cells[i].utf8[0] < 0x80);
    canvas_release(&c);
}

static void chinese_screens_have_chinese_names(void **state)
{
    struct world w;
    struct canvas c;

    (void)state;
    tr_init("zh", NULL);
    fill(&w);
    c = drawn(&w, WIDTH, HEIGHT);
    tr_init("en", NULL);
    fake_expect(&c, "racks80_zh");
    canvas_release(&c);
}

static void unknown_is_not_none(void **state)
{
    struct world w = {.s = {.sort_field = -2}};

    (void)state;
    ready(&w);
    w.rows[CLUSTERS].known = w.rows[RACKS].known = false;
    assert_shows(&w, "not known: no source has told", true);
    fill_clusters(&w);
    ready(&w);
    w.rows[RACKS].known = false;
    press(&w, KEY_CODE_ENTER);
    assert_shows(&w, "not known: no source has told", true);
}

/* --- very many --- */

enum { MANY = 40000 };
static char many_ids[MANY][24];
static size_t many_read;

static bool many_at(void *ctx, size_t i, struct row *row)
{
    (void)ctx;
    many_read++;
    *row = (struct row){.kind = KIND_RACK, .id = text_of(many_ids[i]), .source = text_of("fra")};
    row->cells[RACK_CLUSTER] = value_text(text_of("HLG")); /* the first: nothing is known of it */
    row->cells[RACK_POWER_KW] = value_real((double)(i % 977));
    row->cells[RACK_POWER_CAP_KW] = value_real(2000);
    return true;
}

static int64_t many_find(void *ctx, struct safe_text id, struct safe_text source)
{
    char shown[24];

    (void)ctx;
    (void)source;
    return atoi(text_show_in(id, shown, sizeof shown) + 2);
}

static void give_many(struct world *w, size_t count)
{
    for (size_t i = 0; i < count; i++)
        snprintf(many_ids[i], sizeof many_ids[i], "r-%zu", i);
    w->rows[RACKS] = (struct view_rows){.count = count, .all = count, .known = true, .at = many_at, .find = many_find};
    many_read = 0;
}

static void five_thousand_racks_are_read_once_a_frame(void **state)
{
    struct world w;

    (void)state;
    fill(&w);
    w.fakes[HALLS].count = 0;
    ready(&w);
    give_many(&w, 5000);
    press(&w, KEY_CODE_ENTER);
    many_read = 0;
    assert_shows(&w, "r-976", true); /* the one that draws most */
    assert_shows(&w, "of 5,000", true);
    assert_true(many_read < 2 * (5000 + 3 * HEIGHT));
}

static void of_too_many_only_what_is_seen_is_read(void **state)
{
    struct world w;
    struct canvas c;

    (void)state;
    fill(&w);
    w.fakes[HALLS].count = 0;
    ready(&w);
    give_many(&w, MANY);
    c = drawn(&w, 160, 41);
    canvas_release(&c);
    c = drawn(&w, WIDTH, HEIGHT);
    canvas_release(&c);
    assert_int_equal(many_read, 0);
    press(&w, KEY_CODE_ENTER);
    many_read = 0;
    assert_shows(&w, "of 40,000", true);
    assert_true(many_read < 3 * HEIGHT);
}

static void hostile_names_stay_in_their_fields(void **state)
{
    static const int sizes[][2] = {{80, 20}, {160, 41}, {20, 5}, {2, 2}, {1, 1}};
    static const enum kind kinds[NEEDS] = {KIND_CLUSTER, KIND_HALL, KIND_RACK};
    struct world w = {.s = {.sort_field = -2, .detail = true}};

    (void)state;
    for (int i = 0; i < NEEDS; i++)
        fake_fill_hostile(&w.fakes[i], kinds[i]);
    ready(&w);
    for (int level = 0; level < NEEDS; level++) {
        for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
            struct canvas c = drawn(&w, sizes[i][0], sizes[i][1]);

            canvas_release(&c);
        }
        press(&w, KEY_CODE_ENTER);
    }
}

static void an_id_with_quotes_narrows_nothing_else(void **state)
{
    struct world w = {.s = {.sort_field = -2}};

    (void)state;
    add_cluster(&w, "a\"b", "", "");
    fill_racks(&w);
    fake_text(&w.fakes[RACKS].rows[0], RACK_CLUSTER, "a\"b");
    ready(&w);
    press(&w, KEY_CODE_ENTER);
    assert_string_equal(w.s.text, ""); /* all are asked for */
    assert_shows(&w, "ZJK/H2-R07-01", true);
    assert_shows(&w, "ZJK/H2-R07-12", false); /* and the others left out */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(down_from_clusters_to_a_rack),
        cmocka_unit_test(what_is_under_the_cursor_is_emptied_by_a_plan),
        cmocka_unit_test(up_again_to_where_one_was),
        cmocka_unit_test(rows_that_come_leave_the_cursor_on_its_rack),
        cmocka_unit_test(racks_without_halls_follow_their_cluster),
        cmocka_unit_test(the_metric_turns_order_and_bar),
        cmocka_unit_test(a_filter_finds_racks_of_all_clusters),
        cmocka_unit_test(an_order_of_the_operator_is_kept),
        cmocka_unit_test(both_sizes_and_glyphs),
        cmocka_unit_test(a_rack_is_opened_unit_by_unit),
        cmocka_unit_test(units_that_cannot_be_are_said),
        cmocka_unit_test(devices_that_nobody_tells_leave_no_free_units),
        cmocka_unit_test(chinese_screens_have_chinese_names),
        cmocka_unit_test(unknown_is_not_none),
        cmocka_unit_test(five_thousand_racks_are_read_once_a_frame),
        cmocka_unit_test(of_too_many_only_what_is_seen_is_read),
        cmocka_unit_test(hostile_names_stay_in_their_fields),
        cmocka_unit_test(an_id_with_quotes_narrows_nothing_else),
        cmocka_unit_test(a_rack_in_chinese_and_ascii),
    };

    return cmocka_run_group_tests(tests, fake_setup, NULL);
}
