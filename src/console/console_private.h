#ifndef HUBTOP_CONSOLE_CONSOLE_PRIVATE_H
#define HUBTOP_CONSOLE_CONSOLE_PRIVATE_H

#include "console/ask.h"
#include "console/brief.h"
#include "console/complete.h"
#include "console/console.h"
#include "console/feeds.h"
#include "console/form.h"
#include "console/link.h"
#include "console/reading.h"
#include "console/typed.h"
#include "console/who.h"
#include "io/loop.h"
#include "ui/prompt.h"

enum { CONSOLE_VIEWS_MAX = 32, CONSOLE_TRAIL_MAX = 64, CONSOLE_SLICE_US = 6000 };

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
    ACT_TRAIL_BACK,
    ACT_TRAIL_ON,
    ACT_COPY_ID,
    ACT_COPY_ROW,
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
    const struct view *trail[CONSOLE_TRAIL_MAX]; /* the views in the order in which they were opened */
    size_t trail_count, trail_at;
    struct view_state states[CONSOLE_VIEWS_MAX];
    enum mode mode;
    struct prompt prompt;
    struct typed *typed;      /* what was entered before */
    struct complete complete; /* what can stand at the cursor, while `completing` */
    bool completing, looked;  /* `looked`: Tab was pressed, and there is nothing */
    int chosen;               /* of them; -1: none yet */
    bool minutes;             /* the clock shows no seconds */
    int esc_delay_ms;         /* 0: the terminal's own */
    struct form form;         /* of MODE_FORM */
    struct intent pending;    /* of MODE_TEXT: what waits for its line */
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
/* Goes back or on in the views that were shown; false: there is none further. */
bool console_trail(struct console *c, int by);
/* The need that the shown view lists now; false: it lists nothing that is filtered. */
bool console_listed_need(struct console *c, size_t *need);
/* Narrows what the view lists; a bad filter leaves the former one, and says why. */
void console_set_filter(struct console *c, const char *expr);
/* Carries out a wish. */
void console_act_intent(struct console *c, const struct intent *i);
/* Opens a view; false, and the message line says what it takes, when no source tells of what it shows. */
bool console_act_open(struct console *c, const char *name);
/* Turns "mine" on and off; the message line says so. */
void console_act_scope(struct console *c);
/* The line that is typed: begins it, takes a key, draws it with what can complete it. */
void console_line_start(struct console *c, enum mode mode, const char *text);
void console_line_key(struct console *c, uint32_t key);
void console_line_draw(struct console *c);
/* Runs a line of the command line, an alias too. */
void console_line_run(struct console *c, const char *text);
/* The line that an alias stands for, with what follows it: in `out`; the line itself when its word is no alias. False: aliases
 * lead round in a circle, or the line grew too long. */
bool console_line_expand(const struct console_alias *aliases, const char *text, char out[PROMPT_MAX], struct err *err);
/* What a word of the command line does that is no view, no key. */
void console_word(struct console *c, const struct intent *i);
/* "lang=en theme=…": what can be set, with all values that there are, ended by NULL; the texts are static. */
const char *const *console_word_settings(void);
/* Copies the id under the cursor, or its row as JSON, by way of the terminal. */
void console_copy_id(struct console *c);
void console_copy_row(struct console *c);
/* Puts the cursor of the shown view's first list on an id. */
void console_put_cursor(struct console *c, const char *id);
void console_refresh(struct console *c);
/* What a key does, in whatever mode the console is. */
void console_act_key(struct console *c, uint32_t key);
/* The view that an action of the console's keys opens; NULL for the other actions. */
const struct view *console_act_view(int action);

#endif
