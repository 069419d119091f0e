#include "collector/collector.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/dir.h"
#include "base/log.h"
#include "base/mem.h"
#include "collector/apply.h"
#include "collector/audit.h"
#include "collector/chance.h"
#include "collector/collector_private.h"
#include "collector/ending.h"
#include "collector/feed.h"
#include "collector/files.h"
#include "collector/poller.h"
#include "collector/serve.h"
#include "collector/watch.h"
#include "collector/weave.h"
#include "domain/join.h"
#include "store/query.h"

/* What several polls lead to is done once for those that end one after another. Each COLLECTOR_GATHER_MS it looks whether another
 * has ended or is being recorded, and it is done when COLLECTOR_GATHER_QUIET looks saw none, which are as many turns of the loop: a sweep is
 * not cut in two where one turn takes long. It is never later than COLLECTOR_GATHER_MOST_MS after the first: one that hangs keeps
 * nothing back.
 * It looks at all sources, so that a thousand whose polls end one by one would leave time for nothing else: after it, it rests
 * COLLECTOR_GATHER_REST times as long as it took. */
enum { COLLECTOR_GATHER_MS = 2, COLLECTOR_GATHER_QUIET = 3, COLLECTOR_GATHER_MOST_MS = 200, COLLECTOR_GATHER_REST = 4 };
enum { COLLECTOR_TICK_MS = 1000, COLLECTOR_SLICE_US = 8000, COLLECTOR_IDLE_MS = 60000, COLLECTOR_MAINTAIN_MS = 5000 };
#define COLLECTOR_OWN "hubtop" /* the source of what the collector itself knows */

/* --- what is told of the sources --- */

/* Clients hear of it once it is in the store. */
void collector_applied(void *ctx, const struct store_result *result, const struct err *err)
{
    struct collector *c = ctx;
    (void)result;
    if (err)
        log_err(LOG_ERROR, err);
    feed_flush(c->feed);
    if (c->serve)
        serve_committed(c->serve, c->told);
}

static void put_or_log(struct collector *c, struct store_batch *b, enum kind kind, bool ok, struct err *err)
{
    if (ok) {
        apply_put(c->apply, b, kind, collector_now(c), collector_applied, c);
        return;
    }
    store_batch_free(b);
    log_err(LOG_ERROR, err);
}

/* Rows that are not new stay as they are, unless one has another id now. */
static void tell_sources(struct collector *c, bool all)
{
    struct err err = {0};
    struct row row;
    enum poller_news news[2] = {POLLER_NOTHING, POLLER_NOTHING};
    bool *is_new = mem_new(c->count + 1, sizeof *is_new);
    for (size_t i = 0; i < c->count; i++) {
        news[0] = poller_take_news(c->pollers[i]);
        news[1] = news[0] > news[1] ? news[0] : news[1];
        is_new[i] = news[0] != POLLER_NOTHING;
    }
    all = all || news[1] == POLLER_RENAMED;
    struct store_batch *b =
        all || news[1] != POLLER_NOTHING ? store_batch_new(c->store, COLLECTOR_OWN, KIND_SOURCE, all, &err) : NULL;
    bool ok = b != NULL;
    for (size_t i = 0; ok && i < c->count; i++) {
        if (!all && !is_new[i])
            continue;
        poller_row(c->pollers[i], &row);
        ok = store_batch_add(b, &row, &err);
    }
    free(is_new);
    if (b || err.kind != ERR_NONE)
        put_or_log(c, b, KIND_SOURCE, ok, &err);
}

/* The fleet file does not age. Sources are asked about in the order of the configuration. */
static bool is_fresh(void *ctx, const char *source)
{
    struct collector *c = ctx;
    for (size_t n = 0; n < c->count; n++) {
        size_t i = (c->fresh_at + 1 + n) % c->count;
        if (strcmp(poller_name(c->pollers[i]), source) != 0)
            continue;
        c->fresh_at = i;
        return poller_is_live(c->pollers[i]);
    }
    return strcmp(source, JOIN_FLEET) == 0;
}

/* --- a poll ended --- */

static void report_poll(void *ctx, const struct collector_report *report)
{
    struct collector *c = ctx;
    struct collector_report r = *report;
    r.sources_total = c->count;
    for (size_t i = 0; i < c->count; i++)
        r.sources_done += poller_ended_once(c->pollers[i]);
    c->options->report(c->options->ctx, &r);
}

static bool all_ended(const struct collector *c)
{
    for (size_t i = 0; i < c->count; i++) {
        if (!poller_ended_once(c->pollers[i]))
            return false;
    }
    return true;
}

static void first_failure(struct collector *c)
{
    for (size_t i = 0; i < c->count; i++) {
        const struct err *e = poller_failure(c->pollers[i]);
        if (e && c->failure.kind == ERR_NONE) {
            c->failure = *e;
            err_prefix(&c->failure, "%s", poller_name(c->pollers[i]));
        }
    }
}

static void settle(struct collector *c)
{
    if (c->settled || c->gather || apply_waiting(c->apply) > 0 || !all_ended(c))
        return;
    c->settled = watch_looks_next(c->watch);
    watch_settle(c->watch);
}

static void looked(void *ctx)
{
    struct collector *c = ctx;
    if (c->desk)
        desk_ops_looked(c->desk);
    settle(c);
    if (c->serve && watch_looks(c->watch) == c->settled)
        serve_committed(c->serve, NULL);
}

/* The last of the batches is in the store before the process ends. */
static bool end_when_applied(void *ctx)
{
    struct collector *c = ctx;
    if (apply_waiting(c->apply) > 0 || weave_busy(c->weave) || watch_busy(c->watch))
        return true;
    if (!c->looked) {
        c->looked = true;
        watch_settle(c->watch);
        return true;
    }
    loop_stop(c->loop);
    return false;
}

/* What a source told first is no news of it. */
static void arm_feed(struct collector *c)
{
    for (size_t i = 0; i < c->count; i++) {
        if (c->armed[i] || !poller_ended_once(c->pollers[i]))
            continue;
        feed_arm(c->feed, poller_name(c->pollers[i]));
        c->armed[i] = true;
    }
}

static void stored(void *ctx, const struct store_result *result, const struct err *err)
{
    (void)result;
    (void)err;
    watch_stored(((struct collector *)ctx)->watch);
}

static void gathered(void *ctx)
{
    struct collector *c = ctx;
    int64_t began_us = clock_mono_us();
    c->gather = 0;
    c->ended = 0;
    tell_sources(c, false);
    weave_run(c->weave);
    arm_feed(c);
    feed_flush(c->feed);
    apply_after(c->apply, stored, c);
    c->gathered_us = clock_mono_us();
    c->gather_took_us = c->gathered_us - began_us;
}

/* How long it still rests. Whoever runs once has nothing to spare time for. */
static int64_t gather_rest_ms(const struct collector *c)
{
    int64_t left_us = c->gathered_us + COLLECTOR_GATHER_REST * c->gather_took_us - clock_mono_us();
    return c->options->once || left_us <= 0 ? 0 : left_us / 1000 + 1;
}

static bool gather_waits(struct collector *c)
{
    bool moves = c->ended != c->gathering || apply_waiting(c->apply) > 0;
    c->gather_quiet = moves ? 0 : c->gather_quiet + 1;
    return c->gather_quiet < COLLECTOR_GATHER_QUIET && clock_boot_ms() - c->gather_from_ms < COLLECTOR_GATHER_MOST_MS;
}

static void gather(void *ctx)
{
    struct collector *c = ctx;
    bool waits = gather_waits(c);
    int64_t rest_ms = gather_rest_ms(c);
    if (!waits && rest_ms == 0) {
        gathered(c);
        return;
    }
    c->gathering = c->ended;
    c->gather = loop_timer(c->loop, rest_ms > COLLECTOR_GATHER_MS ? rest_ms : COLLECTOR_GATHER_MS, gather, c);
}

static void gather_begin(struct collector *c)
{
    c->gathering = c->ended;
    c->gather_quiet = 0;
    c->gather_from_ms = clock_boot_ms();
    c->gather = loop_timer(c->loop, COLLECTOR_GATHER_MS, gather, c);
}

static bool any_polls(struct collector *c)
{
    for (size_t n = 0; n < c->count; n++) {
        size_t i = (c->busy_at + n) % c->count;
        if (!poller_is_polling(c->pollers[i]))
            continue;
        c->busy_at = i;
        return true;
    }
    return false;
}

/* Where nothing is under way there is nothing to wait for. */
static void poll_ended(void *ctx, const char *source)
{
    struct collector *c = ctx;
    c->told = c->ended++ == 0 ? source : NULL;
    if (any_polls(c) || gather_rest_ms(c) > 0) {
        if (!c->gather)
            gather_begin(c);
        return;
    }
    loop_timer_cancel(c->loop, c->gather);
    gathered(c);
    if (c->options->once && all_ended(c)) {
        first_failure(c);
        loop_task(c->loop, end_when_applied, c);
    }
}

/* A peer that calls itself as we call our own rows gets another name, and so does one that is called as a source of the
 * configuration that is not made yet. */
static bool name_reserved(const struct collector *c, const char *name)
{
    static const char *const own[] = {WEAVE_SOURCE, COLLECTOR_OWN, JOIN_FLEET, QUERY_FILLED, AUDIT_SOURCE, BOOK_PEOPLE};
    for (size_t i = 0; i < sizeof own / sizeof *own; i++) {
        if (strcmp(name, own[i]) == 0)
            return true;
    }
    for (size_t i = c->count + 1; i < c->options->source_count; i++) {
        const char *configured = c->options->sources[i].name;
        if (configured && strcmp(configured, name) == 0)
            return true;
    }
    return false;
}

static bool name_taken(void *ctx, const char *name, const void *by)
{
    const struct collector *c = ctx;
    if (name_reserved(c, name))
        return true;
    for (size_t i = 0; i < c->count; i++) {
        if (c->pollers[i] && c->pollers[i] != by && strcmp(poller_name(c->pollers[i]), name) == 0)
            return true;
    }
    return false;
}

static bool past_told(void *ctx, const char *source, enum kind kind, struct safe_text id, int field, int64_t at_ms,
                      double value)
{
    return weave_past(((struct collector *)ctx)->weave, source, kind, id, field, at_ms, value);
}

/* --- time --- */

static bool maintain(void *ctx)
{
    struct collector *c = ctx;
    struct err err = {0};
    if (apply_waiting(c->apply) > 0) /* it has the transaction */
        return true;
    enum store_step step = store_maintain(c->store, collector_now(c), COLLECTOR_SLICE_US, &err);
    if (step == STORE_FAILED)
        log_err(LOG_ERROR, &err);
    if (step == STORE_MORE)
        return true;
    c->maintain_task = 0;
    return false;
}

/* A plan that is carried out is watched, not waited for. */
static void keep_pace(struct collector *c)
{
    const struct collector_options *o = c->options;
    bool hurries = o->hurry > 0 && order_ops_plan_runs(c->orders);
    double speed = hurries ? o->hurry : o->clock.speed;
    if (speed >= c->clock.speed && speed <= c->clock.speed)
        return;
    clock_pace(&c->clock, speed);
    if (c->serve)
        serve_committed(c->serve, NULL);
}

static void tick(void *ctx)
{
    struct collector *c = ctx;
    unsigned version = 0;
    int64_t boot_ms = clock_boot_ms();
    keep_pace(c);
    for (size_t i = 0; i < c->count; i++) {
        poller_tick(c->pollers[i]);
        version += poller_version(c->pollers[i]);
    }
    if (version != c->seen_version) {
        tell_sources(c, false);
        weave_doubt(c->weave);
        weave_run(c->weave);
    }
    c->seen_version = version;
    feed_flush(c->feed);
    watch_run(c->watch);
    desk_ops_tick(c->desk);
    plan_ops_tick(c->plans);
    order_ops_tick(c->orders);
    audit_tick(c->audit);
    if (c->serve)
        serve_tick(c->serve);
    if (!c->maintain_task && boot_ms - c->maintained_ms >= COLLECTOR_MAINTAIN_MS) {
        c->maintained_ms = boot_ms;
        c->maintain_task = loop_task(c->loop, maintain, c);
    }
    c->tick = loop_timer(c->loop, COLLECTOR_TICK_MS, tick, c);
}

static void leave(void *ctx)
{
    struct collector *c = ctx;
    c->idle_timer = 0;
    if (c->orders && order_ops_busy(c->orders)) { /* whoever gave the order may be gone: it is carried out */
        c->idle_timer = loop_timer(c->loop, COLLECTOR_TICK_MS, leave, c);
        return;
    }
    log_line(LOG_INFO, "no client is left: the collector ends");
    loop_stop(c->loop);
}

/* --- what clients ask --- */

static int64_t client_rev(void *ctx)
{
    return store_rev(((struct collector *)ctx)->store);
}

static int64_t client_unrecorded_ms(void *ctx)
{
    return apply_failing_ms(((struct collector *)ctx)->apply);
}

static uint64_t client_take_kinds(void *ctx)
{
    return apply_take_kinds(((struct collector *)ctx)->apply);
}

/* A cache that lacks the alerts says that all is well: it is not whole before the alert book has looked. */
static size_t client_pending(void *ctx)
{
    const struct collector *c = ctx;
    size_t n = apply_waiting(c->apply) > 0 || feed_waiting(c->feed) > 0 || c->gather || c->settled == 0 ||
               watch_looks(c->watch) < c->settled;
    for (size_t i = 0; i < c->count; i++)
        n += !poller_ended_once(c->pollers[i]);
    return n;
}

static void client_poll_now(void *ctx, const char *source)
{
    struct collector *c = ctx;
    for (size_t i = 0; i < c->count; i++) {
        if (!source[0] || strcmp(source, poller_name(c->pollers[i])) == 0)
            poller_poll_now(c->pollers[i]);
    }
}

static void client_quit(void *ctx)
{
    loop_stop(((struct collector *)ctx)->loop);
}

static void clients_idle(void *ctx, bool idle)
{
    struct collector *c = ctx;
    loop_timer_cancel(c->loop, c->idle_timer);
    c->idle_timer = 0;
    if (idle && c->options->until_idle)
        c->idle_timer = loop_timer(c->loop, c->options->idle_ms ? c->options->idle_ms : COLLECTOR_IDLE_MS, leave, c);
}

/* --- start and end --- */

/* The next collector sets the damaged cache aside and makes a new one; whoever runs us starts it. */
static void cache_broken(void *ctx, const struct err *err)
{
    struct collector *c = ctx;
    c->failure = *err;
    log_err(LOG_ERROR, err);
    loop_stop(c->loop);
}

static bool open_store(struct collector *c, struct err *err)
{
    char note[256] = "";
    c->store = store_open(c->options->state_dir, &c->options->store, collector_now(c), note, sizeof note, err);
    if (note[0])
        log_line(LOG_WARN, "%s", note);
    if (!c->store)
        return false;
    c->apply = apply_new(c->loop);
    apply_broken_set(c->apply, cache_broken, c);
    c->feed = feed_new(c->store, c->apply, &c->clock, err);
    const struct weave_options options = {
        .loop = c->loop,
        .store = c->store,
        .apply = c->apply,
        .clock = &c->clock,
        .fleet = c->options->fleet,
        .thresholds = c->options->thresholds,
        .movable = c->options->movable,
        .state_dir = c->options->state_dir,
        .fresh = is_fresh,
        .applied = collector_applied,
        .ctx = c,
    };
    c->weave = c->feed ? weave_new(&options, err) : NULL;
    const struct watch_options watch = {
        .loop = c->loop,
        .store = c->store,
        .apply = c->apply,
        .clock = &c->clock,
        .state_dir = c->options->state_dir,
        .thresholds = c->options->thresholds,
        .applied = collector_applied,
        .looked = looked,
        .ctx = c,
    };
    c->watch = c->weave ? watch_new(&watch, err) : NULL;
    return c->watch != NULL;
}

static uid_t owner_of(const char *dir)
{
    struct stat st;
    return stat(dir, &st) == 0 ? st.st_uid : geteuid();
}

static bool open_socket(struct collector *c, struct err *err)
{
    char path[DIR_PATH_MAX];
    if (c->options->once)
        return true;
    if (!dir_join(path, c->options->state_dir, "control.sock"))
        return err_set(err, ERR_INPUT, "the path of '%s' is too long for a socket in it", c->options->state_dir);
    const struct serve_options options = {
        .path = path,
        .context = c->options->context,
        .shared = c->options->shared,
        .write_allowed = c->options->write_allowed,
        .roles = c->options->roles,
        .owner = owner_of(c->options->state_dir),
        .clock = &c->clock,
        .ctx = c,
        .rev = client_rev,
        .pending = client_pending,
        .unrecorded_ms = client_unrecorded_ms,
        .take_kinds = client_take_kinds,
        .poll_now = client_poll_now,
        .ask = collector_ops_ask,
        .quit = client_quit,
        .idle = clients_idle,
    };
    c->serve = serve_new(c->loop, &options, err);
    clients_idle(c, true);
    return c->serve != NULL;
}

/* The demo's journal goes with it. */
static void open_audit(struct collector *c)
{
    const struct audit_options options = {
        .loop = c->loop,
        .store = c->store,
        .apply = c->apply,
        .watch = c->watch,
        .serve = c->serve,
        .clock = &c->clock,
        .state_dir = c->options->state_dir,
        .context = c->options->context,
        .keep = !c->options->ephemeral,
    };
    c->audit = audit_new(&options);
}

static bool open_pollers(struct collector *c, struct err *err)
{
    bool network = false;
    for (size_t i = 0; i < c->options->source_count; i++)
        network = network || c->options->sources[i].peer.url;
    if (network && !(c->http = http_new(c->loop, err)))
        return false;
    c->world = (struct poller_world){
        .loop = c->loop,
        .http = c->http,
        .store = c->store,
        .apply = c->apply,
        .weave = c->weave,
        .watch = c->watch,
        .launcher = c->options->launcher,
        .clock = &c->clock,
        .chance = chance_draw,
        .once = c->options->once,
        .report = c->options->report ? report_poll : NULL,
        .ended = poll_ended,
        .name_taken = name_taken,
        .past = past_told,
        .ctx = c,
    };
    c->pollers = mem_new(c->options->source_count + 1, sizeof *c->pollers);
    c->armed = mem_new(c->options->source_count + 1, sizeof *c->armed);
    for (size_t i = 0; i < c->options->source_count; i++) {
        c->pollers[i] = poller_new(&c->world, &c->options->sources[i], err);
        if (!c->pollers[i])
            return false;
        c->count++;
    }
    return true;
}

/* An empty cache begins with what a source can tell of the past. */
static bool backfill(struct collector *c, struct err *err)
{
    if (store_rev(c->store) > 0)
        return true;
    for (size_t i = 0; i < c->count; i++) {
        if (!poller_backfill(c->pollers[i], err))
            return false;
    }
    return store_catch_up(c->store, collector_now(c), err); /* before anybody looks: curves read rollups */
}

static void start(struct collector *c)
{
    for (size_t i = 0; i < c->count; i++)
        poller_start(c->pollers[i]);
    collector_ops_open(c);
    open_audit(c);
    tell_sources(c, true);
    if (!c->options->once)
        tick(c);
}

static void collector_end(struct collector *c)
{
    for (size_t i = 0; i < c->count; i++)
        poller_free(c->pollers[i]);
    free(c->pollers);
    free(c->armed);
    http_free(c->http);
    order_ops_free(c->orders);
    desk_ops_free(c->desk);
    plan_ops_free(c->plans);
    audit_free(c->audit);
    serve_free(c->serve);
    watch_free(c->watch);
    weave_free(c->weave);
    feed_free(c->feed);
    apply_free(c->apply);
    store_close(c->store);
    if (c->options->ephemeral)
        dir_remove(c->options->state_dir);
    if (c->lock >= 0)
        close(c->lock);
    loop_free(c->loop);
}

/* A connection for each source: the soft limit is meant for programs that select(). */
bool collector_run(const struct collector_options *options, struct err *err)
{
    struct collector c = {.options = options, .clock = options->clock, .lock = -1};
    bool ok = false;
    c.lock = dir_lock(options->state_dir, err);
    if (c.lock < 0)
        return false;
    files_raise();
    c.loop = loop_new(err);
    if (c.loop && ending_signals(c.loop, err) && open_store(&c, err) && open_pollers(&c, err) && backfill(&c, err) &&
        open_socket(&c, err)) {
        start(&c);
        ok = loop_run(c.loop, err);
    }
    if (ok && c.failure.kind != ERR_NONE) {
        *err = c.failure;
        ok = false;
    }
    collector_end(&c);
    return ok;
}
