#include "views/marks.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/hash.h"
#include "base/mem.h"
#include "domain/kind.h"
#include "views/view.h"

/* Marks in the order in which they were made, and a table of places in it: open addressing, at most half full. */

enum { TABLE_BITS = 15, TABLE_SIZE = 1 << TABLE_BITS, SOURCE_MAX = 64, FREE = 0 };

struct mark {
    char *bytes; /* the id's, then the source's */
    size_t id_len, source_len;
    uint64_t hash;
};

struct marks {
    struct mark all[MARKS_MAX];
    size_t count, last;         /* `last`: the place of the one that was marked last */
    uint16_t table[TABLE_SIZE]; /* 1 + the place; FREE */
};

/* What stands for a row here; `bytes` are the buffer's. False: it is too long. */
static bool identity(const struct row *row, struct buf *b, struct mark *out)
{
    bool one = kind_info(row->kind)->told_by != 0 || text_empty(row->source);

    if (text_len(row->id) > VIEW_ID_MAX || (!one && text_len(row->source) > SOURCE_MAX))
        return false;
    text_copy(b, row->id);
    out->id_len = b->len;
    if (!one)
        text_copy(b, row->source);
    out->source_len = b->len - out->id_len;
    out->bytes = b->data;
    out->hash = hash_sip(b->data, b->len, hash_process_key()) + out->id_len;
    return true;
}

static bool is_same(const struct mark *a, const struct mark *b)
{
    return a->hash == b->hash && a->id_len == b->id_len && a->source_len == b->source_len &&
           memcmp(a->bytes, b->bytes, a->id_len + a->source_len) == 0;
}

/* Where it is in the table, or the free place where it would be. */
static size_t slot_of(const struct marks *m, const struct mark *key)
{
    size_t i = key->hash % TABLE_SIZE;

    while (m->table[i] != FREE && !is_same(&m->all[m->table[i] - 1], key))
        i = (i + 1) % TABLE_SIZE;
    return i;
}

static void index_all(struct marks *m)
{
    memset(m->table, 0, sizeof m->table);
    for (size_t i = 0; i < m->count; i++)
        m->table[slot_of(m, &m->all[i])] = (uint16_t)(i + 1);
}

static void take_out(struct marks *m, size_t i)
{
    free(m->all[i].bytes);
    memmove(&m->all[i], &m->all[i + 1], (m->count - i - 1) * sizeof m->all[0]);
    m->count--;
    if (m->last > i || m->last == m->count)
        m->last -= m->last > 0;
    index_all(m);
}

size_t marks_count(const struct marks *m)
{
    return m != NULL ? m->count : 0;
}

/* 1 + the place of a row's mark; FREE: it has none. */
static size_t place_of(const struct marks *m, const struct row *row)
{
    struct buf b = buf_make(VIEW_ID_MAX + SOURCE_MAX);
    struct mark key;
    size_t place = marks_count(m) > 0 && identity(row, &b, &key) ? m->table[slot_of(m, &key)] : FREE;

    buf_release(&b);
    return place;
}

bool marks_has(const struct marks *m, const struct row *row)
{
    return place_of(m, row) != FREE;
}

static void append(struct marks *m, const struct mark *key)
{
    struct mark *mark = &m->all[m->count];

    *mark = *key;
    mark->bytes = mem_new(key->id_len + key->source_len + 1, 1);
    memcpy(mark->bytes, key->bytes, key->id_len + key->source_len);
    m->last = m->count++;
    m->table[slot_of(m, mark)] = (uint16_t)m->count;
}

enum marks_result marks_add(struct marks **m, const struct row *row)
{
    struct buf b = buf_make(VIEW_ID_MAX + SOURCE_MAX);
    enum marks_result result = MARKS_ADDED;
    struct mark key;
    size_t place;

    if (*m == NULL)
        *m = mem_new(1, sizeof **m);
    if (!identity(row, &b, &key))
        result = MARKS_TOO_LONG;
    else if ((place = (*m)->table[slot_of(*m, &key)]) != FREE)
        (*m)->last = place - 1;
    else if ((*m)->count < MARKS_MAX)
        append(*m, &key);
    else
        result = MARKS_FULL;
    buf_release(&b);
    return result;
}

void marks_remove(struct marks *m, const struct row *row)
{
    size_t place = place_of(m, row);

    if (place != FREE)
        take_out(m, place - 1);
}

void marks_clear(struct marks *m)
{
    for (size_t i = 0; i < marks_count(m); i++)
        free(m->all[i].bytes);
    if (m != NULL) {
        m->count = m->last = 0;
        index_all(m);
    }
}

void marks_free(struct marks *m)
{
    marks_clear(m);
    free(m);
}

void marks_at(const struct marks *m, size_t i, struct safe_text *id, struct safe_text *source)
{
    const struct mark *mark = &m->all[i];

    *id = text_from(mark->bytes, mark->id_len);
    *source = text_from(mark->bytes + mark->id_len, mark->source_len);
}

bool marks_last(const struct marks *m, struct safe_text *id, struct safe_text *source)
{
    if (marks_count(m) > 0)
        marks_at(m, m->last, id, source);
    return marks_count(m) > 0;
}

size_t marks_keep(struct marks *m, marks_there *there, void *ctx)
{
    size_t was = marks_count(m), kept = 0, last = 0;

    for (size_t i = 0; i < was; i++) {
        struct safe_text id, source;

        marks_at(m, i, &id, &source);
        if (there(ctx, id, source)) {
            last = i <= m->last ? kept : last;
            m->all[kept++] = m->all[i];
        } else
            free(m->all[i].bytes);
    }
    if (kept < was) {
        m->count = kept;
        m->last = last;
        index_all(m);
    }
    return was - kept;
}
