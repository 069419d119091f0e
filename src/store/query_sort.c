#include "query_private.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

enum { LOOK_EACH = 512, FEW = 48, CHUNK = 16384, DIGITS = 8 };

void query_sort_release(struct query_sort *s)
{
    free(s->a);
    free(s->b);
    free(s->runs);
    memset(s, 0, sizeof *s);
}

void query_sort_begin(struct query_sort *s, size_t n)
{
    if (n > s->cap) {
        s->cap = n;
        s->a = mem_grow(s->a, n, sizeof *s->a);
        s->b = mem_grow(s->b, n, sizeof *s->b);
    }
    s->n = n;
    s->n_runs = s->run = s->out_runs = 0;
    s->i = 0;
    s->merging = false;
}

static void add_run(struct query_sort *s, size_t from)
{
    if (s->n_runs + 1 >= s->cap_runs) {
        s->cap_runs = s->cap_runs ? s->cap_runs * 2 : 64;
        s->runs = mem_grow(s->runs, s->cap_runs, sizeof *s->runs);
    }
    s->runs[s->n_runs++] = from;
}

/* Finds the runs that are in order already: rows come nearly so. */
static bool find_runs(struct query_sort *s, query_sort_cmp *cmp, const void *ctx, int64_t until_us)
{
    for (; s->i < s->n; s->i++) {
        if (s->i == 0 || cmp(ctx, s->a[s->i - 1], s->a[s->i]) > 0)
            add_run(s, s->i);
        if (s->i % LOOK_EACH == LOOK_EACH - 1 && clock_mono_us() >= until_us) {
            s->i++;
            return false;
        }
    }
    add_run(s, s->n);
    s->n_runs--;
    return true;
}

static size_t run_end(const struct query_sort *s, size_t run)
{
    return run + 1 >= s->n_runs ? s->n : s->runs[run + 1];
}

static void begin_pair(struct query_sort *s)
{
    s->i = s->runs[s->run];
    s->j = run_end(s, s->run);
    s->k = s->i;
}

/* Merges the pair of runs at s->run into b; false when the time is over. */
static bool merge_pair(struct query_sort *s, query_sort_cmp *cmp, const void *ctx, int64_t until_us)
{
    size_t mid = run_end(s, s->run), end = s->run + 1 < s->n_runs ? run_end(s, s->run + 1) : mid;
    while (s->k < end) {
        if (s->j >= end || (s->i < mid && cmp(ctx, s->a[s->i], s->a[s->j]) <= 0))
            s->b[s->k++] = s->a[s->i++];
        else
            s->b[s->k++] = s->a[s->j++];
        if (s->k % LOOK_EACH == 0 && s->k < end && clock_mono_us() >= until_us)
            return false;
    }
    return true;
}

bool query_sort_step(struct query_sort *s, query_sort_cmp *cmp, const void *ctx, int64_t until_us)
{
    if (!s->merging) {
        if (!find_runs(s, cmp, ctx, until_us))
            return false;
        s->merging = true;
        s->run = s->out_runs = 0;
        if (s->n_runs)
            begin_pair(s);
    }
    while (s->n_runs > 1) {
        if (!merge_pair(s, cmp, ctx, until_us))
            return false;
        s->runs[s->out_runs++] = s->runs[s->run]; /* out_runs is behind run: nothing that is needed is lost */
        s->run += 2;
        if (s->run >= s->n_runs) {
            uint32_t *a = s->a;
            s->a = s->b;
            s->b = a;
            s->n_runs = s->out_runs;
            s->run = s->out_runs = 0;
        }
        begin_pair(s);
    }
    return true;
}

void query_sort_radix_begin(struct query_radix *x, struct query_key *a, struct query_key *tmp, size_t n)
{
    x->a = x->from = a;
    x->to = tmp;
    x->n = n;
    x->at = 0;
    x->digit = -1;
}

static bool time_over(const struct query_radix *x, int64_t until_us)
{
    return x->at < x->n && clock_mono_us() >= until_us;
}

static bool count_digits(struct query_radix *x, int64_t until_us)
{
    if (x->at == 0)
        memset(x->count, 0, sizeof x->count);
    while (x->at < x->n) {
        size_t end = x->n - x->at > CHUNK ? x->at + CHUNK : x->n;
        for (; x->at < end; x->at++)
            for (int d = 0; d < DIGITS; d++)
                x->count[d][x->a[x->at].key >> 8 * d & 0xff]++;
        if (time_over(x, until_us))
            return false;
    }
    return true;
}

static bool distribute(struct query_radix *x, int64_t until_us)
{
    size_t *count = x->count[x->digit];
    int shift = 8 * x->digit;
    if (x->at == 0) {
        if (x->n == 0 || count[x->a[0].key >> shift & 0xff] == x->n)
            return true; /* all have the same digit */
        for (size_t v = 0, at = 0; v < 256; v++) {
            size_t here = count[v];
            count[v] = at;
            at += here;
        }
    }
    while (x->at < x->n) {
        size_t end = x->n - x->at > CHUNK ? x->at + CHUNK : x->n;
        for (; x->at < end; x->at++)
            x->to[count[x->from[x->at].key >> shift & 0xff]++] = x->from[x->at];
        if (time_over(x, until_us))
            return false;
    }
    struct query_key *swap = x->from;
    x->from = x->to;
    x->to = swap;
    return true;
}

/* Few keys: counting would cost more than moving them. */
static void insert_all(struct query_key *a, size_t n)
{
    for (size_t i = 1; i < n; i++) {
        struct query_key k = a[i];
        size_t j = i;
        for (; j && a[j - 1].key > k.key; j--)
            a[j] = a[j - 1];
        a[j] = k;
    }
}

bool query_sort_radix_step(struct query_radix *x, int64_t until_us)
{
    if (x->n <= FEW) {
        insert_all(x->a, x->n);
        return true;
    }
    for (; x->digit < DIGITS; x->digit++) {
        if (!(x->digit < 0 ? count_digits(x, until_us) : distribute(x, until_us)))
            return false;
        x->at = 0;
    }
    if (x->from != x->a)
        memcpy(x->a, x->from, x->n * sizeof *x->a);
    return true;
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* Compares two runs of digits by value, moving both behind them: leading zeros do not count, the longer is greater. */
static int cmp_digits(const char **a, const char *a_end, const char **b, const char *b_end)
{
    while (*a < a_end && **a == '0')
        ++*a;
    while (*b < b_end && **b == '0')
        ++*b;
    int first = 0;
    for (;; ++*a, ++*b) {
        bool in_a = *a < a_end && is_digit(**a), in_b = *b < b_end && is_digit(**b);
        if (!in_a || !in_b)
            return in_a != in_b ? (in_a ? 1 : -1) : first;
        if (!first && **a != **b)
            first = **a < **b ? -1 : 1;
    }
}

int query_sort_ids(struct safe_text x, struct safe_text y)
{
    const char *a = text_bytes(x), *b = text_bytes(y);
    const char *a_end = a + text_len(x), *b_end = b + text_len(y);
    while (a < a_end && b < b_end) {
        if (is_digit(*a) && is_digit(*b)) {
            int c = cmp_digits(&a, a_end, &b, b_end);
            if (c)
                return c;
        } else if (*a != *b) {
            return (unsigned char)*a < (unsigned char)*b ? -1 : 1;
        } else {
            a++;
            b++;
        }
    }
    if (a < a_end || b < b_end)
        return a < a_end ? 1 : -1;
    return text_cmp(x, y); /* 07 and 7 */
}
