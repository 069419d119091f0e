#ifndef HUBTOP_SOURCES_TOLD_H
#define HUBTOP_SOURCES_TOLD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/json.h"
#include "domain/value.h"

/* Cells from members of JSON objects, for peers whose members have one form each. What is absent, null, empty, of another
 * type or out of range is unknown. */

enum { TOLD_TEXT_MAX = 4096, TOLD_ID_MAX = 256, TOLD_LIST_MAX = 16 << 10 };

/* A text; one of more than TOLD_TEXT_MAX bytes is cut, not inside a character. Points into the element. */
struct value told_text(const struct json *value);
/* What names something: a text, or a whole number as its digits; one of more than TOLD_ID_MAX bytes names nothing. */
struct safe_text told_id(const struct json *value);
/* A time in ISO 8601 between 1970 and 9999. */
struct value told_time(const struct json *value);
/* A number, or a text that is a decimal number, from `min` to `max`. */
struct value told_real(const struct json *value, double min, double max);
struct value told_int(const struct json *value, int64_t min, int64_t max);
/* "a", the sign, "b", owned by the arena. */
struct safe_text told_join(struct arena *arena, struct safe_text a, char sign, struct safe_text b);
/* A list of the members in `joined` (value_list_add()), owned by the arena; unknown without one. */
struct value told_list(const struct buf *joined, struct arena *arena);

#endif
