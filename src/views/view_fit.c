#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/mem.h"
#include "base/tr.h"
#include "domain/fit.h"
#include "views/list.h"
#include "views/racks.h"

/* Racks that have room for what was asked for, the best first, and why the others have none. */

static const struct view_need needs[] = {{.kind = KIND_RACK, .filtered = true}, {0}};

enum { HEAD_LINES = 3 };

/* More than these are not judged in a frame; the head says so. */
enum { FIT_READ_MAX = 20000 };

static const char *const reasons[FIT_REASONS] = {
    [FIT_ROOM] = N_("room, either feed"),
    [FIT_NOT_ACTIVE] = N_("not in use"),
    [FIT_DOWN] = N_("down"),
    [FIT_FEW_UNITS] = N_("too few U in one piece"),
    [FIT_FEED_LOST] = N_("a feed is lost"),
    [FIT_LITTLE_POWER] = N_("too little power"),
    [FIT_WARM] = N_("too warm"),
    [FIT_STALE] = N_("stale"),
    [FIT_UNITS_UNKNOWN] = N_("free U unknown"),
    [FIT_POWER_UNKNOWN] = N_("power unknown"),
    [FIT_INLET_UNKNOWN] = N_("inlet unknown"),
};

/* --- what was found --- */

enum { KEPT_MS = 10000 };

/* What was judged: racks are judged once for it. How old they are is looked at each few seconds. */
struct snapshot {
    char text[VIEW_FILTER_MAX];
    int64_t rev, tick;
    size_t count;
    bool partial;
    const void *thresholds;
};

struct found {
    const struct view_rows *told; /* of this frame */
    const struct thresholds *thresholds;
    struct snapshot snapshot;
    struct arena arena;
    struct fit_wish wish;
    bool asked;
    struct err err; /* what is wrong with what was asked */
    struct entry {
        struct fit_answer answer;
        size_t at;
    } * all; /* those with room, then unknown ones */
    size_t count, judged;
    size_t counts[FIT_REASONS];
};

static int best_first(const void *a, const void *b)
{
    const struct entry *x = a, *y = b;
    int c = fit_compare(&x->answer, &y->answer);

    return c != 0 ? c : (x->at > y->at) - (x->at < y->at);
}

static void judge(struct found *r)
{
    size_t count = r->asked ? r->told->count : 0;

    count = count < FIT_READ_MAX ? count : FIT_READ_MAX;
    r->all = arena_alloc(&r->arena, (count + 1) * sizeof *r->all);
    for (size_t i = 0; i < count; i++) {
        struct row row = {0};
        struct fit_answer a;

        if (!r->told->at(r->told->ctx, i, &row))
            continue;
        a = fit_rack(&r->wish, &row, r->thresholds);
        r->judged++;
        r->counts[a.reason]++;
        if (a.reason == FIT_ROOM || fit_is_unknown(a.reason))
            r->all[r->count++] = (struct entry){a, i};
    }
    qsort(r->all, r->count, sizeof *r->all, best_first);
}

static struct snapshot snapshot_of(const struct view_frame *f, const struct view_state *s)
{
    struct snapshot now;

    memset(&now, 0, sizeof now); /* it is compared by its bytes */
    snprintf(now.text, sizeof now.text, "%s", s->text);
    now.rev = f->rows[0].rev;
    now.count = f->rows[0].count;
    now.partial = f->rows[0].partial;
    now.tick = f->now.utc_ms / KEPT_MS;
    now.thresholds = f->thresholds;
    return now;
}

static void forget(struct view_state *s)
{
    struct found *r = s->kept;

    if (r != NULL)
        arena_release(&r->arena);
    free(r);
    s->kept = NULL;
}

/* The state's text is what was asked for. Kept until another commit. */
static struct found *find_room(const struct view_frame *f, struct view_state *s)
{
    struct snapshot now = snapshot_of(f, s);
    struct found *r = s->kept;
    bool again = r != NULL && memcmp(&r->snapshot, &now, sizeof now) == 0;

    if (!again) {
        forget(s);
        r = s->kept = mem_new(1, sizeof *r);
        r->snapshot = now;
        r->thresholds = f->thresholds;
        r->asked = s->text[0] != '\0' && fit_parse(text_of(s->text), &r->wish, &r->err);
    }
    r->told = &f->rows[0];
    if (!again)
        judge(r);
    return r;
}

static bool row_at(void *ctx, size_t i, struct row *row)
{
    const struct found *r = ctx;

    return i < r->count && r->told->at(r->told->ctx, r->all[i].at, row);
}

static int64_t row_find(void *ctx, struct safe_text id, struct safe_text source)
{
    const struct found *r = ctx;
    int64_t found = r->told->find(r->told->ctx, id, source);

    for (size_t i = 0; found >= 0 && i < r->count; i++)
        if ((int64_t)r->all[i].at == found)
            return (int64_t)i;
    return -1;
}

static struct view_rows rows_of(struct found *r)
{
    struct view_rows rows = *r->told;

    rows.count = rows.all = r->count;
    rows.ctx = r;
    rows.at = row_at;
    rows.find = row_find;
    rows.series = NULL; /* they take the context of `told` */
    rows.filled = NULL;
    return rows;
}

/* --- the list --- */

enum column { COL_RACK, COL_WHY, COL_BLOCK, COL_POWER, COL_INLET, COL_TENANT, COL_HALL, COL_CLUSTER };
static const struct table_column columns[] = {
    [COL_RACK] = {N_("RACK"), 13, 24, 1, 0, TABLE_NO_SORT, false},
    [COL_WHY] = {N_("WHY"), 22, 30, 2, 0, TABLE_NO_SORT, false},
    [COL_BLOCK] = {N_("FREE U"), 6, 0, 0, 0, TABLE_NO_SORT, true},
    [COL_POWER] = {N_("KW LEFT"), 7, 0, 0, 0, TABLE_NO_SORT, true},
    [COL_INLET] = {N_("INLET"), 5, 0, 0, 1, TABLE_NO_SORT, true},
    [COL_TENANT] = {N_("TENANT"), 6, 14, 1, 2, TABLE_NO_SORT, false},
    [COL_HALL] = {N_("HALL"), 8, 14, 1, 3, TABLE_NO_SORT, false},
    [COL_CLUSTER] = {N_("CLUSTER"), 8, 12, 1, 4, TABLE_NO_SORT, false},
    {0},
};

static struct fit_answer answer_of(const struct list_frame *f, const struct row *row)
{
    const struct found *r = f->ctx;

    return fit_rack(&r->wish, row, r->thresholds);
}

static struct cell_sign sign_of(const struct list_frame *f, const struct row *row)
{
    return racks_sign(answer_of(f, row).reason == FIT_ROOM ? SEVERITY_OK : SEVERITY_UNKNOWN);
}

static void paint(const struct list_frame *f, const struct table *t, struct canvas *c, int i, const struct row *row,
                  enum role role)
{
    const struct fit_answer a = answer_of(f, row);
    const struct value block = a.block < 0 ? value_none() : value_int(a.block);
    char n[CELL_MAX];

    table_text(t, c, i, COL_RACK, role, row->id);
    table_puts(t, c, i, COL_WHY, role,
               a.reason == FIT_ROOM && !a.two_feeds ? tr("room, one feed told") : tr(reasons[a.reason]));
    table_puts(t, c, i, COL_BLOCK, role, cell_short(&block, n));
    snprintf(n, sizeof n,
             isnan(a.power_left_kw)          ? "-"
             : fabs(a.power_left_kw) < 99999 ? "%.1f"
                                             : "%.1g",
             a.power_left_kw);
    table_puts(t, c, i, COL_POWER, role, n);
    table_puts(t, c, i, COL_INLET, role, racks_words(RACKS_INLET, a.inlet_c, n));
    table_text(t, c, i, COL_TENANT, role, cell_text(row, RACK_TENANT));
    table_text(t, c, i, COL_HALL, role, cell_text(row, RACK_HALL));
    table_text(t, c, i, COL_CLUSTER, role, cell_text(row, RACK_CLUSTER));
}

static const struct list list = {columns, paint, N_("no rack has room for it"), false, sign_of};

/* --- the head --- */

/* "; too warm 12" for each reason from `from` on to `to`. */
static void put_reasons(const struct found *r, int from, int to, struct buf *out)
{
    char n[CELL_MAX];

    for (int i = from; i < to; i++)
        if (r->counts[i] > 0)
            buf_printf(out, NULL, "%s%s %s", out->len > 0 ? "; " : "", tr(reasons[i]),
                       cell_number((int64_t)r->counts[i], n));
}

static void draw_head(const struct found *r, struct canvas *c, struct area a)
{
    struct buf line = buf_make(512);
    char n[CELL_MAX], m[CELL_MAX];

    buf_printf(&line, NULL, tr("%s of %s racks have room for %dU and %.4g kW"),
               cell_number((int64_t)r->counts[FIT_ROOM], n), cell_number((int64_t)r->judged, m), (int)r->wish.units,
               r->wish.power_kw);
    if (r->judged < r->told->count)
        buf_printf(&line, NULL, tr("; %s more not looked at: narrow with /"),
                   cell_number((int64_t)(r->told->count - r->judged), n));
    canvas_puts(c, a.x, a.y, a.width, r->counts[FIT_ROOM] > 0 ? ROLE_OK : ROLE_WARN, buf_str(&line));
    buf_clear(&line);
    put_reasons(r, FIT_ROOM + 1, FIT_STALE, &line);
    canvas_puts(c, a.x, a.y + 1, a.width, ROLE_TEXT, buf_str(&line));
    buf_clear(&line);
    put_reasons(r, FIT_STALE, FIT_REASONS, &line);
    canvas_puts(c, a.x, a.y + 2, a.width, ROLE_UNKNOWN, buf_str(&line));
    buf_release(&line);
}

static void draw_found(struct found *r, const struct view_frame *f, struct view_state *s, struct canvas *c,
                       struct area in)
{
    struct view_rows rows = rows_of(r);
    struct list_frame lf = {.frame = f,
                            .rows = &rows,
                            .place = &s->place[0],
                            .state = s,
                            .sorted = TABLE_NO_SORT,
                            .focused = true,
                            .scroll = s->scroll_x,
                            .ctx = r};
    int head = in.height > HEAD_LINES + 2 ? HEAD_LINES : 0;

    if (head > 0)
        draw_head(r, c, (struct area){in.x + 1, in.y, in.width - 2, head});
    list_draw(&list, &lf, c, (struct area){in.x, in.y + head, in.width, in.height - head});
}

static void draw(const struct view_frame *f, struct view_state *s, struct canvas *c)
{
    struct found *r = find_room(f, s);
    struct area in = f->area.height > 3 ? canvas_box(c, f->area, tr("Room in racks"), NULL) : f->area;

    if (r->asked)
        draw_found(r, f, s, c, in);
    else if (s->text[0] != '\0')
        canvas_puts(c, in.x + 2, in.y + in.height / 2, in.width - 2, ROLE_WARN, r->err.text);
    else
        canvas_puts(c, in.x + 2, in.y + in.height / 2, in.width - 2, ROLE_DIM,
                    tr("F asks what must fit, such as 8U 12kW"));
}

/* --- keys --- */

enum { ACT_OPEN = 1, ACT_FIT };
static const struct key_row keys[] = {
    {"Enter", ACT_OPEN, "rack", "the rack under the cursor, among the racks"},
    {"F", ACT_FIT, "fit", "finds racks with room: asks how many units and kW, \"8U 12kW\""},
    LIST_KEYS,
    {0},
};

static bool object(const struct view_frame *f, struct view_state *s, struct row *object)
{
    struct view_rows rows = rows_of(find_room(f, s));

    return list_current(&s->place[0], &rows, object);
}

/* Among the racks, it alone; one whose id cannot stand in quotes is not narrowed to. */
static struct intent open_rack(const struct view_frame *f, struct view_state *s)
{
    struct intent i = {.kind = INTENT_OPEN_VIEW, .text = "racks"};
    struct row row = {0};
    char id[VIEW_ID_MAX];

    if (!object(f, s, &row))
        return (struct intent){.kind = INTENT_REDRAW};
    text_show_in(row.id, id, sizeof id);
    if (strchr(id, '"') != NULL)
        return i;
    if (snprintf(i.filter, sizeof i.filter, "id=\"%s\"", id) >= (int)sizeof i.filter)
        i.filter[0] = '\0';
    return i;
}

static struct intent act(const struct view_frame *f, struct view_state *s, int action)
{
    struct view_rows rows;

    if (action == ACT_OPEN)
        return open_rack(f, s);
    if (action == ACT_FIT)
        return (struct intent){.kind = INTENT_COMMAND, .text = "fit"};
    rows = rows_of(find_room(f, s));
    if (!list_move(&s->place[0], &rows, action)) {
        s->scroll_x += action == LIST_RIGHT ? 1 : -1;
        s->scroll_x = s->scroll_x < 0 ? 0 : s->scroll_x > COL_CLUSTER ? COL_CLUSTER : s->scroll_x;
    }
    return (struct intent){.kind = INTENT_REDRAW};
}

/* What makes no sense is told where the racks would stand. */
static bool go(const struct view_frame *f, struct view_state *s, struct safe_text where)
{
    (void)f;
    text_show_in(where, s->text, sizeof s->text);
    s->place[0] = (struct view_place){.page = s->place[0].page};
    return true;
}

const struct view view_fit = {
    .name = "fit",
    .title = "Room",
    .help = "which racks have room and power left for a machine, and why the others have none",
    .page = true,
    .needs = needs,
    .told_by = "netbox",
    .keys = keys,
    .forget = forget,
    .go = go,
    .prose = true,
    .draw = draw,
    .act = act,
    .object = object,
};
