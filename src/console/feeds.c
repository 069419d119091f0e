#include "console/feeds.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/mem.h"
#include "console/news.h"
#include "domain/finding.h"
#include "domain/state.h"

enum { FEEDS_VIEWS_MAX = 32, FEEDS_ROWS_MAX = 20000 };

/* One need's rows, and what its adapter must know. */
struct set {
    struct feeds *feeds;
    enum kind kind;
    struct query_rows *rows;
    bool shared; /* the verdict's own set: both tell the same in one frame */
    bool idle;   /* nothing of it is wanted now: it is not read */
    bool done;   /* in this round */
    char *expr;  /* of its filter; NULL: none yet */
};

struct shown {
    const struct view *view;
    struct set sets[VIEW_NEEDS_MAX];
    struct view_rows rows[VIEW_NEEDS_MAX];
    size_t count;
};

struct feeds {
    struct query *query;
    int64_t at_ms;
    struct instant now; /* of the last step */
    struct shown all[FEEDS_VIEWS_MAX];
    size_t count;
    struct shown *shown;
    struct query_rows *summary[VERDICT_KINDS];
    bool summary_done[VERDICT_KINDS];
    bool in_round; /* the last step left more to do */
    struct verdict verdict;
    struct news news;
    uint64_t kinds; /* as of the begin or the end of a round */
    int64_t verdict_rev, verdict_second;
    struct err err;
};

/* --- the rows as views see them --- */

static bool set_at(void *ctx, size_t i, struct row *row)
{
    return query_rows_at(((struct set *)ctx)->rows, i, row);
}

static int64_t set_find(void *ctx, struct safe_text id, struct safe_text source)
{
    return query_rows_find(((struct set *)ctx)->rows, id, source);
}

static bool set_series(void *ctx, struct safe_text id, int field, int64_t span_ms, double *means, size_t n)
{
    const struct set *s = ctx;
    int64_t to_ms = s->feeds->at_ms ? s->feeds->at_ms : s->feeds->now.utc_ms;
    return query_series(s->feeds->query, s->kind, id, field, to_ms - span_ms, to_ms, means, NULL, n, NULL);
}

static bool set_filled(void *ctx, struct safe_text id, int field, int64_t span_ms, bool *marks, size_t n)
{
    const struct set *s = ctx;
    int64_t to_ms = s->feeds->at_ms ? s->feeds->at_ms : s->feeds->now.utc_ms;
    double *means = mem_new(n + 1, sizeof *means);
    bool ok = query_series(s->feeds->query, s->kind, id, field, to_ms - span_ms, to_ms, means, marks, n, NULL);
    free(means);
    return ok;
}

static struct query_rows *summary_of(const struct feeds *f, const struct view_need *need)
{
    for (size_t i = 0; i < VERDICT_KINDS; i++) {
        if (verdict_kinds[i] == need->kind && !need->filtered && !need->sort && !need->only)
            return f->summary[i];
    }
    return NULL;
}

static void set_make(struct feeds *f, struct shown *w, size_t i)
{
    const struct view_need *need = &w->view->needs[i];
    struct set *s = &w->sets[i];
    int field;
    bool descending;
    *s = (struct set){.feeds = f, .kind = need->kind, .rows = summary_of(f, need)};
    s->shared = s->rows != NULL;
    if (!s->shared)
        s->rows = query_rows_new(f->query, need->kind, f->at_ms);
    if (need->sort && filter_sort_parse(need->kind, need->sort, &field, &descending, NULL))
        query_rows_sort(s->rows, field, descending);
    w->rows[i] =
        (struct view_rows){.ctx = s, .at = set_at, .find = set_find, .series = set_series, .filled = set_filled};
}

static struct shown *shown_of(struct feeds *f, const struct view *view)
{
    for (size_t i = 0; i < f->count; i++) {
        if (f->all[i].view == view)
            return &f->all[i];
    }
    if (f->count == FEEDS_VIEWS_MAX)
        return NULL;
    struct shown *w = &f->all[f->count++];
    w->view = view;
    for (; view->needs[w->count].kind != KIND_NONE; w->count++)
        set_make(f, w, w->count);
    return w;
}

struct feeds *feeds_new(struct query *q, int64_t at_ms)
{
    struct feeds *f = mem_new(1, sizeof *f);
    f->query = q;
    f->at_ms = at_ms;
    f->verdict_rev = -1;
    f->kinds = query_kinds(q);
    for (size_t i = 0; i < VERDICT_KINDS; i++)
        f->summary[i] = query_rows_new(q, verdict_kinds[i], at_ms);
    return f;
}

void feeds_free(struct feeds *f)
{
    if (!f)
        return;
    for (size_t i = 0; i < f->count; i++) {
        for (size_t k = 0; k < f->all[i].count; k++) {
            query_rows_free(f->all[i].sets[k].shared ? NULL : f->all[i].sets[k].rows);
            free(f->all[i].sets[k].expr);
        }
    }
    for (size_t i = 0; i < VERDICT_KINDS; i++)
        query_rows_free(f->summary[i]);
    free(f);
}

/* Filters and orders name fields: they are for the kind that the operator looks at. */
static bool is_listed(const struct view *view, const struct view_need *need, const struct view_state *state)
{
    return need->filtered && (!view->listed || view->needs[view->listed(state)].kind == need->kind);
}

/* The operator's filter, the view's own, what was drilled down to, and the order on one need. */
static bool narrow(struct set *s, const struct view *view, const struct view_need *need, const struct view_state *state,
                   struct err *err)
{
    bool listed = is_listed(view, need, state);
    int field = listed ? state->sort_field : -2;
    bool descending = state->sort_descending;
    struct filter *filter = NULL;
    char expr[3 * VIEW_FILTER_MAX], scope[VIEW_FILTER_MAX] = "";
    if (view->scope)
        s->idle = need->scoped && !view->scope(state, (int)(need - view->needs), scope);
    else if (need->scoped)
        snprintf(scope, sizeof scope, "%s", state->text);
    snprintf(expr, sizeof expr, "%s %s %s", listed ? state->filter : "", need->only ? need->only : "", scope);
    if (!s->expr || strcmp(s->expr, expr) != 0) {
        if (expr[strspn(expr, " ")] && !(filter = filter_new(s->kind, expr, err)))
            return false;
        query_rows_filter(s->rows, filter);
        free(s->expr);
        s->expr = mem_strdup(expr);
    }
    if (field == -2 && !(need->sort && filter_sort_parse(s->kind, need->sort, &field, &descending, NULL)))
        field = -1;
    query_rows_sort(s->rows, field, descending);
    return true;
}

bool feeds_show(struct feeds *f, const struct view *view, const struct view_state *state, struct err *err)
{
    struct shown *w = shown_of(f, view);
    if (!w)
        return err_set(err, ERR_INPUT, "there are more than %d views", FEEDS_VIEWS_MAX);
    f->shown = w;
    f->in_round = false;
    for (size_t i = 0; i < w->count; i++) {
        const struct view_need *need = &view->needs[i];
        if ((need->filtered || need->scoped || need->only) && !narrow(&w->sets[i], view, need, state, err))
            return false;
    }
    return true;
}

/* --- following --- */

/* True while this set has more to do in this round. */
static bool step_one(struct feeds *f, struct query_rows *rows, int64_t budget_us, bool *done)
{
    struct err err = {0};
    if (*done)
        return false;
    enum query_step step = query_rows_step(rows, f->now, budget_us, &err);
    if (step == QUERY_FAILED)
        f->err = err;
    *done = step != QUERY_MORE;
    return !*done;
}

/* A round looks at every set until it has nothing more to do: what is done is not asked again with each slice of a long one. */
static void begin_round(struct feeds *f)
{
    f->kinds = query_kinds(f->query);
    memset(f->summary_done, 0, sizeof f->summary_done);
    for (size_t i = 0; f->shown && i < f->shown->count; i++)
        f->shown->sets[i].done = f->shown->sets[i].shared || f->shown->sets[i].idle;
}

static bool step_all(struct feeds *f, struct instant now, int64_t verdict_us, int64_t list_us)
{
    bool more = false;
    f->now = now;
    f->err = (struct err){0};
    query_hold(f->query);
    if (!f->in_round)
        begin_round(f);
    for (size_t i = 0; i < VERDICT_KINDS; i++)
        more |= step_one(f, f->summary[i], verdict_us, &f->summary_done[i]);
    for (size_t i = 0; f->shown && i < f->shown->count; i++)
        more |= step_one(f, f->shown->sets[i].rows, list_us, &f->shown->sets[i].done);
    if (!more)
        f->kinds = query_kinds(f->query);
    query_let(f->query);
    f->in_round = more && f->err.kind == ERR_NONE;
    return f->in_round;
}

bool feeds_step(struct feeds *f, struct instant now, int64_t budget_us)
{
    return step_all(f, now, budget_us, budget_us);
}

void feeds_first(struct feeds *f, struct instant now, int64_t verdict_us, int64_t list_us)
{
    step_all(f, now, verdict_us, list_us);
}

const struct err *feeds_error(const struct feeds *f)
{
    return f->err.kind == ERR_NONE ? NULL : &f->err;
}

static bool anything_known(const struct feeds *f)
{
    struct row row;
    for (size_t i = 0; i < query_rows_count(f->summary[0]); i++) {
        if (query_rows_at(f->summary[0], i, &row) && value_known(&row.cells[SOURCE_LAST_OK_AT]))
            return true;
    }
    return false;
}

uint64_t feeds_kinds(const struct feeds *f)
{
    return f->kinds;
}

/* What hubtop itself tells is known as soon as any source has told anything. */
static bool is_known(const struct feeds *f, enum kind kind, uint64_t kinds)
{
    bool own = kind == KIND_CHANGE || kind == KIND_SOURCE;
    return (kinds >> kind & 1u) || (own && anything_known(f));
}

const struct view_rows *feeds_rows(struct feeds *f)
{
    uint64_t kinds = feeds_kinds(f);
    for (size_t i = 0; i < f->shown->count; i++) {
        struct view_rows *r = &f->shown->rows[i];
        const struct query_rows *rows = f->shown->sets[i].rows;
        r->count = query_rows_count(rows);
        r->all = query_rows_all(rows);
        r->partial = query_rows_partial(rows);
        r->rev = query_rows_rev(rows);
        if (f->shown->sets[i].idle) {
            r->count = r->all = 0;
            r->partial = false;
        }
        r->known = r->all > 0 || is_known(f, f->shown->sets[i].kind, kinds);
    }
    return f->shown->rows;
}

const struct query_rows *feeds_set(const struct feeds *f, size_t need)
{
    return f->shown && need < f->shown->count ? f->shown->sets[need].rows : NULL;
}

/* --- the whole in a sentence --- */

static size_t read_all(const struct query_rows *set, struct arena *a, const struct row **out)
{
    size_t n = query_rows_count(set) < FEEDS_ROWS_MAX ? query_rows_count(set) : FEEDS_ROWS_MAX;
    struct row *rows = arena_alloc(a, (n + 1) * sizeof *rows);
    for (size_t i = 0; i < n; i++) {
        if (!query_rows_at(set, i, &rows[i]))
            n = i;
    }
    *out = rows;
    return n;
}

static bool any_partial(const struct feeds *f)
{
    for (size_t i = 0; i < VERDICT_KINDS; i++) {
        if (query_rows_partial(f->summary[i]))
            return true;
    }
    return false;
}

static struct verdict_facts facts_of(const struct feeds *f, struct arena *a, int64_t now_ms)
{
    struct verdict_facts facts = {.now_ms = now_ms};
    for (size_t i = 0; i < VERDICT_KINDS; i++) {
        const struct row *rows;
        size_t n = read_all(f->summary[i], a, &rows);
        verdict_tell(&facts, verdict_kinds[i], rows, n);
    }
    return facts;
}

int64_t feeds_rev(const struct feeds *f)
{
    int64_t rev = 0;
    for (size_t i = 0; i < VERDICT_KINDS; i++)
        rev += query_rows_rev(f->summary[i]);
    return rev;
}

void feeds_findings(const struct feeds *f, struct instant now, feeds_finding *each, void *ctx)
{
    struct arena a = {0};
    struct verdict_facts facts = facts_of(f, &a, f->at_ms ? f->at_ms : now.utc_ms);
    struct finding_list list = finding_list_of(&facts);
    for (size_t i = 0; i < list.count && !any_partial(f); i++)
        each(ctx, &list.all[i]);
    finding_release(&list);
    arena_release(&a);
}

void feeds_words_changed(struct feeds *f)
{
    f->verdict_rev = -1;
}

const char *feeds_news(const struct feeds *f, struct instant now)
{
    return news_text(&f->news, now.boot_ms);
}

const struct verdict *feeds_verdict(struct feeds *f, struct instant now)
{
    int64_t rev = feeds_rev(f), now_ms = f->at_ms ? f->at_ms : now.utc_ms;
    if (rev == f->verdict_rev && now_ms / 1000 == f->verdict_second)
        return &f->verdict;
    struct arena a = {0};
    struct verdict_facts facts = facts_of(f, &a, now_ms);
    f->verdict = verdict_of(&facts);
    if (!f->at_ms && (f->verdict.crit > 0 || !f->news.begun) && !any_partial(f))
        news_look(&f->news, &facts, now.boot_ms);
    f->verdict_rev = rev;
    f->verdict_second = now_ms / 1000;
    arena_release(&a);
    return &f->verdict;
}

static void count_source(struct feeds_freshness *fresh, const struct row *row, int64_t now_ms)
{
    int64_t last_ms = value_int_or(&row->cells[SOURCE_LAST_OK_AT], -1);
    enum source_state state = state_source(value_text_or(&row->cells[SOURCE_STATE], ""));
    fresh->sources++;
    fresh->live += state == SOURCE_LIVE;
    fresh->stale += state == SOURCE_STALE;
    fresh->offline += state == SOURCE_OFFLINE;
    fresh->denied += state == SOURCE_DENIED;
    fresh->asked += last_ms >= 0 || value_known(&row->cells[SOURCE_LAST_ERROR]);
    if (last_ms < 0)
        return;
    int64_t age_ms = now_ms > last_ms ? now_ms - last_ms : 0;
    if (age_ms > fresh->oldest_age_ms)
        fresh->oldest_age_ms = age_ms;
    if (fresh->newest_age_ms < 0 || age_ms < fresh->newest_age_ms)
        fresh->newest_age_ms = age_ms;
}

struct feeds_freshness feeds_freshness(struct feeds *f, struct instant now)
{
    struct row row;
    struct feeds_freshness fresh = {.oldest_age_ms = -1, .newest_age_ms = -1};
    for (size_t i = 0; i < query_rows_count(f->summary[0]); i++) {
        if (query_rows_at(f->summary[0], i, &row))
            count_source(&fresh, &row, f->at_ms ? f->at_ms : now.utc_ms);
    }
    return fresh;
}
