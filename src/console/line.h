#ifndef HUBTOP_CONSOLE_LINE_H
#define HUBTOP_CONSOLE_LINE_H

#include "base/err.h"
#include "domain/intent.h"

/* The command line (`:`): a word and its argument become an intent. */

/* What may stand behind a word, for completion. */
enum line_argument {
    LINE_NOTHING,
    LINE_TEXT,    /* words of one's own */
    LINE_FILTER,  /* an expression over the shown view's list, or over that of the view that the word opens */
    LINE_SORT,    /* FIELD or -FIELD */
    LINE_COLUMNS, /* FIELD,FIELD */
    LINE_VIEW,
    LINE_PLACE,  /* of the map */
    LINE_ROOM,   /* 8U 12kW */
    LINE_FLOOR,  /* CLUSTER/HALL/ROW/RACK, or a filter behind a slash */
    LINE_OBJECT, /* an id */
    LINE_SETTING,
    LINE_LIST, /* from here on: one of the words that the console lists */
    LINE_LANGUAGE = LINE_LIST,
    LINE_THEME,
    LINE_PRESET,
    LINE_GROUP,
    LINE_CONTEXT,
    LINE_FORMAT,
    LINE_PLAN,    /* options of a plan, each with its "=", or the ids of plans */
    LINE_PLANNED, /* what stands behind one of these */
    LINE_ORDER,   /* a kind of order */
    LINE_ARGUMENTS
};

struct line_command {
    const char *
        names; /* separated by blanks, the first is shown; pinyin initials work without leaving an input method, and so do
                          the Chinese words */
    enum intent_kind kind;
    const char *view; /* of INTENT_OPEN_VIEW; the op of INTENT_ACT and INTENT_COMMAND; NULL: the argument's */
    enum line_argument argument;
    const char *help;
};

extern const struct line_command line_table[]; /* ended by NULL names; views come from view_table beside it */

/* Whether a word is one of the names. */
bool line_has_name(const char *names, const char *word);
/* The row of a word; NULL: there is none, or its view is none that was built. */
const struct line_command *line_find(const char *word);

enum { LINE_WORD_MAX = 32 };
/* The first word of a line, its full-width letters in ASCII; returns where the argument begins. A '!' at its end is cut off, and
 * told. */
const char *line_word(const char *text, char word[LINE_WORD_MAX], bool *bang);

/* The i-th word that can be typed, views first; NULL: there is none. It lives until it is asked for again. */
const char *line_word_at(const void *unused, size_t i);

/* What `:view` takes, and --view: a view by any of its words, with what follows. ERR_INPUT when there is none. */
bool line_view(const char *text, struct intent *intent, struct err *err);

/* ERR_INPUT with "did you mean" when the word is not known. The intent's `count` is 1 where a '!' follows the word. */
bool line_parse(const char *text, struct intent *intent, struct err *err);

#endif
