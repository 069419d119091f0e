#include "domain/row.h"

#include <math.h>
#include <string.h>

#include "domain/state.h"
#include "row_private.h"

/* A packed cell is a tag, then the value. The tag is a number: the low three bits are the type, the rest the distance
 * of the field from the one before it (the first: from -1), less one. So fields ascend, none comes twice, and nearly
 * every tag is one byte. Numbers are signed by zigzag. */
enum {
    TYPE_BITS = ROW_TYPE_BITS,
    TYPE_MASK = 7,
    TYPE_WHOLE = 7 /* a REAL that is a small integer */,
    FIELD_LIMIT = 4096
};

static const double whole_max = 1e12;

/* --- writing --- */

static bool put_number(struct buf *out, uint64_t n, struct err *err)
{
    char bytes[10];
    size_t len = 0;

    for (; n >= 0x80; n >>= 7)
        bytes[len++] = (char)(n | 0x80);
    bytes[len++] = (char)n;
    return buf_put(out, bytes, len, err);
}

static uint64_t zigzag(int64_t i)
{
    return i < 0 ? ~((uint64_t)i << 1) : (uint64_t)i << 1;
}

static bool put_text(struct buf *out, struct safe_text t, struct err *err)
{
    if (!put_number(out, text_len(t), err) || !buf_reserve(out, text_len(t), err))
        return false;
    text_copy(out, t);
    return true;
}

static bool put_real(struct buf *out, double real, struct err *err)
{
    unsigned char bytes[8];
    uint64_t bits;

    memcpy(&bits, &real, sizeof bits);
    for (size_t i = 0; i < sizeof bytes; i++)
        bytes[i] = (unsigned char)(bits >> (8 * i));
    return buf_put(out, bytes, sizeof bytes, err);
}

static bool is_whole(double real)
{
    return real >= -whole_max && real <= whole_max && real >= trunc(real) && real <= trunc(real);
}

static bool put_value(struct buf *out, unsigned distance, const struct value *v, struct err *err)
{
    bool whole = v->type == VALUE_REAL && is_whole(v->as.real);

    if (!put_number(out, (uint64_t)distance << TYPE_BITS | (whole ? TYPE_WHOLE : (unsigned)v->type), err))
        return false;
    switch (v->type) {
    case VALUE_TEXT:
    case VALUE_LIST:
        return put_text(out, v->as.text, err);
    case VALUE_REAL:
        return whole ? put_number(out, zigzag((int64_t)v->as.real), err) : put_real(out, v->as.real, err);
    case VALUE_INT:
    case VALUE_TIME:
    case VALUE_BOOL:
        return put_number(out, zigzag(v->as.i), err);
    case VALUE_NONE:
        break;
    }
    return true;
}

bool row_pack(const struct row *row, struct buf *out, struct err *err)
{
    const struct kind_info *info = kind_info(row->kind);
    size_t start = out->len;
    size_t next = 0;

    for (size_t f = 0; f < info->field_count; f++) {
        if (!value_known(&row->cells[f]) || (info->fields[f].flags & FIELD_SAMPLED))
            continue;
        if (!put_value(out, (unsigned)(f - next), &row->cells[f], err)) {
            if (out->data != NULL)
                out->data[out->len = start] = '\0';
            return false;
        }
        next = f + 1;
    }
    return true;
}

/* --- reading: bytes may be anybody's --- */

static bool get_number(struct row_cursor *c, uint64_t *out)
{
    uint64_t n = 0;

    for (unsigned shift = 0; c->at < c->end && shift < 64; shift += 7) {
        unsigned char byte = *c->at++;
        if (shift == 63 && byte > 1)
            return false;
        n |= (uint64_t)(byte & 0x7f) << shift;
        if (byte < 0x80) {
            *out = n;
            return true;
        }
    }
    return false;
}

static bool take(struct row_cursor *c, uint64_t n, const unsigned char **bytes)
{
    if (n > (uint64_t)(c->end - c->at))
        return false;
    *bytes = c->at;
    c->at += n;
    return true;
}

bool row_next_packed(struct row_cursor *c, struct row_packed *p)
{
    uint64_t tag;

    if (!get_number(c, &tag) || tag >> TYPE_BITS >= FIELD_LIMIT - c->next)
        return false;
    p->field = c->next + (size_t)(tag >> TYPE_BITS);
    p->type = tag & TYPE_MASK;
    c->next = p->field + 1;
    if (p->type == ROW_TYPE_WORD)
        return row_next_word(c, &p->number);
    if (p->type == VALUE_REAL)
        return take(c, 8, &p->bytes);
    if (!get_number(c, &p->number))
        return false;
    return (p->type != VALUE_TEXT && p->type != VALUE_LIST) || take(c, p->number, &p->bytes);
}

static int64_t unzigzag(uint64_t n)
{
    uint64_t half = n >> 1;

    return n & 1 ? -(int64_t)half - 1 : (int64_t)half;
}

static struct value real_of(const unsigned char bytes[8])
{
    uint64_t bits = 0;
    double real;

    for (size_t i = 0; i < 8; i++)
        bits |= (uint64_t)bytes[i] << (8 * i);
    memcpy(&real, &bits, sizeof real);
    return value_real(real);
}

struct value row_value_of(const struct row_packed *p, const struct intern *words)
{
    switch (p->type) {
    case ROW_TYPE_WORD:
        return (p->number & 1 ? value_list : value_text)(intern_text(words, row_word_of(p)));
    case VALUE_TEXT:
        return value_text(text_from(p->bytes, (size_t)p->number));
    case VALUE_LIST:
        return value_list(text_from(p->bytes, (size_t)p->number));
    case VALUE_INT:
        return value_int(unzigzag(p->number));
    case VALUE_TIME:
        return value_time(unzigzag(p->number));
    case VALUE_BOOL:
        return value_bool(p->number != 0);
    case VALUE_REAL:
        return real_of(p->bytes);
    default:
        return value_real((double)unzigzag(p->number));
    }
}

struct row_cursor row_cursor_make(const void *bytes, size_t n)
{
    const unsigned char *at = n > 0 ? bytes : (const unsigned char *)"";

    return (struct row_cursor){.at = at, .end = at + n, .word = INTERN_NONE};
}

bool row_cursor_next(struct row_cursor *c, size_t *field, struct value *value)
{
    struct row_packed p;

    if (c->bad || c->at >= c->end)
        return false;
    if (!row_next_packed(c, &p)) {
        c->bad = true;
        return false;
    }
    *field = p.field;
    *value = row_value_of(&p, c->words);
    c->word = p.type == ROW_TYPE_WORD ? row_word_of(&p) : INTERN_NONE;
    return true;
}

bool row_read(enum kind kind, struct row_cursor c, struct row *row, struct err *err)
{
    size_t count = kind_info(kind)->field_count, field;
    struct value value;

    row->kind = kind;
    memset(row->cells, 0, sizeof row->cells);
    while (row_cursor_next(&c, &field, &value))
        if (field < count)
            row->cells[field] = value;
    if (!c.bad)
        return true;
    memset(row->cells, 0, sizeof row->cells);
    return err_set(err, ERR_CORRUPT, "cannot read a stored row of '%s': its bytes make no sense",
                   kind_info(kind)->name);
}

bool row_unpack(enum kind kind, const void *bytes, size_t n, struct row *row, struct err *err)
{
    return row_read(kind, row_cursor_make(bytes, n), row, err);
}

struct value row_look(enum kind kind, struct row_cursor *c, int field)
{
    struct row_packed p;

    c->word = INTERN_NONE;
    if (field < 0 || (size_t)field >= kind_info(kind)->field_count)
        return value_none();
    while (c->at < c->end && row_next_packed(c, &p) && p.field <= (size_t)field) {
        if (p.field != (size_t)field)
            continue;
        c->word = p.type == ROW_TYPE_WORD ? row_word_of(&p) : INTERN_NONE;
        return row_value_of(&p, c->words);
    }
    return value_none();
}

struct value row_peek(enum kind kind, const void *bytes, size_t n, int field)
{
    struct row_cursor c = row_cursor_make(bytes, n);

    return row_look(kind, &c, field);
}

/* --- jobs --- */

static bool differ(const struct row *a, const struct row *b, int field)
{
    const struct value *x = &a->cells[field], *y = &b->cells[field];

    return value_known(x) && value_known(y) && !value_equal(x, y);
}

bool row_job_replaced(const struct row *was, const struct row *now)
{
    if (differ(was, now, JOB_USER))
        return true;
    if (!differ(was, now, JOB_SUBMITTED_AT))
        return false;

    const struct value *before = &was->cells[JOB_RESTARTS], *after = &now->cells[JOB_RESTARTS];
    return !value_known(after) || value_int_or(after, 0) <= value_int_or(before, 0);
}

struct value row_waited_of(const struct value *state, const struct value *submitted, const struct value *started,
                           int64_t at_ms)
{
    enum job_state s = state_job(value_text_or(state, ""));
    bool waits = s == JOB_WAITING || s == JOB_HELD;
    int64_t until = waits ? at_ms : value_int_or(started, 0), ms;

    if (!value_known(submitted) || (waits ? at_ms <= 0 : !value_known(started)))
        return value_none();
    if (__builtin_sub_overflow(until, value_int_or(submitted, 0), &ms))
        return value_none();
    return value_int(ms > 0 ? ms / 1000 : 0);
}

struct value row_waited_s(const struct row *job, int64_t at_ms)
{
    return row_waited_of(&job->cells[JOB_STATE], &job->cells[JOB_SUBMITTED_AT], &job->cells[JOB_STARTED_AT], at_ms);
}

struct safe_text row_teller(const struct row *row)
{
    int field = kind_info(row->kind)->told_by;
    struct safe_text told_by = field ? value_text_or(&row->cells[field], "") : text_of("");
    return text_empty(told_by) ? row->source : told_by;
}
