#ifndef HUBTOP_TESTS_UNIT_VIEWS_NET_H
#define HUBTOP_TESTS_UNIT_VIEWS_NET_H

/* A network for the views of links: the ten clusters, two places, one cable that is cut, one bad probe. */

#include "unit/views/fake.h"

struct net {
    struct fake links, clusters, places, sources;
    struct view_rows rows[4]; /* links, clusters, places, sources: the order of the views' needs */
};

static inline void net_end(struct fake *f, enum kind kind, const char *id, const char *name, const char *name_zh)
{
    struct row *row = fake_add(f, kind, id);

    fake_text(row, kind == KIND_PLACE ? (int)PLACE_NAME : (int)CLUSTER_NAME, name);
    fake_text(row, kind == KIND_PLACE ? (int)PLACE_NAME_ZH : (int)CLUSTER_NAME_ZH, name_zh);
}

static inline void net_ends(struct net *n)
{
    static const char *const clusters[][3] = {
        {"CKG", "Chongqing", "重庆"},     {"GUI", "Gui'an", "贵安"},
        {"HLG", "Horinger", "和林格尔"},  {"QYG", "Qingyang", "庆阳"},
        {"SHG", "Shaoguan", "韶关"},      {"TFU", "Tianfu", "天府"},
        {"WHA", "Wuhu", "芜湖"},          {"YRD", "YRD Eco-Green Zone", "长三角一体化示范区"},
        {"ZJK", "Zhangjiakou", "张家口"}, {"ZWI", "Zhongwei", "中卫"},
    };
    static const char *const places[][3] = {{"GZ", "Guangzhou", "广州"}, {"SZ", "Shenzhen", "深圳"}};

    for (size_t i = 0; i < sizeof clusters / sizeof *clusters; i++)
        net_end(&n->clusters, KIND_CLUSTER, clusters[i][0], clusters[i][1], clusters[i][2]);
    for (size_t i = 0; i < sizeof places / sizeof *places; i++)
        net_end(&n->places, KIND_PLACE, places[i][0], places[i][1], places[i][2]);
}

/* A healthy link that is measured as half of a round trip. */
static inline struct row *net_link(struct net *n, const char *id, const char *from, const char *to, double min_ms)
{
    struct row *row = fake_add(&n->links, KIND_LINK, id);

    row->source = text_of("metrics");
    fake_text(row, LINK_FROM, from);
    fake_text(row, LINK_TO, to);
    fake_text(row, LINK_TIER, "national");
    fake_text(row, LINK_STATE, "up");
    fake_text(row, LINK_SEVERITY, "ok");
    fake_text(row, LINK_ONE_WAY_BASIS, "half_rtt");
    fake_ago(row, LINK_SINCE, 86400);
    row->cells[LINK_PHYSICAL_MIN_MS] = value_real(min_ms);
    row->cells[LINK_ONE_WAY_MS] = value_real(min_ms * 1.2);
    row->cells[LINK_BASELINE_MS] = value_real(min_ms * 1.18);
    row->cells[LINK_RTT_MS] = value_real(min_ms * 2.4);
    row->cells[LINK_RING_CONTRACT_MS] = value_real(20);
    row->cells[LINK_LOSS_PCT] = value_real(0);
    return row;
}

static inline void net_bad(struct row *row, const char *severity, const char *state, double ms, int64_t ago_s,
                           const char *why)
{
    fake_text(row, LINK_SEVERITY, severity);
    fake_text(row, LINK_STATE, state);
    fake_text(row, LINK_WHY, why);
    fake_ago(row, LINK_SINCE, ago_s);
    row->cells[LINK_ONE_WAY_MS] = value_real(ms);
    row->cells[LINK_RTT_MS] = value_real(2 * ms);
    row->cells[LINK_ONE_WAY_P95_MS] = value_real(ms * 1.02);
}

static inline void net_links(struct net *n)
{
    struct row *row;

    net_link(n, "CKG>GUI", "CKG", "GUI", 2.52);
    row = net_link(n, "GUI>SHG", "GUI", "SHG", 5.05);
    net_bad(row, "warn", "degraded", 7.91, 600, "usual 5.96 ms, now 7.91 ms");
    net_link(n, "SHG>GUI", "SHG", "GUI", 5.05);
    row = net_link(n, "SHG>GZ", "SHG", "GZ", 1.32);
    row->cells[LINK_RING_CONTRACT_MS] = value_real(3);
    row = net_link(n, "SHG>SZ", "SHG", "SZ", 1.74);
    net_bad(row, "crit", "degraded", 3.42, 840, "3.42 ms one-way > 3 ms promised");
    row->cells[LINK_RING_CONTRACT_MS] = value_real(3);
    row->cells[LINK_JITTER_MS] = value_real(0.41);
    row->cells[LINK_LOSS_PCT] = value_real(0.05);
    row->cells[LINK_USED_PCT] = value_real(62.4);
    fake_int(row, LINK_PATHS, 13);
    fake_int(row, LINK_PATHS_LIT, 9);
    row = net_link(n, "SZ>SHG", "SZ", "SHG", 1.74);
    row->cells[LINK_RING_CONTRACT_MS] = value_real(3);
    row = net_link(n, "WHA>YRD", "WHA", "YRD", 1.64);
    net_bad(row, "notice", "up", 0.90, 4000, "0.9 ms is below the physical minimum 1.64 ms: a bad clock or probe");
    row = net_link(n, "ZJK>HLG", "ZJK", "HLG", 2.14);
    fake_stale(row, 190000);
    row = net_link(n, "ZWI>QYG", "ZWI", "QYG", 2.2);
    fake_text(row, LINK_SEVERITY, "unknown");
    fake_text(row, LINK_STATE, "unknown");
    fake_text(row, LINK_ONE_WAY_BASIS, "published");
    row->cells[LINK_RTT_MS] = row->cells[LINK_LOSS_PCT] = row->cells[LINK_BASELINE_MS] = value_none();
}

/* An hour of SHG>SZ: 1.7 ms, a gap, a part that was learned afterwards, at last 3.4 ms. */
static inline bool net_series(void *ctx, struct safe_text id, int field, int64_t span_ms, double *means, size_t n)
{
    (void)ctx;
    (void)span_ms;
    assert_int_equal(field, LINK_ONE_WAY_MS);
    for (size_t i = 0; i < n; i++) {
        means[i] = 1.7 + 0.1 * (double)(i * 7 % 5) / 5 + (i > n * 3 / 4 ? 1.6 : 0);
        if ((i > n / 5 && i < n / 4) || text_is(id, "ZWI>QYG"))
            means[i] = NAN;
    }
    return true;
}

static inline bool net_filled(void *ctx, struct safe_text id, int field, int64_t span_ms, bool *marks, size_t n)
{
    (void)ctx;
    (void)id;
    (void)field;
    (void)span_ms;
    for (size_t i = 0; i < n; i++)
        marks[i] = i >= n / 4 && i < n / 3;
    return true;
}

static inline void net_rows(struct net *n)
{
    struct fake *const fakes[] = {&n->links, &n->clusters, &n->places, &n->sources};

    for (size_t i = 0; i < sizeof fakes / sizeof *fakes; i++)
        n->rows[i] = fake_rows(fakes[i]);
    n->rows[0].series = net_series;
    n->rows[0].filled = net_filled;
}

static inline void net_fill(struct net *n)
{
    struct row *source = fake_add(&n->sources, KIND_SOURCE, "metrics");

    fake_int(source, SOURCE_INTERVAL_S, 15);
    net_ends(n);
    net_links(n);
    net_rows(n);
}

/* What the view does with the keys, each a character. */
static inline void net_press(const struct view *view, const struct net *n, struct view_state *s, const char *keys)
{
    struct view_frame frame = fake_frame(n->rows, 80, 20);

    for (; *keys != '\0'; keys++)
        view->act(&frame, s, key_action(view->keys, (uint32_t)(unsigned char)*keys));
}

/* The view is drawn as expected/NAME.txt has it. */
static inline void net_expect(const struct view *view, const struct net *n, struct view_state *s, int width, int height,
                              const char *name)
{
    struct canvas c = fake_draw(view, n->rows, s, width, height);

    fake_assert_sane(&c);
    fake_expect(&c, name);
    canvas_release(&c);
}

#endif
