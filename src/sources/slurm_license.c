#include "sources/slurm.h"

const char *const slurm_license_keep[] = {"Free", "LicenseName", "Remote", "Reserved", "Total", "Used", NULL};

enum slurm_found slurm_license(const struct json *e, struct safe_text scheduler, struct arena *arena, struct row *row)
{
    struct value name = slurm_cell_text(json_get(e, "LicenseName"));
    bool remote;
    if (!value_known(&name))
        return SLURM_NONSENSE;
    *row = (struct row){.kind = KIND_LICENSE, .id = slurm_cell_id(scheduler, name.as.text, arena)};
    row->cells[LICENSE_SCHEDULER] = value_text(scheduler);
    row->cells[LICENSE_CLUSTER] = value_text(scheduler);
    row->cells[LICENSE_NAME] = name;
    row->cells[LICENSE_TOTAL] = slurm_cell_count(json_get(e, "Total"));
    row->cells[LICENSE_USED] = slurm_cell_count(json_get(e, "Used"));
    row->cells[LICENSE_FREE] = slurm_cell_count(json_get(e, "Free"));
    row->cells[LICENSE_RESERVED] = slurm_cell_count(json_get(e, "Reserved"));
    if (json_bool(json_get(e, "Remote"), &remote))
        row->cells[LICENSE_REMOTE] = value_bool(remote);
    return SLURM_ROW;
}
