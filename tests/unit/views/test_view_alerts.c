#include "unit/views/fake.h"

#include "base/json.h"
#include "base/tr.h"
#include "views/alert_act.h"
#include "views/alerts.h"

extern const struct view view_alerts;

enum { ALERTS, CHANGES, WINDOWS, SOURCES, SCHEDULERS, CLUSTERS, QUEUES, PLACES, LINKS, HALLS, ENERGY, NEEDS };

struct world {
    struct fake fakes[NEEDS];
    struct view_rows rows[NEEDS];
};

static struct row *add_alert(struct world *w, const char *id, const char *severity, const char *state, int64_t ago_s)
{
    struct row *row = fake_add(&w->fakes[ALERTS], KIND_ALERT, id);

    row->source = text_of(id[1] == '-' ? "hubtop" : "am");
    fake_text(row, ALERT_SEVERITY, severity);
    fake_text(row, ALERT_STATE, state);
    fake_ago(row, ALERT_SINCE, ago_s);
    return row;
}

static void about(struct row *row, const char *rule, const char *kind, const char *where)
{
    if (rule != NULL)
        fake_text(row, ALERT_RULE, rule);
    fake_text(row, ALERT_KIND, kind);
    fake_text(row, ALERT_WHERE, where);
}

static void impact(struct row *row, int64_t jobs, int64_t users, int64_t tenants)
{
    fake_int(row, ALERT_IMPACT_JOBS, jobs);
    fake_int(row, ALERT_IMPACT_USERS, users);
    fake_int(row, ALERT_IMPACT_ACCOUNTS, 4);
    fake_int(row, ALERT_IMPACT_TENANTS, tenants);
}

static void add_objects(struct world *w)
{
    struct row *row = fake_add(&w->fakes[LINKS], KIND_LINK, "SHG>SZ");

    fake_text(row, LINK_FROM, "SHG");
    fake_text(row, LINK_TO, "SZ");
    fake_text(row, LINK_STATE, "degraded");
    fake_text(row, LINK_SEVERITY, "crit");
    row->cells[LINK_ONE_WAY_MS] = value_real(3.42);
    row->cells[LINK_RING_CONTRACT_MS] = value_real(3);
    fake_text(row, LINK_WHY, "one-way 3.42 ms > 3 ms promised");
    fake_text(fake_add(&w->fakes[CLUSTERS], KIND_CLUSTER, "SHG"), CLUSTER_NAME_ZH, "韶关");
    fake_text(fake_add(&w->fakes[PLACES], KIND_PLACE, "SZ"), PLACE_NAME_ZH, "深圳");
    row = fake_add(&w->fakes[QUEUES], KIND_QUEUE, "fra/inference");
    fake_text(row, QUEUE_SCHEDULER, "fra");
    fake_text(row, QUEUE_NAME, "inference");
    row->cells[QUEUE_WAIT_P95_S] = value_real(1080);
    fake_int(row, QUEUE_SLO_S, 300);
    fake_text(fake_add(&w->fakes[SOURCES], KIND_SOURCE, "fra"), SOURCE_STATE, "live");
    fake_ago(&w->fakes[SOURCES].rows[0], SOURCE_LAST_OK_AT, 2);
}

static void add_open(struct world *w)
{
    struct row *row = add_alert(w, "A-7K3Q2", "crit", "firing", 840);

    about(row, "link", "links", "SHG>SZ");
    impact(row, 312, 45, 3);
    fake_ago(row, ALERT_DEADLINE_FIRST_AT, -3000);
    fake_int(row, ALERT_CHILDREN, 2);
    fake_text(row, ALERT_TREND, "rising");
    fake_text(row, ALERT_CHANGE, "c1");
    fake_text(row, ALERT_RUNBOOK, "RB-NET-07");
    row = add_alert(w, "A-B2V9M", "warn", "firing", 540);
    about(row, "queue", "queues", "fra/inference");
    fake_text(row, ALERT_PARENT, "A-7K3Q2");
    impact(row, 84, 12, 2);
    row = add_alert(w, "f00d", "warn", "firing", 300);
    fake_text(row, ALERT_SUMMARY, "Probe of SZ answers slowly");
    fake_text(row, ALERT_PARENT, "A-7K3Q2");
    row = add_alert(w, "beef", "warn", "firing", 2460);
    fake_text(row, ALERT_SUMMARY, "Inlet of H2-R07-12 above 30 C");
    fake_text(row, ALERT_WHERE, "ZJK/H2-R07-12");
    fake_text(row, ALERT_KIND, "racks");
    impact(row, 8, 3, 1);
    row = add_alert(w, "cafe", "warn", "returned", 1320);
    fake_text(row, ALERT_SUMMARY, "PUE 1.34 above 1.30");
    fake_text(row, ALERT_WHERE, "HLG");
    fake_text(row, ALERT_KIND, "clusters");
    fake_int(row, ALERT_FLAPS, 4);
}

static void add_rest(struct world *w)
{
    struct row *row = add_alert(w, "A-M5R1D", "crit", "acked", 7200);

    fake_text(row, ALERT_SUMMARY, "s-0311 SMART before failure");
    fake_text(row, ALERT_WHERE, "WHA/s-0311");
    fake_text(row, ALERT_ACKED_BY, "zhao.m");
    fake_ago(row, ALERT_ACKED_AT, 5 * 3600);
    fake_ago(row, ALERT_ACKED_UNTIL, -1800);
    fake_text(row, ALERT_ACK_NOTE, "vendor comes at 9");
    row = add_alert(w, "A-S1L3N", "warn", "silenced", 86400);
    fake_text(row, ALERT_SUMMARY, "backup link down");
    fake_ago(row, ALERT_SILENCED_UNTIL, -7200);
    row = add_alert(w, "A-M41NT", "warn", "firing", 3420);
    fake_text(row, ALERT_SUMMARY, "UPS on battery");
    fake_text(row, ALERT_MAINTENANCE, "M-4H2QX");
    row = add_alert(w, "A-0V3R1", "crit", "resolved", 9000);
    about(row, "link", "links", "SHG>SZ");
    fake_text(row, ALERT_SUMMARY, "one-way 3.1 ms > 3 ms promised");
    fake_ago(row, ALERT_RESOLVED_AT, 8400);
}

static void fill(struct world *w)
{
    struct row *row;

    add_objects(w);
    add_open(w);
    add_rest(w);
    row = fake_add(&w->fakes[CHANGES], KIND_CHANGE, "c1");
    fake_ago(row, CHANGE_AT, 843);
    fake_text(row, CHANGE_KIND, "link");
    fake_text(row, CHANGE_WHERE, "SHG>SZ");
    fake_text(row, CHANGE_WHAT, "fibre cut: 4 of 13 paths dark");
    row = fake_add(&w->fakes[CHANGES], KIND_CHANGE, "c2");
    fake_ago(row, CHANGE_AT, 1260);
    fake_text(row, CHANGE_WHERE, "fra/gpu-0712-01");
    fake_text(row, CHANGE_WHAT, "drained: ECC errors on card 3");
    row = fake_add(&w->fakes[WINDOWS], KIND_MAINTENANCE, "M-4H2QX");
    fake_text(row, MAINTENANCE_REASON, "UPS battery swap");
    fake_ago(row, MAINTENANCE_ENDS_AT, -6000);
    for (int i = 0; i < NEEDS; i++)
        w->rows[i] = fake_rows(&w->fakes[i]);
}

static void press(struct world *w, struct view_state *s, const char *keys)
{
    struct view_frame f = fake_frame(w->rows, 160, 41);

    for (; *keys != '\0'; keys++)
        view_alerts.act(&f, s, key_action(view_alerts.keys, (unsigned char)*keys));
}

static void expect(struct world *w, struct view_state *s, int width, int height, const char *name)
{
    struct canvas c = fake_draw(&view_alerts, w->rows, s, width, height);

    fake_assert_sane(&c);
    fake_expect(&c, name);
    assert_true(c.cursor_y >= 0);
    canvas_release(&c);
}

static void screens_as_expected(void **state)
{
    struct world w = {0};
    struct view_state s = {.sort_field = -2};

    (void)state;
    fill(&w);
    expect(&w, &s, 80, 20, "alerts80");
    expect(&w, &s, 160, 41, "alerts160");
    expect(&w, &s, 60, 11, "alerts60");
    press(&w, &s, "+");
    expect(&w, &s, 80, 20, "alerts80_unfolded");
    tr_init("zh", NULL);
    expect(&w, &s, 80, 20, "alerts80_zh");
    expect(&w, &s, 160, 41, "alerts160_zh");
    tr_init("en", NULL);
}

static bool shows(struct world *w, struct view_state *s, const char *words)
{
    struct canvas c = fake_draw(&view_alerts, w->rows, s, 160, 41);
    bool found = fake_shows(&c, words);

    canvas_release(&c);
    return found;
}

static void what_a_root_explains_is_folded(void **state)
{
    struct world w = {0};
    struct view_state s = {.sort_field = -2};

    (void)state;
    fill(&w);
    assert_true(shows(&w, &s, "A-7K3Q2"));
    assert_true(shows(&w, &s, "+2"));
    assert_false(shows(&w, &s, "A-B2V9M"));
    press(&w, &s, "+");
    assert_true(shows(&w, &s, "A-B2V9M"));
    assert_true(shows(&w, &s, "-2"));
    press(&w, &s, "+");
    assert_false(shows(&w, &s, "A-B2V9M"));
}

static void order_is_unacked_severity_impact_age(void **state)
{
    static const char *const want[] = {"A-7K3Q2", "beef", "cafe", "A-M5R1D"};
    struct world w = {0};
    struct view_state s = {.sort_field = -2};
    struct alerts a;

    (void)state;
    fill(&w);
    alerts_make(&a, &w.rows[ALERTS], &s, &(struct alerts_mine){NULL, NULL, 0}, FAKE_NOW_MS);
    assert_int_equal(a.rows.count, 4);
    for (size_t i = 0; i < 4; i++)
        assert_true(text_is(alerts_at(&a, i)->id, want[i]));
    assert_int_equal(a.tab_count[ALERTS_OPEN], 4);
    assert_int_equal(a.tab_count[ALERTS_ACKED], 1);
    assert_int_equal(a.tab_count[ALERTS_SILENCED], 1);
    assert_int_equal(a.tab_count[ALERTS_MAINTENANCE], 1);
    assert_int_equal(a.tab_count[ALERTS_RESOLVED], 1);
    assert_int_equal(a.forgotten, 2); /* acked for too long; back and not taken again */
    alerts_release(&a);
}

static void each_tab_shows_its_own(void **state)
{
    static const char *const ids[] = {"A-M5R1D", "A-S1L3N", "A-M41NT", "A-0V3R1"};
    struct world w = {0};
    struct view_state s = {.sort_field = -2};

    (void)state;
    fill(&w);
    for (size_t i = 0; i < 4; i++) {
        press(&w, &s, "l");
        assert_true(shows(&w, &s, ids[i]));
        assert_false(shows(&w, &s, "A-7K3Q2"));
    }
    press(&w, &s, "l");
    assert_true(shows(&w, &s, "A-7K3Q2"));
}

/* When rows change their order, the one under the cursor stays under it. */
static void the_cursor_stays_on_its_alert(void **state)
{
    struct world w = {0};
    struct view_state s = {.sort_field = -2};
    struct canvas c;

    (void)state;
    fill(&w);
    c = fake_draw(&view_alerts, w.rows, &s, 160, 41);
    canvas_release(&c);
    press(&w, &s, "j");
    assert_true(text_is(text_from(s.place[0].id, s.place[0].id_len), "beef"));
    fake_text(add_alert(&w, "A-NEW11", "crit", "firing", 5), ALERT_SUMMARY, "new");
    w.rows[ALERTS] = fake_rows(&w.fakes[ALERTS]);
    assert_true(shows(&w, &s, "A-NEW11"));
    assert_true(text_is(text_from(s.place[0].id, s.place[0].id_len), "beef"));
}

static struct intent act(struct world *w, struct view_state *s, int action)
{
    struct view_frame f = fake_frame(w->rows, 160, 41);

    return view_alerts.act(&f, s, action);
}

static void keys_ask_for_the_alert_under_the_cursor(void **state)
{
    struct world w = {0};
    struct view_state s = {.sort_field = -2};
    struct intent i;

    (void)state;
    fill(&w);
    assert_true(shows(&w, &s, "A-7K3Q2"));
    i = act(&w, &s, ALERT_ACK);
    assert_int_equal(i.kind, INTENT_ASK);
    assert_string_equal(i.op, "ack");
    assert_string_equal(i.ask, "{\"alert\":\"A-7K3Q2\",\"source\":\"hubtop\"}");
    i = act(&w, &s, ALERT_NOTE);
    assert_int_equal(i.kind, INTENT_TEXT);
    assert_string_equal(i.op, "note");
    assert_string_equal(i.filter, "note");
    i = act(&w, &s, ALERT_SILENCE);
    assert_int_equal(i.kind, INTENT_FORM);
    assert_int_equal(i.count, 3);                                 /* with what it explains */
    assert_int_equal(strncmp(i.say, "It hides 3 alerts", 17), 0); /* first: little room cuts the list */
    assert_non_null(strstr(i.say, "312 jobs"));
    assert_non_null(strstr(i.say, "Probe of SZ answers slowly"));
    i = act(&w, &s, ALERT_MAINTENANCE_ADD);
    assert_int_equal(i.kind, INTENT_FORM);
    assert_string_equal(i.op, "maintenance_add");
    assert_string_equal(i.ask, "{\"what\":\"maintenance\",\"kind\":\"links\",\"where\":\"SHG>SZ\"}");
    i = act(&w, &s, key_action(view_alerts.keys, KEY_CODE_ENTER));
    assert_int_equal(i.kind, INTENT_OPEN_VIEW);
    assert_string_equal(i.text, "links");
    assert_string_equal(i.at, "SHG>SZ");
}

/* Those that might belong to it stay; the others are counted. */
static void a_scope_leaves_out_what_is_not_mine(void **state)
{
    const struct safe_text mine[] = {text_of("WHA")};
    const struct scope scope = {.lists = {{.key = CONCERN_CLUSTER, .values = mine, .count = 1}}};
    struct world w = {0};
    struct view_state s = {.sort_field = -2};
    struct view_frame f;
    struct canvas c;

    (void)state;
    fill(&w);
    fake_text(&w.fakes[ALERTS].rows[3], ALERT_CLUSTER, "ZJK");
    fake_text(&w.fakes[ALERTS].rows[5], ALERT_CLUSTER, "WHA");
    w.fakes[ALERTS].rows[2].cells[ALERT_PARENT] = value_none();
    f = fake_frame(w.rows, 160, 41);
    f.scope = &scope;
    assert_true(canvas_init(&c, 160, 41, GLYPHS_UNICODE));
    view_alerts.draw(&f, &s, &c);
    assert_true(fake_shows(&c, "A-M5R1D"));
    assert_true(fake_shows(&c, "f00d")); /* nobody says where it is */
    assert_false(fake_shows(&c, "beef"));
    assert_true(fake_shows(&c, "mine; "));
    assert_true(fake_shows(&c, " open outside"));
    canvas_release(&c);
}

/* However narrow it is, what is left out is said; also that nothing is. */
static void what_a_scope_leaves_out_is_said_at_every_width(void **state)
{
    static const struct {
        int width, height;
        const char *some, *none;
    } cases[] = {{160, 41, "mine; 3 open outside", "mine; 0 open outside"},
                 {80, 20, "mine; +3", "mine; +0"},
                 {60, 11, "mine; +3", "mine; +0"},
                 {40, 8, "mine; +3", "mine; +0"}};
    const struct safe_text mine[] = {text_of("WHA")}, rules[] = {text_of("link"), text_of("queue"), text_of("rack")};
    const struct scope scopes[] = {{.lists = {{.key = CONCERN_CLUSTER, .values = mine, .count = 1}}},
                                   {.lists = {{.key = CONCERN_RULE, .values = rules, .count = 0}}}};
    struct world w = {0};

    (void)state;
    fill(&w);
    fake_text(&w.fakes[ALERTS].rows[0], ALERT_CLUSTER, "SHG");
    fake_text(&w.fakes[ALERTS].rows[3], ALERT_CLUSTER, "ZJK");
    for (size_t i = 0; i < 2 * sizeof cases / sizeof *cases; i++) {
        struct view_state s = {.sort_field = -2};
        struct view_frame f = fake_frame(w.rows, cases[i / 2].width, cases[i / 2].height);
        struct canvas c;

        f.scope = &scopes[i % 2];
        assert_true(canvas_init(&c, f.area.width, f.area.height, GLYPHS_UNICODE));
        view_alerts.draw(&f, &s, &c);
        if (!fake_shows(&c, i % 2 ? cases[i / 2].none : cases[i / 2].some))
            fail_msg("%s is not shown at %d columns", i % 2 ? cases[i / 2].none : cases[i / 2].some, f.area.width);
        canvas_release(&c);
    }
}

/* What does not say where it is goes with what explains it. */
static void a_child_of_nowhere_belongs_where_its_root_does(void **state)
{
    const struct safe_text mine[] = {text_of("WHA")};
    const struct scope scope = {.lists = {{.key = CONCERN_CLUSTER, .values = mine, .count = 1}}};
    struct world w = {0};
    struct view_state s = {.sort_field = -2};
    struct view_frame f;
    struct row *root, *child;

    (void)state;
    root = add_alert(&w, "A-R00T1", "crit", "firing", 60);
    child = add_alert(&w, "f00d", "warn", "firing", 60);
    fake_text(child, ALERT_PARENT, "A-R00T1");
    for (int i = 0; i < NEEDS; i++)
        w.rows[i] = fake_rows(&w.fakes[i]);
    f = fake_frame(w.rows, 160, 41);
    f.scope = &scope;
    for (int i = 0; i < 2; i++) {
        struct canvas c;

        fake_text(root, ALERT_CLUSTER, i == 0 ? "SHG" : "WHA");
        press(&w, &s, "+");
        assert_true(canvas_init(&c, 160, 41, GLYPHS_UNICODE));
        view_alerts.draw(&f, &s, &c);
        assert_int_equal(fake_shows(&c, "A-R00T1"), i == 1);
        assert_false(i == 0 && fake_shows(&c, "f00d"));
        assert_true(fake_shows(&c, i == 0 ? "mine; 1 open outside" : "mine; 0 open outside"));
        canvas_release(&c);
    }
}

static void whom_to_call_is_there(void **state)
{
    const struct safe_text rule[] = {text_of("rule=link")};
    const struct contact contacts[] = {{.role = text_of("net"),
                                        .name = text_of("Wang Qiang"),
                                        .phone = text_of("+86 139 1234 0021"),
                                        .conditions = rule,
                                        .condition_count = 1,
                                        .level = 1}};
    const struct people people = {.contacts = contacts, .contact_count = 1};
    struct world w = {0};
    struct view_state s = {.sort_field = -2};
    struct view_frame f;
    struct canvas c;

    (void)state;
    fill(&w);
    f = fake_frame(w.rows, 160, 41);
    f.people = &people;
    assert_true(canvas_init(&c, 160, 41, GLYPHS_UNICODE));
    view_alerts.draw(&f, &s, &c);
    assert_true(fake_shows(&c, "net Wang Qiang +86 139 **** 0021"));
    canvas_release(&c);
}

static void bulletins_that_suit_are_offered(void **state)
{
    struct world w = {0};
    struct view_state s = {.sort_field = -2};
    struct intent i;

    (void)state;
    fill(&w);
    assert_true(shows(&w, &s, "A-7K3Q2"));
    i = act(&w, &s, ALERT_TELL);
    assert_int_equal(i.kind, INTENT_BULLETIN);
    assert_string_equal(i.filter, "first");
    assert_non_null(strstr(i.say, "312 jobs"));
    assert_non_null(strchr(i.say, '\n')); /* and an update */
    press(&w, &s, "h");
    assert_true(shows(&w, &s, "A-0V3R1"));
    i = act(&w, &s, ALERT_TELL);
    assert_string_equal(i.filter, "final");
    assert_null(strchr(i.say, '\n'));
    assert_int_equal(act(&w, &s, ALERT_READ).kind, INTENT_RUNBOOK);
}

static void what_is_over_is_not_acked(void **state)
{
    struct world w = {0};
    struct view_state s = {.sort_field = -2};

    (void)state;
    fill(&w);
    press(&w, &s, "h");
    assert_true(shows(&w, &s, "A-0V3R1"));
    assert_int_equal(act(&w, &s, ALERT_ACK).kind, INTENT_SAY);
    assert_int_equal(act(&w, &s, ALERT_NOTE).kind, INTENT_TEXT);
}

static void whose_it_was_and_why_that_ended_is_told(void **state)
{
    static const struct {
        const char *why, *by, *from, *to, *owner, *story;
    } cases[] = {
        {"expired", NULL, NULL, NULL, "nobody: li.wei had it until 03:", "li.wei: acknowledgement expired"},
        {"taken_back", "anna", NULL, NULL,
         "nobody: li.wei had it, anna took that back 03:", "li.wei: acknowledgement taken back, by anna"},
        {"worse", NULL, "warn", "crit",
         "nobody: li.wei had it until it went from warn to crit, 03:", "li.wei: no longer acknowledged, warn to crit"},
        {"resolved", NULL, NULL, NULL, "nobody; a takes it", "li.wei: acknowledgement ended with it"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct world w = {0};
        struct view_state s = {.sort_field = -2};
        struct row *row = &w.fakes[ALERTS].rows[0];

        fill(&w);
        fake_text(row, ALERT_ACK_ENDED, cases[i].why);
        fake_text(row, ALERT_ACK_ENDED_OF, "li.wei");
        fake_ago(row, ALERT_ACK_ENDED_AT, 60);
        if (cases[i].by != NULL)
            fake_text(row, ALERT_ACK_ENDED_BY, cases[i].by);
        if (cases[i].to != NULL) {
            fake_text(row, ALERT_ACK_ENDED_FROM, cases[i].from);
            fake_text(row, ALERT_ACK_ENDED_TO, cases[i].to);
        }
        assert_true(shows(&w, &s, cases[i].owner));
        assert_true(shows(&w, &s, cases[i].story));
    }
}

static void an_enemys_words_move_nothing(void **state)
{
    (void)state;
    for (int i = 0; i < FAKE_HOSTILE; i++) {
        struct world w = {0};
        struct view_state s = {.sort_field = -2};
        struct row *row;

        fill(&w);
        row = &w.fakes[ALERTS].rows[0];
        row->id = fake_hostile(i);
        fake_text(row, ALERT_ACK_ENDED, "worse");
        fake_ago(row, ALERT_ACK_ENDED_AT, 60);
        for (int field = 0; field <= ALERT_ACK_ENDED_TO; field++)
            if (row->cells[field].type == VALUE_TEXT)
                row->cells[field] = value_text(fake_hostile(i));
        row->cells[ALERT_LABELS] = row->cells[ALERT_NOTES] = row->cells[ALERT_STEPS_DONE] = value_list(fake_hostile(i));
        for (int width = 10; width <= 160; width += 50) {
            struct canvas c = fake_draw(&view_alerts, w.rows, &s, width, 30);
            fake_assert_sane(&c);
            canvas_release(&c);
        }
        press(&w, &s, "+ansME");
    }
}

/* Chosen columns stand in the order asked for, with the view's own words; a field without a column gets one. */
static void columns_are_chosen(void **state)
{
    struct world w = {0};
    struct view_state s = {
        .sort_field = -2, .columns = {ALERT_SEVERITY, -1, ALERT_IMPACT_USERS, ALERT_SUMMARY}, .column_count = 4};

    (void)state;
    fill(&w);
    assert_true(view_alerts.columns);
    assert_true(shows(&w, &s, "SEV  ID"));
    assert_true(shows(&w, &s, "CRIT A-7K3Q2"));
    assert_true(shows(&w, &s, tr_of("field", "impact_users")));
    assert_false(shows(&w, &s, "TREND 60m"));
    assert_false(shows(&w, &s, "OWNER"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(screens_as_expected),
        cmocka_unit_test(what_a_root_explains_is_folded),
        cmocka_unit_test(order_is_unacked_severity_impact_age),
        cmocka_unit_test(each_tab_shows_its_own),
        cmocka_unit_test(the_cursor_stays_on_its_alert),
        cmocka_unit_test(keys_ask_for_the_alert_under_the_cursor),
        cmocka_unit_test(what_is_over_is_not_acked),
        cmocka_unit_test(a_scope_leaves_out_what_is_not_mine),
        cmocka_unit_test(what_a_scope_leaves_out_is_said_at_every_width),
        cmocka_unit_test(a_child_of_nowhere_belongs_where_its_root_does),
        cmocka_unit_test(whom_to_call_is_there),
        cmocka_unit_test(bulletins_that_suit_are_offered),
        cmocka_unit_test(whose_it_was_and_why_that_ended_is_told),
        cmocka_unit_test(an_enemys_words_move_nothing),
        cmocka_unit_test(columns_are_chosen),
    };

    return cmocka_run_group_tests(tests, fake_setup, NULL);
}
