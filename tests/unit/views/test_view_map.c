#include "unit/views/network.h"
#include "zh.h"

/* Whether words stand on the screen after that key. */
static bool shows(struct network *n, const char *words)
{
    struct canvas c = draw(n, GLYPHS_UNICODE, 160, 41);
    bool found = fake_shows(&c, words);

    fake_assert_sane(&c);
    canvas_release(&c);
    return found;
}

/* Where words begin on the screen: its cell. */
static bool find_words(const struct canvas *c, const char *words, int *x, int *y)
{
    for (*y = 0; *y < c->height; (*y)++)
        for (*x = 0; *x < c->width; (*x)++) {
            struct buf line = buf_make(4096);
            bool found;

            for (int i = *x; i < c->width; i++)
                buf_puts(&line, c->cells[*y * c->width + i].utf8, NULL);
            found = strncmp(buf_str(&line), words, strlen(words)) == 0;
            buf_release(&line);
            if (found)
                return true;
        }
    return false;
}

static int cells_of(const struct canvas *c, struct area a, enum role role)
{
    int n = 0;

    for (int y = a.y; y < a.y + a.height; y++)
        for (int x = a.x; x < a.x + a.width; x++)
            n += c->cells[y * c->width + x].role == (unsigned char)role;
    return n;
}

/* --- pictures --- */

static void expect(struct network *n, enum glyph_set glyphs, int width, int height, const char *name)
{
    struct canvas c = draw(n, glyphs, width, height);

    fake_assert_sane(&c);
    fake_expect(&c, name);
    canvas_release(&c);
}

static void screens_as_expected(void **state)
{
    static const struct {
        enum glyph_set glyphs;
        int width, height;
        const char *name;
    } screens[] = {
        {GLYPHS_UNICODE, 80, 20, "map80"},         {GLYPHS_UNICODE, 160, 41, "map160"},
        {GLYPHS_ASCII, 80, 20, "map80_ascii"},     {GLYPHS_SAFE, 80, 20, "map80_safe"},
        {GLYPHS_ASCII, 160, 41, "map160_ascii"},   {GLYPHS_UNICODE, 56, 24, "map56"},
        {GLYPHS_UNICODE, 60, 11, "map60_compact"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof screens / sizeof *screens; i++) {
        struct network n;

        network_make(&n);
        break_link(&n);
        expect(&n, screens[i].glyphs, screens[i].width, screens[i].height, screens[i].name);
        network_release(&n);
    }
}

static void in_chinese_with_chinese_names(void **state)
{
    struct network n;

    (void)state;
    zh_begin();
    network_make(&n);
    break_link(&n);
    link_of(&n, "SHG>SZ")->cells[LINK_REASONS] = value_list(text_of("over 3.42 3\x1f"
                                                                    "lit 9 13"));
    fake_text(&n.kinds[CHANGES].rows[0], CHANGE_WHAT, "fibre cut: 4 of 13 paths dark");
    expect(&n, GLYPHS_UNICODE, 80, 20, "map80_zh");
    expect(&n, GLYPHS_UNICODE, 160, 41, "map160_zh");
    network_release(&n);
    zh_end();
}

static void every_cluster_is_legible(void **state)
{
    static const char *const names[][2] = {
        {"CKG", "重庆"}, {"GUI", "贵安"}, {"HLG", "和林格尔"}, {"QYG", "庆阳"},   {"SHG", "韶关"},
        {"TFU", "天府"}, {"WHA", "芜湖"}, {"YRD", "长三角~"},  {"ZJK", "张家口"}, {"ZWI", "中卫"},
        {"ZZ", "郑州"},  {"GZ", "广州"},  {"SZ", "深圳"},
    };
    static const enum glyph_set sets[] = {GLYPHS_UNICODE, GLYPHS_SAFE, GLYPHS_ASCII};

    (void)state;
    for (int zh = 0; zh < 2; zh++)
        for (size_t g = 0; g < 3; g++)
            for (int broken = 0; broken < 2; broken++) {
                struct network n;
                struct canvas c;

                tr_init(zh ? "zh" : "en", NULL);
                network_make(&n);
                if (broken)
                    break_link(&n);
                n.kinds[LINKS].count -= zh ? 0 : 2;
                c = draw(&n, sets[g], 80, 20);
                canvas_fill(&c, (struct area){48, 0, 32, 20}, ROLE_TEXT, ' '); /* not those of the list */
                for (size_t i = 0; i < sizeof names / sizeof *names; i++)
                    if (!fake_shows(&c, names[i][zh]))
                        fail_msg("%s is not on the map", names[i][zh]);
                canvas_release(&c);
                network_release(&n);
            }
    tr_init("en", NULL);
}

static void without_a_coastline_too(void **state)
{
    struct network n;

    (void)state;
    network_make(&n);
    break_link(&n);
    network_release(&n); /* an empty outline is `map_outline = "none"` */
    expect(&n, GLYPHS_UNICODE, 80, 20, "map80_none");
}

static void without_links_there_are_clusters_and_a_way_on(void **state)
{
    struct network n;

    (void)state;
    network_make(&n);
    n.kinds[LINKS].count = 0;
    expect(&n, GLYPHS_UNICODE, 80, 20, "map80_nothing");
    assert_true(shows(&n, "No probe data"));
    assert_true(shows(&n, "hubtop doctor"));
    assert_true(press(&n, KEY_CODE_ENTER).kind == INTENT_REDRAW);
    press(&n, KEY_CODE_SPACE);
    press(&n, 'i');
    press(&n, '+');
    assert_true(shows(&n, "◦QYG"));
    network_release(&n);
}

static void a_filter_without_match_says_so(void **state)
{
    struct network n;
    struct view_frame frame;
    struct canvas c;

    (void)state;
    network_make(&n);
    n.kinds[LINKS].count = 0;
    frame = frame_of(&n, 80, 20);
    n.rows[LINKS].all = 24;
    assert_true(canvas_init(&c, 80, 20, GLYPHS_UNICODE));
    view_map.draw(&frame, &n.state, &c);
    assert_true(fake_shows(&c, "nothing matches the"));
    assert_false(fake_shows(&c, "No probe data"));
    canvas_release(&c);
    network_release(&n);
}

/* --- what is told --- */

static void what_is_old_is_marked(void **state)
{
    struct network n;
    struct canvas c;

    (void)state;
    network_make(&n);
    break_link(&n);
    for (size_t i = 0; i < n.kinds[LINKS].count; i++)
        fake_stale(&n.kinds[LINKS].rows[i], 47000);
    c = draw(&n, GLYPHS_UNICODE, 160, 41);
    assert_true(fake_shows(&c, "~ stale"));
    assert_true(fake_shows(&c, "~47s"));
    assert_false(fake_shows(&c, "✖ crit"));
    assert_int_equal(cells_of(&c, (struct area){0, 0, 98, 41}, ROLE_CRIT), 0); /* right of it is history */
    assert_true(cells_of(&c, (struct area){0, 0, 90, 41}, ROLE_STALE) > 40);
    canvas_release(&c);
    network_release(&n);
}

static void what_is_unknown_is_not_zero(void **state)
{
    struct network n;
    struct row *row;

    (void)state;
    network_make(&n);
    row = link_of(&n, "SHG>SZ");
    for (int i = LINK_TIER; i <= LINK_SINCE; i++)
        row->cells[i] = value_none();
    n.state.place[0].id_len = 6;
    memcpy(n.state.place[0].id, "SHG>SZ", 6);
    assert_true(shows(&n, "? unknown SHG→SZ -"));
    assert_true(shows(&n, "one-way - of - ms"));
    assert_false(shows(&n, "0.00"));
    fake_text(row, LINK_STATE, "down");
    fake_text(row, LINK_SEVERITY, "crit");
    assert_true(shows(&n, "✖→SZ -"));
    assert_true(shows(&n, "✖ crit SHG→SZ down"));
    network_release(&n);
}

static void outside_of_all_rings_is_out(void **state)
{
    struct network n;
    struct row *row;

    (void)state;
    network_make(&n);
    row = link_of(&n, "SHG>SZ");
    row->cells[LINK_ONE_WAY_MS] = value_real(31.2);
    row->cells[LINK_RING_MEASURED_MS] = value_none();
    assert_true(shows(&n, "31.2        3  out"));
    network_release(&n);
}

/* Half of a pair's line belongs to each direction: the half that arrives. */
static void a_bad_direction_has_its_half(void **state)
{
    struct network n;
    struct row *row;
    struct canvas c;
    int x0, x1, y0, y1, middle;

    (void)state;
    network_make(&n);
    row = link_of(&n, "TFU>YRD");
    fake_text(row, LINK_SEVERITY, "crit");
    c = draw(&n, GLYPHS_UNICODE, 160, 41);
    assert_true(find_words(&c, "TFU", &x0, &y0));
    assert_true(find_words(&c, "◦YRD", &x1, &y1));
    middle = (x0 + x1) / 2;
    assert_true(cells_of(&c, (struct area){middle + 6, y1, x1 - middle - 6, 2}, ROLE_CRIT) > 10);
    assert_int_equal(cells_of(&c, (struct area){x0, y1 - 1, middle - 6 - x0, 3}, ROLE_CRIT), 0);
    assert_true(cells_of(&c, (struct area){x0, y1 - 1, middle - 6 - x0, 3}, ROLE_OK) > 4);
    canvas_release(&c);

    n.kinds[LINKS].count = 15; /* without YRD>TFU: all of it */
    assert_true(text_is(n.kinds[LINKS].rows[14].id, "TFU>YRD"));
    c = draw(&n, GLYPHS_UNICODE, 160, 41);
    assert_true(cells_of(&c, (struct area){x0 + 4, y1 - 1, middle - 6 - x0, 3}, ROLE_CRIT) > 10);
    canvas_release(&c);
    network_release(&n);
}

static void ends_that_lie_nowhere_are_counted(void **state)
{
    struct network n;

    (void)state;
    network_make(&n);
    add_link(&n.kinds[LINKS], "probe/x>SHG", 2, 3, 1);
    assert_true(shows(&n, "1 link has no place"));
    add_link(&n.kinds[LINKS], "SHG>probe/x", 2, 3, 1);
    assert_true(shows(&n, "2 links have no place"));
    assert_true(shows(&n, "probe/x"));
    network_release(&n);
}

/* --- the origin --- */

static void it_begins_at_the_worst_link(void **state)
{
    struct network n;

    (void)state;
    network_make(&n);
    fake_text(link_of(&n, "TFU>YRD"), LINK_SEVERITY, "warn");
    assert_true(shows(&n, "From TFU Tianfu"));
    fake_text(link_of(&n, "TFU>YRD"), LINK_SEVERITY, "ok");
    fake_text(link_of(&n, "ZJK>ZZ"), LINK_SEVERITY, "warn");
    assert_true(shows(&n, "From TFU Tianfu")); /* a little trouble elsewhere moves nothing */
    network_release(&n);

    network_make(&n); /* all is well: where most links begin, and of these most paths */
    assert_true(shows(&n, "From SHG Shaoguan"));
    network_release(&n);
}

/* On a wall nobody presses keys; where somebody did, nothing moves under the cursor. */
static void it_goes_to_what_becomes_critical_until_a_key_is_pressed(void **state)
{
    struct network n;

    (void)state;
    network_make(&n);
    assert_true(shows(&n, "From SHG Shaoguan"));
    fake_text(link_of(&n, "TFU>YRD"), LINK_SEVERITY, "crit");
    assert_true(shows(&n, "From TFU Tianfu"));
    assert_true(shows(&n, "✖ crit TFU→YRD"));
    fake_text(link_of(&n, "SHG>SZ"), LINK_SEVERITY, "crit");
    assert_true(shows(&n, "From TFU Tianfu")); /* it is critical here too */
    press(&n, 'j');
    fake_text(link_of(&n, "TFU>YRD"), LINK_SEVERITY, "ok");
    assert_true(shows(&n, "From TFU Tianfu"));
    network_release(&n);
}

/* A mesh of probes is not what runs between the sites. */
static void what_is_measured_alone_is_drawn_when_asked_for(void **state)
{
    struct network n;
    struct row *row;

    (void)state;
    network_make(&n);
    for (size_t i = 0; i < n.kinds[LINKS].count; i++)
        if (!text_is(n.kinds[LINKS].rows[i].id, "SHG>SZ"))
            n.kinds[LINKS].rows[i].cells[LINK_PATHS] = n.kinds[LINKS].rows[i].cells[LINK_RING_CONTRACT_MS] =
                value_none();
    row = link_of(&n, "TFU>YRD");
    fake_text(row, LINK_SEVERITY, "unknown");
    assert_false(shows(&n, "? unknown"));
    for (int i = 0; i < 4; i++)
        press(&n, 'l');
    assert_true(shows(&n, "links: all"));
    assert_true(shows(&n, "? unknown"));
    press(&n, 'l');
    row = link_of(&n, "SHG>SZ");
    row->cells[LINK_PATHS] = row->cells[LINK_RING_CONTRACT_MS] = value_none();
    assert_true(shows(&n, "? unknown")); /* nothing is promised at all: there is nothing else to draw */
    network_release(&n);
}

static void while_rows_come_in_nothing_is_chosen(void **state)
{
    struct network n;
    struct view_frame frame;
    struct canvas c;

    (void)state;
    network_make(&n);
    n.kinds[LINKS].count = 4; /* GUI and CKG alone */
    frame = frame_of(&n, 160, 41);
    n.rows[LINKS].partial = true;
    assert_true(canvas_init(&c, 160, 41, GLYPHS_UNICODE));
    view_map.draw(&frame, &n.state, &c);
    canvas_release(&c);
    n.kinds[LINKS].count = 24;
    assert_true(shows(&n, "From SHG Shaoguan"));
    network_release(&n);
}

static void the_end_of_a_link_becomes_the_origin(void **state)
{
    struct network n;

    (void)state;
    network_make(&n);
    assert_true(shows(&n, "From SHG Shaoguan"));
    press(&n, 'j');
    assert_true(shows(&n, "SHG→GZ"));
    press(&n, KEY_CODE_SPACE);
    assert_true(shows(&n, "From GZ Guangzhou"));
    assert_true(shows(&n, "GZ→SHG"));
    press(&n, 'i');
    assert_true(shows(&n, "From HLG Horinger"));
    network_release(&n);
}

static void an_origin_without_links_says_so(void **state)
{
    struct network n;

    (void)state;
    network_make(&n);
    *link_of(&n, "GZ>SHG") = *link_of(&n, "SZ>SHG"); /* nothing begins at GZ */
    snprintf(n.state.text, sizeof n.state.text, "GZ");
    assert_true(shows(&n, "no link begins here"));
    press(&n, KEY_CODE_SPACE);
    press(&n, KEY_CODE_ENTER);
    press(&n, 'j');
    assert_true(shows(&n, "From GZ Guangzhou"));
    press(&n, 'i');
    assert_true(shows(&n, "From HLG Horinger"));
    network_release(&n);
}

static void a_cursor_that_was_put_takes_the_origin_there(void **state)
{
    struct network n;

    (void)state;
    network_make(&n);
    assert_true(shows(&n, "From SHG Shaoguan"));
    n.state.place[0] = (struct view_place){.id = "ZJK>YRD", .id_len = 7};
    assert_true(shows(&n, "From ZJK Zhangjiakou"));
    assert_true(shows(&n, "ZJK→YRD"));
    network_release(&n);
}

/* --- keys --- */

static void keys_open_what_is_under_the_cursor(void **state)
{
    struct network n;
    struct intent i;

    (void)state;
    network_make(&n);
    break_link(&n);
    assert_true(shows(&n, "SHG→SZ"));
    i = press(&n, KEY_CODE_ENTER);
    assert_int_equal(i.kind, INTENT_OPEN_VIEW);
    assert_string_equal(i.text, "links");
    assert_string_equal(i.at, "SHG>SZ");
    i = press(&n, 'G');
    assert_string_equal(i.at, "SHG>SZ");
    i = press(&n, 'x');
    assert_string_equal(i.text, "matrix");
    assert_string_equal(i.at, "SHG>SZ");
    network_release(&n);
}

static void rings_and_links_are_chosen(void **state)
{
    struct network n;

    (void)state;
    network_make(&n);
    break_link(&n);
    assert_true(shows(&n, "Rings 1/3/5 ms one-way around SHG"));
    press(&n, 'c');
    assert_true(shows(&n, "─ Map  SHG ─"));
    assert_false(shows(&n, "3ms"));
    press(&n, 'c');
    press(&n, 'c');
    assert_true(shows(&n, "Rings 3 ms one-way around SHG"));
    for (int i = 0; i < 3; i++)
        press(&n, 'c');
    assert_true(shows(&n, "Rings 1/3/5 ms one-way around SHG"));

    assert_true(shows(&n, "✓ ok"));
    press(&n, 'l');
    assert_true(shows(&n, "links: its own"));
    press(&n, 'l');
    assert_true(shows(&n, "links: bad"));
    assert_false(shows(&n, "✓ ok"));
    assert_true(shows(&n, "✖→SZ 3.42"));
    press(&n, 'l');
    assert_true(shows(&n, "links: off"));
    assert_false(shows(&n, "✖→SZ 3.42"));
    press(&n, 'l');
    assert_true(shows(&n, "✓ ok"));
    network_release(&n);
}

static void the_origin_stays_where_it_is_while_zooming(void **state)
{
    struct network n;
    struct canvas c;
    int x, y, x0, y0;

    (void)state;
    network_make(&n);
    c = draw(&n, GLYPHS_UNICODE, 160, 41);
    assert_true(find_words(&c, "◉SHG", &x0, &y0));
    assert_true(fake_shows(&c, "1 dot = 14 km"));
    canvas_release(&c);
    press(&n, '+');
    press(&n, '+');
    c = draw(&n, GLYPHS_UNICODE, 160, 41);
    assert_true(fake_shows(&c, "1 dot = 7.1 km"));
    assert_true(find_words(&c, "◉SHG", &x, &y));
    assert_true(abs(x - x0) <= 1 && abs(y - y0) <= 1);
    canvas_release(&c);
    for (int i = 0; i < 6; i++)
        press(&n, '_');
    assert_true(shows(&n, "20ms")); /* its ring comes into the picture */
    for (int i = 0; i < 60; i++)
        press(&n, i % 2 == 0 ? '_' : KEY_CODE_LEFT);
    assert_true(shows(&n, "1 dot = "));
    press(&n, '=');
    assert_true(shows(&n, "1 dot = 14 km"));
    network_release(&n);
}

static void arrows_move_the_picture(void **state)
{
    static const struct {
        uint32_t key;
        int x, y; /* where the sites go */
    } arrows[] = {{KEY_CODE_LEFT, 1, 0}, {KEY_CODE_RIGHT, -1, 0}, {KEY_CODE_UP, 0, 1}, {KEY_CODE_DOWN, 0, -1}};

    (void)state;
    for (size_t i = 0; i < sizeof arrows / sizeof *arrows; i++) {
        struct network n;
        struct canvas c;
        int x, y, x0, y0;

        network_make(&n);
        c = draw(&n, GLYPHS_UNICODE, 160, 41);
        assert_true(find_words(&c, "◦ZZ", &x0, &y0));
        canvas_release(&c);
        press(&n, arrows[i].key);
        c = draw(&n, GLYPHS_UNICODE, 160, 41);
        assert_true(find_words(&c, "◦ZZ", &x, &y));
        assert_int_equal((x > x0 + 4) - (x < x0 - 4), arrows[i].x);
        assert_int_equal((y > y0 + 1) - (y < y0 - 1), arrows[i].y);
        canvas_release(&c);
        network_release(&n);
    }
}

/* --- hostile --- */

static void hostile_rows_stay_in_their_fields(void **state)
{
    static const int sizes[][2] = {{160, 41}, {80, 20}, {66, 12}, {65, 20}, {30, 14},   {20, 12},  {19, 30},
                                   {20, 5},   {3, 3},   {1, 1},   {2, 40},  {400, 120}, {1000, 60}};
    struct network n;

    (void)state;
    network_make(&n);
    break_link(&n);
    fake_fill_hostile(&n.kinds[LINKS], KIND_LINK);
    fake_fill_hostile(&n.kinds[CLUSTERS], KIND_CLUSTER);
    fake_fill_hostile(&n.kinds[PLACES], KIND_PLACE);
    fake_fill_hostile(&n.kinds[CHANGES], KIND_CHANGE);
    for (int i = 0; i < FAKE_HOSTILE; i++) { /* sites of such names, and a link from each to the next */
        struct row *row = fake_add(&n.kinds[CLUSTERS], KIND_CLUSTER, "");

        row->id = fake_hostile(i);
        row->cells[CLUSTER_NAME] = row->cells[CLUSTER_NAME_ZH] = value_text(fake_hostile(i));
        row->cells[CLUSTER_LON] = value_real(104 + 3 * i);
        row->cells[CLUSTER_LAT] = value_real(i == 0 ? 90 : 24 + 2 * i);
        row = fake_add(&n.kinds[LINKS], KIND_LINK, "");
        row->id = fake_hostile(i);
        row->cells[LINK_FROM] = value_text(fake_hostile(i));
        row->cells[LINK_TO] = value_text(fake_hostile((i + 1) % FAKE_HOSTILE));
        row->cells[LINK_WHY] = value_text(fake_hostile(i));
        fake_text(row, LINK_SEVERITY, "crit");
    }
    for (int i = 0; i < FAKE_HOSTILE; i++)
        for (size_t k = 0; k < sizeof sizes / sizeof *sizes; k++) {
            struct canvas c;

            n.state.place[0] = (struct view_place){0};
            n.state.text[0] = '\0';
            c = draw(&n, (enum glyph_set)(k % 3), sizes[k][0], sizes[k][1]);
            fake_assert_sane(&c);
            canvas_release(&c);
            press(&n, i % 2 == 0 ? 'i' : 'j');
            press(&n, KEY_CODE_SPACE);
        }
    network_release(&n);
}

static void numbers_of_an_enemy_move_nothing_out_of_the_world(void **state)
{
    static const double numbers[] = {NAN, INFINITY, -INFINITY, 1e308, -1e308};

    (void)state;
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++) {
        struct network n;

        network_make(&n);
        n.kinds[CLUSTERS].rows[0].cells[CLUSTER_LON] = (struct value){.type = VALUE_REAL, .as.real = numbers[i]};
        n.kinds[CLUSTERS].rows[1].cells[CLUSTER_LAT] = (struct value){.type = VALUE_REAL, .as.real = numbers[i]};
        n.kinds[LINKS].rows[2].cells[LINK_ONE_WAY_MS] = (struct value){.type = VALUE_REAL, .as.real = numbers[i]};
        assert_true(shows(&n, "◦ZWI"));
        network_release(&n);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(screens_as_expected),
        cmocka_unit_test(in_chinese_with_chinese_names),
        cmocka_unit_test(every_cluster_is_legible),
        cmocka_unit_test(without_a_coastline_too),
        cmocka_unit_test(without_links_there_are_clusters_and_a_way_on),
        cmocka_unit_test(a_filter_without_match_says_so),
        cmocka_unit_test(what_is_old_is_marked),
        cmocka_unit_test(what_is_unknown_is_not_zero),
        cmocka_unit_test(outside_of_all_rings_is_out),
        cmocka_unit_test(a_bad_direction_has_its_half),
        cmocka_unit_test(ends_that_lie_nowhere_are_counted),
        cmocka_unit_test(it_begins_at_the_worst_link),
        cmocka_unit_test(it_goes_to_what_becomes_critical_until_a_key_is_pressed),
        cmocka_unit_test(what_is_measured_alone_is_drawn_when_asked_for),
        cmocka_unit_test(while_rows_come_in_nothing_is_chosen),
        cmocka_unit_test(the_end_of_a_link_becomes_the_origin),
        cmocka_unit_test(an_origin_without_links_says_so),
        cmocka_unit_test(a_cursor_that_was_put_takes_the_origin_there),
        cmocka_unit_test(keys_open_what_is_under_the_cursor),
        cmocka_unit_test(rings_and_links_are_chosen),
        cmocka_unit_test(the_origin_stays_where_it_is_while_zooming),
        cmocka_unit_test(arrows_move_the_picture),
        cmocka_unit_test(hostile_rows_stay_in_their_fields),
        cmocka_unit_test(numbers_of_an_enemy_move_nothing_out_of_the_world),
    };

    return cmocka_run_group_tests(tests, fake_setup, NULL);
}
