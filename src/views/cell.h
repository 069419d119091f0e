#ifndef HUBTOP_SRC_VIEWS_CELL_H
#define HUBTOP_SRC_VIEWS_CELL_H

#include <stdbool.h>
#include <stdint.h>

#include "domain/row.h"
#include "ui/canvas.h"

/* Values as views show them. What is unknown is "-", never 0. */

enum { CELL_MAX = 48 };

const char *cell_number(int64_t n, char out[CELL_MAX]);            /* "4,455" */
const char *cell_count(const struct value *v, char out[CELL_MAX]); /* the same of a value */
const char *cell_short(const struct value *v, char out[CELL_MAX]); /* at most 5 columns: "4455", "23.1k", "1.2M" */
const char *cell_plain(const struct value *v, char out[CELL_MAX]); /* "4294901760" */
const char *cell_span(const struct value *s, char out[CELL_MAX]);  /* seconds: "18m" */
const char *cell_since(const struct value *time, int64_t now_ms, char out[CELL_MAX]); /* how long ago: "18m" */
/* "03:12:07" of local time, an age beyond a day. */
const char *cell_clock(const struct value *time, int64_t now_ms, char out[CELL_MAX]);
const char *cell_used(const struct value *total, const struct value *free, char out[CELL_MAX]); /* "71%" */
const char *cell_ms(const struct value *v, char out[CELL_MAX]); /* a delay, at most 5 columns: "1.66", "12.4", "312" */
const char *cell_limit(const struct value *v, char out[CELL_MAX]); /* a promise, which is round: "3", "1.5" */
const char *cell_pct(const struct value *v, char out[CELL_MAX]);   /* a share in percent: "0.05", "0.4", "71" */
struct safe_text cell_text(const struct row *row, int field);      /* "-" when unknown or empty */
/* A word that is stored in English, a state's for one, in the interface's language; "-" when unknown. */
const char *cell_word(const struct row *row, int field, char out[CELL_MAX]);
/* Appends what is wrong with a link, in the interface's language; "-" when nothing is said. */
void cell_why(const struct row *link, struct buf *out);
bool cell_is(const struct row *row, int field, const char *word);

/* Appends a cell in words, as its field's name and type say: durations, times with their age, sizes, lists. */
void cell_words(const struct row *row, int field, int64_t now_ms, struct buf *out);

/* The fields of a joined kind, counted from kind_info.told_by: who told what, who tells otherwise; how many there are. */
enum { CELL_SOURCES = 1, CELL_DIFFERS = 2, CELL_JOINED = 3 };

/* Whether its sources contradict each other about a row, and the mark for that, one column wide. */
bool cell_differs(const struct row *row);
const char *cell_differs_sign(const struct canvas *c);

/* The sign and role of a row: stale before all, else by its state's word; a link's by its severity, where it is judged;
 * a queue that is late warns. */
struct cell_sign {
    enum role role;
    enum glyph glyph;
};
struct cell_sign cell_sign(const struct row *row);

#endif
