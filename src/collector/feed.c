#include "collector/feed.h"

#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "base/mem.h"
#include "domain/change.h"
#include "domain/rows.h"

enum {
    FEED_LINES_MAX = 5000,
    FEED_GATHER_MAX = 2000,
    FEED_RING = FEED_LINES_MAX + 2 * FEED_GATHER_MAX,
    FEED_SOURCES_MAX = 1024
};

#define FEED_SOURCE "hubtop"

/* A line in the store: its id as it is there, byte for byte. */
struct line {
    int64_t at_ms;
    char *id;
    size_t len;
};

struct feed {
    struct store *store;
    struct apply *apply;
    const struct clock *clock;
    struct rows gathered;
    struct line lines[FEED_RING]; /* those in the store, oldest first */
    size_t first, count;
    char *armed[FEED_SOURCES_MAX];
    size_t armed_count;
};

static bool is_armed(const struct feed *f, struct safe_text source)
{
    for (size_t i = 0; i < f->armed_count; i++) {
        if (text_is(source, f->armed[i]))
            return true;
    }
    return false;
}

/* A joined row says itself who told it. */
static struct safe_text teller(const struct row *row)
{
    int field = kind_info(row->kind)->told_by;
    return field ? value_text_or(&row->cells[field], "") : row->source;
}

static void watch(void *ctx, const struct row *was, const struct row *now)
{
    struct feed *f = ctx;
    const struct row *one = now ? now : was;
    struct row change;
    if (f->gathered.count >= FEED_GATHER_MAX || (!is_armed(f, teller(one)) && one->kind != KIND_SOURCE))
        return;
    struct buf text = buf_make(16 << 10);
    if (change_of(was, now, clock_now(f->clock).utc_ms, &change, &text)) {
        change.source = text_of(FEED_SOURCE);
        rows_add(&f->gathered, &change);
    }
    buf_release(&text);
}

static void remember(struct feed *f, const struct row *row)
{
    struct buf id = buf_make(text_len(row->id) + 1);
    text_copy(&id, row->id);
    f->lines[(f->first + f->count++) % FEED_RING] = (struct line){
        .at_ms = value_int_or(&row->cells[CHANGE_AT], 0), .id = mem_strndup(buf_str(&id), id.len), .len = id.len};
    buf_release(&id);
}

static bool remember_row(void *ctx, const struct row *row, struct err *err)
{
    struct feed *f = ctx;
    (void)err;
    if (f->count < FEED_LINES_MAX + FEED_GATHER_MAX)
        remember(f, row);
    return true;
}

static int by_age(const void *a, const void *b)
{
    const struct line *x = a, *y = b;
    return (x->at_ms > y->at_ms) - (x->at_ms < y->at_ms);
}

struct feed *feed_new(struct store *store, struct apply *apply, const struct clock *clock, struct err *err)
{
    struct feed *f = mem_new(1, sizeof *f);
    f->store = store;
    f->apply = apply;
    f->clock = clock;
    if (!store_each(store, KIND_CHANGE, NULL, remember_row, f, err)) {
        feed_free(f);
        return NULL;
    }
    qsort(f->lines, f->count, sizeof *f->lines, by_age);
    store_watch_add(store, watch, f);
    return f;
}

void feed_free(struct feed *f)
{
    if (!f)
        return;
    store_watch_drop(f->store, f);
    rows_release(&f->gathered);
    for (size_t i = 0; i < f->count; i++)
        free(f->lines[(f->first + i) % FEED_RING].id);
    for (size_t i = 0; i < f->armed_count; i++)
        free(f->armed[i]);
    free(f);
}

void feed_arm(struct feed *f, const char *source)
{
    if (f->armed_count < FEED_SOURCES_MAX && !is_armed(f, text_of(source)))
        f->armed[f->armed_count++] = mem_strdup(source);
}

/* A line that cannot be removed is forgotten: there is no second try. */
static bool drop_oldest(struct feed *f, struct store_batch *b, struct err *err)
{
    bool ok = true;
    while (f->count > FEED_LINES_MAX) {
        struct line line = f->lines[f->first];
        f->first = (f->first + 1) % FEED_RING;
        f->count--;
        ok = ok && store_batch_remove(b, text_from(line.id, line.len), err);
        free(line.id);
    }
    return ok;
}

void feed_flush(struct feed *f)
{
    struct err err = {0};
    if (f->gathered.count == 0)
        return;
    struct store_batch *b = store_batch_new(f->store, FEED_SOURCE, KIND_CHANGE, false, &err);
    bool ok = b != NULL;
    for (size_t i = 0; ok && i < f->gathered.count; i++) {
        ok = store_batch_add(b, &f->gathered.all[i], &err);
        if (ok)
            remember(f, &f->gathered.all[i]);
    }
    rows_clear(&f->gathered);
    if (b && drop_oldest(f, b, &err) && ok) {
        apply_put(f->apply, b, KIND_CHANGE, clock_now(f->clock), NULL, NULL);
        return;
    }
    log_err(LOG_WARN, &err);
    store_batch_free(b);
}
