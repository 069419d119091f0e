#include <string.h>

#include "sources/hub_private.h"

enum { TIME_TEXT_MAX = 64, LIST_BYTES_MAX = 1 << 20 };

/* --- what is noted --- */

void hub_report_note(struct hub_report *report, enum kind kind, enum hub_departure what, const char *key)
{
    char shown[HUB_KEY_MAX];
    text_show_in(text_of(key), shown, sizeof shown);
    for (size_t i = 0; i < report->count; i++) {
        struct hub_note *n = &report->notes[i];
        if (n->kind == kind && n->what == what && strcmp(n->key, shown) == 0) {
            n->count++;
            return;
        }
    }
    if (report->count == HUB_NOTES_MAX) {
        report->more++;
        return;
    }
    struct hub_note *n = &report->notes[report->count++];
    *n = (struct hub_note){.kind = kind, .what = what, .count = 1};
    memcpy(n->key, shown, sizeof shown);
}

/* --- one value --- */

/* A cell, and what is wrong with its value; HUB_DEPARTURES: nothing. */
struct taken {
    struct value value;
    enum hub_departure wrong;
};

static struct taken right(struct value v)
{
    return (struct taken){v, HUB_DEPARTURES};
}

static struct taken wrong(enum hub_departure what)
{
    return (struct taken){value_none(), what};
}

static bool is_word(const char *words, struct safe_text t)
{
    struct safe_text rest = text_of(words), word;
    while (text_split(&rest, ' ', &word)) {
        if (text_equal(word, t))
            return true;
    }
    return false;
}

static struct taken take_text(enum kind kind, int field, const struct json *j, struct arena *arena)
{
    struct safe_text t;
    const char *words = hub_field_words(kind, field);
    if (!json_text(j, &t))
        return wrong(HUB_TYPE);
    if (words && !is_word(words, t))
        return wrong(HUB_WORD);
    return right(value_text(text_from(arena_copy(arena, text_bytes(t), text_len(t)), text_len(t))));
}

/* A list with a member that is no text is no list: half of it would look like all. */
static struct taken take_list(const struct json *j, struct arena *arena)
{
    struct buf joined = buf_make(LIST_BYTES_MAX);
    bool ok = json_type(j) == JSON_ARRAY;
    for (const struct json *m = ok ? json_first(j) : NULL; ok && m; m = json_next(m)) {
        struct safe_text t;
        ok = json_text(m, &t) && value_list_add(&joined, t, NULL);
    }
    struct safe_text all = text_from(arena_copy(arena, buf_str(&joined), joined.len), joined.len);
    buf_release(&joined);
    return ok ? right(value_list(all)) : wrong(HUB_TYPE);
}

static struct taken take_number(enum kind kind, int field, const struct json *j, bool whole)
{
    double min, max, real;
    int64_t i = 0;
    if (json_type(j) != JSON_NUMBER || (whole && !json_int(j, &i)))
        return wrong(HUB_TYPE);
    if (!json_real(j, &real))
        return wrong(HUB_RANGE);
    hub_field_range(kind, field, &min, &max);
    if (!(real >= min && real <= max))
        return wrong(HUB_RANGE);
    return right(whole ? value_int(i) : value_real(real));
}

static struct taken take_time(const struct json *j)
{
    struct safe_text t;
    char text[TIME_TEXT_MAX];
    int64_t ms;
    if (!json_text(j, &t))
        return wrong(HUB_TYPE);
    if (text_len(t) >= sizeof text)
        return wrong(HUB_TIME);
    memcpy(text, text_bytes(t), text_len(t));
    text[text_len(t)] = '\0';
    return clock_parse_iso(text, &ms, NULL) ? right(value_time(ms)) : wrong(HUB_TIME);
}

static struct taken take_bool(const struct json *j)
{
    bool b;
    return json_bool(j, &b) ? right(value_bool(b)) : wrong(HUB_TYPE);
}

static struct taken take(enum kind kind, int field, const struct json *j, struct arena *arena)
{
    switch (kind_info(kind)->fields[field].type) {
    case VALUE_TEXT:
        return take_text(kind, field, j, arena);
    case VALUE_LIST:
        return take_list(j, arena);
    case VALUE_INT:
        return take_number(kind, field, j, true);
    case VALUE_REAL:
        return take_number(kind, field, j, false);
    case VALUE_TIME:
        return take_time(j);
    case VALUE_BOOL:
        return take_bool(j);
    case VALUE_NONE:
        break;
    }
    return wrong(HUB_STRANGE_KEY);
}

/* --- one item --- */

/* Keys that every item may have beside its kind's fields: what it is, and its revision for orders. */
static bool is_common(const char *key)
{
    return strcmp(key, "id") == 0 || strcmp(key, "revision") == 0;
}

static void take_member(enum kind kind, const struct json *member, struct arena *arena, struct row *row,
                        struct hub_report *report)
{
    const char *key = json_key(member);
    int field = kind_field(kind, key);
    if (is_common(key))
        return;
    if (!hub_field_told(kind, field)) {
        hub_report_note(report, kind, HUB_STRANGE_KEY, key);
        return;
    }
    if (json_type(member) == JSON_NULL) {
        row->cells[field] = value_none();
        return;
    }
    struct taken t = take(kind, field, member, arena);
    row->cells[field] = t.value;
    if (t.wrong != HUB_DEPARTURES)
        hub_report_note(report, kind, t.wrong, key);
}

bool hub_row(enum kind kind, const struct json *item, struct arena *arena, struct row *row, struct hub_report *report)
{
    struct safe_text id = {0};
    *row = (struct row){.kind = kind};
    if (!json_text(json_get(item, "id"), &id) || text_empty(id) || text_len(id) > HUB_ID_MAX) {
        hub_report_note(report, kind, HUB_NO_ID, "id");
        return false;
    }
    row->id = text_from(arena_copy(arena, text_bytes(id), text_len(id)), text_len(id));
    for (const struct json *m = json_first(item); m; m = json_next(m))
        take_member(kind, m, arena, row, report);
    return true;
}
