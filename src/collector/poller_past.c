#include "base/log.h"
#include "collector/poller_private.h"

/* What a source tells of the past: once, into an empty cache, or after a gap, as answers to requests marked `past`. */

struct past {
    struct poller *p;
    struct err *err;
};

static bool past_sample(void *ctx, enum kind kind, struct safe_text id, int field, int64_t at_ms, double value)
{
    const struct past *past = ctx;
    const char *source = kind_info(kind)->told_by ? WEAVE_SOURCE : past->p->name;
    return store_sample_put(past->p->world->store, source, kind, id, field, at_ms, value, past->err);
}

bool poller_backfill(struct poller *p, struct err *err)
{
    struct past past = {.p = p, .err = err};
    if (!p->config->driver->backfill)
        return true;
    return store_begin(p->world->store, err) &&
           p->config->driver->backfill(p->inst, clock_now(p->world->clock), past_sample, &past, err) &&
           store_end(p->world->store, err);
}

static bool is_gap(const struct poller *p)
{
    return clock_boot_ms() - p->answered_boot_ms > poller_patience_ms(p);
}

void poller_past_resume(struct poller *p)
{
    int64_t last_ms = p->gap_ms ? p->gap_ms : p->answered_ms;
    if (!p->config->driver->resume || !p->named || (p->resumed && !p->gap_ms && !is_gap(p)))
        return;
    p->config->driver->resume(p->inst, last_ms ? last_ms : store_observed_ms(p->world->store, p->name));
    p->resumed = true;
    p->gap_ms = 0;
    p->answered_boot_ms = clock_boot_ms(); /* what comes next is no gap once more */
}

void poller_past_answered(struct poller *p)
{
    if (p->resumed && p->answered_ms && !p->gap_ms && is_gap(p))
        p->gap_ms = p->answered_ms;
    p->answered_ms = clock_now(p->world->clock).utc_ms;
    p->answered_boot_ms = clock_boot_ms();
}

static bool past_told(void *ctx, enum kind kind, struct safe_text id, int field, int64_t at_ms, double value)
{
    const struct poller *p = ctx;
    return !p->world->past || p->world->past(p->world->ctx, p->name, kind, id, field, at_ms, value);
}

bool poller_past_element(struct poller *p, const struct json *element, struct err *err)
{
    const struct source_request *r = p->requests[p->at];
    return p->config->driver->decode_past(p->inst, r, element, past_told, p, err);
}

void poller_past_failed(struct poller *p, const struct err *err)
{
    struct err told = *err;
    if (p->past_failed)
        return;
    p->past_failed = true;
    err_prefix(&told, "%s: %s", p->name, p->requests[p->at]->what);
    log_err(LOG_WARN, &told);
}
