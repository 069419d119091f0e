#include "store_private.h"

enum { ANEW_ROWS = 20000 };

/* Parts know jobs by the id that their source gives: without the ~N of a generation. */
static size_t bare_len(enum kind kind, struct safe_text id)
{
    const char *p = text_bytes(id);
    size_t n = text_len(id), cut = n;
    while (kind == KIND_JOB && cut > 0 && p[cut - 1] >= '0' && p[cut - 1] <= '9')
        cut--;
    return cut > 0 && cut < n && p[cut - 1] == '~' ? cut - 1 : n;
}

static bool is_wanted(enum kind kind, struct safe_text held, struct safe_text id, bool newest)
{
    return text_equal(held, id) || (newest && text_equal(text_from(text_bytes(held), bare_len(kind, held)), id));
}

/* The row of that entry, if it is of that id and not of another one that has its hash. */
static bool read_row(struct store *s, const struct store_part *p, const struct store_index_entry *e,
                     struct safe_text id, bool newest, struct buf *room, struct row *row)
{
    sqlite3_stmt *stmt = store_sql_get(&s->db, SQL_PRESENT_GET);
    bool ok = false;
    if (!stmt)
        return false;
    sqlite3_bind_int64(stmt, 1, store_key_row(p->kind, p->source, e->seq));
    if (sqlite3_step(stmt) == SQLITE_ROW) {
        size_t id_len, n;
        const char *held = store_sql_blob(stmt, 2, &id_len), *packed = store_sql_blob(stmt, 3, &n);
        buf_clear(room);
        *row = (struct row){0};
        ok = is_wanted(p->kind, text_from(held, id_len), id, newest) && buf_reserve(room, id_len + n, NULL) &&
             buf_put(room, held, id_len, NULL) && buf_put(room, packed, n, NULL) &&
             row_unpack(p->kind, room->data + id_len, n, row, NULL);
        row->id = text_from(room->data, id_len);
        row->since_ms = sqlite3_column_int64(stmt, 1);
    }
    sqlite3_reset(stmt);
    return ok;
}

/* What could not be recorded took the index with it: it is read anew, of a great part not all at once. */
static bool is_ready(struct store *s, struct store_part *p)
{
    return p && store_part_load(s, p, ANEW_ROWS, NULL) && p->ready;
}

static bool find(struct store *s, enum kind kind, struct safe_text id, size_t known_len, bool newest, struct buf *room,
                 struct row *row)
{
    uint64_t hash = store_part_hash(s, text_bytes(id), known_len);
    for (size_t i = 0; i < s->n_sources; i++) {
        struct store_part *p = s->sources[i].parts[kind];
        int64_t at = is_ready(s, p) ? store_index_find(&p->index, hash) : -1;
        if (at < 0 || !read_row(s, p, &p->index.entries[at], id, newest, room, row))
            continue;
        row->kind = kind;
        row->source = text_from(s->sources[i].name, s->sources[i].name_len);
        return true;
    }
    return false;
}

bool store_find(struct store *s, enum kind kind, struct safe_text id, struct buf *room, struct row *row)
{
    size_t bare = bare_len(kind, id);
    return find(s, kind, id, text_len(id), false, room, row) ||
           (bare < text_len(id) && find(s, kind, id, bare, false, room, row));
}

bool store_find_newest(struct store *s, enum kind kind, struct safe_text id, struct buf *room, struct row *row)
{
    return find(s, kind, id, text_len(id), true, room, row);
}
