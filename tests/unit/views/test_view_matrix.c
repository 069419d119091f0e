#include "unit/views/net.h"

#include "base/tr.h"

extern const struct view view_matrix;

static void ten_clusters_and_what_they_are_linked_to(void **state)
{
    struct net n = {0};
    struct view_state s = {.sort_field = -2};

    (void)state;
    net_fill(&n);
    net_expect(&view_matrix, &n, &s, 80, 20, "matrix80");
    net_expect(&view_matrix, &n, &s, 160, 41, "matrix160");
    net_press(&view_matrix, &n, &s, "m");
    net_expect(&view_matrix, &n, &s, 80, 20, "matrix80_usual");
    net_press(&view_matrix, &n, &s, "mx");
    net_expect(&view_matrix, &n, &s, 80, 20, "matrix80_promised");
    net_press(&view_matrix, &n, &s, "mx");
    net_expect(&view_matrix, &n, &s, 80, 20, "matrix80_minimum");
    tr_init("zh", "nowhere");
    net_press(&view_matrix, &n, &s, "m");
    net_expect(&view_matrix, &n, &s, 80, 20, "matrix80_zh");
    net_expect(&view_matrix, &n, &s, 160, 41, "matrix160_zh");
    tr_init("en", "nowhere");
}

static void without_unicode_it_reads_as_well(void **state)
{
    struct net n = {0};
    struct view_state s = {.sort_field = -2};
    struct view_frame frame;
    struct canvas c;

    (void)state;
    net_fill(&n);
    frame = fake_frame(n.rows, 80, 20);
    frame.past = true;
    assert_true(canvas_init(&c, 80, 20, GLYPHS_ASCII));
    view_matrix.draw(&frame, &s, &c);
    fake_expect(&c, "matrix80_ascii_past");
    canvas_release(&c);
}

/* --- the cursor --- */

static bool shows(const struct net *n, struct view_state *s, const char *words)
{
    struct canvas c = fake_draw(&view_matrix, n->rows, s, 120, 24);
    bool found = fake_shows(&c, words);

    fake_assert_sane(&c);
    canvas_release(&c);
    return found;
}

static void ask(struct view_state *s, const char *id)
{
    s->place[0] = (struct view_place){.id_len = strlen(id)};
    memcpy(s->place[0].id, id, strlen(id));
}

static void it_begins_at_the_worst_link_and_goes_where_it_is_sent(void **state)
{
    struct net n = {0};
    struct view_state s = {.sort_field = -2};

    (void)state;
    net_fill(&n);
    assert_true(shows(&n, &s, "Shaoguan→Shenzhen: is it"));
    ask(&s, "ZJK>HLG");
    assert_true(shows(&n, &s, "Zhangjiakou→Horinger: is it"));
    assert_true(shows(&n, &s, "; stale: it may be different now"));
    ask(&s, "GZ"); /* an end: the row changes */
    assert_true(shows(&n, &s, "Guangzhou→Horinger: is it"));
    ask(&s, "nobody");
    assert_true(shows(&n, &s, "Guangzhou→Horinger: is it"));
}

static void keys_move_by_cells_and_stop_at_the_edge(void **state)
{
    struct net n = {0};
    struct view_state s = {.sort_field = -2};

    (void)state;
    net_fill(&n);
    ask(&s, "SHG>GUI");
    net_press(&view_matrix, &n, &s, "j");
    assert_true(shows(&n, &s, "Tianfu→Gui'an"));
    net_press(&view_matrix, &n, &s, "kkk");
    assert_true(shows(&n, &s, "Horinger→Gui'an"));
    net_press(&view_matrix, &n, &s, "l");
    assert_true(shows(&n, &s, "Horinger→Horinger"));
    assert_true(shows(&n, &s, "an end and itself"));
    net_press(&view_matrix, &n, &s, "hhhhhh");
    assert_true(shows(&n, &s, "Horinger→Chongqing"));
    net_press(&view_matrix, &n, &s, "Gjjlllllllllllllllll");
    assert_true(shows(&n, &s, "Shenzhen→Shenzhen"));
    net_press(&view_matrix, &n, &s, "gkh");
    assert_true(shows(&n, &s, "Chongqing→Guangzhou"));
}

static void swapping_keeps_the_link_under_the_cursor(void **state)
{
    struct net n = {0};
    struct view_state s = {.sort_field = -2};

    (void)state;
    net_fill(&n);
    ask(&s, "SHG>GUI");
    net_press(&view_matrix, &n, &s, "x");
    assert_true(shows(&n, &s, "column→row: one-way delay"));
    assert_true(shows(&n, &s, "Shaoguan→Gui'an"));
    net_press(&view_matrix, &n, &s, "j"); /* rows are destinations now */
    assert_true(shows(&n, &s, "Shaoguan→Horinger"));
    net_press(&view_matrix, &n, &s, "x");
    assert_true(shows(&n, &s, "row→column: one-way delay"));
    assert_true(shows(&n, &s, "Shaoguan→Horinger"));
}

static void the_cursor_stays_on_its_ends_when_others_come_and_go(void **state)
{
    struct net n = {0};
    struct view_state s = {.sort_field = -2};

    (void)state;
    net_fill(&n);
    ask(&s, "SHG>GUI");
    assert_true(shows(&n, &s, "Shaoguan→Gui'an"));
    net_end(&n.clusters, KIND_CLUSTER, "AAA", "Another", "");
    net_rows(&n);
    assert_true(shows(&n, &s, "AAA"));
    assert_true(shows(&n, &s, "Shaoguan→Gui'an"));
    n.links.count = n.clusters.count = 2; /* CKG and GUI are left, and what these links end at */
    net_rows(&n);
    assert_true(shows(&n, &s, ": is it the site or the path?"));
}

static void enter_opens_the_link_with_its_history(void **state)
{
    struct net n = {0};
    struct view_state s = {.sort_field = -2};
    struct view_frame frame;
    struct intent i;

    (void)state;
    net_fill(&n);
    frame = fake_frame(n.rows, 80, 20);
    i = view_matrix.act(&frame, &s, key_action(view_matrix.keys, KEY_CODE_ENTER));
    assert_int_equal(i.kind, INTENT_OPEN_VIEW);
    assert_string_equal(i.text, "links");
    assert_string_equal(i.at, "SHG>SZ");
    net_press(&view_matrix, &n, &s, "g"); /* CKG>SZ: there is none */
    i = view_matrix.act(&frame, &s, key_action(view_matrix.keys, KEY_CODE_ENTER));
    assert_int_equal(i.kind, INTENT_REDRAW);
}

/* --- what a cell and its story say --- */

static void a_link_of_one_direction_says_so(void **state)
{
    struct net n = {0};
    struct view_state s = {.sort_field = -2};

    (void)state;
    net_fill(&n);
    ask(&s, "SHG>GZ");
    assert_true(shows(&n, &s, "now 1.58 ms"));
    assert_true(shows(&n, &s, "no link is known for the way back"));
    net_press(&view_matrix, &n, &s, "x"); /* the other way round: GZ is a row, SHG a column */
    ask(&s, "GZ");
    net_press(&view_matrix, &n, &s, "x");
    s.place[2] = (struct view_place){.id = "SHG", .id_len = 3};
    assert_true(shows(&n, &s, "Guangzhou→Shaoguan"));
    assert_true(shows(&n, &s, "no link is known in this direction"));
    assert_true(shows(&n, &s, "back 1.58 ms"));
}

static void a_dark_link_has_no_number_and_is_bad_in_every_mode(void **state)
{
    struct net n = {0};
    struct view_state s = {.sort_field = -2};

    (void)state;
    net_fill(&n);
    fake_text(&n.links.rows[0], LINK_SEVERITY, "crit");
    fake_text(&n.links.rows[0], LINK_STATE, "down");
    fake_text(&n.links.rows[0], LINK_WHY, "no path lit");
    n.links.rows[0].cells[LINK_ONE_WAY_MS] = value_none();
    n.links.count = 1;
    net_rows(&n);
    for (int i = 0; i < 4; i++) {
        assert_true(shows(&n, &s, "-✖"));
        net_press(&view_matrix, &n, &s, "m");
    }
    assert_true(shows(&n, &s, "✖ now - ms"));
    assert_true(shows(&n, &s, "no path lit"));
}

static void a_published_delay_is_no_measurement(void **state)
{
    struct net n = {0};
    struct view_state s = {.sort_field = -2};
    struct canvas c;

    (void)state;
    net_fill(&n);
    ask(&s, "ZWI>QYG");
    assert_true(shows(&n, &s, "now - ms"));
    assert_true(shows(&n, &s, "never measured, published: 2.64 ms"));
    n.links.rows[0] = n.links.rows[n.links.count - 1];
    n.links.count = 1;
    net_rows(&n);
    c = fake_draw(&view_matrix, n.rows, &s, 80, 13); /* without its story */
    assert_true(fake_shows(&c, "ZWI"));
    assert_false(fake_shows(&c, "2.64"));
    canvas_release(&c);
}

/* --- many ends --- */

static size_t ends_many;
static bool many_at(void *ctx, size_t i, struct row *row)
{
    static char ids[400][8];

    (void)ctx;
    assert_true(i < ends_many);
    snprintf(ids[i], sizeof ids[i], "C%03zu", i);
    *row = (struct row){.kind = KIND_CLUSTER, .id = text_of(ids[i])};
    return true;
}

static int64_t many_find(void *ctx, struct safe_text id, struct safe_text source)
{
    (void)ctx;
    (void)id;
    (void)source;
    return -1;
}

static struct net many(size_t n_ends)
{
    struct net n = {0};

    ends_many = n_ends;
    net_link(&n, "C000>C001", "C000", "C001", 2);
    net_link(&n, "C001>C000", "C001", "C000", 2);
    net_rows(&n);
    n.rows[1] = (struct view_rows){.count = n_ends, .all = n_ends, .known = true, .at = many_at, .find = many_find};
    return n;
}

static void forty_ends_scroll_with_the_cursor(void **state)
{
    struct net n = many(40);
    struct view_state s = {.sort_field = -2};
    struct canvas c;

    (void)state;
    n.rows[0].ctx = &n.links;
    net_expect(&view_matrix, &n, &s, 80, 20, "matrix80_forty");
    net_press(&view_matrix, &n, &s, "Gllllllllllllllllllllllllllllllllllllllllllllllll");
    c = fake_draw(&view_matrix, n.rows, &s, 80, 20);
    assert_true(fake_shows(&c, "rows 30-40, columns 29-40 of 40"));
    assert_true(fake_shows(&c, ">C039"));
    assert_true(c.cursor_y > 1 && c.cursor_x > 60);
    canvas_release(&c);
    net_press(&view_matrix, &n, &s, "ghhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhh");
    c = fake_draw(&view_matrix, n.rows, &s, 80, 20);
    assert_true(fake_shows(&c, "rows 1-11, columns 1-12 of 40"));
    canvas_release(&c);
}

static void ends_beyond_the_most_are_counted(void **state)
{
    struct net n = many(333);
    struct view_state s = {.sort_field = -2};
    struct canvas c;

    (void)state;
    n.rows[0].ctx = &n.links;
    net_press(&view_matrix, &n, &s, "G");
    c = fake_draw(&view_matrix, n.rows, &s, 80, 20);
    assert_true(fake_shows(&c, "rows 190-200"));
    assert_true(fake_shows(&c, "of 333"));
    canvas_release(&c);
}

/* --- anything --- */

static void nothing_is_said_so(void **state)
{
    struct net n = {0};
    struct view_state s = {.sort_field = -2};

    (void)state;
    net_rows(&n);
    net_press(&view_matrix, &n, &s, "jlmxvG");
    assert_true(shows(&n, &s, "no links: a source with probes or the fleet file tells of them"));
    net_ends(&n);
    net_rows(&n);
    assert_true(shows(&n, &s, "no links: a source with probes or the fleet file tells of them"));
    n.rows[0].known = false;
    assert_true(shows(&n, &s, "not known: no source has told"));
    n.rows[0].known = n.rows[0].partial = true;
    assert_true(shows(&n, &s, "loading"));
}

static void hostile_names_stay_in_their_fields(void **state)
{
    static const int sizes[][2] = {{80, 20}, {160, 41}, {60, 11}, {20, 5}, {16, 17}, {3, 3}, {1, 1}};
    struct net n = {0};

    (void)state;
    fake_fill_hostile(&n.links, KIND_LINK);
    for (int i = 0; i < FAKE_HOSTILE; i++)
        n.links.rows[i].cells[LINK_TO] = value_text(fake_hostile((i + 1) % FAKE_HOSTILE));
    fake_fill_hostile(&n.clusters, KIND_CLUSTER);
    fake_fill_hostile(&n.places, KIND_PLACE);
    net_rows(&n);
    for (size_t i = 0; i < 8 * sizeof sizes / sizeof *sizes; i++) {
        struct view_state s = {.sort_field = -2, .number = {[1] = (double)(i % 4), [2] = i % 8 < 4}};
        struct canvas c;

        tr_init(i % 2 == 0 ? "zh" : "en", "nowhere");
        c = fake_draw(&view_matrix, n.rows, &s, sizes[i / 8][0], sizes[i / 8][1]);
        fake_assert_sane(&c);
        canvas_release(&c);
    }
    tr_init("en", "nowhere");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(ten_clusters_and_what_they_are_linked_to),
        cmocka_unit_test(without_unicode_it_reads_as_well),
        cmocka_unit_test(it_begins_at_the_worst_link_and_goes_where_it_is_sent),
        cmocka_unit_test(keys_move_by_cells_and_stop_at_the_edge),
        cmocka_unit_test(swapping_keeps_the_link_under_the_cursor),
        cmocka_unit_test(the_cursor_stays_on_its_ends_when_others_come_and_go),
        cmocka_unit_test(enter_opens_the_link_with_its_history),
        cmocka_unit_test(a_link_of_one_direction_says_so),
        cmocka_unit_test(a_dark_link_has_no_number_and_is_bad_in_every_mode),
        cmocka_unit_test(a_published_delay_is_no_measurement),
        cmocka_unit_test(forty_ends_scroll_with_the_cursor),
        cmocka_unit_test(ends_beyond_the_most_are_counted),
        cmocka_unit_test(nothing_is_said_so),
        cmocka_unit_test(hostile_names_stay_in_their_fields),
    };

    return cmocka_run_group_tests(tests, fake_setup, NULL);
}
