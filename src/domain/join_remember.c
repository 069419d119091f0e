#include "domain/join_private.h"

/* Cells that follow from other rows or from the moment: they are made anew, and to take them for told would keep them
 * for ever. Ended by -1. */
static const signed char made_anew[KIND_COUNT][24] = {
    [KIND_NONE] = {-1},
    [KIND_HUB] = {HUB_LON, HUB_LAT, HUB_STATE, HUB_CLUSTERS, HUB_JOBS_RUNNING, HUB_JOBS_WAITING, HUB_ACCELS_TOTAL,
                  HUB_ACCELS_FREE, -1},
    [KIND_CLUSTER] = {CLUSTER_STATE, CLUSTER_RACKS_OCCUPIED_PCT, CLUSTER_POWER_KW, CLUSTER_NODES_TOTAL,
                      CLUSTER_NODES_DOWN, CLUSTER_CPUS_TOTAL, CLUSTER_CPUS_FREE, CLUSTER_ACCELS_TOTAL,
                      CLUSTER_ACCELS_FREE, CLUSTER_JOBS_RUNNING, CLUSTER_JOBS_WAITING, -1},
    [KIND_SITE] = {-1},
    [KIND_SCHEDULER] = {-1},
    [KIND_LINK] = {LINK_STATE, LINK_CAPACITY_GBPS, LINK_BASELINE_MS, LINK_PHYSICAL_MIN_MS, LINK_RING_MEASURED_MS,
                   LINK_ONE_WAY_P95_MS, LINK_SEVERITY, LINK_WHY, LINK_SINCE, -1},
    [KIND_PAIR] = {-1},
    [KIND_HALL] = {HALL_RACKS_USED, HALL_POWER_KW, HALL_POWER_CAP_KW, HALL_INLET_C_MAX, -1},
    [KIND_RACK] = {RACK_STATE, -1},
    [KIND_PLACE] = {-1},
    [KIND_TENANT] = {-1},
};

static bool is_made_anew(const struct row *row, int field)
{
    for (const signed char *f = made_anew[row->kind]; *f >= 0; f++)
        if (*f == field)
            return true;
    if (row->kind == KIND_CLUSTER && field == CLUSTER_HUB)
        return text_is(value_text_or(&row->cells[field], ""), "unassigned");
    if (row->kind == KIND_SCHEDULER && field == SCHEDULER_CLUSTER)
        return text_equal(value_text_or(&row->cells[field], ""), row->id);
    if (row->kind == KIND_LINK && (field == LINK_ONE_WAY_MS || field == LINK_ONE_WAY_BASIS))
        return !text_is(value_text_or(&row->cells[LINK_ONE_WAY_BASIS], "measured"), "measured");
    return false;
}

static size_t source_of(struct join *j, struct safe_text name)
{
    struct buf b = buf_make(text_len(name) + 1);
    size_t source;

    text_copy(&b, name);
    source = join_source(j, buf_str(&b));
    buf_release(&b);
    return source;
}

/* The sources of the cells: told_by, but for those that `sources` names. */
static void read_sources(struct join *j, const struct row *joined, size_t by[KIND_FIELDS_MAX])
{
    const struct kind_info *info = kind_info(joined->kind);
    struct safe_text rest = value_text_or(&joined->cells[info->told_by + 1], ""), member, name;
    size_t told_by = source_of(j, value_text_or(&joined->cells[info->told_by], ""));

    for (size_t f = 0; f < info->field_count; f++)
        by[f] = told_by;
    while (value_list_next(&rest, &member)) {
        if (!text_split(&member, '=', &name))
            continue;
        for (size_t f = 0; f < info->field_count; f++)
            if (join_is_told(info, joined->kind, f) && text_is(name, info->fields[f].name))
                by[f] = source_of(j, member);
    }
}

/* Whether the row's place among the joined ones is made of that cell. */
static bool is_place(const struct row *row, int field)
{
    return join_list_ref(row->kind, field) >= 0 && row->kind != KIND_SITE && row->kind != KIND_SCHEDULER;
}

/* One source's share of the row; nothing where it told nothing but a place: others may have named that. */
static void remember_share(struct join *j, const struct row *joined, const size_t by[KIND_FIELDS_MAX], size_t source)
{
    struct join_part *p = join_part(j, source, joined->kind);
    const struct kind_info *info = kind_info(joined->kind);
    struct row row = {.kind = joined->kind, .id = joined->id};
    bool any = false;

    for (int f = 0; f < (int)info->field_count; f++) {
        if (!join_is_told(info, joined->kind, (size_t)f))
            continue;
        bool told = by[f] == source && value_known(&joined->cells[f]) && !is_made_anew(joined, f);
        if (told || is_place(joined, f))
            row.cells[f] = joined->cells[f];
        any = any || (told && !is_place(joined, f));
    }
    if (p->answered || !any)
        return;
    rows_add(&p->now, &row);
    p->remembered = true;
}

void join_remember(struct join *j, const struct row *joined)
{
    size_t by[KIND_FIELDS_MAX];
    const struct kind_info *info = kind_info(joined->kind);
    size_t fields = info->field_count;
    int told_by = info->told_by;

    if (told_by == 0 || text_empty(joined->id))
        return;
    if (joined->kind == KIND_LINK)
        join_link_remember(j, joined);
    if (joined->kind == KIND_HALL)
        join_hall_remember(j, joined);
    if (text_empty(value_text_or(&joined->cells[told_by], "")))
        return;
    read_sources(j, joined, by);
    /* What the file says it still says, or not. */
    for (size_t s = 1; s < j->n_sources; s++) {
        bool tells = false;
        for (size_t f = 0; f < fields; f++)
            tells = tells || (join_is_told(info, joined->kind, f) && by[f] == s);
        if (tells)
            remember_share(j, joined, by, s);
    }
    join_touch(j);
}

bool join_settle_source(struct join *j, const char *source)
{
    struct join_source *s = j->sources[join_source(j, source)];
    bool any = false;

    for (int k = 0; k < KIND_COUNT; k++) {
        struct join_part *p = s->parts[k];
        if (p == NULL || !p->remembered)
            continue;
        rows_clear(&p->now);
        p->remembered = false;
        any = true;
    }
    if (any)
        join_touch(j);
    return any;
}
