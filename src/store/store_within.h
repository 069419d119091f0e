#ifndef HUBTOP_SRC_STORE_WITHIN_H
#define HUBTOP_SRC_STORE_WITHIN_H

#include <sqlite3.h>
#include <stdbool.h>
#include <stddef.h>

#include "domain/row.h"

/* What the rows of some kinds lie in (racks in a hall, devices and nodes in a rack) is an index of the present: those of one hall are
 * read without the two million others. The index is an expression, so that SQLite keeps it, whoever writes a row. */

enum { STORE_WITHIN_MAX = 200 }; /* bytes of a key: a longer text is in with all that begin as it does */

/* The field that says so; -1: the kind has none. */
int store_within_field(enum kind kind);
/* The key of a text: its letters of ASCII in one case, as filters compare them. Returns its bytes. */
size_t store_within_key(struct safe_text text, char out[STORE_WITHIN_MAX]);
/* The key of a packed row; 0: it lies in nothing. */
size_t store_within_of(enum kind kind, const void *packed, size_t n, char out[STORE_WITHIN_MAX]);

/* Makes the expression known to a connection. */
bool store_within_init(sqlite3 *db);

#endif
