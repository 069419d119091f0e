#include "console/console_private.h"

#include <stdio.h>
#include <string.h>

#include "base/tr.h"

enum { CONSOLE_MESSAGE_MS = 8000 };

struct instant console_now(const struct console *c)
{
    return clock_now(&c->clock);
}

struct instant console_at_hand(const struct console *c)
{
    struct instant now = console_now(c);
    now.boot_ms = clock_boot_ms();
    return now;
}

struct view_state *console_state(struct console *c, const struct view *v)
{
    size_t i = 0;
    while (view_table[i] != v)
        i++;
    return &c->states[i];
}

static const struct raster_outline *outline_of(struct console *c)
{
    struct err err = {0};
    if (!c->view->coast || !c->options->outline)
        return NULL;
    if (!c->outlined && !raster_outline_load(c->options->outline, &c->outline, &err))
        console_fail(c, &err);
    c->outlined = true;
    return &c->outline;
}

struct view_frame console_frame(struct console *c)
{
    struct view_frame frame = {
        .rows = feeds_rows(c->feeds),
        .now = console_now(c),
        .past = c->at_ms != 0,
        .verdict = feeds_verdict(c->feeds, console_now(c)),
        .write = console_may_write(c),
        .area = {0, 2, c->canvas.width, c->canvas.height - (c->options->wall ? 2 : 4)},
        .runbook = reading_page(c->reading),
        .people = c->options->people,
        .scope = c->mine && c->options->people ? c->options->people->mine : NULL,
        .room = console_solve_shown(c),
        .hit = who_hit(c->who),
        .outline = outline_of(c),
        .settings = console_set_rows(c),
        .doctor = console_doctor_facts(c),
        .thresholds = c->options->thresholds,
        .spots = &c->mouse.spots,
    };
    if (frame.past)
        frame.now.utc_ms = c->at_ms;
    return frame;
}

bool console_may_write(const struct console *c)
{
    const struct hello *told = link_hello(c->link);
    return c->options->write && !c->at_ms && !c->options->offline && (!told || told->write);
}

/* Its collector says no: whoever is asked decides. */
static const char *why_not(const struct console *c, char *out, size_t size)
{
    const struct hello *told = link_hello(c->link);
    char roles[ROLES_WORDS_MAX];
    if (!c->options->write || !told || told->write)
        return tr("read-only: start with --write to change something");
    if (told->roles & ~(unsigned)ROLES_VIEWER)
        return tr("read-only: the collector's configuration does not say allow_write = true");
    snprintf(out, size, tr("your role here is %s: whoever runs the collector gives more, in roles {}"),
             roles_words(told->roles, roles));
    return out;
}

static unsigned role_of(int action)
{
    return action == PLAN_APPROVE || action == PLAN_SIGN ? ROLES_APPROVER
           : action == PLAN_GLASS                        ? ROLES_BREAK_GLASS
                                                         : ROLES_OPERATOR;
}

/* An approver approves, an operator does the rest. */
static bool refuse_role(struct console *c, int action)
{
    const struct hello *told = link_hello(c->link);
    unsigned role = role_of(action);
    char text[ERR_TEXT_MAX], roles[ROLES_WORDS_MAX];
    if (!told || (told->roles & role))
        return false;
    snprintf(text, sizeof text, tr("it takes the role %s; yours here are: %s"), roles_word(role),
             roles_words(told->roles, roles));
    console_say(c, true, text);
    return true;
}

bool console_refuse_write(struct console *c, int action)
{
    char why[ERR_TEXT_MAX];
    if (console_may_write(c))
        return refuse_role(c, action);
    if (c->options->play)
        play_refused(c->options->play);
    console_say(c, true,
                c->at_ms              ? tr("this is the past: it cannot be changed")
                : c->options->offline ? tr("offline: there is no collector to ask")
                                      : why_not(c, why, sizeof why));
    return true;
}

bool console_refuse_blind(struct console *c)
{
    if (!c->hear)
        return false;
    console_say(c, true, tr("there is no screen here, only lines"));
    return true;
}

void console_say(struct console *c, bool is_error, const char *text)
{
    if (c->hear) {
        c->hear(c, is_error, text);
        return;
    }
    snprintf(c->message, sizeof c->message, "%s", text);
    c->message_is_error = is_error;
    c->message_until_ms = clock_boot_ms() + CONSOLE_MESSAGE_MS;
}

void console_fail(struct console *c, const struct err *err)
{
    enum { USAGE = 64 };
    char text[ERR_TEXT_MAX + ERR_HINT_MAX + 4];
    snprintf(text, sizeof text, "%s%s%s", err->text, err->hint[0] ? "; " : "", err->hint);
    /* Somebody who mistyped sees what was meant, also where the line is cut. */
    if (err_status(err) == USAGE && err->hint[0] && text_width(text_of(text)) > c->canvas.width)
        snprintf(text, sizeof text, "%s (%s)", err->hint, err->text);
    console_say(c, true, text);
}

void console_refresh(struct console *c)
{
    if (!c->loop)
        return;              /* a screen that is printed once: it is read to its end anyway */
    c->again = c->task != 0; /* what is done in this round is looked at in another one */
    if (!c->task)
        c->task = loop_task(c->loop, c->follow, c);
}

/* What was ahead is forgotten, the oldest gives way. */
static void leave_trail(struct console *c, const struct view *v)
{
    if (c->trail_count == 0)
        c->trail[c->trail_count++] = c->view;
    if (c->trail[c->trail_at] == v)
        return;
    if (c->trail_at + 1 == CONSOLE_TRAIL_MAX) {
        memmove(c->trail, c->trail + 1, sizeof c->trail - sizeof c->trail[0]);
        c->trail_at--;
    }
    c->trail[++c->trail_at] = v;
    c->trail_count = c->trail_at + 1;
}

static void show(struct console *c, const struct view *v)
{
    struct err err = {0};
    if (v != c->view && !c->view->page) /* a page is left for good: Esc does not lead into it again */
        c->former = c->view;
    c->view = v;
    if (!feeds_show(c->feeds, v, console_state(c, v), &err))
        console_fail(c, &err);
    feeds_step(c->feeds, console_now(c), CONSOLE_SHOW_US);
    console_refresh(c);
}

void console_show(struct console *c, const struct view *v)
{
    leave_trail(c, v);
    show(c, v);
}

bool console_trail(struct console *c, int by)
{
    if (by < 0 ? c->trail_at == 0 : c->trail_at + 1 >= c->trail_count)
        return false;
    c->trail_at = by < 0 ? c->trail_at - 1 : c->trail_at + 1;
    show(c, c->trail[c->trail_at]);
    return true;
}

void console_put_cursor(struct console *c, const char *id)
{
    struct view_place *p = &console_state(c, c->view)->place[0];
    *p = (struct view_place){.page = p->page};
    p->id_len = strnlen(id, sizeof p->id);
    memcpy(p->id, id, p->id_len);
}

void console_count(struct console *c)
{
    if (c->loop && !c->count_task)
        c->count_task = loop_task(c->loop, c->count, c);
}

enum kind console_kind(struct console *c)
{
    size_t need;
    return console_listed_need(c, &need) ? c->view->needs[need].kind : KIND_NONE;
}

enum kind console_listed(const struct view *v)
{
    for (const struct view_need *n = v->needs; n->kind != KIND_NONE; n++) {
        if (n->filtered)
            return n->kind;
    }
    return KIND_NONE;
}

bool console_listed_need(struct console *c, size_t *need)
{
    *need = 0;
    if (c->view->listed)
        *need = c->view->listed(console_state(c, c->view));
    while (c->view->needs[*need].kind != KIND_NONE && !c->view->needs[*need].filtered)
        ++*need;
    return c->view->needs[*need].kind != KIND_NONE;
}
