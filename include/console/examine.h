#ifndef HUBTOP_CONSOLE_EXAMINE_H
#define HUBTOP_CONSOLE_EXAMINE_H

#include "base/err.h"
#include "domain/checkup.h"

/* Looks up what domain/checkup.h judges; it changes nothing. */

/* The environment and the locale. The terminal itself is the caller's to tell. */
void examine_locale(struct checkup_facts *out);
/* The folder: its cache (why it cannot be read goes to `err`, which must outlive the facts), its collector, and whether that
 * takes orders (a text that holds until the next call). */
void examine_state(const char *state_dir, struct checkup_facts *out, struct err *err);

#endif
