#include "views/queues_groups.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/tr.h"

enum grouping { BY_NONE, BY_KIND, BY_CLUSTER, BY_HUB, BY_SCHEDULER };

const char *const queues_groups_words[] = {
    [BY_NONE] = "none", [BY_KIND] = "kind",           [BY_CLUSTER] = "cluster",
    [BY_HUB] = "hub",   [BY_SCHEDULER] = "scheduler", NULL,
};

enum { TEXT_BYTES = 1 << 16 };

/* No source is called so: configurations take no such name. */
static const char heading_source[] = "=";

struct group {
    struct safe_text id;
    struct row row;
    size_t from, count; /* in entries, later in order */
    size_t first;       /* where the first of its queues stands when nothing is grouped */
    size_t line;        /* of its heading */
    int worst;          /* twice the state; sums that rest on old facts are a little worse than well */
    bool folded;
};

struct entry {
    struct safe_text id;
    size_t at, rank; /* of the rows; of their order */
};

struct snapshot {
    int64_t rev, clusters_rev;
    size_t count, all;
    const void *ctx;
    int group, sort_field;
    bool sort_descending, partial;
    char filter[VIEW_FILTER_MAX];
};

struct kept {
    struct snapshot snapshot;
    struct view_rows rows;
    const struct view_rows *told;
    struct entry *order; /* group after group */
    size_t *back;        /* of a row: its place in that */
    struct group *groups;
    size_t group_count;
    struct arena arena;
};

bool queues_is_heading(const struct row *row)
{
    return row->kind == KIND_NONE;
}

static struct snapshot snapshot_of(const struct view_frame *f, const struct view_state *s)
{
    const struct view_rows *rows = &f->rows[QUEUES_LISTED];
    struct snapshot now;

    memset(&now, 0, sizeof now); /* it is compared as bytes */
    now.rev = rows->rev;
    now.clusters_rev = f->rows[QUEUES_CLUSTERS].rev;
    now.count = rows->count;
    now.all = rows->all;
    now.partial = rows->partial;
    now.ctx = rows->ctx;
    now.group = s->group;
    now.sort_field = s->sort_field;
    now.sort_descending = s->sort_descending;
    snprintf(now.filter, sizeof now.filter, "%s", s->filter);
    return now;
}

/* --- the lines --- */

static void lay_lines(struct kept *k)
{
    size_t line = 0;

    for (size_t g = 0; g < k->group_count; g++) {
        k->groups[g].line = line;
        line += 1 + (k->groups[g].folded ? 0 : k->groups[g].count);
    }
    k->rows.count = line;
}

static size_t line_of(const struct group *g)
{
    return g->line;
}

static size_t order_of(const struct group *g)
{
    return g->from;
}

/* The last group that begins at or before: lines and orders both ascend. */
static const struct group *group_at(const struct kept *k, size_t at, size_t (*begin)(const struct group *g))
{
    size_t low = 0, high = k->group_count;

    while (high - low > 1) {
        size_t middle = low + (high - low) / 2;

        if (begin(&k->groups[middle]) <= at)
            low = middle;
        else
            high = middle;
    }
    return &k->groups[low];
}

static bool at(void *ctx, size_t i, struct row *row)
{
    const struct kept *k = ctx;
    const struct group *g = i < k->rows.count ? group_at(k, i, line_of) : NULL;

    if (g == NULL)
        return false;
    if (i > g->line)
        return k->told->at(k->told->ctx, k->order[g->from + i - g->line - 1].at, row);
    *row = g->row;
    row->cells[QUEUES_HEADING_FOLDED] = value_int(g->folded);
    return true;
}

static struct group *group_named(const struct kept *k, struct safe_text id)
{
    for (size_t g = 0; g < k->group_count; g++)
        if (text_equal(k->groups[g].id, id))
            return &k->groups[g];
    return NULL;
}

/* A queue of a folded group is where its heading is. */
static int64_t find(void *ctx, struct safe_text id, struct safe_text source)
{
    const struct kept *k = ctx;
    const struct group *g;
    int64_t found;

    if (text_is(source, heading_source)) {
        g = group_named(k, id);
        return g != NULL ? (int64_t)g->line : -1;
    }
    found = k->told->find(k->told->ctx, id, source);
    if (found < 0 || found >= (int64_t)k->snapshot.count)
        return -1;
    g = group_at(k, k->back[found], order_of);
    return (int64_t)(g->folded ? g->line : g->line + 1 + k->back[found] - g->from);
}

static bool series(void *ctx, struct safe_text id, int field, int64_t span_ms, double *means, size_t n)
{
    const struct kept *k = ctx;

    return k->told->series(k->told->ctx, id, field, span_ms, means, n);
}

static bool filled(void *ctx, struct safe_text id, int field, int64_t span_ms, bool *marks, size_t n)
{
    const struct kept *k = ctx;

    return k->told->filled(k->told->ctx, id, field, span_ms, marks, n);
}

/* --- who belongs where --- */

static struct safe_text hub_of(const struct view_frame *f, const struct row *queue)
{
    const struct view_rows *rows = &f->rows[QUEUES_CLUSTERS];
    struct row cluster = {0};
    int64_t found = rows->find(rows->ctx, cell_text(queue, QUEUE_CLUSTER), text_of(""));

    return found >= 0 && rows->at(rows->ctx, (size_t)found, &cluster) ? cell_text(&cluster, CLUSTER_HUB) : text_of("-");
}

static struct safe_text group_id(const struct view_frame *f, int group, const struct row *queue)
{
    static const int fields[] = {
        [BY_KIND] = QUEUE_KIND, [BY_CLUSTER] = QUEUE_CLUSTER, [BY_SCHEDULER] = QUEUE_SCHEDULER};

    return group == BY_HUB ? hub_of(f, queue) : cell_text(queue, fields[group]);
}

static int by_id(const void *a, const void *b)
{
    const struct entry *x = a, *y = b;
    int way = text_cmp(x->id, y->id);

    return way != 0 ? way : x->rank < y->rank ? -1 : 1;
}

static int by_first(const void *a, const void *b)
{
    const struct group *x = a, *y = b;

    return x->first < y->first ? -1 : 1;
}

static int by_text(const void *a, const void *b)
{
    return text_cmp(*(const struct safe_text *)a, *(const struct safe_text *)b);
}

/* What is kept longer than a frame has texts of its own; neighbours mostly have the same. */
static struct safe_text own_text(struct kept *k, struct safe_text text, struct safe_text former)
{
    struct buf b = buf_make(TEXT_BYTES);
    struct safe_text copy = text_copy(&b, text);

    copy = text_equal(text, former) ? former
           : text_empty(copy)       ? text_of("-")
                                    : text_from(arena_copy(&k->arena, buf_str(&b), b.len), b.len);
    buf_release(&b);
    return copy;
}

/* --- the sums --- */

static void add(struct group *g, const struct row *queue)
{
    static const int fields[QUEUES_SUMS] = {
        [QUEUES_SUM_RUNNING] = QUEUE_RUNNING,     [QUEUES_SUM_WAITING] = QUEUE_WAITING,
        [QUEUES_SUM_IN] = QUEUE_ARRIVALS_PER_MIN, [QUEUES_SUM_OUT] = QUEUE_DEPARTURES_PER_MIN,
        [QUEUES_SUM_ASKED] = QUEUE_ACCELS_ASKED,  [QUEUES_SUM_P95] = QUEUE_WAIT_P95_S,
        [QUEUES_SUM_OLDEST] = QUEUE_OLDEST_S,
    };
    int64_t part = value_int_or(&g->row.cells[QUEUES_HEADING_PART], 0);

    for (int i = 0; i < QUEUES_SUMS; i++) {
        const struct value *v = &queue->cells[fields[i]];
        struct value *sum = &g->row.cells[QUEUES_HEADING_SUM + i];
        double n = value_real_or(v, 0), was = value_real_or(sum, 0);

        if (value_known(v))
            *sum = value_real(i < QUEUES_SUM_P95 ? was + n : n > was ? n : was);
        /* Where nothing waits there is no wait that somebody could tell of. */
        else if (i < QUEUES_SUM_P95 || value_int_or(&queue->cells[QUEUE_WAITING], 1) > 0)
            part |= INT64_C(1) << i;
    }
    g->row.cells[QUEUES_HEADING_PART] = value_int(part);
}

static void judge(struct group *g, const struct row *queue, int64_t now_ms)
{
    enum queues_state state = queues_state_of(queue, now_ms);
    bool late = state == QUEUES_OVERDUE || state == QUEUES_LATE;
    struct cell_sign sign = queues_sign(queue, now_ms);

    int rank = 2 * (int)state - (state == QUEUES_WELL && queue->stale);

    g->row.cells[QUEUES_HEADING_LATE] = value_int(value_int_or(&g->row.cells[QUEUES_HEADING_LATE], 0) + late);
    if (rank >= g->worst)
        return;
    g->worst = rank;
    g->row.cells[QUEUES_HEADING_ROLE] = value_int((int64_t)sign.role);
    g->row.cells[QUEUES_HEADING_GLYPH] = value_int((int64_t)sign.glyph);
}

static void sum_up(struct kept *k, const struct view_frame *f)
{
    for (size_t g = 0; g < k->group_count; g++) {
        struct group *group = &k->groups[g];

        group->worst = 2 * QUEUES_WELL;
        group->row = (struct row){.kind = KIND_NONE, .id = group->id, .source = text_of(heading_source)};
        group->row.cells[QUEUES_HEADING_QUEUES] = value_int((int64_t)group->count);
        for (size_t i = 0; i < group->count; i++) {
            struct row queue = {0};

            if (!k->told->at(k->told->ctx, k->order[group->from + i].at, &queue))
                continue;
            add(group, &queue);
            judge(group, &queue, f->now.utc_ms);
        }
    }
}

/* --- grouping --- */

static struct entry *entries_make(struct kept *k, const struct view_frame *f, const size_t *places)
{
    size_t n = k->snapshot.count;
    struct entry *all = arena_alloc(&k->arena, (n + 1) * sizeof *all);
    struct safe_text former = {0};

    for (size_t i = 0; i < n; i++) {
        struct row queue = {0};
        size_t place = places != NULL ? places[i] : i;

        if (k->told->at(k->told->ctx, place, &queue))
            former = own_text(k, group_id(f, k->snapshot.group, &queue), former);
        all[i] = (struct entry){.id = former, .at = place, .rank = i};
    }
    qsort(all, n, sizeof *all, by_id);
    return all;
}

static bool begins(const struct entry *all, size_t i)
{
    return i == 0 || !text_equal(all[i].id, all[i - 1].id);
}

/* One for each id, in the order of their ids. */
static void find_groups(struct kept *k, const struct entry *all)
{
    size_t n = 0;

    for (size_t i = 0; i < k->snapshot.count; i++)
        n += begins(all, i);
    k->groups = mem_new(n + 1, sizeof *k->groups);
    for (size_t i = 0; i < k->snapshot.count; i++) {
        if (begins(all, i))
            k->groups[k->group_count++] = (struct group){.id = all[i].id, .from = i, .first = all[i].rank};
        k->groups[k->group_count - 1].count++;
    }
}

/* What was folded stays so; both are in the order of their ids. */
static void fold_as(struct kept *k, const struct kept *former)
{
    struct safe_text *ids = mem_new((former != NULL ? former->group_count : 0) + 1, sizeof *ids);
    size_t n = 0, i = 0;

    for (size_t g = 0; former != NULL && former->snapshot.group == k->snapshot.group && g < former->group_count; g++)
        if (former->groups[g].folded)
            ids[n++] = former->groups[g].id;
    qsort(ids, n, sizeof *ids, by_text);
    for (size_t g = 0; g < k->group_count; g++) {
        while (i < n && text_cmp(ids[i], k->groups[g].id) < 0)
            i++;
        k->groups[g].folded = i < n && text_equal(ids[i], k->groups[g].id);
    }
    free(ids);
}

static void put_in_order(struct kept *k, const struct entry *all)
{
    size_t n = 0;

    qsort(k->groups, k->group_count, sizeof *k->groups, by_first);
    for (size_t g = 0; g < k->group_count; g++) {
        struct group *group = &k->groups[g];

        memcpy(&k->order[n], &all[group->from], group->count * sizeof *all);
        group->from = n;
        for (size_t i = 0; i < group->count; i++, n++)
            k->back[k->order[n].at] = n;
    }
}

static void release(struct kept *k)
{
    if (k == NULL)
        return;
    free(k->groups);
    arena_release(&k->arena);
    free(k);
}

const struct view_rows *queues_groups_make(const struct view_frame *f, struct view_state *s, const struct worst *worst)
{
    struct kept *k = mem_new(1, sizeof *k), *former = s->kept;
    const struct entry *all;
    size_t n;

    k->snapshot = snapshot_of(f, s);
    k->told = &f->rows[QUEUES_LISTED];
    k->rows = *k->told;
    n = k->snapshot.count;
    k->order = arena_alloc(&k->arena, (n + 1) * sizeof *k->order);
    k->back = arena_alloc(&k->arena, (n + 1) * sizeof *k->back);
    all = entries_make(k, f, s->sort_field == -2 ? worst->at : NULL);
    find_groups(k, all);
    fold_as(k, former);
    put_in_order(k, all);
    sum_up(k, f);
    lay_lines(k);
    release(former);
    s->kept = k;
    k->rows.ctx = k;
    k->rows.at = at;
    k->rows.find = find;
    k->rows.series = k->rows.series != NULL ? series : NULL;
    k->rows.filled = k->rows.filled != NULL ? filled : NULL;
    return &k->rows;
}

const struct view_rows *queues_groups_kept(const struct view_frame *f, struct view_state *s)
{
    struct kept *k = s->kept;
    struct snapshot now = snapshot_of(f, s);

    if (k == NULL || memcmp(&now, &k->snapshot, sizeof now) != 0)
        return NULL;
    k->told = &f->rows[QUEUES_LISTED];
    return &k->rows;
}

void queues_groups_forget(struct view_state *s)
{
    release(s->kept);
    s->kept = NULL;
}

void queues_groups_fold(struct view_state *s, const struct row *heading)
{
    struct kept *k = s->kept;
    struct group *g = k != NULL ? group_named(k, heading->id) : NULL;

    if (g == NULL)
        return;
    g->folded = !g->folded;
    lay_lines(k);
}

const char *queues_groups_title(const struct view_frame *f, const struct view_state *s, char out[LIST_TITLE_MAX])
{
    static const char *const titles[] = {
        [BY_KIND] = N_("Queues by kind"),
        [BY_CLUSTER] = N_("Queues by cluster"),
        [BY_HUB] = N_("Queues by hub"),
        [BY_SCHEDULER] = N_("Queues by scheduler"),
    };
    const struct view_rows *rows = &f->rows[QUEUES_LISTED];
    const struct kept *k = s->kept;
    char count[CELL_MAX], all[CELL_MAX], groups[CELL_MAX];
    int n = snprintf(out, LIST_TITLE_MAX, tr("%s: %s in %s groups"), tr(titles[s->group]),
                     cell_number((int64_t)rows->count, count),
                     cell_number(k != NULL ? (int64_t)k->group_count : 0, groups));

    if (rows->all != rows->count && n < LIST_TITLE_MAX)
        n += snprintf(out + n, (size_t)(LIST_TITLE_MAX - n), tr(" of %s"), cell_number((int64_t)rows->all, all));
    if (rows->partial && n < LIST_TITLE_MAX)
        snprintf(out + n, (size_t)(LIST_TITLE_MAX - n), tr("  loading %s"), cell_number((int64_t)rows->all, all));
    return out;
}
