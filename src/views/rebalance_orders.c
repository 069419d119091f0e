#include <stdio.h>
#include <string.h>

#include "base/tr.h"
#include "views/rebalance_run.h"

/* Orders that one person proposed and a second one approves: where plans wait, they are seen too. */

enum { SHOWN = 3, ORDERS_MAX = 64, TARGETS_SHOWN = 6, LINE_BYTES = 2048, ID_SHOWN = 40, WORDS_SHOWN = 160 };

/* An order: its first action, where that stands, and how many there are. */
struct waiting {
    struct row first;
    size_t at, count;
};

/* All of them, as rows. */
struct waits {
    const struct view_rows *of;
    struct waiting all[ORDERS_MAX];
    size_t count;
    struct view_rows rows;
};

static struct safe_text id_of(const struct row *action)
{
    return value_text_or(&action->cells[ACTION_ORDER], "");
}

static bool is_of(const struct view_rows *all, size_t i, struct safe_text order)
{
    struct row action = {0};

    return all->at(all->ctx, i, &action) && text_equal(id_of(&action), order);
}

/* Behind the last action of the order that begins at `first`: actions of an order lie beside each other. */
static size_t end_of(const struct view_rows *all, size_t first, struct safe_text order)
{
    size_t in = first, step = 1, out;

    while (in + step < all->count && is_of(all, in + step, order)) {
        in += step;
        step *= 2;
    }
    out = in + step < all->count ? in + step : all->count;
    while (out - in > 1) {
        size_t middle = in + (out - in) / 2;

        if (is_of(all, middle, order))
            in = middle;
        else
            out = middle;
    }
    return out;
}

static bool waits_at(void *ctx, size_t i, struct row *row)
{
    const struct waits *w = ctx;

    *row = w->all[i].first;
    return true;
}

static int64_t waits_find(void *ctx, struct safe_text id, struct safe_text source)
{
    const struct waits *w = ctx;

    for (size_t i = 0; i < w->count; i++)
        if (text_equal(w->all[i].first.id, id) && (text_empty(source) || text_equal(w->all[i].first.source, source)))
            return (int64_t)i;
    return -1;
}

static void find(struct waits *w, const struct view_frame *f)
{
    const struct view_rows *all = &f->rows[REBALANCE_WAITING];
    size_t end;

    w->of = all;
    w->count = 0;
    for (size_t i = 0; i < all->count && w->count < ORDERS_MAX; i = end) {
        struct waiting one = {.at = i};

        end = i + 1;
        if (!all->at(all->ctx, i, &one.first))
            continue;
        end = end_of(all, i, id_of(&one.first));
        one.count = end - i;
        if (value_known(&one.first.cells[ACTION_HASH]))
            w->all[w->count++] = one;
    }
    w->rows = (struct view_rows){
        .count = w->count, .all = w->count, .known = true, .ctx = w, .at = waits_at, .find = waits_find};
}

static void put_targets(const struct view_rows *all, const struct waiting *w, struct buf *line)
{
    size_t n = 0;

    text_show(cell_text(&w->first, ACTION_KIND), ID_SHOWN, line);
    for (; n < w->count && n < TARGETS_SHOWN; n++) {
        struct row action = {0};

        all->at(all->ctx, w->at + n, &action);
        buf_puts(line, n > 0 ? ", " : " ", NULL);
        text_show(cell_text(&action, ACTION_TARGET), ID_SHOWN, line);
    }
    if (w->count > n)
        buf_printf(line, NULL, tr(" and %zu more"), w->count - n);
}

static const char *valid(const struct view_frame *f, const struct waiting *w, char out[CELL_MAX])
{
    int64_t until_ms = value_int_or(&w->first.cells[ACTION_EXPIRES_AT], 0);
    struct value left_s = value_real(((double)until_ms - (double)f->now.utc_ms) / 1000);

    return value_real_or(&left_s, 0) > 0 ? cell_span(&left_s, out) : tr("over");
}

/* --- the list --- */

enum { COLUMN_ALL };
static const struct table_column columns[] = {
    [COLUMN_ALL] = {N_("ORDER"), 20, LINE_BYTES, 1, 0, TABLE_NO_SORT, false},
    {0},
};

/* On one of them stands what its keys are: on the one that they are for, else on the first, how to choose. */
static void put_keys(const struct list_frame *f, const struct waits *w, int64_t at, struct buf *line)
{
    if (w->count == 1)
        buf_puts(line, tr(" (A approves, X rejects): "), NULL);
    else if (f->focused && at == f->place->position)
        buf_printf(line, NULL, tr(" (%zu of %zu; A approves, X rejects): "), (size_t)at + 1, w->count);
    else if (!f->focused && at == f->place->top)
        buf_printf(line, NULL, tr(" (%zu of %zu; Up chooses): "), (size_t)at + 1, w->count);
    else
        buf_puts(line, ": ", NULL);
}

static void paint(const struct list_frame *f, const struct table *t, struct canvas *c, int i, const struct row *row,
                  enum role role)
{
    const struct waits *w = f->ctx;
    int64_t at = waits_find(f->rows->ctx, row->id, row->source);
    struct buf line = buf_make(LINE_BYTES);
    char span[CELL_MAX];

    text_show(id_of(row), ID_SHOWN, &line);
    buf_printf(&line, NULL, tr(" waits for a second person, valid %s"), valid(f->frame, &w->all[at], span));
    put_keys(f, w, at, &line);
    text_show(cell_text(row, ACTION_REQUESTED_BY), ID_SHOWN, &line);
    buf_puts(&line, ", ", NULL);
    put_targets(w->of, &w->all[at], &line);
    table_puts(t, c, i, COLUMN_ALL, role == ROLE_STALE ? role : ROLE_WARN, buf_str(&line));
    buf_release(&line);
}

static struct cell_sign sign(const struct list_frame *f, const struct row *row)
{
    (void)f;
    (void)row;
    return (struct cell_sign){ROLE_WARN, GLYPH_WARN};
}

static const struct list orders = {
    .columns = columns, .paint = paint, .nothing = N_("no order waits"), .headless = true, .sign = sign};

int rebalance_orders_draw(const struct view_frame *f, struct view_state *s, struct canvas *c, struct area in)
{
    struct waits w;
    struct list_frame lf = {.frame = f,
                            .rows = &w.rows,
                            .place = &s->place[REBALANCE_LIST_WAITING],
                            .state = s,
                            .sorted = TABLE_NO_SORT,
                            .focused = rebalance_panel(f, s) == REBALANCE_LIST_WAITING,
                            .ctx = &w};

    find(&w, f);
    in.height = in.height < SHOWN ? in.height : SHOWN;
    in.height = in.height < (int)w.count ? in.height : (int)w.count;
    if (in.height > 0)
        list_draw(&orders, &lf, c, in);
    return in.height;
}

bool rebalance_orders_wait(const struct view_frame *f)
{
    struct waits w;

    find(&w, f);
    return w.count > 0;
}

bool rebalance_orders_current(const struct view_frame *f, const struct view_state *s, struct row *action)
{
    struct waits w;

    find(&w, f);
    return list_current(&s->place[REBALANCE_LIST_WAITING], &w.rows, action);
}

bool rebalance_orders_move(const struct view_frame *f, struct view_state *s, int action)
{
    struct view_place *place = &s->place[REBALANCE_LIST_WAITING];
    struct waits w;

    find(&w, f);
    list_sync(place, &w.rows, place->page);
    if (rebalance_panel(f, s) == REBALANCE_LIST_WAITING) {
        if (action != LIST_DOWN || place->position + 1 < (int64_t)w.count)
            return list_move(place, &w.rows, action);
        s->panel = REBALANCE_LIST_PLANS;
        return true;
    }
    if (action != LIST_UP || s->place[REBALANCE_LIST_PLANS].position > 0 || w.count == 0)
        return false;
    s->panel = REBALANCE_LIST_WAITING;
    return list_move(place, &w.rows, LIST_LAST);
}

/* --- the dialog --- */

static void say(struct intent *i, struct buf *line)
{
    size_t n = strlen(i->say);

    snprintf(i->say + n, sizeof i->say - n, "%s%s", n > 0 ? "\n" : "", buf_str(line));
    buf_clear(line);
}

static void say_cell(const struct waiting *w, int field, const char *label, struct intent *i, struct buf *line)
{
    if (!value_known(&w->first.cells[field]))
        return;
    buf_printf(line, NULL, "%s ", label);
    text_show(cell_text(&w->first, field), WORDS_SHOWN, line);
    say(i, line);
}

/* What is above the limits of one. */
static void say_why(const struct waiting *w, struct intent *i, struct buf *line)
{
    struct safe_text list = value_text_or(&w->first.cells[ACTION_CHECKS], ""), member;

    while (value_list_next(&list, &member)) {
        struct safe_text name = text_of("");

        text_split(&member, '=', &name);
        if (!text_begins(member, text_of("no: ")))
            continue;
        text_split(&member, ' ', &name);
        text_show(member, WORDS_SHOWN, line);
        say(i, line);
    }
}

static void say_all(const struct view_frame *f, const struct waits *all, const struct waiting *w, struct intent *i)
{
    struct buf line = buf_make(LINE_BYTES);
    char n[CELL_MAX];

    text_show(cell_text(&w->first, ACTION_REQUESTED_BY), ID_SHOWN, &line);
    buf_puts(&line, ": ", NULL);
    put_targets(all->of, w, &line);
    say(i, &line);
    say_cell(w, ACTION_TO, tr("to"), i, &line);
    if (value_known(&w->first.cells[ACTION_VALUE])) {
        buf_printf(&line, NULL, "%s %s", tr("value"), cell_plain(&w->first.cells[ACTION_VALUE], n));
        say(i, &line);
    }
    say_cell(w, ACTION_REASON, tr("reason:"), i, &line);
    say_why(w, i, &line);
    say_cell(w, ACTION_UNDO, tr("Undo:"), i, &line);
    buf_printf(&line, NULL, tr("valid %s; every check is made anew, then it runs at once"), valid(f, w, n));
    say(i, &line);
    buf_release(&line);
}

static struct intent form(const struct view_frame *f, const struct waits *all, const struct waiting *w, bool approve)
{
    struct intent i = {.kind = INTENT_FORM};

    snprintf(i.op, sizeof i.op, approve ? "order_approve" : "order_reject");
    text_show_in(id_of(&w->first), i.text, sizeof i.text);
    say_all(f, all, w, &i);
    if (rebalance_act_ask(&i, id_of(&w->first),
                          approve ? value_text_or(&w->first.cells[ACTION_HASH], "") : text_of("")))
        return i;
    i.kind = INTENT_SAY;
    snprintf(i.text, sizeof i.text, "%s", tr("its name is too long for a request"));
    return i;
}

struct intent rebalance_orders_act(const struct view_frame *f, const struct view_state *s, int action)
{
    struct waits w;
    struct intent i = {.kind = INTENT_SAY};
    struct row chosen = {0};
    bool on_one = rebalance_panel(f, s) == REBALANCE_LIST_WAITING;
    int64_t at = 0;

    find(&w, f);
    if (w.count == 0)
        return (struct intent){.kind = INTENT_NONE};
    if (on_one && !list_current(&s->place[REBALANCE_LIST_WAITING], &w.rows, &chosen))
        snprintf(i.text, sizeof i.text, "%s", tr("what the cursor was on waits no longer"));
    else if (!on_one && w.count > 1)
        snprintf(i.text, sizeof i.text, tr("%zu orders wait: go up from the first plan to the one that is meant"),
                 w.count);
    else {
        at = on_one ? waits_find(&w, chosen.id, chosen.source) : 0;
        i = form(f, &w, &w.all[at], action == PLAN_APPROVE);
    }
    return i;
}
