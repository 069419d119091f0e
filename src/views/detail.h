#ifndef HUBTOP_SRC_VIEWS_DETAIL_H
#define HUBTOP_SRC_VIEWS_DETAIL_H

#include "domain/row.h"
#include "ui/canvas.h"

/* Everything that is known of one object, in words, in a box: known fields with their names, how old they are and who
 * told them, and the names of what is not known. */
void detail_draw(const struct row *row, int64_t now_ms, struct canvas *c, struct area area);

/* How much of `area` a detail pane takes from below a list: 0 where the list would not be seen any more. */
int detail_height(struct area area);

enum { DETAIL_LABEL = 24 };
/* What a field is called in the interface's language: "time limit" of "time_limit_s", whose words say the unit. */
const char *detail_label(const char *name, char out[DETAIL_LABEL]);
/* Whether a field is told by its name: neither hidden nor the bookkeeping of who told what. */
bool detail_tells(const struct kind_info *info, size_t field);

/* --- the same by a view that says in which order and words */

/* Fields fill lines from left to right; one that is too long for its column takes those beside it. */
struct detail_pane {
    struct canvas *canvas;
    struct area in; /* the last line is kept for what is not known */
    int columns, x, y;
    int left_out;
    bool standing[KIND_FIELDS_MAX]; /* fields that were put, known or not */
};
enum { DETAIL_LINE_BYTES = 16 * 1024 };

/* The box of an object and an empty pane of so many columns in it. */
struct detail_pane detail_begin(const struct row *row, int columns, struct canvas *c, struct area area);
/* One field by the name of its kind, with its words; counted as left out where there is no room. */
void detail_put(struct detail_pane *p, const char *name, enum role role, const char *words);
/* All fields that are known, by their names; `line` is for its use. */
void detail_put_fields(struct detail_pane *p, const struct row *row, int64_t now_ms, struct buf *line);
/* How old the row is and who told it; `line` is for its use. */
void detail_put_seen(struct detail_pane *p, const struct row *row, struct buf *line);
/* Ends the pane: what had no room, and what is not known. */
void detail_end(struct detail_pane *p, const struct row *row, struct buf *line);

#endif
