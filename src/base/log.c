#include "base/log.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/text.h"

enum { LINE_MAX_BYTES = 4096, PATH_MAX_BYTES = 1024, FILE_MAX_BYTES = 8 << 20 };

static const char *const level_names[] = {
    [LOG_ERROR] = "error", [LOG_WARN] = "warn", [LOG_INFO] = "info", [LOG_DEBUG] = "debug"};

static struct {
    bool open;
    bool own; /* the descriptor is the log's to close */
    int fd;
    enum log_level level;
    char path[PATH_MAX_BYTES]; /* "": not a file that begins anew by itself */
} log_state;

/* O_NONBLOCK: a FIFO without a reader, or a terminal that was stopped, must not hold the loop. */
static int open_file(const char *path)
{
    return open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC | O_NOCTTY | O_NONBLOCK, 0600);
}

bool log_open(const char *path, enum log_level level, struct err *err)
{
    int fd = path ? open_file(path) : STDERR_FILENO;
    if (fd < 0) {
        err_set(err, ERR_INPUT, "cannot write the log '%s': %s", path, strerror(errno));
        return err_exit(err, 73);
    }
    log_close();
    log_state.open = true;
    log_state.own = path != NULL;
    log_state.fd = fd;
    log_state.level = level;
    snprintf(log_state.path, sizeof log_state.path, "%s", path && strlen(path) < PATH_MAX_BYTES ? path : "");
    return true;
}

void log_close(void)
{
    if (log_state.open && log_state.own)
        close(log_state.fd);
    log_state.open = false;
}

/* One write(2) for a line, so that lines of two processes in one file do not mix. What cannot be written is lost. */
static void write_line(const char *bytes, size_t n)
{
    while (n > 0) {
        ssize_t done = write(log_state.fd, bytes, n);
        if (done < 0 && errno == EINTR)
            continue;
        if (done <= 0)
            return;
        bytes += done;
        n -= (size_t)done;
    }
}

/* Whether our descriptor is still the file of that name: another process may have begun it anew. */
static bool is_current(const struct stat *ours)
{
    struct stat now;
    return stat(log_state.path, &now) == 0 && now.st_dev == ours->st_dev && now.st_ino == ours->st_ino;
}

/* A file that is full becomes PATH.1, in the place of the one before, and a new one begins. */
static void begin_anew_when_full(void)
{
    char former[PATH_MAX_BYTES + 2];
    struct stat st;
    if (!log_state.path[0] || fstat(log_state.fd, &st) != 0 || !S_ISREG(st.st_mode) || st.st_size < FILE_MAX_BYTES)
        return;
    snprintf(former, sizeof former, "%s.1", log_state.path);
    if (is_current(&st) && rename(log_state.path, former) != 0)
        return;
    int fd = open_file(log_state.path);
    if (fd < 0)
        return;
    close(log_state.fd);
    log_state.fd = fd;
}

static void put_line(enum log_level level, const char *text)
{
    char shown[LINE_MAX_BYTES];
    char line[LINE_MAX_BYTES + 64];
    char when[CLOCK_TEXT_MAX];
    const struct clock real = {0};
    clock_iso(clock_now(&real).utc_ms, when);
    text_show_in(text_of(text), shown, sizeof shown);
    int n = snprintf(line, sizeof line, "%s %s %s\n", when, level_names[level], shown);
    begin_anew_when_full();
    if (n > 0)
        write_line(line, (size_t)n < sizeof line ? (size_t)n : sizeof line - 1);
}

static bool wanted(enum log_level level)
{
    return log_state.open && level <= log_state.level;
}

void log_line(enum log_level level, const char *fmt, ...)
{
    if (!wanted(level))
        return;
    int saved = errno;
    char text[LINE_MAX_BYTES];
    va_list args;
    va_start(args, fmt);
    if (vsnprintf(text, sizeof text, fmt, args) >= 0)
        put_line(level, text);
    va_end(args);
    errno = saved;
}

void log_err(enum log_level level, const struct err *err)
{
    if (!err || err->kind == ERR_NONE)
        return;
    if (err->hint[0])
        log_line(level, "%s; hint: %s", err->text, err->hint);
    else
        log_line(level, "%s", err->text);
}
