#include "sources/alertmanager.h"
#include "sources/told.h"

/* "=" or "!=", "=~" or "!~". Alertmanagers before 0.22 knew no isEqual: theirs were all equal. */
static const char *sign_of(const struct json *matcher)
{
    bool regex = false, equal = true;
    (void)json_bool(json_get(matcher, "isRegex"), &regex);
    (void)json_bool(json_get(matcher, "isEqual"), &equal);
    return regex ? (equal ? "=~" : "!~") : equal ? "=" : "!=";
}

static void matcher_put(const struct json *matcher, struct buf *joined, struct arena *arena)
{
    struct safe_text name = told_id(json_get(matcher, "name"));
    struct value value = told_text(json_get(matcher, "value"));
    struct buf one = buf_make(TOLD_LIST_MAX);
    text_copy(&one, name);
    buf_puts(&one, sign_of(matcher), NULL);
    text_copy(&one, value_text_or(&value, ""));
    if (!text_empty(name))
        (void)value_list_add(joined, text_from(arena_copy(arena, buf_str(&one), one.len), one.len), NULL);
    buf_release(&one);
}

static struct value matchers_of(const struct json *array, struct arena *arena)
{
    struct buf joined = buf_make(TOLD_LIST_MAX);
    size_t n = 0;
    for (const struct json *j = json_type(array) == JSON_ARRAY ? json_first(array) : NULL;
         j && n < ALERTMANAGER_LABELS_MAX; j = json_next(j), n++)
        matcher_put(j, &joined, arena);
    struct value list = told_list(&joined, arena);
    buf_release(&joined);
    return list;
}

static struct value state_of(const struct json *status)
{
    static const char *const states[] = {"pending", "active", "expired"};
    struct value word = told_text(json_get(status, "state"));
    for (size_t i = 0; i < sizeof states / sizeof *states; i++) {
        if (text_is(value_text_or(&word, ""), states[i]))
            return value_text(text_of(states[i]));
    }
    return value_none();
}

bool alertmanager_silence(const struct json *element, struct arena *arena, struct row *row)
{
    *row = (struct row){.kind = KIND_SILENCE, .id = told_id(json_get(element, "id"))};
    row->cells[SILENCE_STATE] = state_of(json_get(element, "status"));
    row->cells[SILENCE_MATCHERS] = matchers_of(json_get(element, "matchers"), arena);
    row->cells[SILENCE_STARTS_AT] = told_time(json_get(element, "startsAt"));
    row->cells[SILENCE_ENDS_AT] = told_time(json_get(element, "endsAt"));
    row->cells[SILENCE_UPDATED_AT] = told_time(json_get(element, "updatedAt"));
    row->cells[SILENCE_CREATED_BY] = told_text(json_get(element, "createdBy"));
    row->cells[SILENCE_COMMENT] = told_text(json_get(element, "comment"));
    return !text_empty(row->id);
}
