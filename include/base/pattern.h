#ifndef HUBTOP_BASE_PATTERN_H
#define HUBTOP_BASE_PATTERN_H

#include <stdbool.h>

#include "base/err.h"
#include "base/text.h"

/* A PCRE2 pattern with a match limit (10^5 steps): a hostile pattern or subject costs a bounded time. */
struct pattern;
struct pattern *pattern_new(const char *expr, bool fold, struct err *err); /* ERR_INPUT says where in `expr` */
void pattern_free(struct pattern *p);
/* Whether it matches anywhere; reaching the limit is no match. The subject's bytes need not be UTF-8. */
bool pattern_match(const struct pattern *p, struct safe_text subject);

#endif
