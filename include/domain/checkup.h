#ifndef HUBTOP_DOMAIN_CHECKUP_H
#define HUBTOP_DOMAIN_CHECKUP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "domain/row.h"

/* What `hubtop doctor` and the view `doctor` say of the place where the console runs: one set of rules for both. */

enum { CHECKUP_MAX = 48, CHECKUP_WHAT_MAX = 160, CHECKUP_STATE_MAX = 2600 };

/* What was found; texts may come from outside. */
struct checkup_facts {
    bool is_terminal;     /* standard input and output are */
    bool lines;           /* a session in lines asks nothing of it */
    const char *term;     /* $TERM; NULL: unset */
    const char *terminal; /* what it is, for people; NULL: it cannot be used, and `terminal_err` says why */
    const struct err *terminal_err;
    bool asked, utf8;           /* it was asked whether it shows UTF-8, and does */
    const char *lang, *codeset; /* $LANG (NULL: unset), and the locale's character set */
    const char *missing;        /* a sentence on the wished locale, which could not be had; NULL: it was had */
    const char *state_dir;      /* NULL: not known */
    const char *context;
    bool shared;
    const struct err *cache_err; /* NULL: the cache can be read */
    int64_t cache_bytes;         /* below 0: not known */
    bool collector;              /* one runs */
    const char *roles;           /* "viewer, operator": what the collector says of us; NULL: nothing yet */
    bool changes;                /* one of them may change something */
    const char *ssh_key;         /* of this session, as the collector found it; "": why not says */
    const char *ssh_unknown;
    const char *orders_off; /* why the collector takes none; "": it does, NULL: not known */
};

/* A line: what, how it is, and what to do ("": nothing has to be done). */
struct checkup_line {
    char what[CHECKUP_WHAT_MAX], state[CHECKUP_STATE_MAX], hint[ERR_TEXT_MAX];
    bool bad;
};

struct checkup {
    size_t count;
    struct checkup_line lines[CHECKUP_MAX];
};

/* Appends the lines of terminal, encoding and locale, in the interface's language. */
void checkup_screen(const struct checkup_facts *f, struct checkup *out);
/* Those of the state directory, the cache and the collector; nothing without a state directory. */
void checkup_state(const struct checkup_facts *f, struct checkup *out);
/* Which roles we have, and how two people are told apart here; nothing where the collector said nothing yet. */
void checkup_people(const struct checkup_facts *f, struct checkup *out);
/* That of a source, by its row of KIND_SOURCE. What does not fit any more is left out. */
void checkup_source(const struct row *row, struct checkup *out);

#endif
