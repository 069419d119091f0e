#ifndef HUBTOP_SRC_VIEWS_NEEDS_H
#define HUBTOP_SRC_VIEWS_NEEDS_H

#include "domain/verdict.h"
#include "views/view.h"

/* "Needs you now": what the facts prove to be wrong, the worst first. The same rules as the verdict's, one line each. */

enum { NEEDS_MAX = 200, NEEDS_TEXT_MAX = 160 };

struct needs_line {
    enum severity severity;
    enum kind kind;      /* of the object that it is about */
    struct safe_text id; /* lives as long as the rows */
    struct safe_text source;
    int64_t age_ms;            /* -1: not known since when */
    int64_t jobs;              /* that it may hit; -1: not known */
    const char *what;          /* "source", "nodes", "queue" */
    char text[NEEDS_TEXT_MAX]; /* safe to show */
};

struct needs {
    struct needs_line *lines;
    size_t count, left_out;
    unsigned crit, warn;
    bool looked; /* at least one fact was there to judge */
};

/* Answers by kind; NULL where there are none. */
struct needs_facts {
    const struct view_rows *sources, *schedulers, *queues;
    int64_t now_ms;
};

struct needs needs_make(const struct needs_facts *facts);
void needs_release(struct needs *n);

/* The cells of a line as a row of no kind. */
enum needs_field { NEEDS_SEVERITY, NEEDS_WHAT, NEEDS_TEXT, NEEDS_JOBS, NEEDS_AGE_S };
/* The lines as rows for a list; id and what they are about find them again. */
struct view_rows needs_rows(struct needs *n);
const struct needs_line *needs_at(const struct needs *n, int64_t i);

#endif
