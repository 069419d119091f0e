#include <math.h>
#include <stdio.h>

#include "sim/facts.h"
#include "sim/find.h"
#include "sim/jobs.h"
#include "sim/move.h"

static double rounded(double value, double parts)
{
    return round(value * parts) / parts;
}

/* The tenant whose users are where the data go, or anybody. */
static const struct fleet_tenant *tenant_of(const struct sim *s, const struct move *m)
{
    const struct fleet *f = s->fleet;
    size_t n = f->n_tenants, first = n > 0 ? (size_t)(m->key >> 11) % n : 0;

    for (size_t i = 0; i < n; i++) {
        const struct fleet_tenant *t = &f->tenants[(first + i) % n];
        if (t->at != NULL && text_is(text_of(t->at), m->id.line->to))
            return t;
    }
    return n > 0 ? &f->tenants[first] : NULL;
}

/* A job of that place that was submitted before the data began to move, and is held until they are there. */
static const struct job *waiting_job(const struct scheduler *c, int64_t since_ms, uint64_t *skip)
{
    for (uint32_t i = 0; i < c->job_count; i++) {
        const struct job *j = &c->jobs[i];
        if (j->number != 0 && j->state == JOB_HELD && j->submitted_ms <= since_ms && (*skip)-- == 0)
            return j;
    }
    return NULL;
}

static void put_job(struct facts *f, const struct move *m)
{
    uint64_t skip = m->id.slot - 1;
    char name[64];

    for (size_t i = 0; i < f->sim->scheduler_count; i++) {
        const struct scheduler *c = &f->sim->schedulers[i];
        const struct job *j = NULL;
        if (c->cluster != NULL && text_is(text_of(c->cluster->id), m->id.line->to))
            j = waiting_job(c, m->started_ms, &skip);
        if (j == NULL)
            continue;
        snprintf(f->text, sizeof f->text, "%s/%s", c->said->id, find_job_name(j, name, sizeof name));
        facts_text(f, TRANSFER_JOB, f->text);
        return;
    }
}

bool facts_move_transfer(struct facts *f, size_t index)
{
    static const char *const words[] = {[TRANSIT_NONE] = NULL,
                                        [TRANSIT_WAITING] = "waiting",
                                        [TRANSIT_RUNNING] = "running",
                                        [TRANSIT_DONE] = "done",
                                        [TRANSIT_HELD] = "held"};

    if (index >= move_count(f->sim))
        return false;
    struct move m = move_at(f->sim, index, f->sim->now_ms);
    f->row.kind = KIND_NONE;
    if (m.state == TRANSIT_NONE)
        return true;
    const struct fleet_tenant *tenant = tenant_of(f->sim, &m);
    facts_begin_plain(f, KIND_TRANSFER, move_name(&m, f->id, sizeof f->id));
    facts_text(f, TRANSFER_FROM, m.id.line->from);
    facts_text(f, TRANSFER_TO, m.id.line->to);
    facts_text(f, TRANSFER_LINK, m.id.line->said->id);
    facts_text(f, TRANSFER_DATASET, m.dataset);
    facts_text(f, TRANSFER_TEMPERATURE, m.temperature);
    facts_text(f, TRANSFER_STATE, words[m.state]);
    facts_text(f, TRANSFER_TENANT, tenant != NULL ? tenant->id : NULL);
    facts_real(f, TRANSFER_SIZE_TB, rounded(m.size_tb, 10));
    facts_real(f, TRANSFER_DONE_PCT, rounded(m.done_pct, 100));
    facts_real(f, TRANSFER_RATE_GBPS, rounded(m.rate_gbps, 10));
    if (m.started_ms <= f->sim->now_ms)
        facts_time(f, TRANSFER_STARTED_AT, m.started_ms);
    f->row.cells[TRANSFER_PRIORITY] = value_int(m.priority);
    f->row.cells[TRANSFER_HOLDABLE] = value_bool(m.holdable);
    if (m.deadline_ms > 0)
        facts_time(f, TRANSFER_DEADLINE_AT, m.deadline_ms);
    if (m.state != TRANSIT_DONE) {
        if (m.eta_ms != WORLD_NEVER)
            facts_time(f, TRANSFER_ETA, m.eta_ms);
        put_job(f, &m);
    }
    return true;
}
