#include "unit/views/fake.h"

#include "base/tr.h"
#include "views/list.h"
#include "views/tree.h"

extern const struct view view_tree;

struct world {
    struct fake fakes[TREE_NEEDS];
    struct view_rows rows[TREE_NEEDS];
    struct view_state s;
};

static struct row *add_cluster(struct world *w, const char *id, const char *hub, const char *name, const char *zh)
{
    struct row *row = fake_add(&w->fakes[TREE_CLUSTER], KIND_CLUSTER, id);

    fake_text(row, CLUSTER_NAME, name);
    fake_text(row, CLUSTER_NAME_ZH, zh);
    fake_text(row, CLUSTER_STATE, "up");
    if (hub)
        fake_text(row, CLUSTER_HUB, hub);
    fake_int(row, CLUSTER_NODES_TOTAL, 96);
    fake_int(row, CLUSTER_NODES_DOWN, 2);
    fake_int(row, CLUSTER_ACCELS_TOTAL, 384);
    fake_int(row, CLUSTER_ACCELS_FREE, 11);
    fake_int(row, CLUSTER_JOBS_RUNNING, 461);
    fake_int(row, CLUSTER_JOBS_WAITING, 30);
    return row;
}

static void add_site(struct world *w, const char *id, const char *cluster, const char *phase, const char *member,
                     int64_t level)
{
    struct row *row = fake_add(&w->fakes[TREE_SITE], KIND_SITE, id);

    fake_text(row, SITE_CLUSTER, cluster);
    fake_text(row, SITE_NAME, id);
    fake_text(row, SITE_PHASE, phase);
    fake_text(row, SITE_MEMBERSHIP, member);
    fake_int(row, SITE_SECURITY_LEVEL, level);
}

static void add_hall(struct world *w, const char *id, const char *site)
{
    struct row *row = fake_add(&w->fakes[TREE_HALL], KIND_HALL, id);

    fake_text(row, HALL_CLUSTER, "ZJK");
    fake_text(row, HALL_NAME, strrchr(id, '/') + 1);
    if (site)
        fake_text(row, HALL_SITE, site);
}

static void add_rack(struct world *w, int need, const char *id, const char *hall, const char *state)
{
    struct row *row = fake_add(&w->fakes[need], KIND_RACK, id);

    fake_text(row, RACK_CLUSTER, "ZJK");
    if (hall)
        fake_text(row, RACK_HALL, hall);
    fake_text(row, RACK_STATE, state);
    fake_int(row, RACK_NODES_TOTAL, 8);
    fake_int(row, RACK_NODES_DOWN, strcmp(state, "up") == 0 ? 0 : 1);
    fake_int(row, RACK_JOBS, 7);
}

static void add_node(struct world *w, int need, const char *name, const char *rack, const char *state)
{
    static char ids[8][32];
    static int n;
    struct row *row;

    snprintf(ids[n % 8], sizeof ids[0], "zjk-ai/%s", name);
    row = fake_add(&w->fakes[need], KIND_NODE, ids[n++ % 8]);
    fake_text(row, NODE_SCHEDULER, "zjk-ai");
    fake_text(row, NODE_NAME, name);
    fake_text(row, NODE_STATE, state);
    if (rack)
        fake_text(row, NODE_RACK, rack);
    fake_int(row, NODE_ACCELS_TOTAL, 8);
    fake_int(row, NODE_ACCELS_FREE, 0);
    fake_int(row, NODE_JOBS, 2);
}

static void add_job(struct world *w, const char *id, const char *name, const char *nodes)
{
    struct row *row = fake_add(&w->fakes[TREE_JOB], KIND_JOB, id);

    fake_text(row, JOB_SCHEDULER, "zjk-ai");
    fake_text(row, JOB_NAME, name);
    fake_text(row, JOB_STATE, "running");
    fake_text(row, JOB_NODE_LIST, nodes);
    fake_int(row, JOB_ACCELS, 4);
}

static void add_scheduler(struct world *w)
{
    struct row *row = fake_add(&w->fakes[TREE_SCHEDULERS], KIND_SCHEDULER, "zjk-ai");

    fake_text(row, SCHEDULER_SITE, "ZJK-1");
    fake_int(row, SCHEDULER_JOBS_RUNNING, 123);
    fake_int(row, SCHEDULER_JOBS_WAITING, 4);
    fake_int(row, SCHEDULER_NODES_TOTAL, 48);
    fake_int(row, SCHEDULER_NODES_DOWN, 2);
}

static void fill(struct world *w)
{
    struct row *row;

    *w = (struct world){.s = {.sort_field = -2}};
    row = fake_add(&w->fakes[TREE_HUB], KIND_HUB, "JJJ");
    fake_text(row, HUB_NAME, "Beijing-Tianjin-Hebei");
    fake_text(row, HUB_NAME_ZH, "京津冀");
    fake_text(row, HUB_STATE, "up");
    fake_int(row, HUB_JOBS_RUNNING, 461);
    fake_text(fake_add(&w->fakes[TREE_HUB], KIND_HUB, "GS"), HUB_NAME, "Gansu");
    add_cluster(w, "ZJK", "JJJ", "Zhangjiakou", "张家口");
    add_cluster(w, "lab", NULL, "", "");
    add_site(w, "ZJK-1", "ZJK", "operating", "connected", 3);
    add_site(w, "ZJK-2", "ZJK", "planned", "applied", 2);
    add_hall(w, "ZJK/H1", "ZJK-1");
    add_hall(w, "ZJK/H9", NULL);
    add_rack(w, TREE_RACK, "ZJK/H1-R01", "ZJK/H1", "up");
    add_rack(w, TREE_RACK, "ZJK/H1-R02", "ZJK/H1", "degraded");
    add_rack(w, TREE_LOOSE_RACKS, "ZJK/X-1", NULL, "up");
    add_node(w, TREE_NODE, "gpu-01", "ZJK/H1-R01", "up");
    add_node(w, TREE_NODE, "gpu-02", "ZJK/H1-R01", "down");
    add_node(w, TREE_LOOSE_NODES, "gpu-77", NULL, "up");
    add_job(w, "zjk-ai/1", "train", "gpu-[01-04]");
    add_job(w, "zjk-ai/2", "other", "gpu-[02-04]");
    add_scheduler(w);
    for (int i = 0; i < TREE_NEEDS; i++)
        w->rows[i] = fake_rows(&w->fakes[i]);
}

static struct canvas drawn(struct world *w, int width, int height)
{
    struct canvas c = fake_draw(&view_tree, w->rows, &w->s, width, height);

    fake_assert_sane(&c);
    return c;
}

static struct intent press(struct world *w, int key)
{
    struct view_frame f = fake_frame(w->rows, 80, 20);

    return view_tree.act(&f, &w->s, key_action(view_tree.keys, key));
}

static void down(struct world *w, int n)
{
    while (n-- > 0)
        press(w, 'j');
}

/* Hub, cluster, site, hall, rack and node, each the first. */
static void open_all(struct world *w)
{
    for (int i = 0; i < 6; i++) {
        struct canvas c = drawn(w, 80, 20);
        struct intent again = press(w, 'l');

        canvas_release(&c);
        assert_int_equal(again.kind, INTENT_OPEN_VIEW);
        assert_string_equal(again.text, "tree");
        down(w, 1);
    }
}

static void it_goes_from_hubs_to_the_jobs_of_a_node(void **state)
{
    struct world w;
    struct canvas c;

    (void)state;
    fill(&w);
    c = drawn(&w, 80, 20);
    fake_expect(&c, "tree80_closed");
    canvas_release(&c);
    open_all(&w);
    c = drawn(&w, 80, 20);
    fake_expect(&c, "tree80");
    canvas_release(&c);
    c = drawn(&w, 160, 41);
    fake_expect(&c, "tree160");
    canvas_release(&c);
    assert_int_equal(canvas_init(&c, 80, 20, GLYPHS_ASCII), true);
    view_tree.draw(&(struct view_frame){.rows = w.rows, .now = {FAKE_NOW_MS, 0}, .area = {0, 0, 80, 20}}, &w.s, &c);
    fake_expect(&c, "tree80_ascii");
    canvas_release(&c);
    tr_init("zh", NULL);
    c = drawn(&w, 80, 20);
    fake_expect(&c, "tree80_zh");
    canvas_release(&c);
    tr_init("en", NULL);
}

static void only_what_is_open_is_asked_for(void **state)
{
    struct world w;
    char out[VIEW_FILTER_MAX];
    struct canvas c;

    (void)state;
    fill(&w);
    for (int need = TREE_RACK; need <= TREE_LOOSE_NODES; need++)
        assert_false(tree_scope(&w.s, need, out));
    open_all(&w);
    assert_true(tree_scope(&w.s, TREE_RACK, out));
    assert_string_equal(out, "hall=\"ZJK/H1\"");
    assert_true(tree_scope(&w.s, TREE_NODE, out));
    assert_string_equal(out, "rack=\"ZJK/H1-R01\"");
    assert_true(tree_scope(&w.s, TREE_JOB, out));
    assert_string_equal(out, "state=running,suspended,finishing scheduler=\"zjk-ai\"");
    assert_false(tree_scope(&w.s, TREE_LOOSE_RACKS, out));
    /* closing the hall closes what is below it */
    for (int i = 0; i < 6; i++)
        press(&w, 'k');
    down(&w, 3);
    press(&w, 'h');
    assert_false(tree_scope(&w.s, TREE_RACK, out));
    assert_false(tree_scope(&w.s, TREE_JOB, out));
    c = drawn(&w, 80, 20);
    assert_false(fake_shows(&c, "gpu-01"));
    assert_true(fake_shows(&c, "+ H1"));
    canvas_release(&c);
}

static void what_has_no_parent_stands_under_unassigned(void **state)
{
    struct world w;
    struct canvas c;
    char out[VIEW_FILTER_MAX];

    (void)state;
    fill(&w);
    c = drawn(&w, 80, 20);
    canvas_release(&c);
    press(&w, 'l'); /* the hub */
    down(&w, 1);
    press(&w, 'l'); /* the cluster: two sites, unassigned */
    down(&w, 3);
    press(&w, 'l');
    assert_true(tree_scope(&w.s, TREE_LOOSE_RACKS, out));
    assert_string_equal(out, "cluster=\"ZJK\" hall=");
    c = drawn(&w, 80, 20);
    assert_true(fake_shows(&c, "+ H9"));
    assert_true(fake_shows(&c, "+ ZJK/X-1"));
    assert_true(fake_shows(&c, "+ gpu-77"));
    assert_false(fake_shows(&c, "+ H1"));
    canvas_release(&c);
    press(&w, 'G'); /* on top: a cluster of no hub */
    press(&w, 'l');
    c = drawn(&w, 80, 20);
    assert_true(fake_shows(&c, "+ lab"));
    assert_false(fake_shows(&c, "gpu-77"));
    canvas_release(&c);
}

static void a_filter_keeps_names_and_what_they_are_in(void **state)
{
    struct world w;
    struct canvas c;

    (void)state;
    fill(&w);
    open_all(&w);
    snprintf(w.s.filter, sizeof w.s.filter, "GPU-02");
    c = drawn(&w, 80, 20);
    fake_expect(&c, "tree80_filter");
    canvas_release(&c);
    snprintf(w.s.filter, sizeof w.s.filter, "nowhere");
    c = drawn(&w, 80, 20);
    assert_true(fake_shows(&c, "nothing matches the filter"));
    canvas_release(&c);
}

static void a_job_is_shown_among_the_jobs(void **state)
{
    struct world w;
    struct canvas c;
    struct intent i;

    (void)state;
    fill(&w);
    open_all(&w);
    c = drawn(&w, 80, 20);
    canvas_release(&c);
    i = press(&w, KEY_CODE_ENTER);
    assert_int_equal(i.kind, INTENT_OPEN_VIEW);
    assert_string_equal(i.text, "jobs");
    assert_string_equal(i.filter, "id=\"zjk-ai/1\"");
    press(&w, 'h'); /* to its node */
    c = drawn(&w, 80, 20);
    canvas_release(&c);
    assert_memory_equal(w.s.place[TREE_CURSOR].id, "zjk-ai/gpu-01", w.s.place[TREE_CURSOR].id_len);
}

static void the_cursor_stays_on_its_object(void **state)
{
    struct world w;
    struct canvas c;
    struct row row = {0};
    struct view_frame f;

    (void)state;
    fill(&w);
    c = drawn(&w, 80, 20);
    down(&w, 1); /* Gansu */
    canvas_release(&c);
    fake_text(fake_add(&w.fakes[TREE_HUB], KIND_HUB, "AA"), HUB_NAME, "new");
    row = w.fakes[TREE_HUB].rows[2];
    w.fakes[TREE_HUB].rows[2] = w.fakes[TREE_HUB].rows[0];
    w.fakes[TREE_HUB].rows[0] = row;
    w.rows[TREE_HUB] = fake_rows(&w.fakes[TREE_HUB]);
    f = fake_frame(w.rows, 80, 20);
    assert_true(view_tree.object(&f, &w.s, &row));
    assert_true(text_is(row.id, "GS"));
    assert_true(text_is(row.source, "fra"));
}

static void nothing_below_says_why(void **state)
{
    struct world w;
    struct canvas c;

    (void)state;
    fill(&w);
    w.fakes[TREE_NODE].count = 0;
    w.rows[TREE_NODE] = fake_rows(&w.fakes[TREE_NODE]);
    for (int i = 0; i < 5; i++) {
        c = drawn(&w, 80, 20);
        canvas_release(&c);
        press(&w, 'l');
        down(&w, 1);
    }
    c = drawn(&w, 80, 20);
    assert_true(fake_shows(&c, "nothing is told to be in it"));
    canvas_release(&c);
    w.rows[TREE_NODE].known = false;
    c = drawn(&w, 80, 20);
    assert_true(fake_shows(&c, "not known: no source has told"));
    canvas_release(&c);
    w.rows[TREE_NODE].count = TREE_READ_MAX + 1;
    c = drawn(&w, 80, 20);
    assert_true(fake_shows(&c, "too many to list here"));
    canvas_release(&c);
    assert_string_equal(press(&w, KEY_CODE_ENTER).filter, "rack=\"ZJK/H1-R01\"");
}

static void hostile_names_stay_in_their_fields(void **state)
{
    static const int sizes[][2] = {{80, 20}, {160, 41}, {20, 5}, {1, 1}};
    static const enum kind kinds[] = {KIND_HUB, KIND_CLUSTER, KIND_SITE, KIND_HALL, KIND_RACK, KIND_NODE, KIND_JOB};
    struct world w = {.s = {.sort_field = -2}};

    (void)state;
    for (int i = 0; i < TREE_LEVELS; i++)
        fake_fill_hostile(&w.fakes[i], kinds[i]);
    for (int i = 0; i < TREE_NEEDS; i++)
        w.rows[i] = fake_rows(&w.fakes[i]);
    for (int i = 0; i < 60; i++) {
        struct canvas c = drawn(&w, sizes[i % 4][0], sizes[i % 4][1]);
        struct view_frame f = fake_frame(w.rows, 80, 20);
        struct row row;
        char out[VIEW_FILTER_MAX];

        canvas_release(&c);
        press(&w, (unsigned char)"ljjlhGk "[i % 8]);
        view_tree.object(&f, &w.s, &row);
        tree_scope(&w.s, TREE_RACK + i % 5, out);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(it_goes_from_hubs_to_the_jobs_of_a_node),
        cmocka_unit_test(only_what_is_open_is_asked_for),
        cmocka_unit_test(what_has_no_parent_stands_under_unassigned),
        cmocka_unit_test(a_filter_keeps_names_and_what_they_are_in),
        cmocka_unit_test(a_job_is_shown_among_the_jobs),
        cmocka_unit_test(the_cursor_stays_on_its_object),
        cmocka_unit_test(nothing_below_says_why),
        cmocka_unit_test(hostile_names_stay_in_their_fields),
    };

    return cmocka_run_group_tests(tests, fake_setup, NULL);
}
