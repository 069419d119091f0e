#include "domain/plan_review.h"

#include <math.h>
#include <stdio.h>

#include "base/tr.h"
#include "domain/desk.h"

#define NOTHING 0.5 /* below a job or unit */

/* --- a forecast and its fact --- */

struct plan_reviewed plan_review_at(const struct plan *p, const struct plan_review *r, int mark)
{
    const struct plan_mark *m = &r->at[mark];
    bool undone = text_is(p->against, "undone");
    struct plan_reviewed v = {undone ? m->undone : m->after,
                              undone ? m->undone_low : m->after_low,
                              undone ? m->undone_high : m->after_high,
                              m->fact,
                              (double)NAN,
                              false};

    if (isnan(v.forecast) || isnan(v.fact) || !(r->size > 0))
        return v;
    v.miss_pct = 100 * (v.forecast - v.fact) / r->size;
    v.inside = v.fact >= v.low && v.fact <= v.high;
    return v;
}

struct plan_review_sum plan_review_sum(const struct plan *p, int mark)
{
    struct plan_review_sum s = {0, 0, 0};

    for (size_t i = 0; i < p->review_count; i++) {
        struct plan_reviewed v = plan_review_at(p, &p->reviews[i], mark);
        if (isnan(v.miss_pct) || (v.high < NOTHING && v.fact < NOTHING))
            continue;
        s.facts++;
        s.miss_pct += fabs(v.miss_pct);
        s.inside_pct += v.inside ? 100 : 0;
    }
    s.miss_pct = s.facts > 0 ? s.miss_pct / (double)s.facts : (double)NAN;
    s.inside_pct = s.facts > 0 ? s.inside_pct / (double)s.facts : (double)NAN;
    return s;
}

bool plan_review_looked(const struct plan *p, int mark)
{
    for (size_t i = 0; i < p->review_count; i++)
        if (!isnan(p->reviews[i].at[mark].fact))
            return true;
    return false;
}

/* --- rows --- */

static struct value text_cell(struct safe_text t)
{
    return text_empty(t) ? value_none() : value_text(t);
}

static struct value real_cell(double v)
{
    return isnan(v) ? value_none() : value_real(v);
}

static struct safe_text id_of(const struct plan *p, const struct plan_review *r, struct arena *arena)
{
    struct buf id = buf_make(text_len(p->id) + text_len(r->what) + text_len(r->measure) + 64);

    text_copy(&id, p->id);
    buf_printf(&id, NULL, "/%s/", kind_info(r->kind)->singular);
    text_copy(&id, r->what);
    buf_putc(&id, '/', NULL);
    text_copy(&id, r->measure);
    struct safe_text t = text_from(arena_copy(arena, buf_str(&id), id.len), id.len);
    buf_release(&id);
    return t;
}

void plan_review_row(const struct plan *p, size_t at, struct arena *arena, struct row *row)
{
    const struct plan_review *r = &p->reviews[at];

    *row = (struct row){.kind = KIND_REVIEW, .id = id_of(p, r, arena), .source = text_of(DESK_SOURCE)};
    row->cells[REVIEW_PLAN] = text_cell(p->id);
    row->cells[REVIEW_KIND] = value_text(text_of(kind_info(r->kind)->singular));
    row->cells[REVIEW_WHAT] = text_cell(r->what);
    row->cells[REVIEW_MEASURE] = text_cell(r->measure);
    row->cells[REVIEW_NOW] = real_cell(r->now);
    row->cells[REVIEW_SIZE] = real_cell(r->size);
    for (int k = 0; k < PLAN_MARKS; k++) {
        struct plan_reviewed v = plan_review_at(p, r, k);
        struct value *c = row->cells + k * REVIEW_MARK_FIELDS;
        c[REVIEW_FORECAST_15] = real_cell(v.forecast);
        c[REVIEW_LOW_15] = real_cell(v.low);
        c[REVIEW_HIGH_15] = real_cell(v.high);
        c[REVIEW_FACT_15] = real_cell(v.fact);
        c[REVIEW_MISS_15_PCT] = real_cell(v.miss_pct);
    }
}

/* "+15 min: 2.1 % off, 93 % in range; +60 min: …" */
static struct safe_text words(const struct plan_review_sum s[PLAN_MARKS], struct arena *arena)
{
    struct buf line = buf_make(512);

    for (int k = 0; k < PLAN_MARKS; k++) {
        if (s[k].facts == 0)
            continue;
        buf_puts(&line, line.len > 0 ? "; " : "", NULL);
        buf_printf(&line, NULL, tr("+%d min: off by %.1f%%, %.0f%% of %zu in range"), (int)(plan_mark_s[k] / 60),
                   s[k].miss_pct, s[k].inside_pct, s[k].facts);
    }
    struct safe_text t = text_from(arena_copy(arena, buf_str(&line), line.len), line.len);
    buf_release(&line);
    return t;
}

void plan_review_tell(const struct plan *p, struct arena *arena, struct row *row)
{
    struct plan_review_sum s[PLAN_MARKS];

    for (int k = 0; k < PLAN_MARKS; k++) {
        s[k] = plan_review_sum(p, k);
        row->cells[PLAN_MISS_15_PCT + k] = real_cell(s[k].miss_pct);
        row->cells[PLAN_INSIDE_15_PCT + k] = real_cell(s[k].inside_pct);
    }
    row->cells[PLAN_AGAINST] = text_cell(p->against);
    row->cells[PLAN_RECORD] = text_cell(words(s, arena));
}

/* --- the record of many --- */

static void mean(double *mean, size_t n, double v)
{
    *mean += (v - *mean) / (double)n;
}

void plan_review_add(struct plan_record *r, const struct row *plan)
{
    for (int k = 0; k < PLAN_MARKS; k++) {
        const struct value *miss = &plan->cells[PLAN_MISS_15_PCT + k], *inside = &plan->cells[PLAN_INSIDE_15_PCT + k];
        if (!value_known(miss) || !value_known(inside) || r->plans[k] >= PLAN_RECORD_PLANS)
            continue;
        r->plans[k]++;
        mean(&r->miss_pct[k], r->plans[k], value_real_or(miss, 0));
        mean(&r->inside_pct[k], r->plans[k], value_real_or(inside, 0));
    }
}

const char *plan_review_words(const struct plan_record *r, char out[PLAN_RECORD_WORDS])
{
    if (r->plans[0] == 0 && r->plans[1] == 0)
        snprintf(out, PLAN_RECORD_WORDS, "%s",
                 tr("no plan has run yet: there is no record of how right the forecasts were"));
    else if (r->plans[1] == 0)
        snprintf(out, PLAN_RECORD_WORDS, tr("record of %zu: off by %.1f%% (15 min); in range %.0f%%"), r->plans[0],
                 r->miss_pct[0], r->inside_pct[0]);
    else
        snprintf(out, PLAN_RECORD_WORDS,
                 tr("record of %zu: off by %.1f%% (15 min), %.1f%% (60 min); in range %.0f%%, %.0f%%"),
                 r->plans[0] > r->plans[1] ? r->plans[0] : r->plans[1], r->miss_pct[0], r->miss_pct[1],
                 r->inside_pct[0], r->inside_pct[1]);
    return out;
}
