#include "views/ends.h"

#include "base/tr.h"

static bool find(const struct view_rows *rows, struct safe_text id, struct row *row)
{
    int64_t at = rows->find(rows->ctx, id, text_of(""));

    return at >= 0 && rows->at(rows->ctx, (size_t)at, row);
}

static struct safe_text name_of(const struct row *row, int name, int name_zh)
{
    struct safe_text text = value_text_or(&row->cells[tr_is_zh() ? name_zh : name], "");

    return text_empty(text) ? row->id : text;
}

struct safe_text ends_name(const struct ends *e, struct safe_text id)
{
    struct row row = {0};

    if (find(e->clusters, id, &row))
        return name_of(&row, CLUSTER_NAME, CLUSTER_NAME_ZH);
    if (find(e->places, id, &row))
        return name_of(&row, PLACE_NAME, PLACE_NAME_ZH);
    return id;
}

static void put(const struct ends *e, const struct row *link, int field, bool ids, struct buf *out)
{
    struct safe_text id = value_text_or(&link->cells[field], "?");

    text_show(ids ? id : ends_name(e, id), -1, out);
}

void ends_words(const struct ends *e, const struct row *link, bool ids, const struct canvas *c, struct buf *out)
{
    put(e, link, LINK_FROM, ids, out);
    buf_puts(out, canvas_sign(c, GLYPH_ARROW), NULL);
    put(e, link, LINK_TO, ids, out);
}
