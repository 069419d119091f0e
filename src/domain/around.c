#include "domain/around.h"

enum { STEPS_MAX = 3, TEXTS_BYTES = 16 << 10 };

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

struct around around_make(void)
{
    return (struct around){.texts = buf_make(TEXTS_BYTES)};
}

void around_release(struct around *a)
{
    buf_release(&a->texts);
    a->count = 0;
}

static void add(struct around *a, enum kind kind, struct safe_text id, int steps)
{
    if (text_empty(id) || a->count == AROUND_MAX || !buf_reserve(&a->texts, text_len(id), NULL))
        return;
    for (size_t i = 0; i < a->count; i++)
        if (a->all[i].kind == kind && text_equal(a->all[i].id, id))
            return;
    a->all[a->count++] = (struct around_thing){kind, text_copy(&a->texts, id), steps};
}

/* "SZ>SHG" of "SHG>SZ": as it would be called. */
static void add_way_back(struct around *a, const struct row *link, int steps)
{
    struct buf id = buf_make(512);

    if (!text_empty(cell(link, LINK_FROM)) && !text_empty(cell(link, LINK_TO))) {
        text_copy(&id, cell(link, LINK_TO));
        buf_putc(&id, '>', NULL);
        text_copy(&id, cell(link, LINK_FROM));
        add(a, KIND_LINK, text_from(buf_str(&id), id.len), steps);
    }
    buf_release(&id);
}

static void widen(struct around *a, const struct around_thing *from, const struct row *row)
{
    if (from->kind == KIND_LINK && from->steps == 0)
        add_way_back(a, row, 1);
    for (size_t i = 0; i < sizeof ties / sizeof *ties; i++)
        if (ties[i].of == from->kind)
            add(a, ties[i].to, cell(row, ties[i].field), from->steps + 1);
}

void around_add(struct around *a, enum kind kind, struct safe_text id, const struct around_facts *facts)
{
    size_t begin = a->count;

    add(a, kind, id, 0);
    for (size_t i = begin; i < a->count && facts->find != NULL; i++) {
        struct around_thing from = a->all[i];
        const struct row *row = from.steps < STEPS_MAX ? facts->find(facts->ctx, from.kind, from.id) : NULL;
        if (row != NULL)
            widen(a, &from, row);
    }
}
