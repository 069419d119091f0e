#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "domain/desk_private.h"

enum { EXIT_DATA = 65, EXIT_NO_OBJECT = 67, EXIT_LATER = 75 };

static int64_t end_of(const struct desk_window *w)
{
    return w->ended_ms > 0 && w->ended_ms < w->ends_ms ? w->ended_ms : w->ends_ms;
}

static struct desk_window *find(const struct desk *d, struct safe_text id)
{
    for (size_t i = 0; i < d->window_count; i++) {
        if (text_equal(d->windows[i].id, id))
            return &d->windows[i];
    }
    return NULL;
}

bool desk_window_has(const struct desk *d, struct safe_text id)
{
    return find(d, id) != NULL;
}

/* --- begin and end --- */

bool desk_window_check(const struct desk *d, const struct desk_entry *e, struct err *err)
{
    size_t n = 0;
    if (text_empty(e->id) || find(d, e->id))
        return desk_refuse(err, EXIT_DATA, "there is a window already with the id", e->id, "ask again");
    for (size_t i = 0; i < d->window_count; i++)
        n += e->at_ms - end_of(&d->windows[i]) <= DESK_REMEMBER_MS;
    return n < DESK_SILENCES_MAX ||
           desk_refuse(err, EXIT_LATER, "there are too many windows for", e->reason, "end some that are not needed");
}

static void forget_old(struct desk *d, int64_t now_ms)
{
    size_t kept = 0;
    for (size_t i = 0; i < d->window_count; i++) {
        if (now_ms - end_of(&d->windows[i]) <= DESK_REMEMBER_MS)
            d->windows[kept++] = d->windows[i];
    }
    d->window_count = kept;
}

void desk_window_add(struct desk *d, const struct desk_entry *e)
{
    struct arena *a = &d->arena;
    if (d->window_count == d->window_cap)
        forget_old(d, e->at_ms);
    if (d->window_count == d->window_cap) {
        d->window_cap = d->window_cap ? 2 * d->window_cap : 16;
        d->windows = mem_grow(d->windows, d->window_cap, sizeof *d->windows);
    }
    d->windows[d->window_count++] = (struct desk_window){
        .id = rows_text(a, e->id),
        .who = rows_text(a, e->who),
        .reason = rows_text(a, e->reason),
        .freeze = text_is(e->what, "freeze"),
        .kind = rows_text(a, e->kind),
        .where = rows_text(a, e->where),
        .uid = e->uid,
        .at_ms = e->at_ms,
        .starts_ms = e->starts_ms,
        .ends_ms = e->ends_ms,
    };
}

bool desk_window_check_end(const struct desk *d, const struct desk_entry *e, struct err *err)
{
    const struct desk_window *w = find(d, e->id);
    if (!w)
        return desk_refuse(err, EXIT_NO_OBJECT, "there is no maintenance window", e->id,
                           "'hubtop maintenance list' lists those there are");
    return end_of(w) > e->at_ms ||
           desk_refuse(err, EXIT_DATA, "it is over already:", e->id, "'hubtop maintenance list' lists those there are");
}

void desk_window_end(struct desk *d, const struct desk_entry *e)
{
    struct desk_window *w = find(d, e->id);
    w->ended_ms = e->at_ms;
    w->ended_by = rows_text(&d->arena, e->who);
}

/* --- what it covers --- */

enum desk_window_state desk_window_state(const struct desk_window *w, int64_t now_ms)
{
    if (end_of(w) <= now_ms)
        return DESK_OVER;
    return w->starts_ms > now_ms ? DESK_PLANNED : DESK_ACTIVE;
}

const char *desk_window_word(enum desk_window_state state)
{
    static const char *const words[] = {[DESK_PLANNED] = "planned", [DESK_ACTIVE] = "active", [DESK_OVER] = "over"};
    return words[state];
}

static bool covers(const struct desk_window *w, enum kind kind, struct safe_text where)
{
    if (text_empty(w->kind))
        return true;
    return kind != KIND_NONE && text_is(w->kind, kind_info(kind)->name) &&
           (text_empty(w->where) || text_equal(w->where, where));
}

static const struct desk_window *active(const struct desk *d, bool freeze, enum kind kind, struct safe_text where,
                                        int64_t now_ms)
{
    const struct desk_window *best = NULL;
    for (size_t i = 0; i < d->window_count; i++) {
        const struct desk_window *w = &d->windows[i];
        if (w->freeze == freeze && desk_window_state(w, now_ms) == DESK_ACTIVE && covers(w, kind, where) &&
            (!best || end_of(w) > end_of(best)))
            best = w;
    }
    return best;
}

const struct desk_window *desk_window_of(const struct desk *d, enum kind kind, struct safe_text where, int64_t now_ms)
{
    return active(d, false, kind, where, now_ms);
}

const struct desk_window *desk_freeze_of(const struct desk *d, enum kind kind, struct safe_text where, int64_t now_ms)
{
    return active(d, true, kind, where, now_ms);
}

void desk_windows(const struct desk *d, bool (*each)(void *ctx, const struct desk_window *w), void *ctx)
{
    for (size_t i = 0; i < d->window_count; i++) {
        if (!each(ctx, &d->windows[i]))
            return;
    }
}

int64_t desk_window_next_ms(const struct desk *d, int64_t now_ms)
{
    int64_t next_ms = INT64_MAX;
    for (size_t i = 0; i < d->window_count; i++) {
        const struct desk_window *w = &d->windows[i];
        if (w->starts_ms > now_ms && w->starts_ms < next_ms)
            next_ms = w->starts_ms;
        if (end_of(w) > now_ms && end_of(w) < next_ms)
            next_ms = end_of(w);
    }
    return next_ms;
}

static struct value text_or_none(struct safe_text t)
{
    return text_empty(t) ? value_none() : value_text(t);
}

bool desk_window_row(const struct desk_window *w, int64_t now_ms, struct row *row)
{
    if (now_ms - end_of(w) > DESK_ROW_MS)
        return false;
    *row = (struct row){.kind = KIND_MAINTENANCE, .id = w->id, .source = text_of(DESK_SOURCE)};
    row->cells[MAINTENANCE_WHAT] = value_text(text_of(w->freeze ? "freeze" : "maintenance"));
    row->cells[MAINTENANCE_STATE] = value_text(text_of(desk_window_word(desk_window_state(w, now_ms))));
    row->cells[MAINTENANCE_KIND] = text_or_none(w->kind);
    row->cells[MAINTENANCE_WHERE] = text_or_none(w->where);
    row->cells[MAINTENANCE_STARTS_AT] = value_time(w->starts_ms);
    row->cells[MAINTENANCE_ENDS_AT] = value_time(end_of(w));
    row->cells[MAINTENANCE_BY] = value_text(w->who);
    row->cells[MAINTENANCE_REASON] = value_text(w->reason);
    row->cells[MAINTENANCE_ADDED_AT] = value_time(w->at_ms);
    row->cells[MAINTENANCE_ENDED_BY] = text_or_none(w->ended_by);
    return true;
}
