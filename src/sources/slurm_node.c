#include <string.h>

#include "domain/state.h"
#include "sources/slurm.h"

const char *const slurm_node_keep[] = {"alloc_cpus",
                                       "alloc_idle_cpus",
                                       "boot_time",
                                       "cpus",
                                       "gres",
                                       "gres_used",
                                       "idle_cpus",
                                       "name",
                                       "partitions",
                                       "real_memory",
                                       "reason",
                                       "reason_changed_at",
                                       "reason_set_by_user",
                                       "state",
                                       "state_flags",
                                       NULL};

enum trait { IDLE = 1, BUSY = 2, DEAD = 4, DRAIN = 8, FAIL = 16, MAINT = 32 };

/* Base states (in lower case in v0.0.38) and flags. A node that power saving has switched off counts by its base: it
 * comes back for a job. */
static const struct {
    const char *word;
    unsigned trait;
} words[] = {
    {"IDLE", IDLE},   {"ALLOCATED", BUSY}, {"MIXED", BUSY},          {"COMPLETING", BUSY},
    {"DOWN", DEAD},   {"ERROR", DEAD},     {"NOT_RESPONDING", DEAD}, {"REBOOT_ISSUED", DEAD},
    {"DRAIN", DRAIN}, {"FAIL", FAIL},      {"MAINTENANCE", MAINT},   {"MAINT", MAINT},
};

struct state {
    unsigned traits;
    char *raw; /* NULL while the length is counted */
    size_t len;
};

static char upper(char c)
{
    return c >= 'a' && c <= 'z' ? (char)(c - 'a' + 'A') : c;
}

static bool same_word(struct safe_text t, const char *word)
{
    size_t n = strlen(word);
    bool same = text_len(t) == n;
    for (size_t i = 0; same && i < n; i++)
        same = upper(text_bytes(t)[i]) == word[i];
    return same;
}

static void add_word(void *ctx, struct safe_text word)
{
    struct state *s = ctx;
    size_t n = text_len(word), gap = s->len > 0;
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        s->traits |= same_word(word, words[i].word) ? words[i].trait : 0;
    if (s->raw && gap)
        s->raw[s->len] = '+';
    for (size_t i = 0; s->raw && i < n; i++)
        s->raw[s->len + gap + i] = upper(text_bytes(word)[i]);
    s->len += gap + n;
}

static void add_words(const struct json *e, struct state *s)
{
    slurm_cell_words(json_get(e, "state"), add_word, s);
    slurm_cell_words(json_get(e, "state_flags"), add_word, s);
}

/* As sinfo weighs them: who drains a node knows that it is down. */
static enum node_state state_of(unsigned t)
{
    if (t & DRAIN)
        return t & BUSY ? NODE_DRAINING : NODE_DRAINED;
    if (t & DEAD)
        return NODE_DOWN;
    if (t & FAIL)
        return t & BUSY ? NODE_DRAINING : NODE_DOWN;
    if (t & BUSY)
        return NODE_UP;
    if (t & MAINT)
        return NODE_DRAINED;
    return t & IDLE ? NODE_IDLE : NODE_UNKNOWN;
}

/* "MIXED+DRAIN", as `scontrol show node` writes it. */
static void put_state(const struct json *e, struct arena *arena, struct row *row)
{
    struct state s = {0};
    add_words(e, &s);
    row->cells[NODE_STATE] = value_text(text_of(state_node_word(state_of(s.traits))));
    if (s.len == 0)
        return;
    s = (struct state){.raw = arena_alloc(arena, s.len + 1)};
    add_words(e, &s);
    row->cells[NODE_STATE_RAW] = value_text(text_from(s.raw, s.len));
}

static void put_cpus(const struct json *e, struct row *row)
{
    struct value total = slurm_cell_count(json_get(e, "cpus"));
    struct value idle = slurm_cell_count(json_get(e, "idle_cpus"));
    struct value used = slurm_cell_count(json_get(e, "alloc_cpus"));
    if (!value_known(&idle))
        idle = slurm_cell_count(json_get(e, "alloc_idle_cpus"));
    row->cells[NODE_CPUS_TOTAL] = total;
    if (!value_known(&idle) && value_known(&total) && value_known(&used) && used.as.i <= total.as.i)
        idle = value_int(total.as.i - used.as.i);
    row->cells[NODE_CPUS_FREE] = idle;
}

/* "" and "(null)" are a node without GRES; "N/A" is a slurmctld that does not know. */
static bool accels_of(const struct json *value, struct slurm_tres_accels *a)
{
    struct safe_text t;
    if (!json_text(value, &t) || text_is(t, "N/A"))
        return false;
    slurm_tres_accels_add(a, t, 1);
    return true;
}

static void put_accels(const struct json *e, struct row *row)
{
    struct slurm_tres_accels all = {0}, used = {0};
    if (!accels_of(json_get(e, "gres"), &all))
        return;
    struct value total = slurm_tres_accels_count(&all), taken = value_none();
    if (accels_of(json_get(e, "gres_used"), &used))
        taken = slurm_tres_accels_count(&used);
    row->cells[NODE_ACCELS_TOTAL] = total;
    row->cells[NODE_ACCEL_KIND] = slurm_tres_accels_kind(&all);
    if (value_known(&total) && value_known(&taken) && taken.as.i <= total.as.i)
        row->cells[NODE_ACCELS_FREE] = value_int(total.as.i - taken.as.i);
}

enum slurm_found slurm_node(const struct json *e, struct safe_text scheduler, struct arena *arena, struct row *row)
{
    struct value name = slurm_cell_text(json_get(e, "name"));
    if (!value_known(&name))
        return SLURM_NONSENSE;
    *row = (struct row){.kind = KIND_NODE, .id = slurm_cell_id(scheduler, name.as.text, arena)};
    row->cells[NODE_SCHEDULER] = value_text(scheduler);
    row->cells[NODE_CLUSTER] = value_text(scheduler);
    row->cells[NODE_NAME] = name;
    row->cells[NODE_REASON] = slurm_cell_text(json_get(e, "reason"));
    row->cells[NODE_REASON_BY] = slurm_cell_text(json_get(e, "reason_set_by_user"));
    row->cells[NODE_REASON_AT] = slurm_cell_time(json_get(e, "reason_changed_at"));
    row->cells[NODE_PARTITIONS] = slurm_cell_list(json_get(e, "partitions"), arena);
    row->cells[NODE_MEMORY_MB] = slurm_cell_count(json_get(e, "real_memory"));
    row->cells[NODE_BOOT_AT] = slurm_cell_time(json_get(e, "boot_time"));
    put_state(e, arena, row);
    put_cpus(e, row);
    put_accels(e, row);
    return SLURM_ROW;
}
