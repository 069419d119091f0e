#ifndef HUBTOP_CLI_SETTINGS_H
#define HUBTOP_CLI_SETTINGS_H

#include <stdbool.h>

#include "base/buf.h"
#include "base/config.h"
#include "cli/command.h"

/* What `config init`, `config print` and `config check` do; all print their errors and return the exit status. `file` is NULL
 * without one. */
int settings_init(const struct options *o, const char *file);
int settings_print(const struct options *o);
int settings_check(const struct options *o, const char *file);

/* An example file with every option of the schema: its help behind "##", itself behind '#' ("version" alone holds). Without the
 * first '#' of each line it is a configuration that says everything. */
void settings_example(const struct config_option *schema, struct buf *out);

/* A text as a string of libconfuse's, which reads back as the same bytes; what must not reach a terminal as an escape. */
void settings_quote(const char *text, struct buf *out);

#endif
