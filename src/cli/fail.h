#ifndef HUBTOP_CLI_FAIL_H
#define HUBTOP_CLI_FAIL_H

#include "base/err.h"
#include "cli/command.h"

/* Prints an error as "hubtop: what failed: why" and "hint: what to do" on standard error, or with --json as an object
 * on standard output; returns its exit status. */
int fail_report(const struct options *o, const struct err *err);

/* A note on standard error, unless --quiet. */
void fail_note(const struct options *o, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

#endif
