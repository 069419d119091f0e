#ifndef HUBTOP_IO_LAUNCHER_H
#define HUBTOP_IO_LAUNCHER_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/buf.h"
#include "base/err.h"
#include "io/loop.h"

/* A small process that is forked first, before anything shrinks what a process may do, and starts the commands of a
 * fixed table: argument lists from the configuration, never a shell, nothing from the network. */

struct launcher_command {
    const char *name;        /* "collector", "token:fra" */
    const char *const *argv; /* NULL-terminated; argv[0] is looked up in PATH */
    bool daemon;             /* its own session, output to /dev/null, outlives us (the collector) */
    bool service;            /* runs until launcher_free() or launcher_stop(); output to /dev/null */
    bool own;                /* this program itself: its input is further arguments, a line each, and what it printed is
                                given also when it failed */
    bool number;             /* its input is decimal digits, and maybe a word after a blank: they stand in the place of
                                LAUNCHER_NUMBER and LAUNCHER_WORD, wherever in an argument these are */
    bool word;               /* its input is a word alone, which stands there likewise */
    int64_t timeout_ms;      /* of a command whose output is wanted; 0: 10 s */
    size_t output_max;       /* bytes of its output; 0: 64 KiB */
};
#define LAUNCHER_NUMBER "%i"
#define LAUNCHER_WORD   "%c"
enum { LAUNCHER_DIGITS_MAX = 20, LAUNCHER_WORD_MAX = 64 };

/* Whether a text is a word that a command is given: LAUNCHER_WORD_MAX letters, digits, '_', '.' and '-' at most, the first no sign. */
bool launcher_takes_word(const char *text, size_t n);

struct launcher;

/* Forks the launcher with its table (copied). Call it first in main's work, before loop_new(). NULL on failure. */
struct launcher *launcher_new(const struct launcher_command *commands, size_t count, struct err *err);
/* Ends services, the launcher, and reaps it. */
void launcher_free(struct launcher *l);

/* Whether a command of that name is in the table. */
bool launcher_has(const struct launcher *l, const char *name);

/* Runs a command of the table and gives its output (at most 64 KiB, or its output_max), waiting for it: for start-up, before the loop
 * runs. ERR_INPUT (78) when it fails: name, exit status, first line of stderr. */
bool launcher_output(struct launcher *l, const char *name, struct buf *out, struct err *err);
/* The same without waiting: `done` is called once from the loop, with the output (wiped after the call) or with an
 * error, never from within this function. At most 4 commands run at a time, others wait for their turn. False when the
 * name is not known. */
typedef void launcher_done(void *ctx, struct buf *out, const struct err *err);
bool launcher_output_start(struct launcher *l, struct loop *loop, const char *name, launcher_done *done, void *ctx,
                           struct err *err);
/* The same two with `input` on the command's standard input, which is empty otherwise. ERR_INPUT above LAUNCHER_INPUT_MAX
 * bytes. */
enum { LAUNCHER_INPUT_MAX = 16 << 10 };
bool launcher_send(struct launcher *l, const char *name, const struct buf *input, struct buf *out, struct err *err);
bool launcher_send_start(struct launcher *l, struct loop *loop, const char *name, const struct buf *input,
                         launcher_done *done, void *ctx, struct err *err);
/* Of a command that is this program's own, `done` gets both the error and what was printed. */
/* Nothing is called with `ctx` any more; commands that run end by themselves. */
void launcher_output_forget(struct launcher *l, const void *ctx);
/* The same, and those that run are killed with their children. */
void launcher_output_cancel(struct launcher *l, const void *ctx);
/* Starts a daemon or service; `*pid` in the launcher's pid namespace. A service that ends is reaped and not restarted.
 */
bool launcher_start(struct launcher *l, const char *name, pid_t *pid, struct err *err);
bool launcher_stop(struct launcher *l, const char *name, struct err *err);

#endif
