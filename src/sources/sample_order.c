#include "sources/sample_order.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

struct sample_entry {
    char *key, *remote; /* remote: what the order made, "" for nothing */
    int64_t done_ms;    /* when that is said */
};

void sample_order_forget(struct sample_ledger *l)
{
    for (size_t i = 0; i < l->count; i++) {
        free(l->all[i].key);
        free(l->all[i].remote);
    }
    free(l->all);
    *l = (struct sample_ledger){.takes_ms = l->takes_ms};
}

static const struct sample_entry *entry_of(const struct sample_ledger *l, struct safe_text key)
{
    for (size_t i = 0; i < l->count; i++)
        if (text_is(key, l->all[i].key))
            return &l->all[i];
    return NULL;
}

/* False: it is said to be done at once. */
static bool enter(struct sample_ledger *l, struct safe_text key, const char *remote, int64_t now_ms)
{
    if (text_empty(key))
        return false;
    l->all = mem_grow(l->all, l->count + 1, sizeof *l->all);
    l->all[l->count++] = (struct sample_entry){mem_strndup(text_bytes(key), text_len(key)), mem_strdup(remote),
                                               .done_ms = now_ms + l->takes_ms};
    return l->takes_ms > 0;
}

/* --- how it is --- */

static struct safe_text word(const struct row *row, int field)
{
    return value_text_or(&row->cells[field], "");
}

static bool any(struct safe_text t, const char *const words[])
{
    for (size_t i = 0; words[i] != NULL; i++)
        if (text_is(t, words[i]))
            return true;
    return false;
}

static bool job_held(const struct row *job, const struct source_order *o)
{
    (void)o;
    return text_is(word(job, JOB_STATE), "held");
}

static bool job_free(const struct row *job, const struct source_order *o)
{
    return !job_held(job, o);
}

static bool job_over(const struct row *job, const struct source_order *o)
{
    static const char *const live[] = {"waiting", "held", "running", "suspended", NULL};

    (void)o;
    return !any(word(job, JOB_STATE), live);
}

static bool job_priority(const struct row *job, const struct source_order *o)
{
    return value_int_or(&job->cells[JOB_PRIORITY], -1) == o->value;
}

static bool job_limit(const struct row *job, const struct source_order *o)
{
    return value_int_or(&job->cells[JOB_TIME_LIMIT_S], -1) == o->value;
}

static bool node_out(const struct row *node, const struct source_order *o)
{
    static const char *const out[] = {"draining", "drained", NULL};

    (void)o;
    return any(word(node, NODE_STATE), out);
}

static bool node_in(const struct row *node, const struct source_order *o)
{
    static const char *const in[] = {"up", "idle", NULL};

    (void)o;
    return any(word(node, NODE_STATE), in);
}

static bool queue_closed(const struct row *queue, const struct source_order *o)
{
    (void)o;
    return text_is(word(queue, QUEUE_STATE), "drain");
}

static bool queue_open(const struct row *queue, const struct source_order *o)
{
    return !queue_closed(queue, o);
}

static bool transfer_held(const struct row *transfer, const struct source_order *o)
{
    (void)o;
    return text_is(word(transfer, TRANSFER_STATE), "held");
}

static bool transfer_free(const struct row *transfer, const struct source_order *o)
{
    return !transfer_held(transfer, o);
}

static bool site_connected(const struct row *site, const struct source_order *o)
{
    (void)o;
    return text_is(word(site, SITE_MEMBERSHIP), "connected");
}

static bool site_suspended(const struct row *site, const struct source_order *o)
{
    (void)o;
    return text_is(word(site, SITE_MEMBERSHIP), "suspended");
}

static bool reservation_active(const struct row *reservation, const struct source_order *o)
{
    (void)o;
    return text_is(word(reservation, RESERVATION_STATE), "active");
}

static bool reservation_free(const struct row *reservation, const struct source_order *o)
{
    return !reservation_active(reservation, o);
}

/* --- what it takes --- */

static const struct taken {
    enum source_order_what what;
    enum kind kind;
    enum sim_order_kind order;
    bool (*is)(const struct row *row,
               const struct source_order *o); /* as the order wants it; NULL: that cannot be seen */
} taken[] = {
    {SOURCE_ORDER_HOLD, KIND_JOB, SIM_HOLD, job_held},
    {SOURCE_ORDER_RELEASE, KIND_JOB, SIM_RELEASE, job_free},
    {SOURCE_ORDER_CANCEL, KIND_JOB, SIM_CANCEL, job_over},
    {SOURCE_ORDER_PRIORITY, KIND_JOB, SIM_PRIORITY, job_priority},
    {SOURCE_ORDER_LIMIT, KIND_JOB, SIM_LIMIT, job_limit},
    {SOURCE_ORDER_MOVE, KIND_JOB, SIM_MOVE, NULL},
    {SOURCE_ORDER_DRAIN, KIND_NODE, SIM_DRAIN, node_out},
    {SOURCE_ORDER_RESUME, KIND_NODE, SIM_RESUME, node_in},
    {SOURCE_ORDER_DRAIN, KIND_QUEUE, SIM_CLOSE, queue_closed},
    {SOURCE_ORDER_RESUME, KIND_QUEUE, SIM_OPEN, queue_open},
    {SOURCE_ORDER_DRAIN, KIND_SCHEDULER, SIM_CLOSE, queue_closed},
    {SOURCE_ORDER_RESUME, KIND_SCHEDULER, SIM_OPEN, queue_open},
    {SOURCE_ORDER_TRANSFER_HOLD, KIND_TRANSFER, SIM_STAND, transfer_held},
    {SOURCE_ORDER_TRANSFER_RELEASE, KIND_TRANSFER, SIM_FLOW, transfer_free},
    {SOURCE_ORDER_CONNECT, KIND_SITE, SIM_CONNECT, site_connected},
    {SOURCE_ORDER_SUSPEND, KIND_SITE, SIM_SUSPEND, site_suspended},
    {SOURCE_ORDER_ACTIVATE, KIND_RESERVATION, SIM_ACTIVATE, reservation_active},
    {SOURCE_ORDER_RETURN, KIND_RESERVATION, SIM_RETURN, reservation_free},
};

static const struct taken *taken_of(const struct source_order *o)
{
    for (size_t i = 0; i < sizeof taken / sizeof *taken; i++)
        if (taken[i].what == o->what && taken[i].kind == o->kind)
            return &taken[i];
    return NULL;
}

/* An id as the simulator has them; "" for what is none. */
static const char *id_of(struct safe_text id, char out[SIM_ID_MAX])
{
    size_t n = text_len(id);

    out[0] = '\0';
    if (n >= SIM_ID_MAX || memchr(text_bytes(id), 0, n) != NULL)
        return out;
    memcpy(out, text_bytes(id), n);
    out[n] = '\0';
    return out;
}

/* --- looking --- */

static bool take(void *ctx, const struct row *row, struct err *err)
{
    (void)err;
    rows_add(ctx, row);
    return true;
}

static enum source_order_end missing(const struct err *err)
{
    return err->kind == ERR_TRANSIENT ? SOURCE_ORDER_UNKNOWN : SOURCE_ORDER_ABSENT;
}

struct queues {
    struct safe_text scheduler;
    const struct source_order *o;
    const struct taken *t;
    size_t all, as_wanted;
};

static bool count_queue(void *ctx, const struct row *row, struct err *err)
{
    struct queues *q = ctx;

    (void)err;
    if (text_equal(word(row, QUEUE_SCHEDULER), q->scheduler)) {
        q->all++;
        q->as_wanted += q->t->is(row, q->o);
    }
    return true;
}

static enum source_order_end look_scheduler(struct sim *s, const struct taken *t, const struct source_order *o)
{
    struct queues q = {.scheduler = o->target, .o = o, .t = t};

    for (int64_t at = 0; at >= 0;)
        sim_facts(s, KIND_QUEUE, &at, 1000, count_queue, &q, NULL);
    return q.all > 0 && q.as_wanted == q.all ? SOURCE_ORDER_DONE : SOURCE_ORDER_ABSENT;
}

static enum source_order_end look_at(struct sim *s, const struct taken *t, const struct source_order *o,
                                     struct err *err)
{
    char id[SIM_ID_MAX];
    struct rows found = {0};
    enum source_order_end end;

    if (t->is == NULL || o->kind == KIND_SCHEDULER)
        return t->is == NULL ? SOURCE_ORDER_ABSENT : look_scheduler(s, t, o);
    if (!sim_fact(s, o->kind, id_of(o->target, id), take, &found, err))
        end = o->what == SOURCE_ORDER_CANCEL && err->kind == ERR_REFUSED ? SOURCE_ORDER_DONE : missing(err);
    else
        end = t->is(&found.all[0], o) ? SOURCE_ORDER_DONE : SOURCE_ORDER_ABSENT;
    rows_release(&found);
    return end;
}

static enum source_order_end read_job(struct sim *s, const struct source_order *o, struct source_ordered *said,
                                      struct err *err)
{
    char id[SIM_ID_MAX];

    return sim_fact(s, KIND_JOB, id_of(o->target, id), take, &said->jobs, err) ? SOURCE_ORDER_DONE : missing(err);
}

/* --- acting --- */

static enum source_order_end act(struct sim *s, struct sample_ledger *l, const struct taken *t,
                                 const struct source_order *o, struct source_ordered *said, struct err *err)
{
    char target[SIM_ID_MAX], to[SIM_ID_MAX], made[SIM_ID_MAX] = "",
                                             *reason = mem_strndup(text_bytes(o->reason), text_len(o->reason));
    const struct sim_order order = {.kind = t->order,
                                    .target = id_of(o->target, target),
                                    .to = id_of(o->to, to),
                                    .reason = reason,
                                    .value = o->value,
                                    .until_ms = o->ends_ms,
                                    .made = made};
    bool done = sim_apply(s, &order, err);

    free(reason);
    if (!done)
        return err->kind == ERR_TRANSIENT ? SOURCE_ORDER_UNKNOWN : SOURCE_ORDER_REFUSED;
    if (enter(l, o->key, made, sim_now(s)))
        return SOURCE_ORDER_TAKEN;
    buf_puts(&said->remote, made, NULL);
    return SOURCE_ORDER_DONE;
}

enum source_order_end sample_order(struct sim *s, struct sample_ledger *l, const struct source_order *o, bool look,
                                   struct source_ordered *said, struct err *err)
{
    const struct sample_entry *was = entry_of(l, o->key);
    const struct taken *t = taken_of(o);
    struct err own = {0};

    err = err != NULL ? err : &own;
    if (o->what == SOURCE_ORDER_READ)
        return read_job(s, o, said, err);
    if (was != NULL && sim_now(s) < was->done_ms)
        return SOURCE_ORDER_TAKEN;
    if (was != NULL) {
        buf_puts(&said->remote, was->remote, NULL);
        return SOURCE_ORDER_DONE;
    }
    if (t == NULL) {
        err_set(err, ERR_REFUSED, "the simulator has no order '%s' for %s", source_order_word(o->what),
                kind_info(o->kind)->name);
        return SOURCE_ORDER_REFUSED;
    }
    return look ? look_at(s, t, o, err) : act(s, l, t, o, said, err);
}
