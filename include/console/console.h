#ifndef HUBTOP_CONSOLE_CONSOLE_H
#define HUBTOP_CONSOLE_CONSOLE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/err.h"
#include "console/play.h"
#include "domain/people.h"
#include "domain/row.h"
#include "domain/thresholds.h"
#include "io/launcher.h"
#include "ui/canvas.h"
#include "ui/key.h"
#include "ui/term.h"

/* The console: reads cache.db, follows the collector over its socket, never writes and never opens a network
 * connection. */

/* Words and keys of the configuration. */
struct console_alias {
    const char *name, *command; /* "x", ":jobs /user=me" */
};
struct console_bind {
    uint32_t key;
    const char *name, *command; /* as the configuration writes the key; the line that it runs, "none": nothing */
    const char *help;           /* NULL: the line says enough */
};

/* Where the value of a setting comes from that the console begins with. */
struct console_origin {
    const char *name, *text; /* "theme", "hubtop.conf:12"; no text: the default */
    bool said;               /* by an option or the environment: what was kept does not change it */
};

/* What is to be written from a view, and how. */
struct console_export {
    const char *path, *format, *fields; /* fields "a,b"; NULL: the form's own */
    bool over;                          /* over a file that is there */
    enum kind kind;
    int64_t as_of_ms;
    bool (*wants)(void *ctx, const struct row *row); /* which rows; NULL: all */
    void *ctx;
};
struct query_rows;

/* A kind of order, as whoever makes a console knows them (actions/action.h). */
enum console_order_takes {
    CONSOLE_ORDER_ALONE,
    CONSOLE_ORDER_TO,    /* where to: SCHEDULER or SCHEDULER/QUEUE */
    CONSOLE_ORDER_COUNT, /* a number */
    CONSOLE_ORDER_SPAN,  /* 2h */
    CONSOLE_ORDER_UNTIL  /* 2h, or a moment */
};
enum { CONSOLE_ORDER_TARGETS = 4 };
struct console_order {
    const char *name, *summary, *undo;        /* the latter two: sentences for people, not translated yet */
    enum kind targets[CONSOLE_ORDER_TARGETS]; /* ended by KIND_NONE */
    enum console_order_takes takes;
    bool severe; /* the id is typed */
};

struct console_options {
    const char *state_dir, *context;
    struct clock clock;
    int64_t at_ms;                    /* 0: the present */
    const char *view, *filter, *sort; /* to begin with; NULL: the first view, none, its own */
    const char *focus;                /* the id that its cursor is put on; NULL: its own */
    bool demo, danger, write, offline;
    struct launcher *launcher; /* its command "collector" makes a collector; NULL: somebody else's service */
    enum term_color color;
    const char *theme_path;
    const char *const *theme_dirs;        /* where other themes are, ended by NULL */
    const char *locale_dir;               /* of the translations; NULL: none */
    const char *own_dir;                  /* what was typed and presets are kept there; NULL: nowhere */
    const char *const *contexts;          /* of the configuration, ended by NULL; NULL: none */
    const struct console_alias *aliases;  /* ended by a NULL name; NULL: none */
    const struct console_bind *binds;     /* likewise */
    const struct console_origin *origins; /* of settings, ended by a NULL name; NULL: all are defaults */
    bool wall;                            /* pages turn by themselves, and name no person */
    bool shared;                          /* the folder is a service's, for all operators */
    /* Writes rows in a form of `get`. ERR_INPUT when it cannot (73: the file is there already). NULL: it cannot be had. */
    bool (*export_rows)(const struct console_export *what, const struct query_rows *rows, struct err *err);
    /* Appends a row as an item of `get … --json`, on one line. NULL likewise. */
    void (*row_json)(const struct row *row, struct buf *out);
    enum glyph_set glyphs;
    bool glyphs_auto;                    /* the terminal's encoding decides */
    int width, height;                   /* of a printed screen */
    const struct people *people;         /* whom to call, whose scope this is; NULL: nobody says */
    const char *runbooks;                /* the folder of runbooks; NULL: none is known */
    const char *bulletin;                /* the launcher's command that takes bulletins; NULL: none */
    struct launcher *sender;             /* that has it */
    const char *outline;                 /* the file of the coastline that maps draw; NULL: none */
    struct play *play;                   /* a tour or a drill; NULL: neither */
    const struct thresholds *thresholds; /* of the configuration; NULL: the presets */
    const struct console_order *orders;  /* that can be given from here, ended by a NULL name; NULL: none */
};

/* Whether a console can begin with that view (NULL: it can, with the first), with what follows its name as `:` takes it; else err, 64. For callers that
 * have work to do, a collector to start, before the console itself would tell. */
bool console_view_known(const char *name, struct err *err);

/* Takes the terminal and runs until the operator leaves, or a signal. False with err when the terminal or the cache
 * cannot be had. */
bool console_run(const struct console_options *options, struct err *err);

/* The same in lines, for screen readers and braille displays: prints on standard output, reads commands from standard input, never
 * moves a cursor. Runs until the input ends or the operator leaves; a signal but SIGHUP as above. */
bool console_speak(const struct console_options *options, struct err *err);

/* The same screen once, as text, appended to `out`. */
bool console_print(const struct console_options *options, struct buf *out, struct err *err);

/* Whether a key and a line may be bound together: the key is one that terminals tell apart, no view uses it unless the line is
 * "none", the line makes sense. ERR_INPUT says what is wrong. `aliases` as in the options. */
bool console_bind_check(const char *key, const char *command, const struct console_alias *aliases, struct err *err);
/* Whether a word may stand for a line: it is a word, no command's already, and the line makes sense. */
bool console_alias_check(const struct console_alias *alias, const struct console_alias *aliases, struct err *err);

/* The console's own keys, for `hubtop keys`. */
const struct key_row *console_keys(void);

#endif
