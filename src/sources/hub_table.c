#include <stdlib.h>
#include <string.h>

#include "base/hash.h"
#include "base/mem.h"
#include "sources/hub_private.h"

/* Open addressing over records on the heap. A record is: id length (4 bytes), id, then for each known cell its field, its
 * type, and eight bytes of number or a length (4 bytes) and text. A grave has no cells and is marked. */

enum { FIRST_SLOTS = 64 };

struct record {
    uint64_t hash;
    size_t size; /* of bytes */
    bool grave;
    unsigned char bytes[];
};

struct hub_table {
    struct record **slots;
    size_t slot_count, used, live, bytes, max_bytes;
    struct buf packed;
};

struct hub_table *hub_table_new(size_t max_bytes)
{
    struct hub_table *t = mem_new(1, sizeof *t);
    t->max_bytes = max_bytes;
    t->packed = buf_make(max_bytes);
    return t;
}

void hub_table_free(struct hub_table *t)
{
    if (!t)
        return;
    for (size_t i = 0; i < t->slot_count; i++)
        free(t->slots[i]);
    free(t->slots);
    buf_release(&t->packed);
    free(t);
}

size_t hub_table_count(const struct hub_table *t)
{
    return t->live;
}

size_t hub_table_bytes(const struct hub_table *t)
{
    return t ? t->bytes : 0;
}

/* --- packing --- */

static bool put_length(struct buf *b, size_t n)
{
    uint32_t length = (uint32_t)n;
    return n <= UINT32_MAX && buf_put(b, &length, sizeof length, NULL);
}

static bool put_text(struct buf *b, struct safe_text t)
{
    return put_length(b, text_len(t)) && buf_put(b, text_bytes(t), text_len(t), NULL);
}

static bool is_text(enum value_type type)
{
    return type == VALUE_TEXT || type == VALUE_LIST;
}

static bool put_cell(struct buf *b, size_t field, const struct value *v)
{
    const unsigned char head[2] = {(unsigned char)field, (unsigned char)v->type};
    if (!value_known(v))
        return true;
    if (!buf_put(b, head, sizeof head, NULL))
        return false;
    if (is_text(v->type))
        return put_text(b, v->as.text);
    if (v->type == VALUE_REAL)
        return buf_put(b, &v->as.real, sizeof v->as.real, NULL);
    return buf_put(b, &v->as.i, sizeof v->as.i, NULL);
}

static bool pack(struct buf *b, const struct row *row)
{
    buf_clear(b);
    bool ok = put_text(b, row->id);
    for (size_t f = 0; ok && f < KIND_FIELDS_MAX; f++)
        ok = put_cell(b, f, &row->cells[f]);
    return ok;
}

static struct safe_text take_text(const unsigned char **at)
{
    uint32_t n;
    memcpy(&n, *at, sizeof n);
    struct safe_text t = text_from(*at + sizeof n, n);
    *at += sizeof n + n;
    return t;
}

static struct value take_cell(const unsigned char **at, enum value_type type)
{
    struct value v = {.type = type};
    if (is_text(type)) {
        v.as.text = take_text(at);
        return v;
    }
    if (type == VALUE_REAL)
        memcpy(&v.as.real, *at, sizeof v.as.real);
    else
        memcpy(&v.as.i, *at, sizeof v.as.i);
    *at += sizeof v.as.i;
    return v;
}

static void unpack(const struct record *r, enum kind kind, struct row *row)
{
    const unsigned char *at = r->bytes, *end = r->bytes + r->size;
    *row = (struct row){.kind = kind, .id = take_text(&at)};
    while (at < end) {
        unsigned char field = at[0], type = at[1];
        at += 2;
        row->cells[field] = take_cell(&at, (enum value_type)type);
    }
}

/* --- the table --- */

static uint64_t hash_of(struct safe_text id)
{
    return hash_sip(text_bytes(id), text_len(id), hash_process_key());
}

static struct safe_text id_of(const struct record *r)
{
    const unsigned char *at = r->bytes;
    return take_text(&at);
}

/* The slot of that id, or the free one where it would stand. */
static size_t slot_of(const struct hub_table *t, uint64_t hash, struct safe_text id)
{
    size_t at = hash & (t->slot_count - 1);
    while (t->slots[at] && !(t->slots[at]->hash == hash && text_equal(id_of(t->slots[at]), id)))
        at = (at + 1) & (t->slot_count - 1);
    return at;
}

static void grow(struct hub_table *t)
{
    struct hub_table wide = {.slot_count = t->slot_count ? 2 * t->slot_count : FIRST_SLOTS};
    if (2 * (t->used + 1) <= t->slot_count)
        return;
    wide.slots = mem_new(wide.slot_count, sizeof(struct record *));
    for (size_t i = 0; i < t->slot_count; i++) {
        if (t->slots[i])
            wide.slots[slot_of(&wide, t->slots[i]->hash, id_of(t->slots[i]))] = t->slots[i];
    }
    free(t->slots);
    t->slots = wide.slots;
    t->slot_count = wide.slot_count;
}

static bool put_record(struct hub_table *t, struct safe_text id, const void *bytes, size_t size, bool grave)
{
    uint64_t hash = hash_of(id);
    grow(t);
    size_t at = slot_of(t, hash, id);
    const struct record *was = t->slots[at];
    size_t freed = was ? sizeof *was + was->size : 0;
    if (t->bytes - freed + sizeof *was + size > t->max_bytes)
        return false;
    struct record *r = mem_new(1, sizeof *r + size);
    r->hash = hash;
    r->size = size;
    r->grave = grave;
    memcpy(r->bytes, bytes, size);
    t->used += !was;
    t->live += !grave;
    t->live -= was && !was->grave;
    t->bytes += sizeof *r + size - freed;
    free(t->slots[at]);
    t->slots[at] = r;
    return true;
}

bool hub_table_put(struct hub_table *t, const struct row *row)
{
    return pack(&t->packed, row) && put_record(t, row->id, t->packed.data, t->packed.len, false);
}

bool hub_table_bury(struct hub_table *t, struct safe_text id)
{
    buf_clear(&t->packed);
    return put_text(&t->packed, id) && put_record(t, id, t->packed.data, t->packed.len, true);
}

bool hub_table_merge(struct hub_table *t, const struct hub_table *changes)
{
    for (size_t i = 0; i < changes->slot_count; i++) {
        const struct record *r = changes->slots[i];
        if (r && !put_record(t, id_of(r), r->bytes, r->size, r->grave))
            return false;
    }
    return true;
}

bool hub_table_next(const struct hub_table *t, enum kind kind, size_t *at, struct row *row)
{
    while (*at < t->slot_count) {
        const struct record *r = t->slots[(*at)++];
        if (r && !r->grave) {
            unpack(r, kind, row);
            return true;
        }
    }
    return false;
}
