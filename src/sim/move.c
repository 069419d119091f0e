#include "sim/move.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/hash.h"
#include "sim/find.h"
#include "sim/halt.h"
#include "sim/net.h"

enum {
    SLOTS = 2,
    BULK_PARTS = 3,
    MINUTE_MS = 60 * 1000,
    WAIT_MS = 10 * MINUTE_MS,
    SHOWN_MS = 30 * MINUTE_MS,
    PERIOD_MIN_MS = 5 * WORLD_HOUR_MS,
    PERIOD_MORE_MS = 6 * WORLD_HOUR_MS,
    GBIT_A_TB = 8000,
};

/* Of all a link carries in its quietest hour, what ordinary transfers take. */
static const double ordinary_part = 0.2, quiet_part = 0.5;

struct dataset {
    const char *name, *temperature;
};
static const struct dataset datasets[] = {
    {"satellite-scenes", "warm"},  {"genome-cohort", "cold"},   {"traffic-video", "hot"},   {"weather-analysis", "hot"},
    {"model-checkpoints", "warm"}, {"render-assets", "warm"},   {"medical-images", "cold"}, {"speech-corpus", "cold"},
    {"grid-telemetry", "hot"},     {"archive-of-2025", "cold"}, {"factory-twins", "warm"},  {"web-crawl", "cold"},
};
/* What the bulk of a scenario is made of: parts of it, and hours that it takes. */
static const struct bulk {
    struct dataset data;
    double part, hours;
} bulks[BULK_PARTS] = {
    {{"backup-of-the-portal", "cold"}, 0.5, 9},
    {{"video-archive", "cold"}, 0.3, 6},
    {{"training-set-mirror", "warm"}, 0.2, 5},
};

/* What is read often is wanted at once; what is hardly ever read may arrive a day later, and every third has no date at all. */
static void promise(struct move *m)
{
    int64_t slack_h = m->temperature[0] == 'h' ? 1 : m->temperature[0] == 'w' ? 6 : 24;

    m->priority = m->temperature[0] == 'h' ? 100 : m->temperature[0] == 'w' ? 50 : 10;
    m->holdable = m->temperature[0] != 'h';
    m->deadline_ms = m->id.event == NULL && (m->key >> 17) % 3 == 0 ? 0 : m->eta_ms + slack_h * (int64_t)WORLD_HOUR_MS;
}

static size_t said_lines(const struct sim *s)
{
    return s->fleet->n_links; /* the first of the lines */
}

static double capacity_gbps(const struct line *l)
{
    return l->said->paths * l->said->path_gbps;
}

/* --- what comes and goes on every link --- */

/* Within a period: it waits, moves, is done and is gone before the next comes. */
static void pass_through(struct move *m, int64_t in_ms, int64_t moves_ms)
{
    double part = (double)(in_ms - WAIT_MS) / (double)moves_ms;

    if (in_ms < 0 || in_ms >= WAIT_MS + moves_ms + SHOWN_MS)
        return;
    m->state = part < 0 ? TRANSIT_WAITING : part < 1 ? TRANSIT_RUNNING : TRANSIT_DONE;
    m->done_pct = part < 0 ? 0 : part < 1 ? 100 * part : 100;
}

/* When a cycle of a slot begins: the first 1000 periods and a part of one before the scenario. */
struct rhythm {
    int64_t period_ms, first_ms;
};

static struct rhythm rhythm_of(const struct line *l, uint32_t slot)
{
    uint64_t key = l->key ^ (uint64_t)slot << 20;
    int64_t period = PERIOD_MIN_MS + (int64_t)(PERIOD_MORE_MS * chance_fixed(key ^ 'P'));

    return (struct rhythm){period, -1000 * period - (int64_t)((double)period * chance_fixed(key ^ 'o'))};
}

static struct move_id ordinary_id(const struct line *l, uint32_t slot, int64_t t_ms)
{
    struct rhythm r = rhythm_of(l, slot);

    return (struct move_id){.line = l, .slot = slot, .cycle = (t_ms - r.first_ms) / r.period_ms};
}

static struct move ordinary(const struct move_id *id, int64_t t_ms)
{
    const struct line *l = id->line;
    struct rhythm r = rhythm_of(l, id->slot);
    struct move m = {.id = *id, .key = l->key ^ (uint64_t)id->slot << 20 ^ (uint64_t)id->cycle << 32};
    double all = capacity_gbps(l);
    int64_t begin = r.first_ms + id->cycle * r.period_ms;

    if (isnan(all) || all <= 0)
        return m;
    int64_t moves = (int64_t)((double)r.period_ms * (0.35 + 0.45 * chance_fixed(m.key ^ 'm')));
    double rate = all * l->peak * quiet_part * ordinary_part * (id->slot == 1 ? 0.6 : 0.4);
    const struct dataset *data =
        &datasets[(hash_fnv(&m.key, sizeof m.key) >> 9) % (sizeof datasets / sizeof *datasets)];
    m.dataset = data->name;
    m.temperature = data->temperature;
    pass_through(&m, t_ms - begin, moves);
    m.rate_gbps = m.state == TRANSIT_RUNNING ? rate : 0;
    m.size_tb = rate * (double)moves / 1000 / GBIT_A_TB;
    m.started_ms = begin + WAIT_MS;
    m.eta_ms = m.started_ms + moves;
    promise(&m);
    return m;
}

/* --- the bulk that a scenario loads a link with --- */

/* The integral of net_ramp() over the time since it began, in ms. */
static double ramped_ms(int64_t since_ms)
{
    double x = since_ms <= 0 ? 0 : (double)since_ms / NET_RAMP_MS;

    return x < 1 ? NET_RAMP_MS * (x * x * x - x * x * x * x / 2) : (double)since_ms - NET_RAMP_MS / 2.;
}

static struct move bulk(const struct sim *s, const struct move_id *id, int64_t t_ms)
{
    struct move m = {.id = *id, .key = id->line->key ^ (uint64_t)id->slot << 52};
    const struct sim_event *e = id->event;
    const struct bulk *b = &bulks[id->slot - 1];
    double all = capacity_gbps(id->line), rate = (e->amount / 100 - net_usual(s, id->line, e->at_ms)) * all * b->part;
    bool over = e->for_ms > 0 && t_ms >= e->at_ms + e->for_ms;

    if (!(rate > 0) || t_ms < e->at_ms)
        return m;
    double whole_s =
        b->hours * 3600 < (double)e->for_ms / 1000 || e->for_ms <= 0 ? b->hours * 3600 : ramped_ms(e->for_ms) / 1000;
    double done_s = ramped_ms(t_ms - e->at_ms) / 1000;
    m.state = over || done_s >= whole_s ? TRANSIT_DONE : TRANSIT_RUNNING;
    m.dataset = b->data.name;
    m.temperature = b->data.temperature;
    m.size_tb = rate * whole_s / GBIT_A_TB;
    m.done_pct = m.state == TRANSIT_DONE ? 100 : 100 * done_s / whole_s;
    m.rate_gbps = m.state == TRANSIT_DONE ? 0 : rate * net_ramp(t_ms - e->at_ms);
    m.started_ms = e->at_ms;
    m.eta_ms = e->at_ms + NET_RAMP_MS / 2 + (int64_t)(whole_s * 1000);
    promise(&m);
    return m;
}

/* --- all of them --- */

struct move move_planned(const struct sim *s, const struct move_id *id, int64_t t_ms)
{
    return id->event != NULL ? bulk(s, id, t_ms) : ordinary(id, t_ms);
}

struct move move_of(const struct sim *s, const struct move_id *id, int64_t t_ms)
{
    struct halted h = halt_of(s, id, t_ms);
    struct move m = move_planned(s, id, t_ms - h.stood_ms);

    if (h.stood_ms == 0 && !h.stands)
        return m;
    if (h.stands && (m.state == TRANSIT_WAITING || m.state == TRANSIT_RUNNING)) {
        m.state = TRANSIT_HELD;
        m.rate_gbps = 0;
        h.stood_ms = h.until_ms == WORLD_NEVER ? WORLD_NEVER : h.stood_ms + h.until_ms - t_ms;
    }
    m.started_ms = halt_start_ms(s, id, m.started_ms, t_ms);
    m.eta_ms = h.stood_ms == WORLD_NEVER ? WORLD_NEVER : m.eta_ms + h.stood_ms;
    return m;
}

size_t move_count(const struct sim *s)
{
    return said_lines(s) * SLOTS + s->event_count * BULK_PARTS + s->halt_count;
}

/* One that stood so long that its slot has the next already. */
static struct move late(const struct sim *s, size_t at, int64_t t_ms)
{
    const struct move_id *id = &s->halts[at].id;
    struct move_id now = ordinary_id(id->line, id->slot, t_ms);

    for (size_t i = 0; i < at; i++)
        if (halt_is(&s->halts[i].id, id))
            return (struct move){.state = TRANSIT_NONE};
    return id->event != NULL || halt_is(id, &now) ? (struct move){.state = TRANSIT_NONE} : move_of(s, id, t_ms);
}

struct move move_at(const struct sim *s, size_t index, int64_t t_ms)
{
    size_t usual = said_lines(s) * SLOTS, all = usual + s->event_count * BULK_PARTS;
    struct move_id id;

    if (index >= all)
        return late(s, index - all, t_ms);
    if (index < usual) {
        id = ordinary_id(&s->lines[index / SLOTS], (uint32_t)(index % SLOTS) + 1, t_ms);
        return move_of(s, &id, t_ms);
    }
    const struct sim_event *e = &s->events[(index - usual) / BULK_PARTS];
    if (strcmp(e->event, "load") != 0)
        return (struct move){.state = TRANSIT_NONE};
    id = (struct move_id){net_line(s, e->target), e, (uint32_t)((index - usual) % BULK_PARTS) + 1, 0};
    return move_of(s, &id, t_ms);
}

const char *move_name(const struct move *m, char *out, size_t size)
{
    char line[FIND_ID_MAX];

    net_name(m->id.line, line, sizeof line);
    if (m->id.event != NULL)
        snprintf(out, size, "%s/bulk-%u", line, m->id.slot);
    else
        snprintf(out, size, "%s/s%u-%lld", line, m->id.slot, (long long)m->id.cycle);
    return out;
}
