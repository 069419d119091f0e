#include "console/console_private.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "base/near.h"
#include "base/tr.h"
#include "views/marks.h"

/* `:order ACTION [WHAT]` on the rows that are marked, else on the one under the cursor: what it means is read and confirmed, then the
 * collector checks it. `:order!` puts down what takes two people. */

enum { ORDER_SHOWN = 3, ORDER_WORDS = 400, ORDER_ID = 120 };

/* What is asked for. */
struct wish {
    const struct console_order *order;
    const char *behind; /* the action's word */
    enum kind kind;
    struct intent intent;
    struct json_writer ask;
    struct buf room, list;
    size_t count;
};

static const char *name_at(const void *orders, size_t i)
{
    return ((const struct console_order *)orders)[i].name;
}

static bool no_order(const struct console *c, const char *word, struct err *err)
{
    char names[ERR_HINT_MAX - 40] = "";
    const char *near = c->options->orders && *word ? near_word(word, name_at, c->options->orders) : NULL;

    for (const struct console_order *o = c->options->orders; o && o->name; o++)
        snprintf(names + strlen(names), sizeof names - strlen(names), " %s", o->name);
    if (near)
        err_set(err, ERR_INPUT, tr("there is no order '%s'; did you mean '%s'?"), word, near);
    else
        err_set(err, ERR_INPUT, tr("there is no order '%s'"), word);
    return err_hint(err, tr("there are:%s"), names);
}

static bool read_order(const struct console *c, const char *argument, struct wish *w, struct err *err)
{
    char word[INTENT_OP_MAX];
    size_t n = strcspn(argument, " ");

    snprintf(word, sizeof word, "%.*s", (int)n, argument);
    w->behind = argument + n + strspn(argument + n, " ");
    w->order = c->options->orders;
    while (w->order && w->order->name && strcmp(w->order->name, word) != 0)
        w->order++;
    return (w->order && w->order->name) || no_order(c, word, err);
}

/* --- to what --- */

static void take(struct wish *w, struct safe_text id)
{
    json_put_text(&w->ask, id);
    if (w->count == 0)
        text_show_in(id, w->intent.text, sizeof w->intent.text);
    if (w->count < ORDER_SHOWN) {
        buf_puts(&w->list, w->count > 0 ? ", " : "", NULL);
        text_show(id, ORDER_ID, &w->list);
    }
    w->count++;
}

static bool takes_kind(const struct wish *w, struct err *err)
{
    for (const enum kind *k = w->order->targets; *k != KIND_NONE; k++)
        if (*k == w->kind)
            return true;
    return err_set(err, ERR_INPUT, tr("'%s' is no order for this: %s"), w->order->name, tr(w->order->summary));
}

static bool under_cursor(struct console *c, struct row *object, struct err *err)
{
    struct view_frame frame = console_frame(c);

    return (c->view->object && c->view->object(&frame, console_state(c, c->view), object)) ||
           err_set(err, ERR_INPUT, "%s", tr("nothing is under the cursor that an order could be given to"));
}

static bool put_targets(struct console *c, struct wish *w, struct err *err)
{
    const struct marks *marks = console_marks(c);
    struct row object = {0};
    bool marked = marks_count(marks) > 0;

    if (!marked && !under_cursor(c, &object, err))
        return false;
    w->kind = marked ? console_kind(c) : object.kind;
    if (!takes_kind(w, err))
        return false;
    json_put_key(&w->ask, "targets");
    json_open_array(&w->ask);
    for (size_t i = 0; i < marks_count(marks); i++) {
        struct safe_text id, source;
        marks_at(marks, i, &id, &source);
        take(w, id);
    }
    if (!marked)
        take(w, object.id);
    json_close_array(&w->ask);
    return true;
}

/* --- with what --- */

static bool needs(const struct wish *w, const char *example, struct err *err)
{
    err_set(err, ERR_INPUT, tr("'%s' needs more"), w->order->name);
    return err_hint(err, ":order %s %s", w->order->name, example);
}

static bool put_number(struct wish *w, const char *key, int64_t number)
{
    json_put_key(&w->ask, key);
    json_put_int(&w->ask, number);
    return true;
}

static bool put_count(struct wish *w, struct err *err)
{
    char *end;
    long long count = strtoll(w->behind, &end, 10);

    if (end == w->behind || *end != '\0' || count < 1)
        return needs(w, "100", err);
    return put_number(w, "value", count);
}

static bool put_behind(struct console *c, struct wish *w, struct err *err)
{
    int64_t now_ms = console_now(c).utc_ms, ms = 0;

    switch (w->order->takes) {
    case CONSOLE_ORDER_ALONE:
        return true;
    case CONSOLE_ORDER_TO:
        if (*w->behind == '\0')
            return needs(w, "SCHEDULER/QUEUE", err);
        json_put_key(&w->ask, "to");
        json_put_str(&w->ask, w->behind);
        return true;
    case CONSOLE_ORDER_COUNT:
        return put_count(w, err);
    case CONSOLE_ORDER_SPAN:
        return (clock_parse_duration(w->behind, &ms, NULL) && ms >= 1000) ? put_number(w, "value", ms / 1000)
                                                                          : needs(w, "2h", err);
    case CONSOLE_ORDER_UNTIL:
        return form_end(w->behind, now_ms, &ms) && ms > now_ms ? put_number(w, "ends_ms", ms) : needs(w, "2h", err);
    }
    return false;
}

/* --- asking --- */

/* What is read before it is confirmed. */
static void describe(struct wish *w)
{
    char more[64] = "";

    if (w->count > ORDER_SHOWN)
        snprintf(more, sizeof more, tr(" and %zu more"), w->count - ORDER_SHOWN);
    snprintf(w->intent.say, sizeof w->intent.say, "%s%s%s: %s\n%s%s\n%s %s", w->order->name, *w->behind ? " " : "",
             w->behind, tr(w->order->summary), buf_str(&w->list), more, tr("undo:"), tr(w->order->undo));
}

static bool write_ask(struct console *c, struct wish *w, struct err *err)
{
    json_open_object(&w->ask);
    json_put_key(&w->ask, "action");
    json_put_str(&w->ask, w->order->name);
    if (!put_targets(c, w, err) || !put_behind(c, w, err))
        return false;
    json_close_object(&w->ask);
    if (w->ask.err.kind == ERR_NONE)
        return true;
    err_set(err, ERR_INPUT, tr("%zu are too many for one order from here"), w->count);
    return err_hint(err, "%s", tr("mark fewer, or 'hubtop order' takes up to 1000"));
}

bool console_order(struct console *c, const char *argument, bool two, struct err *err)
{
    struct wish w = {.intent = {.kind = INTENT_FORM},
                     .room = buf_make(sizeof w.intent.ask - 200), /* the form adds a reason and what was typed */
                     .list = buf_make(ORDER_WORDS)};

    w.ask = json_writer_make(&w.room);
    bool refused = console_refuse_write(c, 0), ok = !refused && read_order(c, argument, &w, err);
    ok = ok && write_ask(c, &w, err);
    if (ok) {
        snprintf(w.intent.op, sizeof w.intent.op, "%s",
                 two               ? "order_propose"
                 : w.order->severe ? "order"
                                   : "order_light");
        snprintf(w.intent.ask, sizeof w.intent.ask, "%s", buf_str(&w.room));
        describe(&w);
        console_act_intent(c, &w.intent);
    }
    buf_release(&w.room);
    buf_release(&w.list);
    return ok || refused;
}
