#include "base/intern.h"

#include <stdlib.h>
#include <string.h>

#include "base/hash.h"
#include "base/mem.h"

enum { TABLE_MIN = 64, WORDS_MIN = 32 };

struct intern_word {
    char *bytes;    /* NULL: free */
    uint32_t count; /* of users; of a free one, the next free one's number + 1 */
    uint32_t hash;
    uint16_t len;
};

void intern_release(struct intern *in)
{
    for (size_t i = 0; i < in->n_words; i++)
        free(in->words[i].bytes);
    free(in->words);
    free(in->table);
    memset(in, 0, sizeof *in);
}

static uint32_t hash_of(struct safe_text text)
{
    return (uint32_t)hash_sip(text_bytes(text), text_len(text), hash_process_key());
}

/* The place in the table of a text, or of the gap that says it is not there. At most three of four places are taken. */
static size_t place_of(const struct intern *in, struct safe_text text, uint32_t hash)
{
    size_t mask = in->table_size - 1, i = hash & mask;
    for (; in->table[i]; i = (i + 1) & mask) {
        const struct intern_word *w = &in->words[in->table[i] - 1];
        if (w->hash == hash && w->len == text_len(text) && memcmp(w->bytes, text_bytes(text), w->len) == 0)
            break;
    }
    return i;
}

static void grow_table(struct intern *in)
{
    free(in->table);
    in->table_size = in->table_size ? in->table_size * 2 : TABLE_MIN;
    in->table = mem_new(in->table_size, sizeof *in->table);
    for (size_t nr = 0; nr < in->n_words; nr++) {
        if (!in->words[nr].bytes)
            continue;
        size_t i = in->words[nr].hash & (in->table_size - 1);
        while (in->table[i])
            i = (i + 1) & (in->table_size - 1);
        in->table[i] = (uint32_t)nr + 1;
    }
}

static uint32_t new_number(struct intern *in)
{
    if (in->free) {
        uint32_t number = in->free - 1;
        in->free = in->words[number].count;
        in->generation++;
        return number;
    }
    if (in->n_words == in->cap_words) {
        in->cap_words = in->cap_words ? in->cap_words * 2 : WORDS_MIN;
        in->words = mem_grow(in->words, in->cap_words, sizeof *in->words);
    }
    return (uint32_t)in->n_words++;
}

uint32_t intern_find(const struct intern *in, struct safe_text text)
{
    if (!in->table_size || text_len(text) > INTERN_TEXT_MAX)
        return INTERN_NONE;
    uint32_t at = in->table[place_of(in, text, hash_of(text))];
    return at ? at - 1 : INTERN_NONE;
}

uint32_t intern_take(struct intern *in, struct safe_text text, bool *is_new)
{
    uint32_t hash = hash_of(text);
    if (4 * (in->n_words + 1) > 3 * in->table_size)
        grow_table(in);
    size_t i = place_of(in, text, hash);
    *is_new = !in->table[i];
    if (in->table[i]) {
        in->words[in->table[i] - 1].count++;
        return in->table[i] - 1;
    }
    uint32_t number = new_number(in);
    char *bytes = mem_new(text_len(text) + 1, 1);
    memcpy(bytes, text_bytes(text), text_len(text));
    in->words[number] = (struct intern_word){
        .bytes = bytes,
        .count = 1,
        .hash = hash,
        .len = (uint16_t)text_len(text),
    };
    in->table[i] = number + 1;
    return number;
}

void intern_keep(struct intern *in, uint32_t number)
{
    in->words[number].count++;
}

/* Closes the gap: what was pushed on by this one moves back. */
static void unlink_place(struct intern *in, size_t hole)
{
    size_t mask = in->table_size - 1;
    for (size_t i = (hole + 1) & mask; in->table[i]; i = (i + 1) & mask) {
        size_t want = in->words[in->table[i] - 1].hash & mask;
        if (((i - want) & mask) >= ((i - hole) & mask)) {
            in->table[hole] = in->table[i];
            hole = i;
        }
    }
    in->table[hole] = 0;
}

void intern_drop(struct intern *in, uint32_t number)
{
    struct intern_word *w = &in->words[number];
    if (--w->count)
        return;
    unlink_place(in, place_of(in, text_from(w->bytes, w->len), w->hash));
    free(w->bytes);
    *w = (struct intern_word){.count = in->free};
    in->free = number + 1;
}

struct safe_text intern_text(const struct intern *in, uint32_t number)
{
    if (number >= in->n_words || !in->words[number].bytes)
        return text_of("");
    return text_from(in->words[number].bytes, in->words[number].len);
}

size_t intern_size(const struct intern *in)
{
    return in->n_words;
}
