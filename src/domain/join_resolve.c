#include <string.h>

#include "domain/join_private.h"

static size_t source_at(const struct join *j, const char *name)
{
    for (size_t i = 1; i < j->n_sources; i++)
        if (strcmp(j->sources[i]->name, name) == 0)
            return i;
    return IDS_NONE;
}

/* Where the rows of all sources stand, by the sources' own ids. */
static const struct join_table *own_ids(const struct join *j, struct join_list *l)
{
    if (l->own_made)
        return &l->own;
    join_table_clear(&l->own);
    for (size_t i = 0; i < l->count; i++)
        if (l->all[i].row != NULL)
            join_table_put(&l->own, text_of(j->sources[l->all[i].source]->key), l->all[i].row->id)->number = i;
    l->own_made = true;
    return &l->own;
}

/* What a row of that id would be that tells nothing else: "fra/r01" stands at "fra". */
static struct row row_of_id(enum kind kind, struct safe_text id)
{
    struct row row = {.kind = kind, .id = id};
    struct safe_text rest = id, stand;
    int field = kind == KIND_RACK ? RACK_SITE : kind == KIND_HALL ? HALL_SITE : -1;

    if (field >= 0 && text_split(&rest, '/', &stand) && !text_empty(rest))
        row.cells[field] = value_text(stand);
    return row;
}

bool join_resolve(struct join *j, const char *source, enum kind kind, struct safe_text id, struct buf *out)
{
    size_t from = source_at(j, source);
    const struct join_where *own;
    struct arena arena = {0};
    struct join_told told;
    struct join_list *l;
    bool found;

    if (kind_info(kind)->told_by == 0 || from == IDS_NONE)
        return false;
    join_settle(j, NULL);
    l = join_list(j, kind);
    own = join_table_find(own_ids(j, l), text_of(j->sources[from]->key), id);
    if (own != NULL) {
        text_copy(out, l->all[own->number].id);
        return true;
    }
    struct row row = row_of_id(kind, id);
    found = join_list_meaning(j, &arena, from, &row, &told) && join_list_find(l, told.id) != IDS_NONE;
    if (found)
        text_copy(out, told.id);
    arena_release(&arena);
    return found;
}
