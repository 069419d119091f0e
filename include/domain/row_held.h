#ifndef HUBTOP_DOMAIN_ROW_HELD_H
#define HUBTOP_DOMAIN_ROW_HELD_H

#include "domain/row.h"

/* Packed cells as a million of them lie in memory: row_pack()'s form, in which texts that come again and again are numbers in
 * `words`, and stand before the other cells: looking for a text in a million rows is looking at a few bytes of each. */
struct row_held {
    const void *bytes;
    size_t n;
    const struct intern *words; /* NULL: it is row_pack()'s own form */
};

enum { ROW_HELD_RECENT = 64 };

/* What the held rows of a kind have in common. A field whose texts seldom come again keeps them in its rows. `{0}` is a valid empty
 * one. */
struct row_holder {
    struct intern words;
    struct row_holder_field {
        size_t texts;    /* that came, ever */
        size_t distinct; /* of them, that got a number */
        size_t plain;    /* that lie in held rows themselves by now */
        uint32_t recent[ROW_HELD_RECENT];
    } fields[KIND_FIELDS_MAX];
};
/* Frees everything; it is empty and valid. */
void row_holder_release(struct row_holder *h);

/* Writes the held form of packed bytes of a kind into `out` and counts its texts; returns how many bytes it has, at most `n` + 2.
 * Bytes that make no sense become such as make none. `out` has room for ROW_HELD_ROOM(n). */
#define ROW_HELD_ROOM(n) (2 * (n) + 4)
size_t row_hold(struct row_holder *h, enum kind kind, const void *packed, size_t n, void *out);
/* Its texts are counted no longer: call it before the bytes are forgotten. */
void row_held_drop(struct row_holder *h, enum kind kind, const void *bytes, size_t n);

/* As row_unpack(), row_peek() and row_waited_s(); texts live as long as the held row. */
bool row_held_unpack(enum kind kind, struct row_held held, struct row *row, struct err *err);
struct value row_held_peek(enum kind kind, struct row_held held, int field);
struct value row_held_waited(struct row_held held, int64_t at_ms);
/* The same as row_held_peek() for a text, and its number in the words, INTERN_NONE when it has none. */
struct value row_held_word(enum kind kind, struct row_held held, int field, uint32_t *word);
struct row_cursor row_held_cursor(struct row_held held);

/* What somebody thinks of texts: by number in `said` (0: unknown, ROW_SAID_NO, ROW_SAID_YES; room for every number), else asked. */
enum { ROW_SAID_NO = 1, ROW_SAID_YES = 2 };
struct row_asked {
    unsigned char *said;
    bool (*likes)(const void *ctx, struct safe_text text);
    const void *ctx;
};
/* Whether any text of the kind's fields is liked, those with a number asked once. A row_pack()'s form is never asked by number. */
bool row_held_any(enum kind kind, const struct row_held *held, const struct row_asked *ask);

#endif
