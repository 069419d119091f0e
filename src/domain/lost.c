#include "domain/lost.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "domain/ids.h"
#include "domain/state.h"

enum { ROW_BYTES = 1 << 20 };

/* A node that was lost at some time; those that are now hold their row: source, id, packed cells. */
struct entry {
    char *bytes; /* NULL: it is not lost */
    size_t source_len, id_len, packed_len;
    int64_t since_ms, lost_ms;
};

struct lost {
    struct ids ids;
    struct entry *all; /* by number of the ids */
    size_t known, cap, live;
    struct row *rows;
    int64_t *lost_ms;
    size_t listed;
};

struct lost *lost_new(void)
{
    return mem_new(1, sizeof(struct lost));
}

void lost_free(struct lost *l)
{
    if (l == NULL)
        return;
    for (size_t i = 0; i < l->known; i++)
        free(l->all[i].bytes);
    free(l->all);
    free(l->rows);
    free(l->lost_ms);
    ids_release(&l->ids);
    free(l);
}

static struct entry *entry_of(struct lost *l, const struct row *node)
{
    size_t at = ids_put(&l->ids, node->source, node->id);

    if (at >= l->cap) {
        l->cap = l->cap > 0 ? 2 * l->cap : 64;
        l->all = mem_grow(l->all, l->cap, sizeof *l->all);
    }
    for (; l->known <= at; l->known++)
        l->all[l->known] = (struct entry){0};
    return &l->all[at];
}

static void drop(struct lost *l, const struct row *node)
{
    size_t at = ids_find(&l->ids, node->source, node->id);

    if (at == IDS_NONE || l->all[at].bytes == NULL)
        return;
    free(l->all[at].bytes);
    l->all[at].bytes = NULL;
    l->live--;
}

static void keep(struct lost *l, const struct row *node, int64_t lost_ms)
{
    struct entry *e = entry_of(l, node);
    struct buf b = buf_make(ROW_BYTES);

    if (e->bytes == NULL && l->live >= LOST_MAX)
        return;
    text_copy(&b, node->source);
    text_copy(&b, node->id);
    size_t head = b.len;
    if (row_pack(node, &b, NULL)) {
        l->live += e->bytes == NULL;
        e->lost_ms = e->bytes == NULL ? lost_ms : e->lost_ms;
        free(e->bytes);
        e->bytes = mem_new(b.len + 1, 1);
        memcpy(e->bytes, buf_str(&b), b.len);
        e->source_len = text_len(node->source);
        e->id_len = text_len(node->id);
        e->packed_len = b.len - head;
        e->since_ms = node->since_ms;
    }
    buf_release(&b);
}

static bool is_lost(const struct row *node)
{
    return node != NULL && state_node(value_text_or(&node->cells[NODE_STATE], "")) == NODE_DOWN &&
           !state_node_is_planned(value_text_or(&node->cells[NODE_STATE_RAW], ""));
}

void lost_remember(struct lost *l, const struct row *node)
{
    if (is_lost(node))
        keep(l, node, value_int_or(&node->cells[NODE_REASON_AT], node->since_ms));
}

void lost_see(struct lost *l, const struct row *was, const struct row *now, int64_t at_ms)
{
    if (is_lost(now))
        keep(l, now, at_ms);
    else
        drop(l, now != NULL ? now : was);
}

size_t lost_list(struct lost *l, const struct row **rows, const int64_t **lost_ms)
{
    size_t n = 0;

    if (l->listed < l->live) {
        l->listed = l->live;
        l->rows = mem_grow(l->rows, l->listed, sizeof *l->rows);
        l->lost_ms = mem_grow(l->lost_ms, l->listed, sizeof *l->lost_ms);
    }
    for (size_t i = 0; i < l->known && n < l->live; i++) {
        const struct entry *e = &l->all[i];
        struct row *row = &l->rows[n];
        if (e->bytes == NULL)
            continue;
        *row = (struct row){0};
        if (!row_unpack(KIND_NODE, e->bytes + e->source_len + e->id_len, e->packed_len, row, NULL))
            continue;
        row->source = text_from(e->bytes, e->source_len);
        row->id = text_from(e->bytes + e->source_len, e->id_len);
        row->since_ms = e->since_ms;
        l->lost_ms[n++] = e->lost_ms;
    }
    *rows = l->rows;
    *lost_ms = l->lost_ms;
    return n;
}
