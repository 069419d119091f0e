#ifndef HUBTOP_BASE_CONFIG_SCAN_H
#define HUBTOP_BASE_CONFIG_SCAN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"

/* One pass over a configuration before libconfuse 3.3 sees it, for what its scanner gets wrong: comments make its line
 * numbers drift and are refused in lists; a missing brace at the end is accepted; an unterminated string or comment
 * changes how the *next* file is read; "${" without "}" is sought to the end of the file each time; and nobody can ask
 * it where a section or an option stands. */

/* An option that gets a value; the section that it stands in is an index, CONFIG_SCAN_ROOT outside of all. */
#define CONFIG_SCAN_ROOT SIZE_MAX
struct config_scan_option {
    const char *name; /* not terminated, in the scanned text */
    size_t name_len, section;
    int line; /* of its name */
};

struct config_scan_section {
    const char *name; /* not terminated, in the scanned text */
    size_t name_len;
    int line;                        /* of its name */
    size_t end;                      /* index behind its last descendant: its next sibling, if it has one */
    size_t first_option, end_option; /* those in it and in its descendants */
};

struct config_scan {
    struct config_scan_section *sections; /* in the order of the text, parents before children; in the arena */
    size_t count;
    struct config_scan_option *options; /* in the order of the text */
    size_t option_count;
};

/* Turns the comments of `text` into blanks and lists its sections and options. ERR_INPUT, 78 and "file:line: …" for what no
 * configuration may hold. What else is wrong with the syntax is left to the parser. */
bool config_scan(const char *file, char *text, struct arena *arena, struct config_scan *out, struct err *err);

/* Sets an error of status 78 with the text "file:line: …"; returns false always. */
bool config_scan_fail(struct err *err, const char *file, int line, const char *fmt, ...)
    __attribute__((format(printf, 4, 5)));

#endif
