#include "sources/slurm.h"

const char *const slurm_queue_keep[] = {"name", "state", "total_cpus", "total_nodes", NULL};

static struct value lower_word(const struct json *value, struct arena *arena)
{
    struct value v = slurm_cell_text(value);
    if (!value_known(&v))
        return v;
    size_t n = text_len(v.as.text);
    char *p = arena_copy(arena, text_bytes(v.as.text), n);
    for (size_t i = 0; i < n; i++)
        p[i] = p[i] >= 'A' && p[i] <= 'Z' ? (char)(p[i] - 'A' + 'a') : p[i];
    return value_text(text_from(p, n));
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
    row->cells[QUEUE_STATE] = lower_word(json_get(e, "state"), arena);
    row->cells[QUEUE_NODES_TOTAL] = slurm_cell_count(json_get(e, "total_nodes"));
    row->cells[QUEUE_CPUS_TOTAL] = slurm_cell_count(json_get(e, "total_cpus"));
    return SLURM_ROW;
}
