#ifndef HUBTOP_CLI_IMPACT_OUT_H
#define HUBTOP_CLI_IMPACT_OUT_H

#include <stdio.h>

#include "cli/calls.h"
#include "domain/impact.h"

/* Prints who is hit by `object` and whom to call, as text for people or as one JSON object; `as_of_ms` is UTC. */
void impact_out(FILE *to, struct impact *i, const struct row *object, const struct calls *calls, bool json,
                int64_t as_of_ms);

#endif
