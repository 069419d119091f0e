#include <string.h>

#include "sources/slurm.h"

/* The end of the year 9999: what ISO 8601 can still write. */
static const int64_t last_second = INT64_C(253402300799);

struct value slurm_cell_text(const struct json *value)
{
    struct safe_text t;
    return json_type(value) == JSON_TEXT && json_text(value, &t) && !text_empty(t) ? value_text(t) : value_none();
}

struct value slurm_cell_count(const struct json *value)
{
    int64_t v;
    return slurm_number(value, &v) == SLURM_NUMBER_KNOWN && v >= 0 ? value_int(v) : value_none();
}

struct value slurm_cell_time(const struct json *value)
{
    int64_t v;
    bool known = slurm_number(value, &v) == SLURM_NUMBER_KNOWN && v > 0 && v <= last_second;
    return known ? value_time(v * 1000) : value_none();
}

struct value slurm_cell_minutes(const struct json *value)
{
    struct value minutes = slurm_cell_count(value);
    bool sane = value_known(&minutes) && minutes.as.i < INT64_C(1) << 32;
    return sane ? value_int(minutes.as.i * 60) : value_none();
}

void slurm_cell_words(const struct json *value, void (*visit)(void *ctx, struct safe_text word), void *ctx)
{
    struct safe_text t;
    if (json_type(value) == JSON_TEXT && json_text(value, &t) && !text_empty(t))
        visit(ctx, t);
    if (json_type(value) != JSON_ARRAY)
        return;
    for (const struct json *j = json_first(value); j; j = json_next(j)) {
        if (json_type(j) == JSON_TEXT && json_text(j, &t) && !text_empty(t))
            visit(ctx, t);
    }
}

struct joined {
    char *at; /* NULL while only the length is counted */
    size_t len;
};

static void join(void *ctx, struct safe_text word)
{
    struct joined *j = ctx;
    const char *p = text_bytes(word);
    size_t n = text_len(word), gap = j->len > 0;
    if (j->at && gap)
        j->at[j->len] = VALUE_LIST_SEPARATOR;
    for (size_t i = 0; j->at && i < n; i++) {
        bool comma = p[i] == ',';
        j->at[j->len + gap + i] = comma ? VALUE_LIST_SEPARATOR : p[i] == VALUE_LIST_SEPARATOR ? '?' : p[i];
    }
    j->len += gap + n;
}

struct value slurm_cell_list(const struct json *value, struct arena *arena)
{
    struct joined j = {0};
    slurm_cell_words(value, join, &j);
    if (j.len == 0)
        return value_none();
    j = (struct joined){.at = arena_alloc(arena, j.len + 1)};
    slurm_cell_words(value, join, &j);
    return value_list(text_from(j.at, j.len));
}

struct safe_text slurm_cell_id(struct safe_text scheduler, struct safe_text name, struct arena *arena)
{
    size_t a = text_len(scheduler), b = text_len(name);
    char *p = arena_alloc(arena, a + b + 2);
    memcpy(p, text_bytes(scheduler), a);
    p[a] = '/';
    memcpy(p + a + 1, text_bytes(name), b);
    return text_from(p, a + 1 + b);
}
