#ifndef HUBTOP_SRC_CONSOLE_KEEP_H
#define HUBTOP_SRC_CONSOLE_KEEP_H

#include "base/buf.h"

/* Small text files of a person's own in the state directory: what was typed, presets. Nobody else may read them (0600). */

enum { KEEP_MAX = 1 << 20 };

/* Appends the file to `out`; nothing, and true, when there is none. ERR_CORRUPT when it is no plain file of ours, or longer than
 * KEEP_MAX bytes. A mode that lets others in is mended. */
bool keep_read(const char *path, struct buf *out, struct err *err);
/* Puts another content in its place, whole or not at all. ERR_INPUT (73) when it cannot. */
bool keep_write(const char *path, const struct buf *content, struct err *err);
/* Adds to its end, likewise. */
bool keep_append(const char *path, const char *bytes, size_t n, struct err *err);
/* Sets a damaged file aside as PATH.damaged, over a former one; `err` says so, after what was wrong. */
void keep_aside(const char *path, struct err *err);

#endif
