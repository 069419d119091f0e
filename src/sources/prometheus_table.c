#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/hash.h"
#include "base/mem.h"
#include "sources/prometheus.h"

/* A value and the query that told it, from 1. */
struct told {
    double value;
    unsigned query, count;
};

struct prometheus_object {
    struct safe_text id, labels[PROMETHEUS_LABELS_MAX];
    struct told *told; /* one a column */
};

void prometheus_table_init(struct prometheus_table *t, const struct prometheus_kind *kind)
{
    *t = (struct prometheus_table){.kind = kind};
}

void prometheus_table_clear(struct prometheus_table *t)
{
    t->count = 0;
    if (t->slot_count)
        memset(t->slots, 0, t->slot_count * sizeof *t->slots);
    arena_reset(&t->arena);
}

void prometheus_table_release(struct prometheus_table *t)
{
    arena_release(&t->arena);
    free(t->fields);
    free(t->objects);
    free(t->slots);
    *t = (struct prometheus_table){0};
}

size_t prometheus_table_column(struct prometheus_table *t, int field)
{
    size_t i = 0;
    while (i < t->columns && t->fields[i] != field)
        i++;
    if (i == t->columns) {
        t->fields = mem_grow(t->fields, t->columns + 1, sizeof *t->fields);
        t->fields[t->columns++] = field;
    }
    return i;
}

/* The slot of that id: its own, or the free one where it belongs. */
static uint32_t *slot_of(const struct prometheus_table *t, struct safe_text id)
{
    size_t mask = t->slot_count - 1;
    size_t at = (size_t)hash_sip(text_bytes(id), text_len(id), hash_process_key()) & mask;
    while (t->slots[at] && !text_equal(t->objects[t->slots[at] - 1].id, id))
        at = (at + 1) & mask;
    return &t->slots[at];
}

/* At most half of the slots are taken. */
static void make_room(struct prometheus_table *t)
{
    if (t->count == t->cap) {
        t->cap = t->cap ? 2 * t->cap : 4;
        t->objects = mem_grow(t->objects, t->cap, sizeof *t->objects);
    }
    if (2 * (t->count + 1) <= t->slot_count)
        return;
    t->slot_count = t->slot_count ? 2 * t->slot_count : 8;
    free(t->slots);
    t->slots = mem_new(t->slot_count, sizeof *t->slots);
    for (size_t i = 0; i < t->count; i++)
        *slot_of(t, t->objects[i].id) = (uint32_t)i + 1;
}

static struct safe_text own(struct prometheus_table *t, struct safe_text text)
{
    return text_from(arena_copy(&t->arena, text_bytes(text), text_len(text)), text_len(text));
}

static struct prometheus_object *object_of(struct prometheus_table *t, const struct prometheus_name *name)
{
    make_room(t);
    uint32_t *slot = slot_of(t, name->id);
    if (*slot)
        return &t->objects[*slot - 1];
    if (t->count == PROMETHEUS_SERIES_MAX)
        return NULL;
    struct prometheus_object *o = &t->objects[t->count++];
    *o = (struct prometheus_object){.id = own(t, name->id)};
    o->told = arena_alloc(&t->arena, t->columns * sizeof *o->told);
    *slot = (uint32_t)t->count;
    return o;
}

static void labels_take(struct prometheus_table *t, struct prometheus_object *o, const struct prometheus_name *name)
{
    for (size_t i = 0; i < PROMETHEUS_LABELS_MAX; i++) {
        if (text_empty(o->labels[i]) && !text_empty(name->labels[i]))
            o->labels[i] = own(t, name->labels[i]);
    }
}

static double fold_two(enum prometheus_fold fold, const struct told *was, double value)
{
    switch (fold) {
    case PROMETHEUS_MIN:
        return value < was->value ? value : was->value;
    case PROMETHEUS_SUM:
        return was->value + value;
    case PROMETHEUS_AVG:
        return was->value + (value - was->value) / (was->count + 1);
    case PROMETHEUS_COUNT:
        return was->value + 1;
    case PROMETHEUS_MAX:
    default:
        return value > was->value ? value : was->value;
    }
}

bool prometheus_table_put(struct prometheus_table *t, const struct prometheus_name *name, size_t column, unsigned query,
                          double value, bool *twice)
{
    return prometheus_table_fold(t, name, column, query, value, PROMETHEUS_MAX, twice);
}

bool prometheus_table_fold(struct prometheus_table *t, const struct prometheus_name *name, size_t column,
                           unsigned query, double value, enum prometheus_fold fold, bool *twice)
{
    struct prometheus_object *o = object_of(t, name);
    if (!o)
        return false;
    labels_take(t, o, name);
    struct told *told = &o->told[column];
    *twice = told->query == query + 1;
    if (told->query > query + 1)
        return true;
    if (!*twice)
        *told = (struct told){fold == PROMETHEUS_COUNT ? 1 : value, query + 1, 1};
    else {
        told->value = fold_two(fold, told, value);
        told->count++;
    }
    return true;
}

bool prometheus_table_name(struct prometheus_table *t, const struct prometheus_name *name)
{
    struct prometheus_object *o = object_of(t, name);
    if (o)
        labels_take(t, o, name);
    return o != NULL;
}

bool prometheus_table_keep(struct prometheus_table *t, const struct prometheus_table *former)
{
    for (size_t i = 0; i < former->count; i++) {
        const struct prometheus_object *was = &former->objects[i];
        struct prometheus_name name = {.id = was->id};
        memcpy(name.labels, was->labels, sizeof name.labels);
        if (!prometheus_table_name(t, &name))
            return false;
    }
    return true;
}

unsigned prometheus_table_teller(const struct prometheus_table *t, const struct prometheus_name *name, size_t column)
{
    const uint32_t *slot = t->slot_count ? slot_of(t, name->id) : NULL;
    return slot && *slot ? t->objects[*slot - 1].told[column].query : 0;
}

struct row prometheus_table_row(const struct prometheus_table *t, size_t i)
{
    const struct prometheus_object *o = &t->objects[i];
    const struct kind_info *info = kind_info(t->kind->kind);
    struct row row = {.kind = t->kind->kind, .id = o->id};
    for (size_t l = 0; l < PROMETHEUS_LABELS_MAX; l++) {
        if (t->kind->labels[l].key && t->kind->labels[l].field >= 0 && !text_empty(o->labels[l]))
            row.cells[t->kind->labels[l].field] = value_text(o->labels[l]);
    }
    for (size_t c = 0; c < t->columns; c++) {
        if (o->told[c].query == 0)
            continue;
        bool whole = info->fields[t->fields[c]].type == VALUE_INT;
        row.cells[t->fields[c]] = whole ? value_int(llround(o->told[c].value)) : value_real(o->told[c].value);
    }
    return row;
}
