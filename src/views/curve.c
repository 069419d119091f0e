#include "views/curve.h"

#include <math.h>
#include <string.h>

enum { RETRY_MS = 5000 };

static struct view_curve *find(struct view_state *s, struct safe_text id, int field)
{
    for (size_t i = 0; i < VIEW_CURVES_MAX; i++) {
        struct view_curve *c = &s->curves[i];

        if (c->id_len > 0 && c->field == field && text_equal(text_from(c->id, c->id_len), id))
            return c;
    }
    return NULL;
}

static struct view_curve *oldest(struct view_state *s)
{
    struct view_curve *old = &s->curves[0];

    for (size_t i = 0; i < VIEW_CURVES_MAX; i++)
        if (s->curves[i].asked_ms < old->asked_ms)
            old = &s->curves[i];
    return old;
}

static bool anything_known(const double *means, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (isfinite(means[i]))
            return true;
    return false;
}

static bool is_new(const struct view_curve *c, int64_t step, int64_t now_ms, size_t n)
{
    return c->step == step && c->n == n && (anything_known(c->means, n) || now_ms - c->asked_ms < RETRY_MS);
}

static void keep(struct view_curve *c, struct safe_text id, const double *means, size_t n)
{
    struct buf copy = buf_make(VIEW_CURVE_ID);

    c->id_len = 0;
    if (!text_empty(text_copy(&copy, id))) {
        memcpy(c->id, copy.data, copy.len);
        c->id_len = copy.len;
    }
    buf_release(&copy);
    memcpy(c->means, means, n * sizeof *means);
    c->n = n;
}

bool curve_read(struct view_state *s, const struct view_rows *rows, struct safe_text id, int field, int64_t span_ms,
                int64_t now_ms, double *means, size_t n)
{
    struct view_curve *c = find(s, id, field);
    int64_t step;

    if (n == 0 || n > VIEW_CURVE_STEPS || rows->series == NULL)
        return false;
    step = now_ms / (span_ms / (int64_t)n + 1);
    if (c != NULL && is_new(c, step, now_ms, n)) {
        memcpy(means, c->means, n * sizeof *means);
        return true;
    }
    if (!rows->series(rows->ctx, id, field, span_ms, means, n))
        return false;
    c = c != NULL ? c : oldest(s);
    c->field = field;
    c->step = step;
    c->asked_ms = now_ms;
    keep(c, id, means, n);
    return true;
}

/* --- the big one --- */

static bool is_kept(const struct view_history *h, struct safe_text id, int64_t span_ms, int64_t step, int64_t now_ms,
                    size_t n)
{
    return h->id_len > 0 && text_equal(text_from(h->id, h->id_len), id) && h->span_ms == span_ms && h->n == n &&
           h->step == step && (anything_known(h->means, n) || now_ms - h->asked_ms < RETRY_MS);
}

static void ask(struct view_history *h, const struct view_rows *rows, struct safe_text id, int field)
{
    bool had = rows->series != NULL && rows->series(rows->ctx, id, field, h->span_ms, h->means, h->n);

    for (size_t i = 0; i < h->n; i++) {
        h->filled[i] = false;
        h->means[i] = had ? h->means[i] : NAN;
    }
    if (had && rows->filled != NULL && !rows->filled(rows->ctx, id, field, h->span_ms, h->filled, h->n))
        memset(h->filled, 0, sizeof h->filled);
}

const struct view_history *curve_history(struct view_state *s, const struct view_rows *rows, struct safe_text id,
                                         int field, int64_t span_ms, int64_t now_ms, size_t n)
{
    struct view_history *h = &s->history;
    struct buf copy = buf_make(sizeof h->id);
    int64_t step;

    n = n < 1 ? 1 : n > VIEW_HISTORY_STEPS ? VIEW_HISTORY_STEPS : n;
    step = now_ms / (span_ms / (int64_t)n + 1);
    if (!is_kept(h, id, span_ms, step, now_ms, n)) {
        *h = (struct view_history){.span_ms = span_ms, .step = step, .asked_ms = now_ms, .n = n};
        if (!text_empty(text_copy(&copy, id))) {
            memcpy(h->id, copy.data, copy.len);
            h->id_len = copy.len;
        }
        ask(h, rows, id, field);
    }
    buf_release(&copy);
    return h;
}
