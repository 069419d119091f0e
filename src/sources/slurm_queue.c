#include "sources/slurm.h"

const char *const slurm_queue_keep[] = {"cpus",  "name",       "nodes",       "partition",
                                        "state", "total_cpus", "total_nodes", NULL};

static void take_first(void *ctx, struct safe_text word)
{
    struct value *first = ctx;
    if (!value_known(first))
        *first = value_text(word);
}

/* A word of v0.0.38, or the first of a list: "UP", ["UP"]. */
static struct value lower_word(const struct json *value, struct arena *arena)
{
    struct value v = value_none();
    slurm_cell_words(value, take_first, &v);
    if (!value_known(&v))
        return v;
    size_t n = text_len(v.as.text);
    char *p = arena_copy(arena, text_bytes(v.as.text), n);
    for (size_t i = 0; i < n; i++)
        p[i] = p[i] >= 'A' && p[i] <= 'Z' ? (char)(p[i] - 'A' + 'a') : p[i];
    return value_text(text_from(p, n));
}

/* A member of v0.0.38, or where it went in v0.0.39. */
static const struct json *either(const struct json *e, const char *flat, const char *nested)
{
    const struct json *v = json_get(e, flat);
    return v ? v : slurm_at(e, nested);
}

enum slurm_found slurm_queue(const struct json *e, struct safe_text scheduler, struct arena *arena, struct row *row)
{
    struct value name = slurm_cell_text(json_get(e, "name"));
    if (!value_known(&name))
        return SLURM_NONSENSE;
    *row = (struct row){.kind = KIND_QUEUE, .id = slurm_cell_id(scheduler, name.as.text, arena)};
    row->cells[QUEUE_SCHEDULER] = value_text(scheduler);
    row->cells[QUEUE_CLUSTER] = value_text(scheduler);
    row->cells[QUEUE_NAME] = name;
    row->cells[QUEUE_STATE] = lower_word(either(e, "state", "partition/state"), arena);
    row->cells[QUEUE_NODES_TOTAL] = slurm_cell_count(either(e, "total_nodes", "nodes/total"));
    row->cells[QUEUE_CPUS_TOTAL] = slurm_cell_count(either(e, "total_cpus", "cpus/total"));
    return SLURM_ROW;
}
