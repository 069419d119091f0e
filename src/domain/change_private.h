#ifndef HUBTOP_SRC_DOMAIN_CHANGE_PRIVATE_H
#define HUBTOP_SRC_DOMAIN_CHANGE_PRIVATE_H

#include "domain/change.h"

enum { CHANGE_MADE_MAX = 96 };

/* What happened, as it becomes a line: words of ours, then a text from outside or nothing. */
struct change_event {
    const char *words;
    struct safe_text more; /* appended after ": " */
    struct safe_text was;  /* appended as " (was …)" */
    struct safe_text by;
    struct safe_text where;                                /* instead of the object's id */
    char made[CHANGE_MADE_MAX], made_was[CHANGE_MADE_MAX]; /* where the words, or what follows them, need numbers */
};

static inline struct safe_text change_cell(const struct row *row, int field)
{
    return row != NULL ? value_text_or(&row->cells[field], "") : text_of("");
}

/* Two known texts that are not the same. */
static inline bool change_differs(const struct row *was, const struct row *now, int field)
{
    return !text_empty(change_cell(was, field)) && !text_empty(change_cell(now, field)) &&
           !text_equal(change_cell(was, field), change_cell(now, field));
}

/* Of change_alert.c: alerts, silences, windows of maintenance and freezes. */
bool change_alert(const struct row *was, const struct row *now, struct change_event *e);
bool change_alert_silence(const struct row *was, const struct row *now, struct change_event *e);
bool change_alert_window(const struct row *was, const struct row *now, struct change_event *e);

/* Of change_limit.c: what was agreed or set and has another value now; the first of a table's. */
bool change_limit(const struct row *was, const struct row *now, struct change_event *e);

#endif
