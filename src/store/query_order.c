#include "query_private.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

/* Two orders of slots: `ids`, every row by id, kept by merging what came and went; and `shown`, what passes the filter.
 * A new sort takes `ids` through the filter and sorts that, stably, by 64-bit keys: ties are in the order of ids
 * already. Texts go through in pieces of seven bytes: the low byte of a key tells how many of them are there, 8 means
 * that more follow and a tie is not settled. */

enum { LOOK_EACH = 64, PIECE = 7, MORE_FOLLOWS = 8, MERGE_MIN = 4096 };
static const uint64_t unknown_key = UINT64_MAX;

void query_order_release(struct query_order *o)
{
    free(o->ids);
    free(o->shown);
    free(o->keys);
    free(o->spare);
    free(o->runs);
    query_sort_release(&o->sort);
    filter_free(o->filter);
    memset(o, 0, sizeof *o);
}

static struct safe_text id_of(const struct query_row *row)
{
    return text_from(row->bytes, row->id_len);
}

struct value query_order_cell(const struct query_rows *r, uint32_t slot, int field)
{
    const struct query_row *row = r->set.rows[slot];
    const struct kind_info *info = kind_info(r->kind);
    if (r->kind == KIND_JOB && field == JOB_WAITED_S)
        return row_waited_peek(row->bytes + row->id_len, row->packed_len, r->t_ms);
    if (!(info->fields[field].flags & FIELD_SAMPLED))
        return row_peek(r->kind, row->bytes + row->id_len, row->packed_len, field);
    double sample;
    if (!query_laid_get(&r->laid, row->source, id_of(row), field, &sample))
        return value_none();
    return value_number(info->fields[field].type, sample);
}

static bool passes(const struct query_rows *r, uint32_t slot)
{
    const struct filter *f = r->order.filter;
    const struct query_row *row = r->set.rows[slot];
    if (!f)
        return true;
    struct safe_text source = query_source_name(r->q, query_rows_teller(r, row));
    const char *packed = row->bytes + row->id_len;
    if (!filter_needs_samples(f))
        return filter_match_packed(f, r->kind, id_of(row), source, packed, row->packed_len);
    struct row whole;
    if (!row_unpack(r->kind, packed, row->packed_len, &whole, NULL))
        return false;
    whole.kind = r->kind;
    whole.id = id_of(row);
    whole.source = source;
    for (size_t i = 0; i < kind_info(r->kind)->field_count; i++)
        if (kind_info(r->kind)->fields[i].flags & FIELD_SAMPLED)
            whole.cells[i] = query_order_cell(r, slot, (int)i);
    return filter_match(f, &whole);
}

/* --- comparisons */

static int cmp_ids(const void *ctx, uint32_t a, uint32_t b)
{
    const struct query_rows *r = ctx;
    const struct query_row *x = r->set.rows[a], *y = r->set.rows[b];
    int c = query_sort_ids(id_of(x), id_of(y));
    if (c)
        return c;
    if (x->source != y->source)
        return x->source < y->source ? -1 : 1;
    return (x->seq > y->seq) - (x->seq < y->seq);
}

static int cmp_shown(const void *ctx, uint32_t a, uint32_t b)
{
    const struct query_rows *r = ctx;
    if (r->order.field < 0)
        return r->order.descending ? cmp_ids(ctx, b, a) : cmp_ids(ctx, a, b);
    struct value x = query_order_cell(r, a, r->order.field), y = query_order_cell(r, b, r->order.field);
    int c = value_cmp(&x, &y);
    if (!c)
        return cmp_ids(ctx, a, b);
    return r->order.descending && value_known(&x) && value_known(&y) ? -c : c;
}

/* --- keys */

static uint64_t key_of_real(double real)
{
    uint64_t bits;
    real = real + 0.0; /* -0 and 0 are one value */
    memcpy(&bits, &real, sizeof bits);
    return bits >> 63 ? ~bits : bits | UINT64_C(1) << 63;
}

static uint64_t key_of_piece(struct safe_text t, unsigned depth)
{
    const unsigned char *bytes = (const unsigned char *)text_bytes(t);
    size_t from = (size_t)depth * PIECE, n = text_len(t) > from ? text_len(t) - from : 0;
    uint64_t key = 0;
    for (size_t i = 0; i < PIECE; i++)
        key = key << 8 | (i < n ? bytes[from + i] : 0);
    return key << 8 | (n > PIECE ? MORE_FOLLOWS : n);
}

static uint64_t key_of(const struct query_rows *r, uint32_t slot, unsigned depth)
{
    struct value v = query_order_cell(r, slot, r->order.field);
    bool real = kind_info(r->kind)->fields[r->order.field].type == VALUE_REAL;
    uint64_t key;
    if (!value_known(&v))
        return unknown_key;
    if (v.type == VALUE_TEXT || v.type == VALUE_LIST)
        key = key_of_piece(v.as.text, depth);
    else if (real)
        key = key_of_real(value_real_or(&v, 0));
    else
        key = (uint64_t)value_int_or(&v, 0) ^ UINT64_C(1) << 63;
    if (r->order.descending)
        key = ~key;
    return key == unknown_key ? unknown_key - 1 : key;
}

static bool unsettled(const struct query_rows *r, uint64_t key)
{
    enum value_type type = kind_info(r->kind)->fields[r->order.field].type;
    if ((type != VALUE_TEXT && type != VALUE_LIST) || key == unknown_key)
        return false;
    return ((r->order.descending ? ~key : key) & 0xff) == MORE_FOLLOWS;
}

/* --- making the orders */

static uint32_t *grown(uint32_t *a, size_t *cap, size_t n)
{
    if (n <= *cap)
        return a;
    *cap = n + n / 8 + 16;
    return mem_grow(a, *cap, sizeof *a);
}

void query_order_restart(struct query_rows *r)
{
    struct query_order *o = &r->order;
    o->at = o->n_keys = o->n_runs = 0;
    o->sorting = false;
    if (o->phase == QUERY_ORDER_IDS)
        return;
    o->phase = o->ids_void ? QUERY_ORDER_IDS : QUERY_ORDER_FILTER;
    if (!o->ids_void)
        return;
    query_sort_begin(&o->sort, r->set.live);
    size_t n = 0;
    for (size_t s = 0; s < r->set.used; s++)
        if (r->set.rows[s])
            o->sort.a[n++] = (uint32_t)s;
}

static bool make_ids(struct query_rows *r, int64_t until_us)
{
    struct query_order *o = &r->order;
    if (!query_sort_step(&o->sort, cmp_ids, r, until_us))
        return false;
    free(o->ids);
    o->ids = o->sort.a;
    o->n_ids = o->sort.n;
    o->cap_ids = o->sort.cap;
    o->sort.a = NULL;
    query_sort_release(&o->sort);
    o->ids_void = false;
    o->phase = QUERY_ORDER_FILTER;
    return true;
}

static void push_run(struct query_order *o, size_t from, size_t n, unsigned depth)
{
    if (o->n_runs == o->cap_runs) {
        o->cap_runs = o->cap_runs ? o->cap_runs * 2 : 16;
        o->runs = mem_grow(o->runs, o->cap_runs, sizeof *o->runs);
    }
    o->runs[o->n_runs++] = (struct query_order_run){from, n, 0, depth};
}

/* Notes the ties of a sorted part that are not settled. */
static void note_ties(struct query_rows *r, const struct query_order_run *run)
{
    struct query_order *o = &r->order;
    for (size_t i = run->from, end = run->from + run->n; i < end;) {
        size_t j = i + 1;
        while (j < end && o->keys[j].key == o->keys[i].key)
            j++;
        if (j - i > 1 && unsettled(r, o->keys[i].key))
            push_run(o, i, j - i, run->depth + 1);
        i = j;
    }
}

static void finish(struct query_rows *r)
{
    struct query_order *o = &r->order;
    bool reverse = o->field < 0 && o->descending;
    o->shown = grown(o->shown, &o->cap_shown, o->n_keys);
    for (size_t i = 0; i < o->n_keys; i++)
        o->shown[i] = o->keys[reverse ? o->n_keys - 1 - i : i].slot;
    o->n_shown = o->n_keys;
    free(o->keys);
    free(o->spare);
    o->keys = o->spare = NULL;
    o->n_keys = o->cap_keys = 0;
    o->phase = QUERY_ORDER_IDLE;
}

static bool filter_ids(struct query_rows *r, int64_t until_us)
{
    struct query_order *o = &r->order;
    if (o->cap_keys < o->n_ids || !o->keys) {
        o->cap_keys = o->n_ids + 1;
        o->keys = mem_grow(o->keys, o->cap_keys, sizeof *o->keys);
        o->spare = mem_grow(o->spare, o->cap_keys, sizeof *o->spare);
    }
    while (o->at < o->n_ids) {
        uint32_t slot = o->ids[o->at++];
        if (passes(r, slot))
            o->keys[o->n_keys++] = (struct query_key){o->field < 0 ? 0 : key_of(r, slot, 0), slot};
        if (o->at % LOOK_EACH == 0 && clock_mono_us() >= until_us)
            return false;
    }
    if (o->field >= 0) {
        push_run(o, 0, o->n_keys, 0);
        o->runs[0].filled = o->n_keys;
    }
    o->phase = QUERY_ORDER_REFINE;
    return true;
}

/* The keys of a run at its depth; false when the time is over. */
static bool fill(struct query_rows *r, struct query_order_run *run, int64_t until_us)
{
    while (run->filled < run->n) {
        struct query_key *k = &r->order.keys[run->from + run->filled++];
        k->key = key_of(r, k->slot, run->depth);
        if (run->filled % LOOK_EACH == 0 && clock_mono_us() >= until_us)
            return false;
    }
    return true;
}

static bool refine(struct query_rows *r, int64_t until_us)
{
    struct query_order *o = &r->order;
    for (unsigned i = 1; o->n_runs; i++) {
        struct query_order_run *run = &o->runs[o->n_runs - 1];
        if (!fill(r, run, until_us))
            return false;
        if (!o->sorting)
            query_sort_radix_begin(&o->radix, o->keys + run->from, o->spare + run->from, run->n);
        o->sorting = true;
        if (!query_sort_radix_step(&o->radix, until_us))
            return false;
        o->sorting = false;
        struct query_order_run done = *run;
        o->n_runs--;
        note_ties(r, &done);
        if (i % LOOK_EACH == 0 && clock_mono_us() >= until_us)
            return false;
    }
    finish(r);
    return true;
}

bool query_order_step(struct query_rows *r, int64_t until_us)
{
    struct query_order *o = &r->order;
    if (o->phase == QUERY_ORDER_IDS && !make_ids(r, until_us))
        return false;
    if (o->phase == QUERY_ORDER_FILTER && !filter_ids(r, until_us))
        return false;
    return o->phase != QUERY_ORDER_REFINE || refine(r, until_us);
}

/* --- following */

/* Drops the slots with one of the flags from an order; returns how many are left. */
static size_t without(const struct query_set *set, uint32_t *a, size_t n, unsigned flags)
{
    size_t left = 0;
    for (size_t i = 0; i < n; i++)
        if (!(set->flags[a[i]] & flags))
            a[left++] = a[i];
    return left;
}

/* Merges `add` (n of them, in any order) into the order `a`, which has room. */
static void merge(struct query_rows *r, uint32_t *a, size_t n_a, const uint32_t *add, size_t n, query_sort_cmp *cmp)
{
    struct query_sort s = {0};
    if (!n)
        return;
    query_sort_begin(&s, n);
    memcpy(s.a, add, n * sizeof *add);
    query_sort_step(&s, cmp, r, INT64_MAX);
    for (size_t left = n; left;) { /* from the end, so that nothing is overwritten */
        size_t lo = 0, hi = n_a;
        while (lo < hi) {
            size_t mid = (lo + hi) / 2;
            if (cmp(r, a[mid], s.a[left - 1]) <= 0)
                lo = mid + 1;
            else
                hi = mid;
        }
        memmove(&a[lo + left], &a[lo], (n_a - lo) * sizeof *a);
        left--;
        a[lo + left] = s.a[left];
        n_a = lo;
    }
    query_sort_release(&s);
}

static void merge_touched(struct query_rows *r)
{
    struct query_order *o = &r->order;
    const struct query_set *set = &r->set;
    uint32_t *add = mem_new(set->touched_n, sizeof *add);
    size_t n = 0;
    o->n_ids = without(set, o->ids, o->n_ids, QUERY_SET_MOVED);
    for (size_t i = 0; i < set->touched_n; i++)
        if (set->rows[set->touched[i]] && (set->flags[set->touched[i]] & QUERY_SET_MOVED))
            add[n++] = set->touched[i];
    o->ids = grown(o->ids, &o->cap_ids, o->n_ids + n);
    merge(r, o->ids, o->n_ids, add, n, cmp_ids);
    o->n_ids += n;
    o->n_shown = without(set, o->shown, o->n_shown, QUERY_SET_TOUCHED);
    n = 0;
    for (size_t i = 0; i < set->touched_n; i++)
        if (set->rows[set->touched[i]] && passes(r, set->touched[i]))
            add[n++] = set->touched[i];
    o->shown = grown(o->shown, &o->cap_shown, o->n_shown + n);
    merge(r, o->shown, o->n_shown, add, n, cmp_shown);
    o->n_shown += n;
    free(add);
}

void query_order_renew(struct query_rows *r)
{
    struct query_order *o = &r->order;
    size_t left = 0;
    for (size_t i = 0; i < o->n_shown; i++)
        if (r->set.rows[o->shown[i]])
            o->shown[left++] = o->shown[i];
    o->n_shown = left;
    o->ids_void = true;
    o->phase = QUERY_ORDER_IDLE;
    query_order_restart(r);
}

void query_order_follow(struct query_rows *r)
{
    struct query_order *o = &r->order;
    if (!r->set.touched_n)
        return;
    if (o->phase == QUERY_ORDER_IDLE && !o->ids_void &&
        (r->set.touched_n < MERGE_MIN || r->set.touched_n < r->set.live / 16)) {
        merge_touched(r);
    } else {
        /* too many to place one by one: what went is taken out, the rest is made anew */
        query_order_renew(r);
    }
    query_set_settle(&r->set);
}

void query_order_append(struct query_rows *r, int64_t until_us)
{
    struct query_order *o = &r->order;
    for (; r->load_at < r->set.used; r->load_at++) {
        uint32_t slot = (uint32_t)r->load_at;
        if (r->set.rows[slot] && passes(r, slot)) {
            o->shown = grown(o->shown, &o->cap_shown, o->n_shown + 1);
            o->shown[o->n_shown++] = slot;
        }
        if (r->load_at % LOOK_EACH == LOOK_EACH - 1 && clock_mono_us() >= until_us) {
            r->load_at++;
            return;
        }
    }
}
