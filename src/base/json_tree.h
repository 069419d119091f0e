#ifndef HUBTOP_JSON_TREE_H
#define HUBTOP_JSON_TREE_H

#include "base/arena.h"
#include "base/json.h"

/* Makes a tree of what the scanner copied. With an arena the tree lives in it, until it is reset, and must not be given
 * to json_free(); without one the caller frees it. NULL with err set when cJSON refuses, which a checked text never is.
 */
struct json *json_tree(const struct buf *copied, struct arena *arena, struct err *err);

#endif
