#ifndef HUBTOP_SRC_VIEWS_STORY_H
#define HUBTOP_SRC_VIEWS_STORY_H

#include "domain/row.h"
#include "ui/canvas.h"

/* What is known of one link, in lines of words. */

/* Where the next words of a line go. */
struct story_line {
    struct canvas *c;
    int x, y, end; /* end: the first column that is not the line's */
};

/* Appends words to a line, cut with '~' where they do not fit. */
void story_put(struct story_line *l, enum role role, const char *fmt, ...) __attribute__((format(printf, 3, 4)));
/* The same for a number with its name, which is left out where it is unknown ("-") or does not fit whole. */
void story_number(struct story_line *l, const char *word, const char *number, const char *unit);

/* Whole lines, from where `l` stands. "✖ now 3.42 ms  promised 3  usual 2.05  physical minimum 1.74 …"; `word` is "now", or what stands for it. */
void story_values(struct story_line l, const struct row *link, const char *word);
/* "half of the round-trip time (RTT 6.84 ms)  told by metrics 2s ago" */
void story_origin(struct story_line l, const struct row *link);
/* "degraded for 14m: 3.42 ms one-way > 3 ms promised" */
void story_why(struct story_line l, const struct row *link, int64_t now_ms);

/* "9/13" paths lit; "-" where neither is known. At most CELL_MAX bytes. */
const char *story_lit(const struct row *link, char *out);

#endif
