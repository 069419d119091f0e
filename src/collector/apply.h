#ifndef HUBTOP_COLLECTOR_APPLY_H
#define HUBTOP_COLLECTOR_APPLY_H

#include "base/clock.h"
#include "io/loop.h"
#include "store/store.h"

/* Batches wait here and are applied one after the other, in slices: the store has one transaction at a time. Those that wait
 * together share it. */
struct apply;

struct apply *apply_new(struct loop *loop);
void apply_free(struct apply *a); /* what waits is dropped, what is applied is committed; nobody is called */

/* Called when a batch is in the store, or failed (`err` set; nothing of it is seen). */
typedef void apply_done(void *ctx, const struct store_result *result, const struct err *err);

/* Called when the cache turned out to be damaged: the store must be closed, and sets it aside when it is opened again. */
typedef void apply_broken(void *ctx, const struct err *err);
void apply_broken_set(struct apply *a, apply_broken *broken, void *ctx);

/* Takes the batch over; `kind` is what it is of, `now` when its body ended. */
void apply_put(struct apply *a, struct store_batch *batch, enum kind kind, struct instant now, apply_done *done,
               void *ctx);

/* Calls `done` once all that waits now is in the store. */
void apply_after(struct apply *a, apply_done *done, void *ctx);

/* What is about to be written without a batch (a touch) joins the transaction of the batches that wait, or waits for the
 * next turn of the loop to be committed. */
void apply_join(struct apply *a, struct store *s);

/* Forgets the calls of `ctx`: its batches are still applied. */
void apply_forget(struct apply *a, const void *ctx);

size_t apply_waiting(const struct apply *a); /* batches, and a transaction that is not committed yet */

/* For how long nothing could be recorded (the disk is full, it fails); 0: what came last was. */
int64_t apply_failing_ms(const struct apply *a);

/* The kinds that were written since the last call, as KIND_BIT()s. A long batch is committed in parts: its kind is
 * among them from the first part to the last. */
uint64_t apply_take_kinds(struct apply *a);

#endif
