#ifndef HUBTOP_SRC_STORE_INDEX_H
#define HUBTOP_SRC_STORE_INDEX_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* What the writer knows of the present of one (source, kind): for each id the hash of its packed row and where the row
 * is. Ids are known by their 64-bit SipHash under the process's random key; whoever changes a row compares the id that
 * the table holds. */

struct store_index_entry {
    uint64_t id_hash;
    uint64_t row_hash;
    int64_t seq;   /* -1: free */
    uint32_t gen;  /* a job's generation */
    uint32_t tick; /* the store's count of batches when it was opened */
};

struct store_index {
    struct store_index_entry *entries; /* positions are stable: batches mark them */
    size_t used, cap, live;
    uint32_t *table; /* position + 1, open addressing */
    size_t table_size;
    uint32_t *free; /* positions to use again */
    size_t free_n, free_cap;
};

void store_index_release(struct store_index *ix);
/* The position of an id, or -1. */
int64_t store_index_find(const struct store_index *ix, uint64_t id_hash);
/* Adds an id that is not there; returns its position. */
size_t store_index_add(struct store_index *ix, const struct store_index_entry *e);
void store_index_remove(struct store_index *ix, size_t position);

#endif
