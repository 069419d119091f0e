#include <stdlib.h>
#include <string.h>

#include "base/hash.h"
#include "base/mem.h"
#include "sources/openmetrics.h"

void openmetrics_set_release(struct openmetrics_set *s)
{
    free(s->slots);
    *s = (struct openmetrics_set){0};
}

void openmetrics_set_clear(struct openmetrics_set *s)
{
    s->count = 0;
    if (s->slot_count)
        memset(s->slots, 0, s->slot_count * sizeof *s->slots);
}

static uint64_t *slot_of(struct openmetrics_set *s, uint64_t hash)
{
    size_t at = (size_t)hash & (s->slot_count - 1);
    while (s->slots[at] && s->slots[at] != hash)
        at = (at + 1) & (s->slot_count - 1);
    return &s->slots[at];
}

/* At most half of the slots are taken. */
static void make_room(struct openmetrics_set *s)
{
    if (2 * (s->count + 1) <= s->slot_count)
        return;
    struct openmetrics_set wide = {.count = s->count, .slot_count = s->slot_count ? 2 * s->slot_count : 64};
    wide.slots = mem_new(wide.slot_count, sizeof *wide.slots);
    for (size_t i = 0; i < s->slot_count; i++) {
        if (s->slots[i])
            *slot_of(&wide, s->slots[i]) = s->slots[i];
    }
    free(s->slots);
    *s = wide;
}

bool openmetrics_set_add(struct openmetrics_set *s, uint64_t hash)
{
    hash = hash ? hash : 1; /* 0 is a free slot */
    make_room(s);
    uint64_t *slot = slot_of(s, hash);
    if (*slot)
        return false;
    *slot = hash;
    s->count++;
    return true;
}

/* Each part's hash, added up: the order of labels, which name one series in any order, does not count. */
uint64_t openmetrics_set_series(const struct openmetrics_sample *sample, bool with_name, struct safe_text but)
{
    const uint8_t *key = hash_process_key();
    uint64_t sum = with_name ? hash_sip(text_bytes(sample->name), text_len(sample->name), key) : 1;
    for (size_t i = 0; i < sample->count; i++) {
        const struct openmetrics_label *l = &sample->labels[i];
        if (text_empty(l->value) || text_equal(l->name, but)) /* an empty label and none are the same */
            continue;
        uint64_t pair[2] = {hash_sip(text_bytes(l->name), text_len(l->name), key),
                            hash_sip(text_bytes(l->value), text_len(l->value), key)};
        sum += hash_sip(pair, sizeof pair, key);
    }
    return sum;
}
