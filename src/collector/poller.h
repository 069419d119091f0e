#ifndef HUBTOP_COLLECTOR_POLLER_H
#define HUBTOP_COLLECTOR_POLLER_H

#include "collector/collector.h"
#include "collector/ingest.h"
#include "domain/state.h"
#include "io/backoff.h"
#include "io/http.h"
#include "io/loop.h"

/* What all pollers share. */
struct poller_world {
    struct loop *loop;
    struct http *http; /* NULL when no source needs the network */
    struct store *store;
    struct apply *apply;
    struct weave *weave;
    struct watch *watch;
    struct launcher *launcher;
    const struct clock *clock;
    double (*chance)(void); /* uniform in [0, 1) */
    bool once;              /* one poll of each source */
    void (*report)(void *ctx, const struct collector_report *report);
    void (*ended)(void *ctx, const char *source); /* a poll ended, well or not, and is in the store */
    bool (*name_taken)(void *ctx, const char *name, const void *by);
    /* A sample of the past that a source told, under the id that the source has for the object; false: it could not be
     * kept. NULL: such samples are dropped. */
    bool (*past)(void *ctx, const char *source, enum kind kind, struct safe_text id, int field, int64_t at_ms,
                 double value);
    void *ctx;
};

/* One source: polls it, one request at a time, and keeps its row of the sources view. */
struct poller;
struct poller *poller_new(const struct poller_world *world, const struct collector_source *config, struct err *err);
void poller_free(struct poller *p);

/* Puts what the source can tell of the past into the store. True when it can tell nothing. */
bool poller_backfill(struct poller *p, struct err *err);

void poller_start(struct poller *p); /* the first poll, spread */
/* Unless one is under way, ended within the last second, or the peer asked for a pause. */
void poller_poll_now(struct poller *p);

const char *poller_name(const struct poller *p);
bool poller_is_live(const struct poller *p);
bool poller_is_polling(const struct poller *p);
bool poller_ended_once(const struct poller *p);
const struct err *poller_failure(const struct poller *p); /* of the last poll; NULL: it went well */

/* What became of an order: err and the peer's words where it was not done; `said` lives during the call. */
typedef void poller_ordered(void *ctx, enum source_order_end end, const struct source_ordered *said,
                            const struct err *err);
/* Gives the peer an order on a connection of its own, or (`look`) asks what became of it; `ended` is called later, never from within. `order` is copied but for its texts,
 * which outlive the call of `ended`. False with err when it cannot be given now: nothing was sent. */
bool poller_order(struct poller *p, const struct source_order *order, bool look, poller_ordered *ended, void *ctx,
                  struct err *err);
/* Whether the peer takes that order, by its driver and its settings; false with err: why not. */
bool poller_takes_order(const struct poller *p, enum source_order_what what, struct err *err);
/* Whether it can be given as things are; nothing is sent: see struct source_driver. */
bool poller_can_order(struct poller *p, const struct source_order *order, struct err *err);
/* Whether that job is moved by the peers themselves, and what they call `to` then: see struct source_driver. */
bool poller_moves(struct poller *p, struct safe_text job, const struct poller *to, struct buf *name, struct err *err);
/* What an order of that kind leaves wanting though it is done, appended as a sentence. */
void poller_order_lacks(struct poller *p, enum source_order_what what, struct buf *out);
/* How long, in ms, the peer may take to save what it did; 0: it does so before it answers. */
int64_t poller_saves_ms(const struct poller *p);

/* Its row for the sources view, texts valid until the poller changes. */
void poller_row(struct poller *p, struct row *row);
/* A number that changes when the row's state or error does. */
unsigned poller_version(const struct poller *p);
/* What is new in its row since this was asked last; RENAMED: and its id is another one. */
enum poller_news { POLLER_NOTHING, POLLER_CHANGED, POLLER_RENAMED };
enum poller_news poller_take_news(struct poller *p);
/* Looks whether time alone made it stale. */
void poller_tick(struct poller *p);

#endif
