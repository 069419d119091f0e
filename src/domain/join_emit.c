#include "domain/join_private.h"

typedef void finish(struct join *j, size_t at, const struct join_told *told, size_t n, struct join_row *out);

static void finish_cluster(struct join *j, size_t at, const struct join_told *told, size_t n, struct join_row *out)
{
    (void)told;
    (void)n;
    join_count_cluster(j, at, out);
}

static void finish_hub(struct join *j, size_t at, const struct join_told *told, size_t n, struct join_row *out)
{
    (void)told;
    (void)n;
    join_count_hub(j, at, out);
}

static void finish_hall(struct join *j, size_t at, const struct join_told *told, size_t n, struct join_row *out)
{
    (void)told;
    (void)n;
    join_count_hall(j, at, out);
}

static void finish_link(struct join *j, size_t at, const struct join_told *told, size_t n, struct join_row *out)
{
    (void)at;
    join_link_fill(j, told, n, out);
}

/* Its site's cluster, or itself. */
static void finish_scheduler(struct join *j, size_t at, const struct join_told *told, size_t n, struct join_row *out)
{
    struct value *cluster = &out->row.cells[SCHEDULER_CLUSTER];

    (void)at;
    (void)n;
    if (!value_known(cluster))
        *cluster = value_text(join_table_find(&j->names.schedulers, told->id, text_of(""))->cluster);
}

static void finish_rack(struct join *j, size_t at, const struct join_told *told, size_t n, struct join_row *out)
{
    struct value *cells = out->row.cells;
    int64_t nodes = value_int_or(&cells[RACK_NODES_TOTAL], 0), down = value_int_or(&cells[RACK_NODES_DOWN], -1);

    (void)j;
    (void)at;
    (void)told;
    (void)n;
    if (value_known(&cells[RACK_STATE]) || nodes <= 0 || down < 0)
        return;
    cells[RACK_STATE] = value_text(text_of(down == 0 ? "up" : down < nodes ? "degraded" : "down"));
    out->who[RACK_STATE] = out->who[RACK_NODES_DOWN];
}

static finish *const finishes[KIND_COUNT] = {
    [KIND_HUB] = finish_hub,   [KIND_CLUSTER] = finish_cluster, [KIND_SCHEDULER] = finish_scheduler,
    [KIND_LINK] = finish_link, [KIND_HALL] = finish_hall,       [KIND_RACK] = finish_rack,
};

/* When the last of those answered whose values it has. */
static int64_t observed_ms(const struct join *j, const struct join_row *out)
{
    const struct kind_info *info = kind_info(out->row.kind);
    int64_t newest_ms = out->counted.newest_ms;

    for (size_t f = 0; f < info->field_count; f++) {
        if (!join_is_told(info, out->row.kind, f))
            continue;
        const struct join_part *p = out->who[f] > JOIN_FLEET_AT ? j->sources[out->who[f]]->parts[out->row.kind] : NULL;
        if (p != NULL && p->arrived_ms > newest_ms)
            newest_ms = p->arrived_ms;
    }
    return newest_ms;
}

static void make(struct join *j, size_t at, size_t n, enum kind kind, int64_t now_ms, struct join_row *out)
{
    const struct join_told *told = &j->lists[kind].all[at];

    join_merge(j, kind, told, n, out);
    if (finishes[kind] != NULL)
        finishes[kind](j, at, told, n, out);
    join_merge_differs(j, told, n, out);
    join_merge_sources(j, told, out);
    out->row.observed_ms = observed_ms(j, out);
    if (kind == KIND_LINK)
        join_link_judge(j, out, now_ms);
    if (kind == KIND_HALL)
        join_hall_judge(j, out, now_ms);
}

bool join_emit(struct join *j, enum kind kind, const struct join_now *now, join_sink *sink, void *ctx, struct err *err)
{
    const struct join_list *l;
    bool ok = true;

    if (kind_info(kind)->told_by == 0)
        return true;
    join_settle(j, now);
    l = join_list(j, kind);
    for (size_t at = 0, end; at < l->count && ok; at = end) {
        struct join_row row;
        end = join_list_end(l, at);
        make(j, at, end - at, kind, now->now_ms, &row);
        ok = sink(ctx, &row.row, err);
    }
    if (kind == KIND_LINK && ok)
        join_link_sweep(j, now->now_ms);
    return ok;
}
