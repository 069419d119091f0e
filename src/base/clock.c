#include "base/clock.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#ifdef CLOCK_BOOTTIME
#define AGE_CLOCK CLOCK_BOOTTIME
#else
#define AGE_CLOCK CLOCK_MONOTONIC
#endif

enum { SECOND_MS = 1000, MINUTE_MS = 60 * SECOND_MS, HOUR_MS = 60 * MINUTE_MS, DAY_MS = 24 * HOUR_MS };

/* A century: longer durations are typing errors, and sums of allowed ones cannot overflow. */
static const int64_t DURATION_MAX_MS = INT64_C(36525) * DAY_MS;

/* --- the clocks ------------------------------------------------------------------------------------------------------
 */

static int64_t read_us(clockid_t id)
{
    struct timespec ts = {0};
    clock_gettime(id, &ts);
    return (int64_t)ts.tv_sec * 1000000 + ts.tv_nsec / 1000;
}

int64_t clock_boot_ms(void)
{
    return read_us(AGE_CLOCK) / 1000;
}

int64_t clock_mono_us(void)
{
    return read_us(CLOCK_MONOTONIC);
}

struct clock clock_simulated(int64_t utc_ms, double speed)
{
    return (struct clock){.simulated = true, .start_utc_ms = utc_ms, .start_boot_ms = clock_boot_ms(), .speed = speed};
}

/* What passes on a simulated clock while `elapsed_ms` pass. A pace beyond reason stops at a century a call instead of
 * leaving int64_t; NaN and negative paces stand still. */
static int64_t paced(int64_t elapsed_ms, double speed)
{
    double passed = (double)elapsed_ms * speed;
    if (!(passed > 0))
        return 0;
    return passed < (double)DURATION_MAX_MS ? (int64_t)passed : DURATION_MAX_MS;
}

struct instant clock_now(const struct clock *clock)
{
    int64_t boot_ms = clock_boot_ms();
    if (!clock->simulated)
        return (struct instant){.utc_ms = read_us(CLOCK_REALTIME) / 1000, .boot_ms = boot_ms};
    int64_t passed_ms = paced(boot_ms - clock->start_boot_ms, clock->speed);
    return (struct instant){.utc_ms = clock->start_utc_ms + passed_ms,
                            .boot_ms = clock->start_boot_ms + clock->lead_ms + passed_ms};
}

void clock_pace(struct clock *clock, double speed)
{
    int64_t real_ms = clock_boot_ms();
    if (!clock->simulated)
        return;
    int64_t passed_ms = paced(real_ms - clock->start_boot_ms, clock->speed);
    clock->lead_ms += clock->start_boot_ms + passed_ms - real_ms;
    clock->start_utc_ms += passed_ms;
    clock->start_boot_ms = real_ms;
    clock->speed = speed;
}

const char *clock_boot_id(void)
{
    enum { ID_LEN = 36 };
    static char id[ID_LEN + 1];
    if (id[0])
        return id;
    int fd = open("/proc/sys/kernel/random/boot_id", O_RDONLY | O_CLOEXEC);
    ssize_t n = fd >= 0 ? read(fd, id, ID_LEN) : -1;
    if (fd >= 0)
        close(fd);
    if (n != ID_LEN)
        snprintf(id, sizeof id, "unknown");
    return id;
}

/* --- writing ---------------------------------------------------------------------------------------------------------
 */

/* Whole seconds, rounded down also before 1970. */
static time_t seconds_of(int64_t utc_ms)
{
    return (time_t)(utc_ms / SECOND_MS - (utc_ms % SECOND_MS < 0));
}

const char *clock_iso(int64_t utc_ms, char out[CLOCK_TEXT_MAX])
{
    time_t t = seconds_of(utc_ms);
    struct tm tm = {0};
    if (!gmtime_r(&t, &tm) || !strftime(out, CLOCK_TEXT_MAX, "%Y-%m-%dT%H:%M:%SZ", &tm))
        snprintf(out, CLOCK_TEXT_MAX, "-");
    return out;
}

static bool local_of(int64_t utc_ms, struct tm *tm)
{
    time_t t = seconds_of(utc_ms);
    return localtime_r(&t, tm) != NULL;
}

const char *clock_local_hms(int64_t utc_ms, char out[CLOCK_TEXT_MAX])
{
    struct tm tm = {0};
    if (!local_of(utc_ms, &tm) || !strftime(out, CLOCK_TEXT_MAX, "%H:%M:%S", &tm))
        snprintf(out, CLOCK_TEXT_MAX, "-");
    return out;
}

const char *clock_zone(int64_t utc_ms, char out[CLOCK_TEXT_MAX])
{
    struct tm tm = {0};
    if (!local_of(utc_ms, &tm) || !strftime(out, CLOCK_TEXT_MAX, "%Z", &tm))
        snprintf(out, CLOCK_TEXT_MAX, "-");
    return out;
}

int64_t clock_zone_ms(int64_t utc_ms)
{
    struct tm tm = {0};
    return local_of(utc_ms, &tm) ? ((int64_t)timegm(&tm) - (int64_t)seconds_of(utc_ms)) * SECOND_MS : 0;
}

static const struct {
    char letter;
    int64_t ms;
} units[] = {{'d', DAY_MS}, {'h', HOUR_MS}, {'m', MINUTE_MS}, {'s', SECOND_MS}};

enum { UNITS = sizeof units / sizeof units[0] };

const char *clock_age(int64_t age_ms, char out[CLOCK_TEXT_MAX])
{
    if (age_ms < 0) {
        snprintf(out, CLOCK_TEXT_MAX, "-");
        return out;
    }
    size_t u = 0;
    while (u + 1 < UNITS && age_ms < units[u].ms)
        u++;
    snprintf(out, CLOCK_TEXT_MAX, "%lld%c", (long long)(age_ms / units[u].ms), units[u].letter);
    return out;
}

/* --- reading ---------------------------------------------------------------------------------------------------------
 */

/* Takes exactly `digits` digits off `*s`. */
static bool take_number(const char **s, int digits, int *out)
{
    int value = 0;
    for (int i = 0; i < digits; i++) {
        char c = (*s)[i];
        if (c < '0' || c > '9')
            return false;
        value = value * 10 + (c - '0');
    }
    *s += digits;
    *out = value;
    return true;
}

static bool take_char(const char **s, const char *any_of)
{
    if (!**s || !strchr(any_of, **s))
        return false;
    (*s)++;
    return true;
}

/* "HH:MM" or "HH:MM:SS"; 60 seconds only where a leap second is allowed. */
static bool take_hms(const char **s, int second_max, struct tm *tm)
{
    if (!take_number(s, 2, &tm->tm_hour) || !take_char(s, ":") || !take_number(s, 2, &tm->tm_min))
        return false;
    tm->tm_sec = 0;
    if (take_char(s, ":") && !take_number(s, 2, &tm->tm_sec))
        return false;
    return tm->tm_hour < 24 && tm->tm_min < 60 && tm->tm_sec <= second_max;
}

/* The fraction of a second, if there is one, in milliseconds; digits below are dropped. */
static bool take_fraction(const char **s, int *ms)
{
    *ms = 0;
    if (!take_char(s, ".,"))
        return true;
    int weight = 100;
    int digit = 0;
    if (!take_number(s, 1, &digit))
        return false;
    do {
        *ms += digit * weight;
        weight /= 10;
    } while (take_number(s, 1, &digit));
    return true;
}

/* "Z", "+08:00", "+0800" or "+08" in minutes east of UTC. */
static bool take_offset(const char **s, int *minutes)
{
    *minutes = 0;
    if (take_char(s, "Zz"))
        return true;
    bool west = **s == '-';
    int h = 0;
    int m = 0;
    if (!take_char(s, "+-") || !take_number(s, 2, &h))
        return false;
    bool colon = take_char(s, ":");
    if (!take_number(s, 2, &m) && colon)
        return false;
    *minutes = (west ? -1 : 1) * (h * 60 + m);
    return h < 24 && m < 60;
}

static bool read_iso(const char *s, int64_t *utc_ms)
{
    struct tm tm = {0};
    int year = 0;
    int month = 0;
    int ms = 0;
    int east_min = 0;
    if (!take_number(&s, 4, &year) || !take_char(&s, "-") || !take_number(&s, 2, &month) || !take_char(&s, "-") ||
        !take_number(&s, 2, &tm.tm_mday) || !take_char(&s, "Tt ") || !take_hms(&s, 60, &tm) ||
        !take_fraction(&s, &ms) || !take_offset(&s, &east_min) || *s)
        return false;
    int day = tm.tm_mday;
    tm.tm_year = year - 1900;
    tm.tm_mon = month - 1;
    int leap = tm.tm_sec == 60;
    tm.tm_sec -= leap;
    time_t t = timegm(&tm);
    if (tm.tm_mon != month - 1 || tm.tm_mday != day) /* timegm() turned a day that does not exist into another */
        return false;
    *utc_ms = ((int64_t)t + leap) * SECOND_MS + ms - (int64_t)east_min * MINUTE_MS;
    return true;
}

bool clock_parse_iso(const char *text, int64_t *utc_ms, struct err *err)
{
    if (read_iso(text, utc_ms))
        return true;
    err_set(err, ERR_INPUT, "'%s' is not a time in ISO 8601", text);
    return err_hint(err, "write 2026-11-21T02:58:11Z, or with an offset such as +08:00");
}

/* The last time not after `now` at which local clocks showed `wanted`: today or a day or two ago, in summer or winter
 * time. An hour that the change to summer time leaves out comes out of mktime() as another hour and does not count; of
 * one that comes twice the later counts. */
static bool last_local(const struct tm *wanted, time_t now, time_t *out)
{
    struct tm today = {0};
    bool found = false;
    if (!localtime_r(&now, &today))
        return false;
    for (int back = 0; back <= 2; back++)
        for (int summer = 0; summer <= 1; summer++) {
            struct tm tm = {.tm_year = today.tm_year, .tm_mon = today.tm_mon, .tm_mday = today.tm_mday - back};
            tm.tm_hour = wanted->tm_hour;
            tm.tm_min = wanted->tm_min;
            tm.tm_sec = wanted->tm_sec;
            tm.tm_isdst = summer;
            time_t t = mktime(&tm);
            bool same = tm.tm_hour == wanted->tm_hour && tm.tm_min == wanted->tm_min && tm.tm_sec == wanted->tm_sec;
            if (same && t <= now && (!found || t > *out)) {
                *out = t;
                found = true;
            }
        }
    return found;
}

static bool read_local(const char *s, int64_t now_utc_ms, int64_t *utc_ms)
{
    struct tm tm = {0};
    time_t t = 0;
    if (!take_hms(&s, 59, &tm) || *s || !last_local(&tm, seconds_of(now_utc_ms), &t))
        return false;
    *utc_ms = (int64_t)t * SECOND_MS;
    return true;
}

/* Takes a number of at most nine digits. */
static bool take_count(const char **s, int64_t *out)
{
    int digits = 0;
    int digit = 0;
    *out = 0;
    for (; take_number(s, 1, &digit); digits++) {
        if (digits == 9)
            return false;
        *out = *out * 10 + digit;
    }
    return digits > 0;
}

/* Units come from the largest to the smallest, each once; a number alone is seconds. */
static bool read_duration(const char *s, int64_t *ms)
{
    int64_t count = 0;
    int64_t sum = 0;
    size_t u = 0;
    if (!take_count(&s, &count))
        return false;
    if (!*s) {
        *ms = count * SECOND_MS;
        return *ms <= DURATION_MAX_MS;
    }
    do {
        while (u < UNITS && units[u].letter != *s)
            u++;
        if (u == UNITS)
            return false;
        sum += count * units[u++].ms;
        s++;
    } while (take_count(&s, &count));
    *ms = sum;
    return !*s && sum <= DURATION_MAX_MS;
}

bool clock_parse_duration(const char *text, int64_t *ms, struct err *err)
{
    if (read_duration(text, ms))
        return true;
    err_set(err, ERR_INPUT, "'%s' is not a duration", text);
    return err_hint(err, "write 90 or 90s, 15m, 2h30m, 1d");
}

bool clock_parse_time(const char *text, int64_t now_utc_ms, int64_t *utc_ms, struct err *err)
{
    int64_t back_ms = 0;
    if (text[0] == '-' && read_duration(text + 1, &back_ms)) {
        *utc_ms = now_utc_ms - back_ms;
        return true;
    }
    if (read_local(text, now_utc_ms, utc_ms) || read_iso(text, utc_ms))
        return true;
    err_set(err, ERR_INPUT, "'%s' is not a time", text);
    return err_hint(err, "write 02:58, 02:58:11, 2026-11-21T02:58:11Z, or -15m");
}
