#ifndef HUBTOP_BASE_CONFIG_H
#define HUBTOP_BASE_CONFIG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

/* Files in libconfuse's syntax: the configuration, themes, the fleet, scenarios. Schemas are tables; messages are
 * "FILE:LINE: …". */

enum config_type { CONFIG_TEXT, CONFIG_INT, CONFIG_REAL, CONFIG_BOOL, CONFIG_LIST, CONFIG_SECTION };

/* One row of a schema's table. A schema must outlive what was read by it; an option and a section may not share a name.
 */
struct config_option {
    const char *name; /* NULL ends a table */
    enum config_type type;
    const char *preset; /* the default as text (a list's: words); NULL: none, the option is absent unless given */
    const char *help;   /* one sentence for manuals and messages */
    /* Of a section. Its instances are titled ("source \"fra\" {…}") when `titled`. */
    const struct config_option *children;
    bool titled;
    int64_t min, max;    /* of an INT, both allowed; no range when they are equal */
    const char *example; /* a value for an example file where there is no preset, as that is written; NULL: none */
};

struct config; /* a file's, or a section's, options; children belong to the root */

/* Reads a file by its schema. Unknown options, wrong types, values out of range, a title given twice: ERR_INPUT with
 * status 78 (66 when the file does not exist), text "FILE:LINE: …", and a hint with the nearest known option. NULL on
 * failure. Limits: a regular file, 4 MiB, lines of 64 KiB, 10^4 sections. An option given twice has its last value;
 * "list += { x }" adds to what the file said before, not to the preset; "${NAME}" is expanded outside of single quotes;
 * integers are decimal. */
struct config *config_load(const char *path, const struct config_option *schema, struct err *err);
/* The same from memory; `name` stands for the file's name in messages. */
struct config *config_parse(const char *name, const char *text, const struct config_option *schema, struct err *err);
void config_free(struct config *root);

/* Values; the schema's preset where the file says nothing; NULL or `otherwise` when there is neither. */
const char *config_text(const struct config *c, const char *name);
int64_t config_int(const struct config *c, const char *name, int64_t otherwise);
double config_real(const struct config *c, const char *name, double otherwise);
bool config_bool(const struct config *c, const char *name, bool otherwise);
bool config_given(const struct config *c, const char *name); /* the file itself says it */
size_t config_list_count(const struct config *c, const char *name);
const char *config_list_at(const struct config *c, const char *name, size_t i);
int config_line(const struct config *c); /* where the section begins */
/* An error about what a section says, ERR_INPUT with status 78, "FILE:LINE: …"; false always. */
bool config_fail(const struct config *c, struct err *err, const char *fmt, ...) __attribute__((format(printf, 3, 4)));
/* The line of the file that gave the option its value (the last one, when several did); 0: the file does not say it, or it
 * is a section's name. */
int config_origin(const struct config *c, const char *name);

/* Sections of that name, in the file's order. */
size_t config_section_count(const struct config *c, const char *name);
const struct config *config_section(const struct config *c, const char *name, size_t i);
const char *config_title(const struct config *section);

#endif
