#ifndef HUBTOP_DOMAIN_FILTER_H
#define HUBTOP_DOMAIN_FILTER_H

#include <stdbool.h>

#include "base/err.h"
#include "domain/row.h"

/* A filter of interfaces.md: `text` (smart case, over id and all texts), `/re:…` (PCRE2), `~fuzzy`, `!not`,
 * `field=value`, `field>n` (also < >= <= !=), `field=a,b`, `field=` (unknown); several terms mean and. */
struct filter;

/* Parses `expr` for rows of a kind. ERR_INPUT (status 64) quotes the expression and points at the term with a '^' line
 * in the hint; an unknown field names the nearest. An empty expression matches everything. */
struct filter *filter_new(enum kind kind, const char *expr, struct err *err);
void filter_free(struct filter *f);
bool filter_match(const struct filter *f, const struct row *row); /* NULL matches everything */

/* A sort order: "wait" or "-wait": a field's name (or id), '-' for descending. field -1 is the id. ERR_INPUT names the
 * fields. */
bool filter_sort_parse(enum kind kind, const char *expr, int *field, bool *descending, struct err *err);

#endif
