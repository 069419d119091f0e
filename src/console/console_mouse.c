#include "console/console_private.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/tr.h"

/* A click chooses, and opens what is chosen; it never changes anything outside: that takes a key, or a dialog's letter. */

enum { WHEEL_ROWS = 3 };

void console_mouse_set(struct console *c, bool on)
{
    c->mouse.on = on;
    if (on && !c->mouse.spots.rows)
        c->mouse.spots.rows = mem_new(SPOTS_ROWS_MAX, sizeof *c->mouse.spots.rows);
    if (c->term)
        term_mouse(c->term, on);
}

void console_mouse_turn(struct console *c)
{
    struct err err = {0};

    if (console_refuse_blind(c))
        return;
    if (!c->mouse.on && !term_mouse(c->term, true)) {
        console_say(c, true, tr("this terminal reports no mouse"));
        return;
    }
    if (!console_set_named(c, "mouse", c->mouse.on ? "off" : "on", &err))
        console_fail(c, &err);
    else
        console_say(c, false,
                    c->mouse.on ? tr("the mouse is on: a click chooses; text is marked with Shift held; % turns it off")
                                : tr("the mouse is off: the terminal marks text again"));
}

/* --- places --- */

/* The view's own place of a list, and its number; NULL: the list was drawn from a copy, it stands still. */
static struct view_place *place_of(struct console *c, const struct spots_list *l, int *number)
{
    struct view_state *s = console_state(c, c->view);

    for (int i = 0; i < VIEW_PANELS_MAX; i++)
        if (l->place == &s->place[i]) {
            *number = i;
            return &s->place[i];
        }
    return NULL;
}

bool console_mouse_row(struct console *c, const char *number, struct err *err)
{
    const struct spots_list *l = spots_focused(&c->mouse.spots);
    int panel = 0;
    struct view_place *place = l ? place_of(c, l, &panel) : NULL;
    char *end;
    unsigned long long wished = strtoull(number, &end, 10);

    if (!place)
        return err_set(err, ERR_INPUT, "%s", tr("this view has no list with rows to go to"));
    if (*end || end == number || number[0] == '-' || wished == 0)
        return err_set(err, ERR_INPUT, tr("'%s' is no row's number: they begin at 1"), number);
    if (wished > l->count)
        return err_set(err, ERR_INPUT, tr("there is no row %s: the list has %zu"), number, l->count);
    place->position = (int64_t)wished - 1;
    place->id_len = place->source_len = 0;
    return true;
}

/* --- keys by the mouse --- */

static bool is_bound(const struct console *c, uint32_t code)
{
    const struct console_bind *b = c->options->binds;

    while (b && b->name && b->key != code)
        b++;
    return b && b->name;
}

/* What the configuration made of a key may be anything. */
static void press(struct console *c, uint32_t code, bool writes)
{
    int action = key_action(c->view->keys, code);

    if (writes || action >= VIEW_WRITES || is_bound(c, code))
        console_say(c, true, tr("a click does not do that: press the key"));
    else
        console_act_key(c, code);
}

static void turn_wheel(struct console *c, uint32_t key)
{
    uint32_t code = key == KEY_CODE_WHEEL_UP ? KEY_CODE_UP : KEY_CODE_DOWN;

    for (int i = 0; i < WHEEL_ROWS; i++)
        press(c, code, false);
}

/* --- clicks --- */

static void sort_by(struct console *c, const struct spots_list *l, int column)
{
    enum kind kind = console_kind(c);
    int field = l->field[column];
    struct intent i = {.kind = INTENT_SORT};

    if (kind == KIND_NONE || l->kind != kind || field < -1 || field >= (int)kind_info(kind)->field_count) {
        console_say(c, true, tr("the list is not sorted by that column"));
        return;
    }
    snprintf(i.text, sizeof i.text, "%s%s", field == l->sorted && !l->descending ? "-" : "",
             field < 0 ? "id" : kind_info(kind)->fields[field].name);
    console_act_intent(c, &i);
}

/* As its key goes from panel to panel, which may change what is listed; the keys of a view are its own. */
static bool give_keys(struct console *c, int panel)
{
    struct view_state *s = console_state(c, c->view);
    int action = key_action(c->view->keys, KEY_CODE_RIGHT);

    for (int i = 0; i < VIEW_PANELS_MAX && s->panel != panel && action > 0; i++) {
        struct view_frame frame = console_frame(c);
        struct intent turned = c->view->act(&frame, s, action);
        console_act_intent(c, &turned);
    }
    return s->panel == panel;
}

static void choose(struct console *c, const struct spots_list *l, int row)
{
    int panel = 0;
    struct view_place *place = place_of(c, l, &panel);

    if (!place)
        return;
    if (l->focused && place->position == l->top + row)
        press(c, KEY_CODE_ENTER, false);
    else if (l->focused || (c->view->panels && give_keys(c, panel)))
        spots_put(&c->mouse.spots, l, row, place);
}

static void click(struct console *c, int x, int y)
{
    int row;
    const struct spots_key *key = spots_key_at(&c->mouse.spots, x, y);
    const struct spots_list *l = spots_at(&c->mouse.spots, x, y, &row);

    if (key)
        press(c, key->code, key->writes);
    else if (l && row >= 0)
        choose(c, l, row);
    else if (l && l->focused && spots_title(l, x, y) >= 0)
        sort_by(c, l, spots_title(l, x, y));
}

void console_mouse_key(struct console *c, uint32_t key)
{
    int x, y;

    if (!c->mouse.on || !c->term)
        return; /* a report on its way when the mouse was turned off */
    if (key != KEY_CODE_CLICK) {
        if (c->mode == MODE_NORMAL || c->mode == MODE_HELP)
            turn_wheel(c, key);
        return;
    }
    term_mouse_at(c->term, &x, &y);
    if (c->mode == MODE_NORMAL)
        click(c, x, y);
}
