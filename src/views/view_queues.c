#include <math.h>

#include "base/tr.h"
#include "views/alert_act.h"
#include "views/curve.h"
#include "views/detail.h"
#include "views/history.h"
#include "views/page.h"
#include "views/plan_keys.h"
#include "views/queues_groups.h"
#include "views/worst.h"

static const struct view_need needs[] = {
    [QUEUES_LISTED] = {.kind = KIND_QUEUE, .sort = "-waiting", .filtered = true},
    [QUEUES_ALL] = {.kind = KIND_QUEUE},
    [QUEUES_SCHEDULERS] = {.kind = KIND_SCHEDULER, .aside = true},
    [QUEUES_LINKS] = {.kind = KIND_LINK, .aside = true},
    [QUEUES_CLUSTERS] = {.kind = KIND_CLUSTER, .aside = true},
    [QUEUES_HUBS] = {.kind = KIND_HUB, .aside = true},
    {0},
};

static const struct page worst_page = {.title = N_("Queues"),
                                       .kind = KIND_QUEUE,
                                       .sort = "-waiting",
                                       .order = N_("late first, then waiting"),
                                       .list = &queues_list};
static const struct page told_page = {
    .title = N_("Queues"), .kind = KIND_QUEUE, .sort = "-waiting", .list = &queues_list};

enum {
    WIDE = 140, /* the chart stands beside the reasons */
    WHY_WIDTH = 84,
    WHY_LEAST = 5,
    WHY_NARROW = 8,
    LIST_LEAST = 6,
    HISTORY_STEPS = 90,
};
static const int64_t history_ms = INT64_C(3) * 3600 * 1000;

/* --- the order --- */

static struct worst_key key_of(const struct row *row, int64_t now_ms)
{
    return (struct worst_key){.rank = (int)queues_state_of(row, now_ms),
                              .since_ms = value_int_or(&row->cells[QUEUE_WAITING], -1)};
}

/* The operator's own order, else the late ones first; under headings where they are grouped. */
static const struct view_rows *order(const struct view_frame *f, struct view_state *s, struct worst *worst)
{
    const struct view_rows *grouped = s->group > 0 ? queues_groups_kept(f, s) : NULL;

    *worst = (struct worst){.of = &f->rows[QUEUES_LISTED]};
    if (grouped != NULL)
        return grouped;
    worst_make_by(worst, &f->rows[QUEUES_LISTED], key_of, f->now.utc_ms);
    if (s->group > 0)
        return queues_groups_make(f, s, worst);
    queues_groups_forget(s);
    return s->sort_field == -2 ? &worst->rows : worst->of;
}

static const struct page *page_of(const struct view_frame *f)
{
    return f->rows[QUEUES_LISTED].count <= WORST_ROWS_MAX ? &worst_page : &told_page;
}

/* --- its curve --- */

static void draw_curve(const struct view_frame *f, struct view_state *s, const struct view_rows *rows,
                       const struct row *queue, struct canvas *c, struct area area)
{
    struct buf title = buf_make(VIEW_ID_MAX + CELL_MAX);
    struct area in;

    text_show(queue->id, area.width > 30 ? area.width - 30 : 1, &title);
    buf_puts(&title, tr(": waiting jobs"), NULL);
    in = canvas_box(c, area, buf_str(&title), tr("last 3 h"));
    history_plot(f, curve_history(s, rows, queue->id, QUEUE_WAITING, history_ms, f->now.utc_ms, HISTORY_STEPS),
                 (struct chart_plot){.unit = tr("jobs")}, c, (struct area){in.x + 1, in.y, in.width - 2, in.height});
    buf_release(&title);
}

/* --- the view --- */

/* What stands below the list; 0 where a list would not be seen any more. */
static int height_below(const struct view_frame *f)
{
    int height = f->area.width >= WIDE ? f->area.height / 2 : WHY_NARROW;

    return f->area.height - height >= LIST_LEAST && height >= WHY_LEAST ? height : 0;
}

/* Why stays at the right of a wide screen; the detail takes the place of the curve, or of why. */
static void draw_below(const struct view_frame *f, struct view_state *s, const struct view_rows *rows,
                       const struct row *queue, struct canvas *c, struct area area)
{
    struct area left = area, why = area;

    if (queues_is_heading(queue)) {
        queues_heading_draw(f, s, queue, c, area);
        return;
    }
    if (queues_room_is_of(f, queue)) {
        queues_room_draw(f, queue, c, area);
        return;
    }
    if (area.width >= WIDE) {
        left.width -= WHY_WIDTH;
        why.x += left.width;
        why.width = WHY_WIDTH;
        queues_why_draw(f, queue, c, why);
    }
    if (s->detail)
        detail_draw(queue, f->now.utc_ms, c, left);
    else if (area.width >= WIDE)
        draw_curve(f, s, rows, queue, c, left);
    else
        queues_why_draw(f, queue, c, why);
}

static void draw(const struct view_frame *f, struct view_state *s, struct canvas *c)
{
    struct worst worst;
    const struct view_rows *rows = order(f, s, &worst);
    struct area above = f->area, below = f->area;
    struct page page = *page_of(f);
    struct row queue = {0};
    char title[LIST_TITLE_MAX];

    page.counted = s->group > 0 && rows->count > 0 ? queues_groups_title(f, s, title) : NULL;
    above.height -= rows->count > 0 ? height_below(f) : 0;
    below.y += above.height;
    below.height -= above.height;
    page_list(&page, f, rows, s, c, above);
    if (s->detail && below.height == 0)
        below = f->area;
    if (below.height > 0 && list_current(&s->place[0], rows, &queue))
        draw_below(f, s, rows, &queue, c, below);
    worst_release(&worst);
}

enum action { ACT_JOBS = 1, ACT_ROOM };

static const struct key_row keys[] = {
    {"Enter", ACT_JOBS, "jobs", "the jobs of the queue under the cursor; a heading is folded, or unfolded"},
    PLAN_KEYS("a plan for the queue under the cursor: on the command line, where its options can be changed"),
    {"m", ACT_ROOM, "room", "how many of its jobs could go where now, and which limit ends that; again puts it away"},
    {"d", PAGE_DETAIL, "detail", "everything that is known of the queue under the cursor"},
    LIST_KEYS,
    LIST_MARK_KEYS,
    {0},
};

static struct intent open_current(struct view_state *s, const struct row *current)
{
    if (!queues_is_heading(current))
        return alert_act_open(KIND_QUEUE, current->id, current);
    queues_groups_fold(s, current);
    return (struct intent){.kind = INTENT_REDRAW};
}

/* A heading is no queue: a plan is then for everything. */
static struct intent act_on_queue(const struct view_state *s, const struct view_rows *rows, int action)
{
    struct row queue = {0};
    bool is_queue = list_current(&s->place[0], rows, &queue) && !queues_is_heading(&queue);

    if (action == PLAN_ASK)
        return plan_keys_line("--only-queue", is_queue ? queue.id : text_of(""));
    return is_queue ? queues_room_ask(&queue) : alert_act_say(tr("no queue is under the cursor"));
}

static struct intent act(const struct view_frame *f, struct view_state *s, int action)
{
    struct worst worst;
    const struct view_rows *rows = order(f, s, &worst);
    struct intent i = {.kind = INTENT_REDRAW};
    struct row queue = {0};

    if (action == PLAN_ASK || action == ACT_ROOM)
        i = act_on_queue(s, rows, action);
    else if (action != ACT_JOBS)
        i = page_act(page_of(f), rows, s, action);
    else if (list_current(&s->place[0], rows, &queue))
        i = open_current(s, &queue);
    worst_release(&worst);
    return i;
}

static void rows_of_list(const struct view_frame *f, struct view_state *s, view_look *look, void *ctx)
{
    struct worst worst;

    look(ctx, order(f, s, &worst), &s->place[0]);
    worst_release(&worst);
}

static bool object(const struct view_frame *f, struct view_state *s, struct row *object)
{
    struct worst worst;
    bool found = list_current(&s->place[0], order(f, s, &worst), object) && !queues_is_heading(object);

    worst_release(&worst);
    return found;
}

const struct view view_queues = {
    .name = "queues",
    .title = "Queues",
    .help = "which queues are late, why their jobs wait, and where these could start sooner",
    .order = 4,
    .needs = needs,
    .told_by = "slurm",
    .keys = keys,
    .columns = true,
    .groups = queues_groups_words,
    .forget = queues_groups_forget,
    .draw = draw,
    .act = act,
    .rows = rows_of_list,
    .object = object,
};
