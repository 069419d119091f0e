#include "sim/halt.h"

#include <string.h>

#include "base/mem.h"
#include "sim/find.h"
#include "sim/move.h"

enum { HALTS_MAX = 256, KEPT_MS = WORLD_DAY_MS + WORLD_HOUR_MS };

bool halt_is(const struct move_id *a, const struct move_id *b)
{
    return a->line == b->line && a->event == b->event && a->slot == b->slot && a->cycle == b->cycle;
}

static int64_t least(int64_t a, int64_t b)
{
    return a < b ? a : b;
}

struct halted halt_of(const struct sim *s, const struct move_id *id, int64_t t_ms)
{
    struct halted out = {0, 0, false};

    for (size_t i = 0; i < s->halt_count; i++) {
        const struct halt *h = &s->halts[i];
        if (!halt_is(&h->id, id) || h->from_ms > t_ms)
            continue;
        out.stood_ms += least(h->to_ms, t_ms) - h->from_ms;
        out.stands = h->to_ms > t_ms;
        out.until_ms = h->to_ms;
    }
    return out;
}

int64_t halt_start_ms(const struct sim *s, const struct move_id *id, int64_t start_ms, int64_t t_ms)
{
    for (size_t i = 0; i < s->halt_count; i++) {
        const struct halt *h = &s->halts[i];
        if (halt_is(&h->id, id) && h->from_ms < start_ms && h->from_ms <= t_ms)
            start_ms += least(h->to_ms, t_ms) - h->from_ms;
    }
    return start_ms;
}

static bool is_first(const struct sim *s, size_t at)
{
    for (size_t i = 0; i < at; i++)
        if (halt_is(&s->halts[i].id, &s->halts[at].id))
            return false;
    return true;
}

double halt_gbps(const struct sim *s, const struct line *l, int64_t t_ms)
{
    double gbps = 0;

    for (size_t i = 0; i < s->halt_count; i++)
        if (s->halts[i].id.line == l && is_first(s, i))
            gbps += move_of(s, &s->halts[i].id, t_ms).rate_gbps - move_planned(s, &s->halts[i].id, t_ms).rate_gbps;
    return gbps;
}

/* --- orders --- */

static bool named(const struct sim *s, const struct sim_order *order, struct move *out, struct err *err)
{
    char name[FIND_ID_MAX];

    for (size_t i = 0; order->target != NULL && i < move_count(s); i++) {
        *out = move_at(s, i, s->now_ms);
        if (out->state != TRANSIT_NONE && strcmp(move_name(out, name, sizeof name), order->target) == 0)
            return out->state != TRANSIT_DONE || err_set(err, ERR_REFUSED, "transfer '%s' has ended", order->target);
    }
    return err_set(err, ERR_REFUSED, "no transfer is called '%s'", order->target != NULL ? order->target : "");
}

/* It stands no longer than until now. */
static void end_now(struct sim *s, const struct move_id *id)
{
    for (size_t i = 0; i < s->halt_count; i++)
        if (halt_is(&s->halts[i].id, id) && s->halts[i].to_ms > s->now_ms)
            s->halts[i].to_ms = s->now_ms;
}

/* Those that no history tells of any more make room. */
static bool room(struct sim *s, struct err *err)
{
    size_t kept = 0;

    for (size_t i = 0; i < s->halt_count && s->halt_count == HALTS_MAX; i++)
        if (s->halts[i].to_ms > s->now_ms - KEPT_MS)
            s->halts[kept++] = s->halts[i];
    s->halt_count = s->halt_count == HALTS_MAX ? kept : s->halt_count;
    return s->halt_count < HALTS_MAX ||
           err_set(err, ERR_REFUSED, "%d transfers were held within a day: no more", HALTS_MAX);
}

bool halt_stand(struct sim *s, const struct sim_order *order, struct err *err)
{
    int64_t until = order->until_ms > 0 ? order->until_ms - s->start_utc_ms : WORLD_NEVER;
    struct move m;

    if (!named(s, order, &m, err))
        return false;
    if (!m.holdable)
        return err_set(err, ERR_REFUSED, "transfer '%s' must not be held", order->target);
    if (until <= s->now_ms)
        return err_set(err, ERR_REFUSED, "transfer '%s' cannot be held until a moment that is over", order->target);
    if (!room(s, err))
        return false;
    end_now(s, &m.id);
    s->halts = mem_grow(s->halts, s->halt_count + 1, sizeof *s->halts);
    s->halts[s->halt_count++] = (struct halt){m.id, s->now_ms, until};
    return true;
}

bool halt_flow(struct sim *s, const struct sim_order *order, struct err *err)
{
    struct move m;

    if (!named(s, order, &m, err))
        return false;
    if (m.state != TRANSIT_HELD)
        return err_set(err, ERR_REFUSED, "transfer '%s' is not held", order->target);
    end_now(s, &m.id);
    return true;
}
