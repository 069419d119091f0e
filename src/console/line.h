#ifndef HUBTOP_CONSOLE_LINE_H
#define HUBTOP_CONSOLE_LINE_H

#include "base/err.h"
#include "domain/intent.h"

/* The command line (`:`): a word and its argument become an intent. */

struct line_command {
    const char
        *names; /* separated by blanks, the first is shown; pinyin initials work without leaving an input method */
    enum intent_kind kind;
    const char *view; /* of INTENT_OPEN_VIEW, or the op of INTENT_ACT; NULL: the argument's */
    const char *help;
};

extern const struct line_command line_table[]; /* ended by NULL names; views come from view_table beside it */

/* ERR_INPUT with "did you mean" when the word is not known. */
bool line_parse(const char *text, struct intent *intent, struct err *err);

#endif
