#include <stdlib.h>

#include "base/log.h"
#include "base/mem.h"
#include "collector/desk_ops_private.h"

enum { OBSERVED_MS = 60000, TOUCH_MS = 30000 }; /* on the desk's clock */

/* Somebody waits until the rows are in the cache. */
struct desk_ops_answer {
    struct desk_ops *ops;
    struct desk_ops_answer *next;
    struct serve_call call;
    bool wanted;
    int64_t seq;
    char id[DESK_NAME_MAX];
};

/* --- answers --- */

static void refuse(struct desk_ops *o, const struct serve_call *call, const struct desk_silence *s, bool open)
{
    struct err err = {0};
    char source[128], words[ERR_TEXT_MAX / 2];
    text_show_in(s->source, source, sizeof source);
    text_show_in(s->peer_words, words, sizeof words);
    if (open) {
        err_set(&err, ERR_TRANSIENT, "'%s' has not confirmed it%s%s", source, words[0] ? ": " : "", words);
        err_hint(&err,
                 "it is looked up there and, where it is not, sent again; 'hubtop get silences' shows how it stands");
        err_exit(&err, DESK_OPS_LATER);
    } else {
        err_set(&err, ERR_REFUSED, "%s", words);
        err_hint(&err, "nothing was changed there");
    }
    o->options.refuse(o->options.ctx, call, &err);
}

static void refuse_failed(struct desk_ops *o, const struct serve_call *call, struct safe_text why)
{
    struct err err = {0};
    char words[ERR_TEXT_MAX / 2];
    err_set(&err, ERR_REFUSED, "nobody was told: %s", text_show_in(why, words, sizeof words));
    err_hint(&err, "run the configuration's escalate_command by hand, and call whoever is on duty");
    o->options.refuse(o->options.ctx, call, &err);
}

void desk_ops_answer(struct desk_ops *o, const struct serve_call *call, int64_t seq, struct safe_text id)
{
    const struct desk_silence *s = desk_silence_by_order(o->desk, seq);
    struct safe_text why;
    if (desk_escalation_failed(o->desk, seq, &why)) {
        refuse_failed(o, call, why);
        return;
    }
    enum desk_outcome outcome = !s ? DESK_OWN : s->seq == seq ? s->outcome : s->end_outcome;
    if (outcome == DESK_OWN || outcome == DESK_DONE)
        o->options.done(o->options.ctx, call, id);
    else
        refuse(o, call, s, outcome != DESK_REFUSED);
}

/* --- rows --- */

struct writing {
    const struct desk_ops *ops;
    struct store_batch *batch;
    struct buf text;
    int64_t now_ms;
    bool ok;
    struct err *err;
};

static int64_t hides(const struct desk_ops *o, const struct desk_silence *s, int64_t now_ms)
{
    return o->options.hides ? o->options.hides(o->options.ctx, s, now_ms) : -1;
}

struct marking {
    const struct desk_ops *ops;
    int64_t now_ms;
    uint64_t mark;
};

static bool mark_silence(void *ctx, const struct desk_silence *s)
{
    struct marking *m = ctx;
    m->mark = m->mark * 31 + (uint64_t)hides(m->ops, s, m->now_ms) + 1;
    return true;
}

static uint64_t mark_of(const struct desk_ops *o)
{
    struct marking m = {.ops = o, .now_ms = desk_ops_now(o).utc_ms};
    desk_silences(o->desk, mark_silence, &m);
    return m.mark;
}

static bool put_silence(void *ctx, const struct desk_silence *s)
{
    struct writing *w = ctx;
    struct row row;
    if (desk_silence_row(s, hides(w->ops, s, w->now_ms), w->now_ms, &w->text, &row))
        w->ok = store_batch_add(w->batch, &row, w->err);
    return w->ok;
}

static bool put_window(void *ctx, const struct desk_window *window)
{
    struct writing *w = ctx;
    struct row row;
    if (desk_window_row(window, w->now_ms, &row))
        w->ok = store_batch_add(w->batch, &row, w->err);
    return w->ok;
}

static struct store_batch *batch_of(struct desk_ops *o, enum kind kind, struct err *err)
{
    struct writing w = {.ops = o,
                        .batch = store_batch_new(o->options.store, DESK_SOURCE, kind, true, err),
                        .text = buf_make(DESK_ENTRY_MAX),
                        .now_ms = desk_ops_now(o).utc_ms,
                        .ok = true,
                        .err = err};
    if (!w.batch)
        return NULL;
    store_batch_pace(w.batch, OBSERVED_MS);
    if (kind == KIND_SILENCE)
        desk_silences(o->desk, put_silence, &w);
    else
        desk_windows(o->desk, put_window, &w);
    buf_release(&w.text);
    if (w.ok)
        return w.batch;
    store_batch_free(w.batch);
    return NULL;
}

static void on_applied(void *ctx, const struct store_result *result, const struct err *err)
{
    struct desk_ops_answer *a = ctx;
    struct desk_ops *o = a->ops;
    struct desk_ops_answer **at = &o->answers;
    if (o->options.applied)
        o->options.applied(o->options.ctx, result, err);
    if (a->wanted)
        desk_ops_answer(o, &a->call, a->seq, text_of(a->id));
    while (*at != a)
        at = &(*at)->next;
    *at = a->next;
    free(a);
}

/* What is in the journal is done, whatever becomes of the cache. */
void desk_ops_rows(struct desk_ops *o, const struct serve_call *call, int64_t seq, struct safe_text id)
{
    struct err err = {0};
    struct desk_ops_answer *a = mem_new(1, sizeof *a);
    struct store_batch *silences = batch_of(o, KIND_SILENCE, &err), *windows = batch_of(o, KIND_MAINTENANCE, &err);
    *a = (struct desk_ops_answer){.ops = o, .next = o->answers, .wanted = call != NULL, .seq = seq};
    if (call)
        a->call = *call;
    text_show_in(id, a->id, sizeof a->id);
    o->answers = a;
    o->hidden = mark_of(o);
    o->next_ms = desk_next_ms(o->desk, desk_ops_now(o).utc_ms);
    o->touched_ms = desk_ops_now(o).utc_ms;
    if (silences && windows) {
        apply_put(o->options.apply, silences, KIND_SILENCE, desk_ops_now(o), NULL, NULL);
        apply_put(o->options.apply, windows, KIND_MAINTENANCE, desk_ops_now(o), on_applied, a);
        return;
    }
    log_err(LOG_ERROR, &err);
    store_batch_free(silences);
    store_batch_free(windows);
    on_applied(a, NULL, &err);
}

void desk_ops_rows_free(struct desk_ops *o)
{
    while (o->answers) {
        struct desk_ops_answer *a = o->answers;
        o->answers = a->next;
        apply_forget(o->options.apply, a);
        free(a);
    }
}

static void touch(struct desk_ops *o, struct instant now)
{
    static const enum kind kinds[] = {KIND_SILENCE, KIND_MAINTENANCE};
    struct err err = {0};
    o->touched_ms = now.utc_ms;
    apply_join(o->options.apply, o->options.store);
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
        if (!store_touch(o->options.store, DESK_SOURCE, kinds[i], now, OBSERVED_MS, &err))
            log_err(LOG_ERROR, &err);
    }
}

void desk_ops_looked(struct desk_ops *o)
{
    if (mark_of(o) != o->hidden)
        desk_ops_rows(o, NULL, 0, text_of(""));
}

void desk_ops_tick(struct desk_ops *o)
{
    struct instant now = desk_ops_now(o);
    if (o->next_ms > 0 && now.utc_ms >= o->next_ms) {
        if (o->options.changed)
            o->options.changed(o->options.ctx, o->desk);
        desk_ops_rows(o, NULL, 0, text_of(""));
    } else if (now.utc_ms - o->touched_ms >= TOUCH_MS || now.utc_ms < o->touched_ms)
        touch(o, now);
}
