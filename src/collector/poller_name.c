#include <stdio.h>
#include <string.h>

#include "base/hash.h"
#include "base/log.h"
#include "collector/poller_private.h"

/* --- an instance of the driver --- */

bool poller_instance_open(struct poller *p, struct err *err)
{
    const struct collector_source *c = p->config;
    const struct source_settings settings = {
        .name = p->name,
        .scheduler = weave_scheduler(p->world->weave, c->scheduler ? c->scheduler : p->name),
        .url = c->url,
        .user = c->user,
        .token = p->token,
        .interval_ms = c->interval_ms,
        .config = c->config,
        .query = c->query,
        .query_ctx = c->query_ctx,
    };
    if (p->inst)
        c->driver->close(p->inst);
    p->inst = c->driver->open(&settings, err);
    p->resumed = false;
    return p->inst != NULL;
}

/* A collector that is started again knows from the cache when the source last answered: a restart of ours is no news of it. */
static void state_remember(struct poller *p)
{
    int64_t last_ms = store_observed_ms(p->world->store, p->name);
    int64_t age_ms = clock_now(p->world->clock).utc_ms - last_ms;
    p->tally.last_ok_ms = last_ms;
    p->last_ok_boot_ms = clock_boot_ms() - (age_ms > 0 ? age_ms : 0);
    p->state = last_ms == 0 ? SOURCE_OFFLINE : age_ms <= 3 * p->config->interval_ms ? SOURCE_LIVE : SOURCE_STALE;
}

int64_t poller_interval_ms(const struct poller *p)
{
    const struct clock *clock = p->world->clock;
    double speed = clock->simulated && clock->speed > 0 ? clock->speed : 1;
    return (int64_t)((double)p->config->interval_ms * speed);
}

void poller_pace(struct poller *p)
{
    struct err err = {0};
    p->ingest.interval_ms = poller_interval_ms(p);
    p->version++;
    if (!store_interval_set(p->world->store, p->name, p->ingest.interval_ms, &err))
        log_err(LOG_WARN, &err);
}

/* The name is known: everything that it stands in begins anew. */
static bool name_take(struct poller *p, const char *name, struct err *err)
{
    snprintf(p->name, sizeof p->name, "%s", name);
    for (int n = 2; n < 1000 && p->world->name_taken(p->world->ctx, p->name, p); n++)
        snprintf(p->name, sizeof p->name, "%.*s-%d", POLLER_NAME_MAX - 16, name, n);
    p->named = true;
    p->usual_ms = poller_interval_ms(p);
    p->news = POLLER_RENAMED;
    ingest_release(&p->ingest);
    ingest_init(&p->ingest, p->world->store, p->world->apply, p->world->weave, p->world->watch, p->name,
                poller_interval_ms(p));
    p->ingest.jobs_stay = p->config->driver->jobs_stay;
    weave_source(p->world->weave, p->name);
    p->version++;
    state_remember(p);
    return store_interval_set(p->world->store, p->name, poller_interval_ms(p), err) && poller_instance_open(p, err);
}

/* A URL of any length fits. */
static void pin_key(const struct poller *p, char out[POLLER_KEY_MAX])
{
    char hex[65];
    const char *pin = p->config->pin ? p->config->pin : p->config->url;
    hash_sha256_hex(pin, strlen(pin), hex);
    snprintf(out, POLLER_KEY_MAX, "name:%s", hex);
}

bool poller_name_first(struct poller *p, struct err *err)
{
    char key[POLLER_KEY_MAX];
    struct buf pinned = buf_make(POLLER_NAME_MAX);
    pin_key(p, key);
    const char *name = p->config->name;
    if (!name && store_note_get(p->world->store, key, &pinned, NULL) && pinned.len > 0)
        name = buf_str(&pinned);
    bool known = name || !p->config->driver->peer_name;
    bool ok = name_take(p, name ? name : p->config->provisional, err);
    p->named = known;
    buf_release(&pinned);
    return ok;
}

bool poller_name_learn(struct poller *p)
{
    char key[POLLER_KEY_MAX];
    const char *peer = p->config->driver->peer_name(p->inst);
    bool last = p->at + 1 >= p->request_count;
    if (!peer && !last)
        return false;
    char name[POLLER_NAME_MAX];
    snprintf(name, sizeof name, "%s", peer ? peer : p->config->provisional);
    struct err err = {0};
    if (!name_take(p, name, &err))
        p->failure = err;
    pin_key(p, key);
    if (peer && !store_note_set(p->world->store, key, p->name, &err))
        log_err(LOG_WARN, &err);
    return true;
}
