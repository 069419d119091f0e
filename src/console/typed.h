#ifndef HUBTOP_SRC_CONSOLE_TYPED_H
#define HUBTOP_SRC_CONSOLE_TYPED_H

#include <stdbool.h>

#include "base/err.h"

/* The lines that were typed behind ":" and "/", kept between sessions in DIR/history: a line each, its sign first. What may hold a
 * secret, and what begins with a blank, is not kept. */

enum { TYPED_MAX = 500 }; /* lines; the oldest give way */

struct typed;

/* What is in the folder (NULL: nothing is kept beyond this session). With err where the file made no sense: it was set aside, and
 * the good lines before the bad one are there. */
struct typed *typed_new(const char *dir, struct err *err);
void typed_free(struct typed *t);

/* A line that was entered. False with err when it could not be written; from then on nothing is written. */
bool typed_add(struct typed *t, char sign, const char *text, struct err *err);

/* Begins to look back from the present. */
void typed_begin(struct typed *t);
/* The next older (-1) or newer (1) line of the sign; `present` is what stands in the prompt, and comes back after the newest. NULL:
 * there is none further. Lives until the next call. */
const char *typed_step(struct typed *t, char sign, int by, const char *present);

/* Whether a line may hold a secret, by its words. */
bool typed_is_secret(const char *text);

#endif
