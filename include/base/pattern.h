#ifndef HUBTOP_BASE_PATTERN_H
#define HUBTOP_BASE_PATTERN_H

#include <stdbool.h>

#include "base/err.h"
#include "base/text.h"

/* A PCRE2 pattern with limits, so that a hostile pattern or subject costs a bounded time: 4 KiB of pattern, 10^5 steps
 * from each place of the subject (fewer when it is long: 10^7 over all places, but at least 100 from each), 10^4 deep,
 * 16 MiB. A pattern of ASCII alone sees bytes ("." is one byte); another sees characters, and bytes that are not UTF-8
 * match nothing. */
struct pattern;
struct pattern *pattern_new(const char *expr, bool fold, struct err *err); /* ERR_INPUT says where in `expr` */
void pattern_free(struct pattern *p);
/* Whether it matches anywhere; reaching the limit is no match. The subject's bytes need not be UTF-8. */
bool pattern_match(const struct pattern *p, struct safe_text subject);
/* The same, with what its first group matched, or where it has none (or that took no part) the whole match: a part of the
 * subject. */
bool pattern_find(const struct pattern *p, struct safe_text subject, struct safe_text *found);

#endif
