#ifndef HUBTOP_CONSOLE_CONSOLE_H
#define HUBTOP_CONSOLE_CONSOLE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/err.h"
#include "console/play.h"
#include "domain/people.h"
#include "io/launcher.h"
#include "ui/canvas.h"
#include "ui/key.h"
#include "ui/raster.h"
#include "ui/term.h"

/* The console: reads cache.db, follows the collector over its socket, never writes and never opens a network
 * connection. */

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
    enum glyph_set glyphs;
    bool glyphs_auto;                     /* the terminal's encoding decides */
    int width, height;                    /* of a printed screen */
    const struct people *people;          /* whom to call, whose scope this is; NULL: nobody says */
    const char *runbooks;                 /* the folder of runbooks; NULL: none is known */
    const char *bulletin;                 /* the launcher's command that takes bulletins; NULL: none */
    struct launcher *sender;              /* that has it */
    const struct raster_outline *outline; /* the coastline that maps draw; NULL: none */
    struct play *play;                    /* a tour or a drill; NULL: neither */
};

/* Whether a console can begin with the view of that name (NULL: it can, with the first); else err, 64. For callers that
 * have work to do, a collector to start, before the console itself would tell. */
bool console_view_known(const char *name, struct err *err);

/* Takes the terminal and runs until the operator leaves, or a signal. False with err when the terminal or the cache
 * cannot be had. */
bool console_run(const struct console_options *options, struct err *err);

/* The same screen once, as text, appended to `out`. */
bool console_print(const struct console_options *options, struct buf *out, struct err *err);

/* The console's own keys, for `hubtop keys`. */
const struct key_row *console_keys(void);

#endif
