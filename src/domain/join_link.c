#include <math.h>
#include <stdlib.h>

#include "base/mem.h"
#include "domain/geo.h"
#include "domain/join_private.h"
#include "domain/link.h"

enum { GONE_MS = 60 * 60 * 1000, SWEEP_ABOVE = 64 };

/* What is remembered of one link from poll to poll. */
struct memo {
    double baseline_ms;
    struct link_watch *watch;
    int64_t seen_ms; /* when it was emitted last; 0: not yet */
    size_t judged;   /* number of its row in `judged`, from 1; 0: none */
};
struct join_memory {
    struct ids ids;
    struct memo *all;
    size_t cap, emitted;
    struct rows judged; /* state, why and reasons as last stored */
};

static struct memo *memo_of(struct join *j, struct safe_text link)
{
    if (j->memory == NULL)
        j->memory = mem_new(1, sizeof *j->memory);
    struct join_memory *m = j->memory;
    size_t had = m->ids.count, at = ids_put(&m->ids, link, text_of(""));
    if (at >= m->cap) {
        m->cap = m->cap > 0 ? m->cap * 2 : 32;
        m->all = mem_grow(m->all, m->cap, sizeof *m->all);
    }
    if (at == had)
        m->all[at] = (struct memo){.baseline_ms = NAN, .watch = link_watch_new(j->limits)};
    return &m->all[at];
}

void join_link_baseline(struct join *j, struct safe_text link, double baseline_ms)
{
    memo_of(j, link)->baseline_ms = baseline_ms;
}

void join_link_remember(struct join *j, const struct row *link)
{
    struct memo *memo = memo_of(j, link->id);
    struct row judged = {.kind = KIND_LINK};

    memo->baseline_ms = value_real_or(&link->cells[LINK_BASELINE_MS], NAN);
    link_watch_remember(memo->watch, link);
    judged.cells[LINK_STATE] = link->cells[LINK_STATE];
    judged.cells[LINK_WHY] = link->cells[LINK_WHY];
    judged.cells[LINK_REASONS] = link->cells[LINK_REASONS];
    judged.cells[LINK_TREND] = link->cells[LINK_TREND];
    rows_add(&j->memory->judged, &judged);
    memo->judged = j->memory->judged.count;
}

/* --- filling --- */

/* The capacity of one path as the file says; NAN when it does not. */
static double path_gbps(const struct join *j, const struct join_told *told)
{
    const struct join_part *p = j->sources[JOIN_FLEET_AT]->parts[KIND_LINK];

    if (told->source != JOIN_FLEET_AT || told->row == NULL)
        return NAN;
    return j->fleet->links[told->row - p->now.all].path_gbps;
}

void join_link_fill(struct join *j, const struct join_told *told, size_t n, struct join_row *out)
{
    const struct value *cells = out->row.cells;
    int by = value_known(&cells[LINK_PATHS_LIT]) ? LINK_PATHS_LIT : LINK_PATHS;
    double gbps = n > 0 ? path_gbps(j, told) : NAN;

    if (!isnan(gbps) && value_known(&cells[by])) {
        out->row.cells[LINK_CAPACITY_GBPS] = value_real(value_real_or(&cells[by], NAN) * gbps);
        out->who[LINK_CAPACITY_GBPS] = out->who[by];
    }
    /* A delay and where it comes from are one source's. */
    if (out->who[LINK_ONE_WAY_BASIS] != out->who[LINK_ONE_WAY_MS])
        out->row.cells[LINK_ONE_WAY_BASIS] = value_none();
}

/* --- judging --- */

static bool position(struct join *j, struct safe_text end, double *lon, double *lat)
{
    static const struct {
        enum kind kind;
        int lon, lat;
    } positions[] = {{KIND_CLUSTER, CLUSTER_LON, CLUSTER_LAT}, {KIND_PLACE, PLACE_LON, PLACE_LAT}};

    for (size_t k = 0; k < sizeof positions / sizeof *positions; k++) {
        const struct join_list *l = join_list(j, positions[k].kind);
        size_t at = join_list_find(l, end);
        int who;
        if (at == IDS_NONE)
            continue;
        size_t n = join_list_end(l, at) - at;
        *lon = value_real_or(join_choose(j, &l->all[at], n, positions[k].kind, positions[k].lon, &who), NAN);
        *lat = value_real_or(join_choose(j, &l->all[at], n, positions[k].kind, positions[k].lat, &who), NAN);
        return true;
    }
    return false;
}

static double distance_km(struct join *j, const struct row *link)
{
    double lon[2], lat[2];

    if (!position(j, value_text_or(&link->cells[LINK_FROM], ""), &lon[0], &lat[0]) ||
        !position(j, value_text_or(&link->cells[LINK_TO], ""), &lon[1], &lat[1]))
        return NAN;
    return geo_km(lon[0], lat[0], lon[1], lat[1]);
}

/* When the source of its delay answered; 0: not in this run. */
static int64_t sampled_ms(const struct join *j, const struct join_row *out)
{
    const int delays[] = {LINK_ONE_WAY_MS, LINK_RTT_MS};
    int source = out->told_by;
    const struct join_part *p;

    for (size_t k = 0; k < 2; k++)
        if (out->who[delays[k]] > JOIN_FLEET_AT) {
            source = out->who[delays[k]];
            break;
        }
    p = j->sources[source]->parts[KIND_LINK];
    return p != NULL ? p->arrived_ms : 0;
}

/* What was judged before the restart stands until somebody answers, or nobody is left who could. */
static void keep_judgement(struct join *j, struct memo *memo, struct join_row *out, int64_t sampled)
{
    const struct row *judged = &j->memory->judged.all[memo->judged - 1];

    if (sampled != 0)
        return;
    if (out->told_by != JOIN_FLEET_AT) {
        out->row.cells[LINK_STATE] = judged->cells[LINK_STATE];
        out->row.cells[LINK_WHY] = judged->cells[LINK_WHY];
        out->row.cells[LINK_REASONS] = judged->cells[LINK_REASONS];
        out->row.cells[LINK_TREND] = judged->cells[LINK_TREND];
        return;
    }
    link_watch_free(memo->watch);
    memo->watch = link_watch_new(j->limits);
    memo->judged = 0;
}

void join_link_judge(struct join *j, struct join_row *out, int64_t now_ms)
{
    struct memo *memo = memo_of(j, out->row.id);
    int64_t sampled = sampled_ms(j, out);

    out->row.cells[LINK_BASELINE_MS] = value_real(memo->baseline_ms);
    if (memo->judged > 0)
        keep_judgement(j, memo, out, sampled);
    link_complete(&out->row, distance_km(j, &out->row));
    link_watch_judge(memo->watch, &out->row, sampled, now_ms);
    memo->seen_ms = now_ms;
    j->memory->emitted++;
}

/* --- forgetting --- */

void join_link_sweep(struct join *j, int64_t now_ms)
{
    struct join_memory *was = j->memory;

    if (was == NULL)
        return;
    bool many = was->ids.count > 2 * was->emitted + SWEEP_ABOVE;
    was->emitted = 0;
    if (!many)
        return;
    j->memory = mem_new(1, sizeof *j->memory);
    j->memory->judged = was->judged;
    for (size_t i = 0; i < was->ids.count; i++) {
        struct memo memo = was->all[i];
        if (now_ms - memo.seen_ms >= GONE_MS && memo.seen_ms != 0) {
            link_watch_free(memo.watch);
            continue;
        }
        struct memo *kept = memo_of(j, was->ids.all[i]);
        link_watch_free(kept->watch);
        *kept = memo;
        kept->seen_ms = memo.seen_ms != 0 ? memo.seen_ms : now_ms;
    }
    ids_release(&was->ids);
    free(was->all);
    free(was);
}

void join_link_release(struct join *j)
{
    if (j->memory == NULL)
        return;
    for (size_t i = 0; i < j->memory->ids.count; i++)
        link_watch_free(j->memory->all[i].watch);
    ids_release(&j->memory->ids);
    rows_release(&j->memory->judged);
    free(j->memory->all);
    free(j->memory);
    j->memory = NULL;
}
