#include <stdlib.h>

#include "base/mem.h"
#include "domain/book_private.h"

/* How many alerts a silence hides: counted once a look, so that it costs the same with many silences. */

static void count(struct book_tally *t, struct safe_text kind, struct safe_text where)
{
    size_t at = ids_put(&t->objects, kind, where);

    if (at >= t->cap) {
        size_t cap = t->cap > 0 ? 2 * t->cap : 64;
        t->counts = mem_grow(t->counts, cap, sizeof *t->counts);
        for (size_t i = t->cap; i < cap; i++)
            t->counts[i] = 0;
        t->cap = cap;
    }
    t->counts[at]++;
}

static void make(struct book *b)
{
    struct book_tally *t = &b->tally;

    ids_clear(&t->objects);
    for (size_t i = 0; i < t->cap; i++)
        t->counts[i] = 0;
    for (size_t i = 0; i < b->count; i++) {
        const struct book_alert *a = b->all[i];
        if (a->phase != BOOK_OPEN || a->kind == KIND_NONE)
            continue;
        struct safe_text kind = text_of(kind_info(a->kind)->name);
        count(t, kind, text_of(""));
        if (!text_empty(a->where))
            count(t, kind, a->where);
    }
    t->good = true;
}

int64_t book_hides(struct book *b, const struct desk_silence *s, int64_t now_ms)
{
    const struct book_alert *a;
    size_t at;

    if (!desk_silence_is_active(s, now_ms))
        return 0;
    if (!b->looked)
        return -1;
    if (!text_empty(s->alert)) {
        a = book_index_find(&b->by_id, s->source, s->alert);
        return a != NULL && a->phase == BOOK_OPEN;
    }
    if (!b->tally.good)
        make(b);
    at = ids_find(&b->tally.objects, s->kind, s->where);
    return at != IDS_NONE ? b->tally.counts[at] : 0;
}

void book_hides_anew(struct book *b)
{
    b->tally.good = false;
}

void book_hides_release(struct book *b)
{
    ids_release(&b->tally.objects);
    free(b->tally.counts);
}
