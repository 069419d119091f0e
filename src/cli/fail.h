#ifndef HUBTOP_CLI_FAIL_H
#define HUBTOP_CLI_FAIL_H

#include "base/err.h"
#include "cli/command.h"

/* What statuses mean, for the help and the manual page. */
#define FAIL_STATUSES                                                                                                  \
    "0 done; 1 partly done (orders, and plans that are carried out); 64 usage; 65 bad input; 66 no such file;\n"       \
    "67 no such object; 69 a source or the collector cannot be reached; 70 a bug; 73, 74 cannot write;\n"              \
    "75 try later, or not ended yet; 76 the peer makes no sense; 77 not allowed, or refused; 78 configuration;\n"      \
    "130, 143 signals"

/* Prints an error as "hubtop: what failed: why" and "hint: what to do" on standard error, or with --json as an object
 * on standard output; returns its exit status. */
int fail_report(const struct options *o, const struct err *err);

/* A note on standard error, unless --quiet. */
void fail_note(const struct options *o, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

#endif
