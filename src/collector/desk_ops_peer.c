#include <stdlib.h>

#include "base/log.h"
#include "base/mem.h"
#include "collector/desk_ops_private.h"

/* Orders to peers. An order is in the journal before its first byte is sent; what is not known of it is looked up at the peer
 * before anything is sent again. */

enum { ANSWER_MS = 4000, RESUME_MS = 1500, LOOK_MS = 10000, LOOK_MAX_MS = 300000, COMMENT_MAX = 4096 };

struct desk_ops_order {
    struct desk_ops *ops;
    struct desk_ops_order *next;
    int64_t seq;
    bool look, busy, told_unknown;
    int64_t timer, wait_ms;
    bool wanted; /* `call` waits */
    struct serve_call call;
    int64_t answer_timer;
    struct buf comment;
};

static void attempt(void *ctx);

static bool is_end(const struct desk_ops_order *r, const struct desk_silence *s)
{
    return s->seq != r->seq;
}

static void release(struct desk_ops_order *r)
{
    loop_timer_cancel(r->ops->options.loop, r->timer);
    loop_timer_cancel(r->ops->options.loop, r->answer_timer);
    buf_release(&r->comment);
    free(r);
}

static void leave(struct desk_ops_order *r)
{
    struct desk_ops_order **at = &r->ops->orders;
    while (*at != r)
        at = &(*at)->next;
    *at = r->next;
    release(r);
}

static void later(struct desk_ops_order *r)
{
    loop_timer_cancel(r->ops->options.loop, r->timer);
    r->timer = loop_timer(r->ops->options.loop, r->wait_ms, attempt, r);
    r->wait_ms = r->wait_ms < LOOK_MAX_MS / 2 ? 2 * r->wait_ms : LOOK_MAX_MS;
}

/* --- what came of it --- */

static bool record(struct desk_ops_order *r, enum desk_outcome outcome, struct safe_text remote, const char *words)
{
    struct err err = {0};
    struct desk_entry e = {.at_ms = desk_ops_now(r->ops).utc_ms,
                           .uid = -1,
                           .who = text_of(DESK_SOURCE),
                           .op = DESK_OUTCOME,
                           .severity = SEVERITY_UNKNOWN,
                           .of_seq = r->seq,
                           .outcome = outcome,
                           .remote = remote,
                           .reason = text_of(words)};
    if (desk_ops_record(r->ops, &e, NULL, "", &err))
        return true;
    log_err(LOG_ERROR, &err);
    return false;
}

static void answer(struct desk_ops_order *r, bool when_written)
{
    const struct desk_silence *s = desk_silence_by_order(r->ops->desk, r->seq);
    const struct serve_call *call = r->wanted ? &r->call : NULL;
    r->wanted = false;
    if (when_written)
        desk_ops_rows(r->ops, call, r->seq, s->id);
    else if (call)
        desk_ops_answer(r->ops, call, r->seq, s->id);
}

static void settle(struct desk_ops_order *r, enum desk_outcome outcome, struct safe_text remote, const char *words)
{
    const struct desk_silence *s = desk_silence_by_order(r->ops->desk, r->seq);
    struct safe_text source = s->source;
    if (!record(r, outcome, remote, words)) {
        r->look = true;
        later(r);
        return;
    }
    answer(r, true);
    r->ops->options.poll(r->ops->options.ctx, source);
    leave(r);
}

static void doubt(struct desk_ops_order *r, const char *words)
{
    if (!r->told_unknown)
        r->told_unknown = record(r, DESK_UNKNOWN, text_of(""), words);
    r->look = true;
    answer(r, true);
    later(r);
}

static void on_ended(void *ctx, enum source_order_end end, const struct source_ordered *said, const struct err *err)
{
    struct desk_ops_order *r = ctx;
    r->busy = false;
    switch (end) {
    case SOURCE_ORDER_DONE:
        settle(r, DESK_DONE, text_from(buf_str(&said->remote), said->remote.len), "");
        break;
    case SOURCE_ORDER_REFUSED:
        settle(r, DESK_REFUSED, text_of(""), err->text);
        break;
    case SOURCE_ORDER_UNKNOWN:
    case SOURCE_ORDER_TAKEN:
        doubt(r, err->text);
        break;
    case SOURCE_ORDER_ABSENT:
        r->look = false;
        attempt(r);
        break;
    }
}

/* --- giving it --- */

static void comment_make(struct desk_ops_order *r, const struct desk_silence *s)
{
    buf_clear(&r->comment);
    text_copy(&r->comment, s->reason);
    buf_puts(&r->comment, " (hubtop ", NULL);
    text_copy(&r->comment, s->id);
    buf_putc(&r->comment, ')', NULL);
}

static void attempt(void *ctx)
{
    struct desk_ops_order *r = ctx;
    struct desk_ops *o = r->ops;
    const struct desk_silence *s = desk_silence_by_order(o->desk, r->seq);
    struct err err = {0};
    loop_timer_cancel(o->options.loop, r->timer);
    r->timer = 0;
    if (s->ends_ms <= desk_ops_now(o).utc_ms) {
        bool end = is_end(r, s);
        settle(r, end ? DESK_DONE : DESK_REFUSED, text_of(""), end ? "" : "its end came before its source took it");
        return;
    }
    comment_make(r, s);
    const struct source_order order = {
        .what = is_end(r, s) ? SOURCE_ORDER_UNSILENCE : SOURCE_ORDER_SILENCE,
        .labels = s->labels,
        .by = s->who,
        .comment = text_from(r->comment.data, r->comment.len),
        .remote = s->remote,
        .starts_ms = s->starts_ms,
        .ends_ms = s->ends_ms,
    };
    r->busy = o->options.order(o->options.ctx, s->source, &order, r->look, on_ended, r, &err);
    if (r->busy)
        return;
    if (err.kind != ERR_TRANSIENT && !r->look)
        settle(r, DESK_REFUSED, text_of(""), err.text);
    else
        later(r);
}

static void on_late(void *ctx)
{
    struct desk_ops_order *r = ctx;
    r->answer_timer = 0;
    answer(r, false);
}

static struct desk_ops_order *order_new(struct desk_ops *o, int64_t seq, bool look)
{
    struct desk_ops_order *r = mem_new(1, sizeof *r);
    *r = (struct desk_ops_order){
        .ops = o, .next = o->orders, .seq = seq, .look = look, .wait_ms = LOOK_MS, .comment = buf_make(COMMENT_MAX)};
    o->orders = r;
    return r;
}

void desk_ops_peer_start(struct desk_ops *o, int64_t seq, const struct serve_call *call)
{
    struct desk_ops_order *r = order_new(o, seq, false);
    r->wanted = call != NULL;
    if (call) {
        r->call = *call;
        r->answer_timer = loop_timer(o->options.loop, ANSWER_MS, on_late, r);
    }
    attempt(r);
}

static bool resume(void *ctx, const struct desk_silence *s)
{
    struct desk_ops *o = ctx;
    int64_t seq = desk_outcome_is_open(s->outcome) ? s->seq : desk_outcome_is_open(s->end_outcome) ? s->end_seq : 0;
    if (seq > 0) {
        struct desk_ops_order *r = order_new(o, seq, true);
        r->told_unknown = true;
        r->timer = loop_timer(o->options.loop, RESUME_MS, attempt, r);
    }
    return true;
}

void desk_ops_peer_resume(struct desk_ops *o)
{
    desk_silences(o->desk, resume, o);
}

void desk_ops_peer_free(struct desk_ops *o)
{
    while (o->orders) {
        struct desk_ops_order *r = o->orders;
        o->orders = r->next;
        release(r);
    }
}
