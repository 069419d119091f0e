#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/tr.h"
#include "views/alert_act.h"
#include "views/queues.h"
#include "views/rebalance.h"

/* How many of a queue's jobs other schedulers take now, and which limit ends it. */

struct intent queues_room_ask(const struct row *queue)
{
    struct intent i = {.kind = INTENT_ROOM};

    if (list_keep(i.text, sizeof i.text - 1, queue->id) == 0 || strchr(i.text, '\n') != NULL)
        return alert_act_say(tr("its name is too long for a request"));
    return i;
}

bool queues_room_is_of(const struct view_frame *f, const struct row *queue)
{
    return f->room != NULL && text_is(queue->id, f->room->of);
}

/* --- its places as rows of no kind --- */

enum place_cell { CELL_JOBS, CELL_DELAY, CELL_COST, CELL_LIMIT, CELL_WORDS };

static bool place_at(void *ctx, size_t i, struct row *row)
{
    const struct view_room *room = ctx;

    if (i >= room->count)
        return false;
    const struct view_room_place *p = &room->places[i];
    *row = (struct row){.id = p->scheduler};
    row->cells[CELL_JOBS] = p->jobs < 0 ? value_none() : value_int(p->jobs);
    row->cells[CELL_DELAY] = value_real(p->delay_ms);
    row->cells[CELL_COST] = value_real(p->cost_cny);
    row->cells[CELL_LIMIT] = value_text(p->limit);
    row->cells[CELL_WORDS] = value_text(p->words);
    return true;
}

static int64_t place_find(void *ctx, struct safe_text id, struct safe_text source)
{
    const struct view_room *room = ctx;

    (void)source;
    for (size_t i = 0; i < room->count; i++)
        if (text_equal(room->places[i].scheduler, id))
            return (int64_t)i;
    return -1;
}

enum column { COL_WHERE, COL_JOBS, COL_DELAY, COL_COST, COL_LIMIT, COL_WORDS };
static const struct table_column columns[] = {
    [COL_WHERE] = {N_("WHERE"), 9, 20, 1, 0, TABLE_NO_SORT, false},
    [COL_JOBS] = {N_("JOBS"), 5, 0, 0, 0, TABLE_NO_SORT, true},
    [COL_DELAY] = {N_("ONE-WAY"), 7, 0, 0, 1, TABLE_NO_SORT, true},
    [COL_COST] = {N_("CNY"), 7, 0, 0, 2, TABLE_NO_SORT, true},
    [COL_LIMIT] = {N_("LIMIT"), 10, 16, 1, 0, TABLE_NO_SORT, false},
    [COL_WORDS] = {N_("WHAT DECIDED"), 14, 90, 9, 0, TABLE_NO_SORT, false},
    {0},
};

static void paint(const struct list_frame *f, const struct table *t, struct canvas *c, int i, const struct row *row,
                  enum role role)
{
    char n[CELL_MAX], word[REBALANCE_WORD_MAX];

    (void)f;
    role = value_int_or(&row->cells[CELL_JOBS], 0) > 0 ? role : ROLE_DIM;
    table_text(t, c, i, COL_WHERE, role, row->id);
    table_puts(t, c, i, COL_JOBS, role, cell_short(&row->cells[CELL_JOBS], n));
    table_puts(t, c, i, COL_DELAY, role, cell_ms(&row->cells[CELL_DELAY], n));
    table_puts(t, c, i, COL_COST, role, cell_short(&row->cells[CELL_COST], n));
    table_puts(t, c, i, COL_LIMIT, role, rebalance_check_word(cell_text(row, CELL_LIMIT), word));
    table_text(t, c, i, COL_WORDS, role, cell_text(row, CELL_WORDS));
}

static struct cell_sign sign(const struct list_frame *f, const struct row *row)
{
    (void)f;
    return value_int_or(&row->cells[CELL_JOBS], 0) > 0 ? (struct cell_sign){ROLE_OK, GLYPH_OK}
                                                       : (struct cell_sign){ROLE_DIM, GLYPH_COUNT};
}

static const struct list list = {.columns = columns,
                                 .paint = paint,
                                 .nothing = N_("there is no other scheduler that could take them"),
                                 .sign = sign};

void queues_room_draw(const struct view_frame *f, const struct row *queue, struct canvas *c, struct area area)
{
    struct buf title = buf_make(VIEW_ID_MAX + CELL_MAX);
    struct view_place place = {0};
    struct view_rows rows = {.count = f->room->count,
                             .all = f->room->count,
                             .known = true,
                             .ctx = (void *)(uintptr_t)f->room,
                             .at = place_at,
                             .find = place_find};
    struct list_frame lf = {.frame = f, .rows = &rows, .place = &place, .sorted = TABLE_NO_SORT};

    text_show(queue->id, area.width > 40 ? area.width - 40 : 1, &title);
    buf_puts(&title, tr(": room now"), NULL);
    struct area in = canvas_box(c, area, buf_str(&title), tr("m puts it away"));
    if (f->room->known)
        list_draw(&list, &lf, c, in);
    else
        canvas_puts(c, in.x + 2, in.y + in.height / 2, in.width - 2, ROLE_DIM, tr("being computed"));
    buf_release(&title);
}
