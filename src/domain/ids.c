#include "domain/ids.h"

#include <stdlib.h>
#include <string.h>

#include "base/hash.h"
#include "base/mem.h"
#include "domain/rows.h"

void ids_release(struct ids *ids)
{
    free(ids->all);
    free(ids->slots);
    arena_release(&ids->arena);
    *ids = (struct ids){0};
}

void ids_clear(struct ids *ids)
{
    ids->count = 0;
    arena_reset(&ids->arena);
    if (ids->n_slots > 0)
        memset(ids->slots, 0, ids->n_slots * sizeof *ids->slots);
}

enum { KEY_ROOM = 256 };

/* The text of a look-up: on the stack where it fits. */
struct key {
    struct buf buf;
    char room[KEY_ROOM];
};

static struct safe_text make_key(struct key *key, struct safe_text a, struct safe_text b)
{
    size_t n = text_len(a) + 1 + text_len(b);

    key->buf = n < KEY_ROOM ? (struct buf){.data = key->room, .cap = n, .max = n} : buf_make(n);
    text_copy(&key->buf, a);
    if (!text_empty(b)) {
        buf_putc(&key->buf, '/', NULL);
        text_copy(&key->buf, b);
    }
    return text_from(key->buf.data, key->buf.len);
}

static void drop_key(struct key *key)
{
    if (key->buf.data != key->room)
        buf_release(&key->buf);
}

/* The slot of that text, or the free one where it belongs. */
static size_t slot_of(const struct ids *ids, const struct key *key)
{
    struct safe_text id = text_from(key->buf.data, key->buf.len);
    size_t slot = (size_t)hash_sip(key->buf.data, key->buf.len, hash_process_key()) & (ids->n_slots - 1);

    while (ids->slots[slot] != 0 && !text_equal(ids->all[ids->slots[slot] - 1], id))
        slot = (slot + 1) & (ids->n_slots - 1);
    return slot;
}

static void grow(struct ids *ids)
{
    size_t n = ids->n_slots > 0 ? ids->n_slots * 2 : 64;
    struct key key;

    free(ids->slots);
    ids->slots = mem_new(n, sizeof *ids->slots);
    ids->n_slots = n;
    for (size_t i = 0; i < ids->count; i++) {
        make_key(&key, ids->all[i], text_of(""));
        ids->slots[slot_of(ids, &key)] = i + 1;
        drop_key(&key);
    }
}

static void append(struct ids *ids, struct safe_text id)
{
    if (ids->count == ids->cap) {
        ids->cap = ids->cap > 0 ? ids->cap * 2 : 32;
        ids->all = mem_grow(ids->all, ids->cap, sizeof *ids->all);
    }
    ids->all[ids->count++] = rows_text(&ids->arena, id);
}

size_t ids_put(struct ids *ids, struct safe_text a, struct safe_text b)
{
    struct key key;
    size_t slot;

    if (ids->count * 2 >= ids->n_slots)
        grow(ids);
    struct safe_text id = make_key(&key, a, b);
    slot = slot_of(ids, &key);
    if (ids->slots[slot] == 0) {
        append(ids, id);
        ids->slots[slot] = ids->count;
    }
    drop_key(&key);
    return ids->slots[slot] - 1;
}

size_t ids_find(const struct ids *ids, struct safe_text a, struct safe_text b)
{
    struct key key;
    size_t number;

    if (ids->count == 0)
        return IDS_NONE;
    make_key(&key, a, b);
    number = ids->slots[slot_of(ids, &key)];
    drop_key(&key);
    return number != 0 ? number - 1 : IDS_NONE;
}
