#include "views/racks.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/tr.h"

enum { NO_FIELD = -1 };

/* Where each kind keeps its numbers. */
struct places {
    enum kind kind;
    int state, power, cap, used, total, inlet, down, nodes, accels, tenant;
};
static const struct places places[] = {
    {KIND_CLUSTER, CLUSTER_STATE, CLUSTER_POWER_KW, CLUSTER_POWER_CAP_KW, CLUSTER_RACKS_USED, CLUSTER_RACKS_TOTAL,
     NO_FIELD, CLUSTER_NODES_DOWN, CLUSTER_NODES_TOTAL, CLUSTER_ACCELS_BUSY_PCT, NO_FIELD},
    {KIND_HALL, NO_FIELD, HALL_POWER_KW, HALL_POWER_CAP_KW, HALL_RACKS_USED, HALL_RACKS_TOTAL, HALL_INLET_C_MAX,
     NO_FIELD, NO_FIELD, NO_FIELD, NO_FIELD},
    {KIND_RACK, RACK_STATE, RACK_POWER_KW, RACK_POWER_CAP_KW, RACK_UNITS_USED, RACK_UNITS_TOTAL, RACK_INLET_C,
     RACK_NODES_DOWN, RACK_NODES_TOTAL, RACK_ACCELS_BUSY_PCT, RACK_TENANT},
};

static const struct places *places_of(const struct row *row)
{
    for (size_t i = 0; i < sizeof places / sizeof *places; i++)
        if (places[i].kind == row->kind)
            return &places[i];
    return &places[0];
}

/* --- numbers --- */

static double number_of(const struct row *row, int field)
{
    return field == NO_FIELD ? NAN : value_real_or(&row->cells[field], NAN);
}

static double percent(const struct row *row, int part, int whole)
{
    double all = number_of(row, whole);

    return all > 0 ? 100 * number_of(row, part) / all : NAN;
}

double racks_number(const struct row *row, enum racks_metric metric)
{
    const struct places *p = places_of(row);

    switch (metric) {
    case RACKS_INLET:
        return number_of(row, p->inlet);
    case RACKS_SPACE:
        return percent(row, p->used, p->total);
    case RACKS_NODES:
        return percent(row, p->down, p->nodes);
    case RACKS_ACCELS:
        return number_of(row, p->accels);
    case RACKS_POWER:
    case RACKS_TENANT:
    case RACKS_METRICS:
        break;
    }
    return percent(row, p->power, p->cap);
}

/* --- how bad it is --- */

static const struct {
    const char *state;
    struct racks_state is;
} states[] = {
    {"up", {SEVERITY_OK, ""}},
    {"degraded", {SEVERITY_WARN, ""}},
    {"down", {SEVERITY_CRIT, ""}},
};

static struct racks_state judge_state(const struct row *row, int field)
{
    for (size_t i = 0; field != NO_FIELD && i < sizeof states / sizeof *states; i++)
        if (cell_is(row, field, states[i].state))
            return states[i].is;
    return (struct racks_state){SEVERITY_UNKNOWN, ""};
}

static struct racks_state judge_number(double number, double warn, double crit, const char *warn_word,
                                       const char *crit_word)
{
    if (number > crit)
        return (struct racks_state){SEVERITY_CRIT, crit_word};
    if (number > warn)
        return (struct racks_state){SEVERITY_WARN, warn_word};
    return (struct racks_state){isnan(number) ? SEVERITY_UNKNOWN : SEVERITY_OK, ""};
}

/* Unknown gives way to all; of two that are equally bad the first counts. */
static struct racks_state worse(struct racks_state a, struct racks_state b)
{
    if (b.severity == SEVERITY_UNKNOWN)
        return a;
    return a.severity == SEVERITY_UNKNOWN || b.severity > a.severity ? b : a;
}

/* Of one limit and the next; nothing else of a row is looked at. */
static struct racks_state judge_metric(const struct row *row, enum racks_metric metric, double number,
                                       const struct thresholds *t)
{
    if (metric == RACKS_INLET)
        return judge_number(number, thresholds_at(t, THRESHOLD_INLET_WARN_C), thresholds_at(t, THRESHOLD_INLET_CRIT_C),
                            N_("warm"), N_("hot"));
    if (metric == RACKS_POWER && row->kind == KIND_RACK)
        return judge_number(number, thresholds_at(t, THRESHOLD_FEED_SINGLE_WARN_PCT),
                            thresholds_at(t, THRESHOLD_FEED_SINGLE_CRIT_PCT), N_("load"), N_("overload"));
    if (metric == RACKS_NODES && number > 0)
        return (struct racks_state){number >= 100 ? SEVERITY_CRIT : SEVERITY_WARN, ""};
    return (struct racks_state){isnan(number) ? SEVERITY_UNKNOWN : SEVERITY_OK, ""};
}

struct racks_state racks_judge(const struct row *row, double inlet_c, const struct thresholds *t)
{
    const struct places *p = places_of(row);
    struct racks_state state = judge_state(row, p->state);
    double power = row->kind == KIND_RACK ? racks_number(row, RACKS_POWER) : NAN;

    if (row->stale)
        return (struct racks_state){SEVERITY_UNKNOWN, ""};
    state = worse(state, judge_metric(row, RACKS_INLET, inlet_c, t));
    return worse(state, judge_metric(row, RACKS_POWER, power, t));
}

enum severity racks_severity(const struct row *row, enum racks_metric metric, double number, const struct thresholds *t)
{
    return row->stale ? SEVERITY_UNKNOWN : judge_metric(row, metric, number, t).severity;
}

struct cell_sign racks_sign(enum severity severity)
{
    static const struct cell_sign signs[] = {
        [SEVERITY_OK] = {ROLE_OK, GLYPH_OK},
        [SEVERITY_NOTICE] = {ROLE_TEXT, GLYPH_OK},
        [SEVERITY_WARN] = {ROLE_WARN, GLYPH_WARN},
        [SEVERITY_CRIT] = {ROLE_CRIT, GLYPH_CRIT},
        [SEVERITY_UNKNOWN] = {ROLE_UNKNOWN, GLYPH_UNKNOWN},
    };

    return signs[severity];
}

enum role racks_role(const struct row *row, enum racks_metric metric, double number, const struct thresholds *t)
{
    enum severity is = racks_severity(row, metric, number, t);

    if (row->stale)
        return ROLE_STALE;
    return is == SEVERITY_WARN || is == SEVERITY_CRIT ? racks_sign(is).role : ROLE_TEXT;
}

/* --- in words --- */

/* Three digits: "4.61", "38.4", "189"; a limit that is whole has none behind the point. */
static void digits(double v, bool limit, char out[CELL_MAX])
{
    double size = fabs(v);
    bool whole = limit && fabs(v - round(v)) < 0.005;

    if (!isfinite(v))
        snprintf(out, CELL_MAX, "-");
    else if (size >= 99999.5)
        snprintf(out, CELL_MAX, "%.2g", v);
    else
        snprintf(out, CELL_MAX, "%.*f", whole ? 0 : size < 9.995 ? 2 : size < 99.95 ? 1 : 0, v);
}

const char *racks_power(const struct value *power_kw, const struct value *cap_kw, bool unit, char out[CELL_MAX])
{
    double power = value_real_or(power_kw, NAN), cap = value_real_or(cap_kw, NAN);
    bool mega = unit && (power >= 10000 || cap >= 10000);
    char a[CELL_MAX], b[CELL_MAX];
    struct buf text = buf_make(CELL_MAX - 1);

    digits(mega ? power / 1000 : power, false, a);
    digits(mega ? cap / 1000 : cap, true, b);
    if (isnan(power) && isnan(cap))
        buf_puts(&text, "-", NULL);
    else
        buf_printf(&text, NULL, "%s/%s%s", a, b, !unit ? "" : mega ? " MW" : " kW");
    text_show_in(text_of(buf_str(&text)), out, CELL_MAX);
    buf_release(&text);
    return out;
}

/* At most 5 columns, three digits from 10,000 on: "9999", "75.6k", "120k". */
static void counted(const struct value *v, char out[CELL_MAX])
{
    double n = value_real_or(v, NAN);

    if (fabs(n) >= 9999.5 && fabs(n) < 999500)
        snprintf(out, CELL_MAX, "%.*fk", fabs(n) < 99950 ? 1 : 0, n / 1000);
    else
        snprintf(out, CELL_MAX, "%s", cell_short(v, (char[CELL_MAX]){0}));
}

const char *racks_share(const struct value *used, const struct value *total, char out[CELL_MAX])
{
    char a[CELL_MAX], b[CELL_MAX];
    struct buf text = buf_make(CELL_MAX - 1);

    counted(used, a);
    counted(total, b);
    if (!value_known(used) && !value_known(total))
        buf_puts(&text, "-", NULL);
    else
        buf_printf(&text, NULL, "%s/%s", a, b);
    text_show_in(text_of(buf_str(&text)), out, CELL_MAX);
    buf_release(&text);
    return out;
}

const char *racks_words(enum racks_metric metric, double number, char out[CELL_MAX])
{
    bool sane = fabs(number) < 100000;

    if (!isfinite(number))
        return "-";
    if (metric == RACKS_INLET)
        snprintf(out, CELL_MAX, sane ? "%.1fC" : "%.2gC", number);
    else
        snprintf(out, CELL_MAX, sane ? "%.0f%%" : "%.2g%%", number);
    return out;
}

double racks_bar(enum racks_metric metric, double number)
{
    const double cold_c = 15, hot_c = 35;

    return metric == RACKS_INLET ? (number - cold_c) / (hot_c - cold_c) : number / 100;
}

/* --- halls --- */

static int by_cluster(const void *a, const void *b)
{
    const struct racks_hall *x = a, *y = b;
    int c = text_cmp(x->cluster, y->cluster);

    return c != 0 ? c : (x->at > y->at) - (x->at < y->at);
}

/* What is kept longer than a frame has texts of its own; halls of one cluster mostly come one after the other. */
static struct safe_text own(struct racks_halls *h, struct safe_text t, struct buf *copy)
{
    if (h->count > 0 && text_equal(h->all[h->count - 1].cluster, t))
        return h->all[h->count - 1].cluster;
    buf_clear(copy);
    text_copy(copy, t);
    return text_from(arena_copy(&h->arena, buf_str(copy), copy->len), copy->len);
}

struct racks_halls racks_halls_read(const struct view_rows *halls)
{
    struct racks_halls h = {0};
    struct buf copy = buf_make(VIEW_ID_MAX * 16);

    h.all = arena_alloc(&h.arena, (halls->count + 1) * sizeof *h.all);
    for (size_t i = 0; i < halls->count; i++) {
        struct row row = {0};

        if (!halls->at(halls->ctx, i, &row))
            continue;
        h.all[h.count].cluster = own(&h, value_text_or(&row.cells[HALL_CLUSTER], ""), &copy);
        h.all[h.count].at = i;
        h.all[h.count++].inlet_c = row.stale ? NAN : racks_number(&row, RACKS_INLET);
    }
    qsort(h.all, h.count, sizeof *h.all, by_cluster);
    buf_release(&copy);
    return h;
}

void racks_halls_release(struct racks_halls *h)
{
    arena_release(&h->arena);
    *h = (struct racks_halls){0};
}

const struct racks_hall *racks_halls_of(const struct racks_halls *h, struct safe_text cluster, size_t *count)
{
    size_t lo = 0, hi = h->count;

    while (lo < hi) {
        size_t mid = (lo + hi) / 2;

        if (text_cmp(h->all[mid].cluster, cluster) < 0)
            lo = mid + 1;
        else
            hi = mid;
    }
    for (*count = 0; lo + *count < h->count && text_equal(h->all[lo + *count].cluster, cluster);)
        ++*count;
    return h->all + lo;
}

double racks_halls_inlet(const struct racks_halls *h, struct safe_text cluster)
{
    size_t count;
    const struct racks_hall *of = racks_halls_of(h, cluster, &count);
    double max = NAN;

    for (size_t i = 0; i < count; i++)
        if (!(max >= of[i].inlet_c) && !isnan(of[i].inlet_c))
            max = of[i].inlet_c;
    return max;
}

/* --- order --- */

/* Critical, warning, unknown, the rest. */
static int rank(enum severity severity)
{
    static const int ranks[] = {
        [SEVERITY_OK] = 3, [SEVERITY_NOTICE] = 3, [SEVERITY_WARN] = 1, [SEVERITY_CRIT] = 0, [SEVERITY_UNKNOWN] = 2};

    return ranks[severity];
}

/* Larger first, unknown last. */
static int by_number(double a, double b)
{
    if (isnan(a) || isnan(b))
        return isnan(a) - isnan(b);
    return (a < b) - (a > b);
}

/* Nobody's racks come last. */
static int by_tenant(struct safe_text a, struct safe_text b)
{
    if (text_empty(a) || text_empty(b))
        return text_empty(a) - text_empty(b);
    return text_cmp(a, b);
}

static int worst_first(const void *a, const void *b)
{
    const struct racks_entry *x = a, *y = b;
    int c = by_tenant(x->tenant, y->tenant);

    c = c != 0 ? c : rank(x->severity) - rank(y->severity);
    c = c != 0 ? c : by_number(x->number, y->number);
    return c != 0 ? c : (x->at > y->at) - (x->at < y->at);
}

static struct racks_entry entry_of(const struct racks_wish *wish, const struct row *row, size_t at)
{
    struct racks_entry e = {.at = at, .number = racks_number(row, wish->metric)};
    double inlet = row->kind == KIND_CLUSTER && wish->halls != NULL ? racks_halls_inlet(wish->halls, row->id)
                                                                    : racks_number(row, RACKS_INLET);
    int tenant = places_of(row)->tenant;

    e.severity = racks_judge(row, inlet, wish->thresholds).severity;
    if (wish->metric == RACKS_INLET)
        e.number = inlet;
    if (wish->metric == RACKS_TENANT && tenant != NO_FIELD)
        e.tenant = value_text_or(&row->cells[tenant], "");
    return e;
}

void racks_sum_add(struct racks_sum *sum, const struct row *row)
{
    const struct places *p = places_of(row);
    double power = number_of(row, p->power), cap = number_of(row, p->cap), inlet = number_of(row, p->inlet);
    double used = number_of(row, p->used), total = number_of(row, p->total);

    if (!isnan(power) && !isnan(cap)) {
        sum->power_kw += power;
        sum->cap_kw += cap;
    }
    if (!isnan(used) && !isnan(total)) {
        sum->used += used;
        sum->total += total;
    }
    if (!isnan(inlet) && !(sum->inlet_c >= inlet))
        sum->inlet_c = inlet;
}

static void take(struct racks_order *o, const struct racks_wish *wish, const struct row *row, size_t at)
{
    const struct racks_entry e = entry_of(wish, row, at);

    o->all[o->count++] = e;
    o->crit += e.severity == SEVERITY_CRIT;
    o->warn += e.severity == SEVERITY_WARN;
    if (!row->stale)
        racks_sum_add(&o->sum, row);
}

struct racks_order racks_order_make(const struct view_rows *told, const struct racks_wish *wish)
{
    size_t all = wish->only != NULL ? wish->only_count : told->count;
    struct racks_order o = {.told = told, .whole = all > RACKS_READ_MAX, .sum = {.inlet_c = NAN}};
    size_t count = o.whole ? 0 : all;

    o.all = arena_alloc(&o.arena, (count + 1) * sizeof *o.all);
    for (size_t i = 0; i < count; i++) {
        size_t at = wish->only != NULL ? wish->only[i].at : i;
        struct row row = {0};

        if (told->at(told->ctx, at, &row) && (wish->belongs == NULL || wish->belongs(wish->ctx, &row)))
            take(&o, wish, &row, at);
    }
    if (wish->worst_first)
        qsort(o.all, o.count, sizeof *o.all, worst_first);
    return o;
}

void racks_order_release(struct racks_order *o)
{
    arena_release(&o->arena);
    *o = (struct racks_order){0};
}

static bool at(void *ctx, size_t i, struct row *row)
{
    const struct racks_order *o = ctx;

    return i < o->count && o->told->at(o->told->ctx, o->all[i].at, row);
}

static int64_t find(void *ctx, struct safe_text id, struct safe_text source)
{
    const struct racks_order *o = ctx;
    int64_t found = o->told->find(o->told->ctx, id, source);

    for (size_t i = 0; found >= 0 && i < o->count; i++)
        if ((int64_t)o->all[i].at == found)
            return (int64_t)i;
    return -1;
}

struct view_rows racks_order_rows(struct racks_order *o)
{
    struct view_rows rows = *o->told;

    if (o->whole)
        return rows;
    rows.count = o->count;
    rows.all = o->count;
    rows.ctx = o;
    rows.at = at;
    rows.find = find;
    rows.series = NULL; /* they take the context of `told` */
    rows.filled = NULL;
    return rows;
}
