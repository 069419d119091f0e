#include "console/console_private.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/tr.h"
#include "console/floor.h"
#include "console/line.h"

/* What a view is opened for: an id behind its name, typed after `:` or given with --view. */

bool console_subject_view(const char *text, struct intent *first, struct err *err)
{
    struct err none = {0};
    if (line_view(text ? text : "overview", first, &none))
        return true;
    err_set(err, ERR_INPUT, "there is no view '%s'", text);
    err_hint(err, "'hubtop keys' lists the views");
    return err_exit(err, 64);
}

bool console_view_known(const char *text, struct err *err)
{
    struct intent first;
    return console_subject_view(text, &first, err);
}

/* --- pages, of which the console knows the subject --- */

static void go_impact(struct console *c, const char *id)
{
    who_begin_named(c->who, c->query, text_of(id), c->at_ms, console_now(c));
    console_count(c);
}

struct wanted {
    struct console *c;
    const char *id;
    bool found;
};

static void open_if_it(void *ctx, const struct row *alert)
{
    struct wanted *w = ctx;
    if (w->found || !text_is(alert->id, w->id))
        return;
    reading_open(w->c->reading, w->c->options->runbooks, alert);
    w->found = true;
}

static void go_runbook(struct console *c, const char *id)
{
    struct wanted w = {c, id, false};
    struct err err = {0};
    char text[INTENT_TEXT_MAX + 64];
    struct query_scan *scan = query_scan_new(c->query, KIND_ALERT, c->at_ms);
    while (!w.found && query_scan_step(scan, console_now(c), CONSOLE_SLICE_US, open_if_it, &w, &err) == QUERY_MORE)
        continue;
    query_scan_free(scan);
    if (w.found)
        return;
    snprintf(text, sizeof text, tr("no alert is called '%s'"), id);
    console_say(c, true, err.kind != ERR_NONE ? err.text : text);
}

static void nowhere(struct console *c, const char *where)
{
    char text[2 * INTENT_TEXT_MAX + 64];
    struct floor *floor = mem_new(1, sizeof *floor);
    const char *near = floor_near(c, feeds_rows(c->feeds), where, floor);
    snprintf(text, sizeof text,
             near ? tr("there is no '%s' here; did you mean '%s'?")
                  : tr("there is no '%s' here; Tab completes the names that there are"),
             where, near);
    console_say(c, true, text);
    free(floor);
}

static bool go(struct console *c, const char *where)
{
    struct view_frame frame = console_frame(c);
    return c->view->go(&frame, console_state(c, c->view), text_of(where));
}

/* What a view goes to may have to be read first: then it is asked again, and knows whether it is there. */
static void go_to(struct console *c, const char *where)
{
    feeds_step(c->feeds, console_now(c), CONSOLE_GO_US);
    bool there = go(c, where);
    if (there && c->view->scope) {
        console_show(c, c->view);
        feeds_step(c->feeds, console_now(c), CONSOLE_GO_US);
        there = go(c, where);
        console_show(c, c->view);
    }
    if (!there)
        nowhere(c, where);
}

static const struct {
    const char *view;
    void (*go)(struct console *c, const char *id);
} pages[] = {{"impact", go_impact}, {"runbook", go_runbook}};

void console_subject_go(struct console *c, const char *where)
{
    for (size_t i = 0; i < sizeof pages / sizeof *pages; i++)
        if (strcmp(pages[i].view, c->view->name) == 0) {
            pages[i].go(c, where);
            return;
        }
    if (c->view->go)
        go_to(c, where);
    else
        console_put_cursor(c, where);
}

void console_subject_open(struct console *c)
{
    if (c->subject[0])
        console_subject_go(c, c->subject);
    c->subject[0] = '\0';
}
