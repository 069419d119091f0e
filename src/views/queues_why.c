#include <math.h>
#include <stdarg.h>
#include <stdio.h>

#include "base/tr.h"
#include "domain/symptom.h"
#include "domain/wait.h"
#include "views/bar.h"
#include "views/jobs_detail.h"
#include "views/queues.h"

enum {
    TABLES_HEIGHT = 12, /* from here on reasons and places have lines of their own */
    PART_BYTES = 512,
    GAP = 2,
    COUNT_WIDTH = 7,
    BAR_WIDTH = 16,
    PLACE_WIDTH = 22,
    NUMBER_WIDTH = 8,
};

/* Parts fill lines from left to right. */
struct pane {
    const struct view_frame *frame;
    const struct row *queue;
    struct wait_counts counts;
    struct canvas *canvas;
    struct area in;
    int x, y; /* inside */
};

static bool has_room(const struct pane *p)
{
    return p->y < p->in.height;
}

static void end_line(struct pane *p)
{
    p->y += p->x > 0;
    p->x = 0;
}

/* A part that does not fit beside the others begins a line. */
__attribute__((format(printf, 3, 4))) static void part(struct pane *p, enum role role, const char *fmt, ...)
{
    char text[PART_BYTES];
    int width, room = p->in.width - 2;
    va_list args;

    va_start(args, fmt);
    vsnprintf(text, sizeof text, fmt, args);
    va_end(args);
    width = text_width(text_of(text));
    if (p->x > 0 && p->x + width > room)
        end_line(p);
    if (!has_room(p))
        return;
    canvas_puts(p->canvas, p->in.x + 1 + p->x, p->in.y + p->y, room - p->x, role, text);
    p->x += width + GAP;
}

static int64_t waiting_of(const struct pane *p)
{
    return value_int_or(&p->queue->cells[QUEUE_WAITING], -1);
}

/* --- reasons --- */

static void put_reason_line(struct pane *p, enum wait_why why, int64_t all)
{
    char n[CELL_MAX];
    int x = p->in.x + 1, y = p->in.y + p->y, words = p->in.width - 2 - COUNT_WIDTH - BAR_WIDTH - 2;

    canvas_right(p->canvas, x, y, COUNT_WIDTH, ROLE_TEXT, cell_number(p->counts.why[why], n));
    canvas_puts(p->canvas, x + COUNT_WIDTH + 1, y, words, ROLE_TEXT, wait_words(why));
    bar_draw(p->canvas, x + p->in.width - 2 - BAR_WIDTH, y, BAR_WIDTH, ROLE_CHART,
             (double)p->counts.why[why] / (double)all);
    p->y++;
}

static void put_reasons(struct pane *p, bool tables)
{
    enum wait_why order[WAIT_WHYS];
    size_t n = wait_order(&p->counts, order);
    int64_t all = waiting_of(p) > 0 ? waiting_of(p) : 1;
    struct row scheduler = {0};
    char number[CELL_MAX];

    if (queues_scheduler(p->frame, p->queue, &scheduler) && jobs_detail_hides(&scheduler)) {
        part(p, ROLE_WARN, "%s", tr("only of the jobs that are shown: others' are hidden (PrivateData)"));
        end_line(p);
    }
    if (waiting_of(p) == 0)
        part(p, ROLE_OK, "%s", tr("nothing waits"));
    else if (n == 0)
        part(p, ROLE_UNKNOWN, "%s", tr("why is not known: nobody tells of its jobs"));
    for (size_t i = 0; i < n && has_room(p); i++) {
        if (tables)
            put_reason_line(p, order[i], all);
        else
            part(p, i == 0 ? ROLE_TITLE : ROLE_TEXT, "%s %s", cell_number(p->counts.why[order[i]], number),
                 wait_short(order[i]));
    }
    end_line(p);
}

/* --- asked and free --- */

static void put_free(struct pane *p, const struct row *scheduler)
{
    char name[64], accels[CELL_MAX], cpus[CELL_MAX];

    text_show_in(scheduler->id, name, sizeof name);
    if (value_int_or(&scheduler->cells[SCHEDULER_ACCELS_TOTAL], 0) > 0)
        part(p, scheduler->stale ? ROLE_STALE : ROLE_TEXT, tr("free on %s: %s accelerators, %s CPUs"), name,
             cell_count(&scheduler->cells[SCHEDULER_ACCELS_FREE], accels),
             cell_count(&scheduler->cells[SCHEDULER_CPUS_FREE], cpus));
    else
        part(p, scheduler->stale ? ROLE_STALE : ROLE_TEXT, tr("free on %s: %s CPUs"), name,
             cell_count(&scheduler->cells[SCHEDULER_CPUS_FREE], cpus));
}

static void put_asked(struct pane *p)
{
    struct row scheduler = {0};
    char n[CELL_MAX];

    if (queues_has_accels(p->queue))
        part(p, ROLE_TEXT, tr("asked: %s accelerators"), cell_count(&p->queue->cells[QUEUE_ACCELS_ASKED], n));
    if (queues_scheduler(p->frame, p->queue, &scheduler))
        put_free(p, &scheduler);
    else
        part(p, ROLE_UNKNOWN, "%s", tr("what is free is not known"));
    end_line(p);
}

/* --- the oldest of an inner ring --- */

static void put_deadline(struct pane *p, enum role role)
{
    const struct value *at = &p->queue->cells[QUEUE_DEADLINE_FIRST_AT];
    int64_t now_ms = p->frame->now.utc_ms;
    char clock[CELL_MAX];

    if (value_known(at))
        part(p, role, tr("first deadline %s"), cell_clock(at, now_ms, clock));
}

static void put_inner(struct pane *p)
{
    const struct value *oldest = &p->queue->cells[QUEUE_INNER_OLDEST_S], *slo = &p->queue->cells[QUEUE_SLO_S];
    double overdue_s = symptom_queue_overdue_s(p->queue, p->frame->now.utc_ms);
    struct value over = value_real(fabs(overdue_s));
    enum role role = overdue_s > 0 ? ROLE_CRIT : ROLE_TEXT;
    char waits[CELL_MAX], promised[CELL_MAX], late[CELL_MAX];

    if (!value_known(oldest) && !value_known(&p->queue->cells[QUEUE_DEADLINE_FIRST_AT]))
        return;
    part(p, role, tr("inner ring: the oldest waits %s, promised %s"), cell_span(oldest, waits),
         cell_span(slo, promised));
    put_deadline(p, role);
    if (!isnan(overdue_s))
        part(p, role, overdue_s > 0 ? tr("%s past its deadline") : tr("%s left"), cell_span(&over, late));
    end_line(p);
}

/* --- rings --- */

static void put_rings(struct pane *p)
{
    char n[CELL_MAX];
    bool any = false;

    for (int i = 0; i < WAIT_RINGS; i++)
        any |= p->counts.ring[i] > 0;
    if (!any)
        return;
    part(p, ROLE_DIM, "%s", tr("rings (one-way):"));
    for (int i = WAIT_RING_1; i <= WAIT_RING_20; i++)
        if (p->counts.ring[i] > 0)
            part(p, ROLE_TEXT, tr("%s in %.0f ms"), cell_number(p->counts.ring[i], n), wait_ring_ms((enum wait_ring)i));
    if (p->counts.ring[WAIT_RING_ANY] > 0)
        part(p, ROLE_TEXT, tr("%s in none"), cell_number(p->counts.ring[WAIT_RING_ANY], n));
    if (p->counts.ring[WAIT_RING_FIXED] > 0)
        part(p, ROLE_TEXT, tr("%s may not move"), cell_number(p->counts.ring[WAIT_RING_FIXED], n));
    end_line(p);
}

/* --- where else --- */

static const char *delay_words(double ms, char out[CELL_MAX])
{
    struct value v = value_real(ms);
    char n[CELL_MAX];

    if (ms <= 0)
        return tr("same cluster");
    snprintf(out, CELL_MAX, "%.20s ms", cell_ms(&v, n));
    return out;
}

static void put_places_table(struct pane *p, const struct queues_places *places)
{
    static const struct table_column columns[] = {
        {N_("QUEUE"), PLACE_WIDTH, 40, 1, 0, TABLE_NO_SORT, false},
        {N_("FREE"), NUMBER_WIDTH, 0, 0, 0, TABLE_NO_SORT, true},
        {N_("ONE-WAY"), 12, 0, 0, 0, TABLE_NO_SORT, true},
        {N_("KEEPS"), NUMBER_WIDTH, 0, 0, 0, TABLE_NO_SORT, true},
        {N_("WAIT"), 5, 0, 0, 1, TABLE_NO_SORT, true},
        {N_("P95"), 4, 0, 0, 2, TABLE_NO_SORT, true},
        {0},
    };
    struct area a = {p->in.x, p->in.y + p->y, p->in.width - 1, p->in.height - p->y};
    struct table t = table_make(columns, a, 1, 0);
    char n[CELL_MAX];

    table_head(&t, p->canvas, TABLE_NO_SORT, false);
    for (int i = 0; i < table_rows(&t) && i < (int)places->count; i++) {
        const struct queues_place *at = &places->all[i];
        struct value free = value_int(at->free);

        table_text(&t, p->canvas, i, 0, ROLE_TEXT, at->queue.id);
        table_puts(&t, p->canvas, i, 1, ROLE_TEXT, cell_count(&free, n));
        table_puts(&t, p->canvas, i, 2, ROLE_TEXT, delay_words(at->ms, n));
        table_puts(&t, p->canvas, i, 3, ROLE_TEXT, cell_number(at->keeps, n));
        table_puts(&t, p->canvas, i, 4, ROLE_TEXT, cell_short(&at->queue.cells[QUEUE_WAITING], n));
        table_puts(&t, p->canvas, i, 5, ROLE_TEXT, cell_span(&at->queue.cells[QUEUE_WAIT_P95_S], n));
    }
    p->y += 1 + (int)places->count;
}

static void put_place(struct pane *p, const struct queues_place *at)
{
    char id[64], free[CELL_MAX], delay[CELL_MAX], keeps[CELL_MAX];
    struct value n = value_int(at->free);

    part(p, ROLE_TEXT, tr("%s %s, %s, keeps %s"), text_show_in(at->queue.id, id, sizeof id), cell_short(&n, free),
         delay_words(at->ms, delay), cell_number(at->keeps, keeps));
}

static void put_left_out(struct pane *p, const struct queues_places *places)
{
    if (places->too_far > 0)
        part(p, ROLE_DIM, tr("%zu too far for the rings"), places->too_far);
    if (places->unknown > 0)
        part(p, ROLE_DIM, tr("%zu where nobody measures the delay"), places->unknown);
}

static void put_places(struct pane *p, bool tables)
{
    struct queues_places places = queues_places_of(p->frame, p->queue);
    bool accels = queues_has_accels(p->queue);

    if (!has_room(p))
        return;
    if (!value_known(&p->queue->cells[QUEUE_KIND])) {
        part(p, ROLE_UNKNOWN, "%s", tr("where else is not known: nobody says its kind of compute"));
    } else if (!places.compared) {
        part(p, ROLE_UNKNOWN, "%s",
             tr("where else is not known: nobody tells of another such queue and what is free there"));
    } else {
        part(p, ROLE_TITLE, "%s",
             places.count == 0 ? tr("nowhere else such a queue has room for them")
             : accels          ? tr("free accelerators elsewhere:")
                               : tr("free CPUs elsewhere:"));
        if (tables)
            end_line(p);
        if (tables && places.count > 0 && p->in.height - p->y > 1)
            put_places_table(p, &places);
        for (size_t i = 0; !tables && i < places.count && has_room(p); i++)
            put_place(p, &places.all[i]);
        put_left_out(p, &places);
    }
    end_line(p);
}

/* --- the whole --- */

static void gap(struct pane *p, bool tables)
{
    p->y += tables;
}

void queues_why_draw(const struct view_frame *f, const struct row *queue, struct canvas *c, struct area area)
{
    struct pane p = {.frame = f, .queue = queue, .counts = wait_read(queue), .canvas = c};
    struct buf title = buf_make(PART_BYTES);
    bool tables;

    text_show(queue->id, area.width > 40 ? area.width - 40 : 1, &title);
    buf_puts(&title, tr(": why its jobs wait"), NULL);
    p.in = canvas_box(c, area, buf_str(&title), tr("Enter lists them"));
    tables = p.in.height >= TABLES_HEIGHT;
    put_reasons(&p, tables);
    gap(&p, tables);
    put_asked(&p);
    if (waiting_of(&p) != 0) {
        put_inner(&p);
        put_rings(&p);
        gap(&p, tables);
        put_places(&p, tables);
    }
    buf_release(&title);
}
