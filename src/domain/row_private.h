#ifndef HUBTOP_SRC_DOMAIN_ROW_PRIVATE_H
#define HUBTOP_SRC_DOMAIN_ROW_PRIVATE_H

#include "domain/row.h"

/* One cell as it lies there. */
struct row_packed {
    size_t field;
    unsigned type; /* of the tag */
    uint64_t number;
    const unsigned char *bytes;
};

/* In a held row, the type of a text that has a number: it is the next of those that stand before the cells, twice that number, and
 * one if it is a list. In a packed row nothing has it. */
enum { ROW_TYPE_WORD = VALUE_NONE, ROW_TYPE_BITS = 3 };

static inline uint32_t row_word_of(const struct row_packed *p)
{
    return p->number >> 1 < INTERN_NONE ? (uint32_t)(p->number >> 1) : INTERN_NONE;
}

/* row_held.c: the next of the numbers; false when there is none. */
bool row_next_word(struct row_cursor *c, uint64_t *number);
/* row.c: the cell that the cursor stands at; false where the bytes make no sense. */
bool row_next_packed(struct row_cursor *c, struct row_packed *p);
/* What such a cell says; the words are those of its row, NULL: it has none. */
struct value row_value_of(const struct row_packed *p, const struct intern *words);
/* Reads all cells into `row`, as row_unpack(). */
bool row_read(enum kind kind, struct row_cursor c, struct row *row, struct err *err);
/* One cell from the cursor's place on, as row_peek(); `c->word` tells its number. */
struct value row_look(enum kind kind, struct row_cursor *c, int field);
/* As row_waited_s(), from the three cells that it needs. */
struct value row_waited_of(const struct value *state, const struct value *submitted, const struct value *started,
                           int64_t at_ms);

#endif
