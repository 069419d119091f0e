#ifndef HUBTOP_SRC_CONSOLE_COMPLETE_H
#define HUBTOP_SRC_CONSOLE_COMPLETE_H

#include <stdbool.h>
#include <stddef.h>

#include "console/line.h"
#include "domain/kind.h"

/* What can stand where the cursor is in a line that is typed: words of commands, views, fields, their values, and what the console
 * lists (themes, contexts …). */

enum { COMPLETE_MAX = 256, COMPLETE_WORD_MAX = 96 };

struct complete_facts {
    enum kind kind;                         /* of the shown view's list; KIND_NONE without one */
    enum kind (*kind_of)(const char *view); /* of another view's */
    const char *const *aliases;             /* words of the configuration, ended by NULL; may be NULL */
    const char *const
        *lists[LINE_ARGUMENTS]; /* from LINE_LIST on, likewise; and LINE_PLACE, LINE_FLOOR, LINE_SETTING */
};

struct complete {
    size_t from;  /* the byte where the word begins that they would stand for */
    char end;     /* what is put behind one that was chosen: ' ', '=', or 0 */
    size_t count; /* the first COMPLETE_MAX */
    char words[COMPLETE_MAX][COMPLETE_WORD_MAX];
};

/* Those that begin as what stands before the cursor (byte `at`). `sign` is ':' or '/'. */
void complete_find(const struct complete_facts *facts, char sign, const char *text, size_t at, struct complete *out);

/* How many bytes all of them have in common, between characters. */
size_t complete_common(const struct complete *c);

#endif
