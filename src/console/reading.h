#ifndef HUBTOP_CONSOLE_READING_H
#define HUBTOP_CONSOLE_READING_H

#include "views/view.h"

/* The runbook that is open: read from the folder when it is opened. */
struct reading;

struct reading *reading_new(void);
void reading_free(struct reading *r);

/* Opens the runbook of an alert (its row's texts are copied); `dir` NULL: no folder is known. Without one there is a page that
 * says why. */
void reading_open(struct reading *r, const char *dir, const struct row *alert);

/* For a frame; NULL: none was opened. */
const struct view_runbook *reading_page(const struct reading *r);

#endif
