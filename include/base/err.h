#ifndef HUBTOP_BASE_ERR_H
#define HUBTOP_BASE_ERR_H

#include <stdarg.h>
#include <stdbool.h>

/* The kind of an error is the policy that its receiver follows. */
enum err_kind {
    ERR_NONE,      /* no error */
    ERR_INPUT,     /* the person gave something wrong: tell the person */
    ERR_TRANSIENT, /* may pass: back off, mark readings stale */
    ERR_REFUSED,   /* the peer or the policy says no: show its words, stop this order */
    ERR_CORRUPT,   /* a record makes no sense: quarantine it */
};

enum { ERR_TEXT_MAX = 480, ERR_HINT_MAX = 240 };

/* An error as a value. `{0}` is "no error". `text`: lower case, what failed first, the subject in quotes; `hint`: what
 * the person can do. Both may hold text from outside: whoever shows them does so through text_show(). */
struct err {
    enum err_kind kind;
    int exit_status; /* sysexits(3) style status of interfaces.md; 0 = the kind's own */
    char text[ERR_TEXT_MAX];
    char hint[ERR_HINT_MAX];
};

/* Sets `err` (which may be NULL) and returns false always, so that `return err_set(...)` ends a function. Clears the
 * hint. */
bool err_set(struct err *err, enum err_kind kind, const char *fmt, ...) __attribute__((format(printf, 3, 4)));

/* No error again. Of an error that is kept with each of a thousand sources, this touches two lines of the processor's cache; `{0}` all
 * twelve. */
void err_clear(struct err *err);

/* Adds what the person can do; returns false always. */
bool err_hint(struct err *err, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

/* Sets the exit status that this error leads to, where the kind's own is too coarse; returns false always. */
bool err_exit(struct err *err, int exit_status);

/* An ERR_INPUT of status 64 with its hint: a person or a program asked in a form that is none; returns false always. */
bool err_usage(struct err *err, const char *what, const char *hint);

/* Puts "prefix: " before the text, keeping kind, hint and status; returns false always. */
bool err_prefix(struct err *err, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

/* The exit status of interfaces.md for this error: err_exit()'s value, or by kind 65, 69, 77, 76; 0 for none. */
int err_status(const struct err *err);

/* The kind's name in lower case, "none" to "corrupt". */
const char *err_kind_name(enum err_kind kind);

#endif
