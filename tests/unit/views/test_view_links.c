#include "unit/views/net.h"

#include "base/tr.h"

extern const struct view view_links;

static void the_worst_link_stands_first_with_its_history(void **state)
{
    struct net n = {0};
    struct view_state s = {.sort_field = -2};

    (void)state;
    net_fill(&n);
    net_expect(&view_links, &n, &s, 80, 20, "links80");
    net_expect(&view_links, &n, &s, 160, 41, "links160");
    net_press(&view_links, &n, &s, "d");
    net_expect(&view_links, &n, &s, 80, 20, "links80_detail");
    net_expect(&view_links, &n, &s, 160, 41, "links160_detail");
    net_press(&view_links, &n, &s, "dz");
    net_expect(&view_links, &n, &s, 80, 20, "links80_zoom");
}

/* --- what stands where --- */

static bool shows(const struct net *n, struct view_state *s, const char *words)
{
    struct canvas c = fake_draw(&view_links, n->rows, s, 160, 41);
    bool found = fake_shows(&c, words);

    fake_assert_sane(&c);
    canvas_release(&c);
    return found;
}

static void chinese_screens_show_names(void **state)
{
    struct net n = {0};
    struct view_state s = {.sort_field = -2};

    (void)state;
    net_fill(&n);
    tr_init("zh", "nowhere");
    net_expect(&view_links, &n, &s, 80, 20, "links80_zh");
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
    assert_true(canvas_init(&c, 80, 20, GLYPHS_ASCII));
    view_links.draw(&frame, &s, &c);
    fake_expect(&c, "links80_ascii");
    canvas_release(&c);
}

static void a_former_moment_is_not_called_now(void **state)
{
    struct net n = {0};
    struct view_state s = {.sort_field = -2};
    struct view_frame frame;
    struct canvas c;

    (void)state;
    net_fill(&n);
    frame = fake_frame(n.rows, 80, 20);
    frame.past = true;
    assert_true(canvas_init(&c, 80, 20, GLYPHS_UNICODE));
    view_links.draw(&frame, &s, &c);
    assert_true(fake_shows(&c, "then 3.42 ms"));
    assert_true(fake_shows(&c, "03:12:07"));
    assert_false(fake_shows(&c, "now 3.42"));
    canvas_release(&c);
}

static void what_is_stale_or_was_only_published_says_so(void **state)
{
    struct net n = {0};
    struct view_state s = {.sort_field = -2};

    (void)state;
    net_fill(&n);
    assert_true(shows(&n, &s, "half of the round-trip time (RTT 6.84 ms)"));
    net_press(&view_links, &n, &s, "Gk");
    assert_true(shows(&n, &s, "; stale: it may be different now"));
    net_press(&view_links, &n, &s, "G");
    assert_true(shows(&n, &s, "now - ms"));
    assert_true(shows(&n, &s, "never measured, published: 2.64 ms"));
    assert_true(shows(&n, &s, "nothing was measured in this time"));
}

static void the_operators_order_goes_before_the_worst(void **state)
{
    struct net n = {0};
    struct view_state s = {.sort_field = -1};

    (void)state;
    net_fill(&n);
    assert_true(shows(&n, &s, "sort: id asc"));
    assert_true(shows(&n, &s, "Chongqing→Gui'an  CKG→GUI"));
    s = (struct view_state){.sort_field = -2};
    assert_true(shows(&n, &s, "the worst first"));
    assert_true(shows(&n, &s, "Shaoguan→Shenzhen  SHG→SZ"));
}

/* Of two that are equally bad the newer one: it is what nobody has looked at yet. */
static void of_equally_bad_links_the_newest_stands_first(void **state)
{
    struct net n = {0};
    struct view_state s = {.sort_field = -2};

    (void)state;
    net_fill(&n);
    net_bad(&n.links.rows[0], "crit", "down", 9, 60, "no path lit");
    assert_true(shows(&n, &s, "Chongqing→Gui'an  CKG→GUI"));
    fake_ago(&n.links.rows[0], LINK_SINCE, 7200);
    s = (struct view_state){.sort_field = -2};
    assert_true(shows(&n, &s, "Shaoguan→Shenzhen  SHG→SZ"));
}

/* --- keys --- */

static void v_looks_further_back(void **state)
{
    static const char *const words[] = {"last 1 h", "last 6 h", "last 24 h", "last 7 d", "last 1 h"};
    struct net n = {0};
    struct view_state s = {.sort_field = -2};

    (void)state;
    net_fill(&n);
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        assert_true(shows(&n, &s, words[i]));
        net_press(&view_links, &n, &s, "v");
    }
}

static void the_chart_alone_still_walks_through_the_links(void **state)
{
    struct net n = {0};
    struct view_state s = {.sort_field = -2};

    (void)state;
    net_fill(&n);
    net_press(&view_links, &n, &s, "z");
    assert_false(shows(&n, &s, "the worst first"));
    assert_true(shows(&n, &s, "Shaoguan→Shenzhen"));
    net_press(&view_links, &n, &s, "j");
    assert_true(shows(&n, &s, "Gui'an→Shaoguan"));
    net_press(&view_links, &n, &s, "z");
    assert_true(shows(&n, &s, "the worst first"));
    /* And the link under the cursor is gone. */
    net_press(&view_links, &n, &s, "z");
    n.links.count = 0;
    net_rows(&n);
    assert_true(shows(&n, &s, "no links"));
}

static void x_opens_the_matrix_at_this_link(void **state)
{
    struct net n = {0};
    struct view_state s = {.sort_field = -2};
    struct view_frame frame;
    struct intent i;
    struct canvas c;

    (void)state;
    net_fill(&n);
    c = fake_draw(&view_links, n.rows, &s, 80, 20);
    frame = fake_frame(n.rows, 80, 20);
    i = view_links.act(&frame, &s, key_action(view_links.keys, 'x'));
    assert_int_equal(i.kind, INTENT_OPEN_VIEW);
    assert_string_equal(i.text, "matrix");
    assert_string_equal(i.at, "SHG>SZ");
    canvas_release(&c);
}

/* --- the series --- */

static int asked;
static size_t steps;
static bool counted(void *ctx, struct safe_text id, int field, int64_t span_ms, double *means, size_t n)
{
    asked++;
    steps = n;
    return net_series(ctx, id, field, span_ms, means, n);
}

static void draw_at(struct net *n, struct view_state *s, int64_t ms)
{
    struct view_frame frame = fake_frame(n->rows, 160, 41);
    struct canvas c;

    frame.now.utc_ms = ms;
    assert_true(canvas_init(&c, 160, 41, GLYPHS_UNICODE));
    view_links.draw(&frame, s, &c);
    canvas_release(&c);
}

static void the_history_is_asked_for_once_a_step(void **state)
{
    enum { STEP_MS = 20000 }; /* a poll of 15 s, and room for a late one */
    struct net n = {0};
    struct view_state s = {.sort_field = -2};
    int64_t begin = FAKE_NOW_MS - FAKE_NOW_MS % STEP_MS;

    (void)state;
    net_fill(&n);
    n.rows[0].series = counted;
    asked = 0;
    for (int i = 0; i < 50; i++)
        draw_at(&n, &s, begin + i * 200); /* half a step */
    assert_in_range(asked, 1, 2);
    assert_in_range(steps, 120, 240);
    draw_at(&n, &s, begin + 60000);
    assert_in_range(asked, 2, 3);
    asked = 0;
    net_press(&view_links, &n, &s, "v");
    draw_at(&n, &s, begin + 60000);
    net_press(&view_links, &n, &s, "j");
    draw_at(&n, &s, begin + 60000);
    assert_int_equal(asked, 2); /* another span, another link */
}

static void a_slow_source_gets_fewer_steps(void **state)
{
    struct net n = {0};
    struct view_state s = {.sort_field = -2};

    (void)state;
    net_fill(&n);
    n.rows[0].series = counted;
    fake_int(&n.sources.rows[0], SOURCE_INTERVAL_S, 120);
    draw_at(&n, &s, FAKE_NOW_MS);
    assert_in_range(steps, 20, 30);
    fake_int(&n.sources.rows[0], SOURCE_INTERVAL_S, 100000);
    s = (struct view_state){.sort_field = -2};
    draw_at(&n, &s, FAKE_NOW_MS);
    assert_in_range(steps, 10, 20);
}

static bool refused(void *ctx, struct safe_text id, int field, int64_t span_ms, double *means, size_t n)
{
    (void)ctx;
    (void)id;
    (void)field;
    (void)span_ms;
    (void)means;
    (void)n;
    asked++;
    return false;
}

static void a_history_that_cannot_be_had_is_not_asked_for_each_frame(void **state)
{
    struct net n = {0};
    struct view_state s = {.sort_field = -2};

    (void)state;
    net_fill(&n);
    n.rows[0].series = refused;
    asked = 0;
    for (int i = 0; i < 40; i++)
        draw_at(&n, &s, FAKE_NOW_MS + i * 100);
    assert_in_range(asked, 1, 2);
    assert_true(shows(&n, &s, "nothing was measured in this time"));
    n.rows[0].series = NULL;
    n.rows[0].filled = NULL;
    s = (struct view_state){.sort_field = -2};
    assert_true(shows(&n, &s, "nothing was measured in this time"));
}

/* --- anything --- */

static void nothing_is_said_so(void **state)
{
    struct net n = {0};
    struct view_state s = {.sort_field = -2};

    (void)state;
    net_rows(&n);
    assert_true(shows(&n, &s, "no links: a source with probes or the fleet file tells of them"));
    n.rows[0].known = false;
    assert_true(shows(&n, &s, "not known: no source has told"));
    n.rows[0].known = true;
    n.rows[0].all = 9;
    snprintf(s.filter, sizeof s.filter, "tier=metro");
    assert_true(shows(&n, &s, "nothing matches the filter"));
}

static void hostile_names_stay_in_their_fields(void **state)
{
    static const int sizes[][2] = {{80, 20}, {160, 41}, {60, 11}, {20, 5}, {16, 9}, {3, 3}, {1, 1}};
    struct net n = {0};

    (void)state;
    fake_fill_hostile(&n.links, KIND_LINK);
    fake_fill_hostile(&n.clusters, KIND_CLUSTER);
    fake_fill_hostile(&n.places, KIND_PLACE);
    fake_fill_hostile(&n.sources, KIND_SOURCE);
    net_rows(&n);
    for (size_t i = 0; i < 4 * sizeof sizes / sizeof *sizes; i++) {
        struct view_state s = {.sort_field = -2, .detail = i % 2 == 0, .number = {[1] = i % 4 < 2}};
        struct canvas c = fake_draw(&view_links, n.rows, &s, sizes[i / 4][0], sizes[i / 4][1]);

        fake_assert_sane(&c);
        canvas_release(&c);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_worst_link_stands_first_with_its_history),
        cmocka_unit_test(chinese_screens_show_names),
        cmocka_unit_test(without_unicode_it_reads_as_well),
        cmocka_unit_test(a_former_moment_is_not_called_now),
        cmocka_unit_test(what_is_stale_or_was_only_published_says_so),
        cmocka_unit_test(the_operators_order_goes_before_the_worst),
        cmocka_unit_test(of_equally_bad_links_the_newest_stands_first),
        cmocka_unit_test(v_looks_further_back),
        cmocka_unit_test(the_chart_alone_still_walks_through_the_links),
        cmocka_unit_test(x_opens_the_matrix_at_this_link),
        cmocka_unit_test(the_history_is_asked_for_once_a_step),
        cmocka_unit_test(a_slow_source_gets_fewer_steps),
        cmocka_unit_test(a_history_that_cannot_be_had_is_not_asked_for_each_frame),
        cmocka_unit_test(nothing_is_said_so),
        cmocka_unit_test(hostile_names_stay_in_their_fields),
    };

    return cmocka_run_group_tests(tests, fake_setup, NULL);
}
