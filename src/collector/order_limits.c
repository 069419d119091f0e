#include "collector/order_limits.h"

#include <string.h>

#include "base/buf.h"
#include "base/json.h"
#include "base/log.h"
#include "store/journal.h"

enum { BODY_MAX = 16 << 10 };

#define OP "limits"

static bool is_preset(double a, double b)
{
    return !(a < b) && !(a > b);
}

/* How many are not the presets. */
static size_t write_body(const struct plan_limits *limits, struct buf *out)
{
    const struct plan_limits preset = plan_limits_preset();
    struct json_writer w = json_writer_make(out);
    size_t n = 0;
    json_open_object(&w);
    for (const struct plan_limits_info *i = plan_limits_table; i->name; i++) {
        double is = plan_limits_at(limits, i), was = plan_limits_at(&preset, i);
        if (is_preset(is, was))
            continue;
        n++;
        json_put_key(&w, i->name);
        json_open_object(&w);
        json_put_key(&w, "is");
        json_put_real(&w, is);
        json_put_key(&w, "preset");
        json_put_real(&w, was);
        json_close_object(&w);
    }
    json_close_object(&w);
    return n;
}

struct last {
    struct buf body;
    bool found;
};

static bool take(void *ctx, const struct journal_entry *e, struct err *err)
{
    struct last *l = ctx;
    (void)err;
    if (!text_is(e->op, OP))
        return true;
    l->found = true;
    text_copy(&l->body, e->body);
    return false;
}

static bool on_record(struct store *store, const struct buf *body)
{
    struct last l = {.body = buf_make(BODY_MAX)};
    struct err err = {0};
    journal_each_back(store, INT64_MAX, take, &l, &err);
    bool same = l.found && l.body.len == body->len && memcmp(l.body.data, body->data, body->len) == 0;
    buf_release(&l.body);
    return same;
}

void order_limits_note(struct store *store, const struct clock *clock, const struct plan_limits *limits)
{
    struct buf body = buf_make(BODY_MAX);
    struct err err = {0};
    struct journal_entry e = {.at_ms = clock_now(clock).utc_ms, .uid = -1, .who = text_of("hubtop"), .op = text_of(OP)};
    if (store_orders_possible(store, &err) && write_body(limits, &body) > 0 && !on_record(store, &body)) {
        e.body = text_from(buf_str(&body), body.len);
        if (journal_append(store, &e, &err) == JOURNAL_FAILED)
            log_err(LOG_ERROR, &err);
    }
    buf_release(&body);
}
