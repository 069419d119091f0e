#include "domain/cause.h"

#include "base/buf.h"
#include "base/mem.h"

enum { STEPS_MAX = 3, NEAR_MAX = 32, TEXTS_BYTES = 16 << 10 };

/* An object, and how many steps it is away. */
struct near {
    enum kind kind;
    struct safe_text id;
    int steps;
};

struct circle {
    struct near all[NEAR_MAX];
    size_t count;
    struct buf texts; /* they outlive the rows that `find` gives */
};

/* In which fields an object names what it stands in, is an end of or goes over. */
static const struct tie {
    enum kind of;
    int field;
    enum kind to;
} ties[] = {
    {KIND_NODE, NODE_RACK, KIND_RACK},
    {KIND_NODE, NODE_SCHEDULER, KIND_SCHEDULER},
    {KIND_RACK, RACK_HALL, KIND_HALL},
    {KIND_RACK, RACK_SITE, KIND_SITE},
    {KIND_HALL, HALL_SITE, KIND_SITE},
    {KIND_HALL, HALL_CLUSTER, KIND_CLUSTER},
    {KIND_SITE, SITE_CLUSTER, KIND_CLUSTER},
    {KIND_SCHEDULER, SCHEDULER_SITE, KIND_SITE},
    {KIND_SCHEDULER, SCHEDULER_CLUSTER, KIND_CLUSTER},
    {KIND_QUEUE, QUEUE_SCHEDULER, KIND_SCHEDULER},
    {KIND_JOB, JOB_SCHEDULER, KIND_SCHEDULER},
    {KIND_RESERVATION, RESERVATION_SCHEDULER, KIND_SCHEDULER},
    {KIND_ACCOUNT, ACCOUNT_SCHEDULER, KIND_SCHEDULER},
    {KIND_QOS, QOS_SCHEDULER, KIND_SCHEDULER},
    {KIND_LICENSE, LICENSE_SCHEDULER, KIND_SCHEDULER},
    {KIND_DEVICE, DEVICE_RACK, KIND_RACK},
    {KIND_FEED, FEED_RACK, KIND_RACK},
    {KIND_ENERGY, ENERGY_CLUSTER, KIND_CLUSTER},
    {KIND_TRANSFER, TRANSFER_LINK, KIND_LINK},
    {KIND_PAIR, PAIR_LINK, KIND_LINK},
    {KIND_LINK, LINK_FROM, KIND_CLUSTER},
    {KIND_LINK, LINK_TO, KIND_CLUSTER},
    {KIND_LINK, LINK_FROM, KIND_PLACE},
    {KIND_LINK, LINK_TO, KIND_PLACE},
    {KIND_TENANT, TENANT_AT, KIND_PLACE},
    {KIND_TENANT, TENANT_AT, KIND_CLUSTER},
};

static struct safe_text cell(const struct row *row, int field)
{
    return value_text_or(&row->cells[field], "");
}

static void add(struct circle *c, enum kind kind, struct safe_text id, int steps)
{
    if (text_empty(id) || c->count == NEAR_MAX || !buf_reserve(&c->texts, text_len(id), NULL))
        return;
    for (size_t i = 0; i < c->count; i++)
        if (c->all[i].kind == kind && text_equal(c->all[i].id, id))
            return;
    c->all[c->count++] = (struct near){kind, text_copy(&c->texts, id), steps};
}

/* "SZ>SHG" of "SHG>SZ": as it would be called. */
static void add_way_back(struct circle *c, const struct row *link, int steps)
{
    struct buf id = buf_make(512);

    if (!text_empty(cell(link, LINK_FROM)) && !text_empty(cell(link, LINK_TO))) {
        text_copy(&id, cell(link, LINK_TO));
        buf_putc(&id, '>', NULL);
        text_copy(&id, cell(link, LINK_FROM));
        add(c, KIND_LINK, text_from(buf_str(&id), id.len), steps);
    }
    buf_release(&id);
}

static void widen(struct circle *c, const struct near *from, const struct row *row)
{
    if (from->kind == KIND_LINK && from->steps == 0)
        add_way_back(c, row, 1);
    for (size_t i = 0; i < sizeof ties / sizeof *ties; i++)
        if (ties[i].of == from->kind)
            add(c, ties[i].to, cell(row, ties[i].field), from->steps + 1);
}

static void draw_circle(struct circle *c, const struct row *alert, const struct cause_facts *facts)
{
    enum kind kind = KIND_NONE;

    for (int k = 1; k < KIND_COUNT; k++)
        if (text_is(cell(alert, ALERT_KIND), kind_info((enum kind)k)->name) ||
            text_is(cell(alert, ALERT_KIND), kind_info((enum kind)k)->singular))
            kind = (enum kind)k;
    if (kind == KIND_NONE)
        return;
    add(c, kind, cell(alert, ALERT_WHERE), 0);
    for (size_t i = 0; i < c->count && facts->find != NULL; i++) {
        struct near from = c->all[i];
        const struct row *row = from.steps < STEPS_MAX ? facts->find(facts->ctx, from.kind, from.id) : NULL;
        if (row != NULL)
            widen(c, &from, row);
    }
}

/* How far from the alert's object the change's is; -1: nothing ties them. */
static int distance(const struct circle *c, const struct row *change)
{
    for (size_t i = 0; i < c->count; i++)
        if (text_equal(cell(change, CHANGE_WHERE), c->all[i].id) &&
            (text_is(cell(change, CHANGE_KIND), kind_info(c->all[i].kind)->singular) ||
             text_is(cell(change, CHANGE_KIND), kind_info(c->all[i].kind)->name) ||
             text_is(cell(change, CHANGE_KIND), kind_info(KIND_MAINTENANCE)->singular)))
            return c->all[i].steps;
    return -1;
}

const struct row *cause_of(const struct row *alert, const struct cause_facts *facts)
{
    struct circle c = {.texts = buf_make(TEXTS_BYTES)};
    int64_t since_ms = value_int_or(&alert->cells[ALERT_SINCE], 0), best_ms = 0;
    const struct row *best = NULL;
    int best_steps = 0;

    draw_circle(&c, alert, facts);
    for (size_t i = 0; c.count > 0 && since_ms > 0 && i < facts->count; i++) {
        const struct row *change = &facts->changes[i];
        int64_t at_ms = value_int_or(&change->cells[CHANGE_AT], 0);
        int steps = at_ms <= since_ms && at_ms >= since_ms - CAUSE_BEFORE_MS ? distance(&c, change) : -1;
        if (steps < 0)
            continue;
        bool same = best != NULL && steps == best_steps && at_ms == best_ms;
        if (best == NULL || steps < best_steps || (steps == best_steps && at_ms > best_ms) ||
            (same && text_cmp(change->id, best->id) < 0)) {
            best = change;
            best_steps = steps;
            best_ms = at_ms;
        }
    }
    buf_release(&c.texts);
    return best;
}
