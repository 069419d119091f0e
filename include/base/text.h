#ifndef HUBTOP_BASE_TEXT_H
#define HUBTOP_BASE_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"

/* Text from outside. It keeps the received bytes, whatever they are, and is shown only through this header's functions,
 * which turn control, bidi and invisible characters and bad bytes into visible marks. It does not own its bytes:
 * whoever made it says how long they live. `{0}` is the empty text. Do not read the members: text_bytes() is allowed to
 * store, actions, sources and base alone (make lint). */
struct safe_text {
    const char *bytes_;
    size_t len_;
};

/* Text over `n` received bytes, which must outlive it; text_of() takes a C string. */
struct safe_text text_from(const void *bytes, size_t n);
struct safe_text text_of(const char *s);

/* The received bytes (not terminated); lint allows it where comparison, keys, storage and orders need them. */
const char *text_bytes(struct safe_text t);
size_t text_len(struct safe_text t);
bool text_empty(struct safe_text t);

/* Comparison of the received bytes: equality, and an order as of memcmp() with the shorter first. */
bool text_equal(struct safe_text a, struct safe_text b);
bool text_is(struct safe_text a, const char *s);
int text_cmp(struct safe_text a, struct safe_text b);
/* Whether `t` begins with the bytes of `head`. */
bool text_begins(struct safe_text t, struct safe_text head);

/* Whether `needle` is in `hay`; `fold` compares ASCII letters without case. The empty needle is in everything. */
bool text_contains(struct safe_text hay, struct safe_text needle, bool fold);

/* Which bytes are in a text, a bit each, letters without case and rare ones together; 0 of the empty text alone. What is in another text has
 * no bit that this one has not. `*alone`, where it is not NULL: the text is one byte with a bit of its own, so that it is in whatever has that bit
 * (`fold` as above). */
uint64_t text_letters(struct safe_text t, bool fold, bool *alone);

/* Whether the bytes of `needle` come in `hay` in that order, with anything between them ("fuzzy"). */
bool text_fuzzy(struct safe_text hay, struct safe_text needle, bool fold);

/* Cuts the part before the next `separator` (or all) off `*rest` into `*head`; false when `*rest` is empty. */
bool text_split(struct safe_text *rest, char separator, struct safe_text *head);

/* A copy of the text whose bytes are owned by `buf` (appended) – valid until the buffer changes. */
struct safe_text text_copy(struct buf *b, struct safe_text t);

/* One drawable unit of a text: a grapheme cluster as printable UTF-8, or a mark. */
struct text_cell {
    char utf8[32]; /* NUL-terminated; never holds a control, bidi or invisible character; longer clusters are cut at a
                      code point */
    int width;     /* 1 or 2 columns; never 0 */
    bool mark;     /* stands for something that must not be shown as it is, such as ^[ or <200B> or \xff */
};

/* Walks a text cluster by cluster. A mark of several columns comes as several cells of width 1. */
struct text_iter {
    struct safe_text text;
    size_t at;
    char pending[16];
    unsigned pending_at;
};
struct text_iter text_iter_make(struct safe_text t);
bool text_next(struct text_iter *it, struct text_cell *cell);

/* Columns that the text takes when shown. */
int text_width(struct safe_text t);

/* Appends the text as shown, at most `max_cells` columns (-1: no limit); when it is cut the last column is '~'. Returns
 * the columns written. What does not fit into the buffer is cut, never split inside a character. */
int text_show(struct safe_text t, int max_cells, struct buf *out);

/* The same into a caller's array of `size` bytes, NUL-terminated. For messages and logs. */
const char *text_show_in(struct safe_text t, char *out, size_t size);

/* Whether all bytes are valid UTF-8 (RFC 3629: no surrogates, nothing overlong, at most U+10FFFF). */
bool text_is_utf8(struct safe_text t);

/* Decodes one code point of valid UTF-8 at `bytes` (n > 0) into `*cp`; returns its length, or 0 when the bytes are not
 * valid there. */
size_t text_decode(const char *bytes, size_t n, uint32_t *cp);

/* Columns of one code point by the committed width table: 0, 1 or 2; -1 for controls. Ambiguous ones are 1, or 2 after
 * text_set_ambiguous(2), which is called once when a terminal was probed. */
int text_width_of(uint32_t cp);
void text_set_ambiguous(int width);

/* Whether a code point must never reach a terminal as it is: controls, bidi, invisible and unassigned characters,
 * spaces that are not U+0020 or U+3000, and what terminals draw over their neighbours (joiners, flags, skin tones). */
bool text_hidden(uint32_t cp);

#endif
