#ifndef HUBTOP_CLI_COMMAND_H
#define HUBTOP_CLI_COMMAND_H

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"

/* What was said on the command line: the same options for every command. */
struct options {
    const char *config, *context, *state_dir, *fleet, *data, *at, *view, *now, *size, *format, *output, *fields,
        *filter, *sort, *color, *theme, *glyphs, *lang, *confirm, *log_file, *until, *lasts, *starts, *ends, *note,
        *reason, *kind, *stage, *scope, *drain, *by, *lost, *price, *weights, *only_queue, *pair, *replaces, *job, *to,
        *ref, *since, *op, *user, *anchor;
    const char *const *sources; /* --source, repeated */
    size_t source_count;
    const char *const *excludes; /* --exclude, repeated */
    size_t exclude_count;
    double speed, timeout_s;
    double hurry;                       /* of a demo: its pace while a plan is carried out; 0: the same */
    double seconds, horizon;            /* -1: not given */
    long limit, seed, max_moves, value; /* likewise */
    bool offline, once, write, dry_run, no_input, quiet, verbose, origin, help, version, list, send, full, break_glass,
        propose;
    /* For a collector that a console starts: not in the help. */
    const char *clock;
    const char *focus; /* the id that a demo's cursor is put on */
    bool until_idle, ephemeral;
    bool tour, loop, drill, wall, a11y;
    struct play *play; /* of a demo; NULL: neither a tour nor a drill */

    const char *const *args; /* what is no option, after the command's name */
    size_t arg_count;
    const char *program; /* argv[0] */
};

enum option_type {
    OPTION_FLAG,
    OPTION_UNFLAG,
    OPTION_TEXT,
    OPTION_NUMBER,
    OPTION_COUNT,
    OPTION_SOURCE,
    OPTION_EXCLUDE,
    OPTION_CHOICE
};

/* One row of the table of options: help, completions and the manual are printed from it. */
struct option_row {
    const char *name; /* without "--" */
    char letter;      /* 0: none */
    enum option_type type;
    size_t offset;    /* in struct options */
    const char *arg;  /* "FILE"; of a CHOICE: "auto|en|zh"; of a shorthand flag that sets a CHOICE: its value */
    const char *help; /* NULL: hidden */
};

/* A subcommand is one file cmd_NAME.c with `const struct command cmd_NAME`; the build finds it. */
struct command {
    const char *name;    /* "get"; "" is the console */
    const char *usage;   /* "KIND [ID…]" */
    const char *summary; /* one line */
    const char *help;    /* more, or NULL */
    /* The i-th of the words that it takes, NULL at the end; help and manual list them under that title. NULL: none. */
    const char *(*word)(const void *ctx, size_t i);
    const char *words;
    /* Returns the exit status of interfaces.md; prints its errors through fail_report(). */
    int (*run)(const struct options *o);
    /* Tells of an error on the command line itself and returns the status; NULL: as every other error is told. */
    int (*usage_error)(const struct options *o, const struct err *err);
};

extern const struct command *const command_table[]; /* generated; ended by NULL */

#endif
