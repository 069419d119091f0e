#include "console/who.h"

#include <stdlib.h>

#include "base/mem.h"
#include "base/tr.h"
#include "domain/impact.h"
#include "domain/rows.h"
#include "store/hits.h"

struct who {
    struct hits *hits;
    struct arena arena; /* of the asked object's texts */
    struct view_hit hit;
    struct err err;
    bool asked;
    struct look { /* for what was named */
        struct query *query;
        struct query_scan *scan; /* NULL: nothing is looked for */
        size_t at;               /* in impact_looked */
        struct safe_text id;     /* the arena's */
        enum kind kind;          /* KIND_NONE: any */
        bool found;
        int alerts; /* that led here */
        int64_t at_ms;
    } look;
};

enum { ALERTS_DEEP = 4, KIND_NAME_BYTES = 64, WHY_BYTES = 160 };

struct who *who_new(void)
{
    return mem_new(1, sizeof(struct who));
}

void who_forget(struct who *w)
{
    hits_free(w->hits);
    query_scan_free(w->look.scan);
    arena_release(&w->arena);
    *w = (struct who){0};
}

void who_free(struct who *w)
{
    if (!w)
        return;
    who_forget(w);
    free(w);
}

static void ask(struct who *w, struct safe_text id, int64_t at_ms, struct instant now)
{
    struct arena arena = {0};
    id = rows_text(&arena, id); /* it may be that of the page, which is forgotten */
    who_forget(w);
    w->arena = arena;
    w->hit.id = id;
    w->hit.as_of_ms = at_ms != QUERY_NOW ? at_ms : now.utc_ms;
    w->hit.counting = true;
    w->asked = true;
}

static void count(struct who *w, struct query *q, enum kind kind, int64_t at_ms, struct instant now)
{
    w->hit.kind = kind;
    const struct hits_target target = {.where = w->hit.id, .kind = kind};
    w->hits = hits_new(q, &target, 1, at_ms, now.utc_ms);
    hits_want_contacts(w->hits);
}

void who_begin(struct who *w, struct query *q, const struct row *object, int64_t at_ms, struct instant now)
{
    ask(w, object->id, at_ms, now);
    count(w, q, object->kind, at_ms, now);
}

/* --- what somebody names --- */

/* Of a named kind, or from the first one on. */
static void look_for(struct who *w, struct safe_text id, enum kind kind)
{
    struct look *l = &w->look;
    for (l->at = 0; kind != KIND_NONE && impact_looked[l->at] != kind && impact_looked[l->at] != KIND_NONE;)
        l->at++;
    query_scan_free(l->scan);
    l->scan = impact_looked[l->at] != KIND_NONE ? query_scan_new(l->query, impact_looked[l->at], l->at_ms) : NULL;
    l->id = rows_text(&w->arena, id);
    l->kind = kind;
    l->found = false;
}

void who_begin_named(struct who *w, struct query *q, struct safe_text id, int64_t at_ms, struct instant now)
{
    ask(w, id, at_ms, now);
    w->look.query = q;
    w->look.at_ms = at_ms;
    look_for(w, w->hit.id, KIND_NONE); /* `id` may be gone */
}

static void look_at(void *ctx, const struct row *row)
{
    struct who *w = ctx;
    struct look *l = &w->look;
    if (l->found || !text_equal(row->id, l->id))
        return;
    l->found = true;
    if (row->kind != KIND_ALERT)
        return;
    /* What it is about is looked for when the scan has ended. */
    char name[KIND_NAME_BYTES];
    text_show_in(value_text_or(&row->cells[ALERT_KIND], ""), name, sizeof name);
    l->kind = kind_by_name(name);
    l->id = rows_text(&w->arena, value_text_or(&row->cells[ALERT_WHERE], ""));
}

static bool give_up(struct who *w)
{
    char shown[WHY_BYTES];
    query_scan_free(w->look.scan);
    w->look.scan = NULL;
    w->hit.counting = false;
    if (w->err.kind == ERR_NONE)
        err_set(&w->err, ERR_INPUT,
                w->look.alerts > 0 ? tr("the alert '%s' names no object that is known") : tr("nothing is called '%s'"),
                text_show_in(w->hit.id, shown, sizeof shown));
    w->hit.error = w->err.text;
    return false;
}

/* One kind was gone through: on to the next, or to what was found. */
static bool look_on(struct who *w, struct instant now)
{
    struct look *l = &w->look;
    enum kind kind = impact_looked[l->at];
    if (l->found && kind == KIND_ALERT) {
        if (l->alerts++ == ALERTS_DEEP || text_empty(l->id))
            return give_up(w);
        look_for(w, l->id, l->kind != KIND_ALERT && !impact_has(l->kind) ? KIND_NONE : l->kind);
        return true;
    }
    if (l->found) {
        query_scan_free(l->scan);
        l->scan = NULL;
        w->hit.id = l->id;
        count(w, l->query, kind, l->at_ms, now);
        return true;
    }
    if (l->kind != KIND_NONE || impact_looked[++l->at] == KIND_NONE)
        return give_up(w);
    query_scan_free(l->scan);
    l->scan = query_scan_new(l->query, impact_looked[l->at], l->at_ms);
    return true;
}

static bool look_step(struct who *w, struct instant now, int64_t budget_us)
{
    enum query_step step = query_scan_step(w->look.scan, now, budget_us, look_at, w, &w->err);
    if (step == QUERY_FAILED)
        return give_up(w);
    return step == QUERY_MORE || look_on(w, now);
}

bool who_step(struct who *w, struct instant now, int64_t budget_us)
{
    if (!w->asked || !w->hit.counting)
        return false;
    if (w->look.scan)
        return look_step(w, now, budget_us);
    enum query_step step = hits_step(w->hits, now, budget_us, &w->err);
    w->hit.counting = step == QUERY_MORE;
    w->hit.seen = hits_seen(w->hits);
    w->hit.impact = hits_impact(w->hits, 0, &w->hit.object);
    if (step == QUERY_FAILED)
        w->hit.error = w->err.text;
    return w->hit.counting;
}

const struct view_hit *who_hit(struct who *w)
{
    return w->asked ? &w->hit : NULL;
}
