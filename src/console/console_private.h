#ifndef HUBTOP_CONSOLE_CONSOLE_PRIVATE_H
#define HUBTOP_CONSOLE_CONSOLE_PRIVATE_H

#include "console/ask.h"
#include "console/brief.h"
#include "console/console.h"
#include "console/feeds.h"
#include "console/form.h"
#include "console/link.h"
#include "console/reading.h"
#include "console/who.h"
#include "io/loop.h"
#include "ui/prompt.h"

enum { CONSOLE_VIEWS_MAX = 32, CONSOLE_SLICE_US = 6000 };

enum mode { MODE_NORMAL, MODE_FILTER, MODE_COMMAND, MODE_HELP, MODE_TEXT, MODE_FORM, MODE_BRIEF };

/* What the console's own keys do. */
enum console_action {
    ACT_HELP = 1,
    ACT_FILTER,
    ACT_COMMAND,
    ACT_BACK,
    ACT_QUIT,
    ACT_NEXT,
    ACT_PREVIOUS,
    ACT_FORMER,
    ACT_POLL,
    ACT_REDRAW,
    ACT_SUSPEND,
    ACT_SORT_NEXT,
    ACT_SORT_PREVIOUS,
    ACT_INVERT,
    ACT_OVERVIEW,
    ACT_RACKS,
    ACT_QUEUES,
    ACT_JOBS,
    ACT_NODES,
    ACT_SOURCES,
    ACT_MAP,
    ACT_ALERTS,
    ACT_WHO,
    ACT_SCOPE,
    ACT_UNDO = VIEW_WRITES + 500
};

struct console {
    const struct console_options *options;
    struct loop *loop;
    struct term *term;
    struct theme theme;
    struct query *query;
    struct feeds *feeds;
    struct link *link;
    struct ask *ask;
    struct who *who;
    struct reading *reading;
    struct brief brief; /* of MODE_BRIEF */
    bool mine;          /* what is not mine is left out */
    struct canvas canvas;
    enum glyph_set glyphs;
    const struct view *view, *former;
    struct view_state states[CONSOLE_VIEWS_MAX];
    enum mode mode;
    struct prompt prompt;
    struct form form;      /* of MODE_FORM */
    struct intent pending; /* of MODE_TEXT: what waits for its line */
    int help_top, help_lines;
    char message[ERR_TEXT_MAX + ERR_HINT_MAX + 4];
    bool message_is_error;
    int64_t message_until_ms, task, tick, count_task, counted_ms, play_timer;
    loop_task_handler *follow; /* brings the screen up to date */
    loop_task_handler *count;  /* goes on with counting who is hit */
    int signal_number;
    char user[64];
};

/* The present of the console's clock. */
struct instant console_now(const struct console *c);
/* The state that a view keeps while others are shown. */
struct view_state *console_state(struct console *c, const struct view *v);
/* The kind that the operator's filter and order apply to; KIND_NONE without a list. */
enum kind console_listed(const struct view *v);
/* Everything that a view may know now. */
struct view_frame console_frame(struct console *c);
/* Whether this console may ask for changes; else the message line says why not. */
bool console_may_write(const struct console *c);
bool console_refuse_write(struct console *c);
/* A sentence for the message line. */
void console_say(struct console *c, bool is_error, const char *text);
/* An error with its hint, there. */
void console_fail(struct console *c, const struct err *err);
/* Shows a view from now on; follows the cache until all that it needs is there. */
void console_show(struct console *c, const struct view *v);
/* Puts the cursor of the shown view's first list on an id. */
void console_put_cursor(struct console *c, const char *id);
void console_refresh(struct console *c);
/* What a key does, in whatever mode the console is. */
void console_act_key(struct console *c, uint32_t key);
/* The view that an action of the console's keys opens; NULL for the other actions. */
const struct view *console_act_view(int action);

#endif
