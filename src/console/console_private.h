#ifndef HUBTOP_CONSOLE_CONSOLE_PRIVATE_H
#define HUBTOP_CONSOLE_CONSOLE_PRIVATE_H

#include "base/dir.h"
#include "base/json.h"
#include "console/ask.h"
#include "console/brief.h"
#include "console/complete.h"
#include "console/console.h"
#include "console/feeds.h"
#include "console/form.h"
#include "console/link.h"
#include "console/reading.h"
#include "console/strip.h"
#include "console/typed.h"
#include "console/wall.h"
#include "console/who.h"
#include "domain/checkup.h"
#include "io/loop.h"
#include "ui/prompt.h"
#include "ui/raster.h"
#include "views/spots.h"

enum {
    CONSOLE_VIEWS_MAX = 32,
    CONSOLE_TRAIL_MAX = 64,
    CONSOLE_SLICE_US = 1000,
    CONSOLE_BRISK_US = 100, /* while keys are pressed: the next one waits for no longer slice */
    CONSOLE_BRISK_MS = 500,
    CONSOLE_SHOW_US = 6000,
    CONSOLE_GO_US = 100000
};

enum mode {
    MODE_NORMAL,
    MODE_FILTER,
    MODE_COMMAND,
    MODE_HELP,
    MODE_TEXT,
    MODE_FORM,
    MODE_BRIEF,
    MODE_KEYS,
    MODE_FIND,
    MODE_SORT
};

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
    ACT_REBALANCE,
    ACT_NODES,
    ACT_CHANGES,
    ACT_SOURCES,
    ACT_MAP,
    ACT_ALERTS,
    ACT_WHO,
    ACT_SCOPE,
    ACT_TRAIL_BACK,
    ACT_TRAIL_ON,
    ACT_COPY_ID,
    ACT_COPY_ROW,
    ACT_SETUP,
    ACT_FIND,
    ACT_FIND_NEXT,
    ACT_FIND_FORMER,
    ACT_MOUSE,
    ACT_SORT_MENU,
    ACT_FREEZE,
    ACT_REPLAY,
    ACT_UNDO = VIEW_WRITES + 500
};

/* Where the value of a setting comes from. */
enum set_from { SET_START, SET_KEPT, SET_HERE };
enum { CONSOLE_SETTINGS_MAX = 12 };

/* The launcher's commands for what is computed beside the screen. */
#define CONSOLE_SOLVER "solver"
#define CONSOLE_ROOM   "room"

/* What is being computed, and the room that was. */
struct solve {
    struct console *of;
    bool running, is_room;
    int64_t since_ms; /* of the boot clock */
    struct view_room room;
    struct view_room_place *places;
    struct json *told; /* its texts */
};

/* What is looked for in the shown list. */
struct console_find {
    char text[VIEW_FILTER_MAX];
    struct filter *filter; /* NULL: nothing runs */
    const struct view *view;
    int by;              /* 1 forward, -1 back */
    int64_t start, seen; /* the cursor when it began; rows that were looked at */
    bool more;           /* the last slice did not come to an end */
    int seen_pct;
    int64_t task, told_ms;
};

struct console {
    const struct console_options *options;
    struct clock clock;
    int64_t at_ms; /* the past that is shown, UTC; 0: the present */
    struct loop *loop;
    struct term *term;
    struct theme theme;
    struct query *query;
    struct feeds *feeds, *present; /* `present`: kept while the past is shown; else NULL */
    bool in_round;                 /* the last step of the feeds left more to do */
    struct link *link;
    struct ask *ask;
    struct who *who;
    struct reading *reading;
    struct brief brief;            /* of MODE_BRIEF */
    bool mine;                     /* what is not mine is left out */
    struct raster_outline outline; /* read when a view first draws it: that takes half a millisecond */
    bool outlined;                 /* it was */
    struct canvas canvas;
    enum glyph_set glyphs;
    bool utf8; /* the terminal was asked, and shows it */
    const struct view *view, *former;
    const struct view *trail[CONSOLE_TRAIL_MAX]; /* the views in the order in which they were opened */
    size_t trail_count, trail_at;
    struct view_state states[CONSOLE_VIEWS_MAX];
    enum mode mode;
    struct prompt prompt;
    char filter_before[VIEW_FILTER_MAX]; /* the view's, when a line was begun */
    struct typed *typed;                 /* what was entered before */
    struct complete complete;            /* what can stand at the cursor, while `completing` */
    bool completing, looked;             /* `looked`: Tab was pressed, and there is nothing */
    int chosen;                          /* of them; -1: none yet */
    bool minutes;                        /* the clock shows no seconds */
    struct {
        bool on;
        struct spots spots; /* where the last draw left what can be clicked */
    } mouse;
    int64_t frozen_ms; /* since when the screen stands still, UTC; 0: it does not */
    bool held;         /* and the canvas has it */
    int sort_at;       /* the field of MODE_SORT that has the cursor */
    int esc_delay_ms;  /* 0: the terminal's own */
    struct {
        enum set_from from;
        char start[THEME_NAME_MAX]; /* its value before anything was set */
    } set[CONSOLE_SETTINGS_MAX];
    struct view_setting set_rows[CONSOLE_SETTINGS_MAX + 1]; /* for the view `setup` */
    struct theme_names set_themes;
    const char *set_theme_words[THEME_NAMES_MAX + 1];
    char set_path[DIR_PATH_MAX + 64], set_said[CONSOLE_SETTINGS_MAX][128]; /* what the rows say of their origin */
    struct checkup checkup;                                                /* for the view `doctor` */
    struct view_doctor doctor;
    struct wall wall; /* with --wall */
    struct verdict wall_verdict;
    int64_t checked_ms; /* when it was looked up; 0: never */
    struct console_find find;
    const struct view *marks_view; /* whose marks were looked at, as of the commit */
    int64_t marks_rev;
    struct solve solve;
    struct form form;      /* of MODE_FORM */
    struct intent pending; /* of MODE_TEXT: what waits for its line */
    int help_top, help_lines;
    char message[ERR_TEXT_MAX + ERR_HINT_MAX + 4];
    bool message_is_error;
    int64_t pressed_ms; /* of the boot clock: the last key */
    int64_t message_until_ms, task, tick, count_task, counted_ms, play_timer;
    bool again;                /* something came while the task was at work */
    loop_task_handler *follow; /* brings the screen up to date */
    loop_task_handler *count;  /* goes on with counting who is hit */
    int signal_number;
    bool lost; /* the terminal went away */
    /* Where nothing is drawn: takes each sentence as it is said; lets go of what was made of the query. NULL: neither. */
    void (*hear)(struct console *c, bool is_error, const char *text);
    void (*forget)(struct console *c);
    char subject[INTENT_TEXT_MAX]; /* what the first view is opened for; "": nothing */
    char user[64];
};

/* What console_speak() shares with a console that draws, zeroed by the caller: who the person is; the cache, opened as soon as there is
 * one, at its first view; one step in following it, true while there is more to do; the collector's link; the end of all. */
void console_begin(struct console *c, const struct console_options *options);
bool console_open(struct console *c, struct err *err);
bool console_step(struct console *c);
void console_follow_collector(struct console *c);
void console_end(struct console *c);
/* What the lines around a view are made of, as of now. */
struct strip console_strip(struct console *c);

/* The present of the console's clock. */
struct instant console_now(const struct console *c);

/* The same for dialogs: what passes is real milliseconds, for a person's hands are no faster where time is, nor slower where it stands. */
struct instant console_at_hand(const struct console *c);
/* The state that a view keeps while others are shown. */
struct view_state *console_state(struct console *c, const struct view *v);
/* The kind that the operator's filter and order apply to; KIND_NONE without a list. */
enum kind console_listed(const struct view *v);
/* The same of the view that is shown, as its state is. */
enum kind console_kind(struct console *c);
/* Everything that a view may know now. */
struct view_frame console_frame(struct console *c);
/* Whether this console may ask for changes. */
bool console_may_write(const struct console *c);
/* Whether it may not do that one (a view's or the console's action from VIEW_WRITES on): the message line says why. */
bool console_refuse_write(struct console *c, int action);
/* Whether there is a screen: what needs one says so where there is none. */
bool console_refuse_blind(struct console *c);
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
/* Has a plan computed, or the room for a job or queue: the message line tells how long it takes; a plan is opened when it is there.
 * What goes wrong is said in the planner's words. */
void console_solve_plan(struct console *c, const struct intent *i);
void console_solve_room(struct console *c, const struct intent *i);
/* "computing a plan: 3 s; Esc cancels", until the next call; NULL: nothing is computed, or there is an error to be read. */
const char *console_solve_words(struct console *c);
/* What views show of room; NULL: nobody asked. */
const struct view_room *console_solve_shown(const struct console *c);
/* Ends the child; false: none ran. */
bool console_solve_cancel(struct console *c);
/* Lets go of the room that was computed; and at the end of all. */
void console_solve_forget(struct console *c);
void console_solve_end(struct console *c);
/* Puts a line before the operator, to be completed; where nothing is drawn it is said. */
void console_solve_begin_line(struct console *c, const char *line);
/* `:plan` with its argument: options, a plan's id, or nothing. The options, ended by NULL, for completion. */
bool console_solve_line(struct console *c, const char *argument, struct err *err);
const char *const *console_solve_options(void);
/* Carries out a wish. */
void console_act_intent(struct console *c, const struct intent *i);
/* Opens a view; false, and the message line says what it takes, when no source tells of what it shows. */
bool console_act_open(struct console *c, const char *name);
/* Goes on with counting who is hit, between keys; a printed screen counts by itself. */
void console_count(struct console *c);
/* What --view says, as an intent; NULL: the overview. ERR_INPUT, 64, when there is no such view. */
bool console_subject_view(const char *text, struct intent *first, struct err *err);
/* Goes to what is named in the shown view, or says that there is no such. */
void console_subject_go(struct console *c, const char *where);
/* To what the first view was opened for, once its rows are there. */
void console_subject_open(struct console *c);
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
/* Asks for an order on the marked rows, or on the one under the cursor: "hold", "move qyg-ai"; `two`: for two people. ERR_INPUT when it
 * makes no sense. */
bool console_order(struct console *c, const char *argument, bool two, struct err *err);
/* "lang=en theme=…": what can be set, with all values that there are, ended by NULL; the texts are static. */
const char *const *console_set_words(void);
/* Reads what was kept; what an option or the environment says goes before. A file that makes no sense is set aside, and said. */
void console_set_begin(struct console *c);
/* `:set` with its argument: NAME=VALUE, NAME (says it), NAME& (as at the start), nothing (says all). */
bool console_set_word(struct console *c, const char *argument, struct err *err);
/* A setting by its name; an empty value only says it. */
bool console_set_named(struct console *c, const char *name, const char *value, struct err *err);
/* `:w`: writes what was set into the person's own folder. */
bool console_set_keep(struct console *c, struct err *err);
/* The settings for the view `setup`, ended by a NULL name; they live until the next call. */
const struct view_setting *console_set_rows(struct console *c);
/* On a wall: shows the page whose turn it is, or stays on what is critical. */
void console_wall_turn(struct console *c);
/* On a wall: whether it takes that key; it takes those that end it. */
bool console_wall_key(uint32_t key);
/* The verdict in words of our own: how much is wrong, and nobody's name. It lives until the next call. */
const struct verdict *console_wall_verdict(struct console *c, const struct verdict *v);
/* What the view `doctor` shows, looked up anew at most every two seconds. */
const struct view_doctor *console_doctor_facts(struct console *c);
/* The mouse: whether the terminal is asked for it; the key that turns it on and off; what a click or the wheel does, where what was
 * drawn last stands. */
void console_mouse_set(struct console *c, bool on);
void console_mouse_turn(struct console *c);
void console_mouse_key(struct console *c, uint32_t key);
/* Puts the cursor of the list that has the keys on its row `number`, from 1. ERR_INPUT where it has fewer, or there is no list. */
bool console_mouse_row(struct console *c, const char *number, struct err *err);
/* The menu of fields to sort by: begins it, takes a key, draws it. */
void console_sort_start(struct console *c);
void console_sort_key(struct console *c, uint32_t key);
void console_sort_draw(struct console *c);
/* The key test: begins it; what a key sent while it runs; bytes that made no key. */
void console_doctor_keys(struct console *c);
void console_doctor_key(struct console *c, uint32_t key);
void console_doctor_rest(struct console *c);
/* Copies the id under the cursor, or its row as JSON, by way of the terminal. */
void console_copy_id(struct console *c);
void console_copy_row(struct console *c);
/* The shown view's marks; NULL: none was ever made. Looks which rows are gone, after a commit. */
struct marks *console_marks(struct console *c);
void console_marks_follow(struct console *c);
/* Their ids, a line each; their rows as a JSON array, of those that the list shows, and how many these are: both stop where a terminal
 * takes no more. */
void console_marks_ids(struct console *c, struct buf *out);
size_t console_marks_json(struct console *c, struct buf *out);
size_t console_marks_listed(struct console *c);
/* Whether a row is marked, for console_export: `ctx` is the marks. */
bool console_marks_wants(void *ctx, const struct row *row);
/* Finding: asks what, begins with it (nothing when it is empty), goes on or back, stops (false: nothing ran), lets go of all. */
void console_find_ask(struct console *c);
void console_find_start(struct console *c, const char *text);
void console_find_on(struct console *c, int by);
bool console_find_stop(struct console *c);
/* Looks for a few milliseconds; true while there is more to look through. */
bool console_find_step(struct console *c);
void console_find_end(struct console *c);
/* Keeps where the person is, when the line was lost; the next console of the same person that is not told where to begin goes back
 * there, once, within twelve hours. */
void console_place_keep(struct console *c);
void console_place_restore(struct console *c);
/* Shows everything as it was at that moment, UTC; 0: as it is. */
void console_replay(struct console *c, int64_t at_ms);
/* The same for the moment that the row under the cursor tells of; where it tells none, a time is asked for. */
void console_replay_here(struct console *c);
/* `:replay TIME`; nothing: back to the present. ERR_INPUT when it is no time, or none that has been. */
bool console_replay_word(struct console *c, const char *argument, struct err *err);
/* Puts the cursor of the shown view's first list on an id. */
void console_put_cursor(struct console *c, const char *id);
void console_refresh(struct console *c);
/* What a key does, in whatever mode the console is. */
void console_act_key(struct console *c, uint32_t key);
/* The same in a form or a bulletin that is open. */
void console_act_form(struct console *c, uint32_t key, struct instant now);
void console_act_brief(struct console *c, uint32_t key, struct instant now);
/* The view that an action of the console's keys opens; NULL for the other actions. */
const struct view *console_act_view(int action);

#endif
