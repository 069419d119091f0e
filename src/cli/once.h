#ifndef HUBTOP_CLI_ONCE_H
#define HUBTOP_CLI_ONCE_H

#include "cli/setup.h"

/* Polls each source of the setup once, as a collector of its own in s->state_dir, and reports each request. False with the first
 * failure. setup_launcher() was called. */
bool once_poll(const struct setup *s, void (*report)(void *ctx, const struct collector_report *report), void *ctx,
               struct err *err);

#endif
