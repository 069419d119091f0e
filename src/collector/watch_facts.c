#include "collector/watch_facts.h"

#include <stdlib.h>

#include "base/mem.h"
#include "domain/lost.h"

/* Long kinds are followed less often: their rows are laid out anew each time. */
enum { ROWS_MAX = 200000, ROWS_LONG = 2000, LONG_MS = 5000, LOOK_EACH = 64, FIND_US = 4000, FOUND_BYTES = 1 << 20 };

struct set {
    enum kind kind;
    struct query_rows *rows;
    struct row *all; /* texts are those of the set: until it is stepped */
    size_t count, cap;
    int64_t due_ms; /* boot clock */
};

struct watch_facts {
    struct store *store;
    const struct clock *clock;
    struct set sets[KIND_COUNT];
    size_t n_sets, at;
    bool laying; /* the set at `at` is followed, its rows are being laid out */
    struct lost *lost;
    int64_t find_until_us; /* later questions of the same look wait: the book asks again */
    struct buf room;       /* the texts of the row that was found last */
    struct row found;
};

static void see(void *ctx, const struct row *was, const struct row *now)
{
    struct watch_facts *f = ctx;
    if ((now ? now : was)->kind == KIND_NODE)
        lost_see(f->lost, was, now, clock_now(f->clock).utc_ms);
}

static bool remember(void *ctx, const struct row *node, struct err *err)
{
    (void)err;
    lost_remember(((struct watch_facts *)ctx)->lost, node);
    return true;
}

static bool add_set(struct watch_facts *f, struct query *query, enum kind kind, struct err *err)
{
    struct filter *filter = kind == KIND_RESERVATION ? filter_new(KIND_RESERVATION, "purpose=maintenance", err) : NULL;
    if (kind == KIND_RESERVATION && !filter)
        return false;
    struct set *s = &f->sets[f->n_sets++];
    s->kind = kind;
    s->rows = query_rows_new(query, kind, QUERY_NOW);
    query_rows_filter(s->rows, filter);
    return true;
}

struct watch_facts *watch_facts_new(struct store *store, struct query *query, const struct clock *clock,
                                    struct err *err)
{
    struct watch_facts *f = mem_new(1, sizeof *f);
    f->store = store;
    f->clock = clock;
    f->lost = lost_new();
    f->room = buf_make(FOUND_BYTES);
    bool ok = store_each(store, KIND_NODE, NULL, remember, f, err);
    for (size_t k = 0; ok && book_kinds[k] != KIND_NONE; k++)
        ok = book_kinds[k] == KIND_NODE || add_set(f, query, book_kinds[k], err);
    ok = ok && add_set(f, query, KIND_CHANGE, err);
    if (ok) {
        store_watch_add(store, see, f);
        return f;
    }
    watch_facts_free(f);
    return NULL;
}

void watch_facts_free(struct watch_facts *f)
{
    if (!f)
        return;
    store_watch_drop(f->store, f);
    for (size_t i = 0; i < f->n_sets; i++) {
        query_rows_free(f->sets[i].rows);
        free(f->sets[i].all);
    }
    lost_free(f->lost);
    buf_release(&f->room);
    free(f);
}

/* True when all rows are laid out. */
static bool lay_out(struct set *s, int64_t until_us)
{
    size_t n = query_rows_count(s->rows) < ROWS_MAX ? query_rows_count(s->rows) : ROWS_MAX;
    if (n > s->cap) {
        s->cap = n;
        s->all = mem_grow(s->all, n, sizeof *s->all);
    }
    while (s->count < n) {
        struct row *row = &s->all[s->count];
        if (!query_rows_at(s->rows, s->count, row)) /* never, of rows that the store wrote */
            *row = (struct row){.kind = s->kind, .stale = true};
        if (++s->count % LOOK_EACH == 0 && clock_mono_us() >= until_us)
            return s->count == n;
    }
    return true;
}

static enum query_step follow(struct watch_facts *f, struct set *s, struct instant now, int64_t until_us,
                              struct err *err)
{
    if (!f->laying) {
        s->count = 0;
        enum query_step step = query_rows_step(s->rows, now, until_us - clock_mono_us(), err);
        if (step != QUERY_DONE)
            return step;
        f->laying = true;
    }
    if (!lay_out(s, until_us))
        return QUERY_MORE;
    f->laying = false;
    s->due_ms = now.boot_ms + (s->count > ROWS_LONG ? LONG_MS : 0);
    return QUERY_DONE;
}

enum query_step watch_facts_step(struct watch_facts *f, struct instant now, int64_t budget_us, struct err *err)
{
    int64_t until_us = clock_mono_us() + budget_us;
    for (; f->at < f->n_sets; f->at++) {
        struct set *s = &f->sets[f->at];
        if (!f->laying && now.boot_ms < s->due_ms)
            continue;
        enum query_step step = follow(f, s, now, until_us, err);
        if (step != QUERY_DONE)
            return step;
        if (clock_mono_us() >= until_us && f->at + 1 < f->n_sets) {
            f->at++;
            return QUERY_MORE;
        }
    }
    f->at = 0;
    return QUERY_DONE;
}

static const struct row *find(void *ctx, enum kind kind, struct safe_text id)
{
    struct watch_facts *f = ctx;
    if (clock_mono_us() >= f->find_until_us)
        return NULL;
    return store_find(f->store, kind, id, &f->room, &f->found) ? &f->found : NULL;
}

struct book_facts watch_facts_of(struct watch_facts *f, int64_t now_ms)
{
    f->find_until_us = clock_mono_us() + FIND_US;
    struct book_facts facts = {.now = {.now_ms = now_ms}, .find = find, .ctx = f};
    for (size_t i = 0; i < f->n_sets; i++) {
        facts.now.rows[f->sets[i].kind] = f->sets[i].all;
        facts.now.count[f->sets[i].kind] = f->sets[i].count;
    }
    facts.now.count[KIND_NODE] = lost_list(f->lost, &facts.now.rows[KIND_NODE], &facts.now.lost_ms);
    return facts;
}
