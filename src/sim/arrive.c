#include "sim/arrive.h"

#include <string.h>

#include "sim/jobs.h"
#include "sim/pass.h"

enum { MINUTE_MS = 60 * 1000, DRAWS = 1500 };

static const struct work *pick_work(struct scheduler *c, const struct queue *q)
{
    uint32_t at = chance_below(&c->chance, 100);
    const struct work *last = NULL;

    for (size_t i = 0; i < catalogue_work_count; i++) {
        const struct work *w = &catalogue_works[i];
        if (w->compute != q->plan->compute || w->class != q->plan->class)
            continue;
        last = w;
        if (at < w->share)
            break;
        at -= w->share;
    }
    return last;
}

static unsigned pick_size(struct scheduler *c, const struct work *w)
{
    uint32_t at = chance_below(&c->chance, 100);
    unsigned i = 0;

    for (; i + 1 < CATALOGUE_SIZES_MAX && w->sizes[i + 1].share > 0 && at >= w->sizes[i].share; i++)
        at -= w->sizes[i].share;
    return w->sizes[i].size;
}

/* Sizes become units of one node, or whole nodes: at most a quarter of the queue. */
static void set_size(const struct scheduler *c, const struct queue *q, struct job *j, unsigned size)
{
    unsigned per_unit = c->compute == COMPUTE_INTELLIGENT ? c->unit_accels
                        : c->compute == COMPUTE_GENERAL   ? c->unit_cpus
                                                          : 1;
    unsigned units = (size + per_unit - 1) / per_unit;
    unsigned most = q->nodes / 4 > 1 ? q->nodes / 4 : 1;
    unsigned nodes = (units + c->units - 1) / c->units;

    most = most < WORLD_GANG_MAX ? most : WORLD_GANG_MAX;
    j->nodes = (uint16_t)(nodes < most ? nodes : most);
    j->units = (uint16_t)(nodes > 1 ? c->units : units);
}

static int64_t limit_for(int64_t run_ms)
{
    static const uint8_t hours[] = {1, 2, 4, 8, 12, 24, 48};
    int64_t half = WORLD_HOUR_MS / 2;

    if (run_ms <= half)
        return half;
    for (size_t i = 0; i < sizeof hours; i++)
        if (run_ms <= hours[i] * (int64_t)WORLD_HOUR_MS)
            return hours[i] * (int64_t)WORLD_HOUR_MS;
    return 3 * (int64_t)WORLD_DAY_MS;
}

/* How it is going to end: 3 % fail, 1 % reach their limit, 2 % are cancelled, the others are done. */
static void set_ending(struct scheduler *c, struct job *j)
{
    static const uint8_t codes[] = {1, 1, 1, 2, 127, 134, 137, 139};
    uint32_t at = chance_below(&c->chance, 100);
    double part = chance_unit(&c->chance);

    j->ending = JOB_DONE;
    j->limit_ms = limit_for(j->run_ms + j->run_ms / 4);
    if (at >= 6)
        return;
    j->ending = at < 3 ? JOB_FAILED : at < 4 ? JOB_TIMEOUT : JOB_CANCELLED;
    j->run_ms = (int64_t)((double)j->run_ms * part) + 1000;
    if (j->ending == JOB_FAILED)
        j->exit_code = codes[chance_below(&c->chance, sizeof codes)];
    if (j->ending == JOB_TIMEOUT)
        j->run_ms = j->limit_ms = limit_for(j->run_ms);
}

/* A few users of an account do most of its work. */
static uint8_t pick_user(struct scheduler *c, const struct work *w)
{
    const uint32_t each = CATALOGUE_USERS / CATALOGUE_ACCOUNTS;
    uint32_t among = w->accounts * each;
    uint32_t a = chance_below(&c->chance, among), b = chance_below(&c->chance, among), user = a < b ? a : b;

    if (c->near_count > 0 && catalogue_is_near(w))
        return (uint8_t)(c->near[user / each % c->near_count] * each + user % each);
    return (uint8_t)(w->account * each + user);
}

static unsigned names_of(const struct work *w)
{
    unsigned n = 0;

    while (n < CATALOGUE_NAMES_MAX && w->names[n] != NULL)
        n++;
    return n;
}

/* The last name of each kind of work is the odd one: rarer. */
static uint8_t pick_name(struct scheduler *c, const struct work *w)
{
    unsigned n = names_of(w);
    uint32_t at = chance_below(&c->chance, 100);

    return (uint8_t)(at < 6 ? n - 1 : at % (n - 1));
}

static void draw(struct scheduler *c, const struct queue *q, struct job *j)
{
    const struct work *w = pick_work(c, q);
    uint32_t level = chance_below(&c->chance, 100);

    memset(j, 0, sizeof *j);
    j->work = (uint16_t)(w - catalogue_works);
    j->queue = (uint8_t)(q - c->queues);
    j->name = pick_name(c, w);
    j->serial = (uint16_t)chance_below(&c->chance, 1000);
    j->user = pick_user(c, w);
    j->qos = j->level = level < 8 ? 2 : level < 80 ? 1 : 0;
    j->state = JOB_WAITING;
    set_size(c, q, j, pick_size(c, w));
    j->run_ms = (int64_t)(chance_quantiles(&c->chance, w->minutes) * MINUTE_MS);
    set_ending(c, j);
    if (chance_below(&c->chance, 100) < w->array_pct) {
        j->task = 1;
        j->task_last = (uint16_t)(4 + chance_below(&c->chance, 17));
    }
    j->submitted_ms = j->eligible_ms = c->now_ms;
}

static uint32_t peak_of(enum work_class class)
{
    uint32_t peak = 0;

    for (unsigned h = 0; h < 24; h++)
        peak = catalogue_day[class][h] > peak ? catalogue_day[class][h] : peak;
    return peak;
}

void arrive_calibrate(struct scheduler *c, struct queue *q)
{
    double work = 0, units = 0, running;
    double load = c->load * (double)q->plan->load;
    struct job j;

    for (unsigned i = 0; i < DRAWS; i++) {
        draw(c, q, &j);
        work += (double)j.units * j.nodes * (j.task_last ? j.task_last : 1) * (double)j.run_ms / DRAWS;
        units += (double)j.units * j.nodes / DRAWS;
    }
    q->factor = q->endurance = 1;
    q->peak_pct = peak_of(q->plan->class);
    q->rate = load * q->nodes * c->units / work;
    running = (load < 1 ? load : 1) * q->nodes * c->units / units;
    q->patience = (uint32_t)(running * (double)q->plan->patience) + 6;
    q->user_limit = (uint32_t)(running / 4) + 8;
}

static uint32_t new_number(struct scheduler *c)
{
    return c->next_number++;
}

/* In a steady world a job is met while it runs in proportion to its length, and anywhere in its run. */
void arrive_fill(struct scheduler *c, struct queue *q)
{
    double load = c->load * (double)q->plan->load;
    double left = q->nodes * c->units * (load < 0.97 ? load : 0.97);
    int64_t now = c->now_ms;

    for (unsigned tries = 0; left > 0 && tries < 200 * q->nodes * c->units; tries++) {
        struct job j;
        uint32_t slot;
        draw(c, q, &j);
        if (chance_unit(&c->chance) * 1.3 * (double)catalogue_works[j.work].minutes[3] * MINUTE_MS > (double)j.run_ms)
            continue;
        j.task = j.task_last = 0;
        j.number = new_number(c);
        j.limit_ms = j.limit_ms > j.run_ms ? j.limit_ms : j.run_ms;
        int64_t ran = (int64_t)(chance_unit(&c->chance) * (double)j.run_ms), whole = j.run_ms;
        j.run_ms -= ran;
        j.submitted_ms = j.eligible_ms = now - ran - 1000 - chance_below(&c->chance, 600 * 1000);
        left -= j.units * j.nodes;
        slot = jobs_submit(c, &j);
        pass_one(c, slot);
        c->jobs[slot].run_ms = whole;
        if (c->jobs[slot].state == JOB_RUNNING)
            c->jobs[slot].started_ms = now - ran;
    }
}

void arrive_plan(struct scheduler *c, struct queue *q)
{
    double peak = q->rate * q->factor * q->peak_pct / 100;

    q->stamp++;
    heap_add(&c->heap, (struct happening){.at_ms = c->now_ms + chance_wait_ms(&c->chance, peak),
                                          .what = HAPPENS_ARRIVAL,
                                          .index = (uint32_t)(q - c->queues),
                                          .stamp = q->stamp});
}

/* Percent of the day's mean, between the hours of the table. UTC+8 all over the country. */
static uint32_t day_pct(enum work_class class, int64_t utc_ms)
{
    int64_t ms = (utc_ms + 8 * (int64_t)WORLD_HOUR_MS) % WORLD_DAY_MS;
    uint32_t minute = (uint32_t)((ms < 0 ? ms + WORLD_DAY_MS : ms) / MINUTE_MS);
    uint32_t from = catalogue_day[class][minute / 60], to = catalogue_day[class][(minute / 60 + 1) % 24];

    return (from * (60 - minute % 60) + to * (minute % 60)) / 60;
}

static bool turns_away(struct scheduler *c, const struct queue *q)
{
    double patience = q->patience * q->endurance;
    double over = ((double)(q->pending - q->held) - patience) / patience;
    double u = chance_unit(&c->chance);

    return u < (over < 0.95 ? over : 0.95);
}

/* Some are submitted held and released later; some users lose patience with a job of theirs. */
static void plan_whims(struct scheduler *c, uint32_t slot, bool held)
{
    static const float release_min[4] = {10, 40, 120, 400}, give_up_min[4] = {5, 25, 90, 240};
    struct happening h = {.index = slot, .stamp = c->jobs[slot].stamp};

    if (held) {
        h.at_ms = c->now_ms + (int64_t)(chance_quantiles(&c->chance, release_min) * MINUTE_MS);
        h.what = HAPPENS_RELEASE;
        heap_add(&c->heap, h);
    }
    if (chance_hits(&c->chance, 10)) {
        h.at_ms = c->now_ms + (int64_t)(chance_quantiles(&c->chance, give_up_min) * MINUTE_MS);
        h.what = HAPPENS_GIVE_UP;
        heap_add(&c->heap, h);
    }
}

void arrive_happen(struct scheduler *c, struct queue *q, int64_t day_zero_ms)
{
    bool comes = chance_below(&c->chance, q->peak_pct) < day_pct(q->plan->class, day_zero_ms + c->now_ms) &&
                 !turns_away(c, q) && !q->drained && !c->suspended;

    jobs_purge(c);
    if (comes) {
        struct job j;
        uint32_t slot;
        bool held = q->plan->class != CLASS_SERVE && q->plan->class != CLASS_SHORT && chance_hits(&c->chance, 10);
        draw(c, q, &j);
        j.number = new_number(c);
        j.state = held ? JOB_HELD : JOB_WAITING;
        slot = jobs_submit(c, &j);
        plan_whims(c, slot, held);
        pass_one(c, slot);
    }
    arrive_plan(c, q);
}
