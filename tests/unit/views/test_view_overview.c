#include "unit/domain/symptom_kit.h"
#include "unit/views/fake.h"

#include "base/tr.h"

extern const struct view view_overview;

enum { SOURCES, SCHEDULERS, CLUSTERS, HUBS, QUEUES, CHANGES, PLACES, LINKS, HALLS, ENERGY, ALERTS, WINDOWS, NEEDS };

struct world {
    struct fake fakes[NEEDS];
    struct view_rows rows[NEEDS];
};

/* With an alert of all that is wrong. */
static void answer(struct world *w)
{
    const enum kind kinds[NEEDS] = {
        [SOURCES] = KIND_SOURCE, [SCHEDULERS] = KIND_SCHEDULER, [CLUSTERS] = KIND_CLUSTER, [QUEUES] = KIND_QUEUE,
        [LINKS] = KIND_LINK,     [PLACES] = KIND_PLACE,         [HALLS] = KIND_HALL,       [ENERGY] = KIND_ENERGY};
    struct verdict_facts facts = {.now_ms = FAKE_NOW_MS};

    for (int i = 0; i < ALERTS; i++)
        verdict_tell(&facts, kinds[i], w->fakes[i].rows, w->fakes[i].count);
    w->fakes[ALERTS].count = kit_alerts(&facts, w->fakes[ALERTS].rows, FAKE_ROWS);
    for (int i = 0; i < NEEDS; i++)
        w->rows[i] = fake_rows(&w->fakes[i]);
}

static void add_source(struct fake *f, const char *id, const char *state, int64_t ok_s)
{
    struct row *row = fake_add(f, KIND_SOURCE, id);

    fake_text(row, SOURCE_STATE, state);
    fake_int(row, SOURCE_INTERVAL_S, 10);
    if (ok_s >= 0)
        fake_ago(row, SOURCE_LAST_OK_AT, ok_s);
}

static struct row *add_hub(struct fake *f, const char *id, const char *zh, int64_t total, int64_t free, int64_t waiting)
{
    struct row *row = fake_add(f, KIND_HUB, id);

    fake_text(row, HUB_NAME_ZH, zh);
    fake_text(row, HUB_STATE, "up");
    fake_int(row, HUB_ACCELS_TOTAL, total);
    fake_int(row, HUB_ACCELS_FREE, free);
    fake_int(row, HUB_JOBS_WAITING, waiting);
    fake_int(row, HUB_JOBS_RUNNING, total - free);
    return row;
}

static void add_queue(struct fake *f, const char *id, const char *name, int64_t waiting, int64_t p95_s, int64_t slo_s)
{
    struct row *row = fake_add(f, KIND_QUEUE, id);

    fake_text(row, QUEUE_SCHEDULER, "fra");
    fake_text(row, QUEUE_NAME, name);
    fake_text(row, QUEUE_STATE, "up");
    fake_int(row, QUEUE_RUNNING, 611);
    fake_int(row, QUEUE_WAITING, waiting);
    row->cells[QUEUE_WAIT_P95_S] = value_real((double)p95_s);
    fake_int(row, QUEUE_SLO_S, slo_s);
    row->cells[QUEUE_OLDEST_S] = value_real((double)p95_s * 2);
    row->cells[QUEUE_ARRIVALS_PER_MIN] = value_real(9.14);
}

static void add_hubs(struct fake *f)
{
    add_hub(f, "JJJ", "京津冀", 1000, 290, 12);
    add_hub(f, "YRD", "长三角", 3000, 720, 3);
    add_hub(f, "GBA", "粤港澳", 4000, 120, 312);
    add_hub(f, "CY", "成渝", 2000, 340, 41);
    fake_stale(add_hub(f, "NMG", "内蒙古", 2000, 720, 16), 260000);
    add_hub(f, "GZ", "贵州", 1800, 162, 84);
    add_hub(f, "GS", "甘肃", 900, 459, 0);
    fake_add(f, KIND_HUB, "NX"); /* nothing known yet: not 0 % */
}

static void add_change(struct fake *f, const char *id, int64_t ago_s, const char *where, const char *what)
{
    struct row *row = fake_add(f, KIND_CHANGE, id);

    fake_ago(row, CHANGE_AT, ago_s);
    fake_text(row, CHANGE_WHERE, where);
    fake_text(row, CHANGE_WHAT, what);
}

static void fill(struct world *w)
{
    struct row *row;

    add_source(&w->fakes[SOURCES], "fra", "live", 2);
    add_source(&w->fakes[SOURCES], "ams", "denied", 900);
    add_source(&w->fakes[SOURCES], "kobe", "stale", 260);
    row = &w->fakes[SOURCES].rows[2];
    fake_text(row, SOURCE_LAST_ERROR, "cannot connect to 10.0.0.3 port 6820");

    row = fake_add(&w->fakes[SCHEDULERS], KIND_SCHEDULER, "fra");
    fake_text(row, SCHEDULER_STATE, "up");
    fake_int(row, SCHEDULER_NODES_TOTAL, 2000);
    fake_int(row, SCHEDULER_NODES_DOWN, 64);
    fake_int(row, SCHEDULER_JOBS_WAITING, 396);
    row = fake_add(&w->fakes[SCHEDULERS], KIND_SCHEDULER, "kobe");
    fake_text(row, SCHEDULER_STATE, "down");
    fake_stale(row, 260000); /* says nothing about now */

    add_hubs(&w->fakes[HUBS]);
    add_queue(&w->fakes[QUEUES], "fra/inference", "inference", 312, 1080, 300);
    add_queue(&w->fakes[QUEUES], "fra/training", "training", 84, 360, 3600);
    fake_add(&w->fakes[QUEUES], KIND_QUEUE, "ams/batch");
    add_change(&w->fakes[CHANGES], "1", 840, "fra/gpu-0712-01", "drained: ECC errors on card 3");
    add_change(&w->fakes[CHANGES], "2", 1260, "kobe", "source is lost");
    answer(w);
}

static void assert_screen(int width, int height, const char *name)
{
    struct world w = {0};
    struct view_state s = {.sort_field = -2};
    struct canvas c;

    fill(&w);
    c = fake_draw(&view_overview, w.rows, &s, width, height);
    fake_assert_sane(&c);
    fake_expect(&c, name);
    assert_true(c.cursor_y >= 0);
    canvas_release(&c);
}

static void screens_as_expected(void **state)
{
    (void)state;
    assert_screen(80, 20, "overview80");
    assert_screen(160, 41, "overview160");
    assert_screen(60, 11, "overview60");
    assert_screen(20, 2, "overview20");
}

static struct row *add_link(struct world *w, const char *id, const char *severity, double one_way_ms, double ring_ms)
{
    struct row *row = fake_add(&w->fakes[LINKS], KIND_LINK, id);
    size_t from = strcspn(id, ">");

    row->cells[LINK_FROM] = value_text(text_from(id, from));
    row->cells[LINK_TO] = value_text(text_of(id + from + 1));
    fake_text(row, LINK_STATE, strcmp(severity, "crit") == 0 ? "degraded" : "up");
    fake_text(row, LINK_SEVERITY, severity);
    row->cells[LINK_ONE_WAY_MS] = value_real(one_way_ms);
    row->cells[LINK_RING_CONTRACT_MS] = value_real(ring_ms);
    return row;
}

static void add_cluster(struct world *w, const char *id, const char *hub, const char *zh, int64_t used, double mw)
{
    struct row *row = fake_add(&w->fakes[CLUSTERS], KIND_CLUSTER, id);

    fake_text(row, CLUSTER_HUB, hub);
    fake_text(row, CLUSTER_NAME_ZH, zh);
    fake_int(row, CLUSTER_RACKS_USED, used);
    fake_int(row, CLUSTER_RACKS_TOTAL, 120000);
    row->cells[CLUSTER_POWER_KW] = value_real(mw * 1000);
    row->cells[CLUSTER_POWER_CAP_KW] = value_real(300000);
}

static void fill_links(struct world *w)
{
    struct row *row;

    fill(w);
    add_cluster(w, "SHG", "GBA", "韶关", 75600, 189);
    add_cluster(w, "TFU", "CY", "天府", 60000, 100);
    add_cluster(w, "CKG", "CY", "重庆", 90000, 140);
    fake_text(fake_add(&w->fakes[PLACES], KIND_PLACE, "SZ"), PLACE_NAME_ZH, "深圳");
    add_link(w, "TFU>SHG", "ok", 8.05, 20);
    fake_stale(add_link(w, "HLG>ZJK", "crit", 40, 5), 260000); /* says nothing about now */
    row = add_link(w, "SHG>SZ", "crit", 3.42, 3);
    fake_int(row, LINK_PATHS, 13);
    fake_int(row, LINK_PATHS_LIT, 9);
    fake_text(row, LINK_WHY, "one-way 3.42 ms > 3 ms promised");
    fake_text(add_link(w, "GUI>SHG", "warn", 4.7, 5), LINK_WHY, "p95 4.7 ms > 90% of 5 ms");
    add_link(w, "GUI>CKG", "ok", 2.6, 5);
    fake_add(&w->fakes[LINKS], KIND_LINK, "lab/x>y"); /* nothing known */
    answer(w);
}

static void expect_links(int width, int height, const char *name)
{
    struct world w = {0};
    struct view_state s = {.sort_field = -2};
    struct canvas c;

    fill_links(&w);
    c = fake_draw(&view_overview, w.rows, &s, width, height);
    fake_assert_sane(&c);
    fake_expect(&c, name);
    canvas_release(&c);
}

static void the_worst_links_are_there(void **state)
{
    (void)state;
    expect_links(80, 20, "overview80_links");
    expect_links(160, 41, "overview160_links");
    tr_init("zh", NULL);
    expect_links(80, 20, "overview80_links_zh");
    tr_init("en", NULL);
}

/* Where all rooms are taken, the line of the worst link is what gives way. */
static void little_room_is_for_hubs(void **state)
{
    struct world w = {0};
    struct view_state s = {.sort_field = -2};
    struct canvas c;

    (void)state;
    fill_links(&w);
    c = fake_draw(&view_overview, w.rows, &s, 80, 16);
    assert_false(fake_shows(&c, "promised 3"));
    assert_true(fake_shows(&c, "京津冀"));
    canvas_release(&c);
}

static void enter_opens_a_link(void **state)
{
    struct world w = {0};
    struct view_state s = {.sort_field = -2, .panel = 4};
    struct view_frame frame;
    struct intent i;
    struct canvas c;

    (void)state;
    fill_links(&w);
    frame = fake_frame(w.rows, 160, 41);
    c = fake_draw(&view_overview, w.rows, &s, 160, 41);
    canvas_release(&c);
    view_overview.act(&frame, &s, key_action(view_overview.keys, 'j'));
    i = view_overview.act(&frame, &s, key_action(view_overview.keys, KEY_CODE_ENTER));
    assert_int_equal(i.kind, INTENT_OPEN_VIEW);
    assert_string_equal(i.text, "links");
    assert_string_equal(i.at, "GUI>SHG"); /* the second worst */
}

static void without_hubs_the_clusters_are_listed(void **state)
{
    struct world w = {0};
    struct view_state s = {.sort_field = -2, .panel = 1};
    struct view_frame frame;
    struct intent i;
    struct canvas c;

    (void)state;
    fill(&w);
    w.fakes[HUBS].count = 0;
    fake_add(&w.fakes[HUBS], KIND_HUB, "unassigned");
    for (int k = 0; k < 3; k++) {
        static const char *const ids[] = {"fra", "ams", "kobe"};
        struct row *row = fake_add(&w.fakes[CLUSTERS], KIND_CLUSTER, ids[k]);

        fake_int(row, CLUSTER_ACCELS_TOTAL, 10);
        fake_int(row, CLUSTER_ACCELS_FREE, k);
    }
    w.rows[HUBS] = fake_rows(&w.fakes[HUBS]);
    w.rows[CLUSTERS] = fake_rows(&w.fakes[CLUSTERS]);
    c = fake_draw(&view_overview, w.rows, &s, 80, 20);
    assert_true(fake_shows(&c, "Clusters (3)"));
    assert_true(fake_shows(&c, "ams"));
    canvas_release(&c);
    frame = fake_frame(w.rows, 80, 20);
    view_overview.act(&frame, &s, key_action(view_overview.keys, 'j'));
    i = view_overview.act(&frame, &s, key_action(view_overview.keys, KEY_CODE_ENTER));
    assert_int_equal(i.kind, INTENT_OPEN_VIEW);
    assert_string_equal(i.text, "jobs");
    assert_string_equal(i.filter, "cluster=\"ams\"");
}

static void outside_the_hubs_is_no_hub(void **state)
{
    struct world w = {0};
    struct view_state s = {.sort_field = -2, .panel = 1};
    struct view_frame frame;
    struct canvas c;

    (void)state;
    fill(&w);
    struct row last = w.fakes[HUBS].rows[7];
    add_hub(&w.fakes[HUBS], "unassigned", "", 10, 5, 0)->cells[HUB_NAME_ZH] = value_none();
    w.fakes[HUBS].rows[7] = w.fakes[HUBS].rows[8];
    w.fakes[HUBS].rows[8] = last; /* told in the middle, listed last */
    w.rows[HUBS] = fake_rows(&w.fakes[HUBS]);
    c = fake_draw(&view_overview, w.rows, &s, 160, 41);
    assert_true(fake_shows(&c, "Hubs (8)"));
    assert_false(fake_shows(&c, "unassigned"));
    assert_true(fake_shows(&c, "│ ? NX                               -      -     -     -  ││"));
    assert_true(fake_shows(&c, "│ ✓ outside the hubs               50%      5     0     5  ││"));
    canvas_release(&c);

    /* The cursor goes through all nine of them, and stays on the object. */
    frame = fake_frame(w.rows, 160, 41);
    for (int i = 0; i < 7; i++)
        view_overview.act(&frame, &s, key_action(view_overview.keys, 'j'));
    assert_memory_equal(s.place[1].id, "NX", 2);
    view_overview.act(&frame, &s, key_action(view_overview.keys, 'j'));
    assert_memory_equal(s.place[1].id, "unassigned", 10);
    c = fake_draw(&view_overview, w.rows, &s, 160, 41);
    assert_true(fake_shows(&c, ">✓ outside the hubs"));
    canvas_release(&c);
    c = fake_draw(&view_overview, w.rows, &s, 80, 20); /* several in a line: less room */
    assert_true(fake_shows(&c, "Hubs (8)"));
    assert_true(fake_shows(&c, ">✓ outside    50%"));
    canvas_release(&c);
    assert_int_equal(view_overview.act(&frame, &s, key_action(view_overview.keys, KEY_CODE_ENTER)).kind, INTENT_NONE);
    view_overview.act(&frame, &s, key_action(view_overview.keys, 'k'));
    assert_memory_equal(s.place[1].id, "NX", 2);
}

/* Two sources may tell of one scheduler, and that may be down and lack nodes: four lines of one id. */
static void each_line_of_an_object_can_be_reached(void **state)
{
    static const char *const sources[] = {"rest", "cli"};
    struct world w = {0};
    struct view_state s = {.sort_field = -2};
    struct view_frame frame;

    (void)state;
    for (int i = 0; i < 2; i++) {
        struct row *row = fake_add(&w.fakes[SCHEDULERS], KIND_SCHEDULER, "fra");
        row->source = text_of(sources[i]);
        fake_text(row, SCHEDULER_STATE, "down");
        fake_int(row, SCHEDULER_NODES_TOTAL, 10);
        fake_int(row, SCHEDULER_NODES_DOWN, 10);
    }
    answer(&w);
    frame = fake_frame(w.rows, 80, 20);
    for (int i = 0; i < 4; i++) {
        struct canvas c = fake_draw(&view_overview, w.rows, &s, 80, 20);
        assert_true(fake_shows(&c, "2 crit / 2 warn"));
        canvas_release(&c);
        assert_int_equal(s.place[0].position, i);
        view_overview.act(&frame, &s, key_action(view_overview.keys, 'j'));
    }
}

static struct intent enter_on(struct world *w, struct view_state *s)
{
    struct view_frame frame = fake_frame(w->rows, 80, 20);
    struct canvas c = fake_draw(&view_overview, w->rows, s, 80, 20);

    canvas_release(&c);
    return view_overview.act(&frame, s, key_action(view_overview.keys, KEY_CODE_ENTER));
}

static void enter_opens_what_a_line_is_about(void **state)
{
    static const char *const views[] = {"sources", "nodes", "jobs", "sources"};
    static const char *const filters[] = {"", "scheduler=\"fra\"", "queue=\"inference\" scheduler=\"fra\"", ""};
    struct world w = {0};
    struct view_state s = {.sort_field = -2};
    struct view_frame frame;

    (void)state;
    fill(&w);
    frame = fake_frame(w.rows, 80, 20);
    for (int k = 0; k < 4; k++) {
        struct intent i = enter_on(&w, &s);

        assert_int_equal(i.kind, INTENT_OPEN_VIEW);
        assert_string_equal(i.text, views[k]);
        assert_string_equal(i.filter, filters[k]);
        view_overview.act(&frame, &s, key_action(view_overview.keys, 'j'));
    }
    for (int k = 0; k < 3; k++)
        view_overview.act(&frame, &s, key_action(view_overview.keys, 'l'));
    assert_string_equal(enter_on(&w, &s).filter, "queue=\"inference\" scheduler=\"fra\"");
    view_overview.act(&frame, &s, key_action(view_overview.keys, 'l'));
    assert_int_equal(s.panel, 0);
}

/* Who did it stands before it; Enter goes to that alert, not to one about the same link. */
static void a_change_of_an_alert_names_who_and_leads_to_it(void **state)
{
    struct world w = {0};
    struct view_state s = {.sort_field = -2, .panel = 2};
    struct row *change;

    (void)state;
    add_change(&w.fakes[CHANGES], "alert/A-7@3Q2@1795230000000", 60, "SHG>SZ", "ack taken back: one-way");
    change = &w.fakes[CHANGES].rows[0];
    fake_text(change, CHANGE_KIND, "alert");
    fake_text(change, CHANGE_BY, "anna");
    answer(&w);
    struct canvas c = fake_draw(&view_overview, w.rows, &s, 160, 41);
    assert_true(fake_shows(&c, "anna: ack taken back: "));
    canvas_release(&c);
    struct intent i = enter_on(&w, &s);
    assert_string_equal(i.text, "alerts");
    assert_string_equal(i.at, "A-7@3Q2");
}

/* "Nothing needs you" is not said of what others look after, and how much that is stands there; also that it is nothing. */
static void a_scope_says_what_it_leaves_out(void **state)
{
    const struct safe_text mine[] = {text_of("WHA")};
    const struct scope scope = {.lists = {{.key = CONCERN_CLUSTER, .values = mine, .count = 1}}};
    struct world w = {0};
    struct row *alert;

    (void)state;
    add_source(&w.fakes[SOURCES], "fra", "live", 2);
    answer(&w);
    alert = fake_add(&w.fakes[ALERTS], KIND_ALERT, "A-7K3Q2");
    fake_text(alert, ALERT_SEVERITY, "crit");
    fake_text(alert, ALERT_STATE, "firing");
    fake_text(alert, ALERT_CLUSTER, "SHG");
    w.rows[ALERTS] = fake_rows(&w.fakes[ALERTS]);
    for (int width = 40; width <= 160; width += 40) {
        struct view_state s = {.sort_field = -2};
        struct view_frame f = fake_frame(w.rows, width, 30);
        struct canvas c;

        f.scope = &scope;
        assert_true(canvas_init(&c, width, 30, GLYPHS_UNICODE));
        view_overview.draw(&f, &s, &c);
        assert_true(fake_shows(&c, "Mine  0 crit / 0 warn / 1 not mine"));
        assert_true(fake_shows(&c, "Nothing of yours needs you."));
        fake_text(alert, ALERT_STATE, "resolved");
        view_overview.draw(&f, &s, &c);
        assert_true(fake_shows(&c, "Mine  0 crit / 0 warn / 0 not mine"));
        fake_text(alert, ALERT_STATE, "firing");
        canvas_release(&c);
    }
}

/* A Chinese screen shows names: also of the link that an alert is about. */
static void a_change_names_the_ends_of_its_link(void **state)
{
    struct world w = {0};
    struct view_state s = {.sort_field = -2, .panel = 2};
    struct row *link = fake_add(&w.fakes[LINKS], KIND_LINK, "SHG>SZ");

    (void)state;
    fake_text(link, LINK_FROM, "SHG");
    fake_text(link, LINK_TO, "SZ");
    fake_text(fake_add(&w.fakes[CLUSTERS], KIND_CLUSTER, "SHG"), CLUSTER_NAME_ZH, "韶关");
    fake_text(fake_add(&w.fakes[PLACES], KIND_PLACE, "SZ"), PLACE_NAME_ZH, "深圳");
    add_change(&w.fakes[CHANGES], "alert/A-7K3Q2@1795230000000", 60, "SHG>SZ", "alert: one-way");
    fake_text(&w.fakes[CHANGES].rows[0], CHANGE_KIND, "alert");
    answer(&w);
    tr_init("zh", NULL);
    struct canvas c = fake_draw(&view_overview, w.rows, &s, 160, 41);
    tr_init("en", NULL);
    assert_true(fake_shows(&c, "韶关→深圳 "));
    assert_false(fake_shows(&c, "SHG>SZ"));
    canvas_release(&c);
}

static void enter_on_a_hot_hall_opens_its_racks(void **state)
{
    struct world w = {0};
    struct view_state s = {.sort_field = -2};
    struct row *hall = fake_add(&w.fakes[HALLS], KIND_HALL, "ZJK-2/H1");

    (void)state;
    hall->cells[HALL_INLET_C_MAX] = value_real(33.5);
    answer(&w);
    struct canvas c = fake_draw(&view_overview, w.rows, &s, 100, 30);
    assert_true(fake_shows(&c, "inlet 33.5 °C > 32"));
    canvas_release(&c);
    struct intent i = enter_on(&w, &s);
    assert_int_equal(i.kind, INTENT_OPEN_VIEW);
    assert_string_equal(i.text, "racks");
    assert_string_equal(i.filter, "hall=\"ZJK-2/H1\"");
}

static void a_name_with_a_quote_narrows_nothing(void **state)
{
    struct world w = {0};
    struct view_state s = {.sort_field = -2, .panel = 3};

    (void)state;
    fill(&w);
    fake_text(&w.fakes[QUEUES].rows[0], QUEUE_NAME, "x\" state=\"done");
    assert_string_equal(enter_on(&w, &s).filter, "scheduler=\"fra\"");
}

static void nothing_known_is_not_all_well(void **state)
{
    struct world w = {0};
    struct view_state s = {.sort_field = -2};
    struct canvas c;

    (void)state;
    for (int i = 0; i < NEEDS; i++) {
        w.rows[i] = fake_rows(&w.fakes[i]);
        w.rows[i].known = false;
    }
    c = fake_draw(&view_overview, w.rows, &s, 80, 20);
    assert_true(fake_shows(&c, "not known: no source has told"));
    assert_false(fake_shows(&c, "Nothing needs you"));
    canvas_release(&c);

    add_source(&w.fakes[SOURCES], "fra", "live", 2);
    w.rows[SOURCES] = fake_rows(&w.fakes[SOURCES]);
    c = fake_draw(&view_overview, w.rows, &s, 80, 20);
    assert_true(fake_shows(&c, "Nothing needs you."));
    canvas_release(&c);
}

static void a_link_over_its_contract_needs_somebody(void **state)
{
    struct world w = {0};
    struct view_state s = {.sort_field = -2};
    struct row *link;
    struct canvas c;

    (void)state;
    fill(&w);
    link = fake_add(&w.fakes[LINKS], KIND_LINK, "SHG>SZ");
    fake_text(link, LINK_SEVERITY, "crit");
    fake_text(link, LINK_WHY, "3.42 ms one-way > 3 ms promised");
    fake_ago(link, LINK_SINCE, 840);
    answer(&w);
    c = fake_draw(&view_overview, w.rows, &s, 160, 41);
    assert_true(fake_shows(&c, "2 crit / "));
    assert_true(fake_shows(&c, "SHG>SZ"));
    assert_true(fake_shows(&c, "3.42 ms one-way > 3 ms promised"));
    assert_true(fake_shows(&c, "14m"));
    canvas_release(&c);
}

static void a_source_that_calls_itself_live_but_is_silent_is_told(void **state)
{
    struct world w = {0};
    struct view_state s = {.sort_field = -2};
    struct canvas c;

    (void)state;
    add_source(&w.fakes[SOURCES], "fra", "live", 300);
    answer(&w);
    c = fake_draw(&view_overview, w.rows, &s, 80, 20);
    assert_true(fake_shows(&c, "0 crit / 1 warn"));
    canvas_release(&c);
}

static int asked;
static bool count_series(void *ctx, struct safe_text id, int field, int64_t span_ms, double *means, size_t n)
{
    asked++;
    return fake_series(ctx, id, field, span_ms, means, n);
}

static void curves_are_asked_for_once_a_step(void **state)
{
    struct world w = {0};
    struct view_state s = {.sort_field = -2};
    struct view_frame frame;
    struct canvas c;

    (void)state;
    fill(&w);
    w.rows[QUEUES].series = count_series;
    assert_true(canvas_init(&c, 160, 41, GLYPHS_UNICODE));
    frame = fake_frame(w.rows, 160, 41);
    asked = 0;
    for (int i = 0; i < 20; i++) {
        view_overview.draw(&frame, &s, &c);
        frame.now.utc_ms += 1000;
    }
    assert_in_range(asked, 3, 6); /* three queues; a step may have ended once */
    frame.now.utc_ms += 3600000;
    asked = 0;
    view_overview.draw(&frame, &s, &c);
    assert_int_equal(asked, 3);
    canvas_release(&c);
}

static void hostile_names_stay_in_their_fields(void **state)
{
    static const int sizes[][2] = {{80, 20}, {160, 41}, {60, 11}, {20, 5}, {1, 1}, {70, 16}, {119, 17}, {300, 3}};
    struct world w = {0};

    (void)state;
    fake_fill_hostile(&w.fakes[SOURCES], KIND_SOURCE);
    fake_fill_hostile(&w.fakes[SCHEDULERS], KIND_SCHEDULER);
    fake_fill_hostile(&w.fakes[CLUSTERS], KIND_CLUSTER);
    fake_fill_hostile(&w.fakes[HUBS], KIND_HUB);
    fake_fill_hostile(&w.fakes[QUEUES], KIND_QUEUE);
    fake_fill_hostile(&w.fakes[CHANGES], KIND_CHANGE);
    fake_fill_hostile(&w.fakes[PLACES], KIND_PLACE);
    fake_fill_hostile(&w.fakes[LINKS], KIND_LINK);
    fake_fill_hostile(&w.fakes[HALLS], KIND_HALL);
    fake_fill_hostile(&w.fakes[ENERGY], KIND_ENERGY);
    answer(&w);
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++)
        for (int panel = 0; panel < VIEW_PANELS_MAX; panel++) {
            struct view_state s = {.sort_field = -2, .panel = panel};
            struct canvas c = fake_draw(&view_overview, w.rows, &s, sizes[i][0], sizes[i][1]);

            fake_assert_sane(&c);
            canvas_release(&c);
        }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(screens_as_expected),
        cmocka_unit_test(the_worst_links_are_there),
        cmocka_unit_test(little_room_is_for_hubs),
        cmocka_unit_test(enter_opens_a_link),
        cmocka_unit_test(without_hubs_the_clusters_are_listed),
        cmocka_unit_test(outside_the_hubs_is_no_hub),
        cmocka_unit_test(each_line_of_an_object_can_be_reached),
        cmocka_unit_test(enter_opens_what_a_line_is_about),
        cmocka_unit_test(a_change_of_an_alert_names_who_and_leads_to_it),
        cmocka_unit_test(a_scope_says_what_it_leaves_out),
        cmocka_unit_test(a_change_names_the_ends_of_its_link),
        cmocka_unit_test(enter_on_a_hot_hall_opens_its_racks),
        cmocka_unit_test(a_name_with_a_quote_narrows_nothing),
        cmocka_unit_test(nothing_known_is_not_all_well),
        cmocka_unit_test(a_link_over_its_contract_needs_somebody),
        cmocka_unit_test(a_source_that_calls_itself_live_but_is_silent_is_told),
        cmocka_unit_test(curves_are_asked_for_once_a_step),
        cmocka_unit_test(hostile_names_stay_in_their_fields),
    };

    return cmocka_run_group_tests(tests, fake_setup, NULL);
}
