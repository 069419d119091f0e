#include "cli/wait.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

#include "base/json.h"
#include "console/ask_frame.h"
#include "console/hello.h"
#include "domain/state.h"
#include "io/control.h"
#include "io/loop.h"

enum { WAIT_STEP_MS = 20, WAIT_AGAIN_MS = 3000, WAIT_STALE_S = 60, WAIT_SLICE_US = 100000, WAIT_END_MS = 2000 };

struct waiting {
    struct loop *loop;
    int64_t pending; /* -1: the collector has not said yet */
    bool lost;
    const char *context; /* ours */
    struct clock *clock;
    struct err err; /* the collector serves another one */
};

bool wait_is_offline(const struct setup *s, const struct options *o)
{
    return o->offline || o->at || s->source_count == 0;
}

static void on_frame(void *ctx, const struct json *message)
{
    struct waiting *w = ctx;
    struct safe_text context;
    char theirs[128], made[8];
    if (json_text(json_get(message, "context"), &context) && !text_is(context, w->context)) {
        err_set(&w->err, ERR_TRANSIENT, "the collector here serves the context '%s', not '%s'",
                text_show_in(context, theirs, sizeof theirs), w->context);
        err_hint(&w->err, "give another --state-dir, or --offline to see what is cached");
        err_exit(&w->err, 75);
        loop_stop(w->loop);
    }
    if (json_get(message, "error") && !ask_frame_answer(message, made, sizeof made, &w->err))
        loop_stop(w->loop);
    control_clock(message, w->clock);
    json_int(json_get(message, "pending"), &w->pending);
    if (w->pending == 0)
        loop_stop(w->loop);
}

static void on_lost(void *ctx, const struct err *why)
{
    struct waiting *w = ctx;
    (void)why;
    w->lost = true;
    loop_stop(w->loop);
}

static void on_timeout(void *ctx)
{
    loop_stop(((struct waiting *)ctx)->loop);
}

static bool start_collector(const struct setup *s, struct err *err)
{
    pid_t pid;
    if (dir_locked(s->state_dir))
        return true;
    if (s->shared) {
        err_set(err, ERR_TRANSIENT, "no collector serves the shared context '%s'", s->context);
        err_hint(err, "ask for its service to be started (hubtop collect), or use --offline");
        return false;
    }
    return launcher_start(s->launcher, "collector", &pid, err);
}

/* The collector binds its socket when its databases are open: until then nobody listens. One that was about to leave when
 * we looked for it is followed by another. */
static struct control_link *connect_link(struct waiting *w, const struct setup *s, int64_t until_ms, struct err *err)
{
    char path[DIR_PATH_MAX];
    const struct control_link_handler handler = {.frame = on_frame, .lost = on_lost, .ctx = w};
    int64_t again_ms = clock_boot_ms() + WAIT_AGAIN_MS;
    if (!dir_join(path, s->state_dir, "control.sock")) {
        err_set(err, ERR_INPUT, "the path of '%s' is too long for a socket in it", s->state_dir);
        return NULL;
    }
    for (;;) {
        struct control_link *link = control_connect(w->loop, path, &handler, err);
        int64_t now_ms = clock_boot_ms();
        if (link || now_ms >= until_ms)
            return link;
        if (now_ms >= again_ms) {
            again_ms = now_ms + WAIT_AGAIN_MS;
            if (!start_collector(s, err))
                return NULL;
        }
        nanosleep(&(struct timespec){.tv_nsec = WAIT_STEP_MS * 1000000L}, NULL);
    }
}

/* Asks one collector; `*lost` when it ended before it had answered. */
static bool wait_answer(struct setup *s, int64_t until_ms, bool *lost, struct err *err)
{
    struct waiting w = {.loop = loop_new(err), .pending = -1, .context = s->context, .clock = &s->clock};
    struct control_link *link = w.loop ? connect_link(&w, s, until_ms, err) : NULL;
    bool ok = link != NULL;
    w.lost = ok && !hello_send(link, "command", false, err);
    int64_t left_ms = until_ms - clock_boot_ms();
    if (ok && !w.lost) {
        loop_timer(w.loop, left_ms > 0 ? left_ms : 0, on_timeout, &w);
        ok = loop_run(w.loop, err);
    }
    *lost = w.lost;
    if (ok && w.err.kind != ERR_NONE) {
        *err = w.err;
        ok = false;
    }
    control_link_free(link);
    loop_free(w.loop);
    return ok;
}

static bool wait_answers(struct setup *s, int64_t until_ms, struct err *err)
{
    for (;;) {
        bool lost = false;
        if (!start_collector(s, err) || !wait_answer(s, until_ms, &lost, err))
            return false;
        *err = (struct err){0};
        if (!lost)
            return true;
        if (clock_boot_ms() >= until_ms)
            return err_set(err, ERR_TRANSIENT, "the collector of '%s' ended while it was asked", s->state_dir);
        nanosleep(&(struct timespec){.tv_nsec = WAIT_STEP_MS * 1000000L}, NULL);
    }
}

struct query *wait_for_data(struct setup *s, const struct options *o, struct err *err)
{
    if (!wait_is_offline(s, o)) {
        int64_t until_ms = clock_boot_ms() + (int64_t)(o->timeout_s * 1000);
        if (!wait_answers(s, until_ms, err)) {
            char log[DIR_PATH_MAX];
            if (!err->hint[0] && dir_join(log, s->state_dir, "collector.log"))
                err_hint(err, "its log is '%s'; --offline shows what the cache holds", log);
            return NULL;
        }
    }
    return query_open(s->state_dir, err);
}

bool wait_for_rows(struct query_rows *rows, struct instant now, struct err *err)
{
    enum query_step step;
    while ((step = query_rows_step(rows, now, WAIT_SLICE_US, err)) == QUERY_MORE)
        continue;
    return step == QUERY_DONE;
}

bool wait_is_live(const struct setup *s, const struct row *source)
{
    double pace = s->clock.simulated && s->clock.speed > 1 ? s->clock.speed : 1;
    double patience_s = 3.0 * (double)value_int_or(&source->cells[SOURCE_INTERVAL_S], 0);
    double limit_ms = 1000.0 * (patience_s > pace * WAIT_STALE_S ? patience_s : pace * WAIT_STALE_S);
    int64_t age_ms = clock_now(&s->clock).utc_ms - value_int_or(&source->cells[SOURCE_LAST_OK_AT], 0);
    return text_is(value_text_or(&source->cells[SOURCE_STATE], ""), state_source_word(SOURCE_LIVE)) &&
           (s->at_ms != 0 || (double)age_ms <= limit_ms);
}

int wait_status(struct query *q, const struct setup *s, struct err *err)
{
    struct row row;
    struct query_rows *sources = query_rows_new(q, KIND_SOURCE, s->at_ms);
    size_t never = 0, live = 0, n = 0;
    if (wait_for_rows(sources, clock_now(&s->clock), err))
        n = query_rows_count(sources);
    for (size_t i = 0; i < n && query_rows_at(sources, i, &row); i++) {
        char name[128], why[ERR_TEXT_MAX];
        bool answered = value_known(&row.cells[SOURCE_LAST_OK_AT]);
        live += wait_is_live(s, &row);
        if (!answered && never++ == 0)
            err_set(
                err, ERR_TRANSIENT, "no answer from '%s': %s", text_show_in(row.id, name, sizeof name),
                text_show_in(value_text_or(&row.cells[SOURCE_LAST_ERROR], "it was not asked yet"), why, sizeof why));
    }
    query_rows_free(sources);
    if (never > 0)
        return 69;
    return n > 0 && live == 0 ? 75 : 0;
}

static void ended(void *ctx, const struct err *why)
{
    (void)why;
    loop_stop(ctx);
}

static void stop(void *ctx)
{
    loop_stop(ctx);
}

static void ignore(void *ctx, const struct json *message)
{
    (void)ctx, (void)message;
}

void wait_for_end(const struct setup *s)
{
    static const char quit[] = "{\"id\":1,\"op\":\"quit\"}";
    char path[DIR_PATH_MAX];
    struct err err = {0};
    struct loop *loop = loop_new(&err);
    const struct control_link_handler handler = {.frame = ignore, .lost = ended, .ctx = loop};
    struct control_link *link =
        loop && dir_join(path, s->state_dir, "control.sock") ? control_connect(loop, path, &handler, &err) : NULL;
    if (link && control_link_send(link, quit, sizeof quit - 1, &err)) {
        loop_timer(loop, WAIT_END_MS, stop, loop);
        loop_run(loop, &err);
    }
    control_link_free(link);
    loop_free(loop);
}
