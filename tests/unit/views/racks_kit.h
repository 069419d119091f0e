#ifndef HUBTOP_TESTS_UNIT_VIEWS_RACKS_KIT_H
#define HUBTOP_TESTS_UNIT_VIEWS_RACKS_KIT_H

/* Clusters, halls and racks to look at: the warm hall of Zhangjiakou and some others. */

#include "unit/views/fake.h"
#include "zh.h"

#include "base/tr.h"
#include "views/racks.h"

extern const struct view view_racks;

enum { CLUSTERS, HALLS, RACKS, DEVICES, NODES, NEEDS };
enum { WIDTH = 80, HEIGHT = 20 };
enum { PLACE_CLUSTERS, PLACE_HALLS, PLACE_ROWS, PLACE_RACKS };

struct world {
    struct fake fakes[NEEDS];
    struct view_rows rows[NEEDS];
    struct view_state s;
};

static inline struct row *add_cluster(struct world *w, const char *id, const char *name, const char *zh)
{
    struct row *row = fake_add(&w->fakes[CLUSTERS], KIND_CLUSTER, id);

    fake_text(row, CLUSTER_NAME, name);
    fake_text(row, CLUSTER_NAME_ZH, zh);
    fake_text(row, CLUSTER_STATE, "up");
    return row;
}

static inline void fill_cluster(struct row *row, int64_t used, int64_t total, double mw, double cap_mw, double pue)
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

static inline struct row *add_hall(struct world *w, const char *id, const char *cluster, int64_t used, double kw,
                                   double inlet)
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

static inline struct row *add_rack(struct world *w, const char *id, const char *hall, const char *state, double kw,
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

static inline void fill_clusters(struct world *w)
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

static inline void fill_racks(struct world *w)
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

static inline void ready(struct world *w)
{
    for (int i = 0; i < NEEDS; i++)
        w->rows[i] = fake_rows(&w->fakes[i]);
}

static inline void fill(struct world *w)
{
    *w = (struct world){.s = {.sort_field = -2}};
    fill_clusters(w);
    add_hall(w, "ZJK/H1", "ZJK", 300, 4056, 24);
    add_hall(w, "ZJK/H2", "ZJK", 351, 4612, 33.1);
    add_hall(w, "SHG/H1", "SHG", 100, 900, 23);
    fill_racks(w);
    ready(w);
}

static inline struct canvas drawn(struct world *w, int width, int height)
{
    struct canvas c = fake_draw(&view_racks, w->rows, &w->s, width, height);

    fake_assert_sane(&c);
    view_racks.forget(&w->s); /* a console does when it ends */
    return c;
}

static inline struct intent press(struct world *w, uint32_t key)
{
    struct view_frame frame = fake_frame(w->rows, WIDTH, HEIGHT);
    struct canvas c = drawn(w, WIDTH, HEIGHT); /* an operator sees before he presses */

    canvas_release(&c);
    struct intent i = view_racks.act(&frame, &w->s, key_action(view_racks.keys, key));
    view_racks.forget(&w->s);
    return i;
}

static inline void expect(struct world *w, int width, int height, const char *name)
{
    struct canvas c = drawn(w, width, height);

    fake_expect(&c, name);
    canvas_release(&c);
}

static inline void assert_shows(struct world *w, const char *words, bool shown)
{
    struct canvas c = drawn(w, WIDTH, HEIGHT);

    if (fake_shows(&c, words) != shown)
        fail_msg("'%s' is %s", words, shown ? "missing" : "there");
    canvas_release(&c);
}

/* The racks of ZJK/H2 as a list, the worst first. */
static inline void list_racks(struct world *w)
{
    press(w, KEY_CODE_ENTER);
    press(w, KEY_CODE_ENTER);
    press(w, 'v');
    press(w, 'g');
    press(w, KEY_CODE_ENTER);
}

#endif
