#ifndef HUBTOP_COLLECTOR_AUDIT_SYSLOG_H
#define HUBTOP_COLLECTOR_AUDIT_SYSLOG_H

#include <stdbool.h>

#include "base/err.h"

/* Gives the system's log a line (facility authpriv, level notice) without waiting for it: syslog(3) would, and the loop has others to
 * serve. `path` NULL: /dev/log. False with err when nobody took it. */
bool audit_syslog(const char *path, const char *line, struct err *err);

#endif
