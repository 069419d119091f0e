#include <inttypes.h>

#include "domain/change_private.h"

bool change_join_same(const struct row *ours, const struct row *theirs)
{
    int64_t apart_ms = value_int_or(&ours->cells[CHANGE_AT], 0) - value_int_or(&theirs->cells[CHANGE_AT], 0);
    const char *head = change_words_head(ours);

    return head != NULL && apart_ms <= CHANGE_SAME_MS && apart_ms >= -CHANGE_SAME_MS &&
           text_equal(change_cell(ours, CHANGE_WHERE), change_cell(theirs, CHANGE_WHERE)) &&
           text_contains(change_cell(theirs, CHANGE_WHAT), text_of(head), true);
}

struct safe_text change_join_group(const struct row *change)
{
    struct safe_text rest = change_cell(change, CHANGE_WHERE), group;

    return text_split(&rest, '/', &group) && !text_empty(rest) ? group : text_of("");
}

static const char *many_of(struct safe_text kind)
{
    static const enum kind kinds[] = {KIND_NODE, KIND_JOB, KIND_RACK};

    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
        if (text_is(kind, kind_info(kinds[i])->singular))
            return kind_info(kinds[i])->name;
    return "objects";
}

static struct safe_text since(const struct buf *text, size_t start)
{
    return text_from(text->data + start, text->len - start);
}

bool change_join_storm(const struct row *one, size_t n, struct row *change, struct buf *text)
{
    enum { OURS = 256 };
    struct safe_text group = change_join_group(one), kind = change_cell(one, CHANGE_KIND);
    const char *head = change_words_head(one);
    size_t start;

    if (head == NULL || text_empty(group) ||
        !buf_reserve(text, OURS + 2 * text_len(group) + 2 * text_len(kind) + text_len(one->source), NULL))
        return false;
    *change = (struct row){.kind = KIND_CHANGE, .since_ms = one->since_ms, .observed_ms = one->observed_ms};
    start = text->len;
    text_copy(text, kind);
    buf_putc(text, '/', NULL);
    text_copy(text, group);
    buf_printf(text, NULL, "/%s@%" PRId64, head, value_int_or(&one->cells[CHANGE_AT], 0));
    change->id = since(text, start);
    change->source = text_copy(text, one->source);
    change->cells[CHANGE_AT] = one->cells[CHANGE_AT];
    change->cells[CHANGE_KIND] = value_text(text_copy(text, kind));
    change->cells[CHANGE_WHERE] = value_text(text_copy(text, group));
    start = text->len;
    buf_printf(text, NULL, "%s: %zu %s", head, n, many_of(kind));
    change->cells[CHANGE_WHAT] = value_text(since(text, start));
    return true;
}
