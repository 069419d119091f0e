#ifndef HUBTOP_COLLECTOR_INGEST_H
#define HUBTOP_COLLECTOR_INGEST_H

#include <stdbool.h>

#include "collector/apply.h"
#include "collector/watch.h"
#include "collector/weave.h"
#include "domain/derive.h"
#include "sources/source.h"
#include "store/store.h"

/* The way of one source's facts into the store: what is listed (jobs, nodes …) goes to a batch as it comes, what is
 * counted or described (queues, users, schedulers) through derive, what several sources may tell of (schedulers, clusters,
 * links, racks …) into the weave, alerts into the alert book (whole answers alone). */
struct ingest {
    struct store *store;
    struct apply *apply;
    struct weave *weave;
    struct watch *watch;
    const char *source;
    struct derive *derive;
    bool derived; /* what an earlier process left of counted rows is closed */
    int64_t interval_ms;
    bool jobs_stay; /* see struct source_driver; set after ingest_init() */
    /* Of the body that is being read: */
    struct store_batch *batches[KIND_COUNT];
    bool covered[KIND_COUNT];
    int64_t rows;
    int64_t every_ms;         /* how often such a body comes; 0: with each poll. Set before ingest_begin() */
    int64_t age_ms;           /* how long ago it was observed; set before its end */
    int64_t told[KIND_COUNT]; /* rows of each kind; -1: it tells nothing of that kind */
    /* Of batches on their way: */
    size_t pending;
    struct err failure;
    void (*settled)(void *ctx, const struct err *failure);
    void *ctx;
};

void ingest_init(struct ingest *in, struct store *store, struct apply *apply, struct weave *weave, struct watch *watch,
                 const char *source, int64_t interval_ms);
void ingest_release(struct ingest *in);

/* A body that covers these kinds begins. */
bool ingest_begin(struct ingest *in, const enum kind *covers, struct err *err);
/* A source_sink: takes a fact; `ctx` is the ingest. */
bool ingest_fact(void *ctx, const struct row *fact, struct err *err);
/* The body was cut or made no sense: nothing of it is seen. */
void ingest_drop(struct ingest *in);
/* The body ended well: its batches go to the store; `settled` is called once all are in, or with the first failure. */
void ingest_end(struct ingest *in, struct instant now, void (*settled)(void *ctx, const struct err *failure),
                void *ctx);
/* The source says that nothing changed of these kinds since its last answer: they are observed anew. */
bool ingest_unchanged(struct ingest *in, const enum kind *covers, struct instant now, struct err *err);
/* The poll ended well: what is counted goes to the store. Calls `settled` like ingest_end(). */
void ingest_derive(struct ingest *in, struct instant now, void (*settled)(void *ctx, const struct err *failure),
                   void *ctx);

#endif
