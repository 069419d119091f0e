#include "query_private.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

/* Three arrays of slots: `ids`, every row by id; `sorted`, every row by a field; `passed`, what passes the filter. What came
 * and went is merged into all of them. A new filter asks every row in the order in which they lie in memory, and picks
 * what passed out of the order that is there. A new sort takes `ids` and sorts that, stably, by 64-bit keys: ties are in the order
 * of ids already. */

enum { LOOK_EACH = 64, PASS_EACH = 512, GATHER_EACH = 16384, MERGE_MIN = 4096 };

void query_order_release(struct query_order *o)
{
    free(o->ids.at);
    free(o->sorted.at);
    free(o->passed.at);
    free(o->keys);
    free(o->spare);
    free(o->runs);
    free(o->ranks);
    free(o->passing);
    free(o->gathered.at);
    query_sort_release(&o->sort);
    filter_free(o->filter);
    memset(o, 0, sizeof *o);
}

/* --- what is shown */

static const struct query_slots *shown(const struct query_order *o)
{
    const struct query_slots *const arrays[] = {&o->passed, &o->sorted, &o->ids};
    return arrays[o->shown];
}

uint32_t query_order_at(const struct query_order *o, size_t i)
{
    const struct query_slots *s = shown(o);
    return s->at[o->backwards ? s->n - 1 - i : i];
}

size_t query_order_count(const struct query_order *o)
{
    return shown(o)->n;
}

static bool by_ids(const struct query_order *o)
{
    return o->field < 0;
}

/* Of arrays in order; what is asked for may be ordered anew by now. */
int64_t query_order_place(const struct query_rows *r, uint32_t slot)
{
    const struct query_order *o = &r->order;
    size_t lo = 0, hi = query_order_count(o), n = hi;
    bool ordered = r->phase == QUERY_ROWS_READY && o->phase == QUERY_ORDER_IDLE && !o->ids_void;
    while (ordered && lo < hi) {
        size_t mid = (lo + hi) / 2;
        if (query_order_cmp(r, query_order_at(o, mid), slot) < 0)
            lo = mid + 1;
        else
            hi = mid;
    }
    if (ordered && lo < n && query_order_at(o, lo) == slot)
        return (int64_t)lo;
    for (size_t i = 0; i < n; i++)
        if (query_order_at(o, i) == slot)
            return (int64_t)i;
    return -1;
}

/* What a filter needs to know of a row besides the row: the same for all of them. */
struct sieve {
    const struct filter *filter;
    bool joined, sampled;
    int64_t teller; /* the last one, and its name: rows that follow each other mostly are of one */
    struct safe_text source;
};

static struct sieve sieve_of(const struct query_rows *r)
{
    const struct filter *f = r->order.filter;
    return (struct sieve){
        .filter = f, .joined = kind_info(r->kind)->told_by != 0, .sampled = f && filter_needs_samples(f), .teller = -1};
}

/* With its samples, which are in no held row. */
static bool whole_passes(const struct query_rows *r, const struct query_seen *seen, struct safe_text source)
{
    struct row row;
    if (!row_held_unpack(r->kind, seen->held, &row, NULL))
        return false;
    row.kind = r->kind;
    row.id = seen->id;
    row.source = source;
    query_laid_row(&r->laid, seen->source, &row);
    return filter_match(r->order.filter, &row);
}

static void ask_teller(const struct query_rows *r, struct sieve *sieve, int64_t teller)
{
    if (teller != sieve->teller)
        sieve->source = query_source_name(r->q, sieve->teller = teller);
}

static bool joined_passes(const struct query_rows *r, struct sieve *sieve, uint32_t slot)
{
    const struct query_seen seen = query_set_seen(&r->set, slot);
    ask_teller(r, sieve, sieve->joined ? query_rows_teller(r, &seen) : seen.source);
    if (sieve->sampled)
        return whole_passes(r, &seen, sieve->source);
    return filter_match_held(sieve->filter, r->kind, seen.id, 0, sieve->source, &seen.held);
}

/* Of a million rows a key: nothing is unpacked that is not looked at. */
static bool passes(const struct query_rows *r, struct sieve *sieve, uint32_t slot)
{
    if (!sieve->filter)
        return true;
    if (sieve->joined || sieve->sampled)
        return joined_passes(r, sieve, slot);
    const struct query_row *row = query_set_row(&r->set, slot);
    const struct row_held held = query_set_held(&r->set, row);
    ask_teller(r, sieve, row->source);
    return filter_match_held(sieve->filter, r->kind, text_from(row->bytes, row->id_len), query_row_letters(row),
                             sieve->source, &held);
}

/* --- arrays of slots */

static void make_room(struct query_slots *s, size_t n)
{
    if (n <= s->cap)
        return;
    s->cap = n + n / 32 + 16;
    s->at = mem_grow(s->at, s->cap, sizeof *s->at);
}

/* Drops the slots with one of the flags. */
static void drop_flagged(const struct query_set *set, struct query_slots *s, unsigned flags)
{
    size_t left = 0;
    for (size_t i = 0; i < s->n; i++)
        if (!(set->flags[s->at[i]] & flags))
            s->at[left++] = s->at[i];
    s->n = left;
}

static void drop_closed(const struct query_set *set, struct query_slots *s)
{
    size_t left = 0;
    for (size_t i = 0; i < s->n; i++)
        if (set->rows[s->at[i]])
            s->at[left++] = s->at[i];
    s->n = left;
}

/* Merges `add` (in any order) into the ordered `s`. */
static void merge(struct query_rows *r, struct query_slots *s, const struct query_slots *add, query_sort_cmp *cmp)
{
    struct query_sort order = {0};
    if (!add->n)
        return;
    make_room(s, s->n + add->n);
    query_sort_begin(&order, add->n);
    memcpy(order.a, add->at, add->n * sizeof *add->at);
    query_sort_step(&order, cmp, r, INT64_MAX);
    size_t n = s->n;
    for (size_t left = add->n; left;) { /* from the end, so that nothing is overwritten */
        size_t lo = 0, hi = n;
        while (lo < hi) {
            size_t mid = (lo + hi) / 2;
            if (cmp(r, s->at[mid], order.a[left - 1]) <= 0)
                lo = mid + 1;
            else
                hi = mid;
        }
        memmove(&s->at[lo + left], &s->at[lo], (n - lo) * sizeof *s->at);
        left--;
        s->at[lo + left] = order.a[left];
        n = lo;
    }
    s->n += add->n;
    query_sort_release(&order);
}

/* --- making the orders */

void query_order_forget(struct query_order *o)
{
    o->ids.n = o->sorted.n = o->passed.n = o->n_keys = o->n_runs = 0;
    o->phase = QUERY_ORDER_IDLE;
    o->ids_void = o->sorted_void = true;
    o->shown = QUERY_ORDER_PASSED;
    o->backwards = false;
    query_sort_release(&o->sort);
}

static void begin_ids(struct query_rows *r)
{
    struct query_order *o = &r->order;
    size_t n = 0;
    query_sort_begin(&o->sort, r->set.live);
    for (size_t s = 0; s < r->set.used; s++)
        if (r->set.rows[s])
            o->sort.a[n++] = (uint32_t)s;
    o->phase = QUERY_ORDER_IDS;
}

/* The next thing to do, when `ids` are made. */
static void go_on(struct query_order *o)
{
    o->at = o->n_keys = o->n_runs = 0;
    o->sorting = false;
    if (!by_ids(o) && o->sorted_void)
        o->phase = QUERY_ORDER_WORDS;
    else
        o->phase = QUERY_ORDER_PASS;
}

void query_order_restart(struct query_rows *r, bool sort)
{
    struct query_order *o = &r->order;
    o->sorted_void = o->sorted_void || sort;
    if (o->phase == QUERY_ORDER_IDS)
        return;
    if (o->ids_void)
        begin_ids(r);
    else
        go_on(o);
}

static bool make_ids(struct query_rows *r, int64_t until_us)
{
    struct query_order *o = &r->order;
    if (!query_sort_step(&o->sort, query_order_cmp_ids, r, until_us))
        return false;
    free(o->ids.at);
    o->ids = (struct query_slots){o->sort.a, o->sort.n, o->sort.cap};
    o->sort.a = NULL;
    query_sort_release(&o->sort);
    o->ids_void = false;
    go_on(o);
    return true;
}

/* Asks the rows as they lie in memory. */
static bool pass(struct query_rows *r, int64_t until_us)
{
    struct query_order *o = &r->order;
    struct sieve sieve = sieve_of(r);
    size_t bytes = r->set.used / 8 + 1;
    if (!o->filter) {
        o->phase = QUERY_ORDER_GATHER;
        o->at = 0;
        return true;
    }
    if (o->at == 0) {
        if (bytes > o->passing_bytes)
            o->passing = mem_grow(o->passing, bytes, 1);
        o->passing_bytes = bytes > o->passing_bytes ? bytes : o->passing_bytes;
        memset(o->passing, 0, bytes);
        o->passed_n = 0;
    }
    while (o->at < r->set.used) {
        uint32_t slot = (uint32_t)o->at++;
        if (r->set.rows[slot] && passes(r, &sieve, slot)) {
            o->passing[slot / 8] |= (uint8_t)(1 << slot % 8);
            o->passed_n++;
        }
        if (o->at % PASS_EACH == 0 && clock_mono_us() >= until_us)
            return false;
    }
    o->phase = QUERY_ORDER_GATHER;
    o->at = 0;
    return true;
}

/* Picks what passed out of the order of all; without a filter that order itself is shown. */
static bool gather(struct query_order *o, int64_t until_us)
{
    const struct query_slots *all = by_ids(o) ? &o->ids : &o->sorted;
    if (o->at == 0) {
        free(o->gathered.at);
        o->gathered = (struct query_slots){0};
        make_room(&o->gathered, o->filter ? o->passed_n + 1 : 0);
    }
    while (o->filter && o->at < all->n) {
        uint32_t slot = all->at[o->at++];
        o->gathered.at[o->gathered.n] = slot; /* kept if it passed: no branch foresees which do */
        o->gathered.n += o->passing[slot / 8] >> slot % 8 & 1;
        if (o->at % GATHER_EACH == 0 && clock_mono_us() >= until_us)
            return false;
    }
    free(o->passed.at);
    o->passed = o->gathered;
    o->gathered = (struct query_slots){0};
    o->shown = o->filter ? QUERY_ORDER_PASSED : by_ids(o) ? QUERY_ORDER_BY_IDS : QUERY_ORDER_SORTED;
    o->backwards = by_ids(o) && o->descending;
    if (by_ids(o)) { /* nobody needs it: a million slots are 4 MB */
        free(o->sorted.at);
        o->sorted = (struct query_slots){0};
        o->sorted_void = true;
    }
    o->phase = QUERY_ORDER_IDLE;
    return true;
}

bool query_order_step(struct query_rows *r, int64_t until_us)
{
    struct query_order *o = &r->order;
    if (o->phase == QUERY_ORDER_IDS && !make_ids(r, until_us))
        return false;
    if ((o->phase == QUERY_ORDER_WORDS || o->phase == QUERY_ORDER_KEYS || o->phase == QUERY_ORDER_REFINE) &&
        !query_keys_step(r, until_us))
        return false;
    if (o->phase == QUERY_ORDER_PASS && !pass(r, until_us))
        return false;
    return o->phase != QUERY_ORDER_GATHER || gather(o, until_us);
}

/* --- following */

static void merge_touched(struct query_rows *r)
{
    struct query_order *o = &r->order;
    const struct query_set *set = &r->set;
    struct sieve sieve = sieve_of(r);
    struct query_slots moved = {0}, put = {0}, passed = {0};
    make_room(&moved, set->touched_n);
    make_room(&put, set->touched_n);
    make_room(&passed, set->touched_n);
    for (size_t i = 0; i < set->touched_n; i++) {
        uint32_t slot = set->touched[i];
        if (!set->rows[slot])
            continue;
        put.at[put.n++] = slot;
        if (set->flags[slot] & QUERY_SET_MOVED)
            moved.at[moved.n++] = slot;
        if (o->filter && passes(r, &sieve, slot))
            passed.at[passed.n++] = slot;
    }
    drop_flagged(set, &o->ids, QUERY_SET_MOVED);
    merge(r, &o->ids, &moved, query_order_cmp_ids);
    if (!o->sorted_void) {
        drop_flagged(set, &o->sorted, QUERY_SET_TOUCHED);
        merge(r, &o->sorted, &put, query_order_cmp);
    }
    drop_flagged(set, &o->passed, QUERY_SET_TOUCHED);
    merge(r, &o->passed, &passed, query_order_cmp);
    free(moved.at);
    free(put.at);
    free(passed.at);
}

void query_order_renew(struct query_rows *r)
{
    struct query_order *o = &r->order;
    drop_closed(&r->set, &o->passed);
    drop_closed(&r->set, &o->sorted);
    drop_closed(&r->set, &o->ids);
    o->ids_void = o->sorted_void = true;
    o->phase = QUERY_ORDER_IDLE;
    query_order_restart(r, true);
}

static bool any_moved(const struct query_set *set)
{
    for (size_t i = 0; i < set->touched_n; i++)
        if (set->flags[set->touched[i]] & QUERY_SET_MOVED)
            return true;
    return false;
}

/* Too many to place one by one: the orders are made anew, but that of ids only where a row came or went. */
void query_order_follow(struct query_rows *r)
{
    struct query_order *o = &r->order;
    bool made = o->phase == QUERY_ORDER_IDLE && !o->ids_void;
    if (!r->set.touched_n)
        return;
    if (made && (r->set.touched_n < MERGE_MIN || r->set.touched_n < r->set.live / 16))
        merge_touched(r);
    else if (made && !any_moved(&r->set))
        query_order_restart(r, true);
    else
        query_order_renew(r);
    query_set_settle(&r->set);
}

void query_order_append(struct query_rows *r, int64_t until_us)
{
    struct sieve sieve = sieve_of(r);
    struct query_slots *passed = &r->order.passed;
    for (; r->load_at < r->set.used; r->load_at++) {
        uint32_t slot = (uint32_t)r->load_at;
        if (r->set.rows[slot] && passes(r, &sieve, slot)) {
            make_room(passed, passed->n + 1);
            passed->at[passed->n++] = slot;
        }
        if (r->load_at % LOOK_EACH == LOOK_EACH - 1 && clock_mono_us() >= until_us) {
            r->load_at++;
            return;
        }
    }
}
