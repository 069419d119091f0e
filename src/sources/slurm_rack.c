#include "sources/slurm.h"

/* Slurm knows no racks; names of nodes often say them. */

bool slurm_rack_open(const char *expr, const char *source, struct pattern **out, struct err *err)
{
    *out = NULL;
    if (!expr || !*expr)
        return true;
    *out = pattern_new(expr, false, err);
    if (*out)
        return true;
    err_prefix(err, "rack_pattern of source '%s'", source);
    return err_exit(err, 78);
}

void slurm_rack_put(const struct pattern *racks, struct row *node)
{
    struct safe_text rack;
    if (racks && pattern_find(racks, value_text_or(&node->cells[NODE_NAME], ""), &rack) && !text_empty(rack))
        node->cells[NODE_RACK] = value_text(rack);
}
