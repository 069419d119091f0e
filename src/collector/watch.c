#include "collector/watch.h"

#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "base/mem.h"
#include "collector/watch_facts.h"
#include "domain/cause.h"
#include "domain/rows.h"
#include "store/hits.h"

enum {
    WATCH_SLICE_US = 6000,
    WATCH_SOURCES_MAX = 1024,
    WATCH_LOOK_EACH = 64,
    WATCH_TOUCH_MS = 10 * 1000, /* rows of ours that stay as they are: observed so often */
    WATCH_COUNT_MS =
        30 * 1000, /* between two counts of who is hit; after a blind one half a second, then ever longer: */
    WATCH_BLIND_MS = 500,
    WATCH_LOOK_SHARE = 16,  /* a look rests so many times as long as the last one was at work */
    WATCH_COUNT_SHARE = 10, /* and as many times as long as one took */
    WATCH_CAUSES_MAX = 64,  /* a look; and of alerts that are younger than this: */
    WATCH_CAUSE_MS = 10 * 60 * 1000,
};

/* Who tells of alerts. */
struct teller {
    char *name;
    struct rows coming; /* of the answer that is being read */
    bool open;
    struct rows ready; /* the last whole answer, on its way into the book */
    bool due, stored;  /* stored: the store holds what its source told with it */
    size_t fed;
    bool answered; /* since its rows were handed to the store */
    int64_t every_ms;
    size_t handed; /* rows in the store */
    bool walked;   /* rows of it were met in this walk */
};

struct watch {
    struct watch_options o;
    struct query *query;
    struct watch_facts *facts;
    struct book *book;
    struct teller tellers[WATCH_SOURCES_MAX]; /* the first is the book itself */
    size_t n_tellers;
    int64_t task, count_task;
    uint64_t looks;
    bool again;
    bool seen;      /* the look is done, what it found is not handed on yet */
    bool failed;    /* the cache could not be read, and it is in the log */
    bool doubt;     /* what was handed to the store may not be there */
    size_t batches; /* on their way */
    int64_t touched_ms;
    /* The worst alerts about an object, as they were handed on last. */
    struct arena words;
    struct hits_target targets[HITS_MAX];
    struct rank {
        int severity;
        int64_t since_ms;
    } ranks[HITS_MAX];
    size_t n_targets;
    struct rows causeless; /* young alerts of which no change before their start is known */
    struct hits *impact;   /* the count that is under way */
    struct arena counted_words;
    struct hits_target counted[HITS_MAX];
    size_t n_counted;
    int64_t counted_ms, rest_ms; /* boot clock: when the last count ended; how long none may follow */
    int64_t every_ms;            /* until the next one of the same targets */
    size_t blind;                /* those of the count under way that nobody knows, or what belongs to them */
    int64_t timer;               /* of a look that waits until the last one is long enough ago */
    int64_t look_us, looked_us;  /* how long this look or the last one was at work; the monotonic clock at its end */
};

/* --- who tells --- */

static struct teller *teller_of(struct watch *w, struct safe_text name)
{
    for (size_t i = 0; i < w->n_tellers; i++) {
        if (text_is(name, w->tellers[i].name))
            return &w->tellers[i];
    }
    if (w->n_tellers == WATCH_SOURCES_MAX)
        return NULL;
    struct buf b = buf_make(text_len(name) + 1);
    text_copy(&b, name);
    struct teller *t = &w->tellers[w->n_tellers++];
    *t = (struct teller){.name = mem_strndup(buf_str(&b), b.len)};
    buf_release(&b);
    return t;
}

void watch_told_begin(struct watch *w, const char *source, int64_t every_ms)
{
    struct teller *t = teller_of(w, text_of(source));
    if (!t)
        return;
    rows_release(&t->coming);
    t->open = true;
    t->every_ms = every_ms;
}

void watch_told(struct watch *w, const char *source, const struct row *alert)
{
    struct teller *t = teller_of(w, text_of(source));
    if (t && t->open && t->coming.count < WATCH_TOLD_MAX)
        rows_add(&t->coming, alert);
}

void watch_told_end(struct watch *w, const char *source)
{
    struct teller *t = teller_of(w, text_of(source));
    if (!t || !t->open)
        return;
    rows_release(&t->ready);
    t->ready = t->coming;
    t->coming = (struct rows){0};
    t->open = false;
    t->due = true;
    t->stored = false;
    t->fed = 0;
}

void watch_stored(struct watch *w)
{
    for (size_t i = 0; i < w->n_tellers; i++)
        w->tellers[i].stored = w->tellers[i].due;
    watch_run(w);
}

/* True when all of it is in the book. */
static bool feed(struct watch *w, struct teller *t, int64_t until_us)
{
    if (t->fed == 0)
        book_told_begin(w->book, text_of(t->name));
    while (t->fed < t->ready.count) {
        book_told(w->book, &t->ready.all[t->fed]);
        if (++t->fed % WATCH_LOOK_EACH == 0 && clock_mono_us() >= until_us && t->fed < t->ready.count)
            return false;
    }
    book_told_end(w->book);
    rows_release(&t->ready);
    t->due = t->stored = false;
    t->answered = true;
    return true;
}

/* Answers one after the other: the book takes one at a time. */
static bool feed_all(struct watch *w)
{
    int64_t until_us = clock_mono_us() + WATCH_SLICE_US;
    for (size_t i = 0; i < w->n_tellers; i++) {
        if (w->tellers[i].stored && !feed(w, &w->tellers[i], until_us))
            return false;
    }
    return true;
}

void watch_told_drop(struct watch *w, const char *source)
{
    struct teller *t = teller_of(w, text_of(source));
    if (!t)
        return;
    rows_release(&t->coming);
    t->open = false;
}

/* --- rows into the store --- */

static void applied(void *ctx, const struct store_result *result, const struct err *err)
{
    struct watch *w = ctx;
    w->batches--;
    w->doubt = w->doubt || err;
    w->o.applied(w->o.ctx, result, err);
}

struct walk {
    struct watch *watch;
    struct teller *teller;
    struct store_batch *batch;
    size_t count;
    bool changed;
    struct err err;
};

static void failed(struct walk *walk)
{
    log_err(LOG_ERROR, &walk->err);
    walk->err = (struct err){0};
    walk->watch->doubt = true;
    store_batch_free(walk->batch);
    walk->batch = NULL;
}

/* The rows of one teller are complete. */
static void end_teller(struct walk *walk)
{
    struct watch *w = walk->watch;
    struct teller *t = walk->teller;
    if (!walk->batch)
        return;
    if (!walk->changed && walk->count == t->handed && !w->doubt) {
        store_batch_free(walk->batch);
    } else {
        if (t->answered || t == w->tellers)
            store_batch_pace(walk->batch, t == w->tellers ? WATCH_TOUCH_MS : t->every_ms);
        else
            store_batch_unasked(walk->batch);
        w->batches++;
        apply_put(w->o.apply, walk->batch, KIND_ALERT, clock_now(w->o.clock), applied, w);
        t->handed = walk->count;
        t->answered = false;
    }
    walk->batch = NULL;
}

static void begin_teller(struct walk *walk, struct teller *t)
{
    end_teller(walk);
    walk->teller = t;
    walk->count = 0;
    walk->changed = false;
    t->walked = true;
    walk->batch = store_batch_new(walk->watch->o.store, t->name, KIND_ALERT, true, &walk->err);
    if (!walk->batch)
        failed(walk);
}

static void note_target(struct watch *w, const struct row *alert);
static void note_causeless(struct watch *w, const struct row *alert);

static bool put_alert(void *ctx, const struct row *alert, bool changed)
{
    struct walk *walk = ctx;
    struct teller *t = walk->teller;
    if (!t || !text_is(alert->source, t->name)) {
        t = teller_of(walk->watch, alert->source);
        if (!t)
            return true;
        begin_teller(walk, t);
    }
    note_target(walk->watch, alert);
    note_causeless(walk->watch, alert);
    walk->count++;
    walk->changed = walk->changed || changed;
    if (walk->batch && !store_batch_add(walk->batch, alert, &walk->err))
        failed(walk);
    return true;
}

static void hand_on(struct watch *w)
{
    struct walk walk = {.watch = w};
    bool doubted = w->doubt;
    for (size_t i = 0; i < w->n_tellers; i++)
        w->tellers[i].walked = false;
    arena_reset(&w->words);
    w->n_targets = 0;
    rows_clear(&w->causeless);
    book_each(w->book, put_alert, &walk);
    for (size_t i = 0; i < w->n_tellers; i++) {
        if (!w->tellers[i].walked && (w->tellers[i].handed > 0 || i == 0))
            begin_teller(&walk, &w->tellers[i]);
    }
    end_teller(&walk);
    if (doubted && walk.err.kind == ERR_NONE)
        w->doubt = false;
}

static void touch(struct watch *w, struct teller *t, int64_t every_ms)
{
    struct err err = {0};
    t->answered = false;
    apply_join(w->o.apply, w->o.store);
    if (!store_touch(w->o.store, t->name, KIND_ALERT, clock_now(w->o.clock), every_ms, &err))
        log_err(LOG_ERROR, &err);
}

/* What stays as it is was looked at all the same. */
static void touch_all(struct watch *w)
{
    int64_t boot_ms = clock_boot_ms();
    for (size_t i = 1; i < w->n_tellers; i++) {
        if (w->tellers[i].answered)
            touch(w, &w->tellers[i], w->tellers[i].every_ms);
    }
    if (w->touched_ms && boot_ms - w->touched_ms < WATCH_TOUCH_MS)
        return;
    w->touched_ms = boot_ms;
    touch(w, &w->tellers[0], WATCH_TOUCH_MS);
}

/* --- who is hit --- */

static struct safe_text cell(const struct row *row, int field)
{
    return value_text_or(&row->cells[field], "");
}

static enum kind kind_of(const struct row *alert)
{
    struct buf b = buf_make(64);
    text_copy(&b, cell(alert, ALERT_KIND));
    enum kind kind = kind_by_name(buf_str(&b));
    buf_release(&b);
    return kind;
}

static struct rank rank_of(const struct row *alert)
{
    struct safe_text word = cell(alert, ALERT_SEVERITY);
    return (struct rank){.severity = text_is(word, "crit") ? 2 : text_is(word, "warn"),
                         .since_ms = value_int_or(&alert->cells[ALERT_SINCE], INT64_MAX)};
}

static bool goes_before(const struct rank *a, const struct rank *b)
{
    return a->severity != b->severity ? a->severity > b->severity : a->since_ms < b->since_ms;
}

/* Keeps the worst, and of those that are as bad the oldest. That some of its nodes are out hits not all jobs of a
 * scheduler: whom it hits nobody can tell. */
static void note_target(struct watch *w, const struct row *alert)
{
    enum kind kind = kind_of(alert);
    struct rank rank = rank_of(alert);
    size_t at = w->n_targets;
    if (!text_empty(cell(alert, ALERT_PARENT)) || text_is(cell(alert, ALERT_STATE), "resolved") ||
        text_empty(cell(alert, ALERT_WHERE)) || !impact_has(kind) || symptom_rule_of(alert) == SYMPTOM_NODES)
        return;
    while (at > 0 && goes_before(&rank, &w->ranks[at - 1]))
        at--;
    if (at == HITS_MAX)
        return;
    w->n_targets += w->n_targets < HITS_MAX;
    memmove(&w->targets[at + 1], &w->targets[at], (w->n_targets - 1 - at) * sizeof *w->targets);
    memmove(&w->ranks[at + 1], &w->ranks[at], (w->n_targets - 1 - at) * sizeof *w->ranks);
    w->ranks[at] = rank;
    w->targets[at] = (struct hits_target){.source = rows_text(&w->words, alert->source),
                                          .id = rows_text(&w->words, alert->id),
                                          .where = rows_text(&w->words, cell(alert, ALERT_WHERE)),
                                          .kind = kind};
}

/* Nothing is said of objects of which nobody tells what belongs to them. */
static void tell_impact(void *ctx, const struct hits_target *t, const struct impact_sum *sum)
{
    struct watch *w = ctx;
    if (sum->blind)
        return;
    book_impact(w->book, t->source, t->id, sum);
    w->blind--;
}

static void end_count(struct watch *w)
{
    w->rest_ms = WATCH_COUNT_SHARE * hits_took_us(w->impact) / 1000;
    w->every_ms = w->blind > 0 && 2 * w->every_ms < WATCH_COUNT_MS ? 2 * w->every_ms : WATCH_COUNT_MS;
    w->counted_ms = clock_boot_ms();
    hits_free(w->impact);
    w->impact = NULL;
    w->count_task = 0;
    watch_run(w);
}

static bool count_slice(void *ctx)
{
    struct watch *w = ctx;
    struct err err = {0};
    enum query_step step = hits_step(w->impact, clock_now(w->o.clock), WATCH_SLICE_US, &err);
    if (step == QUERY_MORE)
        return true;
    if (step == QUERY_DONE)
        hits_each(w->impact, tell_impact, w);
    else
        log_err(LOG_WARN, &err);
    end_count(w);
    return false;
}

static bool was_counted(const struct watch *w, const struct hits_target *t)
{
    for (size_t i = 0; i < w->n_counted; i++) {
        if (text_equal(w->counted[i].id, t->id) && text_equal(w->counted[i].source, t->source))
            return true;
    }
    return false;
}

static bool is_due(struct watch *w)
{
    int64_t rest_ms = clock_boot_ms() - w->counted_ms;
    bool news = false;
    if (w->impact || w->n_targets == 0 || (w->counted_ms && rest_ms < w->rest_ms))
        return false;
    for (size_t i = 0; i < w->n_targets; i++)
        news = news || !was_counted(w, &w->targets[i]);
    if (news)
        w->every_ms = WATCH_BLIND_MS / 2;
    return news || rest_ms >= w->every_ms;
}

static void count_if_due(struct watch *w)
{
    if (!is_due(w))
        return;
    arena_reset(&w->counted_words);
    w->blind = w->n_counted = w->n_targets;
    for (size_t i = 0; i < w->n_targets; i++)
        w->counted[i] = (struct hits_target){.source = rows_text(&w->counted_words, w->targets[i].source),
                                             .id = rows_text(&w->counted_words, w->targets[i].id)};
    w->impact = hits_new(w->query, w->targets, w->n_targets, QUERY_NOW, clock_now(w->o.clock).utc_ms);
    w->count_task = loop_task(w->o.loop, count_slice, w);
}

/* --- what changed before --- */

static bool is_young(const struct watch *w, const struct row *alert)
{
    return clock_now(w->o.clock).utc_ms - value_int_or(&alert->cells[ALERT_SINCE], 0) < WATCH_CAUSE_MS;
}

static void note_causeless(struct watch *w, const struct row *alert)
{
    if (w->causeless.count < WATCH_CAUSES_MAX && !value_known(&alert->cells[ALERT_CHANGE]) &&
        !text_is(cell(alert, ALERT_STATE), "resolved") && is_young(w, alert))
        rows_add(&w->causeless, alert);
}

/* They stand in the rows from the next look on. A change may be stored after the alert that it led to: who is without one is
 * asked about with every look. */
static void tell_causes(struct watch *w, const struct book_facts *facts)
{
    const struct cause_facts changes = {.changes = facts->now.rows[KIND_CHANGE],
                                        .count = facts->now.count[KIND_CHANGE],
                                        .around = {facts->find, facts->ctx}};
    bool any = false;
    for (size_t i = 0; i < w->causeless.count; i++) {
        struct row *alert = &w->causeless.all[i];
        bool wanted = is_young(w, alert) && !value_known(&alert->cells[ALERT_CHANGE]);
        const struct row *cause = wanted ? cause_of(alert, &changes) : NULL;
        if (!cause)
            continue;
        book_change(w->book, alert->source, alert->id, cause->id);
        alert->cells[ALERT_CHANGE] = value_text(text_of("")); /* it has one: not asked again */
        any = true;
    }
    if (any)
        watch_run(w);
}

/* --- a look --- */

static void look(struct watch *w)
{
    struct instant now = clock_now(w->o.clock);
    struct book_facts facts = watch_facts_of(w->facts, now.utc_ms);
    book_look(w->book, &facts, now);
}

/* What the look found, in a turn of its own. */
static void hand_on_news(struct watch *w)
{
    struct book_facts facts = watch_facts_of(w->facts, clock_now(w->o.clock).utc_ms);
    if (w->batches > 0) /* the next look has them */
        return;
    if (book_changed(w->book) || w->doubt)
        hand_on(w);
    tell_causes(w, &facts);
    touch_all(w);
    count_if_due(w);
}

static bool end_look(struct watch *w)
{
    w->seen = false;
    w->looked_us = clock_mono_us();
    w->looks++;
    w->task = 0;
    w->o.looked(w->o.ctx);
    if (w->again && !w->failed)
        watch_run(w);
    return false;
}

static bool look_step(struct watch *w)
{
    struct err err = {0};
    if (w->seen) {
        hand_on_news(w);
        return end_look(w);
    }
    if (!feed_all(w))
        return true;
    enum query_step step = watch_facts_step(w->facts, clock_now(w->o.clock), WATCH_SLICE_US, &err);
    if (step == QUERY_MORE)
        return true;
    if (step == QUERY_FAILED && !w->failed)
        log_err(LOG_WARN, &err);
    w->failed = step == QUERY_FAILED;
    if (w->failed)
        return end_look(w);
    look(w);
    w->seen = true;
    return true;
}

static bool look_slice(void *ctx)
{
    struct watch *w = ctx;
    int64_t from_us = clock_mono_us();
    bool more = look_step(w);
    w->look_us += clock_mono_us() - from_us;
    return more;
}

static void begin_look(void *ctx)
{
    struct watch *w = ctx;
    w->timer = 0;
    w->look_us = 0;
    w->task = loop_task(w->o.loop, look_slice, w);
}

/* Looks take one part in WATCH_LOOK_SHARE of the time: those of a large fleet would hold up its polls. */
void watch_run(struct watch *w)
{
    int64_t rest_ms = (w->looked_us + WATCH_LOOK_SHARE * w->look_us - clock_mono_us()) / 1000;
    w->again = w->task != 0;
    if (w->task || w->timer)
        return;
    if (rest_ms > 0)
        w->timer = loop_timer(w->o.loop, rest_ms, begin_look, w);
    else
        begin_look(w);
}

void watch_settle(struct watch *w)
{
    book_doubt(w->book);
    w->n_counted = 0;
    w->rest_ms = 0;
    watch_run(w);
}

uint64_t watch_looks(const struct watch *w)
{
    return w->looks;
}

uint64_t watch_looks_next(const struct watch *w)
{
    return w->looks + (w->task ? 2 : 1);
}

bool watch_busy(const struct watch *w)
{
    return w->task || w->timer || w->count_task;
}

struct book *watch_book(struct watch *w)
{
    return w->book;
}

/* --- begin and end --- */

static bool remember(void *ctx, const struct row *alert, struct err *err)
{
    struct watch *w = ctx;
    struct teller *t = teller_of(w, alert->source);
    (void)err;
    book_remember(w->book, alert);
    if (t)
        t->handed++;
    return true;
}

struct watch *watch_new(const struct watch_options *options, struct err *err)
{
    struct watch *w = mem_new(1, sizeof *w);
    w->o = *options;
    w->book = book_new(options->thresholds);
    w->query = query_open(options->state_dir, err);
    teller_of(w, text_of(BOOK_SOURCE));
    if (w->query)
        w->facts = watch_facts_new(options->store, w->query, options->clock, err);
    if (w->facts && store_each(options->store, KIND_ALERT, NULL, remember, w, err))
        return w;
    watch_free(w);
    return NULL;
}

void watch_free(struct watch *w)
{
    if (!w)
        return;
    if (w->task)
        loop_task_cancel(w->o.loop, w->task);
    loop_timer_cancel(w->o.loop, w->timer);
    if (w->count_task)
        loop_task_cancel(w->o.loop, w->count_task);
    apply_forget(w->o.apply, w);
    hits_free(w->impact);
    watch_facts_free(w->facts);
    query_close(w->query);
    book_free(w->book);
    for (size_t i = 0; i < w->n_tellers; i++) {
        rows_release(&w->tellers[i].coming);
        rows_release(&w->tellers[i].ready);
        free(w->tellers[i].name);
    }
    rows_release(&w->causeless);
    arena_release(&w->words);
    arena_release(&w->counted_words);
    free(w);
}
