#include "unit/views/fake.h"

#include "base/tr.h"
#include "views/racks.h"

extern const struct view view_racks;

enum { CLUSTERS, HALLS, RACKS, NEEDS };
enum { WIDTH = 80, HEIGHT = 20 };

struct world {
    struct fake fakes[NEEDS];
    struct view_rows rows[NEEDS];
    struct view_state s;
};

static struct row *add_cluster(struct world *w, const char *id, const char *name, const char *zh)
{
    struct row *row = fake_add(&w->fakes[CLUSTERS], KIND_CLUSTER, id);

    fake_text(row, CLUSTER_NAME, name);
    fake_text(row, CLUSTER_NAME_ZH, zh);
    fake_text(row, CLUSTER_STATE, "up");
    return row;
}

static void fill_cluster(struct row *row, int64_t used, int64_t total, double mw, double cap_mw, double pue)
{
    fake_int(row, CLUSTER_RACKS_USED, used);
    fake_int(row, CLUSTER_RACKS_TOTAL, total);
    row->cells[CLUSTER_POWER_KW] = value_real(mw * 1000);
    row->cells[CLUSTER_POWER_CAP_KW] = value_real(cap_mw * 1000);
    row->cells[CLUSTER_PUE] = value_real(pue);
    row->cells[CLUSTER_PUE_LIMIT] = value_real(1.25);
    fake_int(row, CLUSTER_NODES_TOTAL, 240);
    fake_int(row, CLUSTER_NODES_DOWN, 3);
}

static struct row *add_hall(struct world *w, const char *id, const char *cluster, int64_t used, double kw, double inlet)
{
    struct row *row = fake_add(&w->fakes[HALLS], KIND_HALL, id);

    fake_text(row, HALL_CLUSTER, cluster);
    fake_text(row, HALL_NAME, strrchr(id, '/') + 1);
    fake_text(row, HALL_SITE, "ZJK-1");
    fake_int(row, HALL_RACKS_TOTAL, 384);
    fake_int(row, HALL_RACKS_USED, used);
    row->cells[HALL_POWER_KW] = value_real(kw);
    row->cells[HALL_POWER_CAP_KW] = value_real(5200);
    row->cells[HALL_INLET_C_MAX] = value_real(inlet);
    return row;
}

static struct row *add_rack(struct world *w, const char *id, const char *hall, const char *state, double kw,
                            double inlet)
{
    struct row *row = fake_add(&w->fakes[RACKS], KIND_RACK, id);

    fake_text(row, RACK_CLUSTER, "ZJK");
    fake_text(row, RACK_HALL, hall);
    fake_text(row, RACK_ROW, "R07");
    fake_int(row, RACK_POSITION, atoi(id + strlen(id) - 2));
    fake_text(row, RACK_STATE, state);
    row->cells[RACK_POWER_KW] = value_real(kw);
    row->cells[RACK_POWER_CAP_KW] = value_real(40);
    row->cells[RACK_INLET_C] = value_real(inlet);
    fake_int(row, RACK_UNITS_TOTAL, 42);
    fake_int(row, RACK_UNITS_USED, 38);
    fake_int(row, RACK_NODES_TOTAL, 8);
    fake_int(row, RACK_NODES_DOWN, strcmp(state, "up") == 0 ? 0 : 1);
    fake_int(row, RACK_CPUS_TOTAL, 1024);
    fake_int(row, RACK_CPUS_FREE, 128);
    fake_int(row, RACK_JOBS, 7);
    return row;
}

static void fill_clusters(struct world *w)
{
    struct row *row;

    fill_cluster(add_cluster(w, "SHG", "Shaoguan", "韶关"), 75600, 120000, 189, 300, 1.18);
    row = add_cluster(w, "ZJK", "Zhangjiakou", "张家口");
    fill_cluster(row, 250000, 360000, 801, 900, 1.27);
    row->cells[CLUSTER_DIFFERS] = value_list(text_of("metrics: racks_used 249,000"));
    row->cells[CLUSTER_SOURCES] = value_list(text_of("lon=fleet.conf\x1fracks_total=fleet.conf\x1fpower_kw=metrics"));
    fake_stale(add_cluster(w, "HLG", "Horinger", "和林格尔"), 260000);
    fake_add(&w->fakes[CLUSTERS], KIND_CLUSTER, "lab")->cells[CLUSTER_NODES_TOTAL] = value_int(4);
}

static void fill_racks(struct world *w)
{
    struct row *row;

    add_rack(w, "ZJK/H2-R07-01", "ZJK/H2", "up", 28.8, 24.5);
    row = add_rack(w, "ZJK/H2-R07-12", "ZJK/H2", "degraded", 38.4, 31.5);
    fake_text(row, RACK_TENANT, "t-017");
    row->cells[RACK_DIFFERS] = value_list(text_of("netbox: power_cap_kw 36"));
    row->cells[RACK_SOURCES] = value_list(text_of("units_total=netbox\x1fpower_kw=metrics\x1ftenant=netbox"));
    fake_text(add_rack(w, "ZJK/H2-R07-11", "ZJK/H2", "up", 34, 33.1), RACK_TENANT, "t-003");
    add_rack(w, "ZJK/H2-R07-10", "ZJK/H2", "down", 0.4, 22);
    fake_stale(add_rack(w, "ZJK/H2-R07-09", "ZJK/H2", "up", 39, 22), 260000);
    row = fake_add(&w->fakes[RACKS], KIND_RACK, "ZJK/H2-R07-13"); /* nothing else is known of it */
    fake_text(row, RACK_HALL, "ZJK/H2");
    fake_text(row, RACK_CLUSTER, "ZJK");
    fake_text(add_rack(w, "ZJK/H1-R01-01", "ZJK/H1", "up", 20, 23), RACK_TENANT, "t-003");
    row = add_rack(w, "lab-1", "", "up", 2.5, 23);
    fake_text(row, RACK_CLUSTER, "lab");
    row->cells[RACK_HALL] = value_none();
}

static void ready(struct world *w)
{
    for (int i = 0; i < NEEDS; i++)
        w->rows[i] = fake_rows(&w->fakes[i]);
}

static void fill(struct world *w)
{
    *w = (struct world){.s = {.sort_field = -2}};
    fill_clusters(w);
    add_hall(w, "ZJK/H1", "ZJK", 300, 4056, 24);
    add_hall(w, "ZJK/H2", "ZJK", 351, 4612, 33.1);
    add_hall(w, "SHG/H1", "SHG", 100, 900, 23);
    fill_racks(w);
    ready(w);
}

static struct canvas drawn(struct world *w, int width, int height)
{
    struct canvas c = fake_draw(&view_racks, w->rows, &w->s, width, height);

    fake_assert_sane(&c);
    return c;
}

static struct intent press(struct world *w, uint32_t key)
{
    struct view_frame frame = fake_frame(w->rows, WIDTH, HEIGHT);
    struct canvas c = drawn(w, WIDTH, HEIGHT); /* an operator sees before he presses */

    canvas_release(&c);
    return view_racks.act(&frame, &w->s, key_action(view_racks.keys, key));
}

static void expect(struct world *w, int width, int height, const char *name)
{
    struct canvas c = drawn(w, width, height);

    fake_expect(&c, name);
    canvas_release(&c);
}

static void assert_shows(struct world *w, const char *words, bool shown)
{
    struct canvas c = drawn(w, WIDTH, HEIGHT);

    if (fake_shows(&c, words) != shown)
        fail_msg("'%s' is %s", words, shown ? "missing" : "there");
    canvas_release(&c);
}

static void down_from_clusters_to_a_rack(void **state)
{
    struct world w;

    (void)state;
    fill(&w);
    expect(&w, 80, 20, "racks80_clusters"); /* Zhangjiakou first: the warmest hall */
    press(&w, KEY_CODE_ENTER);
    expect(&w, 80, 20, "racks80_halls");
    press(&w, 'j');
    assert_string_equal(press(&w, KEY_CODE_ENTER).text, "racks");
    assert_string_equal(w.s.text, "hall=\"ZJK/H2\""); /* what the console then asks for */
    expect(&w, 80, 20, "racks80_racks");
    press(&w, 'j');
    press(&w, 'j');
    press(&w, 'd');
    expect(&w, 80, 20, "racks80_detail");
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
    assert_memory_equal(w.s.place[HALLS].id, "ZJK/H1", 6);
    press(&w, KEY_CODE_BACKSPACE);
    assert_string_equal(w.s.text, "");
    assert_memory_equal(w.s.place[CLUSTERS].id, "ZJK", 3);
    press(&w, KEY_CODE_ENTER);
    assert_memory_equal(w.s.place[HALLS].id, "ZJK/H1", 6);
    press(&w, KEY_CODE_BACKSPACE);
    press(&w, 'j'); /* another cluster begins at its head */
    press(&w, KEY_CODE_ENTER);
    assert_int_equal(w.s.place[HALLS].id_len, 0);
}

static void rows_that_come_leave_the_cursor_on_its_rack(void **state)
{
    struct world w;

    (void)state;
    fill(&w);
    press(&w, KEY_CODE_ENTER);
    press(&w, KEY_CODE_ENTER);
    press(&w, 'j');
    press(&w, 'j');
    assert_memory_equal(w.s.place[RACKS].id, "ZJK/H2-R07-10", 13);
    add_rack(&w, "ZJK/H2-R07-02", "ZJK/H2", "down", 39, 40);
    ready(&w);
    press(&w, 'm');
    assert_memory_equal(w.s.place[RACKS].id, "ZJK/H2-R07-10", 13);
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
    press(&w, KEY_CODE_ENTER);
    press(&w, KEY_CODE_ENTER);
    press(&w, 'm');
    expect(&w, 80, 20, "racks80_inlet");
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
    press(&w, KEY_CODE_ENTER);
    press(&w, KEY_CODE_ENTER);
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
    press(&w, 'j');
    press(&w, KEY_CODE_ENTER);
    press(&w, 'd');
    expect(&w, 160, 41, "racks160_detail");
    frame = fake_frame(w.rows, 80, 20);
    w.s.detail = false;
    assert_true(canvas_init(&c, 80, 20, GLYPHS_ASCII));
    view_racks.draw(&frame, &w.s, &c);
    fake_expect(&c, "racks80_ascii");
    for (int i = 0; i < c.width * c.height; i++)
        assert_true((unsigned char)c.cells[i].utf8[0] < 0x80);
    canvas_release(&c);
    expect(&w, 60, 11, "racks60");
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
    w.rows[CLUSTERS].known = false;
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
    assert_true(fake_shows(&c, "Enter lists its racks")); /* they are not the cluster's alone */
    canvas_release(&c);
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
        cmocka_unit_test(up_again_to_where_one_was),
        cmocka_unit_test(rows_that_come_leave_the_cursor_on_its_rack),
        cmocka_unit_test(racks_without_halls_follow_their_cluster),
        cmocka_unit_test(the_metric_turns_order_and_bar),
        cmocka_unit_test(a_filter_finds_racks_of_all_clusters),
        cmocka_unit_test(an_order_of_the_operator_is_kept),
        cmocka_unit_test(both_sizes_and_glyphs),
        cmocka_unit_test(chinese_screens_have_chinese_names),
        cmocka_unit_test(unknown_is_not_none),
        cmocka_unit_test(five_thousand_racks_are_read_once_a_frame),
        cmocka_unit_test(of_too_many_only_what_is_seen_is_read),
        cmocka_unit_test(hostile_names_stay_in_their_fields),
        cmocka_unit_test(an_id_with_quotes_narrows_nothing_else),
    };

    return cmocka_run_group_tests(tests, fake_setup, NULL);
}
