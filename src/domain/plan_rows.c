#include "domain/plan_rows.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/clock.h"
#include "base/mem.h"
#include "domain/desk.h"
#include "domain/plan_review.h"

enum { LIST_MAX = 4 << 20 /* ids of all jobs of a plan of the largest size */, ID_MAX = 64 };

/* --- cells --- */

static struct value text_cell(struct safe_text t)
{
    return text_empty(t) ? value_none() : value_text(t);
}

static struct value count_cell(int64_t n)
{
    return n < 0 ? value_none() : value_int(n);
}

static struct value time_cell(int64_t ms)
{
    return ms <= 0 ? value_none() : value_time(ms);
}

struct list {
    struct buf joined, one;
};

static struct list list_begin(void)
{
    return (struct list){buf_make(LIST_MAX), buf_make(LIST_MAX)};
}

static void put_text(struct list *l, struct safe_text t)
{
    text_copy(&l->one, t);
}

static void put_number(struct list *l, double v)
{
    if (isnan(v))
        buf_putc(&l->one, '-', NULL);
    else
        buf_printf(&l->one, NULL, "%.6g", v);
}

/* Ends a member. */
static void next(struct list *l)
{
    value_list_add(&l->joined, text_from(buf_str(&l->one), l->one.len), NULL);
    buf_clear(&l->one);
}

static struct value list_end(struct list *l, struct arena *arena)
{
    const char *bytes = arena_copy(arena, buf_str(&l->joined), l->joined.len);
    struct value v = value_list(text_from(bytes, l->joined.len));
    buf_release(&l->joined);
    buf_release(&l->one);
    return v;
}

/* --- the options, as a command line takes them --- */

static void put_option(struct list *l, const char *name, struct safe_text value)
{
    if (text_empty(value))
        return;
    buf_printf(&l->joined, NULL, "%s--%s=", l->joined.len ? " " : "", name);
    text_copy(&l->joined, value);
}

static void put_pair(struct list *l, const struct plan_ask *a)
{
    if (text_empty(a->from) && text_empty(a->to))
        return;
    text_copy(&l->one, a->from);
    buf_putc(&l->one, '>', NULL);
    text_copy(&l->one, a->to);
    put_option(l, "pair", text_from(buf_str(&l->one), l->one.len));
    buf_clear(&l->one);
}

static void put_amount(struct list *l, const char *name, double v)
{
    char text[40];
    snprintf(text, sizeof text, "%.6g", v);
    put_option(l, name, text_of(text));
}

static void put_prices(struct list *l, const struct plan_ask *a)
{
    for (size_t i = 0; i < a->prices; i++) {
        buf_puts(&l->one, i ? "," : "", NULL);
        text_copy(&l->one, a->price[i].cluster);
        buf_printf(&l->one, NULL, "=%.6g", a->price[i].price_cny_kwh);
    }
    put_option(l, "price", text_from(buf_str(&l->one), l->one.len));
    buf_clear(&l->one);
}

static void put_weights(struct list *l, const struct plan_ask *a)
{
    char weights[80];
    snprintf(weights, sizeof weights, "cost=%.6g,carbon=%.6g", a->weight_cost, a->weight_carbon);
    if (a->weight_cost < 1 || a->weight_cost > 1 || a->weight_carbon > 0)
        put_option(l, "weights", text_of(weights));
}

static struct value asked(const struct plan_ask *a, struct arena *arena)
{
    struct list l = list_begin();
    char by[CLOCK_TEXT_MAX];
    put_option(&l, "drain", a->drain);
    if (a->by_ms > 0)
        put_option(&l, "by", text_of(clock_iso(a->by_ms, by)));
    put_option(&l, "lost", a->lost);
    put_option(&l, "only-queue", a->only_queue);
    put_pair(&l, a);
    put_prices(&l, a);
    put_weights(&l, a);
    if (a->max_moves >= 0)
        put_amount(&l, "max-moves", (double)a->max_moves);
    if (a->horizon_s > 0)
        put_amount(&l, "horizon", (double)a->horizon_s);
    if (a->seconds > 0)
        put_amount(&l, "seconds", a->seconds);
    for (size_t i = 0; i < a->exclusions; i++)
        put_option(&l, "exclude", a->excluded[i]);
    struct value v = list_end(&l, arena);
    return value_text(v.as.text);
}

/* --- lists of a plan --- */

static struct value levels(const struct plan *p, struct arena *arena)
{
    struct list l = list_begin();
    for (size_t i = 0; i < p->objective_count; i++) {
        const struct plan_objective *o = &p->objectives[i];
        const double numbers[] = {o->value, o->bound, o->gap_pct};
        put_text(&l, o->name);
        for (size_t k = 0; k < 3; k++) {
            buf_putc(&l.one, ' ', NULL);
            put_number(&l, numbers[k]);
        }
        buf_puts(&l.one, "; ", NULL);
        put_text(&l, o->binding);
        if (!text_empty(o->binding) && !text_empty(o->weak))
            buf_puts(&l.one, "; ", NULL);
        put_text(&l, o->weak);
        next(&l);
    }
    return list_end(&l, arena);
}

static struct value checks(const struct plan *p, struct arena *arena)
{
    struct list l = list_begin();
    for (size_t i = 0; i < p->check_count; i++) {
        put_text(&l, p->checks[i].name);
        buf_puts(&l.one, p->checks[i].ok ? "=ok" : "=no", NULL);
        if (!text_empty(p->checks[i].words))
            buf_puts(&l.one, ": ", NULL);
        put_text(&l, p->checks[i].words);
        next(&l);
    }
    return list_end(&l, arena);
}

static struct value left(const struct plan *p, struct arena *arena)
{
    struct list l = list_begin();
    for (size_t i = 0; i < p->left_count; i++) {
        const struct plan_left *one = &p->left[i];
        put_text(&l, one->queue);
        if (one->jobs >= 0)
            buf_printf(&l.one, NULL, " %lld", (long long)one->jobs);
        buf_putc(&l.one, ' ', NULL);
        put_text(&l, one->reason);
        buf_puts(&l.one, text_empty(one->words) ? "" : "; ", NULL);
        put_text(&l, one->words);
        next(&l);
    }
    return list_end(&l, arena);
}

static struct value intakes(const struct plan *p, struct arena *arena)
{
    struct list l = list_begin();
    for (size_t i = 0; i < p->intake_count; i++) {
        buf_printf(&l.one, NULL, "%s ", kind_info(p->intakes[i].kind)->singular);
        put_text(&l, p->intakes[i].id);
        next(&l);
    }
    return list_end(&l, arena);
}

/* "shg-ai/17 ann 2026-11-21T05:00:00Z not_movable; why; what can be done": the time is when it ends at the latest; "?": nobody
 * knows; "-": it waits. */
static struct value stays(const struct plan *p, struct arena *arena)
{
    struct list l = list_begin();
    char at[CLOCK_TEXT_MAX];
    for (size_t i = 0; i < p->stay_count; i++) {
        const struct plan_stay *s = &p->stays[i];
        put_text(&l, s->job);
        buf_putc(&l.one, ' ', NULL);
        if (text_empty(s->user))
            buf_putc(&l.one, '?', NULL);
        put_text(&l, s->user);
        buf_printf(&l.one, NULL, " %s ", !s->running ? "-" : s->ends_ms > 0 ? clock_iso(s->ends_ms, at) : "?");
        put_text(&l, s->reason);
        buf_puts(&l.one, "; ", NULL);
        put_text(&l, s->words);
        buf_puts(&l.one, "; ", NULL);
        put_text(&l, s->todo);
        next(&l);
    }
    return list_end(&l, arena);
}

static void put_three(struct list *l, const char *name, double now, double planned, double after)
{
    buf_printf(&l->one, NULL, " %s=%.6g/%.6g/%.6g", name, now, planned, after);
}

/* "GBA>GS jobs=60/15/45 accels=… mw=… tb=…; what ends it": now, by the plan, after it. */
static struct value advice(const struct plan *p, struct arena *arena)
{
    struct list l = list_begin();
    for (size_t i = 0; i < p->flow_count; i++) {
        const struct plan_flow *f = &p->flows[i];
        put_text(&l, f->from);
        buf_putc(&l.one, '>', NULL);
        put_text(&l, f->to);
        put_three(&l, "jobs", (double)f->jobs_now, (double)f->jobs_planned, (double)f->jobs_after);
        put_three(&l, "accels", (double)f->accels_now, (double)f->accels_planned, (double)f->accels_after);
        put_three(&l, "mw", f->mw_now, f->mw_planned, f->mw_after);
        put_three(&l, "tb", f->tb_now, f->tb_planned, f->tb_after);
        buf_puts(&l.one, "; ", NULL);
        put_text(&l, f->words);
        next(&l);
    }
    return list_end(&l, arena);
}

static struct value totals(const struct plan *p, size_t at, struct arena *arena)
{
    struct list l = list_begin();
    for (size_t i = 0; i < p->total_count; i++) {
        const struct plan_total *t = &p->totals[i];
        const double numbers[] = {t->now, t->undone, t->after};
        put_text(&l, t->measure);
        buf_putc(&l.one, '=', NULL);
        put_number(&l, numbers[at]);
        next(&l);
    }
    return list_end(&l, arena);
}

/* --- sums --- */

struct sums {
    int64_t moves, jobs, accels, tenants, holds;
    double data_gb;
};

static int by_text(const void *a, const void *b)
{
    return text_cmp(*(const struct safe_text *)a, *(const struct safe_text *)b);
}

static int64_t tenants_of(const struct plan *p, size_t jobs)
{
    struct safe_text *all = mem_new(jobs + 1, sizeof *all);
    size_t n = 0;
    int64_t tenants = 0;
    for (size_t i = 0; i < p->move_count; i++) {
        for (size_t k = 0; !p->moves[i].excluded && k < p->moves[i].job_count; k++) {
            if (!text_empty(p->moves[i].jobs[k].tenant))
                all[n++] = p->moves[i].jobs[k].tenant;
        }
    }
    if (n > 1)
        qsort(all, n, sizeof *all, by_text);
    for (size_t i = 0; i < n; i++)
        tenants += i == 0 || !text_equal(all[i], all[i - 1]);
    free(all);
    return tenants;
}

static struct sums sums_of(const struct plan *p)
{
    struct sums s = {0};
    for (size_t i = 0; i < p->move_count; i++) {
        const struct plan_move *m = &p->moves[i];
        if (m->excluded)
            continue;
        s.moves++;
        s.jobs += (int64_t)m->job_count;
        s.accels += m->accels > 0 ? m->accels : 0;
        s.data_gb += m->data_gb;
    }
    for (size_t i = 0; i < p->hold_count; i++)
        s.holds += !p->holds[i].excluded;
    s.tenants = tenants_of(p, (size_t)s.jobs);
    return s;
}

/* The first objective that jobs start by: the others are held within it. */
static double gap_of(const struct plan *p)
{
    for (size_t i = 0; i < p->objective_count; i++) {
        if (text_is(p->objectives[i].name, "starts"))
            return p->objectives[i].gap_pct;
    }
    return (double)NAN;
}

/* --- rows --- */

void plan_rows_plan(const struct plan *p, struct arena *arena, struct row *row)
{
    struct sums s = sums_of(p);
    *row = (struct row){.kind = KIND_PLAN, .id = p->id, .source = text_of(DESK_SOURCE)};
    struct value *c = row->cells;
    c[PLAN_STATE] = text_cell(p->state);
    c[PLAN_CREATED_AT] = time_cell(p->created_at_ms);
    c[PLAN_CREATED_BY] = text_cell(p->created_by);
    c[PLAN_SNAPSHOT] = value_int(p->snapshot);
    c[PLAN_AS_OF] = time_cell(p->as_of_ms);
    c[PLAN_ASKED] = asked(&p->ask, arena);
    c[PLAN_MOVES] = value_int(s.moves + s.holds);
    c[PLAN_HOLDS] = value_int(s.holds);
    c[PLAN_JOBS] = value_int(s.jobs);
    c[PLAN_ACCELS] = value_int(s.accels);
    c[PLAN_TENANTS] = value_int(s.tenants);
    c[PLAN_DATA_GB] = value_real(s.data_gb);
    c[PLAN_STARTS] = count_cell(p->starts);
    c[PLAN_GAP_PCT] = value_real(gap_of(p));
    c[PLAN_LEVELS] = levels(p, arena);
    c[PLAN_CHECKS] = checks(p, arena);
    c[PLAN_LEFT] = left(p, arena);
    c[PLAN_ADVICE] = advice(p, arena);
    c[PLAN_INTAKES] = intakes(p, arena);
    c[PLAN_STAYS] = stays(p, arena);
    c[PLAN_BEFORE] = totals(p, 0, arena);
    c[PLAN_UNDONE] = totals(p, 1, arena);
    c[PLAN_AFTER] = totals(p, 2, arena);
    c[PLAN_UNDO_OF] = text_cell(p->undo_of);
    c[PLAN_REPLACES] = text_cell(p->replaces);
    c[PLAN_EXPIRES_AT] = time_cell(p->expires_at_ms);
    c[PLAN_HASH] = text_cell(p->hash);
    c[PLAN_HORIZON_S] = count_cell(p->horizon_s);
    c[PLAN_REMARK] = text_cell(p->remark);
    plan_review_tell(p, arena, row);
}

static struct value job_ids(const struct plan_move *m, struct arena *arena)
{
    struct list l = list_begin();
    for (size_t i = 0; i < m->job_count; i++)
        value_list_add(&l.joined, m->jobs[i].id, NULL);
    return list_end(&l, arena);
}

static struct value frees(const struct plan_move *m, struct arena *arena)
{
    struct list l = list_begin();
    for (size_t i = 0; i < m->free_count; i++)
        value_list_add(&l.joined, m->frees[i], NULL);
    return list_end(&l, arena);
}

static struct value considered(const struct plan_move *m, struct arena *arena)
{
    struct list l = list_begin();
    for (size_t i = 0; i < m->considered_count; i++) {
        put_text(&l, m->considered[i].scheduler);
        buf_putc(&l.one, ' ', NULL);
        put_text(&l, m->considered[i].verdict);
        buf_puts(&l.one, "; ", NULL);
        put_text(&l, m->considered[i].words);
        next(&l);
    }
    return list_end(&l, arena);
}

static void put_amounts(const struct plan_move *m, struct value *c)
{
    c[MOVE_JOBS] = value_int((int64_t)m->job_count);
    c[MOVE_RUNNING] = count_cell(m->running);
    c[MOVE_ACCELS] = count_cell(m->accels);
    c[MOVE_CPUS] = count_cell(m->cpus);
    c[MOVE_DATA_GB] = value_real(m->data_gb);
    c[MOVE_DELAY_BEFORE_MS] = value_real(m->delay_before_ms);
    c[MOVE_DELAY_AFTER_MS] = value_real(m->delay_after_ms);
    c[MOVE_DELAY_MAX_MS] = value_real(m->delay_max_ms);
    c[MOVE_COST_CNY] = value_real(m->cost_cny);
    c[MOVE_CO2_KG] = value_real(m->co2_kg);
    c[MOVE_TAKES_S] = count_cell(m->takes_s);
    c[MOVE_STARTS_LOW_S] = count_cell(m->starts_low_s);
    c[MOVE_STARTS_HIGH_S] = count_cell(m->starts_high_s);
    c[MOVE_HOME_S] = count_cell(m->home_s);
}

static struct safe_text id_of(struct arena *arena, struct safe_text plan, const char *rest, size_t n)
{
    struct buf id = buf_make(text_len(plan) + n + 2);
    text_copy(&id, plan);
    buf_putc(&id, '/', NULL);
    buf_put(&id, rest, n, NULL);
    size_t length = id.len;
    const char *bytes = arena_copy(arena, buf_str(&id), length);
    buf_release(&id);
    return text_from(bytes, length);
}

static void begin_row(const struct plan *p, size_t at, bool excluded, struct arena *arena, struct row *row)
{
    char number[ID_MAX];
    int n = snprintf(number, sizeof number, "%zu", at + 1);
    *row = (struct row){.kind = KIND_MOVE, .source = text_of(DESK_SOURCE)};
    row->id = id_of(arena, p->id, number, (size_t)n);
    row->cells[MOVE_PLAN] = text_cell(p->id);
    row->cells[MOVE_NUMBER] = value_int((int64_t)at + 1);
    row->cells[MOVE_STATE] = value_text(text_of(excluded ? "excluded" : "included"));
}

static void put_hold(const struct plan_hold *h, struct value *c)
{
    c[MOVE_WHAT] = text_cell(h->what);
    c[MOVE_TRANSFER] = text_cell(h->transfer);
    c[MOVE_FROM] = text_cell(h->from);
    c[MOVE_TO] = text_cell(h->to);
    c[MOVE_QUEUE] = text_cell(h->dataset);
    c[MOVE_LINK] = text_cell(h->link);
    c[MOVE_WHY] = text_cell(h->why);
    c[MOVE_UNTIL] = time_cell(h->until_ms);
    c[MOVE_ETA_BEFORE] = time_cell(h->eta_before_ms);
    c[MOVE_ETA_AFTER] = time_cell(h->eta_after_ms);
    c[MOVE_DEADLINE_AT] = time_cell(h->deadline_ms);
    c[MOVE_RATE_GBPS] = value_real(h->rate_gbps);
    c[MOVE_REST_TB] = value_real(h->rest_tb);
    c[MOVE_USED_BEFORE_PCT] = value_real(h->used_before_pct);
    c[MOVE_USED_AFTER_PCT] = value_real(h->used_after_pct);
    c[MOVE_RISK] = value_text(text_of("low"));
}

static void put_move(const struct plan_move *m, struct arena *arena, struct value *c)
{
    put_amounts(m, c);
    c[MOVE_WHAT] = value_text(text_of("jobs"));
    c[MOVE_FROM] = text_cell(m->from);
    c[MOVE_TO] = text_cell(m->to);
    c[MOVE_QUEUE] = text_cell(m->queue);
    c[MOVE_QUEUE_TO] = text_cell(m->queue_to);
    c[MOVE_LINK] = text_cell(m->link);
    c[MOVE_RISK] = text_cell(m->risk);
    c[MOVE_WHY] = text_cell(m->why);
    c[MOVE_FREES] = frees(m, arena);
    c[MOVE_JOB_IDS] = job_ids(m, arena);
    c[MOVE_CONSIDERED] = considered(m, arena);
}

void plan_rows_move(const struct plan *p, size_t at, struct arena *arena, struct row *row)
{
    const struct plan_hold *h = at < p->move_count ? NULL : &p->holds[at - p->move_count];
    begin_row(p, at, h ? h->excluded : p->moves[at].excluded, arena, row);
    if (h)
        put_hold(h, row->cells);
    else
        put_move(&p->moves[at], arena, row->cells);
}

/* Where the same was looked at again. */
static void put_facts(const struct plan *p, const struct plan_effect *e, struct value *c)
{
    for (size_t i = 0; i < p->review_count; i++) {
        const struct plan_review *r = &p->reviews[i];
        for (int k = 0; k < PLAN_MARKS; k++)
            if (r->kind == e->kind && text_equal(r->what, e->what) && text_equal(r->measure, e->measure))
                c[EFFECT_FACT_15 + k] = isnan(r->at[k].fact) ? value_none() : value_real(r->at[k].fact);
    }
}

void plan_rows_effect(const struct plan *p, size_t at, struct arena *arena, struct row *row)
{
    const struct plan_effect *e = &p->effects[at];
    const char *kind = e->kind == KIND_NONE ? "network" : kind_info(e->kind)->singular;
    struct buf rest = buf_make(text_len(e->what) + text_len(e->measure) + ID_MAX);
    buf_printf(&rest, NULL, "%s/", kind);
    text_copy(&rest, e->what);
    buf_putc(&rest, '/', NULL);
    text_copy(&rest, e->measure);
    *row = (struct row){.kind = KIND_EFFECT, .source = text_of(DESK_SOURCE)};
    row->id = id_of(arena, p->id, buf_str(&rest), rest.len);
    buf_release(&rest);
    struct value *c = row->cells;
    c[EFFECT_PLAN] = text_cell(p->id);
    c[EFFECT_KIND] = value_text(text_of(kind));
    c[EFFECT_WHAT] = text_cell(e->what);
    c[EFFECT_MEASURE] = text_cell(e->measure);
    c[EFFECT_NOW] = value_real(e->now);
    c[EFFECT_UNDONE] = value_real(e->undone);
    c[EFFECT_AFTER] = value_real(e->after);
    c[EFFECT_AFTER_LOW] = value_real(e->after_low);
    c[EFFECT_AFTER_HIGH] = value_real(e->after_high);
    c[EFFECT_LIMIT] = value_real(e->limit);
    c[EFFECT_METHOD] = text_cell(e->method);
    put_facts(p, e, c);
}

static void put_row(struct rows *out, const struct row *row, struct arena *arena)
{
    rows_add(out, row);
    arena_reset(arena);
}

void plan_rows(const struct plan *p, struct rows *out)
{
    struct arena arena = {0};
    struct row row;
    plan_rows_plan(p, &arena, &row);
    put_row(out, &row, &arena);
    for (size_t i = 0; i < p->move_count + p->hold_count; i++) {
        plan_rows_move(p, i, &arena, &row);
        put_row(out, &row, &arena);
    }
    for (size_t i = 0; i < p->effect_count; i++) {
        plan_rows_effect(p, i, &arena, &row);
        put_row(out, &row, &arena);
    }
    arena_release(&arena);
}
