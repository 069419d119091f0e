#include "domain/row_held.h"

#include <string.h>

#include "row_private.h"

/* Shorter texts are no longer than a number is. */
enum { WORD_MIN = 3, FEW_DISTINCT = 4096, SELDOM = 4, MAKES_NO_SENSE = 0xff };

void row_holder_release(struct row_holder *h)
{
    intern_release(&h->words);
    memset(h, 0, sizeof *h);
}

static unsigned char *put_number(unsigned char *at, uint64_t n)
{
    for (; n >= 0x80; n >>= 7)
        *at++ = (unsigned char)(n | 0x80);
    *at++ = (unsigned char)n;
    return at;
}

static const unsigned char *after_number(const unsigned char *at, const unsigned char *end)
{
    while (at < end && *at++ >= 0x80)
        continue;
    return at;
}

static const unsigned char *take_number(const unsigned char *at, const unsigned char *end, uint64_t *n)
{
    if (at < end && *at < 0x80) {
        *n = *at;
        return at + 1;
    }
    *n = 0;
    for (unsigned shift = 0; at < end && shift < 64; shift += 7) {
        unsigned char byte = *at++;
        *n |= (uint64_t)(byte & 0x7f) << shift;
        if (byte < 0x80)
            break;
    }
    return at;
}

/* Where a text is remembered among the recent ones of its field: by its end, in which names differ. */
static unsigned recent_of(const struct row_packed *p)
{
    const unsigned char *end = p->bytes + p->number;
    uint32_t tail = end[-1] | (uint32_t)end[-2] << 8 | (uint32_t)end[-3] << 16;

    return (tail * UINT32_C(2654435761)) >> 26;
}

/* The number of a text, counted; INTERN_NONE when it is to lie in the row itself. */
static uint32_t word_of(struct row_holder *h, const struct row_packed *p)
{
    if (p->number < WORD_MIN || p->number > INTERN_TEXT_MAX)
        return INTERN_NONE;
    struct row_holder_field *f = &h->fields[p->field];
    struct safe_text text = text_from(p->bytes, (size_t)p->number);
    uint32_t *recent = &f->recent[recent_of(p)];

    if (*recent && text_equal(intern_text(&h->words, *recent - 1), text)) {
        intern_keep(&h->words, *recent - 1);
        return *recent - 1;
    }
    if (f->distinct > FEW_DISTINCT && f->distinct > f->texts / SELDOM)
        return INTERN_NONE;
    bool is_new;
    uint32_t number = intern_take(&h->words, text, &is_new);
    f->distinct += is_new;
    *recent = number + 1;
    return number;
}

/* Held bytes are a head, then the numbers, then the cells. The head: whether texts lie in the cells; how many bytes the numbers
 * take, of which there is at most one of five bytes for each field. */
enum { HEAD = 2, HEAD_PLAIN = 0, HEAD_WORDS = 1 };

static size_t fields_of(enum kind kind)
{
    return kind_info(kind)->field_count;
}

static bool is_text(const struct row_packed *p, size_t fields)
{
    return p->field < fields && (p->type == VALUE_TEXT || p->type == VALUE_LIST);
}

/* What becomes of packed cells. */
struct holding {
    uint64_t words[KIND_FIELDS_MAX];
    size_t n_words;
    bool plain;
    unsigned char *at;
};

static void hold_text(struct row_holder *h, struct holding *out, const struct row_packed *p, size_t distance,
                      const unsigned char *from, size_t n)
{
    uint32_t word = word_of(h, p);

    h->fields[p->field].texts++;
    if (word != INTERN_NONE) {
        out->words[out->n_words++] = (uint64_t)word << 1 | (p->type == VALUE_LIST);
        out->at = put_number(out->at, (uint64_t)distance << ROW_TYPE_BITS | ROW_TYPE_WORD);
        return;
    }
    h->fields[p->field].plain++;
    out->plain = true;
    memcpy(out->at, from, n);
    out->at += n;
}

static size_t put_together(const struct holding *from, const unsigned char *cells, void *out)
{
    unsigned char *head = out, *at = head + HEAD;
    size_t n = (size_t)(from->at - cells);

    for (size_t i = 0; i < from->n_words; i++)
        at = put_number(at, from->words[i]);
    head[HEAD_PLAIN] = from->plain;
    head[HEAD_WORDS] = (unsigned char)(at - head - HEAD);
    memmove(at, cells, n);
    return (size_t)(at - (unsigned char *)out) + n;
}

size_t row_hold(struct row_holder *h, enum kind kind, const void *packed, size_t n, void *out)
{
    struct row_cursor c = row_cursor_make(packed, n);
    unsigned char *cells = (unsigned char *)out + n + HEAD;
    struct holding holding = {.at = cells};
    size_t fields = fields_of(kind);
    struct row_packed p;

    while (c.at < c.end) {
        const unsigned char *from = c.at;
        size_t next = c.next;
        if (!row_next_packed(&c, &p)) {
            row_held_drop(h, kind, out, put_together(&holding, cells, out));
            memcpy(out, (const unsigned char[]){0, 0, MAKES_NO_SENSE}, HEAD + 1);
            return HEAD + 1;
        }
        if (is_text(&p, fields)) {
            hold_text(h, &holding, &p, p.field - next, from, (size_t)(c.at - from));
        } else {
            memcpy(holding.at, from, (size_t)(c.at - from));
            holding.at += c.at - from;
        }
    }
    return put_together(&holding, cells, out);
}

bool row_next_word(struct row_cursor *c, uint64_t *number)
{
    if (c->words == NULL || c->word_at >= c->word_end)
        return false;
    c->word_at = take_number(c->word_at, c->word_end, number);
    return true;
}

struct row_cursor row_held_cursor(struct row_held held)
{
    struct row_cursor c = row_cursor_make(held.bytes, held.n);

    if (held.words == NULL || held.n < HEAD)
        return c;
    c.words = held.words;
    c.word_at = c.at + HEAD;
    c.at = c.word_end = c.word_at + c.at[HEAD_WORDS];
    return c;
}

void row_held_drop(struct row_holder *h, enum kind kind, const void *bytes, size_t n)
{
    struct row_cursor c = row_held_cursor((struct row_held){bytes, n, &h->words});
    size_t fields = fields_of(kind);
    struct row_packed p;

    while (c.at < c.end && row_next_packed(&c, &p)) {
        if (p.type == ROW_TYPE_WORD)
            intern_drop(&h->words, row_word_of(&p));
        else if (is_text(&p, fields))
            h->fields[p.field].plain--;
    }
}

static bool is_liked(const struct row_asked *ask, const struct intern *words, uint64_t number)
{
    uint32_t word = (uint32_t)(number >> 1);

    if (ask->said[word] == 0)
        ask->said[word] = ask->likes(ask->ctx, intern_text(words, word)) ? ROW_SAID_YES : ROW_SAID_NO;
    return ask->said[word] == ROW_SAID_YES;
}

static bool any_in_cells(size_t fields, const unsigned char *at, const unsigned char *end, const struct row_asked *ask)
{
    size_t next = 0;
    uint64_t number;

    while (at < end) {
        at = take_number(at, end, &number);
        unsigned type = (unsigned)number & 7;
        next += (size_t)(number >> ROW_TYPE_BITS) + 1;
        if (next > fields)
            return false;
        if (type == VALUE_TEXT || type == VALUE_LIST) {
            at = take_number(at, end, &number);
            if (number > (uint64_t)(end - at))
                return false;
            if (ask->likes(ask->ctx, text_from(at, (size_t)number)))
                return true;
            at += number;
        } else if (type != ROW_TYPE_WORD) {
            at = type == VALUE_REAL ? at + 8 : after_number(at, end);
        }
    }
    return false;
}

/* For a million rows a key: the bytes are our own, so that what row_next_packed() looks at is known to make sense. */
static bool any_of_held(enum kind kind, const struct row_held *held, const struct row_asked *ask)
{
    const unsigned char *head = held->bytes, *at = head + HEAD, *cells = at + head[HEAD_WORDS];

    while (at < cells) {
        uint64_t number = *at & 0x7f;
        for (unsigned shift = 7; *at++ >= 0x80; shift += 7)
            number |= (uint64_t)(*at & 0x7f) << shift;
        if (is_liked(ask, held->words, number))
            return true;
    }
    return head[HEAD_PLAIN] && any_in_cells(fields_of(kind), cells, head + held->n, ask);
}

static bool any_of_packed(enum kind kind, const struct row_held *packed, const struct row_asked *ask)
{
    struct row_cursor c = row_held_cursor(*packed);
    size_t fields = fields_of(kind);
    struct value v;
    size_t field;

    while (row_cursor_next(&c, &field, &v) && field < fields)
        if ((v.type == VALUE_TEXT || v.type == VALUE_LIST) && ask->likes(ask->ctx, v.as.text))
            return true;
    return false;
}

bool row_held_any(enum kind kind, const struct row_held *held, const struct row_asked *ask)
{
    bool is_held = held->words != NULL && held->n >= HEAD;

    return (is_held ? any_of_held : any_of_packed)(kind, held, ask);
}

bool row_held_unpack(enum kind kind, struct row_held held, struct row *row, struct err *err)
{
    return row_read(kind, row_held_cursor(held), row, err);
}

/* The next number of our own bytes: nearly always one byte. False at their end, and of bytes that make no sense. */
static inline bool next_number(const unsigned char **at, const unsigned char *end, uint64_t *n)
{
    if (*at >= end)
        return false;
    if (**at < 0x80)
        *n = *(*at)++;
    else
        *at = take_number(*at, end, n);
    return (*at)[-1] < 0x80;
}

/* The number that comes after `before` others. */
static bool number_after(const unsigned char *at, const unsigned char *end, size_t before, uint64_t *n)
{
    for (; before > 0; before--)
        at = after_number(at, end);
    return next_number(&at, end, n);
}

/* The cell of a field in our own bytes: those before it are passed over. */
static bool find_cell(const struct row_held *held, size_t field, struct row_packed *p)
{
    const unsigned char *head = held->bytes, *end = head + held->n, *words = head + HEAD;
    const unsigned char *cells = words + head[HEAD_WORDS], *at = cells;
    size_t n_words = 0;

    for (; next_number(&at, end, &p->number); p->field++) {
        p->type = (unsigned)p->number & 7;
        p->field += (size_t)(p->number >> ROW_TYPE_BITS);
        p->bytes = at;
        if (p->field > field)
            return false;
        if (p->type == ROW_TYPE_WORD && p->field == field)
            return number_after(words, cells, n_words, &p->number);
        if (p->type == ROW_TYPE_WORD) {
            n_words++;
            continue;
        }
        if (p->type != VALUE_REAL && !next_number(&at, end, &p->number))
            return false;
        size_t n = p->type == VALUE_REAL ? 8 : p->type == VALUE_TEXT || p->type == VALUE_LIST ? (size_t)p->number : 0;
        if (n > (size_t)(end - at))
            return false;
        p->bytes = at;
        if (p->field == field)
            return true;
        at += n;
    }
    return false;
}

struct value row_held_word(enum kind kind, struct row_held held, int field, uint32_t *word)
{
    struct row_packed p = {0};

    if (held.words == NULL || held.n < HEAD || field < 0) {
        struct row_cursor c = row_held_cursor(held);
        struct value v = row_look(kind, &c, field);
        *word = c.word;
        return v;
    }
    *word = INTERN_NONE;
    if (!find_cell(&held, (size_t)field, &p))
        return value_none();
    if (p.type == ROW_TYPE_WORD)
        *word = row_word_of(&p);
    return row_value_of(&p, held.words);
}

struct value row_held_peek(enum kind kind, struct row_held held, int field)
{
    uint32_t word;

    return row_held_word(kind, held, field, &word);
}

struct value row_held_waited(struct row_held held, int64_t at_ms)
{
    struct value state = row_held_peek(KIND_JOB, held, JOB_STATE);
    struct value submitted = row_held_peek(KIND_JOB, held, JOB_SUBMITTED_AT);
    struct value started = row_held_peek(KIND_JOB, held, JOB_STARTED_AT);

    return row_waited_of(&state, &submitted, &started, at_ms);
}
