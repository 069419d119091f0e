#include "query_private.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

/* The order by a field: `ids` sorted by 64-bit keys. Where all texts of the field have numbers, a key is the rank of its text.
 * Otherwise texts go through in pieces of seven bytes: the low byte of a key tells how many of them are there, 8 means that more
 * follow and a tie is not settled. */

enum { LOOK_EACH = 64, PIECE = 7, MORE_FOLLOWS = 8, WORDS_MAX = 32768 /* ranked in one go */ };
static const uint64_t unknown_key = UINT64_MAX;

static const struct field *field_of(const struct query_rows *r)
{
    return &kind_info(r->kind)->fields[r->order.field];
}

static bool is_text_field(const struct query_rows *r)
{
    return field_of(r)->type == VALUE_TEXT || field_of(r)->type == VALUE_LIST;
}

static struct value cell_of(const struct query_rows *r, const struct query_seen *row, int field, uint32_t *word)
{
    const struct field *f = &kind_info(r->kind)->fields[field];
    *word = INTERN_NONE;
    if (r->kind == KIND_JOB && field == JOB_WAITED_S)
        return row_held_waited(row->held, r->t_ms);
    if (!(f->flags & FIELD_SAMPLED))
        return row_held_word(r->kind, row->held, field, word);
    double sample;
    if (!query_laid_get(&r->laid, row->source, row->id, field, &sample))
        return value_none();
    return value_number(f->type, sample);
}

/* --- comparisons */

static int cmp_seen(const struct query_seen *x, const struct query_seen *y)
{
    int c = query_sort_ids(x->id, y->id);
    if (c)
        return c;
    if (x->source != y->source)
        return x->source < y->source ? -1 : 1;
    return (x->seq > y->seq) - (x->seq < y->seq);
}

int query_order_cmp_ids(const void *ctx, uint32_t a, uint32_t b)
{
    const struct query_rows *r = ctx;
    const struct query_seen x = query_set_seen(&r->set, a), y = query_set_seen(&r->set, b);
    return cmp_seen(&x, &y);
}

int query_order_cmp(const void *ctx, uint32_t a, uint32_t b)
{
    const struct query_rows *r = ctx;
    const struct query_seen x = query_set_seen(&r->set, a), y = query_set_seen(&r->set, b);
    uint32_t word;
    if (r->order.field < 0)
        return r->order.descending ? cmp_seen(&y, &x) : cmp_seen(&x, &y);
    struct value u = cell_of(r, &x, r->order.field, &word), v = cell_of(r, &y, r->order.field, &word);
    int c = value_cmp(&u, &v);
    if (!c)
        return cmp_seen(&x, &y);
    return r->order.descending && value_known(&u) && value_known(&v) ? -c : c;
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
    const struct query_order *o = &r->order;
    const struct query_seen row = query_set_seen(&r->set, slot);
    uint32_t word;
    struct value v = cell_of(r, &row, o->field, &word);
    uint64_t key;
    if (!value_known(&v))
        return unknown_key;
    if (o->ranks)
        key = o->ranks[word];
    else if (v.type == VALUE_TEXT || v.type == VALUE_LIST)
        key = key_of_piece(v.as.text, depth);
    else if (field_of(r)->type == VALUE_REAL)
        key = key_of_real(value_real_or(&v, 0));
    else
        key = (uint64_t)value_int_or(&v, 0) ^ UINT64_C(1) << 63;
    if (o->descending)
        key = ~key;
    return key == unknown_key ? unknown_key - 1 : key;
}

static bool unsettled(const struct query_rows *r, uint64_t key)
{
    if (!is_text_field(r) || r->order.ranks || key == unknown_key)
        return false;
    return ((r->order.descending ? ~key : key) & 0xff) == MORE_FOLLOWS;
}

/* --- ranks */

struct word {
    struct safe_text text;
    uint32_t number;
};

static int by_text(const void *a, const void *b)
{
    const struct word *x = a, *y = b;
    return text_cmp(x->text, y->text);
}

/* All numbers by their texts, whatever field they are of: there are few. */
static void rank_words(struct query_rows *r)
{
    struct query_order *o = &r->order;
    const struct row_holder *h = &r->set.holder;
    size_t n = intern_size(&h->words);
    free(o->ranks);
    o->ranks = NULL;
    o->phase = QUERY_ORDER_KEYS;
    if (!is_text_field(r) || h->fields[o->field].plain > 0 || n == 0 || n > WORDS_MAX)
        return;
    struct word *words = mem_new(n, sizeof *words);
    for (size_t i = 0; i < n; i++)
        words[i] = (struct word){intern_text(&h->words, (uint32_t)i), (uint32_t)i};
    qsort(words, n, sizeof *words, by_text);
    o->ranks = mem_new(n, sizeof *o->ranks);
    for (size_t i = 0; i < n; i++)
        o->ranks[words[i].number] = (uint32_t)i;
    free(words);
}

/* --- sorting */

static void push_run(struct query_order *o, size_t from, size_t n, unsigned depth)
{
    if (o->n_runs == o->cap_runs) {
        o->cap_runs = o->cap_runs ? o->cap_runs * 2 : 16;
        o->runs = mem_grow(o->runs, o->cap_runs, sizeof *o->runs);
    }
    o->runs[o->n_runs++] = (struct query_order_run){from, n, 0, depth};
}

static bool make_keys(struct query_rows *r, int64_t until_us)
{
    struct query_order *o = &r->order;
    if (o->cap_keys < o->ids.n || !o->keys) {
        o->cap_keys = o->ids.n + 1;
        o->keys = mem_grow(o->keys, o->cap_keys, sizeof *o->keys);
        o->spare = mem_grow(o->spare, o->cap_keys, sizeof *o->spare);
    }
    while (o->n_keys < o->ids.n) {
        uint32_t slot = o->ids.at[o->n_keys];
        o->keys[o->n_keys++] = (struct query_key){key_of(r, slot, 0), slot};
        if (o->n_keys % LOOK_EACH == 0 && clock_mono_us() >= until_us)
            return false;
    }
    push_run(o, 0, o->n_keys, 0);
    o->runs[0].filled = o->n_keys;
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

/* Notes the ties of a sorted part that are not settled. */
static void note_ties(struct query_rows *r, const struct query_order_run *run)
{
    struct query_order *o = &r->order;
    if (!is_text_field(r) || o->ranks)
        return;
    for (size_t i = run->from, end = run->from + run->n; i < end;) {
        size_t j = i + 1;
        while (j < end && o->keys[j].key == o->keys[i].key)
            j++;
        if (j - i > 1 && unsettled(r, o->keys[i].key))
            push_run(o, i, j - i, run->depth + 1);
        i = j;
    }
}

static void finish(struct query_order *o)
{
    free(o->sorted.at);
    o->sorted = (struct query_slots){mem_grow(NULL, o->n_keys + 1, sizeof(uint32_t)), o->n_keys, o->n_keys + 1};
    for (size_t i = 0; i < o->n_keys; i++)
        o->sorted.at[i] = o->keys[i].slot;
    free(o->keys);
    free(o->spare);
    free(o->ranks);
    o->keys = o->spare = NULL;
    o->ranks = NULL;
    o->n_keys = o->cap_keys = 0;
    o->sorted_void = false;
    o->phase = QUERY_ORDER_PASS;
    o->at = 0;
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
    finish(o);
    return true;
}

bool query_keys_step(struct query_rows *r, int64_t until_us)
{
    struct query_order *o = &r->order;
    if (o->phase == QUERY_ORDER_WORDS)
        rank_words(r);
    if (o->phase == QUERY_ORDER_KEYS && !make_keys(r, until_us))
        return false;
    return refine(r, until_us);
}
