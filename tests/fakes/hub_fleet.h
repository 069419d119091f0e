#ifndef HUBTOP_TESTS_HUB_FLEET_H
#define HUBTOP_TESTS_HUB_FLEET_H

/* What the fake hub tells: the product's own simulator, or small synthetic hubs of which there may be thousands. Each
 * list keeps its items as JSON with the revision of their last change, and graves. */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/json.h"
#include "base/mem.h"
#include "domain/fleet.h"
#include "sim/sim.h"
#include "sources/hub.h"
#include "sources/scenario.h"

enum { FAKE_ITEM_MAX = 64 << 10, FAKE_GRAVES_KEPT = 10000, FAKE_SYNTHETIC_JOBS = 20 };

struct fake_item {
    char *id, *body, *hall;
    int64_t rev;
};

struct fake_list {
    struct fake_item *items, *graves;
    size_t count, grave_count;
    int64_t rev, floor; /* differences are known from `floor` on */
    int64_t as_of_ms, chain_until_ms;
};

struct fake_hub {
    int number;         /* 0: the simulator's */
    int64_t jobs;       /* of a synthetic one; 0: FAKE_SYNTHETIC_JOBS */
    int64_t schedulers; /* beside its own */
    int64_t rev, step, refreshed_ms;
    struct fake_list lists[HUB_LISTS];
    struct fake_hub_orders {
        char *id, *state;
    } * orders; /* synthetic: what orders made of jobs and nodes */
    size_t order_count;
};

/* The world of hub 0. */
struct fake_sim {
    struct fleet *fleet;
    struct scenario scenario;
    struct sim *sim;
};

/* --- one row as JSON --- */

static inline void fake_put_list(struct json_writer *w, struct safe_text joined)
{
    struct safe_text member;
    json_open_array(w);
    while (value_list_next(&joined, &member))
        json_put_text(w, member);
    json_close_array(w);
}

static inline void fake_put_value(struct json_writer *w, const struct value *v)
{
    char at[CLOCK_TEXT_MAX];
    if (v->type == VALUE_TEXT)
        json_put_text(w, v->as.text);
    else if (v->type == VALUE_LIST)
        fake_put_list(w, v->as.text);
    else if (v->type == VALUE_INT)
        json_put_int(w, v->as.i);
    else if (v->type == VALUE_REAL)
        json_put_real(w, v->as.real);
    else if (v->type == VALUE_TIME)
        json_put_str(w, clock_iso(v->as.i, at));
    else if (v->type == VALUE_BOOL)
        json_put_bool(w, v->as.i != 0);
    else
        json_put_null(w);
}

static inline char *fake_text(struct safe_text t)
{
    return mem_strndup(text_bytes(t), text_len(t));
}

/* Known cells alone; an item says its revision when it is sent. */
static inline struct fake_item fake_item_of(const struct row *row)
{
    const struct kind_info *info = kind_info(row->kind);
    struct buf out = buf_make(FAKE_ITEM_MAX);
    struct json_writer w = json_writer_make(&out);
    json_open_object(&w);
    json_put_key(&w, "id");
    json_put_text(&w, row->id);
    for (size_t f = 0; f < info->field_count; f++) {
        if (!hub_field_told(row->kind, (int)f) || !value_known(&row->cells[f]))
            continue;
        json_put_key(&w, info->fields[f].name);
        fake_put_value(&w, &row->cells[f]);
    }
    json_close_object(&w);
    struct fake_item item = {.id = fake_text(row->id), .body = mem_strdup(buf_str(&out))};
    if (row->kind == KIND_RACK && value_known(&row->cells[RACK_HALL]))
        item.hall = fake_text(row->cells[RACK_HALL].as.text);
    buf_release(&out);
    return item;
}

/* --- a list as it was and as it is --- */

struct fake_news {
    struct fake_item *items;
    size_t count, cap;
};

static inline bool fake_take(void *ctx, const struct row *row, struct err *err)
{
    struct fake_news *n = ctx;
    (void)err;
    if (n->count == n->cap) {
        n->cap = n->cap ? 2 * n->cap : 64;
        n->items = mem_grow(n->items, n->cap, sizeof *n->items);
    }
    n->items[n->count++] = fake_item_of(row);
    return true;
}

static inline int fake_item_cmp(const void *a, const void *b)
{
    return strcmp(((const struct fake_item *)a)->id, ((const struct fake_item *)b)->id);
}

static inline void fake_item_free(struct fake_item *i)
{
    free(i->id);
    free(i->body);
    free(i->hall);
}

static inline void fake_bury(struct fake_list *l, struct fake_item *gone, int64_t rev)
{
    if (l->grave_count == FAKE_GRAVES_KEPT) {
        l->floor = l->graves[0].rev;
        free(l->graves[0].id);
        memmove(l->graves, l->graves + 1, --l->grave_count * sizeof *l->graves);
    }
    l->graves = mem_grow(l->graves, l->grave_count + 1, sizeof *l->graves);
    l->graves[l->grave_count++] = (struct fake_item){.id = gone->id, .rev = rev};
    free(gone->body);
    free(gone->hall);
}

static inline void fake_unbury(struct fake_list *l, const char *id)
{
    for (size_t i = 0; i < l->grave_count; i++) {
        if (strcmp(l->graves[i].id, id) != 0)
            continue;
        free(l->graves[i].id);
        memmove(l->graves + i, l->graves + i + 1, (--l->grave_count - i) * sizeof *l->graves);
        return;
    }
}

/* `rev` is the number that whatever changed gets; true when anything did. */
static inline bool fake_merge(struct fake_list *l, struct fake_news *n, int64_t rev)
{
    size_t was = 0;
    bool changed = false;
    qsort(n->items, n->count, sizeof *n->items, fake_item_cmp);
    for (size_t i = 0; i < n->count; i++) {
        while (was < l->count && strcmp(l->items[was].id, n->items[i].id) < 0) {
            fake_bury(l, &l->items[was++], rev);
            changed = true;
        }
        bool same_id = was < l->count && strcmp(l->items[was].id, n->items[i].id) == 0;
        bool same = same_id && strcmp(l->items[was].body, n->items[i].body) == 0;
        n->items[i].rev = same ? l->items[was].rev : rev;
        changed = changed || !same;
        if (same_id)
            fake_item_free(&l->items[was++]);
        else
            fake_unbury(l, n->items[i].id);
    }
    for (; was < l->count; was++, changed = true)
        fake_bury(l, &l->items[was], rev);
    free(l->items);
    l->items = n->items;
    l->count = n->count;
    return changed;
}

/* --- synthetic rows --- */

static inline void fake_cell(struct row *row, const char *field, struct value v)
{
    int f = kind_field(row->kind, field);
    if (f >= 0)
        row->cells[f] = v;
}

static inline void fake_str(struct row *row, const char *field, const char *text)
{
    fake_cell(row, field, value_text(text_of(text)));
}

static inline const char *fake_order_of(const struct fake_hub *h, const char *id)
{
    for (size_t i = 0; i < h->order_count; i++) {
        if (strcmp(h->orders[i].id, id) == 0)
            return h->orders[i].state;
    }
    return NULL;
}

/* Each step lets one job end and go, one start, one come. */
static inline void fake_jobs(const struct fake_hub *h, struct fake_news *n)
{
    const int64_t jobs = h->jobs > 0 ? h->jobs : FAKE_SYNTHETIC_JOBS;
    for (int64_t j = h->step; j < h->step + jobs; j++) {
        char id[64], cluster[32], name[32];
        struct row row = {.kind = KIND_JOB};
        snprintf(cluster, sizeof cluster, "C%04d", h->number);
        snprintf(id, sizeof id, "%s/%lld", cluster, (long long)j + 100);
        snprintf(name, sizeof name, "train-%lld", (long long)j);
        row.id = text_of(id);
        fake_str(&row, "scheduler", cluster);
        fake_str(&row, "cluster", cluster);
        fake_str(&row, "queue", j % 3 ? "gpu" : "cpu");
        fake_str(&row, "name", name);
        fake_str(&row, "user", j % 2 ? "ada" : "lin");
        const char *ordered = fake_order_of(h, id);
        fake_str(&row, "state", ordered ? ordered : j < h->step + jobs / 2 ? "running" : "waiting");
        fake_cell(&row, "submitted_at", value_time((1795000000 + j * 60) * INT64_C(1000)));
        fake_cell(&row, "accels", value_int(8));
        fake_cell(&row, "cpus", value_int(64));
        fake_take(n, &row, NULL);
    }
}

static inline void fake_named(const struct fake_hub *h, enum kind kind, struct fake_news *n)
{
    char cluster[32], site[40], id[80];
    struct row row = {.kind = kind};
    snprintf(cluster, sizeof cluster, "C%04d", h->number);
    snprintf(site, sizeof site, "%s-1", cluster);
    snprintf(id, sizeof id, "%s", kind == KIND_SITE ? site : cluster);
    row.id = text_of(id);
    fake_str(&row, "cluster", cluster);
    fake_str(&row, "site", site);
    fake_str(&row, "name", cluster);
    if (kind == KIND_CLUSTER) {
        fake_cell(&row, "lon", value_real(100 + h->number % 20));
        fake_cell(&row, "lat", value_real(25 + h->number % 15));
        fake_cell(&row, "power_kw", value_real(900 + h->step));
        fake_cell(&row, "pue", value_real(1.21));
        fake_str(&row, "hub", "unassigned");
    }
    if (kind == KIND_CLUSTER || kind == KIND_SCHEDULER)
        fake_str(&row, "state", "up");
    if (kind == KIND_SITE) {
        fake_str(&row, "phase", "operating");
        fake_str(&row, "membership", "testing");
    }
    fake_take(n, &row, NULL);
}

/* "C0001-2" and on: others of the same hub, to which jobs may be moved. */
static inline void fake_schedulers(const struct fake_hub *h, struct fake_news *n)
{
    for (int64_t i = 1; i <= h->schedulers; i++) {
        char cluster[32], id[64];
        struct row row = {.kind = KIND_SCHEDULER};
        snprintf(cluster, sizeof cluster, "C%04d", h->number);
        snprintf(id, sizeof id, "%s-%lld", cluster, (long long)i + 1);
        row.id = text_of(id);
        fake_str(&row, "cluster", cluster);
        fake_str(&row, "name", id);
        fake_str(&row, "state", "up");
        fake_take(n, &row, NULL);
    }
}

static inline void fake_queues(const struct fake_hub *h, struct fake_news *n)
{
    for (int q = 0; q < 2; q++) {
        char cluster[32], id[64];
        struct row row = {.kind = KIND_QUEUE};
        snprintf(cluster, sizeof cluster, "C%04d", h->number);
        snprintf(id, sizeof id, "%s/%s", cluster, q ? "gpu" : "cpu");
        row.id = text_of(id);
        fake_str(&row, "scheduler", cluster);
        fake_str(&row, "cluster", cluster);
        fake_str(&row, "name", q ? "gpu" : "cpu");
        fake_str(&row, "state", "UP");
        fake_take(n, &row, NULL);
    }
}

static inline void fake_link(const struct fake_hub *h, struct fake_news *n)
{
    char from[32], to[32], id[80];
    struct row row = {.kind = KIND_LINK};
    snprintf(from, sizeof from, "C%04d", h->number);
    snprintf(to, sizeof to, "C%04d", h->number + 1);
    snprintf(id, sizeof id, "%s>%s", from, to);
    row.id = text_of(id);
    fake_str(&row, "from", from);
    fake_str(&row, "to", to);
    fake_str(&row, "tier", "national");
    fake_str(&row, "state", "up");
    fake_cell(&row, "one_way_ms", value_real(4.2));
    fake_str(&row, "one_way_basis", "measured");
    fake_cell(&row, "ring_contract_ms", value_real(5));
    fake_take(n, &row, NULL);
}

static inline void fake_energy(const char *cluster, struct fake_news *n)
{
    char id[96];
    struct row row = {.kind = KIND_ENERGY};
    snprintf(id, sizeof id, "%s/2026-11", cluster);
    row.id = text_of(id);
    fake_str(&row, "cluster", cluster);
    fake_str(&row, "period", "2026-11");
    fake_cell(&row, "kwh", value_real(1234567.5));
    fake_cell(&row, "co2_kg", value_real(345678));
    fake_str(&row, "meter", "M-1");
    fake_str(&row, "method", "grid meter at the 110 kV feed");
    fake_str(&row, "quality", "metered");
    fake_take(n, &row, NULL);
}

/* Kinds that need one thing to be there: of synthetic hubs, and of the simulator's where it tells none. */
static inline void fake_some(const char *cluster, enum kind kind, struct fake_news *n)
{
    char id[96];
    struct row row = {.kind = kind};
    snprintf(id, sizeof id, "%s-%s-1", cluster, kind_info(kind)->singular);
    row.id = text_of(id);
    if (kind == KIND_ENERGY) {
        fake_energy(cluster, n);
        return;
    }
    if (kind == KIND_NODE || kind == KIND_HALL || kind == KIND_RACK || kind == KIND_PAIR || kind == KIND_USER)
        return;
    fake_str(&row, "cluster", cluster);
    fake_str(&row, "name", id);
    if (kind == KIND_TRANSFER) {
        fake_str(&row, "from", cluster);
        fake_str(&row, "to", "SZ");
        fake_str(&row, "dataset", "corpus-7");
        fake_str(&row, "state", "running");
        fake_str(&row, "temperature", "cold");
        fake_cell(&row, "size_tb", value_real(412.5));
        fake_cell(&row, "done_pct", value_real(37.25));
        fake_cell(&row, "eta", value_time(INT64_C(1795700000000)));
    } else if (kind == KIND_OFFER) {
        fake_str(&row, "product", "H-card hours");
        fake_str(&row, "kind", "intelligent");
        fake_str(&row, "unit", "card-hour");
        fake_cell(&row, "price_cny", value_real(9.5));
        fake_cell(&row, "available", value_real(1024));
    } else if (kind == KIND_ALERT) {
        fake_str(&row, "severity", "warn");
        fake_str(&row, "state", "firing");
        fake_str(&row, "where", cluster);
        fake_str(&row, "summary", "the chiller of hall 2 runs on its spare");
        fake_cell(&row, "since", value_time(INT64_C(1795600000000)));
    } else if (kind == KIND_CHANGE) {
        fake_cell(&row, "at", value_time(INT64_C(1795600000000)));
        fake_str(&row, "kind", "clusters");
        fake_str(&row, "where", cluster);
        fake_str(&row, "what", "price changed");
    } else if (kind == KIND_NETWORK) {
        fake_str(&row, "operator", "CTYun");
        fake_str(&row, "meets", cluster);
        fake_str(&row, "state", "up");
    } else
        return;
    fake_take(n, &row, NULL);
}

static inline void fake_synthetic(const struct fake_hub *h, enum kind kind, struct fake_news *n)
{
    char cluster[32];
    snprintf(cluster, sizeof cluster, "C%04d", h->number);
    if (kind == KIND_JOB)
        fake_jobs(h, n);
    else if (kind == KIND_QUEUE)
        fake_queues(h, n);
    else if (kind == KIND_LINK)
        fake_link(h, n);
    else if (kind == KIND_CLUSTER || kind == KIND_SITE || kind == KIND_SCHEDULER)
        fake_named(h, kind, n);
    else
        fake_some(cluster, kind, n);
    if (kind == KIND_SCHEDULER)
        fake_schedulers(h, n);
}

/* --- the simulator --- */

static inline bool fake_sim_open(struct fake_sim *f, const char *dir, double scale, int64_t now_ms, struct err *err)
{
    char path[1024];
    snprintf(path, sizeof path, "%s/fleet.conf", dir);
    f->fleet = fleet_load(path, err);
    if (!f->fleet || !scenario_load(dir, "ordinary", &f->scenario, err))
        return false;
    const struct sim_options options = {.fleet = f->fleet,
                                        .events = f->scenario.events,
                                        .event_count = f->scenario.event_count,
                                        .seed = f->scenario.seed,
                                        .start_utc_ms = now_ms - SCENARIO_LEAD_MS,
                                        .scale = scale,
                                        .load = f->scenario.load,
                                        .calm = f->scenario.calm,
                                        .near = f->scenario.near,
                                        .shared = f->scenario.shared};
    f->sim = sim_new(&options, err);
    return f->sim != NULL;
}

static inline void fake_simulated(struct fake_sim *f, enum kind kind, struct fake_news *n)
{
    struct err err = {0};
    for (int64_t at = 0; at >= 0;) {
        if (!sim_facts(f->sim, kind, &at, 1000, fake_take, n, &err))
            break;
    }
    size_t told = n->count;
    for (size_t c = 0; told == 0 && c < f->fleet->n_clusters; c++)
        fake_some(f->fleet->clusters[c].id, kind, n);
}

/* --- refreshing --- */

/* Lists that a client is paging through stay as they are. */
static inline void fake_refresh(struct fake_hub *h, struct fake_sim *f, int64_t now_ms)
{
    int64_t rev = h->rev + 1;
    bool any = false;
    if (h->number == 0)
        sim_advance(f->sim, now_ms, 0);
    for (size_t i = 0; i < HUB_LISTS; i++) {
        struct fake_list *l = &h->lists[i];
        struct fake_news news = {0};
        if (l->chain_until_ms > now_ms)
            continue;
        if (h->number == 0)
            fake_simulated(f, hub_kinds()[i], &news);
        else
            fake_synthetic(h, hub_kinds()[i], &news);
        bool changed = fake_merge(l, &news, rev);
        l->as_of_ms = now_ms;
        l->rev = changed || l->rev == 0 ? rev : l->rev;
        any = any || changed;
    }
    h->rev = any ? rev : h->rev;
    h->refreshed_ms = now_ms;
}

static inline void fake_order_set(struct fake_hub *h, const char *id, const char *state)
{
    h->orders = mem_grow(h->orders, h->order_count + 1, sizeof *h->orders);
    memmove(h->orders + 1, h->orders, h->order_count++ * sizeof *h->orders);
    h->orders[0].id = mem_strdup(id);
    h->orders[0].state = mem_strdup(state);
}

#endif
