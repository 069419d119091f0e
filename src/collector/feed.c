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
    FEED_SOURCES_MAX = 1024,
    FEED_STORMS_MAX = 256,
    FEED_TOLD_MAX = 1000
};

#define FEED_SOURCE "hubtop"

/* A line in the store: its id as it is there, byte for byte. */
struct line {
    int64_t at_ms;
    char *id;
    size_t len;
};

/* Lines of one flush about objects of one group that have the same words in front. */
struct storm {
    struct safe_text kind, group; /* of the first of them */
    const char *head;
    size_t count, first;
};

struct feed {
    struct store *store;
    struct apply *apply;
    const struct clock *clock;
    struct rows gathered;
    bool *stormy; /* by gathered row: a line of its storm stands for it */
    struct storm storms[FEED_STORMS_MAX];
    size_t storm_count;
    struct rows ours, theirs;     /* the newest lines of ours, and of hubs: FEED_TOLD_MAX of each at most */
    struct rows withdrawn;        /* of ours in the store that a hub told as well */
    bool is_first;                /* the store knew no source: all are new, and none is news */
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

static struct storm *storm_of(struct feed *f, const struct row *line)
{
    struct safe_text kind = value_text_or(&line->cells[CHANGE_KIND], ""), group = change_join_group(line);
    const char *head = text_empty(group) ? NULL : change_words_head(line);

    for (size_t i = 0; head != NULL && i < f->storm_count; i++) {
        struct storm *s = &f->storms[i];
        if (s->head == head && text_equal(s->kind, kind) && text_equal(s->group, group))
            return s;
    }
    if (head == NULL || f->storm_count == FEED_STORMS_MAX || f->gathered.count >= FEED_GATHER_MAX)
        return NULL;
    f->storms[f->storm_count] = (struct storm){.head = head, .first = f->gathered.count};
    return &f->storms[f->storm_count++];
}

/* What a storm has more than are kept is only counted. */
static void gather(struct feed *f, const struct row *line)
{
    struct storm *s = storm_of(f, line);
    if (f->gathered.count >= FEED_GATHER_MAX || (s && s->count++ > CHANGE_STORM))
        return;
    const struct row *kept = rows_add(&f->gathered, line);
    if (s && s->count == 1) {
        s->kind = value_text_or(&kept->cells[CHANGE_KIND], "");
        s->group = change_join_group(kept);
    }
}

static bool told_by_hub(const struct feed *f, const struct row *ours)
{
    for (size_t i = f->theirs.count; i-- > 0;)
        if (change_join_same(ours, &f->theirs.all[i]))
            return true;
    return false;
}

/* A hub's own line stands for ours, with whom it names. */
static void hear(struct feed *f, const struct row *theirs)
{
    if (text_is(theirs->source, FEED_SOURCE))
        return;
    if (f->theirs.count >= FEED_TOLD_MAX)
        rows_clear(&f->theirs);
    rows_add(&f->theirs, theirs);
    for (size_t i = 0; i < f->ours.count; i++)
        if (f->withdrawn.count < FEED_TOLD_MAX && change_join_same(&f->ours.all[i], theirs))
            rows_add(&f->withdrawn, &f->ours.all[i]);
}

/* What the collector knows itself is always news, but for what it is configured with at its very first start. */
static bool is_news(const struct feed *f, const struct row *was, const struct row *one)
{
    if (one->kind == KIND_SOURCE)
        return was || !f->is_first;
    bool decided = one->kind == KIND_ALERT || one->kind == KIND_SILENCE || one->kind == KIND_MAINTENANCE;
    return is_armed(f, teller(one)) || (decided && text_is(one->source, FEED_SOURCE));
}

static void watch(void *ctx, const struct row *was, const struct row *now)
{
    struct feed *f = ctx;
    const struct row *one = now ? now : was;
    struct row change;
    if (one->kind == KIND_CHANGE) {
        if (!was)
            hear(f, one);
        return;
    }
    if (!is_news(f, was, one))
        return;
    struct buf text = buf_make(16 << 10);
    if (change_of(was, now, clock_now(f->clock).utc_ms, &change, &text)) {
        change.source = text_of(FEED_SOURCE);
        if (!told_by_hub(f, &change))
            gather(f, &change);
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

static bool knows_source(void *ctx, const struct row *row, struct err *err)
{
    struct feed *f = ctx;
    (void)row;
    (void)err;
    f->is_first = false;
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
    f->is_first = true;
    f->stormy = mem_new(FEED_GATHER_MAX + FEED_STORMS_MAX, sizeof *f->stormy);
    if (!store_each(store, KIND_CHANGE, FEED_SOURCE, remember_row, f, err) ||
        !store_each(store, KIND_SOURCE, NULL, knows_source, f, err)) {
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
    rows_release(&f->ours);
    rows_release(&f->theirs);
    rows_release(&f->withdrawn);
    free(f->stormy);
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

/* Marks the rows of each storm, and appends the line that stands for them. */
static void fold_storms(struct feed *f)
{
    size_t n = f->gathered.count;
    memset(f->stormy, 0, (n + f->storm_count) * sizeof *f->stormy);
    for (size_t k = 0; k < f->storm_count; k++) {
        struct storm *s = &f->storms[k];
        struct buf text = buf_make(4096);
        struct row all;
        if (s->count > CHANGE_STORM && change_join_storm(&f->gathered.all[s->first], s->count, &all, &text)) {
            for (size_t i = s->first; i < n; i++)
                if (text_equal(value_text_or(&f->gathered.all[i].cells[CHANGE_KIND], ""), s->kind) &&
                    text_equal(change_join_group(&f->gathered.all[i]), s->group) &&
                    change_words_head(&f->gathered.all[i]) == s->head)
                    f->stormy[i] = true;
            rows_add(&f->gathered, &all);
        }
        buf_release(&text);
    }
    f->storm_count = 0;
}

static bool add_gathered(struct feed *f, struct store_batch *b, struct err *err)
{
    bool ok = true;
    for (size_t i = 0; ok && i < f->gathered.count; i++) {
        const struct row *line = &f->gathered.all[i];
        if (f->stormy[i] || told_by_hub(f, line))
            continue;
        ok = store_batch_add(b, line, err);
        if (!ok)
            break;
        remember(f, line);
        if (f->ours.count >= FEED_TOLD_MAX)
            rows_clear(&f->ours);
        rows_add(&f->ours, line);
    }
    for (size_t i = 0; ok && i < f->withdrawn.count; i++)
        ok = store_batch_remove(b, f->withdrawn.all[i].id, err);
    return ok;
}

void feed_flush(struct feed *f)
{
    struct err err = {0};
    if (f->gathered.count == 0 && f->withdrawn.count == 0)
        return;
    struct store_batch *b = store_batch_new(f->store, FEED_SOURCE, KIND_CHANGE, false, &err);
    fold_storms(f);
    bool ok = b && add_gathered(f, b, &err);
    rows_clear(&f->gathered);
    rows_clear(&f->withdrawn);
    if (b && drop_oldest(f, b, &err) && ok) {
        apply_put(f->apply, b, KIND_CHANGE, clock_now(f->clock), NULL, NULL);
        return;
    }
    log_err(LOG_WARN, &err);
    store_batch_free(b);
}

size_t feed_waiting(const struct feed *f)
{
    return f->gathered.count;
}
