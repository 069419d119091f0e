#include <stdio.h>
#include <string.h>

#include "base/tr.h"
#include "console/console_private.h"

/* Every view as it was at one moment: the same queries with another T. */

/* What views made of another moment's rows is none of this one's. */
static void forget_views(struct console *c)
{
    for (size_t i = 0; view_table[i]; i++) {
        struct view_state *s = &c->states[i];

        if (view_table[i]->forget)
            view_table[i]->forget(s);
        for (size_t k = 0; k < VIEW_CURVES_MAX; k++)
            s->curves[k].id_len = 0;
        s->history.id_len = 0;
    }
    c->marks_view = NULL;
}

/* The present is kept, and followed again when it comes back: a million jobs are not read twice. */
static void change_feeds(struct console *c, int64_t at_ms)
{
    if (c->at_ms)
        feeds_free(c->feeds);
    else
        c->present = c->feeds;
    c->feeds = at_ms || !c->present ? feeds_new(c->query, at_ms) : c->present;
    c->present = at_ms ? c->present : NULL;
    c->at_ms = at_ms;
}

/* The page that tells who is hit tells it of that moment. */
static void count_again(struct console *c)
{
    const struct view_hit *hit = who_hit(c->who);

    if (hit && !text_empty(hit->id)) {
        who_begin_named(c->who, c->query, hit->id, c->at_ms, console_now(c));
        console_count(c);
    }
}

void console_replay(struct console *c, int64_t at_ms)
{
    char at[CLOCK_TEXT_MAX], text[160];

    if (at_ms == c->at_ms)
        return;
    console_find_stop(c);
    if (c->forget)
        c->forget(c);
    forget_views(c);
    change_feeds(c, at_ms);
    count_again(c);
    console_show(c, c->view);
    snprintf(text, sizeof text, tr("the past, %s: nothing can be changed here; Esc goes back to the present"),
             clock_local_hms(at_ms, at));
    console_say(c, false, at_ms ? text : tr("this is the present again"));
}

void console_replay_here(struct console *c)
{
    struct view_frame frame = console_frame(c);
    int64_t at_ms = c->view->moment ? c->view->moment(&frame, console_state(c, c->view)) : 0;

    if (c->options->at_ms)
        console_say(c, true, tr("this console was started in the past: --at"));
    else if (at_ms > 0 && at_ms < console_now(c).utc_ms)
        console_replay(c, at_ms);
    else if (!c->hear)
        console_line_start(c, MODE_COMMAND, "replay ");
    else
        console_say(c, true, tr("nothing here says when it began: replay TIME does"));
}

bool console_replay_word(struct console *c, const char *argument, struct err *err)
{
    int64_t at_ms = 0, now_ms = console_now(c).utc_ms;

    if (c->options->at_ms)
        return err_set(err, ERR_INPUT, "%s", tr("this console was started in the past: --at"));
    if (argument[0] && !clock_parse_time(argument, now_ms, &at_ms, err))
        return false;
    if (at_ms > now_ms)
        return err_set(err, ERR_INPUT, "%s", tr("that time is still to come"));
    console_replay(c, at_ms);
    return true;
}
