#include "sources/slurm.h"

const char *const slurm_reservation_keep[] = {"accounts",  "core_count", "end_time",   "flags", "name", "node_count",
                                              "node_list", "partition",  "start_time", "users", NULL};

static void see_maintenance(void *ctx, struct safe_text flag)
{
    bool *maintenance = ctx;
    *maintenance = *maintenance || text_is(flag, "MAINT") || text_is(flag, "MAINTENANCE");
}

static void put_amount(const struct json *e, struct row *row)
{
    struct value cores = slurm_cell_count(json_get(e, "core_count"));
    struct value nodes = slurm_cell_count(json_get(e, "node_count"));
    bool by_core = value_int_or(&cores, 0) > 0;
    struct value amount = by_core ? cores : nodes;
    if (!value_known(&amount))
        return;
    row->cells[RESERVATION_AMOUNT] = value_real((double)amount.as.i);
    row->cells[RESERVATION_UNIT] = value_text(text_of(by_core ? "cores" : "nodes"));
}

enum slurm_found slurm_reservation(const struct json *e, struct safe_text scheduler, struct arena *arena,
                                   struct row *row)
{
    struct value name = slurm_cell_text(json_get(e, "name"));
    bool maintenance = false;
    if (!value_known(&name))
        return SLURM_NONSENSE;
    slurm_cell_words(json_get(e, "flags"), see_maintenance, &maintenance);
    *row = (struct row){.kind = KIND_RESERVATION, .id = slurm_cell_id(scheduler, name.as.text, arena)};
    row->cells[RESERVATION_SCHEDULER] = value_text(scheduler);
    row->cells[RESERVATION_CLUSTER] = value_text(scheduler);
    row->cells[RESERVATION_NAME] = name;
    row->cells[RESERVATION_PURPOSE] = value_text(text_of(maintenance ? "maintenance" : "project"));
    row->cells[RESERVATION_NODES] = slurm_cell_text(json_get(e, "node_list"));
    row->cells[RESERVATION_USERS] = slurm_cell_list(json_get(e, "users"), arena);
    row->cells[RESERVATION_ACCOUNTS] = slurm_cell_list(json_get(e, "accounts"), arena);
    row->cells[RESERVATION_FLAGS] = slurm_cell_list(json_get(e, "flags"), arena);
    row->cells[RESERVATION_QUEUE] = slurm_cell_text(json_get(e, "partition"));
    row->cells[RESERVATION_STARTS_AT] = slurm_cell_time(json_get(e, "start_time"));
    row->cells[RESERVATION_ENDS_AT] = slurm_cell_time(json_get(e, "end_time"));
    put_amount(e, row);
    return SLURM_ROW;
}
