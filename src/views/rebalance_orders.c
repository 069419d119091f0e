#include <stdio.h>
#include <string.h>

#include "base/tr.h"
#include "views/rebalance_run.h"

/* Orders that one person proposed and a second one approves: where plans wait, they are seen too. */

enum { SHOWN = 3, TARGETS_SHOWN = 6, LINE_BYTES = 2048, ID_SHOWN = 40, WORDS_SHOWN = 160 };

/* One of them: its first action, and how many there are. */
struct waiting {
    struct row first;
    size_t count;
};

static struct safe_text id_of(const struct row *action)
{
    return value_text_or(&action->cells[ACTION_ORDER], "");
}

/* Actions of an order lie beside each other. */
static size_t find(const struct view_frame *f, struct waiting out[SHOWN])
{
    const struct view_rows *all = &f->rows[REBALANCE_WAITING];
    size_t n = 0;

    for (size_t i = 0; i < all->count; i++) {
        struct row action = {0};

        if (!all->at(all->ctx, i, &action) || !value_known(&action.cells[ACTION_HASH]))
            continue;
        if (n > 0 && text_equal(id_of(&out[n - 1].first), id_of(&action))) {
            out[n - 1].count++;
            continue;
        }
        if (n == SHOWN)
            break;
        out[n++] = (struct waiting){action, 1};
    }
    return n;
}

static void put_targets(const struct view_frame *f, const struct waiting *w, struct buf *line)
{
    const struct view_rows *all = &f->rows[REBALANCE_WAITING];
    size_t n = 0;

    text_show(cell_text(&w->first, ACTION_KIND), ID_SHOWN, line);
    for (size_t i = 0; i < all->count && n < TARGETS_SHOWN; i++) {
        struct row action = {0};

        if (!all->at(all->ctx, i, &action) || !text_equal(id_of(&w->first), id_of(&action)))
            continue;
        buf_puts(line, n++ > 0 ? ", " : " ", NULL);
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

int rebalance_orders_draw(const struct view_frame *f, struct canvas *c, struct area in)
{
    struct waiting all[SHOWN];
    size_t n = find(f, all);
    struct buf line = buf_make(LINE_BYTES);
    char span[CELL_MAX];
    int y = 0;

    for (; y < (int)n && y < in.height; y++) {
        const struct waiting *w = &all[y];

        buf_clear(&line);
        text_show(id_of(&w->first), ID_SHOWN, &line);
        buf_printf(&line, NULL, tr(" waits for a second person, valid %s"), valid(f, w, span));
        buf_puts(&line, y == 0 ? tr(" (A approves, X rejects): ") : ": ", NULL);
        text_show(cell_text(&w->first, ACTION_REQUESTED_BY), ID_SHOWN, &line);
        buf_puts(&line, ", ", NULL);
        put_targets(f, w, &line);
        canvas_puts(c, in.x + 1, in.y + y, in.width - 2, ROLE_WARN, buf_str(&line));
    }
    buf_release(&line);
    return y;
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

static void say_all(const struct view_frame *f, const struct waiting *w, struct intent *i)
{
    struct buf line = buf_make(LINE_BYTES);
    char n[CELL_MAX];

    text_show(cell_text(&w->first, ACTION_REQUESTED_BY), ID_SHOWN, &line);
    buf_puts(&line, ": ", NULL);
    put_targets(f, w, &line);
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

struct intent rebalance_orders_act(const struct view_frame *f, int action)
{
    struct waiting all[SHOWN];
    bool approve = action == PLAN_APPROVE;
    struct intent i = {.kind = INTENT_FORM};

    if (find(f, all) == 0)
        return (struct intent){.kind = INTENT_NONE};
    snprintf(i.op, sizeof i.op, approve ? "order_approve" : "order_reject");
    text_show_in(id_of(&all[0].first), i.text, sizeof i.text);
    say_all(f, &all[0], &i);
    if (rebalance_act_ask(&i, id_of(&all[0].first),
                          approve ? value_text_or(&all[0].first.cells[ACTION_HASH], "") : text_of("")))
        return i;
    i.kind = INTENT_SAY;
    snprintf(i.text, sizeof i.text, "%s", tr("its name is too long for a request"));
    return i;
}
