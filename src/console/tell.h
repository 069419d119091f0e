#ifndef HUBTOP_CONSOLE_TELL_H
#define HUBTOP_CONSOLE_TELL_H

#include "console/feeds.h"

/* What changes while a console waits, a line each: for who does not watch a screen. What comes at once beyond TELL_LINES is counted. */

enum { TELL_LINES = 5, TELL_EVERY_MS = 2000 };

struct tell;

struct tell *tell_new(void);
void tell_free(struct tell *t);

/* Lets go of the query; what was told already stays told. */
void tell_forget(struct tell *t);

/* Looks for what began to need somebody or became worse, and for changes that came since the last look; what is there at the first one is no news. The query is borrowed until
 * tell_forget() or the end. True: there is more to do, look again. */
bool tell_look(struct tell *t, struct query *q, struct feeds *f, struct instant now);

/* A line of the caller's own among them. */
void tell_add(struct tell *t, const char *line);

/* Appends the lines that are due, at most every TELL_EVERY_MS, and how many more there were. False: none is due. */
bool tell_take(struct tell *t, int64_t boot_ms, struct buf *out);

/* Appends a change's line: when, what it is about, what it says, and who did it. Safe to show. */
void tell_sentence(const struct row *change, struct buf *out);

#endif
