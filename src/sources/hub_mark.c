#include "sources/hub_mark.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/hash.h"
#include "base/mem.h"

/* Open addressing by the hash, which is never 0. `value`: twice the number, or twice the text's place in the pool and 1. */

enum { FIRST_SLOTS = 64, DIGITS_MAX = 18, FILL_OF_8 = 7 };
#define UNKNOWN UINT64_MAX

struct slot {
    uint64_t hash, value;
};

struct hub_mark {
    struct slot *slots;
    size_t slot_count, used, known, max_bytes, dead; /* dead: bytes of the pool that no slot means */
    bool changes;                                    /* what is unknown stays, to make it unknown elsewhere */
    struct buf pool;                                 /* texts with their end */
};

struct hub_mark *hub_mark_new(size_t max_bytes, bool changes)
{
    struct hub_mark *m = mem_new(1, sizeof *m);
    m->changes = changes;
    m->max_bytes = max_bytes;
    m->pool = buf_make(max_bytes);
    return m;
}

void hub_mark_free(struct hub_mark *m)
{
    if (!m)
        return;
    buf_release(&m->pool);
    free(m->slots);
    free(m);
}

size_t hub_mark_count(const struct hub_mark *m)
{
    return m ? m->known : 0;
}

size_t hub_mark_bytes(const struct hub_mark *m)
{
    return m ? sizeof *m + m->slot_count * sizeof *m->slots + m->pool.cap : 0;
}

/* --- revisions --- */

/* Only a number that is written as we write it comes back as it came. */
static bool as_number(struct safe_text t, uint64_t *out)
{
    const char *p = text_bytes(t);
    size_t n = text_len(t);
    *out = 0;
    if (n == 0 || n > DIGITS_MAX || (n > 1 && p[0] == '0'))
        return false;
    for (size_t i = 0; i < n; i++) {
        if (p[i] < '0' || p[i] > '9')
            return false;
        *out = *out * 10 + (uint64_t)(p[i] - '0');
    }
    *out *= 2;
    return true;
}

static uint64_t value_of(struct hub_mark *m, struct safe_text revision)
{
    uint64_t value, at = m->pool.len;
    size_t n = text_len(revision);
    if (n == 0 || n >= HUB_MARK_MAX || memchr(text_bytes(revision), 0, n))
        return UNKNOWN;
    if (as_number(revision, &value))
        return value;
    if (m->slot_count * sizeof *m->slots + m->pool.len + n + 1 > m->max_bytes ||
        !buf_put(&m->pool, text_bytes(revision), n, NULL) || !buf_putc(&m->pool, '\0', NULL))
        return UNKNOWN;
    return at * 2 + 1;
}

/* --- slots --- */

static uint64_t hash_of(struct safe_text id)
{
    uint64_t hash = hash_sip(text_bytes(id), text_len(id), hash_process_key());
    return hash ? hash : 1;
}

/* The slot of that hash, or the free one where it would stand. Any count of slots will do: growing by half wastes less. */
static size_t slot_of(const struct slot *slots, size_t count, uint64_t hash)
{
    size_t at = hash % count;
    while (slots[at].hash && slots[at].hash != hash)
        at = at + 1 < count ? at + 1 : 0;
    return at;
}

static bool is_empty(const struct hub_mark *m, const struct slot *s)
{
    return !s->hash || (s->value == UNKNOWN && !m->changes);
}

/* Makes room for one more, of slots that are not needed any more or by half as many again. */
static bool grow(struct hub_mark *m)
{
    size_t live = m->changes ? m->used : m->known;
    size_t count = live * 2 < m->slot_count ? m->slot_count : m->slot_count + m->slot_count / 2;
    if ((m->used + 1) * 8 <= m->slot_count * FILL_OF_8)
        return true;
    count = count > FIRST_SLOTS ? count : FIRST_SLOTS;
    if (count * sizeof *m->slots + m->pool.len > m->max_bytes)
        return false;
    struct slot *wide = mem_new(count, sizeof *wide);
    m->used = 0;
    for (size_t i = 0; i < m->slot_count; i++) {
        if (is_empty(m, &m->slots[i]))
            continue;
        wide[slot_of(wide, count, m->slots[i].hash)] = m->slots[i];
        m->used++;
    }
    free(m->slots);
    m->slots = wide;
    m->slot_count = count;
    return true;
}

static size_t pool_bytes(const struct hub_mark *m, uint64_t value)
{
    return value != UNKNOWN && value % 2 ? strlen(m->pool.data + value / 2) + 1 : 0;
}

static void put(struct hub_mark *m, uint64_t hash, uint64_t value)
{
    struct slot *s = m->slot_count > 0 ? &m->slots[slot_of(m->slots, m->slot_count, hash)] : NULL;
    if (!s || !s->hash) {
        if (!grow(m))
            return;
        s = &m->slots[slot_of(m->slots, m->slot_count, hash)];
    }
    m->dead += s->hash ? pool_bytes(m, s->value) : 0;
    m->known -= s->hash && s->value != UNKNOWN;
    m->known += value != UNKNOWN;
    m->used += !s->hash;
    *s = (struct slot){hash, value};
}

static struct safe_text text_at(const struct hub_mark *m, uint64_t value, char number[HUB_MARK_MAX])
{
    if (value % 2)
        return text_of(m->pool.data + value / 2);
    snprintf(number, HUB_MARK_MAX, "%llu", (unsigned long long)(value / 2));
    return text_of(number);
}

void hub_mark_put(struct hub_mark *m, struct safe_text id, struct safe_text revision)
{
    put(m, hash_of(id), value_of(m, revision));
}

static void pack(struct hub_mark *m)
{
    struct buf tight = buf_make(m->max_bytes);
    for (size_t i = 0; i < m->slot_count; i++) {
        struct slot *s = &m->slots[i];
        size_t n = s->hash ? pool_bytes(m, s->value) : 0;
        if (n == 0)
            continue;
        uint64_t at = tight.len;
        buf_put(&tight, m->pool.data + s->value / 2, n, NULL);
        s->value = at * 2 + 1;
    }
    buf_release(&m->pool);
    m->pool = tight;
    m->dead = 0;
}

void hub_mark_merge(struct hub_mark *m, const struct hub_mark *changes)
{
    char number[HUB_MARK_MAX];
    for (size_t i = 0; i < changes->slot_count; i++) {
        const struct slot *s = &changes->slots[i];
        if (s->hash)
            put(m, s->hash, s->value == UNKNOWN ? UNKNOWN : value_of(m, text_at(changes, s->value, number)));
    }
    if (m->dead > m->pool.len / 2)
        pack(m);
}

bool hub_mark_get(const struct hub_mark *m, struct safe_text id, char out[HUB_MARK_MAX])
{
    char number[HUB_MARK_MAX];
    out[0] = '\0';
    if (!m || m->slot_count == 0)
        return false;
    const struct slot *s = &m->slots[slot_of(m->slots, m->slot_count, hash_of(id))];
    if (!s->hash || s->value == UNKNOWN)
        return false;
    struct safe_text t = text_at(m, s->value, number);
    memcpy(out, text_bytes(t), text_len(t));
    out[text_len(t)] = '\0';
    return true;
}
