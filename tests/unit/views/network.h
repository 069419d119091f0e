#ifndef HUBTOP_TESTS_UNIT_VIEWS_NETWORK_H
#define HUBTOP_TESTS_UNIT_VIEWS_NETWORK_H

#include "base/tr.h"
#include "ui/table.h"
#include "unit/views/fake.h"

extern const struct view view_map;

/* The needs of the map. */
enum { LINKS, CLUSTERS, PLACES, CHANGES, SOURCES, SCHEDULERS, PLANS, MOVES, ACTIONS, NEEDS };

/* The ten clusters, what they are linked to, and one direction that is broken. */
struct network {
    struct fake kinds[NEEDS];
    struct view_rows rows[NEEDS];
    struct raster_outline outline;
    struct view_state state;
};

static inline void add_site(struct fake *f, enum kind kind, const char *id, const char *name, const char *name_zh,
                            double lon, double lat)
{
    struct row *row = fake_add(f, kind, id);
    bool cluster = kind == KIND_CLUSTER;

    fake_text(row, cluster ? (int)CLUSTER_NAME : (int)PLACE_NAME, name);
    fake_text(row, cluster ? (int)CLUSTER_NAME_ZH : (int)PLACE_NAME_ZH, name_zh);
    row->cells[cluster ? (int)CLUSTER_LON : (int)PLACE_LON] = value_real(lon);
    row->cells[cluster ? (int)CLUSTER_LAT : (int)PLACE_LAT] = value_real(lat);
    if (cluster)
        fake_int(row, CLUSTER_NODES_TOTAL, 100);
}

static inline void add_clusters(struct fake *f)
{
    static const struct {
        const char *id, *name, *name_zh;
        double lon, lat;
    } all[] = {
        {"CKG", "Chongqing", "重庆", 106.50, 29.72},
        {"GUI", "Gui'an", "贵安", 106.48, 26.42},
        {"HLG", "Horinger", "和林格尔", 111.82, 40.53},
        {"QYG", "Qingyang", "庆阳", 107.62, 35.72},
        {"SHG", "Shaoguan", "韶关", 113.60, 24.80},
        {"TFU", "Tianfu", "天府", 104.06, 30.45},
        {"WHA", "Wuhu", "芜湖", 118.40, 31.35},
        {"YRD", "YRD Eco-Green Zone", "长三角一体化示范区", 120.90, 31.08},
        {"ZJK", "Zhangjiakou", "张家口", 115.50, 40.41},
        {"ZWI", "Zhongwei", "中卫", 105.18, 37.52},
        {"ZZ", "Zhengzhou", "郑州", 113.65, 34.76},
    };

    for (size_t i = 0; i < sizeof all / sizeof *all; i++)
        add_site(f, KIND_CLUSTER, all[i].id, all[i].name, all[i].name_zh, all[i].lon, all[i].lat);
}

static inline void add_link(struct fake *f, const char *id, double ms, double promised, int paths)
{
    struct row *row = fake_add(f, KIND_LINK, id);
    const char *between = strchr(id, '>');

    row->cells[LINK_FROM] = value_text(text_from(id, (size_t)(between - id)));
    fake_text(row, LINK_TO, between + 1);
    fake_text(row, LINK_TIER, "national");
    fake_text(row, LINK_STATE, "up");
    fake_text(row, LINK_SEVERITY, "ok");
    fake_text(row, LINK_ONE_WAY_BASIS, "half_rtt");
    fake_int(row, LINK_PATHS, paths);
    fake_int(row, LINK_PATHS_LIT, paths);
    row->cells[LINK_ONE_WAY_MS] = value_real(ms);
    row->cells[LINK_BASELINE_MS] = value_real(ms * 0.99);
    row->cells[LINK_PHYSICAL_MIN_MS] = value_real(ms * 0.93);
    row->cells[LINK_RING_CONTRACT_MS] = value_real(promised);
    row->cells[LINK_RING_MEASURED_MS] = value_real(ms < 3 ? 3 : ms < 5 ? 5 : 20);
    row->cells[LINK_JITTER_MS] = value_real(0.04);
    row->cells[LINK_LOSS_PCT] = value_real(0);
    row->cells[LINK_USED_PCT] = value_real(41);
}

static inline struct row *link_of(struct network *n, const char *id)
{
    struct fake *f = &n->kinds[LINKS];

    for (size_t i = 0; i < f->count; i++)
        if (text_is(f->rows[i].id, id))
            return &f->rows[i];
    fail_msg("no link %s", id);
    return NULL;
}

static inline void add_links(struct fake *f)
{
    static const struct {
        const char *there, *back;
        double ms, promised;
        int paths;
    } all[] = {
        {"CKG>GUI", "GUI>CKG", 2.52, 20, 4}, {"GUI>SHG", "SHG>GUI", 5.14, 20, 4}, {"HLG>ZJK", "ZJK>HLG", 2.17, 20, 6},
        {"QYG>ZZ", "ZZ>QYG", 3.81, 20, 4},   {"SHG>GZ", "GZ>SHG", 1.32, 3, 13},   {"SHG>SZ", "SZ>SHG", 1.68, 3, 13},
        {"TFU>CKG", "CKG>TFU", 1.71, 5, 8},  {"TFU>YRD", "YRD>TFU", 11.2, 20, 6}, {"WHA>YRD", "YRD>WHA", 1.66, 5, 8},
        {"ZJK>YRD", "YRD>ZJK", 7.94, 20, 6}, {"ZJK>ZZ", "ZZ>ZJK", 4.51, 20, 4},   {"ZWI>QYG", "QYG>ZWI", 2.05, 20, 4},
    };

    for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
        add_link(f, all[i].there, all[i].ms, all[i].promised, all[i].paths);
        add_link(f, all[i].back, all[i].ms * 1.01, all[i].promised, all[i].paths);
    }
}

static inline void break_link(struct network *n)
{
    struct row *row = link_of(n, "SHG>SZ");

    fake_text(row, LINK_STATE, "degraded");
    fake_text(row, LINK_SEVERITY, "crit");
    fake_text(row, LINK_WHY, "one-way 3.42 ms, promised 3, in 3 polls running; 9 of 13 paths lit");
    fake_int(row, LINK_PATHS_LIT, 9);
    row->cells[LINK_ONE_WAY_MS] = value_real(3.42);
    row->cells[LINK_RING_MEASURED_MS] = value_real(5);
    row->cells[LINK_USED_PCT] = value_real(97);
    row->cells[LINK_JITTER_MS] = value_real(0.41);
    row->cells[LINK_LOSS_PCT] = value_real(0.05);
    row = link_of(n, "TFU>YRD");
    fake_text(row, LINK_STATE, "degraded");
    fake_text(row, LINK_SEVERITY, "warn");
    fake_text(row, LINK_WHY, "one-way 15.6 ms, usually 11.1");
    row->cells[LINK_ONE_WAY_MS] = value_real(15.6);
}

static inline void add_changes(struct fake *f)
{
    struct row *row = fake_add(f, KIND_CHANGE, "link/SHG>SZ@1");

    fake_text(row, CHANGE_KIND, "link");
    fake_ago(row, CHANGE_AT, 840);
    fake_text(row, CHANGE_WHERE, "SHG>SZ");
    fake_text(row, CHANGE_WHAT, "9 of 13 paths lit");
    row = fake_add(f, KIND_CHANGE, "node/fra/c1@1");
    fake_text(row, CHANGE_KIND, "node");
    fake_ago(row, CHANGE_AT, 900);
    fake_text(row, CHANGE_WHERE, "fra/c1");
    fake_text(row, CHANGE_WHAT, "down");
}

static inline void network_make(struct network *n)
{
    *n = (struct network){.state = {.sort_field = TABLE_NO_SORT}};
    add_clusters(&n->kinds[CLUSTERS]);
    add_site(&n->kinds[PLACES], KIND_PLACE, "GZ", "Guangzhou", "广州", 113.26, 23.13);
    add_site(&n->kinds[PLACES], KIND_PLACE, "SZ", "Shenzhen", "深圳", 114.06, 22.54);
    add_site(&n->kinds[PLACES], KIND_PLACE, "BJ", "Beijing", "北京", 116.40, 39.90);
    add_links(&n->kinds[LINKS]);
    add_changes(&n->kinds[CHANGES]);
    assert_true(raster_outline_load("themes/coastline.txt", &n->outline, NULL));
}

static inline struct view_frame frame_of(struct network *n, int width, int height)
{
    struct view_frame frame;

    for (int i = 0; i < NEEDS; i++)
        n->rows[i] = fake_rows(&n->kinds[i]);
    frame = fake_frame(n->rows, width, height);
    frame.outline = &n->outline;
    return frame;
}

static inline struct canvas draw(struct network *n, enum glyph_set glyphs, int width, int height)
{
    struct view_frame frame = frame_of(n, width, height);
    struct canvas c;

    assert_true(canvas_init(&c, width, height, glyphs));
    view_map.draw(&frame, &n->state, &c);
    return c;
}

static inline void network_release(struct network *n)
{
    raster_outline_release(&n->outline);
}

static inline struct intent press(struct network *n, uint32_t key)
{
    struct view_frame frame = frame_of(n, 160, 41);
    int action = key_action(view_map.keys, key);

    assert_true(action > 0);
    return view_map.act(&frame, &n->state, action);
}

#endif
