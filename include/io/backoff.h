#ifndef HUBTOP_IO_BACKOFF_H
#define HUBTOP_IO_BACKOFF_H

#include <stdbool.h>
#include <stdint.h>

/* When to ask a peer again: pure; time and chance are arguments. Full jitter ("Exponential Backoff And Jitter", AWS Architecture Blog
 * 2015) below one interval after the first failure and below two after the next ones: a peer that is back is seen within two polls. Retry-After is a lower bound, and after 5
 * failures in a row the breaker lets one probe through at a time. */
struct backoff {
    int failures;           /* in a row */
    int64_t not_before_ms;  /* boot clock; 0: at once */
    int64_t peer_before_ms; /* the part of it that the peer asked for (Retry-After); 0: nothing */
    bool open;              /* the breaker */
};

/* The poll ended at `now_ms` (boot clock). `interval_ms` is counted from this end. `chance` is uniform in [0, 1). */
void backoff_success(struct backoff *b, int64_t now_ms, int64_t interval_ms);
void backoff_failure(struct backoff *b, int64_t now_ms, int64_t interval_ms, int64_t retry_after_ms, double chance);
/* A peer that answered well otherwise asked for a pause (Retry-After; below 0: it did not): obeyed, no failure. */
void backoff_spare(struct backoff *b, int64_t now_ms, int64_t retry_after_ms);
/* Milliseconds until the next poll may start. */
int64_t backoff_wait_ms(const struct backoff *b, int64_t now_ms);
/* The first poll's delay: spread over at most 2 s, so that 200 sources do not start in one instant. */
int64_t backoff_first_ms(int64_t interval_ms, double chance);

#endif
