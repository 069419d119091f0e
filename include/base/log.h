#ifndef HUBTOP_BASE_LOG_H
#define HUBTOP_BASE_LOG_H

#include <stdbool.h>

#include "base/err.h"

enum log_level { LOG_ERROR, LOG_WARN, LOG_INFO, LOG_DEBUG };

/* Opens the log: a file (0600, appended) or NULL for stderr. Without it nothing is logged. Lines are "ISO-TIME level
 * text"; every byte that a terminal could obey is shown as a mark; 4 KiB are kept. A file
 * of 8 MiB becomes PATH.1 (replacing the one before) and a new one begins. ERR_INPUT with status 73 when the file cannot
 * be opened; an open log then stays as it was. */
bool log_open(const char *path, enum log_level level, struct err *err);
void log_close(void);

/* One line; arguments from outside come through text_show_in(). Never fails for the caller. */
void log_line(enum log_level level, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
/* An error with its hint, as one line. */
void log_err(enum log_level level, const struct err *err);

#endif
