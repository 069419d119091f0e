#include "io/backoff.h"

enum {
    BACKOFF_MOST_INTERVALS = 2,
    BACKOFF_BREAKER_FAILURES = 5,
    BACKOFF_LEAST_MS = 500,
    BACKOFF_SPREAD_MS = 2000,
    BACKOFF_RETRY_MOST_MS = 60 * 60 * 1000 /* a slip of the peer's must not silence it for a year */
};

void backoff_success(struct backoff *b, int64_t now_ms, int64_t interval_ms)
{
    *b = (struct backoff){.not_before_ms = now_ms + interval_ms};
}

/* A poll that fails asks one thing, where one that goes well asks five: waiting longer would spare the peer little and keep a cluster that
 * is back from the screen. */
static int64_t ceiling_ms(int failures, int64_t interval_ms)
{
    return failures > 1 ? BACKOFF_MOST_INTERVALS * interval_ms : interval_ms;
}

void backoff_failure(struct backoff *b, int64_t now_ms, int64_t interval_ms, int64_t retry_after_ms, double chance)
{
    b->failures++;
    b->open = b->failures >= BACKOFF_BREAKER_FAILURES;
    int64_t wait_ms = (int64_t)((double)ceiling_ms(b->failures, interval_ms) * chance);
    if (wait_ms < BACKOFF_LEAST_MS)
        wait_ms = BACKOFF_LEAST_MS;
    b->not_before_ms = now_ms + wait_ms;
    b->peer_before_ms = 0;
    backoff_spare(b, now_ms, retry_after_ms);
}

void backoff_spare(struct backoff *b, int64_t now_ms, int64_t retry_after_ms)
{
    if (retry_after_ms <= 0)
        return;
    b->peer_before_ms = now_ms + (retry_after_ms < BACKOFF_RETRY_MOST_MS ? retry_after_ms : BACKOFF_RETRY_MOST_MS);
    if (b->not_before_ms < b->peer_before_ms)
        b->not_before_ms = b->peer_before_ms;
}

int64_t backoff_wait_ms(const struct backoff *b, int64_t now_ms)
{
    return b->not_before_ms > now_ms ? b->not_before_ms - now_ms : 0;
}

int64_t backoff_first_ms(int64_t interval_ms, double chance)
{
    int64_t most_ms = interval_ms < BACKOFF_SPREAD_MS ? interval_ms : BACKOFF_SPREAD_MS;
    return (int64_t)((double)most_ms * chance);
}
