#ifndef HUBTOP_SRC_VIEWS_WORST_H
#define HUBTOP_SRC_VIEWS_WORST_H

#include "base/arena.h"
#include "views/view.h"

/* Rows with the worst first, the rest as they were: no field of the store can say that, for severities are words. */

enum { WORST_ROWS_MAX = 4096 }; /* of more, which nobody reads to the end, the order stays as it was */

struct worst {
    struct view_rows rows; /* in that order */
    const struct view_rows *of;
    size_t *at, *back; /* positions there, and back */
    struct arena arena;
};

/* How bad a row is, and since when. */
struct worst_key {
    int rank;         /* the lowest is the worst */
    int64_t since_ms; /* of the same rank, those that are so for the shortest time first */
};

/* Links, by their severity. `of` and `*w` stay where they are as long as the rows are used. */
void worst_make(struct worst *w, const struct view_rows *of);
/* The same of other rows, as they are at `now_ms`. */
typedef struct worst_key worst_key_of(const struct row *row, int64_t now_ms);
void worst_make_by(struct worst *w, const struct view_rows *of, worst_key_of *key_of, int64_t now_ms);
void worst_release(struct worst *w);

#endif
