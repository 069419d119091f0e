#ifndef HUBTOP_DOMAIN_VALUE_H
#define HUBTOP_DOMAIN_VALUE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/text.h"

enum value_type {
    VALUE_NONE, /* unknown: never 0, never "" */
    VALUE_TEXT,
    VALUE_LIST, /* texts joined by VALUE_LIST_SEPARATOR */
    VALUE_INT,
    VALUE_REAL,
    VALUE_TIME, /* milliseconds of UTC since 1970, in `i` */
    VALUE_BOOL, /* in `i` */
};

#define VALUE_LIST_SEPARATOR '\x1f'

/* One cell of a row. Text belongs to whoever made the row. */
struct value {
    enum value_type type;
    union {
        struct safe_text text;
        int64_t i;
        double real;
    } as;
};

struct value value_none(void);
struct value value_text(struct safe_text t); /* the empty text is a known value */
struct value value_list(struct safe_text joined);
struct value value_int(int64_t i);
struct value value_real(double real); /* NaN and infinities are unknown */
struct value value_time(int64_t utc_ms);
struct value value_bool(bool b);

/* A number as a value of a type (INT, REAL, TIME or BOOL), as samples keep them; what does not fit, or makes no number,
 * is unknown. */
struct value value_number(enum value_type type, double number);

/* Whether it is known at all; whether two are the same type and content (two unknown ones are). */
bool value_known(const struct value *v);
bool value_equal(const struct value *a, const struct value *b);

/* An order for sorting: unknown last, numbers by value, text by bytes; <0, 0, >0. */
int value_cmp(const struct value *a, const struct value *b);

/* Bare values; `otherwise` says what to do without one. INT, REAL, TIME and BOOL convert (a real to an integer by
 * cutting its fraction; one that does not fit is `otherwise`); text never does. */
int64_t value_int_or(const struct value *v, int64_t otherwise);
double value_real_or(const struct value *v, double otherwise);
struct safe_text value_text_or(const struct value *v, const char *otherwise);

enum { VALUE_GROUPED_MAX = 32 };
/* A number as people read it: "4,455". */
const char *value_grouped(int64_t n, char out[VALUE_GROUPED_MAX]);

/* Walks the members of a LIST: `*rest` starts as the value's text; false at the end. There are no empty members. */
bool value_list_next(struct safe_text *rest, struct safe_text *member);

/* Appends a member to a list that is being built in `joined` (a separator inside a member becomes '?'; an empty member
 * is left out). Fails as buf_put(), with nothing appended. */
bool value_list_add(struct buf *joined, struct safe_text member, struct err *err);

#endif
