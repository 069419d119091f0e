#include <stddef.h>
#include <stdlib.h>

#include "base/log.h"
#include "base/mem.h"
#include "executor_private.h"

/* Orders as they stand in actions.db. */

enum { RUN_BODY_MAX = 64 << 10, ENTRY_MAX = 64 << 10 };

#define WHO "hubtop"

static struct safe_text text_in(const struct buf *b)
{
    return text_from(buf_str(b), b->len);
}

/* --- what is written --- */

static void put(struct json_writer *w, const char *key, struct safe_text value)
{
    json_put_key(w, key);
    json_put_text(w, value);
}

static bool write_body(const struct executor_run *r, struct buf *out, struct err *err)
{
    struct json_writer w = json_writer_make(out);
    json_open_object(&w);
    put(&w, "action", r->action);
    put(&w, "hash", r->hash);
    put(&w, "noted", r->noted);
    put(&w, "plan", r->plan);
    put(&w, "reason", r->reason);
    put(&w, "ref", r->ref);
    put(&w, "undo_of", r->undo_of);
    put(&w, "why", r->why);
    json_close_object(&w);
    if (w.err.kind != ERR_NONE)
        *err = w.err;
    return w.err.kind == ERR_NONE;
}

/* What an entry says of actions: who looks through the journal sees each step. */
static bool write_entry(const struct executor_run *r, struct executor_item *const *items, size_t n, struct buf *out,
                        struct err *err)
{
    char id[ORDER_ID_MAX];
    struct json_writer w = json_writer_make(out);
    json_open_object(&w);
    json_put_key(&w, "actions");
    json_open_array(&w);
    for (size_t k = 0; k < n; k++) {
        json_open_object(&w);
        put(&w, "id", text_of(order_id(&items[k]->o, id)));
        put(&w, "result", items[k]->o.result);
        put(&w, "state", text_of(order_state_word(items[k]->o.state)));
        put(&w, "step", text_of(executor_step_word(items[k])));
        put(&w, "target", items[k]->o.target);
        json_close_object(&w);
    }
    json_close_array(&w);
    put(&w, "order", text_of(order_nr_id(r->nr, id)));
    put(&w, "state", text_of(executor_run_word(r->state)));
    json_close_object(&w);
    if (w.err.kind != ERR_NONE)
        *err = w.err;
    return w.err.kind == ERR_NONE;
}

const char *executor_step_word(const struct executor_item *i)
{
    return i->o.step < i->a->step_count && !order_state_ended(i->o.state) ? executor_step_of(i)->word : "";
}

/* --- writing --- */

struct written {
    struct buf run, *bodies;
    struct orders_item *items;
    size_t n;
};

static bool write_items(struct written *w, struct executor_item *const *items, size_t n, struct err *err)
{
    bool ok = true;
    w->bodies = mem_new(n + 1, sizeof *w->bodies);
    w->items = mem_new(n + 1, sizeof *w->items);
    for (w->n = 0; ok && w->n < n; w->n++) {
        struct order *o = &items[w->n]->o;
        o->step_word = text_of(executor_step_word(items[w->n]));
        w->bodies[w->n] = buf_make(ORDER_BODY_MAX);
        ok = order_write(o, &w->bodies[w->n], err);
        w->items[w->n] =
            (struct orders_item){o->nr, o->item, text_of(order_state_word(o->state)), text_in(&w->bodies[w->n])};
    }
    return ok;
}

static void written_release(struct written *w)
{
    for (size_t k = 0; k < w->n; k++)
        buf_release(&w->bodies[k]);
    free(w->bodies);
    free(w->items);
    buf_release(&w->run);
}

/* Nothing of it will follow. */
static bool run_ended(const struct executor_run *r)
{
    bool open = false;
    for (size_t k = 0; r->state == EXECUTOR_STOPPED && k < r->count && !open; k++)
        open = !order_state_ended(r->items[k]->o.state);
    return !open && r->state != EXECUTOR_RUNNING && r->state != EXECUTOR_PAUSED && r->state != EXECUTOR_PROPOSED;
}

static struct orders_run run_of(const struct executor_run *r, const struct buf *body)
{
    return (struct orders_run){.nr = r->nr,
                               .at_ms = r->at_ms,
                               .uid = r->uid,
                               .who = r->who,
                               .state = text_of(executor_run_word(r->state)),
                               .body = text_in(body),
                               .ended = run_ended(r)};
}

enum journal_step executor_write_run(struct executor_run *r, struct journal_entry *e,
                                     struct executor_item *const *items, size_t n, struct err *err)
{
    struct written w = {.run = buf_make(RUN_BODY_MAX)};
    enum journal_step step = JOURNAL_FAILED;
    if (write_items(&w, items, n, err) && write_body(r, &w.run, err)) {
        struct orders_run run = run_of(r, &w.run);
        struct store *s = r->x->options.store;
        step = r->seq == 0 ? orders_add(s, e, &run, w.items, n, err) : orders_update(s, e, &run, w.items, n, err);
        if (step == JOURNAL_DONE && r->seq == 0)
            r->seq = run.seq;
    }
    written_release(&w);
    return step;
}

bool executor_write_staged(struct executor_run *r, struct executor_item *const *items, size_t n, struct err *err)
{
    struct written w = {.run = buf_make(RUN_BODY_MAX)};
    bool ok = write_items(&w, items, n, err) && orders_stage(r->x->options.store, w.items, n, err);
    written_release(&w);
    return ok;
}

bool executor_write_item(struct executor_item *i, bool run, struct err *err)
{
    struct buf body = buf_make(ENTRY_MAX);
    struct executor_item *const items[] = {i};
    struct executor_run *r = i->run;
    struct journal_entry e = {
        .at_ms = clock_now(i->x->options.clock).utc_ms, .uid = -1, .who = text_of(WHO), .op = text_of("order_step")};
    struct written w = {.run = buf_make(RUN_BODY_MAX)};
    bool ok = write_entry(r, items, 1, &body, err) && write_items(&w, items, 1, err);
    if (ok && run)
        ok = write_body(r, &w.run, err);
    e.body = text_in(&body);
    const struct orders_run state = run_of(r, &w.run);
    ok = ok && orders_update(i->x->options.store, &e, run ? &state : NULL, w.items, 1, err) == JOURNAL_DONE;
    written_release(&w);
    buf_release(&body);
    return ok;
}

bool executor_write_state(struct executor_run *r, struct err *err)
{
    struct buf body = buf_make(ENTRY_MAX);
    struct journal_entry e = {
        .at_ms = clock_now(r->x->options.clock).utc_ms, .uid = -1, .who = text_of(WHO), .op = text_of("order_state")};
    bool ok = write_entry(r, NULL, 0, &body, err);
    e.body = text_in(&body);
    ok = ok && executor_write_run(r, &e, r->items, r->unwritten_ms > 0 ? r->count : 0, err) == JOURNAL_DONE;
    buf_release(&body);
    return ok;
}

/* --- reading --- */

static struct json *parse(struct safe_text body, struct err *err)
{
    struct buf text = buf_make(text_len(body) + 1);
    text_copy(&text, body);
    struct json *j = json_parse(buf_str(&text), text.len, JSON_STRICT, err);
    buf_release(&text);
    return j;
}

static bool read_run(void *ctx, const struct orders_run *run, struct err *err)
{
    static const struct {
        const char *key;
        size_t offset;
    } texts[] = {
#define AT(f) {#f, offsetof(struct executor_run, f)}
        AT(action), AT(hash), AT(noted), AT(plan), AT(reason), AT(ref), AT(undo_of), AT(why),
#undef AT
    };
    struct executor *x = ctx;
    struct executor_run *r = mem_new(1, sizeof *r);
    struct json *j = parse(run->body, err);
    struct safe_text t;
    *r = (struct executor_run){
        .x = x, .next = x->runs, .nr = run->nr, .seq = run->seq, .at_ms = run->at_ms, .uid = run->uid};
    r->state = executor_run_state_of(run->state);
    r->who = rows_text(&r->arena, run->who);
    for (size_t k = 0; k < sizeof texts / sizeof *texts; k++) {
        if (json_text(json_get(j, texts[k].key), &t))
            *(struct safe_text *)(void *)((char *)r + texts[k].offset) = rows_text(&r->arena, t);
    }
    json_free(j);
    x->runs = r;
    return true;
}

static struct executor_run *run_by_nr(struct executor *x, int64_t nr)
{
    struct executor_run *r = x->runs;
    while (r && r->nr != nr)
        r = r->next;
    return r;
}

static bool read_item(void *ctx, const struct orders_item *item, struct err *err)
{
    struct executor *x = ctx;
    struct executor_run *r = run_by_nr(x, item->nr);
    struct err why = {0};
    struct json *j = parse(item->body, &why);
    struct order o;
    (void)err;
    if (r && order_read(j, &o, &why))
        executor_item_add(r, x, &o, &why);
    if (why.kind != ERR_NONE) {
        err_prefix(&why, "action %lld of order %lld is left out", (long long)item->item, (long long)item->nr);
        log_err(LOG_ERROR, &why);
    }
    json_free(j);
    return true;
}

bool executor_write_read(struct executor *x, struct err *err)
{
    return orders_each_run(x->options.store, read_run, x, err) && orders_each(x->options.store, read_item, x, err);
}
