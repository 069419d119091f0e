#ifndef HUBTOP_SRC_DOMAIN_FILTER_PARSE_H
#define HUBTOP_SRC_DOMAIN_FILTER_PARSE_H

#include "base/arena.h"
#include "base/pattern.h"
#include "domain/filter.h"

/* What a filter's expression becomes. */

enum { FILTER_FIELD_ID = -1, FILTER_FIELD_SOURCE = -2, FILTER_FIELD_NONE = -3 };

enum filter_op {
    FILTER_TEXT,
    FILTER_FUZZY,
    FILTER_REGEX,
    FILTER_EQUAL,
    FILTER_LESS,
    FILTER_LESS_EQUAL,
    FILTER_GREATER,
    FILTER_GREATER_EQUAL,
};

/* What a term said of texts that have numbers. */
struct filter_memo {
    unsigned char *said; /* by number: 0: not asked yet, 1: no, 2: yes */
    size_t size;
    unsigned generation; /* of the numbers */
};

/* One value that a term compares with: a text for fields of text, else a number. */
struct filter_value {
    struct safe_text text;
    bool fold;
    bool unknown;        /* "field=": the cell is unknown */
    bool relative;       /* `number` is milliseconds to add to T */
    const char *local;   /* a time of day, of which `number` is made when T is known; NULL: none */
    struct value number; /* of the field's type, as far as it was given so */
};

struct filter_term {
    enum filter_op op;
    bool negated;
    int field; /* of the operators that compare */
    struct filter_value *values;
    size_t n_values; /* any of them */
    struct pattern *pattern;
    struct filter_memo *memo; /* of the operators that search texts */
    uint64_t letters;         /* of the text that is searched for, 0: it is not known; `alone`: as text_letters() */
    bool alone;
};

struct filter {
    enum kind kind;
    int64_t now_ms;
    struct filter_term *terms;
    size_t n_terms;
    struct arena arena; /* owns the values and their texts */
};

/* Fills `f->terms` from the expression; filter_free() frees what was made even after a failure. */
bool filter_parse_expr(struct filter *f, const char *expr, struct err *err);

/* The field that `n` bytes name: its own name, without its unit, or a habit ("gpu"); FILTER_FIELD_NONE for none. */
int filter_parse_field(enum kind kind, const char *name, size_t n);

/* A kind's name in a message, in the interface's language: "jobs". */
const char *filter_parse_kind(enum kind kind);

/* The field's name that is nearest to a wrong one, or NULL when none is near. */
const char *filter_parse_nearest(enum kind kind, const char *name, size_t n);

#endif
