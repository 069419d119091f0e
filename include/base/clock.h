#ifndef HUBTOP_BASE_CLOCK_H
#define HUBTOP_BASE_CLOCK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

/* A moment: UTC in milliseconds since 1970 for people and storage, and CLOCK_BOOTTIME in milliseconds for ages (a step
 * of the wall clock changes no age). */
struct instant {
    int64_t utc_ms;
    int64_t boot_ms;
};

/* The clock of a process, made once by the wiring and passed as an argument. `{0}` is the real clock. `--now` fixes the
 * start, `--speed` the pace (0 with --once: it stands still). */
struct clock {
    bool simulated;
    int64_t start_utc_ms; /* what utc was at start_boot_ms */
    int64_t start_boot_ms;
    double speed;
    int64_t lead_ms; /* what boot_ms was at start_boot_ms, less that: it has been faster than time before */
};

/* The clock that starts at `utc_ms` now and runs at `speed` (1 = real pace, 0 = stands still). */
struct clock clock_simulated(int64_t utc_ms, double speed);
/* Has a simulated clock run at another pace from now on; nothing jumps. The real one has no pace. */
void clock_pace(struct clock *clock, double speed);
/* The moment on that clock. On a simulated one *both* parts run at its pace, from the start: utc by `speed`
 * milliseconds a real one, and boot_ms with it, so that ages stay differences of utc. Timers therefore take
 * clock_boot_ms() and clock_mono_us(). */
struct instant clock_now(const struct clock *clock);

/* CLOCK_BOOTTIME in milliseconds and CLOCK_MONOTONIC in microseconds, whatever the simulated clock says: for timers. */
int64_t clock_boot_ms(void);
int64_t clock_mono_us(void);

/* The kernel's boot id as 36 characters (a boot_ms of another boot cannot be compared); "unknown" where there
 * is none. */
const char *clock_boot_id(void);

enum { CLOCK_TEXT_MAX = 40 };
/* "2026-11-21T03:12:07Z", rounded down to whole seconds. */
const char *clock_iso(int64_t utc_ms, char out[CLOCK_TEXT_MAX]);
/* "03:12:07" in local time (TZ, read at the first use: that comes before confinement), and the zone's short name
 * ("CST"). */
const char *clock_local_hms(int64_t utc_ms, char out[CLOCK_TEXT_MAX]);
const char *clock_zone(int64_t utc_ms, char out[CLOCK_TEXT_MAX]);
/* Local time less UTC at that moment, in milliseconds. */
int64_t clock_zone_ms(int64_t utc_ms);
/* An age in the shortest usual form: "2s", "47s", "14m", "3h", "2d"; "-" for a negative one. */
const char *clock_age(int64_t age_ms, char out[CLOCK_TEXT_MAX]);

/* Reads "2026-11-21T02:58:11Z" (also with an offset or fractions). False with ERR_INPUT. */
bool clock_parse_iso(const char *text, int64_t *utc_ms, struct err *err);
/* Reads TIME of interfaces.md: "02:58" or "02:58:11" (the last such local time that is not after now), ISO 8601,
 * "-15m", "-2h30m".
 * "@ID" is the caller's business. ERR_INPUT names the forms. */
bool clock_parse_time(const char *text, int64_t now_utc_ms, int64_t *utc_ms, struct err *err);
/* Reads a duration "90", "90s", "15m", "2h30m", "1d" into milliseconds. */
bool clock_parse_duration(const char *text, int64_t *ms, struct err *err);

#endif
