#include "collector/feed.h"

#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "base/mem.h"
#include "collector/keep.h"
#include "domain/change.h"

enum { FEED_LINES_MAX = 5000, FEED_GATHER_MAX = 2000, FEED_SOURCES_MAX = 1024 };

#define FEED_SOURCE "hubtop"

struct feed {
    struct store *store;
    struct apply *apply;
    const struct clock *clock;
    struct keep gathered;
    char **ids; /* of the lines in the store, oldest first: a ring */
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

static void watch(void *ctx, const struct row *was, const struct row *now)
{
    struct feed *f = ctx;
    const struct row *one = now ? now : was;
    struct row change;
    if (f->gathered.count >= FEED_GATHER_MAX || (!is_armed(f, one->source) && one->kind != KIND_SOURCE))
        return;
    struct buf text = buf_make(16 << 10);
    if (change_of(was, now, clock_now(f->clock).utc_ms, &change, &text)) {
        change.source = text_of(FEED_SOURCE);
        keep_add(&f->gathered, &change);
    }
    buf_release(&text);
}

static void remember(struct feed *f, struct safe_text id)
{
    char shown[512];
    f->ids[(f->first + f->count++) % (2 * FEED_LINES_MAX)] = mem_strdup(text_show_in(id, shown, sizeof shown));
}

static bool remember_row(void *ctx, const struct row *row, struct err *err)
{
    struct feed *f = ctx;
    (void)err;
    if (f->count < FEED_LINES_MAX)
        remember(f, row->id);
    return true;
}

struct feed *feed_new(struct store *store, struct apply *apply, const struct clock *clock, struct err *err)
{
    struct feed *f = mem_new(1, sizeof *f);
    *f = (struct feed){.store = store, .apply = apply, .clock = clock};
    f->ids = mem_new(2 * FEED_LINES_MAX, sizeof *f->ids);
    if (!store_each(store, KIND_CHANGE, NULL, remember_row, f, err)) {
        feed_free(f);
        return NULL;
    }
    store_watch_set(store, watch, f);
    return f;
}

void feed_free(struct feed *f)
{
    if (!f)
        return;
    store_watch_set(f->store, NULL, NULL);
    keep_release(&f->gathered);
    for (size_t i = 0; i < f->count; i++)
        free(f->ids[(f->first + i) % (2 * FEED_LINES_MAX)]);
    for (size_t i = 0; i < f->armed_count; i++)
        free(f->armed[i]);
    free(f->ids);
    free(f);
}

void feed_arm(struct feed *f, const char *source)
{
    if (f->armed_count < FEED_SOURCES_MAX && !is_armed(f, text_of(source)))
        f->armed[f->armed_count++] = mem_strdup(source);
}

static bool drop_oldest(struct feed *f, struct store_batch *b, struct err *err)
{
    while (f->count > FEED_LINES_MAX) {
        char *id = f->ids[f->first];
        f->first = (f->first + 1) % (2 * FEED_LINES_MAX);
        f->count--;
        bool ok = store_batch_remove(b, text_of(id), err);
        free(id);
        if (!ok)
            return false;
    }
    return true;
}

void feed_flush(struct feed *f)
{
    struct err err = {0};
    if (f->gathered.count == 0)
        return;
    struct store_batch *b = store_batch_new(f->store, FEED_SOURCE, KIND_CHANGE, false, &err);
    bool ok = b != NULL;
    for (size_t i = 0; ok && i < f->gathered.count; i++) {
        ok = store_batch_add(b, &f->gathered.rows[i], &err);
        remember(f, f->gathered.rows[i].id);
    }
    keep_clear(&f->gathered);
    if (ok && drop_oldest(f, b, &err)) {
        apply_put(f->apply, b, clock_now(f->clock), NULL, NULL);
        return;
    }
    log_err(LOG_WARN, &err);
    store_batch_free(b);
}
