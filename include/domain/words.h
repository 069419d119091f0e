#ifndef HUBTOP_DOMAIN_WORDS_H
#define HUBTOP_DOMAIN_WORDS_H

#include "domain/kind.h"

/* The words that a field can hold, as formats.md lists them, ended by NULL; true and false of a yes-or-no field. NULL: its texts
 * are anybody's. Constant. */
const char *const *words_of(enum kind kind, int field);

#endif
