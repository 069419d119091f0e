#include "query_private.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

enum { FOLLOW_MIN = 4096 };

struct query_rows *query_rows_new(struct query *q, enum kind kind, int64_t at_ms)
{
    struct query_rows *r = mem_new(1, sizeof *r);
    r->q = q;
    r->kind = r->set.kind = kind;
    r->at_ms = at_ms;
    r->order.field = -1;
    query_order_forget(&r->order);
    return r;
}

void query_rows_free(struct query_rows *r)
{
    if (!r)
        return;
    query_set_release(&r->set);
    free(r->ops.bytes);
    query_laid_release(&r->laid);
    query_within_release(&r->within);
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
    if (was_loading || r->anew) {
        r->anew = false;
        query_order_renew(r);
        query_set_settle(&r->set);
    } else if (all || r->set.touched_n > r->set.live / 2 + FOLLOW_MIN) {
        query_order_follow(r); /* once: it looks at all rows */
    }
    bool time_went = looks_at_time(r) && r->told_rev != r->rev;
    if (!was_loading && ((r->laid_rev != laid_before && looks_at_samples(r)) || time_went))
        query_order_restart(r, true);
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
    if (!loading(r) && r->order.phase != QUERY_ORDER_IDLE && !query_order_step(r, until_us))
        return QUERY_MORE; /* an order is being made: what came since waits, and nothing is read */
    if (!query_load_observed(r, now, err))
        return QUERY_FAILED;
    bool was_loading = loading(r);
    bool all = query_load_step(r, until_us, &why);
    if (why.kind != ERR_NONE) {
        if (err)
            *err = why;
        return QUERY_FAILED;
    }
    return after_loading(r, was_loading, laid_before, all, until_us);
}

static void reorder(struct query_rows *r, bool sort)
{
    if (loading(r)) {
        r->load_at = 0;
        r->order.passed.n = 0;
    } else {
        query_order_restart(r, sort);
    }
}

void query_rows_filter(struct query_rows *r, struct filter *f)
{
    if (f == r->order.filter)
        return;
    filter_free(r->order.filter);
    r->order.filter = f;
    filter_set_now(f, r->t_ms);
    if (query_within_set(r, f)) {
        query_laid_release(&r->laid);
        r->laid_rev = 0;
        r->settled = false;
        query_load_forget(r);
        return;
    }
    reorder(r, false);
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
        reorder(r, true);
}

size_t query_rows_all(const struct query_rows *r)
{
    return r->set.live;
}

size_t query_rows_count(const struct query_rows *r)
{
    return query_order_count(&r->order);
}

bool query_rows_partial(const struct query_rows *r)
{
    return loading(r) || r->partial || !r->settled;
}

int64_t query_rows_rev(const struct query_rows *r)
{
    return r->rev;
}

int64_t query_rows_teller(const struct query_rows *r, const struct query_seen *row)
{
    int field = kind_info(r->kind)->told_by;
    if (field == 0)
        return row->source;
    struct value told_by = row_held_peek(r->kind, row->held, field);
    return value_known(&told_by) ? query_source_nr(r->q, value_text_or(&told_by, "")) : row->source;
}

bool query_rows_show(const struct query_rows *r, const struct query_seen *seen, struct row *row)
{
    if (!row_held_unpack(r->kind, seen->held, row, NULL))
        return false;
    row->kind = r->kind;
    row->id = seen->id;
    int64_t teller = query_rows_teller(r, seen);
    row->source = query_source_name(r->q, teller);
    row->since_ms = seen->since_ms;
    const struct query_rows_observed none = {.age_ms = -1, .stale = true};
    const struct query_rows_observed *o = (size_t)teller < r->n_observed ? &r->observed[teller] : &none;
    row->observed_ms = o->observed_ms;
    row->age_ms = o->age_ms;
    row->stale = o->stale;
    query_laid_row(&r->laid, seen->source, row);
    if (r->kind == KIND_JOB)
        row->cells[JOB_WAITED_S] = row_waited_s(row, r->t_ms);
    return true;
}

bool query_rows_at(const struct query_rows *r, size_t i, struct row *row)
{
    if (i >= query_order_count(&r->order))
        return false;
    uint32_t slot = query_order_at(&r->order, i);
    if (!r->set.rows[slot])
        return false;
    const struct query_seen seen = query_set_seen(&r->set, slot);
    return query_rows_show(r, &seen, row);
}

static bool is_wanted(const struct query_rows *r, uint32_t slot, struct safe_text id, struct safe_text source)
{
    if (!r->set.rows[slot])
        return false;
    const struct query_seen row = query_set_seen(&r->set, slot);
    bool joined = kind_info(r->kind)->told_by != 0; /* there is one row an id, whoever tells it at the moment */
    return text_equal(row.id, id) &&
           (joined || text_empty(source) || text_equal(query_source_name(r->q, row.source), source));
}

/* The slot among the ordered ids, or -1. */
static int64_t find_slot(const struct query_rows *r, struct safe_text id, struct safe_text source)
{
    const struct query_slots *ids = &r->order.ids;
    size_t lo = 0, hi = ids->n;
    while (lo < hi) {
        size_t mid = (lo + hi) / 2;
        if (query_sort_ids(query_set_seen(&r->set, ids->at[mid]).id, id) < 0)
            lo = mid + 1;
        else
            hi = mid;
    }
    for (; lo < ids->n; lo++) {
        if (!text_equal(query_set_seen(&r->set, ids->at[lo]).id, id))
            break;
        if (is_wanted(r, ids->at[lo], id, source))
            return ids->at[lo];
    }
    return -1;
}

int64_t query_rows_find(const struct query_rows *r, struct safe_text id, struct safe_text source)
{
    const struct query_order *o = &r->order;
    if (!loading(r) && !o->ids_void) {
        int64_t slot = find_slot(r, id, source);
        return slot < 0 ? -1 : query_order_place(r, (uint32_t)slot);
    }
    for (size_t i = 0; i < query_order_count(o); i++)
        if (is_wanted(r, query_order_at(o, i), id, source))
            return (int64_t)i;
    return -1;
}

bool query_rows_gone(const struct query_rows *r, struct safe_text id, struct safe_text source)
{
    return !loading(r) && !r->order.ids_void && find_slot(r, id, source) < 0;
}
