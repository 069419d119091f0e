#include "views/racks_look.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

struct safe_text racks_look_id(const struct view_place *p)
{
    return text_from(p->id, p->id_len);
}

void racks_look_forget(struct view_place *p)
{
    *p = (struct view_place){.page = p->page};
}

static enum racks_metric metric_of(const struct view_state *s)
{
    double n = s->number[RACKS_OWN_METRIC];

    return n >= 0 && n < RACKS_METRICS ? (enum racks_metric)n : RACKS_POWER;
}

enum racks_level racks_look_gone(const struct view_state *s)
{
    double n = s->number[RACKS_OWN_LEVEL];

    return n >= 0 && n < RACKS_LEVELS ? (enum racks_level)n : RACKS_CLUSTERS;
}

static enum racks_level focus_of(const struct view_frame *f, const struct view_state *s)
{
    const struct view_rows *clusters = &f->rows[RACKS_NEED_CLUSTERS];
    bool nothing_above = clusters->count == 0 && !clusters->partial && f->rows[RACKS_NEED_RACKS].known;

    return s->filter[0] != '\0' || nothing_above ? RACKS_RACKS : racks_look_gone(s);
}

/* --- halls are read once a snapshot; how old they are is looked at each few seconds --- */

enum { KEPT_MS = 10000 };

struct kept {
    int64_t rev, tick;
    size_t count;
    bool partial;
    struct racks_halls halls;
};

void racks_look_release(struct view_state *s)
{
    struct kept *k = s->kept;

    if (k != NULL)
        racks_halls_release(&k->halls);
    free(k);
    s->kept = NULL;
}

static const struct racks_halls *halls_of(const struct view_frame *f, struct view_state *s)
{
    const struct view_rows *rows = &f->rows[RACKS_NEED_HALLS];
    int64_t tick = f->now.utc_ms / KEPT_MS;
    struct kept *k = s->kept;

    if (k != NULL && k->rev == rows->rev && k->tick == tick && k->count == rows->count && k->partial == rows->partial)
        return &k->halls;
    if (k == NULL)
        k = s->kept = mem_new(1, sizeof *k);
    racks_halls_release(&k->halls);
    *k = (struct kept){rows->rev, tick, rows->count, rows->partial, racks_halls_read(rows)};
    return &k->halls;
}

/* --- a level's rows --- */

struct racks_look racks_look_begin(const struct view_frame *f, struct view_state *s)
{
    struct racks_look l = {.frame = f, .state = s, .metric = metric_of(s), .level = focus_of(f, s)};

    l.halls = halls_of(f, s);
    l.orders[RACKS_CLUSTERS] = racks_order_make(
        &f->rows[RACKS_NEED_CLUSTERS],
        &(struct racks_wish){.metric = l.metric, .halls = l.halls, .worst_first = true, .thresholds = f->thresholds});
    return l;
}

void racks_look_end(struct racks_look *l)
{
    for (int i = 0; i < RACKS_LEVELS; i++)
        racks_order_release(&l->orders[i]);
    racks_rows_release(&l->rows);
    racks_grid_release(&l->grid);
}

void racks_look_halls(struct racks_look *l)
{
    struct racks_order *o = &l->orders[RACKS_HALLS];
    struct racks_wish wish = {.metric = l->metric, .worst_first = true, .thresholds = l->frame->thresholds};

    wish.only = racks_halls_of(l->halls, racks_look_id(&l->state->place[RACKS_CLUSTERS]), &wish.only_count);
    *o = racks_order_make(&l->frame->rows[RACKS_NEED_HALLS], &wish);
    l->all_halls = (struct row){.kind = KIND_HALL, .observed_ms = l->frame->now.utc_ms};
    if (o->sum.cap_kw > 0) {
        l->all_halls.cells[HALL_POWER_KW] = value_real(o->sum.power_kw);
        l->all_halls.cells[HALL_POWER_CAP_KW] = value_real(o->sum.cap_kw);
    }
    if (o->sum.total > 0) {
        l->all_halls.cells[HALL_RACKS_USED] = value_real(o->sum.used);
        l->all_halls.cells[HALL_RACKS_TOTAL] = value_real(o->sum.total);
    }
    l->all_halls.cells[HALL_INLET_C_MAX] = value_real(o->sum.inlet_c);
}

static bool rack_belongs(const void *ctx, const struct row *row)
{
    const struct racks_look *l = ctx;

    if (!text_empty(l->hall))
        return text_equal(value_text_or(&row->cells[RACK_HALL], ""), l->hall) &&
               (text_empty(l->row) || text_equal(racks_rows_name(row), l->row));
    return text_empty(l->cluster) || text_equal(value_text_or(&row->cells[RACK_CLUSTER], ""), l->cluster);
}

/* What the racks belong to: with a filter what was gone down to, else also the hall under the cursor. */
static void narrow(struct racks_look *l)
{
    const struct view_state *s = l->state;
    enum racks_level gone = racks_look_gone(s);
    bool filtered = s->filter[0] != '\0';
    bool anywhere = l->frame->rows[RACKS_NEED_CLUSTERS].count == 0 || (gone == RACKS_CLUSTERS && filtered);

    l->cluster = anywhere ? text_of("") : racks_look_id(&s->place[RACKS_CLUSTERS]);
    l->hall =
        gone >= RACKS_ROWS || (gone == RACKS_HALLS && !filtered) ? racks_look_id(&s->place[RACKS_HALLS]) : text_of("");
    l->row = gone == RACKS_RACKS && !text_empty(l->hall) ? racks_look_id(&s->place[RACKS_ROWS]) : text_of("");
}

void racks_look_racks(struct racks_look *l)
{
    const struct view_state *s = l->state;
    const struct view_rows *told = &l->frame->rows[RACKS_NEED_RACKS];
    bool list = s->number[RACKS_OWN_LIST] > 0 || racks_look_gone(s) == RACKS_RACKS;
    struct racks_order *o = &l->orders[RACKS_RACKS];

    narrow(l);
    *o = racks_order_make(told, &(struct racks_wish){.belongs = rack_belongs,
                                                     .ctx = l,
                                                     .metric = l->metric,
                                                     .worst_first = s->sort_field == -2,
                                                     .thresholds = l->frame->thresholds});
    if (s->filter[0] != '\0' || text_empty(l->hall))
        return;
    l->rows = racks_rows_make(o, l->frame->now.utc_ms);
    l->all_rows = racks_rows_sum(&l->rows);
    if (l->rows.told && !list)
        l->grid = racks_grid_make(o, &l->rows, l->metric, l->frame->thresholds);
    if (l->level == RACKS_ROWS && !l->rows.told && !told->partial) /* a hall without rows has racks alone */
        l->level = RACKS_RACKS;
}

void racks_look_level(struct racks_look *l)
{
    if (l->level == RACKS_HALLS)
        racks_look_halls(l);
    if (l->level >= RACKS_ROWS)
        racks_look_racks(l);
}

bool racks_look_grid(const struct racks_look *l)
{
    return l->grid.count > 0;
}

/* --- as rows for a list --- */

/* Behind the line of all together. */
static bool behind_at(struct view_rows rows, const struct row *all, size_t i, struct row *row)
{
    *row = *all;
    return i == 0 || rows.at(rows.ctx, i - 1, row);
}

static int64_t behind_find(struct view_rows rows, struct safe_text id, struct safe_text source)
{
    int64_t i = text_empty(id) ? -1 : rows.find(rows.ctx, id, source);

    return i < 0 ? i : i + 1;
}

static bool halls_at(void *ctx, size_t i, struct row *row)
{
    struct racks_look *l = ctx;

    return behind_at(racks_order_rows(&l->orders[RACKS_HALLS]), &l->all_halls, i, row);
}

static int64_t halls_find(void *ctx, struct safe_text id, struct safe_text source)
{
    struct racks_look *l = ctx;

    return behind_find(racks_order_rows(&l->orders[RACKS_HALLS]), id, source);
}

static bool rows_at(void *ctx, size_t i, struct row *row)
{
    struct racks_look *l = ctx;

    return behind_at(racks_rows_list(&l->rows, &l->frame->rows[RACKS_NEED_RACKS]), &l->all_rows, i, row);
}

static int64_t rows_find(void *ctx, struct safe_text id, struct safe_text source)
{
    struct racks_look *l = ctx;

    return behind_find(racks_rows_list(&l->rows, &l->frame->rows[RACKS_NEED_RACKS]), id, source);
}

struct view_rows racks_look_rows(struct racks_look *l, enum racks_level level)
{
    struct view_rows rows = level == RACKS_ROWS ? racks_rows_list(&l->rows, &l->frame->rows[RACKS_NEED_RACKS])
                                                : racks_order_rows(&l->orders[level]);

    if ((level == RACKS_HALLS || level == RACKS_ROWS) && rows.count > 0) {
        rows.count++;
        rows.all = rows.count;
        rows.ctx = l;
        rows.at = level == RACKS_HALLS ? halls_at : rows_at;
        rows.find = level == RACKS_HALLS ? halls_find : rows_find;
    }
    if (level == RACKS_RACKS && l->state->filter[0] != '\0')
        rows.all = l->frame->rows[RACKS_NEED_RACKS].all;
    return rows;
}

/* --- what is under the cursor --- */

bool racks_look_named(const struct view_frame *f, enum racks_need need, const struct view_place *p, struct row *row)
{
    const struct view_rows *rows = &f->rows[need];
    int64_t i = p->id_len > 0 ? rows->find(rows->ctx, racks_look_id(p), text_from(p->source, p->source_len)) : -1;

    return i >= 0 && rows->at(rows->ctx, (size_t)i, row);
}

/* Of all halls together it is their cluster; nobody tells of a row: it is its hall. */
bool racks_look_current(struct racks_look *l, struct row *row)
{
    struct view_state *s = l->state;
    struct view_rows rows = racks_look_rows(l, l->level);

    if (l->level == RACKS_ROWS && racks_look_grid(l)) {
        racks_grid_sync(&l->grid, &s->place[RACKS_ROWS], &s->place[RACKS_RACKS]);
        return racks_look_named(l->frame, RACKS_NEED_RACKS, &s->place[RACKS_RACKS], row);
    }
    if (l->level == RACKS_ROWS)
        return racks_look_named(l->frame, RACKS_NEED_HALLS, &s->place[RACKS_HALLS], row);
    if (!list_current(&s->place[l->level], &rows, row))
        return false;
    return !text_empty(row->id) || l->level != RACKS_HALLS ||
           racks_look_named(l->frame, RACKS_NEED_CLUSTERS, &s->place[RACKS_CLUSTERS], row);
}

/* --- what is read --- */

/* The filter that asks for those alone. An id that cannot stand in quotes narrows nothing. */
static void scope(char out[VIEW_FILTER_MAX], const char *field, const struct view_place *p)
{
    bool quotable = p->id_len > 0 && memchr(p->id, '"', p->id_len) == NULL && memchr(p->id, '\0', p->id_len) == NULL &&
                    p->id_len + strlen(field) + 4 < VIEW_FILTER_MAX;

    out[0] = '\0';
    if (quotable)
        snprintf(out, VIEW_FILTER_MAX, "%s=\"%.*s\"", field, (int)p->id_len, p->id);
}

struct intent racks_look_go(struct view_state *s, enum racks_level level)
{
    struct intent again = {.kind = INTENT_OPEN_VIEW, .text = "racks"};

    s->number[RACKS_OWN_LEVEL] = level;
    s->scroll_x = 0;
    s->text[0] = '\0';
    if (level >= RACKS_ROWS && s->place[RACKS_HALLS].id_len > 0)
        scope(s->text, "hall", &s->place[RACKS_HALLS]);
    else if (level != RACKS_CLUSTERS)
        scope(s->text, "cluster", &s->place[RACKS_CLUSTERS]);
    return again;
}

bool racks_look_scope(const struct view_state *s, int need, char out[VIEW_FILTER_MAX])
{
    enum racks_level gone = racks_look_gone(s);

    if (need == RACKS_NEED_RACKS && (s->filter[0] != '\0' || gone >= RACKS_ROWS)) {
        snprintf(out, VIEW_FILTER_MAX, "%s", s->text);
        return true;
    }
    if (need == RACKS_NEED_RACKS && gone == RACKS_CLUSTERS)
        return false;
    if (need == RACKS_NEED_RACKS)
        scope(out, "hall", &s->place[RACKS_HALLS]);
    else if (s->number[RACKS_OWN_OPEN] > 0)
        scope(out, "rack", &s->place[RACKS_RACKS]);
    else
        return false;
    return out[0] != '\0';
}
