#ifndef HUBTOP_DOMAIN_FILTER_H
#define HUBTOP_DOMAIN_FILTER_H

#include <stdbool.h>

#include "base/err.h"
#include "domain/row_held.h"

/* A filter of interfaces.md: `text` (smart case, over id and all texts), `/re:…` (PCRE2), `~fuzzy`, `!not`,
 * `field=value`, `field>n` (also < >= <= !=), `field=a,b`, `field=` (unknown); several terms mean and. Quotes "…" keep
 * spaces, commas and operators. A field may be named without its unit ("waited", "submitted"). Seconds may be given as
 * 15m or 2h, times as ISO 8601, as -15m before T, or as 02:58, the last one before T by the local clock. An unknown cell equals and exceeds nothing, so that its negations
 * match. */
struct filter;

/* Parses `expr` for rows of a kind. ERR_INPUT (status 64) quotes the term; the hint says at which column of the
 * expression it stands, and the nearest field for an unknown one. An empty expression matches everything. */
struct filter *filter_new(enum kind kind, const char *expr, struct err *err);
void filter_free(struct filter *f);

/* T, for what grows with time: how long a job waits, times such as -15m and 02:58. 0, the beginning: unknown. */
void filter_set_now(struct filter *f, int64_t at_utc_ms);

/* Whether a term depends on T: how long jobs wait, times told as -15m. */
bool filter_needs_now(const struct filter *f);

/* Whether a term looks at a sampled field: then held bytes do not tell, and rows need their samples first. */
bool filter_needs_samples(const struct filter *f);

/* The one text that a field must equal for a row to match (letters of ASCII in either case); false: none, or several would do. */
bool filter_only(const struct filter *f, int field, struct safe_text *text);

/* NULL matches everything. A row of another kind than the filter's matches nothing. */
bool filter_match(const struct filter *f, const struct row *row);

/* The same over a held row without unpacking it. `letters` are text_letters() of its id, or 0. What a term says of a text that has a number is remembered in `f`: ask a filter
 * about the rows of one holder only. */
bool filter_match_held(const struct filter *f, enum kind kind, struct safe_text id, uint64_t letters,
                       struct safe_text source, const struct row_held *held);

/* The field that a name means: its own, without its unit, or what people are used to say; -1 is the id. ERR_INPUT (64) names the
 * fields, the nearest first. */
bool filter_field(enum kind kind, const char *name, int *field, struct err *err);

/* A sort order: "wait" or "-wait": a field's name (or id), '-' for descending. field -1 is the id. ERR_INPUT names the
 * fields. */
bool filter_sort_parse(enum kind kind, const char *expr, int *field, bool *descending, struct err *err);

#endif
