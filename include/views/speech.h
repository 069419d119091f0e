#ifndef HUBTOP_VIEWS_SPEECH_H
#define HUBTOP_VIEWS_SPEECH_H

#include "views/view.h"

struct list;
struct list_frame;
struct table;

/* What views show, as lines for who hears or feels the screen: a numbered sentence a row, a line a field. Nothing in it is drawn: no
 * frames, no bars, no curves of braille dots; what a sign or a colour says is a word. All of it is safe to print. */

enum { SPEECH_ITEMS_MAX = 256, SPEECH_LISTS_MAX = 8, SPEECH_BYTES = 1 << 20 };

/* A row that was told, so that its number finds it again. */
struct speech_item {
    struct view_place *place; /* the list's */
    char id[VIEW_ID_MAX], source[64];
    size_t id_len, source_len;
    int64_t position; /* in its list, from 0 */
};

/* A list that was told: where it stood on the canvas, and its part of the text. */
struct speech_list {
    struct area in;
    struct view_place *place;
    size_t from, to;
    size_t count; /* of all its rows */
    bool focused, headless;
};

/* Lent to a draw by the frame. The caller sets `text` (empty, SPEECH_BYTES at most) and `wanted`, and releases `text`. */
struct speech {
    struct buf text;
    struct speech_list lists[SPEECH_LISTS_MAX];
    size_t list_count;
    struct speech_item items[SPEECH_ITEMS_MAX];
    size_t item_count;
    const struct speech_item *wanted; /* not NULL: instead of its lists, everything that is known of this row */
    bool found;                       /* and it was there */
    struct row row;                   /* its kind, and nothing else */
};

/* The rows that a list shows now, after its draw; does nothing without `speech` in the frame. `t` says which columns are shown. */
void speech_list(const struct list *list, const struct list_frame *f, const struct table *t, struct area in);

/* Words that stand in the place of a list. */
void speech_words(struct speech *s, struct area in, const char *words);

/* Everything that is known of a row, a line each: its fields by their names, how each sampled one went in the last hour, how old it
 * is and who told it, what is not known. `rows` may be NULL: then no curve is told. */
void speech_row(const struct row *row, const struct view_rows *rows, int64_t now_ms, struct buf *out);

/* After a draw: what the view shows, list by list under its title, into `out`. With `prose` also the canvas's lines beside the
 * lists. False, and nothing is appended, where neither was there: the view is a picture. */
bool speech_page(const struct speech *s, const struct canvas *c, bool prose, struct buf *out);
/* The same of one list alone. */
void speech_one(const struct speech_list *l, const struct speech *s, const struct canvas *c, struct buf *out);

/* Appends a line of the canvas, what is drawn left out, columns apart by ", "; nothing where nothing is left. */
void speech_line(const struct canvas *c, int x, int y, int width, struct buf *out);

#endif
