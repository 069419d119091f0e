#ifndef HUBTOP_CLI_IMPACT_OUT_H
#define HUBTOP_CLI_IMPACT_OUT_H

#include <stdio.h>

#include "domain/impact.h"

/* Prints who is hit by `object`, as text for people or as one JSON object; `as_of_ms` is UTC. */
void impact_out(FILE *to, struct impact *i, const struct row *object, bool json, int64_t as_of_ms);

#endif
