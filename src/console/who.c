#include "console/who.h"

#include <stdlib.h>

#include "base/mem.h"
#include "domain/rows.h"
#include "store/hits.h"

struct who {
    struct hits *hits;
    struct arena arena; /* of the asked object's texts */
    struct view_hit hit;
    struct err err;
    bool asked;
};

struct who *who_new(void)
{
    return mem_new(1, sizeof(struct who));
}

void who_forget(struct who *w)
{
    hits_free(w->hits);
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

void who_begin(struct who *w, struct query *q, const struct row *object, int64_t at_ms, struct instant now)
{
    who_forget(w);
    w->hit.kind = object->kind;
    w->hit.id = rows_text(&w->arena, object->id);
    w->hit.as_of_ms = at_ms != QUERY_NOW ? at_ms : now.utc_ms;
    w->hit.counting = true;
    w->asked = true;
    const struct hits_target target = {.where = w->hit.id, .kind = object->kind};
    w->hits = hits_new(q, &target, 1, at_ms, now.utc_ms);
    hits_want_contacts(w->hits);
}

bool who_step(struct who *w, struct instant now, int64_t budget_us)
{
    if (!w->asked || !w->hit.counting)
        return false;
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
