#ifndef HUBTOP_IO_LOOP_H
#define HUBTOP_IO_LOOP_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"

/* The one loop of a process: descriptors (epoll), timers, signals, and work in slices. Everything runs in its one
 * thread. */

struct loop;
struct loop *loop_new(struct err *err);
void loop_free(struct loop *l);

/* Runs until loop_stop(); false with err set when waiting itself fails. A stop that was asked for before ends the run at
 * once; the run uses the stop up, so that the loop can run again. Not to be called or freed from a handler. */
bool loop_run(struct loop *l, struct err *err);
void loop_stop(struct loop *l);
bool loop_stopping(const struct loop *l);

enum { LOOP_READ = 1, LOOP_WRITE = 2, LOOP_HANGUP = 4 };

/* Watches a descriptor; replaces an earlier watch of it; events 0 removes it. The handler may change or remove any
 * watch. The descriptor stays the caller's, who removes the watch before closing it. */
typedef void loop_fd_handler(void *ctx, int fd, int events);
bool loop_fd(struct loop *l, int fd, int events, loop_fd_handler *handler, void *ctx, struct err *err);
/* Removes a watch that will soon be there again: the descriptor stays with epoll until it speaks, so that the same watch costs no
 * system call. Nothing is called meanwhile. Whoever closes it removes the watch first, as of any other. */
void loop_fd_pause(struct loop *l, int fd);

/* Calls the handler once after `delay_ms` (CLOCK_BOOTTIME, so that a suspended laptop's timers are due at once). Timers
 * due within 10 ms of each other wake the loop once. Returns an id > 0; loop_timer_cancel() of an id that has run is
 * harmless. */
typedef void loop_timer_handler(void *ctx);
int64_t loop_timer(struct loop *l, int64_t delay_ms, loop_timer_handler *handler, void *ctx);
void loop_timer_cancel(struct loop *l, int64_t id);

/* Work in slices: called between events while it returns true; each call takes at most a few milliseconds. Several
 * tasks take turns. */
typedef bool loop_task_handler(void *ctx);
int64_t loop_task(struct loop *l, loop_task_handler *handler, void *ctx);
void loop_task_cancel(struct loop *l, int64_t id);

/* A signal as an event (signalfd): blocked for the process from now on. */
typedef void loop_signal_handler(void *ctx, int signal_number);
bool loop_signal(struct loop *l, int signal_number, loop_signal_handler *handler, void *ctx, struct err *err);

/* Wake-ups and the longest handler so far in microseconds, for `doctor` and tests. */
uint64_t loop_wakeups(const struct loop *l);
int64_t loop_longest_us(const struct loop *l);
/* Forgets the longest handler: the next reading is of what comes. */
void loop_longest_reset(struct loop *l);

#endif
