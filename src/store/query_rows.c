#include "query_private.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

struct query_rows *query_rows_new(struct query *q, enum kind kind, int64_t at_ms)
{
    struct query_rows *r = mem_new(1, sizeof *r);
    r->q = q;
    r->kind = kind;
    r->at_ms = at_ms;
    r->order.field = -1;
    r->order.ids_void = true;
    return r;
}

void query_rows_free(struct query_rows *r)
{
    if (!r)
        return;
    query_set_release(&r->set);
    query_laid_release(&r->laid);
    query_order_release(&r->order);
    free(r->observed);
    free(r);
}

static bool loading(const struct query_rows *r)
{
    return r->phase != QUERY_ROWS_READY;
}

/* The order or the filter look at cells that changed with no row. */
static bool looks_at_samples(const struct query_rows *r)
{
    const struct query_order *o = &r->order;
    bool sorted = o->field >= 0 && (kind_info(r->kind)->fields[o->field].flags & FIELD_SAMPLED);
    return sorted || (o->filter && filter_needs_samples(o->filter));
}

/* The order or the filter look at how long jobs wait: that changes with no row, and is looked at again with each commit. */
static bool looks_at_time(const struct query_rows *r)
{
    const struct query_order *o = &r->order;
    return r->kind == KIND_JOB && (o->field == JOB_WAITED_S || (o->filter && filter_needs_now(o->filter)));
}

static enum query_step after_loading(struct query_rows *r, bool was_loading, int64_t laid_before, bool all,
                                     int64_t until_us)
{
    if (loading(r)) {
        query_order_append(r, until_us);
        return QUERY_MORE;
    }
    if (was_loading) {
        query_order_renew(r);
        query_set_settle(&r->set);
    } else {
        query_order_follow(r);
    }
    bool time_went = looks_at_time(r) && r->told_rev != r->rev;
    if (!was_loading && ((r->laid_rev != laid_before && looks_at_samples(r)) || time_went))
        query_order_restart(r);
    r->told_rev = r->rev;
    bool made = query_order_step(r, until_us);
    r->settled = r->settled || made;
    return made && all ? QUERY_DONE : QUERY_MORE;
}

enum query_step query_rows_step(struct query_rows *r, struct instant now, int64_t budget_us, struct err *err)
{
    int64_t until_us = clock_mono_us() + budget_us, laid_before = r->laid_rev;
    struct err why = {0};
    r->t_ms = r->at_ms ? r->at_ms : now.utc_ms;
    filter_set_now(r->order.filter, r->t_ms);
    if (!query_load_observed(r, now, err))
        return QUERY_FAILED;
    if (!loading(r) && r->order.phase != QUERY_ORDER_IDLE && !query_order_step(r, until_us))
        return QUERY_MORE; /* an order is being made: what came since waits */
    bool was_loading = loading(r);
    bool all = query_load_step(r, until_us, &why);
    if (why.kind != ERR_NONE) {
        if (err)
            *err = why;
        return QUERY_FAILED;
    }
    return after_loading(r, was_loading, laid_before, all, until_us);
}

static void reorder(struct query_rows *r)
{
    if (loading(r)) {
        r->load_at = 0;
        r->order.n_shown = 0;
    } else {
        query_order_restart(r);
    }
}

void query_rows_filter(struct query_rows *r, struct filter *f)
{
    if (f == r->order.filter)
        return;
    filter_free(r->order.filter);
    r->order.filter = f;
    filter_set_now(f, r->t_ms);
    reorder(r);
}

void query_rows_sort(struct query_rows *r, int field, bool descending)
{
    if (field < -1 || field >= (int)kind_info(r->kind)->field_count)
        field = -1;
    if (field == r->order.field && descending == r->order.descending)
        return;
    r->order.field = field;
    r->order.descending = descending;
    if (!loading(r))
        reorder(r);
}

size_t query_rows_all(const struct query_rows *r)
{
    return r->set.live;
}

size_t query_rows_count(const struct query_rows *r)
{
    return r->order.n_shown;
}

bool query_rows_partial(const struct query_rows *r)
{
    return loading(r) || r->partial || !r->settled;
}

int64_t query_rows_rev(const struct query_rows *r)
{
    return r->rev;
}

int64_t query_rows_teller(const struct query_rows *r, const struct query_row *row)
{
    int field = kind_info(r->kind)->told_by;
    if (field == 0)
        return row->source;
    struct value told_by = row_peek(r->kind, row->bytes + row->id_len, row->packed_len, field);
    return value_known(&told_by) ? query_source_nr(r->q, value_text_or(&told_by, "")) : row->source;
}

bool query_rows_at(const struct query_rows *r, size_t i, struct row *row)
{
    const struct query_row *held = i < r->order.n_shown ? r->set.rows[r->order.shown[i]] : NULL;
    if (!held || !row_unpack(r->kind, held->bytes + held->id_len, held->packed_len, row, NULL))
        return false;
    row->kind = r->kind;
    row->id = text_from(held->bytes, held->id_len);
    int64_t teller = query_rows_teller(r, held);
    row->source = query_source_name(r->q, teller);
    row->since_ms = held->since_ms;
    const struct query_rows_observed none = {.age_ms = -1, .stale = true};
    const struct query_rows_observed *o = (size_t)teller < r->n_observed ? &r->observed[teller] : &none;
    row->observed_ms = o->observed_ms;
    row->age_ms = o->age_ms;
    row->stale = o->stale;
    query_laid_row(&r->laid, held->source, row);
    if (r->kind == KIND_JOB)
        row->cells[JOB_WAITED_S] = row_waited_s(row, r->t_ms);
    return true;
}

static bool is_wanted(const struct query_rows *r, uint32_t slot, struct safe_text id, struct safe_text source)
{
    const struct query_row *row = r->set.rows[slot];
    bool joined = kind_info(r->kind)->told_by != 0; /* there is one row an id, whoever tells it at the moment */
    return row && text_equal(text_from(row->bytes, row->id_len), id) &&
           (joined || text_empty(source) || text_equal(query_source_name(r->q, row->source), source));
}

/* The slot among the ordered ids, or -1. */
static int64_t find_slot(const struct query_rows *r, struct safe_text id, struct safe_text source)
{
    const struct query_order *o = &r->order;
    size_t lo = 0, hi = o->n_ids;
    while (lo < hi) {
        size_t mid = (lo + hi) / 2;
        const struct query_row *row = r->set.rows[o->ids[mid]];
        if (query_sort_ids(text_from(row->bytes, row->id_len), id) < 0)
            lo = mid + 1;
        else
            hi = mid;
    }
    for (; lo < o->n_ids; lo++) {
        const struct query_row *row = r->set.rows[o->ids[lo]];
        if (!text_equal(text_from(row->bytes, row->id_len), id))
            break;
        if (is_wanted(r, o->ids[lo], id, source))
            return o->ids[lo];
    }
    return -1;
}

int64_t query_rows_find(const struct query_rows *r, struct safe_text id, struct safe_text source)
{
    const struct query_order *o = &r->order;
    bool ordered = !loading(r) && !o->ids_void;
    int64_t slot = ordered ? find_slot(r, id, source) : -1;
    if (ordered && slot < 0)
        return -1;
    for (size_t i = 0; i < o->n_shown; i++)
        if (ordered ? o->shown[i] == (uint32_t)slot : is_wanted(r, o->shown[i], id, source))
            return (int64_t)i;
    return -1;
}
